"""result.json: everything that was found, and what it was found with, under a published schema."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from typing import Any

import pandas as pd

import cxgraph
from cxgraph.analysis import customers_table, departments_table, services_table, shown_bottlenecks, shown_loops
from cxgraph.evidence.integrity import findings_frame
from cxgraph.evidence.intervals import Intervals
from cxgraph.report.export import plain_records
from cxgraph.report.sections.executive import band_sentence
from cxgraph.report.sections.findings import compare_kinds, count_verdicts
from cxgraph.report.sections.foundation import every_problem
from cxgraph.report.sections.teller import Teller
from cxgraph.report.versions import library_versions

SCHEMA_VERSION = "1.2"
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
    return (files("cxgraph.report") / SCHEMA_FILE).read_text("utf-8")


def result_json(teller: Teller) -> str:
    """Return everything that was found, and what it was found with, as JSON.

    Parameters
    ----------
    teller : Teller
        Study, language of the sentences, and recipe.

    Returns
    -------
    str
        Keys in a fixed order, numbers to their last digit, no time stamp: equal input gives equal bytes. Figures
        that too few people answered for are null.
    """
    parts: dict[str, Any] = {
        **_origin(teller),
        **_findings(teller),
        **_sureness(teller),
        **_judgements(teller),
        **_data(teller),
    }
    return json.dumps(parts, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _origin(teller: Teller) -> dict[str, Any]:
    organization, cascade, recipe = teller.analysis.organization, teller.analysis.cascade, teller.recipe
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
                zip(organization.departments["id"], map(str, teller.analysis.transmission.source), strict=True)
            ),
            "period": settings.period,
            "customers": list(settings.customers),
            "min_responses": settings.min_responses,
            "min_respondents": settings.min_respondents,
        },
        "withheld": {
            "fewest": teller.study.discretion.fewest,
            "services": int(teller.study.discretion.services.sum()),
            "departments": int(teller.study.discretion.departments.sum()),
        },
    }


def _findings(teller: Teller) -> dict[str, Any]:
    study, analysis = teller.study, teller.analysis
    leaders, services = analysis.leaders(5), services_table(study.discretion)
    return {
        "customer_shortfall": analysis.customer_shortfall,
        "bottlenecks": plain_records(shown_bottlenecks(study.discretion, 10).reset_index()),
        "customers": plain_records(customers_table(study.discretion).reset_index()),
        "departments": plain_records(departments_table(study.discretion).reset_index()),
        "services": plain_records(services),
        "verdicts": plain_records(count_verdicts(services)),
        "kinds": plain_records(compare_kinds(services)),
        "paths": [
            {
                "departments": list(path.departments),
                "services": list(path.services),
                "weight": path.weight,
                "share": path.share,
            }
            for path in study.trace.paths
        ],
        "loops": plain_records(shown_loops(study.discretion, study.loops)),
        "transmission_sweep": plain_records(leaders[~leaders["id"].isin(study.discretion.hidden_departments)]),
    }


def _sureness(teller: Teller) -> dict[str, Any]:
    study = teller.study
    robustness, calibration, opinions, backtest = study.robustness, study.calibration, study.opinions, study.backtest
    hidden = study.discretion.hidden_departments
    parts = {name: _shown(teller, part.to_frame()) for name, part in calibration.parts.items()}
    return {
        "intervals": _intervals(teller, study.intervals),
        "robustness": {
            "headline": band_sentence(teller),
            "top": robustness.top,
            "hangs_on": list(robustness.hangs_on),
            "leader": None if robustness.leader in hidden else robustness.leader,
            "departments": _shown(teller, robustness.table),
        },
        "calibration": {
            "method": calibration.method,
            "level": 0.9,
            "departments": _shown(teller, calibration.to_frame()),
            "parts": parts,
            "first": {
                name: next(iter(shown_bottlenecks(study.discretion, 1, found).index), None)
                for name, found in study.by_method.items()
            },
            "warnings": [problem.render(teller.say) for problem in calibration.warnings],
            "customer_shortfall": study.calibrated.customer_shortfall,
            "intervals": _intervals(teller, study.calibrated_intervals),
        },
        "second_opinions": {
            "compared": opinions.compared,
            "faulty": opinions.faulty,
            "top": opinions.top,
            "kept": [name for name in opinions.kept if name not in hidden],
            "unsettled": list(opinions.unsettled),
            "kendall": {
                str(name): None if math.isnan(value) else float(value) for name, value in opinions.kendall.items()
            },
            "ranks": _shown(teller, opinions.ranks),
        },
        "backtest": {
            "verdict": backtest.verdict.render(teller.say),
            "skill": _number(backtest.skill),
            "low": _number(backtest.low),
            "high": _number(backtest.high),
            "periods": plain_records(backtest.periods),
        },
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _shown(teller: Teller, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame indexed by department as records, without those that are withheld."""
    return plain_records(teller.study.discretion.shown(frame).reset_index())


def _intervals(teller: Teller, found: Intervals) -> dict[str, Any]:
    return {
        "available": found.available,
        "draws": found.draws,
        "seed": found.seed,
        "level": found.level,
        "top": found.top,
        "customer_shortfall": found.customer_shortfall,
        "low": _number(found.low),
        "high": _number(found.high),
        "ways": dict(found.ways),
        "notes": [problem.render(teller.say) for problem in found.notes],
        "departments": _shown(teller, found.table),
    }


def _judgements(teller: Teller) -> dict[str, Any]:
    study, say = teller.study, teller.say
    culture = None
    if study.profiles.assessment.assessed.any():
        culture = {
            "profiles": plain_records(study.profiles.to_frame()),
            "departments": plain_records(
                study.profiles.wide()[["name", "overall", "centred", "coverage"]].reset_index()
            ),
            "practices": plain_records(study.profiles.by_practice()),
            "orientation": plain_records(study.profiles.orientation().reset_index()),
            "front_line_gap": _number(study.pour.front_line_gap),
            "transmission": study.pour.transmission,
            "levels": plain_records(study.pour.levels.reset_index()),
            "stops": plain_records(study.pour.stops.reset_index()),
            "association": plain_records(study.association.reset_index()),
            "notes": [problem.render(say) for problem in study.pour.notes],
        }
    return {
        "culture": culture,
        "audit": [finding.to_dict(say) for finding in study.findings],
        "integrity": plain_records(findings_frame(study.integrity, say)),
    }


def _data(teller: Teller) -> dict[str, Any]:
    rows, cascade = teller.analysis.organization.rows, teller.analysis.cascade
    return {
        "rows": {
            "read": rows.read,
            "used": rows.used,
            "merged": rows.merged,
            "set_aside": plain_records(rows.set_aside),
        },
        "problems": [
            {
                "severity": problem.severity,
                "code": problem.code,
                "file": problem.file,
                "line": problem.line,
                "column": problem.column,
                "value": problem.value,
                "text": problem.render(teller.say),
            }
            for problem in every_problem(teller)
        ],
        "accuracy": {
            "residual": cascade.certificate.residual,
            "error_bound": cascade.certificate.error_bound,
            "method": cascade.certificate.method,
            "balance": cascade.balance,
        },
    }
