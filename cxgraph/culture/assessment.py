"""Assessed practices as a table of departments by practices; what nobody assessed stays unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.culture.catalogue import Catalogue, catalogue
from cxgraph.errors import Problem
from cxgraph.model.arrays import Floats
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization
from cxgraph.wording import N_


@dataclass(frozen=True, eq=False)
class Assessment:
    """How far each department lives each practice.

    Attributes
    ----------
    level : float array, shape (n, p)
        In [0, 1] of the organisation's scale, a row for each department of the organisation and a column for
        each practice of the catalogue; NaN where it was not assessed.
    internal : bool array, shape (n,)
        Which departments a practice can be asked of.
    catalogue : Catalogue
        The practices.
    problems : tuple of Problem
        What was left out of the table of practices, and why.
    """

    level: Floats
    internal: npt.NDArray[np.bool_]
    catalogue: Catalogue
    problems: tuple[Problem, ...]

    @property
    def assessed(self) -> npt.NDArray[np.bool_]:
        """Which departments were assessed on anything, shape (n,)."""
        return np.asarray(~np.isnan(self.level).all(axis=1))

    def mean(self, columns: npt.NDArray[np.bool_]) -> Floats:
        """Return the mean over the assessed of some practices, for each department; NaN where none was."""
        return mean_of_known(self.level[:, columns])

    def of_group(self, *groups: str) -> npt.NDArray[np.bool_]:
        """Return which practices belong to any of some groups, shape (p,)."""
        return np.array([practice.group in groups for practice in self.catalogue.practices], bool)

    def of_dimension(self, dimension: str) -> npt.NDArray[np.bool_]:
        """Return which practices belong to a dimension, shape (p,)."""
        return np.array([practice.dimension == dimension for practice in self.catalogue.practices], bool)


def mean_of_known(values: Floats) -> Floats:
    """Return the mean of each row over what is not NaN; NaN where nothing is known, shape (rows,)."""
    known = ~np.isnan(values)
    number = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    mean: Floats = np.divide(total, number, out=np.full(len(values), np.nan), where=number > 0)
    return mean


def assess_practices(organization: Organization) -> Assessment:
    """Put the organisation's assessed practices into a table of departments by practices.

    Where a practice of a department was assessed more than once, the latest day counts and assessments of one
    day are averaged; assessments without a day count only where no other has one.

    Parameters
    ----------
    organization : Organization
        With or without practices.

    Returns
    -------
    Assessment
        Without practices every level is NaN.

    Notes
    -----
    Rows of unknown practices or departments, of customers and external suppliers, without a score, or with a
    score off the scale are left out and reported; a score is never clipped. Linear in the rows.
    """
    known = catalogue()
    departments = organization.departments
    internal = (departments["kind"] == "internal").to_numpy()
    level = np.full((len(departments), len(known.practices)), np.nan)
    table = organization.practices
    if table is None or not len(table) or not {"department", "practice"} <= set(table.columns):
        return Assessment(level, internal, known, ())
    bottom, top = organization.settings.scale
    department, practice = (
        _places(table[column], names)
        for column, names in (("department", list(departments["id"])), ("practice", list(known.ids)))
    )
    score = table["score"].to_numpy(float) if "score" in table.columns else np.full(len(table), np.nan)
    problems = [
        *_unknown(
            table["department"],
            department,
            list(departments["id"]),
            "unknown-department",
            N_("{value!r} is not a department; assessments left out: {count}."),
            N_("Assessments without a department are left out ({count})."),
        ),
        *_unknown(
            table["practice"],
            practice,
            list(known.ids),
            "unknown-practice",
            N_("{value!r} is not a practice of the catalogue; assessments left out: {count}."),
            N_("Assessments without a practice are left out ({count})."),
        ),
    ]
    usable = (department >= 0) & (practice >= 0)
    for wrong, code, message in (
        (
            ~internal[department],
            "not-internal",
            N_(
                "Assessments of customers or external suppliers are left out ({count}): practices are asked of the "
                "organisation's own departments."
            ),
        ),
        (np.isnan(score), "no-score", N_("Assessments without a score are left out ({count}).")),
        (
            (score < bottom) | (score > top),
            "off-scale",
            N_("Assessments with a score off the scale {bottom:g} to {top:g} are left out ({count})."),
        ),
    ):
        rows = usable & wrong
        if rows.any():
            problems.append(
                Problem(
                    "warning", code, message, "", {"count": int(rows.sum()), "bottom": bottom, "top": top}, "practices"
                )
            )
        usable &= ~wrong
    rows = np.flatnonzero(usable)
    key = department[rows] * len(known.practices) + practice[rows]
    days = np.zeros(len(rows), np.int64)
    if "date" in table.columns:  # as a number a missing day is the smallest of all
        days = table["date"].to_numpy("datetime64[s]").astype(np.int64)[rows]
    latest = np.full(level.size, np.iinfo(np.int64).min)
    np.maximum.at(latest, key, days)
    counts = days == latest[key]
    number = np.bincount(key[counts], minlength=level.size)
    total = np.bincount(key[counts], (score[rows][counts] - bottom) / (top - bottom), level.size)
    flat = np.divide(total, number, out=level.ravel(), where=number > 0)
    return Assessment(flat.reshape(level.shape), internal, known, tuple(problems))


def _places(column: pd.Series, names: list[str]) -> npt.NDArray[np.int64]:
    """Return the position of each cell in a list of names, -1 where it is not in it, shape (rows,)."""
    codes = column.cat.codes.to_numpy().astype(np.int64)
    given = pd.Index(column.cat.categories, dtype=object)
    places = np.append(pd.Index(names, dtype=object).get_indexer(given), -1)
    return np.asarray(places[codes], np.int64)


def _unknown(
    column: pd.Series, places: npt.NDArray[np.int64], names: list[str], code: str, message: str, empty: str
) -> list[Problem]:
    """Report each text that is in no list, once, with the one that may have been meant; and empty cells."""
    problems = []
    strange = column[(places < 0) & column.notna().to_numpy()].astype(str)
    for value, count in sorted(strange.value_counts().items()):
        guess = closest_name(str(value), names)
        hint = N_("Did you mean {guess!r}?") if guess else ""
        fields = {"value": value, "count": int(count), "guess": guess}
        problems.append(Problem("warning", code, message, hint, fields, "practices", value=str(value)))
    blank = int(column.isna().sum())
    if blank:
        problems.append(Problem("warning", code.replace("unknown", "no"), empty, "", {"count": blank}, "practices"))
    return problems
