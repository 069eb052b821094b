"""Checks: does what is found become projects that are done, by many, where it counts."""

from __future__ import annotations

import math

import numpy as np

from cxgraph.audits.context import Context, Listed, list_rows
from cxgraph.audits.finding import Share, Status
from cxgraph.audits.improvement import ImprovementLog, median_days
from cxgraph.audits.registry import Outcome, rule
from cxgraph.audits.rules.expectations import judged
from cxgraph.cascade.attribution import ROLES, department_roles
from cxgraph.decide.planning.candidates import needs_of
from cxgraph.wording import N_

FEWEST_ACTIONS = 3
"""Dated actions below which no median is worth telling."""
NO_LOG = N_("The organisation keeps no improvement log.")
_AIMED = {
    (False, False): N_("All open actions ({total}) aim at services that carry at least {least} of the customers' gap."),
    (True, False): N_(
        "Open actions aimed at services that carry less than {least} of the customers' gap: {count} of {total}, "
        "with {share} of the effort."
    ),
    (False, True): N_(
        "All open actions ({total}) aim at services that carry at least {least} of the customers' gap, or "
        "relieve departments that shield the customers ({relieving})."
    ),
    (True, True): N_(
        "Open actions aimed at services that carry less than {least} of the customers' gap: {count} of {total}, "
        "with {share} of the effort. Not counted, because {relieving:it relieves|they relieve} departments that "
        "shield the customers: {relieving}."
    ),
}
"""What is said of the aims, by whether any action goes astray and whether any relieves a shield."""
_ATTENDED = {
    (False, False): N_(
        "Without an open action: {count} of the {total} {total:service that costs|services that cost} the "
        "customers most; {count:it carries|they carry} {share} of the customers' gap."
    ),
    (False, True): N_(
        "Without an open action: {count} of the {total} {total:service that costs|services that cost} the "
        "customers most; {count:it carries|they carry} {share} of the customers' gap. For {proposed} of them an "
        "action is proposed and not yet open."
    ),
    (True, False): N_("All services that cost the customers most ({total}) have an open action."),
}
"""What is said of the costliest services, by whether all have an open action and whether any other has a proposal."""
NOTHING_LACKS = N_("No gap of customers is measured, so there is nothing to aim at.")


@rule(
    "days-to-done",
    N_("Improvements are done fast once they are found to be needed."),
    N_("Close what is open, the oldest first, or say why it will not be done."),
    severity="medium",
    clauses=("10.2",),
    ideas=(7, 12),
    tables=("actions",),
)
def days_to_done(context: Context, *, most_median_days: float = 90.0) -> Outcome:
    """Take the median from opening to closing, open actions counted as long as they have been."""
    log = context.log
    if log is None:
        return Outcome("SKIPPED", NO_LOG)
    dated = ~np.isnan(log.days)
    if dated.sum() < FEWEST_ACTIONS or context.reference is None:
        return Outcome(
            "SKIPPED",
            N_("Fewer than {fewest} actions have the days that they were opened and closed."),
            {"fewest": FEWEST_ACTIONS},
        )
    days, done = log.days[dated], log.closed[dated]
    median = median_days(days, done)
    longest = float(days.max())
    still = np.flatnonzero(log.open & dated)
    still = still[np.argsort(-log.days[still], kind="stable")]
    numbers = {
        "today": context.reference.day.isoformat(),
        "today_from": context.reference.found_in,
        "actions": int(dated.sum()),
        "closed": int(done.sum()),
        "open": len(still),
        "median_days": median,
        "median_days_of_closed": float(np.median(days[done])) if done.any() else float("nan"),
        "longest_days": longest,
        "undated": int((~dated).sum()),
    }
    fields = {
        "median": median,
        "wanted": int(most_median_days),
        "open": len(still),
        "total": int(dated.sum()),
        "longest": int(longest),
        "today": context.reference.day.isoformat(),
    }
    numbers["median_days"] = None if math.isinf(median) else median
    rows = log.table.iloc[still]
    listed = list_actions(
        log, still, {"opened": rows["opened"].to_numpy("datetime64[D]").astype(str), "days": log.days[still]}
    )
    if math.isinf(median):
        if longest <= most_median_days:
            return Outcome(
                "SKIPPED",
                N_("More than half of the actions are open and none for more than {wanted} days: too early to tell."),
                fields,
                numbers,
            )
        return Outcome(
            "FAIL",
            N_(
                "More than half of the actions are still open on {today} ({open} of {total}), the "
                "oldest for {longest} days."
            ),
            fields,
            numbers,
            listed,
        )
    status: Status = "FAIL" if median > most_median_days else "PASS"
    return Outcome(
        status,
        N_(
            "Half of the actions are done within {median} days; at most {wanted} are wanted. Open on "
            "{today}: {open} of {total}."
        ),
        fields,
        numbers,
        listed,
    )


