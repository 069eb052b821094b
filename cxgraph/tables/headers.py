"""Which column of a file is which column of the schema."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import Column, Table, fold
from cxgraph.wording import N_

_CLOSE = 0.7
"""Similarity from which a name is worth suggesting: one or two letters off in a word of five."""


def closest_word(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that a misspelt word most resembles.

    Parameters
    ----------
    word : str
        What was written.
    choices : iterable of str
        What could have been meant.

    Returns
    -------
    str or None
        None where nothing is close.

    Notes
    -----
    Words are compared without case and accents.

    Examples
    --------
    >>> closest_word("suplier", ["supplier", "client"])
    'supplier'
    """
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(fold(choice), choice)
    found = difflib.get_close_matches(fold(word), folded, n=1, cutoff=_CLOSE)
    return folded[found[0]] if found else None


def accepted_headers(column: Column) -> tuple[str, ...]:
    """Return every header that is read as a column, the schema's own name first.

    Parameters
    ----------
    column : Column
        A column of the schema.

    Returns
    -------
    tuple of str
        Name and aliases.
    """
    return (column.name, *column.aliases)


def match_headers(
    headers: Sequence[object],
    table: Table,
    renames: Mapping[str, str] | None = None,
    *,
    log: ProblemLog,
    file: str | None = None,
    line: int | None = None,
) -> dict[str, int]:
    """Find the columns of a table among the headers of a file or data frame.

    A header matches a column when it equals the column's name or one of its aliases without case, accents and
    surrounding blanks. The user's own names come first.

    Parameters
    ----------
    headers : sequence of str
        Headers from left to right; blank ones are passed over.
    table : Table
        What the table may hold.
    renames : mapping of str to str, optional
        The user's own headers and the column that each one is.
    log : ProblemLog
        Takes the problems: missing, repeated, unknown and doubtful headers.
    file, line : optional
        Where the headers are, for messages.

    Returns
    -------
    dict of str to int
        Position of every column that was found, by the schema's name, in the schema's order.

    Examples
    --------
    >>> from cxgraph.tables.schema import TABLES
    >>> match_headers(["Cliente", "Proveedor"], TABLES["services"], log=ProblemLog())
    {'supplier': 1, 'client': 0}
    """
    titles = ["" if header is None else str(header).strip() for header in headers]
    renamed = _renamed(titles, table, renames or {}, log, file, line)
    meant = {fold(name): column.name for column in table for name in accepted_headers(column)}
    positions: dict[str, list[int]] = {}
    unknown: list[str] = []
    for position, title in enumerate(titles):
        column = renamed.get(title) or meant.get(fold(title))
        if title not in renamed and column in renamed.values():
            column = None  # the user said which header holds it, and it is not this one
        if column is not None:
            positions.setdefault(column, []).append(position)
        elif title:
            unknown.append(title)
    _report_repeated(positions, titles, log, file, line)
    _report_missing(positions, titles, table, log, file, line)
    _report_unknown(unknown, positions, table, log, file, line)
    _report_lone_score(positions, titles, table, log, file)
    return {column.name: positions[column.name][0] for column in table if column.name in positions}


def _renamed(
    titles: Sequence[str],
    table: Table,
    renames: Mapping[str, str],
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> dict[str, str]:
    """Return the renames that hold: their header is there and their column exists."""
    names = [column.name for column in table]
    holding = {}
    for header, column in renames.items():
        if column not in names:
            log.add(
                "error",
                "unknown-column",
                N_("'{header}' is to be read as '{wanted}', which is no column of {table}."),
                N_("Its columns are {choices}."),
                file=file,
                header=header,
                wanted=column,
                table=table.name,
                choices=", ".join(names),
            )
        elif header.strip() not in titles:
            log.add(
                "error",
                "missing-column",
                N_("There is no header '{header}', which is to be read as '{wanted}'."),
                N_("The file has {found}."),
                file=file,
                line=line,
                header=header,
                wanted=column,
                found=_listed(titles),
            )
        else:
            holding[header.strip()] = column
    return holding


def _report_repeated(
    positions: Mapping[str, Sequence[int]],
    titles: Sequence[str],
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> None:
    for column, found in positions.items():
        if len(found) > 1:
            log.add(
                "error",
                "repeated-column",
                N_("{headers} are all read as '{meaning}'."),
                N_("Keep one of them, or rename the others."),
                file=file,
                line=line,
                headers=_listed([titles[position] for position in found]),
                meaning=column,
            )


def _report_missing(
    positions: Mapping[str, Sequence[int]],
    titles: Sequence[str],
    table: Table,
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> None:
    for column in table:
        if column.required and column.name not in positions:
            log.add(
                "error",
                "missing-column",
                N_("No column '{wanted}': none of the headers is one of {accepted}."),
                N_("The file has {found}."),
                file=file,
                line=line,
                wanted=column.name,
                accepted=", ".join(accepted_headers(column)),
                found=_listed(titles),
            )


def _report_unknown(
    unknown: Sequence[str],
    positions: Mapping[str, Sequence[int]],
    table: Table,
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> None:
    free = [name for column in table if column.name not in positions for name in accepted_headers(column)]
    for title in unknown:
        near = closest_word(title, free)
        if near is None:
            continue
        log.add(
            "warning",
            "unknown-column",
            N_("Column '{header}' is not read."),
            N_("Did you mean '{nearest}'?"),
            file=file,
            line=line,
            header=title,
            nearest=near,
        )
    far = [title for title in unknown if closest_word(title, free) is None]
    if far:
        log.add(
            "note",
            "unknown-column",
            N_("Columns that are not read: {headers}."),
            file=file,
            line=line,
            headers=_listed(far),
        )


def _report_lone_score(
    positions: Mapping[str, Sequence[int]], titles: Sequence[str], table: Table, log: ProblemLog, file: str | None
) -> None:
    """Say that importance and expectation are two things, where a table has only one of them."""
    names = {column.name for column in table}
    if not {"importance", "expectation"} <= names:
        return
    importance, expectation = positions.get("importance"), positions.get("expectation")
    if importance and not expectation:
        log.add(
            "note",
            "importance-only",
            N_("'{header}' says how much a service matters; it is not read as the level expected."),
            N_("A column 'expectation' would hold that level; without it use scoring 'perception'."),
            file=file,
            header=titles[importance[0]],
        )
    if expectation and not importance:
        log.add(
            "note",
            "expectation-only",
            N_("'{header}' is the level expected; it is not read as how much a service matters."),
            N_("A column 'importance' would hold that; without it all services weigh the same."),
            file=file,
            header=titles[expectation[0]],
        )


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"'{title}'" for title in titles if title) or "-"
