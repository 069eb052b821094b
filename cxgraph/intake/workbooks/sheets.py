"""What a workbook's sheets hold, whichever program wrote it: the readers of .xlsx and .ods end here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | None


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; rows and columns count from 1, both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{cell_name(self.top, self.left)}:{cell_name(self.bottom, self.right)}"


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of one sheet.

    Parameters
    ----------
    name : str
        As its tab shows it.
    rows : tuple of tuple
        Values row by row, the first row first; a row ends with its last cell that holds anything. Dates are dates,
        errors the text that the cell shows, formulas their last value.
    hidden : bool
        Whether the tab is hidden.
    merged : tuple of Area
        Cells that were joined to one.
    uncomputed : mapping of (int, int) to None
        Row and column, from 1, of the formulas whose value the file does not hold.
    hidden_rows : int
        Rows that the program does not show.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...]
    hidden: bool = False
    merged: tuple[Area, ...] = ()
    uncomputed: Mapping[tuple[int, int], None] = field(default_factory=dict)
    hidden_rows: int = 0

    @property
    def empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(any(not is_blank(value) for value in row) for row in self.rows)


def is_blank(value: Value) -> bool:
    """Return whether a cell holds nothing that could be seen."""
    return value is None or (isinstance(value, str) and not value.strip())


def column_name(column: int) -> str:
    """Return the letters of a column.

    Parameters
    ----------
    column : int
        From 1.

    Returns
    -------
    str
        As spreadsheets name it.

    Examples
    --------
    >>> column_name(1), column_name(28), column_name(16384)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, both counted from 1.

    Examples
    --------
    >>> cell_name(4, 5)
    'E4'
    """
    return f"{column_name(column)}{row}"


def cell_place(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name, both from 1.

    Parameters
    ----------
    name : str
        Letters and digits.

    Returns
    -------
    (int, int)
        Row, column.

    Examples
    --------
    >>> cell_place("E4"), cell_place("XFD1048576")
    ((4, 5), (1048576, 16384))
    """
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter.upper()) - ord("A") + 1
    return int(name[len(letters) :]), column
