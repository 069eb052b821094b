"""Text tables: UTF-8 bytes become the cells of the columns that are read, each row with its line."""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.intake.csv_rows import open_rows, report_fault, split_cell_by_cell
from cxgraph.intake.dialect import Dialect, find_dialect
from cxgraph.intake.records import Records, find_records
from cxgraph.tables.characters import REORDERING_CHARACTER
from cxgraph.tables.headers import accepted_headers, match_headers
from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.tables.schema import Table, fold
from cxgraph.wording import N_

_WORD = "word"
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
    if not data.strip():
        log.add(
            "error",
            "empty-file",
            N_("The file is empty."),
            N_("Its first line has to name the columns: supplier,client,expectation,fulfilment."),
            file=file,
        )
        return None
    if b"\0" in data:
        log.add(
            "error",
            "nul-sign",
            N_("The file holds zero bytes, which are no text."),
            N_("Export the table again as CSV."),
            file=file,
            line=data.count(b"\n", 0, data.index(b"\0")) + 1,
        )
        return None
    known = {fold(name) for column in table for name in accepted_headers(column)}
    dialect = find_dialect(data, known | {fold(header) for header in renames or {}})
    # Blank lines at the end are nothing to talk about, and would make a regular table irregular.
    text = data[dialect.start :].rstrip(b"\r\n")
    headers = _headers(text, dialect, log, file)
    if headers is None:
        return None
    if len(headers) == 1:
        log.add(
            "warning",
            "one-column",
            N_("The table has one column only."),
            N_("Cells have to be separated by comma, semicolon, tab or bar."),
            file=file,
            line=dialect.first_line,
        )
    found = match_headers(headers, table, renames, log=log, file=file, line=dialect.first_line)
    if not found:
        return None
    blank = [position for position, header in enumerate(headers) if not header.strip()]
    wanted = sorted({*found.values(), *blank})
    with _without_collector():
        records = find_records(text, dialect.delimiter, LONGEST_RECORD)
        if records is None:
            columns, lines = split_cell_by_cell(text, dialect, headers, wanted, log=log, file=file)
        else:
            columns, lines = _split_at_once(text, dialect, wanted, records)
    lines += dialect.first_line - 1
    _report_columns(found, headers, dialect, log, file)
    _report_nameless(columns, blank, log, file)
    raw = RawTable(
        table.name,
        {name: columns[position] for name, position in found.items()},
        {name: headers[position].strip() for name, position in found.items()},
        file,
        lines,
    )
    return _without_idle_rows(raw, log)


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


def _split_at_once(text: bytes, dialect: Dialect, wanted: Sequence[int], records: Records) -> tuple[_Columns, _Lines]:
    """Split a regular table; pandas numbers the distinct cells of every column while it reads."""
    # A column of nothing but numerals would come back as numbers (007 as 7), so words
    # go before them.
    words = dialect.delimiter.join([_WORD] * records.width).encode() + b"\n"
    stream = io.BytesIO(b"".join((words, memoryview(text)[records.body :])))
    frame = pd.read_csv(
        stream,
        sep=dialect.delimiter,
        header=None,
        names=range(records.width),
        usecols=list(wanted),
        index_col=False,
        dtype="category",
        na_filter=False,
        skip_blank_lines=False,
        low_memory=False,
        encoding="utf-8",
        engine="c",
    )
    return {position: frame[position].array[1:] for position in wanted}, records.lines


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
    return RawTable(
        raw.table, {name: cells[~idle] for name, cells in columns.items()}, raw.headers, raw.file, raw.lines[~idle]
    )


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
