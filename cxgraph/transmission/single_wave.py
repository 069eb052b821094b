"""Transmission from one wave of scores: what clients of one department share, against what it receives itself.

The services that a department gives fall short together either because the department is at fault towards everybody
or because of what it receives. Which of the two is told apart by how faults and transmissions are distributed over all
departments, and that differs from one organisation to the next: so several laws are weighed by the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from cxgraph.cascade.shortfall import importance_shares
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import DEFAULT_TRANSMISSION
from cxgraph.transmission.fault_laws import (
    BINS_OF_A_NOISE,
    CELLS,
    COUNTED_NOISE,
    DEPARTMENT_LAWS,
    EDGES,
    SERVICE_LAWS,
    TRANSMISSION_LAWS,
    DepartmentLaw,
    behind_faults,
    bin_services,
    law_priors,
    tabulate_services,
    transmission_masses,
    under_each_law,
)
from cxgraph.transmission.pooling import BOUND, cell_quantile, draw_quantiles, mass_quantiles

MOST_TAUGHT_FROM = 200
"""Departments by which the laws are weighed at the most."""
DIGITS = 3
"""Decimals of an estimate. More would be noise, and could not be copied from a report into a table by hand."""
BLOCK = 1_024
"""Departments that are worked on at a time; bounds the memory."""
_LEAST_WEIGHT = 1e-3
"""Structures that are less probable than this part of the most probable one are left out."""
_FEW_PAIRS = 4
"""Laws of services and departments that are kept for departments beyond those by which they were weighed."""
_WEIGHT_DIGITS = 9
_LEAST_RECEIVED = 0.002


@dataclass(frozen=True, eq=False)
class Structures:
    """The structures that the evidence left, for drawing: a law for services, one for departments, one for tau.

    Attributes
    ----------
    weight : float array, shape (k,)
        Posterior probability of each; adds up to 1.
    pair : int array, shape (k,)
        Its laws of services and departments: row of `likelihood`.
    transmission_law : int array, shape (k,)
        Its law of transmissions: row of `transmission_masses`.
    service_law, department_law : int array, shape (p,)
        What each row of `likelihood` stands for.
    likelihood : float array, shape (p, n, CELLS)
        Likelihood of each cell of each department's transmission, up to a factor for each department.
    """

    weight: Floats
    pair: npt.NDArray[np.intp]
    transmission_law: npt.NDArray[np.intp]
    service_law: npt.NDArray[np.intp]
    department_law: npt.NDArray[np.intp]
    likelihood: Floats

    def masses(self, structure: int, departments: npt.NDArray[np.intp] | slice = slice(None)) -> Floats:
        """Return the posterior of departments' transmissions under one structure, shape (departments, CELLS)."""
        mass = self.likelihood[self.pair[structure], departments]
        mass = mass * transmission_masses()[self.transmission_law[structure]]
        return np.asarray(mass / mass.sum(axis=1, keepdims=True))

    def draws(self, count: int, seed: int) -> Floats:
        """Draw a structure, then every department's transmission given it, again and again.

        Parameters
        ----------
        count : int
            Draws, at least 1.
        seed : int
            The same seed gives the same draws.

        Returns
        -------
        float array, shape (count, n)
            In [0, 1).

        Notes
        -----
        Independent draws of each department would hide what departments have in common: where faults are held to
        be dense, all transmissions are lower together.
        """
        generator = np.random.default_rng(seed)
        chosen = np.searchsorted(np.cumsum(self.weight)[:-1], generator.random(count))
        found = np.empty((count, self.likelihood.shape[1]))
        # Departments without data have the law itself, one and the same: it is worked out for the first of them alone.
        informed = (self.likelihood != self.likelihood[:, :, :1]).any(axis=(0, 2))
        numbers = np.arange(len(informed))
        stands = np.where(informed, numbers, np.flatnonzero(~informed)[:1].sum())
        distinct, same = np.unique(stands, return_inverse=True)
        for structure in np.unique(chosen):
            rows = np.flatnonzero(chosen == structure)
            quantiles = mass_quantiles(EDGES, self.masses(int(structure), distinct))[same]
            found[rows] = draw_quantiles(quantiles, len(rows), int(generator.integers(2**31)))
        return np.minimum(found, BOUND)


