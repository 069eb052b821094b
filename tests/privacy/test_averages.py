"""What stands in for suppressed scores, by hand: classes of answers averaged, and a client's other services."""

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization
from cxgraph.privacy.averages import NO_POOL, importance_share, public_importance, replaced_scores
from cxgraph.privacy.recoding import shortfall_classes
from cxgraph.privacy.respondents import count_respondents

DEPARTMENTS = pd.DataFrame({"id": list("abx"), "kind": ["internal", "internal", "external_customer"]})


def stand_ins(organization, small, pool):
    """Return what replaces the scores of services in the order of the table."""
    respondents, small = count_respondents(organization), np.array(small)
    importance = public_importance(organization, respondents, small)
    return replaced_scores(organization, respondents, small, np.array(pool), importance)


def answered(answers):
    """Return x's two services, from a and b; `answers` gives (supplier, expectation, fulfilment) of each person."""
    frame = pd.DataFrame(answers, columns=["supplier", "expectation", "fulfilment"]).assign(client="x")
    services = pd.DataFrame({"supplier": ["a", "b"], "client": "x", "expectation": 10.0, "fulfilment": [5.0, 10.0]})
    return Organization.from_frames(
        services.assign(responses=[2, 9]), DEPARTMENTS, responses=frame, scale=(0, 10), min_respondents=5
    )


def test_a_group_has_the_average_of_its_answers_classes_not_the_class_of_their_average():
    first, *_, last = shortfall_classes((0, 10)).middle
    organization = answered([("a", 10, 10), ("a", 10, 0), *[("b", 10, 10)] * 9])
    found = stand_ins(organization, [True, False], [0, 0])
    lacking = ((first + last) / 2 + first) / 2
    np.testing.assert_allclose(1 - found.fulfilment / found.expectation, lacking, rtol=1e-12)


def test_a_group_that_nobody_answers_for_singly_has_the_classes_of_its_stated_scores():
    middle = shortfall_classes((0, 10)).recode(np.array([0.5, 0.0]))
    without_scores = answered([("a", 10, np.nan), ("b", 10, np.nan)])
    found = stand_ins(without_scores, [True, False], [0, 0])
    np.testing.assert_allclose(1 - found.fulfilment / found.expectation, middle.mean(), rtol=1e-12)


@pytest.mark.parametrize(("scoring", "got"), [("ratio", (6 * 1 + 5 * 0.5) / 1.5), ("perception", (8 + 5 * 0.5) / 1.5)])
def test_a_small_service_without_a_group_gets_the_average_of_its_clients_others(scoring, got):
    # Over-delivery counts only where fulfilments are scored as they are. An importance of 1 or less weighs too.
    services = pd.DataFrame(
        {
            "supplier": ["a", "b", "c"],
            "client": "x",
            "expectation": [10.0, 6.0, 9.0],
            "fulfilment": [1.0, 8.0, 5.0],
            "importance": [1.0, 1.0, 0.5],
            "responses": [2, 9, 9],
        }
    )
    organization = Organization.from_frames(services, scoring=scoring, scale=(0, 10), min_respondents=5)
    found = stand_ins(organization, [True, False, False], [NO_POOL] * 3)
    assert found.expectation.tolist() == pytest.approx([(6 * 1 + 9 * 0.5) / 1.5, 6, 9])
    assert found.fulfilment.tolist() == pytest.approx([got, 8, 5])


def test_shares_of_importance_are_the_same_in_any_unit_down_to_nothing():
    client, scored = np.array([0, 0, 1, 2, 2]), np.array([True, True, True, True, False])
    for unit in (1e-3, 1.0, 1e3):
        shares = importance_share(unit * np.array([0.5, 0.25, 0.0, 0.5, 9.0]), client, scored)
        assert shares.tolist() == pytest.approx([2 / 3, 1 / 3, 0, 1, 0])


def test_who_expects_nothing_lacks_nothing():
    found = stand_ins(answered([("a", 0, 0), ("b", 10, 10)]), [True, False], [0, 0])
    np.testing.assert_allclose(1 - found.fulfilment / found.expectation, shortfall_classes((0, 10)).middle[0])


def test_a_wide_scale_has_the_classes_of_one_of_ten_steps():
    for top in (10, 11, 100):
        np.testing.assert_array_equal(shortfall_classes((0, top)).upper, shortfall_classes((0, 10)).upper)
    assert shortfall_classes((0, 9)).upper.tolist() != shortfall_classes((0, 10)).upper.tolist()
