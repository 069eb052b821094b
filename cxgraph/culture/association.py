"""Whether departments that live a service culture are those that serve well: association, not cause."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.shortfall import importance_shares
from cxgraph.culture.profiles import Profiles
from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.statistics import adjusted_p_values, kendall, spearman

FEWEST = 5
"""Departments below which no interval is given: Kendall's needs more than four."""


@dataclass(frozen=True, slots=True)
class RankAssociation:
    """How far two orders of the same things agree.

    Attributes
    ----------
    count : int
        Pairs of which both values are known.
    spearman, kendall : float
        Rank correlations in [-1, 1]; NaN where a value is the same everywhere or fewer than three pairs are
        known.
    spearman_interval, kendall_interval : (float, float)
        NaN below five pairs.
    p_value : float
        Of Spearman's correlation, two-sided.
    """

    count: int
    spearman: float
    spearman_interval: tuple[float, float]
    kendall: float
    kendall_interval: tuple[float, float]
    p_value: float


def rank_association(first: Floats, second: Floats, level: float = 0.9) -> RankAssociation:
    """Return the rank correlations of two columns, with intervals.

    Intervals are Fisher's: tanh(artanh r -+ z s) with s^2 = (1 + r^2/2)/(n - 3) for Spearman's and 0.437/(n -
    4) for Kendall's coefficient.

    Parameters
    ----------
    first, second : float array, shape (k,)
        NaN where unknown; only pairs that are known count.
    level : float
        Confidence of the intervals, in (0, 1).

    Returns
    -------
    RankAssociation
        Coefficients and intervals.

    Raises
    ------
    ParameterError
        A level outside (0, 1).

    Notes
    -----
    Orders that agree in full would give an interval of no width; the interval is then drawn around the
    largest coefficient below 1 that so many things can have (two neighbours exchanged), and reaches to 1.

    References
    ----------
    Bonett, D. G. & Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations. Psychometrika 65(1), 23-28. https://doi.org/10.1007/BF02294183
    Fieller, E. C., Hartley, H. O. & Pearson, E. S. (1957). Tests for rank correlation coefficients. I.
    Biometrika 44(3/4), 470-481. https://doi.org/10.1093/biomet/44.3-4.470

    Examples
    --------
    >>> rank_association(np.array([1., 2, 3, 4, 5, 6]), np.array([6., 5, 4, 3, 1, 2])).spearman.__round__(3)
    -0.943
    """
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
        raise ParameterError("level is {value}; it takes a number between 0 and 1.", value=repr(level))
    known = ~(np.isnan(first) | np.isnan(second))
    one, other = first[known], second[known]
    count = int(known.sum())
    unknown = float("nan"), float("nan")
    if count < 3 or (one == one[0]).all() or (other == other[0]).all():
        return RankAssociation(count, float("nan"), unknown, float("nan"), unknown, float("nan"))
    (rho, p_value), tau = spearman(one, other), kendall(one, other)
    if count < FEWEST:
        return RankAssociation(count, rho, unknown, tau, unknown, p_value)
    z = float(ndtri((1 + level) / 2))
    around_rho = _interval(rho, 12 / (count * (count**2 - 1)), z, lambda r: math.sqrt((1 + r * r / 2) / (count - 3)))
    around_tau = _interval(tau, 4 / (count * (count - 1)), z, lambda _: math.sqrt(0.437 / (count - 4)))
    return RankAssociation(count, rho, around_rho, tau, around_tau, p_value)


def _interval(value: float, step: float, z: float, error: Callable[[float], float]) -> tuple[float, float]:
    centre = max(min(value, 1 - step), step - 1)
    width = z * error(centre)
    low, high = math.tanh(math.atanh(centre) - width), math.tanh(math.atanh(centre) + width)
    return min(low, value), max(high, value)


def own_shortfall(cascade: Cascade) -> Floats:
    """Return what of each department's services falls short by its own fault, shape (n,).

    The mean of its services' own shortfalls, each weighted by the share that it has for its client; NaN where
    a department gives nothing that matters.
    """
    network = cascade.network
    share = importance_shares(network)
    given = network.by_supplier(share)
    lost = network.by_supplier(share * cascade.split.own)
    mean: Floats = np.divide(lost, given, out=np.full(network.departments, np.nan), where=given > 0)
    return mean


def culture_association(profiles: Profiles, cascade: Cascade, level: float = 0.9) -> pd.DataFrame:
    """Return the association of departments' culture with their own shortfalls.

    Parameters
    ----------
    profiles : Profiles
        Of the organisation that was analysed.
    cascade : Cascade
        A solved cascade of the same organisation.
    level : float
        Confidence of the intervals.

    Returns
    -------
    DataFrame
        Indexed by ``dimension``, ``overall`` first: ``departments`` (with both known), ``spearman``, ``low``,
        ``high``, ``kendall``, ``kendall_low``, ``kendall_high``, ``p_value`` and ``q_value`` (of all rows
        together, so that one striking dimension among several is not taken for more than it is). A negative
        coefficient says that departments with more of the practice fall short less. It is an association:
        what causes what, or what third thing causes both, these numbers cannot say.

    Raises
    ------
    ParameterError
        A level outside (0, 1).

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal
    Statistical Society B 57(1), 289-300. https://doi.org/10.1111/j.2517-6161.1995.tb02031.x
    """
    lacking = own_shortfall(cascade)[profiles.numbers]
    columns = {"overall": profiles.overall}
    columns |= {name: profiles.score[:, number] for number, name in enumerate(profiles.dimensions)}
    found = [rank_association(values, lacking, level) for values in columns.values()]
    frame = pd.DataFrame(
        {
            "departments": [one.count for one in found],
            "spearman": [one.spearman for one in found],
            "low": [one.spearman_interval[0] for one in found],
            "high": [one.spearman_interval[1] for one in found],
            "kendall": [one.kendall for one in found],
            "kendall_low": [one.kendall_interval[0] for one in found],
            "kendall_high": [one.kendall_interval[1] for one in found],
            "p_value": [one.p_value for one in found],
        },
        index=pd.Index(list(columns), name="dimension"),
    )
    tested = frame["p_value"].notna()
    frame["q_value"] = np.nan
    if tested.any():
        frame.loc[tested, "q_value"] = adjusted_p_values(frame.loc[tested, "p_value"])
    return frame