def list_actions(log: ImprovementLog, actions: np.ndarray, columns: dict[str, np.ndarray]) -> Listed:
    """Return actions as rows of evidence: code, title and what is said of each."""
    table = log.table.iloc[actions]
    return list_rows(
        {"action": table["id"].to_numpy(object), "title": table["title"].to_numpy(object), **columns},
        np.ones(len(actions), bool),
    )


@rule(
    "participation",
    N_("Improving is the work of many departments, not of one person."),
    N_("Ask the departments that take no part which improvement they would own."),
    severity="medium",
    clauses=("10.2",),
    ideas=(9, 12),
    tables=("departments", "actions"),
)
def participation(context: Context, *, least_taking_part_share: float = 0.5) -> Outcome:
    """Count departments that own an action or whose service one is to lift."""
    log = context.log
    if log is None:
        return Outcome("SKIPPED", NO_LOG)
    own = np.flatnonzero(context.internal)
    if not len(own):
        return Outcome("SKIPPED", N_("The organisation has no internal departments."))
    if log.table[["owner", "supplier", "department"]].isna().all(axis=None):
        return Outcome("SKIPPED", N_("No action names its owner or what it is for."))
    outside = own[~log.takes_part[own]]
    part = len(own) - len(outside)
    share = part / len(own)
    return Outcome(
        "PASS" if share >= least_taking_part_share else "FAIL",
        N_("Departments that take part in improving: {count} of {total} ({share})."),
        {"count": part, "total": len(own), "share": Share(share)},
        {"departments": len(own), "taking_part": part, "share": share},
        context.list_departments(outside, {}),
    )


@rule(
    "bottlenecks-attended",
    N_("The services that cost the customers most have an improvement under way."),
    N_("Begin what is proposed for these services or open an action for each, with an owner and a date."),
    severity="high",
    clauses=("10.2", "5.1.2"),
    ideas=(9, 11),
    tables=("services", "actions"),
    hangs_on_transmission=True,
)
def bottlenecks_attended(context: Context, *, top_services: float = 5.0, most_unattended_share: float = 0.5) -> Outcome:
    """Look for open actions that are to lift the services with the largest contributions."""
    log = context.log
    if log is None:
        return Outcome("SKIPPED", NO_LOG)
    share = context.contribution_share
    if not share.any():
        return Outcome("SKIPPED", NOTHING_LACKS)
    first = np.argsort(-share, kind="stable")[: int(top_services)]
    first = first[share[first] > 0]
    rows = context.scored[first]
    attended = log.attended(len(context.services))[rows]
    without = float(share[first][~attended].sum())
    together = float(share[first].sum())
    numbers = {
        "services": len(first),
        "unattended": int((~attended).sum()),
        "share_of_top": together,
        "unattended_share": without,
        "unattended_share_of_top": without / together,
    }
    proposals = [log.proposals_for(row) for row in rows[~attended].tolist()]
    numbers["proposed"] = sum(map(bool, proposals))
    fields = {
        "count": int((~attended).sum()),
        "total": len(first),
        "share": Share(without),
        "proposed": numbers["proposed"],
    }
    status = judged(without / together, most_unattended_share)
    message = _ATTENDED[bool(attended.all()), any(proposals)]
    return Outcome(
        status,
        message,
        fields,
        numbers,
        context.list_services(
            rows[~attended],
            {"share": share[first][~attended], "proposed": [", ".join(names) or None for names in proposals]},
        ),
    )


