"""``cxgraph loops``: the circles of departments that serve each other, and where to cut them."""

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
    import pandas as pd

    from cxgraph.analysis import Analysis

_NAMED = 8


@click.command(
    "loops",
    help=tr(
        "Show the circles of departments in ORG that serve each other: how much each "
        "multiplies a fault, and which service to cut or mend first."
    ),
)
@organization_argument
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
def command(org: Path, top: int, form: str, **options: Any) -> None:
    """Read, analyse, print the loops on stdout."""
    from cxgraph.privacy.gate import publishable, shown_loops
    from cxgraph.reporting.export import csv_text, plain_records

    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), translate)
    frame = shown_loops(publishable(analysis), analysis.loops(top))
    if form == "text":
        print_text(loops_text(analysis, frame, translate))
        return
    print_suppressed(organization, translate)
    if form == "csv":
        click.echo(csv_text(frame.assign(members=[" ".join(ids) for ids in frame["members"]])), nl=False)
    else:
        records = plain_records(frame.drop(columns="members"))
        loops = [{**record, "members": list(ids)} for record, ids in zip(records, frame["members"], strict=True)]
        click.echo(
            json_text(
                {"found": frame.attrs["found"], **suppressed_record(organization, translate), "loops": loops},
                indent=2,
            )
        )


def loops_text(analysis: Analysis, frame: pd.DataFrame, translate: Translator) -> str:
    """Return the loops as sentences.

    Parameters
    ----------
    analysis : Analysis
        What they are in.
    frame : DataFrame
        From `Analysis.loops`.
    translate : Translator
        Language.

    Returns
    -------
    str
        How many there are, what each does, and what is withheld.
    """
    from cxgraph.privacy.microaggregation import suppression_sentence

    table = analysis.organization.departments
    names = dict(zip(table["id"], table["name"], strict=True))
    found = frame.attrs["found"]
    if not found:
        return translate("{name}: no departments serve each other in a circle.", name=analysis.organization.name)
    lines = [
        translate(
            "{name}: circles of departments that serve each other: {count}.",
            name=analysis.organization.name,
            count=found,
        )
    ]
    for place, row in enumerate(frame.to_dict("records"), 1):
        members = ", ".join(names[member] for member in row["members"][:_NAMED])
        if len(row["members"]) > _NAMED:
            members = translate("{names} and {count} more", names=members, count=len(row["members"]) - _NAMED)
        lines.append(f"{place}. {members}")
        if row["weakest_service"] is None:
            lines.append("   " + translate("A virtuous circle: today no shortfall goes round it."))
            continue
        lines.append(
            "   "
            + translate(
                "A fault that enters it grows {multiplier} times by going round (gain {gain}).",
                multiplier=translate.number(row["multiplier"], 2),
                gain=translate.number(row["gain"], 3),
            )
        )
        lines.append(
            "   "
            + translate(
                "The weakest link is {supplier} → {client} ({service}): without what it passes on, "
                "the gain falls to {gain}.",
                supplier=names[row["weakest_supplier"]],
                client=names[row["weakest_client"]],
                service=row["weakest_service"],
                gain=translate.number(row["gain_without"], 3),
            )
        )
    away, note = frame.attrs["withheld"], suppression_sentence(analysis.organization, translate)
    if away:
        lines.append(translate("Withheld of the circles that multiply faults most: {count}.", count=away))
    if found > len(frame) + away:
        lines.append(
            translate("{count} more circles multiply faults less (--top shows more).", count=found - len(frame) - away)
        )
    if note:
        lines.append(note)
    return "\n".join(lines)
