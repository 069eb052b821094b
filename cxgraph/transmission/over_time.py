"""Transmission from the levels of several periods: faults that last, faults that swing, and what is passed on.

A wave of means over the periods would lose what single periods show: in some of them a department hardly fails on its
own, and then nearly all that its clients lack is what it received. No fault is below zero, in any period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats
from cxgraph.transmission.fault_laws import (
    CELLS,
    COUNTED_NOISE,
    DEPARTMENT_LAWS,
    EDGES,
    LEVELS,
    SERVICE_LAWS,
    STEP,
    TRANSMISSION_LAWS,
    behind_exponentials,
    behind_faults,
    bin_services,
    law_priors,
)
from cxgraph.transmission.single_wave import BinnedServices, ServiceTables, WavePosterior, learn, weigh_structures

SWINGS = np.geomspace(0.0015, 0.3, 9)
"""Means of the exponentials that a swinging fault is the sum of; the least is as good as no fault."""
SWINGING = (1.0, 0.15)
"""Part of the departments whose faults swing, by any of these means, under each law of swings; the others' do not."""
SHAPES = (1, 2)
"""How many of them: a fault that is mostly near nothing, or mostly near its mean."""
LASTING = np.concatenate((np.arange(13), np.arange(14, 26, 2), np.arange(28, 44, 4), np.arange(46, 82, 6)))
"""Levels, in steps, at which the fault that lasts over all periods is looked at."""
COUNTED = 0.6
"""Power by which the likelihood of levels counts. Neither are faults of one service in several periods independent of
each other, nor are levels of how they move, which is multiplied in as well: in full, intervals would be too narrow.
Where clients of one department get different things (a loose law of services), they do so in every period: then all
periods count as one, once the law has been chosen. Where few answer it is chance that sets them apart in each."""
BLOCK = 1_024
"""Departments times periods that are worked on at a time; bounds the memory."""
_LASTING_LAWS = 1 + len(DEPARTMENT_LAWS)
_COARSE = slice(0, None, 4)
_LEAST_WEIGHT = 1e-3
_LEAST_RECEIVED = 0.002
_LEAST_MOVED = 1e-5
_LEAST = 1e-25
_MULTIPLIED = 12
"""Periods whose likelihoods, each at least `_LEAST`, are multiplied before a logarithm is taken."""


@dataclass(frozen=True, eq=False)
class Levels:
    """Scores of several periods; a row is a service in one period, k rows, sorted by period and supplier.

    Attributes
    ----------
    start : int array, shape (periods n + 1,)
        Where the rows of each period's departments begin, period after period.
    shortfall : float array, shape (k,)
        d.
    noise : float array, shape (k,), or None
        Its standard deviation, or None where nothing is known of the answers.
    over_delivered : bool array, shape (k,)
        Whether the client got more than it expected.
    received, received_noise : float array, shape (periods, n)
        D of each department, NaN where it is unknown, and the variance of its noise.
    """

    start: npt.NDArray[np.int64]
    shortfall: Floats
    noise: Floats | None
    over_delivered: npt.NDArray[np.bool_]
    received: Floats
    received_noise: Floats


