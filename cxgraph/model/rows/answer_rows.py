"""What becomes of every single answer: which count, which are set aside and why, and of which period they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.answers import counted_answers, service_places
from cxgraph.model.organization import Reconciliation
from cxgraph.model.periods import Waves, find_waves, latest
from cxgraph.model.settings import Settings
from cxgraph.model.tallies import UNSCORED as UNSCORED_ANSWERS
from cxgraph.model.tallies import is_grouped, weights
from cxgraph.tables.raw import ProblemLog, TypedTable
from cxgraph.wording import N_

Codes = npt.NDArray[np.int8]
REASONS = (
    "",
    N_("supplies itself"),
    N_("another period"),
    N_("no date"),
    N_("self-assessment, kept apart"),
    N_("no score"),
    N_("not in the table of services"),
    N_("no fulfilment"),
    N_("no expectation"),
)
"""Why an answer does not count; the first is that of answers that do."""
USED, SELF_SUPPLY, OTHER_PERIOD, UNDATED, SELF_ASSESSMENT, UNSCORED, UNLISTED, NO_FULFILMENT, NO_EXPECTATION = range(9)


@dataclass(frozen=True, eq=False)
class SortedAnswers:
    """Answers, each with what becomes of it.

    Attributes
    ----------
    table : TypedTable
        The responses.
    waves : Waves
        Their periods.
    period : str or None
        The one that is read; None where there is one only and nobody asked for it.
    reason : int8 array, shape (answers,)
        Index into `REASONS`; 0 where the answer counts.
    """

    table: TypedTable
    waves: Waves
    period: str | None
    reason: Codes

    @property
    def used(self) -> npt.NDArray[np.bool_]:
        """Which answers count, shape (answers,)."""
        return np.asarray(self.reason == USED)

    @property
    def frame(self) -> pd.DataFrame:
        """The answers that count."""
        return pd.DataFrame(self.table.frame[self.used])

    @property
    def grouped(self) -> bool:
        """Whether the rows are groups of answers, whose single ones nobody knows."""
        return is_grouped(self.table.frame)

    def count(self, reason: int) -> int:
        """Return how many answers share a fate."""
        return int(weights(self.table.frame)[self.reason == reason].sum())

    def kept(self) -> pd.DataFrame:
        """Return the answers that the organisation keeps: those that supply themselves or are of another time go."""
        away = np.isin(self.reason, (SELF_SUPPLY, OTHER_PERIOD, UNDATED))
        return self.table.frame[~away].reset_index(drop=True)

    def marked(self, which: npt.NDArray[np.bool_], reason: int) -> SortedAnswers:
        """Return a copy in which some of the answers that counted no longer do."""
        return replace(self, reason=np.where(which & self.used, np.int8(reason), self.reason))

    def about(self, services: pd.DataFrame, reason: int) -> SortedAnswers:
        """Return a copy in which the answers to some services no longer count."""
        which = np.zeros(len(self.table), bool)
        which[self.used] = service_places(self.frame, services) >= 0
        return self.marked(which, reason)

    def reconciliation(self) -> Reconciliation:
        """Account for every answer, with the lines of the file that it stands in."""
        if self.grouped:
            return self._reconciled_groups()
        gone = np.flatnonzero(~self.used)
        lines = self.table.lines
        frame = self.frame
        empty = {
            column: int(frame[column].isna().sum()) if column in frame.columns else len(frame)
            for column in ("expectation", "fulfilment")
        }
        return Reconciliation(
            read=len(self.table),
            merged=0,
            set_aside=pd.DataFrame(
                {
                    "line": (gone + 1 if lines is None else lines[gone]).astype(np.int64),
                    "reason": pd.Series([REASONS[code] for code in self.reason[gone]], dtype=object),
                }
            ),
            table="responses",
            incomplete={column: count for column, count in empty.items() if 0 < count < len(frame)},
        )

    def _reconciled_groups(self) -> Reconciliation:
        """Account for every answer of groups, which stand in no line that is known."""
        frame = self.frame
        fates = [(REASONS[code], self.count(code)) for code in range(1, len(REASONS))]
        partly = int(frame[UNSCORED_ANSWERS].sum())
        aside = {reason: count + (partly if reason == REASONS[UNSCORED] else 0) for reason, count in fates}
        scored = int(weights(frame).sum()) - partly
        stated = {
            name: int(frame[f"{name}_count"].sum()) if name in frame.columns else 0
            for name in ("expectation", "fulfilment")
        }
        return Reconciliation(
            read=int(weights(self.table.frame).sum()),
            merged=0,
            set_aside=pd.DataFrame(
                [(None, reason, count) for reason, count in aside.items() if count], columns=["line", "reason", "count"]
            ),
            table="responses",
            incomplete={name: scored - count for name, count in stated.items() if 0 < scored - count < scored},
        )


def sort_answers(
    responses: TypedTable, settings: Settings, log: ProblemLog, period: str | None = None, *, one_wave: bool = False
) -> SortedAnswers:
    """Decide what becomes of every answer, and say what is set aside.

    Parameters
    ----------
    responses : TypedTable
        With supplier and client.
    settings : Settings
        The period asked for, where one is.
    log : ProblemLog
        Collects problems.
    period : str, optional
        The period of the services that the answers are about, where their table has periods.
    one_wave : bool
        Read all answers as one wave, whatever their dates.

    Returns
    -------
    SortedAnswers
        Answers of another period than the one read do not count.
    """
    frame = responses.frame
    reason = np.zeros(len(frame), np.int8)
    counted = counted_answers(frame)
    if "source" in frame.columns:
        reason[frame["source"].eq("self_assessment").to_numpy()] = SELF_ASSESSMENT
    scores = [column for column in ("expectation", "fulfilment") if column in frame.columns]
    reason[counted & frame[scores].isna().all(axis=1).to_numpy()] = UNSCORED
    itself = frame["supplier"].astype(object).to_numpy() == frame["client"].astype(object).to_numpy()
    reason[itself & frame["supplier"].notna().to_numpy()] = SELF_SUPPLY
    asked = settings.period or period
    waves = Waves((), np.full(len(frame), -1, np.intp)) if one_wave else find_waves(frame, asked)
    chosen = asked or (latest(waves.periods) if len(waves.periods) > 1 else None)
    found = SortedAnswers(responses, waves, chosen, reason)
    _tell_self_supply(found, log)
    if chosen is None:
        return found
    if waves.periods:
        other = waves.code != (waves.periods.index(chosen) if chosen in waves.periods else -2)
        reason[other & (reason != SELF_SUPPLY)] = OTHER_PERIOD
        reason[(reason == OTHER_PERIOD) & _tells_no_period(frame)] = UNDATED
    _tell_period(found, settings, log, period)
    return found


def _tells_no_period(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which answers have an empty cell where the others tell their period, shape (answers,)."""
    labelled = "period" in frame.columns and frame["period"].notna().any()
    return np.asarray(frame["period" if labelled else "date"].isna())


