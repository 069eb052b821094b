"""``cxgraph init``: tables to fill in, which can be analysed as they stand."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import Place, language_option
from cxgraph.cli.runtime import guarded, output_name, print_text
from cxgraph.tables.schema import TABLES
from cxgraph.wording import Translator


@click.command(
    "init",
    help=tr(
        "Start an organisation in DIR: tables with example rows to replace, and a page that explains every column."
    ),
)
@click.argument("directory", metavar="DIR", type=Place())
@click.option("--xlsx", is_flag=True, help=tr("One workbook with drop-downs instead of text tables."))
@click.option("--force", is_flag=True, help=tr("Replace tables that are already there."))
@language_option
@guarded
def command(directory: Path, xlsx: bool, force: bool, lang: str | None) -> None:
    """Write the templates."""
    from cxgraph.reporting.writing import write_folder

    translate = Translator(lang or own_language())
    names, files = template_files(output_name(directory), translate, workbook=xlsx)
    write_folder(directory, files, force=force)
    print_text(
        translate(
            "Wrote {names} to {folder}: an invented organisation, complete enough that every section of the report "
            "shows. Look at it with: cxgraph report {folder}. Then replace its rows by your own; cxgraph check "
            "{folder} says what the report will contain.",
            names=", ".join(names),
            folder=directory,
        )
    )


def template_files(name: str, translate: Translator, *, workbook: bool = False) -> tuple[list[str], dict[str, bytes]]:
    """Return the names and contents of the templates in a language, the tables in one workbook where that is asked."""
    from cxgraph.cli.example import example_name, example_tables
    from cxgraph.intake.workbooks.template import template_workbook
    from cxgraph.reporting.columns import catalogue_markdown, columns_markdown

    language, spanish = translate.language, translate.language == "es"
    files: dict[str, bytes] = {}
    tables = example_tables(language)
    if workbook:
        files[f"{TABLES['services'].stems[1 if spanish else 0]}.xlsx"] = template_workbook(tables, translate)
    else:
        for table, (columns, rows) in tables.items():
            files[f"{TABLES[table].stems[1 if spanish else 0]}.csv"] = _table(table, columns, rows, spanish=spanish)
    invented = translate("Everything in these tables is invented: no such company, staff, customers or figures exist.")
    files["org.toml"] = (
        f"# {invented}\n"
        f'name = "{example_name(language)}"\nlanguage = "{language}"\n'
        f'# {translate("Bottom and top of the scores.")}\nscale = [0, 10]\ncurrency = "EUR"\n'
    ).encode()
    explained = [
        f"# {name}",
        "",
        invented,
        "",
        translate(
            "Replace the example rows and keep the headings; the name of the organisation stands in org.toml. A "
            "service goes from the supplier who gives it to the client who receives it; ask the client, not the "
            "supplier, what it expects and what it gets. Columns that you do not need may be left out, and an empty "
            "cell stays unknown."
        ),
        "",
        translate(
            "Only services are required, and of them only supplier and client with their scores. Everything else adds "
            "to the report: departments name everybody, say who reports to whom and who is a customer; a second "
            "period of the services tells what changed; single answers (responses) let the quality of the survey be "
            "checked. Scores in services must agree with the single answers of the same period: where these are kept, "
            "the scores in services may be left empty, and without single answers their table is to be deleted."
        ),
        "",
        translate(
            "Practices and actions make culture and improvements part of the analysis; delete their tables where "
            "nothing is known. Each row of practices scores one practice of one department, on the scale of the "
            "scores; score only what was shown. An action with a cost and the score that is expected of it can be "
            "chosen for the plan."
        ),
        "",
        translate("cxgraph check says what the report will contain, and which column would add the rest."),
        "",
    ]
    explained += [columns_markdown(TABLES[table], translate) + "\n" for table in tables]
    explained += [catalogue_markdown(translate) + "\n"]
    files["LEEME.md" if spanish else "README.md"] = "\n".join(explained).encode()
    return list(files), files


def _table(table: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, spanish: bool) -> bytes:
    """Return a table as text. With its mark at the front, a spreadsheet of any country opens UTF-8 as it is."""
    schema = TABLES[table]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if spanish else ",", lineterminator="\r\n")
    writer.writerow([schema.column(column).spanish if spanish else column for column in columns])
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8-sig")
