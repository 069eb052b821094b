"""Whether the scores can be trusted: findings with numbers, test and an innocent explanation, accusing nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cxgraph.errors import ParameterError, Severity
from cxgraph.model.organization import Organization
from cxgraph.statistics import adjusted_p_values
from cxgraph.survey_quality.answer_arrays import NO_DAY, AnswerArrays, answer_arrays
from cxgraph.survey_quality.checks import (
    Candidate,
    check_bursts,
    check_ceiling,
    check_reciprocity,
    check_response_rate,
    check_self_assessment,
    check_sources,
    check_spread,
    check_staleness,
    check_straight_lines,
)
from cxgraph.wording import N_, Translator

_RIVALS = N_("Mann-Whitney test within each service (van Elteren), one-sided")
_STANDS_OUT = N_("distance from the middle of all departments, Student's t, one-sided")

TEXTS: dict[str, tuple[str, str, str]] = {
    "self-assessment": (
        N_(
            "{name} rates itself {gap} above what its clients say ({own} answers of its own, {clients} of clients); "
            "departments here do so by {usual}."
        ),
        N_(
            "Teams everywhere rate themselves higher than their clients do; this one may know of improvements that "
            "its clients have not felt yet, or mean something else by the same service."
        ),
        _STANDS_OUT,
    ),
    "survey-against-mystery-shopper": (
        N_(
            "Clients surveyed about {name} gave the higher score than mystery shoppers in {superiority_part} of the "
            "pairs on the same services ({survey} and {other} answers); {usual_part} is usual here."
        ),
        N_("Mystery shoppers see few moments and look for faults; regular clients know their way around them."),
        _RIVALS,
    ),
    "survey-against-ticket": (
        N_(
            "Clients surveyed about {name} gave the higher score than its tickets in {superiority_part} of the "
            "pairs on the same services ({survey} and {other} answers); {usual_part} is usual here."
        ),
        N_("Tickets are opened where something fails; a department whose faults are all reported has more of them."),
        _RIVALS,
    ),
    "ceiling": (
        N_(
            "{top_part} of the {answers} surveyed scores about {name} are the top of the scale: the survey can "
            "hardly distinguish good from better here."
        ),
        N_("The service may simply be that good, or the question may be too easy to please."),
        N_("binomial test of more than half, one-sided"),
    ),
    "small-spread": (
        N_(
            "The {answers} surveyed scores about {name} differ by {spread} within a service; {usual} is usual at "
            "that level."
        ),
        N_("A service that is the same for everybody gets the same score from everybody."),
        _STANDS_OUT,
    ),
    "straight-lining": (
        N_(
            "{count} of {asked} respondents who rated five services or more gave all of them one score ({answers} "
            "answers); {expected} would be expected of people who answer service by service."
        ),
        N_("Long questionnaires tire; some people are content, or not, with everything."),
        N_("Poisson test of the number, one-sided"),
    ),
    "reciprocal-marks": (
        N_(
            "{name} and {second} give each other {returned} and {given}, where {usual_returned} and {usual_given} "
            "would be expected from the scores that either gives and gets elsewhere."
        ),
        N_("Two departments that work side by side may serve each other better than they serve the rest."),
        N_("both scores above what is usual, Student's t, one-sided"),
    ),
    "burst": (
        N_(
            "On {day} {name} got the score {mark} from {same} of {all} people; {usual_part} of its scores on other "
            "days are that."
        ),
        N_("A day with one event that everybody felt, or answers from a meeting that were entered together."),
        N_("binomial test for each day, one-sided, times the number of scores"),
    ),
    "response-rate-moderate": (
        N_("{count} of {size} people of {name} answered ({rate_part}): moderate confidence."),
        N_("Not everybody deals with the services that were asked about."),
        "",
    ),
    "response-rate-low": (
        N_(
            "{count} of {size} people of {name} answered ({rate_part}): low confidence. Those who stay silent may "
            "think otherwise."
        ),
        N_("Not everybody deals with the services that were asked about."),
        "",
    ),
    "more-than-people": (
        N_("{count} {count:respondent|respondents} answered for {name}, which has {size} {size:person|people}."),
        N_("The headcount may be out of date, or people who left answered too."),
        "",
    ),
    "stale": (
        N_("The newest answer of a client about {name} is {days} {days:day|days} old ({day})."),
        N_("The service may not have been needed since."),
        "",
    ),
    "suppressed": (
        N_(
            "{count} {count:comparison is|comparisons are} not shown because fewer than {least} "
            "respondents stand behind {count:it|them}."
        ),
        N_("Small groups are protected; they are neither good nor bad news."),
        "",
    ),
}
"""For each kind of finding: what was found, an innocent explanation, the test (empty for facts)."""

_COLUMNS = (
    "kind",
    "severity",
    "department",
    "other",
    "finding",
    "innocent_explanation",
    "test",
    "statistic",
    "p",
    "q",
    "respondents",
)


@dataclass(frozen=True)
class QualityFinding:
    """Something about the measurement that a reader should know before trusting it.

    Attributes
    ----------
    kind : str
        Key of `TEXTS`.
    severity : {"warning", "note"}
        Notes are facts about the measurement, warnings put a score in doubt.
    department, other : str or None
        Ids; None where the finding is about the organisation, or about one department only.
    fields : mapping
        The numbers, and the names for the text.
    statistic, p, q : float
        Of the test; q is p after control of the false discoveries over everything that was tested. NaN for facts.
    respondents : int
        Different people behind it. They are never named.
    """

    kind: str
    severity: Severity
    department: str | None
    other: str | None
    fields: Mapping[str, float | int | str]
    statistic: float
    p: float
    q: float
    respondents: int

    def render(self, translator: Translator | None = None) -> str:
        """Return the finding as a sentence, in English or the speaker's language."""
        translate = translator or Translator("en")
        return translate(
            TEXTS[self.kind][0], **{name: _shown(name, value, translate) for name, value in self.fields.items()}
        )

    def innocent_explanation(self, translator: Translator | None = None) -> str:
        """Return what would explain it without anybody having meant to mislead."""
        return (translator or Translator("en"))(TEXTS[self.kind][1])

    def test(self, translator: Translator | None = None) -> str:
        """Return the test's name; empty where the finding is a fact that needs none."""
        return (translator or Translator("en"))(TEXTS[self.kind][2])

    def __str__(self) -> str:
        return self.render()


