"""From sums that an engine gives to a table of answers: names cleaned, cells checked, waves told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pandas as pd

from cxgraph.intake.warehouse.engine import (
    MOST_DAYS,
    MOST_GROUPS,
    NUMBERS,
    Engine,
    EngineError,
    Query,
)
from cxgraph.intake.warehouse.opening import report_refusal
from cxgraph.model.organization import Source
from cxgraph.model.periods import find_waves
from cxgraph.model.rows.answer_join import ServiceLabels
from cxgraph.model.settings import Settings
from cxgraph.model.tallies import (
    ANSWERS,
    BOTH,
    IMPORTANCE_PEOPLE,
    PEOPLE,
    SCORES,
    UNIT,
    UNSCORED,
    mean_of,
)
from cxgraph.tables.columns import type_table
from cxgraph.tables.headers import match_headers, misspelt_headers
from cxgraph.tables.raw import ProblemLog, RawTable, TypedTable
from cxgraph.tables.schema import TABLES, accepted_headers, fold
from cxgraph.wording import N_

_SCHEMA = TABLES["responses"]
_KEYS = ("supplier", "client", "service", "kind", "source", "period")
_OF_SERVICES = ("responses", "fulfilment_sd")
_OTHER = "other"


@dataclass(frozen=True)
class Summed:
    """Answers that came as sums.

    Attributes
    ----------
    table : TypedTable
        A row for each group of answers; see `cxgraph.model.tallies`.
    source : Source
        Name of the table, and SHA-256 and size of its sums.
    """

    table: TypedTable
    source: Source


def read_sums(
    engine: Engine, settings: Settings, renames: Mapping[str, str], log: ProblemLog, decimal: str | None = None
) -> Summed | None:
    """Have answers added up where they are kept.

    Parameters
    ----------
    engine : Engine
        Where they are kept; closed in any case.
    settings : Settings
        Period and people that a group needs.
    renames : mapping of str to str
        The user's own headers and the column that each one is.
    log : ProblemLog
        Takes what is wrong with columns and cells.
    decimal : {".", ","}, optional
        Decimal mark of numbers in text; a point by default.

    Returns
    -------
    Summed or None
        None where the table cannot be read, which has then been said.
    """
    try:
        query = _query(engine, settings, renames, log, decimal)
        if query is None:
            return None
        if query.date and "period" not in query.keys:
            query = _with_waves(engine, query, settings, log)
        found = None if query is None else _summed(engine, query, log)
        if query is None or found is None:
            return None
        if query.date and "period" in query.keys and found.table.frame["period"].isna().all():
            # The column of periods is there and empty: days tell the waves then, as they do in files.
            keys = {name: header for name, header in query.keys.items() if name != "period"}
            dated = _with_waves(engine, replace(query, keys=keys), settings, log)
            found = None if dated is None else _summed(engine, dated, log)
    except EngineError as fault:
        if not log.failed:
            report_refusal(engine.name, fault, log)
        return None
    finally:
        engine.close()
    if found is not None:
        _tell(found.table, query, log)
        _report_lost(found.table, engine.lost, log)
    return found


def _query(
    engine: Engine, settings: Settings, renames: Mapping[str, str], log: ProblemLog, decimal: str | None
) -> Query | None:
    """Match the columns of an engine to those of answers, and ask for what they allow."""
    headers = list(engine.kinds)
    places = match_headers(headers, _SCHEMA, renames, log=log, file=engine.name)
    named = {name: headers[place] for name, place in places.items()}
    if not {"supplier", "client"} <= named.keys():
        return None
    counted = {fold(name) for column in _OF_SERVICES for name in accepted_headers(TABLES["services"].column(column))}
    of_services = [header for header in headers if fold(header) in counted and header not in renames]
    if of_services:
        log.add(
            "error",
            "table-of-services",
            N_("'{header}' shows a row to be a service with several answers behind it, not an answer."),
            N_("Export the table as services.csv, which is read row by row."),
            file=engine.name,
            header=of_services[0],
        )
        return None
    log.add(
        "note",
        "columns-read",
        N_("Columns read: {pairs}."),
        file=engine.name,
        pairs=", ".join(f"{name} <- '{header}'" for name, header in named.items() if name not in ("comment", "case")),
    )
    _check_kinds(engine, named, log)
    if log.failed:
        return None
    return Query(
        {name: named[name] for name in _KEYS if name in named},
        {name: named[name] for name in SCORES if name in named},
        engine.kinds,
        named.get("respondent") if settings.min_respondents > 1 else None,
        named.get("date"),
        comma=decimal == ",",
    )


def _check_kinds(engine: Engine, named: Mapping[str, str], log: ProblemLog) -> None:
    for name, header in named.items():
        kind = engine.kinds[header]
        if (name in SCORES and kind not in ("text", *NUMBERS)) or (name in _KEYS and kind in ("float", _OTHER)):
            log.add(
                "error",
                "column-type",
                N_("The column holds neither numbers nor text.")
                if name in SCORES
                else N_("The column holds numbers with fractions, or something else that is no name."),
                N_("Give a view of the table in which it is a number or text.")
                if name in SCORES
                else N_("Give a view of the table in which it is text."),
                file=engine.name,
                column=header,
            )


def _with_waves(engine: Engine, query: Query, settings: Settings, log: ProblemLog) -> Query | None:
    """Return the query that tells the waves of dated answers apart, where there are several or one is asked for."""
    rows = []
    for row in engine.days(query):
        rows.append(row)
        if len(rows) > MOST_DAYS:
            log.add(
                "error",
                "not-a-date",
                N_("The column holds more than {count} different days."),
                N_("Give a column of days as 'date', or none."),
                file=engine.name,
                column=query.date,
                count=MOST_DAYS,
            )
            return None
    days = np.array([row[0] or "" for row in rows], dtype=object)
    columns: dict[str, Any] = {"date": days}
    if "source" in query.keys:
        columns["source"] = np.array([row[1] or "" for row in rows], dtype=object)
    heard = ProblemLog()
    headers = {"date": str(query.date), "source": query.keys.get("source", "source")}
    typed = type_table(RawTable("responses", columns, headers, engine.name), heard)
    date = headers["date"]
    log.problems.extend(p for p in heard.problems if p.column == date)  # sources are checked with the sums
    if any(problem.severity == "error" for problem in heard.problems if problem.column == date):
        return None
    waves = find_waves(typed.frame, settings.period)
    if settings.period is None and len(waves.periods) < 2:
        return query
    labels: dict[str, dict[str, None]] = {}
    dated = typed.frame["date"]
    torn = dated[(waves.code < 0) & dated.notna().to_numpy()]  # left of a wave that the period asked for cuts through
    rest = f"{torn.min():%Y-%m-%d}/{torn.max():%Y-%m-%d}" if len(torn) else ""
    for day, code, known in zip(days, waves.code.tolist(), dated.notna(), strict=True):
        if known:
            labels.setdefault(waves.periods[code] if code >= 0 else rest, {})[day] = None
    return replace(query, waves={label: tuple(sorted(found)) for label, found in labels.items()})


def _summed(engine: Engine, query: Query, log: ProblemLog) -> Summed | None:
    """Fetch the sums and put them into a table of groups."""
    digest, size = hashlib.sha256(), 0
    rows = []
    for row in engine.sums(query):
        rows.append(row)
        if len(rows) > MOST_GROUPS:
            log.add(
                "error",
                "too-many-groups",
                N_("The answers fall into more than {count} groups of supplier, client and service."),
                N_("Check which column is the service: one with a number for each answer is none."),
                file=engine.name,
                count=MOST_GROUPS,
            )
            return None
    split = len(query.key_fields)
    rows.sort(key=lambda row: tuple(text or "" for text in row[:split]))  # engines give groups in any order
    columns = list(zip(*rows, strict=True)) or [()] * (split + len(query.count_fields))
    keys = {name: [text or "" for text in column] for name, column in zip(query.key_fields, columns, strict=False)}
    with localcontext() as context:
        context.prec = 100
        counts = {name: _units(name, cells) for name, cells in zip(query.count_fields, columns[split:], strict=True)}
    for row in zip(*keys.values(), *counts.values(), strict=True):
        line = "\t".join(map(str, row)).encode("utf-8", "surrogatepass") + b"\n"
        digest.update(line)
        size += len(line)
    if "wave" in keys:
        keys["period"] = keys.pop("wave")
    table = _table(engine.name, query, keys, counts, log)
    return None if table is None else Summed(table, Source(engine.name, digest.hexdigest(), size))


def _units(name: str, cells: Sequence[Any]) -> list[Any]:
    """Return numbers of an engine as whole ones: counts as they are, scores in millionths."""
    if name.endswith(("_total", "_squares", "_least", "_most")):
        digits = 12 if name.endswith("_squares") else 6
        return [None if cell is None else int(Decimal(cell).scaleb(digits)) for cell in cells]
    return [int(cell or 0) for cell in cells]


def _table(
    name: str, query: Query, keys: Mapping[str, list[str]], counts: Mapping[str, list[Any]], log: ProblemLog
) -> TypedTable | None:
    headers = {**query.keys, **query.scores}
    columns = {key: pd.Categorical(np.array(texts, dtype=object)) for key, texts in keys.items()}
    named = {key: columns[key] for key in ("supplier", "client", "service") if key in columns}
    if "service" in keys:
        named["service"] = pd.Categorical([text or "service" for text in keys["service"]])
    labels = ServiceLabels(pd.DataFrame(named))
    misspelt = misspelt_headers(list(query.kinds), headers, _SCHEMA)
    raw = RawTable("responses", columns, {key: headers.get(key, key) for key in columns}, name, None, labels, misspelt)
    typed = type_table(raw, log)
    if len(typed) < len(labels):
        log.add("error", "header-again", N_("Rows of the table repeat its header."), N_("Delete them."), file=name)
        return None
    frame = typed.frame.assign(**_tallies(query, counts))
    table = replace(typed, frame=frame, headers=headers)
    _check_cells(table, query, counts, log)
    return table


def _tallies(query: Query, counts: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Return the columns of a table of groups beside its names."""
    tallies: dict[str, Any] = {ANSWERS: counts["answers"], UNSCORED: counts["unscored"]}
    if query.respondent is None:
        tallies[BOTH] = counts["both"]
    behind = {}
    for name in query.scores:
        number = counts[f"{name}_count"]
        total = [value or 0 for value in counts[f"{name}_total"]]
        tallies[name] = np.array(list(map(mean_of, total, number)), float)
        tallies[f"{name}_count"] = number
        tallies[f"{name}_total"] = np.array(total, dtype=object)
        if name == "fulfilment":
            tallies[f"{name}_squares"] = np.array([value or 0 for value in counts[f"{name}_squares"]], dtype=object)
        for end in ("least", "most"):
            ends = counts[f"{name}_{end}"]
            tallies[f"{name}_{end}"] = np.array([np.nan if value is None else value / UNIT for value in ends], float)
        people = np.array(counts[f"{name}_people" if query.respondent else f"{name}_count"], float)
        behind[name] = np.where(np.array(number) > 0, people, np.nan)
    nobody = np.full(len(counts["answers"]), np.nan)
    tallies[IMPORTANCE_PEOPLE] = behind.pop("importance", nobody)
    tallies[PEOPLE] = np.fmin.reduce([*behind.values(), nobody])
    return tallies


