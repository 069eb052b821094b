"""Checks: what the network of services makes of everybody's shortfalls."""

from __future__ import annotations

import numpy as np

from cxgraph.audits.context import Context
from cxgraph.audits.finding import Share, Status
from cxgraph.audits.registry import Outcome, rule
from cxgraph.audits.rules.improving import NOTHING_LACKS
from cxgraph.cascade.attribution import (
    LEAST_INHERITED,
    LEAST_SEEN,
    ROLES,
    blamed_for_inherited,
    department_roles,
    shielded_from,
)
from cxgraph.cascade.diagnosis import VERDICTS, VerdictRules, compare_expectations, service_groups, service_verdicts
from cxgraph.cascade.loops import find_loops
from cxgraph.cascade.reachability import line_of_sight
from cxgraph.wording import N_

MOST_NAMED = 20
"""Departments of a circle that are listed."""


@rule(
    "starved-judged",
    N_("Nobody is judged for what they inherit: where a department is starved, its suppliers are improved first."),
    N_("Move the effort from these departments to the services that starve them."),
    severity="high",
    clauses=("10.2", "4.4"),
    ideas=(6, 11),
    tables=("services", "actions"),
    hangs_on_transmission=True,
)
def starved_judged(
    context: Context, *, least_seen_share: float = LEAST_SEEN, least_inherited_share: float = LEAST_INHERITED
) -> Outcome:
    """Look for departments blamed by customers for what mostly came down to them.

    What customers miss at a department is the sum of its services to them, of which a part is inherited.
    Where open actions aim at those services while they are starved, the judgement has been passed.
    """
    cascade = context.cascade
    if cascade is None or cascade.customer_shortfall <= 0:
        return Outcome("SKIPPED", NOTHING_LACKS)
    share, part = blamed_for_inherited(cascade)
    starved = np.flatnonzero(context.internal & (share >= least_seen_share) & (part >= least_inherited_share))
    starved = starved[np.argsort(-share[starved], kind="stable")]
    keep = context.respondents.enough(np.fmin(context.respondents.of_client, context.respondents.of_supplier))[starved]
    aimed = np.zeros(len(context.ids), bool)
    if context.log is not None:
        attended = context.log.attended(len(context.services)) & context.customer[context.client]
        aimed[context.supplier[attended]] = True
    judged_ones = starved[aimed[starved]]
    numbers = {"starved": len(starved), "with_actions": len(judged_ones)}
    listed = context.list_departments(
        starved, {"seen_share": share[starved], "inherited_share": part[starved], "open_actions": aimed[starved]}, keep
    )
    fields = {
        "count": len(starved),
        "judged": len(judged_ones),
        "least": Share(least_inherited_share),
        "names": tuple(context.names[starved[keep]]),
    }
    if not len(starved):
        return Outcome(
            "PASS",
            N_(
                "In no department that customers blame was {least} or more of the gap that reaches customers "
                "through it inherited."
            ),
            fields,
            numbers,
        )
    if len(judged_ones):
        return Outcome(
            "FAIL",
            N_(
                "Departments that customers blame although {least} or more of the gap that reaches customers "
                "through them was inherited: {count} ({names}); open actions aim at {judged} of them."
            ),
            fields,
            numbers,
            listed,
        )
    return Outcome(
        "WARNING",
        N_(
            "Departments that customers blame although {least} or more of the gap that reaches customers through "
            "them was inherited: {count} ({names})."
        ),
        fields,
        numbers,
        listed,
    )


