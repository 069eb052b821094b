"""The tables of an analysis: rows ranked by what they cost the customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.attribution import ROLES, DepartmentFlows, department_roles
from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.cascade.diagnosis import VERDICTS
from cxgraph.cascade.gain import own_points, repair_gains
from cxgraph.cascade.ranking import rank_descending
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization
from cxgraph.model.settings import SWEEP
from cxgraph.transmission.resolve import TransmissionUsed


def service_table(
    cascade: Cascade, rows: pd.DataFrame, verdicts: npt.NDArray[np.int8], probability: Floats
) -> pd.DataFrame:
    """Return the columns of `Analysis.services`, ranked.

    Parameters
    ----------
    cascade : Cascade
        m services.
    rows : DataFrame
        The organisation's services in the network's order, m rows.
    verdicts : int8 array, shape (m,)
        Indices into `VERDICTS`.
    probability : float array, shape (m,)
        Of each verdict.

    Returns
    -------
    DataFrame
        m rows.
    """
    order = rank_descending(cascade.contribution)
    network, split = cascade.network, cascade.split

    # One allocation for all columns, and no check of every place: a dozen columns of possibly millions.
    space = iter(np.empty((16, len(order))))

    def ranked(values: Floats) -> Floats:
        return values.take(order, out=next(space), mode="clip")

    columns: dict[str, Any] = {
        name: _ranked_words(rows[name].array, order) for name in ("supplier", "client", "service", "kind")
    }
    columns.update({name: ranked(getattr(network, name)) for name in ("expectation", "fulfilment", "importance")})
    shortfall, inherited, potential = (ranked(part) for part in (cascade.shortfall, split.inherited, split.potential))
    effective, contribution = ranked(cascade.effective_share), ranked(cascade.contribution)
    client_reach = cascade.client_reach.take(columns["client"].codes, out=next(space), mode="clip")
    total = cascade.customer_shortfall
    columns.update(
        shortfall=shortfall,
        surplus=ranked(cascade.surplus),
        potential=potential,
        inherited=inherited,
        own=np.subtract(shortfall, inherited, out=next(space)),
        absorbed=np.subtract(potential, inherited, out=next(space)),
        pass_through=ranked(split.pass_through),
        effective_share=effective,
        client_reach=client_reach,
        reach=np.multiply(client_reach, effective, out=next(space)),
        contribution=contribution,
        share=np.divide(contribution, total if total > 0 else 1.0, out=next(space)),
        verdict=pd.Categorical.from_codes(verdicts.take(order), categories=pd.Index(VERDICTS), validate=False),
        verdict_probability=ranked(probability),
    )
    return pd.DataFrame(columns, copy=False)


def _ranked_words(words: pd.Categorical, order: npt.NDArray[np.intp]) -> pd.Categorical:
    """Return a categorical column in another order."""
    return pd.Categorical.from_codes(words.codes.take(order, mode="clip"), dtype=words.dtype, validate=False)


def department_table(
    organization: Organization, cascade: Cascade, flows: DepartmentFlows, transmission: TransmissionUsed
) -> pd.DataFrame:
    """Return the columns of `Analysis.departments`, ranked.

    Parameters
    ----------
    organization : Organization
        n departments.
    cascade : Cascade
        Solved.
    flows : DepartmentFlows
        Contribution and passed on of each department.
    transmission : TransmissionUsed
        Of the analysis.

    Returns
    -------
    DataFrame
        Indexed by id, n rows.
    """
    table = organization.departments
    total = cascade.customer_shortfall
    order = rank_descending(flows.contribution)
    gain = repair_gains(cascade)

    def divided(values: Floats, by: Floats) -> Floats:
        return np.divide(values, by, out=np.zeros_like(values), where=by > 0)

    frame = pd.DataFrame(
        {
            "name": table["name"].to_numpy(),
            "kind": table["kind"].astype(object).to_numpy(),
            "received": cascade.received,
            "contribution": flows.contribution,
            "share": flows.contribution / total if total > 0 else np.zeros_like(flows.contribution),
            "passed_on": flows.passed_on,
            "through_flow": flows.through_flow,
            "gain": gain,
            "gain_per_point": divided(gain, own_points(cascade)),
            "gain_per_service": divided(gain, cascade.network.by_supplier((cascade.split.own > 0).astype(float))),
            "reach": cascade.client_reach,
            "transmission": cascade.transmission,
            "transmission_source": transmission.source.astype(object),
            "role": np.array(ROLES, object)[department_roles(cascade, transmission.usual)],
        },
        index=pd.Index(table["id"].to_numpy(), name="id"),
    )
    return frame.iloc[order]


def customer_table(organization: Organization, cascade: Cascade) -> pd.DataFrame:
    """Return the columns of `Analysis.customers`, ranked.

    Parameters
    ----------
    organization : Organization
        Marks the customers.
    cascade : Cascade
        Solved.

    Returns
    -------
    DataFrame
        Indexed by id, a row for each customer.
    """
    table = organization.departments
    rows = np.flatnonzero(table["customer"].to_numpy())
    weight = cascade.network.customer_weight[rows]
    part = weight * cascade.received[rows]
    total = cascade.customer_shortfall
    received = np.bincount(cascade.network.client, minlength=len(table))[rows]
    frame = pd.DataFrame(
        {
            "name": table["name"].to_numpy()[rows],
            "weight": weight,
            "shortfall": np.where(weight > 0, cascade.received[rows], np.nan),
            "contribution": part,
            "share": part / total if total > 0 else np.zeros_like(part),
            "services": received,
        },
        index=pd.Index(table["id"].to_numpy()[rows], name="id"),
    )
    return frame.iloc[rank_descending(part)]


def sweep_table(organization: Organization, cascade: Cascade) -> pd.DataFrame:
    """Return each department's share of J at every transmission of `SWEEP`, one for all departments.

    Parameters
    ----------
    organization : Organization
        n departments.
    cascade : Cascade
        Gives network, stringency and scoring.

    Returns
    -------
    DataFrame
        Indexed by id, a column for each transmission.
    """
    table = organization.departments
    shares = {}
    for tau in SWEEP:
        solved = solve_cascade(cascade.network, np.full(len(table), tau), cascade.stringency, cascade.scoring)
        total = solved.customer_shortfall
        shares[tau] = solved.department_contribution / (total if total > 0 else 1.0)
    return pd.DataFrame(shares, index=pd.Index(table["id"].to_numpy(), name="id"))


def leader_table(organization: Organization, sweep: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the first departments at each transmission of a sweep.

    Parameters
    ----------
    organization : Organization
        Names the departments.
    sweep : DataFrame
        From `sweep_table`.
    top : int
        How many at each transmission.

    Returns
    -------
    DataFrame
        transmission, rank, id, name, share.
    """
    names = dict(zip(organization.departments["id"], organization.departments["name"], strict=True))
    found = []
    for tau in SWEEP:
        shares = sweep[tau].to_numpy()
        for place, row in enumerate(rank_descending(shares)[:top]):
            if shares[row] > 0:
                name = sweep.index[row]
                found.append((tau, place + 1, name, names[name], shares[row]))
    return pd.DataFrame(found, columns=["transmission", "rank", "id", "name", "share"])
