"""Data frames on their way in: the same headers, types and checks as files, without the files."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.tables.columns import type_table
from cxgraph.tables.headers import match_headers
from cxgraph.tables.raw import ProblemLog, RawTable, TypedTable
from cxgraph.tables.schema import TABLES


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
    headers = [str(header) for header in frame.columns]
    places = match_headers(headers, TABLES[table], log=log, file=table)
    columns = {}
    for name, place in places.items():
        values = frame.iloc[:, place]
        columns[name] = _cells(values, TABLES[table].column(name).type in ("number", "integer"))
    return type_table(
        RawTable(table, columns, {name: headers[place] for name, place in places.items()}, table), log, scale=scale
    )


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
