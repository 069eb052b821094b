"""What holds for every model: arguments stay as they were, lists and frames are as good as arrays."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from cxgraph.alternatives import models
from cxgraph.errors import ParameterError

TABLE = np.array([[0.0, 0.3, 0.2], [0.0, 0.1, 0.4], [0.0, 0.0, 0.0]])
ACYCLIC = np.triu(TABLE, k=1)
VECTOR = np.array([0.5, 0.25, 0.125])
CALLS = {
    "fdna": lambda table, vector: models.fdna(vector, table, table, scale=1.0, ceiling=vector),
    "soda": lambda table, vector: models.soda(vector, table, 50.0, 100.0),
    "inoperability": models.inoperability,
    "within": lambda table, vector: models.inoperability(table, vector, "within"),
    "dynamic": lambda table, vector: models.inoperability_dynamic(table, vector, vector, 3, q0=vector),
    "order": lambda table, vector: models.interdependency_order(table, 2) @ np.asarray(vector),
    "single-hit": models.debtrank,
    "differential": lambda table, vector: models.debtrank(table, vector, "differential"),
    "overflow": lambda table, vector: models.champagne_overflow(vector, table, vector).level,
    "leontief": lambda table, vector: models.leontief(table, vector).inverse,
    "extraction": lambda table, vector: models.extraction(table, vector, 1, "forward").losses,
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
        models.champagne_overflow([2, 0], ACYCLIC[:2, :2]).level,
        models.leontief(ACYCLIC, VECTOR).inverse,
        models.extraction(ACYCLIC, VECTOR, 0).losses,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("variant", ["single", "Single", "single_hit", "SINGLE HIT", "single-hit"])
def test_the_first_variant_of_debtrank_may_be_spelled_as_people_do(variant):
    np.testing.assert_array_equal(models.debtrank(TABLE, VECTOR, variant), models.debtrank(TABLE, VECTOR))
    with pytest.raises(ParameterError, match="choose one of single-hit, differential"):
        models.debtrank(TABLE, VECTOR, variant + "s")


@pytest.mark.parametrize(
    ("clip", "meant"),
    [(None, "none"), (False, "none"), ("None", "none"), (True, "post"), ("POST", "post"), ("Within", "within")],
)
def test_a_clip_may_be_none_or_a_truth_value(clip, meant):
    table = [[0, 0.9], [0.8, 0]]  # each of the three gives another answer here
    for call in (models.inoperability, lambda a, c, clip: models.inoperability_dynamic(a, c, 1.0, 9, clip=clip)):
        found = {name: call(table, [0.9, 0.5], clip=name) for name in ("none", "post", "within")}
        np.testing.assert_array_equal(call(table, [0.9, 0.5], clip=clip), found[meant])
        assert found["none"].max() > 1 >= found["post"].max()
        assert not np.array_equal(found["none"], found["within"])


@pytest.mark.parametrize("clip", ["cut", 1, 0.0])
def test_another_clip_is_refused(clip):
    with pytest.raises(ParameterError, match="choose one of none, post, within"):
        models.inoperability(TABLE, VECTOR, clip=clip)


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ("fdna", "soda", "order")])
def test_a_column_and_a_row_are_as_good_as_a_vector(name):
    for form in (VECTOR[:, None], VECTOR[None, :]):
        if name == "dynamic" and form.shape[0] == 1:
            continue  # a row is the perturbation of one step
        np.testing.assert_array_equal(CALLS[name](ACYCLIC, form), CALLS[name](ACYCLIC, VECTOR))


def test_whole_numbers_may_be_floats_and_other_numbers_are_refused():
    found = models.inoperability_dynamic(TABLE, VECTOR, 1, 2.0)
    np.testing.assert_array_equal(found, models.inoperability_dynamic(TABLE, VECTOR, 1, np.int64(2)))
    with pytest.raises(ParameterError, match="k must be an array"):
        models.inoperability_dynamic(TABLE, VECTOR, [[1, 2], [3]], 1)
    for steps in (2.5, -1, True, "2", None, np.nan):
        with pytest.raises(ParameterError, match="whole number"):
            models.inoperability_dynamic(TABLE, VECTOR, 1, steps)
    for wrong in ("1", None, np.inf, -1):
        with pytest.raises(ParameterError, match="scale is"):
            models.fdna(VECTOR, ACYCLIC, 0.5, scale=wrong)
        with pytest.raises(ParameterError, match="exponent is"):
            models.soda(VECTOR, ACYCLIC, 50, 100, exponent=wrong)


def test_results_stand_where_numpy_takes_an_array():
    table = models.leontief([[150, 500], [200, 100]], [1000, 2000])
    np.testing.assert_array_equal(np.asarray(table), table.inverse)
    found = models.extraction(table.coefficients, [350, 1700], 0)
    np.testing.assert_allclose(found, [1000, 210.526316])
    assert np.array(found, dtype=np.float32).dtype == np.float32
    copied = np.array(table)
    copied[0, 0] = 0
    assert table.inverse[0, 0] > 1
