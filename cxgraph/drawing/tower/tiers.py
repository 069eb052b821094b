"""The tier of each department: how far above the customers its services start."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import cg

from cxgraph.cascade.shortfall import importance_shares
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import DEFAULT_TRANSMISSION

MOST_TIERS = 7
"""Tiers above the customers that a picture is given at the most."""
_STEP = 0.1
"""Difference of level from which a service counts as running down; less is two departments side by side."""
_LEAST = 1e-4
"""Least weight of a service, relative to the heaviest: those far from any customer keep their order too."""
_ROUNDS = 40
_MOST_WORK = 100_000_000
"""Departments times rounds that levels are solved for at the most, beyond `_FEWEST_ROUNDS`."""
_MOST_ROUNDS = 10_000
_FEWEST_ROUNDS = 500
_WEAK_PULL = 1e-9
_ROUNDING = 6


def supply_levels(
    supplier: npt.NDArray[np.integer],
    client: npt.NDArray[np.integer],
    customer: npt.NDArray[np.bool_],
    weight: Floats | None = None,
) -> Floats:
    """Return how many services lie between each department and the customers, as a smooth average.

    The levels h minimise the sum of weight * (h_supplier - h_client - 1)^2 over the services, with customers
    at 0. Where services form no loop and every way has the same length, h is the length of the ways;
    elsewhere loops and shortcuts pull it between the whole numbers instead of leaving it undefined.

    Parameters
    ----------
    supplier, client : int array, shape (m,)
        Department numbers.
    customer : bool array, shape (n,)
        Who is a customer.
    weight : float array, shape (m,), optional
        At least 0; 1 where not given.

    Returns
    -------
    float array, shape (n,)
        0 for customers, at least 0.5 for everybody else. Departments with no tie to a customer count from 1.

    Notes
    -----
    One sparse symmetric system, solved by conjugate gradients; the result is rounded to six decimals, so that
    it does not depend on the order of additions. It starts from the fewest services between each department and a
    customer: a round moves what is known by one service only, and a chain of a hundred thousand would need as many.

    References
    ----------
    MacKay, R. S., Johnson, S. & Sansom, B. (2020). How directed is a directed network? Royal Society Open
    Science 7, 201138. https://doi.org/10.1098/rsos.201138

    Examples
    --------
    >>> supply_levels(np.array([0, 1]), np.array([1, 2]), np.array([False, False, True])).tolist()
    [2.0, 1.0, 0.0]
    """
    size = len(customer)
    pull = np.ones(len(supplier)) if weight is None else weight
    counted = (supplier != client) & (pull > 0)
    gives, gets, pull = supplier[counted], client[counted], pull[counted]
    free = ~customer
    level = np.zeros(size)
    if not free.any():
        return level
    ends = np.concatenate((gives, gets))
    others = np.concatenate((gets, gives))
    tie = sparse.csr_matrix((np.tile(pull, 2), (ends, others)), shape=(size, size))
    degree = np.bincount(ends, np.tile(pull, 2), size)
    steps = np.bincount(gives, pull, size) - np.bincount(gets, pull, size)
    count, part = sparse.csgraph.connected_components(tie, directed=False)
    served = (np.bincount(part, customer, count) > 0)[part]
    # The weak pull keeps parts without any customer solvable. In the others it would shorten long chains.
    diagonal = np.where(degree > 0, degree * np.where(served, 1.0, 1.0 + _WEAK_PULL), 1.0)
    laplacian = (sparse.diags(diagonal) - tie)[free][:, free].tocsr()
    scale = sparse.diags(1.0 / diagonal[free])
    rounds = min(max(_MOST_WORK // size, _FEWEST_ROUNDS), _MOST_ROUNDS)
    guess = _fewest_services(tie, customer)[free]
    level[free], _ = cg(laplacian, steps[free], guess, rtol=1e-11, atol=0.0, maxiter=rounds, M=scale)
    lowest = np.full(count, np.inf)
    np.minimum.at(lowest, part, level)
    lifted = np.round(np.where(served, level, level - lowest[part] + 1.0), _ROUNDING)
    return np.where(customer, 0.0, np.maximum(lifted, 0.5))


def _fewest_services(tie: sparse.csr_matrix, customer: npt.NDArray[np.bool_]) -> Floats:
    """Return the least number of services between each department and a customer; 0 where no way leads to one."""
    if not customer.any():
        return np.zeros(len(customer))
    ends = np.flatnonzero(customer)
    fewest = sparse.csgraph.dijkstra(tie, indices=ends, unweighted=True, min_only=True)
    return np.where(np.isfinite(fewest), fewest, 0.0)


def tiers(
    network: Network,
    parent: npt.NDArray[np.integer] | None = None,
    customer: npt.NDArray[np.bool_] | None = None,
    most: int = MOST_TIERS,
) -> npt.NDArray[np.int64]:
    """Return each department's tier, 0 for customers and counting upwards.

    Services count as running downwards where the supplier's level (`supply_levels`, weighted by what each
    service matters to the customers) is clearly above the client's; a department's tier is the longest way
    down along those. Two exceptions: whoever has reports and supplies something stands above its reports, and
    leaders that report to nobody stand in the top tier, with the suppliers that receive nothing and serve no
    customer themselves.

    Parameters
    ----------
    network : Network
        n departments. Only who serves whom and how much it matters counts, not the scores.
    parent : int array, shape (n,), optional
        Number of the department that each one reports to, -1 for none.
    customer : bool array, shape (n,), optional
        Who is a customer; those with a weight where not given.
    most : int
        Tiers above the customers at the most.

    Returns
    -------
    int array, shape (n,)
        Without gaps, 0 for customers. A chain of supply longer than `most` is squeezed by level.

    Examples
    --------
    >>> chain = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> tiers(chain).tolist()
    [2, 1, 0]
    """
    supplier, client, size = network.supplier, network.client, network.departments
    bottom = network.customer_weight > 0 if customer is None else customer
    level = _levels(network, bottom)
    tier = np.where(bottom, 0, _longest_paths(supplier, client, level, bottom, most))
    gives = (np.bincount(supplier, minlength=size) > 0) & ~bottom
    on_top = gives & (np.bincount(client, minlength=size) == 0)
    on_top &= np.bincount(supplier, bottom[client], size) == 0
    if parent is not None:
        tier, heads = _above_reports(tier, parent, gives, most)
        on_top |= heads
    tier = np.where(on_top, tier.max(initial=1), tier)
    return np.unique(np.append(tier, 0), return_inverse=True)[1][:-1]


_FOUND: WeakKeyDictionary[Network, dict[bytes, Floats]] = WeakKeyDictionary()


def _levels(network: Network, customer: npt.NDArray[np.bool_]) -> Floats:
    """Return the levels of a network, worked out once for all its pictures."""
    known = _FOUND.setdefault(network, {})
    key = customer.tobytes()
    if key not in known:
        share = importance_shares(network)
        matters = share * _structural_reach(network, share)[network.client]
        weight = np.maximum(matters, _LEAST * matters.max(initial=1.0))
        known[key] = supply_levels(network.supplier, network.client, customer, weight)
    return known[key]


def _structural_reach(network: Network, share: Floats) -> Floats:
    """Return how much each department would matter if all passed on what is usual, shape (n,).

    Unlike the cascade's reach it does not hang on the scores, so that a tower keeps its shape from one period
    to the next.
    """
    direct = network.customer_weight
    reach = direct
    for _ in range(_ROUNDS):
        reach = direct + DEFAULT_TRANSMISSION * network.by_supplier(share * reach[network.client])
    return reach


def _longest_paths(
    supplier: npt.NDArray[np.integer],
    client: npt.NDArray[np.integer],
    level: Floats,
    customer: npt.NDArray[np.bool_],
    most: int,
) -> npt.NDArray[np.int64]:
    down = level[supplier] - level[client] >= _STEP
    gives, gets = supplier[down], client[down]
    tier = np.where(customer, 0, 1)
    for _ in range(most):
        higher = tier.copy()
        np.maximum.at(higher, gives, tier[gets] + 1)
        if (higher == tier).all():
            return tier
        tier = higher
    squeezed = (most - 1e-9) * np.maximum(level - 0.5, 0.0) / max(float(level.max()) - 0.5, 0.5)
    return np.asarray(1 + np.floor(squeezed), np.int64)


def _above_reports(
    tier: npt.NDArray[np.int64], parent: npt.NDArray[np.integer], serves: npt.NDArray[np.bool_], most: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Lift leaders that serve above their reports; return the tiers and who leads without a leader."""
    has = np.flatnonzero((parent >= 0) & serves)
    leads = np.zeros(len(tier), bool)
    leads[parent[has]] = True
    lifted = tier
    # Reporting lines are checked to be free of circles; each pass settles one more rank of the hierarchy.
    for _ in range(most):
        above = lifted.copy()
        np.maximum.at(above, parent[has], np.minimum(lifted[has] + 1, most))
        above = np.where(leads & serves, above, lifted)
        if (above == lifted).all():
            break
        lifted = above
    return lifted, leads & serves & (parent < 0)
