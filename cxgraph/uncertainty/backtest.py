"""Whether the model would have known: customers' shortfall of a period from the upstream services of that period."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.shortfall import importance_shares, received_shortfall, shortfall
from cxgraph.errors import ParameterError, Problem, check_whole
from cxgraph.model.answers import KEYS, services_of
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network, row_starts
from cxgraph.model.organization import Organization
from cxgraph.model.periods import period_span
from cxgraph.model.settings import Scoring
from cxgraph.uncertainty.resampling import service_numbers
from cxgraph.wording import N_

_DRAWS = 2_000
_LEAST_CLUSTERS = 5


@dataclass(frozen=True, eq=False)
class Backtest:
    """How well last period's model, told the upstream services, foretells what customers lack.

    Attributes
    ----------
    skill : float
        1 - (squared error of the model) / (squared error of "same as last period"), over customers' services and
        periods, weighted by what they count for the customers; 1 is perfect, 0 no better; NaN where there is none.
    low, high : float
        Its interval.
    level : float
        Nominal coverage.
    lag : int
        Periods between the upstream measurement and the customers'.
    periods : DataFrame
        For each period foretold: ``period``, ``services``, ``actual`` (customers' shortfall over these services),
        ``model``, ``same`` (as last period).
    verdict : Problem
        In words: skill, none shown, worse than nothing, or why there is no test.
    """

    skill: float
    low: float
    high: float
    level: float
    lag: int
    periods: pd.DataFrame
    verdict: Problem

    def to_frame(self) -> pd.DataFrame:
        """Return `periods`."""
        return self.periods.copy(deep=False)


@dataclass(frozen=True, eq=False)
class Panel:
    """Scores of the same services period by period; t periods, m services.

    Attributes
    ----------
    periods : tuple of str
        In the order of time.
    network : Network
        All services that were ever scored; its own scores are not used.
    fulfilment, expectation : float arrays, shape (t, m)
        NaN where a service was not scored in a period.
    customer : bool array, shape (n,)
        Whose disappointment is to be foretold.
    """

    periods: tuple[str, ...]
    network: Network
    fulfilment: Floats
    expectation: Floats
    customer: npt.NDArray[np.bool_]


def gather_panel(organization: Organization, every: str | None = None) -> Panel | None:
    """Line up an organisation's services period by period.

    Parameters
    ----------
    organization : Organization
        With a table of services of several periods, or with dated answers.
    every : {"month", "quarter", "year"}, optional
        Length of a period made from dated answers; by default the table's periods, else months.

    Returns
    -------
    Panel or None
        None where there is but one period.

    Raises
    ------
    ParameterError
        Another `every`.
    """
    codes = {"month": "M", "quarter": "Q", "year": "Y"}
    if every is not None and every not in codes:
        raise ParameterError(
            N_("every is {value}; choose one of {choices}."), value=repr(every), choices=", ".join(codes)
        )
    tables = _by_table(organization) if every is None else {}
    if not tables and organization.responses is not None and "date" in organization.responses.columns:
        tables = _by_date(organization.responses, codes[every or "month"])
    if len(tables) < 2:
        return None
    return _lined_up(organization, tables)


def _by_table(organization: Organization) -> dict[str, pd.DataFrame]:
    history = organization.history
    if history is None:
        return {}
    periods = history["period"].astype(str)
    return {
        name: history[(periods == name).to_numpy()]
        for name in sorted(periods.unique(), key=lambda name: period_span(name)[1])
    }


def _by_date(responses: pd.DataFrame, code: str) -> dict[str, pd.DataFrame]:
    dated = responses[responses["date"].notna().to_numpy()]
    names = dated["date"].dt.to_period(code).astype(str).str.replace("Q", "-Q")
    return {str(name): services_of(dated[(names == name).to_numpy()]) for name in sorted(names.unique())}


def _lined_up(organization: Organization, tables: dict[str, pd.DataFrame]) -> Panel:
    departments = organization.departments
    ids = pd.Index(departments["id"])
    every = pd.concat([table[list(KEYS)].astype(object) for table in tables.values()]).drop_duplicates()
    supplier, client = (ids.get_indexer(every[name]) for name in ("supplier", "client"))
    every = every[(supplier >= 0) & (client >= 0)]
    union = pd.DataFrame(
        {
            "supplier": pd.Categorical(every["supplier"], categories=ids),
            "client": pd.Categorical(every["client"], categories=ids),
            "service": pd.Categorical(every["service"]),
        }
    )
    union = union.sort_values(list(KEYS), ignore_index=True)
    size = len(union)
    known = service_numbers(union, organization.services)
    importance = np.where(known >= 0, organization.services["importance"].to_numpy()[known], 1.0)
    shape = (len(tables), size)
    fulfilment, expectation = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, table in enumerate(tables.values()):
        place = service_numbers(table, union)
        for name, into in (("fulfilment", fulfilment), ("expectation", expectation)):
            if name in table.columns:
                into[row, place[place >= 0]] = table[name].to_numpy(float)[place >= 0]
    suppliers = union["supplier"].cat.codes.to_numpy().astype(np.int32)
    customer = departments["customer"].to_numpy()
    weight = np.where(customer, departments["weight"].to_numpy(), 0.0)
    network = Network(
        supplier=suppliers,
        client=union["client"].cat.codes.to_numpy().astype(np.int32),
        start=row_starts(suppliers, len(ids)),
        expectation=np.zeros(size),
        fulfilment=np.zeros(size),
        importance=importance,
        customer_weight=weight / weight.sum(),
        scale=organization.settings.scale,
    )
    return Panel(tuple(tables), network, fulfilment, expectation, customer)


def run_backtest(
    panel: Panel | None,
    transmission: Floats,
    *,
    stringency: float = 1.0,
    scoring: Scoring = "ratio",
    lag: int = 0,
    level: float = 0.9,
    seed: int = 0,
) -> Backtest:
    """Foretell what customers lack of each service from last period's own faults and today's upstream services.

    With own_e and p_e split from the last period, d_e is foretold as min(1, own_e + p_e D_s), D_s what its supplier
    lacks in the services that it receives now (with a lag, one or more periods before). The rival says: as last
    period.

    Parameters
    ----------
    panel : Panel or None
        From `gather_panel`.
    transmission : float array, shape (n,)
        tau.
    stringency : float
        rho.
    scoring : str
        How scores become shortfalls.
    lag : int
        0 compares with what was measured upstream in the same period, 1 in the period before: a forecast proper.
    level : float
        Of the interval.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Backtest
        With a verdict in words.

    Raises
    ------
    ParameterError
        A negative lag, or a level outside (0, 1).

    Notes
    -----
    Only services scored in both periods enter. The interval resamples suppliers with all their services and periods
    (services where fewer than five suppliers serve customers): errors of one supplier belong together.
    """
    check_whole("lag", lag, 0)
    if not 0 < level < 1:
        raise ParameterError(N_("level is {value}; it takes a number between 0 and 1."), value=repr(level))
    if panel is None or len(panel.periods) < 2 + lag:
        return _none(
            level,
            lag,
            Problem(
                "note",
                "no-periods",
                N_("No back-test: it takes at least {needed} periods with scores of the same services."),
                N_("Keep the column period, or dated answers."),
                {"needed": 2 + lag},
            ),
        )
    needs = scoring != "perception"
    stated = ~np.isnan(panel.fulfilment) & (~np.isnan(panel.expectation) if needs else True)
    steps = [
        _foretell(panel, stated, at, transmission, stringency, scoring, int(lag))
        for at in range(lag, len(panel.periods) - 1)
    ]
    found = (
        pd.concat([step for step in steps if step is not None])
        if any(step is not None for step in steps)
        else pd.DataFrame()
    )
    if not len(found) or not found["weight"].sum() > 0:
        return _none(
            level,
            int(lag),
            Problem(
                "note",
                "no-pairs",
                N_(
                    "No back-test: no service to a customer whose supplier was scored as a client, too, has scores "
                    "in two periods running."
                ),
                N_("Ask about the same services in every period."),
            ),
        )
    return _judge(found, panel, int(lag), level, seed)


def _none(level: float, lag: int, verdict: Problem) -> Backtest:
    empty = pd.DataFrame(
        {
            "period": pd.Series([], dtype=object),
            "services": pd.Series([], dtype=np.int64),
            **{name: np.zeros(0) for name in ("actual", "model", "same")},
        }
    )
    nan = float("nan")
    return Backtest(nan, nan, nan, level, lag, empty, verdict)


def _foretell(
    panel: Panel,
    stated: npt.NDArray[np.bool_],
    at: int,
    transmission: Floats,
    stringency: float,
    scoring: Scoring,
    lag: int,
) -> pd.DataFrame | None:
    """Return the services to customers foretold for period at + 1, with their errors' ingredients."""
    whole = panel.network
    inner = ~panel.customer[whole.client]
    upstream = np.flatnonzero(inner & stated[at - lag] & stated[at + 1 - lag])
    facing = np.flatnonzero(~inner & stated[at] & stated[at + 1])
    if not len(upstream) or not len(facing):
        return None
    before, now = (_received(panel, upstream, row, stringency, scoring) for row in (at - lag, at + 1 - lag))
    last, actual = (_shortfalls(panel, facing, row, scoring) for row in (at, at + 1))
    supplier = whole.supplier[facing]
    lacked = before[supplier]
    inherited = np.minimum(last, transmission[supplier] * lacked)
    passes = np.divide(inherited, lacked, out=np.zeros_like(lacked), where=lacked > 0)
    foretold = np.minimum(1.0, last - inherited + passes * now[supplier])
    weight = importance_shares(_part(whole, facing)) * whole.customer_weight[whole.client[facing]]
    heard = np.bincount(whole.client[upstream], minlength=whole.departments) > 0
    used = heard[supplier]  # a supplier that nothing is known of would only repeat last period
    return pd.DataFrame(
        {
            "period": at + 1,
            "service": facing,
            "supplier": supplier,
            "weight": weight,
            "actual": actual,
            "model": foretold,
            "same": last,
        }
    )[used]


def _part(network: Network, rows: npt.NDArray[np.intp]) -> Network:
    supplier = network.supplier[rows]
    return replace(
        network,
        supplier=supplier,
        client=network.client[rows],
        start=row_starts(supplier, network.departments),
        expectation=network.expectation[rows],
        fulfilment=network.fulfilment[rows],
        importance=network.importance[rows],
    )


def _scored(panel: Panel, rows: npt.NDArray[np.intp], period: int) -> Network:
    return replace(
        _part(panel.network, rows),
        fulfilment=panel.fulfilment[period, rows],
        expectation=panel.expectation[period, rows],
    )


def _shortfalls(panel: Panel, rows: npt.NDArray[np.intp], period: int, scoring: Scoring) -> Floats:
    return shortfall(_scored(panel, rows, period), scoring)[0]


def _received(panel: Panel, rows: npt.NDArray[np.intp], period: int, stringency: float, scoring: Scoring) -> Floats:
    network = _scored(panel, rows, period)
    return received_shortfall(network, shortfall(network, scoring)[0], stringency)[0]


def _judge(found: pd.DataFrame, panel: Panel, lag: int, level: float, seed: int) -> Backtest:
    weight = found["weight"].to_numpy()
    model = weight * (found["model"] - found["actual"]).to_numpy() ** 2
    same = weight * (found["same"] - found["actual"]).to_numpy() ** 2
    groups = found.groupby("period")
    total = groups["weight"].sum()
    periods = pd.DataFrame(
        {"period": [panel.periods[row] for row in total.index], "services": groups.size().to_numpy()}
    )
    for name in ("actual", "model", "same"):
        periods[name] = (found[name] * found["weight"]).groupby(found["period"]).sum().to_numpy() / total.to_numpy()
    by = "supplier" if found["supplier"].nunique() >= _LEAST_CLUSTERS else "service"
    cluster = found[by].astype("category").cat.codes.to_numpy()
    count = int(cluster.max()) + 1
    errors = np.stack([np.bincount(cluster, values, count) for values in (model, same)])
    if not errors[1].sum() > 0:
        return replace(
            _none(
                level,
                lag,
                Problem(
                    "note",
                    "nothing-changed",
                    N_("No back-test: the customers' gap did not change from period to period."),
                ),
            ),
            periods=periods,
        )
    skill = 1.0 - float(errors[0].sum() / errors[1].sum())
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1.0 / count), _DRAWS)
    drawn = draws @ errors.T
    drawn = drawn[drawn[:, 1] > 0]
    tail = (1.0 - level) / 2.0
    low, high = (float(end) for end in np.quantile(1.0 - drawn[:, 0] / drawn[:, 1], [tail, 1.0 - tail]))
    few = count < _LEAST_CLUSTERS
    return Backtest(skill, low, high, level, lag, periods, _verdict(skill, low, high, len(periods), few))


