"""``cxgraph view``: one HTML file in which an organisation can be explored and repairs be tried, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import Place, method_options, organization_argument, reading_options
from cxgraph.cli.running import (
    analyze_organization,
    guarded,
    output_name,
    print_problems,
    read_organization,
    stage,
    tell,
    tell_withheld,
    write_file,
)
from cxgraph.wording import Speaker


@click.command("view", help=tr("Write the interactive view of ORG: one HTML file that works offline."))
@organization_argument
@click.option(
    "-o",
    "--output",
    type=Place(("html", "htm")),
    metavar=tr("FILE"),
    help=tr("File to write; outputs/NAME/view.html by default."),
)
@click.option("--force", is_flag=True, help=tr("Replace a file that exists."))
@method_options
@reading_options
@guarded
def command(org: Path, output: Path | None, force: bool, **options: Any) -> None:
    """Read, analyse, render, and only then write."""
    from cxgraph.draw.view import render_view

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    language = options.get("lang") or organization.settings.language
    say = Speaker(language)
    print_problems((*organization.problems, *analysis.notes), say)
    tell_withheld(organization, say)
    with stage(tr("Drawing ...")):
        page = render_view(analysis, language)
    target = output or Path("outputs") / output_name(org) / "view.html"
    write_file(target, page.encode("utf-8"), force=force, org=org)
    tell(say("View: {path}", path=target))
