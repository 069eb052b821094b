"""Each threshold at its default: an organisation just inside and one just outside get different verdicts.

Where a number can sit exactly on the threshold, one of the two does.
"""

import datetime

import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph import Organization
from cxgraph.audits.run import rules
from tests.audits.rated import rated

TODAY = datetime.date(2026, 6, 30)
SERVICE = {"service": "care", "kind": "formal", "expectation": 10.0, "fulfilment": 10.0, "importance": 1.0}


def department(name, parent=None, kind="internal", weight=1.0):
    return {"id": name, "name": name, "kind": kind, "parent": parent, "weight": weight}


def service(supplier, client, **values):
    return {"supplier": supplier, "client": client, **SERVICE, **values}


def short(supplier, client, by, importance=1.0, name="care"):
    """A service that falls short by a part of what is expected of it."""
    return service(supplier, client, service=name, fulfilment=10.0 * (1.0 - by), importance=importance)


def organization(
    services,
    departments=(),
    customers=("people",),
    *,
    weights=(),
    parents=None,
    responses=(),
    practices=(),
    actions=(),
    transmission=0.5,
):
    """An organisation with whoever the services name, further departments, and customers of some weight."""
    heads, shares = parents or {}, dict(weights)
    named = dict.fromkeys([end for row in services for end in (row["supplier"], row["client"])] + [*departments])
    people = [
        department(
            name, heads.get(name), "external_customer" if name in customers else "internal", shares.get(name, 1.0)
        )
        for name in named
    ]
    tables = {
        name: pd.DataFrame(rows)
        for name, rows in (("responses", responses), ("practices", practices), ("actions", actions))
        if len(rows)
    }
    return cxgraph.Organization.from_frames(
        pd.DataFrame(services), pd.DataFrame(people), transmission=transmission, **tables
    )


def several(number, stem="d"):
    return [f"{stem}{one:02}" for one in range(number)]


def answers(rows, **values):
    return [
        {
            "supplier": row["supplier"],
            "client": row["client"],
            "service": row["service"],
            "respondent": "R1",
            "expectation": row["expectation"],
            "fulfilment": row["fulfilment"],
            **values,
        }
        for row in rows
    ]


def rated_by(departments, halo, worst=False):
    return Organization.from_frames(rated(departments, halo, worst=worst))


def nobody_served(total):
    """One of so many departments gives nothing."""
    return organization([service(name, "people") for name in several(total - 1)], ["idle"])


def out_of_sight(blind):
    """Of a hundred departments one reaches no customer, or none does."""
    return organization([service(name, "people") for name in several(100 - blind)], ["idle"] * blind)


def nothing_expected(total):
    services = [service(name, "people") for name in several(total)]
    return organization([{**services[0], "expectation": np.nan}, *services[1:]])


def written_by_supplier(total):
    """Of the services that answers tell of, one has its expectation from nobody but its supplier."""
    services = [service(name, "people") for name in several(total)]
    own, *others = (
        answers([row], source=source)[0]
        for row, source in zip(services, ["self_assessment", *["client_survey"] * (total - 1)], strict=True)
    )
    return organization([*services, service("silent", "people")], responses=[own, *others])


def expecting_alike(suppliers, clients=4):
    """All clients of one of so many suppliers expect the same."""
    return organization(
        [
            service(supplier, client, expectation=8.0 + (number > 0 and client == "c00"), fulfilment=8.0)
            for number, supplier in enumerate(several(suppliers))
            for client in several(clients, "c")
        ],
        customers=several(clients, "c"),
    )


def of_the_other_kind(total, one="relational", rest="formal"):
    return organization(
        [service(name, "people", kind=rest if number else one) for number, name in enumerate(several(total))]
    )


def of_the_formal_kind(total):
    return of_the_other_kind(total, "formal", "relational")


