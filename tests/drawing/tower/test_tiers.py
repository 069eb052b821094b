import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.drawing.tower.tiers import MOST_TIERS, supply_levels, tiers
from cxgraph.model.network import Network


def network(services, count, customers):
    gives, gets = zip(*services, strict=True)
    weight = np.zeros(count)
    weight[list(customers)] = 1.0
    return Network.from_arrays(gives, gets, [10] * len(gives), [5] * len(gives), customer_weight=weight)


def test_a_chain_has_a_tier_for_each_step():
    assert tiers(network([(0, 1), (1, 2), (2, 3)], 4, [3])).tolist() == [3, 2, 1, 0]


def test_levels_solve_their_least_squares():
    gives, gets = np.array([0, 0, 1, 2, 1]), np.array([1, 2, 3, 3, 0])
    level = supply_levels(gives, gets, np.array([False, False, False, True]))
    # By hand: derivative of the sum of (h_s - h_c - 1)^2 for each of the three free departments.
    pull = np.array([[3, -2, -1], [-2, 3, 0], [-1, 0, 2]])
    steps = np.array([2 - 1, 2 - 1, 1 - 1])
    assert np.allclose(level[:3], np.maximum(np.linalg.solve(pull, steps), 0.5), atol=1e-6)


def test_leaders_stand_above_who_reports_to_them_and_the_head_on_top():
    # 0 leads 1 and 2; 1 leads 3; 4 is the customer. Without reporting lines 0 and 1 would stand beside 3.
    services = [(0, 4), (1, 4), (2, 4), (3, 4)]
    parent = np.array([-1, 0, 0, 1, -1])
    found = tiers(network(services, 5, [4]), parent)
    assert found[1] > found[3]
    assert found[0] == found.max() > found[1]


def test_pure_suppliers_stand_on_top_unless_they_serve_a_customer():
    services = [(0, 1), (1, 2), (2, 5), (3, 2), (4, 5)]
    found = tiers(network(services, 6, [5]))
    assert found[3] == found[0] == found.max()
    assert found[4] == 1


def test_a_chain_longer_than_a_picture_is_squeezed_in_order():
    count = 40
    found = tiers(network([(at, at + 1) for at in range(count - 1)], count, [count - 1]))
    assert found.max() <= MOST_TIERS
    assert (np.diff(found) <= 0).all()


def test_the_levels_of_a_long_chain_are_its_steps():
    count = 30_000  # more than the rounds that are solved for: only a start from the fewest services gets there
    above = np.arange(count - 1)
    level = supply_levels(above, above + 1, np.arange(count) == count - 1)
    assert level.tolist() == list(range(count - 1, -1, -1))


def test_a_part_without_customers_counts_from_one():
    found = tiers(network([(0, 1), (2, 3)], 4, [1]))
    assert found[3] == 1
    assert found[2] > found[3]


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=25
    ),
    st.sets(st.integers(0, 7), min_size=1, max_size=3),
)
def test_tiers_have_no_gap_and_customers_stand_at_the_bottom(services, customers):
    found = tiers(network(services, 8, customers))
    assert (found[list(customers)] == 0).all()
    inner = np.setdiff1d(np.arange(8), list(customers))
    assert (found[inner] > 0).all()
    assert sorted(set(found)) == list(range(found.max() + 1))
