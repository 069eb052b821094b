"""Curves over an axis, named at their ends."""

from __future__ import annotations

import numpy as np

from cxgraph.drawing.charts.frame import level_grid, spread, ticks
from cxgraph.drawing.figures import Axes, draw_line
from cxgraph.drawing.lettering import line_height, shorten, write
from cxgraph.drawing.style import BIN_COLOURS, FAINT
from cxgraph.model.arrays import Floats
from cxgraph.wording import Translator

CURVES = (BIN_COLOURS[0], BIN_COLOURS[3], BIN_COLOURS[2], BIN_COLOURS[4], BIN_COLOURS[1])
DASHES = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
END_SIZE = 8.0


def percent_axis(
    axes: Axes, translate: Translator, values: Floats, box: tuple[float, float, float, float]
) -> tuple[float, float]:
    """Draw level grid lines in per cent that hold all values; return the value at the bottom and at the top.

    Parameters
    ----------
    axes : Axes
        From `start_chart`.
    translate : Translator
        Language.
    values : float array
        Fractions.
    box : (float, float, float, float)
        Left, top, right, bottom, in inches.

    Returns
    -------
    (float, float)
        The axis' ends.
    """
    left, top, right, bottom = box
    low, high = float(np.nanmin(values, initial=1.0)), float(np.nanmax(values, initial=0.0))
    step = float(ticks(max(high - low, 0.01) * 1.2)[1])
    start, end = np.floor(low / step) * step, np.ceil(high / step + 1e-9) * step
    marks = np.arange(start, end + step / 2, step)
    digits = 0 if step >= 0.01 else 1
    labels = [translate.percent(float(mark), digits) for mark in marks]
    level_grid(axes, bottom - (bottom - top) * (marks - start) / (end - start), labels, left, right)
    return float(start), float(end)


def draw_curves(axes: Axes, x: Floats, y: Floats, names: list[str], room: float) -> None:
    """Draw curves in colours and dashes of their own and name each at its right end.

    Parameters
    ----------
    axes : Axes
        From `start_chart`.
    x : float array, shape (t,)
        In inches.
    y : float array, shape (t, k)
        In inches.
    names : list of str
        k names.
    room : float
        Inches right of the last point.
    """
    ends = spread(y[-1], line_height(END_SIZE), 0.0, np.inf) if y.shape[1] else np.zeros(0)
    for curve, name in enumerate(names):
        colour, dash = CURVES[curve % len(CURVES)], DASHES[curve // len(CURVES) % len(DASHES)]
        draw_line(axes, x, y[:, curve], color=colour, linestyle=dash, linewidth=2.0, zorder=3, solid_capstyle="round")
        draw_line(axes, (x[-1] + 0.03, x[-1] + 0.15), (y[-1, curve], ends[curve]), color=FAINT, linewidth=0.6)
        write(
            axes,
            (x[-1] + 0.18, float(ends[curve])),
            shorten(name, room - 0.2, END_SIZE),
            END_SIZE,
            colour=colour,
            anchor="left center",
            label="name",
        )
