"""A profile of each department: how far it lives each dimension of a service culture, and what is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.culture.assessment import Assessment, assess_practices, mean_of_known
from cxgraph.culture.catalogue import CONTRASTS
from cxgraph.errors import ParameterError, Problem
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization

LEANINGS = ("customer-centred", "mixed", "operations-centred", "unknown")


@dataclass(frozen=True, eq=False)
class Profiles:
    """Departments by dimensions. Only internal departments, k of them, in the order of their ids.

    Attributes
    ----------
    departments, names : tuple of str
        Ids, and what is shown to people.
    dimensions : tuple of str
        Ids of the d dimensions, in the catalogue's order.
    score : float array, shape (k, d)
        Mean level of the dimension's assessed practices, in [0, 1]; NaN where none was assessed.
    assessed : int array, shape (k, d)
        Practices of the dimension that were assessed.
    practices : int array, shape (d,)
        Practices that the dimension has.
    assessment : Assessment
        Practice by practice, for a heat map.
    numbers : int array, shape (k,)
        Rows of the departments in `assessment` and in the organisation.
    """

    departments: tuple[str, ...]
    names: tuple[str, ...]
    dimensions: tuple[str, ...]
    score: Floats
    assessed: npt.NDArray[np.int64]
    practices: npt.NDArray[np.int64]
    assessment: Assessment
    numbers: npt.NDArray[np.int64]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was left out of the table of practices, and why."""
        return self.assessment.problems

    @property
    def coverage(self) -> Floats:
        """Share of each dimension's practices that was assessed, shape (k, d)."""
        return self.assessed / self.practices

    @property
    def covered(self) -> Floats:
        """Share of all practices that was assessed, shape (k,)."""
        return np.asarray(self.assessed.sum(axis=1) / self.practices.sum())

    @property
    def overall(self) -> Floats:
        """Mean level of all assessed practices, NaN where none was, shape (k,)."""
        return mean_of_known(self.assessment.level[self.numbers])

    @property
    def centred(self) -> Floats:
        """Mean of the known of empowerment, hiring, training: 1 is customer-centred, 0 operations-centred."""
        return mean_of_known(self.score[:, [self.dimensions.index(name) for name in CONTRASTS]])

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each department and dimension.

        Returns
        -------
        DataFrame
            ``department``, ``name``, ``dimension``, ``score`` ([0, 1], NaN where unknown), ``assessed``,
            ``practices`` and ``coverage``.
        """
        rows, columns = self.score.shape
        return pd.DataFrame(
            {
                "department": np.repeat(np.array(self.departments, object), columns),
                "name": np.repeat(np.array(self.names, object), columns),
                "dimension": np.tile(np.array(self.dimensions, object), rows),
                "score": self.score.ravel(),
                "assessed": self.assessed.ravel(),
                "practices": np.tile(self.practices, rows),
                "coverage": self.coverage.ravel(),
            }
        )

    def wide(self) -> pd.DataFrame:
        """Return one row for each department: name, each dimension's score, overall, centred and coverage."""
        index = pd.Index(self.departments, name="id")
        frame = pd.DataFrame(self.score, index=index, columns=list(self.dimensions))
        frame.insert(0, "name", np.array(self.names, object))
        return frame.assign(overall=self.overall, centred=self.centred, coverage=self.covered)

    def by_practice(self) -> pd.DataFrame:
        """Return one row for each practice of the catalogue: how many were assessed on it, and how they live it.

        Returns
        -------
        DataFrame
            ``practice`` (its id), ``assessed`` (departments), ``mean`` of their levels, ``lowest`` (the department
            that lives it least, the first of several) and its ``level``; NaN and None where nobody was assessed.
        """
        rows = []
        for place, practice in enumerate(self.assessment.catalogue.ids):
            level = self.assessment.level[self.numbers, place]
            found = np.flatnonzero(~np.isnan(level))
            lowest = found[level[found].argmin()] if len(found) else None
            rows.append(
                (
                    practice,
                    len(found),
                    float("nan") if lowest is None else float(level[found].mean()),
                    None if lowest is None else self.departments[lowest],
                    float("nan") if lowest is None else float(level[lowest]),
                )
            )
        return pd.DataFrame(rows, columns=["practice", "assessed", "mean", "lowest", "level"])

    def orientation(self, from_customers: float = 0.6, to_operations: float = 0.4) -> pd.DataFrame:
        """Return what each department leans to in whom it hires, what it trains and what people may decide.

        Parameters
        ----------
        from_customers, to_operations : float
            A level of at least the first is customer-centred, of at most the second operations-centred. Our
            own convention: the fifth of the scale around its middle is neither.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, a column for each of ``empowerment``, ``hiring`` and ``training``
            and, over the known ones of them, ``overall``: one of `LEANINGS`.

        Raises
        ------
        ParameterError
            Limits that are not 0 <= to_operations < from_customers <= 1.
        """
        if not 0 <= to_operations < from_customers <= 1:
            raise ParameterError(
                "The limits of the leaning are {low} and {high}; they take 0 <= low < high <= 1.",
                low=repr(to_operations),
                high=repr(from_customers),
            )
        columns = {name: self.score[:, self.dimensions.index(name)] for name in CONTRASTS}
        columns["overall"] = self.centred
        index = pd.Index(self.departments, name="id")
        frame = pd.DataFrame({"name": np.array(self.names, object)}, index=index)
        for name, level in columns.items():
            place = np.select([np.isnan(level), level >= from_customers, level <= to_operations], [3, 0, 2], 1)
            frame[name] = np.array(LEANINGS, object)[place]
        return frame


def profile_departments(organization: Organization) -> Profiles:
    """Return how far each internal department lives each dimension of a service culture.

    Parameters
    ----------
    organization : Organization
        With or without practices: without, every score is unknown.

    Returns
    -------
    Profiles
        Unknown is NaN, never 0.

    Notes
    -----
    Every assessed practice of a dimension counts the same.
    """
    assessment = assess_practices(organization)
    numbers = np.flatnonzero(assessment.internal)
    dimensions = tuple(assessment.catalogue.dimensions)
    table = organization.departments.iloc[numbers]
    chosen = [assessment.of_dimension(dimension) for dimension in dimensions]
    size, known = len(numbers), ~np.isnan(assessment.level[numbers])
    return Profiles(
        departments=tuple(table["id"]),
        names=tuple(table["name"]),
        dimensions=dimensions,
        score=np.stack([assessment.mean(columns)[numbers] for columns in chosen], axis=1).reshape(size, -1),
        assessed=np.stack([known[:, columns].sum(axis=1) for columns in chosen], axis=1).astype(np.int64),
        practices=np.array([columns.sum() for columns in chosen], np.int64),
        assessment=assessment,
        numbers=numbers,
    )
