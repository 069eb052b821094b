"""Which files of a folder hold which table of the organisation."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cxgraph.intake.formats import FOREIGN, FORMATS, GRAPHS, PARQUET, WORKBOOKS
from cxgraph.intake.forms.sniff import is_form_file
from cxgraph.intake.graphs.spreadsheets import EDGES, NODES
from cxgraph.intake.settings import SETTINGS_FILE
from cxgraph.tables.cells import shown
from cxgraph.tables.characters import REORDERING_CHARACTER, is_address
from cxgraph.tables.headers import closest_word
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import TABLES, fold
from cxgraph.wording import N_, system_reason

_TABLE_OF = {stem: table.name for table in TABLES.values() for stem in table.stems}
_TABLE_OF |= dict.fromkeys(NODES, "departments") | dict.fromkeys(EDGES, "services")
_TABULAR = (*FORMATS, *WORKBOOKS)
IMPORT_RECORD = "import.json"
"""What ``import-survey`` and ``import-tickets`` leave beside the tables that they write."""
_SUFFICIENT = ("services", "responses")
"""Tables of which one is enough to have an organisation."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files that make up an organisation.

    Parameters
    ----------
    name : str
        What the organisation is called where nothing else names it.
    tables : mapping of str to Path
        File of each table that there is.
    settings : Path, optional
        ``org.toml``.
    workbooks : tuple of Path
        Workbooks, each of which may hold several tables.
    forms : tuple of Path
        Questionnaires that came back.
    graph : Path, optional
        A graph file, which holds all there is.
    parts : tuple of Path
        Files of Parquet that hold the answers together.
    """

    name: str
    tables: Mapping[str, Path] = field(default_factory=dict)
    settings: Path | None = None
    workbooks: tuple[Path, ...] = ()
    forms: tuple[Path, ...] = ()
    graph: Path | None = None
    parts: tuple[Path, ...] = ()


def is_table_name(name: str) -> bool:
    """Return whether a file of this name in an organisation's folder is read as one of its tables.

    Parameters
    ----------
    name : str
        Without folder.

    Returns
    -------
    bool
        Settings count as a table.

    Examples
    --------
    >>> is_table_name("Servicios.csv"), is_table_name("report.html")
    (True, False)
    """
    path = Path(name)
    table = _TABLE_OF.get(fold(path.stem))
    return name.lower() == SETTINGS_FILE or _holds(path, table)


def _holds(path: Path, table: str | None) -> bool:
    """Return whether a file of this name is read as a table: Parquet only as answers."""
    suffix = path.suffix.lower()
    return table is not None and (suffix in _TABULAR or (suffix == PARQUET and table == "responses"))


def find_files(path: Path, log: ProblemLog, *, complete: bool = True, elsewhere: Collection[str] = ()) -> Files | None:
    """Find the files of an organisation.

    Parameters
    ----------
    path : Path
        A folder of tables, or one table of services or responses.
    log : ProblemLog
        Takes what is missing, doubled, or there and not read.
    complete : bool
        Whether a folder without services and answers is an error.
    elsewhere : collection of str
        Names of files of the folder that are read by other means: the export of a survey.

    Returns
    -------
    Files or None
        None where there is nothing to read.
    """
    if is_address(str(path)):
        log.add(
            "error",
            "address",
            N_("This is an address, not a path of a file or folder; addresses are not read, nor repeated here."),
            N_("Export the answers to a file, and give its path."),
        )
        return None
    if REORDERING_CHARACTER.search(str(path)):
        log.add(
            "error",
            "sign-in-path",
            N_("The path holds a sign that is no text ({path})."),
            N_("Rename the file or folder: its name is shown in every result."),
            path=ascii(str(path)),
        )
        return None
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = 0
    except OSError as fault:
        log.add(
            "error",
            "unreadable",
            N_("The path cannot be looked up: {reason}."),
            N_("Check the path."),
            file=shown(str(path)),
            reason=system_reason(fault),
        )
        return None
    if stat.S_ISDIR(mode):
        return _in_folder(path, log, complete, {*elsewhere, IMPORT_RECORD})
    if not mode:
        near = _neighbour(path)
        message = N_("There is no such file or folder.")
        if near:
            log.add("error", "no-file", message, N_("Did you mean '{nearest}'?"), file=str(path), nearest=near)
        else:
            log.add("error", "no-file", message, N_("Check the path."), file=str(path))
        return None
    return _single(path, log, complete)


def settings_path(path: Path) -> Path | None:
    """Return the org.toml of a folder; None where there is none, or no folder."""
    entries = _entries(path, ProblemLog()) if os.path.isdir(path) else None  # noqa: PTH112 - fails on no long name
    return None if entries is None else _settings_in(entries)


def _settings_in(entries: Sequence[Path]) -> Path | None:
    return next((entry for entry in entries if entry.name.lower() == SETTINGS_FILE), None)


def _neighbour(path: Path) -> str | None:
    """Return the name beside a path that does not exist that it resembles most."""
    try:
        return closest_word(path.name, [entry.name for entry in path.parent.iterdir()])
    except OSError:
        return None


def _single(path: Path, log: ProblemLog, complete: bool) -> Files | None:
    if is_form_file(path):
        return Files(path.stem, forms=(path,))
    if path.suffix.lower() in (PARQUET, *GRAPHS):
        whole = path.suffix.lower() == PARQUET
        return Files(path.stem, parts=(path,)) if whole else Files(path.stem, graph=path)
    if not _is_read(path, log):
        return None
    if path.suffix.lower() in WORKBOOKS:
        return Files(path.stem, workbooks=(path,))
    table = _TABLE_OF.get(fold(path.stem), "services")
    if complete and table not in _SUFFICIENT:
        log.add(
            "error",
            "table-alone",
            N_("A table of {table} alone makes no organisation."),
            N_("Give the folder that also holds the services."),
            file=path.name,
            table=table,
        )
        return None
    entries = _entries(path.parent, ProblemLog())
    beside = [
        entry.name
        for entry in entries or ()
        if entry.name != path.name
        and (entry.name == SETTINGS_FILE or (fold(entry.stem) in _TABLE_OF and entry.suffix.lower() in _TABULAR))
    ]
    if beside:
        log.add(
            "note",
            "beside",
            N_("Only this file is read; beside it there are {files}."),
            N_("Give the folder to read them all."),
            file=path.name,
            files=", ".join(beside),
        )
    return Files(path.stem, {table: path})


def _in_folder(path: Path, log: ProblemLog, complete: bool, elsewhere: Collection[str]) -> Files | None:
    entries = _entries(path, log)
    if entries is None:
        return None
    entries = [entry for entry in entries if entry.name not in elsewhere]
    found: dict[str, list[Path]] = {}
    others: list[Path] = []
    for entry in entries:
        table = _TABLE_OF.get(fold(entry.stem))
        suffix = entry.suffix.lower()
        if table is not None and _holds(entry, table):
            found.setdefault(table, []).append(entry)
        elif suffix in _TABULAR or suffix in FOREIGN:
            others.append(entry)
    others += _beside_texts(found, path.name, log)
    parts = _parts_of(found, others)
    forms = tuple(entry for entry in others if is_form_file(entry))
    others = [entry for entry in others if entry not in forms]
    for table, candidates in found.items():
        if len(candidates) > 1:
            log.add(
                "error",
                "two-files",
                N_("{files} both hold the table of {table}."),
                N_("Keep one of them in the folder."),
                file=path.name,
                files=", ".join(candidate.name for candidate in candidates),
                table=table,
            )
    foreign = [entry for entry in others if _TABLE_OF.get(fold(entry.stem), "") not in ("", *found)]
    for entry in foreign:
        _is_read(entry, log)
    unread = [entry.name for entry in others if entry not in foreign]
    if unread:
        log.add(
            "note", "files-not-read", N_("Files that are not read: {files}."), file=path.name, files=", ".join(unread)
        )
    if complete and not any(table in found for table in _SUFFICIENT) and not foreign and not forms and not parts:
        _report_no_services(path, unread, log)
    settings = _settings_in(entries)
    name = path.resolve().name
    tables = {table: found[table][0] for table in TABLES if len(found.get(table, ())) == 1}
    books = tuple(dict.fromkeys(place for place in tables.values() if place.suffix.lower() in WORKBOOKS))
    texts = {table: place for table, place in tables.items() if place not in books}
    return Files(name, texts, settings, books, forms, parts=parts)


def _parts_of(found: dict[str, list[Path]], others: list[Path]) -> tuple[Path, ...]:
    """Take away the files of Parquet that hold the answers: responses.parquet, or all there are where there is none."""
    named = found.get("responses", [])
    if len(named) == 1 and named[0].suffix.lower() == PARQUET:
        del found["responses"]
        return tuple(sorted(named[0].glob(f"*{PARQUET}"))) if named[0].is_dir() else (named[0],)
    if any(table in found for table in _SUFFICIENT):
        return ()
    parts = tuple(entry for entry in others if entry.suffix.lower() == PARQUET and entry.is_file())
    parts = tuple(entry for entry in parts if fold(entry.stem) not in _TABLE_OF)
    others[:] = [entry for entry in others if entry not in parts]
    return parts


def _beside_texts(found: dict[str, list[Path]], folder: str, log: ProblemLog) -> list[Path]:
    """Take away the workbooks beside which a text file holds the same table: many export the one from the other."""
    spare: list[Path] = []
    for candidates in found.values():
        texts = [entry for entry in candidates if entry.suffix.lower() in FORMATS]
        books = [entry for entry in candidates if entry.suffix.lower() in WORKBOOKS]
        if texts and books:
            candidates[:] = texts
            spare += books
            log.add(
                "warning",
                "workbook-beside",
                N_("{books} is not read, with all its sheets: {texts} holds the same table."),
                N_("Take one of the two out of the folder."),
                file=folder,
                books=", ".join(entry.name for entry in books),
                texts=", ".join(entry.name for entry in texts),
            )
    return spare


def _entries(path: Path, log: ProblemLog) -> list[Path] | None:
    """Return what a folder holds, without hidden files and the locks of open workbooks, sorted."""
    try:
        return sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "~$")))
    except OSError as fault:
        log.add(
            "error",
            "no-permission",
            N_("The folder cannot be read: {reason}."),
            N_("Ask its owner for permission to read it."),
            file=str(path),
            reason=system_reason(fault),
        )
        return None


def _is_read(path: Path, log: ProblemLog) -> bool:
    suffix = path.suffix.lower()
    if suffix in _TABULAR:
        return True
    if suffix in FOREIGN:
        log.add(
            "error",
            "format-not-read",
            N_("Tables are read from text files (CSV) and workbooks (.xlsx, .ods); this is a {suffix} file."),
            N_("Save it as .xlsx, or the table as CSV UTF-8."),
            file=path.name,
            suffix=suffix,
        )
    else:
        log.add(
            "error",
            "format-not-read",
            N_("The name does not end like that of a table ({suffixes})."),
            N_("Rename the file, or save the table as CSV UTF-8."),
            file=path.name,
            suffixes=", ".join(_TABULAR),
        )
    return False


def _report_no_services(path: Path, unread: Sequence[str], log: ProblemLog) -> None:
    message = N_("The folder holds neither services.csv (servicios.csv) nor responses.csv (respuestas.csv).")
    near = next(
        (
            name
            for name in unread
            if closest_word(Path(name).stem, [stem for table in _SUFFICIENT for stem in TABLES[table].stems])
        ),
        None,
    )
    if near:
        log.add(
            "error",
            "no-services-file",
            message,
            N_("If '{nearest}' holds the services, rename it."),
            file=path.name,
            nearest=near,
        )
    elif any(name.lower().endswith(WORKBOOKS) for name in unread):
        log.add(
            "error",
            "no-services-file",
            message,
            N_(
                "{workbook} is a workbook that is not read by this name: give it alone (cxgraph check "
                "{folder}/{workbook}), or rename it to services.xlsx."
            ),
            file=path.name,
            folder=path.name,
            workbook=next(name for name in unread if name.lower().endswith(WORKBOOKS)),
        )
    else:
        log.add(
            "error",
            "no-services-file",
            message,
            N_("Write one row for each service that one department gives another."),
            file=path.name,
        )
