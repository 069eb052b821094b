"""Typed tables become an organisation: the rules between rows and tables, every breach collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.answers import service_places
from cxgraph.model.arrays import Indices
from cxgraph.model.departments import assemble_departments
from cxgraph.model.names import report_service_twins
from cxgraph.model.organization import Organization, Reconciliation, Source
from cxgraph.model.periods import latest, period_end
from cxgraph.model.rows.answer_join import Joined, join_answers
from cxgraph.model.rows.answer_rows import NO_EXPECTATION, NO_FULFILMENT
from cxgraph.model.rows.scale import check_scale, mirrored, score_columns
from cxgraph.model.rows.service_rows import services_frame, sort_order
from cxgraph.model.rows.totals import without_totals
from cxgraph.model.settings import Settings
from cxgraph.model.tallies import is_grouped, people_behind
from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.wording import N_

_LISTED = 20
_OF_ANSWERS = {"no fulfilment": NO_FULFILMENT, "no expectation": NO_EXPECTATION}
"""What becomes of the answers to a service that is set aside."""


def assemble(
    services: TypedTable | None,
    departments: TypedTable | None,
    settings: Settings,
    *,
    log: ProblemLog,
    sources: tuple[Source, ...] = (),
    responses: TypedTable | None = None,
    practices: TypedTable | None = None,
    actions: TypedTable | None = None,
) -> Organization | None:
    """Check what no single cell shows and put the tables into their fixed order.

    Parameters
    ----------
    services, departments, responses, practices, actions : TypedTable or None
        What was read.
    settings : Settings
        Options.
    log : ProblemLog
        Collects every problem, errors included.
    sources : tuple of Source
        The files.

    Returns
    -------
    Organization or None
        None where `log` holds an error, whoever found it.
    """
    services, responses, practices, actions = (
        None if table is None else mirrored(table, settings) for table in (services, responses, practices, actions)
    )
    services, responses = (
        None if table is None else without_totals(table, departments, log) for table in (services, responses)
    )
    joined = Joined(services)
    if responses is not None:
        joined = join_answers(services, responses, departments, settings, log)
    services = joined.services
    if services is None and log.failed:
        check_scale(score_columns(responses), settings, log)
        return None  # what is wrong with the answers has been said
    if services is None or not len(services):
        log.add(
            "error",
            "no-services",
            N_("There are no services to analyse."),
            N_("A table of services with a supplier and a client on each row is needed."),
            file=services.file if services is not None else None,
        )
        return None
    if not {"supplier", "client"} <= set(services.frame.columns):
        return None  # whoever matched the headers has said so
    whole = _Assembly(services, joined, settings, log)
    whole.set_aside_incomplete()
    whole.choose_period()
    directory = assemble_departments(services, departments, whole.rows, settings, log)
    if directory is None:
        return None
    report_service_twins(services, whole.rows, log)
    whole.check_scores(responses)
    table = whole.canonical(directory["id"])
    if log.failed:
        return None
    tables: dict[str, pd.DataFrame] = {"departments": directory, "services": table}
    if whole.periods > 1:
        tables["history"] = whole.history(directory["id"])
    others: Mapping[str, TypedTable | None] = {"practices": practices, "actions": actions}
    tables.update({name: other.frame for name, other in others.items() if other is not None})
    if responses is not None and is_grouped(responses.frame):
        if joined.answers is not None:
            counted = joined.answers.frame
            tables["people"] = people_behind(counted, table, service_places(counted, table))
    elif responses is not None:
        tables["responses"] = responses.frame if joined.answers is None else joined.answers.kept()
    period = settings.period if whole.period is None else whole.period
    rows, answers = whole.reconciliations()
    return Organization(
        replace(settings, period=period), tuple(log.problems), rows, tuple(sources), tables, answers=answers
    )


class _Assembly:
    """The services on their way; `rows` are those still in use, `aside` the others with their reasons."""

    def __init__(self, services: TypedTable, joined: Joined, settings: Settings, log: ProblemLog) -> None:
        self.services = services
        self.joined = joined
        self.settings = settings
        self.log = log
        self.rows: Indices = np.arange(len(services))
        self.aside: list[tuple[Indices, str]] = []
        self.merged = 0
        self.period: str | None = None
        self.periods = 0

    def _set_aside(self, which: npt.NDArray[np.bool_], reason: str) -> Indices:
        """Take rows out of use and return them."""
        gone = self.rows[which]
        if len(gone):
            self.aside.append((gone, reason))
            self.rows = self.rows[~which]
        return gone

    def _codes(self, column: str) -> npt.NDArray[np.integer[Any]]:
        return self.services.frame[column].cat.codes.to_numpy()

    def set_aside_incomplete(self) -> None:
        """Refuse rows without a supplier or a client; set aside those that supply themselves."""
        for column in ("supplier", "client"):
            blank = self._codes(column) < 0
            below = blank & np.append(False, ~blank[:-1])  # the first blank cell under a filled one
            self.log.add_rows(
                "error",
                "no-" + column,
                N_("the cell is empty; every service needs a supplier and a client."),
                N_("Write the department's id in every row: merged cells leave blanks, which are never filled in.")
                if below.any()
                else N_("Write the department's id."),
                self.services,
                np.flatnonzero(blank),
                column=column,
            )
        frame = self.services.frame
        names = frame["supplier"].cat.categories
        same = frame["client"].cat.categories.get_indexer(names)
        supplier, client = self._codes("supplier"), self._codes("client")
        mirrored = np.where(supplier >= 0, same[supplier] if len(same) else -1, -1)
        gone = self._set_aside(((mirrored == client) & (client >= 0))[self.rows], N_("supplies itself"))
        self.log.add_rows(
            "warning",
            "self-supply",
            N_("{value} supplies itself; the row is set aside."),
            N_("A service goes from one department to another."),
            self.services,
            gone,
            column="supplier",
            cell=lambda row: {"value": frame["supplier"].iat[row]},
        )

    def choose_period(self) -> None:
        """Keep the rows of one period: the one asked for, else the latest."""
        if "period" not in self.services.frame.columns:
            answers = self.joined.answers
            if answers is not None and answers.period is not None and not self.joined.stated:
                self.period = answers.period
            elif self.settings.period is not None and not self.log.failed:
                self.log.add(
                    "error",
                    "no-periods",
                    N_("period {value} is asked for, but the services have no column of periods."),
                    N_("Leave the period out."),
                    file=self.services.file,
                    value=self.settings.period,
                )
            return
        column = self.services.frame["period"].cat
        used = np.unique(self._codes("period")[self.rows])
        known = [str(column.categories[code]) for code in used if code >= 0]
        self.periods = len(known)
        if not known:
            return
        wanted = self.settings.period or latest(known)
        if wanted not in known:
            self.log.add(
                "error",
                "unknown-period",
                N_("period {value} is not in the table; it has {known}."),
                N_("Ask for one of these, or for none to read the latest."),
                file=self.services.file,
                value=wanted,
                known=", ".join(sorted(known)),
            )
            return
        self.period = wanted
        code = column.categories.get_loc(wanted)
        codes = self._codes("period")
        blank = self._set_aside(codes[self.rows] < 0, N_("no period"))
        self.log.add_rows(
            "warning",
            "no-period",
            N_("the period is empty; the row is set aside."),
            N_("Write the period as in the other rows."),
            self.services,
            blank,
            column="period",
        )
        gone = self._set_aside(codes[self.rows] != code, N_("another period"))
        if len(gone) and not self.joined.derived:
            self.log.add(
                "note",
                "period-chosen",
                N_(
                    "The services hold {count} {count:period|periods} ({known}); {value} is read and "
                    "{rows} {rows:row|rows} of the others {rows:is|are} set aside."
                ),
                N_("Another one is read with the option period."),
                file=self.services.file,
                count=len(known),
                known=", ".join(sorted(known, key=period_end)),
                value=wanted,
                rows=len(gone),
            )

    def check_scores(self, responses: TypedTable | None) -> None:
        """Check scores against the scale; tell which rows have none.

        Where cells were faulty already, what is missing is not told: it would be a consequence of those faults.
        """
        faulty = self.log.failed
        frame, settings = self.services.frame, self.settings
        present = [column for column in ("expectation", "fulfilment") if column in frame.columns]
        scores = {column: frame[column].to_numpy()[self.rows] for column in present}
        answers = self.joined.answers
        single = score_columns(responses, None if answers is None else np.flatnonzero(answers.used))
        stated = [] if self.joined.derived else score_columns(self.services, self.rows)
        check_scale([*stated, *single], settings, self.log)
        if faulty:
            return
        importance = frame["importance"].to_numpy()[self.rows] if "importance" in frame.columns else None
        if importance is not None and np.isnan(importance).any() and not np.isnan(importance).all():
            self.log.add(
                "note",
                "importance-default",
                N_(
                    "{count} {count:service has no importance; it counts|services have no importance; each "
                    "counts} as 1, the default."
                ),
                N_("Fill the cells in where it matters."),
                file=self.services.file,
                column=self.services.headers.get("importance"),
                count=int(np.isnan(importance).sum()),
            )
        missing = np.full(len(self.rows), True)
        absent = np.full(len(self.rows), True)
        if "fulfilment" in scores:
            missing = np.isnan(scores["fulfilment"])
        if "expectation" in scores:
            absent = np.isnan(scores["expectation"])
        needs_expectation = settings.scoring != "perception"
        usable = ~missing & (~absent if needs_expectation else True)
        if not usable.any():
            self._refuse_unscored(bool(missing.all()), bool(absent.all()))
            return
        self._tell_weightless(self.rows[usable])
        self._tell_unscored(self.rows[missing], "fulfilment", N_("no fulfilment"))
        if needs_expectation:
            self._tell_unscored(self.rows[absent & ~missing], "expectation", N_("no expectation"))
        if "expectation" in scores:
            bottom = self.rows[usable & (scores["expectation"] <= settings.scale[0])]
            self.log.add_rows(
                "note",
                "expects-nothing",
                N_("the expectation is the bottom of the scale: nothing is expected, so nothing can fall short."),
                "",
                self.services,
                bottom,
                column="expectation",
            )

    def _tell_weightless(self, rows: Indices) -> None:
        """Say who receives scored services of which none matters to it."""
        frame = self.services.frame
        if "importance" not in frame.columns:
            return
        client = self._codes("client")[rows]
        names = frame["client"].cat.categories
        given = np.bincount(client[client >= 0], minlength=len(names))
        weight = np.nan_to_num(frame["importance"].to_numpy()[rows], nan=1.0)
        counts = np.bincount(client[client >= 0], (weight > 0)[client >= 0], len(names))
        idle = sorted(str(names[code]) for code in np.flatnonzero((given > 0) & (counts == 0)).tolist())
        if idle:
            self.log.add(
                "warning",
                "nothing-counts",
                N_("All services that these receive have importance 0, so that none of them counts: {names}."),
                N_("Give the services that matter an importance above 0."),
                file=self.services.file,
                column=self.services.headers.get("importance"),
                names=", ".join(idle[:_LISTED]) + (f" (+{len(idle) - _LISTED})" if len(idle) > _LISTED else ""),
            )

    def _tell_unscored(self, rows: Indices, column: str, reason: str) -> None:
        if len(rows) == 0:
            return
        self.aside.append((rows, reason))
        hint = (
            N_("Ask the client, or score by perception alone (scoring = perception).")
            if column == "expectation"
            else N_("Ask the client what it gets.")
        )
        message = (
            N_("the service has no expectation; it is left out, nothing is assumed.")
            if column == "expectation"
            else N_("the service has no fulfilment; it is left out, nothing is assumed.")
        )
        self.log.add_rows("warning", reason.replace(" ", "-"), message, hint, self.services, rows, column=column)

    def _refuse_unscored(self, no_fulfilment: bool, no_expectation: bool) -> None:
        lacking = {"fulfilment": no_fulfilment, "expectation": no_expectation}
        blamed = [self.log.blames(self.services, column) for column, none in lacking.items() if none]
        if any(blamed):
            return  # the header that is misspelt is the error, not the column that it leaves empty
        if no_fulfilment and no_expectation:
            message = N_("None of the {count} services has a score: the table says who supplies whom, not how well.")
        elif no_fulfilment:
            message = N_(
                "None of the {count} services has a fulfilment: the table says what clients expect, not what they get."
            )
        elif no_expectation:
            message = N_("None of the {count} services has an expectation, so there is nothing to fall short of.")
        else:
            message = N_("None of the {count} services has both an expectation and a fulfilment.")
        self.log.add(
            "error",
            "no-scores",
            message,
            N_(
                "Ask each client what level it expects of each service and what level it gets, both on "
                "one scale, and fill in the columns expectation and fulfilment: cxgraph ask ORG --what "
                "scores -o FOLDER writes the questionnaires. With fulfilments alone, scoring = perception "
                "compares them with the top of the scale."
            ),
            file=self.services.file,
            count=len(self.rows),
        )

    def canonical(self, ids: pd.Series) -> pd.DataFrame:
        """Return the rows in use sorted by supplier, client and service, with defaults filled in; merge repeats."""
        table = services_frame(self.services, self.rows, ids)
        order = sort_order(table)
        table = table.take(order)
        keys = [table[name].cat.codes.to_numpy() for name in ("supplier", "client", "service")]
        same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys]) if len(table) else np.zeros(0, bool)
        if len(table):  # names that are unknown are told as such; two of them are no two rows of one service
            same &= (keys[0][1:] >= 0) & (keys[1][1:] >= 0)
        repeats = np.flatnonzero(same) + 1
        if len(repeats):
            table = self._merge_repeats(table, self.rows[order], repeats)
        return table.reset_index(drop=True)

    def _merge_repeats(self, table: pd.DataFrame, rows: Indices, repeats: Indices) -> pd.DataFrame:
        """Merge rows that say the same twice; refuse those that say two things of one service."""
        said = table.drop(columns="line")
        equal = np.ones(len(repeats), bool)
        for name in said.columns:
            values = said[name].cat.codes.to_numpy() if said[name].dtype == "category" else said[name].to_numpy()
            here, before = values[repeats], values[repeats - 1]
            equal &= (here == before) | (pd.isna(here) & pd.isna(before))

        def cell(row: int) -> dict[str, Any]:
            at = int(np.flatnonzero(rows == row)[0])
            names = {name: str(table[name].iat[at]) for name in ("supplier", "client", "service")}
            return {"value": names["service"], **names, "other": self.services.place(int(rows[at - 1]))}

        in_lines = self.services.lines is not None
        self.log.add_rows(
            "error",
            "duplicate-service",
            N_(
                "{supplier} gives {client} the service {service!r} twice, with different values; "
                "the other is on line {other}."
            )
            if in_lines
            else N_("{supplier} gives {client} the service {service!r} twice, with other values in row {other}."),
            N_(
                "Two services need two names; answers of several people to one service belong in responses.csv, a row "
                "each; of a row entered twice keep one."
            ),
            self.services,
            rows[repeats[~equal]],
            column="service",
            cell=cell,
        )
        self.log.add_rows(
            "warning",
            "repeated-row",
            N_(
                "the row repeats line {other} to the letter; the two are merged, and their importances are not added "
                "up."
            )
            if in_lines
            else N_("the row repeats row {other}; the two are merged, and their importances are not added up."),
            N_("If it is a second service, give it a name of its own; a weightier one, write its importance."),
            self.services,
            rows[repeats[equal]],
            column="service",
            cell=cell,
        )
        # A repeat without scores is already accounted for among the rows set aside.
        unscored = np.concatenate([gone for gone, _ in self.aside]) if self.aside else np.zeros(0, np.intp)
        self.merged = int((~np.isin(rows[repeats[equal]], unscored)).sum())
        keep = np.ones(len(table), bool)
        keep[repeats[equal]] = False
        return pd.DataFrame(table[keep])

    def history(self, ids: pd.Series) -> pd.DataFrame:
        """Return the rows of every period that are complete and between known departments."""
        codes = self._codes("period")
        rows = np.flatnonzero((codes >= 0) & (self._codes("supplier") >= 0) & (self._codes("client") >= 0))
        table = services_frame(self.services, rows, ids)
        table["period"] = self.services.frame["period"].take(rows).reset_index(drop=True)
        known = (table["supplier"].cat.codes >= 0) & (table["client"].cat.codes >= 0)
        differ = table["supplier"].cat.codes.to_numpy() != table["client"].cat.codes.to_numpy()
        kept = pd.DataFrame(table[known.to_numpy() & differ])
        return kept.take(sort_order(kept)).reset_index(drop=True)

    def reconciliations(self) -> tuple[Reconciliation, Reconciliation | None]:
        """Account for every row of the services, or of the answers they are made of, and for answers beside them."""
        answers = self.joined.answers
        if self.joined.derived and answers is not None:
            for rows, reason in self.aside:
                if reason in _OF_ANSWERS:
                    answers = answers.about(self.services.frame.iloc[rows], _OF_ANSWERS[reason])
            return answers.reconciliation(), None
        lines = self.services.lines
        parts = [
            pd.DataFrame({"line": rows + 1 if lines is None else lines[rows], "reason": reason})
            for rows, reason in self.aside
            if len(rows)
        ]
        gone = (
            pd.concat(parts, ignore_index=True)
            if parts
            else pd.DataFrame({"line": np.zeros(0, np.int64), "reason": pd.Series([], dtype=str)})
        )
        gone = gone.sort_values("line", kind="stable", ignore_index=True)
        whole = Reconciliation(len(self.services), self.merged, gone)
        return whole, None if answers is None else answers.reconciliation()
