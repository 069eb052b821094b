"""A scenario: changes and redesigns with a name, as a file that people write and the view saves.

    name = "Own desk for repairs"
    stringency = 1                         # optional

    [[service]]                            # new scores of a service that exists
    supplier = "IT"
    client = "Sales"
    service = "tickets"                    # may be left out where the two exchange only one
    fulfilment = 9                         # and/or expectation, importance

    [departments.IT]
    transmission = 0.3

    [[add]]                                # supplier, client, service, expectation, fulfilment; importance, kind
    [[drop]]                               # supplier, client, service
    [[reroute]]                            # supplier, client, service; to_supplier and/or to_client; fulfilment
    [[merge]]                              # departments = ["A", "B"], into = "AB"; name, transmission
    [[split]]                              # department, parts = [{id, name, gives = [...], receives = [...]}, ...]
    [[outsource]]                          # department, vendor; name, services = ["client:service"], fulfilment

Redesigns are made first, in this order of their kinds, then the changes.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from cxgraph.decide.redesign import (
    AddService,
    DropService,
    MergeDepartments,
    Outsource,
    Part,
    Redesign,
    RerouteService,
    SplitDepartment,
)
from cxgraph.decide.what_if import ServiceChange
from cxgraph.errors import InputError, ParameterError, Problem
from cxgraph.model.names import closest_name
from cxgraph.wording import N_

_KINDS: dict[str, type[Any]] = {
    "add": AddService,
    "drop": DropService,
    "reroute": RerouteService,
    "merge": MergeDepartments,
    "split": SplitDepartment,
    "outsource": Outsource,
}
_NUMBERS = ("fulfilment", "expectation", "importance", "transmission")
_LISTS = ("departments", "services", "gives", "receives")


@dataclass(frozen=True, eq=False)
class Scenario:
    """What would be different.

    Attributes
    ----------
    name : str
        For people.
    changes : tuple of ServiceChange
        New scores.
    transmission : mapping of str to float
        New transmissions by department id.
    stringency : float or None
        Another stringency.
    redesigns : tuple of Redesign
        Changes of structure, made first.
    """

    name: str = ""
    changes: tuple[ServiceChange, ...] = ()
    transmission: Mapping[str, float] = field(default_factory=dict)
    stringency: float | None = None
    redesigns: tuple[Redesign, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would be different."""
        return not (self.changes or self.transmission or self.redesigns) and self.stringency is None


