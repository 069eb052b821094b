"""Every file of a report, rendered in memory before any of it is written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.analysis import customers_table, departments_table, services_table
from cxgraph.draw.charts.causes import draw_causes
from cxgraph.draw.charts.matrix import draw_matrix
from cxgraph.draw.charts.quadrant import draw_quadrant
from cxgraph.draw.figures import figure_bytes
from cxgraph.draw.tower import draw_tower
from cxgraph.report.blocks import Picture
from cxgraph.report.document import build_document
from cxgraph.report.export import csv_text
from cxgraph.report.html import render_html
from cxgraph.report.markdown import render_markdown
from cxgraph.report.result import SCHEMA_FILE, result_json, schema_text
from cxgraph.report.sections.teller import Recipe, Teller
from cxgraph.report.study import Stage, Study, study_organization
from cxgraph.report.workbook import render_workbook
from cxgraph.wording import N_, Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxgraph.analysis import Analysis

FIGURES: dict[str, tuple[Callable[..., Figure], str]] = {
    "tower": (draw_tower, N_("The champagne tower: how full each department's glass is, and what it pours.")),
    "causes": (draw_causes, N_("The departments that cost the customers most.")),
    "quadrant": (draw_quadrant, N_("Services by their reach and by how far they meet expectations.")),
    "matrix": (draw_matrix, N_("Who serves whom, and how far each service falls short.")),
}

BROAD = frozenset({"tower"})
"""Figures whose letters are legible on paper only across the page."""


def report_files(analysis: Analysis, recipe: Recipe, stage: Stage | None = None) -> dict[str, bytes]:
    """Return the files of a report by name.

    Parameters
    ----------
    analysis : Analysis
        Any.
    recipe : Recipe
        Language of everything that people read, and how the report is made again.
    stage : callable, optional
        Told what is being done; see `study_organization`.

    Returns
    -------
    dict of str to bytes
        report.html, report.md, report.xlsx, result.json with its schema, one CSV per table and the figures; equal
        input gives equal bytes.
    """
    begin = stage or (lambda _: nullcontext())
    say = Speaker(recipe.locale)
    study = study_organization(analysis, stage)
    with begin(N_("Drawing ...")):
        figures = _draw(study.analysis, recipe.locale)
    with begin(N_("Writing the report ...")):
        pictures = {
            name: Picture(name, svg.decode(), say(FIGURES[name][1]), name in BROAD) for name, svg in figures.items()
        }
        teller = Teller(study, say, recipe, pictures)
        document = build_document(teller)
        return {
            "report.html": render_html(document, say).encode(),
            "report.md": render_markdown(document, say).encode(),
            "report.xlsx": render_workbook(document, say),
            "result.json": result_json(teller).encode(),
            SCHEMA_FILE: schema_text().encode(),
            **{f"figures/{name}.svg": svg for name, svg in figures.items()},
            **{name: csv_text(table).encode() for name, table in _tables(study, say).items()},
        }


def _draw(analysis: Analysis, locale: str) -> dict[str, bytes]:
    return {name: figure_bytes(draw(analysis, language=locale), "svg") for name, (draw, _) in FIGURES.items()}


def _tables(study: Study, say: Speaker) -> dict[str, pd.DataFrame]:
    """Return the tables that are written as CSV; what is withheld says so in its last column."""
    discretion = study.discretion
    tables = {
        "services.csv": services_table(discretion),
        "departments.csv": departments_table(discretion).reset_index(),
        "customers.csv": customers_table(discretion).reset_index(),
    }
    words = say("fewer than {count} answers", count=discretion.fewest)
    return {name: table.assign(withheld=np.where(table["withheld"], words, "")) for name, table in tables.items()}
