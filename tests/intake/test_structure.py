"""Regular tables are recognised from their bytes, and split at once as the standard library splits them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.intake.csv_rows import split_cell_by_cell
from cxgraph.intake.dialect import Dialect
from cxgraph.intake.reader import LONGEST_RECORD, read_table
from cxgraph.intake.records import find_records
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import TABLES

CELLS = st.text(st.sampled_from("ab7.,;'\" \n\r\té\u00a0"), max_size=5)


def by_hand(text: bytes, delimiter: str) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(
        io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""), delimiter=delimiter, strict=True
    )
    rows, lines = [], []
    for row in reader:
        rows.append(row)
        lines.append(reader.line_num)
    return rows, lines


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_is_well_written_is_read_as_it_was_written(
    rows: list[list[str]], delimiter: str, end: str, quoting: int
) -> None:
    if quoting == csv.QUOTE_MINIMAL:  # the writer leaves a lone carriage return without the quotes that it needs
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["supplier", "client", "service"])
    writer.writerows(rows)
    text = stream.getvalue().encode()
    findings = ProblemLog()
    raw = read_table(text, TABLES["services"], log=findings, file="f.csv")
    assert raw is not None
    assert not findings.failed
    kept = [
        (row, line)
        for row, line in zip(rows, by_hand(text, delimiter)[1][1:], strict=True)
        if any(cell.strip() for cell in row)
    ]
    assert list(zip(*(raw.columns[name] for name in ("supplier", "client", "service")), strict=True)) == [
        tuple(row) for row, _ in kept
    ]
    assert raw.lines is not None
    if "\r" not in "".join(cell for row in rows for cell in row):
        assert raw.lines.tolist() == [line for _, line in kept]


@given(st.lists(st.sampled_from(["a", "7", ",", ",", "\n", "\n", '"', "\r\n", "é", " "]), max_size=40).map("".join))
def test_what_passes_as_regular_is_split_as_by_the_standard_library(body: str) -> None:
    text = ("supplier,client\n" + body).encode()
    records = find_records(text, ",", LONGEST_RECORD)
    if records is None:
        return
    rows, lines = by_hand(text, ",")
    assert {len(row) for row in rows} == {records.width}
    assert records.lines.tolist() == lines[1:]
    findings = ProblemLog()
    columns, slow = split_cell_by_cell(text, Dialect(","), rows[0], [0, 1], log=findings, file="f.csv")
    assert findings.problems == []
    assert slow.tolist() == lines[1:]
    assert [list(columns[0]), list(columns[1])] == [list(column) for column in zip(*rows[1:], strict=True)] or not rows[
        1:
    ]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"a\nb\n",
        b"a,b\nx\n",
        b"a,b\nx,y,z\n",
        b"a,b\n\nx,y\n",
        b'a,b\n"x,y\n',
        b'a,b\nx"y,z\n"',
        b'a,b\n"x"y,z\n',
        b'a,b\n"x" ,z\n',
        b"a,b\rx,y\r",
        b"a,b\nx\ry,z\n",
        b'a,b\nx,"y"z"\n',
    ],
)
def test_irregular_tables_are_left_to_the_careful_reader(text: bytes) -> None:
    assert find_records(text, ",", LONGEST_RECORD) is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"a,b\n", []),
        (b"a,b", []),
        (b"a,b\nx,y", [2]),
        (b'a,b\n"x\n1",y\nz,w\n', [3, 4]),
        (b'"a\n1",b\nx,y\n', [3]),
        (b'a,b\n"""x""",""\r\n"",y\r\n', [2, 3]),
        (b"a,b\r\nx,\r\n", [2]),
    ],
)
def test_lines_of_records(text: bytes, lines: list[int]) -> None:
    records = find_records(text, ",", LONGEST_RECORD)
    assert records is not None
    assert records.lines.tolist() == lines
    assert records.width == 2


def test_a_record_that_is_too_long_is_irregular() -> None:
    assert find_records(b"a,b\n" + b"x" * 100 + b",y\n", ",", 100) is None
