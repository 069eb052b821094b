"""The laws that faults and transmissions may follow in an organisation, and likelihoods under each of them.

All services that a department gives speak through one number, the level c = transmission times the shortfall that it
receives plus the fault that it shows to everybody. Likelihoods are therefore tables over levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, log_ndtr, ndtr

from cxgraph.model.arrays import Floats

STEP = 0.01
"""Distance of the levels at which likelihoods are tabulated."""
LEVELS = round(1 / STEP) + 1
CELLS = 25
"""Cells of the transmission's grid."""
EDGES = np.linspace(0.0, 1.0, CELLS + 1)
"""Ends of these cells."""
FINENESS = 2
"""Bins of observed shortfalls in each step."""
UNKNOWN_NOISE = 0.01
"""Noise of a shortfall where nobody says how many answers stand behind it; also the least that is ever assumed."""
COUNTED_NOISE = 0.02
"""The least noise of a shortfall whose answers are counted."""
LARGEST_FAULT = 0.8
"""Faults of any size are uniform up to this one."""
_BINS = (LEVELS - 1) * FINENESS + 1
_NEGATIVE_BINS = 100
BINS_OF_A_NOISE = _BINS + 1 + 2 * _NEGATIVE_BINS
"""Bins for each level of noise: one for each observed shortfall, one for over-delivery, and both again below 0."""
_NOISE_RATIO = 1.25
_STRAY = 0.01


@dataclass(frozen=True, slots=True)
class ServiceLaw:
    """Faults of single services: exponential and small, or, with some probability, of any size.

    Attributes
    ----------
    mean : float
        Mean of the small ones, as a fraction of the expectation.
    looseness : float
        How far what clients of one department get differs beyond that: a standard deviation, as a part of the level
        that they share. It stands for a fault that some clients feel more than others, and for a transmission that
        belongs to the service.
    often : float
        Probability of a fault of any size.
    """

    mean: float
    looseness: float
    often: float = 0.08


@dataclass(frozen=True, slots=True)
class DepartmentLaw:
    """Faults that a department shows to all its clients.

    Attributes
    ----------
    mean : float
        Mean of the faults, or of the small ones.
    often : float or None
        Sparse: exponential, or of any size with this probability. None is dense: every department has its fault,
        Gamma distributed with shape 2.

    Notes
    -----
    On the grid of levels, the two exponentials whose sum a dense fault is are rounded down to whole steps, so its mean
    is `STEP` lower and a department with hardly any fault is likelier. With both rounded to the nearest step, which
    keeps the mean, invented organisations were ranked worse (`tests/benchmarks/recovery.py`).
    """

    mean: float
    often: float | None


@dataclass(frozen=True, slots=True)
class TransmissionLaw:
    """Transmissions of the departments: a Beta distribution.

    Attributes
    ----------
    mean : float
        In (0, 1).
    weight : float
        Its prior probability.
    concentration : float
        Sum of the two parameters.
    """

    mean: float
    weight: float
    concentration: float = 8.0


SERVICE_LAWS = tuple(ServiceLaw(mean, loose) for loose in (0.0, 0.2) for mean in (0.0015, 0.02, 0.08))
DEPARTMENT_LAWS = (
    DepartmentLaw(0.0015, 0.15),
    DepartmentLaw(0.03, 0.15),
    DepartmentLaw(0.06, 0.15),
    DepartmentLaw(0.08, None),
    DepartmentLaw(0.15, None),
    DepartmentLaw(0.25, None),
)
TRANSMISSION_LAWS = (
    TransmissionLaw(0.30, 0.06),
    TransmissionLaw(0.45, 0.20),
    TransmissionLaw(0.60, 0.54),
    TransmissionLaw(0.72, 0.20),
)


