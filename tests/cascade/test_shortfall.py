"""Scores to shortfalls, and shortfalls to what a department lacks: by hand, and at stringencies that overflow."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.cascade.shortfall import importance_shares, received_shortfall, shortfall
from cxgraph.errors import ParameterError
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)


def one(expectation, fulfilment, scale=(0.0, 10.0)):
    return Network.from_arrays([0], [1], [expectation], [fulfilment], customer_weight=[0, 1], scale=scale)


@pytest.mark.parametrize(
    ("scoring", "scale", "expectation", "fulfilment", "lacks", "over"),
    [
        ("ratio", (0, 10), 8, 6, 0.25, 0),
        ("ratio", (1, 5), 5, 3, 0.5, 0),  # 2 of the 4 points above the bottom
        ("ratio", (1, 5), 3, 4, 0, 0.5),
        ("ratio", (0, 10), 0, 0, 0, 0),  # expects nothing
        ("ratio", (0, 10), 8, 0, 1, 0),
        ("gap", (1, 5), 5, 3, 0.5, 0),
        ("gap", (0, 10), 8, 6, 0.2, 0),
        ("gap", (0, 10), 6, 9, 0, 0.5),
        ("perception", (0, 10), 8, 6, 0.4, 0),
        ("perception", (1, 5), np.nan, 4, 0.25, 0),
    ],
)
def test_scores_by_hand(scoring, scale, expectation, fulfilment, lacks, over):
    found, surplus = shortfall(one(expectation, fulfilment, scale), scoring)
    assert found[0] == pytest.approx(lacks)
    assert surplus[0] == pytest.approx(over)


def test_scores_that_cannot_be_compared_are_refused():
    with pytest.raises(ParameterError, match="1 services have no expectation"):
        shortfall(one(np.nan, 5), "ratio")
    with pytest.raises(ParameterError, match="choose one of ratio"):
        shortfall(one(8, 5), "difference")


def shortfalls_of(d, importance=None, rho=1.0):
    count = len(d)
    network = Network.from_arrays(
        np.arange(count),
        np.full(count, count),
        np.full(count, 10.0),
        np.zeros(count),
        customer_weight=np.eye(count + 1)[count],
        importance=importance,
    )
    received, effective = received_shortfall(network, np.array(d, float), rho)
    return received[count], effective


def test_mean_power_mean_and_worst_by_hand():
    assert shortfalls_of([0.5, 0.1])[0] == pytest.approx(0.3)
    assert shortfalls_of([0.5, 0.1], [3, 1])[0] == pytest.approx(0.4)
    assert shortfalls_of([0.6, 0.8], rho=2)[0] == pytest.approx(np.sqrt(0.5))
    assert shortfalls_of([0.5, 0.1], rho=np.inf)[0] == 0.5
    worst, effective = shortfalls_of([0.5, 0.5, 0.1], [1, 3, 1], np.inf)
    assert worst == 0.5
    assert effective == pytest.approx([0.25, 0.75, 0])


def test_no_stringency_overflows_or_loses_the_worst():
    for rho in (1e3, 1e6, 1e300):
        found, effective = shortfalls_of([1e-300, 0.9e-300, 1e-310], rho=rho)
        assert found == pytest.approx(1e-300, rel=0.01)
        assert np.isfinite(effective).all()
    assert shortfalls_of([0.4, 0.2], rho=1e6)[0] == pytest.approx(shortfalls_of([0.4, 0.2], rho=np.inf)[0], rel=1e-5)


def test_what_is_of_no_importance_is_no_weak_link():
    assert shortfalls_of([0.9, 0.2], [0, 1], np.inf)[0] == 0.2
    assert shortfalls_of([0.9, 0.2], [0, 0])[0] == 0


@given(SEEDS, st.floats(1, 1e4) | st.sampled_from([1.0, np.inf]))
def test_effective_shares_split_what_is_received(random_network, seed, rho):
    network = random_network(seed)
    d, _ = shortfall(network)
    received, effective = received_shortfall(network, d, rho)
    assert network.by_client(effective * d) == pytest.approx(received, rel=1e-11, abs=1e-14)  # Euler
    assert (network.by_client(effective) <= 1 + 1e-12).all()  # the power-mean inequality
    assert (effective >= 0).all() and (received >= 0).all() and (received <= 1).all()
    counted = importance_shares(network) > 0
    worst = np.zeros(network.departments)
    np.maximum.at(worst, network.client[counted], d[counted])
    mean = network.by_client(importance_shares(network) * d)
    assert (received <= worst + 1e-12).all()
    assert (received >= mean - 1e-12).all()


@given(SEEDS, st.sampled_from([1.0, 2.0, np.inf]))
def test_more_fulfilment_never_raises_what_a_department_receives(random_network, seed, rho):
    """Of the received shortfall on observed scores; about everybody downstream see the changes."""
    network = random_network(seed)
    rng = np.random.default_rng(seed + 1)
    better = replace(network, fulfilment=network.fulfilment + rng.integers(0, 3, network.services))
    before = received_shortfall(network, shortfall(network)[0], rho)[0]
    after = received_shortfall(better, shortfall(better)[0], rho)[0]
    assert (after <= before + 1e-12).all()


def test_a_stringency_below_the_mean_is_refused():
    with pytest.raises(ParameterError, match="stringency is"):
        shortfalls_of([0.5], rho=0.5)
