"""What the cascade costs, as ratios against yardsticks of the same run, and that nothing large is inexact.

Run it with ``python tests/benchmarks/cascade.py [part ...]``; the parts are ``contributions``, ``products``,
``trace``, ``settle``, ``growth``, ``shapes``, ``memory`` and ``dowhy``, all of them by default. Every time is the
processor time of the best of a few repetitions.

- contributions: all contributions on 10,000 services, against solving the cascade again once per service (at least
  1,000 times faster; the cheapest solve counts, a sample of 30 services stands for all);
- products: the cascade on 1,000,000 services (at most 80 products of its sparse matrix with a vector) and ``analyze``
  with its tables (at most 300), each again and for the first time, when the loops of the network are not known yet,
  and ``analyze`` also where nobody states a transmission, so that every department's is estimated;
- trace: the 20 heaviest paths on 1,000,000 services, against ``analyze`` with its tables (at most 2);
- settle: a what-if on one of 1,000,000 services, in cascades (at most 10);
- growth: seconds per service from 10,000 to 10,000,000 services (at most twofold);
- shapes: a chain, a ring at transmission .98, a star of 100,000 and a complete graph of 2,000 departments, each
  against its closed form or the sum of its contributions, with the memory it took;
- memory: 10,000,000 services in a process of their own (at most 6 GB);
- dowhy: the attribution of one linear graph of 30 departments by ``dowhy.gcm``, against ours: how many times longer it
  takes, and whether its mean over a few runs is ours within twice its own sampling error. ``dowhy`` is no requirement
  of the tests: ``pip install dowhy`` beside the package (0.14 works with pandas 3), or the part says that it is not
  there.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph import Organization, analyze
from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.cascade.change import change_cascade
from cxgraph.cascade.linear.solve import solve_downstream
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
    return Network.from_arrays(
        supplier,
        (supplier + rng.integers(1, size, services)) % size,
        rng.integers(5, 11, services),
        rng.integers(0, 101, services) / 10,
        customer_weight=weight,
        importance=rng.integers(1, 6, services),
    )


def solved(network: Network, transmission: float = 0.6) -> Cascade:
    """Return the cascade with one transmission for all."""
    return solve_cascade(network, np.full(network.departments, transmission))


def print_text(what: str, found: str, limit: str, fine: bool) -> None:
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
    print_text(
        f"contributions: {once * 1e3:.1f} ms against {every:.1f} s",
        f"{ratio:,.0f} times",
        "at least 1,000",
        ratio >= 1_000,
    )
    print_text(
        "contributions: largest difference of the 30 solved again", f"{worst:.1e}", "at most 1e-12", worst <= 1e-12
    )


def _million() -> Organization:
    network = random_network(MILLION)
    size = network.departments
    ids = np.array([f"D{number:05d}" for number in range(size)], object)
    twins = np.zeros(network.services, int)
    same = (np.diff(network.supplier) == 0) & (np.diff(network.client) == 0)
    for step in range(1, 8):
        twins[step:][np.convolve(same, np.ones(step), "valid")[: len(twins) - step] == step] = step
    services = pd.DataFrame(
        {
            "supplier": ids[network.supplier],
            "client": ids[network.client],
            "service": np.array([f"service {number}" for number in range(8)], object)[twins],
            "expectation": network.expectation,
            "fulfilment": network.fulfilment,
            "importance": network.importance,
        }
    )
    departments = pd.DataFrame(
        {"id": ids, "kind": np.where(network.customer_weight > 0, "external_customer", "internal")}
    )
    return Organization.from_frames(services, departments)


def _with_tables(organization: Organization, transmission: float | None = 0.6) -> None:
    analysis = analyze(organization, transmission=transmission)
    analysis.services()
    analysis.departments()
    analysis.customers()


def products() -> None:
    """Cascade and analysis of a million services in products of their matrix with a vector."""
    network = random_network(MILLION)
    matrix = network.matrix(solved(network).coupling)
    vector = np.random.default_rng(0).random(network.departments)
    organization = _million()
    _with_tables(organization)
    jobs = {
        "the cascade": (lambda: solved(network), 80),
        "the cascade of a network never seen before": (lambda: solved(replace(network)), 80),
        "analyze with its tables": (lambda: _with_tables(organization), 300),
        "analyze an organisation never seen before": (lambda: _with_tables(replace(organization)), 300),
        "the same, transmissions estimated": (lambda: _with_tables(replace(organization), None), 300),
    }
    # Each job between yardsticks, so that both meet the machine in the same moods.
    taken = dict.fromkeys(["product", *jobs], (np.inf, np.inf))
    for _ in range(12):
        for name, (job, _) in jobs.items():
            for what, do in [("product", lambda: matrix @ vector)] * 5 + [(name, job)]:
                clocks = time.process_time(), time.perf_counter()
                do()
                passed = time.process_time() - clocks[0], time.perf_counter() - clocks[1]
                taken[what] = min(taken[what][0], passed[0]), min(taken[what][1], passed[1])
    one = taken["product"]
    print(f"products: one takes {one[0] * 1e3:.2f} ms", flush=True)
    for name, (_, limit) in jobs.items():
        ratio, wall = taken[name][0] / one[0], taken[name][1] / one[1]
        print_text(f"products: {name}", f"{ratio:.0f} products", f"at most {limit}", ratio <= limit)
        print(f"products: {name}, by the clock on the wall: {wall:.0f}", flush=True)


def trace() -> None:
    """The 20 heaviest paths among a million services."""
    organization = _million()
    whole = best(lambda: _with_tables(organization), 2)
    analysis = analyze(organization, transmission=0.6)
    for what, options in (
        ("everybody", {}),
        ("one customer", {"customer": analysis.customers().index[0]}),
        ("one cause", {"source": analysis.departments().index[0]}),
    ):
        ratio = best(lambda options=options: analysis.trace(**options)) / whole
        print_text(
            f"trace: top 20, {what}, against analyze ({whole:.2f} s)", f"{ratio:.2f} of it", "at most 2", ratio <= 2
        )


def growth() -> None:
    """Seconds per service over three orders of magnitude."""
    each = {}
    for services, times in ((10_000, 20), (100_000, 5), (MILLION, 3), (10 * MILLION, 2)):
        network = random_network(services)
        each[services] = best(lambda network=network: solved(network), times) / services
        print(f"growth: {services:>12,} services {each[services] * 1e9:10.0f} ns per service", flush=True)
    ratio = each[10 * MILLION] / each[10_000]
    print_text("growth: 10,000,000 against 10,000 services", f"{ratio:.2f} times", "at most 2", ratio <= 2)


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
        print_text(
            f"shapes: {name} of {size:,}, {network.services:,} services, {seconds:.2f} s",
            f"error {error:.1e}",
            "at most 1e-11",
            error <= 1e-11,
        )
    print(f"shapes: memory of all four together {_gigabytes():.2f} GB", flush=True)


def _gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def memory() -> None:
    """Ten million services in a process of their own."""
    script = (
        "import runpy; part = runpy.run_path('tests/benchmarks/cascade.py'); "
        "part['solved'](part['random_network'](10_000_000)); print(part['_gigabytes']())"
    )
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    used = float(found.stdout)
    print_text("memory: 10,000,000 services", f"{used:.2f} GB", "at most 6", used <= 6)


def dowhy(departments: int = 30, runs: int = 6) -> None:
    """Compare with a causal library's sampled attribution of the same linear graph."""
    try:
        from dowhy import gcm
    except ImportError:
        print("dowhy: not installed here (pip install dowhy); skipped", flush=True)
        return
    import networkx as nx
    from threadpoolctl import threadpool_limits  # comes with it; threads that wait for each other are nobody's time

    gcm.config.disable_progress_bars()
    gcm.config.set_default_n_jobs(1)

    def changed(*_samples: object, **_options: object) -> float:
        """Say of every department that it has changed: each has its fault, and a test of it would take most time."""
        return 0.0

    # In a linear graph every order of arrival gives the same; more of them would only cost the library more.
    orders = gcm.shapley.ShapleyConfig(
        gcm.shapley.ShapleyApproximationMethods.PERMUTATION, num_permutations=5, n_jobs=1
    )
    # Whatever a department delivers is short by its own fault plus tau times what it lacks; the last one is the
    # customer. Ours sees the scores of one day, theirs 2,000 days before the faults and 2,000 with them.
    tau, rng = 0.6, np.random.default_rng(4)
    ends = np.array([(u, v) for v in range(1, departments) for u in rng.choice(v, min(v, 3), replace=False)])
    share = np.zeros((departments, departments))
    share[ends[:, 0], ends[:, 1]] = 1.0 / np.bincount(ends[:, 1])[ends[:, 1]]
    fault = np.append(rng.uniform(0.0, 0.4, departments - 1), 0.0)
    through = np.append(np.full(departments - 1, tau), 1.0)

    def days(count: int, level: npt.NDArray[np.float64]) -> pd.DataFrame:
        values = np.zeros((count, departments))
        noise = rng.normal(0.0, 0.01, values.shape) if count > 1 else values.copy()
        for v in range(departments):
            values[:, v] = through[v] * (values @ share[:, v]) + level[v] + noise[:, v]
        return pd.DataFrame(values, columns=names)

    names = [f"D{v}" for v in range(departments)]
    delivered = days(1, fault).to_numpy()[0]
    network = Network.from_arrays(
        *ends.T, np.full(len(ends), 10.0), 10.0 * (1.0 - delivered[ends[:, 0]]), customer_weight=np.eye(departments)[-1]
    )
    ours = best(lambda: solved(network, tau), 20)
    expected = network.by_supplier(solved(network, tau).contribution)

    graph = nx.DiGraph([(names[u], names[v]) for u, v in ends])
    found, seconds = [], []
    for run in range(runs):
        gcm.util.general.set_random_seed(run)
        model = gcm.ProbabilisticCausalModel(graph)
        for name in graph:
            model.set_causal_mechanism(
                name,
                gcm.AdditiveNoiseModel(gcm.ml.create_linear_regressor())
                if graph.in_degree(name)
                else gcm.EmpiricalDistribution(),
            )
        before, after = days(2_000, np.zeros(departments)), days(2_000, fault)
        start = time.process_time()
        with threadpool_limits(1):
            theirs = gcm.distribution_change(
                model,
                before,
                after,
                names[-1],
                shapley_config=orders,
                independence_test=changed,
                conditional_independence_test=changed,
                difference_estimation_func=lambda a, b: float(np.mean(b) - np.mean(a)),
            )
        seconds.append(time.process_time() - start)
        found.append([theirs.get(name, 0.0) for name in names])  # it leaves out whoever the customer does not feel
    table = np.array(found)
    error = float(np.sqrt(table.var(axis=0, ddof=1).mean() / runs))  # of a mean of the runs, by how they differ
    apart = table.mean(axis=0) - expected
    off = float(np.sqrt((apart**2).mean()))
    print_text(
        f"dowhy: {min(seconds):.1f} s against {ours * 1e3:.2f} ms", f"{min(seconds) / ours:,.0f} times", "", True
    )
    print_text(
        f"dowhy: {departments} attributions, sum {expected.sum():.3f}, theirs {table.mean(axis=0).sum():.3f}",
        f"off {off:.5f}",
        f"at most {2 * error:.5f}",
        off <= 2.0 * error,
    )
    print(
        f"dowhy: root mean square over the departments, mean of {runs} runs; its sampling error is {error:.5f}; "
        f"largest difference {np.abs(apart).max():.5f}",
        flush=True,
    )


def settle() -> None:
    """One what-if among a million services."""
    from cxgraph.cascade.change import settle_change

    network = random_network(MILLION)
    cascade = solved(network)
    service = int(np.argmax(cascade.contribution))
    better = replace(network, fulfilment=np.where(np.arange(MILLION) == service, 10.0, network.fulfilment))
    seconds = best(lambda: settle_change(change_cascade(cascade, better)))
    ratio = seconds / best(lambda: solved(network))
    print_text(
        f"settle: one changed service of a million, {seconds:.2f} s", f"{ratio:.1f} cascades", "at most 10", ratio <= 10
    )


PARTS = {
    "contributions": contributions,
    "products": products,
    "trace": trace,
    "settle": settle,
    "growth": growth,
    "shapes": shapes,
    "memory": memory,
    "dowhy": dowhy,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
