"""Customers, causes with the ways from them, services with their verdicts, and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.cascade.diagnosis import DEFAULT_RULES
from cxgraph.cascade.shortfall import mean_shortfall
from cxgraph.privacy.gate import customers_table, departments_table, services_table, shown_bottlenecks
from cxgraph.reporting.advice import blamed_departments, service_advice, with_few_answers
from cxgraph.reporting.agreements import agreement_blocks
from cxgraph.reporting.blocks import Block, Heading, Listing, Paragraph, Section
from cxgraph.reporting.comments import comment_blocks
from cxgraph.reporting.context import KIND_WORDS, Field, ReportContext
from cxgraph.reporting.headline import LEADING
from cxgraph.reporting.summary import ROLE_WORDS, SOURCE_WORDS, VERDICT_WORDS, no_first
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.cascade.trace import TracedPath

CIRCLES = {"vicious": N_("vicious"), "virtuous": N_("negligible")}
_MEMBERS = 6


def customers_section(context: ReportContext) -> Section:
    """Return what each customer lacks."""
    translate = context.translate
    fields = (
        Field("name", translate("customer"), naming=True),
        Field("weight", translate("share of the business"), "percent", naming=True),
        Field("shortfall", translate("gap"), "percent"),
        Field("share", translate("share of the gap"), "percent"),
        Field("services", translate("services received"), "count", naming=True),
    )
    table = customers_table(context.results.published)
    return Section(
        "customers",
        translate("Customers"),
        (
            Paragraph(
                translate(
                    "The customers' gap is the part of their expectations that is not met, weighted by how much "
                    "each service matters to them. In the total each customer counts by its share of the business."
                )
            ),
            context.grid(translate("Customers"), translate("Customers"), table, fields, "share"),
        ),
        answer=_customers_answer(context, table),
    )


def _customers_answer(context: ReportContext, table: pd.DataFrame) -> str:
    translate, gap = context.translate, context.translate.percent(context.analysis.customer_shortfall)
    shown = table[~table["withheld"] & (table["share"] > 0)]
    if shown.empty:
        return translate("The customers' gap is {gap}.", gap=gap)
    first = shown.iloc[0]
    return translate(
        "The customers' gap is {gap}; the largest part of it, {share}, is that of {name}.",
        gap=gap,
        share=translate.percent(float(first["share"])),
        name=first["name"],
    )


def causes_section(context: ReportContext) -> Section:
    """Return what starts at each department, what it passes on, and the heaviest ways to the customers."""
    translate = context.translate
    table = departments_table(context.results.published)
    table = table[(table["role"].fillna("") != "customer") | (table["contribution"] > 0)]
    # Where nothing that a department receives was scored, nothing is known of what a gap of its would do.
    table = table.assign(reach=table["reach"].mask(table.index.isin(context.unmeasured)))
    fields = (
        Field("name", translate("department"), naming=True),
        Field("kind", translate("kind"), words=context.words(KIND_WORDS), naming=True),
        Field("received", translate("gap received"), "percent"),
        Field("contribution", translate("originates here (points)"), "points"),
        Field("share", translate("share of the gap"), "percent"),
        Field("passed_on", translate("passes on (points)"), "points"),
        Field("through_flow", translate("both (points)"), "points"),
        Field("reach", translate("effect on customers of one point less received"), "number", digits=3),
        Field("transmission", translate("transmission"), "number", digits=3, naming=True),
        Field("transmission_source", translate("transmission from"), words=context.words(SOURCE_WORDS), naming=True),
        Field("role", translate("role"), words=context.words(ROLE_WORDS)),
    )
    return Section(
        "departments",
        translate("Root causes and paths"),
        (
            Paragraph(
                translate(
                    "A point is a percentage point of what is expected. “Originates here” adds up to the customers' "
                    "gap of {lacking}. “Passes on” reaches them through the department and originated elsewhere; it "
                    "counts at every department on its path, so that column adds up to more. The effect on customers "
                    "is what they lose when the department receives one point less; the picture of importance and "
                    "performance shows what they lose when it delivers one point less.",
                    lacking=translate.percent(context.analysis.customer_shortfall),
                )
            ),
            Paragraph(
                translate(
                    "Transmission: how much of the gap that a department receives can show up in what it delivers; "
                    "0.600 is assumed where no scores bear on it. A received gap of 0.0 % means that nothing is "
                    "missing or that nothing was scored. Transmission then plays no part: all that the department "
                    "fails in counts as originating there."
                )
            ),
            Paragraph(
                translate(
                    "Roles: a source fails mostly by itself; a conduit mostly passes on; a shield keeps from its "
                    "clients most of what it could pass on; a receiver receives a large gap and its clients feel "
                    "little of it; sound: none of these. Roles go by what a department's clients feel, "
                    "points by what customers feel; so a conduit may originate more than it passes on."
                )
            ),
            *context.picture("tower"),
            *context.picture("causes"),
            context.grid(
                translate("Departments"), translate("Departments, the largest root cause first"), table, fields, "share"
            ),
            *_paths(context),
            *context.suppressed(),
            *context.picture("matrix"),
        ),
        answer=_causes_answer(context),
    )


def _causes_answer(context: ReportContext) -> str:
    translate = context.translate
    undecided = no_first(translate, context.results.published)
    first = shown_bottlenecks(context.results.published, LEADING)
    if undecided or first.empty:
        return undecided or translate("No root cause can be shown.")
    return translate(
        "{share} of the gap originates in {name}; the first {count} together: {together}.",
        share=translate.percent(float(first["share"].iloc[0])),
        name=first["name"].iloc[0],
        count=len(first),
        together=translate.percent(float(first["cumulative"].iloc[-1])),
    )


def _paths(context: ReportContext) -> tuple[Block, ...]:
    """Return the heaviest ways that may be shown, and what is on the others."""
    translate, trace = context.translate, context.results.trace
    shown = trace.paths
    if not shown:
        return ()
    frame = pd.DataFrame(
        {
            "place": range(1, len(shown) + 1),
            "way": [" → ".join(path.names) for path in shown],
            "services": [" → ".join(_services_of(context, path)) for path in shown],
            "share": [path.share for path in shown],
        }
    )
    fields = (
        Field("place", translate("place"), "count"),
        Field("way", translate("path")),
        Field("services", translate("services")),
        Field("share", translate("share of the gap"), "percent"),
    )
    listed = float(frame["share"].sum())
    return (
        Heading(translate("The paths from root causes to customers")),
        Paragraph(
            translate(
                "Each path begins with the department that fails by itself and ends with the customer who feels "
                "it. A path that passes a department twice has gone round a loop. The {count} heaviest carry "
                "{listed} of the customers' gap; the other {rest} is spread over smaller paths.",
                count=len(shown),
                listed=translate.percent(listed),
                rest=translate.percent(max(1.0 - listed, 0.0)),
            )
        ),
        context.grid(translate("Paths"), translate("Main paths from root cause to customer"), frame, fields, "share"),
    )


def _services_of(context: ReportContext, path: TracedPath) -> list[str]:
    steps = zip(path.departments[:-1], path.departments[1:], path.services, strict=True)
    return [context.marked(*step) for step in steps]


def services_section(context: ReportContext) -> Section:
    """Return each service with its split and verdict."""
    translate = context.translate
    table = services_table(context.results.published)
    low, high = context.analysis.organization.settings.scale
    digits = 2 if high - low > 1 else 3
    fields = (
        Field("supplier", translate("supplier"), words=context.names, naming=True),
        Field("client", translate("client"), words=context.names, naming=True),
        Field("service", translate("service"), naming=True),
        Field("expectation", translate("expected"), "number", digits=digits),
        Field("fulfilment", translate("received"), "number", digits=digits),
        Field("answers", translate("answers"), "count"),
        Field("shortfall", translate("gap"), "percent"),
        Field("inherited", translate("inherited"), "percent"),
        Field("own", translate("own"), "percent"),
        Field("absorbed", translate("absorbed"), "percent"),
        Field("reach", translate("effect on customers of one point less delivered"), "number", digits=3),
        Field("share", translate("share of the gap"), "percent"),
        Field("verdict", translate("diagnosis"), words=context.words(VERDICT_WORDS)),
        Field("advice", translate("advice")),
    )
    advice = [
        found and with_few_answers(found, answers, context.analysis.organization.settings.min_responses, translate)
        for found, answers in zip(
            service_advice(table, blamed_departments(context.analysis)), table["answers"], strict=True
        )
    ]
    table = table.assign(advice=pd.Series(advice, table.index, dtype=object))
    return Section(
        "services",
        translate("Services"),
        (
            Paragraph(
                translate(
                    "Expected and received are scores from {low} to {high}. A gap is split into what came down to the "
                    "supplier from its own suppliers (inherited) and what originates here (own). Absorbed is what "
                    "the supplier could have passed on and did not. Own gap times effect on customers is what the "
                    "service costs them; “Method” computes one step by step.",
                    low=translate.number(low),
                    high=translate.number(high),
                )
            ),
            Paragraph(
                translate(
                    "Diagnoses: under-delivering, half of the gap or more originates here; starved, more than half "
                    "of it came down; expectation out of line, this client expects far more than the others; "
                    "over-served, more is given than expected and little of it reaches the customers; met, nothing "
                    "is missing; undecided, the transmission is not known well enough to tell the first two apart."
                )
            ),
            *_verdicts(context, table),
            *_kinds(context),
            *context.picture("quadrant"),
            context.grid(
                translate("Services"),
                translate("Services, the costliest for the customers first"),
                table,
                fields,
                "share",
            ),
            *context.suppressed(),
            *comment_blocks(context, table),
            *agreement_blocks(context, table),
            *_out_of_line(context),
        ),
        answer=_services_answer(context, table),
    )


def _services_answer(context: ReportContext, table: pd.DataFrame) -> str:
    translate = context.translate
    shown = table[~table["withheld"] & (table["share"] > 0)].head(5)
    return translate(
        "{count} {count:service is|services are} scored; the {top} costliest {top:makes|make} up {share} of the gap.",
        count=translate.number(len(table)),
        top=len(shown),
        share=translate.percent(float(shown["share"].sum())),
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


def compare_kinds(analysis: Analysis) -> pd.DataFrame:
    """Return formal services beside relational ones: count, mean shortfall, share.

    Parameters
    ----------
    analysis : Analysis
        A publishable one, whose suppressed scores are averages.

    Returns
    -------
    DataFrame
        ``kind``, ``services``, ``shortfall`` (mean weighted by importance, as in the audit) and ``share`` (of J).
    """
    cascade, kinds = analysis.cascade, analysis.service_rows["kind"].astype(object).to_numpy()
    rows = []
    for kind in sorted(set(kinds)):
        chosen = kinds == kind
        mean = mean_shortfall(cascade.network, cascade.shortfall, chosen)
        rows.append((str(kind), int(chosen.sum()), mean, float(analysis.service_shares[chosen].sum())))
    return pd.DataFrame(rows, columns=["kind", "services", "shortfall", "share"])


def _verdicts(context: ReportContext, table: pd.DataFrame) -> tuple[Block, ...]:
    translate = context.translate
    fields = (
        Field("verdict", translate("diagnosis"), words=context.words(VERDICT_WORDS)),
        Field("services", translate("services"), "count"),
        Field("share", translate("share of the gap"), "percent"),
    )
    return (
        context.grid(
            translate("Diagnoses"), translate("How many services have which diagnosis"), count_verdicts(table), fields
        ),
    )


def _kinds(context: ReportContext) -> tuple[Block, ...]:
    """Return formal services beside relational ones; nothing where only one kind was measured."""
    if "kinds" not in context.parts:
        return ()
    translate, frame = context.translate, compare_kinds(context.analysis)
    fields = (
        Field("kind", translate("kind"), words=context.words(KIND_WORDS)),
        Field("services", translate("services"), "count"),
        Field("shortfall", translate("mean gap (weighted by importance)"), "percent"),
        Field("share", translate("share of the gap"), "percent"),
    )
    return (
        context.heading("kinds"),
        context.grid(translate("Kinds"), translate("Gap of formal and of relational services"), frame, fields),
    )


def _out_of_line(context: ReportContext) -> tuple[Block, ...]:
    """Say which expectations stand out, and from what."""
    translate, analysis = context.translate, context.analysis
    test, network = analysis.expectations, analysis.cascade.network
    rows = analysis.organization.services[analysis.organization.scored(analysis.cascade.scoring)]
    shown = np.flatnonzero(~context.results.published.services[test.services])[:20]
    found = [
        translate(
            "{client} expects {expected} of “{service}” by {supplier}; its {others} other {others:client "
            "expects|clients expect} {mean} on average.",
            client=context.name(rows["client"].iat[edge]),
            expected=translate.number(float(network.expectation[edge]), 2),
            service=rows["service"].iat[edge],
            supplier=context.name(rows["supplier"].iat[edge]),
            others=int(test.others[at]),
            mean=translate.number(float(test.others_mean[at]), 2),
        )
        for at, edge in zip(shown, test.services[shown], strict=True)
    ]
    listed = (Paragraph(translate("Expectations out of line:")), Listing(tuple(found))) if found else ()
    if not test.uncompared:
        return listed
    return (
        *listed,
        Paragraph(
            translate(
                "Expectations that were not compared: {count}. Fewer than {fewest} other clients state one for the "
                "same service, too few to tell which of them is out of line; services with a single client are not "
                "counted.",
                count=test.uncompared,
                fewest=DEFAULT_RULES.fewest_others,
            )
        ),
    )


def loops_section(context: ReportContext) -> Section:
    """Return the circles of departments and where to cut them."""
    translate, table = context.translate, context.results.loops
    title = translate("Feedback loops")
    if table.empty:
        return Section(
            "loops",
            title,
            (
                Paragraph(
                    translate("No departments serve each other in a loop, so no fault comes back to where it started.")
                ),
            ),
            answer=translate("There is no feedback loop."),
        )
    frame = table.assign(
        members=[_listed([context.name(name) for name in members], context) for members in table["members"]],
        weakest=pd.Series(
            [
                translate(
                    "{supplier} → {client}: {service}",
                    supplier=context.name(supplier),
                    client=context.name(client),
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
        withheld=[context.results.published.hides_loop(set(members)) for members in table["members"]],
    )
    fields = (
        Field("members", translate("departments"), naming=True),
        Field("services", translate("services"), "count", naming=True),
        Field("circle", translate("loop"), words=context.words(CIRCLES)),
        Field("gain", translate("comes round again"), "percent"),
        Field("multiplier", translate("amplification"), "number"),
        Field("weakest", translate("weakest link")),
        Field("gain_without", translate("comes round without it"), "percent"),
    )
    return Section(
        "loops",
        title,
        (
            Paragraph(
                translate(
                    "In a feedback loop departments are each other's suppliers, so a fault comes back to where it "
                    "started. A loop is vicious (it amplifies faults) where what comes round again is at least "
                    "1 %; below that its effect is negligible. The weakest link is where a loop is best cut; what "
                    "it costs the customers stands under “Services”. Loops found: {found}.",
                    found=translate.number(int(table.attrs.get("found", len(table)))),
                )
            ),
            context.grid(
                translate("Loops"),
                translate("Feedback loops, those that amplify faults most first"),
                frame,
                fields,
            ),
        ),
        answer=translate(
            "Feedback loops: {count}. Of a fault {count:in it|in the strongest} {gain} comes back to where it "
            "began, so that it counts {multiplier} times.",
            count=translate.number(int(table.attrs.get("found", len(table)))),
            gain=translate.percent(float(table["gain"].max())),
            multiplier=translate.number(float(table.sort_values("gain")["multiplier"].iloc[-1]), 2),
        )
        if not frame["withheld"].any()
        else translate("Feedback loops: {count}.", count=translate.number(int(table.attrs.get("found", len(table))))),
    )


def _listed(names: list[str], context: ReportContext) -> str:
    if len(names) <= _MEMBERS:
        return ", ".join(names)
    return context.translate(
        "{names} and {count} more",
        names=", ".join(names[:_MEMBERS]),
        count=context.translate.number(len(names) - _MEMBERS),
    )
