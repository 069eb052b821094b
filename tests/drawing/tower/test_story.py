"""Whether a tower tells the cause from the victim: widths, layers and words."""

import numpy as np
import pytest
from matplotlib.text import Text

from cxgraph.cascade.paths import heaviest_paths
from cxgraph.drawing.titles import few_answers, story_paths
from cxgraph.drawing.tower.figure import draw_tower
from cxgraph.drawing.tower.flows import choose_streams
from cxgraph.drawing.tower.layout import lay_out
from cxgraph.drawing.tower.story import HIGHEST_LAYER, tell
from cxgraph.privacy.gate import publishable

PERCENT = "\N{NO-BREAK SPACE}%"
ORGANISATIONS = ["worked_example", "hotel", "clinica", "it_service_desk"]


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_causes_and_what_is_inherited_are_those_of_the_table_of_departments(sample, name):
    analysis = sample(name)
    layout = lay_out(analysis)
    story, table = tell(publishable(analysis), layout), analysis.departments()
    ids = analysis.organization.departments["id"].to_numpy()
    assert story.causes
    shares = [story.cause[glass] for glass in story.causes]
    assert shares == sorted(shares, reverse=True)
    for glass in story.causes:
        assert story.cause[glass] == pytest.approx(table.loc[ids[layout.members[glass][0]], "share"], abs=1e-12)
    for glass, part in story.inherited.items():
        row = table.loc[ids[layout.members[glass][0]]]
        assert part == pytest.approx(row["passed_on"] / row["through_flow"], abs=1e-12)
        assert part >= 0.5
    assert story.layer.max() == HIGHEST_LAYER
    assert story.cause.sum() == pytest.approx(1)


def test_the_words_stand_under_the_glass_in_both_languages(sample):
    english = " ".join(text.get_text() for text in draw_tower(sample("hotel"), language="en").findobj(Text))
    spanish = " ".join(text.get_text() for text in draw_tower(sample("hotel"), language="es").findobj(Text))
    share = f"{100 * sample('hotel').departments()['share'].iloc[0]:.0f}\N{NO-BREAK SPACE}%"
    assert f"causes {share}" in english
    assert f"causa el {share}" in spanish
    assert f"receives 79{PERCENT} delivers 34{PERCENT}" in english  # of the first cause, Maintenance
    most = 100 * sample("hotel").customers()["share"].max()
    assert f"bears {most:.0f}\N{NO-BREAK SPACE}%" in english
    assert f"sufre el {most:.0f}\N{NO-BREAK SPACE}%" in spanish
    assert f"recibe el 79{PERCENT} entrega el 34{PERCENT}" in spanish


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_a_stream_is_as_wide_as_what_customers_miss_through_it(sample, name):
    analysis = sample(name)
    layout = lay_out(analysis, most_per_tier=6)
    streams, cascade = choose_streams(analysis, layout), analysis.cascade
    missed = np.zeros(len(streams.pair))
    for pair in np.unique(streams.pair):
        inside = layout.pair_of_service == pair
        missed[streams.pair == pair] = (cascade.service_reach * cascade.shortfall)[inside].sum()
    alone = np.bincount(streams.pair)[streams.pair] == 1
    scale = streams.cost[alone] / np.maximum(missed[alone], 1e-12)
    drawn = missed[alone] > 1e-9
    assert drawn.any()
    np.testing.assert_allclose(scale[drawn], scale[drawn][0], rtol=1e-9)
    assert streams.cost.max() == 1


@pytest.mark.parametrize("options", [{"focus": "kitchen"}, {"group_by": "division"}, {"most_per_tier": 3}])
def test_a_department_keeps_its_tiers_number_in_every_picture(sample, options):
    analysis = sample("hotel")
    whole, part = lay_out(analysis), lay_out(analysis, **options)

    def numbers(layout):
        return {
            int(members[0]): layout.tier_number[layout.tier[glass]]
            for glass, members in enumerate(layout.members)
            if layout.kind[glass] == "department"
        }

    found, fixed = numbers(part), numbers(whole)
    assert found
    assert all(fixed[department] == number for department, number in found.items())


def labelled(figure, label):
    return [text.get_text() for text in figure.findobj(Text) if str(text.get_label()).startswith(label)]


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_the_story_is_of_the_services_that_the_tower_numbers_first(sample, name):
    analysis = sample(name)
    paths = story_paths(publishable(analysis))
    contribution = analysis.cascade.contribution
    ranked = np.lexsort((np.arange(len(contribution)), -contribution))
    assert [one.services[0] for one in paths] == ranked[: len(paths)].tolist()
    for one in paths:
        assert one.share == pytest.approx(contribution[one.services[0]] / analysis.customer_shortfall)
        assert 0 < one.path.share <= one.share + 1e-12
        best = max(heaviest_paths(analysis.cascade, top=5, first=one.services[0]), key=lambda path: path.weight)
        assert one.path.weight == best.weight


def test_the_story_shows_the_flow_that_the_headline_names(sample):
    first = story_paths(publishable(sample("hotel")))[0].path
    assert first.names[:2] == ("Maintenance", "Front desk")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ORGANISATIONS)
def test_no_key_of_a_tower_is_cut(sample, name, language):
    keys = labelled(draw_tower(sample(name), language=language), "legend")
    assert len(keys) > 10
    assert not [key for key in keys if key.endswith("…")]


def test_a_service_with_few_answers_says_so_where_it_is_numbered(sample):
    keys = " ".join(labelled(draw_tower(sample("clinica")), "legend"))
    assert keys.count("pocas respuestas") == 1  # of the six, Dirección médica → Gerencia rests on four
    analysis = sample("clinica")
    thin = few_answers(publishable(analysis))
    answers = publishable(analysis).answers
    assert thin.tolist() == (answers < analysis.organization.settings.min_responses).tolist()
    assert thin.any()


def test_a_name_of_several_tiers_stands_once_and_suppliers_from_outside_are_told(sample):
    figure = draw_tower(sample("clinica"))
    names = " ".join(labelled(figure, "tier-name-"))
    assert names.count("Servicios de apoyo") == 1
    assert names.count("Dirección") == 1
    assert "(proveedor externo)" in " ".join(labelled(figure, "name-"))
