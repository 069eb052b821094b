"""How probable a shortfall is: small faults mostly, large ones sometimes, seen through the noise of the answers.

Likelihoods are tables over a grid, because the likelihood of all services of a department depends on one number
only, the level c = transmission times what the department lacks plus the fault that it shows to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtr

from cxgraph.model.arrays import Floats

STEP = 0.01
"""Distance of the levels at which likelihoods are tabulated; half the smallest noise."""
LEVELS = round(1 / STEP) + 1
FINENESS = 2
"""Bins of observed shortfalls in each step."""
SMALLEST_NOISE = 0.02
"""Noise of a shortfall where nothing is known of it, and the least that is ever assumed."""
_BINS = (LEVELS - 1) * FINENESS + 1
BINS_OF_A_NOISE = _BINS + 1
"""Bins for each level of noise: one for each observed shortfall, and one for those below 0."""
_NOISE_RATIO = 1.25
_STRAY = 0.01


@dataclass(frozen=True, slots=True)
class FaultPrior:
    """How faults are spread over all departments and over all services: mostly small, sometimes of any size.

    A fault is exponential with a small mean, or, with some probability, uniform between 0 and 1.

    Attributes
    ----------
    department_often : float
        Probability that the fault which a department shows to everybody is of any size.
    department_mean : float
        Mean of its small faults, as a fraction of the expectation.
    service_often, service_mean : float
        The same for the fault of a single service.
    """

    department_often: float = 0.1
    department_mean: float = 0.01
    service_often: float = 0.1
    service_mean: float = 0.01


@dataclass(frozen=True, eq=False)
class FaultTable:
    """Likelihood of each observed bin at each level; rows are bins, columns levels.

    Attributes
    ----------
    log_density : float array, shape (bins, LEVELS)
        Log density of the observed shortfall.
    large : float array, shape (bins, LEVELS)
        Probability that the service's own fault is of any size.
    small : float array, shape (bins, LEVELS)
        Probability that it is one of the small ones.
    small_size : float array, shape (bins, LEVELS)
        Expected size of a small fault times `small`.
    """

    log_density: Floats
    large: Floats
    small: Floats
    small_size: Floats


def bin_services(
    shortfalls: Floats, noise: Floats | None, over_delivered: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Put every service into a bin of equal likelihood: its noise, its shortfall, whether it over-delivers.

    Parameters
    ----------
    shortfalls : float array, shape (m,)
        d, in [0, 1].
    noise : float array, shape (m,), or None
        Standard deviation of d, at least 0; the smallest for all where it is None.
    over_delivered : bool array, shape (m,), or None
        Whether the client got more than it expected, so that d would be below 0 if it could; nobody did by default.

    Returns
    -------
    bins : int32 array, shape (m,)
        Numbers of bins.
    noises : float array, shape (k,)
        The noise levels that occur; bin number // (bins of one level) is the level.
    """
    scaled = shortfalls * (_BINS - 1)
    spot = np.rint(scaled, out=scaled).astype(np.int32)
    if over_delivered is not None:
        spot[over_delivered & (shortfalls <= 0)] = _BINS
    if noise is None:
        return spot, np.array([SMALLEST_NOISE])
    steps = np.log(np.maximum(noise, SMALLEST_NOISE) / SMALLEST_NOISE) / np.log(_NOISE_RATIO)
    level = np.rint(steps).astype(np.int32)
    count = int(level.max(initial=0)) + 1
    used = np.flatnonzero(np.bincount(level, minlength=count))
    place = np.zeros(count, np.int32)
    place[used] = np.arange(len(used))
    return place[level] * np.int32(BINS_OF_A_NOISE) + spot, SMALLEST_NOISE * _NOISE_RATIO ** used.astype(float)


