"""Proposals of an improvement log: what cannot begin before a later day is no action under way."""

import datetime

import numpy as np
import pytest

from cxgraph.audits.improvement import read_log
from cxgraph.audits.run import audit

TODAY = datetime.date(2026, 6, 15)


def proposed(tables, **row):
    """Return the tables with every action on the costliest services closed, and one that may be a proposal."""
    for name, day in (("A3", "2026-05-20"), ("A4", "2026-06-10")):
        tables.change("actions", {"id": name}, closed=day)
    tables.actions["earliest"] = None
    return tables.add("actions", id="P1", title="Later", supplier="desk", client="people", service="arrival", **row)


@pytest.mark.parametrize(
    ("row", "is_open"),
    [
        ({"earliest": "2027-01-11"}, False),  # cannot begin until later
        ({"earliest": "2026-06-16"}, False),
        ({"earliest": "2026-06-15"}, True),  # may begin on the very day
        ({"earliest": "2026-01-05"}, True),
        ({"opened": "2026-06-01", "earliest": "2027-01-11"}, True),  # was begun, whatever was planned
        ({"opened": "2026-06-16"}, False),  # opened after the day
        ({}, True),  # no day is known: nothing holds it back
    ],
)
def test_a_proposal_is_not_open(tables, row, is_open):
    organization = proposed(tables, owner="desk", **row).organization()
    log = read_log(organization, TODAY)
    at = int(np.flatnonzero((log.table["id"] == "P1").to_numpy())[0])
    assert bool(log.open[at]) is is_open
    services = [place for action, place in log.aims.tolist() if action == at]
    assert services and bool(log.attended(len(organization.services))[services].any()) is is_open


def _finding(tables):
    found = audit(tables.organization(), thresholds={"top_services": 1})
    return next(one for one in found if one.code == "bottlenecks-attended")


def test_a_bottleneck_with_a_proposal_alone_is_not_attended(tables):
    waiting = _finding(proposed(tables, owner="desk", earliest="2027-01-11"))
    assert waiting.status == "FAIL"


def test_a_bottleneck_whose_action_was_begun_is_attended(tables):
    begun = _finding(proposed(tables, owner="desk", opened="2026-06-01", earliest="2027-01-11"))
    assert begun.status == "PASS"


def test_who_only_proposes_takes_no_part(tables):
    log = read_log(proposed(tables, owner="firms", earliest="2027-01-11").organization(), TODAY)
    ids = tables.organization().departments["id"]
    assert not log.takes_part[int(np.flatnonzero((ids == "firms").to_numpy())[0])]


@pytest.mark.parametrize(
    ("row", "lifts"),
    [
        ({}, False),  # a meeting of the whole department
        ({"expected_fulfilment": 9.0}, True),
        ({"client": "people"}, False),
        ({"client": "people", "service": "arrival"}, True),
    ],
)
def test_an_action_that_says_nothing_of_services_attends_none(tables, row, lifts):
    """Others of this log say what they are to reach."""
    tables.actions["expected_fulfilment"] = 8.0
    tables.add("actions", id="M1", title="Meeting", supplier="desk", opened="2026-06-01", **row)
    log = read_log(tables.organization(), TODAY)
    at = int(np.flatnonzero((log.table["id"] == "M1").to_numpy())[0])
    assert bool(log.lifting[at]) is lifts
    log.open[:] = np.arange(len(log)) == at
    assert bool(log.attended(len(tables.organization().services)).any()) is lifts


def test_where_no_action_says_what_it_is_to_reach_each_attends_what_it_aims_at(tables):
    tables.actions["expected_fulfilment"] = None
    log = read_log(tables.add("actions", id="M1", title="Meeting", supplier="desk").organization(), TODAY)
    assert log.lifting.tolist() == log.open.tolist()