def check_survey_quality(
    organization: Organization, *, false_discoveries: float = 0.05, today: date | None = None
) -> tuple[QualityFinding, ...]:
    """Look for signs that scores say something else than what clients think.

    Self-assessments against clients, surveys against mystery shoppers and tickets, ceilings, small spread, one mark
    for everything, reciprocal top marks, equal marks on one day, response rates and stale scores.

    Parameters
    ----------
    organization : Organization
        With answers; without them there is nothing to look at.
    false_discoveries : float
        How many of the tested findings may be false, between 0 and 1. On honest data this is the probability of
        any finding by a test at all.
    today : date, optional
        The day by which scores are stale; that of the newest answer by default, so that the same data always give
        the same findings.

    Returns
    -------
    tuple of QualityFinding
        The most certain first, facts last. No respondent is named, and groups of fewer than the organisation's
        ``min_respondents`` are counted but not shown.

    Raises
    ------
    ParameterError
        `false_discoveries` outside (0, 1).

    Notes
    -----
    Each kind of check is a family of tests in which false discoveries are controlled (Benjamini-Hochberg) at the
    rate divided by the number of families, so that many pairs of departments cannot drown few sources. A finding is
    no proof: it is where to ask.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
    Society B 57(1), 289-300.
    """
    if not 0 < false_discoveries < 1:
        raise ParameterError(
            N_("false_discoveries is {value}; it takes a number between 0 and 1."), value=repr(false_discoveries)
        )
    answers = answer_arrays(organization)
    if answers is None:
        return ()
    least = organization.settings.min_respondents
    candidates = list(_candidates(answers, organization, today))
    shown = [candidate for candidate in candidates if candidate.respondents >= least]
    found = _judged(shown, false_discoveries)
    table = organization.departments
    findings = [_finding(candidate, q, table) for candidate, q in found]
    hidden = len(candidates) - len(shown)
    if hidden:
        nan = float("nan")
        findings.append(
            QualityFinding("suppressed", "note", None, None, {"count": hidden, "least": least}, nan, nan, nan, 0)
        )
    return tuple(findings)


