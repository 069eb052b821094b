"""Every rule has an organisation that fails it, one that passes, one it cannot judge, and thresholds that count."""

import numpy as np
import pandas as pd
import pytest

from cxgraph.audits.rules.expectations import FEWEST_CLIENTS
from cxgraph.audits.rules.improving import FEWEST_ACTIONS
from cxgraph.audits.run import audit, rules
from tests.audits.rated import rated

DEFAULTS = {
    "customers-stated": {"most_without_customers_share": 0.05},
    "expectations-stated": {"most_unstated_share": 0.05},
    "agreements-made": {"most_not_agreed_share": 0.25},
    "agreements-kept": {"most_broken_share": 0.25},
    "clients-told": {"most_untold_share": 0.25},
    "line-of-sight": {"most_blind_share": 0.0},
    "expectations-from-clients": {"most_from_supplier_share": 0.05, "most_uniform_share": 0.2},
    "formal-and-relational": {"least_kind_share": 0.1},
    "scores-recent": {"most_age_days": 365.0, "most_old_share": 0.2},
    "two-sources": {"fewest_sources": 2.0, "most_single_share": 0.5},
    "survey-integrity": {"false_discoveries_share": 0.05},
    "rating-halo": {"least_halo": 0.2, "least_evidence": 3.0},
    "worst-felt": {"least_stringency_evidence": 0.5},
    "starved-judged": {"least_seen_share": 0.1, "least_inherited_share": 0.5},
    "over-service": {"least_surplus": 0.1, "most_over_served_share": 0.1},
    "shields-at-risk": {"least_lacking_share": 0.2},
    "single-points": {"most_business_share": 0.5, "most_dependent_share": 0.1},
    "vicious-loops": {"least_gain": 0.05, "most_gain": 0.5},
    "days-to-done": {"most_median_days": 90.0},
    "participation": {"least_taking_part_share": 0.5},
    "bottlenecks-attended": {"top_services": 5.0, "most_unattended_share": 0.5},
    "actions-aimed": {"least_carried_share": 0.01, "most_astray_share": 0.5},
    "practices-assessed": {"most_unassessed_share": 0.2},
    "leadership-top": {"least_top_share": 0.6},
    "leadership-pour": {"least_stop_share": 0.25},
    "customer-centred": {"most_operations_share": 0.25, "operations_end_share": 0.4},
    "experience-office": {"deepest_office_level": 1.0, "least_ties_share": 0.8, "least_structure_share": 0.5},
}


def healthy(t):
    return t


def lost_department(t):
    return t.add("departments", id="lost", name="Lost", kind="internal", parent="top", weight=1)


def only_services(t):
    t.departments = None
    return t.without("responses", "practices", "actions")


def no_expectation(t):
    t.change("services", {"supplier": "desk"}, expectation=None)
    t.responses["expectation"] = None
    return t


def only_vendors(t):
    t.departments["kind"] = np.where(t.departments["kind"] == "internal", "external_supplier", t.departments["kind"])
    return t.without("practices", "actions")


def blind_circle(t):
    for supplier, client in (("one", "two"), ("two", "one")):
        t.add("departments", id=supplier, name=supplier, kind="internal", parent="top", weight=1)
        t.add("services", supplier=supplier, client=client, service="files", kind="formal", expectation=8, fulfilment=8)
    return t


def self_written(t):
    return t.change("responses", {"supplier": "back"}, source="self_assessment")


def signed_by_supplier(t):
    return t.change("responses", {"supplier": "back"}, respondent=" BACK ")


def uniform(t):
    for number in range(FEWEST_CLIENTS - 2):
        t.add("departments", id=f"d{number}", name=f"D{number}", kind="internal", parent="top", weight=1)
        t.add(
            "services",
            supplier="back",
            client=f"d{number}",
            service="parts",
            kind="formal",
            expectation=9,
            fulfilment=8,
        )
        t.add(
            "services",
            supplier=f"d{number}",
            client="desk",
            service="files",
            kind="formal",
            expectation=5 + number,
            fulfilment=8,
        )
    t.services.loc[t.services["supplier"] == "back", "expectation"] = 9
    return t.without("responses")


