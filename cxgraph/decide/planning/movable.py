"""The part of a cascade that a set of actions can move, followed again and again with other levels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cxgraph.cascade.linear.components import components_of, find_components
from cxgraph.cascade.linear.solve import solve_along_loops, solve_downstream, solve_woven
from cxgraph.cascade.shortfall import importance_shares, received_shortfall
from cxgraph.decide.planning.lifts import Lifts
from cxgraph.errors import NumericalError
from cxgraph.model.arrays import Bools, Floats, Integers
from cxgraph.model.network import Network, row_starts

EXACT = 1e-14
"""Largest last step of what a department lacks; scores are never that exact."""
_PLAIN_ROUNDS = 60
_MOST_ROUNDS = 20_000
_SMALL = 5_000
_DENSE = 128
"""Departments up to which linear networks are solved by elimination; so small, no thread shares in it."""
_MOST_KNOWN = 1_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """A set of actions followed until everybody has felt it.

    Attributes
    ----------
    gain : float
        Fall of the customers' shortfall.
    received : float array
        What each movable department then lacks.
    own, pass_through : float array
        Levels of the movable services.
    slope : float array
        Customers' loss per unit of each movable service's shortfall: reach of its client times effective share.
    """

    gain: float
    received: Floats
    own: Floats
    pass_through: Floats
    slope: Floats


@dataclass(frozen=True, eq=False)
class Movable:
    """Departments and services that the actions can move; what stands still is folded into constants.

    Attributes
    ----------
    network : Network
        The movable departments, the unmoved suppliers of movable services, and a nowhere that gives each movable
        client one service in place of all that stands still for it.
    stringency : float
        rho.
    own, pass_through : float array, shape (services,)
        Today's levels.
    today : float array, shape (departments,)
        What each lacks today.
    fixed : int array
        Departments that nothing moves.
    actions : int
        k.
    action, service : int array, shape (t,)
        Pairs of an action and a service of `network`.
    own_level, through_level : float array, shape (t,)
        Levels that each pair sets.
    """

    network: Network
    stringency: float
    own: Floats
    pass_through: Floats
    today: Floats
    fixed: Integers
    actions: int
    action: Integers
    service: Integers
    own_level: Floats
    through_level: Floats

    @classmethod
    def of(cls, lifts: Lifts) -> Movable:
        """Fold what no action moves."""
        cascade = lifts.cascade
        network, through = cascade.network, cascade.split.pass_through
        touched = np.zeros(network.services, bool)
        touched[lifts.service] = True
        moved = _downstream(network, through, touched)
        moving = touched | (moved[network.supplier] & (through > 0))
        kept = np.flatnonzero(moving)
        givers = network.supplier[kept]
        still = np.unique(givers[~moved[givers]])
        departments = np.concatenate([np.flatnonzero(moved), still])
        number = np.full(network.departments, -1)
        number[departments] = np.arange(len(departments))
        count, size = int(moved.sum()), len(departments) + 1
        shares = importance_shares(network)
        rest = moved[network.client] & ~moving
        share, level = _folded(
            number[network.client[rest]], shares[rest], cascade.shortfall[rest], count, cascade.stringency
        )
        supplier = np.concatenate([number[givers], np.full(count, size - 1)])
        client = np.concatenate([number[network.client[kept]], np.arange(count)])
        order = np.lexsort((np.arange(len(supplier)), client, supplier))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        local = np.full(network.services, -1, np.int64)
        local[kept] = place[: len(kept)]
        own = np.concatenate([cascade.split.own[kept], level])[order]
        passing = np.concatenate([through[kept], np.zeros(count)])[order]
        blank = np.ones(len(order))
        return cls(
            network=Network(
                supplier=supplier[order].astype(np.int32),
                client=client[order].astype(np.int32),
                start=row_starts(supplier, size),
                expectation=blank,
                fulfilment=blank,
                importance=np.concatenate([shares[kept], share])[order],
                customer_weight=np.append(network.customer_weight[departments], 0.0),
                scale=network.scale,
            ),
            stringency=cascade.stringency,
            own=own,
            pass_through=passing,
            today=np.append(cascade.received[departments], 0.0),
            fixed=np.arange(count, size),
            actions=lifts.actions,
            action=lifts.action,
            service=local[lifts.service],
            own_level=lifts.own,
            through_level=lifts.pass_through,
        )

    def follow(self, chosen: Bools, start: Floats | None = None, accuracy: float = EXACT) -> Outcome:
        """Follow chosen actions until everybody has felt them.

        Parameters
        ----------
        chosen : bool array, shape (k,)
            Which.
        start : float array, optional
            What departments lack under similar actions; today's by default.
        accuracy : float
            Largest last step of what a department lacks.

        Returns
        -------
        Outcome
            Its gain has an error below 1e-12 at transmissions below 0.99.

        Raises
        ------
        NumericalError
            It does not settle.
        """
        known = self._known.get(chosen.tobytes())
        if known is not None:
            return known
        network = self.network
        own, through = self.own.copy(), self.pass_through.copy()
        pairs = chosen[self.action]
        np.minimum.at(own, self.service[pairs], self.own_level[pairs])
        np.minimum.at(through, self.service[pairs], self.through_level[pairs])
        solved = self._solved(own, through)
        if solved is None:
            received, effective = self._settle(own, through, self.today if start is None else start, accuracy)
            reach = _reach(network, effective * through)
        else:
            received, effective, reach = solved
        gain = float(network.customer_weight @ (self.today - received))
        outcome = Outcome(gain, received, own, through, reach[network.client] * effective)
        if solved is not None and len(self._known) < _MOST_KNOWN:
            self._known[chosen.tobytes()] = outcome
        return outcome

    def promise(self, outcome: Outcome, since: Outcome | None = None) -> tuple[Floats, Floats]:
        """Return the most that each pair can add to an outcome, through own shortfall and through pass-through.

        No set of actions S gains more than ``outcome.gain`` and the promises of those of its pairs that stand, summed:
        with the effective shares A of the outcome, N(d) >= sum of A d (a norm lies above its tangents), so what
        departments lack under S is at least what the linear cascade of these shares gives; and that cascade's J is a
        sum of products of levels with coefficients of at least 0, whose slopes only fall as levels fall. So the
        promise holds at every stringency and in loops.

        Parameters
        ----------
        outcome : Outcome
            Whose slopes count.
        since : Outcome, optional
            Measure falls from the levels of this one instead; then it is an estimate and no bound.

        Returns
        -------
        own, pass_through : float array, shape (t,)
            In points of J.
        """
        at = self.service
        start = outcome if since is None else since
        slope = outcome.slope[at]
        fall = np.maximum(start.own[at] - self.own_level, 0.0)
        closing = np.maximum(start.pass_through[at] - self.through_level, 0.0)
        return slope * fall, slope * closing * outcome.received[self.network.supplier[at]]

    def _solved(self, own: Floats, through: Floats) -> tuple[Floats, Floats, Floats] | None:
        """Return shortfalls, effective shares and reaches of a small linear network by one dense solve; else None.

        Thousands of sets are followed for one plan with its draws; in networks of this size rounds of sparse products
        take many times as long as eliminating.
        """
        network, size = self.network, len(self.today)
        if self.stringency != 1.0 or size > _DENSE:
            return None
        passed = self._shares * through
        fault = np.bincount(network.client, self._shares * own, size)
        fault[self.fixed] = self.today[self.fixed]
        system = self._identity - np.bincount(self._cells, passed, size * size).reshape(size, size)
        right = np.stack([fault, network.customer_weight])
        received, reach = np.linalg.solve(np.stack([system, system.T]), right[:, :, None])[:, :, 0]
        if (own == self.own).all() and (through == self.pass_through).all():
            received = self.today
        return received, self._shares, reach

    @cached_property
    def _known(self) -> dict[bytes, Outcome]:
        """Outcomes that do not depend on where rounds start; searches come back to a third of their sets."""
        return {}

    @cached_property
    def _identity(self) -> Floats:
        return np.eye(len(self.today))

    @cached_property
    def _cells(self) -> Integers:
        """Where each service stands in the matrix of departments, row by row."""
        return self.network.client * np.int64(len(self.today)) + self.network.supplier

    @cached_property
    def _shares(self) -> Floats:
        return importance_shares(self.network)

    def _round(self, own: Floats, through: Floats, received: Floats) -> tuple[Floats, Floats]:
        network = self.network
        following, effective = received_shortfall(network, own + through * received[network.supplier], self.stringency)
        following[self.fixed] = self.today[self.fixed]
        return following, effective

    def _settle(self, own: Floats, through: Floats, received: Floats, accuracy: float) -> tuple[Floats, Floats]:
        for count in range(_MOST_ROUNDS):
            following, effective = self._round(own, through, received)
            error = float(np.abs(following - received).max(initial=0.0))
            received = following
            if error <= accuracy:
                return received, effective
            if count % _PLAIN_ROUNDS == _PLAIN_ROUNDS - 1:
                received = self._leap(own, through, received, error)
        raise NumericalError(
            "The plan did not settle: after {rounds} rounds departments still move by {error:.1e}. A transmission "
            "close to 1 inside a large loop does this; lower it and run again.",
            rounds=_MOST_ROUNDS,
            error=error,
        )

    def _leap(self, own: Floats, through: Floats, received: Floats, error: float) -> Floats:
        """Return a better guess by Newton's steps, or the given one where they do not help."""
        network, best = self.network, received
        for _ in range(10):
            following, effective = self._round(own, through, best)
            matrix = network.matrix(effective * through)
            step, _ = solve_downstream(matrix.T.tocsr(), following - best, find_components(matrix))
            candidate = np.clip(best + step, 0.0, 1.0)
            candidate[self.fixed] = self.today[self.fixed]
            left = float(np.abs(self._round(own, through, candidate)[0] - candidate).max(initial=0.0))
            if not left < error / 2:
                break
            best, error = candidate, left
        return best


