"""Few answers lean on their supplier; many stand for themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.model.network import Network
from cxgraph.uncertainty.shrinkage import pool_scores


def network(levels, suppliers=None):
    size = len(levels)
    suppliers = np.zeros(size, int) if suppliers is None else np.asarray(suppliers)
    clients = suppliers.max() + 1 + np.arange(size)
    weight = np.zeros(clients.max() + 1)
    weight[clients] = 1
    return Network.from_arrays(suppliers, clients, np.full(size, 10.0), levels, customer_weight=weight)


def test_the_less_is_known_the_more_a_score_leans():
    net = network([2.0, 5, 8, 9])
    found = pool_scores(net, np.array([0.1, 0.5, 1.0, 5.0]), np.ones(4, bool))
    assert (np.diff(found.shrink) < 0).all()
    assert abs(found.fulfilment[3] - 9) > abs(found.fulfilment[0] - 2)


def test_differences_that_errors_explain_vanish():
    rng = np.random.default_rng(0)
    net = network(6 + rng.normal(0, 1.0, 200))
    found = pool_scores(net, np.full(200, 1.0), np.ones(200, bool))
    assert found.shrink.max() < 0.25
    assert found.fulfilment.std() < 0.3


def test_services_held_fixed_stay_as_they_are():
    net = network([2.0, 5, 8])
    found = pool_scores(net, np.array([0.0, 1.0, 1.0]), np.array([False, True, True]))
    assert found.fulfilment[0] == 2.0
    assert found.shrink[0] == 1.0


def test_nothing_sampled_changes_nothing():
    net = network([2.0, 5, 8])
    found = pool_scores(net, np.zeros(3), np.zeros(3, bool))
    np.testing.assert_array_equal(found.fulfilment, net.fulfilment)


def test_pooling_comes_closer_to_the_truth():
    rng = np.random.default_rng(1)
    suppliers = np.repeat(np.arange(40), 5)
    truth = np.clip(rng.normal(6, 1, 40)[suppliers] + rng.normal(0, 0.6, 200), 0, 10)
    error = rng.uniform(0.2, 2.0, 200)
    net = network(truth + rng.normal(0, error), suppliers)
    order = np.lexsort((np.arange(200), suppliers))
    found = pool_scores(net, error[order], np.ones(200, bool))
    before = ((net.fulfilment - truth[order]) ** 2).mean()
    after = ((found.fulfilment - truth[order]) ** 2).mean()
    assert after < 0.6 * before


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.01, 3), st.booleans()), min_size=1, max_size=12))
def test_a_pooled_score_lies_between_its_own_and_its_centre(rows):
    levels, errors, sampled = (np.array(column) for column in zip(*rows, strict=True))
    net = network(levels)
    found = pool_scores(net, errors, sampled)
    assert ((found.shrink >= 0) & (found.shrink <= 1)).all()
    low, high = np.minimum(levels / 10, found.centre), np.maximum(levels / 10, found.centre)
    inside = (found.level >= low - 1e-9) & (found.level <= high + 1e-9)
    assert (inside | ~sampled).all()


def test_the_rounds_come_to_rest(monkeypatch):
    rng = np.random.default_rng(3)
    suppliers = np.repeat(np.arange(12), 4)
    error = np.tile([0.05, 0.4, 1.5, 3.0], 12)
    net = network(rng.normal(6, 0.8, 12)[suppliers] + rng.normal(0, 0.5, 48) + rng.normal(0, error), suppliers)
    found = pool_scores(net, error, np.ones(48, bool))
    monkeypatch.setattr("cxgraph.uncertainty.shrinkage._ROUNDS", 200)
    rested = pool_scores(net, error, np.ones(48, bool))
    assert found.shrink == pytest.approx(rested.shrink, rel=0.002)
    monkeypatch.setattr("cxgraph.uncertainty.shrinkage._ROUNDS", 2)
    assert pool_scores(net, error, np.ones(48, bool)).shrink != pytest.approx(rested.shrink, rel=0.02)
