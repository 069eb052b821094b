"""Glasses, streams and badges, drawn in inches."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path as Outline

from cxgraph.drawing.figures import Axes, draw_line
from cxgraph.drawing.lettering import write
from cxgraph.drawing.style import ACCENT, BIN_COLOURS, GOLD, GROUND, HATCH, INK, QUIET
from cxgraph.model.arrays import Floats

BOWL, STEM = 0.74, 0.46
"""Depth of the bowl and height of the stem, as parts of the rim's radius."""
FADED = 0.2
"""Strength of the streams that are not numbered."""
_CURVE = 0.55
_LEAST_LAYER = 0.03
_SAMPLES = 24
_BEHIND, _STREAM, _FRONT, _GLASS, _WORDS, _BADGE = 1, 2, 4, 6, 8, 9


@dataclass(frozen=True, eq=False)
class Box:
    """A rectangle in inches that is taken: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Cause:
    """How a glass shows what starts in it.

    Attributes
    ----------
    layer : float
        Height of the dark layer at its bottom, in [0, 1]; it is drawn no higher than the fill.
    told : bool
        Whether the glass stands out.
    """

    layer: float = 0.0
    told: bool = False


NO_CAUSE = Cause()


def bowl_outline(x: float, rim: float, radius: float, level: float = 1.0) -> Outline:
    """Return the outline of a coupe's bowl up to a level.

    Parameters
    ----------
    x, rim : float
        Centre and height of the rim, in inches.
    radius : float
        Radius of the rim, in inches.
    level : float
        Part of its depth that is full, in [0, 1].

    Returns
    -------
    Path
        Closed.
    """
    depth = BOWL * radius
    # A half of a flattened super-ellipse: steep at the rim, flat at the bottom, as a coupe is.
    height = np.linspace(1.0 - level, 1.0, _SAMPLES)
    half = radius * (1.0 - height**2.4) ** (1 / 2.4)
    points = np.concatenate(
        (np.column_stack((x + half, rim + depth * height)), np.column_stack((x - half, rim + depth * height))[::-1])
    )
    return Outline(np.concatenate((points, points[:1])), closed=True)


def draw_glass(
    axes: Axes,
    at: tuple[float, float],
    radius: float,
    fill: float | None,
    figure: str,
    *,
    cause: Cause = NO_CAUSE,
    stacked: bool = False,
    label: str | None = None,
) -> None:
    """Draw a glass with its fill.

    Parameters
    ----------
    axes : Axes
        From `blank_figure`.
    at : (float, float)
        x and height of the rim.
    radius : float
        Of the rim, in inches.
    fill : float, optional
        In [0, 1]; None for one that has nothing to receive: drawn full.
    figure : str
        Number shown on it.
    cause : Cause
        What starts here.
    stacked : bool
        Whether it stands for several departments: a second rim shows behind it.
    label : str, optional
        What tests and programs find the bowl by; not written into files.
    """
    x, rim = at
    ink = ACCENT if cause.told else INK
    if stacked:
        for shift in (0.14, 0.07):
            behind = bowl_outline(x + shift * radius, rim - shift * radius, radius)
            axes.add_artist(PathPatch(behind, facecolor=GROUND, edgecolor=QUIET, linewidth=0.7, zorder=_GLASS - 0.5))
    outline = bowl_outline(x, rim, radius)
    axes.add_artist(PathPatch(outline, facecolor=GROUND, edgecolor=HATCH, hatch="/////", linewidth=0, zorder=_GLASS))
    level = 1.0 if fill is None else fill
    if level > 0:
        axes.add_artist(
            PathPatch(bowl_outline(x, rim, radius, level), facecolor=GOLD, edgecolor="none", zorder=_GLASS + 0.1)
        )
    layer = min(cause.layer, level)
    if layer > _LEAST_LAYER:
        axes.add_artist(
            PathPatch(bowl_outline(x, rim, radius, layer), facecolor=ACCENT, edgecolor="none", zorder=_GLASS + 0.2)
        )
    axes.add_artist(
        PathPatch(
            outline,
            facecolor="none",
            edgecolor=ink,
            linewidth=2.4 if cause.told else 1.2,
            zorder=_GLASS + 0.3,
            label=label,
        )
    )
    foot = rim + (BOWL + STEM) * radius
    draw_line(axes, (x, x), (rim + BOWL * radius, foot), color=ink, linewidth=1.2, zorder=_GLASS, solid_capstyle="butt")
    draw_line(axes, (x - 0.45 * radius, x + 0.45 * radius), (foot, foot), color=ink, linewidth=1.8, zorder=_GLASS)
    size = float(np.clip(30 * radius, 7.2, 10.0))  # below that nobody reads it at 1,400 pixels
    write(
        axes,
        (x, rim + 0.43 * BOWL * radius),
        figure,
        size,
        bold=True,
        anchor="center center",
        zorder=_WORDS,
        halo=2.2,
        label=None if label is None else f"{label}-fill",
    )


def stream_outline(points: Floats, lip: float | None) -> Outline:
    """Return the line of a stream: upright at every given point, curved between them.

    Parameters
    ----------
    points : float array, shape (k, 2)
        In inches, from the column beside the source to the target's mouth; pairs that share an x are straight.
    lip : float, optional
        x on the source's rim where the stream pours over; none where it begins at the first point.

    Returns
    -------
    Path
        Open.
    """
    corners = [tuple(points[0])]
    codes = [Outline.MOVETO]
    if lip is not None:
        x, y = points[0]
        rise = 0.11
        corners = [(lip, y - rise), ((lip + 2 * x) / 3, y - rise), (x, y - 0.8 * rise), (x, y)]
        codes = [Outline.MOVETO, *[Outline.CURVE4] * 3]
    for (x, y), (next_x, next_y) in pairwise(points):
        drop = _CURVE * (next_y - y)
        corners += [(x, y + drop), (next_x, next_y - drop), (next_x, next_y)]
        codes += [Outline.CURVE4] * 3
    return Outline(corners, codes)


def draw_stream(
    axes: Axes, outline: Outline, width: float, colour_bin: int, *, heavy: bool, label: str | None = None
) -> None:
    """Draw a stream, as wide as what it costs the customers, in the colour of what it delivers.

    Parameters
    ----------
    axes : Axes
        From `blank_figure`.
    outline : Path
        From `stream_outline`.
    width : float
        In points.
    colour_bin : int
        From `bins`; the severe one is notched too, so that colour is never alone.
    heavy : bool
        Whether it is one of the numbered streams; the others are faint.
    label : str, optional
        What tests and programs find it by; not written into files.
    """
    strength = 1.0 if heavy else FADED
    above = _FRONT if heavy else _STREAM
    lines: list[tuple[str, float, float, Any]] = [(BIN_COLOURS[colour_bin], width, strength, "solid")]
    if heavy:
        lines.insert(0, (GROUND, width + 2.4, 1.0, "solid"))
    if colour_bin == 0:
        # Thin notches over the full width keep the costliest flow the strongest; dashes would thin it out.
        lines.append((GROUND, width, 0.75 * strength, (0, (1.2 / width, 9.0 / width))))
    for place, (colour, wide, alpha, style) in enumerate(lines):
        axes.add_artist(
            PathPatch(
                outline,
                facecolor="none",
                edgecolor=colour,
                linewidth=wide,
                zorder=above + 0.1 * place,
                alpha=alpha,
                linestyle=style,
                capstyle="butt",
                label=label if colour == BIN_COLOURS[colour_bin] else None,
            )
        )


def draw_closed(axes: Axes, outline: Outline) -> None:
    """Draw a stream of which nothing is told but that it flows: thin and dotted, without a colour of its own."""
    axes.add_artist(
        PathPatch(
            outline,
            facecolor="none",
            edgecolor=QUIET,
            linewidth=1.0,
            linestyle=(0, (1, 2)),
            zorder=_STREAM,
            capstyle="butt",
        )
    )


def draw_return(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], *, outline: Outline, heavy_bin: int | None
) -> None:
    """Draw a service within a row or against the flow: thin and dashed, with an arrow head.

    Parameters
    ----------
    axes : Axes
        From `blank_figure`.
    start, end : (float, float)
        The last two points of its direction, in inches.
    outline : Path
        Its line.
    heavy_bin : int, optional
        Colour of a numbered one; the others are grey.
    """
    colour = QUIET if heavy_bin is None else BIN_COLOURS[heavy_bin]
    axes.add_artist(
        PathPatch(
            outline,
            facecolor="none",
            edgecolor=colour,
            linewidth=0.8 if heavy_bin is None else 2.0,
            linestyle=(0, (4, 2.4)),
            zorder=_BEHIND if heavy_bin is None else _FRONT,
            alpha=0.75 if heavy_bin is None else 1.0,
        )
    )
    direction = np.subtract(end, start)
    direction = direction / max(float(np.hypot(*direction)), 1e-9)
    side = np.array([-direction[1], direction[0]])
    tip = np.asarray(end, float)
    base = tip - 0.09 * direction
    head = Outline(np.array([tip, base + 0.04 * side, base - 0.04 * side, tip]), closed=True)
    axes.add_artist(PathPatch(head, facecolor=colour, edgecolor="none", zorder=_FRONT))


def draw_badge(axes: Axes, at: tuple[float, float], number: int, label: str | None = None) -> None:
    """Draw a numbered disc."""
    axes.add_artist(Circle(at, 0.1, facecolor=ACCENT, edgecolor=GROUND, linewidth=1.2, zorder=_BADGE))
    write(axes, at, str(number), 8, bold=True, colour=GROUND, anchor="center center", zorder=_BADGE + 0.1, label=label)


def along(outline: Outline) -> Floats:
    """Return points along a line, evenly spread over its pieces, shape (points, 2)."""
    corners = np.asarray(outline.vertices, np.float64)
    t = np.linspace(0, 1, _SAMPLES)[1:, None]
    pieces = [corners[:1]]
    for at in range(0, len(corners) - 1, 3):
        begin, out, into, end = corners[at : at + 4]
        pieces.append((1 - t) ** 3 * begin + 3 * (1 - t) ** 2 * t * out + 3 * (1 - t) * t**2 * into + t**3 * end)
    return np.concatenate(pieces)
