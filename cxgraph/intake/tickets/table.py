"""The log and the second file of cases: the columns that the options name, as codes and times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfoNotFoundError

import numpy as np

from cxgraph.errors import ParameterError
from cxgraph.intake.exports.persons import masked
from cxgraph.intake.exports.sheet import Columns, Sheet, comparable, find_column
from cxgraph.intake.exports.times import Moments, read_moments
from cxgraph.intake.tickets.events import Instants
from cxgraph.intake.tickets.mapping import TicketMapping
from cxgraph.model.arrays import Integers
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_LISTED = 20


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as numbers of its distinct contents.

    Attributes
    ----------
    codes : int array, shape (rows,)
        -1 where nothing is known.
    names : tuple of str
        The contents without surrounding and repeated blanks.
    header : str
        The column's header.
    unknown : mapping of str to int
        What stood where nothing is known, and in how many rows.
    """

    codes: Integers
    names: tuple[str, ...]
    header: str
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class TicketTable:
    """The columns of one file that are used.

    Attributes
    ----------
    sheet : Sheet
        The file.
    places : mapping of str to int
        The position of each column that an option names.
    columns : Columns
        Those columns.
    """

    sheet: Sheet
    places: Mapping[str, int]
    columns: Columns

    def __len__(self) -> int:
        return len(self.columns)

    def header(self, option: str) -> str:
        """Return the header of the column that an option names."""
        return " ".join(self.sheet.headers[self.places[option]].split())

    def texts(self, option: str) -> tuple[Integers, tuple[str, ...]]:
        """Return the codes of a column, and its distinct contents with blanks tidied."""
        cells = self.columns.cells[self.places[option]]
        tidied = [" ".join(str(text).split()) for text in cells.categories]
        names = list(dict.fromkeys(tidied))
        number = {name: code for code, name in enumerate(names)}
        renumbered = np.asarray([number[text] for text in tidied] + [-1], np.int64)
        return renumbered[np.asarray(cells.codes, np.int64)], tuple(names)

    def coded(self, option: str, unknown: frozenset[str]) -> Coded:
        """Return a column as numbers of its contents; those of `unknown`, as `comparable` writes them, are none."""
        codes, names = self.texts(option)
        rows = np.bincount(codes[codes >= 0], minlength=len(names))
        known = [number for number, name in enumerate(names) if comparable(name) not in unknown and rows[number]]
        place = np.full(len(names) + 1, -1, np.int64)
        place[known] = np.arange(len(known))
        words = {name: int(rows[number]) for number, name in enumerate(names) if comparable(name) in unknown}
        return Coded(place[codes], tuple(names[number] for number in known), self.header(option), words)


def open_columns(
    sheet: Sheet, wanted: Mapping[str, str], log: ProblemLog, names: Iterable[tuple[str, ...]] | None = None
) -> TicketTable | None:
    """Find the columns that options name and read them.

    Parameters
    ----------
    sheet : Sheet
        The file.
    wanted : mapping of str to str
        Option -> header or number.
    log : ProblemLog
        Takes what is wrong.
    names : iterable of tuple of str, optional
        Names of every column; the headers by default.

    Returns
    -------
    TicketTable or None
        None where a column is not there or rows are at fault.
    """
    own = [(header,) for header in sheet.headers] if names is None else list(names)
    places = {
        option: find_column(header, own, log, file=sheet.file, option=option) for option, header in wanted.items()
    }
    found = {option: place for option, place in places.items() if place is not None}
    if len(found) < len(places):
        return None
    columns = sheet.read(list(found.values()))
    return None if columns is None else TicketTable(sheet, found, columns)


def times_of(
    table: TicketTable, option: str, mapping: TicketMapping, log: ProblemLog
) -> tuple[Integers, Moments] | None:
    """Read a column of times.

    Parameters
    ----------
    table : TicketTable
        Holds it.
    option : str
        The option that names it.
    mapping : TicketMapping
        Formats, time zone and words for unknown times.
    log : ProblemLog
        Takes what is wrong: texts that are no time, that could be read in two ways, or some with a zone and some
        without.

    Returns
    -------
    (int array of shape (rows,), Moments) or None
        Number of each row's text, -1 where the cell is empty; and the times of the texts.

    Raises
    ------
    ParameterError
        There is no such time zone.
    """
    column = table.coded(option, mapping.unknown)
    rows = np.bincount(column.codes[column.codes >= 0], minlength=len(column.names))
    try:
        moments = read_moments(column.names, formats=mapping.date_formats, timezone=mapping.timezone, weights=rows)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ParameterError(
            N_("There is no time zone {value}; --timezone takes a name such as Europe/Madrid or America/Bogota."),
            value=repr(mapping.timezone),
        ) from fault
    told = len(log.problems)
    _report_times(table, option, column, moments, log)
    zoned = moments.zoned[~np.isnat(moments.instant)]
    if mapping.timezone is None and zoned.any() and not zoned.all():
        log.add(
            "error",
            "zones-missing",
            N_("Some times name their zone and others do not, so that they cannot be put in order."),
            N_("Name the zone of the others: --timezone Europe/Madrid."),
            file=table.sheet.file,
            column=column.header,
        )
    return None if len(log.problems) > told else (column.codes, moments)


def _report_times(table: TicketTable, option: str, column: Coded, moments: Moments, log: ProblemLog) -> None:
    def report(code: str, numbers: tuple[int, ...], message: str, hint: str) -> None:
        if not numbers:
            return
        rows = np.flatnonzero(np.isin(column.codes, numbers))
        log.add(
            "error",
            code,
            message,
            hint,
            file=table.sheet.file,
            line=int(table.columns.lines[rows[0]]),
            column=column.header,
            value=masked(column.names[column.codes[rows[0]]])[:60],
            count=len(rows),
            example="'%d/%m/%Y %H:%M'",
        )

    del option
    report(
        "not-a-time",
        moments.unread,
        N_("'{value}' is no time that is known here ({count} {count:row|rows})."),
        N_("Say how times are written: --date-format {example}."),
    )
    report(
        "ambiguous-date",
        moments.doubtful,
        N_(
            "'{value}' may have the day or the month first, and no time of the column tells ({count} {count:row|rows})."
        ),
        N_("Say which: --date-format DMY (day first) or --date-format MDY (month first)."),
    )
    report(
        "mixed-dates",
        moments.contrary,
        N_("'{value}' has day and month in another order than the rest of the column ({count} {count:row|rows})."),
        N_("Correct it, or say how times are written: --date-format {example}."),
    )
    report(
        "unknown-zone",
        moments.zones,
        N_("The time zone of '{value}' is not known here ({count} {count:row|rows})."),
        N_("Write times with their distance from UTC (+01:00), or name the zone: --timezone Europe/Madrid."),
    )


def listed(names: Mapping[str, int], number: Callable[[float], str] = str) -> str:
    """Return contents with their counts, the most frequent first, as a sentence lists them."""
    ranked = sorted(names.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [f"'{masked(name)[:60]}' ({number(count)})" for name, count in ranked[:_LISTED]]
    return ", ".join(shown) + (f" (+{len(ranked) - _LISTED})" if len(ranked) > _LISTED else "")


def take(values: Instants, codes: Integers) -> Instants:
    """Spread the time of each content over the rows; -1 is none."""
    return np.append(values, np.asarray(["NaT"], dtype=values.dtype))[codes]
