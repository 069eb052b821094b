"""Was the last plan right: what the actions closed between two waves were to gain, and what their services gained."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.decide.comparing.compare import Comparison
from cxgraph.decide.planning.candidates import Candidates, find_candidates
from cxgraph.decide.planning.lifts import lift_services
from cxgraph.decide.planning.movable import Movable
from cxgraph.model.arrays import Bools, Floats
from cxgraph.model.organization import Organization
from cxgraph.model.periods import period_span

_COLUMNS = ["title", "closed", "cost", "expected", "before", "after", "predicted", "realised"]
_KEYS = ["supplier", "client", "service"]


def review_actions(comparison: Comparison) -> pd.DataFrame:
    """Set what closed actions were to gain beside what came of it.

    Parameters
    ----------
    comparison : Comparison
        Of two waves; the actions are those of the second.

    Returns
    -------
    DataFrame
        Indexed by ``id``: ``title``, ``closed``, ``cost``; ``expected`` (fulfilment that was expected), ``before`` and
        ``after`` (mean fulfilment of the services aimed at); ``predicted`` (fall of the first wave's J by the action
        alone, as it was planned) and ``realised`` (fall by what changed in fulfilment and pass-through of those
        services). ``attrs["predicted"]`` is what all of them together were to gain, ``attrs["realised"]`` what their
        services gained, each counted once. Closed between the waves: after the first wave's period and within the
        second's, where both have one; else in the second wave's log and not in the first's.

    Notes
    -----
    What else happened to the same services counts as realised: two waves cannot tell the causes of a change apart.
    """
    before, after = comparison.before, comparison.after
    log = after.organization.actions
    empty = pd.DataFrame(columns=_COLUMNS, index=pd.Index([], name="id", dtype=object))
    empty.attrs.update(predicted=0.0, realised=0.0)
    if log is None or "closed" not in log.columns:
        return empty
    picked = log[_closed_between(before.organization, after.organization, log)]
    if not len(picked):
        return empty
    cost = picked["cost"] if "cost" in picked.columns else pd.Series(np.nan, picked.index)
    undone = picked.assign(closed=np.datetime64("NaT", "s"), needs=None, alternative=None, cost=cost.fillna(0.0))
    candidates = find_candidates(before.organization, undone, before.cascade.scoring)
    movable = Movable.of(lift_services(before.cascade, candidates.aims))
    count = len(candidates.ids)
    each = [max(movable.follow(np.arange(count) == place).gain, 0.0) for place in range(count)]
    gained = _gained(comparison)
    keys = _services_of(candidates, before.cascade.network.start)
    scores = [_scores(wave.services, wave.cascade.network.fulfilment) for wave in (before, after)]
    frame = pd.DataFrame(
        {
            "title": candidates.table["title"],
            "closed": picked.set_index("id")["closed"].reindex(candidates.table.index),
            "cost": cost.set_axis(picked["id"]).reindex(candidates.table.index),
            "expected": candidates.table["expected_fulfilment"],
            "before": [_mean(scores[0], names) for names in keys],
            "after": [_mean(scores[1], names) for names in keys],
            "predicted": each,
            "realised": [float(sum(gained.get(name, 0.0) for name in names)) for names in keys],
        }
    )[_COLUMNS]
    every = {name for names in keys for name in names}
    frame.attrs["predicted"] = max(movable.follow(np.ones(count, bool)).gain, 0.0)
    frame.attrs["realised"] = float(sum(gained.get(name, 0.0) for name in sorted(every)))
    return frame


def _closed_between(before: Organization, after: Organization, log: pd.DataFrame) -> Bools:
    closed = log["closed"]
    first, second = before.settings.period, after.settings.period
    if first is not None and second is not None:
        since, until = period_span(first)[1], period_span(second)[1]
        return np.asarray((closed > since) & (closed < until + pd.Timedelta(days=1)))
    known = before.actions
    done = set() if known is None or "closed" not in known.columns else set(known.loc[known["closed"].notna(), "id"])
    return np.asarray(closed.notna() & ~log["id"].isin(done))


def _services_of(candidates: Candidates, start: npt.NDArray[np.int32]) -> list[list[tuple[str, str, str]]]:
    """Return the services that each action lifts, or that the department gives whose transmission it lowers."""
    aims = candidates.aims
    rows: list[list[int]] = [[] for _ in candidates.ids]
    for action, service in zip(aims.lifting.tolist(), aims.service.tolist(), strict=True):
        rows[action].append(service)
    for action, department in zip(aims.closing.tolist(), aims.department.tolist(), strict=True):
        rows[action].extend(range(int(start[department]), int(start[department + 1])))
    return [[candidates.services[row] for row in dict.fromkeys(found)] for found in rows]


def _gained(comparison: Comparison) -> dict[tuple[str, str, str], float]:
    """Return the fall of J by what changed in fulfilment and pass-through of each service."""
    parts = comparison.parts()
    parts = parts[parts["part"].isin(("fulfilment", "pass_through"))]
    found: dict[tuple[str, str, str], float] = {}
    for supplier, client, service, change in parts[[*_KEYS, "change"]].itertuples(index=False, name=None):
        key = (str(supplier), str(client), str(service))
        found[key] = found.get(key, 0.0) - float(change)
    return found


def _scores(services: pd.DataFrame, fulfilment: Floats) -> dict[tuple[str, str, str], float]:
    return dict(zip(services.itertuples(index=False, name=None), fulfilment.tolist(), strict=True))


def _mean(scores: dict[tuple[str, str, str], float], names: list[tuple[str, str, str]]) -> float:
    found = [scores[name] for name in names if name in scores]
    return float(np.mean(found)) if found else float("nan")
