"""Whether a file is a questionnaire that came back, seen from its first bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cxgraph.intake.guards import ARCHIVE_FAULTS

MARK = "cxgraph_form"
"""Name of the hidden sheet of workbooks, and of the first key of files, that says that a file is a questionnaire."""
BLANK_XLSFORM = ".xlsform.xlsx"
"""How the names of XLSForms end: they go to a survey tool, and what comes back is its export."""
_TEXTS = (".csv", ".tsv", ".txt", ".json")
_BOOKS = (".xlsx", ".xlsm", ".ods")
_PARTS = ("xl/workbook.xml", "xl/sharedStrings.xml", "content.xml", "xl/worksheets/sheet1.xml")
_LOOKED_AT = 2**20


def is_form_file(path: Path) -> bool:
    """Return whether a file is a questionnaire of cxgraph, blank or filled in.

    Parameters
    ----------
    path : Path
        Any file; one that cannot be read is none, and whoever reads it says why.

    Returns
    -------
    bool
        At most a mebibyte of each part is looked at.
    """
    suffix = path.suffix.lower()
    if path.name.lower().endswith(BLANK_XLSFORM):
        return False
    if suffix not in (*_TEXTS, *_BOOKS) or not path.is_file():
        return False
    try:
        if suffix in _TEXTS:
            with path.open("rb") as stream:
                return MARK.encode() in stream.read(2**16)
        with zipfile.ZipFile(path) as archive:
            return any(_holds(archive, part) for part in _PARTS)
    except ARCHIVE_FAULTS:
        return False


def _holds(archive: zipfile.ZipFile, part: str) -> bool:
    if part not in archive.namelist():
        return False
    with archive.open(part) as stream:
        return MARK.encode() in stream.read(_LOOKED_AT)
