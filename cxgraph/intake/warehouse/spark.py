"""A DataFrame of Spark that the caller hands over; Spark itself is never imported here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cxgraph.intake.warehouse.engine import EngineError, Kind
from cxgraph.intake.warehouse.statement import SPARK, SqlEngine

_VIEW = "cxgraph_answers"
_KINDS: dict[str, Kind] = {
    "string": "text",
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "whole"),
    **dict.fromkeys(("float", "double"), "float"),
    **dict.fromkeys(("date", "timestamp", "timestamp_ntz"), "day"),
}


class SparkEngine(SqlEngine):
    """A DataFrame in the caller's own session, wherever that computes.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        Its answers stay where they are; the sums come here.
    """

    lost: tuple[str, ...] = ("NaN",)  # where a frame of pandas is handed to Spark without Arrow

    def __init__(self, frame: Any) -> None:
        super().__init__(SPARK.name(_VIEW), SPARK, self._fetch)
        self.name = "DataFrame"
        self._frame = frame
        self.kinds: Mapping[str, Kind] = {name: spark_kind(kind) for name, kind in frame.dtypes}

    def _fetch(self, statement: str) -> Iterator[tuple[Any, ...]]:
        self._frame.createOrReplaceTempView(_VIEW)
        session = self._frame.sparkSession
        try:
            rows = session.sql(statement).collect()
        except Exception as fault:
            if not type(fault).__module__.startswith(("pyspark", "py4j")):
                raise
            raise EngineError(fault) from None
        finally:
            session.catalog.dropTempView(_VIEW)
        yield from map(tuple, rows)

    def close(self) -> None:
        """Leave the caller's session as it is."""


def spark_kind(name: str) -> Kind:
    """Return what a column of a type of Spark holds.

    Examples
    --------
    >>> spark_kind("decimal(10,2)"), spark_kind("string"), spark_kind("boolean")
    ('decimal', 'text', 'other')
    """
    return "decimal" if name.startswith("decimal") else _KINDS.get(name, "other")
