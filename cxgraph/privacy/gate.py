"""The tables of an analysis as they may be shown: what is withheld has a name and no figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np
import pandas as pd

from cxgraph.cascade.ranking import rank_descending
from cxgraph.errors import ParameterError
from cxgraph.model.answers import KEYS
from cxgraph.model.arrays import Bools, Floats

if TYPE_CHECKING:
    from cxgraph.cascade.cascade import Cascade
    from cxgraph.cascade.trace import Trace
    from cxgraph.model.organization import Organization

NAMING = ("supplier", "client", "service", "kind")
"""Columns of the services that say who and what, not what anybody answered."""


class Suppressible(Protocol):
    """An analysis as the gate sees it: `cxgraph.Analysis`, which stands on a floor above."""

    @property
    def organization(self) -> Organization:
        """What was analysed."""

    @property
    def cascade(self) -> Cascade:
        """The solved mathematics."""

    def suppressed(self: A) -> A:
        """Return the analysis without what small groups answered."""

    def services(self) -> pd.DataFrame:
        """Return every scored service, ranked."""

    def departments(self) -> pd.DataFrame:
        """Return every department, ranked."""

    def customers(self) -> pd.DataFrame:
        """Return every customer, ranked."""

    def bottlenecks(self, top: int = 10, by: str = "contribution") -> pd.DataFrame:
        """Return the first departments of the ranking."""


A = TypeVar("A", bound=Suppressible)


@dataclass(frozen=True, eq=False)
class Publishable(Generic[A]):
    """What a publishable analysis must not show one by one.

    Attributes
    ----------
    analysis : Analysis
        From `Analysis.suppressed`.
    min_respondents : int
        People that a group needs: the organisation's ``min_respondents``.
    services : bool array, shape (m,)
        Services of the analysis, in the network's order, that are withheld.
    departments : bool array, shape (n,)
        Departments whose figures are withheld.
    """

    analysis: A
    min_respondents: int
    services: Bools
    departments: Bools

    @property
    def any(self) -> bool:
        """Whether anything is withheld."""
        return bool(self.services.any() or self.departments.any())

    @cached_property
    def answers(self) -> Floats:
        """Answers behind each service; NaN where nobody counted."""
        rows = self.analysis.organization.services["responses"].to_numpy(float)
        return np.asarray(rows[self.analysis.organization.scored(self.analysis.cascade.scoring)])

    @cached_property
    def hidden_departments(self) -> frozenset[str]:
        """Ids of the departments that are withheld."""
        return frozenset(self.analysis.organization.departments["id"].to_numpy()[self.departments])

    @cached_property
    def hidden_services(self) -> frozenset[tuple[str, str, str]]:
        """Supplier, client and service of those that are withheld."""
        organization = self.analysis.organization
        rows = organization.services[organization.scored(self.analysis.cascade.scoring)]
        return frozenset(rows.loc[self.services, list(KEYS)].astype(object).itertuples(index=False, name=None))

    def shown(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame indexed by department without those that are withheld."""
        if not self.departments.any():
            return frame
        return frame[~frame.index.isin(self.hidden_departments)]

    def hides_path(self, departments: tuple[str, ...], services: tuple[str, ...]) -> bool:
        """Return whether a way passes a service or a department that is withheld."""
        if not self.any:
            return False
        steps = zip(departments[:-1], departments[1:], services, strict=True)
        return any(step in self.hidden_services for step in steps) or any(
            name in self.hidden_departments for name in departments
        )

    def hides_loop(self, members: set[str]) -> bool:
        """Return whether a circle holds a service or a department that is withheld."""
        return bool(self.hidden_departments & members) or any(
            supplier in members and client in members for supplier, client, _ in self.hidden_services
        )


def publishable(analysis: A) -> Publishable[A]:
    """Return what must not be shown of an analysis, and the analysis that knows nothing of it.

    Parameters
    ----------
    analysis : Analysis
        Any.

    Returns
    -------
    Publishable
        With nothing withheld where ``min_respondents`` is 1 or less.
    """
    analysis = analysis.suppressed()
    organization = analysis.organization
    found, scored = organization.suppressed, organization.scored(analysis.cascade.scoring)
    min_respondents = organization.settings.min_respondents
    if found is None:
        return Publishable(
            analysis, min_respondents, np.zeros(int(scored.sum()), bool), np.zeros(len(organization.departments), bool)
        )
    return Publishable(analysis, min_respondents, found.services[scored], found.departments)


