"""What actions do to the services they aim at: levels, of which the best among the chosen actions stands.

An action that lifts a service to a fulfilment, or lowers a department's transmission, sets for each service that it
touches an own shortfall and a pass-through that are at most today's (`cxgraph.cascade.change` says how). Of several
chosen actions on one service the lowest level stands, and no action ever raises one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxgraph.cascade.cascade import Divided
from cxgraph.cascade.change import split_again
from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats, Integers


@dataclass(frozen=True, eq=False)
class Lifts:
    """Actions on a cascade: t pairs of an action and a service, k actions, m services.

    Attributes
    ----------
    cascade : Divided
        Today.
    actions : int
        k.
    action, service : int array, shape (t,)
        Which action moves which service.
    own, pass_through : float array, shape (t,)
        The service's own shortfall and pass-through after that action alone, at most today's.
    """

    cascade: Divided
    actions: int
    action: Integers
    service: Integers
    own: Floats
    pass_through: Floats


@dataclass(frozen=True, eq=False)
class Aims:
    """What actions aim at: pairs of an action with a service and of an action with a department.

    Attributes
    ----------
    actions : int
        k.
    lifting, service : int array, shape (t,)
        Which action lifts which service.
    fulfilment : float array, shape (t,)
        To which fulfilment, on the organisation's scale.
    closing, department : int array, shape (q,)
        Which action lowers the transmission of which department.
    transmission : float array, shape (q,)
        To which transmission, in [0, 1).
    """

    actions: int
    lifting: Integers
    service: Integers
    fulfilment: Floats
    closing: Integers
    department: Integers
    transmission: Floats


def lift_services(cascade: Divided, aims: Aims) -> Lifts:
    """Return the levels that each action sets on the services it touches.

    Parameters
    ----------
    cascade : Divided
        Today; m services.
    aims : Aims
        Of k actions.

    Returns
    -------
    Lifts
        Only pairs in which something falls.

    Raises
    ------
    ParameterError
        A service or department number outside the network.

    Notes
    -----
    Each level is that of `change_cascade` for the action alone. They do not depend on one another: an action on a
    service moves its own shortfall and its pass-through, one on a transmission the pass-through of all that the
    department gives, and the lower of the two stands.
    """
    network, split = cascade.network, cascade.split
    if len(aims.service) and not 0 <= aims.service.min() <= aims.service.max() < network.services:
        raise ParameterError("An action aims at a service that is not there.")
    if len(aims.department) and not 0 <= aims.department.min() <= aims.department.max() < network.departments:
        raise ParameterError("An action aims at a department that is not there.")
    action, service, own, through = [], [], [], []
    # Pairs on the same service are different scores of it: each round takes at most one pair of every service.
    turn = _turns(aims.service)
    for number in range(int(turn.max(initial=-1)) + 1):
        at = np.flatnonzero(turn == number)
        scores = network.fulfilment.copy()
        scores[aims.service[at]] = np.maximum(scores[aims.service[at]], aims.fulfilment[at])
        at_once, through_all = split_again(cascade, replace(network, fulfilment=scores), cascade.transmission)
        rows = aims.service[at]
        passing = through_all[rows]
        action.append(aims.lifting[at])
        service.append(rows)
        own.append(at_once[rows] - passing * cascade.received[network.supplier[rows]])
        through.append(passing)
    for pair in range(len(aims.department)):
        first, last = network.start[aims.department[pair]], network.start[aims.department[pair] + 1]
        rows = np.arange(first, last)
        action.append(np.full(len(rows), aims.closing[pair]))
        service.append(rows)
        own.append(split.own[rows])
        through.append(np.minimum(split.pass_through[rows], aims.transmission[pair]))
    if not action:
        nothing = np.zeros(0, np.int64)
        return Lifts(cascade, aims.actions, nothing, nothing, np.zeros(0), np.zeros(0))
    doing, rows = np.concatenate(action).astype(np.int64), np.concatenate(service).astype(np.int64)
    own_level = np.clip(np.concatenate(own), 0.0, split.own[rows])
    through_level = np.minimum(np.concatenate(through), split.pass_through[rows])
    # A score that is met leaves rounding where nothing is left.
    own_level[own_level < 1e-15] = 0.0
    moved = (own_level < split.own[rows]) | (through_level < split.pass_through[rows])
    return Lifts(cascade, aims.actions, doing[moved], rows[moved], own_level[moved], through_level[moved])


def _turns(service: Integers) -> Integers:
    """Return for each pair how many earlier pairs are on the same service."""
    order = np.argsort(service, kind="stable")
    ordered = service[order]
    first = np.searchsorted(ordered, ordered)
    turn = np.empty(len(service), np.int64)
    turn[order] = np.arange(len(service)) - first
    return turn
