"""From an organisation to what was found: `analyze` composes the floors below, `Analysis` opens doors to them."""

from typing import TypeAlias

from cxgraph.analysis.analysis import Analysis, analyze
from cxgraph.model.settings import SWEEP
from cxgraph.privacy.gate import Publishable
from cxgraph.transmission.resolve import Calibrated, Transmission

PublishableAnalysis: TypeAlias = Publishable[Analysis]
"""What `cxgraph.privacy.gate.publishable` hands out: everything that shows an analysis to people demands it."""

__all__ = ["SWEEP", "Analysis", "Calibrated", "PublishableAnalysis", "Transmission", "analyze"]
