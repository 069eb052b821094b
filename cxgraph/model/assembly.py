"""Typed tables become an organisation: the rules between rows and tables, every breach collected."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.answers import join_answers
from cxgraph.model.arrays import Indices
from cxgraph.model.departments import assemble_departments
from cxgraph.model.organization import Organization, Reconciliation, Source
from cxgraph.model.settings import USUAL_SCALES, Settings
from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.wording import N_


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
    if responses is not None:
        services = join_answers(services, responses, departments, settings, log)
        if services is None and log.failed:
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
    whole = _Assembly(services, settings, log)
    whole.set_aside_incomplete()
    whole.choose_period()
    directory = assemble_departments(services, departments, whole.rows, settings, log)
    if directory is None:
        return None
    whole.check_scores()
    table = whole.canonical(directory["id"])
    rows = whole.reconciliation()
    if log.failed:
        return None
    tables: dict[str, pd.DataFrame] = {"departments": directory, "services": table}
    if whole.periods > 1:
        tables["history"] = whole.history(directory["id"])
    others: Mapping[str, TypedTable | None] = {"responses": responses, "practices": practices, "actions": actions}
    tables.update({name: other.frame for name, other in others.items() if other is not None})
    period = settings.period if whole.period is None else whole.period
    return Organization(replace(settings, period=period), tuple(log.problems), rows, tuple(sources), tables)


class _Assembly:
    """The services on their way; `rows` are those still in use, `aside` the others with their reasons."""

    def __init__(self, services: TypedTable, settings: Settings, log: ProblemLog) -> None:
        self.services = services
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
            self.log.add_rows(
                "error",
                "no-" + column,
                N_("the cell is empty; every service needs a supplier and a client."),
                N_("Write the department's id."),
                self.services,
                np.flatnonzero(self._codes(column) < 0),
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
            if self.settings.period is not None:
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
        wanted = self.settings.period or max(known, key=period_end)
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
        if len(gone):
            self.log.add(
                "note",
                "period-chosen",
                N_(
                    "The services hold {count} periods ({known}); {value} is "
                    "read and {rows} rows of the others are set aside."
                ),
                N_("Another one is read with the option period."),
                file=self.services.file,
                count=len(known),
                known=", ".join(sorted(known, key=period_end)),
                value=wanted,
                rows=len(gone),
            )

    def check_scores(self) -> None:
        """Check scores against the scale; tell which rows have none.

        Where cells were faulty already, what is missing is not told: it would be a consequence of those faults.
        """
        faulty = self.log.failed
        frame, settings = self.services.frame, self.settings
        present = [column for column in ("expectation", "fulfilment") if column in frame.columns]
        scores = {column: frame[column].to_numpy()[self.rows] for column in present}
        self._check_scale(scores, faulty)
        if faulty:
            return
        importance = frame["importance"].to_numpy()[self.rows] if "importance" in frame.columns else None
        if importance is not None and np.isnan(importance).any() and not np.isnan(importance).all():
            self.log.add(
                "note",
                "importance-default",
                N_("{count} services have no importance; each counts as 1, the default."),
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

    def _check_scale(self, scores: Mapping[str, npt.NDArray[np.float64]], faulty: bool) -> None:
        bottom, top = self.settings.scale
        everything = np.concatenate(list(scores.values())) if scores else np.zeros(0)
        everything = everything[~np.isnan(everything)]
        if len(everything) == 0:
            return
        low, high = float(everything.min()), float(everything.max())
        fits = [scale for scale in USUAL_SCALES if scale[0] <= low and high <= scale[1]]
        if low < bottom or high > top:
            advice = (
                N_(
                    "All scores would fit the scale {fit_low:g} to {fit_high:g}; if that is theirs, set the scale "
                    "to it (--scale {fit_low:g} {fit_high:g})."
                )
                if fits
                else N_("Correct the scores, or set the organisation's scale (--scale BOTTOM TOP).")
            )
            shown = {"low": bottom, "high": top}
            if fits:
                shown |= {"fit_low": fits[0][0], "fit_high": fits[0][1]}
            for column, values in scores.items():
                off = self.rows[(values < bottom) | (values > top)]
                found = self.services.frame[column].to_numpy(dtype=float)
                self.log.add_rows(
                    "error",
                    "off-scale",
                    N_("{value} is off the scale, which runs from {low:g} to {high:g}."),
                    advice,
                    self.services,
                    off,
                    column=column,
                    cell=_score_cell(found, shown),
                )
            return
        narrower = [scale for scale in fits if scale[1] - scale[0] < top - bottom]
        if narrower and not faulty:
            self.log.add(
                "warning",
                "narrow-scale",
                N_("All scores lie between {low:g} and {high:g}, but the scale runs from {bottom:g} to {top:g}."),
                N_(
                    "If they were asked on the scale {fit_low:g} to {fit_high:g}, set it (--scale "
                    "{fit_low:g} {fit_high:g}): a shortfall depends on where the scale begins."
                ),
                file=self.services.file,
                low=low,
                high=high,
                bottom=bottom,
                top=top,
                fit_low=narrower[0][0],
                fit_high=narrower[0][1],
            )

    def canonical(self, ids: pd.Series) -> pd.DataFrame:
        """Return the rows in use sorted by supplier, client and service, with defaults filled in; merge repeats."""
        table = _services_frame(self.services, self.rows, ids)
        order = _sort_order(table)
        table = table.take(order)
        keys = [table[name].cat.codes.to_numpy() for name in ("supplier", "client", "service")]
        same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys]) if len(table) else np.zeros(0, bool)
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
        lines = self.services.lines

        def cell(row: int) -> dict[str, Any]:
            at = int(np.flatnonzero(rows == row)[0])
            names = {name: str(table[name].iat[at]) for name in ("supplier", "client", "service")}
            other = int(rows[at - 1])
            return {"value": names["service"], **names, "other": other + 1 if lines is None else int(lines[other])}

        self.log.add_rows(
            "error",
            "duplicate-service",
            N_(
                "{supplier} gives {client} the service {service!r} twice, with different values; "
                "the other is on line {other}."
            ),
            N_("Keep one of the two, or give them different service names."),
            self.services,
            rows[repeats[~equal]],
            column="service",
            cell=cell,
        )
        self.log.add_rows(
            "warning",
            "repeated-row",
            N_("the row repeats line {other} to the letter; the two are merged."),
            "",
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
        table = _services_frame(self.services, rows, ids)
        table["period"] = self.services.frame["period"].take(rows).reset_index(drop=True)
        known = (table["supplier"].cat.codes >= 0) & (table["client"].cat.codes >= 0)
        differ = table["supplier"].cat.codes.to_numpy() != table["client"].cat.codes.to_numpy()
        kept = pd.DataFrame(table[known.to_numpy() & differ])
        return kept.take(_sort_order(kept)).reset_index(drop=True)

    def reconciliation(self) -> Reconciliation:
        """Account for every row."""
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
        return Reconciliation(
            len(self.services), self.merged, gone.sort_values("line", kind="stable", ignore_index=True)
        )


def _score_cell(found: npt.NDArray[np.float64], shown: Mapping[str, float]) -> Callable[[int], dict[str, Any]]:
    """Return the fields of a message about one score of a column."""
    return lambda row: {"value": f"{found[row]:g}", **shown}


def _services_frame(services: TypedTable, rows: Indices, ids: pd.Series) -> pd.DataFrame:
    """Return some rows with all columns of the schema: department numbers as codes, defaults filled in."""
    frame, size = services.frame, len(rows)
    index = pd.Index(ids)
    whole = len(rows) == len(services)

    def column(name: str) -> Any:
        values = frame[name]
        return values.array if whole else values.array.take(rows)

    def departments(name: str) -> pd.Categorical:
        given = column(name)
        position = index.get_indexer(given.categories)
        codes = np.where(given.codes >= 0, position[given.codes], -1) if len(position) else given.codes
        return pd.Categorical.from_codes(codes, categories=index, validate=False)

    def labels(name: str, default: str, categories: list[str] | None = None) -> pd.Categorical[str]:
        if name not in frame.columns:
            return pd.Categorical.from_codes(np.zeros(size, np.int8), categories=pd.Index(categories or [default]))
        given = column(name)
        names = list(given.categories)
        wanted = categories or sorted({*names, *([default] if (given.codes < 0).any() else [])})
        position = pd.Index(wanted).get_indexer(pd.Index(names)) if names else np.zeros(0, np.intp)
        blank = wanted.index(default) if default in wanted else -1
        codes = np.where(given.codes >= 0, position[given.codes] if names else 0, blank)
        return pd.Categorical.from_codes(codes, categories=pd.Index(wanted), validate=False)

    def numbers(name: str, default: float = np.nan) -> npt.NDArray[np.float64]:
        if name not in frame.columns:
            return np.full(size, default)
        values = np.asarray(column(name), float)
        return values if np.isnan(default) else np.where(np.isnan(values), default, values)

    lines = services.lines
    return pd.DataFrame(
        {
            "supplier": departments("supplier"),
            "client": departments("client"),
            "service": labels("service", "service"),
            "kind": labels("kind", "formal", ["formal", "relational"]),
            "expectation": numbers("expectation"),
            "fulfilment": numbers("fulfilment"),
            "importance": numbers("importance", 1.0),
            "responses": numbers("responses"),
            "fulfilment_sd": numbers("fulfilment_sd"),
            "line": rows + 1 if lines is None else lines[rows],
        }
    )


def _sort_order(table: pd.DataFrame) -> Indices:
    """Return the order by supplier, client and service; rows that tie keep theirs."""
    keys = [table[name].cat.codes.to_numpy().astype(np.int64) for name in ("supplier", "client", "service")]
    sizes = [max(len(table[name].cat.categories), 1) for name in ("supplier", "client", "service")]
    if np.prod([float(size) for size in sizes]) < 2**62:
        return np.argsort((keys[0] * sizes[1] + keys[1]) * sizes[2] + keys[2], kind="stable")
    return np.lexsort(keys[::-1])


_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?")


def period_end(period: str) -> tuple[int, int, int]:
    """Return the last day of a period as (year, month, day), by which periods are put in order.

    Parameters
    ----------
    period : str
        2025, 2025-Q1, 2025-03 or 2025-03-31.

    Returns
    -------
    tuple of int
        Year, month and day; (0, 0, 0) for any other text.

    Examples
    --------
    >>> period_end("2025-Q1"), period_end("2024-02")
    ((2025, 3, 31), (2024, 2, 29))
    """
    match = _PERIOD.fullmatch(period)
    if match is None:
        return 0, 0, 0
    year, quarter, month, day = (int(part) if part else 0 for part in match.groups())
    last_month = quarter * 3 or month or 12
    return year, last_month, day or monthrange(year, last_month)[1]
