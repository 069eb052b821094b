"""SODA against a node-by-node reading of the equations, and against FDNA where the two coincide."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.alternatives.models import fdna, soda
from cxgraph.errors import ParameterError


def of_node(node, level, own, sod, cod, iod, exponent):
    feeders = np.flatnonzero(sod[:, node])
    strength, critical = [], []
    for i in feeders:
        others = [level[k] / 100 for k in feeders if k != i]
        weight = sum(others) / len(others) if others else 1.0
        strength.append(sod[i, node] * level[i] + (1 - sod[i, node]) * own[node])
        critical.append(level[i] * 100 / iod[i, node] + (100 - cod[i, node]) * weight**exponent)
    return min(sum(strength) / len(strength), *critical)


def by_hand(own, sod, cod, iod, exponent=0.1):
    level = np.array(own, dtype=float)
    graph = nx.DiGraph((i, j) for i, j in zip(*np.nonzero(sod), strict=True))
    for node in nx.topological_sort(graph):
        if graph.in_degree(node):
            level[node] = of_node(node, level, own, sod, cod, iod, exponent)
    return level


def random_network(seed, size, acyclic=True):
    rng = np.random.default_rng(seed)
    linked = rng.random((size, size)) < 0.4
    if acyclic:
        order = rng.permutation(size)
        linked &= order[:, None] < order[None, :]
    tables = (rng.uniform(low, high, (size, size)) for low, high in ((0.05, 1), (0, 100), (1, 100)))
    return rng.uniform(0, 100, size), *(np.where(linked, table, 0) for table in tables)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 12), st.sampled_from([0.0, 0.1, 1.0]))
def test_any_acyclic_graph_matches_the_equations_read_by_hand(seed, size, exponent):
    network = random_network(seed, size)
    found = soda(*network, exponent=exponent)
    np.testing.assert_allclose(found, by_hand(*network, exponent), rtol=1e-12)
    as_sparse = soda(network[0], *map(sparse.csr_matrix, network[1:]), exponent=exponent)
    np.testing.assert_allclose(as_sparse, found)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(2, 8))
def test_loops_settle_where_the_equations_hold(seed, size):
    own, sod, cod, iod = random_network(seed, size, acyclic=False)
    found = soda(own, sod, cod, iod)
    fed = np.flatnonzero(sod.any(axis=0))
    assume(len(fed))
    for node in fed:
        assert found[node] == pytest.approx(of_node(node, found, own, sod, cod, iod, 0.1), abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 10), st.booleans())
def test_in_range_and_monotone(seed, size, acyclic):
    own, sod, cod, iod = random_network(seed, size, acyclic)
    before = soda(own, sod, cod, iod)
    assert ((before >= 0) & (before <= 100)).all()
    assert (soda((own + 100) / 2, sod, cod, iod) >= before - 1e-8).all()
    assert (soda(own, sod, cod / 2, iod) >= before - 1e-8).all()
    assert (soda(own, sod, cod, np.maximum(iod / 2, 1)) >= before - 1e-8).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 10))
def test_with_full_self_effectiveness_and_impact_it_is_fdna(seed, size):
    own, sod, cod, _ = random_network(seed, size)
    own = np.where(sod.any(axis=0), 100, own)
    np.testing.assert_allclose(soda(own, sod, cod, 100, exponent=0), fdna(own, sod, 100 - cod), rtol=1e-12)


def test_large_cod_is_critical():
    link = [[0, 0.1], [0, 0]]
    assert soda([0, 100], link, 0, 100)[1] == 90
    assert soda([0, 100], link, 85, 100)[1] == 15
    assert soda([0, 100], link, 100, 100)[1] == 0


def test_a_weak_colleague_deepens_the_fall():
    # Two feeders, a = 0 and b = 50: criticality of a leaves (100 - 40) * .5 ** .1
    found = soda([0, 50, 100], [[0, 0, 0.01], [0, 0, 0.01], [0, 0, 0]], 40, 1)
    assert found[2] == pytest.approx(60 * 0.5**0.1)
    assert soda([0, 50, 100], [[0, 0, 0.01], [0, 0, 0.01], [0, 0, 0]], 40, 1, exponent=0)[2] == 60


def test_two_dead_feeders_leave_nothing_when_critical():
    assert soda([0, 0, 100], [[0, 0, 0.2], [0, 0, 0.2], [0, 0, 0]], 10, 1)[2] == 0


def test_scenarios_are_independent():
    _, sod, cod, iod = random_network(3, 7)
    scenarios = np.random.default_rng(4).uniform(0, 100, (5, 7))
    np.testing.assert_array_equal(soda(scenarios, sod, cod, iod), [soda(one, sod, cod, iod) for one in scenarios])


@pytest.mark.parametrize("size", [0, 1])
def test_tiny_networks(size):
    nothing = np.zeros((size, size))
    np.testing.assert_array_equal(soda([30.0] * size, nothing, nothing, nothing), [30.0] * size)


def test_refusals():
    link = [[0, 0.4], [0, 0]]
    good = {"se": [1, 2], "sod": link, "cod": 10, "iod": 10}
    soda(**good)
    for bad in (
        {"se": [1, np.nan]},
        {"se": [1, 101]},
        {"sod": [[0, 2], [0, 0]]},
        {"cod": [[0, -1], [0, 0]]},
        {"iod": [[0, 0], [0, 0]]},
        {"iod": 101},
        {"iod": np.ones((3, 3))},
        {"exponent": -1},
        {"cycles": "never"},
        {"sod": [[0.5, 0.4], [0, 0]], "cycles": "refuse"},
    ):
        with pytest.raises(ParameterError):
            soda(**{**good, **bad})
