"""From a log to the tables of an organisation, with an account of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxgraph.errors import InputError, ParameterError
from cxgraph.intake.exports.persons import pseudonyms
from cxgraph.intake.exports.sheet import Sheet
from cxgraph.intake.tickets.cases import CaseFacts, read_cases, read_facts, split_columns
from cxgraph.intake.tickets.events import Events
from cxgraph.intake.tickets.handovers import HandOvers, Turns, hand_overs, turns_of
from cxgraph.intake.tickets.log import open_log, read_events
from cxgraph.intake.tickets.mapping import TicketMapping
from cxgraph.intake.tickets.table import Coded
from cxgraph.model.arrays import Floats, Integers
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_, Translator

FINISHED = N_("Assigned work finished without passing on")
ARRIVED = N_("Work handed over that did not come straight back")
PROMISE = N_("Case done as promised")
CUSTOMERS = N_("Customers")
_PERSON, _CASE, _CUSTOMER, _SERVICE = N_("Person"), N_("Case"), N_("Customer"), N_("Service")


@dataclass(frozen=True, eq=False)
class TicketImport:
    """An organisation out of a log.

    Attributes
    ----------
    responses, departments : DataFrame
        The tables to be written, in an order that does not depend on that of the log.
    counts : mapping
        What import.json holds: ``events``, ``cases`` ... and ``departments``, each with ``held``, ``held_first`` and
        ``handed_on``.
    open_hand_overs : int
        Hand-overs whose taker has not finished: unknown, and no answer.
    own_outcomes : int
        Outcomes whose customer is the supplier itself, or who have no supplier: no answer either.
    hidden : int
        Names of people, e-mail or network addresses that were replaced.
    ended : bool
        Whether every case was taken to have ended with its last event, because no state is told.
    pooled : bool
        Whether there is an outcome but no column of customers, so that all cases have the same customer.
    promised : bool
        Whether any column says anything about the promise to the customer.
    rows : int
        Rows of the log.
    """

    responses: pd.DataFrame
    departments: pd.DataFrame
    counts: Mapping[str, Any]
    open_hand_overs: int
    own_outcomes: int
    hidden: int
    ended: bool
    pooled: bool
    promised: bool
    rows: int


def import_tickets(
    history: Sheet, mapping: TicketMapping, translate: Translator, log: ProblemLog, cases: Sheet | None = None
) -> TicketImport:
    """Follow the cases of a log through their groups.

    Parameters
    ----------
    history : Sheet
        The log: a row per event, or a row per changed field.
    mapping : TicketMapping
        What its columns mean.
    translate : Translator
        Language of the services' names.
    log : ProblemLog
        Takes warnings and notes.
    cases : Sheet, optional
        A second file, with a row per case.

    Returns
    -------
    TicketImport
        A hand-over A -> B makes B the supplier of A (or A that of B with ``supplier="sender"``), the outcome makes
        the first (or last) holder the supplier of the customer.

    Raises
    ------
    InputError
        With everything that is wrong.
    ParameterError
        Options that exclude each other, or a time zone that does not exist.
    """
    _check_options(mapping, cases)
    here, there = split_columns(mapping, history, cases)
    table = open_log(history, mapping, here, log)
    second = None if cases is None else read_cases(cases, there, mapping.cases_key or "", log)
    if table is None or (cases is not None and second is None):
        raise InputError(log.problems)
    events = read_events(table, mapping, log)
    facts = None if events is None else read_facts(events, table, second, mapping, log)
    if events is None or facts is None or log.failed:
        raise InputError(log.problems)
    found = _assembled(
        events,
        facts,
        mapping,
        translate,
        len(table),
        table.header("--group") if "--group" in table.places else mapping.group,
    )
    if not len(found.responses):
        log.add(
            "error",
            "no-answers",
            N_("No case was handed over, and none has an outcome: there is nothing to write."),
            N_("Check --group and --state, or name what was promised (--kept, --breached or --due)."),
            file=history.file,
        )
        raise InputError(log.problems)
    return found


def _check_options(mapping: TicketMapping, cases: Sheet | None) -> None:
    if (cases is None) != (mapping.cases_key is None):
        raise ParameterError(N_("--cases FILE and --cases-key COLUMN go together."))
    promises = [name for name in ("kept", "breached", "due") if getattr(mapping, name) is not None]
    if len(promises) > 1:
        raise ParameterError(
            N_("{options} mean the same; choose one."),
            options=", ".join(f"--{name}" for name in promises),
        )
    if mapping.done is not None and mapping.due is None:
        raise ParameterError(N_("--done needs --due, the time that was promised."))
    if mapping.resolved and not mapping.state:
        raise ParameterError(N_("--resolved needs --state, the column that it is a value of."))


def _assembled(
    events: Events, facts: CaseFacts, mapping: TicketMapping, translate: Translator, rows: int, group_header: str
) -> TicketImport:
    ended = not mapping.state
    turns = turns_of(events)
    moves = hand_overs(turns, by_sender=mapping.supplier == "sender", ended=ended)
    groups, hidden = pseudonyms(events.groups, group_header, translate(_PERSON))
    case_names, hidden_cases = pseudonyms(events.cases, "", translate(_CASE))
    customer = _named(facts.customer, events, translate(_CUSTOMER))
    service = _named(facts.service, events, translate(_SERVICE))
    hidden += hidden_cases + customer[2] + service[2]
    if facts.customer is None:
        customer = (np.zeros(len(events.cases), np.int64), (translate(CUSTOMERS),), 0)
    outcomes = _outcomes(events, turns, facts, customer, mapping)
    answers = [_moves_frame(events, moves, groups, mapping, translate)]
    answers.append(_outcomes_frame(events, turns, outcomes, groups, customer, service, translate))
    responses = pd.concat(answers, ignore_index=True)
    own = int((responses["supplier"] == responses["client"]).sum())
    responses = responses[responses["supplier"] != responses["client"]]
    responses = responses.assign(case=[case_names[number] for number in responses["number"]])
    responses = responses.sort_values(["number", "turn"], kind="stable")
    columns = ["date", "case", "supplier", "client", "service", "expectation", "fulfilment", "source"]
    return TicketImport(
        responses[columns].reset_index(drop=True),
        _departments(turns, groups, outcomes, customer[1]),
        _counts(events, turns, moves, facts, outcomes, groups),
        int(np.isnan(moves.fulfilment).sum()),
        own,
        hidden,
        ended,
        facts.customer is None and facts.promised,
        facts.promised,
        rows,
    )


@dataclass(frozen=True, eq=False)
class _Outcomes:
    """Cases that somebody held; arrays of shape (held cases,)."""

    case: Integers
    holder: Integers
    customer: Integers
    kept: Floats


def _outcomes(
    events: Events,
    turns: Turns,
    facts: CaseFacts,
    customer: tuple[Integers, tuple[str, ...], int],
    mapping: TicketMapping,
) -> _Outcomes:
    """Return the cases that have a holder and a customer, and what became of the promise."""
    del events
    chosen = np.flatnonzero(turns.first if mapping.holder == "first" else turns.last)
    case = turns.case[chosen]
    known = customer[0][case] >= 0
    case, holder = case[known], turns.group[chosen][known]
    return _Outcomes(case, holder, customer[0][case], facts.kept[case])


def _named(column: Coded | None, events: Events, word: str) -> tuple[Integers, tuple[str, ...], int]:
    """Return the number of each case's content, the contents as they may be shown, and how many are hidden."""
    if column is None:
        return np.full(len(events.cases), -1, np.int64), (), 0
    names, hidden = pseudonyms(column.names, column.header, word)
    return column.codes, names, hidden


