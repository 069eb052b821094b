"""Pages of departments and slides: what they hold, whom they protect, and that they repeat to the byte."""

import io
import json
import re
import zipfile
from html import unescape

import html5lib
import pytest

import cxgraph
from cxgraph import Organization, analyze
from cxgraph.errors import ParameterError
from cxgraph.reporting.brief.content import build_brief
from cxgraph.reporting.cards import card_files
from cxgraph.reporting.context import Recipe, ReportContext
from cxgraph.reporting.files import report_files
from cxgraph.reporting.formats.fitting import column_widths, lines_size, table_height, table_size
from cxgraph.reporting.formats.slides import render_slides
from cxgraph.reporting.results import compute_results
from cxgraph.wording import Translator


def plain(page):
    return unescape(re.sub(r"<[^>]+>", " ", page.decode()))


def context_of(organization):
    return ReportContext(compute_results(analyze(organization)), Translator("en"), Recipe("c", "o", {}, "en"))


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_department_has_a_page_and_customers_have_none(make_teller, locale):
    context = make_teller("hotel", locale)
    files = card_files(context, ())
    table = context.analysis.organization.departments
    assert len(files) == int((table["kind"] != "external_customer").sum())
    for page in files.values():
        html5lib.HTMLParser(strict=True).parse(page.decode())
        assert b"script-src" not in page


def test_a_page_answers_the_first_question(make_teller):
    context = make_teller("hotel")
    files = card_files(context, ("front_desk",))
    assert list(files) == ["departments/front_desk.html"]
    text = plain(files["departments/front_desk.html"])
    row = context.analysis.departments().loc["front_desk"]
    for part in (
        "Your customers: Business guests, Concierge, Event organisers, Leisure guests, Maintenance.",
        "Answer to fault reports",
        f"{100 * row['share']:.1f}\xa0% originates with you ({100 * row['contribution']:.2f} points)",
        f"{100 * row['passed_on'] / row['through_flow']:.0f}\xa0% of these came down",
        "Begin with “Arrival and departure”",
        "A04",
        "Draft service agreement",
        "level to agree",
    ):
        assert part in text, part


def test_what_is_only_proposed_is_neither_open_nor_closed(make_teller):
    states = {}
    for page in card_files(make_teller("hotel"), ("maintenance", "front_desk")).values():
        text = plain(page)
        rows = text[text.index("Actions on your services, or yours") :]
        states |= dict(re.findall(r"\b(A\d\d)\s.*?\b(open|proposed|closed)\b", rows, re.DOTALL))
    assert {name: states[name] for name in ("A01", "A03", "A15", "A16", "A18")} == {
        "A01": "closed",
        "A03": "open",
        **dict.fromkeys(("A15", "A16", "A18"), "proposed"),
    }


def test_an_unknown_department_is_refused_with_a_guess(make_teller):
    with pytest.raises(ParameterError, match="did you mean 'front_desk'"):
        card_files(make_teller("hotel"), ("frontdesk",))


def test_ids_that_look_like_paths_become_names_of_files(surveyed):
    organization = surveyed({})
    services = organization.services.astype({"supplier": object, "client": object})
    renamed = {"IT": "../../etc/IT", "HR": ".. .. etc IT"}
    columns = ["supplier", "client", "service", "expectation", "fulfilment", "responses"]
    found = Organization.from_frames(services[columns].replace({"supplier": renamed, "client": renamed}))
    names = list(card_files(context_of(found), ()))
    assert len(set(names)) == len(names) > 3
    assert all(re.fullmatch(r"departments/[a-z0-9_]+\.html", name) for name in names)


def commented(surveyed, people, **options):
    organization = surveyed(people, **options)
    answers = organization.responses.copy()
    answers["comment"] = [
        f"said by {one} of {supplier}" for one, supplier in zip(answers["respondent"], answers["supplier"], strict=True)
    ]
    departments = organization.departments[["id", "kind"]].astype(object)
    columns = ["supplier", "client", "service", "expectation", "fulfilment", "responses", "fulfilment_sd"]
    services = organization.services[columns].astype({"supplier": object, "client": object, "service": object})
    return Organization.from_frames(services, departments, responses=answers, **options)


def test_comments_stand_on_the_page_of_whom_they_are_about(surveyed):
    files = card_files(context_of(commented(surveyed, {})), ("IT", "HR"))
    it, hr = plain(files["departments/it.html"]), plain(files["departments/hr.html"])
    assert "of IT” (help, " in it
    assert "of HR" not in it
    assert "of HR” (help, " in hr


