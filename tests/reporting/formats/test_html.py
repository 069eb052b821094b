"""The page: valid, quiet, readable by everybody, printable, and sortable by mouse and keyboard."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest

from cxgraph.reporting.blocks import Document, Grid, Heading, Listing, Paragraph, Picture, Section, TableColumn
from cxgraph.reporting.document import build_document
from cxgraph.reporting.formats.html import SHOWN, render_html
from cxgraph.wording import Translator

HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"


def hostile_document():
    grid = Grid(
        HOSTILE, HOSTILE, (TableColumn(HOSTILE, "text", (HOSTILE, "b")), TableColumn("n", "percent", (0.5, None)))
    )
    blocks = (Paragraph(HOSTILE), Heading(HOSTILE), Listing((HOSTILE,)), Picture("p", "<svg/>", HOSTILE), grid)
    return Document("en", HOSTILE, HOSTILE, (Section("finding", HOSTILE, blocks),))


@pytest.fixture(params=["en", "es"])
def page(request, make_files):
    return make_files("hotel", request.param)["report.html"].decode()


def test_the_page_parses_without_a_fault(page):
    html5lib.HTMLParser(strict=True).parse(page)


def test_hostile_texts_stay_texts():
    page = render_html(hostile_document(), Translator("en"))
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    assert "{{7*7}}" in page


def test_nothing_is_asked_of_anybody_and_only_our_script_may_run(page):
    assert not re.findall(r"""(?:src|href)="(?!#|data:image/svg)""", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert "default-src 'none'" in policy
    for tag, kind in (("script", "script-src"), ("style", "style-src")):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_every_section_is_in_the_contents(page):
    linked = re.findall(r'<a href="#([a-z]+)">', page)
    assert linked == re.findall(r'<section id="([a-z]+)">', page)
    assert linked[0] == "finding"
    assert linked[-1] == "provenance"


def test_long_tables_say_what_they_leave_out():
    grid = Grid("Long", "long", (TableColumn("n", "count", tuple(range(SHOWN + 5))),))
    page = render_html(Document("en", "t", "s", (Section("a", "A", (grid,)),)), Translator("en"))
    assert page.count('data-value="') == SHOWN
    assert f"The first {SHOWN} of {SHOWN + 5}; all of them are in report.xlsx, sheet “Long”." in page


