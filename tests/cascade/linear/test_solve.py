"""Both directions of the linear system against dense algebra, along every branch of the solver."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.cascade.linear import components as components_module
from cxgraph.cascade.linear import solve as solve_module
from cxgraph.cascade.linear.components import find_components
from cxgraph.cascade.linear.solve import solve_along_loops, solve_downstream, solve_woven
from cxgraph.errors import NumericalError

SEEDS = st.integers(0, 2**32 - 10)
BRANCHES = {
    "factored": {"SMALL_LOOP": 32, "MOST_CLOSING": 64},
    "cut": {"SMALL_LOOP": 0, "MOST_CLOSING": 64},
    "iterated": {"SMALL_LOOP": 0, "MOST_CLOSING": -1},
}


def random_system(seed, most=12, gain=0.95):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, most + 1))
    dense = rng.random((size, size)) * (rng.random((size, size)) < rng.uniform(0, 0.6))
    np.fill_diagonal(dense, 0)
    total = dense.sum(axis=0, keepdims=True)
    dense = np.divide(dense, total, out=np.zeros_like(dense), where=total > 0) * rng.uniform(0, gain, size)
    return sparse.csr_matrix(dense), rng.random(size) * (rng.random(size) < 0.7)


@pytest.fixture(params=BRANCHES)
def branch(request, monkeypatch):
    for name, value in BRANCHES[request.param].items():
        monkeypatch.setattr(solve_module, name, value)
    if request.param == "cut":
        monkeypatch.setattr(components_module, "SPARSE_LOOP", 99)
        monkeypatch.setattr(solve_module, "SPARSE_LOOP", 99)
    return request.param


@pytest.mark.parametrize("seed", range(60))
def test_reach_against_dense_algebra(branch, seed):
    matrix, right = random_system(seed)
    x, certificate = solve_along_loops(matrix, right, find_components(matrix))
    exact = np.linalg.solve(np.eye(len(right)) - matrix.toarray(), right)
    assert x == pytest.approx(exact, rel=1e-12, abs=1e-14)
    assert np.abs(x - exact).sum() <= certificate.error_bound + 1e-13
    assert certificate.method in ("triangular", branch)


@pytest.mark.parametrize("seed", range(60))
def test_downstream_against_dense_algebra(branch, seed):
    matrix, right = random_system(seed)
    signed = right - 0.3
    x, certificate = solve_downstream(matrix.T.tocsr(), signed, find_components(matrix))
    assert x == pytest.approx(np.linalg.solve(np.eye(len(right)) - matrix.T.toarray(), signed), rel=1e-11, abs=1e-13)
    assert certificate.method in ("triangular", branch)


@settings(max_examples=40)
@given(SEEDS)
def test_both_directions_tell_the_same_total(seed):
    matrix, right = random_system(seed)
    faults = np.random.default_rng(seed + 1).random(len(right))
    parts = find_components(matrix)
    reach, _ = solve_along_loops(matrix, right, parts)
    lacks, _ = solve_downstream(matrix.T.tocsr(), faults, parts)
    assert reach @ faults == pytest.approx(right @ lacks, rel=1e-12)


@pytest.mark.parametrize("size", [50, 20_000])
def test_a_long_circle_close_to_1_is_exact(size):
    matrix = sparse.csr_matrix(
        (np.full(size, 0.9999), (np.arange(size), (np.arange(size) + 1) % size)), shape=(size, size)
    )
    right = np.zeros(size)
    right[0] = 1.0
    x, certificate = solve_along_loops(matrix, right, find_components(matrix))
    steps = (size - np.arange(size)) % size
    assert x == pytest.approx(0.9999**steps / (1 - 0.9999**size), rel=1e-10)
    assert certificate.method == "cut"


def test_a_chain_is_triangular_and_nothing_is_nothing():
    matrix = sparse.csr_matrix((np.full(4, 0.5), (np.arange(4), np.arange(1, 5))), shape=(5, 5))
    x, certificate = solve_along_loops(matrix, np.eye(5)[4], find_components(matrix))
    assert x.tolist() == [0.0625, 0.125, 0.25, 0.5, 1.0]
    assert (certificate.residual, certificate.method) == (0.0, "triangular")
    empty = sparse.csr_matrix((0, 0))
    assert len(solve_along_loops(empty, np.zeros(0), find_components(empty))[0]) == 0
    assert len(solve_downstream(empty, np.zeros(0), find_components(empty))[0]) == 0


def test_a_stalled_iteration_is_factored(monkeypatch):
    monkeypatch.setattr(solve_module, "SMALL_LOOP", 0)
    monkeypatch.setattr(solve_module, "MOST_CLOSING", -1)
    matrix = sparse.csr_matrix([[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.25, 0]])
    right = np.array([0.0, 1.0, 0.0])
    exact = np.array([4.0, 8.0, 2.0]) / 5.0
    left = []

    def stalled(inside, right):
        """Keep to the contract of `solve_by_rounds`: the last x, and what it leaves over."""
        x = np.ones(inside.shape[0])
        left.append(float(np.abs(right - x + inside @ x).sum()))
        return x, left[-1]

    refine = solve_module.solve_by_rounds
    monkeypatch.setattr(solve_module, "solve_by_rounds", stalled)
    x, certificate = solve_along_loops(matrix, right, find_components(matrix))
    assert left == [2.25]
    assert x == pytest.approx(exact, rel=1e-15)
    assert certificate.method == "factored"
    monkeypatch.setattr(solve_module, "solve_by_rounds", refine)
    x, certificate = solve_along_loops(matrix, right, find_components(matrix))
    assert x == pytest.approx(exact, rel=1e-14)
    assert certificate.method == "iterated"


def test_a_stalled_iteration_too_large_to_factor_is_refused(monkeypatch):
    monkeypatch.setattr(solve_module, "SMALL_LOOP", 0)
    monkeypatch.setattr(solve_module, "MOST_CLOSING", -1)
    monkeypatch.setattr(solve_module, "solve_by_rounds", lambda inside, _right: (np.ones(inside.shape[0]), 1.0))
    matrix = sparse.csr_matrix([[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.25, 0]])
    right = np.array([0.0, 1.0, 0.0])
    monkeypatch.setattr(solve_module, "MOST_FACTORED", 3)
    assert solve_along_loops(matrix, right, find_components(matrix))[1].method == "factored"
    monkeypatch.setattr(solve_module, "MOST_FACTORED", 2)
    with pytest.raises(NumericalError, match="certified accuracy"):
        solve_along_loops(matrix, right, find_components(matrix))


@pytest.mark.parametrize("solver", [solve_along_loops, solve_downstream])
def test_what_cannot_be_certified_is_refused(solver, monkeypatch):
    growing = sparse.csr_matrix([[0, 1.0], [0.5, 0]])
    with pytest.raises(NumericalError, match="no finite answer"):
        solver(growing, np.ones(2), find_components(growing))


@pytest.mark.parametrize("solver", [solve_along_loops, solve_downstream])
@pytest.mark.parametrize("method", ["triangular", "factored", "iterated"])
def test_the_certificate_holds_at_its_accuracy(solver, method, monkeypatch):
    """An answer that is off by less than 1e-13 of itself is returned, one that is off by more is refused."""
    assert solve_module.ACCURACY == 1e-13
    nothing = sparse.csr_matrix((2, 2))  # so that what is left over is the error itself
    parts = find_components(nothing)
    size = 2.0 if solver is solve_along_loops else 1.0  # in the 1-norm against the largest entry

    def off_by(error):
        monkeypatch.setattr(solve_module, "_solve_segments", lambda *_: (np.array([1.0, 1.0 + error]), method))
        return solver(nothing, np.ones(2), parts)

    x, certificate = off_by(0.97e-13 * size)
    assert x[1] == 1.0 + 0.97e-13 * size
    assert certificate.error_bound == certificate.residual == pytest.approx(0.97e-13 * size, rel=0.01)
    assert certificate.method == method
    for error in (1.03e-13 * size, -1.03e-13 * size, 1e-10, np.nan):
        with pytest.raises(NumericalError, match="certified accuracy"):
            off_by(error)


@pytest.mark.parametrize("solver", [solve_along_loops, solve_downstream])
def test_the_error_is_bounded_by_what_is_left_over_and_the_gain(solver, monkeypatch):
    matrix = sparse.csr_matrix([[0, 0.75], [0, 0]])
    transposed = matrix if solver is solve_along_loops else matrix.T.tocsr()
    exact, _ = solver(transposed, np.ones(2), find_components(matrix))
    monkeypatch.setattr(solve_module, "_solve_segments", lambda *_: (exact * (1 + 4e-14), "triangular"))
    x, certificate = solver(transposed, np.ones(2), find_components(matrix))
    off = np.abs(x - exact)
    assert certificate.residual > 0
    assert certificate.error_bound == pytest.approx(4 * certificate.residual)
    assert certificate.error_bound >= (off.sum() if solver is solve_along_loops else off.max())


def test_woven_rounds_that_miss_the_accuracy_are_not_returned(monkeypatch):
    matrix, right = woven()
    monkeypatch.setattr(solve_module, "LEAST_WOVEN", 100)
    exact = np.linalg.solve(np.eye(len(right)) - matrix.toarray(), right)
    monkeypatch.setattr(solve_module, "_extrapolated_rounds", lambda *_: exact + 0.5e-13 * right)
    assert solve_woven(matrix, right) is not None
    monkeypatch.setattr(solve_module, "_extrapolated_rounds", lambda *_: exact + 40e-13 * right)
    assert solve_woven(matrix, right) is None


def woven(size=400, degree=12, parts=1, gain=0.9, seed=0):
    """Return a closely woven loop, in parts that hardly serve each other: each has a large eigenvalue of its own."""
    rng = np.random.default_rng(seed)
    ends = np.repeat(np.arange(size), degree), rng.integers(0, size, size * degree)
    near = ends[0] % parts == ends[1] % parts
    matrix = sparse.coo_matrix((rng.random(size * degree) * np.where(near, 1.0, 0.01), ends), (size, size)).tocsr()
    return (matrix @ sparse.diags(gain / matrix.sum(axis=0).A1)).tocsr(), rng.random(size)


class Counted:
    """A matrix that counts its products."""

    def __init__(self, matrix):
        self.matrix, self.shape, self.products = matrix, matrix.shape, 0

    def __matmul__(self, vector):
        self.products += 1
        return self.matrix @ vector


@pytest.mark.parametrize(("parts", "most"), [(1, 45), (3, 120), (8, 130)])
def test_extrapolated_rounds_need_few_products(parts, most):
    matrix, right = woven(parts=parts)
    counted = Counted(matrix)
    x, left = solve_module.solve_by_rounds(counted, right)
    assert x == pytest.approx(np.linalg.solve(np.eye(len(right)) - matrix.toarray(), right), rel=1e-12)
    assert left <= 1e-14 * x.sum()
    assert counted.products <= most  # plain rounds take more than 300: .9 to that power is 1e-14


@pytest.mark.parametrize("ratio", [0.5, 0.98, 0.999])
def test_rounds_along_one_direction_are_summed_to_their_end(ratio):
    first = np.array([1.0, 2.0, 0.0])
    rounds = [ratio**power * first for power in range(4)]
    x, least = solve_module._extrapolate(sum(rounds[:3]), rounds)  # without the last one, as between two rounds
    assert x == pytest.approx(first / (1.0 - ratio), rel=1e-6)
    assert np.abs(least).max() <= 1e-6 * np.abs(rounds[-1]).max()


def test_a_woven_network_needs_no_search_for_its_loops(monkeypatch):
    matrix, right = woven()
    assert solve_woven(matrix, right) is None  # too small to be worth it
    monkeypatch.setattr(solve_module, "LEAST_WOVEN", 100)
    x, certificate = solve_woven(matrix, right)
    known, _ = solve_along_loops(matrix, right, find_components(matrix))
    assert x == pytest.approx(known, rel=1e-12)
    assert np.abs(x - known).sum() <= certificate.error_bound + 1e-13 * x.sum()
    chain = sparse.csr_matrix((np.full(399, 0.5), (np.arange(399), np.arange(1, 400))), (400, 400))
    assert solve_woven(chain, right) is None
    monkeypatch.setattr(solve_module, "_MOST_PRODUCTS", 5)
    assert solve_woven(matrix, right) is None
    with pytest.raises(NumericalError, match="no finite answer"):
        solve_woven(matrix * 2.0, right)


def test_where_nothing_is_left_over_nothing_is_multiplied():
    counted = Counted(sparse.csr_matrix([[0, 0.5], [0.5, 0]]))
    x, left = solve_module.solve_by_rounds(counted, np.zeros(2))
    assert (x.tolist(), left, counted.products) == ([0.0, 0.0], 0.0, 0)


def circulant(size, degree, outside=0):
    """Return a loop in which everybody has so many suppliers, beside departments that have none."""
    rows = np.repeat(np.arange(size), degree)
    columns = (rows + np.tile(np.arange(1, degree + 1), size)) % size
    return sparse.csr_matrix((np.full(size * degree, 0.1), (rows, columns)), (size + outside, size + outside))


@pytest.mark.parametrize(
    ("size", "degree", "least", "whole"), [(40, 5, 40, True), (40, 4, 40, False), (40, 5, 41, False)]
)
def test_a_whole_network_is_iterated_from_so_many_departments_and_services_on(size, degree, least, whole, monkeypatch):
    monkeypatch.setattr(solve_module, "LEAST_WOVEN", least)
    assert (solve_woven(circulant(size, degree), np.ones(size)) is not None) == whole


@pytest.mark.parametrize(
    ("size", "degree", "outside", "woven_into_one"),
    [(33, 5, 0, True), (32, 5, 0, False), (40, 4, 0, False), (36, 5, 4, True), (35, 5, 5, False)],
)
def test_a_loop_is_nearly_everything_from_nine_tenths_on(size, degree, outside, woven_into_one):
    matrix = circulant(size, degree, outside)
    assert solve_module._woven_into_one(matrix, find_components(matrix)) == woven_into_one
