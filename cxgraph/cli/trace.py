"""``cxgraph trace``: the ways of a fault, from the department where it starts to the customer who feels it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.cascade.trace import Trace


@click.command(
    "trace",
    help=tr(
        "Follow the customers' disappointment back to where it starts: the heaviest ways "
        "through ORG, each with its share. --customer traces one customer's alone."
    ),
)
@organization_argument
@click.option("--source", metavar="ID", help=tr("Only ways that start with this department's own faults."))
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help=tr("How many to show."))
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
def command(org: Path, source: str | None, top: int, form: str, **options: Any) -> None:
    """Read, analyse, print the trace on stdout."""
    from cxgraph.privacy.gate import publishable, shown_trace
    from cxgraph.reporting.export import csv_text, plain_records

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), translate)
    trace = shown_trace(publishable(analysis), analysis.trace(source=source, top=top))
    if form == "text":
        print_text(trace_text(analysis, trace, translate))
        return
    print_suppressed(organization, translate)
    if form == "csv":
        click.echo(csv_text(trace.to_frame()), nl=False)
    else:
        click.echo(
            json_text(
                {
                    "customer_shortfall": trace.total,
                    "source": source,
                    "caused": trace.caused,
                    "explained": trace.explained,
                    "remaining": trace.remaining,
                    **suppressed_record(organization, translate),
                    "paths": plain_records(trace.to_frame()),
                },
                indent=2,
            )
        )


def trace_text(analysis: Analysis, trace: Trace, translate: Translator) -> str:
    """Return the trace as sentences.

    Parameters
    ----------
    analysis : Analysis
        What was traced.
    trace : Trace
        Its heaviest paths.
    translate : Translator
        Language.

    Returns
    -------
    str
        Lines: what customers lack, a way on each, what is on the others, and what is withheld.
    """
    from cxgraph.privacy.microaggregation import suppression_sentence

    lines = [
        translate(
            "{name}: customers lack {lacking} of what they expect.",
            name=analysis.organization.name,
            lacking=translate.percent(trace.total),
        )
    ]
    if trace.source is not None:
        table = analysis.organization.departments
        share = trace.caused / trace.total if trace.total > 0 else 0.0
        lines.append(
            translate(
                "{share} of it starts in {department}.",
                share=translate.percent(share),
                department=table.loc[table["id"] == trace.source, "name"].iat[0],
            )
        )
    note = suppression_sentence(analysis.organization, translate)
    after = [note] if note else []
    if not trace.paths:
        return "\n".join([*lines, translate("There is no way to follow."), *after])
    width = len(str(len(trace.paths)))
    for place, path in enumerate(trace.paths, 1):
        lines.append(
            translate(
                "{place}. {way}: {share} ({services})",
                place=str(place).rjust(width),
                way=" → ".join(path.names),
                share=translate.percent(path.share),
                services=" → ".join(path.services),
            )
        )
    whole = trace.caused / trace.total
    lines.append(
        translate(
            "Together: {explained} of what customers lack; {remaining} takes ways not shown.",
            explained=translate.percent(trace.shown / trace.total),
            remaining=translate.percent(max(whole - trace.shown / trace.total, 0.0)),
        )
    )
    return "\n".join([*lines, *after])
