"""result.json: valid under its published schema, complete, and adding up."""

import copy
import hashlib
import json

import jsonschema
import pytest

from cxgraph.culture.catalogue import catalogue
from cxgraph.reporting.formats.result import result_schema

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


@pytest.mark.parametrize(
    "spoil",
    [
        lambda result: result.pop("inputs"),
        lambda result: result.update(extra=1),
        lambda result: result["services"][0].update(share="a lot"),
        lambda result: result["services"][0].update(verdict="splendid"),
        lambda result: result["audit"][0].update(status="MAYBE"),
        lambda result: result["inputs"][0].update(sha256="abc"),
        lambda result: result["recipe"].pop("options"),
        lambda result: result.update(schema_version="2.0"),
    ],
)
def test_the_schema_refuses_what_is_wrong(make_files, spoil):
    spoiled = copy.deepcopy(json.loads(make_files("hotel")["result.json"]))
    spoil(spoiled)
    assert not validator().is_valid(spoiled)


def first_rows(value):
    """Return a result with one row of each table, which is enough to be spoilt and quick to be checked."""
    if isinstance(value, dict):
        return {name: first_rows(part) for name, part in value.items()}
    return (
        [first_rows(part) for part in value[:1]]
        if isinstance(value, list) and isinstance(next(iter(value), None), dict)
        else value
    )


def members(value, place=""):
    """Yield every object of a result with its place, and the names in it."""
    if isinstance(value, dict):
        yield value, place
        for name, part in value.items():
            yield from members(part, f"{place}.{name}")
    for part in value if isinstance(value, list) else ():
        yield from members(part, f"{place}[]")


# What they hold hangs on the organisation, the rule or the options that were given.
FREE = {
    ".parameters.transmission",
    ".parameters.transmission_source",
    ".recipe.options",
    ".audit[].numbers",
    ".audit[].thresholds",
    ".audit[].sweep",
    ".audit[].rows[]",
    ".calibration.parts",
    ".calibration.first",
    ".second_opinions.kendall",
}
OPTIONAL = {
    f".calibration.{place}[].{name}"
    for place in ("departments", "parts.wave", "parts.periods", "parts.cases")
    for name in ("wave", "periods", "cases", "against_met", "against_never")
} | {
    f".second_opinions.ranks[].{name}"
    for name in ("fdna", "soda", "inoperability", "debtrank", "debtrank_single", "extraction", "overflow")
}
MORE = {
    ".parameters.transmission",
    ".parameters.transmission_source",
    ".recipe.options",
    ".audit[].numbers",
    ".audit[].thresholds",
    ".audit[].sweep",
    ".audit[].rows[]",
    ".versions",
}


@pytest.mark.parametrize("name", ["hotel", "clinica"])
def test_the_schema_misses_no_member_that_is_dropped_mistyped_or_invented(make_files, name):
    check, accepted = validator(), []
    result = first_rows(json.loads(make_files(name)["result.json"]))
    assert check.is_valid(result)
    for owner, place in members(result):
        for key in list(owner):
            value = owner.pop(key)
            if place not in FREE and f"{place}.{key}" not in OPTIONAL and check.is_valid(result):
                accepted.append(f"without {place}.{key}")
            wrong_ones = [["wrong"] if isinstance(value, dict) else {"wrong": 1}]
            if value is not None:  # what is null here may be a text or a number elsewhere
                wrong_ones.append("wrong" if type(value) in (int, float) else -7.5)
            for wrong in wrong_ones:
                owner[key] = wrong
                if place not in FREE and check.is_valid(result):
                    accepted.append(f"{place}.{key} = {wrong}")
            owner.pop(key)
            owner[key] = value
        if place not in MORE:
            owner["invented"] = None
            if check.is_valid(result):
                accepted.append(f"{place}.invented")
            del owner["invented"]
    assert accepted == []


def test_contributions_add_up(result):
    total = result["customer_shortfall"]
    for table in ("services", "departments", "customers"):
        assert sum(row["contribution"] for row in result[table]) == pytest.approx(total, rel=1e-9)
    assert sum(path["share"] for path in result["paths"]) <= 1 + 1e-12


def test_verdicts_kinds_and_practices_are_those_of_the_rows(make_files):
    result = json.loads(make_files("clinica")["result.json"])
    shown = [row for row in result["services"] if not row["withheld"]]
    for table, column in (("verdicts", "verdict"), ("kinds", "kind")):
        assert {row[column] for row in result[table]} == {row[column] for row in shown}
        for row in result[table]:
            alike = [one for one in shown if one[column] == row[column]]
            assert row["services"] == len(alike)
            assert row["share"] == pytest.approx(sum(one["share"] for one in alike), rel=1e-12)
    culture = result["culture"]
    assert [row["practice"] for row in culture["practices"]] == list(catalogue().ids)
    for row in culture["practices"]:
        assert (row["assessed"] == 0) is (row["mean"] is None) is (row["lowest"] is None)
        assert row["assessed"] == 0 or row["level"] <= row["mean"]
    known = {row["department"] for row in culture["profiles"] if row["assessed"]}
    assert {row["id"] for row in culture["departments"] if row["overall"] is not None} == known


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
