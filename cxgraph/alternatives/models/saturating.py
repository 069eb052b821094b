"""Losses that spread until nothing moves, each node losing at most all: the least solution of q = min(1, A q + c)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from cxgraph.alternatives.models.checks import FloatArray, NoEquilibriumError
from cxgraph.alternatives.models.linear import sum_rounds
from cxgraph.errors import NumericalError

Mask: TypeAlias = npt.NDArray[np.bool_]

SETTLED = 1e-15
"""What may still come, as a fraction of the largest loss, that counts as nothing."""
_PATIENCE = 1_000
_SLOW = 0.99


def spread_losses(table: sparse.csr_array, entering: FloatArray, rounds: int) -> FloatArray:
    """Return the least solution of q = min(1, A q + c), climbing from c round by round.

    A small step alone proves nothing: what is small today may grow on its way. The rounds end where all that can
    still come is small: either by the norm of A among the nodes that pass something on, or, where that bound does not
    help, by adding up all later rounds at once, which holds where no further node is lost by it.

    Parameters
    ----------
    table : (n, n) sparse matrix, 0 or more
        A, receiver by row.
    entering : (n,) array in [0, 1]
        c.
    rounds : int
        How many rounds it may take.

    Returns
    -------
    (n,) ndarray
        q, from c to 1.

    Raises
    ------
    NumericalError
        It had not settled after `rounds`.

    Notes
    -----
    A sparse product per round. The sum of all later rounds is one sparse LU of the nodes that they reach; it is tried
    when a step has become small, and again after a node was lost or many rounds have passed.

    Examples
    --------
    >>> spread_losses(sparse.csr_array([[0, 0, 0], [1e-20, 0, 0], [0, 1e20, 0]]), np.array([1.0, 0, 0]), 10).tolist()
    [1.0, 1e-20, 1.0]
    """
    lost: FloatArray = entering
    news: FloatArray = entering
    sends = np.bincount(table.indices, minlength=len(entering)) > 0
    reach = np.asarray(table.sum(axis=1)).ravel()
    widest = float(reach.max(initial=0.0))
    tried: tuple[int, int] | None = None
    for number in range(rounds):
        # The news is not taken as a difference of levels, whose rounding could go round a loop for ever.
        news = np.minimum(table @ news, 1.0 - lost)
        lost = np.minimum(1.0, lost + news)
        enough = SETTLED * float(lost.max(initial=0.0))
        if not news.any():
            return lost
        if news.max() > enough:
            continue
        open_ended = sends & (lost < 1.0)
        gain = float(reach[open_ended].max(initial=0.0))
        if gain < 1.0 and widest * float(news[sends].max(initial=0.0)) <= enough * (1.0 - gain):
            return lost
        if gain < _SLOW:
            continue  # the bound will hold before long
        state = (int((lost >= 1.0).sum()), number // _PATIENCE)
        if state != tried:
            tried = state
            whole = _all_later_rounds(table, news, lost)
            if whole is not None:
                return whole
    raise NumericalError(
        "What spreads did not settle in {rounds} rounds; the last one still added {change}.",
        rounds=rounds,
        change=f"{news.max(initial=0.0):.3g}",
    )


def _all_later_rounds(table: sparse.csr_array, news: FloatArray, lost: FloatArray) -> FloatArray | None:
    """Return the losses after all later rounds; None where a further node is lost on the way, or nothing dies out."""
    still = np.flatnonzero(_reached(table, news, lost < 1.0))
    inner = sparse.csr_array(table[still][:, still])
    try:
        # What is lost already passes its last news on too, but takes no more.
        more = sum_rounds(inner, (table @ news)[still], "A")
    except (NoEquilibriumError, NumericalError):
        return None
    level = lost.copy()
    level[still] += np.maximum(more, 0.0)
    return level if (level <= 1.0).all() else None


def _reached(table: sparse.csr_array, news: FloatArray, open_ended: Mask) -> Mask:
    """Return the nodes short of total loss to which the news of a round can come, by however many links."""
    frontier: Mask = open_ended & (table @ news > 0)
    reached: Mask = frontier
    while frontier.any():
        frontier = open_ended & ~reached & (table @ frontier.astype(float) > 0)
        reached = reached | frontier
    return reached
