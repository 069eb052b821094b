"""Data frames on their way in: the same headers, types and checks as files, without the files."""

from __future__ import annotations

import datetime
from functools import partial
from numbers import Number
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.tables.columns import type_table
from cxgraph.tables.headers import match_headers
from cxgraph.tables.raw import ProblemLog, RawTable, TypedTable
from cxgraph.tables.schema import TABLES
from cxgraph.wording import N_

_ONE_VALUE = (
    str,
    Number,
    np.bool_,
    datetime.date,
    np.datetime64,
    pd.Period,
    type(None),
    type(pd.NA),
    type(pd.NaT),
)
"""What a cell may be; numbers are those of Python, numpy and the decimal and fractions modules."""


def typed_frame(
    frame: pd.DataFrame, table: str, log: ProblemLog, scale: tuple[float, float] | None = None
) -> TypedTable:
    """Match a frame's columns to a table of the schema and type them.

    Parameters
    ----------
    frame : DataFrame
        Named columns; the index is ignored.
    table : str
        Name of the schema's table.
    log : ProblemLog
        Collects problems.
    scale : (float, float), optional
        Bottom and top of the scores, where they are known.

    Returns
    -------
    TypedTable
        Only the columns that were recognised.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(
            N_("{table} is {kind}; it takes a DataFrame of pandas."), table=table, kind=type(frame).__name__
        )
    headers = [str(header) for header in frame.columns]
    places = match_headers(headers, TABLES[table], log=log, file=table)
    columns, several = {}, {}
    for name, place in places.items():
        values, several[name] = _without_several(frame.iloc[:, place])
        columns[name] = _cells(values, TABLES[table].column(name).type in ("number", "integer"))
    raw = RawTable(table, columns, {name: headers[place] for name, place in places.items()}, table)
    for name, kinds in several.items():
        log.add_rows(
            "error",
            "not-one-value",
            N_("The cell holds {kind}, which is not one value."),
            N_("Give each row one text, number or date."),
            raw,
            np.asarray(list(kinds), np.intp),
            column=name,
            cell=partial(_kind_of, kinds),
        )
    return type_table(raw, log, scale=scale)


def _kind_of(kinds: dict[int, str], row: int) -> dict[str, str]:
    return {"kind": kinds[row]}


def _without_several(values: pd.Series) -> tuple[pd.Series, dict[int, str]]:
    """Return a column without cells that are lists, arrays and the like, and by row what those were."""
    if values.dtype != object:
        return values, {}
    cells = values.to_numpy()
    several = {kind for kind in set(map(type, cells)) if not issubclass(kind, _ONE_VALUE)}
    if not several:
        return values, {}
    found = {row: type(cell).__name__ for row, cell in enumerate(cells) if type(cell) in several}
    emptied = cells.copy()
    emptied[list(found)] = None
    return pd.Series(emptied, dtype=object), found


def _cells(values: pd.Series, number: bool) -> npt.NDArray[Any]:
    """Return a column as numbers where numbers belong, else as texts; whole numbers keep every digit as ids."""
    kinds = pd.api.types
    real = (
        kinds.is_numeric_dtype(values.dtype)
        and not kinds.is_bool_dtype(values.dtype)
        and not kinds.is_complex_dtype(values.dtype)
    )
    if real and (number or not kinds.is_integer_dtype(values.dtype)):
        return values.to_numpy(dtype=float, na_value=np.nan)
    cells = values.astype(object).where(values.notna(), "")
    if real or kinds.is_complex_dtype(values.dtype):
        cells = cells.map(str)
    return np.asarray(cells.to_numpy(), object)
