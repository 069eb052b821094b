"""How a repair flows down to the customers, round by round."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cxgraph.analysis import Analysis
from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.charts.frame import MARGIN, WIDTH, name_axes, start_chart, upright_grid
from cxgraph.drawing.charts.lines import draw_curves, percent_axis
from cxgraph.drawing.figures import steady
from cxgraph.drawing.titles import translator
from cxgraph.errors import ParameterError
from cxgraph.privacy.gate import publishable, refusal
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_

FELT = 0.9
"""Part of the final gain from which it counts as felt."""
MOST_CUSTOMERS = 10
_HEIGHT, _NAMES, _MOST_ROUNDS = 3.6, 2.2, 60


def mended(analysis: Analysis, department: str) -> pd.DataFrame:
    """Return what each customer lacks, round by round, once a department no longer fails by itself.

    D(t+1) = b' + M D(t) from today's D, where b' lacks the department's own shortfalls and M is today's: what it
    inherits, it still passes on.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    department : str
        Id of the department.

    Returns
    -------
    DataFrame
        Indexed by ``round`` from 0 (today), a column for each customer with a scored service, by id: shortfall in
        [0, 1]. Ends when nothing changes any more by a ten-thousandth, or after 60 rounds.

    Raises
    ------
    ParameterError
        A department that does not exist.

    Notes
    -----
    Shares of services in what a client lacks stay as they are today, which is exact at stringency 1.
    """
    cascade, network = analysis.cascade, analysis.cascade.network
    ids = list(analysis.organization.departments["id"])
    if department not in ids:
        raise ParameterError("{value!r} is not the id of a department.", value=department)
    own = np.where(network.supplier == ids.index(department), 0.0, cascade.split.own)
    starts = network.by_client(cascade.effective_share * own)
    customers = np.flatnonzero(network.customer_weight > 0)
    rounds = [cascade.received]
    for _ in range(_MOST_ROUNDS):
        arrives = network.by_client(cascade.coupling * rounds[-1][network.supplier])
        rounds.append(starts + arrives)
        if np.abs(rounds[-1] - rounds[-2]).max(initial=0.0) < 1e-4:
            break
    return pd.DataFrame(
        np.array(rounds)[:, customers],
        columns=[ids[customer] for customer in customers],
        index=pd.RangeIndex(len(rounds), name="round"),
    )


@steady
def draw_pour(
    analysis: Analysis,
    levels: pd.DataFrame | None = None,
    *,
    department: str | None = None,
    language: str | None = None,
) -> Figure:
    """Draw how much of what they expect the customers receive, round by round after a change.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    levels : DataFrame, optional
        Indexed by round or day from 0, a column for each customer by id: shortfall in [0, 1]. By default what follows
        when one department no longer fails by itself.
    department : str, optional
        That department's id; by default the one where most of the customers' shortfall starts.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        See `figure_bytes`.

    Raises
    ------
    ParameterError
        A department that does not exist, or that too few people answered for.
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis = published.analysis
    table = analysis.organization.departments.set_index("id")
    ranked = analysis.departments()
    first = str(next(iter(published.shown(ranked).index), ranked.index[0])) if department is None else department
    if first in published.hidden_departments:
        raise refusal(published, first)
    frame = mended(analysis, first) if levels is None else levels
    weight = analysis.customers()["weight"].reindex(frame.columns).fillna(0.0).to_numpy()
    shown = rank_descending(weight)
    shown = shown[~frame.columns[shown].isin(published.hidden_departments)][:MOST_CUSTOMERS]
    values = 1.0 - frame.to_numpy()[:, shown]
    together = frame.to_numpy() @ weight
    gain = together[0] - together
    felt = int(np.argmax(gain >= FELT * gain[-1])) if gain[-1] > 0 else 0
    fields = {
        "gain": translate.number(100 * float(gain[-1]), 1),
        "felt": translate.percent(FELT, 0),
        "time": translate.number(float(frame.index[felt])),
    }
    title = translate(N_("The customers' gap falls by {gain} points, {felt} of the gain by round {time}"), **fields)
    if levels is None:
        title = translate(
            N_(
                "Once {name} no longer fails by itself, the gap falls by {gain} points, {felt} of the gain by round "
                "{time}"
            ),
            name=table["name"].get(first, first),
            **fields,
        )
    notes = []
    if len(shown) < frame.shape[1]:
        notes.append(
            translate(
                N_("The {shown} customers with the greatest weight are drawn, {share} of the business."),
                shown=len(shown),
                share=translate.percent(float(weight[shown].sum()), 0),
            )
        )
    notes.append(suppression_sentence(analysis.organization, translate))
    chart = start_chart(
        title,
        translate(N_("A fault or a repair travels one service in a round.")),
        _HEIGHT + 0.8,
        tuple(notes),
    )
    left, top, right, bottom = MARGIN + 0.85, chart.top + 0.1, WIDTH - MARGIN - _NAMES, chart.top + 0.1 + _HEIGHT
    low, high = percent_axis(chart.axes, translate, values, (left, top, right, bottom))
    times = frame.index.to_numpy(float)
    span = max(float(times[-1] - times[0]), 1.0)
    x = left + (right - left) * (times - times[0]) / span
    some = np.unique(np.linspace(0, len(times) - 1, min(len(times), 11)).round().astype(int))
    upright_grid(chart.axes, x[some], [translate.number(float(times[at])) for at in some], top, bottom)
    name_axes(
        chart.axes,
        translate(N_("service rounds since the change →")),
        translate(N_("part of what it expects that each customer receives →")),
        (left, top, right, bottom),
    )
    names = [str(table["name"].get(frame.columns[customer], frame.columns[customer])) for customer in shown]
    draw_curves(chart.axes, x, bottom - (bottom - top) * (values - low) / (high - low), names, _NAMES)
    return chart.figure
