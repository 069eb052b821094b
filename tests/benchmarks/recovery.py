"""Recovery: does the ranking find the department where the customers' shortfall really originates?

    python tests/benchmarks/recovery.py [--organizations 60] [--departments 30] [--seed 0] [--noise] [--hard]
                                        [--periods 12] [--world NAME]... [--draws 200]

Organisations are invented whose truth is known (`recovery_worlds.py`: nothing in them follows the estimator's laws),
and every way of choosing the transmissions ranks their departments from the scores alone. A department's true cause is
the fall of the customers' shortfall once its own faults are removed, solved again.

**Scores.** *top 1*: the first is first; *top 3*: how many of the first three agree; *Spearman* over all departments;
*gain*: what mending the department ranked first gains, as a share of the best gain. Each is also given as a difference
to 0.6 for all in the same organisations, with its standard error: it is known far better than either score. *gap* is
the part of the difference between 0.6 and the true transmissions that is closed. Where that difference is small, the
part says little, so besides the mean of the parts stands the part of all worlds together: what is closed in all of them
against what there is to close in all of them. Both have their standard errors.

**Confidence.** P(first) is right where as many first places are true as it says (in bins); intervals of the first
causes' shares cover the true share; verdicts: how many are decided, how many of these are right, and how many services
of the true first cause that are their own fault are called starved. *As its audit advises* takes the options that the
findings on halo and stringency name, where there are any.

**What people do today.** The department with the lowest rating from its clients; the largest weighted sum of gaps;
betweenness; PageRank from the customers upstream along gaps.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import networkx as nx
import numpy as np
import numpy.typing as npt
from recovery_worlds import HARD, WORLDS, Invented, invent
from scipy.stats import rankdata

from cxgraph import Analysis, analyze, audit, calibrate

Floats = npt.NDArray[np.float64]
SCORES = ("top 1", "top 3", "Spearman", "gain")
PLAIN, TRUE, ESTIMATED = "transmission 0.6", "true transmission", "cxgraph"
ADVISED = "cxgraph, as its audit advises"
READINGS = ("rating-halo", "worst-felt")
EDGES = (0.0, 0.5, 0.7, 0.85, 0.95, 1.01)
"""Ends of the bins of P(first)."""


def _shares(analysis: Analysis, invented: Invented) -> Floats:
    ids = [f"D{u:02d}" for u in range(len(invented.cause))]
    return analysis.departments()["share"].reindex(ids).to_numpy()


def advised(analysis: Analysis, invented: Invented) -> tuple[Floats, bool]:
    """Return what departments cause once the options that the audit's findings name are taken, and if there are any.

    At a stringency above 1 what is to be mended is ranked by the gain solved again.
    """
    found = [one for one in audit(invented.organization, only=READINGS) if one.status == "WARNING"]
    if not found:
        return _shares(analysis, invented), False
    options = {
        name: one.numbers[name]
        for one in found
        for name in ("halo", "stringency")
        if one.numbers.get(name) is not None  # where only some feel their worst service, no stringency is named
    }
    if not options:
        return _shares(analysis, invented), True
    taken = analyze(
        invented.organization,
        halo=float(options.get("halo", 0.0)),
        stringency=float(options.get("stringency", 1.0)),
    )
    ids = [f"D{u:02d}" for u in range(len(invented.cause))]
    return taken.departments()["gain"].reindex(ids).to_numpy(), True


def _lowest_rated(analysis: Analysis) -> Mapping[str, float]:
    services = analysis.services()
    met = services["fulfilment"] / services["expectation"]
    return dict(-met.groupby(services["supplier"].astype(str)).mean())


def _gaps(analysis: Analysis) -> Mapping[str, float]:
    services = analysis.services()
    lost = services["importance"] * (services["expectation"] - services["fulfilment"])
    return dict(lost.groupby(services["supplier"].astype(str)).sum())


def _graph(analysis: Analysis) -> nx.DiGraph:
    services = analysis.services()
    graph = nx.DiGraph()
    for row in services.itertuples():
        graph.add_edge(str(row.client), str(row.supplier), weight=row.importance * row.shortfall + 1e-9)
    return graph


def _pagerank(analysis: Analysis) -> Mapping[str, float]:
    weights = {str(name): float(w) for name, w in analysis.customers()["weight"].items() if w > 0}
    return dict(nx.pagerank(_graph(analysis), personalization=weights, dangling=weights))


TODAY: Mapping[str, Callable[[Analysis], Mapping[str, float]]] = {
    "lowest-rated department": _lowest_rated,
    "weighted sum of gaps": _gaps,
    "betweenness": lambda analysis: nx.betweenness_centrality(_graph(analysis)),
    "reverse personalised PageRank": _pagerank,
}


def scores(found: Floats, cause: Floats) -> tuple[float, float, float, float]:
    """Return the scores of one ranking; what rounding leaves of nothing counts as nothing."""
    found = np.where(np.abs(found) < 1e-9, 0.0, found)
    ranked, true = np.argsort(-found, kind="stable"), np.argsort(-cause, kind="stable")
    agree = len(set(ranked[:3].tolist()) & set(true[:3].tolist())) / 3
    one, other = rankdata(found), rankdata(cause)
    correlation = float(np.corrcoef(one, other)[0, 1]) if np.ptp(one) > 0 else 0.0
    return float(ranked[0] == true[0]), agree, correlation, float(cause[ranked[0]] / cause[true[0]])


@dataclass(frozen=True)
class Confidence:
    """What was claimed of one organisation, and whether it is true."""

    first: float
    right: bool
    covered: bool
    starved: float
    starved_plain: float
    decided: float
    decided_right: float
    advised: bool = False


def confidence(analysis: Analysis, plain: Analysis, invented: Invented, draws: int) -> Confidence:
    """Hold the intervals, P(first) and the verdicts against the truth."""
    table = analysis.intervals(draws=draws).table
    leader = table.iloc[0]
    place = int(str(table.index[0])[1:])
    true_first = f"D{int(invented.cause.argmax()):02d}"
    called, before = (_verdicts(one, invented, true_first) for one in (analysis, plain))
    covered = bool(leader["low"] - 1e-9 <= invented.share[place] <= leader["high"] + 1e-9)
    return Confidence(
        float(leader["p_top1"]), table.index[0] == true_first, covered, called[0], before[0], called[1], called[2]
    )


def _verdicts(analysis: Analysis, invented: Invented, first: str) -> tuple[float, float, float]:
    """Return how much of the first cause's own is called starved, what is decided, and what of that is right."""
    services = analysis.services()
    services = services[services["shortfall"] > 0]
    pairs = list(zip(services["supplier"].astype(str), services["client"].astype(str), strict=True))
    own = np.array([pair in invented.own for pair in pairs])
    verdict = services["verdict"].astype(str).to_numpy()
    starved, under = verdict == "starved", verdict == "under-delivering"
    of_first = own & np.array([pair[0] == first for pair in pairs])
    decided = starved | under
    right = (starved & ~own) | (under & own)
    return (
        float(starved[of_first].mean()) if of_first.any() else 0.0,
        float(decided.mean()),
        float(right[decided].mean()) if decided.any() else 1.0,
    )


