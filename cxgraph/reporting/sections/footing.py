"""What the finding rests on: how many services and answers, how far answers and parameters could move it."""

from __future__ import annotations

from cxgraph.model.answers import counted_answers
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.sections.audit import source_counts
from cxgraph.reporting.summary import chance_words, first_place_sentence, likeliest_first


def footing(context: ReportContext) -> list[str]:
    """Return what the finding rests on, a sentence or a few for each kind of evidence."""
    return [" ".join((_counts(context), *_answers(context))), *chances(context)]


def _counts(context: ReportContext) -> str:
    translate, analysis = context.translate, context.analysis
    network, organization = analysis.cascade.network, analysis.organization
    scored = organization.services["responses"][organization.scored(analysis.cascade.scoring)]
    fields = {"services": translate.number(network.services), "departments": translate.number(network.departments)}
    if scored.isna().all():
        return translate(
            "It rests on {services} scored {services:service|services} between {departments} "
            "{departments:department|departments}, customers and suppliers. How many people answered is "
            "not recorded.",
            **fields,
        )
    said = translate(
        "It rests on {services} scored {services:service|services} between {departments} "
        "{departments:department|departments}, customers and suppliers, and on {answers} "
        "{answers:answer|answers}.",
        answers=translate.number(float(scored.sum())),
        **fields,
    )
    few = int((scored < organization.settings.min_responses).sum())
    if not few:
        return said
    return f"{said} " + translate(
        "{few} {few:service rests|services rest} on fewer than {least} answers: do not interpret "
        "{few:this one by itself|these one by one}.",
        few=translate.number(few),
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
            translate(
                "They come from {count} {count:respondent|respondents}, identified by code.",
                count=translate.number(people),
            )
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
            "In {draws} bootstrap resamples the customers' gap lies between {low} and {high} ({level} interval).",
            draws=translate.number(found.draws),
            low=translate.percent(found.low),
            high=translate.percent(found.high),
            level=translate.percent(found.level, 0),
        )
    ]
    leading = likeliest_first(results.published, found, 3)
    if leading:
        shares = [
            translate("{name} {chance}", name=name, chance=chance_words(translate, chance)) for name, chance in leading
        ]
        said.append(translate("Ranked first in resamples: {chances}.", chances="; ".join(shares)))
        said.append(
            translate("The estimated transmissions are resampled with the answers, from what the scores leave open.")
            if results.analysis.transmission.estimated.any()
            else translate("Only the answers vary in them; the transmission stays as it is.")
        )
    return [" ".join(said)]


def band_sentence(context: ReportContext) -> str:
    """Return whether the first place depends on a parameter."""
    results, translate = context.results, context.translate
    return first_place_sentence(translate, results.published, results.intervals, results.sensitivity)


def band_note(context: ReportContext) -> list[str]:
    """Say why shares of the band may lie outside the interval above: there every department has one transmission."""
    used = context.analysis.cascade.transmission
    if float(used.min()) == float(used.max()):
        return []
    return [
        context.translate(
            "That counts resamples, in which each department has its own transmission. The combinations below give "
            "all departments the same one, so the two need not agree."
        )
    ]
