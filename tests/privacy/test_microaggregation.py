"""Small groups keep their scores to themselves, and every total stays what it was."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph import Organization, analyze
from cxgraph.errors import InputError
from cxgraph.privacy.microaggregation import suppress_small_groups, suppression_sentence
from cxgraph.wording import Translator

PAIRS = [
    ("a", "b"),
    ("a", "c"),
    ("b", "c"),
    ("b", "d"),
    ("c", "d"),
    ("d", "b"),
    ("b", "x"),
    ("c", "x"),
    ("d", "x"),
    ("c", "y"),
    ("d", "y"),
]
DEPARTMENTS = pd.DataFrame(
    {"id": list("abcdxy"), "kind": ["internal"] * 4 + ["external_customer"] * 2, "weight": [1, 1, 1, 1, 3, 2]}
)


def firm(people, *, fulfilment=None, expectation=None, importance=None, **options):
    """Return a firm in which so many people answered for each of `PAIRS`."""
    random = np.random.default_rng(3)
    count = len(PAIRS)
    services = pd.DataFrame(
        {
            "supplier": [a for a, _ in PAIRS],
            "client": [b for _, b in PAIRS],
            "expectation": random.uniform(8, 9.9, count) if expectation is None else expectation,
            "fulfilment": random.uniform(3, 8, count) if fulfilment is None else fulfilment,
            "importance": random.uniform(1, 3, count) if importance is None else importance,
            "responses": people,
            "fulfilment_sd": 1.5,
        }
    )
    return Organization.from_frames(services, DEPARTMENTS, min_respondents=options.pop("least", 5), **options)


def people(**few):
    return [few.get(a + b, 9) for a, b in PAIRS]


def rows(organization, mask):
    table = organization.services[mask]
    return {a + b for a, b in zip(table["supplier"], table["client"], strict=True)}


def test_nothing_changes_where_nothing_is_asked_for_or_everybody_has_company():
    for organization in (firm(people(ab=1), least=1), firm(people(ab=1), least=0), firm(people())):
        assert suppress_small_groups(organization) is organization
        assert analyze(organization).suppressed().organization is organization
        assert suppression_sentence(organization, Translator("en")) == ""


def test_what_is_suppressed_stays_as_it_is():
    once = suppress_small_groups(firm(people(ab=2)))
    assert suppress_small_groups(once) is once


@pytest.mark.parametrize("people_of_one", [4, 5])
def test_the_limit_is_the_number_of_people(people_of_one):
    found = suppress_small_groups(firm(people(bc=people_of_one)))
    assert (found.suppressed is None) == (people_of_one == 5)


def test_a_small_group_is_hidden_among_its_clients_other_services():
    found = suppress_small_groups(firm(people(bx=2, cx=6)))
    # Counted answers of one client may come from the same people: with 6 beside the 2 there are 6.
    assert rows(found, found.suppressed.services) == {"bx", "cx"}
    assert not found.suppressed.departments.any()
    table = found.services.set_index(["supplier", "client"])
    for name in ("expectation", "fulfilment", "importance"):
        assert table.loc[("b", "x"), name] == table.loc[("c", "x"), name]
    assert np.isnan(table.loc[("c", "x"), "fulfilment_sd"])


def test_a_client_alone_is_joined_with_others_of_its_kind():
    found = suppress_small_groups(firm(people(ab=2, db=1)))
    hidden = rows(found, found.suppressed.services)
    assert {"ab", "db"} < hidden
    assert not [pair for pair in hidden if pair[1] in "xy"]
    ids = found.departments["id"].to_numpy()
    assert "b" in set(ids[found.suppressed.departments]), "what b lacks is the average of several clients"


def test_where_no_group_is_large_enough_the_scores_go():
    services = pd.DataFrame(
        {
            "supplier": ["a", "b", "c"],
            "client": ["b", "x", "x"],
            "expectation": 9.0,
            "fulfilment": [4.321, 6.0, 7.0],
            "responses": [2, 30, 30],
        }
    )
    found = suppress_small_groups(Organization.from_frames(services, min_respondents=5))
    assert rows(found, found.suppressed.left_out) == {"ab"}
    assert "left out altogether" in suppression_sentence(found, Translator("en"))
    table = analyze(found).services()
    assert len(table) == 2
    with pytest.raises(InputError, match="Fewer than 5 people answered for the customers"):
        analyze(
            suppress_small_groups(Organization.from_frames(services.assign(responses=[30, 2, 2]), min_respondents=5))
        )


def test_a_service_that_matters_to_nobody_hides_nobody():
    importance = np.ones(len(PAIRS))
    importance[PAIRS.index(("c", "x"))] = 0.0
    found = suppress_small_groups(firm(people(bx=2, cx=2), importance=importance))
    assert {"bx", "cx", "dx"} <= rows(found, found.suppressed.services)


def test_named_people_are_counted_once():
    answers = [
        (a, b, f"{b}{person}", 9.0, 5.0 + 0.1 * person)
        for a, b in PAIRS
        for person in range(9)
        if (a, b) not in {("b", "x"), ("c", "x")} or person < 3
    ]
    frame = pd.DataFrame(answers, columns=["supplier", "client", "respondent", "expectation", "fulfilment"])
    found = suppress_small_groups(Organization.from_frames(None, DEPARTMENTS, responses=frame, min_respondents=5))
    # The same three people answered for both, so that a third service is needed.
    assert rows(found, found.suppressed.services) == {"bx", "cx", "dx"}
    silent = found.responses[found.responses["fulfilment"].isna()]
    assert set(silent["client"]) == {"x"}
    assert len(silent) == 15


@pytest.mark.parametrize("scoring", ["ratio", "gap", "perception"])
@pytest.mark.parametrize("stringency", [1, 2.5, 8])
@pytest.mark.parametrize("few", [{"bx": 2}, {"bx": 1, "cy": 1, "ab": 2}, {"cy": 1, "dy": 2}, {"ab": 1, "db": 1}])
def test_totals_stay_what_they_were(scoring, stringency, few):
    organization = firm(people(**few), scoring=scoring, stringency=stringency)
    shown = suppress_small_groups(organization)
    before, after = analyze(organization), analyze(shown)
    assert after.customer_shortfall == pytest.approx(before.customer_shortfall, rel=1e-12)
    alone = ~shown.suppressed.departments
    np.testing.assert_allclose(after.cascade.received[alone], before.cascade.received[alone], rtol=0, atol=1e-12)
    assert after.cascade.contribution.sum() == pytest.approx(after.customer_shortfall, rel=1e-12)


def test_the_order_of_rows_changes_nothing():
    organization = firm(people(ab=2, bx=1, cy=3))
    mixed = Organization.from_frames(
        organization.services.drop(columns="period", errors="ignore").sample(frac=1, random_state=1),
        DEPARTMENTS.sample(frac=1, random_state=2),
        min_respondents=5,
    )
    one, other = (suppress_small_groups(found).services.drop(columns="line") for found in (organization, mixed))
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whoever_sees_everything_learns_averages_only(data):
    """Other scores with the same averages give the same organisation: nothing that is computed from it can tell."""
    counts = data.draw(st.lists(st.integers(0, 9), min_size=len(PAIRS), max_size=len(PAIRS)))
    scoring = data.draw(st.sampled_from(["ratio", "gap", "perception"]))
    organization = firm(counts, expectation=np.full(len(PAIRS), 9.0), scoring=scoring)
    shown = suppress_small_groups(organization)
    if shown.suppressed is None:
        assert min(counts) >= 5
        return
    hidden = shown.suppressed.services
    assert hidden[np.array(organization.services["responses"]) < 5].all()
    table = organization.services
    kept = ~shown.suppressed.left_out
    secret = table["fulfilment"].to_numpy().copy()
    for client in "bcdxy":
        group = np.flatnonzero(hidden & kept & (table["client"] == client).to_numpy())
        if len(group) > 1:
            weight = table["importance"].to_numpy()[group[:2]]
            step = data.draw(st.floats(-0.5, 0.5))
            secret[group[0]] += step / weight[0]
            secret[group[1]] -= step / weight[1]
    secret[shown.suppressed.left_out] = data.draw(st.floats(0, 10))
    other = suppress_small_groups(
        Organization.from_frames(table.assign(fulfilment=secret), DEPARTMENTS, min_respondents=5, scoring=scoring)
    )
    for name in ("expectation", "fulfilment", "importance", "fulfilment_sd"):
        np.testing.assert_allclose(other.services[name], shown.services[name], rtol=0, atol=1e-9)
    # No score of a hidden service is left but where a whole group agreed.
    same = hidden & kept & (np.abs(shown.services["fulfilment"] - table["fulfilment"]) < 1e-9)
    assert not same.any()


def test_earlier_periods_and_remarks_go_too():
    periods = pd.concat(
        [
            firm(people(bx=2)).services.assign(
                period=f"202{year}", fulfilment=lambda frame, year=year: frame["fulfilment"] + year / 10
            )
            for year in range(3)
        ]
    )
    found = suppress_small_groups(Organization.from_frames(periods, DEPARTMENTS, min_respondents=5))
    history = found.history
    hidden = rows(found, found.suppressed.services)
    silent = history[history["fulfilment"].isna()]
    assert {a + b for a, b in zip(silent["supplier"], silent["client"], strict=True)} == hidden
    assert len(silent) == 3 * len(hidden)
