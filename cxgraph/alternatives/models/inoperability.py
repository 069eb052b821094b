"""The inoperability input-output model: how the loss of some nodes leaves others unable to work."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from cxgraph.alternatives.models.checks import (
    FloatArray,
    Matrix,
    check_range,
    choice,
    numbers,
    square,
    vector,
    whole,
)
from cxgraph.alternatives.models.linear import sum_rounds
from cxgraph.alternatives.models.saturating import spread_losses
from cxgraph.errors import ParameterError

CLIPS = ("none", "post", "within")
ROUNDS = 100_000


def inoperability(a_star: Matrix, c_star: ArrayLike, clip: str | bool | None = "none") -> FloatArray:
    """Inoperability of every node at equilibrium: q = A* q + c*, that is q = (I - A*)^-1 c*.

    Parameters
    ----------
    a_star : (n, n) array or sparse matrix, 0 or more
        Interdependency, **[i, j]: the inoperability that the total loss of j causes in i** (receiver by row).
    c_star : (n,) array in [0, 1]
        Perturbation: inoperability that comes from outside, per node.
    clip : {"none", "post", "within"}, optional
        ``none``: the linear solution as it is, which may exceed 1. ``post``: min(q, 1) afterwards, as in the
        published examples. ``within``: q_i = min(1, sum_j a*_ij q_j + c*_i), so that a node
        that is already lost is not lost twice; its least solution. None and False are ``none``, True is ``post``.

    Returns
    -------
    (n,) ndarray
        q, 0 (as planned) to 1 (lost); above 1 only with ``none``.

    Raises
    ------
    ParameterError
        Wrong shape or range, or a spectral radius of 1 or more with ``none`` or ``post``: losses then do not
        die out from round to round, and the algebra would return negative numbers. ``within`` needs no such
        condition.
    NumericalError
        The system is too close to singular, or ``within`` did not settle.

    Notes
    -----
    One sparse LU for ``none`` and ``post``; ``within`` repeats a matrix-vector product. Below saturation the
    three agree. Loops are allowed; a node with an empty row has q = c*.

    References
    ----------
    Y. Y. Haimes and P. Jiang (2001). Leontief-based model of risk in complex interconnected infrastructures.
    Journal of Infrastructure Systems 7(1), 1-12. https://doi.org/10.1061/(ASCE)1076-0342(2001)7:1(1)

    Examples
    --------
    >>> inoperability([[0, 0.8], [0.2, 0]], [0, 0.6]).round(3)
    array([0.571, 0.714])
    """
    cut = _read_clip(clip)
    table = square(a_star, "a_star", low=0.0)
    perturbation = vector(c_star, "c_star", table.shape[0], low=0.0, high=1.0)
    if cut == "within":
        return spread_losses(table, perturbation, ROUNDS)
    linear = sum_rounds(table, perturbation, "a_star")
    return np.minimum(linear, 1.0) if cut == "post" else linear


def inoperability_dynamic(
    a_star: Matrix,
    c_star: ArrayLike,
    k: ArrayLike,
    steps: int,
    *,
    q0: ArrayLike = 0.0,
    clip: str | bool | None = "none",
) -> FloatArray:
    """Inoperability over time: q(t+1) = q(t) + K [A* q(t) + c*(t) - q(t)].

    Parameters
    ----------
    a_star : (n, n) array or sparse matrix, 0 or more
        Interdependency, [i, j]: the inoperability that the total loss of j causes in i.
    c_star : (n,) or (steps, n) array in [0, 1]
        Perturbation, constant or one row for each step; row t acts from t to t + 1.
    k : number, (n,) or (n, n) array, 0 or more
        Resilience coefficients per step: the share of the distance to equilibrium that a node covers. A
        matrix is used as it is; the source takes it diagonal.
    steps : int
        Number of steps, 0 or more.
    q0 : number or (n,) array in [0, 1], optional
        Inoperability at time 0. 0: as planned.
    clip : {"none", "post", "within"}, optional
        ``post`` cuts the finished trajectory at 1, ``within`` every step before the next one starts. None and False
        are ``none``, True is ``post``.

    Returns
    -------
    (steps + 1, n) ndarray
        q, a row for each time; row 0 is `q0`.

    Raises
    ------
    ParameterError
        Wrong shape or range.

    Notes
    -----
    A matrix-vector product per step. With a constant c*, a spectral radius of A* below 1 and 0 < k <= 1 it
    tends to `inoperability`. A larger radius makes it grow, which a finite number of steps can show: it is
    not refused. k above 1 overshoots.

    References
    ----------
    C. Lian and Y. Y. Haimes (2006). Managing the risk of terrorism to interdependent infrastructure systems
    through the dynamic inoperability input-output model. Systems Engineering 9(3), 241-258.
    https://doi.org/10.1002/sys.20051

    Examples
    --------
    A node that lost half its work and regains half of what is missing at each step.

    >>> inoperability_dynamic([[0.0]], [0.0], 0.5, 3, q0=0.5).ravel()
    array([0.5   , 0.25  , 0.125 , 0.0625])
    """
    cut = _read_clip(clip)
    count = whole(steps, "steps", 0)
    table = square(a_star, "a_star", low=0.0)
    size = table.shape[0]
    resilience = _resilience(k, size)
    perturbation = _over_time(c_star, count, size)
    path = np.empty((count + 1, size))
    path[0] = vector(q0, "q0", size, low=0.0, high=1.0)
    for time, pressure in enumerate(perturbation):
        now = path[time]
        following = now + resilience @ (table @ now + pressure - now)
        path[time + 1] = np.minimum(following, 1.0) if cut == "within" else following
    return np.minimum(path, 1.0) if cut == "post" else path


def _read_clip(clip: str | bool | None) -> str:
    """Return which of `CLIPS` is meant."""
    if clip is None or isinstance(clip, bool | np.bool_):
        return "post" if clip else "none"
    return choice(clip, "clip", CLIPS)


def _resilience(k: ArrayLike, size: int) -> sparse.csr_array:
    """K as a matrix, from a number, its diagonal or itself."""
    if sparse.issparse(k):
        return square(k, "k", low=0.0, size=size)
    values = numbers(k, "k")
    if values.shape == (size, size):
        return square(values, "k", low=0.0)
    return sparse.csr_array(sparse.diags_array(vector(values, "k", size, low=0.0)))


def _over_time(c_star: ArrayLike, steps: int, size: int) -> FloatArray:
    """Perturbation as one row for each step."""
    values = numbers(c_star, "c_star")
    constant = values.ndim < 2 or (values.shape == (size, 1) and (steps, size) != (size, 1))
    if constant:
        return np.broadcast_to(vector(values, "c_star", size, low=0.0, high=1.0), (steps, size))
    if values.shape != (steps, size):
        raise ParameterError(
            "c_star has the shape {shape}; over time it takes {steps} rows of {size} values.",
            shape=values.shape,
            steps=steps,
            size=size,
        )
    check_range(values, "c_star", 0.0, 1.0)
    return values


def interdependency_order(a_star: Matrix, n: int) -> FloatArray:
    """Interdependency through chains of exactly n links: (A*)^n.

    Parameters
    ----------
    a_star : (m, m) array or sparse matrix, 0 or more
        Interdependency, [i, j]: the inoperability that the total loss of j causes in i.
    n : int
        Order, 0 or more: 1 the direct effects, 2 those through one intermediary.

    Returns
    -------
    (m, m) ndarray
        Entry [i, j]: what reaches i from j in exactly n links. The largest entry of a row names the node
        that i depends on most at that distance.

    Raises
    ------
    ParameterError
        Wrong shape or range, or an order that is not a whole number.

    Notes
    -----
    About 2 log2(n) dense products. Order 0 is the identity. The orders add up to (I - A*)^-1 where the
    spectral radius is below 1.

    References
    ----------
    Y. Y. Haimes and P. Jiang (2001), as in `inoperability`.

    Examples
    --------
    >>> interdependency_order([[0, 0.9], [0.4, 0]], 2)
    array([[0.36, 0.  ],
           [0.  , 0.36]])
    """
    order = whole(n, "n", 0)
    table = square(a_star, "a_star", low=0.0)
    result: FloatArray = np.linalg.matrix_power(table.toarray(), order)
    return result
