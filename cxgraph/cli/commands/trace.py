"""``cxgraph trace``: the ways of a fault, from the department where it starts to the customer who feels it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import method_options, organization_argument, reading_options
from cxgraph.cli.pipeline import Printed, format_option, open_analysis, print_result, top_option
from cxgraph.cli.runtime import guarded


@click.command(
    "trace",
    help=tr(
        "Follow the customers' gap back to its root causes: the heaviest paths through ORG, each with its share. "
        "--customer traces one customer's alone."
    ),
)
@organization_argument
@click.option("--source", metavar="ID", help=tr("Only paths that start with this department's own faults."))
@top_option(20)
@format_option
@method_options
@reading_options
@guarded
def command(org: Path, source: str | None, top: int, form: str, **options: Any) -> None:
    """Read, analyse, print the trace on stdout."""
    from cxgraph.privacy.gate import publishable, shown_trace
    from cxgraph.reporting.formats.export import plain_records
    from cxgraph.reporting.text import trace_text

    opened = open_analysis(org, options)
    trace = shown_trace(publishable(opened.analysis), opened.analysis.trace(source=source, top=top))
    result = Printed(
        text=lambda: trace_text(opened.analysis, trace, opened.translate),
        table=trace.to_frame,
        record=lambda note: {
            "customer_shortfall": trace.total,
            "source": source,
            "caused": trace.caused,
            "explained": trace.explained,
            "remaining": trace.remaining,
            **note,
            "paths": plain_records(trace.to_frame()),
        },
    )
    print_result(form, opened.organization, opened.translate, result)
