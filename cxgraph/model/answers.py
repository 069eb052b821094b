"""Single answers become scores of services: their means, how many there are, and how they agree with the table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.arrays import Floats
from cxgraph.model.departments import closest_name
from cxgraph.model.settings import USUAL_SCALES, Settings
from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.wording import N_

KEYS = ("supplier", "client", "service")
_ENDS = ("supplier", "client")
_MOST_DECIMALS = 8
_LISTED = 20


def services_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the services that answers speak of, scored by their means.

    Parameters
    ----------
    frame : DataFrame
        Typed answers: ``supplier``, ``client`` and what else there is of the table of responses.

    Returns
    -------
    DataFrame
        One row for each (supplier, client, service) that anybody but its own supplier assessed, sorted, with the
        columns of the services: ``expectation``, ``fulfilment`` and ``importance`` are means over the answers that
        state them, ``responses`` counts the answers with a fulfilment, ``fulfilment_sd`` is their sample standard
        deviation (missing below two), ``kind`` the one most answers give.

    Notes
    -----
    Self-assessments never enter. Linear in the answers but for one sort of the services.

    Examples
    --------
    >>> answers = pd.DataFrame({"supplier": pd.Categorical(["IT", "IT"]), "client": pd.Categorical(["HR", "HR"]),
    ...                         "fulfilment": [6.0, 8.0]})
    >>> services_of(answers)[["fulfilment", "responses"]].values.tolist()
    [[7.0, 2.0]]
    """
    used = counted_answers(frame)
    rows = frame[used]
    keys = pd.DataFrame(
        {
            "supplier": rows["supplier"].cat.remove_unused_categories(),
            "client": rows["client"].cat.remove_unused_categories(),
            "service": service_names(rows),
        }
    )
    groups = keys.groupby(list(KEYS), observed=True, sort=True)
    number, count = groups.ngroup().to_numpy(), groups.ngroups
    table = groups.size().index.to_frame(index=False)
    for name in ("supplier", "client"):
        table[name] = pd.Categorical(table[name].astype(str))
    table["service"] = pd.Categorical(table["service"].astype(str))
    for name in ("expectation", "fulfilment", "importance"):
        if name in rows.columns:
            table[name], stated, spread = grouped_moments(rows[name].to_numpy(float), number, count)
            if name == "fulfilment":
                table["responses"], table["fulfilment_sd"] = stated, spread
    if "kind" in rows.columns:
        relational = np.bincount(number, rows["kind"].astype(object).eq("relational").to_numpy(float), count)
        said = np.bincount(number, rows["kind"].notna().to_numpy(float), count)
        table["kind"] = pd.Categorical(
            np.where(2 * relational > said, "relational", "formal"), categories=["formal", "relational"]
        )
    return table


