"""What starts at a service and what came down to it from its supplier's own suppliers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxgraph.model.network import Floats, Network


@dataclass(frozen=True, eq=False)
class Split:
    """The parts of each service's shortfall; every array has shape (m,).

    Attributes
    ----------
    potential : float array
        What could have come through: the supplier's transmission times what it lacks itself.
    inherited : float array
        The part of the shortfall that this explains.
    own : float array
        The part that starts here; shortfall = own + inherited.
    absorbed : float array
        What the supplier shielded its client from; potential = inherited + absorbed.
    pass_through : float array
        Inherited as a fraction of what the supplier lacks, at most its transmission; 0 where it lacks
        nothing.
    """

    potential: Floats
    inherited: Floats
    own: Floats
    absorbed: Floats
    pass_through: Floats


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
    lacked = np.where(lacking, received, 1.0).take(network.supplier)
    pass_through = np.where(lacking, transmission, 0.0).take(network.supplier)
    potential = pass_through * lacked
    inherited = np.minimum(shortfalls, potential)
    # Where nothing is absorbed the quotient is the transmission; rounding could put it above, or above 1 where D is
    # the smallest of numbers, and a later change must be able to tell that everything came through.
    np.divide(inherited, lacked, out=lacked)
    np.copyto(pass_through, lacked, where=inherited < potential)
    return Split(
        potential=potential,
        inherited=inherited,
        own=shortfalls - inherited,
        absorbed=potential - inherited,
        pass_through=pass_through,
    )