@cache
def law_priors() -> Floats:
    """Return the log prior probability of every structure, shape (service, department, transmission laws).

    Laws of services are equally probable, and so are the two kinds of laws of departments, sparse and dense, and the
    laws within each.

    Returns
    -------
    float array
        Read-only.
    """
    sparse = np.array([law.often is not None for law in DEPARTMENT_LAWS])
    of_departments = np.where(sparse, 0.5 / sparse.sum(), 0.5 / (~sparse).sum())
    of_transmissions = np.array([law.weight for law in TRANSMISSION_LAWS])
    found: Floats = (
        -np.log(len(SERVICE_LAWS))
        + np.log(of_departments)[None, :, None]
        + np.log(of_transmissions)[None, None, :]
        + np.zeros((len(SERVICE_LAWS), 1, 1))
    )
    found.setflags(write=False)
    return found


@cache
def transmission_masses() -> Floats:
    """Return the mass of each cell of the grid under each law of transmissions, shape (laws, CELLS); read-only."""
    found: Floats = np.stack(
        [
            np.diff(betainc(law.mean * law.concentration, (1 - law.mean) * law.concentration, EDGES))
            for law in TRANSMISSION_LAWS
        ]
    )
    found.setflags(write=False)
    return np.asarray(found, np.float64)


