"""The open actions: what they cost, how old they are, and what customers gain by each alone and by all together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.audits.context import Context
from cxgraph.cascade.ranking import rank_descending
from cxgraph.cascade.shortfall import shortfall
from cxgraph.decide.planning.candidates import needs_of
from cxgraph.reporting.blocks import Grid
from cxgraph.reporting.context import Field, ReportContext
from cxgraph.reporting.deciding import alternatives, in_order, plan_table
from cxgraph.reporting.summary import short_name
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.planning.plan import Plan
    from cxgraph.wording import Translator

SHOWN = 6
"""Actions that the brief lists, those of the plan first; the others are counted."""
GROUPS, CHOICES = 2, 4
"""Groups of alternatives that the brief names, and actions of each, at the most."""
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
    gain : float
        Fall of the customers' gap by all of them together; of alternatives the best counts.
    cost : float
        Of all open actions whose cost is known.
    aimed, top : int
        How many of the so many costliest services an open action is to lift.
    """

    table: pd.DataFrame
    gain: float
    cost: float
    aimed: int
    top: int

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
    order = np.lexsort((np.arange(len(frame)), -np.nan_to_num(frame["alone"].to_numpy(float), nan=-1.0)))
    return OpenActions(
        frame.iloc[order],
        plan.gain,
        float(np.nansum(cost)),
        int(attended[costliest].sum()),
        len(costliest),
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


def actions_grid(context: ReportContext, log: OpenActions | None) -> Grid | None:
    """Return the plan in its order and then the first of the other open actions as a table; None without any."""
    if log is None or not log.count:
        return None
    translate = context.translate
    currency = context.analysis.organization.settings.currency
    plan = _of_plan(context)
    listed = plan.index.union(log.table.index, sort=False)
    frame = pd.DataFrame(log.table.reindex(listed)).assign(planned=listed.isin(plan.index))
    frame = frame.fillna(plan.reindex(listed)).head(SHOWN).reset_index(names="id")
    frame = frame.assign(
        title=[
            _with_its_followers(
                f"{name} {short_name(str(title), 9, 48)}" if title is not None else str(name),
                _needing(context, str(name)),
                translate,
            )
            for name, title in zip(frame["id"], frame["title"], strict=True)
        ],
        owner=pd.Series(
            [None if owner is None else short_name(context.name(owner), 4, 24) for owner in frame["owner"]],
            dtype=object,
        ),
    )
    fields = (
        Field("title", translate("action")),
        Field("owner", translate("owner")),
        Field("cost", translate("cost ({currency})", currency=currency), "number", digits=0),
        Field("alone", translate("lowers the customers' gap by (points)"), "points"),
        Field("planned", translate("in the plan"))
        if len(plan)
        else Field("aimed", translate("on one of the {top} costliest services", top=log.top)),
        Field("age_days", translate("open for (days; –: proposed)"), "count"),
    )
    caption = translate(
        N_(
            "The plan in its order, what others need first, then other actions already open. Effects overlap: they "
            "do not add up."
        )
        if len(plan)
        else N_("Open actions, those that lower the gap most first. Effects overlap: they do not add up.")
    )
    return context.grid(
        translate("Open actions"), " ".join([caption, *_choices(context, log, set(frame["id"]))]), frame, fields
    )


def _choices(context: ReportContext, log: OpenActions, shown: set[str]) -> list[str]:
    """Return which of the open actions exclude one another, where one of them is shown."""
    translate, given = context.translate, context.analysis.organization.actions
    if given is None or "alternative" not in given.columns:
        return []
    under_way = given[given["id"].isin(log.table.index)].set_index("id")
    return [
        translate(
            "Only one of these can be done: {names}.", names=translate.listed(names[:CHOICES], N_("{names} or {last}"))
        )
        for names in [group for group in alternatives(under_way) if shown & set(group)][:GROUPS]
    ]


def _needing(context: ReportContext, action: str) -> list[str]:
    """Return which actions of the plan need this one."""
    planned = context.results.decisions.planned
    if planned is None:
        return []
    needs = planned.actions.loc[list(planned.plan.chosen), "needs"]
    return [str(name) for name, cell in needs.items() if action in needs_of(cell)]


def _with_its_followers(text: str, needing: list[str], translate: Translator) -> str:
    """Return the words of an action, and what it is the way to: by itself it may gain next to nothing."""
    if not needing:
        return text
    return translate("{action} (needed for {names})", action=text, names=translate.listed(needing[:CHOICES]))


def _of_plan(context: ReportContext) -> pd.DataFrame:
    """Return what the plan chose, in its order, proposals among it: ``title``, ``owner``, ``cost``, ``alone`` by id."""
    planned, given = context.results.decisions.planned, context.analysis.organization.actions
    if planned is None or given is None:
        return pd.DataFrame(columns=["title", "owner", "cost", "alone"])
    chosen = planned.actions.loc[list(planned.plan.chosen)]
    table = chosen.loc[in_order(chosen), ["title", "cost", "alone"]]
    owner = given.set_index("id")["owner"] if "owner" in given.columns else pd.Series(dtype=object)
    return table.assign(owner=owner.reindex(table.index).astype(object))
