"""A table of ibis that the caller hands over, on whichever engine it is; ibis itself is never imported here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cxgraph.intake.warehouse.engine import (
    COMMA,
    ISO_DAY,
    LARGEST,
    MOST_DAYS,
    MOST_GROUPS,
    PLAIN,
    WITH_COMMA,
    EngineError,
    Kind,
    Query,
)


class IbisEngine:
    """A table that ibis puts into its engine's own statement.

    Parameters
    ----------
    table : ibis.expr.types.Table
        Stays in the caller's connection.
    """

    lost: tuple[str, ...] = ()

    def __init__(self, table: Any) -> None:
        self.name = "table"
        self._table = table
        self.kinds: Mapping[str, Kind] = {name: ibis_kind(kind) for name, kind in table.schema().items()}

    def days(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield (day, source, answers)."""
        given = {"d": self._day(query)}
        if "source" in query.keys:
            given["s"] = self._key(query, query.keys["source"])
        rows = self._table.select(**given)
        grouped = rows.group_by(list(given)).aggregate(n=rows.count()).limit(MOST_DAYS + 1)
        for row in self._fetched(grouped):
            yield row["d"], row.get("s"), row["n"]

    def sums(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield the sums of each group."""
        given = {f"k{place}": self._key(query, header) for place, header in enumerate(query.keys.values())}
        if query.waves:
            given["wave"] = self._wave(query)
        groups = list(given)
        for name, header in query.scores.items():
            given |= dict(zip((f"{name}_s", f"{name}_w", f"{name}_c"), self._score(query, header), strict=True))
        if query.respondent:
            given["person"] = self._key(query, query.respondent)
        rows = self._table.select(**given)
        wanted = dict(zip(query.count_fields, _aggregates(query, rows), strict=True))
        for row in self._fetched(rows.group_by(groups).aggregate(**wanted).limit(MOST_GROUPS + 1)):
            yield (
                *(row[name] for name in groups),
                *(_number(row[name]) for name in query.count_fields),
            )

    def close(self) -> None:
        """Leave the caller's connection as it is."""

    def _fetched(self, expression: Any) -> list[dict[str, Any]]:
        try:
            return list(expression.to_pyarrow().to_pylist())
        except Exception as fault:
            if type(fault).__module__ == "builtins":
                raise
            raise EngineError(fault) from None

    def _key(self, query: Query, header: str) -> Any:
        column = self._table[header]
        return column if query.kinds[header] == "text" else column.cast("string")

    def _day(self, query: Query) -> Any:
        header = str(query.date)
        column = self._table[header]
        if query.kinds[header] == "day":
            return column.cast("date").cast("string")
        text = column.cast("string").strip()
        return text.re_search(ISO_DAY).ifelse(text.substr(0, 10), text.split(" ")[0])

    def _wave(self, query: Query) -> Any:
        day = self._day(query)
        label = None
        for name, days in query.waves.items():
            label = day.isin(list(days)).ifelse(name, label)
        return label

    def _score(self, query: Query, header: str) -> tuple[Any, Any, Any]:
        """Return a score as decimal(12,6), and whether a cell is no number, and whether it has the wrong mark."""
        column, kind = self._table[header], query.kinds[header]
        if kind == "text":
            text = column.strip()
            plain = text.re_search(WITH_COMMA if query.comma else PLAIN)
            number = text.replace(",", ".") if query.comma else text
            exact = plain.ifelse(number, None).cast("decimal(20,6)")
            said = text != ""
            commas = (text.re_search(PLAIN if query.comma else COMMA) & ~plain).ifelse(1, 0).fill_null(0)
        elif kind == "float":
            number = column.cast("float64")
            number = number.isnan().ifelse(None, number)
            whole = _inside(number).ifelse((number * 1_000_000 + 0.5).floor(), None)
            # So close to a multiple of a millionth that every engine makes the same decimal of it.
            exact, said, commas = (whole / 1_000_000).cast("decimal(12,6)"), number.notnull(), None
        else:
            exact, said, commas = column, column.notnull(), None
        inside = _inside(exact)
        value = inside.ifelse(exact, None).cast("decimal(12,6)")
        wrong = (said & ~inside.fill_null(False)).ifelse(1, 0).fill_null(0)
        return value, wrong, wrong * 0 if commas is None else commas


def _inside(number: Any) -> Any:
    return number.between(-LARGEST, LARGEST)


def _aggregates(query: Query, rows: Any) -> Iterator[Any]:
    levels = [rows[f"{name}_s"].notnull() for name in ("expectation", "fulfilment") if name in query.scores]
    counted = rows.count()
    some = levels[0] | levels[-1] if levels else None
    yield counted
    yield counted if some is None else some.ifelse(0, 1).sum()
    yield (levels[0] & levels[1]).ifelse(1, 0).sum() if len(levels) > 1 else counted * 0
    for name in query.scores:
        score = rows[f"{name}_s"]
        if name == "importance":  # of an answer without scores nothing counts
            score = (score.notnull() if some is None else some).ifelse(score, None)
        yield rows[f"{name}_w"].sum()
        yield rows[f"{name}_c"].sum()
        yield score.count()
        # As text: ibis expects fewer digits of a sum than engines give.
        yield score.sum().cast("string")
        if name == "fulfilment":
            yield (score * score).sum().cast("string")
        yield score.min().cast("string")
        yield score.max().cast("string")
        if query.respondent:
            yield score.notnull().ifelse(rows["person"], None).nunique()


def _number(value: object) -> object:
    return Decimal(value) if isinstance(value, str) else value


def ibis_kind(kind: Any) -> Kind:
    """Return what a column of a type of ibis holds."""
    tests: tuple[tuple[str, Kind], ...] = (
        ("is_string", "text"),
        ("is_integer", "whole"),
        ("is_decimal", "decimal"),
        ("is_floating", "float"),
        ("is_date", "day"),
        ("is_timestamp", "day"),
    )
    return next((meaning for test, meaning in tests if getattr(kind, test)()), "other")
