"""The catalogue of practices of a service culture: read once from its data file and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cxgraph.errors import InputError, Problem
from cxgraph.intake.toml_errors import syntax_fault
from cxgraph.wording import LANGUAGES, N_, split_locale

_FILE = "catalogue.toml"
CONTRASTS = ("empowerment", "hiring", "training")
"""The dimensions on which a customer-centred department differs from an operations-centred one."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in every language of the package."""

    en: str
    es: str

    def text(self, language: str = "en") -> str:
        """Return the text in a language; a country (``es_MX``) does not matter."""
        return self.es if split_locale(language)[0] == "es" else self.en


@dataclass(frozen=True, slots=True)
class Idea:
    """Where a practice comes from: the number of an idea, the texts that hold it and what it says."""

    number: int
    texts: tuple[str, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Dimension:
    """What practices are averaged over; the three contrasts also say what each end of them looks like."""

    id: str
    words: Words
    customer_centred: Words | None = None
    operations_centred: Words | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """One thing that a department does, or does not do, to serve.

    Attributes
    ----------
    id : str
        What practices.csv calls it.
    group, dimension : str
        Ids; a group holds one or more dimensions.
    name, question, evidence : Words
        Its short name, what is asked, and what counts as evidence for the answer.
    origin : tuple of Idea
        The ideas that it comes from, the main one first.
    """

    id: str
    group: str
    dimension: str
    name: Words
    question: Words
    evidence: Words
    origin: tuple[Idea, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All practices, in the order of the data file, and what they refer to."""

    practices: tuple[Practice, ...]
    groups: Mapping[str, Words]
    dimensions: Mapping[str, Dimension]
    ideas: Mapping[int, Idea]
    texts: Mapping[str, Words]

    @property
    def ids(self) -> tuple[str, ...]:
        """The practices' ids."""
        return tuple(practice.id for practice in self.practices)

    def __getitem__(self, practice: str) -> Practice:
        """Return the practice of that id; KeyError where there is none."""
        return {entry.id: entry for entry in self.practices}[practice]

    def of_dimension(self, dimension: str) -> tuple[Practice, ...]:
        """Return the practices of a dimension."""
        return tuple(practice for practice in self.practices if practice.dimension == dimension)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that comes with the package.

    Returns
    -------
    Catalogue
        Read and checked once.

    Raises
    ------
    InputError
        The data file was changed and is no longer a catalogue.

    Examples
    --------
    >>> catalogue()["people-hiring"].name.text("es")
    'Contratar por la cultura'
    """
    return read_catalogue(files("cxgraph.culture").joinpath(_FILE).read_text(encoding="utf-8"))


def read_catalogue(text: str) -> Catalogue:
    """Read a catalogue and check that everything in it is complete and known.

    Parameters
    ----------
    text : str
        TOML: tables ``texts``, ``ideas``, ``groups`` and ``dimensions``, and an array ``practices``.

    Returns
    -------
    Catalogue
        With every reference resolved.

    Raises
    ------
    InputError
        With every fault: no TOML, a text missing in a language, an unknown or repeated id.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line, reason = syntax_fault(error, text)
        raise InputError(
            [
                Problem(
                    "error",
                    "faulty-catalogue",
                    N_("The catalogue is no TOML: {reason}."),
                    "",
                    {"reason": reason},
                    _FILE,
                    line,
                )
            ]
        ) from error
    reader = _Reader()
    texts = {key: reader.words(value, f"texts.{key}") for key, value in data.get("texts", {}).items()}
    ideas = {
        int(key): Idea(
            int(key), reader.known(value.get("texts", ()), texts, f"ideas.{key}"), reader.words(value, f"ideas.{key}")
        )
        for key, value in data.get("ideas", {}).items()
    }
    groups = {key: reader.words(value, f"groups.{key}") for key, value in data.get("groups", {}).items()}
    dimensions = {key: reader.dimension(key, value) for key, value in data.get("dimensions", {}).items()}
    practices = tuple(reader.practice(entry, groups, dimensions, ideas) for entry in data.get("practices", ()))
    repeated = sorted({p.id for p in practices if sum(other.id == p.id for other in practices) > 1})
    for name in repeated:
        reader.add(N_("{place} is the id of two practices."), place=repr(name))
    if not practices:
        reader.add(N_("The catalogue has no practices."))
    if reader.problems:
        raise InputError(reader.problems)
    return Catalogue(practices, groups, dimensions, ideas, texts)


def _fault(message: str, **fields: Any) -> Problem:
    return Problem("error", "faulty-catalogue", message, "", fields, _FILE)


class _Reader:
    """Turns parsed TOML into records and keeps every fault that it meets."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, message: str, **fields: Any) -> None:
        self.problems.append(_fault(message, **fields))

    def words(self, value: Any, place: str) -> Words:
        given = value if isinstance(value, dict) else {}
        for language in LANGUAGES:
            if not isinstance(given.get(language), str) or not given[language].strip():
                self.add(N_("{place} has no text in the language {language}."), place=place, language=language)
        return Words(str(given.get("en", "")), str(given.get("es", "")))

    def known(self, names: Any, among: Mapping[Any, Any], place: str) -> tuple[Any, ...]:
        if not names:
            self.add(N_("{place} refers to nothing."), place=place)
        for name in names:
            if name not in among:
                self.add(N_("{place} refers to {name}, which is not in the catalogue."), place=place, name=repr(name))
        return tuple(name for name in names if name in among)

    def dimension(self, key: str, value: Any) -> Dimension:
        ends = {
            end: self.words(value[end], f"dimensions.{key}.{end}")
            for end in ("customer_centred", "operations_centred")
            if end in value
        }
        if key in CONTRASTS and len(ends) < 2:
            self.add(N_("{place} must say what both of its ends look like."), place=f"dimensions.{key}")
        return Dimension(key, self.words(value, f"dimensions.{key}"), **ends)

    def practice(
        self,
        entry: Mapping[str, Any],
        groups: Mapping[str, Words],
        dimensions: Mapping[str, Dimension],
        ideas: Mapping[int, Idea],
    ) -> Practice:
        place = str(entry.get("id") or "practices")
        if not entry.get("id"):
            self.add(N_("A practice has no id."))
        self.known([entry.get("group")], groups, place)
        self.known([entry.get("dimension")], dimensions, place)
        origin = self.known(entry.get("ideas", ()), ideas, place)
        name, question, evidence = (
            self.words(entry.get(part), f"{place}.{part}") for part in ("name", "question", "evidence")
        )
        return Practice(
            place,
            str(entry.get("group")),
            str(entry.get("dimension")),
            name,
            question,
            evidence,
            tuple(ideas[number] for number in origin),
        )