def nobody_known(t):
    return t.without("responses")


def all_formal(t):
    t.services["kind"] = "formal"
    return t


def hardly_relational(t):
    t.services["kind"] = ["relational"] + ["formal"] * 9
    for number in range(5):
        t.add(
            "services",
            supplier="desk",
            client="firms",
            service=f"extra {number}",
            kind="formal",
            expectation=8,
            fulfilment=8,
        )
    return t


def four_services(t):
    t.services = t.services[t.services["client"].isin(["people", "firms"])].head(4)
    return t.without("responses", "actions")


def old_answers(t):
    t.responses.loc[t.responses["supplier"] == "back", "date"] = "2024-01-01"
    return t


def undated(t):
    t.responses = t.responses.drop(columns="date")
    return t


def one_source(t):
    t.responses["source"] = "client_survey"
    return t


def two_stories(t):
    """Clients surveyed praise what tickets complain about."""
    for number in range(40):
        source = "ticket" if number % 2 else "client_survey"
        t.add(
            "responses",
            date=f"2026-03-{1 + number % 28:02}",
            respondent=f"P{number}",
            supplier="desk",
            client="people",
            service="arrival",
            expectation=9,
            fulfilment=2 + number % 3 if number % 2 else 7 + number % 3,
            kind="formal",
            source=source,
        )
    t.services = t.services.drop(columns="fulfilment")
    return t


def silent_crowd(t):
    t.departments["headcount"] = 500
    return t


def starved_desk(t):
    return t.score("back", "desk", "parts", 1.0).score("desk", "people", "arrival", 6.0)


def starved_without_log(t):
    return starved_desk(t).without("actions")


def nothing_lacks(t):
    t.services["fulfilment"] = t.services["expectation"]
    t.responses["fulfilment"] = t.responses["expectation"]
    return t


def over_served(t):
    return t.score("cx", "desk", "voice", 10.0, 5.0)


def perception(t):
    t.options["scoring"] = "perception"
    t.services["expectation"] = np.nan
    t.responses["expectation"] = np.nan
    return t


def unscored_customers(t):
    reach = t.services["client"].isin(["people", "firms"])
    t.services.loc[reach, "fulfilment"] = np.nan
    t.responses = t.responses[~t.responses["client"].isin(["people", "firms"])]
    return t


def shield(t):
    t.score("back", "desk", "parts", 1.0).score("top", "desk", "direction", 1.0)
    for client, service, level in (("people", "arrival", 9), ("firms", "arrival", 8), ("people", "attention", 9)):
        t.score("desk", client, service, level)
    return t


def one_supplier(t):
    t.services = t.services[~((t.services["supplier"] == "back") & (t.services["client"] == "people"))]
    t.responses = t.responses[~((t.responses["supplier"] == "back") & (t.responses["client"] == "people"))]
    return t


def only_way(t):
    """The back office reaches customers through the desk alone."""
    t.add("departments", id="lab", name="Lab", kind="internal", parent="top", weight=1)
    return t.add("services", supplier="lab", client="desk", service="tests", kind="formal", expectation=8, fulfilment=8)


def unserved(t):
    t.services = t.services[~t.services["client"].isin(["people", "firms"])]
    return t.without("responses", "actions")


def loop(t):
    t.score("back", "desk", "parts", 4.0)
    return t.add(
        "services", supplier="desk", client="back", service="reports", kind="formal", expectation=8, fulfilment=4
    )


def tight_loop(t):
    t.services = t.services[~((t.services["client"].isin(["desk", "back"])) & (t.services["supplier"] != "back"))]
    t.options["transmission"] = 0.6
    return loop(t).without("responses", "actions")


def slow(t):
    t.actions["opened"] = "2025-01-10"
    return t


def young(t):
    t.actions["opened"], t.actions["closed"] = "2026-06-10", None
    t.actions.loc[0, "closed"] = "2026-06-12"
    return t


def no_days(t):
    t.actions["opened"] = None
    return t


def few_take_part(t):
    t.actions["owner"] = None
    t.actions["supplier"] = "desk"
    t.actions["client"] = t.actions["service"] = None
    return t


