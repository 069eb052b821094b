"""The checks of a measurement's integrity: each turns answers into candidates, with numbers and a p-value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats, Integers
from cxgraph.statistics import binomial_tail, normal_tail, poisson_tail, student_tail
from cxgraph.survey_quality.answer_arrays import NO_DAY, SOURCES, AnswerArrays
from cxgraph.survey_quality.outliers import LEAST_PEERS, compare_ranks, stand_above

LEAST_ANSWERS = 5
"""Answers on each side below which nothing is compared."""
LEAST_IN_A_ROW = 5
"""Services that a respondent must have rated before equal marks mean anything."""
LEAST_IN_A_DAY = 5
"""Answers on one day before equal marks mean anything."""
CEILING = 0.5
"""Share of top marks above which a survey can hardly tell good from better."""
NEAR_TOP = 0.9
"""Part of the scale from which a mark counts as a top mark between two departments."""
STALE_DAYS = 365


@dataclass(frozen=True)
class Candidate:
    """What a check looked at, before it is judged together with all others.

    Attributes
    ----------
    kind : str
        Name of the check.
    department, other : int
        Department numbers; -1 where the finding is about the organisation, or about no second one.
    p : float
        Probability of so much by chance; NaN for facts that need no test.
    statistic : float
        Of the test.
    respondents : int
        Different respondents behind it (the smaller side of a comparison).
    fields : mapping
        Numbers for the text.
    grave : bool
        Whether a fact without a test is a warning rather than a note.
    """

    kind: str
    department: int
    p: float
    statistic: float
    respondents: int
    fields: Mapping[str, float | int | str] = field(default_factory=dict)
    other: int = -1
    grave: bool = False


def check_self_assessment(answers: AnswerArrays) -> list[Candidate]:
    """Compare how much each department rates itself above its clients with how much teams do so in general."""
    own, clients = SOURCES.index("self_assessment"), answers.source != SOURCES.index("self_assessment")
    services, of = answers.services, answers.service_supplier
    mean, number = {}, {}
    for name, chosen in (("self", answers.source == own), ("client", clients)):
        number[name] = np.bincount(answers.service[chosen], minlength=services).astype(float)
        mean[name] = np.bincount(answers.service[chosen], answers.score[chosen], services) / np.maximum(
            number[name], 1.0
        )
    both = (number["self"] > 0) & (number["client"] > 0)
    # Services weigh by how well both sides are known there; a difference within a service is free of its level.
    weight = both / (1.0 / np.maximum(number["self"], 1.0) + 1.0 / np.maximum(number["client"], 1.0))
    total = np.bincount(of, weight, answers.departments)
    count = np.maximum(total, 1e-12)
    gap = np.bincount(of, weight * (mean["self"] - mean["client"]), answers.departments) / count
    error = _pooled_variance(answers) / count
    heard = {name: np.bincount(of[both], number[name][both], answers.departments) for name in number}
    tested = np.flatnonzero((total > 0) & (heard["client"] >= LEAST_ANSWERS))
    found = stand_above(gap[tested], error[tested])
    if found is None:
        return []
    people = answers.where(~clients)
    teams = people.people(people.supplier, answers.departments)
    return [
        Candidate(
            "self-assessment",
            int(department),
            float(found.p[at]),
            float(found.statistic[at]),
            int(teams[department]),
            {
                "gap": float(gap[department]),
                "usual": found.usual,
                "own": int(heard["self"][department]),
                "clients": int(heard["client"][department]),
            },
        )
        for at, department in enumerate(tested)
    ]


def check_sources(answers: AnswerArrays, rival: str) -> list[Candidate]:
    """Compare what surveyed clients say with another source on the same services, by ranks within each service."""
    both = answers.of("client_survey", rival)
    if not len(both):
        return []
    surveyed = both.source == SOURCES.index("client_survey")
    compared = compare_ranks(both.score, surveyed, both.service, both.service_supplier, both.departments)
    tested = np.flatnonzero(
        (compared.first >= LEAST_ANSWERS) & (compared.second >= LEAST_ANSWERS) & (compared.error > 0)
    )
    if not len(tested):
        return []
    superiority, error = compared.superiority[tested], compared.error[tested]
    # Where all departments differ the same way, that is how the two sources ask, not what a department did.
    usual = max(0.5, float(np.median(superiority))) if len(tested) >= LEAST_PEERS else 0.5
    statistic = (superiority - usual) / error
    people = np.minimum(
        *(part.people(part.supplier, both.departments) for part in (both.where(surveyed), both.where(~surveyed)))
    )
    return [
        Candidate(
            f"survey-against-{rival.replace('_', '-')}",
            int(department),
            float(normal_tail(z)),
            float(z),
            int(people[department]),
            {
                "superiority_part": float(level),
                "usual_part": usual,
                "survey": int(compared.first[department]),
                "other": int(compared.second[department]),
            },
        )
        for department, z, level in zip(tested, statistic, superiority, strict=True)
    ]


def check_ceiling(answers: AnswerArrays) -> list[Candidate]:
    """Test whether most of a department's surveyed marks are the top of the scale."""
    survey = answers.of("client_survey")
    number = np.bincount(survey.supplier, minlength=survey.departments)
    top = np.bincount(survey.supplier, survey.score >= survey.scale[1], survey.departments)
    tested = np.flatnonzero(number >= 2 * LEAST_ANSWERS)
    people = survey.people(survey.supplier, survey.departments)
    p = binomial_tail(top[tested], number[tested], CEILING)
    return [
        Candidate(
            "ceiling",
            int(department),
            float(p[at]),
            float(top[department]),
            int(people[department]),
            {"top_part": float(top[department] / number[department]), "answers": int(number[department])},
        )
        for at, department in enumerate(tested)
    ]


