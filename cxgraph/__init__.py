"""cxgraph: find where poor internal service reaches the external customer.

The path of the data: tables on disk or data frames -> `Organization` (`read`, `Organization.from_frames`) ->
`analyze` -> `Analysis` (tables, bottlenecks, traces, what-ifs, intervals). `check` says what is wrong with the tables
without analysing them, `calibrate` estimates transmissions, `audit` checks principles, `opinions` holds the published
rival models. The command line (``cxgraph --help``) does the same and writes reports.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis, analyze
    from cxgraph.audits.run import audit
    from cxgraph.decide.what_if import ServiceChange
    from cxgraph.errors import CxgraphError, InputError, NumericalError, OutputError, ParameterError, Problem
    from cxgraph.evidence.calibration import calibrate
    from cxgraph.evidence.calibration_result import Calibration
    from cxgraph.intake.read import check, read
    from cxgraph.model.organization import Organization

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "cxgraph.analysis",
    "analyze": "cxgraph.analysis",
    "audit": "cxgraph.audits.run",
    "calibrate": "cxgraph.evidence.calibration",
    "Calibration": "cxgraph.evidence.calibration_result",
    "CxgraphError": "cxgraph.errors",
    "InputError": "cxgraph.errors",
    "NumericalError": "cxgraph.errors",
    "OutputError": "cxgraph.errors",
    "ParameterError": "cxgraph.errors",
    "Problem": "cxgraph.errors",
    "check": "cxgraph.intake.read",
    "read": "cxgraph.intake.read",
    "Organization": "cxgraph.model.organization",
    "ServiceChange": "cxgraph.decide.what_if",
}

__all__ = [
    "Analysis",
    "Calibration",
    "CxgraphError",
    "InputError",
    "NumericalError",
    "Organization",
    "OutputError",
    "ParameterError",
    "Problem",
    "ServiceChange",
    "analyze",
    "audit",
    "calibrate",
    "check",
    "read",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: ``import cxgraph`` alone costs nothing."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "opinions":
        return import_module("cxgraph.opinions")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "opinions"])
