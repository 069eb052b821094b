"""What people do with the page, and what must never happen in it."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import cxgraph
from cxgraph.drawing.view.page import render_view

pytestmark = pytest.mark.browser
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "href",
    "</script>",
    "😀 team",
    "\u202eقسم المبيعات",
    "x" * 200,
    r"Caf$\bad$",
    "a\u2028b",
    "{{ 7 * 7 }} {name}",
    "'; alert(1); //",
    "<!-- x",
)


def hostile_organization():
    rows = [
        (HOSTILE[at], HOSTILE[(at + 1) % len(HOSTILE)], f"{HOSTILE[at]} service {at}", 9, 4 + at % 5)
        for at in range(len(HOSTILE) - 1)
    ]
    rows += [
        (HOSTILE[0], "Buyers <b>bold</b>", "parallel one", 9, 5),
        (HOSTILE[0], "Buyers <b>bold</b>", "two", 9, 6),
        (HOSTILE[-1], "Buyers <b>bold</b>", "<svg onload=alert(1)>", 9, 3),
    ]
    services = pd.DataFrame(rows, columns=["supplier", "client", "service", "expectation", "fulfilment"])
    return cxgraph.Organization.from_frames(services, name="</title><script>alert(2)</script>")


def test_nothing_in_a_name_runs_on_load_hover_search_or_selection(open_view):
    page = open_view(render_view(cxgraph.analyze(hostile_organization())))
    for name in HOSTILE:
        page.fill("#find", name.strip()[:60])
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
    box = page.locator("#picture").bounding_box()
    for across in range(1, 8):
        for down in range(1, 8):
            page.mouse.move(box["x"] + box["width"] * across / 8, box["y"] + box["height"] * down / 8)
    page.click("#as-table")
    assert page.locator("#table tbody tr").count() == len(HOSTILE) + 1 + len(HOSTILE) + 2
    assert page.locator("img, b, svg, #table script").count() == 0
    assert page.title().startswith("</title><script>")
    assert page.locator("#table th", has_text="<script>alert(1)</script>").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violation(scheme, hotel_page, open_view):
    from axe_playwright_python.sync_playwright import Axe

    page = open_view(hotel_page, scheme=scheme)
    page.fill("#find", "front desk")
    page.keyboard.press("Enter")
    page.click("#as-table")
    page.locator("#levers input").nth(2).fill("9")
    page.fill("#find", "room")
    page.wait_for_selector("#hits li")
    found = Axe().run(page).response["violations"]
    assert [(entry["id"], [node["html"][:120] for node in entry["nodes"]]) for entry in found] == []


def violations(page):
    """Return what axe finds, by rule, with the elements."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(entry["id"], [node["html"][:120] for node in entry["nodes"]]) for entry in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_slide_of_the_presentation_is_accessible(scheme, hotel_page, open_view):
    page = open_view(hotel_page, scheme=scheme)
    page.click("#present")
    page.wait_for_selector("#presenting:not([hidden]) h2")
    slides = int(page.inner_text("#slide-number").split()[-1])
    assert slides >= 3
    for number in range(1, slides + 1):
        assert page.inner_text("#slide-number").split()[0] == str(number)
        assert violations(page) == [], number
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_scenarios_side_by_side_are_accessible(scheme, hotel_page, open_view):
    page = open_view(hotel_page, scheme=scheme)
    page.fill("#find", "mainten")
    page.keyboard.press("Enter")
    for part in ("20", "60"):
        page.locator("#levers input").first.fill(part)
        page.click("#keep")
    assert page.locator("#kept > li").count() == 2
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_drawer_of_a_phone_is_accessible(scheme, hotel_page, open_view):
    page = open_view(hotel_page, scheme=scheme, width=390, height=844)
    assert page.locator("#tools").is_hidden()
    page.click("#drawer")
    assert page.locator("#tools").is_visible()
    assert violations(page) == []


