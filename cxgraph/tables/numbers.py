"""Numbers as people write them: 7.5, 7,5, 1.234,5, 1'234.5; one decimal mark for each column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from cxgraph.tables.answer_words import is_date, is_degree, is_no_answer
from cxgraph.tables.cells import Cells
from cxgraph.tables.schema import Column
from cxgraph.wording import N_

_NUMERAL = re.compile(
    r"[+-]?(?:[1-9][0-9]{0,2}(?P<group>[,'\u2019 \u00a0\u2009\u202f])[0-9]{3}(?:(?P=group)[0-9]{3})*"
    r"(?:\.[0-9]*)?"
    r"|(?=\.?[0-9])[0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,4})?)"
)
_GROUPS = re.compile("[,'\u2019 \u00a0\u2009\u202f]")
_SWAP = str.maketrans(".,", ",.")
# What almost every column holds: it needs no thought about thousands, so it is recognised first.
_PLAIN = re.compile(r"(?:-?[0-9]{1,17}(?:\.(?:[0-9]{1,2}|[0-9]{4,17}))?)?")

EXCEL_ERRORS = frozenset(
    (
        "#n/a",
        "#n/d",
        "#na",
        "#ref!",
        "#¡ref!",
        "#div/0!",
        "#¡div/0!",
        "#value!",
        "#¡valor!",
        "#valor!",
        "#name?",
        "#¿nombre?",
        "#nombre?",
        "#null!",
        "#¡nulo!",
        "#nulo!",
        "#num!",
        "#¡num!",
        "#spill!",
        "#¡desbordamiento!",
        "#calc!",
        "#¡calc!",
        "#getting_data",
        "#obteniendo_datos",
    )
)
"""What spreadsheets show where a formula fails, English and Spanish, in lower case."""
_WORDS_SHOWN = 5
_MOST_WORDS = 1000
"""Contents that are no numbers of which each is held against the words of scales: no scale has as many."""
_NOT_FINITE = frozenset(("nan", "inf", "infinity", "infinito", "∞", "1.#inf", "1.#ind", "1.#qnan"))
EXCEL_ERROR = (
    "excel-error",
    N_("'{value}' is what a spreadsheet shows where a formula fails."),
    N_("Correct the formula, or leave the cell empty where there is nothing to say."),
)
_RULES = {
    "excel-error": EXCEL_ERROR[1:],
    "formula": (N_("'{value}' is a formula without its value."), N_("Save the file as values, not formulas.")),
    "not-finite": (
        N_("'{value}' is not a number that can be computed with."),
        N_("Leave the cell empty if there is no score."),
    ),
    "no-score": (N_("'{value}' stands where a number belongs."), N_("Leave the cell empty if there is no score.")),
    "excel-date": (
        N_("'{value}' is a date where a number belongs: spreadsheets turn decimals such as 5.8 into dates."),
        N_("Enter the number again, in a column formatted as text or number, and save the file anew."),
    ),
    "words": (
        N_("The column takes numbers and holds answers in words: {words}."),
        N_("Write a number for each word; cxgraph import-survey does it: --labels '{value}=SCORE' for each of them."),
    ),
    "percent": (
        N_("'{value}' is a percentage; the column takes plain numbers."),
        N_("Write it without the sign, on the scale of the organisation (85 or 0.85)."),
    ),
    "not-a-number": (N_("'{value}' is not a number."), N_("Write it in digits, such as 7.5.")),
}


def parse_number(text: str, decimal: str) -> float | None:
    """Read a number that is written with one decimal mark.

    Digits may be grouped in thousands by blanks, apostrophes or the other mark; an exponent is allowed.

    Parameters
    ----------
    text : str
        The cell without surrounding blanks.
    decimal : {".", ","}
        The decimal mark.

    Returns
    -------
    float or None
        None where the text is no number in that notation; inf where it is too large for a float.

    Examples
    --------
    >>> parse_number("1.234,5", ","), parse_number("1.234,5", ".")
    (1234.5, None)
    """
    pointed = text.translate(_SWAP) if decimal == "," else text
    found = _NUMERAL.fullmatch(pointed)
    if found is None:
        return None
    return float(_GROUPS.sub("", pointed) if found["group"] else pointed)


def parse_numbers(
    cells: Cells,
    decimal: str | None = None,
    scale: tuple[float, float] | None = None,
    usual: Callable[[], str] = lambda: ".",
) -> npt.NDArray[np.float64]:
    """Read the distinct contents of a column of numbers.

    The decimal mark is decided once for the whole column: each content that can be read with one mark only
    speaks for that mark, each for as many rows as hold it.

    Parameters
    ----------
    cells : Cells
        The contents. What cannot be read is reported to their findings.
    decimal : {".", ","}, optional
        The decimal mark, where the user knows it.
    scale : (float, float), optional
        Bottom and top of the scores, where they are known.
    usual : callable
        Gives the decimal mark of the other columns of the table; where the two marks are equally frequent in a column,
        which is refused, it tells the numbers that do not fit.

    Returns
    -------
    float array, shape (contents,)
        NaN where a content is missing or wrong.

    Notes
    -----
    A column that holds nothing but numbers like 1,234 is read where only one of 1234 and 1.234 can stand in it: the
    other is off the scale, out of the column's range or no whole number. Everywhere else it is refused. The other
    columns of the file and its delimiter prove nothing: tables are pasted together from several sources, and a weight
    read a thousand times too large would be noticed by nobody.
    """
    written_in_text = all(isinstance(value, str) for value in cells.values)
    if decimal != "," and written_in_text and all(map(_PLAIN.fullmatch, cells.texts)):
        return np.asarray([float(text) if text else np.nan for text in cells.texts], dtype=np.float64)
    size = len(cells.texts)
    readings = {mark: np.full(size, np.nan) for mark in ".,"}
    fits = {mark: np.zeros(size, dtype=bool) for mark in ".,"}
    written = np.zeros(size, dtype=bool)
    for number, (text, value) in enumerate(zip(cells.texts, cells.values, strict=True)):
        written[number] = isinstance(value, str) and text != ""
        for mark in ".,":
            read = parse_number(text, mark) if isinstance(value, str) else _as_float(value)
            if read is not None:
                readings[mark][number] = read
                fits[mark][number] = True
    alone = {mark: written & fits[mark] & ~fits[other] for mark, other in (".,", ",.")}
    both = fits["."] & fits[","]
    doubtful = both & (readings["."] != readings[","]) & ~np.isnan(readings["."])
    rows = cells.rows()
    votes = {mark: int(rows[alone[mark]].sum()) for mark in ".,"}
    chosen = decimal or (usual() if votes[","] == votes["."] > 0 else "," if votes[","] > votes["."] else ".")
    if decimal is None and not any(votes.values()) and doubtful.any():
        possible = [mark for mark in ".," if _can_stand(cells.column, readings[mark][doubtful], scale)]
        if len(possible) == 1:
            chosen = possible[0]
            _report_settled(cells, doubtful, readings, chosen, int(rows[doubtful].sum()))
        else:
            _report_doubtful(cells, doubtful, readings, int(rows[doubtful].sum()))
            readings[chosen][doubtful] = np.nan
    other = "," if chosen == "." else "."
    cells.report(
        "error",
        "other-decimal-mark",
        N_("'{value}' does not fit the decimal mark of the column, '{mark}'."),
        N_("Write all its numbers with the same mark."),
        np.flatnonzero(alone[other]),
        details={int(number): {"mark": chosen} for number in np.flatnonzero(alone[other])},
    )
    _report_wrong(cells, ~fits["."] & ~fits[","] & np.asarray([text != "" for text in cells.texts], dtype=bool))
    values = readings[chosen]
    infinite = np.isinf(values)
    cells.report("error", "not-finite", *_RULES["not-finite"], np.flatnonzero(infinite))
    return np.where(infinite, np.nan, values)


def usual_mark(texts: Iterable[str]) -> str:
    """Return the decimal mark that most of some numbers are written with; a point where none tells."""
    votes = {".": 0, ",": 0}
    for text in texts:
        pointed, with_comma = (parse_number(text, mark) is not None for mark in ".,")
        if pointed != with_comma:
            votes["." if pointed else ","] += 1
    return "," if votes[","] > votes["."] else "."


def _as_float(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _can_stand(column: Column, values: npt.NDArray[np.float64], scale: tuple[float, float] | None) -> bool:
    """Return whether all of some numbers are of a column's kind and within its range."""
    low, high = column.range_on(scale)
    inside = (low <= values) & (values <= high)
    return bool(inside.all()) and (column.type != "integer" or bool((values == np.floor(values)).all()))


