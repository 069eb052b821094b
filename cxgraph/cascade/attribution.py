"""What each department causes, what it only passes on, and what would go with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.linear.components import SPARSE_LOOP, cut_loop
from cxgraph.cascade.linear.solve import MOST_CLOSING, CutLoop, solve_along_loops
from cxgraph.cascade.shortfall import importance_shares
from cxgraph.model.arrays import Floats

MOST_DENSE = 2_000
"""Departments of a loop whose inverse is still computed as a dense matrix (32 MB)."""

LEAST_SEEN, LEAST_INHERITED = 0.1, 0.5
"""Share of the customers' gap met at a department, and inherited part of that, from which it is wrongly blamed."""
ROLES = ("customer", "source", "conduit", "shield", "receiver", "sound")


@dataclass(frozen=True, eq=False)
class DepartmentFlows:
    """What flows from and through each department; arrays of shape (n,).

    Attributes
    ----------
    contribution : float array
        What starts at the department: the sum of its services' contributions.
    passed_on : float array
        What reaches the customers through it and started elsewhere. NaN inside loops that are too large to take
        apart department by department (see `department_flows`).
    through_flow : float array
        contribution + passed_on: what the customers would be spared if it neither failed nor passed anything on.
    """

    contribution: Floats
    passed_on: Floats

    @property
    def through_flow(self) -> Floats:
        """What the customers would be spared without the department's faults and what it passes on, shape (n,)."""
        return self.contribution + self.passed_on


def department_flows(cascade: Cascade) -> DepartmentFlows:
    """Return what starts at each department and what it passes on from others.

    passed_on_u = (lambda_u - g_u)(D_u - delta_u) / L_uu with L = (I - M)^-1, where delta_u is what u's own faults
    bring back to u through loops. Outside loops delta_u = 0 and L_uu = 1. Contribution plus passed on is the
    hypothetical extraction of u: J minus the J that would remain if u neither failed nor passed anything on.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.

    Returns
    -------
    DepartmentFlows
        Arrays of shape (n,).

    Notes
    -----
    Outside loops linear. Inside a loop of k departments that closes at f of them, f triangular solves where f is
    small, else one dense inverse up to k = 2,000. No exact method is known that is faster than a solve for each
    department of a larger, densely woven loop; there `passed_on` is NaN for its departments, which whoever shows it
    must say, and `extract_departments` answers for chosen ones.

    References
    ----------
    Miller, R. E. & Blair, P. D. (2009). Input-Output Analysis, 2nd ed., section 12.2 (hypothetical extraction).
    """
    network = cascade.network
    contribution = cascade.department_contribution
    onward = cascade.client_reach - network.customer_weight
    passed_on = onward * cascade.received
    in_loop = cascade.components.in_loop
    if in_loop.any():
        returned, again = _loop_returns(cascade)
        passed_on[in_loop] = (onward * (cascade.received - returned) / again)[in_loop]
    return DepartmentFlows(contribution, np.maximum(passed_on, 0.0))


def extract_departments(cascade: Cascade, departments: npt.ArrayLike) -> Floats:
    """Return the through-flow of chosen departments by taking each one out and solving again.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    departments : array_like of int
        Department numbers, q of them.

    Returns
    -------
    float array, shape (q,)
        J minus the J that remains when the department neither fails nor passes anything on.

    Raises
    ------
    NumericalError
        A solve that could not be certified.

    Notes
    -----
    One solve of the whole cascade for each department: meant for a few.
    """
    network = cascade.network
    coupling = cascade.coupling
    remaining = []
    for department in np.atleast_1d(np.asarray(departments, np.int64)):
        stays = network.supplier != department
        matrix = network.matrix(np.where(stays, coupling, 0.0))
        reach, _ = solve_along_loops(matrix, network.customer_weight, cascade.components)
        remaining.append(float((reach[network.client] * cascade.effective_share * cascade.split.own)[stays].sum()))
    return cascade.customer_shortfall - np.array(remaining, float)


