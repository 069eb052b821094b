"""The tower of glasses: nothing is lost, nothing overfills, and the pyramid is one of its networks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.alternatives.models import champagne_overflow, champagne_pyramid
from cxgraph.errors import NumericalError, ParameterError


def random_tower(seed, size):
    rng = np.random.default_rng(seed)
    split = np.where(rng.random((size, size)) < 0.5, rng.random((size, size)), 0)
    split /= np.maximum(split.sum(axis=1, keepdims=True), 1e-12) / rng.uniform(0.2, 0.95, (size, 1))
    return rng.uniform(0, 3, size), np.minimum(split, 1), rng.uniform(0, 2, size)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 10))
def test_what_is_poured_is_held_or_spilled(seed, size):
    poured, split, capacity = random_tower(seed, size)
    tower = champagne_overflow(poured, split, capacity)
    assert (tower.level >= 0).all()
    assert (tower.level <= capacity).all()
    assert tower.level.sum() + tower.spilled.sum() == pytest.approx(poured.sum(), abs=1e-9)
    excess = np.maximum(0, tower.inflow - capacity)
    np.testing.assert_allclose(tower.inflow, poured + split.T @ excess, atol=1e-9)
    again = champagne_overflow(poured, sparse.csr_array(split), capacity)
    np.testing.assert_allclose(again.level, tower.level)


def pour_drop_by_drop(poured, split, capacity, drops):
    """Hand over the excess glass after glass, as a waiter would see it."""
    held = np.array(poured, dtype=float)
    for _ in range(drops):
        over = np.maximum(0, held - capacity)
        held = held - over + split.T @ over
    return held


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 8))
def test_levels_are_those_of_a_pour_watched_drop_by_drop(seed, size):
    poured, split, capacity = random_tower(seed, size)
    watched = pour_drop_by_drop(poured, split, capacity, 1000)
    np.testing.assert_allclose(champagne_overflow(poured, split, capacity).level, watched, atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 8))
def test_pouring_more_never_empties_a_glass(seed, size):
    poured, split, capacity = random_tower(seed, size)
    before = champagne_overflow(poured, split, capacity).level
    assert (champagne_overflow(poured + 0.3, split, capacity).level >= before - 1e-9).all()


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 200), st.integers(1, 12), st.floats(0.25, 3))
def test_the_pyramid_holds_what_is_poured_until_its_last_row_spills(poured, rows, capacity):
    deep = champagne_pyramid(poured, rows + 1, capacity)
    np.testing.assert_array_equal(deep[:rows, :rows], champagne_pyramid(poured, rows, capacity))
    in_glasses = champagne_pyramid(poured / capacity, rows)
    np.testing.assert_allclose(in_glasses, deep[:rows, :rows] / capacity, atol=1e-9)
    assert deep.sum() <= poured + 1e-9
    if not deep[rows].any():  # nothing came as far as the last row
        assert deep.sum() == pytest.approx(poured)
    for row in range(rows + 1):  # left and right are the same
        np.testing.assert_allclose(deep[row, : row + 1], deep[row, row::-1])


def test_the_pyramid_row_by_row():
    np.testing.assert_array_equal(
        champagne_pyramid(6, 4),
        [[1, 0, 0, 0], [1, 1, 0, 0], [0.75, 1, 0.75, 0], [0, 0.25, 0.25, 0]],
    )


def test_a_loop_with_a_way_out_settles():
    # a and b pass half of their excess to each other: e = 1 + e / 2 each, inflow 3.
    tower = champagne_overflow([2, 2], [[0, 0.5], [0.5, 0]])
    np.testing.assert_allclose(tower.inflow, [3, 3])
    np.testing.assert_allclose(tower.spilled, [1, 1])


def test_a_loop_without_a_way_out():
    closed = [[0, 1], [1, 0]]
    np.testing.assert_allclose(champagne_overflow([1.5, 0], closed).level, [1, 0.5])
    with pytest.raises(NumericalError, match="loop of full glasses"):
        champagne_overflow([3, 0], closed)


def test_tiny_towers():
    assert champagne_overflow([], []).level.shape == (0,)
    np.testing.assert_array_equal(champagne_overflow([3], [[0]]).spilled, [2])
    assert champagne_pyramid(5, 0).shape == (0, 0)
    np.testing.assert_array_equal(champagne_pyramid(0, 1), [[0]])


def test_refusals():
    for wrong in (
        lambda: champagne_overflow([1, 1], [[0.6, 0.6], [0, 0]]),
        lambda: champagne_overflow([1, 1], [[0, 1.2], [0, 0]]),
        lambda: champagne_overflow([-1, 1], [[0, 1], [0, 0]]),
        lambda: champagne_overflow([1, 1], [[0, 1], [0, 0]], capacity=[1, np.nan]),
        lambda: champagne_overflow([1], [[0, 1], [0, 0]]),
        lambda: champagne_pyramid(-1, 3),
        lambda: champagne_pyramid(np.nan, 3),
        lambda: champagne_pyramid(1, 2.5),
        lambda: champagne_pyramid(1, -1),
        lambda: champagne_pyramid(1, 3, capacity=-1),
    ):
        with pytest.raises(ParameterError):
            wrong()
