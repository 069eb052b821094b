"""What a thousand draws cost, against one analysis of the same organisation.

Run with ``python tests/benchmarks/resampling.py``. Ten thousand services between 1,500 departments (most of them in
one loop), once with mean, number and spread of each service, once with some 150,000 single answers of 6,000
respondents. The draws are told in analyses that estimate the transmission (at most 300 of them), and in analyses and
draws at a given one.
"""

from __future__ import annotations

import itertools
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from cxgraph.analysis import Analysis, analyze
from cxgraph.model.organization import Organization

SERVICES, DEPARTMENTS, CUSTOMERS, DRAWS = 10_000, 1_500, 50, 1_000


def build(answers: bool, seed: int = 0) -> Organization:
    """Draw the organisation; seeded."""
    rng = np.random.default_rng(seed)
    names = np.array([f"D{number}" for number in range(DEPARTMENTS)])
    suppliers = rng.integers(0, DEPARTMENTS - CUSTOMERS, 2 * SERVICES)
    pairs = np.stack([suppliers, rng.integers(0, DEPARTMENTS, 2 * SERVICES)])
    pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
    pairs = pairs[:, rng.permutation(pairs.shape[1])[:SERVICES]]
    number = rng.integers(2, 30, SERVICES)
    services = pd.DataFrame(
        {
            "supplier": names[pairs[0]],
            "client": names[pairs[1]],
            "expectation": 9.0,
            "fulfilment": rng.normal(7.5, 1.2, SERVICES).clip(0, 10),
            "responses": number,
            "fulfilment_sd": 1.5,
        }
    )
    departments = pd.DataFrame(
        {
            "id": names,
            "kind": np.where(np.arange(DEPARTMENTS) >= DEPARTMENTS - CUSTOMERS, "external_customer", "internal"),
        }
    )
    if not answers:
        return Organization.from_frames(services, departments)
    row = np.repeat(np.arange(SERVICES), number)
    responses = pd.DataFrame(
        {
            "supplier": services["supplier"].to_numpy()[row],
            "client": services["client"].to_numpy()[row],
            "respondent": [
                f"r{client}-{person}"
                for client, person in zip(pairs[1][row], rng.integers(0, 4, len(row)), strict=True)
            ],
            "expectation": 9.0,
            "fulfilment": rng.normal(services["fulfilment"].to_numpy()[row], 1.5).round().clip(0, 10),
        }
    )
    means = responses.groupby(["supplier", "client"], as_index=False)[["expectation", "fulfilment"]].mean()
    return Organization.from_frames(means, departments, responses=responses)


def timed(task: Callable[[], object], repeats: int) -> float:
    """Return the median processor seconds of some runs: other work on the machine does not count."""
    seconds = []
    for _ in range(repeats):
        begun = time.process_time()
        task()
        seconds.append(time.process_time() - begun)
    return statistics.median(seconds)


def drawn(analysis: Analysis) -> bytes:
    """Return the bytes of the intervals of one run."""
    table = analysis.intervals(draws=DRAWS, seed=7).table
    return table.drop(columns="name").to_numpy(float).tobytes()


def main() -> None:
    """Print seconds, their ratio, memory and whether the same seed gave the same bytes."""
    print(f"{'answers':12s} {'transmission':12s} {'analyze':>9s} {'draws':>9s} {'ratio':>6s} {'MB':>6s}  same bytes")
    for answers, given in itertools.product((False, True), (None, 0.6)):
        organization = build(answers)
        analysis = analyze(organization, transmission=given)
        one = timed(lambda organization=organization, given=given: analyze(organization, transmission=given), 15)
        many = timed(lambda analysis=analysis: drawn(analysis), 3)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        same = drawn(analysis) == drawn(analysis)
        print(
            f"{'single' if answers else 'aggregates':12s} {'estimated' if given is None else 'given':12s} "
            f"{1e3 * one:7.1f}ms {many:8.2f}s {many / one:6.0f} {memory:6.0f}  {same}"
        )


if __name__ == "__main__":
    main()
