"""Lines of sight against networkx, and only ways against taking each department out."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph import Organization, analyze, read
from cxgraph.cascade import reachability as sight_module
from cxgraph.cascade.reachability import blast_radius, line_of_sight
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)


@settings(max_examples=200)
@given(SEEDS)
def test_against_networkx_and_brute_force(random_network, seed):
    network = random_network(seed, most=9, services=18)
    graph = nx.DiGraph(zip(network.supplier.tolist(), network.client.tolist(), strict=True))
    graph.add_nodes_from(range(network.departments))
    customers = set(np.flatnonzero(network.customer_weight).tolist())
    sight = line_of_sight(network)
    reachable = {node: customers & ({node} | nx.descendants(graph, node)) for node in graph}
    for node in graph:
        steps = [nx.shortest_path_length(graph, node, customer) for customer in reachable[node]]
        assert sight.distance[node] == (min(steps) if steps else pytest.approx(np.nan, nan_ok=True))
        assert sight.customers[node] == len(reachable[node])
        assert sight.weight[node] == pytest.approx(network.customer_weight[list(reachable[node])].sum())
        without = graph.subgraph(set(graph) - {node})
        cut_off = [
            other
            for other in without
            if reachable[other] and not (customers - {node}) & ({other} | nx.descendants(without, other))
        ]
        assert sight.only_way_for[node] == len(cut_off)
        suppliers = set(graph.predecessors(node))
        alone = node in customers and len(suppliers) == 1
        assert sight.served_by[node] == (suppliers.pop() if alone else -1)
    counted, weight = blast_radius(network, np.arange(network.departments))
    assert counted.tolist() == sight.customers.tolist()
    assert weight == pytest.approx(sight.weight)


def test_too_many_to_count_for_everybody(monkeypatch):
    network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    monkeypatch.setattr(sight_module, "MOST_VISITS", 1)
    sight = line_of_sight(network)
    assert np.isnan(sight.customers).all()
    assert sight.distance.tolist() == [2, 1, 0]
    assert blast_radius(network, 0)[0].tolist() == [1]


def test_a_deep_chain_needs_no_recursion():
    size = 20_000
    network = Network.from_arrays(
        np.arange(size - 1),
        np.arange(1, size),
        np.full(size - 1, 10.0),
        np.full(size - 1, 5.0),
        customer_weight=np.eye(1, size, size - 1)[0],
    )
    sight = line_of_sight(network)
    assert sight.distance[0] == size - 1
    assert sight.only_way_for.tolist() == list(range(size))


def test_the_table(samples):
    services = pd.DataFrame(
        [("IT", "Sales", 10, 5), ("Sales", "K", 10, 5), ("Audit", "Board", 10, 5)],
        columns=["supplier", "client", "expectation", "fulfilment"],
    )
    departments = pd.DataFrame(
        {
            "id": ["IT", "Sales", "K", "Audit", "Board"],
            "kind": ["internal", "internal", "external_customer", "internal", "internal"],
        }
    )
    frame = analyze(Organization.from_frames(services, departments)).reachability()
    assert frame.loc["K", "served_by"] == "Sales"
    assert frame.loc["Sales", "only_way_for"] == 1
    assert np.isnan(frame.loc["Audit", "distance"]) and frame.loc["Audit", "customers"] == 0
    assert frame.loc["IT", ["distance", "customers", "weight"]].tolist() == [2, 1, 1]
    desk = analyze(read(samples / "it_service_desk")).reachability()
    assert desk.loc[desk["reach"] > 0, "weight"].gt(0).all()
    assert desk["weight"].le(1 + 1e-12).all()
