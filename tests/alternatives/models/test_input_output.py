"""Leontief's identities, and extraction by really deleting the sectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cxgraph.alternatives.models import extraction, extraction_totals, leontief, linear
from cxgraph.alternatives.models.checks import NoEquilibriumError
from cxgraph.alternatives.models.linear import sum_rounds
from cxgraph.errors import NumericalError, ParameterError


def random_economy(seed, size):
    rng = np.random.default_rng(seed)
    flows = np.where(rng.random((size, size)) < 0.7, rng.uniform(0, 50, (size, size)), 0)
    # Demand and value added both positive: output covers the larger of the row's and the column's trade.
    output = np.maximum(flows.sum(axis=0), flows.sum(axis=1)) + rng.uniform(1, 50, size)
    return flows, output


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(0, 9))
def test_identities_of_the_table(seed, size):
    flows, output = random_economy(seed, size)
    table = leontief(flows, output)
    np.testing.assert_allclose(table.coefficients * output, flows, atol=1e-9)
    np.testing.assert_allclose(table.inverse @ table.final_demand, output, rtol=1e-9)
    np.testing.assert_allclose(table.inverse, np.linalg.inv(np.eye(size) - table.coefficients), atol=1e-10)
    np.testing.assert_allclose(table.output_multipliers, table.inverse.sum(axis=0))
    assert (table.output_multipliers >= 1 - 1e-12).all()
    # Demand times multiplier is the economy's output, and so is value added times forward linkage.
    assert table.final_demand @ table.output_multipliers == pytest.approx(output.sum())
    assert (output - flows.sum(axis=0)) @ table.forward_linkages == pytest.approx(output.sum())
    ghosh = np.linalg.inv(np.eye(size) - flows / output[:, None])
    np.testing.assert_allclose(table.forward_linkages, ghosh.sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(leontief(sparse.csc_array(flows), output).inverse, table.inverse)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(2, 8))
def test_complete_extraction_is_the_economy_of_the_others(seed, size):
    flows, output = random_economy(seed, size)
    table = leontief(flows, output)
    rng = np.random.default_rng(seed + 1)
    gone = np.unique(rng.integers(0, size, rng.integers(1, size)))
    found = extraction(table.coefficients, table.final_demand, gone)
    stay = np.setdiff1d(np.arange(size), gone)
    smaller = table.coefficients[np.ix_(stay, stay)]
    expected = np.linalg.solve(np.eye(len(stay)) - smaller, table.final_demand[stay])
    np.testing.assert_allclose(found.remaining[stay], expected, rtol=1e-9)
    np.testing.assert_allclose(found.losses[gone], output[gone], rtol=1e-9)
    assert found.total == pytest.approx(output.sum() - expected.sum())
    np.testing.assert_allclose(found.output, output)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 8))
def test_partial_extractions_by_dense_algebra(seed, size):
    flows, output = random_economy(seed, size)
    table = leontief(flows, output)
    sector = seed % size
    bought, sold = table.coefficients.copy(), table.allocation.copy()
    alone_a, alone_b = bought.copy(), sold.copy()
    bought[:, sector] = 0
    sold[sector, :] = 0
    for alone in (alone_a, alone_b):
        own = alone[sector, sector]
        alone[:, sector] = alone[sector, :] = 0
        alone[sector, sector] = own
    added = output - flows.sum(axis=0)
    one = np.eye(size)
    expected = {
        "backward": np.linalg.inv(one - bought) @ table.final_demand,
        "backward-total": np.linalg.inv(one - alone_a) @ table.final_demand,
        "forward": added @ np.linalg.inv(one - sold),
        "forward-total": added @ np.linalg.inv(one - alone_b),
    }
    worst = extraction(table.coefficients, table.final_demand, sector)
    for variant, remaining in expected.items():
        found = extraction(table.coefficients, table.final_demand, sector, variant)
        np.testing.assert_allclose(found.remaining, remaining, rtol=1e-8)
        assert (found.losses >= -1e-8).all()
        assert found.total == pytest.approx(output.sum() - remaining.sum())
        if variant.startswith("backward"):
            assert found.total <= worst.total + 1e-8


def test_extracting_nobody_and_everybody():
    a, f = [[0.15, 0.25], [0.2, 0.05]], [350, 1700]
    assert extraction(a, f, []).total == 0
    assert extraction(a, f, [0, 1]).total == pytest.approx(3000)
    np.testing.assert_allclose(extraction(a, f, [1, 1]).losses, extraction(a, f, 1).losses)


def test_an_idle_sector_changes_nothing():
    table = leontief([[150, 500, 0], [200, 100, 0], [0, 0, 0]], [1000, 2000, 0])
    np.testing.assert_array_equal(table.coefficients[2], 0)
    assert table.output_multipliers[2] == table.forward_linkages[2] == 1
    for variant in ("complete", "backward", "backward-total", "forward", "forward-total"):
        assert extraction(table.coefficients, table.final_demand, 2, variant).total == pytest.approx(0)


def test_negative_entries_of_real_tables_are_accepted():
    table = leontief([[0, -1], [5, 0]], [10, 10])
    np.testing.assert_allclose(table.inverse, np.linalg.inv([[1, 0.1], [-0.5, 1]]))


def test_tiny_tables():
    assert leontief([], []).inverse.shape == (0, 0)
    assert leontief([[5]], [10]).output_multipliers.tolist() == [2]
    assert extraction([[0.5]], [5], 0).total == 10


def test_refusals():
    a, f = [[0.15, 0.25], [0.2, 0.05]], [350, 1700]
    for wrong in (
        lambda: leontief([[1, 2]], [1]),
        lambda: leontief([[1, 2], [3, 4]], [1, 0]),
        lambda: leontief([[1, np.nan], [3, 4]], [10, 10]),
        lambda: leontief([[1, 2], [3, 4]], [-10, 10]),
        lambda: leontief([[10]], [10]),
        lambda: extraction([[1.5]], [1], 0),
        lambda: extraction(a, f, 2),
        lambda: extraction(a, f, -1),
        lambda: extraction(a, f, 0.5),
        lambda: extraction(a, f, np.nan),
        lambda: extraction(a, f, 0, "partial"),
        lambda: extraction(a, [1], 0),
    ):
        with pytest.raises(ParameterError):
            wrong()


def test_a_singular_table_with_negative_entries_is_a_numerical_fault():
    with pytest.raises(NumericalError, match="I - a is singular"):
        extraction([[2, 1], [-1, 0]], [1, 1], 0)


def leaking_table(size, links, seed, most=0.9):
    """A sparse table of random links whose columns sum to *most* at the most: loops everywhere."""
    rng = np.random.default_rng(seed)
    table = sparse.random_array((size, size), density=min(links / size, 1.0), rng=rng, format="csr")
    table.data = np.maximum(table.data, 0.01)
    columns = np.asarray(table.sum(axis=0)).ravel()
    return sparse.csr_array(table @ sparse.diags_array(most * rng.random(size) / np.maximum(columns, 1e-9)))


@given(st.integers(0, 10_000), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_one_solve_for_all_extractions_gives_what_each_extraction_gives(seed, size):
    table = leaking_table(size, 3, seed)
    demand = np.random.default_rng(seed + 1).random(size)
    sectors = np.random.default_rng(seed + 2).integers(0, size, 4)  # in any order, one twice
    each = [extraction(table, demand, int(sector)).total for sector in sectors]
    np.testing.assert_allclose(extraction_totals(table, demand, sectors), each, rtol=1e-10, atol=1e-12)


def test_extraction_totals_of_no_sector_and_of_none_that_exists():
    assert extraction_totals([[0.5]], [1.0], []).shape == (0,)
    with pytest.raises(ParameterError, match="below 1"):
        extraction_totals([[0.5]], [1.0], [1])


def test_rounds_give_what_the_factors_give(monkeypatch):
    table, rhs = leaking_table(400, 4, 5, most=0.98), np.random.default_rng(6).random((400, 3))
    factored = sum_rounds(table, rhs, "A")
    monkeypatch.setattr(linear, "MOST_FACTORED", 10)
    np.testing.assert_allclose(sum_rounds(table, rhs, "A"), factored, rtol=1e-9)
    np.testing.assert_allclose(sum_rounds(table, rhs[:, 0], "A"), factored[:, 0], rtol=1e-9)


def test_rounds_refuse_what_does_not_die_out(monkeypatch):
    monkeypatch.setattr(linear, "MOST_FACTORED", 1)
    ring = sparse.csr_array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    for gain in (1.0, 1.2):
        with pytest.raises(NoEquilibriumError, match="spectral radius"):
            sum_rounds(sparse.csr_array(gain * ring), np.ones(3), "A")
