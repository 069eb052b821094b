"""Tables as plain data for other programs: CSV and records that repeat byte for byte."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import numpy as np
import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: such texts get an apostrophe in front.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    object
        The same, but for texts that begin with = + - @, a tab or a line break.

    References
    ----------
    OWASP, CSV Injection.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell(-1.5)
    ("'=1+1", -1.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV: UTF-8 text, commas, decimal points, numbers to their last digit, no formula.

    Parameters
    ----------
    frame : DataFrame
        Written without its index.

    Returns
    -------
    str
        Lines end with a line feed; missing values are empty cells.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([safe_cell(str(name)) for name in frame.columns])
    columns = [[safe_cell(value) for value in column] for column in _plain_columns(frame)]
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue()


def plain_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame as records of plain Python values; missing values are None.

    Parameters
    ----------
    frame : DataFrame
        Written without its index.

    Returns
    -------
    list of dict
        One for each row, ready for JSON.
    """
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*_plain_columns(frame), strict=True)]


def _plain_columns(frame: pd.DataFrame) -> list[list[Any]]:
    return [plain_values(frame.iloc[:, place]) for place in range(frame.shape[1])]


def plain_values(values: pd.Series | pd.Index) -> list[Any]:
    """Return a column as plain Python values; None where it is missing or infinite.

    Parameters
    ----------
    values : Series or Index
        Any; columns of numbers cost no step of Python for each cell.

    Returns
    -------
    list
        As long as the column.

    Examples
    --------
    >>> plain_values(pd.Series([1.5, float("nan")])), plain_values(pd.Series(["a", None]))
    ([1.5, None], ['a', None])
    """
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "biuf":
        array = values.to_numpy()
        plain: list[Any] = array.tolist()
        if array.dtype.kind == "f":
            for row in np.flatnonzero(~np.isfinite(array)).tolist():
                plain[row] = None
        return plain
    if isinstance(values.dtype, pd.CategoricalDtype):
        words = [*map(_plain, values.dtype.categories.astype(object)), None]
        codes = values.cat.codes if isinstance(values, pd.Series) else pd.CategoricalIndex(values).codes
        return [words[code] for code in np.asarray(codes).tolist()]
    return [_plain(value) for value in values.astype(object)]


def _plain(value: Any) -> Any:
    """Return a numpy or pandas scalar as a plain Python value; None where it is missing or infinite."""
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, (str, int, bool)) else str(value)