def nobody_named(t):
    t.actions["owner"] = t.actions["supplier"] = t.actions["client"] = t.actions["service"] = None
    return t


def unattended(t):
    return t.change("actions", {"id": "A3"}, closed="2026-05-20").change("actions", {"id": "A4"}, closed="2026-06-10")


def one_unattended(t):
    return t.change("actions", {"id": "A3"}, closed="2026-05-20")


def astray(t):
    t.change("services", {"supplier": "cx", "client": "desk"}, fulfilment=7)
    t.change("responses", {"supplier": "cx", "client": "desk"}, fulfilment=7)
    t.actions["supplier"], t.actions["client"], t.actions["service"] = "cx", "desk", "voice"
    return t


def one_astray(t):
    t.score("cx", "desk", "voice", 7.0)
    return t.add("actions", id="A9", title="Voice", supplier="cx", client="desk", opened="2026-06-03", owner="cx")


def nowhere(t):
    t.actions["supplier"] = "nobody"
    return t


def unassessed(t):
    t.practices = t.practices[t.practices["department"].isin(["top"])]
    return t


def misspelt(t):
    return t.add("practices", department="top", practice="leadership-puhs", score=8.0)


def cold_top(t):
    return t.change("practices", {"department": "top"}, score=2.0)


def unknown_top(t):
    t.practices = t.practices[t.practices["department"] != "top"]
    return t


def stops_at_desk(t):
    return t.change("practices", {"department": "desk"}, score=2.0)


def unknown_desk(t):
    t.practices = t.practices[t.practices["department"] != "desk"]
    return t


def flat(t):
    t.departments["parent"] = None
    return t


def by_the_rules(t):
    return t.change("practices", {"practice": "people-empowerment"}, score=3.0)


def not_asked(t):
    t.practices = t.practices[~t.practices["practice"].str.startswith("people")]
    return t


def buried_office(t):
    t.change("departments", {"id": "cx"}, parent="desk")
    t.services = t.services[t.services["supplier"] != "cx"]
    t.responses = t.responses[t.responses["supplier"] != "cx"]
    return t


def low_office(t):
    return t.change("departments", {"id": "cx"}, parent="desk").add(
        "services", supplier="cx", client="top", service="voice", kind="formal", expectation=8, fulfilment=8
    )


def no_office(t):
    return t.change("departments", {"id": "cx"}, name="Studies")


def weak_structure(t):
    return no_office(t).change("practices", {"practice": "structure-office"}, score=2.0)


def no_office_asked(t):
    no_office(t).practices = t.practices[t.practices["practice"] != "structure-office"]
    return t


def no_practices(t):
    return t.without("practices")


def no_log(t):
    return t.without("actions")


def rated_apart(t, **how):
    t.departments, t.services = None, rated(**how).assign(service="care", kind="formal")
    return t.without("responses", "practices", "actions")


def rated_alike(t):
    return rated_apart(t, halo=0.2)


def worst_hurts(t):
    return rated_apart(t, worst=True)


def half_agreed(t):
    return t.change("services", {"kind": "relational"}, commitment=None)


def one_not_agreed(t):
    return t.change("services", {"service": "attention"}, commitment=None)


def nothing_agreed(t):
    t.services["commitment"] = np.nan
    return t


def no_agreements(t):
    t.services = t.services.drop(columns="commitment")
    return t


def broken(t):
    t.services["commitment"] = t.services["expectation"]
    return t


def one_broken(t):
    return t.change("services", {"service": "attention"}, commitment=8.5)


def untold(t):
    return t.change("actions", {"id": "A1"}, told=None)


def nobody_told(t):
    t.actions["told"] = None
    return t


def never_asked_who_was_told(t):
    t.actions = t.actions.drop(columns="told")
    return t


