"""Levels of several periods: the posterior against plain sums, noise by hand, and recovery of a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization, calibrate
from cxgraph.transmission.fault_laws import (
    CELLS,
    EDGES,
    LEVELS,
    SERVICE_LAWS,
    STEP,
    TRANSMISSION_LAWS,
    ServiceLaw,
    bin_services,
    over_cells,
    tabulate_services,
    transmission_masses,
)
from cxgraph.transmission.inputs import period_levels
from cxgraph.transmission.over_time import (
    COUNTED,
    LASTING,
    SHAPES,
    SWINGING,
    SWINGS,
    Levels,
    behind_swings,
    free_over_time,
    lasting_masses,
    levels_posterior,
    structure_priors,
)

MIDDLE = (EDGES[1:] + EDGES[:-1]) / 2


def _levels(given: np.ndarray, received: np.ndarray, noise: float | None = None) -> Levels:
    """One or several services of each department, alike in number; `given` is (periods, n, services)."""
    periods, size, services = given.shape
    count = given.size
    return Levels(
        np.arange(0, count + 1, services),
        given.ravel(),
        None if noise is None else np.full(count, noise),
        np.zeros(count, bool),
        received,
        np.zeros((periods, size)) if noise is None else np.full((periods, size), noise**2),
    )


def _exponential(mean: float) -> np.ndarray:
    """An exponential fault, rounded to whole steps."""
    ends = np.concatenate(([0.0], (np.arange(LEVELS + 1) + 0.5) * STEP))
    return np.exp(-ends[:-1] / mean) - np.exp(-ends[1:] / mean)


def _behind(likelihood: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Sum over a fault, level by level; what would lie above the highest level counts there."""
    found = np.zeros_like(likelihood)
    for level in range(LEVELS):
        inside = LEVELS - 1 - level
        found[level] = probability[:inside] @ likelihood[level:-1] + (1 - probability[:inside].sum()) * likelihood[-1]
    return found


def test_what_lies_behind_swings_is_the_sum_over_one_or_two_exponentials() -> None:
    likelihood = np.random.default_rng(0).random((LEVELS, 3))
    means = np.array([0.002, 0.03, 0.2])
    for shape, found in zip((1, 2), behind_swings(likelihood, means, (1, 2)), strict=True):
        for mean, table in zip(means, found, strict=True):
            expected = likelihood
            for _ in range(shape):
                expected = _behind(expected, _exponential(mean))
            np.testing.assert_allclose(table, expected, rtol=1e-9)


def test_lasting_faults_keep_the_means_of_their_laws() -> None:
    masses = lasting_masses()
    np.testing.assert_allclose(masses.sum(axis=1), 1, atol=1e-9)
    assert masses[0].tolist() == [1.0] + [0.0] * (len(LASTING) - 1)
    # .85 of an exponential and .15 of anything up to .8; then dense ones (a little less, as they are rounded down).
    np.testing.assert_allclose(masses @ LASTING * STEP, [0, 0.061, 0.086, 0.111, 0.07, 0.14, 0.24], atol=0.01)


def _at_levels(given: np.ndarray, variance: float | None, law: ServiceLaw) -> np.ndarray:
    """Likelihood of one department's services in one period at each level."""
    bins, noises = bin_services(given, None if variance is None else np.full(len(given), np.sqrt(variance)), None)
    return np.exp(tabulate_services(noises, bins, [law])[0].sum(axis=0))


