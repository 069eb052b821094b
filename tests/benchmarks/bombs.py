"""Measure what large and odd inputs cost: each is refused or read within 10 s of the processor and 2 GB.

Run by hand over a folder whose folders are organisations, such as make_bombs.py writes::

    python tests/benchmarks/bombs.py FOLDER [COMMAND ...]

Every organisation is given to every command (by default to `check`) in a process of its own. Exit code 1 where one
takes longer, holds more, or ends in a traceback.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS, BYTES = 10, 2 << 30
LONGEST = 120
"""Seconds on the clock after which a run is ended; a busy machine takes longer than the processor's seconds."""
PLACES = {
    "view": ("-o", "view.html"),
    "report": ("-o", "report"),
    "export": ("-o", "graph.json"),
    "draw": ("-o", "a.svg"),
}


def measured(command: str, org: Path, folder: str) -> tuple[int, float, float, int, str]:
    """Run a command; return its exit code, its seconds of the processor and of the clock, its bytes, its last words."""
    words = [sys.executable, "-W", "error", "-m", "cxgraph", command, str(org), *PLACES.get(command, ())]

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))

    with tempfile.TemporaryFile() as told:
        begun = time.monotonic()
        path = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))))
        run = subprocess.Popen(
            words,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            preexec_fn=bounded,  # noqa: PLW1509 - no thread is running
        )
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begun
        told.seek(0)
        said = told.read().decode("utf-8", "replace").strip()
    return run.returncode, used.ru_utime + used.ru_stime, seconds, 1024 * used.ru_maxrss, said


def main(place: Path, commands: list[str]) -> int:
    """Measure and print."""
    faults = 0
    for org in sorted(path for path in place.iterdir() if path.is_dir()):
        for command in commands:
            with tempfile.TemporaryDirectory() as folder:
                code, cpu, seconds, held, said = measured(command, org.resolve(), folder)
            sound = code in (0, 1, 2, 3, 4, 5) and cpu <= SECONDS and held <= BYTES and "Traceback" not in said
            faults += not sound
            words = said.splitlines()[-1][:110] if said and code else ""
            print(
                f"{'' if sound else 'FOUND '}{org.name:18} {command:11} exit {code:3} {cpu:6.2f} s ({seconds:6.2f} on "
                f"the clock) {held / 1e6:7.0f} MB  {words}",
                flush=True,
            )
    print(f"{faults} over {SECONDS} s or {BYTES / 1e9:.1f} GB or without an error of ours")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:] or ["check"]))
