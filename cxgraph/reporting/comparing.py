"""Comparisons and trends as sentences and tables, for the command line and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from cxgraph.decide.comparing.review import review_actions
from cxgraph.privacy.gate import publishable
from cxgraph.reporting.formats.export import plain_records
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.analysis.trend import Trend
    from cxgraph.decide.comparing.compare import Comparison

PART_NAMES = {
    "fulfilment": N_("own gaps, by what is delivered"),
    "expectation": N_("own gaps, by what is expected"),
    "pass_through": N_("what departments pass on of what they receive"),
    "importance": N_("how much services matter to their clients"),
    "vanished": N_("services that are gone"),
    "appeared": N_("services that are new"),
    "customer_weight": N_("the customers' shares of the business"),
}
FEWEST_CLOSED = 3
"""Closed actions below which what they brought is no rate to apply to others."""
_KEYS = ["supplier", "client", "service"]


def _hidden(comparison: Comparison) -> tuple[set[tuple[str, str, str]], set[str]]:
    """Return the services and departments that are withheld in either wave."""
    services: set[tuple[str, str, str]] = set()
    departments: set[str] = set()
    for wave in (comparison.before, comparison.after):
        found = wave.organization.suppressed
        if found is not None:
            rows = wave.organization.services.loc[found.services, _KEYS].astype(str)
            services.update(rows.itertuples(index=False, name=None))
            departments.update(wave.organization.departments["id"].astype(str).to_numpy()[found.departments])
    return services, departments


def shown_parts(comparison: Comparison) -> pd.DataFrame:
    """Return the parts of a change; those of withheld services are one row for each part, without names."""
    parts = comparison.parts()
    services, _ = _hidden(comparison)
    if not services:
        return parts
    keys = parts[_KEYS].astype(object).itertuples(index=False, name=None)
    away = np.array([key in services for key in keys], bool)
    totals = parts[away].groupby("part")["change"].sum()
    rest = pd.DataFrame(
        {"part": totals.index, "supplier": None, "client": None, "service": None, "change": totals.array}
    )
    return pd.concat([parts[~away], rest], ignore_index=True)


def shown_departments(comparison: Comparison) -> pd.DataFrame:
    """Return every department's change, without those that are withheld."""
    table = comparison.departments()
    return table[~table.index.isin(_hidden(comparison)[1])]


def shown_customers(comparison: Comparison) -> pd.DataFrame:
    """Return every customer's change, without those that are withheld."""
    table = comparison.customers()
    return table[~table.index.isin(_hidden(comparison)[1])]


_REVIEWS: WeakKeyDictionary[Comparison, pd.DataFrame] = WeakKeyDictionary()
"""Every action is followed anew for it, and a report asks twice."""


def shown_review(comparison: Comparison) -> pd.DataFrame:
    """Return the closed actions with what they were to gain; none where the scores of small groups are withheld."""
    if comparison not in _REVIEWS:
        _REVIEWS[comparison] = review_actions(comparison)
    table = _REVIEWS[comparison].copy()
    return table.iloc[:0] if _hidden(comparison)[0] else table


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison for programs."""
    noise, review = comparison.noise, shown_review(comparison)
    return {
        "before": comparison.before.cascade.customer_shortfall,
        "after": comparison.after.cascade.customer_shortfall,
        "change": comparison.change,
        "low": None if noise is None else noise.total_low,
        "high": None if noise is None else noise.total_high,
        "totals": {str(name): float(value) for name, value in comparison.totals().items()},
        "parts": plain_records(shown_parts(comparison)),
        "departments": plain_records(shown_departments(comparison).reset_index()),
        "customers": plain_records(shown_customers(comparison).reset_index()),
        "actions": plain_records(review.reset_index()),
    }


def comparison_text(comparison: Comparison, top: int, translate: Translator) -> str:
    """Return a comparison as lines: the change, its parts, whose it is, and whether the last plan was right."""
    lines = [change_sentence(comparison, translate), ""]
    lines += part_lines(comparison, translate)
    lines += ["", translate(N_("Where it changed (points of the customers' gap):"))]
    for row in shown_departments(comparison).head(top).to_dict("records"):
        lines.append("  " + department_sentence(row, translate))
    review = shown_review(comparison)
    if len(review):
        lines += ["", *review_lines(review, translate)]
    return "\n".join(lines)


def change_sentence(comparison: Comparison, translate: Translator) -> str:
    """Return how far customers' shortfall moved, and whether that is more than noise."""
    before, after = (wave.cascade.customer_shortfall for wave in (comparison.before, comparison.after))
    fields = {
        "name": comparison.after.organization.name,
        "before": translate.percent(before),
        "after": translate.percent(after),
        "change": points(comparison.change, translate),
    }
    text = translate(N_("{name}: the customers' gap went from {before} to {after} ({change} points)."), **fields)
    noise = comparison.noise
    if noise is None:
        return text
    if noise.total_low > 0 or noise.total_high < 0:
        verdict = N_("The change is real: {level} interval {low} to {high} points.")
    else:
        verdict = N_("The change may be noise: {level} interval {low} to {high} points.")
    ends = {"low": points(noise.total_low, translate), "high": points(noise.total_high, translate)}
    return text + " " + translate(verdict, level=translate.percent(noise.level, 0), **ends)


def points(value: float, translate: Translator) -> str:
    """Return a change in points of the customers' shortfall, with its sign."""
    text = translate.number(100 * value, 2)
    return text if text.startswith("-") or value <= 0 else f"+{text}"


