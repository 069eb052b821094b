"""The analyst's own assumptions by the same evidence: whether people rate all alike, or feel the worst most.

The laws of faults and transmissions say how probable one wave of scores is. Read with a halo taken out, or with
departments that feel their worst service most, the same scores are more probable or less: that is the evidence for
such a reading. Nothing is switched by it; the audit says what it found, and which option follows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from cxgraph.cascade.shortfall import importance_shares, received_shortfall
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.transmission.fault_laws import (
    COUNTED_NOISE,
    behind_faults,
    bin_services,
    tabulate_services,
    under_each_law,
)
from cxgraph.transmission.single_wave import MOST_TAUGHT_FROM, at_levels, free_from_noise, weigh_structures

HALOS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Readings of the halo that are compared, all unless `_FIRST_HALO` is hopeless."""
STEEP = 4.0
FELT = (1.0, STEEP, math.inf)
"""Readings of the stringency that are compared."""
SOME = 1 / 3
"""Part of the departments that feel their worst service most, where only some do."""
_FIRST_HALO = 0.2
_HOPELESS = 5.0


@dataclass(frozen=True, slots=True)
class Readings:
    """How probable other readings of the same scores are.

    Attributes
    ----------
    halo : float
        The most probable one of `HALOS` and the stated one.
    halo_evidence : float
        Log of how many times more probable the scores are with it than with the stated one; 0 where it is that.
    stringency : float
        The most probable one of `FELT` and the stated one; the stated one where only some departments feel the worst
        most, since no one number stands for them and the others.
    stated_stringency : float
        The stated one.
    stringency_evidence : float
        The same for all other readings of the stringency together.
    departments : int
        By how many the readings were weighed.
    only_some : bool
        Whether the most probable reading is that some departments feel their worst service, and the others as stated.
    """

    halo: float
    halo_evidence: float
    stringency: float
    stated_stringency: float
    stringency_evidence: float
    departments: int
    only_some: bool = False


def weigh_readings(
    network: Network,
    shortfalls: Floats,
    noise: Floats | None,
    over_delivered: npt.NDArray[np.bool_],
    *,
    halo: float = 0.0,
    stringency: float = 1.0,
) -> Readings:
    """Weigh other readings of one wave of scores against the stated one.

    Parameters
    ----------
    network : Network
        n departments, m services.
    shortfalls : float array, shape (m,)
        d, in [0, 1], with nothing taken out.
    noise : float array, shape (m,), or None
        Standard deviation of each; None where nobody says how many answered.
    over_delivered : bool array, shape (m,)
        Services whose client got more than it expected.
    halo, stringency : float
        As they are stated.

    Returns
    -------
    Readings
        Evidence 0 where fewer than two departments give anything.

    Notes
    -----
    A halo changes the scores themselves, so the evidence is taken per unit of the scores as they were given: for a
    client whose services count with shares that add up to s, the change from k scores to k others has the determinant
    (1 - halo s) / (1 - halo)^k. Services that over-deliver count as a probability under every reading, and not as a
    density under some. The stringency is weighed at the halo that was found most probable. At most 200 departments
    take part; linear in services.

    References
    ----------
    Kass, R. E. & Raftery, A. E. (1995). Bayes factors. Journal of the American Statistical Association 90(430),
    773-795.
    """
    scores = _Scores(network, shortfalls, noise, over_delivered)
    if len(scores.taught) < 2:
        return Readings(halo, 0.0, stringency, stringency, 0.0, len(scores.taught))
    by_halo = {one: scores.evidence(one, stringency) for one in dict.fromkeys((halo, 0.0, _FIRST_HALO))}
    if halo or by_halo[_FIRST_HALO] > by_halo[0.0] - _HOPELESS:
        by_halo |= {one: scores.evidence(one, stringency) for one in HALOS if one not in by_halo}
    found = max(by_halo, key=lambda one: (by_halo[one], one == halo))
    felt, evidence, only_some = _weigh_stringency(scores, found, stringency)
    return Readings(found, by_halo[found] - by_halo[halo], felt, stringency, evidence, len(scores.taught), only_some)


