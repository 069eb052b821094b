"""The one statement that adds answers up, in each engine's SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cxgraph.intake.warehouse.engine import COMMA, ISO_DAY, LARGEST, MOST_DAYS, MOST_GROUPS, PLAIN, WITH_COMMA, Query


@dataclass(frozen=True)
class Dialect:
    """What engines write in different ways.

    Attributes
    ----------
    text, double : str
        Types of text and of binary numbers.
    cast : str
        How a number is made of a text that looks like one.
    matches : callable
        Given an expression and a pattern in quotes, the condition that the one matches the other.
    mark : str
        What stands around names.
    backslash : bool
        Whether a backslash in a text has to be doubled.
    """

    text: str
    double: str
    cast: str
    matches: Callable[[str, str], str]
    mark: str = '"'
    backslash: bool = False

    def name(self, header: str) -> str:
        """Return a name of a column or table in quotes, whatever it holds."""
        return self.mark + header.replace(self.mark, 2 * self.mark) + self.mark

    def literal(self, text: str) -> str:
        """Return a text in quotes."""
        text = text.replace("\\", "\\\\") if self.backslash else text
        return "'" + text.replace("'", "''") + "'"


DUCKDB = Dialect("varchar", "double", "try_cast", lambda x, pattern: f"regexp_matches({x}, {pattern})")
POSTGRES = Dialect("text", "double precision", "cast", lambda x, pattern: f"{x} ~ {pattern}")
SPARK = Dialect("string", "double", "try_cast", lambda x, pattern: f"{x} rlike {pattern}", "`", backslash=True)


class SqlEngine:
    """An engine that is asked in SQL.

    Parameters
    ----------
    source : str
        What stands after ``from``.
    dialect : Dialect
        How it writes.
    run : callable
        Takes a statement and yields rows as tuples.
    """

    lost: tuple[str, ...] = ()

    def __init__(self, source: str, dialect: Dialect, run: Callable[[str], Iterator[tuple[Any, ...]]]) -> None:
        self._source, self._dialect, self._run = source, dialect, run

    def days(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield (day, source, answers)."""
        return self._run(days_statement(query, self._source, self._dialect))

    def sums(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield the sums of each group."""
        return self._run(sums_statement(query, self._source, self._dialect))


def days_statement(query: Query, source: str, dialect: Dialect) -> str:
    """Return the statement that says on which days answers were given, and how many."""
    origin = _key(query, query.keys["source"], dialect) if "source" in query.keys else "null"
    inner = f"select {_day(query, dialect)} as d, {origin} as s from {source}"  # noqa: S608 - names are quoted
    return f"select d, s, count(*) from ({inner}) as answers group by d, s limit {MOST_DAYS + 1}"  # noqa: S608


def sums_statement(query: Query, source: str, dialect: Dialect) -> str:
    """Return the statement that adds up the answers of each group."""
    columns = {f"k{place}": _key(query, header, dialect) for place, header in enumerate(query.keys.values())}
    if query.waves:
        columns["wave"] = _wave(query, dialect)
    groups = list(columns)
    for name, header in query.scores.items():
        columns |= dict(zip((f"{name}_s", f"{name}_w", f"{name}_c"), _score(query, header, dialect), strict=True))
    if query.respondent:
        columns["person"] = _key(query, query.respondent, dialect)
    inner = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    wanted = ", ".join((*groups, *_aggregates(query)))
    keys = ", ".join(groups)
    return (
        f"select {wanted} from (select {inner} from {source}) as answers "  # noqa: S608 - names are quoted
        f"group by {keys} limit {MOST_GROUPS + 1}"
    )


def _aggregates(query: Query) -> Iterable[str]:
    levels = [f"{name}_s" for name in ("expectation", "fulfilment") if name in query.scores]
    some = " or ".join(f"{level} is not null" for level in levels) or "1 = 0"
    every = " and ".join(f"{level} is not null" for level in levels) if len(levels) > 1 else "1 = 0"
    yield "count(*)"
    yield f"sum(case when {some} then 0 else 1 end)"
    yield f"sum(case when {every} then 1 else 0 end)"
    for name in query.scores:
        score = f"{name}_s"
        if name == "importance":  # of an answer without scores nothing counts
            score = f"case when {some} then {score} end"
        yield f"sum({name}_w)"
        yield f"sum({name}_c)"
        yield f"count({score})"
        yield f"sum({score})"
        if name == "fulfilment":
            yield f"sum({score} * {score})"
        yield f"min({score})"
        yield f"max({score})"
        if query.respondent:
            yield f"count(distinct case when {score} is not null then person end)"


def _key(query: Query, header: str, dialect: Dialect) -> str:
    name = dialect.name(header)
    return name if query.kinds[header] == "text" else f"cast({name} as {dialect.text})"


def _day(query: Query, dialect: Dialect) -> str:
    header = str(query.date)
    name = dialect.name(header)
    if query.kinds[header] == "day":
        return f"cast(cast({name} as date) as {dialect.text})"
    text = f"trim(cast({name} as {dialect.text}))"
    iso = dialect.matches(text, dialect.literal(ISO_DAY))
    return f"case when {iso} then substring({text}, 1, 10) else split_part({text}, ' ', 1) end"


def _wave(query: Query, dialect: Dialect) -> str:
    day = _day(query, dialect)
    cases = " ".join(
        f"when {day} in ({', '.join(map(dialect.literal, days))}) then {dialect.literal(label)}"
        for label, days in query.waves.items()
    )
    return f"case {cases} end"


def _score(query: Query, header: str, dialect: Dialect) -> tuple[str, str, str]:
    """Return a score as decimal(12,6), and whether a cell is no number, and whether it has the wrong decimal mark."""
    name, kind = dialect.name(header), query.kinds[header]
    if kind == "text":
        text = f"trim({name})"
        plain = dialect.matches(text, dialect.literal(WITH_COMMA if query.comma else PLAIN))
        number = f"replace({text}, ',', '.')" if query.comma else text
        exact = f"case when {plain} then {dialect.cast}({number} as decimal(20,6)) end"
        said = f"{text} <> ''"
        other = dialect.matches(text, dialect.literal(PLAIN if query.comma else COMMA))
        # A whole number has no mark at all.
        commas = f"case when {other} and not {plain} then 1 else 0 end"
    elif kind == "float":
        number = f"nullif(cast({name} as {dialect.double}), cast('NaN' as {dialect.double}))"
        # Products and floors of binary numbers are the same everywhere; their conversion to decimals is not.
        whole = f"case when {_inside(number)} then cast(floor({number} * 1000000 + 0.5) as decimal(18,0)) end"
        exact, said, commas = f"{whole} * 0.000001", f"{number} is not null", "0"
    else:
        exact, said, commas = name, f"{name} is not null", "0"
    value = f"case when {_inside(exact)} then cast({exact} as decimal(12,6)) end"
    wrong = f"case when {said} and not coalesce({_inside(exact)}, false) then 1 else 0 end"
    return value, wrong, commas


def _inside(number: str) -> str:
    return f"({number} between -{LARGEST} and {LARGEST})"
