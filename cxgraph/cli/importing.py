"""What the commands that import have in common: the proposed command line, the account of rows, the files written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.runtime import output_name, print_text
from cxgraph.tables.characters import json_text
from cxgraph.wording import Translator

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.intake.exports.sheet import Sheet

_LINES_SHOWN = 10


def pairs(values: Sequence[str], option: str, example: str) -> dict[str, str]:
    """Return options of the form ``A=B`` as a mapping; the last ``=`` divides, since headers may hold one."""
    found: dict[str, str] = {}
    for text in values:
        left, mark, right = text.rpartition("=")
        if not mark or not left.strip() or not right.strip():
            raise click.UsageError(
                tr("{option} {value!r} is no pair; write it as {example}.", option=option, value=text, example=example)
            )
        found[left.strip()] = right.strip()
    return found


def tell_proposal(
    sheet: Sheet, headers: Iterable[str], title: str, command: str, notes: Iterable[str], translate: Translator
) -> None:
    """Print which tool a file is from, its columns with their numbers, and the command line that reads it."""
    from cxgraph.intake.exports.sheet import numbered

    print_text(title)
    print_text(translate("Columns of {file}:", file=sheet.file))
    print_text(numbered(list(headers)))
    for note in notes:
        print_text(note)
    print_text(translate("Nothing has been written. To import it:"))
    click.echo(command)


def lines_of(numbers: Sequence[int]) -> str:
    """Return lines of a file as a sentence lists them."""
    shown = ", ".join(str(number) for number in numbers[:_LINES_SHOWN])
    return shown + (f" (+{len(numbers) - _LINES_SHOWN})" if len(numbers) > _LINES_SHOWN else "")


def write_import(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    record: Mapping[str, Any],
    translate: Translator,
    *,
    source: Path,
    scale: tuple[float, float] | None,
    force: bool,
) -> None:
    """Write the tables of an organisation, its org.toml and import.json, all or none, and say what to do next."""
    from cxgraph.reporting.formats.export import csv_text
    from cxgraph.reporting.writing import write_folder

    files = {f"{name}.csv": csv_text(frame).encode() for name, frame in tables.items()}
    files["org.toml"] = _settings_text(output_name(source), translate.language, scale).encode()
    files["import.json"] = (json_text(record, indent=2) + "\n").encode()
    write_folder(folder, files, force=force, org=source)
    print_text(
        translate(
            "Wrote {names} to {folder}. Next: cxgraph check {folder}",
            names=", ".join(files),
            folder=folder,
        )
    )


def _settings_text(name: str, language: str, scale: tuple[float, float] | None) -> str:
    quoted = json_text(name)  # a basic string of TOML has the same escapes
    lines = [f"name = {quoted}", f'language = "{language}"']
    if scale is not None:
        lines.append(f"scale = [{scale[0]:g}, {scale[1]:g}]")
    return "\n".join(lines) + "\n"
