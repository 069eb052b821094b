"""Problems without what somebody answered, for readers who must not know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cxgraph.errors import Problem

_TELLING_NOTHING = frozenset(
    ("low", "high", "fit_low", "fit_high", "minimum", "maximum", "below", "limit", "count", "other", "line", "length")
)
"""Fields of messages about a cell that are of the scale, the column or the place, not of the answer."""


def without_scores(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems as they may be read where small groups are protected and nobody has counted yet who is one.

    Parameters
    ----------
    problems : iterable of Problem
        Of all tables.

    Returns
    -------
    tuple of Problem
        Errors that tell of scores name the cell and do not quote it; warnings and notes that do are left out.

    Examples
    --------
    >>> found = Problem("error", "off-scale", "{value} is off.", "", {"value": "12"}, line=3, value="12", scores=True)
    >>> print(*without_scores([found]))
    3: … is off.
    """
    return tuple(
        replace(problem, value=problem.value and str(_UNQUOTED), fields=_masked(problem)) if problem.scores else problem
        for problem in problems
        if problem.severity == "error" or not problem.scores
    )


class _Unquoted(str):
    """Stands for a value in any template, whatever format that asks for."""

    def __format__(self, _: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


_UNQUOTED = _Unquoted("\N{HORIZONTAL ELLIPSIS}")


def _masked(problem: Problem) -> dict[str, object]:
    safe = _TELLING_NOTHING if problem.line is not None or problem.column is not None else frozenset(("count", "limit"))
    return {name: value if name in safe else _UNQUOTED for name, value in problem.fields.items()}
