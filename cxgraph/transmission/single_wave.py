"""Transmission from one wave of scores: what clients of one department share, against what it lacks itself.

The services that a department gives fall short together either because the department is at fault towards everybody
or because of what it lacks; how faults are spread over all departments tells the two apart, a little.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import betainc

from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import DEFAULT_TRANSMISSION
from cxgraph.transmission.fault_prior import (
    BINS_OF_A_NOISE,
    LEVELS,
    STEP,
    FaultPrior,
    FaultTable,
    bin_services,
    department_kernel,
    shift_matrix,
    tabulate_faults,
)

CELLS = 25
"""Cells of the transmission's grid."""
PRIOR = (3.0, 2.0)
"""Parameters of the transmission's Beta prior; its mean is the default of 0.6."""
ROUNDS = 15
"""Rounds in which the spread of the faults is learnt."""
MOST_TAUGHT_FROM = 200
"""Departments from which the spread of the faults is learnt at the most: four numbers need no more."""
DIGITS = 3
"""Decimals of a posterior mean. More would be noise, and could not be copied from a report into a table by hand."""
BLOCK = 1_024
"""Departments that are worked on at a time; bounds the memory to a few megabytes, which processors keep near."""
_ONE_THREAD = 250_000
"""Multiplications in a matrix product that is left to one thread."""


@dataclass(frozen=True, eq=False)
class WavePosterior:
    """What one wave of scores says about every department's transmission.

    Attributes
    ----------
    weight : float array, shape (n, CELLS)
        Posterior probability of each cell of the grid; rows add up to 1.
    mean, sd : float arrays, shape (n,)
        Posterior mean, to `DIGITS` decimals, and standard deviation.
    services : int array, shape (n,)
        How many scored services of the department took part; 0 where it lacks nothing.
    faults : FaultPrior
        How faults are spread in this organisation.
    """

    weight: Floats
    mean: Floats
    sd: Floats
    services: npt.NDArray[np.int64]
    faults: FaultPrior


@cache
def transmission_grid() -> tuple[Floats, Floats]:
    """Return the centres of gravity of the grid's cells under the prior, and the prior's mass on each.

    Returns
    -------
    centres : float array, shape (CELLS,)
        In (0, 1); centres and masses have the prior's mean exactly.
    mass : float array, shape (CELLS,)
        Adds up to 1. Both are read-only.
    """
    a, b = PRIOR
    edges = np.linspace(0, 1, CELLS + 1)
    mass = np.diff(betainc(a, b, edges))
    moment = np.diff(betainc(a + 1, b, edges)) * a / (a + b)
    centres = moment / mass
    for part in (centres, mass):
        part.setflags(write=False)  # worked out once and shared
    return centres, mass