def test_everything_works_from_the_keyboard_alone(hotel_page, open_view):
    page = open_view(hotel_page)
    press = page.keyboard.press

    def tab_to(selector):
        for _ in range(80):
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
            press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab")

    tab_to("#find")
    page.keyboard.type("mainten")
    press("ArrowDown")
    assert page.locator("#hits [aria-selected=true]").inner_text() == "Maintenance"
    press("Enter")
    assert page.locator("#subject h2").inner_text() == "Maintenance"

    tab_to("#picture")
    press("ArrowDown")
    page.locator("#live", has_text="Maintenance →").wait_for(state="attached")
    reached = page.evaluate("window.cxgraphView.page.cursor")
    press("ArrowRight")
    page.wait_for_function("reached => window.cxgraphView.page.cursor !== reached", arg=reached)
    press("Enter")
    assert page.locator("#subject h2").inner_text() != "Maintenance"
    press("ArrowUp")
    press("Escape")
    page.locator("#live", has_text="Nothing is selected.").wait_for(state="attached")
    press("Enter")

    tab_to("#levers input")
    before = page.locator(".total").inner_text()
    for _ in range(30):
        press("ArrowRight")
    assert page.locator(".total").inner_text() != before
    assert "points" in page.locator(".total").inner_text()
    page.locator("#live", has_text="now").wait_for(state="attached")
    page.keyboard.press("Shift+Tab")
    tab_to("#reset")
    press("Enter")
    assert page.locator(".total").inner_text() == before
    assert page.evaluate("document.activeElement !== document.body")

    tab_to("#causes button")
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "subject"
    page.evaluate("document.activeElement.blur()")
    tab_to("#clear")
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "picture"
    page.evaluate("document.activeElement.blur()")
    tab_to("#as-table")
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "table"
    assert page.locator("#table table").count() == 2


def test_a_changed_service_shows_on_glasses_customers_and_in_the_table(hotel, hotel_page, open_view):
    page = open_view(hotel_page)
    page.fill("#find", "maintenance")
    page.keyboard.press("Enter")
    page.locator("#levers input").first.fill("100")
    changes = page.evaluate("[...window.cxgraphView.picture.glasses.values()].map((glass) => glass.change)")
    assert sum(change.startswith("▲+") for change in changes) >= 5
    assert not any(change.startswith("▼") for change in changes)
    assert page.locator(".meters strong").count() == 3
    page.click("#as-table")
    assert page.locator("#table td", has_text=re.compile(r"^\+\d")).count() >= 5
    page.click("#reset")
    assert page.locator(".meters strong").count() == 0
    assert page.evaluate("window.cxgraphView.page.now.customerShortfall") == pytest.approx(
        hotel.customer_shortfall, abs=1e-12
    )


def test_selecting_keeps_suppliers_and_ways_to_customers_and_fades_the_rest(hotel_page, open_view):
    page = open_view(hotel_page)
    page.fill("#find", "laundry") if page.locator("text=Laundry").count() else page.fill("#find", "maintenance")
    page.keyboard.press("Enter")
    state = page.evaluate("""() => { const { page, picture } = window.cxgraphView; const id = page.selected;
      const { kept } = page.waysOf(id);
      const into = [...page.network.client.keys()].filter((e) => page.network.client[e] === id);
      const faded = [...picture.glasses].filter(([, glass]) => glass.faded).map(([at]) => at);
      const touched = new Set([...kept].flatMap((e) => [page.network.supplier[e], page.network.client[e]]));
      return { direct: into.every((e) => kept.has(e)), faded, touched: [...touched], id,
               customers: page.customers.filter((at) => touched.has(at)).length }; }""")
    assert state["direct"]
    assert state["customers"] == 3
    assert state["faded"]
    assert not set(state["faded"]) & {*state["touched"], state["id"]}
    page.click("#clear")
    assert not page.evaluate("[...window.cxgraphView.picture.glasses.values()].some((glass) => glass.faded)")


def test_filters_hide_and_say_how_much_is_left(hotel_page, open_view):
    page = open_view(hotel_page)
    shown = page.locator("#shown")
    drawn = int(re.search(r"and (\d+) of 69 services", shown.inner_text())[1])
    assert f"{69 - drawn} services within a tier or against the flow are off." in shown.inner_text()
    page.check("#loops")
    assert "69 of 69 services; 100\u00a0% of the customers' gap" in shown.inner_text()
    page.fill("#shortfall", "40")
    fewer = int(re.search(r"and (\d+) of 69", shown.inner_text())[1])
    assert 0 < fewer < 20
    page.fill("#shortfall", "0")
    page.select_option("#kind", "1")
    assert int(re.search(r"and (\d+) of 69", shown.inner_text())[1]) < 40
    page.select_option("#kind", "")
    page.select_option("#division", label="Food and beverage")
    assert int(re.search(r"and (\d+) of 69", shown.inner_text())[1]) < 50