CASES = {
    "agreements-made": {
        "FAIL": half_agreed,
        "WARNING": one_not_agreed,
        "PASS": healthy,
        "SKIPPED": no_agreements,
    },
    "agreements-kept": {"FAIL": broken, "WARNING": one_broken, "PASS": healthy, "SKIPPED": nothing_agreed},
    "clients-told": {"FAIL": untold, "PASS": healthy, "SKIPPED": never_asked_who_was_told},
    "customers-stated": {"FAIL": lost_department, "PASS": healthy, "SKIPPED": only_services},
    "expectations-stated": {"FAIL": no_expectation, "PASS": healthy, "SKIPPED": only_vendors},
    "line-of-sight": {"FAIL": blind_circle, "PASS": healthy, "SKIPPED": only_vendors},
    "expectations-from-clients": {"FAIL": self_written, "WARNING": uniform, "PASS": healthy, "SKIPPED": nobody_known},
    "formal-and-relational": {
        "FAIL": all_formal,
        "WARNING": hardly_relational,
        "PASS": healthy,
        "SKIPPED": four_services,
    },
    "scores-recent": {"FAIL": old_answers, "PASS": healthy, "SKIPPED": undated},
    "two-sources": {"FAIL": one_source, "PASS": healthy, "SKIPPED": nobody_known},
    "survey-integrity": {"WARNING": two_stories, "PASS": healthy, "SKIPPED": nobody_known},
    "rating-halo": {"WARNING": rated_alike, "PASS": rated_apart, "SKIPPED": healthy},
    "worst-felt": {"WARNING": worst_hurts, "PASS": rated_apart, "SKIPPED": healthy},
    "starved-judged": {"FAIL": starved_desk, "WARNING": starved_without_log, "PASS": healthy, "SKIPPED": nothing_lacks},
    "over-service": {"WARNING": over_served, "PASS": healthy, "SKIPPED": perception},
    "shields-at-risk": {"WARNING": shield, "PASS": healthy, "SKIPPED": nothing_lacks},
    "single-points": {"FAIL": one_supplier, "WARNING": only_way, "PASS": healthy, "SKIPPED": unserved},
    "vicious-loops": {"WARNING": loop, "FAIL": tight_loop, "PASS": healthy, "SKIPPED": unserved},
    "days-to-done": {"FAIL": slow, "PASS": healthy, "SKIPPED": no_log},
    "participation": {"FAIL": few_take_part, "PASS": healthy, "SKIPPED": nobody_named},
    "bottlenecks-attended": {"FAIL": unattended, "PASS": healthy, "SKIPPED": no_log},
    "actions-aimed": {"FAIL": astray, "WARNING": one_astray, "PASS": healthy, "SKIPPED": nowhere},
    "practices-assessed": {"FAIL": unassessed, "WARNING": misspelt, "PASS": healthy, "SKIPPED": no_practices},
    "leadership-top": {"FAIL": cold_top, "PASS": healthy, "SKIPPED": unknown_top},
    "leadership-pour": {"FAIL": stops_at_desk, "WARNING": unknown_desk, "PASS": healthy, "SKIPPED": flat},
    "customer-centred": {"FAIL": by_the_rules, "PASS": healthy, "SKIPPED": not_asked},
    "experience-office": {"FAIL": buried_office, "WARNING": low_office, "PASS": healthy, "SKIPPED": no_office_asked},
}
# rule, threshold, which of its examples, other value, other verdict
MUTATIONS = [
    ("agreements-made", "most_not_agreed_share", half_agreed, 0.5, "WARNING"),
    ("agreements-kept", "most_broken_share", one_broken, 0.05, "FAIL"),
    ("clients-told", "most_untold_share", untold, 0.34, "WARNING"),
    ("customers-stated", "most_without_customers_share", lost_department, 0.2, "WARNING"),
    ("expectations-stated", "most_unstated_share", no_expectation, 0.9, "WARNING"),
    ("line-of-sight", "most_blind_share", blind_circle, 0.5, "WARNING"),
    ("expectations-from-clients", "most_from_supplier_share", self_written, 0.5, "WARNING"),
    ("expectations-from-clients", "most_uniform_share", uniform, 1.0, "PASS"),
    ("formal-and-relational", "least_kind_share", hardly_relational, 0.05, "PASS"),
    ("scores-recent", "most_age_days", old_answers, 3000, "PASS"),
    ("scores-recent", "most_old_share", old_answers, 0.5, "WARNING"),
    ("two-sources", "fewest_sources", one_source, 1, "PASS"),
    ("two-sources", "most_single_share", one_source, 1.0, "WARNING"),
    ("survey-integrity", "false_discoveries_share", two_stories, 1e-12, "PASS"),
    ("rating-halo", "least_halo", rated_alike, 0.21, "PASS"),
    ("rating-halo", "least_evidence", rated_alike, 100.0, "PASS"),
    ("worst-felt", "least_stringency_evidence", worst_hurts, 100.0, "PASS"),
    ("starved-judged", "least_seen_share", starved_desk, 0.99, "PASS"),
    ("starved-judged", "least_inherited_share", starved_desk, 1.0, "PASS"),
    ("over-service", "least_surplus", over_served, 3.0, "PASS"),
    ("over-service", "most_over_served_share", over_served, 0.0, "FAIL"),
    ("shields-at-risk", "least_lacking_share", shield, 0.99, "PASS"),
    ("single-points", "most_business_share", one_supplier, 0.9, "WARNING"),
    ("single-points", "most_dependent_share", only_way, 0.5, "PASS"),
    ("vicious-loops", "least_gain", loop, 0.9, "PASS"),
    ("vicious-loops", "most_gain", loop, 0.05, "FAIL"),
    ("days-to-done", "most_median_days", slow, 1000, "SKIPPED"),
    ("participation", "least_taking_part_share", few_take_part, 0.2, "PASS"),
    ("bottlenecks-attended", "most_unattended_share", unattended, 0.95, "WARNING"),
    ("bottlenecks-attended", "top_services", one_unattended, 1, "FAIL"),
    ("actions-aimed", "least_carried_share", one_astray, 0.0, "PASS"),
    ("actions-aimed", "most_astray_share", one_astray, 0.01, "FAIL"),
    ("practices-assessed", "most_unassessed_share", unassessed, 0.8, "WARNING"),
    ("leadership-top", "least_top_share", cold_top, 0.1, "PASS"),
    ("leadership-pour", "least_stop_share", stops_at_desk, 0.9, "PASS"),
    ("customer-centred", "most_operations_share", by_the_rules, 1.0, "WARNING"),
    ("customer-centred", "operations_end_share", by_the_rules, 0.2, "PASS"),
    ("experience-office", "deepest_office_level", low_office, 2, "PASS"),
    ("experience-office", "least_ties_share", buried_office, 0.1, "WARNING"),
    ("experience-office", "least_structure_share", weak_structure, 0.1, "WARNING"),
]
EXAMPLES = [(code, status, spoil) for code, examples in CASES.items() for status, spoil in examples.items()]


