"""An organisation: its tables in a fixed order, how its scores are to be read, and where all of it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxgraph.errors import InputError, Problem
from cxgraph.model.network import Network, row_starts
from cxgraph.model.settings import Scoring, Settings
from cxgraph.model.suppressed import Suppressed
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

if TYPE_CHECKING:
    import networkx as nx

_COPIES_ON_WRITE = int(pd.__version__.partition(".")[0]) >= 3


@dataclass(frozen=True, slots=True)
class Source:
    """A file that an organisation was read from: its name, the SHA-256 of its bytes and how many there are."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """What became of every row of a table: read = used + merged + set aside.

    Attributes
    ----------
    read : int
        Rows that hold anything.
    merged : int
        Rows that repeat an earlier one to the letter.
    set_aside : DataFrame
        A row for each one that is not used: ``line`` of the file (counted from 1 where rows have no lines) and
        ``reason``; where single answers never got here, a row for each reason with their ``count``.
    table : str
        ``services``, or ``responses`` where the rows are single answers.
    incomplete : mapping of str to int
        For each score how many of the rows used lack it, where some but not all do; for answers.
    """

    read: int
    merged: int
    set_aside: pd.DataFrame
    table: str = "services"
    incomplete: Mapping[str, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Rows that the analysis rests on."""
        return self.read - self.merged - self.aside

    @property
    def aside(self) -> int:
        """Rows that are set aside."""
        return int(self.set_aside["count"].sum()) if "count" in self.set_aside.columns else len(self.set_aside)


