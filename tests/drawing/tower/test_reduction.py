import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.drawing.tower.reduction import around, divisions, put_into_glasses, share_within


def share_by_series(cascade, kept):
    """Follow every shortfall step by step among the kept departments alone, in dense matrices."""
    network, size = cascade.network, cascade.network.departments
    inside = kept[network.supplier] & kept[network.client]
    step, fault = np.zeros((size, size)), np.zeros(size)
    np.add.at(step, (network.client[inside], network.supplier[inside]), cascade.coupling[inside])
    np.add.at(fault, network.client[inside], (cascade.effective_share * cascade.split.own)[inside])
    lacking = np.zeros(size)
    for _ in range(400):
        lacking = fault + step @ lacking
    return network.customer_weight @ lacking / cascade.customer_shortfall


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_share_within_is_what_a_walk_among_the_kept_adds_up_to(random_analysis, seed):
    cascade = random_analysis(seed % 5, 30, 80).cascade
    kept = np.random.default_rng(seed).random(cascade.network.departments) < 0.7
    assert share_within(cascade, kept) == pytest.approx(share_by_series(cascade, kept), abs=1e-10)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_more_departments_never_carry_less(random_analysis, seed):
    cascade = random_analysis(1, 30, 80).cascade
    draw = np.random.default_rng(seed)
    some = draw.random(cascade.network.departments) < 0.5
    more = some | (draw.random(cascade.network.departments) < 0.5)
    assert share_within(cascade, some) <= share_within(cascade, more) + 1e-12
    assert share_within(cascade, np.ones(len(some), bool)) == 1.0


def test_around_a_department_are_its_suppliers_its_clients_and_its_ways(sample):
    analysis = sample("worked_example")
    ids = list(analysis.organization.departments["id"])
    kept, weight = around(analysis.cascade, ids.index("Sales"))
    assert {ids[at] for at in np.flatnonzero(kept)} == {"IT", "Sales", "Customers"}
    assert np.isinf(weight[ids.index("Sales")])


def test_divisions_are_the_departments_below_the_top():
    #        0 heads all; 1 and 2 below it; 3 below 1; 4 below 3; 5 alone
    parent = np.array([-1, 0, 0, 1, 3, -1])
    assert divisions(parent).tolist() == [0, 1, 2, 1, 1, 5]


def test_a_crowded_tier_keeps_the_heaviest_and_folds_the_rest():
    tier, weight = np.array([1, 1, 1, 1, 0]), np.array([0.1, 0.4, 0.2, 0.3, 1.0])
    found = put_into_glasses(tier, np.arange(5), np.ones(5, bool), weight, 3, fold=True)
    assert found.of.tolist() == [2, 0, 2, 1, 3]
    assert found.kind.tolist() == [0, 0, 2, 0]
    left_out = put_into_glasses(tier, np.arange(5), np.ones(5, bool), weight, 3, fold=False)
    assert left_out.of.tolist() == [-1, 0, 1, 2, 3]


def test_divisions_of_a_line_of_report_as_long_as_the_organisation():
    found = divisions(np.arange(-1, 200_000))
    assert found[:2].tolist() == [0, 1]
    assert set(found[2:].tolist()) == {1}
