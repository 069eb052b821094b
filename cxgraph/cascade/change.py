"""What a change of scores or transmissions does to everybody downstream."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cxgraph.cascade.cascade import Cascade, Divided, attribute_shortfall
from cxgraph.cascade.linear.components import find_components
from cxgraph.cascade.linear.solve import solve_downstream
from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.cascade.split import Split
from cxgraph.errors import NumericalError, ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import check_stringency

SETTLED = 1e-13
"""Largest error of what any department lacks after a change; scores are never that exact."""
_PLAIN_ROUNDS = 60
_MOST_ROUNDS = 20_000


@dataclass(frozen=True, eq=False)
class Change:
    """Today's cascade with other scores, shares or transmissions, before anybody downstream has felt it.

    Attributes
    ----------
    before : Cascade
        Today.
    network : Network
        With the changed scores and importances; the same services in the same order.
    transmission : float array, shape (n,)
        tau after the change.
    stringency : float
        rho after the change.
    at_once : float array, shape (m,)
        own + p D of today: its shortfall while its supplier still lacks what it lacks today; may exceed 1.
    pass_through : float array, shape (m,)
        p after the change, at most the transmission.
    ceiling : float array, shape (m,)
        The shortfall of a score at the bottom of the scale, which no service can exceed: 1 under ``ratio`` and
        ``perception``, the expectation's height on the scale under ``gap``, 0 where nothing is expected.
    """

    before: Cascade
    network: Network
    transmission: Floats
    stringency: float
    at_once: Floats
    pass_through: Floats
    ceiling: Floats

    def felt(self, received: Floats) -> Floats:
        """Return each service's shortfall when departments lack `received`, shape (m,).

        min(ceiling, own + p D_s), written as the shortfall today plus p times what the supplier's D has moved by:
        where nothing has moved, not a bit of it changes.
        """
        moved = received - self.before.received
        return np.clip(self.at_once + self.pass_through * moved[self.network.supplier], 0.0, self.ceiling)

    def next_round(self, received: Floats) -> Floats:
        """Return what departments lack a round of services after they lacked `received`, shape (n,)."""
        return received_shortfall(self.network, self.felt(received), self.stringency)[0]


def change_cascade(
    cascade: Cascade, network: Network, transmission: Floats | None = None, stringency: float | None = None
) -> Change:
    """Split the services whose scores changed again; all others keep their own shortfall and their pass-through.

    A service is touched where its shortfall differs from today's. With today's D of its supplier::

        d'         = shortfall of the new scores
        inherited' = min(d', p D_s)
        own'       = d' - inherited'
        p'         = inherited' / D_s        (p itself where inherited' = p D_s)

    Then, for the services of a department whose transmission changes to tau'::

        lowered:  p'' = min(p', tau')
        raised:   p'' = tau'  where all that could come through does (p' D_s = tau D_s), else p'

    Parameters
    ----------
    cascade : Cascade
        Today.
    network : Network
        The same departments and services with other scores or importances.
    transmission : float array, shape (n,), optional
        tau after the change; today's by default.
    stringency : float, optional
        rho after the change; today's by default.

    Returns
    -------
    Change
        What `settle_change` and the pour go on from.

    Raises
    ------
    ParameterError
        Other departments or services than today's, or a number outside its range.

    Notes
    -----
    Own shortfalls and pass-through grow with d' and with tau', so no worse score and no higher transmission
    can lower anybody's shortfall. A supplier that lacks nothing today (D_s = 0) lets nothing through, by
    definition: what it would pass on if it came to lack something was never observed.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from cxgraph.cascade.cascade import solve_cascade
    >>> today = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> better = replace(today, fulfilment=np.array([10., 6.]))
    >>> change_cascade(solve_cascade(today, np.full(3, .6)), better).at_once.tolist()
    [0.0, 0.4]
    """
    if not (
        network.departments == cascade.network.departments
        and np.array_equal(network.supplier, cascade.network.supplier)
        and np.array_equal(network.client, cascade.network.client)
    ):
        raise ParameterError("A change keeps the departments and the services; it has others.")
    tau = cascade.transmission if transmission is None else np.asarray(transmission, float)
    if tau.shape != cascade.transmission.shape or not ((tau >= 0) & (tau < 1)).all():
        raise ParameterError(
            "transmission takes one number in [0, 1) for each of {count} departments.", count=network.departments
        )
    rho = cascade.stringency if stringency is None else check_stringency(stringency)
    at_once, through = split_again(cascade, network, tau)
    worst = replace(network, fulfilment=np.full(network.services, network.scale[0]))
    return Change(cascade, network, tau, rho, at_once, through, shortfall(worst, cascade.scoring)[0])


def split_again(cascade: Divided, network: Network, tau: Floats) -> tuple[Floats, Floats]:
    """Return the shortfalls at once and the pass-through that `change_cascade` explains.

    Parameters
    ----------
    cascade : Divided
        Today.
    network : Network
        The same departments and services with other scores.
    tau : float array, shape (n,)
        Transmissions after the change.

    Returns
    -------
    at_once, pass_through : float array, shape (m,)
        As in `Change`.
    """
    today = cascade.split
    # A score that is the same must stay the same to the last bit, however the shortfall was reached (an
    # earlier change moves shortfalls without moving scores by more than rounding).
    touched = _rescored(network, cascade.network)
    lacks = np.where(touched, shortfall(network, cascade.scoring)[0], cascade.shortfall)
    inherited = np.minimum(lacks, today.inherited)
    lacked = cascade.received[network.supplier]
    through = np.divide(inherited, lacked, out=np.zeros_like(lacked), where=lacked > 0)
    through = np.where(inherited == today.inherited, today.pass_through, np.minimum(through, today.pass_through))
    old, new = cascade.transmission[network.supplier], tau[network.supplier]
    open_wide = (through == old) & (lacked > 0)
    limited = np.where(new < old, np.minimum(through, new), np.where((new > old) & open_wide, new, through))
    at_once = np.where(limited == through, lacks, lacks - inherited + limited * lacked)
    return at_once, limited


def settle_change(change: Change) -> Cascade:
    """Follow a change until everybody has felt it.

    What departments lack solves D_v = aggregate over the services e into v of min(ceiling, own_e + p_e D_s). From
    today's D the right side is applied again and again; where that is slow, the same equation is solved by
    Newton's steps, each of which takes the effective shares as they are (at stringency 1 and below the
    ceiling the first step is exact). The result is split: inherited = p D_s, own = d - inherited.

    Parameters
    ----------
    change : Change
        From `change_cascade`.

    Returns
    -------
    Cascade
        As if it had been measured after the change: shortfall = own + inherited, D is what the shortfalls
        give, and the contributions add up to the new J.

    Raises
    ------
    NumericalError
        It did not settle to `SETTLED`, or the reach could not be certified.

    Notes
    -----
    The right side is a contraction in the largest entry: the aggregate is a norm whose weights sum to at most
    1, so a round shrinks every error at least by the largest pass-through q, and the error is at most |D -
    next round of D| / (1 - q). The ceiling cuts where own and inherited together exceed it; own gives way.
    """
    received = _settle(change)
    network, before = change.network, change.before
    lacks = change.felt(received)
    received, effective = received_shortfall(network, lacks, change.stringency)
    lacked = received[network.supplier]
    inherited = np.minimum(change.pass_through * lacked, lacks)
    same = (
        (lacks == before.shortfall)
        & (lacked == before.received[network.supplier])
        & (change.pass_through == before.split.pass_through)
    )
    inherited = np.where(same, before.split.inherited, inherited)
    # Multiplying back may miss by a bit what was once divided; where nothing has changed nothing may.
    potential = np.maximum(change.transmission[network.supplier] * lacked, inherited)
    potential = np.where(
        same & (change.transmission == before.transmission)[network.supplier], before.split.potential, potential
    )
    quotient = np.divide(inherited, lacked, out=np.zeros_like(lacked), where=lacked > 0)
    through = np.where(inherited < change.pass_through * lacked, quotient, change.pass_through)
    parts = Split(shortfall=lacks, potential=potential, inherited=inherited, pass_through=through)
    told, above = shortfall(network, before.scoring)
    surplus = np.where(lacks == told, above, 0.0)
    still = (lacks == before.shortfall) & ~_rescored(network, before.network)
    surplus = np.where(still, before.surplus, surplus)
    return attribute_shortfall(
        network=network,
        transmission=change.transmission,
        stringency=change.stringency,
        scoring=before.scoring,
        shortfall=lacks,
        surplus=surplus,
        effective_share=effective,
        split=parts,
        received=received,
    )


def observed_fulfilment(cascade: Cascade) -> Floats:
    """Return the fulfilment that clients would report at a cascade's shortfalls, shape (m,).

    Parameters
    ----------
    cascade : Cascade
        After a change, with the scores that were set in its network.

    Returns
    -------
    float array, shape (m,)
        On the organisation's scale. A service that already has the shortfall of its scores keeps them to the
        last bit, surplus included; elsewhere the level whose shortfall it is.
    """
    network = cascade.network
    bottom, top = network.scale
    told = shortfall(network, cascade.scoring)[0]
    if cascade.scoring == "ratio":
        level = bottom + (1.0 - cascade.shortfall) * (network.expectation - bottom)
    elif cascade.scoring == "gap":
        level = network.expectation - cascade.shortfall * (top - bottom)
    else:
        level = bottom + (1.0 - cascade.shortfall) * (top - bottom)
    return np.where(told == cascade.shortfall, network.fulfilment, np.clip(level, bottom, top))


def _rescored(network: Network, before: Network) -> npt.NDArray[np.bool_]:
    """Return which services have another score than before, shape (m,)."""
    return _differs(network.fulfilment, before.fulfilment) | _differs(network.expectation, before.expectation)


def _differs(one: Floats, other: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((one != other) & ~(np.isnan(one) & np.isnan(other)))


def _settle(change: Change) -> Floats:
    """Return what departments lack once the change has settled."""
    contraction = float(change.pass_through.max(initial=0.0))
    # Rounding alone moves D by a few units in the last place; nothing can ask for less than that.
    goal = max(SETTLED * (1.0 - contraction), 8 * np.finfo(float).eps * float(change.at_once.max(initial=0.0)))
    received = change.before.received
    error = np.inf
    for count in range(_MOST_ROUNDS):
        following = change.next_round(received)
        error = float(np.abs(following - received).max(initial=0.0))
        if error <= goal:
            return following
        received = following
        if count % _PLAIN_ROUNDS == _PLAIN_ROUNDS - 1:
            received = _newton(change, received, error)
    raise NumericalError(
        "The change did not settle: after {rounds} rounds departments still move by "
        "{error:.1e}. A transmission close to 1 inside a large loop does this; lower it and "
        "run again.",
        rounds=_MOST_ROUNDS,
        error=error,
    )


def _newton(change: Change, received: Floats, error: float) -> Floats:
    """Return a better guess from a few linearised steps, or the given one where they do not help."""
    network = change.network
    best = received
    for _ in range(10):
        felt = change.felt(best)
        following, effective = received_shortfall(network, felt, change.stringency)
        slope = np.where(felt < change.ceiling, effective * change.pass_through, 0.0)
        matrix = network.matrix(slope)
        step, _ = solve_downstream(matrix.T.tocsr(), following - best, find_components(matrix))
        candidate = np.clip(best + step, 0.0, 1.0)
        left = float(np.abs(change.next_round(candidate) - candidate).max(initial=0.0))
        if not left < error / 2:
            break
        best, error = candidate, left
    return best
