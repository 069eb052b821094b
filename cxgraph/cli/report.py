"""``cxgraph report``: the whole report of an organisation, written into a folder."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import method_options, organization_argument, reading_options
from cxgraph.cli.running import (
    analyze_organization,
    guarded,
    output_name,
    print_problems,
    read_organization,
    stage,
    write_folder,
)
from cxgraph.wording import Speaker


@click.command("report", help=tr("Write the report of ORG: report.html, its tables as CSV, figures and result.json. "
                                 "A summary is printed."))
@organization_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), metavar=tr("FOLDER"),
              help=tr("Where to write; outputs/NAME by default."))
@click.option("--force", is_flag=True, help=tr("Replace results that are already there."))
@method_options
@reading_options
@guarded
def command(org: Path, output: Path | None, force: bool, **options: Any) -> None:
    """Read, analyse, render everything, and only then write."""
    from cxgraph.report.bundle import report_files
    from cxgraph.report.summary import ranking_text

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    say = Speaker(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), say)
    folder = output or Path("outputs") / output_name(org)
    with stage(tr("Writing the report ...")):
        write_folder(folder, report_files(analysis, say, _repeat(org, options)), force=force)
    click.echo(ranking_text(analysis, 3, say))
    click.echo()
    click.echo(say("Report: {path}", path=folder / "report.html"))


def _repeat(org: Path, options: dict[str, Any]) -> str:
    """Return the command that repeats the report, without folders of this machine."""
    words = ["cxgraph", "report", output_name(org) if org.is_absolute() else str(org)]
    for key, value in options.items():
        flag = "--customer" if key == "customers" else f"--{key}"
        values = value if key == "customers" else () if value in (None, ()) else (value,)
        for one in values:
            words += [flag, *(f"{part:g}" if isinstance(part, float) else str(part)
                              for part in (one if isinstance(one, tuple) else (one,)))]
    return shlex.join(words)
