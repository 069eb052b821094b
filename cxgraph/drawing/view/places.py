"""Places for the glasses and streams that a picture of the interactive view shows, and for no others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxgraph.drawing.tower.layout import Layout
from cxgraph.drawing.tower.placing import Rows, order_rows, place_rows
from cxgraph.model.arrays import Floats

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Places:
    """Where the shown glasses stand and which bends their streams take.

    Attributes
    ----------
    x, y : float arrays, shape (g,)
        Of each glass of the layout; NaN where it is not shown.
    row_tier : int array, shape (rows,)
        Tier of each row, 0 on top.
    bends : mapping of int to float array, shape (k, 2)
        For each shown pair, the points between its two glasses.
    """

    x: Floats
    y: Floats
    row_tier: Numbers
    bends: dict[int, Floats]


def all_places(layout: Layout) -> Places:
    """Return the layout's own places: everything is shown."""
    return Places(layout.x, layout.y, layout.row_tier, {pair: way[1:-1] for pair, way in enumerate(layout.routes)})


def chosen_places(layout: Layout, glasses: Numbers, pairs: Numbers) -> Places:
    """Place some glasses and some of the pairs between them anew, in the rows that the layout gave them.

    Parameters
    ----------
    layout : Layout
        g glasses, p pairs.
    glasses : int array
        Glasses that are shown.
    pairs : int array
        Pairs of shown glasses whose streams are shown.

    Returns
    -------
    Places
        Rows in which nothing is shown are closed up.

    Notes
    -----
    Streams that are not shown bend no glass aside and take no room: with 160 of a help desk's 1,200 pairs the rows
    are a third as wide.
    """
    kept, row = np.unique(layout.row[glasses], return_inverse=True)
    number = np.full(layout.glasses, -1)
    number[glasses] = np.arange(len(glasses))
    source, target = number[layout.pair_source[pairs]], number[layout.pair_target[pairs]]
    falls = np.flatnonzero(row[target] > row[source])
    bends = row[target[falls]] - row[source[falls]] - 1
    first = len(glasses) + np.concatenate(([0], np.cumsum(bends)))
    steps = [
        np.concatenate(([source[pair]], np.arange(first[at], first[at + 1]), [target[pair]]))
        for at, pair in enumerate(falls)
    ]
    bend_rows = [row[source[pair]] + 1 + np.arange(bends[at]) for at, pair in enumerate(falls)]
    none = np.zeros(0, np.int64)
    node_row = np.concatenate((row, *bend_rows)).astype(np.int64)
    rows = Rows(
        node_row,
        np.arange(len(node_row)) >= len(glasses),
        np.concatenate((none, *(step[:-1] for step in steps))),
        np.concatenate((none, *(step[1:] for step in steps))),
    )
    weight = np.bincount(np.concatenate((source, target)), np.tile(layout.pair_weight[pairs], 2), len(glasses))
    place, _ = order_rows(rows, np.concatenate((weight, np.repeat(layout.pair_weight[pairs[falls]], bends))))
    at_x = place_rows(rows, place)
    x, y = np.full(layout.glasses, np.nan), np.full(layout.glasses, np.nan)
    x[glasses], y[glasses] = at_x[: len(glasses)], row
    ways = {
        int(pairs[pair]): np.column_stack((at_x[step[1:-1]], node_row[step[1:-1]])).astype(float)
        for pair, step in zip(falls, steps, strict=True)
    }
    return Places(x, y, layout.row_tier[kept], ways)
