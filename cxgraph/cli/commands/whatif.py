"""``cxgraph whatif``: a change or a redesign, tried out on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import Place, method_options, organization_argument, reading_options
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
from cxgraph.cli.scenarios import scenario_text
from cxgraph.tables.characters import json_text
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.decide.scenario import Scenario


@click.command(
    "whatif",
    help=tr(
        "Try out on paper what changes in ORG would do to its customers: scores, transmissions, or a whole scenario "
        "with services that are added, dropped or re-routed and departments that are merged, split or outsourced."
    ),
    epilog=tr(
        'A scenario is a TOML file: name = "...", [[service]] supplier, client, service, fulfilment (expectation, '
        "importance); [departments.ID] transmission; [[add]], [[drop]], [[reroute]] to_supplier or to_client; "
        "[[merge]] departments, into; [[split]] department, parts; [[outsource]] department, vendor."
    ),
)
@organization_argument
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="SUPPLIER>CLIENT:SERVICE.fulfilment=N",
    help=tr("A new fulfilment, expectation or importance of a service; may be repeated."),
)
@click.option(
    "--department",
    "departments",
    multiple=True,
    metavar="ID.transmission=N",
    help=tr("A new transmission of a department; may be repeated."),
)
@click.option("--scenario", type=Place(), metavar=tr("FILE"), help=tr("A scenario (TOML) with changes and redesigns."))
@click.option(
    "--draws",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help=tr("How often answers are resampled for the intervals; 0 for none."),
)
@top_option(10)
@format_option
@method_options
@reading_options
@guarded
def command(org: Path, settings: tuple[str, ...], departments: tuple[str, ...], form: str, **options: Any) -> None:
    """Read, analyse, change, print on stdout."""
    from cxgraph.reporting.formats.export import csv_text
    from cxgraph.reporting.scenarios import what_if_of, what_if_record, what_if_text

    scenario = _scenario(options["scenario"], settings, departments)
    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), translate)
    with stage(tr("Trying the changes ...")):
        found = what_if_of(analysis, scenario, options["draws"])
    print_suppressed(organization, translate)
    if form == "text":
        print_text(what_if_text(found, options["top"], translate))
    elif form == "csv":
        click.echo(csv_text(found.departments().reset_index()), nl=False)
    else:
        record = {**what_if_record(found), **suppressed_record(organization, translate)}
        click.echo(json_text(record, indent=2))


def _scenario(path: Path | None, settings: tuple[str, ...], departments: tuple[str, ...]) -> Scenario:
    from cxgraph.decide.scenario import Scenario, parse_department, parse_scenario, parse_setting

    scenario = Scenario() if path is None else parse_scenario(scenario_text(path), path.name)
    return replace(
        scenario,
        changes=(*scenario.changes, *(parse_setting(text) for text in settings)),
        transmission={**scenario.transmission, **dict(parse_department(text) for text in departments)},
    )
