"""What each budget can buy: the efficient frontier of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from cxgraph.decide.planning.plan import knee
from cxgraph.drawing.charts.frame import MARGIN, WIDTH, name_axes, start_chart, text_box, ticks, upright_grid
from cxgraph.drawing.charts.lines import percent_axis
from cxgraph.drawing.figures import draw_line, steady
from cxgraph.drawing.lettering import shorten, write
from cxgraph.drawing.style import GROUND, OWN
from cxgraph.drawing.tower.glasses import Box
from cxgraph.privacy.gate import publishable
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

_HEIGHT, _SIZE = 4.0, 8.0
_LABELLED = 8
"""Sets of actions up to which each is named beside its point."""


def draw_frontier(analysis: Analysis, *, frontier: pd.DataFrame | None = None, language: str | None = None) -> Figure:
    """Draw what every budget buys: the efficient sets of an organisation's open actions.

    Parameters
    ----------
    analysis : Analysis
        Of an organisation with open actions; without them the picture says that there is nothing to compare.
    frontier : DataFrame, optional
        `Plan.frontier`, where it is known already.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        See `figure_bytes`.
    """
    shown = publishable(analysis).analysis
    settings = shown.organization.settings
    plans = shown.plan(float("inf")).frontier() if frontier is None else frontier
    points = plans[["cost"]].assign(shortfall=shown.customer_shortfall - plans["gain"])
    if len(plans) <= _LABELLED:
        points["label"] = [" ".join(names) for names in plans["chosen"]]
    return draw_plans(points, currency=settings.currency, language=language or settings.language)


@steady
def draw_plans(plans: pd.DataFrame, *, currency: str = "EUR", language: str = "en") -> Figure:
    """Draw what customers would still miss against what is spent.

    Parameters
    ----------
    plans : DataFrame
        One row per efficient plan in rising order of ``cost`` (in `currency`), with ``shortfall`` (customers'
        shortfall afterwards, in [0, 1]) and, optionally, ``label`` (what the plan adds). The first row is today.
    currency : str
        ISO code.
    language : str
        ``en`` or ``es``.

    Returns
    -------
    Figure
        See `figure_bytes`.
    """
    translate = Translator(language)
    cost, missed = plans["cost"].to_numpy(float), plans["shortfall"].to_numpy(float)
    title = translate(N_("There is no plan to compare"))
    if len(plans) > 1:
        bend = knee(pd.DataFrame({"cost": cost, "gain": missed[0] - missed}))
        title = translate(
            N_("{cost} {currency} bring {share} of what the most expensive plan would"),
            currency=currency,
            cost=translate.number(cost[bend]),
            share=translate.percent((missed[0] - missed[bend]) / max(missed[0] - missed[-1], 1e-9), 0),
        )
    chart = start_chart(
        title,
        translate(N_("Each point is the best set of actions for its money.")),
        _HEIGHT + 0.75,
    )
    axes, left, right = chart.axes, MARGIN + 0.95, WIDTH - MARGIN - 0.5
    top, bottom = chart.top + 0.1, chart.top + 0.1 + _HEIGHT
    if not len(plans):
        return chart.figure
    low, high = percent_axis(axes, translate, missed, (left, top, right, bottom))
    marks = ticks(float(cost.max(initial=1.0)))
    upright_grid(
        axes, left + (right - left) * marks / marks[-1], [translate.number(float(mark)) for mark in marks], top, bottom
    )
    x = left + (right - left) * cost / marks[-1]
    y = bottom - (bottom - top) * (missed - low) / (high - low)
    draw_line(axes, x, y, color=OWN, linewidth=1.6, zorder=3, drawstyle="steps-post")
    draw_line(axes, x, y, color=OWN, linestyle="none", marker="o", markersize=6, markeredgecolor=GROUND, zorder=4)
    name_axes(
        axes,
        translate(N_("cost ({currency}) →"), currency=currency),
        translate(N_("customers' gap that remains")),
        (left, top, right, bottom),
    )
    taken = [Box(a - 0.05, b - 0.05, a + 0.05, b + 0.05) for a, b in zip(x, y, strict=True)]
    for at, label in enumerate(plans.get("label", ())):
        text = shorten(str(label), 2.4, _SIZE)
        place = (float(x[at]) + 0.08, float(y[at]) - 0.1)
        box = text_box(*place, text, _SIZE, "left bottom")
        if box.right <= WIDTH - 0.05 and not any(box.meets(other) for other in taken):
            taken.append(box)
            write(axes, place, text, _SIZE, anchor="left bottom", halo=1.5, zorder=5, label="name")
    return chart.figure