@pytest.mark.parametrize("noise", [None, 0.04])
def test_posterior_is_that_of_plain_sums(noise: float | None) -> None:
    received = np.array([[0.3, 0.5], [0.5, 0.2], [0.15, 0.35]])
    own = np.array([[0.02, 0.1], [0.0, 0.11], [0.08, 0.1]])
    given = (np.array([0.4, 0.7]) * received + own)[:, :, None] + np.array([0.0, 0.01, 0.0])
    levels = _levels(given, received, noise)
    found = levels_posterior(levels)
    lacked, left = free_over_time(levels.received, levels.received_noise)
    logs, likelihoods = [], []
    for law in SERVICE_LAWS:
        counted = 1 / 3 if law.looseness and noise is None else COUNTED
        level = np.array(
            [
                [
                    _at_levels(given[period, u], None if noise is None else noise**2 + left[period, u], law)
                    for u in range(2)
                ]
                for period in range(3)
            ]
        )
        of_law = []
        for shape in SHAPES:
            of_pair = np.empty((len(LASTING), len(SWINGS), 2, CELLS))
            for number, mean in enumerate(SWINGS):
                for u in range(2):
                    tables = level[:, u].T
                    for _ in range(shape):
                        tables = _behind(tables, _exponential(mean))
                    for at, fault in enumerate(LASTING):
                        shifted = tables[np.minimum(np.arange(LEVELS) + fault, LEVELS - 1)]
                        of_pair[at, number, u] = over_cells(shifted, lacked[:, u]).prod(axis=0)
            for often in SWINGING:
                swings = np.full(len(SWINGS), often / len(SWINGS)) + (1 - often) * (np.arange(len(SWINGS)) == 0)
                for masses in lasting_masses():
                    of_tau = np.einsum("l,m,lmuc->uc", masses, swings, of_pair)
                    of_law.append(of_tau)
        top = np.max(of_law, axis=(0, 2))
        for of_tau in (np.array(of_law) / top[:, None]) ** counted:
            given_law = np.log(of_tau @ transmission_masses().T)
            logs.append((given_law + COUNTED * np.log(top)[:, None]).sum(axis=0))
            likelihoods.append(of_tau)
    logs = np.reshape(logs, structure_priors().shape) + structure_priors()
    weight = np.exp(logs - logs.max()).reshape(-1, len(TRANSMISSION_LAWS))
    weight /= weight.sum()
    expected = np.zeros((2, CELLS))
    for of_structure, of_tau in zip(weight, likelihoods, strict=True):
        for probability, prior in zip(of_structure, transmission_masses(), strict=True):
            mass = of_tau * prior
            expected += probability * mass / mass.sum(axis=1, keepdims=True)
    # Laws that a coarse look rules out, and structures of less than a thousandth, are left out.
    np.testing.assert_allclose(found.weight, expected, atol=4e-3)
    np.testing.assert_allclose(found.mean, expected @ MIDDLE, atol=4e-3)


def test_noise_is_taken_out_of_what_is_received_by_hand() -> None:
    # Mean .3; it moved by .02 - .005 = .015 beyond its noise: .75 of what is seen is real, and .00375 is left.
    freed, left = free_over_time(np.array([[0.2], [0.4]]), np.full((2, 1), 0.005))
    np.testing.assert_allclose(freed, [[0.225], [0.375]])
    np.testing.assert_allclose(left, [[0.00375], [0.00375]])
    exact, none = free_over_time(np.array([[0.2, np.nan], [0.4, 0.0]]), np.zeros((2, 2)))
    assert exact.tolist() == [[0.2, 0.0], [0.4, 0.0]]
    assert not none.any()


