"""What to ask next: the answers that would do most to settle who comes first, and whether answers can settle it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from cxgraph.cascade.cascade import solve_cascade
from cxgraph.errors import check_whole
from cxgraph.model.arrays import Floats
from cxgraph.model.settings import Scoring
from cxgraph.uncertainty.batch import Copies, share_of
from cxgraph.uncertainty.intervals import TransmissionDraws
from cxgraph.uncertainty.resampling import Sampling

SETTLED = 0.9
"""Probability of the first place from which on it counts as settled."""
_OPEN = 0.8  # part of the uncertainty that answers leave, from which on they will not settle it
_LOOKED_AT = 200  # services whose answers are weighed exactly; the others move the first place less
_NODES = 16
_BATCHES = 20
_MOST_DRAWN = 50_000_000
_LOG_ERROR = 0.05  # how exactly a log of some hundred cases tells a transmission


@dataclass(frozen=True, eq=False)
class NextQuestions:
    """Where more answers would do most.

    Attributes
    ----------
    services : DataFrame
        Best first: ``service`` (row of the network), ``answers`` to ask for, ``fall`` of the uncertainty about the
        first place expected from them (nats), ``per_answer`` the first of them.
    transmissions : DataFrame
        ``department`` (row), ``fall`` that knowing its transmission would bring, such as a case log tells; only of
        departments whose transmission is drawn.
    uncertainty : float
        Entropy of who comes first, in nats.
    left : float
        What of it would remain if every score were known exactly.
    first : int
        Row of the department that comes first most often.
    p_first : float
        How often.
    unknown : bool
        Whether nothing is known of the answers, so that nothing can be drawn.
    """

    services: pd.DataFrame
    transmissions: pd.DataFrame
    uncertainty: float
    left: float
    first: int
    p_first: float
    unknown: bool = False

    @property
    def settled(self) -> bool:
        """Whether the first place is settled already."""
        return not self.unknown and self.p_first >= SETTLED

    @property
    def answers_settle(self) -> bool:
        """Whether answers can take away a good part of the uncertainty."""
        return self.left <= _OPEN * self.uncertainty and not self.services.empty


def find_next_questions(
    sampling: Sampling,
    transmission: Floats,
    *,
    answers: int,
    stringency: float = 1.0,
    scoring: Scoring = "ratio",
    calibration: TransmissionDraws | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> NextQuestions:
    r"""Find where a number of further answers would settle the first place most.

    The first place has an entropy H over the draws behind the intervals. m further answers about a service are one
    more observation of its score, with variance s^2/m; the draws, weighted by how well they agree with it, tell who
    would then come first. The expected fall of H over all observations that the draws foresee is what the answers are
    worth. They are given out in batches, each where the next one is worth most.

    Parameters
    ----------
    sampling : Sampling
        From `cxgraph.uncertainty.resampling.prepare_sampling`; n departments, m services.
    transmission : float array, shape (n,)
        tau.
    answers : int
        How many can be asked for.
    stringency, scoring : optional
        As in the analysis.
    calibration : TransmissionDraws, optional
        Draws the transmissions that were estimated.
    draws, seed : int
        Same seed, same result.

    Returns
    -------
    NextQuestions
        Empty tables where nothing is known of the answers' spread.

    Raises
    ------
    ParameterError
        `answers` below 1, or fewer than 100 draws.

    Notes
    -----
    What chance alone would give is measured by the same draws in another order and taken off. Falls of several
    services are added up, which is right as long as each is small. Memory: eight bytes for each service and draw.

    References
    ----------
    Raiffa, H. & Schlaifer, R. (1961). Applied Statistical Decision Theory (preposterior analysis). Lindley, D. V.
    (1956). On a measure of the information provided by an experiment. Annals of Mathematical Statistics 27(4).
    """
    check_whole("next", answers)
    check_whole("draws", draws, 100)
    draws = int(min(draws, max(100, _MOST_DRAWN // max(sampling.network.services, 1))))
    taus = None if calibration is None else np.asarray(calibration.draws(draws, seed), float)
    base = solve_cascade(sampling.network, transmission, stringency, scoring)
    point = share_of(base.department_contribution, base.customer_shortfall)
    runner = _Runner(sampling, transmission, stringency, scoring, base.client_reach, draws, seed)
    moved, shares = runner.run(taus, move=True)
    first = _first(shares, point)
    leaders = _one_hot(first)
    uncertainty = _entropy(leaders.mean(axis=0))
    p_first = np.bincount(first, minlength=len(point)) / draws
    left = 0.0
    if taus is not None:
        left = _entropy(_one_hot(_first(runner.run(taus, move=False)[1], point)).mean(axis=0))
    services = _worth_of_answers(sampling, moved, leaders, answers, seed)
    transmissions = _worth_of_transmissions(taus, leaders, seed)
    best = int(np.argmax(p_first))
    unknown = not (sampling.sampled & (sampling.standard_error > 0)).any()
    return NextQuestions(services, transmissions, uncertainty, left, best, float(p_first[best]), unknown)


@dataclass(frozen=True, eq=False)
class _Runner:
    """Draws scores and solves them, block by block."""

    sampling: Sampling
    transmission: Floats
    stringency: float
    scoring: Scoring
    reach: Floats
    draws: int
    seed: int

    def run(self, taus: Floats | None, *, move: bool) -> tuple[Floats, Floats]:
        """Return how far each score moved and every department's share, shapes (draws, m) and (draws, n)."""
        network = self.sampling.network
        generator = np.random.default_rng(self.seed)
        copies = Copies.block(network, self.draws)
        kept, shares = [], []
        for start in range(0, self.draws, copies.copies):
            size = min(copies.copies, self.draws - start)
            moved, expectation = self.sampling.draw(generator, copies.copies)
            if not move:
                moved, expectation = np.zeros_like(moved), network.expectation
            kept.append(moved[:size].copy())
            lacks = copies.shortfalls(moved + network.fulfilment, expectation, self.scoring)
            rows = np.minimum(np.arange(start, start + copies.copies), self.draws - 1)
            tau = self.transmission if taus is None else taus[rows]
            contribution, total = copies.solve(lacks, tau, self.stringency, self.reach)
            shares.append(share_of(contribution[:size], total[:size, None]))
        return np.concatenate(kept), np.concatenate(shares)


