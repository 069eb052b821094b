"""The departments of an organisation: given, or inferred from who supplies whom; their lines and customers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.names import check_known, closest_name, report_placeholders, report_several, report_twins
from cxgraph.model.settings import Settings
from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog, TypedTable
from cxgraph.wording import N_

KINDS = ("internal", "external_customer", "external_supplier")
_LISTED = 20
_TWINS = N_("{names} are read as {count} departments.")


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
    misread = False
    if departments is None:
        report_several(services, rows, log)
        report_placeholders(services, rows, log)
        table = _infer(services, rows, log)
    elif "id" not in departments.frame.columns:
        return None  # whoever matched the headers has said so
    else:
        misread = log.blames(departments, "kind")
        table = _given(departments, log)
        report_twins(table["id"].sort_values(), _TWINS, log, departments.file)
        check_known(services, rows, departments, log)
        _check_lines(departments, table, log)
    table = table.sort_values("id", kind="stable", ignore_index=True)
    table["customer"] = _customers(table, settings, log, misread=misread)
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
                "No table of departments: {count} {count:department is|departments are} taken from the "
                "services. Clients that supply nobody count as external customers: {customers}."
            ),
            N_("A table of departments names them and tells customers from departments."),
            file=services.file,
            count=len(ids),
            customers=_listed(outside),
        )
    report_twins(ids, _TWINS, log, services.file)
    is_outside = set(outside)
    return pd.DataFrame(
        {
            "id": pd.Series(ids, dtype=object),
            "name": pd.Series(ids, dtype=object),
            "kind": pd.Categorical(
                ["external_customer" if name in is_outside else "internal" for name in ids], categories=KINDS
            ),
            "parent": pd.Series([None] * len(ids), dtype=object),
            "weight": 1.0,
            "transmission": np.nan,
            "lag": 1.0,
            "headcount": np.nan,
        }
    )


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
            **({"level": text("level")} if "level" in frame.columns else {}),
        }
    )[~(blank | repeated)]


def _line(table: TypedTable, row: int) -> int:
    line = table.line(row)
    return row + 1 if line is None else line


def _check_lines(departments: TypedTable, table: pd.DataFrame, log: ProblemLog) -> None:
    """Report reporting lines that lead to nobody or turn in circles."""
    stated = table[table["parent"].notna()]
    ids = [str(name) for name in table["id"]]
    known = stated["parent"].isin(ids)
    strange = stated[~known]
    guesses = {str(name): closest_name(str(name), ids) for name in strange["parent"].head(LISTED_PER_RULE)}
    for guessed, hint in ((True, N_("Did you mean {guess!r}?")), (False, N_("Leave the cell empty at the top."))):
        rows = [
            row
            for row, name in zip(strange.index, strange["parent"], strict=True)
            if (guesses.get(str(name)) is not None) == guessed
        ]
        log.add_rows(
            "error",
            "unknown-parent",
            N_("{value!r} is not the id of a department."),
            hint,
            departments,
            rows,
            column="parent",
            cell=lambda row: {
                "value": str(table["parent"].at[row]),
                "guess": guesses.get(str(table["parent"].at[row])),
            },
        )
    parents = dict(zip(stated["id"][known], stated["parent"][known], strict=True))
    rows_of = dict(zip(table["id"], table.index, strict=True))
    for circle in _circles(parents):
        more = "" if len(circle) <= _LISTED else " > …"
        path = " > ".join([*circle[:_LISTED], *(() if more else circle[:1])]) + more
        log.add_rows(
            "error",
            "parent-cycle",
            N_("the reporting line turns in a circle: {path}."),
            N_("Leave the parent of the highest of them empty."),
            departments,
            [rows_of[circle[0]]],
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


def _customers(table: pd.DataFrame, settings: Settings, log: ProblemLog, *, misread: bool) -> npt.NDArray[np.bool_]:
    """Return whose disappointment is to be explained, shape (n,); kinds that were misread are no fault of theirs."""
    external = (table["kind"] == "external_customer").to_numpy()
    if settings.customers:
        known = list(table["id"])
        ids = set(known)
        strange = [name for name in dict.fromkeys(settings.customers) if name not in ids]
        for name in strange[:_LISTED]:
            guess = closest_name(name, known)
            log.add(
                "error",
                "unknown-customer",
                N_("The customer {value!r} is not among the departments."),
                N_("Did you mean {guess!r}?") if guess else N_("Write the id of a department."),
                value=name,
                guess=guess,
            )
        if len(strange) > _LISTED:
            log.add(
                "error",
                "unknown-customer",
                N_("{count} more {count:customer is|customers are} not among the departments."),
                count=len(strange) - _LISTED,
            )
        external = table["id"].isin(settings.customers).to_numpy()
    elif not external.any() and not misread:
        log.add(
            "error",
            "no-customers",
            N_(
                "The organisation has no external customer, so there is nobody whose disappointment could be explained."
            ),
            N_(
                "Mark the customers in the table of departments (kind = external_customer), or name the departments "
                "whose gap is to be explained (customers = [...], --customer ID): a shared-services centre has only "
                "internal ones."
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
