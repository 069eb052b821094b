"""All periods, as small multiples: what customers lack, and where it originates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cxgraph.analysis.trend import Trend, trend
from cxgraph.drawing.charts.frame import MARGIN, WIDTH, start_chart
from cxgraph.drawing.figures import Axes, draw_line, steady
from cxgraph.drawing.lettering import shorten, write
from cxgraph.drawing.style import FAINT, OWN, PASSED, QUIET
from cxgraph.model.arrays import Floats
from cxgraph.privacy.gate import publishable
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

_ACROSS, _MOST = 4, 11
_TALL, _GAP, _SIZE = 1.15, 0.62, 8.5


@steady
def draw_trend(analysis: Analysis, *, history: Trend | None = None, language: str | None = None) -> Figure:
    """Draw the customers' shortfall and the departments it originates in, one small picture each.

    Parameters
    ----------
    analysis : Analysis
        Of an organisation with two periods or more.
    history : Trend, optional
        Of it, where it is known already.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        See `figure_bytes`.

    Raises
    ------
    ParameterError
        Fewer than two periods.
    """
    translate = Translator(language or analysis.organization.settings.language)
    published = publishable(analysis)
    found = trend(published.analysis) if history is None else history
    total = found.customer_shortfall()["customer_shortfall"].to_numpy(float)
    points = _points(found, frozenset(published.hidden_departments)).head(_MOST)
    pictures = [(translate(N_("customers' gap")), total, PASSED)]
    pictures += [(str(name), row.to_numpy(float), OWN) for name, row in points.iterrows()]
    rows = -(-len(pictures) // _ACROSS)
    chart = start_chart(
        translate(
            N_("The customers' gap went from {before} ({first}) to {after} ({last})"),
            before=translate.percent(total[0]),
            after=translate.percent(total[-1]),
            first=found.periods[0],
            last=found.periods[-1],
        ),
        translate(
            N_(
                "The first picture is the customers' gap; the others are the departments in which it originates, all "
                "on one scale of their own. From the first period to the last."
            )
        ),
        rows * (_TALL + _GAP) + 0.1,
    )
    highest = max(float(np.nanmax(points.to_numpy(float), initial=0.0)), 1e-9)
    wide = (WIDTH - 2 * MARGIN - 0.25 * (_ACROSS - 1)) / _ACROSS
    for place, (name, values, colour) in enumerate(pictures):
        left = MARGIN + (place % _ACROSS) * (wide + 0.25)
        top = chart.top + 0.3 + (place // _ACROSS) * (_TALL + _GAP)
        scale = float(max(total.max(), 1e-9)) if place == 0 else highest
        _picture(chart.axes, (left, top, wide), name, values, scale, colour, translate)
    return chart.figure


def _points(found: Trend, hidden: frozenset[str]) -> pd.DataFrame:
    """Return what originates in each department that may be shown, by name, a column for each period."""
    table = found.departments()
    table = table[~table.index.isin(hidden)]
    names = found.names()
    return table.set_axis([str(names[one]) for one in table.index], axis=0)


def _picture(
    axes: Axes,
    place: tuple[float, float, float],
    name: str,
    values: Floats,
    highest: float,
    colour: str,
    translate: Translator,
) -> None:
    """Draw one line between its first and last value."""
    left, top, wide = place
    write(axes, (left, top), shorten(name, wide, _SIZE, True), _SIZE, bold=True, anchor="left bottom", label="name")
    bottom = top + _TALL - 0.25
    draw_line(axes, (left, left + wide), (bottom, bottom), color=FAINT, linewidth=0.8)
    x = left + 0.45 + (wide - 0.95) * np.arange(len(values)) / max(len(values) - 1, 1)
    y = bottom - (_TALL - 0.45) * values / highest
    known = ~np.isnan(values)
    draw_line(axes, x[known], y[known], color=colour, linewidth=1.8, marker="o", markersize=3, zorder=3)
    for at, anchor, shift in ((0, "right center", -0.07), (-1, "left center", 0.07)):
        if known[at]:
            text = translate.percent(values[at])
            write(axes, (float(x[at]) + shift, float(y[at])), text, 7.0, anchor=anchor, colour=QUIET, label="value")
