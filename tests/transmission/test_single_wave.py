"""One wave: the posterior against plain sums with scipy's distributions, the laws' masses, and what draws share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.model.network import Network
from cxgraph.transmission.fault_laws import (
    CELLS,
    DEPARTMENT_LAWS,
    EDGES,
    LARGEST_FAULT,
    LEVELS,
    SERVICE_LAWS,
    STEP,
    TRANSMISSION_LAWS,
    UNKNOWN_NOISE,
    DepartmentLaw,
    ServiceLaw,
    behind_faults,
    bin_services,
    law_priors,
    over_cells,
    tabulate_services,
    transmission_masses,
)
from cxgraph.transmission.single_wave import wave_posterior


def _invented(seed: int, departments: int = 30, given: int = 4) -> tuple[Network, np.ndarray]:
    """A chain of tiers in which every department hands on its own part of what it lacks."""
    rng = np.random.default_rng(seed)
    supplier = np.repeat(np.arange(departments), given)
    client = np.minimum(supplier + rng.integers(1, 6, len(supplier)), departments)
    tau = rng.uniform(0.3, 0.9, departments + 1)
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


def _posterior(network: Network, noise: np.ndarray | None = None, **options):
    lacks, surplus = shortfall(network)
    received, _ = received_shortfall(network, lacks)
    return wave_posterior(network, lacks, received, noise, surplus > 0, **options), lacks, received


def _brute_density(apart: np.ndarray, law: ServiceLaw, deviation: np.ndarray | float) -> np.ndarray:
    """The residual's density from scipy's own distributions."""
    small = stats.exponnorm.pdf(apart, K=law.mean / deviation, loc=0, scale=deviation)
    large = stats.norm.cdf(apart / deviation) - stats.norm.cdf((apart - LARGEST_FAULT) / deviation)
    return 0.99 * ((1 - law.often) * small + law.often * large / LARGEST_FAULT) + 0.01 * 0.5


def _brute_faults(law: DepartmentLaw, at: np.ndarray) -> np.ndarray:
    """Masses of a department's fault on a fine grid."""
    half = (at[1] - at[0]) / 2
    ends = np.append(at - half, at[-1] + half)
    if law.often is None:
        return np.diff(stats.gamma.cdf(ends, 2, scale=law.mean / 2))
    even = np.diff(stats.uniform.cdf(ends, 0, LARGEST_FAULT))
    return (1 - law.often) * np.diff(stats.expon.cdf(ends, scale=law.mean)) + law.often * even


def test_posterior_is_that_of_plain_sums_over_structures_faults_and_transmissions() -> None:
    network, _ = _invented(14, departments=8)
    found, lacks, received = _posterior(network)
    fine = 0.0025
    fault = (np.arange(400) + 0.5) * fine
    tau = (np.arange(100) + 0.5) / 100
    rows = np.arange(8)
    logs = np.zeros((len(SERVICE_LAWS), len(DEPARTMENT_LAWS), len(TRANSMISSION_LAWS)))
    given_all = np.empty((*logs.shape, len(rows), len(tau)))
    for s, service in enumerate(SERVICE_LAWS):
        for u in rows:
            own = lacks[network.start[u] : network.start[u + 1]]
            level = tau[:, None] * received[u] + fault[None, :]
            deviation = np.sqrt(UNKNOWN_NOISE**2 + STEP**2 / 12 + (service.looseness * level) ** 2)
            log = sum(np.log(_brute_density(d - level, service, deviation)) for d in own)
            top = log.max()
            likelihood = np.exp(log - top) * (level <= 1)
            for q, department in enumerate(DEPARTMENT_LAWS):
                of_tau = likelihood @ _brute_faults(department, fault)
                for t, law in enumerate(TRANSMISSION_LAWS):
                    a = law.mean * law.concentration
                    prior = stats.beta.pdf(tau, a, law.concentration - a) / len(tau)
                    given_all[s, q, t, u] = of_tau * prior
                    logs[s, q, t] += np.log(given_all[s, q, t, u].sum()) + top
    logs += law_priors()
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    checked = 0  # levels lie 0.01 apart, which is coarse where little is received
    for u in np.flatnonzero(received[:8] > 0.08):
        part = given_all[:, :, :, u] / given_all[:, :, :, u].sum(axis=-1, keepdims=True)
        posterior = np.einsum("sqt,sqtc->c", weight, part)
        mean = float(posterior @ tau)
        assert found.mean[u] == pytest.approx(mean, abs=0.04)
        assert found.sd[u] == pytest.approx(float(np.sqrt(posterior @ (tau - mean) ** 2)), abs=0.055)
        checked += 1
    assert checked >= 5


