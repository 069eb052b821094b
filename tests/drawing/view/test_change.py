"""What changed since the period before, in the panel and on the glasses: the numbers of `cxgraph.compare`."""

import re

import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph.analysis.trend import compare_last, trend
from cxgraph.drawing.view.page import render_view

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def three_periods(samples):
    """The clinic with a third, older period: the older of its two with every fulfilment a tenth lower."""
    organization = cxgraph.read(samples / "clinica")
    services = organization.history.drop(columns="line").astype({"period": str})
    oldest = services[services["period"] == services["period"].min()]
    every = pd.concat([oldest.assign(fulfilment=0.9 * oldest["fulfilment"], period="2001"), services])
    departments = organization.departments[["id", "name", "kind", "parent", "weight"]]
    return cxgraph.analyze(cxgraph.Organization.from_frames(every.astype(object), departments, name="Three"))


def rows(page):
    """Return name and points of every row of what changed."""
    found = []
    for row in page.locator("#changed .swings li").all():
        number = row.locator(".figure").inner_text().replace("\u2212", "-").replace(",", ".")
        found.append((row.inner_text().split("\n")[0].strip(), float(number)))
    return found


def test_the_panel_tells_the_change_of_the_report_and_its_rows_add_up(samples, open_view):
    analysis = cxgraph.analyze(cxgraph.read(samples / "clinica"))
    page = open_view(render_view(analysis, "en"))
    compared = compare_last(analysis, trend(analysis))
    *shown, (_, total) = rows(page)
    assert total == pytest.approx(100 * compared.change, abs=0.005)
    assert sum(points for _, points in shown) == pytest.approx(total, abs=0.005 * len(shown) + 0.005)
    expected = compared.departments().head(8)
    assert [name for name, _ in shown[:8]] == expected["name"].tolist()
    assert [points for _, points in shown[:8]] == pytest.approx((100 * expected["change"]).tolist(), abs=0.005)
    raw = page.evaluate("cxgraphView.page.sincePeriod.parts.reduce((sum, [, points]) => sum + points, 0)")
    assert raw == pytest.approx(compared.change, rel=0, abs=1e-12)
    assert "2025" in page.inner_text("#changed h2")
    page.select_option("#period", label="2025")
    assert page.locator("#changed").inner_text().strip() == ""


def test_every_step_in_time_tells_its_own_change(three_periods, open_view):
    page = open_view(render_view(three_periods, "es"))
    found = trend(three_periods)
    assert len(found.periods) == 3
    current = page.evaluate("cxgraphView.page.sincePeriod.before")
    assert current == found.periods[1]
    page.select_option("#period", label=found.periods[1])
    one, other = found.analyses[:2]
    assert page.inner_text("#changed h2") == f"Qué cambió desde {found.periods[0]}"
    change = 100 * (other.customer_shortfall - one.customer_shortfall)
    assert rows(page)[-1][1] == pytest.approx(change, abs=0.005)
    assert change < 0


def test_glasses_are_marked_from_the_keyboard_and_the_address_keeps_it(hotel, hotel_page, open_view):
    page = open_view(hotel_page)
    assert page.evaluate("cxgraphView.page.differences") is False
    page.focus("#differences")
    page.keyboard.press("Space")
    before = trend(hotel).analyses[0]
    texts = page.evaluate("""() => { const { picture } = cxgraphView;
      return Object.fromEntries([...picture.scene.nodes.values()].filter(({ members }) => members.length === 1)
        .map(({ id, members: [one] }) => [cxgraphView.page.departments.ids[one], picture.look.glass(id).change])); }""")
    then = dict(zip(before.organization.departments["id"], before.cascade.received, strict=True))
    now = dict(zip(hotel.organization.departments["id"], hotel.cascade.received, strict=True))
    fed = {str(name) for name in hotel.organization.services["client"]}
    marked = 0
    for name, text in texts.items():
        moved = 100 * (then.get(name, np.nan) - now[name]) if name in fed else np.nan
        if np.isnan(moved) or abs(moved) < 0.05:
            assert text == "", name
            continue
        marked += 1
        assert text[0] == ("▲" if moved > 0 else "▼"), name
        assert float(re.sub(r"[^\d.]", "", text)) == pytest.approx(abs(moved), abs=0.5), name
    assert marked >= 5
    page.wait_for_timeout(350)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("html[data-ready]", state="attached")
    assert other.is_checked("#differences")
    other.close()
    # A repair is compared with today, not with a former period: then the panel tells nothing of the past.
    page.fill("#find", "mainten")
    page.keyboard.press("Enter")
    page.locator("#levers input").first.fill("50")
    assert page.locator("#changed").inner_text().strip() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_changed_has_no_accessibility_violation(scheme, hotel_page, open_view):
    from axe_playwright_python.sync_playwright import Axe

    page = open_view(hotel_page, scheme=scheme)
    page.check("#differences")
    page.locator("#changed").scroll_into_view_if_needed()
    found = Axe().run(page).response["violations"]
    assert [(entry["id"], [node["html"][:120] for node in entry["nodes"]]) for entry in found] == []


def test_one_period_has_nothing_to_mark(samples, open_view):
    page = open_view(render_view(cxgraph.analyze(cxgraph.read(samples / "worked_example"))))
    assert page.locator("#differences").count() == 0
    assert page.locator("#changed").inner_text().strip() == ""


@pytest.mark.parametrize(("name", "said"), [("Informática", "a real change"), ("Gerencia", "it may be noise")])
def test_the_card_of_a_department_says_through_what_it_changed_and_whether_it_is_noise(samples, open_view, name, said):
    analysis = cxgraph.analyze(cxgraph.read(samples / "clinica"))
    compared = compare_last(analysis, trend(analysis))
    row = compared.departments().set_index("name").loc[name]
    assert bool(row["real"]) is (said == "a real change")
    page = open_view(render_view(analysis, "en"))
    page.evaluate("(name) => cxgraphView.page.select(cxgraphView.page.departments.names.indexOf(name))", name)
    told = page.inner_text("#subject").replace("\u2212", "-")
    assert f"{said} (interval of 90\u00a0%: {100 * row['low']:+.2f} to {100 * row['high']:+.2f})" in told
    shown = [
        float(text.replace("\u2212", "-").split()[0])
        for text in page.locator("#subject .moved .figure").all_inner_texts()
    ]
    assert shown == pytest.approx([100 * row[part] for part in ("own", "passed", "other")], abs=0.005)
    page.evaluate("() => { const { page } = cxgraphView; page.lift(0, 0.5); page.settle(); page.recompute(); }")
    assert said not in page.inner_text("#subject")  # while something is tried, nothing is told of what was measured
