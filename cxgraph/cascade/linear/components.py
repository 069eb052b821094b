"""The loops of a network and the order in which shortfalls travel between them."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from cxgraph.errors import NumericalError
from cxgraph.model.network import Network


@dataclass(frozen=True, eq=False)
class Components:
    """Strongly connected components, numbered so that clients come before their suppliers.

    Attributes
    ----------
    label : int32 array, shape (n,)
        Component of each department: a service between two components runs from the higher number to the
        lower.
    size : int array, shape (k,)
        Departments in each component; more than one is a loop.
    members : int array, shape (n,)
        Departments sorted by component.
    start : int array, shape (k + 1,)
        Component c holds ``members[start[c]:start[c + 1]]``.
    """

    label: npt.NDArray[np.int32]
    size: npt.NDArray[np.int64]
    members: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]

    @property
    def in_loop(self) -> npt.NDArray[np.bool_]:
        """Which departments lie on a loop, shape (n,)."""
        return np.asarray(self.size[self.label] > 1)

    def of(self, component: int) -> npt.NDArray[np.int64]:
        """Return the departments of one component."""
        return self.members[self.start[component] : self.start[component + 1]]

    def reversed(self) -> Components:
        """Return the same components numbered the other way round: suppliers before their clients."""
        count = len(self.size)
        return Components(
            (count - 1 - self.label).astype(np.int32),
            self.size[::-1],
            self.members[::-1],
            len(self.members) - self.start[::-1],
        )


def find_components(services: sparse.csr_matrix) -> Components:
    """Return the strongly connected components of a supplier-by-client matrix, in the order of the flow.

    Parameters
    ----------
    services : csr_matrix, shape (n, n)
        An entry for each service; its value does not matter (an explicit zero counts as a service).

    Returns
    -------
    Components
        Clients first.

    Raises
    ------
    NumericalError
        What scipy found are no components: they serve each other in a loop.

    Notes
    -----
    Linear in departments and services. Which departments belong together is scipy's answer; in which order the
    components come is not promised by it, so they are put in order here wherever its numbers are not one.

    Examples
    --------
    >>> find_components(sparse.csr_matrix([[0, 1, 0], [1, 0, 1], [0, 0, 0]])).size.tolist()
    [1, 2]
    """
    size = services.shape[0]
    if size == 0:
        empty = np.zeros(0, np.int64)
        return Components(np.zeros(0, np.int32), empty, empty, np.zeros(1, np.int64))
    # Weights matter to scipy: it drops explicit zeros, and a zero pass-through must not change the order. Its search
    # never ends on parallel services in scipy 1.14, and finds too many components in others, so they are merged first;
    # in a copy, for the matrix shares its arrays with the network.
    pattern = sparse.csr_matrix((np.ones(services.nnz), services.indices, services.indptr), services.shape, copy=True)
    pattern.sum_duplicates()
    count, label = connected_components(pattern, directed=True, connection="strong")
    gives, takes = np.repeat(label, np.diff(pattern.indptr)), label.take(pattern.indices)
    if (gives < takes).any():
        label = _clients_first(count, gives, takes)[label]
    sizes = np.bincount(label, minlength=count)
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return Components(label, sizes, np.argsort(label, kind="stable"), starts)


def _clients_first(count: int, gives: npt.NDArray[np.int32], takes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return a new number for each component, so that whoever gives has a higher one than whoever takes.

    A component gets its number once all that it serves have theirs (Kahn 1962).
    """
    between = gives != takes
    ends = (np.ones(int(between.sum()), np.int64), (takes[between], gives[between]))
    suppliers = sparse.coo_matrix(ends, (count, count)).tocsr()
    unserved = np.bincount(gives[between], minlength=count).tolist()
    waiting = [component for component in range(count) if not unserved[component]]
    order: list[int] = []
    while waiting:
        component = waiting.pop()
        order.append(component)
        row = slice(suppliers.indptr[component], suppliers.indptr[component + 1])
        for supplier, services in zip(suppliers.indices[row].tolist(), suppliers.data[row].tolist(), strict=True):
            unserved[supplier] -= services
            if not unserved[supplier]:
                waiting.append(supplier)
    if len(order) < count:
        raise NumericalError(
            "This version of scipy takes departments apart that serve each other in a loop. Install another version, "
            "such as 1.17."
        )
    numbers = np.empty(count, np.int32)
    numbers[order] = np.arange(count)
    return numbers


_FOUND: WeakKeyDictionary[Network, Components] = WeakKeyDictionary()


def components_of(network: Network) -> Components:
    """Return the components of a network; found once, because they depend on nobody's scores.

    Parameters
    ----------
    network : Network
        Any.

    Returns
    -------
    Components
        Clients first, as from `find_components`.
    """
    if network not in _FOUND:
        _FOUND[network] = find_components(network.matrix(network.importance))
    return _FOUND[network]


@dataclass(frozen=True, eq=False)
class Cut:
    """A loop laid open: an order of its departments and the few at which it closes.

    Attributes
    ----------
    order : int array, shape (k,)
        The component's own numbers, clients before suppliers but for services to a closing department.
    closing : int array, shape (f,)
        The departments (own numbers) that some service reaches against the order.
    """

    order: npt.NDArray[np.int64]
    closing: npt.NDArray[np.int64]


SPARSE_LOOP = 4
"""Services per department above which no loop is tried to be cut: it would close almost everywhere."""


def cut_loop(component: sparse.csr_matrix, most: int) -> Cut | None:
    """Lay a strongly connected component open at few departments.

    Of four orders, depth and breadth first along the services and against them, the one is taken in which the
    services that run against the order end in the fewest departments. Without the columns of those
    departments the matrix is triangular.

    Parameters
    ----------
    component : csr_matrix, shape (k, k)
        Supplier by client, one strongly connected component.
    most : int
        Closing departments that the caller can afford.

    Returns
    -------
    Cut or None
        Not the smallest cut (that is hard to find), but one department for a plain circle of any length. None
        where the loop is densely woven or closes at more than `most` departments.

    Notes
    -----
    Linear in departments and services.
    """
    if component.nnz > SPARSE_LOOP * component.shape[0]:
        return None
    tree_order = (sparse.csgraph.depth_first_order, sparse.csgraph.breadth_first_order)
    pattern = sparse.csr_matrix((np.ones(component.nnz), component.indices, component.indptr), component.shape)
    backwards = pattern.T.tocsr()
    size = component.shape[0]
    supplier = np.repeat(np.arange(size), np.diff(component.indptr))
    best: Cut | None = None
    for search in tree_order:
        for graph, downstream in ((pattern, True), (backwards, False)):
            found = search(graph, 0, directed=True, return_predecessors=False).astype(np.int64)
            order = found[::-1] if downstream else found
            position = np.empty(size, np.int64)
            position[order] = np.arange(size)
            against = position[component.indices] > position[supplier]
            closes = np.zeros(size, bool)
            closes[component.indices[against]] = True
            closing = np.flatnonzero(closes)
            if len(closing) <= most and (best is None or len(closing) < len(best.closing)):
                best = Cut(order, closing)
    return best
