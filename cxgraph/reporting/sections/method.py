"""Data and reconciliation, method and limits, provenance and the recipe to compute everything again."""

from __future__ import annotations

import math

import pandas as pd

import cxgraph
from cxgraph.errors import Problem
from cxgraph.reporting.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.reporting.context import SEVERITY_WORDS, Field, ReportContext
from cxgraph.reporting.reconciliation import account_details, account_sentence
from cxgraph.reporting.sections.worked_figure import by_hand
from cxgraph.reporting.summary import transmission_sentence, transmission_source
from cxgraph.reporting.versions import library_versions
from cxgraph.wording import N_, Translator

SCORING_WORDS = {
    "ratio": N_("ratio: the part of the way from the bottom of the scale to the expectation that is missing"),
    "gap": N_("gap: expectation minus fulfilment, over the width of the scale"),
    "perception": N_("perception: what is missing to the top of the scale; expectations are not used"),
}

_NAMED = 10
_BYSTANDERS = ("files-not-read", "beside")


def data_section(context: ReportContext) -> Section:
    """Return what became of every row, what was doubtful, and what is thin or withheld."""
    translate, organization = context.translate, context.analysis.organization
    blocks: list[Block] = []
    for rows in organization.reconciliations:
        blocks.append(Paragraph(account_sentence(rows, translate)))
        details = account_details(rows, translate, 20)
        if details:
            blocks.append(Listing(tuple(details)))
    answers = organization.responses
    if answers is not None and organization.rows.table == "services":
        blocks.append(
            Paragraph(
                translate(
                    "The {count} single answers stand behind the services: for their spread, the intervals, the cases "
                    "and the checks of integrity.",
                    count=translate.number(len(answers)),
                )
            )
        )
    scored = organization.scored(context.analysis.cascade.scoring)
    if not scored.all():
        blocks.append(
            Paragraph(
                translate(
                    "{count} {count:service has no score and is|services have no score and are} left out.",
                    count=translate.number(int((~scored).sum())),
                )
            )
        )
    blocks.append(Paragraph(translate("Nothing was imputed: a service without a score is left out and listed.")))
    blocks += _problems(context)
    return Section(
        "data",
        translate("Data and reconciliation"),
        (*blocks, *context.suppressed()),
        answer=account_sentence(organization.rows, translate),
    )


def every_problem(context: ReportContext) -> tuple[Problem, ...]:
    """Return what was noticed; not which other files lay about, or a picture put beside the tables would change it."""
    every = (*context.analysis.organization.problems, *context.analysis.notes)
    return tuple(problem for problem in every if problem.code not in _BYSTANDERS)


def _problems(context: ReportContext) -> list[Block]:
    translate, problems = context.translate, every_problem(context)
    blocks: list[Block] = []
    if problems:
        frame = pd.DataFrame(
            {
                "severity": [translate(SEVERITY_WORDS[problem.severity]) for problem in problems],
                "code": [problem.code for problem in problems],
                "place": [problem.place for problem in problems],
                "text": [_sentence(problem, translate) for problem in problems],
            }
        )
        fields = (
            Field("severity", translate("severity")),
            Field("place", translate("where")),
            Field("text", translate("what was found")),
            Field("code", translate("code")),
        )
        blocks.append(context.grid(translate("Data notes"), translate("What was noticed in the tables"), frame, fields))
    return blocks


def _sentence(problem: Problem, translate: Translator) -> str:
    return " ".join(translate(part, **problem.fields) for part in (problem.message, problem.hint) if part)


def method_section(context: ReportContext) -> Section:
    """Return the method in short, one figure by hand, its limits and its accuracy."""
    translate, cascade = context.translate, context.analysis.cascade
    blind = context.unmeasured
    names = ", ".join(map(context.name, blind[:_NAMED])) + (f" (+{len(blind) - _NAMED})" if len(blind) > _NAMED else "")
    return Section(
        "method",
        translate("Method"),
        (
            Listing(
                (
                    translate(
                        "Gap of a service: the fraction of the client's expectation that is not met. Scoring used: "
                        "{scoring}.",
                        scoring=translate(SCORING_WORDS[cascade.scoring]),
                    ),
                    translate(
                        "Gap received by a department: the gaps of the services that it receives, weighted by their "
                        "importance to it (stringency {stringency}: 1 is their average, ∞ the worst one).",
                        stringency="∞" if math.isinf(cascade.stringency) else translate.number(cascade.stringency, 2),
                    ),
                    translate(
                        "Inherited: at most the transmission times the gap that the supplier receives; the "
                        "rest is its own."
                    ),
                    translate(
                        "Contribution: own gap times reach, the customers' loss per unit. Contributions add up to "
                        "the customers' gap; here to a relative {balance}.",
                        balance=_tiny(cascade.balance),
                    )
                    if cascade.balance
                    else translate(
                        "Contribution: own gap times reach, the customers' loss per unit. Contributions add up to "
                        "the customers' gap; here to the last digit."
                    ),
                    translate(
                        "Loops are followed to the end: the solution is certified to an error of at most {bound}.",
                        bound=_tiny(cascade.certificate.error_bound),
                    ),
                )
            ),
            *_wave(context),
            *by_hand(context),
            Heading(translate("Limits")),
            Listing(
                (
                    translate(
                        "The scores show what happens together, not what causes what: a gap that a department "
                        "shares with its suppliers is read as inherited up to its transmission. Check the first "
                        "causes on the ground before acting."
                    ),
                    translate(
                        "The split into own and inherited depends on the transmission. Where it is assumed, so is "
                        "the split."
                    ),
                    *(
                        [
                            translate(
                                "Nothing was scored of what these receive: {names}. Their received gap is taken as "
                                "zero, so all that they fail in counts as originating there.",
                                names=names,
                            )
                        ]
                        if blind
                        else []
                    ),
                    translate(
                        "Intervals tell how far other answers could have moved the figures. They do not tell whether "
                        "the right "
                        "people were asked the right questions."
                    ),
                    translate("Importances and the customers' shares of the business are taken as they are given."),
                )
            ),
        ),
        answer=translate(
            "Each gap is split into own and inherited, and followed to the customers; one figure is worked out step "
            "by step."
        ),
    )


