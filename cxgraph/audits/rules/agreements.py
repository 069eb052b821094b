"""Checks: has somebody agreed what a service is to give, is it kept, and is the client told what came of a request."""

from __future__ import annotations

import numpy as np

from cxgraph.audits.context import Context
from cxgraph.audits.finding import Share
from cxgraph.audits.registry import Outcome, rule
from cxgraph.audits.rules.expectations import judged
from cxgraph.audits.rules.improving import NO_LOG, list_actions
from cxgraph.model.arrays import Floats
from cxgraph.wording import N_

NO_AGREEMENTS = N_("The services have no column of agreed levels (commitment), so it is not known what was agreed.")
FINEST = 1e-9
"""Part of the scale by which a level may lie below what was agreed through rounding alone."""


def _agreed(context: Context) -> Floats | None:
    services = context.services
    return services["commitment"].to_numpy(float) if "commitment" in services else None


@rule(
    "agreements-made",
    N_("Supplier and client have agreed what each service is to give."),
    N_("Let supplier and client agree a level for each of these services, the costliest first."),
    severity="medium",
    clauses=("8.2.2", "8.2.3"),
    ideas=(2, 3),
)
def agreements_made(context: Context, *, most_not_agreed_share: float = 0.25) -> Outcome:
    """Count services of internal departments without an agreed level."""
    agreed = _agreed(context)
    if agreed is None:
        return Outcome("SKIPPED", NO_AGREEMENTS)
    rows = np.flatnonzero(context.internal[context.supplier])
    if not len(rows):
        return Outcome("SKIPPED", N_("No internal department gives a service."))
    cost = np.zeros(len(context.services))
    cost[context.scored] = context.contribution_share
    without = rows[np.isnan(agreed[rows])]
    without = without[np.argsort(-np.where(context.shown_services(without), cost[without], 0.0), kind="stable")]
    share = len(without) / len(rows)
    message = (
        N_("For no service that departments give ({total}) is a level agreed.")
        if len(without) == len(rows)
        else N_(
            "Services without an agreed level: {count} of {total} ({share}); those of external suppliers are "
            "not counted."
        )
        if len(without)
        else N_("For all services that departments give ({total}) a level is agreed.")
    )
    return Outcome(
        judged(share, most_not_agreed_share),
        message,
        {"count": len(without), "total": len(rows), "share": Share(share)},
        {"services": len(rows), "not_agreed": len(without), "share": share},
        context.list_services(without, {}, scores=False),
    )


@rule(
    "agreements-kept",
    N_("What supplier and client agreed is delivered."),
    N_("Ask these suppliers what keeps them from it, or agree a level that can be kept."),
    severity="high",
    clauses=("8.2.3", "9.1.2"),
    ideas=(2, 3),
)
def agreements_kept(context: Context, *, most_broken_share: float = 0.25) -> Outcome:
    """Count scored services that deliver less than was agreed."""
    agreed = _agreed(context)
    if agreed is None:
        return Outcome("SKIPPED", NO_AGREEMENTS)
    delivered = context.services["fulfilment"].to_numpy(float)
    known = ~np.isnan(agreed) & ~np.isnan(delivered) & ~context.averaged
    rows = np.flatnonzero(known)
    if not len(rows):
        return Outcome("SKIPPED", N_("No service with an agreed level has a score that may be shown."))
    bottom, top = context.organization.settings.scale
    short = (agreed - delivered)[rows]
    broken = short > FINEST * abs(top - bottom)
    order = rows[broken][np.argsort(-short[broken], kind="stable")]
    share = len(order) / len(rows)
    message = (
        N_("Services that deliver less than was agreed: {count} of {total} ({share}).")
        if len(order)
        else N_("All services with an agreed level ({total}) deliver it.")
    )
    columns = {"agreed": agreed[order], "fulfilment": delivered[order]}
    return Outcome(
        judged(share, most_broken_share),
        message,
        {"count": len(order), "total": len(rows), "share": Share(share)},
        {"services": len(rows), "broken": len(order), "share": share},
        context.list_services(order, columns),
    )


@rule(
    "clients-told",
    N_("Clients are told what came of what they said."),
    N_("Tell the clients of these actions what was done, and write the day down."),
    severity="medium",
    clauses=("8.2.1", "10.2"),
    ideas=(7, 11),
    tables=("actions",),
)
def clients_told(context: Context, *, most_untold_share: float = 0.25) -> Outcome:
    """Count finished actions whose client was not told."""
    log = context.log
    if log is None:
        return Outcome("SKIPPED", NO_LOG)
    if "told" not in log.table.columns:
        return Outcome("SKIPPED", N_("The improvement log does not say when clients were told (column told)."))
    done = np.flatnonzero(log.closed)
    if not len(done):
        return Outcome("SKIPPED", N_("No action was closed yet."))
    untold = done[log.table["told"].isna().to_numpy()[done]]
    share = len(untold) / len(done)
    message = (
        N_("Finished actions whose client was not told: {count} of {total}.")
        if len(untold)
        else N_("The clients of all finished actions ({total}) were told.")
    )
    closed = log.table["closed"].to_numpy("datetime64[D]").astype(str)
    return Outcome(
        judged(share, most_untold_share),
        message,
        {"count": len(untold), "total": len(done)},
        {"closed": len(done), "untold": len(untold), "share": share},
        list_actions(log, untold, {"closed": closed[untold]}),
    )
