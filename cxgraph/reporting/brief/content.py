"""What the brief holds: a finding, five figures, root causes, five sentences and the actions, as values and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

import numpy as np

from cxgraph.privacy.gate import shown_bottlenecks
from cxgraph.reporting.advice import (
    Advice,
    blamed_departments,
    bottleneck_advice,
    with_few_answers,
)
from cxgraph.reporting.blocks import Grid, Paragraph, Picture
from cxgraph.reporting.brief.actions import OpenActions, open_actions
from cxgraph.reporting.brief.sentences import five_sentences
from cxgraph.reporting.brief.table import actions_table
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.results import CAUSES
from cxgraph.reporting.summary import (
    FIRM,
    LIKELY,
    chance_words,
    first_places,
    likeliest_first,
    no_first,
    short_name,
    transmission_sentence,
)
from cxgraph.wording import N_

if TYPE_CHECKING:
    import pandas as pd

Confidence = Literal["firm", "likely", "open"]
CONFIDENCE: dict[Confidence, str] = {
    "firm": N_("confidence: firm"),
    "likely": N_("confidence: likely"),
    "open": N_("confidence: open"),
}


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the five figures: what it is, the figure as people read it, and a line below it."""

    label: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Cause:
    """A root cause with its bar.

    Attributes
    ----------
    name : str
        Of the department.
    share, low, high : float
        Share of the customers' gap, with its interval; NaN where none can be given.
    share_text, interval_text : str
        The same as people read them.
    service : str
        Its costliest service, and for whom.
    advice : str, optional
        Key of `cxgraph.reporting.advice.ADVICE`.
    fix : str
        The advice in a few words, and what customers gain by a repair.
    """

    name: str
    share: float
    low: float
    high: float
    share_text: str
    interval_text: str
    service: str
    advice: Advice | None
    fix: str


@dataclass(frozen=True, slots=True)
class PathLine:
    """A path of the story: its number, its first service with its two ends, and that service's share of the gap."""

    number: int
    way: str
    share: str


@dataclass(frozen=True, eq=False)
class Brief:
    """The first page.

    Attributes
    ----------
    finding : str
        At most 25 words.
    basis : str
        Period, services, answers.
    confidence : {"firm", "likely", "open"}
        From the probability of the first place.
    badge, badge_note : str
        The same in words, and what it rests on.
    figures : tuple of KeyFigure
        Five.
    story : Picture, optional
        The costliest services and their heaviest paths as a small tower.
    paths : tuple of PathLine
        Those in the picture.
    causes : tuple of Cause
        Five at the most.
    bar_note : str
        What the lines over their bars are; empty where there are none.
    sentences : tuple of (str, str)
        Label and text: do; do not; who shields; not known; what would change the answer.
    actions : Grid, optional
        What the plan does, and the first of the other open actions.
    actions_note : str
        What must be read with it.
    log : OpenActions, optional
        All of them, as numbers.
    cautions : tuple of Paragraph
        What must be read with the finding, and what is suppressed.
    """

    finding: str
    basis: str
    confidence: Confidence
    badge: str
    badge_note: str
    figures: tuple[KeyFigure, ...]
    story: Picture | None
    paths: tuple[PathLine, ...]
    causes: tuple[Cause, ...]
    bar_note: str
    sentences: tuple[tuple[str, str], ...]
    actions: Grid | None
    actions_note: str
    log: OpenActions | None
    cautions: tuple[Paragraph, ...]

    @property
    def widest(self) -> float:
        """The end of the longest bar with its interval, which all bars are drawn against; 1 where there is none."""
        return max((max(cause.share, np.nan_to_num(cause.high)) for cause in self.causes), default=0.0) or 1.0


_BRIEFS: WeakKeyDictionary[ReportContext, Brief] = WeakKeyDictionary()


