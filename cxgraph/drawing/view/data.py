"""What the interactive view knows: the organisation's scores, today's verdicts, and where everything stands.

The page computes the cascade itself, from the scores, so that a what-if needs nothing but the page; what it computes is
compared with `customerShortfall` before anything is shown.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cxgraph.analysis import PublishableAnalysis
from cxgraph.drawing.style import BIN_EDGES, PALETTES
from cxgraph.drawing.tower.layout import Layout, lay_out
from cxgraph.drawing.view.places import Places, all_places, chosen_places
from cxgraph.drawing.view.texts import FINDINGS, KINDS, ORIGIN_TEXTS, ROLE_TEXTS, TEXTS, VERDICT_TEXTS, WITHHELD_TEXTS
from cxgraph.privacy.gate import publishable, shown_bottlenecks
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

GLASS_APART = (124, 236)
"""Least distance between the middles of two glasses, in the page's units: what a name of two lines needs, and what it
is stretched to where rows are short, so that the picture fills a screen."""
ROW_APART = (134, 220)
"""Distance of two rows: what a glass, its name and the pouring over the next rims need, and the most."""
ASPECT = 1.55
"""Width of a screen's part for the picture over its height."""
MOST_IN_TIER = 9
"""Departments of a tier that the first picture of a larger organisation shows."""
MOST_STREAMS = 160
"""Streams of that first picture; the lighter ones wait for the picture of everything."""
SERVICE_KINDS = ("formal", "relational")
DEPARTMENT_KINDS = ("internal", "external_customer", "external_supplier")


def view_data(analysis: Analysis, translate: Translator) -> dict[str, Any]:
    """Return everything that the page's scripts read, ready for JSON.

    Parameters
    ----------
    analysis : Analysis
        n departments, m services.
    translate : Translator
        Language and decimal mark.

    Returns
    -------
    dict
        Only lists, strings, finite numbers, booleans and None. An unstated expectation and an infinite stringency
        are None.

    Notes
    -----
    Services and departments keep the order of the analysis' network, so numbers mean the same on both sides. The
    first picture holds the departments that carry most of the customers' shortfall where a tier is crowded, and a
    second one everybody; elsewhere there is one picture.
    """
    published = publishable(analysis)
    analysis, texts = published.analysis, TEXTS
    suppressed: dict[str, Any] = {}
    if published.any:
        texts = {**TEXTS, **WITHHELD_TEXTS}
        suppressed["withheld"] = {
            "services": np.flatnonzero(published.services).tolist(),
            "departments": np.flatnonzero(published.departments).tolist(),
        }
    everybody = lay_out(analysis, most_per_tier=None, most_per_row=_row_length(analysis))
    pictures = [_picture(analysis, everybody, None)]
    if max(np.bincount(everybody.tier), default=0) > MOST_IN_TIER:
        main = lay_out(analysis, most_per_tier=MOST_IN_TIER, most_per_row=MOST_IN_TIER)
        pictures.insert(0, _picture(analysis, main, MOST_STREAMS))
    tier = np.where(everybody.glass_of >= 0, everybody.tier[everybody.glass_of], -1)
    names = [
        translate(name) if name else translate(texts["tier"], number=number)
        for name, number in zip(everybody.tier_names, everybody.tier_number, strict=True)
    ]
    for picture in pictures:
        for row in picture["tiers"]:
            at = row["number"] - 1
            row["name"] = None if not row.pop("first") else _two_lines(names[at]) if everybody.tier_names[at] else []
    return {
        "language": translate.language,
        "decimal": translate.decimal,
        "texts": {key: translate(text) for key, text in texts.items()},
        "finding": finding(published, translate),
        "file": file_stem(analysis.organization.name),
        "customerShortfall": analysis.customer_shortfall,
        "network": _network(analysis),
        "departments": _departments(analysis, tier, translate),
        "services": _services(analysis),
        "tierNames": names,
        "verdicts": [translate(text) for text in VERDICT_TEXTS],
        "roles": [translate(text) for text in ROLE_TEXTS],
        "origins": [translate(text) for text in ORIGIN_TEXTS.values()],
        "pictures": pictures,
        "palettes": PALETTES,
        "binEdges": list(BIN_EDGES),
        **suppressed,
    }


