"""What was agreed splits a gap into what nobody agreed and what is not kept, whatever the scoring."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cxgraph
from cxgraph.privacy.gate import publishable, services_table
from cxgraph.reporting.agreements import with_agreements
from cxgraph.tables.schema import SCORINGS

LEVELS = st.integers(0, 20).map(lambda half: half / 2)


def split(rows, scoring="ratio", **options):
    services = pd.DataFrame(rows, columns=["supplier", "client", "service", "expectation", "fulfilment", "commitment"])
    organization = cxgraph.Organization.from_frames(services, scoring=scoring, customers=["Buyers"], **options)
    found = publishable(cxgraph.analyze(organization))
    return with_agreements(found.analysis, services_table(found)).set_index("service")


def test_by_hand():
    # Expected 9, agreed 8, delivered 6 of 10: a gap of 3/9, a ninth never agreed, two ninths agreed and not delivered.
    found = split([("Shop", "Buyers", "advice", 9, 6, 8), ("Shop", "Buyers", "till", 9, 6, None)])
    assert list(found.index) == ["advice"]
    assert found.at["advice", "shortfall"] == pytest.approx(1 / 3)
    assert found.at["advice", "not_agreed"] == pytest.approx(1 / 9)
    assert found.at["advice", "not_kept"] == pytest.approx(2 / 9)


@pytest.mark.parametrize(
    ("agreed", "unagreed", "unkept"), [(5, 1 / 3, 0.0), (6, 1 / 3, 0.0), (9, 0.0, 1 / 3), (10, 0.0, 1 / 3)]
)
def test_a_level_outside_the_gap_leaves_it_whole(agreed, unagreed, unkept):
    row = split([("Shop", "Buyers", "advice", 9, 6, agreed)]).loc["advice"]
    assert row["not_agreed"] == pytest.approx(unagreed)
    assert row["not_kept"] == pytest.approx(unkept)


@given(
    scores=st.lists(st.tuples(LEVELS.filter(bool), LEVELS, LEVELS), min_size=1, max_size=6),
    scoring=st.sampled_from(SCORINGS),
)
def test_the_two_parts_add_up_to_the_gap(scores, scoring):
    found = split([("Shop", "Buyers", f"s{at}", *levels) for at, levels in enumerate(scores)], scoring)
    assert len(found) == len(scores)
    assert np.allclose(found["not_agreed"] + found["not_kept"], found["shortfall"], atol=1e-12)
    assert (found[["not_agreed", "not_kept"]].to_numpy() >= -1e-12).all()


def test_without_the_column_there_is_nothing_to_split():
    services = pd.DataFrame(
        [("Shop", "Buyers", "advice", 9, 6)], columns=["supplier", "client", "service", "expectation", "fulfilment"]
    )
    found = publishable(cxgraph.analyze(cxgraph.Organization.from_frames(services)))
    assert with_agreements(found.analysis, services_table(found)).empty


def test_a_suppressed_service_shows_nothing_of_what_was_agreed():
    rows = [("Shop", "Buyers", f"s{at}", 9, 6, 8) for at in range(4)]
    services = pd.DataFrame(rows, columns=["supplier", "client", "service", "expectation", "fulfilment", "commitment"])
    services["responses"] = [9, 9, 9, 1]
    organization = cxgraph.Organization.from_frames(services, customers=["Buyers"], min_respondents=5)
    found = publishable(cxgraph.analyze(organization))
    assert "s3" not in set(with_agreements(found.analysis, services_table(found))["service"])
