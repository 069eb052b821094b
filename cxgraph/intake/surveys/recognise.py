"""Whether a table that is no table of an organisation is the export of a survey tool, and the command that reads it."""

from __future__ import annotations

from collections.abc import Sequence

from cxgraph.intake.exports.command import command_line
from cxgraph.intake.surveys.layout import layout_of
from cxgraph.intake.surveys.propose import propose_survey
from cxgraph.tables.schema import TABLES, fold


def recognise_survey(file: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    """Return the command that reads a survey export, or None where a table does not look like one.

    Parameters
    ----------
    file : str
        The file, as the command is to name it.
    header : sequence of str
        Its first row.
    rows : sequence of sequence of str
        The next rows.

    Returns
    -------
    str or None
        A tool must be recognised, or two questions about the same suppliers be found.

    Examples
    --------
    >>> recognise_survey("a.csv", ["Area", "get/it", "get/hr", "want/it", "want/hr"],
    ...                  [["Desk", "4", "5", "3", "3"], ["Desk", "1", "2", "3", "4"]])
    'cxgraph import-survey a.csv -o a_org --client Area --expectation "want/*" --fulfilment "get/*" --scale 1 5'
    >>> recognise_survey("a.csv", ["supplier", "client", "service"], [["IT", "HR", "email"]])
    """
    if _is_answers(header):
        return None
    width = len(header)
    square = [tuple(row[:width]) + ("",) * (width - len(row)) for row in rows]
    layout = layout_of(header, square)
    proposal = propose_survey(layout, square)
    found = {option for option, *_ in proposal.options}
    if not {"--expectation", "--fulfilment"} <= found or not (layout.tool.name or "--client" in found):
        return None
    lacking = [(option, option.lstrip("-").upper()) for option in proposal.lacking]
    return command_line("import-survey", [file, "-o", folder_for(file)], [*lacking, *proposal.options])


def _is_answers(header: Sequence[str]) -> bool:
    """Tell whether a table names suppliers and clients itself: whatever is wrong with it, it is no export."""
    folded = {fold(name) for name in header}
    ends = (TABLES["responses"].column(name) for name in ("supplier", "client"))
    return all(folded & {fold(name) for name in (end.name, *end.aliases)} for end in ends)


def folder_for(file: str) -> str:
    """Return the folder that is proposed for the organisation out of a file."""
    stem = file.rpartition("/")[2].partition(".")[0]
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in stem)
    return f"{safe or 'survey'}_org"
