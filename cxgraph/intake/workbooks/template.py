"""The workbook to fill in: a sheet for each table, drop-downs for choices and codes, and a sheet that explains them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from cxgraph.intake.workbooks.sheets import column_name
from cxgraph.tables.schema import TABLES, Column
from cxgraph.wording import N_, Translator

_ROWS = 1000
"""Rows below the header that drop-downs reach to."""
_CODES = {"supplier", "client", "parent", "department"}
_WIDTH = 18


def template_workbook(
    tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]], translate: Translator
) -> bytes:
    """Return a workbook with a sheet for each table, the example rows in it, and explanations.

    Parameters
    ----------
    tables : mapping of str to (columns, rows)
        Names of the schema's columns, and the example rows as text; numbers as the language writes them.
    translate : Translator
        Language of sheets, headers and explanations.

    Returns
    -------
    bytes
        An .xlsx file, the same for the same tables. `cxgraph.read` reads it as it is.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"author": "cxgraph", "created": datetime.datetime(2000, 1, 1)})
    looks = {
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEEEEE"}),
        "required": book.add_format({"bold": True, "bottom": 1, "bg_color": "#D9D9D9"}),
        "title": book.add_format({"bold": True, "font_size": 13}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    spanish = translate.language == "es"
    codes = _codes_of(tables, spanish)
    for name, (columns, rows) in tables.items():
        sheet = book.add_worksheet(TABLES[name].stems[1 if spanish else 0])
        sheet.freeze_panes(1, 0)
        for at, key in enumerate(columns):
            column = TABLES[name].column(key)
            sheet.set_column(at, at, _WIDTH)
            header = column.spanish if spanish else key
            sheet.write_string(0, at, header, looks["required" if column.required else "head"])
            sheet.write_comment(0, at, column.meaning_es if spanish else column.meaning)
            rule = _rule(column, spanish, codes)
            if rule:
                sheet.data_validation(1, at, _ROWS, at, rule)
            for line, row in enumerate(rows, 1):
                _write(sheet, line, at, row[at], column)
    _explanations(book, tables, translate, looks)
    book.close()
    return stream.getvalue()


def _codes_of(tables: Mapping[str, Any], spanish: bool) -> str:
    """Return where the codes of the departments stand, as drop-downs name it; empty where there are none."""
    if "departments" not in tables:
        return ""
    letter = column_name(list(tables["departments"][0]).index("id") + 1)
    return f"={TABLES['departments'].stems[1 if spanish else 0]}!${letter}$2:${letter}${_ROWS + 1}"


def _rule(column: Column, spanish: bool, codes: str) -> dict[str, Any] | None:
    """Return what may be typed into a column; other values are warned of and possible all the same."""
    if column.choices:
        source = [others[0] if spanish and others else choice for choice, others in column.choices]
        return {"validate": "list", "source": source, "error_type": "warning"}
    if column.name in _CODES and codes:
        return {"validate": "list", "source": codes, "error_type": "warning"}
    if column.minimum is not None and column.type in ("number", "integer"):
        return {"validate": "decimal", "criteria": ">=", "value": column.minimum, "error_type": "warning"}
    return None


def _write(sheet: Any, line: int, at: int, text: str, column: Column) -> None:
    if text == "":
        return
    if column.type in ("number", "integer"):
        sheet.write_number(line, at, float(text.replace(",", ".")))
    else:
        sheet.write_string(line, at, text)


def _explanations(
    book: Any, tables: Mapping[str, tuple[Sequence[str], Any]], translate: Translator, looks: Mapping[str, Any]
) -> None:
    spanish = translate.language == "es"
    sheet = book.add_worksheet(translate(N_("Explanations")))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    line = 0
    for text in (
        N_(
            "Replace the example rows and keep the headings; columns that are not needed may be deleted, and an empty "
            "cell stays unknown."
        ),
        N_(
            "A service goes from the supplier who gives it to the client who receives it: ask the client, not the "
            "supplier, what it expects and what it gets."
        ),
        N_("Then: cxgraph check FOLDER and cxgraph report FOLDER"),
    ):
        sheet.merge_range(line, 0, line, 1, translate(text), looks["text"])
        sheet.set_row(line, 32)
        line += 1
    for name, (columns, _) in tables.items():
        sheet.write_string(line + 1, 0, TABLES[name].stems[1 if spanish else 0], looks["title"])
        line += 2
        for key in columns:
            column = TABLES[name].column(key)
            sheet.write_string(line, 0, column.spanish if spanish else key, looks["text"])
            sheet.write_string(line, 1, column.meaning_es if spanish else column.meaning, looks["text"])
            line += 1
