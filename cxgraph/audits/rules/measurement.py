"""Checks: are the measurements whole, recent, confirmed and honest."""

from __future__ import annotations

import datetime
import math

import numpy as np

from cxgraph.audits.context import FEWEST_GIVING, Context, list_rows
from cxgraph.audits.finding import Share, Status
from cxgraph.audits.registry import Outcome, rule
from cxgraph.cascade.shortfall import mean_shortfall
from cxgraph.model.periods import period_end
from cxgraph.survey_quality.run import check_survey_quality
from cxgraph.wording import N_

FEWEST_SERVICES = 5
"""Scored services below which nothing is said of their kinds."""
FEWEST_ANSWERS = 10
"""Clients' answers below which no sign of trouble could be told from chance."""


@rule(
    "formal-and-relational",
    N_("Both what is agreed formally and how people treat each other are measured."),
    N_(
        "Add the services of the other kind to the questionnaire: care, attention and information between people, or "
        "the agreed exchange; and fill in the column kind."
    ),
    severity="medium",
    clauses=("9.1.2",),
    ideas=(3,),
)
def formal_and_relational(context: Context, *, least_kind_share: float = 0.1) -> Outcome:
    """Compare how many scored services are of each kind, and how much each kind lacks."""
    if context.cascade is None or len(context.scored) < FEWEST_SERVICES:
        return Outcome("SKIPPED", N_("Fewer than {fewest} services are scored."), {"fewest": FEWEST_SERVICES})
    relational = (context.services["kind"] == "relational").to_numpy()[context.scored]
    share = float(relational.mean())
    means = {
        kind: mean_shortfall(context.cascade.network, context.cascade.shortfall, rows)
        for kind, rows in (("formal", ~relational), ("relational", relational))
    }
    numbers = {
        "services": len(relational),
        "relational": int(relational.sum()),
        "relational_share": share,
        "formal_shortfall": means["formal"],
        "relational_shortfall": means["relational"],
    }
    fields = {
        "count": int(relational.sum()),
        "total": len(relational),
        "formal": Share(means["formal"]),
        "relational": Share(means["relational"]),
    }
    rarer = min(relational.sum(), len(relational) - relational.sum()) / len(relational)  # 1 - 0.9 is below 0.1
    if rarer == 0.0:
        kind = (
            N_(
                "All scored services ({total}) are formal, or their kind is not recorded: how people treat each "
                "other is not measured."
            )
            if share == 0.0
            else N_("All scored services ({total}) are relational: what is agreed formally is not measured.")
        )
        return Outcome("FAIL", kind, fields, numbers)
    message = N_(
        "Relational services: {count} of the {total} scored. Mean gap of the formal ones {formal}, of the "
        "relational ones {relational} (weighted by importance)."
    )
    return Outcome("PASS" if rarer >= least_kind_share else "WARNING", message, fields, numbers)


@rule(
    "scores-recent",
    N_("Listening is constant: the scores tell of today."),
    N_("Ask again where the answers are old."),
    severity="medium",
    clauses=("9.1.2",),
    ideas=(9,),
    tables=("services", "responses"),
)
def scores_recent(context: Context, *, most_age_days: float = 365.0, most_old_share: float = 0.2) -> Outcome:
    """Count services whose latest answer, or else the period's end, is older than allowed."""
    latest = context.respondents.latest[context.scored]
    period = context.organization.settings.period
    if period is not None:
        end = np.datetime64(datetime.date(*period_end(period)), "s")
        latest = np.where(np.isnat(latest), end, latest)
    known = ~np.isnat(latest)
    if context.reference is None or not known.any():
        return Outcome("SKIPPED", N_("Neither answers with a date nor a period tell how old the scores are."))
    today = np.datetime64(context.reference.day, "s")
    age = np.maximum((today - latest[known]).astype(np.int64) / 86_400, 0.0)
    old = age > most_age_days
    share = float(old.mean())
    order = np.flatnonzero(old)[np.argsort(-age[old], kind="stable")]
    numbers = {
        "today": context.reference.day.isoformat(),
        "today_from": context.reference.found_in,
        "services": int(known.sum()),
        "old": int(old.sum()),
        "share": share,
        "median_age_days": float(np.median(age)),
        "oldest_days": float(age.max()),
        "undated": int((~known).sum()),
    }
    fields = {
        "count": int(old.sum()),
        "total": int(known.sum()),
        "days": int(most_age_days),
        "today": context.reference.day.isoformat(),
        "oldest": int(age.max()),
    }
    message = (
        N_(
            "Services whose latest score is older than {days} days on {today}: {count} of {total}; the oldest "
            "is {oldest} days old."
        )
        if old.any()
        else N_("All dated services ({total}) were scored within {days} days of {today}.")
    )
    status: Status = "FAIL" if share > most_old_share else "WARNING" if old.any() else "PASS"
    rows = context.scored[known]
    return Outcome(
        status,
        message,
        fields,
        numbers,
        context.list_services(rows[order], {"age_days": age[order]}),
    )


