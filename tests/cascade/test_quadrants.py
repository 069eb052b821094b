"""Importance-performance: the cuts by hand, and that every service has one quadrant."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph import Organization, ParameterError, analyze, read
from cxgraph.cascade.quadrants import QUADRANTS, place_services

SEEDS = st.integers(0, 2**32 - 10)


def test_the_worked_example_by_hand(samples):
    """Reach .3 .15 .15 .5 .5 (mean .32), performance .5 .75 1 .6 .7 (weighted by reach 1.0625/1.6)."""
    frame = analyze(read(samples / "worked_example")).quadrants()
    assert frame.attrs["importance_cut"] == pytest.approx(0.32)
    assert frame.attrs["performance_cut"] == pytest.approx(1.0625 / 1.6)
    found = {(row.supplier, row.client): row.quadrant for row in frame.itertuples()}
    assert found == {
        ("Sales", "Customers"): "concentrate here",
        ("Support", "Customers"): "keep up the good work",
        ("IT", "Sales"): "low priority",
        ("IT", "Support"): "possible overkill",
        ("HR", "Support"): "possible overkill",
    }
    assert frame["importance"].is_monotonic_decreasing


@given(SEEDS, st.sampled_from(["mean", "median", (0.1, 0.9)]))
def test_the_quadrant_is_what_the_cuts_say(random_cascade, seed, cut):
    cascade = random_cascade(seed)
    placed = place_services(cascade, cut)
    for reach, level, number in zip(placed.importance, placed.performance, placed.quadrant, strict=True):
        important, good = reach > placed.importance_cut, level >= placed.performance_cut
        said = {
            (True, False): "concentrate here",
            (True, True): "keep up the good work",
            (False, False): "low priority",
            (False, True): "possible overkill",
        }
        assert QUADRANTS[number] == said[important, good]
    if cut == "median" and len(placed.quadrant):
        assert placed.importance_cut == np.median(cascade.service_reach)
    if isinstance(cut, tuple):
        assert (placed.importance_cut, placed.performance_cut) == cut


def test_surplus_counts_as_performance_and_unscored_services_do_not_shift_names():
    services = pd.DataFrame(
        {
            "supplier": ["A", "A", "A"],
            "client": ["K", "K", "K"],
            "service": ["p", "q", "r"],
            "expectation": [5, 5, 5],
            "fulfilment": [None, 10, 4],
        }
    )
    frame = analyze(Organization.from_frames(services)).quadrants().set_index("service")
    assert frame["performance"].to_dict() == {"q": 2.0, "r": 0.8}


@pytest.mark.parametrize("cut", ["mode", (0.1, float("nan"))])
def test_other_cuts_are_refused(random_cascade, cut):
    with pytest.raises(ParameterError, match="cut is"):
        place_services(random_cascade(3), cut)
