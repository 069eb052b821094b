"""What can go wrong, as data: one base error, a record for each problem, a handful of kinds.

Every error of the package derives from `CxgraphError` and carries the exit code that the command line returns
for it. Messages are English templates with named fields; whoever shows them may pass a translator.
"""

from __future__ import annotations

import numbers
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Severity = Literal["error", "warning", "note"]
Say: TypeAlias = Callable[..., str]
"""Turns an English template and its named fields into a sentence in the reader's language."""


class Filler(string.Formatter):
    """Fills templates; ``{count:row|rows}`` says the first word or words for 1, else the second.

    Examples
    --------
    >>> Filler().format("{count} {count:row|rows}", count=1), Filler().format("{count} {count:row|rows}", count="2")
    ('1 row', '2 rows')
    """

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Choose between singular and plural; everything else as Python does."""
        one, plural, many = format_spec.partition("|")
        if plural:
            return one if str(value) == "1" else many
        return super().format_field(value, format_spec)


def plain(template: str, **fields: Any) -> str:
    """Fill a template in English, the language that it is written in.

    Parameters
    ----------
    template : str
        English text with named fields in braces.
    **fields
        The values of the fields.

    Returns
    -------
    str
        The sentence.

    Examples
    --------
    >>> plain("{count} rows", count=3)
    '3 rows'
    """
    return Filler().vformat(template, (), fields) if fields else template


_ROW = plain("row {row}", row="{row}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, doubtful or worth knowing in the input.

    Parameters
    ----------
    severity : {"error", "warning", "note"}
        Errors stop the work, warnings and notes do not.
    code : str
        Stable name of the rule, such as ``unknown-department``.
    message : str
        English template: what was found and what was expected.
    hint : str
        English template: what to do next. May be empty.
    fields : mapping
        Values of the templates' fields.
    file, line, column, value : optional
        Where: file name, line of the file (1 is the first), column as the file names it, the value found.
    scores : bool
        Whether it tells of scores that somebody gave: where few answered, nobody else may read it.
    row : str, optional
        Label of the row, for data frames and graphs, which have no lines.

    Examples
    --------
    >>> print(Problem("error", "no-number", "{value} is not a number.", "Write it as 7.5.",
    ...               {"value": "'x'"}, "services.csv", 7, "fulfilment", "x"))
    services.csv:7, fulfilment: 'x' is not a number. Write it as 7.5.
    """

    severity: Severity
    code: str
    message: str
    hint: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    scores: bool = False
    row: str | None = None

    @property
    def place(self) -> str:
        """Where the problem is, as ``file:line, column``; empty when it has no place."""
        return self._place(plain)

    def _place(self, translate: Say) -> str:
        spot = self.file or ""
        if self.line is not None:
            spot = f"{spot}:{self.line}" if spot else f"{self.line}"
        row = "" if self.row is None else translate(_ROW, row=self.row)
        return ", ".join(part for part in (spot, row, self.column) if part)

    def render(self, translate: Say = plain) -> str:
        """Return the whole sentence: place, what is wrong, what to do.

        Parameters
        ----------
        translate : callable
            Translator; English by default.

        Returns
        -------
        str
            One line.
        """
        sentence = " ".join(translate(part, **self.fields) for part in (self.message, self.hint) if part)
        place = self._place(translate)
        return f"{place}: {sentence}" if place else sentence

    def __str__(self) -> str:
        return self.render()


class CxgraphError(Exception):
    """Base of every error that cxgraph raises on purpose.

    Parameters
    ----------
    message : str
        English template.
    **fields
        Values of the template's fields; kept as `fields`.
    """

    exit_code = 1

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields

    def render(self, translate: Say = plain) -> str:
        """Return the error as a sentence, in English or through a translator."""
        return translate(self.message, **self.fields)

    def __str__(self) -> str:
        return self.render()


class ParameterError(CxgraphError, ValueError):
    """An argument or option has a value that the method does not allow. Exit code 2."""

    exit_code = 2


def check_whole(name: str, value: object, least: int = 1) -> None:
    """Refuse what is no whole number, or one that is too small.

    Parameters
    ----------
    name : str
        Of the option, for the message.
    value : object
        What was given.
    least : int
        The smallest that is allowed.

    Raises
    ------
    ParameterError
        Says the name, the value and what is taken.

    Examples
    --------
    >>> check_whole("top", 3)
    >>> check_whole("top", 0)
    Traceback (most recent call last):
        ...
    cxgraph.errors.ParameterError: top is 0; it takes a whole number of 1 or more.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        raise ParameterError(
            "{name} is {value}; it takes a whole number of {least} or more.", name=name, value=repr(value), least=least
        )


class InputError(CxgraphError):
    """The input cannot be read as an organisation. Exit code 3; `problems` lists all that was found."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        faults = sum(problem.severity == "error" for problem in self.problems)
        super().__init__("{count} {count:error|errors} in the input; nothing was computed.", count=faults)
        self.args = (self.problems,)  # what pickle calls the class with

    def render(self, translate: Say = plain) -> str:
        """Return the count and then every problem on a line of its own."""
        lines = [super().render(translate), *(problem.render(translate) for problem in self.problems)]
        return "\n".join(lines)


class NumericalError(CxgraphError):
    """A computation did not reach its certified accuracy. Exit code 4."""

    exit_code = 4


class OutputError(CxgraphError):
    """A result could not be written, or would overwrite what must be kept. Exit code 5."""

    exit_code = 5
