"""Tables that are no list of services: matrices, lists without headers, several rows of headers, titles above them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cxgraph.tables.answer_words import is_no_answer
from cxgraph.tables.numbers import is_number
from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.tables.schema import Table, accepted_headers, fold
from cxgraph.wording import N_

SAMPLE_ROWS = 200
"""Rows that are looked at to tell what a table is."""
_MOST_HEADER_ROWS = 3
_QUESTION = 15
_CORNER = re.compile(r"[\\/|]")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table is instead of a list of services.

    Parameters
    ----------
    code : str
        Name of the rule.
    message, hint : str
        Templates.
    """

    code: str
    message: str
    hint: str


MATRIX = Shape(
    "matrix",
    N_("The table looks like a matrix (suppliers down, clients across)."),
    N_(
        "One row for each pair is needed: supplier, client, fulfilment (and expectation); empty pairs are left out. "
        "cxgraph init FOLDER writes a template."
    ),
)
TRANSPOSED = Shape(
    "matrix",
    N_("The table looks like a matrix (clients down, suppliers across)."),
    MATRIX.hint,
)
HEADERLESS = Shape(
    "no-header",
    N_("The first line looks like data, not like the names of columns ({headers})."),
    N_("Put a line above it that names the columns: supplier,client,expectation,fulfilment."),
)


def is_header(cells: Sequence[str], table: Table, renames: Collection[str] = ()) -> bool:
    """Return whether a row names every column that a table needs.

    Parameters
    ----------
    cells : sequence of str
        The row.
    table : Table
        What the table may hold.
    renames : collection of str
        Headers of the user's own; one of them stands for any column.
    """
    names = {fold(cell) for cell in cells if cell.strip()}
    own = len(names & {fold(name) for name in renames})
    needed = [column for column in table if column.required]
    hit = sum(any(fold(name) in names for name in accepted_headers(column)) for column in needed)
    return len(names) > 1 and hit + own >= len(needed) and hit + own > 0


def find_shape(headers: Sequence[str], rows: Sequence[Sequence[str]], table: Table) -> Shape | None:
    """Return what a table is where it is no list of services; None where it may be one.

    Parameters
    ----------
    headers : sequence of str
        Its first row.
    rows : sequence of sequence of str
        Some rows below it.
    table : Table
        What it should be.
    """
    if table.name not in ("services", "responses") or not rows:
        return None
    known = {fold(name): column.name for column in table for name in accepted_headers(column)}
    if _is_matrix(headers, rows, known):
        return TRANSPOSED if known.get(fold(headers[0].strip())) == "client" else MATRIX
    found = {known[fold(header)] for header in headers if fold(header) in known}
    if {"supplier", "client"} <= found:
        return None
    named = [header for header in headers if header.strip()]
    below = {fold(cell) for row in rows for cell in row if cell.strip() and not is_number(cell)}
    numbers = sum(is_number(header) for header in named)
    if numbers or (not found and len(named) > 1 and any(fold(header) in below for header in named)):
        return HEADERLESS
    return None


def _is_matrix(headers: Sequence[str], rows: Sequence[Sequence[str]], known: Mapping[str, str]) -> bool:
    places = [place for place in range(1, len(headers)) if headers[place].strip()]
    strange = [place for place in places if fold(headers[place]) not in known]
    if len(strange) < 2 or not all(_is_numeric(rows, place) for place in strange):
        return False
    down = {fold(row[0]) for row in rows if row and row[0].strip()}
    across = {fold(headers[place]) for place in places}
    if len(down & across) >= 2:
        return True
    corner = headers[0].strip()
    supplying = known.get(fold(corner)) in ("supplier", "client") or not corner or _CORNER.search(corner) is not None
    numeric = [place for place in places if _is_numeric(rows, place)]
    return supplying and len(numeric) == len(places) == len(strange) and not any(map(is_number, headers))


def _is_numeric(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Return whether a column holds nothing but numbers, blanks and marks for no answer, and at least one number."""
    cells = [row[place].strip() for row in rows if place < len(row)]
    numbers = sum(map(is_number, cells))
    # The empty column of a matrix is that of a client whom nobody was asked about.
    return all(not cell or is_number(cell) or is_no_answer(cell) for cell in cells) and (numbers > 0 or len(cells) > 0)


def refuse_headers(lines: Sequence[int], log: ProblemLog, file: str, line: int) -> None:
    """Report that several rows below a title read as headers, so that none is known to be the one.

    Parameters
    ----------
    lines : sequence of int
        Where they stand.
    log : ProblemLog
        Takes the error.
    file : str
        Name shown in messages.
    line : int
        Where the table begins.
    """
    log.add(
        "error",
        "several-headers",
        N_("Lines {lines} each read as a row of headers, below a first line that does not."),
        N_("Keep one row of headers, delete the others and the lines above it; two tables belong in two files."),
        file=file,
        line=line,
        lines=", ".join(map(str, lines)),
    )


def without_header_rows(raw: RawTable, log: ProblemLog) -> RawTable:
    """Refuse further rows of headers below the first, and return the table without them.

    Parameters
    ----------
    raw : RawTable
        From a file.
    log : ProblemLog
        Takes one error for all of them.

    Returns
    -------
    RawTable
        The same one where there are none.
    """
    numeric = [column.name for column in raw.schema if column.type in ("number", "integer")]
    names = [name for name in numeric if name in raw.columns]
    if not names or raw.lines is None or len(raw) < 2:
        return raw
    columns = [raw.columns[name] for name in names]
    count = 0
    while count < min(_MOST_HEADER_ROWS, len(raw) - 1) and _is_header_row([str(cells[count]) for cells in columns]):
        count += 1
    later = [str(cells[count]) for cells in columns]
    if not count or not any(map(is_number, later)):
        return raw
    log.add(
        "error",
        "more-header-rows",
        N_(
            "{count:Line|Lines} {lines} {count:looks like a further row|look like further rows} of headers (here "
            "{value})."
        ),
        N_(
            "Delete them, so that one line of headers stands above the data; or let cxgraph import-survey {name} read "
            "the export as it is."
        ),
        file=raw.file,
        line=int(raw.lines[0]),
        name=(raw.file or "FILE").partition("!")[0],
        count=count,
        value=repr(str(columns[0][0])[:60]),
        lines=", ".join(str(int(line)) for line in raw.lines[:count]),
    )
    kept = np.arange(count, len(raw))
    cut = {
        name: cells.take(kept) if isinstance(cells, pd.Categorical) else np.asarray(cells)[kept]
        for name, cells in raw.columns.items()
    }
    return replace(raw, columns=cut, lines=raw.lines[kept])


def _is_header_row(cells: Sequence[str]) -> bool:
    texts = [cell.strip() for cell in cells]
    wordy = all(text and not is_number(text) and not is_no_answer(text) for text in texts)
    # One faulty cell in one column of numbers is more likely a slip of the pen than a question.
    telling = any(("?" in text and " " in text) or text.startswith("{") or len(text) > _QUESTION for text in texts)
    return wordy and (telling or (len(texts) > 1 and len(set(texts)) == len(texts)))