@rule(
    "over-service",
    N_("Effort is not spent on more than anybody expects where it does not reach the customer."),
    N_("Ask these clients whether less would do, and use what is freed for a bottleneck."),
    severity="low",
    clauses=("4.4",),
    ideas=(2,),
    hangs_on_transmission=True,
)
def over_service(context: Context, *, least_surplus: float = 0.1, most_over_served_share: float = 0.1) -> Outcome:
    """Count services that exceed their expectation while little of them reaches the customers."""
    cascade = context.cascade
    if cascade is None:
        return Outcome("SKIPPED", N_("No customer receives a scored service."))
    if np.isnan(cascade.network.expectation).all():
        return Outcome("SKIPPED", N_("No expectation is stated, so none can be exceeded."))
    settings = context.organization.settings
    names = context.services["service"].cat.codes.to_numpy()[context.scored]
    test = compare_expectations(cascade.network.expectation, service_groups(cascade, names), settings.width)
    verdict = service_verdicts(cascade, test, VerdictRules(over_service=least_surplus))
    over = np.flatnonzero(verdict == VERDICTS.index("over-served"))
    over = over[np.argsort(-cascade.surplus[over], kind="stable")]
    share = len(over) / len(verdict)
    message = (
        N_("Services that get well over what is expected of them and hardly reach a customer: {count} of {total}.")
        if len(over)
        else N_("No service (of {total}) exceeds its expectation where little reaches a customer.")
    )
    status: Status = "FAIL" if share > most_over_served_share else "WARNING" if len(over) else "PASS"
    return Outcome(
        status,
        message,
        {"count": len(over), "total": len(verdict)},
        {"services": len(verdict), "over_served": len(over), "share": share},
        context.list_services(
            context.scored[over], {"surplus": cascade.surplus[over], "reach": cascade.service_reach[over]}
        ),
    )


@rule(
    "shields-at-risk",
    N_("Who shields the customers from others' faults is known, thanked and relieved."),
    N_("Improve what these departments receive before they tire, and learn how they do it."),
    severity="medium",
    clauses=("4.4",),
    ideas=(4, 7),
    hangs_on_transmission=True,
)
def shields_at_risk(context: Context, *, least_lacking_share: float = 0.2) -> Outcome:
    """Look for departments that absorb most of what they lack, and lack much."""
    cascade = context.cascade
    if cascade is None or not cascade.shortfall.any():
        return Outcome("SKIPPED", N_("No gap is measured, so there is nothing to shield from."))
    lacking = cascade.received
    shield = (department_roles(cascade, context.usual) == ROLES.index("shield")) & context.internal
    strained = np.flatnonzero(shield & (lacking >= least_lacking_share))
    strained = strained[np.argsort(-lacking[strained], kind="stable")]
    keep = context.respondents.enough(np.fmin(context.respondents.of_client, context.respondents.of_supplier))[strained]
    absorbed = cascade.network.by_supplier(cascade.effective_share * shielded_from(cascade, context.usual))
    given = cascade.network.by_supplier(cascade.effective_share)
    mean = np.divide(absorbed, given, out=np.zeros_like(absorbed), where=given > 0)
    usual = cascade.transmission if context.usual is None else np.maximum(cascade.transmission, context.usual)
    potential = usual * lacking
    message = (
        N_(
            "Departments that shield their clients while they receive {least} or more less than they need: {count} "
            "({names})."
        )
        if len(strained)
        else N_("No department that shields its clients receives {least} or more less than it needs.")
    )
    return Outcome(
        "WARNING" if len(strained) else "PASS",
        message,
        {
            "count": len(strained),
            "shields": int(shield.sum()),
            "least": Share(least_lacking_share),
            "names": tuple(context.names[strained[keep]]),
        },
        {"shields": int(shield.sum()), "strained": len(strained)},
        context.list_departments(
            strained,
            {"lacking": lacking[strained], "potential": potential[strained], "absorbed": mean[strained]},
            keep,
        ),
    )


