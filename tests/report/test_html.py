"""The page: valid, quiet, readable by everybody, printable, and sortable by mouse and keyboard."""

import base64
import hashlib
import re

import html5lib
import pytest

from cxgraph.report.blocks import Column, Document, Grid, Heading, Listing, Paragraph, Picture, Section
from cxgraph.report.html import SHOWN, render_html
from cxgraph.wording import Speaker

HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"


def hostile_document():
    grid = Grid(HOSTILE, HOSTILE, (Column(HOSTILE, "text", (HOSTILE, "b")), Column("n", "percent", (0.5, None))))
    blocks = (Paragraph(HOSTILE), Heading(HOSTILE), Listing((HOSTILE,)), Picture("p", "<svg/>", HOSTILE), grid)
    return Document("en", HOSTILE, HOSTILE, (Section("finding", HOSTILE, blocks),))


@pytest.fixture(params=["en", "es"])
def page(request, make_files):
    return make_files("hotel", request.param)["report.html"].decode()


def test_the_page_parses_without_a_fault(page):
    html5lib.HTMLParser(strict=True).parse(page)


def test_hostile_texts_stay_texts():
    page = render_html(hostile_document(), Speaker("en"))
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
    grid = Grid("Long", "long", (Column("n", "count", tuple(range(SHOWN + 5))),))
    page = render_html(Document("en", "t", "s", (Section("a", "A", (grid,)),)), Speaker("en"))
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
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_tables_sort_by_value_with_mouse_and_keyboard(shown):
    page = shown()
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
def test_it_prints_on_a4_with_tables_inside_the_page(shown):
    page = shown()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})  # an A4 page between its margins, at 96 dots an inch
    wide = page.evaluate("""() => [...document.querySelectorAll(".wide:not(.broad) table")]
        .filter((table) => table.scrollWidth > document.body.clientWidth).map((table) => table.caption.textContent)""")
    assert wide == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
