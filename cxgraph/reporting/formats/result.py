"""result.json: everything that was found, and what it was found with, under a published schema."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from importlib.resources import files
from itertools import chain, starmap
from typing import Any

import pandas as pd

import cxgraph
from cxgraph.model.organization import Reconciliation
from cxgraph.privacy.gate import customers_table, departments_table, services_table, shown_bottlenecks, shown_loops
from cxgraph.reporting.advice import blamed_departments, bottleneck_advice
from cxgraph.reporting.agreements import AGREEMENT, with_agreements
from cxgraph.reporting.brief import Brief, build_brief
from cxgraph.reporting.comparing import comparison_record
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.decisions import Planned
from cxgraph.reporting.formats.export import plain_records
from cxgraph.reporting.results import leaders_by_transmission, places_over_settings
from cxgraph.reporting.scenarios import what_if_record
from cxgraph.reporting.sections.findings import compare_kinds, count_verdicts
from cxgraph.reporting.sections.footing import band_sentence
from cxgraph.reporting.sections.method import every_problem
from cxgraph.reporting.versions import library_versions
from cxgraph.survey_quality.run import findings_frame
from cxgraph.tables.characters import json_text
from cxgraph.uncertainty.intervals import Intervals

SCHEMA_VERSION = "1.8"
"""Of result.json; the first number changes when a reader of the old one would misread the new one."""
SCHEMA_FILE = "result.schema.json"


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of result.json.

    Returns
    -------
    dict
        Also written beside every result.json.

    Examples
    --------
    >>> result_schema()["title"]
    'cxgraph result'
    """
    schema: dict[str, Any] = json.loads(schema_text())
    return schema


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return (files("cxgraph.reporting") / SCHEMA_FILE).read_text("utf-8")


def result_json(context: ReportContext) -> bytes:
    """Return everything that was found, and what it was found with, as JSON.

    Parameters
    ----------
    context : ReportContext
        Study, language of the sentences, and recipe.

    Returns
    -------
    bytes
        Keys in a fixed order, numbers to their last digit, no time stamp: equal input gives equal bytes. Figures
        that too few people answered for are null.
    """
    members = chain(
        _origin(context).items(),
        _findings(context),
        _sureness(context),
        _judgements(context).items(),
        [("decisions", _decisions(context))],
        _data(context).items(),
        [("brief", _brief(build_brief(context)))],  # last: whatever else changes shows in it too
    )
    # Each member is made, written and let go before the next: the records of a large organisation are gigabytes.
    return b"{\n " + b",\n ".join(starmap(_member, members)) + b"\n}\n"


def _member(name: str, value: Any) -> bytes:
    """Return a member of the whole as it stands in the file, between the braces."""
    return json_text({name: value}, indent=1)[len("{\n ") : -len("\n}")].encode()


def _origin(context: ReportContext) -> dict[str, Any]:
    organization, cascade, recipe = context.analysis.organization, context.analysis.cascade, context.recipe
    settings = organization.settings
    return {
        "schema_version": SCHEMA_VERSION,
        "cxgraph_version": cxgraph.__version__,
        "versions": library_versions(),
        "language": recipe.locale,
        "organization": organization.name,
        "recipe": {"command": recipe.command, "organization": recipe.organization, "options": dict(recipe.options)},
        "inputs": [
            {"name": source.name, "sha256": source.sha256, "bytes": source.bytes} for source in organization.sources
        ],
        "parameters": {
            "scale": list(settings.scale),
            "scoring": cascade.scoring,
            "stringency": "inf" if math.isinf(cascade.stringency) else cascade.stringency,
            "transmission": dict(zip(organization.departments["id"], map(float, cascade.transmission), strict=True)),
            "transmission_source": dict(
                zip(organization.departments["id"], map(str, context.analysis.transmission.source), strict=True)
            ),
            "period": settings.period,
            "customers": list(settings.customers),
            "min_responses": settings.min_responses,
            "min_respondents": settings.min_respondents,
        },
        "withheld": {
            "fewest": context.results.published.min_respondents,
            "services": int(context.results.published.services.sum()),
            "departments": int(context.results.published.departments.sum()),
        },
    }