def test_pictures_are_saved_as_png_and_svg(hotel_page, open_view):
    page = open_view(hotel_page)
    with page.expect_download() as saved:
        page.click("#png")
    assert saved.value.suggested_filename == "Harbour-Lantern-Hotel.png"
    assert Path(saved.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with page.expect_download() as saved:
        page.click("#svg")
    tree = ElementTree.parse(saved.value.path()).getroot()
    words = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "Maintenance" in words
    assert any("gap is 17.7" in text for text in words)


def test_svg_of_hostile_names_is_well_formed(open_view):
    page = open_view(render_view(cxgraph.analyze(hostile_organization())))
    with page.expect_download() as saved:
        page.click("#svg")
    tree = ElementTree.parse(saved.value.path()).getroot()
    assert not [part for part in tree.iter() if part.tag.endswith("script")]


def test_parallel_services_run_apart_under_numbers_of_their_own(open_view):
    rows = [("IT", "Buyers", f"service {at}", 9, 3 + at) for at in range(4)] + [
        ("Buyers", "IT", f"feedback {at}", 9, 6) for at in range(2)
    ]
    services = pd.DataFrame(rows, columns=["supplier", "client", "service", "expectation", "fulfilment"])
    html = render_view(cxgraph.analyze(cxgraph.Organization.from_frames(services, customers=["Buyers"])))
    page = open_view(html)
    streams = page.evaluate("window.cxgraphView.picture.scene.streams.map(({ id, shape }) => [id, shape.d])")
    assert len({name for name, _ in streams}) == len({path for _, path in streams}) == len(rows)


def test_spanish_speaks_spanish(samples, open_view):
    page = open_view(render_view(cxgraph.analyze(cxgraph.read(samples / "clinica")), "es"))
    assert page.locator("html").get_attribute("lang") == "es"
    assert (
        page.locator("h1")
        .inner_text()
        .startswith("Clínica Puerta Celeste: la brecha de los clientes es del 18,4\u00a0%")
    )
    page.fill("#find", "informatica")
    page.keyboard.press("Enter")
    assert page.locator("#subject h2").inner_text() == "Informática"
    words = page.locator("body").inner_text()
    for english in ("customers", "Services", "Select", "Drawn", "Shortfall", "points", "Reset", "of what"):
        assert english not in words, english


def test_a_crowded_organisation_opens_with_its_main_departments_and_can_show_all(desk_page, open_view):
    page = open_view(desk_page)
    shown = page.locator("#shown").inner_text()
    assert 15 <= int(re.search(r"(\d+) of 301 departments", shown)[1]) < 60
    assert int(re.search(r"(\d+)\xa0% of the customers' gap", shown)[1]) >= 80
    page.select_option("#extent", "1")
    assert "301 of 301 departments" in page.locator("#shown").inner_text()
    page.select_option("#extent", "0")
    hidden = page.evaluate("""() => { const { page, picture } = window.cxgraphView;
      return page.departments.names.find((_, id) => !picture.scene.nodes.has(id)); }""")
    page.fill("#find", hidden)
    page.keyboard.press("Enter")
    assert page.evaluate("cxgraphView.picture.scene.glassOf.has(cxgraphView.page.selected)")


def test_printing_is_light_and_without_tools(hotel_page, open_view):
    page = open_view(hotel_page, scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate("window.cxgraphView.picture.dark") is False
    assert page.locator(".tools").is_hidden()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("window.cxgraphView.picture.dark") is True


def test_a_narrow_screen_is_not_wider_than_itself(hotel_page, open_view):
    page = open_view(hotel_page, width=390, height=800)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_whose_numbers_are_not_pythons_shows_no_picture(hotel_page, browser, tmp_path):
    wrong = re.sub(r'"customerShortfall":[0-9.e-]+', '"customerShortfall":0.5', hotel_page, count=1)
    assert json.loads(re.search(r'id="data">(.*?)</script>', wrong)[1])["customerShortfall"] == 0.5
    path = tmp_path / "wrong.html"
    path.write_text(wrong, encoding="utf-8")
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    assert any("not 0.5" in error for error in errors)
    assert page.locator("html[data-ready]").count() == 0
    assert page.locator("#shown").inner_text().endswith("nothing is shown.")
    page.close()


def test_a_change_that_does_not_come_to_rest_is_told_in_the_readers_language(open_view):
    rows = [("a", "b", 10, 2), ("b", "a", 10, 2), ("a", "Buyers", 10, 5)]
    services = pd.DataFrame(rows, columns=["supplier", "client", "expectation", "fulfilment"])
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(services, customers=["Buyers"], transmission=0.8))
    page = open_view(render_view(analysis, language="es"))
    before, after, told = page.evaluate("""() => {
      const { page } = window.cxgraphView;
      const before = page.now.customerShortfall;
      [0, 1, 2].forEach((id) => page.setTransmission(id, 1 - 1e-12));
      page.recompute();
      return [before, page.now.customerShortfall, document.getElementById("shown").textContent];
    }""")
    assert after == before
    assert told.startswith("Con este cambio un bucle transmite casi todo")
    page.locator("#live", has_text="Con este cambio").wait_for(state="attached")
    page.click("#reset")
    assert "Con este cambio" not in page.text_content("#shown")


def test_the_page_says_numbers_in_the_right_plural(hotel_page, open_view):
    page = open_view(hotel_page)
    said = [page.evaluate("(count) => cxgraphView.page.words.say('said_hits', { count })", count) for count in (1, "2")]
    assert said == ["1 department found.", "2 departments found."]
