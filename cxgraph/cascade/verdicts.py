"""What each service's numbers say about it, in one of five words, and which expectations stand out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.cascade.cascade import Cascade
from cxgraph.model.network import Floats

VERDICTS = ("under-delivering", "starved", "expectation out of line", "over-served", "met")


@dataclass(frozen=True, slots=True)
class VerdictRules:
    """Thresholds of the verdicts.

    Attributes
    ----------
    over_service : float
        Surplus, as a fraction of the expectation, from which a service can be over-served.
    fewest_others : int
        Other clients of the same service that an expectation is compared with at the least.
    outlier : float
        Standardised distance from the other clients' expectations from which one is out of line.
    margin : float
        Distance, as a fraction of the scale, that it must have at the least.
    """

    over_service: float = 0.10
    fewest_others: int = 3
    outlier: float = 3.0
    margin: float = 0.20


DEFAULT_RULES = VerdictRules()


@dataclass(frozen=True, eq=False)
class ExpectationTest:
    """Each expectation against those of the supplier's other clients of the same service; arrays of shape (m,).

    Attributes
    ----------
    others : int array
        How many other clients state an expectation.
    others_mean : float array
        Mean of theirs; NaN where there is nobody.
    distance : float array
        Deleted residual: (x - mean of the others) / (their standard deviation * sqrt(1 + 1/others)); infinite where
        the others all agree and this client does not, NaN where there are fewer than two.
    out_of_line : bool array
        Far above the others by both rules.
    """

    others: npt.NDArray[np.int64]
    others_mean: Floats
    distance: Floats
    out_of_line: npt.NDArray[np.bool_]


def compare_expectations(expectation: Floats, group: npt.NDArray[np.integer], width: float,
                         rules: VerdictRules = DEFAULT_RULES) -> ExpectationTest:
    """Test every expectation against the other clients of the same supplier and service.

    Parameters
    ----------
    expectation : float array, shape (m,)
        On the organisation's scale; NaN where none was stated.
    group : int array, shape (m,)
        Equal for services of one supplier with one name.
    width : float
        Top of the scale minus its bottom.
    rules : VerdictRules
        Thresholds.

    Returns
    -------
    ExpectationTest
        Arrays of shape (m,).

    Notes
    -----
    The statistic is the externally studentised residual of a sample without a model, so that an outlier does not
    widen the spread that it is measured with. Two clients who both expect far more hide each other; the margin keeps
    tiny differences among agreeing clients from counting. One pass over the services.

    References
    ----------
    Cook, R. D. & Weisberg, S. (1982). Residuals and Influence in Regression. Chapman & Hall, section 2.2.

    Examples
    --------
    >>> test = compare_expectations(np.array([6., 6, 7, 10]), np.zeros(4, int), 10)
    >>> test.out_of_line.tolist(), round(float(test.others_mean[3]), 3)
    ([False, False, False, True], 6.333)
    """
    stated = ~np.isnan(expectation)
    count = int(group.max(initial=-1)) + 1
    number = np.bincount(group, stated, count)
    value = np.where(stated, expectation, 0.0)
    mean = np.bincount(group, value, count) / np.maximum(number, 1.0)
    centred = np.where(stated, expectation - mean[group], 0.0)  # sums of centred values keep their digits
    squares = np.bincount(group, centred * centred, count)
    others = number[group] - stated
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = -centred / others  # mean of the others, seen from the group's mean
        rest = np.maximum(squares[group] - centred**2 - others * apart**2, 0.0)
        rest[rest < 1e-18 * width**2 * np.maximum(others, 1)] = 0.0  # agreement but for rounding
        spread = np.sqrt(rest / (others - 1.0)) * np.sqrt(1.0 + 1.0 / others)
        above = centred - apart
        distance = np.where(others >= 2, above / spread, np.nan)
        others_mean = np.where(others >= 1, mean[group] + apart, np.nan)
    far = (others >= rules.fewest_others) & (above >= rules.margin * width) & (distance >= rules.outlier)
    return ExpectationTest(others.astype(np.int64), others_mean, distance, stated & far)


def service_groups(cascade: Cascade, service: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Give the services of one supplier with one name the same number, shape (m,).

    Parameters
    ----------
    cascade : Cascade
        m services.
    service : int array, shape (m,)
        A number for each service name.

    Returns
    -------
    int64 array, shape (m,)
        From 0, without gaps.
    """
    names = int(service.max(initial=0)) + 1
    key = cascade.network.supplier.astype(np.int64) * names + service
    if cascade.network.departments * names <= 4 * max(len(key), 1):
        used = np.zeros(cascade.network.departments * names, bool)
        used[key] = True
        return (np.cumsum(used) - 1)[key]
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def service_verdicts(cascade: Cascade, expectations: ExpectationTest,
                     rules: VerdictRules = DEFAULT_RULES) -> npt.NDArray[np.int8]:
    """Return each service's verdict as a number in `VERDICTS`.

    *expectation out of line*: short, and this client expects far more of it than the supplier's other clients do.
    *under-delivering*: short, mostly by its own fault. *starved*: short, mostly by what its supplier inherited: mend
    that one's suppliers first. *over-served*: exceeds its expectation while little of it reaches the customers (its
    reach is no more than the middle of all services' reach). *met*: everything else.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    expectations : ExpectationTest
        From `compare_expectations`.
    rules : VerdictRules
        Thresholds.

    Returns
    -------
    int8 array, shape (m,)
        Indices into `VERDICTS`.
    """
    split, reach = cascade.split, cascade.service_reach
    short = cascade.shortfall > 0
    middle = float(np.median(reach)) if len(reach) else 0.0
    conditions = [
        short & expectations.out_of_line,
        short & (split.own >= split.inherited),
        short,
        (cascade.surplus >= rules.over_service) & (reach <= middle),
    ]
    order = ("expectation out of line", "under-delivering", "starved", "over-served")
    return np.select(conditions, [VERDICTS.index(name) for name in order],
                     default=VERDICTS.index("met")).astype(np.int8)
