"""Files become raw tables: which formats are read, and what is said about the others."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cxgraph.intake.encoding import to_utf8
from cxgraph.intake.guards import LARGEST_SETTINGS, refuse_settings, refuse_stream
from cxgraph.intake.reader import read_table
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.tables.schema import Table
from cxgraph.wording import N_, system_reason

_LOOK, _MOSTLY = 1 << 20, 0.9
_TEXTS = (".csv", ".tsv", ".txt")
MAX_BYTES = 2**31
"""Largest file that is read, 2 GiB: some forty million services."""

# How files begin that are called .csv and are something else.
_SIGNATURES = (
    (b"PK\x03\x04", N_("In spite of its name the file is a workbook or a zip archive.")),
    (b"\xd0\xcf\x11\xe0", N_("In spite of its name the file is a workbook of an old Excel.")),
    (b"\x1f\x8b", N_("In spite of its name the file is compressed.")),
    (b"%PDF", N_("In spite of its name the file is a PDF.")),
    (b"PAR1", N_("In spite of its name the file is a Parquet file.")),
    (b"SQLite format 3", N_("In spite of its name the file is a database.")),
    (b"<!DOCTYPE", N_("In spite of its name the file is a web page.")),
    (b"<html", N_("In spite of its name the file is a web page.")),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of one organisation are to be read.

    Parameters
    ----------
    log : ProblemLog
        Takes the problems of all files.
    encoding : str, optional
        Encoding of the text files, where the user knows it.
    decimal : {".", ","}, optional
        Decimal mark of their numbers, where the user knows it.
    scale : (float, float), optional
        Bottom and top of the scores, where they are known.
    """

    log: ProblemLog
    encoding: str | None = None
    decimal: str | None = None
    scale: tuple[float, float] | None = None


Reader: TypeAlias = Callable[[bytes, Table, str, Mapping[str, str], Reading], RawTable | None]


def read_text_table(
    data: bytes, table: Table, file: str, renames: Mapping[str, str], reading: Reading
) -> RawTable | None:
    """Read a table from the bytes of a text file.

    Parameters
    ----------
    data : bytes
        The whole file.
    table : Table
        What the table may hold.
    file : str
        Name shown in messages.
    renames : mapping of str to str
        The user's own headers and the column that each one is.
    reading : Reading
        How to read, and where problems go.

    Returns
    -------
    RawTable or None
        None where there is nothing to read.
    """
    if _disguised(data, file, reading.log):
        return None
    text = to_utf8(data, log=reading.log, file=file, encoding=reading.encoding)
    return None if text is None else read_table(text, table, log=reading.log, file=file, renames=renames)


def _disguised(data: bytes, file: str, log: ProblemLog) -> bool:
    """Report a file that is something else than its name says; return whether it is."""
    for signature, message in _SIGNATURES:
        if data.startswith(signature):
            hint = N_("Give it the ending of what it is, or save the table as CSV UTF-8.")
            log.add("error", "disguised-file", message, hint, file=file)
            return True
    return False


FORMATS: dict[str, Reader] = {".csv": read_text_table, ".tsv": read_text_table, ".txt": read_text_table}
"""Where a format enters: the suffix of its files, in lower case, and what reads a table from the bytes."""

GRAPHS = (".graphml", ".gexf", ".json")
"""Suffixes of graph files; see `cxgraph.intake.graphs`."""

WORKBOOKS = (".xlsx", ".xlsm", ".ods")
"""Suffixes of workbooks, each of which may hold several tables; see `cxgraph.intake.workbooks`."""

PARQUET = ".parquet"
"""Suffix of Parquet, which only tables of answers come in; see `cxgraph.intake.warehouse`."""

FOREIGN = frozenset(
    (
        ".xlsb",
        ".xls",
        ".numbers",
        PARQUET,
        ".feather",
        ".json",
        ".graphml",
        ".gexf",
        ".xml",
        ".sqlite",
        ".db",
        ".duckdb",
        ".zip",
        ".gz",
        ".pdf",
        ".html",
    )
)
"""Suffixes of files that people keep tables in and that are not read."""


def _is_hopeless(path: Path, size: int, log: ProblemLog) -> bool:
    """Report a large file whose beginning shows that it holds no table, without reading the rest of it."""
    if path.suffix.lower() == ".toml" and size > LARGEST_SETTINGS:
        refuse_settings(" " * (LARGEST_SETTINGS + 1), log, path.name)
        return True
    if size <= _LOOK or path.suffix.lower() not in _TEXTS:
        return False
    with path.open("rb") as stream:
        head = stream.read(_LOOK)
        stream.seek(0)
        endless = refuse_stream(stream, log, path.name)
    if endless:
        return True
    if head.count(0) > _MOSTLY * len(head):  # UTF-32 of Western letters has three zero bytes of four
        log.add(
            "error",
            "nul-sign",
            N_("The file holds zero bytes, which are no text."),
            N_("Export the table again as CSV."),
            file=path.name,
            line=1,
        )
        return True
    return _disguised(head, path.name, log)


def read_bytes(path: Path, log: ProblemLog) -> tuple[bytes, Source] | None:
    """Read a whole file.

    Parameters
    ----------
    path : Path
        A regular file of at most `MAX_BYTES`.
    log : ProblemLog
        Takes the reason why it cannot be read.

    Returns
    -------
    (bytes, Source) or None
        The contents, and their name, size and SHA-256.
    """
    file = path.name
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            log.add("error", "is-folder", N_("A file is expected here; this is a folder."), file=file)
            return None
        if not stat.S_ISREG(status.st_mode):
            log.add(
                "error",
                "no-regular-file",
                N_("This is a device or pipe, not a file."),
                N_("Save the table as a file."),
                file=file,
            )
            return None
        if status.st_size > MAX_BYTES:
            log.add(
                "error",
                "file-too-large",
                N_("The file has {size} bytes; at most {limit} are read."),
                N_("Aggregate the answers to services first."),
                file=file,
                size=status.st_size,
                limit=MAX_BYTES,
            )
            return None
        if _is_hopeless(path, status.st_size, log):
            return None
        data = path.read_bytes()
    except PermissionError:
        log.add(
            "error",
            "no-permission",
            N_("The file may not be read by this user."),
            N_("Ask its owner for permission to read it."),
            file=file,
        )
    except OSError as fault:
        log.add("error", "unreadable", N_("The file cannot be read: {reason}."), file=file, reason=system_reason(fault))
    else:
        return data, Source(file, hashlib.sha256(data).hexdigest(), len(data))
    return None
