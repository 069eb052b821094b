"""The heaviest paths against an enumeration of all of them, loops included."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.cascade import paths as paths_module
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.cascade.paths import heaviest_paths, main_paths, onward_weights
from cxgraph.errors import ParameterError
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)


def every_path(cascade, ends, least, source=None):
    """Weights of all paths heavier than `least`, by walking every service on from every other."""
    network, coupling = cascade.network, cascade.coupling
    found = []
    waiting = [
        ((e,), cascade.effective_share[e] * cascade.split.own[e])
        for e in range(network.services)
        if source is None or network.supplier[e] == source
    ]
    while waiting:
        path, weight = waiting.pop()
        if weight <= least:
            continue  # no factor exceeds 1
        here = network.client[path[-1]]
        if weight * ends[here] > least:
            found.append((path, weight * ends[here]))
        waiting.extend(
            ((*path, e), weight * coupling[e])
            for e in range(network.start[here], network.start[here + 1])
            if coupling[e] > 0
        )
    return dict(found)


@settings(max_examples=150)
@given(SEEDS, st.sampled_from([1.0, 4.0, np.inf]), st.booleans(), st.booleans())
def test_the_top_20_are_those_of_an_enumeration(random_network, seed, rho, one_customer, one_source):
    network = random_network(seed)
    rng = np.random.default_rng(seed + 1)
    cascade = solve_cascade(network, rng.random(network.departments) * 0.8, rho)
    customer = int(rng.integers(network.departments)) if one_customer else None
    source = int(rng.integers(network.departments)) if one_source else None
    ends = network.customer_weight if customer is None else np.eye(network.departments)[customer]

    found = heaviest_paths(cascade, customer, source, 20)
    least = found[-1].weight * (1 - 1e-9) if len(found) == 20 else 1e-9
    least = max(least, 1e-7)  # enumerating further would take too long; what is above must agree all the same
    expected = every_path(cascade, ends, least, source)
    heavy = [path for path in found if path.weight > least]
    best = sorted(expected.values(), reverse=True)
    assert [path.weight for path in heavy] == pytest.approx(best[: len(heavy)], rel=1e-12)
    assert len(heavy) == min(20, len(best))
    for path in heavy:
        assert path.weight == pytest.approx(expected[path.services], rel=1e-12)
    assert max(Counter(path.services for path in found).values(), default=1) == 1


@given(SEEDS, st.sampled_from([1.0, 3.0]))
def test_without_loops_all_paths_add_up_to_what_the_customers_lack(random_cascade, seed, rho):
    cascade = random_cascade(seed, rho, acyclic=True, most=7, services=14)
    paths = heaviest_paths(cascade, top=100_000)
    assert sum(path.weight for path in paths) == pytest.approx(cascade.customer_shortfall, abs=1e-12)
    for customer in np.flatnonzero(cascade.network.customer_weight):
        paths = heaviest_paths(cascade, int(customer), top=100_000)
        assert sum(path.weight for path in paths) == pytest.approx(cascade.received[customer], abs=1e-12)


@given(SEEDS)
def test_the_best_way_on_is_below_the_reach_and_on_a_path(random_cascade, seed):
    cascade = random_cascade(seed)
    weight, following = onward_weights(cascade)
    assert (weight <= cascade.client_reach * (1 + 1e-12)).all()
    assert ((weight > 0) == (following >= 0)).all()
    first = heaviest_paths(cascade, top=1)
    if first:
        way = main_paths(cascade, [first[0].services[0]])[0]
        assert (
            way[2:] == [int(cascade.network.client[e]) for e in first[0].services[1:]]
            or len(
                [
                    path
                    for path in heaviest_paths(cascade, top=3)
                    if path.weight == pytest.approx(first[0].weight, rel=1e-12)
                ]
            )
            > 1
        )


def test_parallel_services_are_paths_of_their_own_and_equal_paths_keep_their_order():
    network = Network.from_arrays([0, 0, 1], [1, 1, 2], [10, 10, 10], [5, 5, 2], customer_weight=[0, 0, 1])
    paths = heaviest_paths(solve_cascade(network, np.full(3, 0.6)))
    assert [path.services for path in paths] == [(2,), (0, 2), (1, 2)]
    assert [path.weight for path in paths] == pytest.approx([0.5, 0.15, 0.15])


def test_a_path_passes_a_loop_again_with_less_weight():
    network = Network.from_arrays([0, 1, 1], [1, 0, 2], [10, 10, 10], [2, 2, 2], customer_weight=[0, 0, 1])
    cascade = solve_cascade(network, np.full(3, 0.5))
    paths = heaviest_paths(cascade, source=0, top=3)
    assert [path.services for path in paths] == [(0, 2), (0, 1, 0, 2), (0, 1, 0, 1, 0, 2)]
    assert paths[1].weight == pytest.approx(paths[0].weight * 0.25)


def test_nothing_to_find():
    met = Network.from_arrays([0], [1], [10], [10], customer_weight=[0, 1])
    assert heaviest_paths(solve_cascade(met, np.full(2, 0.6))) == []
    assert heaviest_paths(solve_cascade(Network.from_arrays([], [], [], [], customer_weight=[1]), [0.6])) == []


@pytest.mark.parametrize("top", [0, -1, 2.5, True])
def test_how_many_is_a_whole_number(random_cascade, top):
    with pytest.raises(ParameterError, match="top is"):
        heaviest_paths(random_cascade(1), top=top)


def test_the_way_of_a_service_ends_at_the_customer_where_most_of_it_arrives():
    # IT and HR serve Sales, Sales serves two customers, and Audit serves a board that nobody buys from.
    network = Network.from_arrays(
        [0, 1, 2, 2, 3], [2, 2, 4, 5, 6], [10] * 5, [5, 5, 5, 5, 5], customer_weight=[0, 0, 0, 0, 0.3, 0.7, 0]
    )
    cascade = solve_cascade(network, np.full(7, 0.6))
    assert main_paths(cascade, [0, 1, 2, 3, 4]) == [[0, 2, 5], [1, 2, 5], [2, 4], [2, 5], [3, 6]]


@pytest.mark.parametrize(
    ("count", "expected"), [(1, [2]), (2, [2, 4]), (3, [0, 2, 4]), (4, [0, 1, 2, 4]), (9, [0, 1, 2, 4, 5])]
)
def test_of_equal_values_the_first_are_taken(count, expected):
    assert paths_module._largest(np.array([1.0, 1.0, 3.0, 0.0, 2.0, 1.0]), count).tolist() == expected
