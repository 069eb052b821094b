"""Where effort pays before anybody has thought of an action: one point more of each service, one department mended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.change import change_cascade, settle_change
from cxgraph.cascade.gain import repair_gains
from cxgraph.model.arrays import Floats

SOLVED = 100
"""Services (or departments) whose gain is solved again; the others have the estimate that the slopes give."""


def point_gains(cascade: Cascade) -> tuple[Floats, Floats]:
    """Return what the customers gain if each service alone gets one point more, and how many points that is.

    Parameters
    ----------
    cascade : Cascade
        Today; m services.

    Returns
    -------
    gain : float array, shape (m,)
        Fall of J by the first point, or by what is missing where that is less than a point.
    points : float array, shape (m,)
        At most 1; 0 where nothing is missing.

    Notes
    -----
    The 100 services that promise most are solved again; for the others it is the promise (slope times fall), which
    the gain never exceeds and which it equals at stringency 1 outside loops.
    """
    network = cascade.network
    top = network.scale[1]
    limit = np.full(network.services, top) if cascade.scoring == "perception" else network.expectation
    points = np.where(cascade.shortfall > 0, np.clip(limit - network.fulfilment, 0.0, 1.0), 0.0)
    better = replace(network, fulfilment=network.fulfilment + points)
    change = change_cascade(cascade, better)
    slope = cascade.client_reach[network.client] * cascade.effective_share
    gain = slope * np.maximum(cascade.shortfall - change.at_once, 0.0)
    for row in np.argsort(-gain, kind="stable")[:SOLVED]:
        if gain[row] > 0:
            one = network.fulfilment.copy()
            one[row] += points[row]
            after = settle_change(change_cascade(cascade, replace(network, fulfilment=one)))
            gain[row] = max(cascade.customer_shortfall - after.customer_shortfall, 0.0)
    return gain, points


def points_table(cascade: Cascade, services: pd.DataFrame) -> pd.DataFrame:
    """Return the services by what a point more of each would give the customers.

    Parameters
    ----------
    cascade : Cascade
        Today.
    services : DataFrame
        Rows of its services with ``supplier``, ``client`` and ``service``.

    Returns
    -------
    DataFrame
        ``supplier``, ``client``, ``service``, ``fulfilment``, ``points`` (at most 1), ``gain`` (fall of J) and
        ``per_point``; services that lack nothing are left out.
    """
    gain, points = point_gains(cascade)
    frame = services[["supplier", "client", "service", "fulfilment"]].reset_index(drop=True)
    per_point = np.divide(gain, points, out=np.zeros_like(gain), where=points > 0)
    frame = frame.assign(points=points, gain=gain, per_point=per_point)
    order = np.argsort(-per_point, kind="stable")
    return frame.iloc[order[points[order] > 0]].reset_index(drop=True)


def mending_table(cascade: Cascade, departments: pd.DataFrame, top: int = SOLVED) -> pd.DataFrame:
    """Return the departments by what the customers gain if all that starts there is mended, and what that takes.

    Parameters
    ----------
    cascade : Cascade
        Today; n departments.
    departments : DataFrame
        ``id`` and ``name`` of each.
    top : int
        How many, those that contribute most.

    Returns
    -------
    DataFrame
        Indexed by ``id``: ``name``; ``contribution``; ``gain`` (fall of J with its own shortfalls at 0, solved again:
        at stringency 1 the contribution, above it not); ``own`` (its own shortfalls, summed), ``failing`` (services
        that have any); ``per_own`` and ``per_service``: gain for a unit of own shortfall and for a failing service.
        Ranked by gain.
    """
    network, split = cascade.network, cascade.split
    contribution = cascade.department_contribution
    own = network.by_supplier(split.own)
    failing = network.by_supplier((split.own > 0).astype(float))
    leading = np.argsort(-contribution, kind="stable")[:top]
    leading = leading[contribution[leading] > 0]
    gain = repair_gains(cascade, leading)[leading]
    frame = pd.DataFrame(
        {
            "name": departments["name"].to_numpy()[leading],
            "contribution": contribution[leading],
            "gain": gain,
            "own": own[leading],
            "failing": failing[leading].astype(int),
            "per_own": gain / own[leading],
            "per_service": gain / failing[leading],
        },
        index=pd.Index(departments["id"].to_numpy()[leading], name="id"),
    )
    return frame.iloc[np.argsort(-gain, kind="stable")]
