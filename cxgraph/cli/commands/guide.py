"""``cxgraph guide``: the guide as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import Place, language_option
from cxgraph.cli.runtime import guarded, print_text
from cxgraph.wording import Translator


@click.command(
    "guide",
    help=tr(
        "Write the guide as one HTML file that works offline: data, asking, the method, deciding, privacy, audit and "
        "the library."
    ),
)
@click.option(
    "-o",
    "--output",
    type=Place(("html", "htm")),
    default=Path("outputs") / "guide.html",
    show_default=True,
    metavar=tr("FILE"),
    help=tr("File to write."),
)
@click.option("--force", is_flag=True, help=tr("Replace a file that exists."))
@language_option
@guarded
def command(output: Path, force: bool, lang: str | None) -> None:
    """Write the page."""
    from cxgraph.reporting.guide import guide_page
    from cxgraph.reporting.writing import write_file

    translate = Translator(lang or own_language())
    write_file(output, guide_page(translate.language).encode("utf-8"), force=force)
    print_text(translate("Guide: {path}", path=output))