@rule(
    "two-sources",
    N_("What external customers get is known from two independent sources."),
    N_("Add a second source to these services: mystery shopper, tickets or complaints beside the survey."),
    severity="medium",
    clauses=("9.1.2",),
    ideas=(14, 11),
    tables=("services", "responses"),
)
def two_sources(context: Context, *, fewest_sources: float = 2.0, most_single_share: float = 0.5) -> Outcome:
    """Count sources, self-assessments left out, of each service to a customer."""
    answers = context.organization.responses
    if answers is None or "source" not in answers.columns:
        return Outcome("SKIPPED", N_("No answers tell their source."))
    rows = context.scored[context.customer[context.client[context.scored]]]
    if not len(rows):
        return Outcome("SKIPPED", N_("No service to a customer is scored."))
    sources = context.respondents.sources[rows]
    thin = sources < fewest_sources
    share = float(thin.mean())
    numbers = {"services": len(rows), "too_few_sources": int(thin.sum()), "share": share}
    message = (
        N_("Services to customers that fewer than {fewest} independent sources tell of: {count} of {total}.")
        if thin.any()
        else N_("At least {fewest} independent sources tell of each service to customers ({total}).")
    )
    status: Status = "FAIL" if share > most_single_share else "WARNING" if thin.any() else "PASS"
    return Outcome(
        status,
        message,
        {"count": int(thin.sum()), "total": len(rows), "fewest": int(fewest_sources)},
        numbers,
        context.list_services(rows[thin], {"sources": sources[thin]}, scores=False),
    )


@rule(
    "survey-integrity",
    N_("The measurement listens; it is not a game to be won."),
    N_("Ask in these places how the answers came about, without blame: each has an innocent explanation too."),
    severity="high",
    clauses=("9.1.2",),
    ideas=(11,),
    tables=("responses",),
)
def survey_integrity(context: Context, *, false_discoveries_share: float = 0.05) -> Outcome:
    """Collect the warnings of the integrity of the measurements; the share of them that may be false is a threshold."""
    answers = context.respondents.counted
    if answers.sum() < FEWEST_ANSWERS:
        return Outcome(
            "SKIPPED", N_("Fewer than {fewest} answers of clients are kept one by one."), {"fewest": FEWEST_ANSWERS}
        )
    day = None if context.reference is None else context.reference.day
    found = check_survey_quality(context.organization, false_discoveries=false_discoveries_share, today=day)
    warnings = [one for one in found if one.severity == "warning"]
    tested = [one for one in warnings if not np.isnan(one.q)]
    kinds = sorted({one.kind for one in warnings})
    numbers = {
        "answers": int(answers.sum()),
        "warnings": len(warnings),
        "by_test": len(tested),
        "notes": len(found) - len(warnings),
        **{f"kind_{kind}": sum(one.kind == kind for one in warnings) for kind in kinds},
    }
    listed = list_rows(
        {
            "kind": [one.kind for one in warnings],
            "department": [one.department for one in warnings],
            "other": [one.other for one in warnings],
            "q_value": [one.q for one in warnings],
            "respondents": [one.respondents for one in warnings],
        },
        np.ones(len(warnings), bool),
    )
    if not warnings and not _comparable(context):
        return Outcome(
            "SKIPPED",
            N_(
                "Nothing stands out in {answers} answers, but they cannot tell: they come from one source and name no "
                "respondents, so neither sources nor people can be compared."
            ),
            {"answers": int(answers.sum())},
            numbers,
        )
    if not warnings:
        return Outcome(
            "PASS",
            N_(
                "As far as it could be checked, nothing in {answers} answers suggests that they "
                "say something else than what clients think."
            ),
            {"answers": int(answers.sum())},
            numbers,
        )
    return Outcome(
        "WARNING",
        N_(
            "Places where the answers may say something else than what clients think: {count}, of "
            "which {tested} by a test that allows for {false} of false alarms."
        ),
        {"count": len(warnings), "tested": len(tested), "false": Share(false_discoveries_share)},
        numbers,
        listed,
    )


def _comparable(context: Context) -> bool:
    """Return whether answers come from several sources or name who gave them, so that a gamed survey could show."""
    answers = context.organization.responses
    if answers is None:
        return False
    counted = answers[context.respondents.counted]
    sources = counted["source"].nunique() if "source" in counted.columns else 0
    people = counted["respondent"].nunique() if "respondent" in counted.columns else 0
    return bool(sources > 1 or people > 1)


