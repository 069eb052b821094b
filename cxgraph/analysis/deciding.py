"""What to do, as doors of an analysis: the plan for a budget, and where effort pays before there are any actions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from cxgraph.decide.planning.belonging import count_belonging
from cxgraph.decide.planning.candidates import Candidates, find_candidates
from cxgraph.decide.planning.effort import mending_table, points_table
from cxgraph.decide.planning.plan import Plan, make_plan
from cxgraph.errors import InputError, ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.tables.from_frames import typed_frame
from cxgraph.tables.raw import ProblemLog
from cxgraph.uncertainty.resampling import prepare_sampling

if TYPE_CHECKING:
    from cxgraph.analysis.core import AnalysisCore

_OPEN: WeakKeyDictionary[AnalysisCore, Candidates] = WeakKeyDictionary()


def plan_for(
    analysis: AnalysisCore, budget: float, actions: pd.DataFrame | None = None, by: date | str | None = None
) -> Plan:
    """Return the best plan for a budget; see `Analysis.plan`."""
    organization, cascade = analysis.organization, analysis.cascade
    if actions is None and by is None:
        candidates = _open_actions(analysis)
    else:
        table = organization.actions if actions is None else _typed(actions, organization.settings.scale)
        candidates = find_candidates(organization, _listed(table), cascade.scoring, read_day(by))

    def belonging(draws: int, seed: int) -> Floats | None:
        return _belonging(analysis, candidates, float(budget), draws, seed)

    return make_plan(cascade, candidates, budget, belonging)


def effort_of(analysis: AnalysisCore) -> pd.DataFrame:
    """Return the departments by what mending them would give; see `Analysis.effort`."""
    return mending_table(analysis.cascade, analysis.organization.departments)


def points_of(analysis: AnalysisCore) -> pd.DataFrame:
    """Return the services by what one point more would give; see `Analysis.point_gains`."""
    organization = analysis.organization
    return points_table(analysis.cascade, organization.services[organization.scored(analysis.cascade.scoring)])


def _open_actions(analysis: AnalysisCore) -> Candidates:
    """Return the organisation's own actions; a report plans with them for more than one budget."""
    if analysis not in _OPEN:
        actions = _listed(analysis.organization.actions)
        _OPEN[analysis] = find_candidates(analysis.organization, actions, analysis.cascade.scoring, None)
    return _OPEN[analysis]


def _listed(actions: pd.DataFrame | None) -> pd.DataFrame:
    return pd.DataFrame({"id": pd.Series([], dtype=object)}) if actions is None else actions


def _typed(actions: pd.DataFrame, scale: tuple[float, float]) -> pd.DataFrame:
    log = ProblemLog()
    typed = typed_frame(actions, "actions", log, scale)
    if any(problem.severity == "error" for problem in log.problems):
        raise InputError(tuple(log.problems))
    return typed.frame


def read_day(by: date | str | None) -> pd.Timestamp | None:
    """Return the day by which actions have to begin; None where any day will do.

    Raises
    ------
    ParameterError
        A text that is no day.
    """
    if by is None:
        return None
    try:
        return pd.Timestamp(by)
    except ValueError:
        raise ParameterError("by is {value}; write a day as 2026-12-31.", value=repr(by)) from None


def _belonging(analysis: AnalysisCore, candidates: Candidates, budget: float, draws: int, seed: int) -> Floats | None:
    cascade = analysis.cascade
    sampling = prepare_sampling(analysis.organization, cascade.scoring)
    drawn = analysis.estimated_draws()
    if drawn is None and not sampling.sampled.any():
        return None
    tau = np.tile(cascade.transmission, (draws, 1)) if drawn is None else np.asarray(drawn.draws(draws, seed), float)
    return count_belonging(
        sampling, candidates, budget, tau, stringency=cascade.stringency, scoring=cascade.scoring, seed=seed
    )
