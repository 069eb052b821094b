"""What each command costs as organisations grow: processor seconds, memory for each service, and how both grow.

Run it with ``python tests/benchmarks/growth.py [--sizes 100 1000 10000 100000] [--only report view]``. For each size it
writes a folder of a services table between a quarter as many departments (at most 50,000), runs each command on it as
a process of its own and prints the processor time, that time as a multiple of ``python -c "import pandas,
scipy.sparse"`` in the same run, the largest memory, the size of what was written, and by how much time grew against
m log m since the size before (1 is m log m; above 2 something grows faster).
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

COMMANDS = {
    "check": [],
    "bottlenecks": [],
    "trace": [],
    "loops": [],
    "calibrate": [],
    "audit": [],
    "draw": ["-o", "OUT.svg", "--force"],
    "view": ["-o", "OUT.html", "--force"],
    "report": ["-o", "OUT", "--force"],
}
LONGEST = 600


@dataclass(frozen=True)
class Cost:
    """Of one process: processor seconds, largest memory in bytes, and how it ended."""

    seconds: float
    memory: int
    end: str


def run(words: list[str]) -> Cost:
    """Run a process to its end, or to `LONGEST` seconds of processor time."""
    limited = ["import os, resource, sys", f"resource.setrlimit(resource.RLIMIT_CPU, ({LONGEST}, {LONGEST}))"]
    code = "; ".join([*limited, "os.execvp(sys.argv[1], sys.argv[1:])"])
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=nowhere, stderr=nowhere)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, str(process.returncode))


def write(table: Path, size: int) -> None:
    """Write a services table, in a process of its own.

    The largest memory of a process counts what its parent held when it began; this one has to stay small.
    """
    code = "import sys, pathlib, main_job; main_job.write_services(pathlib.Path(sys.argv[1]), int(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, str(table), str(size)], check=True, cwd=Path(__file__).parent)


def written(place: Path) -> int:
    """Return the bytes of a file, or of all files of a folder."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000, 100_000])
    parser.add_argument("--only", nargs="+", choices=list(COMMANDS), default=list(COMMANDS))
    asked = parser.parse_args()
    yardstick = min(run([sys.executable, "-c", "import pandas, scipy.sparse"]).seconds for _ in range(3))
    print(f"yardstick {yardstick:.2f} s")
    before: dict[str, tuple[int, float]] = {}
    with tempfile.TemporaryDirectory() as place:
        for size in asked.sizes:
            folder = Path(place, str(size))
            folder.mkdir()
            write(folder / "services.csv", size)
            for name in asked.only:
                out = Path(place, f"{name}-{size}")
                options = [option.replace("OUT", str(out)) for option in COMMANDS[name]]
                cost = run([sys.executable, "-m", "cxgraph", name, str(folder), *options])
                bytes_out = sum(written(path) for path in Path(place).glob(f"{name}-{size}*"))
                grew = ""
                if name in before:
                    smaller, seconds = before[name]
                    expected = size * math.log(size) / (smaller * math.log(smaller))
                    extra = max(cost.seconds - yardstick, 0.01) / max(seconds - yardstick, 0.01)
                    grew = f"{extra / expected:6.2f}"
                before[name] = size, cost.seconds
                print(
                    f"{size:>9,} {name:<12} exit {cost.end:>3} {cost.seconds:8.2f} s {cost.seconds / yardstick:7.1f} x "
                    f"{cost.memory / 2**20:8.0f} MB {bytes_out / 2**20:7.2f} MB out {grew}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
