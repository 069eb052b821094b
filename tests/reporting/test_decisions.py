"""The section on decisions: what it tells, that it tells what the commands say, and where it is left out."""

import json

import numpy as np
import pandas as pd
import pytest
from jsonschema import validate

import cxgraph
from cxgraph import Organization, ParameterError, analyze
from cxgraph.decide.planning.plan import knee
from cxgraph.reporting.context import Recipe, ReportContext
from cxgraph.reporting.deciding import in_order, spent_on_open, start_days
from cxgraph.reporting.decisions import tell_decisions
from cxgraph.reporting.files import report_files
from cxgraph.reporting.formats.result import result_schema
from cxgraph.reporting.results import compute_results
from cxgraph.reporting.sections.decisions import decisions_section
from cxgraph.wording import Translator

SCENARIO = """
name = "Outside firm for repairs"
[[service]]
supplier = "maintenance"
client = "housekeeping"
service = "Rooms repaired"
fulfilment = 8.0
[departments.maintenance]
transmission = 0.3
"""
RECIPE = Recipe("cxgraph report", "hotel", {"budget": 45000.0, "scenario": SCENARIO, "scenario_file": "s.toml"}, "en")


@pytest.fixture(scope="module")
def hotel(samples):
    return cxgraph.analyze(cxgraph.read(samples / "hotel"))


@pytest.fixture(scope="module")
def files(hotel):
    return report_files(hotel, RECIPE)


def test_the_result_holds_plan_comparison_and_scenario(hotel, files):
    result = json.loads(files["result.json"])
    validate(result, result_schema())
    plan, found = hotel.plan(45000), result["decisions"]
    assert found["plan"]["chosen"] == list(plan.chosen)
    assert (found["plan"]["gain"], found["plan"]["bound"]) == (plan.gain, plan.bound)
    assert found["plan"]["stated"] is True
    confidence = {row["id"]: row["confidence"] for row in found["plan"]["actions"]}
    assert confidence == pytest.approx(plan.confidence().to_dict())
    assert sum(row["change"] for row in found["comparison"]["parts"]) == pytest.approx(
        found["comparison"]["change"], abs=1e-9
    )
    assert found["comparison"]["after"] == result["customer_shortfall"]
    assert {row["id"] for row in found["comparison"]["actions"]}
    assert found["scenario"]["name"] == "Outside firm for repairs"
    assert found["scenario"]["before"] == result["customer_shortfall"] > found["scenario"]["after"]


def test_report_page_workbook_and_figures_show_it(files):
    page = files["report.html"].decode()
    assert 'id="decisions"' in page
    for heading in ("Scenario: Outside firm", "What to do with the money", "Was the last plan right?"):
        assert heading in page
    assert {"figures/frontier.svg", "figures/change.svg", "figures/difference.svg"} <= set(files)
    assert "## Decisions" in files["report.md"].decode()


def test_without_a_budget_the_plan_is_for_the_bend_of_the_frontier(make_teller):
    context = make_teller("clinica", "es")
    planned = context.results.decisions.planned
    assert not planned.stated
    assert planned.plan.budget == planned.frontier["cost"].iat[knee(planned.frontier)]
    section = decisions_section(context)
    assert section.title == "Decisiones"
    assert planned.frontier["gain"].is_monotonic_increasing


def test_nothing_is_told_without_cause(make_teller):
    context = make_teller("worked_example")
    assert not context.results.decisions.any
    assert decisions_section(context) is None


def test_a_budget_that_is_none_is_refused(hotel):
    with pytest.raises(ParameterError, match="budget is"):
        tell_decisions(hotel, budget=-1.0)


def test_three_periods_are_told_one_after_the_other():
    rows = [
        (supplier, client, "s", 10, level, period)
        for period, levels in (("2023", (5, 6)), ("2024", (6, 6.6)), ("2025", (7, 7.2)))
        for (supplier, client), level in zip([("IT", "Sales"), ("Sales", "Buyers")], levels, strict=True)
    ]
    columns = ["supplier", "client", "service", "expectation", "fulfilment", "period"]
    analysis = analyze(Organization.from_frames(pd.DataFrame(rows, columns=columns)), transmission=0.6)
    context = ReportContext(compute_results(analysis), Translator("en"), RECIPE)
    decisions = context.results.decisions
    assert decisions.comparison.change == pytest.approx(0.28 - 0.34)
    grid = decisions_section(context).blocks[-1]
    assert [entry.heading for entry in grid.columns] == ["department", "2023", "2024", "2025"]
    assert [round(entry.cells[0], 12) for entry in grid.columns[1:]] == [0.4, 0.34, 0.28]
    assert context.results.previous.period == "2024"


def test_what_others_need_comes_first_however_long_the_chain():
    count = 3_000
    ids = [f"A{number}" for number in range(count)]
    chain = pd.DataFrame({"needs": [*ids[1:], None], "alone": np.arange(count, 0.0, -1.0)}, index=ids)
    assert in_order(chain, pd.DataFrame({"open": False, "day": None}, ids)) == ids[::-1]
    circle = pd.DataFrame(
        {"needs": ["B; C", "C", None, "A; X", "F", "E"], "alone": [3.0, 2, 1, 9, 0, 0]}, list("ABCDEF")
    )
    starts = pd.DataFrame({"open": False, "day": None}, list("ABCDEF"))
    assert in_order(circle, starts) == ["C", "B", "A", "D", "F", "E"]


def test_an_action_begins_when_it_and_what_it_needs_can():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "service": "s", "expectation": 10, "fulfilment": 5}
    )
    days = ["2026-03-01", None, None, "2026-01-01"]
    actions = pd.DataFrame(
        {
            "id": ["A", "B", "C", "D"],
            "supplier": "IT",
            "client": "Sales",
            "cost": [1.0, 2, 4, 8],
            "expected_fulfilment": [6.0, 7, 8, 9],
            "opened": pd.to_datetime(pd.Series(days)),
            "earliest": pd.to_datetime(pd.Series([None, "2027-02-01", "2027-01-01", None])),
            "needs": [None, None, "B A", None],
        }
    )
    analysis = analyze(Organization.from_frames(services, customers=["Buyers"], actions=actions))
    table = analysis.plan(float("inf")).table()
    starts = start_days(analysis, table)
    assert starts.loc[["A", "B", "C", "D"], "day"].tolist() == ["2026-03-01", "2027-02-01", "2027-02-01", "2026-01-01"]
    assert starts.loc[["A", "B", "C", "D"], "open"].tolist() == [True, False, False, True]
    assert starts.attrs["as_of"] == "2026-03-01"
    assert in_order(table, starts) == ["D", "A", "B", "C"]
    assert spent_on_open(table, starts, "EUR", Translator("en")) == (
        "New money: 6\N{NO-BREAK SPACE}EUR; the other 9\N{NO-BREAK SPACE}EUR are for actions already open."
    )
    for ids, said in ((["A", "D"], "None of it is new money"), (["B", "C"], "All of it is new money")):
        assert spent_on_open(table.loc[ids], starts, "EUR", Translator("en")).startswith(said)
