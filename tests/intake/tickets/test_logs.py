"""Logs as the tools write them give the services that were meant: each family, each format, any order of lines."""

import csv
import gzip
import json
import random
import shlex
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import group
from cxgraph.errors import InputError

LOGS = Path(__file__).parent / "logs"
SERVICENOW = shlex.split(
    "--case number --group assignment_group --time sys_updated_at --state incident_state --resolved Resolved "
    "--kept made_sla --customer location --service category"
)
CASES = ["--cases", LOGS / "servicenow_incident.csv"]
FACTS = ["--kept", "made_sla", "--customer", "location", "--service", "category"]
AUDIT = [
    *shlex.split(
        "--case documentkey --changes fieldname oldvalue newvalue --group assignment_group --time sys_created_on"
    ),
    *shlex.split("--state incident_state --resolved Resolved --cases-key sys_id"),
    *CASES,
    *FACTS,
]
JIRA = [
    "--case", "Issue key", "--changes", "Field", "From", "To", "--group", "Team", "--time", "Created",
    "--state", "status", "--resolved", "Resolved", "--cases", LOGS / "jira_issues.csv", "--cases-key", "Issue key",
    "--customer", "Custom field (Location)", "--service", "Issue Type",
]  # fmt: skip
PROCESS = shlex.split(
    "--case case:concept:name --group org:group --time time:timestamp --state concept:name --resolved Resolved "
    "--customer case:Location --service case:Category --due case:planned_end --done case:end"
)
ZNUNY = [
    *shlex.split("--case TicketNumber --group Queue --time CreateTime --state State --resolved Resolved --missing Raw"),
    *shlex.split("--cases-key number"),
    *CASES,
    *FACTS,
]
FAMILIES = {
    "servicenow_events": [*SERVICENOW, "--date-format", "%d/%m/%Y %H:%M"],
    "servicenow_sys_audit": AUDIT,
    "jira_changelog": [*JIRA, "--kept", "Custom field (Time to resolution)"],
    "process_log": PROCESS,
    "znuny_history": ZNUNY,
}
COUNTS = ("hand_overs", "pairs", "after_resolution", "kept", "missed", "unknown", "cases")


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


def imported(log, options, folder):
    found = run("import-tickets", log, "-o", folder, *options)
    assert found.exit_code == 0, found.stderr
    return json.loads((folder / "import.json").read_text("utf-8"))


def services(folder):
    """Return the services as the organisation that was written has them."""
    table = cxgraph.read(folder).services
    names = ["supplier", "client", "service", "expectation", "fulfilment", "responses"]
    return sorted(
        [*map(str, row[:3]), f"{row[3]:g}", f"{row[4]:.6g}", str(int(row[5]))] for row in table[names].values.tolist()
    )


def expected():
    with (LOGS / "expected.csv").open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))[1:]
    return sorted([*row[:3], f"{float(row[3]):g}", f"{float(row[4]):.6g}", row[5]] for row in rows)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_gives_the_services_that_were_meant(family, tmp_path):
    counts = imported(LOGS / f"{family}.csv", FAMILIES[family], tmp_path / "org")
    assert services(tmp_path / "org") == expected()
    assert [counts[name] for name in COUNTS] == [5, 3, 1, 2, 1, 1, 4]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_order_of_the_lines_changes_nothing_where_times_differ(family, tmp_path):
    imported(LOGS / f"{family}.csv", FAMILIES[family], tmp_path / "first")
    lines = (LOGS / f"{family}.csv").read_text("utf-8").splitlines()
    body = lines[1:]
    random.Random(7).shuffle(body)
    shuffled = tmp_path / f"{family}.csv"
    shuffled.write_text("\n".join([lines[0], *body]) + "\n", "utf-8")
    imported(shuffled, FAMILIES[family], tmp_path / "second")
    for name in ("responses.csv", "departments.csv", "import.json"):
        assert (tmp_path / "second" / name).read_bytes() == (tmp_path / "first" / name).read_bytes()


def test_a_promised_time_says_the_same_as_a_column_of_kept_promises(tmp_path):
    options = [*JIRA, "--due", "Due date", "--done", "Resolved"]
    imported(LOGS / "jira_changelog.csv", options, tmp_path / "org")
    assert services(tmp_path / "org") == expected()


