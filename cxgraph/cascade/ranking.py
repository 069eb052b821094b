"""The order in which every table lists what costs the customers most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats

_FEW = 4_096


def rank_descending(values: Floats) -> npt.NDArray[np.intp]:
    """Return the order from the highest value to the lowest, equal values in their given order.

    Parameters
    ----------
    values : float array, shape (k,)
        No NaN.

    Returns
    -------
    int array, shape (k,)
        Positions.

    Notes
    -----
    The same as a stable sort. Many values are sorted by the two halves of their single-precision bits, each of them
    digits that numpy counts instead of comparing, whatever the processor's vectors can do; the few that only more
    digits tell apart are put right afterwards.

    Examples
    --------
    >>> rank_descending(np.array([1., 3., 1.])).tolist()
    [1, 0, 2]
    """
    if len(values) < _FEW:
        return np.argsort(-values, kind="stable")
    with np.errstate(over="ignore"):  # beyond single precision everything is infinite, and told apart below
        rough = (0.0 - values).astype(np.float32).view(np.int32)  # 0 - value: a zero has no sign
    rough ^= (rough >> 31) & 0x7FFFFFFF  # the bits of negative numbers count backwards
    order = np.argsort(rough.astype(np.uint16), kind="stable")
    order = order.take(np.argsort((rough >> 16).astype(np.int16).take(order), kind="stable"))
    ranked = values.take(order)
    wrong = np.flatnonzero(ranked[1:] > ranked[:-1])
    if len(wrong):
        rough = rough.take(order)
        alike = np.unique(rough[wrong])
        start = np.searchsorted(rough, alike)
        many = np.searchsorted(rough, alike, "right") - start
        places = np.repeat(start - np.cumsum(many) + many, many) + np.arange(many.sum())
        order[places] = order[places[np.lexsort((-ranked[places], rough[places]))]]
    return order
