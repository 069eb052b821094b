"""A document as one HTML file that asks nobody for anything: style and script pinned by their hashes, no request."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from cxgraph.reporting.blocks import (
    Block,
    Cell,
    Document,
    Grid,
    Heading,
    Paragraph,
    Picture,
    Section,
    TableColumn,
    cell_text,
    rest_sentence,
)
from cxgraph.reporting.summary import short_name
from cxgraph.wording import N_, Translator

SHOWN = 60
"""Rows of a table that the page shows; the workbook holds all of them, and the page says so."""
_BROAD = 13
"""Columns from which a table is printed across the page."""
_DENSE = 10
"""Columns from which a table is printed in smaller letters."""
_BAR = 200
"""Width of the bar of all of the gap, in units of its drawing."""
_FEW = 8
"""Rows up to which a table is printed on one page."""
_LONGEST = 20
"""Letters of the longest word that is never broken."""
PAGE_WORDS = {
    "filter": N_("Filter rows"),
    "save": N_("Save as CSV"),
    "story": N_(
        "The services in which most of the gap originates, with their share of it; each is drawn along its heaviest "
        "path"
    ),
    "beside": N_("The report behind this page, its tables and its figures stand beside it: report.html."),
}
_PARTS = re.compile(r"[\s-]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def render_html(document: Document, translate: Translator) -> str:
    """Return a document as HTML.

    Parameters
    ----------
    document : Document
        Texts as people wrote them; everything is escaped here.
    translate : Translator
        Language of the few words that the page itself adds.

    Returns
    -------
    str
        One self-contained page. Its policy forbids requests and every script but the one that sorts tables, so that
        nothing hidden in a name can run; without scripts everything can be read too.
    """
    return _render("report.html.j2", document, translate)


def render_brief(document: Document, translate: Translator) -> str:
    """Return the first page of a document as a file of its own, without any script.

    Parameters
    ----------
    document : Document
        With a brief.
    translate : Translator
        Language of the few words that the page itself adds.

    Returns
    -------
    str
        One self-contained page.
    """
    return _render("brief_alone.html.j2", document, translate)


def render_card(document: Document, translate: Translator) -> str:
    """Return the page of a department: a document with every section open, without any script.

    Parameters
    ----------
    document : Document
        About one department.
    translate : Translator
        Language of the few words that the page itself adds.

    Returns
    -------
    str
        One self-contained page.
    """
    return _render("card.html.j2", document, translate)


@cache
def _environment() -> Environment:
    """Return where templates are compiled, each once for all pages that use it."""
    templates = files("cxgraph.reporting") / "templates"
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda part: (templates / part).read_text("utf-8")),
    )


def _render(name: str, document: Document, translate: Translator) -> str:
    templates = files("cxgraph.reporting") / "templates"
    # Validators take the hash of a text without the white space around it, browsers of the text as it stands.
    style, script = ((templates / part).read_text("utf-8").strip() for part in ("report.css", "tables.js"))
    return (
        _environment()
        .get_template(name)
        .render(
            document=document,
            words={key: translate(text) for key, text in PAGE_WORDS.items()},
            brief=next((section.brief for section in document.sections if section.brief), None),
            short_name=short_name,
            length=lambda share: round(_BAR * min(max(share, 0.0), 1.0), 1),
            translate=translate,
            kind=lambda block: type(block).__name__,
            # Style and script are our own files; escaping their quotes would change the bytes that the hashes are of.
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            style_hash=_hash(style),
            script_hash=_hash(script),
            base64=lambda svg: base64.b64encode(svg.encode()).decode(),
            row_class=_row_class,
            cell_class=_cell_class,
            text=lambda cell, column: cell_text(cell, column, translate),
            shown=SHOWN,
            number=_sort_value,
            dense=_DENSE,
            few=_FEW,
            groups=_groups,
            rest=lambda grid: rest_sentence(grid, SHOWN, translate),
        )
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _groups(section: Section) -> Iterator[tuple[bool, tuple[Block, ...]]]:
    """Yield the blocks of a section in runs, and whether a run is printed across the page.

    What is printed across begins a new page: a heading and the words right above a broad table go with it, and so
    does a picture above a table that would not fill a page.
    """
    run: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Heading):
            yield from _together(run)
            run = []
        if not _is_broad(block):
            run.append(block)
            continue
        lead = _lead(run, block)
        yield from _together(run[:lead])
        yield True, (*run[lead:], block)
        run = []
    yield from _together(run)


def _lead(run: list[Block], broad: Block) -> int:
    """Return from which block of a run on what stands above a broad block goes with it."""
    if all(isinstance(block, (Heading, Paragraph)) for block in run):
        return 0
    short = isinstance(broad, Grid) and broad.length <= _FEW
    return len(run) - int(short and isinstance(run[-1], Picture))


def _together(run: list[Block]) -> Iterator[tuple[bool, tuple[Block, ...]]]:
    if run:
        yield False, tuple(run)


def _is_broad(block: Block) -> bool:
    return block.broad if isinstance(block, Picture) else isinstance(block, Grid) and len(block.columns) >= _BROAD


def _row_class(grid: Grid, row: int) -> str:
    """Return how strongly a row is tinted by its share; empty for not at all."""
    step = sum(grid.shades[row] >= least for least in (0.02, 0.05, 0.15)) if grid.shades else 0
    return f"shade{step}" if step else ""


def _cell_class(cell: Cell, column: TableColumn) -> str:
    names = ["number"] if column.numeric else []
    if isinstance(cell, str):
        names += ["day"] if _DAY.fullmatch(cell) else []
        names += ["long"] if max(map(len, _PARTS.split(cell))) > _LONGEST else []
    if column.heat and isinstance(cell, float):
        step = sum(cell < least for least in (0.7, 0.5, 0.3))
        names += [f"shade{step}"] if step else []
    return " ".join(names)


def _sort_value(cell: Cell, column: TableColumn) -> str | None:
    """Return the number that a cell is sorted by and saved as, to its last digit; None for texts."""
    if not isinstance(cell, (int, float)) or isinstance(cell, bool):
        return None
    return repr(100 * cell if column.kind == "points" else cell)
