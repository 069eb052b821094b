"""The order in which a dependency network is read: feeders first, loops repeated until they settle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from cxgraph.alternatives.models.checks import FloatArray, IntArray, Matrix, check_range, choice, numbers, square
from cxgraph.errors import NumericalError, ParameterError

CYCLES = ("settle", "refuse")
ROUNDS = 100_000
SETTLED = 1e-13  # change in a round, as a fraction of the scale, that counts as none


@dataclass(frozen=True, eq=False)
class Step:
    """Links that can be read at once, grouped by the node that they feed.

    `link` numbers the links (into any array aligned with `Dependencies.feeder`), `feeder` holds where each
    starts, `receiver` the nodes fed, `first` the place of each receiver's first link and `count` how many
    it has.
    """

    link: IntArray
    feeder: IntArray
    receiver: IntArray
    first: IntArray
    count: IntArray


@dataclass(frozen=True, eq=False)
class Dependencies:
    """A dependency network: links feeder -> receiver, sorted by receiver."""

    size: int
    feeder: IntArray
    receiver: IntArray
    level: IntArray
    """Longest chain of feeders above each node, 0 for roots; -1 on a loop or behind one."""

    @property
    def roots(self) -> IntArray:
        """Nodes that depend on nobody."""
        return np.flatnonzero(self.level == 0)

    @property
    def cyclic(self) -> bool:
        """Whether some node depends on itself, directly or through others."""
        return bool((self.level < 0).any())

    def at_links(self, values: Matrix, name: str, low: float, high: float) -> FloatArray:
        """Return a parameter's value at every link, from an (n, n) table or one number for all."""
        table = sparse.csr_array(values, dtype=np.float64) if sparse.issparse(values) else numbers(values, name)
        if table.ndim == 0:
            found = np.full(self.feeder.size, float(table))
        elif self.size == 0 and table.shape in ((0,), (0, 0)):
            found = np.empty(0)
        elif table.shape == (self.size, self.size):
            # Sparse arrays answer an empty look-up with a sparse array, hence the second case.
            found = table[self.feeder, self.receiver] if self.feeder.size else np.empty(0)
        else:
            raise ParameterError(
                "{name} has the shape {shape}; a square table is needed, a row and a column for each node.",
                name=name,
                shape=table.shape,
            )
        check_range(found, name, low, high)
        return found

    def steps(self) -> Iterator[Step]:
        """Yield the links level by level; a network with loops comes as one step, to be repeated."""
        key = np.zeros_like(self.receiver) if self.cyclic else self.level[self.receiver]
        order = np.argsort(key, kind="stable")
        feeder, fed, level = self.feeder[order], self.receiver[order], key[order]
        # Where another node or level begins. Found for all at once: a level may hold a single link, as in a chain.
        first = np.flatnonzero(np.diff(fed, prepend=-1) | np.diff(level, prepend=-1))
        count = np.diff(first, append=len(order))
        begins = np.flatnonzero(np.diff(level[first], prepend=-1))
        for begin, end in pairwise([*begins.tolist(), len(first)]):
            start, stop = int(first[begin]), int(first[end - 1] + count[end - 1])
            part = slice(begin, end)
            yield Step(order[start:stop], feeder[start:stop], fed[first[part]], first[part] - start, count[part])


def read_dependencies(strength: Matrix, name: str, cycles: str) -> tuple[Dependencies, FloatArray]:
    """Return the network of the non-zero strengths, and the strength of each link.

    Parameters
    ----------
    strength : (n, n) array or sparse matrix in [0, 1]
        Entry [i, j]: how strongly receiver j depends on feeder i. 0 or NaN: not at all.
    name : str
        The argument's name in error messages.
    cycles : {"settle", "refuse"}
        Whether loops are accepted.

    Returns
    -------
    tuple
        The network and an array aligned with its links.

    Raises
    ------
    ParameterError
        Wrong shape or range, or a loop where loops are refused.
    """
    by_receiver = sparse.csc_array(square(strength, name, low=0.0, high=1.0, missing=True))
    by_receiver.sort_indices()
    size = by_receiver.shape[0]
    feeder = by_receiver.indices.astype(np.intp)
    receiver = np.repeat(np.arange(size), np.diff(by_receiver.indptr))
    network = Dependencies(size, feeder, receiver, _levels(sparse.csr_array(by_receiver)))
    if choice(cycles, "cycles", CYCLES) == "refuse" and network.cyclic:
        raise ParameterError(
            "{name} holds a loop: node {node} depends on itself or on a node that does. "
            "Take the loop apart, or let it settle.",
            name=name,
            node=int(np.flatnonzero(network.level < 0)[0]),
        )
    return network, by_receiver.data


def _levels(by_feeder: sparse.csr_array) -> IntArray:
    """Longest chain above every node, by peeling off the nodes whose feeders are all placed."""
    size = by_feeder.shape[0]
    waiting = np.bincount(by_feeder.indices, minlength=size)
    level = np.full(size, -1, dtype=np.intp)
    width = np.diff(by_feeder.indptr)
    front = np.flatnonzero(waiting == 0)
    depth = 0
    while front.size:
        level[front] = depth
        many = width[front]
        links = np.repeat(by_feeder.indptr[front] - np.cumsum(many) + many, many) + np.arange(many.sum())
        reached, times = np.unique(by_feeder.indices[links], return_counts=True)
        waiting[reached] -= times
        front = reached[waiting[reached] == 0]
        depth += 1
    return level


def read_operability(values: ArrayLike, name: str, network: Dependencies, scale: float) -> FloatArray:
    """Return operabilities (..., n) checked at the roots; elsewhere the model decides and they may be NaN."""
    result = numbers(values, name)
    if result.ndim == 0 or result.shape[-1] != network.size:
        raise ParameterError(
            "{name} has the shape {shape}; it takes one value for each of {size} nodes.",
            name=name,
            shape=result.shape,
            size=network.size,
        )
    check_range(result[..., network.roots], name, 0.0, scale)
    check_range(result[~np.isnan(result)], name, 0.0, scale)
    return result


def operate(
    network: Dependencies, start: FloatArray, top: float, rule: Callable[[Step, FloatArray], FloatArray]
) -> FloatArray:
    """Apply a rule from the roots down; with loops, repeat it from full operability until nothing changes.

    The rules are monotone, so the repetition falls to the largest operabilities that agree with one another:
    a loop alone does not invent a fault, it only passes round those that enter it.
    """
    operability = start.copy()
    if not network.cyclic:
        for step in network.steps():
            operability[..., step.receiver] = rule(step, operability[..., step.feeder])
        return operability
    (step,) = network.steps()
    operability[..., step.receiver] = top
    for _ in range(ROUNDS):
        new = rule(step, operability[..., step.feeder])
        change = float(np.abs(operability[..., step.receiver] - new).max(initial=0.0))
        operability[..., step.receiver] = new
        if change <= SETTLED * top:
            return operability
    raise NumericalError(
        "The loops did not settle in {rounds} rounds; the last one still changed {change}.",
        rounds=ROUNDS,
        change=f"{change:.3g}",
    )
