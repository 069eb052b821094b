"""``cxgraph bottlenecks``: the ranking, for reading or for the next program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import method_options, organization_argument, reading_options
from cxgraph.cli.pipeline import Printed, format_option, open_analysis, print_result, top_option
from cxgraph.cli.runtime import guarded


@click.command("bottlenecks", help=tr("Rank the departments of ORG where the customers' disappointment starts."))
@organization_argument
@top_option(10)
@click.option(
    "--by",
    type=click.Choice(["contribution", "gain", "gain_per_point"]),
    default="contribution",
    show_default=True,
    help=tr(
        "What to rank by: what starts in a department, what customers gain where that is repaired, or that gain for "
        "each point of the scale."
    ),
)
@format_option
@method_options
@reading_options
@guarded
def command(org: Path, top: int, by: str, form: str, **options: Any) -> None:
    """Read, analyse, print the ranking on stdout."""
    from cxgraph.privacy.gate import publishable, shown_bottlenecks
    from cxgraph.reporting.formats.export import plain_records
    from cxgraph.reporting.text import ranking_text

    opened = open_analysis(org, options)
    table = shown_bottlenecks(publishable(opened.analysis), top, by=by).reset_index()
    if opened.organization.suppressed is None:
        table = table.drop(columns="withheld")
    result = Printed(
        text=lambda: ranking_text(opened.analysis, top, opened.translate, by=by),
        table=lambda: table,
        record=lambda note: {
            "customer_shortfall": opened.analysis.customer_shortfall,
            **note,
            "bottlenecks": plain_records(table),
        },
    )
    print_result(form, opened.organization, opened.translate, result)
