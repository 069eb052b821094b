"""How far a result can be trusted: answers, parameters, time, other models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cxgraph.analysis.core import AnalysisCore
from cxgraph.model.arrays import Floats
from cxgraph.tables.schema import SCORINGS

if TYPE_CHECKING:
    from cxgraph.alternatives.compare import AlternativeModels
    from cxgraph.uncertainty.backtest import Backtest
    from cxgraph.uncertainty.intervals import Intervals, Progress, TransmissionDraws
    from cxgraph.uncertainty.sensitivity import Sensitivity


class ConfidenceDoors(AnalysisCore):
    """How far a result can be trusted: answers, parameters, time, other models."""

    def intervals(
        self,
        draws: int = 1000,
        seed: int = 0,
        level: float = 0.9,
        top: int = 3,
        *,
        pooling: bool = False,
        calibration: TransmissionDraws | None = None,
        progress: Progress | None = None,
    ) -> Intervals:
        """Return how far J, shares and ranks can be trusted, given who and how many answered.

        Answers are drawn again by respondent (or case) where they are known, single answers elsewhere, and means
        from their spread and number where only these are known.

        Parameters
        ----------
        draws : int
            At least 20.
        seed : int
            Same seed, same bytes.
        level : float
            Nominal coverage of the intervals, between 0 and 1.
        top : int
            k of the probability of being among the first k.
        pooling : bool
            Let services with few answers lean on their supplier's others.
        calibration : object with ``draws(count, seed)``, optional
            Draws of the transmission, shape (count, n), to be drawn together with the scores. By default those that
            were estimated are drawn from what the data leave open, the laws of faults and transmissions first, and
            the others stay.
        progress : callable, optional
            Called with draws done and draws to do.

        Returns
        -------
        Intervals
            `Intervals.available` is False, and a note says why, where nothing is known of the answers.

        Raises
        ------
        ParameterError
            An option outside its range.

        See Also
        --------
        sensitivity : what hangs on the parameters instead of on the answers.
        """
        from cxgraph.uncertainty.intervals import IntervalOptions, estimate_intervals
        from cxgraph.uncertainty.resampling import prepare_sampling

        settings = self.organization.settings
        options = IntervalOptions(draws, seed, level, top, pooling, settings.min_responses, settings.min_respondents)
        return estimate_intervals(
            prepare_sampling(self.organization, self.cascade.scoring),
            self.organization.departments,
            self.cascade,
            options,
            calibration=calibration or self.estimated_draws(),
            progress=progress,
        )

    def sensitivity(
        self, top: int = 3, *, opinions: Mapping[str, Floats] | None = None, progress: Progress | None = None
    ) -> Sensitivity:
        """Return the ranking under every transmission (0 to 0.9), stringency (1, 2, 4, infinite) and scoring.

        Parameters
        ----------
        top : int
            k: which departments stay among the first k throughout.
        opinions : mapping of str to float array, shape (n,), optional
            What other models say of each department, the higher the worse.
        progress : callable, optional
            Called with combinations done and to do.

        Returns
        -------
        Sensitivity
            Its `headline` says "whatever the parameters", or names the one that the ranking hangs on.

        Raises
        ------
        ParameterError
            `top` is not a whole number of 1 or more.
        """
        from cxgraph.uncertainty.sensitivity import TRANSMISSIONS, explore_band

        cascade, organization = self.cascade, self.organization
        networks = {name: organization.network(name) for name in SCORINGS}
        usable = {name: network for name, network in networks.items() if network.customer_weight.any()}
        return explore_band(
            usable,
            organization.departments,
            cascade.transmission,
            stringency=cascade.stringency,
            scoring=cascade.scoring,
            top=top,
            opinions=opinions,
            plausible=self.transmission.plausible(TRANSMISSIONS),
            progress=progress,
        )

    def backtest(self, every: str | None = None, *, lag: int = 0, level: float = 0.9, seed: int = 0) -> Backtest:
        """Return whether upstream services would have foretold customers' shortfall better than "as last period".

        Parameters
        ----------
        every : {"month", "quarter", "year"}, optional
            Periods to make from dated answers; by default those of the table of services, else months.
        lag : int
            0 takes the upstream services of the same period, 1 those of the period before.
        level : float
            Nominal coverage of the skill's interval.
        seed : int
            Of its bootstrap.

        Returns
        -------
        Backtest
            Its `verdict` says in words whether there is any skill.

        Raises
        ------
        ParameterError
            An option outside its range.
        """
        from cxgraph.uncertainty.backtest import gather_panel, run_backtest

        cascade = self.cascade
        return run_backtest(
            gather_panel(self.organization, every),
            cascade.transmission,
            stringency=cascade.stringency,
            scoring=cascade.scoring,
            lag=lag,
            level=level,
            seed=seed,
        )

    def alternative_models(self, top: int = 5, most: int = 100) -> AlternativeModels:
        """Ask seven published models for their ranking of the departments.

        Parameters
        ----------
        top : int
            How many lead a ranking, at least 1.
        most : int
            How many departments are compared: those that cause most in our ranking.

        Returns
        -------
        AlternativeModels
            Scores and ranks by model, Kendall's rank correlation of each with ours, which of our leaders every
            model keeps, and which models have no answer.

        Raises
        ------
        ParameterError
            A number below 1.

        Notes
        -----
        What each model is fed with, and what that assumes: `cxgraph.alternatives.compare`.
        """
        from cxgraph.alternatives.compare import compare_models

        return compare_models(self.organization, self.cascade, top, most)