def aged(days, old=1, total=10):
    """So many of the services were last scored so many days ago."""
    services = [service(name, "people") for name in several(total)]
    then = (TODAY - datetime.timedelta(days)).isoformat()
    return organization(
        services,
        responses=[
            answers([row], date=then if number < old else TODAY.isoformat())[0] for number, row in enumerate(services)
        ],
    )


def told_by(*counts):
    """So many sources tell of each service."""
    services = [service(name, "people") for name in several(len(counts))]
    return organization(
        services,
        responses=[
            one
            for row, count in zip(services, counts, strict=True)
            for source in ("client_survey", "ticket", "complaint")[:count]
            for one in answers([row], source=source)
        ],
    )


def survey_kinder_by(*marks):
    """Tickets give marks of 3 to 7; surveyed clients those that are given."""
    row = service("desk", "people")
    told = [*((mark, "client_survey") for mark in marks), *((mark, "ticket") for mark in range(3, 8))]
    return organization(
        [row],
        responses=[
            {**answers([row], source=source)[0], "fulfilment": float(mark), "respondent": f"R{number}"}
            for number, (mark, source) in enumerate(told)
        ],
    )


def seen_at_desk(part):
    """The desk stands for a part of what customers miss, all of it inherited."""
    return organization(
        [short("back", "desk", 1.0), short("desk", "people", 0.5, part), short("shop", "people", 0.5, 1.0 - part)]
    )


def inherited_at_desk(part):
    """So much of what customers miss at the desk came down to it (a half of what the desk itself lacks)."""
    return organization([short("back", "desk", part), short("desk", "people", 0.5)])


def above_expectation(by, total=10):
    """One of the services exceeds what is expected of it, and matters to the customers a little less."""
    return organization(
        [
            service(
                name,
                "people",
                expectation=5.0,
                fulfilment=5.0 if number else 5.0 * (1.0 + by),
                importance=2.0 if number else 1.0,
            )
            for number, name in enumerate(several(total))
        ]
    )


def strained_shield(lacking):
    """A half of what the desk gets is missing, of services that matter twice as much as it is to lack."""
    return organization(
        [
            short("back", "desk", 0.5, 2.0 * lacking),
            service("store", "desk", importance=1.0 - 2.0 * lacking),
            service("desk", "people"),
        ]
    )


def served_by_one(weight):
    """A customer that stands for a part of the business has one supplier."""
    return organization(
        [service(name, "people") for name in several(2)] + [service("d00", "firms")],
        customers=("people", "firms"),
        weights={"firms": weight, "people": 1.0 - weight},
    )


def gate(total):
    """One of so many departments reaches the customers through another alone."""
    return organization([service("lab", "d00"), *(service(name, "people") for name in several(total - 1))])


def circle(gain):
    """Two departments each get a part of what they need from the other; of a fault so much comes round again."""
    part = gain / 0.8
    return organization(
        [
            short("one", "two", 0.8, part),
            short("two", "one", 0.8, part),
            service("helper", "one", importance=1.0 - part),
            service("helper", "two", importance=1.0 - part),
            short("one", "people", 0.5),
        ],
        transmission=0.8,
    )


def action(name, supplier, days=None, **values):
    opened = (TODAY - datetime.timedelta(days or 10)).isoformat()
    return {
        "id": name,
        "title": name,
        "supplier": supplier,
        "client": None,
        "service": None,
        "opened": opened,
        "closed": None if days is None else TODAY.isoformat(),
        "owner": None,
        **values,
    }


def closed_after(days):
    return organization([service("desk", "people")], actions=[action(f"A{one}", "desk", days) for one in range(3)])


def open_for(days):
    return organization(
        [service("desk", "people")], actions=[action(f"A{one}", "desk", days, closed=None) for one in range(3)]
    )


def taking_part(number, total):
    names = several(total)
    return organization(
        [service(name, "people") for name in names], actions=[action(f"A{name}", name) for name in names[:number]]
    )


def attending(shares, places):
    """Open actions aim at those services that cost the customers the most, the second most, ..."""
    names = several(len(shares))
    return organization(
        [short(name, "people", 0.5, share) for name, share in zip(names, shares, strict=True)],
        actions=[action(f"A{place}", names[place]) for place in places],
    )


