"""What fewer people than the organisation asks for answered leaves the program by no command, in no format."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import _COMMANDS, group
from cxgraph.drawing.draw import FIGURES
from cxgraph.privacy.microaggregation import suppress_small_groups

DEPARTMENTS = """id,name,kind,headcount,parent
IT,IT,internal,20,
HR,HR,internal,12,
Legal,Legal,internal,3,HR
Sales,Sales,internal,30,
Shop,Shop,internal,30,Sales
Support,Support,internal,9,Sales
Buyers,Buyers,external_customer,,
Firms,Firms,external_customer,,
"""
SECRET = {
    ("HR", "Sales"): (4.217653, 9.135791),
    ("Legal", "Sales"): (6.876543, 8.864213),
    ("IT", "Legal"): (3.456789, 9.654321),
}
"""Fulfilment and expectation of the services that 2, 2 and 1 people answered for."""
SWAPS = {
    ("HR", "Sales"): ("Legal", "Sales"),
    ("Legal", "Sales"): ("HR", "Sales"),
    ("IT", "Legal"): ("IT", "Support"),
    ("IT", "Support"): ("IT", "Legal"),
}
"""Services of one group each: exchanging their scores leaves every average as it was."""
PEOPLE = {("HR", "Sales"): 2, ("Legal", "Sales"): 2, ("IT", "Legal"): 1, ("IT", "Support"): 6}
OPEN = [
    ("IT", "Sales"),
    ("IT", "Shop"),
    ("HR", "Shop"),
    ("Sales", "IT"),
    ("Shop", "IT"),
    ("Sales", "Buyers"),
    ("Shop", "Buyers"),
    ("Support", "Buyers"),
    ("Sales", "Firms"),
    ("Shop", "Firms"),
]
CODE = "zq7person"
"""What every respondent's code begins with."""


def scores(swapped):
    """Return fulfilment and expectation of every service: the same for all who answer for a hidden one."""
    random = np.random.default_rng(11)
    found = {pair: (round(float(random.uniform(4, 8)), 2), 9.0) for pair in OPEN}
    found |= SECRET | {("IT", "Support"): (5.678912, 9.345678)}
    return {pair: found[SWAPS.get(pair, pair)] if swapped else found[pair] for pair in found}


def write_rows(path, header, rows):
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def write_answers(folder, swapped):
    """Single answers with respondents, cases, dates, and self-assessments."""
    rows, at = [], 0
    for pair, (fulfilment, expectation) in scores(swapped).items():
        for person in range(PEOPLE.get(pair, 9)):
            at += 1
            name = f"{CODE}{pair[1]}{person + 10 * (pair[0] == 'Legal')}"
            shift = 0.0 if pair in SWAPS else round(0.3 * ((person % 3) - 1), 1)
            rows.append(
                (
                    *pair,
                    "help",
                    name,
                    f"{fulfilment + shift:.6f}",
                    f"{expectation:.6f}",
                    "client_survey",
                    f"2025-03-{1 + at % 27:02d}",
                    f"case{person}",
                )
            )
    for supplier in ("IT", "HR"):
        rows += [
            (
                supplier,
                "Sales",
                "help",
                f"{CODE}{supplier}self{person}",
                "8.500000",
                "",
                "self_assessment",
                "2025-03-02",
                "",
            )
            for person in range(6)
        ]
    write_rows(
        folder / "responses.csv",
        ("supplier", "client", "service", "respondent", "fulfilment", "expectation", "source", "date", "case"),
        rows,
    )


def write_periods(folder, swapped):
    """Numbers of answers and their spread in four periods."""
    rows = []
    for quarter in range(1, 5):
        for pair, (fulfilment, expectation) in scores(swapped).items():
            moved = fulfilment + 0.01 * (4 - quarter)
            rows.append(
                (*pair, "help", f"{expectation:.6f}", f"{moved:.6f}", PEOPLE.get(pair, 9), 1.2345, f"2025-Q{quarter}")
            )
    write_rows(
        folder / "services.csv",
        ("supplier", "client", "service", "expectation", "fulfilment", "responses", "fulfilment_sd", "period"),
        rows,
    )


def write_both(folder, swapped):
    """A table of services beside answers that contradict it, so that the warnings quote both."""
    write_answers(folder, swapped)
    write_rows(
        folder / "services.csv",
        ("supplier", "client", "service", "expectation", "fulfilment"),
        [
            (*pair, "help", f"{expectation:.6f}", f"{fulfilment - 0.25:.6f}" if pair in SWAPS else f"{fulfilment:.6f}")
            for pair, (fulfilment, expectation) in scores(swapped).items()
        ],
    )


