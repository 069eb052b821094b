"""What everyday commands cost on a small organisation, as multiples of importing the libraries that they need.

Run it with ``python tests/benchmarks/cold.py [ORG] [--only bottlenecks view] [--times 3]``. Each command runs as a
process of its own on ORG (the sample hotel by default); its user and system processor time, the best of a few runs, is
divided by that of ``python -c "import pandas, scipy.sparse"``, or with ``matplotlib.figure`` for what draws figures,
in the same run. Commands take turns, so that a busy machine troubles all alike.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from growth import run

HOTEL = Path(__file__).parents[2] / "sample_orgs" / "hotel"
TABLES = "import pandas, scipy.sparse"
FIGURES = "import pandas, scipy.sparse, matplotlib.figure"
LIMITS = {
    "bottlenecks": (TABLES, 1.6),
    "audit": (TABLES, 2.0),
    "view": (TABLES, 2.2),
    "draw": (FIGURES, 1.6),
    "report": (FIGURES, 2.5),
}
OUTPUTS = {"view": "view.html", "draw": "tower.svg", "report": "report"}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("org", type=Path, nargs="?", default=HOTEL)
    parser.add_argument("--only", nargs="+", choices=list(LIMITS), default=list(LIMITS))
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled once, not at every start
    with tempfile.TemporaryDirectory() as folder:
        jobs = {code: ["-c", code] for code in sorted({LIMITS[command][0] for command in asked.only})}
        for command in asked.only:
            place = ["-o", str(Path(folder, OUTPUTS[command])), "--force"] if command in OUTPUTS else []
            jobs[command] = ["-m", "cxgraph", command, str(asked.org), *place]
        seconds: dict[str, list[float]] = {job: [] for job in jobs}
        for _ in range(asked.times):
            for job, words in jobs.items():
                cost = run([sys.executable, *words])
                if cost.end not in {"0", "1"}:  # an audit that finds something ends with 1
                    raise SystemExit(f"{job} ended with {cost.end}")
                seconds[job].append(cost.seconds)
    print("load of the machine:", *(f"{load:.1f}" for load in os.getloadavg()))
    for job, found in seconds.items():
        if job not in LIMITS:
            print(f"{min(found):7.3f} s  {job}")
            continue
        yardstick, limit = LIMITS[job]
        print(f"{min(found):7.3f} s  {job}: {min(found) / min(seconds[yardstick]):.2f} (at most {limit})")


if __name__ == "__main__":
    main()
