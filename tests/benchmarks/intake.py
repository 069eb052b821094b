"""How long a large table of services takes to read, against pandas.read_csv in the same run.

Run it from the top of the repository: ``python tests/benchmarks/intake.py [rows]``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cxgraph.intake import read
from cxgraph.intake.encoding import to_utf8
from cxgraph.intake.formats import read_bytes
from cxgraph.intake.reader import read_table
from cxgraph.tables.columns import type_table
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import TABLES

ROWS, DEPARTMENTS, SERVICES, ROUNDS = 1_000_000, 50_000, 7, 3
YARDSTICK = "pandas.read_csv"
TARGETS = {"file to typed table": 3.5, "file to organisation": 5.0}


def write_services(path: Path, rows: int, *, quoted: bool = False, comma: bool = False) -> None:
    """Write a table of random services between departments that all differ from themselves."""
    random = np.random.default_rng(0)
    supplier = random.integers(0, DEPARTMENTS, rows)
    client = (supplier + random.integers(1, DEPARTMENTS, rows)) % DEPARTMENTS
    frame = pd.DataFrame(
        {
            "supplier": [f"D{number}" for number in supplier],
            "client": [f"D{number}" for number in client],
            "service": [f"service {number % SERVICES}" for number in range(rows)],
            "expectation": random.integers(5, 11, rows),
            "fulfilment": random.integers(0, 100, rows) / 10,
            "importance": random.integers(1, 6, rows),
        }
    ).drop_duplicates(["supplier", "client", "service"])
    frame.to_csv(
        path, index=False, quoting=2 if quoted else 0, sep=";" if comma else ",", decimal="," if comma else "."
    )


def typed_services(path: Path) -> int:
    """Take the room's own way from a file to a typed table; return its rows."""
    findings = ProblemLog()
    found = read_bytes(path, findings)
    assert found is not None
    text = to_utf8(found[0], log=findings, file=path.name)
    assert text is not None
    raw = read_table(text, TABLES["services"], log=findings, file=path.name)
    assert raw is not None
    typed = type_table(raw, findings)
    assert not findings.failed, findings.problems
    return len(typed)


def best(cases: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Return the shortest of a few runs of each case, in seconds; cases take turns, so that noise meets them all."""
    shortest = dict.fromkeys(cases, float("inf"))
    for _ in range(ROUNDS):
        for name, work in cases.items():
            start = time.perf_counter()
            work()
            shortest[name] = min(shortest[name], time.perf_counter() - start)
    return shortest


def main(rows: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path, quoted, comma, ragged = (Path(folder, name) for name in ("services.csv", "q.csv", "c.csv", "r.csv"))
        write_services(path, rows)
        write_services(quoted, rows, quoted=True)
        write_services(comma, rows, comma=True)
        ragged.write_bytes(path.read_bytes() + b"\n\nD1,D0,last,9,9,1\n")
        cases: dict[str, Callable[[], Any]] = {
            YARDSTICK: lambda: pd.read_csv(path),
            "file to typed table": lambda: typed_services(path),
            "... text in quotes": lambda: typed_services(quoted),
            "... semicolons and decimal commas": lambda: typed_services(comma),
            "... irregular (a blank line)": lambda: typed_services(ragged),
            "file to organisation": lambda: read(path, customers=["D0"]),
        }
        seconds = best(cases)
        print(f"{rows:,} services, {path.stat().st_size / 1e6:.1f} MB; best of {ROUNDS}")
        for name in cases:
            target = f"target {TARGETS[name]}" if name in TARGETS else ""
            print(f"{name:40s} {seconds[name]:6.2f} s {seconds[name] / seconds[YARDSTICK]:6.2f} x {target}".rstrip())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