@dataclass(frozen=True)
class Found:
    """The scores of every method, shape (organisations, 4), and what was claimed."""

    methods: Mapping[str, Floats]
    claims: tuple[Confidence, ...]


def run(name: str, organizations: int, departments: int, seed: int, *, noisy: bool, periods: int, draws: int) -> Found:
    """Rank the departments of many organisations of one world by every method."""
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    claims = []
    number = 0
    while len(claims) < organizations:
        invented = invent(name, departments, seed * 1_000_000 + number, noisy=noisy, periods=periods)
        number += 1
        if invented.cause.max() < 1e-6:
            continue  # nothing is wrong in it, so there is nothing to find
        ids = [f"D{u:02d}" for u in range(departments)]
        true = dict(zip(ids, np.minimum(invented.transmission, 0.98), strict=True))
        analyses = {
            PLAIN: analyze(invented.organization, transmission=0.6),
            TRUE: analyze(invented.organization, transmission=true),
            ESTIMATED: analyze(invented.organization),
        }
        if periods > 1:
            wave = calibrate(invented.organization, method="wave")
            analyses["one wave"] = analyze(invented.organization, transmission=wave)
        for method, analysis in analyses.items():
            found.setdefault(method, []).append(scores(_shares(analysis, invented), invented.cause))
        for method, rank in TODAY.items():
            values = rank(analyses[PLAIN])
            ranked = np.array([values.get(name, -np.inf) for name in ids])
            found.setdefault(method, []).append(scores(ranked, invented.cause))
        ranked, told = advised(analyses[ESTIMATED], invented)
        found.setdefault(ADVISED, []).append(scores(ranked, invented.cause))
        claims.append(replace(confidence(analyses[ESTIMATED], analyses[PLAIN], invented, draws), advised=told))
    return Found({method: np.array(rows) for method, rows in found.items()}, tuple(claims))


