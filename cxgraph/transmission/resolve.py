"""How much each department passes on: what was given, in any of the forms that a user has it in, else estimated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring, check_transmission
from cxgraph.transmission.estimate import estimate_unstated, usual_transmission
from cxgraph.transmission.fault_laws import EDGES
from cxgraph.transmission.pooling import cell_quantile
from cxgraph.transmission.posterior import TransmissionPosterior

SOURCES = ("chosen", "stated", "one wave", "combined", "assumed")
"""Where a transmission comes from: chosen for the analysis (a calibration included), stated by the organisation's
tables or settings, estimated from one wave of its scores or from that combined with periods or cases, or the 0.6 of
departments on which no scores bear."""
CERTAIN = 1e6
"""A transmission that no shortfall could need: what is starved stays so."""
VERDICT_TAIL = 0.2
"""A verdict is given where the transmission leaves less than this probability to another."""


@runtime_checkable
class Calibrated(Protocol):
    """What a calibration offers: an estimate of each department's transmission, NaN where it has none."""

    def values_for(self, ids: Iterable[str]) -> Floats:
        """Return the transmission of each department by id."""


Transmission: TypeAlias = float | Mapping[str, float] | pd.Series | Calibrated | None


@dataclass(frozen=True, eq=False)
class TransmissionUsed:
    """Every department's transmission and where it comes from.

    Attributes
    ----------
    values : float array, shape (n,)
        In [0, 1).
    source : str array, shape (n,)
        Of `SOURCES`.
    posterior : TransmissionPosterior or None
        What the estimates are the means of; None where none was estimated.
    """

    values: Floats
    source: npt.NDArray[np.str_]
    posterior: TransmissionPosterior | None = None

    @property
    def chosen(self) -> npt.NDArray[np.bool_]:
        """Which were chosen for the analysis, shape (n,)."""
        return np.asarray(self.source == SOURCES[0])

    @cached_property
    def estimated(self) -> npt.NDArray[np.bool_]:
        """Which were estimated from the data that are analysed, shape (n,)."""
        return np.asarray((self.source == SOURCES[2]) | (self.source == SOURCES[3]))

    @cached_property
    def _reached(self) -> Floats:
        """How probable it is that each estimated transmission is below each of `EDGES`, shape (n, cells + 1)."""
        if self.posterior is None:
            return np.zeros((len(self.values), len(EDGES)))
        weight = self.posterior.combined.weight
        found = np.zeros((len(weight), weight.shape[1] + 1))
        np.cumsum(weight, axis=1, out=found[:, 1:])
        return found

    def quantile(self, probability: float) -> Floats:
        """Return a quantile of every department's transmission, the value itself where it was not estimated.

        Parameters
        ----------
        probability : float
            In (0, 1).

        Returns
        -------
        float array, shape (n,)
            In [0, 1).
        """
        if self.posterior is None:
            return self.values
        found = cell_quantile(EDGES, self._reached[:, 1:], probability)
        return np.where(self.estimated, found, self.values)

    @property
    def sure(self) -> tuple[Floats, Floats] | None:
        """Transmissions between which each department's lies for sure enough to give a verdict, shape (n,) each.

        Above 1 and 0 where it was not estimated: nothing is in doubt there. None where none was.
        """
        if self.posterior is None or not self.estimated.any():
            return None
        low, high = self.quantile(VERDICT_TAIL), self.quantile(1 - VERDICT_TAIL)
        return np.where(self.estimated, low, CERTAIN), np.where(self.estimated, high, 0.0)

    def probability_below(self, transmission: Floats, department: npt.NDArray[np.integer]) -> Floats:
        """Return how probable it is that transmissions are lower than given ones.

        Parameters
        ----------
        transmission : float array, shape (k,)
            At least 0.
        department : int array, shape (k,)
            Department of each.

        Returns
        -------
        float array, shape (k,)
            0 or 1 where the department's transmission was not estimated.
        """
        known = (self.values.take(department) < transmission).astype(float)
        if self.posterior is None:
            return known
        reached = self._reached
        place = np.minimum(transmission, 1.0) * (len(EDGES) - 1)
        cell = np.minimum(place.astype(np.intp), len(EDGES) - 2)
        at = department * np.intp(len(EDGES)) + cell
        low, high = reached.take(at), reached.take(at + 1)
        found = np.clip(low + (place - cell) * (high - low), 0.0, 1.0)
        return np.where(self.estimated.take(department), found, known)

    def plausible(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return how probable the data make each of several transmissions for a department.

        Parameters
        ----------
        values : sequence of float
            Ascending; each stands for all that is nearer to it than to the others.

        Returns
        -------
        tuple of float
            Of the departments whose transmissions were estimated, on average; adds up to 1. Empty where none was.
        """
        rows = np.flatnonzero(self.estimated)
        if not len(rows):
            return ()
        between = (np.array(values[1:]) + np.array(values[:-1])) / 2
        reached = [self.probability_below(np.full(len(rows), one), rows).mean() for one in between]
        return tuple(float(one) for one in np.diff([0.0, *reached, 1.0]))

    @property
    def usual(self) -> Floats:
        """What shielding is measured against: 0.6 where the transmission was estimated, else itself, shape (n,)."""
        return usual_transmission(self.values, self.estimated)

    def changed_to(self, values: Floats) -> TransmissionUsed:
        """Return the same with other values; those that differ from today's are chosen."""
        return TransmissionUsed(values, np.where(values == self.values, self.source, SOURCES[0]), self.posterior)


def resolve_transmission(
    organization: Organization, given: Transmission, scoring: Scoring, stringency: float
) -> TransmissionUsed:
    """Return every department's transmission: what is given, else its own, else the organisation's, else estimated.

    Parameters
    ----------
    organization : Organization
        n departments.
    given : float, mapping, Series, calibration or None
        As for `cxgraph.analyze`.
    scoring, stringency
        Of the analysis, for the estimate.

    Returns
    -------
    TransmissionUsed
        Of n departments.

    Raises
    ------
    ParameterError
        A number outside [0, 1), or a department that does not exist.
    """
    chosen = _chosen(organization, given)
    stated = np.where(np.isnan(chosen), organization.stated_transmission(), chosen)
    values, posterior = estimate_unstated(organization, stated, scoring, stringency)
    nobody = np.zeros(len(stated), bool)
    bears = nobody if posterior is None else posterior.combined.services > 0
    alone = nobody if posterior is None else posterior.basis == "wave"
    cases = [~np.isnan(chosen), ~np.isnan(stated), bears & alone, bears]
    return TransmissionUsed(values, np.select(cases, SOURCES[:4], SOURCES[4]), posterior)


def _chosen(organization: Organization, given: Transmission) -> Floats:
    """Return what was given for the analysis, NaN for departments for which nothing was."""
    ids = pd.Index(organization.departments["id"])
    if given is None:
        return np.full(len(ids), np.nan)
    if isinstance(given, Calibrated):
        return given.values_for(ids)
    if not isinstance(given, (Mapping, pd.Series)):
        return np.full(len(ids), check_transmission(given))
    values = {str(name): check_transmission(value) for name, value in given.items()}
    places = ids.get_indexer(pd.Index(list(values), dtype=object))
    if (places < 0).any():
        raise unknown_departments(organization, [name for name in values if name not in set(ids)])
    chosen = np.full(len(ids), np.nan)
    chosen[places] = list(values.values())
    return chosen


def unknown_departments(organization: Organization, missing: list[str]) -> ParameterError:
    """Return the error that says which ids are no department, with the likeliest one that was meant."""
    guess = closest_name(missing[0], list(organization.departments["id"]))
    if guess is None:
        return ParameterError("{missing} is not the id of a department.", missing=", ".join(map(repr, missing)))
    return ParameterError(
        "{missing} is not the id of a department; did you mean {guess!r}?",
        missing=", ".join(map(repr, missing)),
        guess=guess,
    )
