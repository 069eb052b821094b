"""Two periods side by side: whose part in what customers miss grew, and whose shrank."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.charts.frame import MARGIN, WIDTH, spread, start_chart
from cxgraph.drawing.figures import steady
from cxgraph.drawing.lettering import line_height, shorten, write
from cxgraph.drawing.style import BIN_COLOURS, FAINT, QUIET
from cxgraph.wording import N_, Translator

_HEIGHT, _SIZE = 4.6, 8.5


@steady
def draw_slope(points: pd.DataFrame, *, language: str = "en", top: int = 12) -> Figure:
    """Draw what each department costs the customers in two periods, as lines between two uprights.

    Parameters
    ----------
    points : DataFrame
        One row per department, indexed by its name, with two columns named after the periods: points of the
        customers' shortfall that start there, in [0, 1]. NaN where it was not there.
    language : str
        ``en`` or ``es``.
    top : int
        Departments at the most, those with the largest value or change.

    Returns
    -------
    Figure
        See `figure_bytes`.
    """
    translate = Translator(language)
    before, after = (str(column) for column in points.columns[:2])
    both = points.iloc[:, :2].fillna(0.0).to_numpy(float)
    change = both[:, 1] - both[:, 0]
    shown = rank_descending(both.max(axis=1) + np.abs(change))[:top]
    total = both.sum(axis=0)
    fields = {
        "before": before,
        "after": after,
        "from_value": translate.percent(total[0]),
        "to_value": translate.percent(total[1]),
    }
    title = translate(N_("The customers' gap stayed at {to_value} from {before} to {after}"), **fields)
    if len(change) and abs(total[1] - total[0]) >= 0.0005:
        rises = total[1] > total[0]
        most = int(np.argmax(change if rises else -change))
        title = translate(
            N_("The customers' gap rose from {from_value} to {to_value}, most of all by {name}")
            if rises
            else N_("The customers' gap fell from {from_value} to {to_value}, most of all by {name}"),
            name=str(points.index[most]),
            **fields,
        )
    notes = []
    if len(shown) < len(points):
        notes.append(
            translate(
                N_("Departments with small values and changes that are not drawn: {count}."),
                count=len(points) - len(shown),
            )
        )
    chart = start_chart(
        title,
        translate(
            N_(
                "Each line is a department: the part of the customers' expectation that is lost "
                "where it starts. Red rises, blue falls."
            )
        ),
        _HEIGHT + 0.4,
        tuple(notes),
    )
    axes, top_edge, bottom = chart.axes, chart.top + 0.35, chart.top + 0.35 + _HEIGHT
    left, right = MARGIN + 3.2, WIDTH - MARGIN - 3.2
    for x, name in ((left, before), (right, after)):
        axes.plot((x, x), (top_edge, bottom), color=FAINT, linewidth=1.0)
        write(
            axes,
            (x, chart.top + 0.08),
            shorten(name, 2.0, 10, True),
            10,
            bold=True,
            anchor="center top",
            label="period",
        )
    highest = max(float(both[shown].max(initial=0.0)), 1e-9)
    heights = bottom - 0.15 - (bottom - top_edge - 0.3) * both[shown] / highest
    ends = [spread(heights[:, side], line_height(_SIZE), top_edge, bottom) for side in (0, 1)]
    for line, department in enumerate(shown):
        direction = int(np.sign(change[department])) if abs(change[department]) > 5e-4 else 0
        colour = (QUIET, BIN_COLOURS[1], BIN_COLOURS[3])[direction]
        axes.plot((left, right), heights[line], color=colour, linewidth=2.0, marker="o", markersize=4, zorder=3)
        for side, x, way, anchor in ((0, left, -1, "right center"), (1, right, 1, "left center")):
            y = float(ends[side][line])
            axes.plot((x + way * 0.06, x + way * 0.2), (heights[line, side], y), color=FAINT, linewidth=0.6)
            figure = translate.percent(both[department, side])
            name = shorten(str(points.index[department]), 2.1, _SIZE)
            write(
                axes,
                (x + way * 0.24, y),
                f"{name}  {figure}" if side == 0 else f"{figure}  {name}",
                _SIZE,
                anchor=anchor,
                label="name",
            )
    return chart.figure
