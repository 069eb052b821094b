"""What to do with a given sum of money: the set of actions that spares the customers most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.decide.planning.candidates import Candidates
from cxgraph.decide.planning.habits import HABITS, follow_habit
from cxgraph.decide.planning.lifts import lift_services
from cxgraph.decide.planning.linear import Programme
from cxgraph.decide.planning.movable import Movable, Outcome
from cxgraph.decide.planning.search import EXACT_UP_TO, SAME, Best, best_set
from cxgraph.decide.what_if import ServiceChange
from cxgraph.errors import ParameterError, Problem, check_whole
from cxgraph.model.arrays import Bools, Floats

_POINTS = 60
_STEPS = 20


@dataclass(frozen=True, eq=False)
class Plan:
    """The best set of actions for a budget, and what stands beside it.

    Attributes
    ----------
    budget : float
        In the organisation's currency.
    candidates : Candidates
        The actions that can be chosen, by id: open ones and proposals.
    customer_shortfall : float
        J of today.
    notes : tuple of Problem
        What was left out, and why.
    """

    budget: float
    candidates: Candidates
    customer_shortfall: float
    notes: tuple[Problem, ...]
    _cascade: Cascade
    _programme: Programme
    _nothing: Outcome
    _best: Best
    _belonging: Callable[[int, int], Floats | None] | None = None

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the chosen actions, in order."""
        return self._named(self._best.chosen)

    @property
    def cost(self) -> float:
        """What the chosen actions cost."""
        return self._programme.rules.spent(self._best.chosen)

    @property
    def gain(self) -> float:
        """Fall of the customers' shortfall once everybody has felt the chosen actions, in points of J."""
        return self._best.outcome.gain

    @property
    def bound(self) -> float:
        """Proved: no permitted set of these actions gains more for this budget."""
        return self._best.bound

    @property
    def exact(self) -> bool:
        """Whether the plan is proved to be the best."""
        return self._best.exact

    @cached_property
    def changes(self) -> tuple[ServiceChange, ...]:
        """The scores that the chosen actions set, for `Analysis.what_if`."""
        aims, network = self.candidates.aims, self._cascade.network
        taken = self._best.chosen[aims.lifting]
        level = network.fulfilment.copy()
        np.maximum.at(level, aims.service[taken], aims.fulfilment[taken])
        rows = np.flatnonzero(level > network.fulfilment)
        named = self.candidates.services
        return tuple(
            ServiceChange(*named[row], fulfilment=float(level[row]))  # supplier, client, service
            for row in rows.tolist()
        )

    @cached_property
    def transmission(self) -> Mapping[str, float]:
        """The transmissions that the chosen actions set, for `Analysis.what_if`."""
        aims = self.candidates.aims
        taken = np.flatnonzero(self._best.chosen[aims.closing])
        lowest: dict[str, float] = {}
        for pair in taken.tolist():
            place = int(aims.department[pair])
            value = min(float(aims.transmission[pair]), float(self._cascade.transmission[place]))
            name = self.candidates.departments[place]
            lowest[name] = min(value, lowest.get(name, 1.0))
        return lowest

    def table(self) -> pd.DataFrame:
        """Return every action that could be chosen.

        Returns
        -------
        DataFrame
            Indexed by ``id``, the chosen ones first, by what they gain alone: ``title``; ``cost``; ``chosen``;
            ``alone`` (fall of J by this action with all that it needs); ``last`` (for a chosen one: what is lost of
            the plan's gain without it and what needs it; for others: what it would add to the plan if money were no
            object; NaN where a group of alternatives excludes it); ``needs``, ``alternative``, ``earliest``.

        Notes
        -----
        Gains overlap: ``last`` does not add up to the plan's gain, nor does ``alone``. One solve for each action; of
        more than 200, those that promise nothing are not solved and have 0.
        """
        rules, chosen = self._programme.rules, self._best.chosen
        promised = self._programme.alone(self._programme.values(self._nothing))
        asked = np.ones(len(chosen), bool) if len(chosen) <= 200 else chosen | (promised >= _least(promised, 200))
        alone, last = np.zeros(len(chosen)), np.zeros(len(chosen))
        for action in range(len(chosen)):
            if not asked[action] or not rules.possible[action]:
                last[action] = 0.0 if rules.possible[action] else np.nan
                continue
            alone[action] = max(self._gain(_with(rules.closure[action], len(chosen))), 0.0)
            last[action] = self._last(action)
        table = self.candidates.table
        frame = pd.DataFrame(
            {
                "title": table["title"],
                "cost": table["cost"],
                "chosen": chosen,
                "alone": alone,
                "last": last,
                "needs": table["needs"],
                "alternative": table["alternative"],
                "earliest": table["earliest"],
            }
        )
        return frame.iloc[np.lexsort((np.arange(len(frame)), -alone, ~chosen))]

    def _last(self, action: int) -> float:
        rules, chosen = self._programme.rules, self._best.chosen
        other = chosen.copy()
        if chosen[action]:
            other[list(rules.dependents[action])] = False
            return max(self.gain - self._gain(other), 0.0)
        wanted = list(rules.closure[action])
        other[wanted] = True
        if not rules.permits(other, np.inf):
            return float("nan")
        return max(self._gain(other) - self.gain, 0.0)

    def frontier(self) -> pd.DataFrame:
        """Return what every budget buys at best.

        Returns
        -------
        DataFrame
            ``cost``, ``gain`` (both rise), ``chosen`` (ids), ``exact``; the first row is what can be had for nothing.

        Notes
        -----
        Up to 20 actions: every set that no cheaper one equals, from the dearest down, the last 60 of them; below
        that, and with more actions, the best sets at twenty budgets in equal steps.
        """
        rules = self._programme.rules
        everything = float(rules.cost[rules.possible].sum())
        found: list[Best] = []
        budget, points = everything, 0
        if int(rules.possible.sum()) <= EXACT_UP_TO:
            while points < _POINTS:
                best = best_set(self._programme, self._nothing, budget)
                found.append(best)
                points += 1
                spent = rules.spent(best.chosen)
                if spent <= 0:
                    return self._frame(found)
                budget = np.nextafter(spent * (1 - 2e-9), 0.0)
        found.append(self._best)
        for step in range(_STEPS + 1):
            found.append(best_set(self._programme, self._nothing, budget * step / _STEPS))
        return self._frame(found)

    def _frame(self, found: list[Best]) -> pd.DataFrame:
        rules = self._programme.rules
        rows = sorted(
            ((rules.spent(best.chosen), -best.outcome.gain, self._named(best.chosen), best.exact) for best in found),
        )
        kept: list[tuple[float, float, tuple[str, ...], bool]] = []
        for cost, lost, names, exact in rows:
            if not kept or -lost > kept[-1][1] + SAME:
                kept.append((cost, -lost, names, exact))
        return pd.DataFrame(kept, columns=["cost", "gain", "chosen", "exact"])

    def habits(self) -> pd.DataFrame:
        """Return what is done without a network, with the same money.

        Returns
        -------
        DataFrame
            Indexed by ``rule`` (``plan``, ``worst_rated``, ``cheapest``, ``customer_facing``): ``cost``, ``gain``,
            ``share`` (of the plan's gain; NaN where it gains nothing), ``chosen``.
        """
        rows: dict[str, tuple[float, float, float, tuple[str, ...]]] = {}
        for name in ("plan", *HABITS):
            chosen = self._best.chosen if name == "plan" else follow_habit(name, self.candidates, self.budget)
            gain = self.gain if name == "plan" else max(self._gain(chosen), 0.0)
            share = gain / self.gain if self.gain > 0 else float("nan")
            rows[name] = (self._programme.rules.spent(chosen), gain, share, self._named(chosen))
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["cost", "gain", "share", "chosen"])
        return frame.rename_axis("rule")

    def confidence(self, draws: int = 100, seed: int = 0) -> pd.Series:
        """Return in what part of the draws each action belongs to the best plan.

        Parameters
        ----------
        draws : int
            How often answers and transmissions are drawn again, at least 20.
        seed : int
            Same seed, same bytes.

        Returns
        -------
        Series
            Indexed by ``id``, in [0, 1]; NaN where nothing is known of the answers or of the transmissions.

        Raises
        ------
        ParameterError
            Fewer draws.
        """
        check_whole("draws", draws, 20)
        parts = self._belonging(int(draws), seed) if self._belonging is not None else None
        ids = pd.Index(self.candidates.ids, name="id")
        return pd.Series(np.full(len(ids), np.nan) if parts is None else parts, ids, name="confidence")

    def to_frame(self) -> pd.DataFrame:
        """Return `table`."""
        return self.table()

    def _gain(self, chosen: Bools) -> float:
        movable: Movable = self._programme.movable
        return movable.follow(chosen, self._nothing.received).gain

    def _named(self, chosen: Bools) -> tuple[str, ...]:
        ids = self.candidates.ids
        return tuple(ids[place] for place in np.flatnonzero(chosen))

    def __repr__(self) -> str:
        best = "the best" if self.exact else f"at least {self.gain / self.bound:.1%} of the best" if self.bound else ""
        return f"<Plan: {len(self.chosen)} actions for {self.cost:g}, gain {self.gain:.4f} ({best})>"


