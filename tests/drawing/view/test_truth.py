"""One quantity, one value: what the page says is what the tables and the command line say."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.drawing.view.page import render_view

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["hotel", "clinica", "it_service_desk"])
def test_what_a_department_passes_on_is_that_of_the_report(name, samples, open_view):
    analysis = cxgraph.analyze(cxgraph.read(samples / name))
    page = open_view(render_view(analysis, "en"))
    own, passed = page.evaluate("""() => { const { page } = window.cxgraphView;
      const parts = page.departments.ids.map((_, id) => page.partsOf(id));
      return [parts.map(({ own }) => own), parts.map(({ inherited }) => inherited)]; }""")
    np.testing.assert_allclose(own, analysis.flows.contribution, rtol=0, atol=1e-9)
    np.testing.assert_allclose(passed, analysis.flows.passed_on, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("assumed", "options"),
    [
        ({"transmission": 0.1}, {"transmission": 0.1}),
        ({"transmission": 0.9}, {"transmission": 0.9}),
        ({"stringency": "inf"}, {"stringency": math.inf}),
        ({"stringency": 4, "transmission": 0.5}, {"stringency": 4, "transmission": 0.5}),
    ],
)
@pytest.mark.parametrize("name", ["hotel", "it_service_desk"])
def test_assumptions_are_answered_as_the_command_line_answers_them(name, assumed, options, samples, open_view):
    page = open_view(render_view(cxgraph.analyze(cxgraph.read(samples / name))))
    told = cxgraph.analyze(cxgraph.read(samples / name), **options)
    found = page.evaluate(
        """(assumed) => { const { page } = window.cxgraphView;
      Object.entries(assumed).forEach(([key, value]) => page.assume(key, value === "inf" ? Infinity : value));
      page.recompute();
      return { received: [...page.now.received], contribution: [...page.now.contribution],
               gap: page.now.customerShortfall,
               moved: [...cxgraphView.picture.glasses.values()].some(({ change }) => change !== ""),
               ranked: page.rankedDepartments().slice(0, 3).map((id) => page.departments.ids[id]) }; }""",
        assumed,
    )
    np.testing.assert_allclose(found["received"], told.cascade.received, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found["contribution"], told.cascade.contribution, rtol=0, atol=1e-9)
    assert found["gap"] == pytest.approx(told.customer_shortfall, rel=0, abs=1e-9)
    assert found["ranked"] == told.departments().index[:3].tolist()
    assert not found["moved"], "an assumption gains nothing"
    assert "points)" not in page.inner_text("#meters")
    assert page.inner_text("h1").startswith("Assumed:")


def test_the_sliders_for_everybody_are_assumptions(hotel_page, open_view, samples):
    page = open_view(hotel_page)
    page.locator("#everywhere input").nth(0).fill("0.1")
    done = CliRunner().invoke(
        cxgraph_command("bottlenecks"), [str(samples / "hotel"), "--transmission", "0.1", "--format", "json"]
    )
    first = json.loads(done.stdout)
    rows = first if isinstance(first, list) else first["bottlenecks"]
    assert page.locator(".origins li").first.inner_text().startswith(rows[0]["name"])
    assert page.locator("#keep").is_disabled()


def cxgraph_command(name):
    from importlib import import_module

    return import_module(f"cxgraph.cli.commands.{name}").command


def test_a_department_that_receives_nothing_shows_a_dash_everywhere(hotel, hotel_page, open_view):
    page = open_view(hotel_page)
    names = hotel.organization.departments["name"].tolist()
    it = names.index("IT and systems")
    assert page.evaluate("(id) => cxgraphView.picture.glasses.get(id).hundredths", it) is None
    page.evaluate("(id) => cxgraphView.page.select(id)", it)
    page.locator("#live", has_text="–").wait_for(state="attached")
    assert "Receives no scored service" in page.inner_text("#subject")
    page.click("#as-table")
    row = page.locator("#tables section").first.locator("tr", has_text="IT and systems").locator("td").all_inner_texts()
    assert row[2:4] == ["–", "–"]
    with page.expect_download() as saved:
        page.click("#svg")
    assert ">–<" in Path(saved.value.path()).read_text("utf-8")


def test_causes_and_victims_are_told_as_in_the_static_tower(hotel, hotel_page, open_view):
    from cxgraph.drawing.tower.layout import lay_out
    from cxgraph.drawing.tower.story import delivered, tell
    from cxgraph.privacy.gate import publishable

    layout = lay_out(hotel)
    story = tell(publishable(hotel), layout)
    page = open_view(hotel_page)
    told = page.evaluate("""() => [...cxgraphView.picture.glasses].flatMap(([id, { told }]) =>
      told.map(([words, cause]) => [id, cause, words]))""")
    department = {glass: int(members[0]) for glass, members in enumerate(layout.members)}
    assert {(glass, cause) for glass, cause, _ in told} == {
        *((department[glass], True) for glass in story.causes),
        *((department[glass], False) for glass in (*story.causes, *story.inherited, *story.borne)),
    }
    assert story.borne
    given = delivered(hotel)
    for glass in (*story.causes, *story.inherited):
        words = f"delivers {100 * given[department[glass]]:.0f}\N{NO-BREAK SPACE}%"
        assert [department[glass], False, words] in told


def test_bins_have_the_words_of_the_tower(open_view, samples):
    html = render_view(cxgraph.analyze(cxgraph.read(samples / "clinica")))
    words = " ".join(open_view(html).locator("[data-bin]").all_inner_texts())
    for name in ("grave: menos del 55", "insuficiente: del 55", "parcial: del 70", "casi:", "cumplido:"):
        assert name in words


def test_a_what_if_says_so_on_the_page_and_in_every_picture(spanish_page, hotel_page, open_view):
    for html, words, stem in (
        (hotel_page, "What if: Maintenance, all services +50", "Harbour-Lantern-Hotel-what-if"),
        (spanish_page, "Qué pasaría si: Maintenance, todos sus servicios +50", "Harbour-Lantern-Hotel-que-pasaria-si"),
    ):
        page = open_view(html)
        page.fill("#find", "mainten")
        page.keyboard.press("Enter")
        page.locator("#levers input").first.fill("50")
        assert page.inner_text("h1").startswith(words)
        assert page.title().startswith(words)
        with page.expect_download() as saved:
            page.click("#svg")
        assert saved.value.suggested_filename == f"{stem}.svg"
        text = Path(saved.value.path()).read_text("utf-8")
        assert words in text
        with page.expect_download() as saved:
            page.click("#png")
        assert saved.value.suggested_filename == f"{stem}.png"
        page.click("#reset")
        assert not page.inner_text("h1").startswith(words[:6])


def test_periods_are_those_of_the_trend(samples, open_view):
    from cxgraph.analysis.trend import trend

    analysis = cxgraph.analyze(cxgraph.read(samples / "clinica"))
    page = open_view(render_view(analysis))
    found = trend(analysis)
    before = found.analyses[0]
    page.select_option("#period", label=found.periods[0])
    state = page.evaluate("""() => { const { page } = window.cxgraphView;
      return { gap: page.now.customerShortfall, received: [...page.now.received], caused: [...page.caused],
               ids: page.departments.ids }; }""")
    assert state["gap"] == pytest.approx(before.customer_shortfall, rel=0, abs=1e-9)
    ids = before.organization.departments["id"].astype(str).tolist()
    there = [state["ids"].index(name) for name in ids]
    np.testing.assert_allclose(np.array(state["received"])[there], before.cascade.received, rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.array(state["caused"])[there], before.flows.contribution, rtol=0, atol=1e-9)
    assert found.periods[0] in page.inner_text("h1")
    assert page.locator("#trying").is_hidden()
    page.select_option("#period", "")
    assert page.evaluate("cxgraphView.page.now.customerShortfall") == pytest.approx(
        analysis.customer_shortfall, abs=1e-12
    )