def build_brief(context: ReportContext) -> Brief:
    """Return the brief of a study, built once for a context.

    Parameters
    ----------
    context : ReportContext
        Results, language and pictures.

    Returns
    -------
    Brief
        The one source of the first page in every format.
    """
    if context not in _BRIEFS:
        _BRIEFS[context] = _build(context)
    return _BRIEFS[context]


def _build(context: ReportContext) -> Brief:
    log = open_actions(context)
    table = shown_bottlenecks(context.results.published, CAUSES)
    level, note = _confidence(context)
    stories = context.picture("story")
    actions, note_below = actions_table(context, log)
    return Brief(
        finding=_finding(context, level),
        basis=_basis(context),
        confidence=level,
        badge=context.translate(CONFIDENCE[level]),
        badge_note=note,
        figures=_figures(context, table, log),
        story=stories[0] if stories else None,
        paths=_path_lines(context) if stories else (),
        causes=tuple(_cause(context, table.loc[name]) for name in table.index),
        bar_note=_bar_note(context),
        sentences=five_sentences(context, log),
        actions=actions,
        actions_note=note_below,
        log=log,
        cautions=(*_contradiction(context), *context.suppressed()),
    )


def _bar_note(context: ReportContext) -> str:
    found, translate = context.results.intervals, context.translate
    if not found.available:
        return ""
    return translate("black line: {level} interval", level=translate.percent(found.level, 0))


def _confidence(context: ReportContext) -> tuple[Confidence, str]:
    """Return how sure the first place is, and the probability that it rests on."""
    translate, results = context.translate, context.results
    first = shown_bottlenecks(results.published, 1)
    if first.empty:
        return "open", ""
    found = results.intervals
    if not found.available:
        return "open", translate("no interval can be given")
    chance = float(found.table["p_top1"].get(first.index[0], 0.0))
    if no_first(translate, results.published):
        return "open", translate("no department stands out")
    level: Confidence = "firm" if chance >= FIRM else "likely" if chance >= LIKELY else "open"
    likely = likeliest_first(results.published, found, 2)
    return level, translate(
        N_("probability of being the largest root cause: {chances}; open below {least}")
        if level == "open"
        else N_("probability of being the largest root cause: {chances}"),
        least=translate.percent(LIKELY, 0),
        chances="; ".join(f"{short_name(name, 4)} {chance_words(translate, p)}" for name, p in likely),
    )


def _finding(context: ReportContext, level: Confidence) -> str:
    translate, results = context.translate, context.results
    analysis = results.analysis
    met = translate.percent(1.0 - analysis.customer_shortfall)
    if analysis.bottlenecks(1).empty:
        return translate("Customers receive all that they expect.")
    table = shown_bottlenecks(results.published, 2)
    if table.empty:
        return translate(
            "Customers receive {met} of what they expect; where the gap originates is suppressed: too few "
            "people answered.",
            met=met,
        )
    first = table.iloc[0]
    share = translate.percent(float(first["share"]))
    tied = first_places(results.published)
    if no_first(translate, results.published):
        if len(tied) == 1:
            return translate(
                "Customers receive {met} of what they expect; no department stands out: the largest share "
                "of the gap is {share}.",
                met=met,
                share=share,
            )
        return translate(
            "Customers receive {met} of what they expect; {count} departments share the first place with "
            "{share} of the gap each.",
            met=met,
            count=translate.number(len(tied)),
            share=share,
        )
    if level == "open" and results.intervals.available:
        names = [name for name, _ in likeliest_first(results.published, results.intervals, 2)]
        if len(names) > 1:
            return translate(
                "Customers receive {met} of what they expect; which root cause is first is open: {one} or {other}.",
                met=met,
                one=short_name(names[0], 3),
                other=short_name(names[1], 3),
            )
    template = (
        N_(
            "Customers receive {met} of what they expect; {share} of the gap originates in {name}, which "
            "serves them directly."
        )
        if _meets_customers(context, str(table.index[0]))
        else N_(
            "Customers receive {met} of what they expect; {share} of the gap originates in {name}, which "
            "they never meet."
        )
    )
    return translate(template, met=met, share=share, name=short_name(str(first["name"]), 4))


