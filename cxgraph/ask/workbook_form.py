"""A questionnaire as a workbook: drop-downs, protected cells, and a hidden sheet that says which form it is."""

from __future__ import annotations

import datetime
import io
from typing import Any

import xlsxwriter

from cxgraph.ask.questions import FORMAT, IMPORTANCES, Form
from cxgraph.ask.texts import FROM, PRIVACY, PURPOSES, QUESTIONS, SIDES, STEPS, WORDS, level_question, title
from cxgraph.wording import Translator

IDENTITY_SHEET = "cxgraph_form"
"""Hidden sheet that tells form, version and what each key of the other sheets is about."""
_KEY, _FIRST, _SECOND, _ANSWER = 0, 1, 2, 3
_LEVELS = 11
_EXCHANGED = (QUESTIONS["formal"], QUESTIONS["relational"])


def workbook_form(form: Form, translate: Translator) -> bytes:
    """Return a form as the bytes of an .xlsx file.

    Parameters
    ----------
    form : Form
        What to ask.
    translate : Translator
        Language of the form.

    Returns
    -------
    bytes
        The same for the same form. Every text is written as text, whatever it begins with; only the cells to be
        filled in can be changed. Column A of each sheet is hidden and holds the key of the row's question.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {"title": title(form, translate), "author": "cxgraph", "created": datetime.datetime(2000, 1, 1)}
    )
    looks = {
        "title": book.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "cell": book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#EEEEEE", "border": 4}),
        "open": book.add_format({"text_wrap": True, "valign": "top", "locked": False, "border": 1}),
    }
    _introduction(book, form, translate, looks)
    if form.what == "relations":
        for side in SIDES:
            _relations(book, form, side, translate, looks)
    else:
        for step in STEPS:
            _scores(book, form, step, translate, looks)
    _identity(book, form, translate.language)
    book.close()
    return stream.getvalue()


def _sheet(book: Any, name: str, heads: list[str], widths: list[int], looks: dict[str, Any]) -> Any:
    sheet = book.add_worksheet(name[:31])
    sheet.set_column(_KEY, _KEY, None, None, {"hidden": True})
    for column, width in enumerate(widths, 1):
        sheet.set_column(column, column, width)
    for column, head in enumerate(heads, 1):
        sheet.write_string(0, column, head, looks["head"])
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    return sheet


def _introduction(book: Any, form: Form, translate: Translator, looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(translate(WORDS["introduction"])[:31])
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, title(form, translate), looks["title"])
    sheet.write_string(1, 0, form.organization, looks["text"])
    for row, text in enumerate((PURPOSES[form.what], PRIVACY, WORDS["fill"]), 3):
        sheet.write_string(row, 0, translate(text), looks["text"])
        sheet.set_row(row, 48)
    sheet.protect("")


def _relations(book: Any, form: Form, side: str, translate: Translator, looks: dict[str, Any]) -> None:
    heads = [translate(text) for text in (WORDS["department"], QUESTIONS[side], *_EXCHANGED)]
    sheet = _sheet(book, translate(SIDES[side]), heads, [36, 14, 44, 44], looks)
    choices = [translate(WORDS["yes"]), translate(WORDS["no"])]
    row = 0
    for item in form.items:
        # A supplier stands in the item as supplier of the one who answers.
        if (item.client == form.department.id) != (side == "supplier"):
            continue
        row += 1
        sheet.write_string(row, _KEY, f"{item.key}:{side}")
        sheet.write_string(row, 1, item.label, looks["cell"])
        for column in (2, 3, 4):
            sheet.write_blank(row, column, None, looks["open"])
        sheet.data_validation(row, 2, row, 2, {"validate": "list", "source": choices})


def _scores(book: Any, form: Form, step: str, translate: Translator, looks: dict[str, Any]) -> None:
    heads = [translate(WORDS["service"]), translate(WORDS["department"]), level_question(form, step, translate)]
    sheet = _sheet(book, translate(STEPS[step]), heads, [44, 36, 28], looks)
    allowed = importance_rule() if step == "importance" else level_rule(form)
    for row, item in enumerate(form.items, 1):
        sheet.write_string(row, _KEY, f"{item.key}:{step}")
        sheet.write_string(row, _FIRST, item.service, looks["cell"])
        sheet.write_string(row, _SECOND, translate(FROM[form.what], name=item.label), looks["cell"])
        sheet.write_blank(row, _ANSWER, None, looks["open"])
        sheet.data_validation(row, _ANSWER, row, _ANSWER, allowed)
    if step == "importance":
        for row, key in enumerate(("comment", "respondent"), len(form.items) + 2):
            sheet.write_string(row, _KEY, key)
            sheet.merge_range(row, _FIRST, row, _SECOND, translate(WORDS[key]), looks["cell"])
            sheet.write_blank(row, _ANSWER, None, looks["open"])
            sheet.set_row(row, 80 if key == "comment" else 32)


def level_rule(form: Form) -> dict[str, Any]:
    """Return what a spreadsheet lets be typed into a score: a list of whole levels, or any number of the scale."""
    levels = whole_levels(form.scale)
    if levels:
        return {"validate": "list", "source": [str(level) for level in levels]}
    return {"validate": "decimal", "criteria": "between", "minimum": form.scale[0], "maximum": form.scale[1]}


def importance_rule() -> dict[str, Any]:
    """Return what a spreadsheet lets be typed into an importance."""
    return {"validate": "list", "source": [str(level) for level in IMPORTANCES]}


def whole_levels(scale: tuple[float, float]) -> tuple[int, ...]:
    """Return the whole numbers of a scale where they are few enough to choose from, else none.

    Parameters
    ----------
    scale : (float, float)
        Bottom and top.

    Returns
    -------
    tuple of int
        At most eleven.

    Examples
    --------
    >>> whole_levels((1.0, 5.0)), whole_levels((0.0, 100.0))
    ((1, 2, 3, 4, 5), ())
    """
    low, high = scale
    if not (low.is_integer() and high.is_integer()) or high - low >= _LEVELS or high - low < 2:
        return ()
    return tuple(range(int(low), int(high) + 1))


def _identity(book: Any, form: Form, language: str) -> None:
    """Write what reading back needs: which form this is, and what each key is about."""
    sheet = book.add_worksheet(IDENTITY_SHEET)
    rows: list[tuple[str, ...]] = [
        (IDENTITY_SHEET, str(FORMAT)),
        ("form", form.id),
        ("version", str(form.version)),
        ("digest", form.digest()),
        ("what", form.what),
        ("organization", form.organization),
        ("language", language),
        ("scale", f"{form.scale[0]:g}", f"{form.scale[1]:g}"),
        ("answered_by", form.department.id),
    ]
    rows += [("place", place.id, place.name, place.kind, place.parent) for place in form.places]
    rows += [("item", item.key, item.supplier, item.client, item.service, item.kind) for item in form.items]
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
    sheet.very_hidden()
