"""Two waves of an organisation, or all of them, as functions of analyses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cxgraph.analysis.analysis import Analysis, analyze
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.decide.comparing.compare import Comparison, Measured, check_comparable
from cxgraph.decide.comparing.joint import pool_waves
from cxgraph.decide.comparing.noise import Noise, draw_contributions, reach_out
from cxgraph.decide.comparing.renaming import rename_departments
from cxgraph.errors import ParameterError, Problem, check_whole
from cxgraph.model.arrays import Bools, Floats
from cxgraph.model.organization import Organization
from cxgraph.uncertainty.resampling import Sampling, prepare_sampling
from cxgraph.wording import N_


def compare(
    before: Analysis,
    after: Analysis,
    renamed: Mapping[str, str] | None = None,
    *,
    draws: int = 400,
    seed: int = 0,
    level: float = 0.9,
) -> Comparison:
    """Tell what changed between two waves of an organisation, and what of it is noise.

    Parameters
    ----------
    before, after : Analysis
        Of two organisations, or of two periods of one; with the same stringency and scoring.
    renamed : mapping of str to str, optional
        Ids of the first wave to ids of the second, where they differ; several to one merges them.
    draws : int
        How often the answers of both waves are drawn again; 0 for not at all.
    seed : int
        Same seed, same bytes.
    level : float
        Nominal coverage of the intervals, between 0 and 1.

    Returns
    -------
    Comparison
        ``change`` (of the customers' shortfall), ``parts()`` (part, supplier, client, service, change: they add up to
        it), ``totals()``, ``departments()`` (with "real or noise"), ``customers()``.

    Raises
    ------
    ParameterError
        Waves that are analysed differently, a department that does not exist, or an option outside its range.
    InputError
        The waves do not fit together.

    Notes
    -----
    Transmissions that the scores were asked for are estimated once, from the average of both waves, and split both:
    else another estimate would pass for a change. Those that are stated or chosen stay; one that is known in one wave
    alone holds for both. The same respondents may have answered twice; they are drawn independently, so that the
    intervals are, if anything, too wide.

    Examples
    --------
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> first = analyze(Organization.from_frames(services), transmission=0.6)
    >>> second = analyze(Organization.from_frames(services.assign(fulfilment=[7, 7.2])), transmission=0.6)
    >>> compared = compare(first, second)
    >>> round(compared.change, 12), compared.parts().iloc[0][["part", "supplier"]].tolist()
    (-0.12, ['fulfilment', 'IT'])
    """
    check_comparable(before.cascade, after.cascade)
    _check(draws, level)
    cascade, names = after.cascade, dict(renamed or {})
    first = rename_departments(before.organization, names, cascade.scoring, cascade.stringency)
    return compare_with(first, _known(first, before, names), after, draws=draws, seed=seed, level=level)


def compare_with(
    first: Organization,
    told: Mapping[str, float],
    after: Analysis,
    *,
    draws: int = 400,
    seed: int = 0,
    level: float = 0.9,
) -> Comparison:
    """Compare an analysis with an earlier wave that nobody needs analysed by itself; see `compare`.

    Parameters
    ----------
    first : Organization
        The earlier wave, with the ids of the later one.
    told : mapping of str to float
        Its transmissions that no scores were asked for, by id.
    after, draws, seed, level
        As in `compare`.

    Returns
    -------
    Comparison
        As from `compare`.
    """
    cascade = after.cascade
    known = [dict(told), _known(after.organization, after, {})]
    fixed = {**known[1], **known[0]}
    waves = [first, after.organization]
    joint = None
    if _open(waves, fixed):
        joint = analyze(pool_waves(waves), transmission=fixed, stringency=cascade.stringency, scoring=cascade.scoring)
    estimated = {} if joint is None else _by_id(joint.organization, joint.cascade.transmission)
    measured = []
    for wave, own in zip(waves, known, strict=True):
        tau = np.array([{**estimated, **fixed, **own}[str(one)] for one in wave.departments["id"]])
        solved = solve_cascade(wave.network(cascade.scoring), tau, cascade.stringency, cascade.scoring)
        measured.append(Measured(wave, solved))
    noise, notes = _noise(measured, joint, draws, seed, level) if draws else (None, ())
    return Comparison(measured[0], measured[1], noise, notes)


def _check(draws: int, level: float) -> None:
    if draws != 0 or isinstance(draws, bool):  # none at all is a choice
        check_whole("draws", draws, 20)
    if not 0 < level < 1:
        raise ParameterError("level is {value}; it takes a number between 0 and 1.", value=repr(level))


def _by_id(organization: Organization, values: Floats) -> dict[str, float]:
    return dict(zip(organization.departments["id"].astype(str), values.tolist(), strict=True))


def _known(wave: Organization, analysis: Analysis, renamed: Mapping[str, str]) -> dict[str, float]:
    """Return the transmissions of a wave that no scores were asked for, by the ids of the renamed wave."""
    used = analysis.transmission
    told = np.isin(used.source, ("chosen", "stated"))
    found: dict[str, list[float]] = {}
    for place, name in enumerate(analysis.organization.departments["id"].astype(str)):
        if told[place]:
            found.setdefault(renamed.get(name, name), []).append(float(used.values[place]))
    there = set(wave.departments["id"].astype(str))
    return {name: float(np.mean(values)) for name, values in found.items() if name in there}


def _open(waves: Sequence[Organization], fixed: Mapping[str, float]) -> bool:
    return any(str(one) not in fixed for wave in waves for one in wave.departments["id"])


def _noise(
    measured: Sequence[Measured], joint: Analysis | None, draws: int, seed: int, level: float
) -> tuple[Noise | None, tuple[Problem, ...]]:
    """Return how far contributions move with the answers, and what a reader must know of that."""
    samplings = [prepare_sampling(wave.organization, wave.cascade.scoring) for wave in measured]
    if not all(sampling.sampled.any() for sampling in samplings):
        return None, (
            Problem(
                "warning",
                "no-noise",
                N_("Whether a change is real or noise is not known: nobody counted the answers of both waves."),
                N_("Add the columns responses and fulfilment_sd, or the answers themselves."),
                {},
            ),
        )
    drawn_tau = None if joint is None else joint.estimated_draws()
    common = None if joint is None or drawn_tau is None else np.asarray(drawn_tau.draws(draws, seed), float)
    ids = sorted({str(one) for wave in measured for one in wave.organization.departments["id"]})
    drawn, totals = [], []
    for place, (wave, sampling) in enumerate(zip(measured, samplings, strict=True)):
        names = wave.organization.departments["id"].astype(str)
        tau = np.tile(wave.cascade.transmission, (draws, 1))
        if common is not None and joint is not None:
            at = pd.Index(joint.organization.departments["id"].astype(str)).get_indexer(pd.Index(names))
            open_ = joint.transmission.estimated[at]
            tau[:, open_] = common[:, at[open_]]
        found, total = draw_contributions(sampling, wave.cascade, tau, draws, seed + 1 + place)
        spread = np.zeros((draws, len(ids)))
        spread[:, pd.Index(ids).get_indexer(pd.Index(names))] = found
        drawn.append(spread)
        totals.append(total)
    point = _contributions(measured[1], ids) - _contributions(measured[0], ids)
    low, high = reach_out(drawn[1] - drawn[0], point, level)
    change = measured[1].cascade.customer_shortfall - measured[0].cascade.customer_shortfall
    ends = reach_out((totals[1] - totals[0])[:, None], np.array([change]), level)
    return Noise(low, high, float(ends[0][0]), float(ends[1][0]), level, draws), _fixed_notes(samplings)


def _contributions(wave: Measured, ids: list[str]) -> Floats:
    found = np.zeros(len(ids))
    names = wave.organization.departments["id"].astype(str)
    found[pd.Index(ids).get_indexer(pd.Index(names))] = wave.cascade.department_contribution
    return found


def _fixed_notes(samplings: Sequence[Sampling]) -> tuple[Problem, ...]:
    fixed: list[Bools] = [~sampling.sampled for sampling in samplings]
    count = int(sum(one.sum() for one in fixed))
    if not count:
        return ()
    return (
        Problem(
            "warning",
            "noise-fixed",
            N_(
                "{count} {count:score|scores} of the two waves {count:has|have} no number of answers and "
                "{count:is|are} held fixed: what is called real may be noise of theirs."
            ),
            N_("Add responses and fulfilment_sd for them, or the answers."),
            {"count": count},
        ),
    )
