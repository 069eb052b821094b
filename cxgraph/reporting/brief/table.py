"""The actions as the brief lists them: the plan in the order in which it can begin, then other open ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.audits.context import Context
from cxgraph.reporting.context import Field
from cxgraph.reporting.deciding import alternatives, in_order, start_days
from cxgraph.reporting.summary import short_name
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.reporting.blocks import Grid
    from cxgraph.reporting.brief.actions import OpenActions
    from cxgraph.reporting.context import ReportContext
    from cxgraph.reporting.decisions import Planned

SHOWN, BESIDE = 6, 2
"""Actions that the brief lists at the most, and beside a plan; the others are counted."""
GROUPS, CHOICES = 2, 3
"""Groups of alternatives that the brief names, and actions of each, at the most."""


def actions_table(context: ReportContext, log: OpenActions | None) -> tuple[Grid | None, str]:
    """Return the actions of the plan, then the first of the other open ones, and what must be read with them.

    Parameters
    ----------
    context : ReportContext
        Study and language.
    log : OpenActions, optional
        From `open_actions`.

    Returns
    -------
    (Grid or None, str)
        The table, None where there is nothing to list, and the sentences below it.
    """
    planned = context.results.decisions.planned
    if log is None or not (log.count or (planned is not None and planned.plan.chosen)):
        return None, ""
    translate, organization = context.translate, context.analysis.organization
    frame = _listed(context, log, planned)
    shown = frame.head(_rows(frame))
    told = shown.assign(
        title=[_title(context, planned, str(name), row["title"]) for name, row in shown.iterrows()],
        owner=pd.Series(
            [None if pd.isna(owner) else short_name(context.name(owner), 4, 24) for owner in shown["owner"]],
            shown.index,
            object,
        ),
    )
    has_plan = bool(frame["planned"].any())
    fields = [
        Field("title", translate("action")),
        Field("owner", translate("owner")),
        Field("cost", translate("cost ({currency})", currency=organization.settings.currency), "number", digits=0),
        Field("alone", translate("gain with what it needs (points)"), "points"),
        *([Field("last", translate("gain on top of the others (points)"), "points")] if has_plan else ()),
        Field("planned", translate("in the plan"))
        if has_plan
        else Field("aimed", translate("on one of the {top} costliest services", top=log.top)),
        Field("start", translate("start")),
    ]
    caption = (
        N_("The plan in the order in which it can begin, then other open actions")
        if has_plan
        else N_("Open actions, those that lower the gap most first")
    )
    grid = context.grid(translate("Plan and open actions"), translate(caption), told.reset_index(names="id"), fields)
    return grid, " ".join(_notes(context, frame, planned))


def _listed(context: ReportContext, log: OpenActions, planned: Planned | None) -> pd.DataFrame:
    """Return the plan, the other open actions and what else can be chosen, each by id, in this order."""
    given = context.analysis.organization.actions
    frame = log.table.drop(columns="age_days").assign(
        planned=False, last=np.nan, start=context.translate("open"), open=True
    )
    if planned is None or given is None:
        return frame
    actions = planned.actions.set_axis(planned.actions.index.astype(str))
    starts = start_days(context.analysis, actions)
    first = in_order(actions[actions["chosen"]], starts[actions["chosen"]])
    others = [str(name) for name in actions.index[~actions["chosen"]] if name not in frame.index]
    order = [*first, *(name for name in frame.index if name not in set(first)), *others]
    frame = frame.reindex(order)
    for name in ("aimed", "open"):
        frame[name] = frame[name].eq(True)  # only of open ones
    known = frame.index.isin(actions.index)
    for name in ("title", "cost", "alone", "last"):
        frame.loc[known, name] = actions[name].reindex(order)[known]
    frame["planned"] = frame.index.isin(first)
    owners = given.set_index("id")["owner"] if "owner" in given.columns else pd.Series(dtype=object)
    frame["owner"] = owners.astype(object).reindex(order)
    frame["start"] = [_start(context, starts.loc[name] if name in starts.index else None) for name in order]
    return frame


def _rows(frame: pd.DataFrame) -> int:
    """Return how many of the actions are shown."""
    planned = int(frame["planned"].sum())
    return min(len(frame), SHOWN, planned + BESIDE if planned else SHOWN)


def _start(context: ReportContext, row: pd.Series | None) -> str:
    translate = context.translate
    if row is None or (row["open"] and row["day"] is None):
        return translate("open")
    if row["open"]:
        return translate("open since {day}", day=row["day"])
    return translate("from {day}", day=row["day"]) if row["day"] is not None else translate("proposed")


def _title(context: ReportContext, planned: Planned | None, name: str, title: object) -> str:
    """Return the words of an action, and what it needs; outside the plan also what the two cost."""
    translate = context.translate
    text = f"{name} {short_name(title, 9, 48)}" if isinstance(title, str) else name
    if planned is None or name not in planned.actions.index:
        return text
    rules, ids = planned.plan.candidates.rules, planned.plan.candidates.ids
    chosen = set(planned.plan.chosen)
    needed = [ids[one] for one in rules.closure[ids.index(name)] if ids[one] != name]
    more = [one for one in needed if one not in chosen]
    if not needed:
        return text
    named = translate.listed([*needed[:CHOICES], *(["…"] if len(needed) > CHOICES else [])])
    if name in chosen or not more:
        return translate("{action} (needs {names})", action=text, names=named)
    cost = float(planned.actions.loc[[name, *more], "cost"].sum())
    currency = context.analysis.organization.settings.currency
    return translate(
        "{action} (needs {names}: {cost} {currency} together)",
        action=text,
        names=named,
        cost=translate.number(cost),
        currency=currency,
    )


def _notes(context: ReportContext, frame: pd.DataFrame, planned: Planned | None) -> list[str]:
    """Return what must be read with the table: overlaps, what open means, what excludes what, and what is not shown."""
    translate, analysis = context.translate, context.analysis
    reference = Context(analysis.organization, analysis.cascade).reference
    notes = [translate("Effects overlap: they do not add up.")]
    if reference is not None:
        notes.append(translate("Open as of {day}.", day=reference.day.isoformat()))
    if frame["planned"].any() and not frame["planned"].all():
        notes.append(translate("Not to be in the plan is no reason to stop an open action."))
    notes += _choices(context, frame, planned)
    hidden = len(frame) - _rows(frame)
    if hidden > 0:
        notes.append(
            translate(
                N_("{count} more {count:action|actions} that can be chosen: see “Decisions” in the report.")
                if planned is not None
                else N_("{count} more open {count:action|actions}: see the table of actions."),
                count=hidden,
            )
        )
    return notes


def _choices(context: ReportContext, frame: pd.DataFrame, planned: Planned | None) -> list[str]:
    """Return which actions exclude one another, where one of them is shown, and what those cost that are not."""
    translate, given = context.translate, context.analysis.organization.actions
    if given is None or "alternative" not in given.columns:
        return []
    shown, chosen = set(frame.index[: _rows(frame)]), set() if planned is None else set(planned.plan.chosen)
    listed = given[given["id"].isin(frame.index)].set_index("id")
    currency = context.analysis.organization.settings.currency
    titles, costs = (dict(zip(frame.index, frame[name].tolist(), strict=True)) for name in ("title", "cost"))
    open_ones, notes = set(frame.index[frame["open"]]), []
    for group in [one for one in alternatives(listed) if shown & set(one)][:GROUPS]:
        named, under_way = [], [name for name in group[:CHOICES] if name in open_ones]
        for name in group[:CHOICES]:
            title, cost = titles[name], costs[name]
            if name in shown or not isinstance(title, str) or np.isnan(cost):
                named.append(name)
            else:
                named.append(
                    translate(
                        "{id} ({title}, {cost} {currency})",
                        id=name,
                        title=short_name(title, 6, 40),
                        cost=translate.number(cost),
                        currency=currency,
                    )
                )
        names = translate.listed(named, N_("{names} or {last}"))
        both = translate.listed([one for one, name in zip(named, group, strict=False) if name in under_way])
        taken = sorted(chosen & set(group))
        notes.append(
            translate("Only one of {names} can be done; the plan takes {taken}.", names=names, taken=taken[0])
            if taken
            else translate(N_("{names} are open, but only one of them can be done: choose."), names=both)
            if len(under_way) > 1
            else translate("Only one of {names} can be done.", names=names)
        )
    return notes