def counted_answers(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which answers speak for a client: both ends are named and it is no self-assessment; shape (rows,)."""
    named = frame["supplier"].notna().to_numpy() & frame["client"].notna().to_numpy()
    apart = frame["supplier"].astype(object).to_numpy() != frame["client"].astype(object).to_numpy()
    if "source" not in frame.columns:
        return np.asarray(named & apart)
    return np.asarray(named & apart & frame["source"].astype(object).ne("self_assessment").to_numpy())


def service_names(frame: pd.DataFrame) -> pd.Series:
    """Return the service of each answer as text; one that names none is about the ``service`` as such."""
    if "service" not in frame.columns:
        return pd.Series("service", index=frame.index, dtype=object)
    return frame["service"].astype(object).where(frame["service"].notna(), "service")


def grouped_moments(values: Floats, group: npt.NDArray[np.integer], count: int) -> tuple[Floats, Floats, Floats]:
    """Return mean, number and sample standard deviation of the stated values of each group.

    Parameters
    ----------
    values : float array, shape (a,)
        NaN where nothing was stated.
    group : int array, shape (a,)
        Group of each, 0 to count - 1.
    count : int
        Groups.

    Returns
    -------
    mean, number, spread : float arrays, shape (count,)
        The mean is NaN without a value, the spread below two.
    """
    stated = np.argsort(values)[: np.count_nonzero(~np.isnan(values))]  # sums then repeat exactly in any row order
    group, values = group[stated], values[stated]
    number = np.bincount(group, minlength=count).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(group, values, count) / number
        centred = values - mean[group]  # sums of squares of centred values keep their digits
        mean = mean + np.bincount(group, centred, count) / number
        spread = np.sqrt(np.bincount(group, centred**2, count) / (number - 1.0))
    return mean, number, np.where(number >= 2, spread, np.nan)


def join_answers(
    services: TypedTable | None,
    responses: TypedTable,
    departments: TypedTable | None,
    settings: Settings,
    log: ProblemLog,
) -> TypedTable | None:
    """Return the table of services that the answers and the table of services, where there is one, give together.

    What the table of services states stands. The answers fill its empty cells, are checked against it (a mean that
    differs by more than the table's rounding, services that only one of the two knows) and make up the whole table
    where there is none.

    Parameters
    ----------
    services, departments : TypedTable or None
        What was read.
    responses : TypedTable
        What was read.
    settings : Settings
        Scale and period.
    log : ProblemLog
        Collects problems: blank ends, unknown departments, scores off the scale, disagreements.

    Returns
    -------
    TypedTable or None
        The services to go on with; None where there are none.
    """
    if not len(responses) or not set(_ENDS) <= set(responses.frame.columns):
        return services  # whoever matched the headers has said so
    _check_ends(responses, departments, log)
    _check_scores(responses, settings, log)
    if log.failed:
        return services
    if services is None or not len(services):
        found = services_of(responses.frame)
        if not len(found):
            return services
        log.add(
            "note",
            "services-from-answers",
            N_("No table of services: {services} services are scored by the means of {answers} answers."),
            file=responses.file,
            services=len(found),
            answers=int(counted_answers(responses.frame).sum()),
        )
        return TypedTable(
            "services", found, {name: responses.headers.get(name, name) for name in found.columns}, responses.file
        )
    if not set(_ENDS) <= set(services.frame.columns):
        return services
    return _reconciled(services, responses, settings, log)


def _check_ends(responses: TypedTable, departments: TypedTable | None, log: ProblemLog) -> None:
    """Every answer names two departments that exist; each unknown name is told once, with where it stands first."""
    listed: list[str] = []
    if departments is not None and "id" in departments.frame.columns:
        listed = [str(name) for name in departments.frame["id"].dropna().unique()]
    known = set(listed)
    for column in _ENDS:
        values = responses.frame[column].cat
        codes = values.codes.to_numpy()
        log.add_rows(
            "error",
            "no-" + column,
            N_("the cell is empty; every answer is about a service that has a supplier and a client."),
            N_("Write the department's id."),
            responses,
            np.flatnonzero(codes < 0),
            column=column,
        )
        if departments is None or not listed:
            continue
        for code in np.unique(codes[codes >= 0]):
            name = str(values.categories[code])
            if name in known:
                continue
            rows = np.flatnonzero(codes == code)
            guess = closest_name(name, listed)
            log.add_rows(
                "error",
                "unknown-department",
                N_("{value!r} is not in {table} ({count} answers name it)."),
                N_("Did you mean {guess!r}?")
                if guess
                else N_("Add it to {table}, or write the id of one that is there."),
                responses,
                rows[:1],
                column=column,
                cell=lambda _row, name=name, guess=guess, rows=rows: {  # type: ignore[misc]
                    "value": name,
                    "guess": guess,
                    "count": len(rows),
                    "table": departments.file or "departments",
                },
            )


def _check_scores(responses: TypedTable, settings: Settings, log: ProblemLog) -> None:
    """Report single answers off the scale, also where the mean of their service is on it."""
    bottom, top = settings.scale
    present = [name for name in ("expectation", "fulfilment") if name in responses.frame.columns]
    off: dict[str, npt.NDArray[np.intp]] = {}
    low, high = np.inf, -np.inf
    for name in present:
        values = responses.frame[name].to_numpy(float)
        off[name] = np.flatnonzero((values < bottom) | (values > top))
        stated = values[~np.isnan(values)]
        low, high = min(low, stated.min(initial=np.inf)), max(high, stated.max(initial=-np.inf))
    fits = [scale for scale in USUAL_SCALES if scale[0] <= low and high <= scale[1]]
    advice = (
        N_(
            "All scores would fit the scale {fit_low:g} to {fit_high:g}; if that is theirs, set the scale to it "
            "(--scale {fit_low:g} {fit_high:g})."
        )
        if fits
        else N_("Correct the scores, or set the organisation's scale (--scale BOTTOM TOP).")
    )
    shown = {"low": bottom, "high": top} | ({"fit_low": fits[0][0], "fit_high": fits[0][1]} if fits else {})
    for name, rows in off.items():
        found = responses.frame[name].to_numpy(float)
        log.add_rows(
            "error",
            "off-scale",
            N_("{value} is off the scale, which runs from {low:g} to {high:g}."),
            advice,
            responses,
            rows,
            column=name,
            cell=lambda row, found=found: {"value": f"{found[row]:g}", **shown},  # type: ignore[misc]
        )


def _reconciled(services: TypedTable, responses: TypedTable, settings: Settings, log: ProblemLog) -> TypedTable:
    """Hold a table of services against its answers, and fill its empty cells from them."""
    rows = _current_rows(services, settings)
    period = _period_of(services, rows)
    answers = services_of(_within(responses.frame, period))
    place = _places(services.frame.iloc[rows], answers)
    found = place >= 0
    _tell_missing(services, responses, rows[~found], answers, place, log)
    here, there = rows[found], place[found]
    columns: dict[Any, Any] = dict(services.frame.items())
    filled: list[str] = []
    for name in ("expectation", "fulfilment", "importance", "responses", "fulfilment_sd"):
        if name not in answers.columns:
            continue
        means = answers[name].to_numpy(float)[there]
        stated = services.frame[name].to_numpy(float) if name in columns else np.full(len(services), np.nan)
        if name in ("expectation", "fulfilment", "importance"):
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


def _places(table: pd.DataFrame, answers: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return where each service of the table stands among those of the answers; -1 where it does not."""

    def key(frame: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_arrays(
            [frame["supplier"].astype(object), frame["client"].astype(object), service_names(frame)]
        )

    return np.asarray(key(answers).get_indexer(key(table)), np.intp)


def _tell_missing(
    services: TypedTable,
    responses: TypedTable,
    silent: npt.NDArray[np.intp],
    answers: pd.DataFrame,
    place: npt.NDArray[np.intp],
    log: ProblemLog,
) -> None:
    """Say which services only one of the two tables knows."""
    if len(silent):
        names = [_spelled(services.frame, row) for row in silent[:_LISTED]]
        log.add(
            "note",
            "service-without-answers",
            N_("{count} services of {table} have no answer in {answers}: {names}."),
            N_("Their scores stand as they are written."),
            file=services.file,
            count=len(silent),
            table=services.file or "services",
            answers=responses.file or "responses",
            names=_joined(names, len(silent)),
        )
    unlisted = np.setdiff1d(np.arange(len(answers)), place)
    if len(unlisted):
        names = [_spelled(answers, row) for row in unlisted[:_LISTED]]
        log.add(
            "warning",
            "answers-without-service",
            N_("{count} services are answered for in {answers} but are not in {table}, and are left out: {names}."),
            N_("Add them to {table} if they are to count, or correct their spelling."),
            file=responses.file,
            count=len(unlisted),
            table=services.file or "services",
            answers=responses.file or "responses",
            names=_joined(names, len(unlisted)),
        )


def _tell_differences(
    services: TypedTable, name: str, rows: npt.NDArray[np.intp], stated: Floats, means: Floats, log: ProblemLog
) -> None:
    """Say where a stated score is not the mean of its answers, beyond how the table rounds."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(stated - means) > 0.5001 * rounding_step(stated) + 1e-9
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


def rounding_step(values: Floats) -> float:
    """Return the step that numbers were rounded to: 0.01 where all of them have at most two decimals.

    Parameters
    ----------
    values : float array
        NaN is skipped.

    Returns
    -------
    float
        A power of ten, 1 at the most; 1e-8 where they were hardly rounded at all.

    Examples
    --------
    >>> rounding_step(np.array([7.25, 8.5, np.nan]))
    0.01
    """
    stated = values[~np.isnan(values)]
    for decimals in range(_MOST_DECIMALS):
        if np.allclose(stated, np.round(stated, decimals), rtol=0, atol=1e-9):
            return float(10.0**-decimals)
    return float(10.0**-_MOST_DECIMALS)


def _spelled(frame: pd.DataFrame, row: int) -> str:
    name = str(frame["service"].iat[row]) if "service" in frame.columns else "service"
    supplier, client = (str(frame[end].iat[row]) for end in _ENDS)
    return f"{supplier} → {client} ({name})"


def _joined(names: list[str], count: int) -> str:
    return "; ".join(names) + (f" (+{count - len(names)})" if count > len(names) else "")


def _current_rows(services: TypedTable, settings: Settings) -> npt.NDArray[np.intp]:
    """Return the rows of the period that will be read, in which answers are to be compared."""
    if "period" not in services.frame.columns:
        return np.arange(len(services))
    periods = services.frame["period"].astype(object)
    known = periods.dropna().unique()
    wanted = settings.period or max(known, key=lambda period: period_span(period)[1], default=None)
    return np.flatnonzero((periods == wanted).to_numpy()) if wanted in known else np.arange(len(services))


def _period_of(services: TypedTable, rows: npt.NDArray[np.intp]) -> str | None:
    """Return the one period that rows belong to; None where they have none or several."""
    if "period" not in services.frame.columns or not len(rows):
        return None
    periods = services.frame["period"].iloc[rows].dropna().unique()
    return str(periods[0]) if len(periods) == 1 else None


def _within(frame: pd.DataFrame, period: str | None) -> pd.DataFrame:
    """Keep the answers dated in a period; all of them where the period or their dates do not say."""
    if period is None or "date" not in frame.columns:
        return frame
    first, last = period_span(period)
    inside = frame["date"].between(first, last).to_numpy()
    return frame[inside] if inside.any() else frame


_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?")


def period_span(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day of a period.

    Parameters
    ----------
    period : str
        2025, 2025-Q1, 2025-03 or 2025-03-31.

    Returns
    -------
    first, last : Timestamp
        For any other text the earliest day there is, twice.

    Examples
    --------
    >>> [str(day.date()) for day in period_span("2025-Q1")]
    ['2025-01-01', '2025-03-31']
    """
    match = _PERIOD.fullmatch(period)
    if match is None:
        return pd.Timestamp.min, pd.Timestamp.min
    year, quarter, month, day = (int(part) if part else 0 for part in match.groups())
    if day:
        only = pd.Timestamp(year, month, day)
        return only, only
    begins = 3 * quarter - 2 if quarter else month or 1
    months = 3 if quarter else 1 if month else 12
    first = pd.Timestamp(year, begins, 1)
    return first, first + pd.DateOffset(months=months) - pd.Timedelta(days=1)