KINDS = {"answers": write_answers, "periods": write_periods, "both": write_both}


def write_firm(folder, kind, *, swapped=False, language="en"):
    folder.mkdir(parents=True)
    (folder / "departments.csv").write_text(DEPARTMENTS)
    (folder / "org.toml").write_text(f'name = "Firm"\nlanguage = "{language}"\nmin_respondents = 5\n')
    write_rows(
        folder / "practices.csv",
        ("department", "practice", "score"),
        [("IT", "leaders_with_customers", 6), ("HR", "leaders_with_customers", 4)],
    )
    write_rows(
        folder / "actions.csv",
        ("id", "title", "supplier", "client", "service", "cost", "expected_fulfilment", "opened"),
        [
            ("A1", "Mend", "HR", "Sales", "help", 100, 8, "2025-01-02"),
            ("A2", "Mend", "IT", "Sales", "help", 100, 8, "2025-01-02"),
        ],
    )
    KINDS[kind](folder, swapped)
    return folder


def forms(name, *formats, between=(), more=()):
    return [(name, "ORG", *between, *more, "--format", form) for form in ("text", "json", "csv", *formats)]


RUNS = {
    "init": [],  # these read no organisation
    "columns": [],
    "guide": [],
    "import-survey": [],
    "import-tickets": [],
    "ask": [("ask", "ORG", "--format", form, "-o", f"OUT/ask_{form}") for form in ("xlsx", "html", "xlsform")],
    "plan": [*forms("plan"), ("plan", "ORG", "--frontier")],
    "whatif": [*forms("whatif", more=("--department", "IT.transmission=0.3", "--draws", "20"))],
    "compare": [(*line, "--draws", "20") for line in forms("compare", between=("ORG",))],
    "trend": forms("trend"),
    "export": [("export", "ORG", "-o", f"OUT/graph.{form}") for form in ("graphml", "gexf", "json")],
    "check": [("check", "ORG", "--all")],
    "bottlenecks": forms("bottlenecks"),
    "trace": [*forms("trace"), ("trace", "ORG", "--source", "IT", "--top", "99")],
    "loops": forms("loops"),
    "calibrate": [*forms("calibrate"), ("calibrate", "ORG", "--method", "wave", "--format", "json")],
    "audit": forms("audit", "jsonl", "sarif", "junit"),
    "view": [("view", "ORG", "-o", "OUT/view.html")],
    "draw": [
        *[("draw", "ORG", "--figure", name, "-o", f"OUT/{name}.svg") for name in FIGURES],
        ("draw", "ORG", "-o", "OUT/tower.png"),
        ("draw", "ORG", "-o", "OUT/tower.pdf"),
        ("draw", "ORG", "--by-division", "-o", "OUT/divisions.svg"),
        ("draw", "ORG", "--focus", "Sales", "-o", "OUT/focus.svg"),
    ],
    "report": [("report", "ORG", "-o", "OUT/report", "--cards", "--slides")],
    "verify": [("verify", "OUT/report", "--org", "ORG")],
}
"""What every command is asked; a command that is not here fails a test."""


ONE_PERIOD = ("period in which customers were asked", "periodo en el que se pregunt")
"""How what needs several periods refuses, in either language."""


def invoke(words):
    return CliRunner().invoke(group, words, env={"LANG": "C", "LC_ALL": "", "NO_COLOR": "1"})


