"""A questionnaire as an XLSForm: what KoboToolbox, ODK and SurveyCTO import."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import xlsxwriter

from cxgraph.ask.questions import FORMAT, IMPORTANCES, Form, Item
from cxgraph.ask.texts import FROM, PRIVACY, PURPOSES, QUESTIONS, SIDES, STEPS, WORDS, level_question, title
from cxgraph.ask.workbook_form import whole_levels
from cxgraph.wording import Translator

_SURVEY = ("type", "name", "label", "hint", "appearance", "constraint", "calculation")
FIELD = "cxgraph"
"""How the names of the fields begin that say which form an answer is to."""


def xlsform(form: Form, translate: Translator) -> bytes:
    """Return a form as the bytes of an XLSForm workbook.

    Parameters
    ----------
    form : Form
        What to ask.
    translate : Translator
        Language of the form.

    Returns
    -------
    bytes
        The same for the same form. Sheets survey, choices and settings; calculated fields carry the form's id and
        version and what each question is about, so that every export of the answers can be read back alone.

    References
    ----------
    XLSForm, https://xlsform.org; version and id as ODK and KoboToolbox use them.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {"title": title(form, translate), "author": "cxgraph", "created": datetime.datetime(2000, 1, 1)}
    )
    questions = _relations(form, translate) if form.what == "relations" else _scores(form, translate)
    _write(book, "survey", _SURVEY, [*_identity(form, translate), *questions])
    _write(book, "choices", ("list_name", "name", "label"), _choices(form, translate))
    settings = ("form_title", "form_id", "version", "default_language")
    language = {"en": "English (en)", "es": "Español (es)"}[translate.language]
    _write(
        book,
        "settings",
        settings,
        [dict(zip(settings, (plain_label(title(form, translate)), form.id, str(form.version), language), strict=True))],
    )
    book.close()
    return stream.getvalue()


def _write(book: Any, name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    sheet = book.add_worksheet(name)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column)
        for line, row in enumerate(rows, 1):
            if row.get(column):
                sheet.write_string(line, at, row[column])


def _identity(form: Form, translate: Translator) -> list[dict[str, str]]:
    """Return the fields that no respondent sees, and the note that opens the form."""
    given = {
        "form": form.id,
        "version": str(form.version),
        "format": str(FORMAT),
        "digest": form.digest(),
        "what": form.what,
        "organization": form.organization,
        "scale": f"{form.scale[0]:g} {form.scale[1]:g}",
        "answered_by": form.department.id,
        "answered_by_kind": form.department.kind,
    }
    rows = [{"type": "start", "name": "start"}, {"type": "end", "name": "end"}]
    rows += [_calculated(f"{FIELD}_{key}", text) for key, text in given.items()]
    words = f"{translate(PURPOSES[form.what])} {translate(PRIVACY)}"
    return [*rows, {"type": "note", "name": "introduction", "label": plain_label(words)}]


def _calculated(name: str, text: str) -> dict[str, str]:
    return {"type": "calculate", "name": name, "calculation": xpath_text(text)}


def xpath_text(text: str) -> str:
    r"""Return an XPath expression whose value is a text, whatever quotation marks or references it seems to hold.

    Parameters
    ----------
    text : str
        Any; line ends and tabs become blanks.

    Returns
    -------
    str
        A literal, or a concatenation of literals; ``${`` stands in none of them, since XLSForm would take it for the
        name of a question.

    Examples
    --------
    >>> xpath_text("Sales"), xpath_text("Men's ${x}")
    ("'Sales'", 'concat("Men\'s ", \'$\', \'{x}\')')
    """
    pieces: list[str] = []
    for part in re.sub(r"[\r\n\t]", " ", text).split("$"):
        pieces += ["$", part] if pieces else [part]
    literals = [_literal(quoted) for piece in pieces for quoted in _single_quoted(piece)]
    if len(literals) == 1:
        return literals[0]
    return f"concat({', '.join(literals)})" if literals else "''"


def _single_quoted(piece: str) -> list[str]:
    """Cut a text so that no part holds both kinds of quotation marks."""
    if not piece:
        return []
    if "'" not in piece or '"' not in piece:
        return [piece]
    parts: list[str] = []
    for at, part in enumerate(piece.split('"')):
        parts += ['"'] if at else []
        parts += [part] if part else []
    return parts


def _literal(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def plain_label(text: str) -> str:
    """Return a text as a label: XLSForm would take ``${`` for the name of a question and # for a heading."""
    bare = " ".join(text.split()).replace("${", "$ {")
    return f"\N{ZERO WIDTH SPACE}{bare}" if bare[:1] in "#*_=<" else bare


def _scores(form: Form, translate: Translator) -> list[dict[str, str]]:
    """Return a page for each step: what is expected, what is received, what matters, and the comment."""
    rows = []
    for item in form.items:
        rows += _about(item)
    for step in STEPS:
        rows.append(
            {
                "type": "begin_group",
                "name": f"page_{step}",
                "label": level_question(form, step, translate),
                "appearance": "field-list",
            }
        )
        kind, constraint = ("select_one importance", "") if step == "importance" else _level(form)
        for item in form.items:
            label = f"{item.service} ({translate(FROM[form.what], name=item.label)})"
            rows.append(
                {
                    "type": kind,
                    "name": f"{step}_{item.key}",
                    "label": plain_label(label),
                    "constraint": constraint,
                    "appearance": "likert" if kind.startswith("select") else "",
                }
            )
        if step == "importance":
            rows.append({"type": "text", "name": "comment", "label": translate(WORDS["comment"])})
        rows.append({"type": "end_group"})
    return rows


def _level(form: Form) -> tuple[str, str]:
    low, high = form.scale
    return ("select_one level", "") if whole_levels(form.scale) else ("decimal", f". >= {low:g} and . <= {high:g}")


def _about(item: Item) -> list[dict[str, str]]:
    """Return calculated fields that say what the questions of an item are about."""
    about = {"supplier": item.supplier, "client": item.client, "service": item.service, "kind": item.kind}
    return [_calculated(f"{key}_{item.key}", text) for key, text in about.items() if text]


def _relations(form: Form, translate: Translator) -> list[dict[str, str]]:
    """Return a page for the suppliers and one for the clients."""
    rows = []
    for item in form.items:
        rows += _about(item)
    for side, words in SIDES.items():
        rows.append({"type": "begin_group", "name": f"page_{side}", "label": translate(words)})
        for item in form.items:
            if (item.client == form.department.id) != (side == "supplier"):
                continue
            rows += [
                {
                    "type": "begin_group",
                    "name": f"item_{item.key}",
                    "label": plain_label(item.label),
                    "appearance": "field-list",
                },
                {"type": "select_one yes_no", "name": f"serves_{item.key}", "label": translate(QUESTIONS[side])},
                {"type": "text", "name": f"formal_{item.key}", "label": translate(QUESTIONS["formal"])},
                {"type": "text", "name": f"relational_{item.key}", "label": translate(QUESTIONS["relational"])},
                {"type": "end_group"},
            ]
        rows.append({"type": "end_group"})
    return rows


def _choices(form: Form, translate: Translator) -> list[dict[str, str]]:
    if form.what == "relations":
        return [
            {"list_name": "yes_no", "name": "yes", "label": translate(WORDS["yes"])},
            {"list_name": "yes_no", "name": "no", "label": translate(WORDS["no"])},
        ]
    levels = {"level": whole_levels(form.scale), "importance": IMPORTANCES}
    return [
        {"list_name": name, "name": str(level), "label": str(level)}
        for name, found in levels.items()
        for level in found
    ]
