"""``cxgraph plan``: the plan, the frontier, and what is told where there are no actions."""

import json

import pytest
from click.testing import CliRunner

from cxgraph.cli import group

SERVICES = "supplier,client,expectation,fulfilment,responses,fulfilment_sd\nIT,Sales,10,5,9,1\nSales,Buyers,10,6,9,1\n"
ACTIONS = (
    "id,title,supplier,client,cost,expected_fulfilment,needs,alternative\n"
    "a,New server,IT,Sales,1000,8,,\nb,Course,Sales,Buyers,1000,7,a,\nc,,IT,Sales,,9,,\n"
)


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.fixture
def org(tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "services.csv").write_text(SERVICES)
    (folder / "actions.csv").write_text(ACTIONS)
    (folder / "org.toml").write_text("transmission = 0.6\n")
    return folder


def test_the_plan_as_text(org):
    found = run("plan", org, "--budget", "1000", "--draws", "0")
    assert found.exit_code == 0
    assert "1 action for 1,000 EUR lowers the customers' gap from 40.0 % to 22.0 %" in found.stdout.replace("\xa0", " ")
    assert "proved" in found.stdout
    assert "+ a New server" in found.stdout
    assert "no cost" in found.stderr


def test_the_plan_for_programs(org):
    found = json.loads(run("plan", org, "--format", "json", "--draws", "0").stdout)
    assert found["chosen"] == ["a", "b"]
    assert found["gain"] == pytest.approx(0.28)
    assert found["budget"] is None
    assert [row["rule"] for row in found["habits"]] == ["plan", "worst_rated", "cheapest", "customer_facing"]
    lines = run("plan", org, "--format", "csv", "--draws", "0").stdout.splitlines()
    assert lines[0].startswith("id,title,cost,chosen,alone")
    assert len(lines) == 3


def test_the_frontier(org):
    text = run("plan", org, "--frontier").stdout.replace("\xa0", " ")
    assert "2,000 EUR: customers' gap 12.0 % (a b)" in text
    lines = run("plan", org, "--frontier", "--format", "csv").stdout.splitlines()
    assert lines[0] == "cost,gain,chosen,exact"
    assert len(lines) == 4


def test_without_actions_the_points_are_told(org):
    (org / "actions.csv").unlink()
    found = run("plan", org)
    assert found.exit_code == 0
    assert "Sales → Buyers (service): 10.00 points of the gap per unit of score" in found.stdout
    assert json.loads(run("plan", org, "--format", "json").stdout)["services"][0]["per_point"] == pytest.approx(0.1)


def test_in_spanish(org):
    found = run("plan", org, "--lang", "es", "--draws", "20")
    assert "reducen la brecha de los clientes" in found.stdout
    assert "remuestreos" in found.stdout


def test_a_need_that_is_no_action_is_refused(org):
    (org / "actions.csv").write_text(ACTIONS.replace(",7,a,", ",7,zz,"))
    found = run("plan", org)
    assert found.exit_code == 3
    assert "'zz'" in found.stderr


def test_what_is_withheld_has_no_gain_of_its_own(org):
    rows = ["supplier,client,service,expectation,fulfilment,responses", "IT,Sales,a,10,5,9", "IT,Sales,b,10,7,2"]
    (org / "services.csv").write_text("\n".join([*rows, "Sales,Buyers,c,10,6,9\n"]))
    (org / "actions.csv").write_text(
        "id,supplier,client,service,cost,expected_fulfilment\na,IT,Sales,a,1,9\nb,IT,Sales,b,1,9\n"
    )
    (org / "org.toml").write_text("transmission = 0.6\nmin_respondents = 5\n")
    found = json.loads(run("plan", org, "--format", "json", "--draws", "0").stdout)
    assert {row["id"]: row["alone"] is None for row in found["actions"]}["b"]