def shielded_from(cascade: Cascade, usual: Floats | None = None) -> Floats:
    """Return how much of what its supplier lacks each service kept from its client.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade, n departments, m services.
    usual : float array, shape (n,), optional
        Transmission that is usual for each department, in [0, 1), where more comes through usually than its own
        transmission lets through. A transmission that was estimated from the same scores has been lowered by every
        bit of shielding, so measured against itself nobody shields; `usual` is what shielding is measured against.

    Returns
    -------
    float array, shape (m,)
        max(tau, usual) D - inherited, at least 0; what was absorbed where `usual` is not given.
    """
    if usual is None:
        return cascade.split.absorbed
    network = cascade.network
    potential = (np.maximum(cascade.transmission, usual) * cascade.received).take(network.supplier)
    return np.asarray(np.maximum(potential - cascade.split.inherited, 0.0))


def department_roles(cascade: Cascade, usual: Floats | None = None) -> npt.NDArray[np.int8]:
    """Return each department's role as a number in `ROLES`.

    Summed over the services that a department gives and weighted by their effective share in what the client lacks,
    its own shortfalls, the inherited and what it shielded its clients from are compared. *customer*: has a share of
    the business and gives no service. *source*: mostly its own. *conduit*: mostly inherited. *shield*: it kept more
    from its clients than it let through and more than it adds. *receiver*: it lacks something, but what it gives is
    short by no more than a quarter of that (or it gives nothing). *sound*: neither it nor what it gives lacks
    anything.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    usual : float array, shape (n,), optional
        As in `shielded_from`.

    Returns
    -------
    int8 array, shape (n,)
        Indices into `ROLES`.
    """
    network, split = cascade.network, cascade.split
    share = cascade.effective_share
    given = network.by_supplier(share)
    if (given == 0).any():
        # Under a high stringency a client may feel nothing of what a department gives; its role is read off the
        # importances then, and off plain means where nothing that it gives matters to anybody.
        matters = importance_shares(network)
        plain = np.where(network.by_supplier(matters)[network.supplier] > 0, matters, 1.0)
        share = np.where(given[network.supplier] > 0, share, plain)
        given = network.by_supplier(share)
    own, inherited, absorbed = (
        network.by_supplier(share * part) for part in (split.own, split.inherited, shielded_from(cascade, usual))
    )
    lacks = cascade.received
    felt = own + inherited
    conditions = [
        (network.customer_weight > 0) & (np.diff(network.start) == 0),
        (lacks == 0) & (felt == 0),
        (absorbed > inherited) & (absorbed > own),
        felt <= 0.25 * lacks * given,
        own >= inherited,
    ]
    order = ("customer", "sound", "shield", "receiver", "source")
    chosen = np.select(conditions, [ROLES.index(role) for role in order], default=ROLES.index("conduit"))
    return chosen.astype(np.int8)


def blamed_for_inherited(cascade: Cascade) -> tuple[Floats, Floats]:
    """Return what customers miss at each department, and how much of that came down to it.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade, n departments.

    Returns
    -------
    seen : float array, shape (n,)
        Share of the customers' shortfall that they meet in the department's services to them.
    inherited : float array, shape (n,)
        Fraction of that which the department inherited; 0 where they meet none.
    """
    network = cascade.network
    felt = network.customer_weight[network.client] * cascade.effective_share
    seen = network.by_supplier(felt * cascade.shortfall)
    inherited = network.by_supplier(felt * cascade.split.inherited)
    part = np.divide(inherited, seen, out=np.zeros_like(seen), where=seen > 0)
    return seen / cascade.customer_shortfall if cascade.customer_shortfall > 0 else np.zeros_like(seen), part


