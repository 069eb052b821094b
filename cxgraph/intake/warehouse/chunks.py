"""A large text table without any engine: read in blocks, each of them added up before the next is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.intake.csv_rows import split_cell_by_cell
from cxgraph.intake.dialect import Dialect
from cxgraph.intake.encoding import to_utf8
from cxgraph.intake.reader import LONGEST_RECORD
from cxgraph.intake.records import find_records, split_regular
from cxgraph.intake.warehouse.engine import COMMA, ISO_DAY, LARGEST, PLAIN, WITH_COMMA, EngineError, Kind, Query
from cxgraph.model.tallies import UNIT
from cxgraph.tables.raw import ProblemLog

_BLOCK = 1 << 25
_LOW = 1 << 20
_MILLIONTH = Decimal("0.000001")
_Codes = npt.NDArray[np.intp]
_Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TextFile:
    """A text table and how it is written.

    Attributes
    ----------
    path : Path
        The file.
    head : bytes
        Its header in UTF-8, with the end of the line.
    headers : tuple of str
        The same in cells.
    dialect : Dialect
        How it is written.
    start : int
        Bytes of the file up to the first row.
    encoding : str, optional
        Where the user knows it.
    """

    path: Path
    head: bytes
    headers: tuple[str, ...]
    dialect: Dialect
    start: int
    encoding: str | None = None


class ChunkEngine:
    """A text table that is added up here.

    Parameters
    ----------
    file : TextFile
        The table.
    log : ProblemLog
        Takes rows that cannot be told apart into cells.
    """

    lost: tuple[str, ...] = ()

    def __init__(self, file: TextFile, log: ProblemLog) -> None:
        self.name = file.path.name
        self.kinds: Mapping[str, Kind] = dict.fromkeys((header for header in file.headers if header), "text")
        self._file, self._log = file, log

    def days(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield (day, source, answers)."""
        counts: dict[tuple[str | None, str | None], int] = {}
        headers = [str(query.date), *([query.keys["source"]] if "source" in query.keys else [])]
        for columns in self._blocks(headers):
            day = _mapped(columns[headers[0]], _day_of)
            parts = [day, *(columns[header] for header in headers[1:])]
            group, cells = _grouped([part.codes for part in parts], [len(part.categories) for part in parts])
            number = np.bincount(group)
            for place, codes in enumerate(zip(*cells, strict=True)):
                texts = [_text(part, code) for part, code in zip(parts, codes, strict=True)]
                key = (texts[0], texts[1] if len(texts) > 1 else None)
                counts[key] = counts.get(key, 0) + int(number[place])
        for (day_text, source), number_of in counts.items():
            yield day_text, source, number_of

    def sums(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield the sums of each group."""
        wanted = [*query.keys.values(), *query.scores.values()]
        wanted += [query.respondent] if query.respondent else []
        wanted += [str(query.date)] if query.waves else []
        wave_of = {day: label for label, days in query.waves.items() for day in days}
        found = _Sums(query)
        for columns in self._blocks(wanted):
            keys = [columns[header] for header in query.keys.values()]
            if query.waves:
                keys.append(_mapped(columns[str(query.date)], lambda text: wave_of.get(_day_of(text) or "")))
            group, cells = _grouped([key.codes for key in keys], [len(key.categories) for key in keys])
            places = found.groups.places(keys, cells)
            person = found.persons(columns[query.respondent]) if query.respondent else None
            found.add(group, places, {name: columns[header] for name, header in query.scores.items()}, person)
        return found.rows()

    def close(self) -> None:
        """Nothing stays open."""

    def _blocks(self, headers: Sequence[str]) -> Iterator[dict[str, pd.Categorical]]:
        """Yield some columns, block by block, in whole rows."""
        file = self._file
        positions = {header: file.headers.index(header) for header in headers}
        before = file.dialect.first_line - 1
        told = False
        with file.path.open("rb") as stream:
            stream.seek(file.start)
            rest, more = b"", True
            while more:
                read = stream.read(_BLOCK)
                more = bool(read)
                block = rest + read if rest else read
                cut = _whole_rows(block) if read else len(block)
                rows, rest = block[:cut], block[cut:]
                del block, read  # a block is some 30 MB: none is held longer, or copied more often, than needed
                if len(rest) > 4 * _BLOCK:
                    raise EngineError("a quotation mark is not closed")
                if re.search(rb"[^\r\n]", rows):
                    heard = ProblemLog() if told else self._log  # how the file is encoded is said once
                    text = to_utf8(rows, log=heard, file=self.name, encoding=file.encoding)
                    told = True
                    if text is None:
                        raise EngineError("encoding")
                    if not re.search(rb"[^\r\n]\r?\n\Z", text[-3:]):
                        text = text.rstrip(b"\r\n") + b"\n"
                    columns = self._split(file.head + text, positions, before)
                    yield {header: columns[position] for header, position in positions.items()}
                before += rows.count(b"\n")

    def _split(self, text: bytes, positions: Mapping[str, int], before: int) -> dict[int, pd.Categorical]:
        """Split one block, whose header stands above it once more."""
        wanted = sorted(set(positions.values()))
        dialect = replace(self._file.dialect, start=0)
        records = find_records(text, dialect.delimiter, LONGEST_RECORD)
        if records is not None and records.width == len(self._file.headers):
            return split_regular(text, dialect.delimiter, wanted, records)
        log = ProblemLog()
        placed = replace(dialect, first_line=before + 1)
        columns = split_cell_by_cell(text, placed, self._file.headers, wanted, log=log, file=self.name)[0]
        self._log.problems.extend(log.problems)
        return columns


def _whole_rows(block: bytes) -> int:
    """Return the length of the rows of a block that end in it: at a line end outside of quotation marks."""
    end = block.rfind(b"\n")
    if b'"' not in block:
        return end + 1
    quotes = block.count(b'"', 0, end + 1)
    while end >= 0 and quotes % 2:
        before = block.rfind(b"\n", 0, end)
        quotes -= block.count(b'"', before + 1, end + 1)
        end = before
    return end + 1


def _text(column: pd.Categorical, code: int) -> str | None:
    text = str(column.categories[code]) if code >= 0 else ""
    return text or None


def _day_of(text: str) -> str | None:
    text = text.strip(" ")
    return (text[:10] if re.search(ISO_DAY, text) else text.split(" ")[0]) or None


def _mapped(column: pd.Categorical, meaning: Callable[[str], str | None]) -> pd.Categorical:
    """Return a column of what its texts mean."""
    meanings = [meaning(str(text)) for text in column.categories]
    names = {name: place for place, name in enumerate(dict.fromkeys(name for name in meanings if name is not None))}
    codes = np.array([-1 if name is None else names[name] for name in meanings] + [-1], np.intp)
    return pd.Categorical.from_codes(codes[column.codes], categories=pd.Index(list(names), dtype=object))


def _grouped(
    codes: Sequence[npt.NDArray[np.integer]], sizes: Sequence[int]
) -> tuple[_Codes, list[npt.NDArray[np.integer]]]:
    """Return the number of each row's combination of some columns, and the codes of each combination."""
    combined = np.zeros(len(codes[0]), np.int64)
    for code, size in zip(codes, sizes, strict=True):
        combined = combined * (size + 1) + (code.astype(np.int64) + 1)
        if combined.max(initial=0) > 2**40:  # numbered anew before the next column could overflow it
            combined = pd.factorize(combined)[0].astype(np.int64)
    group, _ = pd.factorize(combined)
    first = np.full(int(group.max(initial=-1)) + 1, -1)
    first[group[::-1]] = np.arange(len(group))[::-1]
    return group.astype(np.intp), [code[first] for code in codes]


@dataclass(frozen=True)
class _Cells:
    """What each distinct content of a column of scores is."""

    value: npt.NDArray[np.int64]
    stated: _Bools
    wrong: _Bools
    commas: _Bools


def _read_cells(column: pd.Categorical, comma: bool) -> _Cells:
    """Read the distinct contents of a column of scores, in millionths; code -1 is an empty cell."""
    size = len(column.categories) + 1
    value = np.zeros(size, np.int64)
    stated, wrong, commas = (np.zeros(size, bool) for _ in range(3))
    good, bad = (WITH_COMMA, PLAIN) if comma else (PLAIN, COMMA)
    for place, content in enumerate(column.categories):
        text = str(content).strip(" ")
        if re.fullmatch(good, text):
            number = Decimal(text.replace(",", ".")).quantize(_MILLIONTH, "ROUND_HALF_UP")
            stated[place] = abs(number) <= LARGEST
            value[place] = int(number * UNIT) if stated[place] else 0
        wrong[place] = text != "" and not stated[place]
        commas[place] = not stated[place] and re.fullmatch(bad, text) is not None
    return _Cells(value, stated, wrong, commas)


@dataclass
class _Groups:
    """Numbers for combinations of texts, in the order in which they come.

    Each column's texts are numbered, and then each pair of the number so far and the next column's: comparing whole
    numbers takes a quarter of the time of comparing tuples of texts.
    """

    texts: list[dict[str | None, int]] = field(default_factory=list)
    pairs: list[dict[int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        last = self.pairs[-1:] or self.texts[-1:]
        return len(last[0]) if last else 0

    def places(self, keys: Sequence[pd.Categorical], cells: Sequence[npt.NDArray[np.integer]]) -> _Codes:
        """Return where the groups of a block stand among all."""
        if not self.texts:
            self.texts, self.pairs = [{} for _ in keys], [{} for _ in keys[1:]]
        numbered = [_numbers(known, [*key.categories, None]) for known, key in zip(self.texts, keys, strict=True)]
        columns = [number[code] for number, code in zip(numbered, cells, strict=True)]
        place = columns[0]
        for known, column in zip(self.pairs, columns[1:], strict=True):
            place = _numbers(known, (place << 32 | column).tolist())
        return np.asarray(place, np.intp)

    def names(self) -> Iterator[tuple[str | None, ...]]:
        """Yield the texts of each group."""
        place = np.arange(len(self))
        columns = []
        for known, texts in zip(self.pairs[::-1], self.texts[:0:-1], strict=True):
            pair = np.fromiter(known, np.int64, len(known))[place]
            columns.append(np.array(list(texts), dtype=object)[pair & 0xFFFFFFFF])
            place = pair >> 32
        columns += [np.array(list(texts), dtype=object)[place] for texts in self.texts[:1]]
        return zip(*columns[::-1], strict=True)


def _numbers(known: dict[Any, int], found: Sequence[Any]) -> npt.NDArray[np.int64]:
    """Return the number of each thing found, where what is not known yet gets the next one."""
    return np.array([known.setdefault(thing, len(known)) for thing in found], np.int64)


@dataclass
class _Sums:
    """The sums so far, by group."""

    query: Query
    groups: _Groups = field(default_factory=_Groups)
    totals: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, list[npt.NDArray[np.int64]]] = field(default_factory=dict)

    def persons(self, column: pd.Categorical) -> npt.NDArray[np.int64]:
        """Return a number for the person behind each row; -1 where nobody is named."""
        known = self.names
        codes = [known.setdefault(str(text), len(known)) if text else -1 for text in column.categories]
        return np.asarray(np.array([*codes, -1], np.int64)[column.codes])

    def add(
        self,
        group: _Codes,
        places: _Codes,
        columns: Mapping[str, pd.Categorical],
        person: npt.NDArray[np.int64] | None,
    ) -> None:
        """Add a block."""
        size = len(places)
        cells = {name: _read_cells(column, self.query.comma) for name, column in columns.items()}
        stated = {name: cells[name].stated[column.codes] for name, column in columns.items()}
        levels = [stated[name] for name in ("expectation", "fulfilment") if name in stated]
        some = np.logical_or.reduce(levels) if levels else np.zeros(len(group), bool)
        self._put("answers", places, np.bincount(group, minlength=size))
        self._put("unscored", places, np.bincount(group, ~some, size).astype(np.int64))
        every = np.logical_and.reduce(levels) if len(levels) > 1 else np.zeros(len(group), bool)
        self._put("both", places, np.bincount(group, every, size).astype(np.int64))
        for name, column in columns.items():
            told = stated[name] & some if name == "importance" else stated[name]
            for part in ("wrong", "commas"):
                flags = getattr(cells[name], part)
                if flags.any():
                    self._put(f"{name}_{part}", places, np.bincount(group, flags[column.codes], size).astype(np.int64))
            value, of = cells[name].value[column.codes][told], group[told]
            self._put(f"{name}_count", places, np.bincount(of, minlength=size))
            self._put(f"{name}_total", places, _added(value, of, size).astype(object))
            if name == "fulfilment":
                self._put("fulfilment_squares", places, _squares(value, of, size))
            self._extreme(f"{name}_least", places, value, of, np.minimum)
            self._extreme(f"{name}_most", places, value, of, np.maximum)
            if person is not None:
                known = told & (person >= 0)
                pairs = places[group[known]].astype(np.int64) << 32 | person[known]
                self.pairs.setdefault(name, []).append(np.unique(pairs))

    def _put(self, name: str, places: _Codes, values: npt.NDArray[Any]) -> None:
        sums = self._grown(name, values.dtype, 0)
        sums[places] += values

    def _extreme(self, name: str, places: _Codes, value: npt.NDArray[np.int64], group: _Codes, pick: np.ufunc) -> None:
        far = np.iinfo(np.int64).max if pick is np.minimum else np.iinfo(np.int64).min
        here = np.full(len(places), far)
        pick.at(here, group, value)
        sums = self._grown(name, np.dtype(np.int64), far)
        sums[places] = pick(sums[places], here)

    def _grown(self, name: str, kind: np.dtype[Any], empty: int) -> npt.NDArray[Any]:
        """Return the sums of one name, with room for every group that is known."""
        sums = self.totals.get(name)
        have = 0 if sums is None else len(sums)
        if have < len(self.groups):
            more = np.full(max(len(self.groups), 2 * have) - have, empty, kind)
            self.totals[name] = sums = more if sums is None else np.concatenate([sums, more])
        return self.totals[name] if sums is None else sums

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the sums of each group, in points."""
        size = len(self.groups)
        people = {name: self._people(name, size) for name in self.query.scores} if self.query.respondent else {}
        with localcontext() as context:
            context.prec = 100
            columns = [self._column(field_name, size, people) for field_name in self.query.count_fields]
        for place, key in enumerate(self.groups.names()):
            yield (*(text or None for text in key), *(column[place] for column in columns))

    def _column(self, name: str, size: int, people: Mapping[str, npt.NDArray[np.int64]]) -> list[Any]:
        score, _, part = name.rpartition("_")
        if part == "people":
            return list(people[score].tolist())
        if name not in self.totals:
            return [0] * size
        values = self.totals[name][:size].tolist()
        if part not in ("total", "squares", "least", "most"):
            return list(values)
        digits = -12 if part == "squares" else -6
        counts = self.totals[f"{score}_count"].tolist()
        return [Decimal(v).scaleb(digits) if n else None for v, n in zip(values, counts, strict=False)]

    def _people(self, name: str, size: int) -> npt.NDArray[np.int64]:
        """Return how many people stated a score of each group."""
        pairs = np.unique(np.concatenate(self.pairs.get(name, [np.zeros(0, np.int64)])))
        return np.bincount(pairs >> 32, minlength=size)


def _added(value: npt.NDArray[np.int64], group: _Codes, size: int) -> npt.NDArray[np.int64]:
    """Return the sum of whole numbers for each group, exact: a block has too few rows for them to overflow."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, group, value)
    return sums


def _squares(value: npt.NDArray[np.int64], group: _Codes, size: int) -> npt.NDArray[np.object_]:
    """Return the sum of squares for each group, exact: each number in two halves whose products have room."""
    high, low = value // _LOW, value % _LOW
    parts = (_added(part, group, size).astype(object) for part in (high * high, high * low, low * low))
    whole, mixed, rest = parts
    return np.asarray(whole * _LOW**2 + 2 * mixed * _LOW + rest, dtype=object)
