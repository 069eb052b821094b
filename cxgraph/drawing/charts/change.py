"""What changed between the last two periods: whose part in the customers' shortfall grew, and whose shrank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from cxgraph.analysis.trend import trend
from cxgraph.drawing.charts.periods import draw_slope
from cxgraph.privacy.gate import publishable

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis


def draw_change(analysis: Analysis, *, language: str | None = None) -> Figure:
    """Draw what each department costs the customers in the last two periods.

    Parameters
    ----------
    analysis : Analysis
        Of an organisation with two periods or more.
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
    points = period_points(analysis)
    return draw_slope(points.iloc[:, -2:], language=language or analysis.organization.settings.language)


def period_points(analysis: Analysis) -> pd.DataFrame:
    """Return what originates in each department that may be shown, by name, a column for each period."""
    published = publishable(analysis)
    found = trend(published.analysis)
    table = found.departments()
    table = table[~table.index.isin(published.hidden_departments)]
    names = found.names()
    return table.set_axis([str(names[one]) for one in table.index], axis=0)
