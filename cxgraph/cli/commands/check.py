"""``cxgraph check``: what is wrong or doubtful in the tables, without analysing them."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import Any

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import organization_argument, reading_options
from cxgraph.cli.runtime import guarded, print_problems, print_suppressed, print_text, read_organization
from cxgraph.errors import InputError, Problem
from cxgraph.intake.formats import WORKBOOKS
from cxgraph.tables.characters import is_address
from cxgraph.tables.schema import SCORINGS
from cxgraph.wording import Translator


@click.command(
    "check",
    help=tr(
        "Say what is wrong or doubtful in the tables of ORG, and how each column was read. "
        "Exit code 3 where something is wrong, 1 where --fail-on asks for it."
    ),
)
@organization_argument
@reading_options
@click.option("--scoring", type=click.Choice(SCORINGS), help=tr("The scoring that the scores must allow."))
@click.option(
    "--fail-on",
    type=click.Choice(["warning", "error"]),
    default="error",
    show_default=True,
    help=tr("Exit code 1 already for warnings."),
)
@click.option("--all", "every", is_flag=True, help=tr("List every problem, however many are alike."))
@guarded
def command(org: Path, fail_on: str, every: bool, **options: Any) -> None:
    """Read, tell and account for every row."""
    from cxgraph.reporting.contents import contents_lines
    from cxgraph.reporting.reconciliation import account_details, account_sentence

    try:
        organization = read_organization(org, options)
    except InputError as error:
        if every:
            _print_all(error.problems, options.get("lang"))
            sys.exit(error.exit_code)
        raise
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems(organization.problems, translate, every=every, severities=("warning", "note"))
    print_suppressed(organization, translate)
    print_text(
        translate(
            "{name}: {departments} {departments:department|departments}, {services} "
            "{services:service|services}, {customers} {customers:customer|customers}.",
            name=organization.name,
            departments=translate.number(len(organization.departments)),
            services=translate.number(len(organization.services)),
            customers=int(organization.departments["customer"].sum()),
        )
    )
    for rows in organization.reconciliations:
        print_text(account_sentence(rows, translate))
        for line in account_details(rows, translate, 10):
            print_text("  " + line)
    refused = organization.check_customers(options.get("scoring"))
    if refused:
        raise InputError(refused)
    sheets = org.suffix.lower() in WORKBOOKS
    for line in contents_lines(organization, translate, options.get("scoring"), sheets=sheets):
        print_text(line)
    warned = any(problem.severity == "warning" for problem in organization.problems)
    print_text(translate("Can be analysed, with the warnings above.") if warned else translate("Can be analysed."))
    # An address may hold a password, which is not repeated.
    print_text(translate("Next: cxgraph report {org}", org="ORG" if is_address(str(org)) else quote(str(org))))
    if fail_on == "warning" and warned:
        sys.exit(1)


def _print_all(problems: tuple[Problem, ...], lang: str | None) -> None:
    print_problems(problems, Translator(lang or own_language()), every=True, severities=("error", "warning", "note"))
