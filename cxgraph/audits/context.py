"""What the checks look at: an organisation with everything that several of them need, computed once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.audits.improvement import ImprovementLog, read_log
from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.cascade.shortfall import shortfall
from cxgraph.culture.leadership import LeadershipPour, pour_commitment
from cxgraph.culture.profiles import Profiles, profile_departments
from cxgraph.model.answers import KEYS
from cxgraph.model.arrays import Bools, Floats, Indices
from cxgraph.model.halo import without_halo
from cxgraph.model.organization import Organization
from cxgraph.model.periods import period_end
from cxgraph.privacy.respondents import Respondents, count_respondents
from cxgraph.transmission.assumptions import Readings, weigh_readings
from cxgraph.transmission.estimate import estimate_unstated, usual_transmission
from cxgraph.transmission.inputs import service_noise
from cxgraph.wording import N_

FEWEST_GIVING = 8
"""Departments with scored services below which nothing is said of how people rate."""
MOST_ROWS = 100
"""Rows of evidence that one finding lists; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of evidence, how many more are kept back for anonymity, and how many are only counted."""

    rows: tuple[Mapping[str, Any], ...]
    hidden: int
    unlisted: int


@dataclass(frozen=True, slots=True)
class Reference:
    """The day that ages are counted from, and where it was found (an English template)."""

    day: datetime.date
    found_in: str


@dataclass(frozen=True, eq=False)
class Context:
    """An organisation as the checks see it.

    Attributes
    ----------
    organization : Organization
        What is audited.
    solved : Cascade, optional
        Its cascade, where it was solved before.
    solved_usual : float array, shape (n,), optional
        What shielding is measured against in it; see `cxgraph.cascade.attribution.shielded_from`.
    today : date, optional
        The day that ages are counted from.
    office : str, optional
        Id of the customer-experience office.
    transmission : float, optional
        One for all departments, in place of their own.
    """

    organization: Organization
    solved: Cascade | None = None
    solved_usual: Floats | None = None
    today: datetime.date | None = None
    office: str | None = None
    transmission: float | None = None

    def at(self, transmission: float) -> Context:
        """Return the same organisation as it looks with one transmission for all departments."""
        if transmission not in self._others:
            other = Context(self.organization, self.solved, None, self.today, self.office, transmission)
            for name in ("departments", "services", "respondents", "log", "profiles", "reference"):
                other.__dict__[name] = getattr(self, name)  # nothing of these depends on a transmission
            self._others[transmission] = other
        return self._others[transmission]

    @cached_property
    def _others(self) -> dict[float, Context]:
        return {}

    @cached_property
    def departments(self) -> pd.DataFrame:
        """The departments."""
        return self.organization.departments

    @cached_property
    def services(self) -> pd.DataFrame:
        """All services of the period, scored or not."""
        return self.organization.services

    @cached_property
    def ids(self) -> npt.NDArray[np.object_]:
        """Ids of the departments, shape (n,)."""
        return self.departments["id"].to_numpy(object)

    @cached_property
    def names(self) -> npt.NDArray[np.object_]:
        """Names of the departments, shape (n,)."""
        return self.departments["name"].to_numpy(object)

    @cached_property
    def customer(self) -> Bools:
        """Which departments are customers whose disappointment is explained, shape (n,)."""
        return self.departments["customer"].to_numpy(bool)

    @cached_property
    def internal(self) -> Bools:
        """Which are the organisation's own and no customers, shape (n,)."""
        return np.asarray((self.departments["kind"] == "internal").to_numpy() & ~self.customer)

    @cached_property
    def supplier(self) -> npt.NDArray[np.int64]:
        """Department number of each service's supplier, shape (rows,)."""
        return self.services["supplier"].cat.codes.to_numpy().astype(np.int64)

    @cached_property
    def client(self) -> npt.NDArray[np.int64]:
        """Department number of each service's client, shape (rows,)."""
        return self.services["client"].cat.codes.to_numpy().astype(np.int64)

    @cached_property
    def cascade(self) -> Cascade | None:
        """The solved cascade; None where no customer receives a scored service."""
        solved, settings = self.solved, self.organization.settings
        if solved is not None and self.transmission is None:
            return solved
        organization = without_halo(self.organization)
        network = organization.network() if solved is None else solved.network
        if not network.customer_weight.any():
            return None
        scoring, stringency = (
            (settings.scoring, settings.stringency) if solved is None else (solved.scoring, solved.stringency)
        )
        if self.transmission is not None:
            return solve_cascade(network, np.full(network.departments, self.transmission), stringency, scoring)
        tau, _ = estimate_unstated(organization, organization.stated_transmission(), scoring, stringency)
        return solve_cascade(network, tau, stringency, scoring)

    @cached_property
    def readings(self) -> Readings | None:
        """How probable the scores are under other assumptions; None where too little is known to tell."""
        if self.cascade is None or self.averaged.any():
            return None
        scoring, organization = self.cascade.scoring, self.organization
        network = organization.network(scoring)
        if (np.diff(network.start) > 0).sum() < FEWEST_GIVING:
            return None
        lacks, surplus = shortfall(network, scoring)
        over = surplus > 0 if scoring != "perception" else np.zeros(len(lacks), bool)
        noise = service_noise(organization, scoring)
        halo, stringency = organization.settings.halo, self.cascade.stringency
        return weigh_readings(network, lacks, noise, over, halo=halo, stringency=stringency)

    @cached_property
    def usual(self) -> Floats | None:
        """What shielding is measured against, shape (n,); None where it is the transmission itself."""
        if self.solved is not None or self.transmission is not None or self.cascade is None:
            return self.solved_usual
        return usual_transmission(self.cascade.transmission, np.isnan(self.organization.stated_transmission()))

    @cached_property
    def scored(self) -> Indices:
        """Row of each of the cascade's services in `services`, shape (m,)."""
        scoring = None if self.cascade is None else self.cascade.scoring
        return np.flatnonzero(self.organization.scored(scoring))

    @cached_property
    def contribution_share(self) -> Floats:
        """Share of the customers' shortfall that starts at each of the cascade's services, shape (m,)."""
        if self.cascade is None or self.cascade.customer_shortfall <= 0:
            return np.zeros(len(self.scored))
        return np.asarray(self.cascade.contribution / self.cascade.customer_shortfall)

    @cached_property
    def pour(self) -> LeadershipPour:
        """The leadership pour."""
        return pour_commitment(self.organization, transmission=self.transmission)

    @cached_property
    def profiles(self) -> Profiles:
        """Profiles of the departments' culture."""
        return profile_departments(self.organization)

    @cached_property
    def respondents(self) -> Respondents:
        """Who stands behind each service's scores."""
        return count_respondents(self.organization)

    @cached_property
    def log(self) -> ImprovementLog | None:
        """The improvement log; None where the organisation keeps none."""
        return read_log(self.organization, None if self.reference is None else self.reference.day)

    @cached_property
    def reference(self) -> Reference | None:
        """The day that ages are counted from: as given, else the latest day in the data; None without any."""
        if self.today is not None:
            return Reference(self.today, N_("given"))
        found = [(table[column].max(), label) for table, column, label in self._dated() if column in table.columns]
        found = [(day, label) for day, label in found if not pd.isna(day)]
        if found:
            day, label = max(found, key=lambda pair: pair[0])
            return Reference(day.date(), label)
        periods = self._periods()
        if not periods:
            return None
        return Reference(datetime.date(*max(period_end(period) for period in periods)), N_("the end of the period"))

    def _dated(self) -> list[tuple[pd.DataFrame, str, str]]:
        organization = self.organization
        tables = (
            (organization.responses, "date", N_("the latest answer")),
            (organization.practices, "date", N_("the latest assessment")),
            (organization.actions, "opened", N_("the latest action")),
            (organization.actions, "closed", N_("the latest action")),
        )
        return [(table, column, label) for table, column, label in tables if table is not None and len(table)]

    def _periods(self) -> list[str]:
        period = self.organization.settings.period
        return [] if period is None else [period]

    @cached_property
    def averaged(self) -> Bools:
        """Services whose scores are withheld: they have their group's average, or none; shape (rows,)."""
        suppressed = self.organization.suppressed
        return np.zeros(len(self.services), bool) if suppressed is None else suppressed.services

    def shown_services(self, rows: Indices) -> Bools:
        """Return which services have enough people behind them, and scores of their own, to be shown one by one."""
        return self.respondents.enough_for_service[rows] & ~self.averaged[rows]

    def list_services(self, rows: Indices, columns: Mapping[str, Any], *, scores: bool = True) -> Listed:
        """Return services as rows of evidence.

        Parameters
        ----------
        rows : int array, shape (k,)
            Rows of `services`, the gravest first.
        columns : mapping of str to sequence of k values
            What is said of each.
        scores : bool
            Whether the rows tell what people answered, so that those with too few of them are kept back.
        """
        keep = self.shown_services(rows) if scores else np.ones(len(rows), bool)
        services = self.services
        named = {name: services[name].iloc[rows].astype(object).to_numpy() for name in KEYS}
        return list_rows({**named, **columns}, keep)

    def list_departments(self, numbers: Indices, columns: Mapping[str, Any], keep: Bools | None = None) -> Listed:
        """Return departments as rows of evidence; `keep` tells which may be shown."""
        return list_rows(
            {"department": self.ids[numbers], **columns}, np.ones(len(numbers), bool) if keep is None else keep
        )


def list_rows(columns: Mapping[str, Any], keep: Bools) -> Listed:
    """Turn columns into rows of plain values, without those that must not be shown and beyond `MOST_ROWS`."""
    kept = np.flatnonzero(keep)
    shown = kept[:MOST_ROWS]
    plain = {name: [_plain(np.asarray(values, object)[row]) for row in shown] for name, values in columns.items()}
    rows = tuple(dict(zip(plain, entry, strict=True)) for entry in zip(*plain.values(), strict=True))
    return Listed(rows, int(len(keep) - len(kept)), int(len(kept) - len(shown)))


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return None
    if isinstance(value, (pd.Timestamp, datetime.datetime)):
        return value.date().isoformat()
    return value.item() if isinstance(value, np.generic) else value
