"""How fast the main job is, as ratios against yardsticks of the same run.

Run it with ``python tests/benchmarks/main_job.py [rows]``. It writes a services.csv of a million rows between 50,000
departments to a temporary folder and prints, each the best of a few repetitions:

- reading, checking and assembling it, against ``pandas.read_csv`` of that file with default settings (at most 5);
- ``analyze`` on it with all its tables, against the same yardstick (at most 1);
- ``cxgraph --help``, against ``python -c "import click"`` (at most 2.5).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import cxgraph
import cxgraph.analysis
import cxgraph.intake.read

DEPARTMENTS = 50_000


def write_services(path: Path, rows: int, seed: int = 0) -> None:
    """Write services between random departments, no two alike, each tenth one to one of twenty customers."""
    rng = np.random.default_rng(seed)
    count = max(min(DEPARTMENTS, rows // 4), 30)
    supplier = rng.integers(0, count, rows)
    client = (supplier + rng.integers(1, count, rows)) % count
    to_customers = rng.random(rows) < 0.1
    names = np.array([f"D{number}" for number in range(count)])
    clients = np.where(to_customers, np.array([f"C{number}" for number in range(20)])[client % 20], names[client])
    frame = pd.DataFrame(
        {
            "supplier": names[supplier],
            "client": clients,
            "service": "service " + pd.Series(range(rows)).mod(7).astype(str),
            "expectation": rng.integers(5, 11, rows),
            "fulfilment": rng.integers(0, 101, rows) / 10,
            "importance": rng.integers(1, 6, rows),
        }
    )
    twins = frame.duplicated(["supplier", "client", "service"])
    frame.loc[twins, "service"] = "extra " + pd.Series(np.arange(twins.sum()).astype(str), index=frame.index[twins])
    frame.to_csv(path, index=False)


def best(job: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of a few runs in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        found.append(time.perf_counter() - start)
    return min(found)


def analyze_with_tables(organization: cxgraph.Organization) -> None:
    """Do what a report needs of an analysis."""
    analysis = cxgraph.analyze(organization, transmission=0.6)
    analysis.services()
    analysis.departments()
    analysis.customers()


def main(rows: int = 1_000_000) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "services.csv"
        write_services(path, rows)
        yardstick = best(lambda: pd.read_csv(path))
        reading = best(lambda: cxgraph.read(path))
        organization = cxgraph.read(path)
        analysing = best(lambda: analyze_with_tables(organization))
    import_click = best(lambda: subprocess.run([sys.executable, "-c", "import click"], check=True), 10)
    program = Path(sys.executable).with_name("cxgraph")
    words = [str(program)] if program.exists() else [sys.executable, "-m", "cxgraph"]
    helping = best(lambda: subprocess.run([*words, "--help"], check=True, stdout=subprocess.DEVNULL), 10)
    print(f"{rows:,} services; yardstick pandas.read_csv {yardstick:.2f} s, import click {import_click:.3f} s")
    for name, seconds, against, most in (
        ("read, check, assemble", reading, yardstick, 5.0),
        ("analyze with tables", analysing, yardstick, 1.0),
        ("cxgraph --help", helping, import_click, 2.5),
    ):
        print(f"{name:<24} {seconds:8.3f} s   ratio {seconds / against:5.2f}   at most {most}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
