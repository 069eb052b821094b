"""Rank association: textbook values, coverage of its intervals, and the culture of the sample organisations."""

import numpy as np
import pytest
from scipy import stats

import cxgraph
from cxgraph.culture.association import culture_association, own_shortfall, rank_association
from cxgraph.culture.profiles import profile_departments
from cxgraph.errors import ParameterError


def test_the_formula_of_the_interval():
    rng = np.random.default_rng(5)
    one = rng.normal(size=30)
    other = one + rng.normal(size=30)
    found = rank_association(one, other, 0.95)
    rho = stats.spearmanr(one, other).statistic
    width = 1.959964 * np.sqrt((1 + rho**2 / 2) / 27)
    assert found.spearman == pytest.approx(rho)
    assert found.spearman_interval == pytest.approx(np.tanh(np.arctanh(rho) + np.array([-width, width])), abs=1e-6)
    tau = stats.kendalltau(one, other).statistic
    width = 1.959964 * np.sqrt(0.437 / 26)
    assert found.kendall_interval == pytest.approx(np.tanh(np.arctanh(tau) + np.array([-width, width])), abs=1e-6)


def test_intervals_cover_what_they_promise():
    # Rank correlation of a bivariate normal with r = .6: Spearman 6/pi asin(r/2), Kendall 2/pi asin(r) (Kendall 1948).
    rng = np.random.default_rng(11)
    rho, tau = 6 / np.pi * np.arcsin(0.3), 2 / np.pi * np.arcsin(0.6)
    held = np.zeros(2)
    trials = 400
    for _ in range(trials):
        one, noise = rng.normal(size=(2, 20))
        found = rank_association(one, 0.6 * one + 0.8 * noise, 0.9)
        held += [
            found.spearman_interval[0] <= rho <= found.spearman_interval[1],
            found.kendall_interval[0] <= tau <= found.kendall_interval[1],
        ]
    assert (held / trials > 0.85).all()
    assert (held / trials < 0.97).all()


def test_perfect_agreement_is_not_certainty():
    found = rank_association(np.arange(8.0), np.arange(8.0) ** 3)
    assert found.spearman == pytest.approx(1)
    assert 0.5 < found.spearman_interval[0] < 0.99
    assert found.spearman_interval[1] == pytest.approx(1)
    against = rank_association(np.arange(8.0), -np.arange(8.0))
    assert against.kendall_interval[0] == pytest.approx(-1)
    assert -0.99 < against.kendall_interval[1] < -0.4


@pytest.mark.parametrize("values", [[1.0, 1, 1, 1, 1, 1], [1.0, 2, np.nan, np.nan, np.nan, np.nan]])
def test_nothing_is_said_where_nothing_can_be(values):
    found = rank_association(np.array(values), np.array([3.0, 1, 2, 5, 4, 6]))
    assert np.isnan([found.spearman, found.kendall, found.p_value, *found.spearman_interval]).all()


def test_four_pairs_have_a_coefficient_but_no_interval():
    found = rank_association(np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 4]))
    assert found.spearman == pytest.approx(0.8)
    assert np.isnan(found.kendall_interval).all()


@pytest.mark.parametrize("level", [0, 1, "0.9", True])
def test_a_level_outside_the_open_interval_is_refused(level):
    with pytest.raises(ParameterError, match="level is"):
        rank_association(np.arange(6.0), np.arange(6.0), level)


def test_own_shortfall_of_the_worked_example(samples):
    analysis = cxgraph.analyze(cxgraph.read(samples / "worked_example"))
    own = dict(zip(analysis.organization.departments["id"], own_shortfall(analysis.cascade), strict=True))
    # IT: .50 with share 1 and .25 with share .5; Sales .10 and Support .225 with share .5 each.
    assert own["IT"] == pytest.approx((0.5 + 0.5 * 0.25) / 1.5)
    assert own["Sales"] == pytest.approx(0.1)
    assert own["Support"] == pytest.approx(0.225)
    assert np.isnan(own["Customers"])


@pytest.mark.parametrize("name", ["hotel", "clinica"])
def test_departments_that_live_the_culture_fall_short_less(samples, name):
    organization = cxgraph.read(samples / name)
    found = culture_association(profile_departments(organization), cxgraph.analyze(organization).cascade)
    assert found.loc["overall", "high"] < 0
    assert found.loc["overall", "departments"] >= 16
    assert (found["q_value"] >= found["p_value"] - 1e-12).all()


def test_without_practices_the_table_is_empty_of_numbers(samples):
    organization = cxgraph.read(samples / "worked_example")
    found = culture_association(profile_departments(organization), cxgraph.analyze(organization).cascade)
    assert found["spearman"].isna().all()
    assert found["q_value"].isna().all()
