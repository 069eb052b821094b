"""The champagne tower itself: glasses fill up to the brim and pass on only what they cannot hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cxgraph.alternatives.models.checks import (
    FloatArray,
    Matrix,
    check_range,
    numbers,
    seal,
    square,
    vector,
    whole,
)
from cxgraph.errors import NumericalError, ParameterError

ROUNDS = 100_000
SETTLED = 1e-13  # change in a round, as a fraction of what was poured, that counts as none


@dataclass(frozen=True, eq=False)
class Overflow:
    """What every glass got, kept and let go.

    Parameters
    ----------
    level : (n,) ndarray
        What the glass holds, 0 to its capacity.
    inflow : (n,) ndarray
        What was poured into it, by hand and by other glasses.
    spilled : (n,) ndarray
        What it let go and no other glass caught. ``level.sum() + spilled.sum()`` is what was poured.
    """

    level: FloatArray
    inflow: FloatArray
    spilled: FloatArray

    def __post_init__(self) -> None:
        seal(self.level, self.inflow, self.spilled)


def champagne_overflow(poured: ArrayLike, split: Matrix, capacity: ArrayLike = 1.0) -> Overflow:
    """Let a pour settle in a network of glasses: each keeps up to its capacity and splits the excess.

    inflow_v = poured_v + sum_u split_uv max(0, inflow_u - capacity_u); level_v = min(capacity_v, inflow_v).

    Parameters
    ----------
    poured : (n,) array, 0 or more
        What is poured into each glass from outside, in the unit of `capacity`.
    split : (n, n) array or sparse matrix in [0, 1]
        **[u, v]: the share of u's excess that falls into v.** Rows sum to at most 1; the rest is spilled.
    capacity : number or (n,) array, 0 or more, optional
        What each glass holds.

    Returns
    -------
    Overflow
        Levels, inflows and what was spilled.

    Raises
    ------
    ParameterError
        Wrong shape or range, or a row of `split` that gives away more than there is.
    NumericalError
        The pour does not settle: a loop of full glasses with no way out, or nearly none, receives more than
        it can hold.

    Notes
    -----
    A sparse product per round, as many rounds as the longest chain has links; with loops as many as these
    need. The smallest solution is returned: what was never poured does not circulate.

    References
    ----------
    The pyramid of glasses is a known exercise (`champagne_pyramid`); the split over any directed graph with
    capacities is its direct generalisation and is ours.

    Examples
    --------
    >>> tower = champagne_overflow([2, 0, 0], [[0, 0.5, 0.5], [0, 0, 0], [0, 0, 0]])
    >>> tower.level
    array([1. , 0.5, 0.5])
    """
    table = square(split, "split", low=0.0, high=1.0)
    size = table.shape[0]
    handed_on = table.sum(axis=1)
    if (handed_on > 1.0 + 1e-9).any():
        raise ParameterError(
            "Row {node} of split sums to {total}; a glass cannot hand on more than its excess (1).",
            node=int(handed_on.argmax()),
            total=f"{handed_on.max():g}",
        )
    given = vector(poured, "poured", size, low=0.0)
    limit = vector(capacity, "capacity", size, low=0.0)
    falls = table.T.tocsr()
    excess = np.zeros(size)
    for _ in range(ROUNDS):
        inflow = given + falls @ excess
        new = np.maximum(0.0, inflow - limit)
        change = np.abs(new - excess).max(initial=0.0)
        excess = new
        if change <= SETTLED * given.sum():
            return Overflow(np.minimum(inflow, limit), inflow, excess * np.maximum(0.0, 1.0 - handed_on))
    raise NumericalError(
        "The pour did not settle in {rounds} rounds: a loop of full glasses receives more than it lets go.",
        rounds=ROUNDS,
    )


def champagne_pyramid(poured: float, rows: int, capacity: float = 1.0) -> FloatArray:
    """Fill a pyramid of glasses from the top: what a glass cannot hold falls in halves on the two below it.

    Parameters
    ----------
    poured : float, 0 or more
        What is poured into the top glass, in glasses when `capacity` is 1.
    rows : int
        Number of rows, 0 or more; row r has r + 1 glasses.
    capacity : float, 0 or more, optional
        What each glass holds.

    Returns
    -------
    (rows, rows) ndarray
        Level of the glass at [row, place], counted from 0; 0 where the row has no such glass.

    Raises
    ------
    ParameterError
        A negative or missing number, or a number of rows that is not whole.

    Notes
    -----
    One pass per row. The same levels come from `champagne_overflow` on the pyramid's graph.

    References
    ----------
    LeetCode, problem 799, Champagne Tower. https://leetcode.com/problems/champagne-tower/

    Examples
    --------
    >>> champagne_pyramid(4, 3)
    array([[1.  , 0.  , 0.  ],
           [1.  , 1.  , 0.  ],
           [0.25, 0.5 , 0.25]])
    """
    count = whole(rows, "rows", 0)
    for name, amount in (("poured", poured), ("capacity", capacity)):
        check_range(numbers(amount, name).reshape(-1), name, 0.0, np.inf)
    level = np.zeros((count, count))
    inflow = np.array([poured], dtype=np.float64)
    for row in range(count):
        level[row, : row + 1] = np.minimum(inflow, capacity)
        half = np.maximum(0.0, inflow - capacity) / 2.0
        inflow = np.append(half, 0.0) + np.append(0.0, half)
    return level