def finding(published: PublishableAnalysis, translate: Translator) -> str:
    """Return what the analysis found in one sentence: what customers lack, and where most of it starts."""
    analysis, first = published.analysis, shown_bottlenecks(published, 1)
    fields = {"name": analysis.organization.name, "lacking": translate.percent(analysis.customer_shortfall)}
    if first.empty:
        return translate(FINDINGS["sound" if analysis.customer_shortfall <= 0 else "withheld"], **fields)
    share = translate.percent(first["share"].iloc[0])
    return translate(FINDINGS["lacking"], share=share, department=first["name"].iloc[0], **fields)


def file_stem(name: str) -> str:
    """Return a name for saved pictures: letters, digits and hyphens only."""
    return re.sub(r"[^\w]+", "-", name, flags=re.UNICODE).strip("-_")[:60] or "cxgraph"


def _row_length(analysis: Analysis) -> int:
    """Glasses in a row, so that the picture of everybody is about as wide as a screen is."""
    return max(9, math.ceil(1.6 * math.sqrt(analysis.cascade.network.departments)))


def _network(analysis: Analysis) -> dict[str, Any]:
    """Return what the page's mathematics starts from."""
    cascade, sure = analysis.cascade, analysis.transmission.sure
    network, split = cascade.network, cascade.split
    # Whether all that could come through does is a comparison for equality; decided once, here, so that both sides
    # of a tie by rounding go the same way.
    wide = (split.pass_through == cascade.transmission[network.supplier]) & (cascade.received[network.supplier] > 0)
    return {
        "supplier": network.supplier.tolist(),
        "client": network.client.tolist(),
        "expectation": _numbers(network.expectation),
        "fulfilment": _numbers(network.fulfilment),
        "importance": _numbers(network.importance),
        "transmission": _numbers(cascade.transmission),
        "usual": _numbers(analysis.transmission.usual),
        "sure": None if sure is None else _doubt(analysis.transmission.estimated, *sure),
        "customerWeight": _numbers(network.customer_weight),
        "scale": list(network.scale),
        "scoring": cascade.scoring,
        "stringency": None if math.isinf(cascade.stringency) else cascade.stringency,
        "order": cascade.components.members.tolist(),
        "wide": np.flatnonzero(wide).tolist(),
        "outOfLine": analysis.expectations.services.tolist(),
    }


def _departments(analysis: Analysis, tier: npt.NDArray[np.int64], translate: Translator) -> dict[str, Any]:
    table = analysis.organization.departments
    place = {name: number for number, name in enumerate(table["id"])}
    parents = [place.get(parent, -1) for parent in table["parent"].astype(object)]
    return {
        "ids": table["id"].astype(str).tolist(),
        "names": table["name"].astype(str).tolist(),
        "parents": parents,
        "kinds": [DEPARTMENT_KINDS.index(kind) for kind in table["kind"].astype(object)],
        "kindNames": [translate(KINDS[kind]) for kind in DEPARTMENT_KINDS],
        "tiers": tier.tolist(),
        "origins": [list(ORIGIN_TEXTS).index(source) for source in analysis.transmission.source.tolist()],
    }


def _services(analysis: Analysis) -> dict[str, Any]:
    table = analysis.organization.services
    rows = np.flatnonzero(analysis.organization.scored(analysis.cascade.scoring))
    names, number = np.unique(table["service"].astype(str).to_numpy(str)[rows], return_inverse=True)
    return {
        "names": names.tolist(),
        "name": number.ravel().tolist(),
        "kinds": [SERVICE_KINDS.index(kind) for kind in table["kind"].astype(object).iloc[rows]],
    }


