"""What Python can hold in cells and settings and a table cannot: errors of ours, never a traceback from inside."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph import Organization

SEVERAL = [[1, 2], {"a": 1}, np.array([1, 2]), np.array(7), {1}, (1, 2), b"7", pd.Series([1]), object(), [[]]]
MISSING = [pd.NA, pd.NaT, None, float("nan")]
COLUMNS = ("supplier", "client", "service", "expectation", "fulfilment", "importance", "kind", "responses", "period")


def services(**cells):
    """Return a sound table of two services; each cell given stands in the second row of its column."""
    frame = pd.DataFrame(
        {
            "supplier": ["IT", "Sales", "Sales"],
            "client": ["Sales", "Buyers", "Buyers"],
            "service": ["a", "b", "c"],
            "expectation": [10, 10, 10],
            "fulfilment": [5, 6, 7],
            "importance": [1, 2, 1],
            "kind": ["formal", "formal", "formal"],
            "responses": [3, 4, 5],
            "period": ["2025", "2025", "2025"],
        },
        dtype=object,
    )
    for name, cell in cells.items():
        column = np.empty(3, object)
        column[:] = [frame[name].iloc[0], None, frame[name].iloc[2]]
        column[1] = cell
        frame[name] = pd.Series(column, dtype=object)
    return frame


def graph(edge=None, **settings):
    made = nx.MultiDiGraph(**settings)
    made.add_edge("IT", "Sales", expectation=10, fulfilment=5)
    made.add_edge("Sales", "Buyers", expectation=10, **{"fulfilment": 6, **(edge or {})})
    return made


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("cell", SEVERAL, ids=lambda cell: type(cell).__name__)
def test_a_cell_of_several_values_is_named(column, cell):
    with pytest.raises(cxgraph.InputError) as found:
        Organization.from_frames(services(**{column: cell}))
    first = found.value.problems[0]
    assert (first.code, first.column) == ("not-one-value", column)
    assert f"holds {type(cell).__name__}, which is not one value" in str(first)


@pytest.mark.parametrize("cell", MISSING, ids=repr)
@pytest.mark.parametrize("column", ["expectation", "importance", "responses", "kind", "service"])
def test_every_way_of_missing_is_missing(column, cell):
    analysis = cxgraph.analyze(Organization.from_frames(services(**{column: cell})), transmission=0.5)
    assert 0 < analysis.customer_shortfall < 1


@pytest.mark.parametrize("cell", [[1, 2], {"a": 1}, np.array([1, 2])], ids=lambda cell: type(cell).__name__)
def test_attributes_of_a_graph_are_cells_too(cell):
    with pytest.raises(cxgraph.InputError, match="not one value"):
        Organization.from_networkx(graph(edge={"fulfilment": cell}))


@pytest.mark.parametrize(
    "value", [5, None, pd.NA, 1j, "ab", {1, 2}, {0: 1, 10: 2}, [0], [0, 5, 10], [5, 5], np.array(5)]
)
def test_a_scale_that_is_none(value):
    for build in (lambda: Organization.from_frames(services(), scale=value), lambda: graph_with("scale", value)):
        with pytest.raises(cxgraph.ParameterError, match=r"scale is .*it takes two numbers"):
            build()


def graph_with(key, value):
    return Organization.from_networkx(graph(**{key: value}))


@pytest.mark.parametrize(
    "value", [(0, 10), [0, 10], np.array([0, 10]), pd.Series([0.0, 10.0]), (np.int64(0), np.float32(10))]
)
def test_a_scale_of_any_two_numbers(value):
    assert Organization.from_frames(services(), scale=value).settings.scale == (0.0, 10.0)
    assert graph_with("scale", value).settings.scale == (0.0, 10.0)


@pytest.mark.parametrize("value", [5, 5.5, True, pd.NA, b"Buyers", {"Buyers": 1}, np.array(5)])
def test_customers_that_are_no_list(value):
    for build in (
        lambda: Organization.from_frames(services(), customers=value),
        lambda: graph_with("customers", value),
    ):
        with pytest.raises(cxgraph.ParameterError, match=r"customers is .*it takes ids of departments"):
            build()


@pytest.mark.parametrize("key", ["stringency", "transmission", "scoring", "name", "language", "min_responses"])
@pytest.mark.parametrize(
    "value", [np.array([1, 2]), pd.NA, [1], {"a": 1}, pd.Series([1, 2])], ids=lambda one: type(one).__name__
)
def test_settings_of_the_wrong_kind(key, value):
    with pytest.raises(cxgraph.ParameterError, match=key):
        Organization.from_frames(services(), **{key: value})
    with pytest.raises(cxgraph.ParameterError, match=key):
        graph_with(key, value)


@pytest.mark.parametrize("thing", [[1], "x", {"a": [1]}, 5, pd.Series([1])], ids=lambda thing: type(thing).__name__)
def test_what_is_no_frame_and_no_graph(thing):
    with pytest.raises(cxgraph.ParameterError, match=r"services is .*DataFrame"):
        Organization.from_frames(thing)
    with pytest.raises(cxgraph.ParameterError, match="no graph of networkx"):
        Organization.from_networkx(thing)
