"""What changed since the period before: whose services lowered what customers miss, and whose raised it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from cxgraph.analysis.trend import compare_last, trend
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
from cxgraph.drawing.style import BIN_COLOURS, FAINT, QUIET
from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.privacy.gate import publishable
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.comparing.compare import Comparison

WORSE, BETTER = BIN_COLOURS[1], BIN_COLOURS[3]


def last_comparison(analysis: Analysis) -> Comparison:
    """Return the comparison of an organisation's period with the one before.

    Raises
    ------
    ParameterError
        There is none before it.
    """
    found = compare_last(analysis, trend(analysis))
    if found is None:
        raise ParameterError(
            "{period} is the first period of {name}; there is no earlier one to compare it with.",
            period=str(analysis.organization.settings.period),
            name=analysis.organization.name,
        )
    return found


@steady
def draw_change(
    analysis: Analysis, *, comparison: Comparison | None = None, top: int = 10, language: str | None = None
) -> Figure:
    """Draw how the customers' shortfall went from one period to the next, department by department.

    Parameters
    ----------
    analysis : Analysis
        Of an organisation with two periods or more.
    comparison : Comparison, optional
        Of its period with the one before, where it is known already.
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
        Fewer than two periods.
    """
    translate = Translator(language or analysis.organization.settings.language)
    published = publishable(analysis)
    found = last_comparison(published.analysis) if comparison is None else comparison
    before, after = (wave.cascade.customer_shortfall for wave in (found.before, found.after))
    labels, steps = _steps(found, frozenset(published.hidden_departments), top, translate)
    levels = before + np.concatenate(([0.0], np.cumsum(steps)))
    spread = max(float(levels.max()), after) - min(float(levels.min()), after)
    lowest = max(float(np.floor((min(float(levels.min()), after) - 0.25 * spread) * 50) / 50), 0.0)
    chart = start_chart(
        _title(found, labels, steps, translate),
        translate(
            N_(
                "From the customers' gap of {before} to that of {after}, in percentage points of what customers "
                "expect: what each department's services added (red) or took away (blue), by their scores, by what "
                "they pass on and by how much they matter. The axis begins at {lowest}."
            ),
            before=_period(found.before.organization.settings.period, translate),
            after=_period(found.after.organization.settings.period, translate),
            lowest=translate.percent(lowest, 0),
        ),
        0.6 + ROW * (len(steps) + 2),
    )
    axes, left, right, base = chart.axes, MARGIN + NAMES, WIDTH - MARGIN - 0.8, chart.top + 0.05
    highest = max(float(levels.max()), after)
    marks = lowest + ticks(max(highest - lowest, 1e-3))
    scale = (right - left) / (marks[-1] - lowest)
    digits = 0 if np.allclose(100 * marks, np.round(100 * marks)) else 1
    below = base + ROW * (len(steps) + 2)
    upright_grid(
        axes, left + scale * (marks - lowest), [translate.percent(float(mark), digits) for mark in marks], base, below
    )
    rows = [(translate(N_("before")), lowest, before, QUIET, translate.percent(before))]
    for label, step, level in zip(labels, steps.tolist(), levels.tolist(), strict=False):
        words = translate.number(100 * abs(step), 2)
        rows.append((label, level, level + step, WORSE if step > 0 else BETTER, f"{'+' if step > 0 else '−'}{words}"))
    rows.append((translate(N_("after")), lowest, after, QUIET, translate.percent(after)))
    for row, (label, begin, end, colour, figure) in enumerate(rows):
        outer = row in (0, len(rows) - 1)
        middle = begin_row(axes, row, label, left, base, bold=outer)
        bar(axes, left + scale * (begin - lowest), left + scale * (end - lowest), middle, 0.22, colour)
        if not outer or row == 0:
            step_at = left + scale * (end - lowest)
            draw_line(axes, (step_at, step_at), (middle, middle + ROW), color=FAINT, linewidth=0.8, zorder=1.5)
        at = (left + scale * (max(begin, end) - lowest) + 0.08, middle)
        write(axes, at, figure, LABEL_SIZE, bold=True, anchor="left center", label="value", zorder=4, halo=1.5)
    return chart.figure


def _steps(found: Comparison, hidden: frozenset[str], top: int, translate: Translator) -> tuple[list[str], Floats]:
    """Return the steps from one wave's shortfall to the other's; they add up to the change."""
    table = found.departments()
    values = table[["own", "passed", "other"]].sum(axis=1)
    ranked = values[~values.index.isin(hidden)].abs().sort_values(ascending=False, kind="stable")
    shown = [one for one in ranked.index[:top] if ranked[one] >= 5e-6]
    labels, steps = [str(table.at[one, "name"]) for one in shown], [float(values[one]) for one in shown]
    rest = values.drop(index=shown)
    if rest.abs().max() >= 5e-6:
        labels.append(translate(N_("others ({count})"), count=translate.number(int((rest.abs() > 1e-12).sum()))))
        steps.append(float(rest.sum()))
    weights = float(found.totals()["customer_weight"])
    if abs(weights) >= 5e-6:
        labels.append(translate(N_("the customers' shares of the business")))
        steps.append(weights)
    return labels, np.array(steps)


def _title(found: Comparison, labels: list[str], steps: Floats, translate: Translator) -> str:
    before, after = (translate.percent(wave.cascade.customer_shortfall) for wave in (found.before, found.after))
    if abs(found.change) < 5e-4 or not len(steps):
        return translate(N_("The customers' gap stayed at {after}"), after=after)
    rises = found.change > 0
    text = (
        N_("The customers' gap rose from {before} to {after}, most of all by {name}")
        if rises
        else N_("The customers' gap fell from {before} to {after}, most of all by {name}")
    )
    return translate(text, before=before, after=after, name=labels[int(np.argmax(steps if rises else -steps))])


def _period(name: str | None, translate: Translator) -> str:
    return translate(N_("the period before")) if name is None else str(name)
