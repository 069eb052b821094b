"""Plans against every permitted subset, followed in plain Python: rounds of the method as it is written down."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization, analyze

STRINGENCIES = (1.0, 4.0, math.inf)


class Tower:
    """Services between departments, of which the last is the only customer; own and pass-through as of today."""

    def __init__(self, services, transmission, rho):
        self.services, self.transmission, self.rho = services, transmission, rho
        self.into = [[e for e, one in enumerate(services) if one[1] == v] for v in range(len(transmission))]
        short = self.shortfalls([one[3] for one in services])
        self.received = [self.norm(v, short) for v in range(len(transmission))]
        self.inherited = [
            min(d, transmission[one[0]] * self.received[one[0]]) for d, one in zip(short, services, strict=True)
        ]

    def shortfalls(self, fulfilment):
        return [max(1 - f / one[2], 0.0) for f, one in zip(fulfilment, self.services, strict=True)]

    def norm(self, department, short):
        mine = self.into[department]
        if not mine:
            return 0.0
        if math.isinf(self.rho):
            return max(short[e] for e in mine)
        total = sum(self.services[e][4] for e in mine)
        return sum(self.services[e][4] / total * short[e] ** self.rho for e in mine) ** (1 / self.rho)

    def gain(self, fulfilment):
        """Return how much less the customer lacks: what is repaired takes own shortfall first, then what came."""
        short = self.shortfalls(fulfilment)
        through = [min(d, was) for d, was in zip(short, self.inherited, strict=True)]
        own = [d - part for d, part in zip(short, through, strict=True)]
        givers = [self.received[one[0]] for one in self.services]
        passed = [part / lack if lack > 0 else 0.0 for part, lack in zip(through, givers, strict=True)]
        received, moved = list(self.received), 1.0
        while moved > 1e-14:
            short = [o + p * received[one[0]] for o, p, one in zip(own, passed, self.services, strict=True)]
            following = [self.norm(v, short) for v in range(len(received))]
            moved = max(abs(a - b) for a, b in zip(following, received, strict=True))
            received = following
        return self.received[-1] - received[-1]


def invented(seed):
    """Return services, transmissions, actions and a budget; departments exchange services in loops."""
    rng = np.random.default_rng([777, seed])
    inner = int(rng.integers(2, 6))
    drawn = zip(rng.integers(0, inner, 14).tolist(), rng.integers(0, inner + 1, 14).tolist(), strict=True)
    pairs = sorted({(a, b) for a, b in drawn if a != b} | {(0, inner)})
    services = []
    for supplier, client in pairs:
        expected = float(rng.integers(6, 11))
        got = min(float(rng.integers(0, 11)), expected)
        services.append((supplier, client, expected, got, float(rng.integers(1, 4))))
    actions = [
        {
            "id": f"a{one}",
            "aim": int(rng.integers(0, len(pairs))),
            "expected_fulfilment": float(rng.integers(0, 11)),
            "cost": float(rng.integers(0, 6)),
            "needs": f"a{int(rng.integers(0, one))}" if one and rng.random() < 0.3 else None,
            "alternative": f"g{int(rng.integers(0, 2))}" if rng.random() < 0.4 else None,
        }
        for one in range(int(rng.integers(1, 7)))
    ]
    return services, [*rng.uniform(0.1, 0.85, inner).tolist(), 0.0], actions, float(rng.integers(0, 15))


def permitted(actions, budget):
    """Yield every set of actions that the rules allow."""
    for size in range(len(actions) + 1):
        for chosen in itertools.combinations(actions, size):
            ids = {one["id"] for one in chosen}
            groups = [one["alternative"] for one in chosen if one["alternative"]]
            if (
                sum(one["cost"] for one in chosen) <= budget
                and all(one["needs"] is None or one["needs"] in ids for one in chosen)
                and len(groups) == len(set(groups))
            ):
                yield chosen


@pytest.mark.parametrize("seed", range(24))
def test_no_subset_gains_more_than_the_plan(seed):
    rho = STRINGENCIES[seed % 3]
    services, transmission, actions, budget = invented(seed)
    tower, best = Tower(services, transmission, rho), 0.0
    for chosen in permitted(actions, budget):
        fulfilment = [one[3] for one in services]
        for one in chosen:
            fulfilment[one["aim"]] = max(fulfilment[one["aim"]], one["expected_fulfilment"])
        best = max(best, tower.gain(fulfilment))
    table = pd.DataFrame(
        [(f"D{a}", f"D{b}", "s", x, f, w) for a, b, x, f, w in services],
        columns=["supplier", "client", "service", "expectation", "fulfilment", "importance"],
    )
    inner = len(transmission) - 1
    departments = pd.DataFrame(
        {
            "id": [f"D{one}" for one in range(inner + 1)],
            "kind": ["internal"] * inner + ["external_customer"],
            "transmission": [*transmission[:-1], np.nan],
        }
    )
    log = pd.DataFrame(
        [
            {**one, "supplier": f"D{services[one['aim']][0]}", "client": f"D{services[one['aim']][1]}", "service": "s"}
            for one in actions
        ]
    ).drop(columns="aim")
    plan = analyze(Organization.from_frames(table, departments, actions=log), stringency=rho).plan(budget)
    assert plan.gain == pytest.approx(best, abs=1e-10)
    assert plan.bound >= best - 1e-12
    frontier = plan.frontier()
    assert (np.diff(frontier["gain"]) > 0).all()
    assert (np.diff(frontier["cost"]) > 0).all()
