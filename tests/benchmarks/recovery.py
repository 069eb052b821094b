"""Recovery: does the ranking find the department where the customers' disappointment really starts?

Organisations are invented whose truth is known, and every method ranks their departments from the scores alone.

    python tests/benchmarks/recovery.py [--organizations 60] [--departments 25] [--seed 0] [--noise] [--weakest]
                                        [--periods 12]

**Generator.** Departments stand in four tiers, the last of which serves three customers (weights from a Dirichlet).
Each department serves two to five clients, four times out of five in the next tier and otherwise further down, and
with probability 0.15 also one in its own tier or further up, which closes loops. Importances are uniform on 0.5 to
1.5, expectations on 6 to 10 of a scale of 10. Transmissions are Beta(3, 2), one for each department. Faults:

1. *services*: one service in eight has a fault, uniform on 0.1 to 0.7;
2. *departments*: one department in six has a fault, uniform on 0.1 to 0.6, in all that it gives;
3. *every service a bit*: as 1, and every service an exponential fault of mean 0.06 besides;
4. *every department a bit*: as 2, and every department an exponential fault of mean 0.06 besides.

Shortfalls solve d_e = min(1, fault_e + tau_s D_s) with D the clients' weighted mean (or, with ``--weakest``, the
worst service of one department in three is all that counts: not modelled by any of the methods, which all average).
With ``--periods`` the faults of the services (worlds 1 and 3) or of the departments (2 and 4) swing from period to
period by a factor of mean 1, Gamma(2, 1/2), and the last period is analysed. With ``--noise`` each service is scored
by 3 to 12 respondents whose answers spread by 1.2 points around the truth.

**Truth and marks.** A department's true cause is the fall of the customers' shortfall once its own faults are
removed, solved again. Marks: the first is first; how much of the first five agrees; Spearman's correlation over all
departments; the gain of mending the department ranked first as a share of the best possible gain. "One wave" is what
cxgraph does where nobody states a transmission.

**What people do today.** The department with the lowest rating from its clients; the largest weighted sum of gaps;
the largest weighted gaps towards customers only; betweenness; PageRank from the customers upstream along gaps.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from cxgraph.cascade.cascade import solve_cascade
from cxgraph.cascade.shortfall import importance_shares, received_shortfall, shortfall
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.transmission.periods import Panel, within_transmission
from cxgraph.transmission.single_wave import wave_posterior

WORLDS = ("services", "departments", "every service a bit", "every department a bit")
CUSTOMERS = 3
SPREAD = 0.12
"""Standard deviation of an answer, as a fraction of the scale."""


@dataclass(frozen=True)
class World:
    """An invented organisation: what was measured, and what is true."""

    network: Network
    noise: Floats
    transmission: Floats
    cause: Floats
    shortfalls: npt.NDArray[np.float64]
    """Measured in each period, shape (periods, services)."""


def invent(
    kind: str, departments: int, rng: np.random.Generator, *, noisy: bool, weakest: bool, periods: int = 1
) -> World:
    """Invent one organisation; see the head of this file."""
    supplier, client = _who_serves_whom(departments, rng)
    size, services = departments + CUSTOMERS, len(supplier)
    weight = np.zeros(size)
    weight[departments:] = rng.dirichlet(np.full(CUSTOMERS, 2.0))
    tau = np.append(rng.beta(3, 2, departments), np.zeros(CUSTOMERS))
    worst_only = np.zeros(size, bool)
    if weakest:
        worst_only[:departments] = rng.random(departments) < 1 / 3
    order = np.lexsort((client, supplier))
    supplier, client = supplier[order], client[order]
    importance = rng.uniform(0.5, 1.5, services)
    expectation = rng.uniform(6, 10, services)
    blank = Network.from_arrays(
        supplier, client, expectation, expectation, customer_weight=weight, importance=importance
    )
    spans = []
    base = _faults(kind, size, supplier, rng)
    for _ in range(periods):
        swing = np.ones(services)
        if periods > 1:
            swing = rng.gamma(2.0, 0.5, services) if "service" in kind else rng.gamma(2.0, 0.5, size)[supplier]
        spans.append(base * swing)
    true = [_settle(blank, np.minimum(fault, 1.0), tau, worst_only) for fault in spans]
    answers = rng.integers(3, 13, services)
    noise = SPREAD * 10 / expectation / np.sqrt(answers) if noisy else np.zeros(services)
    measured = np.array([np.clip(d + noise * rng.standard_normal(services), 0, 1) for d in true])
    network = Network.from_arrays(
        supplier, client, expectation, expectation * (1 - measured[-1]), customer_weight=weight, importance=importance
    )
    fault = spans[-1]
    before = weight @ _lacks(blank, true[-1], worst_only)
    cause = np.array(
        [
            before
            - weight @ _lacks(blank, _settle(blank, np.where(supplier == u, 0.0, fault), tau, worst_only), worst_only)
            for u in range(size)
        ]
    )
    return World(network, noise, tau, cause, measured)


def _who_serves_whom(departments: int, rng: np.random.Generator) -> tuple[npt.NDArray[np.int64], ...]:
    tier = np.sort(np.arange(departments) * 4 // departments)
    pairs: set[tuple[int, int]] = set()
    for u in range(departments):
        for _ in range(int(rng.integers(2, 6))):
            ahead = tier[u] + 1 if rng.random() < 0.8 else int(rng.integers(tier[u] + 1, 5))
            choice = np.flatnonzero(tier == ahead) if ahead < 4 else departments + np.arange(CUSTOMERS)
            pairs.add((u, int(rng.choice(choice))))
        if rng.random() < 0.15:
            back = np.flatnonzero((tier <= tier[u]) & (np.arange(departments) != u))
            pairs.add((u, int(rng.choice(back))))
    chosen = np.array(sorted(pairs))
    return chosen[:, 0], chosen[:, 1]


def _faults(kind: str, size: int, supplier: npt.NDArray[np.int64], rng: np.random.Generator) -> Floats:
    services = len(supplier)
    if "service" in kind:
        fault = np.where(rng.random(services) < 1 / 8, rng.uniform(0.1, 0.7, services), 0.0)
        return fault + rng.exponential(0.06, services) * (kind != "services")
    common = np.where(rng.random(size) < 1 / 6, rng.uniform(0.1, 0.6, size), 0.0)
    return (common + rng.exponential(0.06, size) * (kind != "departments"))[supplier]


def _lacks(network: Network, shortfalls: Floats, worst_only: npt.NDArray[np.bool_]) -> Floats:
    average, _ = received_shortfall(network, shortfalls, 1.0)
    if not worst_only.any():
        return average
    worst, _ = received_shortfall(network, shortfalls, np.inf)
    return np.where(worst_only, worst, average)


def _settle(network: Network, fault: Floats, tau: Floats, worst_only: npt.NDArray[np.bool_]) -> Floats:
    """Let the faults pour until nothing changes."""
    found = fault
    for _ in range(500):
        following = np.minimum(1.0, fault + (tau * _lacks(network, found, worst_only))[network.supplier])
        if np.abs(following - found).max() < 1e-13:
            return following
        found = following
    raise RuntimeError("the invented organisation does not settle")


def _contributions(world: World, tau: Floats) -> Floats:
    return world.network.by_supplier(solve_cascade(world.network, np.minimum(tau, 0.98)).contribution)


def _fixed(world: World) -> Floats:
    return _contributions(world, np.full(world.network.departments, 0.6))


def _wave(world: World) -> Floats:
    lacks, surplus = shortfall(world.network)
    received, _ = received_shortfall(world.network, lacks, 1.0)
    return _contributions(world, wave_posterior(world.network, lacks, received, world.noise, surplus > 0).mean)


def _periods(world: World) -> Floats:
    received = np.array([received_shortfall(world.network, d, 1.0)[0] for d in world.shortfalls])
    variance = world.network.by_client((importance_shares(world.network) * world.noise) ** 2)
    noise = np.broadcast_to(variance, received.shape)
    panel = Panel.from_grid(world.network.supplier, world.shortfalls, received, noise)
    return _contributions(world, within_transmission(panel).estimate)


def _true(world: World) -> Floats:
    return _contributions(world, world.transmission)


def _lowest_rated(world: World) -> Floats:
    network = world.network
    given = np.maximum(network.by_supplier(np.ones(network.services)), 1)
    level = network.by_supplier(network.fulfilment / network.expectation) / given
    return np.where(np.diff(network.start) > 0, 1 - level, -1.0)


def _gaps(world: World) -> Floats:
    network = world.network
    return network.by_supplier(network.importance * (network.expectation - network.fulfilment))


def _customer_gaps(world: World) -> Floats:
    network = world.network
    counted = network.customer_weight[network.client] * importance_shares(network)
    return network.by_supplier(counted * shortfall(network)[0])


def _graph(world: World) -> nx.DiGraph:
    network = world.network
    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.departments))
    weights = network.importance * shortfall(network)[0] + 1e-9
    graph.add_weighted_edges_from(
        zip(network.client.tolist(), network.supplier.tolist(), weights.tolist(), strict=True)
    )
    return graph


def _betweenness(world: World) -> Floats:
    found = nx.betweenness_centrality(_graph(world))
    return np.array([found[u] for u in range(world.network.departments)])


def _pagerank(world: World) -> Floats:
    start = {u: w for u, w in enumerate(world.network.customer_weight.tolist()) if w > 0}
    found = nx.pagerank(_graph(world), personalization=start, dangling=start)
    return np.where(
        world.network.customer_weight > 0, 0.0, np.array([found[u] for u in range(world.network.departments)])
    )


METHODS: Mapping[str, Callable[[World], Floats]] = {
    "cxgraph, transmission 0.6": _fixed,
    "cxgraph, one wave": _wave,
    "cxgraph, periods": _periods,
    "cxgraph, true transmission": _true,
    "lowest-rated department": _lowest_rated,
    "weighted sum of gaps": _gaps,
    "customer-facing gaps only": _customer_gaps,
    "betweenness": _betweenness,
    "reverse personalised PageRank": _pagerank,
}
CALIBRATED = ("cxgraph, one wave", "cxgraph, periods", "cxgraph, true transmission")
MARKS = ("top 1", "top 5", "Spearman", "gain")


def mark(scores: Floats, cause: Floats) -> tuple[float, float, float, float]:
    """Return the marks of one ranking; what rounding leaves of nothing counts as nothing."""
    scores, cause = np.where(np.abs(scores) < 1e-9, 0.0, scores), np.where(cause < 1e-9, 0.0, cause)
    ranked, true = np.argsort(-scores, kind="stable"), np.argsort(-cause, kind="stable")
    agree = len(set(ranked[:5].tolist()) & set(true[:5].tolist())) / 5
    correlation = float(spearmanr(scores, cause).statistic) if np.ptp(scores) > 0 else 0.0
    return float(ranked[0] == true[0]), agree, correlation, float(cause[ranked[0]] / cause[true[0]])


def run(
    kind: str, organizations: int, departments: int, seed: int, *, noisy: bool, weakest: bool, periods: int
) -> dict[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Return each method's mean marks and their standard errors in one world.

    Calibrations also get a row of their own for what they add to 0.6 for all in the same organisations: that
    difference is known far better than either mark.
    """
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    for number in range(organizations):
        rng = np.random.default_rng([seed, WORLDS.index(kind), number])
        world = invent(kind, departments, rng, noisy=noisy, weakest=weakest, periods=periods)
        if world.cause.max() < 1e-9:
            continue  # nothing is wrong in it, so there is nothing to find
        for name, method in METHODS.items():
            if name != "cxgraph, periods" or periods > 1:
                scores = method(world)[:departments]
                found.setdefault(name, []).append(mark(scores, world.cause[:departments]))
    every = {name: np.array(marks) for name, marks in found.items()}
    plain = every["cxgraph, transmission 0.6"]
    every |= {f"{name[9:]} minus 0.6": every[name] - plain for name in CALIBRATED if name in every}
    return {name: (marks.mean(axis=0), marks.std(axis=0) / np.sqrt(len(marks))) for name, marks in every.items()}


def main() -> None:
    """Print a table for each world."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--organizations", type=int, default=60)
    parser.add_argument("--departments", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--periods", type=int, default=1)
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--weakest", action="store_true")
    asked = parser.parse_args()
    for kind in WORLDS:
        found = run(
            kind,
            asked.organizations,
            asked.departments,
            asked.seed,
            noisy=asked.noise,
            weakest=asked.weakest,
            periods=asked.periods,
        )
        print(
            f"\nFaults: {kind} ({asked.organizations} organisations of {asked.departments} departments"
            f"{', noisy' if asked.noise else ''}{', weakest-link clients' if asked.weakest else ''}"
            f"{f', {asked.periods} periods' if asked.periods > 1 else ''})"
        )
        print(f"{'':32}" + "".join(f"{name:>16}" for name in MARKS))
        for name, (mean, error) in found.items():
            print(
                f"{name:32}" + "".join(f"{value:9.2f} ±{wrong:.2f} " for value, wrong in zip(mean, error, strict=True))
            )


if __name__ == "__main__":
    main()