def _weigh_stringency(scores: _Scores, halo: float, stated: float) -> tuple[float, float, bool]:
    """Return the stringency that the scores speak for, the evidence against the stated one, and if only some feel it.

    Where only some departments feel their worst service, one stringency for all puts a wrong cause first more often
    than it helps (tests/benchmarks/recovery.py, "weakest link"), so that reading is told apart and none is named.
    """
    parts = scores.parts(halo, sorted({*FELT, stated}))
    plain = weigh_structures(*parts[stated])[1]
    logs = {one: weigh_structures(*part)[1] - plain for one, part in parts.items() if one != stated}
    found = max(logs, key=lambda one: logs[one])
    only_some = False
    if stated < STEEP:
        some = weigh_structures(*_some_of(parts[stated], parts[math.inf]))[1] - plain
        only_some = some > logs[found]
        logs[STEEP] = max(logs[STEEP], some)
    together = float(np.logaddexp.reduce(list(logs.values())) - math.log(len(logs)))
    if together <= 0:
        return stated, 0.0, False
    return stated if only_some else found, together, only_some


def _some_of(plain: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Return the likelihood where each department is read in the second way with the probability `SOME`."""
    top = np.maximum(plain[1], other[1])
    mixed = sum(
        weight * found * np.exp(scale - top)[:, None, :, None]
        for weight, (found, scale) in ((1 - SOME, plain), (SOME, other))
    )
    return np.asarray(mixed), top


@dataclass(frozen=True, eq=False)
class _Scores:
    """The scores of one wave, to be read in several ways."""

    network: Network
    shortfall: Floats
    noise: Floats | None
    over: npt.NDArray[np.bool_]

    @cached_property
    def taught(self) -> npt.NDArray[np.intp]:
        """The departments by which readings are weighed."""
        giving = np.flatnonzero(np.diff(self.network.start) > 0)
        count = min(len(giving), MOST_TAUGHT_FROM)
        return giving[np.linspace(0, len(giving) - 1, count).astype(np.int64)] if count else giving

    @cached_property
    def services(self) -> npt.NDArray[np.intp]:
        """Their services."""
        start = self.network.start
        return np.concatenate([np.arange(start[u], start[u + 1]) for u in self.taught])

    @cached_property
    def usual(self) -> Floats:
        """What each client lacks on average, shape (n,)."""
        return received_shortfall(self.network, self.shortfall)[0]

    def read(self, halo: float) -> Floats:
        """Return the shortfalls with a halo taken out, below 0 where a client rated a service above its average."""
        if not halo:
            return self.shortfall
        return (self.shortfall - halo * self.usual.take(self.network.client)) / (1.0 - halo)

    def evidence(self, halo: float, stringency: float) -> float:
        """Return the log of the probability of the scores as they were given."""
        return weigh_structures(*self.parts(halo, [stringency])[stringency])[1] + self._unit(halo)

    def _unit(self, halo: float) -> float:
        """Return the log of the determinant, for the services that take part."""
        if not halo:
            return 0.0
        share = np.where(self.over, 0.0, importance_shares(self.network))
        total = self.network.by_client(share)
        part = np.divide(share, total.take(self.network.client), out=np.zeros_like(share), where=share > 0)
        of_service = part * np.log1p(-halo * np.minimum(total, 1.0)).take(self.network.client)
        of_service -= np.where(self.over, 0.0, math.log1p(-halo))
        return float(of_service[self.services].sum())

    def parts(self, halo: float, felt: list[float]) -> dict[float, tuple[Floats, Floats]]:
        """Return the likelihood under every pair of laws, and its scale's log, for each stringency."""
        network, read = self.network, self.read(halo)
        bounded = np.clip(read, 0.0, 1.0)
        received = {rho: received_shortfall(network, bounded, rho) for rho in felt}
        noise = self.noise
        if noise is not None:
            effective = received[felt[0]][1]
            _, spread = free_from_noise(network, received[felt[0]][0], noise, effective)
            noise = np.sqrt(np.maximum(noise, COUNTED_NOISE) ** 2 + spread.take(network.supplier))
        freed = {rho: free_from_noise(network, found[0], self.noise, found[1])[0] for rho, found in received.items()}
        chosen = self.services
        bins, noises = bin_services(
            np.minimum(read[chosen], 1.0), None if noise is None else noise[chosen], self.over[chosen]
        )
        # Noise grows with what is set apart, but for what all services of a client have in common.
        clients = len(np.unique(network.client))
        noises = noises / (1.0 - halo) ** (1.0 - clients / len(network.client))
        counts = np.diff(network.start)[self.taught]
        used, place = np.unique(bins, return_inverse=True)
        table = sparse.csr_matrix(
            (np.ones(len(place)), place.ravel(), np.concatenate(([0], np.cumsum(counts)))),
            (len(self.taught), len(used)),
        )
        level, scale = at_levels(table, list(tabulate_services(noises, used)))
        behind = behind_faults(level)
        return {rho: (under_each_law(behind, freed[rho][self.taught]), scale) for rho in felt}