def test_nothing_known_is_the_default_exactly() -> None:
    network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 10], customer_weight=[0, 0, 1, 0])
    found, _, _ = _posterior(network)
    assert found.mean[0] == found.mean[2] == found.mean[3] == 0.6
    assert found.sd[0] == pytest.approx(found.prior_sd, abs=1e-6)
    assert found.services.tolist() == [0, 1, 0, 0]


def test_an_organisation_without_services_keeps_the_laws() -> None:
    network = Network.from_arrays([], [], [], [], customer_weight=[0, 1])
    found = wave_posterior(network, np.zeros(0), np.zeros(2))
    prior = np.exp(law_priors()).sum(axis=(0, 1)) @ transmission_masses()
    np.testing.assert_allclose(found.weight[0], prior / prior.sum(), atol=1e-8)
    assert found.mean.tolist() == [0.6, 0.6]


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


def test_noise_widens_what_is_known() -> None:
    network, _ = _invented(5)
    sharp, _, received = _posterior(network)
    blurred, _, _ = _posterior(network, np.full(network.services, 0.4))
    told = (received > 0.1) & (sharp.services > 0)
    assert blurred.sd[told].mean() > 1.2 * sharp.sd[told].mean()
    assert np.abs(blurred.mean[told] - 0.6).max() < 0.25


def test_the_estimate_is_nearer_to_the_truth_than_the_default() -> None:
    wrong, default = [], []
    for seed in range(12):
        network, tau = _invented(seed)
        found, _, received = _posterior(network)
        told = (received > 0.1) & (found.services > 0)
        wrong.append(np.abs(found.mean - tau)[told].mean())
        default.append(np.abs(0.6 - tau)[told].mean())
    assert np.mean(wrong) < 0.8 * np.mean(default)


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


def test_draws_share_the_structure_and_keep_to_the_posterior() -> None:
    network, _ = _invented(2)
    found, _, received = _posterior(network)
    draws = found.structures.draws(6_000, seed=4)
    assert (draws == found.structures.draws(6_000, seed=4)).all()
    told = (received > 0.1) & (found.services > 0)
    np.testing.assert_allclose(draws.mean(axis=0)[told], found.mean[told], atol=0.02)
    np.testing.assert_allclose(draws.std(axis=0)[told], found.sd[told], atol=0.02)
    # Given the structure departments are independent; what they have in common comes from it alone.
    masses = [found.structures.masses(number) for number in range(len(found.structures.weight))]
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    means = np.stack([(mass * middle).sum(axis=1) for mass in masses])
    centre = found.structures.weight @ means
    common = np.einsum("k,ku,kv->uv", found.structures.weight, means - centre, means - centre)
    off = ~np.eye(len(received), dtype=bool)
    np.testing.assert_allclose(np.cov(draws.T, ddof=0)[off], common[off], atol=0.004)


def test_other_evidence_is_multiplied_in_before_the_laws_are_weighed() -> None:
    network, _ = _invented(6)
    plain, _, received = _posterior(network)
    also = np.ones((network.departments, CELLS))
    also[:, 15:] = 1e-9  # every transmission is below 0.6
    told, _, _ = _posterior(network, also=also)
    assert (told.weight[:, 15:].sum(axis=1) < 1e-3)[(received > 0) & (told.services > 0)].all()
    means = np.array([law.mean for law in TRANSMISSION_LAWS])
    before, after = (means[found.structures.transmission_law] @ found.structures.weight for found in (plain, told))
    assert after < before


@pytest.mark.parametrize("law", SERVICE_LAWS)
@pytest.mark.parametrize("noise", [0.02, 0.1])
def test_densities_integrate_to_one_and_tables_agree_with_scipy(law: ServiceLaw, noise: float) -> None:
    bins, noises = bin_services(np.linspace(0, 1, 201), np.full(201, noise), np.zeros(201, bool))
    table = tabulate_services(noises, bins, [law])[0]
    level = 30
    deviation = float(np.sqrt(noises[0] ** 2 + STEP**2 / 12 + (law.looseness * level * STEP) ** 2))
    expected = _brute_density(np.linspace(0, 1, 201) - level * STEP, law, deviation)
    np.testing.assert_allclose(np.exp(table[:, level]), expected, rtol=1e-6)
    area, _ = integrate.quad(
        lambda r: float(_brute_density(np.array([r]), law, deviation)[0]) - 0.005, -2, 3, points=[0, 0.8], limit=200
    )
    assert area == pytest.approx(0.99, abs=1e-5)


