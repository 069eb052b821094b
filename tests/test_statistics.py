"""Each function against its namesake in scipy.stats, and against counting by hand."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from cxgraph import statistics

counts = st.integers(0, 60)
columns = st.integers(3, 40).flatmap(
    lambda size: st.tuples(
        *(st.lists(st.integers(-5, 5), min_size=size, max_size=size).filter(lambda x: len(set(x)) > 1),) * 2
    )
)


@given(st.floats(-40, 40))
def test_normal_tail(z):
    assert statistics.normal_tail(z) == pytest.approx(stats.norm.sf(z), rel=1e-12, abs=1e-300)


@given(st.floats(-40, 40), st.floats(0.5, 1e6))
def test_student_tail(t, freedom):
    assert statistics.student_tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-8, abs=1e-200)


@given(counts, counts, st.floats(0, 1))
def test_binomial_tail(count, more, chance):
    trials = count + more
    expected = stats.binom.sf(count - 1, trials, chance) if trials else 1.0
    assert statistics.binomial_tail(count, trials, chance) == pytest.approx(expected, rel=1e-9, abs=1e-200)


def test_binomial_tail_by_adding_up():
    for count, trials in [(0, 4), (1, 4), (3, 4), (4, 4), (7, 12)]:
        by_hand = sum(math.comb(trials, k) * 0.3**k * 0.7 ** (trials - k) for k in range(count, trials + 1))
        assert statistics.binomial_tail(count, trials, 0.3) == pytest.approx(by_hand, rel=1e-12)


@given(counts, st.floats(0, 80))
def test_poisson_tail(count, expected):
    wanted = stats.poisson.sf(count - 1, expected)
    assert statistics.poisson_tail(count, expected) == pytest.approx(wanted, rel=1e-9, abs=1e-200)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_values(p):
    np.testing.assert_allclose(statistics.adjusted_p_values(p), stats.false_discovery_control(p), rtol=1e-12)


def test_adjusted_p_values_of_benjamini_and_hochberg():
    """The 15 p-values of their section 4 (1995): four are rejected at a rate of 0.05."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert (statistics.adjusted_p_values(p) <= 0.05).sum() == 4


@given(columns)
def test_spearman(pair):
    first, second = (np.array(column, float) for column in pair)
    found = statistics.spearman(first, second)
    wanted = stats.spearmanr(first, second)
    assert found == pytest.approx((wanted.statistic, wanted.pvalue), rel=1e-9, abs=1e-9)


def test_perfect_agreement_is_exactly_one_and_certain():
    values = np.array([3.0, 1.0, 7.0, 7.5, 0.0, 12.0])
    assert statistics.spearman(values, values * 2) == (1.0, 0.0)
    assert statistics.spearman(values, -values) == (-1.0, 0.0)


@given(columns)
def test_kendall(pair):
    first, second = (np.array(column) for column in pair)
    assert statistics.kendall(first, second) == pytest.approx(stats.kendalltau(first, second).statistic, abs=1e-12)


@given(columns)
def test_kendall_by_looking_at_every_pair(pair):
    first, second = pair
    signs = [
        np.sign(first[i] - first[j]) * np.sign(second[i] - second[j])
        for i, j in itertools.combinations(range(len(first)), 2)
    ]
    apart = [sum(x[i] != x[j] for i, j in itertools.combinations(range(len(x)), 2)) for x in pair]
    found = statistics.kendall(np.array(first), np.array(second))
    assert found == pytest.approx(sum(signs) / math.sqrt(apart[0] * apart[1]), abs=1e-12)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0.01, 100)), max_size=40))
def test_isotonic_fit(pairs):
    values, weights = np.array([one for one, _ in pairs]), np.array([weight for _, weight in pairs])
    found = statistics.isotonic_fit(values, weights)
    assert (np.diff(found) >= 0).all()
    if len(pairs):
        np.testing.assert_allclose(found, optimize.isotonic_regression(values, weights=weights).x, rtol=1e-9, atol=1e-9)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=60, unique=False).filter(lambda column: len(set(column)) > 1))
def test_agreement_never_passes_one(column):
    values = np.array(column)
    assert statistics.kendall(values, values) <= 1.0
    assert statistics.kendall(values, -values) >= -1.0
    assert statistics.kendall(values, values) == pytest.approx(1.0)
