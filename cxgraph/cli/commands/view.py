"""``cxgraph view``: one HTML file in which an organisation can be explored and repairs be tried, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import Place, method_options, organization_argument, reading_options
from cxgraph.cli.runtime import (
    analyze_organization,
    guarded,
    output_name,
    print_problems,
    print_suppressed,
    print_text,
    read_organization,
    stage,
)
from cxgraph.wording import Translator


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
    from cxgraph.drawing.view.page import view
    from cxgraph.reporting.writing import write_file

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    language = options.get("lang") or organization.settings.language
    translate = Translator(language)
    print_problems((*organization.problems, *analysis.notes), translate)
    print_suppressed(organization, translate)
    with stage(tr("Drawing ...")):
        page = view(analysis, language).html
    target = output or Path("outputs") / output_name(org) / "view.html"
    write_file(target, page.encode("utf-8"), force=force, org=org)
    print_text(translate("View: {path}", path=target))
