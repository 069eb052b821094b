"""Invented organisations whose truth is known, for `recovery.py`; nothing in them is drawn from the estimator's laws.

**Who serves whom.** Departments stand in four tiers, the last of which serves three customers (weights from a
Dirichlet). Each serves two to six clients, four times out of five in the next tier and otherwise further down, and with
probability 0.2 also one in its own tier or further up, which closes loops. Importances are uniform on 0.5 to 1.5.

**Faults** (`FAULTS`): of services or of departments, alone or on top of small ones everywhere; with a spread (each
client feels between half and one and a half of it); dense (every department has its own); in groups of departments;
mixed; lognormal. **Transmissions**: Beta(4, 3), Beta(2, 5), Beta(6, 2), uniform, or different for each service.

**What happens.** d_e = min(1, fault_e + tau_e D_s), with D the clients' weighted mean; in the weakest-link worlds one
department in three feels only its worst service, or all feel the mean of fourth powers. Under *halo* every client's
answers lie by 0.3 on what it receives on average. Noisy scores are means of 3 to 30 whole answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph import Organization

Floats = npt.NDArray[np.float64]
CUSTOMERS = 3
ANSWER_SPREAD = 1.5
"""Standard deviation of one answer, in points of a scale of ten."""
_ROUNDS = 2_000


@dataclass(frozen=True)
class World:
    """A way in which organisations come about.

    Attributes
    ----------
    faults : str
        Of `FAULTS`.
    transmission : (float, float) or None
        Parameters of a Beta distribution; None is uniform on 0.1 to 0.9.
    by_service : float
        Standard deviation of a service's transmission around its department's.
    worst_only : float
        Part of the departments that feel only their worst service.
    stringency : float
        Of all others.
    halo : float
        How far each answer lies on what its client receives on average.
    """

    faults: str
    transmission: tuple[float, float] | None = (4.0, 3.0)
    by_service: float = 0.0
    worst_only: float = 0.0
    stringency: float = 1.0
    halo: float = 0.0


WORLDS = {
    "services": World("services"),
    "every service a bit": World("every service"),
    "departments": World("departments"),
    "departments, spread": World("departments spread"),
    "every department a bit": World("every department"),
    "dense": World("dense"),
    "dense, spread": World("dense spread"),
    "groups": World("groups"),
    "mixed": World("mixed"),
    "lognormal, any transmission": World("lognormal", None),
    "low transmission, departments": World("every department", (2.0, 5.0)),
    "low transmission, mixed": World("mixed", (2.0, 5.0)),
    "high transmission, departments": World("departments", (6.0, 2.0)),
    "high transmission, services": World("every service", (6.0, 2.0)),
    "transmission of services": World("mixed", by_service=0.2),
}
HARD = {
    "weakest link": World("mixed", worst_only=1 / 3),
    "stringency 4": World("every department", stringency=4.0),
    "halo": World("mixed", halo=0.3),
    "halo, departments": World("every department", halo=0.3),
}
"""Worlds in which the analyst's own assumptions are wrong."""


@dataclass(frozen=True)
class Invented:
    """An invented organisation: what was measured, and what is true.

    Attributes
    ----------
    organization : Organization
        With the scores that were measured.
    transmission : float array, shape (departments,)
        True ones.
    cause : float array, shape (departments,)
        What the customers' shortfall falls by once a department's own faults are gone.
    share : float array, shape (departments,)
        The same as a part of the customers' shortfall.
    own : set of (str, str)
        Suppliers and clients of the services whose shortfall is mostly their own.
    """

    organization: Organization
    transmission: Floats
    cause: Floats
    share: Floats
    own: frozenset[tuple[str, str]]


