"""Organisations of many departments and few services: what costs a number for each department is cut down too."""

from __future__ import annotations

import pandas as pd
import pytest

from cxgraph import Organization, analyze
from cxgraph.analysis import Analysis
from cxgraph.drawing.view.readings import other_readings
from cxgraph.reporting.headline import drawn_intervals, headline_intervals
from cxgraph.transmission.posterior import single_wave


@pytest.fixture
def wide() -> Analysis:
    """Two services and thirty departments that give nothing."""
    services = pd.DataFrame(
        {
            "supplier": ["IT", "Sales"],
            "client": ["Sales", "Shop"],
            "expectation": [9, 9],
            "fulfilment": [6, 7],
            "responses": [9, 9],
            "fulfilment_sd": [1, 1],
        }
    )
    departments = pd.DataFrame({"id": ["IT", "Sales", "Shop", *(f"p{number}" for number in range(30))]})
    departments["kind"] = ["internal", "internal", "external_customer", *["internal"] * 30]
    return analyze(Organization.from_frames(services, departments=departments))


def test_departments_count_as_services_do(wide: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxgraph.reporting.headline.QUICKLY_DRAWN", 20)
    monkeypatch.setattr("cxgraph.reporting.headline.LARGE", 20)
    monkeypatch.setattr("cxgraph.drawing.view.readings.MOST_COMPUTED", 20)
    assert drawn_intervals(wide) is None
    assert headline_intervals(wide).draws == 100
    assert other_readings(wide) == []


def test_what_is_small_in_both_is_drawn_and_read_in_full(wide: Analysis) -> None:
    drawn = drawn_intervals(wide)
    assert drawn is not None
    assert drawn.draws == 1000
    assert len(other_readings(wide)) == 4


def test_departments_without_data_have_the_mixture_of_their_own_structures(wide: Analysis) -> None:
    found, _ = single_wave(wide.organization, "ratio", 1.0)
    structures = found.structures
    mixed = sum(
        probability * structures.masses(number) for number, probability in enumerate(structures.weight.tolist())
    )
    assert found.weight == pytest.approx(mixed / mixed.sum(axis=1, keepdims=True), abs=1e-9)
    assert (found.weight[4:] == found.weight[3]).all()