def _check_cells(table: TypedTable, query: Query, counts: Mapping[str, list[Any]], log: ProblemLog) -> None:
    """Refuse columns of scores with cells that are no numbers; say how many there are and where the first stand."""
    for name, header in query.scores.items():
        wrong, commas = (np.array(counts[f"{name}_{part}"], dtype=np.int64) for part in ("wrong", "commas"))
        others = wrong - commas
        for number, message, hint in (
            (
                commas,
                N_(
                    "{count} {count:cell has|cells have} a decimal comma where a point is read, or a point where "
                    "a comma is."
                )
                if query.comma
                else N_("{count} {count:cell has|cells have} a decimal comma; the first {count:is|are} of {where}."),
                N_("Leave --decimal out if they have points.")
                if query.comma
                else N_("Say so: --decimal , (in Python decimal=',')."),
            ),
            (
                others,
                N_(
                    "{count} {count:cell is no number|cells are no numbers} up to 999999; the first "
                    "{count:is|are} of {where}."
                ),
                N_("Correct them where they are kept, or leave them empty there; a view can do so."),
            ),
        ):
            if number.any():
                log.add(
                    "error",
                    "not-a-number",
                    message,
                    hint,
                    file=table.file,
                    column=header,
                    count=int(number.sum()),
                    where=table.place(int(np.flatnonzero(number)[0])),
                )
    if "importance" in query.scores:
        low = np.flatnonzero(table.frame["importance_least"].to_numpy() < 0)
        log.add_rows(
            "error",
            "below-minimum",
            N_("{value} is too low: the column takes {minimum} or more."),
            N_("Correct the cell, or leave it empty."),
            table,
            low,
            column="importance",
            cell=lambda row: {"value": f"{table.frame['importance_least'].iat[row]:g}", "minimum": "0"},
        )


