"""What is short and where it originates: the tables."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from cxgraph.analysis.bottlenecks import bottleneck_table, check_ranking
from cxgraph.analysis.core import AnalysisCore
from cxgraph.analysis.tables import customer_table, leader_table, service_table, sweep_table
from cxgraph.cascade.attribution import extract_departments
from cxgraph.errors import Problem
from cxgraph.model.arrays import Floats
from cxgraph.transmission.resolve import unknown_departments
from cxgraph.wording import N_


class TableDoors(AnalysisCore):
    """What is short and where it originates: the tables."""

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What a reader of the tables must know: what was left out, and what could not be computed."""
        noted: list[Problem] = []
        unscored = self.organization.departments["customer"].to_numpy() & (self.cascade.network.customer_weight == 0)
        if unscored.any():
            names = self.organization.departments["name"].to_numpy()[unscored]
            noted.append(
                Problem(
                    "warning",
                    "customer-left-out",
                    N_(
                        "{count} {count:customer receives|customers receive} no scored service that "
                        "counts and {count:is|are} left out; the weights of the others are scaled to sum "
                        "to 1: {names}."
                    ),
                    "",
                    {"count": len(names), "names": ", ".join(names[:5])},
                )
            )
        unknown = int(np.isnan(self.flows.passed_on).sum())
        if unknown:
            noted.append(
                Problem(
                    "note",
                    "loop-too-large",
                    N_(
                        "{count} departments lie in one closely woven loop; what each passes on is computed on demand "
                        "(Analysis.through_flow) and empty in the table."
                    ),
                    "",
                    {"count": unknown},
                )
            )
        return tuple(noted)

    def services(self) -> pd.DataFrame:
        """Return every scored service, ranked by what it costs the customers.

        Returns
        -------
        DataFrame
            One row per service, m rows. ``supplier``, ``client``, ``service``, ``kind``; ``expectation``,
            ``fulfilment`` (organisation's scale), ``importance``; ``effective_share`` (A, its share in what its
            client lacks), ``shortfall`` (d), ``surplus`` (u), ``potential``, ``inherited``, ``own``, ``absorbed``,
            ``pass_through`` (p), ``client_reach`` (lambda of its client), ``reach`` (lambda A: the customers' loss
            per unit of its own shortfall), ``contribution`` (lambda A own, adds up to J), ``share`` (of J),
            ``verdict`` and ``verdict_probability``: how probable it is, given what is known of the transmission; below
            0.8 the verdict is ``undecided`` between under-delivering and starved, and the probability that of the
            likelier. All fractions. Texts are categorical: a million services
            repeat few names.

        Notes
        -----
        Equal contributions are ordered by supplier, client and service.
        """
        return service_table(self.cascade, self.service_rows, self.verdicts, self.verdict_probability)

    def departments(self) -> pd.DataFrame:
        """Return every department, ranked by what starts there.

        Returns
        -------
        DataFrame
            Indexed by ``id``, n rows. ``name``, ``kind``; ``received`` (D, what it lacks), ``contribution`` (what
            starts here, in points of J), ``share`` (of J), ``passed_on`` (what reaches the customers through it from
            elsewhere), ``through_flow`` (their sum: what the customers would be spared if it neither failed nor
            passed anything on), ``gain`` (what the customers would be spared without its own faults, solved again:
            the contribution at stringency 1; NaN beyond it for the least of very many departments),
            ``gain_per_point`` (for each point of the scale that its own shortfalls make up) and ``gain_per_service``
            (for each service that is short by its own fault), ``reach`` (lambda: the customers' loss per unit that it
            lacks), ``transmission``,
            ``transmission_source`` (see `Analysis`) and ``role``. `passed_on` and `through_flow` are NaN in loops
            too large to take apart; see `notes`.
        """
        return self.ranked_departments.copy()

    def customers(self) -> pd.DataFrame:
        """Return every customer, the most disappointed of the business first.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``weight`` (share of the business; 0 where it receives nothing scored),
            ``shortfall`` (D; NaN where nothing is scored), ``contribution`` (weight times shortfall, adds up to J),
            ``share`` (of J) and ``services`` (scored services that it receives).
        """
        return customer_table(self.organization, self.cascade)

    def bottlenecks(self, top: int = 10, by: str = "contribution") -> pd.DataFrame:
        """Return the departments where most of the customers' disappointment starts, and its main way to them.

        Parameters
        ----------
        top : int
            How many, at least 1.
        by : {"contribution", "gain", "gain_per_point"}
            What they are ranked by: what starts there; what customers gain where it is repaired, solved again (the
            same at stringency 1, the better guide above it); or that gain for each point of the scale that is
            repaired, the guide where effort grows with the points.

        Returns
        -------
        DataFrame
            Indexed by ``id``, at most `top` rows, only departments that cause anything: ``name``, ``share``
            (of J), ``cumulative`` (share of these and all before), ``contribution``, ``passed_on``,
            ``through_flow``, ``gain``, ``gain_per_point``, ``gain_per_service``, ``role``, ``faulty`` (how many of
            its services cause any of it), ``service`` (the one that costs the customers most), ``client``, ``verdict``,
            ``service_share`` (of J), ``own_part`` (fraction of that service's shortfall that originates at its
            supplier) and ``way`` (names from the department to a customer, along the heaviest path of
            that service).

        Raises
        ------
        ParameterError
            `top` is not a whole number of 1 or more, or `by` no such ranking.
        """
        check_ranking(top, by)
        known = self._bottlenecks
        if (int(top), by) not in known:
            known[int(top), by] = bottleneck_table(self, top, by)
        return known[int(top), by].copy()

    @cached_property
    def _bottlenecks(self) -> dict[tuple[int, str], pd.DataFrame]:
        """The tables that were asked for: sentences, figures and sections each ask for the same few again."""
        return {}

    def through_flow(self, departments: list[str]) -> Floats:
        """Return what the customers would be spared without chosen departments, each taken out alone.

        Parameters
        ----------
        departments : list of str
            Ids, q of them.

        Returns
        -------
        float array, shape (q,)
            In points of J; equal to the column of `departments`, and computed by taking each one out, so that it
            also answers inside loops where that column is empty.

        Raises
        ------
        ParameterError
            An id that does not exist.
        """
        ids = pd.Index(self.organization.departments["id"])
        numbers = ids.get_indexer(pd.Index(departments))
        if (numbers < 0).any():
            raise unknown_departments(self.organization, [departments[at] for at in np.flatnonzero(numbers < 0)])
        return extract_departments(self.cascade, numbers)

    @cached_property
    def shares_by_transmission(self) -> pd.DataFrame:
        """Each department's share of J at one transmission for all, of 0, 0.3, 0.6 and 0.9; indexed by id."""
        return sweep_table(self.organization, self.cascade)

    def ranking_by_transmission(self, top: int = 3) -> pd.DataFrame:
        """Return which departments lead the ranking at each transmission of the sweep.

        Parameters
        ----------
        top : int
            How many at each transmission.

        Returns
        -------
        DataFrame
            ``transmission``, ``rank`` (1 is first), ``id``, ``name``, ``share`` of J; only those that cause anything.
        """
        return leader_table(self.organization, self.shares_by_transmission, top)
