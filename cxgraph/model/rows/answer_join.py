"""Single answers and the table of services: the answers fill its empty cells, or make it up where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.answers import KEYS, rounding_step, service_names, service_places, services_of
from cxgraph.model.arrays import Floats
from cxgraph.model.names import check_answer_ends
from cxgraph.model.periods import latest
from cxgraph.model.rows.answer_rows import OTHER_PERIOD, UNLISTED, SortedAnswers, sort_answers
from cxgraph.model.settings import Settings
from cxgraph.model.tallies import BOTH, UNSCORED, weights
from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.wording import N_

_ENDS = ("supplier", "client")
_LISTED = 20
_MEANS = ("expectation", "fulfilment", "importance")
_FILLED = (*_MEANS, "responses", "fulfilment_sd")


@dataclass(frozen=True, eq=False)
class Joined:
    """The services to go on with.

    Attributes
    ----------
    services : TypedTable or None
        None where there are none.
    answers : SortedAnswers or None
        What became of the answers; None where they could not be looked at.
    derived : bool
        Whether the services are nothing but the means of answers.
    stated : bool
        Whether a table of services states scores of its own.
    """

    services: TypedTable | None
    answers: SortedAnswers | None = None
    derived: bool = False
    stated: bool = True


def join_answers(
    services: TypedTable | None,
    responses: TypedTable,
    departments: TypedTable | None,
    settings: Settings,
    log: ProblemLog,
) -> Joined:
    """Return the table of services that the answers and the table of services, where there is one, give together.

    What the table of services states stands. The answers of its period fill its empty cells, are checked against it
    (a mean that differs by more than the table's rounding, services that only one of the two knows) and make up the
    whole table where there is none. Answers of several periods are never mixed.

    Parameters
    ----------
    services, departments : TypedTable or None
        What was read.
    responses : TypedTable
        What was read.
    settings : Settings
        Period and people that a group needs.
    log : ProblemLog
        Collects problems: blank ends, unknown departments, disagreements, answers that are set aside.

    Returns
    -------
    Joined
        Services and answers.
    """
    if not len(responses) or not set(_ENDS) <= set(responses.frame.columns):
        return Joined(services)  # whoever matched the headers has said so
    check_answer_ends(responses, departments, log)
    if log.failed:
        return Joined(services)
    if services is None or not len(services):
        found = sort_answers(responses, settings, log)
        return Joined(services, found) if log.failed else _derived(services, found, settings, log)
    if not set(_ENDS) <= set(services.frame.columns):
        return Joined(services)
    return _reconciled(services, responses, settings, log)


def _derived(services: TypedTable | None, found: SortedAnswers, settings: Settings, log: ProblemLog) -> Joined:
    """Return the means of the answers as the table of services: of every period, where there are several."""
    current = services_of(found.frame)
    if not len(current):
        return Joined(services, found)
    parts = {found.period: current}
    if settings.min_respondents <= 1:  # what few people said of a service must not come back through another period
        for period in found.waves.periods if found.period else ():
            if period != found.period:
                frame = found.table.frame[found.waves.only(period) & (found.reason == OTHER_PERIOD)]
                parts[period] = services_of(pd.DataFrame(frame))
    table = (
        pd.concat([part.assign(period=period) for period, part in parts.items() if len(part)], ignore_index=True)
        if found.period
        else current
    )
    for name in (*KEYS, *(("period",) if found.period else ())):
        table[name] = pd.Categorical(table[name].astype(object))
    log.add(
        "note",
        "services-from-answers",
        N_(
            "No table of services: {services} {services:service is|services are} scored by the means of "
            "{answers} {answers:answer|answers}."
        ),
        file=found.table.file,
        services=len(current),
        answers=_stated(found, "fulfilment") or _scored(found),
    )
    _tell_split_scores(found, log)
    headers = {name: found.table.headers.get(name, name) for name in table.columns}
    derived = TypedTable(
        "services", table, headers, found.table.file, labels=ServiceLabels(table), misspelt=found.table.misspelt
    )
    return Joined(derived, found, derived=True, stated=False)


def _stated(found: SortedAnswers, name: str) -> int:
    """Return how many of the answers that count state a score."""
    frame = found.frame
    if name not in frame.columns:
        return 0
    return int(frame[f"{name}_count"].sum() if found.grouped else frame[name].notna().sum())


def _scored(found: SortedAnswers) -> int:
    """Return how many answers count."""
    frame = found.frame
    return int(weights(frame).sum()) - (int(frame[UNSCORED].sum()) if found.grouped else 0)


def _tell_split_scores(found: SortedAnswers, log: ProblemLog) -> None:
    """Say of which services the expectation comes from some people and the fulfilment from others."""
    frame = found.frame
    if not {"expectation", "fulfilment"} <= set(frame.columns):
        return
    expects, gets = frame["expectation"].notna(), frame["fulfilment"].notna()
    if found.grouped:
        if BOTH in frame.columns:  # where people are named, one person's two scores may stand in two answers
            expects, gets = frame["expectation_count"] > frame[BOTH], frame["fulfilment_count"] > frame[BOTH]
            _tell_split(found, _never_both(frame, expects, gets), log)
        return
    if (expects & gets).all():
        return
    person = frame["respondent"].astype(object) if "respondent" in frame.columns else pd.Series(None, frame.index)
    who = person.where(person.notna(), pd.Series(frame.index, frame.index).map("row {}".format))
    keys = [frame["supplier"].astype(object), frame["client"].astype(object), service_names(frame)]
    each = pd.DataFrame({"expects": expects, "gets": gets}).groupby([*keys, who], sort=False).any()
    both = (each["expects"] & each["gets"]).groupby(level=[0, 1, 2]).any()
    has = each.groupby(level=[0, 1, 2]).any()
    _tell_split(found, sorted(has.index[has["expects"] & has["gets"] & ~both]), log)


def _never_both(frame: pd.DataFrame, expects: pd.Series, gets: pd.Series) -> list[tuple[str, str, str]]:
    """Return the services of groups of answers of which some state one score, others the other, and none both."""
    keys = [frame["supplier"].astype(object), frame["client"].astype(object), service_names(frame)]
    some = pd.DataFrame({"expects": expects, "gets": gets, "both": frame[BOTH] > 0})
    has = some.groupby(keys, sort=False).any()
    return sorted(has.index[has["expects"] & has["gets"] & ~has["both"]])


def _tell_split(found: SortedAnswers, split: list[tuple[str, str, str]], log: ProblemLog) -> None:
    if split:
        names = [f"{supplier} → {client} ({service})" for supplier, client, service in split[:_LISTED]]
        log.add(
            "note",
            "scores-of-different-people",
            N_(
                "Of {count} services nobody states both scores: what is expected comes from other people than what is "
                "received: {names}."
            ),
            N_("Ask the same people for both, for a gap of their own."),
            file=found.table.file,
            count=len(split),
            names=_joined(names, len(split)),
        )


def _reconciled(services: TypedTable, responses: TypedTable, settings: Settings, log: ProblemLog) -> Joined:
    """Hold a table of services against its answers, and fill its empty cells from them."""
    rows, period, several = _current_rows(services, settings)
    if several and period is None:
        return Joined(services)  # a period is asked for that the services do not have, which is told with them
    told = ProblemLog()
    found = sort_answers(responses, settings, told, period)
    if period is None and settings.period is None and found.period:
        pooled = sort_answers(responses, settings, ProblemLog(), one_wave=True)
        if _states(services, rows, services_of(pooled.frame)):
            _tell_pooled(found, log)
            found, told = pooled, ProblemLog()
    log.problems.extend(told.problems)
    if several and not found.waves.periods:
        log.add(
            "warning",
            "answers-undated",
            N_(
                "The services hold several periods, and no answer tells its date: nobody knows which of them the "
                "answers are of, so none of them is used."
            ),
            N_("Write the date of each answer, or its period."),
            file=responses.file,
        )
        found = found.marked(found.used, OTHER_PERIOD)
    answers = services_of(found.frame)
    place = service_places(services.frame.iloc[rows], answers)
    found = found.marked(_unlisted(found, answers, place), UNLISTED)
    _tell_missing(services, found, rows[place < 0], answers, place, log)
    scores = [name for name in ("expectation", "fulfilment") if name in services.frame.columns]
    stated = bool(services.frame[scores].notna().any(axis=None)) if scores else False
    return Joined(_filled(services, responses, rows, answers, place, log), found, stated=stated)


def _unlisted(found: SortedAnswers, answers: pd.DataFrame, place: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Return which answers are about services that the table does not have, shape (answers,)."""
    listed = np.append(np.isin(np.arange(len(answers)), place), True)
    gone = np.zeros(len(found.table), bool)
    gone[found.used] = ~listed[service_places(found.frame, answers)]
    return gone


def _states(services: TypedTable, rows: npt.NDArray[np.intp], answers: pd.DataFrame) -> bool:
    """Return whether a table already states, for all its services, the means of some answers as far as it rounds."""
    place = service_places(services.frame.iloc[rows], answers)
    if not len(place) or (place < 0).any():
        return False
    for name in ("expectation", "fulfilment"):
        if name in answers.columns and answers[name].notna().any():
            if name not in services.frame.columns:
                return False
            stated = services.frame[name].to_numpy(float)[rows]
            if not (np.abs(stated - answers[name].to_numpy(float)[place]) <= _tolerance(stated)).all():
                return False
    return True


def _tell_pooled(found: SortedAnswers, log: ProblemLog) -> None:
    log.add(
        "note",
        "periods-pooled",
        N_(
            "The answers are of {count} periods ({known}); the scores of the table are the means of all of them, so "
            "they are read as one."
        ),
        N_("To read one of them, empty the scores of the table and ask for a period."),
        file=found.table.file,
        count=len(found.waves.periods),
        known=", ".join(found.waves.periods),
    )


def _filled(
    services: TypedTable,
    responses: TypedTable,
    rows: npt.NDArray[np.intp],
    answers: pd.DataFrame,
    place: npt.NDArray[np.intp],
    log: ProblemLog,
) -> TypedTable:
    """Return the table with its empty cells filled from the answers; say where the two differ."""
    here, there = rows[place >= 0], place[place >= 0]
    columns: dict[Any, Any] = dict(services.frame.items())
    filled: list[str] = []
    for name in _FILLED:
        if name not in answers.columns:
            continue
        means = answers[name].to_numpy(float)[there]
        stated = services.frame[name].to_numpy(float) if name in columns else np.full(len(services), np.nan)
        if name in _MEANS:
            _tell_differences(services, name, here, stated[here], means, log)
        empty = np.isnan(stated[here]) & ~np.isnan(means)
        if empty.any():
            complete = stated.copy()
            complete[here[empty]] = means[empty]
            columns[name] = complete
            filled.append(services.headers.get(name, name))
    if filled:
        log.add(
            "note",
            "filled-from-answers",
            N_("Empty cells of {columns} are filled from the answers in {answers}."),
            file=services.file,
            columns=", ".join(filled),
            answers=responses.file or "responses",
        )
    if "kind" not in columns and "kind" in answers.columns:
        kinds = np.zeros(len(services), np.int8)
        kinds[here] = answers["kind"].cat.codes.to_numpy()[there]
        columns["kind"] = pd.Categorical(
            np.array(["formal", "relational"], object)[kinds], categories=["formal", "relational"]
        )
    return replace(services, frame=pd.DataFrame(columns, index=services.frame.index))


def _tell_missing(
    services: TypedTable,
    found: SortedAnswers,
    silent: npt.NDArray[np.intp],
    answers: pd.DataFrame,
    place: npt.NDArray[np.intp],
    log: ProblemLog,
) -> None:
    """Say which services only one of the two tables knows."""
    answer_file = found.table.file or "responses"
    if len(silent):
        names = [_spelled(services.frame, row) for row in silent[:_LISTED]]
        scored = [name for name in ("expectation", "fulfilment") if name in services.frame.columns]
        empty = len(scored) < 2 or services.frame[scored].iloc[silent].isna().any(axis=None)
        log.add(
            "warning" if empty and found.period else "note",
            "service-without-answers",
            N_(
                "{count} {count:service|services} of {table} {count:has|have} no answer of {period} in "
                "{answers}: {names}."
            )
            if found.period
            else N_("{count} {count:service|services} of {table} {count:has|have} no answer in {answers}: {names}."),
            N_("Answers of other periods do not fill them; scores in the table stand as they are written.")
            if found.period
            else N_("Their scores stand as they are written."),
            file=services.file,
            count=len(silent),
            table=services.file or "services",
            answers=answer_file,
            names=_joined(names, len(silent)),
            period=found.period,
        )
    unlisted = np.setdiff1d(np.arange(len(answers)), place)
    if len(unlisted):
        names = [_spelled(answers, row) for row in unlisted[:_LISTED]]
        log.add(
            "warning",
            "answers-without-service",
            N_(
                "{count} {count:service is|services are} answered for in {answers} but {count:is|are} not "
                "in {table}, and {count:is|are} left out: {names}."
            ),
            N_("Add them to {table} if they are to count, or correct their spelling."),
            file=found.table.file,
            count=len(unlisted),
            table=services.file or "services",
            answers=answer_file,
            names=_joined(names, len(unlisted)),
        )


def _tell_differences(
    services: TypedTable, name: str, rows: npt.NDArray[np.intp], stated: Floats, means: Floats, log: ProblemLog
) -> None:
    """Say where a stated score is not the mean of its answers, beyond how the table rounds."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(stated - means) > _tolerance(stated)
    off = np.flatnonzero(apart)
    if not len(off):
        return
    values = dict(zip(rows[off].tolist(), zip(stated[off], means[off], strict=True), strict=True))
    log.add_rows(
        "warning",
        "answers-differ",
        N_("the table says {value}, the mean of the answers is {mean:.4g}; the table's value is used."),
        N_("Empty the cell to use the answers' mean."),
        services,
        rows[off],
        column=name,
        cell=lambda row: {"value": f"{values[row][0]:g}", "mean": float(values[row][1])},
    )


def _tolerance(stated: Floats) -> float:
    """Return how far a mean may be from the score that a table states for it, by how the table rounds."""
    return 0.5001 * rounding_step(stated) + 1e-9


class ServiceLabels(Sequence[str]):
    """What each row of a table of services is called, worked out when it is asked for."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __len__(self) -> int:
        return len(self._frame)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """Return the label of one row or of several."""
        if isinstance(place, slice):
            return [self[row] for row in range(*place.indices(len(self)))]
        return _spelled(self._frame, place)


def _spelled(frame: pd.DataFrame, row: int) -> str:
    name = str(frame["service"].iat[row]) if "service" in frame.columns else "service"
    supplier, client = (str(frame[end].iat[row]) for end in _ENDS)
    return f"{supplier} → {client} ({name})"


def _joined(names: list[str], count: int) -> str:
    return "; ".join(names) + (f" (+{count - len(names)})" if count > len(names) else "")


def _current_rows(services: TypedTable, settings: Settings) -> tuple[npt.NDArray[np.intp], str | None, bool]:
    """Return the rows of the period that will be read, that period, and whether the table has others too."""
    everything = np.arange(len(services))
    if "period" not in services.frame.columns:
        return everything, None, False
    periods = services.frame["period"].astype(object)
    known = [str(period) for period in periods.dropna().unique()]
    wanted = settings.period or latest(known)
    if wanted not in known:
        return everything, None, len(known) > 1
    return np.flatnonzero((periods == wanted).to_numpy()), wanted, len(known) > 1
