"""The line of sight: who reaches a customer at all, how far away, through whom alone, and whom a failure reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order

from cxgraph.cascade.cascade import Cascade
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.organization import Organization

MOST_VISITS = 500_000_000
"""Services visited at the most to count every department's customers; beyond it `blast_radius` answers for some."""


@dataclass(frozen=True, eq=False)
class Reachability:
    """Lines of sight to the customers; arrays of shape (n,) unless said otherwise.

    Attributes
    ----------
    distance : float array
        Fewest services from a department to a customer; 0 for customers, NaN where none can be reached.
    customers : float array
        How many customers can be reached; NaN where that was not counted (see `line_of_sight`).
    weight : float array
        Their share of the business; NaN likewise.
    only_way_for : int array
        How many other departments reach customers through this one alone (an articulation of the organisation).
    served_by : int array
        For each customer that exactly one department serves, that department; -1 for everybody else.
    """

    distance: Floats
    customers: Floats
    weight: Floats
    only_way_for: npt.NDArray[np.int64]
    served_by: npt.NDArray[np.int64]

    def to_frame(self, organization: Organization, cascade: Cascade) -> pd.DataFrame:
        """Return a row for each department, in the order of their ids.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``distance``, ``customers``, ``weight``, ``reach`` (lambda), ``only_way_for``
            and ``served_by`` (the id of a customer's only supplier; None for everybody else).
        """
        table = organization.departments
        ids = table["id"].to_numpy()
        only = [str(ids[number]) if number >= 0 else None for number in self.served_by]
        return pd.DataFrame(
            {
                "name": table["name"].to_numpy(),
                "distance": self.distance,
                "customers": self.customers,
                "weight": self.weight,
                "reach": cascade.client_reach,
                "only_way_for": self.only_way_for,
                "served_by": pd.Series(only, dtype=object).to_numpy(),
            },
            index=pd.Index(ids, name="id"),
        )


def line_of_sight(network: Network) -> Reachability:
    """Return who reaches the customers, how and through whom.

    Only who serves whom counts, not the scores. Customers are the departments with a share of the business.

    Parameters
    ----------
    network : Network
        n departments, m services.

    Returns
    -------
    Reachability
        Arrays over the departments.

    Notes
    -----
    Distances are one breadth-first search from all customers against the services. Departments for which another
    is the only way are those that it dominates on the way to the customers (every path passes it). Customers are
    counted by one search from each of them, unless that would visit more than 500 million services; then the two
    columns are NaN and `blast_radius` counts for chosen departments. Everything else is linear, or nearly.

    References
    ----------
    Cooper, K. D., Harvey, T. J. & Kennedy, K. (2001). A simple, fast dominance algorithm. Rice University.

    Examples
    --------
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> sight = line_of_sight(network)
    >>> sight.distance.tolist(), sight.only_way_for.tolist(), sight.served_by.tolist()
    ([2.0, 1.0, 0.0], [0, 1, 2], [-1, -1, 1])
    """
    size = network.departments
    customers = np.flatnonzero(network.customer_weight > 0)
    backward = _backward(network, customers)
    order, before = breadth_first_order(backward, size, directed=True, return_predecessors=True)
    distance = np.full(size + 1, np.nan)
    distance[size] = -1.0
    for at in order[1:]:
        distance[at] = distance[before[at]] + 1.0
    counted, share = np.full(size, np.nan), np.full(size, np.nan)
    if len(customers) * (network.services + size) <= MOST_VISITS:
        counted, share = _count_customers(backward, network.customer_weight, customers)
    suppliers = (
        np.unique(np.stack((network.client, network.supplier)), axis=1)
        if network.services
        else np.zeros((2, 0), np.int32)
    )
    lonely = np.bincount(suppliers[0], minlength=size) == 1
    served_by = np.full(size, -1, np.int64)
    served_by[suppliers[0]] = suppliers[1]
    served_by[~(lonely & (network.customer_weight > 0))] = -1
    return Reachability(distance[:size], counted, share, _dominated(backward, customers), served_by)


