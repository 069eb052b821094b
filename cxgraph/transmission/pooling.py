"""Posteriors of many departments: borrowing strength from each other, kept within bounds, as quantiles for draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from cxgraph.model.arrays import Floats
from cxgraph.model.settings import DEFAULT_TRANSMISSION

BOUND = 0.98
"""Largest transmission that is ever estimated."""
PRIOR_SD = 0.2
"""Standard deviation of a transmission of which nothing is known: that of a Beta(3, 2)."""
PROBABILITIES = np.linspace(0.0, 1.0, 41)
"""Probabilities at which posteriors are kept."""
EDGES = np.linspace(0.0, BOUND, 197)
"""Cells into which bounded posteriors are cut."""
_ROUNDS = 60
_BLOCK = 4096


@dataclass(frozen=True, eq=False)
class PooledEstimates:
    """Estimates of n departments that borrow from each other; arrays of shape (n,).

    Attributes
    ----------
    mean, sd : float arrays
        Of each department's posterior, before it is bounded.
    own : float array
        Weight of the department's own data in its estimate: 1 trusts them alone, 0 only the others.
    common, between : float
        Mean over departments and standard deviation between them.
    """

    mean: Floats
    sd: Floats
    own: Floats
    common: float
    between: float


def pool_estimates(estimate: Floats, error: Floats) -> PooledEstimates:
    """Shrink every department's estimate towards what departments have in common.

    estimate_u ~ N(true_u, error_u^2) and true_u ~ N(common, between^2); common and between are learnt by expectation
    and maximisation, starting from, and held by, the default of 0.6 with a spread of 0.2 as if one department had
    said so.

    Parameters
    ----------
    estimate : float array, shape (n,)
        Whatever the data of each department say alone; ignored where the error is not finite.
    error : float array, shape (n,)
        Its standard error; infinite where the department's data say nothing.

    Returns
    -------
    PooledEstimates
        Arrays of shape (n,).

    Notes
    -----
    With no data at all every mean is 0.6 and every standard deviation 0.2.

    References
    ----------
    Efron, B. & Morris, C. (1975). Data analysis using Stein's estimator and its generalizations. Journal of the
    American Statistical Association 70(350), 311-319. DOI 10.1080/01621459.1975.10479864.

    Examples
    --------
    >>> pooled = pool_estimates(np.array([0.2, 0.0]), np.array([0.01, np.inf]))
    >>> pooled.mean.round(1).tolist(), pooled.own.round(2).tolist()
    ([0.2, 0.4], [1.0, 0.0])
    """
    told = np.isfinite(error)
    value = np.where(told, estimate, 0.0)
    variance = np.where(told, np.maximum(error, 1e-6) ** 2, np.inf)
    common, between = DEFAULT_TRANSMISSION, PRIOR_SD**2
    count = int(told.sum())
    for _ in range(_ROUNDS if count else 0):
        own = between / (between + variance[told])
        mean = common + own * (value[told] - common)
        left = (1 - own) * between
        common = (float(mean.sum()) + DEFAULT_TRANSMISSION) / (count + 1)
        squares = float(((mean - common) ** 2 + left).sum()) + (DEFAULT_TRANSMISSION - common) ** 2
        between = (squares + PRIOR_SD**2) / (count + 1)
    own = between / (between + variance)
    return PooledEstimates(
        common + own * (value - common), np.sqrt((1 - own) * between), own, common, float(np.sqrt(between))
    )


def bounded_normal(mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Return a normal posterior within the bounds 0 and 0.98 as masses on cells.

    Parameters
    ----------
    mean, sd : float array, shape (n,)
        Of the normal; the standard deviation above 0.

    Returns
    -------
    edges : float array, shape (cells + 1,)
        From 0 to 0.98.
    mass : float array, shape (n, cells)
        Rows add up to 1; all on the nearer bound where the normal lies outside both.

    Examples
    --------
    >>> edges, mass = bounded_normal(np.array([0.3, -5.0]), np.array([0.01, 0.01]))
    >>> (mass @ (edges[1:] + edges[:-1]) / 2).round(2).tolist()
    [0.3, 0.0]
    """
    below = ndtr((EDGES[None, :] - mean[:, None]) / np.maximum(sd, 1e-4)[:, None])
    mass = np.maximum(np.diff(below, axis=1), 0.0)
    total = mass.sum(axis=1, keepdims=True)
    nearest = np.zeros_like(mass)
    nearest[np.arange(len(mean)), np.where(mean > BOUND / 2, mass.shape[1] - 1, 0)] = 1.0
    return EDGES, np.where(total > 1e-9, mass / np.maximum(total, 1e-300), nearest)


