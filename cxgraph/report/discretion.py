"""Small groups are not shown one by one: which services and departments to withhold, and tables without them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.analysis import rank_descending
from cxgraph.audits.voices import count_voices
from cxgraph.model.network import Floats
from cxgraph.report.blocks import Column, Withheld

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

Bools = npt.NDArray[np.bool_]
NAMING = ("supplier", "client", "service", "kind")
"""Columns of the services that say who and what, not what anybody answered."""


@dataclass(frozen=True, eq=False)
class Discretion:
    """What must not be shown one by one.

    Attributes
    ----------
    fewest : int
        People that a group needs: the organisation's ``min_respondents``.
    services : bool array, shape (m,)
        Services of the analysis, in the network's order, that are withheld.
    departments : bool array, shape (n,)
        Departments whose figures are withheld.
    answers : float array, shape (m,)
        Answers behind each service; NaN where nobody counted.
    """

    fewest: int
    services: Bools
    departments: Bools
    answers: Floats

    @property
    def any(self) -> bool:
        """Whether anything is withheld."""
        return bool(self.services.any() or self.departments.any())

    def shown(self, analysis: Analysis, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame indexed by department without those that are withheld."""
        if not self.departments.any():
            return frame
        return frame[~frame.index.isin(self.hidden_ids(analysis))]

    def hidden_ids(self, analysis: Analysis) -> frozenset[str]:
        """Return the ids of the departments that are withheld."""
        return frozenset(analysis.organization.departments["id"].to_numpy()[self.departments])


def practise_discretion(analysis: Analysis) -> Discretion:
    """Find out what fewer than ``min_respondents`` people answered for, and what would give it away.

    A service is withheld where too few people stand behind it; a department where too few stand behind all that it
    receives, or all that it gives. Where a single service of a supplier or a client, or a single department, would
    be withheld, its total minus the others would tell it, so the one with the fewest people beside it is withheld
    too.

    Parameters
    ----------
    analysis : Analysis
        Any.

    Returns
    -------
    Discretion
        With nothing withheld where ``min_respondents`` is 1 or less.

    Notes
    -----
    An unknown number of people counts as too few. The customers' shortfall as a whole is always shown.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 4 (primary and secondary suppression).
    """
    organization, network = analysis.organization, analysis.cascade.network
    scored = organization.scored(analysis.cascade.scoring)
    answers = organization.services["responses"].to_numpy(float)[scored]
    fewest = organization.settings.min_respondents
    nobody = np.zeros(network.departments, bool)
    if fewest <= 1:
        return Discretion(fewest, np.zeros(network.services, bool), nobody, answers)
    voices = count_voices(organization)
    people = np.nan_to_num(voices.people[scored])
    hidden = people < fewest
    before = -1
    while before != hidden.sum():
        before = int(hidden.sum())
        for end in (network.supplier, network.client):
            hidden |= _companions(hidden, end, people, network.departments)
    receives, gives = (np.bincount(end, minlength=network.departments) > 0
                       for end in (network.client, network.supplier))
    crowd = np.minimum(np.where(receives, np.nan_to_num(voices.of_client), np.inf),
                       np.where(gives, np.nan_to_num(voices.of_supplier), np.inf))
    departments = crowd < fewest
    is_customer = organization.departments["customer"].to_numpy(bool)
    for group in (is_customer, ~is_customer):
        departments |= _companions(departments & group, np.where(group, 0, 1), crowd, 2) & group
    return Discretion(fewest, hidden, departments, answers)


def _companions(hidden: Bools, group: npt.NDArray[np.integer], people: Floats, size: int) -> Bools:
    """Return, for each group with exactly one hidden member, the shown one with the fewest people."""
    lone = np.bincount(group[hidden], minlength=size) == 1
    candidates = np.flatnonzero(lone[group] & ~hidden & np.isfinite(people))
    order = candidates[np.lexsort((people[candidates], group[candidates]))]
    first = np.ones(len(order), bool)
    first[1:] = group[order][1:] != group[order][:-1]
    found = np.zeros(len(hidden), bool)
    found[order[first]] = True
    return found


