"""What a report is made of, in no format yet: sections of paragraphs, lists, tables of real values and pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from cxgraph.reporting.formats.export import plain_values
from cxgraph.wording import Translator

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.reporting.brief import Brief

Tone = Literal["plain", "key", "caution", "small"]
Kind = Literal["text", "count", "percent", "points", "number"]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Stands in for a figure that fewer than so many people answered for."""

    fewest: int


Cell: TypeAlias = str | int | float | bool | Suppressed | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or a few; ``key`` is the finding, ``caution`` what must be read with it."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Listing:
    """Sentences one below the other, numbered or not."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A heading and its cells as values, not as text, so that each format writes numbers its own way.

    `kind` says how: a ``percent`` is a fraction, ``points`` a fraction that is written in percentage points, a
    ``count`` a whole number; a ``number`` has `digits` decimals, and so have percentages and points where they are to
    have another number of them than one and two. With `heat` low fractions are tinted.
    """

    heading: str
    kind: Kind
    cells: tuple[Cell, ...]
    digits: int | None = None
    heat: bool = False

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind != "text"

    @property
    def decimals(self) -> int:
        """How many decimals are written: `digits`, else one of a percentage and two of a number."""
        usual = {"percent": 1, "points": 2, "number": 2}.get(self.kind, 0)
        return usual if self.digits is None else self.digits


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes
    ----------
    name : str
        Short and unique: the sheet of the workbook.
    caption : str
        What it holds.
    columns : tuple of Column
        All of one length.
    shades : tuple of float
        Fraction of each row to tint it by; empty for none.
    shaded : int, optional
        Place of the column that these fractions stand in.
    """

    name: str
    caption: str
    columns: tuple[TableColumn, ...]
    shades: tuple[float, ...] = ()
    shaded: int | None = None

    @property
    def length(self) -> int:
        """How many rows it has."""
        return len(self.columns[0].cells) if self.columns else 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as SVG text, with the words for those who do not see it; a ``broad`` one is printed across the page."""

    name: str
    svg: str
    words: str
    broad: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section; `part` is the key of the part of `contents.PARTS` that it begins, if any."""

    text: str
    part: str = ""


Block: TypeAlias = Paragraph | Listing | Grid | Picture | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its anchor and blocks.

    Attributes
    ----------
    anchor, title : str
        Where it is found, and what it is called.
    blocks : tuple of Block
        What it holds.
    answer : str
        What it says, in one sentence; read before the section is opened.
    brief : Brief, optional
        The first page, of the section that is it; formats that lay it out themselves take it in place of `blocks`.
    """

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    answer: str = ""
    brief: Brief | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report; a `full` one has every section open, on screen and on paper."""

    language: str
    title: str
    subtitle: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    full: bool = False


def plain_cell(value: Any) -> Cell:
    """Return a value as a cell: plain Python, None where it is missing or not finite.

    Parameters
    ----------
    value : object
        From a frame.

    Returns
    -------
    Cell
        Text for everything that is no number, truth value or `Suppressed`.

    Examples
    --------
    >>> plain_cell(np.float64("nan")), plain_cell(np.int64(3)), plain_cell("x")
    (None, 3, 'x')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, Suppressed, str)):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    text = str(value)
    return None if text in ("NaT", "<NA>") else text


def column(
    frame: pd.DataFrame,
    name: str,
    heading: str,
    kind: Kind = "text",
    *,
    digits: int | None = None,
    words: Mapping[str, str] | Callable[[Any], Cell] | None = None,
) -> TableColumn:
    """Return a column of a frame as a column of a table.

    Parameters
    ----------
    frame : DataFrame
        Any.
    name : str
        Its column, or the name of its index.
    heading : str
        In the reader's language.
    kind : str
        How its cells are written.
    digits : int, optional
        Decimals of a ``number`` or ``percent``.
    words : mapping or callable, optional
        What each value is called.

    Returns
    -------
    TableColumn
        With as many cells as the frame has rows.
    """
    values = frame.index if name == frame.index.name and name not in frame.columns else frame[name]
    numbers = isinstance(values.dtype, np.dtype) and values.dtype.kind in "biuf"
    cells = tuple(plain_values(values) if numbers else map(plain_cell, values.astype(object)))
    if words is not None:
        known = cells if callable(words) else ()
        cells = (
            tuple(words(cell) for cell in known)
            if callable(words)
            else tuple(words.get(cell, cell) if isinstance(cell, str) else cell for cell in cells)
        )
    return TableColumn(heading, kind, cells, digits)


def cell_text(cell: Cell, column: TableColumn, translate: Translator) -> str:
    """Return a cell as people read it.

    Parameters
    ----------
    cell : Cell
        One of the column's.
    column : TableColumn
        Says how.
    translate : Translator
        Language and decimal mark.

    Returns
    -------
    str
        A dash where nothing is known. What would be rounded to nothing says that it is a little more, and a
        percentage that would be rounded to all of something that it is a little less.
    """
    if cell is None:
        return "–"
    if isinstance(cell, Suppressed):
        return translate("fewer than {count} answers", count=cell.fewest)
    if isinstance(cell, bool):
        return translate("yes") if cell else translate("no")
    if isinstance(cell, str):
        return cell
    if column.kind == "percent":
        return _percent(cell, column.decimals, translate)
    if column.kind == "points":
        cell = 100.0 * cell
    least = 10.0**-column.decimals
    return (
        f"< {translate.number(least, column.decimals)}"
        if 0 < cell < least / 2
        else translate.number(cell, column.decimals)
    )


def _percent(cell: float, decimals: int, translate: Translator) -> str:
    least = 10.0 ** -(decimals + 2)
    if 0 < cell < least / 2:
        return f"< {translate.percent(least, decimals)}"
    if 1 - least / 2 < cell < 1:
        return f"> {translate.percent(1 - least, decimals)}"
    return translate.percent(cell, decimals)


def rest_sentence(grid: Grid, shown: int, translate: Translator) -> str:
    """Return how much of a table is shown, and where the rest is.

    Parameters
    ----------
    grid : Grid
        With more rows than are shown.
    shown : int
        Its first rows, so many.
    translate : Translator
        Language.

    Returns
    -------
    str
        With the part of all shares that the shown rows hold, where the table is tinted by one.
    """
    fields = {"shown": translate.number(shown), "total": translate.number(grid.length), "sheet": grid.name}
    if not grid.shades:
        return translate("The first {shown} of {total}; all of them are in report.xlsx, sheet “{sheet}”.", **fields)
    return translate(
        "The first {shown} of {total}, with {part} of the gap; all of them are in report.xlsx, sheet “{sheet}”.",
        **fields,
        part=translate.percent(sum(grid.shades[:shown])),
    )


def suppressed_cells(column: TableColumn, hidden: list[bool], fewest: int) -> TableColumn:
    """Return a column in which hidden rows say that they are withheld."""
    return replace(
        column,
        cells=tuple(Suppressed(fewest) if away else cell for cell, away in zip(column.cells, hidden, strict=True)),
    )
