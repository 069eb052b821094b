"""Mutate the bytes of tables, settings, frames and graphs, and see that only errors of ours come out.

Run by hand, for so many minutes, from a seed that makes the same inputs again::

    python tests/benchmarks/fuzz.py --minutes 10 --seed 1 --keep /tmp/found

Every case is one organisation: a sample with a few of its bytes changed, read by the library and by one or two
commands. Half of them are changed as people change tables (other numbers, fewer rows, other line ends): many of those
are read, so that what comes after reading meets odd input too. What is neither a result nor an error of ours (a
traceback, a warning, a run over a minute) is counted by the line where it came out, printed, and its input kept. The
exit code is 1 where anything was found.

Minutes and seconds are those of the processor, so that other work on the machine changes nothing.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import group

ROOT = Path(__file__).parents[2]
SECONDS = 60
LARGEST = 13_000
"""Bytes of a sample's table; of longer ones some lines are kept, so that a case takes well under a second."""
TOKENS = (
    b"",
    b",",
    b";",
    b"\t",
    b'"',
    b'""',
    b"'",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    "\u2028".encode(),
    "\u202e".encode(),
    "é".encode("cp1252"),
    b"-1",
    b"0",
    b"1e308",
    b"-1e308",
    b"1e-320",
    b"1e999",
    b"nan",
    b"inf",
    b"1,5",
    b"1.234.567,8",
    b"99",
    b"10/5",
    b"2025-13-45",
    b"31/02/2025",
    b"2025-Q5",
    b"supplier",
    b"client",
    b"kind",
    b"external_customer",
    b"=1+1",
    b"true",
    b"[",
    b"]",
    b"{",
    b"}",
    b"#",
    b"scale = [0, 1]\n",
    b"scale = 5\n",
    b"customers = 5\n",
    b"period = 2025\n",
    b"a" * 300,
    b"9" * 400,
)
VALUES: tuple[object, ...] = (
    None,
    np.nan,
    pd.NA,
    pd.NaT,
    float("inf"),
    -1,
    0,
    1e308,
    1e-320,
    10**400,
    "",
    " ",
    "x",
    "7,5",
    "nan",
    True,
    b"7",
    (1, 2),
    [1, 2],
    {"a": 1},
    {1},
    np.array([1, 2]),
    np.array(7),
    1j,
    object(),
    pd.Timestamp("2025-01-01"),
    pd.Period("2025-01"),
    pd.Series([1]),
    "\ud800",
    "a\u202eb",
    "a" * 1000,
)