def _findings(context: ReportContext) -> Iterator[tuple[str, Any]]:
    results, analysis = context.results, context.analysis
    first = shown_bottlenecks(results.published, 10)
    blamed = blamed_departments(analysis)
    advice = [bottleneck_advice(first.loc[name], blamed) for name in first.index]
    services = services_table(results.published)
    agreements = with_agreements(results.published.analysis, services)[list(AGREEMENT)]
    yield "customer_shortfall", analysis.customer_shortfall
    yield (
        "bottlenecks",
        plain_records(first.assign(advice=pd.Series(advice, first.index, dtype=object)).reset_index()),
    )
    yield "customers", plain_records(customers_table(results.published).reset_index())
    yield "departments", plain_records(departments_table(results.published).reset_index())
    yield "services", plain_records(services)
    yield "verdicts", plain_records(count_verdicts(services))
    yield "kinds", plain_records(compare_kinds(analysis))
    yield "agreements", plain_records(agreements)
    yield (
        "paths",
        [
            {
                "departments": list(path.departments),
                "services": list(path.services),
                "weight": path.weight,
                "share": path.share,
            }
            for path in results.trace.paths
        ],
    )
    yield "loops", plain_records(shown_loops(results.published, results.loops))
    yield "transmission_sweep", plain_records(leaders_by_transmission(results).drop(columns="probability"))


def _brief(brief: Brief) -> dict[str, Any]:
    """Return the first page: its sentences as people read them; the figures behind them stand in the other members."""
    return {
        "finding": brief.finding,
        "basis": brief.basis,
        "confidence": brief.confidence,
        "figures": [{"label": one.label, "text": one.text, "note": one.note} for one in brief.figures],
        "causes": [
            {"name": one.name, "share": one.share, "low": _number(one.low), "high": _number(one.high), "fix": one.fix}
            for one in brief.causes
        ],
        "sentences": [{"label": label, "text": text} for label, text in brief.sentences],
        "actions": None
        if brief.log is None
        else {
            "gain": brief.log.gain,
            "together": list(brief.log.together),
            "cost": brief.log.cost,
            "aimed": brief.log.aimed,
            "top": brief.log.top,
            "proposed": brief.log.proposed,
            "gain_with_plan": brief.log.gain_with_plan,
            "open": plain_records(brief.log.table.reset_index()),
        },
    }


def _sureness(context: ReportContext) -> Iterator[tuple[str, Any]]:
    results = context.results
    sensitivity, calibration, opinions, backtest = (
        results.sensitivity,
        results.calibration,
        results.opinions,
        results.backtest,
    )
    hidden = results.published.hidden_departments
    yield "intervals", _intervals(context, results.intervals)
    yield (
        "robustness",
        {
            "headline": band_sentence(context),
            "top": sensitivity.top,
            "hangs_on": list(sensitivity.sensitive_to),
            "leader": None if sensitivity.leader in hidden else sensitivity.leader,
            "overturned": _number(sensitivity.overturned),
            "by_transmission": plain_records(leaders_by_transmission(results)),
            "departments": plain_records(places_over_settings(results).reset_index()),
        },
    )
    yield (
        "calibration",
        {
            "method": calibration.method,
            "level": 0.9,
            "departments": _shown(context, calibration.to_frame()),
            "parts": {name: _shown(context, part.to_frame()) for name, part in calibration.parts.items()},
            "first": {
                name: next(iter(shown_bottlenecks(results.published, 1, found).index), None)
                for name, found in results.by_method.items()
            },
            "warnings": [problem.render(context.translate) for problem in calibration.warnings],
            "customer_shortfall": results.calibrated.customer_shortfall,
            "intervals": _intervals(context, results.calibrated_intervals),
        },
    )
    yield (
        "second_opinions",
        {
            "compared": opinions.compared,
            "faulty": opinions.faulty,
            "top": opinions.top,
            "kept": [name for name in opinions.kept if name not in hidden],
            "unsettled": list(opinions.unsettled),
            "kendall": {
                str(name): None if math.isnan(value) else float(value) for name, value in opinions.kendall.items()
            },
            "ranks": _shown(context, opinions.ranks),
        },
    )
    yield (
        "backtest",
        {
            "verdict": backtest.verdict.render(context.translate),
            "skill": _number(backtest.skill),
            "low": _number(backtest.low),
            "high": _number(backtest.high),
            "periods": plain_records(backtest.periods),
        },
    )


