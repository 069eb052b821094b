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
from cxgraph.audits.context import Context
from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.style import BIN_EDGES, PALETTES
from cxgraph.drawing.titles import mostly_through
from cxgraph.drawing.tower.layout import tier_label
from cxgraph.drawing.view.evidence import answer_spreads, share_intervals
from cxgraph.drawing.view.packing import doubt, pack_floats, pack_sorted, pack_whole
from cxgraph.drawing.view.periods import period_data
from cxgraph.drawing.view.pictures import Tiers, draw_pictures
from cxgraph.drawing.view.readings import other_readings
from cxgraph.drawing.view.texts import (
    FILE_MARKS,
    FINDINGS,
    KINDS,
    ORIGIN_TEXTS,
    ROLE_TEXTS,
    TEXTS,
    VERDICT_TEXTS,
    WITHHELD_TEXTS,
)
from cxgraph.privacy.gate import publishable, shown_bottlenecks
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

SERVICE_KINDS = ("formal", "relational")
DEPARTMENT_KINDS = ("internal", "external_customer", "external_supplier")
MOST_NAMES = 5_000
"""Different names of services that the page holds; where there are more, those of the costliest services."""
MOST_ACTIONS = 6
"""Open actions that the presentation lists."""


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
        are None. Long columns are packed, see `cxgraph.drawing.view.packing`.

    Notes
    -----
    Services and departments keep the order of the analysis' network, so numbers mean the same on both sides.
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
    pictures, tiers = draw_pictures(analysis)
    names = [
        tier_label(name, translate) if name else translate(texts["tier"], number=number)
        for name, number in zip(tiers.names, tiers.numbers, strict=True)
    ]
    for picture in pictures:
        for row in picture["tiers"]:
            at = row.pop("tier")
            row["number"] = tiers.numbers[at]
            repeated = at > 0 and tiers.names[at] == tiers.names[at - 1]
            named = bool(tiers.names[at]) and not repeated
            row["name"] = None if not row.pop("first") else _two_lines(names[at]) if named else []
    return {
        "language": translate.language,
        "decimal": translate.decimal,
        "texts": {key: translate(text) for key, text in texts.items()},
        "name": analysis.organization.name,
        "finding": finding(published, translate),
        "file": file_stem(analysis.organization.name),
        "fileMarks": {key: translate(text) for key, text in FILE_MARKS.items()},
        "customerShortfall": analysis.customer_shortfall,
        "network": _network(analysis),
        "readings": other_readings(analysis),
        "departments": {**_departments(analysis, tiers, translate), **share_intervals(published)},
        "services": _services(published),
        "tierNames": names,
        "verdicts": [translate(text) for text in VERDICT_TEXTS],
        "roles": [translate(text) for text in ROLE_TEXTS],
        "origins": [translate(text) for text in ORIGIN_TEXTS.values()],
        "pictures": pictures,
        # Where glasses are shared, services against the flow hold much of the shortfall: they are in sight.
        "loops": any("members" in node for node in pictures[0]["nodes"]),
        **period_data(published),
        "actions": _actions(analysis, translate),
        "palettes": PALETTES,
        "binEdges": list(BIN_EDGES),
        **suppressed,
    }


def finding(published: PublishableAnalysis, translate: Translator) -> str:
    """Return what the analysis found in one sentence: what customers lack, where most of it starts, and its way."""
    analysis, first = published.analysis, shown_bottlenecks(published, 1)
    fields = {"name": analysis.organization.name, "lacking": translate.percent(analysis.customer_shortfall)}
    if first.empty:
        return translate(FINDINGS["sound" if analysis.customer_shortfall <= 0 else "withheld"], **fields)
    fields.update(share=translate.percent(first["share"].iloc[0]), department=first["name"].iloc[0])
    last = mostly_through(published)
    if last is None:
        return translate(FINDINGS["lacking"], **fields)
    return translate(FINDINGS["through"], last=last, **fields)


def file_stem(name: str) -> str:
    """Return a name for saved pictures: letters, digits and hyphens only."""
    return re.sub(r"[^\w]+", "-", name, flags=re.UNICODE).strip("-_")[:60] or "cxgraph"


