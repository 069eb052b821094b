"""The first page: the finding in a sentence, three causes with what to do, what it rests on and how sure it is."""

from __future__ import annotations

from cxgraph.analysis import shown_bottlenecks
from cxgraph.report.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.teller import Teller
from cxgraph.report.summary import (
    ADVICE,
    bottleneck_sentence,
    headline,
    transmission_sentence,
    transmission_source,
)


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
        blocks.append(Heading(say("Three causes, and what to do") if len(table) == 3 else
                              say("Causes, and what to do")))
        causes = [" ".join(part for part in (bottleneck_sentence(row, say, study.discretion.fewest),
                                             say(ADVICE[row["verdict"]]) if row["verdict"] in ADVICE else "") if part)
                  for _, row in table.iterrows()]
        blocks.append(Listing(tuple(causes), numbered=True))
        blocks.append(Paragraph(say("Together they cause {share} of what the customers lack.",
                                    share=say.percent(float(table["cumulative"].iloc[-1])))))
    blocks += [Heading(say("What it rests on, and how sure it is")), Listing(tuple(_footing(teller)))]
    return Section("finding", say("The finding"), (*blocks, *teller.withheld(), *teller.picture("tower")))


def _contradiction(teller: Teller) -> list[Block]:
    """Say at once where what the data say of the transmission would put somebody else first."""
    study, say = teller.study, teller.say
    if study.same_leader:
        return []
    other = shown_bottlenecks(study.discretion, 1, study.calibrated)
    if other.empty:
        return []
    return [Paragraph(say(
        "Read this with care. {used} {source} The most direct data on it suggest other values (see “How sure this "
        "is”), and with those {name} comes first, with {share} of what the customers lack. Settle this before acting "
        "on the first place alone.", used=transmission_sentence(study.analysis, say),
        source=transmission_source(study.analysis, say), name=other["name"].iloc[0],
        share=say.percent(float(other["share"].iloc[0]))), "caution")]


def _footing(teller: Teller) -> list[str]:
    study, say = teller.study, teller.say
    return [_counts(teller), *chances(teller), band_sentence(teller),
            f"{transmission_sentence(study.analysis, say)} {transmission_source(study.analysis, say)}",
            *([] if study.uses_calibration else [_agreement(teller)])]


def _counts(teller: Teller) -> str:
    say, analysis = teller.say, teller.analysis
    network, organization = analysis.cascade.network, analysis.organization
    scored = organization.services["responses"][organization.scored(analysis.cascade.scoring)]
    fields = {"services": say.number(network.services), "departments": say.number(network.departments)}
    if scored.isna().all():
        return say("It rests on {services} scored services between {departments} departments, customers and "
                   "suppliers. How many people answered is not recorded.", **fields)
    return say("It rests on {services} scored services between {departments} departments, customers and suppliers, and "
               "on {answers} answers. Fewer than {least} answers stand behind {few} of the services; those are not to "
               "be judged one by one.", **fields, answers=say.number(float(scored.sum())),
               few=say.number(int((scored < organization.settings.min_responses).sum())),
               least=organization.settings.min_responses)


def chances(teller: Teller) -> list[str]:
    """Return how far the answers alone let the finding move, or why nobody can tell."""
    study, say = teller.study, teller.say
    found = study.intervals
    if not found.available:
        return [problem.render(say) for problem in found.notes]
    said = [say("With the answers drawn again {draws} times, customers lack between {low} and {high} ({level} "
                "interval).", draws=say.number(found.draws), low=say.percent(found.low), high=say.percent(found.high),
                level=say.percent(found.level, 0))]
    leading = study.discretion.shown(found.table).head(2)
    if len(leading):
        shares = [say("{name} in {chance}", name=name, chance=say.percent(chance, 0))
                  for name, chance in zip(leading["name"], leading["p_top1"], strict=True)]
        said.append(say("How often each comes first in those draws: {chances}.", chances="; ".join(shares)))
        said.append(say("The estimated transmissions are drawn with the answers, from what the scores leave open.")
                    if (study.analysis.transmission.source == "one wave").any() else
                    say("Only the answers vary in them; the transmission stays as it is."))
    return [" ".join(said)]


def band_sentence(teller: Teller) -> str:
    """Return whether the first place hangs on a parameter."""
    study, say = teller.study, teller.say
    if study.robustness.leader in study.discretion.hidden_departments:
        return say("Whether the first place hangs on a parameter is withheld: too few people answered for it.")
    return study.robustness.headline(say)


def _agreement(teller: Teller) -> str:
    study, say = teller.study, teller.say
    first = shown_bottlenecks(study.discretion, 1, study.calibrated)
    if first.empty:
        return say("With the most direct data on the transmission there is nothing to rank.")
    intervals = study.calibrated_intervals
    fields = {"name": first["name"].iloc[0], "share": say.percent(float(first["share"].iloc[0]))}
    if not intervals.available:
        return say("With the most direct data on the transmission, {name} comes first with {share}.", **fields)
    chance = float(intervals.table["p_top1"].loc[first.index].iloc[0])
    return say("With the most direct data on the transmission, {name} comes first with {share}, and in {chance} of the "
               "draws of answers and transmissions.", **fields, chance=say.percent(chance, 0))
