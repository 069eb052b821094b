"""What all charts have: a title, a line on how to read it, a plot with an axis, notes below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cxgraph.drawing.figures import Axes, blank_figure, draw_line
from cxgraph.drawing.lettering import line_height, shorten, text_width, wrap, write, write_lines
from cxgraph.drawing.style import FAINT, INK, QUIET, SHELF
from cxgraph.drawing.tower.glasses import Box
from cxgraph.model.arrays import Floats
from cxgraph.statistics import isotonic_fit

WIDTH, MARGIN = 10.0, 0.35
TITLE_SIZE, TEXT_SIZE, LABEL_SIZE, AXIS_SIZE = 14.0, 9.0, 9.0, 9.0
ROW, NAMES = 0.36, 2.5
"""Height of a row of bars, and width of the names left of them, in inches."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with its title, and where the room below it begins.

    Attributes
    ----------
    figure : Figure
        To return.
    axes : Axes
        In inches from the upper left corner.
    top : float
        Where the title ends.
    """

    figure: Figure
    axes: Axes
    top: float


def start_chart(title: str, reading: str, height: float, notes: tuple[str, ...] = ()) -> Chart:
    """Return a figure with title, reading line and notes, and `height` inches of room between them.

    Parameters
    ----------
    title : str
        The finding.
    reading : str
        How to read the chart.
    height : float
        Of the room for the chart, in inches.
    notes : tuple of str
        Sentences below it.

    Returns
    -------
    Chart
        10 inches wide.
    """
    room = WIDTH - 2 * MARGIN
    titles = wrap(title, room, TITLE_SIZE, 3, bold=True)
    readings = wrap(reading, room, TEXT_SIZE, 3)
    below = [wrap(note, room, TEXT_SIZE, 6) for note in notes if note]
    head = len(titles) * line_height(TITLE_SIZE) + len(readings) * line_height(TEXT_SIZE) + 0.25
    foot = sum(len(lines) for lines in below) * line_height(TEXT_SIZE) + (0.15 if below else 0.0)
    figure, axes = blank_figure(WIDTH, 2 * MARGIN + head + height + foot)
    y = write_lines(axes, (MARGIN, MARGIN), titles, TITLE_SIZE, bold=True, label="title")
    write_lines(axes, (MARGIN, y + 0.05), readings, TEXT_SIZE, colour=QUIET, label="subtitle")
    y = MARGIN + head + height + 0.15
    for lines in below:
        y = write_lines(axes, (MARGIN, y), lines, TEXT_SIZE, colour=QUIET, label="note")
    return Chart(figure, axes, MARGIN + head)


def bar(axes: Axes, left: float, right: float, middle: float, height: float, colour: str) -> None:
    """Draw a horizontal bar between two x, around a middle height, in inches."""
    axes.add_artist(
        Rectangle(
            (min(left, right), middle - height / 2),
            abs(right - left),
            height,
            facecolor=colour,
            edgecolor="none",
            zorder=2,
        )
    )


def begin_row(axes: Axes, row: int, name: str, left: float, base: float, *, bold: bool = False) -> float:
    """Write the name of a row of bars and return the height of its middle, in inches.

    Parameters
    ----------
    axes : Axes
        From `start_chart`.
    row : int
        From 0 down; each is `ROW` high.
    name : str
        Shortened to `NAMES`.
    left, base : float
        Where bars begin and the first row does.
    bold : bool
        The name.
    """
    middle = base + ROW * (row + 0.5)
    text = shorten(name, NAMES - 0.15, LABEL_SIZE)
    write(axes, (left - 0.1, middle), text, LABEL_SIZE, anchor="right center", bold=bold, label="name")
    return middle


def ticks(highest: float, most: int = 6) -> Floats:
    """Return round numbers from 0 to just past a highest value, at most so many.

    Examples
    --------
    >>> ticks(0.33).tolist()
    [0.0, 0.1, 0.2, 0.3, 0.4]
    """
    if highest <= 0:
        return np.array([0.0, 1.0])
    step = 10.0 ** np.floor(np.log10(highest / (most - 1)))
    step = next(step * factor for factor in (1, 2, 5, 10) if highest / (step * factor) <= most - 1)
    return np.asarray(np.round(np.arange(0.0, highest + step, step), 12), np.float64)


def upright_grid(axes: Axes, places: Floats, labels: list[str], top: float, bottom: float) -> None:
    """Draw upright grid lines at some x with labels below them."""
    for x, label in zip(places, labels, strict=True):
        draw_line(axes, (x, x), (top, bottom), color=SHELF, linewidth=0.8, zorder=1)
        write(axes, (float(x), bottom + 0.1), label, 8, colour=QUIET, anchor="center top", label="tick")


def level_grid(axes: Axes, places: Floats, labels: list[str], left: float, right: float) -> None:
    """Draw level grid lines at some heights with labels left of them."""
    for y, label in zip(places, labels, strict=True):
        draw_line(axes, (left, right), (y, y), color=SHELF, linewidth=0.8, zorder=1)
        write(axes, (left - 0.08, float(y)), label, 8, colour=QUIET, anchor="right center", label="tick")


def name_axes(axes: Axes, across: str, upwards: str, box: tuple[float, float, float, float]) -> None:
    """Write what each axis measures, and which way is more; an empty text names nothing.

    Parameters
    ----------
    axes : Axes
        From `start_chart`.
    across, upwards : str
        Titles of the level and of the upright axis.
    box : (float, float, float, float)
        Left, top, right, bottom of what is drawn, in inches.
    """
    left, top, right, bottom = box
    if across:
        write(axes, ((left + right) / 2, bottom + 0.32), across, AXIS_SIZE, anchor="center top", label="axis title")
    if upwards:
        write(
            axes,
            (MARGIN + 0.18, (top + bottom) / 2),
            upwards,
            AXIS_SIZE,
            anchor="center bottom",
            rotation=90,
            label="axis title",
        )


def legend(axes: Axes, at: tuple[float, float], entries: list[tuple[str, str]]) -> None:
    """Draw coloured squares with their meaning, side by side."""
    x, y = at
    for colour, text in entries:
        axes.add_artist(Rectangle((x, y - 0.06), 0.16, 0.12, facecolor=colour, edgecolor=FAINT, linewidth=0.4))
        write(axes, (x + 0.22, y), text, 8, colour=INK, anchor="left center", label="legend")
        x += 0.22 + text_width(text, 8) + 0.3


def text_box(x: float, y: float, text: str, size: float, anchor: str, *, bold: bool = False) -> Box:
    """Return the rectangle that a line of text takes, in inches; anchors as in `write`."""
    across, _, down = anchor.partition(" ")
    width, height = text_width(text, size, bold), line_height(size)
    left = x - {"left": 0.0, "center": width / 2, "right": width}[across]
    top = y - {"top": 0.0, "center": height / 2, "bottom": height, "baseline": 0.8 * height}[down]
    return Box(left, top, left + width, top + height)


def spread(wanted: Floats, gap: float, lowest: float, highest: float) -> Floats:
    """Return places as near as possible to the wanted ones, at least a gap apart and within bounds.

    Parameters
    ----------
    wanted : float array, shape (k,)
        In any order.
    gap : float
        Least distance.
    lowest, highest : float
        Bounds; kept where there is room for all.

    Returns
    -------
    float array, shape (k,)
        In the order of `wanted`.

    Examples
    --------
    >>> spread(np.array([1.0, 1.0]), 0.5, 0, 9).tolist()
    [0.75, 1.25]
    """
    order = np.argsort(wanted, kind="stable")
    shift = gap * np.arange(len(wanted))
    fitted = isotonic_fit(wanted[order] - shift, np.ones(len(wanted)))
    bounded = np.clip(fitted, lowest, max(highest - (shift[-1] if len(wanted) else 0.0), lowest))
    places = np.empty(len(wanted))
    places[order] = bounded + shift
    return places