@dataclass(frozen=True, eq=False)
class Organization:
    """An organisation as it was measured; made by `cxgraph.read` or `Organization.from_frames`.

    Attributes
    ----------
    settings : Settings
        Scale, scoring and the like.
    problems : tuple of Problem
        Warnings and notes about the input. Errors never get here: they are raised.
    rows : Reconciliation
        What became of every row of the services, or of the answers where they make up the services.
    sources : tuple of Source
        The files; empty for data frames.
    suppressed : Withheld, optional
        What small groups answered, where it was taken out; see `cxgraph.privacy.microaggregation`.
    answers : Reconciliation, optional
        What became of every single answer, where there are answers beside a table of services.
    removed_halo : float
        What was taken out of the scores; see `cxgraph.model.halo.without_halo`.
    measured : Organization, optional
        The organisation with its scores as they were given, where something was taken out.
    """

    settings: Settings
    problems: tuple[Problem, ...]
    rows: Reconciliation
    sources: tuple[Source, ...]
    _tables: Mapping[str, pd.DataFrame] = field(repr=False)
    _networks: dict[Scoring, Network] = field(init=False, repr=False, default_factory=dict)
    suppressed: Suppressed | None = field(default=None, repr=False)
    answers: Reconciliation | None = None
    removed_halo: float = 0.0
    measured: Organization | None = field(default=None, repr=False)

    @property
    def departments(self) -> pd.DataFrame:
        """Departments sorted by id: id, name, kind, parent, weight, transmission, lag, headcount, customer."""
        return self._table("departments")

    @property
    def services(self) -> pd.DataFrame:
        """Services of the period, sorted by supplier, client and name, unscored ones included.

        Categories of supplier and client are the ids of `departments`, so their codes are department numbers.
        """
        return self._table("services")

    @property
    def history(self) -> pd.DataFrame | None:
        """Services of every period, where the table has several, with the columns of `services`."""
        return self._optional_table("history")

    @property
    def reconciliations(self) -> tuple[Reconciliation, ...]:
        """What became of every row of the services and of every single answer, as far as there are such tables."""
        return (self.rows,) if self.answers is None else (self.rows, self.answers)

    @property
    def responses(self) -> pd.DataFrame | None:
        """Single answers of the period, self-assessments included, where the organisation keeps them."""
        return self._optional_table("responses")

    @property
    def people(self) -> pd.DataFrame | None:
        """How many people stand behind each service, where answers came as sums and no single one is kept."""
        return self._optional_table("people")

    @property
    def practices(self) -> pd.DataFrame | None:
        """Assessed practices, where the organisation keeps them."""
        return self._optional_table("practices")

    @property
    def actions(self) -> pd.DataFrame | None:
        """The improvement log, where the organisation keeps one."""
        return self._optional_table("actions")

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.settings.name

    def _table(self, name: str) -> pd.DataFrame:
        # Nobody may change the organisation through it. Only from version 3 on pandas copies what is written to, and
        # then alone: some tables are asked for hundreds of times.
        return self._tables[name].copy(deep=not _COPIES_ON_WRITE)

    def _optional_table(self, name: str) -> pd.DataFrame | None:
        return self._table(name) if self._tables.get(name) is not None else None

    @classmethod
    def from_frames(
        cls,
        services: pd.DataFrame | None,
        departments: pd.DataFrame | None = None,
        *,
        responses: pd.DataFrame | None = None,
        practices: pd.DataFrame | None = None,
        actions: pd.DataFrame | None = None,
        **options: Any,
    ) -> Organization:
        """Build an organisation from data frames, with the checks that files get.

        Parameters
        ----------
        services : DataFrame or None
            Columns as in services.csv, in English or Spanish; a missing cell is NaN or None. None where single
            answers are given instead (`responses`).
        departments, responses, practices, actions : DataFrame, optional
            Columns as in the tables of those names.
        **options
            The keys of `Settings`, such as ``scale=(1, 5)`` or ``customers=["Sales"]``.

        Returns
        -------
        Organization
            Independent of the frames.

        Raises
        ------
        InputError
            The tables hold errors; `InputError.problems` lists all of them.
        ParameterError
            An option that does not exist or has no such value.

        Examples
        --------
        >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
        ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
        >>> Organization.from_frames(services).departments["id"].tolist()
        ['Buyers', 'IT', 'Sales']
        """
        from cxgraph.model.assembly import assemble  # noqa: PLC0415 - assembly builds this class
        from cxgraph.tables.from_frames import typed_frame  # noqa: PLC0415

        settings = Settings(name="organisation").updated(options)
        log = ProblemLog(private=settings.min_respondents > 1)
        given = {
            "services": services,
            "departments": departments,
            "responses": responses,
            "practices": practices,
            "actions": actions,
        }
        typed = {
            name: typed_frame(frame, name, log, settings.scale) for name, frame in given.items() if frame is not None
        }
        built = assemble(
            typed.get("services"),
            typed.get("departments"),
            settings,
            log=log,
            responses=typed.get("responses"),
            practices=typed.get("practices"),
            actions=typed.get("actions"),
        )
        if built is None:
            raise InputError(log.readable)
        return built

    def to_networkx(self) -> nx.MultiDiGraph:
        """Return the organisation as a graph: a node for each department, an edge for each service.

        Returns
        -------
        MultiDiGraph
            Node and edge attributes are the tables' columns; graph attributes are the settings.
        """
        from cxgraph.model.graphs import organization_to_graph  # noqa: PLC0415

        return organization_to_graph(self)

    @classmethod
    def from_networkx(cls, graph: nx.DiGraph, **options: Any) -> Organization:
        """Build an organisation from a graph whose edges point from supplier to client.

        Parameters
        ----------
        graph : DiGraph or MultiDiGraph
            Node attributes are columns of departments, edge attributes columns of services.
        **options
            As in `from_frames`; they win over the graph's own attributes.

        Returns
        -------
        Organization
            With the checks that files get.

        Raises
        ------
        InputError, ParameterError
            As in `from_frames`.
        """
        from cxgraph.model.graphs import graph_to_frames  # noqa: PLC0415

        services, departments, settings = graph_to_frames(graph)
        return cls.from_frames(services, departments, **{**settings, **options})

    def scored(self, scoring: Scoring | None = None) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which of `services` have the scores that a scoring needs, shape (rows,)."""
        table = self._tables["services"]
        has = table["fulfilment"].notna().to_numpy()
        if (scoring or self.settings.scoring) != "perception":
            has = has & table["expectation"].notna().to_numpy()
        return np.asarray(has)

    def scored_services(self, scoring: Scoring | None = None) -> pd.DataFrame:
        """Return the rows of `services` that have the scores which a scoring needs, numbered anew.

        Parameters
        ----------
        scoring : str, optional
            The organisation's by default.

        Returns
        -------
        DataFrame
            In the order of `network`. The organisation's own table where every service is scored, not a copy of
            possibly millions of rows: whoever asks must not change it.
        """
        table, scored = self._tables["services"], self.scored(scoring)
        return table if scored.all() else table[scored].reset_index(drop=True)

    def check_customers(self, scoring: Scoring | None = None) -> tuple[Problem, ...]:
        """Return why nothing can be explained: no customer receives a scored service that matters, or too few answered.

        Parameters
        ----------
        scoring : str, optional
            The organisation's by default; it decides which services count as scored.

        Returns
        -------
        tuple of Problem
            One error, or nothing.
        """
        if self.network(scoring).customer_weight.any():
            return ()
        if self.suppressed is not None and self.suppressed.left_out.any():
            return (
                Problem(
                    "error",
                    "too-few-people",
                    N_(
                        "Fewer than {least} people answered for the customers as a whole, or nobody knows how many: "
                        "their gap is suppressed, and with it all that explains it."
                    ),
                    N_(
                        "Tell how many answered (column responses) or who (responses.csv), or lower min_respondents in "
                        "org.toml."
                    ),
                    {"least": self.suppressed.min_respondents},
                ),
            )
        return (
            Problem(
                "error",
                "no-scored-customer",
                N_(
                    "No customer receives a service that is scored and matters to it, so there is no disappointment to "
                    "explain."
                ),
                N_("Ask the customers what they expect and what they get."),
            ),
        )

    def network(self, scoring: Scoring | None = None) -> Network:
        """Return the scored services as arrays.

        Customers without any scored service that matters to them are left out and the other customers' weights
        scaled to sum to 1; `cxgraph.analyze` says so.

        Parameters
        ----------
        scoring : str, optional
            The organisation's by default; ``perception`` also takes services without an expectation.

        Returns
        -------
        Network
            Department numbers are the rows of `departments`. Built once for each scoring: nobody can change it, and
            what is worked out of it once (its loops, its shares) serves every analysis of the organisation.
        """
        chosen = scoring or self.settings.scoring
        if chosen not in self._networks:
            self._networks[chosen] = self._build_network(chosen)
        return self._networks[chosen]

    def _build_network(self, scoring: Scoring) -> Network:
        table = self.scored_services(scoring)
        supplier, client = (table[end].cat.codes.to_numpy().astype(np.int32) for end in ("supplier", "client"))
        importance = table["importance"].to_numpy()
        departments = self._tables["departments"]
        size = len(departments)
        matters = np.bincount(client, importance > 0, size) > 0
        weight = np.where(departments["customer"].to_numpy() & matters, departments["weight"].to_numpy(), 0.0)
        if weight.max(initial=0.0) > 1e300:
            weight = weight / weight.max()  # shares of the business so large that their sum would not be a number
        total = weight.sum()
        return Network(
            supplier=supplier,
            client=client,
            start=row_starts(supplier, size),
            expectation=table["expectation"].to_numpy(),
            fulfilment=table["fulfilment"].to_numpy(),
            importance=importance,
            customer_weight=weight / total if total > 0 else weight,
            scale=self.settings.scale,
        )

    def stated_transmission(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return each department's transmission: its own, else the organisation's, else NaN; shape (n,)."""
        fallback = self.settings.transmission
        own = self._tables["departments"]["transmission"].to_numpy()
        return np.where(np.isnan(own), np.nan if fallback is None else fallback, own)