class TooSlow(BaseException):
    """A case took more than its seconds; no ``except Exception`` swallows it."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return some bytes with one to six changes."""
    table = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(table) + 1)
        until = min(len(table), at + chance.choice((0, 1, 1, 3, 20, 200)))
        kind = chance.randrange(8)
        if kind == 0:
            table[at:until] = b""
        elif kind == 1 and at < len(table):
            table[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            table[at:at] = table[at:until] * chance.choice((1, 2, 50))
        elif kind == 3:
            table[at:at] = bytes(chance.randrange(256) for _ in range(chance.choice((1, 4))))
        elif kind == 4:
            lines = table.split(b"\n")
            chance.shuffle(lines)
            table = bytearray(b"\n".join(lines))
        elif kind == 5:
            cells = table.split(b",")
            cells[chance.randrange(len(cells))] = chance.choice(TOKENS)
            table = bytearray(b",".join(cells))
        elif kind == 6:
            table = table.replace(
                *chance.choice(((b",", b";"), (b"\n", b"\r"), (b"\n", b""), (b".", b","), (b"5", b"-")))
            )
        else:
            table[at:until] = chance.choice(TOKENS)
    return bytes(table)


def edited(data: bytes, chance: random.Random) -> bytes:
    """Return a table changed so that it can mostly still be read: as somebody might who works on it."""
    header, *rows = data.splitlines()
    for _ in range(chance.choice((1, 2, 4, 8))):
        kind = chance.randrange(7)
        at = chance.randrange(len(rows)) if rows else None
        if at is None:
            break
        if kind == 0:
            rows[at] = _NUMBER.sub(lambda found: _other_number(found[0], chance), rows[at])
        elif kind == 1:
            cells = list(_NUMBER.finditer(rows[at]))
            if cells:
                cell = chance.choice(cells)
                new = chance.choice((b"", _other_number(cell[0], chance)))
                rows[at] = rows[at][: cell.start()] + new + rows[at][cell.end() :]
        elif kind == 2:
            del rows[at : at + chance.choice((1, 3, 20))]
        elif kind == 3:
            rows.insert(at, rows[at])
        elif kind == 4:
            chance.shuffle(rows)
        elif kind == 5:
            mark = b";" if b";" in header else b","
            name, cells = chance.choice(_COLUMNS)
            if name not in header:
                header += mark + name
                rows = [row + mark + chance.choice(cells) for row in rows]
        else:
            rows.insert(at, b"")
    lines = [header, *rows, b""]
    return chance.choice((b"", b"", b"", b"\xef\xbb\xbf")) + chance.choice((b"\n", b"\n", b"\r\n")).join(lines)


_COLUMNS = (
    (b"note", (b"", b"x", b"99")),
    (b"period", (b"2025", b"2024")),
    (b"period", (b"2024-03-01", b"2025-Q1")),
    (b"responses", (b"", b"1", b"9")),
    (b"importance", (b"", b"0", b"1", b"7")),
)
_NUMBER = re.compile(rb"(?<=[,;])\d+(?:[.,]\d+)?(?=[,;]|$)")


def _other_number(number: bytes, chance: random.Random) -> bytes:
    """Return a number of the same form that is no larger, so that it stays on its scale."""
    return re.sub(rb"\d", lambda digit: str(chance.randrange(int(digit[0]) + 1)).encode(), number)


_SETTINGS = (
    b"min_respondents = 5",
    b"min_respondents = 2",
    b"min_responses = 3",
    b"transmission = 0.9999999999999999",
    b"transmission = 0",
    b"stringency = inf",
    b"stringency = 1e9",
    b'scoring = "gap"',
    b'scoring = "perception"',
    b"scale = [0, 100]",
    b"scale = [-1e90, 1e90]",
    b'language = "es"',
    b'name = "\\u2028\\u202e</script>"',
)


def changed_folder(source: Path, place: Path, chance: random.Random, *, gently: bool) -> None:
    """Copy an organisation and change one or two of its files."""
    shutil.copytree(source, place)
    files = sorted(path for path in place.iterdir() if path.is_file() and path.suffix in (".csv", ".toml"))
    for file in files:
        lines = file.read_bytes().splitlines(keepends=True)
        step = math.ceil(sum(map(len, lines)) / LARGEST)
        file.write_bytes(lines[0] + b"".join(lines[1::step]))
    for file in chance.sample(files, min(len(files), chance.choice((1, 1, 2)))):
        if chance.random() < 0.03:
            file.unlink()
        elif not gently:
            file.write_bytes(mutated(file.read_bytes(), chance))
        elif file.suffix == ".toml":
            new = chance.choice(_SETTINGS)
            kept = [line for line in file.read_bytes().splitlines() if line.split(b" ")[0] != new.split(b" ")[0]]
            file.write_bytes(b"\n".join([*kept, new, b""]))
        else:
            file.write_bytes(edited(file.read_bytes(), chance))


def changed_frame(frame: pd.DataFrame, chance: random.Random) -> pd.DataFrame:
    """Return a frame with cells, columns or rows that nobody expects."""
    frame = frame.astype(object)
    for _ in range(chance.choice((1, 1, 2, 4))):
        kind, column = chance.randrange(6), chance.randrange(frame.shape[1])
        row = chance.randrange(len(frame)) if len(frame) else None
        if kind <= 2 and row is not None:
            cells = list(frame.iloc[:, column])
            cells[row] = chance.choice(VALUES)
            name = frame.columns[column]
            values = pd.Series(np.empty(len(cells), object), index=frame.index, dtype=object)
            for place, cell in enumerate(cells):
                values.iat[place] = cell
            frame = pd.concat([frame.iloc[:, :column], values.rename(name), frame.iloc[:, column + 1 :]], axis=1)
        elif kind == 3:
            names = list(frame.columns)
            names[column] = chance.choice(("", "client", "x", 5, None, ("a", "b")))
            frame = frame.set_axis(names, axis=1)
        elif kind == 4:
            frame = frame.iloc[[chance.randrange(len(frame)) for _ in range(len(frame))]] if len(frame) else frame
        else:
            frame = frame.iloc[
                :, [place for place in range(frame.shape[1]) if place != column or chance.random() < 0.5]
            ]
            if not frame.shape[1]:
                return frame
    return frame


def changed_graph(organization: cxgraph.Organization, chance: random.Random) -> nx.Graph:
    """Return an organisation's graph with attributes that nobody expects."""
    graph = organization.to_networkx()
    for _ in range(chance.choice((1, 2, 3))):
        value = chance.choice(VALUES)
        kind = chance.randrange(4)
        if kind == 0:
            graph.graph[chance.choice((*graph.graph, "period", "x"))] = value
        elif kind == 1:
            node = chance.choice(list(graph))
            graph.nodes[node][chance.choice(("kind", "parent", "weight", "name", "transmission", "id", "x"))] = value
        elif kind == 2:
            edge = chance.choice(list(graph.edges(keys=True)))
            graph.edges[edge][chance.choice(("expectation", "fulfilment", "service", "importance", "supplier"))] = value
        else:
            try:
                graph.add_edge(value, chance.choice(list(graph)), expectation=5, fulfilment=value)
            except (TypeError, ValueError):
                continue
    return graph if chance.random() < 0.9 else graph.to_undirected()


def command(*words: str | Path) -> None:
    """Run a command in this process; raise what it did not turn into an exit code."""
    found = CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    if found.exit_code not in (0, 1, 2, 3, 4, 5):
        raise AssertionError(f"exit code {found.exit_code}")
    if found.exit_code:
        raise cxgraph.CxgraphError(f"exit code {found.exit_code}")


@cache
def known(source: Path) -> cxgraph.Organization:
    """Return a sample as it is."""
    return cxgraph.read(source)


def cases(samples: list[Path], place: Path, chance: random.Random) -> dict[str, Callable[[], object]]:
    """Return what is tried with one changed organisation."""
    source = chance.choice(samples)
    gently = chance.random() < 0.5
    changed_folder(source, place / "org", chance, gently=gently)
    org, out = place / "org", place / "out"
    tried: dict[str, Callable[[], object]] = {
        "read": lambda: cxgraph.read(org),
        "check": lambda: command("check", org, "--all"),
        "analyze": lambda: cxgraph.analyze(
            cxgraph.read(org), transmission=chance.choice((None, 0.5, 0.9))
        ).bottlenecks(),
    }
    whole = known(source)
    frames = {
        "services": whole.services.head(200).drop(columns="line"),
        "departments": whole.departments.drop(columns="customer"),
    }
    which = chance.choice(sorted(frames))
    frames[which] = changed_frame(frames[which], chance)
    tried["from_frames"] = lambda: cxgraph.analyze(
        cxgraph.Organization.from_frames(**frames), transmission=0.5
    ).bottlenecks()
    graph = changed_graph(whole, chance)
    tried["from_networkx"] = lambda: cxgraph.analyze(
        cxgraph.Organization.from_networkx(graph), transmission=0.5
    ).bottlenecks()
    if chance.random() < (0.2 if gently else 0.08):
        tried["report"] = lambda: command("report", org, "-o", out)
        if chance.random() < 0.5:
            tried["verify"] = lambda: command("verify", out, "--org", org)
        else:
            tried["verify disturbed"] = lambda: (_disturb(out, chance), command("verify", out, "--org", org))
    return tried


def _disturb(out: Path, chance: random.Random) -> None:
    file = out / chance.choice(("result.json", "result.json", "report.html", "services.csv"))
    if file.is_file():
        file.write_bytes(mutated(file.read_bytes(), chance))


def where(error: BaseException) -> str:
    """Return the last line of ours that an error went through."""
    ours = [step for step in traceback.extract_tb(error.__traceback__) if "/cxgraph/" in step.filename]
    spot = f"{ours[-1].filename.split('/cxgraph/')[-1]}:{ours[-1].lineno}" if ours else "outside"
    return f"{type(error).__name__} at {spot}: {str(error)[:100]}"


def attempt(action: Callable[[], object]) -> tuple[str, str]:
    """Return how a case ended, and where it went wrong if it did."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        action()
    except cxgraph.CxgraphError as error:
        return "error of ours", str(error) and ""
    except TooSlow as error:
        return "FOUND", where(error)
    except Exception as error:  # noqa: BLE001 - what else comes out is what is looked for
        return "FOUND", where(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return "fine", ""


def main() -> int:
    """Try inputs until the time is over; print what came out."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--keep", type=Path)
    options = words.parse_args()
    warnings.simplefilter("error")

    def slow(*_: object) -> None:
        raise TooSlow

    signal.signal(signal.SIGPROF, slow)
    samples = sorted(path for path in (ROOT / "sample_orgs").iterdir() if path.is_dir())
    counts: Counter[tuple[str, str]] = Counter()
    found: Counter[str] = Counter()
    end, number = time.process_time() + 60 * options.minutes, 0
    while time.process_time() < end:
        number += 1
        chance = random.Random(options.seed * 1_000_003 + number)
        with tempfile.TemporaryDirectory() as folder:
            for name, action in cases(samples, Path(folder), chance).items():
                outcome, spot = attempt(action)
                counts[name, outcome] += 1
                if outcome == "FOUND":
                    found[f"{name}: {spot}"] += 1
                    if options.keep and found[f"{name}: {spot}"] == 1:
                        shutil.copytree(folder, options.keep / f"{number}-{name}", dirs_exist_ok=True)
                        print(f"case {number}, {name}: {spot}", flush=True)
    print(f"{number} organisations from seed {options.seed}")
    for (name, outcome), count in sorted(counts.items()):
        print(f"  {name:17} {outcome:14} {count:7}")
    for spot, count in found.most_common():
        print(f"  {count:5} x {spot}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
