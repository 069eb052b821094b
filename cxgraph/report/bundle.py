"""Every file of a report, rendered in memory before any of it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxgraph.draw.charts.causes import draw_causes
from cxgraph.draw.charts.matrix import draw_matrix
from cxgraph.draw.charts.quadrant import draw_quadrant
from cxgraph.draw.figures import figure_bytes
from cxgraph.draw.tower import draw_tower
from cxgraph.report.document import Picture, build_document
from cxgraph.report.export import csv_text, result_json
from cxgraph.report.html import render_html

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.wording import Speaker


def report_files(analysis: Analysis, say: Speaker, command: str) -> dict[str, bytes]:
    """Return the files of a report by name.

    Parameters
    ----------
    analysis : Analysis
        Any.
    say : Speaker
        Language of everything that people read.
    command : str
        The command line that repeats the report.

    Returns
    -------
    dict of str to bytes
        report.html, result.json, one CSV per table and the figures; equal input gives equal bytes.
    """
    drawn = {
        "tower": (draw_tower, say("The champagne tower: how full each department's glass is, and what it pours.")),
        "causes": (draw_causes, say("The departments that cost the customers most.")),
        "quadrant": (draw_quadrant, say("Services by their reach and by how far they meet expectations.")),
        "matrix": (draw_matrix, say("Who serves whom, and how far each service falls short.")),
    }
    figures = {name: figure_bytes(draw(analysis, language=say.language), "svg") for name, (draw, _) in drawn.items()}
    pictures = {name: Picture(svg.decode(), drawn[name][1]) for name, svg in figures.items()}
    document = build_document(analysis, say, pictures, command)
    tables = {"services.csv": analysis.services(), "departments.csv": analysis.departments().reset_index(),
              "customers.csv": analysis.customers().reset_index()}
    return {
        "report.html": render_html(document, say).encode(),
        "result.json": result_json(analysis).encode(),
        **{f"figures/{name}.svg": svg for name, svg in figures.items()},
        **{name: csv_text(table).encode() for name, table in tables.items()},
    }
