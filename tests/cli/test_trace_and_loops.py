"""cxgraph trace and cxgraph loops: sentences with names, and the same as data."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from cxgraph.cli.commands.loops import command as loops
from cxgraph.cli.commands.trace import command as trace


def run(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


def test_the_worked_example_in_sentences(samples):
    found = run(trace, samples / "worked_example")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert "the customers' gap is 35.0\xa0% of what they expect" in lines[0]
    assert lines[1].startswith("1. Information technology → Sales → Customers: 42.9\xa0%")
    assert "Together: 100.0\xa0% of the customers' gap." in lines[-1]


def test_one_source_and_few_ways(samples):
    text = run(trace, samples / "worked_example", "--source", "IT", "--top", 1).stdout
    assert "53.6\xa0% of it originates in Information technology." in text
    assert "Together: 42.9\xa0% of the customers' gap; another 10.7\xa0% is spread over smaller paths." in text
    assert "There is no path to follow." in run(trace, samples / "worked_example", "--source", "HR").stdout


def test_trace_as_json_and_csv(samples):
    loaded = json.loads(run(trace, samples / "worked_example", "--format", "json").stdout)
    assert loaded["explained"] == pytest.approx(1)
    assert loaded["paths"][0]["departments"] == "IT → Sales → Customers"
    rows = list(csv.DictReader(io.StringIO(run(trace, samples / "worked_example", "--format", "csv").stdout)))
    assert float(rows[0]["weight"]) == pytest.approx(0.15)


def test_one_customer_is_traced_alone(samples):
    everybody = json.loads(run(trace, samples / "hotel", "--format", "json", "--top", 3).stdout)
    one = everybody["paths"][0]["departments"].split(" → ")[-1]
    alone = json.loads(run(trace, samples / "hotel", "--format", "json", "--customer", one).stdout)
    assert {path["departments"].split(" → ")[-1] for path in alone["paths"]} == {one}


def test_unknown_departments_are_a_usage_error(samples):
    found = run(trace, samples / "worked_example", "--source", "Sale")
    assert found.exit_code == 2
    assert "did you mean 'Sales'" in found.stderr


def test_loops_in_sentences_and_data(samples):
    text = run(loops, samples / "hotel").stdout
    assert "feedback loops: " in text
    assert "The weakest link is" in text
    loaded = json.loads(run(loops, samples / "hotel", "--format", "json").stdout)
    assert loaded["found"] >= 1
    assert len(loaded["loops"][0]["members"]) == loaded["loops"][0]["departments"]
    rows = list(csv.DictReader(io.StringIO(run(loops, samples / "hotel", "--format", "csv").stdout)))
    assert rows[0]["members"].split() == loaded["loops"][0]["members"]
    assert "there is no feedback loop" in run(loops, samples / "worked_example").stdout


def test_a_virtuous_circle_and_those_not_shown(tmp_path):
    (tmp_path / "services.csv").write_text(
        "supplier,client,expectation,fulfilment\nA,B,10,10\nB,A,10,10\nC,D,10,5\nD,C,10,5\nB,K,10,5\nD,K,10,5\n"
    )
    assert "A virtuous circle" in run(loops, tmp_path).stdout
    assert "1 more loop amplifies" in run(loops, tmp_path, "--top", 1).stdout


def test_in_spanish(samples):
    text = run(trace, samples / "clinica", "--top", 3).stdout
    assert text.splitlines()[0].startswith("Clínica Puerta Celeste: la brecha de los clientes es del")
    assert "Together" not in text
    assert "El eslabón más débil" in run(loops, samples / "clinica").stdout
