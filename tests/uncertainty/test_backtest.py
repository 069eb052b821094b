"""Upstream services foretell what customers lack where they are its cause, and the test says so where they are not."""

import numpy as np
import pandas as pd
import pytest

from cxgraph.analysis import analyze
from cxgraph.errors import ParameterError
from cxgraph.model.organization import Organization
from cxgraph.uncertainty.backtest import gather_panel, run_backtest

SUPPLIERS = 8


def history(transmission, lag=0, periods=10, seed=0, noise=0.005):
    """Back offices serve front desks, whose customers get own faults plus a part of what the desks lacked."""
    rng = np.random.default_rng(seed)
    upstream = rng.uniform(0.05, 0.7, (periods + lag, SUPPLIERS))
    own = rng.uniform(0.05, 0.2, SUPPLIERS)
    rows = []
    for period in range(periods):
        felt = own + transmission * upstream[period] + rng.normal(0, noise, SUPPLIERS)
        for number in range(SUPPLIERS):
            label = f"{2010 + period}"
            rows.append((f"B{number}", f"F{number}", 10 - 10 * upstream[period + lag, number], label))
            rows.append((f"F{number}", "Buyers", 10 - 10 * np.clip(felt[number], 0, 1), label))
    table = pd.DataFrame(rows, columns=["supplier", "client", "fulfilment", "period"]).assign(expectation=10.0)
    return Organization.from_frames(table)


def test_a_true_link_is_foretold():
    found = analyze(history(0.6), transmission=0.6).backtest()
    assert found.skill > 0.9
    assert 0.8 < found.low <= found.skill <= found.high <= 1
    assert found.verdict.code == "skill"
    assert len(found.periods) == 9
    assert (
        abs(found.periods["model"] - found.periods["actual"]).mean()
        < abs(found.periods["same"] - found.periods["actual"]).mean()
    )


def test_no_link_shows_no_skill():
    found = analyze(history(0.0, noise=0.05), transmission=0.6).backtest()
    assert found.verdict.code in {"no-skill", "worse"}
    assert found.low < 0


def test_no_transmission_is_the_rival_itself():
    found = analyze(history(0.6), transmission=0.0).backtest()
    assert found.skill == 0
    assert found.verdict.code == "no-skill"


def test_a_lagged_link_is_foretold_at_its_lag_only():
    # What customers feel in a period is what the desks lacked in the one before.
    rng = np.random.default_rng(1)
    upstream = rng.uniform(0.05, 0.7, (12, SUPPLIERS))
    rows = []
    for period in range(1, 12):
        for number in range(SUPPLIERS):
            rows.append((f"B{number}", f"F{number}", 10 - 10 * upstream[period, number], f"{2010 + period}"))
            felt = 0.1 + 0.6 * upstream[period - 1, number]
            rows.append((f"F{number}", "Buyers", 10 - 10 * felt, f"{2010 + period}"))
    table = pd.DataFrame(rows, columns=["supplier", "client", "fulfilment", "period"]).assign(expectation=10.0)
    analysis = analyze(Organization.from_frames(table), transmission=0.6)
    assert analysis.backtest(lag=1).skill > 0.95
    assert analysis.backtest(lag=0).skill < 0.3


def test_one_period_is_no_backtest_and_says_so():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [10, 10], "fulfilment": [5, 6]}
    )
    found = analyze(Organization.from_frames(services)).backtest()
    assert found.verdict.code == "no-periods"
    assert np.isnan(found.skill)
    assert "at least 2 periods" in str(found.verdict)
    assert len(found.to_frame()) == 0


def test_services_without_a_past_are_no_backtest():
    table = pd.DataFrame(
        {
            "supplier": ["IT", "Sales"],
            "client": ["Sales", "Buyers"],
            "expectation": 10.0,
            "fulfilment": [5.0, 6],
            "period": ["2024", "2025"],
        }
    )
    departments = pd.DataFrame({"id": ["IT", "Sales", "Buyers"], "kind": ["internal", "internal", "external_customer"]})
    assert analyze(Organization.from_frames(table, departments)).backtest().verdict.code == "no-pairs"


def test_nothing_changed_is_no_backtest():
    both = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": 10.0, "fulfilment": [5.0, 6]}
    )
    table = pd.concat([both.assign(period="2024"), both.assign(period="2025")])
    assert analyze(Organization.from_frames(table)).backtest().verdict.code == "nothing-changed"


def test_dated_answers_make_periods():
    dates = pd.to_datetime(["2026-01-05", "2026-02-10", "2026-04-15"])
    responses = pd.concat(
        [
            pd.DataFrame(
                {
                    "supplier": ["IT", "Sales"],
                    "client": ["Sales", "Buyers"],
                    "date": day,
                    "expectation": 10.0,
                    "fulfilment": [5.0 + step, 6 + step],
                }
            )
            for step, day in enumerate(dates)
        ]
    )
    services = responses.groupby(["supplier", "client"], as_index=False)[["expectation", "fulfilment"]].mean()
    organization = Organization.from_frames(services, responses=responses)
    assert gather_panel(organization).periods == ("2026-01", "2026-02", "2026-04")
    assert gather_panel(organization, "quarter").periods == ("2026-Q1", "2026-Q2")
    assert gather_panel(organization, "year") is None
    found = analyze(organization).backtest("quarter")
    assert found.periods["period"].tolist() == ["2026-Q2"]


def test_few_services_are_said():
    assert "hardly known" in str(
        analyze(
            Organization.from_frames(
                history(0.6)
                .history.astype({"supplier": str})
                .query("supplier in ['B0', 'F0', 'B1', 'F1']")
                .drop(columns="line")
            ),
            transmission=0.6,
        )
        .backtest()
        .verdict
    )


@pytest.mark.parametrize("options", [{"lag": -1}, {"lag": 0.5}, {"level": 0}, {"every": "fortnight"}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ParameterError):
        analyze(history(0.6, periods=3)).backtest(**options)


def test_same_seed_same_interval():
    panel = gather_panel(history(0.3, noise=0.05))
    tau = np.full(panel.network.departments, 0.5)
    first, second, other = (run_backtest(panel, tau, seed=seed) for seed in (0, 0, 1))
    assert (first.low, first.high) == (second.low, second.high) != (other.low, other.high)
