"""The tower as a story: the costliest services and their paths alone, small enough for a page of prose or a phone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline

from cxgraph.analysis import Analysis, PublishableAnalysis
from cxgraph.drawing.figures import Axes, blank_figure, draw_line, steady
from cxgraph.drawing.lettering import line_height, text_width, wrap, write, write_lines
from cxgraph.drawing.style import ACCENT, BIN_EDGES, BIN_RANGES, QUIET, SHELF, bins
from cxgraph.drawing.titles import StoryPath, story_paths, translator
from cxgraph.drawing.tower.figure import received_and_delivered
from cxgraph.drawing.tower.glasses import BOWL, STEM, Cause, along, draw_badge, draw_glass, draw_stream, stream_outline
from cxgraph.drawing.tower.story import HIGHEST_LAYER, delivered
from cxgraph.model.arrays import Floats
from cxgraph.privacy.gate import publishable
from cxgraph.wording import N_, Translator

WIDTH, MARGIN, RADIUS = 4.6, 0.1, 0.27
NAME_SIZE, FACT_SIZE = 8.5, 7.5
_GAP = 0.42
_SWATCH = 0.24
"""Inches of a colour in the key."""


@steady
def draw_story(analysis: Analysis, *, language: str | None = None) -> Figure:
    """Draw the three costliest services, each along its heaviest path to the customers, and nothing else.

    They are those that the tower numbers first, in its colours. A glass is full to what its department receives;
    below it stands what originates in a root cause, and what each department receives and delivers, because the
    emptiest glass is seldom the cause.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        4.6 inches wide; only a line of text where no path may be shown.
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    paths = story_paths(published)
    if not paths:
        figure, axes = blank_figure(WIDTH, 0.6)
        write(axes, (MARGIN, 0.2), translate(N_("There is no path to show.")), NAME_SIZE)
        return figure
    return _draw(published, paths, translate)


def _rows(story: tuple[StoryPath, ...]) -> list[list[str]]:
    """Return the departments row by row, customers last: each above all to whom it hands on."""
    paths = [one.path for one in story]
    level: dict[str, int] = {}
    for path in paths:
        below = path.departments[-1]
        level.setdefault(below, 0)
        for name in reversed(path.departments[:-1]):
            level[name] = max(level.get(name, 0), 0 if name == below else min(level[below] + 1, len(path.departments)))
            below = name
    for _ in range(len(level)):  # until nobody stands beside or below whom it serves; a loop is left as it is
        for path in paths:
            for upper, lower in pairwise(path.departments):
                if level[upper] <= level[lower] and level[lower] + 1 <= len(level):
                    level[upper] = level[lower] + 1
    first = {name: number for number, path in reversed(list(enumerate(paths))) for name in path.departments}
    used = sorted(set(level.values()), reverse=True)
    return [sorted((name for name in level if level[name] == row), key=lambda name: first[name]) for row in used]


def _draw(published: PublishableAnalysis, story: tuple[StoryPath, ...], translate: Translator) -> Figure:
    rows, paths = _rows(story), [one.path for one in story]
    names = {one: name for path in paths for one, name in zip(path.departments, path.names, strict=True)}
    facts = _facts(published, story, translate)
    level = 1.0 - published.analysis.cascade.shortfall
    key = sorted({int(found) for one in story for found in bins(level[list(one.services)])})
    room = {name: (WIDTH - 2 * MARGIN) / len(row) for row in rows for name in row}
    lines = {name: wrap(names[name], room[name] - 0.12, NAME_SIZE, 2, bold=True) for name in names}
    below = {name: [line for fact in facts[name] for line in _lines(fact, room[name] - 0.12)] for name in names}
    depth = [
        (BOWL + STEM) * RADIUS
        + 0.06
        + max(len(lines[name]) * line_height(NAME_SIZE) + len(below[name]) * line_height(FACT_SIZE) for name in row)
        for row in rows
    ]
    rim = [MARGIN + 0.12 + sum(depth[:row]) + _GAP * row for row in range(len(rows))]
    end = rim[-1] + depth[-1] + 0.08
    figure, axes = blank_figure(WIDTH, end + _key_height(key, translate) + MARGIN)
    at = {
        name: (MARGIN + room[name] * (place + 0.5), rim[number])
        for number, row in enumerate(rows)
        for place, name in enumerate(row)
    }
    table = published.analysis.departments()
    receives = set(published.analysis.services()["client"].astype(object))
    causes = {path.departments[0] for path in paths}
    largest = float(published.shown(table)["share"].max())
    for name, (x, top) in at.items():
        foot = top + (BOWL + STEM) * RADIUS
        draw_line(
            axes, (x - 0.42, x + 0.42), (foot, foot), color=SHELF, linewidth=3, zorder=0.5, solid_capstyle="round"
        )
        fill = 1.0 - float(table["received"][name]) if name in receives else None
        shown = "–" if fill is None else f"{100 * fill:.0f}"
        layer = HIGHEST_LAYER * float(table["share"][name]) / largest if largest > 0 else 0.0
        cause = Cause(layer, name in causes)
        draw_glass(axes, (x, top), RADIUS, fill, shown, cause=cause, label=f"glass-{name}")
        bottom = write_lines(
            axes, (x, foot + 0.06), lines[name], NAME_SIZE, bold=True, anchor="center top", halo=2, zorder=8
        )
        write_lines(
            axes,
            (x, bottom),
            below[name],
            FACT_SIZE,
            colour=ACCENT if name in causes else QUIET,
            anchor="center top",
            halo=2,
            zorder=8,
        )
    for number, one in reversed(list(enumerate(story, 1))):
        _pour(axes, at, one, number, lines, below, level)
    _draw_key(axes, end, key, translate)
    return figure


