"""The departments where most of the customers' shortfall originates, each with its costliest service and main path."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxgraph.analysis.core import AnalysisCore
from cxgraph.cascade.attribution import extract_departments
from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.diagnosis import VERDICTS
from cxgraph.cascade.paths import main_paths
from cxgraph.errors import ParameterError, check_whole
from cxgraph.model.arrays import Floats

RANKINGS = ("contribution", "gain", "gain_per_point")
"""What departments can be ranked by."""


def check_ranking(top: int, by: str) -> None:
    """Refuse, with a ParameterError, a `top` that is no whole number of 1 or more, and a `by` that is no ranking."""
    check_whole("top", top)
    if by not in RANKINGS:
        raise ParameterError("by is {value}; choose one of {choices}.", value=repr(by), choices=", ".join(RANKINGS))


def own_parts(cascade: Cascade) -> Floats:
    """Return what fraction of each service's shortfall originates at its supplier, shape (m,); 0 where nothing does."""
    return np.divide(
        cascade.split.own, cascade.shortfall, out=np.zeros_like(cascade.shortfall), where=cascade.shortfall > 0
    )


def bottleneck_table(analysis: AnalysisCore, top: int, by: str) -> pd.DataFrame:
    """Return the columns of `Analysis.bottlenecks`.

    Parameters
    ----------
    analysis : AnalysisCore
        Solved.
    top : int
        How many departments at the most, at least 1.
    by : str
        Of `RANKINGS`.

    Returns
    -------
    DataFrame
        Indexed by id; only departments that cause anything.
    """
    organization, cascade = analysis.organization, analysis.cascade
    ranked = analysis.ranked_departments
    ranked = ranked[ranked["contribution"] > 0].sort_values(by, ascending=False, kind="stable").head(int(top))
    numbers = pd.Index(organization.departments["id"]).get_indexer(ranked.index)
    unknown = ranked["passed_on"].isna().to_numpy()
    if unknown.any():
        through = extract_departments(cascade, numbers[unknown])
        ranked.loc[unknown, "through_flow"] = through
        ranked.loc[unknown, "passed_on"] = through - ranked.loc[unknown, "contribution"]
    start = cascade.network.start
    given = [cascade.contribution[start[number] : start[number + 1]] for number in numbers]
    main = [int(start[number] + np.argmax(caused)) for number, caused in zip(numbers, given, strict=True)]
    services = analysis.service_rows["service"]
    names = organization.departments["name"].to_numpy()
    clients = cascade.network.client
    return pd.DataFrame(
        {
            "name": ranked["name"],
            "share": ranked["share"],
            "cumulative": ranked["share"].cumsum(),
            "contribution": ranked["contribution"],
            "passed_on": ranked["passed_on"],
            "through_flow": ranked["through_flow"],
            "gain": ranked["gain"],
            "gain_per_point": ranked["gain_per_point"],
            "gain_per_service": ranked["gain_per_service"],
            "role": ranked["role"],
            "faulty": [int((caused > 0).sum()) for caused in given],
            "service": [str(services.iat[edge]) for edge in main],
            "client": [str(names[clients[edge]]) for edge in main],
            "verdict": [VERDICTS[analysis.verdicts[edge]] for edge in main],
            "service_share": analysis.service_shares[main],
            "own_part": own_parts(cascade)[main],
            "way": [" → ".join(names[step] for step in path) for path in main_paths(cascade, main)],
        },
        index=ranked.index,
    )
