"""What the protection of small groups costs: how far totals move, and how often the first bottleneck stays the same.

Run by hand: ``python tests/benchmarks/privacy_cost.py [organisations] [seed]``. Invented organisations of ten
departments and 3 or 10 customers, with whole-number answers on two scales; some of the services are small (1 to 4
answers), and those are what `min_respondents = 5` protects. Both analyses are made as by default.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from cxgraph import Organization, analyze

DEPARTMENTS, SUPPLIERS, PARTS = 10, 4, (0.1, 0.2, 0.4, 1.0)


def answers(
    random: np.random.Generator, customers: int, scale: tuple[int, int], part: float, enough: int = 6
) -> pd.DataFrame:
    """Return single answers of one invented organisation; the given part of its services has one to four of them."""
    bottom, top = scale
    width = top - bottom
    quality = random.normal(0.7, 0.15, DEPARTMENTS)
    pairs = [
        (supplier, client)
        for client in range(DEPARTMENTS + customers)
        for supplier in random.choice(DEPARTMENTS, SUPPLIERS, replace=False)
        if supplier != client
    ]
    small = set(random.choice(len(pairs), max(round(part * len(pairs)), 1), replace=False).tolist())
    rows = []
    for number, (supplier, client) in enumerate(pairs):
        people = random.integers(1, 5) if number in small else enough + random.integers(0, 6)
        true = quality[supplier] + random.normal(0, 0.1)
        for person in range(people):
            asked = bottom + width * np.clip(random.normal(0.9, 0.08), 0.5, 1)
            got = bottom + width * np.clip(true + random.normal(0, 0.12), 0, 1)
            name = f"d{client}" if client < DEPARTMENTS else f"customer{client}"
            rows.append((f"d{supplier}", name, f"{name} {person}", round(asked), round(got)))
    return pd.DataFrame(rows, columns=["supplier", "client", "respondent", "expectation", "fulfilment"])


def main(organizations: int, seed: int) -> None:
    """Measure and print."""
    for scale in ((0, 10), (1, 5)):
        for part in PARTS:
            for customers in (3, 10):
                random = np.random.default_rng((seed, *scale, round(10 * part), customers))
                same, moved = 0, []
                for _ in range(organizations):
                    table = answers(random, customers, scale, part)
                    true = analyze(Organization.from_frames(None, responses=table, scale=scale, min_respondents=5))
                    shown = true.suppressed()
                    moved.append(100 * (shown.customer_shortfall - true.customer_shortfall))
                    same += true.bottlenecks().index[0] == shown.bottlenecks().index[0]
                print(
                    f"scale {scale[0]}-{scale[1]}, {100 * part:3.0f} % small, {customers:2} customers: the same first "
                    f"bottleneck in {same} of {organizations}; the customers' shortfall moves by "
                    f"{np.sqrt(np.mean(np.square(moved))):.1f} points (root mean square)",
                    flush=True,
                )


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("25", "1")[len(sys.argv) - 1 :])))
