"""Sheets of an .xlsx or .xlsm workbook: openpyxl's read-only pass, and what that pass does not tell."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from cxgraph.intake.workbooks.guards import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, read_chunks
from cxgraph.intake.workbooks.sheets import Area, Sheet, cell_name, cell_place
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_FAULTS = (
    ParseError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    EOFError,
    OSError,
    zipfile.BadZipFile,
)
"""What openpyxl and the parsers below it raise over parts that are not as the standard wants them."""
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*ref=["']([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})["']""")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3}[0-9]{1,7})["']""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*hidden=["'](?:1|true)["']""")
_LONGEST = 2**22  # bytes of a cell that are looked at together with its formula


def read_xlsx(archive: zipfile.ZipFile, log: ProblemLog, file: str) -> tuple[Sheet, ...] | None:
    """Read the sheets of a workbook.

    Parameters
    ----------
    archive : ZipFile
        As `cxgraph.intake.workbooks.guards.open_workbook` returns it.
    log : ProblemLog
        Takes the reason why it cannot be read.
    file : str
        Name shown in messages.

    Returns
    -------
    tuple of Sheet or None
        In the order of their tabs, chart sheets left out; None where the file is not as a workbook should be.

    Notes
    -----
    Formulas without a value, merged cells and hidden rows are found by a search of the sheet's bytes, since the
    read-only pass of openpyxl shows none of them: about a tenth of its time.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # extensions that openpyxl drops hold no values
            reader = _opened(archive)
            computed = _was_computed(archive)
            sheets = []
            for sheet in reader.wb._sheets:
                found = _sheet(sheet, archive, computed, log, file)
                if found is None:
                    return None
                sheets.append(found)
            return tuple(sheets)
    except _FAULTS as fault:
        log.add(
            "error",
            "broken-workbook",
            N_("The workbook is not written as it should be ({reason})."),
            N_("Open it in a spreadsheet program and save it again as .xlsx."),
            file=file,
            reason=type(fault).__name__,
        )
        return None


def _opened(archive: zipfile.ZipFile) -> Any:
    """Read what openpyxl needs to read the cells, and nothing else of the workbook.

    Properties, theme and charts hold no values; an empty chart sheet alone makes `openpyxl.load_workbook` fail.
    """
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - `import cxgraph` loads no openpyxl
    from openpyxl.styles.stylesheet import apply_stylesheet  # noqa: PLC0415

    reader = ExcelReader(archive.fp, read_only=True, data_only=True, keep_links=False)
    reader.read_chartsheet = lambda *_: None
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    reader.read_worksheets()
    return reader


def _was_computed(archive: zipfile.ZipFile) -> bool:
    """Return whether a spreadsheet program computed the formulas, so that an empty text is a result."""
    names = archive.namelist()
    if "xl/calcChain.xml" in names:
        return True
    return "docProps/app.xml" in names and b"LibreOffice" in archive.read("docProps/app.xml")


def _sheet(sheet: Any, archive: zipfile.ZipFile, computed: bool, log: ProblemLog, file: str) -> Sheet | None:
    sheet.reset_dimensions()  # what a sheet says of its size is often wrong, and would pad every row to it
    rows: list[tuple[Any, ...]] = []
    width = 0
    cells = 0
    for row in islice(sheet.iter_rows(values_only=True), MOST_ROWS + 1):
        if len(row) > width:
            width = len(row)
            last = _last(row)
            if last > MOST_COLUMNS:
                _refuse_far(log, file, sheet.title, len(rows) + 1, last)
                return None
        if width > MOST_COLUMNS:
            row = row[: _last(row)]  # noqa: PLW2901 - the blanks behind the last value are nothing
        cells += len(row)
        rows.append(row)
        if cells > MOST_CELLS or len(rows) > MOST_ROWS:
            _refuse_far(log, file, sheet.title, len(rows), width)
            return None
    part = archive.getinfo(sheet._worksheet_path)
    merged, uncomputed, hidden = _told_apart(archive, part, computed)
    return Sheet(sheet.title, tuple(rows), sheet.sheet_state != "visible", merged, uncomputed, hidden)


def _last(row: tuple[Any, ...]) -> int:
    """Return the number of the last cell that holds anything."""
    return next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)


def _refuse_far(log: ProblemLog, file: str, sheet: str, row: int, column: int) -> None:
    log.add(
        "error",
        "far-cell",
        N_("Sheet {sheet} reaches to {cell}: at most {columns} columns and {cells} cells are read."),
        N_("Delete the cells far from the table (select the empty columns and rows, then delete them) and save."),
        file=file,
        sheet=f"“{sheet[:60]}”",
        cell=cell_name(row, column),
        columns=MOST_COLUMNS,
        cells=MOST_CELLS,
    )


def _told_apart(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, computed: bool
) -> tuple[tuple[Area, ...], dict[tuple[int, int], None], int]:
    """Return the merged areas, the formulas without a value and the number of hidden rows."""
    merged: dict[Area, None] = {}
    uncomputed: dict[tuple[int, int], None] = {}
    hidden = 0
    for chunk in _whole_cells(read_chunks(archive, part)):
        if b"mergeCell" in chunk:
            for first, last in _MERGED.findall(chunk):
                merged[Area(*cell_place(first.decode()), *cell_place(last.decode()))] = None
        if b"hidden=" in chunk:
            hidden += len(_HIDDEN_ROW.findall(chunk))
        if b"f>" not in chunk and b"<f" not in chunk:
            continue
        for found in _FORMULA.finditer(chunk):
            place = _PLACE.search(found[1])
            if place and not (computed and b't="str"' in found[1]):
                uncomputed[cell_place(place[1].decode())] = None
    return tuple(merged), uncomputed, hidden


def _whole_cells(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a stream of bytes behind cells, so that each piece holds whole ones."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        ends = [found.end() for found in _CELL_END.finditer(rest, max(0, len(rest) - 2**16))]
        if ends:
            yield rest[: ends[-1]]
            rest = rest[ends[-1] :]
        elif len(rest) > _LONGEST:
            yield rest
            rest = b""
    yield rest
