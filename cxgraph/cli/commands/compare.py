"""``cxgraph compare``: what changed between two waves, through what, and what of it is noise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import OrganizationPlace, Place, method_options, reading_options
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
from cxgraph.errors import InputError, Problem
from cxgraph.tables.characters import json_text
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.model.organization import Organization


@click.command(
    "compare",
    help=tr(
        "Tell what changed between two waves: BEFORE and AFTER are folders or tables; of one alone two periods are "
        "compared, the last two by default."
    ),
)
@click.argument("before", type=OrganizationPlace())
@click.argument("after", type=OrganizationPlace(), required=False)
@click.option("--from", "first", metavar=tr("PERIOD"), help=tr("Period of the first wave, where one holds several."))
@click.option("--to", "second", metavar=tr("PERIOD"), help=tr("Period of the second wave; the latest by default."))
@click.option(
    "--renamed",
    type=Place(),
    metavar=tr("FILE"),
    help=tr("A table with the columns before and after: ids of departments that were renamed or merged in between."),
)
@click.option(
    "--draws",
    type=click.IntRange(min=0),
    default=400,
    show_default=True,
    help=tr("How often the answers are resampled to distinguish what is real from noise; 0 for not at all."),
)
@top_option(10)
@format_option
@method_options
@reading_options
@guarded
def command(before: Path, after: Path | None, first: str | None, second: str | None, **options: Any) -> None:
    """Read twice, analyse twice, compare, print on stdout."""
    from cxgraph.analysis.comparing import compare
    from cxgraph.reporting.comparing import comparison_record, comparison_text, shown_parts
    from cxgraph.reporting.formats.export import csv_text

    analyses = _analyses(before, after, first, second, options)
    organization = analyses[1].organization
    translate = Translator(options.get("lang") or organization.settings.language)
    for analysis in analyses:
        print_problems((*analysis.organization.problems, *analysis.notes), translate)
    with stage(tr("Comparing ...")):
        renamed = _renamed(options["renamed"])
        comparison = compare(analyses[0], analyses[1], renamed, draws=options["draws"])
    print_problems(comparison.notes, translate)
    print_suppressed(organization, translate)
    if options["form"] == "text":
        print_text(comparison_text(comparison, options["top"], translate))
        return
    if options["form"] == "csv":
        click.echo(csv_text(shown_parts(comparison)), nl=False)
    else:
        record = {**comparison_record(comparison), **suppressed_record(organization, translate)}
        click.echo(json_text(record, indent=2))


def _analyses(
    before: Path, after: Path | None, first: str | None, second: str | None, options: dict[str, Any]
) -> tuple[Analysis, Analysis]:
    last = read_organization(before if after is None else after, {**options, "period": second or options.get("period")})
    if first is None and after is None:
        first = _period_before(last)
    earlier = read_organization(before, {**options, "period": first})
    return analyze_organization(earlier, options), analyze_organization(last, options)


def _period_before(organization: Organization) -> str:
    """Return the period before that of an organisation; refuse where there is none."""
    from cxgraph.model.periods import period_end

    history, period = organization.history, organization.settings.period
    known = sorted(set(history["period"].astype(str)), key=period_end) if history is not None else []
    earlier = [one for one in known if period is not None and period_end(one) < period_end(period)]
    if not earlier:
        raise InputError(
            (
                Problem(
                    "error",
                    "one-wave",
                    N_("{name} holds one wave; there is nothing to compare it with."),
                    N_("Give a second folder, or a column period in the services with two periods or more."),
                    {"name": organization.name},
                ),
            )
        )
    return earlier[-1]


def _renamed(path: Path | None) -> dict[str, str]:
    """Read which departments were renamed or merged."""
    if path is None:
        return {}
    from cxgraph.intake.renames import read_renames

    return read_renames(path)