def verdict(code, organization, **options):
    (finding,) = audit(organization, only=[code], **options)
    return finding


def test_every_rule_is_covered():
    assert {rule.code: rule.thresholds for rule in rules()} == DEFAULTS
    assert set(CASES) == set(DEFAULTS)
    for examples in CASES.values():
        assert {"PASS", "SKIPPED"} < set(examples)
    assert {(code, name) for code, name, *_ in MUTATIONS} == {
        (code, name) for code, names in DEFAULTS.items() for name in names
    }


@pytest.mark.parametrize(
    ("code", "status", "spoil"), EXAMPLES, ids=[f"{code}-{status}" for code, status, _ in EXAMPLES]
)
def test_examples(tables, code, status, spoil):
    finding = verdict(code, spoil(tables).organization())
    assert finding.status == status, finding
    assert finding.render()
    if status in ("FAIL", "WARNING"):
        assert finding.rows or finding.numbers


@pytest.mark.parametrize(
    ("code", "name", "spoil", "value", "status"), MUTATIONS, ids=[f"{code}-{name}" for code, name, *_ in MUTATIONS]
)
def test_each_threshold_changes_a_verdict(tables, code, name, spoil, value, status):
    organization = spoil(tables).organization()
    before, after = verdict(code, organization), verdict(code, organization, thresholds={name: value})
    assert after.status == status != before.status
    assert after.thresholds[name] == value


