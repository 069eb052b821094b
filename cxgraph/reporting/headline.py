"""The intervals behind the headline: drawn once for an analysis, and shared by the terminal and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.uncertainty.intervals import Intervals

DRAWS = 1000
LARGE = 50_000
"""Services or departments from which draws and alternative models are cut down: a report takes minutes, not hours."""
SMALL = 5_000
"""Services, and departments, up to which the terminal draws intervals for its headline."""
LEADING = 3

_INTERVALS: WeakKeyDictionary[Analysis, Intervals] = WeakKeyDictionary()


def size_of(analysis: Analysis) -> int:
    """Return its services, or its departments where those are more: every draw holds a number for each of both."""
    network = analysis.cascade.network
    return max(network.services, network.departments)


def headline_intervals(analysis: Analysis) -> Intervals:
    """Return the intervals that the headline and the report share, drawn once for an analysis.

    Parameters
    ----------
    analysis : Analysis
        Any.

    Returns
    -------
    Intervals
        Of `DRAWS` draws; of 100 from `LARGE` services or departments on.
    """
    if analysis not in _INTERVALS:
        draws = 100 if size_of(analysis) > LARGE else DRAWS
        _INTERVALS[analysis] = analysis.intervals(draws=draws, top=LEADING)
    return _INTERVALS[analysis]


def drawn_intervals(analysis: Analysis) -> Intervals | None:
    """Return the same where they were drawn already or where drawing them takes no longer than a moment."""
    if analysis in _INTERVALS or size_of(analysis) <= SMALL:
        return headline_intervals(analysis)
    return None
