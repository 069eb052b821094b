"""The cascade: the worked example by hand, sums that must come out, order that must not matter, Shapley values."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.cascade import cascade as cascade_module
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.errors import NumericalError, ParameterError
from cxgraph.model.network import Network

SEEDS = st.integers(0, 2**32 - 10)
STRINGENCIES = [1.0, 4.0, 1e6, np.inf]
IT, HR, SALES, SUPPORT, CUSTOMERS = range(5)


@pytest.fixture(scope="module")
def worked():
    """Method, section 12: scale 0-10, tau .6, importances 1, one customer."""
    network = Network.from_arrays(
        [IT, IT, HR, SALES, SUPPORT],
        [SALES, SUPPORT, SUPPORT, CUSTOMERS, CUSTOMERS],
        [10, 8, 8, 10, 10],
        [5, 6, 8, 6, 7],
        customer_weight=np.eye(5)[CUSTOMERS],
    )
    return solve_cascade(network, np.full(5, 0.6))


def test_the_worked_example_by_hand(worked):
    assert worked.shortfall == pytest.approx([0.50, 0.25, 0, 0.40, 0.30])
    assert worked.split.potential == pytest.approx([0, 0, 0, 0.300, 0.075])
    assert worked.split.inherited == pytest.approx([0, 0, 0, 0.300, 0.075])
    assert worked.split.own == pytest.approx([0.50, 0.25, 0, 0.10, 0.225])
    assert worked.effective_share == pytest.approx([1, 0.5, 0.5, 0.5, 0.5])
    assert worked.client_reach[worked.network.client] == pytest.approx([0.3, 0.3, 0.3, 1, 1])
    assert worked.contribution == pytest.approx([0.15, 0.0375, 0, 0.05, 0.1125])
    assert worked.received[[SALES, SUPPORT]] == pytest.approx([0.5, 0.125])
    assert worked.customer_shortfall == pytest.approx(0.35)
    assert worked.contribution[:2].sum() / worked.customer_shortfall == pytest.approx(0.536, abs=5e-4)


def test_two_departments_that_serve_each_other_by_hand():
    """A and B give each other .5 short at tau .5: each inherits .25; B -> customers at .5 inherits .25 too."""
    network = Network.from_arrays([0, 1, 1], [1, 0, 2], [10, 10, 10], [5, 5, 5], customer_weight=[0, 0, 1])
    cascade = solve_cascade(network, np.full(3, 0.5))
    assert cascade.split.own == pytest.approx([0.25, 0.25, 0.25])
    # lambda_B = .5 + .25 lambda_B through A, so 2/3; A -> B costs 2/3 * .25, B -> A half of that.
    assert cascade.contribution == pytest.approx([1 / 6, 1 / 12, 1 / 4])


@settings(max_examples=200)
@given(SEEDS, st.sampled_from(STRINGENCIES))
def test_contributions_add_up_and_the_balance_of_every_department_holds(random_cascade, seed, rho):
    cascade = random_cascade(seed, rho)
    network = cascade.network
    total = network.customer_weight @ cascade.received
    assert cascade.customer_shortfall == pytest.approx(total)
    assert cascade.contribution.sum() == pytest.approx(total, rel=1e-11, abs=1e-15)
    assert (cascade.contribution >= 0).all()
    coupling = network.matrix(cascade.coupling)
    own = network.by_client(cascade.effective_share * cascade.split.own)
    assert own + coupling.T @ cascade.received == pytest.approx(cascade.received, abs=1e-12)  # D = b + M D
    dense = np.linalg.solve(np.eye(network.departments) - coupling.toarray(), network.customer_weight)
    assert cascade.client_reach == pytest.approx(dense, rel=1e-11, abs=1e-14)
    assert (cascade.client_reach >= network.customer_weight).all()


@given(SEEDS, st.sampled_from(STRINGENCIES))
def test_the_order_of_the_rows_changes_not_a_bit(seed, rho):
    rng = np.random.default_rng(seed)
    size, count = 6, 14
    pairs = [(u, v) for u, v in permutations(range(size), 2)]
    chosen = rng.choice(len(pairs), count, replace=False)
    supplier, client = np.array(pairs)[chosen].T
    scores = rng.integers(1, 11, (2, count)).astype(float)
    importance, weight = rng.integers(0, 4, count), rng.random(size)
    order = rng.permutation(count)
    one, other = (
        solve_cascade(
            Network.from_arrays(
                supplier[rows],
                client[rows],
                scores[0][rows],
                scores[1][rows],
                customer_weight=weight,
                importance=importance[rows],
            ),
            np.full(size, 0.7),
            rho,
        )
        for rows in (np.arange(count), order)
    )
    for name in ("shortfall", "received", "client_reach", "contribution", "effective_share"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.customer_shortfall == other.customer_shortfall


@settings(max_examples=15)
@given(SEEDS)
def test_contributions_are_shapley_values_of_the_linear_cascade(seed):
    """Average over all orders in which own shortfalls arise, each order solved by dense algebra."""
    rng = np.random.default_rng(seed)
    network = Network.from_arrays(
        [0, 1, 1, 2, 2], [1, 2, 3, 0, 3], np.full(5, 10.0), rng.integers(0, 10, 5), customer_weight=[0, 0, 0, 1]
    )
    cascade = solve_cascade(network, np.full(4, 0.7))
    system = np.eye(4) - network.matrix(cascade.coupling).toarray().T

    def lacking(present):
        own = network.by_client(cascade.effective_share * np.where(present, cascade.split.own, 0.0))
        return network.customer_weight @ np.linalg.solve(system, own)

    value = np.zeros(5)
    for order in permutations(range(5)):
        present = np.zeros(5, bool)
        for service in order:
            before = lacking(present)
            present[service] = True
            value[service] += lacking(present) - before
    assert value / 120 == pytest.approx(cascade.contribution, abs=1e-12)


def test_more_fulfilment_can_move_blame_but_not_raise_what_the_client_gets():
    """Splitting observed scores anew: when IT mends, Sales keeps its score and now owns the whole of it."""

    def solved(it):
        network = Network.from_arrays([0, 1], [1, 2], [10, 10], [it, 6], customer_weight=[0, 0, 1])
        return solve_cascade(network, np.full(3, 0.6))

    before, after = solved(5), solved(10)
    assert before.contribution == pytest.approx([0.3, 0.1])
    assert after.contribution == pytest.approx([0.0, 0.4])
    assert after.customer_shortfall == before.customer_shortfall  # a what-if, not a re-reading, foretells the gain


@pytest.mark.parametrize("weights", [[1], [0]])
def test_one_department_or_none(weights):
    alone = solve_cascade(Network.from_arrays([], [], [], [], customer_weight=weights), np.full(1, 0.6))
    assert alone.customer_shortfall == 0
    assert alone.contribution.tolist() == []
    nobody = solve_cascade(Network.from_arrays([], [], [], [], customer_weight=[]), np.zeros(0))
    assert nobody.customer_shortfall == 0


def test_an_isolated_department_and_nobody_to_disappoint():
    network = Network.from_arrays([0], [1], [10], [5], customer_weight=[0, 1, 0])
    cascade = solve_cascade(network, np.full(3, 0.6))
    assert cascade.received.tolist() == [0, 0.5, 0]
    assert cascade.client_reach.tolist() == [0, 1, 0]
    unheard = solve_cascade(Network.from_arrays([0], [1], [10], [5], customer_weight=[0, 0]), np.full(2, 0.6))
    assert (unheard.customer_shortfall, unheard.contribution.tolist(), unheard.balance) == (0, [0], 0)


@pytest.mark.parametrize("tau", [[0.6], [0.6, 1.0], [0.6, -0.1], [0.6, np.nan]])
def test_a_transmission_outside_its_range_is_refused(tau):
    with pytest.raises(ParameterError, match="transmission"):
        solve_cascade(Network.from_arrays([0], [1], [10], [5], customer_weight=[0, 1]), np.array(tau))


def test_contributions_that_do_not_add_up_are_refused(monkeypatch):
    monkeypatch.setattr(cascade_module, "BALANCE", -1.0)
    with pytest.raises(NumericalError, match="add up"):
        solve_cascade(Network.from_arrays([0], [1], [10], [5], customer_weight=[0, 1]), np.full(2, 0.6))
