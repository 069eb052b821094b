"""``cxgraph calibrate``: how much of what each department lacks shows up in what it delivers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import NUMBER, organization_argument, reading_options
from cxgraph.cli.pipeline import Printed, format_option, print_result, translator_of
from cxgraph.cli.runtime import (
    guarded,
    print_problems,
    print_suppressed,
    read_organization,
    stage,
)
from cxgraph.tables.schema import SCORINGS


@click.command(
    "calibrate",
    help=tr(
        "Estimate from the data of ORG how much of the gap that each department receives shows up in what it "
        "delivers (its transmission), with intervals (90 %)."
    ),
)
@organization_argument
@click.option(
    "--method",
    type=click.Choice(["auto", "wave", "periods", "cases"]),
    default="auto",
    show_default=True,
    help=tr(
        "From one wave of scores, from several periods, from answers that name their case, or, for each "
        "department, the most direct of these that can tell."
    ),
)
@click.option(
    "--lag",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help=tr("Periods by which the gap that a department receives comes before what it delivers."),
)
@click.option(
    "--period-effects",
    is_flag=True,
    help=tr("Take out what all services of a period have in common, such as a season."),
)
@click.option("--seed", type=int, default=0, show_default=True, help=tr("Of the resampling of periods."))
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help=tr("How many departments to show as text; json and csv hold all."),
)
@format_option
@click.option(
    "--stringency",
    type=NUMBER,
    metavar="1..inf",
    help=tr("How a client feels several gaps: 1 is their average, inf the worst one."),
)
@click.option(
    "--scoring",
    type=click.Choice(SCORINGS),
    help=tr("How expectation and fulfilment become a gap; ratio by default."),
)
@reading_options
@guarded
def command(
    org: Path, method: Any, lag: int, period_effects: bool, seed: int, top: int, form: str, **options: Any
) -> None:
    """Read, calibrate, print the estimates on stdout and what they cannot tell on stderr."""
    from cxgraph.reporting.formats.export import plain_records
    from cxgraph.reporting.text import calibration_text
    from cxgraph.transmission.estimate import calibrate

    organization = read_organization(org, options)
    with stage(tr("Calibrating ...")):
        found = calibrate(
            organization,
            method=method,
            lag=lag,
            period_effects=period_effects,
            seed=seed,
            stringency=options.get("stringency"),
            scoring=options.get("scoring"),
        )
    translate = translator_of(options, organization)
    print_problems((*organization.problems, *found.warnings), translate)
    table = found.to_frame()
    if organization.suppressed is not None:
        ids = organization.departments["id"].to_numpy()
        table = table[~table.index.isin(ids[organization.suppressed.departments])]
    result = Printed(
        text=lambda: calibration_text(table, list(found.parts), top, translate),
        table=table.reset_index,
        record=lambda note: {
            "method": found.method,
            "interval": 0.9,
            **note,
            "departments": plain_records(table.reset_index()),
            "warnings": [{"code": problem.code, "text": problem.render(translate)} for problem in found.warnings],
        },
    )
    if form == "text":
        print_suppressed(organization, translate)
    print_result(form, organization, translate, result)
