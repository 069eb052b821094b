"""How much room text takes on a slide: a program that shows slides lets tables grow, off the page if it must."""

from __future__ import annotations

import textwrap

import numpy as np

from cxgraph.model.arrays import Floats

_POINTS = 72.0
_LETTER, _LINE = 0.66, 1.25
"""Width of a letter and height of a line, as parts of the size of the type: those of a wide typeface."""
_INSET, _PADDING = 0.2, 0.12
"""Inches that a cell or a box keeps free from side to side, and a cell from top to bottom."""
_LONGEST, _LONGEST_WORD = 60, 20
"""Letters up to which a column's longest cell and its longest word count for its width."""
SMALLEST = 7
"""Points below which no text goes: what does not fit then is more than a slide holds."""


def column_widths(rows: list[list[str]], width: float, size: int) -> Floats:
    """Return widths of columns: each holds its longest word, and long texts get most of what is left.

    Parameters
    ----------
    rows : list of list of str
        Cells; rows of equal length, at least one.
    width : float
        Of the table, inches.
    size : int
        Of the type, points.

    Returns
    -------
    float array
        They add up to `width`, also where the words alone would take more.

    Examples
    --------
    >>> column_widths([["a", "b " * 20], ["c", "d"]], 10.0, 12).round(1).tolist()
    [0.3, 9.7]
    """
    columns = list(zip(*rows, strict=True))
    words = [max((len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    cells = np.minimum([max(map(len, column)) for column in columns], _LONGEST)
    least = _INSET + np.minimum(words, _LONGEST_WORD) * _LETTER * size / _POINTS
    if least.sum() >= width:
        return np.asarray(width * least / least.sum())
    wish = np.maximum(cells - np.minimum(words, _LONGEST_WORD), 0.0)
    spare = wish / wish.sum() if wish.any() else np.full(len(wish), 1 / len(wish))
    return np.asarray(least + (width - least.sum()) * spare)


def text_height(text: str, width: float, size: int) -> float:
    """Return the inches that a wrapped text is high.

    Parameters
    ----------
    text : str
        One paragraph.
    width : float
        Of its cell or box, inches.
    size : int
        Of the type, points.

    Examples
    --------
    >>> text_height("one line", 5.0, 12) < text_height("two lines " * 9, 5.0, 12)
    True
    """
    letters = max(int((width - _INSET) * _POINTS / (_LETTER * size)), 1)
    return max(len(textwrap.wrap(text, letters)), 1) * _LINE * size / _POINTS


def table_height(rows: list[list[str]], widths: Floats, size: int) -> float:
    """Return the inches that a table is high: each row as high as its highest cell."""
    return sum(
        _PADDING + max(text_height(text, float(width), size) for text, width in zip(row, widths, strict=True))
        for row in rows
    )


def table_size(rows: list[list[str]], width: float, size: int, room: float) -> int:
    """Return the largest type, of `size` points at most, in which a table is no higher than the room.

    Parameters
    ----------
    rows, width
        As for `column_widths`.
    size : int
        Points wished for.
    room : float
        Inches.

    Returns
    -------
    int
        `SMALLEST` where nothing fits.
    """
    for points in range(size, SMALLEST, -1):
        if table_height(rows, column_widths(rows, width, points), points) <= room:
            return points
    return SMALLEST


def lines_size(lines: list[str], width: float, size: int, room: float) -> int:
    """Return the same for paragraphs below each other, each with a third of its size behind it."""
    for points in range(size, SMALLEST, -1):
        if sum(text_height(line, width, points) + points / 3 / _POINTS for line in lines) <= room:
            return points
    return SMALLEST