def services_table(analysis: Analysis, discretion: Discretion) -> pd.DataFrame:
    """Return the analysis's services with their answers, withheld ones last and without figures.

    Parameters
    ----------
    analysis : Analysis
        Any.
    discretion : Discretion
        Of that analysis.

    Returns
    -------
    DataFrame
        The columns of `Analysis.services` with ``answers`` and ``withheld``; figures that are withheld are NaN.
    """
    order = rank_descending(analysis.cascade.contribution)
    frame = analysis.services()
    frame.insert(4, "answers", discretion.answers[order])
    frame["withheld"] = discretion.services[order]
    if not discretion.services.any():
        return frame
    hidden = frame["withheld"].to_numpy()
    kept = frame[~hidden]
    rest = frame[hidden].sort_values(["supplier", "client", "service"], kind="stable")
    told = [name for name in frame.columns if name not in (*NAMING, "withheld")]
    blank: dict[str, Any] = {name: None if name == "verdict" else np.nan for name in told}
    parts: list[pd.DataFrame] = [kept.astype({"verdict": object}), rest.astype({"verdict": object}).assign(**blank)]
    return pd.concat(parts, ignore_index=True)


def departments_table(analysis: Analysis, discretion: Discretion) -> pd.DataFrame:
    """Return the analysis's departments, withheld ones last and without figures."""
    return _withhold(analysis, discretion, analysis.departments(), ("name", "kind"))


def customers_table(analysis: Analysis, discretion: Discretion) -> pd.DataFrame:
    """Return the analysis's customers, withheld ones last and without figures."""
    return _withhold(analysis, discretion, analysis.customers(), ("name", "weight", "services"))


def _withhold(analysis: Analysis, discretion: Discretion, frame: pd.DataFrame, naming: tuple[str, ...]) -> pd.DataFrame:
    hidden = frame.index.isin(discretion.hidden_ids(analysis))
    frame = frame.assign(withheld=hidden)
    if not hidden.any():
        return frame
    told = {name: None if frame[name].dtype == object else np.nan
            for name in frame.columns if name not in (*naming, "withheld")}
    return pd.concat([frame[~hidden], frame[hidden].sort_index().assign(**told)])


def shown_bottlenecks(analysis: Analysis, discretion: Discretion, top: int) -> pd.DataFrame:
    """Return the first bottlenecks among the departments that may be shown.

    Parameters
    ----------
    analysis : Analysis
        Any.
    discretion : Discretion
        Of that analysis.
    top : int
        How many, at least 1.

    Returns
    -------
    DataFrame
        As `Analysis.bottlenecks`, with ``withheld``: whether the costliest service of the row is withheld, whose
        name, share and verdict are then empty.
    """
    table = analysis.bottlenecks(top + int(discretion.departments.sum()))
    table = discretion.shown(analysis, table).head(top)
    if not discretion.services.any():
        return table.assign(withheld=False)
    ids = pd.Index(analysis.organization.departments["id"])
    start = analysis.cascade.network.start
    contribution = analysis.cascade.contribution
    main = [start[number] + int(np.argmax(contribution[start[number]:start[number + 1]]))
            for number in ids.get_indexer(table.index)]
    withheld = discretion.services[np.array(main, int)] if main else np.zeros(0, bool)
    return table.assign(
        cumulative=table["share"].cumsum(), withheld=withheld, service_share=table["service_share"].mask(withheld),
        service=table["service"].mask(withheld), verdict=table["verdict"].mask(withheld))


def withheld_cells(column: Column, hidden: list[bool], fewest: int) -> Column:
    """Return a column in which hidden rows say that they are withheld."""
    return replace(column, cells=tuple(Withheld(fewest) if away else cell
                                       for cell, away in zip(column.cells, hidden, strict=True)))
