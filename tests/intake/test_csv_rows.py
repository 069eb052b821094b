"""Tables that are read cell by cell: nothing is lost or doubled between one handful of rows and the next."""

import numpy as np
import pytest

from cxgraph.intake import csv_rows
from cxgraph.intake.csv_rows import split_cell_by_cell
from cxgraph.intake.dialect import Dialect
from cxgraph.tables.raw import ProblemLog


def split(text: str, wanted: tuple[int, ...] = (0, 2)) -> tuple[dict[int, list[str]], list[int], list[tuple[str, int]]]:
    log = ProblemLog()
    columns, lines = split_cell_by_cell(text.encode(), Dialect(","), ["a", "b", "c"], wanted, log=log, file="f.csv")
    said = [(problem.code, problem.line) for problem in log.problems]
    return {at: np.asarray(cells).tolist() for at, cells in columns.items()}, lines.tolist(), said


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 6, 5000])
def test_every_row_is_kept_once_however_many_are_moved_at_a_time(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(csv_rows, "_CHUNK", chunk)
    columns, lines, said = split("a,b,c\n" + "".join(f"{row},x,{row * row}\n" for row in range(5)))
    assert columns == {0: ["0", "1", "2", "3", "4"], 2: ["0", "1", "4", "9", "16"]}
    assert lines == [2, 3, 4, 5, 6]
    assert said == []


def test_cells_that_are_blank_beyond_the_header_are_no_fault_and_others_are() -> None:
    columns, lines, said = split('a,b,c\n1,2,3,\n1,2,3,4\n1,2\n,,,,\n"1\n1",2,3\n"1\n1",2\n')
    assert columns == {0: ["1", "1\n1"], 2: ["3", "3"]}
    assert lines == [2, 7]
    assert said == [("swallowed", 8), ("too-many-cells", 3), ("too-few-cells", 4), ("blank-lines", None)]


def test_columns_without_a_name_may_be_missing() -> None:
    log = ProblemLog()
    columns, _ = split_cell_by_cell(b"a,b, \n1,2\n", Dialect(","), ["a", "b", " "], [0, 1], log=log, file="f.csv")
    assert np.asarray(columns[1]).tolist() == ["2"]
    assert log.problems == []
