"""The main job on numbers that were known before: the worked example by hand, real organisations, brute force."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph.cascade.ranking import rank_descending

WORKED = pd.DataFrame(
    [
        ("IT", "Sales", 10, 5),
        ("IT", "Support", 8, 6),
        ("HR", "Support", 8, 8),
        ("Sales", "Customers", 10, 6),
        ("Support", "Customers", 10, 7),
    ],
    columns=["supplier", "client", "expectation", "fulfilment"],
)
# By hand: shortfall, potential, inherited, own, effective share, reach of the client, contribution.
BY_HAND = {
    ("IT", "Sales"): (0.50, 0, 0, 0.50, 1, 0.30, 0.1500),
    ("IT", "Support"): (0.25, 0, 0, 0.25, 0.5, 0.30, 0.0375),
    ("HR", "Support"): (0, 0, 0, 0, 0.5, 0.30, 0),
    ("Sales", "Customers"): (0.40, 0.300, 0.300, 0.10, 0.5, 1, 0.0500),
    ("Support", "Customers"): (0.30, 0.075, 0.075, 0.225, 0.5, 1, 0.1125),
}


def test_worked_example_by_hand(samples):
    for organization in (cxgraph.read(samples / "worked_example"), cxgraph.Organization.from_frames(WORKED)):
        analysis = cxgraph.analyze(organization, transmission=0.6)
        table = analysis.services().set_index(["supplier", "client"])
        columns = ["shortfall", "potential", "inherited", "own", "effective_share", "client_reach", "contribution"]
        found = dict(zip(table.index, map(tuple, table[columns].to_numpy()), strict=True))
        assert set(found) == set(BY_HAND)
        for service, numbers in BY_HAND.items():
            assert found[service] == pytest.approx(numbers, abs=1e-12), service
        assert analysis.customer_shortfall == pytest.approx(0.35, abs=1e-12)
        received = analysis.departments()["received"]
        assert received["Sales"] == pytest.approx(0.5, abs=1e-12)
        assert received["Support"] == pytest.approx(0.125, abs=1e-12)
        assert analysis.departments()["share"]["IT"] == pytest.approx(0.1875 / 0.35, abs=1e-12)


def test_worked_example_verdicts_roles_and_way():
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(WORKED), transmission=0.6)
    verdicts = analysis.services().set_index(["supplier", "client"])["verdict"]
    assert verdicts["Sales", "Customers"] == "starved"
    assert verdicts["Support", "Customers"] == "under-delivering"
    assert verdicts["HR", "Support"] == "met"
    roles = analysis.departments()["role"]
    assert roles.to_dict() == {
        "IT": "source",
        "Support": "source",
        "Sales": "conduit",
        "Customers": "customer",
        "HR": "sound",
    }
    first = analysis.bottlenecks(1).iloc[0]
    assert first["way"] == "IT → Sales → Customers"
    assert first["service_share"] == pytest.approx(0.15 / 0.35)


# Published help-desk log (see sample_orgs/it_service_desk) and the numbers that an independent prototype gave.
@pytest.mark.parametrize(
    ("transmission", "stringency", "shortfall", "department", "share"),
    [
        (0.0, 1, 0.3672587945, "Group 70", 0.365432),
        (0.6, 1, 0.3672587945, "Group 20", 0.199041),
        (0.6, 1, 0.3672587945, "Group 70", 0.194260),
        (0.9, 1, 0.3672587945, "Group 20", 0.273503),
        (0.6, 4, 0.5727691921, "Group 20", 0.190333),
    ],
)
def test_real_help_desk(samples, transmission, stringency, shortfall, department, share):
    analysis = cxgraph.analyze(
        cxgraph.read(samples / "it_service_desk"), transmission=transmission, stringency=stringency
    )
    assert analysis.customer_shortfall == pytest.approx(shortfall, abs=5e-11)
    assert analysis.departments()["share"][department] == pytest.approx(share, abs=5e-7)


def test_help_desk_leaders_change_with_transmission(samples):
    analysis = cxgraph.analyze(cxgraph.read(samples / "it_service_desk"), transmission=0.6)
    assert list(analysis.departments().index[:2]) == ["Group 20", "Group 70"]
    firsts = analysis.ranking_by_transmission(1).set_index("transmission")["id"]
    assert firsts.to_dict() == {0.0: "Group 70", 0.3: "Group 70", 0.6: "Group 20", 0.9: "Group 20"}


@pytest.mark.shared
def test_real_incident_log(shared_orgs):
    organization = cxgraph.read(shared_orgs / "bpi2013_volvo", scale=(0, 1))
    analysis = cxgraph.analyze(organization, transmission=0.6)
    assert analysis.customer_shortfall == pytest.approx(0.3130060088, abs=5e-11)
    assert analysis.departments()["share"]["T G96"] == pytest.approx(0.184719, abs=5e-7)
    for stringency in (1, 4, np.inf):
        solved = cxgraph.analyze(organization, stringency=stringency)
        assert solved.services()["contribution"].sum() == pytest.approx(solved.customer_shortfall, rel=1e-9)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["bea_io_2017_detail", "uk_home_office"])
def test_organisations_without_scores_are_refused_with_advice(shared_orgs, name):
    with pytest.raises(cxgraph.InputError) as caught:
        cxgraph.read(shared_orgs / name)
    assert any(problem.severity == "error" and problem.hint for problem in caught.value.problems)


@pytest.mark.parametrize("stringency", [1, 4, np.inf])
@pytest.mark.parametrize("name", ["worked_example", "hotel", "clinica", "it_service_desk"])
def test_contributions_add_up(samples, name, stringency):
    analysis = cxgraph.analyze(cxgraph.read(samples / name), stringency=stringency)
    assert analysis.services()["contribution"].sum() == pytest.approx(analysis.customer_shortfall, rel=1e-9)
    assert analysis.departments()["share"].sum() == pytest.approx(1, rel=1e-9)
    assert analysis.customers()["share"].sum() == pytest.approx(1, rel=1e-9)


NAMES = ["A", "B", "C", "D", "E", "F"]
rows = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from([*NAMES, "Buyers", "Guests"]),
        st.integers(0, 2),
        st.integers(1, 10),
        st.integers(0, 10),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda row: row[:3],
)


def frame_of(found):
    table = pd.DataFrame(found, columns=["supplier", "client", "service", "expectation", "fulfilment", "importance"])
    table["service"] = "service " + table["service"].astype(str)
    return table[table["supplier"] != table["client"]]


def customers_of(table):
    return [name for name in ("Buyers", "Guests", *NAMES) if name in set(table["client"])][:2]


@given(rows, st.randoms(use_true_random=False), st.sampled_from([1.0, 2.5, np.inf]))
@settings(max_examples=60, deadline=None)
def test_order_of_rows_changes_nothing_to_the_last_bit(found, random, stringency):
    table = frame_of(found)
    if table.empty:
        return
    shuffled = table.sample(frac=1, random_state=random.randrange(2**31))
    given_order, other_order = (
        cxgraph.analyze(cxgraph.Organization.from_frames(each, customers=customers_of(table)), stringency=stringency)
        for each in (table, shuffled)
    )
    pd.testing.assert_frame_equal(given_order.services(), other_order.services(), check_exact=True)
    pd.testing.assert_frame_equal(given_order.departments(), other_order.departments(), check_exact=True)
    assert given_order.customer_shortfall == other_order.customer_shortfall


@given(rows, st.floats(0, 0.95), st.sampled_from([1.0, 3.0, np.inf]))
@settings(max_examples=60, deadline=None)
def test_tables_agree_with_dense_algebra(found, transmission, stringency):
    table = frame_of(found)
    if table.empty:
        return
    organization = cxgraph.Organization.from_frames(table, customers=customers_of(table))
    analysis = cxgraph.analyze(organization, transmission=transmission, stringency=stringency)
    services, ids = analysis.services(), list(organization.departments["id"])
    at = {name: place for place, name in enumerate(ids)}
    size = len(ids)
    M, b = np.zeros((size, size)), np.zeros(size)
    for row in services.itertuples():
        M[at[row.client], at[row.supplier]] += row.effective_share * row.pass_through
        b[at[row.client]] += row.effective_share * row.own
    lacks = np.linalg.solve(np.eye(size) - M, b)
    weight = analysis.customers()["weight"].reindex(ids).fillna(0).to_numpy()
    assert weight @ lacks == pytest.approx(analysis.customer_shortfall, abs=1e-12)
    received = analysis.departments()["received"].reindex(ids).to_numpy()
    np.testing.assert_allclose(lacks, received, atol=1e-12)
    for department in ids:
        kept = np.array([row.supplier != department for row in services.itertuples()])
        M2, b2 = M.copy(), np.zeros(size)
        M2[:, at[department]] = 0
        for row in services[kept].itertuples():
            b2[at[row.client]] += row.effective_share * row.own
        without = weight @ np.linalg.solve(np.eye(size) - M2, b2)
        through = analysis.departments()["through_flow"][department]
        assert through == pytest.approx(analysis.customer_shortfall - without, abs=1e-10)


def test_transmission_by_department():
    organization = cxgraph.Organization.from_frames(WORKED)
    for given_as in ({"Sales": 0.0, "Support": 0.6}, pd.Series({"Sales": 0.0, "Support": 0.6})):
        services = cxgraph.analyze(organization, transmission=given_as).services()
        sales = services[services["supplier"] == "Sales"].iloc[0]
        assert sales["inherited"] == 0
        assert services[services["supplier"] == "Support"].iloc[0]["inherited"] == pytest.approx(0.075)


def test_transmission_precedence():
    departments = pd.DataFrame(
        {
            "id": ["IT", "HR", "Sales", "Support", "Customers"],
            "kind": ["internal"] * 4 + ["external_customer"],
            "transmission": [np.nan, np.nan, 0.2, np.nan, np.nan],
        }
    )
    told = cxgraph.Organization.from_frames(WORKED, departments, transmission=0.5)
    used = cxgraph.analyze(told).departments()["transmission"]
    assert used["Sales"] == 0.2
    assert used["Support"] == 0.5
    assert (cxgraph.analyze(told, transmission=0.7).departments()["transmission"] == 0.7).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"transmission": 1.0},
        {"transmission": -0.1},
        {"transmission": float("nan")},
        {"transmission": {"Nobody": 0.5}},
        {"stringency": 0.5},
        {"stringency": float("nan")},
        {"scoring": "guess"},
        {"transmission": {"Sale": 0.5}},
    ],
)
def test_parameters_outside_their_range_are_refused(wrong):
    with pytest.raises(cxgraph.ParameterError) as caught:
        cxgraph.analyze(cxgraph.Organization.from_frames(WORKED), **wrong)
    assert str(caught.value)


def test_a_customer_without_scores_is_listed_and_left_out():
    table = pd.concat([WORKED, pd.DataFrame([("Sales", "Silent", 9, np.nan)], columns=WORKED.columns)])
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(table))
    customers = analysis.customers()
    assert customers["weight"].to_dict() == {"Customers": 1.0, "Silent": 0.0}
    assert np.isnan(customers["shortfall"]["Silent"])
    assert analysis.customer_shortfall == pytest.approx(0.35)
    assert [note.code for note in analysis.notes] == ["customer-left-out"]


def test_perception_needs_no_expectation():
    table = WORKED.drop(columns="expectation")
    with pytest.raises(cxgraph.InputError):
        cxgraph.Organization.from_frames(table)
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(table, scoring="perception"))
    assert analysis.customer_shortfall == pytest.approx((0.4 + 0.3) / 2)


def test_bottlenecks_ask_for_a_whole_number():
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(WORKED))
    assert len(analysis.bottlenecks(2)) == 2
    for wrong in (0, -1, 2.5, True, "3"):
        with pytest.raises(cxgraph.ParameterError):
            analysis.bottlenecks(wrong)


def test_nothing_falls_short():
    table = WORKED.assign(fulfilment=WORKED["expectation"])
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(table))
    assert analysis.customer_shortfall == 0
    assert analysis.bottlenecks().empty
    assert (analysis.departments()["share"] == 0).all()
    assert analysis.ranking_by_transmission().empty


def test_notebook_shows_names_as_text():
    table = WORKED.replace("IT", "<script>alert(1)</script>")
    html = cxgraph.analyze(cxgraph.Organization.from_frames(table))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_through_flow_on_demand_equals_the_table(samples):
    analysis = cxgraph.analyze(cxgraph.read(samples / "hotel"))
    ids = list(analysis.departments().index[:6])
    np.testing.assert_allclose(analysis.through_flow(ids), analysis.departments()["through_flow"][ids], atol=1e-12)
    with pytest.raises(cxgraph.ParameterError):
        analysis.through_flow(["Nobody"])


@pytest.mark.parametrize("seen", [0, 99])  # by the number of its services, or only when it is to be cut
def test_a_closely_woven_large_loop_leaves_the_column_empty_and_says_so(monkeypatch, seen):
    monkeypatch.setattr("cxgraph.cascade.attribution.SPARSE_LOOP", seen)
    monkeypatch.setattr("cxgraph.cascade.attribution.MOST_CLOSING", 1)
    monkeypatch.setattr("cxgraph.cascade.attribution.MOST_DENSE", 2)
    monkeypatch.setattr("cxgraph.cascade.linear.components.SPARSE_LOOP", 0)
    pairs = [(a, b) for a in "ABCD" for b in "ABCD" if a != b]
    table = pd.DataFrame([(a, b, 10, 6) for a, b in pairs] + [("A", "Buyers", 10, 5)], columns=WORKED.columns)
    analysis = cxgraph.analyze(cxgraph.Organization.from_frames(table))
    assert analysis.departments()["through_flow"][["A", "B", "C", "D"]].isna().all()
    assert "loop-too-large" in {note.code for note in analysis.notes}
    ranked = analysis.bottlenecks(4)
    assert ranked["through_flow"].notna().all()
    monkeypatch.undo()
    exact = cxgraph.analyze(cxgraph.Organization.from_frames(table)).departments()["through_flow"]
    np.testing.assert_allclose(ranked["through_flow"], exact[ranked.index], atol=1e-12)


@given(st.lists(st.sampled_from([0.0, -0.0, 0.5, 1.0, 2.0]) | st.floats(-5, 5), max_size=40))
def test_rank_is_a_stable_sort(values):
    array = np.array(values, float)
    assert rank_descending(array).tolist() == np.argsort(-array, kind="stable").tolist()


@pytest.mark.parametrize("scale", [1.0, 1e-44, 1e300])  # single precision holds few or none of the last two
def test_many_are_ranked_as_a_stable_sort_ranks_them(scale):
    rng = np.random.default_rng(5)
    close = 1.0 + rng.integers(-3, 4, 3_000) * np.finfo(float).eps  # alike but for the last bits
    values = (
        np.concatenate(
            (rng.normal(size=6_000), np.zeros(2_000), -np.zeros(2_000), close, -close, rng.integers(-3, 4, 3_000))
        )
        * scale
    )
    rng.shuffle(values)
    values[:4] = np.inf, -np.inf, np.inf, -np.inf
    assert rank_descending(values).tolist() == np.argsort(-values, kind="stable").tolist()


def test_a_network_is_built_once_for_each_scoring():
    organization = cxgraph.Organization.from_frames(WORKED)
    assert organization.network() is organization.network("ratio")
    assert organization.network("gap") is not organization.network()
    other = replace(organization, settings=replace(organization.settings, scale=(0.0, 20.0)))
    assert other.network().scale == (0.0, 20.0)


def test_public_names_resolve_and_unknown_ones_do_not():
    for name in cxgraph.__all__:
        assert getattr(cxgraph, name) is not None
    with pytest.raises(AttributeError):
        _ = cxgraph.nothing
    assert set(cxgraph.__all__) <= set(dir(cxgraph))


def test_whole_numbers_as_ids_keep_every_digit():
    big = 2**53
    table = pd.DataFrame({"supplier": [big, big + 1], "client": [7, 7], "expectation": [10, 10], "fulfilment": [5, 0]})
    assert cxgraph.Organization.from_frames(table).departments["id"].tolist() == ["7", str(big), str(big + 1)]


def test_complex_numbers_are_no_scores():
    with pytest.raises(cxgraph.InputError):
        cxgraph.Organization.from_frames(WORKED.assign(fulfilment=WORKED["fulfilment"] + 2j))


def test_numbers_of_numpy_are_numbers():
    organization = cxgraph.Organization.from_frames(WORKED)
    plain = cxgraph.analyze(organization, stringency=4, transmission=0.5).customer_shortfall
    assert (
        cxgraph.analyze(organization, stringency=np.int64(4), transmission=np.float32(0.5)).customer_shortfall == plain
    )


def test_enormous_importances_and_weights_still_share():
    table = WORKED.assign(importance=1e100)  # the largest number that is read
    assert cxgraph.analyze(cxgraph.Organization.from_frames(table)).customer_shortfall == pytest.approx(0.35)
    departments = pd.DataFrame(
        {
            "id": ["A", "K", "L"],
            "weight": [1, 1e100, 1e100],
            "kind": ["internal", "external_customer", "external_customer"],
        }
    )
    two = pd.DataFrame([("A", "K", 10, 5), ("A", "L", 10, 7)], columns=WORKED.columns)
    assert cxgraph.analyze(cxgraph.Organization.from_frames(two, departments)).customer_shortfall == pytest.approx(0.4)


def test_a_service_that_its_client_does_not_feel_still_has_a_role():
    table = pd.DataFrame([("A", "K", 10, 5), ("B", "K", 10, 5.1)], columns=WORKED.columns)
    roles = cxgraph.analyze(cxgraph.Organization.from_frames(table), stringency=float("inf")).departments()["role"]
    assert roles.to_dict() == {"A": "source", "B": "source", "K": "customer"}


def test_what_is_no_organisation_is_refused_in_words():
    with pytest.raises(cxgraph.ParameterError, match="it was given 'hotel'"):
        cxgraph.analyze("hotel")