def _meets_customers(context: ReportContext, department: str) -> bool:
    network, ids = context.analysis.cascade.network, context.analysis.organization.departments["id"]
    number = int(np.flatnonzero((ids == department).to_numpy())[0])
    clients = network.client[network.start[number] : network.start[number + 1]]
    return bool(network.customer_weight[clients].any())


def _basis(context: ReportContext) -> str:
    translate, organization = context.translate, context.analysis.organization
    scored = organization.services["responses"][organization.scored(context.analysis.cascade.scoring)]
    parts = [
        translate(
            "{count} scored {count:service|services}", count=translate.number(context.analysis.cascade.network.services)
        ),
        translate("number of answers not recorded")
        if scored.isna().all()
        else translate("{count} {count:answer|answers}", count=translate.number(float(scored.sum()))),
    ]
    if organization.settings.period:
        parts.insert(0, organization.settings.period)
    answers = organization.responses
    days = answers["date"].dropna() if answers is not None and "date" in answers.columns else None
    if days is not None and len(days):
        parts.append(
            translate("given from {first} to {last}", first=f"{days.min():%Y-%m-%d}", last=f"{days.max():%Y-%m-%d}")
        )
    return " · ".join(parts)


def _figures(context: ReportContext, table: pd.DataFrame, log: OpenActions | None) -> tuple[KeyFigure, ...]:
    translate, results = context.translate, context.results
    found = results.intervals
    gap = translate.percent(results.analysis.customer_shortfall)
    notes = []
    if found.available:
        notes.append(
            translate(
                "{level} interval {low} to {high}",
                level=translate.percent(found.level, 0),
                low=translate.percent(found.low),
                high=translate.percent(found.high),
            )
        )
    notes.append(_change(context))
    figures = [KeyFigure(translate("customers' gap"), gap, "; ".join(notes))]
    if table.empty:
        return tuple(figures)
    first = table.iloc[0]
    figures.append(
        KeyFigure(
            translate("first root cause, share of the gap"),
            translate.percent(float(first["share"])),
            " · ".join(
                part for part in (short_name(str(first["name"]), 6), _interval(context, str(table.index[0]))) if part
            ),
        )
    )
    three = table.head(3)
    figures.append(
        KeyFigure(
            translate("first {count} together", count=len(three)),
            translate.percent(float(three["cumulative"].iloc[-1])),
            translate("of the customers' gap"),
        )
    )
    figures.append(
        KeyFigure(
            translate("first put right: gap falls by"),
            translate("{gain} points", gain=translate.number(100 * float(first["gain"]), 1)),
            translate("of {gap} points", gap=translate.number(100 * results.analysis.customer_shortfall, 1)),
        )
    )
    figures.append(_actions_figure(context, log))
    return tuple(figures)


def _change(context: ReportContext) -> str:
    translate, results = context.translate, context.results
    if results.previous is None:
        return translate("one period only")
    change = 100 * (results.analysis.customer_shortfall - results.previous.gap)
    return translate(
        "{change} points since {period} ({gap})",
        change=f"{'+' if change >= 0 else '−'}{translate.number(abs(change), 1)}",
        period=results.previous.period,
        gap=translate.percent(results.previous.gap),
    )


def _interval(context: ReportContext, department: str) -> str:
    found, translate = context.results.intervals, context.translate
    if not found.available or department not in found.table.index:
        return ""
    low, high = (float(found.table[end][department]) for end in ("low", "high"))
    return translate("{low} to {high}", low=translate.percent(low), high=translate.percent(high))


def _actions_figure(context: ReportContext, log: OpenActions | None) -> KeyFigure:
    translate = context.translate
    label = translate("actions already open: gap falls by")
    if log is None:
        return KeyFigure(label, "–", translate("no improvement log is kept"))
    return KeyFigure(
        label,
        translate("{gain} points", gain=translate.number(100 * log.gain, 1)),
        _what_is_open(context, log),
    )


