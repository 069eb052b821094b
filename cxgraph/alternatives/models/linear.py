"""The one linear system that the input-output models share: the sum of all rounds of a dependency."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from cxgraph.alternatives.models.checks import FloatArray, NoEquilibriumError
from cxgraph.cascade.linear.solve import solve_by_rounds
from cxgraph.errors import NumericalError
from cxgraph.wording import N_

RESIDUAL = 1e-8  # worst acceptable residual, as a fraction of the right-hand side
MOST_FACTORED = 1_000
"""Sectors up to which the system is factored."""


def sum_rounds(table: sparse.csr_array, rhs: FloatArray, name: str) -> FloatArray:
    """Return x = rhs + A x, which is rhs + A rhs + A^2 rhs + ... where the rounds die out.

    Parameters
    ----------
    table : (n, n) sparse matrix
        A.
    rhs : (n,) or (n, m) array
        What enters.
    name : str
        The name of A in error messages.

    Returns
    -------
    ndarray
        x, with the shape of `rhs`.

    Raises
    ------
    NoEquilibriumError
        A has no negative entry and a spectral radius of 1 or more: every round is as large as the one
        before, the series has no sum, and what the algebra returns would be meaningless (often negative).
    NumericalError
        I - A is singular, or too close to it for the answer to be trusted.

    Notes
    -----
    One sparse LU up to `MOST_FACTORED` sectors; beyond, where its fill would not end (measured: 0.4 s at 2,500 sectors
    of four links each, 200 s at 25,000), rounds of products. For A >= 0 the radius is below 1 exactly when some x > 0
    has (I - A) x > 0 (I - A is then an M-matrix), which one more solve decides without computing an eigenvalue. With
    negative entries only singularity is looked at.
    """
    size = table.shape[0]
    if size == 0:
        return rhs.copy()
    system = sparse.csc_array(sparse.eye_array(size) - table)
    growing = NoEquilibriumError(
        N_(
            "{name} has a spectral radius of 1 or more: each round of dependency is as large as the one before, "
            "so there is no equilibrium."
        ),
        name=name,
    )
    nonnegative = not (table.data < 0).any()
    try:
        solve = _solver(table, system)
    except RuntimeError as error:  # what scipy raises for an exactly singular matrix
        if nonnegative:
            raise growing from error
        raise NumericalError("I - {name} is singular; no solution exists.", name=name) from error
    if nonnegative:
        witness = solve(np.ones(size))
        if not ((witness > 0).all() and _miss(system, witness, np.ones(size)) <= RESIDUAL):
            raise growing
    solution = solve(rhs)
    miss = _miss(system, solution, rhs)
    if not miss <= RESIDUAL:  # also true of a NaN
        raise NumericalError(
            "I - {name} is too close to singular: the solution misses by a fraction {miss}.",
            name=name,
            miss=f"{miss:.3g}",
        )
    return solution


def _solver(table: sparse.csr_array, system: sparse.csc_array) -> Callable[[FloatArray], FloatArray]:
    """Return what solves x = rhs + A x for right-hand sides of one column or several."""
    if table.shape[0] <= MOST_FACTORED:
        factors = splu(system)
        return lambda rhs: np.asarray(factors.solve(rhs), np.float64)
    links = sparse.csr_matrix(table)

    def by_rounds(rhs: FloatArray) -> FloatArray:
        if rhs.ndim == 1:
            return solve_by_rounds(links, rhs)[0]
        return np.stack([solve_by_rounds(links, column)[0] for column in rhs.T], axis=1)

    return by_rounds


def _miss(system: sparse.csc_array, solution: FloatArray, rhs: FloatArray) -> float:
    """How far a solution is from solving the system, as a fraction of the right-hand side."""
    size = float(np.abs(rhs).max(initial=0.0))
    return float(np.abs(system @ solution - rhs).max(initial=0.0)) / size if size else 0.0
