"""What comes next: what to check, ask and measure before and while the first causes are mended."""

from __future__ import annotations

from cxgraph.privacy.gate import shown_bottlenecks
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.headline import LEADING


def next_steps(context: ReportContext) -> list[str]:
    """Return what an auditor would do next, each step only where the data call for it.

    Parameters
    ----------
    context : ReportContext
        Study and language.

    Returns
    -------
    list of str
        Sentences, the most urgent first.
    """
    translate, results = context.translate, context.results
    first = shown_bottlenecks(results.published, LEADING)
    steps = (
        [
            translate(
                "Check on the ground whether what is said to start in {name} does start there, beginning with its "
                "costliest services: scores show what goes together, not what causes what.",
                name=first["name"].iloc[0],
            )
        ]
        if len(first)
        else []
    )
    blind = [name for name in context.unmeasured if name in first.index]
    if blind:
        steps.append(
            translate(
                "Ask what these departments need from others: {names}. Nothing that they receive was scored, so "
                "their whole gap counts as originating there; part of it may come down to them.",
                names=", ".join(map(context.name, blind)),
            )
        )
    steps += [*_transmission(context, list(first.index)), *_answers(context)]
    failed = sum(finding.status == "FAIL" for finding in results.findings)
    if failed:
        steps.append(
            translate("Review the principles that the audit found not kept: {count} (see “Audit”).", count=failed)
        )
    return steps


def _transmission(context: ReportContext, leading: list[str]) -> list[str]:
    """Say what would settle the transmission: where ways contradict each other, or where only the scores tell."""
    translate, results = context.translate, context.results
    parts = results.calibration.parts
    if len(parts) < 2:
        estimated = results.analysis.transmission.estimated.any()
        return (
            [
                translate(
                    "Collect scores in several periods, or answers that name their case (order, ticket, stay): so "
                    "far only one wave of scores bears on the transmission, and the ranking depends on it."
                )
            ]
            if estimated
            else []
        )
    agree = results.calibration.to_frame()["agree"]
    apart = [name for name in leading if agree[name] is False]
    if not apart:
        return []
    return [
        translate(
            "Settle the transmission of these departments, on which the methods of estimating it contradict each "
            "other: {names}. Follow some cases on the ground, from what the department receives to what it delivers.",
            names=", ".join(map(context.name, apart)),
        )
    ]


def _answers(context: ReportContext) -> list[str]:
    translate, organization = context.translate, context.analysis.organization
    answers = organization.services["responses"][organization.scored(context.analysis.cascade.scoring)]
    if answers.isna().all():
        return [
            translate(
                "Record how many people answer each question and how far their answers spread; without that nobody "
                "can tell chance from finding."
            )
        ]
    least = organization.settings.min_responses
    few = int((answers < least).sum())
    return (
        [
            translate(
                "Judge no service by fewer than {least} answers ({count} of {all} services have fewer): ask more "
                "people, or look at departments as a whole.",
                least=least,
                count=translate.number(few),
                all=translate.number(len(answers)),
            )
        ]
        if few
        else []
    )
