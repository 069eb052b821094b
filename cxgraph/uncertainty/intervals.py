"""How far each figure can be trusted: intervals of shares and ranks from draws of the scores."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.errors import ParameterError, Problem, check_whole
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import Scoring
from cxgraph.uncertainty.batch import Copies, share_of
from cxgraph.uncertainty.resampling import WAYS, Sampling
from cxgraph.uncertainty.shrinkage import pool_scores
from cxgraph.wording import N_

Progress = Callable[[int, int], object]
"""Called with the draws done and the draws to do."""


class TransmissionDraws(Protocol):
    """What draws of a transmission must offer; a calibration does."""

    def draws(self, count: int, seed: int) -> Floats:
        """Return draws of each department's transmission, shape (count, n)."""


@dataclass(frozen=True, eq=False)
class PartlyDrawn:
    """Draws of some departments' transmissions, the others fixed.

    Attributes
    ----------
    drawn : TransmissionDraws
        Of all n departments.
    which : bool array, shape (n,)
        Those whose draws count.
    fixed : float array, shape (n,)
        Transmissions of the others.
    """

    drawn: TransmissionDraws
    which: npt.NDArray[np.bool_]
    fixed: Floats

    def draws(self, count: int, seed: int) -> Floats:
        """Return draws of each department's transmission, shape (count, n)."""
        return np.where(self.which, self.drawn.draws(count, seed), self.fixed)


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals of the customers' shortfall and of every department's share of it.

    Attributes
    ----------
    table : DataFrame
        Indexed by department id, ranked by share: ``name``; ``share`` (of J) with ``low`` and ``high``; ``rank``
        (1 is first) with ``rank_low`` and ``rank_high``; ``p_top1`` and ``p_topk``, the fractions of the draws in
        which it is first and among the first k; ``thin`` (what it is charged with rests mainly on services with
        few answers); ``shrink`` (mean weight of its services' own scores; 1 without pooling). NaN where nothing
        can be drawn.
    services : DataFrame
        A row for each scored service in the network's order: ``responses`` behind it, ``units`` (independent
        respondents or cases), ``way`` (how it is drawn), ``standard_error`` of its fulfilment, ``shrink``, ``thin``
        (fewer answers than the organisation asks for) and ``hidden``: fewer units than `min_respondents`, so that
        its numbers are left out here and should not be shown one by one anywhere.
    customer_shortfall : float
        J, pooled where that was asked for.
    low, high : float
        Its interval; NaN where nothing can be drawn.
    level : float
        Nominal coverage, such as 0.9.
    top : int
        The k of ``p_topk``.
    draws, seed : int
        What was drawn.
    methods : mapping of str to int
        Services drawn in each way: by ``respondents``, by single ``answers``, from ``aggregates``, or ``fixed``.
    notes : tuple of Problem
        What could not be drawn and what was assumed, for people.
    """

    table: pd.DataFrame
    services: pd.DataFrame
    customer_shortfall: float
    low: float
    high: float
    level: float
    top: int
    draws: int
    seed: int
    methods: dict[str, int]
    notes: tuple[Problem, ...]

    @property
    def ways(self) -> Any:
        """Old name of `methods`."""
        warnings.warn(
            "Intervals.ways is called methods since version 0.2; the old name goes with version 0.3.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.methods

    @property
    def available(self) -> bool:
        """Whether anything could be drawn at all."""
        return self.draws > 0

    def to_frame(self) -> pd.DataFrame:
        """Return `table`."""
        return self.table.copy(deep=False)

    def __repr__(self) -> str:
        if not self.available:
            return "<Intervals: none can be given>"
        return (
            f"<Intervals: customer shortfall {self.customer_shortfall:.4f} "
            f"[{self.low:.4f}, {self.high:.4f}], {self.draws} draws>"
        )


@dataclass(frozen=True)
class IntervalOptions:
    """How the scores are resampled and what is reported of it.

    Attributes
    ----------
    draws : int
        How many, at least 20.
    seed : int
        Same seed, same bytes.
    level : float
        Nominal coverage, between 0 and 1.
    top : int
        k of the probability of being among the first k.
    pooling : bool
        Let scores with few answers lean on the supplier's other services.
    min_responses : int
        Services with fewer answers are thin.
    min_respondents : int
        Services with fewer respondents are hidden.

    Raises
    ------
    ParameterError
        A number outside its range.
    """

    draws: int = 1000
    seed: int = 0
    level: float = 0.9
    top: int = 3
    pooling: bool = False
    min_responses: int = 5
    min_respondents: int = 1

    def __post_init__(self) -> None:
        check_whole("draws", self.draws, 20)
        check_whole("top", self.top, 1)
        if not 0 < self.level < 1:
            raise ParameterError(N_("level is {value}; it takes a number between 0 and 1."), value=repr(self.level))


def estimate_intervals(
    sampling: Sampling,
    departments: pd.DataFrame,
    cascade: Cascade,
    options: IntervalOptions,
    *,
    calibration: TransmissionDraws | None = None,
    progress: Progress | None = None,
) -> Intervals:
    """Draw the scores again and again and see how far shares and ranks move.

    The interval of a share is that of its draws, reached out by twice the bias that the draws show. What starts at
    a service is max(0, d - tau D): noise around 0 adds to it and never takes away. The draws put noise on noise, so
    they lie beyond the estimate by as much as the estimate can be expected to lie beyond the truth.

    Parameters
    ----------
    sampling : Sampling
        From `prepare_sampling`; n departments, m services.
    departments : DataFrame
        ``id`` and ``name`` of each.
    cascade : Cascade
        Gives transmission, stringency and scoring.
    options : IntervalOptions
        Draws, seed, level and what is reported.
    calibration : TransmissionDraws, optional
        Draws the transmission too.
    progress : callable, optional
        Called after each block.

    Returns
    -------
    Intervals
        Without intervals, and saying so, where no service can be drawn.

    Raises
    ------
    ParameterError
        Draws of the transmission that do not fit.

    Notes
    -----
    Coverage was measured on simulated organisations (tests/benchmarks/coverage.py). Importances and customers'
    weights are taken as they are. Memory: a block of about 200,000 services at a time, and eight bytes for each
    department and draw.

    References
    ----------
    Efron, B. & Tibshirani, R. (1993). An Introduction to the Bootstrap. Chapman & Hall, chapters 10 and 13.
    """
    transmission, stringency, scoring = cascade.transmission, cascade.stringency, cascade.scoring
    draws, seed, level, top = options.draws, options.seed, options.level, options.top
    network = sampling.network
    shrink = np.ones(network.services)
    sampled = sampling.sampled
    damping = None
    if options.pooling:
        pooled = pool_scores(network, sampling.standard_error, sampled)
        shrink = pooled.shrink
        network = _rescored(network, pooled.fulfilment)
        damping = np.sqrt(shrink)
    base = solve_cascade(network, transmission, stringency, scoring)
    point = base.department_contribution
    shares = share_of(point, base.customer_shortfall)
    thin = _thin(network, base.contribution, sampling.count, options.min_responses)
    frame = pd.DataFrame(
        {
            "name": departments["name"].to_numpy(),
            "share": shares,
            "rank": ranks_of(point),
            "thin": thin,
            "shrink": _mean_shrink(network, shrink),
        },
        index=pd.Index(departments["id"].to_numpy(), name="id"),
    )
    methods = {name: int((sampling.method == number).sum()) for number, name in enumerate(WAYS)}
    notes = _notes(sampling, base.contribution, base.customer_shortfall, calibration is not None)
    services = _services(sampling, shrink, options)
    if not sampled.any() and calibration is None:
        return _without(frame, services, base.customer_shortfall, options, methods, notes)
    run = _Run(sampling, network, damping, stringency, scoring, base.client_reach)
    drawn, totals = run.draw(_taus(calibration, transmission, draws, seed), draws, seed, progress)
    frame = _with_intervals(frame, shares, point, drawn, options, noisy=bool(sampled.any()))
    low, high = _reach_out(totals[:, None], np.array([base.customer_shortfall]), level)
    return Intervals(
        frame, services, base.customer_shortfall, float(low[0]), float(high[0]), level, top, draws, seed, methods, notes
    )


@dataclass(frozen=True, eq=False)
class _Run:
    """What stays the same from block to block."""

    sampling: Sampling
    network: Network
    damping: Floats | None
    stringency: float
    scoring: Scoring
    reach: Floats

    def draw(
        self, taus: Callable[[int, int], Floats], draws: int, seed: int, progress: Progress | None
    ) -> tuple[Floats, Floats]:
        """Return each department's share in every draw, shape (draws, n), and J, shape (draws,)."""
        generator = np.random.default_rng(seed)
        copies = Copies.block(self.network, draws)
        shares = np.empty((draws, self.network.departments))
        totals = np.empty(draws)
        for first in range(0, draws, copies.copies):
            last = min(first + copies.copies, draws)
            moved, expectation = self.sampling.draw(generator, copies.copies)
            if self.damping is not None:
                moved *= self.damping
            moved += self.network.fulfilment
            lacks = copies.shortfalls(moved, expectation, self.scoring)
            contribution, total = copies.solve(lacks, taus(first, copies.copies), self.stringency, self.reach)
            kept = last - first
            totals[first:last] = total[:kept]
            shares[first:last] = share_of(contribution[:kept], total[:kept, None])
            if progress is not None:
                progress(last, draws)
        return shares, totals


