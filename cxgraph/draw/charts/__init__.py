"""Charts of an analysis; each function returns a figure whose title states the finding."""

from cxgraph.draw.charts.causes import draw_causes
from cxgraph.draw.charts.frontier import draw_frontier
from cxgraph.draw.charts.matrix import draw_matrix
from cxgraph.draw.charts.periods import draw_slope
from cxgraph.draw.charts.pour import draw_pour
from cxgraph.draw.charts.quadrant import draw_quadrant
from cxgraph.draw.charts.waterfall import draw_waterfall

__all__ = ["draw_causes", "draw_frontier", "draw_matrix", "draw_pour", "draw_quadrant", "draw_slope", "draw_waterfall"]