def levels_posterior(levels: Levels, also: Floats | None = None) -> WavePosterior:
    """Infer every department's transmission from the scores of several periods.

    In period t the services of department u share the level c_ut = tau_u D_ut + a_u + b_ut: a fault a_u that lasts,
    none at all or one of `DEPARTMENT_LAWS`, and one b_ut that swings, the sum of one or two exponentials (`SHAPES`)
    whose mean is the department's own (any of `SWINGS`, in all departments or in few: `SWINGING`). Services differ
    from their level by `SERVICE_LAWS`, as in `wave_posterior`. A structure is a law of services, the laws of both
    faults and one of tau.

    Parameters
    ----------
    levels : Levels
        n departments.
    also : float array, shape (n, CELLS), optional
        Likelihood of each cell from other data.

    Returns
    -------
    WavePosterior
        Of n departments.

    Notes
    -----
    Linear in departments, services and periods. Faults of different periods are taken as independent of each other,
    and all of this evidence then counts in part (`COUNTED`).

    Examples
    --------
    What is given lacks half of what is lacked, and in the last period .3 more, through a fault of its own:

    >>> levels = Levels(np.arange(6), np.array([.2, .3, .1, .4, .5]), None, np.zeros(5, bool),
    ...                 np.array([[.4], [.6], [.2], [.8], [.4]]), np.zeros((5, 1)))
    >>> levels_posterior(levels).mean.round(1).tolist()
    [0.5]
    """
    known = ~np.isnan(levels.received)
    rows = np.diff(levels.start).reshape(known.shape)
    most = np.where(known, rows, 0).max(axis=0, initial=0).astype(np.int64)
    lacked, left = free_over_time(levels.received, levels.received_noise)
    noise = levels.noise
    if noise is not None:
        noise = np.sqrt(np.maximum(noise, COUNTED_NOISE) ** 2 + np.repeat(left.ravel(), rows.ravel()))
    bins, noises = bin_services(levels.shortfall, noise, levels.over_delivered)
    data = _Panel(BinnedServices(levels.start, bins, noises), lacked, known, also, levels.noise is not None)
    lacking = (lacked > 0).any(axis=0)
    return learn(data, np.flatnonzero(most > 0), np.where(lacking, most, 0), structure_priors())


