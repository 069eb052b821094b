"""Survey exports as the tools write them give the services that were meant: each tool, each habit."""

import csv
import json
import random
import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import group

FILES = Path(__file__).parent / "files"
SUPPLIERS = ("Mantenimiento", "Sistemas", "Compras", "Cocina")
EXPECTED, RECEIVED = "¿Qué nivel espera de cada área? (1-5)", "¿Qué nivel recibe de cada área? (1-5)"
LABELS = [
    word
    for score, label in enumerate(("Muy bajo", "Bajo", "Medio", "Alto", "Muy alto"), 1)
    for word in ("--labels", f"{label}={score}")
]
TOOLS = {
    "google_forms.csv": [
        *("--client", "Su área / your department"),
        *("--expectation", f"{EXPECTED} [*]", "--fulfilment", f"{RECEIVED} [*]", "--date", "Marca temporal"),
    ],
    "ms_forms.xlsx": [
        *("--client", "Su área", "--expectation", "Mantenimiento:Cocina", "--fulfilment", "Mantenimiento2:Cocina2"),
        *LABELS,
    ],
    "qualtrics.csv": [
        *("--client", "Your department / su área", "--date", "End Date"),
        *("--expectation", "What level do you expect? From 1 to 5 - *"),
        *("--fulfilment", "What level do you get? From 1 to 5 - *"),
    ],
    "surveymonkey.csv": [
        *("--client", "Which is your department?", "--date", "End Date"),
        *("--expectation", f"{EXPECTED} *", "--fulfilment", f"{RECEIVED} *"),
    ],
    "limesurvey.csv": [
        *("--client", "AREA", "--expectation", "NIVEL[*][1]", "--fulfilment", "NIVEL[*][2]"),
        *(word for number, name in enumerate(SUPPLIERS, 1) for word in ("--names", f"SQ00{number}={name}")),
    ],
    "kobo.csv": [
        *("--client", "area", "--expectation", "espera/*", "--fulfilment", "recibe/*"),
        *(word for name in SUPPLIERS for word in ("--names", f"{name.lower()}={name}")),
    ],
}
RUNS = {
    "google_forms.csv": ("3:6", "7:10"),
    "qualtrics.csv": ("Q2_*", "Q3_*"),
    "surveymonkey.csv": (f"{EXPECTED} Mantenimiento:{EXPECTED} Cocina", f"{RECEIVED} Mantenimiento:{RECEIVED} Cocina"),
}


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


def imported(file, options, folder):
    found = run("import-survey", file, "-o", folder, "--scale", 1, 5, *options)
    assert found.exit_code == 0, found.stderr
    return found


def services(folder):
    table = cxgraph.read(folder).services
    names = ["supplier", "client", "service", "expectation", "fulfilment", "responses", "fulfilment_sd"]
    return sorted([*map(str, row[:3]), *(f"{float(cell):.6g}" for cell in row[3:])] for row in table[names].to_numpy())


def answers(folder):
    return list(csv.DictReader((folder / "responses.csv").read_text("utf-8").splitlines()))


def expected():
    with (FILES / "expected.csv").open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))[1:]
    return sorted([*row[:3], *(f"{float(cell or 'nan'):.6g}" for cell in row[3:])] for row in rows)


@pytest.mark.parametrize("file", sorted(TOOLS))
def test_every_tool_gives_the_services_that_were_meant(file, tmp_path):
    imported(FILES / file, TOOLS[file], tmp_path / "org")
    assert services(tmp_path / "org") == expected()


@pytest.mark.parametrize("file", sorted(TOOLS))
def test_the_proposed_line_reads_the_export(file, tmp_path):
    proposed = run("import-survey", FILES / file)
    assert proposed.exit_code == 0
    line = shlex.split(proposed.stdout.splitlines()[-1])[1:]
    line[line.index("-o") + 1] = str(tmp_path / "org")
    line += [
        word
        for name in ("limesurvey", "kobo")
        if name in file
        for word in TOOLS[file]
        if "=" in word or word == "--names"
    ]
    found = run(*line)
    assert found.exit_code == 0, found.stderr
    assert services(tmp_path / "org") == expected()


