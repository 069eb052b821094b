"""Periods: the days that each covers, and which period every answer belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?")
_DAY = np.timedelta64(1, "D")
LONGEST_PAUSE = 21
"""Days without any answer after which the next ones belong to another wave."""
LONGEST_WAVE = 366
"""Days that one wave lasts at the most; answers that never pause are cut into years, counted back from the last."""


def period_span(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day of a period.

    Parameters
    ----------
    period : str
        2025, 2025-Q1, 2025-03, 2025-03-31, or two of them with a stroke between (2024/2025-Q1).

    Returns
    -------
    first, last : Timestamp
        For any other text the earliest day there is, twice.

    Examples
    --------
    >>> [str(day.date()) for day in period_span("2025-Q1")]
    ['2025-01-01', '2025-03-31']
    >>> [str(day.date()) for day in period_span("2024/2025-01")]
    ['2024-01-01', '2025-01-31']
    """
    begins, stroke, ends = period.partition("/")
    if stroke:
        return period_span(begins)[0], period_span(ends)[1]
    match = _PERIOD.fullmatch(period)
    if match is None:
        return pd.Timestamp.min, pd.Timestamp.min
    year, quarter, month, day = (int(part) if part else 0 for part in match.groups())
    if day:
        only = pd.Timestamp(year, month, day)
        return only, only
    month_first = 3 * quarter - 2 if quarter else month or 1
    months = 3 if quarter else 1 if month else 12
    first = pd.Timestamp(year, month_first, 1)
    return first, first + pd.DateOffset(months=months) - pd.Timedelta(days=1)


def period_end(period: str) -> tuple[int, int, int]:
    """Return the last day of a period as (year, month, day), by which periods are put in order.

    Parameters
    ----------
    period : str
        As in `period_span`.

    Returns
    -------
    tuple of int
        Year, month and day; (0, 0, 0) for any other text.

    Examples
    --------
    >>> period_end("2025-Q1"), period_end("2024-02")
    ((2025, 3, 31), (2024, 2, 29))
    """
    last = period_span(period)[1]
    return (0, 0, 0) if last == pd.Timestamp.min else (last.year, last.month, last.day)


@dataclass(frozen=True, eq=False)
class Waves:
    """Which period each answer belongs to.

    Attributes
    ----------
    periods : tuple of str
        In order of their last day.
    code : int array, shape (answers,)
        Number of each answer's period; -1 where nothing tells it.
    """

    periods: tuple[str, ...]
    code: npt.NDArray[np.intp]

    def only(self, period: str) -> npt.NDArray[np.bool_]:
        """Return which answers belong to one of the periods, shape (answers,)."""
        return np.asarray(self.code == self.periods.index(period))


def find_waves(answers: pd.DataFrame, wanted: str | None = None) -> Waves:
    """Tell the periods of answers: by their column ``period``, else by the pauses between their dates.

    Parameters
    ----------
    answers : DataFrame
        Typed; neither of the two columns is needed.
    wanted : str, optional
        A period that was asked for: the answers within it are one period.

    Returns
    -------
    Waves
        No period where neither column tells one; one where the answers were never interrupted.

    Notes
    -----
    Calendar months would cut a survey that ran over the turn of a month in two, so pauses tell waves apart: more than
    `LONGEST_PAUSE` days without an answer. Tickets are recorded whenever work is done: a quiet month between two of
    them is no pause in asking, and each belongs to the wave that was asked next, or last. A wave is named by the
    longest of year, quarter and month that holds it and no other day of answers, else by its first and last day.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-05-30", "2024-06-02", "2025-05-28"])
    >>> find_waves(pd.DataFrame({"date": days})).periods
    ('2024', '2025')
    """
    if "period" in answers.columns and answers["period"].notna().any():
        return _by_label(answers["period"], wanted)
    if "date" in answers.columns and answers["date"].notna().any():
        return _by_date(answers["date"].to_numpy("datetime64[D]"), _tickets(answers), wanted)
    return Waves((), np.full(len(answers), -1, np.intp))


