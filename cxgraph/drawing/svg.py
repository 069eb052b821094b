"""SVG of our figures: every letter is outlined once in a picture, and every text is written once.

matplotlib's own writer lays a text out to measure it, for its halo and to draw it, writes the outline of a halo letter
by letter twice, and begins again with every figure: two thirds of a picture's time, and of its size.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

from cxgraph.drawing.lettering import MEASURED_AT, font, measured, pieces
from cxgraph.drawing.style import GROUND
from cxgraph.model.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.transforms import Transform

    from cxgraph.drawing.lettering import Line

_POINTS = 72
_GRID = 64
"""Parts of a point in which a font's outlines are whole numbers."""
_RISE, _FALL = 1556 / 2048, 492 / 2048
"""How far letters reach above and below the base line, in font sizes, as the font says; some accents reach higher."""
_KEPT = 5_000
"""Texts of which the places of the letters are kept."""
_HATCH = 72
"""Width of the piece of a hatch that repeats, in points."""
_ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}
_CAPS = {"projecting": "square", "butt": "butt", "round": "round"}
_STEPS = {
    int(Path.MOVETO): ("M", 1),
    int(Path.LINETO): ("L", 1),
    int(Path.CURVE3): ("Q", 2),
    int(Path.CURVE4): ("C", 3),
}
_OUTLINER = TextToPath()
_OUTLINES: dict[str, Any] = {}
"""Path data of every letter that was ever set, by its name, in parts of a point of a font of 100 points."""


def svg_bytes(figure: Figure) -> bytes:
    """Return a figure from `blank_figure` as an SVG file.

    Parameters
    ----------
    figure : Figure
        Of lines, patches and the text of `lettering.write`.

    Returns
    -------
    bytes
        UTF-8.
    """
    width, height = (float(inches) * _POINTS for inches in figure.get_size_inches())
    resolution = figure.get_dpi()
    figure.set_dpi(_POINTS)
    try:
        pen = _Pen(width, height)
        figure.draw(pen)
    finally:
        figure.set_dpi(resolution)
    return pen.text().encode()


