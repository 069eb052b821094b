"""``cxgraph columns``: the data format, printed from the schema that the reader uses."""

from __future__ import annotations

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import language_option
from cxgraph.cli.runtime import guarded
from cxgraph.wording import Translator


@click.command("columns", help=tr("Print the columns of every table, as Markdown."))
@language_option
@guarded
def command(lang: str | None) -> None:
    """Print one Markdown table for each table of the schema."""
    from cxgraph.reporting.columns import columns_markdown
    from cxgraph.tables.schema import TABLES

    translate = Translator(lang or own_language())
    click.echo("\n\n".join(columns_markdown(table, translate) for table in TABLES.values()))
