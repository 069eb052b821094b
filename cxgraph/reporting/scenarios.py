"""A scenario as sentences and tables: before and after, how sure, how soon, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxgraph.analysis.scenarios import pour_under
from cxgraph.privacy.gate import publishable
from cxgraph.reporting.comparing import points
from cxgraph.reporting.formats.export import plain_records
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.decide.scenario import Scenario
    from cxgraph.uncertainty.intervals import Intervals


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A scenario and what it does.

    Attributes
    ----------
    scenario : Scenario
        What would be different.
    before, after : Analysis
        The organisation today, and under the scenario.
    intervals : pair of Intervals, optional
        Of both, where draws were asked for and answers are known.
    """

    scenario: Scenario
    before: Analysis
    after: Analysis
    intervals: tuple[Intervals, Intervals] | None

    def customers(self) -> pd.DataFrame:
        """Return every customer that may be shown, before and after, and when it has felt 90 % of its change."""
        before, after = (one.customers()[["name", "shortfall"]] for one in (self.before, self.after))
        ids = [one for one in after.index if one not in self._hidden]
        pour = pour_under(self.before, self.scenario).to_frame()
        return pd.DataFrame(
            {
                "name": after["name"].reindex(ids),
                "before": before["shortfall"].reindex(ids),
                "after": after["shortfall"].reindex(ids),
                "change": after["shortfall"].reindex(ids) - before["shortfall"].reindex(ids),
                "days_to_90": pour["days_to_90"].reindex(ids),
                "rounds_to_90": pour["rounds_to_90"].reindex(ids),
            },
            index=pd.Index(ids, name="id"),
        )

    def departments(self) -> pd.DataFrame:
        """Return every department that may be shown: contribution and rank before and after, ranked as after."""
        sides = [one.departments() for one in (self.before, self.after)]
        rank = [pd.Series(np.arange(1, len(side) + 1), side.index) for side in sides]
        ids = [one for one in sides[1].index if one not in self._hidden]
        frame = pd.DataFrame(
            {
                "name": sides[1]["name"].reindex(ids),
                "before": sides[0]["contribution"].reindex(ids),
                "after": sides[1]["contribution"].reindex(ids),
                "rank_before": rank[0].reindex(ids),
                "rank_after": rank[1].reindex(ids),
            },
            index=pd.Index(ids, name="id"),
        )
        if self.intervals is not None:
            table = self.intervals[1].table
            frame["share_low"], frame["share_high"] = table["low"].reindex(ids), table["high"].reindex(ids)
        return frame

    @property
    def _hidden(self) -> frozenset[str]:
        return frozenset(str(one) for one in publishable(self.before).hidden_departments)


def what_if_of(analysis: Analysis, scenario: Scenario, draws: int) -> WhatIf:
    """Return what a scenario does to an organisation.

    Parameters
    ----------
    analysis : Analysis
        Today.
    scenario : Scenario
        What would be different.
    draws : int
        For the intervals; 0 for none.

    Returns
    -------
    WhatIf
        Before and after.

    Raises
    ------
    ParameterError, InputError, NumericalError
        As in `Analysis.under`.
    """
    after = analysis.under(scenario)
    intervals = None
    if draws:
        found = analysis.intervals(draws), after.intervals(draws)
        intervals = found if all(one.available for one in found) else None
    return WhatIf(scenario, analysis, after, intervals)


def what_if_text(found: WhatIf, top: int, translate: Translator) -> str:
    """Return a scenario as lines of text."""
    lines = what_if_sentences(found, translate)
    lines += ["", translate(N_("Customers (gap before and after; days until 90 percent of the change is felt):"))]
    for row in found.customers().to_dict("records"):
        lines.append("  " + _customer_sentence(row, translate))
    lines += ["", translate(N_("Where it would originate (points of the customers' gap, rank):"))]
    for row in found.departments().head(top).to_dict("records"):
        lines.append("  " + _department_sentence(row, translate))
    return "\n".join([*lines, "", *rests_on(found, translate)])


def what_if_sentences(found: WhatIf, translate: Translator) -> list[str]:
    """Return what a scenario does to the customers' gap, and the intervals where they are known."""
    before, after = found.before.customer_shortfall, found.after.customer_shortfall
    lines = [
        translate(
            N_("{name}: the customers' gap would go from {before} to {after} ({change} points)."),
            name=found.scenario.name or found.before.organization.name,
            before=translate.percent(before),
            after=translate.percent(after),
            change=points(after - before, translate),
        )
    ]
    if found.intervals is not None:
        lines.append(_interval_sentence(found.intervals, translate))
    return lines


def _interval_sentence(intervals: tuple[Intervals, Intervals], translate: Translator) -> str:
    ends = [(translate.percent(one.low), translate.percent(one.high)) for one in intervals]
    return translate(
        N_("{level} intervals: today {low} to {high}, then {low_after} to {high_after}."),
        level=translate.percent(intervals[0].level, 0),
        low=ends[0][0],
        high=ends[0][1],
        low_after=ends[1][0],
        high_after=ends[1][1],
    )


def _customer_sentence(row: dict[Any, Any], translate: Translator) -> str:
    fields = {
        "name": row["name"],
        "before": translate.percent(row["before"]) if not np.isnan(row["before"]) else "–",
        "after": translate.percent(row["after"]) if not np.isnan(row["after"]) else "–",
    }
    if np.isnan(row["days_to_90"]):
        return translate(N_("{name}: {before} → {after}"), **fields)
    days = translate.number(row["days_to_90"], 0 if row["days_to_90"] >= 1 else 1)
    return translate(N_("{name}: {before} → {after}, {days} days"), days=days, **fields)


def _department_sentence(row: dict[Any, Any], translate: Translator) -> str:
    return translate(
        N_("{name}: {before} → {after}, rank {rank_before} → {rank_after}"),
        name=row["name"],
        before=translate.number(100 * row["before"], 2) if not np.isnan(row["before"]) else "–",
        after=translate.number(100 * row["after"], 2),
        rank_before=f"{row['rank_before']:.0f}" if not np.isnan(row["rank_before"]) else "–",
        rank_after=f"{row['rank_after']:.0f}",
    )


def rests_on(found: WhatIf, translate: Translator) -> list[str]:
    """Return what a scenario assumes, in sentences."""
    lines = [
        translate(
            N_(
                "It rests on this: what is not changed keeps its own gap and passes on as today; every service "
                "downstream follows."
            )
        )
    ]
    if found.scenario.redesigns:
        lines.append(
            translate(
                N_(
                    "Services that get another supplier or client keep the score of the day, where no other is stated: "
                    "nobody knows yet how well they will be given."
                )
            )
        )
    used = found.before.transmission
    lines.append(
        translate(
            N_("Transmissions: {chosen} chosen, {stated} stated, {other} estimated or assumed."),
            chosen=int((used.source == "chosen").sum()),
            stated=int((used.source == "stated").sum()),
            other=int((~np.isin(used.source, ("chosen", "stated"))).sum()),
        )
    )
    return lines


def what_if_record(found: WhatIf) -> dict[str, Any]:
    """Return a scenario for programs."""
    intervals = found.intervals
    return {
        "name": found.scenario.name,
        "before": found.before.customer_shortfall,
        "after": found.after.customer_shortfall,
        "intervals": None
        if intervals is None
        else {name: [one.low, one.high] for name, one in zip(("before", "after"), intervals, strict=True)},
        "customers": plain_records(found.customers().reset_index()),
        "departments": plain_records(found.departments().reset_index()),
    }
