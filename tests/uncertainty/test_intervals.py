"""Intervals of shares and ranks, and what is said where none can be given."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.analysis import analyze
from cxgraph.errors import ParameterError
from cxgraph.model.organization import Organization
from cxgraph.uncertainty import intervals as intervals_module
from cxgraph.uncertainty.intervals import ranks_of


def organization(spread=1.0, number=20, **columns):
    services = pd.DataFrame(
        {
            "supplier": ["IT", "IT", "HR", "Sales", "Support"],
            "client": ["Sales", "Support", "Support", "Buyers", "Buyers"],
            "expectation": [10.0, 8, 8, 10, 10],
            "fulfilment": [5.0, 6, 8, 6, 7],
            "responses": number,
            "fulfilment_sd": spread,
            **columns,
        }
    )
    return Organization.from_frames(services)


def test_intervals_hold_the_estimate_and_widen_with_the_spread():
    narrow, wide = (analyze(organization(spread), transmission=0.6).intervals(draws=400) for spread in (0.5, 2.0))
    for found in (narrow, wide):
        table = found.table
        assert (table["low"] <= table["share"]).all()
        assert (table["share"] <= table["high"]).all()
        assert (table["rank_low"] <= table["rank"]).all()
        assert (table["rank"] <= table["rank_high"]).all()
        assert table["p_top1"].sum() == pytest.approx(1.0)
        assert (table["p_topk"] >= table["p_top1"]).all()
        assert found.low < found.customer_shortfall < found.high
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert narrow.table.loc["IT", "p_top1"] > wide.table.loc["IT", "p_top1"] > 0.3


def test_the_interval_of_j_is_that_of_theory_where_nothing_bends():
    # One service, a shortfall far from 0 and 1: J moves with the mean alone.
    services = pd.DataFrame(
        {
            "supplier": ["A"],
            "client": ["Z"],
            "expectation": 10.0,
            "fulfilment": 5.0,
            "responses": 400,
            "fulfilment_sd": 2.0,
        }
    )
    found = analyze(Organization.from_frames(services)).intervals(draws=20_000)
    half = 1.6449 * 2.0 / 20.0 / 10.0
    assert found.low == pytest.approx(0.5 - half, abs=0.001)
    assert found.high == pytest.approx(0.5 + half, abs=0.001)


def test_same_seed_same_bytes_and_another_seed_another_table():
    analysis = analyze(organization())
    tables = [analysis.intervals(draws=100, seed=seed).to_frame() for seed in (1, 1, 2)]
    assert tables[0]["low"].to_numpy().tobytes() == tables[1]["low"].to_numpy().tobytes()
    assert not tables[0].equals(tables[2])


def test_draws_do_not_depend_on_how_many_fit_into_a_block(monkeypatch):
    from cxgraph.uncertainty import batch as solving

    whole = analyze(organization()).intervals(draws=60).table
    monkeypatch.setattr(solving, "BLOCK", 35)
    parts = analyze(organization()).intervals(draws=60).table
    # Aggregates are drawn row by row, so the same numbers come in other blocks.
    pd.testing.assert_frame_equal(whole, parts)


def test_no_number_of_answers_means_no_interval_and_says_so():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [10, 10], "fulfilment": [5, 6]}
    )
    found = analyze(Organization.from_frames(services), transmission=0.6).intervals()
    assert not found.available
    assert found.table["low"].isna().all()
    assert "No interval can be given" in str(found.notes[0])
    assert found.table["share"].tolist() == pytest.approx([0.75, 0.25, 0.0])


def test_what_is_held_fixed_is_counted():
    found = analyze(organization(number=[20, 20, 20, np.nan, 20])).intervals(draws=50)
    assert found.methods == {"fixed": 1, "respondents": 0, "answers": 0, "aggregates": 4}
    assert [note.code for note in found.notes] == ["held-fixed"]


def test_thin_departments_are_flagged():
    table = analyze(organization(number=[4, 4, 20, 20, 20])).intervals(draws=50).table
    assert table["thin"].to_dict() == {"IT": True, "Support": False, "Sales": False, "Buyers": False, "HR": False}


def test_services_of_small_groups_are_hidden():
    services = pd.DataFrame(
        {
            "supplier": ["IT", "Sales"],
            "client": ["Sales", "Buyers"],
            "expectation": [10, 10],
            "fulfilment": [5, 6],
            "responses": [3, 30],
            "fulfilment_sd": 1.0,
        }
    )
    found = analyze(Organization.from_frames(services, min_respondents=5)).intervals(draws=50).services
    assert found["hidden"].tolist() == [True, False]
    assert found["thin"].tolist() == [True, False]
    assert found.loc[0, ["responses", "units", "standard_error", "shrink"]].isna().all()
    assert found.loc[1, "units"] == 30


def test_pooling_reports_its_shrinkage_and_narrows():
    plain, pooled = (analyze(organization(2.0, 5)).intervals(draws=300, pooling=choice) for choice in (False, True))
    assert (plain.table["shrink"] == 1).all()
    assert (pooled.table.loc[["IT", "Sales"], "shrink"] < 1).all()
    assert pooled.high - pooled.low < plain.high - plain.low


def test_draws_of_the_transmission_widen_the_intervals():
    class Uncertain:
        def draws(self, count, seed):
            return np.random.default_rng(seed).uniform(0, 0.9, (count, 5))

    analysis = analyze(organization(0.5))
    known, uncertain = (analysis.intervals(draws=300, calibration=choice).table for choice in (None, Uncertain()))
    width = [(table.loc["IT", "high"] - table.loc["IT", "low"]) for table in (known, uncertain)]
    assert width[1] > 2 * width[0]


def test_draws_of_another_organisation_are_refused():
    class Foreign:
        def draws(self, count, seed):
            return np.full((count, 3), 0.5 + 0 * seed)

    with pytest.raises(ParameterError, match="transmission"):
        analyze(organization()).intervals(draws=30, calibration=Foreign())


def test_progress_is_told():
    seen = []
    analyze(organization()).intervals(draws=50, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (50, 50)


@pytest.mark.parametrize("options", [{"draws": 5}, {"draws": 2.5}, {"level": 1.0}, {"top": 0}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ParameterError):
        analyze(organization()).intervals(**options)


def test_customers_who_lack_nothing_have_no_first():
    found = analyze(organization(0.01, fulfilment=10.0, expectation=5.0)).intervals(draws=50)
    assert found.customer_shortfall == 0
    assert (found.table["p_top1"] == 0).all()
    assert not found.table["thin"].any()


@settings(max_examples=50)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=9))
def test_ranks_count_who_is_higher(values):
    array = np.array(values, float)
    expected = [1 + sum(other > value for other in values) for value in values]
    assert ranks_of(array).tolist() == expected
    assert ranks_of(np.stack([array, array])).tolist() == [expected, expected]


def test_coverage_and_certainty_on_a_small_simulation():
    # A short run of tests/benchmarks/coverage.py: nominal 90 %, and the bounds allow for 30 trials.
    rng = np.random.default_rng(0)
    hits = []
    for trial in range(30):
        truth = np.array([5.0, 6.0, 7.6, 6.0, 7.0])
        true = analyze(organization(fulfilment=truth), transmission=0.6).departments()["share"]
        marks = rng.normal(truth, 1.5, (12, 5))
        seen = organization(marks.std(axis=0, ddof=1), 12, fulfilment=marks.mean(axis=0))
        table = analyze(seen, transmission=0.6).intervals(draws=200, seed=trial).table
        causes = true[true > 0]
        hits += list((table.loc[causes.index, "low"] <= causes) & (causes <= table.loc[causes.index, "high"]))
    assert 0.8 <= np.mean(hits) <= 0.98


def test_an_interval_is_reached_out_by_twice_the_bias_on_its_side():
    drawn = np.array([[0.3], [0.4], [0.5]])  # their mean is 0.4, and so is their median

    def reached(point):
        return tuple(float(end[0]) for end in intervals_module._reach_out(drawn, np.array([point]), 0.5))

    assert reached(0.4) == pytest.approx((0.35, 0.45))
    assert reached(0.42) == pytest.approx((0.35, 0.49)), "draws that lie 0.02 too low: 0.04 more above"
    assert reached(0.38) == pytest.approx((0.31, 0.45))
    assert reached(0.9) == pytest.approx((0.35, 1.0)), "never beyond 1"
    assert reached(0.05) == pytest.approx((0.0, 0.45)), "never below 0"


@pytest.mark.parametrize("value", [1.0, -0.1, np.nan])
def test_one_impossible_transmission_among_the_draws_is_refused(value):
    class Spoilt:
        def draws(self, count, seed):
            drawn = np.full((count, 5), 0.5 + 0 * seed)
            drawn[3, 2] = value
            return drawn

    with pytest.raises(ParameterError, match="transmission"):
        analyze(organization()).intervals(draws=30, calibration=Spoilt())


@pytest.mark.parametrize(("option", "least"), [("draws", 20), ("top", 1)])
def test_the_least_that_options_take(option, least):
    assert analyze(organization()).intervals(**{"draws": 20, option: least}).available
    with pytest.raises(ParameterError, match=f"{option} is"):
        analyze(organization()).intervals(**{"draws": 20, option: least - 1})


@pytest.mark.parametrize(("few", "thin"), [(4, True), (5, False)])
def test_a_department_is_thin_from_half_of_its_contribution_on(few, thin):
    services = pd.DataFrame(
        {
            "supplier": ["A", "A"],
            "client": ["Y", "Z"],
            "expectation": 10.0,
            "fulfilment": 5.0,
            "responses": [few, 30],
            "fulfilment_sd": 1.0,
        }
    )
    assert analyze(Organization.from_frames(services)).intervals(draws=20).table.loc["A", "thin"] == thin


def test_a_shrinkage_of_one_service_is_that_of_its_department():
    found = analyze(organization(2.0, 5)).intervals(draws=20, pooling=True)
    assert found.table["shrink"].between(0, 1).all()
    assert (found.table.loc[["HR", "Sales", "Support"], "shrink"] < 1).all()
    assert found.table.loc["Buyers", "shrink"] == 1


def test_pooled_scores_are_drawn_with_the_spread_that_is_left_of_them():
    services = pd.DataFrame(
        {
            "supplier": "A",
            "client": ["X", "Y", "Z"],
            "expectation": 10.0,
            "fulfilment": [4.0, 5.5, 6.0],
            "responses": 9,
            "fulfilment_sd": 2.0,
        }
    )
    analysis = analyze(Organization.from_frames(services))
    plain, pooled = (analysis.intervals(draws=400, pooling=choice) for choice in (False, True))
    shrink = pooled.services["shrink"].to_numpy()
    assert 0.2 < shrink[0] < 0.8
    assert shrink == pytest.approx(shrink[0])
    ratio = (pooled.high - pooled.low) / (plain.high - plain.low)
    assert ratio == pytest.approx(np.sqrt(shrink[0]), rel=0.05)
