"""From the columns of a log to its events: either kind of log, and which states resolve."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from cxgraph.intake.exports.sheet import Sheet, comparable
from cxgraph.intake.tickets.events import Events, Field, History, Instants, events_of_changes, events_of_rows
from cxgraph.intake.tickets.mapping import TicketMapping, resolves
from cxgraph.intake.tickets.table import Coded, TicketTable, listed, open_columns, take, times_of
from cxgraph.model.arrays import Bools, Integers
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

LIST_MESSAGE = N_("Every case has one row: this is a list of tickets, which does not tell who handed a case to whom.")
LIST_HINT = N_(
    "Export the history instead: in ServiceNow sys_audit or the metric instances of assignment_group, in Jira the "
    "changelog, in Znuny the ticket history. The list may go with it: --cases FILE --cases-key COLUMN."
)


def state_options(mapping: TicketMapping) -> dict[str, str]:
    """Return the columns of the state by option; two columns of one option are told apart by their number."""
    return {f"--state {number}": name for number, name in enumerate(mapping.state, 1)}


def log_columns(mapping: TicketMapping) -> dict[str, str]:
    """Return which columns of the log are needed to follow its cases, by option."""
    wanted = {"--case": mapping.case, "--time": mapping.time}
    if mapping.changes is None:
        return {**wanted, "--group": mapping.group, **state_options(mapping)}
    names = ("--changes FIELD", "--changes OLD", "--changes NEW")
    return {**wanted, **dict(zip(names, mapping.changes, strict=True))}


def read_events(table: TicketTable, mapping: TicketMapping, log: ProblemLog) -> Events | None:
    """Order the events of a log.

    Parameters
    ----------
    table : TicketTable
        The history, with the columns of `log_columns`.
    mapping : TicketMapping
        What the columns mean.
    log : ProblemLog
        Takes what is wrong, and notes on rows that are no events.

    Returns
    -------
    Events or None
        None where anything is wrong.
    """
    case = table.coded("--case", frozenset(("",)))
    found = times_of(table, "--time", mapping, log)
    if found is None:
        return None
    codes, moments = found
    instant, day = take(moments.instant, codes), take(moments.day, codes)
    nameless, timeless = case.codes < 0, np.isnat(instant)
    _report_aside(table, nameless, "no-case", N_("Rows without a case, set aside: {count}."), log)
    _report_aside(table, timeless & ~nameless, "no-time", N_("Rows without a time, set aside: {count}."), log)
    used = ~(nameless | timeless)
    if not used.any():
        log.add(
            "error",
            "no-events",
            N_("No row has both a case and a time."),
            N_("Check --case and --time; without options the command numbers the columns."),
            file=table.sheet.file,
        )
        return None
    if mapping.changes is None:
        return _from_rows(table, case, instant, day, used, mapping, log)
    return _from_changes(table, case, instant, day, used, mapping, log)


def _from_rows(
    table: TicketTable,
    case: Coded,
    instant: Instants,
    day: Instants,
    used: Bools,
    mapping: TicketMapping,
    log: ProblemLog,
) -> Events | None:
    group = table.coded("--group", mapping.unknown)
    _report_unknown_groups(group, table.sheet.file, log)
    states = [table.coded(option, frozenset(("",))) for option in state_options(mapping)]
    resolving = _resolving(states, mapping, table.sheet.file, log)
    if resolving is None or not _has_groups(group, table.sheet.file, log):
        return None
    resolved = resolving[tuple(state.codes for state in states)] if states else np.zeros(len(used), bool)
    rows = np.flatnonzero(used)
    cases, numbers = _cases(case, rows)
    if len(cases) == len(rows) > 1:
        _report_list(table, log)
        return None
    history = History(numbers, instant[rows], day[rows], cases)
    events = events_of_rows(history, group.codes[rows], resolved[rows], group.names)
    return _with_rows(events, rows)


def _from_changes(
    table: TicketTable,
    case: Coded,
    instant: Instants,
    day: Instants,
    used: Bools,
    mapping: TicketMapping,
    log: ProblemLog,
) -> Events | None:
    fields = table.coded("--changes FIELD", frozenset(("",)))
    wanted = {"--group": mapping.group, **state_options(mapping)}
    place = {comparable(name): number for number, name in enumerate(fields.names)}
    counts = np.bincount(fields.codes[fields.codes >= 0], minlength=len(fields.names))
    chosen: dict[str, int] = {}
    for option, name in wanted.items():
        if comparable(name) in place:
            chosen[option] = place[comparable(name)]
            continue
        log.add(
            "error",
            "no-such-field",
            N_("{option} names the field '{value}', which never changes in this log."),
            N_("The fields that change are: {choices}."),
            file=table.sheet.file,
            column=fields.header,
            option=option.rstrip(" 0123456789"),
            value=name,
            choices=listed(dict(zip(fields.names, counts.tolist(), strict=True))),
        )
    if len(chosen) < len(wanted):
        return None
    here = np.isin(fields.codes, list(chosen.values()))
    _report_aside(table, used & ~here, "other-fields", N_("Changes of other fields, set aside: {count}."), log, "note")
    rows = np.flatnonzero(used & here)
    cases, numbers = _cases(case, rows)
    history = History(numbers, instant[rows], day[rows], cases)
    old, new = table.texts("--changes OLD"), table.texts("--changes NEW")
    field = fields.codes[rows]
    group, groups = _field(field == chosen["--group"], rows, old, new, mapping.unknown)
    _report_unknown_groups(groups, table.sheet.file, log)
    states = [_field(field == chosen[option], rows, old, new, frozenset(("",))) for option in state_options(mapping)]
    resolving = _resolving([names for _, names in states], mapping, table.sheet.file, log)
    if resolving is None or not _has_groups(groups, table.sheet.file, log):
        return None
    _report_gaps(history, group, table.sheet.file, log)
    events = events_of_changes(history, group, [changes for changes, _ in states], resolving, groups.names)
    return _with_rows(events, rows)


def _field(
    here: Bools,
    rows: Integers,
    old: tuple[Integers, tuple[str, ...]],
    new: tuple[Integers, tuple[str, ...]],
    unknown: frozenset[str],
) -> tuple[Field, Coded]:
    """Return the changes of one field, old and new values numbered alike."""
    place = np.flatnonzero(here)
    befores = [old[1][code] if code >= 0 else "" for code in old[0][rows[place]]]
    afters = [new[1][code] if code >= 0 else "" for code in new[0][rows[place]]]
    names = [name for name in dict.fromkeys((*befores, *afters)) if comparable(name) not in unknown]
    number = {name: code for code, name in enumerate(names)}
    words: dict[str, int] = {}
    for name in afters:
        if name not in number:
            words[name] = words.get(name, 0) + 1
    field = Field(
        place,
        np.asarray([number.get(name, -1) for name in befores], np.int64),
        np.asarray([number.get(name, -1) for name in afters], np.int64),
    )
    return field, Coded(field.new, tuple(names), "", words)


def _cases(case: Coded, rows: Integers) -> tuple[tuple[str, ...], Integers]:
    """Return the cases that have an event, sorted by name, and the number of each row's case."""
    present = sorted(np.unique(case.codes[rows]).tolist(), key=lambda code: case.names[code])
    number = np.zeros(len(case.names), np.int64)
    number[present] = np.arange(len(present))
    return tuple(case.names[code] for code in present), number[case.codes[rows]]