def _moves_frame(
    events: Events, moves: HandOvers, groups: tuple[str, ...], mapping: TicketMapping, translate: Translator
) -> pd.DataFrame:
    told = ~np.isnan(moves.fulfilment)
    giver = [groups[code] for code in moves.giver[told]]
    taker = [groups[code] for code in moves.taker[told]]
    by_sender = mapping.supplier == "sender"
    return pd.DataFrame(
        {
            "number": moves.case[told],
            "turn": moves.event[told],
            "date": _days(events.day[moves.event[told]]),
            "supplier": giver if by_sender else taker,
            "client": taker if by_sender else giver,
            "service": translate(ARRIVED if by_sender else FINISHED),
            "expectation": 1,
            "fulfilment": moves.fulfilment[told].astype(np.int64),
            "source": "ticket",
        }
    )


def _outcomes_frame(
    events: Events,
    turns: Turns,
    outcomes: _Outcomes,
    groups: tuple[str, ...],
    customer: tuple[Integers, tuple[str, ...], int],
    service: tuple[Integers, tuple[str, ...], int],
    translate: Translator,
) -> pd.DataFrame:
    told = ~np.isnan(outcomes.kept)
    case = outcomes.case[told]
    about = service[0][case]
    return pd.DataFrame(
        {
            "number": case,
            "turn": len(events.case),
            "date": _days(events.day[turns.end[case]]),
            "supplier": [groups[code] for code in outcomes.holder[told]],
            "client": [customer[1][code] for code in outcomes.customer[told]],
            "service": [service[1][code] if code >= 0 else translate(PROMISE) for code in about],
            "expectation": 1,
            "fulfilment": outcomes.kept[told].astype(np.int64),
            "source": "ticket",
        }
    )


