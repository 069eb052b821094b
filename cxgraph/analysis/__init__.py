"""From an organisation to what was found: `analyze` composes the floors below, `Analysis` opens doors to them."""

from cxgraph.analysis.analysis import Analysis, analyze
from cxgraph.analysis.discretion import (
    Discretion,
    customers_table,
    departments_table,
    practise_discretion,
    refusal,
    services_table,
    shown_bottlenecks,
    shown_loops,
    shown_trace,
)
from cxgraph.analysis.tables import SWEEP, rank_descending
from cxgraph.analysis.transmission import Calibrated, Transmission

__all__ = [
    "SWEEP",
    "Analysis",
    "Calibrated",
    "Discretion",
    "Transmission",
    "analyze",
    "customers_table",
    "departments_table",
    "practise_discretion",
    "rank_descending",
    "refusal",
    "services_table",
    "shown_bottlenecks",
    "shown_loops",
    "shown_trace",
]
