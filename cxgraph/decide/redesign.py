"""Redesigns on paper: who gives what to whom, changed before anybody has to move.

A redesign changes the structure; a score changes only where somebody says so. A service that keeps its supplier keeps
its own shortfall and its pass-through; one that gets another supplier keeps the score of the day and is split again by
what its new supplier lacks. What follows downstream then follows as after any change (`cxgraph.cascade.change`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization


@dataclass(frozen=True, slots=True)
class AddService:
    """A service that does not exist yet, with the scores that it is expected to get."""

    supplier: str
    client: str
    service: str
    expectation: float
    fulfilment: float
    importance: float = 1.0
    kind: str = "formal"


@dataclass(frozen=True, slots=True)
class DropService:
    """A service that is no longer given; its client's other services count for more."""

    supplier: str
    client: str
    service: str | None = None


@dataclass(frozen=True, slots=True)
class RerouteService:
    """A service that another department gives, or that goes to another client; `fulfilment` where it will differ."""

    supplier: str
    client: str
    service: str | None = None
    to_supplier: str | None = None
    to_client: str | None = None
    fulfilment: float | None = None


@dataclass(frozen=True, slots=True)
class MergeDepartments:
    """Departments that become one. What they gave each other is no longer a service between departments."""

    departments: tuple[str, ...]
    into: str
    name: str | None = None
    transmission: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a department that is split: what it gives and receives, as ``service`` or ``other end:service``."""

    id: str
    name: str | None = None
    gives: tuple[str, ...] = ()
    receives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitDepartment:
    """A department that becomes several. What no part is given goes to the first one."""

    department: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outsource:
    """Services of a department that a vendor gives from now on: all of them, or those named ``client:service``.

    With all of them the department is given up, and with it what it received.
    """

    department: str
    vendor: str
    name: str | None = None
    services: tuple[str, ...] = ()
    fulfilment: float | None = None


Redesign: TypeAlias = AddService | DropService | RerouteService | MergeDepartments | SplitDepartment | Outsource


Record = dict[str, Any]


@dataclass(eq=False)
class Draft:
    """The tables of an organisation while they are redrawn: one record for each row.

    Attributes
    ----------
    departments : dict of str to record
        By id: the columns, and ``origin`` (the numbers of today's departments that it stands for), ``given`` (a stated
        transmission, or None) and ``remade`` (merged, split or new).
    services : dict of int to record
        The columns, and ``origin`` (today's row of the organisation's services, -1 for a new one), ``resplit`` (another
        supplier than today) and ``set`` (a fulfilment was stated).
    dropped : list of str
        Services that are gone, for people.
    """

    departments: dict[str, Record]
    services: dict[int, Record]
    dropped: list[str] = field(default_factory=list)


def draft_of(organization: Organization) -> Draft:
    """Return the tables of an organisation, ready to be redrawn."""
    marks = {"given": None, "remade": False}
    departments = {
        str(record["id"]): {**record, **marks, "origin": (place,)}
        for place, record in enumerate(_records(organization.departments))
    }
    services = {
        row: {**record, "origin": row, "resplit": False, "set": False}
        for row, record in enumerate(_records(organization.services))
    }
    return Draft(departments, services)


def _records(table: pd.DataFrame) -> list[Record]:
    """Return the rows of a table, empty cells as None."""
    texts = table.astype(object)
    return [
        {str(name): cell for name, cell in row.items()} for row in texts.where(texts.notna(), None).to_dict("records")
    ]


def apply_redesigns(organization: Organization, redesigns: tuple[Redesign, ...]) -> Draft:
    """Redraw an organisation, one redesign after the other.

    Parameters
    ----------
    organization : Organization
        As it was measured.
    redesigns : tuple of Redesign
        In the order in which they are made; later ones see the names that earlier ones gave.

    Returns
    -------
    Draft
        The redrawn tables.

    Raises
    ------
    ParameterError
        A department or service that does not exist (with the nearest that does), or a redesign that makes no sense.
    """
    draft = draft_of(organization)
    for redesign in redesigns:
        if isinstance(redesign, AddService):
            _add(draft, redesign)
        elif isinstance(redesign, DropService):
            _drop(draft, _row(draft, redesign.supplier, redesign.client, redesign.service))
        elif isinstance(redesign, RerouteService):
            _reroute(draft, redesign)
        elif isinstance(redesign, MergeDepartments):
            _merge(draft, redesign)
        elif isinstance(redesign, SplitDepartment):
            _split(draft, redesign)
        elif isinstance(redesign, Outsource):
            _outsource(draft, redesign)
        else:
            raise ParameterError("{value} is no redesign.", value=repr(redesign))
    return draft


def _known(draft: Draft, name: str) -> str:
    if name in draft.departments:
        return name
    guess = closest_name(name, list(draft.departments))
    if guess is None:
        raise ParameterError("{missing} is not the id of a department.", missing=repr(name))
    raise ParameterError(
        "{missing} is not the id of a department; did you mean {guess!r}?", missing=repr(name), guess=guess
    )


def _between(draft: Draft, supplier: str, client: str) -> dict[str, int]:
    """Return the services between two departments: their rows by name."""
    return {
        str(record["service"]): row
        for row, record in draft.services.items()
        if record["supplier"] == supplier and record["client"] == client
    }


def _row(draft: Draft, supplier: str, client: str, service: str | None) -> int:
    found = _between(draft, _known(draft, supplier), _known(draft, client))
    if not found:
        raise ParameterError(
            "{supplier} gives {client} no service; a change is made to services that exist.",
            supplier=supplier,
            client=client,
        )
    if service is None and len(found) > 1:
        raise ParameterError(
            "{supplier} gives {client} {count} services ({names}); say which one.",
            supplier=supplier,
            client=client,
            count=len(found),
            names=", ".join(list(found)[:5]),
        )
    if service is not None and service not in found:
        raise ParameterError(
            "{supplier} gives {client} no service {service!r}; did you mean {guess!r}?",
            supplier=supplier,
            client=client,
            service=service,
            guess=closest_name(service, list(found)) or next(iter(found)),
        )
    return next(iter(found.values())) if service is None else found[service]


def _free_name(draft: Draft, supplier: str, client: str, service: str, mark: str) -> str:
    """Return a name that no service between the two has."""
    taken = _between(draft, supplier, client)
    name, number = service, 1
    while name in taken:
        name = f"{service} [{mark}]" if number == 1 else f"{service} [{mark} {number}]"
        number += 1
    return name


def _add(draft: Draft, new: AddService) -> None:
    supplier, client = _known(draft, new.supplier), _known(draft, new.client)
    if new.service in _between(draft, supplier, client):
        raise ParameterError(
            "{supplier} already gives {client} the service {service!r}; change its scores instead.",
            supplier=supplier,
            client=client,
            service=new.service,
        )
    draft.services[max(draft.services, default=-1) + 1] = {
        **asdict(new),
        "origin": -1,
        "resplit": True,
        "set": True,
    }


def _drop(draft: Draft, row: int) -> None:
    gone = draft.services.pop(row)
    draft.dropped.append(f"{gone['supplier']} -> {gone['client']} ({gone['service']})")


def _reroute(draft: Draft, new: RerouteService) -> None:
    row = _row(draft, new.supplier, new.client, new.service)
    supplier = _known(draft, new.to_supplier) if new.to_supplier is not None else new.supplier
    client = _known(draft, new.to_client) if new.to_client is not None else new.client
    if (supplier, client) == (new.supplier, new.client):
        raise ParameterError(
            "The service of {supplier} for {client} is re-routed to nobody else; give to_supplier or to_client.",
            supplier=supplier,
            client=client,
        )
    _move(draft, row, supplier, client, new.fulfilment)


def _move(draft: Draft, row: int, supplier: str, client: str, fulfilment: float | None = None) -> None:
    """Give one service other ends; one that would be from a department to itself is dropped."""
    if supplier == client:
        _drop(draft, row)
        return
    record = draft.services.pop(row)  # it does not stand in its own way when names are compared
    old = str(record["supplier"])
    name = _free_name(draft, supplier, client, str(record["service"]), old)
    record.update(supplier=supplier, client=client, service=name, resplit=record["resplit"] or supplier != old)
    if fulfilment is not None:
        record.update(fulfilment=fulfilment, set=True)
    draft.services[row] = record


def _new_department(draft: Draft, name: str, model: str, shown: str | None, origin: tuple[int, ...]) -> Record:
    record = {**draft.departments[model], "id": name, "name": shown or name, "origin": origin, "remade": True}
    draft.departments[name] = record
    return record


def _merge(draft: Draft, new: MergeDepartments) -> None:
    members = [_known(draft, name) for name in new.departments]
    named = ", ".join(members)
    if len(set(members)) < 2 or len(set(members)) != len(members):
        raise ParameterError("A merger takes two or more departments, each once; it has {names}.", names=named)
    if new.into in draft.departments and new.into not in members:
        raise ParameterError(
            "{name} exists already; merge into one of the departments or a new id.", name=repr(new.into)
        )
    old = [draft.departments[name] for name in members]
    kinds = sorted({str(record["kind"]) for record in old})
    if len(kinds) > 1:
        raise ParameterError("Departments of different kinds ({kinds}) cannot be merged.", kinds=", ".join(kinds))
    parents = [record["parent"] for record in old if record["parent"] not in members]
    people = [record["headcount"] for record in old]
    gives = [sum(one["supplier"] == name for one in draft.services.values()) for name in members]
    shown = new.name or (str(draft.departments[new.into]["name"]) if new.into in members else None)
    origin = tuple(sorted({place for record in old for place in record["origin"]}))
    merged = _new_department(draft, new.into, new.into if new.into in members else members[0], shown, origin)
    merged["weight"] = sum(float(record["weight"]) for record in old)
    merged["headcount"] = None if None in people else sum(people)
    merged["parent"] = parents[0] if parents else None
    merged["lag"] = float(np.average([float(record["lag"]) for record in old], weights=[max(n, 1) for n in gives]))
    merged["given"] = new.transmission
    for row, record in list(draft.services.items()):
        ends = [str(record["supplier"]), str(record["client"])]
        if set(ends) & set(members):
            supplier, client = (new.into if end in members else end for end in ends)
            _move(draft, row, supplier, client)
            if row in draft.services and ends[0] in members:
                draft.services[row]["resplit"] = True
    _retire(draft, [name for name in members if name != new.into], new.into)


def _retire(draft: Draft, gone: list[str], heir: str | None) -> None:
    """Take departments out; who reported to them reports to the heir, or to whom they reported."""
    for name in gone:
        above = heir if heir is not None else draft.departments[name]["parent"]
        del draft.departments[name]
        for one, record in draft.departments.items():
            if record["parent"] == name:
                record["parent"] = above if above != one else None


def _split(draft: Draft, new: SplitDepartment) -> None:
    name = _known(draft, new.department)
    ids = [part.id for part in new.parts]
    if len(set(ids)) != len(ids) or len(ids) < 2:
        raise ParameterError(
            "A split takes two or more parts with ids of their own; it has {names}.", names=", ".join(ids)
        )
    for one in ids:
        if one in draft.departments and one != name:
            raise ParameterError("{name} exists already; give the part a new id.", name=repr(one))
    places = _placed(draft, name, new.parts)
    old = draft.departments[name]
    for part in new.parts:
        record = _new_department(draft, part.id, name, part.name, old["origin"])
        record.update(headcount=None, weight=float(old["weight"]) / len(ids))
    for row, record in list(draft.services.items()):
        ends = [str(record["supplier"]), str(record["client"])]
        if name in ends:
            supplier, client = (places.get(row, ids[0]) if end == name else end for end in ends)
            _move(draft, row, supplier, client)
            draft.services[row]["resplit"] = draft.services[row]["resplit"] or ends[0] == name
    if name not in ids:
        _retire(draft, [name], ids[0])


def _placed(draft: Draft, name: str, parts: tuple[Part, ...]) -> dict[int, str]:
    """Return which part gets which service; refuse what two of them get."""
    places: dict[int, str] = {}
    for part in parts:
        wanted = [(text, "supplier", "client") for text in part.gives]
        wanted += [(text, "client", "supplier") for text in part.receives]
        for text, end, other in wanted:
            for row in _named(draft, name, text, end, other):
                if row in places:
                    raise ParameterError(
                        "{service!r} is given to two parts of {department}.", service=text, department=name
                    )
                places[row] = part.id
    return places


def _named(draft: Draft, name: str, text: str, end: str, other: str) -> list[int]:
    """Return the services of a department that a text names: ``service``, ``other end:service`` or the other end."""
    own = {row: record for row, record in draft.services.items() if record[end] == name}
    place, colon, service = text.partition(":")
    rows = [row for row, record in own.items() if record["service"] == text]
    if not rows and colon:
        rows = [row for row, record in own.items() if record["service"] == service and record[other] == place]
    if not rows:
        rows = [row for row, record in own.items() if record[other] == text]
    if not rows:
        guess = closest_name(text, [str(record["service"]) for record in own.values()])
        raise ParameterError(
            "{department} has no service {service!r} to move."
            if guess is None
            else "{department} has no service {service!r} to move; did you mean {guess!r}?",
            department=name,
            service=text,
            guess=guess or "",
        )
    return rows


def _outsource(draft: Draft, new: Outsource) -> None:
    name = _known(draft, new.department)
    if new.vendor == name:
        raise ParameterError("{name} cannot be its own vendor.", name=repr(name))
    if new.vendor not in draft.departments:
        vendor = _new_department(draft, new.vendor, name, new.name, ())
        vendor.update(
            kind="external_supplier", parent=None, weight=1.0, headcount=None, transmission=None, customer=False
        )
    given = [row for row, record in draft.services.items() if record["supplier"] == name]
    if new.services:
        given = [row for text in new.services for row in _named(draft, name, text, "supplier", "client")]
    if not given:
        raise ParameterError("{name} gives no service that could be outsourced.", name=repr(name))
    for row in dict.fromkeys(given):
        _move(draft, row, new.vendor, str(draft.services[row]["client"]), new.fulfilment)
    if not new.services:
        for row in [row for row, record in draft.services.items() if record["client"] == name]:
            _drop(draft, row)
        _retire(draft, [name], None)