def _taus(
    calibration: TransmissionDraws | None, transmission: Floats, draws: int, seed: int
) -> Callable[[int, int], Floats]:
    """Return what gives the transmissions of a block of draws."""
    if calibration is None:
        return lambda _first, _count: transmission
    drawn = np.asarray(calibration.draws(draws, seed), float)
    if drawn.shape != (draws, len(transmission)) or not ((drawn >= 0) & (drawn < 1)).all():
        raise ParameterError(
            N_("Resamples of the transmission take numbers in [0, 1) for each of {count} departments."),
            count=len(transmission),
        )
    return lambda first, count: drawn[np.minimum(np.arange(first, first + count), draws - 1)]


def _rescored(network: Network, fulfilment: Floats) -> Network:
    return replace(network, fulfilment=np.ascontiguousarray(fulfilment))


def ranks_of(values: Floats) -> npt.NDArray[np.int64]:
    """Return the rank of each value along the last axis: 1 plus how many are higher; equal values share theirs.

    Parameters
    ----------
    values : float array, shape (..., n)
        No NaN.

    Returns
    -------
    int array, shape (..., n)
        From 1.

    Examples
    --------
    >>> ranks_of(np.array([0.2, 0.5, 0.2])).tolist()
    [2, 1, 2]
    """
    order = np.argsort(-values, axis=-1)  # equal values share their rank, in whatever order they come
    ordered = np.take_along_axis(values, order, axis=-1)
    place = np.broadcast_to(np.arange(1, values.shape[-1] + 1), values.shape).copy()
    place[..., 1:][ordered[..., 1:] == ordered[..., :-1]] = 0
    np.maximum.accumulate(place, axis=-1, out=place)
    ranks = np.empty(values.shape, np.int64)
    np.put_along_axis(ranks, order, place, axis=-1)
    return ranks


