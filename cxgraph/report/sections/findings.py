"""Customers, causes with the ways from them, services with their verdicts, and loops."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxgraph.analysis import customers_table, departments_table, services_table
from cxgraph.report.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.teller import KIND_WORDS, Field, Teller
from cxgraph.report.summary import ROLE_WORDS, SOURCE_WORDS, VERDICT_WORDS
from cxgraph.wording import N_

CIRCLES = {"vicious": N_("vicious"), "virtuous": N_("virtuous")}
_MEMBERS = 6


def tell_customers(teller: Teller) -> Section:
    """Return what each customer lacks."""
    say = teller.say
    fields = (
        Field("name", say("customer"), naming=True),
        Field("weight", say("share of the business"), "percent", naming=True),
        Field("shortfall", say("lacks"), "percent"),
        Field("share", say("share of all that is lacking"), "percent"),
        Field("services", say("services received"), "count", naming=True),
    )
    table = customers_table(teller.study.discretion)
    return Section(
        "customers",
        say("Customers"),
        (
            Paragraph(
                say(
                    "What customers lack is the part of their expectations that is not met, weighted by how much "
                    "each service matters to them. In the total each customer counts by its share of the business."
                )
            ),
            teller.grid(say("Customers"), say("Customers"), table, fields, "share"),
        ),
    )


def tell_causes(teller: Teller) -> Section:
    """Return what starts at each department, what it passes on, and the heaviest ways to the customers."""
    say = teller.say
    table = departments_table(teller.study.discretion)
    table = table[(table["role"].fillna("") != "customer") | (table["contribution"] > 0)]
    fields = (
        Field("name", say("department"), naming=True),
        Field("kind", say("kind"), words=teller.words(KIND_WORDS), naming=True),
        Field("received", say("lacks itself"), "percent"),
        Field("contribution", say("causes (points)"), "percent", digits=2),
        Field("share", say("share of all that is lacking"), "percent"),
        Field("passed_on", say("passes on (points)"), "percent", digits=2),
        Field("through_flow", say("both (points)"), "percent", digits=2),
        Field("reach", say("reach"), "percent", digits=2),
        Field("transmission", say("transmission"), "number", digits=3, naming=True),
        Field("transmission_source", say("transmission from"), words=teller.words(SOURCE_WORDS), naming=True),
        Field("role", say("role"), words=teller.words(ROLE_WORDS)),
    )
    return Section(
        "departments",
        say("Where it starts, and along which way"),
        (
            Paragraph(
                say(
                    "Points are percentage points of what customers expect: of the {lacking} that they lack, column "
                    "“causes” "
                    "says how much starts here, and its rows add up to {lacking}. Passes on: what reaches the "
                    "customers "
                    "through the department and started elsewhere. Both together are what the customers would be "
                    "spared if it "
                    "neither failed nor passed anything on; the same point may pass through several departments, so "
                    "these "
                    "columns add up to more. Reach: what customers lose for each point that the department lacks.",
                    lacking=say.percent(teller.analysis.customer_shortfall),
                )
            ),
            Paragraph(
                say(
                    "Transmission: how much of what a department lacks itself can show up in what it delivers; 0.600 "
                    "is "
                    "assumed where no scores bear on it. A department that lacks nothing (0.0 %) either receives all "
                    "that it "
                    "expects, or nothing that it receives was scored; its transmission then plays no part, and all "
                    "that it "
                    "fails in counts as starting there."
                )
            ),
            Paragraph(
                say(
                    "Roles: a source fails mostly by itself; a conduit mostly passes on; a shield keeps from its "
                    "clients most of what it lacks; a receiver lacks much and its clients feel little of it; sound "
                    "is who does none of this."
                )
            ),
            *teller.picture("causes"),
            teller.grid(say("Departments"), say("Departments, those that cause most first"), table, fields, "share"),
            *_paths(teller),
            *teller.withheld(),
            *teller.picture("matrix"),
        ),
    )


def _paths(teller: Teller) -> tuple[Block, ...]:
    """Return the heaviest ways that may be shown, and what is on the others."""
    say, trace = teller.say, teller.study.trace
    shown = trace.paths
    if not shown:
        return ()
    frame = pd.DataFrame(
        {
            "place": range(1, len(shown) + 1),
            "way": [" → ".join(path.names) for path in shown],
            "services": [" → ".join(path.services) for path in shown],
            "share": [path.share for path in shown],
        }
    )
    fields = (
        Field("place", say("place"), "count"),
        Field("way", say("way")),
        Field("services", say("services")),
        Field("share", say("share of all that is lacking"), "percent"),
    )
    listed = float(frame["share"].sum())
    return (
        Heading(say("The ways from causes to customers")),
        Paragraph(
            say(
                "Each way begins with the department that fails by itself and ends with the customer who feels it; a "
                "way that "
                "passes a department twice has gone round a loop. The {count} heaviest carry {listed} of what "
                "customers lack; "
                "{rest} takes ways not shown.",
                count=len(shown),
                listed=say.percent(listed),
                rest=say.percent(max(1.0 - listed, 0.0)),
            )
        ),
        teller.grid(say("Ways"), say("The heaviest ways from causes to customers"), frame, fields, "share"),
    )


def tell_services(teller: Teller) -> Section:
    """Return each service with its split and verdict."""
    say = teller.say
    table = services_table(teller.study.discretion)
    low, high = teller.analysis.organization.settings.scale
    digits = 2 if high - low > 1 else 3
    fields = (
        Field("supplier", say("supplier"), words=teller.names, naming=True),
        Field("client", say("client"), words=teller.names, naming=True),
        Field("service", say("service"), naming=True),
        Field("expectation", say("expected"), "number", digits=digits),
        Field("fulfilment", say("received"), "number", digits=digits),
        Field("answers", say("answers"), "count"),
        Field("shortfall", say("shortfall"), "percent"),
        Field("inherited", say("inherited"), "percent"),
        Field("own", say("own"), "percent"),
        Field("absorbed", say("absorbed"), "percent"),
        Field("reach", say("reach"), "percent", digits=2),
        Field("share", say("share of all that is lacking"), "percent"),
        Field("verdict", say("verdict"), words=teller.words(VERDICT_WORDS)),
    )
    return Section(
        "services",
        say("Services and verdicts"),
        (
            Paragraph(
                say(
                    "A shortfall is split into what came down to the supplier from its own suppliers (inherited) and "
                    "what "
                    "starts here (own). Absorbed is what the supplier could have passed on and did not. Reach: what "
                    "the "
                    "customers lose for each point of own shortfall; own times reach is what the service costs them, "
                    "and "
                    "“Method and limits” computes one by hand."
                )
            ),
            Paragraph(
                say(
                    "Verdicts: under-delivering, most of the shortfall starts here; starved, most of it came down; "
                    "expectation out of line, this client expects far more than the others; over-served, more is "
                    "given than expected and little of it reaches the customers; met, nothing is missing."
                )
            ),
            *_verdicts(teller, table),
            *_kinds(teller, table),
            *teller.picture("quadrant"),
            teller.grid(
                say("Services"), say("Services, the costliest for the customers first"), table, fields, "share"
            ),
            *teller.withheld(),
            *_out_of_line(teller),
        ),
    )


def count_verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many of the services that may be shown have which verdict, and their share of what is lacking.

    Parameters
    ----------
    table : DataFrame
        From `services_table`.

    Returns
    -------
    DataFrame
        ``verdict``, ``services`` and ``share``, the largest share first.
    """
    shown = table[~table["withheld"]]
    return (
        shown.groupby(shown["verdict"].astype(object))
        .agg(services=("share", "size"), share=("share", "sum"))
        .reset_index()
        .sort_values("share", ascending=False)
    )


