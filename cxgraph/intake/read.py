"""From a path to an organisation, or to everything that is wrong with its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxgraph.errors import InputError, ParameterError, Problem
from cxgraph.intake.encoding import check_encoding, to_utf8
from cxgraph.intake.folder import find_files, settings_path
from cxgraph.intake.formats import FORMATS, Reading, read_bytes
from cxgraph.intake.graphs.spreadsheets import edge_renames, is_graph_table, split_targets
from cxgraph.intake.reader import opened_table
from cxgraph.intake.settings import OrganizationFile, is_sound, parse_settings, sound_option
from cxgraph.intake.warehouse.recognise import is_handed_over, is_large_text
from cxgraph.model.assembly import assemble
from cxgraph.model.organization import Organization, Source
from cxgraph.model.settings import Settings
from cxgraph.tables.addresses import address_name, is_warehouse, plain_address
from cxgraph.tables.columns import check_decimal, type_table
from cxgraph.tables.from_frames import typed_frame
from cxgraph.tables.headers import answer_headers, closest_word
from cxgraph.tables.raw import ProblemLog, RawTable, TypedTable
from cxgraph.tables.schema import TABLES, fold
from cxgraph.wording import N_

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.intake.forms.collect import Collected
    from cxgraph.intake.surveys.settings import SurveySettings
    from cxgraph.intake.warehouse.engine import Engine

Columns = Mapping[str, Mapping[str, str]]
_HEAD = 1 << 16
"""Bytes of a file in which its header is looked for."""


_HANG_ON_SETTINGS = (
    "off-scale",
    "narrow-scale",
    "no-scores",
    "no-customers",
    "unknown-customer",
    "unknown-period",
    "period-chosen",
    "no-weight",
)
"""Rules of the assembly whose verdict depends on org.toml."""


def read(
    path: str | os.PathLike[str] | Any,
    *,
    encoding: str | None = None,
    decimal: str | None = None,
    columns: Columns | None = None,
    **options: Any,
) -> Organization:
    r"""Read an organisation from a folder of tables or from one table of services.

    Parameters
    ----------
    path : str, PathLike or a table that an engine holds
        A folder with services.csv (servicios.csv) or responses.csv, and optionally departments.csv,
        practices.csv, actions.csv and org.toml; or one of the first two files alone. Answers may also be files of
        Parquet, a table of a database (``duckdb:///FILE?table=NAME``, ``postgresql://HOST/DATABASE?table=NAME``), or a
        relation of DuckDB, a DataFrame of Spark or a table of ibis: they are added up where they are.
    encoding : str, optional
        Encoding of the text files; found out by default.
    decimal : {".", ","}, optional
        Decimal mark of the numbers; by default each column tells its own.
    columns : mapping, optional
        For each table the headers that are the user's own and the column that each one is:
        ``{"services": {"Área que atiende": "supplier"}}``.
    **options
        Fields of `Settings`, such as ``scale=(1, 5)``; they win over org.toml.

    Returns
    -------
    Organization
        Warnings and notes about the files are its `problems`.

    Raises
    ------
    InputError
        The files hold errors; `InputError.problems` lists all of them, of all files.
    ParameterError
        An option that does not exist or has no such value.

    Notes
    -----
    Files are read whole, once, and never written. Time grows with their size: about two seconds for a million
    services.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "services.csv")
    ...     _ = path.write_text("supplier,client,expectation,fulfilment\nIT,Sales,9,6\nSales,Buyers,9,7\n")
    ...     read(path).departments["id"].tolist()
    ['Buyers', 'IT', 'Sales']
    """
    log = ProblemLog()
    organization = _load(_origin(path), log, encoding, decimal, columns or {}, options)
    if organization is None:
        raise InputError(log.readable)
    return organization


def check(
    path: str | os.PathLike[str] | Any,
    *,
    encoding: str | None = None,
    decimal: str | None = None,
    columns: Columns | None = None,
    **options: Any,
) -> tuple[Problem, ...]:
    """Return everything worth saying about the files of an organisation; what is wrong in them is not raised.

    Parameters
    ----------
    path, encoding, decimal, columns, **options
        As in `read`.

    Returns
    -------
    tuple of Problem
        Errors, warnings and notes; among the notes, for each file, which of its columns was read as what.

    Raises
    ------
    ParameterError
        An option that does not exist or has no such value.

    Examples
    --------
    >>> [problem.code for problem in check("no/such/folder")]
    ['no-file']
    """
    log = ProblemLog()
    organization = _load(_origin(path), log, encoding, decimal, columns or {}, options)
    return (*log.readable, *(organization.check_customers() if organization else ()))


def _origin(path: str | os.PathLike[str] | Any) -> Any:
    """Return a path, from which the address of a database can still be told, or the table that was handed over."""
    if is_handed_over(path):
        return path
    text = os.fspath(path)
    return Path(plain_address(text)) if is_warehouse(text) else Path(text)


def _load(
    path: Any,
    log: ProblemLog,
    encoding: str | None,
    decimal: str | None,
    columns: Columns,
    options: Mapping[str, Any],
) -> Organization | None:
    """Read, type and assemble; None where any file holds an error. Exports of other tools are recognised then."""
    organization = _assembled(path, log, encoding, decimal, columns, options)
    if log.failed and isinstance(path, Path) and not is_warehouse(str(path)):
        from cxgraph.intake.exports.proposed import report_exports

        report_exports(path, log)
    return organization


def _assembled(
    path: Any,
    log: ProblemLog,
    encoding: str | None,
    decimal: str | None,
    columns: Columns,
    options: Mapping[str, Any],
) -> Organization | None:
    loaded = read_tables(path, log, encoding=encoding, decimal=decimal, columns=columns, options=options)
    if loaded is None:
        return None
    settings, typed, sources, misguided = loaded.settings, dict(loaded.tables), loaded.sources, loaded.misguided
    if not {"services", "responses"} & typed.keys():
        return None
    services, departments = typed.pop("services", None), typed.pop("departments", None)
    lost = services is not None and not len(services) and log.failed
    if lost:
        return None
    told = len(log.problems)
    organization = assemble(services, departments, settings, log=log, sources=sources, **typed)
    if misguided:
        # Under settings that were not understood, sound rows could be reported as faults.
        log.problems[told:] = [problem for problem in log.problems[told:] if problem.code not in _HANG_ON_SETTINGS]
    return organization


@dataclass(frozen=True, eq=False)
class Loaded:
    """The typed tables of an organisation before they are joined.

    Parameters
    ----------
    settings : Settings
        Of org.toml, of the questionnaires and of the call, which wins.
    tables : mapping of str to TypedTable
        By name.
    sources : tuple of Source
        The files.
    misguided : bool
        Whether org.toml was not understood.
    """

    settings: Settings
    tables: Mapping[str, TypedTable]
    sources: tuple[Source, ...]
    misguided: bool


def read_tables(
    path: Any,
    log: ProblemLog,
    *,
    options: Mapping[str, Any],
    encoding: str | None = None,
    decimal: str | None = None,
    columns: Columns | None = None,
    complete: bool = True,
) -> Loaded | None:
    """Read and type the tables of an organisation, from text files, workbooks and returned questionnaires.

    Parameters
    ----------
    path : Path or a table that was handed over
        As in `read`.
    log : ProblemLog
        Takes what is wrong with the files.
    options, encoding, decimal, columns
        As in `read`.
    complete : bool
        Whether a folder without services and answers is an error.

    Returns
    -------
    Loaded or None
        None where a table could not be read, which has then been said.
    """
    columns = columns or {}
    if encoding is not None:
        check_encoding(encoding)
    check_decimal(decimal)
    chosen = _sound_options(options)
    _check_columns(columns)
    if not isinstance(path, Path) or is_warehouse(str(path)):
        return _read_engine(path, log, decimal, columns, chosen)
    # org.toml is read before the folder is searched: an export that it names is one of the tables.
    sources: list[Source] = []
    own = ProblemLog()
    requested = _wishes(settings_path(path), own, sources)
    survey = requested.survey
    elsewhere = () if survey is None else (survey.file,)
    files = find_files(path, log, complete=complete and survey is None, elsewhere=elsewhere)
    if files is None:
        return None
    log.problems.extend(own.problems)
    misguided = log.failed
    collected = _read_forms(files.forms, path.name, log, sources)
    graph = _read_graph(files.graph, log, sources)
    told = {} if collected is None else collected.settings
    told = told if graph is None else graph[1]
    settings = Settings(name=files.name).updated({**told, **requested.settings, **chosen})
    log.private = settings.min_respondents > 1 or misguided  # what was not understood may ask for it
    # A scale that was not understood proves nothing about how a number was written.
    reading = Reading(log, encoding, decimal, None if misguided else settings.scale)
    renames = {name: _renames(name, requested.columns, columns) for name in TABLES}
    texts = files.tables
    if set(texts) == {"services"} and path == texts["services"] and _of_answers(path, renames["services"], reading):
        known = {column.name for column in TABLES["responses"]}
        renames["responses"] = {
            **{header: column for header, column in renames["services"].items() if column in known},
            **renames["responses"],
        }
        texts = {"responses": path}
    typed = {
        name: _typed_large(place, settings, renames[name], reading, sources)
        if name == "responses" and is_large_text(place)
        else _typed(place, name, renames[name], reading, sources)
        for name, place in texts.items()
    }
    if files.parts:
        from cxgraph.intake.warehouse.large_files import file_source
        from cxgraph.intake.warehouse.opening import open_parquet_files

        engine = open_parquet_files(list(files.parts), _name_of_parts(files.parts), log)
        sources += [file_source(part, part.name) for part in files.parts] if engine is not None else []
        typed["responses"] = _typed_sums(engine, settings, renames["responses"], reading)
    for book in files.workbooks:
        _add_workbook(book, typed, renames, reading, sources)
    if collected is not None:
        _add_forms(collected, typed, reading)
    if graph is not None:
        typed |= {name: typed_frame(frame, name, log, reading.scale) for name, frame in graph[0].items()}
    if survey is not None:
        _add_survey(path, survey, typed, reading, sources)
    if any(table is None for table in typed.values()) or (files.forms and collected is None):
        return None
    if files.graph is not None and graph is None:
        return None
    found = {name: table for name, table in typed.items() if table is not None}
    return Loaded(settings, found, tuple(sources), misguided)


def _read_engine(
    origin: Any, log: ProblemLog, decimal: str | None, columns: Columns, chosen: Mapping[str, Any]
) -> Loaded | None:
    """Have the answers of a database, or of a table that was handed over, added up where they are."""
    from cxgraph.intake.warehouse.opening import hand_over, open_address
    from cxgraph.intake.warehouse.reading import read_sums

    settings = Settings(name=address_name(str(origin)) if isinstance(origin, Path) else "answers").updated(chosen)
    log.private = settings.min_respondents > 1
    engine = open_address(str(origin), log) if isinstance(origin, Path) else hand_over(origin)
    summed = None
    if engine is not None:
        summed = read_sums(engine, settings, columns.get("responses", {}), log, decimal)
    return None if summed is None else Loaded(settings, {"responses": summed.table}, (summed.source,), False)


def _name_of_parts(parts: tuple[Path, ...]) -> str:
    return parts[0].name if len(parts) == 1 else f"{parts[0].parent.name}/*.parquet"


def _typed_large(
    path: Path, settings: Settings, renames: Mapping[str, str], reading: Reading, sources: list[Source]
) -> TypedTable | None:
    """Add up a text file of answers that is too large to be read one by one."""
    from cxgraph.intake.warehouse.large_files import file_source, open_text

    sources.append(file_source(path, path.name))
    return _typed_sums(open_text(path, renames, reading.encoding, reading.log), settings, renames, reading)


def _typed_sums(
    engine: Engine | None, settings: Settings, renames: Mapping[str, str], reading: Reading
) -> TypedTable | None:
    from cxgraph.intake.warehouse.reading import read_sums

    summed = None if engine is None else read_sums(engine, settings, renames, reading.log, reading.decimal)
    return None if summed is None else summed.table


def _add_workbook(
    path: Path,
    typed: dict[str, TypedTable | None],
    renames: Mapping[str, Mapping[str, str]],
    reading: Reading,
    sources: list[Source],
) -> None:
    """Add the tables of a workbook; what other files already hold is an error."""
    from cxgraph.intake.workbooks.tables import read_workbook

    found = read_bytes(path, reading.log)
    raw = None
    if found is not None:
        sources.append(found[1])
        raw = read_workbook(found[0], path.name, renames, reading.log)
    if raw is None:
        typed.setdefault("services", None)
        return
    for name, table in raw.items():
        if typed.get(name) is not None:
            _report_doubled(path.name, str(typed[name].file), name, reading.log)  # type: ignore[union-attr]
        typed[name] = _typed_raw(table, reading)


def _read_forms(paths: tuple[Path, ...], folder: str, log: ProblemLog, sources: list[Source]) -> Collected | None:
    """Read the questionnaires that came back, where there are any."""
    if not paths:
        return None
    from cxgraph.intake.forms.read import read_forms

    return read_forms(paths, folder, log, sources)


def _add_forms(collected: Collected, typed: dict[str, TypedTable | None], reading: Reading) -> None:
    """Add what questionnaires say; a table of departments or services that stands in a file goes before."""
    for name, table in collected.tables.items():
        if name == "responses" and typed.get(name) is not None:
            _report_doubled(str(table.file), str(typed[name].file), name, reading.log)  # type: ignore[union-attr]
        elif name not in typed:
            typed[name] = type_table(table, reading.log, ".", reading.scale)


def _read_graph(
    path: Path | None, log: ProblemLog, sources: list[Source]
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]] | None:
    """Read a graph file, where there is one; settings in it that cannot be ones are left out."""
    found = None if path is None else read_bytes(path, log)
    if path is None or found is None:
        return None
    from cxgraph.intake.graphs.files import read_graph

    sources.append(found[1])
    graph = read_graph(found[0], path.name, log)
    if graph is None:
        return None
    return graph[0], {key: value for key, value in graph[1].items() if is_sound(key, value)}


def _add_survey(
    folder: Path,
    survey: SurveySettings,
    typed: dict[str, TypedTable | None],
    reading: Reading,
    sources: list[Source],
) -> None:
    """Add the export of a survey as the table of answers; another one is an error."""
    from cxgraph.intake.surveys.table import survey_table

    raw = survey_table(folder, survey, reading.log, sources)
    if typed.get("responses") is not None:
        _report_doubled(survey.file, str(typed["responses"].file), "responses", reading.log)  # type: ignore[union-attr]
    typed["responses"] = None if raw is None else type_table(raw, reading.log, ".", reading.scale)


def _report_doubled(one: str, other: str, table: str, log: ProblemLog) -> None:
    log.add(
        "error",
        "two-files",
        N_("{files} both hold the table of {table}."),
        N_("Keep one of them in the folder."),
        files=f"{one}, {other}",
        table=table,
    )


def _of_answers(path: Path, renames: Mapping[str, str], reading: Reading) -> bool:
    """Return whether a file that is given alone, and whose name does not tell, holds single answers; say so."""
    if fold(path.stem) in TABLES["services"].stems or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False  # whoever reads the file says so
    unheard = ProblemLog()
    head = head[: head.rfind(b"\n") + 1] or head
    text = to_utf8(head, log=unheard, file=path.name, encoding=reading.encoding)
    opened = None if text is None else opened_table(text, TABLES["responses"], renames, unheard, path.name)
    found = answer_headers(header for header in opened[1] if header.strip() not in renames) if opened else []
    if found:
        reading.log.add(
            "note",
            "lone-answers",
            N_("'{header}' is a column that single answers have: the file is read as a table of responses."),
            N_("Name the file services.csv if each row is a service."),
            file=path.name,
            header=found[0],
        )
    return bool(found)


def _typed(
    path: Path, name: str, renames: Mapping[str, str], reading: Reading, sources: list[Source]
) -> TypedTable | None:
    """Read and type one file; None where there is no table in it, which has then been said."""
    found = read_bytes(path, reading.log)
    if found is None:
        return None
    data, source = found
    sources.append(source)
    own = edge_renames(path.stem, data, renames)
    raw = FORMATS[path.suffix.lower()](data, TABLES[name], path.name, own, reading)
    if raw is not None and is_graph_table(path.stem):
        raw = split_targets(raw, reading.log)
    return None if raw is None else _typed_raw(raw, reading)


def _typed_raw(raw: RawTable, reading: Reading) -> TypedTable:
    if not len(raw) and raw.table != "services":
        reading.log.add("warning", "no-rows", N_("The table has a header and no rows."), file=raw.file)
    return type_table(raw, reading.log, reading.decimal, reading.scale)


def _wishes(path: Path | None, log: ProblemLog, sources: list[Source]) -> OrganizationFile:
    """Read org.toml, where there is one."""
    found = None if path is None else read_bytes(path, log)
    if path is None or found is None:
        return OrganizationFile()
    data, source = found
    sources.append(source)
    text = to_utf8(data, log=log, file=path.name)
    return OrganizationFile() if text is None else parse_settings(text.decode("utf-8"), log=log, file=path.name)


def _sound_options(options: Mapping[str, Any]) -> dict[str, Any]:
    keys = Settings.keys()
    for key in options:
        if key not in keys:
            near = closest_word(key, (*keys, "encoding", "decimal", "columns"))
            if near:
                raise ParameterError(N_("{key} is no option; did you mean {nearest}?"), key=repr(key), nearest=near)
            raise ParameterError(
                N_("{key} is no option; the options are {choices}."),
                key=repr(key),
                choices=", ".join((*keys, "encoding", "decimal", "columns")),
            )
    return {key: sound_option(key, value) for key, value in options.items()}


def _check_columns(columns: Columns) -> None:
    for name, pairs in columns.items():
        if name not in TABLES:
            raise ParameterError(
                N_("columns names the table {name}; the tables are {choices}."),
                name=repr(name),
                choices=", ".join(TABLES),
            )
        for header, column in pairs.items():
            if column not in [known.name for known in TABLES[name]]:
                raise ParameterError(
                    N_("columns reads {header} as {column}, which {table} does not have; it has {choices}."),
                    header=repr(header),
                    column=repr(column),
                    table=name,
                    choices=", ".join(known.name for known in TABLES[name]),
                )


def _renames(table: str, wished: Columns, given: Columns) -> dict[str, str]:
    """Join the user's own headers of org.toml and of the call, which wins for the columns that it names."""
    own = given.get(table, {})
    kept = {header: column for header, column in wished.get(table, {}).items() if column not in own.values()}
    return {**kept, **own}
