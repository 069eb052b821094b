"""Many draws of one organisation solved at once: a block of draws is one network of unconnected copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from cxgraph.cascade.linear.components import find_components
from cxgraph.cascade.linear.solve import solve_along_loops
from cxgraph.cascade.shortfall import importance_shares, received_shortfall
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import Scoring

BLOCK = 200_000
"""Services in one block of draws: 1.6 MB for each array; larger blocks gain nothing, smaller ones cost calls."""
DIGITS = 1e-8
"""Accuracy of the reach in a draw; no quantile of draws is known to more than two or three digits."""
_ROUNDS = 300
_LOOK = 5
_FARTHEST = 9.0


@dataclass(frozen=True, eq=False)
class Copies:
    """A network set side by side with itself, with room for other scores in each copy.

    Attributes
    ----------
    network : Network
        One copy; n departments, m services.
    copies : int
        Copies, b of them.
    many : Network
        All copies: copy i holds departments i n to (i + 1) n and services i m to (i + 1) m.
    share : float array, shape (m,)
        Importance shares of one copy.
    """

    network: Network
    copies: int
    many: Network
    share: Floats

    @classmethod
    def of(cls, network: Network, copies: int) -> Copies:
        """Set a network side by side with itself."""
        offsets = np.arange(copies, dtype=np.int32)[:, None]
        size, departments = network.services, network.departments
        starts = (offsets * size + network.start[:-1]).ravel()
        many = Network(
            supplier=(offsets * departments + network.supplier).ravel(),
            client=(offsets * departments + network.client).ravel(),
            start=np.append(starts, np.int32(copies * size)).astype(np.int32),
            expectation=np.tile(network.expectation, copies),
            fulfilment=np.tile(network.fulfilment, copies),
            importance=np.tile(network.importance, copies),
            customer_weight=np.tile(network.customer_weight, copies),
            scale=network.scale,
        )
        return cls(network, copies, many, importance_shares(network))

    @classmethod
    def block(cls, network: Network, wanted: int) -> Copies:
        """Set as many copies side by side as a block holds, and no more than are wanted."""
        return cls.of(network, int(np.clip(BLOCK // max(network.services, 1), 1, max(wanted, 1))))

    def shortfalls(self, fulfilment: Floats, expectation: Floats, scoring: Scoring) -> Floats:
        """Return d of every service of every copy, as `cxgraph.cascade.shortfall` defines it.

        Parameters
        ----------
        fulfilment : float array, shape (b, m)
            Scores; overwritten.
        expectation : float array, shape (m,) or (b, m)
            Of one copy for all, or of each.
        scoring : str
            How scores become shortfalls.

        Returns
        -------
        float array, shape (b, m)
            All three scorings are (reference - f)/unit within [0, 1]; written over the fulfilments, since a block's
            time goes into moving memory.
        """
        bottom, top = self.network.scale
        if scoring == "perception":
            reference: Floats | float = top
            unit: Floats | float = top - bottom
        else:
            reference = expectation
            expects = expectation > bottom
            width = expectation - bottom if scoring == "ratio" else top - bottom
            unit = np.where(expects, width, np.inf)
        np.subtract(reference, fulfilment, out=fulfilment)
        np.divide(fulfilment, unit, out=fulfilment)
        return np.clip(fulfilment, 0.0, 1.0, out=fulfilment)

    def solve(
        self, shortfalls: Floats, transmission: Floats, stringency: float, guess: Floats
    ) -> tuple[Floats, Floats]:
        """Attribute the customers' shortfall of every copy.

        With W = A d and P = A inherited of each service, what a department lacks is the sum of W over what it
        receives, the reach is lambda = g + (P lambda)/D and the contribution of a department is (W - P) lambda:
        the split of `cxgraph.cascade` without its parts for each service.

        Parameters
        ----------
        shortfalls : float array, shape (b, m)
            d of each copy.
        transmission : float array, shape (b, n) or (n,)
            tau of each department.
        stringency : float
            rho.
        guess : float array, shape (n,)
            A reach to start from.

        Returns
        -------
        contribution : float array, shape (b, n)
            What starts at each department, in points of J.
        customer_shortfall : float array, shape (b,)
            J.

        Raises
        ------
        NumericalError
            A reach that could not be certified.
        """
        many, lacks = self.many, shortfalls.ravel()
        tau = np.broadcast_to(transmission, (self.copies, self.network.departments)).ravel()
        if stringency == 1.0:
            weighted = (shortfalls * self.share).ravel()
            received = many.by_client(weighted)
            share: Floats = self.share
        else:
            received, effective = received_shortfall(many, lacks, stringency)
            share = effective.reshape(self.copies, -1)
            weighted = effective * lacks
        inherited = (tau * received)[many.supplier]
        np.minimum(inherited, lacks, out=inherited)
        passed = (inherited.reshape(self.copies, -1) * share).ravel()
        reach = reach_from(
            many.matrix(passed),
            many.customer_weight,
            received,
            np.tile(guess, self.copies),
            float(tau.max(initial=0.0)),
            self.copies,
        )
        contribution = many.matrix(weighted - passed) @ reach
        total = (received * many.customer_weight).reshape(self.copies, -1).sum(axis=1)
        return contribution.reshape(self.copies, -1), total


def reach_from(
    passed: sparse.csr_matrix, right: Floats, received: Floats, guess: Floats, gain: float, copies: int
) -> Floats:
    """Return the solution of lambda = g + (P lambda)/D by rounds from a guess.

    Parameters
    ----------
    passed : csr_matrix, shape (n, n)
        P, supplier by client: effective share times inherited shortfall of each service.
    right : float array, shape (n,)
        g.
    received : float array, shape (n,)
        D; where it is 0 nothing is inherited.
    guess : float array, shape (n,)
        Where to start.
    gain : float
        Bound on the sum of pass-through times share over what any department receives: the largest transmission.
    copies : int
        Unconnected copies of equal size that the departments fall into.

    Returns
    -------
    float array, shape (n,)
        lambda, whose error in the 1-norm is below `DIGITS` of it, all copies together.

    Notes
    -----
    A round costs one product. They number as many as the longest chain where there are no loops, and at most some
    ln(1e8)/ln(1/gain) where there are; the error follows from the last change and the gain. Now and then each copy
    leaps to where its changes, shrinking by one factor, would end (Aitken's extrapolation): on densely woven loops
    that halves the rounds. A network on which rounds are too slow is solved along its loops instead.
    """
    inverse = np.divide(1.0, received, out=np.zeros_like(received), where=received > 0)

    def following(reach: Floats) -> Floats:
        after: Floats = passed @ reach
        after *= inverse
        after += right
        return after

    reach, last = guess, following(guess)
    for _ in range(_ROUNDS // _LOOK):
        for _ in range(_LOOK - 2):
            reach, last = last, following(last)
        after = following(last)
        change = np.abs(after - last).reshape(copies, -1).sum(axis=1)
        if float(change.sum()) * gain <= DIGITS * (1.0 - gain) * float(after.sum()):
            return after
        before = np.abs(last - reach).reshape(copies, -1).sum(axis=1)
        factor = np.divide(change, before, out=np.zeros_like(change), where=before > 0)
        leap = factor / (1.0 - np.minimum(factor, gain))
        leaped = after + np.repeat(np.minimum(leap, _FARTHEST), len(after) // copies) * (after - last)
        reach, last = leaped, following(leaped)
    matrix = sparse.csr_matrix(
        (passed.data * np.repeat(inverse, np.diff(passed.indptr)), passed.indices, passed.indptr), passed.shape
    )
    solved: Floats = solve_along_loops(matrix, right, find_components(matrix))[0]
    return solved


def share_of(contribution: Floats, total: npt.ArrayLike) -> Floats:
    """Return contributions as fractions of a total; 0 where nothing is lacking."""
    whole = np.broadcast_to(np.asarray(total, float), contribution.shape)
    shares: Floats = np.divide(contribution, whole, out=np.zeros_like(contribution), where=whole > 0)
    return shares