def gap_closed(found: Found, method: str = ESTIMATED) -> tuple[float, float]:
    """Return the part of the gap between 0.6 and the true transmissions that a method closes, and its standard error.

    NaN where there is no gap.
    """
    ours, whole = (found.methods[name][:, 0] - found.methods[PLAIN][:, 0] for name in (method, TRUE))
    if whole.mean() <= 0:
        return float("nan"), float("nan")
    part = ours.mean() / whole.mean()
    return float(part), float((ours - part * whole).std() / np.sqrt(len(whole)) / whole.mean())


def all_worlds(worlds: list[Found], method: str) -> str:
    """Return the gaps closed in several worlds: the mean of the parts, and the part of all together."""
    parts = np.array([gap_closed(found, method) for found in worlds])
    parts = parts[np.isfinite(parts[:, 0])]
    pairs = [
        tuple(found.methods[name][:, 0] - found.methods[PLAIN][:, 0] for name in (method, TRUE)) for found in worlds
    ]
    closed, whole = (sum(pair[side].mean() for pair in pairs) for side in (0, 1))
    part = closed / whole if whole > 0 else float("nan")
    error = np.sqrt(sum((ours - part * true).var() / len(true) for ours, true in pairs)) / abs(whole)
    mean, of_mean = (
        (parts[:, 0].mean(), np.sqrt((parts[:, 1] ** 2).sum()) / len(parts)) if len(parts) else (np.nan,) * 2
    )
    return f"{method}: mean of the gaps closed {mean:.2f} ±{of_mean:.2f}; of all together {part:.2f} ±{error:.2f}"


def show(name: str, found: Found) -> None:
    """Print what was found in one world."""
    count = len(found.claims)
    print(f"\n{name} ({count} organisations)")
    print(f"{'':32}" + "".join(f"{score:>16}" for score in SCORES))
    rows = dict(found.methods)
    for method in (TRUE, ESTIMATED, ADVISED, "one wave"):
        if method in rows:
            rows[f"{method} minus 0.6"] = rows[method] - rows[PLAIN]
    for method, values in rows.items():
        mean, error = values.mean(axis=0), values.std(axis=0) / np.sqrt(count)
        print(f"{method:32}" + "".join(f"{m:9.3f} ±{e:.3f}" for m, e in zip(mean, error, strict=True)))
    part, error = gap_closed(found)
    print(f"gap closed {part:.2f} ±{error:.2f}; {claimed(found.claims)}", flush=True)


def claimed(claims: Sequence[Confidence]) -> str:
    """Return what was claimed of organisations and how often it is true; without any estimate nothing is claimed."""
    claims = [one for one in claims if np.isfinite(one.first)]
    first, right = np.array([one.first for one in claims]), np.array([one.right for one in claims])
    bins = []
    for low, high in pairwise(EDGES):
        inside = (first >= low) & (first < high)
        if inside.any():
            bins.append(f"{first[inside].mean():.2f} right {right[inside].mean():.2f} ({inside.sum()})")
    starved, plain = np.mean([one.starved for one in claims]), np.mean([one.starved_plain for one in claims])
    return (
        f"P(first) {first.mean():.2f}, right {right.mean():.2f}: {'; '.join(bins)}\n"
        f"share of the first cause covered {np.mean([one.covered for one in claims]):.2f}; verdicts decided "
        f"{np.mean([one.decided for one in claims]):.2f}, of these right "
        f"{np.mean([one.decided_right for one in claims]):.2f}; own services of the first cause called starved "
        f"{starved:.3f} (with 0.6 {plain:.3f}); halo or worst felt found in "
        f"{np.mean([one.advised for one in claims]):.2f}"
    )


def main() -> None:
    """Print a table for each world, and the mean of the gaps closed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--organizations", type=int, default=60)
    parser.add_argument("--departments", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--periods", type=int, default=1)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--hard", action="store_true", help="the worlds in which the assumptions are wrong")
    parser.add_argument("--world", action="append", choices=[*WORLDS, *HARD])
    asked = parser.parse_args()
    worlds = []
    for name in asked.world or (HARD if asked.hard else WORLDS):
        found = run(
            name,
            asked.organizations,
            asked.departments,
            asked.seed,
            noisy=asked.noise,
            periods=asked.periods,
            draws=asked.draws,
        )
        show(name, found)
        worlds.append(found)
    print()
    for method in (ESTIMATED, ADVISED, "one wave"):
        if method in worlds[0].methods:
            print(all_worlds(worlds, method))
    claims = [claim for found in worlds for claim in found.claims]
    print(f"all worlds: {claimed(claims)}")


if __name__ == "__main__":
    main()