def test_over_delivery_counts_as_below_zero() -> None:
    law = SERVICE_LAWS[4]
    bins, noises = bin_services(np.zeros(1), np.array([0.1]), np.ones(1, bool))
    table = tabulate_services(noises, bins, [law])[0]
    level = 20
    deviation = float(np.sqrt(noises[0] ** 2 + STEP**2 / 12 + (law.looseness * level * STEP) ** 2))
    below, _ = integrate.quad(
        lambda r: float(_brute_density(np.array([r]), law, deviation)[0]) - 0.005, -4, -level * STEP
    )
    stray = 0.01 * (1 - level * STEP) / 2
    assert np.exp(table[0, level]) == pytest.approx(below + stray, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-3, 0.5), st.one_of(st.none(), st.floats(0, 1)), st.integers(0, LEVELS - 1))
def test_masses_behind_faults_add_up_and_are_those_of_the_law(mean: float, often: float | None, at: int) -> None:
    law = DepartmentLaw(mean, often)
    np.testing.assert_allclose(behind_faults(np.ones((LEVELS, 2)), [law]), 1.0, rtol=1e-9)
    spike = np.zeros((LEVELS, 1))
    spike[at] = 1.0
    masses = behind_faults(spike, [law])[0, :, 0][at::-1]  # mass of a fault of 0, 1, 2... steps
    if often is None:
        q = np.exp(-2 * STEP / mean)
        expected = (np.arange(at + 1) + 1) * (1 - q) ** 2 * q ** np.arange(at + 1)
    else:
        ends = np.append([0.0], (np.arange(at + 1) + 0.5) * STEP)
        expected = (1 - often) * np.diff(stats.expon.cdf(ends, scale=mean)) + often / 81 * (np.arange(at + 1) < 81)
    if at < LEVELS - 1:
        np.testing.assert_allclose(masses, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("law", DEPARTMENT_LAWS)
def test_dense_faults_lie_a_step_below_the_mean_of_their_law_and_sparse_ones_on_it(law: DepartmentLaw) -> None:
    mean = law.mean - STEP if law.often is None else (1 - law.often) * law.mean + law.often * 0.4
    # What is linear in the level turns a fault into its mean; hardly any fault reaches the highest level.
    found = behind_faults(STEP * np.arange(LEVELS)[:, None], [law])[0, 0, 0]
    assert found == pytest.approx(mean, abs=2e-3)


def test_cells_are_means_between_their_ends() -> None:
    levels = np.arange(LEVELS) * STEP
    values = np.stack((1 + levels, 2 * np.ones(LEVELS), 1 + levels), axis=1)
    found = over_cells(values, np.array([1.0, 0.3, 0.0]))
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    np.testing.assert_allclose(found[0], 1 + middle, atol=1e-9)
    np.testing.assert_allclose(found[1], 2.0)
    np.testing.assert_allclose(found[2], found[2, 0])


@pytest.mark.parametrize("lacked", [0.5, 1.0])
def test_thousands_of_clients_without_complaint_say_that_nothing_is_passed_on(lacked: float) -> None:
    # In relation to the level 0, every other level is as likely as e^-1000.
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
    assert found.mean[1] == 0.02  # the middle of the first cell
    assert found.weight[1, 0] == pytest.approx(1.0)
    assert np.isfinite(found.weight).all() and np.isfinite(found.sd).all()


def test_departments_are_told_the_same_alone_and_among_thousands() -> None:
    # More departments than are worked on at a time, and than the laws are weighed by.
    network, _ = _invented(5, departments=3_000)
    found, lacks, received = _posterior(network)
    structures = found.structures
    bins, noises = bin_services(lacks, None, np.zeros(len(lacks), bool))
    for department in (0, 1_023, 1_024, 2_047, 2_999):
        given = bins[network.start[department] : network.start[department + 1]]
        expected = np.zeros(CELLS)
        for weight, pair, law in zip(structures.weight, structures.pair, structures.transmission_law, strict=True):
            table = tabulate_services(noises, given, [SERVICE_LAWS[structures.service_law[pair]]])[0]
            level = np.exp(table.sum(axis=0) - table.sum(axis=0).max())[:, None]
            behind = behind_faults(level, [DEPARTMENT_LAWS[structures.department_law[pair]]])[0]
            mass = over_cells(behind, received[[department]])[0] * transmission_masses()[law]
            expected += weight * mass / mass.sum()
        np.testing.assert_allclose(found.weight[department], expected / expected.sum(), rtol=1e-6, atol=1e-8)