def aimed_at(carried, astray=1, well=1):
    """Some open actions aim at a service that carries a part of what customers miss, others at the rest."""
    return organization(
        [short("desk", "people", 0.5, carried), short("shop", "people", 0.5, 1.0 - carried)],
        actions=[action(f"A{one}", "desk") for one in range(astray)]
        + [action(f"B{one}", "shop") for one in range(well)],
    )


def practice(name, score, which="leadership-push"):
    return {"department": name, "practice": which, "score": score}


def assessed_but_one(total):
    names = several(total)
    return organization(
        [service(name, "people") for name in names], practices=[practice(name, 8.0) for name in names[1:]]
    )


def committed(top, below):
    return organization(
        [service("desk", "people")],
        ["top"],
        parents={"desk": "top"},
        practices=[practice("top", top), practice("desk", below)],
    )


def trusted(*scores):
    names = several(len(scores))
    return organization(
        [service(name, "people") for name in names],
        practices=[practice(name, score, "people-empowerment") for name, score in zip(names, scores, strict=True)],
    )


def office(level, ties, total):
    """The office stands so many levels below the top and serves so many of the other departments."""
    line = ["top", *several(level - 1, "head"), "customer experience"]
    others = [*line[:-1], *several(total - level)]
    # Whom the office reports to is tied to it without a service.
    served = [name for name in others if name != line[-2]][: ties - 1]
    return organization(
        [service("customer experience", name) for name in served] + [service(name, "people") for name in others],
        parents=dict(zip(line[1:], line[:-1], strict=True)),
    )


def office_said(score):
    return organization([service("desk", "people")], practices=[practice("desk", score, "structure-office")])


def agreed_but_one(count):
    return organization([service(f"d{at}", "people", commitment=10.0 if at else None) for at in range(count)])


def kept_but_one(count):
    return organization(
        [service(f"d{at}", "people", fulfilment=9.0, commitment=9.0 if at else 9.1) for at in range(count)]
    )


def told_but_one(count):
    days = {"opened": "2026-01-01", "closed": "2026-02-01"}
    return organization(
        [service("desk", "people")],
        actions=[{**action(f"A{at}", "desk"), **days, "told": "2026-02-02" if at else None} for at in range(count)],
    )


