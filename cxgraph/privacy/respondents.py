"""Who stands behind each service's scores: how many people, from how many sources, how long ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.answers import KEYS, counted_answers, service_names
from cxgraph.model.arrays import Bools, Floats, Indices, Integers
from cxgraph.model.organization import Organization

SCORES = ("expectation", "fulfilment", "importance")
"""Columns of what people answered."""


@dataclass(frozen=True, eq=False)
class Respondents:
    """The people behind the scores; arrays of shape (rows,) follow the organisation's services.

    Attributes
    ----------
    service : int array, shape (answers,)
        Row of the service that each answer is about; -1 where there is none.
    counted : bool array, shape (answers,)
        Which answers speak for a client: no self-assessments.
    people : float array
        People behind each service: distinct respondents, else answers, of the score that fewest of them stated; NaN
        where nobody counted.
    sources : int array
        Distinct sources of each service's answers, self-assessments left out.
    latest : datetime64 array
        Day of each service's latest answer; NaT where unknown.
    of_client, of_supplier : float array, shape (n,)
        People behind all that a department receives, and all that it gives.
    few_importance : bool array, shape (rows,)
        Services whose importance fewer people stated than a group needs, though some did.
    min_respondents : int
        People that a group needs to be shown one by one.
    """

    service: npt.NDArray[np.int64]
    counted: Bools
    people: Floats
    sources: npt.NDArray[np.int64]
    latest: npt.NDArray[np.datetime64]
    of_client: Floats
    of_supplier: Floats
    few_importance: Bools
    min_respondents: int

    @property
    def enough_for_service(self) -> Bools:
        """Which services may be shown one by one."""
        return self.enough(self.people)

    def enough(self, people: Floats) -> Bools:
        """Return where so many people are enough; an unknown number is enough only where one would be."""
        if self.min_respondents <= 1:
            return np.ones(len(people), bool)
        return np.asarray(np.nan_to_num(people) >= self.min_respondents)


def count_respondents(organization: Organization) -> Respondents:
    """Count the people, sources and days behind the scores of an organisation.

    Parameters
    ----------
    organization : Organization
        With or without single answers.

    Returns
    -------
    Respondents
        Where both tables tell how many stand behind a service, the smaller number counts.

    Notes
    -----
    An answer without a respondent may be anybody's, so where some answers of a group name a respondent only
    these are counted. Linear in the answers but for one sort.
    """
    services = organization.services
    size = len(services)
    stated = services["responses"].to_numpy(float) if "responses" in services.columns else np.full(size, np.nan)
    ends = {end: services[end].cat.codes.to_numpy() for end in ("supplier", "client")}
    count = len(organization.departments)
    min_respondents = organization.settings.min_respondents
    frame = organization.responses
    no_day = np.full(size, np.datetime64("NaT", "s"))
    if frame is None or not len(frame) or not {"supplier", "client"} <= set(frame.columns):
        if organization.people is not None:
            return _of_sums(organization, organization.people, stated, ends)
        groups = {end: _added(stated, codes, count) for end, codes in ends.items()}
        return Respondents(
            np.zeros(0, np.int64),
            np.zeros(0, bool),
            stated,
            np.zeros(size, np.int64),
            no_day,
            groups["client"],
            groups["supplier"],
            np.zeros(size, bool),
            min_respondents,
        )
    place = service_rows(services, frame)
    counted = counted_answers(frame)
    used = np.flatnonzero(counted & (place >= 0))
    person = _people(frame, used)
    behind = _behind_scores(frame, used, place, person, size)
    importance = behind.pop("importance", np.full(size, np.nan))
    people = _distinct(place[used], person, size)
    for known in (*behind.values(), stated):
        people = np.fmin(people, known)
    groups = {end: _distinct(codes[place[used]], person, count) for end, codes in ends.items()}
    sources = np.zeros(size, np.int64)
    if "source" in frame.columns:
        code = frame["source"].cat.codes.to_numpy().astype(np.int64)[used]
        sources = _distinct(place[used], code, size, empty=0.0).astype(np.int64)
    latest = no_day.copy()
    if "date" in frame.columns:
        days = frame["date"].to_numpy("datetime64[s]")[used]
        np.fmax.at(latest, place[used], days)
    few = importance < min_respondents
    return Respondents(
        place, counted, people, sources, latest, groups["client"], groups["supplier"], few, min_respondents
    )


def _of_sums(
    organization: Organization, known: pd.DataFrame, stated: Floats, ends: Mapping[str, npt.NDArray[np.integer]]
) -> Respondents:
    """Count the people where answers came as sums: of a department those of the service that most answered for.

    The same person may answer for several services, so that nobody knows how many there are of all of them together.
    """
    size, count = len(stated), len(organization.departments)
    place = service_rows(known, organization.services)
    found = {name: np.append(known[name].to_numpy(float), np.nan)[place] for name in ("people", "importance_people")}
    people = np.fmin(stated, found["people"])
    groups = {end: np.full(count, np.nan) for end in ends}
    for end, codes in ends.items():
        np.fmax.at(groups[end], codes, people)
    least = organization.settings.min_respondents
    return Respondents(
        np.zeros(0, np.int64),
        np.zeros(0, bool),
        people,
        np.append(known["sources"].to_numpy(np.int64), 0)[place],
        np.full(size, np.datetime64("NaT", "s")),
        groups["client"],
        groups["supplier"],
        found["importance_people"] < least,
        least,
    )


def service_rows(services: pd.DataFrame, answers: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the row of the service that each answer is about; -1 where there is none."""

    def key(frame: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_arrays(
            [frame[KEYS[0]].astype(object), frame[KEYS[1]].astype(object), service_names(frame)]
        )

    return np.asarray(key(services).get_indexer(key(answers)), np.int64)


def _behind_scores(
    frame: pd.DataFrame, used: Indices, place: Integers, person: Integers, size: int
) -> dict[str, Floats]:
    """Return how many people stated each score of each service; NaN where nobody did."""
    found = {}
    for name in SCORES:
        told = frame[name].notna().to_numpy()[used] if name in frame.columns else np.zeros(len(used), bool)
        if told.any():
            found[name] = _distinct(place[used[told]], person[told], size)
    return found


def _people(frame: pd.DataFrame, used: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return a number for the person behind each answer: -1 where unnamed, one each where nobody is named."""
    if "respondent" not in frame.columns or frame["respondent"].isna().all():
        return np.arange(len(used), dtype=np.int64)
    return frame["respondent"].cat.codes.to_numpy().astype(np.int64)[used]


def _distinct(
    group: npt.NDArray[np.integer], code: npt.NDArray[np.int64], size: int, *, empty: float = np.nan
) -> Floats:
    """Return how many distinct codes of 0 or more each group has; `empty` for groups that do not occur."""
    found = np.full(size, empty)
    found[np.unique(group)] = 0.0
    known = code >= 0
    codes = int(code.max(initial=0)) + 1
    pairs = np.unique(group[known].astype(np.int64) * codes + code[known])
    return found + np.bincount(pairs // codes, minlength=size)


def _added(values: Floats, group: npt.NDArray[np.integer], size: int) -> Floats:
    """Add up what is known in each group; NaN where nothing is."""
    known = ~np.isnan(values)
    number = np.bincount(group[known], minlength=size)
    return np.where(number > 0, np.bincount(group[known], values[known], size), np.nan)
