"""``cxgraph calibrate``: how much of what each department lacks shows up in what it delivers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import NUMBER, SCORINGS, organization_argument, reading_options
from cxgraph.cli.runtime import (
    guarded,
    print_problems,
    print_suppressed,
    print_text,
    read_organization,
    stage,
    suppressed_record,
)
from cxgraph.tables.characters import json_text
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    import pandas as pd

_BASES = {"wave": N_("one wave"), "periods": N_("periods"), "cases": N_("cases"), "prior": N_("assumed")}
_YES_NO = {True: N_("yes"), False: N_("no"), None: "-"}


@click.command(
    "calibrate",
    help=tr(
        "Estimate from the data of ORG how much of what each department lacks shows up in "
        "what it delivers (its transmission), with intervals (90 %)."
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
    help=tr("Periods by which what a department lacks comes before what it delivers."),
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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help=tr("text for people, json and csv for programs (fractions, points as decimal marks)."),
)
@click.option(
    "--stringency",
    type=NUMBER,
    metavar="1..inf",
    help=tr("How a client feels several shortfalls: 1 is their average, inf the worst one."),
)
@click.option(
    "--scoring",
    type=click.Choice(SCORINGS),
    help=tr("How expectation and fulfilment become a shortfall; ratio by default."),
)
@reading_options
@guarded
def command(
    org: Path, method: Any, lag: int, period_effects: bool, seed: int, top: int, form: str, **options: Any
) -> None:
    """Read, calibrate, print the estimates on stdout and what they cannot tell on stderr."""
    from cxgraph.reporting.export import csv_text, plain_records
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
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *found.warnings), translate)
    table = found.to_frame()
    if organization.suppressed is not None:
        ids = organization.departments["id"].to_numpy()
        table = table[~table.index.isin(ids[organization.suppressed.departments])]
    print_suppressed(organization, translate)
    if form == "text":
        print_text(calibration_text(table, list(found.parts), top, translate))
    elif form == "csv":
        click.echo(csv_text(table.reset_index()), nl=False)
    else:
        click.echo(
            json_text(
                {
                    "method": found.method,
                    "interval": 0.9,
                    **suppressed_record(organization, translate),
                    "departments": plain_records(table.reset_index()),
                    "warnings": [
                        {"code": problem.code, "text": problem.render(translate)} for problem in found.warnings
                    ],
                },
                indent=2,
            )
        )


def calibration_text(table: pd.DataFrame, parts: list[str], top: int, translate: Translator) -> str:
    """Return the estimates as a table for people, those with most data behind them first.

    Parameters
    ----------
    table : DataFrame
        From `Calibration.to_frame`.
    parts : list of str
        Methods that it was put together from.
    top : int
        How many departments at the most.
    translate : Translator
        Language.

    Returns
    -------
    str
        A heading, aligned columns, and how many departments were left out and why.
    """
    told = table[table["n"] > 0].sort_values(["informed", "n"], ascending=False, kind="stable")
    shown = told.head(top)
    methods = parts if len(parts) > 1 else []
    head = [
        translate("department"),
        translate("transmission"),
        translate("interval (90 %)"),
        translate("from"),
        "n",
        translate("can tell"),
        *(translate(_BASES[name]) for name in methods),
        *([translate("agree")] if methods else []),
    ]
    rows = [
        [
            row["name"],
            translate.number(row["estimate"], 2),
            f"{translate.number(row['low'], 2)} – {translate.number(row['high'], 2)}",
            ", ".join(translate(_BASES[kind]) for kind in row["basis"].split("+")),
            translate.number(row["n"]),
            translate(_YES_NO[bool(row["informed"])]),
            *(translate.number(row[name], 2) for name in methods),
            *([translate(_YES_NO[row["agree"]])] if methods else []),
        ]
        for _, row in shown.iterrows()
    ]
    lines = [translate("How much of what a department lacks shows up in what it delivers"), *_aligned([head, *rows])]
    if len(told) > len(shown):
        lines.append(translate("... and {count} more (--top).", count=translate.number(len(told) - len(shown))))
    if len(table) > len(told):
        lines.append(
            translate(
                "{count} others lack nothing or deliver nothing: nothing can be learnt of them.",
                count=translate.number(len(table) - len(told)),
            )
        )
    return "\n".join(lines)


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place in (0, 3) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
