"""Everything that a report tells, computed once: the analysis, how sure it is, and what the other rooms found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from cxgraph.alternatives.compare import AlternativeModels
from cxgraph.analysis import PublishableAnalysis, analyze
from cxgraph.audits.finding import Finding
from cxgraph.cascade.trace import Trace
from cxgraph.culture.leadership import LeadershipPour
from cxgraph.culture.profiles import Profiles
from cxgraph.drawing.titles import StoryPath, story_paths
from cxgraph.privacy.gate import publishable, shown_trace
from cxgraph.reporting.decisions import Decisions, tell_decisions
from cxgraph.reporting.headline import LARGE, headline_intervals, headline_sensitivity
from cxgraph.survey_quality.run import QualityFinding, check_survey_quality
from cxgraph.transmission.estimate import calibrate
from cxgraph.transmission.result import Calibration
from cxgraph.uncertainty.backtest import Backtest
from cxgraph.uncertainty.intervals import Intervals
from cxgraph.uncertainty.sensitivity import Sensitivity
from cxgraph.uncertainty.sizes import size_of
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.analysis.trend import Trend
    from cxgraph.decide.scenario import Scenario

Stage: TypeAlias = Callable[[str], AbstractContextManager[object]]
"""Called with what is being done, in English; what it returns is entered meanwhile."""

PATHS = 15
COMPARED = 25
"""Departments that the rival models are asked about: those that cause most."""
SWEPT = 5
"""Departments that are told for each transmission that all might have."""
CAUSES = 5
"""Root causes of the brief."""
CONTRADICTED = 0.1
"""How far a transmission that the organisation states lies from what its data say before the report says so."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The period before this one: its name, and the customers' gap in it."""

    period: str
    gap: float


@dataclass(frozen=True, eq=False)
class Results:
    """What a report rests on.

    Attributes
    ----------
    analysis : Analysis
        What was asked for, without what small groups answered.
    published : PublishableAnalysis
        What must not be shown one by one.
    intervals : Intervals
        At the transmission of the analysis, which is drawn too where it was estimated.
    sensitivity : Sensitivity
        The band over the parameters, with the second opinions where there are any.
    calibration : Calibration
        What the data say of the transmission, by each method that they allow.
    calibrated : Analysis
        The same organisation as it is analysed where nobody chooses a transmission; `analysis` itself where nobody
        did.
    by_method : mapping of str to Analysis
        The same with the transmissions of each method alone.
    contradicted : DataFrame
        ``stated``, ``estimate``, ``low`` and ``high`` of the departments whose stated transmission lies at least
        `CONTRADICTED` from what the data say, the farthest first; of those that may be shown.
    by_data : Analysis, optional
        The analysis with what the data say in their place; None where there are none.
    calibrated_intervals : Intervals
        Its intervals.
    trace : Trace
        The heaviest ways from causes to customers.
    story : tuple of StoryPath
        The first of them, which the brief draws.
    previous : Previous, optional
        The period before, where the organisation holds several and nothing of it is suppressed.
    loops : DataFrame
        Circles of departments.
    opinions : AlternativeModels
        Rival models.
    findings : tuple of Finding
        The audit.
    integrity : tuple of QualityFinding
        Whether the scores can be trusted.
    backtest : Backtest
        Whether the model would have known.
    decisions : Decisions
        Plan, comparison and scenario, where there is cause for them.
    profiles, pour, association
        Culture, leadership, and how culture goes with own shortfalls.
    """

    analysis: Analysis
    published: PublishableAnalysis
    intervals: Intervals
    sensitivity: Sensitivity
    calibration: Calibration
    calibrated: Analysis
    by_method: Mapping[str, Analysis]
    contradicted: pd.DataFrame
    by_data: Analysis | None
    calibrated_intervals: Intervals
    trace: Trace
    story: tuple[StoryPath, ...]
    previous: Previous | None
    loops: pd.DataFrame
    opinions: AlternativeModels
    findings: tuple[Finding, ...]
    integrity: tuple[QualityFinding, ...]
    backtest: Backtest
    decisions: Decisions
    profiles: Profiles
    pour: LeadershipPour
    association: pd.DataFrame

    @property
    def same_leader(self) -> bool:
        """Whether the analysis and the one with calibrated transmissions put the same department first."""
        return self.analysis.bottlenecks(1).index.equals(self.calibrated.bottlenecks(1).index)

    @property
    def uses_calibration(self) -> bool:
        """Whether the analysis itself was made with what is stated and what the data say of the transmission."""
        return self.calibrated is self.analysis


