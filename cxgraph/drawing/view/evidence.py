"""What lies behind the figures of the interactive view: intervals of shares, and how far answers lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cxgraph.drawing.view.packing import pack_floats
from cxgraph.uncertainty.sizes import QUICKLY_DRAWN, size_of

if TYPE_CHECKING:
    from cxgraph.analysis import PublishableAnalysis


def share_intervals(published: PublishableAnalysis) -> dict[str, Any]:
    """Return the 90 % interval of each department's share of the customers' gap, as the report has it.

    Parameters
    ----------
    published : PublishableAnalysis
        n departments.

    Returns
    -------
    dict
        ``shareLow`` and ``shareHigh``, fractions by department, None where it is suppressed or nothing is known; both
        None where nothing is known of the answers or there are more than `QUICKLY_DRAWN` services
        or departments.
    """
    analysis = published.analysis
    if size_of(analysis.cascade.network) > QUICKLY_DRAWN:
        return {"shareLow": None, "shareHigh": None}
    found = analysis.intervals()
    if not found.available:
        return {"shareLow": None, "shareHigh": None}
    shares = found.to_frame().reindex(analysis.organization.departments["id"])
    hidden = published.departments
    return {
        name: pack_floats(np.where(hidden, np.nan, shares[column].to_numpy(float)))
        for name, column in (("shareLow", "low"), ("shareHigh", "high"))
    }


def answer_spreads(published: PublishableAnalysis, rows: npt.NDArray[np.intp]) -> Any:
    """Return the standard deviation of each service's answers, None where it is suppressed or not known.

    Parameters
    ----------
    published : PublishableAnalysis
        m services in the network.
    rows : int array, shape (m,)
        Their rows in the table of services.

    Returns
    -------
    JSON-like
        As `pack_floats` writes it; None where no service has any.
    """
    table = published.analysis.organization.services
    if "fulfilment_sd" not in table.columns:
        return None
    spread = np.where(published.services, np.nan, table["fulfilment_sd"].to_numpy(float)[rows])
    return None if np.isnan(spread).all() else pack_floats(spread, rounded=True)