def _tell(table: TypedTable, query: Query | None, log: ProblemLog) -> None:
    """Say that single answers are not known here, and what cannot be told without them."""
    answers = int(table.frame[ANSWERS].sum())
    log.add(
        "note",
        "read-as-sums",
        N_(
            "{answers} answers were added up where they are kept, in {groups} groups. What only single answers tell is "
            "not known: who gave several, comments, the quality of the survey, cases, and on which line a fault stands."
        ),
        file=table.file,
        answers=answers,
        groups=len(table),
    )
    if query is not None and query.respondent is not None:
        log.add(
            "note",
            "people-at-least",
            N_(
                "People are counted for each service; of a department those of its most answered service count, "
                "because the same people may answer for several."
            ),
            file=table.file,
        )


def _report_lost(table: TypedTable, texts: Sequence[str], log: ProblemLog) -> None:
    """Refuse names that a missing cell turned into."""
    for end in ("supplier", "client"):
        log.add_rows(
            "error",
            "missing-became-text",
            N_("'{value}' is what a missing cell becomes where a frame of pandas is handed to Spark without Arrow."),
            N_("Set spark.sql.execution.arrow.pyspark.enabled to true, or fill the cell in."),
            table,
            np.flatnonzero(table.frame[end].isin(texts).to_numpy()),
            column=end,
            cell=lambda _: {"value": texts[0]},
        )
