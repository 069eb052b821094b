"""The small tests against scipy, by hand, and on noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxgraph.survey_quality.outliers import compare_ranks, stand_above


@settings(max_examples=60)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=12), st.lists(st.integers(0, 5), min_size=2, max_size=12))
def test_one_stratum_is_the_mann_whitney_test(first, second):
    mark = np.array([*first, *second], float)
    is_first = np.arange(len(mark)) < len(first)
    found = compare_ranks(mark, is_first, np.zeros(len(mark), int), np.zeros(1, int), 1)
    known = stats.mannwhitneyu(first, second, method="asymptotic", use_continuity=False, alternative="greater")
    assert found.superiority[0] == pytest.approx(known.statistic / len(first) / len(second))
    if found.error[0] > 0:
        z = (found.superiority[0] - 0.5) / found.error[0]
        assert stats.norm.sf(z) == pytest.approx(known.pvalue, abs=1e-9)


def test_strata_are_compared_within_themselves():
    # In each service both sources agree; the first one happens to be about the better service.
    mark = np.array([9.0] * 10 + [9.0] * 2 + [3.0] * 2 + [3.0] * 10)
    is_first = np.array([True] * 10 + [False] * 2 + [True] * 2 + [False] * 10)
    stratum = np.array([0] * 12 + [1] * 12)
    found = compare_ranks(mark, is_first, stratum, np.zeros(2, int), 1)
    assert found.superiority[0] == 0.5


def test_a_stratum_with_one_source_says_nothing():
    found = compare_ranks(np.array([1.0, 2]), np.array([True, True]), np.zeros(2, int), np.zeros(1, int), 1)
    assert np.isnan(found.superiority[0])
    assert found.second[0] == 0


def test_few_peers_have_no_usual():
    assert stand_above(np.arange(4.0), np.ones(4)) is None


def test_noise_stands_out_as_often_as_stated():
    rng = np.random.default_rng(0)
    p = [stand_above(rng.normal(0, np.hypot(1.0, 0.7), 12), np.full(12, 0.5)).p for _ in range(400)]
    assert (np.concatenate(p) < 0.05).mean() == pytest.approx(0.05, abs=0.03)


def test_one_that_stands_out_does_not_hide_itself():
    values = np.append(np.random.default_rng(1).normal(0, 0.1, 11), 3.0)
    found = stand_above(values, np.full(12, 0.01))
    assert found.p[-1] < 1e-4
    assert (found.p[:-1] > 0.01).all()


def test_the_distance_by_hand():
    """Six peers: the middle is 0.5, the middle distance from it 1.5; five sixths of the spread are counted."""
    found = stand_above(np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 9.0]), np.full(6, 0.5))
    spread = (1.4826 * 1.5) ** 2 * 6 / 5
    assert found.usual == 0.5
    assert found.statistic[-1] == pytest.approx(8.5 / np.sqrt(spread))
    freedom = 5 * (spread / (spread - 0.5)) ** 2
    assert found.p[-1] == pytest.approx(stats.t.sf(8.5 / np.sqrt(spread), freedom))


def test_the_fewest_peers_are_five():
    assert stand_above(np.arange(5.0), np.ones(5)) is not None
