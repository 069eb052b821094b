"""Data and reconciliation, method and limits, provenance and the recipe to compute everything again."""

from __future__ import annotations

import math

import pandas as pd

import cxgraph
from cxgraph.errors import Problem
from cxgraph.report.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.teller import SEVERITY_WORDS, Field, Teller
from cxgraph.report.summary import transmission_sentence, transmission_source
from cxgraph.report.versions import library_versions
from cxgraph.wording import N_, Speaker

SCORING_WORDS = {
    "ratio": N_("ratio: the part of the way from the bottom of the scale to the expectation that is missing"),
    "gap": N_("gap: expectation minus fulfilment, over the width of the scale"),
    "perception": N_("perception: what is missing to the top of the scale; expectations are not used"),
}

_BYSTANDERS = ("files-not-read", "beside")


def tell_data(teller: Teller) -> Section:
    """Return what became of every row, what was doubtful, and what is thin or withheld."""
    say, organization = teller.say, teller.analysis.organization
    rows = organization.rows
    blocks: list[Block] = [Paragraph(say(
        "Rows read {read} = used {used} + merged {merged} + set aside {aside}.", read=say.number(rows.read),
        used=say.number(rows.used), merged=say.number(rows.merged), aside=say.number(len(rows.set_aside))))]
    reasons = [say("set aside, {reason}: {count} (lines {lines})", reason=say(str(reason)),
                   count=say.number(len(group)),
                   lines=", ".join(str(line) for line in group["line"].head(20))
                   + (f" (+{len(group) - 20})" if len(group) > 20 else ""))
               for reason, group in rows.set_aside.groupby("reason")]
    if reasons:
        blocks.append(Listing(tuple(reasons)))
    scored = organization.scored(teller.analysis.cascade.scoring)
    if not scored.all():
        blocks.append(Paragraph(say("{count} services have no score and are left out.",
                                    count=say.number(int((~scored).sum())))))
    blocks.append(Paragraph(say("Nothing was imputed: a service without a score is left out and listed.")))
    blocks += _problems(teller)
    return Section("data", say("Data quality and reconciliation"), (*blocks, *teller.withheld()))



def every_problem(teller: Teller) -> tuple[Problem, ...]:
    """Return what was noticed; not which other files lay about, or a picture put beside the tables would change it."""
    every = (*teller.analysis.organization.problems, *teller.analysis.notes)
    return tuple(problem for problem in every if problem.code not in _BYSTANDERS)


def _problems(teller: Teller) -> list[Block]:
    say, problems = teller.say, every_problem(teller)
    blocks: list[Block] = []
    if problems:
        frame = pd.DataFrame({"severity": [say(SEVERITY_WORDS[problem.severity]) for problem in problems],
                              "code": [problem.code for problem in problems],
                              "place": [problem.place for problem in problems],
                              "text": [_sentence(problem, say) for problem in problems]})
        fields = (Field("severity", say("severity")), Field("place", say("where")),
                  Field("text", say("what was found")), Field("code", say("code")))
        blocks.append(teller.grid(say("Data notes"), say("What was noticed in the tables"), frame, fields))
    return blocks


def _sentence(problem: Problem, say: Speaker) -> str:
    return " ".join(say(part, **problem.fields) for part in (problem.message, problem.hint) if part)


def tell_method(teller: Teller) -> Section:
    """Return the method in short, with its limits and its accuracy."""
    say, cascade = teller.say, teller.analysis.cascade
    return Section("method", say("Method and limits"), (
        Listing((
            say("Shortfall of a service: the fraction of the client's expectation that is not met. Scoring used: "
                "{scoring}.", scoring=say(SCORING_WORDS[cascade.scoring])),
            say("What a department lacks: its services' shortfalls, weighted by their importance to it (stringency "
                "{stringency}: 1 is their average, ∞ the worst one).",
                stringency="∞" if math.isinf(cascade.stringency) else say.number(cascade.stringency, 2)),
            say("Inherited: at most the transmission times what the supplier lacks itself; the rest is its own."),
            say("Contribution: own shortfall times reach, the customers' loss per unit. Contributions add up to all "
                "that customers lack; here to a relative {balance}.", balance=_tiny(cascade.balance)),
            say("Loops are followed to the end: the solution is certified to an error of at most {bound}.",
                bound=_tiny(cascade.certificate.error_bound)),
        )),
        Heading(say("Limits")),
        Listing((
            say("The scores show what happens together, not what causes what: a shortfall that a department shares "
                "with its suppliers is read as inherited up to its transmission. Check the first causes on the ground "
                "before acting."),
            say("The split into own and inherited hangs on the transmission. Where it is assumed, so is the split."),
            say("Intervals tell how far other answers could have moved the figures. They do not tell whether the right "
                "people were asked the right questions."),
            say("Importances and the customers' shares of the business are taken as they are given."),
        ))))


def _tiny(error: float) -> str:
    """Return an error of the arithmetic as its order of magnitude."""
    return f"{abs(error):.0e}" if error else "0"


def tell_provenance(teller: Teller) -> Section:
    """Return inputs, versions and parameters, and how to compute everything again."""
    say, analysis = teller.say, teller.analysis
    organization = analysis.organization
    settings = organization.settings
    blocks: list[Block] = []
    if organization.sources:
        frame = pd.DataFrame([(source.name, source.bytes, source.sha256) for source in organization.sources],
                             columns=["file", "bytes", "sha256"])
        fields = (Field("file", say("file")), Field("bytes", say("bytes"), "count"), Field("sha256", "SHA-256"))
        blocks.append(teller.grid(say("Files"), say("Files read"), frame, fields))
    else:
        blocks.append(Paragraph(say("The tables were handed over in memory; there are no files to check.")))
    facts = (
        say("cxgraph {version}", version=cxgraph.__version__),
        say("Libraries: {versions}.", versions=", ".join(f"{name} {number}" for name, number in
                                                         library_versions().items())),
        say("Scale {low} to {high}; scoring {scoring}; stringency {stringency}.",
            low=say.number(settings.scale[0], 0), high=say.number(settings.scale[1], 0),
            scoring=analysis.cascade.scoring, stringency=f"{analysis.cascade.stringency:g}"),
        f"{transmission_sentence(analysis, say)} {transmission_source(analysis, say)}",
        say("Period: {period}", period=settings.period or say("none")),
        say("Services with fewer than {least} answers are flagged; groups of fewer than {fewest} people are withheld.",
            least=settings.min_responses, fewest=settings.min_respondents) if settings.min_respondents > 1 else
        say("Services with fewer than {least} answers are flagged; no group is too small to be shown "
            "(min_respondents).",
            least=settings.min_responses),
        say("Draws: {draws}, seed {seed}.", draws=say.number(teller.study.intervals.draws),
            seed=teller.study.intervals.seed),
    )
    return Section("provenance", say("Provenance, and how to compute it again"), (
        *blocks, Listing(facts), Heading(say("To compute it again")), Listing(_steps(teller), numbered=True)))


def _steps(teller: Teller) -> tuple[str, ...]:
    say = teller.say
    return (
        say("Take the files above; check their SHA-256."),
        say("Run: {command}", command=teller.recipe.command),
        say("Or let the program compare: cxgraph verify FOLDER --org {organization}, where FOLDER holds this report. "
            "It computes everything again and says PASS, or what differs.", organization=teller.recipe.organization),
        say("Equal inputs, parameters and versions give the same bytes of every file."),
    )
