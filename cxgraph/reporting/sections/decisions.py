"""Decisions: a scenario on paper, what the money is best spent on, and what changed since the period before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.decide.planning.plan import Plan
from cxgraph.reporting.blocks import Block, Grid, Heading, Listing, Paragraph, Section
from cxgraph.reporting.comparing import (
    PART_NAMES,
    change_sentence,
    forecast_sentence,
    review_sentence,
    shown_customers,
    shown_departments,
    shown_review,
)
from cxgraph.reporting.context import Field, ReportContext
from cxgraph.reporting.deciding import RULES, alternatives, headline, spent_on_open, start_days
from cxgraph.reporting.decisions import Planned
from cxgraph.reporting.scenarios import rests_on, what_if_sentences
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.decide.comparing.compare import Comparison

TOP = 10
"""Periods of the trend at the most: the last ones."""


def decisions_section(context: ReportContext) -> Section | None:
    """Return what can be said for a decision; None where there are no actions, no earlier period and no scenario."""
    decisions = context.results.decisions
    if not decisions.any:
        return None
    blocks = (*_scenario(context), *_plan(context), *_change(context), *_trend(context))
    return Section("decisions", context.translate("Decisions"), blocks, answer=_answer(context))


def _answer(context: ReportContext) -> str:
    decisions, translate = context.results.decisions, context.translate
    if decisions.what_if is not None:
        return what_if_sentences(decisions.what_if, translate)[0]
    if decisions.planned is not None:
        return headline(context.analysis, decisions.planned.plan, translate)
    return change_sentence(decisions.comparison, translate) if decisions.comparison is not None else ""


def _scenario(context: ReportContext) -> tuple[Block, ...]:
    """Return customers and departments before and after a scenario, how soon it is felt, and what it rests on."""
    found, translate = context.results.decisions.what_if, context.translate
    if found is None:
        return ()
    customers = (
        Field("name", translate("customer")),
        Field("before", translate("gap today"), "percent"),
        Field("after", translate("gap then"), "percent"),
        Field("change", translate("change (points)"), "points"),
        Field("days_to_90", translate("days until 90 percent of it is felt"), "number", digits=0),
    )
    ranking = [
        Field("name", translate("department")),
        Field("before", translate("originates here today (points)"), "points"),
        Field("after", translate("originates here then (points)"), "points"),
        Field("rank_before", translate("rank today"), "count"),
        Field("rank_after", translate("rank then"), "count"),
    ]
    if found.intervals is not None:
        ranking += [
            Field("share_low", translate("share then, low"), "percent"),
            Field("share_high", translate("share then, high"), "percent"),
        ]
    name = found.scenario.name or translate("without a name")
    return (
        Heading(translate("Scenario: {name}", name=name)),
        *(Paragraph(text) for text in what_if_sentences(found, translate)),
        context.grid(
            translate("Scenario customers"),
            translate("Customers, today and under the scenario"),
            found.customers().reset_index(),
            customers,
        ),
        context.grid(
            translate("Scenario departments"),
            translate("Where the gap would originate, ranked as under the scenario"),
            found.departments().reset_index(),
            ranking,
        ),
        Listing(tuple(rests_on(found, translate))),
    )


def _plan(context: ReportContext) -> tuple[Block, ...]:
    """Return the plan with its proof, how sure each choice is, what habits reach, and what every budget buys."""
    planned, translate = context.results.decisions.planned, context.translate
    if planned is None:
        return ()
    currency = context.analysis.organization.settings.currency
    blocks: list[Block] = [
        context.heading("plan"),
        Paragraph(headline(context.analysis, planned.plan, translate), "key"),
        Paragraph(" ".join(_what_it_takes(planned, currency, context))),
        _actions(context, planned, currency),
        Paragraph(
            translate(
                "“Gain on top of the others” is what the plan loses without the action, or what the action would add "
                "to the plan if money were no object. Gains overlap, so neither column adds up to the plan's gain. "
                "Actions already open are weighed with their whole cost like new ones: one that the plan leaves out "
                "need not be stopped."
            ),
            "small",
        ),
    ]
    if planned.draws:
        blocks.append(
            Paragraph(
                translate(
                    "In the best plan: answers and estimated transmissions were resampled {draws} times, and "
                    "each time the best plan was searched for anew.",
                    draws=planned.draws,
                ),
                "small",
            )
        )
    blocks += [
        Heading(translate("The same money by a rule of thumb")),
        _habits(context, planned.plan, currency),
    ]
    blocks += [Paragraph(problem.render(translate), "caution") for problem in planned.plan.notes]
    if len(planned.frontier):
        blocks += [
            Heading(translate("What every budget buys")),
            *context.picture("frontier"),
            _frontier(context, planned, currency),
        ]
    if not planned.stated:
        blocks.append(
            Paragraph(
                translate("Whoever makes this report can have it plan for another sum: option --budget."), "small"
            )
        )
    return tuple(blocks)


def _what_it_takes(planned: Planned, currency: str, context: ReportContext) -> list[str]:
    """Return whose budget it is, how much of it is new money, and how far the forecast may be trusted."""
    said = [_budget_sentence(planned, currency, context)]
    if planned.plan.chosen:
        starts = start_days(context.analysis, planned.actions)
        said += [
            spent_on_open(planned.actions[planned.actions["chosen"]], starts, currency, context.translate),
            forecast_sentence(context.results.decisions.comparison, planned.plan.gain, context.translate),
        ]
    return said


def _budget_sentence(planned: Planned, currency: str, context: ReportContext) -> str:
    translate = context.translate
    if planned.stated:
        return translate(
            "Planned for the budget that was stated: {budget} {currency}.",
            budget=translate.number(planned.plan.budget),
            currency=currency,
        )
    if np.isinf(planned.plan.budget):
        return translate("Nobody stated a budget, so the plan is for as much money as it takes.")
    return translate(
        "Nobody stated a budget. The plan is for {budget} {currency}: beyond this sum money buys clearly less.",
        budget=translate.number(planned.plan.budget),
        currency=currency,
    )


def _actions(context: ReportContext, planned: Planned, currency: str) -> Grid:
    translate = context.translate
    fields = [
        Field("id", translate("action")),
        Field("title", translate("what")),
        Field("cost", translate("cost ({currency})", currency=currency), "number", digits=0),
        Field("chosen", translate("in the plan")),
        Field("alone", translate("gain with what it needs (points)"), "points"),
        Field("last", translate("gain on top of the others (points)"), "points"),
        Field("needs", translate("needs")),
        Field("alternative", translate("only one of"), words=_one_of(context, planned.actions)),
        Field("earliest", translate("not before"), words=_day),
        Field("opened", translate("open since")),
    ]
    if planned.draws:
        fields.insert(6, Field("confidence", translate("in the best plan, of all draws"), "percent", digits=0))
    owners = _owners(context).reindex(planned.actions.index)
    if owners.notna().any():
        fields.insert(2, Field("owner", translate("owner"), words=context.names))
    caption = translate(
        "The actions that can be chosen (open or proposed), those of the plan first, the largest gain first"
    )
    starts = start_days(context.analysis, planned.actions)
    opened = starts["day"].where(starts["open"], None).mask(starts["open"] & starts["day"].isna(), translate("open"))
    frame = planned.actions.assign(
        opened=opened,
        owner=owners.astype(object).where(owners.notna(), None),
    )
    return context.grid(translate("Plan"), caption, frame.reset_index(), fields)


def _owners(context: ReportContext) -> pd.Series:
    """Return whom the table of actions names as the owner of each; empty where it names nobody."""
    given = context.analysis.organization.actions
    if given is None or "owner" not in given.columns:
        return pd.Series(dtype=object)
    return given.set_index("id")["owner"].astype(object)


def _one_of(context: ReportContext, actions: pd.DataFrame) -> dict[str, str]:
    """Return the actions of each group of alternatives, of which only one can be done."""
    given = actions["alternative"]
    return {
        str(given[name]): context.translate.listed(group, N_("{names} or {last}"))
        for group in alternatives(actions)
        for name in group
    }


def _day(cell: object) -> str | None:
    return None if cell is None else str(cell)[:10]


def _habits(context: ReportContext, plan: Plan, currency: str) -> Grid:
    translate = context.translate
    frame = plan.habits().reset_index()
    frame["chosen"] = [" ".join(names) for names in frame["chosen"]]
    fields = (
        Field("rule", translate("rule"), words=context.words(RULES)),
        Field("cost", translate("cost ({currency})", currency=currency), "number", digits=0),
        Field("gain", translate("gain (points)"), "points"),
        Field("share", translate("of the plan's gain"), "percent", digits=0),
        Field("chosen", translate("actions")),
    )
    return context.grid(translate("Habits"), translate("What the plan and rules of thumb reach"), frame, fields)


def _frontier(context: ReportContext, planned: Planned, currency: str) -> Grid:
    translate = context.translate
    frame = planned.frontier.assign(
        after=planned.plan.customer_shortfall - planned.frontier["gain"],
        names=[" ".join(names) for names in planned.frontier["chosen"]],
    )
    fields = (
        Field("cost", translate("cost ({currency})", currency=currency), "number", digits=0),
        Field("after", translate("customers' gap"), "percent"),
        Field("gain", translate("gain (points)"), "points"),
        Field("names", translate("actions")),
        Field("exact", translate("proved to be the best")),
    )
    return context.grid(translate("Frontier"), translate("The best set of actions at every budget"), frame, fields)


def _change(context: ReportContext) -> tuple[Block, ...]:
    """Return what changed since the period before: by cause, department and customer, and what actions brought."""
    comparison, translate = context.results.decisions.comparison, context.translate
    if comparison is None:
        return ()
    period = str(comparison.before.organization.settings.period)
    parts = comparison.totals().reset_index()
    departments = shown_departments(comparison)
    named = (
        Field("name", translate("department")),
        Field("before", translate("before (points)"), "points"),
        Field("after", translate("after (points)"), "points"),
        Field("change", translate("change (points)"), "points"),
        Field("low", translate("lower end"), "points"),
        Field("high", translate("upper end"), "points"),
        Field("real", translate("real change")),
    )
    served = (
        Field("name", translate("customer")),
        Field("before", translate("gap before"), "percent"),
        Field("after", translate("gap after"), "percent"),
        Field("change", translate("change (points)"), "points"),
    )
    what = (
        Field("part", translate("through what"), words=context.words(PART_NAMES)),
        Field("change", translate("change (points)"), "points", digits=3),
    )
    return (
        context.heading("change", translate("What changed since {period}", period=period)),
        Paragraph(change_sentence(comparison, translate), "key"),
        *(Paragraph(problem.render(translate), "caution") for problem in comparison.notes),
        *_estimated_together(context, comparison),
        *context.picture("change"),
        context.grid(
            translate("Change by part"), translate("The change by its parts, which add up to it"), parts, what
        ),
        context.grid(
            translate("Change by department"),
            translate(
                "Where the gap originated before and after; a change is real where its interval at the {level} level "
                "leaves 0 out",
                level=translate.percent(0.9 if comparison.noise is None else comparison.noise.level, 0),
            ),
            departments.reset_index(),
            named,
        ),
        *context.picture("difference"),
        context.grid(
            translate("Change by customer"),
            translate("Customers before and after"),
            shown_customers(comparison),
            served,
        ),
        *_review(context),
    )


def _estimated_together(context: ReportContext, comparison: Comparison) -> tuple[Block, ...]:
    """Say why the last period's figures are others than in the rest of the report, where they are."""
    here = comparison.departments()["after"].fillna(0.0)
    elsewhere = context.analysis.departments()["contribution"].reindex(here.index).fillna(0.0)
    if np.allclose(here, elsewhere, rtol=0, atol=1e-9):
        return ()
    text = context.translate(
        "Here the transmission is estimated once for both periods, so that a change of the estimate is not taken for "
        "a change of the departments: the figures of {period} differ from those of the other sections, which rest on "
        "that period alone. Only the changes are to be read here.",
        period=str(comparison.after.organization.settings.period),
    )
    return (Paragraph(text, "small"),)


