"""The titles that pictures share."""

import pandas as pd
import pytest

from cxgraph import Organization, analyze
from cxgraph.drawing.titles import spread_headline
from cxgraph.privacy.gate import publishable
from cxgraph.wording import Translator


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((4, 4, 2), "100\xa0% of the customers' gap originates in Works, which never meets a customer"),
        ((6, 2, 2), "100\xa0% of the customers' gap originates in Works and reaches them mostly through Desk"),
    ],
)
def test_departments_of_one_name_hand_on_apart(parts, told):
    # Works fails three departments alike, which pass on all that they may; two of them are called Desk.
    desks = ["d1", "d2", "d3"]
    services = pd.DataFrame(
        [("w", desk, 10, 5, 1) for desk in desks]
        + [(desk, "guests", 10, 7, part) for desk, part in zip(desks, parts, strict=True)],
        columns=["supplier", "client", "expectation", "fulfilment", "importance"],
    )
    departments = pd.DataFrame(
        {
            "id": ["w", *desks, "guests"],
            "name": ["Works", "Desk", "Desk", "Bar", "Guests"],
            "kind": ["internal"] * 4 + ["external_customer"],
        }
    )
    analysis = analyze(Organization.from_frames(services, departments), transmission=0.6)
    assert spread_headline(publishable(analysis), Translator("en")) == told