def invent(name: str, departments: int, seed: int, *, noisy: bool = False, periods: int = 1) -> Invented:
    """Invent one organisation of a world; the same arguments give the same one."""
    world = (WORLDS | HARD)[name]
    rng = np.random.default_rng([crc32(name.encode()), seed, departments, int(noisy), periods])
    flow = _Flow.draw(world, departments, rng)
    base = _faults(world.faults, flow, rng)
    spans = [np.minimum(base * _swing(world.faults, flow, rng), 1.0) for _ in range(periods)] if periods > 1 else [base]
    settled = [flow.settle(fault) for fault in spans]
    tables = [flow.table(d, world.halo, rng, noisy=noisy) for d in settled]
    if periods > 1:
        tables = [table.assign(period=f"2020-{number + 1:02d}") for number, table in enumerate(tables)]
    fault, true = spans[-1], settled[-1]
    total = float(flow.weight @ flow.received(true))
    without = flow.settle(np.where(flow.supplier == np.arange(departments)[:, None], 0.0, fault))
    cause = total - flow.received(without) @ flow.weight
    cause = np.where(cause < 1e-9, 0.0, cause)
    inherited = np.minimum(true, flow.passed * flow.received(true)[flow.supplier])
    mostly = (true > 0) & (true - inherited >= inherited)
    own = frozenset(
        (f"D{s:02d}", flow.name(c)) for s, c in zip(flow.supplier[mostly], flow.client[mostly], strict=True)
    )
    frame = pd.concat(tables)
    organization = Organization.from_frames(frame, flow.departments_frame())
    return Invented(organization, flow.transmission, cause, cause / max(total, 1e-12), own)


@dataclass(frozen=True)
class _Flow:
    """Who serves whom, and how shortfalls travel."""

    departments: int
    supplier: npt.NDArray[np.int64]
    client: npt.NDArray[np.int64]
    importance: Floats
    shares: Floats
    weight: Floats
    transmission: Floats
    passed: Floats
    worst_only: npt.NDArray[np.bool_]
    stringency: float

    @classmethod
    def draw(cls, world: World, departments: int, rng: np.random.Generator) -> _Flow:
        """Draw everything but the faults."""
        supplier, client = _who_serves_whom(departments, rng)
        size, services = departments + CUSTOMERS, len(supplier)
        weight = np.zeros(size)
        weight[departments:] = rng.dirichlet(np.full(CUSTOMERS, 2.0))
        law = world.transmission
        tau = rng.uniform(0.1, 0.9, departments) if law is None else rng.beta(*law, departments)
        passed = np.clip(tau[supplier] + world.by_service * rng.standard_normal(services), 0.0, 0.98)
        importance = rng.uniform(0.5, 1.5, services)
        shares = np.zeros((services, size))
        shares[np.arange(services), client] = importance
        shares /= np.maximum(shares.sum(axis=0), 1e-300)
        worst = np.zeros(size, bool)
        worst[:departments] = rng.random(departments) < world.worst_only
        return cls(departments, supplier, client, importance, shares, weight, tau, passed, worst, world.stringency)

    def name(self, department: int) -> str:
        """Return the id of a department or customer."""
        return f"D{department:02d}" if department < self.departments else f"C{department - self.departments}"

    def received(self, shortfalls: Floats) -> Floats:
        """Return what each department receives, for one or several rows of shortfalls."""
        rho = self.stringency
        found = (shortfalls**rho @ self.shares) ** (1 / rho)
        for v in np.flatnonzero(self.worst_only & (self.shares.sum(axis=0) > 0)):
            found[..., v] = shortfalls[..., self.client == v].max(axis=-1)
        return np.asarray(found)

    def settle(self, fault: Floats) -> Floats:
        """Let the faults pour until nothing changes."""
        found = np.minimum(fault, 1.0)
        for _ in range(_ROUNDS):
            following = np.minimum(1.0, fault + self.passed * self.received(found)[..., self.supplier])
            if np.abs(following - found).max() < 1e-11:
                return following
            found = following
        raise RuntimeError("the invented organisation does not settle")

    def table(self, shortfalls: Floats, halo: float, rng: np.random.Generator, *, noisy: bool) -> pd.DataFrame:
        """Return the services as they were scored."""
        services = len(shortfalls)
        felt = (1 - halo) * shortfalls + halo * (shortfalls @ self.shares)[self.client]
        expectation = rng.uniform(6, 10, services)
        columns: dict[str, Any] = {
            "supplier": [self.name(u) for u in self.supplier],
            "client": [self.name(v) for v in self.client],
            "expectation": np.round(expectation * 2) / 2 if noisy else expectation,
            "importance": self.importance,
        }
        level = columns["expectation"] * (1 - felt)
        if not noisy:
            return pd.DataFrame(columns | {"fulfilment": level})
        count = rng.integers(3, 31, services)
        answers = [
            np.clip(np.rint(mean + ANSWER_SPREAD * rng.standard_normal(n)), 0, 10)
            for mean, n in zip(level, count, strict=True)
        ]
        return pd.DataFrame(
            columns
            | {
                "fulfilment": [one.mean() for one in answers],
                "fulfilment_sd": [one.std(ddof=1) for one in answers],
                "responses": count,
            }
        )

    def departments_frame(self) -> pd.DataFrame:
        """Return the departments and customers."""
        ids = [self.name(u) for u in range(self.departments + CUSTOMERS)]
        kinds = ["internal"] * self.departments + ["external_customer"] * CUSTOMERS
        return pd.DataFrame({"id": ids, "kind": kinds, "weight": np.where(self.weight > 0, self.weight, 1.0)})


