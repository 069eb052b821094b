"""Selecting several, tips, the legend, filters, tables, the presentation; by keyboard, mouse and touch."""

import contextlib
import csv
import io
import re
import zlib
from pathlib import Path

import pandas as pd
import pytest

import cxgraph
from cxgraph.drawing.view.page import render_view

pytestmark = pytest.mark.browser


def test_two_departments_are_compared_and_the_heaviest_path_between_them_is_the_trace(hotel, hotel_page, open_view, at):
    page = open_view(hotel_page)
    page.mouse.click(*at(page, "Maintenance"))
    page.keyboard.down("Control")
    page.mouse.click(*at(page, "Leisure guests"))
    page.keyboard.up("Control")
    names = page.locator("#compared tbody th").all_inner_texts()
    assert names == ["Maintenance", "Leisure guests"]
    path = hotel.trace(customer="leisure_guests", source="maintenance", top=1).paths[0]
    told = page.locator("#compared .way li").all_inner_texts()
    assert [text.split(": ", 1)[1] for text in told] == list(path.services)
    weight = page.evaluate("cxgraphView.page.pathBetween().weight")
    assert weight == pytest.approx(path.weight, rel=0, abs=1e-12)


def test_shift_and_enter_select_one_more_from_the_keyboard(hotel_page, open_view):
    page = open_view(hotel_page)
    page.focus("#picture")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("cxgraphView.page.selection.length") == 2
    assert page.locator("#compared h2").inner_text() == "Selected departments"
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("cxgraphView.page.selection.length") == 1


def test_the_tip_tells_what_the_picture_does_not(hotel, hotel_page, open_view, at):
    page = open_view(hotel_page)
    page.mouse.move(*at(page, "Maintenance"))
    told = page.inner_text("#tip")
    row = hotel.departments().loc["maintenance"]
    assert f"{100 * row['share']:.1f}\u00a0%" in told
    assert f"{100 * row['passed_on'] / hotel.customer_shortfall:.1f}\u00a0%" in told
    assert "Answers" in told


def test_badges_keep_their_meaning_and_find_is_empty_after_a_choice(hotel_page, open_view):
    page = open_view(hotel_page)
    before = page.evaluate("cxgraphView.page.costliest(6)")
    page.fill("#find", "mainten")
    page.keyboard.press("Enter")
    assert page.input_value("#find") == ""
    numbers = page.evaluate("""() => { const { page, picture } = cxgraphView;
      return picture.badges.map(({ number }) => number).sort(); }""")
    assert set(numbers) <= set(range(1, 7))
    assert page.evaluate("cxgraphView.page.costliest(6)") == before
    order = page.evaluate("""() => ["subject", "given", "levers"].map((id) =>
      document.getElementById(id).getBoundingClientRect().top)""")
    assert order == sorted(order)


def test_the_legend_tiers_and_customers_filter(spanish_page, open_view):
    page = open_view(spanish_page)

    def drawn():
        return int(re.search(r"y (\d+) de 69 servicios", page.locator("#shown").inner_text())[1])

    everything = drawn()
    severe = page.locator("[data-bin='0']")
    severe.focus()
    page.keyboard.press("Enter")
    assert severe.get_attribute("aria-pressed") == "true"
    few = drawn()
    assert 0 < few < everything
    severe.click()
    assert drawn() == everything
    page.select_option("#tier", "2")
    assert 0 < drawn() < everything
    page.select_option("#tier", "")
    page.select_option("#customer", label="Event organisers")
    assert 0 < drawn() < everything
    assert page.evaluate("""() => { const { page, picture } = cxgraphView;
      return picture.glasses.get(page.departments.names.indexOf("Business guests")).faded; }""")