@dataclass(frozen=True, eq=False)
class WavePosterior:
    """What is known of every department's transmission after one wave of scores, and what else was given.

    Attributes
    ----------
    weight : float array, shape (n, CELLS)
        Posterior probability of each cell of the grid; rows add up to 1.
    median : float array, shape (n,)
        Posterior median, to `DIGITS` decimals: what is taken for the transmission. A posterior that is steep on one
        side has its mean in its long tail, and organisations ranked by means were ranked worse
        (`tests/benchmarks/recovery.py`).
    mean, sd : float arrays, shape (n,)
        Posterior mean, to as many decimals, and standard deviation.
    services : int array, shape (n,)
        How many scored services of the department took part; 0 where it receives no shortfall.
    structures : Structures
        The laws that the evidence left, with their weights.
    prior_sd : float
        Standard deviation of the law of transmissions that the evidence left: what a department without data of its
        own has.
    evidence : float
        Log of the probability of the scores, for comparing assumptions about the same scores.
    """

    weight: Floats
    median: Floats
    mean: Floats
    sd: Floats
    services: npt.NDArray[np.int64]
    structures: Structures
    prior_sd: float
    evidence: float


def wave_posterior(
    network: Network,
    shortfalls: Floats,
    received: Floats,
    noise: Floats | None = None,
    over_delivered: npt.NDArray[np.bool_] | None = None,
    *,
    effective_share: Floats | None = None,
    also: Floats | None = None,
) -> WavePosterior:
    """Infer every department's transmission from one wave of shortfalls.

    For the services e of department u: d_e = c_u (1 + k z_e) + o_e + noise with the level c_u = tau_u D_u + beta_u,
    a fault beta_u that the department shows to everybody, one o_e of that service alone, and z_e standard normal.
    A structure is a law for o (and its k), one for beta and one for tau, of `SERVICE_LAWS`, `DEPARTMENT_LAWS` and
    `TRANSMISSION_LAWS`. Its evidence is the product over departments of the probability of their services; the
    posterior of tau_u is the mixture over structures, each with its weight.

    Parameters
    ----------
    network : Network
        n departments, m services.
    shortfalls : float array, shape (m,)
        d, in [0, 1].
    received : float array, shape (n,)
        D, in [0, 1].
    noise : float array, shape (m,), optional
        Standard deviation of each shortfall; 0.01 where not given, and never less than 0.02 where given.
    over_delivered : bool array, shape (m,), optional
        Services whose client got more than it expected: their shortfall is 0 because it cannot be less.
    effective_share : float array, shape (m,), optional
        A, by which D is made of d; the importance shares by default.
    also : float array, shape (n, CELLS), optional
        Likelihood of each cell from other data (periods, cases); multiplied in before the laws are weighed.

    Returns
    -------
    WavePosterior
        Median and mean 0.6 for departments that receive no shortfall or give nothing.

    Notes
    -----
    Linear in departments and services. Laws are weighed by at most 200 departments, the rest is worked out for the
    few that this leaves. No chance is involved, and no sum is left to a library that adds up in an order of its own.

    References
    ----------
    Hoeting, J. A., Madigan, D., Raftery, A. E. & Volinsky, C. T. (1999). Bayesian model averaging: a tutorial.
    Statistical Science 14(4), 382-417.

    Examples
    --------
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> wave_posterior(network, np.array([.5, .4]), np.array([0, .5, .4])).median.round(2).tolist()
    [0.6, 0.66, 0.6]
    """
    lacked, spread = free_from_noise(network, received, noise, effective_share)
    if noise is not None:
        noise = np.sqrt(np.maximum(noise, COUNTED_NOISE) ** 2 + spread.take(network.supplier))
    bins, noises = bin_services(shortfalls, noise, over_delivered)
    data = _OneWave(BinnedServices(network.start, bins, noises), lacked, also)
    count = np.diff(network.start).astype(np.int64)
    return learn(data, np.flatnonzero(count > 0), np.where(received > 0, count, 0), law_priors())


