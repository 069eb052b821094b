"""The pour: how long a change takes to be felt, round after round of services, until it has reached the customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.change import Change, settle_change
from cxgraph.cascade.shortfall import received_shortfall
from cxgraph.errors import NumericalError, ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization

MOST_KEPT = 2_000
"""Departments whose every level is kept; of a larger network only the customers'."""
FELT = 1e-12
"""Smallest movement of a customer's shortfall that counts as one."""
_PARTS_OF_A_DAY = 4
_ALMOST_ALL = 0.999
_MOST_STEPS = 50_000


@dataclass(frozen=True, eq=False)
class Course:
    """What departments lack over time.

    Attributes
    ----------
    time : float array, shape (t,)
        Rounds or days since the change, from 0.
    departments : int array, shape (k,)
        Whose levels are kept: all, or only the customers in a network of over 2,000 departments.
    received : float array, shape (t, k)
        D of each of them; the first row is today.
    customer_shortfall : float array, shape (t,)
        J.
    """

    time: Floats
    departments: npt.NDArray[np.int64]
    received: Floats
    customer_shortfall: Floats

    @property
    def fill(self) -> Floats:
        """How full each glass is, 1 - D, shape (t, k)."""
        return np.asarray(1.0 - self.received)

    def time_to(self, part: float, final: Floats) -> Floats:
        """Return when each kept department has felt a part of its change for good, shape (k,).

        Parameters
        ----------
        part : float
            Fraction of the change, in (0, 0.999].
        final : float array, shape (k,)
            D in the end.

        Returns
        -------
        float array, shape (k,)
            NaN where nothing changes.
        """
        change = self.received[0] - final
        moves = np.abs(change) > FELT
        felt = np.divide(self.received[0] - self.received, change, out=np.ones_like(self.received), where=moves)
        # From the last moment at which less was felt: a change with ups and downs counts once it stays felt.
        below = felt < part
        last = np.where(below.any(axis=0), len(self.time) - 1 - np.argmax(below[::-1], axis=0), -1)
        return np.where(moves, self.time[np.minimum(last + 1, len(self.time) - 1)], np.nan)


@dataclass(frozen=True, eq=False)
class Pour:
    """A change on its way to the customers.

    Attributes
    ----------
    settled : Cascade
        When everybody has felt it.
    rounds, days : Course
        The way there, in rounds of services and, with each department's days per round, in days.
    ids, names : tuple of str
        Of all departments, by number.
    """

    settled: Cascade
    rounds: Course
    days: Course
    ids: tuple[str, ...]
    names: tuple[str, ...]

    def levels(self, unit: str = "rounds") -> pd.DataFrame:
        """Return what each customer lacks over time.

        Parameters
        ----------
        unit : {"rounds", "days"}
            Which course.

        Returns
        -------
        DataFrame
            Indexed by rounds or days since the change, a column for each customer by id: D.

        Raises
        ------
        ParameterError
            Another unit.
        """
        if unit not in ("rounds", "days"):
            raise ParameterError(
                "{name} is {value}; choose one of {choices}.", name="unit", value=repr(unit), choices="rounds, days"
            )
        course = self.rounds if unit == "rounds" else self.days
        at = np.flatnonzero(self.settled.network.customer_weight[course.departments] > 0)
        return pd.DataFrame(
            course.received[:, at],
            index=pd.Index(course.time, name=unit),
            columns=[self.ids[number] for number in course.departments[at]],
        )

    def to_frame(self) -> pd.DataFrame:
        """Return when each customer feels the change.

        Returns
        -------
        DataFrame
            Indexed by ``id``, a row for each customer: ``name``, ``weight``, ``before`` and ``after`` (what it
            lacks), ``gain`` (before - after), ``rounds_to_half``, ``rounds_to_90``, ``days_to_half`` and
            ``days_to_90``: when half and 90 % of its change are felt for good; NaN where it has none.
        """
        weight = self.settled.network.customer_weight
        customers = np.flatnonzero(weight > 0)
        after = self.settled.received
        at = np.flatnonzero(np.isin(self.rounds.departments, customers))
        before = self.rounds.received[0, at]
        columns = {
            f"{unit}_to_{said}": course.time_to(part, after[course.departments])[at]
            for unit, course in (("rounds", self.rounds), ("days", self.days))
            for said, part in (("half", 0.5), ("90", 0.9))
        }
        return pd.DataFrame(
            {
                "name": [self.names[number] for number in customers],
                "weight": weight[customers],
                "before": before,
                "after": after[customers],
                "gain": before - after[customers],
                **columns,
            },
            index=pd.Index([self.ids[number] for number in customers], name="id"),
        )