def compare_kinds(table: pd.DataFrame) -> pd.DataFrame:
    """Return formal services beside relational ones, of those that may be shown: count, mean shortfall, share.

    Parameters
    ----------
    table : DataFrame
        From `services_table`.

    Returns
    -------
    DataFrame
        ``kind``, ``services``, ``shortfall`` and ``share``.
    """
    shown = table[~table["withheld"]]
    return (
        shown.groupby(shown["kind"].astype(object))
        .agg(services=("share", "size"), shortfall=("shortfall", "mean"), share=("share", "sum"))
        .reset_index()
    )


def _verdicts(teller: Teller, table: pd.DataFrame) -> tuple[Block, ...]:
    say = teller.say
    fields = (
        Field("verdict", say("verdict"), words=teller.words(VERDICT_WORDS)),
        Field("services", say("services"), "count"),
        Field("share", say("share of all that is lacking"), "percent"),
    )
    return (teller.grid(say("Verdicts"), say("How many services have which verdict"), count_verdicts(table), fields),)


def _kinds(teller: Teller, table: pd.DataFrame) -> tuple[Block, ...]:
    """Return formal services beside relational ones; nothing where only one kind was measured."""
    say, frame = teller.say, compare_kinds(table)
    if len(frame) < 2:
        return ()
    fields = (
        Field("kind", say("kind"), words=teller.words(KIND_WORDS)),
        Field("services", say("services"), "count"),
        Field("shortfall", say("mean shortfall"), "percent"),
        Field("share", say("share of all that is lacking"), "percent"),
    )
    return (teller.grid(say("Kinds"), say("Formal exchanges beside care, attention and information"), frame, fields),)


