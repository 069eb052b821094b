from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Text

from cxgraph import Organization, ParameterError, analyze, draw
from cxgraph.drawing.charts import (
    draw_causes,
    draw_matrix,
    draw_plans,
    draw_pour,
    draw_quadrant,
    draw_waterfall,
)
from cxgraph.drawing.charts.frame import spread, ticks
from cxgraph.drawing.charts.matrix import matrix_order
from cxgraph.drawing.charts.pour import mended
from cxgraph.drawing.charts.quadrant import standing
from cxgraph.drawing.charts.waterfall import causes_of
from cxgraph.drawing.style import FAINT, OWN
from cxgraph.drawing.tower.story import inherited_part

OF_AN_ANALYSIS = (draw_causes, draw_quadrant, draw_matrix, draw_waterfall, draw_pour)
PERCENT = "\N{NO-BREAK SPACE}%"


def assert_no_text_on_text(figure):
    renderer = figure.canvas.get_renderer()
    texts = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.findobj(Text) if text.get_text()]
    width, height = figure.get_size_inches() * figure.dpi
    for at, (text, box) in enumerate(texts):
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, f"{text!r} leaves the picture"
        for other, other_box in texts[:at]:
            apart = (
                box.x1 <= other_box.x0 + 0.5
                or other_box.x1 <= box.x0 + 0.5
                or box.y1 <= other_box.y0 + 0.5
                or other_box.y1 <= box.y0 + 0.5
            )
            assert apart, f"{text!r} lies on {other!r}"


def words(figure):
    return " ".join(text.get_text() for text in figure.findobj(Text))


@pytest.mark.parametrize("draw", OF_AN_ANALYSIS)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["worked_example", "hotel", "it_service_desk"])
def test_no_word_lies_on_another(sample, draw, name, language):
    assert_no_text_on_text(draw(sample(name), language=language))


@pytest.mark.parametrize("draw", OF_AN_ANALYSIS)
def test_hostile_names_keep_their_place(hostile, draw):
    assert_no_text_on_text(draw(hostile))


@pytest.mark.parametrize(
    ("draw", "title"),
    [
        (
            draw_causes,
            f"59{PERCENT} of the customers' gap originates in 3 departments: Maintenance, Front desk, IT",
        ),
        (draw_quadrant, "27\xa0% of the customers' gap originates in Maintenance"),
        (draw_matrix, f"Maintenance delivers less than 70{PERCENT} of what is expected to 3 of its 5 clients"),
        (draw_waterfall, f"Leisure guests: 19{PERCENT} of what is expected is not met"),
        (draw_pour, "Once Maintenance no longer fails by itself, the gap falls by 4.9 points"),
    ],
)
def test_titles_state_the_finding(sample, draw, title):
    assert title in words(draw(sample("hotel")))


def test_causes_show_the_shares_of_the_worked_example(sample):
    shown = words(draw_causes(sample("worked_example")))
    assert f"53.6{PERCENT}" in shown  # IT: .1875 of .35
    assert f"32.1{PERCENT}" in shown  # Support: .1125 of .35


def test_causes_take_intervals(sample):
    table = pd.DataFrame({"low": [0.2], "high": [0.4]}, index=["maintenance"])
    intervals = replace(sample("hotel").intervals(20), table=table, level=0.8)
    with_them, without = (draw_causes(sample("hotel"), intervals=given) for given in (intervals, None))
    assert len(with_them.findobj(Line2D)) == len(without.findobj(Line2D)) + 3
    assert "does not show intervals" in words(without)
    assert "does not show intervals" not in words(with_them)
    assert f"Black lines: 80{PERCENT} intervals" in words(with_them)


def test_what_starts_in_a_department_has_the_thicker_bar(sample):
    bars = [patch for patch in draw_causes(sample("hotel")).findobj(Rectangle) if patch.get_zorder() == 2]
    own, passed = (
        {round(bar.get_height(), 3) for bar in bars if bar.get_facecolor() == to_rgba(colour)}
        for colour in (OWN, FAINT)
    )
    assert min(own) > 2 * max(passed)


