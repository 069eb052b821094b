"""Other readings of the same answers: what the transmissions are under another stringency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cxgraph.drawing.view.packing import doubt, pack_floats
from cxgraph.transmission.resolve import resolve_transmission

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

STEPS = (1.0, 2.0, 4.0, 10.0, math.inf)
"""Stringencies that the page offers."""
MOST_COMPUTED = 20_000
"""Services, and departments, up to which they are computed: each is another analysis."""


def other_readings(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the transmissions under each stringency that the page offers beside the analysed one.

    Transmissions that were estimated depend on the stringency, because what a department receives does; the command
    line estimates them anew, and so must the page say.

    Parameters
    ----------
    analysis : Analysis
        What may be shown.

    Returns
    -------
    list of dict
        ``stringency`` (None for infinite), ``transmission``, ``usual`` and ``sure`` as in the page's network.
    """
    cascade, used = analysis.cascade, analysis.transmission
    if max(cascade.network.services, cascade.network.departments) > MOST_COMPUTED:
        return []
    ids = analysis.organization.departments["id"].astype(str)
    chosen = {
        name: float(value)
        for name, value, source in zip(ids, used.values, used.source, strict=True)
        if source == "chosen"
    }
    readings = []
    for step in STEPS:
        if step == cascade.stringency:
            continue
        other = resolve_transmission(analysis.organization, chosen or None, cascade.scoring, step)
        readings.append(
            {
                "stringency": None if math.isinf(step) else step,
                "transmission": pack_floats(other.values),
                "usual": pack_floats(other.usual, rounded=True),
                "sure": None if other.sure is None else doubt(other.estimated, *other.sure),
            }
        )
    return readings