@rule(
    "rating-halo",
    N_("Clients judge each service by itself, not everything that they receive alike."),
    N_(
        "Take the halo out and see whether the ranking stays: --halo with the value of this finding, or halo in "
        "org.toml. In the next wave, ask about each service with an example of its own."
    ),
    severity="medium",
    clauses=("9.1.2",),
    ideas=(9,),
)
def rating_halo(context: Context, *, least_halo: float = 0.2, least_evidence: float = 3.0) -> Outcome:
    """Compare how probable the scores are with a halo taken out and without."""
    readings = context.readings
    if readings is None:
        return _unread(context)
    stated = context.organization.settings.halo
    numbers = {
        "halo": readings.halo,
        "stated": stated,
        "log_evidence": readings.halo_evidence,
        "departments": readings.departments,
    }
    fields = {"found": readings.halo, "stated": stated, "times": _times(readings.halo_evidence)}
    if readings.halo_evidence >= least_evidence and abs(readings.halo - stated) >= least_halo - 1e-9:
        message = (
            N_(
                "The scores look as if people rated everything that they receive alike, or as if the same events "
                "spoiled all of it: with a halo of {found} taken out they are {times} times as probable as with the "
                "stated one of {stated}."
            )
            if readings.halo > stated
            else N_(
                "The scores do not look as if people rated everything that they receive alike as much as is stated: "
                "with a halo of {found} they are {times} times as probable as with {stated}."
            )
        )
        return Outcome("WARNING", message, fields, numbers)
    message = N_("Nothing in the scores suggests another halo than the stated one of {stated}.")
    return Outcome("PASS", message, fields, numbers)


@rule(
    "worst-felt",
    N_("How clients feel several shortfalls, their average or the worst one, is read as it is."),
    N_(
        "Where the finding names a stringency, rank with it and see whether the first cause stays: --stringency with "
        "its value, or stringency in org.toml, and bottlenecks --by gain. Where only some departments feel it, ask "
        "them which service keeps them from their work."
    ),
    severity="medium",
    clauses=("9.1.2",),
    ideas=(9,),
)
def worst_felt(context: Context, *, least_stringency_evidence: float = 0.5) -> Outcome:
    """Compare how probable the scores are with other stringencies than the stated one."""
    readings = context.readings
    if readings is None:
        return _unread(context)
    stated = readings.stated_stringency
    numbers = {
        "stringency": None if readings.only_some else _finite(readings.stringency),
        "stated": _finite(stated),
        "felt_by": "some" if readings.only_some else "all",
        "log_evidence": readings.stringency_evidence,
        "departments": readings.departments,
    }
    fields = {
        "found": _infinite_sign(readings.stringency),
        "stated": _infinite_sign(stated),
        "times": _times(readings.stringency_evidence),
    }
    if readings.stringency_evidence < least_stringency_evidence:
        message = N_("Nothing in the scores suggests another stringency than the stated one of {stated}.")
        return Outcome("PASS", message, fields, numbers)
    if readings.only_some:
        message = N_(
            "The scores look as if some departments felt their worst service most, and the others did not: readings "
            "other than the stated stringency of {stated} are {times} times as probable. No one stringency stands for "
            "both, so none is named."
        )
        return Outcome("WARNING", message, fields, numbers)
    message = (
        N_(
            "The scores look as if clients felt the worst service most: with a stringency of {found} "
            "they can be explained better than with the stated one of {stated} (other stringencies are {times} times "
            "as probable)."
        )
        if readings.stringency > stated
        else N_(
            "The scores look as if clients felt the worst service less than is stated: with a stringency of {found} "
            "they can be explained better than with the stated one of {stated} (other stringencies are {times} times "
            "as probable)."
        )
    )
    return Outcome("WARNING", message, fields, numbers)


def _unread(context: Context) -> Outcome:
    """Return why no other reading of the scores was weighed."""
    if context.averaged.any():
        return Outcome("SKIPPED", N_("Scores of small groups are averages here, which cannot tell how people rate."))
    return Outcome(
        "SKIPPED",
        N_("Fewer than {fewest} departments give scored services: too few to tell how people rate."),
        {"fewest": FEWEST_GIVING},
    )


def _times(evidence: float) -> float:
    """Return how many times as probable, in one digit that matters; at most a million, which is more than sure."""
    times = math.exp(min(evidence, math.log(1e6)))
    return float(f"{times:.1g}") if times >= 10 else round(times, 1)


def _finite(stringency: float) -> float | str:
    return "inf" if math.isinf(stringency) else stringency


def _infinite_sign(stringency: float) -> float | str:
    return "∞" if math.isinf(stringency) else stringency
