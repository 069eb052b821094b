"""What starts at a service and what came down to it from its supplier's own suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network


@dataclass(frozen=True, eq=False)
class Split:
    """The parts of each service's shortfall; every array has shape (m,).

    Attributes
    ----------
    shortfall : float array
        What is split.
    potential : float array
        What could have come through: the supplier's transmission times what it lacks itself.
    inherited : float array
        The part of the shortfall that this explains.
    pass_through : float array
        Inherited as a fraction of what the supplier lacks, at most its transmission; 0 where it lacks
        nothing.
    """

    shortfall: Floats
    potential: Floats
    inherited: Floats
    pass_through: Floats

    @cached_property
    def own(self) -> Floats:
        """The part that starts here; shortfall = own + inherited."""
        return self.shortfall - self.inherited

    @cached_property
    def absorbed(self) -> Floats:
        """What the supplier shielded its client from; potential = inherited + absorbed."""
        return self.potential - self.inherited


def split_shortfall(network: Network, shortfalls: Floats, received: Floats, transmission: Floats) -> Split:
    """Split every shortfall into what starts at the service and what its supplier inherited.

    potential_e = tau_s D_s, inherited_e = min(d_e, potential_e), own_e = d_e - inherited_e,
    absorbed_e = potential_e - inherited_e and p_e = inherited_e / D_s, for the supplier s of service e.

    Parameters
    ----------
    network : Network
        n departments, m services.
    shortfalls : float array, shape (m,)
        d, in [0, 1].
    received : float array, shape (n,)
        D, in [0, 1].
    transmission : float array, shape (n,)
        tau, in [0, 1).

    Returns
    -------
    Split
        Arrays of shape (m,).

    Notes
    -----
    The absorbed part is kept, never clipped away: a department that shields its clients is a finding.

    Examples
    --------
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> parts = split_shortfall(network, np.array([.5, .4]), np.array([0, .5, .4]), np.full(3, .6))
    >>> parts.inherited.round(3).tolist(), parts.own.round(3).tolist()
    ([0.0, 0.3], [0.5, 0.1])
    """
    # Nothing is inherited from a supplier that lacks nothing; a 1 in place of its 0 keeps the quotients whole.
    lacking = received > 0
    given = np.diff(network.start)
    tau = np.where(lacking, transmission, 0.0)
    potential = np.repeat(tau * received, given)
    inherited = np.minimum(shortfalls, potential)
    pass_through = np.repeat(np.where(lacking, received, 1.0), given)
    with np.errstate(over="ignore"):  # over the smallest of D a quotient is infinite, and bounded in the next line
        np.divide(shortfalls, pass_through, out=pass_through)
    most = np.repeat(tau, given)
    np.minimum(pass_through, most, out=pass_through)
    # Where nothing is absorbed all comes through, which a later change must be able to tell; rounding could have put
    # the quotient a bit below the transmission.
    rounded = np.flatnonzero((shortfalls >= potential) & (pass_through < most))
    pass_through[rounded] = most[rounded]
    return Split(shortfall=shortfalls, potential=potential, inherited=inherited, pass_through=pass_through)
