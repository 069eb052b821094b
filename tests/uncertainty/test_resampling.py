"""Draws spread as sampling theory says, by respondent where the respondent is known."""

import numpy as np
import pandas as pd
import pytest

from cxgraph.model.organization import Organization
from cxgraph.uncertainty import resampling
from cxgraph.uncertainty.resampling import PRIOR_FREEDOM, WAYS, prepare_sampling, sampling_units


def organization(said=None, **columns):
    services = pd.DataFrame(
        {
            "supplier": ["A", "B", "C"],
            "client": ["B", "Z", "Z"],
            "expectation": 9.0,
            "fulfilment": [5.0, 6.0, 7.0],
            **columns,
        }
    )
    departments = pd.DataFrame({"id": list("ABCZ"), "kind": ["internal"] * 3 + ["external_customer"]})
    return Organization.from_frames(services, departments, responses=said)


def answers(respondents, marks, supplier="B", client="Z", **columns):
    return pd.DataFrame(
        {
            "respondent": respondents,
            "supplier": supplier,
            "client": client,
            "expectation": 9.0,
            "fulfilment": marks,
            **columns,
        }
    )


def ways(sampling):
    return [WAYS[number] for number in sampling.method]


def test_each_service_is_drawn_by_the_best_that_is_known():
    frame = pd.concat(
        [
            answers([f"r{number}" for number in range(6)], [4.0, 5, 6, 6, 7, 8]),
            answers(["boss"] * 4, [6.0, 7, 7, 8], "A", "B"),
        ]
    )
    sampling = prepare_sampling(organization(frame, fulfilment=[7.0, 6.0, 7.0]))
    assert ways(sampling) == ["answers", "respondents", "fixed"]
    assert sampling.count.tolist()[:2] == [4.0, 6.0]


def test_aggregates_are_drawn_and_a_missing_number_is_not():
    sampling = prepare_sampling(organization(responses=[9, 16, np.nan], fulfilment_sd=[1.5, 2.0, 1.0]))
    assert ways(sampling) == ["aggregates", "aggregates", "fixed"]
    moved, expectation = sampling.draw(np.random.default_rng(0), 4000)
    np.testing.assert_allclose(moved.std(axis=0)[:2], sampling.standard_error[:2], rtol=0.05)
    assert (moved[:, 2] == 0).all()
    assert expectation is sampling.network.expectation


def test_standard_error_is_the_moderated_one():
    sampling = prepare_sampling(organization(responses=[9, 16, 4], fulfilment_sd=[1.5, 2.0, 1.0]))
    freedom, variance = np.array([8.0, 15, 3]), np.array([1.5, 2, 1]) ** 2
    pooled = (freedom * variance).sum() / freedom.sum()
    expected = (freedom * variance + PRIOR_FREEDOM * pooled) / (freedom + PRIOR_FREEDOM - 2) / np.array([9, 16, 4])
    np.testing.assert_allclose(sampling.standard_error**2, expected)


def test_one_answer_and_agreeing_answers_borrow_the_spread_of_all():
    sampling = prepare_sampling(organization(responses=[1, 16, 5], fulfilment_sd=[np.nan, 2.0, 0.0]))
    assert sampling.borrowed.tolist() == [True, False, True]
    assert ways(sampling) == ["aggregates"] * 3
    assert sampling.standard_error[0] > sampling.standard_error[2] > 0


def test_numbers_without_any_spread_cannot_be_drawn():
    assert ways(prepare_sampling(organization(responses=[9, 16, 4]))) == ["fixed"] * 3


def test_answers_that_all_agree_cannot_be_drawn_where_nothing_else_shows_a_spread():
    # Their deviations were divided by a spread of 0, and every draw was no number.
    sampling = prepare_sampling(organization(answers(["r1", "r2"], [6.0, 6.0])))
    assert ways(sampling) == ["fixed"] * 3
    moved, expectation = sampling.draw(np.random.default_rng(0), 20)
    assert not moved.any()
    assert np.isfinite(expectation).all()


