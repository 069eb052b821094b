"""Scenarios and redesigns: what they conserve, what they move, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from cxgraph import InputError, Organization, ParameterError, ServiceChange, analyze, read
from cxgraph.decide.redesign import (
    AddService,
    DropService,
    MergeDepartments,
    Outsource,
    Part,
    RerouteService,
    SplitDepartment,
)
from cxgraph.decide.scenario import Scenario, parse_department, parse_scenario, parse_setting, render_scenario

SERVICES = pd.DataFrame(
    [
        ("IT", "Sales", "tickets", 10, 5, 2),
        ("IT", "Support", "tickets", 8, 6, 1),
        ("HR", "Support", "training", 8, 4, 3),
        ("Sales", "Buyers", "orders", 10, 6, 1),
        ("Support", "Buyers", "help", 10, 7, 1),
    ],
    columns=["supplier", "client", "service", "expectation", "fulfilment", "importance"],
)


@pytest.fixture
def today():
    return analyze(Organization.from_frames(SERVICES), transmission=0.6)


def under(analysis, *redesigns, **more):
    return analysis.under(Scenario(redesigns=redesigns, **more))


def test_changing_nothing_changes_nothing(today, samples):
    for analysis in (today, analyze(read(samples / "hotel"))):
        after = analysis.under(Scenario())
        pd.testing.assert_frame_equal(analysis.services(), after.services(), check_exact=True)
        pd.testing.assert_frame_equal(analysis.departments(), after.departments(), check_exact=True)


def test_a_scenario_of_changes_is_the_what_if(today):
    change = (ServiceChange("IT", "Sales", fulfilment=9),)
    one = today.under(Scenario(changes=change, transmission={"Sales": 0.2}))
    other = today.what_if(change, transmission={"Sales": 0.2})
    pd.testing.assert_frame_equal(one.services(), other.services(), check_exact=True)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_under_a_scenario_reads_back_the_same(seed):
    """Analysed anew from its tables, the organisation under a scenario has the same shortfalls of departments."""
    rng = np.random.default_rng(seed)
    ids = [f"d{number}" for number in range(7)]
    supplier, client = rng.integers(0, 5, 24), rng.integers(0, 7, 24)
    apart = supplier != client
    table = pd.DataFrame(
        {
            "supplier": np.array(ids)[supplier],
            "client": np.array(ids)[client],
            "service": [f"s{number}" for number in range(24)],
            "expectation": rng.uniform(5, 10, 24),
            "fulfilment": rng.uniform(2, 9, 24),
            "importance": rng.uniform(1, 3, 24),
        }
    )[apart]
    kinds = ["internal"] * 5 + ["external_customer"] * 2
    organization = Organization.from_frames(table, pd.DataFrame({"id": ids, "kind": kinds}))
    analysis = analyze(organization, transmission=0.7, stringency=(1.0, 4.0)[seed % 2])
    first, second = (table.iloc[place] for place in (0, 1))
    after = under(
        analysis,
        DropService(first["supplier"], first["client"], first["service"]),
        MergeDepartments(("d0", "d1"), "both"),
        changes=(
            ServiceChange(
                second["supplier"].replace("d0", "both").replace("d1", "both"),
                second["client"].replace("d0", "both").replace("d1", "both"),
                second["service"],
                fulfilment=10,
            ),
        )
        if not {second["supplier"], second["client"]} <= {"d0", "d1"}
        else (),
    )
    again = analyze(after.organization)
    assert again.customer_shortfall == pytest.approx(after.customer_shortfall, abs=1e-12)
    np.testing.assert_allclose(again.cascade.received, after.cascade.received, atol=1e-12)


def test_merging_conserves_services_weights_and_scores(today):
    after = under(today, MergeDepartments(("Sales", "Support"), "Front"))
    assert after.customer_shortfall == pytest.approx(today.customer_shortfall, abs=1e-15)
    table = after.organization.services
    assert len(table) == len(SERVICES)
    assert table["importance"].sum() == SERVICES["importance"].sum()
    assert sorted(table.loc[table["client"] == "Front", "service"]) == ["tickets", "tickets [IT]", "training"]


def test_splitting_conserves_services_and_weights_and_merging_brings_it_back(today):
    split = SplitDepartment("IT", (Part("apps", gives=("Sales:tickets",)), Part("ops")))
    after = under(today, split)
    assert after.customer_shortfall == pytest.approx(today.customer_shortfall, abs=1e-15)
    table = after.organization.services
    assert len(table) == len(SERVICES)
    assert table["importance"].sum() == SERVICES["importance"].sum()
    back = under(today, split, MergeDepartments(("apps", "ops"), "IT"))
    assert sorted(back.organization.departments["id"]) == sorted(today.organization.departments["id"])
    assert back.customer_shortfall == pytest.approx(today.customer_shortfall, abs=1e-15)
    np.testing.assert_allclose(back.cascade.contribution, today.cascade.contribution, atol=1e-15)


def test_what_is_dropped_is_felt_downstream(today):
    """By hand: without HR's training Support lacks IT's .25 alone instead of (.25 + 3 * .5) / 4 = .4375."""
    after = under(today, DropService("HR", "Support"))
    # Support passes on p = .2625 / .4375 = .6 of what it lacks, and has .0375 of its own.
    assert after.customer_shortfall == pytest.approx(0.5 * 0.4 + 0.5 * (0.0375 + 0.6 * 0.25))


def test_what_is_added_counts_for_its_client(today):
    after = under(today, AddService("HR", "Sales", "hiring", expectation=10, fulfilment=5, importance=2))
    assert after.cascade.received[after.organization.departments["id"].tolist().index("Sales")] == pytest.approx(0.5)
    assert len(after.organization.services) == 6


def test_a_rerouted_service_keeps_its_score_unless_another_is_stated(today):
    same = under(today, RerouteService("IT", "Sales", to_supplier="HR"))
    assert same.customer_shortfall == pytest.approx(today.customer_shortfall)
    better = under(today, RerouteService("IT", "Sales", to_supplier="HR", fulfilment=10))
    assert better.customer_shortfall == pytest.approx(today.customer_shortfall - 0.5 * 0.6 * 0.5)


def test_an_outsourced_department_is_gone_with_what_it_received(today):
    after = under(today, Outsource("Support", "Vendor", name="Vendor Ltd", fulfilment=9))
    departments = after.organization.departments.set_index("id")
    assert "Support" not in departments.index
    assert departments.loc["Vendor", ["name", "kind"]].tolist() == ["Vendor Ltd", "external_supplier"]
    assert after.customer_shortfall == pytest.approx(0.5 * 0.4 + 0.5 * 0.1)


@pytest.mark.parametrize(
    ("redesign", "says"),
    [
        (DropService("ITT", "Sales"), "'ITT' is not the id"),
        (DropService("IT", "Sales", "tickts"), "did you mean 'tickets'"),
        (AddService("IT", "Sales", "tickets", 10, 5), "already gives"),
        (RerouteService("IT", "Sales"), "re-routed to nobody else"),
        (MergeDepartments(("IT",), "A"), "two or more"),
        (MergeDepartments(("IT", "Buyers"), "A"), "different kinds"),
        (MergeDepartments(("IT", "HR"), "Sales"), "exists already"),
        (SplitDepartment("IT", (Part("a"),)), "two or more parts"),
        (SplitDepartment("IT", (Part("a", gives=("ticket",)), Part("b"))), "did you mean 'tickets'"),
        (SplitDepartment("IT", (Part("a", gives=("tickets",)), Part("b", gives=("Sales:tickets",)))), "two parts"),
        (Outsource("Buyers", "V"), "no service that could"),
        ("merge", "is no redesign"),
    ],
)
def test_refusals_say_what(today, redesign, says):
    with pytest.raises(ParameterError, match=says):
        under(today, redesign)


def test_an_added_service_is_checked_like_any_input(today):
    with pytest.raises(InputError):
        under(today, AddService("HR", "Sales", "hiring", expectation=10, fulfilment=50))


FILE = """
name = "Front office"
stringency = 2.0

