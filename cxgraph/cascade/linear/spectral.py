"""The largest eigenvalue of a loop, with bounds: what one way round leaves of a fault."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve_triangular

from cxgraph.cascade.linear.components import Cut, cut_loop
from cxgraph.model.arrays import Floats

MOST_DENSE = 64
"""Loops of up to so many departments are solved as dense matrices."""
MOST_CLOSING = 8
"""A larger loop that closes at no more departments than this is solved along its cut."""
NARROW = 1e-12
"""Distance between the bounds, relative to the upper one, at which the power method stops."""
_ROUNDS = 2_000
_HALVINGS = 60


@dataclass(frozen=True, eq=False)
class SpectralBounds:
    """The Perron root of an irreducible non-negative matrix.

    Attributes
    ----------
    root : float
        The largest eigenvalue, which is real and simple.
    uncertainty : float
        Half the distance between its bounds.
    vector : float array, shape (k,)
        Its right eigenvector, positive, with the largest entry 1.
    """

    root: float
    uncertainty: float
    vector: Floats


def bound_spectral_radius(block: sparse.csr_matrix) -> SpectralBounds:
    """Return the Perron root and vector of an irreducible non-negative matrix.

    Parameters
    ----------
    block : csr_matrix, shape (k, k)
        Entries above 0 in one strongly connected pattern, k at least 2.

    Returns
    -------
    SpectralBounds
        Root, bounds and vector.

    Notes
    -----
    For any x > 0 the root lies between the least and the largest of (T x)_i / x_i (Collatz and Wielandt);
    these bounds are the certificate, whatever way x was found. Up to 64 departments a dense decomposition; a
    long loop that closes at few departments is opened there: the root is the z at which a fault sent round
    T/z comes back as large as it left, found by halving, since plain iteration would need a number of rounds
    that grows with the square of its length. Everything else takes the power method, shifted so that a loop
    with a rhythm settles too.

    References
    ----------
    Wielandt, H. (1950). Unzerlegbare, nicht negative Matrizen. Mathematische Zeitschrift 52, 642-648.
    https://doi.org/10.1007/BF02230720

    Examples
    --------
    >>> found = bound_spectral_radius(sparse.csr_matrix([[0, .5], [.5, 0]]))
    >>> round(found.root, 12), found.vector.round(12).tolist()
    (0.5, [1.0, 1.0])
    """
    if block.shape[0] <= MOST_DENSE:
        values, vectors = np.linalg.eig(block.toarray())
        vector = np.abs(vectors[:, np.argmax(values.real)])
        return _certified(block, vector / vector.max(), float(values.real.max()))
    cut = cut_loop(block, MOST_CLOSING)
    if cut is not None:
        return _around_cut(block, cut)
    return _power(block)


def largest_root(block: sparse.csr_matrix) -> tuple[float, float]:
    """Return the Perron root of an irreducible non-negative matrix and its uncertainty; see `bound_spectral_radius`."""
    found = bound_spectral_radius(block)
    return found.root, found.uncertainty


def _certified(block: sparse.csr_matrix, vector: Floats, root: float | None = None) -> SpectralBounds:
    """Bound the root by a positive vector; the bounds' middle where no better value is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.where(vector > 0, (block @ vector) / vector, np.inf)
    low, high = float(quotient.min()), float(quotient.max())
    middle = (low + high) / 2 if root is None else root
    return SpectralBounds(middle, max(high - middle, middle - low, 0.0), vector)


def _power(block: sparse.csr_matrix) -> SpectralBounds:
    vector = np.ones(block.shape[0])
    for _ in range(_ROUNDS):
        following = block @ vector
        quotient = following / vector
        low, high = float(quotient.min()), float(quotient.max())
        if high - low <= NARROW * high:
            break
        following += 0.5 * high * vector
        vector = following / following.max()
    return _certified(block, vector)


def _around_cut(block: sparse.csr_matrix, cut: Cut) -> SpectralBounds:
    high = float(min(np.asarray(block.sum(axis=1)).max(), np.asarray(block.sum(axis=0)).max()))
    returns, _ = _once_round(block, cut, high)
    low = high
    while returns <= 1.0 and low > np.finfo(float).tiny:
        low /= 2.0
        returns, _ = _once_round(block, cut, low)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if _once_round(block, cut, middle)[0] > 1.0:
            low = middle
        else:
            high = middle
    _, vector = _once_round(block, cut, high)
    return SpectralBounds((low + high) / 2.0, max((high - low) / 2.0, 4 * np.finfo(float).eps * high), vector)


def _once_round(block: sparse.csr_matrix, cut: Cut, scale: float) -> tuple[float, Floats]:
    """Return by how much a fault at the closing departments grows once round T / scale, and where it then is."""
    size = block.shape[0]
    closes = np.zeros(size, bool)
    closes[cut.closing] = True
    opened = sparse.csr_matrix(
        (np.where(closes[block.indices], 0.0, block.data / scale), block.indices, block.indptr), block.shape
    )[cut.order][:, cut.order]
    opened.eliminate_zeros()
    system = (sparse.identity(size, format="csr") - opened).tocsc()
    entering = block[:, cut.closing].toarray()[cut.order] / scale
    outward = np.empty_like(entering)
    with np.errstate(over="ignore", invalid="ignore"):
        outward[cut.order] = spsolve_triangular(system, entering, lower=True, unit_diagonal=True)
    back = outward[cut.closing]
    if not np.isfinite(back).all():
        return np.inf, np.ones(size)  # so far below the root that the numbers overflow
    values, vectors = np.linalg.eig(back)
    leading = np.argmax(values.real)
    vector = np.abs(outward @ vectors[:, leading].real)
    largest = vector.max()
    return float(values.real[leading]), vector / largest if largest > 0 else np.ones(size)