@rule(
    "actions-aimed",
    N_("Effort goes where it reaches the customer."),
    N_("Stop or postpone these actions, or aim them at the services that cost the customers most."),
    severity="medium",
    clauses=("10.2",),
    ideas=(6, 11),
    tables=("services", "actions"),
    hangs_on_transmission=True,
)
def actions_aimed(context: Context, *, least_carried_share: float = 0.01, most_astray_share: float = 0.5) -> Outcome:
    """Add up what the services that each open action aims at cost the customers."""
    log = context.log
    if log is None:
        return Outcome("SKIPPED", NO_LOG)
    if not context.contribution_share.any():
        return Outcome("SKIPPED", NOTHING_LACKS)
    carried = np.zeros(len(context.services))
    carried[context.scored] = context.contribution_share
    targets = np.bincount(log.aims[:, 0], minlength=len(log))
    aimed = np.flatnonzero(log.open & (targets > 0))
    if not len(aimed):
        return Outcome("SKIPPED", N_("No open action aims at a service of the tables."))
    reaches = log.add_up(carried)[aimed]
    cost = log.table["cost"].to_numpy(float)[aimed]
    weight = cost if not np.isnan(cost).any() and cost.sum() > 0 else np.ones(len(aimed))
    relieves = _relieves_shields(context, log)[aimed]
    astray = (reaches < least_carried_share) & ~relieves
    astray &= ~_needed(log, aimed[~astray])[aimed]  # nobody is told to stop what an action that reaches customers needs
    relieving = int((relieves & (reaches < least_carried_share)).sum())
    share = float(weight[astray].sum() / weight.sum())
    order = np.flatnonzero(astray)[np.argsort(-weight[astray], kind="stable")]
    numbers = {
        "actions": len(aimed),
        "astray": int(astray.sum()),
        "relieving_shields": relieving,
        "weighted_by": "cost" if weight is cost else "count",
        "astray_share": share,
        "carried_by_all": float(carried[np.unique(log.aims[np.isin(log.aims[:, 0], aimed), 1])].sum()),
    }
    fields = {
        "count": int(astray.sum()),
        "total": len(aimed),
        "share": Share(share),
        "least": Share(least_carried_share),
        "relieving": relieving,
    }
    message = _AIMED[bool(astray.any()), bool(relieving)]
    keep = _may_be_shown(context, log, aimed[order])
    listed = list_actions(log, aimed[order][keep], {"carried_share": reaches[order][keep], "cost": cost[order][keep]})
    status = judged(share if astray.any() else 0.0, most_astray_share)
    return Outcome(
        "WARNING" if astray.any() and status == "PASS" else status,
        message,
        fields,
        numbers,
        Listed(listed.rows, int((~keep).sum()), listed.unlisted),
    )


def _needed(log: ImprovementLog, actions: np.ndarray) -> np.ndarray:
    """Return which actions some actions need, directly or through others."""
    needs = dict(zip(log.table["id"].astype(str), map(needs_of, log.table["needs"]), strict=True))
    found: set[str] = set()
    waiting = [name for one in log.table["id"].astype(str).to_numpy()[actions] for name in needs[one]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needs.get(name, ()))
    return np.asarray(log.table["id"].astype(str).isin(found))


def _relieves_shields(context: Context, log: ImprovementLog) -> np.ndarray:
    """Return which actions aim only at what departments receive that shield the customers.

    What a shield receives hardly reaches the customers as long as it holds; "shields-at-risk" asks to improve it.
    """
    cascade = context.cascade
    if cascade is None or not cascade.shortfall.any():
        return np.zeros(len(log), bool)
    shield = department_roles(cascade, context.usual) == ROLES.index("shield")
    to_shields = log.add_up((shield & context.internal)[context.client].astype(float))
    return np.asarray((to_shields > 0) & (to_shields == log.add_up(np.ones(len(context.services)))))


def _may_be_shown(context: Context, log: ImprovementLog, actions: np.ndarray) -> np.ndarray:
    """Return which actions aim only at services that may be shown one by one."""
    enough = context.respondents.enough_for_service.astype(float)
    number = np.bincount(log.aims[:, 0], minlength=len(log))
    return np.asarray(log.add_up(enough)[actions] == number[actions])
