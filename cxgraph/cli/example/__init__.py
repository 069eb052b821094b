"""The invented organisation that ``cxgraph init`` writes: the same numbers in both languages.

The tables beside this file are in English, with the schema's own headers; ``words.csv`` holds the Spanish of every
text in them. Choices and headers are translated by the schema.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from cxgraph.tables.schema import TABLES, Column

NAME = "Blue Heron Bicycles (invented example)"


def example_name(language: str) -> str:
    """Return what the invented organisation is called.

    Parameters
    ----------
    language : {"en", "es"}
        Language of the name.

    Returns
    -------
    str
        A name that says that nothing in it is real.

    Examples
    --------
    >>> example_name("es")
    'Bicicletas Garza Azul (ejemplo inventado)'
    """
    return NAME if language == "en" else _spanish()[NAME]


def example_tables(language: str) -> dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Return the tables of the invented organisation, in the order of the schema.

    Parameters
    ----------
    language : {"en", "es"}
        Language of codes, names and texts, and of the decimal mark.

    Returns
    -------
    dict of str to (tuple of str, list of tuple)
        Names of the schema's columns, and the rows as text.

    Examples
    --------
    >>> columns, rows = example_tables("es")["departments"]
    >>> columns[:3], rows[1][:3]
    (('id', 'name', 'kind'), ('tienda', 'Tienda', 'interno'))
    """
    tables = {}
    for name, table in TABLES.items():
        header, *rows = _rows(name)
        columns = [table.column(key) for key in header]
        tables[name] = (
            tuple(header),
            [tuple(_said(cell, column, language) for cell, column in zip(row, columns, strict=True)) for row in rows],
        )
    return tables


def _rows(name: str) -> Iterator[list[str]]:
    return csv.reader(files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines())


@cache
def _spanish() -> dict[str, str]:
    return {english: spanish for english, spanish in _rows("words")}  # noqa: C416 - rows are lists


def _said(cell: str, column: Column, language: str) -> str:
    """Return a cell in a language; codes of practices, of findings and of respondents stay as they are."""
    if language == "en" or not cell:
        return cell
    if column.type == "choice":
        return next((others[0] for choice, others in column.choices if choice == cell and others), cell)
    if column.type == "number":
        return cell.replace(".", ",")
    return _spanish().get(cell, cell)