SIX = (0.3, 0.2, 0.15, 0.14, 0.11, 0.1)
# rule, threshold, organisation, what is on one side of the default with its verdict, what is on the other
BOUNDARIES = [
    ("agreements-made", "most_not_agreed_share", agreed_but_one, [4], "WARNING", [3], "FAIL"),
    ("agreements-kept", "most_broken_share", kept_but_one, [4], "WARNING", [3], "FAIL"),
    ("clients-told", "most_untold_share", told_but_one, [4], "WARNING", [3], "FAIL"),
    ("customers-stated", "most_without_customers_share", nobody_served, [20], "WARNING", [19], "FAIL"),
    ("expectations-stated", "most_unstated_share", nothing_expected, [20], "WARNING", [19], "FAIL"),
    ("line-of-sight", "most_blind_share", out_of_sight, [0], "PASS", [1], "FAIL"),
    ("expectations-from-clients", "most_from_supplier_share", written_by_supplier, [20], "WARNING", [19], "FAIL"),
    ("expectations-from-clients", "most_uniform_share", expecting_alike, [5], "PASS", [4], "WARNING"),
    ("formal-and-relational", "least_kind_share", of_the_other_kind, [10], "PASS", [11], "WARNING"),
    ("formal-and-relational", "least_kind_share", of_the_formal_kind, [10], "PASS", [11], "WARNING"),
    ("scores-recent", "most_age_days", aged, [365], "PASS", [366], "WARNING"),
    ("scores-recent", "most_old_share", aged, [400, 2, 10], "WARNING", [400, 2, 9], "FAIL"),
    ("two-sources", "fewest_sources", told_by, [2], "PASS", [1], "FAIL"),
    ("two-sources", "most_single_share", told_by, [1, 2], "WARNING", [1, 1, 1, 2, 2], "FAIL"),
    (
        "survey-integrity",
        "false_discoveries_share",
        survey_kinder_by,
        [6, 6, 6, 7, 10],
        "PASS",
        [5, 6, 7, 9, 10],
        "WARNING",
    ),
    ("rating-halo", "least_halo", rated_by, [24, 0.1], "PASS", [24, 0.2], "WARNING"),
    ("rating-halo", "least_evidence", rated_by, [8, 0.3], "PASS", [12, 0.3], "WARNING"),
    ("worst-felt", "least_stringency_evidence", rated_by, [24, 0.0], "PASS", [24, 0.0, True], "WARNING"),
    ("starved-judged", "least_seen_share", seen_at_desk, [0.099], "PASS", [0.1], "WARNING"),
    ("starved-judged", "least_inherited_share", inherited_at_desk, [0.49], "PASS", [0.5], "WARNING"),
    ("over-service", "least_surplus", above_expectation, [0.099], "PASS", [0.1], "WARNING"),
    ("over-service", "most_over_served_share", above_expectation, [0.2, 10], "WARNING", [0.2, 9], "FAIL"),
    ("shields-at-risk", "least_lacking_share", strained_shield, [0.199], "PASS", [0.2], "WARNING"),
    ("single-points", "most_business_share", served_by_one, [0.5], "WARNING", [0.51], "FAIL"),
    ("single-points", "most_dependent_share", gate, [10], "PASS", [9], "WARNING"),
    ("vicious-loops", "least_gain", circle, [0.049], "PASS", [0.05], "WARNING"),
    ("vicious-loops", "most_gain", circle, [0.499], "WARNING", [0.501], "FAIL"),
    ("days-to-done", "most_median_days", closed_after, [90], "PASS", [91], "FAIL"),
    ("days-to-done", "most_median_days", open_for, [90], "SKIPPED", [91], "FAIL"),
    ("participation", "least_taking_part_share", taking_part, [2, 4], "PASS", [2, 5], "FAIL"),
    (
        "bottlenecks-attended",
        "top_services",
        attending,
        [SIX, [0, 1, 2, 3, 4]],
        "PASS",
        [SIX, [0, 1, 2, 3, 5]],
        "WARNING",
    ),
    (
        "bottlenecks-attended",
        "most_unattended_share",
        attending,
        [(0.5, 0.5), [0]],
        "WARNING",
        [(0.51, 0.49), [1]],
        "FAIL",
    ),
    ("actions-aimed", "least_carried_share", aimed_at, [0.01], "PASS", [0.0099], "WARNING"),
    ("actions-aimed", "most_astray_share", aimed_at, [0.001, 1], "WARNING", [0.001, 2], "FAIL"),
    ("practices-assessed", "most_unassessed_share", assessed_but_one, [5], "WARNING", [4], "FAIL"),
    ("leadership-top", "least_top_share", committed, [6.0, 8.0], "PASS", [5.9, 8.0], "FAIL"),
    ("leadership-pour", "least_stop_share", committed, [10.0, 7.6], "PASS", [10.0, 7.5], "FAIL"),
    ("customer-centred", "most_operations_share", trusted, [1, 8, 8, 8], "WARNING", [1, 8, 8], "FAIL"),
    ("customer-centred", "operations_end_share", trusted, [4.1], "PASS", [4.0], "FAIL"),
    ("experience-office", "deepest_office_level", office, [1, 5, 5], "PASS", [2, 5, 5], "WARNING"),
    ("experience-office", "least_ties_share", office, [1, 4, 5], "PASS", [1, 3, 4], "WARNING"),
    ("experience-office", "least_structure_share", office_said, [5.0], "WARNING", [4.9], "FAIL"),
]