def parse_scenario(text: str, source: str = "scenario") -> Scenario:
    r"""Read a scenario from the text of a TOML file.

    Parameters
    ----------
    text : str
        See the head of this module.
    source : str
        Name of the file, for messages.

    Returns
    -------
    Scenario
        Its departments and services are checked against an organisation when it is applied.

    Raises
    ------
    InputError
        Not TOML, an unknown key, a key that is missing, or a value of another type; all of them at once.

    Examples
    --------
    >>> parse_scenario('[departments.IT]\ntransmission = 0.3').transmission
    {'IT': 0.3}
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            (
                Problem(
                    "error",
                    "scenario-not-toml",
                    N_("{file} is not a TOML file: {reason}."),
                    N_("Compare it with the example in `cxgraph whatif --help`."),
                    {"file": source, "reason": str(error)},
                ),
            )
        ) from error
    reader = _Reader(source)
    scenario = reader.read(table)
    if reader.problems:
        raise InputError(tuple(reader.problems))
    return scenario


def render_scenario(scenario: Scenario) -> str:
    """Return a scenario as the text of a TOML file, which `parse_scenario` reads back as the same.

    Examples
    --------
    >>> print(render_scenario(Scenario("A", (ServiceChange("IT", "Sales", fulfilment=9.0),))), end="")
    name = "A"
    <BLANKLINE>
    [[service]]
    supplier = "IT"
    client = "Sales"
    fulfilment = 9.0
    """
    lines = [f"name = {_quoted(scenario.name)}"] if scenario.name else []
    if scenario.stringency is not None:
        lines.append(f"stringency = {_number(scenario.stringency)}")
    names = {kind: key for key, kind in _KINDS.items()}
    blocks: list[tuple[str, Any]] = [("service", change) for change in scenario.changes]
    blocks += [(names[type(redesign)], redesign) for redesign in scenario.redesigns]
    for department, value in scenario.transmission.items():
        lines += ["", f"[departments.{_quoted(department)}]", f"transmission = {_number(value)}"]
    for key, record in blocks:
        lines += ["", f"[[{key}]]"]
        lines += [f"{name} = {_toml(value)}" for name, value in _entries(record)]
    return "\n".join(lines).lstrip("\n") + "\n"


def parse_setting(text: str) -> ServiceChange:
    """Read ``SUPPLIER>CLIENT:SERVICE.FIELD=NUMBER``; the service may be left out where there is but one.

    Parameters
    ----------
    text : str
        Such as ``IT>Sales:tickets.fulfilment=9``.

    Returns
    -------
    ServiceChange
        With one value.

    Raises
    ------
    ParameterError
        Another form.

    Examples
    --------
    >>> parse_setting("IT>Sales:tickets.fulfilment=9")
    ServiceChange(supplier='IT', client='Sales', service='tickets', fulfilment=9.0, expectation=None, importance=None)
    """
    address, equals, value = text.rpartition("=")
    ends, point, name = address.rpartition(".")
    supplier, arrow, rest = ends.partition(">")
    client, colon, service = rest.partition(":")
    number = _as_number(value)
    if not (equals and point and arrow and supplier.strip() and client.strip()) or number is None:
        raise ParameterError(
            "{text} is no change; write SUPPLIER>CLIENT:SERVICE.fulfilment=NUMBER (or .expectation, .importance).",
            text=repr(text),
        )
    if name.strip() not in _NUMBERS[:3]:
        raise ParameterError(
            "{name} is {value}; choose one of {choices}.",
            name="--set",
            value=repr(name.strip()),
            choices=", ".join(_NUMBERS[:3]),
        )
    return ServiceChange(supplier.strip(), client.strip(), service.strip() if colon else None, **{name.strip(): number})


def parse_department(text: str) -> tuple[str, float]:
    """Read ``DEPARTMENT.transmission=NUMBER``.

    Examples
    --------
    >>> parse_department("IT.transmission=0.3")
    ('IT', 0.3)
    """
    address, equals, value = text.rpartition("=")
    name, point, what = address.rpartition(".")
    number = _as_number(value)
    if not (equals and point and name.strip()) or what.strip() != "transmission" or number is None:
        raise ParameterError("{text} is no change; write DEPARTMENT.transmission=NUMBER.", text=repr(text))
    return name.strip(), number


class _Reader:
    """Collects every problem of a scenario before anything is raised."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def problem(self, code: str, message: str, hint: str = "", **values: object) -> None:
        self.problems.append(Problem("error", code, message, hint, {"file": self.source, **values}))

    def read(self, table: Mapping[str, Any]) -> Scenario:
        known = ("name", "stringency", "service", "departments", *_KINDS)
        self.unknown(table, known, self.source)
        changes = tuple(self.records(table, "service", ServiceChange))
        redesigns = tuple(one for key, kind in _KINDS.items() for one in self.records(table, key, kind))
        name, stringency = table.get("name", ""), table.get("stringency")
        if not isinstance(name, str):
            self.wrong("name", name)
            name = ""
        if stringency is not None and not _is_number(stringency):
            self.wrong("stringency", stringency)
            stringency = None
        return Scenario(name, changes, self.departments(table), stringency, redesigns)

    def departments(self, table: Mapping[str, Any]) -> dict[str, float]:
        found: dict[str, float] = {}
        given = table.get("departments", {})
        if not isinstance(given, Mapping):
            self.wrong("departments", given)
            return found
        for name, values in given.items():
            if not isinstance(values, Mapping):
                self.wrong(f"departments.{name}", values)
                continue
            self.unknown(values, ("transmission",), f"departments.{name}")
            if "transmission" in values:
                if _is_number(values["transmission"]):
                    found[name] = float(values["transmission"])
                else:
                    self.wrong(f"departments.{name}.transmission", values["transmission"])
        return found

    def records(self, table: Mapping[str, Any], key: str, kind: type[Any]) -> list[Any]:
        given = table.get(key, [])
        if not isinstance(given, list):
            given = [given]
        found = []
        for place, values in enumerate(given, 1):
            record = self.record(values, f"{key} {place}", kind)
            if record is not None:
                found.append(record)
        return found

    def record(self, values: Any, where: str, kind: type[Any]) -> Any:
        if not isinstance(values, Mapping):
            self.wrong(where, values)
            return None
        before = len(self.problems)
        names = {one.name: one for one in fields(kind)}
        self.unknown(values, tuple(names), where)
        ready: dict[str, Any] = {}
        for name, value in values.items():
            if name in names:
                ready[name] = self.value(name, value, f"{where}, {name}")
        for name, one in names.items():
            required = one.default is MISSING and one.default_factory is MISSING
            if required and name not in values:
                self.problem(
                    "scenario-key-missing",
                    N_("{file}, {where}: {name} is missing."),
                    N_("Compare it with the example in `cxgraph whatif --help`."),
                    where=where,
                    name=name,
                )
        return kind(**ready) if len(self.problems) == before else None

    def value(self, name: str, value: Any, where: str) -> Any:
        if name == "parts":
            parts = value if isinstance(value, list) else [value]
            return tuple(self.record(part, f"{where} {place}", Part) for place, part in enumerate(parts, 1))
        if name in _LISTS:
            if isinstance(value, list) and all(isinstance(one, str) for one in value):
                return tuple(value)
        elif name in _NUMBERS:
            if _is_number(value):
                return float(value)
        elif isinstance(value, str):
            return value
        self.wrong(where, value)
        return None

    def unknown(self, values: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for name in values:
            if name not in known:
                guess = closest_name(name, list(known))
                self.problem(
                    "scenario-key-unknown",
                    N_("{file}, {where}: {name!r} is not known here; known are {known}."),
                    N_("Did you mean {guess!r}?") if guess else "",
                    where=where,
                    name=name,
                    known=", ".join(known),
                    guess=guess or "",
                )

    def wrong(self, where: str, value: Any) -> None:
        self.problem(
            "scenario-value",
            N_("{file}, {where}: {value} is a value of another type than is wanted."),
            N_("Compare it with the example in `cxgraph whatif --help`."),
            where=where,
            value=repr(value)[:80],
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _as_number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _entries(record: Any) -> list[tuple[str, Any]]:
    return [
        (one.name, getattr(record, one.name)) for one in fields(record) if getattr(record, one.name) not in (None, ())
    ]


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, Part):
        return "{" + ", ".join(f"{name} = {_toml(one)}" for name, one in _entries(value)) + "}"
    return _number(value)


def _number(value: float) -> str:
    return "inf" if value == float("inf") else repr(float(value))


def _quoted(text: str) -> str:
    # A basic string of TOML has JSON's escapes.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
