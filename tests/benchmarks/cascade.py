"""What the cascade costs, as ratios against yardsticks of the same run, and that nothing large is inexact.

Run it with ``python tests/benchmarks/cascade.py [part ...]``; the parts are ``contributions``, ``products``,
``trace``, ``settle``, ``growth``, ``shapes``, ``memory`` and ``dowhy``, all of them by default. Every time is the
processor time of the best of a few repetitions.

- contributions: all contributions on 10,000 services, against solving the cascade again once per service (at least
  1,000 times faster; the cheapest solve counts, a sample of 30 services stands for all);
- products: the cascade on 1,000,000 services (at most 80 products of its sparse matrix with a vector) and ``analyze``
  with its tables (at most 300);
- trace: the 20 heaviest paths on 1,000,000 services, against ``analyze`` with its tables (at most 2);
- settle: a what-if on one of 1,000,000 services, in cascades (at most 10);
- growth: seconds per service from 10,000 to 10,000,000 services (at most twofold);
- shapes: a chain, a ring at transmission .98, a star of 100,000 and a complete graph of 2,000 departments, each
  against its closed form or the sum of its contributions, with the memory it took;
- memory: 10,000,000 services in a process of their own (at most 6 GB);
- dowhy: the attribution of one linear graph of 30 departments by ``dowhy.gcm`` (where it is installed), against ours.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from cxgraph import Organization, analyze
from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.cascade.change import change_cascade
from cxgraph.cascade.solve import solve_downstream
from cxgraph.model.network import Network

MILLION = 1_000_000


def best(job: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of a few runs in processor seconds, so that other work on the machine counts less."""
    found = []
    for _ in range(times):
        start = time.process_time()
        job()
        found.append(time.process_time() - start)
    return min(found)


