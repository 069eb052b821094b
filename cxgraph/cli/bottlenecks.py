"""``cxgraph bottlenecks``: the ranking, for reading or for the next program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import method_options, organization_argument, reading_options
from cxgraph.cli.runtime import (
    analyze_organization,
    guarded,
    print_problems,
    print_suppressed,
    print_text,
    read_organization,
    suppressed_record,
)
from cxgraph.tables.characters import json_text
from cxgraph.wording import Translator


@click.command("bottlenecks", help=tr("Rank the departments of ORG where the customers' disappointment starts."))
@organization_argument
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help=tr("How many to show."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help=tr("text for people, json and csv for programs (fractions, points as decimal marks)."),
)
@method_options
@reading_options
@guarded
def command(org: Path, top: int, form: str, **options: Any) -> None:
    """Read, analyse, print the ranking on stdout."""
    from cxgraph.privacy.gate import publishable, shown_bottlenecks
    from cxgraph.reporting.export import csv_text, plain_records
    from cxgraph.reporting.summary import ranking_text

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), translate)
    if form == "text":
        print_text(ranking_text(analysis, top, translate))
        return
    table = shown_bottlenecks(publishable(analysis), top)
    if organization.suppressed is None:
        table = table.drop(columns="withheld")
    print_suppressed(organization, translate)
    if form == "csv":
        click.echo(csv_text(table.reset_index()), nl=False)
    else:
        click.echo(
            json_text(
                {
                    "customer_shortfall": analysis.customer_shortfall,
                    **suppressed_record(organization, translate),
                    "bottlenecks": plain_records(table.reset_index()),
                },
                indent=2,
            )
        )
