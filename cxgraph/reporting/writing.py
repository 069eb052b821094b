"""Files are written whole or not at all, and never over what somebody keeps there."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from cxgraph.errors import OutputError
from cxgraph.intake.folder import is_table_name
from cxgraph.reporting.staging import finish_killed_run, write_whole
from cxgraph.tables.characters import printable
from cxgraph.wording import system_reason

_TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".toml")
_SHOWN_OF_PATH = 200


def write_folder(folder: Path, files: Mapping[str, bytes], *, force: bool = False, org: Path | None = None) -> None:
    """Write files into a folder, all or none.

    Parameters
    ----------
    folder : Path
        Created where it does not exist.
    files : mapping of str to bytes
        Contents by relative name; names are ours, never taken from data.
    force : bool
        Replace files that exist with other contents.
    org : Path, optional
        The organisation that was read: its own tables are never written over, told or not.

    Raises
    ------
    OutputError
        A file exists with other contents or is an input, the disk refuses, or another run is writing the same files.
    """
    try:
        finish_killed_run(folder, files)
        for name in files:
            if org is not None:
                _spare_inputs(folder / name, org)
        standing = [name for name, content in files.items() if _differs(folder / name, content)]
        if standing and not force:
            raise OutputError(
                "{folder} already holds other results ({names}). Add --force to replace them, or choose "
                "another folder with -o.",
                folder=str(folder),
                names=", ".join(standing[:4]),
            )
        write_whole(folder, files)
    except OSError as error:
        place = folder if len(files) > 1 else folder / next(iter(files), "")
        raise OutputError(
            "{folder} cannot be written: {reason}.",
            folder=printable(str(place), _SHOWN_OF_PATH),
            reason=system_reason(error),
        ) from error


def write_file(target: Path, content: bytes, *, force: bool = False, org: Path | None = None) -> None:
    """Write one file beside its place and rename it; never over another one unless told."""
    write_folder(target.parent, {target.name: content}, force=force, org=org)


def _spare_inputs(target: Path, org: Path) -> None:
    """Refuse to write over a table of the organisation, or what would be read as one of its tables next time."""
    # Unlike Path.resolve this does not fail where links lead round in a circle, which is told when writing.
    place, read = (Path(os.path.realpath(path)) for path in (target, org))
    if place == read or (place.parent == read and place.exists() and place.suffix.lower() in _TABLE_ENDINGS):
        raise OutputError(
            "{path} is one of the organisation's own tables; results are never written over them. "
            "Choose another place with -o.",
            path=str(target),
        )
    if place.parent == read and is_table_name(place.name):
        raise OutputError(
            "{path} would be read as one of the organisation's own tables. Choose another place with -o.",
            path=str(target),
        )


def _differs(path: Path, content: bytes) -> bool:
    """Return whether something else stands there; refuse devices and pipes, which are nothing to be replaced."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        return True
    if not stat.S_ISREG(mode):
        raise OutputError("{path} is a device or pipe, not a file. Choose another place with -o.", path=str(path))
    return path.read_bytes() != content
