"""Do 90 % intervals of shares cover the truth, and does P(first) mean what it says? Simulated, so the truth is known.

Run with ``python tests/benchmarks/coverage.py [trials]``. The generator (seeded): 14 departments in four tiers and
three customers; each department receives one to three services from higher tiers and sometimes one from anywhere, so
that loops occur; three in ten services have a real fault (0.1 to 0.6), the others a small one (exponential, mean
0.05); what a service lacks is its own fault plus 0.6 of what its supplier lacks. Respondents answer with a normal
error (sd 1.5 on a scale of 0 to 10), in three ways: separate answers for each service, the same 12 to 30 respondents
with a leniency of their own for all services of a client, and only mean, number and spread of 5 to 15 answers. In a
fourth row every department has a transmission of its own, Beta(3, 2), which is not told: it is estimated from the one
wave of scores, and drawn with them.
"""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pandas as pd

from cxgraph import analyze
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.organization import Organization
from cxgraph.uncertainty.intervals import Intervals

DEPARTMENTS, CUSTOMERS, TRANSMISSION, ERROR = 14, 3, 0.6, 1.5


def draw_truth(rng: np.random.Generator, transmission: Floats) -> tuple[pd.DataFrame, Floats]:
    """Return services with true scores, and the customers' weights."""
    tier = np.sort(rng.integers(0, 4, DEPARTMENTS))
    pairs = set()
    for client in range(DEPARTMENTS):
        above = np.flatnonzero(tier < tier[client])
        if len(above):
            wanted = min(int(rng.integers(1, 4)), len(above))
            pairs |= {(int(supplier), client) for supplier in rng.choice(above, wanted, replace=False)}
        stranger = int(rng.integers(0, DEPARTMENTS))
        if rng.random() < 0.2 and stranger != client:
            pairs.add((stranger, client))
    front = np.flatnonzero(tier == tier.max())
    for customer in range(CUSTOMERS):
        chosen = rng.choice(front, min(len(front), 3), replace=False)
        pairs |= {(int(supplier), DEPARTMENTS + customer) for supplier in chosen}
    supplier, client = np.array(sorted(pairs)).T
    size, count = DEPARTMENTS + CUSTOMERS, len(supplier)
    own = np.where(rng.random(count) < 0.3, rng.uniform(0.1, 0.6, count), rng.exponential(0.05, count))
    share = 1.0 / np.bincount(client, minlength=size)[client]
    received = np.zeros(size)
    for _ in range(100):
        lacks = np.minimum(1.0, own + (transmission * received)[supplier])
        received = np.bincount(client, share * lacks, size)
    expectation = rng.uniform(7.0, 9.5, count)
    table = pd.DataFrame(
        {"supplier": supplier, "client": client, "expectation": expectation, "fulfilment": expectation * (1.0 - lacks)}
    )
    return table, np.append(np.zeros(DEPARTMENTS), rng.uniform(0.5, 2.0, CUSTOMERS))


def observe(rng: np.random.Generator, truth: pd.DataFrame, weight: Floats, way: str) -> Organization:
    """Draw answers and return the organisation that they show."""
    names = np.array([f"D{number:02d}" for number in range(len(weight))])
    rows = []
    for client, received in truth.groupby("client"):
        people = int(rng.integers(12, 31))
        lenient = rng.normal(0.0, 0.7, people)
        for one in received.itertuples():
            if way == "respondents":
                who = np.flatnonzero(rng.random(people) < 0.7)
                who = who if len(who) > 1 else np.arange(2)
                marks = one.fulfilment + lenient[who] + rng.normal(0.0, ERROR, len(who))
                labels = [f"{client}-{person}" for person in who]
            else:
                number = int(rng.integers(5, 16))
                marks = rng.normal(one.fulfilment, ERROR, number)
                labels = [None] * number
            rows.append(
                pd.DataFrame(
                    {
                        "respondent": labels,
                        "supplier": names[one.supplier],
                        "client": names[client],
                        "expectation": one.expectation,
                        "fulfilment": marks,
                    }
                )
            )
    answers = pd.concat(rows)
    services = answers.groupby(["supplier", "client"], as_index=False).agg(
        expectation=("expectation", "mean"),
        fulfilment=("fulfilment", "mean"),
        responses=("fulfilment", "size"),
        fulfilment_sd=("fulfilment", "std"),
    )
    departments = pd.DataFrame(
        {
            "id": names,
            "weight": np.maximum(weight, 1e-9),
            "kind": ["internal"] * DEPARTMENTS + ["external_customer"] * CUSTOMERS,
        }
    )
    # Means of normal answers may leave the scale; a wide one keeps them and the bottom stays where it was.
    scale = (0.0, 10.0)
    services["fulfilment"] = services["fulfilment"].clip(*scale)
    return Organization.from_frames(
        services,
        departments,
        scale=scale,
        responses=answers.assign(fulfilment=answers["fulfilment"].clip(*scale)) if way != "aggregates" else None,
    )


