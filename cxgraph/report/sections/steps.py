"""What comes next: what to check, ask and measure before and while the first causes are mended."""

from __future__ import annotations

import numpy as np

from cxgraph.analysis import shown_bottlenecks
from cxgraph.report.sections.teller import Teller
from cxgraph.report.study import LEADING


def next_steps(teller: Teller) -> list[str]:
    """Return what an auditor would do next, each step only where the data call for it.

    Parameters
    ----------
    teller : Teller
        Study and language.

    Returns
    -------
    list of str
        Sentences, the most urgent first.
    """
    say, study = teller.say, teller.study
    first = shown_bottlenecks(study.discretion, LEADING)
    steps = (
        [
            say(
                "Check on the ground whether what is said to start in {name} does start there, beginning with its "
                "costliest services: scores show what goes together, not what causes what.",
                name=first["name"].iloc[0],
            )
        ]
        if len(first)
        else []
    )
    blind = [name for name in unmeasured(teller) if name in first.index]
    if blind:
        steps.append(
            say(
                "Ask what these departments need from others: {names}. Nothing that they receive was scored, "
                "so all that they lack counts as starting there; part of it may come down to them.",
                names=", ".join(map(teller.name, blind)),
            )
        )
    steps += [*_transmission(teller, list(first.index)), *_answers(teller)]
    failed = sum(finding.status == "FAIL" for finding in study.findings)
    if failed:
        steps.append(
            say(
                "Go through the principles that the audit found not kept: {count} (see “Audit findings”).", count=failed
            )
        )
    return steps


def unmeasured(teller: Teller) -> list[str]:
    """Return the ids of the departments that give but of which nothing that they receive was scored."""
    network = teller.analysis.cascade.network
    given = np.bincount(network.supplier, minlength=network.departments) > 0
    received = np.bincount(network.client, minlength=network.departments) > 0
    ids = teller.analysis.organization.departments["id"].to_numpy()
    return [name for name in ids[given & ~received] if name not in teller.study.discretion.hidden_departments]


def _transmission(teller: Teller, leading: list[str]) -> list[str]:
    """Say what would settle the transmission: where ways contradict each other, or where only the scores tell."""
    say, study = teller.say, teller.study
    parts = study.calibration.parts
    if len(parts) < 2:
        estimated = (study.analysis.transmission.source == "one wave").any()
        return (
            [
                say(
                    "Keep scores of several periods, or answers that name their case (order, ticket, stay): so far "
                    "nothing but one wave of scores tells of the transmission, and the ranking hangs on it."
                )
            ]
            if estimated
            else []
        )
    agree = study.calibration.to_frame()["agree"]
    apart = [name for name in leading if agree[name] is False]
    if not apart:
        return []
    moves = [
        say(
            "{name} between {low} and {high}",
            name=teller.name(name),
            low=say.percent(min(shares)),
            high=say.percent(max(shares)),
        )
        for name, shares in (
            (name, [float(found.departments()["share"][name]) for found in study.by_method.values()]) for name in apart
        )
    ]
    return [
        say(
            "Settle the transmission of these departments, on which the ways of estimating it contradict each "
            "other: follow some cases on the ground, from what the department receives to what it delivers. Their "
            "share of what customers lack hangs on it: {moves}.",
            moves="; ".join(moves),
        )
    ]


def _answers(teller: Teller) -> list[str]:
    say, organization = teller.say, teller.analysis.organization
    answers = organization.services["responses"][organization.scored(teller.analysis.cascade.scoring)]
    if answers.isna().all():
        return [
            say(
                "Record how many people answer each question and how far their answers spread; without that nobody "
                "can tell chance from finding."
            )
        ]
    least = organization.settings.min_responses
    few = int((answers < least).sum())
    return (
        [
            say(
                "Judge no service by fewer than {least} answers ({count} of {all} services have fewer): ask more "
                "people, or look at departments as a whole.",
                least=least,
                count=say.number(few),
                all=say.number(len(answers)),
            )
        ]
        if few
        else []
    )
