"""Single answers as plain arrays, ready to be tested."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.answers import grouped_moments, rounding_step, service_names
from cxgraph.model.arrays import Floats, Integers
from cxgraph.model.organization import Organization

SOURCES = ("client_survey", "self_assessment", "mystery_shopper", "ticket", "complaint")
NO_DAY = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class AnswerArrays:
    """Answers with a fulfilment, between known departments; a answers.

    Attributes
    ----------
    supplier, client : int array, shape (a,)
        Department numbers.
    service : int array, shape (a,)
        A number for each (supplier, client, service), without gaps.
    respondent : int array, shape (a,)
        A number for each respondent; -1 where unknown.
    source : int array, shape (a,)
        Index into `SOURCES`.
    day : int array, shape (a,)
        Days since 1970; `NO_DAY` where unknown.
    score : float array, shape (a,)
        The fulfilment.
    scale : (float, float)
        Bottom and top.
    step : float
        The step that marks come in.
    departments : int
        n.
    """

    supplier: Integers
    client: Integers
    service: Integers
    respondent: Integers
    source: Integers
    day: Integers
    score: Floats
    scale: tuple[float, float]
    step: float
    departments: int

    def __len__(self) -> int:
        return len(self.score)

    def where(self, chosen: npt.NDArray[np.bool_]) -> AnswerArrays:
        """Return some of the answers; services are numbered again, without gaps."""
        part: dict[str, Any] = {
            field.name: getattr(self, field.name)[chosen]
            for field in fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        part["service"] = np.unique(part["service"], return_inverse=True)[1].astype(np.int64)
        return replace(self, **part)

    def of(self, *sources: str) -> AnswerArrays:
        """Return the answers of some sources."""
        return self.where(np.isin(self.source, [SOURCES.index(source) for source in sources]))

    @property
    def services(self) -> int:
        """How many services there are answers about."""
        return int(self.service.max(initial=-1)) + 1

    @property
    def service_supplier(self) -> Integers:
        """Supplier of each service, shape (services,)."""
        owner = np.zeros(self.services, np.int64)
        owner[self.service] = self.supplier
        return owner

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Return mean, number and standard deviation of the marks of each service."""
        return grouped_moments(self.score, self.service, self.services)

    def people(self, group: Integers, groups: int) -> Integers:
        """Return how many different respondents each group has; an unknown one counts as somebody else."""
        stranger = self.respondent < 0
        who = np.where(stranger, self.respondent.max(initial=-1) + 1 + np.arange(len(self)), self.respondent)
        pairs = np.unique(np.stack([group, who]), axis=1)[0]
        return np.bincount(pairs, minlength=groups).astype(np.int64)


def answer_arrays(organization: Organization) -> AnswerArrays | None:
    """Return an organisation's answers as arrays.

    Parameters
    ----------
    organization : Organization
        With or without answers.

    Returns
    -------
    Answered or None
        None where it keeps no answers with a fulfilment. Answers about departments that are not in the
        organisation are left out.
    """
    table = organization.responses
    if table is None or not {"supplier", "client", "fulfilment"} <= set(table.columns):
        return None
    ids = pd.Index(organization.departments["id"])
    supplier, client = (ids.get_indexer(pd.Index(table[name].astype(object))) for name in ("supplier", "client"))
    score = table["fulfilment"].to_numpy(float)
    rows = np.flatnonzero((supplier >= 0) & (client >= 0) & ~np.isnan(score))
    if not len(rows):
        return None
    names = pd.factorize(service_names(table).iloc[rows])[0].astype(np.int64)
    key = (supplier[rows].astype(np.int64) * len(ids) + client[rows]) * (names.max() + 1) + names
    respondent = (
        table["respondent"].cat.codes.to_numpy()[rows].astype(np.int64)
        if "respondent" in table.columns
        else np.full(len(rows), -1)
    )
    source = np.zeros(len(rows), np.int64)
    if "source" in table.columns:
        place = pd.Index(SOURCES).get_indexer(pd.Index(table["source"].astype(object).iloc[rows]))
        source = np.where(place >= 0, place, 0).astype(np.int64)
    day = np.full(len(rows), NO_DAY)
    if "date" in table.columns:
        dates = table["date"].iloc[rows]
        known = dates.notna().to_numpy()
        day[known] = dates[known].to_numpy("datetime64[D]").astype(np.int64)
    return AnswerArrays(
        supplier[rows].astype(np.int64),
        client[rows].astype(np.int64),
        np.unique(key, return_inverse=True)[1].astype(np.int64),
        respondent,
        source,
        day,
        score[rows],
        organization.settings.scale,
        rounding_step(score[rows]),
        len(ids),
    )
