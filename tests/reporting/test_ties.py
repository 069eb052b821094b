"""What is said of a tie for the first place: never that one of those who share it comes first."""

import pandas as pd

from cxgraph import Organization, analyze
from cxgraph.privacy.gate import publishable
from cxgraph.reporting.summary import first_place_sentence
from cxgraph.wording import Translator


def sentence(*scores, language="en"):
    rows = [(f"D{number}", "Shop", 9, score) for number, score in enumerate(scores)]
    services = pd.DataFrame(rows, columns=["supplier", "client", "expectation", "fulfilment"])
    analysis = analyze(Organization.from_frames(services))
    return first_place_sentence(
        Translator(language), publishable(analysis), analysis.intervals(), analysis.sensitivity()
    )


def test_a_tie_that_holds_whatever_the_parameters_is_said_of_all_that_share_it():
    assert sentence(7, 7).startswith("D0, D1 share the first place whatever the parameters")
    assert sentence(7, 7, language="es").startswith("D0, D1 comparten el primer lugar")


def test_the_first_of_several_is_named_alone():
    assert sentence(6, 7).startswith("D0 comes first whatever the parameters")
