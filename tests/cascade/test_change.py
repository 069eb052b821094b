"""A change followed downstream: what must not move, what must not improve, and the plain iteration it must equal."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.cascade.cascade import solve_cascade
from cxgraph.cascade.change import change_cascade, observed_fulfilment, settle_change
from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.errors import NumericalError, ParameterError
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)
STRINGENCIES = st.sampled_from([1.0, 2.0, 4.0, np.inf])


def _worse(rng, network):
    """Other scores, none of them better: less fulfilment, more expectation."""
    fulfilment = network.fulfilment - rng.integers(0, 4, network.services) * (rng.random(network.services) < 0.4)
    expectation = network.expectation + rng.integers(0, 4, network.services) * (rng.random(network.services) < 0.2)
    return replace(network, fulfilment=np.clip(fulfilment, 0, 10), expectation=np.clip(expectation, 0, 10))


def _other(rng, network):
    """Scores and importances changed at random, for better and worse."""
    chosen = rng.random(network.services) < 0.4
    return replace(
        network,
        fulfilment=np.where(chosen, rng.integers(0, 11, network.services), network.fulfilment),
        importance=np.where(
            rng.random(network.services) < 0.2, rng.integers(0, 4, network.services), network.importance
        ).astype(float),
    )


@given(SEEDS, STRINGENCIES)
def test_changing_nothing_moves_not_a_bit(random_cascade, seed, rho):
    today = random_cascade(seed, rho)
    after = settle_change(change_cascade(today, today.network, today.transmission, rho))
    for name in ("shortfall", "surplus", "received", "effective_share", "client_reach", "contribution"):
        assert np.array_equal(getattr(after, name), getattr(today, name)), name
    for name in ("potential", "inherited", "own", "absorbed", "pass_through"):
        assert np.array_equal(getattr(after.split, name), getattr(today.split, name)), name
    assert after.customer_shortfall == today.customer_shortfall


@given(SEEDS, STRINGENCIES)
def test_meeting_every_expectation_leaves_nothing(random_cascade, seed, rho):
    today = random_cascade(seed, rho)
    met = replace(today.network, fulfilment=today.network.expectation)
    after = settle_change(change_cascade(today, met))
    assert after.customer_shortfall == 0
    assert not after.received.any() and not after.contribution.any()


@given(SEEDS)
def test_repairs_add_up_to_their_contributions(random_cascade, seed):
    today = random_cascade(seed)
    rng = np.random.default_rng(seed + 2)
    repaired = rng.random(today.network.services) < 0.5
    level = (1.0 - today.split.inherited) * today.network.expectation
    better = replace(
        today.network, fulfilment=np.where(repaired & (today.split.own > 0), level, today.network.fulfilment)
    )
    after = settle_change(change_cascade(today, better))
    gain = today.customer_shortfall - after.customer_shortfall
    assert gain == pytest.approx(today.contribution[repaired].sum(), abs=1e-12)


@settings(max_examples=200)
@given(SEEDS, STRINGENCIES)
def test_no_worse_score_is_ever_a_gain(random_cascade, seed, rho):
    today = random_cascade(seed, rho)
    rng = np.random.default_rng(seed + 3)
    start = _other(rng, today.network)  # compared with any change, not only with today
    one = settle_change(change_cascade(today, start))
    other = settle_change(change_cascade(today, _worse(rng, start)))
    assert (other.received >= one.received - 1e-12).all()
    assert other.customer_shortfall >= one.customer_shortfall - 1e-12


@settings(max_examples=200)
@given(SEEDS, STRINGENCIES)
def test_no_lower_transmission_ever_hurts(random_cascade, seed, rho):
    today = random_cascade(seed, rho)
    rng = np.random.default_rng(seed + 4)
    network = _other(rng, today.network)
    high = rng.random(network.departments) * 0.99
    low = high * rng.random(network.departments)
    one = settle_change(change_cascade(today, network, high))
    other = settle_change(change_cascade(today, network, low))
    assert (other.received <= one.received + 1e-12).all()


@settings(max_examples=150)
@given(SEEDS, STRINGENCIES, STRINGENCIES)
def test_settles_where_the_plain_iteration_does(random_cascade, seed, before, after):
    today = random_cascade(seed, before)
    rng = np.random.default_rng(seed + 5)
    network = _other(rng, today.network)
    tau = rng.random(network.departments) * 0.9
    settled = settle_change(change_cascade(today, network, tau, after))

    # The written steps, one service at a time.
    own, through = today.split.own.copy(), today.split.pass_through.copy()
    told = shortfall(network)[0]
    for e in range(network.services):
        if network.fulfilment[e] != today.network.fulfilment[e]:
            inherited = min(told[e], today.split.inherited[e])
            own[e] = told[e] - inherited
            if inherited < today.split.inherited[e]:
                through[e] = inherited / today.received[network.supplier[e]]
        old, new = today.transmission[network.supplier[e]], tau[network.supplier[e]]
        if new < old:
            through[e] = min(through[e], new)
        elif through[e] == old and today.received[network.supplier[e]] > 0:
            through[e] = new
    received = today.received
    for _ in range(400):  # transmissions below 0.9
        felt = np.minimum(1.0, own + through * received[network.supplier])
        received = received_shortfall(network, felt, after)[0]
    assert settled.received == pytest.approx(received, abs=1e-11)
    assert settled.shortfall == pytest.approx(felt, abs=1e-11)


@given(SEEDS, STRINGENCIES)
def test_the_result_is_a_cascade(random_cascade, seed, rho):
    today = random_cascade(seed, rho)
    network = _other(np.random.default_rng(seed + 6), today.network)
    after = settle_change(change_cascade(today, network))
    parts = after.split
    assert after.shortfall == pytest.approx(parts.own + parts.inherited, abs=1e-15)
    assert parts.potential == pytest.approx(parts.inherited + parts.absorbed, abs=1e-15)
    for part in (parts.own, parts.inherited, parts.absorbed):
        assert (part >= 0).all()
    assert after.received == pytest.approx(received_shortfall(network, after.shortfall, rho)[0], abs=1e-15)
    assert after.contribution.sum() == pytest.approx(after.customer_shortfall, abs=1e-12)
    # Its own scores, analysed anew, say the same.
    again = solve_cascade(replace(network, fulfilment=observed_fulfilment(after)), today.transmission, rho)
    assert again.customer_shortfall == pytest.approx(after.customer_shortfall, abs=1e-12)


def test_own_gives_way_where_a_service_can_get_no_worse():
    today = solve_cascade(
        Network.from_arrays([0, 1], [1, 2], [10, 10], [8, 1], customer_weight=[0, 0, 1]), np.full(3, 0.9)
    )
    after = settle_change(change_cascade(today, replace(today.network, fulfilment=np.array([0.0, 1.0]))))
    assert after.shortfall.tolist() == [1.0, 1.0]
    assert after.split.inherited == pytest.approx([0.0, 0.9])
    assert after.split.own == pytest.approx([1.0, 0.1])


@pytest.mark.parametrize("rho", [1.0, 3.0, np.inf])
def test_a_long_loop_close_to_1_settles(rho):
    size = 500
    around = np.arange(size)
    network = Network.from_arrays(
        np.append(around, 0),
        np.append((around + 1) % size, size),
        np.full(size + 1, 10.0),
        np.append(np.full(size, 9.0), 5.0),
        customer_weight=np.append(np.zeros(size), 1.0),
    )
    today = solve_cascade(network, np.full(size + 1, 0.9999), rho)
    fulfilment = network.fulfilment.copy()
    fulfilment[size // 2] = 2.0
    change = change_cascade(today, replace(network, fulfilment=fulfilment))
    after = settle_change(change)
    assert np.abs(change.next_round(after.received) - after.received).max() < 1e-15
    assert after.customer_shortfall > today.customer_shortfall


def test_what_does_not_settle_is_refused(monkeypatch):
    monkeypatch.setattr("cxgraph.cascade.change._MOST_ROUNDS", 3)
    today = solve_cascade(
        Network.from_arrays([0, 1, 1], [1, 0, 2], [10] * 3, [4, 4, 4], customer_weight=[0, 0, 1]), np.full(3, 0.6)
    )
    with pytest.raises(NumericalError, match="did not settle"):
        settle_change(change_cascade(today, replace(today.network, fulfilment=np.array([5.0, 4.0, 4.0]))))


def test_other_services_and_bad_numbers_are_refused(random_cascade):
    today = random_cascade(5)
    other = Network.from_arrays([0], [1], [10], [5], customer_weight=[0, 1])
    with pytest.raises(ParameterError, match="keeps the departments"):
        change_cascade(today, other)
    with pytest.raises(ParameterError, match="transmission"):
        change_cascade(today, today.network, np.full(today.network.departments, 1.0))
    with pytest.raises(ParameterError, match="stringency"):
        change_cascade(today, today.network, stringency=0.5)


@pytest.mark.parametrize("scoring", ["ratio", "gap", "perception"])
@given(seed=SEEDS)
def test_what_clients_would_report_has_the_shortfall_that_was_found(random_network, seed, scoring):
    rng = np.random.default_rng(seed)
    network = random_network(seed)
    network = replace(network, expectation=np.maximum(network.expectation, 1.0))
    today = solve_cascade(network, np.full(network.departments, 0.7), scoring=scoring)
    after = settle_change(change_cascade(today, _other(rng, network)))
    reported = replace(after.network, fulfilment=observed_fulfilment(after))
    told = shortfall(reported, scoring)[0]
    reachable = after.shortfall <= shortfall(replace(reported, fulfilment=np.zeros(network.services)), scoring)[0]
    assert told[reachable] == pytest.approx(after.shortfall[reachable], abs=1e-12)
    same = shortfall(after.network, scoring)[0] == after.shortfall
    assert (reported.fulfilment[same] == after.network.fulfilment[same]).all()


def test_the_reported_level_by_hand():
    """IT lets Sales down twice as much as before; all of it comes through to the buyers, on top of Sales' own."""
    network = Network.from_arrays([0, 1], [1, 2], [8, 8], [6, 6], customer_weight=[0, 0, 1])
    worse = replace(network, fulfilment=np.array([4.0, 6.0]))
    for scoring, level in (("ratio", 8 * (1 - (0.1 + 0.6 * 0.5))), ("gap", 8 - (0.08 + 0.6 * 0.4) * 10)):
        today = solve_cascade(network, np.full(3, 0.6), scoring=scoring)
        after = settle_change(change_cascade(today, worse))
        assert observed_fulfilment(after) == pytest.approx([4.0, level])
