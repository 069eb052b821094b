"""Networks sort their services, and their sums are sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.errors import ParameterError
from cxgraph.model.network import Network, row_starts

edges = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(0, 1)), max_size=30)


@given(edges)
def test_sums_by_supplier_and_client(found):
    supplier, client, values = (np.array([edge[place] for edge in found]) for place in range(3))
    network = Network.from_arrays(
        supplier.astype(int), client.astype(int), np.ones(len(found)), values, customer_weight=np.ones(5)
    )
    for department in range(5):
        given_here = sum(edge[2] for edge in found if edge[0] == department)
        got_here = sum(edge[2] for edge in found if edge[1] == department)
        assert network.by_supplier(network.fulfilment)[department] == pytest.approx(given_here)
        assert network.by_client(network.fulfilment)[department] == pytest.approx(got_here)
    dense = np.zeros((5, 5))
    for source, target, value in found:
        dense[source, target] += value
    np.testing.assert_allclose(network.matrix(network.fulfilment).toarray(), dense)
    assert network.start.tolist() == row_starts(network.supplier, 5).tolist()
    assert (np.diff(network.supplier) >= 0).all()


def test_customer_weights_sum_to_one_or_nothing():
    assert Network.from_arrays([0], [1], [9], [5], customer_weight=[0, 3]).customer_weight.tolist() == [0, 1]
    assert Network.from_arrays([], [], [], [], customer_weight=[0]).customer_weight.tolist() == [0]
    empty = Network.from_arrays([], [], [], [], customer_weight=[])
    assert (empty.departments, empty.services) == (0, 0)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError, match="importance"):
        Network(
            np.zeros(1, np.int32),
            np.ones(1, np.int32),
            np.array([0, 1, 1], np.int32),
            np.ones(1),
            np.ones(1),
            np.ones(2),
            np.ones(2),
            (0, 10),
        )
    with pytest.raises(ParameterError, match="start"):
        Network(
            np.zeros(1, np.int32),
            np.ones(1, np.int32),
            np.array([0, 1], np.int32),
            np.ones(1),
            np.ones(1),
            np.ones(1),
            np.ones(2),
            (0, 10),
        )


def test_arrays_are_read_only():
    network = Network.from_arrays([0], [1], [9], [5], customer_weight=[0, 3])
    with pytest.raises(ValueError, match="read-only"):
        network.customer_weight[0] = 1


def test_sums_of_many_services_are_those_of_few_to_the_last_bit(monkeypatch):
    rng = np.random.default_rng(3)
    supplier, values = rng.integers(0, 40, 300) // 2 * 2, rng.normal(size=300)  # the odd ones give nothing
    found = Network.from_arrays(supplier, supplier + 1, values, values, customer_weight=np.ones(42))
    few = found.by_supplier(found.fulfilment)
    monkeypatch.setattr("cxgraph.model.network._MANY", 300)
    many = found.by_supplier(found.fulfilment)
    assert many.tobytes() == few.tobytes()
    assert few[1::2].tolist() == [0.0] * 21
    assert found.by_supplier(found.fulfilment > 0).tolist() == [
        float((values[supplier == department] > 0).sum()) for department in range(42)
    ]