class _Pen(RendererBase):
    """What matplotlib's artists draw with. The edge of the picture alone clips."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self._width, self._height = width, height
        self._parts: list[str] = []
        self._letters: dict[str, int] = {}
        self._lines: dict[tuple[str, bool], int] = {}
        self._hatches: dict[tuple[Any, ...], int] = {}

    def text(self) -> str:
        """Return the file."""
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
            f'width="{self._width:.6g}pt" height="{self._height:.6g}pt" viewBox="0 0 {self._width:.6g} '
            f'{self._height:.6g}" stroke-linejoin="round">\n<metadata><creator xmlns="http://purl.org/dc/elements/1.1/">'
            "cxgraph</creator></metadata>\n" + "\n".join(self._parts) + "\n</svg>\n"
        )

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the picture in points."""
        return self._width, self._height

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803 - its name
    ) -> None:
        """Write a path."""
        clean = path.cleaned(transform, remove_nans=True, curves=True)
        points = np.asarray(clean.vertices, float) * (1, -1) + (0, self._height)
        look = self._look(gc, rgbFace)
        self._parts.append(f'<path d="{_data(points, np.asarray(clean.codes))}"{look}/>')

    def write_line(self, line: Line) -> None:
        """Write a line of text where matplotlib would, its halo behind it."""
        text, size = line.get_text(), float(line.get_fontsize())
        if not text:
            return
        scale = size / MEASURED_AT
        wide, high, depth = (scale * length for length in measured(text, line.bold))
        rise, fall = max(high - depth, _RISE * size), max(depth, _FALL * size)
        down = {"top": rise, "center_baseline": rise / 2, "baseline": 0.0, "bottom": -fall}[
            line.get_verticalalignment()
        ]
        x, y = line.get_transform().transform(line.get_position())
        begin = np.array([-wide * _ACROSS[line.get_horizontalalignment()], down])
        turn = f" rotate({-angle:.6g})" if (angle := line.get_rotation()) else ""
        if angle:
            begin = Affine2D().rotate_deg(-angle).transform(begin)
        place = (
            f' transform="translate({x + begin[0]:.6g} {self._height - y + begin[1]:.6g}){turn} '
            f'scale({scale / _GRID:.6g} {-scale / _GRID:.6g})"'
        )
        drawn, again = self._lettered(text, line.bold)
        if line.halo:
            wide = 2 * line.halo / scale * _GRID
            behind = f' fill="{GROUND}" stroke="{GROUND}" stroke-width="{wide:.6g}"'
            self._parts.append(f"<g{place}{behind}>{drawn}</g>")
            drawn = again
        self._parts.append(f'<g aria-label={quoteattr(text)}{place} fill="{_hex(line.get_color())}">{drawn}</g>')

    def _lettered(self, text: str, bold: bool) -> tuple[str, str]:
        """Return a text as it is written now and as it is wherever it stands again, outlining what letters are new."""
        known = self._lines.get((text, bold))
        again = f'<use xlink:href="#t{len(self._lines) if known is None else known}"/>'
        if known is not None:
            return again, again
        places = _places(text, bold)
        for name in {place[0]: None for place in places}:
            if name not in self._letters:
                self._letters[name] = len(self._letters)
                self._parts.append(f'<defs><path id="g{self._letters[name]}" d="{_OUTLINES[name]}"/></defs>')
        uses = "".join(
            f'<use x="{x:g}" xlink:href="#g{self._letters[name]}"/>'
            if not y
            else f'<use x="{x:g}" y="{y:g}" xlink:href="#g{self._letters[name]}"/>'
            for name, x, y in places
            if _OUTLINES[name]
        )
        self._lines[text, bold] = len(self._lines)
        return f'<g id="t{self._lines[text, bold]}">{uses}</g>', again

    def _look(self, gc: Any, face: Any) -> str:
        """Return the attributes of what is filled and stroked."""
        forced = gc.get_forced_alpha()
        found = [f' opacity="{gc.get_alpha():.6g}"'] if forced and gc.get_alpha() != 1 else []
        if gc.get_hatch() is not None:
            found.append(f' fill="url(#h{self._hatch(gc, face)})"')
        else:
            found.append(' fill="none"' if face is None else f' fill="{_hex(tuple(face))}"')
        if face is not None and len(face) == 4 and face[3] != 1 and not forced:
            found.append(f' fill-opacity="{face[3]:.6g}"')
        width = gc.get_linewidth()
        if width:
            colour = gc.get_rgb()
            found.append(f' stroke="{_hex(tuple(colour))}" stroke-width="{width:.6g}"')
            if colour[3] != 1 and not forced:
                found.append(f' stroke-opacity="{colour[3]:.6g}"')
            if gc.get_joinstyle() != "round":
                found.append(f' stroke-linejoin="{gc.get_joinstyle()}"')
            if gc.get_capstyle() != "butt":
                found.append(f' stroke-linecap="{_CAPS[gc.get_capstyle()]}"')
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                pattern = " ".join(f"{length:.6g}" for length in dashes)
                found.append(f' stroke-dasharray="{pattern}"')
                if offset:
                    found.append(f' stroke-dashoffset="{offset:.6g}"')
        return "".join(found)

    def _hatch(self, gc: Any, face: Any) -> int:
        """Return the number of a hatch, after writing it where it is new."""
        colour, width = gc.get_hatch_color(), gc.get_hatch_linewidth()
        look = (gc.get_hatch(), None if face is None else tuple(face), tuple(colour), width)
        if look not in self._hatches:
            self._hatches[look] = len(self._hatches)
            path = gc.get_hatch_path().cleaned(Affine2D().scale(_HATCH, -_HATCH).translate(0, _HATCH), curves=True)
            data = _data(np.asarray(path.vertices, float), np.asarray(path.codes))
            ground, size = "none" if face is None else _hex(tuple(face)), f'width="{_HATCH}" height="{_HATCH}"'
            self._parts.append(
                f'<pattern id="h{self._hatches[look]}" patternUnits="userSpaceOnUse" {size}>'
                f'<rect {size} fill="{ground}"/><path d="{data}" fill="{_hex(tuple(colour))}" '
                f'stroke="{_hex(tuple(colour))}" stroke-width="{width:.6g}" stroke-linejoin="miter"/></pattern>'
            )
        return self._hatches[look]


@lru_cache(_KEPT)
def _places(text: str, bold: bool) -> list[tuple[str, float, float]]:
    """Return every letter of a text by name with where it stands, in parts of a point of a font of 100 points."""
    parts = pieces(text)
    if len(parts) > 1:
        begin, found = 0.0, []
        for part in parts:
            found += [(name, x + begin, y) for name, x, y in _places(part, bold)]
            begin += _GRID * measured(part, bold)[0]
        return found
    places, fresh, _ = _OUTLINER.get_glyphs_with_font(font(bold), text, _OUTLINES, return_new_glyphs_only=True)
    for name, (corners, steps) in fresh.items():
        _OUTLINES[name] = _data(np.reshape(corners, (-1, 2)) * _GRID, np.asarray(steps, np.uint8))
    return [(name, _GRID * x, _GRID * y) for name, x, y, _ in places]


def _data(points: Floats, steps: Any) -> str:
    """Return path data of points and matplotlib's codes for what leads to each."""
    told = (steps != Path.CLOSEPOLY) & (steps != Path.STOP)
    return _pattern(steps.tobytes()) % tuple(points[told].ravel().tolist())


@lru_cache(_KEPT)
def _pattern(steps: bytes) -> str:
    found, at = [], 0
    while at < len(steps):
        letter, points = _STEPS.get(steps[at], ("z" if steps[at] == Path.CLOSEPOLY else "", 0))
        found.append(letter + " ".join(["%.6g %.6g"] * points))
        at += max(points, 1)
    return "".join(found)


@cache
def _hex(colour: Any) -> str:
    return to_hex(colour)