def _loop_returns(cascade: Cascade) -> tuple[Floats, Floats]:
    """Return delta and the diagonal of L for departments on loops; NaN where a loop is too large, 0 and 1 outside."""
    network, components = cascade.network, cascade.components
    coupling = network.matrix(cascade.coupling)
    faults = network.matrix(cascade.effective_share * cascade.split.own)
    returned, again = np.zeros(network.departments), np.ones(network.departments)
    loops = components.size > 1
    for size in np.unique(components.size[loops & (components.size <= MOST_CLOSING)]):
        members = components.members[components.start[:-1][components.size == size][:, None] + np.arange(size)]
        returned[members], again[members] = _small_loops(coupling, faults, members)
    long = np.flatnonzero(components.size > MOST_CLOSING)
    inside = _services_inside(cascade) if (components.size > MOST_DENSE).any() else None
    for loop in long:
        members = components.of(int(loop))
        size = len(members)
        if inside is not None and size > MOST_DENSE and inside[loop] > SPARSE_LOOP * size:
            returned[members] = again[members] = np.nan  # too closely woven to be cut; no need to look closer
        else:
            returned[members], again[members] = _long_loop(coupling, faults, members)
    return returned, again


def _services_inside(cascade: Cascade) -> npt.NDArray[np.int64]:
    """Return how many services stay inside each component."""
    network, label = cascade.network, cascade.components.label
    stays = np.repeat(label, np.diff(network.start)) == label.take(network.client)
    staying = np.asarray(network.by_supplier(stays.astype(float)))
    return np.bincount(label, staying, len(cascade.components.size)).astype(np.int64)


def _small_loops(
    coupling: sparse.csr_matrix, faults: sparse.csr_matrix, members: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Take apart all loops of one size at once; `members` has a row for each loop."""
    loops, size = members.shape
    inside, own = (dense_blocks(matrix, members) for matrix in (coupling, faults))
    inverse = np.linalg.inv(np.eye(size) - inside)
    returned = np.einsum("luv,lvu->lu", own, inverse)
    return returned, np.diagonal(inverse, axis1=1, axis2=2).reshape(loops, size)


def dense_blocks(matrix: sparse.csr_matrix, members: npt.NDArray[np.int64]) -> Floats:
    """Return the dense blocks of a sparse matrix on each row of `members`, shape (loops, size, size)."""
    loops, size = members.shape
    rows = matrix[members.ravel()].tocoo()
    place = np.full(matrix.shape[0], -1, np.int64)
    place[members.ravel()] = np.arange(members.size)
    column = place[rows.col]
    same = (column >= 0) & (column // size == rows.row // size)
    blocks = np.zeros((loops, size, size))
    np.add.at(blocks, (rows.row[same] // size, rows.row[same] % size, column[same] % size), rows.data[same])
    return blocks


def _long_loop(
    coupling: sparse.csr_matrix, faults: sparse.csr_matrix, members: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Take one loop apart through its cut, as a dense matrix, or say NaN."""
    size = len(members)
    inside = coupling[members][:, members]
    cut = cut_loop(inside, MOST_CLOSING)
    if cut is None and size > MOST_DENSE:
        return np.full(size, np.nan), np.full(size, np.nan)
    faults = faults[members][:, members]
    if cut is None:
        inverse = np.linalg.inv(np.eye(size) - inside.toarray())
        return np.asarray(faults.multiply(inverse.T).sum(axis=1)).ravel(), np.diagonal(inverse)
    opened = CutLoop(inside, cut)
    rows = opened.from_closing()
    outward = opened.into_closing @ opened.closed
    again = 1.0 + np.einsum("uf,fu->u", outward, rows)
    supplier = np.repeat(np.arange(size), np.diff(faults.indptr))
    client = faults.indices
    back = np.einsum("ef,ef->e", outward[client], rows[:, supplier].T)
    # A path that stays off the closing departments cannot return, so N[client, supplier] is 0 unless the client
    # itself is one of them.
    number = np.full(size, -1)
    number[opened.closing] = np.arange(len(opened.closing))
    closes = number[client] >= 0
    back[closes] += rows[number[client[closes]], supplier[closes]]
    return np.bincount(supplier, faults.data * back, size).astype(float, copy=False), again