def knee(frontier: pd.DataFrame) -> int:
    """Return the row of a frontier from which on more money buys clearly less: farthest above the straight line.

    Parameters
    ----------
    frontier : DataFrame
        ``cost`` and ``gain``, both rising.

    Returns
    -------
    int
        The last row where no row lies above the line from the first to the last.

    Examples
    --------
    >>> knee(pd.DataFrame({"cost": [0, 10, 20, 100], "gain": [0, 0.1, 0.12, 0.13]}))
    2
    """
    cost, gain = (frontier[name].to_numpy(float) for name in ("cost", "gain"))
    rise, run = max(gain[-1] - gain[0], 1e-9), max(cost[-1] - cost[0], 1e-9)
    return int(np.argmax((gain - gain[0]) / rise - (cost - cost[0]) / run)) or len(frontier) - 1


def make_plan(
    cascade: Cascade,
    candidates: Candidates,
    budget: float,
    belonging: Callable[[int, int], Floats | None] | None = None,
) -> Plan:
    """Choose the best set of actions for a budget.

    Parameters
    ----------
    cascade : Cascade
        Today.
    candidates : Candidates
        Of its organisation.
    budget : float
        At least 0; ``inf`` for as much as it takes.
    belonging : callable, optional
        Returns for a number of draws and a seed in what part of them each action belongs to the best plan.

    Returns
    -------
    Plan
        Exact with up to 20 actions, and with more where gains add up or the bound is reached.

    Raises
    ------
    ParameterError
        A budget that is no number of at least 0.
    NumericalError
        A set of actions does not settle.
    """
    if isinstance(budget, bool) or not isinstance(budget, (int, float, np.integer, np.floating)) or not budget >= 0:
        raise ParameterError("budget is {value}; it takes a number of 0 or more.", value=repr(budget))
    whole = float(candidates.rules.cost.sum())
    programme = Programme(candidates.rules, Movable.of(lift_services(cascade, candidates.aims)))
    nothing = programme.movable.follow(np.zeros(len(candidates.ids), bool))
    best = best_set(programme, nothing, min(float(budget), whole))
    return Plan(
        budget=float(budget),
        candidates=candidates,
        customer_shortfall=cascade.customer_shortfall,
        notes=candidates.notes,
        _cascade=cascade,
        _programme=programme,
        _nothing=nothing,
        _best=best,
        _belonging=belonging,
    )


def _with(actions: tuple[int, ...], count: int) -> Bools:
    chosen = np.zeros(count, bool)
    chosen[list(actions)] = True
    return chosen


def _least(values: Floats, most: int) -> float:
    return max(float(np.sort(values)[-most]), float(np.nextafter(0.0, 1.0)))
