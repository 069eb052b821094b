"""``cxgraph plan``: what to do with a given sum of money, and what the same money does by rules of thumb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import NUMBER, method_options, organization_argument, reading_options
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
from cxgraph.tables.characters import json_text
from cxgraph.wording import Translator

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.decide.planning.plan import Plan


@click.command(
    "plan",
    help=tr(
        "Choose the actions of ORG that spare its customers most for a budget. Without actions: what one point "
        "more of each service would give the customers."
    ),
)
@organization_argument
@click.option("--budget", type=NUMBER, metavar=tr("AMOUNT"), help=tr("What may be spent; all of it by default."))
@click.option("--by", metavar="YYYY-MM-DD", help=tr("Leave out actions that cannot begin by that day."))
@click.option("--frontier", is_flag=True, help=tr("Show what every budget buys instead."))
@click.option(
    "--draws",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help=tr("How often answers and transmissions are resampled to see how sure each choice is; 0 for not at all."),
)
@top_option(20)
@format_option
@method_options
@reading_options
@guarded
def command(org: Path, budget: float | None, by: str | None, form: str, **options: Any) -> None:
    """Read, analyse, plan, print on stdout."""
    from cxgraph.analysis.deciding import read_day
    from cxgraph.reporting.formats.export import csv_text, plain_records

    read_day(by)  # also where there are no actions that it would choose among
    organization = read_organization(org, options)
    analysis = analyze_organization(organization, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    print_problems((*organization.problems, *analysis.notes), translate)
    if organization.actions is None or not len(organization.actions):
        from cxgraph.reporting.deciding import points_text, shown_points

        table = shown_points(analysis).head(options["top"])
        text, record = points_text(analysis, table, translate), {"services": plain_records(table)}
    else:
        from cxgraph.reporting.deciding import frontier_text, plan_table, plan_text

        with stage(tr("Choosing actions ...")):
            plan = analysis.plan(float("inf") if budget is None else budget, by=by)
            table = plan.frontier() if options["frontier"] else plan_table(analysis, plan, options["draws"])
        print_problems(plan.notes, translate)
        if options["frontier"]:
            text = frontier_text(analysis, plan, table, translate)
            table = table.assign(chosen=[" ".join(names) for names in table["chosen"]])
        else:
            text = plan_text(analysis, plan, table.head(options["top"]), translate)
            table = table.reset_index()
        record = _record(plan, table, "frontier" if options["frontier"] else "actions")
    if form == "text":
        print_text(text)
        if options["frontier"]:
            print_suppressed(organization, translate)
        return
    print_suppressed(organization, translate)
    if form == "csv":
        click.echo(csv_text(table), nl=False)
    else:
        whole = {
            "customer_shortfall": analysis.customer_shortfall,
            **suppressed_record(organization, translate),
            **record,
        }
        click.echo(json_text(whole, indent=2))


def _record(plan: Plan, table: pd.DataFrame, name: str) -> dict[str, Any]:
    from cxgraph.reporting.formats.export import plain_records

    habits = plan.habits()
    habits["chosen"] = [" ".join(names) for names in habits["chosen"]]
    return {
        "budget": None if plan.budget == float("inf") else plan.budget,
        "chosen": list(plan.chosen),
        "cost": plan.cost,
        "gain": plan.gain,
        "bound": plan.bound,
        "exact": plan.exact,
        name: plain_records(table),
        "habits": plain_records(habits.reset_index()),
    }