@pytest.mark.parametrize("file", sorted(RUNS))
def test_runs_of_columns_and_codes_do_as_well(file, tmp_path):
    options = list(TOOLS[file])
    options[options.index("--expectation") + 1], options[options.index("--fulfilment") + 1] = RUNS[file]
    if file != "google_forms.csv":
        prefix = f"{EXPECTED} " if file == "surveymonkey.csv" else ""
        names = {f"{prefix}{name}" if prefix else str(number): name for number, name in enumerate(SUPPLIERS, 1)}
        other = {f"{RECEIVED} {name}": name for name in SUPPLIERS} if prefix else {}
        options += [word for code, name in {**names, **other}.items() for word in ("--names", f"{code}={name}")]
    else:
        parts = {f"{question} [{name}]": name for question in (EXPECTED, RECEIVED) for name in SUPPLIERS}
        options += [word for code, name in parts.items() for word in ("--names", f"{code}={name}")]
    imported(FILES / file, options, tmp_path / "org")
    assert services(tmp_path / "org") == expected()


@pytest.mark.parametrize("file", [name for name in sorted(TOOLS) if name.endswith(".csv")])
def test_the_order_of_the_answers_changes_nothing(file, tmp_path):
    imported(FILES / file, TOOLS[file], tmp_path / "first")
    with (FILES / file).open(encoding="utf-8-sig", newline="") as stream:
        delimiter = ";" if file in ("limesurvey.csv", "kobo.csv") else ","
        rows = list(csv.reader(stream, delimiter=delimiter))
    head = {"qualtrics.csv": 3, "surveymonkey.csv": 2}.get(file, 1)
    body = rows[head:]
    random.Random(1).shuffle(body)
    with (tmp_path / file).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([*rows[:head], *body])
    imported(tmp_path / file, TOOLS[file], tmp_path / "second")
    first, second = ((tmp_path / name / "responses.csv").read_bytes() for name in ("first", "second"))
    assert first == second


def test_rows_that_are_no_answers_are_set_aside_by_name(tmp_path):
    found = imported(FILES / "qualtrics.csv", TOOLS["qualtrics.csv"], tmp_path / "org")
    assert "rows 8 = answered 6 + set aside 2" in found.stdout
    assert "preview or test of the survey: 1 (lines 12)" in found.stdout
    record = json.loads((tmp_path / "org" / "import.json").read_text("utf-8"))
    assert record["set_aside"] == {"preview or test of the survey": [12], "not finished": [19]}
    spanish = run(
        "import-survey", FILES / "limesurvey.csv", "-o", tmp_path / "es", "--lang", "es", *TOOLS["limesurvey.csv"]
    )
    assert "nunca enviadas: 1 (en las líneas: 8)" in spanish.stdout


