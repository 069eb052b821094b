"""Tables of answers in files that are too large to be read row by row: CSV, and Parquet of any size."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cxgraph.intake.csv_rows import open_rows
from cxgraph.intake.encoding import to_utf8
from cxgraph.intake.reader import opened_table
from cxgraph.intake.warehouse.chunks import ChunkEngine, TextFile
from cxgraph.intake.warehouse.engine import Engine, EngineError, Query
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import TABLES

_HEAD = 1 << 20
_PIECE = 1 << 22


def open_text(path: Path, renames: Mapping[str, str], encoding: str | None, log: ProblemLog) -> Engine | None:
    """Open a large text table; None where its header is none, which has then been said."""
    with path.open("rb") as stream:
        raw = stream.read(_HEAD)
    raw = raw[: raw.rfind(b"\n") + 1] or raw
    heard = ProblemLog()
    text = to_utf8(raw, log=heard, file=path.name, encoding=encoding)
    if text is None:
        log.problems.extend(heard.problems)
        return None
    opened = opened_table(text, TABLES["responses"], renames, log, path.name)
    if opened is None:
        return None
    body, headers, dialect = opened
    reader = open_rows(body, dialect.delimiter)
    next(reader)
    lines = dialect.first_line - 1 + reader.line_num
    start = 0
    for _ in range(lines):
        start = raw.find(b"\n", start) + 1
    titles = tuple(header.strip() for header in headers)
    head = b"\n".join(body.split(b"\n")[: reader.line_num]).rstrip(b"\r") + b"\n"
    return TextEngine(TextFile(path, head, titles, dialect, start, encoding), lines, log)


class TextEngine:
    """A text table that DuckDB adds up where it is installed and finds every row in order, else blocks of pandas.

    Both give the same sums. What is out of order is said by the reader of blocks, which knows the lines.

    Parameters
    ----------
    file : TextFile
        The table.
    lines : int
        Lines of the file up to the first row.
    log : ProblemLog
        Takes what is wrong with rows.
    """

    lost: tuple[str, ...] = ()

    def __init__(self, file: TextFile, lines: int, log: ProblemLog) -> None:
        self._chunks = ChunkEngine(file, log)
        self.name, self.kinds = self._chunks.name, self._chunks.kinds
        self._file, self._lines = file, lines

    def days(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield (day, source, answers)."""
        yield from self._either("days", query)

    def sums(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield the sums of each group."""
        yield from self._either("sums", query)

    def close(self) -> None:
        """Nothing stays open."""

    def _either(self, what: str, query: Query) -> list[tuple[Any, ...]]:
        try:
            with self._duck() as engine:
                return list(getattr(engine, what)(query))
        except (ImportError, EngineError):
            return list(getattr(self._chunks, what)(query))

    @contextmanager
    def _duck(self) -> Iterator[Engine]:
        from cxgraph.intake.warehouse.duck import open_csv

        names = [header or f"\0{place}" for place, header in enumerate(self._file.headers)]
        if len(set(names)) < len(names):
            raise EngineError("repeated headers")
        engine = open_csv(self._file.path.resolve(), names, self._file.dialect.delimiter, self._lines)
        try:
            yield engine
        finally:
            engine.close()


def file_source(path: Path, name: str) -> Source:
    """Return name, SHA-256 and size of a file that is not read whole."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return Source(name, digest.hexdigest(), size)
