"""The page: by keyboard, offline, with drafts; no violation in axe, nothing runs that a name holds, read back equal."""

import json

import pytest

from cxgraph.ask.questions import make_forms
from cxgraph.ask.web_form import web_form
from cxgraph.intake.forms.read import read_forms
from cxgraph.model.outline import Outline
from cxgraph.model.settings import Settings
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import Translator

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(browser, tmp_path):
    """Open a page offline; anything that it asks of anybody, and any error, fails the test."""
    opened = []

    def open_page(html, *, scheme="light", context=None):
        path = tmp_path / "form.html"
        path.write_text(html, "utf-8")
        if context is None:
            context = browser.new_context(
                offline=True, color_scheme=scheme, accept_downloads=True, viewport={"width": 390, "height": 800}
            )
            opened.append(context)
        page = context.new_page()
        page.troubles = []
        page.on(
            "request",
            lambda request: (
                request.url == path.as_uri() or request.url.startswith("blob:") or page.troubles.append(request.url)
            ),
        )
        page.on("console", lambda message: page.troubles.append(message.text))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("dialog", lambda dialog: page.troubles.append("dialog") or dialog.dismiss())
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("what", ["relations", "scores"])
def test_no_accessibility_violation_on_any_page(outline, visit, what, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(web_form(make_forms(outline, what)[1], Translator("es")), scheme=scheme)
    for _ in range(2 if what == "relations" else 3):
        found = Axe().run(page).response["violations"]
        assert [(entry["id"], [node["html"][:120] for node in entry["nodes"]]) for entry in found] == []
        if page.locator("#next").is_visible():
            page.click("#next")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "a phone would have to scroll sideways"
    assert page.troubles == []


def tab_to(page, selector):
    for _ in range(200):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_form_filled_in_by_keyboard_is_read_back_equal(outline, visit, tmp_path, ending):
    forms = make_forms(outline, "scores")
    form = next(form for form in forms if form.department.id == "Buyers")
    page = visit(web_form(form, Translator("en")))
    for step, value in (("expectation", 9), ("fulfilment", 4), ("importance", 5)):
        for item in form.items:
            tab_to(page, f"input[name={step}_{item.key}]")
            page.keyboard.press("Space")  # the first level
            first = 1 if step == "importance" else 0
            for _ in range(value - first):
                page.keyboard.press("ArrowRight")
        if step != "importance":
            tab_to(page, "#next")
            page.keyboard.press("Enter")
    tab_to(page, "textarea[name=comment]")
    page.keyboard.type('=HYPERLINK("x"), "quick";\nplease')
    tab_to(page, f"#save-{ending}")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    folder = tmp_path / "back"
    folder.mkdir()
    saved = folder / download.value.suggested_filename
    download.value.save_as(saved)
    assert page.troubles == []
    assert "0 questions" in page.inner_text("#said")
    assert saved.read_text("utf-8-sig").count("\n=") == 0, "a cell of a CSV file would be a formula"
    log = ProblemLog()
    found = read_forms([saved], "back", log, [])
    table = found.tables["responses"].columns
    names = ("supplier", "client", "service", "kind", "expectation", "fulfilment", "importance")
    assert sorted(zip(*(table[name].tolist() for name in names), strict=True)) == sorted(
        (item.supplier, item.client, item.service, item.kind, 9.0, 4.0, 5.0) for item in form.items
    )
    if "comment" in table:
        assert '=HYPERLINK("x"), "quick";\nplease' in table["comment"].tolist()
    people = found.tables["departments"].columns
    assert dict(zip(people["id"], people["name"], strict=True))["Buyers"] == "Buyers"


def test_a_draft_outlives_the_page_and_can_be_deleted(outline, visit):
    form = make_forms(outline, "scores")[0]
    html = web_form(form, Translator("en"))
    page = visit(html)
    name = f"expectation_{form.items[0].key}"
    page.locator(f"input[name={name}][value='7']").check(force=True)
    again = visit(html, context=page.context)
    assert again.locator(f"input[name={name}]:checked").get_attribute("value") == "7"
    assert "draft" in again.inner_text("#draft")
    again.click("#forget")
    assert again.locator(f"input[name={name}]:checked").count() == 0
    assert visit(html, context=page.context).locator(f"input[name={name}]:checked").count() == 0


def test_cannot_say_is_no_answer(outline, visit, tmp_path):
    form = make_forms(outline, "scores")[0]
    page = visit(web_form(form, Translator("en")))
    page.locator(f"input[name=expectation_{form.items[0].key}][value=unknown]").check(force=True)
    page.click("#next")
    page.click("#next")
    with page.expect_download() as download:
        page.click("#save-json")
    assert json.loads(download.value.path().read_text("utf-8"))["answers"] == []


def test_nothing_in_a_name_runs_and_every_name_is_shown(outline, visit):
    form = next(form for form in make_forms(outline, "relations") if form.department.id == "HR")
    page = visit(web_form(form, Translator("en")))
    assert page.troubles == []
    assert page.locator("main b, main img").count() == 0
    assert "</script><script>alert(1)</script>" in page.inner_text("main")
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_scale_of_many_levels_is_typed(outline, visit, tmp_path):
    wide = Outline(Settings(name="Shop", scale=(0, 100)), outline.places, outline.services)
    form = next(form for form in make_forms(wide, "scores") if form.department.id == "Buyers")
    page = visit(web_form(form, Translator("en")))
    page.fill(f"input[name=expectation_{form.items[0].key}]", "87.5")
    page.click("#next")
    page.click("#next")
    with page.expect_download() as download:
        page.click("#save-json")
    content = json.loads(download.value.path().read_text("utf-8"))
    assert content["scale"] == [0, 100]
    assert content["answers"][0]["expectation"] == "87.5"
