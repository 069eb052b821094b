"""Results as text for a terminal, each line with its own case by hand."""

import numpy as np
import pandas as pd

from cxgraph.reporting.deciding import _action_line
from cxgraph.reporting.text import calibration_text
from cxgraph.wording import Translator

TRANSLATE = Translator("en")


def estimates(counts):
    return pd.DataFrame(
        {
            "name": [f"unit {count}" for count in counts],
            "estimate": 0.5,
            "low": 0.25,
            "high": 0.75,
            "basis": "wave",
            "n": counts,
            "informed": [count > 1 for count in counts],
        }
    )


def test_estimates_from_one_datum_are_shown_and_those_from_none_are_counted():
    lines = calibration_text(estimates([1, 0, 3]), ["wave"], 10, TRANSLATE).splitlines()
    assert [line.split("  ")[0] for line in lines[2:4]] == ["unit 3", "unit 1"]
    assert lines[4:] == ["Others receive no gap or deliver nothing, so that nothing can be learnt of them: 1."]


def test_estimates_beyond_the_number_asked_for_are_counted():
    lines = calibration_text(estimates([1, 2, 3]), ["wave"], 2, TRANSLATE).splitlines()
    assert lines[4:] == ["... and 1 more (--top)."]
    assert len(calibration_text(estimates([1, 2, 3]), ["wave"], 3, TRANSLATE).splitlines()) == 5


def action(**other):
    row = {"title": None, "cost": 20.0, "alone": np.nan, "chosen": False, "confidence": np.nan}
    return pd.Series({**row, "needs": "", "alternative": "", **other})


def test_an_action_is_told_with_what_is_known_of_it_and_no_more():
    assert _action_line("a1", action(), "EUR", TRANSLATE) == "  a1 : 20\xa0EUR"
    whole = action(title="Train", alone=0.0125, chosen=True, confidence=0.8, needs="a2, a3", alternative="a4")
    assert _action_line("a1", whole, "EUR", TRANSLATE) == (
        "+ a1 Train: 20\xa0EUR; alone 1.25 points; in the best plan in 80\xa0% of the resamples; needs a2, a3; "
        "alternative: a4"
    )
