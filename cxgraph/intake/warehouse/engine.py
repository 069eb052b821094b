"""What is asked of an engine that keeps answers, and what it says back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["text", "whole", "decimal", "float", "day", "other"]
"""What a column of an engine holds."""

NUMBERS = ("whole", "decimal", "float")
LARGEST = 999_999
"""Largest score, by size, that decimal(12,6) holds whatever follows the point."""
PLAIN = "^[+-]?[0-9]{1,6}([.][0-9]{1,20})?$"
COMMA = "^[+-]?[0-9]{1,6},[0-9]{1,20}$"
WITH_COMMA = "^[+-]?[0-9]{1,6}(,[0-9]{1,20})?$"
"""Numbers in columns of text: with a decimal point, with a decimal comma, and what is read where commas are asked for.

No sign in them means different things to different engines.
"""
ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOST_DAYS = 100_000
MOST_GROUPS = 1_000_000
"""Groups beyond which a column of the grouping is no name of services: a number of its own for each answer."""


@dataclass(frozen=True)
class Query:
    """Which sums are wanted.

    Attributes
    ----------
    keys : mapping of str to str
        Header of each column that groups the answers, by the schema's name.
    scores : mapping of str to str
        Header of each score, by the schema's name.
    kinds : mapping of str to Kind
        What each of these headers holds.
    respondent : str, optional
        Header of who answered, where people are to be counted.
    date : str, optional
        Header of the day.
    waves : mapping of str to tuple of str
        The days, as `Engine.days` writes them, of each wave that answers are to be told apart by; empty where all
        are of one.
    comma : bool
        Whether numbers in text have decimal commas.
    """

    keys: Mapping[str, str]
    scores: Mapping[str, str]
    kinds: Mapping[str, Kind]
    respondent: str | None = None
    date: str | None = None
    waves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    comma: bool = False

    @property
    def key_fields(self) -> tuple[str, ...]:
        """Names of the texts that begin each row of sums."""
        return (*self.keys, *(("wave",) if self.waves else ()))

    @property
    def count_fields(self) -> tuple[str, ...]:
        """Names of the numbers that follow them."""
        names = ["answers", "unscored", "both"]
        for name in self.scores:
            names += [f"{name}_{part}" for part in ("wrong", "commas", "count", "total")]
            names += [f"{name}_squares"] if name == "fulfilment" else []
            names += [f"{name}_least", f"{name}_most"]
            names += [f"{name}_people"] if self.respondent else []
        return tuple(names)


class Engine(Protocol):
    """Something that keeps a table of answers and can add it up.

    Attributes
    ----------
    name : str
        What messages call the table; never an address.
    kinds : mapping of str to Kind
        What each of its columns holds, by header.
    lost : tuple of str
        Texts that a missing cell may have become on its way into the engine.
    """

    name: str
    kinds: Mapping[str, Kind]
    lost: tuple[str, ...]

    def days(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield (day, source, answers): ISO days, or the first word of what a column of text holds."""

    def sums(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield `Query.key_fields` and `Query.count_fields` of each group; totals in points, exact."""

    def close(self) -> None:
        """Let go of what was opened."""


class EngineError(Exception):
    """An engine refuses; its own words, cut to one line, without any address.

    Parameters
    ----------
    reason : str
        The engine's words.
    """

    def __init__(self, reason: object) -> None:
        lines = str(reason).strip().splitlines()
        super().__init__((lines[0] if lines else type(reason).__name__).rstrip(".!"))
