"""Order and horizontal place of glasses in rows: few crossings, straight streams, no two too close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats, Integers
from cxgraph.statistics import isotonic_fit

ORDER_SWEEPS = 16
PLACE_SWEEPS = 16
GLASS_GAP, MIXED_GAP, BEND_GAP = 1.0, 0.66, 0.2
"""Least distance between two glasses, a glass and a passing stream, two passing streams."""
_STRAIGHT = np.array([1.0, 3.0, 9.0])
"""Pull of a piece of a stream on its ends, by how many of them are bends: long streams are drawn straight."""
_TO_THE_MIDDLE = 0.05
"""Pull of the picture's middle, so that nothing drifts and unconnected nodes have a place."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Nodes in rows and the pieces of streams between neighbouring rows.

    Attributes
    ----------
    row : int array, shape (k,)
        Row of each node, 0 on top; without gaps.
    bend : bool array, shape (k,)
        Whether the node is only a place where a long stream passes a row.
    upper, lower : int arrays, shape (p,)
        Ends of each piece; the lower one is one row below.
    """

    row: Integers
    bend: npt.NDArray[np.bool_]
    upper: Integers
    lower: Integers


def crossings(rows: Rows, place: Integers) -> int:
    """Count the crossings of pieces, given the place of each node in its row.

    Parameters
    ----------
    rows : Rows
        k nodes, p pieces.
    place : int array, shape (k,)
        0, 1, ... in each row.

    Returns
    -------
    int
        Pairs of pieces that cross.

    Notes
    -----
    Inversions of the lower ends once the upper ends are in order, counted bit by bit: O(p log p).

    References
    ----------
    Barth, W., Mutzel, P. & Juenger, M. (2004). Simple and efficient bilayer cross counting. Journal of Graph
    Algorithms and Applications 8(2), 179-194. https://doi.org/10.7155/jgaa.00088
    """
    order = np.lexsort((place[rows.lower], place[rows.upper], rows.row[rows.upper]))
    ends = rows.lower[order]
    ranks = np.empty(len(order), np.int64)
    ranks[np.lexsort((place[ends], rows.row[ends]))] = np.arange(len(order))
    return _inversions(ranks)


def _inversions(ranks: Integers) -> int:
    total = 0
    for bit in range(int(max(len(ranks) - 1, 0)).bit_length() - 1, -1, -1):
        block = ranks >> (bit + 1)
        ranks = ranks[np.argsort(block, kind="stable")]
        one = (ranks >> bit) & 1
        before = np.concatenate(([0], np.cumsum(one)))
        # The ranks are 0 .. p - 1, so once sorted by block each block begins at the rank that it begins with.
        opening = (ranks >> (bit + 1)) << (bit + 1)
        total += int(((before[:-1] - before[opening]) * (1 - one)).sum())
    return total


def order_rows(rows: Rows, weight: Floats) -> tuple[Integers, int]:
    """Order the nodes of every row so that few pieces cross.

    Barycentre sweeps: row by row, downwards and upwards in turn, nodes are sorted by the mean place of their
    neighbours in the row before; the best order met is kept.

    Parameters
    ----------
    rows : Rows
        k nodes.
    weight : float array, shape (k,)
        Heavier nodes start nearer to the middle.

    Returns
    -------
    place : int array, shape (k,)
        0, 1, ... in each row.
    crossings : int
        Of that order.

    Notes
    -----
    Deterministic: ties keep their order. A sweep is linear but for the sorting.

    References
    ----------
    Sugiyama, K., Tagawa, S. & Toda, M. (1981). Methods for visual understanding of hierarchical system
    structures. IEEE Transactions on Systems, Man, and Cybernetics 11(2), 109-125.
    https://doi.org/10.1109/TSMC.1981.4308636
    """
    count = int(rows.row.max(initial=-1)) + 1
    members = [np.flatnonzero(rows.row == number) for number in range(count)]
    best, fewest = _starting_places(members, weight), -1
    tables = (
        _neighbours(rows.lower, rows.upper, rows.row, count),
        _neighbours(rows.upper, rows.lower, rows.row, count),
    )
    for first in (weight, np.zeros(len(weight))):
        start = _starting_places(members, first)
        place = start
        for sweep in range(ORDER_SWEEPS):
            down = sweep % 2 == 0
            for number in range(1, count) if down else range(count - 2, -1, -1):
                _sort_row(place, members[number], *tables[0 if down else 1][number], reverse=sweep % 4 >= 2)
            found = crossings(rows, place)
            if fewest < 0 or found < fewest:
                best, fewest = place.copy(), found
            if fewest == 0:
                break
    return best, max(fewest, 0)


def _starting_places(members: list[Integers], weight: Floats) -> Integers:
    """Put the heaviest node of each row in its middle and the others alternately to its sides."""
    place = np.zeros(sum(len(row) for row in members), np.int64)
    for row in members:
        ranked = row[np.lexsort((row, -weight[row]))]
        rank = np.arange(len(row))
        place[ranked[np.argsort(np.where(rank % 2, 1, -1) * rank)]] = rank
    return place


def _neighbours(node: Integers, other: Integers, row: Integers, count: int) -> list[tuple[Integers, Integers]]:
    """Return, for each row, the pieces that end in it as (which node of the row, its neighbour)."""
    order = np.argsort(row[node], kind="stable")
    cuts = np.searchsorted(row[node][order], np.arange(count + 1))
    by_row = np.argsort(row, kind="stable")
    within = np.empty(len(row), np.int64)
    within[by_row] = np.arange(len(row)) - np.searchsorted(row[by_row], row[by_row])
    return [
        (within[node[order[cuts[at] : cuts[at + 1]]]], other[order[cuts[at] : cuts[at + 1]]]) for at in range(count)
    ]


def _sort_row(place: Integers, row: Integers, ends: Integers, others: Integers, *, reverse: bool) -> None:
    degree = np.bincount(ends, minlength=len(row))
    total = np.bincount(ends, place[others], len(row))
    # Nodes without neighbours there stay where they are, relative to the row's width.
    width = place[others].max(initial=len(row) - 1) + 1
    mean = np.where(degree > 0, total / np.maximum(degree, 1), (place[row] + 0.5) * width / len(row) - 0.5)
    ties = -place[row] if reverse else place[row]
    place[row[np.lexsort((ties, np.round(mean, 9)))]] = np.arange(len(row))


def place_rows(rows: Rows, place: Integers, width: Floats | None = None) -> Floats:
    """Give each node its x, in the given order and not closer than the least distances.

    Each node wants to stand at the weighted mean of its neighbours; the row's nearest allowed places to what
    its nodes want, in least squares, are an isotonic regression.

    Parameters
    ----------
    rows : Rows
        k nodes.
    place : int array, shape (k,)
        From `order_rows`.
    width : float array, shape (k,), optional
        Room that a node needs; 1 for glasses where not given.

    Returns
    -------
    float array, shape (k,)
        Centred on 0.

    References
    ----------
    Barlow, R. E., Bartholomew, D. J., Bremner, J. M. & Brunk, H. D. (1972). Statistical Inference under Order
    Restrictions. Wiley.
    """
    count = int(rows.row.max(initial=-1)) + 1
    size = len(rows.row)
    ordered = [row[np.argsort(place[row])] for row in (np.flatnonzero(rows.row == at) for at in range(count))]
    offsets = [_offsets(rows.bend[row], None if width is None else width[row]) for row in ordered]
    x = np.zeros(size)
    for row, offset in zip(ordered, offsets, strict=True):
        x[row] = offset - (offset[-1] / 2 if len(offset) else 0.0)
    ends = np.concatenate((rows.upper, rows.lower))
    others = np.concatenate((rows.lower, rows.upper))
    pull = _STRAIGHT[rows.bend[ends].astype(int) + rows.bend[others]]
    row_of = rows.row[ends]
    order = np.argsort(row_of, kind="stable")
    cuts = np.searchsorted(row_of[order], np.arange(count + 1))
    slices = [order[cuts[at] : cuts[at + 1]] for at in range(count)]
    for sweep in range(PLACE_SWEEPS):
        for at in range(count) if sweep % 2 == 0 else range(count - 1, -1, -1):
            row, pieces = ordered[at], slices[at]
            total = np.bincount(ends[pieces], pull[pieces], size)[row] + _TO_THE_MIDDLE
            wanted = np.bincount(ends[pieces], pull[pieces] * x[others[pieces]], size)[row] / total
            x[row] = isotonic_fit(wanted - offsets[at], total) + offsets[at]
    middle = (x.max(initial=0.0) + x.min(initial=0.0)) / 2
    return np.asarray(x - middle, np.float64)


def _offsets(bend: npt.NDArray[np.bool_], width: Floats | None) -> Floats:
    least: Floats = np.array([GLASS_GAP, MIXED_GAP, BEND_GAP])
    gap: Floats = least[bend[1:].astype(int) + bend[:-1]]
    if width is not None:
        gap = np.asarray(gap * (width[1:] + width[:-1]) / 2, np.float64)
    return np.asarray(np.append(0.0, np.cumsum(gap)) if len(bend) else gap, np.float64)
