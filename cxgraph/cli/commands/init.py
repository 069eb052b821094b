"""``cxgraph init``: tables to fill in, which can be analysed as they stand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import Place, language_option
from cxgraph.cli.runtime import guarded, output_name, print_text
from cxgraph.wording import Translator

_DEPARTMENTS = {
    "en": (
        ("warehouse", "Warehouse", "internal", "", "", "12"),
        ("shop", "Shop", "internal", "", "", "8"),
        ("buyers", "Buyers", "external_customer", "", "1", ""),
    ),
    "es": (
        ("almacen", "Almacén", "interno", "", "", "12"),
        ("tienda", "Tienda", "interno", "", "", "8"),
        ("compradores", "Compradores", "cliente_externo", "", "1", ""),
    ),
}
_SERVICES = {
    "en": (
        ("warehouse", "shop", "Restocking", "9", "6.5", "1", "formal", "14"),
        ("shop", "buyers", "Advice at the counter", "8.5", "6", "1", "relational", "120"),
    ),
    "es": (
        ("almacen", "tienda", "Reposición", "9", "6,5", "1", "formal", "14"),
        ("tienda", "compradores", "Asesoramiento en el mostrador", "8,5", "6", "1", "relacional", "120"),
    ),
}
_DEPARTMENT_COLUMNS = ("id", "name", "kind", "parent", "weight", "headcount")
_SERVICE_COLUMNS = ("supplier", "client", "service", "expectation", "fulfilment", "importance", "kind", "responses")


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
            "Wrote {names} to {folder}. Replace the example rows, then: cxgraph report {folder}",
            names=", ".join(names),
            folder=directory,
        )
    )


def template_files(name: str, translate: Translator, *, workbook: bool = False) -> tuple[list[str], dict[str, bytes]]:
    """Return the names and contents of the templates in a language, the tables in one workbook where that is asked."""
    from cxgraph.intake.workbooks.template import template_workbook
    from cxgraph.reporting.columns import catalogue_markdown, columns_markdown
    from cxgraph.tables.schema import TABLES

    language, spanish = translate.language, translate.language == "es"
    files: dict[str, bytes] = {}
    tables = {
        "departments": (_DEPARTMENT_COLUMNS, _DEPARTMENTS[language]),
        "services": (_SERVICE_COLUMNS, _SERVICES[language]),
    }
    if workbook:
        files[f"{TABLES['services'].stems[1 if spanish else 0]}.xlsx"] = template_workbook(tables, translate)
    for table, (columns, rows) in tables.items():
        if workbook:
            break
        schema = TABLES[table]
        header = [schema.column(column).spanish if spanish else column for column in columns]
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";" if spanish else ",", lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)
        # With its mark at the front, a spreadsheet of any country opens UTF-8 with the accents right.
        files[f"{schema.stems[1] if spanish else schema.stems[0]}.csv"] = stream.getvalue().encode("utf-8-sig")
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    files["org.toml"] = (
        f'name = "{quoted}"\nlanguage = "{language}"\n# {translate("Bottom and top of the scores.")}\nscale = [0, 10]\n'
    ).encode()
    explained = [
        f"# {name}",
        "",
        translate(
            "Replace the example rows and keep the headings. A service goes from the supplier who gives it to the "
            "client "
            "who receives it; ask the client, not the supplier, what it expects and what it gets. Columns that you do "
            "not "
            "need may be left out, and an empty cell stays unknown."
        ),
        "",
    ]
    explained += [columns_markdown(TABLES[table], translate) + "\n" for table in ("departments", "services")]
    explained += [
        translate(
            "Two more tables make the culture and the improvements part of the analysis; leave them out where nothing "
            "is "
            "known. In the table of practices each row scores one practice of one department, on the scale of the "
            "scores; "
            "score only what was shown."
        ),
        "",
    ]
    explained += [columns_markdown(TABLES[table], translate) + "\n" for table in ("practices", "actions")]
    explained += [catalogue_markdown(translate) + "\n"]
    files["LEEME.md" if spanish else "README.md"] = "\n".join(explained).encode()
    return list(files), files
