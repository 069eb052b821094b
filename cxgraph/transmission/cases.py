"""Transmission from cases: how much more often outcomes fail where a hand-over of the same case had failed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats
from cxgraph.transmission.pooling import PooledEstimates, pool_estimates

FEWEST = 5
"""Outcomes that each compared group must have at the least."""

Codes = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What customers got in each case, and what had been handed over before; arrays of shape (k,).

    Attributes
    ----------
    supplier : int array
        Department that gave the outcome.
    shortfall : float array
        d of the outcome.
    worst : float array
        Largest shortfall of what was handed to the department in the case; NaN where nothing was.
    """

    supplier: npt.NDArray[np.intp]
    shortfall: Floats
    worst: Floats


@dataclass(frozen=True, eq=False)
class CaseEstimate:
    """What cases say; arrays of shape (n,).

    Attributes
    ----------
    against_met : float array
        Transmission if cases whose hand-overs were met show what would have happened; NaN where there are too few.
    against_never : float array
        Transmission if cases never handed over show it; NaN where there are too few.
    error : float array
        Standard error of the middle of the two, their distance included; infinite where there is neither.
    middle : float array
        Middle of the two readings; 0 where there is neither.
    outcomes : int array
        Cases in which the department gave a customer an outcome.
    pooled : PooledEstimates
        The middles, pooled over departments, before they are bounded.
    """

    against_met: Floats
    against_never: Floats
    error: Floats
    middle: Floats
    outcomes: npt.NDArray[np.int64]
    pooled: PooledEstimates


def link_cases(
    supplier: Codes,
    client: Codes,
    case: Codes,
    shortfall: Floats,
    to_customer: npt.NDArray[np.bool_],
    day: npt.NDArray[np.int64] | None = None,
) -> Outcomes:
    """Find for every outcome what was handed to its supplier in the same case.

    Parameters
    ----------
    supplier, client : int array, shape (r,)
        Departments of each answer.
    case : int array, shape (r,)
        Case of each answer; negative where there is none.
    shortfall : float array, shape (r,)
        d of each answer; NaN where it has no scores.
    to_customer : bool array, shape (r,)
        Whether the client is a customer: such an answer is an outcome, any other a hand-over.
    day : int array, shape (r,), optional
        A hand-over later than the outcome cannot have caused it and does not count.

    Returns
    -------
    Outcomes
        In the order of the answers.

    Notes
    -----
    Only what customers get counts as outcome. Inside a chain the next hand-over often exists *because* the last one
    failed (a ticket passed on is a ticket not finished): there the link is mechanical and would count as perfect
    transmission.
    """
    usable = (case >= 0) & ~np.isnan(shortfall)
    outcome = np.flatnonzero(usable & to_customer)
    handed = np.flatnonzero(usable & ~to_customer)
    cases = int(case.max(initial=0)) + 1
    key = client[handed].astype(np.int64) * cases + case[handed]
    order = np.argsort(key, kind="stable")
    handed, key = handed[order], key[order]
    wanted = supplier[outcome].astype(np.int64) * cases + case[outcome]
    first, last = np.searchsorted(key, wanted, "left"), np.searchsorted(key, wanted, "right")
    number = last - first
    which = np.repeat(np.arange(len(outcome)), number)
    place = handed[np.arange(int(number.sum())) - np.repeat(np.cumsum(number) - number, number) + first[which]]
    counts = np.ones(len(place), bool) if day is None else day[place] <= day[outcome[which]]
    worst = np.full(len(outcome), -1.0)
    np.maximum.at(worst, which[counts], shortfall[place[counts]])
    return Outcomes(supplier[outcome].astype(np.intp), shortfall[outcome], np.where(worst >= 0, worst, np.nan))