def bin_services(
    shortfalls: Floats, noise: Floats | None, over_delivered: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Put every service into a bin of equal likelihood: its noise, its shortfall, whether it over-delivers.

    Parameters
    ----------
    shortfalls : float array, shape (m,)
        d, at most 1; below 0 only where a halo was taken out of it, and then no less than -0.5 counts.
    noise : float array, shape (m,), or None
        Standard deviation of d, at least 0; the least for all where it is None.
    over_delivered : bool array, shape (m,), or None
        Whether the client got more than it expected, so that all that is known is that it is below d (which is 0, or
        less where a halo was taken out); nobody did by default.

    Returns
    -------
    bins : int32 array, shape (m,)
        Numbers of bins.
    noises : float array, shape (k,)
        The noise levels that occur; bin number // (bins of one level) is the level.
    """
    scaled = shortfalls * (_BINS - 1)
    spot = np.rint(scaled, out=scaled).astype(np.int32)
    negative = spot < 0
    if negative.any():
        spot[negative] = _BINS + np.minimum(-spot[negative], _NEGATIVE_BINS)
    if over_delivered is not None:
        spot[over_delivered & (shortfalls <= 0) & ~negative] = _BINS
        spot[over_delivered & negative] += _NEGATIVE_BINS
    if noise is None:
        return spot, np.array([UNKNOWN_NOISE])
    steps = np.log(np.maximum(noise, COUNTED_NOISE) / UNKNOWN_NOISE) / np.log(_NOISE_RATIO)
    level = np.rint(steps).astype(np.int32)
    count = int(level.max(initial=0)) + 1
    used = np.flatnonzero(np.bincount(level, minlength=count))
    place = np.zeros(count, np.int32)
    place[used] = np.arange(len(used))
    return place[level] * np.int32(BINS_OF_A_NOISE) + spot, UNKNOWN_NOISE * _NOISE_RATIO ** used.astype(float)


def tabulate_services(
    noises: Floats, used: npt.NDArray[np.integer], laws: Sequence[ServiceLaw] = SERVICE_LAWS
) -> Floats:
    """Tabulate the log density of observed shortfalls at each level under each law of services.

    What exceeds the level is the service's own fault plus noise. A small fault plus noise has the exponential's
    density convolved with the normal; a large one that of the smoothed uniform. One service in a hundred may lie
    anywhere, so that a single client who is served unlike all others does not decide alone.

    Parameters
    ----------
    noises : float array, shape (k,)
        From `bin_services`.
    used : int array, shape (b,)
        The bins that are asked for.
    laws : sequence of ServiceLaw
        s laws.

    Returns
    -------
    float array, shape (s, b, LEVELS)
        Log densities; log probabilities for the bins below 0.
    """
    noise, spot = np.divmod(used, BINS_OF_A_NOISE)
    below = (spot == _BINS) | (spot > _BINS + _NEGATIVE_BINS)
    levels = STEP * np.arange(LEVELS)
    under = np.where(spot > _BINS + _NEGATIVE_BINS, spot - _NEGATIVE_BINS, spot) - _BINS
    observed = np.where(spot < _BINS, spot, -under) * (STEP / FINENESS)
    apart = observed[:, None] - levels
    variance = (noises[noise] ** 2 + STEP**2 / 12)[:, None]
    found = np.empty((len(laws), len(used), LEVELS))
    for place, law in enumerate(laws):
        deviation = np.sqrt(variance + (law.looseness * levels) ** 2)
        found[place] = _log_density(apart, deviation, below, law)
    return found


def _log_density(apart: Floats, deviation: Floats, below: npt.NDArray[np.bool_], law: ServiceLaw) -> Floats:
    """Return the log density at each distance from the level; the log probability of less than 0 where `below`."""
    standard = apart / deviation
    reached = ndtr(standard)
    ratio = deviation / law.mean
    tail = np.exp(ratio**2 / 2 - apart / law.mean + log_ndtr(standard - ratio))
    small = tail / law.mean
    large = (reached - ndtr((apart - LARGEST_FAULT) / deviation)) / LARGEST_FAULT
    stray = np.full_like(apart, 0.5)
    if below.any():
        small[below] = np.maximum(reached[below] - tail[below], 0.0)
        upper, lower = (_ramp(apart[below] - shift, deviation[below]) for shift in (0.0, LARGEST_FAULT))
        large[below] = np.maximum(upper - lower, 0.0) / LARGEST_FAULT
        stray[below] = np.clip((1 + apart[below]) / 2, 0.0, 1.0)
    density = (1 - _STRAY) * ((1 - law.often) * small + law.often * large) + _STRAY * stray
    return np.asarray(np.log(density + 1e-300))


def _ramp(at: Floats, deviation: Floats) -> Floats:
    """Return the integral of the normal's distribution function up to each place."""
    standard = at / deviation
    return np.asarray(at * ndtr(standard) + deviation * np.exp(-0.5 * standard**2) / np.sqrt(2 * np.pi))


def behind_faults(likelihood: Floats, laws: Sequence[DepartmentLaw] = DEPARTMENT_LAWS) -> Floats:
    """Return the likelihood of what a department passes on, once its faults are summed over, under each law.

    G(c) = sum over faults b of P(b) L(c + b), on the grid of levels; what would lie above the highest counts there.

    Parameters
    ----------
    likelihood : float array, shape (LEVELS, r)
        L of each level, for r departments.
    laws : sequence of DepartmentLaw
        q laws.

    Returns
    -------
    float array, shape (q, LEVELS, r)
        G.

    Notes
    -----
    Exponentials are summed from the highest level down, each sum from the one above it, so a law costs a few
    passes over the table, in an order of additions that no library chooses.
    """
    flat = _even(likelihood)
    # All laws are summed in one pass over the levels, and those of two exponentials in a second one.
    ratios = [_ratio(law) for law in laws]
    sums = _summed_down(np.broadcast_to(likelihood, (len(laws), *likelihood.shape)), ratios)
    found = np.empty_like(sums)
    for place, law in enumerate(laws):
        if law.often is not None:
            small = _small(likelihood, law.mean, sums[place])
            found[place] = (1 - law.often) * small + law.often * flat
    dense = [place for place, law in enumerate(laws) if law.often is None]
    if dense:
        chosen = [ratios[place] for place in dense]
        first = np.stack([_once_more(sums[place], likelihood, ratios[place]) for place in dense])
        for place, total in zip(dense, _summed_down(first, chosen), strict=True):
            found[place] = _once_more(total, likelihood, ratios[place])
    return found


def under_each_law(behind: Floats, received: Floats) -> Floats:
    """Return the likelihood of each cell of the transmission under every pair of laws, shape (s, q, r, CELLS).

    Parameters
    ----------
    behind : float array, shape (q, LEVELS, s r)
        From `behind_faults`: r departments under one law of services, then under the next.
    received : float array, shape (r,)
        D of each department.
    """
    laws, rows = len(behind), len(received)
    columns = np.moveaxis(behind, 1, 0).reshape(LEVELS, -1)
    cells = over_cells(columns, np.tile(received, columns.shape[1] // rows))
    return np.ascontiguousarray(cells.reshape(laws, -1, rows, CELLS).swapaxes(0, 1))


def _even(likelihood: Floats) -> Floats:
    """Return the mean of each column over the levels from each to `LARGEST_FAULT` above it."""
    count = round(LARGEST_FAULT / STEP) + 1
    total = np.concatenate((np.zeros((1, likelihood.shape[1])), np.cumsum(likelihood, axis=0)))
    first = np.arange(LEVELS)
    last = np.minimum(first + count, LEVELS)
    beyond = (count - (last - first))[:, None] * likelihood[-1]
    return np.asarray((total[last] - total[first] + beyond) / count)


def _ratio(law: DepartmentLaw) -> float:
    """Return by what an exponential of the law falls from one level to the next."""
    return float(np.exp((-2 if law.often is None else -1) * STEP / law.mean))


def _summed_down(values: Floats, ratios: Sequence[float]) -> Floats:
    """Return the sum over j of ratio^j values[c + j] for each level c, of one table for each ratio, (q, LEVELS, r)."""
    found = np.empty(values.shape)
    found[:, -1] = values[:, -1]
    ratio = np.array(ratios)[:, None]
    for level in range(LEVELS - 2, -1, -1):
        np.multiply(found[:, level + 1], ratio, out=found[:, level])
        found[:, level] += values[:, level]
    return found


def behind_exponentials(likelihood: Floats, means: Floats) -> Floats:
    """Return the likelihood of what is passed on once an exponential fault is summed over, for each mean.

    Parameters
    ----------
    likelihood : float array, shape (q, LEVELS, r)
        Of each level, for each of q means.
    means : float array, shape (q,)
        Of the faults.

    Returns
    -------
    float array, shape (q, LEVELS, r)
        As from `behind_faults`.
    """
    sums = _summed_down(likelihood, np.exp(-STEP / means).tolist())
    found = np.empty_like(sums)
    for place, mean in enumerate(means.tolist()):
        found[place] = _small(likelihood[place], mean, sums[place])
    return found


def _small(likelihood: Floats, mean: float, sums: Floats) -> Floats:
    """Sum over exponential faults; those below half a step leave the level where it is."""
    ratio, half = float(np.exp(-STEP / mean)), float(np.exp(-STEP / (2 * mean)))
    found = (1 - half) * likelihood
    found[:-1] += half * (1 - ratio) * sums[1:]
    found += half * ratio ** np.arange(LEVELS - 1, -1, -1.0)[:, None] * likelihood[-1]
    return found


def _once_more(sums: Floats, likelihood: Floats, ratio: float) -> Floats:
    """Sum over exponential faults without the level itself: twice for those Gamma distributed with shape 2."""
    beyond = ratio ** np.arange(LEVELS, 0, -1.0)[:, None] * likelihood[-1]
    return np.asarray((1 - ratio) * sums + beyond)


def over_cells(values: Floats, received: Floats) -> Floats:
    """Return the mean of a function of the level over each cell of the transmission.

    Parameters
    ----------
    values : float array, shape (LEVELS, r)
        The function, for r departments.
    received : float array, shape (r,)
        D of each, in [0, 1]: a cell spans the levels between its ends times D.

    Returns
    -------
    float array, shape (r, CELLS)
        At least 1e-300.
    """
    between = (values[1:] + values[:-1]) / 2
    total = np.concatenate((np.zeros((1, values.shape[1])), np.cumsum(between, axis=0)))
    place = np.minimum(received[:, None] * EDGES / STEP, LEVELS - 1 - 1e-9)
    lower = place.astype(np.intp)
    rows = np.arange(len(received))[:, None]
    at = total[lower, rows]
    at += (place - lower) * between[lower, rows]
    width = np.maximum(np.diff(place, axis=1), 1e-12)
    return np.maximum(np.diff(at, axis=1) / width, 1e-300)
