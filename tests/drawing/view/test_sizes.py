"""Large organisations: what the first picture holds, and how large the page is."""

import numpy as np
import pytest

from cxgraph.drawing.view.data import view_data
from cxgraph.drawing.view.page import render_view
from cxgraph.wording import Translator


def held(analysis, picture):
    """Share of the customers' shortfall that originates in the services of a picture's streams."""
    network = analysis.cascade.network
    glass = np.full(network.departments, -1)
    for node in picture["nodes"]:
        glass[node.get("members", [node["id"]])] = node["id"]
    pairs = {(edge["from"], edge["to"]) for edge in picture["edges"] if "service" not in edge}
    single = {edge["service"] for edge in picture["edges"] if "service" in edge}
    ends = zip(glass[network.supplier].tolist(), glass[network.client].tolist(), strict=True)
    inside = np.array([e in single or pair in pairs for e, pair in enumerate(ends)])
    return analysis.cascade.contribution[inside].sum() / analysis.customer_shortfall


@pytest.mark.parametrize(("departments", "services"), [(300, 1200), (2000, 6000)])
def test_the_first_picture_holds_four_fifths_of_the_shortfall(random_analysis, departments, services):
    analysis = random_analysis(7, departments, services)
    picture = view_data(analysis, Translator("en"))["pictures"][0]
    assert held(analysis, picture) >= 0.8
    assert len(picture["nodes"]) <= 80
    assert len(picture["edges"]) <= 300


def test_a_page_grows_by_few_bytes_a_service(random_analysis):
    analyses = [random_analysis(3, count // 4, count) for count in (6_500, 20_000)]
    sizes = [len(render_view(analysis)) for analysis in analyses]
    services = [analysis.cascade.network.services for analysis in analyses]
    assert (sizes[1] - sizes[0]) / (services[1] - services[0]) <= 40
    assert sizes[1] < 2_000_000
