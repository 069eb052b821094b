"""Periods: the within estimator against least squares with dummies, and recovery of a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from cxgraph.transmission.periods import PeriodPanel, _Moments, within_transmission


def _panel(
    rng: np.random.Generator,
    periods: int,
    tau: np.ndarray,
    services: int = 4,
    noise: float = 0.01,
    gaps: float = 0.0,
    season: float = 0.0,
) -> PeriodPanel:
    departments = len(tau)
    supplier = np.repeat(np.arange(departments), services)
    lacked = rng.uniform(0, 0.6, (periods, departments)) + season * rng.standard_normal((periods, 1))
    usual = rng.uniform(0, 0.3, len(supplier))
    given = (
        usual
        + (tau * lacked)[:, supplier]
        + noise * rng.standard_normal((periods, len(supplier)))
        + season * np.sin(np.arange(periods))[:, None]
    )
    given[rng.random(given.shape) < gaps] = np.nan
    return PeriodPanel.from_grid(supplier, given, lacked)


def test_slope_is_that_of_least_squares_with_a_dummy_for_each_service() -> None:
    panel = _panel(np.random.default_rng(0), 9, np.array([0.2, 0.7]), noise=0.1, gaps=0.2)
    found = _Moments(panel, panel.received, panel.shortfall).slopes(np.ones((panel.periods, 1)))[:, 0]
    for department in range(2):
        rows = panel.supplier[panel.service] == department
        names, number = np.unique(panel.service[rows], return_inverse=True)
        design = np.column_stack((panel.received[rows], np.eye(len(names))[number]))
        expected, *_ = np.linalg.lstsq(design, panel.shortfall[rows], rcond=None)
        assert found[department] == pytest.approx(expected[0], rel=1e-9)


def test_period_effects_are_those_of_least_squares_with_dummies_for_both() -> None:
    panel = _panel(np.random.default_rng(1), 8, np.array([0.5]), services=6, noise=0.05, gaps=0.15, season=0.2)
    # What the department lacked is the same for all of its services, so a second one must move otherwise.
    other = _panel(np.random.default_rng(2), 8, np.array([0.5]), services=6, noise=0.05, season=0.2)
    both = PeriodPanel(
        np.concatenate((panel.supplier, other.supplier)),
        np.concatenate((panel.service, other.service + 6)),
        np.concatenate((panel.period, other.period)),
        np.concatenate((panel.shortfall, other.shortfall)),
        np.concatenate((panel.received, other.received)),
        np.zeros(len(panel.period) + len(other.period)),
        1,
        8,
    )
    from cxgraph.transmission.periods import _without_effects

    y, x = (_without_effects(values, both) for values in (both.shortfall, both.received))
    design = np.column_stack((both.received, np.eye(12)[both.service], np.eye(8)[both.period]))
    expected, *_ = np.linalg.lstsq(design, both.shortfall, rcond=None)
    assert float(x @ y / (x @ x)) == pytest.approx(expected[0], rel=1e-6)


def test_known_transmissions_are_found() -> None:
    tau = np.random.default_rng(3).uniform(0.05, 0.9, 20)
    found = within_transmission(_panel(np.random.default_rng(4), 12, tau, noise=0.03))
    assert np.abs(found.estimate - tau).max() < 0.08


def test_noise_in_what_is_lacked_is_accounted_for() -> None:
    rng = np.random.default_rng(5)
    tau = np.full(60, 0.6)
    supplier = np.repeat(np.arange(60), 3)
    lacked = rng.uniform(0.1, 0.5, (16, 60))
    given = 0.1 + (tau * lacked)[:, supplier] + 0.02 * rng.standard_normal((16, 180))
    seen = lacked + 0.1 * rng.standard_normal(lacked.shape)
    naive = within_transmission(PeriodPanel.from_grid(supplier, given, seen))
    told = within_transmission(PeriodPanel.from_grid(supplier, given, seen, np.full(lacked.shape, 0.01)))
    assert np.nanmedian(naive.alone) < 0.4
    assert np.nanmedian(told.alone) == pytest.approx(0.6, abs=0.05)


def test_the_error_covers_the_truth() -> None:
    rng = np.random.default_rng(6)
    tau = rng.uniform(0.2, 0.8, 300)
    found = within_transmission(_panel(rng, 16, tau, services=2, noise=0.15))
    inside = np.abs(found.alone - tau) < 1.645 * found.error
    assert 0.80 < inside.mean() < 0.96


def test_lag_and_season() -> None:
    rng = np.random.default_rng(7)
    supplier = np.repeat(np.arange(10), 3)
    lacked = rng.uniform(0, 0.5, (20, 10))
    given = np.full((20, 30), 0.1)
    given[1:] += 0.5 * lacked[:-1][:, supplier]
    assert np.nanmean(
        within_transmission(PeriodPanel.from_grid(supplier, given, lacked, lag=1)).alone
    ) == pytest.approx(0.5)
    season = 0.2 * rng.standard_normal((20, 1))
    moved = PeriodPanel.from_grid(supplier, 0.1 + 0.3 * lacked[:, supplier] + season, lacked + season)
    with_season = np.nanmean(within_transmission(moved).alone)
    without = np.nanmean(within_transmission(moved, period_effects=True).alone)
    assert abs(without - 0.3) < abs(with_season - 0.3)


def test_a_department_whose_supply_never_moves_is_left_to_the_others() -> None:
    lacked = np.column_stack((np.linspace(0.1, 0.5, 6), np.full(6, 0.3)))
    given = np.column_stack((0.4 * lacked[:, 0], np.full(6, 0.2)))
    found = within_transmission(PeriodPanel.from_grid(np.array([0, 1]), given, lacked))
    assert np.isnan(found.alone[1])
    assert np.isinf(found.error[1])
    assert found.estimate[1] == pytest.approx(found.pooled.common, abs=0.05)


def test_the_same_seed_gives_the_same_bits() -> None:
    panel = _panel(np.random.default_rng(8), 10, np.array([0.2, 0.7]), noise=0.1)
    assert (within_transmission(panel, seed=3).error == within_transmission(panel, seed=3).error).all()
    assert (within_transmission(panel, seed=3).error != within_transmission(panel, seed=4).error).any()
