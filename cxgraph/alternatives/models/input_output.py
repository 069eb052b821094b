"""Leontief's input-output model and the hypothetical extraction of sectors from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike
from scipy import sparse

from cxgraph.alternatives.models.checks import (
    FloatArray,
    IntArray,
    Matrix,
    choice,
    numbers,
    seal,
    square,
    vector,
)
from cxgraph.alternatives.models.linear import sum_rounds
from cxgraph.errors import ParameterError

VARIANTS = ("complete", "backward", "backward-total", "forward", "forward-total")


@dataclass(frozen=True, eq=False)
class Leontief:
    """An input-output table in coefficients and multipliers; where numpy takes an array, it stands for the inverse.

    Parameters
    ----------
    coefficients : (n, n) ndarray
        A, [i, j]: what j buys from i for each unit that j makes.
    inverse : (n, n) ndarray
        L = (I - A)^-1, [i, j]: what i must make for each unit of final demand for j.
    final_demand : (n,) ndarray
        f = x - Z 1, what is left for the final customer.
    output_multipliers : (n,) ndarray
        Column sums of L: total output for each unit of final demand for j. The total backward linkage.
    allocation : (n, n) ndarray
        Ghosh's B, [i, j]: the share of i's output that goes to j.
    forward_linkages : (n,) ndarray
        Row sums of Ghosh's inverse (I - B)^-1: the total forward linkage.
    """

    coefficients: FloatArray
    inverse: FloatArray
    final_demand: FloatArray
    output_multipliers: FloatArray
    allocation: FloatArray
    forward_linkages: FloatArray

    def __post_init__(self) -> None:
        seal(self.coefficients, self.inverse, self.final_demand, self.output_multipliers)
        seal(self.allocation, self.forward_linkages)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return _as_array(self.inverse, dtype, copy)


def leontief(z: Matrix, x: ArrayLike) -> Leontief:
    """Technical coefficients, Leontief inverse and multipliers of an input-output table.

    A = Z diag(x)^-1, L = (I - A)^-1, x = L f; B = diag(x)^-1 Z.

    Parameters
    ----------
    z : (n, n) array or sparse matrix
        Transactions, **[i, j]: what j buys from i** (supplier by row), in the unit of `x`. Published tables
        hold a few negative entries; they are accepted.
    x : (n,) array, 0 or more
        Total output of each sector.

    Returns
    -------
    Leontief
        A, L, f, B and the backward and forward linkages.

    Raises
    ------
    ParameterError
        Wrong shape or range, a sector with transactions and no output, or non-negative coefficients with a
        spectral radius of 1 or more (Hawkins and Simon's condition fails: making things uses them up).
    NumericalError
        I - A is singular or too close to it.

    Notes
    -----
    A sparse LU and a dense n x n inverse, twice. A sector that makes nothing, buys nothing and sells nothing
    has zero coefficients and a multiplier of 1.

    References
    ----------
    R. E. Miller and P. D. Blair (2009). Input-Output Analysis: Foundations and Extensions, 2nd edition,
    chapters 2, 6 and 12. Cambridge University Press.

    Examples
    --------
    >>> table = leontief([[150, 500], [200, 100]], [1000, 2000])
    >>> table.coefficients
    array([[0.15, 0.25],
           [0.2 , 0.05]])
    >>> table.output_multipliers.round(4)
    array([1.5182, 1.4521])
    """
    flows = square(z, "z")
    size = flows.shape[0]
    output = vector(x, "x", size, low=0.0)
    traded = np.abs(flows).sum(axis=0) + np.abs(flows).sum(axis=1)
    idle = output == 0
    if (idle & (traded > 0)).any():
        raise ParameterError(
            "Sector {sector} has transactions but no output in x.",
            sector=int(np.flatnonzero(idle & (traded > 0))[0]),
        )
    per_unit = sparse.diags_array(np.divide(1.0, output, out=np.zeros(size), where=~idle))
    coefficients = sparse.csr_array(flows @ per_unit)
    allocation = sparse.csr_array(per_unit @ flows)
    inverse = sum_rounds(coefficients, np.eye(size), "A")
    return Leontief(
        coefficients=coefficients.toarray(),
        inverse=inverse,
        final_demand=output - flows.sum(axis=1),
        output_multipliers=inverse.sum(axis=0),
        allocation=allocation.toarray(),
        forward_linkages=sum_rounds(allocation, np.ones(size), "B"),
    )


@dataclass(frozen=True, eq=False)
class Extraction:
    """What an economy makes with and without the extracted sectors; where numpy takes an array, it is the losses.

    Parameters
    ----------
    output : (n,) ndarray
        Output of each sector before.
    remaining : (n,) ndarray
        Output of each sector after.
    losses : (n,) ndarray
        ``output - remaining``.
    total : float
        Sum of the losses, those of the extracted sectors included.
    """

    output: FloatArray
    remaining: FloatArray
    losses: FloatArray
    total: float

    def __post_init__(self) -> None:
        seal(self.output, self.remaining, self.losses)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return _as_array(self.losses, dtype, copy)


def extraction(
    a: Matrix, f: ArrayLike, sector: int | Sequence[int] | IntArray, variant: str = "complete"
) -> Extraction:
    """Hypothetical extraction: how much output disappears with a sector, or with some of its trade.

    With x = (I - A)^-1 f, B = diag(x)^-1 A diag(x) and v = x - B' x, sector k::

        complete         row and column k of A and f_k become 0:          x - (I - A~)^-1 f~
        backward         k buys nothing: column k of A becomes 0:         x - (I - A~)^-1 f
        backward-total   k trades with itself alone: row and column k of A become 0 except a_kk;  f stays
        forward          k sells nothing to sectors: row k of B becomes 0:     x' - v' (I - B~)^-1
        forward-total    k trades with itself alone: row and column k of B become 0 except b_kk;  v stays

    Parameters
    ----------
    a : (n, n) array or sparse matrix
        Technical coefficients, **[i, j]: what j buys from i for each unit that j makes** (supplier by row).
    f : (n,) array
        Final demand.
    sector : int or sequence of int
        Which sectors, counted from 0; several are extracted together.
    variant : {"complete", "backward", "backward-total", "forward", "forward-total"}, optional
        What exactly is taken away. The numbers differ: say which one you used. When several sectors are
        extracted, the two totals keep each sector's trade with itself and no other.

    Returns
    -------
    Extraction
        Outputs before and after, the losses and their sum.

    Raises
    ------
    ParameterError
        Wrong shape or range, a sector that does not exist, an unknown variant, or a spectral radius of 1 or
        more.
    NumericalError
        I - A is singular or too close to it.

    Notes
    -----
    Two sparse solves, each with its own LU. Extracting every sector completely loses all output. What the
    others lose is ``losses`` without the extracted sectors.

    References
    ----------
    R. E. Miller and P. D. Blair (2009). Input-Output Analysis: Foundations and Extensions, 2nd edition,
    chapter 12. Cambridge University Press.

    E. Dietzenbacher, J. A. van der Linden and A. E. Steenge (1993). The regional extraction method: EC
    input-output comparisons. Economic Systems Research 5(2), 185-206.

    Examples
    --------
    >>> extraction([[0.15, 0.25], [0.2, 0.05]], [350, 1700], 0).losses.round(2)
    array([1000.  ,  210.53])
    """
    chosen = choice(variant, "variant", VARIANTS)
    table = square(a, "a")
    size = table.shape[0]
    demand = vector(f, "f", size)
    taken = _members(sector, size)
    output = sum_rounds(table, demand, "a")
    if chosen.startswith("forward"):
        # b_ij = a_ij x_j / x_i; a sector without output sells nothing, so its row stays empty.
        per_unit = np.divide(1.0, output, out=np.zeros(size), where=output != 0)
        allocation = sparse.csr_array(sparse.diags_array(per_unit) @ table @ sparse.diags_array(output))
        primary = output - allocation.T @ output
        kept = _without(allocation, taken, chosen)
        remaining = sum_rounds(sparse.csr_array(kept.T), primary, "B")
    else:
        left = np.where(taken, 0.0, demand) if chosen == "complete" else demand
        remaining = sum_rounds(_without(table, taken, chosen), left, "a")
    losses = output - remaining
    return Extraction(output, remaining, losses, float(losses.sum()))


def extraction_totals(a: Matrix, f: ArrayLike, sectors: Sequence[int] | IntArray) -> FloatArray:
    """Return the total that disappears with each of some sectors when it alone is extracted completely.

    With x = (I - A)^-1 f, L = (I - A)^-1 and m = L' 1::

        total_k = x_k m_k / L_kk

    which is ``extraction(a, f, k).total``: what would have to be handed to k's clients in place of its output x_k,
    without what k hands to itself round a loop, times all the output that a unit of it calls forth.

    Parameters
    ----------
    a : (n, n) array or sparse matrix
        Technical coefficients, as for `extraction`.
    f : (n,) array
        Final demand.
    sectors : (k,) sequence of int
        Counted from 0.

    Returns
    -------
    (k,) ndarray
        In the unit of `f`.

    Raises
    ------
    ParameterError
        Wrong shape or range, a sector that does not exist, or a spectral radius of 1 or more.
    NumericalError
        I - A is singular or too close to it.

    Notes
    -----
    One LU, or k + 2 solves by rounds, in place of 2 k systems.

    References
    ----------
    R. E. Miller and M. L. Lahr (2001). A taxonomy of extractions. In Lahr and Miller (eds.), Regional Science
    Perspectives in Economic Analysis, 407-441. Elsevier.

    Examples
    --------
    >>> extraction_totals([[0.15, 0.25], [0.2, 0.05]], [350, 1700], [0, 1]).round(2).tolist()
    [1210.53, 2588.24]
    """
    table = square(a, "a")
    size = table.shape[0]
    demand = vector(f, "f", size)
    places = np.asarray(sectors, dtype=np.intp).reshape(-1)
    _members(sectors, size)  # refuses what is no sector
    unit = np.zeros((size, len(places)))
    unit[places, np.arange(len(places))] = 1.0
    found = sum_rounds(table, np.column_stack([demand, unit]), "a")
    multiplier = sum_rounds(sparse.csr_array(table.T), np.ones(size), "a")
    own = found[places, np.arange(len(places)) + 1]
    return np.asarray(found[places, 0] * multiplier[places] / own)


def _members(sector: int | Sequence[int] | IntArray, size: int) -> Any:
    """Mark the sectors named."""
    places = numbers(sector, "sector").reshape(-1)
    if ((places != np.floor(places)) | (places < 0) | (places >= size)).any():  # a NaN is not its own floor
        raise ParameterError(
            "sector is {value}; sectors are whole numbers, 0 or more and below {size}.",
            value=repr(sector),
            size=size,
        )
    marked = np.zeros(size, dtype=bool)
    marked[places.astype(np.intp)] = True
    return marked


def _without(table: sparse.csr_array, taken: Any, variant: str) -> sparse.csr_array:
    """Return the table with the links that the variant takes away set to zero."""
    links = table.tocoo()
    seller, buyer = taken[links.row], taken[links.col]
    gone = {
        "complete": seller | buyer,
        "backward": buyer,
        "forward": seller,
        "backward-total": (seller | buyer) & (links.row != links.col),
        "forward-total": (seller | buyer) & (links.row != links.col),
    }[variant]
    values = np.where(gone, 0.0, links.data)
    return sparse.csr_array((values, (links.row, links.col)), shape=table.shape)


def _as_array(values: FloatArray, dtype: npt.DTypeLike | None, copy: bool | None) -> npt.NDArray[Any]:
    """Return what numpy's array protocol asks for; numpy before 2 does not take None for "only where needed"."""
    return np.asarray(values, dtype) if copy is None else np.array(values, dtype, copy=copy)
