"""What a report tells of decisions: the plan and what every budget buys, what changed, and a scenario on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.analysis.trend import Trend, compare_last, trend
from cxgraph.decide.planning.plan import Plan, knee
from cxgraph.reporting.contents import PARTS, earlier_periods
from cxgraph.reporting.deciding import plan_table
from cxgraph.reporting.headline import LARGE
from cxgraph.reporting.scenarios import WhatIf, what_if_of
from cxgraph.uncertainty.sizes import size_of

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.comparing.compare import Comparison
    from cxgraph.decide.scenario import Scenario

PLAN_DRAWS, SCENARIO_DRAWS = 100, 200
"""As many as ``cxgraph plan`` and ``cxgraph whatif`` make by default, so that they say the same."""


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan of a report.

    Attributes
    ----------
    plan : Plan
        For the budget that was stated, else for `knee` of the frontier.
    stated : bool
        Whether a budget was stated.
    actions : DataFrame
        `plan_table` of it.
    draws : int
        In how many draws its ``confidence`` was counted; 0 where nothing is known of answers and transmissions.
    frontier : DataFrame
        What every budget buys; empty in networks in which each of its points would take minutes.
    """

    plan: Plan
    stated: bool
    actions: pd.DataFrame
    draws: int
    frontier: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Decisions:
    """Everything on decisions that an organisation gives cause to tell; None for what it does not.

    Attributes
    ----------
    planned : Planned, optional
        With open actions.
    history : Trend, optional
        With two periods or more of which nothing is suppressed.
    comparison : Comparison, optional
        Of the last two of them.
    what_if : WhatIf, optional
        Of the scenario that was asked about.
    """

    planned: Planned | None = None
    history: Trend | None = None
    comparison: Comparison | None = None
    what_if: WhatIf | None = None

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return any(part is not None for part in (self.planned, self.comparison, self.what_if))


def tell_decisions(analysis: Analysis, budget: float | None = None, scenario: Scenario | None = None) -> Decisions:
    """Compute what a report tells of decisions.

    Parameters
    ----------
    analysis : Analysis
        What may be shown of an organisation.
    budget : float, optional
        To plan for; by default the one at which the frontier bends.
    scenario : Scenario, optional
        To try on paper.

    Returns
    -------
    Decisions
        Equal to what ``cxgraph plan``, ``compare``, ``trend`` and ``whatif`` say.

    Raises
    ------
    ParameterError, InputError, NumericalError
        A budget below 0, a scenario that does not fit the organisation, or a cascade that does not settle.
    """
    history = _history(analysis)
    return Decisions(
        planned=_planned(analysis, budget),
        history=history,
        comparison=None if history is None else compare_last(analysis, history),
        what_if=None if scenario is None else what_if_of(analysis, scenario, SCENARIO_DRAWS),
    )


def _planned(analysis: Analysis, budget: float | None) -> Planned | None:
    if not PARTS["plan"].holds(analysis.organization, analysis.cascade.scoring):
        return None
    everything = analysis.plan(float("inf"))
    large = size_of(analysis.cascade.network) > LARGE
    frontier = pd.DataFrame(columns=["cost", "gain", "chosen", "exact"]) if large else everything.frontier()
    money = budget
    if money is None and len(frontier):
        money = float(frontier["cost"].to_numpy(float)[knee(frontier)])
    plan = everything if money is None else analysis.plan(money)
    table = plan_table(analysis, plan, 0 if large else PLAN_DRAWS)
    draws = PLAN_DRAWS if table["confidence"].notna().any() else 0
    return Planned(plan, budget is not None, table, draws, frontier)


def _history(analysis: Analysis) -> Trend | None:
    """Return all periods; None with one of them, or where answers are suppressed: earlier scores could tell them."""
    return trend(analysis) if earlier_periods(analysis.organization) else None
