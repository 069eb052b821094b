"""What version 0.1 called things still opens, with a warning that says the new name."""

import importlib
import sys

import pandas as pd
import pytest

import cxgraph

SERVICES = pd.DataFrame(
    {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [10, 10], "fulfilment": [5, 6]}
)


@pytest.fixture
def analysis():
    return cxgraph.analyze(cxgraph.Organization.from_frames(SERVICES), transmission=0.6)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("discreet", "suppressed"),
        ("sight", "reachability"),
        ("second_opinions", "alternative_models"),
        ("robustness", "sensitivity"),
        ("leaders", "ranking_by_transmission"),
    ],
)
def test_old_doors_lead_to_the_new_ones(analysis, old, new):
    with pytest.warns(DeprecationWarning, match=f"Analysis.{old} is called {new}"):
        found = getattr(analysis, old)()
    assert type(found) is type(getattr(analysis, new)())


def test_the_sweep_and_the_view_open_under_their_old_names(analysis):
    with pytest.warns(DeprecationWarning, match="shares_by_transmission"):
        assert analysis.sweep.equals(analysis.shares_by_transmission)
    with pytest.warns(DeprecationWarning, match=r"cxgraph\.view\(analysis\)"):
        assert analysis.view().html == cxgraph.view(analysis).html


def test_the_published_models_open_under_their_old_name():
    sys.modules.pop("cxgraph.opinions", None)
    with pytest.warns(DeprecationWarning, match=r"cxgraph\.alternatives\.models"):
        old = importlib.import_module("cxgraph.opinions")
    assert old.fdna is cxgraph.alternatives.fdna


def test_attributes_of_results_open_under_their_old_names(analysis):
    intervals, sensitivity = analysis.intervals(draws=20), analysis.sensitivity()
    with pytest.warns(DeprecationWarning, match="methods"):
        assert intervals.ways == intervals.methods
    with pytest.warns(DeprecationWarning, match="sensitive_to"):
        assert sensitivity.hangs_on == sensitivity.sensitive_to
