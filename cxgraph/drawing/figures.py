"""Figures without pyplot, and files of them that repeat to the byte."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

import matplotlib
from matplotlib import MatplotlibDeprecationWarning
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox, BboxTransformFrom

from cxgraph.drawing.style import GROUND
from cxgraph.drawing.svg import svg_bytes
from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.backend_bases import FigureCanvasBase

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = ("svg", "png", "pdf")
DOTS_PER_INCH = 100

_OURS = {
    "text.parse_math": False,
    "pdf.fonttype": 42,
    "text.hinting": "no_hinting",
    "hatch.linewidth": 0.6,
}
_STEADY = ContextVar("whether matplotlib's defaults are set", default=False)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def steady(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function run with matplotlib's own defaults, whatever the user has set, and without touching those.

    What such a function calls finds them set.
    """

    @wraps(function)
    def run(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
        if _STEADY.get():
            return function(*args, **options)
        return copy_context().run(hold, *args, **options)

    def hold(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
        _STEADY.set(True)
        settings: Any = {**_changed_by_the_user(), **_OURS}  # matplotlib has a type for its names alone
        with matplotlib.rc_context(settings):
            return function(*args, **options)

    return run


def _changed_by_the_user() -> dict[str, Any]:
    """Return matplotlib's own value of every setting that has another one now.

    ``rcdefaults`` sets all of them anew, and loads every style that there is to learn which of them are no style.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MatplotlibDeprecationWarning)  # of settings that will go: they are no news
        return {
            name: value
            for name, value in matplotlib.rcParamsDefault.items()
            if not name.startswith("backend") and matplotlib.rcParams[name] != value
        }


class Axes:
    """What shapes and texts are added to, in inches from the upper left corner of a figure.

    matplotlib's own axes bring ticks, limits and an edge that clips, none of which our figures have: making them and
    adding to them took a third of the time in which a figure is laid out.

    Parameters
    ----------
    figure : Figure
        To draw in.
    """

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        width, height = figure.get_size_inches()
        self._inches = BboxTransformFrom(Bbox.from_extents(0, height, width, 0)) + figure.transFigure

    def add_artist(self, artist: Artist) -> None:
        """Add a shape or a text."""
        artist.set_transform(self._inches)
        self._figure.add_artist(artist)


def blank_figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure and what is drawn on in it.

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
    return figure, Axes(figure)


def draw_line(axes: Axes, x: Floats | tuple[float, ...], y: Floats | tuple[float, ...], **options: Any) -> None:
    """Draw straight lines from point to point.

    Parameters
    ----------
    axes : Axes
        From `blank_figure`.
    x, y : float array or tuple, shape (k,)
        In inches from the upper left corner.
    **options
        What `matplotlib.lines.Line2D` takes, such as ``color``, ``linewidth`` and ``zorder``.
    """
    axes.add_artist(Line2D(x, y, **options))


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
        raise ParameterError(
            "format is {value}; choose one of {choices}.", value=repr(format), choices=", ".join(FORMATS)
        )
    undated: dict[Format, dict[str, str | None]] = {
        "png": {"Software": "cxgraph"},
        "pdf": {"CreationDate": None, "Creator": "cxgraph", "Producer": "cxgraph"},
    }
    if format == "svg":
        return svg_bytes(figure)
    stream = io.BytesIO()
    canvas: FigureCanvasBase = figure.canvas
    canvas.print_figure(stream, format=format, dpi=2 * DOTS_PER_INCH, metadata=undated[format], facecolor=GROUND)
    return stream.getvalue()
