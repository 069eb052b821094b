"""The pictures of a view: which glasses and streams each shows and where they stand, as the page reads them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cxgraph.drawing.tower.layout import Layout, lay_out
from cxgraph.drawing.view.places import Places, all_places, chosen_places

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

GLASS_APART = (124, 236)
"""Least distance between the middles of two glasses, in the page's units: what a name of two lines needs, and what it
is stretched to where rows are short, so that the picture fills a screen."""
ROW_APART = (142, 330)
"""Distance of two rows: what a glass, its name and the pouring over the next rims need, and the most."""
ASPECT = 1.55
"""Width of a screen's part for the picture over its height."""
MOST_IN_TIER = 9
"""Glasses of a tier in one row, and from which on the first picture puts the lighter departments into shared ones."""
LIMITS = (6, 9, 12, 18, 27)
"""Glasses of a tier that the first picture tries in turn, until it holds enough."""
WANTED = 0.82
"""Share of the customers' shortfall that the first picture is to hold."""
MOST_STREAMS = 90
"""Streams of that first picture; the lighter ones wait for the picture of everything."""
MOST_DRAWN = (1_000, 6_000)
"""Departments and services up to which there is a picture of everything: beyond it nobody reads it, and it is large."""
MOST_SIDE_BY_SIDE = 6
"""Services between two departments up to which each has a stream of its own."""


@dataclass(frozen=True, eq=False)
class Tiers:
    """The tiers of an organisation, from the top.

    Attributes
    ----------
    numbers : tuple of int
        Number of each.
    names : tuple of str
        English template of each one's name, "" for most.
    of : int array, shape (n,)
        Place of each department's tier in those, -1 for departments in no picture.
    """

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    of: npt.NDArray[np.int64]


def draw_pictures(analysis: Analysis) -> tuple[list[dict[str, Any]], Tiers]:
    """Return the pictures of an analysis, the one to open with first, and its tiers.

    Parameters
    ----------
    analysis : Analysis
        n departments, m services.

    Returns
    -------
    pictures : list of dict
        ``nodes``: glasses with ``id`` (the department's number; n and more for those that stand for several
        ``members``), ``label``, ``x`` and ``y``. ``edges``: streams with ``from``, ``to``, a ``route`` through the rows
        between and ``back`` where they do not fall; ``service`` where it is a single one. ``tiers``: the rows.
    tiers : Tiers
        Of the organisation.
    """
    network = analysis.cascade.network
    small = network.departments <= MOST_DRAWN[0] and network.services <= MOST_DRAWN[1]
    pictures = []
    everybody = lay_out(analysis, most_per_tier=None, most_per_row=_row_length(network.departments)) if small else None
    if everybody is not None:
        pictures.append(_picture(analysis, everybody, np.arange(len(everybody.pair_source)), all_places(everybody)))
        if max(np.bincount(everybody.tier), default=0) <= MOST_IN_TIER:
            return pictures, _tiers(everybody)
    main, pairs = _enough(analysis)
    alone = np.unique(np.concatenate((main.pair_source[pairs], main.pair_target[pairs])))
    pictures.insert(0, _picture(analysis, main, pairs, chosen_places(main, alone, pairs)))
    return pictures, _tiers(main if everybody is None else everybody)


def _enough(analysis: Analysis) -> tuple[Layout, npt.NDArray[np.int64]]:
    """Return a layout with shared glasses and its heaviest pairs, no more than hold what is wanted of the shortfall.

    Few glasses and few streams first: the fewer, the larger each is drawn.
    """
    contribution, wanted = analysis.cascade.contribution, WANTED * analysis.customer_shortfall
    for most in LIMITS:
        layout = lay_out(analysis, most_per_tier=most, most_per_row=MOST_IN_TIER, most_streams=MOST_STREAMS)
        drawn = layout.pair_of_service >= 0
        held = np.bincount(layout.pair_of_service[drawn], contribution[drawn], len(layout.pair_source))
        ranked = np.lexsort((np.arange(len(held)), -layout.pair_weight, -held))
        needed = int(np.searchsorted(np.cumsum(held[ranked]), wanted)) + 1
        if needed <= MOST_STREAMS:
            break
    return layout, np.sort(ranked[: min(needed, MOST_STREAMS)])


def _tiers(layout: Layout) -> Tiers:
    of = np.where(layout.glass_of >= 0, layout.tier[np.maximum(layout.glass_of, 0)], -1)
    return Tiers(layout.tier_number, layout.tier_names, of)


