"""The best set of actions where gains add up: a mixed-integer programme on HiGHS, and the bound that its duals prove.

Maximise the sum of the promises of the pairs that stand, so that costs stay within the budget, what an action needs
is taken with it, at most one of a group is taken, and on each service the best of the taken actions stands.

With multipliers y >= 0 of the rows A x <= b and x in [0, 1], no choice is worth more than
y b + sum of max(0, c - A'y): that holds for any y, however accurately the linear programme was solved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from cxgraph.decide.planning.movable import Movable, Outcome
from cxgraph.decide.planning.rules import Basket, Rules
from cxgraph.errors import NumericalError
from cxgraph.model.arrays import Bools, Floats, Integers

_CORE = 60
"""Actions that the whole numbers are searched among; all others are settled by their reduced worth."""
_NODES = 200
_CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class Choice:
    """A set of actions that is best where promises add up.

    Attributes
    ----------
    chosen : bool array, shape (k,)
        Permitted by the rules.
    worth : float
        Its promises.
    bound : float
        No permitted set promises more.
    """

    chosen: Bools
    worth: float
    bound: float


@dataclass(frozen=True, eq=False)
class Programme:
    """The rows of the programme, which stay the same for every set of promises.

    Attributes
    ----------
    rules : Rules
        Of k actions.
    movable : Movable
        Whose t pairs the promises are of.
    """

    rules: Rules
    movable: Movable

    @cached_property
    def contested(self) -> Integers:
        """Pairs on services that several actions aim at, shape (q,): each gets variables that say whether it stands."""
        service = self.movable.service
        return np.flatnonzero(np.bincount(service, minlength=self.movable.network.services)[service] > 1)

    @cached_property
    def _rows(self) -> tuple[sparse.csr_matrix, Floats]:
        """A and b, without the budget: of k actions, then q pairs for own shortfall and q for pass-through."""
        rules, count = self.rules, len(self.rules.cost)
        pairs = self.contested
        place: list[tuple[int, int, float]] = []
        right: list[float] = []

        def row(entries: list[tuple[int, float]], limit: float) -> None:
            place.extend((len(right), column, value) for column, value in entries)
            right.append(limit)

        for one, other in zip(rules.action.tolist(), rules.needed.tolist(), strict=True):
            if one != other:
                row([(one, 1.0), (other, -1.0)], 0.0)
        for members in _grouped(rules.group, rules.group >= 0):
            row([(one, 1.0) for one in members], 1.0)
        by_service = _grouped(self.movable.service[pairs], np.ones(len(pairs), bool))
        for first in (count, count + len(pairs)):
            for number, pair in enumerate(pairs.tolist()):
                row([(first + number, 1.0), (int(self.movable.action[pair]), -1.0)], 0.0)
            for members in by_service:
                row([(first + one, 1.0) for one in members], 1.0)
        lines, columns, values = (np.array(part) for part in zip(*place, strict=True)) if place else ([], [], [])
        size = (len(right), count + 2 * len(pairs))
        return sparse.csr_matrix((values, (lines, columns)), size), np.array(right)

    def _limits(self, budget: float) -> tuple[sparse.csr_matrix, Floats, Floats]:
        """Return A and b with the budget's row, and the upper bounds of the variables."""
        rows, right = self._rows
        count = len(self.rules.cost)
        unit = budget if budget > 0 else 1.0
        money = np.zeros(rows.shape[1])
        money[:count] = self.rules.cost / unit
        upper = np.ones(rows.shape[1])
        upper[:count][(self.rules.cost > budget * (1 + _CLOSE)) | ~self.rules.possible] = 0.0
        money[:count][upper[:count] == 0] = 0.0
        limits = sparse.vstack([sparse.csr_matrix(money), rows]).tocsr()
        return limits, np.append((1.0 + _CLOSE) * (budget > 0), right), upper

    def values(self, outcome: Outcome, since: Outcome | None = None) -> Floats:
        """Return what each variable promises at an outcome; see `Movable.promise`."""
        own, through = self.movable.promise(outcome, since)
        single = np.ones(len(own), bool)
        single[self.contested] = False
        alone = np.bincount(self.movable.action[single], (own + through)[single], len(self.rules.cost))
        return np.concatenate([alone, own[self.contested], through[self.contested]])

    def alone(self, values: Floats) -> Floats:
        """Return what each action promises alone, shape (k,)."""
        count, pairs = len(self.rules.cost), self.contested
        worth = values[:count].copy()
        np.add.at(worth, self.movable.action[pairs], values[count : count + len(pairs)] + values[count + len(pairs) :])
        return worth

    def worth(self, chosen: Bools, values: Floats) -> float:
        """Return what chosen actions promise together, the best of them standing on each service."""
        count, pairs = len(self.rules.cost), self.contested
        total = float(values[:count][chosen].sum())
        taken = chosen[self.movable.action[pairs]]
        service = self.movable.service[pairs][taken]
        for first in (count, count + len(pairs)):
            best = np.zeros(self.movable.network.services)
            np.maximum.at(best, service, values[first : first + len(pairs)][taken])
            total += float(best.sum())
        return total

    def choose(self, values: Floats, budget: float) -> Choice:
        """Return the set of actions that promises most.

        Parameters
        ----------
        values : float array
            From `values`.
        budget : float
            At least 0.

        Returns
        -------
        Choice
            With worth = bound where it is proved to be the best.
        """
        count, top = len(self.rules.cost), float(values.max(initial=0.0))
        if not top > 0:
            return Choice(np.zeros(count, bool), 0.0, 0.0)
        values = values / top
        limits, right, upper = self._limits(budget)
        found = _linprog(-values, A_ub=limits, b_ub=right, bounds=_between(upper), method="highs")
        prices = np.maximum(-found.ineqlin.marginals, 0.0)
        reduced = values - limits.T @ prices
        bound = float(prices @ right + np.maximum(reduced, 0.0) @ upper)
        chosen = self._rounded(np.round(found.x[:count], 6), values, budget)
        worth = self.worth(chosen, values)
        # What is reduced by more than the gap cannot be otherwise in any better choice.
        near = np.flatnonzero((np.abs(reduced) <= (bound - worth) * (1 + _CLOSE) + _CLOSE) & (upper > 0))
        if bound - worth <= _CLOSE * bound or not len(near):
            return Choice(chosen, worth * top, max(bound, worth) * top)
        settled = len(near) <= _CORE
        near = np.sort(near[np.argsort(np.abs(reduced[near]), kind="stable")[:_CORE]])
        base = np.where(reduced > 0, upper, 0.0)
        base[near] = 0.0
        nodes = int(np.clip(20_000 // len(values), 10, _NODES))
        core = _whole(values[near], limits[:, near], right - limits @ base, upper[near], nodes)
        rest = float(values @ base)
        for part in core.found:
            base[near] = part
            other = base[:count] > 0.5
            if self.rules.permits(other, budget) and self.worth(other, values) > worth:
                chosen, worth = other, self.worth(other, values)
        if settled:
            bound = min(bound, max(worth, rest + core.bound))
        return Choice(chosen, worth * top, max(bound, worth) * top)

    def bound(self, outcomes: tuple[Outcome, ...], budget: float) -> float:
        """Return what no permitted set can gain, from the promises of several outcomes at once."""
        limits, right, upper = self._limits(budget)
        values = np.array([self.values(one) for one in outcomes])
        gains = np.array([one.gain for one in outcomes])
        top = max(float(values.max(initial=0.0)), float(gains.max(initial=0.0)))
        if not top > 0:
            return 0.0
        rows = sparse.bmat([[sparse.csr_matrix(-values / top), np.ones((len(gains), 1))], [limits, None]]).tocsr()
        right = np.concatenate([gains / top, right])
        found = _linprog(
            np.append(np.zeros(len(upper)), -1.0),
            A_ub=rows,
            b_ub=right,
            bounds=_between(np.append(upper, np.inf)),
            method="highs",
        )
        prices = np.maximum(-found.ineqlin.marginals, 0.0)
        weights = prices[: len(gains)].sum()
        if not weights > 0:
            return float("inf")
        prices[: len(gains)] /= weights
        reduced = -(rows[:, :-1].T @ prices)
        return float(prices @ right + np.maximum(reduced, 0.0) @ upper) * top

    def fill(self, chosen: Bools, values: Floats, budget: float) -> Bools:
        """Return a set with whatever promises most for the money added, as long as the budget lasts."""
        worth = self.alone(values)
        basket = Basket(self.rules, budget, np.flatnonzero(chosen).tolist())
        for action in np.argsort(-_density(worth, self.rules.cost), kind="stable").tolist():
            if worth[action] > 0 and action not in basket.taken:
                basket.take(action)
        return basket.chosen()

    def _rounded(self, fractions: Floats, values: Floats, budget: float) -> Bools:
        """Return a permitted set near a fractional one."""
        worth = self.alone(values)
        basket = Basket(self.rules, budget)
        for action in np.lexsort((-_density(worth, self.rules.cost), -fractions)).tolist():
            if worth[action] > 0:
                basket.take(action)
        return basket.chosen()


def _linprog(*given: Any, **named: Any) -> Any:
    """Return what `scipy.optimize.linprog` does; imported here, since reports without a plan need none of it."""
    from scipy.optimize import linprog  # noqa: PLC0415

    return linprog(*given, **named)


@dataclass(frozen=True, eq=False)
class _Core:
    """What the search for whole numbers found: permitted choices, and what none of the others exceeds."""

    found: tuple[Floats, ...]
    bound: float


def _whole(values: Floats, limits: sparse.csr_matrix, right: Floats, upper: Floats, nodes: int) -> _Core:
    """Return the best whole numbers of a small programme, by branching on its linear programmes.

    HiGHS has a search of its own (`scipy.optimize.milp`), but it now and then writes to the standard output
    ("tmpSolver.run"), where cxgraph has its data.
    """
    used = np.diff(limits.indptr) > 0
    if (right[~used] < -_CLOSE).any():
        return _Core((), -np.inf)
    limits, right = limits[used], right[used]
    best, found = -np.inf, []
    waiting: list[tuple[float, Floats, Floats]] = [(np.inf, np.zeros(len(values)), upper.copy())]
    while waiting and nodes > 0:
        promised, low, high = waiting.pop()
        if promised <= best + _CLOSE:
            continue
        nodes -= 1
        solved = _linprog(-values, A_ub=limits, b_ub=right, bounds=np.stack([low, high], axis=1), method="highs")
        if solved.status == 2:  # no such choice
            continue
        if solved.status != 0:
            raise NumericalError("The linear programme of the plan was not solved: {reason}.", reason=solved.message)
        worth = -float(solved.fun)
        if worth <= best + _CLOSE:
            continue
        apart = np.abs(solved.x - np.round(solved.x))
        column = int(np.argmax(apart))
        if apart[column] <= 1e-7:
            best = worth
            found.append(np.round(solved.x))
            continue
        for value in (1.0 - np.round(solved.x[column]), np.round(solved.x[column])):  # the nearer one is tried first
            below, above = low.copy(), high.copy()
            below[column] = above[column] = value
            waiting.append((worth, below, above))
    return _Core(tuple(found), max([best, *(node[0] for node in waiting)]))


def _density(worth: Floats, cost: Floats) -> Floats:
    """Return worth for money; what is free comes first, the worthier the earlier."""
    least = max(float(cost.max(initial=0.0)) * 1e-12, 1e-300)
    return np.asarray(worth / np.maximum(cost, least))


def _between(upper: Floats) -> Floats:
    return np.stack([np.zeros(len(upper)), upper], axis=1)


def _grouped(number: Integers, wanted: Bools) -> list[list[int]]:
    """Return the places of each number that stands at several wanted places."""
    at = np.flatnonzero(wanted)
    at = at[np.argsort(number[at], kind="stable")]
    parts = np.split(at, np.flatnonzero(np.diff(number[at])) + 1) if len(at) else []
    return [part.tolist() for part in parts if len(part) > 1]
