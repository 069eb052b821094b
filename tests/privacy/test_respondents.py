"""How many people stand behind a score: the smaller number counts, and who is unknown is not enough."""

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization
from cxgraph.privacy.microaggregation import suppress_small_groups
from cxgraph.privacy.respondents import count_respondents

DEPARTMENTS = pd.DataFrame({"id": list("abcx"), "kind": ["internal"] * 3 + ["external_customer"]})


def organization(named, stated, least=5):
    """Return a firm; `named` and `stated` give the people behind each service, counted and as its table says."""
    pairs = [("a", "b"), ("b", "x"), ("c", "x")]
    services = pd.DataFrame(pairs, columns=["supplier", "client"]).assign(expectation=9.0, fulfilment=5.0)
    services["responses"] = stated
    answers = pd.DataFrame(
        [
            (supplier, client, f"{client}{person}", 9.0, 5.0)
            for (supplier, client), people in zip(pairs, named, strict=True)
            for person in range(people)
        ],
        columns=["supplier", "client", "respondent", "expectation", "fulfilment"],
    )
    return Organization.from_frames(services, DEPARTMENTS, responses=answers, min_respondents=least)


def people_of(firm):
    keys = firm.services["supplier"].astype(str) + firm.services["client"].astype(str)
    return dict(zip(keys, count_respondents(firm).people.tolist(), strict=True))


def test_where_both_tables_count_the_smaller_number_is_the_one():
    firm = organization(named=[2, 9, 9], stated=[20, 3, np.nan])
    assert people_of(firm) == {"ab": 2, "bx": 3, "cx": 9}
    hidden = suppress_small_groups(firm).suppressed.services
    assert set(firm.services.loc[hidden, "client"]) == {"b", "x"}
    counted = count_respondents(organization(named=[5, 9, 9], stated=[5, 6, 7]))
    assert counted.people.tolist() == [5, 6, 7]
    assert counted.enough_for_service.all()


@pytest.mark.parametrize(("least", "enough"), [(0, [True] * 4), (1, [True] * 4), (2, [False, True, True, False])])
def test_an_unknown_number_is_enough_only_where_one_would_be(least, enough):
    found = count_respondents(organization(named=[9, 9, 9], stated=[9, 9, 9], least=least))
    assert found.enough(np.array([1.0, 2.0, 3.0, np.nan])).tolist() == enough


def test_the_latest_answer_of_each_service_is_known_where_answers_have_days():
    services = pd.DataFrame({"supplier": ["a", "b", "c"], "client": "x", "expectation": 9.0, "fulfilment": 5.0})
    answers = pd.DataFrame(
        [("a", "2025-05-01"), ("a", "2025-05-12"), ("a", "2025-05-04"), ("b", "2025-05-03"), ("b", None)],
        columns=["supplier", "date"],
    ).assign(client="x", expectation=9.0, fulfilment=5.0)
    firm = Organization.from_frames(services, responses=answers)
    latest = pd.Series(count_respondents(firm).latest, firm.services["supplier"].astype(str))
    assert latest["a"] == pd.Timestamp("2025-05-12")
    assert latest["b"] == pd.Timestamp("2025-05-03")
    assert pd.isna(latest["c"])
