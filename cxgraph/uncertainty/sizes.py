"""How large an organisation may be for its answers to be resampled while somebody waits."""

from __future__ import annotations

from cxgraph.model.network import Network

QUICKLY_DRAWN = 5_000
"""Services, and departments, up to which a thousand resamples take no longer than a moment: terminal, figures, view."""


def size_of(network: Network) -> int:
    """Return its services, or its departments where those are more: every resample holds a number for each of both.

    Parameters
    ----------
    network : Network
        Any.

    Returns
    -------
    int
        0 or more.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxgraph import Organization, analyze
    >>> services = pd.DataFrame({"supplier": ["IT"], "client": ["Buyers"], "expectation": [10], "fulfilment": [5]})
    >>> size_of(analyze(Organization.from_frames(services)).cascade.network)
    2
    """
    return max(network.services, network.departments)
