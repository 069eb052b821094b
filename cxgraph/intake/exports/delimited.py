"""Tables of text: CSV with any of the usual delimiters and encodings."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from cxgraph.intake.csv_rows import open_rows, report_fault, split_cell_by_cell
from cxgraph.intake.dialect import Dialect, find_dialect
from cxgraph.intake.encoding import to_utf8
from cxgraph.intake.exports.sheet import SAMPLE_ROWS, Columns, Sheet
from cxgraph.intake.guards import refuse_text
from cxgraph.intake.reader import LONGEST_RECORD
from cxgraph.intake.records import find_records, split_regular
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_


def open_delimited(data: bytes, source: Source, log: ProblemLog, encoding: str | None = None) -> Sheet | None:
    r"""Open a table of text.

    Parameters
    ----------
    data : bytes
        The whole file.
    source : Source
        What it is.
    log : ProblemLog
        Takes what is wrong with it.
    encoding : str, optional
        Where the user knows it.

    Returns
    -------
    Sheet or None
        None where there is no table, which has then been said.

    Examples
    --------
    >>> sheet = open_delimited(b"case;group\n1;Desk\n", Source("log.csv", "", 18), ProblemLog())
    >>> sheet.headers, sheet.read([1]).cells[1].tolist()
    (('case', 'group'), ['Desk'])
    """
    text = to_utf8(data, log=log, file=source.name, encoding=encoding)
    if text is None or refuse_text(text, log, source.name):
        return None
    if not text.strip() or b"\0" in text:
        _report_no_table(log, source.name)
        return None
    dialect = find_dialect(text, ())
    body = text[dialect.start :].rstrip(b"\r\n")
    first = _first_rows(body, dialect, log, source.name)
    if first is None:
        return None

    def read(wanted: Sequence[int]) -> Columns | None:
        return _read_columns(body, dialect, first[0], wanted, log, source.name)

    return Sheet(source.name, source, first[0], first[1:], dialect.first_line, read, "csv")


def _report_no_table(log: ProblemLog, file: str) -> None:
    log.add(
        "error",
        "no-table",
        N_("The file holds no table of text."),
        N_("Export the answers or the log again, as CSV in UTF-8."),
        file=file,
    )


def _first_rows(body: bytes, dialect: Dialect, log: ProblemLog, file: str) -> tuple[tuple[str, ...], ...] | None:
    """Return the header and the rows after it that are looked at; blank lines are no rows."""
    rows: list[tuple[str, ...]] = []
    reader = open_rows(body, dialect.delimiter)
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append(tuple(row))
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error as fault:
        if not rows:
            report_fault(fault, dialect.first_line + reader.line_num - 1, log, file)
            return None
    if not rows:  # blanks that are none to bytes, such as the separators of files and groups
        _report_no_table(log, file)
        return None
    width = len(rows[0])
    return tuple(row[:width] + ("",) * (width - len(row)) for row in rows)


def _read_columns(
    body: bytes, dialect: Dialect, headers: Sequence[str], wanted: Sequence[int], log: ProblemLog, file: str
) -> Columns | None:
    places = sorted(set(wanted))
    records = find_records(body, dialect.delimiter, LONGEST_RECORD)
    if records is not None and records.width == len(headers):
        columns = split_regular(body, dialect.delimiter, places, records)
        used = {place: column.remove_unused_categories() for place, column in columns.items()}
        return Columns(used, records.lines + dialect.first_line - 1)
    failed = ProblemLog()
    cells, lines = split_cell_by_cell(body, dialect, headers, places, log=failed, file=file)
    log.problems.extend(failed.problems)
    return None if failed.failed else Columns(cells, lines + dialect.first_line - 1)
