"""A page for each department: whom it serves and who serves it, what customers feel of its work, and what to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.audits.context import Context
from cxgraph.model.answers import KEYS
from cxgraph.privacy.gate import services_table, shown_trace
from cxgraph.reporting.advice import SHORT_ADVICE, advice_sentence, blamed_departments, service_advice
from cxgraph.reporting.agreements import with_agreements
from cxgraph.reporting.blocks import Block, Cell, Document, Grid, Listing, Paragraph, Section, TableColumn
from cxgraph.reporting.comments import QUOTED, comments_on
from cxgraph.reporting.context import Field, ReportContext
from cxgraph.reporting.formats.html import render_card
from cxgraph.reporting.summary import VERDICT_WORDS
from cxgraph.tables.schema import fold
from cxgraph.transmission.resolve import unknown_departments
from cxgraph.wording import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = "departments"
_PATHS, _AGREED, _SAID = 5, 3, 12
_TO_FILL_IN = "…………"


def card_files(context: ReportContext, departments: Sequence[str]) -> dict[str, bytes]:
    """Return the pages of some departments.

    Parameters
    ----------
    context : ReportContext
        Study and language.
    departments : sequence of str
        Ids; none for all internal departments and external suppliers.

    Returns
    -------
    dict of str to bytes
        HTML by name; names are made of ids, letters and digits alone, with a number where two would be the same.

    Raises
    ------
    ParameterError
        No such department.
    """
    table = context.analysis.organization.departments
    known = [str(name) for name in table["id"]]
    missing = [name for name in departments if name not in set(known)]
    if missing:
        raise unknown_departments(context.analysis.organization, missing)
    givers = [name for name, kind in zip(known, table["kind"].astype(str), strict=True) if kind != "external_customer"]
    services = services_table(context.results.published)
    names = _file_names(known)
    return {
        f"{FOLDER}/{names[name]}.html": render_card(_document(context, services, name), context.translate).encode()
        for name in (dict.fromkeys(departments) if departments else givers)
    }


def _file_names(ids: list[str]) -> dict[str, str]:
    """Return a name of letters, digits and underscores for each id; the same whichever of them are asked for."""
    taken: dict[str, int] = {}
    names = {}
    for name in ids:
        base = "".join(one if one.isascii() and one.isalnum() else "_" for one in fold(name))[:60].strip("_") or "x"
        taken[base] = taken.get(base, 0) + 1
        names[name] = base if taken[base] == 1 else f"{base}__{taken[base]}"
    return names


def _document(context: ReportContext, services: pd.DataFrame, department: str) -> Document:
    translate = context.translate
    given = services[services["supplier"].astype(object) == department]
    received = services[services["client"].astype(object) == department]
    parts: list[tuple[str, str, list[Block]]] = [
        ("customers", N_("Whom you serve, what they expect and what they get"), _given(context, given)),
        ("suppliers", N_("Who serves you"), _received(context, received)),
        ("felt", N_("What customers feel of your work, and along which path"), _felt(context, department)),
        ("first", N_("What to do first"), _first(context, given)),
        ("practices", N_("Practices"), _practices(context, department)),
        ("actions", N_("Actions"), _actions(context, department)),
        ("comments", N_("In their own words"), _comments(context, given)),
        ("agreement", N_("Draft service agreement"), _agreement(context, given)),
    ]
    return Document(
        context.recipe.locale.replace("_", "-"),
        context.name(department),
        context.analysis.organization.name,
        tuple(Section(anchor, translate(title), tuple(blocks)) for anchor, title, blocks in parts if blocks),
    )


def _table(context: ReportContext, name: str, caption: str, frame: pd.DataFrame, other: tuple[str, str]) -> Grid:
    translate = context.translate
    advice = service_advice(frame, blamed_departments(context.analysis))
    frame = frame.assign(advice=pd.Series(advice, frame.index, dtype=object))
    fields = (
        Field(other[0], other[1], words=context.names, naming=True),
        Field("service", translate("service"), naming=True),
        Field("expectation", translate("expected"), "number"),
        Field("fulfilment", translate("received"), "number"),
        Field("shortfall", translate("gap"), "percent"),
        Field("own", translate("own"), "percent"),
        Field("share", translate("share of the customers' gap"), "percent"),
        Field("verdict", translate("diagnosis"), words=context.words(VERDICT_WORDS)),
        Field("advice", translate("advice"), words=context.words(SHORT_ADVICE)),
    )
    return context.grid(name, caption, frame, fields, "share")


def _given(context: ReportContext, given: pd.DataFrame) -> list[Block]:
    translate = context.translate
    if given.empty:
        return [Paragraph(translate("No service of yours is scored: ask whom your work is for, and what they expect."))]
    clients = sorted({context.name(name) for name in given["client"].astype(object)})
    return [
        Paragraph(translate("Your customers: {names}.", names=", ".join(clients)), "key"),
        _table(
            context,
            translate("Services given"),
            translate("What you give, the costliest for external customers first"),
            given,
            ("client", translate("client")),
        ),
    ]


def _received(context: ReportContext, received: pd.DataFrame) -> list[Block]:
    translate = context.translate
    if received.empty:
        return [
            Paragraph(
                translate("Nothing that you receive is scored, so all that falls short with you counts as your own.")
            )
        ]
    return [
        _table(
            context,
            translate("Services received"),
            translate("What you receive, the costliest for external customers first"),
            received,
            ("supplier", translate("supplier")),
        )
    ]


def _felt(context: ReportContext, department: str) -> list[Block]:
    translate, results = context.translate, context.results
    if department in results.published.hidden_departments:
        return [Paragraph(translate("Suppressed: too few people answered."))]
    table = results.analysis.departments()
    names = ("share", "contribution", "passed_on", "through_flow", "received")
    row = {name: float(table[name][department]) for name in names}
    inherited = row["passed_on"] / row["through_flow"] if row["through_flow"] > 0 else 0.0
    blocks: list[Block] = [
        Paragraph(
            translate(
                "Of the customers' gap of {gap}, {share} originates with you ({points} points). In all, {through} "
                "points reach customers through you; {inherited} of these came down from your suppliers. Of what "
                "you are to receive, {received} is not met.",
                gap=translate.percent(results.analysis.customer_shortfall),
                share=translate.percent(row["share"]),
                points=translate.number(100 * row["contribution"], 2),
                through=translate.number(100 * row["through_flow"], 2),
                inherited=translate.percent(inherited, 0),
                received=translate.percent(row["received"]),
            )
        )
    ]
    if row["contribution"] > 0:
        paths = shown_trace(results.published, results.analysis.trace(source=department, top=_PATHS)).paths
        if paths:
            blocks.append(Paragraph(translate("The heaviest paths from you to customers:")))
            blocks.append(
                Listing(
                    tuple(
                        translate(
                            "{way}: {share} ({services})",
                            way=" → ".join(path.names),
                            share=translate.percent(path.share),
                            services=" → ".join(path.services),
                        )
                        for path in paths
                    ),
                    numbered=True,
                )
            )
    return blocks


def _first(context: ReportContext, given: pd.DataFrame) -> list[Block]:
    translate = context.translate
    short = given[~given["withheld"] & (given["share"] > 0)]
    if short.empty:
        return [
            Paragraph(translate("Nothing that you give and that may be shown costs customers anything: keep it up."))
        ]
    row = short.iloc[0]
    advice = service_advice(short.head(1), blamed_departments(context.analysis))[0]
    return [
        Paragraph(
            translate(
                "Begin with “{service}” for {client} ({share} of the gap).",
                service=row["service"],
                client=context.name(row["client"]),
                share=translate.percent(float(row["share"])),
            )
            + " "
            + advice_sentence(advice, float(row["own"] / row["shortfall"]), translate),
            "key",
        )
    ]


def _practices(context: ReportContext, department: str) -> list[Block]:
    translate, profiles = context.translate, context.results.profiles
    frame = profiles.to_frame()
    frame = frame[(frame["department"] == department) & (frame["assessed"] > 0)]
    if frame.empty:
        return []
    known = profiles.assessment.catalogue.dimensions
    words = {name: known[name].words.text(translate.language) for name in profiles.dimensions}
    fields = (
        Field("dimension", translate("dimension"), words=words),
        Field("score", translate("level of adoption"), "percent"),
        Field("assessed", translate("practices assessed"), "count"),
    )
    return [context.grid(translate("Practices"), translate("Level of adoption by dimension"), frame, fields)]


def _actions(context: ReportContext, department: str) -> list[Block]:
    translate = context.translate
    log = Context(context.analysis.organization, context.analysis.cascade).log
    if log is None:
        return []
    table = log.table
    name = fold(context.name(department))
    mine = [
        any(value is not None and fold(str(value)) in (fold(department), name) for value in row)
        for row in table[["supplier", "department", "owner"]].itertuples(index=False, name=None)
    ]
    frame = table[mine].assign(
        state=[
            translate(N_("open") if one else N_("proposed") if later else N_("closed"))
            for one, later in zip(log.open[mine], log.proposed[mine], strict=True)
        ],
        age=log.days[mine],
    )
    if frame.empty:
        return [Paragraph(translate("No action aims at your services or is yours."))]
    fields = (
        Field("id", translate("code")),
        Field("title", translate("action")),
        Field("service", translate("service")),
        Field("owner", translate("owner"), words=context.names),
        Field("state", translate("state")),
        Field("age", translate("days"), "count"),
    )
    return [context.grid(translate("Actions"), translate("Actions on your services, or yours"), frame, fields)]


def _comments(context: ReportContext, given: pd.DataFrame) -> list[Block]:
    """Return what clients wrote, of services that may be shown one by one."""
    said = comments_on(context.analysis.organization, given)
    if not said:
        return []
    return [
        Listing(
            tuple(
                context.translate(QUOTED, text=text, service=service, client=context.name(client))
                for _, client, service, text in said[:_SAID]
            )
        )
    ]


def _agreement(context: ReportContext, given: pd.DataFrame) -> list[Block]:
    """Return a form for the costliest services: what is expected and delivered today, what is to be agreed."""
    translate = context.translate
    rows = given[~given["withheld"] & (given["shortfall"] > 0)].head(_AGREED)
    if rows.empty:
        return []

    def written(values: pd.Series) -> tuple[Cell, ...]:
        return tuple(None if pd.isna(value) else float(value) for value in values)

    blank: tuple[Cell, ...] = (_TO_FILL_IN,) * len(rows)
    known = with_agreements(context.analysis, rows).set_index(list(KEYS))["commitment"]
    levels = known.reindex(pd.MultiIndex.from_frame(rows[list(KEYS)].astype(object)))
    agreed = (TableColumn(translate("agreed today"), "number", written(levels)),) if levels.notna().any() else ()
    columns = (
        TableColumn(translate("for whom"), "text", tuple(context.name(one) for one in rows["client"].astype(object))),
        TableColumn(translate("what"), "text", tuple(str(one) for one in rows["service"])),
        TableColumn(translate("expected"), "number", written(rows["expectation"])),
        *agreed,
        TableColumn(translate("delivered today"), "number", written(rows["fulfilment"])),
        TableColumn(translate("level to agree"), "text", blank),
        TableColumn(translate("measured how, and when"), "text", blank),
        TableColumn(translate("signed: supplier"), "text", blank),
        TableColumn(translate("signed: client"), "text", blank),
    )
    return [
        Paragraph(translate("To be filled in and signed by both sides; the level is theirs to agree.")),
        Grid(translate("Agreement"), translate("Services whose gap costs customers most"), columns),
    ]
