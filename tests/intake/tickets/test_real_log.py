"""119,998 real events (UCI 498, CC BY 4.0, doi 10.24432/C57S4H), counted again by a plain pass over the lines."""

import csv
import datetime
import io
import itertools
import json
import os
import random
import shlex
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import group

ROOT = Path(__file__).parents[3]
OPTIONS = shlex.split(
    "--case number --group assignment_group --time sys_updated_at --state incident_state --resolved Resolved "
    "--kept made_sla --customer location --service category"
)

pytestmark = pytest.mark.shared


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.fixture(scope="module")
def archive():
    path = Path(os.environ.get("CXGRAPH_SHARED", ROOT.parent / "shared")) / "raw" / "incident_event_log.zip"
    if not path.exists():
        pytest.skip("the real log is not beside this repository")
    return path


@pytest.fixture(scope="module")
def lines(archive):
    with zipfile.ZipFile(archive) as packed:
        return packed.read("incident_event_log.csv").decode().splitlines()


@pytest.fixture(scope="module")
def folder(archive, tmp_path_factory):
    place = tmp_path_factory.mktemp("uci") / "org"
    found = run("import-tickets", archive, "-o", place, *OPTIONS)
    assert found.exit_code == 0, found.stderr
    return place


def counted(lines):
    """Follow every case by the rules, a row at a time, with nothing of the package."""
    cases, count = {}, Counter()
    for place, row in enumerate(csv.DictReader(io.StringIO("\n".join(lines)))):
        count["events"] += 1
        count["events_without_group"] += row["assignment_group"] == "?"
        time = datetime.datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M")
        cases.setdefault(row["number"], []).append((time, place, row))
    departments = {}
    pairs = set()
    for events in cases.values():
        events.sort(key=lambda event: event[:2])
        known = [row["assignment_group"] for _, _, row in events]
        end = next((n for n, event in enumerate(events) if event[2]["incident_state"] == "Resolved"), len(events))
        whole, before = once(known), once(known[: end + 1])
        count["cases"] += 1
        count["cases_without_group"] += not whole
        count["hand_overs"] += max(len(before) - 1, 0)
        count["after_resolution"] += max(len(whole) - 1, 0) - max(len(before) - 1, 0)
        pairs.update(itertools.pairwise(before))
        for place, name in enumerate(before):
            own = departments.setdefault(name, Counter(held=0, held_first=0, handed_on=0))
            own["held"] += 1
            own["held_first"] += place == 0
            own["handed_on"] += place < len(before) - 1
        last = events[-1][2]
        count["cases_without_customer"] += last["location"] == "?"
        if before and last["location"] != "?":
            count[{"true": "kept", "false": "missed"}[last["made_sla"]]] += 1
    return {**count, "pairs": len(pairs), "unknown": 0, "departments": {k: dict(v) for k, v in departments.items()}}


def once(names):
    """Drop what is not known, and what only repeats the name before it."""
    known = [name for name in names if name != "?"]
    return [name for place, name in enumerate(known) if place == 0 or known[place - 1] != name]


def test_the_counts_are_those_of_a_plain_pass(folder, lines):
    written = json.loads((folder / "import.json").read_text("utf-8"))
    assert written == counted(lines)
    assert [written[name] for name in ("events", "cases", "events_without_group")] == [119_998, 20_769, 14_213]
    assert [written[name] for name in ("hand_overs", "pairs", "after_resolution")] == [15_951, 989, 252]
    assert [written[name] for name in ("kept", "missed")] == [12_322, 8_060]


def test_cases_tell_how_much_the_service_desk_passes_on(folder):
    table = cxgraph.calibrate(cxgraph.read(folder), method="cases").to_frame()
    assert 0.05 < table.loc["Group 70", "estimate"] < 0.25


def test_shuffled_lines_change_nothing_but_ties(folder, lines, tmp_path):
    """Lines of the same case and minute keep their order, all others are shuffled."""
    header, body = lines[0], lines[1:]
    keys = [(row[0], row[13]) for row in csv.reader(body)]
    random.Random(3).shuffle(order := list(dict.fromkeys(keys)))
    blocks = {}
    for key, line in zip(keys, body, strict=True):
        blocks.setdefault(key, []).append(line)
    log = tmp_path / "incident_event_log.csv"
    log.write_text("\n".join([header, *(line for key in order for line in blocks[key])]) + "\n", "utf-8")
    found = run("import-tickets", log, "-o", tmp_path / "org", *OPTIONS)
    assert found.exit_code == 0, found.stderr
    for name in ("responses.csv", "departments.csv", "import.json"):
        assert (tmp_path / "org" / name).read_bytes() == (folder / name).read_bytes()


def test_the_report_on_it_is_written(folder, tmp_path):
    found = run("report", folder, "-o", tmp_path / "report")
    assert found.exit_code == 0, found.stderr
    assert any(path.suffix == ".html" for path in (tmp_path / "report").iterdir())
