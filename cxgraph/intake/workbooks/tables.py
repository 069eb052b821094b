"""From the sheets of a workbook to the tables of an organisation, each fault with its sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.intake.graphs.spreadsheets import EDGES, NODES, is_graph_table, label_renames, split_targets
from cxgraph.intake.workbooks.guards import open_workbook
from cxgraph.intake.workbooks.ods import read_ods
from cxgraph.intake.workbooks.sheets import Sheet, Value, cell_name, is_blank
from cxgraph.intake.workbooks.xlsx import read_xlsx
from cxgraph.tables.characters import REORDERING_CHARACTER
from cxgraph.tables.direction import TELLING, check_direction
from cxgraph.tables.headers import answer_headers, match_headers, misspelt_headers
from cxgraph.tables.numbers import EXCEL_ERRORS
from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog, RawTable
from cxgraph.tables.schema import TABLES, Table, accepted_headers, fold
from cxgraph.tables.shapes import SAMPLE_ROWS, find_shape, is_header, refuse_headers
from cxgraph.wording import N_

ENDINGS = (".xlsx", ".xlsm", ".ods")
"""How the names of workbooks end that are read."""
_TABLE_OF = {stem: table.name for table in TABLES.values() for stem in table.stems}
_TABLE_OF |= dict.fromkeys(NODES, "departments") | dict.fromkeys(EDGES, "services")
_SEARCHED = 50
"""Rows at the top of a sheet among which the header is looked for."""


def read_workbook(
    data: bytes, file: str, renames: Mapping[str, Mapping[str, str]], log: ProblemLog
) -> dict[str, RawTable] | None:
    """Read the tables of an organisation from a workbook.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Name shown in messages; its ending tells nothing, its bytes do.
    renames : mapping
        For each table, the user's own headers and the column that each one is.
    log : ProblemLog
        Takes what is wrong, and which columns were read as what.

    Returns
    -------
    dict of str to RawTable, or None
        Tables by name; None where the workbook cannot be read or holds none, which has then been said.
    """
    sheets = read_sheets(data, log, file)
    if sheets is None:
        return None
    chosen = choose_sheets(sheets, log, file)
    tables = {}
    for name, sheet in chosen.items():
        table = sheet_table(sheet, TABLES[name], renames.get(name, {}), log, file)
        if table is not None:
            tables[name] = table
    return tables if chosen else None


def read_sheets(data: bytes, log: ProblemLog, file: str) -> tuple[Sheet, ...] | None:
    """Return the sheets of a workbook, whatever they hold.

    Parameters
    ----------
    data : bytes
        The whole file.
    log : ProblemLog
        Takes the reason why it cannot be read.
    file : str
        Name shown in messages.

    Returns
    -------
    tuple of Sheet or None
        In the order of their tabs.
    """
    archive = open_workbook(data, log, file)
    if archive is None:
        return None
    with archive:
        if "content.xml" in archive.namelist():
            return read_ods(archive, log, file)
        return read_xlsx(archive, log, file)


def choose_sheets(sheets: Sequence[Sheet], log: ProblemLog, file: str) -> dict[str, Sheet]:
    """Return which sheet holds which table: by name in either language, or a lone sheet by its columns.

    Parameters
    ----------
    sheets : sequence of Sheet
        All of a workbook.
    log : ProblemLog
        Takes what is missing, doubled, hidden, or there and not read.
    file : str
        Name shown in messages.

    Returns
    -------
    dict of str to Sheet
        By table, in the schema's order; empty where there is none, which is then an error.
    """
    filled = [sheet for sheet in sheets if not sheet.empty]
    found: dict[str, list[Sheet]] = {}
    for sheet in filled:
        table = _TABLE_OF.get(fold(sheet.name))
        if table:
            found.setdefault(table, []).append(sheet)
    if not found and len(filled) == 1:
        found = {_kind_of(filled[0]): filled}
    elif not {"services", "responses"} & found.keys():
        _refuse_sheets(filled, log, file)
    for table, doubled in found.items():
        if len(doubled) > 1:
            log.add(
                "error",
                "two-sheets",
                N_("Sheets {sheets} both hold the table of {table}."),
                N_("Keep one of them, or rename the other."),
                file=file,
                sheets=_listed(doubled),
                table=table,
            )
    chosen = {name: found[name][0] for name in TABLES if len(found.get(name, ())) == 1}
    _tell_sheets(filled, chosen, log, file)
    return chosen


def _kind_of(sheet: Sheet) -> str:
    """Return whether a lone sheet holds services or single answers, by columns that only answers have."""
    at = find_headers(sheet.rows, TABLES["responses"], {})
    headers = [str(value) for value in sheet.rows[at[0]] if not is_blank(value)] if at else ()
    return "responses" if answer_headers(headers) else "services"


def _refuse_sheets(filled: Sequence[Sheet], log: ProblemLog, file: str) -> None:
    if not filled:
        log.add(
            "error",
            "empty-file",
            N_("The workbook holds no cell with anything in it."),
            N_("cxgraph init --xlsx writes one to fill in."),
            file=file,
        )
        return
    alike = [sheet for sheet in filled if _names_ends(sheet)]
    if len(alike) > 1:
        log.add(
            "error",
            "no-services-sheet",
            N_("Sheets {sheets} each look like a table of services; none is named services or responses."),
            N_(
                "If they are periods, put all rows on one sheet with a column period: the latest is read, and --period "
                "chooses another. If only one counts, name it services (servicios) or responses (respuestas)."
            ),
            file=file,
            sheets=_listed(alike),
        )
        return
    log.add(
        "error",
        "no-services-sheet",
        N_("No sheet is named services (servicios) or responses (respuestas); there are {sheets}."),
        N_(
            "Rename the one that holds the services, or keep it alone in the workbook. cxgraph init --xlsx writes a "
            "workbook to fill in."
        ),
        file=file,
        sheets=_listed(filled),
    )


def _tell_sheets(filled: Sequence[Sheet], chosen: Mapping[str, Sheet], log: ProblemLog, file: str) -> None:
    read = list(chosen.values())
    unread = [sheet for sheet in filled if sheet not in read]
    alike = [sheet for sheet in unread if _names_ends(sheet)]
    if read and alike:
        log.add(
            "warning",
            "sheets-like-services",
            N_("Sheets that look like tables of services or answers and are not read: {sheets}."),
            N_(
                "If they are other periods, put all rows on one sheet with a column period; else give them names of "
                "their own, or take them out of the workbook."
            ),
            file=file,
            sheets=_listed(alike),
        )
    other = [sheet for sheet in unread if sheet not in alike]
    if read and other:
        log.add(
            "note",
            "sheets-not-read",
            N_("Sheets that are not read: {sheets}."),
            file=file,
            sheets=_listed(other),
        )
    hidden = [sheet for sheet in read if sheet.hidden]
    if hidden:
        log.add(
            "note",
            "hidden-sheets",
            N_("Sheets that are hidden in the workbook and read all the same: {sheets}."),
            N_("Delete or rename a sheet that is not to be read."),
            file=file,
            sheets=_listed(hidden),
        )
    for sheet in read:
        if sheet.hidden_rows:
            log.add(
                "note",
                "hidden-rows",
                N_("Rows that are hidden or filtered in the workbook and read all the same: {count}."),
                N_("Delete rows that are not to be read."),
                file=f"{file}!{sheet.name}",
                count=sheet.hidden_rows,
            )


def _names_ends(sheet: Sheet) -> bool:
    """Return whether a row of a sheet names a supplier and a client, as tables of services and answers do."""
    at = find_headers(sheet.rows, TABLES["services"], {})
    return bool(at) and is_header(
        [str(value) for value in sheet.rows[at[0]] if not is_blank(value)], TABLES["services"]
    )


def _listed(sheets: Sequence[Sheet]) -> str:
    return ", ".join(f"“{REORDERING_CHARACTER.sub('?', sheet.name[:60])}”" for sheet in sheets)


def find_headers(rows: Sequence[Sequence[Value]], table: Table, renames: Mapping[str, str]) -> list[int]:
    """Return which rows may name the columns of a table.

    Parameters
    ----------
    rows : sequence of sequence
        Cells, the first row first.
    table : Table
        What the table may hold.
    renames : mapping of str to str
        The user's own headers and the column that each one is.

    Returns
    -------
    list of int
        Position of the first row that is not blank where it reads as a header, or where no row does; else of all the
        rows that do; nothing where there is no row at all.

    Notes
    -----
    A row reads as a header where it names every column that the table requires.

    Examples
    --------
    >>> from cxgraph.tables.schema import TABLES
    >>> find_headers([("Survey 2026",), (), ("Supplier", "Client"), ("IT", "Sales")], TABLES["services"], {})
    [2]
    """
    names = {fold(name): column.name for column in table for name in accepted_headers(column)}
    names |= {fold(header): column for header, column in renames.items()}
    required = {column.name for column in table if column.required}
    first: int | None = None
    readable: list[int] = []
    for at, row in enumerate(rows[:_SEARCHED]):
        texts = [fold(value) for value in row if isinstance(value, str)]
        if first is None and any(not is_blank(value) for value in row):
            first = at
        if required <= {names.get(text) for text in texts}:
            readable.append(at)
    if first is None:
        return [at for at, row in enumerate(rows) if any(not is_blank(value) for value in row)][:1]
    return readable if readable and readable[0] != first else [first]


def sheet_table(sheet: Sheet, table: Table, renames: Mapping[str, str], log: ProblemLog, file: str) -> RawTable | None:
    """Return the table that a sheet holds.

    Parameters
    ----------
    sheet : Sheet
        Any.
    table : Table
        What the table may hold.
    renames : mapping of str to str
        The user's own headers and the column that each one is.
    log : ProblemLog
        Takes what is wrong with headers and cells, and a note on which column was read as what.
    file : str
        Name of the workbook.

    Returns
    -------
    RawTable or None
        Lines are the rows of the sheet. None where there is nothing to read.
    """
    place = f"{file}!{REORDERING_CHARACTER.sub('?', sheet.name)}"
    starts = find_headers(sheet.rows, table, renames)
    if len(starts) > 1:
        refuse_headers([start + 1 for start in starts], log, place, starts[0] + 1)
        return None
    if not starts:
        log.add(
            "error",
            "empty-file",
            N_("The sheet is empty."),
            N_("Its first row has to name the columns: supplier, client, expectation, fulfilment."),
            file=place,
        )
        return None
    start = starts[0]
    headers = [
        "" if value is None else REORDERING_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", str(value)).strip()
        for value in sheet.rows[start]
    ]
    above = [row for row in sheet.rows[:start] if any(not is_blank(value) for value in row)]
    if above:
        log.add(
            "note",
            "title-skipped",
            N_("Rows above the header that are passed over: {count}, the first “{title}”."),
            file=place,
            line=start + 1,
            count=len(above),
            title=next(str(value) for value in above[0] if not is_blank(value))[:60],
        )
    renames = {**label_renames(sheet.name, headers), **renames}
    below = sheet.rows[start + 1 : start + 1 + SAMPLE_ROWS]
    sample = [["" if is_blank(value) else str(value) for value in row] for row in below]
    shape = find_shape(headers, sample, table)
    if shape is not None:
        named = ", ".join(f"'{header}'" for header in headers[:5])
        log.add("error", shape.code, shape.message, shape.hint, file=place, line=start + 1, headers=named)
        return None
    found = match_headers(headers, table, renames, log=log, file=place, line=start + 1)
    if sheet.merged and not {column.name for column in table if column.required} <= found.keys():
        log.add(
            "error",
            "merged-cells",
            N_("The sheet joins cells ({areas}), and no row of it names the columns of the table."),
            N_(
                "Unmerge them, write one row for each service, and name the columns in one row. The export of a survey "
                "is read by cxgraph import-survey."
            ),
            file=place,
            areas=", ".join(map(str, sheet.merged[:5])) + (f" (+{len(sheet.merged) - 5})" * (len(sheet.merged) > 5)),
        )
    if not found:
        return None
    _report_columns(found, headers, log, place, start)
    body = sheet.rows[start + 1 :]
    columns = {name: _column(body, position) for name, position in found.items()}
    _report_nameless(body, headers, log, place)
    titles = {name: headers[position] for name, position in found.items()}
    kept = _kept_rows(columns, titles, log, place, start)
    lines = np.flatnonzero(kept) + start + 2
    _report_cells(sheet, columns, found, titles, start, log, place)
    doubtful = {name: title for name, title in titles.items() if title not in (renames or {})}
    words = {
        header: [row[at] for row in sample if at < len(row)]
        for at, header in enumerate(headers)
        if fold(header) in TELLING
    }
    check_direction(doubtful, words, log, place, start + 1)
    cells = {name: values[kept] for name, values in columns.items()}
    raw = RawTable(table.name, cells, titles, place, lines, misspelt=misspelt_headers(headers, found, table))
    return split_targets(raw, log) if is_graph_table(sheet.name) else raw


def _column(body: Sequence[Sequence[Value]], position: int) -> Any:
    cells = np.empty(len(body), dtype=object)
    cells[:] = [row[position] if len(row) > position else None for row in body]
    return cells


def _report_columns(found: Mapping[str, int], headers: Sequence[str], log: ProblemLog, place: str, start: int) -> None:
    log.add(
        "note",
        "columns-read",
        N_("Columns read: {pairs}."),
        file=place,
        line=start + 1,
        pairs=", ".join(f"{name} <- '{headers[position]}'" for name, position in found.items()),
    )


def _report_nameless(body: Sequence[Sequence[Value]], headers: Sequence[str], log: ProblemLog, place: str) -> None:
    """Say which columns hold something but have no header."""
    width = max(map(len, body), default=0)
    named = {at for at, header in enumerate(headers) if header}
    for position in sorted(set(range(width)) - named):
        if any(len(row) > position and not is_blank(row[position]) for row in body):
            log.add(
                "warning",
                "nameless-column",
                N_("Column {number} has no header and is not read."),
                N_("Give it a header, or empty its cells."),
                file=place,
                number=position + 1,
            )


def _kept_rows(columns: Mapping[str, Any], titles: Mapping[str, str], log: ProblemLog, place: str, start: int) -> Any:
    """Return which rows say something: neither blank nor the header once more."""
    empty: Any = True
    header: Any = True
    for name, cells in columns.items():
        codes, distinct = pd.factorize(cells)
        blank = np.array([is_blank(value) for value in distinct] + [True], dtype=bool)
        again = np.array([str(value).strip() == titles[name] for value in distinct] + [False], dtype=bool)
        empty, header = empty & blank[codes], header & again[codes]
    within = np.flatnonzero(empty)
    filled = np.flatnonzero(~empty)
    between = int((within < filled[-1]).sum()) if len(filled) else 0
    if between:
        log.add(
            "note",
            "empty-rows",
            N_("Rows without anything in the columns read, passed over: {count}."),
            file=place,
            count=between,
        )
    for row in np.flatnonzero(header)[:LISTED_PER_RULE]:
        log.add(
            "warning",
            "repeated-header",
            N_("The row repeats the header and is set aside."),
            N_("Delete it."),
            file=place,
            line=int(row) + start + 2,
        )
    return ~(empty | header)


def _report_cells(
    sheet: Sheet,
    columns: Mapping[str, Any],
    found: Mapping[str, int],
    titles: Mapping[str, str],
    start: int,
    log: ProblemLog,
    place: str,
) -> None:
    """Report the cells of the columns read that hold no value of their own; they are emptied, once reported."""
    named = {position: name for name, position in found.items()}
    lone = [
        (row, column)
        for row, column in sorted(sheet.uncomputed)
        if row > start + 1 and column - 1 in named and row <= len(sheet.rows)
    ]
    for row, column in lone[:LISTED_PER_RULE]:
        log.add(
            "error",
            "formula-without-value",
            N_("Cell {cell} holds a formula without its value."),
            N_("Open the workbook in a spreadsheet program and save it there, or replace formulas by their values."),
            file=place,
            line=row,
            column=titles[named[column - 1]],
            cell=cell_name(row, column),
        )
    _report_rest("formula-without-value", lone, log, place)
    merged = [
        (area, [name for position, name in named.items() if area.left <= position + 1 <= area.right])
        for area in sheet.merged
        if area.bottom > start + 1
    ]
    merged = [(area, touched) for area, touched in merged if touched]
    for area, touched in merged[:LISTED_PER_RULE]:
        log.add(
            "error",
            "merged-cells",
            N_("Cells {area} are merged: only the first of them holds a value."),
            N_("Unmerge them and write the value into each cell."),
            file=place,
            line=max(area.top, start + 2),
            column=titles[touched[0]],
            area=str(area),
        )
    _report_rest("merged-cells", merged, log, place)
    for name, cells in columns.items():
        codes, distinct = pd.factorize(cells)
        wrong = [isinstance(value, str) and value.strip().casefold() in EXCEL_ERRORS for value in distinct]
        rows = np.flatnonzero(np.array([*wrong, False])[codes])
        for row in rows[:LISTED_PER_RULE]:
            log.add(
                "error",
                "error-cell",
                N_("Cell {cell} shows {value}: its formula fails."),
                N_("Correct the formula, or leave the cell empty where there is nothing to say."),
                file=place,
                line=int(row) + start + 2,
                column=titles[name],
                value=str(cells[row]).strip(),
                cell=cell_name(int(row) + start + 2, found[name] + 1),
            )
        _report_rest("error-cell", rows, log, place)
        cells[rows] = None


def _report_rest(code: str, found: Sequence[Any] | npt.NDArray[Any], log: ProblemLog, place: str) -> None:
    """Count what is not listed one by one."""
    if len(found) > LISTED_PER_RULE:
        log.add(
            "error",
            code,
            N_("{count} more {count:row has|rows have} the same problem."),
            file=place,
            count=len(found) - LISTED_PER_RULE,
        )
