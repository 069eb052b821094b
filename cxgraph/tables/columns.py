"""Cells become values: text, numbers, choices, periods and days, with every fault in its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.tables.cells import Cells, distinct_cells
from cxgraph.tables.characters import FORBIDDEN_CHARACTER
from cxgraph.tables.dates import parse_dates, parse_periods
from cxgraph.tables.headers import closest_word
from cxgraph.tables.numbers import EXCEL_ERROR, EXCEL_ERRORS, parse_numbers, usual_mark
from cxgraph.tables.raw import ProblemLog, RawTable, TypedTable
from cxgraph.tables.schema import LARGEST_NUMBER, SMALLEST_NUMBER, fold
from cxgraph.tables.shapes import without_header_rows
from cxgraph.wording import N_

LONGEST_TEXT = 1000
"""Characters beyond which a code is surely none: a quote that was never closed, a pasted document."""
_EXAMPLES = 3
_PROSE = frozenset(("name", "title", "evidence", "owner", "comment"))
_JOINERS = "\u200c\u200d"  # part of how some languages, and emoji, are written


def type_table(
    raw: RawTable, log: ProblemLog, decimal: str | None = None, scale: tuple[float, float] | None = None
) -> TypedTable:
    """Turn the cells of a table into values; nothing is imputed, an empty cell stays missing.

    Parameters
    ----------
    raw : RawTable
        Cells by the schema's column.
    log : ProblemLog
        Takes every faulty cell, with file, line, header and value.
    decimal : {".", ","}, optional
        Decimal mark of all its numbers; by default each column tells its own.
    scale : (float, float), optional
        Bottom and top of the scores, where they are known: they may tell how a score was written.

    Returns
    -------
    TypedTable
        The same rows. A faulty cell is missing in it, and an error in `log`.

    Raises
    ------
    ParameterError
        `decimal` is neither ``.`` nor ``,``.

    Notes
    -----
    Each column is reduced to its distinct contents, and only these are parsed.

    Examples
    --------
    >>> raw = RawTable("services", {"fulfilment": np.array(["7,5", "8", ""], dtype=object)}, {})
    >>> type_table(raw, ProblemLog()).frame["fulfilment"].tolist()
    [7.5, 8.0, nan]
    """
    check_decimal(decimal)
    raw = without_header_rows(raw, log)
    every = {name: distinct_cells(raw, raw.schema.column(name), log) for name in raw.columns}

    def usual() -> str:
        numeric = [cells for cells in every.values() if cells.column.type in ("number", "integer")]
        return usual_mark(text for cells in numeric for text in cells.texts)

    typed = {name: _typed(cells, decimal, scale, usual) for name, cells in every.items()}
    frame = pd.DataFrame(typed, index=pd.RangeIndex(len(raw)), copy=False)
    return TypedTable(raw.table, frame, raw.headers, raw.file, raw.lines, raw.labels, raw.misspelt)


def check_decimal(decimal: str | None) -> None:
    """Raise ParameterError where a decimal mark is neither ``.`` nor ``,`` nor left open."""
    if decimal not in (None, ".", ","):
        raise ParameterError(N_("The decimal mark is . or ,; {value} is neither."), value=repr(decimal))


def _typed(
    cells: Cells, decimal: str | None, scale: tuple[float, float] | None, usual: Callable[[], str]
) -> pd.Categorical | npt.NDArray[np.float64 | np.datetime64]:
    kind = cells.column.type
    if kind == "text":
        return cells.categorical(_texts(cells))
    if _holds_truth_values(cells):
        faulty = [number for number, value in enumerate(cells.values) if not isinstance(value, str)]
        cells.report(
            "error",
            "true-or-false",
            N_("The column holds true and false (here '{value}')."),
            N_("Give it the values that its header promises."),
            faulty,
            first_only=True,
        )
        return _missing(cells)
    if kind == "choice":
        return cells.categorical(_choices(cells))
    if kind == "period":
        return cells.categorical(parse_periods(cells))
    if kind == "date":
        return cells.take(parse_dates(cells), np.datetime64("NaT"))
    return cells.take(_checked_numbers(cells, parse_numbers(cells, decimal, scale, usual)), np.nan)


def _missing(cells: Cells) -> pd.Categorical | npt.NDArray[np.float64 | np.datetime64]:
    """Return a column of no values, of the type that its values would have."""
    if cells.column.type in ("choice", "period"):
        return cells.categorical([None] * len(cells.texts))
    return np.full(len(cells.codes), np.datetime64("NaT") if cells.column.type == "date" else np.nan)


def _holds_truth_values(cells: Cells) -> bool:
    if all(isinstance(value, str) for value in cells.values):
        return False
    # True equals 1 and is one distinct content with it, so that the cells themselves have to be asked.
    array = cells.raw.columns[cells.column.name]
    return any(isinstance(value, bool | np.bool_) for value in np.asarray(array, dtype=object))


def _checked_numbers(cells: Cells, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Report numbers outside the column's range and return the others."""
    column = cells.column
    nowhere = np.zeros(len(values), dtype=bool)
    low = nowhere if column.minimum is None else values < column.minimum
    high = nowhere if column.maximum is None else values > column.maximum
    open_end = nowhere if column.below is None else values >= column.below
    broken = (values != np.floor(values)) & ~np.isnan(values) if column.type == "integer" else nowhere
    size = np.abs(values)
    huge, tiny = size > LARGEST_NUMBER, (size > 0) & (size < SMALLEST_NUMBER)
    rules = (
        (low, "below-minimum", N_("{value} is too low: the column takes {minimum} or more."), column.minimum),
        (high, "above-maximum", N_("{value} is too high: the column takes {maximum} or less."), column.maximum),
        (open_end, "above-maximum", N_("{value} is too high: the column takes less than {below}."), column.below),
        (broken, "not-whole", N_("{value} is not a whole number."), None),
        (huge, "too-large", N_("{value} is too large to be computed with: up to {maximum} is."), LARGEST_NUMBER),
        (
            tiny,
            "too-small",
            N_("{value} is too small to be distinguished from 0: {minimum} or more is."),
            SMALLEST_NUMBER,
        ),
    )
    for wrong, code, message, bound in rules:
        if wrong.any():
            limit = "" if bound is None else f"{bound:g}"
            fields = {"minimum": limit, "maximum": limit, "below": limit}
            faulty = np.flatnonzero(wrong)
            cells.report(
                "error",
                code,
                message,
                N_("Correct the cell, or leave it empty."),
                faulty,
                details={int(number): fields for number in faulty},
            )
    return np.where(low | high | open_end | broken | huge | tiny, np.nan, values)


