"""``cxgraph verify``: computes a report again from its inputs and says PASS, or what differs."""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from cxgraph.cli.commands.report import announced_stages
from cxgraph.cli.language import tr
from cxgraph.cli.options import OrganizationPlace, Place, language_option
from cxgraph.cli.runtime import analyze_organization, guarded, print_text, read_organization
from cxgraph.errors import CxgraphError, InputError, ParameterError, Problem
from cxgraph.wording import N_, Translator, environment_language, system_reason

_REMADE = N_("Make the report again.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list_of(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(holds, value))


_OPTIONS: dict[str, Callable[[Any], bool]] = {
    "scale": _is_list_of(_is_number),
    "customers": _is_list_of(_is_text),
    "column": _is_list_of(_is_text),
    "period": _is_text,
    "encoding": _is_text,
    "decimal": _is_text,
    "lang": _is_text,
    "scoring": _is_text,
    "transmission": _is_number,
    "full": lambda value: value is True,
    "cards": lambda value: value is True,
    "slides": lambda value: value is True,
    "department": _is_list_of(_is_text),
    "halo": _is_number,
    "budget": _is_number,
    "scenario": _is_text,
    "scenario_file": _is_text,
    "stringency": lambda value: value == "inf" or _is_number(value),
}
"""The options that a recipe may hold, and whether a value is of their kind; their ranges are checked where used."""


@click.command(
    "verify",
    help=tr("Compute the report in REPORT_DIR again from its inputs, and say PASS or what differs (exit code 1)."),
)
@click.argument("report_dir", type=Place(), metavar="REPORT_DIR")
@click.option(
    "--org",
    type=OrganizationPlace(),
    metavar="ORG",
    help=tr("The organisation that the report is of; by default where the report says it was."),
)
@language_option
@guarded
def command(report_dir: Path, org: Path | None, lang: str | None) -> None:
    """Read the recipe, make the report again, compare every byte."""
    from cxgraph.reporting.context import LIBRARY_CALL
    from cxgraph.reporting.verify import compare_reports

    translate = Translator(lang or environment_language())
    result = _result(report_dir)
    if result["recipe"]["command"] == LIBRARY_CALL:
        raise InputError(
            [
                Problem(
                    "error",
                    "library-report",
                    N_("The report was written by a call of the library, {call}, which no command line repeats."),
                    N_("Write it again with cxgraph report, or compute it again with that call and compare."),
                    {"call": LIBRARY_CALL},
                    file=str(report_dir / "result.json"),
                )
            ]
        )
    place = org or _organization(report_dir, result)
    try:
        fresh = _computed_again(place, result)
    except CxgraphError as error:
        _tell_changed_inputs(place, result, translate)  # first, for it may be why no report comes of them any more
        if not isinstance(error, ParameterError):
            raise
        # The options are the report's own, not this command's: the file is at fault.
        raise InputError(
            [
                Problem(
                    "error", "faulty-result", error.message, _REMADE, error.fields, file=str(report_dir / "result.json")
                )
            ]
        ) from error
    found = {name: _content(report_dir / name) for name in fresh if (report_dir / name).is_file()}
    problems = compare_reports(found, fresh)
    for problem in problems:
        print_text(problem.render(translate))
    if problems:
        print_text(translate("FAIL: the report is not what {organization} gives.", organization=place))
        sys.exit(1)
    print_text(
        translate(
            "PASS: {files} files, computed again from {organization}, are the same to the last byte.",
            files=len(fresh),
            organization=place,
        )
    )


def _computed_again(place: Path, result: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of the report that a recipe gives now."""
    from cxgraph.reporting.context import Recipe
    from cxgraph.reporting.files import report_files

    recipe = result["recipe"]
    options = _options(recipe["options"])
    analysis = analyze_organization(read_organization(place, options), options)
    return report_files(
        analysis,
        Recipe(recipe["command"], recipe["organization"], recipe["options"], result["language"]),
        announced_stages(),
    )


def _tell_changed_inputs(place: Path, result: Mapping[str, Any], translate: Translator) -> None:
    """Say which inputs are no longer what the report was made from; nothing where all are."""
    from cxgraph.reporting.verify import compare_inputs, input_sums

    known = input_sums(result)
    there = {name: now for name in known if (now := _sum_of(place, name)) is not None}
    problems = compare_inputs(known, there)
    for problem in problems:
        print_text(problem.render(translate))
    if problems:
        print_text(translate("FAIL: no report can be computed from {organization} any more.", organization=place))


def _result(report_dir: Path) -> dict[str, Any]:
    """Return result.json, or say why there is none to check."""
    place = report_dir / "result.json"
    try:
        result = json.loads(place.read_bytes())
    except OSError:
        raise InputError(
            [
                Problem(
                    "error",
                    "no-result",
                    N_("There is no result.json, so this is no report of cxgraph."),
                    N_("Give the folder that cxgraph report wrote."),
                    file=str(report_dir),
                )
            ]
        ) from None
    except (ValueError, RecursionError):
        result = None
    if not _names_its_recipe(result):
        raise InputError(
            [
                Problem(
                    "error",
                    "faulty-result",
                    N_("result.json does not say how the report was made."),
                    _REMADE,
                    file=str(place),
                )
            ]
        )
    return dict(result)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            [
                Problem(
                    "error",
                    "unreadable",
                    N_("The file cannot be read: {reason}."),
                    "",
                    {"reason": system_reason(error)},
                    str(file),
                )
            ]
        ) from error


def _names_its_recipe(result: Any) -> bool:
    """Return whether a file has the parts that a report is made again from, each of its kind."""
    recipe = result.get("recipe") if isinstance(result, dict) else None
    if not isinstance(recipe, dict) or not _is_text(result.get("language")):
        return False
    options = recipe.get("options")
    return (
        _is_text(recipe.get("command"))
        and _is_text(recipe.get("organization"))
        and isinstance(options, dict)
        and all(name in _OPTIONS and _OPTIONS[name](value) for name, value in options.items())
    )


def _options(stored: dict[str, Any]) -> dict[str, Any]:
    """Return options as the command line would have given them."""
    return {
        key: tuple(value) if isinstance(value, list) else math.inf if value == "inf" else value
        for key, value in stored.items()
    }


def _organization(report_dir: Path, result: dict[str, Any]) -> Path:
    """Return where the inputs are: the path as stored, from here or from a folder above the report.

    Of several places the one whose files have the sums of the report is taken, else the first that holds inputs of
    those names and is no report itself: the report of a hotel is often called hotel too, and holds a services.csv.
    """
    from cxgraph.reporting.verify import input_sums

    stored = Path(result["recipe"]["organization"])
    inputs = input_sums(result)
    bases = (Path(), *Path(os.path.realpath(report_dir)).parents)
    places = [base / stored for base in bases if os.path.lexists(base / stored)]
    found = [
        place for place in places if inputs and all(_sum_of(place, name) == known for name, known in inputs.items())
    ] or [place for place in places if any(_sum_of(place, name) for name in inputs) and not _is_report(place)]
    if found:
        return found[0]
    raise InputError(
        [
            Problem(
                "error",
                "no-organisation",
                N_("The inputs are not found at {path}."),
                N_("Say where they are: --org ORG."),
                {"path": stored.as_posix()},
            )
        ]
    )


def _is_report(place: Path) -> bool:
    """Return whether a folder holds what ``cxgraph report`` writes."""
    try:
        return _names_its_recipe(json.loads((place / "result.json").read_bytes()))
    except (OSError, ValueError, RecursionError):
        return False


def _sum_of(place: Path, name: str) -> str | None:
    """Return the SHA-256 of a file in a folder, or of the place itself where that is a file of this name."""
    file = place if place.is_file() and place.name == name else place / name
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    except (OSError, ValueError):
        return None