def _tell_self_supply(found: SortedAnswers, log: ProblemLog) -> None:
    log.add_rows(
        "warning",
        "self-supply",
        N_("{value} supplies itself; the answer is set aside."),
        N_("A service goes from one department to another."),
        found.table,
        np.flatnonzero(found.reason == SELF_SUPPLY),
        column="supplier",
        cell=lambda row: {"value": found.table.frame["supplier"].iat[row]},
    )


def _tell_period(found: SortedAnswers, settings: Settings, log: ProblemLog, of_services: str | None) -> None:
    """Say which period is read, why, and what becomes of the answers of the others."""
    waves, chosen, table = found.waves, found.period, found.table
    known = ", ".join(waves.periods)
    if chosen not in waves.periods:
        if of_services is None:
            log.add(
                "error",
                "unknown-period" if known else "no-periods",
                N_("No answer is of the period {value}; there are answers of {known}.")
                if known
                else N_("The period {value} is asked for, but no answer gives its date or period."),
                N_("Ask for one of these, or for none to read the latest.") if known else N_("Leave the period out."),
                file=table.file,
                value=chosen,
                known=known,
            )
        return
    undated = found.count(UNDATED)
    if undated:
        log.add(
            "warning",
            "no-date",
            N_(
                "{count} {count:answer tells no date or period; it is|answers tell no date or period; they "
                "are} set aside, because the others are of {known}."
            ),
            N_("Write the date of each answer."),
            file=table.file,
            count=undated,
            known=known,
        )
    others = found.count(OTHER_PERIOD)
    rest = [period for period in waves.periods if period != chosen]
    if others and not rest:
        log.add(
            "warning",
            "period-chosen",
            N_(
                "{rows} {rows:answer lies|answers lie} outside of the period {value}, which cuts through "
                "their wave; {rows:it is|they are} set aside."
            ),
            N_("Ask for a period that holds the whole wave, or for none to read the latest."),
            file=table.file,
            rows=others,
            value=chosen,
        )
    elif others:
        log.add(
            "note" if settings.period or of_services else "warning",
            "period-chosen",
            N_(
                "The answers are of {count} {count:period|periods} ({known}), which are never mixed: "
                "{value} is read, and {rows} {rows:answer|answers} of the others {rows:is|are} set aside."
            ),
            N_("Another one is read with the option period (--period {other}); 2024/2025 reads two as one."),
            file=table.file,
            count=len(waves.periods),
            known=known,
            value=chosen,
            rows=others,
            other=rest[0],
        )
