"""Stop `cxgraph report` at random moments: it leaves nothing or everything, and the next run nothing else.

Run by hand: ``python tests/benchmarks/kills.py [kills of each signal] [seed]``. SIGINT, SIGTERM, SIGHUP and SIGKILL
take turns. Exit code 1 where a run left part of its files, or a traceback through our code, or ended with another
exit code than 128 + the number of the signal (which a program that the system ends at once cannot choose; what Python
does before it has loaded the first file of ours is counted apart).
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
ORG = ROOT / "sample_orgs" / "worked_example"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)


def start(out: Path) -> subprocess.Popen[str]:
    """Begin a report."""
    words = [sys.executable, "-m", "cxgraph", "report", str(ORG), "-o", str(out), "--force"]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def content(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def outcome(number: signal.Signals, code: int, said: str) -> tuple[str, bool]:
    """Return how a run ended, in words, and whether it may end so."""
    ours = "cxgraph" in said.partition("Traceback")[2]
    if code == 0:
        return "finished before", "Traceback" not in said
    if code == 128 + number:
        return "stopped", "Traceback" not in said
    if code == -number:
        return "ended by the system", "Traceback" not in said
    return "Python had not started yet" if not ours else f"exit code {code}: {said[-600:]}", not ours


def main(kills: int, seed: int) -> int:
    """Kill, look, run again, look again; print what was seen."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background would hand on that it ignores it
    chance = random.Random(seed)
    seen: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        assert not start(Path(folder, "whole")).wait()
        seconds = time.monotonic() - begun
        whole = content(Path(folder, "whole"))
        for turn in range(kills * len(SIGNALS)):
            number = SIGNALS[turn % len(SIGNALS)]
            place = Path(folder, str(turn))
            place.mkdir()
            again = chance.random() < 0.3  # a report stands there already, and is written again
            if again:
                start(place / "out").wait()
            run = start(place / "out")
            time.sleep(chance.uniform(0, 1.02 * seconds))
            run.send_signal(number)
            said = run.communicate()[1]
            words, fine = outcome(number, run.returncode, said)
            left = content(place)
            kept = {name: data for name, data in left.items() if not name.startswith(".cxgraph-")}
            whole_there = kept in ({}, {f"out/{name}": data for name, data in whole.items()})
            clean = number == signal.SIGKILL or kept == left
            seen[f"{number.name}: {words}"] += 1
            seen["runs that left files of their own beside"] += kept != left
            if not (fine and whole_there and clean):
                faults.append(f"{number.name} after a report: {again}: {words}, whole {whole_there}, clean {clean}")
            start(place / "out").wait()
            if content(place) != {f"out/{name}": data for name, data in whole.items()}:
                faults.append(f"{number.name}: the next run left {sorted(content(place))}")
    print(f"{kills} kills of each signal within {seconds:.1f} s, seed {seed}")
    for words, count in sorted(seen.items()):
        print(f"  {count:4} {words}")
    print(*faults or ["nothing half-written, nothing left by the next run"], sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in (*sys.argv[1:3], *("20", "1")[len(sys.argv) - 1 :]))))