def findings_frame(findings: Iterable[QualityFinding], translator: Translator | None = None) -> pd.DataFrame:
    """Return findings as a table: kind, severity, departments, sentence, innocent explanation, test and numbers.

    Parameters
    ----------
    findings : iterable of QualityFinding
        From `check_survey_quality`.
    translator : Speaker, optional
        Language of the sentences; English by default.

    Returns
    -------
    DataFrame
        A row for each finding.
    """
    rows = [
        (
            found.kind,
            found.severity,
            found.department,
            found.other,
            found.render(translator),
            found.innocent_explanation(translator),
            found.test(translator),
            found.statistic,
            found.p,
            found.q,
            found.respondents,
        )
        for found in findings
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _candidates(answers: AnswerArrays, organization: Organization, today: date | None) -> Iterable[Candidate]:
    known = answers.day[answers.day != NO_DAY]
    newest = int(known.max(initial=0)) if today is None else int(np.datetime64(today, "D").astype(np.int64))
    checks: tuple[Callable[[], list[Candidate]], ...] = (
        lambda: check_self_assessment(answers),
        lambda: check_sources(answers, "mystery_shopper"),
        lambda: check_sources(answers, "ticket"),
        lambda: check_ceiling(answers),
        lambda: check_spread(answers),
        lambda: check_straight_lines(answers),
        lambda: check_reciprocity(answers),
        lambda: check_bursts(answers),
        lambda: check_response_rate(answers, organization.departments["headcount"].to_numpy(float)),
        lambda: check_staleness(answers, newest),
    )
    for check in checks:
        yield from check()


def _judged(candidates: list[Candidate], rate: float) -> list[tuple[Candidate, float]]:
    """Return the candidates that are findings, each with its q: tested ones by q, then facts."""
    families: dict[str, list[Candidate]] = {}
    facts: list[tuple[Candidate, float]] = []
    for candidate in candidates:
        if np.isnan(candidate.p):
            facts.append((candidate, float("nan")))
        else:
            families.setdefault(candidate.kind, []).append(candidate)
    kept = []
    for family in families.values():
        adjusted = adjusted_p_values([candidate.p for candidate in family]) * len(families)
        kept += [(candidate, min(float(q), 1.0)) for candidate, q in zip(family, adjusted, strict=True) if q <= rate]
    kept.sort(key=lambda pair: (pair[1], pair[0].kind, pair[0].department, pair[0].other))
    return kept + facts


def _finding(candidate: Candidate, q: float, departments: pd.DataFrame) -> QualityFinding:
    ids, names = departments["id"], departments["name"]
    fields = dict(candidate.fields)
    if candidate.department >= 0:
        fields["name"] = str(names.iat[candidate.department])
    if candidate.other >= 0:
        fields["second"] = str(names.iat[candidate.other])
    note = candidate.kind == "ceiling" or (np.isnan(candidate.p) and not candidate.grave)
    return QualityFinding(
        candidate.kind,
        "note" if note else "warning",
        str(ids.iat[candidate.department]) if candidate.department >= 0 else None,
        str(ids.iat[candidate.other]) if candidate.other >= 0 else None,
        fields,
        candidate.statistic,
        candidate.p,
        q,
        candidate.respondents,
    )


def _shown(name: str, value: float | int | str, translate: Translator) -> str:
    """Write a field: text as it is, counts as whole numbers, parts as percentages, the rest with one decimal."""
    if isinstance(value, str):
        return value
    if name.endswith("_part"):
        return translate.percent(value, 0)
    return translate.number(value, 0 if isinstance(value, int) else 1)