def _swinging(
    seed: int, lasting: float, periods: int = 12, size: int = 30
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Departments whose faults are the sum of a part that lasts and one that swings."""
    rng = np.random.default_rng(seed)
    tau = rng.beta(4, 3, size)
    received = rng.uniform(0.1, 0.5, size) * rng.gamma(4, 0.25, (periods, size))
    received = np.minimum(received, 0.6)
    fault = rng.exponential(0.06, size)
    fault = fault * (lasting + (1 - lasting) * rng.gamma(2, 0.5, (periods, size)))
    return tau, received, np.repeat((tau * received + fault)[:, :, None], 3, axis=2)


@pytest.mark.parametrize(("lasting", "limit"), [(0.0, 0.08), (0.5, 0.11), (0.9, 0.11)])
def test_truth_is_found_whether_faults_swing_or_last(lasting: float, limit: float) -> None:
    apart = []
    for seed in range(4):
        tau, received, given = _swinging(seed, lasting)
        apart.append(levels_posterior(_levels(given, received)).mean - tau)
    error = np.concatenate(apart)
    assert np.sqrt((error**2).mean()) < limit  # the law of tau alone would leave .17
    assert abs(error.mean()) < 0.05


def test_periods_in_which_nobody_knows_what_was_received_say_nothing() -> None:
    _, received, given = _swinging(5, 0.0, periods=4, size=6)
    gap = received.copy()
    gap[1] = np.nan
    found = levels_posterior(_levels(given, gap))
    rest = [0, 2, 3]
    assert found.mean.tolist() == levels_posterior(_levels(given[rest], received[rest])).mean.tolist()


def test_departments_beyond_those_that_teach_the_laws_are_judged_alike() -> None:
    _, received, given = _swinging(6, 0.0, periods=3, size=5)
    found = levels_posterior(_levels(np.tile(given, (1, 45, 1)), np.tile(received, (1, 45))))
    means = found.mean.reshape(45, 5)
    assert (means == means[0]).all()
    assert np.ptp(means[0]) > 0.1


def _history() -> pd.DataFrame:
    rows = [
        (supplier, client, 8.0 if client == "A" else 10.0, level, f"2025-{period:02}", count)
        for period in (1, 2, 3, 4)
        for supplier, client, level, count in (
            ("A", "B", 5 + period, 9),
            ("B", "Buyers", 4 + period / 2, 4),
            ("B", "A", 9.0, 4),
        )
    ]
    return pd.DataFrame(rows, columns=["supplier", "client", "expectation", "fulfilment", "period", "responses"])


def test_levels_hold_every_period_in_any_order_of_rows() -> None:
    organization, turned = (Organization.from_frames(frame) for frame in (_history(), _history()[::-1]))
    found, other = (period_levels(one, "ratio", 1.0) for one in (organization, turned))
    for name in ("start", "shortfall", "noise", "over_delivered", "received", "received_noise"):
        np.testing.assert_array_equal(getattr(found, name), getattr(other, name))
    ids = list(organization.departments["id"])
    assert (
        np.diff(found.start).reshape(4, 3)[:, [ids.index(one) for one in ("A", "B", "Buyers")]].tolist()
        == [[1, 2, 0]] * 4
    )
    np.testing.assert_allclose(found.received[:, ids.index("B")], [0.4, 0.3, 0.2, 0.1])
    assert sorted(found.shortfall[:3].round(2).tolist()) == [0.0, 0.4, 0.55]
    assert found.over_delivered.sum() == 4  # what B gives A
    assert (calibrate(organization).estimate == calibrate(turned).estimate).all()


def test_levels_lag_behind_what_was_received() -> None:
    organization = Organization.from_frames(_history())
    found = period_levels(organization, "ratio", 1.0, 1)
    b = list(organization.departments["id"]).index("B")
    np.testing.assert_allclose(found.received[:, b], [0.4, 0.3, 0.2])
    assert sorted(found.shortfall[:3].round(2).tolist()) == [0.0, 0.3, 0.5]


def test_a_period_without_counts_has_the_usual_noise() -> None:
    frame = _history()
    every = period_levels(Organization.from_frames(frame), "ratio", 1.0)
    frame.loc[frame["period"] == "2025-02", "responses"] = np.nan
    found = period_levels(Organization.from_frames(frame), "ratio", 1.0)
    assert every.noise is not None
    assert found.noise is not None
    np.testing.assert_allclose(found.noise[3:6], np.median(np.delete(every.noise, slice(3, 6))))
    assert period_levels(Organization.from_frames(frame.drop(columns="responses")), "ratio", 1.0).noise is None