def _choices(cells: Cells) -> list[str | None]:
    meanings = {fold(spelling): choice for choice, others in cells.column.choices for spelling in (choice, *others)}
    found = [meanings.get(fold(text)) if text else None for text in cells.texts]
    wrong = [number for number, choice in enumerate(found) if choice is None and cells.texts[number]]
    accepted = ", ".join(choice for choice, _ in cells.column.choices)
    near = {number: closest_word(cells.texts[number], meanings) for number in wrong}
    details = {number: {"choices": accepted, "nearest": meanings.get(fold(near[number] or ""), "")} for number in wrong}
    message = N_("'{value}' is none of the values of this column.")
    cells.report(
        "error",
        "not-a-choice",
        message,
        N_("Did you mean '{nearest}'? It takes {choices}."),
        [number for number in wrong if near[number]],
        details=details,
    )
    cells.report(
        "error",
        "not-a-choice",
        message,
        N_("It takes {choices}."),
        [number for number in wrong if not near[number]],
        details=details,
    )
    return found


def _texts(cells: Cells) -> list[str | None]:
    """Return the text of every content in one normal form, after a look at what text should not hold."""
    # Composed and decomposed accents look alike; a code typed on another machine must be the same code.
    texts = [text if text.isascii() else unicodedata.normalize("NFC", text) for text in cells.texts]
    _report_signs(cells, texts)
    long = [number for number, text in enumerate(texts) if len(text) > LONGEST_TEXT]
    details = {number: {"length": str(len(texts[number])), "limit": str(LONGEST_TEXT)} for number in long}
    cells.report(
        "warning" if cells.column.name in _PROSE else "error",
        "long-text",
        N_("The cell has {length} characters (it begins '{value}'); {limit} are allowed."),
        N_("Look for a quotation mark that is not closed, or shorten the text."),
        long,
        details=details,
    )
    cells.report(
        "error",
        *EXCEL_ERROR,
        [number for number, text in enumerate(texts) if text[:1] == "#" and text.casefold() in EXCEL_ERRORS],
    )
    cells.report(
        "warning",
        "formula-text",
        N_("'{value}' begins like a formula; it is kept as text and never computed."),
        N_("If a value should stand here, save the file as values, not formulas."),
        [number for number, text in enumerate(texts) if text[:1] in ("=", "+", "@")],
    )
    if cells.column.name not in _PROSE:
        _report_merged(cells, texts)
    return [text or None for text in texts]


def _report_signs(cells: Cells, texts: Sequence[str]) -> None:
    odd = {number: text for number, text in enumerate(texts) if not text.isprintable()}
    refused = {number for number, text in odd.items() if FORBIDDEN_CHARACTER.search(text)}
    cells.report(
        "error",
        "unreadable-sign",
        N_("'{value}' holds a control character or half a character: that is no text."),
        N_("Type the cell again; where many cells hold such signs, name the file's encoding: --encoding cp1252."),
        refused,
    )
    cells.report(
        "warning",
        "invisible-sign",
        N_("'{value}' holds a sign that cannot be seen."),
        N_("Type the cell again, or two names that look alike will be two."),
        [number for number, text in odd.items() if number not in refused and _hides(text)],
    )


def _hides(text: str) -> bool:
    return any(
        unicodedata.category(character) in ("Cf", "Zl", "Zp") and character not in _JOINERS for character in text
    )


def _report_merged(cells: Cells, texts: Sequence[str]) -> None:
    """Say which spellings that differ in blanks or accents' encoding were read as one."""
    if len(set(texts)) == len(texts):
        return
    spellings: dict[str, list[str]] = {}
    for value, text in zip(cells.values, texts, strict=True):
        spellings.setdefault(text, []).append(str(value))
    merged = [text for text, found in spellings.items() if len(found) > 1 and text]
    if merged:
        cells.log.add(
            "note",
            "spellings-merged",
            N_("Spellings that differ only in blanks around them or in hidden signs are one: {examples}."),
            file=cells.raw.file,
            column=cells.raw.headers.get(cells.column.name, cells.column.name),
            examples=", ".join(f"'{cells.quoted(text)}'" for text in merged[:_EXAMPLES])
            + (f" +{len(merged) - _EXAMPLES}" if len(merged) > _EXAMPLES else ""),
        )