def _lines(fact: tuple[str, ...], width: float) -> list[str]:
    """Return the parts of a fact on one line where they fit, else each on its own."""
    together = ", ".join(fact)
    if text_width(together, FACT_SIZE) <= width:
        return [together] if together else []
    return [line for part in fact for line in wrap(part, width, FACT_SIZE, 2)]


def _facts(
    published: PublishableAnalysis, story: tuple[StoryPath, ...], translate: Translator
) -> dict[str, list[tuple[str, ...]]]:
    """Return what stands below each name: what originates in a cause, and what each receives and delivers."""
    analysis, paths = published.analysis, [one.path for one in story]
    table, ids = analysis.departments(), list(analysis.organization.departments["id"])
    given = delivered(analysis)
    said: dict[str, list[tuple[str, ...]]] = {name: [] for path in paths for name in path.departments}
    for cause in {path.departments[0] for path in paths}:
        origin = translate.percent(float(table["share"][cause]), 0)
        said[cause].append((translate(N_("origin of {share} of the gap"), share=origin),))
    for name in {name for path in paths for name in path.departments[:-1]}:
        said[name].append(received_and_delivered(analysis, ids.index(name), given, translate))
    for customer in {path.departments[-1] for path in paths}:
        gap = translate.percent(float(table["received"][customer]))
        said[customer].append((translate(N_("gap {gap}"), gap=gap),))
    return said


def _pour(
    axes: Axes,
    at: dict[str, tuple[float, float]],
    one: StoryPath,
    number: int,
    lines: dict[str, list[str]],
    below: dict[str, list[str]],
    level: Floats,
) -> None:
    """Draw one path over the rims, beside the names, into the mouths below; its number stands on the first stream.

    The first stream is as wide as what originates in its service, the others as what of it takes this path.
    """
    for step, (upper, lower) in enumerate(pairwise(one.path.departments)):
        (x, rim), (end, mouth) = at[upper], at[lower]
        side = 1.0 if end > x or (end == x and number % 2) else -1.0
        words = max(
            [text_width(line, NAME_SIZE, True) for line in lines[upper]]
            + [text_width(line, FACT_SIZE) for line in below[upper]]
        )
        column = x + side * (max(words / 2, RADIUS) + 0.05 + 0.07 * number)
        column = min(max(column, MARGIN + 0.06 * number), WIDTH - MARGIN - 0.06 * number)
        foot = rim + (BOWL + STEM) * RADIUS + 0.06
        foot += len(lines[upper]) * line_height(NAME_SIZE) + len(below[upper]) * line_height(FACT_SIZE)
        target = (end + (number - 2) * 0.4 * RADIUS, mouth + 0.03)
        points = np.array([(column, rim + 0.12), (column, min(foot, mouth - 0.1)), target])
        outline = stream_outline(points, x + side * RADIUS * 0.86)
        width = 2.0 + 14.0 * min(one.path.share if step else one.share, 0.25)
        colour = int(bins(level[one.services[step]]))
        draw_stream(axes, outline, width, colour, heavy=True, label=f"path-{number}-{step}")
        if step == 0:
            line = along(outline)
            spot = line[int((0.4 + 0.1 * number) * len(line))]
            draw_badge(axes, (float(spot[0]), float(spot[1])), number, label=f"badge-{number}")


def _key(key: list[int], translate: Translator) -> tuple[list[str], list[list[tuple[int, str]]]]:
    """Return what the colours mean: lines of words, and lines of colours with their ranges."""
    words = translate(N_("delivered, as a part of what is expected:"))
    edges = ["", *(translate.percent(edge, 0) for edge in BIN_EDGES), ""]
    rows: list[list[tuple[int, str]]] = []
    x = WIDTH
    for colour in key:
        text = translate(BIN_RANGES[colour], low=edges[colour], high=edges[colour + 1])
        taken = _SWATCH + 0.08 + text_width(text, FACT_SIZE) + 0.2
        if x + taken > WIDTH - MARGIN:
            rows.append([])
            x = MARGIN
        rows[-1].append((colour, text))
        x += taken
    return wrap(words, WIDTH - 2 * MARGIN, FACT_SIZE, 3), rows


def _key_height(key: list[int], translate: Translator) -> float:
    words, rows = _key(key, translate)
    return (len(words) + len(rows)) * line_height(FACT_SIZE)


def _draw_key(axes: Axes, y: float, key: list[int], translate: Translator) -> None:
    """Draw what the colours of the streams mean, as in the tower."""
    words, rows = _key(key, translate)
    y = write_lines(axes, (MARGIN, y), words, FACT_SIZE, colour=QUIET, label="key")
    for row in rows:
        x, middle = MARGIN, y + line_height(FACT_SIZE) / 2
        for colour, text in row:
            swatch = Outline([(x, middle), (x + _SWATCH, middle)])
            draw_stream(axes, swatch, 5.0, colour, heavy=True)
            x += _SWATCH + 0.08
            write(axes, (x, middle), text, FACT_SIZE, colour=QUIET, anchor="left center", label="key")
            x += text_width(text, FACT_SIZE) + 0.2
        y += line_height(FACT_SIZE)
