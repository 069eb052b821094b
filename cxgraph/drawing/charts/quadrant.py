"""Importance against performance, with importance taken from how far a shortfall travels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from cxgraph.analysis import Analysis
from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.charts.frame import (
    MARGIN,
    WIDTH,
    level_grid,
    name_axes,
    start_chart,
    text_box,
    ticks,
    upright_grid,
)
from cxgraph.drawing.figures import draw_line, steady
from cxgraph.drawing.lettering import shorten, write
from cxgraph.drawing.style import GROUND, OWN, QUIET
from cxgraph.drawing.titles import headline, translator
from cxgraph.drawing.tower.glasses import Box
from cxgraph.drawing.tower.story import LEAST_INHERITED, delivered, inherited_part
from cxgraph.model.arrays import Floats
from cxgraph.privacy.gate import publishable
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_

LEAST_CAUSE = 0.05
"""Share of the customers' gap that starts at a department from which its disc is coloured."""
_HEIGHT, _LABEL = 5.2, 8.0
_FAR = (0.2, 0.35, 0.5, 0.75, 1.0, 1.4, 1.9)
"""Inches from its disc at which a name is tried that finds no room beside it; a line leads there."""
_TURNS = 16
"""Directions in which it is tried."""
_POINTS = 40
"""Points along such a line that are looked at."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Importance and performance of the departments that give any service; arrays of shape (q,).

    Attributes
    ----------
    department : int array
        Department numbers, the most important first.
    importance : float array
        Reach of all its services: what customers lose per unit by which they all fall short.
    performance : float array
        Mean of 1 - shortfall of its services, by their reach; in [0, 1].
    cut_importance, cut_performance : float
        Mean importance, and the performance of the whole by reach: the lines between the quadrants.
    """

    department: npt.NDArray[np.intp]
    importance: Floats
    performance: Floats
    cut_importance: float
    cut_performance: float

    def without(self, hidden: npt.NDArray[np.bool_]) -> Standing:
        """Return the others' standing; the lines between the quadrants stay."""
        kept = ~hidden[self.department]
        return replace(
            self, department=self.department[kept], importance=self.importance[kept], performance=self.performance[kept]
        )


def standing(analysis: Analysis) -> Standing:
    """Return the importance and performance of every department whose services reach a customer.

    Parameters
    ----------
    analysis : Analysis
        n departments.

    Returns
    -------
    Standing
        Only departments with some reach; without any, empty arrays and cuts of 0 and 1.

    References
    ----------
    Martilla, J. A. & James, J. C. (1977). Importance-performance analysis. Journal of Marketing 41(1), 77-79.
    https://doi.org/10.1177/002224297704100112
    """
    cascade, network = analysis.cascade, analysis.cascade.network
    reach = cascade.service_reach
    importance = network.by_supplier(reach)
    lost = network.by_supplier(reach * cascade.shortfall)
    order = rank_descending(importance)
    order = order[importance[order] > 0]
    if not len(order):
        return Standing(order, np.zeros(0), np.zeros(0), 0.0, 1.0)
    return Standing(
        order,
        importance[order],
        delivered(analysis)[order],
        float(importance[order].mean()),
        float(1.0 - lost.sum() / importance.sum()),
    )


