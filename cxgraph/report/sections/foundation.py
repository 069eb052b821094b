"""Data and reconciliation, method and limits, provenance and the recipe to compute everything again."""

from __future__ import annotations

import math

import pandas as pd

import cxgraph
from cxgraph.errors import Problem
from cxgraph.report.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.by_hand import by_hand
from cxgraph.report.sections.steps import unmeasured
from cxgraph.report.sections.teller import SEVERITY_WORDS, Field, Teller
from cxgraph.report.summary import transmission_sentence, transmission_source
from cxgraph.report.versions import library_versions
from cxgraph.wording import N_, Speaker

SCORING_WORDS = {
    "ratio": N_("ratio: the part of the way from the bottom of the scale to the expectation that is missing"),
    "gap": N_("gap: expectation minus fulfilment, over the width of the scale"),
    "perception": N_("perception: what is missing to the top of the scale; expectations are not used"),
}

_NAMED = 10
_BYSTANDERS = ("files-not-read", "beside")


def tell_data(teller: Teller) -> Section:
    """Return what became of every row, what was doubtful, and what is thin or withheld."""
    say, organization = teller.say, teller.analysis.organization
    rows = organization.rows
    blocks: list[Block] = [
        Paragraph(
            say(
                "Rows read {read} = used {used} + merged {merged} + set aside {aside}.",
                read=say.number(rows.read),
                used=say.number(rows.used),
                merged=say.number(rows.merged),
                aside=say.number(len(rows.set_aside)),
            )
        )
    ]
    answers = organization.responses
    if answers is not None:
        blocks.append(
            Paragraph(
                say(
                    "These are the rows of services. The {count} single answers stand behind them: for "
                    "their spread, the intervals, the cases and the checks of integrity.",
                    count=say.number(len(answers)),
                )
            )
        )
    reasons = [
        say(
            "set aside, {reason}: {count} (lines {lines})",
            reason=say(str(reason)),
            count=say.number(len(group)),
            lines=", ".join(str(line) for line in group["line"].head(20))
            + (f" (+{len(group) - 20})" if len(group) > 20 else ""),
        )
        for reason, group in rows.set_aside.groupby("reason")
    ]
    if reasons:
        blocks.append(Listing(tuple(reasons)))
    scored = organization.scored(teller.analysis.cascade.scoring)
    if not scored.all():
        blocks.append(
            Paragraph(say("{count} services have no score and are left out.", count=say.number(int((~scored).sum()))))
        )
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
        frame = pd.DataFrame(
            {
                "severity": [say(SEVERITY_WORDS[problem.severity]) for problem in problems],
                "code": [problem.code for problem in problems],
                "place": [problem.place for problem in problems],
                "text": [_sentence(problem, say) for problem in problems],
            }
        )
        fields = (
            Field("severity", say("severity")),
            Field("place", say("where")),
            Field("text", say("what was found")),
            Field("code", say("code")),
        )
        blocks.append(teller.grid(say("Data notes"), say("What was noticed in the tables"), frame, fields))
    return blocks


def _sentence(problem: Problem, say: Speaker) -> str:
    return " ".join(say(part, **problem.fields) for part in (problem.message, problem.hint) if part)


def tell_method(teller: Teller) -> Section:
    """Return the method in short, one figure by hand, its limits and its accuracy."""
    say, cascade = teller.say, teller.analysis.cascade
    blind = unmeasured(teller)
    names = ", ".join(map(teller.name, blind[:_NAMED])) + (f" (+{len(blind) - _NAMED})" if len(blind) > _NAMED else "")
    return Section(
        "method",
        say("Method and limits"),
        (
            Listing(
                (
                    say(
                        "Shortfall of a service: the fraction of the client's expectation that is not met. Scoring "
                        "used: "
                        "{scoring}.",
                        scoring=say(SCORING_WORDS[cascade.scoring]),
                    ),
                    say(
                        "What a department lacks: its services' shortfalls, weighted by their importance to it "
                        "(stringency "
                        "{stringency}: 1 is their average, ∞ the worst one).",
                        stringency="∞" if math.isinf(cascade.stringency) else say.number(cascade.stringency, 2),
                    ),
                    say(
                        "Inherited: at most the transmission times what the supplier lacks itself; the rest is its own."
                    ),
                    say(
                        "Contribution: own shortfall times reach, the customers' loss per unit. Contributions add up "
                        "to all "
                        "that customers lack; here to a relative {balance}.",
                        balance=_tiny(cascade.balance),
                    )
                    if cascade.balance
                    else say(
                        "Contribution: own shortfall times reach, the customers' loss per unit. Contributions add up "
                        "to all "
                        "that customers lack; here to the last digit."
                    ),
                    say(
                        "Loops are followed to the end: the solution is certified to an error of at most {bound}.",
                        bound=_tiny(cascade.certificate.error_bound),
                    ),
                )
            ),
            *_wave(teller),
            *by_hand(teller),
            Heading(say("Limits")),
            Listing(
                (
                    say(
                        "The scores show what happens together, not what causes what: a shortfall that a department "
                        "shares "
                        "with its suppliers is read as inherited up to its transmission. Check the first causes on "
                        "the ground "
                        "before acting."
                    ),
                    say(
                        "The split into own and inherited hangs on the transmission. Where it is assumed, so is the "
                        "split."
                    ),
                    *(
                        [
                            say(
                                "Nothing was scored of what these receive: {names}. They are taken to lack nothing, "
                                "so all that "
                                "they fail in counts as starting there.",
                                names=names,
                            )
                        ]
                        if blind
                        else []
                    ),
                    say(
                        "Intervals tell how far other answers could have moved the figures. They do not tell whether "
                        "the right "
                        "people were asked the right questions."
                    ),
                    say("Importances and the customers' shares of the business are taken as they are given."),
                )
            ),
        ),
    )