def _with_rows(events: Events, rows: Integers) -> Events:
    """Return events whose rows are counted as in the file, after some rows were set aside."""
    row = np.where(events.row >= 0, rows[events.row], -1)
    return Events(events.case, events.group, events.resolved, events.day, row, events.rows, events.cases, events.groups)


def _resolving(states: Sequence[Coded], mapping: TicketMapping, file: str, log: ProblemLog) -> Bools | None:
    """Return which states resolve, with an axis for each column; its last place is a state that is not known."""
    shape = tuple(len(state.names) + 1 for state in states)
    resolving = np.zeros(shape, bool)
    met = set()
    for place in product(*(range(size) for size in shape)):
        parts = tuple((*state.names, "")[number] for state, number in zip(states, place, strict=True))
        for wanted in mapping.resolved:
            if resolves(parts, wanted):
                resolving[place] = True
                met.add(wanted)
    absent = [wanted for wanted in mapping.resolved if wanted not in met]
    if states and (absent or not mapping.resolved):
        counts: dict[str, int] = {}
        for state in states:
            number = np.bincount(state.codes[state.codes >= 0], minlength=len(state.names))
            counts |= dict(zip(state.names, number.tolist(), strict=True))
        message = (
            N_("No event has the state '{value}' that --resolved names.")
            if absent
            else N_("--state is given, but not which of its values resolve a case.")
        )
        log.add(
            "error",
            "no-such-state",
            message,
            N_("Name those that do with --resolved; the states are: {choices}."),
            file=file,
            value=", ".join(absent),
            choices=listed(counts),
        )
        return None
    return resolving


def _has_groups(group: Coded, file: str, log: ProblemLog) -> bool:
    if not group.names:
        log.add(
            "error",
            "no-groups",
            N_("No event names a group."),
            N_("Check --group and --missing; without options the command numbers the columns."),
            file=file,
        )
    return bool(group.names)


def _report_unknown_groups(group: Coded, file: str, log: ProblemLog) -> None:
    if group.unknown:
        log.add(
            "note",
            "unknown-groups",
            N_("Read as an unknown group: {names}."),
            file=file,
            names=listed(group.unknown),
        )


def _report_gaps(history: History, group: Field, file: str, log: ProblemLog) -> None:
    """Say where a change begins with another group than the change before it ended with."""
    order = np.lexsort((history.instant[group.row], history.case[group.row]))
    case, old, new = history.case[group.row][order], group.old[order], group.new[order]
    gaps = int(((case[1:] == case[:-1]) & (old[1:] != new[:-1])).sum())
    if gaps:
        log.add(
            "warning",
            "gaps",
            N_("{count} changes of the group begin with another group than the change before them ended with."),
            N_("Changes may be missing from the log; the new values were used."),
            file=file,
            count=gaps,
        )


def _report_list(table: TicketTable, log: ProblemLog) -> None:
    log.add(
        "error",
        "ticket-list",
        LIST_MESSAGE,
        LIST_HINT,
        file=table.sheet.file,
    )


def _report_aside(
    table: TicketTable, rows: Bools, code: str, message: str, log: ProblemLog, severity: str = "warning"
) -> None:
    count = int(rows.sum())
    if count:
        log.add(
            "note" if severity == "note" else "warning",
            code,
            message,
            file=table.sheet.file,
            line=int(table.columns.lines[np.flatnonzero(rows)[0]]),
            count=count,
        )


def open_log(sheet: Sheet, mapping: TicketMapping, extra: dict[str, str], log: ProblemLog) -> TicketTable | None:
    """Open the log with the columns to follow its cases and `extra` ones, such as the customer."""
    return open_columns(sheet, {**log_columns(mapping), **extra}, log)
