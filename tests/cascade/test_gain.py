"""What repairing a department gains: against a what-if through the scores, and against contributions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph import Organization, ParameterError, ServiceChange, analyze


def _organization(seed: int) -> Organization:
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(5) for b in range(7) if a != b and (b >= 5 or rng.random() < 0.5)]
    names = ["A", "B", "C", "D", "E", "Buyers", "Guests"]
    services = pd.DataFrame(
        {
            "supplier": [names[a] for a, _ in pairs],
            "client": [names[b] for _, b in pairs],
            "expectation": rng.integers(6, 11, len(pairs)).astype(float),
            "fulfilment": rng.integers(3, 10, len(pairs)).astype(float),
        }
    )
    return Organization.from_frames(services, customers=["Buyers", "Guests"])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 2.0, 4.0]))
def test_gain_is_the_fall_of_a_what_if_that_leaves_what_is_inherited(seed: int, stringency: float) -> None:
    analysis = analyze(_organization(seed), transmission=0.5, stringency=stringency)
    services, table = analysis.services(), analysis.departments()
    for department in table.index[:3]:
        given_by = services[(services["supplier"] == department) & (services["own"] > 0)]
        repaired = [
            ServiceChange(str(row.supplier), str(row.client), fulfilment=(1 - row.inherited) * row.expectation)
            for row in given_by.itertuples()
        ]
        after = analysis.what_if(repaired).customer_shortfall
        assert table.loc[department, "gain"] == pytest.approx(analysis.customer_shortfall - after, abs=1e-9)
        points = float((given_by["own"] * given_by["expectation"]).sum())
        if points > 0:
            assert table.loc[department, "gain_per_point"] == pytest.approx(table.loc[department, "gain"] / points)
            assert table.loc[department, "gain_per_service"] == pytest.approx(
                table.loc[department, "gain"] / len(given_by)
            )


def test_at_stringency_1_it_is_the_contribution_and_above_it_is_not() -> None:
    organization = _organization(3)
    plain = analyze(organization, transmission=0.5).departments()
    assert plain["gain"].tolist() == plain["contribution"].tolist()
    strict = analyze(organization, transmission=0.5, stringency=4.0).departments()
    assert not np.allclose(strict["gain"], strict["contribution"], atol=1e-4)


@pytest.mark.parametrize("by", ["contribution", "gain", "gain_per_point"])
def test_bottlenecks_are_ranked_by_what_was_asked_for(by: str) -> None:
    analysis = analyze(_organization(5), transmission=0.5, stringency=4.0)
    ranked = analysis.bottlenecks(5, by=by)
    assert ranked[by].is_monotonic_decreasing
    assert set(ranked.index) == set(analysis.bottlenecks(5).index)


def test_an_unknown_ranking_is_refused() -> None:
    with pytest.raises(ParameterError, match="gain_per_point"):
        cxgraph.analyze(_organization(1), transmission=0.5).bottlenecks(3, by="luck")
