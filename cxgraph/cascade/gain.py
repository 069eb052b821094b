"""What repairing one department would gain: the customers' shortfall, solved again without its own faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.change import Change, change_cascade, settle_change
from cxgraph.model.arrays import Floats

MOST_SOLVED = 4_000_000
"""Services times departments up to which every department's gain is solved for, beyond stringency 1."""


def repair_gains(cascade: Cascade, departments: npt.NDArray[np.integer] | None = None) -> Floats:
    """Return how much less customers would lack if a department's own shortfalls were repaired, for each one alone.

    gain_u = J - J' where J' solves D_v = aggregate of min(ceiling, own_e + p_e D_s) with own_e = 0 for all services
    of u. At stringency 1 that is the department's contribution, exactly, because the cascade is linear. Beyond, a
    client feels its worst services most: repairing one of two that fail alike gains little.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    departments : int array, shape (q,), optional
        Departments to solve for; beyond stringency 1 the others are NaN. All that contribute by default, as long as
        services times departments stay below `MOST_SOLVED`; else the first of them by contribution.

    Returns
    -------
    float array, shape (n,)
        In points of J, at least 0.

    Raises
    ------
    NumericalError
        A repair that does not settle.

    Notes
    -----
    Linear in services at stringency 1; else one solution for each department.

    Examples
    --------
    >>> from cxgraph.cascade.cascade import solve_cascade
    >>> from cxgraph.model.network import Network
    >>> network = Network.from_arrays([0, 1], [2, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> repair_gains(solve_cascade(network, np.full(3, .6))).round(3).tolist()
    [0.25, 0.2, 0.0]
    >>> repair_gains(solve_cascade(network, np.full(3, .6), np.inf)).round(3).tolist()
    [0.1, 0.0, 0.0]
    """
    network = cascade.network
    contribution = cascade.department_contribution
    if cascade.stringency == 1.0:
        return contribution
    own = network.by_supplier((cascade.split.own > 0).astype(float)) > 0
    if departments is None:
        most = max(MOST_SOLVED // max(network.services, 1), 1)
        ranked = np.flatnonzero(own)[np.argsort(-contribution[own], kind="stable")]
        departments = ranked[:most]
    gain = np.where(own, np.nan, 0.0)
    today = change_cascade(cascade, network)
    total = cascade.customer_shortfall
    for department in np.asarray(departments, np.int64):
        gain[department] = max(total - settle_change(_repaired(today, int(department))).customer_shortfall, 0.0)
    return gain


def _repaired(today: Change, department: int) -> Change:
    """Return the change in which a department's services keep only what they inherit today."""
    start = today.network.start
    given = slice(start[department], start[department + 1])
    at_once = today.at_once.copy()
    at_once[given] = today.before.split.inherited[given]
    return replace(today, at_once=at_once)


def own_points(cascade: Cascade) -> Floats:
    """Return how many points of the scale each department's own shortfalls make up, shape (n,).

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.

    Returns
    -------
    float array, shape (n,)
        Summed over its services: own shortfall times what makes up a shortfall of 1, which is the distance from the
        bottom of the scale to the expectation under ``ratio`` and the width of the scale otherwise.
    """
    network = cascade.network
    bottom, top = network.scale
    if cascade.scoring != "ratio":
        return network.by_supplier(cascade.split.own) * (top - bottom)
    return network.by_supplier(cascade.split.own * np.maximum(network.expectation - bottom, 0.0))
