"""Columns of numbers as JSON that the page reads: lists where they are short, bytes in base64 where they are long."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import numpy.typing as npt

LONG = 4_000
"""Numbers from which a column is packed; shorter ones stay readable."""
_FEW = 60_000
_KINDS = {"u1": "<u1", "u2": "<u2", "i4": "<i4", "f4": "<f4", "f8": "<f8"}


def numbers(values: npt.NDArray[np.float64]) -> list[float | int | None]:
    """Return floats for JSON: whole numbers without a point, NaN as None.

    Examples
    --------
    >>> numbers(np.array([1.0, 0.5, np.nan]))
    [1, 0.5, None]
    """
    return [None if math.isnan(value) else int(value) if value.is_integer() else value for value in values.tolist()]


def pack_floats(values: npt.NDArray[np.float64], *, rounded: bool = False) -> Any:
    """Return floats for the page, exact to the last bit.

    Parameters
    ----------
    values : float array
        NaN becomes null.
    rounded : bool
        Whether seven digits do where the column is long: for bounds that are compared, never for what is computed with.

    Returns
    -------
    JSON-like
        A list, ``{"values", "index"}`` where few values repeat, else ``{"kind", "base64"}``.

    Examples
    --------
    >>> pack_floats(np.array([2.0, 2.5]))
    [2, 2.5]
    >>> sorted(pack_floats(np.full(LONG, 2.5)))
    ['index', 'values']
    """
    if len(values) < LONG:
        return numbers(values)
    different, index = np.unique(values, return_inverse=True)
    if len(different) <= min(_FEW, len(values) // 8):
        return {"values": numbers(different), "index": pack_whole(index.ravel())}
    return _bytes("f4" if rounded else "f8", values)


def pack_whole(values: npt.NDArray[np.integer]) -> Any:
    """Return whole numbers for the page, each in as few bytes as the largest needs.

    Examples
    --------
    >>> pack_whole(np.array([3, 1]))
    [3, 1]
    >>> pack_whole(np.arange(LONG))["kind"]
    'u2'
    """
    if len(values) < LONG:
        return values.tolist()
    lowest, highest = int(values.min()), int(values.max())
    kind = "i4" if lowest < 0 or highest > 65_535 else "u2" if highest > 255 else "u1"
    return _bytes(kind, values)


def pack_sorted(values: npt.NDArray[np.integer], count: int) -> Any:
    """Return whole numbers in rising order for the page: how often each of 0 .. count - 1 stands there.

    Examples
    --------
    >>> pack_sorted(np.array([0, 0, 2]), 3)
    [0, 0, 2]
    """
    if len(values) < LONG:
        return values.tolist()
    return {"counts": pack_whole(np.bincount(values, minlength=count))}


def doubt(estimated: npt.NDArray[np.bool_], low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> Any:
    """Return the ends between which each transmission lies for sure enough, None where it is not in doubt."""
    ends = (("low", low), ("high", high))
    return {name: pack_floats(np.where(estimated, end, np.nan), rounded=True) for name, end in ends}


def _bytes(kind: str, values: npt.NDArray[Any]) -> dict[str, str]:
    return {"kind": kind, "base64": base64.b64encode(values.astype(_KINDS[kind]).tobytes()).decode("ascii")}
