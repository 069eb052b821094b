"""The ways along which a shortfall travels from the service where it starts to a customer."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from cxgraph.cascade.cascade import Cascade
from cxgraph.model.network import Floats


def onward_weights(cascade: Cascade) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the weight of the heaviest way from each department to a customer, and its next step.

    The weight of a way is the product of A_e p_e along it times the customer's share of the business. It is
    at most the department's reach, which adds up all ways.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade of n departments.

    Returns
    -------
    weight : float array, shape (n,)
        0 where no customer can be reached.
    following : int array, shape (n,)
        The next department on the way; the department itself where the way ends with it as a customer, -1
        where there is none.

    Notes
    -----
    Dijkstra's algorithm on -log weights, once from all customers: O((n + m) log n), loops included, because
    no factor exceeds 1.
    """
    network = cascade.network
    size = network.departments
    coupling = cascade.coupling
    counts = np.flatnonzero(coupling > 0)
    customers = np.flatnonzero(network.customer_weight > 0)
    # Turned around: from a virtual sink through the customers to everybody who serves them. Of parallel
    # services the heavier one counts; sorting puts it last, where a coo matrix converted by max would need a
    # dense detour.
    heads = np.concatenate((network.client[counts], np.full(len(customers), size)))
    tails = np.concatenate((network.supplier[counts], customers))
    weights = np.concatenate((coupling[counts], network.customer_weight[customers]))
    order = np.lexsort((weights, tails, heads))
    heads, tails, weights = heads[order], tails[order], weights[order]
    last = np.ones(len(heads), bool)
    last[:-1] = (heads[1:] != heads[:-1]) | (tails[1:] != tails[:-1])
    # dijkstra reads an explicit 0 as a free step, so a factor of exactly 1 stays in the graph.
    length = np.maximum(-np.log(weights[last]), 0.0)
    graph = sparse.csr_matrix((length, (heads[last], tails[last])), shape=(size + 1, size + 1))
    distance, before = dijkstra(graph, directed=True, indices=size, return_predecessors=True)
    reached = np.isfinite(distance[:size])
    weight = np.where(reached, np.exp(-np.where(reached, distance[:size], 0.0)), 0.0)
    following = np.where(before[:size] == size, np.arange(size), before[:size]).astype(np.int64)
    return weight, np.where(reached, following, -1)


def heaviest_ways(cascade: Cascade, services: list[int]) -> list[list[int]]:
    """Return the departments on the heaviest way of each of some services' own shortfall to a customer.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    services : list of int
        Numbers of services.

    Returns
    -------
    list of list of int
        For each service the department numbers: the supplier, the client, ... the customer. Only supplier and
        client where the shortfall reaches no customer.
    """
    _, following = onward_weights(cascade)
    ways = []
    for service in services:
        way = [int(cascade.network.supplier[service]), int(cascade.network.client[service])]
        while following[way[-1]] >= 0 and following[way[-1]] != way[-1]:
            way.append(int(following[way[-1]]))
        ways.append(way)
    return ways