@pytest.mark.parametrize("name", ["worked_example", "hotel", "clinica"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_disc_of_the_quadrant_has_a_name(sample, name, language):
    figure = draw_quadrant(sample(name), language=language)
    named = [text for text in figure.findobj(Text) if text.get_label() == "name"]
    assert len(named) == len(figure.findobj(Circle))


def test_discs_of_departments_that_mostly_inherit_are_hollow(sample):
    analysis = sample("hotel")
    figure, found = draw_quadrant(analysis), standing(analysis)
    part = inherited_part(analysis)[found.department]
    hollow = {
        int(disc.get_label().removeprefix("disc-"))
        for disc in figure.findobj(Circle)
        if disc.get_facecolor()[:3] == (1, 1, 1)
    }
    assert hollow == set(np.flatnonzero(part >= 0.5).tolist())
    assert 0 < len(hollow) < len(part)


@pytest.mark.parametrize("name", ["worked_example", "hotel", "it_service_desk"])
def test_one_customers_causes_add_up_to_its_shortfall(sample, name):
    cascade = sample(name).cascade
    customers = np.flatnonzero(cascade.network.customer_weight)[:5]
    parts = np.array([causes_of(sample(name), customer) for customer in customers])
    assert np.allclose(parts.sum(axis=1), cascade.received[customers], atol=1e-12)


def test_the_waterfall_takes_customers_only(sample):
    assert "Business guests" in words(draw_waterfall(sample("hotel"), customer="business_guests"))
    with pytest.raises(ParameterError, match="leisure_guests"):
        draw_waterfall(sample("hotel"), customer="maintenance")


@pytest.mark.parametrize("name", ["worked_example", "hotel", "clinica", "it_service_desk"])
def test_only_services_within_a_loop_lie_below_the_diagonal(sample, name):
    analysis = sample(name)
    order = matrix_order(analysis)
    place = np.full(len(analysis.organization.departments), -1)
    place[order] = np.arange(len(order))
    network, label = analysis.cascade.network, analysis.cascade.components.label
    back = place[network.supplier] > place[network.client]
    assert (label[network.supplier[back]] == label[network.client[back]]).all()
    # Each loop stands together.
    changes = (np.diff(label[order]) != 0).sum()
    assert changes == len(np.unique(label[order])) - 1


def test_a_reduced_matrix_says_its_share(sample):
    shown = " ".join(words(draw_matrix(sample("it_service_desk"), most=20)).split())
    assert "20 of 301 departments are drawn" in shown


def test_importance_and_performance_by_hand(sample):
    analysis = sample("worked_example")
    found = standing(analysis)
    ids = analysis.organization.departments["id"].to_numpy()[found.department].tolist()
    by_name = dict(zip(ids, zip(found.importance, found.performance, strict=True), strict=True))
    # Reach of a service is lambda of its client times A: IT .30 + .15, HR .15, Sales and Support .5 each. Support's
    # lambda is .5 * .6 = .30, since .075 comes through of the .125 that it lacks.
    assert by_name["IT"] == pytest.approx((0.45, 1 - (0.30 * 0.5 + 0.15 * 0.25) / 0.45))
    assert by_name["HR"] == pytest.approx((0.15, 1.0))
    assert by_name["Sales"] == pytest.approx((0.5, 0.6))
    assert found.cut_importance == pytest.approx((0.45 + 0.15 + 0.5 + 0.5) / 4)


def test_the_quadrant_draws_a_disc_for_each_department_that_reaches_a_customer(sample):
    figure = draw_quadrant(sample("hotel"), top=10)
    assert len(figure.findobj(Circle)) == 10
    assert "not drawn: 7" in words(figure)


def test_a_repair_settles_at_what_the_cascade_says(sample):
    analysis = sample("hotel")
    frame = mended(analysis, "maintenance")
    weight = analysis.customers()["weight"].reindex(frame.columns).to_numpy()
    gained = (frame.iloc[0] - frame.iloc[-1]).to_numpy() @ weight
    # At stringency 1 mending its own shortfalls gains exactly what they contribute.
    assert gained == pytest.approx(analysis.departments().loc["maintenance", "contribution"], abs=1e-4)
    with pytest.raises(ParameterError, match="nobody"):
        mended(analysis, "nobody")


def test_the_pour_takes_levels_over_days(sample):
    analysis = sample("hotel")
    levels = pd.DataFrame(
        {"leisure_guests": [0.2, 0.2, 0.1], "business_guests": [0.2, 0.15, 0.1]}, index=[0.0, 2.5, 9.0]
    )
    figure = draw_pour(analysis, levels)
    assert "by round 9" in words(figure)
    assert_no_text_on_text(figure)


def _two_waves(first, second):
    """Return an analysis of two periods of a chain, by the fulfilments of IT and Sales."""
    rows = [
        (supplier, client, service, 10, fulfilment, period)
        for period, scores in (("2024", first), ("2025", second))
        for (supplier, client, service), fulfilment in zip(
            [("IT", "Sales", "tickets"), ("Sales", "Buyers", "orders")], scores, strict=True
        )
    ]
    columns = ["supplier", "client", "service", "expectation", "fulfilment", "period"]
    return analyze(Organization.from_frames(pd.DataFrame(rows, columns=columns)), transmission=0.6)


def test_the_change_is_a_waterfall_whose_title_names_the_greatest_step():
    """By hand: IT from 5 to 7 takes .12 of .4 away (.6 of .2); Sales then lacks .28 = .1 + .6 * .3 and stays."""
    better = _two_waves((5, 6), (7, 7.2))
    for language in ("en", "es"):
        assert_no_text_on_text(draw(better, "change", language=language))
    shown = words(draw(better, "change"))
    assert f"fell from 40.0{PERCENT} to 28.0{PERCENT}, most of all by IT" in shown
    assert "−12.00" in shown
    assert "rose" in words(draw(_two_waves((7, 7.2), (5, 6)), "change"))
    assert f"stayed at 40.0{PERCENT}" in words(draw(_two_waves((5, 6), (5, 6)), "change"))


def test_the_tower_of_differences_says_what_is_fuller():
    """By hand: Sales' glass goes from 50 to 70, the buyers' from 60 to 72."""
    drawn = draw(_two_waves((5, 6), (7, 7.2)), "difference")
    shown = words(drawn)
    assert "Glasses fuller than in 2024: 2; emptier: 0. Most of all Sales: +20 points" in shown
    assert {"+20", "+12", "–"} <= {text.get_text() for text in drawn.findobj(Text)}
    assert "emptier: 2. Most of all Sales: −20" in words(draw(_two_waves((7, 7.2), (5, 6)), "difference"))


def test_the_frontier_names_its_knee():
    plans = pd.DataFrame(
        {"cost": [0, 10, 20, 100], "shortfall": [0.20, 0.12, 0.08, 0.07], "label": ["today", "a", "b", "c " * 100]}
    )
    figure = draw_plans(plans, currency="MXN")
    assert f"20\N{NO-BREAK SPACE}MXN bring 92{PERCENT} of what the most expensive plan would" in words(figure)
    assert_no_text_on_text(figure)
    assert "no plan" in words(draw_plans(plans.head(0)))


@pytest.mark.parametrize("highest", [0.003, 0.0999, 0.1, 0.33, 1.0, 7.0, 12345.0])
def test_ticks_are_round_and_reach_past_the_highest(highest):
    marks = ticks(highest)
    assert marks[0] == 0
    assert marks[-1] >= highest > marks[-2] - 1e-12
    assert len(marks) <= 7
    assert float(f"{marks[1]:.0e}") == pytest.approx(marks[1])


def test_spread_places_keep_their_order_and_distance():
    wanted = np.array([0.5, 0.1, 0.5, 0.52, 3.0])
    places = spread(wanted, 0.3, 0.0, 3.0)
    assert (np.diff(np.sort(places)) >= 0.3 - 1e-12).all()
    assert places.min() >= 0 and places.max() <= 3 + 1e-12
    assert (np.diff(places[np.argsort(wanted, kind="stable")]) > 0).all()


@pytest.mark.parametrize("figure", ["frontier", "change", "difference", "trend"])
def test_decisions_are_drawn_from_the_analysis(sample, figure):
    drawn = draw(sample("clinica"), figure)
    assert_no_text_on_text(drawn)
    assert words(drawn)
    if figure != "frontier":
        with pytest.raises(ParameterError, match="two or more"):
            draw(sample("worked_example"), figure)


@pytest.mark.parametrize(
    ("name", "performance", "importance"),
    [("hotel", "Performance", "Importance"), ("clinica", "Desempeño", "Importancia")],
)
def test_the_quadrant_names_its_axes(sample, name, performance, importance):
    analysis = sample(name)
    figure = draw_quadrant(analysis)
    titles = [text.get_text() for text in figure.findobj(Text) if text.get_label() == "axis title"]
    assert [title.split(":")[0] for title in titles] == [performance, importance]
    box = figure.bbox
    for text in figure.findobj(Text):
        extent = text.get_window_extent()
        assert box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 and extent.y1 <= box.y1
    assert_no_text_on_text(figure)
