"""The streams of a tower: which are drawn, along which lines, and where their numbers stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path as Outline

from cxgraph.analysis import Analysis
from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.figures import Axes
from cxgraph.drawing.style import bins
from cxgraph.drawing.tower.glasses import Box, along, draw_badge, draw_closed, draw_return, draw_stream, stream_outline
from cxgraph.drawing.tower.layout import Layout
from cxgraph.drawing.tower.reduction import weight_of_services
from cxgraph.model.arrays import Floats, Integers
from cxgraph.privacy.gate import publishable

NUMBERED = 6
MOST_SIDE_BY_SIDE = 3
"""Services between two departments up to which each has a stream of its own."""
_WIDEST, _THINNEST = 8.5, 0.9
"""Points of the flow that costs the customers most, and of one that costs them nothing."""
_GAP = 0.036
"""Inches between two streams that leave a glass side by side."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Coordinates in inches.

    Attributes
    ----------
    unit : float
        Inches for one unit of the layout's x.
    middle : float
        Where the layout's x is 0.
    radius : float
        Of a rim.
    rim, foot : float arrays, shape (rows,)
        Height of the rims and feet of each row.
    x : float array, shape (g,)
        Centre of each glass.
    taken : tuple of Box
        Names and glasses, which nothing may cover.
    """

    unit: float
    middle: float
    radius: float
    rim: Floats
    x: Floats
    foot: Floats
    taken: tuple[Box, ...]


@dataclass(frozen=True, eq=False)
class Streams:
    """The streams that are drawn; arrays of shape (s,).

    Attributes
    ----------
    pair : int array
        Pair of glasses.
    level : float array
        Delivered part of what was expected, in [0, 1].
    cost : float array
        What the customers miss through the stream, own and inherited, as a part of the costliest one's; in [0, 1].
    costliest : int array
        The services that are numbered, the costliest first.
    numbered : int array
        The stream of each of those.
    services : int
        How many services the streams stand for.
    share : float
        Share of the customers' shortfall that starts in those services.
    suppressed : bool array
        Streams of which nothing may be shown but that they flow.
    """

    pair: Integers
    level: Floats
    cost: Floats
    costliest: Integers
    numbered: Integers
    services: int
    share: float
    suppressed: np.ndarray[tuple[int], np.dtype[np.bool_]]


def choose_streams(analysis: Analysis, layout: Layout) -> Streams:
    """Choose the streams of a tower: all services of the pairs that the layout made room for.

    Services between two single departments are streams of their own, up to `MOST_SIDE_BY_SIDE`; more of them, and
    those of a glass that stands for several departments, are one stream, at their mean by what each costs the
    customers.

    Parameters
    ----------
    analysis : Analysis
        m services.
    layout : Layout
        Its layout.

    Returns
    -------
    Streams
        Ordered by pair.
    """
    cascade, network = analysis.cascade, analysis.cascade.network
    hidden = publishable(analysis).services
    ranked = rank_descending(cascade.contribution)
    drawable = ranked[(cascade.contribution[ranked] > 0) & (layout.pair_of_service[ranked] >= 0) & ~hidden[ranked]]
    costliest = drawable[:NUMBERED]
    shown = layout.routed.copy()
    shown[layout.pair_of_service[costliest]] = True
    services = np.flatnonzero((layout.pair_of_service >= 0) & shown[np.maximum(layout.pair_of_service, 0)])
    pair = layout.pair_of_service[services]
    single = np.array([kind == "department" for kind in layout.kind])
    alone = single[layout.pair_source[pair]] & single[layout.pair_target[pair]]
    alone &= np.bincount(pair, minlength=len(layout.pair_source))[pair] <= MOST_SIDE_BY_SIDE
    key = np.where(alone, services, network.services + pair)
    names, stream = np.unique(key, return_inverse=True)
    weight = np.where(hidden[services], 0.0, cascade.service_reach[services] + 1e-12)
    total = np.bincount(stream, weight, len(names))
    suppressed = total == 0
    total = np.where(suppressed, 1.0, total)
    missed = np.where(hidden[services], 0.0, weight_of_services(cascade)[services])
    cost = np.bincount(stream, missed, len(names)).astype(float)
    first = np.full(len(names), len(services))
    np.minimum.at(first, stream, np.arange(len(services)))
    all_of_it = cascade.customer_shortfall
    return Streams(
        pair=pair[first],
        level=1.0 - np.bincount(stream, weight * cascade.shortfall[services], len(names)) / total,
        cost=cost / max(float(cost.max(initial=0.0)), 1e-300),
        costliest=costliest,
        numbered=stream[np.searchsorted(services, costliest)],
        services=len(services),
        share=float(cascade.contribution[services].sum()) / all_of_it if all_of_it > 0 else 1.0,
        suppressed=suppressed,
    )


def draw_streams(axes: Axes, layout: Layout, stage: Stage, streams: Streams) -> None:
    """Draw the streams, the light ones first, and number the costliest."""
    wide = _THINNEST + (_WIDEST - _THINNEST) * streams.cost * min(1.0, stage.radius / 0.25)
    lines = _lines(layout, stage, streams, wide / 72)
    colours = bins(streams.level)
    taken = list(stage.taken)
    numbered = np.isin(np.arange(len(lines)), streams.numbered)
    for stream in np.lexsort((streams.cost, numbered)):
        pair, outline, heavy = streams.pair[stream], lines[stream], bool(numbered[stream])
        if streams.suppressed[stream]:
            draw_closed(axes, outline)
        elif layout.pair_kind[pair] == "down":
            draw_stream(
                axes,
                outline,
                float(wide[stream]),
                int(colours[stream]),
                heavy=heavy,
            )
        else:
            way = along(outline)
            draw_return(axes, way[-3], way[-1], outline=outline, heavy_bin=int(colours[stream]) if heavy else None)
    ways = {int(stream): along(lines[stream]) for stream in streams.numbered}
    for number, stream in enumerate(streams.numbered.tolist(), 1):
        others = [way for other, way in ways.items() if other != stream]
        at = _free_place(ways[stream], taken, np.concatenate((np.zeros((0, 2)), *others)))
        taken.append(Box(at[0] - 0.12, at[1] - 0.12, at[0] + 0.12, at[1] + 0.12))
        draw_badge(axes, at, number, label=f"badge-{number}")


def _free_place(way: Floats, taken: list[Box], others: Floats) -> tuple[float, float]:
    """Return the point of a line, near its middle, where a badge covers no box, nor other numbered lines if it can."""
    middle = int(0.6 * len(way))
    left, top, right, bottom = np.array([(box.left, box.top, box.right, box.bottom) for box in taken]).reshape(-1, 4).T
    x, y = way[:, :1], way[:, 1:]
    covers = (x - 0.12 < right) & (left < x + 0.12) & (y - 0.12 < bottom) & (top < y + 0.12)
    clear = ~covers.any(axis=1)
    apart = np.ones(len(way))
    if len(others):
        apart = np.hypot(*(way[:, None, :] - others[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    away = np.abs(np.arange(len(way)) - middle) / len(way)
    best = int(np.lexsort((away, apart < 0.16, ~clear))[0])
    return float(way[best, 0]), float(way[best, 1])


def _lines(layout: Layout, stage: Stage, streams: Streams, wide: Floats) -> list[Outline]:
    """Return the line of each stream: over the rim's nearer side, past the rows between, into the target's mouth.

    `wide` is how wide each is, in inches: those that leave a glass on one side stand beside each other.
    """
    routes = [layout.routes[pair] for pair in streams.pair]
    downward = np.array([layout.pair_kind[pair] == "down" for pair in streams.pair], bool)
    source, target = layout.pair_source[streams.pair], layout.pair_target[streams.pair]
    ahead = np.array([route[1, 0] for route in routes]) - layout.x[source]
    behind = np.array([route[-2, 0] for route in routes]) - layout.x[target]
    side, away = _sides(source, ahead, downward, wide)
    mouth = _mouths(target, behind, downward)
    lines = []
    for stream, route in enumerate(routes):
        begin, end = stage.x[source[stream]], stage.x[target[stream]]
        rims = stage.rim[layout.row[source[stream]]], stage.rim[layout.row[target[stream]]]
        if not downward[stream]:
            lines.append(_return_line((begin, rims[0]), (end, rims[1]), stage))
            continue
        column = begin + side[stream] * (stage.radius + away[stream])
        lip = begin + side[stream] * stage.radius * 0.86
        points = [(column, rims[0] + 0.1), (column, stage.foot[layout.row[source[stream]]])]
        for x, row in route[1:-1]:
            across = stage.middle + stage.unit * x
            points += [(across, stage.rim[int(row)] - 0.05), (across, stage.foot[int(row)])]
        points.append((end + mouth[stream] * stage.radius, rims[1] + 0.02))
        lines.append(stream_outline(np.array(points), lip))
    return lines


def _sides(source: Integers, ahead: Floats, downward: np.ndarray, wide: Floats) -> tuple[Integers, Floats]:
    """Return the side on which each stream leaves its glass, -1 or 1, and how far from the rim, in inches."""
    side, away = np.ones(len(source), np.int64), np.zeros(len(source))
    for glass in np.unique(source[downward]):
        mine = np.flatnonzero((source == glass) & downward)
        mine = mine[np.argsort(ahead[mine], kind="stable")]
        # Those that go left leave on the left; where nearly all go one way the nearest of them change sides.
        left = int(np.clip((ahead[mine] < -1e-9).sum(), len(mine) // 3, len(mine) - len(mine) // 3))
        side[mine[:left]] = -1
        for line in (mine[:left][::-1], mine[left:]):
            taken = np.maximum(wide[line], _GAP)
            away[line] = np.cumsum(taken + _GAP) - taken / 2
    return side, away


def _mouths(target: Integers, behind: Floats, downward: np.ndarray) -> Floats:
    """Return where each stream falls into its target's mouth, in radii from its centre."""
    mouth = np.zeros(len(target))
    for glass in np.unique(target[downward]):
        mine = np.flatnonzero((target == glass) & downward)
        mine = mine[np.argsort(behind[mine], kind="stable")]
        if len(mine) > 1:
            mouth[mine] = np.linspace(-1, 1, len(mine)) * min(0.8, 0.2 * len(mine))
    return mouth


def _return_line(start: tuple[float, float], end: tuple[float, float], stage: Stage) -> Outline:
    """Return an arc for a service within a row (over the rims) or upwards (beside the glasses)."""
    radius, (x, y), (to_x, to_y) = stage.radius, start, end
    way = 1.0 if to_x >= x else -1.0
    height = y + 0.35 * radius, to_y + 0.35 * radius
    if abs(y - to_y) < 1e-9:
        lift = y - 0.42
        corners = [
            (x + 0.5 * way * radius, y),
            (x + way * radius, lift),
            (to_x - way * radius, lift),
            (to_x - 0.5 * way * radius, to_y),
        ]
    else:
        # The further up, the wider: services from one glass to several above it would lie on each other.
        bulge = (0.3 + 0.12 * abs(y - to_y)) * stage.unit
        corners = [
            (x + way * radius, height[0]),
            (x + way * (radius + bulge), height[0]),
            (to_x + way * (radius + bulge), height[1]),
            (to_x + way * radius, height[1]),
        ]
    return Outline(corners, [Outline.MOVETO, *[Outline.CURVE4] * 3])
