"""``cxgraph audit``: the principles as checks, for reading, for tables and for continuous integration."""

from __future__ import annotations

import sys
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
    from cxgraph.model.organization import Organization

_FATAL = {"fail": ("FAIL",), "warning": ("FAIL", "WARNING")}


@click.command("audit", help=tr("Check ORG against the principles of customer orientation, with evidence."))
@organization_argument
@click.option(
    "--fail-on",
    type=click.Choice(["warning", "fail"]),
    help=tr("End with exit code 1 when a check says this, or worse."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "csv", "sarif", "junit"]),
    default="text",
    show_default=True,
    help=tr("text for people; json, jsonl and csv for programs; sarif and junit for continuous integration."),
)
@click.option(
    "--today",
    metavar=tr("YYYY-MM-DD"),
    help=tr("The day that ages are counted from; by default the latest day in the data."),
)
@click.option(
    "--office",
    metavar="ID",
    help=tr("The department that is the customer-experience office, where its name does not say so."),
)
@click.option(
    "--threshold",
    "thresholds",
    metavar=tr("NAME=NUMBER"),
    multiple=True,
    help=tr("Change a threshold of a check; may be given several times."),
)
@click.option(
    "--only", metavar=tr("CODE"), multiple=True, help=tr("Apply only this check; may be given several times.")
)
@method_options
@reading_options
@guarded
def command(
    org: Path,
    fail_on: str | None,
    form: str,
    today: str | None,
    office: str | None,
    thresholds: tuple[str, ...],
    only: tuple[str, ...],
    **options: Any,
) -> None:
    """Read, check, print the findings on stdout."""
    from cxgraph.audits.run import audit

    organization = read_organization(org, options)
    cascade = usual = None
    if any(options.get(name) is not None for name in ("transmission", "stringency", "scoring")):
        analysis = analyze_organization(organization, options)
        cascade, usual = analysis.cascade, analysis.transmission.usual
    findings = audit(
        organization,
        cascade=cascade,
        usual=usual,
        today=today,
        office=office,
        thresholds=dict(map(_threshold, thresholds)),
        only=only or None,
    )
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems(organization.problems, translate)
    print_suppressed(organization, translate)
    text = _rendered(findings, form, fail_on, organization, translate)
    if form == "text":
        print_text(text.removesuffix("\n"))
    else:
        click.echo(text, nl=False)
    if fail_on and any(finding.status in _FATAL[fail_on] for finding in findings):
        sys.exit(1)


def _threshold(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise click.UsageError(
            tr("--threshold takes NAME=NUMBER, such as most_median_days=60; {value} is not that.", value=repr(text))
        ) from None


def _rendered(findings: Any, form: str, fail_on: str | None, organization: Organization, translate: Translator) -> str:

    import cxgraph
    from cxgraph.audits import render

    if form == "text":
        return render.render_text(findings, translate)
    if form == "jsonl":
        return render.render_jsonl(findings, translate)
    if form == "sarif":
        return render.render_sarif(
            findings,
            files=[source.name for source in organization.sources],
            version=cxgraph.__version__,
            properties=suppressed_record(organization, translate),
            translate=translate,
        )
    if form == "junit":
        note = suppressed_record(organization, translate)
        return render.render_junit(
            findings,
            fail_on=fail_on or "fail",
            translate=translate,
            properties={name: entry["text"] for name, entry in note.items()},
        )
    if form == "csv":
        from cxgraph.reporting.formats.export import csv_text

        return csv_text(render.findings_to_frame(findings, translate))
    return json_text([finding.to_dict(translate) for finding in findings], indent=2) + "\n"
