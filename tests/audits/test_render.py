"""Findings in every format, with names that try to break out of it."""

import io
import json
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import cxgraph
from cxgraph.audits.render import (
    INDICATOR_WORDS,
    ROW_WORDS,
    findings_to_frame,
    render_jsonl,
    render_junit,
    render_sarif,
    render_text,
)
from cxgraph.audits.run import audit, rules
from cxgraph.survey_quality.run import TEXTS
from cxgraph.wording import Translator

HOSTILE = "<script>alert('1')</script>&\"=cmd|' /C'!A0"


@pytest.fixture
def findings(tables):
    tables.add("departments", id=HOSTILE, name=HOSTILE, kind="internal", parent="top", weight=1)
    tables.score("back", "desk", "parts", 1.0)
    tables.actions["closed"] = "2026-06-10"
    return audit(tables.without("practices").organization())


def test_the_frame_has_a_row_for_each_rule(findings):
    frame = findings_to_frame(findings)
    assert frame["code"].tolist() == [rule.code for rule in rules()]
    row = frame.set_index("code").loc["customers-stated"]
    assert row["status"] == "FAIL"
    assert json.loads(row["rows"]) == [{"department": HOSTILE}]
    assert row["iso_9001_2015"] == "4.4, 5.1.2"
    read = pd.read_csv(io.StringIO(frame.to_csv(index=False)), keep_default_na=False)
    assert read["message"].tolist() == frame["message"].tolist()
    assert list(findings_to_frame([]).columns) == list(frame.columns)


def test_json_lines_hold_everything(findings):
    lines = render_jsonl(findings).splitlines()
    assert [json.loads(line) for line in lines] == [finding.to_dict() for finding in findings]


def test_sarif_has_the_shape_of_its_standard(findings):
    log = json.loads(
        render_sarif(
            findings,
            files=("org.toml", "Servicios.csv", "departments with blank.csv", "departments.csv"),
            version="1.2.3",
        )
    )
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("cxgraph", "1.2.3")
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"]) == len(run["results"])
    for result, finding in zip(run["results"], findings, strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        kind, level = {
            "FAIL": ("fail", "error"),
            "WARNING": ("fail", "warning"),
            "PASS": ("pass", "none"),
            "SKIPPED": ("notApplicable", "none"),
        }[finding.status]
        assert (result["kind"], result["level"]) == (kind, level)
        assert result["message"]["text"].startswith(finding.render())
        assert result["properties"]["numbers"] == dict(finding.numbers)
    places = {result["ruleId"]: result.get("locations") for result in run["results"]}
    uri = places["customers-stated"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri in ("departments.csv", "Servicios.csv")
    assert places["practices-assessed"] is None
    assert places["expectations-stated"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Servicios.csv"
    assert "version" not in json.loads(render_sarif(findings))["runs"][0]["tool"]["driver"]


def test_junit_counts_what_it_lists(findings):
    suites = ET.fromstring(render_junit(findings))
    (suite,) = suites
    cases = {case.get("name"): case for case in suite}
    by_status = {
        status: [one.code for one in findings if one.status == status]
        for status in ("FAIL", "WARNING", "PASS", "SKIPPED")
    }
    assert by_status["FAIL"]
    assert by_status["WARNING"]
    assert by_status["SKIPPED"]
    assert int(suite.get("failures")) == len(by_status["FAIL"])
    assert int(suite.get("skipped")) == len(by_status["SKIPPED"])
    assert int(suites.get("tests")) == len(findings) == len(cases)
    assert [name for name, case in cases.items() if case.find("failure") is not None] == by_status["FAIL"]
    assert all(cases[code].find("skipped").get("message") for code in by_status["SKIPPED"])
    assert all(cases[code].find("system-out") is not None for code in by_status["WARNING"])
    assert all(len(cases[code]) == 0 for code in by_status["PASS"])
    assert HOSTILE in cases["customers-stated"].find("failure").text
    strict = ET.fromstring(render_junit(findings, fail_on="warning"))
    assert int(strict.get("failures")) == len(by_status["FAIL"]) + len(by_status["WARNING"])


def test_signs_that_xml_cannot_hold_are_replaced(findings):
    import dataclasses

    fields = {"count": 1, "total": 2, "names": ("a\x00b\x1b\ud800c",)}
    odd = dataclasses.replace(findings[0], status="FAIL", fields=fields)
    (suite,) = ET.fromstring(render_junit([odd]))
    assert "a\ufffdb\ufffd\ufffdc" in suite[0].find("failure").get("message")


def test_text_begins_with_the_gravest_and_ends_with_the_count(findings):
    text = render_text(findings)
    assert text.index("FAIL") < text.index("WARNING") < text.index("SKIPPED")
    assert text.rstrip().splitlines()[-1].startswith(f"{len(findings)} checks: FAIL ")
    assert "What to do:" in text
    assert "- back → desk, parts; share of the customers' gap: " in text


def test_text_counts_what_it_does_not_show(tables):
    for number in range(120):
        tables.add("departments", id=f"lost{number}", name=f"Lost {number}", kind="internal", parent="top", weight=1)
    tables.options["min_respondents"] = 50
    tables.actions["closed"] = "2026-06-10"
    text = render_text(audit(tables.organization()))
    assert "and 117 more" in text
    assert "Kept back, too few people answered: 5 rows." in text


@pytest.mark.parametrize("name", ["hotel", "clinica", "it_service_desk"])
def test_spanish_reports_have_no_english_left(samples, name):
    findings = audit(cxgraph.read(samples / name))
    text = render_text(findings, Translator("es"))
    for word in ("What to do", "checks:", "Departments", "PASS", "share of", "more than", "None of"):
        assert word not in text
    assert "Qué hacer:" in text
    assert "CUMPLE" in text


def test_every_sign_of_trouble_has_a_name():
    assert set(INDICATOR_WORDS) == set(TEXTS) - {"suppressed"}


def test_every_column_of_the_evidence_has_a_name(samples, tables):
    organizations = [cxgraph.read(samples / name) for name in ("hotel", "clinica", "it_service_desk")]
    tables.services = tables.services[tables.services["supplier"] != "back"]
    told = set()
    for organization in (*organizations, tables.organization()):
        told |= {name for finding in audit(organization) for row in finding.rows for name in row}
    assert len(told) > 10
    assert told - {"client", "service"} <= set(ROW_WORDS)
