"""Text in pictures: one font that comes with matplotlib, measured, wrapped and never read as markup."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from cxgraph.drawing.style import GROUND, INK

if TYPE_CHECKING:
    from cxgraph.drawing.figures import Axes

LINE = 1.25
"""Height of a line of text, in font sizes."""
ELLIPSIS = "…"
_MISSING = "□"
_LETTER_BY_LETTER = re.compile("[ -\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u20cf\u2100-\u2bff]*")
"""Latin, Greek, Cyrillic and Armenian, punctuation and signs; not what is set upon the letter before."""
_INCH = 72.0
MEASURED_AT = 100.0
"""Points; the font's widths grow in proportion when they are not hinted."""


@cache
def font_file(bold: bool = False) -> Path:
    """Return the file of DejaVu Sans that matplotlib brings along: no font of the system is ever used."""
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@cache
def font(bold: bool) -> FT2Font:
    """Return the font as it is measured."""
    opened = FT2Font(str(font_file(bold)))
    opened.set_size(MEASURED_AT, _INCH)
    return opened


@cache
def legible(text: str) -> str:
    r"""Return a text that can be drawn: on one line, without control characters or letters that the font lacks.

    Parameters
    ----------
    text : str
        Any text, such as the name of a department.

    Returns
    -------
    str
        Blanks in a row are one; characters that steer the direction of writing are dropped; letters that the font
        lacks (emoji, Chinese) are shown as a box.

    Examples
    --------
    >>> legible("Care \n team\x00 \u4e2d")
    'Care team □'
    """
    kept = (
        ""
        if unicodedata.category(letter) in ("Cf", "Cs", "Co", "Cn")
        else " "
        if unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Zs") and letter != "\N{NO-BREAK SPACE}"
        else letter
        if all(font(bold).get_char_index(ord(letter)) for bold in (False, True))
        else _MISSING
        for letter in unicodedata.normalize("NFC", text)
    )
    return " ".join(part for part in "".join(kept).split(" ") if part)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a legible text in inches.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in points.
    bold : bool
        Whether it is set in bold.

    Returns
    -------
    float
        Inches.
    """
    return measured(text, bold)[0] / MEASURED_AT * size / _INCH


@cache
def measured(text: str, bold: bool) -> tuple[float, float, float]:
    """Return width, height and depth below the base line of a legible text in a font of 100 points, in points."""
    parts = pieces(text)
    if len(parts) > 1:
        widths, heights, depths = zip(*(measured(part, bold) for part in parts), strict=True)
        depth = max(depths)
        return sum(widths), max(height - low for height, low in zip(heights, depths, strict=True)) + depth, depth
    opened = font(bold)
    opened.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    width, height = opened.get_width_height()
    return width / 64.0, height / 64.0, opened.get_descent() / 64.0


def pieces(text: str) -> list[str]:
    """Return the words and blanks of a text, which stand beside each other as each does alone.

    The same few words make most of a picture's text, and setting one is dear. A text in another script than those
    written from left to right, letter by letter, is one piece.
    """
    return [part for part in re.split("( )", text) if part] if _LETTER_BY_LETTER.fullmatch(text) and text else [text]


def wrap(text: str, width: float, size: float, lines: int = 2, bold: bool = False) -> list[str]:
    """Break a text into lines that fit a width; what does not fit ends in an ellipsis.

    Parameters
    ----------
    text : str
        Any text.
    width : float
        Inches.
    size : float
        Font size in points.
    lines : int
        Lines at the most.
    bold : bool
        Whether it is set in bold.

    Returns
    -------
    list of str
        None of them wider than `width`, unless not even the ellipsis fits.

    Examples
    --------
    >>> wrap("Human resources and training", 1.1, 9)
    ['Human resources', 'and training']
    """
    found: list[str] = []
    rest = legible(text).split(" ")
    while rest and len(found) < lines:
        taken = _words_that_fit(rest, width, size, bold)
        line = " ".join(rest[:taken])
        if text_width(line, size, bold) > width:
            line, left = _split_word(line, width, size, bold)
            rest[:taken] = [left]
        else:
            rest = rest[taken:]
        found.append(line)
    if rest and found:
        found[-1] = shorten(" ".join([found[-1].removesuffix("-"), *rest]), width, size, bold)
    return found


def _words_that_fit(words: list[str], width: float, size: float, bold: bool) -> int:
    """Return how many of the first words fit a line, at least 1; halving measures few lines, and lines are dear."""
    more = range(2, len(words) + 1)
    return 1 + bisect_right(more, width, key=lambda count: text_width(" ".join(words[:count]), size, bold))


def _split_word(word: str, width: float, size: float, bold: bool) -> tuple[str, str]:
    """Cut a word that is wider than a line, with a hyphen."""
    cut = max(_fitting(word, width - text_width("-", size, bold), size, bold), 1)
    return (word[:cut] + "-", word[cut:]) if cut < len(word) else (word, "")


def _fitting(text: str, width: float, size: float, bold: bool) -> int:
    """Return how many letters of a text fit a width."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(text[:middle], size, bold) <= width else (low, middle - 1)
    return low


