"""Links, undo, scenarios and notes: what is seen can be brought back, what is tried goes to the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxgraph.cli.commands.whatif import command as whatif
from cxgraph.decide.scenario import parse_scenario

pytestmark = pytest.mark.browser
STATE = "() => cxgraphView.state.write({ notes: true })"


def settle(page):
    """Wait until the last step is noted."""
    page.wait_for_timeout(350)


def choose(page, name):
    page.fill("#find", name)
    page.keyboard.press("Enter")


def test_a_reopened_link_shows_the_same_state_byte_for_byte(hotel_page, spanish_page, open_view):
    for html in (hotel_page, spanish_page):
        page = open_view(html)
        choose(page, "mainten")
        page.locator("#levers input").first.fill("50")
        page.locator("#levers input").nth(1).fill("0.3")
        page.locator("#levers input").nth(2).fill("8")
        page.select_option("#tier", "2")
        page.select_option("#kind", "0")
        page.locator("[data-bin]").nth(1).click()
        page.fill("#shortfall", "10")
        page.locator("#everywhere input").nth(1).fill("1")
        page.click("#keep")
        settle(page)
        address, state = page.url, page.evaluate(STATE)
        title = page.inner_text("h1")
        assert json.loads(state)["selected"] == ["maintenance"]
        other = page.context.new_page()
        other.goto(address)
        other.wait_for_selector("html[data-ready]", state="attached")
        assert other.evaluate(STATE) == state
        assert other.url == address
        assert other.inner_text("h1") == title
        assert other.input_value("#tier") == "2"
        assert other.evaluate("cxgraphView.page.now.customerShortfall") == page.evaluate(
            "cxgraphView.page.now.customerShortfall"
        )
        other.close()


@pytest.mark.parametrize(
    "address",
    [
        "#%E0%A4%A",
        "#not-json",
        "#"
        + '{"selected":["<script>"],"scores":[["a"]],"lifts":[null],"kept":[{"name":"x"}],"bins":["a"],"tier":"99"}',
        '#{"transmission":7,"stringency":0.2,"lifts":[["maintenance",9]],"extent":"4","period":"1999"}',
        '#{"selected":"x","taus":{"a":1},"notes":[["maintenance",3]]}',
    ],
)
def test_an_address_that_says_nothing_of_ours_changes_nothing(hotel_page, open_view, address):
    page = open_view(hotel_page)
    before = page.evaluate("cxgraphView.page.now.customerShortfall")
    page.evaluate("(address) => { location.hash = address; }", address)
    settle(page)
    assert page.evaluate("cxgraphView.page.now.customerShortfall") == before
    assert page.locator("#kept li").count() == 0
    assert not page.evaluate("cxgraphView.page.changed() || cxgraphView.page.assumes()")


def test_undo_and_redo_by_keys_and_by_buttons(hotel_page, open_view):
    page = open_view(hotel_page)
    first = page.evaluate(STATE)
    choose(page, "mainten")
    settle(page)
    chosen = page.evaluate(STATE)
    page.locator("#levers input").first.fill("40")
    settle(page)
    tried = page.evaluate(STATE)
    assert len({first, chosen, tried}) == 3
    page.focus("#picture")
    page.keyboard.press("Control+z")
    assert page.evaluate(STATE) == chosen
    assert not page.evaluate("cxgraphView.page.changed()")
    page.click("#undo")
    assert page.evaluate(STATE) == first
    assert page.locator("#undo").is_disabled()
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Control+y")
    assert page.evaluate(STATE) == tried
    assert page.locator("#redo").is_disabled()
    assert page.locator("#subject h2").inner_text() == "Maintenance"


@pytest.mark.parametrize("assumption", [None, (0, "0.35"), (1, "2")])
def test_a_saved_scenario_gives_the_command_the_same_gap(hotel_page, open_view, samples, tmp_path, assumption):
    page = open_view(hotel_page)
    if assumption:
        page.locator("#everywhere input").nth(assumption[0]).fill(assumption[1])
    choose(page, "mainten")
    page.locator("#levers input").first.fill("37")
    page.locator("#levers input").nth(1).fill("0.21")
    choose(page, "front desk")
    page.locator("#levers input").nth(2).fill("7.7")
    page.click("#keep")
    page.locator("#kept input").fill('Own "desk" \\ and =cmd|')
    gap = page.evaluate("cxgraphView.page.now.customerShortfall")
    assert page.locator("#kept .changes li").count() >= 3
    with page.expect_download() as saved:
        page.locator("#kept button", has_text="Save").click()
    file = tmp_path / "scenario.toml"
    file.write_bytes(Path(saved.value.path()).read_bytes())
    text = file.read_text("utf-8")
    scenario = parse_scenario(text)
    assert scenario.name == 'Own "desk" \\ and =cmd|'
    assert scenario.changes
    options = text.splitlines()[0].partition("FILE")[2].split()
    assert bool(options) == bool(assumption)
    done = CliRunner().invoke(
        whatif, [str(samples / "hotel"), "--scenario", str(file), "--draws", "0", "--format", "json", *options]
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["after"] == pytest.approx(gap, rel=0, abs=1e-9)


def test_three_scenarios_stand_side_by_side_with_their_changes(spanish_page, open_view):
    page = open_view(spanish_page)
    choose(page, "mainten")
    for part in ("20", "60", "100"):
        page.locator("#levers input").first.fill(part)
        page.focus("#keep")
        page.keyboard.press("Enter")
    cards = page.locator("#kept > li")
    assert cards.count() == 3
    assert [card.locator("input").input_value() for card in cards.all()] == [
        "Escenario A",
        "Escenario B",
        "Escenario C",
    ]
    assert page.locator("#keep").is_disabled()
    assert "Maintenance, todos sus servicios +60" in cards.nth(1).inner_text()
    gaps = page.evaluate("cxgraphView.page.scenarios.map(({ gap }) => gap)")
    assert gaps == sorted(gaps, reverse=True)
    cards.nth(0).locator("button", has_text="Mostrar").click()
    assert page.evaluate("cxgraphView.page.now.customerShortfall") == pytest.approx(gaps[0], abs=1e-12)
    cards.nth(1).locator("button", has_text="Quitar").click()
    assert cards.count() == 2


def test_notes_are_kept_in_the_page_that_is_saved_and_not_in_the_address(hotel_page, open_view):
    page = open_view(hotel_page)
    choose(page, "mainten")
    page.fill("#note", "Ask <b>Ana</b> & co\u2028</script>")
    settle(page)
    assert "Ana" not in page.url
    assert page.evaluate("[...cxgraphView.picture.glasses.values()].filter(({ noted }) => noted).length") == 1
    with page.expect_download() as saved:
        page.click("#save-page")
    again = open_view(Path(saved.value.path()).read_text("utf-8"))
    assert again.input_value("#note") == "Ask <b>Ana</b> & co\u2028</script>"
    assert again.locator("#subject h2").inner_text() == "Maintenance"
    with again.expect_download() as resaved:
        again.click("#save-page")
    assert Path(resaved.value.path()).read_bytes() == Path(saved.value.path()).read_bytes()
