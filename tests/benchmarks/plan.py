"""Deciding: plans against every subset, plans of many actions, plans against habits, and noise that is called real.

    python tests/benchmarks/plan.py exhaustive [--instances 500]   every permitted subset, followed by itself
    python tests/benchmarks/plan.py size [--services 100000] [--actions 5000]          plan against one `analyze`
    python tests/benchmarks/plan.py habits [--organizations 10]    share of the best gain with 15 % of the budget
    python tests/benchmarks/plan.py noise [--organizations 10]     the same truth asked twice

**exhaustive** shares nothing with the library but the numbers that go in: shortfalls, own and inherited, what an action
leaves of them, and what follows downstream are written out once more; all subsets are followed to their fixed points
side by side.

**habits**: organisations of `recovery_worlds.py`, exact scores. Each service that lacks more than 5 % has an action
that closes half to all of it, for a lognormal cost. A plan made with the transmissions that cxgraph estimates, and
each rule of thumb, is worth what the true transmissions say it gains, as a share of the best plan that they allow.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from recovery_worlds import WORLDS, invent

from cxgraph import Organization, analyze, compare
from cxgraph.decide.planning.habits import HABITS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
STRINGENCIES = (1.0, 4.0, np.inf)
CUSTOMERS = 2
MOST_ACTIONS = 12
BUDGET = 0.15


def _random_tables(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return services (loops included), departments and actions with needs, alternatives and transmissions."""
    size = int(rng.integers(4, 12))
    pairs = rng.integers(0, (size - CUSTOMERS, size), (int(rng.integers(8, 50)), 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    expectation = rng.uniform(6, 10, len(pairs))
    services = pd.DataFrame(
        {
            "supplier": [f"D{one}" for one in pairs[:, 0]],
            "client": [f"D{one}" for one in pairs[:, 1]],
            "service": [f"S{one:02d}" for one in range(len(pairs))],
            "expectation": expectation,
            "fulfilment": expectation * np.clip(1 - rng.exponential(0.25, len(pairs)), 0, 1),
            "importance": rng.uniform(0.5, 2, len(pairs)),
        }
    )
    inner = size - CUSTOMERS
    departments = pd.DataFrame(
        {
            "id": [f"D{one}" for one in range(size)],
            "kind": ["internal"] * inner + ["external_customer"] * CUSTOMERS,
            "weight": [np.nan] * inner + rng.uniform(0.1, 1, CUSTOMERS).tolist(),
            "transmission": [*rng.uniform(0, 0.97, inner), *[np.nan] * CUSTOMERS],
        }
    )
    count = int(rng.integers(2, MOST_ACTIONS + 1))
    aim = services.iloc[rng.integers(0, len(services), count)].reset_index(drop=True)
    aim["transmission"] = np.where(rng.random(count) < 0.15, rng.uniform(0, 0.9, count), np.nan)
    closing = aim["transmission"].notna()
    gap = aim["expectation"] - aim["fulfilment"]
    actions = pd.DataFrame(
        {
            "id": [f"A{one:02d}" for one in range(count)],
            "supplier": aim["supplier"].where(~closing),
            "client": aim["client"].where(~closing),
            "service": aim["service"].where(~closing),
            "department": aim["supplier"].where(closing),
            "transmission": aim["transmission"],
            "expected_fulfilment": (aim["fulfilment"] + gap * rng.uniform(-0.2, 1.2, count)).clip(0, 10).mask(closing),
            "cost": rng.uniform(0, 10, count).round(1),
            "needs": [f"A{rng.integers(0, count):02d}" if rng.random() < 0.25 else None for _ in range(count)],
            "alternative": [f"G{rng.integers(0, 3)}" if rng.random() < 0.4 else None for _ in range(count)],
        }
    )
    actions.loc[actions["needs"] == actions["id"], "needs"] = None
    return services, departments, actions


def _every_permitted(actions: pd.DataFrame, budget: float) -> Bools:
    """Return all subsets that the rules allow, shape (subsets, k)."""
    count = len(actions)
    sets = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 > 0
    fits = sets @ actions["cost"].to_numpy() <= budget * (1 + 1e-9)
    ids = list(actions["id"])
    for place, name in enumerate(actions["needs"]):
        if isinstance(name, str):
            fits &= ~sets[:, place] | sets[:, ids.index(name)]
    for _, group in actions.groupby("alternative"):
        fits &= sets[:, group.index].sum(axis=1) <= 1
    return np.asarray(sets[fits])


class _ByHand:
    """The method written out once more: one organisation, followed for many subsets of actions side by side."""

    def __init__(self, services: pd.DataFrame, departments: pd.DataFrame, rho: float) -> None:
        place = {name: at for at, name in enumerate(departments["id"])}
        self.rho, self.names = rho, place
        self.supplier, self.client = (services[name].map(place).to_numpy() for name in ("supplier", "client"))
        self.services = services
        self.weight = departments["weight"].fillna(0.0).to_numpy()
        received = np.unique(self.client)
        self.weight = np.where(np.isin(np.arange(len(place)), received), self.weight, 0.0)
        self.weight = self.weight / max(self.weight.sum(), 1e-300)
        self.tau = departments["transmission"].fillna(0.0).to_numpy()
        importance = services["importance"].to_numpy()
        self.share = importance / np.bincount(self.client, importance, len(place))[self.client]
        self.lacks = self._shortfall(services["fulfilment"].to_numpy()[None])
        self.received = self._aggregate(self.lacks)
        self.inherited = np.minimum(self.lacks, self.tau[self.supplier] * self.received[:, self.supplier])

    def _shortfall(self, fulfilment: Floats) -> Floats:
        return np.clip(1.0 - fulfilment / self.services["expectation"].to_numpy(), 0.0, 1.0)

    def _aggregate(self, lacks: Floats) -> Floats:
        found = np.zeros((len(lacks), len(self.names)))
        for at in range(len(self.names)):
            mine = self.client == at
            if mine.any():
                one = lacks[:, mine]
                found[:, at] = (
                    one.max(axis=1) if np.isinf(self.rho) else (one**self.rho @ self.share[mine]) ** (1 / self.rho)
                )
        return found

    def gains(self, actions: pd.DataFrame, sets: Bools) -> Floats:
        """Return the fall of the customers' shortfall for each subset."""
        fulfilment = np.tile(self.services["fulfilment"].to_numpy(), (len(sets), 1))
        tau = np.tile(self.tau, (len(sets), 1))
        keys = list(zip(self.services["supplier"], self.services["client"], self.services["service"], strict=True))
        for at, row in enumerate(actions.to_dict("records")):
            chosen = sets[:, at]
            if isinstance(row["department"], str):
                column = self.names[row["department"]]
                tau[chosen, column] = np.minimum(tau[chosen, column], row["transmission"])
            else:
                column = keys.index((row["supplier"], row["client"], row["service"]))
                fulfilment[chosen, column] = np.maximum(fulfilment[chosen, column], row["expected_fulfilment"])
        lacks = self._shortfall(fulfilment)
        inherited = np.minimum(lacks, self.inherited)
        own = lacks - inherited
        today = self.received[:, self.supplier]
        passed = np.divide(inherited, today, out=np.zeros_like(inherited), where=np.broadcast_to(today > 0, own.shape))
        passed = np.minimum(passed, tau[:, self.supplier])
        received = self._settled(own, passed, np.tile(self.received, (len(sets), 1)))
        return np.asarray((self.received - received) @ self.weight)

    def _settled(self, own: Floats, passed: Floats, received: Floats) -> Floats:
        """Return the fixed point of D = N(own + passed D) of every subset, by tangents.

        N is convex and homogeneous of degree 1, so its tangent at any D is the linear cascade of the effective shares
        there: its solution lies below the fixed point, and the next tangent's between the two.
        """
        size = len(self.names)
        for _ in range(100):
            lacks = np.minimum(own + passed * received[:, self.supplier], 1.0)
            shares = self._effective(lacks)
            system = np.tile(np.eye(size), (len(own), 1, 1))
            fault = np.zeros((len(own), size))
            for at, (supplier, client) in enumerate(zip(self.supplier, self.client, strict=True)):
                system[:, client, supplier] -= shares[:, at] * passed[:, at]
                fault[:, client] += shares[:, at] * own[:, at]
            following = np.linalg.solve(system, fault[:, :, None])[:, :, 0]
            moved, received = float(np.abs(following - received).max()), following
            if moved < 1e-14:
                break
        again = self._aggregate(np.minimum(own + passed * received[:, self.supplier], 1.0))
        if float(np.abs(again - received).max()) > 1e-12:
            raise SystemExit("the brute force did not settle")
        return received

    def _effective(self, lacks: Floats) -> Floats:
        """Return what a unit of each service's shortfall adds to its client's, one row for each subset."""
        found = np.tile(self.share, (len(lacks), 1))
        if self.rho == 1:
            return found
        whole = self._aggregate(lacks)[:, self.client]
        if not np.isinf(self.rho):
            part = np.divide(lacks, whole, out=np.ones_like(lacks), where=whole > 0)
            return found * part ** (self.rho - 1)
        worst = np.where(whole > 0, lacks == whole, True) * found
        total = np.zeros((len(lacks), len(self.names)))
        for at, client in enumerate(self.client):
            total[:, client] += worst[:, at]
        return np.asarray(worst / total[:, self.client])


def exhaustive(instances: int) -> None:
    """Compare plans with every permitted subset; raise where one is beaten or a bound is passed."""
    subsets = inexact = 0
    worst = loosest = 0.0
    rises = True
    for seed in range(instances):
        rng = np.random.default_rng([13, seed])
        services, departments, actions = _random_tables(rng)
        if not services["client"].isin(departments["id"].tail(CUSTOMERS)).any():
            continue
        rho = STRINGENCIES[seed % 3]
        budget = float(actions["cost"].sum() * rng.uniform(0, 0.8))
        sets = _every_permitted(actions, budget)
        gains = _ByHand(services, departments, rho).gains(actions, sets)
        organization = Organization.from_frames(services, departments, actions=actions)
        plan = analyze(organization, stringency=rho).plan(budget)
        best, taken = float(gains.max()), actions["id"].isin(plan.chosen).to_numpy()
        mine = (sets == taken).all(axis=1)
        if not mine.any():
            raise SystemExit(f"instance {seed}: the plan {plan.chosen} is not permitted")
        missing = max(best - float(gains[mine][0]), abs(best - plan.gain))
        if missing > 1e-10 or best > plan.bound + 1e-10:
            raise SystemExit(f"instance {seed}: best {best}, plan {plan.gain}, bound {plan.bound}")
        subsets += len(sets)
        inexact += not plan.exact
        worst, loosest = max(worst, missing), max(loosest, plan.bound - plan.gain)
        frontier = plan.frontier()
        rises &= bool((np.diff(frontier["gain"]) > 0).all() and (np.diff(frontier["cost"]) > 0).all())
    print(f"{instances} instances, {subsets} permitted subsets: largest difference {worst:.1e}")
    print(f"not proved {inexact}; largest bound - gain {loosest:.1e}; every frontier rises: {rises}")


def _large(services: int, actions: int) -> Organization:
    rng = np.random.default_rng(7)
    inner = max(services // 10, 10)
    supplier = rng.integers(0, inner, services)
    client = np.minimum(supplier + rng.geometric(30 / inner, services), inner + 49)
    back = rng.random(services) < 0.05
    client = np.where(back, rng.integers(0, inner, services), client)
    keep = supplier != client
    supplier, client = supplier[keep], client[keep]
    expectation = rng.uniform(6, 10, len(supplier)).round(1)
    table = pd.DataFrame(
        {
            "supplier": np.char.add("D", supplier.astype(str)),
            "client": np.char.add("D", client.astype(str)),
            "service": np.char.add("S", np.arange(len(supplier)).astype(str)),
            "expectation": expectation,
            "fulfilment": (expectation * np.clip(1 - rng.exponential(0.15, len(supplier)), 0, 1)).round(2),
        }
    )
    departments = pd.DataFrame(
        {
            "id": [f"D{one}" for one in range(inner + 50)],
            "kind": ["internal"] * inner + ["external_customer"] * 50,
        }
    )
    return Organization.from_frames(table, departments, actions=_log(rng, table, actions))


def _log(rng: np.random.Generator, services: pd.DataFrame, count: int) -> pd.DataFrame:
    aim = services.iloc[rng.choice(len(services), count, replace=False)].reset_index(drop=True)
    gap = (aim["expectation"] - aim["fulfilment"]).clip(lower=0)
    return aim[["supplier", "client", "service"]].assign(
        id=[f"A{one:05d}" for one in range(count)],
        expected_fulfilment=(aim["fulfilment"] + gap * rng.uniform(0.5, 1, count)).clip(upper=10),
        cost=(1000 * rng.lognormal(0, 1, count)).round(),
        needs=[f"A{rng.integers(0, count):05d}" if rng.random() < 0.1 else None for _ in range(count)],
        alternative=[f"G{rng.integers(0, count // 4 + 1)}" if rng.random() < 0.2 else None for _ in range(count)],
    )


def size(services: int, actions: int) -> None:
    """Time a plan of many actions beside one analysis, several times each, in processor seconds."""
    organization = _large(services, actions)
    costs = float(organization.actions["cost"].sum()) if organization.actions is not None else 0.0
    analyze(organization)
    for rho in STRINGENCIES:
        for part in (0.05, 0.15, 0.5):
            begun = time.process_time()
            analysis = analyze(organization, stringency=rho)
            analysis.departments()
            between = time.process_time()
            plan = analysis.plan(part * costs)
            gain, bound = plan.gain, plan.bound
            ended = time.process_time()
            print(
                f"stringency {rho:g}, budget {part:.0%}: analyze {between - begun:.2f} s, plan {ended - between:.2f} s "
                f"({(ended - between) / (between - begun):.1f} times); gain {gain:.6f}, bound {bound:.6f} "
                f"(gap {(bound - gain) / max(bound, 1e-300):.2%}), {len(plan.chosen)} chosen"
            )


def habits(organizations: int) -> None:
    """Print the share of the best gain that the plan and the rules of thumb reach with 15 % of the budget."""
    rows = {}
    for world in WORLDS:
        reached: dict[str, list[float]] = {name: [] for name in ("plan", *HABITS)}
        for seed in range(organizations):
            for shares in _reached(world, seed):
                for name, value in shares.items():
                    reached[name].append(value)
        rows[world] = {name: float(np.mean(values)) for name, values in reached.items()}
        print(world, *(f"{name} {value:.3f}" for name, value in rows[world].items()), flush=True)
    print(pd.DataFrame(rows).T.mean().round(3).to_string())


def _reached(world: str, seed: int) -> Iterator[dict[str, float]]:
    invented = invent(world, 25, seed)
    services = invented.organization.services.astype({"supplier": str, "client": str, "service": str})
    lacking = services[services["fulfilment"] < 0.95 * services["expectation"]]
    if len(lacking) < 5:
        return
    rng = np.random.default_rng([29, seed])
    log = _log(rng, lacking.reset_index(drop=True), len(lacking)).drop(columns=["needs", "alternative"])
    budget = BUDGET * float(log["cost"].sum())
    ids = [f"D{one:02d}" for one in range(len(invented.transmission))]
    true = analyze(invented.organization, transmission=dict(zip(ids, invented.transmission, strict=True)))
    best = true.plan(budget, log)
    if best.gain <= 1e-9:
        return
    found = analyze(invented.organization).plan(budget, log)
    chosen = {"plan": found.chosen, **{name: tuple(found.habits()["chosen"][name]) for name in HABITS}}
    yield {name: true.plan(float("inf"), log[log["id"].isin(taken)]).gain / best.gain for name, taken in chosen.items()}


def noise(organizations: int) -> None:
    """Print how often the same truth asked twice is called a real change, at the 90 % level."""
    called = told = whole = waves = 0
    for world in WORLDS:
        before = called, told
        for seed in range(organizations):
            truth = invent(world, 15, seed).organization
            rng = np.random.default_rng([31, seed])
            asked = [analyze(_asked(truth, rng)) for _ in range(2)]
            compared = compare(*asked, draws=200)
            table = compared.departments()
            table = table[(table["before"] + table["after"]) > 0]
            called += int(table["real"].sum())
            told += len(table)
            if compared.noise is not None:
                whole += compared.noise.total_low > 0 or compared.noise.total_high < 0
                waves += 1
        print(f"{world}: {called - before[0]} of {told - before[1]} called real", flush=True)
    print(f"departments {called} of {told} ({called / told:.1%}); the whole {whole} of {waves} ({whole / waves:.1%})")


def _asked(truth: Organization, rng: np.random.Generator) -> Organization:
    services = truth.services.astype({"supplier": str, "client": str, "service": str})
    count = rng.integers(5, 20, len(services))
    answers = [
        np.clip(np.rint(level + 1.5 * rng.standard_normal(n)), 0, 10)
        for level, n in zip(services["fulfilment"], count, strict=True)
    ]
    table = services[["supplier", "client", "service", "expectation", "importance"]].assign(
        fulfilment=[one.mean() for one in answers], responses=count, fulfilment_sd=[one.std(ddof=1) for one in answers]
    )
    return Organization.from_frames(table, truth.departments[["id", "kind", "weight"]])


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["exhaustive", "size", "habits", "noise"])
    parser.add_argument("--instances", type=int, default=500)
    parser.add_argument("--services", type=int, default=100_000)
    parser.add_argument("--actions", type=int, default=5_000)
    parser.add_argument("--organizations", type=int, default=10)
    given = parser.parse_args()
    if given.part == "exhaustive":
        exhaustive(given.instances)
    elif given.part == "size":
        size(given.services, given.actions)
    elif given.part == "habits":
        habits(given.organizations)
    else:
        noise(given.organizations)


if __name__ == "__main__":
    main()
