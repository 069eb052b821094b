"""What all sections share: the study, the language, the pictures, and tables with withheld rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.reporting.blocks import (
    Cell,
    Grid,
    Heading,
    Kind,
    Paragraph,
    Picture,
    TableColumn,
    column,
    suppressed_cells,
)
from cxgraph.reporting.contents import PARTS, contained_parts
from cxgraph.reporting.results import Results
from cxgraph.reporting.summary import METHOD_WORDS
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.analysis import Analysis

KIND_WORDS = {
    "internal": N_("internal"),
    "external_customer": N_("external customer"),
    "external_supplier": N_("external supplier"),
    "formal": N_("formal"),
    "relational": N_("relational"),
}
SEVERITY_WORDS = {"error": N_("error"), "warning": N_("warning"), "note": N_("note")}


def basis_words(basis: str, translate: Translator) -> str:
    """Return what an estimate rests on in words: one kind of evidence or several."""
    return ", ".join(translate(METHOD_WORDS[kind]) for kind in basis.split("+"))


LIBRARY_CALL = "cxgraph.report(analysis, folder)"
"""What stands for the command line in the recipe of a report that the library wrote."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a report is made again.

    Attributes
    ----------
    command : str
        The command line, or `LIBRARY_CALL`.
    organization : str
        Path of the inputs as it was given; only its last part where it was absolute.
    options : mapping
        Options of reading and of the method that were given.
    locale : str
        Language and country of everything that people read.
    """

    command: str
    organization: str
    options: Mapping[str, Any] = field(default_factory=dict)
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Field:
    """How one column of a frame becomes a column of a table; `naming` columns are never withheld."""

    name: str
    heading: str
    kind: Kind = "text"
    words: Mapping[str, str] | Callable[[Any], Cell] | None = None
    digits: int | None = None
    naming: bool = False


@dataclass(frozen=True, eq=False)
class ReportContext:
    """Hands a section what it tells of, and in which language.

    Attributes
    ----------
    results : Results
        Everything that was computed.
    translate : Translator
        Language and decimal mark.
    pictures : mapping of str to Picture
        Figures by name.
    recipe : Recipe
        How the report is made again.
    """

    results: Results
    translate: Translator
    recipe: Recipe
    pictures: Mapping[str, Picture] = field(default_factory=dict)

    @property
    def analysis(self) -> Analysis:
        """The analysis."""
        return self.results.analysis

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the departments by id."""
        table = self.analysis.organization.departments
        return dict(zip(table["id"], table["name"], strict=True))

    @cached_property
    def unmeasured(self) -> tuple[str, ...]:
        """Ids of the departments that give but of which nothing that they receive was scored."""
        network = self.analysis.cascade.network
        given = np.bincount(network.supplier, minlength=network.departments) > 0
        received = np.bincount(network.client, minlength=network.departments) > 0
        ids = self.analysis.organization.departments["id"].to_numpy()
        hidden = self.results.published.hidden_departments
        return tuple(str(name) for name in ids[given & ~received] if name not in hidden)

    @cached_property
    def few(self) -> frozenset[tuple[str, str, str]]:
        """Supplier, client and name of the services that rest on fewer answers than may be judged one by one."""
        services = self.analysis.organization.services
        thin = services[services["responses"] < self.analysis.organization.settings.min_responses]
        keys = thin[["supplier", "client", "service"]].astype(object)
        return frozenset(keys.itertuples(index=False, name=None))

    def marked(self, supplier: str, client: str, service: str, shown: str = "") -> str:
        """Return the name of a service, with a remark where it rests on few answers."""
        text = shown or service
        return (
            self.translate("{service} (few answers)", service=text) if (supplier, client, service) in self.few else text
        )

    def name(self, department: Any) -> str:
        """Return the name of a department, or the text itself where it is none."""
        return str(self.names.get(department, department))

    def words(self, words: Mapping[str, str]) -> dict[str, str]:
        """Return a dictionary of words in the reader's language."""
        return {key: self.translate(word) for key, word in words.items()}

    @cached_property
    def parts(self) -> frozenset[str]:
        """Keys of the parts that this report contains, as ``cxgraph check`` tells them."""
        return contained_parts(self.analysis.organization, self.analysis.cascade.scoring)

    def heading(self, part: str, text: str = "") -> Heading:
        """Return the heading of a part of `PARTS`, or a text in its place; it names the part where that is there."""
        return Heading(text or self.translate(PARTS[part].title), part if part in self.parts else "")

    def picture(self, name: str) -> tuple[Picture, ...]:
        """Return a figure, where it was drawn."""
        return (self.pictures[name],) if name in self.pictures else ()

    def grid(
        self, name: str, caption: str, frame: pd.DataFrame, fields: Sequence[Field], shade: str | None = None
    ) -> Grid:
        """Return a frame as a table; rows that it marks as ``withheld`` keep only their naming columns."""
        hidden = list(frame["withheld"]) if "withheld" in frame.columns else []
        columns: list[TableColumn] = []
        for entry in fields:
            made = column(frame, entry.name, entry.heading, entry.kind, digits=entry.digits, words=entry.words)
            if any(hidden) and not entry.naming:
                made = suppressed_cells(made, hidden, self.results.published.min_respondents)
            columns.append(made)
        shades = tuple(frame[shade].fillna(0.0).astype(float)) if shade else ()
        shaded = next((place for place, entry in enumerate(fields) if entry.name == shade), None)
        return Grid(name, caption, tuple(columns), shades, shaded)

    def suppressed(self) -> tuple[Paragraph, ...]:
        """Say how much is withheld; nothing where nothing is."""
        sentence = suppression_sentence(self.analysis.organization, self.translate)
        return (Paragraph(sentence, "small"),) if sentence else ()
