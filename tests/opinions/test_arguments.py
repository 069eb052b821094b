"""What holds for every model: arguments stay as they were, lists and frames are as good as arrays."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from cxgraph import opinions

TABLE = np.array([[0.0, 0.3, 0.2], [0.0, 0.1, 0.4], [0.0, 0.0, 0.0]])
ACYCLIC = np.triu(TABLE, k=1)
VECTOR = np.array([0.5, 0.25, 0.125])
CALLS = {
    "fdna": lambda table, vector: opinions.fdna(vector, table, table, scale=1.0, ceiling=vector),
    "soda": lambda table, vector: opinions.soda(vector, table, 50.0, 100.0),
    "inoperability": opinions.inoperability,
    "within": lambda table, vector: opinions.inoperability(table, vector, "within"),
    "dynamic": lambda table, vector: opinions.inoperability_dynamic(table, vector, vector, 3, q0=vector),
    "order": lambda table, vector: opinions.interdependency_order(table, 2) @ np.asarray(vector),
    "single-hit": opinions.debtrank,
    "differential": lambda table, vector: opinions.debtrank(table, vector, "differential"),
    "overflow": lambda table, vector: opinions.champagne_overflow(vector, table, vector).level,
    "leontief": lambda table, vector: opinions.leontief(table, vector).inverse,
    "extraction": lambda table, vector: opinions.extraction(table, vector, 1, "forward").losses,
}


@pytest.mark.parametrize("name", CALLS)
def test_every_form_of_argument_gives_the_same_and_stays_untouched(name):
    call = CALLS[name]
    table, vector = ACYCLIC.copy(), VECTOR.copy()
    expected = call(table, vector)
    np.testing.assert_array_equal(table, ACYCLIC)
    np.testing.assert_array_equal(vector, VECTOR)
    for form in (np.ndarray.tolist, pd.DataFrame, sparse.csr_array, sparse.coo_matrix, sparse.lil_array):
        np.testing.assert_allclose(call(form(table), vector.tolist()), expected, rtol=1e-12)
    kept = sparse.csr_array(TABLE)
    before = kept.copy()
    call(kept, vector)
    assert (kept != before).nnz == 0


@pytest.mark.parametrize("name", [name for name in CALLS if name != "extraction"])
def test_the_result_does_not_depend_on_how_nodes_are_numbered(name):
    order = np.array([2, 0, 1])  # (extraction is left out: it names a node by its number)
    found = CALLS[name](ACYCLIC[np.ix_(order, order)], VECTOR[order])
    expected = CALLS[name](ACYCLIC, VECTOR)
    expected = expected[np.ix_(order, order)] if name == "leontief" else expected[..., order]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_results_are_read_only():
    for array in (
        opinions.champagne_overflow([2, 0], ACYCLIC[:2, :2]).level,
        opinions.leontief(ACYCLIC, VECTOR).inverse,
        opinions.extraction(ACYCLIC, VECTOR, 0).losses,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
