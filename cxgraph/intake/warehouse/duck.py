"""DuckDB: a database file, large files of CSV and Parquet, and relations that the caller hands over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cxgraph.intake.warehouse.engine import EngineError, Kind
from cxgraph.intake.warehouse.statement import DUCKDB, SqlEngine

_AT_ONCE = 10_000
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_CLOSED = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # a table is never a variable of the program that calls
}


class DuckEngine(SqlEngine):
    """A table in DuckDB.

    Parameters
    ----------
    name : str
        What messages call it.
    connection : DuckDBPyConnection
        Closed with the engine.
    source : str
        What stands after ``from``.
    """

    def __init__(self, name: str, connection: Any, source: str) -> None:
        super().__init__(source, DUCKDB, self._fetch)
        self.name, self._connection = name, connection
        try:
            found = connection.execute(f"select * from {source} limit 0").description  # noqa: S608 - quoted
        except _faults() as fault:
            connection.close()
            raise EngineError(fault) from None
        self.kinds: Mapping[str, Kind] = {column[0]: duck_kind(str(column[1])) for column in found}

    def _fetch(self, statement: str) -> Iterator[tuple[Any, ...]]:
        try:
            result = self._connection.execute(statement)
            while rows := result.fetchmany(_AT_ONCE):
                yield from rows
        except _faults() as fault:
            raise EngineError(fault) from None

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class RelationEngine(SqlEngine):
    """A relation of DuckDB that the caller hands over.

    Parameters
    ----------
    relation : DuckDBPyRelation
        In the caller's own connection, where it stays.
    """

    def __init__(self, relation: Any) -> None:
        super().__init__(DUCKDB.name("cxgraph_answers"), DUCKDB, self._fetch)
        self.name = "relation"
        self._relation = relation
        types = map(str, relation.types)
        self.kinds: Mapping[str, Kind] = dict(zip(relation.columns, map(duck_kind, types), strict=True))

    def _fetch(self, statement: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._relation.query("cxgraph_answers", statement).fetchall()
        except _faults() as fault:
            raise EngineError(fault) from None

    def close(self) -> None:
        """Leave the caller's connection as it is."""


def open_database(path: Path, table: str) -> DuckEngine:
    """Open a table of a database file, which is neither written nor lets anything else be read.

    Raises
    ------
    EngineError
        The file is no database, or has no such table.
    """
    import duckdb

    config: dict[str, Any] = {**_CLOSED, "enable_external_access": False, "lock_configuration": True}
    try:
        connection = duckdb.connect(str(path), read_only=True, config=config)
    except duckdb.Error as fault:
        raise EngineError(str(fault).replace(str(path), path.name)) from None
    return DuckEngine(table, connection, ".".join(map(DUCKDB.name, table.split("."))))


def open_parquet(paths: Sequence[Path], name: str) -> DuckEngine:
    """Open files of Parquet as one table; no other file can be read through it."""
    source = f"read_parquet([{', '.join(DUCKDB.literal(str(path)) for path in paths)}], union_by_name=true)"
    return _over_files(paths, name, source)


def open_csv(path: Path, headers: Sequence[str], delimiter: str, skipped: int) -> DuckEngine:
    """Open a text table in UTF-8, all of whose cells are texts; rows of another width are refused."""
    columns = ", ".join(f"{DUCKDB.literal(header)}: 'VARCHAR'" for header in headers)
    source = (
        f"read_csv({DUCKDB.literal(str(path))}, delim={DUCKDB.literal(delimiter)}, quote='\"', escape='\"', "
        f"header=false, skip={skipped}, columns={{{columns}}}, auto_detect=false, null_padding=false, "
        "strict_mode=true)"
    )
    return _over_files([path], path.name, source)


def _over_files(paths: Sequence[Path], name: str, source: str) -> DuckEngine:
    import duckdb

    connection = duckdb.connect(":memory:", config=dict(_CLOSED))
    connection.execute(f"set allowed_paths=[{', '.join(DUCKDB.literal(str(path)) for path in paths)}]")
    connection.execute("set preserve_insertion_order=false")
    connection.execute("set enable_progress_bar=false")
    connection.execute("set enable_external_access=false")
    connection.execute("set lock_configuration=true")
    return DuckEngine(name, connection, source)


def duck_kind(name: str) -> Kind:
    """Return what a column of a type of DuckDB holds.

    Examples
    --------
    >>> duck_kind("DECIMAL(12,2)"), duck_kind("TIMESTAMP WITH TIME ZONE"), duck_kind("BOOLEAN")
    ('decimal', 'day', 'other')
    """
    if name == "VARCHAR":
        return "text"
    if name in _WHOLE:
        return "whole"
    if name in ("FLOAT", "DOUBLE"):
        return "float"
    if name.startswith("DECIMAL"):
        return "decimal"
    return "day" if name == "DATE" or name.startswith("TIMESTAMP") else "other"


def _faults() -> tuple[type[Exception], ...]:
    import duckdb

    return (duckdb.Error,)
