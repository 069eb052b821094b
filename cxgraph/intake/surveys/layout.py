"""Which tool a survey export is from, how many rows its header has, and what each column is called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxgraph.intake.exports.sheet import Sheet
from cxgraph.intake.exports.times import read_moments
from cxgraph.intake.surveys.profiles import SURVEY_TOOLS, SurveyTool
from cxgraph.tables.schema import fold

_IMPORT_ID = re.compile(r'\{"ImportId":"([^"]*)"')
_CODED = re.compile(r"[A-Za-z]\w*\[[A-Za-z0-9_]+\](?:\[[12]\])?")
_CODE_AND_TEXT = re.compile(r"([A-Za-z]\w*(?:\[\w+\])*)\. (\S.*)")
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class Layout:
    """The header of a survey export.

    Attributes
    ----------
    tool : SurveyTool
        The tool without name where none is recognised.
    names : tuple of tuple of str
        What each column may be called, the usual name first.
    skip : int
        Rows after the first that belong to the header.
    roles : mapping of str to int
        Where the tool's own columns are.
    system : frozenset of int
        Columns that the tool adds: no questions.
    """

    tool: SurveyTool
    names: tuple[tuple[str, ...], ...]
    skip: int
    roles: Mapping[str, int]
    system: frozenset[int]


def find_layout(sheet: Sheet) -> Layout:
    """Recognise the tool that exported a survey, by the structure of its header and first rows.

    Parameters
    ----------
    sheet : Sheet
        The export.

    Returns
    -------
    Layout
        Names with blanks for line breaks.
    """
    return layout_of(sheet.headers, sheet.sample)


def layout_of(headers: Sequence[str], rows: Rows) -> Layout:
    """Recognise a header from its first row and the rows after it.

    Parameters
    ----------
    headers : sequence of str
        First row.
    rows : sequence of sequence of str
        The next ones, as many as there are cells in `headers`.

    Returns
    -------
    Layout
        Names with blanks for line breaks.

    Examples
    --------
    >>> layout_of(["_id", "_uuid", "espera/it"], [["1", "u", "5"]]).tool.name
    'kobo'
    >>> found = layout_of(["ID", "Question", ""], [["", "Desk", "Net"], ["7", "3", "4"]])
    >>> found.tool.name, found.names[2][0]
    ('surveymonkey', 'Question Net')
    """
    heads = [_tidy(header) for header in headers]
    if len(rows) >= 2 and any(_IMPORT_ID.match(cell) for cell in rows[1]):
        ids = [_IMPORT_ID.match(cell) for cell in rows[1]]
        coded: list[tuple[str, ...]] = [
            (_tidy(text) or code, code, found[1] if found else "")
            for code, text, found in zip(heads, rows[0], ids, strict=True)
        ]
        return _layout("qualtrics", coded, 2)
    if _has_two_rows(heads, rows):
        return _layout("surveymonkey", _joined(heads, [_tidy(cell) for cell in rows[0]]), 1)
    names = [_parts(head) for head in heads]
    return _layout(_one_row_tool(names, rows), names, 0)


def _parts(head: str) -> tuple[str, ...]:
    """Return a header, and its code and text alone where it holds both: ``Q1[SQ001]. What do you get? [IT]``."""
    match = _CODE_AND_TEXT.fullmatch(head)
    return (head, match[2], match[1]) if match else (head,)


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _layout(tool_name: str, names: Sequence[tuple[str, ...]], skip: int) -> Layout:
    tool = SURVEY_TOOLS[tool_name]
    roles: dict[str, int] = {}
    system: set[int] = set()
    for place, own in enumerate(names):
        folded = {_fold(name) for name in own if name}
        for role, known in tool.roles.items():
            if folded & known:
                system.add(place)
                if role != "system":
                    roles.setdefault(role, place)
    if tool_name == "ms_forms":
        system.update(range(min(5, len(names))))
        roles["date"] = 2
    if tool_name == "google_forms":
        system.add(0)
        roles["date"] = 0
    return Layout(tool, tuple(names), skip, roles, frozenset(system))


def _fold(name: str) -> str:
    """Fold a header, keeping the underscores that mark the columns of some tools."""
    bare: str = fold(name)
    leading = len(name) - len(name.lstrip("_"))
    trailing = len(name) - len(name.rstrip("_"))
    return "_" * leading + bare + ("_" * trailing if leading else "")


def _has_two_rows(heads: Sequence[str], rows: Rows) -> bool:
    """Tell whether the question stands in the first row over the first of its columns, its parts in the second.

    The second row is empty under the columns that the tool adds, where every answer has something.
    """
    if len(rows) < 2 or not heads or not heads[0]:
        return False
    second = [_tidy(cell) for cell in rows[0]]
    blank = [place for place, head in enumerate(heads) if not head]
    own = [place for place, cell in enumerate(second) if heads[place] and not cell]
    return (
        bool(blank) and all(second[place] for place in blank) and 0 in own and all(row[0].strip() for row in rows[1:])
    )


def _joined(first: Sequence[str], second: Sequence[str]) -> list[tuple[str, ...]]:
    """Carry the first row to the right and join it with the second; other ways to join them are known too."""
    names: list[tuple[str, ...]] = []
    question = ""
    for head, part in zip(first, second, strict=True):
        question = head or question
        if not part:
            names.append((question,))
            continue
        joint = tuple(joined.format(question, part) for joined in ("{} {}", "{} - {}", "{} [{}]", "{}: {}"))
        names.append((*joint, head) if head else joint)
    return names


def _one_row_tool(names: Sequence[tuple[str, ...]], rows: Rows) -> str:
    folded = {_fold(name) for own in names for name in own}
    marks = {name: len(folded & tool.marks) for name, tool in SURVEY_TOOLS.items() if tool.marks}
    best = max(marks, key=lambda name: marks[name])
    if marks[best] >= 2:
        return best
    if sum(_CODED.fullmatch(own[-1]) is not None for own in names) >= 2:
        return "limesurvey"
    columns = list(zip(*rows, strict=True)) if rows else []
    if len(columns) > 5 and _counts(columns[0]) and _moments(columns[1]) and _moments(columns[2]):
        return "ms_forms"
    if len(columns) > 2 and _moments(columns[0]):
        return "google_forms"
    return ""


def _counts(cells: Sequence[str]) -> bool:
    return all(cell.strip().isdecimal() for cell in cells)


def _moments(cells: Sequence[str]) -> bool:
    """Tell whether cells are moments with a time of day, all of them."""
    texts = [cell.strip() for cell in dict.fromkeys(cells)]
    if not all(texts) or all(text.isdecimal() for text in texts):
        return False
    found = read_moments(texts)
    return not found.unread and bool(found.clock.any() or found.doubtful)
