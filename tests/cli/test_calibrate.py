"""``cxgraph calibrate`` as people and scripts run it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cxgraph.cli.commands.calibrate import command

SAMPLES = Path(__file__).parents[2] / "sample_orgs"


def _run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


def test_text_shows_both_methods_and_their_agreement() -> None:
    found = _run(SAMPLES / "it_service_desk", "--top", 3)
    assert found.exit_code == 0
    line = next(line for line in found.stdout.splitlines() if line.startswith("Group 70"))
    assert line.split()[-1] == "yes"
    assert "0.08 – 0.21" in line
    assert "two ways" in found.stderr
    assert "two ways" not in found.stdout


def test_json_and_csv_hold_every_department() -> None:
    loaded = json.loads(_run(SAMPLES / "hotel", "--format", "json").stdout)
    assert loaded["method"] == "auto"
    assert all(0 <= row["low"] <= row["estimate"] <= row["high"] < 1 for row in loaded["departments"])
    assert {problem["code"] for problem in loaded["warnings"]} >= {"wave-cannot-tell"}
    rows = list(csv.DictReader(io.StringIO(_run(SAMPLES / "hotel", "--format", "csv", "--method", "wave").stdout)))
    assert len(rows) == len(loaded["departments"])
    by_id = {row["id"]: row for row in loaded["departments"]}
    assert all(float(row["estimate"]) == by_id[row["id"]]["wave"] for row in rows)


def test_spanish_is_spanish_throughout() -> None:
    found = _run(SAMPLES / "clinica", "--method", "wave")
    assert found.exit_code == 0
    assert "transmisión" in found.stdout
    assert "Las puntuaciones apenas precisan" in found.stderr
    assert "One wave" not in found.stderr


@pytest.mark.parametrize("method", ["periods", "cases"])
def test_a_method_without_data_is_a_usage_error(method: str) -> None:
    found = _run(SAMPLES / "worked_example", "--method", method)
    assert found.exit_code == 2
    assert "--method wave" in found.stderr
    assert found.stdout == ""