def random_network(services: int, seed: int = 0) -> Network:
    """Return services between departments at random, twenty to a department, the last twenty of them customers."""
    rng = np.random.default_rng(seed)
    size = max(services // 20, 30)
    supplier = rng.integers(0, size, services)
    weight = np.zeros(size)
    weight[-20:] = 1.0
    return Network.from_arrays(supplier, (supplier + rng.integers(1, size, services)) % size,
                               rng.integers(5, 11, services), rng.integers(0, 101, services) / 10,
                               customer_weight=weight, importance=rng.integers(1, 6, services))


def solved(network: Network, transmission: float = 0.6) -> Cascade:
    """Return the cascade with one transmission for all."""
    return solve_cascade(network, np.full(network.departments, transmission))


def tell(what: str, found: str, limit: str, fine: bool) -> None:
    """Print one line."""
    print(f"{what:<58} {found:>24}   {limit:<16} {'ok' if fine else 'MISSED'}", flush=True)


def contributions() -> None:
    """Attribute once, against one more solve for each service."""
    network = random_network(10_000)
    cascade = solved(network)
    once = best(lambda: solved(network), 10)
    rng = np.random.default_rng(1)
    matrix = network.matrix(cascade.coupling).T.tocsr()
    worst = 0.0

    def again(service: int) -> None:
        nonlocal worst
        own = cascade.split.own.copy()
        own[service] = 0.0
        right = network.by_client(cascade.effective_share * own)
        received, _ = solve_downstream(matrix, right, cascade.components)
        gain = cascade.customer_shortfall - float(network.customer_weight @ received)
        worst = max(worst, abs(gain - cascade.contribution[service]))

    sample = rng.choice(network.services, 30, replace=False)
    every = best(lambda: [again(int(service)) for service in sample]) / len(sample) * network.services
    ratio = every / once
    tell(f"contributions: {once * 1e3:.1f} ms against {every:.1f} s", f"{ratio:,.0f} times", "at least 1,000",
         ratio >= 1_000)
    tell("contributions: largest difference of the 30 solved again", f"{worst:.1e}", "at most 1e-12", worst <= 1e-12)


def _million() -> Organization:
    network = random_network(MILLION)
    size = network.departments
    ids = np.array([f"D{number:05d}" for number in range(size)], object)
    twins = np.zeros(network.services, int)
    same = (np.diff(network.supplier) == 0) & (np.diff(network.client) == 0)
    for step in range(1, 8):
        twins[step:][np.convolve(same, np.ones(step), "valid")[:len(twins) - step] == step] = step
    services = pd.DataFrame({
        "supplier": ids[network.supplier], "client": ids[network.client],
        "service": np.array([f"service {number}" for number in range(8)], object)[twins],
        "expectation": network.expectation, "fulfilment": network.fulfilment, "importance": network.importance})
    departments = pd.DataFrame({"id": ids, "kind": np.where(network.customer_weight > 0, "external_customer",
                                                            "internal")})
    return Organization.from_frames(services, departments)


def _with_tables(organization: Organization) -> None:
    analysis = analyze(organization, transmission=0.6)
    analysis.services()
    analysis.departments()
    analysis.customers()


def products() -> None:
    """Cascade and analysis of a million services in products of their matrix with a vector."""
    network = random_network(MILLION)
    matrix = network.matrix(solved(network).coupling)
    vector = np.random.default_rng(0).random(network.departments)
    product = best(lambda: matrix @ vector, 50)
    ratio = best(lambda: solved(network), 5) / product
    tell(f"products: the cascade, one product {product * 1e3:.2f} ms", f"{ratio:.0f} products", "at most 80",
         ratio <= 80)
    organization = _million()
    ratio = best(lambda: _with_tables(organization), 3) / product
    tell("products: analyze with its tables", f"{ratio:.0f} products", "at most 300", ratio <= 300)


def trace() -> None:
    """The 20 heaviest paths among a million services."""
    organization = _million()
    whole = best(lambda: _with_tables(organization), 2)
    analysis = analyze(organization, transmission=0.6)
    for what, options in (("everybody", {}), ("one customer", {"customer": analysis.customers().index[0]}),
                          ("one cause", {"source": analysis.departments().index[0]})):
        ratio = best(lambda options=options: analysis.trace(**options)) / whole
        tell(f"trace: top 20, {what}, against analyze ({whole:.2f} s)", f"{ratio:.2f} of it", "at most 2", ratio <= 2)


def growth() -> None:
    """Seconds per service over three orders of magnitude."""
    each = {}
    for services, times in ((10_000, 20), (100_000, 5), (MILLION, 3), (10 * MILLION, 2)):
        network = random_network(services)
        each[services] = best(lambda network=network: solved(network), times) / services
        print(f"growth: {services:>12,} services {each[services] * 1e9:10.0f} ns per service", flush=True)
    ratio = each[10 * MILLION] / each[10_000]
    tell("growth: 10,000,000 against 10,000 services", f"{ratio:.2f} times", "at most 2", ratio <= 2)


def _shape(name: str, size: int) -> tuple[Network, float]:
    around = np.arange(size)
    last = np.eye(1, size, size - 1)[0]
    if name == "chain":
        ends, tau = (around[:-1], around[1:]), 0.6
    elif name == "ring":
        ends, tau = (around, (around + 1) % size), 0.98
    elif name == "star":
        rim = around[1:-1]
        ends, tau = (np.append(np.zeros_like(rim), rim), np.append(rim, np.full_like(rim, size - 1))), 0.6
    else:
        ends, tau = np.nonzero(~np.eye(size, dtype=bool)), 0.98
    rng = np.random.default_rng(2)
    count = len(ends[0])
    fulfilment = np.full(count, 5.0) if name == "ring" else rng.integers(0, 100, count) / 10
    return Network.from_arrays(*ends, np.full(count, 10.0), fulfilment, customer_weight=last), tau


def shapes() -> None:
    """Deep, round, wide and dense organisations, exact."""
    for name, size in (("chain", 100_000), ("ring", 100_000), ("star", 100_000), ("complete", 2_000)):
        network, tau = _shape(name, size)
        start = time.perf_counter()
        cascade = solved(network, tau)
        seconds = time.perf_counter() - start
        error = abs(cascade.balance)
        if name == "ring":  # all scores alike: reach falls by the pass-through at each step from the customer back
            through = float(cascade.split.pass_through[0])
            steps = (size - 1 - np.arange(size)) % size
            exact = through**steps / (1.0 - through**size)
            error = max(error, float(np.abs(cascade.client_reach - exact).max() / exact.max()))
        tell(f"shapes: {name} of {size:,}, {network.services:,} services, {seconds:.2f} s", f"error {error:.1e}",
             "at most 1e-11", error <= 1e-11)
    print(f"shapes: memory of all four together {_gigabytes():.2f} GB", flush=True)


def _gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def memory() -> None:
    """Ten million services in a process of their own."""
    script = ("import runpy; part = runpy.run_path('tests/benchmarks/cascade.py'); "
              "part['solved'](part['random_network'](10_000_000)); print(part['_gigabytes']())")
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    used = float(found.stdout)
    tell("memory: 10,000,000 services", f"{used:.2f} GB", "at most 6", used <= 6)


def dowhy(departments: int = 30) -> None:
    """Compare with a causal library's sampled attribution of the same linear graph."""
    try:
        from dowhy import gcm
    except ImportError:
        print("dowhy: not installed here (pip install dowhy); skipped", flush=True)
        return
    import networkx as nx

    rng = np.random.default_rng(4)
    ends = [(u, v) for v in range(1, departments) for u in rng.choice(v, min(v, 3), replace=False)]
    supplier, client = np.array(ends).T
    network = Network.from_arrays(supplier, client, np.full(len(ends), 10.0), rng.integers(2, 9, len(ends)),
                                  customer_weight=np.eye(departments)[departments - 1])
    cascade = solved(network)
    ours = best(lambda: solved(network), 5)
    # Each department's fault, as it enters what it receives; today against a day without any.
    faults = network.by_client(cascade.effective_share * cascade.split.own)
    expected = cascade.client_reach * faults
    graph = nx.DiGraph([(f"D{u}", f"D{v}") for u, v in zip(network.supplier, network.client, strict=True)])
    weights = network.matrix(cascade.coupling).toarray()
    noise = rng.normal(0, 1e-3, (500, departments))
    frames = []
    for level in (np.zeros(departments), faults):
        values = np.zeros((500, departments))
        for v in range(departments):
            values[:, v] = values @ weights[:, v] + level[v] + noise[:, v]
        frames.append(pd.DataFrame(values, columns=[f"D{v}" for v in range(departments)]))
    model = gcm.ProbabilisticCausalModel(graph)
    gcm.auto.assign_causal_mechanisms(model, frames[0])
    start = time.perf_counter()
    theirs = gcm.distribution_change(model, *frames, f"D{departments - 1}",
                                     difference_estimation_func=lambda a, b: float(np.mean(b) - np.mean(a)))
    seconds = time.perf_counter() - start
    found = np.array([theirs[f"D{v}"] for v in range(departments)])
    error = float(np.abs(found - expected).max())
    tell(f"dowhy: {seconds:.1f} s against {ours * 1e3:.2f} ms", f"{seconds / ours:,.0f} times", "", True)
    tell("dowhy: largest difference of an attribution", f"{error:.4f}", "at most 0.02", error <= 0.02)


def settle() -> None:
    """One what-if among a million services."""
    from dataclasses import replace

    from cxgraph.cascade.change import settle_change

    network = random_network(MILLION)
    cascade = solved(network)
    service = int(np.argmax(cascade.contribution))
    better = replace(network, fulfilment=np.where(np.arange(MILLION) == service, 10.0, network.fulfilment))
    seconds = best(lambda: settle_change(change_cascade(cascade, better)))
    ratio = seconds / best(lambda: solved(network))
    tell(f"settle: one changed service of a million, {seconds:.2f} s", f"{ratio:.1f} cascades", "at most 10",
         ratio <= 10)


PARTS = {"contributions": contributions, "products": products, "trace": trace, "settle": settle, "growth": growth,
         "shapes": shapes, "memory": memory, "dowhy": dowhy}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
