"""Who handed a case to whom before it was resolved, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxgraph.intake.tickets.events import Events
from cxgraph.model.arrays import Bools, Floats, Integers


@dataclass(frozen=True, eq=False)
class Turns:
    """The turns of holding a case, up to and with the first event that resolves it; arrays of shape (turns,).

    Attributes
    ----------
    case, group : int array
        Case and holder of each, by case in the order of time; neighbours in a case are different groups.
    event : int array
        The event that each begins with.
    last : bool array
        Whether it is the last of its case.
    after_resolution : int
        Hand-overs between known groups that came later, which make no service.
    resolved : bool array, shape (cases,)
        Whether an event resolves the case.
    end : int array, shape (cases,)
        First event that resolves the case, else its last one.
    """

    case: Integers
    group: Integers
    event: Integers
    last: Bools
    after_resolution: int
    resolved: Bools
    end: Integers

    @property
    def first(self) -> Bools:
        """Whether each turn is the first of its case; shape (turns,)."""
        return np.concatenate([np.ones(min(len(self.last), 1), bool), self.last[:-1]])


def turns_of(events: Events) -> Turns:
    """Follow every case through its groups.

    An unknown group is never a holder: A, unknown, A is one turn of A. The first event that resolves ends the
    sequence, whatever its group; a known group of that event still belongs to it.

    Parameters
    ----------
    events : Events
        In order.

    Returns
    -------
    Turns
        Cases without a known group before their resolution have no turn.

    Notes
    -----
    Linear in the events.

    Examples
    --------
    >>> events = Events(np.zeros(5, int), np.array([0, -1, 1, 1, 0]), np.array([0, 0, 0, 1, 0], bool),
    ...                 np.full(5, "2026-01-01", "datetime64[D]"), np.arange(5), np.ones(5, int), ("T1",), ("A", "B"))
    >>> turns = turns_of(events)
    >>> turns.group.tolist(), turns.after_resolution
    ([0, 1], 1)
    """
    size = len(events.cases)
    place = np.arange(len(events.case))
    end = np.full(size, -1, np.int64)
    end[events.case] = place  # the last one is written last
    resolving = place[events.resolved][::-1]
    end[events.case[resolving]] = resolving
    resolved = np.zeros(size, bool)
    resolved[events.case[resolving]] = True
    known = events.group >= 0
    whole = _turns(events, known)
    turns = _turns(events, known & (place <= end[events.case]))
    case, group = events.case[turns], events.group[turns]
    last = np.concatenate([case[1:] != case[:-1], np.ones(min(len(case), 1), bool)])
    later = (len(whole) - len(np.unique(events.case[whole]))) - (len(turns) - int(last.sum()))
    return Turns(case, group, turns, last, later, resolved, end)


def _turns(events: Events, counts: Bools) -> Integers:
    """Return the events that begin a turn: the holder differs from that of the event before, or the case does."""
    there = np.flatnonzero(counts)
    case, group = events.case[there], events.group[there]
    begins = np.ones(len(there), bool)
    begins[1:] = (case[1:] != case[:-1]) | (group[1:] != group[:-1])
    return there[begins]


@dataclass(frozen=True, eq=False)
class HandOvers:
    """Hand-overs from one turn to the next; arrays of shape (hand-overs,).

    Attributes
    ----------
    case : int array
        The case.
    giver, taker : int array
        Group that hands the case on, and group that gets it.
    event : int array
        The event by which the taker holds it.
    fulfilment : float array
        1 or 0; NaN where the case is open, so that what becomes of it is not known.
    """

    case: Integers
    giver: Integers
    taker: Integers
    event: Integers
    fulfilment: Floats


def hand_overs(turns: Turns, *, by_sender: bool, ended: bool) -> HandOvers:
    """Return every hand-over, and whether it was what its client could expect.

    Parameters
    ----------
    turns : Turns
        From `turns_of`.
    by_sender : bool
        False: the taker supplies the giver; 1 where the taker finished the case, 0 where it passed it on.
        True: the giver supplies the taker; 1 where the work arrived complete, 0 where it came straight back.
    ended : bool
        The log tells no states: every case is taken to have ended with its last event.

    Returns
    -------
    HandOvers
        By case, in the order of time.

    Examples
    --------
    >>> events = Events(np.zeros(3, int), np.array([0, 1, 0]), np.array([0, 0, 1], bool),
    ...                 np.full(3, "2026-01-01", "datetime64[D]"), np.arange(3), np.ones(3, int), ("T1",), ("A", "B"))
    >>> turns = turns_of(events)
    >>> hand_overs(turns, by_sender=False, ended=False).fulfilment.tolist()
    [0.0, 1.0]
    >>> hand_overs(turns, by_sender=True, ended=False).fulfilment.tolist()
    [0.0, 1.0]
    """
    given = np.flatnonzero(~turns.last)
    taken = given + 1
    finished = turns.last[taken]
    if by_sender:
        following = np.minimum(taken + 1, max(len(turns.group) - 1, 0))
        returned = ~finished & (turns.group[following] == turns.group[given])
        fulfilment = np.where(returned, 0.0, 1.0)
    else:
        fulfilment = np.where(finished, 1.0, 0.0)
    is_open = ~turns.resolved[turns.case[taken]] & (not ended)
    fulfilment = np.where(finished & is_open, np.nan, fulfilment)
    return HandOvers(turns.case[given], turns.group[given], turns.group[taken], turns.event[taken], fulfilment)
