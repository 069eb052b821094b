"""How the pictures look: colours that colour-blind readers tell apart, sizes, and figures that repeat to the byte."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from cxgraph.errors import ParameterError
from cxgraph.model.network import Floats
from cxgraph.wording import N_

if TYPE_CHECKING:
    from matplotlib.backend_bases import FigureCanvasBase

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = ("svg", "png", "pdf")

BIN_EDGES = (0.55, 0.70, 0.85, 1.0)
"""Level of service (1 - shortfall) at which the next bin begins."""
BIN_COLOURS = ("#8c0d25", "#d1495b", "#b8860b", "#4393c3", "#1f3f7a")
"""Severe, poor, short, near, met on a light ground: smallest distance 22 under three colour-vision deficiencies."""
BIN_COLOURS_DARK = ("#b13b3d", "#fba25f", "#fdedce", "#72c7f4", "#4760b9")
"""The same on `GROUND_DARK`."""
BIN_NAMES = (N_("severe"), N_("poor"), N_("short"), N_("near"), N_("met"))
BIN_RANGES = (N_("below {high}"), N_("{low} to {high}"), N_("{low} to {high}"), N_("{low} to below {high}"),
              N_("{low} or more"))
GROUND, GROUND_DARK = "#ffffff", "#14171c"
INK, QUIET, FAINT, SHELF = "#1a1a1a", "#595959", "#b4b0a6", "#e9e7e1"
GOLD, HATCH, EXPECTED = "#e3b23c", "#a6a6a6", "#d9d4c7"
ACCENT = BIN_COLOURS[0]
OWN, PASSED = BIN_COLOURS[0], BIN_COLOURS[3]
DOTS_PER_INCH = 100
_SALT = "cxgraph"

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def bins(level: Floats) -> npt.NDArray[np.int64]:
    """Return the bin of each level of service: 0 severe to 4 met.

    Parameters
    ----------
    level : float array
        1 - shortfall, in [0, 1].

    Returns
    -------
    int array of the same shape
        Index into `BIN_NAMES` and `BIN_COLOURS`.

    Examples
    --------
    >>> bins(np.array([0.3, 0.55, 0.8, 0.99, 1.0])).tolist()
    [0, 1, 2, 3, 4]
    """
    # 1 - (1 - 0.85) is a little above 0.85; nothing that a reader sees should hang on that.
    return np.asarray(np.digitize(np.round(level, 9), BIN_EDGES), np.int64)


def steady(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function run with matplotlib's own defaults, whatever the user has set, and without touching those."""
    @wraps(function)
    def run(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update({"text.parse_math": False, "svg.hashsalt": _SALT, "svg.fonttype": "path",
                                        "pdf.fonttype": 42, "text.hinting": "no_hinting", "hatch.linewidth": 0.6})
            return function(*args, **options)
    return run


def blank_figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure and axes that cover it, in inches from the upper left corner.

    Parameters
    ----------
    width, height : float
        Inches.

    Returns
    -------
    figure : Figure
        Not known to pyplot, so that nothing has to be closed.
    axes : Axes
        x from 0 to `width`, y from 0 at the top to `height`.
    """
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return figure, axes


@steady
def figure_bytes(figure: Figure, format: Format = "svg") -> bytes:
    """Return a figure as the bytes of a file; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
        From one of the `draw_` functions.
    format : {"svg", "png", "pdf"}
        PNG has 200 dots per inch.

    Returns
    -------
    bytes
        Without date; letters are outlines in SVG and an embedded font in PDF, so that every reader sees the same.

    Raises
    ------
    ParameterError
        Another format.

    Examples
    --------
    >>> figure_bytes(blank_figure(1, 1)[0], "svg")[:5]
    b'<?xml'
    """
    if format not in FORMATS:
        raise ParameterError("format is {value}; choose one of {choices}.",
                             value=repr(format), choices=", ".join(FORMATS))
    undated: dict[Format, dict[str, str | None]] = {
        "svg": {"Date": None, "Creator": "cxgraph"}, "png": {"Software": "cxgraph"},
        "pdf": {"CreationDate": None, "Creator": "cxgraph", "Producer": "cxgraph"}}
    stream = io.BytesIO()
    canvas: FigureCanvasBase = figure.canvas
    canvas.print_figure(stream, format=format, dpi=2 * DOTS_PER_INCH, metadata=undated[format], facecolor=GROUND)
    return stream.getvalue()
