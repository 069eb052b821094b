"""Which sign separates the cells of a text table: comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cxgraph.tables.schema import fold

_TEXT = re.compile(rb"\S")
DELIMITERS = ",;\t|"
_SAMPLE_ROWS, _TITLE_ROWS = 200, 30
_SAMPLE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    Parameters
    ----------
    delimiter : str
        The sign between cells.
    start : int
        Bytes before the header: the line ``sep=;`` that Excel writes, blank lines.
    first_line : int
        Line of the file that the header begins on.
    """

    delimiter: str
    start: int = 0
    first_line: int = 1


def find_dialect(data: bytes, known: Collection[str]) -> Dialect:
    r"""Find the sign that separates the cells of a table.

    A line ``sep=;`` decides. Otherwise each sign is tried on the first rows: first counts how many headers it
    brings to light that are known, then how many rows have as many cells as the header, then how many cells
    those are. Decimal commas cannot win: they split no known header.

    Parameters
    ----------
    data : bytes
        UTF-8 text of the table.
    known : collection of str
        Headers that are known, as `fold` writes them.

    Returns
    -------
    Dialect
        A comma where nothing speaks for any sign.

    Examples
    --------
    >>> find_dialect(b"proveedor;cliente\nIT;Ventas, sur\n", {"proveedor", "cliente"}).delimiter
    ';'
    """
    start, first_line = _blank_start(data)
    end = data.find(b"\n", start)
    line = data[start : len(data) if end < 0 else end].strip().strip(b'"').lower()
    if line.startswith(b"sep=") and line[4:].decode("utf-8", "replace") in DELIMITERS and len(line) == 5:
        named = line[4:].decode()
        return Dialect(named, len(data) if end < 0 else end + 1, first_line + 1)
    if line == b"sep=" and data[start:end].rstrip(b"\r").endswith(b"\t"):
        return Dialect("\t", end + 1, first_line + 1)
    sample = data[start : start + _SAMPLE_BYTES].decode("utf-8", "ignore")
    best = max(DELIMITERS, key=lambda delimiter: _merit(sample, delimiter, known))
    return Dialect(best, start, first_line)


def below_title(data: bytes, dialect: Dialect, holds: Callable[[Sequence[str]], bool]) -> list[Dialect]:
    r"""Find the rows that read as a header below a title.

    Parameters
    ----------
    data : bytes
        UTF-8 text of the table.
    dialect : Dialect
        As `find_dialect` found it.
    holds : callable
        Whether a row reads as a header.

    Returns
    -------
    list of Dialect
        From each such row on, in their order; a table is read where there is one.

    Examples
    --------
    >>> text = b"Survey 2026\n\nsupplier;client\nIT;Sales\n"
    >>> below_title(text, Dialect(","), lambda row: "supplier" in row)
    [Dialect(delimiter=';', start=13, first_line=3)]
    """
    sample = data[dialect.start : dialect.start + _SAMPLE_BYTES].decode("utf-8", "ignore")
    lines = io.StringIO(sample, newline="").readlines()[:_TITLE_ROWS]
    found: dict[int, str] = {}
    for delimiter in DELIMITERS:
        reader = csv.reader(lines, delimiter=delimiter)
        before = 0
        try:
            for row in reader:
                if holds(row):
                    found[before] = delimiter
                before = reader.line_num
        except csv.Error:
            continue
    return [
        Dialect(found[above], dialect.start + len("".join(lines[:above]).encode()), dialect.first_line + above)
        for above in sorted(found)
    ]


def _blank_start(data: bytes) -> tuple[int, int]:
    """Return where the first line that is not blank begins, in bytes and lines."""
    first = _TEXT.search(data)
    start = data.rfind(b"\n", 0, first.start() if first else len(data)) + 1
    return start, data.count(b"\n", 0, start) + 1


def _merit(sample: str, delimiter: str, known: Collection[str]) -> tuple[int, float, int]:
    """Weigh one sign; tuples compare by known headers, then agreement of the rows, then number of cells."""
    sizes = []
    headers: list[str] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if not headers:
                headers = row
            elif row:
                sizes.append(len(row))
            if len(sizes) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        sizes.append(0)  # a sample that breaks off inside a cell still shows what it showed
    recognised = sum(fold(header) in known for header in headers)
    agreement = sum(size == len(headers) for size in sizes) / len(sizes) if sizes else 1.0
    several = len(headers) > 1
    return recognised if several else 0, agreement if several else 0.0, len(headers)
