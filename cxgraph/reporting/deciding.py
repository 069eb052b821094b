"""Plans as sentences and tables, for the command line and the report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.audits.context import Context
from cxgraph.decide.planning.candidates import needs_of
from cxgraph.privacy.gate import publishable
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.planning.plan import Plan

RULES = {
    "plan": N_("this plan"),
    "worst_rated": N_("the worst rated first"),
    "cheapest": N_("the cheapest first"),
    "customer_facing": N_("what customers see first"),
}


def plan_table(analysis: Analysis, plan: Plan, draws: int) -> pd.DataFrame:
    """Return a plan's actions with how sure each choice is.

    Parameters
    ----------
    analysis : Analysis
        What was planned for.
    plan : Plan
        Of it.
    draws : int
        0 for none.

    Returns
    -------
    DataFrame
        `Plan.table` with ``confidence``. The gains of an action that aims at a withheld service are empty.
    """
    table = plan.table()
    sure = plan.confidence(draws) if draws else pd.Series(np.nan, table.index)
    table.insert(5, "confidence", sure.reindex(table.index).to_numpy())
    hidden = _aims_at_hidden(analysis, plan)
    table.loc[table.index.isin(hidden), ["alone", "last"]] = np.nan
    return table


def start_days(analysis: Analysis, actions: pd.DataFrame) -> pd.DataFrame:
    """Return which actions are open, and since or from when.

    Parameters
    ----------
    analysis : Analysis
        What was planned for.
    actions : DataFrame
        As `plan_table` returns it.

    Returns
    -------
    DataFrame
        Indexed as `actions`: ``open`` and ``day`` (ISO; since when an open action is, the earliest on which another one
        and all that it needs can begin; None where that is not known). ``attrs["as_of"]`` is the day that tells open
        from proposed, empty where there is none.
    """
    audited = Context(analysis.organization, analysis.cascade)
    log, found = audited.log, pd.DataFrame({"open": False, "day": None}, actions.index)
    found.attrs["as_of"] = "" if audited.reference is None else audited.reference.day.isoformat()
    if log is None:
        return found
    table = log.table.assign(open=log.open).set_index("id").reindex(actions.index)
    found["open"] = table["open"].astype(bool)
    last = table["opened"].where(found["open"], table[["opened", "earliest"]].max(axis=1))
    day = {str(name): "" if pd.isna(cell) else f"{cell:%Y-%m-%d}" for name, cell in last.items()}
    started = set(found.index[found["open"]].astype(str))
    needs = _needs(actions)
    for name in _needs_first(list(needs), needs):
        if name not in started:
            day[name] = max([day[name], *(day[one] for one in needs[name] if one not in started)])
    found["day"] = pd.Series([day[str(name)] or None for name in found.index], found.index, object)
    return found


def in_order(actions: pd.DataFrame, starts: pd.DataFrame) -> list[str]:
    """Return the actions in the order in which they can begin.

    Parameters
    ----------
    actions : DataFrame
        As `plan_table` returns it, only those that are to be ordered.
    starts : DataFrame
        From `start_days`.

    Returns
    -------
    list of str
        Open ones first, by day; on the same day the largest effect first; before each what it needs.
    """
    keys = pd.DataFrame({"new": ~starts["open"], "day": starts["day"].fillna("").astype(str)}, starts.index).reindex(
        actions.index
    )
    keys["rise"] = -actions["alone"].fillna(0.0)
    names = keys.sort_values(["new", "day", "rise"], kind="stable").index.astype(str)
    return _needs_first(list(names), _needs(actions))


def _needs(actions: pd.DataFrame) -> dict[str, list[str]]:
    """Return which of the actions each of them needs."""
    known = set(actions.index.astype(str))
    return {str(name): [one for one in needs_of(cell) if one in known] for name, cell in actions["needs"].items()}


def _needs_first(names: list[str], needs: dict[str, list[str]]) -> list[str]:
    """Return names in their order, but before each what it needs."""
    first: dict[str, None] = {}
    begun: set[str] = set()
    for name in names:
        waiting = [name]  # a stack of its own: a chain of needs may be longer than Python's
        while waiting:
            if waiting[-1] in begun:
                first[waiting.pop()] = None
                continue
            begun.add(waiting[-1])
            waiting += [one for one in reversed(needs[waiting[-1]]) if one not in begun]
    return list(first)


def alternatives(actions: pd.DataFrame) -> list[list[str]]:
    """Return the groups of actions of which only one can be done."""
    named = actions["alternative"].dropna().map(lambda cell: str(cell).strip().casefold())
    return [
        sorted(map(str, names))
        for name, names in named.groupby(named, sort=False, observed=True).groups.items()
        if name and len(names) > 1
    ]


def _aims_at_hidden(analysis: Analysis, plan: Plan) -> set[str]:
    withheld = publishable(analysis).services
    aims, ids = plan.candidates.aims, plan.candidates.ids
    return {ids[action] for action, row in zip(aims.lifting, aims.service, strict=True) if withheld[row]}


def plan_text(analysis: Analysis, plan: Plan, table: pd.DataFrame, translate: Translator) -> str:
    """Return a plan as lines of text: what it gains, its actions, what stands beside it."""
    currency = analysis.organization.settings.currency
    lines = [headline(analysis, plan, translate), ""]
    for name, row in table.iterrows():
        lines.append(_action_line(str(name), row, currency, translate))
    lines += ["", *habit_lines(plan, translate)]
    note = suppression_sentence(analysis.organization, translate)
    return "\n".join([*lines, *([note] if note else [])])


def headline(analysis: Analysis, plan: Plan, translate: Translator) -> str:
    """Return what a plan gains, in a sentence or three."""
    currency, before = analysis.organization.settings.currency, plan.customer_shortfall
    if not plan.chosen:
        return translate(
            N_("{name}: no eligible action that this money pays for lowers the customers' gap."),
            name=analysis.organization.name,
        )
    text = translate(
        N_(
            "{name}: {count} {count:action|actions} for {cost} {currency} {count:lowers|lower} the "
            "customers' gap from {before} to {after}."
        ),
        name=analysis.organization.name,
        count=len(plan.chosen),
        cost=translate.number(plan.cost),
        currency=currency,
        before=translate.percent(before),
        after=translate.percent(before - plan.gain),
    )
    if plan.exact:
        return (
            text
            + " "
            + translate(
                N_(
                    "By this forecast no other choice for this money lowers it more: the choice is proved, the effect "
                    "is not."
                )
            )
        )
    return (
        text
        + " "
        + translate(
            N_(
                "By this forecast no choice for this money can lower it by more than {bound} points: this plan reaches "
                "{part} of that."
            ),
            bound=translate.number(100 * plan.bound, 2),
            part=translate.percent(plan.gain / plan.bound if plan.bound > 0 else 1.0),
        )
    )


def spent_on_open(actions: pd.DataFrame, starts: pd.DataFrame, currency: str, translate: Translator) -> str:
    """Return how much of a plan's cost is for actions already open, and how much is new.

    Parameters
    ----------
    actions : DataFrame
        Those of the plan, as `plan_table` returns them.
    starts : DataFrame
        From `start_days`.
    currency : str
        Of the costs.
    translate : Translator
        Language.

    Returns
    -------
    str
        A sentence.
    """
    under_way = starts["open"].reindex(actions.index).to_numpy(bool)
    cost = actions["cost"].to_numpy(float)
    fields = {
        "new": translate.number(math.fsum(cost[~under_way])),
        "open": translate.number(math.fsum(cost[under_way])),
        "currency": currency,
    }
    if not under_way.any():
        return translate(N_("All of it is new money: none of these actions is open yet."))
    if under_way.all():
        return translate(N_("None of it is new money: all of these actions are open already."))
    return translate(
        N_("New money: {new} {currency}; the other {open} {currency} are for actions already open."), **fields
    )


def _action_line(name: str, row: pd.Series, currency: str, translate: Translator) -> str:
    fields = {
        "id": name,
        "title": row["title"] if row["title"] is not None and row["title"] == row["title"] else "",
        "cost": translate.number(row["cost"]),
        "currency": currency,
    }
    if row["alone"] != row["alone"]:
        text = translate(N_("{id} {title}: {cost} {currency}"), **fields)
    else:
        text = translate(
            N_("{id} {title}: {cost} {currency}; alone {alone} points"),
            alone=translate.number(100 * row["alone"], 2),
            **fields,
        )
    text = ("+ " if row["chosen"] else "  ") + text
    if row["confidence"] == row["confidence"]:
        text += translate(
            N_("; in the best plan in {share} of the resamples"), share=translate.percent(row["confidence"], 0)
        )
    if row["needs"]:
        text += translate(N_("; needs {names}"), names=row["needs"])
    if row["alternative"]:
        text += translate(N_("; alternative: {name}"), name=row["alternative"])
    return text


def habit_lines(plan: Plan, translate: Translator) -> list[str]:
    """Return what rules of thumb reach with the same money, a line for each."""
    lines = [translate(N_("The same money by a rule of thumb (part of this plan's gain):"))]
    for name, row in plan.habits().iterrows():
        if name != "plan":
            part = translate.percent(row["share"], 0) if row["share"] == row["share"] else "–"
            lines.append(f"  {translate(RULES[str(name)])}: {part}")
    return lines


def frontier_text(analysis: Analysis, plan: Plan, table: pd.DataFrame, translate: Translator) -> str:
    """Return what every budget buys, a line for each."""
    currency = analysis.organization.settings.currency
    lines = [translate(N_("{name}: what every budget buys at best."), name=analysis.organization.name), ""]
    for row in table.to_dict("records"):
        lines.append(
            translate(
                N_("{cost} {currency}: customers' gap {after} ({names})"),
                cost=translate.number(row["cost"]),
                currency=currency,
                after=translate.percent(plan.customer_shortfall - row["gain"]),
                names=" ".join(row["chosen"]) or "–",
            )
        )
    return "\n".join(lines)


def shown_points(analysis: Analysis) -> pd.DataFrame:
    """Return what one point more of each service gives, without services that are withheld."""
    table = analysis.point_gains()
    hidden = publishable(analysis).hidden_services
    keys = table[["supplier", "client", "service"]].astype(object).itertuples(index=False, name=None)
    return table[[key not in hidden for key in keys]].reset_index(drop=True)


def points_text(analysis: Analysis, table: pd.DataFrame, translate: Translator) -> str:
    """Return what one point more of each service gives, a line for each."""
    names = dict(analysis.organization.departments[["id", "name"]].itertuples(index=False, name=None))
    lines = [
        translate(
            N_("{name} has no actions. What one unit of score more of a service would give the customers:"),
            name=analysis.organization.name,
        ),
        "",
    ]
    for row in table.to_dict("records"):
        lines.append(
            translate(
                N_("{supplier} → {client} ({service}): {gain} points of the gap per unit of score"),
                supplier=names[row["supplier"]],
                client=names[row["client"]],
                service=row["service"],
                gain=translate.number(100 * row["per_point"], 2),
            )
        )
    note = suppression_sentence(analysis.organization, translate)
    return "\n".join([*lines, *([note] if note else [])])
