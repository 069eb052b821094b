"""The champagne tower: who fills whose glass, and where what the customers miss runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.figure import Figure

from cxgraph.analysis import Analysis, PublishableAnalysis
from cxgraph.drawing.figures import Axes, blank_figure, draw_line, steady
from cxgraph.drawing.lettering import line_height, text_width, wrap, write, write_lines
from cxgraph.drawing.style import ACCENT, FAINT, QUIET, SHELF
from cxgraph.drawing.titles import headline, spread_headline, summary, translator
from cxgraph.drawing.tower.flows import Stage, choose_streams, draw_streams
from cxgraph.drawing.tower.glasses import BOWL, STEM, Box, Cause, draw_glass
from cxgraph.drawing.tower.layout import Layout, lay_out, tier_label
from cxgraph.drawing.tower.panel import draw_panel
from cxgraph.drawing.tower.story import Story, delivered, tell
from cxgraph.model.arrays import Floats, Integers
from cxgraph.privacy.gate import publishable
from cxgraph.wording import N_, Translator

WIDTH = 14.0
LEFT, PANEL, MARGIN = 1.55, 3.1, 0.35
ROOM = WIDTH - PANEL - LEFT - 0.3
NAME_SIZE, TITLE_SIZE, TEXT_SIZE = 8.0, 16.0, 9.0
NOTE_WIDTH = 0.96 * (WIDTH - 2 * MARGIN)
"""A little less than there is: on a screen small letters are set to whole dots, which makes a long line wider."""
PANEL_HEIGHT = 8.1
WITHHELD_HEIGHT = 1.6
"""What the panel takes to say how much is withheld and why."""
READING = N_("A glass is as full as what its department receives; a flow is a service, numbered where it costs most.")
LIMITS = ((12, 100), (10, 80), (8, 64), (7, 52), (6, 44), (5, 36))
"""Glasses in a tier and streams that are tried in turn until names have room."""
ROOMY = 0.64
"""Inches between two neighbouring glasses in which a word still fits."""


@steady
def draw_tower(
    analysis: Analysis,
    *,
    focus: str | None = None,
    group_by: Literal["division"] | None = None,
    most_per_tier: int | None = None,
    language: str | None = None,
) -> Figure:
    """Draw the champagne tower of an analysis.

    Every glass is a department, full to 1 minus what it lacks; every stream a service, from supplier to client. The
    six services that cost the customers most are numbered.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    focus : str, optional
        Id of a department: only its suppliers, its clients and its ways to the customers.
    group_by : {"division"}, optional
        One glass for all who report to the same head below the top.
    most_per_tier : int, optional
        Glasses in a tier at the most; 12, or as few as their names need. The rest of the tier shares one glass.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        14 inches wide, as high as it needs. See `figure_bytes`.

    Raises
    ------
    ParameterError
        A department that does not exist.

    Notes
    -----
    Nothing is hidden without a line that says how much it is.
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis = published.analysis
    for most, count in LIMITS if most_per_tier is None else ((most_per_tier, LIMITS[0][1]),):
        layout = lay_out(
            analysis, focus=focus, group_by=group_by, most_per_tier=most, most_per_row=8, most_streams=count
        )
        if unit_of(layout) >= ROOMY:
            break
    streams = choose_streams(analysis, layout)
    titles = wrap(_title(published, focus, translate), WIDTH - 2 * MARGIN, TITLE_SIZE, 2, bold=True)
    notes = wrap(f"{summary(analysis, translate)} {translate(READING)}", NOTE_WIDTH, TEXT_SIZE, 2)
    top = MARGIN + len(titles) * line_height(TITLE_SIZE) + len(notes) * line_height(TEXT_SIZE) + 0.35
    story = tell(published, layout)
    plan = plan_tower(analysis, layout, story, translate, top)
    height = max(plan.bottom, top + PANEL_HEIGHT + (WITHHELD_HEIGHT if published.any else 0.0)) + MARGIN
    figure, axes = blank_figure(WIDTH, height)
    below = write_lines(axes, (MARGIN, MARGIN), titles, TITLE_SIZE, bold=True, label="title")
    write_lines(axes, (MARGIN, below + 0.05), notes, TEXT_SIZE, colour=QUIET, label="subtitle")
    draw_shelves(axes, layout, plan, translate)
    for glass in range(layout.glasses):
        _draw_department(axes, published, layout, plan, story, glass)
    draw_streams(axes, layout, plan.stage, streams)
    draw_panel(axes, published, layout, streams, translate, (WIDTH - PANEL, top, PANEL - MARGIN))
    return figure


