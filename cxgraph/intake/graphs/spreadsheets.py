"""Spreadsheets of nodes and edges as Gephi and Kumu write them: labels in place of codes, several targets in a cell."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

NODES = ("nodes", "elements", "nodos", "elementos")
"""Names of tables of departments in those programs."""
EDGES = ("edges", "connections", "links", "aristas", "conexiones")
"""Names of tables of services in those programs."""
_SEPARATOR = "|"
_DELIMITERS = ",;\t"


def is_graph_table(name: str) -> bool:
    """Return whether a file or sheet of this name, without ending, is a table of nodes or edges."""
    return fold(name) in (*NODES, *EDGES)


def label_renames(name: str, headers: Sequence[str]) -> dict[str, str]:
    """Return what the column Label of a table of nodes or edges is, as `match_headers` takes it.

    Parameters
    ----------
    name : str
        Of the file or sheet, without ending.
    headers : sequence of str
        Its first row.

    Returns
    -------
    dict of str to str
        Empty where the table is of neither kind, has no such column, or names services and departments otherwise too.

    Examples
    --------
    >>> label_renames("Elements", ["Label", "Type"]), label_renames("edges", ["From", "To", "Label"])
    ({'Label': 'id'}, {'Label': 'service'})
    >>> label_renames("nodes", ["Id", "Label"])
    {'Label': 'name'}
    """
    folded = {fold(header): header.strip() for header in headers}
    if "label" not in folded or not is_graph_table(name):
        return {}
    if fold(name) in EDGES:
        return {} if folded.keys() & {"service", "servicio"} else {folded["label"]: "service"}
    if not folded.keys() & {"id", "codigo"}:
        return {folded["label"]: "id"}
    return {} if folded.keys() & {"name", "nombre"} else {folded["label"]: "name"}


def first_row(data: bytes) -> list[str]:
    """Return the cells of the first line of a text table, as far as they can be told before it is read."""
    line = data[: 1 << 16].decode("utf-8-sig", "replace").lstrip("\r\n").partition("\n")[0].rstrip("\r")
    delimiter = max(_DELIMITERS, key=line.count)
    return next(csv.reader([line], delimiter=delimiter), [])


def split_targets(raw: RawTable, log: ProblemLog) -> RawTable:
    """Return a table of edges with a row for each of several departments in one cell, as Kumu writes them.

    Parameters
    ----------
    raw : RawTable
        Services; ``IT|Sales`` in the column of suppliers or clients stands for two rows.
    log : ProblemLog
        Takes a note on how many rows were split.

    Returns
    -------
    RawTable
        The same one where no cell holds several.
    """
    ends = {name: _parts(raw.columns[name]) for name in ("supplier", "client") if name in raw.columns}
    if len(ends) < 2 or not any(len(parts) > 1 for column in ends.values() for parts in column):
        return raw
    places, suppliers, clients = [], [], []
    for row, (one, other) in enumerate(zip(ends["supplier"], ends["client"], strict=True)):
        for supplier in one:
            for client in other:
                places.append(row)
                suppliers.append(supplier)
                clients.append(client)
    taken = np.asarray(places, dtype=np.intp)
    columns: dict[str, Any] = {name: cells[taken] for name, cells in raw.columns.items()}
    columns["supplier"], columns["client"] = _cells(suppliers), _cells(clients)
    several = np.bincount(taken, minlength=len(raw)) > 1
    log.add(
        "note",
        "targets-split",
        N_("Rows that name several departments in one cell, separated by |, and became one row for each: {count}."),
        file=raw.file,
        count=int(several.sum()),
    )
    return RawTable(raw.table, columns, raw.headers, raw.file, None if raw.lines is None else raw.lines[taken])


def _parts(column: Any) -> list[list[Any]]:
    return [_part(value) for value in np.asarray(column, dtype=object)]


def _part(value: Any) -> list[Any]:
    if not isinstance(value, str) or _SEPARATOR not in value:
        return [value]
    return [part.strip() for part in value.split(_SEPARATOR) if part.strip()] or [value]


def _cells(values: Sequence[Any]) -> Any:
    cells = np.empty(len(values), dtype=object)
    cells[:] = list(values)
    return cells


def edge_renames(path_stem: str, data: bytes, renames: Mapping[str, str]) -> dict[str, str]:
    """Return the renames of a text table, with those of its labels where it is one of nodes or edges."""
    if not is_graph_table(path_stem):
        return dict(renames)
    return {**label_renames(path_stem, first_row(data)), **renames}
