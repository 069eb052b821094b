"""Culture and leadership: how far practices are lived, and where commitment stops on its way down."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from cxgraph.culture.catalogue import CONTRASTS
from cxgraph.report.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.teller import Field, Teller
from cxgraph.wording import N_

LEANING_WORDS = {
    "customer-centred": N_("customer-centred"),
    "mixed": N_("mixed"),
    "operations-centred": N_("operations-centred"),
    "unknown": N_("not assessed"),
}


def tell_culture(teller: Teller) -> Section:
    """Return profiles, the leadership pour and associations; says what was not assessed, and never shows it as 0."""
    say, study = teller.say, teller.study
    title = say("Culture and leadership")
    if not study.profiles.assessment.assessed.any():
        return Section(
            "culture",
            title,
            (
                Paragraph(
                    say(
                        "No practice was assessed (table of practices), so nothing is known of culture and "
                        "leadership. That is no "
                        "zero: nothing is assumed, and no figure here rests on it."
                    )
                ),
                *_listed([problem.render(say) for problem in study.profiles.problems]),
            ),
        )
    return Section(
        "culture",
        title,
        (
            Heading(say("Practices by department")),
            *_profiles(teller),
            Heading(say("Practice by practice")),
            *_practices(teller),
            Heading(say("Customer-centred or operations-centred")),
            *_orientation(teller),
            Heading(say("The leadership pour")),
            *_pour(teller),
            Heading(say("Does culture go with service?")),
            *_association(teller),
        ),
    )


def _listed(items: list[str]) -> tuple[Block, ...]:
    return (Listing(tuple(items)),) if items else ()


def _dimension_words(teller: Teller) -> dict[str, str]:
    known = teller.study.profiles.assessment.catalogue.dimensions
    return {name: known[name].words.text(teller.say.language) for name in teller.study.profiles.dimensions}


def _profiles(teller: Teller) -> tuple[Block, ...]:
    say, profiles = teller.say, teller.study.profiles
    words = _dimension_words(teller)
    wide = profiles.wide()
    wide = wide[wide["coverage"] > 0]
    fields = (
        Field("name", say("department")),
        *(Field(name, words[name], "percent") for name in profiles.dimensions),
        Field("overall", say("overall"), "percent"),
        Field("coverage", say("assessed"), "percent"),
    )
    grid = teller.grid(
        say("Practices"),
        say("How far each department lives each dimension (the top of the scale is 100 %)"),
        wide,
        fields,
    )
    heated = {words[name] for name in profiles.dimensions} | {say("overall")}
    grid = replace(grid, columns=tuple(replace(entry, heat=entry.heading in heated) for entry in grid.columns))
    missing = [
        teller.name(name) for name, covered in zip(profiles.departments, profiles.covered, strict=True) if covered == 0
    ]
    blocks: list[Block] = [Paragraph(say("A dash is not assessed: unknown, not zero."))]
    if missing:
        blocks.append(Paragraph(say("Not assessed at all: {names}.", names=", ".join(missing))))
    return (*blocks, *_listed([problem.render(say) for problem in profiles.problems]), grid)


def _practices(teller: Teller) -> tuple[Block, ...]:
    """Return every practice of the catalogue: what is asked and was found, what shows it, where the idea is from."""
    say, profiles = teller.say, teller.study.profiles
    language, known = say.language, profiles.assessment.catalogue.practices
    frame = profiles.by_practice().assign(
        name=[practice.name.text(language) for practice in known],
        question=[practice.question.text(language) for practice in known],
        evidence=[practice.evidence.text(language) for practice in known],
        origin=[" ".join(idea.words.text(language) for idea in practice.origin) for practice in known],
    )
    fields = (
        Field("name", say("practice")),
        Field("question", say("what is asked")),
        Field("assessed", say("departments assessed"), "count"),
        Field("mean", say("mean"), "percent"),
        Field("lowest", say("lowest in"), words=teller.names),
        Field("level", say("its level"), "percent"),
    )
    grid = teller.grid(
        say("Catalogue"), say("The practices of a service culture, and how far they are lived"), frame, fields
    )
    heated = replace(grid, columns=tuple(replace(entry, heat=entry.heading == say("mean")) for entry in grid.columns))
    shown = (
        Field("name", say("practice")),
        Field("evidence", say("what counts as evidence")),
        Field("origin", say("the idea behind it")),
        Field("practice", say("code")),
    )
    return heated, teller.grid(
        say("Evidence of practices"),
        say("What shows that a practice is lived, where the idea is from, and its code in the table of practices"),
        frame,
        shown,
    )


def _orientation(teller: Teller) -> tuple[Block, ...]:
    say, profiles = teller.say, teller.study.profiles
    words, leanings = _dimension_words(teller), teller.words(LEANING_WORDS)
    frame = profiles.orientation()
    frame = frame[frame["overall"] != "unknown"]
    if frame.empty:
        return (Paragraph(say("Empowerment, hiring and training were assessed nowhere.")),)
    fields = (
        Field("name", say("department")),
        *(Field(name, words[name], words=leanings) for name in CONTRASTS),
        Field("overall", say("overall"), words=leanings),
    )
    return (
        Paragraph(
            say(
                "Whom a department hires, what it trains and what its people may decide: it leans to "
                "the customer at 60 % and more, to its own operation at 40 % and less."
            )
        ),
        teller.grid(say("Orientation"), say("What each department leans to"), frame, fields),
    )


def _pour(teller: Teller) -> tuple[Block, ...]:
    say, found = teller.say, teller.study.pour
    blocks: list[Block] = [
        Paragraph(
            say(
                "Commitment is the mean of the assessed practices of leadership. On each reporting line a lack of it "
                "is split "
                "like a shortfall: what came down from above, at most {transmission} of what lacks there, and what "
                "starts "
                "here. Whether commitment came down is an assumption, not an observation.",
                transmission=say.percent(found.transmission, 0),
            )
        )
    ]
    notes = _listed([problem.render(say) for problem in found.notes if problem not in teller.study.profiles.problems])
    if math.isnan(found.front_line_gap):
        return (
            *blocks,
            Paragraph(
                say(
                    "For no department of the front line is the whole line up to the top known, so "
                    "it cannot be said where its lack of commitment starts."
                )
            ),
            *notes,
        )
    blocks.append(
        Paragraph(say("The front line lacks {gap} of full commitment.", gap=say.percent(found.front_line_gap)))
    )
    levels = found.levels.reset_index()
    fields = (
        Field("level", say("level (0 is the top)"), "count"),
        Field("departments", say("departments"), "count"),
        Field("assessed", say("assessed"), "count"),
        Field("commitment", say("commitment"), "percent"),
        Field("share", say("share of the front line's gap that starts here"), "percent"),
        *(
            Field(name, say("at a transmission of {value}", value=say.number(float(name[9:]), 1)), "percent")
            for name in levels.columns
            if name.startswith("share_at_")
        ),
    )
    blocks.append(
        teller.grid(say("Leadership levels"), say("Where the front line's lack of commitment starts"), levels, fields)
    )
    if len(found.stops):
        parents = [teller.name(name) if isinstance(name, str) else None for name in found.stops["parent"]]
        stops = found.stops.assign(parent=pd.Series(parents, index=found.stops.index, dtype=object))
        rows = (
            Field("name", say("department")),
            Field("parent", say("reports to")),
            Field("commitment", say("commitment"), "percent"),
            Field("parent_commitment", say("commitment above"), "percent"),
            Field("own", say("own gap"), "percent"),
            Field("inherited", say("inherited gap"), "percent"),
            Field("below", say("departments below"), "count"),
            Field("front_line_below", say("of which front line"), "count"),
        )
        blocks.append(
            teller.grid(
                say("Leadership stops"),
                say("Where the pour stops: own gaps of {stop} and more", stop=say.percent(found.stop, 0)),
                stops,
                rows,
            )
        )
    else:
        blocks.append(
            Paragraph(
                say(
                    "The pour stops nowhere: no department has an own gap of {stop} or more.",
                    stop=say.percent(found.stop, 0),
                )
            )
        )
    return (*blocks, *notes)


def _association(teller: Teller) -> tuple[Block, ...]:
    say = teller.say
    words = _dimension_words(teller)
    frame = teller.study.association.reset_index()
    frame = frame[frame["spearman"].notna()]
    if frame.empty:
        return (Paragraph(say("Too few departments were assessed to tell.")),)
    frame = pd.DataFrame(frame).assign(dimension=[words.get(name, say("overall")) for name in frame["dimension"]])
    fields = (
        Field("dimension", say("dimension")),
        Field("departments", say("departments"), "count"),
        Field("spearman", say("rank correlation (Spearman)"), "number"),
        Field("low", say("lower end"), "number"),
        Field("high", say("upper end"), "number"),
        Field("p_value", "p", "number", digits=3),
        Field("q_value", say("q (all rows together)"), "number", digits=3),
    )
    return (
        Paragraph(
            say(
                "Below zero, departments with more of the practice fall short less by themselves. It is an "
                "association (with an interval at 90 %); what causes what it cannot say."
            )
        ),
        teller.grid(say("Association"), say("Culture and departments' own shortfalls"), frame, fields),
    )
