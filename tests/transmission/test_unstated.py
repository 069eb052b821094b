"""Transmissions that nobody stated: estimated from one wave, the same everywhere, and said to be so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph import Organization, analyze, calibrate

SAMPLES = Path(__file__).parents[2] / "sample_orgs"


def _organization(transmission: dict[str, float] | None = None, **options: object) -> Organization:
    """Three suppliers of two departments that serve buyers; the departments hand on a part of what they lack."""
    services = pd.DataFrame(
        {
            "supplier": ["IT", "HR", "IT", "Store", "Sales", "Sales", "Help", "Help", "Help"],
            "client": ["Sales", "Sales", "Help", "Help", "Buyers", "Guests", "Buyers", "Guests", "Agents"],
            "expectation": 10.0,
            "fulfilment": [5, 6, 4, 5, 7.3, 7.3, 9.9, 9.9, 9.9],
        }
    )
    names = ["IT", "HR", "Store", "Sales", "Help", "Buyers", "Guests", "Agents"]
    departments = pd.DataFrame(
        {
            "id": names,
            "kind": ["internal"] * 5 + ["external_customer"] * 3,
            "transmission": [(transmission or {}).get(name, np.nan) for name in names],
        }
    )
    return Organization.from_frames(services, departments, **options)


def test_default_is_the_calibration() -> None:
    organization = _organization()
    wave = calibrate(organization, method="wave")
    assert analyze(organization).cascade.transmission.tolist() == wave.estimate.tolist()
    # A calibration that is handed over is taken as given: no verdict is left open by what it does not know.
    given, estimated = analyze(organization, transmission=wave).services(), analyze(organization).services()
    assert estimated.drop(columns=["verdict", "verdict_probability"]).equals(
        given.drop(columns=["verdict", "verdict_probability"])
    )
    assert (given["verdict_probability"] == 1).all()
    assert calibrate(organization).estimate.tolist() == wave.estimate.tolist()


def test_verdicts_carry_their_probability_and_are_left_open_below_four_fifths() -> None:
    analysis = analyze(_organization())
    services, posterior = analysis.services(), analysis.transmission.posterior
    assert posterior is not None
    ids = list(analysis.organization.departments["id"])
    received = analysis.departments()["received"]
    for row in services.itertuples():
        place = ids.index(str(row.supplier))
        if analysis.transmission.source[place] != "one wave" or row.shortfall <= 0:
            assert row.verdict_probability == 1
            continue
        fine = np.interp(
            np.linspace(0, 1, 25_001), np.linspace(0, 1, 26), np.append(0, np.cumsum(posterior.combined.weight[place]))
        )
        own = float(np.interp(row.shortfall / (2 * received[row.supplier]), np.linspace(0, 1, 25_001), fine))
        assert row.verdict_probability == pytest.approx(
            {"under-delivering": own, "starved": 1 - own, "undecided": max(own, 1 - own)}[str(row.verdict)], abs=1e-6
        )
        assert (row.verdict == "undecided") == (0.2 <= own <= 0.8)


def test_it_finds_who_hands_on_and_who_shields() -> None:
    found = analyze(_organization()).departments()["transmission"]
    assert found["Help"] < 0.1
    assert found["Sales"] == pytest.approx(0.6, abs=0.1)


def test_stated_values_are_kept_and_the_others_estimated() -> None:
    table = analyze(_organization({"Help": 0.25})).departments()
    assert table.loc["Help", ["transmission", "transmission_source"]].tolist() == [0.25, "stated"]
    assert table.loc["Sales", "transmission_source"] == "one wave"
    assert table.loc["IT", ["transmission", "transmission_source"]].tolist() == [0.6, "assumed"]


def test_the_organisations_value_leaves_nothing_to_estimate() -> None:
    found = analyze(_organization(transmission={"Help": 0.25}), transmission={"Sales": 0.1})
    assert found.departments().loc[["Sales", "Help"], "transmission_source"].tolist() == ["chosen", "stated"]
    all_stated = Organization.from_frames(_organization().services, _organization().departments, transmission=0.5)
    assert set(analyze(all_stated).transmission.source) == {"stated"}
    assert (analyze(all_stated).cascade.transmission == 0.5).all()


def test_who_shields_is_still_seen_to_shield() -> None:
    found = analyze(_organization())
    assert found.departments().loc["Help", "role"] == "shield"
    assert analyze(_organization(), transmission=0.6).departments().loc["Help", "role"] == "shield"


def test_a_flawless_organisation_keeps_the_prior_mean() -> None:
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": 10, "fulfilment": 10}
    )
    found = analyze(Organization.from_frames(services))
    assert found.cascade.transmission.tolist() == [0.6, 0.6, 0.6]
    assert set(found.transmission.source) == {"assumed"}


def test_what_if_keeps_the_estimates() -> None:
    analysis = analyze(_organization())
    same = analysis.what_if()
    assert same.departments().equals(analysis.departments())
    better = analysis.what_if([cxgraph.ServiceChange("IT", "Help", fulfilment=10)], transmission={"Sales": 0.3})
    assert better.departments().loc["Help", "transmission"] == analysis.departments().loc["Help", "transmission"]
    assert better.departments().loc["Sales", "transmission_source"] == "chosen"


def test_intervals_draw_what_was_estimated_and_nothing_else() -> None:
    organization = cxgraph.read(SAMPLES / "hotel")
    fixed = analyze(
        organization,
        transmission=dict(zip(organization.departments["id"], analyze(organization).cascade.transmission, strict=True)),
    ).intervals(draws=60)
    drawn = analyze(organization).intervals(draws=60)
    assert drawn.table["share"].equals(analyze(organization).departments()["share"].loc[drawn.table.index])
    width = (drawn.table["high"] - drawn.table["low"]).sort_index()
    assert width.sum() > 1.05 * (fixed.table["high"] - fixed.table["low"]).sum()


def test_the_audit_alone_uses_the_same() -> None:
    organization = cxgraph.read(SAMPLES / "hotel")
    today = "2026-03-31"
    options = {"today": pd.Timestamp(today).date()}
    assert cxgraph.audit(organization, **options) == analyze(organization).audit(**options)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(1, 10), st.integers(0, 10)), min_size=1, max_size=20
    ),
    st.randoms(use_true_random=False),
)
def test_any_order_of_rows_and_contributions_add_up(rows: list[tuple[int, int, int, int]], shuffler: object) -> None:
    unique = {(f"D{a}", f"D{b}"): (x, f) for a, b, x, f in rows if a != b}
    unique[("D0", "C")] = (10, 6)
    table = pd.DataFrame(
        [(a, b, x, f) for (a, b), (x, f) in unique.items()], columns=["supplier", "client", "expectation", "fulfilment"]
    )
    order = list(range(len(table)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    one = analyze(Organization.from_frames(table, customers=["C"]))
    other = analyze(Organization.from_frames(table.iloc[order], customers=["C"]))
    assert one.services().equals(other.services())
    assert one.services()["contribution"].sum() == pytest.approx(one.customer_shortfall, abs=1e-12)
    assert ((one.cascade.transmission >= 0) & (one.cascade.transmission < 1)).all()