def free_over_time(received: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return D freed from the noise that asking few people puts into it, and the variance that is left in it.

    Each is moved towards the department's own mean over the periods, the more the noisier it is and the less the
    department's D has moved beyond its noise.

    Parameters
    ----------
    received, variance : float array, shape (periods, n)
        D, NaN where unknown, and the variance of its noise.

    Returns
    -------
    freed, left : float array, shape (periods, n)
        0 where D is unknown.
    """
    known = ~np.isnan(received)
    value, noise = np.where(known, received, 0.0), np.where(known, variance, 0.0)
    count = np.maximum(known.sum(axis=0), 1)
    mean = value.sum(axis=0) / count
    apart = np.where(known, value - mean, 0.0)
    moved = (apart**2).sum(axis=0) / np.maximum(count - 1, 1) - noise.sum(axis=0) / count
    moved = np.maximum(moved, _LEAST_MOVED)
    own = moved / (moved + noise)
    lacking = known & (value > 0)
    freed = np.where(noise > 0, np.maximum(mean + own * apart, _LEAST_RECEIVED), value)
    return np.where(lacking, freed, 0.0), np.where(lacking, own * noise, 0.0)


@cache
def structure_priors() -> Floats:
    """Return log prior probabilities, shape (services, laws of faults, transmissions); read-only.

    No lasting fault is as probable as one; shapes and laws of swings are equally probable.
    """
    of_lasting = np.concatenate(([0.5], 0.5 * np.exp(law_priors()).sum(axis=(0, 2))))
    others = len(SHAPES) * len(SWINGING)
    found = np.tile(np.log(of_lasting / others), others)[None, :, None]
    found = found + np.log([law.weight for law in TRANSMISSION_LAWS]) - np.log(len(SERVICE_LAWS))
    found = np.repeat(found, len(SERVICE_LAWS), axis=0)
    found.setflags(write=False)
    return found


def swing_masses(count: int) -> Floats:
    """Return the probability of each of the means of swings under each law of swings, shape (laws, count)."""
    often = np.array(SWINGING)[:, None]
    found = np.repeat(often / count, count, axis=1)
    found[:, :1] += 1 - often
    return found


@cache
def lasting_masses() -> Floats:
    """Return the mass of each lasting fault under no such fault and each law, shape (laws, len(LASTING)); read-only."""
    # What is behind the indicator of each level, seen from level 0, is the probability of a fault of that size.
    sizes = behind_faults(np.eye(LEVELS), DEPARTMENT_LAWS)[:, 0]
    nearest = np.abs(np.arange(LEVELS)[:, None] - LASTING).argmin(axis=1)
    found = np.zeros((_LASTING_LAWS, len(LASTING)))
    found[0, 0] = 1.0
    for law, masses in enumerate(sizes):
        found[law + 1] = np.bincount(nearest, masses, len(LASTING))
    found.setflags(write=False)
    return found


@dataclass(frozen=True, eq=False)
class _Panel:
    """Services of all periods, and what departments receive in each; the `Evidence` of `learn`."""

    services: BinnedServices
    received: Floats
    known: npt.NDArray[np.bool_]
    also: Floats | None
    noisy: bool

    def under_all(self, rows: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """See `Evidence`; laws of services that a coarse look rules out keep no weight."""
        laws = range(len(SERVICE_LAWS))
        priors = structure_priors()
        coarse, of_coarse = self._in_blocks(laws, rows, SHAPES[-1:], _COARSE, LASTING[:1])
        weight, _ = weigh_structures(coarse, of_coarse, priors[:, ::_LASTING_LAWS][:, : len(SWINGING)])
        of_law = weight.sum(axis=(1, 2))
        chosen = np.flatnonzero(of_law >= _LEAST_WEIGHT * of_law.max())
        found = np.ones((len(laws), priors.shape[1], len(rows), CELLS))
        scale = np.full((len(laws), len(rows)), -np.inf)
        found[chosen], scale[chosen] = self._in_blocks(chosen.tolist(), rows)
        return found, scale

    def fill(self, likelihood: Floats, pairs: npt.NDArray[np.intp], law: int, rows: npt.NDArray[np.intp]) -> None:
        """See `Evidence`; only what the pairs ask for is worked out."""
        at = np.flatnonzero(pairs[:, 0] == law)
        shape, rest = np.divmod(pairs[at, 1], len(SWINGING) * _LASTING_LAWS)
        shapes, place = np.unique(shape, return_inverse=True)
        lasting, laws = LASTING, _LASTING_LAWS
        if not (rest % _LASTING_LAWS).any():  # no fault that lasts
            lasting, rest, laws = LASTING[:1], rest // _LASTING_LAWS, 1
        found, _ = self._in_blocks([law], rows, [SHAPES[one] for one in shapes], lasting=lasting)
        likelihood[at[:, None], rows] = found[0, place * len(SWINGING) * laws + rest]

    def _in_blocks(
        self,
        laws: Sequence[int],
        rows: npt.NDArray[np.intp],
        shapes: Sequence[int] = SHAPES,
        swings: slice = slice(None),
        lasting: npt.NDArray[np.intp] = LASTING,
    ) -> tuple[Floats, Floats]:
        """Return likelihoods, shape (s, laws of faults, rows, CELLS), and logs of their scale, (s, rows)."""
        tables = self.services.tables(self._places(rows), laws)
        periods = len(self.received)
        lasts = [not self.noisy and SERVICE_LAWS[law].looseness > 0 for law in laws]
        counted = np.where(lasts, min(COUNTED, 1 / periods), COUNTED)
        step = max(1, BLOCK // periods)
        parts = []
        for begin in range(0, len(rows), step):
            some = rows[begin : begin + step]
            logs, scale = self._logs(tables, some, behind=(shapes, SWINGS[swings], lasting))
            top = logs.max(axis=(0, 3))
            part = np.exp((logs - top[:, :, None]) * counted[:, None, None])
            if self.also is not None:
                part *= self.also[some]
            parts.append((np.maximum(part, 1e-300).swapaxes(0, 1), COUNTED * (scale + top)))
        return np.concatenate([part for part, _ in parts], axis=2), np.concatenate([one for _, one in parts], axis=1)

    def _places(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Return the places of departments in all periods, period after period."""
        periods, size = self.received.shape
        return np.asarray((np.arange(periods)[:, None] * size + rows).ravel())

    def _logs(
        self,
        tables: ServiceTables,
        rows: npt.NDArray[np.intp],
        behind: tuple[Sequence[int], Floats, npt.NDArray[np.intp]],
    ) -> tuple[Floats, Floats]:
        """Return log likelihoods over all periods, shape (laws of faults, s, rows, CELLS), and logs of their scale."""
        shapes, swings, lasting = behind
        periods, laws = len(self.received), len(tables.of_law)
        level, scale = tables.at_levels(self._places(rows))
        # A period in which nobody knows what the department received says nothing.
        known = self.known[:, rows]
        level[:, ~np.tile(known.ravel(), laws)] = 1.0
        scale = np.where(known, scale.reshape(laws, periods, -1), 0.0).sum(axis=1)
        received = np.tile(self.received[:, rows].ravel(), laws)
        masses = lasting_masses() if len(lasting) > 1 else np.ones((1, 1))
        parts = [
            _mixed(over_lasting(table, received, lasting, (laws, periods)), masses)
            for table in behind_swings(level, swings, shapes)
        ]
        return np.concatenate(parts), scale


def behind_swings(likelihood: Floats, means: Floats, shapes: Sequence[int]) -> Iterator[Floats]:
    """Yield the likelihood of what lies behind swinging faults, shape (means, LEVELS, r), for each shape.

    Parameters
    ----------
    likelihood : float array, shape (LEVELS, r)
        Of each level.
    means : float array
        Of the exponentials.
    shapes : sequence of int
        How many of them are added up, increasing.
    """
    found = np.broadcast_to(likelihood, (len(means), *likelihood.shape))
    for number in range(1, max(shapes) + 1):
        found = behind_exponentials(found, means)
        if number in shapes:
            yield found


def over_lasting(
    behind: Floats, received: Floats, lasting: npt.NDArray[np.intp], laws_and_periods: tuple[int, int]
) -> Floats:
    """Return the log likelihood of each cell given each lasting fault and each mean of the swings, over all periods.

    Parameters
    ----------
    behind : float array, shape (means, LEVELS, s periods r)
        From `behind_swings`: r departments in one period after the other, under one law of services after the other.
    received : float array, shape (s periods r,)
        D.
    lasting : int array
        Faults, in steps.
    laws_and_periods : (int, int)
        s and the number of periods.

    Returns
    -------
    float array, shape (lasting, means, s, r, CELLS)
        Sums over the periods.
    """
    laws, periods = laws_and_periods
    place = np.minimum(received[:, None] * EDGES / STEP, LEVELS - 1 - 1e-9)
    lower = place.astype(np.intp)
    part = place - lower
    narrow = 1 / np.maximum(np.diff(place, axis=1), 1e-12)
    found = np.empty((len(lasting), len(behind), laws, len(received) // (laws * periods), CELLS))
    # A department's levels beside each other: what is looked up for it then lies together. Above the highest level
    # all is as at it.
    values = np.empty((len(received), LEVELS + int(lasting[-1])))
    total = np.zeros_like(values)
    places = lower + np.arange(0, values.size, values.shape[1])[:, None]
    for at_mean, table in enumerate(behind):
        values[:, :LEVELS] = table.T
        values[:, LEVELS:] = table[-1][:, None]
        np.cumsum((values[:, 1:] + values[:, :-1]) / 2, axis=1, out=total[:, 1:])
        for at_fault, fault in enumerate(lasting):
            shifted = places + fault
            until = total.take(shifted)
            until += part * (total.take(shifted + 1) - until)
            mean = until[:, 1:] - until[:, :-1]
            mean *= narrow
            np.maximum(mean, _LEAST, out=mean)
            of_period = mean.reshape(laws, periods, -1, CELLS)
            found[at_fault, at_mean] = sum(
                np.log(of_period[:, begin : begin + _MULTIPLIED].prod(axis=1))
                for begin in range(0, periods, _MULTIPLIED)
            )
    return found


def _mixed(logs: Floats, masses: Floats) -> Floats:
    """Return logs of the mixtures over swings and lasting faults, shape (laws of both, s, r, CELLS)."""
    top = logs.max(axis=(0, 1))
    parts = np.exp(logs - top)
    of_swings = swing_masses(parts.shape[1])
    mixed = np.zeros((len(of_swings), len(masses), *parts.shape[2:]))
    for law, weights in enumerate(of_swings):
        for fault, values in enumerate(parts):
            of_fault = np.zeros(values.shape[1:])
            for weight, value in zip(weights, values, strict=True):
                of_fault += weight * value
            for lasting, mass in enumerate(masses[:, fault]):
                mixed[law, lasting] += mass * of_fault
    mixed = mixed.reshape(-1, *parts.shape[2:])
    return np.asarray(np.log(np.maximum(mixed, 1e-300)) + top)