class Evidence(Protocol):
    """What can tell how probable departments' services are under laws of services and of departments' faults."""

    def under_all(self, rows: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return the likelihood of each cell under all laws, shape (s, q, rows, CELLS), and logs of its scale."""

    def fill(self, likelihood: Floats, pairs: npt.NDArray[np.intp], law: int, rows: npt.NDArray[np.intp]) -> None:
        """Work out the likelihood of each pair of a law of services with others for departments, into its place."""


def learn(
    data: Evidence, giving: npt.NDArray[np.intp], services: npt.NDArray[np.int64], priors: Floats
) -> WavePosterior:
    """Weigh the laws by the evidence, and mix what they say of every department's transmission.

    Parameters
    ----------
    data : Evidence
        Of n departments.
    giving : int array
        Departments that have scored services, in order.
    services : int array, shape (n,)
        How many services speak of the transmission of each.
    priors : float array, shape (s, q, laws of transmissions)
        Log prior probabilities of structures.

    Returns
    -------
    WavePosterior
        Of n departments.
    """
    if not len(giving):
        return _nothing_given(len(services))
    taught = giving[np.linspace(0, len(giving) - 1, min(len(giving), MOST_TAUGHT_FROM)).astype(np.int64)]
    found, scale = data.under_all(taught)
    weight, evidence = weigh_structures(found, scale, priors)
    kept = _kept_structures(weight, few=len(taught) < len(giving))
    pairs, pair = np.unique(kept[:, :2], axis=0, return_inverse=True)
    likelihood = np.ones((len(pairs), len(services), CELLS))
    if len(taught) == len(giving):
        likelihood[:, taught] = found[pairs[:, 0], pairs[:, 1]]
    else:
        for law in np.unique(pairs[:, 0]):
            data.fill(likelihood, pairs, int(law), giving)
    chosen = weight[tuple(kept.T)]
    structures = Structures(
        np.round(chosen / chosen.sum(), _WEIGHT_DIGITS), pair.ravel(), kept[:, 2], pairs[:, 0], pairs[:, 1], likelihood
    )
    return _summed_up(structures, services, evidence)


def free_from_noise(
    network: Network, received: Floats, noise: Floats | None, effective_share: Floats | None
) -> tuple[Floats, Floats]:
    """Return D freed from the noise that asking few people puts into it, and the variance that is left in it.

    Taken as measured, a D that came out high by chance would seem to be passed on only in part. So each is moved
    towards the mean of all, the more the noisier it is (James and Stein's shrinkage).
    """
    if noise is None:
        return received, np.zeros_like(received)
    share = importance_shares(network) if effective_share is None else effective_share
    variance = network.by_client((share * np.maximum(noise, COUNTED_NOISE)) ** 2)
    lacking = received > 0
    if not lacking.any():
        return received, np.zeros_like(received)
    mean = float(received[lacking].mean())
    between = max(float(((received[lacking] - mean) ** 2 - variance[lacking]).mean()), 1e-5)
    own = between / (between + variance)
    freed = np.maximum(mean + own * (received - mean), _LEAST_RECEIVED)
    return np.where(lacking, freed, 0.0), np.where(lacking, own * variance, 0.0)


@dataclass(frozen=True, eq=False)
class BinnedServices:
    """Services in bins of equal likelihood, sorted by who gives them.

    Attributes
    ----------
    start : int array, shape (n + 1,)
        Where the services of each department begin, and where those of the last one end.
    bins : int32 array, shape (m,)
    noises : float array
        From `bin_services`.
    """

    start: npt.NDArray[np.integer]
    bins: npt.NDArray[np.int32]
    noises: Floats

    def tables(self, rows: npt.NDArray[np.intp], services: Sequence[int]) -> ServiceTables:
        """Tabulate laws of services for the bins into which services of chosen departments fall."""
        start = self.start
        chosen = self.bins
        if len(rows) < len(start) - 1:
            chosen = np.concatenate([self.bins[start[u] : start[u + 1]] for u in rows])
        used = np.flatnonzero(np.bincount(chosen, minlength=len(self.noises) * BINS_OF_A_NOISE))
        place = np.zeros(len(self.noises) * BINS_OF_A_NOISE, np.int32)
        place[used] = np.arange(len(used))
        return ServiceTables(
            self, place, tuple(tabulate_services(self.noises, used, [SERVICE_LAWS[law]])[0] for law in services)
        )


@dataclass(frozen=True, eq=False)
class ServiceTables:
    """Laws of services, tabulated once for all departments that they are asked for.

    Attributes
    ----------
    services : BinnedServices
        The services.
    place : int32 array
        Row of the tables of each bin.
    of_law : tuple of float arrays, shape (b, LEVELS)
        Log densities of b bins under each of s laws.
    """

    services: BinnedServices
    place: npt.NDArray[np.int32]
    of_law: tuple[Floats, ...]

    def _counts(self, rows: npt.NDArray[np.intp]) -> sparse.csr_matrix:
        """Return how many services of each department fall into each bin; services are sorted, so nothing is."""
        start = self.services.start
        first, last = int(rows[0]), int(rows[-1]) + 1
        begin, end = int(start[first]), int(start[last])
        part = sparse.csr_matrix(
            (
                np.ones(end - begin),
                self.place.take(self.services.bins[begin:end]),
                start[first : last + 1] - begin,
            ),
            shape=(last - first, len(self.of_law[0])),
            copy=False,
        )
        return part if len(rows) == last - first else part[rows - first]

    def at_levels(self, rows: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return the likelihood of departments' services at each level, (LEVELS, s rows), and logs of its scale."""
        return at_levels(self._counts(rows), self.of_law)


@dataclass(frozen=True, eq=False)
class _OneWave:
    """The services of one wave, and what departments receive."""

    services: BinnedServices
    received: Floats
    also: Floats | None

    def under_all(self, rows: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """See `Evidence`."""
        return self._under(self.services.tables(rows, range(len(SERVICE_LAWS))), rows, DEPARTMENT_LAWS)

    def fill(self, likelihood: Floats, pairs: npt.NDArray[np.intp], law: int, rows: npt.NDArray[np.intp]) -> None:
        """See `Evidence`."""
        at = np.flatnonzero(pairs[:, 0] == law)
        tables = self.services.tables(rows, [law])
        laws = [DEPARTMENT_LAWS[other] for other in pairs[at, 1]]
        for begin in range(0, len(rows), BLOCK):
            some = rows[begin : begin + BLOCK]
            likelihood[at[:, None], some] = self._under(tables, some, laws)[0][0]

    def _under(
        self, tables: ServiceTables, rows: npt.NDArray[np.intp], laws: Sequence[DepartmentLaw]
    ) -> tuple[Floats, Floats]:
        level, scale = tables.at_levels(rows)
        found = under_each_law(behind_faults(level, laws), self.received[rows])
        return found if self.also is None else found * self.also[rows], scale


def at_levels(counts: sparse.csr_matrix, tables: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the likelihood of departments' services at each level, with the logs of its scale.

    Parameters
    ----------
    counts : csr_matrix, shape (r, b)
        How many services of each department fall into each bin.
    tables : sequence of float array, shape (b, LEVELS)
        From `tabulate_services`, for each of s laws.

    Returns
    -------
    likelihood : float array, shape (LEVELS, s r)
        The departments under the first law, then under the next.
    scale : float array, shape (s, r)
        Logs.
    """
    levels, scale = [], []
    for table in tables:
        logs = np.asarray(counts @ table)
        top = logs.max(axis=1)
        logs -= top[:, None]
        levels.append(np.exp(logs, out=logs).T)
        scale.append(top)
    return np.concatenate(levels, axis=1), np.stack(scale)


def weigh_structures(likelihood: Floats, scale: Floats, priors: Floats | None = None) -> tuple[Floats, float]:
    """Return the posterior probability of every structure and the log evidence of all together.

    Parameters
    ----------
    likelihood : float array, shape (s, q, r, CELLS)
        Of each cell, for r departments.
    scale : float array, shape (s, r)
        Logs of what the likelihoods are still to be multiplied by.
    priors : float array, shape (s, q, laws of transmissions), optional
        Logs of prior probabilities; `law_priors` by default.

    Returns
    -------
    float array, float
        Shape of the priors, adding up to 1; a logarithm.
    """
    given = np.einsum("sqrc,tc->sqtr", likelihood, transmission_masses())
    logs = np.log(given).sum(axis=3) + scale.sum(axis=1)[:, None, None]
    logs += law_priors() if priors is None else priors
    top = float(logs.max())
    weight = np.exp(logs - top)
    total = float(weight.sum())
    return weight / total, top + float(np.log(total))


def _kept_structures(weight: Floats, *, few: bool) -> npt.NDArray[np.intp]:
    """Return the structures that count, as rows of service, department and transmission law."""
    counts = weight >= _LEAST_WEIGHT * weight.max()
    if few:
        of_pair = weight.sum(axis=2)
        ranked = np.sort(of_pair, axis=None)[::-1]
        counts &= (of_pair >= max(float(ranked[_FEW_PAIRS - 1]), 0.02 * float(ranked[0])))[:, :, None]
    return np.argwhere(counts)


def _summed_up(structures: Structures, services: npt.NDArray[np.int64], evidence: float) -> WavePosterior:
    weight = _mixed(structures)
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    mean = (weight * middle).sum(axis=1)
    spread = np.sqrt(np.maximum((weight * middle**2).sum(axis=1) - mean**2, 0.0))
    median = cell_quantile(EDGES, np.cumsum(weight, axis=1), 0.5)
    median, mean = (np.where(services > 0, np.round(one, DIGITS), DEFAULT_TRANSMISSION) for one in (median, mean))
    law = (structures.weight[:, None] * transmission_masses()[structures.transmission_law]).sum(axis=0)
    prior = float(np.sqrt((law * middle**2).sum() / law.sum() - ((law * middle).sum() / law.sum()) ** 2))
    return WavePosterior(np.round(weight, _WEIGHT_DIGITS), median, mean, spread, services, structures, prior, evidence)


def _mixed(structures: Structures) -> Floats:
    """Return the mixture of all structures; departments without data have one and the same, which is made once."""
    bare = np.flatnonzero((structures.likelihood == 1.0).all(axis=(0, 2)))
    apart = np.setdiff1d(np.arange(structures.likelihood.shape[1]), bare[1:])
    distinct = replace(structures, likelihood=structures.likelihood[:, apart])
    found = np.zeros(distinct.likelihood.shape[1:])
    for number, probability in enumerate(structures.weight):
        found += probability * distinct.masses(number)
    found /= found.sum(axis=1, keepdims=True)
    weight = np.empty(structures.likelihood.shape[1:])
    weight[apart] = found
    weight[bare[1:]] = weight[bare[:1]]
    return weight


def _nothing_given(size: int) -> WavePosterior:
    """Return the posterior of an organisation in which nobody gives anything: the laws as they were."""
    prior = np.exp(law_priors()).sum(axis=(0, 1))
    laws = np.arange(len(TRANSMISSION_LAWS))
    none = np.zeros(1, np.intp)
    structures = Structures(prior, np.zeros(len(laws), np.intp), laws, none, none, np.ones((1, size, CELLS)))
    return _summed_up(structures, np.zeros(size, np.int64), 0.0)
