"""Asking and exporting from the command line: what is written, what is spared, and the sample's whole round."""

import io
import json
import subprocess
import sys

import openpyxl
import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import group

DEPARTMENTS = "id,name,kind\nIT,Computers,internal\nHR,People,internal\nBuyers,Buyers,external_customer\n"


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.fixture
def listed(tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "departments.csv").write_text(DEPARTMENTS)
    return folder


@pytest.mark.parametrize(("form", "ending"), [("xlsx", ".xlsx"), ("html", ".html"), ("xlsform", ".xlsform.xlsx")])
def test_a_list_of_departments_is_enough_to_ask_who_serves_whom(listed, tmp_path, form, ending):
    found = run("ask", listed, "-o", tmp_path / "forms", "--format", form)
    assert found.exit_code == 0, found.output
    names = sorted(path.name for path in (tmp_path / "forms").iterdir())
    assert names == sorted(["ask.json", *(f"relations-{name}{ending}" for name in ("hr", "it"))])


def test_asking_again_changes_nothing_and_changed_questions_get_the_next_version(listed, tmp_path):
    forms = tmp_path / "forms"
    run("ask", listed, "-o", forms)
    before = {path.name: path.read_bytes() for path in forms.iterdir()}
    assert run("ask", listed, "-o", forms).exit_code == 0
    assert {path.name: path.read_bytes() for path in forms.iterdir()} == before
    (listed / "departments.csv").write_text(DEPARTMENTS + "Sales,Sales,internal\n")
    assert run("ask", listed, "-o", forms).exit_code == 5
    assert {path.name: path.read_bytes() for path in forms.iterdir()} == before
    assert run("ask", listed, "-o", forms, "--force").exit_code == 0
    versions = {key: entry["version"] for key, entry in json.loads((forms / "ask.json").read_text())["forms"].items()}
    assert {key.split("-")[2]: version for key, version in versions.items()} == {"hr": 2, "it": 2, "sales": 1}


def test_forms_that_are_filled_in_are_never_written_over(listed, tmp_path):
    forms = tmp_path / "forms"
    run("ask", listed, "-o", forms)
    path = forms / "relations-it.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    book.worksheets[1]["C2"] = "yes"
    book.save(path)
    filled = path.read_bytes()
    (listed / "departments.csv").write_text(DEPARTMENTS + "Sales,Sales,internal\n")
    found = run("ask", listed, "-o", forms, "--force")
    assert found.exit_code == 5
    assert "relations-it.xlsx" in found.stderr
    assert path.read_bytes() == filled


def test_scores_need_services_and_a_folder(listed, tmp_path):
    found = run("ask", listed, "-o", tmp_path / "forms", "--what", "scores")
    assert found.exit_code == 2
    assert "--what relations" in found.stderr
    assert not (tmp_path / "forms").exists()
    assert run("ask", listed).exit_code == 2
    assert run("ask", tmp_path / "nowhere", "-o", tmp_path / "forms").exit_code == 3


def test_departments_with_faults_are_refused_with_their_line(listed, tmp_path):
    (listed / "departments.csv").write_text(DEPARTMENTS.replace("internal", "inside", 1))
    found = run("ask", listed, "-o", tmp_path / "forms")
    assert found.exit_code == 3
    assert "departments.csv:2" in found.stderr


def test_who_serves_whom_leads_to_the_scores(listed, tmp_path):
    forms = tmp_path / "forms"
    run("ask", listed, "-o", forms)
    path = forms / "relations-it.xlsx"
    book = openpyxl.load_workbook(path)
    for row in book.worksheets[2].iter_rows(min_row=2):
        row[2].value, row[3].value = "yes", "Help desk"
    book.save(path)
    checked = run("check", forms)
    assert checked.exit_code == 3
    assert "--what scores" in checked.stderr
    scores = run("ask", forms, "-o", tmp_path / "scores")
    assert scores.exit_code == 0, scores.output
    assert sorted(path.name for path in (tmp_path / "scores").iterdir()) == [
        "ask.json",
        "scores-buyers.xlsx",
        "scores-hr.xlsx",
    ]


def test_the_samples_round_is_read_as_its_page_says(samples):
    found = cxgraph.read(samples / "hotel" / "returned")
    assert len(found.responses) == 22
    assert sorted(found.responses["respondent"].unique()) == ["R1", "R2", "R3"]
    first = cxgraph.analyze(found, transmission=0.6).bottlenecks(1)
    assert first["name"].tolist() == ["Maintenance"]
    assert f"{first['share'].iloc[0]:.3f}" == "0.347"
    page = (samples / "hotel" / "README.md").read_text("utf-8")
    *lines, following = run("check", samples / "hotel" / "returned").output.splitlines()
    for line in lines:
        assert line in page
    assert following == f"Next: cxgraph report {samples / 'hotel' / 'returned'}"


def test_what_to_ask_next_writes_nothing(samples, tmp_path):
    found = run("ask", samples / "hotel", "--next", "20", "--lang", "en")
    assert found.exit_code == 0, found.output
    assert "Maintenance comes first in" in found.stdout
    assert run("ask", samples / "hotel", "--next", "0").exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["graphml", "gexf", "json"])
def test_an_exported_graph_is_read_in_the_place_of_the_organisation(samples, tmp_path, ending):
    target = tmp_path / f"org.{ending}"
    assert run("export", samples / "worked_example", "-o", target).exit_code == 0
    ours, theirs = (
        run("bottlenecks", place, "--transmission", "0.6", "--format", "csv").stdout
        for place in (samples / "worked_example", target)
    )
    assert ours == theirs
    target.write_text("mine")
    assert run("export", samples / "worked_example", "-o", target).exit_code == 5
    assert target.read_text() == "mine"
    assert run("export", samples / "worked_example", "-o", tmp_path / "org.dot").exit_code == 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_workbook_to_fill_in_can_be_analysed_as_it_stands(tmp_path, language):
    assert run("init", tmp_path / "new", "--xlsx", "--lang", language).exit_code == 0
    assert run("init", tmp_path / "plain", "--lang", language).exit_code == 0
    found, plain = cxgraph.read(tmp_path / "new"), cxgraph.read(tmp_path / "plain")
    assert found.services.drop(columns="line").astype(object).equals(plain.services.drop(columns="line").astype(object))
    assert not [problem for problem in found.problems if problem.severity == "warning"]
    name = "servicios" if language == "es" else "services"
    sheet = openpyxl.load_workbook(tmp_path / "new" / f"{name}.xlsx")[name]
    assert len(sheet.data_validations.dataValidation) >= 3


def test_neither_import_nor_help_loads_openpyxl():
    script = "import sys, cxgraph; from cxgraph.cli import main; sys.argv = ['cxgraph', '--help']\n"
    script += "try: main()\nexcept SystemExit: pass\n"
    script += "assert not {'openpyxl', 'xlsxwriter', 'networkx', 'jinja2'} & set(sys.modules), 'heavy'"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