def shown_trace(published: Publishable[A], trace: Trace) -> Trace:
    """Return a trace without the ways that pass what is withheld; they count among the ways that are not listed.

    Parameters
    ----------
    published : Publishable[A]
        From `publishable`.
    trace : Trace
        Of its analysis.

    Returns
    -------
    Trace
        The same where nothing is withheld.

    Raises
    ------
    ParameterError
        The one department whose faults were asked for is withheld.
    """
    if trace.source in published.hidden_departments:
        raise refusal(published, str(trace.source))
    paths = tuple(path for path in trace.paths if not published.hides_path(path.departments, path.services))
    return replace(trace, paths=paths)


def shown_loops(published: Publishable[A], loops: pd.DataFrame) -> pd.DataFrame:
    """Return the circles in which nothing is withheld; ``attrs["withheld"]`` counts the others."""
    hidden = np.array([published.hides_loop(set(members)) for members in loops["members"]], bool)
    shown = loops[~hidden]
    shown.attrs = {**loops.attrs, "withheld": int(hidden.sum())}
    return shown


def refusal(published: Publishable[A], department: str) -> ParameterError:
    """Return the error for somebody who asks for a department that is withheld."""
    return ParameterError(
        "What {department} answers for is suppressed: too few people answered for it, or for others that it could "
        "tell of (min_respondents is {least}).",
        department=repr(department),
        least=published.min_respondents,
    )


def services_table(published: Publishable[A]) -> pd.DataFrame:
    """Return the analysis's services with their answers, withheld ones last and without figures.

    Parameters
    ----------
    published : Publishable[A]
        From `publishable`.

    Returns
    -------
    DataFrame
        The columns of `Analysis.services` with ``answers`` and ``withheld``; figures that are withheld are NaN.
    """
    order = rank_descending(published.analysis.cascade.contribution)
    frame = published.analysis.services()
    frame.insert(4, "answers", published.answers[order])
    frame["withheld"] = published.services[order]
    if not published.services.any():
        return frame
    hidden = frame["withheld"].to_numpy()
    kept = frame[~hidden]
    rest = frame[hidden].sort_values(["supplier", "client", "service"], kind="stable")
    told = [name for name in frame.columns if name not in (*NAMING, "withheld")]
    blank: dict[str, Any] = {name: None if name == "verdict" else np.nan for name in told}
    parts: list[pd.DataFrame] = [kept.astype({"verdict": object}), rest.astype({"verdict": object}).assign(**blank)]
    return pd.concat(parts, ignore_index=True)


def departments_table(published: Publishable[A]) -> pd.DataFrame:
    """Return the analysis's departments, withheld ones last and without figures."""
    return _withhold(published, published.analysis.departments(), ("name", "kind"))


def customers_table(published: Publishable[A]) -> pd.DataFrame:
    """Return the analysis's customers, withheld ones last and without figures."""
    return _withhold(published, published.analysis.customers(), ("name", "weight", "services"))


def _withhold(published: Publishable[A], frame: pd.DataFrame, naming: tuple[str, ...]) -> pd.DataFrame:
    hidden = frame.index.isin(published.hidden_departments)
    frame = frame.assign(withheld=hidden)
    if not hidden.any():
        return frame
    told = {
        name: None if frame[name].dtype == object else np.nan
        for name in frame.columns
        if name not in (*naming, "withheld")
    }
    return pd.concat([frame[~hidden], frame[hidden].sort_index().assign(**told)])


def shown_bottlenecks(
    published: Publishable[A], top: int, analysis: A | None = None, by: str = "contribution"
) -> pd.DataFrame:
    """Return the first bottlenecks among the departments that may be shown.

    Parameters
    ----------
    published : Publishable[A]
        From `publishable`.
    top : int
        How many, at least 1.
    analysis : Analysis, optional
        The same organisation with other parameters; the published one by default.
    by : str
        What they are ranked by; see `Analysis.bottlenecks`.

    Returns
    -------
    DataFrame
        As `Analysis.bottlenecks`, with ``withheld``: whether the costliest service of the row is withheld, whose
        name, share and verdict are then empty.
    """
    analysis = published.analysis if analysis is None else analysis
    table = analysis.bottlenecks(top + int(published.departments.sum()), by)
    table = published.shown(table).head(top)
    if not published.services.any():
        return table.assign(withheld=False)
    ids = pd.Index(analysis.organization.departments["id"])
    start = analysis.cascade.network.start
    contribution = analysis.cascade.contribution
    main = [
        start[number] + int(np.argmax(contribution[start[number] : start[number + 1]]))
        for number in ids.get_indexer(table.index)
    ]
    suppressed = published.services[np.array(main, int)] if main else np.zeros(0, bool)
    return table.assign(
        cumulative=table["share"].cumsum(),
        withheld=suppressed,
        service_share=table["service_share"].mask(suppressed),
        own_part=table["own_part"].mask(suppressed),
        service=table["service"].mask(suppressed),
        verdict=table["verdict"].mask(suppressed),
    )
