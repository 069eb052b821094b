"""Calibration: how much of what each department lacks shows up in what it delivers, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.errors import ParameterError, Problem, check_whole
from cxgraph.model.arrays import Floats
from cxgraph.model.halo import without_halo
from cxgraph.model.organization import Organization
from cxgraph.model.settings import DEFAULT_TRANSMISSION, Scoring, check_stringency
from cxgraph.transmission.cases import CaseEstimate, case_transmission
from cxgraph.transmission.fault_laws import EDGES
from cxgraph.transmission.inputs import case_outcomes, period_panel
from cxgraph.transmission.periods import within_transmission
from cxgraph.transmission.pooling import (
    PROBABILITIES,
    PooledEstimates,
    bounded_normal,
    mass_quantiles,
)
from cxgraph.transmission.posterior import (
    PeriodOptions,
    TransmissionPosterior,
    single_wave,
    transmission_posterior,
)
from cxgraph.transmission.result import Calibration, Method, agreement
from cxgraph.transmission.single_wave import Structures, WavePosterior
from cxgraph.wording import N_

METHODS: tuple[Method, ...] = ("auto", "wave", "periods", "cases")
LEVEL = 0.9
"""Coverage of the intervals."""
NARROWER = 0.75
"""A posterior counts as informed where its standard deviation is below this part of the prior's."""
FEW_PERIODS = 8


def calibrate(
    organization: Organization,
    *,
    method: Method = "auto",
    scoring: Scoring | None = None,
    stringency: float | None = None,
    lag: int = 0,
    period_effects: bool = False,
    draws: int = 200,
    seed: int = 0,
) -> Calibration:
    """Estimate from the data how much of what each department lacks shows up in what it delivers.

    *wave*: what the clients of one department share, against what it receives itself, in one wave of scores.
    *periods*: whether its clients lacked more when it lacked more. *cases*: whether the outcome of a case failed more
    often where something handed over in it had failed. *auto* multiplies the likelihoods of all that there are into
    one posterior, and keeps what each says alone as its parts; it is what `cxgraph.analyze` uses by default.

    Parameters
    ----------
    organization : Organization
        Transmissions that its tables give are not used.
    method : {"auto", "wave", "periods", "cases"}
        See above.
    scoring, stringency : optional
        As in `cxgraph.analyze`; the organisation's by default.
    lag : int
        Periods by which what a department lacks comes before what it delivers; for *periods*.
    period_effects : bool
        Take out what all services of a period have in common; for *periods*.
    draws, seed : int
        Of the bootstrap over periods.

    Returns
    -------
    Calibration
        ``analyze(organization, transmission=calibration)`` uses it.

    Raises
    ------
    ParameterError
        An unknown method, or one for which the organisation has no data.

    Notes
    -----
    Association is not cause; `Calibration.warnings` says what each method cannot tell.

    Examples
    --------
    >>> import pandas as pd
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> calibrate(Organization.from_frames(services)).to_frame()["basis"].to_dict()
    {'Buyers': 'prior', 'IT': 'prior', 'Sales': 'wave'}
    """
    if method not in METHODS:
        raise ParameterError(
            "method is {value}; choose one of {choices}.", value=repr(method), choices=", ".join(METHODS)
        )
    if isinstance(lag, bool) or lag < 0:
        raise ParameterError("lag is {value}; it takes a whole number of periods, 0 or more.", value=repr(lag))
    check_whole("draws", draws, 2)
    organization = without_halo(organization)
    chosen = scoring or organization.settings.scoring
    rho = organization.settings.stringency if stringency is None else check_stringency(stringency)
    ways: dict[str, Callable[[], Calibration | None]] = {
        "cases": lambda: _by_cases(organization, chosen, rho),
        "periods": lambda: _by_periods(organization, chosen, rho, lag, period_effects, (draws, seed)),
        "wave": lambda: _by_wave(organization, chosen, rho),
    }
    if method != "auto":
        found = ways[method]()
        if found is None:
            raise ParameterError(*_MISSING[method])
    else:
        parts = {name: part for name, part in ((name, way()) for name, way in ways.items()) if part is not None}
        options = PeriodOptions(lag, period_effects, draws, seed)
        found = _together(organization, transmission_posterior(organization, chosen, rho, options), parts)
    if (lag or period_effects) and method != "periods" and "periods" not in found.parts:
        found = replace(found, warnings=(*found.warnings, _IDLE))
    return found


_IDLE = Problem(
    "warning",
    "no-periods-used",
    N_("The lag and the effects of periods change nothing here: nothing was estimated from periods."),
    N_("It takes services scored in at least three periods (column period), and the method periods or auto."),
)


