"""Where files are no tables of an organisation: whether they are exports, and the command that imports them."""

from __future__ import annotations

from pathlib import Path

from cxgraph.intake.exports.command import command_line
from cxgraph.intake.exports.open import FORMATS, open_sheet
from cxgraph.intake.folder import is_table_name
from cxgraph.intake.guards import MOST_COLUMNS
from cxgraph.intake.surveys.recognise import recognise_survey
from cxgraph.intake.tickets.recognise import recognise_tickets
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_MOST_FILES, _LONGEST = 20, 400
_PACKED = (".gz", ".zip")


def report_exports(path: Path, log: ProblemLog) -> None:
    """Say which command imports a file, or the files of a folder, that look like exports of a survey or ticket tool.

    Parameters
    ----------
    path : Path
        What was refused as an organisation.
    log : ProblemLog
        Takes an error for each export, with the command line.

    Notes
    -----
    Called where something is wrong already: files are opened once more, and what is wrong with them is not said
    again.
    """
    for file in _candidates(path):
        command = _command(file)
        if command is not None:
            log.add(
                "error",
                "looks-like-export",
                N_("This looks like the export of a survey or ticket tool, which has to be imported first."),
                N_("Import it: {command}"),
                file=file.name,
                command=command,
            )


def _candidates(path: Path) -> list[Path]:
    """Return the files that may be exports: those that are read as tables, or all where none is."""
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        files = [file for file in files if is_table_name(file.name) and file.suffix != ".toml"] or files
        known = (*FORMATS, *_PACKED)
        return [file for file in files if file.suffix.lower() in known and file.is_file()][:_MOST_FILES]
    except OSError:
        return []  # whoever found the path has said so


def _command(file: Path) -> str | None:
    sheet = open_sheet(file, ProblemLog())
    if sheet is None or len(sheet.headers) > MOST_COLUMNS:
        return None
    for command, recognise in (("import-survey", recognise_survey), ("import-tickets", recognise_tickets)):
        line = recognise(str(file), sheet.headers, sheet.sample)
        if line is not None:
            # A message is cut where it gets too long; without options the command prints the whole line.
            return line if len(line) <= _LONGEST else command_line(command, [str(file)], [])
    return None
