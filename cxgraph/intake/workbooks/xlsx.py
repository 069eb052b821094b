"""Sheets of an .xlsx or .xlsm workbook: opened by openpyxl, then read in one pass each."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError, iterparse

from cxgraph.intake.workbooks.guards import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from cxgraph.intake.workbooks.sheets import Area, Sheet, Value, cell_name, cell_place
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
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _CELL, _VALUE, _FORMULA = (_MAIN + tag for tag in ("row", "c", "v", "f"))
_INLINE, _ITEM, _TEXT, _MERGED = (_MAIN + tag for tag in ("is", "si", "t", "mergeCell"))
_AREA = re.compile(r"([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})")
_DIGITS = "0123456789"


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
    The read-only pass of openpyxl shows neither formulas without a value nor merged cells nor hidden rows, and builds
    several objects for each cell. The pass here reads numbers and texts itself, which nearly all cells are, gives every
    other cell to openpyxl, and finds the rest on its way: about half the time of openpyxl's pass.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # extensions that openpyxl drops hold no values
            reader = _opened(archive)
            cells = _cell_reader(reader)
            computed = _was_computed(archive)
            sheets = []
            for sheet in reader.wb._sheets:
                found = _Pass(cells, computed)
                with archive.open(sheet._worksheet_path) as stream:
                    far = found.read(stream)
                if far is not None:
                    _refuse_far(log, file, sheet.title, *far)
                    return None
                sheets.append(
                    Sheet(
                        sheet.title,
                        tuple(found.rows),
                        sheet.sheet_state != "visible",
                        tuple(found.merged),
                        found.uncomputed,
                        found.hidden,
                    )
                )
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
    """Read what is needed to read the cells, and nothing else of the workbook.

    Properties, theme and charts hold no values; an empty chart sheet alone makes `openpyxl.load_workbook` fail.
    """
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - `import cxgraph` loads no openpyxl
    from openpyxl.styles.stylesheet import apply_stylesheet  # noqa: PLC0415
    from openpyxl.xml.constants import SHARED_STRINGS  # noqa: PLC0415

    reader = ExcelReader(archive.fp, read_only=True, data_only=True, keep_links=False)
    reader.read_chartsheet = lambda *_: None
    reader.read_manifest()
    strings = reader.package.find(SHARED_STRINGS)
    if strings is not None:
        reader.shared_strings = list(_shared_texts(archive, strings.PartName[1:]))
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    reader.read_worksheets()
    return reader


def _shared_texts(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    """Yield the texts that cells share, as `openpyxl.reader.strings.read_string_table` does."""
    from openpyxl.cell.text import Text  # noqa: PLC0415

    with archive.open(part) as stream:
        for _, element in iterparse(stream):  # noqa: S314 - the guards have seen that it declares nothing
            if element.tag == _ITEM:
                text = _plain_text(element)
                yield (Text.from_tree(element).content if text is None else text).replace("x005F_", "")
                element.clear()


def _plain_text(element: Element) -> str | None:
    """Return the text of an element that holds one piece of text without formats; None where it holds more."""
    return element[0].text or "" if len(element) == 1 and element[0].tag == _TEXT else None


def _cell_reader(reader: Any) -> Any:
    """Return what reads the cells of every kind, as openpyxl's own pass makes it."""
    from openpyxl.worksheet._reader import WorkSheetParser  # noqa: PLC0415

    book = reader.wb
    return WorkSheetParser(
        None,
        reader.shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )


def _was_computed(archive: zipfile.ZipFile) -> bool:
    """Return whether a spreadsheet program computed the formulas, so that an empty text is a result."""
    names = archive.namelist()
    if "xl/calcChain.xml" in names:
        return True
    return "docProps/app.xml" in names and b"LibreOffice" in archive.read("docProps/app.xml")


@dataclass
class _Pass:
    """What one pass over the XML of a sheet finds; its arguments are openpyxl's reader of cells and who computed."""

    cells: Any
    computed: bool
    rows: list[tuple[Value, ...]] = field(default_factory=list)
    merged: dict[Area, None] = field(default_factory=dict)
    uncomputed: dict[tuple[int, int], None] = field(default_factory=dict)
    hidden: int = 0

    def read(self, stream: Any) -> tuple[int, int] | None:
        """Read a sheet; return the cell at which it grows beyond what is read, None where it does not."""
        count = 0
        for _, element in iterparse(stream):  # noqa: S314 - the guards have seen that it declares nothing
            if element.tag == _ROW:
                number = _row_number(element.get("r"), len(self.rows))
                if number > MOST_ROWS:
                    return number, 1
                row = self._row(element, number)
                count += len(row)
                if len(row) > MOST_COLUMNS or count > MOST_CELLS:
                    return number, len(row)
                self.rows.extend(((),) * (number - len(self.rows) - 1))  # rows that the file leaves out
                self.rows.append(row)
                self.hidden += element.get("hidden") in ("1", "true")
                element.clear()
            elif element.tag == _MERGED:
                area = _AREA.fullmatch(element.get("ref", ""))
                if area:
                    self.merged[Area(*cell_place(area[1]), *cell_place(area[2]))] = None
        return None

    def _row(self, element: Element, number: int) -> tuple[Value, ...]:
        """Return the values of a row up to the last cell that holds anything."""
        from openpyxl.utils import column_index_from_string  # noqa: PLC0415

        row: list[Value] = []
        column = 0
        for cell in element:
            if cell.tag != _CELL:
                continue
            place = cell.get("r")
            column = column_index_from_string(place.rstrip(_DIGITS)) if place else column + 1
            value = self._value(cell)
            if value is None:
                computed = self.computed and cell.get("t") == "str"  # a formula whose result is an empty text
                if not computed and cell.find(_FORMULA) is not None:
                    self.uncomputed[number, column] = None
                continue
            if column == len(row) + 1:
                row.append(value)
            else:
                row.extend((None,) * (column - len(row)))
                row[column - 1] = value
        return tuple(row)

    def _value(self, cell: Element) -> Value:
        """Return the value of a cell; kinds that are rare, and dates, are left to openpyxl."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            texts = cell.find(_INLINE)
            text = None if texts is None else _plain_text(texts)
            if text is not None:
                return text
        elif kind == "s" or (kind == "n" and int(cell.get("s", 0)) not in self.cells.date_formats):
            text = cell.findtext(_VALUE)
            if not text:
                return None
            if kind == "s":
                return str(self.cells.shared_strings[int(text)])
            return float(text) if "." in text or "E" in text or "e" in text else int(text)
        value: Value = self.cells.parse_cell(cell)["value"]
        return value


def _row_number(told: str | None, before: int) -> int:
    """Return the number of a row, from 1; rows come in their order, and a file where they do not is broken."""
    number = before + 1 if told is None else float(told)
    if not (number > before and number == number // 1):
        raise ValueError(told)
    return int(number)


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
