"""All periods of an organisation one after the other, split with the same transmissions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.analysis.analysis import Analysis, analyze
from cxgraph.analysis.comparing import compare_with
from cxgraph.decide.comparing.joint import pool_waves
from cxgraph.errors import ParameterError, Problem
from cxgraph.model.history import asked_periods
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.decide.comparing.compare import Comparison


@dataclass(frozen=True, eq=False)
class Trend:
    """What customers lack, and where it starts, period by period.

    Attributes
    ----------
    periods : tuple of str
        In the order of time.
    analyses : tuple of Analysis
        One for each, with the same transmissions.
    notes : tuple of Problem
        Periods that were left out, and why.
    """

    periods: tuple[str, ...]
    analyses: tuple[Analysis, ...]
    notes: tuple[Problem, ...]

    def customer_shortfall(self) -> pd.DataFrame:
        """Return J and what every customer lacks.

        Returns
        -------
        DataFrame
            Indexed by ``period``: ``customer_shortfall``, and a column for each customer by id; NaN where it was not
            asked.
        """
        columns = {}
        for period, analysis in zip(self.periods, self.analyses, strict=True):
            lacking = analysis.customers()["shortfall"]
            columns[period] = {
                "customer_shortfall": analysis.customer_shortfall,
                **dict(zip(lacking.index.astype(str), lacking.tolist(), strict=True)),
            }
        return pd.DataFrame.from_dict(columns, orient="index").rename_axis("period")

    def departments(self) -> pd.DataFrame:
        """Return every department's part in every period.

        Returns
        -------
        DataFrame
            Indexed by ``id``, a column for each period: points of J that start there; those first that ever were
            largest. NaN where a department was not there.
        """
        found = {
            period: analysis.departments()["contribution"]
            for period, analysis in zip(self.periods, self.analyses, strict=True)
        }
        frame = pd.DataFrame(found).rename_axis("id")
        most = frame.max(axis=1).fillna(0.0).to_numpy()
        return frame.iloc[np.lexsort((frame.index.to_numpy(str), -most))]

    def names(self) -> pd.Series:
        """Return the name of every department by id."""
        tables = [analysis.organization.departments.set_index("id")["name"] for analysis in self.analyses]
        every = pd.concat(tables[::-1]).reset_index().drop_duplicates("id")
        return pd.Series(every["name"].to_numpy(), pd.Index(every["id"], name="id"), name="name")

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each period and department: ``period``, ``id``, ``name``, ``contribution``, ``share``."""
        frames = [
            analysis.departments()[["name", "contribution", "share"]].reset_index().assign(period=period)
            for period, analysis in zip(self.periods, self.analyses, strict=True)
        ]
        return pd.concat(frames, ignore_index=True)[["period", "id", "name", "contribution", "share"]]


def trend(analysis: Analysis, every: str | None = None) -> Trend:
    """Analyse every period of an organisation with the same transmissions.

    Parameters
    ----------
    analysis : Analysis
        Of the organisation; its stringency and scoring, and transmissions that were stated or chosen, hold for all.
    every : {"month", "quarter", "year"}, optional
        Periods to make from dated answers; by default those of the table of services, else months.

    Returns
    -------
    Trend
        Transmissions that the scores were asked for are estimated once, from the average of all periods.

    Raises
    ------
    ParameterError
        Another `every`, or fewer than two periods.
    """
    organization, cascade = analysis.organization, analysis.cascade
    waves, notes = asked_periods(organization, every)
    if len(waves) < 2:
        raise ParameterError(
            N_(
                "{name} has one period in which customers were asked; a trend takes two or more. Periods come "
                "from the column period of the services, or from the dates of the answers."
            )
            if len(waves) == 1
            else N_(
                "{name} has {count} periods in which customers were asked; a trend takes two or more. Periods come "
                "from the column period of the services, or from the dates of the answers."
            ),
            name=organization.name,
            count=len(waves),
        )
    ids = organization.departments["id"].astype(str).to_numpy()
    fixed = _told(analysis, set(ids))
    if len(fixed) < len(ids):
        joint = analyze(
            pool_waves(list(waves.values())), transmission=fixed, stringency=cascade.stringency, scoring=cascade.scoring
        )
        names = joint.organization.departments["id"].astype(str)
        fixed = {**dict(zip(names, joint.cascade.transmission.tolist(), strict=True)), **fixed}
    analyses = tuple(
        analyze(
            wave,
            transmission={one: fixed[one] for one in wave.departments["id"].astype(str)},
            stringency=cascade.stringency,
            scoring=cascade.scoring,
        )
        for wave in waves.values()
    )
    return Trend(tuple(waves), analyses, notes)


def compare_last(analysis: Analysis, history: Trend, *, draws: int = 400) -> Comparison | None:
    """Compare an organisation's period with the one before.

    Parameters
    ----------
    analysis : Analysis
        Of the period that was read.
    history : Trend
        Of the same organisation.
    draws : int
        As in `cxgraph.compare`.

    Returns
    -------
    Comparison or None
        As `cxgraph.compare` of both; None where there is no earlier period.
    """
    period = analysis.organization.settings.period
    at = history.periods.index(period) if period in history.periods else 0
    if not at:
        return None
    wave = history.analyses[at - 1].organization
    wave = replace(wave, settings=replace(wave.settings, period=history.periods[at - 1]))
    told = _told(analysis, set(wave.departments["id"].astype(str)))
    return compare_with(wave, told, analysis, draws=draws)


def _told(analysis: Analysis, known: set[str]) -> dict[str, float]:
    """Return the transmissions that were stated or chosen, of departments that are known."""
    used = analysis.transmission
    told = np.isin(used.source, ("chosen", "stated"))
    ids = analysis.organization.departments["id"].astype(str)
    return {
        name: float(value) for name, value, one in zip(ids, used.values, told, strict=True) if one and name in known
    }
