"""Losses that spread until nothing moves: the rounds end where nothing can come any more, not where a step is small."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.alternatives.models import debtrank, inoperability
from cxgraph.alternatives.models.saturating import spread_losses


def both(table, entering):
    """Return the least solution as the two models give it."""
    first, second = debtrank(table, entering, "differential"), inoperability(table, entering, clip="within")
    np.testing.assert_array_equal(first, second)
    return first


def test_a_small_step_that_grows_on_its_way_is_followed():
    np.testing.assert_allclose(both([[0, 0, 0], [1e-20, 0, 0], [0, 1e20, 0]], [1, 0, 0]), [1, 1e-20, 1])


def test_a_growing_loop_that_is_fed_next_to_nothing_is_lost():
    np.testing.assert_array_equal(both([[0, 0, 0], [1e-20, 0, 2], [0, 2, 0]], [1, 0, 0]), [1, 1, 1])


@pytest.mark.parametrize("short", [1e-3, 1e-6, 1e-10])
def test_a_loop_that_hardly_dies_out_is_added_up(short):
    gain = 1 - short
    found = both([[0, 0, 0], [1e-16, 0, gain], [0, gain, 0]], [1, 0, 0])
    whole = 1e-16 / ((1 - gain) * (1 + gain))
    np.testing.assert_allclose(found, [1, whole, gain * whole], rtol=1e-6)


def test_a_growing_loop_that_nothing_reaches_stays_whole():
    np.testing.assert_array_equal(both([[0, 0, 0], [0, 0, 3], [0, 3, 0]], [1, 0, 0]), [1, 0, 0])


def test_a_node_that_is_lost_by_a_slow_loop_stops_there():
    # The loop would add up to five times all that there is; the third node feels it at half.
    table = [[0, 0, 0, 0], [1e-12, 0, 1, 0], [0, 1, 0, 0], [0, 0.5, 0, 0]]
    table[1][2] = table[2][1] = 1.001
    np.testing.assert_allclose(both(table, [1, 0, 0, 0]), [1, 1, 1, 0.5])


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), size=st.integers(1, 12), strength=st.floats(0.1, 3), smallest=st.integers(-25, 0)
)
def test_the_result_solves_the_equation_and_is_the_least_to_do_so(seed, size, strength, smallest):
    rng = np.random.default_rng(seed)
    table = rng.random((size, size)) * (rng.random((size, size)) < 0.3) * strength
    table *= 10.0 ** rng.integers(smallest, 1, (size, size))
    entering = rng.random(size) * (rng.random(size) < 0.4)
    found = spread_losses(sparse.csr_array(table), entering, 100_000)
    np.testing.assert_allclose(np.minimum(1, table @ found + entering), found, rtol=1e-9, atol=1e-14)
    climbed = np.zeros(size)
    for _ in range(3_000):
        climbed = np.minimum(1, table @ climbed + entering)
    assert (found >= climbed - 1e-12).all()  # any number of rounds from nothing stays below the least solution
    if (np.abs(np.linalg.eigvals(table)) < 0.98).all():
        np.testing.assert_allclose(found, climbed, rtol=1e-9, atol=1e-14)