@steady
def draw_quadrant(analysis: Analysis, *, top: int = 30, language: str | None = None) -> Figure:
    """Draw importance against performance of the departments' services; discs show what starts in each.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    top : int
        Departments at the most, the most important ones.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        See `figure_bytes`.

    Notes
    -----
    A department stands high and to the left for its own faults or for inherited ones alike, so the eye is led by what
    starts there: discs are as large as that, and hollow where most of what reaches customers through the department
    came from its suppliers.
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis = published.analysis
    found = standing(analysis).without(published.departments)
    shown = np.arange(min(top, len(found.department)))
    here = found.department[shown]
    names = analysis.organization.departments["name"].to_numpy()[here]
    total = analysis.customer_shortfall
    origin = analysis.flows.contribution[here]
    causes = origin >= LEAST_CAUSE * total if total > 0 else here < 0
    hollow = inherited_part(analysis)[here] >= LEAST_INHERITED
    left, right = MARGIN + 0.85, WIDTH - MARGIN - 0.1
    across, up = _scales(found, shown)
    hidden = len(found.department) - len(shown)
    x = left + (right - left) * (found.performance[shown] - across[0]) / (across[-1] - across[0])
    drop = _HEIGHT * (1.0 - found.importance[shown] / up[-1])
    size = 0.05 + 0.16 * np.sqrt(_relative(origin))
    told = [
        translate(
            N_("{name}: causes {share}"),
            name=shorten(str(names[disc]), 2.2, _LABEL),
            share=translate.percent(float(origin[disc]) / total, 0),
        )
        if causes[disc]
        else shorten(str(names[disc]), 1.9, _LABEL)
        for disc in shown.tolist()
    ]
    first = int(np.argmax(origin)) if causes.any() else None
    placed = _place_names((x, drop), size, told, (left, right), bold=first)
    notes = [
        translate(
            N_(
                "A disc's size and number: the part of the gap that originates in the department; coloured from "
                "{least} on. Hollow: half or more of what reaches customers through the department originates in "
                "others, from whom it receives."
            ),
            least=translate.percent(LEAST_CAUSE, 0),
        )
    ]
    if hidden:
        notes.append(
            translate(N_("Less important departments that are not drawn: {count}."), count=translate.number(hidden))
        )
    unnamed = len(told) - len(placed)
    if unnamed:
        notes.append(translate(N_("Discs without room for a name: {count}."), count=translate.number(unnamed)))
    notes.append(suppression_sentence(analysis.organization, translate))
    chart = start_chart(
        headline(published, translate),
        translate(
            N_(
                "The larger a department's disc, the more of the gap originates in it. The higher it stands, the more "
                "its services matter to customers; the further left, the less of what is expected it delivers, "
                "inherited faults included."
            )
        ),
        _HEIGHT + 0.7,
        tuple(notes),
    )
    axes, top_edge = chart.axes, chart.top
    upright_grid(
        axes,
        left + (right - left) * (across - across[0]) / (across[-1] - across[0]),
        [translate.percent(mark, 0) if mark <= 1.0 else "" for mark in across],
        top_edge,
        top_edge + _HEIGHT,
    )
    level_grid(axes, top_edge + _HEIGHT * (1.0 - up / up[-1]), [translate.number(mark, 2) for mark in up], left, right)
    name_axes(
        axes,
        translate(N_("Performance: part of what its clients expect that the department delivers →")),
        translate(N_("Importance: points customers lose for each point less that it delivers →")),
        (left, top_edge, right, top_edge + _HEIGHT),
    )
    for disc in np.argsort(-size, kind="stable").tolist():  # the smaller upon the larger
        colour = OWN if causes[disc] else QUIET
        axes.add_artist(
            Circle(
                (x[disc], top_edge + drop[disc]),
                size[disc],
                facecolor=GROUND if hollow[disc] else colour,
                edgecolor=colour if hollow[disc] else GROUND,
                linewidth=1.6 if hollow[disc] else 0.8,
                alpha=0.85,
                zorder=3,
                label=f"disc-{disc}",
            )
        )
    for name in placed:
        at = (name.at[0], top_edge + name.at[1])
        if name.lead is not None:
            (from_x, from_y), (to_x, to_y) = name.lead
            draw_line(
                axes,
                (from_x, to_x),
                (top_edge + from_y, top_edge + to_y),
                color=QUIET,
                linewidth=0.6,
                zorder=2.5,
                label="leader",
            )
        bold = name.disc == first
        write(axes, at, told[name.disc], _LABEL, anchor=name.anchor, bold=bold, zorder=5, label="name")
    return chart.figure


def _relative(values: Floats) -> Floats:
    highest = values.max(initial=0.0)
    return values / highest if highest > 0 else np.zeros_like(values)


def _scales(found: Standing, shown: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    worst = float(np.min(found.performance[shown], initial=0.9))
    step = 0.1 if worst > 0.4 else 0.2
    lowest = max(np.floor((worst - 0.04) / step) * step, 0.0)
    across = np.round(np.arange(lowest, 1.0 + step / 2, step), 9)
    return np.append(across, 1.0 + step / 2), ticks(1.12 * float(np.max(found.importance, initial=0.1)))


@dataclass(frozen=True)
class _Name:
    """Where a disc's name stands, in inches from the upper left corner of the plot.

    Attributes
    ----------
    disc : int
        Its number.
    at : (float, float)
        Of its anchor.
    anchor : str
        As in `write`.
    lead : pair of (float, float), optional
        Ends of the line from the disc to a name that does not stand beside it.
    """

    disc: int
    at: tuple[float, float]
    anchor: str
    lead: tuple[tuple[float, float], tuple[float, float]] | None = None


def _place_names(
    places: tuple[Floats, Floats], size: Floats, names: list[str], edges: tuple[float, float], *, bold: int | None
) -> list[_Name]:
    """Place each name beside its disc, where it meets no other, or further off at the end of a line."""
    (x, y), (left, right) = places, edges
    taken = [Box(a - r, b - r, a + r, b + r) for a, b, r in zip(x, y, size, strict=True)]
    leads: list[Floats] = []
    placed: list[_Name] = []
    crowded = []

    def room_for(disc: int, at: tuple[float, float], anchor: str) -> Box | None:
        """Return what a name takes, or None where something is in the way."""
        box = text_box(*at, names[disc], _LABEL, anchor, bold=disc == bold)
        around = Box(box.left - 0.03, box.top - 0.03, box.right + 0.03, box.bottom + 0.03)
        inside = box.left >= left and box.right <= right and box.top >= 0 and box.bottom <= _HEIGHT
        met = any(around.meets(other) for other in taken) or any(_runs_into(way, box) for way in leads)
        return box if inside and not met else None

    for disc in range(len(names)):
        gap = size[disc] + 0.04
        for at, anchor in (
            ((x[disc] + gap, y[disc]), "left center"),
            ((x[disc] - gap, y[disc]), "right center"),
            ((x[disc], y[disc] - gap), "center bottom"),
            ((x[disc], y[disc] + gap), "center top"),
        ):
            box = room_for(disc, at, anchor)
            if box is not None:
                taken.append(box)
                placed.append(_Name(disc, at, anchor))
                break
        else:
            crowded.append(disc)
    for disc in crowded:
        for far, turn in product(_FAR, range(_TURNS)):
            angle = 2 * np.pi * turn / _TURNS
            across, down = float(np.cos(angle)), float(np.sin(angle))
            begin = (float(x[disc] + size[disc] * across), float(y[disc] + size[disc] * down))
            at = (begin[0] + far * across, begin[1] + far * down)
            anchor = f"{'left' if across > 0 else 'right'} center"
            box = room_for(disc, at, anchor)
            way = np.linspace(begin, at, _POINTS)
            if box is not None and not any(_runs_into(way, one) for number, one in enumerate(taken) if number != disc):
                taken.append(box)
                leads.append(way)
                placed.append(_Name(disc, at, anchor, (begin, at)))
                break
    return placed


def _runs_into(way: Floats, box: Box) -> bool:
    """Whether a line, given as points along it, runs into a box."""
    x, y = way[:, 0], way[:, 1]
    return bool(((x > box.left) & (x < box.right) & (y > box.top) & (y < box.bottom)).any())
