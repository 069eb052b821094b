"""``cxgraph verify``: computes a report again from its inputs and says PASS, or what differs."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import language_option
from cxgraph.cli.report import told_stage
from cxgraph.cli.running import analyze_organization, guarded, read_organization
from cxgraph.errors import InputError, Problem
from cxgraph.wording import N_, Speaker, environment_language


@click.command("verify", help=tr("Compute the report in REPORT_DIR again from its inputs, and say PASS or what "
                                 "differs (exit code 1)."))
@click.argument("report_dir", type=click.Path(path_type=Path, file_okay=False), metavar="REPORT_DIR")
@click.option("--org", type=click.Path(path_type=Path), metavar="ORG",
              help=tr("The organisation that the report is of; by default where the report says it was."))
@language_option
@guarded
def command(report_dir: Path, org: Path | None, lang: str | None) -> None:
    """Read the recipe, make the report again, compare every byte."""
    from cxgraph.report.bundle import report_files
    from cxgraph.report.sections.teller import Recipe
    from cxgraph.report.verify import compare_reports

    say = Speaker(lang or environment_language())
    result = _result(report_dir)
    recipe = result["recipe"]
    options = _options(recipe["options"])
    place = org or _organization(report_dir, Path(recipe["organization"]))
    organization = read_organization(place, options)
    analysis = analyze_organization(organization, options)
    fresh = report_files(analysis, Recipe(recipe["command"], recipe["organization"], recipe["options"],
                                          result["language"]), told_stage)
    found = {name: (report_dir / name).read_bytes() for name in fresh if (report_dir / name).is_file()}
    problems = compare_reports(found, fresh)
    for problem in problems:
        click.echo(problem.render(say))
    if problems:
        click.echo(say("FAIL: the report is not what {organization} gives.", organization=place))
        sys.exit(1)
    click.echo(say("PASS: {files} files, computed again from {organization}, are the same to the last byte.",
                   files=len(fresh), organization=place))


def _result(report_dir: Path) -> dict[str, Any]:
    """Return result.json, or say why there is none to check."""
    place = report_dir / "result.json"
    try:
        result = json.loads(place.read_bytes())
    except OSError:
        raise InputError([Problem("error", "no-result", N_("There is no result.json, so this is no report of cxgraph."),
                                  N_("Give the folder that cxgraph report wrote."), file=str(report_dir))]) from None
    except ValueError:
        result = None
    recipe = result.get("recipe") if isinstance(result, dict) else None
    if not isinstance(recipe, dict) or not {"command", "organization", "options"} <= recipe.keys() or not isinstance(
            result.get("language"), str):
        raise InputError([Problem("error", "faulty-result", N_("result.json does not say how the report was made."),
                                  N_("Make the report again."), file=str(place))])
    return dict(result)


def _options(stored: dict[str, Any]) -> dict[str, Any]:
    """Return options as the command line would have given them."""
    return {key: tuple(value) if isinstance(value, list) else math.inf if value == "inf" else value
            for key, value in stored.items()}


def _organization(report_dir: Path, stored: Path) -> Path:
    """Return where the inputs are: the path as stored, from here or from a folder above the report."""
    above = report_dir.resolve().parents
    for base in (Path(), *above):
        place = base / stored
        if place.exists() and not (place / "result.json").exists():
            return place
    raise InputError([Problem("error", "no-organisation", N_("The inputs are not found at {path}."),
                              N_("Say where they are: --org ORG."), {"path": stored.as_posix()})])
