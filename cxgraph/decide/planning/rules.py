"""Which sets of actions are allowed: what each needs, which exclude one another, and what they cost together."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cxgraph.model.arrays import Bools, Floats, Integers

ROUNDING = 1e-9
"""By what part of itself costs may exceed a budget: sums of decimals are not exact."""


@dataclass(frozen=True, eq=False)
class Rules:
    """What a plan must respect; k actions.

    Attributes
    ----------
    cost : float array, shape (k,)
        At least 0.
    action, needed : int array, shape (r,)
        The first of each pair needs the second.
    group : int array, shape (k,)
        At most one of the actions with the same number of 0 or more is taken; -1 is no group.
    barred : bool array, shape (k,)
        Never taken, because something that they need cannot be.
    """

    cost: Floats
    action: Integers
    needed: Integers
    group: Integers
    barred: Bools

    @cached_property
    def closure(self) -> tuple[tuple[int, ...], ...]:
        """Each action with all that it needs, directly or not."""
        return _closures(len(self.cost), self.action, self.needed)

    @cached_property
    def needs(self) -> Bools:
        """Whether each action needs each other one, or is it, shape (k, k); for the searches of few actions."""
        found = np.zeros((len(self.cost), len(self.cost)), bool)
        for action, wanted in enumerate(self.closure):
            found[action, list(wanted)] = True
        return found

    @cached_property
    def excludes(self) -> Bools:
        """Whether two actions are in one group, an action and itself too, shape (k, k); for the same searches."""
        return np.asarray((self.group[:, None] == self.group) & (self.group >= 0))

    @cached_property
    def dependents(self) -> tuple[tuple[int, ...], ...]:
        """Each action with all that need it, directly or not."""
        return _closures(len(self.cost), self.needed, self.action)

    @cached_property
    def possible(self) -> Bools:
        """Actions whose needs can be met at all: none is barred and no two of them exclude each other."""
        fine = np.ones(len(self.cost), bool)
        for number, wanted in enumerate(self.closure):
            groups = [self.group[one] for one in wanted if self.group[one] >= 0]
            fine[number] = len(set(groups)) == len(groups) and not self.barred[list(wanted)].any()
        return fine

    def spent(self, chosen: Bools) -> float:
        """Return what chosen actions cost, exactly rounded."""
        return math.fsum(self.cost[chosen])

    def permits(self, chosen: Bools, budget: float) -> bool:
        """Return whether chosen actions may be taken together for a budget."""
        groups = self.group[chosen]
        groups = groups[groups >= 0]
        return bool(
            self.spent(chosen) <= budget * (1 + ROUNDING)
            and not (chosen[self.action] & ~chosen[self.needed]).any()
            and not (chosen & self.barred).any()
            and len(groups) == len(np.unique(groups))
        )


class Basket:
    """Actions taken so far and what is left of the budget; takes an action only with all that it needs.

    Parameters
    ----------
    rules : Rules
        To be respected.
    budget : float
        In the currency of the costs.
    taken : iterable of int
        Already in it.
    """

    def __init__(self, rules: Rules, budget: float, taken: Iterable[int] = ()) -> None:
        self.rules = rules
        self.budget = budget * (1 + ROUNDING)
        self.taken: set[int] = {int(one) for one in taken}
        self.groups = {int(rules.group[one]) for one in self.taken} - {-1}
        self._cost: list[float] = rules.cost.tolist()
        self._group: list[int] = rules.group.tolist()
        self.spent = math.fsum(self._cost[one] for one in self.taken)

    def missing(self, action: int) -> list[int] | None:
        """Return what would have to be taken for an action; None where that is not possible."""
        if not self.rules.possible[action]:
            return None
        more = [one for one in self.rules.closure[action] if one not in self.taken]
        if any(self._group[one] in self.groups for one in more):
            return None
        if self.spent + math.fsum(self._cost[one] for one in more) > self.budget:
            return None
        return more

    def take(self, action: int) -> bool:
        """Take an action with what it needs, and return whether that was possible."""
        more = self.missing(action)
        if more is None:
            return False
        self.taken.update(more)
        self.groups.update(self._group[one] for one in more if self._group[one] >= 0)
        self.spent = math.fsum(self._cost[one] for one in self.taken) if len(self.taken) < 50 else self._more(more)
        return True

    def _more(self, more: list[int]) -> float:
        return self.spent + math.fsum(self._cost[one] for one in more)

    def chosen(self) -> Bools:
        """Return what was taken, shape (k,)."""
        found = np.zeros(len(self._cost), bool)
        found[sorted(self.taken)] = True
        return found


def _closures(count: int, action: Integers, needed: Integers) -> tuple[tuple[int, ...], ...]:
    links: dict[int, list[int]] = {}
    for one, other in zip(action.tolist(), needed.tolist(), strict=True):
        links.setdefault(one, []).append(other)
    found = []
    for first in range(count):
        seen, waiting = {first}, [first]
        while waiting:
            for other in links.get(waiting.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        found.append(tuple(sorted(seen)))
    return tuple(found)
