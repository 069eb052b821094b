"""What is looked at before a workbook is opened: what it is, how large it unfolds, whether it declares entities."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from cxgraph.intake.guards import ARCHIVE_FAULTS
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

MOST_BYTES = 512 * 2**20
"""Bytes that all parts of a workbook may unfold to together."""
MOST_RATIO = 100
"""How many times its packed size a part may unfold to; in real workbooks it is about ten."""
MOST_ROWS = 2**20
"""Rows of a sheet: as many as spreadsheets have."""
MOST_COLUMNS = 4096
"""Columns of a sheet that hold anything."""
MOST_CELLS = 10_000_000
"""Cells of a workbook."""
_MOST_PARTS = 10_000
_MOST_WHOLE = 8 * 2**20  # parts that openpyxl reads whole into objects: styles, the list of sheets
_MOST_TEXTS = 2_000_000
_MOST_DEEP = 1000  # elements inside each other; in real sheets it is ten, and openpyxl takes hours over many
_SMALL = 2**16  # parts below it unfold to nothing that could hurt
_CHUNK = 2**20
_OVERLAP = 64
_OLE = b"\xd0\xcf\x11\xe0"
_ENCODING = re.compile(rb"""^[^<]{0,8}<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_SHEET = re.compile(r"xl/(?:worksheets/.*|sharedStrings[^/]*)\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a workbook says about itself before anything parses it.

    Parameters
    ----------
    rows, cells, texts : int
        How many elements of those kinds it holds: rows and cells of a sheet, shared texts.
    """

    rows: int = 0
    cells: int = 0
    texts: int = 0


def open_workbook(data: bytes, log: ProblemLog, file: str) -> zipfile.ZipFile | None:
    """Open the archive that a workbook is, after a look at everything in it that could do harm.

    Parameters
    ----------
    data : bytes
        The whole file.
    log : ProblemLog
        Takes the reason why it is not opened.
    file : str
        Name shown in messages.

    Returns
    -------
    ZipFile or None
        None where the file is no workbook, is protected, damaged, of an old kind or unfolds to too much.

    Notes
    -----
    One pass over the unfolded bytes, a chunk at a time, and no parser: a workbook that is refused costs at most
    the time of unfolding it. Every part that is text is searched for a document type, since entities declared
    there multiply; encodings in which the search would not see them are refused.
    """
    if data.startswith(_OLE):
        _refuse_old(data, log, file)
        return None
    try:
        if data.count(b"PK\x01\x02") > _MOST_PARTS:
            _refuse_size(log, file, "parts", _MOST_PARTS)
            return None
        archive = zipfile.ZipFile(io.BytesIO(data))
        if _names_refused(archive, log, file) or _sizes_refused(archive, log, file):
            return None
        if _contents_refused(archive, log, file):
            return None
    except ARCHIVE_FAULTS:
        log.add(
            "error",
            "broken-workbook",
            N_("The file is damaged, or no workbook: it cannot be unpacked."),
            N_("Open it in a spreadsheet program and save it again as .xlsx."),
            file=file,
        )
        return None
    return archive


def _refuse_old(data: bytes, log: ProblemLog, file: str) -> None:
    """Tell a protected workbook, which is kept in an old container, from an old workbook."""
    if "EncryptedPackage".encode("utf-16-le") in data or (
        file.lower().endswith((".xlsx", ".xlsm", ".ods")) and "Workbook".encode("utf-16-le") not in data
    ):
        log.add(
            "error",
            "protected-workbook",
            N_("The workbook is protected with a password, so that nobody can read it without."),
            N_("Open it with the password and save a copy without one."),
            file=file,
        )
    else:
        log.add(
            "error",
            "old-workbook",
            N_("This is a workbook of an old Excel (.xls), which is not read."),
            N_("Open it in a spreadsheet program and save it as .xlsx."),
            file=file,
        )


def _names_refused(archive: zipfile.ZipFile, log: ProblemLog, file: str) -> bool:
    """Refuse what is no workbook that is read: binary ones, encrypted members, other archives."""
    names = {info.filename.lower() for info in archive.infolist()}
    if any(info.flag_bits & 1 for info in archive.infolist()):
        log.add(
            "error",
            "protected-workbook",
            N_("The workbook is protected with a password, so that nobody can read it without."),
            N_("Open it with the password and save a copy without one."),
            file=file,
        )
    elif "xl/workbook.bin" in names:
        log.add(
            "error",
            "binary-workbook",
            N_("This is a binary workbook (.xlsb), which is not read."),
            N_("Open it in a spreadsheet program and save it as .xlsx."),
            file=file,
        )
    elif not names & {"[content_types].xml", "content.xml"}:
        log.add(
            "error",
            "no-workbook",
            N_("In spite of its name the file is an archive without a workbook in it."),
            N_("Unpack it, or save the table as .xlsx or CSV UTF-8."),
            file=file,
        )
    else:
        return False
    return True


def _sizes_refused(archive: zipfile.ZipFile, log: ProblemLog, file: str) -> bool:
    """Refuse by the sizes that the archive states; more than it states is never unpacked."""
    total = 0
    for info in archive.infolist():
        total += info.file_size
        if info.file_size > max(_SMALL, MOST_RATIO * info.compress_size):
            log.add(
                "error",
                "workbook-bomb",
                N_(
                    "A part of the workbook ({part}) unfolds to {times} times its size; real ones unfold to about ten "
                    "times, and {most} is the limit."
                ),
                N_("Ask who sent it; open it in a spreadsheet program and save the table as CSV UTF-8."),
                file=file,
                part=info.filename[:80],
                times=info.file_size // max(info.compress_size, 1),
                most=MOST_RATIO,
            )
            return True
        whole = info.filename.lower().endswith((".xml", ".rels")) and not (
            _SHEET.fullmatch(info.filename) or info.filename == "content.xml"
        )
        if whole and info.file_size > _MOST_WHOLE and not info.filename.startswith(("xl/pivot", "xl/drawings")):
            _refuse_size(log, file, info.filename[:80], _MOST_WHOLE)
            return True
    if total > MOST_BYTES:
        log.add(
            "error",
            "workbook-bomb",
            N_("The workbook unfolds to {size} bytes; at most {most} are read."),
            N_("Save the sheet that is needed as CSV UTF-8."),
            file=file,
            size=total,
            most=MOST_BYTES,
        )
        return True
    return False


def _refuse_size(log: ProblemLog, file: str, part: str, most: int) -> None:
    log.add(
        "error",
        "workbook-bomb",
        N_("The workbook holds too much of one kind ({part}: more than {most})."),
        N_("Save the sheet that is needed as CSV UTF-8."),
        file=file,
        part=part,
        most=most,
    )


def _contents_refused(archive: zipfile.ZipFile, log: ProblemLog, file: str) -> bool:
    """Look through every part that is text."""
    cells = 0
    for info in archive.infolist():
        if not info.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        part = _scanned(archive, info, log, file)
        if part is None:
            return True
        cells += part.cells
        for count, most, kind in (
            (part.rows, MOST_ROWS, "rows"),
            (cells, MOST_CELLS, "cells"),
            (part.texts, _MOST_TEXTS, "texts"),
        ):
            if count > most:
                _refuse_size(log, file, f"{info.filename[:80]}, {kind}", most)
                return True
    return False


def _scanned(archive: zipfile.ZipFile, info: zipfile.ZipInfo, log: ProblemLog, file: str) -> Part | None:
    """Count what a part holds; None where it declares a document type or hides what it declares."""
    rows = cells = texts = depth = 0
    tags: tuple[bytes, bytes, bytes] | None = None
    shared = b""  # the end of the chunk before: what two chunks share was counted with the first of them
    for at, fresh in enumerate(read_chunks(archive, info)):
        chunk = shared + fresh
        if at == 0 and _hides(chunk):
            _refuse_declaration(log, file, info.filename)
            return None
        if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
            _refuse_declaration(log, file, info.filename)
            return None
        depth += _opened(chunk) - _opened(shared)
        if depth > _MOST_DEEP:
            _refuse_size(log, file, f"{info.filename[:80]}, nested elements", _MOST_DEEP)
            return None
        if not _SHEET.fullmatch(info.filename):
            shared = chunk[-_OVERLAP:]
            continue
        if tags is None:
            tags = _tags(chunk)
        rows, cells, texts = (
            count + chunk.count(tag) - shared.count(tag) for count, tag in zip((rows, cells, texts), tags, strict=True)
        )
        if rows > MOST_ROWS or cells > MOST_CELLS or texts > _MOST_TEXTS:
            break
        shared = chunk[-_OVERLAP:]
    return Part(rows, cells, texts)


def _opened(chunk: bytes) -> int:
    """Return how many elements a piece of XML opens and does not close."""
    ends = chunk.count(b"</")
    return chunk.count(b"<") - 2 * ends - chunk.count(b"/>") - chunk.count(b"<?") - chunk.count(b"<!")


def read_chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the unfolded bytes of a part, a mebibyte at a time: never the whole of a part that may be large."""
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _hides(start: bytes) -> bool:
    """Return whether a part is written so that a search of its bytes would not find what it declares."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:256]:
        return True
    found = _ENCODING.match(start[:512])
    return found is not None and found[1].lower() not in _PLAIN_ENCODINGS


def _tags(start: bytes) -> tuple[bytes, bytes, bytes]:
    """Return how rows, cells and shared texts begin, with the prefix that the part gives its elements."""
    found = re.search(rb"<([A-Za-z_][\w.-]*:)?(?:worksheet|sst)\b", start)
    prefix = b"<" + (found[1] or b"" if found else b"")
    return prefix + b"row", prefix + b"c ", prefix + b"si>"


def _refuse_declaration(log: ProblemLog, file: str, part: str) -> None:
    log.add(
        "error",
        "workbook-entities",
        N_(
            "A part of the workbook ({part}) declares entities of its own, or may hide that it does; none that a "
            "spreadsheet program writes does so, and it is not opened."
        ),
        N_("Open it in a spreadsheet program and save it again as .xlsx."),
        file=file,
        part=part[:80],
    )
