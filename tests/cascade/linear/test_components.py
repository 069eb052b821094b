"""Loops and their cuts: against reachability, and that a cut loop is really open."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from cxgraph.cascade.linear import components as components_module
from cxgraph.cascade.linear.components import cut_loop, find_components
from cxgraph.errors import NumericalError

SEEDS = st.integers(0, 2**32 - 10)


def random_matrix(seed, most=10):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, most + 1))
    dense = (rng.random((size, size)) < rng.uniform(0, 0.5)) & ~np.eye(size, dtype=bool)
    return sparse.csr_matrix(dense.astype(float))


@given(SEEDS)
def test_components_are_those_who_reach_each_other_and_clients_come_first(seed):
    matrix = random_matrix(seed)
    size = matrix.shape[0]
    found = find_components(matrix)
    reach = np.linalg.matrix_power(np.eye(size) + matrix.toarray(), size) > 0
    assert ((found.label[:, None] == found.label) == (reach & reach.T)).all()
    supplier, client = matrix.nonzero()
    assert (found.label[supplier] >= found.label[client]).all()
    assert sorted(found.members) == list(range(size))
    for component, count in enumerate(found.size):
        assert len(found.of(component)) == count
        assert (found.label[found.of(component)] == component).all()
    assert (found.in_loop == (found.size[found.label] > 1)).all()

    turned = found.reversed()
    assert (turned.label[supplier] <= turned.label[client]).all()
    for component in range(len(turned.size)):
        assert (turned.label[turned.of(component)] == component).all()


def test_an_explicit_zero_is_a_service():
    matrix = sparse.csr_matrix(([0.0, 1.0], ([0, 1], [1, 0])), shape=(2, 2))
    assert find_components(matrix).size.tolist() == [2]
    assert find_components(sparse.csr_matrix((0, 0))).size.tolist() == []


@given(SEEDS)
def test_components_in_any_order_are_put_in_the_order_of_the_flow(seed):
    rng = np.random.default_rng(seed)

    def shuffled(graph, **options):
        count, label = connected_components(graph, **options)
        return count, rng.permutation(count).astype(np.int32)[label]

    matrix = random_matrix(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(components_module, "connected_components", shuffled)
        found = find_components(matrix)
    usual = find_components(matrix)
    assert ((found.label[:, None] == found.label) == (usual.label[:, None] == usual.label)).all()
    supplier, client = matrix.nonzero()
    assert (found.label[supplier] >= found.label[client]).all()


def test_a_long_chain_is_put_in_order_in_one_pass(monkeypatch):
    size = 200_000
    chain = sparse.csr_matrix((np.ones(size - 1), (np.arange(size - 1), np.arange(1, size))), (size, size))
    upside_down = (size, np.arange(size, dtype=np.int32))
    monkeypatch.setattr(components_module, "connected_components", lambda *_, **__: upside_down)
    assert (find_components(chain).label == size - 1 - np.arange(size)).all()


def test_a_loop_taken_apart_is_refused(monkeypatch):
    monkeypatch.setattr(components_module, "connected_components", lambda *_, **__: (2, np.array([0, 1], np.int32)))
    with pytest.raises(NumericalError, match="takes departments apart"):
        find_components(sparse.csr_matrix([[0, 1], [1, 0]]))


@given(SEEDS)
def test_a_cut_leaves_no_loop(seed):
    matrix = random_matrix(seed)
    found = find_components(matrix)
    loops = np.flatnonzero(found.size > 1)
    assume(len(loops))
    for component in loops:
        members = found.of(int(component))
        inside = matrix[members][:, members]
        cut = cut_loop(inside, most=len(members))
        if inside.nnz > components_module.SPARSE_LOOP * len(members):
            assert cut is None
            continue
        opened = inside.toarray()
        opened[:, cut.closing] = 0
        ordered = opened[np.ix_(cut.order, cut.order)]
        assert not np.triu(ordered).any()
        assert cut_loop(inside, most=len(cut.closing) - 1) is None


@pytest.mark.parametrize("size", [2, 7, 5_000])
def test_a_plain_circle_closes_at_one_department(size):
    circle = sparse.csr_matrix((np.ones(size), (np.arange(size), (np.arange(size) + 1) % size)), shape=(size, size))
    assert len(cut_loop(circle, 64).closing) == 1


@pytest.mark.parametrize("seed", range(5))
def test_parallel_services_do_not_mislead_the_search(seed):
    rng = np.random.default_rng(seed)
    ends = np.sort(rng.integers(0, 60, 150)), rng.integers(0, 60, 150)
    once = sparse.coo_matrix((np.ones(150), ends), (60, 60)).tocsr()
    starts = np.concatenate(([0], np.cumsum(np.bincount(ends[0], minlength=60) * 3)))
    tripled = sparse.csr_matrix((np.ones(450), np.repeat(ends[1], 3), starts), (60, 60))  # three entries for each pair
    assert find_components(tripled).label.tolist() == find_components(once).label.tolist()


def test_hundreds_of_parallel_services_are_one_and_stay_as_they_were():
    starts = np.array([0, 256, 512], np.int32)
    clients = np.repeat(np.array([1, 0], np.int32), 256)
    matrix = sparse.csr_matrix((np.ones(512), clients, starts), (2, 2))
    assert find_components(matrix).size.tolist() == [2]
    assert matrix.nnz == 512
    assert (matrix.indices == clients).all()
