"""Addresses of tables: ``duckdb:///FILE?table=NAME`` and ``postgresql://HOST/DATABASE?table=NAME``.

A path loses one of two strokes, so that an address that went through one has to be understood as well:
``duckdb:/data/a.duckdb`` names a file by its whole path, ``duckdb:a.duckdb`` one beside.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl

_SCHEMES = re.compile(r"(duckdb|postgresql|postgres):", re.IGNORECASE)


def is_warehouse(text: str) -> bool:
    """Return whether a text is the address of a database whose tables are read.

    Examples
    --------
    >>> is_warehouse("postgresql://host/db?table=answers"), is_warehouse("mysql://host/db"), is_warehouse("a.csv")
    (True, False, False)
    """
    return _SCHEMES.match(text.strip()) is not None


def plain_address(text: str) -> str:
    """Return an address so that a path keeps all of it.

    Examples
    --------
    >>> plain_address("duckdb:///data/a.duckdb?table=answers"), plain_address("duckdb:////srv/a.duckdb?table=b")
    ('duckdb:data/a.duckdb?table=answers', 'duckdb:/srv/a.duckdb?table=b')
    """
    return re.sub(r"(?i)^(duckdb:)//(?:localhost)?/", r"\1", text.strip())


def shown_address(text: str) -> str:
    """Return an address as results may show it: without a user, and without folders of this machine.

    Examples
    --------
    >>> shown_address("postgresql:/ana@db.local/shop?table=answers"), shown_address("duckdb:/srv/a.duckdb?table=b")
    ('postgresql://db.local/shop?table=answers', 'duckdb:///a.duckdb?table=b')
    """
    scheme, _, rest = plain_address(text).partition(":")
    place, _, query = rest.partition("?")
    if scheme.lower() == "duckdb":
        return f"duckdb:///{Path(place).name if place.startswith('/') else place}?{query}"
    return f"postgresql://{place.lstrip('/').rpartition('@')[2]}?{query}"


def address_name(text: str) -> str:
    """Return what an organisation that an address leads to is called: the name of its table.

    Examples
    --------
    >>> address_name("postgresql://db.local/shop?table=hr.answers")
    'answers'
    """
    pairs = dict(parse_qsl(text.partition("?")[2]))
    return pairs.get("table", "").rpartition(".")[2] or "answers"
