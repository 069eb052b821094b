"""An organisation survives the way to networkx and back."""

import networkx as nx
import pandas as pd
import pytest

import cxgraph


@pytest.mark.parametrize("name", ["worked_example", "hotel", "clinica", "it_service_desk"])
def test_there_and_back_gives_the_same_numbers(samples, name):
    organization = cxgraph.read(samples / name)
    graph = organization.to_networkx()
    again = cxgraph.Organization.from_networkx(graph)
    # Single answers and periods are not in a graph, so transmissions would be estimated from less.
    first, second = (cxgraph.analyze(each, transmission=0.6) for each in (organization, again))
    assert second.customer_shortfall == first.customer_shortfall
    pd.testing.assert_frame_equal(second.departments(), first.departments(), check_exact=True)
    texts = dict.fromkeys(("supplier", "client", "service", "kind"), object)
    pd.testing.assert_frame_equal(second.services().astype(texts), first.services().astype(texts), check_exact=True)


def test_edges_point_from_supplier_to_client(samples):
    graph = cxgraph.read(samples / "worked_example").to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.has_edge("IT", "Sales")
    assert not graph.has_edge("Sales", "IT")


def test_a_plain_digraph_without_kinds_is_inferred():
    graph = nx.DiGraph(name="firm")
    graph.add_edge("IT", "Sales", expectation=10, fulfilment=5)
    graph.add_edge("Sales", "Buyers", expectation=10, fulfilment=6)
    analysis = cxgraph.analyze(cxgraph.Organization.from_networkx(graph), transmission=0.6)
    assert analysis.customers().index.tolist() == ["Buyers"]
    assert analysis.organization.name == "firm"
    assert analysis.departments()["share"]["IT"] == pytest.approx(0.75)


def test_an_empty_graph_is_refused_with_the_errors_of_tables():
    with pytest.raises(cxgraph.InputError):
        cxgraph.Organization.from_networkx(nx.DiGraph())


@pytest.mark.parametrize("nothing", [pd.NA, float("nan")])
def test_a_node_is_named_as_it_is_written_whatever_it_is(nothing):
    graph = nx.DiGraph()
    graph.add_edge("IT", nothing, expectation=8, fulfilment=6)
    assert str(nothing) in set(cxgraph.Organization.from_networkx(graph).departments["id"])