def _who_serves_whom(departments: int, rng: np.random.Generator) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    tier = np.arange(departments) * 4 // departments
    pairs: set[tuple[int, int]] = set()
    for u in range(departments):
        for _ in range(int(rng.integers(2, 7))):
            ahead = tier[u] + 1 if rng.random() < 0.8 else int(rng.integers(tier[u] + 1, 5))
            choice = np.flatnonzero(tier == ahead) if ahead < 4 else departments + np.arange(CUSTOMERS)
            pairs.add((u, int(rng.choice(choice))))
        back = np.flatnonzero((tier <= tier[u]) & (np.arange(departments) != u))
        if rng.random() < 0.2 and len(back):
            pairs.add((u, int(rng.choice(back))))
    chosen = np.array(sorted(pairs))
    return chosen[:, 0], chosen[:, 1]


def _some(rng: np.random.Generator, count: int, often: float, low: float, high: float) -> Floats:
    return np.where(rng.random(count) < often, rng.uniform(low, high, count), 0.0)


def _faults(kind: str, flow: _Flow, rng: np.random.Generator) -> Floats:
    """Return the fault of every service."""
    services, size, of = len(flow.supplier), flow.departments, flow.supplier
    single, whole = (lambda: _some(rng, services, 1 / 8, 0.1, 0.7)), (lambda: _some(rng, size, 1 / 6, 0.1, 0.6))
    if kind == "groups":
        group = rng.integers(0, max(2, size // 5), size)
        common = _some(rng, int(group.max()) + 1, 1 / 3, 0.05, 0.4)
        of_department = common[group] * rng.uniform(0.5, 1.5, size) + rng.exponential(0.03, size)
        return np.minimum(of_department, 0.8)[of]
    if kind == "mixed":
        of_service = _some(rng, services, 1 / 12, 0.1, 0.6) + rng.exponential(0.02, services)
        return of_service + _some(rng, size, 1 / 8, 0.1, 0.5)[of]
    if kind == "lognormal":
        return np.minimum(
            0.06 * np.exp(0.9 * rng.standard_normal(size))[of] * np.exp(0.4 * rng.standard_normal(services)), 1.0
        )
    made = {
        "services": single,
        "every service": lambda: single() + rng.exponential(0.06, services),
        "departments": lambda: whole()[of],
        "departments spread": lambda: whole()[of] * rng.uniform(0.5, 1.5, services),
        "every department": lambda: (whole() + rng.exponential(0.06, size))[of],
        "dense": lambda: rng.gamma(2.0, 0.075, size)[of],
        "dense spread": lambda: rng.gamma(1.5, 0.1, size)[of] * rng.uniform(0.6, 1.4, services),
    }
    return np.minimum(made[kind](), 1.0)


def _swing(kind: str, flow: _Flow, rng: np.random.Generator) -> Floats:
    """Return the factor, of mean 1, by which faults are larger or smaller in one period."""
    if "service" in kind:
        return rng.gamma(2.0, 0.5, len(flow.supplier))
    return rng.gamma(2.0, 0.5, flow.departments)[flow.supplier]
