"""Transmission from periods: what clients lacked when their supplier lacked more than it usually does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from cxgraph.model.arrays import Floats, Indices
from cxgraph.transmission.pooling import PooledEstimates, bounded_normal, pool_estimates

BLOCK_CELLS = 2_000_000
"""Services times draws that are worked on at a time."""
_SWEEPS = 50
_REWEIGHTED = 2
_BORROWED = 1.0
_LEAST_REAL = 0.2


@dataclass(frozen=True, eq=False)
class PeriodPanel:
    """Services observed in several periods; a row is one service in one period, k rows.

    Attributes
    ----------
    supplier : int array, shape (m,)
        Department that gives each service.
    service, period : int array, shape (k,)
        Numbers of the row's service and period.
    shortfall : float array, shape (k,)
        d of the service in the period.
    received : float array, shape (k,)
        D of its supplier in the period, or `lag` periods before.
    received_noise : float array, shape (k,)
        Variance of the noise in `received`; 0 where it is exact.
    departments, periods : int
        How many there are.
    """

    supplier: Indices
    service: Indices
    period: Indices
    shortfall: Floats
    received: Floats
    received_noise: Floats
    departments: int
    periods: int

    @classmethod
    def from_grid(
        cls,
        supplier: npt.NDArray[np.integer],
        shortfalls: Floats,
        received: Floats,
        received_noise: Floats | None = None,
        lag: int = 0,
    ) -> PeriodPanel:
        """Build a panel from services by periods, where every service was scored in every period or is NaN.

        Parameters
        ----------
        supplier : int array, shape (m,)
            Department that gives each service.
        shortfalls : float array, shape (periods, m)
            NaN where a service was not scored.
        received : float array, shape (periods, n)
            What each department lacked; NaN where nothing that it received was scored.
        received_noise : float array, shape (periods, n), optional
            Variance of its noise; none by default.
        lag : int
            Periods by which what a department lacks comes before what it delivers.

        Returns
        -------
        PeriodPanel
            Indices with both numbers.
        """
        periods = len(shortfalls) - lag
        given = shortfalls[lag:]
        lacked = received[:periods][:, supplier]
        noise = np.zeros_like(lacked) if received_noise is None else received_noise[:periods][:, supplier]
        period, service = np.nonzero(~np.isnan(given) & ~np.isnan(lacked))
        return cls(
            np.asarray(supplier, np.intp),
            service,
            period,
            given[period, service],
            lacked[period, service],
            noise[period, service],
            received.shape[1],
            max(periods, 0),
        )


@dataclass(frozen=True, eq=False)
class WithinEstimate:
    """What changes over time say; arrays of shape (n,).

    Attributes
    ----------
    estimate : float array
        Pooled estimate within [0, 0.98].
    alone : float array
        What the department's own periods say; NaN where they say nothing.
    error : float array
        Its bootstrap standard error; infinite where there is none.
    rows : int array
        Services times periods of the department that took part.
    pooled : PooledEstimates
        The estimates before they are bounded.
    """

    estimate: Floats
    alone: Floats
    error: Floats
    rows: npt.NDArray[np.int64]
    pooled: PooledEstimates


def within_transmission(
    panel: PeriodPanel, *, period_effects: bool = False, draws: int = 200, block: int | None = None, seed: int = 0
) -> WithinEstimate:
    """Estimate every department's transmission from how its services move with what it lacks.

    d_et - mean_e(d) = tau_u (D_ut - mean_e(D)) + rest, for the services e of department u: a service's usual level
    (its lasting faults) drops out, and with period effects so does what moves all services of a period alike. The
    standard error is that of a circular block bootstrap of the periods; the estimates are then pooled.

    Parameters
    ----------
    panel : PeriodPanel
        k rows.
    period_effects : bool
        Take out what all services of a period have in common, such as a season.
    draws : int
        Bootstrap draws.
    block : int, optional
        Periods in a block; the cube root of their number by default.
    seed : int
        Of the bootstrap.

    Returns
    -------
    WithinEstimate
        Arrays of shape (n,).

    Notes
    -----
    Association is not cause. A fault that a department shows to everybody and that swings in step with what it lacks
    is counted as transmission, and so is a loop that brings a department's own bad month back to it; noise in what it
    lacks draws the estimate down. Cost: draws times rows, in blocks of bounded memory.

    References
    ----------
    Wooldridge, J. M. (2010). Econometric Analysis of Cross Section and Panel Data, 2nd ed. MIT Press, chapter 10.
    Fuller, W. A. (1987). Measurement Error Models. Wiley, section 2.5.
    Politis, D. N. & Romano, J. P. (1992). A circular block-resampling procedure for stationary data. In Exploring the
    Limits of Bootstrap, Wiley, 263-270.

    Examples
    --------
    >>> lacked = np.array([[.1, 0], [.3, 0], [.2, 0], [.5, 0]])
    >>> panel = PeriodPanel.from_grid(np.array([0]), .05 + .4 * lacked[:, :1], lacked)
    >>> within_transmission(panel, period_effects=False).alone.round(3).tolist()
    [0.4, nan]
    """
    y, x = panel.shortfall, panel.received
    if period_effects:
        y, x = (_without_effects(values, panel) for values in (y, x))
    moments = _Moments(panel, x, y)
    alone = moments.slopes(np.ones((panel.periods, 1)))[:, 0]
    for _ in range(_REWEIGHTED):
        moments = _Moments(panel, x, y, _steadiness(panel, y - np.nan_to_num(alone)[panel.supplier[panel.service]] * x))
        alone = moments.slopes(np.ones((panel.periods, 1)))[:, 0]
    error = _bootstrap_error(panel, moments, draws, block, seed)
    rows = np.bincount(panel.supplier[panel.service], minlength=panel.departments).astype(np.int64)
    error = np.where(np.isnan(alone), np.inf, error)
    pooled = pool_estimates(np.nan_to_num(alone), error)
    edges, mass = bounded_normal(pooled.mean, pooled.sd)
    estimate = mass @ ((edges[1:] + edges[:-1]) / 2)
    return WithinEstimate(estimate, alone, error, rows, pooled)


def _without_effects(values: Floats, panel: PeriodPanel) -> Floats:
    """Take out services' means and periods' means in turn until neither is left."""
    left = values
    services = len(panel.supplier)
    for _ in range(_SWEEPS):
        before = left
        for group, size in ((panel.service, services), (panel.period, panel.periods)):
            count = np.maximum(np.bincount(group, minlength=size), 1)
            left = left - (np.bincount(group, left, size) / count)[group]
        if float(np.abs(left - before).max(initial=0.0)) < 1e-12:
            break
    return left


class _Moments:
    """Sums over periods of x y, x x, x, y, 1 and the noise of x for each service, ready to be weighted by period."""

    def __init__(self, panel: PeriodPanel, x: Floats, y: Floats, steadiness: Floats | None = None) -> None:
        services = len(panel.supplier)
        self.departments, self.services = panel.departments, services
        shape = (services, panel.periods)
        self._parts = [
            sparse.csr_matrix((row, (panel.service, panel.period)), shape=shape)
            for row in (x * y, x * x, x, y, np.ones_like(x), panel.received_noise)
        ]
        weight = np.ones(services) if steadiness is None else steadiness
        self._gather = sparse.csr_matrix(
            (weight, (panel.supplier, np.arange(services))), shape=(panel.departments, services)
        )

    def slopes(self, weights: Floats) -> Floats:
        """Return each department's slope for each column of period weights; NaN where what it lacks did not move."""
        slope = np.empty((self.departments, weights.shape[1]))
        step = max(1, BLOCK_CELLS // max(self.services, 1))
        for begin in range(0, weights.shape[1], step):
            part = slice(begin, begin + step)
            xy, xx, x, y, count, noise = (matrix @ weights[:, part] for matrix in self._parts)
            count = np.maximum(count, 1e-300)
            moved = self._gather @ (xx - x * x / count)
            # Noise moves what a department seems to lack and not what its clients get: without it, it moved less. One
            # part in the number of periods goes to the mean; one more keeps the quotient from overshooting (Fuller).
            noise = noise * np.maximum(1 - 2 / count, 0.0)
            real = np.maximum(moved - self._gather @ noise, _LEAST_REAL * moved)
            together = self._gather @ (xy - x * y / count)
            slope[:, part] = np.divide(together, real, out=np.full_like(real, np.nan), where=real > 1e-12)
        return slope


def _steadiness(panel: PeriodPanel, rest: Floats) -> Floats:
    """Return the weight of each service: the less it moves for reasons of its own, the more it tells."""
    services = len(panel.supplier)
    count = np.bincount(panel.service, minlength=services)
    mean = np.bincount(panel.service, rest, services) / np.maximum(count, 1)
    squares = np.bincount(panel.service, (rest - mean[panel.service]) ** 2, services)
    usual = float(squares.sum()) / max(float((count - 1).clip(0).sum()), 1.0)
    variance = (squares + _BORROWED * usual) / (np.maximum(count - 1, 0) + _BORROWED)
    return np.asarray(usual / np.maximum(variance, 1e-12)) if usual > 0 else np.ones(services)


def _bootstrap_error(panel: PeriodPanel, moments: _Moments, draws: int, block: int | None, seed: int) -> Floats:
    """Return the standard deviation of the slopes over resampled blocks of periods."""
    periods = panel.periods
    if periods < 3 or not len(panel.service):
        return np.full(panel.departments, np.inf)
    length = min(block or max(1, round(periods ** (1 / 3))), periods)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, periods, (draws, -(-periods // length)))
    picked = ((starts[:, :, None] + np.arange(length)) % periods).reshape(draws, -1)[:, :periods]
    weights = np.zeros((periods, draws))
    np.add.at(weights, (picked, np.arange(draws)[:, None]), 1.0)
    slope = moments.slopes(weights)
    usable = ~np.isnan(slope)
    count = usable.sum(axis=1)
    value = np.where(usable, slope, 0.0)
    mean = value.sum(axis=1) / np.maximum(count, 1)
    spread = np.where(usable, (slope - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(count - 1, 1)
    # Resampling few periods shows too little spread, by about this much.
    return np.where(count >= draws // 2, np.sqrt(spread * periods / (periods - 1)), np.inf)