def part_lines(comparison: Comparison, translate: Translator) -> list[str]:
    """Return the change by part, a line for each that moved."""
    lines = [translate(N_("Through what (the parts add up to the change):"))]
    for name, value in comparison.totals().items():
        if abs(value) >= 5e-7:
            lines.append(f"  {points(value, translate)}  {translate(PART_NAMES[str(name)])}")
    return lines


def department_sentence(row: dict[Any, Any], translate: Translator) -> str:
    """Return one department's change."""
    text = translate(
        N_("{name}: {before} → {after} ({change})"),
        name=row["name"],
        before=translate.number(100 * row["before"], 2) if row["before"] == row["before"] else "–",
        after=translate.number(100 * row["after"], 2) if row["after"] == row["after"] else "–",
        change=points(row["change"], translate),
    )
    if row["real"] is None:
        return text
    return text + translate(N_(": real") if row["real"] else N_(": may be noise"))


def review_sentence(review: pd.DataFrame, translate: Translator) -> str:
    """Return what all closed actions together were to gain, what their services gained, and how much of it that is."""
    predicted, realised = review.attrs["predicted"], review.attrs["realised"]
    fields = {"predicted": translate.number(100 * predicted, 2), "realised": translate.number(100 * realised, 2)}
    if predicted <= 0:
        return translate(
            N_("Actions closed in between were to gain {predicted} points together; their services gained {realised}."),
            **fields,
        )
    return translate(
        N_(
            "Actions closed in between were to gain {predicted} points together; their services gained {realised}, "
            "which is {part} of it."
        ),
        part=translate.percent(realised / predicted, 0),
        **fields,
    )


def forecast_sentence(comparison: Comparison | None, gain: float, translate: Translator) -> str:
    """Return that a plan's gain is a forecast as it stands, and what it would be at the rate of the actions closed.

    Parameters
    ----------
    comparison : Comparison, optional
        With the period before, where there is one.
    gain : float
        What the plan gains, in points of J.
    translate : Translator
        Language.

    Returns
    -------
    str
        One sentence. The rate is applied only where `FEWEST_CLOSED` actions stand behind it and it lies between 0
        and 1: as a condition, since two periods cannot tell what the actions did from what else happened.
    """
    review = None if comparison is None else shown_review(comparison)
    if comparison is None or review is None or not len(review) or review.attrs["predicted"] <= 0:
        return translate(N_("The effect is a forecast; no closed action shows yet how far such forecasts hold."))
    rate = review.attrs["realised"] / review.attrs["predicted"]
    fields = {
        "count": len(review),
        "period": comparison.before.organization.settings.period,
        "part": translate.percent(rate, 0),
    }
    if len(review) < FEWEST_CLOSED or not 0 <= rate < 1:
        return translate(
            N_(
                "The effect is a forecast, not discounted: the {count} {count:action|actions} closed since {period} "
                "brought {part} of theirs."
            ),
            **fields,
        )
    return translate(
        N_(
            "The effect is a forecast, not discounted: the {count} actions closed since {period} brought {part} of "
            "theirs; at that rate it would be {less} points, not {gain}."
        ),
        less=translate.number(100 * rate * gain, 1),
        gain=translate.number(100 * gain, 1),
        **fields,
    )


def review_lines(review: pd.DataFrame, translate: Translator) -> list[str]:
    """Return what closed actions were to gain beside what came of it."""
    lines = [review_sentence(review, translate)]
    for name, row in review.iterrows():
        lines.append(
            "  "
            + translate(
                N_("{id} {title}: predicted {predicted}, realised {realised}; score {before} → {after}"),
                id=str(name),
                title=row["title"] if isinstance(row["title"], str) else "",
                predicted=translate.number(100 * row["predicted"], 2),
                realised=translate.number(100 * row["realised"], 2),
                before=translate.number(row["before"], 1) if row["before"] == row["before"] else "–",
                after=translate.number(row["after"], 1) if row["after"] == row["after"] else "–",
            )
            + (
                translate(N_(" (expected {score})"), score=translate.number(row["expected"], 1))
                if row["expected"] == row["expected"]
                else ""
            )
        )
    return lines


def shown_trend(analysis: Analysis) -> frozenset[str]:
    """Return the departments whose figures a trend must leave out."""
    return frozenset(str(one) for one in publishable(analysis).hidden_departments)


def trend_text(trend: Trend, name: str, top: int, translate: Translator, hidden: frozenset[str]) -> str:
    """Return a trend as a table: customers' shortfall, and the departments it originates in, by period."""
    total = trend.customer_shortfall()["customer_shortfall"]
    rows = [(translate(N_("customers' gap")), [translate.percent(value) for value in total])]
    names = dict(zip(trend.names().index.astype(str), trend.names().astype(str), strict=True))
    shown = trend.departments()
    for one, values in shown[~shown.index.isin(hidden)].head(top).iterrows():
        cells = [translate.number(100 * value, 2) if not np.isnan(value) else "–" for value in values]
        rows.append((names.get(str(one), str(one)), cells))
    width = max(len(label) for label, _ in rows)
    columns = [
        max(len(period), *(len(cells[place]) for _, cells in rows)) for place, period in enumerate(trend.periods)
    ]
    heads = "  ".join(period.rjust(size) for period, size in zip(trend.periods, columns, strict=True))
    lines = [
        translate(
            N_("{name}: points of the customers' gap by where they originate, one column for each period"), name=name
        ),
        "",
        f"{' ' * width}  {heads}",
    ]
    lines += [
        f"{label.ljust(width)}  " + "  ".join(cell.rjust(size) for cell, size in zip(cells, columns, strict=True))
        for label, cells in rows
    ]
    return "\n".join(lines)
