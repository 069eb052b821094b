"""What an address says: which engine, where, and which table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote

from cxgraph.tables.addresses import plain_address
from cxgraph.tables.characters import REORDERING_CHARACTER
from cxgraph.tables.headers import closest_word
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_LONGEST_NAME, _MOST_PARTS = 63, 3
_FORM = {
    "duckdb": "duckdb:///FILE?table=NAME",
    "postgresql": "postgresql://HOST/DATABASE?table=NAME",
}


@dataclass(frozen=True)
class Address:
    """Where a table is.

    Attributes
    ----------
    engine : str
        ``duckdb`` or ``postgresql``.
    table : str
        Its name, with that of its schema where it has one.
    file : Path or None
        The database file of DuckDB.
    host, database, user : str or None
        Of PostgreSQL; None leaves it to the environment.
    port : int or None
        The same.
    """

    engine: Literal["duckdb", "postgresql"]
    table: str
    file: Path | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    user: str | None = None


def parse_address(text: str, log: ProblemLog) -> Address | None:
    """Read an address; what is wrong with it is said without repeating it, for it may hold a password.

    Parameters
    ----------
    text : str
        As the user wrote it.
    log : ProblemLog
        Takes an error.

    Returns
    -------
    Address or None
        None where it is none that can be opened.

    Examples
    --------
    >>> parse_address("postgresql://ana@db.local:5433/shop?table=hr.answers", ProblemLog()).port
    5433
    >>> log = ProblemLog()
    >>> parse_address("postgresql://ana:secret@db.local/shop?table=answers", log), log.problems[0].code
    (None, 'password-in-address')
    """
    text = plain_address(text)
    scheme, _, rest = text.partition(":")
    engine: Literal["duckdb", "postgresql"] = "duckdb" if scheme.lower() == "duckdb" else "postgresql"
    place, _, query = rest.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    keys = [key for key, _ in pairs]
    if _has_password(place, keys, engine) or REORDERING_CHARACTER.search(text):
        log.add(
            "error",
            "password-in-address",
            N_("The address holds a password or a sign that does not belong there; it is neither used nor repeated."),
            N_(
                "Leave the password out: PostgreSQL's own variables (PGPASSWORD, PGPASSFILE) and the file .pgpass are "
                "read."
            ),
        )
        return None
    table = dict(pairs).get("table", "")
    if keys != ["table"] or not _is_table(table):
        near = closest_word(keys[0], ["table"]) if keys and keys != ["table"] else None
        log.add(
            "error",
            "no-table",
            N_("The address does not name one table: ?table=NAME is all that may follow it.")
            if near or keys != ["table"]
            else N_("The name of the table in the address is none that can be asked for."),
            N_("Write it as {form}."),
            form=_FORM[engine],
        )
        return None
    if engine == "duckdb":
        return _duckdb(unquote(place), table, log)
    return _postgres(place, table, log)


def _has_password(place: str, keys: list[str], engine: str) -> bool:
    ends = place.rpartition("@")
    return (engine == "postgresql" and ":" in ends[0].lstrip("/")) or any("pass" in key.lower() for key in keys)


def _is_table(name: str) -> bool:
    parts = name.split(".")
    return len(parts) <= _MOST_PARTS and all(
        0 < len(part.encode()) <= _LONGEST_NAME and part == part.strip() and part.isprintable() for part in parts
    )


def _duckdb(place: str, table: str, log: ProblemLog) -> Address | None:
    if not place or place.startswith("//"):
        _report_unreadable("duckdb", log)
        return None
    return Address("duckdb", table, file=Path(place))


def _postgres(place: str, table: str, log: ProblemLog) -> Address | None:
    given = place.startswith("///")
    user, _, rest = place.lstrip("/").rpartition("@")
    parts = rest.split("/")
    if given or len(parts) == 1:
        parts = ["", *parts]
    if len(parts) != 2 or not parts[1]:
        _report_unreadable("postgresql", log)
        return None
    server, database = parts
    host, colon, port = server.rpartition(":") if not server.endswith("]") else (server, "", "")
    host = host if colon else server
    if (host and not _HOST.fullmatch(host)) or (colon and not port.isdecimal()):
        _report_unreadable("postgresql", log)
        return None
    return Address(
        "postgresql",
        table,
        host=host.strip("[]") or None,
        port=int(port) if colon else None,
        database=unquote(database),
        user=unquote(user) or None,
    )


def _report_unreadable(engine: str, log: ProblemLog) -> None:
    log.add(
        "error",
        "address",
        N_("This address cannot be understood; it is not repeated here."),
        N_("Write it as {form}."),
        form=_FORM[engine],
    )
