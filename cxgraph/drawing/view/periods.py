"""Earlier periods of an organisation as the page steps through them: the scores of each, with today's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxgraph.analysis import PublishableAnalysis
from cxgraph.analysis.comparing import compare
from cxgraph.analysis.trend import compare_last, trend
from cxgraph.drawing.view.packing import pack_floats, pack_whole
from cxgraph.errors import ParameterError
from cxgraph.model.answers import KEYS

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.comparing.compare import Comparison

MOST_SERVICES = 20_000
"""Services of all periods together up to which the page holds them."""


MOST_DRAWN = 5_000
"""Services of all periods together up to which answers are drawn again, to tell a real change from noise."""
DRAWS = 400


def period_data(published: PublishableAnalysis) -> dict[str, Any]:
    """Return the periods that the organisation holds beside the one that was analysed, and what changed in between.

    Every period is computed with the transmissions that `cxgraph.analysis.trend.trend` uses for all of them. What
    changed is told as `cxgraph.compare` tells it.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.

    Returns
    -------
    dict
        ``periods``, the oldest first, each with its ``name``, ``file``, ``change`` since the one before; ``network``
        with the columns that differ, departments numbered as in the analysis; ``services`` with the number of each of
        its services there, -1 where it has ended since. ``change`` is that of the analysed period. A change has the
        period ``before``, the customers' gap in both (``gaps``), ``parts``: pairs of a department's number and its
        points, the largest first, which add up to the change of the gap, and ``splits``: by a department's number, as
        text, the change through its services' own scores, through what they pass on and through all else, then the
        ends of the interval of its points and whether that leaves 0 out (null where nothing is known of the answers).
        Without periods and change where there is no other period, where something is withheld (a former period could
        tell it), or where there is too much for a page.
    """
    analysis = published.analysis
    history = analysis.organization.history
    nothing: dict[str, Any] = {"periods": [], "change": None}
    if history is None or published.any or len(history) > MOST_SERVICES:
        return nothing
    names = history["period"].astype(str)
    current = _analysed(analysis, names.unique().tolist())
    if names.nunique() < 2 or current is None:
        return nothing
    try:
        found = trend(analysis)
    except ParameterError:  # only one of the periods asked a customer
        return nothing
    number = {name: place for place, name in enumerate(analysis.organization.departments["id"].astype(str))}
    periods, of_current = [], None
    draws = DRAWS if len(history) <= MOST_DRAWN else 0
    for at, (name, one) in enumerate(zip(found.periods, found.analyses, strict=True)):
        compared = None
        if at:
            last = compare_last(analysis, found, draws=draws) if name == current else None
            compared = _change(last or compare(found.analyses[at - 1], one, draws=draws), found.periods[at - 1], number)
        if name == current:
            of_current = compared
            continue
        file = "".join(sign if sign.isalnum() else "-" for sign in name)
        periods.append({"name": name, "file": file, "change": compared, **_period(analysis, one)})
    return {"periods": periods, "change": of_current}


def _change(compared: Comparison, before: str, number: Mapping[str, int]) -> dict[str, Any]:
    table = compared.departments()
    changes = table["change"]
    told = table[["own", "passed", "other", "low", "high"]].astype(object)
    told = told.where(told.notna(), None).assign(real=table["real"].astype(object))
    return {
        "before": before,
        "gaps": [wave.cascade.customer_shortfall for wave in (compared.before, compared.after)],
        "parts": [[number[str(name)], float(points)] for name, points in changes.items() if points != 0.0],
        "splits": {
            str(number[str(row[0])]): list(row[1:]) for row in told.itertuples(name=None) if any(row[1:4]) or row[4]
        },
    }


def _analysed(analysis: Analysis, names: list[str]) -> str | None:
    """Return the name of the period whose services are those that were analysed."""
    history = analysis.organization.history
    if history is None:
        return None
    wanted = analysis.organization.services[[*KEYS, "fulfilment"]].astype(dict.fromkeys(KEYS, str))
    for name in names:
        rows = history[(history["period"].astype(str) == name).to_numpy()]
        held = rows[[*KEYS, "fulfilment"]].astype(dict.fromkeys(KEYS, str))
        both = wanted.merge(held, on=list(KEYS), how="left", suffixes=("", "_then"))
        if len(both) == len(wanted) and _same(
            both["fulfilment"].to_numpy(float), both["fulfilment_then"].to_numpy(float)
        ):
            return name
    return None


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, rtol=0, atol=1e-9, equal_nan=True))


def _period(analysis: Analysis, earlier: Analysis) -> dict[str, Any]:
    number = {name: place for place, name in enumerate(analysis.organization.departments["id"].astype(str))}
    at = np.array([number[name] for name in earlier.organization.departments["id"].astype(str)], np.int64)
    network, count = earlier.cascade.network, len(number)
    today = {key: place for place, key in enumerate(_keys(analysis))}

    def spread(values: np.ndarray) -> np.ndarray:
        made = np.zeros(count)
        made[at] = values
        return made

    missing = np.setdiff1d(np.arange(count), at)
    return {
        "network": {
            "supplier": pack_whole(at[network.supplier]),
            "client": pack_whole(at[network.client]),
            "expectation": pack_floats(network.expectation),
            "fulfilment": pack_floats(network.fulfilment),
            "importance": pack_floats(network.importance),
            "transmission": spread(earlier.cascade.transmission).tolist(),
            "customerWeight": spread(network.customer_weight).tolist(),
            "order": pack_whole(np.concatenate((at[earlier.cascade.components.members], missing))),
        },
        "services": [today.get(key, -1) for key in _keys(earlier)],
    }


def _keys(analysis: Analysis) -> list[tuple[str, ...]]:
    rows = analysis.service_rows[list(KEYS)].astype(str)
    return list(rows.itertuples(index=False, name=None))
