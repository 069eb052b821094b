"""Halo: people who rate everything they receive alike, and how their scores are set apart again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring


def without_halo(organization: Organization) -> Organization:
    """Return an organisation whose scores are freed from the halo that its settings state.

    With halo h, what a client says of a service lies by h on what it receives on average: d = (1 - h) t + h T, where
    t is what it would say of that service alone and T the mean of t over all that it receives, weighted by importance.
    The mean of d is T too, so t = (d - h T) / (1 - h).

    Parameters
    ----------
    organization : Organization
        As it was measured, or set apart already.

    Returns
    -------
    Organization
        The same one where its halo is 0. Else one with other values of fulfilment, in services, single answers and
        earlier periods, and their standard deviations; its own halo is 0, `removed_halo` says what was taken out and
        `measured` keeps the scores as they were given.

    Notes
    -----
    Means of services stay within the scale; single answers may leave it, so that their means agree. Linear in
    services and answers.

    References
    ----------
    Thorndike, E. L. (1920). A constant error in psychological ratings. Journal of Applied Psychology 4(1), 25-29.

    Examples
    --------
    >>> services = pd.DataFrame({"supplier": ["IT", "HR"], "client": ["Buyers", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [6, 8]})
    >>> organization = Organization.from_frames(services, halo=0.5)
    >>> without_halo(organization).services["fulfilment"].tolist()
    [9.0, 5.0]
    """
    halo = organization.settings.halo
    if not halo:
        return organization
    scale, scoring = organization.settings.scale, organization.settings.scoring
    services = organization.services
    usual = _mean_shortfall(services, scale, scoring)
    tables = {**organization._tables, "services": _set_apart(services, usual, halo, scale, scoring, bounded=True)}
    if organization.history is not None:
        history = organization.history
        lacked = pd.Series(np.nan, history.index)
        for _, rows in history.groupby("period", observed=True):
            lacked.loc[rows.index] = _mean_shortfall(rows, scale, scoring)
        tables["history"] = _set_apart(history, np.asarray(lacked, np.float64), halo, scale, scoring, bounded=True)
    answers = organization.responses
    if answers is not None and "fulfilment" in answers.columns:
        by_client = pd.Series(usual, services["client"].astype(object)).groupby(level=0).first()
        lacked_of = np.asarray(answers["client"].astype(object).map(by_client), np.float64)
        tables["responses"] = _set_apart(answers, lacked_of, halo, scale, scoring, bounded=False)
    return replace(
        organization,
        settings=organization.settings.updated({"halo": 0.0}),
        _tables=tables,
        removed_halo=halo,
        measured=organization,
    )


def _mean_shortfall(services: pd.DataFrame, scale: tuple[float, float], scoring: Scoring) -> Floats:
    """Return what the client of each service lacks on average; NaN where nothing that it receives is scored."""
    bottom, top = scale
    expectation, fulfilment = (services[name].to_numpy(float) for name in ("expectation", "fulfilment"))
    if scoring == "ratio":
        reach = expectation - bottom
        level = np.divide(fulfilment - bottom, reach, out=np.ones(len(reach)), where=reach > 0)
        level = np.where(np.isnan(expectation), np.nan, level)
    elif scoring == "gap":
        level = 1.0 - (expectation - fulfilment) / (top - bottom)
    else:
        level = (fulfilment - bottom) / (top - bottom)
    lacks = np.clip(1.0 - level, 0.0, 1.0)
    client = services["client"].cat.codes.to_numpy()
    weight = np.where(np.isnan(lacks), 0.0, services["importance"].to_numpy(float))
    total = np.bincount(client, weight)
    lost = np.bincount(client, weight * np.nan_to_num(lacks))
    mean = np.divide(lost, total, out=np.full(len(total), np.nan), where=total > 0)
    return np.asarray(mean[client], np.float64)


def _set_apart(
    table: pd.DataFrame, lacked: Floats, halo: float, scale: tuple[float, float], scoring: Scoring, *, bounded: bool
) -> pd.DataFrame:
    """Return rows with the fulfilment that their client would have stated without the halo."""
    bottom, top = scale
    fulfilment = table["fulfilment"].to_numpy(float)
    expectation = table["expectation"].to_numpy(float) if "expectation" in table.columns else np.full(len(table), top)
    if scoring == "ratio":
        usual = bottom + (expectation - bottom) * (1.0 - lacked)
    elif scoring == "gap":
        usual = expectation - (top - bottom) * lacked
    else:
        usual = bottom + (top - bottom) * (1.0 - lacked)
    apart = (fulfilment - halo * usual) / (1.0 - halo)
    if bounded:
        apart = np.clip(apart, bottom, top)
    changed = table.assign(fulfilment=np.where(np.isnan(apart), fulfilment, apart))
    if "fulfilment_sd" in table.columns:
        changed["fulfilment_sd"] = table["fulfilment_sd"].to_numpy(float) / (1.0 - halo)
    return changed