def _days(days: np.ndarray) -> list[str]:
    return ["" if np.isnat(day) else str(day) for day in days]


def _departments(
    turns: Turns, groups: tuple[str, ...], outcomes: _Outcomes, customers: tuple[str, ...]
) -> pd.DataFrame:
    """Return the groups that held anything, and the customers, weighed by their cases."""
    holders = {groups[code] for code in np.unique(turns.group)}
    cases = np.bincount(outcomes.customer, minlength=len(customers))
    known = np.zeros(len(customers), bool)
    known[outcomes.customer[~np.isnan(outcomes.kept)]] = True
    outside = {
        name: int(count)
        for name, count, told in zip(customers, cases, known, strict=True)
        if told and name not in holders
    }
    rows: list[tuple[str, str, int | str]] = [(name, "internal", "") for name in sorted(holders)]
    rows += [(name, "external_customer", outside[name]) for name in sorted(outside)]
    return pd.DataFrame(rows, columns=["id", "kind", "weight"])


def _counts(
    events: Events, turns: Turns, moves: HandOvers, facts: CaseFacts, outcomes: _Outcomes, groups: tuple[str, ...]
) -> dict[str, Any]:
    cases, size = len(events.cases), len(groups)
    named = np.zeros(cases, bool)
    named[events.case[events.group >= 0]] = True
    held = np.bincount(turns.group, minlength=size)
    first = np.bincount(turns.group[turns.first], minlength=size)
    handed = np.bincount(moves.giver, minlength=size)
    departments = {
        groups[code]: {"held": int(held[code]), "held_first": int(first[code]), "handed_on": int(handed[code])}
        for code in sorted(np.flatnonzero(held), key=lambda code: groups[code])
    }
    without = cases if facts.customer is None else int((facts.customer.codes < 0).sum())
    return {
        "events": int(events.rows.sum()),
        "cases": cases,
        "events_without_group": int(events.rows[events.group < 0].sum()),
        "cases_without_group": int((~named).sum()),
        "cases_without_customer": without,
        "hand_overs": len(moves.case),
        "pairs": len(np.unique(np.column_stack([moves.giver, moves.taker]), axis=0)),
        "after_resolution": turns.after_resolution,
        "kept": int((outcomes.kept == 1).sum()),
        "missed": int((outcomes.kept == 0).sum()),
        "unknown": int(np.isnan(outcomes.kept).sum()),
        "departments": departments,
    }
