"""result.json: valid under its published schema, complete, and adding up."""

import copy
import hashlib
import json

import jsonschema
import pytest

from cxgraph.report.result import result_schema

SAMPLES = ["worked_example", "hotel", "clinica"]


@pytest.fixture(params=SAMPLES)
def result(request, make_files):
    return json.loads(make_files(request.param)["result.json"])


def validator():
    schema = result_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_it_is_valid_and_the_schema_comes_with_it(result, make_files):
    assert [fault.message for fault in validator().iter_errors(result)] == []
    assert json.loads(make_files("hotel")["result.schema.json"]) == result_schema()


@pytest.mark.parametrize("spoil", [
    lambda result: result.pop("inputs"),
    lambda result: result.update(extra=1),
    lambda result: result["services"][0].update(share="a lot"),
    lambda result: result["services"][0].update(verdict="splendid"),
    lambda result: result["audit"][0].update(status="MAYBE"),
    lambda result: result["inputs"][0].update(sha256="abc"),
    lambda result: result["recipe"].pop("options"),
    lambda result: result.update(schema_version="2.0"),
])
def test_the_schema_refuses_what_is_wrong(make_files, spoil):
    spoiled = copy.deepcopy(json.loads(make_files("hotel")["result.json"]))
    spoil(spoiled)
    assert not validator().is_valid(spoiled)


def test_contributions_add_up(result):
    total = result["customer_shortfall"]
    for table in ("services", "departments", "customers"):
        assert sum(row["contribution"] for row in result[table]) == pytest.approx(total, rel=1e-9)
    assert sum(path["share"] for path in result["paths"]) <= 1 + 1e-12


def test_inputs_are_hashed(samples, make_files):
    result = json.loads(make_files("hotel")["result.json"])
    for source in result["inputs"]:
        assert hashlib.sha256((samples / "hotel" / source["name"]).read_bytes()).hexdigest() == source["sha256"]
    assert {source["name"] for source in result["inputs"]} >= {"services.csv", "responses.csv", "practices.csv"}


def test_what_was_not_assessed_is_null_and_not_zero(make_files):
    assert json.loads(make_files("worked_example")["result.json"])["culture"] is None
    culture = json.loads(make_files("hotel")["result.json"])["culture"]
    unknown = [row for row in culture["profiles"] if row["assessed"] == 0]
    assert unknown
    assert all(row["score"] is None for row in unknown)


def test_without_numbers_of_answers_there_is_no_interval_but_a_band(make_files):
    result = json.loads(make_files("worked_example")["result.json"])
    assert not result["intervals"]["available"]
    assert result["intervals"]["low"] is None
    assert "No interval can be given" in result["intervals"]["notes"][0]
    assert result["robustness"]["headline"]
