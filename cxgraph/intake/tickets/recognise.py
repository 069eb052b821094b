"""Whether a table that is no table of an organisation is a log of tickets, and the command that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cxgraph.intake.exports.command import command_line
from cxgraph.intake.exports.sheet import Columns, Sheet, as_categories
from cxgraph.intake.surveys.recognise import folder_for
from cxgraph.intake.tickets.propose import TicketProposal, propose_tickets
from cxgraph.model.organization import Source


def recognise_tickets(file: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    """Return the command that reads a log of tickets, or None where a table does not look like one.

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
        A column of cases, one of times, and one of groups or of changed fields must be there. For a list of tickets,
        which tells no sequence, the command without options, which says what to export instead.

    Examples
    --------
    >>> recognise_tickets("log.csv", ["Ticket", "Team", "Date"],
    ...                   [["1", "Desk", "2026-01-02 09:00"], ["1", "Net", "2026-01-02 10:00"]])
    'cxgraph import-tickets log.csv -o log_org --case Ticket --group Team --time Date'
    >>> recognise_tickets("s.csv", ["supplier", "client"], [["IT", "HR"]])
    """
    width = len(header)
    square = tuple(tuple(row[:width]) + ("",) * (width - len(row)) for row in rows)

    def read(wanted: Sequence[int]) -> Columns:
        cells = {place: as_categories([row[place] for row in square]) for place in wanted}
        return Columns(cells, np.arange(2, len(square) + 2))

    sheet = Sheet(file, Source(file, "", 0), tuple(header), square, 1, read, "csv")
    proposal = propose_tickets(sheet)
    if proposal.kind == "other":
        return None
    if proposal.kind == "list":
        return command_line("import-tickets", [file], [])
    return command_line("import-tickets", [file, "-o", folder_for(file)], list(every_option(proposal)))


def every_option(proposal: TicketProposal) -> Iterator[Sequence[str]]:
    """Yield the proposed options, and those that somebody has to fill in with a word for what they take."""
    for option in proposal.lacking:
        yield option, option.lstrip("-").upper()
    yield from proposal.options
