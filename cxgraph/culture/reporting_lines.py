"""Reporting lines as arrays: how deep each department sits and who stands above and below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Integers
from cxgraph.model.organization import Organization


@dataclass(frozen=True, eq=False)
class Lines:
    """The reporting lines of n departments.

    Attributes
    ----------
    parent : int array, shape (n,)
        The department that each one reports to; -1 at the top of a line.
    level : int array, shape (n,)
        Steps up to the top of the line; 0 at the top.
    top : int array, shape (n,)
        The department at the top of the line.
    """

    parent: Integers
    level: Integers
    top: Integers

    @property
    def any(self) -> bool:
        """Whether anybody reports to anybody."""
        return bool((self.parent >= 0).any())

    def whole_line(self, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return whether a department and everybody above it are among the known, shape (n,)."""
        above = np.where(self.parent < 0, np.arange(len(self.parent)), self.parent)
        held = known.copy()
        while (above[above] != above).any():
            held &= held[above]
            above = above[above]
        return held & held[above]

    def below(self, counted: npt.NDArray[np.bool_]) -> Integers:
        """Return how many of the counted departments stand under each one, at any depth, shape (n,)."""
        total = counted.astype(np.int64)
        order = np.argsort(self.level, kind="stable")
        starts = np.searchsorted(self.level[order], np.arange(1, int(self.level.max(initial=0)) + 2))
        for depth in range(len(starts) - 1, 0, -1):
            members = order[starts[depth - 1] : starts[depth]]
            np.add.at(total, self.parent[members], total[members])
        return total - counted


def trace_lines(parent: Integers) -> Lines:
    """Return the reporting lines that a list of parents makes.

    Parameters
    ----------
    parent : int array, shape (n,)
        Numbers of departments, -1 at the top; no circles (the checks of an organisation refuse them).

    Returns
    -------
    Lines
        Levels by pointer doubling, in as many passes as the logarithm of the longest line.

    Examples
    --------
    >>> trace_lines(np.array([-1, 0, 1, -1])).level.tolist()
    [0, 1, 2, 0]
    """
    own = np.arange(len(parent))
    above = np.where(parent < 0, own, parent).astype(np.int64)
    level = (parent >= 0).astype(np.int64)
    while (above[above] != above).any():
        level += level[above]
        above = above[above]
    return Lines(parent.astype(np.int64), level, above)


def reporting_lines(organization: Organization) -> Lines:
    """Return an organisation's reporting lines, a number for each row of its departments."""
    departments = organization.departments
    position = dict(zip(departments["id"], range(len(departments)), strict=True))
    return trace_lines(np.array([position.get(name, -1) for name in departments["parent"]], np.int64))