def cell_quantile(edges: Floats, reached: Floats, probability: float) -> Floats:
    """Return one quantile of posteriors given as cumulated masses on cells.

    Parameters
    ----------
    edges : float array, shape (cells + 1,)
        Ends of the cells, increasing.
    reached : float array, shape (n, cells)
        How probable it is to be below the end of each cell.
    probability : float
        In (0, 1).

    Returns
    -------
    float array, shape (n,)
        At most `BOUND`; a cell's mass is spread evenly within it.

    Examples
    --------
    >>> cell_quantile(np.array([0., .5, 1.]), np.array([[1., 1.], [.5, 1.]]), 0.25).tolist()
    [0.125, 0.25]
    """
    cell = np.minimum((reached < probability).sum(axis=1), reached.shape[1] - 1)
    rows = np.arange(len(reached))
    before = np.where(cell > 0, reached[rows, np.maximum(cell - 1, 0)], 0.0)
    inside = np.maximum(reached[rows, cell] - before, 1e-300)
    part = np.clip((probability - before) / inside, 0.0, 1.0)
    return np.asarray(np.minimum(edges[cell] + part * (edges[cell + 1] - edges[cell]), BOUND))


def mass_quantiles(edges: Floats, mass: Floats) -> Floats:
    """Return the quantiles of posteriors given as masses on cells, at `PROBABILITIES`.

    Parameters
    ----------
    edges : float array, shape (cells + 1,)
        Ends of the cells, increasing.
    mass : float array, shape (n, cells)
        Rows add up to 1.

    Returns
    -------
    float array, shape (n, 41)
        Increasing along each row; a cell's mass is spread evenly within it. The outermost are those at 0.004 and
        0.996.

    Examples
    --------
    >>> mass_quantiles(np.array([0., .5, 1.]), np.array([[1., 0.], [.5, .5]]))[:, 20].tolist()
    [0.25, 0.5]
    """
    # A block of rows at a time: the search below stays within what a processor keeps at hand.
    blocks = range(0, max(len(mass), 1), _BLOCK)
    return np.concatenate([_block_quantiles(edges, mass[first : first + _BLOCK]) for first in blocks])


def _block_quantiles(edges: Floats, mass: Floats) -> Floats:
    cells = mass.shape[1]
    reached = np.cumsum(mass, axis=1)
    reached /= reached[:, -1:]
    # One search for all rows: row r's cumulated masses are moved to the interval from 2 r to 2 r + 1.
    rows = np.arange(len(mass))[:, None]
    # Far tails that hardly ever occur must not stretch the outermost piece, within which draws are even.
    wanted = np.clip(PROBABILITIES, 0.004, 0.996)[None, :]
    place = np.searchsorted((reached + 2 * rows).ravel(), (wanted + 2 * rows).ravel()).reshape(len(mass), -1)
    cell = np.minimum(place - rows * cells, cells - 1)
    before = np.where(cell > 0, np.take_along_axis(reached, np.maximum(cell - 1, 0), axis=1), 0.0)
    inside = np.take_along_axis(reached, cell, axis=1) - before
    part = np.divide(wanted - before, inside, out=np.zeros_like(before), where=inside > 0)
    return np.asarray(edges[cell] + np.clip(part, 0, 1) * (edges[cell + 1] - edges[cell]))


def draw_quantiles(quantiles: Floats, count: int, seed: int) -> Floats:
    """Draw from posteriors given by their quantiles, every department independently.

    Parameters
    ----------
    quantiles : float array, shape (n, 41)
        At `PROBABILITIES`.
    count : int
        Draws.
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    float array, shape (count, n)
        In [0, 1).
    """
    place = np.random.default_rng(seed).random((count, len(quantiles))) * (quantiles.shape[1] - 1)
    below = np.minimum(place.astype(np.int64), quantiles.shape[1] - 2)
    columns = np.arange(len(quantiles))[None, :]
    part = place - below
    return np.asarray((1 - part) * quantiles[columns, below] + part * quantiles[columns, below + 1])