def _picture(analysis: Analysis, layout: Layout, most_streams: int | None) -> dict[str, Any]:
    """Return one picture: pyvis holds its glasses and streams, each with a number of its own."""
    from pyvis.network import Network as Pyvis  # noqa: PLC0415 - it brings IPython along

    cascade, names = analysis.cascade, analysis.organization.departments["name"].astype(str).tolist()
    alone = np.array([kind == "department" for kind in layout.kind], bool)
    services = _drawn_services(analysis, layout, alone, most_streams)
    pair = layout.pair_of_service
    places = (
        all_places(layout)
        if most_streams is None
        else chosen_places(layout, np.flatnonzero(alone), np.unique(pair[services]))
    )
    graph, (apart, below) = Pyvis(directed=True), _stretch(places)
    for glass in np.flatnonzero(alone):
        graph.add_node(
            int(layout.members[glass][0]),
            label=names[layout.members[glass][0]],
            shape="custom",
            x=round(apart * float(places.x[glass])),
            y=round(below * float(places.y[glass])),
        )
    for service, lane in zip(services.tolist(), _lanes(pair[services]), strict=True):
        route = places.bends.get(int(pair[service]), np.zeros((0, 2))) * (apart, below)
        graph.add_edge(
            int(cascade.network.supplier[service]),
            int(cascade.network.client[service]),
            id=f"s{service}",
            service=service,
            lane=lane,
            back=layout.pair_kind[pair[service]] != "down",
            route=np.round(route).astype(int).ravel().tolist(),
        )
    nodes, edges, *_ = graph.get_network_data()
    first = np.searchsorted(places.row_tier, places.row_tier)
    return {
        "nodes": [{key: node[key] for key in ("id", "label", "x", "y")} for node in nodes],
        "edges": [
            {
                key: value
                for key, value in edge.items()
                if key != "arrows" and not (key in ("route", "back") and not value)
            }
            for edge in edges
        ],
        "tiers": [
            {"y": round(row * below), "number": int(tier) + 1, "first": bool(first[row] == row)}
            for row, tier in enumerate(places.row_tier)
        ],
    }


def _stretch(places: Places) -> tuple[float, float]:
    """Return the distances of glasses and of rows with which the picture has about the shape of a screen."""
    across = np.concatenate((places.x[~np.isnan(places.x)], *(bends[:, 0] for bends in places.bends.values())))
    width = float(np.ptp(across)) if len(across) else 0.0
    rows, margin = len(places.row_tier) + 0.2, 2 * GLASS_APART[0]
    wanted = ASPECT * ROW_APART[0] * rows - margin
    apart = float(np.clip(wanted / width if width > 0 else GLASS_APART[1], *GLASS_APART))
    return apart, float(np.clip((apart * width + margin) / ASPECT / rows, *ROW_APART))


def _drawn_services(
    analysis: Analysis, layout: Layout, alone: npt.NDArray[np.bool_], most: int | None
) -> npt.NDArray[np.int64]:
    """Return the services between glasses of one department each, the heaviest where only so many are wanted."""
    pair = layout.pair_of_service
    drawn = np.flatnonzero(pair >= 0)
    drawn = drawn[alone[layout.pair_source[pair[drawn]]] & alone[layout.pair_target[pair[drawn]]]]
    if most is None or len(drawn) <= most:
        return drawn
    weight = analysis.cascade.service_reach * analysis.cascade.shortfall
    return np.sort(drawn[np.argsort(-weight[drawn], kind="stable")[:most]])


def _lanes(pairs: npt.NDArray[np.int64]) -> list[int]:
    """Return 0, 1, ... for the services of each pair, so that parallel ones are drawn side by side."""
    order = np.argsort(pairs, kind="stable")
    ranked = pairs[order]
    lanes = np.empty(len(pairs), np.int64)
    lanes[order] = np.arange(len(pairs)) - np.searchsorted(ranked, ranked)
    return [int(lane) for lane in lanes]


def _two_lines(text: str, most: int = 14) -> list[str]:
    """Break a tier's name between words where it is long."""
    if len(text) <= most or " " not in text:
        return [text]
    cuts = [at for at, sign in enumerate(text) if sign == " "]
    cut = min(cuts, key=lambda at: max(at, len(text) - at - 1))
    return [text[:cut], text[cut + 1 :]]


def _doubt(estimated: npt.NDArray[np.bool_], low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> Any:
    """Return the ends between which each transmission lies for sure enough, None where it is not in doubt."""
    ends = (("low", low), ("high", high))
    return {name: _numbers(np.where(estimated, end, np.nan)) for name, end in ends}


def _numbers(values: npt.NDArray[np.float64]) -> list[float | int | None]:
    """Return floats for JSON: whole numbers without a point, NaN as None."""
    return [None if math.isnan(value) else int(value) if value.is_integer() else value for value in values.tolist()]
