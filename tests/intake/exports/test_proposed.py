"""A folder whose table is an export is refused with the command that imports it; [survey] reads the export itself."""

import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import group
from cxgraph.errors import InputError

SURVEYS = Path(__file__).parents[1] / "surveys" / "files"
LOGS = Path(__file__).parents[1] / "tickets" / "logs"
EXPORTS = {
    **{SURVEYS / f"{name}": "import-survey" for name in ("google_forms.csv", "kobo.csv", "limesurvey.csv")},
    **{SURVEYS / f"{name}": "import-survey" for name in ("ms_forms.xlsx", "qualtrics.csv", "surveymonkey.csv")},
    **{
        LOGS / f"{name}.csv": "import-tickets"
        for name in ("servicenow_events", "servicenow_sys_audit", "znuny_history")
    },
    **{
        LOGS / f"{name}.csv": "import-tickets"
        for name in ("process_log", "jira_issues", "jira_changelog", "servicenow_incident")
    },
}


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.mark.parametrize("export", sorted(EXPORTS), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", [None, "services"])
def test_check_refuses_an_export_with_the_command_that_imports_it(export, name, tmp_path):
    place = tmp_path / (f"{name}{export.suffix}" if name else export.name)
    shutil.copy(export, place)
    found = run("check", tmp_path)
    assert found.exit_code == 3
    line = found.stderr.split("Import it: ")[1].splitlines()[0]
    assert shlex.split(line)[:3] == ["cxgraph", EXPORTS[export], str(place)]


def test_an_export_beside_sound_tables_is_no_reason_to_import_it(tmp_path):
    (tmp_path / "services.csv").write_text("supplier,client,expectation,fulfilment\nIT,Sales,9,x\n", "utf-8")
    shutil.copy(SURVEYS / "kobo.csv", tmp_path)
    assert "Import it" not in run("check", tmp_path).stderr


def test_what_is_no_export_gets_no_such_advice(tmp_path):
    (tmp_path / "services.csv").write_text("supplier,klient,expectation\nIT,Sales,9\n", "utf-8")
    assert "Import it" not in run("check", tmp_path).stderr


SURVEY = """scale = [1, 5]
[survey]
file = "{file}"
client = "AREA"
expectation = "NIVEL[*][1]"
fulfilment = "NIVEL[*][2]"
[survey.names]
SQ001 = "Mantenimiento"
SQ002 = "Sistemas"
SQ003 = "Compras"
SQ004 = "Cocina"
"""


@pytest.mark.parametrize("name", ["limesurvey.csv", "responses.csv"])
def test_the_export_is_read_where_org_toml_says_how(name, tmp_path):
    shutil.copy(SURVEYS / "limesurvey.csv", tmp_path / name)
    (tmp_path / "org.toml").write_text(SURVEY.format(file=name), "utf-8")
    organization = cxgraph.read(tmp_path)
    imported = tmp_path / "imported"
    options = [word for number, supplier in enumerate(("Mantenimiento", "Sistemas", "Compras", "Cocina"), 1)
               for word in ("--names", f"SQ00{number}={supplier}")]  # fmt: skip
    found = run(
        "import-survey", SURVEYS / "limesurvey.csv", "-o", imported, "--client", "AREA",
        "--expectation", "NIVEL[*][1]", "--fulfilment", "NIVEL[*][2]", "--scale", 1, 5, *options,
    )  # fmt: skip
    assert found.exit_code == 0, found.stderr
    one, other = (read.services.drop(columns="line") for read in (organization, cxgraph.read(imported)))
    assert one.equals(other)
    assert [source.name for source in organization.sources] == ["org.toml", name]
    notes = [problem for problem in organization.problems if problem.code == "survey-rows-aside"]
    assert [str(note) for note in notes] == [f"{name}: Rows set aside, never submitted: 1 (lines 8)."]
    assert not [problem for problem in organization.problems if problem.code == "files-not-read"]


@pytest.mark.parametrize("file", ["../limesurvey.csv", "/etc/passwd", "C:\\\\x.csv"])
def test_an_export_elsewhere_is_not_read(file, tmp_path):
    (tmp_path / "org.toml").write_text(SURVEY.format(file=file), "utf-8")
    with pytest.raises(InputError) as caught:
        cxgraph.read(tmp_path)
    assert "survey-elsewhere" in [problem.code for problem in caught.value.problems]


def test_what_is_wrong_in_the_table_survey_is_said_at_once(tmp_path):
    (tmp_path / "org.toml").write_text('[survey]\nclinet = "x"\nlabels = {a = "b"}\n', "utf-8")
    with pytest.raises(InputError) as caught:
        cxgraph.read(tmp_path)
    told = [str(problem) for problem in caught.value.problems]
    assert sum("Did you mean 'client'" in text or "needs" in text or "labels" in text for text in told) == 4


@pytest.mark.parametrize(
    "text",
    [
        "supplier,client,expectation,fulfilment,fulfilment\nIT,HR,9,6,6\nHR,IT,9,7,7\n",
        "proveedor;cliente;espera;recibe\nIT;HR;9;6\nHR;IT;9;7\n",
    ],
)
def test_a_table_of_services_with_a_fault_is_no_export(text, tmp_path):
    (tmp_path / "services.csv").write_text(text, "utf-8")
    assert "Import it" not in run("check", tmp_path).stderr
