"""Culture and leadership: how far practices are lived, and where commitment stops on its way down."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from cxgraph.culture.catalogue import CONTRASTS
from cxgraph.reporting.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.reporting.context import Field, ReportContext
from cxgraph.wording import N_

LEANING_WORDS = {
    "customer-centred": N_("customer-centred"),
    "mixed": N_("mixed"),
    "operations-centred": N_("operations-centred"),
    "unknown": N_("not assessed"),
}


def culture_section(context: ReportContext) -> Section:
    """Return profiles, the leadership pour and associations; says what was not assessed, and never shows it as 0."""
    translate, results = context.translate, context.results
    title = translate("Culture and leadership")
    if "practices" not in context.parts:
        return Section(
            "culture",
            title,
            (
                Paragraph(
                    translate(
                        "No practice was assessed (table of practices), so nothing is known of culture and "
                        "leadership. That is no "
                        "zero: nothing is assumed, and no figure here rests on it."
                    )
                ),
                *_listed([problem.render(translate) for problem in results.profiles.problems]),
            ),
            answer=translate("No practice was assessed, so nothing is known of culture and leadership."),
        )
    return Section(
        "culture",
        title,
        (
            context.heading("practices"),
            *_profiles(context),
            Heading(translate("Practice by practice")),
            *_practices(context),
            Heading(translate("Customer-centred or operations-centred")),
            *_orientation(context),
            context.heading("leadership"),
            *_pour(context),
            Heading(translate("Culture and service: correlation")),
            *_association(context),
        ),
        answer=_answer(context),
    )


def _answer(context: ReportContext) -> str:
    translate, profiles = context.translate, context.results.profiles
    overall = profiles.wide()["overall"].dropna()
    said = translate(
        "Mean level of adoption of the practices: {level}, in {count} {count:department|departments} assessed.",
        level=translate.percent(float(overall.mean())),
        count=translate.number(len(overall)),
    )
    gap = context.results.pour.front_line_gap
    if math.isnan(gap):
        return said
    return f"{said} " + translate("The front line is {gap} short of full commitment.", gap=translate.percent(gap))


def _listed(items: list[str]) -> tuple[Block, ...]:
    return (Listing(tuple(items)),) if items else ()


def _dimension_words(context: ReportContext) -> dict[str, str]:
    known = context.results.profiles.assessment.catalogue.dimensions
    return {name: known[name].words.text(context.translate.language) for name in context.results.profiles.dimensions}


def _profiles(context: ReportContext) -> tuple[Block, ...]:
    translate, profiles = context.translate, context.results.profiles
    words = _dimension_words(context)
    wide = profiles.wide()
    wide = wide[wide["coverage"] > 0]
    fields = (
        Field("name", translate("department")),
        *(Field(name, words[name], "percent") for name in profiles.dimensions),
        Field("overall", translate("overall"), "percent"),
        Field("coverage", translate("assessed"), "percent"),
    )
    grid = context.grid(
        translate("Practices"),
        translate("Level of adoption by department and dimension (the top of the scale is 100 %)"),
        wide,
        fields,
    )
    heated = {words[name] for name in profiles.dimensions} | {translate("overall")}
    grid = replace(grid, columns=tuple(replace(entry, heat=entry.heading in heated) for entry in grid.columns))
    missing = [
        context.name(name) for name, covered in zip(profiles.departments, profiles.covered, strict=True) if covered == 0
    ]
    blocks: list[Block] = [Paragraph(translate("A dash is not assessed: unknown, not zero."))]
    if missing:
        blocks.append(Paragraph(translate("Not assessed at all: {names}.", names=", ".join(missing))))
    return (*blocks, *_listed([problem.render(translate) for problem in profiles.problems]), grid)


def _practices(context: ReportContext) -> tuple[Block, ...]:
    """Return every practice of the catalogue: what is asked and was found, what shows it, where the idea is from."""
    translate, profiles = context.translate, context.results.profiles
    language, known = translate.language, profiles.assessment.catalogue.practices
    frame = profiles.by_practice().assign(
        name=[practice.name.text(language) for practice in known],
        question=[practice.question.text(language) for practice in known],
        evidence=[practice.evidence.text(language) for practice in known],
        origin=[" ".join(idea.words.text(language) for idea in practice.origin) for practice in known],
    )
    fields = (
        Field("name", translate("practice")),
        Field("question", translate("what is asked")),
        Field("assessed", translate("departments assessed"), "count"),
        Field("mean", translate("mean"), "percent"),
        Field("lowest", translate("lowest in"), words=context.names),
        Field("level", translate("its level"), "percent"),
    )
    grid = context.grid(
        translate("Catalogue"),
        translate("The practices of a service culture, and their level of adoption"),
        frame,
        fields,
    )
    heated = replace(
        grid, columns=tuple(replace(entry, heat=entry.heading == translate("mean")) for entry in grid.columns)
    )
    shown = (
        Field("name", translate("practice")),
        Field("evidence", translate("what counts as evidence")),
        Field("origin", translate("the idea behind it")),
        Field("practice", translate("code")),
    )
    return heated, context.grid(
        translate("Evidence of practices"),
        translate(
            "What shows that a practice is adopted, where the idea is from, and its code in the table of practices"
        ),
        frame,
        shown,
    )


def _orientation(context: ReportContext) -> tuple[Block, ...]:
    translate, profiles = context.translate, context.results.profiles
    words, leanings = _dimension_words(context), context.words(LEANING_WORDS)
    frame = profiles.orientation()
    frame = frame[frame["overall"] != "unknown"]
    if frame.empty:
        return (Paragraph(translate("Empowerment, hiring and training were assessed nowhere.")),)
    fields = (
        Field("name", translate("department")),
        *(Field(name, words[name], words=leanings) for name in CONTRASTS),
        Field("overall", translate("overall"), words=leanings),
    )
    return (
        Paragraph(
            translate(
                "Whom a department hires, what it trains and what its people may decide: it leans to "
                "the customer at 60 % and more, to its own operation at 40 % and less."
            )
        ),
        context.grid(translate("Orientation"), translate("What each department leans to"), frame, fields),
    )


def _pour(context: ReportContext) -> tuple[Block, ...]:
    translate, found = context.translate, context.results.pour
    blocks: list[Block] = [
        Paragraph(
            translate(
                "Commitment is the mean of the assessed practices of leadership. On each reporting line what is "
                "short of full commitment is split like a gap: what came down from above, at most {transmission} of "
                "what is short there, and what originates here. Whether commitment came down is an assumption, not "
                "an observation.",
                transmission=translate.percent(found.transmission, 0),
            )
        )
    ]
    notes = _listed(
        [problem.render(translate) for problem in found.notes if problem not in context.results.profiles.problems]
    )
    if "leadership" not in context.parts:
        return (
            *blocks,
            Paragraph(
                translate(
                    "For no department of the front line is the whole line up to the top known. So nobody can "
                    "say where what is short of full commitment originates."
                )
            ),
            *notes,
        )
    blocks.append(
        Paragraph(
            translate("The front line is {gap} short of full commitment.", gap=translate.percent(found.front_line_gap))
        )
    )
    levels = found.levels.reset_index()
    fields = (
        Field("level", translate("level (0 is the top)"), "count"),
        Field("departments", translate("departments"), "count"),
        Field("assessed", translate("assessed"), "count"),
        Field("commitment", translate("commitment"), "percent"),
        Field("share", translate("share of the front line's gap that starts here"), "percent"),
        *(
            Field(
                name, translate("at a transmission of {value}", value=translate.number(float(name[9:]), 1)), "percent"
            )
            for name in levels.columns
            if name.startswith("share_at_")
        ),
    )
    blocks.append(
        context.grid(
            translate("Leadership levels"),
            translate("Where the gap in commitment of the front line originates"),
            levels,
            fields,
        )
    )
    if len(found.stops):
        parents = [context.name(name) if isinstance(name, str) else None for name in found.stops["parent"]]
        stops = found.stops.assign(parent=pd.Series(parents, index=found.stops.index, dtype=object))
        rows = (
            Field("name", translate("department")),
            Field("parent", translate("reports to")),
            Field("commitment", translate("commitment"), "percent"),
            Field("parent_commitment", translate("commitment above"), "percent"),
            Field("own", translate("own gap"), "percent"),
            Field("inherited", translate("inherited gap"), "percent"),
            Field("below", translate("departments below"), "count"),
            Field("front_line_below", translate("of which front line"), "count"),
        )
        blocks.append(
            context.grid(
                translate("Leadership stops"),
                translate(
                    "Departments where much commitment is missing that nothing above explains: own gaps of "
                    "{stop} and more",
                    stop=translate.percent(found.stop, 0),
                ),
                stops,
                rows,
            )
        )
    else:
        blocks.append(
            Paragraph(
                translate(
                    "Commitment comes down everywhere: no department has an own gap of {stop} or more.",
                    stop=translate.percent(found.stop, 0),
                )
            )
        )
    return (*blocks, *notes)


def _association(context: ReportContext) -> tuple[Block, ...]:
    translate = context.translate
    words = _dimension_words(context)
    frame = context.results.association.reset_index()
    frame = frame[frame["spearman"].notna()]
    if frame.empty:
        return (Paragraph(translate("Too few departments were assessed to tell.")),)
    frame = pd.DataFrame(frame).assign(dimension=[words.get(name, translate("overall")) for name in frame["dimension"]])
    fields = (
        Field("dimension", translate("dimension")),
        Field("departments", translate("departments"), "count"),
        Field("spearman", translate("rank correlation (Spearman)"), "number"),
        Field("low", translate("lower end"), "number"),
        Field("high", translate("upper end"), "number"),
        Field("p_value", "p", "number", digits=3),
        Field("q_value", translate("q (all rows together)"), "number", digits=3),
    )
    return (
        Paragraph(
            translate(
                "Below zero, departments with more of the practice have a smaller gap of their own. It is an "
                "association (with an interval at 90 %); what causes what it cannot say."
            )
        ),
        context.grid(translate("Association"), translate("Culture and departments' own gaps"), frame, fields),
    )