def _reach_out(drawn: Floats, point: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the interval of columns of draws, reached out by twice their bias on the side of it, within [0, 1]."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    bias = drawn.mean(axis=0) - point
    low = low - 2.0 * np.maximum(bias, 0.0)
    high = high - 2.0 * np.minimum(bias, 0.0)
    return np.clip(np.minimum(low, point), 0.0, 1.0), np.clip(np.maximum(high, point), 0.0, 1.0)


def _with_intervals(
    frame: pd.DataFrame, shares: Floats, point: Floats, drawn: Floats, options: IntervalOptions, *, noisy: bool
) -> pd.DataFrame:
    """Complete the table; departments in blocks, since ranks of all draws at once would double the memory."""
    level, top = options.level, options.top
    size, tail = len(shares), (1.0 - level) / 2.0
    low, high = np.empty(size), np.empty(size)
    step = max(1, 4_000_000 // max(len(drawn), 1))
    for first in range(0, size, step):
        part = slice(first, first + step)
        low[part], high[part] = _reach_out(drawn[:, part], shares[part], level)
    # Ranks are those of the draws moved back onto the estimate, or noise on noise would decide between neighbours.
    # Draws of the transmission alone put no noise on noise.
    bias = drawn.mean(axis=0) - shares if noisy else np.zeros_like(shares)
    # Who causes nothing within its interval, as customers do, comes after all who do: no place is counted among those
    # that no table lists.
    never = high == 0
    ranks = np.empty(drawn.shape, np.int32)
    for first in range(0, len(drawn), 50):
        ranks[first : first + 50] = ranks_of(np.where(never, -np.inf, drawn[first : first + 50] - bias))
    rank_low, rank_high = np.empty(size), np.empty(size)
    for first in range(0, size, step):
        part = slice(first, first + step)
        rank_low[part], rank_high[part] = np.quantile(ranks[:, part], [tail, 1.0 - tail], axis=0, method="inverted_cdf")
    causes = drawn > 0
    given = frame["rank"].to_numpy()
    result = frame.assign(
        low=low,
        high=high,
        rank_low=np.minimum(rank_low, given).astype(int),
        rank_high=np.maximum(rank_high, given).astype(int),
        p_top1=((ranks == 1) & causes).mean(axis=0),
        p_topk=((ranks <= top) & causes).mean(axis=0),
    )
    order = np.argsort(-point, kind="stable")
    columns = ["name", "share", "low", "high", "rank", "rank_low", "rank_high", "p_top1", "p_topk", "thin", "shrink"]
    return result[columns].iloc[order]


def _without(
    frame: pd.DataFrame,
    services: pd.DataFrame,
    total: float,
    options: IntervalOptions,
    methods: dict[str, int],
    notes: tuple[Problem, ...],
) -> Intervals:
    """Return the table without intervals."""
    empty = dict.fromkeys(("low", "high", "rank_low", "rank_high", "p_top1", "p_topk"), np.nan)
    frame = frame.assign(**empty)
    order = np.argsort(frame["rank"].to_numpy(), kind="stable")
    columns = ["name", "share", "low", "high", "rank", "rank_low", "rank_high", "p_top1", "p_topk", "thin", "shrink"]
    nan = float("nan")
    return Intervals(
        frame[columns].iloc[order],
        services,
        total,
        nan,
        nan,
        options.level,
        options.top,
        0,
        options.seed,
        methods,
        notes,
    )


def _services(sampling: Sampling, shrink: Floats, options: IntervalOptions) -> pd.DataFrame:
    """Return what is known of each service's answers; the numbers of small groups are left out."""
    hidden = sampling.units < options.min_respondents
    return pd.DataFrame(
        {
            "responses": np.where(hidden, np.nan, sampling.count),
            "units": np.where(hidden, np.nan, sampling.units),
            "way": np.array(WAYS, object)[sampling.method],
            "standard_error": np.where(hidden | ~sampling.sampled, np.nan, sampling.standard_error),
            "shrink": np.where(hidden, np.nan, shrink),
            "thin": ~(sampling.count >= options.min_responses),
            "hidden": hidden,
        }
    )


def _thin(network: Network, contribution: Floats, count: Floats, least: int) -> npt.NDArray[np.bool_]:
    """Return which departments owe at least half of their contribution to services with few or unknown answers."""
    few = ~(count >= least)
    total = network.by_supplier(contribution)
    return np.asarray((total > 0) & (network.by_supplier(np.where(few, contribution, 0.0)) >= 0.5 * total))


def _mean_shrink(network: Network, shrink: Floats) -> Floats:
    gives = np.diff(network.start)
    return np.divide(network.by_supplier(shrink), gives, out=np.ones(network.departments), where=gives > 0)


def _notes(sampling: Sampling, contribution: Floats, total: float, transmission_drawn: bool) -> tuple[Problem, ...]:
    """Say what could not be drawn and what was borrowed."""
    size = sampling.network.services
    fixed = ~sampling.sampled
    if fixed.all() and transmission_drawn:
        return (
            Problem(
                "warning",
                "scores-fixed",
                N_(
                    "For none of the {count} services is it known how many answers stand behind it and how far they "
                    "spread: the scores are held as they are and only the transmissions are resampled, so the "
                    "intervals leave out what other answers would change."
                ),
                N_("Add the columns responses and fulfilment_sd, or the answers themselves."),
                {"count": size},
            ),
        )
    if fixed.all():
        return (
            Problem(
                "warning",
                "no-interval",
                N_(
                    "No interval can be given: for none of the {count} services is it known how many answers stand "
                    "behind "
                    "it and how far they spread."
                ),
                N_(
                    "Add the columns responses and fulfilment_sd, or the answers themselves. The band over the "
                    "parameters "
                    "(robustness) does not need them."
                ),
                {"count": size},
            ),
        )
    found = []
    if fixed.any():
        part = float(contribution[fixed].sum()) / total if total > 0 else 0.0
        found.append(
            Problem(
                "warning",
                "held-fixed",
                N_(
                    "{count:,} of {all:,} services are held fixed in every resample, because their number of "
                    "answers or their spread is unknown; {part:.0%} of the customers' gap originates there, so the "
                    "intervals are too narrow by what they hide."
                ),
                N_("Add responses and fulfilment_sd for them, or the answers."),
                {"count": int(fixed.sum()), "all": size, "part": part},
            )
        )
    if sampling.borrowed.any():
        found.append(
            Problem(
                "note",
                "borrowed-spread",
                N_(
                    "{count:,} services rest on one answer or on answers that all agree, so that their own spread "
                    "cannot be "
                    "known; they take the spread that the services have together."
                ),
                "",
                {"count": int(sampling.borrowed.sum())},
            )
        )
    return tuple(found)
