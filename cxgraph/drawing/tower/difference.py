"""The tower of differences: which glasses are fuller than in the period before, and which are emptier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from cxgraph.drawing.charts.change import last_comparison
from cxgraph.drawing.figures import Axes, blank_figure, steady
from cxgraph.drawing.lettering import line_height, wrap, write, write_lines
from cxgraph.drawing.style import ACCENT, BIN_COLOURS, GOLD, INK, QUIET
from cxgraph.drawing.titles import translator
from cxgraph.drawing.tower.figure import (
    LIMITS,
    MARGIN,
    NAME_SIZE,
    PANEL,
    ROOMY,
    TEXT_SIZE,
    TITLE_SIZE,
    Plan,
    draw_shelves,
    glass_name,
    plan_tower,
    unit_of,
)
from cxgraph.drawing.tower.figure import WIDTH as TOWER_WIDTH
from cxgraph.drawing.tower.glasses import BOWL, bowl_outline, draw_glass
from cxgraph.drawing.tower.layout import Layout, lay_out
from cxgraph.drawing.tower.story import Story
from cxgraph.model.arrays import Floats
from cxgraph.privacy.gate import publishable
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.comparing.compare import Comparison, Measured

WIDTH = TOWER_WIDTH - PANEL
"""The tower without the panel beside it, in inches."""
LEAST = 0.005
"""Part of a glass from which it counts as fuller or emptier: what rounds to a point."""


@steady
def draw_difference(analysis: Analysis, *, comparison: Comparison | None = None, language: str | None = None) -> Figure:
    """Draw the tower with what each glass has gained or lost since the period before.

    Parameters
    ----------
    analysis : Analysis
        Of an organisation with two periods or more.
    comparison : Comparison, optional
        Of its period with the one before, where it is known already.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        As wide as the tower itself, as high as it needs. See `figure_bytes`.

    Raises
    ------
    ParameterError
        Fewer than two periods.
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis = published.analysis
    found = last_comparison(analysis) if comparison is None else comparison
    for most, count in LIMITS:
        layout = lay_out(analysis, most_per_tier=most, most_per_row=8, most_streams=count)
        if unit_of(layout) >= ROOMY:
            break
    ids = analysis.organization.departments["id"].astype(str)
    sides = [_fills(wave, pd.Index(ids)) for wave in (found.before, found.after)]
    sides = [np.where(published.departments, np.nan, side) for side in sides]
    weight = np.maximum(analysis.cascade.client_reach, 1e-12)
    before, after = (_of_glasses(side, weight, layout) for side in sides)
    period = found.before.organization.settings.period
    since = period if period is not None else translate(N_("the period before"))
    names = [glass_name(analysis, layout, translate, glass) for glass in range(layout.glasses)]
    titles = wrap(_title(after - before, names, since, translate), WIDTH - 2 * MARGIN, TITLE_SIZE, 2, bold=True)
    reading = N_(
        "A glass is as full as what its department receives. Blue was gained since {before}, red was lost; the number "
        "is the difference in points. A dash: not measured in both periods. The services between the glasses are not "
        "drawn here."
    )
    notes = wrap(translate(reading, before=since), WIDTH - 2 * MARGIN, TEXT_SIZE, 3)
    top = MARGIN + len(titles) * line_height(TITLE_SIZE) + len(notes) * line_height(TEXT_SIZE) + 0.35
    plan = plan_tower(analysis, layout, Story(np.zeros(layout.glasses), (), {}, {}), translate, top)
    figure, axes = blank_figure(WIDTH, plan.bottom + MARGIN)
    below = write_lines(axes, (MARGIN, MARGIN), titles, TITLE_SIZE, bold=True, label="title")
    write_lines(axes, (MARGIN, below + 0.05), notes, TEXT_SIZE, colour=QUIET, label="subtitle")
    draw_shelves(axes, layout, plan, translate)
    for glass in range(layout.glasses):
        _draw(axes, layout, plan, glass, (float(before[glass]), float(after[glass])), translate)
    return figure


def _fills(wave: Measured, ids: pd.Index) -> Floats:
    """Return how full each department's glass is in a wave; NaN where it receives nothing that was scored."""
    cascade, network = wave.cascade, wave.cascade.network
    receives = np.bincount(network.client, minlength=network.departments) > 0
    level = np.where(receives, 1.0 - cascade.received, np.nan)
    found = pd.Series(level, wave.organization.departments["id"].astype(str).to_numpy()).reindex(ids)
    return np.asarray(found.to_numpy(float))


def _of_glasses(level: Floats, weight: Floats, layout: Layout) -> Floats:
    """Return the fill of each glass: the mean of its members by what each costs the customers."""
    found = np.full(layout.glasses, np.nan)
    for glass, members in enumerate(layout.members):
        known = members[~np.isnan(level[members])]
        if len(known):
            found[glass] = np.average(level[known], weights=weight[known])
    return found


def _title(change: Floats, names: list[str], since: str, translate: Translator) -> str:
    """Return how many glasses are fuller and emptier, and which most of all."""
    known = np.nan_to_num(change)
    counts = {
        "since": since,
        "fuller": translate.number(int((known >= LEAST).sum())),
        "emptier": translate.number(int((known <= -LEAST).sum())),
    }
    text = translate(N_("Glasses fuller than in {since}: {fuller}; emptier: {emptier}"), **counts)
    if not len(known) or np.abs(known).max() < LEAST:
        return text
    most = int(np.argmax(np.abs(known)))
    return f"{text}. " + translate(
        N_("Most of all {name}: {points} points"), name=names[most], points=_points(float(known[most]), translate)
    )


def _points(change: float, translate: Translator) -> str:
    """Return a change in whole points with its sign."""
    whole = translate.number(abs(100 * change), 0)
    return whole if whole == translate.number(0, 0) else f"{'+' if change > 0 else '−'}{whole}"


def _draw(
    axes: Axes, layout: Layout, plan: Plan, glass: int, fills: tuple[float, float], translate: Translator
) -> None:
    stage, row = plan.stage, layout.row[glass]
    before, after = fills
    known = not np.isnan(before) and not np.isnan(after)
    at = (float(stage.x[glass]), float(stage.rim[row]))
    lower = None if np.isnan(after) else min(after, before) if known else after
    draw_glass(axes, at, stage.radius, lower, "", stacked=layout.kind[glass] != "department", label=f"glass-{glass}")
    colour = INK
    if known and abs(after - before) >= LEAST:
        whole = bowl_outline(*at, stage.radius, max(before, after))
        part = bowl_outline(*at, stage.radius, min(before, after))
        # Between the gold of `draw_glass` and its rim: the fuller level in the colour, the other in gold upon it.
        colour = BIN_COLOURS[4] if after > before else ACCENT
        axes.add_artist(PathPatch(whole, facecolor=colour, edgecolor="none", zorder=6.12))
        axes.add_artist(PathPatch(part, facecolor=GOLD, edgecolor="none", zorder=6.14))
    write(
        axes,
        (at[0], at[1] + 0.43 * BOWL * stage.radius),
        _points(after - before, translate) if known else "–",
        float(np.clip(32 * stage.radius, 7.2, 11.0)),
        bold=True,
        colour=colour,
        anchor="center center",
        zorder=8,
        halo=2.6,
        label=f"glass-{glass}-change",
    )
    write_lines(
        axes,
        (at[0], stage.foot[row] + 0.05),
        plan.names[glass],
        NAME_SIZE,
        anchor="center top",
        halo=1.8,
        zorder=8,
        label=f"name-{glass}",
    )
