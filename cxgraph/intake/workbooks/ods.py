"""Sheets of an .ods workbook (LibreOffice, Google): one pass of expat over its contents."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from cxgraph.intake.workbooks.guards import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, read_chunks
from cxgraph.intake.workbooks.sheets import Area, Sheet, Value, cell_name
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_SKIPPED = (_OFFICE + "annotation", _TABLE + "tracked-changes", _OFFICE + "forms", _TABLE + "dde-links")
_BLANKS = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_NUMBERS = ("float", "percentage", "currency")


class _TooLargeError(Exception):
    """The sheet unfolds beyond what is read."""


class _Reader:
    """Builds sheets while expat reads; repeated rows and cells are unfolded only up to the limits."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.skipped = 0  # depth inside what holds no cells
        self.cells = 0
        self._new_sheet("", False)
        self.inside = False
        self._new_cell({})

    def _new_sheet(self, name: str, hidden: bool) -> None:
        self.name, self.hidden = name, hidden
        self.rows: list[tuple[Value, ...]] = []
        self.blank_rows = 0
        self.row: list[Value] = []
        self.blank_cells = 0
        self.repeated = 1
        self.merged: list[Area] = []
        self.uncomputed: dict[tuple[int, int], None] = {}
        self.hidden_rows = 0
        self.row_hidden = False

    def _new_cell(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.texts: list[str] = []
        self.paragraphs = 0
        self.in_text = 0

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        """Open an element."""
        if self.skipped or tag in _SKIPPED:
            self.skipped += 1
        elif tag == _TABLE + "table" and not self.inside:
            self.inside = True
            self._new_sheet(given.get(_TABLE + "name", ""), given.get(_TABLE + "style-name") in self.hidden_styles)
        elif tag == _TABLE + "table":
            self.skipped = 1  # a table inside a cell
        elif tag == _TABLE + "table-row":
            self.row, self.blank_cells = [], 0
            self.repeated = _count(given.get(_TABLE + "number-rows-repeated"))
            self.row_hidden = given.get(_TABLE + "visibility") in ("collapse", "filter")
        elif tag in _CELLS:
            self._new_cell(given)
        elif tag == _TEXT + "p":
            if self.paragraphs:
                self.texts.append("\n")
            self.paragraphs += 1
            self.in_text += 1
        elif self.in_text and tag == _TEXT + "s":
            self.texts.append(" " * min(_count(given.get(_TEXT + "c")), 1000))
        elif self.in_text and tag in _BLANKS:
            self.texts.append(_BLANKS[tag])
        elif tag == _STYLE + "style":
            self.style = given.get(_STYLE + "name", "")
        elif tag == _STYLE + "table-properties" and given.get(_TABLE + "display") == "false":
            self.hidden_styles.add(self.style)

    def end(self, tag: str) -> None:
        """Close an element."""
        if self.skipped:
            self.skipped -= 1
        elif tag == _TEXT + "p":
            self.in_text -= 1
        elif tag in _CELLS:
            self._end_cell()
        elif tag == _TABLE + "table-row":
            self._end_row()
        elif tag == _TABLE + "table":
            self.inside = False
            self.sheets.append(
                Sheet(
                    self.name,
                    tuple(self.rows),
                    self.hidden,
                    tuple(self.merged),
                    self.uncomputed,
                    self.hidden_rows,
                )
            )

    def text(self, data: str) -> None:
        """Take characters."""
        if self.in_text and not self.skipped:
            self.texts.append(data)

    def _end_cell(self) -> None:
        given = self.given
        repeated = _count(given.get(_TABLE + "number-columns-repeated"))
        row, column = len(self.rows) + self.blank_rows + 1, len(self.row) + self.blank_cells + 1
        tall, wide = (_count(given.get(f"{_TABLE}number-{way}-spanned")) for way in ("rows", "columns"))
        if tall > 1 or wide > 1:
            self.merged.append(Area(row, column, row + tall - 1, column + wide - 1))
        value = _value(given, "".join(self.texts))
        if value is None and _TABLE + "formula" in given and _OFFICE + "value-type" not in given:
            self.uncomputed[row, column] = None
        if value is None or value == "":
            self.blank_cells += repeated
            return
        if column + repeated - 1 > MOST_COLUMNS:
            raise _TooLargeError(cell_name(row, min(column + repeated - 1, 2**14)))
        self.row += [None] * self.blank_cells + [value] * repeated
        self.blank_cells = 0

    def _end_row(self) -> None:
        if not self.row:
            self.blank_rows += self.repeated
            return
        self.cells += len(self.row) * self.repeated
        reaches = len(self.rows) + self.blank_rows + self.repeated
        if reaches > MOST_ROWS or self.cells > MOST_CELLS:
            raise _TooLargeError(cell_name(reaches, len(self.row)))
        self.rows += [()] * self.blank_rows + [tuple(self.row)] * self.repeated
        self.hidden_rows += self.repeated * self.row_hidden
        self.blank_rows = 0


def read_ods(archive: zipfile.ZipFile, log: ProblemLog, file: str) -> tuple[Sheet, ...] | None:
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
        In the order of their tabs; None where it cannot be read.

    Notes
    -----
    Repeated rows and cells cost what they hold: blank ones at the end, of which every such file has a million,
    cost nothing, and what would unfold beyond the limits is refused before it does.
    """
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        log.add(
            "error",
            "protected-workbook",
            N_("The workbook is protected with a password, so that nobody can read it without."),
            N_("Open it with the password and save a copy without one."),
            file=file,
        )
        return None
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        for chunk in read_chunks(archive, archive.getinfo("content.xml")):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _TooLargeError as reached:
        log.add(
            "error",
            "far-cell",
            N_("Sheet {sheet} reaches to {cell}: at most {columns} columns and {cells} cells are read."),
            N_("Delete the cells far from the table (select the empty columns and rows, then delete them) and save."),
            file=file,
            sheet=f"“{reader.name[:60]}”",
            cell=str(reached),
            columns=MOST_COLUMNS,
            cells=MOST_CELLS,
        )
    except (expat.ExpatError, ValueError, KeyError, zipfile.BadZipFile) as fault:
        log.add(
            "error",
            "broken-workbook",
            N_("The workbook is not written as it should be ({reason})."),
            N_("Open it in a spreadsheet program and save it again as .xlsx."),
            file=file,
            reason=type(fault).__name__,
        )
    else:
        return tuple(reader.sheets)
    return None


def _count(text: str | None) -> int:
    """Return how often something is repeated; no more than anything can be, so that sums stay small."""
    return min(max(int(text), 1), 2**31) if text else 1


def _value(given: Mapping[str, str], text: str) -> Value:
    kind = given.get(_OFFICE + "value-type")
    if kind in _NUMBERS:
        number = float(given.get(_OFFICE + "value", ""))
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "boolean":
        return given.get(_OFFICE + "boolean-value") == "true"
    if kind == "date":
        return _date(given.get(_OFFICE + "date-value", ""), text)
    if kind == "string" and not text:
        return given.get(_OFFICE + "string-value") or None
    return text or None


def _date(written: str, shown: str) -> Value:
    """Return a date, or what the cell shows where the calendar has no such day."""
    try:
        moment = datetime.datetime.fromisoformat(written)
    except ValueError:
        return shown
    return moment.date() if "T" not in written else moment
