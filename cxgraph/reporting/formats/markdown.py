"""A document as Markdown, for wikis, repositories and review tools."""

from __future__ import annotations

import re
from functools import lru_cache

from cxgraph.reporting.blocks import (
    Block,
    Document,
    Grid,
    Heading,
    Listing,
    Paragraph,
    Picture,
    cell_text,
    rest_sentence,
)
from cxgraph.reporting.formats.html import SHOWN
from cxgraph.wording import Translator

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$]|&(?=#?\w+;))")
_ADDRESS = re.compile(r"(?<=\w)(:)(?=//)|(?<=www)(\.)", re.I)
"""Finds the character without which GitHub's dialect makes no link of an address that merely stands there."""
_AT = re.compile(r"@(?=\w)")
_KEPT = 5_000
"""Texts that are remembered escaped: a report's tables say the same few numbers and names again and again."""


def render_markdown(document: Document, translate: Translator) -> str:
    """Return a document as Markdown.

    Parameters
    ----------
    document : Document
        Texts as people wrote them; what Markdown would take for marks is escaped.
    translate : Translator
        Language of the few words that are added.

    Returns
    -------
    str
        Headings, lists, tables as in GitHub's dialect, and links to the figures beside the file.
    """
    lines = [f"# {_plain(document.title)}", "", _plain(document.subtitle), ""]
    for section in document.sections:
        lines += [f"## {_plain(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block, translate), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


@lru_cache(_KEPT)
def _plain(text: str) -> str:
    """Escape what Markdown would read as a mark; every blank is one blank, so that no line can begin anew."""
    escaped = _SPECIAL.sub(r"\\\1", re.sub(r"[^\S\u00a0]+", " ", text))
    escaped = _ADDRESS.sub(lambda found: f"\\{found[0]}", escaped)
    # Addresses of mail are looked for in the finished text, where an escape has gone; an empty comment has not.
    return _AT.sub(r"\\@<!-- -->", escaped)


def _block(block: Block, translate: Translator) -> list[str]:
    if isinstance(block, Paragraph):
        text = _plain(block.text)
        return [f"**{text}**" if block.tone == "key" else f"> {text}" if block.tone == "caution" else text]
    if isinstance(block, Heading):
        return [f"### {_plain(block.text)}"]
    if isinstance(block, Listing):
        return [
            f"{place}. {_plain(item)}" if block.numbered else f"- {_plain(item)}"
            for place, item in enumerate(block.items, 1)
        ]
    if isinstance(block, Picture):
        return [f"![{_plain(block.words)}](figures/{block.name}.svg)"]
    return _table(block, translate)


def _table(grid: Grid, translate: Translator) -> list[str]:
    if not grid.length:
        return [f"{_plain(grid.caption)}: {translate('nothing to list.')}"]
    lines = [
        f"**{_plain(grid.caption)}**",
        "",
        f"| {' | '.join(_plain(entry.heading) for entry in grid.columns)} |",
        "|" + "|".join("---:" if entry.numeric else "---" for entry in grid.columns) + "|",
    ]
    for row in range(min(grid.length, SHOWN)):
        cells = (_plain(cell_text(entry.cells[row], entry, translate)) for entry in grid.columns)
        lines.append(f"| {' | '.join(cells)} |")
    if grid.length > SHOWN:
        lines += ["", _plain(rest_sentence(grid, SHOWN, translate))]
    return lines
