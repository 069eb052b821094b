import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from cxgraph import Organization, ParameterError, analyze
from cxgraph.drawing.tower.figure import WIDTH, draw_tower
from cxgraph.drawing.tower.flows import choose_streams
from cxgraph.drawing.tower.layout import lay_out

READABLE = 9.5  # pixels of font size in a picture 1,400 pixels wide


def boxes(figure):
    """Return the rectangle of every text and every bowl, in inches from the lower left corner, by label."""
    renderer = figure.canvas.get_renderer()
    texts = [
        (text.get_label(), text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text()
    ]
    bowls = [
        (patch.get_label(), "", patch.get_window_extent(renderer))
        for patch in figure.findobj(PathPatch)
        if str(patch.get_label()).startswith("glass-")
    ]
    return texts, bowls


def meet(one, other, slack=0.5):
    """Whether two rectangles overlap by more than half a dot."""
    return (
        one.x0 + slack < other.x1
        and other.x0 + slack < one.x1
        and one.y0 + slack < other.y1
        and other.y0 + slack < one.y1
    )


def assert_legible(figure):
    texts, bowls = boxes(figure)
    width, height = figure.get_size_inches() * figure.dpi
    for at, (label, text, box) in enumerate(texts):
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, f"{text!r} leaves the picture"
        for other_label, other, other_box in texts[:at]:
            assert not meet(box, other_box), f"{label} {text!r} lies on {other_label} {other!r}"
        for glass, _, bowl in bowls:
            if label != f"{glass}-fill":
                assert not meet(box, bowl), f"{label} {text!r} lies on {glass}"
    smallest = min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text())
    assert smallest / 72 * 1400 / figure.get_size_inches()[0] >= READABLE


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["worked_example", "hotel", "clinica", "it_service_desk"])
def test_no_label_lies_on_another_or_on_a_glass(sample, name, language):
    assert_legible(draw_tower(sample(name), language=language))


@pytest.mark.parametrize("language", ["en", "es"])
def test_hostile_names_keep_their_place(hostile, language):
    assert_legible(draw_tower(hostile, language=language))


@pytest.mark.parametrize(
    "options", [{"focus": "front_desk"}, {"focus": "leisure_guests"}, {"group_by": "division"}, {"most_per_tier": 2}]
)
def test_other_views_of_an_organisation_are_legible_too(sample, options):
    assert_legible(draw_tower(sample("hotel"), **options))


@pytest.mark.parametrize(("departments", "services"), [(40, 120), (300, 900), (2000, 6000)])
def test_random_organisations_of_any_size_are_legible(random_analysis, departments, services):
    assert_legible(draw_tower(random_analysis(7, departments, services)))


def words(figure):
    return " ".join(text.get_text() for text in figure.findobj(Text))


def test_the_title_states_the_finding_in_the_readers_language(sample):
    told = "originates in Maintenance and reaches them mostly through Front desk"
    assert told in words(draw_tower(sample("hotel")))
    told = "se origina en Informática y les llega sobre todo a través de Urgencias 24 horas"
    assert told in words(draw_tower(sample("clinica")))


def test_the_numbered_services_are_those_that_cost_most(sample):
    analysis = sample("hotel")
    table = analysis.services().head(6)
    streams = choose_streams(analysis, lay_out(analysis))
    network = analysis.cascade.network
    ids = analysis.organization.departments["id"].to_numpy()
    found = [(ids[network.supplier[service]], ids[network.client[service]]) for service in streams.costliest]
    assert found == list(zip(table["supplier"], table["client"], strict=True))
    numbers = [text for label, text, _ in boxes(draw_tower(analysis))[0] if str(label).startswith("badge-")]
    assert numbers == ["1", "2", "3", "4", "5", "6"]


def test_what_is_not_drawn_is_counted(sample):
    analysis = sample("it_service_desk")
    layout = lay_out(analysis, most_per_tier=6, most_streams=44)
    streams = choose_streams(analysis, layout)
    shown = words(draw_tower(analysis, most_per_tier=6))
    assert f"{301 - layout.hidden} of 301 departments" in " ".join(shown.split())
    assert 0 < streams.share < 1
    assert streams.services < analysis.cascade.network.services


def test_every_glass_has_its_fill(sample):
    analysis = sample("worked_example")
    layout = lay_out(analysis)
    shown = {label: text for label, text, _ in boxes(draw_tower(analysis))[0]}
    ids = list(analysis.organization.departments["id"])
    # By hand: D of Sales, Support and Customers is .5, .125 and .35; IT and HR receive nothing.
    for name, number in {"Sales": "50", "Support": "88", "Customers": "65", "IT": "–", "HR": "–"}.items():
        assert shown[f"glass-{layout.glass_of[ids.index(name)]}-fill"] == number


def test_streams_show_the_level_that_was_measured(sample):
    analysis = sample("worked_example")
    streams = choose_streams(analysis, lay_out(analysis))
    assert sorted(np.round(streams.level, 9)) == [0.5, 0.6, 0.7, 0.75, 1.0]
    assert streams.share == pytest.approx(1.0)
    assert streams.services == 5


def test_an_organisation_without_a_shortfall_says_so():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": 8, "fulfilment": 9}
    )
    figure = draw_tower(analyze(Organization.from_frames(services)))
    assert "Customers get all that they expect" in words(figure)
    assert_legible(figure)


def test_the_picture_is_fourteen_inches_wide(sample):
    assert draw_tower(sample("clinica")).get_size_inches()[0] == WIDTH


def test_an_unknown_focus_is_refused(sample):
    with pytest.raises(ParameterError, match="front_desk"):
        draw_tower(sample("hotel"), focus="frontdesk")


def test_a_tower_of_one_department_tells_of_that_one(sample):
    texts = [text for _, text, _ in boxes(draw_tower(sample("hotel"), focus="front_desk"))[0]]
    assert any(text.startswith("Front desk: 21.5\xa0% of the customers' gap originates there") for text in texts)


@pytest.mark.parametrize(
    ("options", "heading"),
    [
        ({}, "The six costliest services"),
        ({"focus": "kitchen"}, "The costliest services of those drawn"),
        ({"group_by": "division"}, "The costliest services of those drawn"),
    ],
)
def test_the_list_claims_no_more_than_the_picture_shows(sample, options, heading):
    texts, _ = boxes(draw_tower(sample("hotel"), **options))
    assert heading in " ".join(text for label, text, _ in texts if label == "heading")
