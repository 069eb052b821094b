"""One customer's shortfall, cause by cause."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from cxgraph.analysis import Analysis
from cxgraph.cascade.linear.solve import solve_along_loops
from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.charts.frame import (
    LABEL_SIZE,
    MARGIN,
    NAMES,
    ROW,
    WIDTH,
    bar,
    begin_row,
    start_chart,
    ticks,
    upright_grid,
)
from cxgraph.drawing.figures import draw_line, steady
from cxgraph.drawing.lettering import write
from cxgraph.drawing.style import FAINT, GOLD, OWN, PASSED
from cxgraph.drawing.titles import translator
from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.privacy.gate import publishable, refusal
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_


def causes_of(analysis: Analysis, customer: int) -> Floats:
    """Return how much of one customer's shortfall starts at each department, shape (n,); adds up to it.

    Parameters
    ----------
    analysis : Analysis
        n departments.
    customer : int
        Department number.

    Returns
    -------
    float array, shape (n,)
        In points of the customer's shortfall.

    Notes
    -----
    One solve of the cascade's transposed system with all weight on this customer.
    """
    cascade, network = analysis.cascade, analysis.cascade.network
    weight = np.zeros(network.departments)
    weight[customer] = 1.0
    reach, _ = solve_along_loops(network.matrix(cascade.coupling), weight, cascade.components)
    return network.by_supplier(reach[network.client] * cascade.effective_share * cascade.split.own)


@steady
def draw_waterfall(
    analysis: Analysis, *, customer: str | None = None, top: int = 10, language: str | None = None
) -> Figure:
    """Draw how one customer's service falls from what it expects to what it gets, cause by cause.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    customer : str, optional
        Id of a customer; by default the one that counts most for what customers miss.
    top : int
        Departments shown one by one; the others are added up.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        See `figure_bytes`.

    Raises
    ------
    ParameterError
        An id that is no customer's, or no customer receives a scored service, or too few people answered for it.
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis = published.analysis
    table = analysis.organization.departments
    scored = analysis.customers()
    scored = scored[scored["shortfall"].notna()]
    name = next(iter(published.shown(scored).index), scored.index[0]) if customer is None else customer
    if name not in scored.index:
        raise ParameterError(
            "{value!r} is not the id of a customer that receives a scored service; choose one of {choices}.",
            value=name,
            choices=", ".join(map(str, scored.index[:8])),
        )
    if name in published.hidden_departments:
        raise refusal(published, name)
    number = int((table["id"] == name).to_numpy().argmax())
    parts = causes_of(analysis, number)
    ranked = rank_descending(parts)
    ranked = ranked[(parts[ranked] > 0) & ~published.departments[ranked]][:top]
    names = table["name"].to_numpy()
    lacking = float(analysis.cascade.received[number])
    rest = lacking - float(parts[ranked].sum())
    labels = [str(names[department]) for department in ranked]
    drops = list(parts[ranked])
    if rest > 1e-12 * max(lacking, 1e-300):
        labels.append(translate(N_("others ({count})"), count=translate.number(int((parts > 0).sum()) - len(ranked))))
        drops.append(rest)
    if len(ranked):
        title = translate(
            N_("{customer}: {lacking} of what is expected is not met, and {share} of that originates in {name}"),
            customer=names[number],
            lacking=translate.percent(lacking, 0),
            name=labels[0],
            share=translate.percent(drops[0] / lacking, 0),
        )
    elif lacking > 0:
        title = translate(
            N_("{customer}: {lacking} of what is expected is not met; where it originates is suppressed"),
            customer=names[number],
            lacking=translate.percent(lacking, 0),
        )
    else:
        title = translate(N_("{customer}: all that is expected is received"), customer=names[number])
    lowest = max(float(np.floor((1.0 - lacking - 0.05) * 10) / 10), 0.0)
    chart = start_chart(
        title,
        translate(
            N_(
                "Each step is the part of the expectation that is lost where its department "
                "starts it, directly or through others, in percentage points. The axis begins at {lowest}."
            ),
            lowest=translate.percent(lowest, 0),
        ),
        0.6 + ROW * (len(drops) + 2),
        (suppression_sentence(analysis.organization, translate),),
    )
    axes, left, right, base = chart.axes, MARGIN + NAMES, WIDTH - MARGIN - 0.8, chart.top + 0.05
    marks = lowest + ticks(1.0 - lowest)
    marks = marks[marks <= 1.0 + 1e-9]
    scale = (right - left) / (1.0 - lowest)
    upright_grid(
        axes,
        left + scale * (marks - lowest),
        [translate.percent(mark, 0) for mark in marks],
        base,
        base + ROW * (len(drops) + 2),
    )
    rows = [(translate(N_("Expected")), 1.0, lowest, FAINT, translate.percent(1.0, 0))]
    level = 1.0
    for label, drop in zip(labels, drops, strict=True):
        colour = OWN if len(rows) <= len(ranked) else PASSED
        rows.append((label, level, level - drop, colour, f"−{translate.number(100 * drop, 1)}"))
        level -= drop
    rows.append((translate(N_("Received")), level, lowest, GOLD, translate.percent(level)))
    for row, (label, high, low, colour, figure) in enumerate(rows):
        middle = begin_row(axes, row, label, left, base, bold=row in (0, len(rows) - 1))
        bar(axes, left + scale * (low - lowest), left + scale * (high - lowest), middle, 0.22, colour)
        if row + 1 < len(rows):
            step = left + scale * ((low if row else high) - lowest)
            draw_line(axes, (step, step), (middle, middle + ROW), color=FAINT, linewidth=0.8, zorder=1.5)
        write(
            axes,
            (left + scale * (high - lowest) + 0.08, middle),
            figure,
            LABEL_SIZE,
            bold=True,
            anchor="left center",
            label="value",
            zorder=4,
            halo=1.5,
        )
    return chart.figure
