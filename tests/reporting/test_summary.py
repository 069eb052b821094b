"""The finding in sentences, each with its own case by hand."""

import pandas as pd
import pytest

import cxgraph.reporting.headline as headline_module
from cxgraph import Organization, analyze
from cxgraph.privacy.gate import publishable
from cxgraph.reporting import results as results_module
from cxgraph.reporting.headline import DRAWS, LARGE
from cxgraph.reporting.results import compute_results
from cxgraph.reporting.summary import headline, transmission_sentence
from cxgraph.reporting.text import ranking_text
from cxgraph.wording import Translator

TRANSLATE = Translator("en")


def firm(rows, **options):
    services = pd.DataFrame(rows, columns=["supplier", "client", "expectation", "fulfilment"])
    return Organization.from_frames(services, name="Shop", **options)


def chain(first=5, second=6):
    return firm([("IT", "Sales", 10, first), ("Sales", "Buyers", 10, second)])


@pytest.mark.parametrize(("top", "together"), [(1, False), (2, True), (5, True)])
def test_shares_are_added_up_from_two_departments_on(top, together):
    text = ranking_text(analyze(chain(), transmission=0.6), top, TRANSLATE)
    assert ("Together: 100.0\xa0% of the customers' gap." in text) == together
    assert "1. 75.0\xa0% of it originates in IT" in text
    assert ("2. 25.0\xa0% of it originates in Sales" in text) == together


def test_nothing_short_is_said_in_one_sentence():
    text = ranking_text(analyze(chain(10, 10)), 5, TRANSLATE)
    assert text.startswith("Shop: nothing that its customers expect falls short.")
    assert "Together" not in text and "1." not in text.split("\n\n")[0]


def test_the_headline_names_the_first():
    published = publishable(analyze(chain(), transmission=0.6))
    assert headline(TRANSLATE, published) == (
        "Shop: the customers' gap is 40.0\xa0% of what they expect, and 75.0\xa0% of that originates in IT."
    )


def test_one_transmission_or_a_range():
    assert transmission_sentence(analyze(chain(), transmission=0.6), TRANSLATE) == (
        "Transmission 0.60 for all departments."
    )
    assert "from 0.20 to 0.60" in transmission_sentence(
        analyze(chain(), transmission={"IT": 0.2, "Sales": 0.6, "Buyers": 0.6}), TRANSLATE
    )


@pytest.mark.parametrize(("limit", "draws", "rivals"), [(3, 1000, 25), (2, 100, 5)])
def test_a_large_organisation_is_drawn_less_often(monkeypatch, limit, draws, rivals):
    """Two services between three departments are not more than three, but more than two."""
    assert (DRAWS, LARGE) == (1000, 50_000)
    for module in (results_module, headline_module):
        monkeypatch.setattr(module, "LARGE", limit)
    rows = firm([("IT", "Sales", 10, 5), ("Sales", "Buyers", 10, 6)]).services
    organization = Organization.from_frames(
        rows[["supplier", "client", "expectation", "fulfilment"]].assign(responses=9, fulfilment_sd=1.0)
    )
    analysis = analyze(organization, transmission=0.6)
    asked = {}
    for name in ("intervals", "alternative_models"):
        plain = getattr(type(analysis), name)

        def told(self, *args, _plain=plain, _name=name, **options):
            asked.setdefault(_name, []).append(options)
            return _plain(self, *args, **options)

        monkeypatch.setattr(type(analysis), name, told)
    compute_results(analysis)
    assert {options["draws"] for options in asked["intervals"]} == {draws}
    assert [options["most"] for options in asked["alternative_models"]] == [rivals]
