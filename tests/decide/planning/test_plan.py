"""From the improvement log to a plan: who is a candidate, what the plan tells, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from cxgraph import InputError, Organization, ParameterError, analyze
from cxgraph.decide.planning.candidates import find_candidates

SERVICES = pd.DataFrame(
    [("IT", "Sales", "tickets", 10, 5), ("IT", "Support", "tickets", 8, 6), ("Sales", "Buyers", "orders", 10, 6)],
    columns=["supplier", "client", "service", "expectation", "fulfilment"],
)

DEPARTMENTS = pd.DataFrame(
    {"id": ["IT", "Sales", "Support", "Buyers"], "kind": ["internal", "internal", "internal", "external_customer"]}
)


def planned(rows, budget, stringency=1.0, **options):
    organization = Organization.from_frames(SERVICES, DEPARTMENTS, actions=pd.DataFrame(rows))
    return analyze(organization, transmission=0.6, stringency=stringency).plan(budget, **options)


def action(name, supplier="IT", client="Sales", cost=10.0, expected=8.0, **more):
    return {"id": name, "supplier": supplier, "client": client, "cost": cost, "expected_fulfilment": expected, **more}


def test_a_plan_by_hand():
    """IT -> Sales from 5 to 8 lifts Sales from .5 to .2, so Buyers lack .6 * .3 = .18 less; Sales -> Buyers .1 less."""
    plan = planned([action("it"), action("sales", "Sales", "Buyers", 10, 7)], 10)
    assert plan.chosen == ("it",)
    assert plan.cost == 10
    assert plan.gain == pytest.approx(0.18)
    assert plan.exact
    assert plan.bound == pytest.approx(plan.gain)
    both = planned([action("it"), action("sales", "Sales", "Buyers", 10, 7)], 20)
    assert both.gain == pytest.approx(0.4 - 0.6 * 0.2 - 0.0)  # Sales' own .1 is repaired too
    assert both.frontier()["gain"].tolist() == pytest.approx([0, 0.18, 0.28])
    assert both.frontier()["chosen"].tolist() == [(), ("it",), ("it", "sales")]


def test_the_plan_gains_what_the_what_if_says():
    rows = [
        action("a"),
        action("b", expected=9.5, cost=4),
        action("t", None, None, 3, None, department="Sales", transmission=0.2),
    ]
    organization = Organization.from_frames(SERVICES, DEPARTMENTS, actions=pd.DataFrame(rows))
    analysis = analyze(organization, transmission=0.6)
    plan = analysis.plan(7)
    assert plan.chosen == ("b", "t")
    after = analysis.what_if(plan.changes, transmission=plan.transmission)
    assert plan.gain == pytest.approx(analysis.customer_shortfall - after.customer_shortfall, abs=1e-14)
    assert plan.transmission == {"Sales": 0.2}


def test_the_best_of_several_actions_on_a_service_stands():
    plan = planned([action("a", expected=7), action("b", expected=8), action("c", expected=3)], 100)
    assert plan.chosen == ("b",)  # a adds nothing, c would lower
    assert plan.gain == pytest.approx(0.18)


def test_needs_and_alternatives():
    rows = [
        action("desk", cost=5, expected=8, needs="room; licence", alternative="Desk"),
        action("kiosk", cost=9, expected=9, alternative=" desk "),
        {"id": "room", "cost": 3.0},
        {"id": "licence", "cost": 100.0, "closed": "2026-01-05"},
    ]
    assert planned(rows, 8).chosen == ("desk", "room")
    assert planned(rows, 7).chosen == ()
    assert planned(rows, 9).chosen == ("kiosk",)
    assert planned(rows, 1000).chosen == ("kiosk",)


def test_closed_actions_are_no_candidates_and_need_nothing():
    plan = planned([action("done", closed="2026-02-01", expected=10), action("open")], 100)
    assert plan.candidates.ids == ("open",)


def test_actions_that_come_too_late():
    rows = [action("soon", earliest="2026-03-01"), action("late", expected=9, earliest="2027-01-01")]
    assert planned(rows, 100).chosen == ("late",)
    plan = planned(rows, 100, by="2026-12-31")
    assert plan.chosen == ("soon",)
    assert [problem.code for problem in plan.notes] == ["action-too-late"]


def test_what_cannot_be_planned_is_said():
    rows = [
        action("free", cost=None),
        action("aimless", "Sales", "Nobody", expected=None),
        action("lame", needs="free"),
    ]
    plan = planned(rows, 100)
    assert {problem.code: problem.fields["names"] for problem in plan.notes} == {
        "action-without-cost": "free",
        "action-impossible": "lame",
        "action-without-aim": "aimless",
    }
    assert plan.chosen == ()
    assert plan.gain == 0


def test_faults_of_the_log_are_refused_together():
    rows = [action("alpha", needs="betta gamma"), action("alpha"), action("beta")]
    with pytest.raises(InputError) as caught:
        planned(rows, 1)
    assert [problem.code for problem in caught.value.problems] == ["action-twice", "unknown-need", "unknown-need"]
    assert caught.value.problems[1].fields["guess"] == "beta"


@pytest.mark.parametrize("budget", [-1, float("nan"), "10", True])
def test_budgets_that_are_none(budget):
    with pytest.raises(ParameterError, match="budget is"):
        planned([action("a")], budget)


def test_a_day_that_is_none():
    with pytest.raises(ParameterError, match="write a day"):
        planned([action("a")], 1, by="soon")


def test_an_organisation_without_actions_has_an_empty_plan_and_points():
    analysis = analyze(Organization.from_frames(SERVICES, DEPARTMENTS), transmission=0.6)
    plan = analysis.plan(100)
    assert (plan.chosen, plan.gain, plan.bound, plan.exact) == ((), 0, 0, True)
    assert len(plan.table()) == 0
    points = analysis.point_gains().set_index(["supplier", "client"])["gain"]
    assert points.to_dict() == pytest.approx({("Sales", "Buyers"): 0.1, ("IT", "Sales"): 0.06, ("IT", "Support"): 0.0})


def test_point_gains_are_those_of_the_what_if(samples):
    from cxgraph import ServiceChange, read

    for stringency in (1.0, 4.0):
        analysis = analyze(read(samples / "hotel"), stringency=stringency)
        for row in analysis.point_gains().iloc[[0, 5, 20]].to_dict("records"):
            score = row["fulfilment"] + row["points"]
            after = analysis.what_if([ServiceChange(row["supplier"], row["client"], row["service"], fulfilment=score)])
            assert row["gain"] == pytest.approx(analysis.customer_shortfall - after.customer_shortfall, abs=1e-12)


def test_mending_a_department_gains_its_contribution_where_gains_add_up(samples):
    from cxgraph import read

    analysis = analyze(read(samples / "hotel"))
    effort = analysis.effort()
    assert np.allclose(effort["gain"], effort["contribution"])
    strict = analyze(read(samples / "hotel"), stringency=4).effort()
    assert not np.allclose(strict["gain"], strict["contribution"])
    assert (strict["gain"] <= strict["contribution"] + 1e-12).all()  # D is convex in the own shortfalls


def test_the_table_the_habits_and_the_draws(samples):
    from cxgraph import read

    plan = analyze(read(samples / "hotel")).plan(30_000)
    table, habits = plan.table(), plan.habits()
    assert set(table.index[table["chosen"]]) == set(plan.chosen)
    excluded = table.index[table["last"].isna()]  # by a chosen one of the same group of alternatives
    assert not set(excluded) & set(plan.chosen)
    assert table.loc[excluded, "alternative"].isin(table.loc[list(plan.chosen), "alternative"]).all()
    assert (table["last"].drop(excluded) >= 0).all()
    assert habits["gain"].idxmax() == "plan"
    assert (habits["cost"] <= 30_000).all()
    sure = plan.confidence(20)
    assert sure.between(0, 1).all()
    pd.testing.assert_series_equal(sure, plan.confidence(20))
    frontier = plan.frontier()
    assert frontier["cost"].is_monotonic_increasing
    assert frontier["gain"].is_monotonic_increasing
    assert frontier["gain"].iloc[np.searchsorted(frontier["cost"], 30_000, "right") - 1] == pytest.approx(plan.gain)


def test_the_order_of_rows_changes_nothing(samples):
    from cxgraph import read

    organization = read(samples / "hotel")
    analysis = analyze(organization)
    shuffled = organization.actions.sample(frac=1, random_state=1)
    one, other = analysis.plan(30_000), analysis.plan(30_000, shuffled.astype({"id": str}))
    assert one.chosen == other.chosen
    assert one.gain == other.gain
    found = find_candidates(organization, shuffled, "ratio")
    assert list(found.ids) == sorted(found.ids)
