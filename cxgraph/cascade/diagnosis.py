"""What each service's numbers say about it, in one of five words, and which expectations stand out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.cascade.cascade import Cascade
from cxgraph.model.arrays import Floats

VERDICTS = ("under-delivering", "starved", "expectation out of line", "over-served", "met", "undecided")
_MET = np.int8(VERDICTS.index("met"))
_SAMPLE = 10_000


@dataclass(frozen=True, slots=True)
class VerdictRules:
    """Thresholds of the verdicts.

    Attributes
    ----------
    over_service : float
        Surplus, as a fraction of the expectation, from which a service can be over-served.
    fewest_others : int
        Other clients of the same service that an expectation is compared with at the least; at least 2.
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
    """The expectations that are far above those of the supplier's other clients of the same service.

    Attributes
    ----------
    services : int array, shape (q,)
        Numbers of the services whose expectation is out of line, in order.
    others : int array, shape (q,)
        How many other clients state an expectation.
    others_mean : float array, shape (q,)
        Mean of theirs, on the organisation's scale.
    distance : float array, shape (q,)
        Deleted residual: (x - mean of the others) / (their standard deviation * sqrt(1 + 1/others)); infinite where
        the others all agree.
    uncompared : int
        Services that have other clients of the same, but too few for a comparison.
    """

    services: npt.NDArray[np.int64]
    others: npt.NDArray[np.int64]
    others_mean: Floats
    distance: Floats
    uncompared: int


def compare_expectations(
    expectation: Floats, group: npt.NDArray[np.integer], width: float, rules: VerdictRules = DEFAULT_RULES
) -> ExpectationTest:
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
        The q services that are out of line.

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
    >>> test.services.tolist(), round(float(test.others_mean[0]), 3)
    ([3], 6.333)
    """
    count = int(group.max(initial=-1)) + 1
    stated = ~np.isnan(expectation)
    complete = bool(stated.all())
    known = expectation if complete else np.where(stated, expectation, 0.0)
    number = np.bincount(group, None if complete else stated, count)
    total = np.bincount(group, known, count)
    uncompared = int(number[(number > 1) & (number <= rules.fewest_others)].sum())
    # x is above the mean of the others by the margin where x * number >= total + margin * (number - 1).
    some = np.maximum(number, 1.0)
    least = (total + rules.margin * width * (number - 1.0)) / some
    too_few = np.append(np.full(rules.fewest_others + 1, np.inf), 0.0)  # by the number of clients
    least += too_few.take(number.astype(np.intp, copy=False), mode="clip")
    rows = np.flatnonzero((expectation >= least.take(group)) & stated)
    if not len(rows):
        return ExpectationTest(rows, np.zeros(0, np.int64), np.zeros(0), np.zeros(0), uncompared)
    mean = total / some
    centred = known - mean.take(group)  # sums of centred values keep the digits of the squares
    centred *= centred
    if not complete:
        centred *= stated
    at = group.take(rows)
    squares = np.bincount(group, centred, count).take(at)
    own = expectation.take(rows) - mean.take(at)
    others = number.take(at) - 1.0
    apart = -own / others  # mean of the others, seen from the group's mean
    rest = np.maximum(squares - own**2 - others * apart**2, 0.0)
    rest[rest < 1e-18 * width**2 * others] = 0.0  # agreement but for rounding
    with np.errstate(divide="ignore"):
        distance = (own - apart) / (np.sqrt(rest / (others - 1.0)) * np.sqrt(1.0 + 1.0 / others))
    far = distance >= rules.outlier
    there = others[far].astype(np.int64)
    return ExpectationTest(rows[far], there, (mean.take(at) + apart)[far], distance[far], uncompared)


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
        From 0, at most four times as many as there are services.
    """
    names = int(service.max(initial=0)) + 1
    key = cascade.network.supplier.astype(np.int64) * names + service
    span = cascade.network.departments * names
    if span <= 4 * max(len(key), 1):
        return key
    if span <= 32 * len(key):  # a flag for each possible key is still smaller and faster than sorting the keys
        used = np.zeros(span, bool)
        used[key] = True
        return (np.cumsum(used, dtype=np.int64) - 1).take(key)
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def service_verdicts(
    cascade: Cascade,
    expectations: ExpectationTest,
    rules: VerdictRules = DEFAULT_RULES,
    sure: tuple[Floats, Floats] | None = None,
) -> npt.NDArray[np.int8]:
    """Return each service's verdict as a number in `VERDICTS`.

    *expectation out of line*: short, and this client expects far more of it than the supplier's other clients do.
    *under-delivering*: short, mostly by its own fault. *starved*: short, mostly by what its supplier inherited: mend
    that one's suppliers first. *undecided*: short, and what is known of its supplier's transmission leaves open which
    of these two it is. *over-served*: exceeds its expectation while little of it reaches the customers (its reach is
    no more than the middle of all services' reach). *met*: everything else.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    expectations : ExpectationTest
        From `compare_expectations`.
    rules : VerdictRules
        Thresholds.
    sure : pair of float arrays, shape (n,), optional
        Low and high transmissions of each department, between which it lies for sure enough: a service is starved
        only if it were so at the low one, under-delivering only if it were so at the high one. A huge one and 0 where
        the transmission is not in doubt; nothing is in doubt by default.

    Returns
    -------
    int8 array, shape (m,)
        Indices into `VERDICTS`.
    """
    split = cascade.split
    # Arithmetic on numbers of one byte: choices by a random mask take ten times as long.
    short = (cascade.shortfall > 0).view(np.int8)
    inherits = (split.own < split.inherited).view(np.int8)
    verdict = _MET - short * (_MET - inherits)  # the first two verdicts are 0 and 1
    if sure is not None:
        verdict[_in_doubt(cascade, verdict, sure)] = VERDICTS.index("undecided")
    exceeds = np.flatnonzero((cascade.surplus >= rules.over_service) & (cascade.shortfall == 0))
    if len(exceeds):
        reach = cascade.service_reach
        verdict[exceeds[reach.take(exceeds) <= middle_value(reach)]] = VERDICTS.index("over-served")
    outliers = expectations.services
    verdict[outliers[cascade.shortfall[outliers] > 0]] = VERDICTS.index("expectation out of line")
    return verdict