def _verdict(skill: float, low: float, high: float, periods: int, few: bool) -> Problem:
    fields = {"skill": skill, "low": low, "high": high, "periods": periods}
    hint = (
        N_("Only one period could be predicted, and one period proves little.")
        if periods == 1
        else N_("Fewer than five services to customers could be compared: the interval itself is hardly known.")
        if few
        else ""
    )
    if low > 0:
        return Problem(
            "note",
            "skill",
            N_(
                "The upstream services predict the customers' gap better than 'same as last period': skill "
                "{skill:.2f} ({low:.2f} to {high:.2f}; periods predicted: {periods})."
            ),
            hint,
            fields,
        )
    if high < 0:
        return Problem(
            "warning",
            "worse",
            N_(
                "The upstream services predict the customers' gap worse than 'same as last period': skill "
                "{skill:.2f} ({low:.2f} to {high:.2f}; periods predicted: {periods}). The transmission may be too "
                "high, or the link is not there."
            ),
            hint,
            fields,
        )
    return Problem(
        "warning",
        "no-skill",
        N_(
            "Skill is not proved: its interval includes 0, so the upstream services may predict the customers' gap "
            "no better than 'same as last period' (skill {skill:.2f}, {low:.2f} to {high:.2f}; periods predicted: "
            "{periods})."
        ),
        hint,
        fields,
    )
