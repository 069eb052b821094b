"""``cxgraph audit``: formats, exit codes, options, both languages."""

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from cxgraph.cli.commands.audit import command


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


@pytest.mark.parametrize(
    ("name", "fail_on", "code"),
    [("hotel", None, 0), ("hotel", "fail", 1), ("hotel", "warning", 1), ("worked_example", "fail", 1)],
)
def test_exit_codes(samples, name, fail_on, code):
    words = [samples / name] + (["--fail-on", fail_on] if fail_on else [])
    assert run(*words).exit_code == code


def test_a_warning_fails_only_where_it_is_asked_to(samples):
    words = (samples / "hotel", "--only", "over-service")
    assert run(*words, "--fail-on", "fail").exit_code == 0
    assert run(*words, "--fail-on", "warning").exit_code == 1


def test_every_format_tells_the_same(samples):
    hotel = samples / "hotel"
    listed = json.loads(run(hotel, "--format", "json").stdout)
    lines = [json.loads(line) for line in run(hotel, "--format", "jsonl").stdout.splitlines()]
    assert lines == listed
    sarif = json.loads(run(hotel, "--format", "sarif").stdout)["runs"][0]
    assert [result["ruleId"] for result in sarif["results"]] == [finding["code"] for finding in listed]
    assert {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in sarif["results"]} <= {
        "services.csv",
        "departments.csv",
        "responses.csv",
        "practices.csv",
        "actions.csv",
    }
    junit = ET.fromstring(run(hotel, "--format", "junit").stdout)
    assert int(junit.get("failures")) == sum(finding["status"] == "FAIL" for finding in listed)
    strict = ET.fromstring(run(hotel, "--format", "junit", "--fail-on", "warning").stdout)
    assert int(strict.get("failures")) == sum(finding["status"] in ("FAIL", "WARNING") for finding in listed)
    table = run(hotel, "--format", "csv").stdout
    assert table.splitlines()[0].lstrip("\ufeff").startswith("code,status,severity,message")
    text = run(hotel).stdout
    assert all(finding["code"] in text for finding in listed)


def test_the_language_is_the_organisations_or_the_one_asked_for(samples):
    assert "Qué hacer:" in run(samples / "clinica").stdout
    assert "What to do:" in run(samples / "clinica", "--lang", "en").stdout
    assert "54,9" in run(samples / "clinica", "--only", "starved-judged").stdout
    assert "54.9" in run(samples / "clinica", "--only", "starved-judged", "--lang", "es_MX").stdout


def test_options_reach_the_checks(samples):
    found = json.loads(
        run(
            samples / "hotel",
            "--format",
            "json",
            "--today",
            "2026-11-22",
            "--only",
            "days-to-done",
            "--threshold",
            "most_median_days=1000",
        ).stdout
    )
    assert found[0]["numbers"]["today"] == "2026-11-22"
    assert found[0]["thresholds"] == {"most_median_days": 1000}
    assert found[0]["status"] == "SKIPPED"
    office = json.loads(
        run(samples / "hotel", "--format", "json", "--office", "human_resources", "--only", "experience-office").stdout
    )
    assert office[0]["numbers"]["level"] == 1


def test_the_methods_options_change_what_is_judged(samples):
    weak = json.loads(
        run(samples / "hotel", "--format", "json", "--transmission", "0.2", "--only", "starved-judged").stdout
    )
    assert weak[0]["status"] == "PASS"
    assert "FAIL at 0.6" in weak[0]["caveat"]


def test_an_option_that_changes_nothing_changes_no_verdict(samples):
    # Shields are measured against what is usual: this must not be lost where a cascade is solved with options.
    words = (samples / "it_service_desk", "--only", "shields-at-risk", "--format", "json")
    assert run(*words, "--stringency", "1").stdout == run(*words).stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--threshold", "most_median_days"), 2, "NAME=NUMBER"),
        (("--threshold", "most_median_days=soon"), 2, "NAME=NUMBER"),
        (("--threshold", "most_median_day=3"), 2, "most_median_days"),
        (("--only", "participatoin"), 2, "participation"),
        (("--today", "tomorrow"), 2, "tomorrow"),
        (("--office", "nobody"), 2, "nobody"),
        (("--fail-on", "pass"), 2, "warning"),
    ],
)
def test_wrong_options_are_told(samples, words, code, message):
    result = run(samples / "hotel", *words)
    assert result.exit_code == code
    assert message in result.stderr
    assert result.stdout == ""


def test_an_organisation_that_is_not_there(tmp_path):
    assert run(tmp_path / "nothing").exit_code in (2, 3)
