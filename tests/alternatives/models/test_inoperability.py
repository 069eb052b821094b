"""Inoperability against its Neumann series, a dense solve, and its own dynamics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.alternatives.models import inoperability, inoperability_dynamic, interdependency_order
from cxgraph.errors import NumericalError, ParameterError


def random_dependence(seed, size, radius):
    rng = np.random.default_rng(seed)
    table = np.where(rng.random((size, size)) < 0.5, rng.random((size, size)), 0)
    largest = np.abs(np.linalg.eigvals(table)).max(initial=0)
    return table * (radius / largest if largest > 1e-9 else 1), rng.random(size) * 0.5


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(0, 10), st.sampled_from([0.1, 0.5, 0.9]))
def test_it_is_the_sum_of_all_orders(seed, size, radius):
    table, pressure = random_dependence(seed, size, radius)
    found = inoperability(table, pressure)
    arriving = total = pressure
    for _ in range(500):
        arriving = table @ arriving
        total = total + arriving
    np.testing.assert_allclose(found, total, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(inoperability(sparse.csr_matrix(table), pressure), found, rtol=1e-12)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(1, 10), st.sampled_from([0.5, 0.9, 1.7]))
def test_clipping_within_solves_the_clipped_equation(seed, size, radius):
    table, pressure = random_dependence(seed, size, radius)
    lost = inoperability(table, pressure, clip="within")
    assert ((lost >= 0) & (lost <= 1)).all()
    np.testing.assert_allclose(lost, np.minimum(1, table @ lost + pressure), atol=1e-11)
    assert (inoperability(table, np.minimum(1, pressure * 1.5), clip="within") >= lost - 1e-11).all()
    if radius < 1:
        afterwards = inoperability(table, pressure, clip="post")
        assert (lost <= afterwards + 1e-11).all()
        if (inoperability(table, pressure) <= 1).all():
            np.testing.assert_allclose(lost, afterwards, atol=1e-10)


def test_clipping_within_does_not_lose_a_node_twice():
    # By hand: node 0 is lost with 0.9 to spare; node 1 gets half of 1, not half of 1.9.
    table, pressure = [[0, 0, 1], [0.5, 0, 0], [0, 0, 0]], [0.9, 0, 1]
    np.testing.assert_allclose(inoperability(table, pressure), [1.9, 0.95, 1])
    np.testing.assert_allclose(inoperability(table, pressure, clip="post"), [1, 0.95, 1])
    np.testing.assert_allclose(inoperability(table, pressure, clip="within"), [1, 0.5, 1])


@pytest.mark.parametrize(
    "table",
    [
        [[1.0]],
        [[2.0]],
        [[0.5, 0.5], [0.5, 0.5]],
        [[0, 1], [1, 0]],
        [[0.1, 0.7, 0.2], [0.3, 0.3, 0.4], [0.6, 0.1, 0.3]],
        [[0, 0, 0], [0, 0, 2], [0, 3, 0]],
    ],
)
def test_a_radius_of_one_or_more_is_refused(table):
    with pytest.raises(ParameterError, match="spectral radius of 1 or more"):
        inoperability(table, np.zeros(len(table)))
    assert inoperability(table, np.ones(len(table)), clip="within").tolist() == [1.0] * len(table)


def test_a_large_row_is_fine_while_the_radius_is_small():
    np.testing.assert_allclose(inoperability([[0, 5], [0.01, 0]], [0, 0.1]), [0.5 / 0.95, 0.1 / 0.95])


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 8))
def test_dynamics_tend_to_the_equilibrium(seed, size):
    table, pressure = random_dependence(seed, size, 0.5)
    speed = np.random.default_rng(seed + 1).uniform(0.3, 1, size)
    path = inoperability_dynamic(table, pressure, speed, 400)
    np.testing.assert_allclose(path[-1], inoperability(table, pressure), rtol=1e-9, atol=1e-12)
    assert (np.diff(path, axis=0) >= -1e-12).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(0, 6), st.integers(0, 12))
def test_dynamics_step_by_step(seed, size, steps):
    table, _ = random_dependence(seed, size, 1.3)
    rng = np.random.default_rng(seed + 1)
    pressure, speed, now = rng.random((steps, size)), rng.random(size), rng.random(size)
    path = inoperability_dynamic(table, pressure, speed, steps, q0=now)
    matrix = inoperability_dynamic(table, pressure, np.diag(speed), steps, q0=now)
    assert path.shape == (steps + 1, size)
    np.testing.assert_allclose(path, matrix)
    for time in range(steps):
        now = [
            now[i] + speed[i] * (sum(table[i, j] * now[j] for j in range(size)) + pressure[time, i] - now[i])
            for i in range(size)
        ]
        np.testing.assert_allclose(path[time + 1], now, rtol=1e-9)


def test_dynamics_clip():
    table, pressure = [[0, 0], [0.5, 0]], [1, 0]
    kept = {
        clip: inoperability_dynamic(table, pressure, 2.0, 2, q0=[0.5, 0], clip=clip)
        for clip in ("none", "post", "within")
    }
    # k = 2 overshoots: node 0 goes .5, 1.5, .5 freely, and .5, 1, 1 if cut on the way.
    np.testing.assert_allclose(kept["none"], [[0.5, 0], [1.5, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(kept["post"], [[0.5, 0], [1.0, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(kept["within"], [[0.5, 0], [1.0, 0.5], [1.0, 0.5]])


def test_orders_by_enumeration():
    table, _ = random_dependence(5, 5, 0.8)
    walks = [
        [sum(table[i, k] * table[k, m] * table[m, j] for k in range(5) for m in range(5)) for j in range(5)]
        for i in range(5)
    ]
    np.testing.assert_allclose(interdependency_order(table, 3), walks)
    np.testing.assert_array_equal(interdependency_order(table, 1), table)
    np.testing.assert_array_equal(interdependency_order(table, 0), np.eye(5))


@pytest.mark.parametrize("clip", ["none", "post", "within"])
def test_tiny_networks(clip):
    assert inoperability([], [], clip).shape == (0,)
    np.testing.assert_allclose(inoperability([[0.5]], [0.2], clip), [0.4])
    assert interdependency_order(np.zeros((0, 0)), 2).shape == (0, 0)


def test_a_slow_saturation_is_reported():
    with pytest.raises(NumericalError, match="did not settle"):
        inoperability([[1.0]], [1e-7], clip="within")


def test_refusals():
    table = [[0, 0.5], [0.1, 0]]
    for wrong in (
        lambda: inoperability(table, [0, 2]),
        lambda: inoperability(table, [0, -0.1]),
        lambda: inoperability(table, [0, np.nan]),
        lambda: inoperability(table, [0, 0, 0]),
        lambda: inoperability([[0, -0.5], [0, 0]], [0, 0]),
        lambda: inoperability([[0, np.nan], [0, 0]], [0, 0]),
        lambda: inoperability([[0, 1, 2]], [0]),
        lambda: inoperability(table, [0, 0], clip="soft"),
        lambda: interdependency_order(table, -1),
        lambda: interdependency_order(table, 1.5),
        lambda: inoperability_dynamic(table, [0, 0], -1, 3),
        lambda: inoperability_dynamic(table, [0, 0], np.eye(3), 3),
        lambda: inoperability_dynamic(table, [[0, 0]], 1, 3),
        lambda: inoperability_dynamic(table, [[0, 2]], 1, 1),
        lambda: inoperability_dynamic(table, [0, 0], 1, True),
        lambda: inoperability_dynamic(table, [0, 0], 1, 3, q0=2),
    ):
        with pytest.raises(ParameterError):
            wrong()