def test_the_done_column_may_be_left_to_the_states(tmp_path):
    options = PROCESS[: PROCESS.index("--done")]
    imported(LOGS / "process_log.csv", options, tmp_path / "org")
    assert services(tmp_path / "org") == expected()


def test_a_breach_is_the_contrary_of_a_kept_promise(tmp_path):
    options = [*SERVICENOW, "--date-format", "DMY", "--cases", LOGS / "servicenow_task_sla.csv", "--cases-key", "task"]
    place = options.index("--kept")
    options[place : place + 2] = ["--breached", "has_breached"]
    imported(LOGS / "servicenow_events.csv", options, tmp_path / "org")
    assert services(tmp_path / "org") == expected()


def xes_of(rows):
    """Write rows of a process log as XES, with a global default and a nested attribute that must not be read."""
    cases = {}
    for row in rows:
        cases.setdefault(row["case:concept:name"], []).append(row)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<log xes.version="1.0" xmlns="http://www.xes-standard.org/">']
    lines += ['<global scope="event"><string key="org:group" value="WRONG"/></global>']
    lines += ['<string key="concept:name" value="the log, not a case"/>']
    for events in cases.values():
        lines.append("<trace>")
        lines += [
            f'<string key="{key.removeprefix("case:")}" value="{events[0][key]}"/>'
            for key in events[0]
            if key.startswith("case:") and events[0][key]
        ]
        for event in events:
            lines.append("<event>")
            lines += [
                f'<date key="{key}" value="{value.replace(" ", "T")}"/>'
                if key == "time:timestamp"
                else f'<string key="{key}" value="{value}"><string key="org:group" value="NESTED"/></string>'
                for key, value in event.items()
                if not key.startswith("case:")
            ]
            lines.append("</event>")
        lines.append("</trace>")
    return "\n".join([*lines, "</log>"])


@pytest.fixture
def xes():
    with (LOGS / "process_log.csv").open(encoding="utf-8", newline="") as stream:
        return xes_of(list(csv.DictReader(stream)))


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "log.zip"])
def test_xes_says_the_same_packed_or_not(name, xes, tmp_path):
    path = tmp_path / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(xes.encode()))
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner/log.xes", xes)
            archive.writestr("README.md", "about the log")
    else:
        path.write_text(xes, "utf-8")
    imported(path, PROCESS, tmp_path / "org")
    imported(LOGS / "process_log.csv", PROCESS, tmp_path / "csv")
    assert services(tmp_path / "org") == expected()
    for table in ("responses.csv", "departments.csv", "import.json"):
        assert (tmp_path / "org" / table).read_bytes() == (tmp_path / "csv" / table).read_bytes()


def test_entities_are_refused_before_they_grow(tmp_path):
    path = tmp_path / "bomb.xes"
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(12))
    path.write_text(f"<!DOCTYPE log [{entities}]><log><trace><event/></trace></log>", "utf-8")
    found = run("import-tickets", path)
    assert found.exit_code == 3
    assert "document type" in found.stderr


def test_what_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path):
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(b"case,group,time\n" + b"1,a,2026-01-01 00:00\n" * 3_000_000))
    found = run("import-tickets", path)
    assert found.exit_code == 3
    assert "unpacks to more than" in found.stderr


