"""Simulated gaming: what the checks of integrity find, and how often they find something on honest data.

Run with ``python tests/benchmarks/integrity.py [trials]``. The generator: twelve departments, each serving four
others and one customer with two services; true levels from a normal distribution around 7.2 on a scale of 0 to 10;
24 respondents in each client, each with a leniency of his or her own, who rate six of the services that it receives
on days spread over a year; marks are rounded and cut at the ends of the scale. Teams rate themselves 1 higher than
they are; mystery shoppers and tickets report on a part of the services. Gamed: a tenth of the departments (at least
one) has coached clients, a twentieth of all respondents gives one mark to everything, and one pair of departments
gives each other nine and ten.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxgraph.model.organization import Organization
from cxgraph.survey_quality.answer_arrays import answer_arrays
from cxgraph.survey_quality.checks import straight_liners
from cxgraph.survey_quality.run import check_survey_quality

DEPARTMENTS = 12
PEOPLE = 24
RATED = 6


@dataclass
class Gamed:
    """An organisation and what was planted in it."""

    organization: Organization
    coached: set[str]
    straight: int
    pair: frozenset[str]


def simulate(seed: int, *, gaming: bool) -> Gamed:
    """Draw an organisation with answers; seeded."""
    rng = np.random.default_rng(seed)
    names = [f"D{number:02d}" for number in range(DEPARTMENTS)]
    services = []
    for number, supplier in enumerate(names):
        clients = [names[(number + step) % DEPARTMENTS] for step in (1, 2, 5, 7, 11)]
        for client in [*clients, "Customers"]:
            services += [(supplier, client, f"{kind}", rng.normal(7.2, 1.0)) for kind in ("advice", "work")]
    table = pd.DataFrame(services, columns=["supplier", "client", "service", "level"])
    coached = set(rng.choice(names, max(1, DEPARTMENTS // 10), replace=False)) if gaming else set()
    pair = frozenset((names[0], names[1])) if gaming else frozenset()
    rows: list[tuple] = []
    planted = _survey(rng, table, coached, pair, rows, gaming)
    _others(rng, table, rows)
    answers = pd.DataFrame(
        rows, columns=["date", "respondent", "supplier", "client", "service", "fulfilment", "source"]
    )
    answers["fulfilment"] = answers["fulfilment"].round().clip(0, 10)
    means = (
        answers[answers["source"] != "self_assessment"]
        .groupby(["supplier", "client", "service"])["fulfilment"]
        .mean()
        .reset_index()
        .assign(expectation=9.0)
    )
    departments = pd.DataFrame(
        {"id": [*names, "Customers"], "kind": ["internal"] * DEPARTMENTS + ["external_customer"]}
    )
    return Gamed(Organization.from_frames(means, departments, responses=answers), coached, planted, pair)


def _survey(rng, table, coached, pair, rows, gaming) -> int:
    """Add what surveyed people say; return how many of them were planted to give one mark to everything."""
    planted = 0
    for client in table["client"].unique():
        received = table[table["client"] == client]
        for person in range(PEOPLE if client != "Customers" else 5 * PEOPLE):
            lenient = rng.normal(0, 0.7)
            straight = gaming and rng.random() < 0.05
            planted += straight
            fixed = rng.integers(6, 11)
            day = pd.Timestamp("2026-01-01") + pd.Timedelta(days=int(rng.integers(0, 300)))
            chosen = received.iloc[rng.choice(len(received), min(RATED, len(received)), replace=False)]
            for one in chosen.itertuples():
                mark = rng.normal(one.level + lenient, 1.3)
                if one.supplier in coached and rng.random() < 0.7:
                    mark = rng.choice([9, 10])
                if pair and {one.supplier, client} == pair:
                    mark = rng.choice([9, 10], p=[0.3, 0.7])
                if straight:
                    mark = fixed
                rows.append((day, f"{client}-{person}", one.supplier, client, one.service, mark, "client_survey"))
    return planted


def _others(rng, table, rows) -> None:
    """Add what teams say of themselves, and what mystery shoppers and tickets say."""
    for one in table.itertuples():
        team = rng.normal(1.0, 0.3)
        for person in range(2):
            rows.append(
                (
                    pd.Timestamp("2026-06-01"),
                    f"{one.supplier}-{person}",
                    one.supplier,
                    one.client,
                    one.service,
                    rng.normal(one.level + team, 1.2),
                    "self_assessment",
                )
            )
        if one.client == "Customers":
            for source, number, shift in (("mystery_shopper", 6, -0.3), ("ticket", 10, -0.8)):
                for _ in range(number):
                    rows.append(
                        (
                            pd.Timestamp("2026-05-01"),
                            None,
                            one.supplier,
                            one.client,
                            one.service,
                            rng.normal(one.level + shift, 1.3),
                            source,
                        )
                    )


def main(trials: int = 100) -> None:
    """Print detection and false alarms."""
    coached_kinds = {"survey-against-mystery-shopper", "survey-against-ticket", "small-spread", "ceiling"}
    any_alarm, kinds = 0, {}
    for seed in range(trials):
        found = [one for one in check_survey_quality(simulate(seed, gaming=False).organization) if one.q == one.q]
        any_alarm += bool(found)
        for one in found:
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
    print(f"honest: {trials} organisations, with any finding by a test: {any_alarm / trials:.3f} (stated 0.05)")
    print(f"        findings by kind: {kinds}")
    counts = dict.fromkeys(("coached", "pair", "lines", "persons", "planted", "flagged", "false", "all"), 0)
    total = 0
    for seed in range(trials):
        world = simulate(10_000 + seed, gaming=True)
        found = [one for one in check_survey_quality(world.organization) if one.q == one.q]
        hit = {one.department for one in found if one.kind in coached_kinds}
        total += len(world.coached)
        counts["coached"] += len(world.coached & hit)
        counts["pair"] += any(
            one.kind == "reciprocal-marks" and {one.department, one.other} == world.pair for one in found
        )
        counts["lines"] += any(one.kind == "straight-lining" for one in found)
        answers = answer_arrays(world.organization)
        assert answers is not None
        straight, _ = straight_liners(answers.of("client_survey"))
        counts["flagged"] += int(straight.sum())
        counts["planted"] += world.straight
        touched = world.coached | world.pair
        counts["all"] += len(found)
        counts["false"] += sum(one.kind != "straight-lining" and one.department not in touched for one in found)
    print(f"gamed:  {trials} organisations")
    print(f"        coached departments found       {counts['coached'] / total:.2f}")
    print(f"        reciprocal pairs found          {counts['pair'] / trials:.2f}")
    print(f"        straight-lining found           {counts['lines'] / trials:.2f}")
    print(f"        respondents: planted {counts['planted']}, counted as straight {counts['flagged']}")
    print(f"        false among all findings        {counts['false'] / max(counts['all'], 1):.3f} of {counts['all']}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
