"""The best set of actions against every subset, each followed by the what-if that stands beside the plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.cascade.cascade import solve_cascade
from cxgraph.cascade.change import change_cascade, settle_change
from cxgraph.decide.planning.lifts import Aims, lift_services
from cxgraph.decide.planning.linear import Programme
from cxgraph.decide.planning.movable import Movable
from cxgraph.decide.planning.rules import Rules
from cxgraph.decide.planning.search import best_set
from cxgraph.model.network import Network

STRINGENCIES = (1.0, 4.0, np.inf)


def invented(rng, departments, services, customers=2):
    supplier = rng.integers(0, departments - customers, services)
    client = rng.integers(0, departments, services)
    apart = supplier != client
    supplier, client = supplier[apart], client[apart]
    expectation = rng.uniform(6, 10, len(supplier))
    fulfilment = expectation * np.clip(1 - rng.exponential(0.25, len(supplier)), 0, 1)
    weight = np.zeros(departments)
    weight[departments - customers :] = rng.dirichlet(np.ones(customers))
    importance = rng.uniform(0.5, 2, len(supplier))
    return Network.from_arrays(supplier, client, expectation, fulfilment, customer_weight=weight, importance=importance)


def invented_actions(rng, network, count):
    """Actions on services (some of them on the same, some that would lower) and now and then on a transmission."""
    service = rng.integers(0, network.services, count)
    gap = network.expectation[service] - network.fulfilment[service]
    target = np.clip(network.fulfilment[service] + gap * rng.uniform(-0.2, 1.2, count), 0, 10)
    closing = int(rng.integers(0, 3))
    aims = Aims(
        count,
        np.arange(count),
        service,
        target,
        rng.integers(0, count, closing),
        rng.integers(0, network.departments, closing),
        rng.uniform(0, 0.9, closing),
    )
    links = int(rng.integers(0, count // 2 + 1))
    group = np.where(rng.random(count) < 0.4, rng.integers(0, max(count // 4, 1), count), -1)
    rules = Rules(
        rng.uniform(0, 10, count).round(1),
        rng.integers(0, count, links),
        rng.integers(0, count, links),
        group,
        rng.random(count) < 0.03,
    )
    return aims, rules


def gain_of(cascade, aims, chosen):
    network = cascade.network
    fulfilment, tau = network.fulfilment.copy(), cascade.transmission.copy()
    lifting, closing = chosen[aims.lifting], chosen[aims.closing]
    np.maximum.at(fulfilment, aims.service[lifting], aims.fulfilment[lifting])
    np.minimum.at(tau, aims.department[closing], aims.transmission[closing])
    after = settle_change(change_cascade(cascade, replace(network, fulfilment=fulfilment), tau))
    return cascade.customer_shortfall - after.customer_shortfall


def every_set(count):
    return ((np.arange(count) & 0) + ((number >> np.arange(count)) & 1) > 0 for number in range(2**count))


def permitted(rules, chosen, budget):
    """The rules, spelled out once more."""
    picked = set(np.flatnonzero(chosen).tolist())
    if sum(rules.cost[one] for one in picked) > budget * (1 + 1e-9) or any(rules.barred[one] for one in picked):
        return False
    if any(one in picked and other not in picked for one, other in zip(rules.action, rules.needed, strict=True)):
        return False
    groups = [rules.group[one] for one in picked if rules.group[one] >= 0]
    return len(groups) == len(set(groups))


def planned(cascade, aims, rules, budget):
    programme = Programme(rules, Movable.of(lift_services(cascade, aims)))
    nothing = programme.movable.follow(np.zeros(len(rules.cost), bool))
    return programme, nothing, best_set(programme, nothing, budget)


def compare_with_every_set(seed, most):
    rng = np.random.default_rng(seed)
    rho = STRINGENCIES[seed % 3]
    departments = int(rng.integers(4, 12))
    network = invented(rng, departments, int(rng.integers(8, 50)))
    if not network.services:
        return
    cascade = solve_cascade(network, rng.uniform(0, 0.97, departments), rho)
    aims, rules = invented_actions(rng, network, int(rng.integers(2, most)))
    budget = float(rules.cost.sum() * rng.uniform(0, 0.8))
    best = max(
        gain_of(cascade, aims, chosen) for chosen in every_set(len(rules.cost)) if permitted(rules, chosen, budget)
    )
    _, _, found = planned(cascade, aims, rules, budget)
    assert found.exact
    assert permitted(rules, found.chosen, budget)
    assert found.outcome.gain == pytest.approx(best, abs=1e-11)
    assert gain_of(cascade, aims, found.chosen) == pytest.approx(best, abs=1e-11)
    assert found.bound >= best - 1e-13


@pytest.mark.parametrize("seed", range(60))
def test_no_subset_beats_the_plan(seed):
    compare_with_every_set(seed, 8)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_no_outcome_exceeds_what_is_promised(seed):
    """The theorem that every bound rests on: gain(S) <= gain(T) + promises of S at T, for any S and T."""
    rng = np.random.default_rng(seed)
    departments = int(rng.integers(3, 9))
    network = invented(rng, departments, int(rng.integers(3, 30)), customers=1)
    if not network.services:
        return
    cascade = solve_cascade(network, rng.uniform(0, 0.97, departments), STRINGENCIES[seed % 3])
    aims, _ = invented_actions(rng, network, 5)
    movable = Movable.of(lift_services(cascade, aims))
    outcomes = {number: movable.follow(chosen) for number, chosen in enumerate(every_set(5))}
    sets = list(every_set(5))
    at = int(rng.integers(0, 32))
    promise = np.bincount(movable.action, sum(movable.promise(outcomes[at])), 5)
    for number, chosen in enumerate(sets):
        assert outcomes[number].gain <= outcomes[at].gain + promise[chosen & ~sets[at]].sum() + 1e-12
        assert outcomes[number].gain == pytest.approx(gain_of(cascade, aims, chosen), abs=1e-12)


@pytest.mark.parametrize("stringency", STRINGENCIES)
def test_many_actions_come_with_a_bound_that_holds(stringency):
    """Thirty actions are not searched through by default; the exact search, let loose, never passes their bound."""
    rng = np.random.default_rng(5)
    network = invented(rng, 20, 90, 3)
    cascade = solve_cascade(network, rng.uniform(0, 0.9, 20), stringency)
    aims, rules = invented_actions(rng, network, 30)
    budget = float(rules.cost.sum() * 0.3)
    programme, nothing, found = planned(cascade, aims, rules, budget)
    assert permitted(rules, found.chosen, budget)
    assert found.outcome.gain <= found.bound + 1e-12
    assert found.outcome.gain >= 0.97 * found.bound
    hasty = best_set(programme, nothing, budget, effort=2)
    assert hasty.outcome.gain <= found.bound + 1e-12
    assert found.outcome.gain <= hasty.bound + 1e-12


def test_equal_costs_and_gains_are_decided_the_same_way_twice():
    network = Network.from_arrays([0, 1], [2, 2], [10, 10], [5, 5], customer_weight=[0, 0, 1])
    cascade = solve_cascade(network, np.full(3, 0.6))
    nothing = np.zeros(0, np.int64)
    aims = Aims(2, np.arange(2), np.arange(2), np.array([8.0, 8.0]), nothing, nothing, np.zeros(0))
    rules = Rules(np.ones(2), nothing, nothing, np.full(2, -1), np.zeros(2, bool))
    assert planned(cascade, aims, rules, 1.0)[2].chosen.tolist() == [True, False]


def test_the_weakest_links_are_only_worth_mending_together():
    """By hand: two services at 5 of 10 to one customer who feels the worst. One mended alone gains nothing."""
    network = Network.from_arrays([0, 1], [2, 2], [10, 10], [5, 5], customer_weight=[0, 0, 1])
    cascade = solve_cascade(network, np.full(3, 0.6), np.inf)
    nothing = np.zeros(0, np.int64)
    aims = Aims(2, np.arange(2), np.arange(2), np.array([9.0, 8.0]), nothing, nothing, np.zeros(0))
    rules = Rules(np.array([3.0, 4.0]), nothing, nothing, np.full(2, -1), np.zeros(2, bool))
    assert planned(cascade, aims, rules, 6.9)[2].outcome.gain == 0
    assert not planned(cascade, aims, rules, 6.9)[2].chosen.any()  # what gains nothing is not paid for
    both = planned(cascade, aims, rules, 7.0)[2]
    assert both.chosen.all()
    assert both.outcome.gain == pytest.approx(0.3)
