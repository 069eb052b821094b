"""Every file of a report, rendered in memory before any of it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxgraph.draw.charts import draw_causes
from cxgraph.draw.figures import figure_bytes
from cxgraph.report.document import Picture, build_document
from cxgraph.report.export import csv_text, result_json
from cxgraph.report.html import render_html
from cxgraph.report.summary import headline

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
    causes = figure_bytes(draw_causes(analysis, language=say.language), "svg")
    pictures = {"finding": Picture(causes.decode(), headline(analysis, say))}
    document = build_document(analysis, say, pictures, command)
    tables = {"services.csv": analysis.services(), "departments.csv": analysis.departments().reset_index(),
              "customers.csv": analysis.customers().reset_index()}
    return {
        "report.html": render_html(document, say).encode(),
        "result.json": result_json(analysis).encode(),
        "figures/causes.svg": causes,
        **{name: csv_text(table).encode() for name, table in tables.items()},
    }