def test_the_healthy_organisation_passes_everything(tables):
    others = {finding.code: finding.status for finding in audit(tables.organization()) if finding.status != "PASS"}
    assert others == {"rating-halo": "SKIPPED", "worst-felt": "SKIPPED"}  # too few departments to tell


def test_signs_of_trouble_are_named_and_nobody_is_accused(tables):
    finding = verdict("survey-integrity", two_stories(tables).organization())
    assert [row["kind"] for row in finding.rows] == ["survey-against-ticket"]
    assert finding.rows[0]["q_value"] < 0.001
    assert finding.numbers["by_test"] == 1
    few = verdict("survey-integrity", silent_crowd(tables).organization())
    assert {row["kind"] for row in few.rows} >= {"response-rate-low"}
    assert all(row["q_value"] is None for row in few.rows if row["kind"] == "response-rate-low")
    assert not [row for row in few.rows if "P1" in str(row)]


def test_answers_signed_by_the_supplier_are_the_suppliers(tables):
    finding = verdict("expectations-from-clients", signed_by_supplier(tables).organization())
    assert finding.status == "FAIL"
    assert finding.numbers["stated_by_supplier"] == 3
    assert {row["supplier"] for row in finding.rows} == {"back"}


def test_the_median_counts_what_is_still_open(tables):
    tables.actions = pd.DataFrame(
        {
            "id": list("abcde"),
            "opened": ["2026-01-01"] * 5,
            "owner": "desk",
            "closed": ["2026-01-11", "2026-01-21", None, None, None],
        }
    )
    finding = verdict("days-to-done", tables.organization(), today="2026-06-30")
    assert finding.status == "FAIL"
    assert finding.numbers["median_days"] is None
    assert finding.numbers["median_days_of_closed"] == 15
    assert [row["days"] for row in finding.rows] == [180, 180, 180]
    assert "2026-06-30" in finding.render()
    earlier = verdict("days-to-done", tables.organization(), today="2026-01-15")
    assert earlier.status == "SKIPPED"
    assert "too early" in earlier.render()


@pytest.mark.parametrize(("count", "skipped"), [(FEWEST_ACTIONS - 1, True), (FEWEST_ACTIONS, False)])
def test_so_many_dated_actions_it_takes(tables, count, skipped):
    assert FEWEST_ACTIONS == 3
    tables.actions = tables.actions[tables.actions["closed"].notna()].head(count)
    assert (verdict("days-to-done", tables.organization()).status == "SKIPPED") is skipped


@pytest.mark.parametrize(("count", "skipped"), [(4, True), (5, False)])
def test_so_many_services_it_takes(tables, count, skipped):
    tables.services = tables.services[tables.services["client"].isin(["people", "firms"])].head(count)
    organization = tables.without("responses", "actions").organization()
    assert (verdict("formal-and-relational", organization).status == "SKIPPED") is skipped


@pytest.mark.parametrize(("count", "skipped"), [(9, True), (10, False)])
def test_so_many_answers_it_takes(tables, count, skipped):
    # Of one day, so that they are of one wave.
    tables.responses = tables.responses.head(count).assign(date=tables.responses["date"].iloc[0])
    assert (verdict("survey-integrity", tables.organization()).status == "SKIPPED") is skipped


def test_a_large_circle_names_its_first_twenty_departments(tables):
    for number in range(21):
        tables.add("departments", id=f"d{number:02}", name="x", kind="internal", parent="top", weight=1)
        tables.add(
            "services",
            supplier=f"d{number:02}",
            client=f"d{(number + 1) % 21:02}",
            service="files",
            kind="formal",
            expectation=8,
            fulfilment=2,
        )
    tables.add("services", supplier="d00", client="desk", service="files", kind="formal", expectation=8, fulfilment=4)
    finding = verdict("vicious-loops", tables.without("responses").organization())
    (row,) = finding.rows
    assert row["departments"] == 21
    assert len(row["members"].split(", ")) == 20


def test_young_logs_are_not_judged(tables):
    finding = verdict("days-to-done", young(tables).organization())
    assert finding.status == "SKIPPED"
    assert verdict("days-to-done", no_days(tables).organization()).status == "SKIPPED"


