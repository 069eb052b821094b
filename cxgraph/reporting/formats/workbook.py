"""A document as an Excel workbook: one sheet a table, real numbers with formats, native charts, never a formula."""

from __future__ import annotations

import datetime
import io
import math
import re
import textwrap
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from cxgraph.reporting.blocks import Cell, Document, Grid, Heading, Listing, Paragraph, TableColumn, cell_text
from cxgraph.wording import Translator

MOST_ROWS = 20_000
"""Rows of a sheet; the CSV files hold all, and the first sheet says so."""
_LONGEST = 32_000
_CHARTED = 12
_LINE = 15
"""Points of a line; no program shows a row of more than 409."""
_MOST_LINES = 409 // _LINE
_SECOND, _FRONT = 90, 118
"""Widths of the first sheet's second column, and of both together."""
_FORMATS = {"count": "#,##0", "text": "@"}
_HEADER_ROW = 0
_TINT, _WHITE = "#F2B8BF", "#FFFFFF"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table and the name of the sheet that it is written to."""

    grid: Grid
    name: str


def render_workbook(document: Document, translate: Translator) -> bytes:
    """Return a document as the bytes of an .xlsx file.

    Parameters
    ----------
    document : Document
        Every table becomes a sheet; the first section's sentences open the workbook.
    translate : Translator
        Language of the few words that are added.

    Returns
    -------
    bytes
        Equal documents give equal bytes: the date of creation is fixed. Texts are written as texts, whatever they
        begin with.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": document.title, "author": "cxgraph", "created": datetime.datetime(2000, 1, 1)})
    sheets = _named(document, translate)
    front = book.add_worksheet(_sheet_name(translate("Summary"), set()))
    for sheet in sheets:
        _write_grid(book, sheet, translate)
    _write_front(book, front, document, sheets, translate)
    book.close()
    return stream.getvalue()


def _named(document: Document, translate: Translator) -> list[_Sheet]:
    taken = {_sheet_name(translate("Summary"), set()).casefold()}
    sheets = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Grid) and block.length:
                sheets.append(_Sheet(block, _sheet_name(block.name, taken)))
    return sheets


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name that Excel takes for a sheet and no other sheet has."""
    base = re.sub(r"[\[\]:*?/\\']", " ", wanted).strip()[:28] or "table"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base} {number}"
    taken.add(name.casefold())
    return name


def _write_grid(book: Any, sheet: _Sheet, translate: Translator) -> None:
    """Write one table with its head frozen, filters, formats and colours."""
    grid, page = sheet.grid, book.add_worksheet(sheet.name)
    look = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#EEF0F2"}
    heads = [book.add_format(look), book.add_format({**look, "align": "right"})]
    length = min(grid.length, MOST_ROWS)
    widths = [_width(entry, translate) for entry in grid.columns]
    # No program fits the height of a wrapped row by itself before it is touched, and LibreOffice prints over the next.
    heads_high = [math.ceil(1.2 * len(entry.heading) / wide) for entry, wide in zip(grid.columns, widths, strict=True)]
    page.set_row(_HEADER_ROW, 16 * max(heads_high))
    for row, lines in _row_lines(grid, widths, length, translate).items():
        page.set_row(_HEADER_ROW + 1 + row, _LINE * lines)
    for place, entry in enumerate(grid.columns):
        form = book.add_format(
            {
                "num_format": _number_format(entry),
                "valign": "top",
                "text_wrap": not entry.numeric,
                "indent": int(place > 0 and not entry.numeric),
            }
        )
        page.set_column(place, place, widths[place], form)
        page.write_string(_HEADER_ROW, place, entry.heading[:_LONGEST], heads[int(entry.numeric)])
        for row, cell in enumerate(entry.cells[:length], _HEADER_ROW + 1):
            _write_cell(page, row, place, cell, entry, form, translate)
        if entry.kind == "percent" and length > 1:
            low, high = (_TINT, _WHITE) if entry.heat else (_WHITE, _TINT)
            page.conditional_format(
                _HEADER_ROW + 1, place, length, place, {"type": "2_color_scale", "min_color": low, "max_color": high}
            )
    page.freeze_panes(_HEADER_ROW + 1, 1)
    page.autofilter(_HEADER_ROW, 0, length, len(grid.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADER_ROW)


def _row_lines(grid: Grid, widths: list[float], length: int, translate: Translator) -> dict[int, int]:
    """Return how many lines the rows take that take more than one."""
    lines: dict[int, int] = {}
    for entry, width in zip(grid.columns, widths, strict=True):
        if entry.numeric:
            continue
        for row, cell in enumerate(entry.cells[:length]):
            count = _lines(cell_text(cell, entry, translate), width)
            if count > lines.get(row, 1):
                lines[row] = min(count, _MOST_LINES)
    return lines


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column: a little too many rather than one too few.

    A unit of a column's width is a digit. Letters of the East take two, and capitals a third more than a digit.
    """
    if 2 * len(text) < width and "\n" not in text:
        return 1
    wide = "".join(letter * 2 if east_asian_width(letter) in "WF" else letter for letter in text)
    if text.isupper():
        width *= 0.75
    if len(wide) <= width - 1 and "\n" not in wide:
        return 1
    return max(sum(max(len(textwrap.wrap(part, int(width) - 1)), 1) for part in wide.splitlines()), 1)


