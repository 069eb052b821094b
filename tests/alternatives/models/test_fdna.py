"""FDNA against a node-by-node reading of the published equations."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.alternatives.models import fdna
from cxgraph.errors import NumericalError, ParameterError


def by_hand(operability, alpha, beta, scale):
    """One node at a time, in topological order."""
    level = np.array(operability, dtype=float)
    graph = nx.DiGraph((i, j) for i, j in zip(*np.nonzero(alpha), strict=True))
    for node in nx.topological_sort(graph):
        feeders = list(graph.predecessors(node))
        if feeders:
            strength = [alpha[i, node] * level[i] + scale * (1 - alpha[i, node]) for i in feeders]
            critical = [level[i] + beta[i, node] for i in feeders]
            level[node] = min(sum(strength) / len(strength), *critical)
    return level


def random_network(seed, size, scale=100.0, acyclic=True):
    rng = np.random.default_rng(seed)
    linked = rng.random((size, size)) < 0.4
    if acyclic:
        order = rng.permutation(size)
        linked &= order[:, None] < order[None, :]
    alpha = np.where(linked, rng.uniform(0.05, 1, (size, size)), 0)
    return rng.uniform(0, scale, size), alpha, np.where(linked, rng.uniform(0, scale, (size, size)), 0)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 12), st.sampled_from([1.0, 100.0]))
def test_any_acyclic_graph_matches_the_equations_read_by_hand(seed, size, scale):
    operability, alpha, beta = random_network(seed, size, scale)
    found = fdna(operability, alpha, beta, scale=scale)
    np.testing.assert_allclose(found, by_hand(operability, alpha, beta, scale), rtol=1e-12)
    as_sparse = fdna(operability, sparse.coo_matrix(alpha), sparse.csc_array(beta), scale=scale)
    np.testing.assert_allclose(as_sparse, found)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 10), st.booleans())
def test_better_roots_or_weaker_criticality_never_hurt(seed, size, acyclic):
    operability, alpha, beta = random_network(seed, size, acyclic=acyclic)
    before = fdna(operability, alpha, beta)
    assert ((before >= 0) & (before <= 100)).all()
    assert (fdna((operability + 100) / 2, alpha, beta) >= before - 1e-9).all()
    assert (fdna(operability, alpha, (beta + 100) / 2) >= before - 1e-9).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 10))
def test_the_scale_is_only_a_unit(seed, size):
    operability, alpha, beta = random_network(seed, size)
    unit = fdna(operability / 100, alpha, beta / 100, scale=1.0)
    np.testing.assert_allclose(100 * unit, fdna(operability, alpha, beta), rtol=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(2, 8))
def test_loops_settle_where_the_equations_hold(seed, size):
    operability, alpha, beta = random_network(seed, size, acyclic=False)
    found = fdna(operability, alpha, beta)
    fed = np.flatnonzero(alpha.any(axis=0))
    assume(len(fed))
    for node in fed:
        feeders = np.flatnonzero(alpha[:, node])
        strength = alpha[feeders, node] * found[feeders] + 100 * (1 - alpha[feeders, node])
        expected = min(strength.mean(), (found[feeders] + beta[feeders, node]).min())
        assert found[node] == pytest.approx(expected, abs=1e-9)


def test_a_loop_passes_a_fault_round_and_invents_none():
    # a feeds b and c, which feed each other; by hand b = (.5 * 20 + 50 + .5 b + 50) / 2, so b = c = 110 / 1.5
    alpha = [[0, 0.5, 0.5], [0, 0, 0.5], [0, 0.5, 0]]
    found = fdna([20, 100, 100], alpha, 100)
    np.testing.assert_allclose(found, [20, 110 / 1.5, 110 / 1.5])
    np.testing.assert_array_equal(fdna([100, 3, 3], alpha, 100), [100, 100, 100])
    np.testing.assert_array_equal(fdna([7, 7], [[0, 1], [1, 0]], 0), [100, 100])


def test_small_beta_is_critical():
    link = [[0, 0.1], [0, 0]]
    assert fdna([0, 100], link, 100)[1] == 90
    assert fdna([0, 100], link, 15)[1] == 15
    assert fdna([0, 100], link, 0)[1] == 0


def test_nan_is_no_dependency_and_receivers_need_no_value():
    alpha = [[np.nan, 0.4], [np.nan, np.nan]]
    beta = [[np.nan, 20], [np.nan, np.nan]]
    np.testing.assert_array_equal(fdna([50, np.nan], alpha, beta), [50, 70])


@pytest.mark.parametrize("acyclic", [True, False])
@pytest.mark.parametrize("start", ["one", "many"])
def test_ceilings_in_rows_are_scenarios(acyclic, start):
    operability, alpha, beta = random_network(7, 9, acyclic=acyclic)
    ceiling = np.random.default_rng(1).uniform(0, 100, (4, 9))
    begin = operability if start == "one" else np.tile(operability, (4, 1))
    together = fdna(begin, alpha, beta, ceiling=ceiling)
    alone = [fdna(operability, alpha, beta, ceiling=row) for row in ceiling]
    assert len({tuple(row) for row in together}) == 4
    np.testing.assert_allclose(together, alone, atol=1e-9)


def test_the_ceiling_caps_roots_and_receivers():
    np.testing.assert_array_equal(fdna([50, 0], [[0, 0.4], [0, 0]], 100, ceiling=[40, 60]), [40, 60])


@pytest.mark.parametrize("size", [0, 1])
def test_tiny_networks(size):
    nothing = np.zeros((size, size))
    np.testing.assert_array_equal(fdna([30.0] * size, nothing, nothing), [30.0] * size)
    np.testing.assert_array_equal(fdna([], [], []), [])


def test_refusals():
    good = {"operability": [1, 2], "alpha": [[0, 0.4], [0, 0]], "beta": 10}
    fdna(**good)
    for bad in (
        {"operability": [np.nan, 1]},
        {"operability": [101, 1]},
        {"operability": [1, 2, 3]},
        {"operability": ["x", 2]},
        {"alpha": [[0, 1.2], [0, 0]]},
        {"alpha": [[0, -0.2], [0, 0]]},
        {"alpha": [[0, 0.4]]},
        {"beta": [[0, np.nan], [0, 0]]},
        {"beta": 101},
        {"beta": [[1]]},
        {"scale": 0},
        {"ceiling": [1, np.nan]},
        {"ceiling": 101},
        {"cycles": "maybe"},
    ):
        with pytest.raises(ParameterError):
            fdna(**{**good, **bad})


def test_a_loop_can_be_refused_and_says_where():
    with pytest.raises(ParameterError, match="alpha holds a loop: node 1 "):
        fdna([1, 2, 3], [[0, 0.5, 0], [0, 0, 0.5], [0, 0.5, 0]], 10, cycles="refuse")


def test_a_loop_that_hardly_settles_is_reported(monkeypatch):
    monkeypatch.setattr("cxgraph.alternatives.models.dependency.ROUNDS", 5)
    with pytest.raises(NumericalError, match="did not settle in 5 rounds"):
        fdna([0, 1, 1], [[0, 0.5, 0], [0, 0, 1], [0, 1, 0]], 100)


def test_a_link_of_criticality_alone_takes_a_tiny_alpha():
    found = fdna([50, 80, np.nan], [[0, 0, 1e-15], [0, 0, 0.5], [0, 0, 0]], [[0, 0, 20], [0, 0, 100], [0, 0, 0]])
    np.testing.assert_allclose(found, [50, 80, min((100 + 0.5 * 80 + 50) / 2, 50 + 20)], rtol=1e-12)