@pytest.mark.parametrize(
    ("code", "build", "inside", "verdict", "outside", "other"),
    [(code, *sides) for code, _, *sides in BOUNDARIES],
    ids=[f"{code}-{name}-{number}" for number, (code, name, *_) in enumerate(BOUNDARIES)],
)
def test_the_default_lies_between_the_two(code, build, inside, verdict, outside, other):
    found = [finding for side in (inside, outside) for finding in cxgraph.audit(build(*side), only=[code], today=TODAY)]
    assert [finding.status for finding in found] == [verdict, other], found
    assert verdict != other


def test_every_threshold_has_a_boundary():
    assert {(code, name) for code, name, *_ in BOUNDARIES} == {
        (rule.code, name) for rule in rules() for name in rule.thresholds
    }


def finding(code, given):
    (found,) = cxgraph.audit(given, only=[code], today=TODAY)
    return found


def test_services_that_cost_nothing_are_no_bottlenecks():
    found = finding("bottlenecks-attended", attending((0.6, 0.4, 0.0), [0, 1]))
    assert found.status == "PASS"
    assert found.numbers["services"] == 2


def test_proposals_for_the_costliest_services_are_named_but_are_no_open_actions():
    shares = (0.5, 0.3, 0.2)
    names = several(len(shares))
    proposals = [
        action(f"P{place}", names[aim], opened=None, earliest="2099-01-01") for place, aim in enumerate((0, 0, 1))
    ]
    found = finding(
        "bottlenecks-attended",
        organization(
            [short(name, "people", 0.5, share) for name, share in zip(names, shares, strict=True)],
            actions=[*proposals, action("A1", names[1])],
        ),
    )
    assert found.status == "FAIL"
    assert (found.numbers["unattended"], found.numbers["proposed"]) == (2, 1)
    assert [row["proposed"] for row in found.rows] == ["P0, P1", None]
    assert "For 1 of them an action is proposed" in found.render()


def test_costs_of_nothing_do_not_weigh():
    services = [short("desk", "people", 0.5, 0.001), short("shop", "people", 0.5)]
    found = finding(
        "actions-aimed", organization(services, actions=[action(f"A{name}", name, cost=0) for name in ("desk", "shop")])
    )
    assert found.status == "WARNING"
    assert found.numbers["weighted_by"] == "count"
    assert found.numbers["astray_share"] == 0.5


@pytest.mark.parametrize(("client", "relieving"), [("desk", 1), ("porter", 0)])
def test_what_relieves_a_shield_is_not_astray(client, relieving):
    """The desk receives little and gives all: what it receives costs the customers nothing."""
    services = [
        short("back", "desk", 0.5),
        short("back", "porter", 0.5),
        service("desk", "people"),
        short("porter", "people", 0.5),
    ]
    astray = {**action("A1", "back", cost=0), "client": client}
    found = finding("actions-aimed", organization(services, actions=[astray, action("B1", "porter", cost=0)]))
    assert found.numbers["relieving_shields"] == relieving
    assert found.numbers["astray"] == 0
    assert found.status == "PASS"


@pytest.mark.parametrize(
    ("needs", "astray"), [({}, 2), ({"B1": "A1"}, 1), ({"B1": "A2 C1", "A2": "A1"}, 0), ({"A2": "A1"}, 2)]
)
def test_what_an_action_that_reaches_customers_needs_is_not_astray(needs, astray):
    services = [short("back", "archive", 0.5), short("front", "people", 0.5)]
    actions = [action("A1", "back"), action("A2", "back"), action("B1", "front"), action("C1", "front")]
    told = [{**one, "needs": needs.get(one["id"])} for one in actions]
    assert finding("actions-aimed", organization(services, actions=told)).numbers["astray"] == astray


def test_the_office_is_tied_to_the_first_of_all_departments_too():
    services = [service(name, "people") for name in ("a", "b")] + [service("customer experience", "b")]
    found = finding("experience-office", organization(services, parents={"customer experience": "a"}))
    assert found.numbers["ties"] == 2
