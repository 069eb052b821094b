"""Global recoding: shortfalls in classes so wide that nobody's answer can be read off the class it fell in.

An average of exact answers is an equation in them, and answers are whole numbers: a few averages with all their digits
determine them. So the answers that stand behind a suppressed service are recoded first, each into a class that several
possible answers share, and only classes are averaged. Whatever is computed afterwards, with whatever options, and
whatever else somebody knows, can tell no more of an answer than its class.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cxgraph.model.arrays import Floats
from cxgraph.model.settings import Scoring

LEAST_VALUES = 3
"""Shortfalls that whole-number answers can have in each class, at least."""
MOST_STEPS = 10
"""People answer a wider scale in about so many round numbers, whatever it offers."""
RARER = 3.0
"""How much rarer larger shortfalls are taken to be within a class: in proportion to exp(-3 d), a third on average."""
_DIGITS = 12


@dataclass(frozen=True, eq=False)
class Classes:
    """Classes of shortfalls; arrays of shape (k,).

    Attributes
    ----------
    upper : float array
        The largest shortfall of each class, ascending; the last is 1.
    middle : float array
        What stands in for the shortfalls of a class.
    """

    upper: Floats
    middle: Floats

    @property
    def tell(self) -> bool:
        """Whether there is more than one class, so that a class tells anything."""
        return len(self.upper) > 1

    def recode(self, shortfalls: Floats) -> Floats:
        """Return what stands in for each shortfall; NaN where it is NaN, and everywhere where no class tells anything.

        Examples
        --------
        >>> shortfall_classes((0, 10)).recode(np.array([0.0, 0.125, 0.5, np.nan])).round(3).tolist()
        [0.061, 0.061, 0.472, nan]
        """
        known = ~np.isnan(shortfalls)
        if not self.tell:
            return np.full(len(shortfalls), np.nan)
        place = np.searchsorted(self.upper, np.round(np.where(known, shortfalls, 0.0), _DIGITS))
        return np.where(known, self.middle[place], np.nan)


@lru_cache(maxsize=64)
def shortfall_classes(scale: tuple[float, float], scoring: Scoring = "ratio", *, stated: bool = True) -> Classes:
    """Return the narrowest classes of shortfalls that each hold several possible answers.

    An answer on a scale of w steps is an expectation and a fulfilment, whole numbers of steps i and j from 0 to w.
    Its shortfall is max(0, 1 - j/i). From the smallest on, possible shortfalls are taken into a class until it holds
    `LEAST_VALUES` of them, and as many gaps (i - j) and fulfilments, so that a class tells as little where the same
    answers are scored otherwise. Where that leaves one class and the scoring is ``ratio``, shortfalls alone count.

    Parameters
    ----------
    scale : (float, float)
        Bottom and top; a scale of more than `MOST_STEPS` steps counts as one of so many.
    scoring : {"ratio", "gap", "perception"}
        The organisation's.
    stated : bool
        Whether answers state an expectation; the shortfall of a fulfilment alone is 1 - j/w.

    Returns
    -------
    Classes
        One class where the scale is too coarse: then the answers cannot be used at all.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 3 (global recoding, top and bottom
    coding).

    Examples
    --------
    >>> shortfall_classes((1, 5)).upper.round(3).tolist()
    [0.333, 1.0]
    >>> shortfall_classes((0, 10)).upper.tolist()
    [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0]
    >>> shortfall_classes((0, 1)).tell
    False
    """
    steps = int(min(MOST_STEPS, np.floor(scale[1] - scale[0] + 1e-9)))
    if steps < 1:
        return Classes(np.ones(1), np.full(1, 0.5))
    possible = _possible(steps) if stated else _fulfilments(steps)
    upper = _cut(possible)
    if len(upper) == 1 and stated and scoring == "ratio":
        upper = _cut(possible[:, :1])
    weight = np.exp(-RARER * possible[:, 0]) * _plausible(steps, stated=stated)
    place = np.searchsorted(upper, possible[:, 0])
    middle = np.bincount(place, weight * possible[:, 0]) / np.bincount(place, weight)
    for array in (upper, middle):
        array.setflags(write=False)
    return Classes(upper, middle)


def _possible(steps: int) -> Floats:
    """Return shortfall, gap and fulfilment of every pair of whole-number answers, shape (pairs, 3)."""
    asked, got = (axis.ravel().astype(float) for axis in np.indices((steps + 1, steps + 1)))
    lacks = np.divide(np.maximum(asked - got, 0.0), asked, out=np.zeros_like(asked), where=asked > 0)
    return np.column_stack((np.round(lacks, _DIGITS), np.maximum(asked - got, 0.0), got))


def _fulfilments(steps: int) -> Floats:
    """Return the shortfall of every fulfilment against the top of the scale, shape (steps + 1, 1)."""
    return np.round(1.0 - np.arange(steps + 1.0) / steps, _DIGITS)[:, np.newaxis]


def _plausible(steps: int, *, stated: bool) -> Floats:
    """Return 1 for the answers that expect more than the middle of the scale and are not over-served, else nearly 0."""
    if not stated:
        return np.ones(steps + 1)
    asked, got = (axis.ravel() for axis in np.indices((steps + 1, steps + 1)))
    return np.where((2 * asked > steps) & (got <= asked), 1.0, 1e-9)


def _cut(possible: Floats) -> Floats:
    """Return the upper ends of the narrowest classes with `LEAST_VALUES` different values in every column."""

    def enough(low: float, high: float) -> bool:
        inside = possible[(possible[:, 0] > low) & (possible[:, 0] <= high)]
        return all(len(np.unique(column)) >= LEAST_VALUES for column in inside.T)

    ends: list[float] = []
    for value in np.unique(possible[:, 0]).tolist():
        if enough(ends[-1] if ends else -1.0, value) and enough(value, 1.0):
            ends.append(value)
    return np.array([*ends, 1.0])
