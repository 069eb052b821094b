"""Tables on their way in: cells as they were found, and the same table with typed columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import Problem, Severity
from cxgraph.tables.schema import TABLES, Table
from cxgraph.tables.unquoted import without_scores
from cxgraph.wording import N_

_ANSWERED = ("services", "responses")
_SCORES = ("expectation", "fulfilment", "importance", "fulfilment_sd", "comment")
"""Columns of those tables that hold what people answered."""
_ABSENCES = ("no-expectation", "no-fulfilment")
"""Rules that tell that an answer is missing, which is none."""
LISTED_PER_RULE = 100
"""Rows that are listed one by one for each rule; the rest are counted (a million faulty rows help nobody)."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """Cells as they were found, by the name of the schema's column.

    Parameters
    ----------
    table : str
        Name of the schema's table.
    columns : mapping of str to array
        Categorical of text (files, whose columns repeat themselves) or object arrays of text, empty text where a
        cell is empty; or numeric and date arrays from a data frame.
    headers : mapping of str to str
        The header that each column has in the file.
    file : str, optional
        File name shown in messages.
    lines : array of int, optional
        Line of the file that each row ends on; None where rows have no lines.
    labels : sequence of str, optional
        What each row is called where it has no line: the index of a data frame.
    misspelt : mapping of str to str
        Columns that the source lacks, each with a header that looks like a slip of theirs.
    """

    table: str
    columns: Mapping[str, npt.NDArray[Any] | pd.Categorical]
    headers: Mapping[str, str]
    file: str | None = None
    lines: npt.NDArray[np.int64] | None = None
    labels: Sequence[str] | None = None
    misspelt: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> Table:
        """The schema's table."""
        return TABLES[self.table]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0


@dataclass(frozen=True, eq=False)
class TypedTable:
    """A table whose cells are values.

    Parameters
    ----------
    table : str
        Name of the schema's table.
    frame : DataFrame
        Only the columns that the source has. Text, choices and periods are Categorical with text categories (code -1
        where empty), numbers and integers float64 (NaN where empty), dates datetime64 (NaT where empty). The index
        counts rows from 0.
    headers, file, lines, labels, misspelt
        As in `RawTable`.
    """

    table: str
    frame: pd.DataFrame
    headers: Mapping[str, str]
    file: str | None = None
    lines: npt.NDArray[np.int64] | None = None
    labels: Sequence[str] | None = None
    misspelt: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frame)

    def line(self, row: int) -> int | None:
        """Line of the file that a row ends on; None where rows have no lines."""
        return None if self.lines is None else int(self.lines[row])

    def place(self, row: int) -> str:
        """Return what a sentence calls a row: its line, else its label, else its number counted from 1."""
        if self.lines is not None:
            return str(int(self.lines[row]))
        return str(row + 1) if self.labels is None else str(self.labels[row])

    def taking(self, rows: npt.NDArray[np.intp]) -> TypedTable:
        """Return some of the rows as a table of their own."""
        frame = self.frame.iloc[rows].reset_index(drop=True)
        lines = None if self.lines is None else self.lines[rows]
        labels = None if self.labels is None else [self.labels[row] for row in rows.tolist()]
        return replace(self, frame=frame, lines=lines, labels=labels)


@dataclass
class ProblemLog:
    """Collects problems; never raises. The one thing here that changes as it is used.

    Parameters
    ----------
    problems : list of Problem
        What was found so far.
    private : bool
        Whether small groups are protected, so that no reader may find a score in a message.

    Examples
    --------
    >>> found = ProblemLog()
    >>> found.add("error", "no-rows", "The table has no rows.")
    >>> found.failed
    True
    """

    problems: list[Problem] = field(default_factory=list)
    private: bool = False

    @property
    def readable(self) -> tuple[Problem, ...]:
        """The problems as they may be read before anybody has counted which groups are small."""
        return without_scores(self.problems) if self.private else tuple(self.problems)

    @property
    def failed(self) -> bool:
        """Whether any of them is an error."""
        return any(problem.severity == "error" for problem in self.problems)

    def blames(self, table: RawTable | TypedTable, column: str) -> bool:
        """Return whether a column of a table holds an error, or is not read because its header is misspelt.

        A misspelt header becomes the error then: whoever asks has found what is wrong without that column.
        """
        slip = table.misspelt.get(column)
        for place, problem in enumerate(self.problems):
            if slip is not None and problem.code == "unknown-column" and problem.fields.get("header") == slip:
                self.problems[place] = replace(problem, severity="error")
        header = table.headers.get(column, column)
        return slip is not None or any(
            problem.severity == "error" and problem.file == table.file and problem.column == header
            for problem in self.problems
        )

    def add(
        self,
        severity: Severity,
        code: str,
        message: str,
        hint: str = "",
        *,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **fields: Any,
    ) -> None:
        """Add one problem; a `value` is a field of the templates too, and a field with a fraction tells of scores."""
        if value is not None:
            fields["value"] = value
        told = any(isinstance(field, float) for field in fields.values())
        self.problems.append(Problem(severity, code, message, hint, fields, file, line, column, value, scores=told))

    def add_rows(
        self,
        severity: Severity,
        code: str,
        message: str,
        hint: str,
        table: RawTable | TypedTable,
        rows: npt.NDArray[np.intp] | Sequence[int],
        *,
        column: str | None = None,
        cell: Callable[[int], Mapping[str, Any]] | None = None,
    ) -> None:
        """Add one problem for each of some rows of a table; past `LISTED_PER_RULE` they are counted together.

        Parameters
        ----------
        severity, code, message, hint
            As in `Problem`.
        table : RawTable or TypedTable
            Where the rows are: gives file, lines and the column's header.
        rows : array of int
            Row numbers from 0.
        column : str, optional
            Name of the schema's column.
        cell : callable, optional
            Given a row, returns the fields of the templates for it. The key ``value``, where present, is the text
            found and becomes `Problem.value` too.
        """
        header = table.headers.get(column, column) if column else None
        told = table.table in _ANSWERED and column in _SCORES and code not in _ABSENCES
        for row in rows[:LISTED_PER_RULE]:
            line = None if table.lines is None else int(table.lines[row])
            label = None if line is not None or table.labels is None else str(table.labels[row])
            given = dict(cell(int(row))) if cell else {}
            found = str(given["value"]) if "value" in given else None
            place = Problem(
                severity, code, message, hint, given, table.file, line, header, found, scores=told, row=label
            )
            self.problems.append(place)
        if len(rows) > LISTED_PER_RULE:
            self.add(
                severity,
                code,
                N_("{count} more {count:row has|rows have} the same problem."),
                file=table.file,
                column=header,
                count=len(rows) - LISTED_PER_RULE,
            )
