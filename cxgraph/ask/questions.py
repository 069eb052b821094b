"""What to ask whom: the forms of an organisation as data, before any of them is a workbook, a page or an XLSForm."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from cxgraph.errors import ParameterError
from cxgraph.model.outline import Outline, Place
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

What: TypeAlias = Literal["relations", "scores", "self_assessment"]
WHATS: tuple[What, ...] = ("relations", "scores", "self_assessment")
FORMAT = 1
"""Version of the layout of forms and of the files that they save."""
IMPORTANCES = (1, 2, 3, 4, 5)
_LONGEST_NAME = 40
_MOST_ITEMS = 2000


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a form asks about: a service, or whether two departments serve each other.

    Parameters
    ----------
    key : str
        Its number on the form; answers name it.
    supplier, client : str
        Ids of the two ends.
    label : str
        Name of the other end, as people read it.
    service : str
        What is exchanged; empty where that is what the form asks.
    kind : str
        formal or relational; empty where that is what the form asks.
    """

    key: str
    supplier: str
    client: str
    label: str
    service: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire for one department or customer.

    Parameters
    ----------
    id : str
        The same in every version; answers carry it, so that reading them back needs nothing else.
    version : int
        From 1; a form whose questions change gets the next one.
    what : {"relations", "scores", "self_assessment"}
        What it asks.
    organization : str
        Name of the organisation.
    department : Place
        Who answers it.
    scale : (float, float)
        Bottom and top of the scores.
    items : tuple of Item
        In the order in which they are asked.
    places : tuple of Place
        Departments, customers and suppliers that the items speak of, the one who answers included.
    """

    id: str
    version: int
    what: What
    organization: str
    department: Place
    scale: tuple[float, float]
    items: tuple[Item, ...]
    places: tuple[Place, ...]

    @property
    def file_name(self) -> str:
        """Name of its file, without ending."""
        return f"{self.what}-{file_part(self.department.id)}"

    def digest(self) -> str:
        """Return a hash of what it asks; the version is not part of it."""
        said = [self.id, self.what, self.organization, list(self.scale)]
        said += [[item.key, item.supplier, item.client, item.label, item.service, item.kind] for item in self.items]
        said += [[place.id, place.name, place.kind] for place in self.places]
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()

    def in_version(self, version: int) -> Form:
        """Return the same form under another version."""
        return replace(self, version=version)


def make_forms(outline: Outline, what: What, *, seed: int = 0) -> tuple[Form, ...]:
    """Return a form for every department and customer that has something to be asked.

    Parameters
    ----------
    outline : Outline
        Departments, and services where the scores are asked.
    what : {"relations", "scores", "self_assessment"}
        relations: who serves whom, asked at both ends. scores: what a client expects and receives of each service that
        it receives. self_assessment: how a supplier sees the services that it gives; it never enters the scores.
    seed : int
        Decides the order of the items, so that the first services of a list are not always asked first.

    Returns
    -------
    tuple of Form
        In version 1, in the order of the departments.

    Raises
    ------
    ParameterError
        There is nobody to ask, no service to score, or a form would hold more items than anybody answers.

    Notes
    -----
    External customers are asked for scores alone, and external suppliers nothing: neither knows who serves whom
    inside.

    Examples
    --------
    >>> from cxgraph.model.settings import Settings
    >>> from cxgraph.model.outline import Service
    >>> places = (Place("IT", "IT"), Place("Sales", "Sales"), Place("Buyers", "Buyers", "external_customer"))
    >>> outline = Outline(Settings(name="Shop"), places, (Service("Sales", "Buyers", "Advice"),))
    >>> [(form.id, len(form.items)) for form in make_forms(outline, "relations")]
    [('shop-relations-it', 3), ('shop-relations-sales', 3)]
    >>> make_forms(outline, "scores")[0].items[0].label
    'Sales'
    """
    if what not in WHATS:
        raise ParameterError(
            N_("what is {value}; choose one of {choices}."), value=repr(what), choices=", ".join(WHATS)
        )
    if what != "relations" and not outline.services:
        raise ParameterError(
            N_(
                "There are no services to score yet. First ask who serves whom: cxgraph ask ORG -o FOLDER --what "
                "relations"
            )
        )
    forms = []
    for place in outline.places:
        items = _relations(place, outline.places) if what == "relations" else _services(place, outline, what)
        if not items:
            continue
        name = f"{file_part(outline.settings.name)}-{what}-{file_part(place.id)}"
        if len(items) > _MOST_ITEMS:
            raise ParameterError(
                N_("The form of {name} would ask about {count} things; {most} are the most that one form holds."),
                name=place.name,
                count=len(items),
                most=_MOST_ITEMS,
            )
        asked = _shuffled(items, f"{seed}:{name}")
        named = {end for item in asked for end in (item.supplier, item.client)}
        forms.append(
            Form(
                name,
                1,
                what,
                outline.settings.name,
                place,
                outline.settings.scale,
                asked,
                tuple(other for other in outline.places if other.id in named),
            )
        )
    if not forms:
        raise ParameterError(
            N_("There is nobody to ask: the organisation has {count} departments, and a form needs two ends."),
            count=len(outline.places),
        )
    return tuple(forms)


def _relations(place: Place, places: Sequence[Place]) -> list[Item]:
    """Return every other department twice: as a supplier of this one and as its client."""
    if place.kind != "internal":
        return []
    others = [other for other in places if other.id != place.id]
    items = [Item("", other.id, place.id, other.name) for other in others if other.kind != "external_customer"]
    return items + [Item("", place.id, other.id, other.name) for other in others if other.kind != "external_supplier"]


def _services(place: Place, outline: Outline, what: What) -> list[Item]:
    """Return the services that a department receives, or gives where it is to assess itself."""
    if what == "self_assessment" and place.kind != "internal":
        return []
    if place.kind == "external_supplier":
        return []
    names = {other.id: other.name for other in outline.places}
    own = "client" if what == "scores" else "supplier"
    other = "supplier" if what == "scores" else "client"
    return [
        Item("", service.supplier, service.client, names[getattr(service, other)], service.service, service.kind)
        for service in outline.services
        if getattr(service, own) == place.id
    ]


def _shuffled(items: Sequence[Item], seed: str) -> tuple[Item, ...]:
    """Return the items in an order that the seed decides, numbered in that order."""
    order = list(range(len(items)))
    random.Random(seed).shuffle(order)  # noqa: S311 - nothing secret hangs on the order of questions
    return tuple(replace(items[at], key=str(number)) for number, at in enumerate(order, 1))


def file_part(name: str) -> str:
    """Return a name as a part of a file's name and of an id: letters, digits and underscores.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        Different for different texts: what was lost is made up for by a few digits of a hash.

    Examples
    --------
    >>> file_part("IT"), file_part("Sales & events")
    ('it', 'sales_events-774a')
    """
    plain = fold(name)[:_LONGEST_NAME]
    ascii_only = "".join(character for character in plain if character.isascii()).strip("_")
    if ascii_only and ascii_only == name.casefold():
        return ascii_only
    return f"{ascii_only or 'x'}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:4]}"
