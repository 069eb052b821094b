"""From a path to the table in it: what is packed is unpacked behind guards, then the format reads it."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from cxgraph.intake.exports.delimited import open_delimited
from cxgraph.intake.exports.sheet import Sheet
from cxgraph.intake.exports.spreadsheet import open_spreadsheet
from cxgraph.intake.exports.xes import open_xes
from cxgraph.intake.formats import MAX_BYTES, read_bytes
from cxgraph.intake.guards import ARCHIVE_FAULTS
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

Opener: TypeAlias = Callable[[bytes, Source, ProblemLog, str | None], Sheet | None]

FORMATS: dict[str, Opener] = {
    ".csv": open_delimited,
    ".tsv": open_delimited,
    ".txt": open_delimited,
    ".xlsx": open_spreadsheet,
    ".xlsm": open_spreadsheet,
    ".ods": open_spreadsheet,
    ".xes": open_xes,
    ".xml": open_xes,
}
"""Where a format of exports enters: the ending of its files, in lower case, and what opens them."""

_MOST_RATIO = 100
_SMALL = 10 * 2**20
"""Bytes that any packed file may unpack to; above, only `_MOST_RATIO` times its packed size (logs reach 40)."""
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


def open_sheet(path: Path, log: ProblemLog, encoding: str | None = None) -> Sheet | None:
    """Open the table in a file: CSV, workbook or XES, also packed with gzip or alone in a zip archive.

    Parameters
    ----------
    path : Path
        The file.
    log : ProblemLog
        Takes everything that is wrong with it.
    encoding : str, optional
        Of text files, where the user knows it.

    Returns
    -------
    Sheet or None
        None where there is none to read, which has then been said.
    """
    found = read_bytes(path, log)
    if found is None:
        return None
    data, source = found
    name = path.name
    if data.startswith(_GZIP):
        unpacked = _gunzipped(data, source, log)
        name = Path(name).stem if name.lower().endswith(".gz") else name
    elif data.startswith(_ZIP) and Path(name).suffix.lower() not in (".xlsx", ".xlsm", ".ods"):
        member = _only_member(data, source, log)
        if member is None:
            return None
        name, unpacked = member
    else:
        unpacked = data
    if unpacked is None:
        return None
    opener = FORMATS.get(Path(name).suffix.lower())
    if opener is None:
        log.add(
            "error",
            "foreign-format",
            N_("Files that end on '{ending}' are not read as exports."),
            N_("Export the answers or the log as CSV, .xlsx or XES; a file may be packed as .zip or .gz."),
            file=source.name,
            ending=Path(name).suffix or name,
        )
        return None
    sheet = opener(unpacked, source, log, encoding)
    return None if sheet is None else replace(sheet, file=source.name)


def _gunzipped(data: bytes, source: Source, log: ProblemLog) -> bytes | None:
    limit = _limit(len(data))
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            content = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        _report_broken(source, log)
        return None
    return None if _too_large(len(content), limit, source, log) else content


def _only_member(data: bytes, source: Source, log: ProblemLog) -> tuple[str, bytes] | None:
    """Return the one table of an archive, with its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                member
                for member in archive.infolist()
                if Path(member.filename).suffix.lower() in FORMATS
                and not Path(member.filename).name.startswith(("._", "."))
            ]
            if len(members) != 1:
                log.add(
                    "error",
                    "archive-members",
                    N_("The archive holds {count} tables; one is expected."),
                    N_("Unpack it and name the file that is meant."),
                    file=source.name,
                    count=len(members),
                )
                return None
            limit = _limit(members[0].compress_size)
            if _too_large(members[0].file_size, limit, source, log):
                return None
            with archive.open(members[0]) as stream:
                content = stream.read(limit + 1)
    except ARCHIVE_FAULTS:
        _report_broken(source, log)
        return None
    name = Path(members[0].filename).name
    return None if _too_large(len(content), limit, source, log) else (name, content)


def _limit(packed: int) -> int:
    return min(MAX_BYTES, max(_SMALL, _MOST_RATIO * packed))


def _too_large(size: int, limit: int, source: Source, log: ProblemLog) -> bool:
    if size > limit:
        log.add(
            "error",
            "packed-too-tightly",
            N_("The file unpacks to more than {limit} bytes, far more than tables do."),
            N_("If it is sound, unpack it yourself and name the unpacked file."),
            file=source.name,
            limit=limit,
        )
    return size > limit


def _report_broken(source: Source, log: ProblemLog) -> None:
    log.add(
        "error",
        "broken-archive",
        N_("The archive is damaged, protected by a password or packed in an unusual way."),
        N_("Unpack it yourself and name the unpacked file."),
        file=source.name,
    )
