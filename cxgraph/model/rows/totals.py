"""Rows of totals and averages, which spreadsheets carry below their data."""

from __future__ import annotations

import re
from collections.abc import Callable

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
        *("promedio_total", "soma", "totale", "totali", "somma", "somme", "moyenne", "moyenne_generale", "total_geral"),
        *("gesamt", "gesamtergebnis", "gesamtsumme", "summe", "durchschnitt", "mittelwert", "totaal", "gemiddelde"),
    )
)
_PERHAPS = frozenset(
    (
        *("media", "medias", "all", "overall", "todos", "todas", "global", "mediana", "median", "general", "count"),
        *(
            "n",
            "cuenta",
            "recuento",
            "max",
            "maximum",
            "maximo",
            "min",
            "minimum",
            "minimo",
            "desviacion",
            "std_dev",
            "sd",
        ),
        *("standard_deviation", "desviacion_tipica", "desviacion_estandar", "row_labels", "etiquetas_de_fila", "base"),
    )
)
_TOTAL = re.compile(
    r"(?:sub|grand_|gran_)?totale?s?_(?:de_|of_|for_|por_)?(.+)"
    r"|(?:suma|sum|promedio|average|media|mean|cuenta|count)_(?:de|of)_(.+)"
    r"|(.+)_(?:sub|grand_)?total"
)
"""How spreadsheets write the total of some of the rows."""


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
    written = {fold(str(name)) for end in present for name in table.frame[end].cat.categories}

    def total(name: str) -> bool:
        return fold(name) in _SURE or bool(_total_of(name) & written)

    def perhaps_total(name: str) -> bool:
        return fold(name) in _SURE | _PERHAPS or bool(_total_of(name))

    sure = {end: _holding(table, end, total, listed) for end in present}
    wrong = np.zeros(len(table), bool)
    for here in sure.values():
        wrong |= here
    if len(present) == len(_ENDS):
        perhaps = {end: _holding(table, end, perhaps_total, listed) for end in _ENDS}
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


def _total_of(name: str) -> set[str]:
    """Return what a name says to be the total of, as `fold` writes it; nothing where it says no such thing."""
    found = _TOTAL.fullmatch(fold(name))
    return set() if found is None else {part for part in found.groups() if part}


def _holding(table: TypedTable, end: str, holds: Callable[[str], bool], listed: set[str]) -> npt.NDArray[np.bool_]:
    """Return which rows have a name at one end of which something holds, shape (rows,)."""
    cells = table.frame[end].cat
    total = [str(name) not in listed and holds(str(name)) for name in cells.categories]
    return np.asarray(np.array([*total, False])[cells.codes.to_numpy()])
