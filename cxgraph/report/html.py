"""A document as one HTML file that asks nobody for anything: style and script pinned by their hashes, no request."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cxgraph.report.blocks import Cell, Column, Document, Grid, cell_text
from cxgraph.wording import Speaker

SHOWN = 60
"""Rows of a table that the page shows; the workbook holds all of them, and the page says so."""
_BROAD = 11
"""Columns from which a table is printed across the page."""
_BRIEF = 12
"""Rows up to which a table is printed on one page."""


def render_html(document: Document, say: Speaker) -> str:
    """Return a document as HTML.

    Parameters
    ----------
    document : Document
        Texts as people wrote them; everything is escaped here.
    say : Speaker
        Language of the few words that the page itself adds.

    Returns
    -------
    str
        One self-contained page. Its policy forbids requests and every script but the one that sorts tables, so that
        nothing hidden in a name can run; without scripts everything can be read too.
    """
    templates = files("cxgraph.report") / "templates"
    style, script = ((templates / name).read_text("utf-8") for name in ("report.css", "sort.js"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True,
                              trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((templates / "report.html.j2").read_text("utf-8"))
    return template.render(
        document=document, say=say, kind=lambda block: type(block).__name__,
        # Style and script are our own files; escaping their quotes would change the bytes that the hashes are of.
        style=Markup(style), script=Markup(script),  # noqa: S704
        style_hash=_hash(style), script_hash=_hash(script),
        base64=lambda svg: base64.b64encode(svg.encode()).decode(), row_class=_row_class, cell_class=_cell_class,
        text=lambda cell, column: cell_text(cell, column, say), shown=SHOWN, number=_sort_value,
        broad=_BROAD, brief=_BRIEF,
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _row_class(grid: Grid, row: int) -> str:
    """Return how strongly a row is tinted by its share; empty for not at all."""
    step = sum(grid.shades[row] >= least for least in (0.02, 0.05, 0.15)) if grid.shades else 0
    return f"shade{step}" if step else ""


def _cell_class(cell: Cell, column: Column) -> str:
    names = ["number"] if column.numeric else []
    if column.heat and isinstance(cell, float):
        step = sum(cell < least for least in (0.7, 0.5, 0.3))
        names += [f"shade{step}"] if step else []
    return " ".join(names)


def _sort_value(cell: Cell) -> str | None:
    """Return the number that a cell is sorted by, to its last digit; None for texts."""
    return repr(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
