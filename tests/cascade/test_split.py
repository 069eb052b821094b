"""Own, inherited, absorbed: the worked example by hand, and the identities on anything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.cascade.split import split_shortfall
from cxgraph.model.network import Network


def split(d, lacked, tau):
    network = Network.from_arrays([0], [1], [10], [0], customer_weight=[0, 1])
    return split_shortfall(network, np.array([d]), np.array([lacked, 0.0]), np.array([tau, 0.0]))


@pytest.mark.parametrize(
    ("d", "lacked", "tau", "inherited", "own", "absorbed", "through"),
    [
        (0.40, 0.5, 0.6, 0.30, 0.10, 0.00, 0.6),  # Sales -> Customers of the worked example
        (0.30, 0.125, 0.6, 0.075, 0.225, 0.0, 0.6),  # Support -> Customers
        (0.10, 0.5, 0.6, 0.10, 0.00, 0.20, 0.2),  # a shield
        (0.40, 0.0, 0.6, 0.00, 0.40, 0.00, 0.0),  # lacks nothing: all its own
        (0.00, 0.5, 0.6, 0.00, 0.00, 0.30, 0.0),
        (0.40, 0.5, 0.0, 0.00, 0.40, 0.00, 0.0),
    ],
)
def test_by_hand(d, lacked, tau, inherited, own, absorbed, through):
    parts = split(d, lacked, tau)
    assert parts.inherited[0] == pytest.approx(inherited)
    assert parts.own[0] == pytest.approx(own)
    assert parts.absorbed[0] == pytest.approx(absorbed)
    assert parts.pass_through[0] == pytest.approx(through)
    assert parts.potential[0] == pytest.approx(tau * lacked)


FRACTIONS = st.floats(0, 1)


@given(FRACTIONS, FRACTIONS, st.floats(0, 1, exclude_max=True))
def test_identities(d, lacked, tau):
    parts = split(d, lacked, tau)
    assert parts.own[0] + parts.inherited[0] == pytest.approx(d, rel=1e-15)
    assert parts.inherited[0] + parts.absorbed[0] == pytest.approx(parts.potential[0], rel=1e-15)
    assert min(parts.own[0], parts.inherited[0], parts.absorbed[0], parts.pass_through[0]) >= 0
    assert parts.pass_through[0] <= tau
    assert min(parts.own[0], parts.absorbed[0]) == 0  # never both short by itself and a shield
    if parts.absorbed[0] == 0 and lacked > 0:
        assert parts.pass_through[0] == tau


def test_what_comes_through_whole_is_not_lost_to_rounding():
    """(tau D) / D may be a bit below tau; where nothing is absorbed, it is tau."""
    rng = np.random.default_rng(0)
    pairs = [(lacked, tau) for lacked, tau in rng.random((400, 2)) if tau * lacked / lacked < tau]
    assert len(pairs) > 10
    for lacked, tau in pairs:
        assert split(tau * lacked, lacked, tau).pass_through[0] == tau
        assert split(tau * lacked * 0.99, lacked, tau).pass_through[0] < tau