def _out_of_line(teller: Teller) -> tuple[Block, ...]:
    """Say which expectations stand out, and from what."""
    say, analysis = teller.say, teller.analysis
    test, network = analysis.expectations, analysis.cascade.network
    rows = analysis.organization.services[analysis.organization.scored(analysis.cascade.scoring)]
    shown = np.flatnonzero(~teller.study.discretion.services[test.services])[:20]
    found = [
        say(
            "{client} expects {expected} of “{service}” by {supplier}; its {others} other clients expect "
            "{mean} on average.",
            client=teller.name(rows["client"].iat[edge]),
            expected=say.number(float(network.expectation[edge]), 2),
            service=rows["service"].iat[edge],
            supplier=teller.name(rows["supplier"].iat[edge]),
            others=int(test.others[at]),
            mean=say.number(float(test.others_mean[at]), 2),
        )
        for at, edge in zip(shown, test.services[shown], strict=True)
    ]
    return (Paragraph(say("Expectations out of line:")), Listing(tuple(found))) if found else ()


def tell_loops(teller: Teller) -> Section:
    """Return the circles of departments and where to cut them."""
    say, table = teller.say, teller.study.loops
    title = say("Circles of service")
    if table.empty:
        return Section(
            "loops",
            title,
            (
                Paragraph(
                    say("No departments serve each other in a circle, so no fault comes back to where it started.")
                ),
            ),
        )
    frame = table.assign(
        members=[_listed([teller.name(name) for name in members], teller) for members in table["members"]],
        weakest=pd.Series(
            [
                say(
                    "{supplier} → {client}: {service}",
                    supplier=teller.name(supplier),
                    client=teller.name(client),
                    service=service,
                )
                if isinstance(service, str)
                else None
                for supplier, client, service in zip(
                    table["weakest_supplier"], table["weakest_client"], table["weakest_service"], strict=True
                )
            ],
            dtype=object,
        ),
        withheld=[teller.study.discretion.hides_circle(set(members)) for members in table["members"]],
    )
    fields = (
        Field("members", say("departments"), naming=True),
        Field("services", say("services"), "count", naming=True),
        Field("circle", say("circle"), words=teller.words(CIRCLES)),
        Field("gain", say("gain"), "percent"),
        Field("multiplier", say("multiplies a fault by"), "number"),
        Field("weakest", say("service to mend first")),
        Field("gain_without", say("gain without it"), "percent"),
    )
    return Section(
        "loops",
        title,
        (
            Paragraph(
                say(
                    "In a circle departments are each other's suppliers, so a fault comes back to where it started. "
                    "Gain: what one way round leaves of a fault. A circle is vicious with a gain of at "
                    "least 1 %, below that it is virtuous. Circles found: {found}.",
                    found=say.number(int(table.attrs.get("found", len(table)))),
                )
            ),
            teller.grid(
                say("Circles"), say("Circles of departments, those that multiply faults most first"), frame, fields
            ),
        ),
    )


def _listed(names: list[str], teller: Teller) -> str:
    if len(names) <= _MEMBERS:
        return ", ".join(names)
    return teller.say(
        "{names} and {count} more", names=", ".join(names[:_MEMBERS]), count=teller.say.number(len(names) - _MEMBERS)
    )
