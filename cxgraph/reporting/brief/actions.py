"""The open actions: what they cost, how old they are, and what customers gain by each and by all that go together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.audits.context import Context
from cxgraph.cascade.ranking import rank_descending
from cxgraph.cascade.shortfall import shortfall
from cxgraph.decide.planning.rules import Basket
from cxgraph.reporting.deciding import plan_table

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.planning.plan import Plan
    from cxgraph.reporting.context import ReportContext

COSTLIEST = 5
PER = 10_000
"""Units of the currency that gains are given for."""


@dataclass(frozen=True, eq=False)
class OpenActions:
    """The open actions of an improvement log.

    Attributes
    ----------
    table : DataFrame
        Indexed by id, the largest gain first: ``title``, ``owner``, ``cost``, ``age_days``, ``alone`` (fall of the
        customers' gap, as `Analysis.plan` has it), ``own_part`` (the part of it by what originates at the suppliers
        themselves: a score above what a supplier's own receipts allow would have to shield its client), ``per_money``
        (of `own_part`, for each `PER` of the currency) and ``aimed`` (to lift one of the costliest services). Gains are
        NaN where the service is suppressed or nothing says what the action lifts.
    together : tuple of str
        Ids of those that can be done together: of alternatives the best, and nothing that needs another one.
    gain : float
        Fall of the customers' gap by those.
    cost : float
        Of those, as far as it is known.
    aimed, top : int
        How many of the so many costliest services an open action is to lift.
    proposed : int
        Actions of the plan that are not open yet, hence not among them.
    gain_with_plan : float
        Fall of the customers' gap by the best choice among the open actions and those of the plan, all paid for.
    """

    table: pd.DataFrame
    together: tuple[str, ...]
    gain: float
    cost: float
    aimed: int
    top: int
    proposed: int
    gain_with_plan: float

    @property
    def count(self) -> int:
        """How many actions are open."""
        return len(self.table)


def open_actions(context: ReportContext) -> OpenActions | None:
    """Return the open actions with their gains; None where no improvement log is kept."""
    analysis = context.analysis
    audited = Context(analysis.organization, analysis.cascade)
    log = audited.log
    if log is None:
        return None
    begun = set(log.table.loc[log.open | log.closed, "id"])  # proposals are no actions under way
    given = analysis.organization.actions
    plan = analysis.plan(float("inf"), None if given is None else given[given["id"].isin(begun)])
    planned = plan_table(analysis, plan, 0)
    table = log.table[log.open].set_index("id")[["title", "owner", "cost"]]
    costliest = audited.scored[rank_descending(analysis.cascade.contribution)[:COSTLIEST]]
    attended = log.attended(len(audited.services))
    top = set(costliest.tolist())
    aims = {str(log.table["id"].iat[action]) for action, service in log.aims if service in top and log.lifting[action]}
    frame = table.assign(
        age_days=log.days[log.open],
        alone=planned["alone"].reindex(table.index).to_numpy(float),
        own_part=_own_part(analysis, plan).reindex(table.index).to_numpy(float),
        aimed=[name in aims for name in table.index.astype(str)],
    )
    frame["own_part"] = np.minimum(frame["own_part"], frame["alone"])  # suppressed where that is
    cost = frame["cost"].to_numpy(float)
    frame["per_money"] = np.divide(
        frame["own_part"].to_numpy(float) * PER, cost, out=np.full(len(frame), np.nan), where=cost > 0
    )
    together = _together(plan, frame.index)
    proposed = set(_planned(context)) - set(table.index)
    order = np.lexsort((np.arange(len(frame)), -np.nan_to_num(frame["alone"].to_numpy(float), nan=-1.0)))
    return OpenActions(
        frame.iloc[order],
        together,
        plan.gain,
        float(np.nansum(cost[frame.index.isin(together)])),
        int(attended[costliest].sum()),
        len(costliest),
        len(proposed),
        plan.gain if given is None else _gain(analysis, given, begun | proposed),
    )


def _gain(analysis: Analysis, actions: pd.DataFrame, ids: set[str]) -> float:
    """Return what the best choice among some actions gains, all paid for."""
    return analysis.plan(float("inf"), actions[actions["id"].isin(ids)]).gain


def _planned(context: ReportContext) -> list[str]:
    """Return the ids of what the plan chose; none without a plan."""
    planned = context.results.decisions.planned
    return [] if planned is None else list(planned.plan.chosen)


def _together(plan: Plan, ids: pd.Index) -> tuple[str, ...]:
    """Return which of the open actions the best choice among them leaves possible, itself among them."""
    place = {name: number for number, name in enumerate(plan.candidates.ids)}
    basket = Basket(plan.candidates.rules, np.inf, (place[name] for name in plan.chosen))
    return tuple(
        str(name) for name in ids if name not in place or place[name] in basket.taken or basket.take(place[name])
    )


def _own_part(analysis: Analysis, plan: Plan) -> pd.Series:
    """Return what each action spares the customers by own shortfalls alone, at today's effect on customers."""
    cascade, aims = analysis.cascade, plan.candidates.aims
    network, split = cascade.network, cascade.split
    level = np.maximum(aims.fulfilment, network.fulfilment[aims.service])
    spared = np.zeros(len(aims.service))
    for at, service in enumerate(aims.service.tolist()):
        lifted = network.fulfilment.copy()
        lifted[service] = level[at]
        short = shortfall(replace(network, fulfilment=lifted), cascade.scoring)[0][service]
        spared[at] = split.own[service] - min(max(short - split.inherited[service], 0.0), split.own[service])
    gained = np.bincount(aims.lifting, spared * cascade.service_reach[aims.service], len(plan.candidates.ids))
    return pd.Series(gained, pd.Index(plan.candidates.ids))