_MISSING = {
    "periods": (
        N_(
            "Calibrating from periods takes services scored in at least three periods (column period); "
            "calibrate from one wave instead (--method wave)."
        ),
    ),
    "cases": (
        N_(
            "Calibrating from cases takes answers that name their case, with hand-overs between departments and "
            "outcomes for customers in the same case; calibrate from one wave instead (--method wave)."
        ),
    ),
}


def estimate_unstated(
    organization: Organization, stated: Floats, scoring: Scoring, stringency: float
) -> tuple[Floats, TransmissionPosterior | None]:
    """Fill in the transmission of departments for which nobody stated one, from all that the data say.

    Parameters
    ----------
    organization : Organization
        n departments.
    stated : float array, shape (n,)
        What is stated, NaN where nothing is.
    scoring, stringency
        As in `cxgraph.analyze`.

    Returns
    -------
    transmission : float array, shape (n,)
        Stated values unchanged; elsewhere the estimates of ``calibrate(organization)``, which are 0.6 where no scores
        bear on them.
    posterior : TransmissionPosterior or None
        What the estimates are the medians of; None where every value is stated.

    Notes
    -----
    Costs nothing where every value is stated.
    """
    missing = np.isnan(stated)
    if not missing.any():
        return stated, None
    posterior = transmission_posterior(organization, scoring, stringency)
    return np.where(missing, posterior.combined.median, stated), posterior


def usual_transmission(transmission: Floats, estimated: npt.NDArray[np.bool_]) -> Floats:
    """Return what shielding is measured against: 0.6 where a transmission was estimated, else itself, shape (n,).

    An estimate has been lowered by all the shielding that the scores show, so against itself nobody shields.
    """
    return np.where(estimated, np.maximum(transmission, DEFAULT_TRANSMISSION), transmission)


def _by_wave(organization: Organization, scoring: Scoring, stringency: float) -> Calibration:
    posterior, noise_known = single_wave(organization, scoring, stringency)
    return _of_posterior(
        "wave", organization, posterior, np.where(posterior.services > 0, "wave", "prior"), noise_known
    )


def _of_posterior(
    method: Method,
    organization: Organization,
    posterior: WavePosterior,
    basis: npt.NDArray[Any],
    noise_known: bool,
) -> Calibration:
    informed = (posterior.services > 0) & (posterior.sd < NARROWER * posterior.prior_sd)
    concerned = int((posterior.services > 0).sum())
    warnings = []
    if informed.sum() < concerned:
        warnings.append(
            Problem(
                "warning",
                "wave-cannot-tell",
                N_(
                    "The scores hardly narrow down the transmission of {count} of the {total} departments that "
                    "receive a gap and deliver something: what is known of it afterwards is nearly as wide as what "
                    "all departments have in common."
                ),
                N_("Scores of several periods, or answers that name their case, would tell more."),
                {"count": concerned - int(informed.sum()), "total": concerned},
            )
        )
    if not noise_known:
        warnings.append(
            Problem(
                "note",
                "noise-unknown",
                N_(
                    "No service says how many answers it rests on; its scores are taken to be off by 0.01 of the "
                    "expectation."
                ),
                N_("Fill in the column responses."),
            )
        )
    return _calibration(
        method,
        organization,
        middle_and_sd=(posterior.median, posterior.sd),
        quantiles=mass_quantiles(EDGES, posterior.weight),
        count=posterior.services,
        basis=basis,
        informed=informed,
        warnings=warnings,
        structures=posterior.structures,
    )


def _by_periods(
    organization: Organization,
    scoring: Scoring,
    stringency: float,
    lag: int,
    period_effects: bool,
    sampling: tuple[int, int],
) -> Calibration | None:
    panel = period_panel(organization, scoring, stringency, lag)
    if panel is None or panel.periods < 3:
        return None
    found = within_transmission(panel, period_effects=period_effects, draws=sampling[0], seed=sampling[1])
    warnings = [
        Problem(
            "warning",
            "periods-association",
            N_(
                "What moves together over time is not always cause and effect: a fault of its own that swings in "
                "step with the gap that a department receives counts as transmission, and so does a loop that "
                "returns its own bad days."
            ),
            N_("Compare with another method before acting on one department's figure."),
        )
    ]
    if panel.periods < FEW_PERIODS:
        warnings.append(
            Problem(
                "warning",
                "few-periods",
                N_("Only {count} periods can be compared; intervals from so few are too narrow."),
                N_("Twelve or more periods give estimates that can be relied on."),
                {"count": panel.periods},
            )
        )
    return _pooled_calibration(
        "periods",
        organization,
        found.pooled,
        np.isfinite(found.error),
        count=found.rows,
        warnings=warnings,
        details={"alone": found.alone},
    )


