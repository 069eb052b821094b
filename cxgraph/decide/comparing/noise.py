"""Real or noise: how far contributions move between two waves by who happened to answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxgraph.cascade.cascade import Cascade
from cxgraph.model.arrays import Floats
from cxgraph.uncertainty.batch import Copies
from cxgraph.uncertainty.resampling import Sampling


@dataclass(frozen=True, eq=False)
class Noise:
    """Intervals of the change of every department's contribution.

    Attributes
    ----------
    low, high : float array, shape (n,)
        In points of J; at least one end beyond 0 says that the change is real.
    total_low, total_high : float
        Of the change of J.
    level : float
        Nominal coverage.
    draws : int
        How many.
    """

    low: Floats
    high: Floats
    total_low: float
    total_high: float
    level: float
    draws: int


def draw_contributions(
    sampling: Sampling, cascade: Cascade, transmission: Floats, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Draw the answers of one wave again and again.

    Parameters
    ----------
    sampling : Sampling
        Of the cascade's network; n departments.
    cascade : Cascade
        As it was measured.
    transmission : float array, shape (draws, n)
        tau of every draw.
    draws, seed : int
        How many, and of what.

    Returns
    -------
    contribution : float array, shape (draws, n)
        What starts at each department.
    total : float array, shape (draws,)
        J.
    """
    network = sampling.network
    generator = np.random.default_rng(seed)
    copies = Copies.block(network, draws)
    contribution, total = np.empty((draws, network.departments)), np.empty(draws)
    for first in range(0, draws, copies.copies):
        rows = slice(first, min(first + copies.copies, draws))
        moved, expectation = sampling.draw(generator, copies.copies)
        moved += network.fulfilment
        lacks = copies.shortfalls(moved, expectation, cascade.scoring)
        tau = transmission[np.minimum(np.arange(first, first + copies.copies), draws - 1)]
        found, whole = copies.solve(lacks, tau, cascade.stringency, cascade.client_reach)
        contribution[rows], total[rows] = found[: rows.stop - first], whole[: rows.stop - first]
    return contribution, total


def reach_out(drawn: Floats, point: Floats, level: float) -> tuple[Floats, Floats]:
    """Return intervals of changes from their draws, reached out by twice the bias that the draws show.

    Noise put on noise moves a draw as far beyond the estimate as the estimate can be expected to lie beyond the
    truth (`cxgraph.uncertainty.intervals`).

    Examples
    --------
    >>> low, high = reach_out(np.array([[-1.0], [0.0], [1.0]]), np.array([0.0]), 0.9)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([-0.9], [0.9])
    """
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    bias = drawn.mean(axis=0) - point
    low, high = low - 2.0 * np.maximum(bias, 0.0), high - 2.0 * np.minimum(bias, 0.0)
    return np.minimum(low, point), np.maximum(high, point)