def _wave(context: ReportContext) -> tuple[Block, ...]:
    """Describe the estimate from one wave with what it assumes, where the analysis rests on it."""
    if not (context.analysis.transmission.source == "one wave").any():
        return ()
    translate = context.translate
    return (
        Heading(translate("How the transmission is estimated from one wave of scores")),
        Listing(
            (
                translate(
                    "Idea: whatever a department passes on falls on all that it delivers, and cannot be more than "
                    "its transmission times the gap that it receives. Services of it that fall short by little "
                    "therefore hold the transmission down; services that all fall short by about the same lift it, "
                    "the more so where that is in keeping with the gap received."
                ),
                translate(
                    "Assumed: each gap is what was passed on, a fault shown to all clients, a fault of that "
                    "service alone, and the chance of the answers. Both kinds of faults are mostly small and "
                    "sometimes large; how often and how large is learnt from all departments together."
                ),
                translate(
                    "Before the scores are seen, laws of transmission with means from 0.30 to 0.72, and laws of "
                    "faults, stand side by side; each counts by how well it explains the scores of all departments. "
                    "Where the scores tell nothing, 0.6 remains."
                ),
                translate(
                    "Chance: as far as the answers to a question spread; where that is unknown, 0.02 of the "
                    "expectation."
                ),
                translate(
                    "Result: the mean of what is then credible, to three decimals, so that the table of departments "
                    "holds all that computing again takes; the intervals sample the transmission from the whole of "
                    "it."
                ),
                translate(
                    "It sees no case. A fault shown to all clients alike is taken for passed on where it happens "
                    "to be in keeping with the gap received. Cases or periods, where there are any, are the "
                    "check: see “Confidence and sensitivity”."
                ),
            )
        ),
    )


def _tiny(error: float) -> str:
    """Return an error of the arithmetic as its order of magnitude."""
    return f"{abs(error):.0e}" if error else "0"


def provenance_section(context: ReportContext) -> Section:
    """Return inputs, versions and parameters, and how to compute everything again."""
    translate, analysis = context.translate, context.analysis
    organization = analysis.organization
    settings = organization.settings
    blocks: list[Block] = []
    if organization.sources:
        frame = pd.DataFrame(
            [(source.name, source.bytes, source.sha256) for source in organization.sources],
            columns=["file", "bytes", "sha256"],
        )
        fields = (
            Field("file", translate("file")),
            Field("bytes", translate("bytes"), "count"),
            Field("sha256", "SHA-256"),
        )
        blocks.append(context.grid(translate("Files"), translate("Files read"), frame, fields))
    else:
        blocks.append(Paragraph(translate("The tables were handed over in memory; there are no files to check.")))
    facts = (
        translate("cxgraph {version}", version=cxgraph.__version__),
        translate(
            "Libraries: {versions}.",
            versions=", ".join(f"{name} {number}" for name, number in library_versions().items()),
        ),
        translate(
            "Scale {low} to {high}; scoring {scoring}; stringency {stringency}.",
            low=translate.number(settings.scale[0], 0),
            high=translate.number(settings.scale[1], 0),
            scoring=analysis.cascade.scoring,
            stringency=f"{analysis.cascade.stringency:g}",
        ),
        *_removed_halo(context),
        f"{transmission_sentence(analysis, translate)} {transmission_source(analysis, translate)}",
        translate("Period: {period}", period=settings.period)
        if settings.period
        else translate("Period: none was chosen; all scores count alike."),
        translate(
            "Services with fewer than {least} answers are flagged; groups of fewer than {fewest} people "
            "are suppressed.",
            least=settings.min_responses,
            fewest=settings.min_respondents,
        )
        if settings.min_respondents > 1
        else translate(
            "Services with fewer than {least} answers are flagged; no group is too small to be shown.",
            least=settings.min_responses,
        ),
        translate(
            "Resamples: {draws}, seed {seed}.",
            draws=translate.number(context.results.intervals.draws),
            seed=context.results.intervals.seed,
        )
        if context.results.intervals.available
        else translate("No resamples were made, because no interval can be given."),
    )
    return Section(
        "provenance",
        translate("Provenance and reproduction"),
        (*blocks, Listing(facts), Heading(translate("To compute it again")), Listing(_steps(context), numbered=True)),
        answer=translate("Equal inputs give the same bytes: {command}", command=context.recipe.command),
    )


def _removed_halo(context: ReportContext) -> tuple[str, ...]:
    """Say that the scores shown are not the stated ones, where a halo was taken out of them."""
    halo = context.analysis.organization.removed_halo
    if not halo:
        return ()
    return (
        context.translate(
            "A halo of {halo} was taken out of the scores first: the fulfilment shown is what clients would say of "
            "each service alone.",
            halo=context.translate.number(halo, 2),
        ),
    )


def _steps(context: ReportContext) -> tuple[str, ...]:
    translate = context.translate
    return (
        translate("Take the files above; check their SHA-256."),
        translate("Run: {command}", command=context.recipe.command),
        translate(
            "Or let the program compare: cxgraph verify FOLDER --org {organization}, where FOLDER holds this report. "
            "It computes everything again and says PASS, or what differs.",
            organization=context.recipe.organization,
        ),
        translate("Equal inputs, parameters and versions give the same bytes of every file."),
    )
