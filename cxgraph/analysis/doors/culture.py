"""The culture behind the services: practices, leadership, principles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.analysis.core import AnalysisCore

if TYPE_CHECKING:
    import datetime

    from cxgraph.audits.finding import Finding
    from cxgraph.culture.leadership import LeadershipPour
    from cxgraph.culture.profiles import Profiles


class CultureDoors(AnalysisCore):
    """The culture behind the services: practices, leadership, principles."""

    def profiles(self) -> Profiles:
        """Return how far each internal department lives every dimension of a service culture, and what is unknown.

        Returns
        -------
        Profiles
            With frames: `to_frame`, `wide` and `orientation`. Without practices every score is unknown.
        """
        from cxgraph.culture.profiles import profile_departments

        return profile_departments(self.organization)

    def leadership_cascade(
        self, *, groups: tuple[str, ...] = ("leadership",), transmission: float | None = None, stop: float = 0.25
    ) -> LeadershipPour:
        """Return how commitment comes down the reporting lines and where it stops.

        Parameters
        ----------
        groups : tuple of str
            Groups of practices that commitment is the mean of.
        transmission : float, optional
            In [0, 1), the same on every line; by default the organisation's, else 0.6.
        stop : float
            Own lack of commitment, in (0, 1], from which the pour stops.

        Returns
        -------
        LeadershipPour
            With the frames `departments`, `levels` and `stops`.

        Raises
        ------
        ParameterError
            An unknown group, or a number outside its range.
        """
        from cxgraph.culture.leadership import pour_commitment

        return pour_commitment(self.organization, groups=groups, transmission=transmission, stop=stop)

    def culture_association(self, level: float = 0.9) -> pd.DataFrame:
        """Return how departments' culture goes with their own shortfalls: an association, which is no cause.

        Parameters
        ----------
        level : float
            Confidence of the intervals, in (0, 1).

        Returns
        -------
        DataFrame
            A row for each dimension; see `cxgraph.culture.association.culture_association`.

        Raises
        ------
        ParameterError
            A level outside (0, 1).
        """
        from cxgraph.culture.association import culture_association

        return culture_association(self.profiles(), self.cascade, level)

    def audit(
        self,
        *,
        today: datetime.date | str | None = None,
        office: str | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> tuple[Finding, ...]:
        """Check the organisation against the principles of customer orientation, by this analysis's own cascade.

        Parameters
        ----------
        today : date or str, optional
            The day that ages are counted from; by default the latest day in the data.
        office : str, optional
            Id of the customer-experience office, where it cannot be told by its name.
        thresholds : mapping of str to float, optional
            Options of the rules by name.

        Returns
        -------
        tuple of Finding
            One for each rule; see `cxgraph.audit`.

        Raises
        ------
        ParameterError
            An unknown threshold or department, or a value outside its range.
        """
        from cxgraph.audits.run import audit

        return audit(
            self.organization,
            cascade=self.cascade,
            usual=self.transmission.usual,
            today=today,
            office=office,
            thresholds=thresholds,
        )