def _first(shares: Floats, point: Floats) -> npt.NDArray[np.intp]:
    """Return who comes first in each draw, the draws moved back onto the estimate as for the ranks of intervals."""
    return np.asarray(np.argmax(shares - (shares.mean(axis=0) - point), axis=1), np.intp)


def _one_hot(first: npt.NDArray[np.intp]) -> Floats:
    """Return an indicator of each department that ever comes first, shape (draws, k)."""
    found, place = np.unique(first, return_inverse=True)
    return np.eye(len(found))[place]


def _entropy(p: Floats) -> float:
    return float(-(p * np.log(np.maximum(p, 1e-300))).sum())


def _worth_of_answers(sampling: Sampling, moved: Floats, leaders: Floats, answers: int, seed: int) -> pd.DataFrame:
    """Return how many answers to ask for of each service, and what they are expected to bring."""
    sampled = np.flatnonzero(sampling.sampled & (sampling.standard_error > 0))
    columns = ["service", "answers", "fall", "per_answer"]
    if not len(sampled) or leaders.shape[1] < 2:
        return pd.DataFrame({name: [] for name in columns})
    chosen = sampled[_most_telling(moved[:, sampled], leaders)]
    batch = max(1, -(-answers // _BATCHES))
    batches = -(-answers // batch)
    variance = sampling.standard_error[chosen] ** 2
    units = sampling.units[chosen]
    gain = np.array(
        [
            [_fall(moved[:, service], spread * number / (batch * k), leaders, seed) for k in range(1, batches + 1)]
            for service, spread, number in zip(chosen, variance, units, strict=True)
        ]
    )
    # What more answers bring never falls and never speeds up; the draws' noise would make it do both.
    gain = np.maximum.accumulate(gain, axis=1)
    given = np.zeros(len(chosen), int)
    padded = np.column_stack([np.zeros(len(chosen)), gain, gain[:, -1:]])
    for _ in range(batches):
        following = padded[np.arange(len(chosen)), given + 1] - padded[np.arange(len(chosen)), given]
        given[int(np.argmax(following))] += 1
    asked = np.flatnonzero(given)
    count = given[asked] * batch
    table = pd.DataFrame(
        {
            "service": chosen[asked],
            "answers": count,
            "fall": padded[asked, given[asked]],
            "per_answer": gain[asked, 0] / batch,
        }
    )
    table = table.sort_values(["fall", "service"], ascending=[False, True], kind="stable").reset_index(drop=True)
    # Batches may add up to a little more than was asked for; what is least worth gives way.
    running = table["answers"].cumsum()
    table["answers"] = np.minimum(table["answers"], np.maximum(answers - (running - table["answers"]), 0))
    return table.loc[table["answers"] > 0, columns]


def _most_telling(moved: Floats, leaders: Floats) -> npt.NDArray[np.intp]:
    """Return the services whose scores go most together with who comes first, at most `_LOOKED_AT`."""
    if moved.shape[1] <= _LOOKED_AT:
        return np.arange(moved.shape[1])
    standard = (moved - moved.mean(axis=0)) / np.maximum(moved.std(axis=0), 1e-300)
    together = np.abs(standard.T @ (leaders - leaders.mean(axis=0))).max(axis=1)
    return np.sort(np.argsort(-together, kind="stable")[:_LOOKED_AT])


def _fall(value: Floats, noise: float, leaders: Floats, seed: int) -> float:
    """Return the fall of the entropy expected from observing a value with some noise, chance taken off."""
    generator = np.random.default_rng(seed)
    other = value[generator.permutation(len(value))]
    return max(0.0, _expected(other, noise, leaders) - _expected(value, noise, leaders))


def _expected(value: Floats, noise: float, leaders: Floats) -> float:
    """Return the entropy expected after the observation: the mean over what the draws foresee of it."""
    order = np.sort(value)
    spread = np.sqrt(noise + value.var())
    quantiles = (np.arange(_NODES) + 0.5) / _NODES
    nodes = value.mean() + spread * _normal_quantiles(quantiles) if noise > 0 else np.quantile(order, quantiles)
    width = max(noise, (0.05 * value.std()) ** 2, 1e-300)
    weight = np.exp(-0.5 * (nodes[:, None] - value[None, :]) ** 2 / width)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    p = weight @ leaders
    return float(-(p * np.log(np.maximum(p, 1e-300))).sum(axis=1).mean())


def _normal_quantiles(p: Floats) -> Floats:
    return np.asarray(ndtri(p), float)


def _worth_of_transmissions(taus: Floats | None, leaders: Floats, seed: int) -> pd.DataFrame:
    """Return what a log of cases that tells a department's transmission would bring."""
    columns = ["department", "fall"]
    if taus is None or leaders.shape[1] < 2:
        return pd.DataFrame({name: [] for name in columns})
    drawn = np.flatnonzero(taus.std(axis=0) > _LOG_ERROR)
    fall = [_fall(taus[:, u], _LOG_ERROR**2, leaders, seed) for u in drawn]
    table = pd.DataFrame({"department": drawn, "fall": fall})
    table = table[table["fall"] > 0]
    return table.sort_values(["fall", "department"], ascending=[False, True], kind="stable").reset_index(drop=True)
