"""From an organisation to what was found: `analyze` composes the floors below, `Analysis` opens doors to them."""

from cxgraph.analysis.analysis import Analysis, analyze
from cxgraph.analysis.tables import SWEEP, rank_descending
from cxgraph.analysis.transmission import Calibrated, Transmission

__all__ = ["SWEEP", "Analysis", "Calibrated", "Transmission", "analyze", "rank_descending"]
