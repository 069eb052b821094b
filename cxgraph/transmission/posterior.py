"""One posterior of every department's transmission, from everything that bears on it: a wave, periods and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring
from cxgraph.transmission.cases import CaseEstimate, Outcomes, case_transmission
from cxgraph.transmission.fault_laws import EDGES
from cxgraph.transmission.inputs import case_outcomes, period_levels, period_panel, service_noise
from cxgraph.transmission.over_time import levels_posterior
from cxgraph.transmission.periods import WithinEstimate, within_transmission
from cxgraph.transmission.single_wave import WavePosterior, wave_posterior

KINDS = ("wave", "periods", "cases")
"""Kinds of evidence, the most common first."""
FEWEST_PERIODS = 3
LEAST_PERIOD_ERROR = 0.03
"""Standard error of what periods say that is assumed at the least: what moves together is not always passed on."""
LEAST_CASE_ERROR = 0.01


@dataclass(frozen=True)
class PeriodOptions:
    """How periods are compared.

    Attributes
    ----------
    lag : int
        Periods by which what a department receives comes before what it delivers.
    effects : bool
        Take out what all services of a period have in common.
    draws, seed : int
        Of the bootstrap over periods.
    """

    lag: int = 0
    effects: bool = False
    draws: int = 200
    seed: int = 0


DEFAULT_OPTIONS = PeriodOptions()
_WAVES: WeakKeyDictionary[Organization, dict[tuple[Scoring, float], tuple[WavePosterior, bool]]] = WeakKeyDictionary()
"""Waves weighed before: a report asks for the same one when it analyses, calibrates and shows the parts."""
_LINKED: WeakKeyDictionary[Organization, dict[Scoring, Outcomes | None]] = WeakKeyDictionary()
"""Cases linked before: they are the same under every stringency, and the view and the report ask for several."""


@dataclass(frozen=True, eq=False)
class TransmissionPosterior:
    """What is known of every department's transmission, and from what.

    Attributes
    ----------
    combined : WavePosterior
        One wave, with the likelihoods of periods and cases multiplied in; n departments.
    noise_known : bool
        Whether the answers behind the scores are counted.
    periods : int
        How many periods could be compared; 0 where there are too few.
    informs : mapping of str to bool array, shape (n,)
        For each kind of evidence that there is, the departments on which it bears.
    """

    combined: WavePosterior
    noise_known: bool
    periods: int
    informs: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def basis(self) -> npt.NDArray[np.object_]:
        """What each estimate rests on: kinds of evidence joined by ``+``, or ``prior``; shape (n,)."""
        found = np.full(len(self.combined.mean), "", object)
        for kind in KINDS:
            if kind in self.informs:
                at = self.informs[kind]
                found[at] = found[at] + np.where(found[at] == "", kind, f"+{kind}").astype(object)
        return np.where(found == "", "prior", found)


def transmission_posterior(
    organization: Organization, scoring: Scoring, stringency: float, options: PeriodOptions = DEFAULT_OPTIONS
) -> TransmissionPosterior:
    """Weigh everything that the data say of the transmissions.

    The likelihood of one wave, of periods and of cases are multiplied for each department, and the laws of faults
    and transmissions are weighed by the product. Where periods can be compared, the wave is replaced by the levels of
    all of them (`levels_posterior`), and the likelihood of periods is that of what moves together.

    Parameters
    ----------
    organization : Organization
        n departments; what its tables state of transmissions is not used.
    scoring, stringency
        As in `cxgraph.analyze`.
    options : PeriodOptions
        How periods are compared.

    Returns
    -------
    TransmissionPosterior
        Of n departments.

    Notes
    -----
    Linear in departments and services, and in answers that name their case; periods take the draws of their
    bootstrap. Evidence of several kinds is taken as independent given the transmission. That the levels of periods
    move is seen by their likelihood too, but no closer than to a hundredth; what moves by less, the other one tells.
    """
    within, periods = _periods(organization, scoring, stringency, options)
    cases = _cases(organization, scoring, stringency)
    also = np.ones((len(organization.departments), len(EDGES) - 1))
    informs: dict[str, npt.NDArray[np.bool_]] = {}
    if within is not None:
        informs["periods"] = np.isfinite(within.error)
        also *= period_likelihood(within, periods)
    if cases is not None:
        informs["cases"] = np.isfinite(cases.error)
        also *= case_likelihood(cases)
    if within is None:
        found, noise_known = single_wave(organization, scoring, stringency, also=also if informs else None)
    else:
        levels = period_levels(organization, scoring, stringency, options.lag)
        found, noise_known = levels_posterior(levels, also), levels.noise is not None
    return TransmissionPosterior(found, noise_known, periods, {"wave": found.services > 0} | informs)


def single_wave(
    organization: Organization,
    scoring: Scoring,
    stringency: float,
    *,
    also: Floats | None = None,
) -> tuple[WavePosterior, bool]:
    """Return what one wave of scores says, and whether the answers behind it are counted.

    Parameters
    ----------
    organization : Organization
        n departments.
    scoring, stringency
        As in `cxgraph.analyze`.
    also : float array, shape (n, CELLS), optional
        Likelihoods from elsewhere.

    Returns
    -------
    WavePosterior, bool
        Of n departments.
    """
    asked = (scoring, stringency)
    if also is not None:
        return _weigh_wave(organization, *asked, also)
    known = _WAVES.setdefault(organization, {})
    if asked not in known:
        known[asked] = _weigh_wave(organization, *asked, None)
    return known[asked]


def _weigh_wave(
    organization: Organization, scoring: Scoring, stringency: float, also: Floats | None
) -> tuple[WavePosterior, bool]:
    network = organization.network(scoring)
    shortfalls, surplus = shortfall(network, scoring)
    noise = service_noise(organization, scoring)
    over = surplus > 0 if scoring != "perception" else None
    received, effective = received_shortfall(network, shortfalls, stringency)
    found = wave_posterior(network, shortfalls, received, noise, over, effective_share=effective, also=also)
    return found, noise is not None


def _periods(
    organization: Organization, scoring: Scoring, stringency: float, options: PeriodOptions
) -> tuple[WithinEstimate | None, int]:
    history = organization.history
    if history is None or history["period"].nunique() < FEWEST_PERIODS:  # before all of them are worked out
        return None, 0
    panel = period_panel(organization, scoring, stringency, options.lag)
    if panel is None or panel.periods < FEWEST_PERIODS:
        return None, 0
    found = within_transmission(panel, period_effects=options.effects, draws=options.draws, seed=options.seed)
    return found, panel.periods


def _cases(organization: Organization, scoring: Scoring, stringency: float) -> CaseEstimate | None:
    linked = _LINKED.setdefault(organization, {})
    if scoring not in linked:
        linked[scoring] = case_outcomes(organization, scoring)
    outcomes = linked[scoring]
    if outcomes is None:
        return None
    network = organization.network(scoring)
    received, _ = received_shortfall(network, shortfall(network, scoring)[0], stringency)
    return case_transmission(outcomes, received)


def period_likelihood(found: WithinEstimate, periods: int) -> Floats:
    """Return the likelihood of each cell of every department's transmission from what moves together over time.

    Student's t with periods - 3 degrees of freedom (at least 1) in (estimate - tau) / error: few periods give errors
    that are themselves uncertain.

    Parameters
    ----------
    found : WithinEstimate
        n departments.
    periods : int
        How many were compared.

    Returns
    -------
    float array, shape (n, CELLS)
        1 where periods say nothing.
    """
    told = np.isfinite(found.error)
    error = np.where(told, np.maximum(found.error, LEAST_PERIOD_ERROR), 1.0)
    apart = (EDGES[None, :] - np.where(told, found.alone, 0.0)[:, None]) / error[:, None]
    mass = np.diff(stdtr(float(max(periods - 3, 1)), apart), axis=1)
    return np.where(told[:, None], np.maximum(mass, 1e-12), 1.0)


def case_likelihood(found: CaseEstimate) -> Floats:
    """Return the likelihood of each cell of every department's transmission from its cases: normal.

    Parameters
    ----------
    found : CaseEstimate
        n departments.

    Returns
    -------
    float array, shape (n, CELLS)
        1 where cases say nothing.
    """
    told = np.isfinite(found.error)
    error = np.where(told, np.maximum(found.error, LEAST_CASE_ERROR), 1.0)
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    width = EDGES[1] - EDGES[0]
    spread = np.sqrt(error**2 + width**2 / 12)
    apart = (middle[None, :] - np.where(told, found.middle, 0.0)[:, None]) / spread[:, None]
    return np.where(told[:, None], np.maximum(np.exp(-0.5 * np.minimum(apart**2, 1e4)), 1e-12), 1.0)