def test_comments_of_small_groups_are_shown_nowhere(surveyed):
    small = {("IT", "Sales"): 2, ("IT", "Shop"): 2}
    organization = commented(surveyed, small, min_respondents=5)
    analysis = analyze(organization)
    files = report_files(analysis, Recipe("c", "o", {"cards": True}, "en"))
    everything = "\n".join(content.decode("utf-8", "replace") for content in files.values())
    hidden = [(supplier, client) for supplier, client in small]
    for supplier, client in hidden:
        for person in range(2):
            assert f"said by {client}{person} of {supplier}" not in everything


def deck(content):
    return pytest.importorskip("pptx").Presentation(io.BytesIO(content))


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("name", ["hotel", "worked_example"])
def test_slides_are_native_and_repeat_to_the_byte(make_teller, name, locale):
    pytest.importorskip("pptx")
    context = make_teller(name, locale)
    content = render_slides(context)
    assert content == render_slides(ReportContext(context.results, Translator(locale), context.recipe))
    slides = list(deck(content).slides)
    assert len(slides) == 7
    pictures = [shape for slide in slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 1  # the tower; all the rest is text, tables and charts that can be edited
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    causes = context.analysis.bottlenecks(5)
    assert list(charts[0].plots[0].series[0].values) == pytest.approx(causes["share"].tolist(), abs=1e-12)
    text = " ".join(shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame)
    assert context.analysis.organization.name in text
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


@pytest.mark.parametrize("locale", ["en", "es"])
def test_nothing_on_a_slide_reaches_past_its_foot(make_teller, locale):
    show = deck(render_slides(make_teller("clinica", locale)))
    tables = 0
    for slide in show.slides:
        # What a program makes of a table: rows as high as their text, whatever the file says.
        bottoms = [shape.top + shape.height for shape in slide.shapes]
        assert max(bottoms) <= show.slide_height
        for shape in slide.shapes:
            if not shape.has_table:
                continue
            tables += 1
            rows = [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows]
            widths = [column.width.inches for column in shape.table.columns]
            size = shape.table.cell(0, 0).text_frame.paragraphs[0].font.size.pt
            assert table_height(rows, widths, size) <= shape.height.inches + 1e-3
            notes = [other for other in slide.shapes if other.has_text_frame and other.top > shape.top]
            assert all(note.top >= shape.top + shape.height for note in notes)
    assert tables == 4


def test_what_a_table_shows_and_how_it_was_made_stand_below_it(make_teller):
    context = make_teller("clinica", "en")
    shapes = list(deck(render_slides(context)).slides)[-1].shapes
    (table,) = (shape for shape in shapes if shape.has_table)
    brief = build_brief(context)
    below = [shape for shape in shapes if shape.has_text_frame and shape.top >= table.top + table.height]
    assert [shape.text_frame.text for shape in below] == [
        f"{brief.actions.caption}. {brief.actions_note}\n{context.recipe.command}"
    ]
    assert below[0].top - table.top - table.height == pytest.approx(0.1 * 914_400, abs=1)


def test_type_shrinks_until_a_table_fits():
    rows = [["department", "what it lacks"], *([f"D{number}", "a long sentence " * 12] for number in range(8))]
    widths = column_widths(rows, 12.0, 14)
    assert widths.sum() == pytest.approx(12.0)
    assert widths[1] > widths[0] > 10 * 14 / 72 * 0.6  # "department" stays whole
    assert column_widths(rows, 1.0, 14).sum() == pytest.approx(1.0)
    assert column_widths([["a", "b"], ["c", "d"]], 12.0, 14).tolist() == pytest.approx([6, 6])
    assert table_size(rows, 12.0, 14, 30.0) == 14
    fitted = table_size(rows, 12.0, 14, 4.5)
    assert 7 < fitted < 14
    heights = [table_height(rows, column_widths(rows, 12.0, size), size) for size in (fitted, fitted + 1)]
    assert heights[0] <= 4.5 < heights[1]
    assert table_size(rows, 12.0, 14, 0.1) == 7
    assert lines_size(["word " * 40], 6.0, 18, 9.0) == 18
    assert lines_size(["word " * 400], 6.0, 18, 3.0) == 7


def test_what_is_asked_for_stands_in_the_recipe_and_is_verified(samples):
    analysis = analyze(cxgraph.read(samples / "worked_example"))
    options = {"department": ["IT"], "full": True}
    files = report_files(analysis, Recipe("cxgraph report worked_example", "worked_example", options, "en"))
    assert "departments/it.html" in files
    assert json.loads(files["result.json"])["recipe"]["options"] == options
    assert files["report.html"].count(b"<details open>") == files["report.html"].count(b"<details")
