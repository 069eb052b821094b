"""Pooling, bounds and quantiles of posteriors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxgraph.transmission.pooling import (
    BOUND,
    PROBABILITIES,
    bounded_normal,
    draw_quantiles,
    mass_quantiles,
    pool_estimates,
)


def test_without_data_everything_is_the_default() -> None:
    pooled = pool_estimates(np.zeros(3), np.full(3, np.inf))
    assert pooled.mean.tolist() == [0.6] * 3
    assert pooled.sd == pytest.approx(0.2)
    assert pooled.own.tolist() == [0, 0, 0]


def test_pooling_finds_the_spread_between_departments() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0.4, 0.1, 4000)
    error = rng.uniform(0.05, 0.3, 4000)
    pooled = pool_estimates(true + error * rng.standard_normal(4000), error)
    assert pooled.common == pytest.approx(0.4, abs=0.01)
    assert pooled.between == pytest.approx(0.1, abs=0.01)
    # The posterior covers as often as it says.
    inside = np.abs(pooled.mean - true) < stats.norm.ppf(0.95) * pooled.sd
    assert inside.mean() == pytest.approx(0.9, abs=0.02)


@given(st.floats(-3, 3), st.floats(1e-3, 5))
def test_bounded_normal_is_the_truncated_normal(mean: float, sd: float) -> None:
    edges, mass = bounded_normal(np.array([mean]), np.array([sd]))
    assert mass.sum() == pytest.approx(1)
    exact = stats.truncnorm((0 - mean) / sd, (BOUND - mean) / sd, mean, sd)
    found = float(mass[0] @ (edges[1:] + edges[:-1]) / 2)
    reached = stats.norm.cdf(BOUND, mean, sd) - stats.norm.cdf(0, mean, sd)
    if reached > 1e-6:
        assert found == pytest.approx(exact.mean(), abs=0.005)
    assert 0 <= found <= BOUND


def test_quantiles_invert_the_cumulated_masses() -> None:
    rng = np.random.default_rng(1)
    edges = np.linspace(0, 1, 26)
    mass = rng.dirichlet(np.ones(25), 6)
    found = mass_quantiles(edges, mass)
    for row in range(6):
        reached = np.concatenate(([0], np.cumsum(mass[row])))
        assert found[row] == pytest.approx(np.interp(np.clip(PROBABILITIES, 0.004, 0.996), reached, edges), abs=1e-6)


def test_quantiles_survive_empty_cells() -> None:
    mass = np.zeros((2, 4))
    mass[0, 3] = mass[1, 0] = 1.0
    found = mass_quantiles(np.linspace(0, 1, 5), mass)
    assert found[0].min() == pytest.approx(0.75, abs=0.002)
    assert found[1].max() == pytest.approx(0.25, abs=0.002)


def test_draws_follow_the_quantiles_and_the_seed() -> None:
    edges, mass = bounded_normal(np.array([0.3, 0.7]), np.array([0.05, 0.1]))
    quantiles = mass_quantiles(edges, mass)
    draws = draw_quantiles(quantiles, 20_000, 4)
    assert draws.shape == (20_000, 2)
    assert draws.mean(axis=0) == pytest.approx([0.3, 0.7], abs=0.01)
    # Between quantiles the posterior is taken as even, which widens its tails a little.
    assert draws.std(axis=0) == pytest.approx([0.05, 0.1], rel=0.1)
    assert (draws == draw_quantiles(quantiles, 20_000, 4)).all()
    assert (draws != draw_quantiles(quantiles, 20_000, 5)).any()
    assert np.abs(np.corrcoef(draws.T)[0, 1]) < 0.03
