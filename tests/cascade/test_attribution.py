"""Through-flow against taking departments out by hand, along every way of computing it; roles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.cascade import attribution as attribution_module
from cxgraph.cascade.attribution import ROLES, department_flows, department_roles, extract_departments
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.cascade.linear import components as components_module
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)


def taken_out(cascade, department):
    """J without a department, by dense algebra: it neither fails nor passes anything on."""
    network = cascade.network
    matrix = network.matrix(cascade.coupling).toarray().T
    matrix[:, department] = 0
    own = np.where(network.supplier == department, 0, cascade.split.own)
    received = network.by_client(cascade.effective_share * own)
    return network.customer_weight @ np.linalg.solve(np.eye(network.departments) - matrix, received)


@pytest.fixture(params=["small loops", "cut", "dense"])
def branch(request, monkeypatch):
    if request.param != "small loops":
        monkeypatch.setattr(attribution_module, "MOST_CLOSING", 1)
    if request.param == "cut":

        def cut_anyhow(component, _most):
            return components_module.cut_loop(component, component.shape[0])

        monkeypatch.setattr(components_module, "SPARSE_LOOP", 99)
        monkeypatch.setattr(attribution_module, "cut_loop", cut_anyhow)
    if request.param == "dense":
        monkeypatch.setattr(attribution_module, "cut_loop", lambda *_: None)
    return request.param


@pytest.mark.parametrize("rho", [1.0, 4.0, np.inf])
@pytest.mark.parametrize("seed", range(40))
def test_through_flow_is_what_extraction_saves(branch, random_cascade, seed, rho):
    cascade = random_cascade(seed, rho, most=11, services=30)
    flows = department_flows(cascade)
    saved = [cascade.customer_shortfall - taken_out(cascade, u) for u in range(cascade.network.departments)]
    assert flows.through_flow == pytest.approx(saved, abs=1e-10)
    assert (flows.contribution >= 0).all() and (flows.passed_on >= 0).all()
    assert flows.contribution.sum() == pytest.approx(cascade.customer_shortfall)


@given(SEEDS)
def test_departments_taken_out_one_by_one(random_cascade, seed):
    cascade = random_cascade(seed)
    every = np.arange(cascade.network.departments)
    assert extract_departments(cascade, every) == pytest.approx(department_flows(cascade).through_flow, abs=1e-10)


def test_a_loop_too_large_is_empty_not_wrong(monkeypatch):
    monkeypatch.setattr(attribution_module, "MOST_CLOSING", 1)
    monkeypatch.setattr(attribution_module, "MOST_DENSE", 2)
    monkeypatch.setattr(attribution_module, "cut_loop", lambda *_: None)
    supplier, client = np.where(~np.eye(3, dtype=bool))
    network = Network.from_arrays(
        np.append(supplier, 0), np.append(client, 3), np.full(7, 10.0), np.full(7, 5.0), customer_weight=[0, 0, 0, 1]
    )
    cascade = solve_cascade(network, np.full(4, 0.5))
    flows = department_flows(cascade)
    assert np.isnan(flows.passed_on).tolist() == [True, True, True, False]
    for department in range(3):
        assert extract_departments(cascade, department)[0] == pytest.approx(
            cascade.customer_shortfall - taken_out(cascade, department), abs=1e-12
        )


def test_the_worked_example_by_hand():
    network = Network.from_arrays(
        [0, 0, 1, 2, 3], [2, 3, 3, 4, 4], [10, 8, 8, 10, 10], [5, 6, 8, 6, 7], customer_weight=np.eye(5)[4]
    )
    flows = department_flows(solve_cascade(network, np.full(5, 0.6)))
    assert flows.contribution == pytest.approx([0.1875, 0, 0.05, 0.1125, 0])
    assert flows.passed_on == pytest.approx([0, 0, 0.15, 0.0375, 0])


def role_of(d_in, d_out, tau=0.6):
    """The role of a department that gets one service and gives one."""
    network = Network.from_arrays(
        [0, 1], [1, 2], [10, 10], [10 * (1 - d_in), 10 * (1 - d_out)], customer_weight=[0, 0, 1]
    )
    return ROLES[department_roles(solve_cascade(network, np.full(3, tau)))[1]]


@pytest.mark.parametrize(
    ("d_in", "d_out", "role"),
    [
        (0.0, 0.0, "sound"),
        (0.5, 0.9, "source"),
        (0.5, 0.4, "conduit"),
        (0.5, 0.1, "shield"),
        (0.0, 0.3, "source"),
    ],
)
def test_roles_by_hand(d_in, d_out, role):
    assert role_of(d_in, d_out) == role


def test_customers_and_receivers():
    network = Network.from_arrays([0, 0], [1, 2], [10, 10], [5, 5], customer_weight=[0, 1, 0])
    assert [ROLES[role] for role in department_roles(solve_cascade(network, np.full(3, 0.6)))] == [
        "source",
        "customer",
        "receiver",
    ]
    assert role_of(0.9, 0.1, tau=0.1) == "receiver"


@pytest.mark.parametrize(
    ("d_out", "tau", "role"),
    [
        (0.125, 0.0, "receiver"),  # a quarter of what it lacks
        (0.126, 0.0, "source"),
        (0.5, 0.5, "source"),  # 0.25 of its own, 0.25 inherited
        (0.49, 0.5, "conduit"),
        (0.1875, 0.75, "conduit"),  # of 0.375 it passes on as much as it keeps
        (0.18, 0.75, "shield"),
    ],
)
def test_roles_at_their_thresholds(d_out, tau, role):
    """The department lacks a half; what it gives is short by `d_out`."""
    assert role_of(0.5, d_out, tau) == role


def test_where_nothing_matters_to_anybody_roles_are_read_off_plain_means():
    network = Network.from_arrays([0, 0], [1, 1], [10, 10], [5, 7], customer_weight=[0, 1], importance=[0, 0])
    cascade = solve_cascade(network, np.full(2, 0.6))
    assert not cascade.effective_share.any()
    assert [ROLES[role] for role in department_roles(cascade)] == ["source", "customer"]
