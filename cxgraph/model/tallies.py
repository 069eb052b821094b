"""Answers that came as sums: an engine added them up where they are kept, and no single one reaches this machine.

A table of answers whose frame has a column ``answers`` holds a row for each group of answers, not for each answer. Its
totals are whole numbers of millionths, so that they add up to the same whatever the order and the engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.arrays import Floats

ANSWERS = "answers"
"""Column of the number of answers behind a row; a table that has it is one of groups."""
UNSCORED = "unscored"
"""Column of how many of them state neither score."""
BOTH = "both"
"""Column of how many of them state both."""
PEOPLE = "people"
"""Column of the people behind a group, of the score that fewest of them stated; of one spelling, so a lower bound."""
IMPORTANCE_PEOPLE = "importance_people"
SCORES = ("expectation", "fulfilment", "importance")
UNIT = 1_000_000
"""What a total counts in: millionths of a point."""


def is_grouped(frame: pd.DataFrame) -> bool:
    """Return whether the rows of a table of answers are groups of answers.

    Examples
    --------
    >>> is_grouped(pd.DataFrame({"answers": [12]})), is_grouped(pd.DataFrame({"fulfilment": [7.0]}))
    (True, False)
    """
    return ANSWERS in frame.columns


def weights(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return how many answers stand behind each row, shape (rows,)."""
    return frame[ANSWERS].to_numpy(np.int64) if is_grouped(frame) else np.ones(len(frame), np.int64)


def mean_of(total: int, count: int) -> float:
    """Return the mean of a number of scores, rounded once; NaN without any.

    Examples
    --------
    >>> mean_of(22_000_000, 3)
    7.333333333333333
    """
    return total / (count * UNIT) if count else math.nan


def spread_of(total: int, squares: int, count: int) -> float:
    """Return the sample standard deviation of a number of scores; NaN below two.

    Examples
    --------
    >>> spread_of(14_000_000, 100_000_000_000_000, 2)
    1.4142135623730951
    """
    if count < 2:
        return math.nan
    return math.sqrt((count * squares - total * total) / (count * (count - 1) * UNIT**2))


def added(values: Sequence[int] | pd.Series, group: npt.NDArray[np.integer], count: int) -> list[int]:
    """Return the sum of some whole numbers of any size for each group."""
    sums = [0] * count
    for place, value in zip(group.tolist(), values, strict=True):
        sums[place] += value
    return sums


def group_scores(rows: pd.DataFrame, number: npt.NDArray[np.integer], count: int) -> dict[str, Floats]:
    """Return the scores of services from groups of answers: means, numbers of answers and spreads.

    Parameters
    ----------
    rows : DataFrame
        Groups that count.
    number : int array, shape (rows,)
        Service of each.
    count : int
        Services.

    Returns
    -------
    dict of str to float array
        By column of the services, for the scores that the table has.
    """
    found: dict[str, Floats] = {}
    for name in (name for name in SCORES if name in rows.columns):
        stated = added(rows[f"{name}_count"].tolist(), number, count)
        total = added(rows[f"{name}_total"].tolist(), number, count)
        found[name] = np.array(list(map(mean_of, total, stated)), float)
        if name == "fulfilment":
            squares = added(rows["fulfilment_squares"].tolist(), number, count)
            found["responses"] = np.array(stated, float)
            found["fulfilment_sd"] = np.array(list(map(spread_of, total, squares, stated)), float)
    return found


def mirrored_groups(frame: pd.DataFrame, scale: tuple[float, float], levels: Iterable[str]) -> pd.DataFrame:
    """Return groups of answers whose scores rise towards the best, where the scale begins with the best.

    Parameters
    ----------
    frame : DataFrame
        Groups.
    scale : (float, float)
        As the organisation states it.
    levels : iterable of str
        The scores that are levels on it.

    Returns
    -------
    DataFrame
        With every total as if each answer had been turned by itself.
    """
    ends = sum(scale)
    whole = round(ends * UNIT)
    turned: dict[str, Any] = {}
    for name in levels:
        count, total = frame[f"{name}_count"].tolist(), frame[f"{name}_total"].tolist()
        turned[name] = ends - frame[name].to_numpy(float)
        turned[f"{name}_total"] = _whole(n * whole - s for n, s in zip(count, total, strict=True))
        turned[f"{name}_least"] = ends - frame[f"{name}_most"].to_numpy(float)
        turned[f"{name}_most"] = ends - frame[f"{name}_least"].to_numpy(float)
        if f"{name}_squares" in frame.columns:
            squares = frame[f"{name}_squares"].tolist()
            turned[f"{name}_squares"] = _whole(
                n * whole**2 - 2 * whole * s + q for n, s, q in zip(count, total, squares, strict=True)
            )
    return frame.assign(**turned)


def _whole(numbers: Iterable[int]) -> npt.NDArray[np.object_]:
    """Return whole numbers of any size as an array."""
    return np.array(list(numbers), dtype=object)


def people_behind(frame: pd.DataFrame, services: pd.DataFrame, place: npt.NDArray[np.intp]) -> pd.DataFrame:
    """Return who stands behind each service, as far as sums tell.

    Parameters
    ----------
    frame : DataFrame
        Groups that count.
    services : DataFrame
        The services that they are about.
    place : int array, shape (groups,)
        Service of each group.

    Returns
    -------
    DataFrame
        Supplier, client and service, and ``people``, ``importance_people`` and ``sources``. One person may stand
        behind several groups of a service: the largest of them is what is certain.
    """
    size, here = len(services), np.flatnonzero(place >= 0)
    place = place[here]
    found = {name: services[name].astype(object).to_numpy() for name in ("supplier", "client", "service")}
    for name in (PEOPLE, IMPORTANCE_PEOPLE):
        most = np.full(size, np.nan)
        np.fmax.at(most, place, frame[name].to_numpy(float)[here])
        found[name] = most
    code = frame["source"].cat.codes.to_numpy() if "source" in frame.columns else np.full(len(frame), -1)
    code = code[here]
    known = np.unique(np.stack([place, code])[:, code >= 0], axis=1)
    found["sources"] = np.bincount(known[0].astype(np.intp), minlength=size)
    return pd.DataFrame(found)