def case_transmission(outcomes: Outcomes, received: Floats) -> CaseEstimate:
    """Estimate every department's transmission from its outcomes with and without a failed hand-over.

    The part of the outcomes' shortfall that hand-overs explain, divided by what the department lacks, read twice.
    Among cases handed over: slope of the outcome's shortfall on the worst hand-over's, times the mean of the latter
    over all outcomes, / D. (Where hand-overs either fail or not, the slope is the difference between the two.)
    Against cases never handed over: P(handed over) (d handed over - d never handed over) / D. The first compares
    like with like and misses what handing over itself costs; the second counts hard cases, which are handed over
    because they are hard, as harm done by the hand-over. The truth lies between them more likely than outside, so
    the estimate is their middle.

    Parameters
    ----------
    outcomes : Outcomes
        k outcomes.
    received : float array, shape (n,)
        D, what each department lacks.

    Returns
    -------
    CaseEstimate
        Arrays of shape (n,).

    Notes
    -----
    Association is not cause: work that a failure causes (re-opened cases) must be left out when the answers are
    gathered. Linear in the outcomes.

    Examples
    --------
    >>> outcomes = Outcomes(np.zeros(300, int), np.repeat([0., 1, 0, 1, 0, 1], [80, 20, 80, 20, 40, 60]),
    ...                     np.repeat([np.nan, 0, 1], 100))
    >>> estimate = case_transmission(outcomes, np.array([0.5]))
    >>> estimate.against_met.round(3).tolist(), estimate.against_never.round(3).tolist()
    ([0.267], [0.267])
    """
    size = len(received)
    total = np.bincount(outcomes.supplier, minlength=size).astype(np.int64)
    lacked = np.where(received > 0, received, np.nan)
    handed = ~np.isnan(outcomes.worst)
    inside = _Group(outcomes.supplier[handed], outcomes.shortfall[handed], size)
    outside = _Group(outcomes.supplier[~handed], outcomes.shortfall[~handed], size)
    met, met_error = _among_handed(outcomes, handed, inside, total)
    part = inside.count / np.maximum(total, 1)
    apart = inside.mean - outside.mean
    enough = (inside.count >= FEWEST) & (outside.count >= FEWEST)
    never = np.where(enough, part * apart, np.nan) / lacked
    never_error = np.sqrt(
        part**2 * (inside.error**2 + outside.error**2) + apart**2 * part * (1 - part) / np.maximum(total, 1)
    )
    met, met_error, never_error = met / lacked, met_error / lacked, never_error / lacked
    one, other = np.where(np.isnan(met), never, met), np.where(np.isnan(never), met, never)
    errors = np.where(np.isnan(met), never_error, met_error), np.where(np.isnan(never), met_error, never_error)
    # Between the two readings nothing is preferred: a uniform of that width has a twelfth of its square as variance.
    error = np.sqrt((errors[0] ** 2 + errors[1] ** 2) / 2 + (one - other) ** 2 / 12)
    error = np.where(np.isnan(error), np.inf, error)
    middle = np.where(np.isfinite(error), (one + other) / 2, 0.0)
    return CaseEstimate(met, never, error, middle, total, pool_estimates(middle, error))


class _Group:
    """Number, mean, spread and standard error of some outcomes of each department."""

    def __init__(self, supplier: Codes, shortfall: Floats, size: int) -> None:
        self.count = np.bincount(supplier, minlength=size)
        number = np.maximum(self.count, 1)
        self.mean = np.bincount(supplier, shortfall, size) / number
        self.squares = np.bincount(supplier, (shortfall - self.mean[supplier]) ** 2, size)
        # As if two more answers, one of each kind, had been seen: no group is without spread.
        self.error = np.sqrt((self.squares + 0.5) / number) / np.sqrt(number)


def _among_handed(
    outcomes: Outcomes, handed: npt.NDArray[np.bool_], inside: _Group, total: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return the shortfall that worse hand-overs explain among cases handed over, and its standard error."""
    supplier, x, y = outcomes.supplier[handed], outcomes.worst[handed], outcomes.shortfall[handed]
    size = len(total)
    worst = _Group(supplier, x, size)
    products = np.bincount(supplier, (x - worst.mean[supplier]) * (y - inside.mean[supplier]), size)
    told = (inside.count >= 2 * FEWEST) & (worst.squares > 1e-9)
    moved = np.where(told, worst.squares, 1.0)
    slope = products / moved
    rest = (np.maximum(inside.squares - slope * products, 0.0) + 0.5) / np.maximum(inside.count, 1)
    outcomes_of = np.maximum(total, 1)
    level = np.bincount(supplier, x, size) / outcomes_of
    spread = np.bincount(supplier, x**2, size) / outcomes_of - level**2
    error = np.sqrt(level**2 * rest / moved + slope**2 * spread / outcomes_of)
    return np.where(told, slope * level, np.nan), np.where(told, error, np.nan)
