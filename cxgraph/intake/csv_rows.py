"""Text tables that are out of the ordinary, read cell by cell so that every fault can be placed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.intake.dialect import Dialect
from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.wording import N_

_CHUNK = 5000
Split: TypeAlias = tuple[dict[int, pd.Categorical], npt.NDArray[np.int64]]
"""Columns by position, and the line that each row ends on."""
_RAGGED = {
    "swallowed": (
        N_("The row goes on to line {last} and has {found} cells; the header has {expected}."),
        N_("Look for a quotation mark that is not closed."),
    ),
    "too-many-cells": (
        N_("The row has {found} cells; the header has {expected}."),
        N_("A separator inside a cell has to stand in quotation marks (decimal commas too)."),
    ),
    "too-few-cells": (
        N_("The row has {found} cells; the header has {expected}."),
        N_("Add the separators that are missing."),
    ),
}


def open_rows(text: bytes, delimiter: str) -> Any:
    """Return the reader of the standard library over UTF-8 text, strict about quotation marks."""
    stream = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    return csv.reader(stream, delimiter=delimiter, strict=True)


def report_fault(fault: csv.Error, line: int, log: ProblemLog, file: str) -> None:
    """Say what the reader stumbled over in the row that begins on a line."""
    if "limit" in str(fault):
        log.add(
            "error",
            "long-cell",
            N_("A cell that begins here has more than {limit} characters."),
            N_("Look for a quotation mark that is not closed, or shorten the text."),
            file=file,
            line=line,
            limit=csv.field_size_limit(),
        )
    else:
        log.add(
            "error",
            "open-quote",
            N_("A quotation mark that opens here is not closed as it should be."),
            N_("Close it at the end of the cell; double the marks that belong to the text."),
            file=file,
            line=line,
        )


def split_cell_by_cell(
    text: bytes, dialect: Dialect, headers: Sequence[str], wanted: Sequence[int], *, log: ProblemLog, file: str
) -> Split:
    """Split a table in which something is out of the ordinary, and say what.

    Parameters
    ----------
    text : bytes
        UTF-8 text, header first.
    dialect : Dialect
        How it is written.
    headers : sequence of str
        Its first row.
    wanted : sequence of int
        Positions of the columns to return.
    log : ProblemLog
        Takes rows with too few or too many cells and quotation marks that are not closed.
    file : str
        Name shown in messages.

    Returns
    -------
    dict of int to Categorical, int array
        The columns by position, and the line that each row ends on (1 is the header's first).
    """
    kept: dict[int, list[str]] = {position: [] for position in wanted}
    lines: list[int] = []
    chunk: list[list[str]] = []
    for line, row in _sound_rows(text, dialect, headers, log, file):
        chunk.append(row)
        lines.append(line)
        if len(chunk) == _CHUNK:
            _store(chunk, kept)
    _store(chunk, kept)
    return ({position: _categories(cells) for position, cells in kept.items()}, np.asarray(lines, dtype=np.int64))


def _store(chunk: list[list[str]], kept: Mapping[int, list[str]]) -> None:
    """Move the rows of a chunk to their columns."""
    if chunk:
        columns = list(zip(*chunk, strict=True))
        for position, cells in kept.items():
            cells.extend(columns[position])
        chunk.clear()


def _categories(cells: list[str]) -> pd.Categorical:
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    codes, distinct = pd.factorize(array)
    return pd.Categorical.from_codes(codes, categories=pd.Index(distinct, dtype=object), validate=False)


def _sound_rows(
    text: bytes, dialect: Dialect, headers: Sequence[str], log: ProblemLog, file: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the line that it ends on and the row, for every row that has a cell for each named column."""
    width = len(headers)
    needed = max((position + 1 for position, header in enumerate(headers) if header.strip()), default=0)
    reader = open_rows(text, dialect.delimiter)
    next(reader)
    ragged: list[tuple[int, int, int]] = []
    blank, line = 0, reader.line_num
    while True:
        start = line + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as fault:
            line = reader.line_num
            report_fault(fault, start + dialect.first_line - 1, log, file)
            if line > start:
                break  # a quote swallowed whole lines: what follows is not to be trusted
            continue
        line = reader.line_num
        if len(row) != width:
            if not any(map(str.strip, row)):
                blank += 1
                continue
            if len(row) < needed or any(map(str.strip, row[width:])):
                ragged.append((start, line, len(row)))
                continue
            row = row[:width] + [""] * (width - len(row))
        yield line, row
    _report_ragged(ragged, width, dialect.first_line - 1, log, file)
    if blank:
        log.add("note", "blank-lines", N_("Blank lines passed over: {count}."), file=file, count=blank)


def _report_ragged(ragged: Sequence[tuple[int, int, int]], width: int, before: int, log: ProblemLog, file: str) -> None:
    """Report the rows that have more or fewer cells than the header."""
    for code, (message, hint) in _RAGGED.items():
        rows = [
            (start + before, last + before, found)
            for start, last, found in ragged
            if code == ("swallowed" if last > start else "too-many-cells" if found > width else "too-few-cells")
        ]
        places = RawTable("services", {}, {}, file, np.asarray([start for start, _, _ in rows], dtype=np.int64))

        def cell(row: int, rows: Sequence[tuple[int, int, int]] = rows) -> dict[str, int]:
            return {"last": rows[row][1], "found": rows[row][2], "expected": width}

        log.add_rows("error", code, message, hint, places, range(len(rows)), cell=cell)
