"""What is known of an organisation before anything is measured: who there is, and who serves whom."""

from __future__ import annotations

from dataclasses import dataclass

from cxgraph.errors import Problem
from cxgraph.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """A department, an external customer or an external supplier: id, name, kind, and whom it reports to."""

    id: str
    name: str
    kind: str = "internal"
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """Who gives what to whom, without scores."""

    supplier: str
    client: str
    service: str = "service"
    kind: str = "formal"


@dataclass(frozen=True, slots=True)
class Outline:
    """Departments and services without scores.

    Parameters
    ----------
    settings : Settings
        Name, language and scale.
    places : tuple of Place
        Sorted by id.
    services : tuple of Service
        Sorted; of the latest period, where there are several. Empty where nobody has said yet who serves whom.
    problems : tuple of Problem
        Warnings and notes about the files.
    """

    settings: Settings
    places: tuple[Place, ...]
    services: tuple[Service, ...] = ()
    problems: tuple[Problem, ...] = ()