def _title(published: PublishableAnalysis, focus: str | None, translate: Translator) -> str:
    """Return the finding about the whole, or about the department that the picture is of."""
    analysis = published.analysis
    if focus is None or focus in published.hidden_departments or not analysis.customer_shortfall > 0:
        return spread_headline(published, translate)
    row = analysis.departments().reindex([focus]).iloc[0]
    if row["kind"] != "internal" and not row["contribution"] > 0:
        return headline(published, translate)
    return translate(
        N_("{name}: {share} of the customers' gap originates there, and {passed} more passes through it"),
        name=row["name"],
        share=translate.percent(float(row["share"])),
        passed=translate.percent(float(row["passed_on"]) / analysis.customer_shortfall),
    )


@dataclass(frozen=True, eq=False)
class Plan:
    """Where the glasses stand, in inches.

    Attributes
    ----------
    stage : Stage
        Coordinates of rows and glasses.
    names : tuple of list of str
        Lines of each glass's name.
    told : tuple of list of (str, bool)
        Lines under the name of a cause (True) or a victim (False); none under the others.
    bottom : float
        Lower edge of the last name.
    """

    stage: Stage
    names: tuple[list[str], ...]
    told: tuple[list[tuple[str, bool]], ...]
    bottom: float


def plan_tower(analysis: Analysis, layout: Layout, story: Story, translate: Translator, top: float) -> Plan:
    """Place the glasses of a layout and break their names into lines, from a height on down."""
    lowest, highest = _extent(layout)
    unit = unit_of(layout)
    radius = float(np.clip(0.29 * unit, 0.17, 0.36))
    middle = LEFT + ROOM / 2 - unit * (highest + lowest) / 2
    x = middle + unit * layout.x
    room = _room(layout, x, unit)
    names = tuple(
        [
            *wrap(glass_name(analysis, layout, translate, glass), room[glass], NAME_SIZE, 3),
            *(
                line
                for line in wrap(_supplier_from_outside(analysis, layout, translate, glass), room[glass], NAME_SIZE, 2)
                if line
            ),
        ]
        for glass in range(layout.glasses)
    )
    told = _told(analysis, layout, story, room, translate)
    lines = np.zeros(len(layout.row_tier), int)
    np.maximum.at(lines, layout.row, [len(name) + len(words) for name, words in zip(names, told, strict=True)])
    deep = (BOWL + STEM) * radius + 0.05 + lines * line_height(NAME_SIZE)
    spare = (PANEL_HEIGHT - 0.12 - float(deep.sum())) / max(len(lines) - 1, 1)
    gap = float(np.clip(spare, max(0.5, 0.44 * unit), 1.3))
    rim = top + 0.12 + np.concatenate(([0.0], np.cumsum(deep[:-1] + gap)))
    bottom = float(rim[-1] + deep[-1])
    boxes = [
        _name_box(x[glass], rim[layout.row[glass]], radius, [*name, *(line for line, _ in told[glass])])
        for glass, name in enumerate(names)
    ]
    boxes += [
        Box(
            x[glass] - radius,
            rim[layout.row[glass]] - 0.1,
            x[glass] + radius,
            rim[layout.row[glass]] + (BOWL + STEM) * radius,
        )
        for glass in range(layout.glasses)
    ]
    return Plan(Stage(unit, middle, radius, rim, x, rim + (BOWL + STEM) * radius, tuple(boxes)), names, told, bottom)


