"""What the finding rests on: how many services and answers, how far answers and parameters could move it."""

from __future__ import annotations

from cxgraph.model.answers import counted_answers
from cxgraph.privacy.gate import shown_bottlenecks
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.sections.audit import source_counts
from cxgraph.reporting.summary import chance_words, first_place_sentence, likeliest_first

_NAMED = 5


def footing(context: ReportContext) -> list[str]:
    """Return what the finding rests on, a sentence or a few for each kind of evidence."""
    return [" ".join((_counts(context), *_answers(context))), *_stated(context), *chances(context)]


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


def _stated(context: ReportContext) -> list[str]:
    """Say whose word a transmission is that the data contradict, and what would come out with what they say."""
    translate, results = context.translate, context.results
    table = results.contradicted
    first = None if results.by_data is None else shown_bottlenecks(results.published, 1, results.by_data)
    if first is None or first.empty:
        return []
    named = [
        translate(
            "{name} {stated} (data {estimate}, {level} interval {low} to {high})",
            name=context.name(key),
            level=translate.percent(0.9, 0),
            **{str(column): translate.number(value, 2) for column, value in row.items()},
        )
        for key, row in table.head(_NAMED).iterrows()
    ]
    return [
        " ".join(
            (
                translate(
                    "The organisation itself states these transmissions, and the data say something else: {names}.",
                    names="; ".join(named) + (f" (+{len(table) - _NAMED})" if len(table) > _NAMED else ""),
                ),
                translate(
                    "With the data's values in their place {first} would come first, with {share} of the gap.",
                    first=first["name"].iloc[0],
                    share=translate.percent(float(first["share"].iloc[0])),
                ),
            )
        )
    ]


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
    """Say which probability to go by where the tables below give all departments one transmission and rank others."""
    translate, results = context.translate, context.results
    used = context.analysis.cascade.transmission
    if float(used.min()) == float(used.max()):
        return []
    apart = translate(
        "The tables below give all departments the same transmission, also values that the data make unlikely. They "
        "count settings and are no second probability."
    )
    if not results.intervals.available or not results.analysis.transmission.estimated.any():
        return [apart]
    return [
        translate(
            "That is the probability to go by: in it answers and each department's own transmission vary as far as "
            "the data allow."
        ),
        apart,
    ]