def _row_length(departments: int) -> int:
    """Glasses in a row, so that the picture of everybody is about as wide as a screen is."""
    return max(MOST_IN_TIER, math.ceil(1.6 * math.sqrt(departments)))


def _picture(analysis: Analysis, layout: Layout, pairs: npt.NDArray[np.int64], places: Places) -> dict[str, Any]:
    """Return one picture as vis-network reads it: glasses and streams, each with a number of its own.

    pyvis would hold the same records; importing it takes longer than the whole picture, and it looks through all edges
    before each new one.
    """
    names = analysis.organization.departments["name"].astype(str).tolist()
    apart, below = _stretch(places)
    number = np.array(
        [int(members[0]) if len(members) == 1 else len(names) + glass for glass, members in enumerate(layout.members)],
        np.int64,
    )
    nodes = []
    for glass in np.flatnonzero(~np.isnan(places.x)).tolist():
        members = layout.members[glass]
        own = int(number[glass])
        nodes.append(
            {
                "id": own,
                "label": (names[members[0]] if len(members) == 1 else "") or own,
                "x": round(apart * float(places.x[glass])),
                "y": round(below * float(places.y[glass])),
                **({} if len(members) == 1 else {"members": members.tolist()}),
            }
        )
    edges = []
    for pair, service, lane in _streams(layout, pairs):
        route = places.bends.get(pair, np.zeros((0, 2))) * (apart, below)
        edges.append(
            _without_the_usual(
                {
                    "id": f"p{pair}" if service is None else f"s{service}",
                    "from": int(number[layout.pair_source[pair]]),
                    "to": int(number[layout.pair_target[pair]]),
                    "service": service,
                    "lane": lane,
                    "back": layout.pair_kind[pair] != "down",
                    "route": np.round(route).astype(int).ravel().tolist(),
                }
            )
        )
    first = np.searchsorted(places.row_tier, places.row_tier)
    return {
        "nodes": nodes,
        "edges": edges,
        "tiers": [
            {"y": round(row * below), "tier": int(tier), "first": bool(first[row] == row)}
            for row, tier in enumerate(places.row_tier)
        ],
    }


def _without_the_usual(edge: dict[str, Any]) -> dict[str, Any]:
    """Return what the page reads of an edge, without what is as usual."""
    needed = {key: edge[key] for key in ("id", "from", "to")}
    if edge["service"] is not None:
        needed["service"] = edge["service"]
    return needed | {key: edge[key] for key in ("lane", "back", "route") if edge[key]}


def _streams(layout: Layout, pairs: npt.NDArray[np.int64]) -> list[tuple[int, int | None, int]]:
    """Return pair, service and lane of each stream: single services side by side, or all of a pair in one."""
    wanted = np.zeros(len(layout.pair_source), bool)
    wanted[pairs] = True
    services = np.flatnonzero((layout.pair_of_service >= 0) & wanted[np.maximum(layout.pair_of_service, 0)])
    pair = layout.pair_of_service[services]
    services = services[np.argsort(pair, kind="stable")]
    cuts = np.searchsorted(layout.pair_of_service[services], np.arange(len(layout.pair_source) + 1))
    single = np.array([kind == "department" for kind in layout.kind], bool)
    streams: list[tuple[int, int | None, int]] = []
    for one in pairs.tolist():
        inside = services[cuts[one] : cuts[one + 1]].tolist()
        if single[layout.pair_source[one]] and single[layout.pair_target[one]] and len(inside) <= MOST_SIDE_BY_SIDE:
            streams += [(one, service, lane) for lane, service in enumerate(inside)]
        else:
            streams.append((one, None, 0))
    return streams


def _stretch(places: Places) -> tuple[float, float]:
    """Return the distances of glasses and of rows with which the picture has about the shape of a screen."""
    across = np.concatenate((places.x[~np.isnan(places.x)], *(bends[:, 0] for bends in places.bends.values())))
    width = float(np.ptp(across)) if len(across) else 0.0
    rows, margin = len(places.row_tier) + 0.2, 2 * GLASS_APART[0]
    wanted = ASPECT * ROW_APART[0] * rows - margin
    apart = float(np.clip(wanted / width if width > 0 else GLASS_APART[1], *GLASS_APART))
    return apart, float(np.clip((apart * width + margin) / ASPECT / rows, *ROW_APART))