@pytest.fixture
def shown(browser, make_files, tmp_path):
    """Open the hotel's page in a context with some options; refuse every request but the page itself."""
    file = tmp_path / "report.html"
    file.write_bytes(make_files("hotel")["report.html"])
    contexts = []

    def open_page(**options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("console", lambda message: page.faults.append(message.text))
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or page.faults.append(asked.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shown, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = shown(color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_tables_sort_by_value_with_mouse_and_keyboard(shown):
    page = shown()
    page.locator("#departments summary").click()
    heads = page.locator("#departments table").first.locator("th [role=button]")
    shares = page.locator("#departments table").first.locator("tbody tr td:nth-child(5)")

    def values():
        return [float(cell.get_attribute("data-value")) for cell in shares.all()]

    heads.nth(4).click()
    assert values() == sorted(values(), reverse=True)
    heads.nth(4).press("Enter")
    assert values() == sorted(values())
    heads.nth(0).press(" ")
    names = page.locator("#departments table").first.locator("tbody tr td:nth-child(1)").all_inner_texts()
    assert names == sorted(names)
    assert page.locator("#departments th[aria-sort]").count() == 1
    assert page.faults == []


@pytest.mark.browser
def test_everything_can_be_read_without_scripts(shown):
    page = shown(java_script_enabled=False)
    assert "Maintenance" in page.inner_text("#finding")
    assert page.locator("th button, th [role=button]").count() == 0
    assert page.locator("table").count() > 10


@pytest.mark.browser
def test_sections_are_closed_and_say_their_answer_until_a_link_opens_them(shown):
    page = shown()
    sections = page.locator("main > section > details")
    assert sections.count() > 10
    assert page.locator("details[open]").count() == 0
    answers = page.locator("summary .answer").all_inner_texts()
    assert len(answers) == sections.count()
    assert all(answer.strip() for answer in answers)
    page.locator('nav a[href="#services"]').click()
    # A browser tells of a followed link a moment after the click.
    page.wait_for_selector("#services details[open]")
    assert page.locator("details[open]").count() == 1
    assert page.faults == []


@pytest.mark.browser
def test_a_full_report_is_open_without_scripts(browser, make_teller):
    document = build_document(make_teller("worked_example"))
    page = browser.new_page(java_script_enabled=False)
    page.set_content(render_html(replace(document, full=True), Translator("en")))
    assert page.locator("details:not([open])").count() == 0
    page.close()


@pytest.mark.browser
def test_tables_are_filtered_and_saved_without_formulas(browser, tmp_path):
    names = ("=1+1", "+a", "@b", "-", 'Quote " here', *(f"row {number}" for number in range(6)))
    columns = (
        TableColumn("name", "text", names),
        TableColumn("part", "percent", tuple(number / 7 for number in range(len(names)))),
        TableColumn("gain", "points", tuple(number / 7 for number in range(len(names)))),
    )
    sections = (Section("first", "First", (Paragraph("x"),)), Section("b", "B", (Grid("G", "g", columns),), "Answer."))
    for locale, mark, decimal in (("en", ",", "."), ("es", ";", ",")):
        file = tmp_path / f"{locale}.html"
        file.write_text(render_html(Document(locale, "t", "s", sections, full=True), Translator(locale)), "utf-8")
        page = browser.new_page()
        page.goto(file.as_uri())
        page.locator("#b input[type=search]").fill("ROW 3")
        assert page.locator("#b tbody tr:visible").count() == 1
        page.locator("#b input[type=search]").fill("")
        assert page.locator("#b tbody tr:visible").count() == len(names)
        with page.expect_download() as download:
            page.locator("#b .tools button").click()
        lines = Path(download.value.path()).read_bytes().decode("utf-8-sig").split("\r\n")
        assert download.value.suggested_filename == "b.csv"
        cells = [line.strip('"').split(f'"{mark}"') for line in lines[1:-1]]
        assert [row[0] for row in cells[:5]] == ["'=1+1", "'+a", "'@b", "-", 'Quote "" here']
        for number, row in enumerate(cells):
            assert float(row[1].replace(decimal, ".")) == number / 7
            assert float(row[2].replace(decimal, ".")) == pytest.approx(100 * number / 7, rel=1e-15)
        page.close()


A4 = {"portrait": 687, "across": 1031}
"""Pixels between the margins of a page, at 96 dots an inch."""
WIDE = """([across, most]) => [...document.querySelectorAll(".wide table, figure img")]
    .filter((thing) => Boolean(thing.closest(".across")) === across && thing.scrollWidth > most)
    .map((thing) => [thing.caption?.textContent ?? thing.alt, thing.scrollWidth])"""


def overflowing(page):
    """Return what is cut at the right edge of a printed page, with every section open."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.emulate_media(media="print")
    found = []
    for name, most in A4.items():
        page.set_viewport_size({"width": most, "height": 1000})
        found += page.evaluate(WIDE, [name == "across", most])
    return found


@pytest.mark.browser
@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("name", ["hotel", "clinica", "worked_example"])
def test_it_prints_with_every_table_and_figure_inside_the_page(browser, make_files, name, locale):
    page = browser.new_page()
    page.set_content(make_files(name, locale)["report.html"].decode())
    assert overflowing(page) == []
    assert page.locator(".across").count() > 1
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("name", ["hotel", "clinica"])
def test_what_a_board_reads_stays_on_the_first_page(browser, make_files, name, locale):
    page = browser.new_page()
    page.set_content(make_files(name, locale)["report.html"].decode())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": min(A4.values()), "height": 1000})
    end = page.evaluate("""() => Math.max(...[...document.querySelectorAll("#finding li")].map((item) =>
        item.getBoundingClientRect().bottom + window.scrollY))""")
    assert end < (297 - 14 - 16) / 25.4 * 96  # the paper without its margins, in pixels
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("columns", [3, 9, 13])
def test_words_without_end_do_not_push_a_table_over_the_edge(browser, columns):
    texts = tuple(TableColumn("name", "text", ("x" * 300,)) for _ in range(3))
    grid = Grid("Long", "long", (*texts, *(TableColumn("n", "percent", (0.5,)) for _ in range(columns - 3))))
    page = browser.new_page()
    page.set_content(render_html(Document("en", "x" * 300, "s", (Section("a", "A", (grid,)),)), Translator("en")))
    assert overflowing(page) == []
    page.close()


@pytest.mark.browser
def test_paper_is_white_and_pages_are_numbered_whatever_the_screen(shown):
    page = shown(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    rule = page.evaluate("""[...document.styleSheets[0].cssRules]
        .find((rule) => rule.constructor.name === "CSSPageRule").cssText""")
    assert "counter(page)" in rule


def filled(columns, rows):
    return Grid(f"{columns} x {rows}", "c", tuple(TableColumn("h", "count", (*range(rows),)) for _ in range(columns)))


def across(*blocks):
    """Return the parts of a page that are printed across it, each as the tags in it."""
    page = render_html(Document("en", "t", "s", (Section("a", "A", blocks),)), Translator("en"))
    parts = page.split('<div class="across">')[1:]
    return [re.findall(r"<(h2|h3|p|figure|table)\b", part.split("\n</div>\n<")[0]) for part in parts]


def test_headings_and_words_go_with_the_broad_table_below_them():
    words, heading, broad = Paragraph("w"), Heading("h"), filled(13, 40)
    assert across(filled(12, 40)) == []
    assert across(words, broad) == [["p", "table"]]
    assert across(words, heading, words, broad) == [["h3", "p", "table"]]
    assert across(words, filled(2, 3), words, broad) == [["table"]]


def test_a_picture_goes_with_a_broad_table_that_would_not_fill_a_page():
    small = filled(2, 3)
    assert across(small, Picture("p", "<svg/>", "w"), filled(13, 5)) == [["figure", "table"]]
    assert across(small, Picture("p", "<svg/>", "w"), filled(13, 40)) == [["table"]]
    assert across(small, Picture("p", "<svg/>", "w", broad=True)) == [["figure"]]


def test_days_stay_on_one_line_and_only_endless_words_are_broken():
    cells = ("2026-01-31", "expectations-from-clients of us", "y" * 21, "")
    page = render_html(
        Document("en", "t", "s", (Section("a", "A", (Grid("g", "c", (TableColumn("h", "text", cells),)),)),)),
        Translator("en"),
    )
    assert re.findall(r'<td(?: class="(\w+)")?>', page) == ["day", "", "long", ""]