def _extent(layout: Layout) -> tuple[float, float]:
    reach = np.concatenate([layout.x, *(route[:, 0] for route in layout.routes)])
    return float(reach.min(initial=0.0)), float(reach.max(initial=0.0))


def unit_of(layout: Layout) -> float:
    """Return how many inches one unit of the layout can have."""
    lowest, highest = _extent(layout)
    return min(1.55, ROOM / (highest - lowest + 1.0))


def _name_box(x: float, rim: float, radius: float, name: list[str]) -> Box:
    half = max(text_width(line, NAME_SIZE) for line in name) / 2
    top = rim + (BOWL + STEM) * radius + 0.05
    return Box(x - half, top, x + half, top + len(name) * line_height(NAME_SIZE))


def _room(layout: Layout, x: Floats, unit: float) -> Floats:
    """Return how wide what stands under each glass may be, in inches: what its neighbours in the row leave."""
    room = np.full(layout.glasses, 1.6 * unit)
    for row in range(len(layout.row_tier)):
        inside = np.flatnonzero(layout.row == row)
        inside = inside[np.argsort(x[inside])]
        gap = np.diff(x[inside])
        room[inside[:-1]] = np.minimum(room[inside[:-1]], gap)
        room[inside[1:]] = np.minimum(room[inside[1:]], gap)
    return room - 0.1


def _told(
    analysis: Analysis, layout: Layout, story: Story, room: Floats, translate: Translator
) -> tuple[list[tuple[str, bool]], ...]:
    """Return the lines under each glass's name that tell a cause (True) or a victim (False); none under most."""
    told: tuple[list[tuple[str, bool]], ...] = tuple([] for _ in range(layout.glasses))
    for glass in story.causes:
        words = translate(N_("causes {share}"), share=translate.percent(float(story.cause[glass]), 0))
        told[glass].extend((line, True) for line in wrap(words, room[glass], NAME_SIZE, 2, bold=True))
    given = delivered(analysis) if story.causes or story.inherited else np.zeros(0)
    # A cause receives well and delivers badly, a victim seldom the better of the two: the fill alone says neither.
    for glass in {**dict.fromkeys(story.causes), **story.inherited}:
        for words in received_and_delivered(analysis, int(layout.members[glass][0]), given, translate):
            told[glass].extend((line, False) for line in wrap(words, room[glass], NAME_SIZE, 2))
    for glass, share in story.borne.items():
        words = translate(N_("bears {share}"), share=translate.percent(share, 0))
        told[glass].extend((line, False) for line in wrap(words, room[glass], NAME_SIZE, 2))
    return told


def _supplier_from_outside(analysis: Analysis, layout: Layout, translate: Translator, glass: int) -> str:
    """Return that a glass is an external supplier's, because a tier's name is not meant of it; nothing of others."""
    kinds = analysis.organization.departments["kind"].to_numpy(object)[layout.members[glass]]
    return translate(N_("(external supplier)")) if len(kinds) and (kinds == "external_supplier").all() else ""


def received_and_delivered(
    analysis: Analysis, department: int, given: Floats, translate: Translator
) -> tuple[str, ...]:
    """Return what a department receives and what it delivers, in words; nothing of what nobody scored.

    Parameters
    ----------
    analysis : Analysis
        n departments.
    department : int
        Its number.
    given : float array, shape (n,)
        From `delivered`.
    translate : Translator
        Language.

    Returns
    -------
    tuple of str
        Two at the most.
    """
    level = fill(analysis, np.array([department]))
    words = []
    if level is not None:
        words.append(translate(N_("receives {share}"), share=translate.percent(level, 0)))
    if not np.isnan(given[department]):
        words.append(translate(N_("delivers {share}"), share=translate.percent(float(given[department]), 0)))
    return tuple(words)


