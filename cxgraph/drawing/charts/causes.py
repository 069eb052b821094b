"""Where the customers' disappointment starts, department by department."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cxgraph.analysis import Analysis, PublishableAnalysis
from cxgraph.drawing.charts.frame import (
    LABEL_SIZE,
    MARGIN,
    NAMES,
    ROW,
    WIDTH,
    bar,
    begin_row,
    legend,
    name_axes,
    start_chart,
    ticks,
    upright_grid,
)
from cxgraph.drawing.figures import draw_line, steady
from cxgraph.drawing.lettering import text_width, write
from cxgraph.drawing.style import FAINT, INK, OWN, QUIET
from cxgraph.drawing.titles import headline, summary, translator
from cxgraph.privacy.gate import publishable, shown_bottlenecks
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.uncertainty.intervals import Intervals

_FIRST = 3
_OWN_HEIGHT, _PASSED_HEIGHT = 0.2, 0.07
"""Inches of a bar: what only passes through is thin, so that the longest bar is not taken for the first cause."""


def _title(published: PublishableAnalysis, table: pd.DataFrame, translate: Translator) -> str:
    """Return what the first causes hold together; the tower tells the first of them alone."""
    first = table.head(_FIRST)
    if len(table) <= _FIRST or not first["contribution"].iloc[-1] > 0:
        return headline(published, translate)
    return translate(
        N_("{share} of the customers' gap originates in {count} departments: {names}"),
        share=translate.percent(float(first["share"].sum()), 0),
        count=_FIRST,
        names=", ".join(first["name"]),
    )


@steady
def draw_causes(
    analysis: Analysis, *, top: int = 12, intervals: Intervals | None = None, language: str | None = None
) -> Figure:
    """Draw the departments that cost the customers most: what starts there, and what each only passes on.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    top : int
        Departments at the most.
    intervals : Intervals, optional
        Of the shares that start in each department; the chart says their level. Departments that they lack get no
        whisker.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        See `figure_bytes`.

    Raises
    ------
    ParameterError
        `top` is not a whole number of 1 or more.
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis, table = published.analysis, shown_bottlenecks(published, top)
    total = analysis.customer_shortfall
    passed = table["passed_on"].to_numpy() / total if total > 0 else table["passed_on"].to_numpy()
    share = table["share"].to_numpy()
    known = pd.DataFrame({"low": [], "high": []}) if intervals is None else intervals.table
    whiskers = known.reindex(table.index)[["low", "high"]].to_numpy(float)
    others = int((analysis.flows.contribution > 0).sum()) - len(table)
    notes = []
    if others > 0:
        notes.append(
            translate(
                N_("Further causes, not drawn one by one: {count}, together {share}."),
                count=translate.number(others),
                share=translate.percent(max(1.0 - float(share.sum()), 0.0)),
            )
        )
    if intervals is None:
        notes.append(translate(N_("This chart does not show intervals.")))
    elif not np.isnan(whiskers).all():
        level = translate.percent(intervals.level, 0)
        notes.append(translate(N_("Black lines: {level} intervals of what starts there."), level=level))
    notes.append(suppression_sentence(analysis.organization, translate))
    chart = start_chart(
        _title(published, table, translate),
        summary(analysis, translate)
        + " "
        + translate(
            N_(
                "Bars are shares of that; what a department passes on started elsewhere, so only what starts there "
                "adds up."
            )
        ),
        1.0 + ROW * max(len(table), 1),
        tuple(notes),
    )
    axes, left, right = chart.axes, MARGIN + NAMES, WIDTH - MARGIN - 1.5
    highest = float(np.nanmax(np.concatenate((share + passed, whiskers.ravel(), [0.01]))))
    marks = ticks(highest)
    scale = (right - left) / marks[-1]
    legend(
        axes, (left, chart.top + 0.1), [(OWN, translate(N_("starts there"))), (FAINT, translate(N_("only passed on")))]
    )
    base = chart.top + 0.3
    upright_grid(
        axes, left + scale * marks, [translate.percent(mark, 0) for mark in marks], base, base + ROW * len(table)
    )
    name_axes(axes, translate(N_("share of the customers' gap →")), "", (left, base, right, base + ROW * len(table)))
    for row, name in enumerate(table["name"]):
        middle = begin_row(axes, row, name, left, base)
        end = left + scale * share[row]
        bar(axes, left, end, middle, _OWN_HEIGHT, OWN)
        bar(axes, end, end + scale * passed[row], middle, _PASSED_HEIGHT, FAINT)
        if not np.isnan(whiskers[row]).any():
            low, high = left + scale * whiskers[row]
            draw_line(axes, (low, high), (middle, middle), color=INK, linewidth=1.2, zorder=3)
            for edge in (low, high):
                draw_line(axes, (edge, edge), (middle - 0.06, middle + 0.06), color=INK, linewidth=1.2, zorder=3)
        farthest = max(end + scale * passed[row], left + scale * float(np.nan_to_num(whiskers[row, 1])))
        figures = translate.percent(share[row])
        write(axes, (farthest + 0.08, middle), figures, LABEL_SIZE, bold=True, anchor="left center", label="value")
        if passed[row] >= 0.0005:
            beside = farthest + 0.16 + text_width(figures, LABEL_SIZE, True)
            write(
                axes,
                (beside, middle),
                translate(N_("passes on {share}"), share=translate.percent(passed[row])),
                8,
                colour=QUIET,
                anchor="left center",
                label="value",
            )
    return chart.figure
