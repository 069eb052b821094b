"""The departments of an organisation: given, or inferred from who supplies whom; their lines and customers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.settings import Settings
from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog, TypedTable
from cxgraph.wording import N_

KINDS = ("internal", "external_customer", "external_supplier")
_MOST_COMPARED = 2_000
_NUMBER = re.compile(r"0*([0-9]+)(?:\.0+)?")


def closest_name(name: str, known: list[str]) -> str | None:
    """Return the known name that looks most like a given one, or None.

    Parameters
    ----------
    name : str
        What was written.
    known : list of str
        What could have been meant; of a longer list only the first 2,000 are compared.

    Returns
    -------
    str or None
        One of `known`.

    Examples
    --------
    >>> closest_name("Sale", ["IT", "Sales"])
    'Sales'
    """
    folded = {entry.casefold(): entry for entry in reversed(known[:_MOST_COMPARED])}
    matches = get_close_matches(name.casefold()[:200], folded, n=1, cutoff=0.7)
    return folded[matches[0]] if matches else None


def assemble_departments(
    services: TypedTable,
    departments: TypedTable | None,
    rows: npt.NDArray[np.intp],
    settings: Settings,
    log: ProblemLog,
) -> pd.DataFrame | None:
    """Return the table of departments sorted by id, with defaults filled in and customers marked.

    Parameters
    ----------
    services : TypedTable
        With supplier and client.
    departments : TypedTable or None
        None where only services were given: departments are then taken from them.
    rows : int array
        Rows of the services that are in use.
    settings : Settings
        Names the customers where no kind does.
    log : ProblemLog
        Collects problems.

    Returns
    -------
    DataFrame or None
        id, name, kind, parent, weight, transmission, lag, headcount, customer. None where there are no departments
        to speak of.
    """
    if departments is None:
        table = _infer(services, rows, log)
    elif "id" not in departments.frame.columns:
        return None  # whoever matched the headers has said so
    else:
        table = _given(departments, log)
        _check_known(services, rows, table["id"], departments, log)
        _check_lines(departments, table, log)
    table = table.sort_values("id", kind="stable", ignore_index=True)
    table["customer"] = _customers(table, settings, log)
    return table


def _infer(services: TypedTable, rows: npt.NDArray[np.intp], log: ProblemLog) -> pd.DataFrame:
    frame = services.frame.take(rows)
    suppliers, clients = (
        set(frame[end].cat.remove_unused_categories().cat.categories) for end in ("supplier", "client")
    )
    ids = sorted(suppliers | clients)
    outside = sorted(clients - suppliers)
    if ids:
        log.add(
            "note",
            "departments-inferred",
            N_(
                "No table of departments: {count} departments are taken from the services. Clients that supply "
                "nobody count as external customers: {customers}."
            ),
            N_("A table of departments names them and tells customers from departments."),
            file=services.file,
            count=len(ids),
            customers=_listed(outside),
        )
    alike: dict[str, str] = {}
    for name in ids:
        twin = alike.setdefault(_looks(name), name)
        if twin != name:
            log.add(
                "warning",
                "near-twins",
                N_("{first!r} and {second!r} are read as two departments."),
                N_("If they are one, write it the same way everywhere."),
                file=services.file,
                first=twin,
                second=name,
            )
    return pd.DataFrame(
        {
            "id": pd.Series(ids, dtype=object),
            "name": pd.Series(ids, dtype=object),
            "kind": pd.Categorical(
                ["external_customer" if name in set(outside) else "internal" for name in ids], categories=KINDS
            ),
            "parent": pd.Series([None] * len(ids), dtype=object),
            "weight": 1.0,
            "transmission": np.nan,
            "lag": 1.0,
            "headcount": np.nan,
        }
    )


def _looks(name: str) -> str:
    """Return what two ids have in common that people take for one: no case, accents or blanks; 007 and 7.0 as 7."""
    number = _NUMBER.fullmatch(name)
    if number:
        return number[1]
    bare = (
        name
        if name.isascii()
        else "".join(
            character for character in unicodedata.normalize("NFKD", name) if not unicodedata.combining(character)
        )
    )
    return "".join(bare.casefold().split())


def _given(departments: TypedTable, log: ProblemLog) -> pd.DataFrame:
    frame = departments.frame
    size = len(frame)

    def text(name: str) -> pd.Series:
        if name not in frame.columns:
            return pd.Series([None] * size, dtype=object)
        values = frame[name].astype(object)
        return values.where(values.notna(), None)

    def numbers(name: str, default: float) -> pd.Series:
        if name not in frame.columns:
            return pd.Series(np.full(size, default))
        return frame[name].astype(float).fillna(default)

    ids = text("id")
    blank = ids.isna().to_numpy()
    log.add_rows(
        "error",
        "no-id",
        N_("the cell is empty; every department needs an id."),
        N_("Write a short unique code."),
        departments,
        np.flatnonzero(blank),
        column="id",
    )
    repeated = (ids.duplicated() & ~blank).to_numpy()
    first = ids.drop_duplicates()
    log.add_rows(
        "error",
        "duplicate-id",
        N_("{value!r} is already the id of the department on line {other}."),
        N_("Give each department an id of its own."),
        departments,
        np.flatnonzero(repeated),
        column="id",
        cell=lambda row: {
            "value": ids.iat[row],
            "other": _line(departments, int(first.index[first == ids.iat[row]][0])),
        },
    )
    kind = pd.Series(pd.Categorical(text("kind").fillna("internal"), categories=KINDS))
    names = text("name")
    return pd.DataFrame(
        {
            "id": ids,
            "name": names.where(names.notna(), ids),
            "kind": kind,
            "parent": text("parent"),
            "weight": numbers("weight", 1.0),
            "transmission": numbers("transmission", np.nan),
            "lag": numbers("lag", 1.0),
            "headcount": numbers("headcount", np.nan),
        }
    )[~(blank | repeated)]


def _line(table: TypedTable, row: int) -> int:
    line = table.line(row)
    return row + 1 if line is None else line


def _check_known(
    services: TypedTable, rows: npt.NDArray[np.intp], ids: pd.Series, departments: TypedTable, log: ProblemLog
) -> None:
    """Report every supplier and client that is not in the table of departments."""
    listed = [str(name) for name in ids]
    known = set(listed)
    where = departments.file or "departments"
    message = N_("{value!r} is not in {table}.")
    for column in ("supplier", "client"):
        names = [str(name) for name in services.frame[column].cat.categories]
        codes = services.frame[column].cat.codes.to_numpy()
        strange = np.array([name not in known for name in names] + [False])  # the last one answers for code -1
        bad = rows[strange[codes[rows]]]
        # Comparing names is slow: only those that will be listed one by one are compared.
        guesses = {
            names[code]: closest_name(names[code], listed) for code in dict.fromkeys(codes[bad[:LISTED_PER_RULE]])
        }

        def cell(
            row: int,
            names: list[str] = names,
            codes: npt.NDArray[np.integer[Any]] = codes,
            guesses: dict[str, str | None] = guesses,
        ) -> dict[str, object]:
            name = names[codes[row]]
            return {"value": name, "guess": guesses.get(name), "table": where}

        guessed = np.array([guesses.get(names[code]) is not None for code in codes[bad]], bool)
        log.add_rows(
            "error",
            "unknown-department",
            message,
            N_("Did you mean {guess!r}?"),
            services,
            bad[guessed],
            column=column,
            cell=cell,
        )
        log.add_rows(
            "error",
            "unknown-department",
            message,
            N_("Add it to {table}, or write the id of one that is there."),
            services,
            bad[~guessed],
            column=column,
            cell=cell,
        )


def _check_lines(departments: TypedTable, table: pd.DataFrame, log: ProblemLog) -> None:
    """Report reporting lines that lead to nobody or turn in circles."""
    parents: dict[str, str] = {}
    known = set(table["id"])
    for row, name, parent in zip(table.index, table["id"], table["parent"], strict=True):
        if parent is None:
            continue
        if parent not in known:
            guess = closest_name(parent, list(table["id"]))
            hint = N_("Did you mean {guess!r}?") if guess else N_("Leave the cell empty at the top.")
            log.add_rows(
                "error",
                "unknown-parent",
                N_("{value!r} is not the id of a department."),
                hint,
                departments,
                [row],
                column="parent",
                cell=_constant(value=parent, guess=guess),
            )
            continue
        parents[name] = parent
    rows = dict(zip(table["id"], table.index, strict=True))
    for circle in _circles(parents):
        path = " > ".join([*circle, circle[0]])
        log.add_rows(
            "error",
            "parent-cycle",
            N_("the reporting line turns in a circle: {path}."),
            N_("Leave the parent of the highest of them empty."),
            departments,
            [rows[circle[0]]],
            column="parent",
            cell=_constant(value=parents[circle[0]], path=path),
        )


def _constant(**fields: object) -> Callable[[int], dict[str, object]]:
    """Return the same fields for every row."""
    return lambda _row: fields


def _circles(parents: dict[str, str]) -> list[list[str]]:
    """Return every circle of reporting lines once, each from its first id in alphabetical order."""
    seen: dict[str, int] = {}
    circles = []
    for number, start in enumerate(parents):
        walk: list[str] = []
        name: str | None = start
        while name is not None and name not in seen:
            seen[name] = number
            walk.append(name)
            name = parents.get(name)
        if name is not None and seen[name] == number and name in walk:
            circle = walk[walk.index(name) :]
            least = circle.index(min(circle))
            circles.append(circle[least:] + circle[:least])
    return circles


def _customers(table: pd.DataFrame, settings: Settings, log: ProblemLog) -> npt.NDArray[np.bool_]:
    """Return whose disappointment is to be explained, shape (n,)."""
    external = (table["kind"] == "external_customer").to_numpy()
    if settings.customers:
        known = list(table["id"])
        for name in settings.customers:
            if name not in set(known):
                guess = closest_name(name, known)
                log.add(
                    "error",
                    "unknown-customer",
                    N_("The customer {value!r} is not among the departments."),
                    N_("Did you mean {guess!r}?") if guess else N_("Write the id of a department."),
                    value=name,
                    guess=guess,
                )
        external = table["id"].isin(settings.customers).to_numpy()
    elif not external.any():
        log.add(
            "error",
            "no-customers",
            N_(
                "The organisation has no external customer, so there is nobody whose disappointment could be explained."
            ),
            N_(
                "Mark the customers in the table of departments (kind = external_customer), or name the "
                "departments whose disappointment is to be explained (customers = [...], --customer ID): a "
                "shared-services centre has only internal ones."
            ),
        )
    if external.any() and not (table["weight"].to_numpy()[external] > 0).any():
        log.add(
            "error",
            "no-weight",
            N_("All customers have weight 0."),
            N_("Give at least one customer a share of the business above 0."),
        )
    return external


def _listed(names: list[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} (+{len(names) - most})" if len(names) > most else shown or "-"
