"""A table as its program exported it: headers, first rows, and the columns that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.intake.exports.persons import masked
from cxgraph.model.organization import Source
from cxgraph.tables.headers import closest_word
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

SAMPLE_ROWS = 200
"""Rows after the header that are looked at to recognise a file."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Some columns of a table, each cell as text.

    Attributes
    ----------
    cells : mapping of int to Categorical
        The columns by position, counted from 0; an empty cell is an empty text.
    lines : int array, shape (rows,)
        Line of the file, row of the sheet or number of the event that each row is.
    """

    cells: Mapping[int, pd.Categorical]
    lines: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lines)

    def after(self, rows: int) -> Columns:
        """Return the columns without their first rows."""
        return Columns(
            {place: cells[rows:].remove_unused_categories() for place, cells in self.cells.items()}, self.lines[rows:]
        )


ColumnReader: TypeAlias = Callable[[Sequence[int]], Columns | None]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table of a file.

    Attributes
    ----------
    file : str
        Name shown in messages.
    source : Source
        Name, size and SHA-256 of the file.
    headers : tuple of str
        Its first row.
    sample : tuple of tuple of str
        The rows after it, `SAMPLE_ROWS` at the most.
    first_line : int
        Line that the header begins on.
    read : callable
        Positions of columns -> `Columns`, or None where rows are at fault, which has then been reported.
    form : str
        Format of the file: ``csv``, ``xlsx`` or ``xes``.
    """

    file: str
    source: Source
    headers: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    first_line: int
    read: ColumnReader
    form: str


def comparable(text: str) -> str:
    """Return a header as options name it: line breaks and runs of blanks as one blank, no case."""
    return " ".join(text.split()).casefold()


def numbered(headers: Sequence[str]) -> str:
    """Return the headers with their numbers, a line each; addresses in them are masked."""
    width = len(str(len(headers)))
    return "\n".join(f"{number:>{width}}  {masked(' '.join(text.split()))}" for number, text in enumerate(headers, 1))


def find_column(wanted: str, names: Sequence[Sequence[str]], log: ProblemLog, *, file: str, option: str) -> int | None:
    """Return the position of the column that an option names, by header or by number.

    Parameters
    ----------
    wanted : str
        A header without regard to case and runs of blanks, or the column's number, counted from 1.
    names : sequence of sequence of str
        Every column's names, the usual one first.
    log : ProblemLog
        Takes what is wrong: no such column, or several.
    file, option : str
        For messages.

    Returns
    -------
    int or None
        Counted from 0.
    """
    text = comparable(wanted)
    for rank in range(max(map(len, names), default=0)):
        places = [place for place, own in enumerate(names) if rank < len(own) and comparable(own[rank]) == text]
        if len(places) == 1:
            return places[0]
        if places:
            log.add(
                "error",
                "several-columns",
                N_("{option} names '{value}', and the columns {numbers} are called so."),
                N_("Write the number of the one that is meant."),
                file=file,
                option=option,
                value=masked(wanted),
                numbers=", ".join(str(place + 1) for place in places),
            )
            return None
    digits = text.lstrip("#")
    if digits.isdecimal() and 1 <= int(digits) <= len(names):
        return int(digits) - 1
    shown = [" ".join(own[0].split()) for own in names if own and own[0].strip()]
    near = closest_word(wanted, shown)
    if near:
        log.add(
            "error",
            "no-such-column",
            N_("{option} names '{value}', which is no column of the file."),
            N_("Did you mean '{nearest}'?"),
            file=file,
            option=option,
            value=masked(wanted),
            nearest=masked(near),
        )
    else:
        log.add(
            "error",
            "no-such-column",
            N_("{option} names '{value}', which is no column of the file."),
            N_("Its columns are: {choices}. Their numbers may be written too."),
            file=file,
            option=option,
            value=masked(wanted),
            choices="; ".join(map(masked, shown)),
        )
    return None


def as_categories(texts: Sequence[str]) -> pd.Categorical:
    """Return texts as categories in the order in which they first occur."""
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    codes, distinct = pd.factorize(array)
    return pd.Categorical.from_codes(codes, categories=pd.Index(distinct, dtype=object), validate=False)
