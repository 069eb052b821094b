"""Exports of every tool with people written into them: none of them in any byte of any output, packed ones unpacked."""

import csv
import io
import shlex
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cxgraph.cli import group

INTAKE = Path(__file__).parents[1] / "intake"
MAIL, IPV4, IPV6, PERSON = "ana.roca@example.org", "198.51.100.7", "2001:db8::7", "Ana Roca Prieto"
PASSWORD = "hunter2-secret"
ADDRESS = f"postgresql://ana:{PASSWORD}@db.example.org/answers"
SECRETS = (MAIL, IPV4, IPV6, PERSON, PASSWORD)
ADDED = {
    "Email": MAIL,
    "IP": IPV4,
    "IP Address": IPV6,
    "Nombre completo": PERSON,
    "Password": PASSWORD,
    "Usuario": ADDRESS,
}
_NAMED = ("First Name", "Last Name", "Nombre", "user", "caller_id", "assigned_to", "Author", "Assignee", "Reporter")
_WRITTEN = ("Comentarios", "Comments", "_notes", "short_description", "Comment", "Summary")
PERSONS = {
    MAIL: ("Email Address", "Correo electrónico", "_submitted_by", "Watchers"),
    IPV4: ("IPAddress", "IP Address"),
    PERSON: (*_NAMED, "org:resource"),
    f"Write to {MAIL}, {IPV4} or {ADDRESS}": _WRITTEN,
}
SURVEYS = ("google_forms.csv", "kobo.csv", "limesurvey.csv", "ms_forms.xlsx", "qualtrics.csv", "surveymonkey.csv")
LOGS = ("jira_changelog", "process_log", "servicenow_events", "servicenow_sys_audit", "znuny_history")
CASES = {
    "jira_changelog": ("jira_issues", "--cases-key", "Issue key", "--customer", "Custom field (Location)"),
    "servicenow_sys_audit": ("servicenow_incident", "--cases-key", "sys_id", "--customer", "location"),
}
HEADER_ROWS = {"qualtrics.csv": 3, "surveymonkey.csv": 2}


def with_people(rows, headers):
    """Write people into the columns that hold them, and beside the last column."""
    by_header = {header: secret for secret, columns in PERSONS.items() for header in columns}
    made = []
    for at, row in enumerate(rows):
        cells = [by_header.get(header, cell) for header, cell in zip(rows[0], row, strict=True)]
        if at >= headers:
            made.append([*cells, *ADDED.values()])
        elif at == 2:
            made.append([*row, *(f'{{"ImportId":"Q{name}"}}' for name in range(len(ADDED)))])
        else:
            made.append([*row, *(ADDED if at == 0 or row[0] else [""] * len(ADDED))])
    return made


def tainted(source, folder):
    """Return a copy of an export with people in it."""
    target = folder / source.name
    if source.suffix == ".xlsx":
        book = openpyxl.load_workbook(source)
        sheet = book.active
        rows = with_people([[cell.value for cell in row] for row in sheet.iter_rows()], 1)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                sheet.cell(at, column).value = value
        book.save(target)
        return target
    text = source.read_text("utf-8-sig")
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    rows = with_people(list(csv.reader(io.StringIO(text), delimiter=delimiter)), HEADER_ROWS.get(source.name, 1))
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    assert all(secret.encode() in target.read_bytes() for secret in SECRETS)
    return target


def unpacked(data):
    """Yield bytes, and where they are an archive those of its members."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unpacked(archive.read(name))


def search(name, data):
    for piece in unpacked(data):
        for secret in SECRETS:
            for encoding in ("utf-8", "utf-16-le"):
                assert secret.lower().encode(encoding) not in piece.lower(), (name, secret)


def run(*words):
    """Run a command and search what it says."""
    found = CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": "", "COLUMNS": "80"})
    assert found.exit_code in (0, 1, 3), (words, found.stderr, found.exception)
    search(words, found.stdout.encode())
    search(words, found.stderr.encode())
    return found


def searched_commands(command, file, folder, *more):
    """Run a proposed import and what follows, searching every file that is written; return the organisation."""
    for look in ("check", "bottlenecks"):
        run(look, file)
    proposed = run(command, file)
    (line,) = [line for line in proposed.stdout.splitlines() if line.startswith(f"cxgraph {command}")]
    words = shlex.split(line)[1:]
    org = folder / "org"
    words[words.index("-o") + 1] = str(org)
    assert run(*words, *more).exit_code == 0
    run("check", org, "--all")
    run("export", org, "-o", folder / "written" / "org.graphml")
    return org


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "written").mkdir()
    (tmp_path / "in").mkdir()
    return tmp_path


def search_files(*folders):
    written = [path for place in folders for path in place.rglob("*") if path.is_file()]
    assert written
    for path in written:
        search(path.name, path.name.encode())
        search(path.name, path.read_bytes())


@pytest.mark.parametrize("name", SURVEYS)
def test_no_person_of_a_survey_reaches_an_output(name, folder):
    file = tainted(INTAKE / "surveys" / "files" / name, folder / "in")
    org = searched_commands("import-survey", file, folder, "--respondent", "Email")
    search_files(org, folder / "written")


@pytest.mark.parametrize("name", LOGS)
def test_no_person_of_a_log_reaches_an_output(name, folder):
    file = tainted(INTAKE / "tickets" / "logs" / f"{name}.csv", folder / "in")
    more = ()
    if name in CASES:
        cases, *more = CASES[name]
        more = ("--cases", tainted(INTAKE / "tickets" / "logs" / f"{cases}.csv", folder / "in"), *more)
    org = searched_commands("import-tickets", file, folder, *more)
    search_files(org, folder / "written")


@pytest.mark.parametrize(
    ("command", "name"),
    [("import-survey", "surveys/files/qualtrics.csv"), ("import-tickets", "tickets/logs/process_log.csv")],
)
def test_nor_a_report_a_view_or_a_workbook(command, name, folder):
    org = searched_commands(command, tainted(INTAKE / name, folder / "in"), folder)
    written = folder / "written"
    found = run("bottlenecks", org)
    customer = () if found.exit_code == 0 else ("--customer", "Patients")
    assert run("report", org, "-o", written / "report", *customer).exit_code == 0
    assert run("view", org, "-o", written / "view.html", *customer).exit_code == 0
    assert list(written.rglob("*.xlsx")), "the report's workbook is unpacked and searched too"
    search_files(org, written)


@pytest.mark.parametrize("command", ["check", "bottlenecks", "report", "view", "audit", "trace", "export", "ask"])
@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}?table=answers", f"duckdb://ana:{PASSWORD}@db.example.org/a"])
def test_no_password_of_an_address_is_repeated(command, address, folder):
    found = CliRunner().invoke(
        group,
        [
            command,
            address,
            *(("-o", str(folder / "x.graphml")) if command in ("report", "view", "export", "ask") else ()),
        ],
    )
    assert found.exit_code != 0
    search(command, (found.stdout + found.stderr).encode())
