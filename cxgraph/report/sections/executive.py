"""The first page: the finding in a sentence, three causes with what to do, how sure that is, and what comes next."""

from __future__ import annotations

import numpy as np

from cxgraph.analysis import shown_bottlenecks
from cxgraph.report.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.audit import source_counts
from cxgraph.report.sections.steps import next_steps
from cxgraph.report.sections.teller import METHODS, Teller
from cxgraph.report.summary import (
    ADVICE,
    bottleneck_sentence,
    headline,
    transmission_sentence,
    transmission_source,
)

_SAME = 0.0005
"""Shares that are the same as they are printed."""
_FIRM = 0.95
"""Part of the draws in which a department has to come first for its place to be called firm."""


def tell_finding(teller: Teller) -> Section:
    """Return the executive page.

    Parameters
    ----------
    teller : Teller
        Study and language.

    Returns
    -------
    Section
        With the tower, where it was drawn.
    """
    say, study = teller.say, teller.study
    blocks: list[Block] = [Paragraph(headline(say, study.discretion), "key")]
    blocks += _contradiction(teller)
    table = shown_bottlenecks(study.discretion, 3)
    if len(table):
        blocks.append(
            Heading(say("Three causes, and what to do") if len(table) == 3 else say("Causes, and what to do"))
        )
        causes = [
            " ".join(
                part
                for part in (
                    bottleneck_sentence(row, say, study.discretion.fewest),
                    say(ADVICE[row["verdict"]]) if row["verdict"] in ADVICE else "",
                )
                if part
            )
            for _, row in table.iterrows()
        ]
        blocks.append(Listing(tuple(causes), numbered=True))
        blocks.append(
            Paragraph(
                say(
                    "Together they cause {share} of what the customers lack.",
                    share=say.percent(float(table["cumulative"].iloc[-1])),
                )
            )
        )
    blocks += [
        Heading(say("What it rests on, and how sure it is")),
        Listing(tuple(_footing(teller))),
        Heading(say("What comes next, and what could change the conclusion")),
        Listing(tuple(next_steps(teller)), numbered=True),
    ]
    return Section("finding", say("The finding"), (*blocks, *teller.withheld(), *teller.picture("tower")))


def _contradiction(teller: Teller) -> list[Block]:
    """Say at once where what the data say of the transmission would put somebody else first."""
    study, say = teller.study, teller.say
    if study.same_leader:
        return []
    other = shown_bottlenecks(study.discretion, 1, study.calibrated)
    if other.empty:
        return []
    return [
        Paragraph(
            say(
                "Read this with care: who comes first hangs on the transmission, how much of what a department lacks "
                "can show "
                "up in what it delivers. {used} {source} By the most direct way that the data allow ({ways}) it is "
                "another, "
                "and then {name} comes first, with {share} of what the customers lack. Settle this before acting on "
                "the first "
                "place alone; see “How sure this is”.",
                used=transmission_sentence(study.analysis, say),
                source=transmission_source(study.analysis, say),
                ways=ways_used(teller),
                name=other["name"].iloc[0],
                share=say.percent(float(other["share"].iloc[0])),
            ),
            "caution",
        )
    ]


def _footing(teller: Teller) -> list[str]:
    study, say = teller.study, teller.say
    return [
        " ".join((_counts(teller), *_answers(teller))),
        *chances(teller),
        " ".join((band_sentence(teller), *_band_note(teller))),
        say(
            "Transmission is how much of what a department lacks can show up in what it delivers. {used} {source}",
            used=transmission_sentence(study.analysis, say),
            source=transmission_source(study.analysis, say),
        ),
        *([] if study.uses_calibration else _agreement(teller)),
        *_rivals(teller),
    ]


def _counts(teller: Teller) -> str:
    say, analysis = teller.say, teller.analysis
    network, organization = analysis.cascade.network, analysis.organization
    scored = organization.services["responses"][organization.scored(analysis.cascade.scoring)]
    fields = {"services": say.number(network.services), "departments": say.number(network.departments)}
    if scored.isna().all():
        return say(
            "It rests on {services} scored services between {departments} departments, customers and "
            "suppliers. How many people answered is not recorded.",
            **fields,
        )
    return say(
        "It rests on {services} scored services between {departments} departments, customers and suppliers, and "
        "on {answers} answers. Fewer than {least} answers stand behind {few} of the services; those are not to "
        "be judged one by one.",
        **fields,
        answers=say.number(float(scored.sum())),
        few=say.number(int((scored < organization.settings.min_responses).sum())),
        least=organization.settings.min_responses,
    )


def _answers(teller: Teller) -> list[str]:
    """Say when and by how many the answers were given, and where they come from, as far as that is kept."""
    say, answers = teller.say, teller.analysis.organization.responses
    if answers is None or not len(answers):
        return []
    said = []
    days = answers["date"].dropna() if "date" in answers.columns else answers.index[:0]
    if len(days):
        said.append(
            say(
                "The answers were given from {first} to {last}.",
                first=f"{days.min():%Y-%m-%d}",
                last=f"{days.max():%Y-%m-%d}",
            )
        )
    people = answers["respondent"].nunique() if "respondent" in answers.columns else 0
    if people:
        said.append(say("They come from {count} respondents, told apart by their codes.", count=say.number(people)))
    if "source" in answers.columns:
        said.append(say("Answers by source: {kinds}.", kinds=source_counts(teller)))
        if (answers["source"] == "self_assessment").any():
            said.append(say("Self-assessments are compared with the scores; they are not among them."))
    return said


