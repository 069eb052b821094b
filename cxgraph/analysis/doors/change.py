"""What a change does, at once and over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

import pandas as pd

from cxgraph.analysis.core import AnalysisCore

if TYPE_CHECKING:
    import datetime

    from cxgraph.cascade.pour import Pour
    from cxgraph.decide.planning.plan import Plan
    from cxgraph.decide.scenario import Scenario
    from cxgraph.decide.what_if import Changes


class ChangeDoors(AnalysisCore):
    """What a change does, at once and over time."""

    def what_if(
        self,
        changes: Changes = None,
        *,
        transmission: Mapping[str, float] | None = None,
        stringency: float | None = None,
    ) -> Self:
        """Return the analysis as it would be after a change, once everybody downstream has felt it.

        Parameters
        ----------
        changes : iterable of ServiceChange, or DataFrame, optional
            New fulfilments, expectations or importances of services that exist; a frame has the columns
            ``supplier``, ``client``, optionally ``service``, and ``fulfilment``, ``expectation`` or ``importance``.
        transmission : mapping of str to float, optional
            New transmissions by department id, in [0, 1).
        stringency : float, optional
            Another stringency for all clients.

        Returns
        -------
        Analysis
            Of the organisation as its clients would then score it. Changing nothing gives the same numbers to the
            last bit.

        Raises
        ------
        ParameterError
            A department or service that does not exist, or a value outside its range.
        NumericalError
            The change did not settle.

        Notes
        -----
        What is not touched keeps its own shortfall and its pass-through, and every department its transmission, also
        where that was estimated: a repair does not change how departments pass on; see `cxgraph.decide.what_if`.

        To repair only what starts at a service, set the fulfilment at which its shortfall is what it inherits: bottom
        of the scale + (1 - inherited) times (expectation - bottom) under ``ratio``, expectation - inherited times the
        scale's width under ``gap``, bottom + (1 - inherited) times the width under ``perception``. At stringency 1
        this gains its contribution exactly. A higher fulfilment also shields the client from what is inherited.

        Examples
        --------
        >>> import cxgraph
        >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
        ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
        >>> analysis = cxgraph.analyze(cxgraph.Organization.from_frames(services), transmission=0.6)
        >>> table = analysis.services().query("supplier == 'Sales'")
        >>> repaired = table.assign(fulfilment=(1 - table["inherited"]) * table["expectation"])
        >>> after = analysis.what_if(repaired[["supplier", "client", "service", "fulfilment"]])
        >>> round(analysis.customer_shortfall - after.customer_shortfall, 12), table["contribution"].round(12).item()
        (0.1, 0.1)
        """
        from cxgraph.decide.what_if import apply_changes

        organization, cascade = apply_changes(
            self.organization, self.cascade, changes, transmission=transmission, stringency=stringency
        )
        return self._of(organization, cascade, self.transmission.changed_to(cascade.transmission))

    def pour(
        self,
        changes: Changes = None,
        *,
        transmission: Mapping[str, float] | None = None,
        stringency: float | None = None,
    ) -> Pour:
        """Follow a change until the customers have felt it, in rounds of services and in days.

        Parameters
        ----------
        changes, transmission, stringency
            As in `what_if`.

        Returns
        -------
        Pour
            Levels over time and, in `Pour.to_frame`, when each customer has felt half and 90 % of its change.

        Raises
        ------
        ParameterError
            As in `what_if`.
        NumericalError
            The change does not settle, or takes too many steps to be felt.
        """
        from cxgraph.cascade.pour import pour_change
        from cxgraph.decide.what_if import prepare_change

        return pour_change(
            *prepare_change(self.organization, self.cascade, changes, transmission=transmission, stringency=stringency)
        )

    def under(self, scenario: Scenario) -> Self:
        """Return the analysis as it would be under a scenario: redesigns first, then changes.

        Parameters
        ----------
        scenario : Scenario
            From `cxgraph.decide.scenario.parse_scenario`, or built of its parts.

        Returns
        -------
        Analysis
            Of the organisation as its clients would then score it. A scenario that changes nothing gives the same
            numbers to the last bit.

        Raises
        ------
        ParameterError
            A department or service that does not exist, or a value outside its range.
        InputError
            The redrawn organisation holds errors, or no customer.
        NumericalError
            The change did not settle.

        Notes
        -----
        A redesign changes who gives what to whom; a score changes only where the scenario says so. What keeps its
        supplier keeps its own shortfall and its pass-through; what gets another one keeps the score of the day and
        is split again. See `cxgraph.decide.redesign`.
        """
        from cxgraph.analysis.scenarios import found_under

        return self._of(*found_under(self, scenario))

    def plan(
        self, budget: float, actions: pd.DataFrame | None = None, *, by: datetime.date | str | None = None
    ) -> Plan:
        """Return the actions that spare the customers most for a budget.

        Parameters
        ----------
        budget : float
            In the organisation's currency, at least 0; ``inf`` for as much as it takes.
        actions : DataFrame, optional
            Columns as in actions.csv; the organisation's improvement log by default.
        by : date or str, optional
            Leave out what cannot begin by that day (column ``earliest``).

        Returns
        -------
        Plan
            ``chosen`` (ids), ``cost``, ``gain`` (fall of the customers' shortfall once everybody has felt it),
            ``bound`` (proved: no permitted set gains more), ``exact``, ``table()``, ``frontier()``, ``habits()`` (what
            is done without a network, with the same money), ``confidence()``, ``changes`` and ``transmission`` for
            `what_if`. An action lifts what it aims at to ``expected_fulfilment`` (never lowers it), or its department
            to ``transmission``; of several on one service the best stands. Closed actions are no candidates.

        Raises
        ------
        ParameterError
            A budget below 0, or no date.
        InputError
            Two actions with one id, or a need that is no action.

        Examples
        --------
        >>> import cxgraph
        >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
        ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
        >>> actions = pd.DataFrame({"id": ["a", "b"], "supplier": ["IT", "Sales"], "cost": [10, 10],
        ...                         "expected_fulfilment": [8, 7]})
        >>> plan = cxgraph.analyze(cxgraph.Organization.from_frames(services), transmission=0.6).plan(10, actions)
        >>> plan.chosen, round(plan.gain, 12), plan.exact
        (('a',), 0.18, True)
        """
        from cxgraph.analysis.deciding import plan_for

        return plan_for(self, budget, actions, by)

    def point_gains(self) -> pd.DataFrame:
        """Return what one point more of each service would give the customers, before anybody has thought of actions.

        Returns
        -------
        DataFrame
            ``supplier``, ``client``, ``service``, ``fulfilment``, ``points`` (1, or what is missing where that is
            less), ``gain`` (fall of the customers' shortfall) and ``per_point``, the largest first.
        """
        from cxgraph.analysis.deciding import points_of

        return points_of(self)

    def effort(self) -> pd.DataFrame:
        """Return the departments by what the customers gain where all that starts there is repaired.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``contribution``, ``gain`` (solved again: the contribution at stringency 1,
            another number above it), ``own``, ``failing``, ``per_own`` and ``per_service``; see
            `cxgraph.decide.planning.effort.mending_table`.
        """
        from cxgraph.analysis.deciding import effort_of

        return effort_of(self)