def test_tables_sort_and_save_as_a_file_without_formulas(open_view):
    rows = [("=cmd|' /C calc'!A0", "Buyers", "+1", 9, 3), ("@b", "Buyers", '-x;"y"', 9, 6), ("c", "@b", "z", 9, 5)]
    services = pd.DataFrame(rows, columns=["supplier", "client", "service", "expectation", "fulfilment"])
    for language, between in (("en", ","), ("es", ";")):
        page = open_view(render_view(cxgraph.analyze(cxgraph.Organization.from_frames(services)), language))
        page.click("#as-table")
        button = page.locator("#sort-services-0")
        button.focus()
        page.keyboard.press("Enter")
        first = page.locator("#tables section").nth(1).locator("tbody th").all_inner_texts()
        page.keyboard.press("Enter")
        assert page.locator("#tables section").nth(1).locator("tbody th").all_inner_texts() == first[::-1]
        assert page.evaluate("document.activeElement.id") == "sort-services-0"
        with page.expect_download() as saved:
            page.click("#csv-services")
        text = Path(saved.value.path()).read_bytes().decode("utf-8-sig")
        table = list(csv.reader(io.StringIO(text), delimiter=between))
        assert len(table) == 4
        assert {len(row) for row in table} == {9}
        assert not [cell for row in table for cell in row if cell[:1] in "=+-@" and cell]
        assert any(row[2] == '\'-x;"y"' for row in table)


def test_the_presentation_is_led_by_the_keyboard(hotel, hotel_page, open_view):
    page = open_view(hotel_page)
    page.focus("#present")
    page.keyboard.press("Enter")
    page.wait_for_selector("#presenting:not([hidden]) h2")
    seen = [page.inner_text("#slide h2")]
    for _ in range(20):
        page.keyboard.press("ArrowRight")
        text = page.inner_text("#slide h2")
        if text == seen[-1]:
            break
        seen.append(text)
    assert "Root cause 1: Maintenance" in seen[1]
    assert any(text.startswith("Heaviest path: Maintenance") for text in seen)
    open_actions = int(hotel.organization.actions["closed"].isna().sum())
    assert f"{min(open_actions, 6)} open actions" in seen[-1]
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#slide h2") == seen[-2]
    page.keyboard.press("Escape")
    assert page.locator("#presenting").is_hidden()
    assert page.evaluate("document.activeElement.id") == "present"


def test_printing_keeps_colours_and_leaves_tools_out(hotel_page, open_view):
    page = open_view(hotel_page)
    page.emulate_media(media="print")
    shade = page.evaluate("getComputedStyle(document.querySelector('.swatch.bin1')).printColorAdjust")
    assert shade == "exact"
    assert page.locator("#levers").is_hidden()


def printed_colours(page):
    """Return every colour that a page's PDF fills with, as bytes, printed as a browser does that spares backgrounds."""
    found = set()
    content = page.pdf(format="A4", print_background=False)
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        with contextlib.suppress(zlib.error):
            for fill in re.findall(rb"(?<![\d.])((?:[\d.]+ ){3})rg\b", zlib.decompressobj().decompress(stream)):
                found.add(tuple(round(255 * float(part)) for part in fill.split()))
    return found


MARKED = ".swatch.bin1, .swatch.bin2, .swatch.bin3, .bar-fill, .badge:not(.off)"


def test_the_printed_page_has_the_colours_of_the_screen(hotel_page, open_view):
    page = open_view(hotel_page)
    shown = page.evaluate(
        """(marked) => [...document.querySelectorAll(marked)].map((one) => getComputedStyle(one).backgroundColor)""",
        MARKED,
    )
    colours = {tuple(int(part) for part in re.findall(r"\d+", colour)[:3]) for colour in shown}
    assert len(colours) == 5  # three levels of service, gold for what customers get, red for a badge
    # The picture has the same colours, and a browser prints what is painted whatever the style says.
    page.evaluate("document.getElementById('picture').style.setProperty('display', 'none', 'important')")
    assert colours <= printed_colours(page)
    page.evaluate("""() => document.querySelectorAll("*").forEach(({ style }) =>
        style && style.setProperty("print-color-adjust", "economy", "important"))""")
    assert not colours <= printed_colours(page)  # what a page that does not ask for its colours loses


SHIFTS = "() => [...cxgraphView.page.shifts]"
WHERE = """(name) => { const { page, picture } = cxgraphView;
  const id = picture.scene.glassOf.get(page.departments.names.indexOf(name));
  const node = picture.scene.nodes.get(id);
  const leaving = picture.scene.streams.filter(({ from, back }) => from === id && !back);
  return { x: node.x, y: node.y, drawn: picture.network.getPosition(id).x, leave: leaving[0].leave.x }; }"""


