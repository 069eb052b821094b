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
from cxgraph.reporting.cards import card_files
from cxgraph.reporting.context import Recipe, ReportContext
from cxgraph.reporting.files import report_files
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


def test_what_is_asked_for_stands_in_the_recipe_and_is_verified(samples):
    analysis = analyze(cxgraph.read(samples / "worked_example"))
    options = {"department": ["IT"], "full": True}
    files = report_files(analysis, Recipe("cxgraph report worked_example", "worked_example", options, "en"))
    assert "departments/it.html" in files
    assert json.loads(files["result.json"])["recipe"]["options"] == options
    assert files["report.html"].count(b"<details open>") == files["report.html"].count(b"<details")
