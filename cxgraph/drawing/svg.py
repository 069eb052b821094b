"""matplotlib's SVG, with letters that are laid out once: four fifths of a picture's time went into its text.

matplotlib lays a text out to measure it, for its halo and to draw it, and begins again with every figure; the names of
the same departments stand in all of them.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextToPath

from cxgraph.drawing.lettering import font_file, measured, pieces

_POINTS = 72
_KEPT = 5_000
"""Texts of which the places of the letters are kept."""


class _Letters(TextToPath):
    """Text as outlines; where every letter of a text stands is kept, and so is every outline."""

    def __init__(self) -> None:
        super().__init__()
        self._outlines: dict[str, Any] = {}
        self._places = lru_cache(_KEPT)(self._lay_out)

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return the size of a text in points, which was measured to find its place."""
        del ismath  # texts of ours are never mathematics
        scale = prop.get_size_in_points() / self.FONT_SCALE
        width, height, descent = measured(s, _bold(prop.get_file()))
        return width * scale, height * scale, descent * scale

    def get_glyphs_with_font(
        self, font: FT2Font, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **_: Any
    ) -> tuple[Any, Any, Any]:
        """Return the places of a text's letters, and the outlines of all of them or of those not in a map."""
        places = self._places(font, s)
        known = {} if glyph_map is None else glyph_map
        outlines = {name: self._outlines[name] for name, *_ in places if name not in known}
        return places, outlines if return_new_glyphs_only else {**known, **outlines}, []

    def get_text_path(self, prop: FontProperties, s: str, ismath: Any = False, **_: Any) -> Any:
        """Return the outline of a text in one piece, for its halo, put together array by array."""
        del ismath
        places, outlines, _boxes = self.get_glyphs_with_font(self._get_font(prop), s)  # type: ignore[attr-defined, unused-ignore]
        corners = [outlines[name][0] * size + [x, y] for name, x, y, size in places]
        steps = [outlines[name][1] for name, *_ in places]
        return (np.concatenate(corners), np.concatenate(steps)) if places else (np.empty((0, 2)), [])

    def _lay_out(self, font: FT2Font, text: str) -> list[Any]:
        parts = pieces(text)
        if len(parts) > 1:
            bold, begin, found = _bold(font.fname), 0.0, []
            for part in parts:
                found += [(name, x + begin, y, size) for name, x, y, size in self._places(font, part)]
                begin += measured(part, bold)[0]
            return found
        places, outlines, _ = super().get_glyphs_with_font(
            font, text, glyph_map=self._outlines, return_new_glyphs_only=True
        )
        self._outlines.update(outlines)
        return list(places)


def _bold(file: Any) -> bool:
    return str(file) == str(font_file(bold=True))


_LETTERS = _Letters()


class _Renderer(RendererSVG):  # type: ignore[misc, unused-ignore] # matplotlib does not say its type
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call, unused-ignore]
        self._text2path = _LETTERS


def svg_bytes(figure: Figure, metadata: dict[str, str | None]) -> bytes:
    """Return a figure from `blank_figure` as matplotlib writes it, but for text that is set as mathematics.

    Parameters
    ----------
    figure : Figure
        All its text from `lettering.write`.
    metadata : dict of str to (str or None)
        What the file says of itself.

    Returns
    -------
    bytes
        UTF-8.
    """
    stream = io.StringIO()
    width, height = (float(inches) * _POINTS for inches in figure.get_size_inches())
    resolution = figure.get_dpi()
    figure.set_dpi(_POINTS)
    try:
        renderer = _Renderer(width, height, stream, metadata=metadata)
        figure.draw(renderer)
        renderer.finalize()  # type: ignore[no-untyped-call, unused-ignore]
    finally:
        figure.set_dpi(resolution)
    return stream.getvalue().encode()