def check_spread(answers: AnswerArrays) -> list[Candidate]:
    """Test whose clients agree more than clients do at that level: spread within services, held against the level."""
    survey = answers.of("client_survey")
    mean, number, spread = survey.moments()
    of = survey.service_supplier
    freedom = np.maximum(number - 1.0, 0.0)
    bottom, top = survey.scale
    # Near an end of the scale marks must agree more: the largest variance a mean allows is the yardstick.
    room = (mean - bottom) * (top - mean) + survey.step**2 / 12.0
    squares = np.bincount(of, freedom * np.nan_to_num(spread) ** 2, survey.departments)
    allowed = np.bincount(of, freedom * room, survey.departments)
    total = np.bincount(of, freedom, survey.departments)
    tested = np.flatnonzero(total >= 2 * LEAST_ANSWERS)
    if len(tested) < LEAST_PEERS:
        return []
    rounding = survey.step**2 / 12.0 * total
    ratio = np.log((squares + rounding)[tested] / allowed[tested])
    deviation = survey.score - mean[survey.service]
    peakedness = max(1.0, float((deviation**4).mean() / max((deviation**2).mean() ** 2, 1e-12)) - 1.0)
    found = stand_above(-ratio, peakedness / total[tested])
    if found is None:
        return []
    people = survey.people(survey.supplier, survey.departments)
    heard = np.bincount(survey.supplier, minlength=survey.departments)
    return [
        Candidate(
            "small-spread",
            int(department),
            float(found.p[at]),
            float(found.statistic[at]),
            int(people[department]),
            {
                "spread": float(np.sqrt(squares[department] / total[department])),
                "usual": float(np.sqrt(np.exp(-found.usual) * allowed[department] / total[department])),
                "answers": int(heard[department]),
            },
        )
        for at, department in enumerate(tested)
    ]