def pour_change(organization: Organization, change: Change) -> Pour:
    """Follow a change round by round, and day by day, until the customers have felt it.

    D(t + 1) = aggregate over the services e of min(1, own'_e + p'_e D_supplier(t)), from today's D: at stringency 1
    and below the ceiling D(t + 1) = b' + M' D(t). In days, what supplier s delivers on day t is made of what s
    lacked on day t - lag_s, and its changed services are felt from day lag_s on.

    Parameters
    ----------
    organization : Organization
        With the days per round (lag) of each department.
    change : Change
        From `change_cascade`.

    Returns
    -------
    Pour
        Both courses up to the moment when every customer has felt 99.9 % of its change.

    Raises
    ------
    NumericalError
        The change does not settle, or takes more than 50,000 steps to be felt.

    Notes
    -----
    A pass over the services for each step. Lags are rounded up to quarters of a day (0 counts as a quarter); a step
    is as long as their greatest common divisor. Changed importances and stringency are in the clients' eyes and act
    from the first step on.
    """
    settled = settle_change(change)
    table = organization.departments
    gives = np.diff(change.network.start) > 0
    ticks = np.maximum(np.ceil(_PARTS_OF_A_DAY * table["lag"].to_numpy(float) - 1e-9), 1).astype(np.int64)
    step = int(np.gcd.reduce(ticks[gives])) if gives.any() else _PARTS_OF_A_DAY
    one_round = np.ones(change.network.departments, np.int64)
    rounds = follow_change(change, settled.received, one_round)
    days = follow_change(change, settled.received, np.where(gives, ticks // step, 1), step / _PARTS_OF_A_DAY)
    return Pour(settled, rounds, days, tuple(map(str, table["id"])), tuple(map(str, table["name"])))


def follow_change(change: Change, final: Floats, delay: npt.NDArray[np.int64], step: float = 1.0) -> Course:
    """Return what departments lack after each step, until the customers have felt 99.9 % of the change for good.

    Parameters
    ----------
    change : Change
        From `change_cascade`.
    final : float array, shape (n,)
        D when everybody has felt it.
    delay : int array, shape (n,)
        Steps that each supplier's round takes, at least 1.
    step : float
        How long a step is, in the unit of the course's time.

    Returns
    -------
    Course
        From today on.

    Raises
    ------
    ParameterError
        A delay below 1.
    NumericalError
        More than 50,000 steps would be needed.
    """
    if (delay < 1).any():
        raise ParameterError("A delay takes at least 1 step.")
    network, today = change.network, change.before.received
    customers = np.flatnonzero(network.customer_weight > 0)
    kept = np.arange(network.departments) if network.departments <= MOST_KEPT else customers
    longest = int(delay.max(initial=1))
    memory = np.tile(today, (longest, 1))  # row t % longest holds D at step t
    everybody = np.arange(network.departments)
    taken = delay[network.supplier]
    path, totals = [today[kept]], [float(network.customer_weight @ today)]
    moving = np.abs(final - today)[customers]
    # Whoever reaches a customer must be near the end too: what is still on a longer way would move the customers again.
    watched = np.flatnonzero((network.customer_weight > 0) | (change.before.client_reach > 0))
    near = np.maximum((1.0 - _ALMOST_ALL) * np.abs(final - today)[watched], FELT)
    calm = 0
    while calm < longest and (moving > FELT).any():
        now = len(path)
        if now > _MOST_STEPS:
            raise NumericalError(
                "The customers would feel the change only after more than {steps} steps; give lags "
                "that have a larger common divisor.",
                steps=_MOST_STEPS,
            )
        felt = change.felt(memory[(now - delay) % longest, everybody])
        if now < longest:
            felt = np.where(taken <= now, felt, change.before.shortfall)
        received = received_shortfall(network, felt, change.stringency)[0]
        memory[now % longest] = received
        path.append(received[kept])
        totals.append(float(network.customer_weight @ received))
        calm = calm + 1 if (np.abs(received - final)[watched] <= near).all() else 0
    return Course(step * np.arange(len(path), dtype=float), kept, np.array(path), np.array(totals))
