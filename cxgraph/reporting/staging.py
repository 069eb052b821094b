"""Files on their way to the disk: all of them or none, whoever stops the program in between."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

from cxgraph.errors import OutputError

if sys.platform != "win32":
    import fcntl

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""What asks a program to stop and can be answered; nothing can answer SIGKILL or a power cut."""
DRAFTS: set[Path] = set()
"""Folders in which this program is writing at this moment: what it removes before it ends."""
_BEGINNING, _ENDING = ".cxgraph-", ".part"
_ABANDONED = 10
"""Seconds after which what no run holds is taken for a killed run's, where its name does not say whose it is."""


def write_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder so that none of them is ever half there, and none without the others.

    They are written into a folder of their own beside the place and then renamed into it: as a whole where nothing
    else stands there, else one by one, with what was replaced kept until all of them have arrived. Signals that ask
    to stop wait until the renaming is through.

    Parameters
    ----------
    folder : Path
        Created where it does not exist.
    files : mapping of str to bytes
        Contents by relative name; names are ours, never taken from data.

    Raises
    ------
    OSError
        The system refuses; the folder is as it was.
    OutputError
        Another run is writing the same files at this moment.
    """
    place = Path(os.path.realpath(folder))
    base = _base(place, files)
    draft = base / _draft_name(place, files)
    with ExitStack() as ending:
        with _undisturbed():
            draft.mkdir()
            DRAFTS.add(draft)
            ending.callback(_give_up, draft)
            ending.enter_context(_held(draft, folder))
        for name, content in files.items():
            staged = draft / "new" / place.relative_to(base) / name
            staged.parent.mkdir(parents=True, exist_ok=True)
            staged.write_bytes(content)
        with _undisturbed():
            try:
                _move_in(draft, whole=base != place and place.is_dir())
            except OSError:  # a folder that holds a disk or an open file cannot be renamed; its files perhaps can
                _move_in(draft, whole=False)


def finish_killed_run(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put right what a run left that was killed: removed if it was writing, ended if it was renaming.

    Parameters
    ----------
    folder : Path
        Where this run will write, and where the killed one did.
    files : mapping of str to bytes
        What will be written.

    Raises
    ------
    OutputError
        It was not killed: it is writing the same files at this moment.
    """
    place = Path(os.path.realpath(folder))
    own = _draft_name(place, files)
    for draft in (base / own for base in (place, *place.parents)):
        if _is_ours(draft):
            with _held(draft, folder), _undisturbed():
                _finish(draft)
    for draft in (draft for base in (place, place.parent) for draft in _abandoned(base)):
        # Left by runs that wrote other files; what is held or cannot be removed is no concern of this one.
        with suppress(OutputError, OSError), _held(draft, folder), _undisturbed():
            _finish(draft)


def _finish(draft: Path) -> None:
    if (draft / "old").is_dir():  # all was written, and the renaming had begun
        _move_in(draft, whole=False)
    _remove(draft)


def _give_up(draft: Path) -> None:
    with _undisturbed():
        shutil.rmtree(draft, ignore_errors=True)
        DRAFTS.discard(draft)


def _remove(draft: Path) -> None:
    with _undisturbed():
        shutil.rmtree(draft, ignore_errors=True)


def _draft_name(place: Path, files: Mapping[str, bytes]) -> str:
    """Return a name that every run that writes the same files takes, so that the next one finds what is left."""
    target = place / next(iter(files)) if len(files) == 1 else place
    return f"{_BEGINNING}{hashlib.sha256(os.fsencode(target)).hexdigest()[:16]}{_ENDING}"


def _is_ours(draft: Path) -> bool:
    """Return whether this user made a draft: in a folder like /tmp anybody could lay one out for us to carry on."""
    try:
        owner = draft.lstat().st_uid
    except OSError:
        return False
    return draft.is_dir() and not draft.is_symlink() and (not hasattr(os, "geteuid") or owner == os.geteuid())


