"""Charts of an analysis; each function returns a figure whose title states the finding."""

from cxgraph.drawing.charts.causes import draw_causes
from cxgraph.drawing.charts.frontier import draw_frontier, draw_plans
from cxgraph.drawing.charts.matrix import draw_matrix
from cxgraph.drawing.charts.pour import draw_pour
from cxgraph.drawing.charts.quadrant import draw_quadrant
from cxgraph.drawing.charts.waterfall import draw_waterfall

__all__ = [
    "draw_causes",
    "draw_frontier",
    "draw_matrix",
    "draw_plans",
    "draw_pour",
    "draw_quadrant",
    "draw_waterfall",
]