def _by_cases(organization: Organization, scoring: Scoring, stringency: float) -> Calibration | None:
    outcomes = case_outcomes(organization, scoring)
    if outcomes is None:
        return None
    network = organization.network(scoring)
    received, _ = received_shortfall(network, shortfall(network, scoring)[0], stringency)
    found: CaseEstimate = case_transmission(outcomes, received)
    warnings = [
        Problem(
            "warning",
            "cases-two-readings",
            N_(
                "Cases can be read in two ways. Against cases handed over without failure, what handing over itself "
                "costs is "
                "missed; against cases never handed over, hard cases count as harm done by the hand-over. The "
                "estimate is "
                "the middle, the interval covers both."
            ),
            N_("Work that a failure causes, such as a re-opened case, must not be among the hand-overs."),
        )
    ]
    return _pooled_calibration(
        "cases",
        organization,
        found.pooled,
        np.isfinite(found.error),
        count=found.outcomes,
        warnings=warnings,
        details={"against_met": found.against_met, "against_never": found.against_never},
    )


def _pooled_calibration(
    method: Method,
    organization: Organization,
    pooled: PooledEstimates,
    told: npt.NDArray[np.bool_],
    *,
    count: npt.NDArray[np.int64],
    warnings: list[Problem],
    details: dict[str, Floats],
) -> Calibration:
    edges, mass = bounded_normal(pooled.mean, pooled.sd)
    middle = (edges[1:] + edges[:-1]) / 2
    mean = mass @ middle
    sd = np.sqrt(np.maximum(mass @ middle**2 - mean**2, 0.0))
    informed = told & (pooled.sd < NARROWER * pooled.between)
    if told.any() and not told.all():
        warnings.append(
            Problem(
                "note",
                "borrowed",
                N_(
                    "{count} {count:department has no data of its own|departments have no data of their "
                    "own} for this method; {count:it gets|they get} what the others have in common "
                    "({common:.2f})."
                ),
                "",
                {"count": int((~told).sum()), "common": pooled.common},
            )
        )
    return _calibration(
        method,
        organization,
        middle_and_sd=(mean, sd),
        quantiles=mass_quantiles(edges, mass),
        count=np.where(told, count, 0),
        basis=np.where(told, method, "prior"),
        informed=informed,
        warnings=warnings,
        details=details,
    )


def _calibration(  # noqa: PLR0913 - the parts of a calibration, each by its name
    method: Method,
    organization: Organization,
    *,
    middle_and_sd: tuple[Floats, Floats],
    quantiles: Floats,
    count: npt.NDArray[np.int64],
    basis: npt.NDArray[np.str_],
    informed: npt.NDArray[np.bool_],
    warnings: list[Problem],
    details: dict[str, Floats] | None = None,
    structures: Structures | None = None,
) -> Calibration:
    tail = (1 - LEVEL) / 2
    at = [round(probability * (len(PROBABILITIES) - 1)) for probability in (tail, 1 - tail)]
    table = organization.departments
    return Calibration(
        method=method,
        departments=tuple(table["id"]),
        names=tuple(table["name"]),
        estimate=middle_and_sd[0],
        low=quantiles[:, at[0]],
        high=quantiles[:, at[1]],
        sd=middle_and_sd[1],
        count=count,
        basis=tuple(basis.tolist()),
        informed=informed,
        warnings=tuple(warnings),
        details=details or {},
        _quantiles=quantiles,
        _structures=structures,
    )


def _together(
    organization: Organization, posterior: TransmissionPosterior, parts: dict[str, Calibration]
) -> Calibration:
    """Return the one posterior, with what each kind of evidence says alone beside it."""
    found = _of_posterior("auto", organization, posterior.combined, posterior.basis, posterior.noise_known)
    warnings = [
        *found.warnings,
        *(
            problem
            for name, part in parts.items()
            if name != "wave"
            for problem in part.warnings
            if problem.code != "borrowed"
        ),
    ]
    agree = agreement(parts)
    apart = [found.names[row] for row in range(len(found.names)) if agree[row] is False]
    if apart:
        warnings.append(
            Problem(
                "warning",
                "methods-disagree",
                N_("Departments for which the methods give intervals that share no value: {count} ({names})."),
                N_(
                    "The methods see different things; the estimate weighs them together. Trust the place of such a "
                    "department only where it is the same by each of them (cxgraph calibrate --method)."
                ),
                {
                    "count": len(apart),
                    "names": ", ".join(apart[:5]) + (f" (+{len(apart) - 5})" if len(apart) > 5 else ""),
                },
            )
        )
    return replace(found, warnings=tuple(warnings), parts=parts)
