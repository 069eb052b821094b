"""Importance-performance analysis, weighted by the network: where to concentrate, keep up, wait or do less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.diagnosis import middle_value
from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization

QUADRANTS = ("concentrate here", "keep up the good work", "low priority", "possible overkill")
CUTS = ("mean", "median")


@dataclass(frozen=True, eq=False)
class Quadrants:
    """Services by importance to the customers and by performance.

    Attributes
    ----------
    importance : float array, shape (m,)
        The service's reach: the customers' loss per unit of its own shortfall.
    performance : float array, shape (m,)
        The level reached as a fraction of the expectation: 1 - shortfall + surplus.
    importance_cut, performance_cut : float
        Where the picture is divided.
    quadrant : int8 array, shape (m,)
        Index into `QUADRANTS`.
    """

    importance: Floats
    performance: Floats
    importance_cut: float
    performance_cut: float
    quadrant: npt.NDArray[np.int8]


def place_services(cascade: Cascade, cut: str | tuple[float, float] = "mean") -> Quadrants:
    """Place every service by how much it matters to the customers and how well it is given.

    Important above the cut and short of the other: *concentrate here*; important and at it or above: *keep up the
    good work*; the others *low priority* and *possible overkill*.

    Parameters
    ----------
    cascade : Cascade
        m services.
    cut : {"mean", "median"} or (float, float)
        Where to divide: the mean reach of all services and the mean performance weighted by reach (so that services
        which touch no customer do not move it); the medians of both; or given values of reach and performance.

    Returns
    -------
    Quadrants
        Coordinates, cuts and the quadrant of each service.

    Raises
    ------
    ParameterError
        Another word, or numbers that are not finite.

    Notes
    -----
    The classic takes the client's stated importance; here it is the reach, stated importance followed through the
    network to the external customers, so that a service between two back offices has its true place. The authors
    prefer medians where scores are only ranks; reach is a ratio and very uneven (its median is often 0), hence the
    mean by default.

    References
    ----------
    Martilla, J. A. & James, J. C. (1977). Importance-performance analysis. Journal of Marketing 41(1), 77-79.
    https://doi.org/10.2307/1250495

    Examples
    --------
    >>> from cxgraph.cascade.cascade import solve_cascade
    >>> from cxgraph.model.network import Network
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 9], customer_weight=[0, 0, 1])
    >>> placed = place_services(solve_cascade(network, np.full(3, .6)))
    >>> [QUADRANTS[number] for number in placed.quadrant]
    ['low priority', 'keep up the good work']
    """
    reach = cascade.service_reach
    performance = 1.0 - cascade.shortfall + cascade.surplus
    if isinstance(cut, str):
        if cut not in CUTS:
            raise ParameterError(
                "{name} is {value}; choose one of {choices}.", name="cut", value=repr(cut), choices=", ".join(CUTS)
            )
        limits = _cuts(reach, performance, cut)
    else:
        limits = (float(cut[0]), float(cut[1]))
        if not np.isfinite(limits).all():
            raise ParameterError("cut is {value}; it takes two numbers.", value=repr(cut))
    important, good = reach > limits[0], performance >= limits[1]
    quadrant = np.select([important & ~good, important, ~good], [0, 1, 2], default=3).astype(np.int8)
    return Quadrants(reach, performance, *limits, quadrant)


def _cuts(reach: Floats, performance: Floats, cut: str) -> tuple[float, float]:
    if not len(reach):
        return 0.0, 1.0
    if cut == "median":
        return middle_value(reach), middle_value(performance)
    total = float(reach.sum())
    return float(reach.mean()), float(performance @ reach) / total if total > 0 else float(performance.mean())


def quadrants_frame(
    organization: Organization, cascade: Cascade, cut: str | tuple[float, float] = "mean"
) -> pd.DataFrame:
    """Return every service with its quadrant, the most important first.

    Parameters
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        Its analysis.
    cut : {"mean", "median"} or (float, float)
        As in `place_services`.

    Returns
    -------
    DataFrame
        ``supplier``, ``client``, ``service``, ``importance`` (reach), ``performance``, ``quadrant``;
        ``attrs["importance_cut"]`` and ``attrs["performance_cut"]`` are where the picture is divided.
    """
    placed = place_services(cascade, cut)
    rows = np.flatnonzero(organization.scored(cascade.scoring))
    order = np.argsort(-placed.importance, kind="stable")
    table = organization.services[["supplier", "client", "service"]].iloc[rows[order]]
    frame = pd.DataFrame({name: table[name].astype(object).to_numpy() for name in table.columns})
    frame["importance"], frame["performance"] = placed.importance[order], placed.performance[order]
    frame["quadrant"] = np.array(QUADRANTS, object)[placed.quadrant[order]]
    frame.attrs.update(importance_cut=placed.importance_cut, performance_cut=placed.performance_cut)
    return frame
