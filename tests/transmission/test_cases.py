"""Cases: linking by hand and by code, and both readings on cases whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from cxgraph.transmission.cases import Outcomes, case_transmission, link_cases


def test_links_are_those_found_one_by_one() -> None:
    rng = np.random.default_rng(0)
    size = 400
    supplier, client = rng.integers(0, 5, size), rng.integers(0, 8, size)
    case = rng.integers(-1, 60, size)
    lacks = rng.random(size).round(1)
    lacks[rng.random(size) < 0.1] = np.nan
    day = rng.integers(0, 10, size)
    found = link_cases(supplier, client, case, lacks, client >= 5, day)
    expected = []
    for row in range(size):
        if client[row] >= 5 and case[row] >= 0 and not np.isnan(lacks[row]):
            before = [
                lacks[other]
                for other in range(size)
                if client[other] == supplier[row]
                and client[other] < 5
                and case[other] == case[row]
                and day[other] <= day[row]
                and not np.isnan(lacks[other])
            ]
            expected.append((supplier[row], lacks[row], max(before) if before else np.nan))
    assert np.array_equal(
        np.column_stack((found.supplier, found.shortfall, found.worst)), np.array(expected), equal_nan=True
    )
    assert (~np.isnan(found.worst)).sum() > 20


def test_readings_by_hand() -> None:
    # 20 outcomes: 8 never handed over (2 failed), 6 met (3 failed), 6 failed hand-overs (5 failed).
    lacks = np.array([1] * 2 + [0] * 6 + [1] * 3 + [0] * 3 + [1] * 5 + [0], float)
    worst = np.array([np.nan] * 8 + [0.0] * 6 + [1.0] * 6)
    found = case_transmission(Outcomes(np.zeros(20, int), lacks, worst), np.array([0.5]))
    assert found.against_met[0] == pytest.approx(6 / 20 * (5 / 6 - 3 / 6) / 0.5)
    assert found.against_never[0] == pytest.approx(12 / 20 * (8 / 12 - 2 / 8) / 0.5)
    assert found.outcomes[0] == 20


def test_the_error_by_hand_where_hand_overs_were_all_met() -> None:
    # 12 outcomes handed over (6 failed) and 8 not (2 failed): the reading against never alone, and its error.
    lacks = np.array([1.0] * 2 + [0.0] * 6 + [1.0] * 6 + [0.0] * 6)
    worst = np.array([np.nan] * 8 + [0.0] * 12)
    found = case_transmission(Outcomes(np.zeros(20, int), lacks, worst), np.array([0.5]))
    assert np.isnan(found.against_met[0])
    part, apart = 12 / 20, 6 / 12 - 2 / 8
    # As if half an answer's square more had been seen in each group.
    inside, outside = (12 * 0.25 + 0.5) / 12**2, (8 * 0.25 * 0.75 + 0.5) / 8**2
    variance = part**2 * (inside + outside) + apart**2 * part * (1 - part) / 20
    assert found.error[0] == pytest.approx(variance**0.5 / 0.5)


def _cases(rng: np.random.Generator, size: int, *, hard: float = 0.0, toll: float = 0.0) -> Outcomes:
    """Failed hand-overs add 0.4 to the outcome's risk; hard cases are handed over more, and handing over costs."""
    difficult = rng.random(size) < 0.3
    handed = rng.random(size) < np.where(difficult, 0.5 + hard, 0.5)
    failed = handed & (rng.random(size) < 0.5)
    risk = 0.1 + 0.4 * failed + toll * handed + 0.3 * hard * difficult
    worst = np.where(handed, failed.astype(float), np.nan)
    return Outcomes(np.zeros(size, int), (rng.random(size) < risk).astype(float), worst)


def test_both_readings_agree_where_handing_over_is_harmless() -> None:
    found = case_transmission(_cases(np.random.default_rng(1), 200_000), np.array([0.5]))
    # A quarter of the outcomes had a failed hand-over, which explains 0.1 of the shortfall: 0.2 of what is lacked.
    assert found.against_met[0] == pytest.approx(0.2, abs=0.01)
    assert found.against_never[0] == pytest.approx(0.2, abs=0.015)
    assert found.pooled.mean[0] == pytest.approx(0.2, abs=0.02)


def test_hard_cases_raise_the_second_reading_only() -> None:
    found = case_transmission(_cases(np.random.default_rng(2), 200_000, hard=0.5), np.array([0.5]))
    assert found.against_met[0] < found.against_never[0] - 0.03


def test_the_error_is_that_of_repeated_sampling() -> None:
    rng = np.random.default_rng(3)
    readings = [case_transmission(_cases(rng, 400), np.array([0.5])) for _ in range(300)]
    met = np.array([found.against_met[0] for found in readings])
    claimed = np.array([found.error[0] for found in readings])
    assert claimed.mean() == pytest.approx(met.std(), rel=0.5)
    assert np.mean(np.abs((met + [found.against_never[0] for found in readings]) / 2 - 0.2) < 1.645 * claimed) > 0.85


def test_too_few_cases_say_nothing() -> None:
    found = case_transmission(
        Outcomes(np.zeros(6, int), np.ones(6), np.array([1, 1, 0, np.nan, np.nan, 0.0])), np.array([0.5, 0.3])
    )
    assert np.isinf(found.error).all()
    assert found.pooled.mean.tolist() == [0.6, 0.6]


def test_a_department_that_lacks_nothing_cannot_pass_it_on() -> None:
    found = case_transmission(_cases(np.random.default_rng(4), 500), np.array([0.0]))
    assert np.isnan(found.against_met[0])
    assert np.isinf(found.error[0])
