"""DebtRank against the recursions as printed, node by node, and against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.alternatives.models import debtrank, debtrank_impact, inoperability
from cxgraph.errors import NumericalError, ParameterError


def random_impact(seed, size, radius):
    rng = np.random.default_rng(seed)
    table = np.where(rng.random((size, size)) < 0.5, rng.random((size, size)), 0)
    np.fill_diagonal(table, 0)
    largest = np.abs(np.linalg.eigvals(table)).max(initial=0)
    return table * (radius / largest if largest > 1e-9 else 1), rng.random(size) * (rng.random(size) < 0.5)


def single_hit_by_states(w, h0):
    """Undistressed, distressed, inactive: the state machine of Battiston et al. (2012)."""
    size = len(h0)
    h, state = list(h0), ["D" if one > 0 else "U" for one in h0]
    while "D" in state:
        new = [
            min(1.0, h[i] + sum(min(1, w[i][j]) * h[j] for j in range(size) if state[j] == "D")) for i in range(size)
        ]
        state = ["I" if state[i] in "DI" else ("D" if new[i] > 0 else "U") for i in range(size)]
        h = new
    return h


def differential_as_printed(w, h0, rounds):
    before, now = np.zeros(len(h0)), np.array(h0)
    for _ in range(rounds):
        before, now = now, np.minimum(1, now + np.asarray(w) @ (now - before))
    return now


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 9), st.sampled_from([0.3, 0.9, 3.0]))
def test_single_hit_follows_the_states(seed, size, radius):
    w, h0 = random_impact(seed, size, radius)
    np.testing.assert_allclose(debtrank(w, h0), single_hit_by_states(w, h0), rtol=1e-12)
    np.testing.assert_allclose(debtrank(sparse.coo_array(w), h0, "single-hit"), debtrank(w, h0), rtol=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 9), st.sampled_from([0.3, 0.9, 3.0]))
def test_differential_follows_the_recursion_and_solves_its_limit(seed, size, radius):
    w, h0 = random_impact(seed, size, radius)
    h = debtrank(w, h0, "differential")
    np.testing.assert_allclose(h, differential_as_printed(w, h0, 2000), atol=1e-9)
    # The limit is the least solution of h = min(1, h0 + W h), which another function reaches another way.
    np.testing.assert_allclose(h, inoperability(w, h0, clip="within"), atol=1e-10)
    assert ((h >= h0) & (h <= 1)).all()
    assert (debtrank(w, h0) <= h + 1e-12).all()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 9), st.sampled_from([0.3, 0.9]))
def test_below_saturation_it_is_linear(seed, size, radius):
    w, h0 = random_impact(seed, size, radius)
    linear = np.linalg.solve(np.eye(size) - w, h0)
    small = h0 * min(1.0, 0.99 / max(linear.max(), 1e-9))
    expected = np.linalg.solve(np.eye(size) - w, small)
    np.testing.assert_allclose(debtrank(w, small, "differential"), expected, rtol=1e-9, atol=1e-13)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 9), st.sampled_from(["differential", "single-hit"]))
def test_a_larger_shock_spreads_at_least_as_far(seed, size, variant):
    w, h0 = random_impact(seed, size, 0.9)
    h0 = 0.01 + 0.9 * h0  # everybody is hit at once, so that nobody's turn to speak moves
    assert (debtrank(w, np.minimum(1, h0 * 1.5), variant) >= debtrank(w, h0, variant) - 1e-12).all()


def test_one_loop_by_hand():
    # Two nodes, each half exposed to the other; a shock of 0.2 on the first.
    w, h0 = [[0, 0.5], [0.5, 0]], [0.2, 0]
    np.testing.assert_allclose(debtrank(w, h0), [0.25, 0.1])  # the echo is heard once, then silence
    np.testing.assert_allclose(debtrank(w, h0, "differential"), [0.8 / 3, 0.4 / 3])


def test_exposure_is_capped_in_single_hit_alone():
    w, h0 = [[0, 0], [10, 0]], [0.05, 0]
    np.testing.assert_allclose(debtrank(w, h0), [0.05, 0.05])
    np.testing.assert_allclose(debtrank(w, h0, "differential"), [0.05, 0.5])


def test_an_unstable_loop_saturates():
    np.testing.assert_allclose(debtrank([[0, 2], [2, 0]], [1e-6, 0], "differential"), [1, 1])


def test_impact_is_the_value_lost_beyond_the_shock():
    assert debtrank_impact([1, 0.5], [1, 0], [3, 1]) == pytest.approx(0.125)
    assert debtrank_impact([1, 0.5], [1, 0]) == pytest.approx(0.25)
    assert debtrank_impact([], []) == 0


@pytest.mark.parametrize("variant", ["single-hit", "differential"])
def test_tiny_networks(variant):
    assert debtrank([], [], variant).shape == (0,)
    np.testing.assert_array_equal(debtrank([[0]], [0.3], variant), [0.3])
    np.testing.assert_array_equal(debtrank(np.ones((3, 3)), [0, 0, 0], variant), [0, 0, 0])


def test_too_few_rounds_are_reported():
    with pytest.raises(NumericalError, match="did not settle in 3 rounds"):
        debtrank([[0, 0.9], [0.9, 0]], [0.01, 0], "differential", rounds=3)


def test_refusals():
    w = [[0, 0.5], [0, 0]]
    for wrong in (
        lambda: debtrank(w, [0, 2]),
        lambda: debtrank(w, [0, np.nan]),
        lambda: debtrank(w, [0]),
        lambda: debtrank([[0, -1], [0, 0]], [0, 0]),
        lambda: debtrank([[0, np.inf], [0, 0]], [0, 0]),
        lambda: debtrank(w, [0, 0], "linear"),
        lambda: debtrank(w, [0, 0], rounds=0),
        lambda: debtrank_impact([1, 1], [0, 0], [0, 0]),
        lambda: debtrank_impact([1, 1], [0]),
    ):
        with pytest.raises(ParameterError):
            wrong()
