"""Earlier periods of an organisation as the page steps through them: the scores of each, with today's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cxgraph.analysis import PublishableAnalysis
from cxgraph.analysis.trend import trend
from cxgraph.drawing.view.packing import pack_floats, pack_whole
from cxgraph.errors import ParameterError
from cxgraph.model.answers import KEYS

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

MOST_SERVICES = 20_000
"""Services of all periods together up to which the page holds them."""


def earlier_periods(published: PublishableAnalysis) -> list[dict[str, Any]]:
    """Return the periods that the organisation holds beside the one that was analysed, the oldest first.

    Every period is computed with the transmissions that `cxgraph.analysis.trend.trend` uses for all of them.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.

    Returns
    -------
    list of dict
        ``name`` and ``file`` of the period; ``network`` with the columns that differ, departments numbered as in the
        analysis; ``services`` with the number of each of its services there, -1 where it has ended since. Empty where
        there is no other period, where something is withheld (a former period could tell it), or where there is too
        much for a page.
    """
    analysis = published.analysis
    history = analysis.organization.history
    if history is None or published.any or len(history) > MOST_SERVICES:
        return []
    names = history["period"].astype(str)
    current = _analysed(analysis, names.unique().tolist())
    if names.nunique() < 2 or current is None:
        return []
    try:
        found = trend(analysis)
    except ParameterError:  # only one of the periods asked a customer
        return []
    return [
        {"name": name, "file": "".join(sign if sign.isalnum() else "-" for sign in name), **_period(analysis, one)}
        for name, one in zip(found.periods, found.analyses, strict=True)
        if name != current
    ]


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
