"""Bounds of the largest eigenvalue: as narrow as they say, and around the root."""

import numpy as np
import pytest
from scipy import sparse

from cxgraph.cascade.linear import spectral as spectral_module
from cxgraph.cascade.linear.spectral import bound_spectral_radius, largest_root


def woven(seed, size=12):
    rng = np.random.default_rng(seed)
    dense = rng.random((size, size)) * (rng.random((size, size)) < 0.5)
    np.fill_diagonal(dense, 0.0)
    dense[np.arange(size), (np.arange(size) + 1) % size] += 0.1  # one circle through all
    return sparse.csr_matrix(dense)


@pytest.fixture
def power_alone(monkeypatch):
    monkeypatch.setattr(spectral_module, "MOST_DENSE", 0)
    monkeypatch.setattr(spectral_module, "MOST_CLOSING", -1)


def test_the_power_method_goes_on_until_the_bounds_are_within_a_billionth_of_a_thousandth(power_alone):
    for seed in range(40):
        block = woven(seed)
        found = bound_spectral_radius(block)
        root = np.abs(np.linalg.eigvals(block.toarray())).max()
        assert found.root == pytest.approx(root, rel=1e-11)
        assert found.uncertainty <= 0.51e-12 * (found.root + found.uncertainty), seed
        assert found.vector.max() == pytest.approx(1.0)
        assert found.vector.min() > 0


def test_rounds_that_run_out_are_told_by_the_bounds(power_alone, monkeypatch):
    monkeypatch.setattr(spectral_module, "_ROUNDS", 3)
    block = woven(0)
    found = bound_spectral_radius(block)
    root = np.abs(np.linalg.eigvals(block.toarray())).max()
    assert found.uncertainty > 1e-6
    assert abs(found.root - root) <= found.uncertainty


@pytest.mark.parametrize("size", [64, 65])
def test_loops_of_up_to_64_are_solved_as_dense_matrices(size, monkeypatch):
    circle = sparse.csr_matrix((np.full(size, 0.5), (np.arange(size), (np.arange(size) + 1) % size)), (size, size))
    asked = []
    monkeypatch.setattr(spectral_module, "cut_loop", lambda _block, most: asked.append(most))
    assert largest_root(circle)[0] == pytest.approx(0.5, rel=1e-9)
    assert asked == ([] if size == 64 else [8])