def shorten(text: str, width: float, size: float, bold: bool = False) -> str:
    """Return a text on one line, cut with an ellipsis where it is wider than a width in inches."""
    clean = legible(text)
    if text_width(clean, size, bold) <= width:
        return clean
    kept = _fitting(clean, width - text_width(ELLIPSIS, size, bold), size, bold)
    return clean[:kept].rstrip() + ELLIPSIS


class Line(Text):
    """One line of text as an artist: no mathematics, no markup.

    That of SVG, which knows how to write one, is spared matplotlib's layout; other renderers set it as any text.

    Attributes
    ----------
    bold : bool
        Whether it is set in bold.
    halo : float
        Points of background around the letters.
    """

    def __init__(
        self, x: float, y: float, text: str, *, bold: bool, size: float, halo: float = 0.0, **options: Any
    ) -> None:
        self.bold, self.halo = bold, halo
        super().__init__(
            x,
            y,
            text,
            fontproperties=_properties(bold, size),
            parse_math=False,
            clip_on=False,
            rotation_mode="anchor",
            path_effects=[withStroke(linewidth=2 * halo, foreground=GROUND)] if halo else None,
            **options,
        )

    def draw(self, renderer: Any) -> None:
        """Draw it."""
        write_line = getattr(renderer, "write_line", None)
        if write_line is None:
            super().draw(renderer)
        elif self.get_visible():
            write_line(self)


@cache
def _properties(bold: bool, size: float) -> FontProperties:
    return FontProperties(fname=str(font_file(bold)), size=size)


def write(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    anchor: str = "left top",
    **options: Any,
) -> Line:
    """Write one line as it stands: no mathematics, no markup.

    Parameters
    ----------
    axes : Axes
        From `blank_figure`.
    at : (float, float)
        x and y, in inches from the upper left corner.
    text : str
        Any text.
    size : float
        Points.
    bold : bool
        Whether it is set in bold.
    colour : str
        Of the letters.
    anchor : str
        Which point of the line stands there: ``left``, ``center`` or ``right``, then ``top``, ``center``,
        ``baseline`` or ``bottom``.
    **options
        ``halo``: points of background around the letters, over what lies behind them; ``rotation``: degrees around
        that point; and whatever matplotlib's text takes, such as ``zorder`` and ``label``.

    Returns
    -------
    Line
        The artist.
    """
    across, _, down = anchor.partition(" ")
    down = "center_baseline" if down == "center" else down
    line = Line(*at, legible(text), bold=bold, size=size, color=colour, ha=across, va=down, **options)
    axes.add_artist(line)
    return line


def write_lines(axes: Axes, at: tuple[float, float], lines: list[str], size: float, **options: Any) -> float:
    """Write lines below each other from a top edge; return where the next line would begin, in inches."""
    x, y = at
    for number, line in enumerate(lines):
        write(axes, (x, y + number * line_height(size)), line, size, **options)
    return y + len(lines) * line_height(size)


def line_height(size: float) -> float:
    """Return the height of a line of text of a size in points, in inches."""
    return size * LINE / _INCH
