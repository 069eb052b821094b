"""DebtRank: how distress spreads from each node to those that depend on it, each loss counted once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from cxgraph.alternatives.models.checks import FloatArray, Matrix, choice, square, vector, whole
from cxgraph.alternatives.models.saturating import spread_losses
from cxgraph.errors import ParameterError

VARIANTS = ("single-hit", "differential")


def debtrank(w: Matrix, h0: ArrayLike, variant: str = "single-hit", *, rounds: int = 100_000) -> FloatArray:
    """Spread an initial distress and return the final one of every node.

    ``single-hit`` (Battiston et al. 2012): a node passes its distress on once, the round after it was first
    hit, and is inactive from then on (it may still receive)::

        h_i(t+1) = min(1, h_i(t) + sum over j newly distressed of min(1, w_ij) h_j(t))

    ``differential`` (Bardoscia et al. 2015), from h(0) = 0 and h(1) = h0 until nothing moves::

        h_i(t+1) = min(1, h_i(t) + sum_j w_ij (h_j(t) - h_j(t-1)))

    Parameters
    ----------
    w : (n, n) array or sparse matrix, 0 or more
        Impact, **[i, j]: the share of i lost when j is lost entirely** (receiver by row; for banks i's
        exposure to j over i's equity, as in Bardoscia et al.). Battiston et al. write the transposed matrix.
    h0 : (n,) array in [0, 1]
        Initial distress, 1: lost.
    variant : {"single-hit", "differential"}, optional
        Which of the two recursions. Capitals and underscores do not matter; ``single`` is short for the first.
    rounds : int, optional
        How many rounds the differential variant may take.

    Returns
    -------
    (n,) ndarray
        h at the end, 0 to 1, never below h0.

    Raises
    ------
    ParameterError
        Wrong shape, range or variant.
    NumericalError
        The differential variant had not settled after `rounds`.

    Notes
    -----
    A sparse product per round. Single-hit ends after n + 1 rounds at most; it forgets what reaches a node
    later, so it is never above differential, and equal to it where every node is reached by one path.
    Differential without saturation is (I - W)^-1 h0, with it the least solution of h = min(1, h0 + W h);
    with a spectral radius of 1 or more nodes saturate at 1. W is capped at 1 in single-hit because its
    authors define it so.

    References
    ----------
    S. Battiston, M. Puliga, R. Kaushik, P. Tasca and G. Caldarelli (2012). DebtRank: too central to fail?
    Financial networks, the FED and systemic risk. Scientific Reports 2, 541.
    https://doi.org/10.1038/srep00541

    M. Bardoscia, S. Battiston, F. Caccioli and G. Caldarelli (2015). DebtRank: a microscopic foundation for
    shock propagation. PLoS ONE 10(6), e0130406. https://doi.org/10.1371/journal.pone.0130406

    Examples
    --------
    >>> debtrank([[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0]], [1, 0, 0])
    array([1.  , 0.5 , 0.25])
    """
    chosen = choice(variant, "variant", VARIANTS, {"single": "single-hit"})
    allowed = whole(rounds, "rounds", 1)
    impact = square(w, "w", low=0.0)
    shock = vector(h0, "h0", impact.shape[0], low=0.0, high=1.0)
    if chosen == "single-hit":
        return _single_hit(impact, shock)
    return spread_losses(impact, shock, allowed)


def _single_hit(impact: sparse.csr_array, shock: FloatArray) -> FloatArray:
    capped = impact.minimum(1.0) if impact.nnz else impact
    distress: FloatArray = shock
    speaking = shock > 0
    spoken = np.zeros_like(speaking)
    while speaking.any():
        distress = np.minimum(1.0, distress + capped @ np.where(speaking, distress, 0.0))
        spoken = spoken | speaking
        speaking = (distress > 0) & ~spoken
    return distress


def debtrank_impact(h: ArrayLike, h0: ArrayLike, value: ArrayLike | None = None) -> float:
    """DebtRank itself: R = sum_i v_i h_i - sum_i v_i h0_i, the value lost beyond the initial shock.

    Parameters
    ----------
    h : (n,) array in [0, 1]
        Final distress, from `debtrank`.
    h0 : (n,) array in [0, 1]
        Initial distress.
    value : (n,) array, 0 or more, optional
        Relative economic value v, scaled here to sum to 1. None: every node counts the same.

    Returns
    -------
    float
        R, a fraction of the whole value. 0 for an empty network.

    Raises
    ------
    ParameterError
        Wrong shape or range, or values that are all zero.

    References
    ----------
    S. Battiston et al. (2012), as in `debtrank`.

    Examples
    --------
    >>> debtrank_impact([1, 0.5, 0.25], [1, 0, 0], [0, 1, 1])
    0.375
    """
    size = np.size(h)
    final = vector(h, "h", size, low=0.0, high=1.0)
    initial = vector(h0, "h0", size, low=0.0, high=1.0)
    worth = vector(1.0 if value is None else value, "value", size, low=0.0)
    if size == 0:
        return 0.0
    if not worth.any():
        raise ParameterError("value is zero everywhere; at least one node must be worth something.")
    return float(worth @ (final - initial) / worth.sum())
