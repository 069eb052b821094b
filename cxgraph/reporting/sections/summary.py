"""The first page: the finding in a sentence, three causes with what to do, how sure that is, and what comes next."""

from __future__ import annotations

from cxgraph.model.answers import counted_answers
from cxgraph.privacy.gate import shown_bottlenecks
from cxgraph.reporting.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.sections.audit import source_counts
from cxgraph.reporting.sections.next_steps import next_steps
from cxgraph.reporting.summary import (
    ADVICE,
    bottleneck_sentence,
    certainty_sentence,
    first_place_sentence,
    headline,
    no_first,
    transmission_sentence,
    transmission_source,
)
from cxgraph.wording import N_


def summary_section(context: ReportContext) -> Section:
    """Return the executive page.

    Parameters
    ----------
    context : ReportContext
        Study and language.

    Returns
    -------
    Section
        With the tower, where it was drawn.
    """
    translate, results = context.translate, context.results
    said = (headline(translate, results.published), certainty_sentence(translate, results.published, results.intervals))
    blocks: list[Block] = [Paragraph(" ".join(part for part in said if part), "key")]
    blocks += _contradiction(context)
    table = shown_bottlenecks(results.published, 3)
    undecided = no_first(translate, results.published)
    if len(table):
        title = N_("Three causes, and what to do") if len(table) == 3 else N_("Causes, and what to do")
        blocks.append(Heading(translate(N_("The largest causes") if undecided else title)))
        causes = [
            " ".join(
                part
                for part in (
                    bottleneck_sentence(row, translate, results.published.min_respondents),
                    translate(ADVICE[row["verdict"]]) if row["verdict"] in ADVICE and not undecided else "",
                )
                if part
            )
            for _, row in table.iterrows()
        ]
        blocks.append(Listing(tuple(causes), numbered=True))
        blocks.append(
            Paragraph(
                translate(
                    "Together they cause {share} of what the customers lack.",
                    share=translate.percent(float(table["cumulative"].iloc[-1])),
                )
            )
        )
    blocks += [
        Heading(translate("What it rests on, and how sure it is")),
        Listing(tuple(_footing(context))),
        Heading(translate("What comes next, and what could change the conclusion")),
        Listing(tuple(next_steps(context)), numbered=True),
    ]
    return Section("finding", translate("The finding"), (*blocks, *context.suppressed(), *context.picture("tower")))


def _contradiction(context: ReportContext) -> list[Block]:
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
                "place alone; see “How sure this is”.",
                used=transmission_sentence(results.analysis, translate),
                name=other["name"].iloc[0],
            ),
            "caution",
        )
    ]


def _footing(context: ReportContext) -> list[str]:
    results, translate = context.results, context.translate
    return [
        " ".join((_counts(context), *_answers(context))),
        *chances(context),
        " ".join((band_sentence(context), *_band_note(context))),
        translate(
            "Transmission is how much of what a department lacks can show up in what it delivers. {used} {source}",
            used=transmission_sentence(results.analysis, translate),
            source=transmission_source(results.analysis, translate),
        ),
        *_rivals(context),
    ]


def _counts(context: ReportContext) -> str:
    translate, analysis = context.translate, context.analysis
    network, organization = analysis.cascade.network, analysis.organization
    scored = organization.services["responses"][organization.scored(analysis.cascade.scoring)]
    fields = {"services": translate.number(network.services), "departments": translate.number(network.departments)}
    if scored.isna().all():
        return translate(
            "It rests on {services} scored services between {departments} departments, customers and "
            "suppliers. How many people answered is not recorded.",
            **fields,
        )
    return translate(
        "It rests on {services} scored services between {departments} departments, customers and suppliers, and "
        "on {answers} answers. Fewer than {least} answers stand behind {few} of the services; those are not to "
        "be judged one by one.",
        **fields,
        answers=translate.number(float(scored.sum())),
        few=translate.number(int((scored < organization.settings.min_responses).sum())),
        least=organization.settings.min_responses,
    )


