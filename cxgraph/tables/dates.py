"""Days and periods as people write them: 2025, 2025-Q1, 2025-T1, Q1 2025, 2025-03, 2025-03-31, 31/03/2025."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from cxgraph.tables.cells import Cells
from cxgraph.wording import N_

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_TIME = r"(?:[T, ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})" + _TIME)
_LOCAL_DAY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})" + _TIME)
_YEAR = r"(?P<year>[0-9]{4})"
_ORDINAL = r"(?:er|st|nd|rd|th|\.?[ºª°])?"
_MONTH_WORD = r"(?P<word>[a-z]{3,10})\.?"
# Both orders, because people write Q1 2025 and 1T 2025 as often as 2025-Q1. 2025/26 is in none of them: it may begin in
# any month.
_PERIODS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        _YEAR,
        rf"{_YEAR}[- ]?[QT](?P<quarter>[1-4])",
        rf"[QT](?P<quarter>[1-4])[-/ ]?{_YEAR}",
        rf"(?P<quarter>[1-4])[QT][-/ ]?{_YEAR}",
        rf"(?P<quarter>[1-4]){_ORDINAL} (?:trimestre|quarter)(?: de| of)? {_YEAR}",
        rf"{_YEAR}[- ]?[HS](?P<half>[12])",
        rf"[HS](?P<half>[12])[-/ ]?{_YEAR}",
        rf"(?P<half>[12])[HS][-/ ]?{_YEAR}",
        rf"(?P<half>[12]){_ORDINAL} (?:semestre|half)(?: de| of)? {_YEAR}",
        rf"{_YEAR}-(?P<month>[0-9]{{1,2}})(?:-(?P<day>[0-9]{{2}})(?: 00:00:00)?)?",
        rf"(?P<month>[0-9]{{1,2}})[-/]{_YEAR}",
        rf"{_MONTH_WORD}(?: de |[-/ ]){_YEAR}",
        rf"{_YEAR}[-/ ]{_MONTH_WORD}",
        rf"{_MONTH_WORD}[-/' ](?P<short>[0-9]{{2}})",
    )
)
_MONTHS = (
    ("january", "enero"),
    ("february", "febrero"),
    ("march", "marzo"),
    ("april", "abril"),
    ("may", "mayo"),
    ("june", "junio"),
    ("july", "julio"),
    ("august", "agosto"),
    ("september", "septiembre", "setiembre"),
    ("october", "octubre"),
    ("november", "noviembre"),
    ("december", "diciembre"),
)
_NO_DAY = np.datetime64("NaT", "s")


def parse_period(text: str) -> str | None:
    """Read a period and write it in the one way that is compared.

    Parameters
    ----------
    text : str
        A year, half (H or S), quarter (Q or T), month (in digits or by its English or Spanish name) or day; or the
        first and the last of them with a stroke between.

    Returns
    -------
    str or None
        ``2025``, ``2025-Q1``, ``2025-03``, ``2025-03-31`` or ``2024/2025``; None where there is no such period.

    Examples
    --------
    >>> parse_period("2025T1"), parse_period("Marzo 2025"), parse_period("H1 2025"), parse_period("2025-13")
    ('2025-Q1', '2025-03', '2025-01/2025-06', None)
    """
    text = " ".join(text.split())
    found = next(filter(None, (form.fullmatch(text) for form in _PERIODS)), None)
    if found is not None:
        return _as_period(found.groupdict())
    begins, stroke, ends = text.partition("/")
    first = parse_period(begins) if stroke else None
    last = parse_period(ends) if first else None
    return f"{first}/{last}" if last and "/" not in f"{first}{last}" else None


def _as_period(parts: Mapping[str, str | None]) -> str | None:
    """Return the one way of writing what a period consists of."""
    year = parts.get("year") or f"20{parts['short']}"
    word = parts.get("word")
    month = parts.get("month") if word is None else _month_of(word)
    if (word and month is None) or _day(year, month or "1", parts.get("day") or "1") is None:
        return None
    if parts.get("half"):
        return f"{year}-01/{year}-06" if parts["half"] == "1" else f"{year}-07/{year}-12"
    if parts.get("quarter"):
        return f"{year}-Q{parts['quarter']}"
    return "-".join(part.zfill(2) for part in (year, month, parts.get("day")) if part)


def _month_of(word: str) -> str | None:
    """Return the number of a month by its English or Spanish name, or three letters of it or more."""
    word = word.casefold()
    return next(
        (str(number) for number, names in enumerate(_MONTHS, 1) if any(name.startswith(word) for name in names)), None
    )


def parse_periods(cells: Cells) -> list[str | None]:
    """Read the distinct contents of a column of periods; what cannot be read is reported.

    Parameters
    ----------
    cells : Cells
        The contents.

    Returns
    -------
    list of str or None
        The period of each content; None where it is missing or wrong.
    """
    periods = [parse_period(text) if text else None for text in cells.texts]
    wrong = [number for number, period in enumerate(periods) if period is None and cells.texts[number]]
    cells.report(
        "error",
        "not-a-period",
        N_("'{value}' is no period."),
        N_(
            "Write a year, quarter, month or day (2025, 2025-Q1, 2025-03, 2025-03-31), or the first and the last "
            "with a stroke between (2025-09/2026-08)."
        ),
        wrong,
    )
    return periods


def parse_dates(cells: Cells) -> npt.NDArray[np.datetime64]:
    """Read the distinct contents of a column of days; a time of day is left out.

    ISO days need no thought. Of days like 31/03/2025 the column as a whole tells whether the day or the month
    comes first.

    Parameters
    ----------
    cells : Cells
        The contents. What cannot be read is reported to their findings.

    Returns
    -------
    datetime64[s] array, shape (contents,)
        NaT where a content is missing or wrong.

    Notes
    -----
    A column in which no day tells is refused: 03/04/2025 is in March or April.
    """
    readings = [_readings(text) for text in cells.texts]
    first = [number for number, (day, month) in enumerate(readings) if day and not month]
    second = [number for number, (day, month) in enumerate(readings) if month and not day]
    doubtful = [number for number, (day, month) in enumerate(readings) if day and month and day != month]
    rows = cells.rows()
    month_first = int(rows[second].sum()) > int(rows[first].sum())
    if doubtful and not first and not second:
        cells.report(
            "error",
            "ambiguous-date",
            N_("'{value}' may be {one} or {other}, and no day of the column tells which."),
            N_("Write days as year-month-day, such as {one}."),
            doubtful,
            first_only=True,
            details={
                number: {"one": str(readings[number][0]), "other": str(readings[number][1])} for number in doubtful
            },
        )
    cells.report(
        "error",
        "mixed-dates",
        N_("'{value}' has day and month in another order than most of the column."),
        N_("Write days as year-month-day, such as 2025-03-31."),
        first if month_first else second,
    )
    cells.report(
        "error",
        "not-a-date",
        N_("'{value}' is no day of the calendar."),
        N_("Write days as year-month-day, such as 2025-03-31."),
        [number for number, found in enumerate(readings) if not any(found) and cells.texts[number]],
    )
    days = [found[1 if month_first else 0] for found in readings]
    return np.asarray([_NO_DAY if day is None else np.datetime64(day, "s") for day in days], dtype="datetime64[s]")


def _readings(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the day that a text is if the day comes first, and if the month does."""
    found = _ISO_DAY.fullmatch(text)
    if found is not None:
        day = _day(*found.groups())
        return day, day
    found = _LOCAL_DAY.fullmatch(text)
    if found is None:
        return None, None
    one, _, two, year = found.groups()
    return _day(year, two, one), _day(year, one, two)


def _day(year: str, month: str, day: str) -> datetime.date | None:
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
