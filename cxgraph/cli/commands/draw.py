"""``cxgraph draw``: one picture of an organisation, as SVG, PNG or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from cxgraph.drawing.draw import FIGURES, draw
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.drawing.figures import Format


@click.command("draw", help=tr("Draw one picture of ORG: the champagne tower or a chart."))
@organization_argument
@click.option(
    "--figure",
    type=click.Choice(FIGURES),
    default="tower",
    show_default=True,
    help=tr(
        "tower: who fills whose glass; causes: where the gap originates; quadrant: importance and performance; "
        "matrix: suppliers against clients; waterfall: one customer; pour: how a repair reaches the customers; "
        "frontier: what every budget buys; change: what changed since the period before, by department; difference: "
        "the same as glasses that are fuller or emptier; trend: all periods."
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "png", "pdf"]),
    help=tr("Of the file; by default what its name says, else svg."),
)
@click.option(
    "--focus",
    metavar="ID",
    help=tr("A department: its surroundings (tower), its repair (pour); a customer: its causes (waterfall)."),
)
@click.option("--by-division", is_flag=True, help=tr("Tower: one glass for each division."))
@click.option(
    "-o",
    "--output",
    type=Place(("svg", "png", "pdf")),
    metavar=tr("FILE"),
    help=tr("File to write; outputs/NAME/FIGURE.FORMAT by default."),
)
@click.option("--force", is_flag=True, help=tr("Replace a file that exists."))
@method_options
@reading_options
@guarded
def command(org: Path, output: Path | None, force: bool, **options: Any) -> None:
    """Read, analyse, draw, and only then write."""
    from cxgraph.drawing.figures import figure_bytes
    from cxgraph.reporting.writing import write_file

    form = _format(output, options["form"])
    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), translate)
    print_suppressed(organization, translate)
    with stage(tr("Drawing ...")):
        drawn = draw(
            analysis,
            options["figure"],
            focus=options["focus"],
            by_division=options["by_division"],
            language=options.get("lang"),
        )
        content = figure_bytes(drawn, form)
    target = output or Path("outputs") / output_name(org) / f"{options['figure']}.{form}"
    write_file(target, content, force=force, org=org)
    print_text(translate("Figure: {path}", path=target))


def _format(output: Path | None, asked: Format | None) -> Format:
    """Return the format that the file's name ends on, else the one that was asked for, else SVG."""
    from cxgraph.drawing.figures import FORMATS

    ending = output.suffix.lower().lstrip(".") if output else ""
    named = next((known for known in FORMATS if known == ending), None)
    if named and asked and named != asked:
        raise click.UsageError(
            tr(
                "The name {name!r} says {named}, --format says {asked}; leave one of them out.",
                name=str(output),
                named=named,
                asked=asked,
            )
        )
    return named or asked or "svg"