def compute_results(
    analysis: Analysis, stage: Stage | None = None, *, budget: float | None = None, scenario: Scenario | None = None
) -> Results:
    """Compute everything that a report tells.

    Parameters
    ----------
    analysis : Analysis
        Any.
    stage : callable, optional
        Told what is being done.
    budget : float, optional
        To plan for.
    scenario : Scenario, optional
        To try on paper.

    Returns
    -------
    Results
        Equal input gives equal numbers: draws are seeded, and no clock is read.

    Raises
    ------
    NumericalError
        A cascade could not be certified.

    Notes
    -----
    Most of the time goes into the draws, about 300 times one analysis each for assumed and calibrated
    transmissions. From 50,000 services on only 100 draws are made and five departments put to the rival models.
    """
    begin = stage or (lambda _: nullcontext())
    published = publishable(analysis)
    analysis = published.analysis
    organization, cascade = analysis.organization, analysis.cascade
    large = size_of(analysis.cascade.network) > LARGE
    with begin(N_("Resampling the answers ...")):
        intervals = headline_intervals(analysis)
    with begin(N_("Calibrating ...")):
        calibration = calibrate(organization, scoring=cascade.scoring, stringency=cascade.stringency)
        calibrated, by_method = _calibrated(analysis, calibration)
        contradicted = _contradicted(published, calibration)
        by_data = _by_data(analysis, contradicted)
        calibrated_intervals = intervals if calibrated is analysis else headline_intervals(calibrated)
    with begin(N_("Asking alternative models ...")):
        opinions = analysis.alternative_models(top=5, most=5 if large else COMPARED)
    with begin(N_("Trying other parameters ...")):
        sensitivity = headline_sensitivity(analysis)
    with begin(N_("Checking principles and measurement ...")):
        findings, integrity = analysis.audit(), check_survey_quality(organization)
        backtest = analysis.backtest()
    with begin(N_("Choosing actions ...")):
        decisions = tell_decisions(analysis, budget, scenario)
    return Results(
        analysis=analysis,
        published=published,
        intervals=intervals,
        sensitivity=sensitivity,
        calibration=calibration,
        calibrated=calibrated,
        by_method=by_method,
        contradicted=contradicted,
        by_data=by_data,
        calibrated_intervals=calibrated_intervals,
        trace=shown_trace(published, analysis.trace(top=PATHS)),
        story=story_paths(published),
        previous=_previous(analysis, decisions.history),
        loops=analysis.loops(),
        opinions=opinions,
        findings=findings,
        integrity=integrity,
        backtest=backtest,
        decisions=decisions,
        profiles=analysis.profiles(),
        pour=analysis.leadership_cascade(),
        association=analysis.culture_association(),
    )


def _previous(analysis: Analysis, history: Trend | None) -> Previous | None:
    """Return the customers' gap of the period before; None with one period, or where answers are suppressed."""
    period = analysis.organization.settings.period
    if history is None or period not in history.periods:
        return None
    at = history.periods.index(period)
    return Previous(history.periods[at - 1], history.analyses[at - 1].customer_shortfall) if at else None


def _calibrated(analysis: Analysis, calibration: Calibration) -> tuple[Analysis, dict[str, Analysis]]:
    """Return the analysis that chooses no transmission, and those with the transmissions of each method alone."""

    def again(found: Calibration | None) -> Analysis:
        if found is not None and np.array_equal(analysis.cascade.transmission, found.estimate):
            return analysis
        return analyze(
            analysis.organization,
            transmission=found,
            scoring=analysis.cascade.scoring,
            stringency=analysis.cascade.stringency,
        )

    plain = again(None) if analysis.transmission.chosen.any() else analysis

    return plain, {name: again(part) for name, part in calibration.parts.items()}


def _contradicted(published: PublishableAnalysis, calibration: Calibration) -> pd.DataFrame:
    """Return the stated transmissions that the data contradict; only where one of them plays a part."""
    analysis = published.analysis
    found = calibration.to_frame()
    found["stated"] = analysis.cascade.transmission
    apart = (found["stated"] - found["estimate"]).abs()
    plays = (
        (analysis.transmission.source == "stated")
        & (found["n"] > 0)
        & (analysis.departments()["received"].reindex(found.index) > 0)
    )
    found = found[plays & (apart >= CONTRADICTED)].loc[:, ["stated", "estimate", "low", "high"]]
    return published.shown(found.loc[apart[found.index].sort_values(ascending=False, kind="stable").index])


def _by_data(analysis: Analysis, contradicted: pd.DataFrame) -> Analysis | None:
    if contradicted.empty:
        return None
    values = pd.Series(analysis.cascade.transmission, index=analysis.organization.departments["id"])
    values.update(contradicted["estimate"])
    return analyze(
        analysis.organization,
        transmission=values,
        scoring=analysis.cascade.scoring,
        stringency=analysis.cascade.stringency,
    )


def places_over_settings(results: Results) -> pd.DataFrame:
    """Return each department's places over all settings of the parameters, with how often it is first.

    Parameters
    ----------
    results : Results
        Of a report.

    Returns
    -------
    DataFrame
        As `Sensitivity.table`, and ``times_first`` and ``times_among``: ``first`` and ``among_top``, but counted. What
        must not be shown is left out.
    """
    found = results.sensitivity
    table, counted = results.published.shown(found.table), int(found.grid["first"].notna().sum())
    return table.assign(
        times_first=(counted * table["first"]).round().astype(int),
        times_among=(counted * table["among_top"]).round().astype(int),
    )


def leaders_by_transmission(results: Results) -> pd.DataFrame:
    """Return which departments lead if all have the same transmission, and how probable the data make each of these.

    Parameters
    ----------
    results : Results
        Of a report.

    Returns
    -------
    DataFrame
        As `Analysis.ranking_by_transmission`, and ``probability``: NaN where no transmission was estimated. What must
        not be shown is left out.
    """
    leaders = results.analysis.ranking_by_transmission(SWEPT)
    tried = sorted(set(leaders["transmission"]))
    chances = dict(zip(tried, results.analysis.transmission.plausible(tried) or [np.nan] * len(tried), strict=True))
    leaders = leaders.assign(probability=[chances[one] for one in leaders["transmission"]])
    return leaders[~leaders["id"].isin(results.published.hidden_departments)]