def _network(analysis: Analysis) -> dict[str, Any]:
    """Return what the page's mathematics starts from."""
    cascade, sure = analysis.cascade, analysis.transmission.sure
    network, split = cascade.network, cascade.split
    # Whether all that could come through does is a comparison for equality; decided once, here, so that both sides
    # of a tie by rounding go the same way.
    wide = (split.pass_through == cascade.transmission[network.supplier]) & (cascade.received[network.supplier] > 0)
    return {
        "supplier": pack_sorted(network.supplier, network.departments),
        "client": pack_whole(network.client),
        "expectation": pack_floats(network.expectation),
        "fulfilment": pack_floats(network.fulfilment),
        "importance": pack_floats(network.importance),
        "transmission": pack_floats(cascade.transmission),
        "usual": pack_floats(analysis.transmission.usual, rounded=True),
        "sure": None if sure is None else doubt(analysis.transmission.estimated, *sure),
        "customerWeight": pack_floats(network.customer_weight),
        "scale": list(network.scale),
        "scoring": cascade.scoring,
        "stringency": None if math.isinf(cascade.stringency) else cascade.stringency,
        "order": pack_whole(cascade.components.members),
        "wide": pack_whole(np.flatnonzero(wide)),
        "looped": pack_whole(np.flatnonzero(cascade.components.in_loop)),
        "outOfLine": analysis.expectations.services.tolist(),
    }


def _departments(analysis: Analysis, tiers: Tiers, translate: Translator) -> dict[str, Any]:
    table = analysis.organization.departments
    ids, names = table["id"].astype(str).tolist(), table["name"].astype(str).tolist()
    sources = list(ORIGIN_TEXTS)
    return {
        "ids": None if ids == names else ids,
        "names": names,
        "parents": pack_whole(parent_numbers(analysis)),
        "kinds": pack_whole(
            np.array([DEPARTMENT_KINDS.index(kind) for kind in table["kind"].astype(object)], np.int64)
        ),
        "kindNames": [translate(KINDS[kind]) for kind in DEPARTMENT_KINDS],
        "tiers": pack_whole(tiers.of),
        "origins": pack_whole(
            np.array([sources.index(one) for one in analysis.transmission.source.tolist()], np.int64)
        ),
    }


def parent_numbers(analysis: Analysis) -> npt.NDArray[np.int64]:
    """Return the number of the department that each one reports to, -1 for none."""
    table = analysis.organization.departments
    place = {name: number for number, name in enumerate(table["id"])}
    return np.array([place.get(parent, -1) for parent in table["parent"].astype(object)], np.int64)


def _services(published: PublishableAnalysis) -> dict[str, Any]:
    analysis = published.analysis
    table = analysis.organization.services
    rows = np.flatnonzero(analysis.organization.scored(analysis.cascade.scoring))
    names, number = np.unique(table["service"].astype(str).to_numpy(str)[rows], return_inverse=True)
    number = number.ravel()
    if len(names) > MOST_NAMES:
        kept = np.unique(number[rank_descending(analysis.cascade.contribution)[:MOST_NAMES]])
        place = np.full(len(names), -1)
        place[kept] = np.arange(len(kept))
        names, number = names[kept], place[number]
    answers = np.where(published.services, np.nan, published.answers)
    return {
        "names": names.tolist(),
        "name": pack_whole(number),
        "kinds": pack_whole(np.array([SERVICE_KINDS.index(kind) for kind in table["kind"].astype(object).iloc[rows]])),
        "answers": None if np.isnan(answers).all() else pack_floats(answers),
        "sd": answer_spreads(published, rows),
    }


def _actions(analysis: Analysis, translate: Translator) -> list[str]:
    """Return open actions in a line each, the longest open first; who answers for it and what it costs, if known."""
    log = Context(analysis.organization, analysis.cascade).log
    if log is None:
        return []
    open_ones = log.table[log.open & log.table["title"].notna().to_numpy()].sort_values("opened", kind="stable")
    names = dict(zip(analysis.organization.departments["id"], analysis.organization.departments["name"], strict=True))
    lines = []
    for row in open_ones.head(MOST_ACTIONS).to_dict("records"):
        owner, cost = row.get("owner"), row.get("cost")
        parts = [str(row["title"])]
        if isinstance(owner, str) and owner:
            parts.append(str(names.get(owner, owner)))
        if isinstance(cost, float) and not math.isnan(cost):
            parts.append(translate.number(cost))
        lines.append(" · ".join(parts))
    return lines


def _two_lines(text: str, most: int = 14) -> list[str]:
    """Break a tier's name between words where it is long."""
    if len(text) <= most or " " not in text:
        return [text]
    cuts = [at for at, sign in enumerate(text) if sign == " "]
    cut = min(cuts, key=lambda at: max(at, len(text) - at - 1))
    return [text[:cut], text[cut + 1 :]]
