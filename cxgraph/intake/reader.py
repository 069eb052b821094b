"""Text tables: UTF-8 bytes become the cells of the columns that are read, each row with its line."""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.intake.csv_rows import open_rows, report_fault, split_cell_by_cell
from cxgraph.intake.dialect import Dialect, below_title, find_dialect
from cxgraph.intake.guards import refuse_text, refuse_width
from cxgraph.intake.records import find_records, split_regular
from cxgraph.tables.cells import shown
from cxgraph.tables.characters import REORDERING_CHARACTER
from cxgraph.tables.direction import TELLING, check_direction
from cxgraph.tables.headers import match_headers, misspelt_headers
from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.tables.schema import Table, accepted_headers, fold
from cxgraph.tables.shapes import SAMPLE_ROWS, find_shape, is_header, refuse_headers
from cxgraph.wording import N_

_SHOWN, _NAMED, _WORDS, _SAMPLE_BYTES = 30, 5, 200, 1 << 16
LONGEST_RECORD = 1 << 17
"""Bytes of a record beyond which it is read cell by cell, to say what is wrong with it."""
_Columns: TypeAlias = dict[int, pd.Categorical]
_Lines: TypeAlias = npt.NDArray[np.int64]


def read_table(
    data: bytes, table: Table, *, log: ProblemLog, file: str, renames: Mapping[str, str] | None = None
) -> RawTable | None:
    """Read a text table.

    Parameters
    ----------
    data : bytes
        UTF-8 text without a byte order mark.
    table : Table
        What the table may hold.
    log : ProblemLog
        Takes what is wrong with headers, rows and quotation marks, and a note on which column was read as
        what.
    file : str
        Name shown in messages.
    renames : mapping of str to str, optional
        The user's own headers and the column that each one is.

    Returns
    -------
    RawTable or None
        None where there is nothing to read. Rows that cannot be told apart into cells are errors in
        `log`.

    Notes
    -----
    Regular tables are split by the parser of pandas; all others cell by cell, about three times slower.
    """
    opened = opened_table(data, table, renames or {}, log, file)
    if opened is None:
        return None
    text, headers, dialect = opened
    found = match_headers(headers, table, renames, log=log, file=file, line=dialect.first_line)
    if not found:
        return None
    blank = [position for position, header in enumerate(headers) if not header.strip()]
    telling = [position for position, header in enumerate(headers) if fold(header) in TELLING]
    wanted = sorted({*found.values(), *blank, *telling})
    with _without_collector():
        records = find_records(text, dialect.delimiter, LONGEST_RECORD)
        if records is None:
            columns, lines = split_cell_by_cell(text, dialect, headers, wanted, log=log, file=file)
        else:
            columns, lines = split_regular(text, dialect.delimiter, wanted, records), records.lines
    lines += dialect.first_line - 1
    _report_columns(found, headers, dialect, log, file)
    _report_nameless(columns, blank, log, file)
    named = {name: headers[position].strip() for name, position in found.items()}
    own = renames or {}
    doubtful = {name: header for name, header in named.items() if header not in own}
    words = {headers[position]: columns[position].categories[:_WORDS] for position in telling}
    check_direction(doubtful, words, log, file, dialect.first_line)
    raw = RawTable(
        table.name,
        {name: columns[position] for name, position in found.items()},
        named,
        file,
        lines,
        misspelt=misspelt_headers([title for title in map(str.strip, headers) if title not in own], found, table),
    )
    return _without_idle_rows(raw, log)


def opened_table(
    data: bytes, table: Table, renames: Mapping[str, str], log: ProblemLog, file: str
) -> tuple[bytes, list[str], Dialect] | None:
    """Return the text from its header on, the header and the dialect; None where the text is no such table.

    Parameters
    ----------
    data : bytes
        UTF-8 text, or its beginning.
    table, renames, log, file
        As in `read_table`.
    """
    if not _is_text(data, log, file):
        return None
    known = {fold(name) for column in table for name in accepted_headers(column)}
    dialect = find_dialect(data, known | {fold(header) for header in renames})
    # Blank lines at the end are nothing to talk about, and would make a regular table irregular.
    text = data[dialect.start :].rstrip(b"\r\n")
    headers = _headers(text, dialect, log, file)
    if headers is None or refuse_width(len(headers), log, file, dialect.first_line):
        return None
    if not is_header(headers, table, renames):
        below = below_title(data, dialect, lambda row: is_header(row, table, renames))
        if len(below) > 1:
            refuse_headers([found.first_line for found in below], log, file, dialect.first_line)
            return None
        if below:
            _report_title(headers, dialect, below[0], log, file)
            dialect, text = below[0], data[below[0].start :].rstrip(b"\r\n")
            headers = _headers(text, dialect, log, file) or []
    if len(headers) == 1:
        log.add(
            "warning",
            "one-column",
            N_("The table has one column only."),
            N_("Cells have to be separated by comma, semicolon, tab or bar."),
            file=file,
            line=dialect.first_line,
        )
    shape = find_shape(headers, _sample(text, dialect), table)
    if shape is not None:
        shown = ", ".join(f"'{header.strip()[:_SHOWN]}'" for header in headers[:_NAMED])
        log.add("error", shape.code, shape.message, shape.hint, file=file, line=dialect.first_line, headers=shown)
        return None
    return text, headers, dialect


