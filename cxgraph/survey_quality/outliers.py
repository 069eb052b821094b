"""Small tests: who stands out from its peers, and which of two samples ranks higher."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats
from cxgraph.statistics import student_tail

LEAST_PEERS = 5
"""Peers below which what is usual among them cannot be told."""


@dataclass(frozen=True, eq=False)
class OutlierTest:
    """How far each value stands above what is usual; arrays of shape (k,).

    Attributes
    ----------
    usual : float
        Median of the values.
    statistic : float array
        (value - usual) / sqrt(its error variance + variance among peers).
    p : float array
        One-sided probability of standing so far above, by Student's t.
    """

    usual: float
    statistic: Floats
    p: Floats


def stand_above(values: Floats, variance: Floats) -> OutlierTest | None:
    """Test which values stand above their peers by more than errors and honest differences explain.

    Peers differ honestly: that variance is taken from the median absolute deviation, less what errors explain, so
    that the few that stand out do not widen the measure that they are held against.

    Parameters
    ----------
    values : float array, shape (k,)
        One for each peer.
    variance : float array, shape (k,)
        Error variance of each.

    Returns
    -------
    Standing or None
        None below `LEAST_PEERS`.

    References
    ----------
    Rousseeuw, P. J. & Croux, C. (1993). Alternatives to the median absolute deviation. Journal of the American
    Statistical Association 88(424), 1273-1283 (the factor 1.4826).

    Examples
    --------
    >>> stand_above(np.array([0., .1, -.1, .05, -.05, 3.]), np.full(6, .01)).p.round(3).tolist()[-1] < .001
    True
    """
    size = len(values)
    if size < LEAST_PEERS:
        return None
    usual = float(np.median(values))
    apart = values - usual
    spread = (1.4826 * float(np.median(np.abs(apart)))) ** 2 * size / (size - 1.0)
    among = max(0.0, spread - float(np.median(variance)))
    whole = np.maximum(variance + among, 1e-12)
    statistic = apart / np.sqrt(whole)
    # Only the variance among peers is uncertain; the less it weighs, the closer to normal (Satterthwaite).
    freedom = (size - 1.0) * np.minimum(whole / max(among, 1e-12), 1e3) ** 2
    return OutlierTest(usual, statistic, student_tail(statistic, freedom))


@dataclass(frozen=True, eq=False)
class RankComparison:
    """A stratified Mann-Whitney comparison for each group; arrays of shape (groups,).

    Attributes
    ----------
    superiority : float array
        Weighted mean over the strata of P(first > second) + P(equal)/2; NaN where nothing can be compared.
    error : float array
        Its standard error under the hypothesis of equal distributions, ties included.
    first, second : float arrays
        Answers compared.
    """

    superiority: Floats
    error: Floats
    first: Floats
    second: Floats


def compare_ranks(
    score: Floats,
    is_first: npt.NDArray[np.bool_],
    stratum: npt.NDArray[np.integer],
    group_of: npt.NDArray[np.integer],
    groups: int,
) -> RankComparison:
    """Compare two sources within strata and add the strata up by group.

    In each stratum U counts the pairs in which the first source's mark is higher, ties as one half. With weights
    1/(n1 + n2 + 1) the strata are added up (van Elteren's test), so that a group is not judged by which services
    its two sources happen to be about.

    Parameters
    ----------
    score : float array, shape (a,)
        Marks of both sources.
    is_first : bool array, shape (a,)
        Which belong to the first source.
    stratum : int array, shape (a,)
        Service of each mark, without gaps.
    group_of : int array, shape (strata,)
        Group of each stratum.
    groups : int
        Groups.

    Returns
    -------
    RankComparison
        For each group.

    References
    ----------
    Mann, H. B. & Whitney, D. R. (1947). Annals of Mathematical Statistics 18(1), 50-60.
    van Elteren, P. H. (1960). On the combination of independent two-sample tests of Wilcoxon. Bulletin of the
    International Statistical Institute 37, 351-361.
    """
    strata = len(group_of)
    rank, ties = _midranks(score, stratum, strata)
    first = np.bincount(stratum, is_first, strata).astype(float)
    total = np.bincount(stratum, minlength=strata).astype(float)
    second = total - first
    usable = (first > 0) & (second > 0)
    ranks = np.bincount(stratum, np.where(is_first, rank, 0.0), strata)
    higher = ranks - first * (first + 1.0) / 2.0
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = first * second / 12.0 * ((total + 1.0) - ties / (total * (total - 1.0)))
    weight = np.where(usable, 1.0 / (total + 1.0), 0.0)

    def summed(values: Floats) -> Floats:
        return np.bincount(group_of, np.where(usable, values, 0.0), groups).astype(float)

    pairs = summed(weight * first * second)
    with np.errstate(invalid="ignore", divide="ignore"):
        superiority = summed(weight * higher) / pairs
        error = np.sqrt(summed(weight**2 * np.nan_to_num(variance))) / pairs
    return RankComparison(superiority, error, summed(first), summed(second))


def _midranks(score: Floats, stratum: npt.NDArray[np.integer], strata: int) -> tuple[Floats, Floats]:
    """Return each mark's rank within its stratum, ties sharing the middle, and each stratum's sum of t^3 - t."""
    order = np.lexsort((score, stratum))
    here, there = score[order], stratum[order]
    new = np.ones(len(score), bool)
    new[1:] = (there[1:] != there[:-1]) | (here[1:] != here[:-1])
    tie = np.cumsum(new) - 1
    size = np.bincount(tie).astype(float) if len(score) else np.zeros(0)
    begin = np.flatnonzero(new)
    before = np.concatenate(([0], np.cumsum(np.bincount(stratum, minlength=strata))))[there[begin]]
    rank = np.empty(len(score))
    rank[order] = (begin - before + (size + 1.0) / 2.0)[tie]
    return rank, np.bincount(there[begin], size**3 - size, strata).astype(float)
