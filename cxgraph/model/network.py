"""The organisation as arrays: who supplies whom with what scores, ready for the mathematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats, Ints

_MANY = 10_000
"""Services from which on building a sparse matrix costs less than it saves."""


@dataclass(frozen=True, eq=False)
class Network:
    """Departments (0 .. n-1) and the services between them, sorted by supplier, then client, then service.

    The order makes every result independent, to the last bit, of the order of the rows that it came from, and it is
    the compressed sparse row order of the supplier-by-client matrix, so that no sparse matrix is ever converted.

    Parameters
    ----------
    supplier, client : int32 array, shape (m,)
        Department numbers of each service's two ends. A service points from supplier to client.
    start : int32 array, shape (n + 1,)
        Services of supplier u are numbers ``start[u]`` to ``start[u + 1]``.
    expectation, fulfilment : float array, shape (m,)
        On the organisation's scale. An expectation is NaN where none was stated.
    importance : float array, shape (m,)
        At least 0; how much the service matters to its client.
    customer_weight : float array, shape (n,)
        Each customer's share of the business (sums to 1), 0 for everybody else.
    scale : (float, float)
        Bottom and top of the scores.

    Raises
    ------
    ParameterError
        Arrays that do not fit each other.

    Examples
    --------
    >>> Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1]).start.tolist()
    [0, 1, 2, 2]
    """

    supplier: Ints
    client: Ints
    start: Ints
    expectation: Floats
    fulfilment: Floats
    importance: Floats
    customer_weight: Floats
    scale: tuple[float, float]

    def __post_init__(self) -> None:
        size = len(self.supplier)
        for name in ("client", "expectation", "fulfilment", "importance"):
            if len(getattr(self, name)) != size:
                raise ParameterError(
                    "{name} has {found} entries for {expected} services.",
                    name=name,
                    found=len(getattr(self, name)),
                    expected=size,
                )
        if len(self.start) != len(self.customer_weight) + 1 or self.start[-1] != size:
            raise ParameterError("start does not fit the departments and services.")
        for name in ("supplier", "client", "start", "expectation", "fulfilment", "importance", "customer_weight"):
            getattr(self, name).setflags(write=False)

    @classmethod
    def from_arrays(
        cls,
        supplier: npt.ArrayLike,
        client: npt.ArrayLike,
        expectation: npt.ArrayLike,
        fulfilment: npt.ArrayLike,
        *,
        customer_weight: npt.ArrayLike,
        importance: npt.ArrayLike | None = None,
        scale: tuple[float, float] = (0.0, 10.0),
    ) -> Network:
        """Sort services given in any order and build the network.

        Parameters
        ----------
        supplier, client : array_like of int, shape (m,)
            Department numbers.
        expectation, fulfilment, importance : array_like of float, shape (m,)
            As in the class; importance is 1 where not given.
        customer_weight : array_like of float, shape (n,)
            Shares of the business; scaled to sum to 1.
        scale : (float, float)
            Bottom and top of the scores.

        Returns
        -------
        Network
            With its services sorted; parallel services keep their given order.
        """
        sources, targets = np.asarray(supplier, np.int64), np.asarray(client, np.int64)
        weights = np.array(customer_weight, float)
        count = len(weights)
        order = np.lexsort((targets, sources))
        size = len(order)
        total = weights.sum()
        return cls(
            supplier=sources[order].astype(np.int32),
            client=targets[order].astype(np.int32),
            start=row_starts(sources, count),
            expectation=np.asarray(expectation, float)[order],
            fulfilment=np.asarray(fulfilment, float)[order],
            importance=np.ones(size) if importance is None else np.asarray(importance, float)[order],
            customer_weight=weights / total if total > 0 else weights,
            scale=scale,
        )

    @property
    def departments(self) -> int:
        """Number of departments, customers and external suppliers included."""
        return len(self.customer_weight)

    @property
    def services(self) -> int:
        """Number of services."""
        return len(self.supplier)

    def matrix(self, values: Floats) -> sparse.csr_matrix:
        """Return the supplier-by-client matrix of one value per service, parallel services kept side by side.

        Parameters
        ----------
        values : float array, shape (m,)
            One value per service.

        Returns
        -------
        csr_matrix, shape (n, n)
            Shares its index arrays with the network. Parallel services are separate entries: products add them up.
        """
        size = self.departments
        return sparse.csr_matrix((values, self.client, self.start), shape=(size, size), copy=False)

    def by_client(self, values: Floats) -> Floats:
        """Add up one value per service over the services that each department receives, shape (n,)."""
        return np.asarray(np.bincount(self.client, values, self.departments), np.float64)

    def by_supplier(self, values: Floats) -> Floats:
        """Add up one value per service over the services that each department gives, shape (n,).

        They lie together, so that many are added by a product with a column of ones: the same sums to the last bit, in
        the same order, but no number is looked up where it belongs.
        """
        if self.services < _MANY:
            return np.asarray(np.bincount(self.supplier, values, self.departments), np.float64)
        column = (np.asarray(values, float), np.zeros(self.services, np.int32), self.start)
        return np.asarray(sparse.csr_matrix(column, (self.departments, 1), copy=False) @ np.ones(1))


def row_starts(supplier: npt.NDArray[np.integer], count: int) -> Ints:
    """Return where each supplier's services start once they are sorted by supplier, shape (count + 1,)."""
    starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(supplier, minlength=count), out=starts[1:])
    return starts