def _by_label(column: pd.Series, wanted: str | None) -> Waves:
    labels = [str(label) for label in column.cat.categories]
    within = [wanted is not None and lies_within(label, wanted) for label in labels]
    named = [str(wanted) if inside else label for label, inside in zip(labels, within, strict=True)]
    codes = column.cat.codes.to_numpy()
    present = {named[code] for code in np.unique(codes[codes >= 0])}
    periods = tuple(sorted(present, key=lambda label: (period_end(label), label)))
    place = np.array([periods.index(name) if name in present else -1 for name in named] + [-1], np.intp)
    return Waves(periods, place[codes])


def lies_within(period: str, other: str) -> bool:
    """Return whether a period is part of another, or the same.

    Examples
    --------
    >>> lies_within("2025-03", "2025-Q1"), lies_within("2025", "2025-Q1")
    (True, False)
    """
    (first, last), (start, end) = period_span(period), period_span(other)
    return period == other or (start <= first and last <= end and start != pd.Timestamp.min)


def _tickets(answers: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if "source" not in answers.columns:
        return np.zeros(len(answers), bool)
    return np.asarray(answers["source"].astype(object).eq("ticket"), bool)


def _runs(days: npt.NDArray[np.datetime64], asked: npt.NDArray[np.datetime64]) -> npt.NDArray[np.intp]:
    """Return the run of each ascending day, tickets' days among them, where pauses in asking end a run."""
    if not len(asked):
        return np.zeros(len(days), np.intp)
    last_of_run = asked[np.append(np.diff(asked) > LONGEST_PAUSE * _DAY, True)]
    return np.minimum(np.searchsorted(last_of_run, days), len(last_of_run) - 1)


def _by_date(dates: npt.NDArray[np.datetime64], tickets: npt.NDArray[np.bool_], wanted: str | None) -> Waves:
    known = ~np.isnat(dates)
    days, day_of = np.unique(dates[known], return_inverse=True)
    inside = np.zeros(len(days), bool)
    if wanted is not None:
        first, last = (np.datetime64(day, "D") for day in period_span(wanted))
        inside = (days >= first) & (days <= last)
    run = _runs(days, np.unique(dates[known & ~tickets]))
    ends = days[np.append(np.flatnonzero(np.diff(run)), len(days) - 1)]
    back = (ends[run] - days) // (LONGEST_WAVE * _DAY)
    # Counted back from the end of its run, the latest year of a run that never pauses comes last.
    number = np.unique(np.stack([run, -back.astype(np.int64)]), axis=1, return_inverse=True)[1].reshape(-1)
    torn = np.isin(number, number[inside])  # what is left of a wave that the period asked for cuts through is none
    names = {wave: _named(days, number == wave) for wave in np.unique(number[~torn]).tolist()}
    periods = [*names.values(), *([str(wanted)] if inside.any() else [])]
    periods.sort(key=lambda label: (period_end(label), label))
    place = {wave: periods.index(name) for wave, name in names.items()}
    of_day = np.array([place.get(wave, -1) for wave in number.tolist()], np.intp)
    if inside.any():
        of_day[inside] = periods.index(str(wanted))
    code = np.full(len(dates), -1, np.intp)
    code[known] = of_day[day_of.reshape(-1)]
    return Waves(tuple(periods), code)


def _named(days: npt.NDArray[np.datetime64], wave: npt.NDArray[np.bool_]) -> str:
    """Return the longest of year, quarter and month that holds a wave and no other day of answers, else its ends."""
    first, last = pd.Timestamp(days[wave][0]), pd.Timestamp(days[wave][-1])
    others = days[~wave]
    for label in (f"{last.year}", f"{last.year}-Q{last.quarter}", f"{last:%Y-%m}"):
        start, end = (np.datetime64(day, "D") for day in period_span(label))
        if start <= days[wave][0] and not ((others >= start) & (others <= end)).any():
            return label
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d}/{last:%Y-%m-%d}"


def latest(periods: Sequence[str]) -> str | None:
    """Return the period that ends last; None where there is none."""
    return max(periods, key=lambda label: (period_end(label), label), default=None)
