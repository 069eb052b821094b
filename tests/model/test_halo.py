"""A halo is put into scores and taken out again: what is left is what people would have said of each service alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph import Organization, ParameterError, analyze
from cxgraph.cascade.shortfall import shortfall
from cxgraph.model.halo import without_halo


def answered(scoring, lacks, importance, halo, answers=0):
    """Return an organisation of one client, whose true shortfalls are known, as it says them under a halo."""
    mean = float(np.average(lacks, weights=importance))
    felt = (1 - halo) * np.array(lacks) + halo * mean
    expectation = np.linspace(6, 9, len(lacks))
    fulfilment = {
        "ratio": 1 + (expectation - 1) * (1 - felt),
        "gap": expectation - 9 * felt,
        "perception": 1 + 9 * (1 - felt),
    }[scoring]
    services = pd.DataFrame(
        {
            "supplier": [f"s{place}" for place in range(len(lacks))],
            "client": "people",
            "expectation": expectation,
            "fulfilment": fulfilment,
            "importance": importance,
        }
    )
    options = {"customers": ["people"], "scale": (1, 10), "scoring": scoring, "halo": halo}
    return Organization.from_frames(services, **options)


@given(
    scoring=st.sampled_from(["ratio", "gap", "perception"]),
    lacks=st.lists(st.floats(0, 0.5), min_size=1, max_size=6),
    halo=st.floats(0, 0.9),
    seed=st.integers(0, 100),
)
def test_what_is_taken_out_is_what_was_put_in(scoring, lacks, halo, seed):
    importance = np.random.default_rng(seed).uniform(0.5, 2.0, len(lacks))
    found = without_halo(answered(scoring, lacks, importance, halo))
    assert shortfall(found.network(), scoring)[0] == pytest.approx(lacks, abs=1e-9)
    assert found.settings.halo == 0.0
    assert found.removed_halo == halo
    assert without_halo(found) is found


def test_worked_by_hand():
    services = pd.DataFrame({"supplier": ["a", "b"], "client": "c", "expectation": 10, "fulfilment": [6, 8]})
    plain = Organization.from_frames(services, customers=["c"])
    apart = analyze(plain, halo=0.5, transmission=0.6)
    # They lack .4 and .2, on average .3; without half a halo .3 + .1/.5 = .5 and .3 - .1/.5 = .1.
    assert apart.services().sort_values("supplier")["shortfall"].tolist() == pytest.approx([0.5, 0.1])
    assert apart.customer_shortfall == pytest.approx(0.3)
    assert apart.organization.measured.services["fulfilment"].tolist() == [6, 8]
    assert analyze(plain).organization is plain


def test_answers_and_periods_are_set_apart_alike():
    services = pd.DataFrame(
        {
            "supplier": ["a", "b"] * 2,
            "client": "c",
            "expectation": 10.0,
            "fulfilment": [6.0, 8.0, 4.0, 8.0],
            "period": ["2024", "2024", "2025", "2025"],
        }
    )
    found = without_halo(Organization.from_frames(services, customers=["c"], halo=0.5))
    assert found.services["fulfilment"].tolist() == pytest.approx([2.0, 10.0])
    assert sorted(found.history["fulfilment"]) == pytest.approx([2.0, 5.0, 9.0, 10.0])
    responses = pd.DataFrame(
        {
            "supplier": ["a", "a", "b", "b"],
            "client": "c",
            "expectation": 10.0,
            "fulfilment": [5.0, 7.0, 8.0, 8.0],
            "respondent": ["p", "q", "p", "q"],
        }
    )
    found = without_halo(Organization.from_frames(None, responses=responses, customers=["c"], halo=0.5))
    assert found.services["fulfilment"].tolist() == pytest.approx([5.0, 9.0])
    assert found.responses.groupby("supplier", observed=True)["fulfilment"].mean().tolist() == pytest.approx([5.0, 9.0])
    assert found.services["fulfilment_sd"].iloc[0] == pytest.approx(2 * np.std([5, 7], ddof=1))


@pytest.mark.parametrize("value", [-0.1, 0.95, 1, float("nan"), "much", True])
def test_no_other_values(value):
    services = pd.DataFrame({"supplier": ["a"], "client": ["c"], "expectation": [10], "fulfilment": [6]})
    with pytest.raises(ParameterError, match=r"halo is .*it takes a number from 0 to 0\.9"):
        Organization.from_frames(services, customers=["c"], halo=value)


def test_small_groups_are_averaged_before_anything_is_set_apart():
    services = pd.DataFrame(
        {
            "supplier": ["a", "b", "d", "e"],
            "client": "c",
            "expectation": 10.0,
            "fulfilment": [3.0, 8.0, 7.0, 9.0],
            "responses": [1, 8, 9, 7],
        }
    )
    options = {"customers": ["c"], "min_respondents": 3}
    seen = [
        analyze(Organization.from_frames(services.assign(fulfilment=[score, 8.0, 7.0, 9.0]), **options), halo=0.3)
        .suppressed()
        .services()["shortfall"]
        .tolist()
        for score in (3.0, 3.3)
    ]
    assert seen[0] == seen[1]
