"""Scores against their scale: what lies off it, what is no score at all, which scale the scores seem to have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cxgraph.model.settings import USUAL_SCALES, Settings
from cxgraph.model.tallies import is_grouped, mirrored_groups
from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.tables.schema import FINEST_STEP, TABLES
from cxgraph.wording import N_

Floats = npt.NDArray[np.float64]
NO_ANSWER_CODES = (0.0, 77, 88, 97, 98, 99, 997, 998, 999, 9999, -1, -2, -8, -9, -88, -98, -99, -999)
"""Numbers that survey tools write where somebody gave no answer."""
_DIGIT_CODES = (8.0, 9.0)
"""Digits that stand for no answer where a question had few steps."""
_SELDOM = 0.25
"""Part of the scores up to which a digit beyond all others is taken for a code."""
_STEPS = 7
"""Top of the longest of the usual scales that begin with 1."""
_SCALES_WITH_BEST_FIRST = ((1, 5), (1, 6), (1, 7), (1, 10), (0, 10), (0, 100))
_END = 0.02
_APART = 0.3
_LOW_THIRD = 1 / 3
_FEWEST = 3
_FEW_STEPS = 4


@dataclass(frozen=True, eq=False)
class Scores:
    """One column of scores, in the rows that are read.

    Parameters
    ----------
    table : TypedTable
        Where they stand.
    column : str
        ``expectation`` or ``fulfilment``.
    rows : int array
        Rows of the table.
    extreme : {"", "least", "most"}
        Of groups of answers, whose single scores nobody knows, which score of each is looked at.
    """

    table: TypedTable
    column: str
    rows: npt.NDArray[np.intp]
    extreme: str = ""

    @property
    def cells(self) -> Floats:
        """The scores of all rows of the table, NaN where there is none."""
        return self.table.frame[f"{self.column}_{self.extreme}" if self.extreme else self.column].to_numpy(float)

    @property
    def values(self) -> Floats:
        """The scores of the rows that are read, shape (rows,)."""
        return self.cells[self.rows]


def mirrored(table: TypedTable, settings: Settings) -> TypedTable:
    """Return a table whose scores rise towards the best, also where the organisation's scale begins with the best.

    Parameters
    ----------
    table : TypedTable
        As it was read.
    settings : Settings
        Says whether the lowest score is the best.

    Returns
    -------
    TypedTable
        The same one where nothing is to be turned.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxgraph.model.settings import Settings
    >>> from cxgraph.tables.raw import TypedTable
    >>> grades = TypedTable("services", pd.DataFrame({"fulfilment": [1.0, 6.0]}), {})
    >>> mirrored(grades, Settings(scale=(6, 1))).frame["fulfilment"].tolist()
    [6.0, 1.0]
    """
    if not settings.reversed:
        return table
    levels = [column.name for column in TABLES[table.table] if column.scaled == "level" and column.name in table.frame]
    if is_grouped(table.frame):
        return replace(table, frame=mirrored_groups(table.frame, settings.scale, levels))
    turned = {name: sum(settings.scale) - table.frame[name].to_numpy(float) for name in levels}
    return replace(table, frame=table.frame.assign(**turned))


def score_columns(table: TypedTable | None, rows: npt.NDArray[np.intp] | None = None) -> list[Scores]:
    """Return the columns of scores that a table has; all its rows where none are named."""
    if table is None:
        return []
    chosen = np.arange(len(table)) if rows is None else rows
    names = [name for name in ("expectation", "fulfilment") if name in table.frame.columns]
    if is_grouped(table.frame):
        return [Scores(table, name, chosen, extreme) for name in names for extreme in ("least", "most")]
    return [Scores(table, name, chosen) for name in names]


def check_scale(columns: Sequence[Scores], settings: Settings, log: ProblemLog) -> None:
    """Hold every score against the scale, and the scale against the scores.

    Parameters
    ----------
    columns : sequence of Scores
        All columns of scores of the organisation.
    settings : Settings
        Its scale.
    log : ProblemLog
        Takes scores off the scale (errors), and warnings: codes for "no answer" among the scores, a scale that is
        wider than all of them, a scale that begins with the best score.
    """
    faulty = log.failed
    every = np.concatenate([column.values for column in columns]) if columns else np.zeros(0)
    every = every[~np.isnan(every)]
    if not len(every):
        return
    bottom, top = settings.scale
    off = (every < bottom) | (every > top)
    if off.any():
        _report_off_scale(columns, every, off, settings, log)
        return
    _report_next_to_bottom(columns, settings, log)
    if faulty:
        return
    if _report_reversed(columns, every, settings, log):
        return
    code = _code_at_an_end(every, settings)
    if code is not None:
        _report_code(columns, every, code, settings, log)
    else:
        _report_narrow(columns, every, settings, log)


def _report_off_scale(
    columns: Sequence[Scores], every: Floats, off: npt.NDArray[np.bool_], settings: Settings, log: ProblemLog
) -> None:
    """Report each score off the scale: as a code for "no answer" where it can be one, else with the scale to set."""
    written = _as_written(every, settings)
    others = every[~(off & np.isin(written, NO_ANSWER_CODES))]
    fits = _fitting(others)
    scales = [settings.scale, *fits] if not _outside(others, settings.scale).any() else fits
    # A wider scale is no answer to 99: the other scores say which scale was meant.
    codes = [code for code in NO_ANSWER_CODES if scales and not scales[0][0] <= code <= scales[0][1]]
    digits = off & np.isin(written, _DIGIT_CODES)
    if digits.mean() <= _SELDOM and not _outside(every[~digits & ~np.isin(written, codes)], settings.scale).any():
        codes += _DIGIT_CODES
    shown: dict[str, Any] = {"low": settings.scale[0], "high": settings.scale[1]}
    advice = N_("Correct the scores, or set the organisation's scale (--scale BOTTOM TOP).")
    if fits and len(others):
        advice = N_(
            "All scores would fit the scale {fit_low:g} to {fit_high:g}; if that is theirs, set the scale to it "
            "(--scale {fit_low:g} {fit_high:g}). If the number stands for “no answer”, leave the cell empty."
        )
        shown |= {"fit_low": fits[0][0], "fit_high": fits[0][1]}
    for column in columns:
        values = column.values
        away = _outside(values, settings.scale)
        coded = away & np.isin(_as_written(values, settings), codes)
        found = _as_written(column.cells, settings)
        cell = _value_cell(found, shown)
        log.add_rows(
            "error",
            "no-answer-code",
            N_("{value} is off the scale, which runs from {low:g} to {high:g}: a usual code for “no answer”."),
            N_("Leave the cell empty where there is no answer."),
            column.table,
            column.rows[coded],
            column=column.column,
            cell=cell,
        )
        log.add_rows(
            "error",
            "off-scale",
            N_("{value} is off the scale, which runs from {low:g} to {high:g}."),
            advice,
            column.table,
            column.rows[away & ~coded],
            column=column.column,
            cell=cell,
        )


def _report_next_to_bottom(columns: Sequence[Scores], settings: Settings, log: ProblemLog) -> None:
    """Refuse levels expected that are so little above the worst score that a ratio to them is no number."""
    step = settings.width * FINEST_STEP
    for column in columns:
        above = column.values - settings.scale[0]
        found = _as_written(column.cells, settings)
        if column.column == "expectation":
            log.add_rows(
                "error",
                "next-to-bottom",
                N_(
                    "{value} cannot be distinguished from the worst score, {low:g}, and a gap is a part of "
                    "the difference."
                ),
                N_("Write {low:g} where nothing is expected, else the level that is."),
                column.table,
                column.rows[(above > 0) & (above < step)],
                column=column.column,
                cell=_value_cell(found, {"low": float(_as_written(np.asarray(settings.scale[0]), settings))}),
            )


def _value_cell(found: Floats, shown: Mapping[str, Any]) -> Callable[[int], dict[str, Any]]:
    """Return the fields of a message about one score of a column."""
    return lambda row: {"value": f"{found[row]:g}", **shown}


def _as_written(values: Floats, settings: Settings) -> Floats:
    """Return scores as their files write them."""
    return sum(settings.scale) - values if settings.reversed else values


def _outside(values: Floats, scale: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return np.asarray((values < scale[0]) | (values > scale[1]))


def _fitting(values: Floats) -> list[tuple[float, float]]:
    """Return the usual scales that hold all of some scores, narrow ones first."""
    if not len(values):
        return []
    low, high = float(values.min()), float(values.max())
    return [scale for scale in USUAL_SCALES if scale[0] <= low and high <= scale[1]]


def _code_at_an_end(every: Floats, settings: Settings) -> float | None:
    """Return the usual code for "no answer" that stands at an end of the scale, far from all other scores."""
    bottom, top = settings.scale
    width = settings.width
    if width < _FEW_STEPS or settings.reversed:  # on scales of few steps every score is far from the next
        return None
    for code in NO_ANSWER_CODES:
        here = every == code
        others = every[~here]
        at_end = min(abs(code - bottom), abs(top - code)) <= _END * width
        if not at_end or not here.any() or len(others) < len(every) / 2:
            continue
        # Whoever names no scale and asks from 1 to 5 has no zeros.
        from_one = code == 0 and settings.scale == Settings().scale and others.min() >= 1 and others.max() <= _STEPS
        if from_one or np.abs(others - code).min() > _APART * width:
            return code
    for code in _DIGIT_CODES:
        here = every == code
        if 0 < here.mean() <= _SELDOM and every[~here].max() <= code - _APART * width:
            return code
    return None


def _report_code(columns: Sequence[Scores], every: Floats, code: float, settings: Settings, log: ProblemLog) -> None:
    others = every[every != code]
    narrower = [
        scale for scale in _fitting(others) if scale[1] - scale[0] < settings.width and not scale[0] <= code <= scale[1]
    ]
    whole = [scale for scale in _fitting(every) if scale[1] - scale[0] < settings.width]
    if narrower and whole:
        hint = N_(
            "Where it is one, leave those cells empty and set the scale to {fit_low:g} to {fit_high:g} (--scale "
            "{fit_low:g} {fit_high:g}) if it was asked on that. Where it is a score, set the scale that was asked on, "
            "such as {all_low:g} to {all_high:g} (--scale {all_low:g} {all_high:g})."
        )
    elif narrower:
        hint = N_(
            "Where it is one, leave those cells empty and set the scale to {fit_low:g} to {fit_high:g} (--scale "
            "{fit_low:g} {fit_high:g}) if it was asked on that. Where it is a score, nothing need change."
        )
    else:
        hint = N_("Where it is one, leave those cells empty. Where it is a score, nothing need change.")
    fit = narrower[0] if narrower else settings.scale
    shown = whole[0] if whole else settings.scale
    log.add(
        "warning",
        "no-answer-code",
        N_(
            "{value} is the lowest or highest score of {count} {count:group|groups} of answers, while those of the "
            "others lie between {low:g} and {high:g}: it is a usual code for “no answer”."
        )
        if columns[0].extreme
        else N_(
            "{value} stands in {count} {count:cell|cells}, while all other scores lie between {low:g} and {high:g}: it "
            "is a usual code for “no answer”."
        ),
        hint,
        file=columns[0].table.file,
        value=f"{code:g}",
        count=int((every == code).sum()),
        low=float(others.min()),
        high=float(others.max()),
        fit_low=fit[0],
        fit_high=fit[1],
        all_low=shown[0],
        all_high=shown[1],
    )


def _report_narrow(columns: Sequence[Scores], every: Floats, settings: Settings, log: ProblemLog) -> None:
    bottom, top = settings.scale
    narrower = [scale for scale in _fitting(every) if scale[1] - scale[0] < top - bottom]
    if not narrower:
        return
    log.add(
        "warning",
        "narrow-scale",
        N_("All scores lie between {low:g} and {high:g}, but the scale runs from {bottom:g} to {top:g}."),
        N_(
            "If they were asked on the scale {fit_low:g} to {fit_high:g}, set it (--scale {fit_low:g} "
            "{fit_high:g}): a gap depends on where the scale begins."
        ),
        file=columns[0].table.file,
        low=float(every.min()),
        high=float(every.max()),
        bottom=bottom,
        top=top,
        fit_low=narrower[0][0],
        fit_high=narrower[0][1],
    )


def _report_reversed(columns: Sequence[Scores], every: Floats, settings: Settings, log: ProblemLog) -> bool:
    """Say where the lowest score seems to be the best: everybody expects it, and gets more than expected."""
    expected, got = (
        np.concatenate([column.values for column in columns if column.column == name] or [np.zeros(0)])
        for name in ("expectation", "fulfilment")
    )
    expected, got = expected[~np.isnan(expected)], got[~np.isnan(got)]
    fits = [scale for scale in _SCALES_WITH_BEST_FIRST if scale[0] <= every.min() and every.max() <= scale[1]]
    stated = settings.scale != Settings().scale
    low, high = settings.scale if stated or not fits else fits[0]
    if len(expected) < _FEWEST or not len(got) or settings.reversed or high - low < _FEW_STEPS:
        return False
    # The good end of such a scale, as far as all its scores reach.
    if expected.max() > low + _LOW_THIRD * (high - low) or got.mean() <= expected.mean():
        return False
    log.add(
        "warning",
        "reversed-scale",
        N_(
            "Every level expected lies between {least:g} and {most:g}, at the bottom of the scale, and more is given "
            "than expected: as if {low:g} were the best score."
        ),
        N_("If it is, say so by turning the scale (--scale {high:g} {low:g}): else a gap is read as a surplus."),
        file=columns[0].table.file,
        least=float(expected.min()),
        most=float(expected.max()),
        low=low,
        high=high,
    )
    return True