def _in_doubt(cascade: Cascade, verdict: npt.NDArray[np.int8], sure: tuple[Floats, Floats]) -> npt.NDArray[np.intp]:
    """Return the services whose shortfall is mostly own at one end of the transmission and inherited at the other.

    At a transmission tau a service inherits at least half of its shortfall where 2 tau D >= d.
    """
    given = np.diff(cascade.network.start)
    low, high = (np.repeat(2.0 * end * cascade.received, given) for end in sure)
    starved = (verdict == VERDICTS.index("starved")) & (cascade.shortfall >= low)
    under = (verdict == VERDICTS.index("under-delivering")) & (cascade.shortfall < high)
    return np.flatnonzero(starved | under)


def middle_value(values: Floats) -> float:
    """Return the median, to the last bit as numpy does, of many values several times faster.

    Parameters
    ----------
    values : float array, shape (k,)
        At least one, no NaN.

    Returns
    -------
    float
        The mean of the two middle ones where there are two.

    Notes
    -----
    Values at even distances say between which two the median must lie; only what lies between them is taken apart,
    and everything where they say so wrongly.

    Examples
    --------
    >>> middle_value(np.array([4., 1., 3., 2.]))
    2.5
    """
    sample = np.sort(values[:: len(values) // _SAMPLE + 1])
    at = len(sample) // 2
    margin = len(sample) // 50
    low, high = sample[at - margin], sample[min(at + margin, len(sample) - 1)]
    below = int(np.count_nonzero(values < low))
    between = values[(values >= low) & (values <= high)]
    first, last = (len(values) - 1) // 2 - below, len(values) // 2 - below
    if first < 0 or last >= len(between):
        return float(np.median(values))
    middle = np.partition(between, (first, last))[[first, last]]
    return float(middle.mean())
