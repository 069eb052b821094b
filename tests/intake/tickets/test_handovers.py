"""Turns and hand-overs against a plain reading of every case, row by row, on random logs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.intake.tickets.events import Field, History, events_of_changes, events_of_rows
from cxgraph.intake.tickets.handovers import hand_overs, turns_of

GROUPS = ("A", "B", "C")
ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(-1, 2), st.booleans()), min_size=1, max_size=25
)


def log_of(rows):
    case = np.asarray([row[0] for row in rows])
    instant = np.asarray([row[1] for row in rows]).astype("datetime64[D]").astype("datetime64[us]")
    return History(case, instant, instant.astype("datetime64[D]"), ("1", "2", "3"))


def plain_pass(rows, by_sender):
    """Read every case in the order of time, ties in the order of the rows."""
    found, after, holders = [], 0, {}
    for case in range(3):
        sequence, whole, stopped = [], [], False
        own = sorted((row[1], place) for place, row in enumerate(rows) if row[0] == case)
        for _, place in own:
            group, resolved = rows[place][2], rows[place][3]
            if group >= 0:
                if not whole or whole[-1] != group:
                    whole.append(group)
                if not stopped and (not sequence or sequence[-1] != group):
                    sequence.append(group)
            stopped = stopped or resolved
        after += max(len(whole) - 1, 0) - max(len(sequence) - 1, 0)
        holders[case] = sequence
        for place in range(1, len(sequence)):
            last = place == len(sequence) - 1
            value = None
            if not last or stopped:
                value = int(last or (by_sender and sequence[place + 1] != sequence[place - 1]))
            found.append((case, sequence[place - 1], sequence[place], value))
    return found, after, holders


@given(ROWS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_hand_overs_are_those_of_a_plain_pass(rows, by_sender):
    log = log_of(rows)
    group, resolved = np.asarray([row[2] for row in rows]), np.asarray([row[3] for row in rows])
    turns = turns_of(events_of_rows(log, group, resolved, GROUPS))
    moves = hand_overs(turns, by_sender=by_sender, ended=False)
    told = [None if np.isnan(value) else int(value) for value in moves.fulfilment]
    found = list(zip(moves.case.tolist(), moves.giver.tolist(), moves.taker.tolist(), told, strict=True))
    expected, after, holders = plain_pass(rows, by_sender)
    assert found == expected
    assert turns.after_resolution == after
    assert {case: turns.group[turns.case == case].tolist() for case in range(3)} == holders


@given(ROWS)
@settings(max_examples=200, deadline=None)
def test_a_log_of_changes_says_the_same_as_the_events_that_it_was_made_from(rows):
    """Each event is written as the changes of group and state that it makes; times within a case all differ."""
    rows = [(case, place, group, resolved) for place, (case, _, group, resolved) in enumerate(rows)]
    changes, state = [], {}
    for case, time, group, resolved in rows:
        old_group, old_state = state.get(case, (-1, 0))
        if int(resolved) != old_state:
            changes.append((case, time, "state", old_state, int(resolved)))
        if group != old_group or case not in state:
            changes.append((case, time, "group", old_group, group))
        state[case] = (group, int(resolved))
    log = log_of([(case, time) for case, time, *_ in changes])

    def field(kind):
        own = [place for place, change in enumerate(changes) if change[2] == kind]
        return Field(*(np.asarray(part, np.int64) for part in (
            own, [changes[place][3] for place in own], [changes[place][4] for place in own]
        )))  # fmt: skip

    events = events_of_changes(log, field("group"), [field("state")], np.asarray([False, True, False]), GROUPS)
    turns = turns_of(events)
    moves = hand_overs(turns, by_sender=False, ended=False)
    expected, after, _ = plain_pass(rows, by_sender=False)
    told = [None if np.isnan(value) else int(value) for value in moves.fulfilment]
    assert list(zip(moves.case.tolist(), moves.giver.tolist(), moves.taker.tolist(), told, strict=True)) == expected
    assert turns.after_resolution == after


def test_changes_of_one_update_are_one_event_whatever_stands_first():
    """The case is resolved by the group that it is given to in the same second: that group finished it."""
    log = log_of([(0, 0), (0, 1), (0, 1)])
    for first, second in ((1, 2), (2, 1)):
        group = Field(np.asarray([0, first]), np.asarray([-1, 0]), np.asarray([0, 1]))
        states = [Field(np.asarray([second]), np.asarray([0]), np.asarray([1]))]
        turns = turns_of(events_of_changes(log, group, states, np.asarray([False, True, False]), GROUPS))
        assert turns.group.tolist() == [0, 1]
        assert turns.after_resolution == 0


def test_what_was_resolved_before_the_log_begins_is_followed_no_further():
    log = log_of([(0, 0), (0, 1)])
    group = Field(np.asarray([1]), np.asarray([0]), np.asarray([1]))
    states = [Field(np.asarray([0]), np.asarray([1]), np.asarray([0]))]
    turns = turns_of(events_of_changes(log, group, states, np.asarray([False, True, False]), GROUPS))
    assert (turns.group.tolist(), turns.after_resolution) == ([0], 1)
