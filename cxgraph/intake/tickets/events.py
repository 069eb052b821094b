"""The events of a log as arrays, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.arrays import Bools, Integers

Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Events:
    """Events sorted by case, then time, then place in the file; arrays of shape (events,).

    Attributes
    ----------
    case : int array
        Case of each, 0 to ``len(cases) - 1``.
    group : int array
        Who holds the case after the event; -1 where that is not known.
    resolved : bool array
        Whether the case is resolved after the event.
    day : datetime64[D] array
        Its day.
    row : int array
        Row of the log; -1 where the event stands for what was so before the first row of the case.
    rows : int array
        Rows of the log that are this event: several where one update changed several fields, 0 where none is.
    cases, groups : tuple of str
        Names.
    """

    case: Integers
    group: Integers
    resolved: Bools
    day: Instants
    row: Integers
    rows: Integers
    cases: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class History:
    """Rows of a log that have a case and a time, in the order of the file; arrays of shape (rows,).

    Attributes
    ----------
    case : int array
        Case of each row.
    instant : datetime64[us] array
        What rows are ordered by.
    day : datetime64[D] array
        The day of each.
    cases : tuple of str
        Names of the cases.
    """

    case: Integers
    instant: Instants
    day: Instants
    cases: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Field:
    """What one changed field says; arrays of shape (changes,), in the order of the file.

    Attributes
    ----------
    row : int array
        Row of the log.
    old, new : int array
        Numbers of its values before and after; -1 where not known.
    """

    row: Integers
    old: Integers
    new: Integers


def events_of_rows(history: History, group: Integers, resolved: Bools, groups: Sequence[str]) -> Events:
    """Order the rows of a log in which every row tells the group and the state.

    Parameters
    ----------
    history : History
        Rows.
    group : int array, shape (rows,)
        -1 where the group is not known.
    resolved : bool array, shape (rows,)
        Whether the row's state is one that resolves.
    groups : sequence of str
        Names.

    Returns
    -------
    Events
        Ties in time keep the order of the file.

    Examples
    --------
    >>> days = np.array(["2026-01-02", "2026-01-01"], "datetime64[us]")
    >>> history = History(np.zeros(2, int), days, days.astype("datetime64[D]"), ("T1",))
    >>> events_of_rows(history, np.array([1, 0]), np.array([True, False]), ("Desk", "Net")).group.tolist()
    [0, 1]
    """
    order = np.lexsort((history.instant, history.case))
    return Events(
        history.case[order],
        group[order],
        resolved[order],
        history.day[order],
        order.astype(np.int64),
        np.ones(len(order), np.int64),
        history.cases,
        tuple(groups),
    )


def events_of_changes(
    history: History, group: Field, states: Sequence[Field], resolves: npt.NDArray[np.bool_], groups: Sequence[str]
) -> Events:
    """Order the rows of a log in which every row is one changed field, and carry each field on to the next change.

    Changes of different fields of a case at the same time are one update, whichever stands first in the file; a
    field that changes twice at that time makes two. What was so before the first change is taken from its old value.

    Parameters
    ----------
    history : History
        Rows.
    group : Field
        Changes of the group; values are numbers of groups.
    states : sequence of Field
        Changes of each field that tells the state; values are numbers of its states.
    resolves : bool array, one axis per state field, each one longer than its states
        Whether the states together resolve; the last place of an axis stands for a value that is not known.
    groups : sequence of str
        Names.

    Returns
    -------
    Events
        One for each update, and before those of each case one for what was so at first (`Events.rows` 0).

    Examples
    --------
    >>> times = np.array(["2026-01-01", "2026-01-01"], "datetime64[us]")
    >>> history = History(np.zeros(2, int), times, times.astype("datetime64[D]"), ("T1",))
    >>> found = events_of_changes(history, Field(np.array([1]), np.array([0]), np.array([1])),
    ...                           [Field(np.array([0]), np.array([0]), np.array([1]))],
    ...                           np.array([False, True, False]), ("Desk", "Net"))
    >>> found.group.tolist(), found.resolved.tolist(), found.rows.tolist()
    ([0, 1], [False, True], [0, 2])
    """
    fields = (group, *states)
    rows = np.concatenate([field.row for field in fields])
    kind = np.concatenate([np.full(len(field.row), number) for number, field in enumerate(fields)])
    case, instant = history.case[rows], history.instant[rows]
    times = pd.DataFrame({"case": case, "instant": instant, "kind": kind, "row": rows})
    times = times.sort_values(["case", "instant", "row"], kind="stable")
    turn = times.groupby(["case", "instant", "kind"], sort=False).cumcount().sort_index().to_numpy()
    keys = pd.DataFrame({"case": case, "instant": instant, "turn": turn})
    update: Integers = np.asarray(keys.groupby(["case", "instant", "turn"], sort=True).ngroup(), np.int64)
    count = int(update.max(initial=-1)) + 1
    update_case = np.zeros(count, np.int64)
    update_case[update] = case
    first_row = np.full(count, len(history.case), np.int64)
    np.minimum.at(first_row, update, rows)
    values, start = [], 0
    for field in fields:
        here = update[start : start + len(field.row)]
        values.append(_carried(update_case, here, field, len(history.cases)))
        start += len(field.row)
    told = np.unique(update_case)
    case_out = np.concatenate([told, update_case])
    order = np.argsort(case_out, kind="stable")  # what was so at first comes first: it stands before in the array
    state = tuple(np.concatenate([initial[told], after])[order] for initial, after in values[1:])
    initial_group, group_after = values[0]
    number = np.bincount(update, minlength=count).astype(np.int64)
    row = np.concatenate([np.full(len(told), -1), first_row])[order]
    return Events(
        case_out[order],
        np.concatenate([initial_group[told], group_after])[order],
        np.asarray(resolves[state], bool) if states else np.zeros(len(order), bool),
        np.where(row >= 0, history.day[row], np.datetime64("NaT")),
        row,
        np.concatenate([np.zeros(len(told), np.int64), number])[order],
        history.cases,
        tuple(groups),
    )


def _carried(update_case: Integers, update: Integers, field: Field, cases: int) -> tuple[Integers, Integers]:
    """Return the value that each case begins with, and the one after each update."""
    count = len(update_case)
    changed = np.full(count, -1, np.int64)
    changed[update] = np.arange(len(update))
    last = np.maximum.accumulate(np.where(changed >= 0, np.arange(count), -1))
    begins = np.searchsorted(update_case, update_case, "left")
    inside = last >= begins
    initial = np.full(cases, -1, np.int64)
    first = np.flatnonzero(changed >= 0)[::-1]
    initial[update_case[first]] = field.old[changed[first]]  # reversed: the first change of a case is written last
    after = initial[update_case]
    after[inside] = field.new[changed[last[inside]]]
    return initial, after
