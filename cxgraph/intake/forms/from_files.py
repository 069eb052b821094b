"""Questionnaires in files of data: what the page saves (CSV, JSON), and what survey tools export of an XLSForm."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cxgraph.intake.forms.returned import (
    LONGEST_COMMENT,
    RELATIONS,
    STEPS,
    Answer,
    Returned,
    parse_scale,
    parse_version,
)
from cxgraph.intake.forms.sniff import MARK
from cxgraph.model.outline import Place

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r"'+(?=[=+\-@\t\r\n])")
_TOOL_FIELD = re.compile(r"(?:.*[/.:\-])?(cxgraph_[a-z_]+|[a-z]+_[0-9]{1,6}|comment|end|start)", re.DOTALL)
_FIELD = re.compile(r"([a-z]+)_([0-9]{1,6})")


def from_json(data: bytes, file: str) -> list[Returned]:
    """Return the questionnaire that a JSON file holds; nothing where it holds none.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name.

    Returns
    -------
    list of Returned
        One, or none.
    """
    if MARK.encode() not in data[:4096]:
        return []
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return []
    if not isinstance(content, dict) or MARK not in content:
        return []
    places = [
        Place(*(_text(place.get(key)) for key in ("id", "name", "kind", "parent")))
        for place in _records(content.get("places"))
    ]
    answers = [_answer(record) for record in _records(content.get("answers"))]
    scale = content.get("scale")
    ends = scale if isinstance(scale, list) and len(scale) == 2 else ["", ""]
    return [_returned(file, content, ends, places, answers)]


def from_csv(text: str, file: str) -> list[Returned]:
    """Return the questionnaires that a text table holds, of the page or of a survey tool; nothing where it holds none.

    Parameters
    ----------
    text : str
        The whole file, decoded.
    file : str
        Its name.

    Returns
    -------
    list of Returned
        One for each respondent.
    """
    start = text.lstrip("\ufeff")
    end = start.find("\n")
    head = start[: end if end >= 0 else len(start)]
    if "cxgraph_form" not in head:
        return []
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO(start, newline=""), delimiter=delimiter))
    except csv.Error:
        return []
    if head.lstrip('"').startswith(MARK):
        return _of_page(rows, file)
    return [_of_tool(row, file) for row in rows]


def from_table(rows: Sequence[Sequence[str]], file: str) -> list[Returned]:
    """Return the questionnaires that the sheet of a survey tool's export holds, its first row the header."""
    if not rows or not any("cxgraph_form" in cell for cell in rows[0]):
        return []
    return [_of_tool(dict(zip(rows[0], row, strict=False)), file) for row in rows[1:] if any(row)]


def _of_page(rows: Sequence[Mapping[str | None, Any]], file: str) -> list[Returned]:
    """Return what the page saved: the same head on every row, then one answer."""
    by_head: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in rows:
        plain = {str(key): _unquoted(value) for key, value in row.items() if isinstance(value, str)}
        if not any(plain.values()):
            continue
        head = tuple(plain.get(key, "") for key in ("form", "version", "respondent", "saved"))
        by_head.setdefault(head, []).append(plain)
    found = []
    for group in by_head.values():
        places: dict[str, Place] = {}
        for answer in group:
            for end in ("supplier", "client"):
                if answer.get(end):
                    places[answer[end]] = Place(
                        answer[end], answer.get(f"{end}_name", ""), answer.get(f"{end}_kind", "")
                    )
        answers = [_answer(answer) for answer in group if answer.get("supplier") and answer.get("client")]
        ends = [group[0].get("scale_bottom", ""), group[0].get("scale_top", "")]
        found.append(_returned(file, group[0], ends, list(places.values()), answers))
    return found


def _of_tool(row: Mapping[str | None, Any], file: str) -> Returned:
    """Return one row of a survey tool's export; groups before the names of fields are dropped."""
    plain: dict[str, str] = {}
    for key, value in row.items():
        named = _TOOL_FIELD.fullmatch(str(key).strip())
        if named and value is not None and str(value).strip():
            plain.setdefault(named[1], str(value).strip())
    items: dict[str, dict[str, str]] = {}
    for key, value in plain.items():
        match = _FIELD.fullmatch(key)
        if match:
            items.setdefault(match[2], {})[match[1]] = value
    answers = [_answer(items[number]) for number in sorted(items, key=int) if items[number].get("supplier")]
    head: dict[str, Any] = {key.removeprefix("cxgraph_"): value for key, value in plain.items()}
    head["saved"] = plain.get("end", "")
    head["comment"] = plain.get("comment", "")
    who = plain.get("cxgraph_answered_by", "")
    places = [Place(who, who, plain["cxgraph_answered_by_kind"])] if "cxgraph_answered_by_kind" in plain else []
    ends = [*plain.get("cxgraph_scale", "").split(), "", ""][:2]
    return _returned(file, head, ends, places, answers)


def _returned(
    file: str, head: Mapping[str, Any], scale: Sequence[Any], places: Sequence[Place], answers: Sequence[Answer]
) -> Returned:
    given = {key: _text(head.get(key)) for key in ("form", "digest", "what", "organization", "language", "answered_by")}
    return Returned(
        file=file,
        version=parse_version(head.get("version")),
        scale=parse_scale(scale[0], scale[1]),
        places=tuple(places),
        answers=tuple(answer for answer in answers if answer.given and answer.supplier and answer.client),
        respondent=_text(head.get("respondent")),
        saved=_text(head.get("saved")),
        comment=_text(head.get("comment"))[:LONGEST_COMMENT],
        **given,
    )


def _answer(record: Mapping[str, Any]) -> Answer:
    given = {step: _text(record.get(step)) for step in (*STEPS, *RELATIONS)}
    supplier, client, service, kind = (_text(record.get(key)) for key in ("supplier", "client", "service", "kind"))
    return Answer(supplier, client, service, kind, {step: text for step, text in given.items() if text})


def _records(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return a value of a file as text; what is neither text nor number is none."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _unquoted(text: str) -> str:
    """Drop the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return text[1:] if _QUOTED.match(text) else text