def tabulate_faults(prior: FaultPrior, noises: Floats, used: npt.NDArray[np.integer] | None = None) -> FaultTable:
    """Tabulate how probable each bin is at each level.

    What exceeds the level is the service's own fault plus noise. A small fault plus noise has the exponential's
    density convolved with the normal; a large one that of the smoothed uniform. One service in a hundred may lie
    anywhere, so that a single client who is served unlike all others does not decide alone.

    Parameters
    ----------
    prior : FaultPrior
        How faults are spread.
    noises : float array, shape (k,)
        From `bin_services`.
    used : int array, shape (b,), optional
        The bins that are asked for, increasing; all k * (bins of one level) by default.

    Returns
    -------
    FaultTable
        Arrays of shape (b, LEVELS).

    Notes
    -----
    Observed shortfalls and levels differ by multiples of half a step, so each noise needs a few hundred densities
    however many services there are.
    """
    distance = np.arange(1 - _BINS, _BINS, dtype=np.float64) * (STEP / FINENESS)
    depth = -STEP * np.arange(LEVELS, dtype=np.float64)
    noise, spot = np.divmod(np.arange(len(noises) * BINS_OF_A_NOISE) if used is None else used, BINS_OF_A_NOISE)
    # Each noise has one row: its values at all distances, and behind them those below each level.
    levels = np.arange(LEVELS)
    place = np.where((spot < _BINS)[:, None], spot[:, None] - FINENESS * levels + (_BINS - 1), len(distance) + levels)
    place += noise[:, None] * (len(distance) + LEVELS)
    spread = noises[:, None]
    return FaultTable(
        *(
            np.concatenate(rows, axis=1).take(place)
            for rows in zip(
                _at_distance(distance, spread, prior, below=False),
                _at_distance(depth, spread, prior, below=True),
                strict=True,
            )
        )
    )


def _at_distance(distance: Floats, noise: Floats, prior: FaultPrior, *, below: bool) -> tuple[Floats, ...]:
    """Return log density (or log probability to lie below), P(large), P(small) and P(small) E[size | small].

    A row for each noise, which is a column.
    """
    mean, often = prior.service_mean, prior.service_often
    standard = distance / noise
    tail = noise**2 / (2 * mean**2) - distance / mean + log_ndtr(standard - noise / mean)
    if below:
        small = np.maximum(ndtr(standard) - np.exp(tail), 0.0)
        large = _smoothed_ramp(distance, noise)
        stray = np.clip((1 + distance) / 2, 0, 1)
    else:
        small = np.exp(tail) / mean
        large = ndtr(standard) - ndtr((distance - 1) / noise)
        stray = np.full_like(distance, 0.5)
    centre = distance - noise**2 / mean
    scaled = centre / noise
    size = np.maximum(centre + noise * np.exp(-0.5 * scaled**2 - log_ndtr(scaled)) / np.sqrt(2 * np.pi), 0.0)
    weights = ((1 - _STRAY) * (1 - often) * small, (1 - _STRAY) * often * large, _STRAY * stray + 1e-300)
    total = weights[0] + weights[1] + weights[2]
    probable = weights[0] / total
    return np.log(total), weights[1] / total, probable, probable * np.minimum(size, 1.0)


def _smoothed_ramp(distance: Floats, noise: Floats) -> Floats:
    """Return the probability that a uniform on (0, 1) plus noise lies below each distance."""

    def integral(at: Floats) -> Floats:
        standard = at / noise
        return np.asarray(at * ndtr(standard) + noise * np.exp(-0.5 * standard**2) / np.sqrt(2 * np.pi))

    return np.maximum(integral(distance) - integral(distance - 1.0), 0.0)


@dataclass(frozen=True, eq=False)
class DepartmentKernel:
    """The fault that a department shows to everybody, as masses on multiples of the step; shape (LEVELS,) each.

    Attributes
    ----------
    mass : float array
        Probability of a fault of that size.
    large : float array
        The part of it that belongs to faults of any size.
    small_size : float array
        Expected size where the fault is a small one, times its probability.
    """

    mass: Floats
    large: Floats
    small_size: Floats


def department_kernel(prior: FaultPrior) -> DepartmentKernel:
    """Spread the departments' faults over multiples of the step.

    Parameters
    ----------
    prior : FaultPrior
        How faults are spread.

    Returns
    -------
    DepartmentKernel
        Masses that add up to 1.
    """
    edges = np.concatenate(([0.0], (np.arange(LEVELS - 1) + 0.5) * STEP, [1.0]))
    mean, often = prior.department_mean, prior.department_often
    reached = np.exp(-edges / mean)
    norm = 1 - reached[-1]
    small = (reached[:-1] - reached[1:]) / norm
    moment = ((edges[:-1] + mean) * reached[:-1] - (edges[1:] + mean) * reached[1:]) / norm
    large = often * np.diff(edges)
    return DepartmentKernel((1 - often) * small + large, large, (1 - often) * moment)


def shift_matrix(kernel: Floats) -> Floats:
    """Return the matrix whose entry [i, j] is the kernel's mass at j - i steps, 0 below, shape (LEVELS, LEVELS)."""
    ahead = np.concatenate((np.zeros(LEVELS - 1), kernel))
    step = ahead.strides[0]
    return np.lib.stride_tricks.as_strided(ahead[LEVELS - 1 :], (LEVELS, LEVELS), (-step, step), writeable=False)