def _report_settled(
    cells: Cells, doubtful: npt.NDArray[np.bool_], readings: dict[str, npt.NDArray[np.float64]], chosen: str, count: int
) -> None:
    other = "," if chosen == "." else "."
    details = {
        int(number): {
            "one": f"{readings[chosen][number]:.15g}",
            "other": f"{readings[other][number]:.15g}",
            "count": str(count),
        }
        for number in np.flatnonzero(doubtful)
    }
    cells.report(
        "note",
        "decimal-settled",
        N_("'{value}' is read as {one}: with {other} the column could not hold all its numbers ({count} like it)."),
        N_(
            "Where that is wrong, say which mark is the decimal one: --decimal . or --decimal , (in Python "
            "decimal='.')."
        ),
        details,
        details=details,
        first_only=True,
    )


def _report_doubtful(
    cells: Cells, doubtful: npt.NDArray[np.bool_], readings: dict[str, npt.NDArray[np.float64]], count: int
) -> None:
    details = {
        int(number): {
            "one": f"{readings['.'][number]:.15g}",
            "other": f"{readings[','][number]:.15g}",
            "count": str(count),
        }
        for number in np.flatnonzero(doubtful)
    }
    cells.report(
        "error",
        "ambiguous-decimal",
        N_("'{value}' may be {one} or {other}, and no number of the column tells which ({count} like it)."),
        N_("Say which mark is the decimal one: --decimal . or --decimal , (in Python decimal='.')."),
        details,
        details=details,
        first_only=True,
    )