def draw_transmission(rng: np.random.Generator, way: str) -> Floats:
    """Return every department's true transmission."""
    if way == "estimated":
        return np.append(rng.beta(3, 2, DEPARTMENTS), np.zeros(CUSTOMERS))
    return np.full(DEPARTMENTS + CUSTOMERS, TRANSMISSION)


def find_intervals(seen: Organization, way: str, seed: int) -> Intervals:
    """Return the intervals at the true transmission, or with one that is estimated as well."""
    return analyze(seen, transmission=None if way == "estimated" else TRANSMISSION).intervals(draws=400, seed=seed)


def main(trials: int = 400) -> None:
    """Print coverage by size of the true share, width, and the reliability of P(first) and P(among three)."""
    heads = ("all", "< 2 %", "2-10 %", "> 10 %", "first", "J", "width")
    print(f"{'answers':12s} " + " ".join(f"{head:>6s}" for head in heads))
    reliability: dict[str, list[tuple[float, bool]]] = {"first": [], "among three": []}
    for way in ("answers", "respondents", "aggregates", "estimated"):
        rng = np.random.default_rng(20240)
        covered, shares, widths, tops, totals = [], [], [], [], []
        for trial in range(trials):
            tau = draw_transmission(rng, way)
            truth, weight = draw_truth(rng, tau)
            known = Network.from_arrays(
                truth["supplier"], truth["client"], truth["expectation"], truth["fulfilment"], customer_weight=weight
            )
            solved = solve_cascade(known, tau)
            true = known.by_supplier(solved.contribution) / solved.customer_shortfall
            seen = observe(rng, truth, weight, way)
            found = find_intervals(seen, way, trial)
            table = found.table.sort_index()
            inside = ((table["low"] <= true + 1e-9) & (true - 1e-9 <= table["high"])).to_numpy()
            causes = (true > 0) | (table["share"].to_numpy() > 0)
            covered.append(inside[causes])
            shares.append(true[causes])
            widths.append((table["high"] - table["low"]).to_numpy()[causes])
            tops.append(inside[int(np.argmax(true))])
            totals.append(found.low <= solved.customer_shortfall <= found.high)
            order = np.argsort(np.argsort(-true))
            reliability["first"] += list(zip(table["p_top1"], order == 0, strict=True))
            reliability["among three"] += list(zip(table["p_topk"], order < 3, strict=True))
        hit, share = np.concatenate(covered), np.concatenate(shares)
        parts = [
            hit.mean(),
            hit[share < 0.02].mean(),
            hit[(share >= 0.02) & (share <= 0.1)].mean(),
            hit[share > 0.1].mean(),
            np.mean(tops),
            np.mean(totals),
            np.concatenate(widths).mean(),
        ]
        print(f"{way:12s} " + " ".join(f"{part:6.3f}" for part in parts))
    print("\nReliability: of the departments to which a probability was given, how many it was true of")
    edges = np.array([0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0001])
    for name, pairs in reliability.items():
        said, true = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
        for low, high in itertools.pairwise(edges):
            chosen = (said >= low) & (said < high)
            if chosen.any():
                print(
                    f"{name:12s} {low:4.2f} to {min(high, 1.0):4.2f}: said {said[chosen].mean():.3f}, "
                    f"true {true[chosen].mean():.3f} ({chosen.sum()})"
                )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
