"""``cxgraph check``: what is wrong or doubtful in the tables, without analysing them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import organization_argument, reading_options
from cxgraph.cli.runtime import guarded, print_problems, print_suppressed, print_text, read_organization
from cxgraph.errors import InputError, Problem
from cxgraph.model.settings import SCORINGS
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
    rows = organization.rows
    print_text(
        translate(
            "{name}: {departments} departments, {services} services, {customers} customers.",
            name=organization.name,
            departments=translate.number(len(organization.departments)),
            services=translate.number(len(organization.services)),
            customers=int(organization.departments["customer"].sum()),
        )
    )
    print_text(
        translate(
            "Rows read {read} = used {used} + merged {merged} + set aside {aside}.",
            read=translate.number(rows.read),
            used=translate.number(rows.used),
            merged=translate.number(rows.merged),
            aside=translate.number(len(rows.set_aside)),
        )
    )
    for reason, group in rows.set_aside.groupby("reason"):
        lines = ", ".join(str(line) for line in group["line"].head(10))
        more = f" (+{len(group) - 10})" if len(group) > 10 else ""
        print_text(
            "  "
            + translate(
                "set aside, {reason}: {count} (lines {lines})",
                reason=translate(str(reason)),
                count=translate.number(len(group)),
                lines=lines + more,
            )
        )
    refused = organization.check_customers(options.get("scoring"))
    if refused:
        raise InputError(refused)
    warned = any(problem.severity == "warning" for problem in organization.problems)
    print_text(translate("Can be analysed, with the warnings above.") if warned else translate("Can be analysed."))
    if fail_on == "warning" and warned:
        sys.exit(1)


def _print_all(problems: tuple[Problem, ...], lang: str | None) -> None:
    print_problems(problems, Translator(lang or own_language()), every=True, severities=("error", "warning", "note"))