def spread_out(name, content):
    """Return a file as the texts that are in it: those of a workbook, one for each of its parts."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {f"{name}/{part}": archive.read(part).decode("utf-8", "replace") for part in archive.namelist()}
    return {name: content.decode("utf-8", "replace")}


def everything(folder, out, *, commands=None):
    """Run all commands; return everything that they wrote and printed, by where it stands."""
    found = {}
    for name in commands or RUNS:
        for words in RUNS[name]:
            line = [word.replace("ORG", str(folder)).replace("OUT", str(out)) for word in words]
            done = invoke(line)
            # What needs several periods refuses where there are none: in words that are compared too.
            refused = done.exit_code == 2 and any(words in done.output for words in ONE_PERIOD)
            assert done.exit_code == 0 or refused, (line, done.output, done.exception)
            found[" ".join(words)] = done.stdout + done.stderr
    for path in sorted(out.rglob("*")):
        if path.is_file():
            found.update(spread_out(str(path.relative_to(out)), path.read_bytes()))
    return found


@pytest.fixture(scope="module", params=sorted(KINDS))
def pair(request, tmp_path_factory):
    """Everything that is told of two organisations that differ in nothing but whose hidden score is whose."""
    base = tmp_path_factory.mktemp(request.param)
    made = {}
    for swapped in (False, True):
        place = base / str(swapped)
        folder = write_firm(place / "firm", request.param, swapped=swapped)
        made[swapped] = (folder, everything(folder, place / "out"))
    return made


def test_every_command_is_put_to_the_test():
    assert set(RUNS) == set(_COMMANDS)


@pytest.mark.parametrize("name", sorted(RUNS))
def test_every_format_and_figure_is_put_to_the_test(name):
    command = group.get_command(click.Context(group), name)
    chosen = [option for option in command.params if option.name in ("form", "figure")]
    none = {
        "report",
        "view",
        "verify",
        "check",
        "init",
        "columns",
        "guide",
        "import-survey",
        "import-tickets",
        "ask",
        "export",
    }
    assert chosen or name in none, "neither a format nor a figure to choose"
    for option in chosen:
        asked = {word for words in RUNS[name] for word in words}
        endings = {Path(word).suffix.lstrip(".") for word in asked}
        assert set(option.type.choices) <= asked | endings, option.name


def without_hashes(text):
    """Blank the SHA-256 of the inputs, and where they stand: the two organisations are not one file."""
    text = re.sub(r"/\S*?/(True|False)/", "", text)
    return re.sub(r"\b[0-9a-f]{64}\b", "sha", text)


def test_nothing_tells_whose_hidden_score_is_whose(pair):
    (_, one), (_, other) = pair[False], pair[True]
    assert one.keys() == other.keys()
    differing = [name for name in one if without_hashes(one[name]) != without_hashes(other[name])]
    assert not differing


def spellings(value, digits):
    """Return how a number that nobody may know could be written: raw, rounded, in per cent, with a comma."""
    raw = {f"{value:.6f}"[:8], f"{value:.5f}", f"{value:.4f}", f"{100 * value:.4f}"}
    percent = {f"{100 * value:.{digits}f}{blank}%" for blank in ("\xa0", " ")}
    return {text for one in raw | percent for text in (one, one.replace(".", ","))}


def test_no_spelling_of_a_hidden_number_is_anywhere(pair):
    folder, told = pair[False]
    table = cxgraph.analyze(cxgraph.read(folder)).services()
    hidden = table[[(a, b) in SECRET for a, b in zip(table["supplier"], table["client"], strict=True)]]
    numbers = {number for scores in SECRET.values() for number in scores}
    for shortfall in map(float, hidden["shortfall"]):
        numbers |= {shortfall, 1.0 - shortfall}
    assert len(numbers) == 12
    # Smaller ones are too many to be told apart when they are rounded; to their last digits they are.
    exact = {float(value) for name in ("own", "contribution", "share", "reach") for value in hidden[name]} - {0.0}
    digits = {f"{value:.9f}" for value in exact} | {repr(value)[:10] for value in exact if len(repr(value)) > 9}
    for name, text in told.items():
        # A report holds hundreds of percentages of one digit, and some other one is always equal.
        places = 1 if name.split()[0] in RUNS else 2
        wanted = digits | {text for number in numbers for text in spellings(number, places)}
        pictures = name.endswith((".svg", ".png", ".pdf")) or "<svg" in text or "vis-network" in text
        # Among the thousands of coordinates of a picture four digits occur by chance.
        # A rounded number is one only where no more digits follow.
        sought = [
            re.escape(text) + r"(?!\d)" * (len(text) < 8)
            for text in wanted
            if not pictures or len(text.strip("0.,")) > 5
        ]
        found = re.search(rf"(?<![\d.,])({'|'.join(sought)})", text)
        assert found is None, (name, found)


def test_the_numbers_are_there_where_nobody_hides_them(tmp_path):
    """The tests above would see a hidden number: without a least group they all are in the outputs."""
    told = {}
    for swapped in (False, True):
        folder = write_firm(tmp_path / str(swapped), "answers", swapped=swapped)
        (folder / "org.toml").write_text('name = "Firm"\n')
        told[swapped] = everything(folder, tmp_path / f"out{swapped}", commands=("bottlenecks", "view", "report"))
    for name in ("view.html", "report/result.json", "report/services.csv"):
        assert "4.217653" in told[False][name]
        assert without_hashes(told[False][name]) != without_hashes(told[True][name])


def test_no_respondent_is_named_anywhere(pair):
    assert len(pair) == 2
    for _, told in pair.values():
        assert len(told) > 10
        assert not [name for name, text in told.items() if CODE in text.lower()]


def test_every_output_says_how_many_are_withheld_and_why(pair):
    folder, told = pair[False]
    found = suppress_small_groups(cxgraph.read(folder)).suppressed
    sentence = f"Suppressed: {found.services.sum()} services and {found.departments.sum()} departments, because fewer "
    told = {name: " ".join(text.replace("\\", "").split()) for name, text in told.items()}
    figureless = ("verify", "ask")  # what they print tells of no score
    silent = [name for name in told if name.split()[0] in {*RUNS} - {*figureless} and sentence not in told[name]]
    silent = [name for name in silent if ONE_PERIOD[0] not in told[name]]
    assert not silent
    for name in ("view.html", "report/report.html", "report/report.md"):
        assert sentence in told[name]
    for name in ("bottlenecks", "trace", "loops", "calibrate"):
        loaded = json.loads(invoke([name, str(folder), "--format", "json"]).stdout)["withheld"]
        assert (loaded["services"], loaded["departments"]) == (found.services.sum(), found.departments.sum())
    assert json.loads(told["report/result.json"])["withheld"]["departments"] == found.departments.sum()


def test_it_is_said_in_spanish_too(tmp_path):
    folder = write_firm(tmp_path / "firma", "answers", language="es")
    told = everything(folder, tmp_path / "out", commands=[name for name in RUNS if name not in ("verify", "ask")])
    spoken = {name: text for name, text in told.items() if name.split()[0] in RUNS}
    assert len(spoken) > 3
    for name, text in spoken.items():
        if ONE_PERIOD[1] in text:
            continue  # refused before anything is shown
        assert "Suprimidos: " in text, name
        assert "Suppressed" not in text, name


def test_a_department_that_is_withheld_is_not_asked_after(tmp_path):
    folder = write_firm(tmp_path / "firm", "answers")
    for words in (
        ("trace", folder, "--source", "Legal"),
        ("draw", folder, "--figure", "pour", "--focus", "Legal", "-o", tmp_path / "pour.svg"),
    ):
        found = invoke([str(word) for word in words])
        assert found.exit_code == 2
        assert "'Legal' answers for is suppressed" in found.stderr


@pytest.mark.parametrize("people", ["2", ""])
def test_without_enough_people_behind_the_customers_nothing_is_told(tmp_path, people):
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "org.toml").write_text("min_respondents = 5\n")
    (folder / "services.csv").write_text(
        "supplier,client,expectation,fulfilment,responses\n"
        f"IT,Sales,10,5.4321,30\nSales,Buyers,10,6.5432,{people}\nIT,Buyers,10,7.6543,{people}\n"
    )
    for name in ("bottlenecks", "trace", "loops", "view", "draw", "report"):
        found = invoke([name, str(folder)])
        assert found.exit_code == 3, name
        assert "Fewer than 5 people answered for the customers as a whole" in found.stderr
        assert "5432" not in found.output
    assert not Path("outputs/firm").exists()


def test_a_notebook_shows_no_more_than_a_file(tmp_path):
    one, other = (
        cxgraph.analyze(cxgraph.read(write_firm(tmp_path / str(swapped), "answers", swapped=swapped)))
        for swapped in (False, True)
    )
    for show in (repr, lambda found: found._repr_html_(), lambda found: cxgraph.view(found).html):
        assert show(one) == show(other)
    assert "Suppressed:" in one._repr_html_()


def test_no_remark_on_the_tables_names_a_respondent(tmp_path):
    folder = write_firm(tmp_path / "firm", "answers")
    text = (folder / "responses.csv").read_text()
    lines = text.splitlines()
    odd = [f"={CODE}1", f"{CODE}2 ", f" {CODE}2", f"{CODE}\u200b3", f"{CODE}\u00ad4", CODE + "5" * 1200]
    for at, name in enumerate(odd, 1):
        cells = lines[at].split(",")
        lines[at] = ",".join([*cells[:3], name, *cells[4:]])
    for left_out in ((), (6,)):
        (folder / "responses.csv").write_text("\n".join(line for at, line in enumerate(lines) if at not in left_out))
        found = invoke(["check", str(folder), "--all"])
        assert found.exit_code == (0 if left_out else 3)
        assert "responses.csv" in found.output
        assert CODE not in found.output
