"""The distinct contents of one column: what typing works on, since a column repeats itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import Severity
from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.tables.schema import Column

SHOWN = 60
"""Characters of a cell that a message quotes."""
_INVISIBLE = "\u200b\u2060\ufeff"
# str.strip without an argument keeps the zero-width signs that word processors and byte order marks leave
# behind.
_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _INVISIBLE


@dataclass(frozen=True, eq=False)
class Cells:
    """Distinct contents of one column and where each of them stands.

    Parameters
    ----------
    raw : RawTable
        The table, for file, lines and header.
    column : Column
        What the column holds.
    log : ProblemLog
        Takes the problems.
    codes : int array, shape (rows,)
        Number of each row's content; -1 where the cell is missing.
    texts : tuple of str
        The contents as text without surrounding blanks; empty text is a missing cell.
    values : tuple
        The contents as they came.
    """

    raw: RawTable
    column: Column
    log: ProblemLog
    codes: npt.NDArray[np.intp]
    texts: tuple[str, ...]
    values: tuple[Any, ...]

    def rows(self) -> npt.NDArray[np.intp]:
        """Return how many rows hold each content, shape (contents,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    def report(
        self,
        severity: Severity,
        code: str,
        message: str,
        hint: str,
        faulty: Iterable[int],
        *,
        details: Mapping[int, Mapping[str, str]] | None = None,
        first_only: bool = False,
    ) -> None:
        """Add a problem for every row that holds one of some contents.

        Parameters
        ----------
        severity, code, message, hint
            As in `Problem`; ``{value}`` is the content found.
        faulty : iterable of int
            Numbers of the contents.
        details : mapping, optional
            Further fields of the templates, by content.
        first_only : bool
            Report the first row alone, where one remedy serves all.
        """
        wrong = np.zeros(len(self.texts) + 1, dtype=bool)  # the last one stands for code -1
        wrong[list(faulty)] = True
        rows = np.flatnonzero(wrong[self.codes])
        if first_only:
            rows = rows[:1]

        def cell(row: int) -> dict[str, str]:
            content = int(self.codes[row])
            return {**((details or {}).get(content) or {}), "value": self.quoted(self.texts[content])}

        self.log.add_rows(severity, code, message, hint, self.raw, rows, column=self.column.name, cell=cell)

    def quoted(self, text: str) -> str:
        """Return a cell's text as a message may quote it: not at all where it names somebody."""
        return "\N{HORIZONTAL ELLIPSIS}" if self.column.private else shown(text)

    def take(self, values: npt.NDArray[Any], missing: Any) -> npt.NDArray[Any]:
        """Spread one value for each content over the rows."""
        return np.append(values, np.asarray([missing], dtype=values.dtype))[self.codes]

    def categorical(self, meanings: Sequence[str | None]) -> pd.Categorical:
        """Return the column as categories; contents of the same meaning become one, None is missing."""
        numbers: dict[str, int] = {}
        renumbered = [-1 if text is None else numbers.setdefault(text, len(numbers)) for text in meanings]
        codes = self.take(np.asarray(renumbered, dtype=np.intp), -1)
        categories = pd.Index(list(numbers), dtype=object)
        return pd.Categorical.from_codes(codes, categories=categories, validate=False)


def distinct_cells(raw: RawTable, column: Column, log: ProblemLog) -> Cells:
    """Return the distinct contents of a column.

    Parameters
    ----------
    raw : RawTable
        Holds the column as text, categories, numbers or dates.
    column : Column
        The schema's column.
    log : ProblemLog
        Takes the problems of the cells.

    Returns
    -------
    Cells
        Only contents that some row holds.
    """
    cells = raw.columns[column.name]
    if isinstance(cells, pd.Categorical):
        codes, found = np.asarray(cells.codes, dtype=np.intp), np.asarray(cells.categories, dtype=object)
        used = np.bincount(codes[codes >= 0], minlength=len(found)) > 0
        if not used.all():
            codes = np.append(np.cumsum(used) - 1, -1)[codes]
            found = found[used]
    else:
        array = np.asarray(cells)
        if array.dtype.kind == "M":
            array = array.astype("datetime64[s]")  # finer ones would come out as counts of nanoseconds
        elif array.dtype.kind not in "biuf":
            array = np.asarray(cells, dtype=object)
        codes, found = pd.factorize(array)
    values = tuple(found.tolist())
    texts = tuple((value if isinstance(value, str) else _as_text(value)).strip(_BLANKS) for value in values)
    return Cells(raw, column, log, codes, texts, values)


def shown(text: str) -> str:
    """Return a cell as a sentence can quote it: short, without line breaks or signs that cannot be seen."""
    start = text[:SHOWN]
    plain = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in start)
    return plain + ("\N{HORIZONTAL ELLIPSIS}" if len(text) > SHOWN else "")


def _as_text(value: Any) -> str:
    """Write a value of a data frame as a file would hold it: 7.0 is 7, midnight is the day."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
