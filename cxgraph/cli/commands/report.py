"""``cxgraph report``: the whole report of an organisation, written into a folder."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import NUMBER, Place, method_options, organization_argument, reading_options
from cxgraph.cli.runtime import (
    EstimatedStages,
    analyze_organization,
    guarded,
    output_name,
    print_problems,
    print_text,
    read_organization,
)
from cxgraph.cli.scenarios import scenario_text
from cxgraph.tables.addresses import is_warehouse, shown_address
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.reporting.context import Recipe


@click.command(
    "report",
    help=tr(
        "Write the report of ORG: a brief of one page and the report behind it as HTML, Markdown and an Excel "
        "workbook, with its tables as CSV, figures and result.json. A summary is printed."
    ),
)
@organization_argument
@click.option("-o", "--output", type=Place(), metavar=tr("FOLDER"), help=tr("Where to write; outputs/NAME by default."))
@click.option("--full", is_flag=True, help=tr("Open every section of the report, on screen and on paper."))
@click.option("--cards", is_flag=True, help=tr("Write a page for every department too, in the folder departments."))
@click.option(
    "--department", "department", multiple=True, metavar="ID", help=tr("Write the page of this one; may be repeated.")
)
@click.option("--slides", is_flag=True, help=tr("Write the brief as slides too (brief.pptx; needs cxgraph[slides])."))
@click.option(
    "--budget", type=NUMBER, metavar=tr("AMOUNT"), help=tr("Plan for this sum; by default where more buys less.")
)
@click.option("--scenario", type=Place(), metavar=tr("FILE"), help=tr("Explain this scenario (TOML; see whatif)."))
@click.option("--force", is_flag=True, help=tr("Replace results that are already there."))
@method_options
@reading_options
@guarded
def command(org: Path, output: Path | None, force: bool, **options: Any) -> None:
    """Read, analyse, render everything, and only then write."""
    from cxgraph.reporting.files import report_files
    from cxgraph.reporting.text import ranking_text
    from cxgraph.reporting.writing import write_folder

    if options["scenario"] is not None:
        # The recipe holds the text: whoever checks the report need not have the file.
        place = options["scenario"]
        options |= {"scenario": scenario_text(place), "scenario_file": place.name}
    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    locale = options.get("lang") or organization.settings.language
    translate = Translator(locale)
    print_problems((*organization.problems, *analysis.notes), translate)
    folder = output or Path("outputs") / output_name(org)
    files = report_files(analysis, recipe_of(org, options, locale), announced_stages())
    write_folder(folder, files, force=force, org=org)
    print_text(ranking_text(analysis, 3, translate))
    print_text("")
    print_text(translate("Report: {path}", path=folder / "report.html"))


def announced_stages() -> EstimatedStages:
    """Return what shows the stages of a report, with an estimate of the time that is left.

    The shares were measured on 100,000 services: a small report is done before anybody waits.
    """
    return EstimatedStages(
        {
            "Resampling the answers ...": 0.05,
            "Calibrating ...": 0.02,
            "Asking alternative models ...": 0.03,
            "Trying other parameters ...": 0.08,
            "Checking principles and measurement ...": 0.07,
            "Choosing actions ...": 0.05,
            "Drawing ...": 0.08,
            "Writing the report ...": 0.62,
        }
    )


def recipe_of(org: Path, options: dict[str, Any], locale: str) -> Recipe:
    """Return how the report is made again, without folders of this machine.

    Parameters
    ----------
    org : Path
        As it was given.
    options : dict
        Of reading and of the method.
    locale : str
        Language and country of the report.

    Returns
    -------
    Recipe
        Its options can be written as JSON.
    """
    from cxgraph.reporting.context import Recipe

    given = {key: value for key, value in options.items() if value not in (None, (), False)}
    plain = {
        key: list(value)
        if isinstance(value, tuple)
        else "inf"
        if isinstance(value, float) and math.isinf(value)
        else value
        for key, value in given.items()
    }
    name = output_name(org) if org.is_absolute() else org.as_posix()
    if is_warehouse(name):
        name = shown_address(name)
    return Recipe(_command(name, given), name, plain, locale)


def _command(name: str, given: dict[str, Any]) -> str:
    words = ["cxgraph", "report", name]
    for key, value in given.items():
        if key == "scenario":
            continue  # its text; the line names the file
        flag = "--scenario" if key == "scenario_file" else "--customer" if key == "customers" else f"--{key}"
        if value is True:
            words.append(flag)
            continue
        for one in value if key in ("customers", "column", "department") else (value,):
            words += [
                flag,
                *(
                    f"{part:g}" if isinstance(part, float) else str(part)
                    for part in (one if isinstance(one, tuple) else (one,))
                ),
            ]
    return shlex.join(words)
