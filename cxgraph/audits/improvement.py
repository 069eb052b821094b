"""The improvement log as data: which services each action aims at, which are open, how long they take."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.decide.planning.aims import service_aims
from cxgraph.model.arrays import Bools, Floats
from cxgraph.model.organization import Organization
from cxgraph.tables.schema import fold


@dataclass(frozen=True, eq=False)
class ImprovementLog:
    """The actions of an organisation, a of them, in the order of their table.

    Attributes
    ----------
    table : DataFrame
        The table as it was read, every column of the schema present.
    open : bool array, shape (a,)
        Opened by the reference day and not closed by it; what cannot begin (``earliest``) until later is a proposal.
    done : bool array, shape (a,)
        Closed by the reference day, whether or not the day of opening is known.
    days : float array, shape (a,)
        From opening to closing, for open ones to the reference day; NaN where a day is missing or closing
        comes before opening.
    aims : int array, shape (t, 2)
        Pairs of an action and a row of the services that it aims at.
    takes_part : bool array, shape (n,)
        Departments that own an action that was begun, or whose service one is to lift.
    """

    table: pd.DataFrame
    open: Bools
    done: Bools
    days: Floats
    aims: npt.NDArray[np.int64]
    takes_part: Bools

    def __len__(self) -> int:
        return len(self.table)

    @property
    def closed(self) -> Bools:
        """Which actions were closed by the reference day, shape (a,)."""
        return np.asarray(~np.isnan(self.days) & ~self.open)

    @property
    def proposed(self) -> Bools:
        """Which actions are neither open nor closed, shape (a,)."""
        return np.asarray(~self.open & ~self.done)

    @property
    def to_lift(self) -> Bools:
        """Which actions are to lift services, open or not, shape (a,).

        Those that name a service or say what they are to reach (``expected_fulfilment``, ``transmission``). Where other
        actions of the log say it, one that does neither, as a meeting of a whole department, lifts nothing.
        """
        stated = self.table[["expected_fulfilment", "transmission"]].notna().any(axis=1).to_numpy()
        named = self.table["service"].notna().to_numpy()
        return np.asarray(stated | named | ~stated.any())

    @property
    def lifting(self) -> Bools:
        """Which open actions are to lift services, shape (a,)."""
        return np.asarray(self.open & self.to_lift)

    def attended(self, services: int) -> Bools:
        """Return which services some open action is to lift, shape (services,)."""
        found = np.zeros(services, bool)
        found[self.aims[self.lifting[self.aims[:, 0]], 1]] = True
        return found

    def proposals_for(self, service: int) -> tuple[str, ...]:
        """Return the ids of the proposed actions that are to lift a service, given by its row, in order."""
        lifting = self.proposed & self.to_lift
        found = self.aims[(self.aims[:, 1] == service) & lifting[self.aims[:, 0]], 0]
        return tuple(sorted({str(self.table["id"].iat[action]) for action in found}))

    def add_up(self, values: Floats) -> Floats:
        """Add up a value of the services over those that each action aims at, shape (a,)."""
        return np.bincount(self.aims[:, 0], values[self.aims[:, 1]], len(self)).astype(float, copy=False)


def read_log(organization: Organization, today: datetime.date | None) -> ImprovementLog | None:
    """Read an organisation's actions.

    What an action aims at: see `cxgraph.decide.planning.aims.service_aims`.

    Parameters
    ----------
    organization : Organization
        With or without actions.
    today : date, optional
        The day that tells open from closed; without one whatever has no closing day is open.

    Returns
    -------
    ImprovementLog or None
        None without actions.
    """
    given = organization.actions
    if given is None or not len(given):
        return None
    table = given.reset_index(drop=True)
    for name in ("id", "title", "supplier", "client", "service", "department", "owner", "needs"):
        column = table[name].astype(object) if name in table.columns else pd.Series(np.nan, table.index, object)
        table[name] = column.where(column.notna(), None)
    for name in ("opened", "closed", "earliest"):
        if name not in table.columns:
            table[name] = np.datetime64("NaT", "s")
    for name in ("cost", "expected_fulfilment", "transmission"):
        if name not in table.columns:
            table[name] = np.nan
    opened, closed, earliest = (table[name].to_numpy("datetime64[s]") for name in ("opened", "closed", "earliest"))
    end = np.datetime64("NaT", "s") if today is None else np.datetime64(today, "s")
    with np.errstate(invalid="ignore"):
        done = ~np.isnat(closed) & (np.isnat(end) | (closed <= end))
        begun = ~(opened > end) & ~(np.isnat(opened) & (earliest > end))  # a day that is not known does not hold back
        seconds = np.where(done, closed, end) - opened
    days = np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64) / 86_400)
    days = np.where(days < 0, np.nan, days)
    takers = _takers(table[begun], organization)
    return ImprovementLog(table, begun & ~done, done, days, service_aims(table, organization), takers)


def _takers(table: pd.DataFrame, organization: Organization) -> Bools:
    departments = organization.departments
    known = {fold(str(name)): place for column in ("name", "id") for place, name in enumerate(departments[column])}
    found = np.zeros(len(departments), bool)
    for column in ("owner", "supplier", "department"):
        places = [known.get(fold(str(name)), -1) for name in table[column] if name is not None]
        found[[place for place in places if place >= 0]] = True
    return found


def median_days(days: Floats, done: Bools) -> float:
    """Return the median time to done, actions that are still open counted as long as they have been.

    Parameters
    ----------
    days : float array, shape (a,)
        Days to done, or days so far; no NaN.
    done : bool array, shape (a,)
        Which are done.

    Returns
    -------
    float
        Days; infinite where more than half are still open after the longest time that anything was done in.

    Notes
    -----
    The median of the done alone would praise a log in which only the easy ones are ever closed.

    References
    ----------
    Kaplan, E. L. & Meier, P. (1958). Nonparametric estimation from incomplete observations. Journal of the
    American Statistical Association 53(282), 457-481. https://doi.org/10.1080/01621459.1958.10501452

    Examples
    --------
    >>> median_days(np.array([10., 20, 30, 200]), np.array([True, True, False, False]))
    20.0
    """
    times = np.unique(days[done])
    ordered = np.sort(days)
    at_risk = len(days) - np.searchsorted(ordered, times)
    events = np.searchsorted(np.sort(days[done]), times, "right") - np.searchsorted(np.sort(days[done]), times)
    left = np.cumprod(1.0 - events / at_risk)
    reached = np.flatnonzero(left <= 0.5 + 1e-12)
    return float(times[reached[0]]) if len(reached) else float("inf")