def _wave(teller: Teller) -> tuple[Block, ...]:
    """Describe the estimate from one wave with what it assumes, where the analysis rests on it."""
    if not (teller.analysis.transmission.source == "one wave").any():
        return ()
    say = teller.say
    return (
        Heading(say("How the transmission is estimated from one wave of scores")),
        Listing(
            (
                say(
                    "Idea: whatever a department passes on falls on all that it delivers, and cannot be more than its "
                    "transmission times what it lacks itself. Services of it that fall short by little therefore hold "
                    "the "
                    "transmission down; services that all fall short by about the same lift it, the more so where "
                    "that is in "
                    "keeping with what the department lacks."
                ),
                say(
                    "Assumed: each shortfall is what was passed on, plus a fault that the department shows to all its "
                    "clients, "
                    "plus a fault of that service alone, plus the chance of the answers. Both kinds of faults are "
                    "mostly "
                    "small and sometimes large; how often and how large is learnt from all departments together."
                ),
                say(
                    "Before the scores are seen a transmission is taken to lie around 0.6 (Beta(3, 2): nine in ten "
                    "between "
                    "0.25 and 0.90). Where the scores tell nothing, that remains; where they tell much, little of it "
                    "does."
                ),
                say(
                    "Chance: as far as the answers to a question spread; where that is unknown, 0.02 of the "
                    "expectation."
                ),
                say(
                    "Result: the mean of what is then credible, to three decimals, so that the table of departments "
                    "holds all "
                    "that computing again takes; the intervals draw the transmission from the whole of it."
                ),
                say(
                    "It sees no case. A fault that a department shows to all its clients alike and that happens to be "
                    "in "
                    "keeping with what it lacks is taken for passed on. Cases or periods, where there are any, are "
                    "the check: "
                    "see “How sure this is”."
                ),
            )
        ),
    )


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
        frame = pd.DataFrame(
            [(source.name, source.bytes, source.sha256) for source in organization.sources],
            columns=["file", "bytes", "sha256"],
        )
        fields = (Field("file", say("file")), Field("bytes", say("bytes"), "count"), Field("sha256", "SHA-256"))
        blocks.append(teller.grid(say("Files"), say("Files read"), frame, fields))
    else:
        blocks.append(Paragraph(say("The tables were handed over in memory; there are no files to check.")))
    facts = (
        say("cxgraph {version}", version=cxgraph.__version__),
        say(
            "Libraries: {versions}.",
            versions=", ".join(f"{name} {number}" for name, number in library_versions().items()),
        ),
        say(
            "Scale {low} to {high}; scoring {scoring}; stringency {stringency}.",
            low=say.number(settings.scale[0], 0),
            high=say.number(settings.scale[1], 0),
            scoring=analysis.cascade.scoring,
            stringency=f"{analysis.cascade.stringency:g}",
        ),
        f"{transmission_sentence(analysis, say)} {transmission_source(analysis, say)}",
        say("Period: {period}", period=settings.period)
        if settings.period
        else say("Period: none was chosen; all scores count alike."),
        say(
            "Services with fewer than {least} answers are flagged; groups of fewer than {fewest} people are withheld.",
            least=settings.min_responses,
            fewest=settings.min_respondents,
        )
        if settings.min_respondents > 1
        else say(
            "Services with fewer than {least} answers are flagged; no group is too small to be shown "
            "(min_respondents).",
            least=settings.min_responses,
        ),
        say(
            "Draws: {draws}, seed {seed}.",
            draws=say.number(teller.study.intervals.draws),
            seed=teller.study.intervals.seed,
        )
        if teller.study.intervals.available
        else say("No draws were made, because no interval can be given."),
    )
    return Section(
        "provenance",
        say("Provenance, and how to compute it again"),
        (*blocks, Listing(facts), Heading(say("To compute it again")), Listing(_steps(teller), numbered=True)),
    )


def _steps(teller: Teller) -> tuple[str, ...]:
    say = teller.say
    return (
        say("Take the files above; check their SHA-256."),
        say("Run: {command}", command=teller.recipe.command),
        say(
            "Or let the program compare: cxgraph verify FOLDER --org {organization}, where FOLDER holds this report. "
            "It computes everything again and says PASS, or what differs.",
            organization=teller.recipe.organization,
        ),
        say("Equal inputs, parameters and versions give the same bytes of every file."),
    )
