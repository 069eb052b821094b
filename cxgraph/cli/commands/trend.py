"""``cxgraph trend``: what customers lack and where it originates, period by period."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import method_options, organization_argument, reading_options
from cxgraph.cli.pipeline import format_option, top_option
from cxgraph.cli.runtime import (
    analyze_organization,
    guarded,
    print_problems,
    print_suppressed,
    print_text,
    read_organization,
    stage,
    suppressed_record,
)
from cxgraph.tables.characters import json_text
from cxgraph.wording import Translator


@click.command("trend", help=tr("Show the customers' gap of ORG and where it originates, period by period."))
@organization_argument
@click.option(
    "--every",
    type=click.Choice(["month", "quarter", "year"]),
    help=tr("Periods to make from dated answers; by default those of the services, else months."),
)
@top_option(10)
@format_option
@method_options
@reading_options
@guarded
def command(org: Path, every: str | None, top: int, form: str, **options: Any) -> None:
    """Read, analyse every period, print on stdout."""
    from cxgraph.analysis.trend import trend
    from cxgraph.reporting.comparing import shown_trend, trend_text
    from cxgraph.reporting.formats.export import csv_text, plain_records

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), translate)
    with stage(tr("Comparing ...")):
        found = trend(analysis, every)
    print_problems(found.notes, translate)
    print_suppressed(organization, translate)
    hidden = shown_trend(analysis)
    if form == "text":
        print_text(trend_text(found, organization.name, top, translate, hidden))
        return
    table = found.to_frame()
    table = table[~table["id"].isin(hidden)].reset_index(drop=True)
    if form == "csv":
        click.echo(csv_text(table), nl=False)
    else:
        customers = found.customer_shortfall().drop(columns=sorted(hidden), errors="ignore")
        record = {
            "periods": plain_records(customers.reset_index()),
            "departments": plain_records(table),
            **suppressed_record(organization, translate),
        }
        click.echo(json_text(record, indent=2))
