"""Profiles: means of what was assessed, unknown where nothing was, and every row left out accounted for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph.culture.assessment import assess_practices
from cxgraph.culture.catalogue import catalogue
from cxgraph.culture.profiles import profile_departments
from cxgraph.errors import ParameterError

SERVICES = pd.DataFrame(
    {
        "supplier": ["IT", "Sales", "Vendor"],
        "client": ["Sales", "Buyers", "IT"],
        "expectation": [10, 10, 8],
        "fulfilment": [5, 6, 8],
    }
)
DEPARTMENTS = pd.DataFrame(
    {
        "id": ["IT", "Sales", "Buyers", "Vendor"],
        "kind": ["internal", "internal", "external_customer", "external_supplier"],
    }
)


def organization(rows, columns=("department", "practice", "score"), **options):
    practices = pd.DataFrame(rows, columns=list(columns)) if rows is not None else None
    return cxgraph.Organization.from_frames(SERVICES, DEPARTMENTS, practices=practices, **options)


def score(profiles, department, dimension):
    return profiles.score[profiles.departments.index(department), profiles.dimensions.index(dimension)]


def test_a_dimension_is_the_mean_of_what_was_assessed():
    profiles = profile_departments(
        organization([("IT", "leadership-push", 8), ("IT", "leadership-tone", 5), ("IT", "people-hiring", 2)])
    )
    assert profiles.departments == ("IT", "Sales")
    assert score(profiles, "IT", "leadership") == pytest.approx(0.65)
    assert profiles.overall[0] == pytest.approx(0.5)
    assert profiles.centred[0] == pytest.approx(0.2)
    assert profiles.coverage[0, profiles.dimensions.index("leadership")] == 0.5
    assert profiles.covered.tolist() == [3 / 20, 0]


def test_unknown_is_unknown_and_never_zero():
    profiles = profile_departments(organization([("IT", "people-training", 0)]))
    assert score(profiles, "IT", "training") == 0
    assert np.isnan(score(profiles, "IT", "empowerment"))
    assert np.isnan(profiles.score[1]).all()
    assert np.isnan(profiles.overall[1])


def test_without_practices_everything_is_unknown():
    profiles = profile_departments(organization(None))
    assert np.isnan(profiles.score).all()
    assert profiles.problems == ()
    assert (profiles.orientation() == "unknown").drop(columns="name").all(axis=None)


def test_the_scale_of_the_organisation_counts():
    services = SERVICES.assign(expectation=5, fulfilment=3)
    found = cxgraph.Organization.from_frames(
        services,
        DEPARTMENTS,
        scale=(1, 5),
        practices=pd.DataFrame({"department": ["IT"], "practice": ["acting-speed"], "score": [4]}),
    )
    assert score(profile_departments(found), "IT", "acting") == pytest.approx(0.75)


def test_the_latest_assessment_counts_and_one_day_is_averaged():
    rows = [
        ("IT", "acting-speed", 1, "2025-03-01"),
        ("IT", "acting-speed", 4, "2026-03-01"),
        ("IT", "acting-speed", 8, "2026-03-01"),
        ("IT", "acting-speed", 10, None),
        ("Sales", "acting-speed", 3, None),
        ("Sales", "acting-speed", 7, None),
    ]
    profiles = profile_departments(organization(rows, ("department", "practice", "score", "date")))
    assert score(profiles, "IT", "acting") == pytest.approx(0.6)
    assert score(profiles, "Sales", "acting") == pytest.approx(0.5)


def test_what_cannot_be_used_is_reported_and_left_out():
    rows = [
        ("IT", "leadership-puhs", 9),
        ("IT", "leadership-puhs", 8),
        ("Sals", "acting-speed", 9),
        ("Buyers", "acting-speed", 9),
        ("IT", "acting-speed", np.nan),
        ("IT", "acting-projects", 11),
        (None, "acting-speed", 5),
        ("IT", None, 5),
    ]
    profiles = profile_departments(organization(rows))
    assert np.isnan(profiles.score).all()
    sentences = [problem.render() for problem in profiles.problems]
    assert sentences == [
        "practices: 'Sals' is not a department; assessments left out: 1. Did you mean 'Sales'?",
        "practices: Assessments without a department are left out (1).",
        "practices: 'leadership-puhs' is not a practice of the catalogue; assessments left out: 2. "
        "Did you mean 'leadership-push'?",
        "practices: Assessments without a practice are left out (1).",
        "practices: Assessments of customers or external suppliers are left out (1): practices are asked of the "
        "organisation's own departments.",
        "practices: Assessments without a score are left out (1).",
        "practices: Assessments with a score off the scale 0 to 10 are left out (1).",
    ]


def test_leaning_names_both_ends_and_what_lies_between():
    rows = [("IT", "people-empowerment", 6), ("IT", "people-hiring", 4), ("IT", "people-training", 5)]
    leaning = profile_departments(organization(rows)).orientation()
    assert leaning.loc["IT"].tolist()[1:] == ["customer-centred", "operations-centred", "mixed", "mixed"]
    assert leaning.loc["Sales"].tolist()[1:] == ["unknown"] * 4
    assert profile_departments(organization(rows)).orientation(0.5, 0.45).loc["IT", "overall"] == "customer-centred"


@pytest.mark.parametrize("limits", [(0.4, 0.6), (0.5, 0.5), (1.2, 0.1), (0.5, -0.1)])
def test_limits_out_of_order_are_refused(limits):
    with pytest.raises(ParameterError, match="limits of the leaning"):
        profile_departments(organization(None)).orientation(*limits)


def test_frames_hold_every_department_and_dimension():
    profiles = profile_departments(organization([("IT", "acting-speed", 5)]))
    long, wide = profiles.to_frame(), profiles.wide()
    assert len(long) == 2 * len(profiles.dimensions)
    assert long["coverage"].max() == 0.2
    assert wide.loc["IT", "acting"] == 0.5
    assert list(wide.columns[-3:]) == ["overall", "centred", "coverage"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["IT", "Sales"]), st.sampled_from(catalogue().ids), st.integers(0, 10)), max_size=40
    ),
    st.randoms(),
)
def test_the_order_of_the_rows_changes_nothing(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    one, other = (assess_practices(organization(some or None)).level for some in (rows, mixed))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-15)
    for department, practice in {(row[0], row[1]) for row in rows}:
        mean = np.mean([score for who, what, score in rows if (who, what) == (department, practice)]) / 10
        place = one[{"Buyers": 0, "IT": 1, "Sales": 2}[department], catalogue().ids.index(practice)]
        assert place == pytest.approx(mean, abs=1e-12)


def test_the_hotel_knows_its_maintenance(samples):
    wide = profile_departments(cxgraph.read(samples / "hotel")).wide()
    assert wide["leadership"].idxmin() == "maintenance"
    assert wide.loc["maintenance", "overall"] < 0.4
    assert wide.loc["banqueting", "overall"] > 0.8
    assert np.isnan(wide.loc["banqueting", "empowerment"])


def test_the_clinic_leans_to_the_operation_at_its_top(samples):
    leaning = profile_departments(cxgraph.read(samples / "clinica")).orientation()
    assert leaning.loc["Dirección médica", "overall"] == "operations-centred"
    assert leaning.loc["Farmacia", "overall"] == "customer-centred"