def glass_name(analysis: Analysis, layout: Layout, translate: Translator, glass: int) -> str:
    """Return what is written under a glass: a department, a division with its size, or how many others."""
    members, table = layout.members[glass], analysis.organization.departments
    if layout.kind[glass] == "rest":
        return translate(N_("others ({count})"), count=translate.number(len(members)))
    names = table["name"].to_numpy()
    if layout.kind[glass] == "division":
        head = layout.division[glass] if layout.division[glass] >= 0 else members[0]
        return f"{names[head]} ({translate.number(len(members))})"
    return str(names[members[0]])


def fill(analysis: Analysis, members: Integers) -> float | None:
    """Return how full a glass is: 1 minus what its departments lack on average, by what it costs the customers.

    None where none of them receives anything.
    """
    cascade = analysis.cascade
    receives = np.bincount(cascade.network.client, cascade.effective_share, cascade.network.departments) > 0
    inside = members[receives[members]]
    if not len(inside):
        return None
    weight = cascade.client_reach[inside]
    if weight.sum() <= 0:
        weight = np.ones(len(inside))
    return float(1.0 - np.average(cascade.received[inside], weights=weight))


def _draw_department(
    axes: Axes, published: PublishableAnalysis, layout: Layout, plan: Plan, story: Story, glass: int
) -> None:
    stage, row = plan.stage, layout.row[glass]
    members = layout.members[glass]
    shown = members[~published.departments[members]]
    level = fill(published.analysis, shown) if len(shown) else 0.0
    number = "?" if not len(shown) else "–" if level is None else f"{100 * level:.0f}"
    draw_glass(
        axes,
        (stage.x[glass], stage.rim[row]),
        stage.radius,
        level,
        number,
        cause=Cause(float(story.layer[glass]), glass in story.causes),
        stacked=layout.kind[glass] != "department",
        label=f"glass-{glass}",
    )
    below = write_lines(
        axes,
        (stage.x[glass], stage.foot[row] + 0.05),
        plan.names[glass],
        NAME_SIZE,
        anchor="center top",
        halo=1.8,
        zorder=8,
        label=f"name-{glass}",
        bold=False,
    )
    for line, culprit in plan.told[glass]:
        below = write_lines(
            axes,
            (stage.x[glass], below),
            [line],
            NAME_SIZE,
            anchor="center top",
            halo=1.8,
            zorder=8,
            colour=ACCENT if culprit else QUIET,
            label=f"told-{glass}",
            bold=culprit,
        )


def draw_shelves(axes: Axes, layout: Layout, plan: Plan, translate: Translator) -> None:
    """Draw a thin shelf for each row, each tier's number beside its first row, and who the customers are."""
    stage = plan.stage
    for row, foot in enumerate(stage.foot):
        draw_line(
            axes,
            (MARGIN, WIDTH - PANEL - 0.2),
            (foot, foot),
            color=SHELF,
            linewidth=4,
            zorder=0.5,
            solid_capstyle="round",
        )
        tier = layout.row_tier[row]
        if row and layout.row_tier[row - 1] == tier:
            continue
        height = stage.rim[row] + 0.5 * BOWL * stage.radius
        write(
            axes,
            (MARGIN, height),
            str(layout.tier_number[tier]),
            15,
            bold=True,
            colour=FAINT,
            anchor="left center",
            label=f"tier-{tier}",
        )
        if not layout.tier_names[tier] or (tier and layout.tier_names[tier - 1] == layout.tier_names[tier]):
            continue  # a name of several tiers stands once, at the first of them
        lines = wrap(tier_label(layout.tier_names[tier], translate), LEFT - MARGIN - 0.3, 8.5, 2)
        start = height - len(lines) * line_height(8.5) / 2
        write_lines(axes, (MARGIN + 0.25, start), lines, 8.5, colour=QUIET, label=f"tier-name-{tier}")
