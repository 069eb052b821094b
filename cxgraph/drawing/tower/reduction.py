"""Which glasses a picture shows, and how much of the customers' shortfall runs through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.linear.components import find_components
from cxgraph.cascade.linear.solve import solve_along_loops
from cxgraph.model.arrays import Floats, Integers

Flags = npt.NDArray[np.bool_]
KINDS = ("department", "division", "rest")
_ROUNDS = 100


@dataclass(frozen=True, eq=False)
class Glasses:
    """Departments put into glasses.

    Attributes
    ----------
    of : int array, shape (n,)
        Glass of each department, -1 where it is not shown.
    kind : int array, shape (g,)
        Index into `KINDS`: one department, a division, or the rest of a tier.
    tier : int array, shape (g,)
        0 for customers, counting upwards.
    """

    of: Integers
    kind: Integers
    tier: Integers


def weight_of_departments(cascade: Cascade) -> Floats:
    """Return how much of the customers' shortfall starts at or comes through each department, shape (n,).

    Its services' contributions plus (lambda - g) D; a customer also counts with g D. Inside loops what comes
    round again counts each time, which is good enough to choose what to show.
    """
    onward = cascade.client_reach * cascade.received
    return np.asarray(cascade.department_contribution + onward)


def weight_of_services(cascade: Cascade) -> Floats:
    """Return what each service's whole shortfall, own and inherited, costs the customers, shape (m,)."""
    return np.asarray(cascade.service_reach * cascade.shortfall)


def share_within(cascade: Cascade, kept: Flags) -> float:
    """Return the share of the customers' shortfall that starts and travels among some departments alone.

    Parameters
    ----------
    cascade : Cascade
        n departments.
    kept : bool array, shape (n,)
        The departments.

    Returns
    -------
    float
        In [0, 1]: 1 with all departments. Never falls when departments are added. 1 where nothing is lacking.

    Notes
    -----
    One more solve of the cascade's transposed system, without the services that leave the chosen departments.
    """
    total = cascade.customer_shortfall
    if kept.all() or total <= 0:
        return 1.0
    network = cascade.network
    inside = kept[network.supplier] & kept[network.client]
    matrix = network.matrix(cascade.coupling * inside)
    weight = np.where(kept, network.customer_weight, 0.0)
    reach, _ = solve_along_loops(matrix, weight, find_components(matrix))
    starts = inside * cascade.effective_share * cascade.split.own
    return min(max(float(reach[network.client] @ starts) / total, 0.0), 1.0)


def around(cascade: Cascade, focus: int) -> tuple[Flags, Floats]:
    """Return the surroundings of one department: its direct suppliers and its ways to the customers.

    Parameters
    ----------
    cascade : Cascade
        n departments.
    focus : int
        Number of the department.

    Returns
    -------
    kept : bool array, shape (n,)
        The department, who supplies it directly, its direct clients and all that its shortfall reaches.
    weight : float array, shape (n,)
        How much each of them matters to what starts or arrives here.
    """
    network = cascade.network
    felt = np.zeros(network.departments)
    felt[focus] = 1.0
    seen: Floats = felt
    for _ in range(_ROUNDS):
        seen = network.by_client(cascade.coupling * seen[network.supplier])
        seen[focus] = 0.0  # what a loop brings back counts from the start again
        felt = felt + seen
        if seen.max(initial=0.0) < 1e-12:
            break
    kept = felt > 0
    kept[network.client[network.supplier == focus]] = True
    arriving = network.client == focus
    kept[network.supplier[arriving]] = True
    weight = felt * cascade.client_reach
    np.add.at(weight, network.supplier[arriving], weight_of_services(cascade)[arriving])
    weight[focus] = np.inf
    return kept, weight


def divisions(parent: Integers) -> Integers:
    """Return the division of each department: the department just below the top that it reports to, if any.

    Parameters
    ----------
    parent : int array, shape (n,)
        -1 for none; free of circles.

    Returns
    -------
    int array, shape (n,)
        A department's number, itself for those at the top and those just below it.
    """
    climbs = (parent >= 0) & (parent[parent] >= 0)
    division = np.where(climbs, parent, np.arange(len(parent)))
    while True:
        higher = division[division]  # twice as far with every round: lines of report may be as long as there are heads
        if np.array_equal(higher, division):
            return division
        division = higher


def put_into_glasses(
    tier: Integers, group: Integers, shown: Flags, weight: Floats, most: int | None, fold: bool
) -> Glasses:
    """Give each department a glass: its own, its group's, or the one that holds the rest of a crowded tier.

    Parameters
    ----------
    tier : int array, shape (n,)
        0 for customers.
    group : int array, shape (n,)
        Equal for departments that share a glass.
    shown : bool array, shape (n,)
        The others get no glass.
    weight : float array, shape (n,)
        The heaviest are kept where a tier has too many.
    most : int, optional
        Glasses in a tier, the rest's one included; no limit where None.
    fold : bool
        Whether those over the limit share a glass; else they get none.

    Returns
    -------
    Glasses
        Numbered by tier from the top, then by their first department; rests last in their tier.
    """
    chosen = np.flatnonzero(shown)
    heads, glass = np.unique(group[chosen], return_inverse=True)
    size = np.bincount(glass, minlength=len(heads))
    mean = np.bincount(glass, tier[chosen], len(heads)) / np.maximum(size, 1)
    level = np.floor(mean + 0.5).astype(np.int64)
    heavy = np.bincount(glass, np.minimum(weight[chosen], 1e300), len(heads))
    order = np.lexsort((heads, -heavy, level))
    place = np.arange(len(order)) - np.searchsorted(level[order], level[order])
    count = np.bincount(level, minlength=1)[level[order]]
    limit = len(order) if most is None else most
    over = np.zeros(len(heads), bool)
    over[order] = (count > limit) & (place >= (limit - 1 if fold else limit))
    # One row for each glass to be: single ones by their head, rests behind them.
    key = np.where(over, len(tier), heads)
    if not fold:
        key = np.where(over, -1, key)
    kept = key >= 0
    names, numbered = np.unique(np.column_stack((-level[kept], key[kept])), axis=0, return_inverse=True)
    number = np.full(len(heads), -1)
    number[kept] = numbered.ravel()
    of = np.full(len(tier), -1)
    of[chosen] = number[glass]
    inside = np.bincount(of[of >= 0], minlength=len(names))
    kind = np.where(names[:, 1] == len(tier), 2, np.where(inside > 1, 1, 0))
    return Glasses(of, kind, -names[:, 0])
