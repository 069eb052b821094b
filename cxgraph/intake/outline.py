"""Reading what is known of an organisation before anything is measured."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cxgraph.errors import InputError
from cxgraph.intake.read import read_tables
from cxgraph.model.outline import Outline, Place, Service
from cxgraph.model.periods import period_end
from cxgraph.model.settings import Settings
from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.wording import N_


def read_outline(path: str | os.PathLike[str], **options: Any) -> Outline:
    r"""Read what there is of an organisation, scored or not: a list of departments is enough.

    Parameters
    ----------
    path : str or PathLike
        As in `cxgraph.read`.
    **options
        As in `cxgraph.read`.

    Returns
    -------
    Outline
        Departments and services.

    Raises
    ------
    InputError
        The files hold errors, or there is nobody in them.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "departments.csv").write_text("id,name\nIT,Computers\nHR,People\n")
    ...     [place.name for place in read_outline(folder).places]
    ['People', 'Computers']
    """
    log = ProblemLog()
    loaded = read_tables(Path(path), log, complete=False, **_split(options))
    if loaded is None or log.failed:
        raise InputError(log.readable)
    settings, tables = loaded.settings, loaded.tables
    services = _services({name: table for name, table in tables.items() if name in ("services", "responses")}, settings)
    places = _places(tables.get("departments"), services, settings)
    known = {place.id for place in places}
    for service in services:
        for end in (service.supplier, service.client):
            if end not in known:
                log.add(
                    "error",
                    "unknown-department",
                    N_("{value!r} supplies or receives a service and is not in the table of departments."),
                    N_("Add it there, or write the id of one that is there."),
                    value=end,
                )
                known.add(end)
    if not places:
        log.add(
            "error",
            "no-departments",
            N_("There is nobody to ask: the table of departments has no rows."),
            N_("Write one row for each department: id, name, kind."),
        )
    if log.failed:
        raise InputError(log.readable)
    return Outline(settings, places, services, log.readable)


def _services(tables: Mapping[str, TypedTable], settings: Settings) -> tuple[Service, ...]:
    """Return the distinct services of a table of services, or of single answers where there is none."""
    table = tables.get("services") or tables.get("responses")
    if table is None or not {"supplier", "client"} <= set(table.frame.columns):
        return ()
    frame = _in_period(table.frame, settings.period)
    found: dict[tuple[str, str, str], Service] = {}
    empty = [None] * len(frame)
    names = frame["service"].astype(object) if "service" in frame.columns else empty
    kinds = frame["kind"].astype(object) if "kind" in frame.columns else empty
    ends = (frame[end].astype(object) for end in ("supplier", "client"))
    for supplier, client, name, kind in zip(*ends, names, kinds, strict=True):
        if pd.isna(supplier) or pd.isna(client) or supplier == client:
            continue
        service = "service" if pd.isna(name) else str(name)
        key = (str(supplier), str(client), service)
        found.setdefault(key, Service(*key, "formal" if pd.isna(kind) else str(kind)))
    return tuple(found[key] for key in sorted(found))


def _in_period(frame: pd.DataFrame, wanted: str | None) -> pd.DataFrame:
    """Return the rows of the period asked for, else of the latest."""
    if "period" not in frame.columns:
        return frame
    known = [str(period) for period in frame["period"].dropna().unique()]
    if not known:
        return frame
    chosen = wanted if wanted in known else max(known, key=period_end)
    return frame[(frame["period"] == chosen).to_numpy()]


def _places(departments: TypedTable | None, services: Sequence[Service], settings: Settings) -> tuple[Place, ...]:
    """Return the departments of their table; without one those of the services, clients that supply nobody outside."""
    places: dict[str, Place] = {}
    if departments is not None and "id" in departments.frame.columns:
        for record in departments.frame.astype(object).to_dict("records"):
            given = {str(key): str(value) for key, value in record.items() if not pd.isna(value)}
            if "id" in given and given["id"] not in places:
                places[given["id"]] = Place(
                    given["id"], given.get("name", given["id"]), given.get("kind", "internal"), given.get("parent", "")
                )
    else:
        suppliers = {service.supplier for service in services}
        for service in services:
            for end in (service.supplier, service.client):
                outside = end in settings.customers or (not settings.customers and end not in suppliers)
                places[end] = Place(end, end, "external_customer" if outside else "internal")
    return tuple(places[key] for key in sorted(places))


def _split(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options of reading as they are, and those of the organisation together."""
    reading = {key: options[key] for key in ("encoding", "decimal", "columns") if key in options}
    return {**reading, "options": {key: value for key, value in options.items() if key not in reading}}
