"""The commands as people and scripts run them: output, exit codes, languages, nothing half-written."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import _COMMANDS, group
from cxgraph.cli.runtime import output_name
from cxgraph.culture.catalogue import catalogue
from cxgraph.errors import OutputError
from cxgraph.reporting.writing import write_folder

SERVICES = "supplier,client,expectation,fulfilment\nIT,Sales,10,5\nSales,Buyers,10,6\n"


def run(*words, env=None):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": "", **(env or {})})


@pytest.fixture
def org(tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "services.csv").write_text(SERVICES)
    return folder


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_explains_itself(name):
    found = run(name, "--help")
    assert found.exit_code == 0
    assert "Usage" in found.output


def test_an_unknown_command_is_a_usage_error_with_a_guess():
    found = run("bottleneck", "x")
    assert found.exit_code == 2
    assert "bottlenecks" in found.stderr


def test_bottlenecks_as_text_json_and_csv(org):
    text = run("bottlenecks", org, "--transmission", "0.6")
    assert text.exit_code == 0
    assert "IT → Sales → Buyers" in text.stdout
    loaded = json.loads(run("bottlenecks", org, "--transmission", "0.6", "--format", "json").stdout)
    assert loaded["customer_shortfall"] == pytest.approx(0.4)
    assert loaded["bottlenecks"][0]["id"] == "IT"
    assert loaded["bottlenecks"][0]["share"] == pytest.approx(0.75)
    lines = run("bottlenecks", org, "--format", "csv", "--top", "1").stdout.splitlines()
    assert lines[0].startswith("id,name,share")
    assert len(lines) == 2


def test_data_on_stdout_and_talk_on_stderr(org):
    (org / "services.csv").write_text(SERVICES + "IT,IT,1,1\n")
    found = run("bottlenecks", org, "--format", "json")
    json.loads(found.stdout)
    assert "IT supplies itself" in found.stderr


def test_check_accounts_for_every_row(org):
    (org / "services.csv").write_text(SERVICES + "IT,IT,1,1\n")
    found = run("check", org)
    assert found.exit_code == 0
    assert "Rows read 3 = used 2 + merged 0 + set aside 1 (supplies itself)." in found.stdout
    assert run("check", org, "--fail-on", "warning").exit_code == 1


def test_errors_of_the_input_are_exit_code_3_all_at_once_with_lines(org):
    (org / "services.csv").write_text("supplier,client,expectation,fulfilment\nIT,Sales,10,x\n,Buyers,10,6\n")
    found = run("report", org, "-o", org / "out")
    assert found.exit_code == 3
    assert "services.csv:2" in found.stderr
    assert "services.csv:3" in found.stderr
    assert found.stdout == ""
    assert not (org / "out").exists()


def test_numbers_outside_their_range_are_usage_errors(org):
    assert run("bottlenecks", org, "--transmission", "1").exit_code == 2
    assert run("bottlenecks", org, "--stringency", "0.2").exit_code == 2
    assert run("bottlenecks", org, "--top", "0").exit_code == 2
    assert run("bottlenecks", org, "--lang", "xx").exit_code == 2
    assert run("bottlenecks", org, "--stringency", "inf").exit_code == 0


def test_a_path_that_is_not_there_is_exit_code_3(tmp_path):
    assert run("check", tmp_path / "nowhere").exit_code == 3


def files_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("name", ["worked_example", "hotel", "clinica", "it_service_desk"])
def test_two_reports_are_byte_for_byte_equal(samples, tmp_path, name):
    first, second = (run("report", samples / name, "-o", tmp_path / part) for part in ("a", "b"))
    assert first.exit_code == second.exit_code == 0, first.output
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    assert {"report.html", "result.json", "services.csv", "departments.csv", "customers.csv"} <= set(
        files_of(tmp_path / "a")
    )
    assert any(path.endswith(".svg") for path in files_of(tmp_path / "a"))


def test_the_hash_seed_changes_no_byte(samples, tmp_path):
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "cxgraph", "report", samples / "hotel", "-o", tmp_path / seed]
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd=Path(__file__).parents[2],
            env={"PYTHONHASHSEED": seed, "PATH": "", "LANG": "C.UTF-8"},
        )
    assert files_of(tmp_path / "1") == files_of(tmp_path / "2")


def test_report_names_inputs_and_parameters(samples, tmp_path):
    run("report", samples / "hotel", "-o", tmp_path / "out", "--transmission", "0.3")
    result = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    hashed = hashlib.sha256((samples / "hotel" / "services.csv").read_bytes()).hexdigest()
    assert hashed in {source["sha256"] for source in result["inputs"]}
    assert set(result["parameters"]["transmission"].values()) == {0.3}
    assert result["schema_version"]
    assert sum(service["contribution"] for service in result["services"]) == pytest.approx(
        result["customer_shortfall"], rel=1e-9
    )


def test_report_does_not_overwrite_other_results(org):
    out = org / "out"
    assert run("report", org, "-o", out).exit_code == 0
    assert run("report", org, "-o", out).exit_code == 0  # the same bytes are already there
    before = files_of(out)
    refused = run("report", org, "-o", out, "--transmission", "0.2")
    assert refused.exit_code == 5
    assert "--force" in refused.stderr
    assert files_of(out) == before
    assert run("report", org, "-o", out, "--transmission", "0.2", "--force").exit_code == 0
    assert files_of(out) != before
    assert not [path for path in out.rglob("*") if path.name.endswith(".part")]


def test_a_folder_that_cannot_be_written_is_exit_code_5(org):
    (org / "taken").write_text("a file")
    assert run("report", org, "-o", org / "taken").exit_code in (2, 5)
    with pytest.raises(OutputError):
        write_folder(org / "taken" / "below", {"a": b"1"})


def test_default_output_is_named_after_the_organisation(org, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run("report", "firm").exit_code == 0
    assert (tmp_path / "outputs" / "firm" / "report.html").exists()


def test_output_names_cannot_leave_their_folder(tmp_path):
    for name in ("..", "a/../..", "x" * 20, "a:b*c?"):
        found = output_name(tmp_path / name)
        assert "/" not in found
        assert found not in ("", ".", "..")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_init_writes_tables_that_can_be_analysed(tmp_path, lang):
    made = run("init", tmp_path / "new", "--lang", lang)
    assert made.exit_code == 0, made.output
    found = run("report", tmp_path / "new", "-o", tmp_path / "out")
    assert found.exit_code == 0, found.output
    checked = run("check", tmp_path / "new")
    assert checked.exit_code == 0
    assert "warning" not in checked.stderr
    assert run("init", tmp_path / "new", "--lang", lang).exit_code == 0  # nothing to change
    table = tmp_path / "new" / ("servicios.csv" if lang == "es" else "services.csv")
    table.write_text("mine")
    refused = run("init", tmp_path / "new", "--lang", lang)
    assert refused.exit_code == 5
    assert table.read_text() == "mine"


def test_spanish_by_option_environment_and_organisation(org, samples):
    assert "la brecha de los clientes es del" in run("bottlenecks", org, "--lang", "es").stdout.lower()
    assert "la brecha de los clientes es del" in run("bottlenecks", samples / "clinica").stdout.lower()
    assert "37,5\xa0%" in run("bottlenecks", org, "--lang", "es", "--transmission", "0.3").stdout


def test_hostile_names_stay_text(tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    name = "<script>alert(1)</script>"
    (folder / "services.csv").write_text(
        f'supplier,client,service,expectation,fulfilment\n"=cmd()",{name},"{{{{7*7}}}}",10,5\n'
        f"{name},Buyers,\x1b[31mred,10,6\n"
    )
    found = run("report", folder, "-o", folder / "out")
    assert found.exit_code in (0, 3), found.output
    if found.exit_code == 0:
        html = (folder / "out" / "report.html").read_text("utf-8")
        assert "<script>alert" not in html
        assert "{{7*7}}" in html
        assert "\x1b" not in found.stdout
        assert not [
            line
            for line in (folder / "out" / "services.csv").read_text("utf-8").splitlines()
            if line.startswith(("=", "+", "@"))
        ]


def test_no_color(org):
    (org / "services.csv").write_text(SERVICES + "IT,IT,1,1\n")
    code = "from cxgraph.cli.runtime import _styled; print(repr(_styled('x', 'red')))"
    plain = subprocess.run(
        [sys.executable, "-c", code],
        env={"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert plain.stdout.strip() == "'x'"


def test_a_closed_pipe_is_no_error(samples):
    command = f"{sys.executable} -m cxgraph columns | head -n 1"
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("words", [("report", "-o", "."), ("report", "-o", "../firm")])
def test_an_organisation_s_own_tables_are_never_written_over(org, monkeypatch, words):
    monkeypatch.chdir(org)
    found = run(words[0], ".", *words[1:], "--force")
    assert found.exit_code == 5, found.output
    assert (org / "services.csv").read_text() == SERVICES


@pytest.mark.parametrize(
    ("lang", "page", "told"),
    [("en", "README.md", "what counts as evidence"), ("es", "LEEME.md", "qué cuenta como evidencia")],
)
def test_the_first_page_lists_the_practices_with_what_counts_as_evidence(tmp_path, lang, page, told):
    assert run("init", tmp_path / "mine", "--lang", lang).exit_code == 0
    text = (tmp_path / "mine" / page).read_text("utf-8")
    assert told in text
    for practice in catalogue().practices:
        assert f"| `{practice.id}` | {practice.question.text(lang)} | {practice.evidence.text(lang)} |" in text


def test_init_writes_the_same_invented_organisation_in_both_languages(tmp_path):
    for lang, said in (("en", "invented"), ("es", "inventad")):
        run("init", tmp_path / lang, "--lang", lang)
        for name in ("org.toml", "LEEME.md" if lang == "es" else "README.md"):
            assert said in (tmp_path / lang / name).read_text("utf-8")
    here, there = (cxgraph.read(tmp_path / lang) for lang in ("en", "es"))
    assert 6 <= int((here.departments["kind"] == "internal").sum()) <= 8
    assert int(here.departments["customer"].sum()) >= 2
    assert here.actions["closed"].notna().any() and here.actions["closed"].isna().any()
    for table in ("departments", "services", "responses", "practices", "actions"):
        one, other = getattr(here, table), getattr(there, table)
        numbers = one.select_dtypes("number").columns
        assert one.shape == other.shape
        for name in numbers.drop("line", errors="ignore"):
            assert sorted(one[name].dropna()) == sorted(other[name].dropna()), (table, name)
    gaps = [cxgraph.analyze(one, transmission=0.6).customer_shortfall for one in (here, there)]
    assert gaps[0] == pytest.approx(gaps[1], abs=1e-12)
    assert not any(problem.severity == "warning" for one in (here, there) for problem in one.problems)
