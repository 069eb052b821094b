"""``cxgraph export``: the organisation as a graph for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import Place, organization_argument, reading_options
from cxgraph.cli.runtime import guarded, print_problems, print_suppressed, print_text, read_organization
from cxgraph.wording import Translator

_ENDINGS = ("graphml", "gexf", "json")


@click.command(
    "export",
    help=tr(
        "Write ORG as a graph that Gephi, yEd, networkx and D3 read: GraphML, GEXF or node-link JSON by the ending of "
        "FILE. Every command reads such a file in the place of ORG."
    ),
)
@organization_argument
@click.option("-o", "--output", "target", type=Place(_ENDINGS), required=True, help=tr("File to write."))
@click.option("--force", is_flag=True, help=tr("Replace a file that is already there."))
@reading_options
@guarded
def command(org: Path, target: Path, force: bool, **options: Any) -> None:
    """Read, write the graph, say where it is."""
    from cxgraph.intake.graphs.files import graph_bytes
    from cxgraph.reporting.writing import write_file

    organization = read_organization(org, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems(organization.problems, translate, severities=("warning",))
    print_suppressed(organization, translate)
    write_file(target, graph_bytes(organization, target.suffix.lower()), force=force, org=org)
    print_text(
        translate(
            "Wrote {departments} {departments:department|departments} and {services} "
            "{services:service|services} to {file}.",
            departments=len(organization.departments),
            services=len(organization.services),
            file=target,
        )
    )
