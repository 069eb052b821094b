"""Partial pooling: scores that rest on few answers lean on the other services of the same supplier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network

_ROUNDS = 8
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class ShrunkScores:
    """Fulfilments after pooling; arrays of shape (m,).

    Attributes
    ----------
    level : float array
        Reached share of what is expected, pooled: shrink * own + (1 - shrink) * centre.
    shrink : float array
        Weight of the service's own score, in [0, 1]; 1 where it is held fixed because its error is unknown.
    centre : float array
        What it leans on: the mean level of its supplier's services, itself leaning on that of all services.
    fulfilment : float array
        The pooled level times the expectation, on the organisation's scale.
    """

    level: Floats
    shrink: Floats
    centre: Floats
    fulfilment: Floats


def pool_scores(network: Network, standard_error: Floats, sampled: npt.NDArray[np.bool_]) -> ShrunkScores:
    """Shrink each service's level towards its supplier's, the more the less its own answers say.

    A service's true level is taken as its supplier's level plus a deviation of variance w, a supplier's level as
    the organisation's plus a deviation of variance b (two-stage normal model, both variances by moments and
    weighted for the errors). The shrink factor is w / (w + standard error squared): the posterior mean of the
    level is shrink * own + (1 - shrink) * centre, its posterior variance shrink * standard error squared.

    Parameters
    ----------
    network : Network
        m services.
    standard_error : float array, shape (m,)
        Of the fulfilment, on the organisation's scale.
    sampled : bool array, shape (m,)
        Services whose error is known.

    Returns
    -------
    ShrunkScores
        Arrays of shape (m,).

    Notes
    -----
    Levels are (f - z)/(x - z) with z the bottom of the scale, so that services with different expectations can be
    compared; where no expectation is stated, or it is at the bottom, the width of the scale takes its place. Where
    all differences between services are no larger than their errors explain, w is 0 and every service takes its
    supplier's level.

    References
    ----------
    Morris, C. N. (1983). Parametric empirical Bayes inference. Journal of the American Statistical Association
    78(381), 47-55.

    Examples
    --------
    >>> network = Network.from_arrays([0, 0, 0], [1, 2, 3], [10] * 3, [6., 7, 8], customer_weight=[0, 1, 1, 1])
    >>> pool_scores(network, np.array([0.1, 0.1, 5.0]), np.ones(3, bool)).shrink.round(2).tolist()
    [0.97, 0.97, 0.01]
    """
    bottom, top = network.scale
    expected = network.expectation - bottom
    unit = np.where(expected > 0, expected, top - bottom)
    level = (network.fulfilment - bottom) / unit
    error = (standard_error / unit) ** 2
    size = network.departments
    within, mean, mean_error = _between(level, error, network.supplier, sampled, size)
    suppliers = np.isfinite(mean_error)
    together = np.zeros(size, np.int64)
    between, overall, _ = _between(
        np.where(suppliers, mean, 0.0), np.where(suppliers, mean_error, 1.0), together, suppliers, 1
    )
    lean = np.where(suppliers, between / (between + mean_error + _TINY), 0.0)
    centre = (lean * np.where(suppliers, mean, 0.0) + (1.0 - lean) * overall[0])[network.supplier]
    shrink = np.where(sampled, (within + _TINY) / (within + error + _TINY), 1.0)
    pooled = np.where(sampled, shrink * level + (1.0 - shrink) * centre, level)
    return ShrunkScores(pooled, shrink, centre, np.where(sampled, bottom + pooled * unit, network.fulfilment))


def _between(
    level: Floats, error: Floats, group: Any, used: npt.NDArray[np.bool_], groups: int
) -> tuple[float, Floats, Floats]:
    """Return the variance of true levels within groups, each group's weighted mean and that mean's error variance.

    Moments with weights 1/(error + variance), the variance from the round before: for any weights w the expectation
    of sum w (x - mean)^2 is sum w error - sum w^2 error / W + variance (W - sum w^2 / W), W the group's sum of w.
    """
    variance = float(np.var(level[used])) if used.any() else 0.0
    mean = np.zeros(groups)
    total = np.zeros(groups)
    for _ in range(_ROUNDS):
        weight = np.where(used, 1.0 / (error + variance + _TINY), 0.0)
        total = np.bincount(group, weight, groups).astype(float)
        scale = np.where(total > 0, total, 1.0)
        mean = np.bincount(group, weight * np.where(used, level, 0.0), groups) / scale
        squares = float(weight @ np.where(used, level - mean[group], 0.0) ** 2)
        expected = float((weight * error).sum()) - float((np.bincount(group, weight**2 * error, groups) / scale).sum())
        freedom = float(weight.sum()) - float((np.bincount(group, weight**2, groups) / scale).sum())
        variance = max(0.0, (squares - expected) / freedom) if freedom > 1e-9 * float(weight.sum()) else 0.0
    with np.errstate(divide="ignore"):
        return variance, mean, np.where(total > 0, 1.0 / total, np.inf)
