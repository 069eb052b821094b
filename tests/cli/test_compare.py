"""``cxgraph compare`` and ``cxgraph trend``: two waves and all of them, for people and programs."""

import json

import pytest
from click.testing import CliRunner

from cxgraph.cli import group

HEADER = "supplier,client,service,expectation,fulfilment,responses,fulfilment_sd\n"
FIRST = "IT,Sales,tickets,10,5,40,1\nSales,Buyers,orders,10,6,40,1\n"
SECOND = "IT,Sales,tickets,10,8,40,1\nSales,Buyers,orders,10,7.8,40,1\n"
ACTIONS = "id,title,supplier,client,cost,expected_fulfilment,closed\na,New server,IT,Sales,1000,7,2026-03-01\n"


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.fixture
def waves(tmp_path):
    for name, rows in (("old", FIRST), ("new", SECOND)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "services.csv").write_text(HEADER + rows)
        (folder / "org.toml").write_text("transmission = 0.6\n")
    (tmp_path / "new" / "actions.csv").write_text(ACTIONS)
    return tmp_path / "old", tmp_path / "new"


@pytest.fixture
def periods(tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    rows = [f"{line},{year}" for year, lines in (("2025", FIRST), ("2026", SECOND)) for line in lines.splitlines()]
    (folder / "services.csv").write_text(HEADER.strip() + ",period\n" + "\n".join(rows) + "\n")
    (folder / "org.toml").write_text("transmission = 0.6\n")
    (folder / "actions.csv").write_text(ACTIONS)
    return folder


def test_two_folders(waves):
    found = run("compare", *waves, "--draws", "100")
    assert found.exit_code == 0
    text = found.stdout.replace("\xa0", " ")
    assert "from 40.0 % to 22.0 % (-18.00 points). The change is real" in text
    assert "IT: 30.00 → 12.00 (-18.00): real" in text
    assert "were to gain 12.00 points together; their services gained 18.00" in text
    assert "score 5.0 → 8.0 (expected 7.0)" in text


def test_two_periods_of_one_folder_say_the_same(waves, periods):
    one, other = (
        json.loads(run("compare", *words, "--format", "json", "--draws", "0").stdout) for words in (waves, (periods,))
    )
    assert one["change"] == pytest.approx(-0.18)
    assert one["totals"] == pytest.approx(other["totals"])
    assert [row["id"] for row in other["actions"]] == ["a"]
    named = run("compare", periods, "--from", "2025", "--to", "2026", "--format", "json", "--draws", "0")
    assert json.loads(named.stdout) == other


def test_parts_as_csv(waves):
    lines = run("compare", *waves, "--format", "csv", "--draws", "0").stdout.splitlines()
    assert lines[0] == "part,supplier,client,service,change"
    assert lines[1].startswith("fulfilment,IT,Sales,tickets,-0.18")


def test_one_wave_is_refused_with_what_to_do(waves):
    found = run("compare", waves[0])
    assert found.exit_code == 3
    assert "column period" in found.stderr


def test_renamed_departments(waves, tmp_path):
    (waves[1] / "services.csv").write_text((HEADER + SECOND).replace("IT,", "Technology,"))
    (waves[1] / "actions.csv").unlink()
    apart = json.loads(run("compare", *waves, "--format", "json", "--draws", "0").stdout)
    assert apart["totals"]["appeared"] != 0
    (tmp_path / "renamed.csv").write_text("antes;despues\nIT;Technology\n")
    found = run("compare", *waves, "--renamed", tmp_path / "renamed.csv", "--format", "json", "--draws", "0")
    assert json.loads(found.stdout)["totals"]["fulfilment"] == pytest.approx(-0.18)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("before,after\nIT,A\nIT,B\n", "renamed twice"),
        ("before,after\nIT,\n", "both ids"),
        ("one,two\n1,2\n", "before"),
    ],
)
def test_faulty_renames_are_refused(waves, tmp_path, text, says):
    (tmp_path / "renamed.csv").write_text(text)
    found = run("compare", *waves, "--renamed", tmp_path / "renamed.csv")
    assert found.exit_code == 3
    assert says in found.stderr


def test_the_trend(periods):
    found = run("trend", periods)
    assert found.exit_code == 0
    assert "2025" in found.stdout
    assert "40.0\xa0%" in found.stdout
    loaded = json.loads(run("trend", periods, "--format", "json").stdout)
    assert [row["customer_shortfall"] for row in loaded["periods"]] == pytest.approx([0.4, 0.22])
    assert run("trend", periods, "--format", "csv").stdout.startswith(
        "period,id,name,contribution,share\n2025,IT,IT,0.3"
    )


def test_a_trend_of_one_period_is_refused(waves):
    found = run("trend", waves[0])
    assert found.exit_code == 2
    assert "takes two or more" in found.stderr


def test_in_spanish(periods):
    found = run("compare", periods, "--lang", "es", "--draws", "20")
    assert "La brecha de los clientes" in found.stdout or "la brecha de los clientes" in found.stdout
    assert "El cambio es real" in found.stdout


def test_what_is_withheld_is_not_told_by_name(waves):
    for folder in waves:
        (folder / "org.toml").write_text("transmission = 0.6\nmin_respondents = 5\n")
        text = (folder / "services.csv").read_text() + "IT,Sales,secret,10,4,2,1\n"
        (folder / "services.csv").write_text(text)
    found = run("compare", *waves, "--draws", "0", "--format", "csv")
    assert found.exit_code == 0
    assert "secret" not in found.stdout
