"""Rows of totals and averages, which spreadsheets carry below their data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

_ENDS = ("supplier", "client")
_SURE = frozenset(
    (
        *("total", "totals", "totales", "grand_total", "gran_total", "total_general", "subtotal", "sub_total", "sum"),
        *("suma", "sumas", "average", "averages", "avg", "promedio", "promedios", "media_general", "overall_average"),
        *("mean", "overall_mean", "media_total", "total_result", "resultado_total", "promedio_general", "suma_total"),
    )
)
_PERHAPS = frozenset(("media", "medias", "all", "overall", "todos", "todas", "global", "mediana", "median", "general"))


def without_totals(table: TypedTable, departments: TypedTable | None, log: ProblemLog) -> TypedTable:
    """Report rows that are totals or averages of the others, and return the table without them.

    Parameters
    ----------
    table : TypedTable
        Services or responses.
    departments : TypedTable or None
        A department may be called Total: what is listed there is no total.
    log : ProblemLog
        Takes an error for each row.

    Returns
    -------
    TypedTable
        The same one where there are no such rows.
    """
    present = [end for end in _ENDS if end in table.frame.columns]
    listed: set[str] = set()
    if departments is not None and "id" in departments.frame.columns:
        listed = {str(name) for name in departments.frame["id"].dropna()}
    sure = {end: _holding(table, end, _SURE, listed) for end in present}
    wrong = np.zeros(len(table), bool)
    for here in sure.values():
        wrong |= here
    if len(present) == len(_ENDS):
        perhaps = {end: _holding(table, end, _SURE | _PERHAPS, listed) for end in _ENDS}
        empty = {end: table.frame[end].isna().to_numpy() for end in _ENDS}
        for end, other in (_ENDS, _ENDS[::-1]):
            wrong |= perhaps[end] & (empty[other] | perhaps[other])
    if not wrong.any():
        return table
    marked = next((end for end in present if sure[end].any()), present[0])
    shown = table.frame[marked].astype(object)
    log.add_rows(
        "error",
        "row-of-totals",
        N_("This looks like a row of totals or averages ({value}), not like a service."),
        N_("Delete it; a department of that name has to be listed in the table of departments."),
        table,
        np.flatnonzero(wrong),
        column=marked,
        cell=lambda row: {"value": str(shown.iat[row])},
    )
    return table.taking(np.flatnonzero(~wrong))


def _holding(table: TypedTable, end: str, words: frozenset[str], listed: set[str]) -> npt.NDArray[np.bool_]:
    """Return which rows have one of some words at one end, shape (rows,)."""
    cells = table.frame[end].cat
    total = [fold(str(name)) in words and str(name) not in listed for name in cells.categories]
    return np.asarray(np.array([*total, False])[cells.codes.to_numpy()])