def blast_radius(network: Network, departments: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return how many customers a failure of chosen departments can reach, and their share of the business.

    Parameters
    ----------
    network : Network
        n departments.
    departments : array_like of int
        Department numbers, q of them.

    Returns
    -------
    customers : int array, shape (q,)
        How many can be reached; a customer reaches itself.
    weight : float array, shape (q,)
        Their share of the business.

    Notes
    -----
    One breadth-first search along the services for each department.
    """
    forward = network.matrix(np.ones(network.services))
    counted, weight = [], []
    for department in np.atleast_1d(np.asarray(departments, np.int64)):
        reached = breadth_first_order(forward, int(department), directed=True, return_predecessors=False)
        shares = network.customer_weight[np.sort(reached)]
        counted.append(int((shares > 0).sum()))
        weight.append(float(shares.sum()))
    return np.array(counted, np.int64), np.array(weight, float)


def _backward(network: Network, customers: npt.NDArray[np.intp]) -> sparse.csr_matrix:
    """Return the services turned around, with a last node from which all customers are reached."""
    size = network.departments
    turned = network.matrix(np.ones(network.services)).tocsc()
    return sparse.csr_matrix(
        (
            np.ones(turned.nnz + len(customers)),
            np.concatenate((turned.indices, customers)),
            np.append(turned.indptr, turned.nnz + len(customers)),
        ),
        shape=(size + 1, size + 1),
    )


def _count_customers(
    backward: sparse.csr_matrix, shares: Floats, customers: npt.NDArray[np.intp]
) -> tuple[Floats, Floats]:
    counted, weight = np.zeros(len(shares)), np.zeros(len(shares))
    for customer in customers:
        reaching = breadth_first_order(backward, int(customer), directed=True, return_predecessors=False)
        counted[reaching] += 1.0
        weight[reaching] += shares[customer]
    return counted, weight


def _dominated(backward: sparse.csr_matrix, customers: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return for each department how many others reach the customers through it alone."""
    size = backward.shape[0] - 1
    if not len(customers):
        return np.zeros(size, np.int64)
    finish = _postorder(backward, size)
    rank = np.full(size + 1, -1)
    rank[finish] = np.arange(len(finish))
    # Whoever a department serves stands before it on the way back from the customers.
    ahead = backward.tocsc()
    starts, clients, ranks = ahead.indptr.tolist(), ahead.indices.tolist(), rank.tolist()
    above = [-1] * (size + 1)
    above[size] = size
    changed = True
    while changed:
        changed = False
        for node in reversed(finish[:-1]):
            best = -1
            for client in clients[starts[node] : starts[node + 1]]:
                if above[client] >= 0:
                    best = client if best < 0 else _meet(best, client, above, ranks)
            if above[node] != best:
                above[node], changed = best, True
    behind = [1] * (size + 1)
    for node in finish[:-1]:  # the dominated finish before who dominates them
        behind[above[node]] += behind[node]
    return np.where(rank[:size] >= 0, np.array(behind[:size], np.int64) - 1, 0)


def _meet(one: int, other: int, above: list[int], rank: list[int]) -> int:
    """Return the nearest node that dominates both."""
    while one != other:
        while rank[one] < rank[other]:
            one = above[one]
        while rank[other] < rank[one]:
            other = above[other]
    return one


def _postorder(graph: sparse.csr_matrix, root: int) -> list[int]:
    """Return the nodes in the order in which a depth-first search leaves them."""
    starts, targets = graph.indptr.tolist(), graph.indices.tolist()
    seen = bytearray(graph.shape[0])
    seen[root] = 1
    place = list(starts[:-1])
    left, way = [], [root]
    while way:
        node = way[-1]
        for at in range(place[node], starts[node + 1]):
            if not seen[targets[at]]:
                place[node] = at + 1
                seen[targets[at]] = 1
                way.append(targets[at])
                break
        else:
            left.append(way.pop())
    return left
