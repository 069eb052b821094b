"""What is said once of a case: its customer, its service, and whether the promise to the customer was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from cxgraph.intake.exports.sheet import Sheet, find_column
from cxgraph.intake.tickets.events import Events, Instants
from cxgraph.intake.tickets.mapping import TicketMapping, is_kept
from cxgraph.intake.tickets.table import Coded, TicketTable, listed, open_columns, take, times_of
from cxgraph.model.arrays import Floats, Integers
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_KEY = "--cases-key"
_Times: TypeAlias = tuple[Instants, Instants, bool, bool]
"""Instant and day of each case, whether the column tells the time of day, and whether it names the zone."""
_OPTIONS = ("customer", "service", "kept", "breached", "due", "done")


@dataclass(frozen=True, eq=False)
class CaseFacts:
    """What is known of each case; arrays of shape (cases,).

    Attributes
    ----------
    customer : Coded or None
        Who it was for; None where no column says so.
    service : Coded or None
        What it was about.
    kept : float array
        1 where the promise was kept, 0 where it was missed, NaN where that is not known.
    promised : bool
        Whether any column says anything about the promise.
    """

    customer: Coded | None
    service: Coded | None
    kept: Floats
    promised: bool


def fact_columns(mapping: TicketMapping) -> dict[str, str]:
    """Return which columns say something of a case as a whole, by option."""
    given = {f"--{name}": getattr(mapping, name) for name in _OPTIONS}
    return {option: header for option, header in given.items() if header is not None}


def split_columns(mapping: TicketMapping, history: Sheet, cases: Sheet | None) -> tuple[dict[str, str], dict[str, str]]:
    """Return which of these columns are read from the log and which from the file of cases, which comes first."""
    wanted = fact_columns(mapping)
    if cases is None:
        return wanted, {}
    own = [(header,) for header in cases.headers]
    there = {
        option: header
        for option, header in wanted.items()
        if find_column(header, own, ProblemLog(), file=cases.file, option=option) is not None
        and not (header.lstrip("#").isdecimal())
    }
    logged = [(header,) for header in history.headers]
    here = {
        option: header
        for option, header in wanted.items()
        if option not in there
        and find_column(header, logged, ProblemLog(), file=history.file, option=option) is not None
    }
    # What neither file has is asked of the file of cases, whose columns the message then lists.
    lost = {option: header for option, header in wanted.items() if option not in here and option not in there}
    return here, {**there, **lost}


def read_cases(sheet: Sheet, wanted: Mapping[str, str], key: str, log: ProblemLog) -> TicketTable | None:
    """Open the file that has a row per case."""
    return open_columns(sheet, {_KEY: key, **wanted}, log)


def read_facts(
    events: Events, history: TicketTable, cases: TicketTable | None, mapping: TicketMapping, log: ProblemLog
) -> CaseFacts | None:
    """Read customer, service and outcome of every case.

    Columns of the log count as the case's last event has them; how many cases changed them is said.

    Parameters
    ----------
    events : Events
        In order.
    history : TicketTable
        The log.
    cases : TicketTable or None
        The file with a row per case.
    mapping : TicketMapping
        What the columns mean.
    log : ProblemLog
        Takes what is wrong.

    Returns
    -------
    CaseFacts or None
        None where anything is wrong.
    """
    told = len(log.problems)
    reader = _FactReader(events, history, cases, mapping, log)
    customer, service = reader.coded("--customer"), reader.coded("--service")
    kept = reader.kept()
    if any(problem.severity == "error" for problem in log.problems[told:]):
        return None
    options = fact_columns(mapping)
    promised = any(f"--{name}" in options for name in ("kept", "breached", "due"))
    return CaseFacts(customer, service, kept, promised)


class _FactReader:
    """Looks columns up where they are, by case."""

    def __init__(
        self,
        events: Events,
        history: TicketTable,
        cases: TicketTable | None,
        mapping: TicketMapping,
        log: ProblemLog,
    ) -> None:
        self.events, self.history, self.cases, self.mapping, self.log = events, history, cases, mapping, log
        self.last_row = np.full(len(events.cases), -1, np.int64)
        self.last_row[events.case] = events.row
        self.row_of = np.full(len(events.cases), -1, np.int64) if cases is None else self._rows_of(cases)

    def _rows_of(self, cases: TicketTable) -> Integers:
        """Return the row of the second file that each case of the log has; -1 where it has none."""
        key = cases.coded(_KEY, frozenset(("",)))
        rows = np.flatnonzero(key.codes >= 0)
        counts = np.bincount(key.codes[rows], minlength=len(key.names))
        repeated = np.flatnonzero(counts > 1)
        if len(repeated) and self._disagree(cases, key.codes):
            self.log.add(
                "error",
                "cases-repeat",
                N_("{count} cases have several rows, which say different things, such as '{value}'."),
                N_("A row per case is needed: keep the one that counts (one SLA, the last state)."),
                file=cases.sheet.file,
                column=key.header,
                count=len(repeated),
                value=key.names[repeated[0]],
            )
        first = np.full(len(key.names), -1, np.int64)
        first[key.codes[rows[::-1]]] = rows[::-1]
        place = {name: int(row) for name, row in zip(key.names, first, strict=True)}
        found = np.asarray([place.get(name, -1) for name in self.events.cases], np.int64)
        lost, idle = int((found < 0).sum()), len(key.names) - int((found >= 0).sum())
        if lost == len(found):
            self.log.add(
                "error",
                "no-case-found",
                N_("No case of the log is in the file of cases: the log has '{value}', the file '{other}'."),
                N_("Name the column that holds the same numbers with --cases-key."),
                file=cases.sheet.file,
                column=key.header,
                value=self.events.cases[0],
                other=key.names[0] if key.names else "",
            )
        elif lost:
            self.log.add(
                "warning",
                "cases-missing",
                N_("{count} cases of the log are not in the file of cases: their customer and outcome are unknown."),
                file=cases.sheet.file,
                count=lost,
            )
        if idle and lost < len(found):
            self.log.add(
                "note",
                "cases-idle",
                N_("{count} cases of the file of cases have no event in the log and are not counted."),
                file=cases.sheet.file,
                count=idle,
            )
        return found

    @staticmethod
    def _disagree(cases: TicketTable, key: Integers) -> bool:
        """Return whether rows of the same case differ in a column that is used."""
        rows = np.flatnonzero(key >= 0)
        for option in cases.places:
            codes, _ = cases.texts(option)
            pairs = np.unique(np.column_stack([key[rows], codes[rows]]), axis=0)
            if len(pairs) > len(np.unique(pairs[:, 0])):
                return True
        return False

    def _table(self, option: str) -> TicketTable | None:
        if self.cases is not None and option in self.cases.places:
            return self.cases
        return self.history if option in self.history.places else None

    def _by_case(self, table: TicketTable, codes: Integers, option: str) -> Integers:
        """Return the code that each case has."""
        if table is self.cases:
            return np.append(codes, -1)[self.row_of]
        self._report_changes(table, codes, option)
        return np.append(codes, -1)[self.last_row]

    def _report_changes(self, table: TicketTable, codes: Integers, option: str) -> None:
        rows = self.events.row >= 0
        case, known = self.events.case[rows], codes[self.events.row[rows]]
        pairs = np.unique(np.column_stack([case[known >= 0], known[known >= 0]]), axis=0)
        changed = int((np.bincount(pairs[:, 0], minlength=1) > 1).sum()) if len(pairs) else 0
        if changed:
            self.log.add(
                "note",
                "case-changes",
                N_("{count} cases change it in the course of their events; their last event counts."),
                file=table.sheet.file,
                column=table.header(option),
                count=changed,
            )

    def coded(self, option: str) -> Coded | None:
        """Return a column of names by case; None where no option names it."""
        table = self._table(option)
        if table is None:
            return None
        column = table.coded(option, self.mapping.unknown)
        return Coded(self._by_case(table, column.codes, option), column.names, column.header, column.unknown)

    def kept(self) -> Floats:
        """Return 1, 0 or NaN by case."""
        for option, sign in (("--kept", True), ("--breached", False)):
            table = self._table(option)
            if table is not None:
                return self._judged(table, option, sign)
        due = self._times("--due")
        if due is None:
            return np.full(len(self.events.cases), np.nan)
        done = self._times("--done") if self.mapping.done is not None else self._resolved_at()
        if done is None:
            return np.full(len(self.events.cases), np.nan)
        if due[2] and self.mapping.timezone is None and due[3] != done[3]:
            self.log.add(
                "error",
                "zones-missing",
                N_("Of the time that was promised and the time when it was done only one names its zone."),
                N_("Name the zone of the other: --timezone Europe/Madrid."),
            )
        late = done[0] > due[0]
        if not due[2]:  # a promise by day is kept until its last minute
            late = done[1] > due[1]
        known = ~(np.isnat(due[0]) | np.isnat(done[0]))
        return np.where(known, np.where(late, 0.0, 1.0), np.nan)

    def _judged(self, table: TicketTable, option: str, sign: bool) -> Floats:
        column = table.coded(option, self.mapping.unknown)
        verdicts = [is_kept(name) for name in column.names]
        rows = np.bincount(column.codes[column.codes >= 0], minlength=len(column.names))
        strange = {name: int(n) for name, n, said in zip(column.names, rows, verdicts, strict=True) if said is None}
        if strange:
            self.log.add(
                "error",
                "no-outcome",
                N_("{option}: these say neither yes nor no: {names}."),
                N_(
                    "Take a column of true and false or of the time that was left; name words for unknown by --missing."
                ),
                file=table.sheet.file,
                column=column.header,
                option=option,
                names=listed(strange),
            )
        values = np.asarray([np.nan if said is None else float(said == sign) for said in verdicts], float)
        return np.append(values, np.nan)[self._by_case(table, column.codes, option)]

    def _times(self, option: str) -> _Times | None:
        """Return a column of times by case."""
        table = self._table(option)
        found = None if table is None else times_of(table, option, self.mapping, self.log)
        if table is None or found is None:
            return None
        codes, moments = found
        by_case = self._by_case(table, codes, option)
        instant, day = take(moments.instant, by_case), take(moments.day, by_case)
        return instant, day, bool(moments.clock.any()), bool(moments.zoned.any())

    def _resolved_at(self) -> _Times | None:
        """Return the time of the first event that resolves each case."""
        found = times_of(self.history, "--time", self.mapping, self.log)
        if found is None:
            return None
        codes, moments = found
        place = np.full(len(self.events.cases), -1, np.int64)
        there = np.flatnonzero(self.events.resolved & (self.events.row >= 0))[::-1]
        place[self.events.case[there]] = codes[self.events.row[there]]
        instant, day = take(moments.instant, place), take(moments.day, place)
        return instant, day, True, bool(moments.zoned.any())
