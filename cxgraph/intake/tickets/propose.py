"""Which tool a log is from, and the command line that reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxgraph.intake.exports.sheet import Sheet, comparable
from cxgraph.intake.exports.times import read_moments
from cxgraph.intake.tickets.mapping import TicketMapping, is_kept
from cxgraph.intake.tickets.profiles import PLAIN_LIFECYCLE, RESOLVED, TICKET_TOOLS, TicketTool
from cxgraph.tables.schema import fold

_WRAPPED = re.compile(r"(?:custom field|campo personalizado)\s*\((.*)\)", re.I)
_ANY = TICKET_TOOLS[-1]
_DAY_FIRST = "DMY"


@dataclass(frozen=True, slots=True)
class TicketProposal:
    """What was recognised, and what could not be.

    Attributes
    ----------
    tool : TicketTool
        The last of `TICKET_TOOLS` where it is not known by name.
    kind : {"events", "changes", "list", "other"}
        A row per event, per changed field or per case; or no log at all.
    options : tuple of tuple of str
        Options of the command line in order, each with its values.
    lacking : tuple of str
        Options that somebody has to fill in.
    doubtful_dates : bool
        Whether no time tells if the day or the month comes first; day first is proposed then.
    """

    tool: TicketTool
    kind: str
    options: tuple[tuple[str, ...], ...]
    lacking: tuple[str, ...]
    doubtful_dates: bool


def find_tool(headers: Sequence[str], like: str | None = None) -> TicketTool:
    """Return the tool whose own headers are most; the one without name where no tool has enough of them.

    Parameters
    ----------
    headers : sequence of str
        Of a file.
    like : str, optional
        The name of a tool, where the user knows it.

    Returns
    -------
    TicketTool
        From `TICKET_TOOLS`.

    Examples
    --------
    >>> find_tool(["Issue key", "Issue Type", "Created"]).name
    'jira'
    """
    if like is not None:
        return next(tool for tool in TICKET_TOOLS if tool.name == like)
    own = {_bare(header) for header in headers}
    weights = {tool: len(own.intersection(tool.marks)) + 2 * len(own.intersection(tool.sure)) for tool in TICKET_TOOLS}
    best = max(TICKET_TOOLS, key=lambda tool: weights[tool])
    return best if weights[best] >= 2 else _ANY


def propose_tickets(sheet: Sheet, cases: Sheet | None = None, like: str | None = None) -> TicketProposal:
    """Recognise a log and propose the options that read it.

    Parameters
    ----------
    sheet : Sheet
        The log.
    cases : Sheet, optional
        The file with a row per case.
    like : str, optional
        The name of a tool, where the user knows it.

    Returns
    -------
    TicketProposal
        Proposed by the names of columns and by what stands in them; nothing is read by it unless the user says so.
    """
    tool = find_tool(sheet.headers, like)
    if tool is _ANY and cases is not None:  # a changelog's plain headers tell less than those of the list beside it
        tool = find_tool(cases.headers)
    return _Proposer(sheet, cases, tool).proposal()


def completed(mapping: dict[str, object], proposal: TicketProposal) -> TicketMapping | None:
    """Fill options that the user left out with the proposed ones; None where one that is needed is lacking.

    Parameters
    ----------
    mapping : dict
        Fields of `TicketMapping` that the user gave.
    proposal : TicketProposal
        From `propose_tickets`.

    Returns
    -------
    TicketMapping or None
        Promises are alternatives: where the user named one, none is added.
    """
    filled = dict(mapping)
    promised = {"kept", "breached", "due", "done"} & filled.keys()
    several: dict[str, list[str]] = {}
    for option, *values in proposal.options:
        value = values[0]
        name = option.removeprefix("--").replace("-", "_")
        if name in ("resolved", "missing", "date_format"):
            several.setdefault({"date_format": "date_formats"}.get(name, name), []).append(value)
        elif name == "state":
            filled.setdefault("state", tuple(value.split("+")))
        elif name == "changes":
            filled.setdefault("changes", tuple(values))
        elif name in ("kept", "breached", "due", "done") and promised:
            continue
        elif name != "cases":
            filled.setdefault(name, value)
    for name, words in several.items():
        # A date order is proposed to be confirmed: it is never filled in behind the user's back.
        if name != "date_formats":
            filled.setdefault(name, tuple(words))
    if not {"case", "group", "time"} <= filled.keys():
        return None
    return TicketMapping(**filled)  # type: ignore[arg-type]


def _bare(header: str) -> str:
    wrapped = _WRAPPED.fullmatch(header.strip())
    bare: str = fold(wrapped[1] if wrapped else header)
    return bare


class _Proposer:
    """Looks for every column by the tool's names, then by anybody's."""

    def __init__(self, sheet: Sheet, cases: Sheet | None, tool: TicketTool) -> None:
        self.sheet, self.cases, self.tool = sheet, cases, tool
        self.options: list[tuple[str, ...]] = []
        self.lacking: list[str] = []

    def proposal(self) -> TicketProposal:
        changes = tuple(self._place(self.sheet, role) for role in ("field", "old", "new"))
        case, time = self._case(), self._time()
        if None not in changes:
            kind = "changes"
            self._add("--case", case)
            self._fields([place for place in changes if place is not None])
        else:
            group, state = self._place(self.sheet, "group"), self._place(self.sheet, "state")
            named = self._place(self.sheet, "case") is not None and (group is not None or state is not None)
            kind = "events" if time is not None and named else "other"
            if kind == "events" and self._is_list(case):
                kind = "list" if self.tool.name else "other"
            self._add("--case", case)
            self._add("--group", group)
            self._states(state)
            self._missing(group)
        self._add("--time", time)
        self._facts()
        doubtful = kind in ("events", "changes") and self._doubtful(time)
        if doubtful:
            self.options.append(("--date-format", _DAY_FIRST))
        return TicketProposal(self.tool, kind, tuple(self.options), tuple(self.lacking), doubtful)

    def _names(self, role: str) -> tuple[str, ...]:
        return (*getattr(self.tool, role), *getattr(_ANY, role))

    def _place(self, sheet: Sheet, role: str) -> int | None:
        """Return the column of a role: the first of the names that any header has."""
        headers = [_bare(header) for header in sheet.headers]
        filled = [any(row[place].strip() for row in sheet.sample) for place in range(len(headers))]
        for name in self._names(role):
            for place, header in enumerate(headers):
                if header == name and filled[place]:
                    return place
        return None

    def _called(self, sheet: Sheet, place: int) -> str:
        """Return how an option names a column: its header, or its number where several are called so."""
        header = " ".join(sheet.headers[place].split())
        alone = sum(comparable(other) == comparable(header) for other in sheet.headers) == 1
        return header if header and alone else str(place + 1)

    def _add(self, option: str, place: int | None, sheet: Sheet | None = None) -> None:
        if place is None:
            self.lacking.append(option)
        else:
            self.options.append((option, self._called(sheet or self.sheet, place)))

    def _column(self, place: int) -> list[str]:
        return [row[place].strip() for row in self.sheet.sample]

    def _time(self) -> int | None:
        named = self._place(self.sheet, "time")
        if named is not None and self._times(named):
            return named
        return next((place for place in range(len(self.sheet.headers)) if self._times(place)), named)

    def _times(self, place: int) -> bool:
        texts = [text for text in dict.fromkeys(self._column(place)) if text]
        return bool(texts) and not read_moments(texts).unread

    def _case(self) -> int | None:
        """Return the column of the case by name, else the first one that repeats itself the least."""
        named = self._place(self.sheet, "case")
        if named is not None:
            return named
        rows = len(self.sheet.sample)
        kinds = {place: len(set(self._column(place))) for place in range(len(self.sheet.headers))}
        fit = [place for place, number in kinds.items() if 1 < number < rows and not self._times(place)]
        return max(fit, key=lambda place: kinds[place], default=None)

    def _is_list(self, case: int | None) -> bool:
        if case is None:
            return False
        columns = self.sheet.read([case])
        if columns is None:
            return False
        cells = columns.cells[case]
        counts = np.bincount(np.asarray(cells.codes), minlength=len(cells.categories))
        return len(columns) > 1 and int(counts.max(initial=0)) == 1

    def _values(self, place: int) -> list[str]:
        """Return every value of a column, the whole file through."""
        columns = self.sheet.read([place])
        return [] if columns is None else [" ".join(str(text).split()) for text in columns.cells[place].categories]

    def _states(self, state: int | None) -> None:
        if state is None:
            return
        places = [state]
        substate = self._place(self.sheet, "substate")
        if substate is not None and substate != state:
            said = {fold(value) for value in self._values(substate)}
            if not said <= PLAIN_LIFECYCLE | {""}:
                places.append(substate)
        values = [value for place in places for value in self._values(place)]
        resolved = [value for value in dict.fromkeys(values) if fold(value) in RESOLVED]
        if not resolved:
            return  # a column none of whose values ends a case is an activity rather than a state
        self.options.append(("--state", "+".join(self._called(self.sheet, place) for place in places)))
        self.options.extend(("--resolved", value) for value in resolved)

    def _fields(self, changes: list[int]) -> None:
        """Propose the names of the fields of a log of changes."""
        fields = {fold(value): value for value in self._values(changes[0]) if value}
        group = next((fields[name] for name in self._names("group_field") if name in fields), None)
        state = next((fields[name] for name in self._names("state_field") if name in fields), None)
        self.options.append(("--changes", *(self._called(self.sheet, place) for place in changes)))
        if group is None:
            self.lacking.append("--group")
        else:
            self.options.append(("--group", group))
        resolved = [value for value in self._values(changes[2]) if fold(value) in RESOLVED]
        if state is not None and resolved:
            self.options.append(("--state", state))
            self.options.extend(("--resolved", value) for value in dict.fromkeys(resolved))

    def _missing(self, group: int | None) -> None:
        if group is not None and self.tool.missing:
            there = set(self._values(group))
            self.options.extend(("--missing", word) for word in self.tool.missing if word in there)

    def _facts(self) -> None:
        """Propose customer, service and promise, from the file of cases where there is one."""
        files = [self.sheet] if self.cases is None else [self.cases, self.sheet]
        if self.cases is not None:
            key = self._key(self.cases)
            if key is None:
                self.lacking.append("--cases-key")
            else:
                self.options.append(("--cases-key", self._called(self.cases, key)))
        for role in ("customer", "service"):
            self._first(files, role)
        for role in ("kept", "breached"):
            if self._first(files, role):
                return
        if self._first(files, "due"):
            self._first(files, "done")

    def _first(self, files: list[Sheet], role: str) -> bool:
        for sheet in files:
            place = self._place(sheet, role)
            if place is not None and self._fits(sheet, place, role):
                self.options.append((f"--{role}", self._called(sheet, place)))
                return True
        return False

    def _fits(self, sheet: Sheet, place: int, role: str) -> bool:
        """Return whether what stands in a column can be what its name promises."""
        unknown = TicketMapping("", "", "").unknown
        texts = [text for text in {row[place].strip() for row in sheet.sample} if comparable(text) not in unknown]
        if role in ("kept", "breached"):
            return bool(texts) and all(is_kept(text) is not None for text in texts)
        if role in ("due", "done"):
            return bool(texts) and not read_moments(texts).unread
        return bool(texts)

    def _key(self, cases: Sheet) -> int | None:
        """Return the column of the second file that holds the cases of the log."""
        place = self._case()
        if place is None:
            return None
        own = set(self._values(place)) - {""}
        best, most = None, 0
        for other in range(len(cases.headers)):
            shared = sum(row[other].strip() in own for row in cases.sample)
            if shared > most:
                best, most = other, shared
        return best

    def _doubtful(self, time: int | None) -> bool:
        if time is None:
            return False
        return bool(read_moments([text for text in self._values(time) if text]).doubtful)
