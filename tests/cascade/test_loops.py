"""Loops against dense eigenvalues, and the weakest service against taking out every one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph import Organization, ParameterError, analyze, read
from cxgraph.cascade import loops as loops_module
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.cascade.linear import spectral as perron_module
from cxgraph.cascade.linear.spectral import bound_spectral_radius
from cxgraph.cascade.loops import find_loops
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)


def radius(matrix):
    return np.abs(np.linalg.eigvals(matrix)).max(initial=0.0)


def inside(cascade, members, without=None):
    """M among some departments, as a dense matrix."""
    coupling = cascade.coupling.copy()
    if without is not None:
        coupling[without] = 0.0
    return cascade.network.matrix(coupling).toarray().T[np.ix_(members, members)]


@settings(max_examples=150)
@given(SEEDS, st.sampled_from([1.0, 4.0]))
def test_gain_and_weakest_service_against_dense_matrices(random_cascade, seed, rho):
    cascade = random_cascade(seed, rho, services=20)
    found = find_loops(cascade)
    reachable = (
        np.linalg.matrix_power(
            np.eye(cascade.network.departments)
            + (cascade.network.matrix(np.ones(cascade.network.services)).toarray() > 0),
            cascade.network.departments,
        )
        > 0
    )
    mutual = reachable & reachable.T
    assert found.found == len({tuple(row) for row in mutual if row.sum() > 1})
    for loop in found.loops:
        assert (mutual[loop.members[0]].nonzero()[0] == loop.members).all()
        # A matrix whose loops have equal gains has eigenvalues that numpy finds only to the root of its accuracy.
        assert loop.gain == pytest.approx(radius(inside(cascade, loop.members)), abs=1e-6)
        assert loop.multiplier == pytest.approx(1 / (1 - loop.gain))
        assert loop.vicious == (loop.gain >= 0.01)
        each = [radius(inside(cascade, loop.members, without=service)) for service in loop.services]
        if loop.weakest is None:
            assert loop.gain == 0
        else:
            assert loop.gain_without == pytest.approx(min(each), abs=1e-3)
            assert loop.gain_without == pytest.approx(each[list(loop.services).index(loop.weakest)], abs=1e-3)
    assert [loop.gain for loop in found.loops] == sorted((loop.gain for loop in found.loops), reverse=True)


def ring(size, chords=0, seed=0):
    rng = np.random.default_rng(seed)
    rows = np.concatenate((np.arange(size), rng.integers(0, size, chords)))
    columns = np.concatenate(((np.arange(size) + 1) % size, rng.integers(0, size, chords)))
    values = np.where(rows == columns, 0.0, rng.uniform(0.2, 0.9, size + chords))  # nobody serves itself
    block = sparse.csr_matrix((values, (rows, columns)), shape=(size, size))
    block.eliminate_zeros()
    return block


@pytest.mark.parametrize(("size", "chords"), [(100, 0), (100, 3), (100, 60), (100, 600), (150, 5)])
def test_every_way_of_finding_the_root_agrees(size, chords, monkeypatch):
    block = ring(size, chords)
    expected = radius(block.toarray())
    ways = {"cut": (0, size), "power": (0, -1), "dense": (size, 0)}
    for dense, closing in ways.values():
        monkeypatch.setattr(perron_module, "MOST_DENSE", dense)
        monkeypatch.setattr(perron_module, "MOST_CLOSING", closing)
        found = bound_spectral_radius(block)
        assert abs(found.root - expected) <= max(found.uncertainty, 1e-9)
        if found.uncertainty < 1e-9:
            assert block @ found.vector == pytest.approx(found.root * found.vector, abs=1e-7)


def test_a_long_ring_has_the_geometric_mean_as_its_gain():
    block = ring(20_000)
    found = bound_spectral_radius(block)
    assert found.root == pytest.approx(np.exp(np.log(block.data).mean()), rel=1e-12)
    assert found.uncertainty < 1e-12


def test_a_large_loop_takes_the_same_way_through_the_network(monkeypatch):
    rng = np.random.default_rng(3)
    size = 90
    supplier = np.concatenate((np.arange(size), rng.integers(0, size, 200)))
    client = np.concatenate(((np.arange(size) + 1) % size, rng.integers(0, size, 200)))
    keep = supplier != client
    network = Network.from_arrays(
        supplier[keep],
        client[keep],
        np.full(keep.sum(), 10.0),
        rng.uniform(0, 9, keep.sum()),
        customer_weight=np.eye(size)[0],
    )
    cascade = solve_cascade(network, np.full(size, 0.9))
    large = find_loops(cascade).loops[0]
    monkeypatch.setattr(loops_module, "MOST_DENSE", 200)
    monkeypatch.setattr(perron_module, "MOST_DENSE", 200)
    small = find_loops(cascade).loops[0]
    assert large.gain == pytest.approx(small.gain, abs=1e-10)
    assert large.gain_without >= small.gain_without - 1e-10  # fewer were tried
    assert large.gain_without < large.gain


def test_a_service_that_passes_nothing_on_makes_the_circle_virtuous():
    network = Network.from_arrays([0, 1, 1], [1, 0, 2], [10, 10, 10], [5, 10, 5], customer_weight=[0, 0, 1])
    loop = find_loops(solve_cascade(network, np.full(3, 0.6))).loops[0]
    assert (loop.gain, loop.vicious, loop.weakest, loop.gain_without) == (0.0, False, None, 0.0)


def test_the_weakest_of_equal_services_is_the_one_that_couples_least():
    network = Network.from_arrays([0, 1, 2], [1, 2, 0], [10] * 3, [1, 7, 3], customer_weight=[0, 0, 1])
    cascade = solve_cascade(network, np.full(3, 0.9))
    loop = find_loops(cascade).loops[0]
    assert loop.weakest == np.argmin(cascade.coupling)
    assert loop.gain_without == 0


def test_the_table_names_members_and_the_service_to_cut(samples):
    services = pd.DataFrame(
        [("A", "B", "x", 10, 4), ("B", "A", "y", 10, 4), ("B", "K", "z", 10, 5)],
        columns=["supplier", "client", "service", "expectation", "fulfilment"],
    )
    frame = analyze(Organization.from_frames(services), transmission=0.6).loops()
    row = frame.iloc[0]
    assert (row["departments"], row["services"], row["members"], row["circle"]) == (2, 2, ("A", "B"), "vicious")
    assert (row["weakest_supplier"], row["weakest_client"], row["weakest_service"]) == ("A", "B", "x")
    assert row["gain"] == pytest.approx(0.6)
    assert row["gain_without"] == 0
    assert frame.attrs["found"] == 1
    none = analyze(read(samples / "worked_example")).loops()
    assert len(none) == 0 and list(none.columns) == list(frame.columns) and none.attrs["found"] == 0
    assert analyze(read(samples / "it_service_desk")).loops(top=1)["gain"].between(0, 1).all()


@pytest.mark.parametrize("top", [0, 1.5, True])
def test_how_many_is_a_whole_number(random_cascade, top):
    with pytest.raises(ParameterError, match="top is"):
        find_loops(random_cascade(1), top)


def test_a_gain_that_rounds_to_one_has_a_multiplier_that_is_a_number():
    almost = np.full(2, np.nextafter(1, 0))
    network = Network.from_arrays([0, 1], [1, 0], [10, 10], [5, 5], customer_weight=[0, 1])
    (loop,) = find_loops(solve_cascade(network, almost)).loops
    assert loop.gain <= 1
    assert 1e15 < loop.multiplier < np.inf
