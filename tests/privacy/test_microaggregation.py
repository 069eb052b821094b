"""Small groups keep their scores to themselves, and totals move by less than the classes of answers are wide."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cxgraph import Organization, analyze
from cxgraph.errors import InputError
from cxgraph.privacy.microaggregation import suppress_small_groups, suppression_sentence
from cxgraph.privacy.recoding import shortfall_classes
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


WIDEST = float(np.diff(shortfall_classes((0, 10)).upper, prepend=0.0).max())


@pytest.mark.parametrize("stringency", [1, 2.5, 8])
@pytest.mark.parametrize("few", [{"bx": 2}, {"bx": 1, "cy": 1, "ab": 2}, {"cy": 1, "dy": 2}, {"ab": 1, "db": 1}])
def test_totals_move_by_less_than_the_classes_are_wide(stringency, few):
    organization = firm(people(**few), importance=np.ones(len(PAIRS)), stringency=stringency)
    shown = suppress_small_groups(organization)
    before, after = analyze(organization), analyze(shown)
    network, found = before.cascade.network, shown.suppressed
    hidden = np.bincount(network.client, found.services, network.departments) > 0
    apart = np.abs(after.cascade.received - before.cascade.received)
    np.testing.assert_array_less(apart[~found.departments], WIDEST + 1e-12)
    np.testing.assert_array_less(apart[~hidden], 1e-12)
    assert apart[hidden].max() > 0
    if stringency == 1:
        part = np.bincount(network.client, found.services) / np.maximum(np.bincount(network.client), 1)
        own = hidden & ~found.departments
        assert (apart[own] <= WIDEST * part[own] + 1e-12).all()
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


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_whoever_sees_everything_learns_classes_only(data):
    """Other scores in the same classes give the same organisation: nothing that is computed from it can tell."""
    counts = data.draw(st.lists(st.integers(0, 9), min_size=len(PAIRS), max_size=len(PAIRS)))
    scoring = data.draw(st.sampled_from(["ratio", "gap", "perception"]))
    organization = firm(counts, scoring=scoring)
    shown = suppress_small_groups(organization)
    if shown.suppressed is None:
        assert min(counts) >= 5
        return
    hidden, table = shown.suppressed.services, organization.services
    small = np.array(table["responses"]) < 5
    assert hidden[small].all()
    upper = shortfall_classes((0, 10), scoring).upper
    lacks = 1 - table["fulfilment"].to_numpy() / table["expectation"].to_numpy()
    place = np.searchsorted(upper, lacks)
    lower = np.concatenate(([0.0], upper[:-1]))
    asked, got, weight = (table[name].to_numpy().copy() for name in ("expectation", "fulfilment", "importance"))
    for row in np.flatnonzero(hidden):
        within = data.draw(st.floats(0.01, 0.99))
        asked[row] = data.draw(st.floats(1, 10))
        got[row] = asked[row] * (1 - lower[place[row]] - within * (upper[place[row]] - lower[place[row]]))
        if small[row]:
            weight[row] = data.draw(st.just(0.0) | st.floats(0.001, 5))
    away = shown.suppressed.left_out
    got[away] = data.draw(st.just(0.0) | st.floats(0.001, 10))
    secret = table.assign(expectation=asked, fulfilment=got, importance=weight).drop(columns="line")
    other = suppress_small_groups(Organization.from_frames(secret, DEPARTMENTS, min_respondents=5, scoring=scoring))
    for name in ("expectation", "fulfilment", "importance", "fulfilment_sd"):
        np.testing.assert_array_equal(other.services[name], shown.services[name])
    assert (other.suppressed.departments == shown.suppressed.departments).all()


@pytest.mark.parametrize("stated_by", [2, 4, 5])
def test_an_importance_that_few_stated_gives_way_to_the_clients_average(stated_by):
    answers = pd.DataFrame(
        [
            (
                a,
                b,
                f"{b}{person}",
                9.0,
                5.0,
                7.0 if (a, b) == ("b", "x") and person < stated_by else np.nan if (a, b) == ("b", "x") else 2.0,
            )
            for a, b in PAIRS
            for person in range(9)
        ],
        columns=["supplier", "client", "respondent", "expectation", "fulfilment", "importance"],
    )
    organization = Organization.from_frames(None, DEPARTMENTS, responses=answers, min_respondents=5)
    found = suppress_small_groups(organization)
    if stated_by == 5:
        assert found is organization
        return
    assert not found.suppressed.services.any()
    assert set(found.services["importance"]) == {2.0}
    assert np.nanmax(found.responses["importance"]) == 2.0
    assert "1 services are shown with their client's average importance" in suppression_sentence(
        found, Translator("en")
    )


def test_people_who_are_not_named_are_counted_by_answer():
    answers = pd.DataFrame(
        [(a, b, 9.0, 5.0) for a, b in PAIRS for _ in range(2 if (a, b) == ("b", "x") else 9)],
        columns=["supplier", "client", "expectation", "fulfilment"],
    )
    found = suppress_small_groups(Organization.from_frames(None, DEPARTMENTS, responses=answers, min_respondents=5))
    assert rows(found, found.suppressed.services) == {"bx", "cx"}


def test_a_service_is_as_small_as_the_score_that_fewest_stated():
    answers = pd.DataFrame(
        [
            (a, b, f"{b}{person}", 9.0 if (a, b) != ("b", "x") or person < 3 else np.nan, 5.0)
            for a, b in PAIRS
            for person in range(9)
        ],
        columns=["supplier", "client", "respondent", "expectation", "fulfilment"],
    )
    found = suppress_small_groups(Organization.from_frames(None, DEPARTMENTS, responses=answers, min_respondents=5))
    assert "bx" in rows(found, found.suppressed.services)


def test_where_two_tables_tell_how_many_answered_the_smaller_number_counts():
    services = pd.DataFrame(
        {"supplier": ["a", "b"], "client": ["x", "x"], "expectation": 9.0, "fulfilment": [5.0, 6.0], "responses": 20}
    )
    answers = pd.DataFrame(
        [("a", "x", f"p{person}", 9.0, 5.0) for person in range(2)]
        + [("b", "x", f"q{person}", 9.0, 6.0) for person in range(8)],
        columns=["supplier", "client", "respondent", "expectation", "fulfilment"],
    )
    found = suppress_small_groups(Organization.from_frames(services, responses=answers, min_respondents=5))
    assert rows(found, found.suppressed.services) == {"ax", "bx"}


@pytest.mark.parametrize(
    ("scale", "scoring"), [((0, 1), "ratio"), ((1, 3), "ratio"), ((1, 5), "gap"), ((1, 5), "perception")]
)
def test_on_a_scale_too_coarse_for_classes_small_groups_do_not_count_at_all(scale, scoring):
    """A client's other services stand in for them; where it has none they lose their scores."""
    bottom, top = scale
    random = np.random.default_rng(4)
    told = []
    for _ in range(3):
        services = pd.DataFrame(
            {
                "supplier": ["a", "b", "c", "b", "d"],
                "client": ["b", "x", "x", "c", "c"],
                "expectation": [random.integers(bottom, top + 1), top, top, top, random.integers(bottom, top + 1)],
                "fulfilment": [random.integers(bottom, top + 1), bottom, top, bottom, random.integers(bottom, top + 1)],
                "importance": [random.integers(1, 6), 1, 1, 2, random.integers(1, 6)],
                "responses": [1, 30, 30, 30, 1],
            }
        )
        organization = Organization.from_frames(services, scale=scale, scoring=scoring, min_respondents=5)
        found = suppress_small_groups(organization)
        assert rows(found, found.suppressed.services) == {"ab", "dc"}
        assert rows(found, found.suppressed.left_out) == {"ab"}
        told.append(found.services.drop(columns="line"))
    pd.testing.assert_frame_equal(told[0], told[1])
    pd.testing.assert_frame_equal(told[0], told[2])
    table = told[0].set_index(["supplier", "client"])
    for name in ("expectation", "fulfilment", "importance"):
        assert table.loc[("d", "c"), name] == table.loc[("b", "c"), name]


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
