"""From the tables of an organisation to what calibrations need: noise of scores, panels of periods, linked cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.model.arrays import Floats, Indices
from cxgraph.model.network import Network, row_starts
from cxgraph.model.organization import Organization
from cxgraph.model.periods import period_end
from cxgraph.model.settings import Scoring
from cxgraph.transmission.cases import Outcomes, link_cases
from cxgraph.transmission.over_time import Levels
from cxgraph.transmission.periods import PeriodPanel

TYPICAL_SPREAD = 0.2
"""Spread of single answers, as a fraction of the scale, where answers are counted and no spread is known anywhere."""
_BORROWED = 4.0
"""Answers' worth of the usual spread that each service's own spread is mixed with."""


def score_noise(responses: Floats, spread: Floats, unit: Floats) -> Floats | None:
    """Return the standard deviation of every service's shortfall that comes from asking few people.

    Parameters
    ----------
    responses : float array, shape (m,)
        Answers behind each service; NaN where unknown.
    spread : float array, shape (m,)
        Their standard deviation on the organisation's scale; NaN where unknown.
    unit : float array, shape (m,)
        Points of the scale that make up a shortfall of 1; above 0.

    Returns
    -------
    float array, shape (m,), or None
        None where no service says how many answers it rests on.

    Notes
    -----
    A spread of two or three answers says little, so each is mixed with the usual one as if four more answers had had
    that. A service that does not say how many answered is taken to be like the middle of those that do.

    Examples
    --------
    >>> score_noise(np.array([4., 16., np.nan]), np.array([2., 2., np.nan]), np.full(3, 10.)).round(3).tolist()
    [0.1, 0.05, 0.075]
    """
    known = responses >= 1
    if not known.any():
        return None
    seen = known & (responses >= 2) & ~np.isnan(spread)
    freedom = np.where(seen, responses - 1, 0.0)
    variance = np.where(seen, np.divide(spread, unit) ** 2, 0.0)
    usual = float((freedom * variance).sum() / freedom.sum()) if freedom.any() else TYPICAL_SPREAD**2
    mixed = (freedom * variance + _BORROWED * usual) / (freedom + _BORROWED)
    noise = np.sqrt(mixed / np.where(known, responses, 1.0))
    return np.where(known, noise, float(np.median(noise[known])))


def service_noise(organization: Organization, scoring: Scoring | None = None) -> Floats | None:
    """Return the noise of every scored service's shortfall, in the order of `Organization.network`.

    Parameters
    ----------
    organization : Organization
        Its services may say how many answered and how far apart they were.
    scoring : str, optional
        The organisation's by default.

    Returns
    -------
    float array, shape (m,), or None
        None where nothing is known.
    """
    table = organization.services
    counts = table["responses"].to_numpy()
    if not (counts >= 1).any():
        return None
    chosen = scoring or organization.settings.scoring
    rows = organization.scored(chosen)
    unit = _unit(table["expectation"].to_numpy()[rows], organization.settings.scale, chosen)
    return score_noise(counts[rows], table["fulfilment_sd"].to_numpy()[rows], unit)


def _unit(expectation: Floats, scale: tuple[float, float], scoring: Scoring) -> Floats:
    width = scale[1] - scale[0]
    if scoring != "ratio":
        return np.full(len(expectation), width)
    return np.where(expectation > scale[0], expectation - scale[0], width)


def period_panel(organization: Organization, scoring: Scoring, stringency: float, lag: int = 0) -> PeriodPanel | None:
    """Return the services of all periods with what their suppliers lacked then, or `lag` periods before.

    Parameters
    ----------
    organization : Organization
        With a history.
    scoring : str
        How scores become shortfalls.
    stringency : float
        How clients feel several shortfalls.
    lag : int
        At least 0.

    Returns
    -------
    Panel or None
        None where there is only one period.

    Notes
    -----
    A service without scores in a period takes no part in it. Where it comes and goes, so does its share in what its
    client lacks: such changes are taken as real.
    """
    if organization.history is None:
        return None
    periods = _scored_periods(organization, scoring, stringency)
    size = len(organization.departments)
    services = max((int(one.number.max(initial=-1)) + 1 for one in periods), default=0)
    supplier = np.zeros(services, np.intp)
    given = np.full((len(periods), services), np.nan)
    lacked, lacked_noise = np.full((2, len(periods), size), np.nan)
    for period, one in enumerate(periods):
        supplier[one.number] = one.supplier
        given[period, one.number], lacked[period], lacked_noise[period] = one.lacks, one.received, one.received_noise
    return PeriodPanel.from_grid(supplier, given, lacked, lacked_noise, lag)


def period_levels(organization: Organization, scoring: Scoring, stringency: float, lag: int = 0) -> Levels:
    """Return what clients lacked in every period with what their suppliers lacked then, or `lag` periods before.

    Parameters
    ----------
    organization : Organization
        With a history of more than `lag` periods.
    scoring, stringency, lag
        As in `period_panel`.

    Returns
    -------
    Levels
        Of n departments.
    """
    periods = _scored_periods(organization, scoring, stringency)
    received, variance = (np.array([getattr(one, name) for one in periods]) for name in ("received", "received_noise"))
    given = periods[lag:]
    noises = [one.noise for one in given]
    counted = [noise for noise in noises if noise is not None]
    noise = None
    if counted:
        # A period in which nobody says how many answered is taken to be like the middle of those in which some do.
        usual = float(np.median(np.concatenate(counted)))
        noise = np.concatenate([np.full(len(one.lacks), usual) if one.noise is None else one.noise for one in given])
    starts = [row_starts(one.supplier, len(organization.departments)) for one in given]
    before = np.cumsum([0, *(len(one.lacks) for one in given)])
    return Levels(
        np.concatenate([*(start[:-1] + first for start, first in zip(starts, before, strict=False)), before[-1:]]),
        np.concatenate([one.lacks for one in given]),
        noise,
        np.concatenate([one.surplus > 0 for one in given]) & (scoring != "perception"),
        received[: len(given)],
        variance[: len(given)],
    )


def _row_network(rows: pd.DataFrame, size: int, scale: tuple[float, float]) -> Network:
    """Return rows that are sorted by supplier as services of a network without customers."""
    supplier, client = (rows[name].cat.codes.to_numpy().astype(np.int32) for name in ("supplier", "client"))
    return Network(
        supplier=supplier,
        client=client,
        start=row_starts(supplier, size),
        expectation=rows["expectation"].to_numpy(),
        fulfilment=rows["fulfilment"].to_numpy(),
        importance=rows["importance"].to_numpy(),
        customer_weight=np.zeros(size),
        scale=scale,
    )


@dataclass(frozen=True, eq=False)
class _Period:
    """What was scored in one period: k services in order, n departments."""

    number: Indices
    supplier: Indices
    lacks: Floats
    surplus: Floats
    noise: Floats | None
    received: Floats
    received_noise: Floats


def _scored_periods(organization: Organization, scoring: Scoring, stringency: float) -> list[_Period]:
    """Return the periods of a history, the earliest first; D is NaN where nothing that was received was scored."""
    history = organization.history
    if history is None:
        raise ValueError("there is no history")
    rows = history[history["fulfilment"].notna() & (history["expectation"].notna() | (scoring == "perception"))]
    keys = ["supplier", "client", "service"]
    # In an order of their own, so that sums repeat exactly in any order of the rows.
    rows = rows.sort_values(keys, kind="stable")
    number = rows.groupby(keys, observed=True, sort=True).ngroup().to_numpy().astype(np.intp)
    used = [str(name) for name in rows["period"].cat.remove_unused_categories().cat.categories]
    order = sorted(used, key=period_end)
    rank = pd.Index(order).get_indexer(pd.Index(rows["period"].astype(str)))
    found = []
    for period in range(len(order)):
        at = np.flatnonzero(rank == period)
        found.append(_one_period(rows.iloc[at], number[at], organization, scoring, stringency))
    return found


def _one_period(
    rows: pd.DataFrame, number: Indices, organization: Organization, scoring: Scoring, stringency: float
) -> _Period:
    scale, size = organization.settings.scale, len(organization.departments)
    network = _row_network(rows, size, scale)
    lacks, surplus = shortfall(network, scoring)
    received, effective = received_shortfall(network, lacks, stringency)
    noise = score_noise(
        rows["responses"].to_numpy(), rows["fulfilment_sd"].to_numpy(), _unit(network.expectation, scale, scoring)
    )
    variance = np.zeros(size) if noise is None else network.by_client((effective * noise) ** 2)
    matters = network.by_client(network.importance) > 0
    supplier = network.supplier.astype(np.intp)
    return _Period(number, supplier, lacks, surplus, noise, np.where(matters, received, np.nan), variance)


def case_outcomes(organization: Organization, scoring: Scoring) -> Outcomes | None:
    """Return what customers got in each case, linked to the hand-overs of the same case.

    Parameters
    ----------
    organization : Organization
        With single answers that name their case.
    scoring : str
        How scores become shortfalls.

    Returns
    -------
    Outcomes or None
        None where no case holds both an outcome and a hand-over.
    """
    answers = organization.responses
    if answers is None or not {"case", "fulfilment"} <= set(answers.columns):
        return None
    if "source" in answers.columns:
        answers = answers[answers["source"].astype(object).ne("self_assessment").to_numpy()]
    ids = pd.Index(organization.departments["id"])
    ends = []
    for name in ("supplier", "client"):
        column = answers[name].cat
        position = ids.get_indexer(column.categories)
        codes = column.codes.to_numpy()
        ends.append(np.where(codes >= 0, position[codes] if len(position) else -1, -1))
    supplier, client = ends
    lacks = _answer_shortfall(answers, organization.settings.scale, scoring)
    named = answers["case"].cat
    rank = np.append(np.argsort(np.argsort(named.categories.astype(str).to_numpy(object))), -1)
    case = np.where((supplier >= 0) & (client >= 0), rank[named.codes.to_numpy()], -1)
    customer = organization.departments["customer"].to_numpy()
    day: npt.NDArray[np.int64] | None = None
    if "date" in answers.columns and answers["date"].notna().all():
        day = answers["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    # In an order of their own, so that sums repeat exactly in any order of the rows.
    order = np.lexsort((lacks, case if day is None else day, client, supplier, case))
    supplier, client = supplier[order], client[order]
    found = link_cases(
        supplier,
        client,
        case[order],
        lacks[order],
        customer[client] & (client >= 0),
        None if day is None else day[order],
    )
    return None if np.isnan(found.worst).all() else found


def _answer_shortfall(answers: pd.DataFrame, scale: tuple[float, float], scoring: Scoring) -> Floats:
    """Return d of each answer, NaN where it lacks a score that the scoring needs."""
    fulfilment = answers["fulfilment"].to_numpy(float)
    expectation = (
        answers["expectation"].to_numpy(float) if "expectation" in answers.columns else np.full(len(answers), np.nan)
    )
    whole = ~np.isnan(fulfilment) & (~np.isnan(expectation) | (scoring == "perception"))
    rows = np.flatnonzero(whole)
    ends = np.zeros(len(rows), np.int32)
    single = Network(
        supplier=ends,
        client=ends + 1,
        start=row_starts(ends, 2),
        expectation=expectation[rows],
        fulfilment=fulfilment[rows],
        importance=np.ones(len(rows)),
        customer_weight=np.zeros(2),
        scale=scale,
    )
    found = np.full(len(answers), np.nan)
    found[rows] = shortfall(single, scoring)[0]
    return found