def _is_text(data: bytes, log: ProblemLog, file: str) -> bool:
    """Say why some bytes are no text that holds a table."""
    if refuse_text(data, log, file):
        return False
    if data.isspace() or not data:
        log.add(
            "error",
            "empty-file",
            N_("The file is empty."),
            N_("Its first line has to name the columns: supplier,client,expectation,fulfilment."),
            file=file,
        )
        return False
    if b"\0" in data:
        log.add(
            "error",
            "nul-sign",
            N_("The file holds zero bytes, which are no text."),
            N_("Export the table again as CSV."),
            file=file,
            line=data.count(b"\n", 0, data.index(b"\0")) + 1,
        )
        return False
    return True


def _report_title(headers: Sequence[str], dialect: Dialect, below: Dialect, log: ProblemLog, file: str) -> None:
    title = next((header.strip() for header in headers if header.strip()), "")
    log.add(
        "note",
        "title-rows",
        N_("The header is on line {header}; what stands above it is passed over ('{title}')."),
        file=file,
        line=dialect.first_line,
        title=shown(title),
        header=below.first_line,
    )


def _sample(text: bytes, dialect: Dialect) -> list[list[str]]:
    """Return some rows below the header."""
    head = text[:_SAMPLE_BYTES].decode("utf-8", "ignore")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=dialect.delimiter):
            rows.append(row)
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error:
        return rows[1:]
    return rows[1:]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector, which millions of small lists would wake all the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _headers(text: bytes, dialect: Dialect, log: ProblemLog, file: str) -> list[str] | None:
    reader = open_rows(text, dialect.delimiter)
    try:
        # Headers are quoted in results; unlike names they are no ids of ours, so that they need not be refused.
        return [REORDERING_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", header) for header in next(reader)]
    except csv.Error as fault:
        report_fault(fault, dialect.first_line, log, file)
    except StopIteration:
        log.add(
            "error",
            "empty-file",
            N_("The file holds no table."),
            N_("Its first line has to name the columns: supplier,client,expectation,fulfilment."),
            file=file,
        )
    return None


def _report_columns(
    found: Mapping[str, int], headers: Sequence[str], dialect: Dialect, log: ProblemLog, file: str
) -> None:
    pairs = ", ".join(f"{name} <- '{headers[position].strip()}'" for name, position in found.items())
    log.add(
        "note",
        "columns-read",
        N_("Separated by {delimiter}. Columns read: {pairs}."),
        file=file,
        line=dialect.first_line,
        delimiter=repr(dialect.delimiter),
        pairs=pairs,
    )


def _report_nameless(columns: _Columns, blank: Sequence[int], log: ProblemLog, file: str) -> None:
    """Say which columns hold something but have no header; empty ones are left by trailing separators."""
    for position in blank:
        if any(text.strip() for text in columns[position].unique()):
            log.add(
                "warning",
                "nameless-column",
                N_("Column {number} has no header and is not read."),
                N_("Give it a header, or empty its cells."),
                file=file,
                number=position + 1,
            )


def _without_idle_rows(raw: RawTable, log: ProblemLog) -> RawTable:
    """Set aside the rows that say nothing: empty ones, and headers that were pasted in again."""
    columns: dict[str, pd.Categorical] = dict(raw.columns)  # type: ignore[arg-type]
    empty = _rows_where(columns, lambda _, text: not text.strip())
    header = _rows_where(columns, lambda name, text: text.strip() == raw.headers[name])
    if empty.any():
        log.add(
            "note",
            "empty-rows",
            N_("Rows without anything in the columns read, passed over: {count}."),
            file=raw.file,
            count=int(empty.sum()),
        )
    log.add_rows(
        "warning",
        "repeated-header",
        N_("The row repeats the header and is set aside."),
        N_("Delete it."),
        raw,
        np.flatnonzero(header),
    )
    idle = empty | header
    if not idle.any() or raw.lines is None:
        return raw
    return replace(raw, columns={name: cells[~idle] for name, cells in columns.items()}, lines=raw.lines[~idle])


def _rows_where(columns: Mapping[str, pd.Categorical], holds: Callable[[str, str], bool]) -> npt.NDArray[np.bool_]:
    """Return the rows all of whose cells satisfy a condition."""
    rows: npt.NDArray[np.bool_] | None = None
    for name, cells in columns.items():
        texts = np.asarray(cells.categories, dtype=object).tolist()
        chosen = np.asarray([holds(name, text) for text in texts], dtype=bool)
        here = chosen[cells.codes] if len(chosen) else np.zeros(len(cells), dtype=bool)
        rows = here if rows is None else rows & here
        if not rows.any():
            break
    return np.zeros(0, dtype=bool) if rows is None else rows
