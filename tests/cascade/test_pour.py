"""The pour against the plain iteration, and by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph import NumericalError, Organization, ParameterError, analyze
from cxgraph.cascade import pour as pour_module
from cxgraph.cascade.change import change_cascade, settle_change
from cxgraph.cascade.pour import follow_change
from cxgraph.decide.what_if import ServiceChange

SEEDS = st.integers(0, 2**32 - 10)


def chain(lags=(1, 1, 1, 1)):
    """A -> B -> C -> K; A -> B lacks .5, the others pass on .6 of it and add nothing."""
    departments = pd.DataFrame(
        {"id": list("ABCK"), "lag": lags, "transmission": 0.6, "kind": ["internal"] * 3 + ["external_customer"]}
    )
    services = pd.DataFrame(
        [("A", "B", 10, 5), ("B", "C", 10, 7), ("C", "K", 10, 8.2)],
        columns=["supplier", "client", "expectation", "fulfilment"],
    )
    return analyze(Organization.from_frames(services, departments))


REPAIR = [ServiceChange("A", "B", fulfilment=10)]


def test_a_repair_three_services_away_takes_three_rounds():
    pour = chain().pour(REPAIR)
    assert pour.rounds.received.round(12).tolist() == [
        [0, 0.5, 0.3, 0.18],
        [0, 0, 0.3, 0.18],
        [0, 0, 0, 0.18],
        [0, 0, 0, 0],
    ]
    row = pour.to_frame().loc["K"]
    assert (row["rounds_to_half"], row["rounds_to_90"]) == (3, 3)
    assert (row["days_to_half"], row["days_to_90"]) == (3, 3)
    assert row["before"] == pytest.approx(0.18)
    assert row["gain"] == pytest.approx(0.18)
    assert pour.rounds.fill[0] == pytest.approx([1, 0.5, 0.7, 0.82])
    assert pour.rounds.customer_shortfall.tolist() == pytest.approx([0.18, 0.18, 0.18, 0])


def test_levels_of_the_customers_over_time():
    pour = chain((2, 5, 1, 1)).pour(REPAIR)
    assert pour.levels()["K"].tolist() == pytest.approx([0.18, 0.18, 0.18, 0])
    days = pour.levels("days")
    assert days.loc[[7, 8], "K"].tolist() == pytest.approx([0.18, 0])
    with pytest.raises(ParameterError, match="rounds, days"):
        pour.levels("weeks")


@pytest.mark.parametrize(
    ("lags", "days"),
    [((2, 5, 1, 1), 8), ((0.5, 0.25, 2, 9), 2.75), ((0, 0, 0, 1), 0.75), ((7, 7, 7, 7), 21), ((0.3, 1, 1, 1), 2.5)],
)
def test_days_add_up_along_the_way(lags, days):
    assert chain(lags).pour(REPAIR).to_frame()["days_to_90"].iat[0] == days


def test_a_loop_is_felt_bit_by_bit():
    """A and B serve each other at p = .5. In the end A = .5 B and B = .25 + .5 A, so 1/6, 1/3 and .25 + 1/6."""
    departments = pd.DataFrame(
        {"id": list("ABK"), "transmission": 0.5, "kind": ["internal", "internal", "external_customer"]}
    )
    services = pd.DataFrame(
        [("A", "B", 10, 5), ("B", "A", 10, 5), ("B", "K", 10, 5)],
        columns=["supplier", "client", "expectation", "fulfilment"],
    )
    pour = analyze(Organization.from_frames(services, departments)).pour([ServiceChange("B", "A", fulfilment=7.5)])
    assert pour.settled.received == pytest.approx([1 / 6, 1 / 3, 0.25 + 1 / 6])
    customer = pour.rounds.received[:, 2]
    expected = [0.5]
    a, b = 0.5, 0.5
    for _ in range(len(customer) - 1):
        a, b, k = 0.5 * b, 0.25 + 0.5 * a, 0.25 + 0.5 * b
        expected.append(k)
    assert customer == pytest.approx(expected)
    assert abs(customer[-1] - pour.settled.received[2]) < 1e-3 * (0.5 - pour.settled.received[2])


@given(SEEDS, st.sampled_from([1.0, 3.0, np.inf]))
def test_rounds_are_the_plain_iteration_and_end_where_it_settles(random_cascade, seed, rho):
    today = random_cascade(seed, rho)
    rng = np.random.default_rng(seed + 9)
    network = replace(today.network, fulfilment=rng.integers(0, 11, today.network.services).astype(float))
    change = change_cascade(today, network)
    final = settle_change(change).received
    course = follow_change(change, final, np.ones(network.departments, int))
    received = today.received
    for row in course.received[1:]:
        received = change.next_round(received)
        assert row == pytest.approx(received, abs=1e-12)
    customers = network.customer_weight > 0
    moved = np.abs(today.received - final)[customers]
    assert (np.abs(course.received[-1] - final)[customers] <= np.maximum(1e-3 * moved, 1e-12)).all()
    half, most = course.time_to(0.5, final), course.time_to(0.9, final)
    moves = np.abs(today.received - final) > 1e-12
    assert (np.isnan(half) == ~moves).all()
    assert (half[moves] <= most[moves]).all()
    for k in np.flatnonzero(moves & customers):
        felt = (course.received[0, k] - course.received[:, k]) / (course.received[0, k] - final[k])
        assert (felt[course.time >= most[k]] >= 0.9).all()
        assert felt[course.time < most[k]][-1] < 0.9


def test_nothing_changes_nothing_moves():
    pour = chain().pour()
    assert len(pour.rounds.time) == 1
    assert pour.to_frame()[["rounds_to_half", "days_to_90"]].isna().all(axis=None)


def test_a_large_network_keeps_its_customers(monkeypatch):
    monkeypatch.setattr(pour_module, "MOST_KEPT", 2)
    pour = chain().pour(REPAIR)
    assert pour.rounds.received.tolist() == pytest.approx(np.array([[0.18], [0.18], [0.18], [0]]))
    assert pour.to_frame()["rounds_to_90"].tolist() == [3]


def test_too_many_steps_and_no_time_at_all_are_refused(monkeypatch):
    monkeypatch.setattr(pour_module, "_MOST_STEPS", 2)
    with pytest.raises(NumericalError, match="more than 2 steps"):
        chain().pour(REPAIR)
    today = chain().cascade
    with pytest.raises(ParameterError, match="at least 1 step"):
        follow_change(change_cascade(today, today.network), today.received, np.zeros(4, int))


def test_opposite_changes_on_ways_of_different_length_are_followed_to_the_end():
    rows = [
        ("X", "K", 10, 5),
        ("B", "K", 10, 5),
        ("A", "B", 10, 5),
        ("C", "B", 10, 5),
        ("T", "C", 10, 5),
        ("W", "C", 10, 5),
    ]
    table = pd.DataFrame(rows, columns=["supplier", "client", "expectation", "fulfilment"])
    changes = [
        ServiceChange("A", "B", fulfilment=3.8),
        ServiceChange("T", "C", fulfilment=9.0),
        ServiceChange("X", "K", fulfilment=6.0),
    ]
    poured = analyze(Organization.from_frames(table), transmission=0.6).pour(changes)
    assert poured.to_frame().loc["K", "rounds_to_90"] == 3  # felt at 1, taken back at 2, felt for good at 3