def _abandoned(base: Path) -> list[Path]:
    """Return the drafts of a folder that nobody has touched for a while; none where locks cannot tell the living."""
    if sys.platform == "win32":
        return []
    with suppress(OSError):
        drafts = [path for path in base.iterdir() if path.name.startswith(_BEGINNING) and path.suffix == _ENDING]
        return [draft for draft in drafts if _is_ours(draft) and time.time() - draft.stat().st_mtime > _ABANDONED]
    return []


def _base(place: Path, files: Mapping[str, bytes]) -> Path:
    """Return the folder to write beside in: where something new appears, or a whole folder can be exchanged."""
    there = next(path for path in (place, *place.parents) if os.path.lexists(path))
    return place.parent if there == place and _exchangeable(place, files) else there


def _exchangeable(place: Path, files: Mapping[str, bytes]) -> bool:
    """Return whether a folder holds nothing but such files, and can be renamed without harm to anybody."""
    if len(files) == 1 or not place.is_dir() or place.is_mount() or not os.access(place.parent, os.W_OK | os.X_OK):
        return False
    if hasattr(os, "geteuid") and place.stat().st_uid != os.geteuid():
        return False  # a new folder would belong to somebody else
    with suppress(FileNotFoundError):  # the current folder may be gone itself
        if Path.cwd().is_relative_to(place):
            return False  # the shell that called us would sit in a folder that is gone
    own_files = {place / name for name in files}
    own_folders = {file.parent for file in own_files}
    return all(
        {Path(top, name) for name in names} <= own_files
        and {Path(top, name) for name in folders} <= own_folders
        and not any(Path(top, name).is_symlink() for name in (*folders, *names))
        for top, folders, names in os.walk(place)
    )


@contextmanager
def _held(draft: Path, folder: Path) -> Iterator[None]:
    """Hold a lock that the system takes back when the program ends, however it ends."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                "Another run is writing {folder} at this moment. Wait for it, or choose another place with -o.",
                folder=str(folder),
            ) from None
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):  # not every network disk has locks
                raise
        yield
    finally:
        os.close(handle)


def _move_in(draft: Path, *, whole: bool) -> None:
    """Rename what a draft holds to where it belongs; where that fails, rename everything back."""
    old = draft / "old"
    old.mkdir(exist_ok=True)
    kept_in = Path(tempfile.mkdtemp(dir=old))
    moved: list[tuple[Path, Path, Path]] = []
    moves = _moves(draft / "new", draft.parent, whole=whole)
    try:
        for number, (new, place) in enumerate(moves):
            kept = kept_in / str(number)
            moved.append((new, place, kept))
            if whole and place.is_dir():
                shutil.copymode(place, new)
            if os.path.lexists(place) and (whole or len(moves) > 1):  # a single file is replaced in one step
                place.replace(kept)
            new.replace(place)
    except BaseException:
        for new, place, kept in reversed(moved):
            if not os.path.lexists(new):
                place.replace(new)
            if os.path.lexists(kept):
                kept.replace(place)
        raise


def _moves(new: Path, place: Path, *, whole: bool) -> list[tuple[Path, Path]]:
    """Return what is to be renamed to what: the largest parts that replace nothing of anybody else's."""
    moves = []
    for part in sorted(new.iterdir()):
        there = place / part.name
        if part.is_dir() and there.is_dir() and not whole:
            moves += _moves(part, there, whole=False)
        elif os.path.lexists(there) and part.is_dir() != there.is_dir():
            reason = errno.EISDIR if there.is_dir() else errno.ENOTDIR
            raise OSError(reason, os.strerror(reason), str(there))
        else:
            moves.append((part, there))
    return moves


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let signals that ask to stop wait until the block is through; to other threads than the main one none comes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []

    def wait(number: int, frame: FrameType | None) -> None:
        del frame
        waiting.append(number)

    usual = {number: signal.signal(number, wait) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in waiting[:1]:
            signal.raise_signal(number)