def test_a_log_cut_off_says_where(xes, tmp_path):
    path = tmp_path / "log.xes"
    path.write_text(xes[: len(xes) // 2], "utf-8")
    found = run("import-tickets", path, "-o", tmp_path / "org", *PROCESS)
    assert found.exit_code == 3
    assert "no XML" in found.stderr
    assert not (tmp_path / "org").exists()


def test_days_and_months_that_could_be_exchanged_are_refused_until_it_is_said(tmp_path):
    found = run("import-tickets", LOGS / "servicenow_events.csv", "-o", tmp_path / "org", *SERVICENOW)
    assert found.exit_code == 3
    assert "--date-format DMY" in found.stderr
    assert not (tmp_path / "org").exists()


@pytest.mark.parametrize("name", ["servicenow_incident.csv", "jira_issues.csv"])
def test_a_list_of_tickets_has_no_sequence(name):
    found = run("import-tickets", LOGS / name)
    assert found.exit_code == 3
    assert "list of tickets" in found.stderr
    assert "--cases" in found.stderr


def test_a_list_of_tickets_is_refused_with_every_option_too(tmp_path):
    options = shlex.split("--case number --group assignment_group --time opened_at")
    found = run("import-tickets", LOGS / "servicenow_incident.csv", "-o", tmp_path / "org", *options)
    assert found.exit_code == 3
    assert "list of tickets" in found.stderr


LOCAL = """Incidencia;Equipo;Fecha y hora;Estado;Cliente;Servicio;Cumplido
1;Mesa;03-04-2026 9:00;Nuevo;Lugo;Correo;sí
1;Redes;13-04-2026 9:30;En curso;Lugo;Correo;sí
1;Redes;13-04-2026 10:00;Resuelta;Lugo;Correo;sí
2;Mesa;03-04-2026 9:00;Nuevo;Vigo;Correo;no
2;;04-04-2026 9:00;En curso;Vigo;Correo;no
2;Redes;04-04-2026 9:10;En curso;Vigo;Correo;no
2;Mesa;05-04-2026 9:00;Cerrada;Vigo;Correo;no
"""


def test_a_spanish_log_of_no_known_tool_is_read_by_the_line_that_is_proposed(tmp_path):
    log = tmp_path / "registro.csv"
    log.write_bytes(LOCAL.encode("cp1252"))
    proposed = run("import-tickets", log)
    assert proposed.exit_code == 0
    words = proposed.stdout.splitlines()[-1]
    assert words.startswith("cxgraph import-tickets")
    assert sorted(tmp_path.iterdir()) == [log]
    line = shlex.split(words)[1:]
    line[line.index("-o") + 1] = str(tmp_path / "org")
    found = run(*line, "--lang", "es")
    assert found.exit_code == 0, found.stderr
    table = [row[:5] for row in services(tmp_path / "org")]
    told = "Trabajo asignado terminado sin pasarlo a otro grupo"
    assert table == [
        ["Mesa", "Lugo", "Correo", "1", "1"],
        ["Mesa", "Redes", told, "1", "1"],
        ["Mesa", "Vigo", "Correo", "1", "0"],
        ["Redes", "Mesa", told, "1", "0.5"],
    ]
    assert "eventos" in found.stdout


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_proposed_line_reads_the_log(family, tmp_path):
    second = {"servicenow_sys_audit": "servicenow_incident", "jira_changelog": "jira_issues"}
    words = ["import-tickets", LOGS / f"{family}.csv"]
    if family in second or family == "znuny_history":
        words += ["--cases", LOGS / f"{second.get(family, 'servicenow_incident')}.csv"]
    proposed = run(*words)
    assert proposed.exit_code == 0, proposed.stderr
    line = shlex.split(proposed.stdout.splitlines()[-1])[1:]
    line[line.index("-o") + 1] = str(tmp_path / "org")
    assert run(*line).exit_code == 0
    assert services(tmp_path / "org") == expected()


def test_like_a_tool_takes_its_columns(tmp_path):
    options = ["--like", "servicenow", "--date-format", "%d/%m/%Y %H:%M"]
    imported(LOGS / "servicenow_events.csv", options, tmp_path / "org")
    assert services(tmp_path / "org") == expected()


def test_the_sender_supplies_who_works_on(tmp_path):
    options = [*SERVICENOW, "--date-format", "DMY", "--supplier", "sender"]
    imported(LOGS / "servicenow_events.csv", options, tmp_path / "org")
    arrived = "Work handed over that did not come straight back"
    # By hand: 1 goes Desk, Redes, Proveedores; 3 goes Desk, Redes, Desk; 4 is open at Redes. The last holder of 1, 2
    # and 3 supplies the customer.
    assert services(tmp_path / "org") == sorted(
        [
            ["Proveedores", "Valencia", "Hardware", "1", "0", "1"],
            ["Redes", "Proveedores", arrived, "1", "1", "1"],
            ["Redes", "Service Desk", arrived, "1", "1", "1"],
            ["Service Desk", "Bilbao", "Software", "1", "1", "1"],
            ["Service Desk", "Redes", arrived, "1", "0.5", "2"],
            ["Service Desk", "Valencia", "Software", "1", "1", "1"],
        ]
    )


def test_two_columns_of_state_and_a_zone(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(
        "SR;Team;When;Status;Sub Status\n"
        "1;A;2026-03-29T00:30:00Z;Queued;Awaiting\n"
        "1;B;2026-03-29T03:30:00+0200;Completed;In Call\n"
        "1;A;2026-03-29T05:30:00+02:00;Completed;Closed\n"
        "1;C;2026-03-30T05:30:00+02:00;Accepted;Open\n",
        "utf-8",
    )
    base = ["--case", "SR", "--group", "Team", "--time", "When", "--state", "Status+Sub Status"]
    both = imported(log, [*base, "--resolved", "Completed+Closed"], tmp_path / "both")
    one = imported(log, [*base, "--resolved", "Completed"], tmp_path / "one")
    assert (both["hand_overs"], both["after_resolution"]) == (2, 1)
    assert (one["hand_overs"], one["after_resolution"]) == (1, 2)


def test_times_with_and_without_a_zone_need_one(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("Case,Group,Time\n1,A,2026-01-01T10:00:00Z\n1,B,2026-01-01 10:30\n", "utf-8")
    base = ["--case", "Case", "--group", "Group", "--time", "Time"]
    refused = run("import-tickets", log, "-o", tmp_path / "org", *base)
    assert refused.exit_code == 3
    assert "--timezone" in refused.stderr
    # 10:30 in Madrid is before 10:00 in Greenwich: the order turns round.
    imported(log, [*base, "--timezone", "Europe/Madrid"], tmp_path / "org")
    line = (tmp_path / "org" / "responses.csv").read_text("utf-8").splitlines()[1]
    assert line.split(",")[2:4] == ["A", "B"]
    wrong = run("import-tickets", log, "-o", tmp_path / "no", *base, "--timezone", "Europe/Madird")
    assert wrong.exit_code == 2


def test_what_was_so_before_the_first_change_counts(tmp_path):
    log = tmp_path / "changes.csv"
    log.write_text(
        "Key,Field,From,To,Created\n"
        "1,status,Open,In Progress,2026-01-01 09:00\n"
        "1,Team,Desk,Net,2026-01-01 10:00\n"
        "1,priority,Low,High,2026-01-01 10:30\n"
        "1,status,In Progress,Resolved,2026-01-01 11:00\n",
        "utf-8",
    )
    options = shlex.split(
        "--case Key --changes Field From To --group Team --state status --resolved Resolved --time Created"
    )
    counts = imported(log, options, tmp_path / "org")
    assert (counts["events"], counts["hand_overs"], counts["events_without_group"]) == (3, 1, 0)
    assert counts["departments"] == {
        "Desk": {"held": 1, "held_first": 1, "handed_on": 1},
        "Net": {"held": 1, "held_first": 0, "handed_on": 0},
    }


def test_options_that_do_not_go_together_are_usage_errors(tmp_path):
    base = ["import-tickets", LOGS / "servicenow_events.csv", "-o", tmp_path / "org", *SERVICENOW]
    for extra in (["--cases-key", "x"], ["--due", "x"], ["--done", "x"]):
        assert run(*base, *extra).exit_code == 2
    assert not (tmp_path / "org").exists()


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    options = shlex.split("--case numbr --group assignmentgroup --time sys_updated_at")
    found = run("import-tickets", LOGS / "servicenow_events.csv", "-o", tmp_path / "org", *options)
    assert found.exit_code == 3
    assert "Did you mean 'number'?" in found.stderr
    assert "Did you mean 'assignment_group'?" in found.stderr


def test_a_state_that_never_occurs_is_refused_with_those_that_do(tmp_path):
    options = ["Solved" if word == "Resolved" else word for word in SERVICENOW]
    found = run(
        "import-tickets", LOGS / "servicenow_events.csv", "-o", tmp_path / "org", *options, "--date-format", "DMY"
    )
    assert found.exit_code == 3
    assert "'Resolved' (4)" in found.stderr


def test_an_organisation_that_is_there_is_not_written_over(tmp_path):
    options = FAMILIES["process_log"]
    imported(LOGS / "process_log.csv", options, tmp_path / "org")
    again = run("import-tickets", LOGS / "znuny_history.csv", "-o", tmp_path / "org", *ZNUNY)
    assert again.exit_code == 5
    assert "--force" in again.stderr
    forced = run("import-tickets", LOGS / "znuny_history.csv", "-o", tmp_path / "org", *ZNUNY, "--force")
    assert forced.exit_code == 0


def test_names_of_people_become_numbers(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(
        "case,Assignee,time,customer\n1,Luis Gil,2026-01-01,ana@example.org\n1,Ana Roca,2026-01-02,ana@example.org\n",
        "utf-8",
    )
    options = shlex.split("--case case --group Assignee --time time --customer customer")
    counts = imported(log, options, tmp_path / "org")
    assert list(counts["departments"]) == ["Person 1", "Person 2"]
    written = b"".join(path.read_bytes() for path in (tmp_path / "org").iterdir())
    assert not any(name in written for name in (b"Luis", b"Ana", b"example"))


def test_input_errors_come_as_an_exception_with_problems():
    from cxgraph.intake.exports.open import open_sheet
    from cxgraph.intake.tickets.importing import import_tickets
    from cxgraph.intake.tickets.mapping import TicketMapping
    from cxgraph.tables.raw import ProblemLog
    from cxgraph.wording import Translator

    problems = ProblemLog()
    sheet = open_sheet(LOGS / "servicenow_events.csv", problems)
    with pytest.raises(InputError) as caught:
        import_tickets(sheet, TicketMapping("number", "nobody", "sys_updated_at"), Translator("en"), problems)
    assert [problem.code for problem in caught.value.problems] == ["no-such-column"]


def test_people_in_two_columns_stay_two_people(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(
        "case,Assignee,time,Reporter,made_sla\n1,Luis,2026-01-01,Eva,true\n1,Ana,2026-01-02,Eva,true\n", "utf-8"
    )
    options = shlex.split("--case case --group Assignee --time time --customer Reporter --kept made_sla")
    imported(log, options, tmp_path / "org")
    assert [row[:2] for row in services(tmp_path / "org")] == [["Person 1", "Person 2"], ["Person 2", "Customer 1"]]


def test_every_row_is_accounted_for_and_cases_without_promise_are_unknown(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("case,group,time\n1,A,2026-01-01\n1,B,2026-01-02\n2,A,2026-01-02\n,A,2026-01-02\n3,A,\n", "utf-8")
    found = run("import-tickets", log, "-o", tmp_path / "org", *shlex.split("--case case --group group --time time"))
    assert found.exit_code == 0, found.stderr
    assert "rows 5 = events 3 + set aside 2" in found.stdout
    assert "Rows without a case, set aside: 1." in found.stderr
    assert "Rows without a time, set aside: 1." in found.stderr
    assert "--customer" in found.stdout
    counts = json.loads((tmp_path / "org" / "import.json").read_text("utf-8"))
    assert [counts[name] for name in ("cases", "kept", "missed", "unknown", "cases_without_customer")] == [
        2,
        0,
        0,
        2,
        2,
    ]


def test_customers_without_a_column_are_one(tmp_path):
    options = shlex.split("--case number --group assignment_group --time sys_updated_at --state incident_state")
    options += shlex.split("--resolved Resolved --kept made_sla --date-format DMY")
    counts = imported(LOGS / "servicenow_events.csv", options, tmp_path / "org")
    assert [counts[name] for name in ("kept", "missed", "unknown", "cases_without_customer")] == [2, 1, 1, 4]
    customer = [row for row in services(tmp_path / "org") if row[1] == "Customers"]
    assert customer == [["Service Desk", "Customers", "Case done as promised", "1", "0.666667", "3"]]


def test_a_log_in_which_nothing_is_handed_over_and_nothing_promised_writes_nothing(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("case,group,time\n1,A,2026-01-01\n1,A,2026-01-02\n", "utf-8")
    found = run("import-tickets", log, "-o", tmp_path / "org", *shlex.split("--case case --group group --time time"))
    assert found.exit_code == 3
    assert "nothing to write" in found.stderr
    assert not (tmp_path / "org").exists()


def test_a_column_whose_header_stands_twice_is_proposed_by_its_number(tmp_path):
    with (LOGS / "servicenow_events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    twice = tmp_path / "twice.csv"
    with twice.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([row[0], *row[1:], row[2]] for row in rows)
    words = shlex.split(run("import-tickets", twice).stdout.splitlines()[-1])
    assert words[words.index("--group") + 1] == "3"
    assert words[words.index("--time") + 1] == "sys_updated_at"


def test_a_field_that_never_changes_is_refused_with_those_that_do(tmp_path):
    log = tmp_path / "log.csv"
    changes = ["alpha"] * 4 + ["beta"]
    lines = [f"1,{field},a,b,2026-11-02 09:0{minute}" for minute, field in enumerate(changes)]
    log.write_text("\n".join(["case,field,old,new,time", *lines]), "utf-8")
    options = ["--case", "case", "--changes", "field", "old", "new", "--group", "gamma", "--time", "time"]
    found = run("import-tickets", log, "-o", tmp_path / "org", *options)
    assert found.exit_code == 3
    assert "'gamma', which never changes" in found.stderr
    assert "'alpha' (4), 'beta' (1)" in " ".join(found.stderr.split())


def test_servicenow_in_spanish_as_a_spreadsheet_saves_it_again(tmp_path):
    log = tmp_path / "historial.csv"
    log.write_bytes(
        "Número;Estado;Grupo de asignación;Actualizado;Cumple SLA;Ubicación;Categoría;Asignado a\r\n"
        "INC1;Nuevo;(vacío);13/03/2026 9:00:00;verdadero;Vigo;Acceso;Ana Gil\r\n"
        "INC1;En curso;Mesa;13/03/2026 9:05:00;verdadero;Vigo;Acceso;Ana Gil\r\n"
        "INC1;En curso;Redes;13/03/2026 9:30:00;verdadero;Vigo;Acceso;Luis Roca\r\n"
        "INC1;Resuelto;Redes;13/03/2026 11:00:00;verdadero;Vigo;Acceso;Luis Roca\r\n".encode("cp1252")
    )
    proposed = run("import-tickets", log)
    assert "ServiceNow" in proposed.stdout
    line = shlex.split(proposed.stdout.splitlines()[-1])[1:]
    line[line.index("-o") + 1] = str(tmp_path / "org")
    found = run(*line)
    assert found.exit_code == 0, found.stderr
    assert [row[:2] + row[4:] for row in services(tmp_path / "org")] == [
        ["Mesa", "Vigo", "1", "1"],
        ["Redes", "Mesa", "1", "1"],
    ]
    assert json.loads((tmp_path / "org" / "import.json").read_text("utf-8"))["events_without_group"] == 1


def test_a_changelog_with_plain_headers_is_told_by_the_list_beside_it(tmp_path):
    """Jira's own names of its fields are ``fromString`` and ``toString``; the list names the request type."""
    log, cases = tmp_path / "changelog.csv", tmp_path / "issues.csv"
    log.write_text(
        "Key,Date,Author,Field,fromString,toString\n"
        "OPS-1,2026-03-10 09:00,Ana,Team,,Desk\n"
        "OPS-1,2026-03-10 10:00,Ana,Team,Desk,Net\n"
        "OPS-1,2026-03-10 11:00,Ana,status,Open,Done\n",
        "utf-8",
    )
    cases.write_text("Issue key,Issue Type,Location,Met SLA\nOPS-1,Access,Vigo,Breached\n", "utf-8")
    proposed = run("import-tickets", log, "--cases", cases)
    line = shlex.split(proposed.stdout.splitlines()[-1])[1:]
    line[line.index("-o") + 1] = str(tmp_path / "org")
    found = run(*line)
    assert found.exit_code == 0, found.stderr
    assert [row[:3] + row[4:5] for row in services(tmp_path / "org")] == [
        ["Desk", "Vigo", "Access", "0"],
        ["Net", "Desk", "Assigned work finished without passing on", "1"],
    ]
