"""What every rival model asks of its arrays: shape, range, no missing values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from cxgraph.errors import ParameterError

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.intp]
Matrix: TypeAlias = Any
"""A square table of numbers: nested lists, an array, or a scipy sparse matrix."""


class NoEquilibriumError(ParameterError):
    """Each round of a dependency is as large as the one before, so that what it adds up to is not finite."""


def seal(*arrays: FloatArray) -> None:
    """Make the arrays of a result read-only: it is shared by whoever holds it."""
    for array in arrays:
        array.setflags(write=False)


def choice(value: str, name: str, choices: tuple[str, ...], also: Mapping[str, str] | None = None) -> str:
    """Return the choice that a word means, or refuse it.

    Capitals, spaces and underscores do not matter; `also` says what other words stand for.
    """
    if isinstance(value, str):
        said = "-".join(value.lower().replace("_", " ").replace("-", " ").split())
        said = (also or {}).get(said, said)
        if said in choices:
            return said
    raise ParameterError(
        "{name} is {value}; choose one of {choices}.",
        name=name,
        value=repr(value),
        choices=", ".join(choices),
    )


def whole(value: float, name: str, low: int) -> int:
    """Return a whole number that is not below `low`; 2.0 is one."""
    number = single(value)
    if not (number == np.floor(number) and number >= low):
        raise ParameterError(
            "{name} is {value}; it takes a whole number, {low} or more.",
            name=name,
            value=repr(value),
            low=low,
        )
    return int(value)


def single(value: object) -> float:
    """Return a finite number as a float, and NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return math.nan
    return float(value) if math.isfinite(value) else math.nan


def numbers(values: ArrayLike, name: str) -> FloatArray:
    """Return a new array of floats, or say that the argument holds something else."""
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError("{name} must be an array of numbers.", name=name) from error


def check_range(values: FloatArray, name: str, low: float, high: float) -> None:
    """Refuse values that are missing, infinite or outside [low, high]."""
    wrong = ~np.isfinite(values) | (values < low) | (values > high)
    if wrong.any():
        raise ParameterError(
            "{name} holds {value}; every value must be a number from {low} to {high}.",
            name=name,
            value=f"{values[wrong].flat[0]:g}",
            low=f"{low:g}",
            high=f"{high:g}",
        )


def vector(values: ArrayLike, name: str, size: int, *, low: float = -np.inf, high: float = np.inf) -> FloatArray:
    """Return one number for each of `size` nodes; a single number stands for all of them, a row or a column is fine."""
    result = numbers(values, name)
    if result.ndim == 0:
        result = np.full(size, float(result))
    if result.shape in ((size, 1), (1, size)):
        result = result.reshape(size)
    if result.shape != (size,):
        raise ParameterError(
            "{name} has the shape {shape}; it takes one value for each of {size} nodes.",
            name=name,
            shape=result.shape,
            size=size,
        )
    check_range(result, name, low, high)
    return result


def square(
    values: Matrix,
    name: str,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    size: int | None = None,
    missing: bool = False,
) -> Any:
    """Return a square table as a sparse matrix by rows, without stored zeros.

    Sparse throughout, because a dependency network is: the dense ones of the textbooks lose nothing by it.
    With `missing`, a NaN says that there is no such link; otherwise it is refused.
    """
    if sparse.issparse(values):
        table = sparse.csr_array(values, dtype=np.float64, copy=True)
    else:
        dense = numbers(values, name)
        table = dense.reshape(0, 0) if dense.shape == (0,) else dense
    if table.ndim != 2 or table.shape[0] != table.shape[1] or size not in (None, table.shape[0]):
        raise ParameterError(
            "{name} has the shape {shape}; a square table is needed, a row and a column for each node.",
            name=name,
            shape=table.shape,
        )
    result = sparse.csr_array(table)
    result.sum_duplicates()
    if missing:
        result.data[np.isnan(result.data)] = 0.0
    check_range(result.data, name, low, high)
    result.eliminate_zeros()
    return result
