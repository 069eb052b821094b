"""How much each department passes on: what was given, in any of the forms that a user has it in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.model.directory import closest
from cxgraph.model.network import Floats
from cxgraph.model.organization import Organization
from cxgraph.model.settings import check_transmission


@runtime_checkable
class Calibrated(Protocol):
    """What a calibration offers: an estimate of each department's transmission, NaN where it has none."""

    def values_for(self, ids: Iterable[str]) -> Floats:
        """Return the transmission of each department by id."""


Transmission: TypeAlias = float | Mapping[str, float] | pd.Series | Calibrated | None


def resolve_transmission(organization: Organization, given: Transmission) -> Floats:
    """Return every department's transmission: what is given, else its own, else the organisation's, else 0.6.

    Parameters
    ----------
    organization : Organization
        n departments.
    given : float, mapping, Series, calibration or None
        As for `cxgraph.analyze`.

    Returns
    -------
    float array, shape (n,)
        In [0, 1).

    Raises
    ------
    ParameterError
        A number outside [0, 1), or a department that does not exist.
    """
    base = organization.transmission()
    if given is None:
        return base
    if isinstance(given, Calibrated):
        estimate = given.values_for(organization.departments["id"])
        return np.where(np.isnan(estimate), base, estimate)
    if not isinstance(given, (Mapping, pd.Series)):
        return np.full(len(base), check_transmission(given))
    ids = pd.Index(organization.departments["id"])
    chosen = {str(name): check_transmission(value) for name, value in given.items()}
    places = ids.get_indexer(pd.Index(list(chosen), dtype=object))
    if (places < 0).any():
        raise unknown_departments(organization, [name for name in chosen if name not in set(ids)])
    base = base.copy()
    base[places] = list(chosen.values())
    return base


def unknown_departments(organization: Organization, missing: list[str]) -> ParameterError:
    """Return the error that says which ids are no department, with the likeliest one that was meant."""
    guess = closest(missing[0], list(organization.departments["id"]))
    if guess is None:
        return ParameterError("{missing} is not the id of a department.", missing=", ".join(map(repr, missing)))
    return ParameterError("{missing} is not the id of a department; did you mean {guess!r}?",
                          missing=", ".join(map(repr, missing)), guess=guess)
