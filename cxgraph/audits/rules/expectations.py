"""Checks: does everybody know who their customers are and what these expect."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order

from cxgraph.audits.context import Context
from cxgraph.audits.finding import Share, Status
from cxgraph.audits.registry import Outcome, rule
from cxgraph.model.arrays import Bools
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

FEWEST_CLIENTS = 4
"""Clients of one supplier from which it is telling that all of them state the same expectation."""


def judged(share: float, most: float) -> Status:
    """Return PASS at nothing, WARNING up to a threshold, FAIL above it."""
    if share <= 0:
        return "PASS"
    return "WARNING" if share <= most else "FAIL"


@rule(
    "customers-stated",
    N_("Every department knows who its customers are."),
    N_("Ask each of these departments whom it works for, and enter what it gives them as services."),
    severity="high",
    clauses=("4.4", "5.1.2"),
    ideas=(1, 6),
    tables=("departments", "services"),
)
def customers_stated(context: Context, *, most_without_customers_share: float = 0.05) -> Outcome:
    """Compare the departments with the suppliers of services."""
    own = np.flatnonzero(context.internal)
    if not len(own):
        return Outcome("SKIPPED", N_("The organisation has no internal departments."))
    if any(problem.code == "departments-inferred" for problem in context.organization.problems):
        return Outcome(
            "SKIPPED",
            N_("There is no table of departments, so a department without customers cannot be told from a customer."),
        )
    gives = np.bincount(context.supplier, minlength=len(context.ids))
    without = own[gives[own] == 0]
    share = len(without) / len(own)
    fields = {"count": len(without), "total": len(own), "names": tuple(context.names[without])}
    message = (
        N_("Departments for which no customer is stated: {count} of {total} ({names}).")
        if len(without)
        else N_("It is on record whom all departments ({total}) serve.")
    )
    return Outcome(
        judged(share, most_without_customers_share),
        message,
        fields,
        {"departments": len(own), "without_customers": len(without), "share": share},
        context.list_departments(without, {}),
    )


@rule(
    "expectations-stated",
    N_("What each customer expects is asked and written down."),
    N_("Ask the clients of these services which level they expect, on the scale of the scores."),
    severity="high",
    clauses=("5.1.2", "9.1.2"),
    ideas=(2, 11),
)
def expectations_stated(context: Context, *, most_unstated_share: float = 0.05) -> Outcome:
    """Count services of internal departments without an expectation."""
    rows = np.flatnonzero(context.internal[context.supplier])
    if not len(rows):
        return Outcome("SKIPPED", N_("No internal department gives a service."))
    empty = context.services[["expectation", "fulfilment"]].isna().to_numpy()
    taken_out = context.averaged & empty.all(axis=1)  # withheld altogether: whether it was stated is not known here
    unstated = rows[(empty[:, 0] & ~taken_out)[rows]]
    share = len(unstated) / len(rows)
    levels = context.services["expectation"].to_numpy(float)[rows]
    levels = levels[~np.isnan(levels)]
    if not len(unstated) and len(levels) >= FEWEST_CLIENTS and not np.ptp(levels):
        return Outcome(
            "WARNING",
            N_(
                "All services that departments give ({total}) have the same expectation, {level}: that is a "
                "standard, not what each client was asked."
            ),
            {"total": len(rows), "level": float(levels[0])},
            {"services": len(rows), "unstated": 0, "share": 0.0},
        )
    message = (
        N_("Services of departments whose client's expectation is not stated: {count} of {total} ({share}).")
        if len(unstated)
        else N_("The clients' expectations of all services that departments give ({total}) are stated.")
    )
    return Outcome(
        judged(share, most_unstated_share),
        message,
        {"count": len(unstated), "total": len(rows), "share": Share(share)},
        {"services": len(rows), "unstated": len(unstated), "share": share},
        context.list_services(unstated, {}, scores=False),
    )


@rule(
    "line-of-sight",
    N_("Every department has a line of sight to a customer: whom it serves serves someone who does."),
    N_("Ask whom the work of these departments is for in the end, and enter the services that are missing."),
    severity="medium",
    clauses=("4.4", "5.1.2"),
    ideas=(4, 6),
    tables=("departments", "services"),
)
def line_of_sight(context: Context, *, most_blind_share: float = 0.0) -> Outcome:
    """Walk the services backwards from all customers."""
    own = np.flatnonzero(context.internal)
    if not len(own):
        return Outcome("SKIPPED", N_("The organisation has no internal departments."))
    blind = own[~_sees_customer(context)[own]]
    share = len(blind) / len(own)
    message = (
        N_("Departments whose services reach no customer: {count} of {total} ({names}).")
        if len(blind)
        else N_("The services of all departments ({total}) reach a customer.")
    )
    return Outcome(
        judged(share, most_blind_share),
        message,
        {"count": len(blind), "total": len(own), "names": tuple(context.names[blind])},
        {"departments": len(own), "blind": len(blind), "share": share},
        context.list_departments(blind, {}),
    )


def _sees_customer(context: Context) -> Bools:
    """Return from which departments some chain of services leads to a customer, shape (n,)."""
    size = len(context.ids)
    customers = np.flatnonzero(context.customer)
    # Turned around, from a virtual sink through the customers to everybody who serves them.
    heads = np.concatenate((context.client, np.full(len(customers), size)))
    tails = np.concatenate((context.supplier, customers))
    graph = sparse.csr_matrix((np.ones(len(heads)), (heads, tails)), shape=(size + 1, size + 1))
    seen = np.zeros(size + 1, bool)
    seen[breadth_first_order(graph, size, return_predecessors=False)] = True
    return seen[:size]


@rule(
    "expectations-from-clients",
    N_("Expectations come from those who receive a service, not from those who give it."),
    N_("Ask the clients themselves; a level that its supplier sets is a target, not an expectation."),
    severity="high",
    clauses=("9.1.2",),
    ideas=(2, 11),
    tables=("services", "responses"),
)
def expectations_from_clients(
    context: Context, *, most_from_supplier_share: float = 0.05, most_uniform_share: float = 0.2
) -> Outcome:
    """Look for expectations that only suppliers stated, and for suppliers all of whose clients expect the same.

    The first is known where answers carry a source or a respondent. The second proves nothing: many clients
    who agree to the last digit are rare enough to ask who wrote the number.
    """
    asked, written = _supplier_written(context)
    suppliers, uniform = _uniform_suppliers(context)
    if not len(asked) and not len(suppliers):
        return Outcome(
            "SKIPPED",
            N_(
                "The data cannot tell who stated the expectations: no answers with a source or a "
                "respondent, and no supplier with {fewest} clients or more."
            ),
            {"fewest": FEWEST_CLIENTS},
        )
    share = len(written) / len(asked) if len(asked) else 0.0
    alike = len(uniform) / len(suppliers) if len(suppliers) else 0.0
    numbers = {
        "services_with_answers": len(asked),
        "stated_by_supplier": len(written),
        "share": share,
        "suppliers_compared": len(suppliers),
        "uniform_suppliers": len(uniform),
        "uniform_share": alike,
    }
    fields = {
        "count": len(written),
        "total": len(asked),
        "suppliers": len(uniform),
        "compared": len(suppliers),
        "names": tuple(context.names[uniform]),
    }
    if share > most_from_supplier_share:
        return Outcome(
            "FAIL",
            N_("Services whose expectation was stated by nobody but their own supplier: {count} of {total}."),
            fields,
            numbers,
            context.list_services(written, {}, scores=False),
        )
    if alike > most_uniform_share:
        return Outcome(
            "WARNING",
            N_(
                "Suppliers of which every client expects exactly the same: {suppliers} of "
                "{compared} ({names}). It may be a standard that all agreed to; it may be a "
                "number that the supplier wrote."
            ),
            fields,
            numbers,
            context.list_departments(uniform, {}),
        )
    if written.size:
        return Outcome(
            "WARNING",
            N_("Services whose expectation was stated by nobody but their own supplier: {count} of {total}."),
            fields,
            numbers,
            context.list_services(written, {}, scores=False),
        )
    return Outcome("PASS", N_("Nothing suggests that suppliers wrote their clients' expectations."), {}, numbers)


def _supplier_written(context: Context) -> tuple[np.ndarray, np.ndarray]:
    """Return services with answers whose author is known, and those for which only the supplier stated a level."""
    nothing = np.zeros(0, np.intp)
    answers = context.organization.responses
    if answers is None or "expectation" not in answers.columns or not {"source", "respondent"} & set(answers.columns):
        return nothing, nothing
    place = context.respondents.service
    stated = (place >= 0) & answers["expectation"].notna().to_numpy()
    from_supplier = np.zeros(len(answers), bool)
    if "source" in answers.columns:
        from_supplier |= answers["source"].astype(object).eq("self_assessment").to_numpy()
    if "respondent" in answers.columns:
        given = answers["respondent"].astype(object)
        folded = {name: fold(str(name)) for name in {*context.ids, *given.dropna()}}
        author = given.map(folded).to_numpy(object)
        supplier = answers["supplier"].astype(object).map(folded).to_numpy(object)
        from_supplier |= given.notna().to_numpy() & (author == supplier)
    size = len(context.services)
    everybody = np.bincount(place[stated], minlength=size)
    others = np.bincount(place[stated & ~from_supplier], minlength=size)
    return np.flatnonzero(everybody > 0), np.flatnonzero((everybody > 0) & (others == 0))


def _uniform_suppliers(context: Context) -> tuple[np.ndarray, np.ndarray]:
    """Return suppliers with enough clients to compare, and those whose clients all state the same expectation."""
    expectation = context.services["expectation"].to_numpy(float)
    stated = ~np.isnan(expectation) & context.internal[context.supplier] & ~context.averaged
    supplier, client, level = context.supplier[stated], context.client[stated], expectation[stated]
    size = len(context.ids)
    clients = np.bincount(np.unique(supplier * size + client) // size, minlength=size)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, supplier, level)
    np.maximum.at(high, supplier, level)
    enough = np.flatnonzero(clients >= FEWEST_CLIENTS)
    return enough, enough[low[enough] == high[enough]]
