"""What changed between two waves, split exactly over its causes and services.

J = sum of g D, with D = (sum of a d^rho)^(1/rho) for each client and d = own + p D_supplier for each service. Between
two waves own shortfalls, pass-through p, importances (inside the shares a), the services themselves and the customers'
weights g change. Changed one after the other, in the order given and in the reverse order, each adds the difference
that it makes; the average of the two (the polar decompositions) is its part. Exchanging the waves turns the one order
into the other, so that every part changes its sign.

The steps split over services without a rest. When only own shortfalls (or only p) change, each client's D moves by
sum of A (d' - d), where A = (a + a')/2 times the slope of d^rho between d and d' over that of D^rho between D and D'
(exact for any rho); with lambda the transposed solve of these shares, the part of a service is lambda A (own' - own),
or lambda A D_supplier (p' - p) with the mean of D before and after the step. When shares change, each client's D moves
by sum of (a' - a) d^rho over the slope of D^rho.

References
----------
Dietzenbacher, E. & Los, B. (1998). Structural decomposition techniques: sense and sensitivity. Economic Systems
Research 10(4), 307-324. https://doi.org/10.1080/09535319800000023
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxgraph.cascade.linear.components import find_components
from cxgraph.cascade.linear.solve import solve_along_loops, solve_downstream
from cxgraph.cascade.shortfall import received_shortfall
from cxgraph.errors import NumericalError
from cxgraph.model.arrays import Bools, Floats
from cxgraph.model.network import Network

FACTORS = ("own", "pass_through", "importance", "vanished", "appeared", "customer_weight")
"""What changes between two waves, in the order of the first polar decomposition."""
PARTS = ("fulfilment", "expectation", "pass_through", "importance", "vanished", "appeared")
"""Parts of a change that services answer for; the own shortfall is split into the first two."""
_SETTLED = 1e-15
_ROUNDING = 1e-14
"""What rounding may leave of a step, grown with the rounds it took."""
_MOST_ROUNDS = 20_000


@dataclass(frozen=True, eq=False)
class Wave:
    """One wave on the services of both; m services, n departments.

    Attributes
    ----------
    present : bool array, shape (m,)
        Services that are scored in this wave.
    weight : float array, shape (m,)
        Importances; 0 where a service is not there.
    expectation, fulfilment : float array, shape (m,)
        As fractions of the scale; the expectation 1 under ``perception``.
    potential, own, pass_through : float array, shape (m,)
        What could come through, what starts here, and what comes through of what the supplier lacks.
    customer_weight : float array, shape (n,)
        g.
    """

    present: Bools
    weight: Floats
    expectation: Floats
    fulfilment: Floats
    potential: Floats
    own: Floats
    pass_through: Floats
    customer_weight: Floats


@dataclass(frozen=True, eq=False)
class Split:
    """A change and its parts.

    Attributes
    ----------
    services : dict of str to float array, shape (m,)
        A part of the change for each of `PARTS` and service.
    customers : float array, shape (n,)
        The part of the customers' weights.
    """

    services: dict[str, Floats]
    customers: Floats

    @property
    def total(self) -> float:
        """The whole change of J."""
        return float(sum(part.sum() for part in self.services.values()) + self.customers.sum())


@dataclass(frozen=True, eq=False)
class _State:
    """The organisation with some factors of the one wave and some of the other."""

    share: Floats
    own: Floats
    through: Floats
    weight: Floats
    received: Floats
    lacks: Floats


class _Mixtures:
    """Every mixture of the two waves that the polar decompositions pass."""

    def __init__(self, network: Network, waves: tuple[Wave, Wave], stringency: float, scoring: str) -> None:
        self.network, self.stringency, self.scoring = network, stringency, scoring
        self.waves = _completed(network, waves)
        first, second = (wave.present for wave in self.waves)
        self.lost, self.found = first & ~second, second & ~first
        self.known: dict[tuple[bool, ...], _State] = {}

    def state(self, changed: tuple[bool, ...]) -> _State:
        """Return the state in which the factors that are marked have the values of the second wave."""
        if changed not in self.known:
            self.known[changed] = self._solved(dict(zip(FACTORS, changed, strict=True)))
        return self.known[changed]

    def _solved(self, changed: dict[str, bool]) -> _State:
        network, (before, after) = self.network, self.waves

        def of(factor: str, name: str) -> Floats:
            return np.asarray(getattr(after if changed[factor] else before, name))

        there = np.where(self.lost, not changed["vanished"], np.where(self.found, changed["appeared"], True))
        weight = np.where(there, of("importance", "weight"), 0.0)
        total = network.by_client(weight)[network.client]
        share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        own, through = of("own", "own"), of("pass_through", "pass_through")
        received, lacks = _settled(network, share, own, through, self.stringency)
        return _State(share, own, through, of("customer_weight", "customer_weight"), received, lacks)


def split_change(network: Network, before: Wave, after: Wave, stringency: float, scoring: str) -> Split:
    """Split the change of the customers' shortfall between two waves.

    Parameters
    ----------
    network : Network
        The departments and services of both waves; its scores do not count.
    before, after : Wave
        On the services of that network.
    stringency : float
        rho of both.
    scoring : str
        How scores become shortfalls.

    Returns
    -------
    Split
        Its parts add up to J after - J before.

    Raises
    ------
    NumericalError
        A mixture of the waves does not settle.

    Notes
    -----
    A department (or customer) that receives nothing in one wave is taken to receive there what it receives in the
    other: what matters of it are the services that it gives, or its weight. A service that is not there in one wave
    has, where that counts, the scores of the other. Twelve solves.
    """
    mixtures = _Mixtures(network, (before, after), stringency, scoring)
    services = {part: np.zeros(network.services) for part in PARTS}
    customers = np.zeros(network.departments)
    # What vanishes and what appears trade places when the waves do: each comes first once in both directions.
    for order in ((0, 1, 2, 3, 4, 5), (0, 1, 2, 4, 3, 5), (5, 4, 3, 2, 1, 0), (5, 3, 4, 2, 1, 0)):
        changed = [False] * len(FACTORS)
        for factor in order:
            old = mixtures.state(tuple(changed))
            changed[factor] = True
            new = mixtures.state(tuple(changed))
            _add_step(mixtures, FACTORS[factor], old, new, services, customers)
    return Split(services, customers)


def _add_step(
    mixtures: _Mixtures, factor: str, old: _State, new: _State, services: dict[str, Floats], customers: Floats
) -> None:
    """Add a quarter of what one factor makes in one of the four orders."""
    network = mixtures.network
    if factor == "customer_weight":
        level = 0.5 * float((old.weight + new.weight) @ old.received)
        customers += 0.25 * (new.weight - old.weight) * (old.received - level)
        return
    moving, direct, at = _client_steps(mixtures, old, new)
    through = 0.5 * (old.through + new.through)
    matrix = network.matrix(moving * through)
    weight = old.weight
    reach, _ = solve_along_loops(matrix, weight, find_components(matrix))
    felt = reach[network.client]
    if factor == "own":
        for name, part in _own_parts(mixtures).items():
            services[name] += 0.25 * felt * moving * part
    elif factor == "pass_through":
        lacked = 0.5 * (old.received + new.received)[network.supplier]
        services[factor] += 0.25 * felt * moving * lacked * (new.through - old.through)
    else:
        chosen = {"vanished": mixtures.lost, "appeared": mixtures.found}.get(factor)
        services[factor] += 0.25 * felt * _spread(mixtures, old, new, direct, at, chosen)


def _client_steps(mixtures: _Mixtures, old: _State, new: _State) -> tuple[Floats, Floats, Floats]:
    """Return how each client's D follows its services' d, and how it moves because shares change.

    Returns
    -------
    moving : float array, shape (m,)
        A with D' - D = sum of A (d' - d) + what the shares make.
    direct : float array, shape (n,)
        What the shares make.
    level : float array, shape (m,)
        Each service's d^rho, as a part of the largest of its client, mean of both.
    """
    network, rho = mixtures.network, mixtures.stringency
    between = received_of(network, old.share, new.lacks, rho), received_of(network, new.share, old.lacks, rho)
    moving = 0.5 * (
        _slopes(network, old.share, (old.lacks, new.lacks), (old.received, between[0]), rho)
        + _slopes(network, new.share, (old.lacks, new.lacks), (between[1], new.received), rho)
    )
    direct = 0.5 * (between[1] - old.received + new.received - between[0])
    top = np.zeros(network.departments)
    both = np.where((old.share > 0) | (new.share > 0), np.maximum(old.lacks, new.lacks), 0.0)
    np.maximum.at(top, network.client, both)
    scale = top[network.client]
    relative = [np.divide(lacks, scale, out=np.zeros_like(lacks), where=scale > 0) for lacks in (old.lacks, new.lacks)]
    level = 0.5 * sum(
        np.asarray(one >= 1.0, float) if np.isinf(rho) else np.minimum(one, 1.0) ** rho for one in relative
    )
    return moving, direct, np.asarray(level)


def _slopes(
    network: Network, share: Floats, lacks: tuple[Floats, Floats], received: tuple[Floats, Floats], rho: float
) -> Floats:
    """Return A with D' - D = sum of A (d' - d) for each client, at the same shares; shape (m,)."""
    if rho == 1.0:
        return share
    top = np.zeros(network.departments)
    np.maximum.at(top, network.client, np.where(share > 0, np.maximum(*lacks), 0.0))
    scale = np.where(top > 0, top, 1.0)
    of_client = [one / scale for one in received]
    of_service = [np.where(share > 0, one, 0.0) / scale[network.client] for one in lacks]
    if np.isinf(rho):
        return _worst_slopes(network, share, lacks, received)
    whole = _power_slope(of_client[0], of_client[1], rho)[network.client]
    part = _power_slope(of_service[0], of_service[1], rho)
    return share * np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _power_slope(one: Floats, other: Floats, rho: float) -> Floats:
    """Return (other^rho - one^rho) / (other - one), its limit where they are the same."""
    step = other - one
    near = np.abs(step) <= 1e-5 * np.maximum(one, other)
    middle = 0.5 * (one + other)
    # Beside the limit the next term of the series, or the difference of nearly equal powers would be all rounding.
    limit = rho * middle ** (rho - 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        bend = (
            (rho - 1.0) * (rho - 2.0) / 24.0 * np.where(middle > 0, step / np.where(middle > 0, middle, 1.0), 0.0) ** 2
        )
        quotient = (other**rho - one**rho) / np.where(near, 1.0, step)
    return np.asarray(np.where(near, limit * (1.0 + bend), quotient))


def _worst_slopes(
    network: Network, share: Floats, lacks: tuple[Floats, Floats], received: tuple[Floats, Floats]
) -> Floats:
    """Return the slopes where only the worst service counts: the worst at the higher level share the step."""
    step = received[1] - received[0]
    higher = np.where(step[network.client] > 0, lacks[1], lacks[0])
    level = np.maximum(*received)[network.client]
    moved = lacks[1] - lacks[0]
    still = np.abs(step) <= 0
    worst = (share > 0) & (higher >= level) & (level > 0)
    # A client that has not moved hears only of services that have not moved either.
    worst &= ~still[network.client] | (moved == 0)
    total = network.by_client(np.where(worst, share, 0.0))[network.client]
    part = np.divide(share, total, out=np.zeros_like(share), where=worst & (total > 0))
    quotient = np.divide(step[network.client], moved, out=np.ones_like(moved), where=moved != 0)
    return part * np.where(still[network.client], 1.0, quotient)


def received_of(network: Network, share: Floats, lacks: Floats, rho: float) -> Floats:
    """Return what each department lacks at given shares, which add up to 1 or are all 0; shape (n,)."""
    return received_shortfall(_with_shares(network, share), lacks, rho)[0]


def _with_shares(network: Network, share: Floats) -> Network:
    return replace(network, importance=share.copy())


def _spread(
    mixtures: _Mixtures, old: _State, new: _State, direct: Floats, level: Floats, chosen: Bools | None
) -> Floats:
    """Spread what shares make of each client over the services that came, went or count otherwise; shape (m,)."""
    network = mixtures.network
    moved = new.share - old.share
    share = 0.5 * (old.share + new.share)
    counted = np.ones(network.services, bool) if chosen is None else chosen
    # Against what the client lacks without them: a share that grows is taken from the others.
    others = np.where(counted & (chosen is not None), 0.0, share)
    total = network.by_client(others)
    usual = np.divide(network.by_client(others * level), total, out=np.zeros_like(total), where=total > 0)
    part = np.where(counted, moved * (level - usual[network.client]), 0.0)
    whole = network.by_client(part)
    plain = np.where(counted, np.abs(moved), 0.0)
    # Where the levels cannot tell (all alike), by the size of the shares that move.
    useless = (np.abs(whole) <= 1e-12 * network.by_client(np.abs(part))) | (whole * direct <= 0)
    part = np.where(useless[network.client], plain, part)
    whole = network.by_client(part)[network.client]
    spread = np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)
    return spread * direct[network.client]


def _own_parts(mixtures: _Mixtures) -> dict[str, Floats]:
    """Split each service's change of own shortfall over expectation and fulfilment.

    The fulfilment counts net of what the suppliers explain: a score that only follows what its supplier receives has
    not changed by itself, and one that stays where its supplier receives less has got better.
    """
    before, after = mixtures.waves

    def own(expected: Wave, reported: Wave) -> Floats:
        lacks = _shortfall(expected.expectation, reported.fulfilment, mixtures.scoring)
        return np.maximum(lacks - reported.potential, 0.0)

    by_expectation = 0.5 * (own(after, before) - own(before, before) + own(after, after) - own(before, after))
    return {"fulfilment": after.own - before.own - by_expectation, "expectation": by_expectation}


def _shortfall(expectation: Floats, fulfilment: Floats, scoring: str) -> Floats:
    if scoring == "gap":
        return np.clip(expectation - fulfilment, 0.0, 1.0)
    level = np.divide(fulfilment, expectation, out=np.ones_like(fulfilment), where=expectation > 0)
    return np.clip(1.0 - level, 0.0, 1.0)


def _settled(network: Network, share: Floats, own: Floats, through: Floats, rho: float) -> tuple[Floats, Floats]:
    """Return D and d of a mixture of the waves."""
    weighted = _with_shares(network, share)
    received = np.zeros(network.departments)
    for count in range(_MOST_ROUNDS):
        lacks = own + through * received[network.supplier]
        following, effective = received_shortfall(weighted, lacks, rho)
        error = float(np.abs(following - received).max(initial=0.0))
        received = following
        if error <= _SETTLED:
            return received, lacks
        if count % 60 == 59:
            matrix = network.matrix(np.where(share > 0, effective, 0.0) * through)
            following = received_shortfall(weighted, own + through * received[network.supplier], rho)[0]
            step, _ = solve_downstream(matrix.T.tocsr(), following - received, find_components(matrix))
            received = np.maximum(received + step, 0.0)
            if error <= _ROUNDING * (count // 60):
                return received, own + through * received[network.supplier]
    raise NumericalError(
        "The change did not settle: after {rounds} rounds departments still move by {error:.1e}. A transmission close "
        "to 1 inside a large loop does this; lower it and run again.",
        rounds=_MOST_ROUNDS,
        error=error,
    )


def _completed(network: Network, waves: tuple[Wave, Wave]) -> tuple[Wave, Wave]:
    """Give each wave what only the other knows, and put importances on one footing."""
    before, after = waves
    counts = [network.by_client(np.where(wave.present, wave.weight, 0.0)) > 0 for wave in waves]
    filled = []
    for wave, other, has in ((before, after, counts[0]), (after, before, counts[1])):
        silent = ~has[network.client] & ~wave.present
        absent = ~wave.present

        def of(name: str, wave: Wave = wave, other: Wave = other, absent: Bools = absent) -> Floats:
            return np.asarray(np.where(absent, getattr(other, name), getattr(wave, name)))

        names = ("expectation", "fulfilment", "potential", "own", "pass_through", "weight")
        filled.append(replace(wave, present=wave.present | silent, **{name: of(name) for name in names}))
    first, second = filled
    # A client whose services count nothing in one wave is as if it had said nothing there.
    for has, one, other in ((counts[0], first, second), (counts[1], second, first)):
        mute = ~has[network.client] & one.present
        np.copyto(one.weight, other.weight, where=mute)
    both = first.present & second.present
    totals = [network.by_client(np.where(both, wave.weight, 0.0)) for wave in (first, second)]
    factor = np.divide(totals[0], totals[1], out=np.ones(network.departments), where=(totals[0] > 0) & (totals[1] > 0))
    return first, replace(second, weight=second.weight * factor[network.client])