def straight_liners(answers: AnswerArrays) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Find surveyed respondents who gave every service the same mark, and how likely each was to do so.

    Parameters
    ----------
    answers : AnswerArrays
        Survey answers.

    Returns
    -------
    straight : bool array, shape (respondents,)
        At least `LEAST_IN_A_ROW` services and one mark. For counting only: respondents are never named.
    chance : float array, shape (respondents,)
        Probability of that for an honest respondent with as many answers: the mean over the other respondents of
        (how often two of their marks agree) to the power of answers - 1, since some people use few marks honestly;
        0 for respondents with fewer services.
    """
    known = answers.respondent >= 0
    who, score = answers.respondent[known], answers.score[known]
    size = int(who.max(initial=-1)) + 1
    number = np.bincount(who, minlength=size)
    pairs = (
        np.unique(
            np.stack([who, np.round(score / max(answers.step, 1e-9)).astype(np.int64)]), axis=1, return_counts=True
        )
        if len(who)
        else (np.zeros((2, 0), np.int64), np.zeros(0, np.int64))
    )
    same = np.bincount(pairs[0][0], pairs[1] * (pairs[1] - 1.0), size)
    scores = np.bincount(pairs[0][0], minlength=size)
    rated = _different_services(answers.respondent[known], answers.service[known], size)
    long = rated >= LEAST_IN_A_ROW
    straight = long & (scores == 1)
    agreement = same / np.maximum(number * (number - 1.0), 1.0)
    usual = agreement[(number >= 3) & ~straight]
    chance = np.zeros(size)
    for length in np.unique(rated[long]):
        chance[long & (rated == length)] = float((usual ** (length - 1.0)).mean()) if len(usual) else 1.0
    return straight, chance


def check_straight_lines(answers: AnswerArrays) -> list[Candidate]:
    """Test whether more respondents gave one mark to everything than consistent people explain."""
    survey = answers.of("client_survey")
    straight, chance = straight_liners(survey)
    asked, count = int((chance > 0).sum()), int(straight.sum())
    if asked < LEAST_PEERS:
        return []
    expected = float(chance.sum())
    scores = int(np.isin(survey.respondent, np.flatnonzero(straight)).sum())
    return [
        Candidate(
            "straight-lining",
            -1,
            float(poisson_tail(count, expected)),
            float(count),
            count or asked,
            {"count": count, "asked": asked, "expected": expected, "answers": scores},
        )
    ]


def check_reciprocity(answers: AnswerArrays) -> list[Candidate]:
    """Test which two departments give each other better marks than either gives or gets elsewhere."""
    survey = answers.of("client_survey")
    size = survey.departments
    key, pair = np.unique(survey.supplier * size + survey.client, return_inverse=True)
    number = np.bincount(pair).astype(float) if len(key) else np.zeros(0)
    mean = np.bincount(pair, survey.score) / np.maximum(number, 1.0) if len(key) else np.zeros(0)
    supplier, client = key // size, key % size
    got, gave = (
        (np.bincount(end, mean, size)[end] - mean, np.bincount(end, minlength=size)[end] - 1.0)
        for end in (supplier, client)
    )
    expects = [
        np.divide(total, others, out=np.full_like(mean, np.nan), where=others > 0) for total, others in (got, gave)
    ]
    with np.errstate(invalid="ignore"):
        usual = np.where(
            np.isnan(expects[0]),
            expects[1],
            np.where(np.isnan(expects[1]), expects[0], (expects[0] + expects[1]) / 2.0),
        )
    apart = mean - usual
    scale = 1.4826 * float(np.nanmedian(np.abs(apart - np.nanmedian(apart)))) if np.isfinite(apart).any() else 0.0
    back = _position(key, client * size + supplier)
    tested = np.flatnonzero((back >= 0) & (supplier < client) & np.isfinite(apart))
    tested = tested[np.isfinite(apart[back[tested]])]
    if len(key) < 2 * LEAST_PEERS or not scale > 0:
        return []
    statistic = np.minimum(apart[tested], apart[back[tested]]) / scale
    # Two independent statistics are both above z with the square of the probability that one is.
    p = student_tail(statistic, max(int(np.isfinite(apart).sum()) - 1, 1)) ** 2
    bottom, top = survey.scale
    high = np.minimum(mean[tested], mean[back[tested]]) >= bottom + NEAR_TOP * (top - bottom)
    p = np.where(high & (statistic > 0), p, 1.0)
    people = survey.people(pair.astype(np.int64), len(key))
    return [
        Candidate(
            "reciprocal-marks",
            int(supplier[row]),
            float(p[at]),
            float(statistic[at]),
            int(min(people[row], people[back[row]])),
            {
                "given": float(mean[row]),
                "returned": float(mean[back[row]]),
                "usual_given": float(usual[row]),
                "usual_returned": float(usual[back[row]]),
            },
            other=int(client[row]),
        )
        for at, row in enumerate(tested)
    ]


def check_bursts(answers: AnswerArrays) -> list[Candidate]:
    """Test on which days different people gave a department the same mark more often than on other days."""
    survey = answers.of("client_survey")
    survey = survey.where(survey.day != NO_DAY)
    if not len(survey):
        return []
    order = np.lexsort((survey.respondent, survey.day, survey.supplier))
    group, who = np.stack([survey.supplier, survey.day])[:, order], survey.respondent[order]
    new = np.ones(len(order), bool)
    new[1:] = (group[:, 1:] != group[:, :-1]).any(axis=0)
    repeat = np.zeros(len(order), bool)
    repeat[1:] = ~new[1:] & (who[1:] == who[:-1]) & (who[1:] >= 0)  # one voice for each person and day
    respondents = order[~repeat]
    day = (np.cumsum(new) - 1)[~repeat]
    scores, score = np.unique(np.round(survey.score / survey.step), return_inverse=True)
    kinds = len(scores)
    supplier = survey.supplier[respondents]
    counted = np.bincount(day * kinds + score[respondents], minlength=(day.max() + 1) * kinds).reshape(-1, kinds)
    number = counted.sum(axis=1)
    ever = np.bincount(supplier * kinds + score[respondents], minlength=survey.departments * kinds).reshape(-1, kinds)
    owner = np.zeros(len(number), np.int64)
    owner[day] = supplier
    tested = np.flatnonzero(number >= LEAST_IN_A_DAY)
    elsewhere = ever[owner[tested]] - counted[tested]
    everybody = ever.sum(axis=0) / ever.sum()
    # What other days say, leaning on everybody's marks by as much as one full day of answers.
    chance = (elsewhere + LEAST_IN_A_DAY * everybody) / (elsewhere.sum(axis=1) + LEAST_IN_A_DAY)[:, None]
    p = binomial_tail(counted[tested], number[tested, None], chance)
    best = p.argmin(axis=1) if len(tested) else np.zeros(0, np.int64)
    return [
        Candidate(
            "burst",
            int(owner[row]),
            float(min(1.0, kinds * p[at, best[at]])),
            float(counted[row, best[at]]),
            int(number[row]),
            {
                "same": int(counted[row, best[at]]),
                "all": int(number[row]),
                "mark": float(scores[best[at]] * survey.step),
                "usual_part": float(chance[at, best[at]]),
                "day": str(np.datetime64(int(survey.day[respondents][day == row][0]), "D")),
            },
        )
        for at, row in enumerate(tested)
    ]


def check_response_rate(answers: AnswerArrays, headcount: Floats) -> list[Candidate]:
    """Compare how many people of each client department answered with how many it has."""
    survey = answers.of("client_survey")
    survey = survey.where(survey.respondent >= 0)
    people = survey.people(survey.client, survey.departments)
    found = []
    for department in np.flatnonzero((people > 0) & (headcount > 0)):
        number, size = int(people[department]), int(headcount[department])
        rate = number / size
        given: dict[str, float | int | str] = {"count": number, "size": size, "rate_part": rate}
        if number > size:
            found.append(Candidate("more-than-people", int(department), float("nan"), rate, number, given))
        elif rate < 0.8:
            kind = "response-rate-moderate" if rate >= 0.65 else "response-rate-low"
            found.append(Candidate(kind, int(department), float("nan"), rate, number, given, grave=rate < 0.65))
    return found


def check_staleness(answers: AnswerArrays, today: int) -> list[Candidate]:
    """Say whose newest score from a client is more than a year old."""
    dated = answers.where((answers.source != SOURCES.index("self_assessment")) & (answers.day != NO_DAY))
    if not len(dated):
        return []
    newest = np.full(dated.departments, NO_DAY)
    np.maximum.at(newest, dated.supplier, dated.day)
    people = dated.people(dated.supplier, dated.departments)
    old = np.flatnonzero((newest != NO_DAY) & (newest < today - STALE_DAYS))
    return [
        Candidate(
            "stale",
            int(department),
            float("nan"),
            float(today - newest[department]),
            int(people[department]),
            {"days": int(today - newest[department]), "day": str(np.datetime64(int(newest[department]), "D"))},
        )
        for department in old
    ]


def _pooled_variance(answers: AnswerArrays) -> float:
    """Return the variance of marks around the mean of their service and source."""
    key = np.unique(answers.service * 2 + (answers.source == SOURCES.index("self_assessment")), return_inverse=True)[1]
    count = np.bincount(key)
    mean = np.bincount(key, answers.score) / count
    freedom = len(key) - len(count)
    squares = float(((answers.score - mean[key]) ** 2).sum())
    return squares / freedom if freedom > 0 else float(answers.step**2)


def _different_services(who: Integers, service: Integers, size: int) -> Integers:
    """Return how many different services each respondent rated."""
    return np.bincount(np.unique(np.stack([who, service]), axis=1)[0], minlength=size).astype(np.int64)


def _position(keys: Integers, wanted: Integers) -> Integers:
    """Return where each wanted key stands among sorted keys; -1 where it does not."""
    if not len(keys):
        return np.zeros(0, np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)