@rule(
    "single-points",
    N_("No customer depends on one department alone, and no department is the only path of many others."),
    N_("Prepare a stand-in, or a second path to these customers."),
    severity="low",
    clauses=("4.4",),
    ideas=(4, 6),
)
def single_points(context: Context, *, most_business_share: float = 0.5, most_dependent_share: float = 0.1) -> Outcome:
    """Look for customers that a single department serves, and for departments that others cannot go around."""
    size = len(context.ids)
    pairs = np.unique(context.client * size + context.supplier)
    client, supplier = np.divmod(pairs, size)
    suppliers = np.bincount(client, minlength=size)
    served = np.flatnonzero(context.customer & (suppliers > 0))
    if not len(served):
        return Outcome("SKIPPED", N_("No customer receives a service."))
    only = np.zeros(size, np.int64)
    only[client] = supplier
    weight = context.departments["weight"].to_numpy(float)
    alone = served[suppliers[served] == 1]
    share = float(weight[alone].sum() / weight[served].sum()) if weight[served].sum() > 0 else 0.0
    behind = np.zeros(size, np.int64)
    if context.cascade is not None:
        behind = line_of_sight(context.cascade.network).only_way_for
    gates = np.flatnonzero(context.internal & (behind > most_dependent_share * context.internal.sum()))
    gates = gates[np.argsort(-behind[gates], kind="stable")]
    rows = np.concatenate((alone, gates))
    listed = context.list_departments(
        rows,
        {
            "supplier": [*context.ids[only[alone]], *[None] * len(gates)],
            "only_way_for": [*[None] * len(alone), *behind[gates].tolist()],
        },
    )
    numbers = {"customers": len(served), "served_by_one": len(alone), "share": share, "only_ways": len(gates)}
    fields = {
        "count": len(alone),
        "total": len(served),
        "share": Share(share),
        "names": tuple(context.names[alone]),
        "ways": len(gates),
        "departments": tuple(context.names[gates]),
    }
    if not len(rows):
        return Outcome("PASS", N_("All customers ({total}) are served by at least two departments."), fields, numbers)
    message = N_("Departments without which many others reach no customer: {ways} ({departments}).")
    if len(alone):
        message = N_(
            "Customers that one department alone serves: {count} of {total}, {share} of the business ({names})."
        )
    if len(alone) and len(gates):
        message = N_(
            "Customers that one department alone serves: {count} of {total}, {share} of the business "
            "({names}). Departments without which many others reach no customer: {ways} ({departments})."
        )
    return Outcome("FAIL" if share > most_business_share else "WARNING", message, fields, numbers, listed)


@rule(
    "vicious-loops",
    N_("No feedback loop amplifies a fault."),
    N_("Improve the weakest service of the loop; what is gained there is gained again at every turn."),
    severity="medium",
    clauses=("4.4",),
    ideas=(4, 5),
    hangs_on_transmission=True,
)
def vicious_loops(context: Context, *, least_gain: float = 0.05, most_gain: float = 0.5) -> Outcome:
    """Look for circles in which a fault comes back, and name the service of each that would cut it best."""
    cascade = context.cascade
    if cascade is None:
        return Outcome("SKIPPED", N_("No customer receives a scored service."))
    found = find_loops(cascade)
    vicious = [loop for loop in found.loops if loop.gain >= least_gain and loop.weakest is not None]
    numbers = {
        "loops": found.found,
        "vicious": len(vicious),
        "largest_gain": max((loop.gain for loop in found.loops), default=0.0),
    }
    if not vicious:
        message = (
            N_("In no feedback loop ({total}) does as much as {least} of a fault come round again.")
            if found.found
            else N_("Departments do not serve each other in loops.")
        )
        return Outcome("PASS", message, {"total": found.found, "least": Share(least_gain)}, numbers)
    worst = vicious[0]
    fields = {
        "count": len(vicious),
        "total": found.found,
        "gain": Share(worst.gain),
        "multiplier": worst.multiplier,
        "names": tuple(context.names[worst.members]),
    }
    weakest = context.scored[[loop.weakest for loop in vicious if loop.weakest is not None]]
    rows = context.list_services(
        weakest,
        {
            "gain": [loop.gain for loop in vicious],
            "gain_without": [loop.gain_without for loop in vicious],
            "departments": [len(loop.members) for loop in vicious],
            "members": [", ".join(context.ids[loop.members[:MOST_NAMED]]) for loop in vicious],
        },
    )
    status: Status = "FAIL" if worst.gain > most_gain else "WARNING"
    if not context.respondents.enough(context.respondents.of_client)[worst.members].all():
        return Outcome(
            status,
            N_(
                "Feedback loops in which a fault comes round again: {count} of {total}. Too few people answered for "
                "the strongest to be shown."
            ),
            {"count": len(vicious), "total": found.found},
            numbers | {"largest_gain": None},
            rows,
        )
    return Outcome(
        status,
        N_(
            "Feedback loops in which a fault comes round again: {count} of {total}. {count:In it|In the "
            "strongest} ({names}) {gain} of a fault comes back, so that it counts {multiplier} times."
        ),
        fields,
        numbers,
        rows,
    )