def test_qualtrics_as_tab_separated_utf_16_with_numbers_for_its_words(tmp_path):
    rows = list(csv.reader((FILES / "qualtrics.csv").read_text("utf-8-sig").splitlines(keepends=True)))
    numbers = {"Survey Preview": "1", "IP Address": "0", "True": "1", "False": "0"}
    rows = rows[:3] + [[numbers.get(cell, cell) for cell in row] for row in rows[3:]]
    with (tmp_path / "qualtrics.tsv").open("w", encoding="utf-16", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows(rows)
    imported(tmp_path / "qualtrics.tsv", TOOLS["qualtrics.csv"], tmp_path / "org")
    assert services(tmp_path / "org") == expected()


def test_surveymonkey_in_spanish_with_the_day_first(tmp_path):
    text = (FILES / "surveymonkey.csv").read_text("utf-8-sig")
    for english, spanish in {
        "Respondent ID": "ID de encuestado", "Collector ID": "ID de recopilador", "Start Date": "Fecha de inicio",
        "End Date": "Fecha de finalización", "IP Address": "Dirección IP", "Response": "Respuesta",
    }.items():  # fmt: skip
        text = text.replace(english, spanish)
    text = re.sub(r"11/0(\d)/2026", r"2\1/11/2026", text)
    (tmp_path / "sm.csv").write_text(text, "utf-8")
    proposed = run("import-survey", tmp_path / "sm.csv")
    assert proposed.stdout.startswith("sm.csv is an export of SurveyMonkey.")
    options = ["Fecha de finalización" if word == "End Date" else word for word in TOOLS["surveymonkey.csv"]]
    imported(tmp_path / "sm.csv", options, tmp_path / "org")
    assert services(tmp_path / "org") == expected()
    assert {row["date"] for row in answers(tmp_path / "org")} == {"2026-11-22", "2026-11-23", "2026-11-24"}


def test_limesurvey_with_whole_questions_as_headers(tmp_path):
    text = (FILES / "limesurvey.csv").read_text("utf-8-sig")
    for number, name in enumerate(SUPPLIERS, 1):
        for code, word in ((1, "Espera"), (2, "Recibe")):
            text = text.replace(
                f'"NIVEL[SQ00{number}][{code}]"', f'"NIVEL[SQ00{number}][{code}]. ¿Qué nivel? [{name}][{word}]"'
            )
    text = text.replace('"AREA"', '"AREA. Su área"').replace('"submitdate"', '"submitdate. Fecha de envío"')
    for code, words in (("id", "ID de respuesta"), ("lastpage", "Última página"), ("startlanguage", "Idioma inicial")):
        text = text.replace(f'"{code}"', f'"{code}. {words}"', 1)
    (tmp_path / "lime.csv").write_text(text, "utf-8")
    proposed = run("import-survey", tmp_path / "lime.csv")
    line = shlex.split(proposed.stdout.splitlines()[-1])[1:]
    line[line.index("-o") + 1] = str(tmp_path / "org")
    assert run(*line).exit_code == 0, proposed.stdout
    assert services(tmp_path / "org") == expected()


def test_microsoft_forms_numbers_suppliers_that_end_on_a_number(tmp_path):
    book = openpyxl.load_workbook(FILES / "ms_forms.xlsx")
    sheet = book.active
    for cell in sheet[1]:
        cell.value = str(cell.value).replace("Sistemas", "Planta 1").replace("Compras", "Planta 2")
    sheet.tables.clear()
    book.save(tmp_path / "forms.xlsx")
    imported(tmp_path / "forms.xlsx", TOOLS["ms_forms.xlsx"], tmp_path / "org")
    named = [
        [part.replace("Planta 1", "Sistemas").replace("Planta 2", "Compras") for part in row]
        for row in services(tmp_path / "org")
    ]
    assert sorted(named) == expected()


PLAIN = """Área;IT - Espera;IT - Recibe;HR - Espera;HR - Recibe;Correo
Ventas;5;3,5;4;NS/NC;ana@example.org
Ventas;4;3;;;luis@example.org
Caja;5;2;4;4;eva@example.org
;5;2;4;4;
Caja;;;;;x
HR;3;3;5;5;y
"""


def test_a_form_of_no_known_tool_with_the_supplier_first(tmp_path):
    (tmp_path / "form.csv").write_bytes(PLAIN.encode("cp1252"))
    proposed = run("import-survey", tmp_path / "form.csv")
    line = proposed.stdout.splitlines()[-1]
    assert '--client Área --expectation "* - Espera" --fulfilment "* - Recibe"' in line.replace('"Área"', "Área")
    options = ["--client", "Área", "--expectation", "* - Espera", "--fulfilment", "* - Recibe"]
    found = imported(tmp_path / "form.csv", [*options, "--respondent", "Correo"], tmp_path / "org")
    assert "rows 6 = answered 4 + set aside 2" in found.stdout
    assert "1 of them is a self-assessment" in found.stdout
    assert "'NS/NC' (1)" in found.stderr
    assert [row[:5] for row in services(tmp_path / "org")] == [
        ["HR", "Caja", "service", "4", "4"],
        ["HR", "Ventas", "service", "4", "nan"],
        ["IT", "Caja", "service", "5", "2"],
        ["IT", "HR", "service", "3", "3"],
        ["IT", "Ventas", "service", "4.5", "3.25"],
    ]


def test_words_without_a_score_are_refused_with_the_options_that_give_it(tmp_path):
    options = [word for word in TOOLS["ms_forms.xlsx"] if word not in LABELS]
    found = run("import-survey", FILES / "ms_forms.xlsx", "-o", tmp_path / "org", *options)
    assert found.exit_code == 3
    assert "--labels 'Muy alto=5'" in found.stderr
    assert not (tmp_path / "org").exists()


def test_periods_come_from_dates_or_from_the_user(tmp_path):
    by = [*TOOLS["google_forms.csv"], "--by", "quarter"]
    imported(FILES / "google_forms.csv", by, tmp_path / "by")
    period = [*TOOLS["limesurvey.csv"], "--period", "2026T4"]
    imported(FILES / "limesurvey.csv", period, tmp_path / "period")
    for folder in ("by", "period"):
        assert {row["period"] for row in answers(tmp_path / folder)} == {"2026-Q4"}
    anonymous = run(
        "import-survey", FILES / "limesurvey.csv", "-o", tmp_path / "no", *TOOLS["limesurvey.csv"], "--by", "year"
    )
    assert anonymous.exit_code == 3
    assert "--period" in anonymous.stderr


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--client", "Correo", "--expectation", "* - Espera", "--fulfilment", "* - Recibe"], 3, "personal data"),
        (["--client", "Area", "--expectation", "* - Espera", "--fulfilment", "* - Recib"], 3, "no column"),
        (["--client", "Ära", "--expectation", "* - Espera", "--fulfilment", "* - Recibe"], 3, "Did you mean 'Área'"),
        (["--client", "Área", "--expectation", "* - *", "--fulfilment", "* - Recibe"], 3, "stars"),
        (["--client", "Área", "--expectation", "5:3", "--fulfilment", "* - Recibe"], 3, "left one first"),
        (["--client", "Área", "--expectation", "* - Recibe", "--fulfilment", "* - Recibe"], 3, "named by"),
        (["--client", "Área"], 2, "--expectation"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(options, code, told, tmp_path):
    (tmp_path / "form.csv").write_text(PLAIN, "utf-8")
    found = run("import-survey", tmp_path / "form.csv", "-o", tmp_path / "org", *options)
    assert found.exit_code == code
    assert told in found.stderr
    assert not (tmp_path / "org").exists()


def test_an_organisation_that_is_there_is_not_written_over(tmp_path):
    imported(FILES / "kobo.csv", TOOLS["kobo.csv"], tmp_path / "org")
    assert run("import-survey", FILES / "kobo.csv", "-o", tmp_path / "org", *TOOLS["kobo.csv"]).exit_code == 5
    assert imported(FILES / "kobo.csv", [*TOOLS["kobo.csv"], "--force"], tmp_path / "org").exit_code == 0


def test_a_form_that_nobody_answered_writes_nothing(tmp_path):
    (tmp_path / "form.csv").write_text("Area,want/it,get/it,want/hr,get/hr\nDesk,,,,\n", "utf-8")
    options = ["--client", "Area", "--expectation", "want/*", "--fulfilment", "get/*"]
    found = run("import-survey", tmp_path / "form.csv", "-o", tmp_path / "org", *options)
    assert found.exit_code == 3
    assert "No row holds an answer" in found.stderr
    assert not (tmp_path / "org").exists()


ASKED = [
    ("¿Qué espera de {}?", "¿Qué recibe de {}?"),
    ("What do you expect of {}?", "What do you get from {}?"),
    ("{}.Espera", "{}.Recibe"),
    ("Nivel[{}_exp]", "Nivel[{}_get]"),
]


@pytest.mark.parametrize(("expects", "gets"), ASKED)
@pytest.mark.parametrize("suppliers", [("Planta 1", "Planta 2", "Planta 3"), ("IT", "Recursos Humanos", "Compras")])
def test_suppliers_named_within_whole_questions_are_found(expects, gets, suppliers, tmp_path):
    """Every supplier's two questions stand side by side, as in forms that know no grid."""
    given = {"Ventas": [(5, 1), (4, 2), (3, 3)], "Caja": [(2, 5), (1, 4), (5, 5)]}
    head = ["Fecha", "Departamento", *(asked.format(name) for name in suppliers for asked in (expects, gets))]
    with (tmp_path / "form.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [["2026-03-10", client, *(score for pair in own for score in pair)] for client, own in given.items()]
        csv.writer(stream).writerows([head, *rows, rows[0]])
    line = shlex.split(run("import-survey", tmp_path / "form.csv").stdout.splitlines()[-1])[1:]
    line[line.index("-o") + 1] = str(tmp_path / "org")
    found = run(*line)
    assert found.exit_code == 0, found.stderr
    assert [row[:6] for row in services(tmp_path / "org")] == sorted(
        [name, client, "service", str(own[0]), str(own[1]), "2" if client == "Ventas" else "1"]
        for client, pairs in given.items()
        for name, own in zip(suppliers, pairs, strict=True)
    )
