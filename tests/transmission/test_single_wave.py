"""One wave: the posterior against a plain double sum, what carries no information, and the tables' own sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.model.network import Network
from cxgraph.transmission.fault_prior import (
    LEVELS,
    STEP,
    FaultPrior,
    bin_services,
    department_kernel,
    shift_matrix,
    tabulate_faults,
)
from cxgraph.transmission.single_wave import transmission_grid, wave_posterior


def _invented(seed: int, departments: int = 30, given: int = 4) -> tuple[Network, np.ndarray]:
    """A chain of tiers in which every department hands on its own part of what it lacks."""
    rng = np.random.default_rng(seed)
    supplier = np.repeat(np.arange(departments), given)
    client = np.minimum(supplier + rng.integers(1, 6, len(supplier)), departments)
    tau = rng.beta(3, 2, departments + 1)
    fault = np.where(rng.random(len(supplier)) < 0.15, rng.uniform(0.1, 0.6, len(supplier)), 0.0)
    weight = np.zeros(departments + 1)
    weight[-1] = 1
    network = Network.from_arrays(
        supplier, client, np.full(len(supplier), 10.0), np.zeros(len(supplier)), customer_weight=weight
    )
    lacks = fault
    for _ in range(200):
        received, _ = received_shortfall(network, lacks)
        lacks = np.minimum(1, fault + (tau * received)[network.supplier])
    return Network.from_arrays(
        network.supplier, network.client, network.expectation, 10 * (1 - lacks), customer_weight=weight
    ), tau


def _posterior(network: Network, noise: np.ndarray | None = None):
    lacks, surplus = shortfall(network)
    received, _ = received_shortfall(network, lacks)
    return wave_posterior(network, lacks, received, noise, surplus > 0), lacks, received


def _brute_density(apart: np.ndarray, faults: FaultPrior, noise: float) -> np.ndarray:
    """The residual's density from scipy's own distributions."""
    small = stats.exponnorm.pdf(apart, K=faults.service_mean / noise, loc=0, scale=noise)
    large = stats.norm.cdf(apart / noise) - stats.norm.cdf((apart - 1) / noise)
    return 0.99 * ((1 - faults.service_often) * small + faults.service_often * large) + 0.01 * 0.5


def test_posterior_is_that_of_a_plain_double_sum() -> None:
    network, _ = _invented(3)
    found, lacks, received = _posterior(network, np.full(network.services, 0.02 * 1.25**4))
    noise = 0.02 * 1.25**4
    faults = found.faults
    tau = (np.arange(400) + 0.5) / 400
    fault = (np.arange(2000) + 0.5) / 2000
    prior_fault = (1 - faults.department_often) * stats.expon.pdf(
        fault, scale=faults.department_mean
    ) + faults.department_often
    checked = 0
    for u in np.flatnonzero((received > 0.05) & (np.diff(network.start) > 0))[:8]:
        own = lacks[network.start[u] : network.start[u + 1]]
        level = tau[:, None] * received[u] + fault[None, :]
        logs = sum(np.log(_brute_density(d - level, faults, noise)) for d in own)
        likelihood = np.exp(logs - logs.max()) * (level <= 1)
        weight = stats.beta.pdf(tau, 3, 2) * (likelihood * prior_fault).sum(axis=1)
        weight /= weight.sum()
        mean = float(weight @ tau)
        assert found.mean[u] == pytest.approx(mean, abs=0.02)
        assert found.sd[u] == pytest.approx(float(np.sqrt(weight @ (tau - mean) ** 2)), abs=0.02)
        checked += 1
    assert checked == 8


def test_nothing_known_is_the_default_exactly() -> None:
    network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 10], customer_weight=[0, 0, 1, 0])
    found, _, _ = _posterior(network)
    assert found.mean[0] == found.mean[2] == found.mean[3] == 0.6
    assert found.sd[0] == pytest.approx(0.2, abs=0.001)
    assert found.services.tolist() == [0, 1, 0, 0]


def test_grid_has_the_priors_moments() -> None:
    centres, mass = transmission_grid()
    assert mass.sum() == pytest.approx(1, abs=1e-14)
    assert centres @ mass == pytest.approx(0.6, abs=1e-14)
    assert np.sqrt(centres**2 @ mass - 0.36) == pytest.approx(0.2, abs=5e-4)


def test_a_department_that_never_passes_anything_on_is_seen() -> None:
    # Ten suppliers fail department 10 badly; its twelve clients are all but satisfied.
    supplier = [*range(10), *[10] * 12]
    client = [*[10] * 10, *range(11, 23)]
    fulfilment = [4.0] * 10 + [9.8] * 12
    weight = np.zeros(23)
    weight[11:] = 1
    network = Network.from_arrays(supplier, client, np.full(22, 10.0), fulfilment, customer_weight=weight)
    found, _, _ = _posterior(network)
    assert found.mean[10] < 0.1
    assert found.sd[10] < 0.05


def test_noise_brings_the_estimate_back_to_the_prior() -> None:
    network, _ = _invented(5)
    sharp, _, received = _posterior(network)
    blurred, _, _ = _posterior(network, np.full(network.services, 0.4))
    told = (received > 0.1) & (sharp.services > 0)
    assert blurred.sd[told].mean() > 1.2 * sharp.sd[told].mean()
    assert np.abs(blurred.mean[told] - 0.6).max() < 0.2


def test_the_estimate_is_nearer_to_the_truth_than_the_default() -> None:
    wrong, default = [], []
    for seed in range(20):
        network, tau = _invented(seed)
        found, _, received = _posterior(network)
        told = (received > 0.1) & (found.services > 0)
        wrong.append(np.abs(found.mean - tau)[told].mean())
        default.append(np.abs(0.6 - tau)[told].mean())
    assert np.mean(wrong) < 0.8 * np.mean(default)


def test_organisations_almost_without_fault_are_not_biased() -> None:
    # A mean of small faults that is held up would be taken off every transmission.
    low = []
    for seed in range(20):
        network, tau = _invented(seed)
        found, _, received = _posterior(network)
        told = (received > 0.1) & (found.services > 0)
        low.append((tau - found.mean)[told].mean())
    assert abs(np.mean(low)) < 0.04


def test_estimates_have_three_decimals() -> None:
    found, _, _ = _posterior(_invented(1)[0])
    assert found.mean.tolist() == np.round(found.mean, 3).tolist()


def test_rows_of_any_order_give_the_same_bits() -> None:
    network, _ = _invented(7)
    order = np.random.default_rng(0).permutation(network.services)
    turned = Network.from_arrays(
        network.supplier[order],
        network.client[order],
        network.expectation[order],
        network.fulfilment[order],
        customer_weight=network.customer_weight,
    )
    lacks, _ = shortfall(network)
    received, _ = received_shortfall(network, lacks)
    other, _ = shortfall(turned)
    # Parallel services may change places, so what departments lack is computed once.
    one = wave_posterior(network, lacks, received).mean
    assert wave_posterior(turned, other, received).mean == pytest.approx(one, abs=1e-12)


@pytest.mark.parametrize("noise", [0.02, 0.07, 0.3])
def test_densities_integrate_to_one_and_tables_agree_with_scipy(noise: float) -> None:
    faults = FaultPrior(0.1, 0.03, 0.25, 0.05)
    bins, noises = bin_services(np.linspace(0, 1, 201), np.full(201, noise), np.zeros(201, bool))
    table = tabulate_faults(faults, noises)
    level = 30
    expected = _brute_density(np.linspace(0, 1, 201) - level * STEP, faults, float(noises[0]))
    assert np.exp(table.log_density[bins, level]) == pytest.approx(expected, rel=1e-9)
    area, _ = integrate.quad(lambda r: float(_brute_density(np.array([r]), faults, noise)[0]) - 0.005, -3, 4, limit=200)
    assert area == pytest.approx(0.99, abs=1e-5)


def test_over_delivery_counts_as_below_zero() -> None:
    faults, noise = FaultPrior(), 0.1
    bins, noises = bin_services(np.zeros(1), np.array([noise]), np.ones(1, bool))
    table = tabulate_faults(faults, noises)
    level = 20
    below, _ = integrate.quad(
        lambda r: float(_brute_density(np.array([r]), faults, float(noises[0]))[0]) - 0.005, -4, -level * STEP
    )
    stray = 0.01 * (1 - level * STEP) / 2
    assert np.exp(table.log_density[bins[0], level]) == pytest.approx(below + stray, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(1e-3, 0.5), st.floats(0, 1), st.floats(1e-3, 0.5))
def test_kernel_masses_add_up(often: float, mean: float, service_often: float, service_mean: float) -> None:
    faults = FaultPrior(often, mean, service_often, service_mean)
    kernel = department_kernel(faults)
    assert kernel.mass.sum() == pytest.approx(1)
    assert kernel.large.sum() == pytest.approx(often)
    assert (kernel.mass >= kernel.large - 1e-15).all()
    assert shift_matrix(kernel.mass)[0] == pytest.approx(kernel.mass)
    table = tabulate_faults(faults, np.array([0.02]))
    assert np.isfinite(table.log_density).all()
    assert table.log_density.shape[1] == LEVELS
    assert ((table.large + table.small) <= 1 + 1e-12).all()


@pytest.mark.parametrize("lacked", [0.5, 1.0, np.nextafter(0.02 / transmission_grid()[0][0], 0)])
def test_thousands_of_clients_without_complaint_say_that_nothing_is_passed_on(lacked: float) -> None:
    # In relation to the level 0, every level that the smallest transmission gives is as likely as e^-1000.
    clients = 20_000
    network = Network.from_arrays(
        np.append(0, np.ones(clients, int)),
        np.arange(1, clients + 2),
        np.full(clients + 1, 10.0),
        np.append(10.0 * (1.0 - lacked), np.full(clients, 10.0)),
        customer_weight=np.arange(clients + 2) > 1,
    )
    found, _, received = _posterior(network)
    assert received[1] == pytest.approx(lacked)
    assert found.mean[1] == np.round(transmission_grid()[0][0], 3)
    assert found.weight[1, 0] == pytest.approx(1.0)
    assert np.isfinite(found.weight).all() and np.isfinite(found.sd).all()


def test_departments_are_told_the_same_alone_and_among_thousands() -> None:
    # More departments than are worked on at a time, and than the spread of faults is learnt from.
    network, _ = _invented(5, departments=3_000)
    found, lacks, received = _posterior(network)
    faults, noises = found.faults, np.array([0.02])
    centres, mass = transmission_grid()
    table, kernel = tabulate_faults(faults, noises), shift_matrix(department_kernel(faults).mass)
    bins, _ = bin_services(lacks, None, np.zeros(len(lacks), bool))
    for department in (0, 1_023, 1_024, 2_047, 2_999):
        given = bins[network.start[department] : network.start[department + 1]]
        level = np.exp(table.log_density[given].sum(axis=0))
        expected = mass * np.interp(received[department] * centres / STEP, np.arange(LEVELS), kernel @ level)
        np.testing.assert_allclose(found.weight[department], expected / expected.sum(), rtol=1e-5, atol=1e-7)
