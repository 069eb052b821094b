"""What commands that print a result share: read, analyse, report problems, print in one of three formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cxgraph.cli.language import tr
from cxgraph.cli.runtime import (
    analyze_organization,
    print_problems,
    print_suppressed,
    print_text,
    read_organization,
    suppressed_record,
)
from cxgraph.tables.characters import json_text
from cxgraph.wording import Translator

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.analysis import Analysis
    from cxgraph.model.organization import Organization

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Printed:
    """A result in each of the formats; only the one that is asked for is made.

    Attributes
    ----------
    text : callable
        Returns sentences for people.
    table : callable
        Returns a data frame for csv; its index is not written.
    record : callable
        Takes the note on suppressed figures (empty where there are none) and returns what json holds.
    """

    text: Callable[[], str]
    table: Callable[[], pd.DataFrame]
    record: Callable[[Mapping[str, Any]], Mapping[str, Any]]


def format_option(command: F) -> F:
    """Add --format with text, json and csv."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "csv"]),
        default="text",
        show_default=True,
        help=tr("text for people, json and csv for programs (fractions, points as decimal marks)."),
    )(command)


def top_option(default: int) -> Callable[[F], F]:
    """Add --top: how many rows to show."""
    return click.option(
        "--top", type=click.IntRange(min=1), default=default, show_default=True, help=tr("How many to show.")
    )


@dataclass(frozen=True)
class Opened:
    """An organisation as it was read, its analysis, and the language of the output."""

    organization: Organization
    analysis: Analysis
    translate: Translator


def open_analysis(org: Path, options: Mapping[str, Any]) -> Opened:
    """Read, analyse, and report on stderr what is doubtful, in the language of --lang, else of the organisation."""
    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = translator_of(options, organization)
    print_problems((*organization.problems, *analysis.notes), translate)
    return Opened(organization, analysis, translate)


def translator_of(options: Mapping[str, Any], organization: Organization) -> Translator:
    """Return the translator of the output: --lang, else the organisation's language."""
    return Translator(options.get("lang") or organization.settings.language)


def print_result(form: str, organization: Organization, translate: Translator, result: Printed) -> None:
    """Print a result on stdout in a format, and on stderr what is suppressed where the text does not say so itself."""
    from cxgraph.reporting.formats.export import csv_text

    if form == "text":
        print_text(result.text())
        return
    print_suppressed(organization, translate)
    if form == "csv":
        click.echo(csv_text(result.table()), nl=False)
    else:
        record = result.record(suppressed_record(organization, translate))
        click.echo(json_text(record, indent=2))