def _report_wrong(cells: Cells, wrong: npt.NDArray[np.bool_]) -> None:
    by_rule: dict[str, list[int]] = {}
    for number in np.flatnonzero(wrong):
        by_rule.setdefault(_broken_rule(cells.texts[number]), []).append(int(number))
    words = _scale_in_words(cells, by_rule.get("not-a-number", []))
    if words:
        by_rule["not-a-number"] = [number for number in by_rule["not-a-number"] if number not in set(words)]
        shown = [f"'{cells.quoted(cells.texts[number])}'" for number in words[:_WORDS_SHOWN]]
        more = f" (+{len(words) - _WORDS_SHOWN})" if len(words) > _WORDS_SHOWN else ""
        cells.report(
            "error",
            "words",
            *_RULES["words"],
            words,
            details={number: {"words": ", ".join(shown) + more} for number in words},
            first_only=True,
        )
    for code, faulty in by_rule.items():
        cells.report("error", code, *_RULES[code], faulty)


def _scale_in_words(cells: Cells, faulty: Sequence[int]) -> list[int]:
    """Return the contents that are words of a scale: degrees that people know, or words that come again and again."""
    texts = cells.texts
    few = len(faulty) <= _MOST_WORDS
    wordy = [
        number for number in faulty if not any(map(str.isdigit, texts[number])) or (few and is_degree(texts[number]))
    ]
    rows = cells.rows()
    again = [number for number in wordy if rows[number] > 1]
    return wordy if any(is_degree(texts[number]) for number in wordy[:_MOST_WORDS]) or len(again) > 1 else []


def is_number(text: str) -> bool:
    """Return whether a text is a number, with whichever decimal mark.

    Examples
    --------
    >>> is_number("7,5"), is_number(" 7.5 "), is_number("seven")
    (True, True, False)
    """
    return any(parse_number(text.strip(), mark) is not None for mark in ".,")


def _broken_rule(text: str) -> str:
    """Return the code of the rule that says best why a text is no number."""
    plain = text.casefold()
    if plain in EXCEL_ERRORS:
        return "excel-error"
    if plain.startswith("="):
        return "formula"
    if plain.lstrip("+-") in _NOT_FINITE:
        return "not-finite"
    if is_no_answer(text):
        return "no-score"
    if is_date(text):
        return "excel-date"
    return "percent" if plain.startswith("%") or plain.endswith("%") else "not-a-number"
