"""The kinds of arrays that the mathematics reads, by the names that signatures give them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int32]
"""What a network stores: department numbers, half the size of `Integers`."""
Integers: TypeAlias = npt.NDArray[np.int64]
Indices: TypeAlias = npt.NDArray[np.intp]
"""Rows of a table, as numpy's own searches return them."""
Bools: TypeAlias = npt.NDArray[np.bool_]