def chances(teller: Teller) -> list[str]:
    """Return how far the answers alone let the finding move, or why nobody can tell."""
    study, say = teller.study, teller.say
    found = study.intervals
    if not found.available:
        return [problem.render(say) for problem in found.notes]
    said = [
        say(
            "With the answers drawn again {draws} times, customers lack between {low} and {high} ({level} interval).",
            draws=say.number(found.draws),
            low=say.percent(found.low),
            high=say.percent(found.high),
            level=say.percent(found.level, 0),
        )
    ]
    leading = study.discretion.shown(found.table).head(2)
    if len(leading):
        shares = [
            say("{name} {chance}", name=name, chance=_frequency(teller, chance))
            for name, chance in zip(leading["name"], leading["p_top1"], strict=True)
        ]
        said.append(say("How often each comes first in those draws: {chances}.", chances="; ".join(shares)))
        said.append(
            say("The estimated transmissions are drawn with the answers, from what the scores leave open.")
            if (study.analysis.transmission.source == "one wave").any()
            else say("Only the answers vary in them; the transmission stays as it is.")
        )
    return [" ".join(said)]


def band_sentence(teller: Teller) -> str:
    """Return whether the first place hangs on a parameter."""
    study, say = teller.study, teller.say
    if study.robustness.leader in study.discretion.hidden_departments:
        return say("Whether the first place hangs on a parameter is withheld: too few people answered for it.")
    return study.robustness.headline(say)


def _frequency(teller: Teller, chance: float) -> str:
    """Return how often something came out in the draws; what never or always did is said, not rounded to."""
    say = teller.say
    if chance in (0.0, 1.0):
        return say("in all of them") if chance else say("in none")
    return say("in {part}", part=say.percent(min(max(chance, 0.01), 0.99), 0))


def _band_note(teller: Teller) -> list[str]:
    """Say why shares of the band may lie outside the interval above: there every department has one transmission."""
    used = teller.analysis.cascade.transmission
    if float(used.min()) == float(used.max()):
        return []
    return [
        teller.say(
            "In these combinations all departments have the same transmission, whatever the data say of "
            "each; above each has its own. So the two need not agree."
        )
    ]


def ways_used(teller: Teller) -> str:
    """Return the names of the ways by which the most direct transmissions were estimated."""
    found = teller.study.calibration
    return ", ".join(
        teller.say(METHODS[name]) for name in (found.parts or {found.method: found}) if name in set(found.basis)
    )


def _agreement(teller: Teller) -> list[str]:
    """Say who comes first by the most direct way, where that tells more than what was used already did."""
    study, say = teller.study, teller.say
    first = shown_bottlenecks(study.discretion, 1, study.calibrated)
    if first.empty:
        return [say("With the most direct data on the transmission there is nothing to rank.")]
    before = shown_bottlenecks(study.discretion, 1)
    if (
        len(study.calibration.parts) < 2
        and before.index.equals(first.index)
        and np.allclose(before["share"], first["share"], rtol=0, atol=_SAME)
    ):
        return []
    intervals, name = study.calibrated_intervals, first.index[0]
    fields = {
        "name": first["name"].iloc[0],
        "share": say.percent(float(first["share"].iloc[0])),
        "ways": ways_used(teller),
    }
    if not intervals.available:
        return [
            say(
                "With each department's transmission by the most direct way that its data allow ({ways}), {name} "
                "comes first with {share}.",
                **fields,
            )
        ]
    row = intervals.table.loc[name]
    said = say(
        "With each department's transmission by the most direct way that its data allow ({ways}), {name} comes "
        "first with {share} ({low} to {high}). Of the draws made with these it comes first {chance}.",
        **fields,
        low=say.percent(float(row["low"])),
        high=say.percent(float(row["high"])),
        chance=_frequency(teller, float(row["p_top1"])),
    )
    return [" ".join((said, *_moved(teller, name)))]


def _moved(teller: Teller, name: str) -> list[str]:
    """Say so where the way of estimating moves a share by more than the answers do."""
    study, say = teller.study, teller.say
    if not study.intervals.available or not study.same_leader:
        return []
    columns = ["share", "low", "high", "p_top1"]
    share, low, high, first = map(float, study.intervals.table.loc[name, columns])
    _, lower, higher, again = map(float, study.calibrated_intervals.table.loc[name, columns])
    if low <= higher and lower <= high:
        return []
    said = [
        say(
            "At the transmission used above it was {share} ({low} to {high}): the way of estimating moves this "
            "share by more than other answers would.",
            share=say.percent(share),
            low=say.percent(low),
            high=say.percent(high),
        )
    ]
    return [*said, say("The first place is firmer than the figure.")] if min(first, again) >= _FIRM else said


def _rivals(teller: Teller) -> list[str]:
    """Say how many of the rival models put the same department first."""
    study, say = teller.study, teller.say
    first = shown_bottlenecks(study.discretion, 1)
    ranks = study.opinions.ranks.drop(columns="ours", errors="ignore")
    ranks = ranks.drop(columns=[name for name in ranks.columns if name in study.opinions.unsettled])
    if first.empty or first.index[0] not in ranks.index or not len(ranks.columns):
        return []
    places = ranks.loc[first.index[0]].astype(int)
    return [
        say(
            "Of {models} rival published models, {count} put {name} first too; its worst place is {worst}.",
            models=len(places),
            count=int((places == 1).sum()),
            name=first["name"].iloc[0],
            worst=int(places.max()),
        )
    ]
