"""What stands behind the headline: computed once for an analysis, and shared by the terminal and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cxgraph.uncertainty.sizes import QUICKLY_DRAWN, size_of

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.uncertainty.intervals import Intervals
    from cxgraph.uncertainty.sensitivity import Sensitivity

DRAWS = 1000
LARGE = 50_000
"""Services or departments from which draws and alternative models are cut down: a report takes minutes, not hours."""
LEADING = 3

_INTERVALS: WeakKeyDictionary[Analysis, Intervals] = WeakKeyDictionary()
_SENSITIVITIES: WeakKeyDictionary[Analysis, Sensitivity] = WeakKeyDictionary()


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
        draws = 100 if size_of(analysis.cascade.network) > LARGE else DRAWS
        _INTERVALS[analysis] = analysis.intervals(draws=draws, top=LEADING)
    return _INTERVALS[analysis]


def drawn_intervals(analysis: Analysis) -> Intervals | None:
    """Return the same where they were drawn already or where drawing them takes no longer than a moment."""
    if analysis in _INTERVALS or size_of(analysis.cascade.network) <= QUICKLY_DRAWN:
        return headline_intervals(analysis)
    return None


def headline_sensitivity(analysis: Analysis) -> Sensitivity:
    """Return the places under all parameters that the headline and the report share, solved once for an analysis.

    Parameters
    ----------
    analysis : Analysis
        Any.

    Returns
    -------
    Sensitivity
        With the first `LEADING` places.
    """
    if analysis not in _SENSITIVITIES:
        _SENSITIVITIES[analysis] = analysis.sensitivity(top=LEADING)
    return _SENSITIVITIES[analysis]
