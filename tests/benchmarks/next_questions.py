"""Further answers: do they find the true first cause more often where `cxgraph ask --next` asks for them?

Organisations are invented as in `recovery.py` (25 departments, its worlds in turn), with their true transmissions, so
that the answers alone leave the first place open. Each service is scored by 3 to 12 respondents whose answers spread by
1.2 points of ten. Then a fifth more answers are collected: evenly over all services; on the fifth of the services
that are rated worst; or where `find_next_questions` says. Each is drawn several times anew. Mark: how often the
department ranked first is the true first cause.

    python tests/benchmarks/next_questions.py [--organizations 200] [--repeats 10] [--seed 7]
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from recovery_worlds import WORLDS, invent

from cxgraph.ask.next_questions import SETTLED, find_next_questions
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.uncertainty.resampling import Sampling

MORE = 0.2
WORST = 5
DEPARTMENTS = 25
SPREAD = 1.2
"""Standard deviation of one answer, in points of a scale of ten."""


@dataclass(frozen=True)
class World:
    """An invented organisation: its services with their true scores, its transmissions, who comes first in truth."""

    network: Network
    transmission: Floats
    cause: int

    @classmethod
    def draw(cls, number: int, seed: int) -> World:
        """Invent one."""
        made = invent(list(WORLDS)[number % len(WORLDS)], DEPARTMENTS, seed * 100_000 + number)
        ids = made.organization.departments["id"].tolist()
        of = {f"D{place:02d}": place for place in range(DEPARTMENTS)}
        own = [made.transmission[of[name]] if name in of else 0.0 for name in ids]
        return cls(made.organization.network(), np.array(own), ids.index(f"D{int(np.argmax(made.cause)):02d}"))


def first(world: World, fulfilment: Floats) -> int:
    """Return the department ranked first by some scores."""
    network = replace(world.network, fulfilment=np.ascontiguousarray(np.clip(fulfilment, 0, 10)))
    return int(np.argmax(network.by_supplier(solve_cascade(network, world.transmission).contribution)))


def spend(world: World, measured: Floats, count: Floats) -> tuple[dict[str, Floats], float]:
    """Return how many further answers each way gives each service, and how sure the first place is before."""
    services, total = len(count), round(MORE * count.sum())
    network = replace(world.network, fulfilment=np.ascontiguousarray(np.clip(measured, 0, 10)))
    error, none = SPREAD / np.sqrt(count), np.zeros(services, bool)
    sampling = Sampling(network, np.full(services, 3, np.int8), None, count, count, error, np.zeros(services), none)
    found = find_next_questions(sampling, world.transmission, answers=total, draws=600)
    told = np.zeros(services)
    told[found.services["service"].to_numpy(int)] = found.services["answers"]
    told += (total - told.sum()) / services  # where nothing is worth asking, evenly
    worst = np.zeros(services)
    worst[np.argsort(measured)[: services // WORST]] = total / (services // WORST)
    return {"evenly": np.full(services, total / services), "worst rated": worst, "as told": told}, found.p_first


def run(organizations: int, repeats: int, seed: int) -> dict[str, tuple[list[float], list[float]]]:
    """Return how often the first is right, of all organisations and of those whose first place is open."""
    marks: dict[str, tuple[list[float], list[float]]] = {}
    for number in range(organizations):
        rng = np.random.default_rng([number, seed])
        world = World.draw(number, seed)
        true, cause = world.network.fulfilment, world.cause
        count = rng.integers(3, 13, len(true)).astype(float)
        measured = true + SPREAD / np.sqrt(count) * rng.standard_normal(len(true))
        ways, sure = spend(world, measured, count)
        right = {"no more": float(first(world, measured) == cause)}
        for way, more in ways.items():
            hits = []
            for repeat in range(repeats):
                noise = np.random.default_rng([number, repeat, seed]).standard_normal(len(true))
                new = true + np.where(more > 0, SPREAD / np.sqrt(np.maximum(more, 1e-9)), 0.0) * noise
                hits.append(first(world, (measured * count + new * more) / (count + more)) == cause)
            right[way] = float(np.mean(hits))
        for way, share in right.items():
            everywhere, open_ = marks.setdefault(way, ([], []))
            everywhere.append(share)
            if sure < SETTLED:
                open_.append(share)
    return marks


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--organizations", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    marks = run(given.organizations, given.repeats, given.seed)
    for way, (everywhere, open_) in marks.items():
        print(
            f"{way:12s} {np.mean(everywhere):.3f}   where the first place is open ({len(open_)}): {np.mean(open_):.3f}"
        )
    for way in ("evenly", "worst rated"):
        gain = np.array(marks["as told"][0]) - np.array(marks[way][0])
        print(f"as told - {way}: {gain.mean():+.3f} (standard error {gain.std() / np.sqrt(len(gain)):.3f})")


if __name__ == "__main__":
    main()
