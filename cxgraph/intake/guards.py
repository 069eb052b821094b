"""Files that would take forever or fill the memory are refused from what a quick look at their bytes shows."""

from __future__ import annotations

import zipfile
import zlib
from typing import BinaryIO

from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

LONGEST_LINE = 1 << 22
"""Bytes of a line beyond which a file is no table: four million."""
MOST_COLUMNS = 16_384
"""As many as a sheet of Excel has."""
MOST_BLANK_LINES = 1_000_000
_SHORTEST_ROW = 4  # bytes: two cells of one letter, a delimiter and the line end
LARGEST_SETTINGS = 1 << 20
"""Bytes of org.toml; settings need a thousandth of that."""
_MOST_PARTS = 200
ARCHIVE_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(OSError, ValueError),
)
"""What zipfile raises over archives that are damaged, encrypted or packed in ways that it does not know."""


def refuse_text(data: bytes, log: ProblemLog, file: str) -> bool:
    """Report what makes a text file no table, in a time that does not depend on what else is in it.

    Parameters
    ----------
    data : bytes
        UTF-8 text.
    log : ProblemLog
        Takes an error.
    file : str
        Name shown in messages.

    Returns
    -------
    bool
        Whether it is refused.

    Notes
    -----
    Lines are not looked at one by one: the last line end within reach of the one before is the next one looked at.
    """
    start = 0
    while start < len(data):
        if len(data) - start <= LONGEST_LINE:
            break
        end = data.rfind(b"\n", start, start + LONGEST_LINE)
        if end < 0:
            _report_long_line(data.count(b"\n", 0, start) + 1, log, file)
            return True
        start = end + 1
    lines = data.count(b"\n")
    if lines > MOST_BLANK_LINES and len(data) < _SHORTEST_ROW * lines:
        log.add(
            "error",
            "too-many-blank-lines",
            N_("The file holds {lines} lines, and most of them are blank."),
            N_("Delete them, or export the table again."),
            file=file,
            lines=lines,
        )
        return True
    return False


def refuse_stream(stream: BinaryIO, log: ProblemLog, file: str) -> bool:
    r"""Report a line without end while a file is read piece by piece, so that its rest is never held in memory.

    Parameters
    ----------
    stream : binary stream
        Text in whatever encoding.
    log : ProblemLog
        Takes an error.
    file : str
        Name shown in messages.

    Returns
    -------
    bool
        Whether some `LONGEST_LINE` bytes hold no line end. Shorter lines that are too long are for `refuse_text`.

    Examples
    --------
    >>> import io
    >>> log = ProblemLog()
    >>> refuse_stream(io.BytesIO(b"a,b\n" + b" " * 3 * LONGEST_LINE), log, "x.csv"), log.problems[0].line
    (True, 2)
    """
    lines = 0
    while piece := stream.read(LONGEST_LINE):
        if len(piece) == LONGEST_LINE and b"\n" not in piece and b"\r" not in piece:
            _report_long_line(lines + 1, log, file)
            return True
        lines += piece.count(b"\n") or piece.count(b"\r")
    return False


def _report_long_line(line: int, log: ProblemLog, file: str) -> None:
    log.add(
        "error",
        "long-line",
        N_("A line has more than {limit} bytes, which no row of a table has."),
        N_("Look for line ends that are missing, or a quotation mark that is not closed."),
        file=file,
        line=line,
        limit=LONGEST_LINE,
    )


def refuse_width(columns: int, log: ProblemLog, file: str, line: int) -> bool:
    """Report a header with more columns than any table has; return whether it is refused."""
    if columns <= MOST_COLUMNS:
        return False
    log.add(
        "error",
        "too-many-columns",
        N_("The first row has {count} cells; at most {limit} columns are read."),
        N_("Keep the columns that are needed: supplier, client, expectation, fulfilment."),
        file=file,
        line=line,
        count=columns,
        limit=MOST_COLUMNS,
    )
    return True


def refuse_settings(text: str, log: ProblemLog, file: str) -> bool:
    """Report settings that are too long, or keys of endless parts, on which the parser of TOML takes forever.

    Parameters
    ----------
    text : str
        Of org.toml.
    log : ProblemLog
        Takes an error.
    file : str
        Name shown in messages.

    Returns
    -------
    bool
        Whether they are refused.
    """
    if len(text) > LARGEST_SETTINGS:
        log.add(
            "error",
            "settings-too-long",
            N_("The file has more than {limit} characters, which settings never need."),
            N_("Keep the options of the organisation; tables belong in files of their own."),
            file=file,
            limit=LARGEST_SETTINGS,
        )
        return True
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_PARTS and not line.lstrip().startswith("#"):
            log.add(
                "error",
                "no-toml",
                N_("A line has more than {limit} full stops: a key of so many parts is none of ours."),
                N_("Delete the line."),
                file=file,
                line=number,
                limit=_MOST_PARTS,
            )
            return True
    return False