def _what_is_open(context: ReportContext, log: OpenActions) -> str:
    """Return how many actions are open, what those cost that can be done together, and what they are aimed at."""
    translate = context.translate
    fields = {
        "count": log.count,
        "together": len(log.together),
        "cost": translate.number(log.cost),
        "currency": context.analysis.organization.settings.currency,
        "aimed": log.aimed,
        "top": log.top,
    }
    parts = [
        translate(N_("{count} open, of which {together} go together: {cost} {currency}"), **fields)
        if len(log.together) < log.count
        else translate(N_("{count} open: {cost} {currency}"), **fields),
        translate(N_("on {aimed} of the {top} costliest services"), **fields),
    ]
    if log.proposed:
        parts.append(
            translate(
                "with what the plan proposes too: {gain} points", gain=translate.number(100 * log.gain_with_plan, 1)
            )
        )
    return "; ".join(parts)


def _cause(context: ReportContext, row: pd.Series) -> Cause:
    translate, found = context.translate, context.results.intervals
    name = str(row.name)
    known = found.available and name in found.table.index
    low, high = (float(found.table[end][name]) if known else float("nan") for end in ("low", "high"))
    advice = None if no_first(translate, context.results.published) else bottleneck_advice(row, _blamed(context))
    least = context.analysis.organization.settings.min_responses
    effect = translate(
        "with all its services put right, the gap falls by {gain} points",
        gain=translate.number(100 * float(row["gain"]), 2),
    )
    return Cause(
        name=short_name(str(row["name"]), 9, 48),
        share=float(row["share"]),
        low=low,
        high=high,
        share_text=translate.percent(float(row["share"])),
        interval_text=_interval(context, name),
        service=translate("suppressed")
        if row["withheld"]
        else translate(
            "“{service}” for {client} ({share})",
            service=short_name(str(row["service"]), 6),
            client=short_name(str(row["client"]), 5),
            share=translate.percent(float(row["service_share"])),
        ),
        advice=advice,
        fix="; ".join(
            ([with_few_answers(advice, _answers(context, row), least, translate)] if advice else []) + [effect]
        ),
    )


def _answers(context: ReportContext, row: pd.Series) -> float:
    """Return how many answered for a department's costliest service; NaN where nobody counted."""
    services = context.analysis.organization.services
    own = services[(services["supplier"] == row.name) & (services["service"] == row["service"])]
    found = own.loc[[context.name(client) == row["client"] for client in own["client"]], "responses"]
    return float(found.iloc[0]) if len(found) else float("nan")


def _blamed(context: ReportContext) -> frozenset[str]:
    return blamed_departments(context.analysis)


def _path_lines(context: ReportContext) -> tuple[PathLine, ...]:
    translate = context.translate
    return tuple(
        PathLine(
            number,
            translate(
                N_("“{service}” (few answers): {names}") if one.few else N_("“{service}”: {names}"),
                service=short_name(one.path.services[0], 4),
                names=" → ".join(short_name(name, 4) for name in one.path.names[:2]),
            ),
            translate.percent(one.share),
        )
        for number, one in enumerate(context.results.story, 1)
    )


def _contradiction(context: ReportContext) -> list[Paragraph]:
    """Say at once where what the data say of the transmission would put somebody else first."""
    results, translate = context.results, context.translate
    if results.same_leader:
        return []
    other = shown_bottlenecks(results.published, 1, results.calibrated)
    if other.empty:
        return []
    return [
        Paragraph(
            translate(
                "Read this with care: the transmission was chosen for this analysis. What the organisation states and "
                "what its data say of it would put {name} first instead. {used} Settle this before acting on the first "
                "place alone; see “Confidence and sensitivity”.",
                used=transmission_sentence(results.analysis, translate),
                name=other["name"].iloc[0],
            ),
            "caution",
        )
    ]
