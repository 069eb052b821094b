"""``cxgraph verify`` says PASS of an untouched report, and fails on one changed digit."""

import json
import shutil

import pytest
from click.testing import CliRunner

from cxgraph.cli import group


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.fixture
def reported(samples, tmp_path, monkeypatch):
    """Return a folder with an organisation and its report beside it, as a user has them."""
    shutil.copytree(samples / "worked_example", tmp_path / "firm")
    monkeypatch.chdir(tmp_path)
    made = run("report", "firm", "-o", "out", "--stringency", "2", "--scale", "0", "10", "--lang", "es_MX")
    assert made.exit_code == 0, made.output
    return tmp_path


def test_an_untouched_report_passes(reported):
    found = run("verify", "out")
    assert found.exit_code == 0, found.output
    assert "PASS" in found.stdout


def test_it_finds_the_inputs_from_elsewhere_or_is_told(reported, monkeypatch, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert run("verify", reported / "out").exit_code == 0
    (reported / "firm").rename(reported / "moved")
    lost = run("verify", reported / "out")
    assert lost.exit_code == 3
    assert "--org" in lost.stderr
    assert run("verify", reported / "out", "--org", reported / "moved").exit_code == 0


def test_one_changed_digit_fails(reported):
    table = reported / "firm" / "services.csv"
    table.write_text(table.read_text().replace("IT,Sales,10,5", "IT,Sales,10,6"))
    found = run("verify", "out", "--lang", "en")
    assert found.exit_code == 1
    assert "Input services.csv has changed" in found.stdout
    assert "bottlenecks[0].share: the report says" in found.stdout
    assert "FAIL" in found.stdout


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [("IT,Sales,10,5", "IT,Sales,10,5O", "is not a number"), ("IT,Sales,10,5", "IT,Sales,10,50", "scale")],
)
def test_an_input_that_changed_and_cannot_be_read_any_more_is_named_first(reported, before, after, reason):
    table = reported / "firm" / "services.csv"
    table.write_text(table.read_text().replace(before, after))
    found = run("verify", "out", "--lang", "en")
    assert found.exit_code == 3
    first, last = found.stdout.splitlines()
    assert first.startswith("Input services.csv has changed: its SHA-256 was ")
    assert last == "FAIL: no report can be computed from firm any more."
    assert reason in found.stderr
    assert found.output.index("has changed") < found.output.index(reason)


def test_inputs_that_are_as_they_were_are_not_blamed(reported):
    result = json.loads((reported / "out" / "result.json").read_text())
    result["recipe"]["options"]["stringency"] = 0.5
    (reported / "out" / "result.json").write_text(json.dumps(result))
    found = run("verify", "out", "--lang", "en")
    assert found.exit_code == 3
    assert found.stdout == ""
    assert "stringency is 0.5" in found.stderr


def test_a_digit_changed_in_the_report_fails(reported):
    page = reported / "out" / "report.md"
    page.write_text(page.read_text().replace("35", "34", 1))
    found = run("verify", "out")
    assert found.exit_code == 1
    assert "report.md is not what the inputs give" in found.stdout


def test_a_report_is_never_taken_for_its_organisation(samples, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "work").mkdir()
    shutil.copytree(samples / "worked_example", tmp_path / "data" / "firm")
    monkeypatch.chdir(tmp_path / "work")
    made = run("report", tmp_path / "data" / "firm")  # an absolute path: written to outputs/firm, and recorded as firm
    assert made.exit_code == 0, made.output
    lost = run("verify", "outputs/firm", "--lang", "en")
    assert lost.exit_code == 3
    assert lost.stdout == ""
    assert "Say where they are: --org ORG." in lost.stderr
    monkeypatch.chdir("outputs")
    assert run("verify", "firm").exit_code == 3
    assert run("verify", "firm", "--org", tmp_path / "data" / "firm").exit_code == 0
    (tmp_path / "work" / "firm").mkdir()  # of the same name, and of nothing else
    assert run("verify", "firm").exit_code == 3


def test_what_is_no_report_is_refused(tmp_path):
    assert run("verify", tmp_path).exit_code == 3
    for text in ("[]", "{", json.dumps({"recipe": {"command": "x"}}), json.dumps({"recipe": 1})):
        (tmp_path / "result.json").write_text(text)
        found = run("verify", tmp_path)
        assert found.exit_code == 3, text
        assert "result.json does not say how the report was made" in found.stderr


def test_options_with_several_values_and_infinity_come_back(samples, tmp_path, monkeypatch):
    shutil.copytree(samples / "worked_example", tmp_path / "firm")
    monkeypatch.chdir(tmp_path)
    made = run("report", "firm", "-o", "out", "--stringency", "inf", "--transmission", "0.5", "--customer", "Customers")
    assert made.exit_code == 0, made.output
    assert json.loads((tmp_path / "out" / "result.json").read_text())["parameters"]["stringency"] == "inf"
    found = run("verify", "out")
    assert found.exit_code == 0, found.output