def _number_format(entry: TableColumn) -> str:
    decimals = "." + "0" * entry.decimals if entry.decimals else ""
    if entry.kind == "percent":
        return f"0{decimals}%"
    return f"0{decimals}" if decimals else _FORMATS.get(entry.kind, _FORMATS["count"])


def _write_cell(
    page: Any, row: int, place: int, cell: Cell, entry: TableColumn, form: Any, translate: Translator
) -> None:
    if cell is None:
        return
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        page.write_number(row, place, 100 * cell if entry.kind == "points" else cell, form)
    else:
        # Never `write`: it takes a text that begins with = for a formula.
        page.write_string(row, place, cell_text(cell, entry, translate)[:_LONGEST], form)


def _width(entry: TableColumn, translate: Translator) -> float:
    longest = max((len(cell_text(cell, entry, translate)) for cell in entry.cells[:200]), default=0)
    return float(min(max(longest + 2, min(len(entry.heading) + 2, 16), 8), 60))


def _write_front(book: Any, page: Any, document: Document, sheets: list[_Sheet], translate: Translator) -> None:
    """Write the first sheet: the finding, a contents list with links, and two charts."""
    title, bold = book.add_format({"bold": True, "font_size": 16}), book.add_format({"bold": True})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, _FRONT - _SECOND)
    page.set_column(1, 1, _SECOND)
    page.write_string(0, 0, document.title[:_LONGEST], title)
    row = 2
    for block in document.sections[0].blocks:
        if isinstance(block, Heading):
            page.write_string(row, 0, block.text[:_LONGEST], bold)
            row += 1
            continue
        lines = (
            [block.text]
            if isinstance(block, Paragraph)
            else (
                [f"{place}. {item}" if block.numbered else item for place, item in enumerate(block.items, 1)]
                if isinstance(block, Listing)
                else []
            )
        )
        for line in lines:
            page.merge_range(row, 0, row, 1, "", text)
            page.write_string(row, 0, line[:_LONGEST], text)
            page.set_row(row, _LINE * min(_lines(line, _FRONT), _MOST_LINES))
            row += 1
    row += 1
    page.write_string(row, 0, translate("Contents"), bold)
    for sheet in sheets:
        row += 1
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
        more = (
            " "
            + translate(
                "The first {shown} rows of {total}.",
                shown=translate.number(MOST_ROWS),
                total=translate.number(sheet.grid.length),
            )
            if sheet.grid.length > MOST_ROWS
            else ""
        )
        caption = f"{sheet.grid.caption}{more}"[:_LONGEST]
        page.write_string(row, 1, caption, text)
        page.set_row(row, _LINE * _lines(caption, _SECOND))
    _write_charts(book, page, sheets, row + 2)
    page.hide_gridlines(2)
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _write_charts(book: Any, page: Any, sheets: list[_Sheet], row: int) -> None:
    """Chart the tables that are tinted by a share: the first two of them are customers and causes."""
    shaded = [(sheet, sheet.grid.shaded) for sheet in sheets if sheet.grid.shaded is not None]
    for sheet, place in reversed(shaded[:2]):
        grid = sheet.grid
        last = min(grid.length, _CHARTED)
        chart = book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": [sheet.name, _HEADER_ROW, place],
                "fill": {"color": "#8C0D25"},
                "gap": 40,
                "categories": [sheet.name, 1, 0, last, 0],
                "values": [sheet.name, 1, place, last, place],
            }
        )
        chart.set_title({"name": f"{grid.caption}: {grid.columns[place].heading}", "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#D9DCE0"}}})
        chart.set_size({"width": 860, "height": 90 + 28 * last})
        page.insert_chart(row, 0, chart, {"description": grid.caption})
        row += 7 + int(1.5 * last)