def test_an_undated_future_or_backward_action_is_no_open_one(tables):
    tables.add("actions", id="B1", title="Later", supplier="desk", opened="2027-01-01")
    tables.add("actions", id="B2", title="Backwards", supplier="desk", opened="2026-03-01", closed="2026-02-01")
    finding = verdict("days-to-done", tables.organization(), today="2026-06-15")
    assert finding.numbers["actions"] == 8
    assert finding.numbers["undated"] == 2
    assert {"B1", "B2"}.isdisjoint(row["action"] for row in finding.rows)


def test_what_starves_a_department_hangs_on_the_transmission(tables):
    finding = verdict("starved-judged", starved_desk(tables).organization())
    assert finding.sweep["0.6"] == "FAIL"
    tables.change("services", {"supplier": "desk"}, fulfilment=2)
    weak = verdict("starved-judged", tables.without("responses").organization())
    assert weak.sweep["0.3"] == "PASS"
    assert weak.status in weak.sweep.values()


def test_a_stringency_is_named_where_all_feel_their_worst_service_and_none_where_some_do(monkeypatch):
    from cxgraph.audits.context import Context
    from cxgraph.transmission.assumptions import Readings
    from tests.benchmarks.recovery_worlds import invent

    organization = invent("mixed", 8, 1).organization
    named = {}
    for only_some, stringency in ((False, 4.0), (True, 1.0)):
        readings = Readings(0.0, 0.0, stringency, 1.0, 2.0, 8, only_some)
        monkeypatch.setattr(Context, "readings", readings)
        finding = verdict("worst-felt", organization)
        assert finding.status == "WARNING"
        named[only_some] = finding.numbers["stringency"], finding.render()
    assert named[False][0] == 4.0
    assert "with a stringency of 4" in named[False][1]
    assert named[True][0] is None
    assert "some departments felt their worst service most" in named[True][1]
    assert "with a stringency of" not in named[True][1]


def test_a_verdict_that_hangs_on_the_transmission_says_so(samples):
    import cxgraph

    found = {finding.code: finding for finding in audit(cxgraph.read(samples / "hotel"))}
    assert found["starved-judged"].sweep == {"0.3": "PASS", "0.6": "FAIL", "0.9": "FAIL"}
    assert "PASS at 0.3" in found["starved-judged"].caveat()
    assert found["participation"].sweep == {}
    assert found["participation"].caveat() == ""


def test_the_office_can_be_named(tables):
    organization = weak_structure(tables).organization()
    assert verdict("experience-office", organization).status == "FAIL"
    assert verdict("experience-office", organization, office="cx").status == "PASS"


def test_sources_are_counted_without_the_suppliers_own(tables):
    tables.responses["source"] = np.where(
        tables.responses["source"] == "complaint", "self_assessment", tables.responses["source"]
    )
    assert verdict("two-sources", tables.organization()).status == "FAIL"


def test_a_period_dates_scores_without_answers(tables):
    tables.services["period"] = "2024"
    organization = tables.without("responses").organization()
    assert verdict("scores-recent", organization, today="2024-06-30").status == "PASS"
    late = verdict("scores-recent", organization, today="2026-06-30")
    assert late.status == "FAIL"
    assert late.numbers["oldest_days"] == 546
    bare = verdict("scores-recent", tables.without("practices", "actions").organization())
    assert bare.numbers["today"] == "2024-12-31"


def test_nobody_agreed_anything_is_a_finding(tables):
    finding = verdict("agreements-made", nothing_agreed(tables).organization())
    assert finding.status == "FAIL"
    assert "For no service that departments give (10) is a level agreed" in finding.render()


def test_what_lies_below_an_agreed_level_names_both(tables):
    (row,) = verdict("agreements-kept", one_broken(tables).organization()).rows
    assert (row["service"], row["agreed"], row["fulfilment"]) == ("attention", 8.5, 8.0)


def test_whoever_told_nobody_is_found_by_the_actions(tables):
    finding = verdict("clients-told", nobody_told(tables).organization())
    assert finding.status == "FAIL"
    assert [row["action"] for row in finding.rows] == ["A1", "A2", "A6"]