def _review(context: ReportContext) -> tuple[Block, ...]:
    """Return whether the last plan was right: what closed actions were to gain beside what came of it."""
    comparison, translate = context.results.decisions.comparison, context.translate
    if comparison is None:
        return ()
    review = shown_review(comparison)
    if not len(review):
        return ()
    fields = (
        Field("id", translate("action")),
        Field("title", translate("what")),
        Field("closed", translate("closed"), words=_day),
        Field("expected", translate("score expected"), "number", digits=1),
        Field("before", translate("score before"), "number", digits=1),
        Field("after", translate("score after"), "number", digits=1),
        Field("predicted", translate("gain predicted (points)"), "points"),
        Field("realised", translate("gain realised (points)"), "points"),
    )
    return (
        Heading(translate("Was the last plan right?")),
        Paragraph(review_sentence(review, translate)),
        context.grid(
            translate("Closed actions"),
            translate("Actions closed in between: what they were to gain, and what their services gained"),
            review.reset_index(),
            fields,
        ),
        Paragraph(_what_counts(context, review), "small"),
    )


def _what_counts(context: ReportContext, review: pd.DataFrame) -> str:
    """Say what counts as realised; a gain beside a score that fell would else look like a mistake."""
    translate = context.translate
    said = translate(
        "What else happened to the same services counts as realised: two periods cannot tell the causes of a change "
        "apart. As a rate for another plan it is a warning, not an estimate."
    )
    fell_and_gained = (review["after"] < review["before"]) & (review["realised"] > 0)
    if not fell_and_gained.any():
        return said
    return f"{said} " + translate(
        "A score can fall although its service gained: what it lost because its supplier received less is counted "
        "where that began."
    )


def _trend(context: ReportContext) -> tuple[Block, ...]:
    """Return all periods, where they are more than the two that were compared."""
    history, translate = context.results.decisions.history, context.translate
    if history is None or "periods" not in context.parts:
        return ()
    table = history.departments()
    names = history.names()
    periods: Sequence[str] = history.periods[-TOP:]
    whole = history.customer_shortfall()["customer_shortfall"]
    frame = pd.concat(
        [
            pd.DataFrame([[translate("customers' gap"), *whole[list(periods)]]], columns=["name", *periods]),
            table[list(periods)].assign(name=[names[one] for one in table.index])[["name", *periods]],
        ],
        ignore_index=True,
    )
    fields = [Field("name", translate("department")), *(Field(period, period, "points") for period in periods)]
    caption = translate("Points of the customers' gap by where they originate, one column for each period")
    return (
        context.heading("periods"),
        *context.picture("trend"),
        context.grid(translate("Periods"), caption, frame, fields),
    )
