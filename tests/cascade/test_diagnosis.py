"""Verdicts by hand, and the outlier test against leaving each client out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.cascade.cascade import solve_cascade
from cxgraph.cascade.diagnosis import (
    VERDICTS,
    VerdictRules,
    compare_expectations,
    middle_value,
    service_groups,
    service_verdicts,
)
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)


@given(SEEDS)
def test_the_distance_is_that_of_a_sample_without_the_client(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 20))
    expectation = np.where(rng.random(count) < 0.15, np.nan, rng.integers(10, 101, count) / 10)
    group = rng.integers(0, 4, count)
    test = compare_expectations(expectation, group, 10.0)
    place = {int(e): at for at, e in enumerate(test.services)}
    for e in range(count):
        others = np.array(
            [expectation[i] for i in range(count) if i != e and group[i] == group[e] and not np.isnan(expectation[i])]
        )
        above = expectation[e] - others.mean() if len(others) else 0.0
        if np.isnan(expectation[e]) or len(others) < 3 or above < 2.0 - 1e-9:
            assert e not in place
            continue
        if above < 2.0 + 1e-9:
            continue  # on the margin rounding decides
        spread = others.std(ddof=1) * np.sqrt(1 + 1 / len(others))
        assert (e in place) == (spread <= 1e-8 or above / spread >= 3)
        if e in place:
            at = place[e]
            assert test.others[at] == len(others)
            assert test.others_mean[at] == pytest.approx(others.mean())
            if spread > 1e-8:
                assert test.distance[at] == pytest.approx(above / spread, rel=1e-6)


def test_one_who_expects_what_nobody_does():
    test = compare_expectations(np.array([6.0, 6, 6, 10]), np.zeros(4, int), 10)
    assert test.services.tolist() == [3]
    assert test.distance[0] == np.inf
    assert not compare_expectations(np.array([6.0, 6, 10]), np.zeros(3, int), 10).services.size  # too few others
    strict = VerdictRules(margin=0.5)
    assert not compare_expectations(np.array([6.0, 6, 6, 10]), np.zeros(4, int), 10, strict).services.size


def test_no_services_at_all():
    assert len(compare_expectations(np.zeros(0), np.zeros(0, int), 10).distance) == 0


def verdicts_of(supplier, client, expectation, fulfilment, weight, names=None):
    network = Network.from_arrays(supplier, client, expectation, fulfilment, customer_weight=weight)
    cascade = solve_cascade(network, np.full(len(weight), 0.6))
    group = service_groups(cascade, np.zeros(network.services, int) if names is None else np.array(names))
    test = compare_expectations(network.expectation, group, 10.0)
    return [VERDICTS[verdict] for verdict in service_verdicts(cascade, test)]


def test_the_worked_example_by_hand():
    assert verdicts_of([0, 0, 1, 2, 3], [2, 3, 3, 4, 4], [10, 8, 8, 10, 10], [5, 6, 8, 6, 7], np.eye(5)[4]) == [
        "under-delivering",
        "under-delivering",
        "met",
        "starved",
        "under-delivering",
    ]


def test_out_of_line_comes_before_blame_and_surplus_with_little_reach_is_over_service():
    found = verdicts_of([0, 0, 0, 0, 0], [1, 2, 3, 4, 5], [5, 5, 5, 10, 5], [5, 5, 5, 6, 5], [0, 1, 0, 1, 1, 1])
    assert found == ["met", "met", "met", "expectation out of line", "met"]
    found = verdicts_of([0, 0, 0], [1, 2, 3], [5, 5, 5], [5, 5, 8], [0, 1, 1, 0])
    assert found == ["met", "met", "over-served"]


def test_groups_tell_suppliers_and_names_apart(random_cascade):
    for seed in range(30):
        cascade = random_cascade(seed)
        for names in (3, 5_000):  # few names are numbered by a table, many by sorting
            service = np.random.default_rng(seed).integers(0, names, cascade.network.services)
            group = service_groups(cascade, service)
            pairs = list(zip(cascade.network.supplier.tolist(), service.tolist(), strict=True))
            for one, first in enumerate(pairs):
                for other, second in enumerate(pairs):
                    assert (group[one] == group[other]) == (first == second)
            assert group.min(initial=0) >= 0
            assert group.max(initial=0) <= 4 * max(len(group), 1)


@pytest.mark.parametrize("size", [1, 2, 9, 10_000, 60_001])
@pytest.mark.parametrize("kind", ["random", "sorted", "coarse", "tailed", "misleading"])
def test_the_middle_is_the_median_to_the_last_bit(kind, size):
    rng = np.random.default_rng(size)
    values = {
        "random": rng.random(size),
        "sorted": np.sort(rng.random(size)),
        "coarse": rng.integers(0, 3, size) / 3,
        "tailed": rng.pareto(0.3, size),
        # Every value that the sample takes lies beyond all others.
        "misleading": np.where(np.arange(size) % (size // 10_000 + 1) == 0, 9.0, rng.random(size)),
    }[kind]
    assert middle_value(values) == np.median(values)


def test_an_expectation_is_out_of_line_from_the_distance_on():
    expectation, group = np.array([4.0, 6.0, 5.0, 9.0]), np.zeros(4, int)
    distance = compare_expectations(expectation, group, 10.0).distance
    assert distance.tolist() == [(9.0 - 5.0) / np.sqrt(1.0 + 1.0 / 3.0)]
    for outlier, count in ((distance[0], 1), (np.nextafter(distance[0], np.inf), 0)):
        assert len(compare_expectations(expectation, group, 10.0, VerdictRules(outlier=outlier)).services) == count


@pytest.mark.parametrize(("far", "count"), [(8.0, 1), (7.99, 0)])
def test_an_expectation_is_out_of_line_from_the_margin_on(far, count):
    test = compare_expectations(np.array([6.0, 6.0, 6.0, far, np.nan]), np.zeros(5, int), 10.0)
    assert len(test.services) == count


def test_default_thresholds_are_those_of_the_method():
    assert VerdictRules() == VerdictRules(over_service=0.10, fewest_others=3, outlier=3.0, margin=0.20)


@pytest.mark.parametrize(("fulfilment", "verdict"), [(5.5, "over-served"), (5.49, "met")])
def test_over_service_begins_at_a_tenth_of_the_expectation(fulfilment, verdict):
    assert verdicts_of([0, 0], [1, 2], [5, 5], [5, fulfilment], [0, 1, 0]) == ["met", verdict]


def test_little_reach_is_no_more_than_the_middle_one():
    # The reach of each service is its client's weight; where their number is odd the middle is one of them.
    found = verdicts_of([0, 0, 0], [1, 2, 3], [5, 5, 5], [8, 8, 8], [0, 0.2, 0.3, 0.5])
    assert found == ["over-served", "over-served", "met"]


@pytest.mark.parametrize(
    ("fulfilment", "verdict"), [(5.0, "under-delivering"), (5.1, "starved"), (4.9, "under-delivering")]
)
def test_as_much_own_as_inherited_is_under_delivering(fulfilment, verdict):
    network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, fulfilment], customer_weight=[0, 0, 1])
    cascade = solve_cascade(network, np.full(3, 0.5))  # 0.25 can come through
    test = compare_expectations(network.expectation, service_groups(cascade, np.zeros(2, int)), 10.0)
    assert VERDICTS[service_verdicts(cascade, test)[1]] == verdict
