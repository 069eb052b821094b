"""A block of draws gives what one analysis after the other gives."""

import numpy as np
import pytest

from cxgraph.cascade.cascade import solve_cascade
from cxgraph.model.network import Network
from cxgraph.uncertainty import batch as solving
from cxgraph.uncertainty.batch import Copies


def random_network(rng, departments=12, services=50, scale=(1.0, 10.0)):
    supplier, client = rng.integers(0, departments, (2, services))
    keep = supplier != client
    size = int(keep.sum())
    weight = np.zeros(departments)
    weight[-3:] = 1.0
    return Network.from_arrays(
        supplier[keep],
        client[keep],
        rng.uniform(4, 10, size),
        rng.uniform(1, 10, size),
        customer_weight=weight,
        importance=rng.uniform(0, 3, size),
        scale=scale,
    )


@pytest.mark.parametrize("scoring", ["ratio", "gap", "perception"])
@pytest.mark.parametrize("stringency", [1.0, 2.0, np.inf])
def test_every_copy_equals_its_own_analysis(scoring, stringency):
    rng = np.random.default_rng(7)
    network = random_network(rng)
    copies = Copies.of(network, 5)
    fulfilment = network.fulfilment + rng.normal(0, 1, (5, network.services))
    expectation = np.maximum(network.expectation + rng.normal(0, 1, (5, network.services)), 1.0)
    tau = rng.uniform(0, 0.95, (5, network.departments))
    lacks = copies.shortfalls(fulfilment.copy(), expectation, scoring)
    contribution, total = copies.solve(lacks, tau, stringency, np.zeros(network.departments))
    for row in range(5):
        alone = solve_cascade(
            Network(
                network.supplier,
                network.client,
                network.start,
                expectation[row],
                fulfilment[row],
                network.importance,
                network.customer_weight,
                network.scale,
            ),
            tau[row],
            stringency,
            scoring,
        )
        np.testing.assert_allclose(contribution[row], network.by_supplier(alone.contribution), atol=1e-8)
        assert total[row] == pytest.approx(alone.customer_shortfall, abs=1e-12)
        assert contribution[row].sum() == pytest.approx(total[row], rel=1e-7)


def test_a_network_too_slow_for_rounds_is_solved_along_its_loops(monkeypatch):
    monkeypatch.setattr(solving, "_ROUNDS", 4)
    network = random_network(np.random.default_rng(1))
    copies = Copies.of(network, 2)
    lacks = copies.shortfalls(np.tile(network.fulfilment, (2, 1)), network.expectation, "ratio")
    contribution, _ = copies.solve(lacks, np.full(network.departments, 0.95), 1.0, np.zeros(network.departments))
    alone = solve_cascade(network, np.full(network.departments, 0.95))
    np.testing.assert_allclose(contribution[1], network.by_supplier(alone.contribution), atol=1e-12)


def test_nothing_expected_falls_short_of_nothing():
    network = Network.from_arrays([0, 0], [1, 1], [1.0, 5.0], [1.0, 3.0], customer_weight=[0, 1], scale=(1, 5))
    lacks = Copies.of(network, 1).shortfalls(network.fulfilment[None].copy(), network.expectation, "ratio")
    assert lacks.tolist() == [[0.0, 0.5]]


def test_block_size_follows_the_services():
    network = random_network(np.random.default_rng(2))
    assert Copies.block(network, 10).copies == 10
    assert Copies.block(network, 10**9).copies == solving.BLOCK // network.services
