"""Shapley values of linear functions against the average over all orders of arrival."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.alternatives.models import shapley_linear
from cxgraph.errors import ParameterError


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_every_order_of_arrival_averaged(seed, size):
    rng = np.random.default_rng(seed)
    slopes, x, baseline = rng.normal(size=(3, size))
    credit = np.zeros(size)
    orders = list(permutations(range(size)))
    for order in orders:
        now = baseline.copy()
        for arrival in order:
            before = slopes @ now
            now[arrival] = x[arrival]
            credit[arrival] += slopes @ now - before
    np.testing.assert_allclose(shapley_linear(slopes, x, baseline), credit / len(orders), atol=1e-12)


def test_own_shortfalls_of_a_cascade():
    m = np.array([[0, 0, 0], [0.6, 0, 0.1], [0.3, 0.2, 0]])
    own = np.array([0.5, 0.1, 0.2])
    reach = np.linalg.inv(np.eye(3) - m)
    credit = shapley_linear(reach, own)
    np.testing.assert_allclose(credit.sum(axis=1), np.linalg.solve(np.eye(3) - m, own))
    np.testing.assert_allclose(credit[1, 0], reach[1, 0] * own[0])


def test_degenerate_and_refused():
    assert shapley_linear([], []).shape == (0,)
    for wrong in (
        lambda: shapley_linear(3.0, [1]),
        lambda: shapley_linear([1, np.nan], [1, 2]),
        lambda: shapley_linear([1, 2], [1, 2, 3]),
        lambda: shapley_linear([1, 2], [1, np.inf]),
    ):
        with pytest.raises(ParameterError):
            wrong()
