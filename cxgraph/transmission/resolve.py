"""How much each department passes on: what was given, in any of the forms that a user has it in, else estimated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.departments import closest_name
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring, check_transmission
from cxgraph.transmission.estimate import estimate_unstated, usual_transmission

SOURCES = ("chosen", "stated", "one wave", "assumed")
"""Where a transmission comes from: chosen for the analysis (a calibration included), stated by the organisation's
tables or settings, estimated from one wave of its scores, or the 0.6 of departments on which no scores bear."""


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
    """

    values: Floats
    source: npt.NDArray[np.str_]

    @property
    def chosen(self) -> npt.NDArray[np.bool_]:
        """Which were chosen for the analysis, shape (n,)."""
        return np.asarray(self.source == SOURCES[0])

    @property
    def estimated(self) -> npt.NDArray[np.bool_]:
        """Which were estimated from the scores that are analysed, shape (n,)."""
        return np.asarray(self.source == SOURCES[2])

    @property
    def usual(self) -> Floats:
        """What shielding is measured against: 0.6 where the transmission was estimated, else itself, shape (n,)."""
        return usual_transmission(self.values, self.estimated)

    def changed_to(self, values: Floats) -> TransmissionUsed:
        """Return the same with other values; those that differ from today's are chosen."""
        return TransmissionUsed(values, np.where(values == self.values, self.source, SOURCES[0]))


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
    values, estimated = estimate_unstated(organization, stated, scoring, stringency)
    source = np.select([~np.isnan(chosen), ~np.isnan(stated), estimated], SOURCES[:3], SOURCES[3])
    return TransmissionUsed(values, source)


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