def _decisions(context: ReportContext) -> dict[str, Any] | None:
    """Return plan, comparison and scenario, each null where there is no cause for it; None where there is for none."""
    decisions = context.results.decisions
    if not decisions.any:
        return None
    return {
        "plan": None if decisions.planned is None else _planned(decisions.planned),
        "comparison": None
        if decisions.comparison is None
        else {
            "period": decisions.comparison.before.organization.settings.period,
            **comparison_record(decisions.comparison),
        },
        "periods": None
        if decisions.history is None
        else [
            {"period": period, "customer_shortfall": gap}
            for period, gap in decisions.history.customer_shortfall()["customer_shortfall"].items()
        ],
        "scenario": None if decisions.what_if is None else what_if_record(decisions.what_if),
    }


def _planned(planned: Planned) -> dict[str, Any]:
    """Return the plan with its proof, each action, what rules of thumb reach, and what every budget buys."""
    plan = planned.plan
    habits = plan.habits()
    frontier = planned.frontier.assign(
        chosen=[" ".join(names) for names in planned.frontier["chosen"]],
        shortfall=plan.customer_shortfall - planned.frontier["gain"],
    )
    return {
        "budget": _number(plan.budget),
        "stated": planned.stated,
        "chosen": list(plan.chosen),
        "cost": plan.cost,
        "gain": plan.gain,
        "bound": _number(plan.bound),
        "exact": plan.exact,
        "draws": planned.draws,
        "actions": plain_records(planned.actions.reset_index()),
        "habits": plain_records(habits.assign(chosen=[" ".join(names) for names in habits["chosen"]]).reset_index()),
        "frontier": plain_records(frontier),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _shown(context: ReportContext, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame indexed by department as records, without those that are withheld."""
    return plain_records(context.results.published.shown(frame).reset_index())


def _intervals(context: ReportContext, found: Intervals) -> dict[str, Any]:
    return {
        "available": found.available,
        "draws": found.draws,
        "seed": found.seed,
        "level": found.level,
        "top": found.top,
        "customer_shortfall": found.customer_shortfall,
        "low": _number(found.low),
        "high": _number(found.high),
        "ways": dict(found.methods),
        "notes": [problem.render(context.translate) for problem in found.notes],
        "departments": _shown(context, found.table),
    }


def _judgements(context: ReportContext) -> dict[str, Any]:
    results, translate = context.results, context.translate
    culture = None
    if results.profiles.assessment.assessed.any():
        culture = {
            "profiles": plain_records(results.profiles.to_frame()),
            "departments": plain_records(
                results.profiles.wide()[["name", "overall", "centred", "coverage"]].reset_index()
            ),
            "practices": plain_records(results.profiles.by_practice()),
            "orientation": plain_records(results.profiles.orientation().reset_index()),
            "front_line_gap": _number(results.pour.front_line_gap),
            "transmission": results.pour.transmission,
            "levels": plain_records(results.pour.levels.reset_index()),
            "stops": plain_records(results.pour.stops.reset_index()),
            "association": plain_records(results.association.reset_index()),
            "notes": [problem.render(translate) for problem in results.pour.notes],
        }
    return {
        "culture": culture,
        "audit": [finding.to_dict(translate) for finding in results.findings],
        "integrity": plain_records(findings_frame(results.integrity, translate)),
    }


def _rows(rows: Reconciliation) -> dict[str, Any]:
    return {
        "table": rows.table,
        "read": rows.read,
        "used": rows.used,
        "merged": rows.merged,
        "set_aside": plain_records(rows.set_aside),
        "incomplete": dict(rows.incomplete),
    }


def _data(context: ReportContext) -> dict[str, Any]:
    organization, cascade = context.analysis.organization, context.analysis.cascade
    return {
        "rows": _rows(organization.rows),
        "answers": None if organization.answers is None else _rows(organization.answers),
        "problems": [
            {
                "severity": problem.severity,
                "code": problem.code,
                "file": problem.file,
                "line": problem.line,
                "column": problem.column,
                "value": problem.value,
                "text": problem.render(context.translate),
            }
            for problem in every_problem(context)
        ],
        "accuracy": {
            "residual": cascade.certificate.residual,
            "error_bound": cascade.certificate.error_bound,
            "method": cascade.certificate.method,
            "balance": cascade.balance,
        },
    }
