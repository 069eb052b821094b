"""Whether the ranking hangs on a parameter: all of them varied together, and each of them alone."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import ParameterError, check_whole
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import Scoring
from cxgraph.tables.schema import SCORINGS
from cxgraph.uncertainty.batch import Copies, share_of
from cxgraph.uncertainty.intervals import Progress, ranks_of
from cxgraph.wording import N_, Translator

TRANSMISSIONS = tuple(round(0.1 * step, 1) for step in range(10))
STRINGENCIES = (1.0, 2.0, 4.0, math.inf)
_PARAMETERS = ("transmission", "stringency", "scoring")
_SCORING_NAMES = {"ratio": N_("ratio"), "gap": N_("gap"), "perception": N_("perception")}
_PARAMETER_NAMES = {"transmission": N_("transmission"), "stringency": N_("stringency"), "scoring": N_("scoring")}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The ranking under every combination of the parameters.

    Attributes
    ----------
    table : DataFrame
        Indexed by department id, ranked as in the analysis: ``name``; ``share`` and ``rank`` there; over the band
        ``share_low``, ``share_high``, ``rank_best``, ``rank_worst``, ``first`` and ``among_top`` (fractions of the
        combinations in which it is first and among the first k), ``throughout`` (among the first k in all of them);
        with second opinions ``opinion_best`` and ``opinion_worst`` (ranks).
    grid : DataFrame
        A row for each combination: ``transmission``, ``stringency``, ``scoring``, ``customer_shortfall``, ``first``
        (id of the department that leads; missing where nothing is lacking) and ``share`` of that one.
    alone : mapping of str to tuple
        For ``transmission``, ``stringency`` and ``scoring``: (value, id of the leader) for each value of that
        parameter with the others as in the analysis.
    sensitive_to : tuple of str
        The parameters that change the leader when they alone are changed, the most decisive first: that which does
        so over most of its range, the transmission's weighed by `plausible`.
    leader : str or None
        Id of the department that leads in the analysis.
    top : int
        k.
    opinions : tuple of str
        Names of the second opinions that were given.
    plausible : tuple of float
        How probable the data make each of `TRANSMISSIONS` for a department, which adds up to 1; empty where no
        transmission was estimated.
    """

    table: pd.DataFrame
    grid: pd.DataFrame
    alone: Mapping[str, tuple[tuple[float | str, str | None], ...]]
    sensitive_to: tuple[str, ...]
    leader: str | None
    top: int
    opinions: tuple[str, ...] = ()
    plausible: tuple[float, ...] = ()

    @property
    def overturned(self) -> float:
        """How probable the data make the transmissions at which another department leads; NaN where they say nothing.

        Of a common transmission: in resamples each department has its own.
        """
        if not self.plausible:
            return math.nan
        other = [found != self.leader for _, found in self.alone["transmission"]]
        return float(np.dot(self.plausible, other))

    @property
    def hangs_on(self) -> Any:
        """Old name of `sensitive_to`."""
        warnings.warn(
            "Sensitivity.hangs_on is called sensitive_to since version 0.2; the old name goes with version 0.3.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.sensitive_to

    def to_frame(self) -> pd.DataFrame:
        """Return `table`."""
        return self.table.copy(deep=False)

    def headline(self, translator: Translator | None = None) -> str:
        """Return the finding in one or two sentences: whatever the parameters, or the one that it hangs on.

        Parameters
        ----------
        translator : Speaker, optional
            Language; English by default.

        Returns
        -------
        str
            For the head of a report.
        """
        translate = translator or Translator("en")
        if self.leader is None:
            return translate(N_("The customers' gap is zero, so there is no ranking that could depend on a parameter."))
        row: dict[str, Any] = {
            str(key): value for key, value in self.table.loc[[self.leader]].to_dict("records")[0].items()
        }
        fields = {
            "name": row["name"],
            "k": self.top,
            "count": len(self.grid),
            "times": translate.number(round(row["first"] * int(self.grid["first"].notna().sum()))),
        }
        sentences = [translate(self._stand(row), **fields)]
        if row["first"] < 1 and self.sensitive_to:
            sentences.append(self.decisive_sentence(translate))
        if self.opinions:
            sentences.append(self._opinion(row, translate))
        return " ".join(sentences)

    def decisive_sentence(self, translate: Translator) -> str:
        """Return who comes first along the parameter that the first place depends on most; empty where none does."""
        if not self.sensitive_to:
            return ""
        parameter = self.sensitive_to[0]
        return translate(
            N_("With the same transmission in all departments the first would be: {cases}.")
            if parameter == "transmission"
            else N_("Which department comes first depends on the {parameter}: {cases}."),
            parameter=translate(_PARAMETER_NAMES[parameter]),
            cases=self._cases(parameter, translate),
        )

    def _stand(self, row: Mapping[str, Any]) -> str:
        if row["first"] == 1:
            return N_("{name} comes first whatever the parameters ({count} combinations).")
        if row["throughout"]:
            return N_(
                "{name} is among the first {k} whatever the parameters, and first in {times} of the {count} "
                "combinations."
            )
        if self.sensitive_to:
            return N_(
                "{name} comes first in {times} of the {count} combinations of the parameters and does not stay "
                "among the first {k} in all of them."
            )
        return N_(
            "{name} comes first whichever parameter is changed alone, but only in {times} of the {count} combinations."
        )

    def _cases(self, parameter: str, translate: Translator) -> str:
        """Say who leads where along one parameter: runs of values with one leader."""
        runs: list[tuple[str | None, list[float | str]]] = []
        for value, leader in self.alone[parameter]:
            if runs and runs[-1][0] == leader and parameter != "scoring":
                runs[-1][1].append(value)
            else:
                runs.append((leader, [value]))
        said = []
        for leader, values in runs:
            name = translate(N_("nobody")) if leader is None else str(self.table.at[leader, "name"])
            ends = [_shown(value, translate) for value in values]
            said.append(
                translate(N_("{name} at {value}"), name=name, value=ends[0])
                if len(values) == 1
                else translate(N_("{name} from {low} to {high}"), name=name, low=ends[0], high=ends[-1])
            )
        return "; ".join(said)

    def _opinion(self, row: Mapping[str, Any], translate: Translator) -> str:
        names = ", ".join(self.opinions)
        if row["opinion_worst"] == row["opinion_best"]:
            return translate(
                N_("Alternative models ({names}) rank it {worst}."), names=names, worst=int(row["opinion_worst"])
            )
        return translate(
            N_("Alternative models ({names}) rank it from {best} to {worst}."),
            names=names,
            best=int(row["opinion_best"]),
            worst=int(row["opinion_worst"]),
        )


def _shown(value: float | str, translate: Translator) -> str:
    if isinstance(value, str):
        return translate(_SCORING_NAMES[value])
    return "∞" if math.isinf(value) else translate.number(value, 0 if value == int(value) else 1)


def explore_band(  # noqa: PLR0913 - the parts of a band, each by its name
    networks: Mapping[Scoring, Network],
    departments: pd.DataFrame,
    transmission: Floats,
    *,
    stringency: float = 1.0,
    scoring: Scoring = "ratio",
    top: int = 3,
    opinions: Mapping[str, Floats] | None = None,
    plausible: Sequence[float] = (),
    progress: Progress | None = None,
) -> Sensitivity:
    """Rank the departments under every transmission, stringency and scoring.

    Parameters
    ----------
    networks : mapping of scoring to Network
        The scored services of each scoring that the data allow; n departments each.
    departments : DataFrame
        ``id`` and ``name`` of each.
    transmission : float array, shape (n,)
        Of the analysis.
    stringency, scoring
        Of the analysis.
    top : int
        k.
    opinions : mapping of str to float array, shape (n,), optional
        What other models say of each department, the higher the worse.
    plausible : sequence of float
        Probability of each of `TRANSMISSIONS` by the data; empty where they say nothing.
    progress : callable, optional
        Called with combinations done and to do.

    Returns
    -------
    Sensitivity
        Ranges, leaders and the sentence for the report.

    Raises
    ------
    ParameterError
        No network for the analysis's scoring, or a `top` below 1.

    Notes
    -----
    One solve for each of up to 120 combinations, all departments at one transmission; those of a small network are
    solved side by side. A department counts as leading only where anything starts there.
    """
    if scoring not in networks:
        raise ParameterError(
            N_("scoring is {value}; choose one of {choices}."), value=repr(scoring), choices=", ".join(networks)
        )
    check_whole("top", top)
    scorings = [name for name in SCORINGS if name in networks]
    combinations = [(rho, name) for name in scorings for rho in STRINGENCIES]
    ids = departments["id"].to_numpy()
    everybody = np.ones(len(ids))
    shares, totals = [], []
    parameters: list[tuple[float, float, Scoring]] = []
    for done, (rho, name) in enumerate(combinations):
        found, total = _solve_all(networks[name], [tau * everybody for tau in TRANSMISSIONS], rho, name)
        shares.append(found)
        totals.append(total)
        parameters.extend((tau, rho, name) for tau in TRANSMISSIONS)
        if progress is not None:
            progress((done + 1) * len(TRANSMISSIONS), len(combinations) * len(TRANSMISSIONS))
    band, total = np.concatenate(shares), np.concatenate(totals)

    @cache
    def analysed(rho: float, name: Scoring) -> Floats:
        return _solve_all(networks[name], [transmission], rho, name)[0]

    base = analysed(stringency, scoring)[0]
    here = (stringency, scoring)
    levels = (
        shares[combinations.index(here)]
        if here in combinations
        else _solve_all(networks[scoring], [tau * everybody for tau in TRANSMISSIONS], *here)[0]
    )
    alone = {
        "transmission": _leaders(TRANSMISSIONS, levels, ids),
        "stringency": _leaders(STRINGENCIES, np.concatenate([analysed(rho, scoring) for rho in STRINGENCIES]), ids),
        "scoring": _leaders(scorings, np.concatenate([analysed(stringency, name) for name in scorings]), ids),
    }
    leader = _leader(base, ids)
    grid = pd.DataFrame(parameters, columns=list(_PARAMETERS)).assign(
        customer_shortfall=total,
        first=pd.Series([_leader(row, ids) for row in band], dtype=object),
        share=band.max(axis=1, initial=0.0),
    )
    table = _table(departments, base, band, top)
    if opinions:
        placed = np.stack([ranks_of(np.asarray(scores, float)) for scores in opinions.values()])
        table = table.assign(opinion_best=placed.min(axis=0), opinion_worst=placed.max(axis=0))
    order = np.argsort(-base, kind="stable")
    weights = {"transmission": plausible} if plausible else {}
    return Sensitivity(
        table.iloc[order],
        grid,
        alone,
        _decisive(alone, leader, weights),
        leader,
        int(top),
        tuple(opinions or ()),
        tuple(plausible),
    )


def _solve_all(
    network: Network, transmissions: Sequence[Floats], stringency: float, scoring: Scoring
) -> tuple[Floats, Floats]:
    """Return each department's share, shape (t, n), and J, shape (t,), at each of t transmissions."""
    copies = Copies.block(network, len(transmissions))
    shares, totals = [], []
    nothing = np.zeros(network.departments)
    for first in range(0, len(transmissions), copies.copies):
        wanted = list(transmissions[first : first + copies.copies])
        kept = len(wanted)
        wanted += [wanted[-1]] * (copies.copies - kept)
        lacks = copies.shortfalls(
            np.repeat(network.fulfilment[None], copies.copies, axis=0), network.expectation, scoring
        )
        contribution, total = copies.solve(lacks, np.stack(wanted), stringency, nothing)
        shares.append(share_of(contribution, total[:, None])[:kept])
        totals.append(total[:kept])
    return np.concatenate(shares), np.concatenate(totals)


def _leader(shares: Floats, ids: npt.NDArray[Any]) -> str | None:
    place = int(np.argmax(shares))
    return str(ids[place]) if shares[place] > 0 else None


def _leaders(
    values: Sequence[float | str], shares: Floats, ids: npt.NDArray[Any]
) -> tuple[tuple[float | str, str | None], ...]:
    return tuple((value, _leader(row, ids)) for value, row in zip(values, shares, strict=True))


def _decisive(
    alone: Mapping[str, tuple[tuple[float | str, str | None], ...]],
    leader: str | None,
    weights: Mapping[str, Sequence[float]],
) -> tuple[str, ...]:
    """Return the parameters that change the leader alone, the one that does so over most of its range first."""
    changed = {name: [found != leader for _, found in values] for name, values in alone.items()}
    part = {name: float(np.average(other, weights=weights.get(name))) for name, other in changed.items()}
    order: Callable[[str], tuple[float, int]] = lambda name: (-part[name], _PARAMETERS.index(name))  # noqa: E731
    return tuple(sorted((name for name in _PARAMETERS if any(changed[name])), key=order))


def _table(departments: pd.DataFrame, base: Floats, band: Floats, top: int) -> pd.DataFrame:
    ranks = ranks_of(band)
    causes = band > 0
    lacking = causes.any(axis=1)  # where customers lack nothing, nobody can be first
    among = (ranks <= top) & causes
    counted = max(int(lacking.sum()), 1)
    # Who causes nothing shares the last place of those who ever cause something, not the one behind the few here.
    ranks = np.where(causes, ranks, max(int(causes.any(axis=0).sum()), 1))
    return pd.DataFrame(
        {
            "name": departments["name"].to_numpy(),
            "share": base,
            "rank": ranks_of(base),
            "share_low": band.min(axis=0),
            "share_high": band.max(axis=0),
            "rank_best": ranks.min(axis=0),
            "rank_worst": ranks.max(axis=0),
            "first": ((ranks == 1) & causes).sum(axis=0) / counted,
            "among_top": among.sum(axis=0) / counted,
            "throughout": among[lacking].all(axis=0) & lacking.any(),
        },
        index=pd.Index(departments["id"].to_numpy(), name="id"),
    )
