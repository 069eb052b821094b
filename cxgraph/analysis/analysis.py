"""The result that people hold in their hands: an organisation, its cascade and the tables that explain both."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

import cxgraph
from cxgraph.analysis.tables import (
    customer_table,
    department_table,
    leader_table,
    service_table,
    sweep_table,
)
from cxgraph.cascade.attribution import (
    DepartmentFlows,
    department_flows,
    extract_departments,
)
from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.cascade.diagnosis import (
    VERDICTS,
    ExpectationTest,
    compare_expectations,
    service_groups,
    service_verdicts,
)
from cxgraph.cascade.paths import main_paths
from cxgraph.cascade.ranking import rank_descending
from cxgraph.errors import InputError, ParameterError, Problem
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization
from cxgraph.model.settings import SCORINGS, Scoring, check_stringency
from cxgraph.privacy.gate import publishable, shown_bottlenecks
from cxgraph.privacy.microaggregation import suppress_small_groups, suppression_sentence
from cxgraph.transmission.resolve import Transmission, TransmissionUsed, resolve_transmission, unknown_departments
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    import datetime

    from cxgraph import View
    from cxgraph.alternatives.compare import AlternativeModels
    from cxgraph.audits.finding import Finding
    from cxgraph.cascade.pour import Pour
    from cxgraph.cascade.trace import Trace
    from cxgraph.culture.leadership import LeadershipPour
    from cxgraph.culture.profiles import Profiles
    from cxgraph.decide.planning.plan import Plan
    from cxgraph.decide.what_if import Changes
    from cxgraph.uncertainty.backtest import Backtest
    from cxgraph.uncertainty.intervals import Intervals, Progress, TransmissionDraws
    from cxgraph.uncertainty.sensitivity import Sensitivity


def analyze(
    organization: Organization,
    *,
    transmission: Transmission = None,
    stringency: float | None = None,
    scoring: Scoring | None = None,
) -> Analysis:
    """Find where the disappointment of an organisation's customers starts.

    Parameters
    ----------
    organization : Organization
        From `cxgraph.read` or `Organization.from_frames`.
    transmission : float, mapping, Series or Calibration, optional
        How much of what a department lacks can show up in what it delivers, in [0, 1): one number for all,
        numbers by department id (the others keep theirs), or what `cxgraph.calibrate` estimated. By default each
        department's own value, else the organisation's, else what all its data tell of it
        (``cxgraph.calibrate(organization)``): 0.6 where they tell nothing.
    stringency : float, optional
        How a client feels several shortfalls: 1 is their average, ``inf`` the worst one. The organisation's by
        default.
    scoring : {"ratio", "gap", "perception"}, optional
        How expectation and fulfilment become a shortfall. The organisation's by default.

    Returns
    -------
    Analysis
        Tables, the ranking and everything that they rest on.

    Raises
    ------
    ParameterError
        An option outside its range, or a department that does not exist.
    InputError
        No customer receives a scored service.
    NumericalError
        The cascade could not be certified.

    Notes
    -----
    Linear in departments and services. The order of rows changes nothing, not even the last bit.

    Examples
    --------
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> analysis = analyze(Organization.from_frames(services), transmission=0.6)
    >>> analysis.departments()["share"].round(3).to_dict()
    {'IT': 0.75, 'Sales': 0.25, 'Buyers': 0.0}
    """
    settings = organization.settings
    chosen = settings.scoring if scoring is None else scoring
    rho = settings.stringency if stringency is None else check_stringency(stringency)
    refused = organization.check_customers(chosen)
    if refused:
        raise InputError(refused)
    network = organization.network(chosen)
    tau = resolve_transmission(organization, transmission, chosen, rho)
    return Analysis(organization, solve_cascade(network, tau.values, rho, chosen), tau)


@dataclass(frozen=True, eq=False)
class Analysis:
    """What was found: doors to every result, each of which is computed when first asked for.

    Attributes
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        The solved mathematics, as arrays.
    transmission : TransmissionUsed
        Every department's transmission and where it comes from: ``chosen`` for this analysis, ``stated`` by the
        organisation, estimated from ``one wave`` of scores or from that ``combined`` with periods or cases, or
        ``assumed`` (0.6) because no scores bear on it.
    """

    organization: Organization
    cascade: Cascade
    transmission: TransmissionUsed

    @property
    def customer_shortfall(self) -> float:
        """J, what the customers lack, weighted by their share of the business; in [0, 1]."""
        return self.cascade.customer_shortfall

    def suppressed(self) -> Analysis:
        """Return the analysis without what fewer than ``min_respondents`` people answered for.

        Everything that shows an analysis to people (reports, pictures, the view, the command line, a notebook) shows
        this one; the other doors, for those who hold the answers anyway, compute with every score.

        Returns
        -------
        Analysis
            Of `suppress_small_groups`, with the same parameters, but for transmissions
            that were estimated: they are estimated from what may be shown. This very one where there is nothing to
            withhold.

        Raises
        ------
        InputError
            Too few people answered for the customers as a whole.
        """
        return self._suppressed

    @cached_property
    def _suppressed(self) -> Analysis:
        shown = suppress_small_groups(self.organization)
        if shown is self.organization:
            return self
        cascade = self.cascade
        # What was estimated from the scores would tell of those that are withheld: it is estimated again without them.
        tau = pd.Series(cascade.transmission, self.organization.departments["id"])[self.transmission.chosen]
        return analyze(shown, transmission=tau, stringency=cascade.stringency, scoring=cascade.scoring)

    @cached_property
    def flows(self) -> DepartmentFlows:
        """Contribution, passed on and through-flow of every department."""
        return department_flows(self.cascade)

    @cached_property
    def expectations(self) -> ExpectationTest:
        """Every expectation against those of the same supplier's other clients."""
        network, settings = self.cascade.network, self.organization.settings
        names = self._service_rows["service"].cat.codes.to_numpy()
        return compare_expectations(network.expectation, service_groups(self.cascade, names), settings.width)

    @cached_property
    def _service_rows(self) -> pd.DataFrame:
        """The organisation's services that were analysed, in the network's order."""
        table = self.organization.services
        scored = self.organization.scored(self.cascade.scoring)
        return table if scored.all() else table[scored].reset_index(drop=True)

    @cached_property
    def _verdicts(self) -> npt.NDArray[np.int8]:
        """Every service's verdict as a number in `VERDICTS`, in the network's order."""
        return service_verdicts(self.cascade, self.expectations, sure=self.transmission.sure)

    @cached_property
    def _verdict_probability(self) -> Floats:
        """How probable each verdict is, given what is known of the transmission; shape (m,)."""
        cascade, verdicts = self.cascade, self._verdicts
        found = np.ones(len(verdicts))
        if self.transmission.sure is None:
            return found
        rows = np.flatnonzero(self.transmission.estimated.take(cascade.network.supplier) & (cascade.shortfall > 0))
        supplier = cascade.network.supplier.take(rows)
        lacked = cascade.received.take(supplier)
        half = np.divide(cascade.shortfall.take(rows), 2.0 * lacked, out=np.full(len(rows), np.inf), where=lacked > 0)
        own = self.transmission.probability_below(half, supplier)
        verdict = verdicts.take(rows)
        unsure = np.where(verdict == VERDICTS.index("undecided"), np.maximum(own, 1 - own), 1.0)
        found[rows] = np.select(
            [verdict == VERDICTS.index("under-delivering"), verdict == VERDICTS.index("starved")],
            [own, 1 - own],
            unsure,
        )
        return found

    @cached_property
    def _shares(self) -> Floats:
        total = self.customer_shortfall
        return self.cascade.contribution / total if total > 0 else np.zeros_like(self.cascade.contribution)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What a reader of the tables must know: what was left out, and what could not be computed."""
        noted: list[Problem] = []
        unscored = self.organization.departments["customer"].to_numpy() & (self.cascade.network.customer_weight == 0)
        if unscored.any():
            names = self.organization.departments["name"].to_numpy()[unscored]
            noted.append(
                Problem(
                    "warning",
                    "customer-left-out",
                    N_(
                        "{count} customers receive no scored service that counts and are left out; the weights of the "
                        "others "
                        "are scaled to sum to 1: {names}."
                    ),
                    "",
                    {"count": len(names), "names": ", ".join(names[:5])},
                )
            )
        unknown = int(np.isnan(self.flows.passed_on).sum())
        if unknown:
            noted.append(
                Problem(
                    "note",
                    "loop-too-large",
                    N_(
                        "{count} departments lie in one closely woven loop; what each passes on is computed on demand "
                        "(Analysis.through_flow) and empty in the table."
                    ),
                    "",
                    {"count": unknown},
                )
            )
        return tuple(noted)

    def services(self) -> pd.DataFrame:
        """Return every scored service, ranked by what it costs the customers.

        Returns
        -------
        DataFrame
            One row per service, m rows. ``supplier``, ``client``, ``service``, ``kind``; ``expectation``,
            ``fulfilment`` (organisation's scale), ``importance``; ``effective_share`` (A, its share in what its
            client lacks), ``shortfall`` (d), ``surplus`` (u), ``potential``, ``inherited``, ``own``, ``absorbed``,
            ``pass_through`` (p), ``client_reach`` (lambda of its client), ``reach`` (lambda A: the customers' loss
            per unit of its own shortfall), ``contribution`` (lambda A own, adds up to J), ``share`` (of J),
            ``verdict`` and ``verdict_probability``: how probable it is, given what is known of the transmission; below
            0.8 the verdict is ``undecided`` between under-delivering and starved, and the probability that of the
            likelier. All fractions. Texts are categorical: a million services
            repeat few names.

        Notes
        -----
        Equal contributions are ordered by supplier, client and service.
        """
        table = service_table(self.cascade, self._service_rows, self._verdicts)
        table["verdict_probability"] = self._verdict_probability.take(rank_descending(self.cascade.contribution))
        return table

    def departments(self) -> pd.DataFrame:
        """Return every department, ranked by what starts there.

        Returns
        -------
        DataFrame
            Indexed by ``id``, n rows. ``name``, ``kind``; ``received`` (D, what it lacks), ``contribution`` (what
            starts here, in points of J), ``share`` (of J), ``passed_on`` (what reaches the customers through it from
            elsewhere), ``through_flow`` (their sum: what the customers would be spared if it neither failed nor
            passed anything on), ``reach`` (lambda: the customers' loss per unit that it lacks), ``transmission``,
            ``transmission_source`` (see `Analysis`) and ``role``. `passed_on` and `through_flow` are NaN in loops
            too large to take apart; see `notes`.
        """
        return department_table(self.organization, self.cascade, self.flows, self.transmission)

    def customers(self) -> pd.DataFrame:
        """Return every customer, the most disappointed of the business first.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``weight`` (share of the business; 0 where it receives nothing scored),
            ``shortfall`` (D; NaN where nothing is scored), ``contribution`` (weight times shortfall, adds up to J),
            ``share`` (of J) and ``services`` (scored services that it receives).
        """
        return customer_table(self.organization, self.cascade)

    def bottlenecks(self, top: int = 10) -> pd.DataFrame:
        """Return the departments where most of the customers' disappointment starts, and its main way to them.

        Parameters
        ----------
        top : int
            How many, at least 1.

        Returns
        -------
        DataFrame
            Indexed by ``id``, at most `top` rows, only departments that cause anything: ``name``, ``share``
            (of J), ``cumulative`` (share of these and all before), ``contribution``, ``passed_on``,
            ``through_flow``, ``role``, ``faulty`` (how many of its services cause any of it), ``service`` (the one
            that costs the customers most), ``client``, ``verdict``, ``service_share`` (of J) and ``way`` (names from
            the department to a customer, along the heaviest path of that service).

        Raises
        ------
        ParameterError
            `top` is not a whole number of 1 or more.
        """
        if isinstance(top, bool) or not isinstance(top, (int, np.integer)) or top < 1:
            raise ParameterError("top is {value}; it takes a whole number of 1 or more.", value=repr(top))
        ranked = self.departments()
        ranked = ranked[ranked["contribution"] > 0].head(int(top))
        ids = pd.Index(self.organization.departments["id"])
        numbers = ids.get_indexer(ranked.index)
        unknown = ranked["passed_on"].isna().to_numpy()
        if unknown.any():
            through = self.through_flow(list(ranked.index[unknown]))
            ranked.loc[unknown, "through_flow"] = through
            ranked.loc[unknown, "passed_on"] = through - ranked.loc[unknown, "contribution"]
        main = [self._main_service(number) for number in numbers]
        rows = self._service_rows
        names = self.organization.departments["name"].to_numpy()
        verdicts = self._verdicts
        clients = self.cascade.network.client
        return pd.DataFrame(
            {
                "name": ranked["name"],
                "share": ranked["share"],
                "cumulative": ranked["share"].cumsum(),
                "contribution": ranked["contribution"],
                "passed_on": ranked["passed_on"],
                "through_flow": ranked["through_flow"],
                "role": ranked["role"],
                "faulty": [int((self._given(number) > 0).sum()) for number in numbers],
                "service": [str(rows["service"].iat[edge]) for edge in main],
                "client": [str(names[clients[edge]]) for edge in main],
                "verdict": [VERDICTS[verdicts[edge]] for edge in main],
                "service_share": self._shares[main],
                "way": [" → ".join(names[step] for step in way) for way in main_paths(self.cascade, main)],
            },
            index=ranked.index,
        )

    def _main_service(self, department: int) -> int:
        """Return the service of a department that costs the customers most."""
        return int(self.cascade.network.start[department] + np.argmax(self._given(department)))

    def _given(self, department: int) -> Floats:
        """Return the contributions of the services that a department gives."""
        start = self.cascade.network.start
        return self.cascade.contribution[start[department] : start[department + 1]]

    def through_flow(self, departments: list[str]) -> Floats:
        """Return what the customers would be spared without chosen departments, each taken out alone.

        Parameters
        ----------
        departments : list of str
            Ids, q of them.

        Returns
        -------
        float array, shape (q,)
            In points of J; equal to the column of `departments`, and computed by taking each one out, so that it
            also answers inside loops where that column is empty.

        Raises
        ------
        ParameterError
            An id that does not exist.
        """
        ids = pd.Index(self.organization.departments["id"])
        numbers = ids.get_indexer(pd.Index(departments))
        if (numbers < 0).any():
            raise unknown_departments(self.organization, [departments[at] for at in np.flatnonzero(numbers < 0)])
        return extract_departments(self.cascade, numbers)

    def trace(self, customer: str | None = None, source: str | None = None, top: int = 20) -> Trace:
        """Return the heaviest ways from the services that fail to the customers who feel it.

        Parameters
        ----------
        customer : str, optional
            Id of one customer, or of any department, whose shortfall is traced back; all customers by default.
        source : str, optional
            Id of one department whose faults are followed; all by default.
        top : int
            How many paths, at least 1.

        Returns
        -------
        Trace
            Exactly the heaviest paths (loops allowed), with the share that each explains, what all of them explain
            together and what is on paths not shown; `Trace.to_frame` makes a table of them.

        Raises
        ------
        ParameterError
            A department that does not exist, or a `top` below 1.
        """
        from cxgraph.cascade.trace import trace_paths

        return trace_paths(self.organization, self.cascade, customer, source, top)

    def loops(self, top: int = 20) -> pd.DataFrame:
        """Return the circles of departments that serve each other, those first that multiply faults most.

        Parameters
        ----------
        top : int
            How many, at least 1.

        Returns
        -------
        DataFrame
            ``departments``, ``services`` (how many), ``gain`` (what one way round leaves of a fault), ``multiplier``
            (1 / (1 - gain)), ``circle`` ("vicious" where it returns shortfall, else "virtuous"),
            ``weakest_supplier``, ``weakest_client``, ``weakest_service`` (the one to cut), ``gain_without`` it,
            ``uncertainty`` and ``members`` (ids). ``attrs["found"]`` is the number of all loops.

        Raises
        ------
        ParameterError
            `top` is not a whole number of 1 or more.
        """
        from cxgraph.cascade.loops import loops_frame

        return loops_frame(self.organization, self.cascade, top)

    def what_if(
        self,
        changes: Changes = None,
        *,
        transmission: Mapping[str, float] | None = None,
        stringency: float | None = None,
    ) -> Analysis:
        """Return the analysis as it would be after a change, once everybody downstream has felt it.

        Parameters
        ----------
        changes : iterable of ServiceChange, or DataFrame, optional
            New fulfilments, expectations or importances of services that exist; a frame has the columns
            ``supplier``, ``client``, optionally ``service``, and ``fulfilment``, ``expectation`` or ``importance``.
        transmission : mapping of str to float, optional
            New transmissions by department id, in [0, 1).
        stringency : float, optional
            Another stringency for all clients.

        Returns
        -------
        Analysis
            Of the organisation as its clients would then score it. Changing nothing gives the same numbers to the
            last bit.

        Raises
        ------
        ParameterError
            A department or service that does not exist, or a value outside its range.
        NumericalError
            The change did not settle.

        Notes
        -----
        What is not touched keeps its own shortfall and its pass-through, and every department its transmission, also
        where that was estimated: a repair does not change how departments pass on; see `cxgraph.decide.what_if`.

        To repair only what starts at a service, set the fulfilment at which its shortfall is what it inherits: bottom
        of the scale + (1 - inherited) times (expectation - bottom) under ``ratio``, expectation - inherited times the
        scale's width under ``gap``, bottom + (1 - inherited) times the width under ``perception``. At stringency 1
        this gains its contribution exactly. A higher fulfilment also shields the client from what is inherited.

        Examples
        --------
        >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
        ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
        >>> analysis = analyze(Organization.from_frames(services), transmission=0.6)
        >>> table = analysis.services().query("supplier == 'Sales'")
        >>> repaired = table.assign(fulfilment=(1 - table["inherited"]) * table["expectation"])
        >>> after = analysis.what_if(repaired[["supplier", "client", "service", "fulfilment"]])
        >>> round(analysis.customer_shortfall - after.customer_shortfall, 12), table["contribution"].round(12).item()
        (0.1, 0.1)
        """
        from cxgraph.decide.what_if import apply_changes

        organization, cascade = apply_changes(
            self.organization, self.cascade, changes, transmission=transmission, stringency=stringency
        )
        return Analysis(organization, cascade, self.transmission.changed_to(cascade.transmission))

    def plan(
        self, budget: float, actions: pd.DataFrame | None = None, *, by: datetime.date | str | None = None
    ) -> Plan:
        """Return the open actions that spare the customers most for a budget.

        Parameters
        ----------
        budget : float
            In the organisation's currency, at least 0; ``inf`` for as much as it takes.
        actions : DataFrame, optional
            Columns as in actions.csv; the organisation's improvement log by default.
        by : date or str, optional
            Leave out what cannot begin by that day (column ``earliest``).

        Returns
        -------
        Plan
            ``chosen`` (ids), ``cost``, ``gain`` (fall of the customers' shortfall once everybody has felt it),
            ``bound`` (proved: no permitted set gains more), ``exact``, ``table()``, ``frontier()``, ``habits()`` (what
            is done without a network, with the same money), ``confidence()``, ``changes`` and ``transmission`` for
            `what_if`. An action lifts what it aims at to ``expected_fulfilment`` (never lowers it), or its department
            to ``transmission``; of several on one service the best stands. Closed actions are no candidates.

        Raises
        ------
        ParameterError
            A budget below 0, or no date.
        InputError
            Two actions with one id, or a need that is no action.

        Examples
        --------
        >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
        ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
        >>> actions = pd.DataFrame({"id": ["a", "b"], "supplier": ["IT", "Sales"], "cost": [10, 10],
        ...                         "expected_fulfilment": [8, 7]})
        >>> plan = analyze(Organization.from_frames(services), transmission=0.6).plan(10, actions)
        >>> plan.chosen, round(plan.gain, 12), plan.exact
        (('a',), 0.18, True)
        """
        from cxgraph.analysis.deciding import plan_for

        return plan_for(self, budget, actions, by)

    def point_gains(self) -> pd.DataFrame:
        """Return what one point more of each service would give the customers, before anybody has thought of actions.

        Returns
        -------
        DataFrame
            ``supplier``, ``client``, ``service``, ``fulfilment``, ``points`` (1, or what is missing where that is
            less), ``gain`` (fall of the customers' shortfall) and ``per_point``, the largest first.
        """
        from cxgraph.analysis.deciding import points_of

        return points_of(self)

    def effort(self) -> pd.DataFrame:
        """Return the departments by what the customers gain where all that starts there is repaired.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``contribution``, ``gain`` (solved again: the contribution at stringency 1,
            another number above it), ``own``, ``failing``, ``per_own`` and ``per_service``; see
            `cxgraph.decide.planning.effort.mending_table`.
        """
        from cxgraph.analysis.deciding import effort_of

        return effort_of(self)

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
        from cxgraph.uncertainty.intervals import estimate_intervals
        from cxgraph.uncertainty.resampling import prepare_sampling

        cascade = self.cascade
        sampling = prepare_sampling(self.organization, cascade.scoring)
        return estimate_intervals(
            sampling,
            self.organization.departments,
            cascade.transmission,
            stringency=cascade.stringency,
            scoring=cascade.scoring,
            draws=draws,
            seed=seed,
            level=level,
            top=top,
            pooling=pooling,
            min_responses=self.organization.settings.min_responses,
            min_respondents=self.organization.settings.min_respondents,
            calibration=calibration or self._estimated_draws(),
            progress=progress,
        )

    def _estimated_draws(self) -> TransmissionDraws | None:
        """Return draws of the transmissions that were estimated; None where none was."""
        from cxgraph.uncertainty.intervals import PartlyDrawn

        estimated, posterior = self.transmission.estimated, self.transmission.posterior
        if posterior is None or not estimated.any():
            return None
        return PartlyDrawn(posterior.combined.structures, estimated, self.cascade.transmission)

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
        from cxgraph.uncertainty.sensitivity import explore_band

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

    def pour(
        self,
        changes: Changes = None,
        *,
        transmission: Mapping[str, float] | None = None,
        stringency: float | None = None,
    ) -> Pour:
        """Follow a change until the customers have felt it, in rounds of services and in days.

        Parameters
        ----------
        changes, transmission, stringency
            As in `what_if`.

        Returns
        -------
        Pour
            Levels over time and, in `Pour.to_frame`, when each customer has felt half and 90 % of its change.

        Raises
        ------
        ParameterError
            As in `what_if`.
        NumericalError
            The change does not settle, or takes too many steps to be felt.
        """
        from cxgraph.cascade.pour import pour_change
        from cxgraph.decide.what_if import prepare_change

        return pour_change(
            *prepare_change(self.organization, self.cascade, changes, transmission=transmission, stringency=stringency)
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

    def reachability(self) -> pd.DataFrame:
        """Return each department's line of sight to the customers.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``distance`` (fewest services to a customer; NaN where none is reached),
            ``customers`` (how many a failure can reach; NaN in networks too large to count for all, see
            `cxgraph.cascade.reachability.blast_radius`), ``weight`` (their share of the business), ``reach``,
            ``only_way_for`` (how many others reach customers through it alone) and ``served_by`` (the one department
            that serves a customer alone, a single point of failure; None elsewhere).
        """
        from cxgraph.cascade.reachability import line_of_sight

        return line_of_sight(self.cascade.network).to_frame(self.organization, self.cascade)

    def quadrants(self, cut: str | tuple[float, float] = "mean") -> pd.DataFrame:
        """Return every service in the importance-performance picture, weighted by the network.

        Parameters
        ----------
        cut : {"mean", "median"} or (float, float)
            Where the picture is divided: means, medians, or given values of reach and performance.

        Returns
        -------
        DataFrame
            ``supplier``, ``client``, ``service``, ``importance`` (reach), ``performance`` (level reached over
            expectation) and ``quadrant``; the cuts are in ``attrs``.

        Raises
        ------
        ParameterError
            Another cut.
        """
        from cxgraph.cascade.quadrants import quadrants_frame

        return quadrants_frame(self.organization, self.cascade, cut)

    @cached_property
    def sweep(self) -> pd.DataFrame:
        """Each department's share of J at one transmission for all, of 0, 0.3, 0.6 and 0.9; indexed by id."""
        return sweep_table(self.organization, self.cascade)

    def ranking_by_transmission(self, top: int = 3) -> pd.DataFrame:
        """Return which departments lead the ranking at each transmission of the sweep.

        Parameters
        ----------
        top : int
            How many at each transmission.

        Returns
        -------
        DataFrame
            ``transmission``, ``rank`` (1 is first), ``id``, ``name``, ``share`` of J; only those that cause anything.
        """
        return leader_table(self.organization, self.sweep, top)

    def profiles(self) -> Profiles:
        """Return how far each internal department lives every dimension of a service culture, and what is unknown.

        Returns
        -------
        Profiles
            With frames: `to_frame`, `wide` and `orientation`. Without practices every score is unknown.
        """
        from cxgraph.culture.profiles import profile_departments

        return profile_departments(self.organization)

    def leadership(
        self, *, groups: tuple[str, ...] = ("leadership",), transmission: float | None = None, stop: float = 0.25
    ) -> LeadershipPour:
        """Return how commitment comes down the reporting lines and where it stops.

        Parameters
        ----------
        groups : tuple of str
            Groups of practices that commitment is the mean of.
        transmission : float, optional
            In [0, 1), the same on every line; by default the organisation's, else 0.6.
        stop : float
            Own lack of commitment, in (0, 1], from which the pour stops.

        Returns
        -------
        LeadershipPour
            With the frames `departments`, `levels` and `stops`.

        Raises
        ------
        ParameterError
            An unknown group, or a number outside its range.
        """
        from cxgraph.culture.leadership import pour_commitment

        return pour_commitment(self.organization, groups=groups, transmission=transmission, stop=stop)

    def culture_association(self, level: float = 0.9) -> pd.DataFrame:
        """Return how departments' culture goes with their own shortfalls: an association, which is no cause.

        Parameters
        ----------
        level : float
            Confidence of the intervals, in (0, 1).

        Returns
        -------
        DataFrame
            A row for each dimension; see `cxgraph.culture.association.culture_association`.

        Raises
        ------
        ParameterError
            A level outside (0, 1).
        """
        from cxgraph.culture.association import culture_association

        return culture_association(self.profiles(), self.cascade, level)

    def audit(
        self,
        *,
        today: datetime.date | str | None = None,
        office: str | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> tuple[Finding, ...]:
        """Check the organisation against the principles of customer orientation, by this analysis's own cascade.

        Parameters
        ----------
        today : date or str, optional
            The day that ages are counted from; by default the latest day in the data.
        office : str, optional
            Id of the customer-experience office, where it cannot be told by its name.
        thresholds : mapping of str to float, optional
            Options of the rules by name.

        Returns
        -------
        tuple of Finding
            One for each rule; see `cxgraph.audit`.

        Raises
        ------
        ParameterError
            An unknown threshold or department, or a value outside its range.
        """
        from cxgraph.audits.run import audit

        return audit(
            self.organization,
            cascade=self.cascade,
            usual=self.transmission.usual,
            today=today,
            office=office,
            thresholds=thresholds,
        )

    def view(self, language: str | None = None) -> View:
        """Return the interactive view, which shows itself in a notebook; see `cxgraph.drawing.view.page.render_view`.

        Parameters
        ----------
        language : str, optional
            ``en`` or ``es``; the organisation's by default.

        Returns
        -------
        View
            Its `html` is the whole page.

        Raises
        ------
        ParameterError
            A language that cxgraph does not speak, or more services than a page can hold.
        """
        warnings.warn(
            "Analysis.view() is called cxgraph.view(analysis) since version 0.2; the old name goes with version 0.3.",
            DeprecationWarning,
            stacklevel=2,
        )
        return cxgraph.view(self, language)

    def _repr_html_(self) -> str:
        """Show the finding and the first bottlenecks in a notebook; pandas escapes every cell."""
        translate = Translator(self.organization.settings.language)
        try:
            published = publishable(self)
        except InputError as error:  # too few people answered for anything to be shown
            return f"<p>{escape(' '.join(problem.render(translate) for problem in error.problems))}</p>"
        title = translate(
            N_("{name}: customers lack {shortfall} of what they expect"),
            name=self.organization.name,
            shortfall=translate.percent(published.analysis.customer_shortfall),
        )
        table = shown_bottlenecks(published, 5)[["name", "share", "role", "service", "way"]]
        note = suppression_sentence(published.analysis.organization, translate)
        return f"<p><strong>{escape(title)}</strong></p>{table.to_html(float_format=lambda x: f'{x:.3f}')}" + (
            f"<p>{escape(note)}</p>" if note else ""
        )

    def __repr__(self) -> str:
        network = self.cascade.network
        try:
            lacking = f"{self.suppressed().customer_shortfall:.4f}"
        except InputError:
            lacking = "withheld"
        return (
            f"<Analysis of {self.organization.name!r}: {network.departments} departments, {network.services} "
            f"services, customer shortfall {lacking}>"
        )
