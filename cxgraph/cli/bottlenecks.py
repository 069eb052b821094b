"""``cxgraph bottlenecks``: the ranking, for reading or for the next program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import method_options, organization_argument, reading_options
from cxgraph.cli.running import (
    analyze_organization,
    guarded,
    print_problems,
    read_organization,
    tell,
    tell_withheld,
    withheld_record,
)
from cxgraph.wording import Speaker


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
    from cxgraph.analysis import practise_discretion, shown_bottlenecks
    from cxgraph.report.export import csv_text, plain_records
    from cxgraph.report.summary import ranking_text

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    say = Speaker(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), say)
    if form == "text":
        tell(ranking_text(analysis, top, say))
        return
    table = shown_bottlenecks(practise_discretion(analysis), top)
    if organization.withheld is None:
        table = table.drop(columns="withheld")
    tell_withheld(organization, say)
    if form == "csv":
        click.echo(csv_text(table.reset_index()), nl=False)
    else:
        click.echo(
            json.dumps(
                {
                    "customer_shortfall": analysis.customer_shortfall,
                    **withheld_record(organization, say),
                    "bottlenecks": plain_records(table.reset_index()),
                },
                ensure_ascii=False,
                indent=2,
            )
        )
