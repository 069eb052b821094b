"""The likelihoods of periods and cases, against the distributions of scipy."""

import numpy as np
import pytest
from scipy import stats

from cxgraph.transmission.cases import CaseEstimate
from cxgraph.transmission.fault_laws import CELLS, EDGES
from cxgraph.transmission.periods import WithinEstimate
from cxgraph.transmission.pooling import pool_estimates
from cxgraph.transmission.posterior import LEAST_PERIOD_ERROR, case_likelihood, period_likelihood


def periods(alone, error):
    alone, error = np.array(alone), np.array(error)
    return WithinEstimate(alone, alone, error, np.ones(len(alone), int), pool_estimates(alone, error))


@pytest.mark.parametrize(("count", "freedom"), [(3, 1), (4, 1), (5, 2), (12, 9)])
def test_periods_have_students_distribution_around_what_they_say(count, freedom):
    found = period_likelihood(periods([0.42, np.nan, 0.42], [0.1, np.inf, 0.001]), count)
    student = stats.t(freedom, loc=0.42, scale=0.1)
    np.testing.assert_allclose(found[0], np.diff(student.cdf(EDGES)), rtol=1e-9)
    assert found[1].tolist() == [1.0] * CELLS
    # No error is taken to be smaller than what moves together without being passed on.
    narrow = np.diff(stats.t(freedom, loc=0.42, scale=LEAST_PERIOD_ERROR).cdf(EDGES))
    np.testing.assert_allclose(found[2], np.maximum(narrow, 1e-12), rtol=1e-9)
    assert (found >= 1e-12).all()


def test_cases_are_normal_around_their_middle_and_rule_nothing_out():
    middle, error = np.array([0.42, 0.0, 0.42]), np.array([0.1, np.inf, 0.0])
    estimate = CaseEstimate(middle, middle, error, middle, np.ones(3, int), pool_estimates(middle, error))
    found = case_likelihood(estimate)
    cells, width = (EDGES[1:] + EDGES[:-1]) / 2, EDGES[1] - EDGES[0]
    for row, sd in ((0, 0.1), (2, 0.01)):
        normal = stats.norm(0.42, np.hypot(sd, width / 12**0.5)).pdf
        np.testing.assert_allclose(found[row], np.maximum(normal(cells) / normal(0.42), 1e-12), rtol=1e-9)
    assert found[1].tolist() == [1.0] * CELLS
    assert found[2].min() == 1e-12
