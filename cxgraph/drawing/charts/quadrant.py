"""Importance against performance, with importance taken from how far a shortfall travels."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
from cxgraph.drawing.style import FAINT, GROUND, OWN, QUIET
from cxgraph.drawing.titles import headline, translator
from cxgraph.drawing.tower.glasses import Box
from cxgraph.model.arrays import Floats
from cxgraph.privacy.gate import publishable
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_, Translator

CURVES = (0.01, 0.03, 0.1, 0.3)
"""Parts of the customers' gap that are drawn as curves of equal loss."""
LEAST_CAUSE = 0.05
"""Share of the customers' gap that starts at a department from which its disc is coloured."""
_HEIGHT, _LABEL = 5.2, 8.0


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
        1.0 - lost[order] / importance[order],
        float(importance[order].mean()),
        float(1.0 - lost.sum() / importance.sum()),
    )


@steady
def draw_quadrant(analysis: Analysis, *, top: int = 30, language: str | None = None) -> Figure:
    """Draw importance against performance of the departments' services, with curves of equal loss to customers.

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
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis = published.analysis
    found = standing(analysis).without(published.departments)
    shown = np.arange(min(top, len(found.department)))
    names = analysis.organization.departments["name"].to_numpy()[found.department]
    total = analysis.customer_shortfall
    causes = analysis.flows.contribution[found.department] >= LEAST_CAUSE * total if total > 0 else found.department < 0
    title = headline(published, translate)
    left, right = MARGIN + 0.85, WIDTH - MARGIN - 0.1
    across, up = _scales(found, shown)
    hidden = len(found.department) - len(shown)
    x = left + (right - left) * (found.performance[shown] - across[0]) / (across[-1] - across[0])
    drop = _HEIGHT * (1.0 - found.importance[shown] / up[-1])
    size = 0.05 + 0.16 * np.sqrt(_relative(analysis.flows.contribution[found.department[shown]]))
    discs = [Box(a - r, b - r, a + r, b + r) for a, b, r in zip(x, drop, size, strict=True)]
    curves = _curves(total, (across, up), (left, right))
    marks = _mark_curves(curves, discs, translate, (left, right))
    taken = [text_box(*at, text, _LABEL, "center center") for at, text in marks]
    origin = analysis.flows.contribution[found.department]
    told = [
        f"{shorten(str(names[disc]), 1.5, _LABEL)}: {translate.percent(float(origin[disc]) / total, 0)}"
        if causes[disc]
        else str(names[disc])
        for disc in shown.tolist()
    ]
    placed, unnamed = _place_names(x, drop, size, told, (left, right), taken)
    notes = [
        translate(
            N_(
                "A disc's size and number: the part of the gap that originates in the department; coloured from "
                "{least} on. Each curve joins departments through which the same part of the gap reaches customers, "
                "inherited faults included."
            ),
            least=translate.percent(LEAST_CAUSE, 0),
        )
    ]
    if hidden:
        notes.append(
            translate(N_("Less important departments that are not drawn: {count}."), count=translate.number(hidden))
        )
    if unnamed:
        notes.append(translate(N_("Discs without room for a name: {count}."), count=translate.number(unnamed)))
    notes.append(suppression_sentence(analysis.organization, translate))
    chart = start_chart(
        title,
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
    for _, (line, height) in curves.items():
        draw_line(axes, line, top_edge + height, color=FAINT, linewidth=1.0, zorder=1.5, label="curve")
    for at, text in marks:
        spot = (at[0], top_edge + at[1])
        write(axes, spot, text, _LABEL, colour=QUIET, anchor="center center", halo=2.5, zorder=2, label="curve name")
    for disc in shown[::-1]:
        axes.add_artist(
            Circle(
                (x[disc], top_edge + drop[disc]),
                size[disc],
                facecolor=OWN if causes[disc] else QUIET,
                edgecolor=GROUND,
                linewidth=0.8,
                alpha=0.85,
                zorder=3,
                label=f"disc-{disc}",
            )
        )
    for at, text, anchor in placed:
        write(axes, (at[0], top_edge + at[1]), text, _LABEL, anchor=anchor, zorder=5, label="name")
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


def _curves(
    total: float, scales: tuple[Floats, Floats], edges: tuple[float, float]
) -> dict[float, tuple[Floats, Floats]]:
    """Return curves along which importance times shortfall is one part of the customers' gap, as x and drop."""
    (across, up), (left, right) = scales, edges
    found = {}
    for part in CURVES if total > 0 else ():
        short = np.geomspace(1e-4, 1.0 - across[0], 400)
        importance = part * total / short
        inside = importance <= up[-1]
        if inside.any():
            x = left + (right - left) * (1.0 - short[inside] - across[0]) / (across[-1] - across[0])
            found[part] = (x, _HEIGHT * (1.0 - importance[inside] / up[-1]))
    return found


def _mark_curves(
    curves: dict[float, tuple[Floats, Floats]], discs: list[Box], translate: Translator, edges: tuple[float, float]
) -> list[tuple[tuple[float, float], str]]:
    """Name each curve, as near as possible to its bend, where no disc or other name is in the way."""
    left, right = edges
    taken = list(discs)
    marks = []
    for part, (x, drop) in curves.items():
        text = translate(N_("{part} passes through"), part=translate.percent(part, 0))
        bend = np.abs((right - x) / (right - left) - (1.0 - drop / _HEIGHT))
        for place in np.argsort(bend, kind="stable"):
            at = (float(x[place]), float(drop[place]))
            box = text_box(*at, text, _LABEL, "center center")
            inside = box.left >= left and box.right <= right and box.top >= 0 and box.bottom <= _HEIGHT
            if inside and not any(box.meets(other) for other in taken):
                taken.append(box)
                marks.append((at, text))
                break
    return marks


def _place_names(
    x: Floats, y: Floats, size: Floats, names: list[str], edges: tuple[float, float], marked: list[Box]
) -> tuple[list[tuple[tuple[float, float], str, str]], int]:
    """Place each name right, left, above or below its disc, where it meets no other; count those without room."""
    left, right = edges
    discs = [Box(a - r, b - r, a + r, b + r) for a, b, r in zip(x, y, size, strict=True)]
    taken = list(marked)
    placed: list[tuple[tuple[float, float], str, str]] = []
    for disc, name in enumerate(names):
        text, gap = shorten(name, 1.9, _LABEL), size[disc] + 0.04
        for at, anchor in (
            ((x[disc] + gap, y[disc]), "left center"),
            ((x[disc] - gap, y[disc]), "right center"),
            ((x[disc], y[disc] - gap), "center bottom"),
            ((x[disc], y[disc] + gap), "center top"),
        ):
            box = text_box(*at, text, _LABEL, anchor)
            inside = box.left >= left and box.right <= right and box.top >= 0 and box.bottom <= _HEIGHT
            room = Box(box.left - 0.03, box.top - 0.03, box.right + 0.03, box.bottom + 0.03)
            if inside and not any(room.meets(other) for other in (*taken, *discs)):
                taken.append(box)
                placed.append((at, text, anchor))
                break
    return placed, len(names) - len(placed)
