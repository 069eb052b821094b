"""A questionnaire that was filled in as a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxgraph.intake.forms.returned import RELATIONS, STEPS, Answer, Returned, parse_scale, parse_version
from cxgraph.intake.forms.sniff import MARK
from cxgraph.intake.workbooks.sheets import Sheet, Value, cell_name, is_blank
from cxgraph.model.outline import Place

_KEY = re.compile(r"([0-9]{1,6}):([a-z]+)")
_ANSWER = 3  # column of the one answer of a score; relations have three, one column earlier
_YES = {
    "yes": "yes",
    "sí": "yes",
    "si": "yes",
    "no": "no",
    "x": "yes",
    "1": "yes",
    "0": "no",
    "true": "yes",
    "false": "no",
}


def is_form(sheets: Sequence[Sheet]) -> bool:
    """Return whether a workbook is a questionnaire of cxgraph."""
    return any(sheet.name == MARK for sheet in sheets)


def from_workbook(sheets: Sequence[Sheet], file: str) -> Returned:
    """Return the answers of a workbook that `is_form` recognises.

    Parameters
    ----------
    sheets : sequence of Sheet
        All of the workbook; their order, names and the order of their rows may have changed.
    file : str
        Name of the file.

    Returns
    -------
    Returned
        What was filled in.
    """
    identity = next(sheet for sheet in sheets if sheet.name == MARK)
    given: dict[str, list[str]] = {}
    places: list[Place] = []
    items: dict[str, tuple[str, str, str, str]] = {}
    for row in identity.rows:
        texts = [as_text(value) for value in row] + [""] * 6
        if texts[0] == "place":
            places.append(Place(*texts[1:5]))
        elif texts[0] == "item":
            items[texts[1]] = (texts[2], texts[3], texts[4], texts[5])
        elif texts[0]:
            given.setdefault(texts[0], texts[1:])
    relations = given.get("what", [""])[0] == "relations"
    found: dict[str, dict[str, str]] = {}
    cells: dict[str, str] = {}
    extras: dict[str, str] = {}
    for sheet in sheets:
        if sheet is identity:
            continue
        for number, row in enumerate(sheet.rows, 1):
            key = as_text(row[0]) if row else ""
            answers = [as_text(row[at]) if len(row) > at else "" for at in range(_ANSWER + 2)]
            match = _KEY.fullmatch(key)
            if match and match[1] in items:
                told = dict(zip(RELATIONS, answers[2:5], strict=True)) if relations else {match[2]: answers[_ANSWER]}
                if "serves" in told:
                    told["serves"] = _YES.get(told["serves"].casefold(), told["serves"])
                kept = {step: text for step, text in told.items() if text and step in (*STEPS, *RELATIONS)}
                found.setdefault(match[1], {}).update(kept)
                cells.setdefault(match[1], f"{sheet.name}!{cell_name(number, 3 if relations else _ANSWER + 1)}")
            elif key in ("comment", "respondent"):
                extras[key] = answers[_ANSWER]
    answers_ = [Answer(*items[key], given=told, cell=cells[key]) for key, told in found.items() if told]
    first = {key: values[0] for key, values in given.items()}
    scale = given.get("scale", ["", ""])
    return Returned(
        file,
        first.get("form", ""),
        parse_version(first.get("version")),
        first.get("digest", ""),
        first.get("what", ""),
        first.get("organization", ""),
        first.get("language", ""),
        parse_scale(scale[0], scale[1]),
        first.get("answered_by", ""),
        tuple(places),
        tuple(answers_),
        extras.get("respondent", ""),
        "",
        extras.get("comment", ""),
    )


def as_text(value: Value) -> str:
    """Return a cell as text: 8.0 is 8, nothing is empty."""
    if is_blank(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