[departments."IT"]
transmission = 0.3

[[service]]
supplier = "IT"
client = "Sales"
fulfilment = 9.0

[[add]]
supplier = "HR"
client = "Sales"
service = "hiring"
expectation = 8.0
fulfilment = 6.0
importance = 1.0
kind = "formal"

[[merge]]
departments = ["Sales", "Support"]
into = "Front"

[[split]]
department = "IT"
parts = [{id = "apps", gives = ["Sales:tickets"]}, {id = "ops"}]
"""


def test_a_scenario_is_read_and_written_back_the_same():
    scenario = parse_scenario(FILE)
    assert scenario.name == "Front office"
    assert [type(one).__name__ for one in scenario.redesigns] == ["AddService", "MergeDepartments", "SplitDepartment"]
    assert render_scenario(scenario).split() == FILE.split()
    again = parse_scenario(render_scenario(scenario))
    assert (again.changes, again.redesigns, again.transmission) == (
        scenario.changes,
        scenario.redesigns,
        scenario.transmission,
    )


def test_all_faults_of_a_scenario_are_told_at_once():
    with pytest.raises(InputError) as caught:
        parse_scenario('servce = 1\n[[drop]]\nsupplier = "IT"\n[departments.IT]\ntransmission = "high"\n')
    assert sorted(problem.code for problem in caught.value.problems) == [
        "scenario-key-missing",
        "scenario-key-unknown",
        "scenario-value",
    ]
    with pytest.raises(InputError) as caught:
        parse_scenario("name = ")
    assert [problem.code for problem in caught.value.problems] == ["scenario-not-toml"]


def test_settings_of_the_command_line():
    assert parse_setting("A>B:x.y.fulfilment=7,5") == ServiceChange("A", "B", "x.y", fulfilment=7.5)
    assert parse_setting("A > B.importance = 2") == ServiceChange("A", "B", importance=2)
    assert parse_department("A.b.transmission=0.25") == ("A.b", 0.25)
    for text in ("A>B", "A>B:x.fulfilment", "A.fulfilment=3", "A>B:x.fulfilment=high"):
        with pytest.raises(ParameterError, match="is no change"):
            parse_setting(text)
    with pytest.raises(ParameterError, match="choose one of"):
        parse_setting("A>B:x.score=3")
    with pytest.raises(ParameterError, match="is no change"):
        parse_department("A.lag=3")
