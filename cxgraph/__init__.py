"""cxgraph: find where poor internal service reaches the external customer.

The path of the data: tables on disk or data frames -> `Organization` (`read`, `Organization.from_frames`) ->
`analyze` -> `Analysis` (tables, bottlenecks, traces, what-ifs, intervals). `check` says what is wrong with the tables
without analysing them, `calibrate` estimates transmissions, `audit` checks principles, `draw`, `view` and `report` show
what was found, `alternatives` holds published models. The command line (``cxgraph --help``) calls the same functions.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # checkers know the name; loading typing would be most of what importing this costs
if TYPE_CHECKING:
    from typing import Any

    from cxgraph.analysis import Analysis, analyze
    from cxgraph.analysis.comparing import compare
    from cxgraph.audits.run import audit
    from cxgraph.decide.what_if import ServiceChange
    from cxgraph.drawing.draw import draw
    from cxgraph.drawing.view.page import View, view
    from cxgraph.errors import CxgraphError, InputError, NumericalError, OutputError, ParameterError, Problem
    from cxgraph.intake.read import check, read
    from cxgraph.model.organization import Organization
    from cxgraph.reporting.files import report
    from cxgraph.transmission.estimate import calibrate
    from cxgraph.transmission.result import Calibration

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "cxgraph.analysis",
    "analyze": "cxgraph.analysis",
    "audit": "cxgraph.audits.run",
    "calibrate": "cxgraph.transmission.estimate",
    "Calibration": "cxgraph.transmission.result",
    "CxgraphError": "cxgraph.errors",
    "InputError": "cxgraph.errors",
    "NumericalError": "cxgraph.errors",
    "OutputError": "cxgraph.errors",
    "ParameterError": "cxgraph.errors",
    "Problem": "cxgraph.errors",
    "check": "cxgraph.intake.read",
    "compare": "cxgraph.analysis.comparing",
    "read": "cxgraph.intake.read",
    "Organization": "cxgraph.model.organization",
    "draw": "cxgraph.drawing.draw",
    "report": "cxgraph.reporting.files",
    "View": "cxgraph.drawing.view.page",
    "view": "cxgraph.drawing.view.page",
    "ServiceChange": "cxgraph.decide.what_if",
}
_ROOMS = {"alternatives", "opinions"}

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
    "View",
    "analyze",
    "audit",
    "calibrate",
    "check",
    "compare",
    "draw",
    "read",
    "report",
    "view",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: ``import cxgraph`` alone costs nothing."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _ROOMS:
        return import_module(f"cxgraph.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "alternatives"])
