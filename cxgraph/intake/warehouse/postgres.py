"""PostgreSQL: one table or view, in a transaction that can only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cxgraph.intake.warehouse.engine import EngineError, Kind
from cxgraph.intake.warehouse.statement import POSTGRES, SqlEngine

_CONNECTING = 10
_SETTINGS = {"statement_timeout": "600000", "client_connection_check_interval": "1000"}
"""Milliseconds after which the server gives a statement up, and within which it notices that nobody waits any more."""
_KINDS: dict[int, Kind] = {
    **dict.fromkeys((25, 1043, 1042, 19), "text"),
    **dict.fromkeys((20, 21, 23), "whole"),
    **dict.fromkeys((700, 701), "float"),
    1700: "decimal",
    **dict.fromkeys((1082, 1114, 1184), "day"),
}
"""What the server's own types hold, by their numbers, which never change."""


class PostgresEngine(SqlEngine):
    """A table of a server.

    Parameters
    ----------
    host, database, user : str or None
        Where the address names them; else as the environment says (PGHOST and the like, .pgpass).
    port : int or None
        The same.
    table : str
        With its schema, where it has one.

    Raises
    ------
    EngineError
        There is no such server, database or table.
    """

    def __init__(self, host: str | None, port: int | None, database: str | None, user: str | None, table: str) -> None:
        import psycopg

        self.name = table
        self._fault = psycopg.Error
        super().__init__(".".join(map(POSTGRES.name, table.split("."))), POSTGRES, self._fetch)
        where = {"host": host, "port": port, "dbname": database, "user": user}
        given: dict[str, Any] = {key: value for key, value in where.items() if value is not None}
        try:
            self._connection = psycopg.connect(**given, connect_timeout=_CONNECTING, application_name="cxgraph")
        except psycopg.Error as fault:
            raise EngineError(fault) from None
        try:
            self._connection.read_only = True
            for setting, value in _SETTINGS.items():  # of those that this version of the server has
                wanted = "select set_config(name, %s, false) from pg_settings where name = %s"
                self._connection.execute(wanted, (value, setting))
            self._connection.commit()  # else the settings end with this transaction
            statement = f"select * from {self._source} limit 0"  # noqa: S608 - names are quoted
            found = self._connection.execute(statement).description or ()
        except psycopg.Error as fault:
            self._connection.close()
            raise EngineError(fault) from None
        self.kinds: Mapping[str, Kind] = {column.name: _KINDS.get(column.type_code, "other") for column in found}

    def _fetch(self, statement: str) -> Iterator[tuple[Any, ...]]:
        try:
            # Rows come one by one; a cursor of the server would do the same, but its plans never work in parallel.
            with self._connection.cursor() as cursor:
                yield from cursor.stream(statement)
        except self._fault as fault:
            raise EngineError(fault) from None

    def close(self) -> None:
        """Close the connection; nothing was written."""
        self._connection.close()
