"""What no single cell shows: unknown departments, repeats, periods, scales, customers; every row accounted for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph.model.names import closest_name
from cxgraph.model.periods import period_end

COLUMNS = ["supplier", "client", "expectation", "fulfilment"]


def services(*extra, **columns):
    base = [("IT", "Sales", 10, 5), ("Sales", "Buyers", 10, 6), *extra]
    return pd.DataFrame(base, columns=COLUMNS).assign(**columns)


def problems_of(frame, departments=None, **options):
    """Codes of all problems, errors included, in order."""
    try:
        return [p.code for p in cxgraph.Organization.from_frames(frame, departments, **options).problems]
    except cxgraph.InputError as error:
        return [problem.code for problem in error.problems]


def errors_of(frame, departments=None, **options):
    with pytest.raises(cxgraph.InputError) as caught:
        cxgraph.Organization.from_frames(frame, departments, **options)
    return {problem.code: problem for problem in caught.value.problems if problem.severity == "error"}


DEPARTMENTS = pd.DataFrame({"id": ["IT", "Sales", "Buyers"], "kind": ["internal", "internal", "external_customer"]})


def test_all_errors_at_once_each_with_advice():
    frame = services(("It", "Sales", 10, 5), ("IT", None, 10, 5), ("IT", "Buyers", 10, 55))
    found = errors_of(frame, DEPARTMENTS)
    assert set(found) == {"unknown-department", "no-client", "off-scale"}
    assert found["unknown-department"].fields["guess"] == "IT"
    assert "IT" in str(found["unknown-department"])
    assert all(problem.hint for problem in found.values())


def test_self_supply_is_set_aside_and_said():
    organization = cxgraph.Organization.from_frames(services(("IT", "IT", 10, 1)))
    assert "self-supply" in [problem.code for problem in organization.problems]
    assert organization.rows.set_aside.to_dict("records") == [{"line": 3, "reason": "supplies itself"}]
    assert (organization.rows.read, organization.rows.used, organization.rows.merged) == (3, 2, 0)


def test_repeated_rows_merge_and_contradictions_are_errors():
    same = cxgraph.Organization.from_frames(services(("IT", "Sales", 10, 5)))
    assert same.rows.merged == 1
    assert len(same.services) == 2
    assert "repeated-row" in [problem.code for problem in same.problems]
    found = errors_of(services(("IT", "Sales", 10, 7)))
    assert set(found) == {"duplicate-service"}
    assert found["duplicate-service"].fields["other"] == "0"


def test_parallel_services_with_names_of_their_own_stay_apart():
    frame = services(("IT", "Sales", 10, 7), service=["mail", "sales", "phones"])
    assert len(cxgraph.Organization.from_frames(frame).services) == 3


@pytest.mark.parametrize(("scores", "fit"), [((0.9, 0.5), (0, 1)), ((90, 40), (0, 100)), ((5, 3), (1, 5))])
def test_scores_off_the_scale_name_the_scale_that_fits(scores, fit):
    frame = pd.DataFrame([("Sales", "Buyers", *scores)], columns=COLUMNS)
    scale = (0, 10) if scores[0] > 10 else (6, 10) if fit == (1, 5) else (2, 10)
    problem = errors_of(frame, scale=scale)["off-scale"]
    assert (problem.fields["fit_low"], problem.fields["fit_high"]) == fit
    assert f"--scale {fit[0]} {fit[1]}" in str(problem)


def test_scores_within_a_narrower_scale_bring_a_warning():
    frame = pd.DataFrame([("Sales", "Buyers", 5, 2)], columns=COLUMNS)
    assert "narrow-scale" in problems_of(frame)
    assert "narrow-scale" not in problems_of(frame, scale=(1, 5))
    assert "narrow-scale" not in problems_of(services())


def test_scores_that_are_missing_are_left_out_never_filled_in():
    frame = services(("HR", "Sales", np.nan, 5), ("HR", "IT", 9, np.nan))
    organization = cxgraph.Organization.from_frames(frame)
    assert {"no-expectation", "no-fulfilment"} <= {problem.code for problem in organization.problems}
    assert sorted(organization.rows.set_aside["reason"]) == ["no expectation", "no fulfilment"]
    assert organization.rows.used == 2
    assert len(cxgraph.analyze(organization).services()) == 2
    assert len(cxgraph.analyze(organization, scoring="perception").services()) == 3


def test_no_scores_at_all_is_explained():
    problem = errors_of(pd.DataFrame({"supplier": ["A"], "client": ["B"]}))["no-scores"]
    assert "not how well" in str(problem)
    only = errors_of(pd.DataFrame({"supplier": ["A"], "client": ["B"], "fulfilment": [5]}))["no-scores"]
    assert "expectation" in str(only)


def test_an_expectation_at_the_bottom_expects_nothing_and_is_said():
    organization = cxgraph.Organization.from_frames(services(("HR", "Sales", 0, 0)))
    assert "expects-nothing" in [problem.code for problem in organization.problems]
    table = cxgraph.analyze(organization).services().set_index("supplier")
    assert table["shortfall"]["HR"] == 0


def test_the_latest_period_is_read_and_said():
    frame = pd.concat([services(period="2025-Q4"), services(period="2026").assign(fulfilment=[9, 9])])
    organization = cxgraph.Organization.from_frames(frame)
    assert organization.settings.period == "2026"
    assert (organization.services["fulfilment"] == 9).all()
    assert "period-chosen" in [problem.code for problem in organization.problems]
    assert organization.rows.read == organization.rows.used + len(organization.rows.set_aside) == 4
    assert len(organization.history) == 4
    earlier = cxgraph.Organization.from_frames(frame, period="2025-Q4")
    assert sorted(earlier.services["fulfilment"]) == [5, 6]
    assert "unknown-period" in errors_of(frame, period="2024")
    assert "no-periods" in errors_of(services(), period="2024")


def test_a_blank_period_is_set_aside():
    frame = services(("HR", "Sales", 9, 8), period=["2026", "2026", None])
    organization = cxgraph.Organization.from_frames(frame)
    assert organization.rows.set_aside["reason"].tolist() == ["no period"]


def test_periods_are_put_in_order_by_their_last_day():
    order = ["2024", "2025-Q1", "2025-04", "2025-06-29", "2025-Q2", "2025"]
    assert [period_end(period) for period in order] == sorted(period_end(period) for period in order)
    assert period_end("2024-02") == (2024, 2, 29)
    assert period_end("nonsense") == (0, 0, 0)


def test_departments_are_inferred_and_said():
    organization = cxgraph.Organization.from_frames(services())
    kinds = organization.departments.set_index("id")["kind"].astype(str).to_dict()
    assert kinds == {"Buyers": "external_customer", "IT": "internal", "Sales": "internal"}
    assert "departments-inferred" in [problem.code for problem in organization.problems]


def test_nobody_to_be_disappointed():
    circle = pd.DataFrame([("A", "B", 9, 5), ("B", "A", 9, 5)], columns=COLUMNS)
    assert "--customer" in str(errors_of(circle)["no-customers"])
    named = cxgraph.Organization.from_frames(circle, customers=["B"])
    assert cxgraph.analyze(named).customers().index.tolist() == ["B"]
    assert errors_of(circle, customers=["b"])["unknown-customer"].fields["guess"] == "B"


def test_customers_of_no_weight_are_refused():
    assert "no-weight" in errors_of(services(), DEPARTMENTS.assign(weight=[1, 1, 0]))


def test_departments_reporting_in_a_circle():
    found = errors_of(services(), DEPARTMENTS.assign(parent=["Sales", "IT", None]))
    assert found["parent-cycle"].fields["path"] == "IT > Sales > IT"
    assert "unknown-parent" in errors_of(services(), DEPARTMENTS.assign(parent=["Boss", None, None]))
    own_boss = errors_of(services(), DEPARTMENTS.assign(parent=["IT", None, None]))
    assert own_boss["parent-cycle"].fields["path"] == "IT > IT"


def test_ids_are_unique_and_given():
    twice = pd.concat([DEPARTMENTS, DEPARTMENTS.head(1)])
    assert errors_of(services(), twice)["duplicate-id"].value == "IT"
    assert "no-id" in errors_of(services(), pd.concat([DEPARTMENTS, pd.DataFrame({"id": [None]})]))


def test_importance_left_blank_counts_as_one_and_is_said():
    organization = cxgraph.Organization.from_frames(services(importance=[2, np.nan]))
    assert organization.services.set_index("supplier")["importance"].to_dict() == {"IT": 2.0, "Sales": 1.0}
    assert "importance-default" in [problem.code for problem in organization.problems]


def test_a_customer_to_whom_nothing_matters_is_left_out():
    departments = pd.concat([DEPARTMENTS, pd.DataFrame({"id": ["Guests"], "kind": ["external_customer"]})])
    frame = services(("Sales", "Guests", 9, 1), importance=[1, 1, 0])
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(frame, departments))
    assert analysis.customers()["weight"].to_dict() == {"Buyers": 1.0, "Guests": 0.0}
    alone = cxgraph.Organization.from_frames(services(importance=[1, 0]), DEPARTMENTS)
    with pytest.raises(cxgraph.InputError):
        cxgraph.analyze(alone)


def test_ids_that_look_like_something_else_stay_themselves():
    frame = pd.DataFrame([("NA", "None", 9, 5), ("None", "007", 9, 5), ("007", "nan", 9, 5)], columns=COLUMNS)
    assert cxgraph.Organization.from_frames(frame).departments["id"].tolist() == ["007", "NA", "None", "nan"]


def test_tables_handed_out_cannot_change_the_organisation():
    organization = cxgraph.Organization.from_frames(services())
    table = organization.services
    table.loc[0, "fulfilment"] = 99.0
    assert organization.services["fulfilment"].max() == 6
    network = organization.network()
    with pytest.raises(ValueError, match="read-only"):
        network.importance[0] = 5


def test_options_that_do_not_exist_are_refused():
    with pytest.raises(cxgraph.ParameterError, match="scael"):
        cxgraph.Organization.from_frames(services(), scael=(0, 10))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IT", "it"),
        ("Logística", "Logistica"),
        ("IT desk", "IT\u00a0desk"),
        ("IT desk", "ITdesk"),
        ("7", "007"),
        ("7", "7.0"),
        ("Straße", "STRASSE"),
    ],
)
def test_ids_that_people_take_for_one_are_pointed_at(one, other):
    assert "near-twins" in problems_of(services((one, "Sales", 9, 9), (other, "Sales", 9, 8)))


@pytest.mark.parametrize(("one", "other"), [("7", "70"), ("7.1", "7"), ("A1", "A2"), ("Año", "Ana")])
def test_ids_that_are_two_to_everybody_are_left_alone(one, other):
    assert "near-twins" not in problems_of(services((one, "Sales", 9, 9), (other, "Sales", 9, 8)))


def test_many_faulty_rows_are_listed_up_to_a_number_and_counted():
    frame = pd.DataFrame([("IT", f"Nobody {n}", 9, 9) for n in range(250)] + [("IT", "Buyers", 9, 9)], columns=COLUMNS)
    with pytest.raises(cxgraph.InputError) as caught:
        cxgraph.Organization.from_frames(frame, DEPARTMENTS)
    unknown = [p for p in caught.value.problems if p.code == "unknown-department"]
    assert len(unknown) == 101
    assert unknown[-1].fields["count"] == 150


def test_closest_name():
    assert closest_name("Salse", ["IT", "Sales"]) == "Sales"
    assert closest_name("xyz", ["IT", "Sales"]) is None


rows = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.sampled_from("ABCX"),
        st.sampled_from(["a", "b"]),
        st.none() | st.integers(1, 10),
        st.none() | st.integers(0, 10),
        st.sampled_from(["2025", "2026", None]),
    ),
    min_size=1,
    max_size=30,
)


@given(rows)
@settings(max_examples=150, deadline=None)
def test_every_row_is_accounted_for(found):
    frame = pd.DataFrame(found, columns=["supplier", "client", "service", "expectation", "fulfilment", "period"])
    try:
        organization = cxgraph.Organization.from_frames(frame)
    except cxgraph.InputError as error:
        assert any(problem.severity == "error" for problem in error.problems)
        return
    account = organization.rows
    assert account.read == len(frame)
    assert account.read == account.used + account.merged + len(account.set_aside)
    assert account.used == int(organization.scored().sum())
    assert account.set_aside["line"].is_unique


def test_single_answers_alone_are_enough():
    found = [("IT", "Sales", 10, 4), ("IT", "Sales", 10, 6), ("Sales", "Buyers", 10, 6)]
    answers = pd.DataFrame(found, columns=COLUMNS)
    organization = cxgraph.Organization.from_frames(None, responses=answers)
    table = organization.services.set_index("supplier")
    assert table["fulfilment"].to_dict() == {"IT": 5.0, "Sales": 6.0}
    assert table["responses"].to_dict() == {"IT": 2.0, "Sales": 1.0}
