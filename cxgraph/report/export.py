"""Tables and results as plain text for other programs: CSV and JSON that repeat byte for byte."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import cxgraph

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

SCHEMA_VERSION = "1.0"
"""Of result.json; the first number changes when a reader of the old one would misread the new one."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: such texts get an apostrophe in front.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    object
        The same, but for texts that begin with = + - @, a tab or a line break.

    References
    ----------
    OWASP, CSV Injection.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell(-1.5)
    ("'=1+1", -1.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV: UTF-8 text, commas, decimal points, numbers to their last digit, no formula.

    Parameters
    ----------
    frame : DataFrame
        Written without its index.

    Returns
    -------
    str
        Lines end with a line feed; missing values are empty cells.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([safe_cell(str(name)) for name in frame.columns])
    columns = [frame.iloc[:, place].astype(object).to_numpy() for place in range(frame.shape[1])]
    writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
    return stream.getvalue()


def _cell(value: Any) -> Any:
    plain = _plain(value)
    return "" if plain is None else repr(plain) if isinstance(plain, float) else safe_cell(plain)


def plain_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame as records of plain Python values; missing values are None.

    Parameters
    ----------
    frame : DataFrame
        Written without its index.

    Returns
    -------
    list of dict
        One for each row, ready for JSON.
    """
    names = [str(name) for name in frame.columns]
    columns = [frame.iloc[:, place].astype(object).to_numpy() for place in range(frame.shape[1])]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    """Return a numpy or pandas scalar as a plain Python value; None where it is missing or infinite."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, (str, int, bool)) else str(value)


def result_json(analysis: Analysis) -> str:
    """Return everything that was found, and what it was found with, as JSON.

    Parameters
    ----------
    analysis : Analysis
        Any.

    Returns
    -------
    str
        Keys in a fixed order, numbers to their last digit, no time stamp: equal input gives equal bytes.
    """
    organization, cascade = analysis.organization, analysis.cascade
    settings, rows = organization.settings, organization.rows
    stringency = "inf" if math.isinf(cascade.stringency) else cascade.stringency
    result = {
        "schema_version": SCHEMA_VERSION,
        "cxgraph_version": cxgraph.__version__,
        "organization": organization.name,
        "inputs": [{"name": source.name, "sha256": source.sha256, "bytes": source.bytes}
                   for source in organization.sources],
        "parameters": {
            "scale": list(settings.scale), "scoring": cascade.scoring, "stringency": stringency,
            "transmission": dict(zip(organization.departments["id"], map(float, cascade.transmission), strict=True)),
            "period": settings.period, "customers": list(settings.customers),
            "min_responses": settings.min_responses, "min_respondents": settings.min_respondents,
        },
        "customer_shortfall": analysis.customer_shortfall,
        "customers": plain_records(analysis.customers().reset_index()),
        "departments": plain_records(analysis.departments().reset_index()),
        "services": plain_records(analysis.services()),
        "transmission_sweep": plain_records(analysis.leaders(5)),
        "rows": {"read": rows.read, "used": rows.used, "merged": rows.merged,
                 "set_aside": plain_records(rows.set_aside)},
        "problems": [{"severity": problem.severity, "code": problem.code, "file": problem.file, "line": problem.line,
                      "column": problem.column, "value": problem.value, "text": str(problem)}
                     for problem in (*organization.problems, *analysis.notes)],
        "accuracy": {"residual": cascade.certificate.residual, "error_bound": cascade.certificate.error_bound,
                     "method": cascade.certificate.method, "balance": cascade.balance},
    }
    return json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