def wave_posterior(
    network: Network,
    shortfalls: Floats,
    received: Floats,
    noise: Floats | None = None,
    over_delivered: npt.NDArray[np.bool_] | None = None,
) -> WavePosterior:
    """Infer every department's transmission from one wave of shortfalls.

    For the services e of department u: d_e = beta_u + o_e + tau_u D_u + noise, with beta_u a fault that the
    department shows to everybody and o_e one of that service alone. Both are exponential with a small mean, or, with
    some probability, uniform on (0, 1); tau_u ~ Beta(3, 2). The four numbers that say how faults are spread are
    learnt from all departments by expectation and maximisation, the rest is summed over a grid.

    Parameters
    ----------
    network : Network
        n departments, m services.
    shortfalls : float array, shape (m,)
        d, in [0, 1].
    received : float array, shape (n,)
        D, in [0, 1].
    noise : float array, shape (m,), optional
        Standard deviation of each shortfall; 0.02 where not given, and never less.
    over_delivered : bool array, shape (m,), optional
        Services whose client got more than it expected: their shortfall is 0 because it cannot be less.

    Returns
    -------
    WavePosterior
        The prior, mean 0.6, for departments that lack nothing or give nothing.

    Notes
    -----
    All services of a department speak through one function of the level tau_u D_u + beta_u, so they are counted in
    bins and the likelihood of all departments is one sparse product. Linear in departments and services; a million
    services and 50,000 departments take about as long as one solution of the cascade. No chance is involved.
    What a department lacks is taken as measured without error; where it is not, the estimate is drawn to the prior's
    side by less than the noise would ask for.

    References
    ----------
    Carlin, B. P. & Louis, T. A. (2000). Bayes and Empirical Bayes Methods for Data Analysis. Chapman & Hall.
    Dempster, A. P., Laird, N. M. & Rubin, D. B. (1977). Maximum likelihood from incomplete data via the EM
    algorithm. Journal of the Royal Statistical Society B 39(1), 1-38.

    Examples
    --------
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> wave_posterior(network, np.array([.5, .4]), np.array([0, .5, .4])).mean.round(2).tolist()
    [0.6, 0.77, 0.6]
    """
    count = np.diff(network.start).astype(np.int64)
    bins, noises = bin_services(shortfalls, noise, over_delivered)
    faults = _learn_faults(network, bins, noises, received)
    table = tabulate_faults(faults, noises)
    centres, mass = transmission_grid()
    informed = np.flatnonzero((count > 0) & (received > 0))
    powers = np.stack((centres, centres**2), axis=1)
    weight, moments = np.tile(mass, (len(received), 1)), np.tile(mass @ powers, (len(received), 1))
    # Levels above what any department could pass on are not asked for.
    reached = min(int(received.max(initial=0.0) / STEP) + 2, LEVELS)
    # Single precision from here on, but for the sums of logarithms: the posterior is kept to three decimals.
    kernel = np.ascontiguousarray(shift_matrix(department_kernel(faults).mass)[:reached].T, np.float32)
    for begin in range(0, len(informed), BLOCK):
        rows = informed[begin : begin + BLOCK]
        counts = _counts(network, bins, rows, len(table.log_density))
        level = _level_likelihood(counts, table, received[rows], np.float32)
        given = _at_levels(_product(level, kernel), received[rows, None] * centres) * mass
        given /= given.sum(axis=1, keepdims=True)
        weight[rows] = given
        moments[rows] = given @ powers
    mean = moments[:, 0]
    spread = np.sqrt(np.maximum(moments[:, 1] - mean**2, 0.0))
    mean = np.round(mean, DIGITS)
    taught = np.zeros(len(received), bool)
    taught[informed] = True
    mean[~taught] = DEFAULT_TRANSMISSION
    return WavePosterior(weight, mean, spread, np.where(taught, count, 0), faults)


def _counts(network: Network, bins: npt.NDArray[np.int32], rows: npt.NDArray[np.intp], width: int) -> sparse.csr_matrix:
    """Return how many services of each department fall into each bin; services are sorted, so nothing is."""
    first, last = int(rows[0]), int(rows[-1]) + 1
    begin, end = int(network.start[first]), int(network.start[last])
    part = sparse.csr_matrix(
        (np.ones(end - begin), bins[begin:end], network.start[first : last + 1] - begin),
        shape=(last - first, width),
        copy=False,
    )
    return part if len(rows) == last - first else part[rows - first]


def _level_likelihood(
    counts: sparse.csr_matrix, table: FaultTable, received: Floats, precision: type[np.floating[Any]] = np.float64
) -> npt.NDArray[Any]:
    """Return the likelihood of each department's services at each level, its largest 1, shape (rows, LEVELS).

    It is 0 at levels below what the department passes on at the smallest transmission of the grid. These count for
    nothing, and where thousands of services meet their expectation, so that the level 0 is likelier by far than all
    others, a likelihood in relation to it would be 0 wherever it counts.
    """
    log_likelihood = np.asarray(counts @ table.log_density)
    least = (received * transmission_grid()[0][0] / STEP).astype(np.int32)
    for level in range(int(least.max(initial=0))):
        log_likelihood[least > level, level] = -np.inf
    log_likelihood -= log_likelihood.max(axis=1, keepdims=True)
    likelihood = log_likelihood.astype(precision, copy=False)
    return np.asarray(np.exp(likelihood, out=likelihood))


def _at_levels(values: npt.NDArray[np.float32], levels: Floats) -> npt.NDArray[np.float32]:
    """Interpolate each row of values, given on the grid of levels, at that row's levels."""
    place = levels / STEP
    below = np.minimum(place.astype(np.int32), values.shape[1] - 2)
    # Rounded to 1, the part would leave nothing of the level below, which may be all that there is.
    part = np.minimum(place - below, 1.0 - 2.0**-20).astype(np.float32)
    at = below + (np.arange(len(values)) * values.shape[1])[:, None]
    low, high = np.take(values, at), np.take(values, at + 1)
    return np.asarray(low + part * (high - low))


