"""Data frames on their way in: the same headers, types and checks as files, without the files."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial
from numbers import Number
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.tables.columns import type_table
from cxgraph.tables.direction import TELLING, check_direction
from cxgraph.tables.headers import match_headers, misspelt_headers
from cxgraph.tables.raw import ProblemLog, RawTable, TypedTable
from cxgraph.tables.schema import TABLES, fold
from cxgraph.tables.shapes import SAMPLE_ROWS, find_shape
from cxgraph.wording import N_

_SHOWN = 5
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
        Named columns; the index names the rows in messages.
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
    shape = find_shape(*_sample(frame, headers), TABLES[table])
    if shape is not None:
        log.add("error", shape.code, shape.message, shape.hint, file=table, headers=", ".join(headers[:_SHOWN]))
        return TypedTable(table, pd.DataFrame(index=range(len(frame))), {}, table)
    places = match_headers(headers, TABLES[table], log=log, file=table)
    columns, several = {}, {}
    for name, place in places.items():
        values, several[name] = _without_several(frame.iloc[:, place])
        columns[name] = _cells(values, TABLES[table].column(name).type in ("number", "integer"))
    named = {name: headers[place] for name, place in places.items()}
    telling = {
        header: set(frame.iloc[:SAMPLE_ROWS, place].map(str))
        for place, header in enumerate(headers)
        if fold(header) in TELLING and frame.iloc[:, place].dtype.kind not in "biuf"
    }
    check_direction(named, telling, log, table)
    raw = RawTable(
        table,
        columns,
        named,
        table,
        labels=FrameLabels(frame.index),
        misspelt=misspelt_headers(headers, places, TABLES[table]),
    )
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


class FrameLabels(Sequence[str]):
    """The index of a data frame as text, worked out when it is asked for."""

    def __init__(self, index: pd.Index) -> None:
        self._index = index

    def __len__(self) -> int:
        return len(self._index)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """Return the label of one row or of several."""
        if isinstance(place, slice):
            return [str(label) for label in self._index[place]]
        return str(self._index[place])


def _sample(frame: pd.DataFrame, headers: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Return headers and some rows as text; an index of names stands first, as a matrix has it."""
    head = frame.head(SAMPLE_ROWS)
    blank = head.isna().to_numpy().tolist()
    rows = [
        ["" if gone else str(cell) for cell, gone in zip(row, blanks, strict=True)]
        for row, blanks in zip(head.itertuples(index=False), blank, strict=True)
    ]
    if isinstance(frame.index, pd.RangeIndex) or frame.index.dtype.kind in "iufM":
        return list(headers), rows
    return ["", *headers], [[str(label), *row] for label, row in zip(head.index, rows, strict=True)]


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