def test_draws_by_respondent_have_the_spread_of_the_mean():
    rng = np.random.default_rng(3)
    marks = rng.normal(6, 1.2, 40).round(2)
    frame = answers([f"r{number}" for number in range(40)], marks)
    sampling = prepare_sampling(organization(frame, fulfilment=[5.0, marks.mean(), 7.0]))
    moved, _ = sampling.draw(np.random.default_rng(0), 4000)
    assert moved[:, 1].std() == pytest.approx(sampling.standard_error[1], rel=0.05)
    assert sampling.standard_error[1] == pytest.approx(marks.std(ddof=1) / np.sqrt(40), rel=0.06)
    assert abs(moved[:, 1].mean()) < 0.1 * moved[:, 1].std()


def test_respondents_move_all_their_services_together_and_clusters_widen():
    rng = np.random.default_rng(5)
    people = [f"r{number}" for number in range(25)]
    lenient = rng.normal(0, 2, 25)
    first = answers(people, np.clip(6 + lenient + rng.normal(0, 0.3, 25), 0, 10))
    second = answers(people, np.clip(6 + lenient + rng.normal(0, 0.3, 25), 0, 10), "C")
    frame = pd.concat([first, second])
    means = frame.groupby("supplier")["fulfilment"].mean()
    sampling = prepare_sampling(organization(frame, fulfilment=[5.0, means["B"], means["C"]]))
    moved, _ = sampling.draw(np.random.default_rng(0), 1000)
    assert np.corrcoef(moved[:, 1], moved[:, 2])[0, 1] > 0.9
    repeated = pd.concat([first, first, first])
    often = prepare_sampling(organization(repeated, fulfilment=[5.0, means["B"], 7.0]))
    assert often.units[1] == pytest.approx(25)
    assert often.standard_error[1] == pytest.approx(sampling.standard_error[1], rel=0.15)


def test_expectations_move_where_answers_state_them():
    frame = answers([f"r{number}" for number in range(20)], np.linspace(4, 8, 20))
    frame["expectation"] = np.tile([8.0, 10.0], 10)
    sampling = prepare_sampling(organization(frame, fulfilment=[5.0, 6.0, 7.0]))
    _, expectation = sampling.draw(np.random.default_rng(0), 500)
    assert expectation.shape == (500, 3)
    assert expectation[:, 1].std() == pytest.approx(1 / np.sqrt(19), rel=0.2)
    assert (expectation[:, 0] == 9).all()


def test_tickets_move_by_case_and_not_by_who_logged_them():
    frame = pd.DataFrame(
        {
            "respondent": pd.Categorical(["g", "g", "g", None]),
            "case": pd.Categorical(["1", "1", "2", None]),
            "source": pd.Categorical(["ticket", "ticket", "ticket", "client_survey"]),
        }
    )
    units = sampling_units(frame)
    assert units[0] == units[1] != units[2]
    assert len(set(units)) == 3
    surveyed = frame.assign(source=pd.Categorical(["client_survey"] * 4))
    assert len(set(sampling_units(surveyed))) == 2


def test_self_assessments_are_no_answers_of_clients():
    frame = answers(["r1", "r2", "r3"], [4.0, 6, 10], source=["client_survey", "client_survey", "self_assessment"])
    sampling = prepare_sampling(organization(frame, fulfilment=[5.0, 5.0, 7.0]))
    assert sampling.count[1] == 2


def test_same_seed_same_bytes():
    frame = answers([f"r{number}" for number in range(9)], np.arange(1.0, 10))
    draws = [
        prepare_sampling(organization(frame, fulfilment=[5.0, 5.0, 7.0], responses=[9, 9, 9], fulfilment_sd=[1, 1, 1]))
        .draw(np.random.default_rng(4), 50)[0]
        .tobytes()
        for _ in range(2)
    ]
    assert draws[0] == draws[1]


def test_units_drawn_in_blocks_are_those_drawn_at_once(monkeypatch):
    frame = answers([f"r{number}" for number in range(20)], np.linspace(4, 8, 20))
    frame["expectation"] = np.tile([8.0, 10.0], 10)
    sampling = prepare_sampling(organization(frame, fulfilment=[5.0, 6.0, 7.0]))
    at_once = sampling.draw(np.random.default_rng(4), 50)
    monkeypatch.setattr(resampling, "UNITS_AT_ONCE", 3)
    in_blocks = sampling.draw(np.random.default_rng(4), 50)
    for whole, summed in zip(at_once, in_blocks, strict=True):
        assert whole[:, 1].std() > 0
        np.testing.assert_allclose(summed, whole, rtol=1e-4, atol=1e-5)