def _learn_faults(network: Network, bins: npt.NDArray[np.int32], noises: Floats, received: Floats) -> FaultPrior:
    """Learn how faults are spread, from evenly chosen departments, by expectation and maximisation."""
    giving = np.flatnonzero(np.diff(network.start) > 0)
    faults = FaultPrior()
    if len(giving) == 0:
        return faults
    chosen = giving[np.linspace(0, len(giving) - 1, min(len(giving), MOST_TAUGHT_FROM)).astype(np.int64)]
    every = _counts(network, bins, chosen, len(noises) * BINS_OF_A_NOISE)
    used, place = np.unique(every.indices, return_inverse=True)  # few services fall into few of the bins
    counts = sparse.csr_matrix((every.data, place, every.indptr), (len(chosen), len(used)))
    spread = _spread_prior(received[chosen])
    for _ in range(ROUNDS):
        faults = _improve(faults, tabulate_faults(faults, noises, used), counts, received[chosen], spread)
    return faults


def _spread_prior(received: Floats) -> Floats:
    """Return the prior's mass on each level that departments pass on, shape (rows, levels up to the highest)."""
    centres, mass = transmission_grid()
    place = received[:, None] * centres / STEP
    below = np.minimum(place.astype(np.int64), LEVELS - 2)
    part = place - below
    rows = np.repeat(np.arange(len(received)), CELLS)
    return np.asarray(
        sparse.coo_matrix(
            (
                np.concatenate(((mass * (1 - part)).ravel(), (mass * part).ravel())),
                (np.concatenate((rows, rows)), np.concatenate((below.ravel(), below.ravel() + 1))),
            ),
            shape=(len(received), int(below.max()) + 2),
        ).toarray()
    )


def _improve(
    faults: FaultPrior, table: FaultTable, counts: sparse.csr_matrix, received: Floats, spread: Floats
) -> FaultPrior:
    """Do one round: how probable large and small faults are given everything, then how often that makes them."""
    kernel = department_kernel(faults)
    level = _level_likelihood(counts, table, received)
    # Where each department's level lies: the weight of every transmission, spread by the kernel, times the likelihood.
    where = level * _product(spread, shift_matrix(kernel.mass)[: spread.shape[1]])
    evidence = where.sum(axis=1, keepdims=True)
    where /= evidence
    # How often the level lies so many steps above what is passed on, but for the kernel's mass at that distance.
    level /= evidence
    steps = _by_lag(_product(np.ascontiguousarray(spread.T), level))
    department_large, department_size = float(kernel.large @ steps), float(kernel.small_size @ steps)
    departments = counts.shape[0]
    weight = np.asarray(counts.T @ where)
    service_large, service_small, service_size = (
        float(np.einsum("ij,ij->", weight, part)) for part in (table.large, table.small, table.small_size)
    )
    return FaultPrior(
        department_often=_often(department_large, departments),
        department_mean=_mean(department_size, departments - department_large),
        service_often=_often(service_large, service_large + service_small),
        service_mean=_mean(service_size, service_small),
    )


def _product(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a matrix product, worked out a few rows at a time.

    Pieces of that size are multiplied by one thread. Several would wait for each other, longer than the product takes
    where the machine has other work, and might add up in another order.
    """
    rows = max(1, _ONE_THREAD // max(other.size, 1))
    even = len(one) // rows * rows
    pieces = one[:even].reshape(-1, rows, one.shape[1]) @ other
    return np.concatenate((pieces.reshape(even, other.shape[1]), one[even:] @ other))


def _by_lag(values: Floats) -> Floats:
    """Add up the entries [i, i + k] of a table for each k from 0, shape (LEVELS,)."""
    lag = np.arange(LEVELS)[None, :] - np.arange(len(values))[:, None]
    ahead = lag >= 0
    return np.asarray(np.bincount(lag[ahead], values[ahead], minlength=LEVELS), np.float64)


def _often(found: float, among: float) -> float:
    """Return a probability, held by a few imagined cases where there are few real ones."""
    return (found + 0.4) / (among + 4.0)


def _mean(total: float, count: float) -> float:
    """Return the mean size of small faults, held by two imagined ones of next to nothing.

    What holds it must be small: where nearly everybody is without fault, a mean held up at 0.01 would be taken off
    every department's transmission, and services without fault would look as if they had one.
    """
    return max((total + 2.0 * 0.002) / (count + 2.0), 1e-3)
