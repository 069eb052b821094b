"""The interactive view of an organisation in which small groups answered: what it holds, shows and computes."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization, analyze
from cxgraph.decide.what_if import ServiceChange
from cxgraph.drawing.view.page import render_view

PAIRS = [
    ("IT", "Sales"),
    ("HR", "Sales"),
    ("Legal", "Sales"),
    ("IT", "Shop"),
    ("HR", "Shop"),
    ("IT", "Legal"),
    ("IT", "Support"),
    ("Sales", "IT"),
    ("Sales", "Buyers"),
    ("Shop", "Buyers"),
    ("Support", "Buyers"),
]
FEW = {("HR", "Sales"): 2, ("Legal", "Sales"): 2, ("IT", "Legal"): 1}


def firm(least=5, *, exchanged=False):
    random = np.random.default_rng(5)
    fulfilment = random.uniform(3, 8, len(PAIRS))
    if exchanged:
        fulfilment[[1, 2]] = fulfilment[[2, 1]]
    services = pd.DataFrame(
        {
            "supplier": [a for a, _ in PAIRS],
            "client": [b for _, b in PAIRS],
            "expectation": 9.0,
            "fulfilment": fulfilment,
            "responses": [FEW.get(pair, 9) for pair in PAIRS],
        }
    )
    return analyze(Organization.from_frames(services, min_respondents=least))


def data_of(html):
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(found[1])


@pytest.fixture(scope="module")
def analysis():
    return firm()


def test_the_page_holds_averages_in_place_of_hidden_scores(analysis):
    data = data_of(render_view(analysis))
    hidden = data["withheld"]["services"]
    assert {(analysis.cascade.network.supplier[e], analysis.cascade.network.client[e]) for e in hidden}
    inside = np.array(data["network"]["fulfilment"], float)
    true = analysis.cascade.network.fulfilment
    assert (np.abs(inside[hidden] - true[hidden]) > 1e-3).all()
    others = np.setdiff1d(np.arange(len(true)), hidden)
    np.testing.assert_array_equal(inside[others], true[others])
    assert render_view(analysis) == render_view(firm(exchanged=True))


def test_nothing_new_is_in_the_page_where_nothing_is_withheld():
    page = render_view(firm(least=1))
    data = data_of(page)
    assert "withheld" not in data
    assert not [key for key in data["texts"] if "withheld" in key]
    assert page != render_view(firm(least=1, exchanged=True))


@pytest.mark.browser
def test_what_is_withheld_is_said_and_has_no_slider(analysis, open_view):
    shown = analysis.suppressed()
    page = open_view(render_view(analysis))
    assert "Suppressed: 5 services and" in page.text_content("header")
    names = shown.organization.departments["name"].tolist()
    page.evaluate(f"window.cxgraphView.page.select({names.index('HR')})")
    rows = page.locator("#given tbody tr").all_text_contents()
    of_sales = next(row for row in rows if row.startswith("Sales"))
    assert "suppressed" in of_sales
    assert not re.search(r"\d", of_sales)
    sliders = page.locator("#levers label").all_text_contents()
    assert [text for text in sliders if "Shop" in text]
    assert not [text for text in sliders if "Sales" in text]
    page.evaluate(f"window.cxgraphView.page.select({names.index('Legal')})")
    assert "suppressed" in page.text_content("#subject")
    assert not re.search(r"\d", page.text_content("#subject").replace("Tier 1", ""))
    page.click("#as-table")
    tables = page.locator("#tables tbody tr").all_text_contents()
    hidden = [text for text in tables if text.startswith(("HRSales", "LegalSales", "ITLegal"))]
    assert len(hidden) == 3
    assert not [text for text in hidden if re.search(r"\d", text)]
    assert not [text for text in tables if text.startswith("ITShop") and "suppressed" in text]


@pytest.mark.browser
def test_the_page_computes_what_python_computes_of_what_it_shows(analysis, open_view):
    shown = analysis.suppressed()
    network = shown.cascade.network
    page = open_view(render_view(analysis))
    names = shown.organization.departments["id"].to_numpy()
    edge = next(
        e for e in range(network.services) if (names[network.supplier[e]], names[network.client[e]]) == ("IT", "Shop")
    )
    better = shown.what_if([ServiceChange("IT", "Shop", "service", fulfilment=8.5)])
    found = page.evaluate(
        """([e, level]) => {
      const { page } = window.cxgraphView;
      const before = page.base.customerShortfall;
      page.setService(e, level);
      page.settle();
      return { before, received: [...page.now.received], total: page.now.customerShortfall };
    }""",
        [edge, 8.5],
    )
    assert found["before"] == pytest.approx(analysis.customer_shortfall, rel=0, abs=1e-9)
    assert found["total"] == pytest.approx(better.customer_shortfall, rel=0, abs=1e-9)
    np.testing.assert_allclose(found["received"], better.cascade.received, rtol=0, atol=1e-9)
