"""The ways along which a shortfall travels from the service where it starts to a customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from cxgraph.cascade.cascade import Cascade
from cxgraph.errors import check_whole
from cxgraph.model.arrays import Floats
from cxgraph.model.network import row_starts


def onward_weights(cascade: Cascade, target: Floats | None = None) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return the weight of the heaviest way from each department to a customer, and its next step.

    The weight of a way is the product of A_e p_e along it times the customer's share of the business. It is
    at most the department's reach, which adds up all ways.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade of n departments.
    target : float array, shape (n,), optional
        What each department counts where a way ends with it, in [0, 1]; each customer's share of the business
        by default.

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

    Examples
    --------
    >>> from cxgraph.cascade.cascade import solve_cascade
    >>> from cxgraph.model.network import Network
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> onward_weights(solve_cascade(network, np.full(3, .6)))[0].round(3).tolist()
    [0.0, 0.6, 1.0]
    """
    network = cascade.network
    size = network.departments
    ends = network.customer_weight if target is None else target
    coupling = cascade.coupling
    used = np.flatnonzero(coupling > 0)
    supplier, client = network.supplier[used], network.client[used]
    # Parallel services stand side by side in the network's order; of each group the heaviest counts.
    first = np.ones(len(used), bool)
    first[1:] = (supplier[1:] != supplier[:-1]) | (client[1:] != client[:-1])
    begin = np.flatnonzero(first)
    heaviest = np.maximum.reduceat(coupling[used], begin) if len(begin) else coupling[:0]
    # dijkstra reads an explicit 0 as a free step, so a factor of exactly 1 stays in the graph.
    length = np.maximum(-np.log(heaviest), 0.0)
    forward = sparse.csr_matrix((length, client[begin], row_starts(supplier[begin], size)), shape=(size, size))
    backward = forward.tocsc()
    customers = np.flatnonzero(ends > 0)
    # From a virtual sink, the last row, to the customers, and against the services to everybody else.
    graph = sparse.csr_matrix(
        (
            np.concatenate((backward.data, np.maximum(-np.log(ends[customers]), 0.0))),
            np.concatenate((backward.indices, customers)),
            np.append(backward.indptr, backward.nnz + len(customers)),
        ),
        shape=(size + 1, size + 1),
    )
    distance, before = dijkstra(graph, directed=True, indices=size, return_predecessors=True)
    reached = np.isfinite(distance[:size])
    weight = np.where(reached, np.exp(-np.where(reached, distance[:size], 0.0)), 0.0)
    following = np.where(before[:size] == size, np.arange(size), before[:size]).astype(np.int64)
    return weight, np.where(reached, following, -1)


@dataclass(frozen=True, slots=True)
class Path:
    """One way of a fault, from the service where it starts to a customer.

    Attributes
    ----------
    services : tuple of int
        Service numbers in the order of the flow; the first is the one that fails.
    weight : float
        own_e A_e of the first service, times A_e p_e of each that follows, times what the end counts: how
        much of the customers' shortfall takes this way.
    """

    services: tuple[int, ...]
    weight: float


