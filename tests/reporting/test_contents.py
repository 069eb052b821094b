"""What ``cxgraph check`` says of the report is what the report contains, whatever is left out of the tables."""

import re
from collections.abc import Mapping

import pandas as pd
import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import group
from cxgraph.cli.example import example_tables
from cxgraph.reporting.contents import ALWAYS, PARTS, contained_parts
from cxgraph.reporting.context import Recipe, ReportContext
from cxgraph.reporting.document import build_document
from cxgraph.reporting.formats.html import render_html
from cxgraph.reporting.results import compute_results
from cxgraph.wording import Translator

SAMPLES = (("hotel", "en"), ("clinica", "es"), ("it_service_desk", "en"), ("worked_example", "es"))
UNKNOWN = {"culture", "integrity"}
"""Sections that say that nothing is known of them where their part is missing."""

REDUCED: dict[str, tuple[Mapping[str, tuple[str, ...] | None], int, set[str]]] = {
    # columns to leave out (None: the whole table), periods to keep, and the parts that are then missing
    "no actions, comments or kinds": (
        {"actions": None, "responses": ("comment", "kind"), "services": ("kind",)},
        3,
        {"plan", "log", "comments", "kinds"},
    ),
    "no answers, numbers, agreements": (
        {"responses": None, "services": ("responses", "fulfilment_sd", "commitment")},
        2,
        {"answers", "comments", "intervals", "agreements", "periods"},
    ),
    "no practices, one period": ({"practices": None}, 1, {"practices", "leadership", "change", "periods"}),
    "no leadership, no cost": ({"actions": ("cost",)}, 3, {"leadership", "plan"}),
}


def parts_in(page: str) -> set[str]:
    """Return the keys of the parts that a report.html holds."""
    return set(re.findall(r'<h3 data-part="(\w+)"', page))


def sections_in(page: str) -> dict[str, str]:
    """Return the headings of the sections of a report.html by their anchors."""
    contents = page.split("<nav", 1)[1].split("</nav>", 1)[0]
    return dict(re.findall(r'<a href="#(\w+)">(.*?)</a>', contents))


def told(path: object, lang: str) -> tuple[list[str], list[str]]:
    """Return what ``check`` says that the report will contain, and what not."""
    done = CliRunner().invoke(group, ["check", str(path), "--lang", lang])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    return [line[4:] for line in lines if line[:4] == "  + "], [line[4:] for line in lines if line[:4] == "  - "]


@pytest.mark.parametrize(("name", "lang"), SAMPLES)
def test_check_and_the_reports_of_the_samples_agree(make_files, samples, name, lang):
    page = make_files(name, lang)["report.html"].decode()
    translate = Translator(lang)
    (always, *shown), missing = told(samples / name, lang)
    assert shown == [translate(part.title) for key, part in PARTS.items() if key in parts_in(page)]
    assert [line.split(": ")[0] for line in missing] == [
        translate(part.title) for key, part in PARTS.items() if key not in parts_in(page)
    ]
    sections = sections_in(page)
    assert set(sections) - UNKNOWN - {"decisions"} == set(ALWAYS)
    assert always.split(", ") == [translate(title) for title in ALWAYS.values()]
    assert ("decisions" in sections) == bool({"plan", "change"} & parts_in(page))


@pytest.mark.parametrize("case", REDUCED)
def test_check_and_the_report_agree_when_columns_are_missing(tmp_path, case):
    columns, periods, gone = REDUCED[case]
    tables = example_tables("en")
    for name, (header, rows) in tables.items():
        left_out = columns.get(name, ())
        if left_out is None:
            continue
        frame = pd.DataFrame(rows, columns=header).drop(columns=list(left_out))
        if name == "services":
            frame = frame[frame["period"].isin(["2026", "2025", "2024"][:periods])]
        if name == "practices" and "leadership" in gone:
            frame = frame[~frame["practice"].str.startswith("leadership")]
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    analysis = cxgraph.analyze(cxgraph.read(tmp_path))
    assert parts_in(page_of(analysis)) == set(PARTS) - gone
    assert told(tmp_path, "en")[0][1:] == [part.title for key, part in PARTS.items() if key not in gone]


def page_of(analysis: cxgraph.Analysis) -> str:
    """Return the report.html of an analysis, without pictures."""
    context = ReportContext(compute_results(analysis), Translator("en"), Recipe("cxgraph report", "x"))
    return render_html(build_document(context), context.translate)


def test_nothing_is_promised_that_small_groups_take_away(surveyed):
    firm = surveyed({("Sales", "Buyers"): 2, ("IT", "Shop"): 1}, min_respondents=4)
    analysis = cxgraph.analyze(firm)
    shown = analysis.suppressed().organization
    assert shown.suppressed is not None
    assert contained_parts(shown) == parts_in(page_of(analysis)) == {"intervals", "answers"}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_first_own_report_has_everything(tmp_path, lang):
    run = CliRunner().invoke
    assert run(group, ["init", str(tmp_path / "mine"), "--lang", lang]).exit_code == 0
    shown, missing = told(tmp_path / "mine", lang)
    assert not missing
    assert len(shown) == 1 + len(PARTS)


@pytest.mark.parametrize(("lang", "sheet"), [("en", "“services” (sheet)"), ("es", "«servicios» (hoja)")])
def test_of_a_workbook_check_names_sheets_and_no_files(tmp_path, samples, lang, sheet):
    book = tmp_path / "one.xlsx"
    with pd.ExcelWriter(book) as writer:
        for name in ("services", "departments"):
            pd.read_csv(samples / "worked_example" / f"{name}.csv").to_excel(writer, sheet_name=name, index=False)
    _, missing = told(book, lang)
    assert any(sheet in line for line in missing)
    assert not any(".csv" in line for line in missing)