def _reach(network: Network, passed: Floats) -> Floats:
    """Return the customers' loss per unit that each department lacks, shape (n,)."""
    matrix, weight = network.matrix(passed), network.customer_weight
    reach = weight
    for _ in range(_PLAIN_ROUNDS):  # from below; in small networks cheaper than finding the loops
        following = weight + matrix @ reach
        step = float(np.abs(following - reach).max(initial=0.0))
        reach = following
        if step <= EXACT * float(reach.max(initial=0.0)):
            return np.asarray(reach)
        if network.services > _SMALL:
            break
    solved, _ = solve_woven(matrix, weight) or solve_along_loops(matrix, weight, components_of(network))
    return solved


def _downstream(network: Network, through: Floats, touched: Bools) -> Bools:
    """Return the departments that can feel what happens to some services, shape (n,)."""
    moved = np.zeros(network.departments, bool)
    moved[network.client[touched]] = True
    passing = np.flatnonzero(through > 0)
    supplier, client = network.supplier[passing], network.client[passing]
    while True:
        more = moved.copy()
        more[client[moved[supplier]]] = True
        if (more == moved).all():
            return moved
        moved = more


def _folded(client: Integers, share: Floats, lacks: Floats, count: int, rho: float) -> tuple[Floats, Floats]:
    """Return for each client the share of some of its services and the one shortfall that stands for them."""
    total = np.bincount(client, share, count).astype(float)
    worst = np.zeros(count)
    np.maximum.at(worst, client[share > 0], lacks[share > 0])
    if np.isinf(rho):
        return total, worst
    relative = np.divide(lacks, worst[client], out=np.zeros_like(lacks), where=worst[client] > 0)
    power = np.bincount(client, share * relative**rho, count)
    mean = np.divide(power, total, out=np.zeros(count), where=total > 0)
    return total, worst * mean ** (1.0 / rho)