def heaviest_paths(
    cascade: Cascade, customer: int | None = None, source: int | None = None, top: int = 20, *, first: int | None = None
) -> list[Path]:
    """Return the heaviest paths from where a fault starts to a customer, the heaviest first.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    customer : int, optional
        Only paths that end with this department, weighted as parts of what it lacks itself. By default all
        customers, weighted by their shares of the business.
    source : int, optional
        Only paths that start at a service of this department.
    top : int
        How many, at least 1. Fewer come back where there are no more with a weight above 0.
    first : int, optional
        Only paths that start with this service.

    Returns
    -------
    list of Path
        Exactly the heaviest; parallel services make distinct paths, and a path may pass a loop again (its
        weight falls each time). Of equal paths those come first whose service numbers do.

    Raises
    ------
    ParameterError
        `top` is not a whole number of 1 or more.

    Notes
    -----
    Best-first search. The weight of the heaviest way on from a department (`onward_weights`) bounds every
    continuation, and is reached by one, so nothing is expanded that does not lie on a path found or beside
    it: O(top x length x log) after one pass over the services and one of Dijkstra's algorithm. Bounds are
    exact to rounding (about 1e-14 a step); paths whose weights agree that closely may change places at the
    end of the list.

    Examples
    --------
    >>> from cxgraph.cascade.cascade import solve_cascade
    >>> from cxgraph.model.network import Network
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> paths = heaviest_paths(solve_cascade(network, np.full(3, .6)))
    >>> [(path.services, round(path.weight, 3)) for path in paths]
    [((0, 1), 0.3), ((1,), 0.1)]
    """
    check_whole("top", top)
    network = cascade.network
    ends = network.customer_weight
    if customer is not None:
        ends = np.zeros(network.departments)
        ends[customer] = 1.0
    onward, _ = onward_weights(cascade, ends)
    starting = cascade.effective_share * cascade.split.own
    bound = starting * onward[network.client]
    if source is not None:
        bound[: network.start[source]] = 0.0
        bound[network.start[source + 1] :] = 0.0
    if first is not None:
        bound[np.arange(len(bound)) != first] = 0.0
    search = _Search(cascade, ends, onward)
    for service in _largest(bound, int(top)):
        search.add((None, int(service)), float(starting[service]), int(network.client[service]))
    found = [path for path, _ in zip(search.paths(), range(int(top)), strict=False)]
    return sorted(found, key=lambda path: (-path.weight, path.services))


_Prefix: TypeAlias = "tuple[_Prefix | None, int]"
"""The services of a path from its last to its first, so that paths share their beginnings."""


class _Search:
    """The queue of unfinished paths, the most promising first."""

    def __init__(self, cascade: Cascade, ends: Floats, onward: Floats) -> None:
        self._network = cascade.network
        self._coupling = cascade.coupling
        self._ends, self._onward = ends, onward
        self._steps: dict[int, tuple[list[float], list[int]]] = {}
        self._queue: list[tuple[float, int, int, int, float, _Prefix]] = []
        self._count = 0

    def add(self, prefix: _Prefix, weight: float, department: int, rank: int = 0) -> None:
        """Queue a path that has come to a department, with the rank-th best of the steps that it can take there."""
        promise, _ = self._steps_from(department)
        if rank < len(promise) and weight * promise[rank] > 0:
            self._count += 1
            heappush(self._queue, (-weight * promise[rank], self._count, department, rank, weight, prefix))

    def paths(self) -> Iterator[Path]:
        """Yield finished paths, the heaviest first."""
        while self._queue:
            _, _, department, rank, weight, prefix = heappop(self._queue)
            self.add(prefix, weight, department, rank + 1)
            service = self._steps_from(department)[1][rank]
            if service < 0:
                yield Path(_unwind(prefix), weight * float(self._ends[department]))
            else:
                self.add((prefix, service), weight * float(self._coupling[service]), int(self._network.client[service]))

    def _steps_from(self, department: int) -> tuple[list[float], list[int]]:
        """Return what each step from a department promises and the steps, best first; -1 is to end there."""
        if department not in self._steps:
            begin, end = self._network.start[department : department + 2]
            promise = np.append(
                self._coupling[begin:end] * self._onward[self._network.client[begin:end]], self._ends[department]
            )
            step = np.append(np.arange(begin, end), -1)
            order = np.argsort(-promise, kind="stable")
            order = order[promise[order] > 0]
            self._steps[department] = (promise[order].tolist(), step[order].tolist())
        return self._steps[department]


def _unwind(prefix: _Prefix) -> tuple[int, ...]:
    services = []
    rest: _Prefix | None = prefix
    while rest is not None:
        rest, service = rest
        services.append(service)
    return tuple(reversed(services))


def _largest(values: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return the positions of the largest positive values; of equal ones the first."""
    positive = np.flatnonzero(values > 0)
    if len(positive) > count:
        given = values[positive]
        limit = np.partition(given, len(given) - count)[len(given) - count]
        above = given > limit
        at_limit = np.flatnonzero(given == limit)[: count - int(above.sum())]
        above[at_limit] = True
        positive = positive[above]
    return positive


def main_paths(cascade: Cascade, services: list[int]) -> list[list[int]]:
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