def test_a_glass_is_dragged_to_a_side_with_its_flows_and_undone(hotel_page, open_view, at):
    page = open_view(hotel_page)
    before = page.evaluate(WHERE, "Maintenance")
    camera = page.evaluate("cxgraphView.picture.network.getViewPosition()")
    x, y = at(page, "Maintenance")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 60, steps=6)
    page.mouse.up()
    after = page.evaluate(WHERE, "Maintenance")
    assert after["x"] == after["drawn"] > before["x"] + 10
    assert after["y"] == before["y"]
    assert after["leave"] > before["leave"] + 10
    assert page.evaluate("cxgraphView.picture.network.getViewPosition()") == camera
    assert page.evaluate("cxgraphView.page.selected") is None
    page.wait_for_timeout(350)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("html[data-ready]", state="attached")
    assert other.evaluate(WHERE, "Maintenance") == after
    assert other.evaluate("cxgraphView.state.write({ notes: true })") == page.evaluate(
        "cxgraphView.state.write({ notes: true })"
    )
    other.close()
    page.focus("#picture")
    page.keyboard.press("Control+z")
    assert page.evaluate(WHERE, "Maintenance") == before
    page.keyboard.press("Control+y")
    assert page.evaluate(WHERE, "Maintenance") == after
    page.click("#unshift")
    assert page.evaluate(WHERE, "Maintenance") == before
    assert page.locator("#unshift").is_disabled()


def test_a_glass_is_moved_from_the_keyboard_and_the_move_is_said(spanish_page, open_view):
    page = open_view(spanish_page)
    page.focus("#picture")
    name = page.evaluate("cxgraphView.page.departments.names[cxgraphView.page.cursor]")
    before = page.evaluate(WHERE, name)
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate(WHERE, name)["x"] == before["x"] + 22
    page.locator("#live", has_text=f"{name} se ha movido; su nivel no cambia.").wait_for(state="attached")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate(SHIFTS) == []
    assert page.locator("#unshift").is_disabled()


def test_the_small_picture_shows_where_the_camera_is_and_moves_it(hotel_page, open_view):
    page = open_view(hotel_page)
    assert page.locator("#minimap").is_hidden()
    page.focus("#picture")
    for _ in range(4):
        page.keyboard.press("+")
    page.wait_for_selector("#minimap:not([hidden])")
    box = page.locator("#minimap").bounding_box()
    left, top, right, bottom = page.evaluate("cxgraphView.picture.bounds")
    scale = min(box["width"] / (right - left), box["height"] / (bottom - top))
    for part in (0.3, 0.7):
        page.mouse.click(
            box["x"] + box["width"] / 2 + (part - 0.5) * (right - left) * scale, box["y"] + box["height"] / 2
        )
        seen = page.evaluate("cxgraphView.picture.network.getViewPosition()")
        assert abs(seen["x"] - (left + part * (right - left))) <= 3 / scale
        assert abs(seen["y"] - (top + bottom) / 2) <= 3 / scale
    page.keyboard.press("0")
    page.wait_for_selector("#minimap", state="hidden")


def test_a_share_has_the_interval_of_the_report_and_a_flow_its_data(hotel, hotel_page, open_view):
    page = open_view(hotel_page)
    row = hotel.intervals().to_frame().loc["maintenance"]
    interval = f"(interval of 90\u00a0%: {100 * row['low']:.1f}\u00a0% to {100 * row['high']:.1f}\u00a0%)"
    page.fill("#find", "mainten")
    page.keyboard.press("Enter")
    assert f"{100 * row['share']:.1f}\u00a0% {interval}" in page.inner_text("#subject")
    services = hotel.organization.services
    given = services[services["supplier"] == "maintenance"]
    told = page.locator("#given tbody th").all_inner_texts()
    names = hotel.organization.departments.set_index("id")["name"]
    assert sorted(text.split("\n")[0] for text in told) == sorted(names[str(client)] for client in given["client"])
    assert all(sum(service in text for text in told) >= 1 for service in given["service"].astype(str))
    counts = {
        f"answers: {count:.0f}, standard deviation {sd:.2f}"
        for count, sd in given[["responses", "fulfilment_sd"]].itertuples(index=False)
    }
    assert all(any(text.endswith(one) for one in counts) for text in told)
    page.locator("#levers input").first.fill("50")
    assert "interval" not in page.inner_text("#subject")
