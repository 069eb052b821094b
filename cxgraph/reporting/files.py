"""Every file of a report, rendered in memory before any of it is written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.decide.scenario import parse_scenario
from cxgraph.drawing.charts.causes import draw_causes
from cxgraph.drawing.charts.change import draw_change
from cxgraph.drawing.charts.frontier import draw_frontier
from cxgraph.drawing.charts.matrix import draw_matrix
from cxgraph.drawing.charts.quadrant import draw_quadrant
from cxgraph.drawing.charts.story import draw_story
from cxgraph.drawing.charts.trend import draw_trend
from cxgraph.drawing.figures import figure_bytes, steady
from cxgraph.drawing.tower.difference import draw_difference
from cxgraph.drawing.tower.figure import draw_tower
from cxgraph.privacy.gate import customers_table, departments_table, services_table
from cxgraph.reporting.blocks import Picture
from cxgraph.reporting.cards import card_files
from cxgraph.reporting.context import LIBRARY_CALL, Recipe, ReportContext
from cxgraph.reporting.document import build_document
from cxgraph.reporting.formats.export import csv_text
from cxgraph.reporting.formats.html import render_brief, render_html
from cxgraph.reporting.formats.markdown import render_markdown
from cxgraph.reporting.formats.result import SCHEMA_FILE, result_json, schema_text
from cxgraph.reporting.formats.slides import render_slides
from cxgraph.reporting.formats.workbook import render_workbook
from cxgraph.reporting.results import Results, Stage, compute_results
from cxgraph.reporting.writing import write_folder
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxgraph.analysis import Analysis
    from cxgraph.decide.scenario import Scenario

FIGURES: dict[str, tuple[Callable[..., Figure], str]] = {
    "story": (
        draw_story,
        N_(
            "The services in which most of the customers' gap originates, each along its heaviest path to the "
            "customers, as glasses that pour into each other."
        ),
    ),
    "tower": (draw_tower, N_("The champagne tower: how full each department's glass is, and what it pours.")),
    "causes": (draw_causes, N_("The departments that cost the customers most.")),
    "quadrant": (
        draw_quadrant,
        N_("Departments by their effect on customers and by how much of what is expected they deliver."),
    ),
    "matrix": (draw_matrix, N_("Who serves whom, and how far each service falls short.")),
}

DECISION_FIGURES = {
    "frontier": N_("What customers would still miss against what is spent: the best set of actions at every budget."),
    "change": N_("How the customers' gap went from the period before to this one, department by department."),
    "difference": N_(
        "The tower of differences: which glasses are fuller than in the period before, and which emptier."
    ),
    "trend": N_("The customers' gap and the departments in which it originates, period by period."),
}
"""Figures of the section on decisions, drawn where there is cause for them."""
BROAD = frozenset({"tower", "difference"})
"""Figures whose letters are legible on paper only across the page."""
_WORDS = {**{name: words for name, (_, words) in FIGURES.items()}, **DECISION_FIGURES}


def report(analysis: Analysis, folder: Path | str, *, language: str | None = None, force: bool = False) -> Path:
    """Write the whole report of an analysis into a folder, all of it or nothing.

    Parameters
    ----------
    analysis : Analysis
        From `cxgraph.analyze`. What fewer than ``min_respondents`` people answered for is taken out first.
    folder : path
        Created where it does not exist.
    language : str, optional
        ``en`` or ``es``, optionally with a country; the organisation's own by default.
    force : bool
        Replace files that hold something else.

    Returns
    -------
    Path
        Of report.html.

    Raises
    ------
    ParameterError
        A language that cxgraph does not speak.
    InputError
        Too few people answered for the customers as a whole.
    OutputError
        Files of these names hold something else, or the disk refuses.

    Notes
    -----
    The same files as ``cxgraph report``, but for the recipe: a call of the library can hold more than a command line
    can, so ``cxgraph verify`` refuses such a report and says which call made it.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from cxgraph import Organization, analyze
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report(analyze(Organization.from_frames(services)), folder).name
    'report.html'
    """
    locale = language or analysis.organization.settings.language
    recipe = Recipe(LIBRARY_CALL, analysis.organization.name, {}, locale)
    write_folder(Path(folder), report_files(analysis, recipe), force=force)
    return Path(folder) / "report.html"


def report_files(analysis: Analysis, recipe: Recipe, stage: Stage | None = None) -> dict[str, bytes]:
    """Return the files of a report by name.

    Parameters
    ----------
    analysis : Analysis
        Any.
    recipe : Recipe
        Language of everything that people read, and how the report is made again.
    stage : callable, optional
        Told what is being done; see `compute_results`.

    Returns
    -------
    dict of str to bytes
        report.html with its first page alone as brief.html, report.md, report.xlsx, result.json with its schema, one
        CSV per table and the figures; equal input gives equal bytes.
    """
    begin = stage or (lambda _: nullcontext())
    translate = Translator(recipe.locale)
    results = compute_results(analysis, stage, budget=recipe.options.get("budget"), scenario=scenario_of(recipe))
    with begin(N_("Drawing ...")):
        figures = _draw(results, recipe.locale)
    with begin(N_("Writing the report ...")):
        pictures = {
            name: Picture(name, svg.decode(), translate(_WORDS[name]), name in BROAD) for name, svg in figures.items()
        }
        context = ReportContext(results, translate, recipe, pictures)
        document = build_document(context)
        return {
            "report.html": render_html(document, translate).encode(),
            "brief.html": render_brief(document, translate).encode(),
            "report.md": render_markdown(document, translate).encode(),
            "report.xlsx": render_workbook(document, translate),
            "result.json": result_json(context),
            SCHEMA_FILE: schema_text().encode(),
            **{f"figures/{name}.svg": svg for name, svg in figures.items()},
            **_extras(context),
            **{name: csv_text(table).encode() for name, table in _tables(results, translate).items()},
        }


def scenario_of(recipe: Recipe) -> Scenario | None:
    """Return the scenario whose text a recipe holds; None where it holds none."""
    text = recipe.options.get("scenario")
    return None if text is None else parse_scenario(str(text), str(recipe.options.get("scenario_file", "scenario")))


@steady
def _draw(results: Results, locale: str) -> dict[str, bytes]:
    known = {"causes": {"intervals": results.intervals}} if results.intervals.available else {}
    drawn = {
        name: figure_bytes(draw(results.analysis, language=locale, **known.get(name, {})), "svg")
        for name, (draw, _) in FIGURES.items()
    }
    return {**drawn, **_draw_decisions(results, locale)}


def _draw_decisions(results: Results, locale: str) -> dict[str, bytes]:
    """Draw what the section on decisions shows, from what was computed for its tables."""
    analysis, decisions = results.analysis, results.decisions
    drawn: dict[str, Figure] = {}
    if decisions.planned is not None and len(decisions.planned.frontier) > 1:
        drawn["frontier"] = draw_frontier(analysis, frontier=decisions.planned.frontier, language=locale)
    if decisions.comparison is not None:
        drawn["change"] = draw_change(analysis, comparison=decisions.comparison, language=locale)
        drawn["difference"] = draw_difference(analysis, comparison=decisions.comparison, language=locale)
    if decisions.history is not None and len(decisions.history.periods) > 2:
        drawn["trend"] = draw_trend(analysis, history=decisions.history, language=locale)
    return {name: figure_bytes(figure, "svg") for name, figure in drawn.items()}


def _extras(context: ReportContext) -> dict[str, bytes]:
    """Return what is written only where it is asked for: pages of departments, slides."""
    options = context.recipe.options
    files: dict[str, bytes] = {}
    if options.get("cards") or options.get("department"):
        asked = () if options.get("cards") else tuple(options["department"])
        files |= card_files(context, asked)
    if options.get("slides"):
        files["brief.pptx"] = render_slides(context)
    return files


def _tables(results: Results, translate: Translator) -> dict[str, pd.DataFrame]:
    """Return the tables that are written as CSV; what is withheld says so in its last column."""
    published = results.published
    tables = {
        "services.csv": services_table(published),
        "departments.csv": departments_table(published).reset_index(),
        "customers.csv": customers_table(published).reset_index(),
    }
    words = translate("fewer than {count} answers", count=published.min_respondents)
    return {name: table.assign(withheld=np.where(table["withheld"], words, "")) for name, table in tables.items()}
