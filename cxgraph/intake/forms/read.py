"""Reading the questionnaires of a folder, whatever they were filled in with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cxgraph.intake.encoding import to_utf8
from cxgraph.intake.formats import read_bytes
from cxgraph.intake.forms.collect import Collected, collect_forms
from cxgraph.intake.forms.from_files import from_csv, from_json, from_table
from cxgraph.intake.forms.from_workbook import as_text, from_workbook, is_form
from cxgraph.intake.forms.returned import Returned
from cxgraph.intake.forms.sniff import is_form_file
from cxgraph.intake.settings import is_sound
from cxgraph.intake.workbooks.tables import read_sheets
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_


def read_forms(paths: Sequence[Path], folder: str, log: ProblemLog, sources: list[Source]) -> Collected | None:
    """Read returned questionnaires and join what they say.

    Parameters
    ----------
    paths : sequence of Path
        Files that `cxgraph.intake.forms.sniff.is_form_file` recognises.
    folder : str
        Shown in messages.
    log : ProblemLog
        Takes what is wrong.
    sources : list of Source
        Takes each file that was read.

    Returns
    -------
    Collected or None
        None where there are none, or where one cannot be read or all are empty, which has then been said.
    """
    found: list[Returned] = []
    failed = False
    for path in paths:
        read = read_bytes(path, log)
        if read is None:
            failed = True
            continue
        sources.append(read[1])
        forms = _forms(read[0], path, log)
        if forms is None:
            failed = True
        elif not forms:
            log.add(
                "warning",
                "form-unreadable",
                N_("The file looks like a questionnaire, but no answers can be read from it."),
                N_("Export it again as CSV or .xlsx, with the names of the questions as headers."),
                file=path.name,
            )
        else:
            found += forms
    if failed or not paths:
        return None
    collected = collect_forms(found, folder, log)
    if collected is None:
        return None
    return Collected(
        collected.tables, {key: value for key, value in collected.settings.items() if is_sound(key, value)}
    )


def _forms(data: bytes, path: Path, log: ProblemLog) -> list[Returned] | None:
    """Return the questionnaires of one file; None where the file cannot be read."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        return from_json(data, path.name)
    if suffix in (".csv", ".tsv", ".txt"):
        text = to_utf8(data, log=log, file=path.name)
        return None if text is None else from_csv(text.decode("utf-8"), path.name)
    sheets = read_sheets(data, log, path.name)
    if sheets is None:
        return None
    if is_form(sheets):
        return [from_workbook(sheets, path.name)]
    return [
        form
        for sheet in sheets
        for form in from_table([[as_text(value) for value in row] for row in sheet.rows], path.name)
    ]


def has_answers(path: Path) -> bool:
    """Return whether a file is a questionnaire in which something is filled in.

    Parameters
    ----------
    path : Path
        It need not exist.

    Returns
    -------
    bool
        False also where it cannot be read as one.
    """
    if not is_form_file(path):
        return False
    log = ProblemLog()
    read = read_bytes(path, log)
    forms = None if read is None else _forms(read[0], path, log)
    return any(form.answers or form.comment for form in forms or ())