def _answers(context: ReportContext) -> list[str]:
    """Say when and by how many the answers were given, and where they come from, as far as that is kept."""
    translate, answers = context.translate, context.analysis.organization.responses
    if answers is None or not len(answers):
        return []
    said = []
    days = answers["date"].dropna() if "date" in answers.columns else answers.index[:0]
    if len(days):
        said.append(
            translate(
                "The answers were given from {first} to {last}.",
                first=f"{days.min():%Y-%m-%d}",
                last=f"{days.max():%Y-%m-%d}",
            )
        )
    counted = answers[counted_answers(answers)]  # who only assessed itself stands behind none of the scores
    people = counted["respondent"].nunique() if "respondent" in answers.columns else 0
    if people:
        said.append(
            translate("They come from {count} respondents, told apart by their codes.", count=translate.number(people))
        )
    if "source" in answers.columns:
        said.append(translate("Answers by source: {kinds}.", kinds=source_counts(context)))
        if (answers["source"] == "self_assessment").any():
            said.append(translate("Self-assessments are compared with the scores; they are not among them."))
    return said


def chances(context: ReportContext) -> list[str]:
    """Return how far the answers alone let the finding move, or why nobody can tell."""
    results, translate = context.results, context.translate
    found = results.intervals
    if not found.available:
        return [problem.render(translate) for problem in found.notes]
    said = [
        translate(
            "With the answers drawn again {draws} times, customers lack between {low} and {high} ({level} interval).",
            draws=translate.number(found.draws),
            low=translate.percent(found.low),
            high=translate.percent(found.high),
            level=translate.percent(found.level, 0),
        )
    ]
    leading = results.published.shown(found.table).head(2)
    if len(leading):
        shares = [
            translate("{name} {chance}", name=name, chance=_frequency(context, chance))
            for name, chance in zip(leading["name"], leading["p_top1"], strict=True)
        ]
        said.append(translate("How often each comes first in those draws: {chances}.", chances="; ".join(shares)))
        said.append(
            translate("The estimated transmissions are drawn with the answers, from what the scores leave open.")
            if results.analysis.transmission.estimated.any()
            else translate("Only the answers vary in them; the transmission stays as it is.")
        )
    return [" ".join(said)]


def band_sentence(context: ReportContext) -> str:
    """Return whether the first place hangs on a parameter."""
    results, translate = context.results, context.translate
    return first_place_sentence(translate, results.published, results.intervals, results.sensitivity)


def _frequency(context: ReportContext, chance: float) -> str:
    """Return how often something came out in the draws; what never or always did is said, not rounded to."""
    translate = context.translate
    if chance in (0.0, 1.0):
        return translate("in all of them") if chance else translate("in none")
    return translate("in {part}", part=translate.percent(min(max(chance, 0.01), 0.99), 0))


def _band_note(context: ReportContext) -> list[str]:
    """Say why shares of the band may lie outside the interval above: there every department has one transmission."""
    used = context.analysis.cascade.transmission
    if float(used.min()) == float(used.max()):
        return []
    return [
        context.translate(
            "In these combinations all departments have the same transmission, whatever the data say of "
            "each; above each has its own. So the two need not agree."
        )
    ]


def _rivals(context: ReportContext) -> list[str]:
    """Say how many of the rival models put the same department first."""
    results, translate = context.results, context.translate
    first = shown_bottlenecks(results.published, 1)
    ranks = results.opinions.ranks.drop(columns="ours", errors="ignore")
    ranks = ranks.drop(columns=[name for name in ranks.columns if name in results.opinions.unsettled])
    if first.empty or first.index[0] not in ranks.index or not len(ranks.columns):
        return []
    places = ranks.loc[first.index[0]].astype(int)
    return [
        translate(
            "Of {models} rival published models, {count} put {name} first too; its worst place is {worst}.",
            models=len(places),
            count=int((places == 1).sum()),
            name=first["name"].iloc[0],
            worst=int(places.max()),
        )
    ]
