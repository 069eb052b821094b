"""``cxgraph whatif``: settings and scenarios from the command line."""

import json

import pytest
from click.testing import CliRunner

from cxgraph.cli import group

SERVICES = "supplier,client,service,expectation,fulfilment,responses,fulfilment_sd\n"
ROWS = "IT,Sales,tickets,10,5,30,1\nSales,Buyers,orders,10,6,30,1\n"


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.fixture
def org(tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "services.csv").write_text(SERVICES + ROWS)
    (folder / "org.toml").write_text("transmission = 0.6\n")
    return folder


def test_settings(org):
    words = ("whatif", org, "--set", "IT>Sales:tickets.fulfilment=9", "--department", "Sales.transmission=0.3")
    found = run(*words, "--draws", "40")
    assert found.exit_code == 0
    text = found.stdout.replace("\xa0", " ")
    assert "from 40.0 % to 13.0 % (-27.00 points)" in text
    assert "90 % intervals" in text
    assert "Sales: 10.00 → 10.00, rank 2 → 1" in text
    loaded = json.loads(run(*words, "--format", "json", "--draws", "0").stdout)
    assert loaded["after"] == pytest.approx(0.13)
    assert loaded["customers"][0]["days_to_90"] > 0
    assert run(*words, "--format", "csv", "--draws", "0").stdout.startswith(
        "id,name,before,after,rank_before,rank_after"
    )


def test_nothing_set_changes_nothing(org):
    loaded = json.loads(run("whatif", org, "--format", "json", "--draws", "0").stdout)
    assert loaded["after"] == loaded["before"]


def test_a_scenario_file_with_a_redesign(org, tmp_path):
    (tmp_path / "plan.toml").write_text(
        'name = "Vendor"\n[[outsource]]\ndepartment = "IT"\nvendor = "X"\nfulfilment = 10\n'
    )
    found = run("whatif", org, "--scenario", tmp_path / "plan.toml", "--draws", "0")
    assert "Vendor: the customers' gap would go from 40.0\xa0% to 10.0\xa0%" in found.stdout
    assert "keep the score of the day" in found.stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--set", "IT>Sals.fulfilment=9"), 2, "did you mean 'Sales'"),
        (("--set", "IT>Sales.fulfilment=11"), 2, "from 0 to 10"),
        (("--set", "rubbish"), 2, "is no change"),
        (("--scenario", "nowhere.toml"), 3, "nowhere.toml"),
    ],
)
def test_refusals(org, words, code, says):
    found = run("whatif", org, *words)
    assert found.exit_code == code
    assert says in found.stderr


def test_in_spanish(org):
    found = run("whatif", org, "--set", "IT>Sales.fulfilment=9", "--lang", "es", "--draws", "0")
    assert "la brecha de los clientes pasaría del 40,0\xa0% al 16,0\xa0%" in found.stdout
