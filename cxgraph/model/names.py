"""Names of departments and services as people write them: unknown ones, several in one cell, two that look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt

from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog, TypedTable
from cxgraph.wording import N_

ENDS = ("supplier", "client")
_MOST_COMPARED, _SHOWN = 2_000, 6
_NUMBER = re.compile(r"0*([0-9]+)(?:\.0+)?")
# Joints are not between digits: 1.2 and 12 are two names.
_JOINTS = re.compile(r"(?<![0-9])[-_./'’`´·‐-―]+|[-_./'’`´·‐-―]+(?![0-9])")
_LISTS = re.compile(r"\s*(?:[|;,/\\&+\n]|\s(?:and|y|e|und|et|[-·–—])\s)\s*", re.IGNORECASE)
_PLACEHOLDERS = frozenset(
    (
        *("all", "everybody", "everyone", "all departments", "any", "whole company", "several", "various", "other"),
        *(
            "others",
            "todos",
            "todas",
            "todo el mundo",
            "todos los departamentos",
            "toda la empresa",
            "varios",
            "varias",
        ),
        *("otro", "otros", "otra", "otras", "none", "nobody", "ninguno", "ninguna", "nadie", "unknown", "desconocido"),
        *(
            "unassigned",
            "(blank)",
            "(en blanco)",
            "(vacío)",
            "(vacías)",
            "(empty)",
            "null",
            "nan",
            "none of the above",
            "sin asignar",
            "not applicable",
            "no aplica",
            "n/a",
            "tbd",
            "?",
            "??",
            "-",
            "--",
            "–",
            "—",
            ".",
        ),
    )
)
"""What is written where no department is meant, or all of them; NA is not among them, since there are such."""
_SURE_LISTS = re.compile(r"\s*[|;\n]\s*")
# What joins names and stands within names as well: it divides where all the parts are names.
_LINKS = re.compile(
    r"\s*(?:[|;,/\\&+\n()<>→←↔»•·–—-]|\s(?:and|or|with|y|e|o|u|con|und|oder|mit|et|ou|i|ed)\s)+\s*", re.IGNORECASE
)


def closest_name(name: str, known: list[str]) -> str | None:
    """Return the known name that looks most like a given one, or None.

    Parameters
    ----------
    name : str
        What was written.
    known : list of str
        What could have been meant; of a longer list only the first 2,000 are compared.

    Returns
    -------
    str or None
        One of `known`.

    Examples
    --------
    >>> closest_name("Sale", ["IT", "Sales"])
    'Sales'
    """
    folded = {entry.casefold(): entry for entry in reversed(known[:_MOST_COMPARED])}
    matches = get_close_matches(name.casefold()[:200], folded, n=1, cutoff=0.7)
    return folded[matches[0]] if matches else None


def bare_name(name: str) -> str:
    """Return what names have in common that people take for one.

    Case, accents, blanks, hyphens, full stops and characters that cannot be seen are left out; 007 and 7.0 are 7.

    Examples
    --------
    >>> bare_name("Fault-reports") == bare_name("fault  reports"), bare_name("I.T."), bare_name("1.2")
    (True, 'it', '1.2')
    """
    number = _NUMBER.fullmatch(name)
    if number:
        return number[1]
    if not name.isascii():
        name = "".join(
            character
            for character in unicodedata.normalize("NFKD", name)
            if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
        )
    return _JOINTS.sub("", "".join(name.casefold().split()))


def report_twins(names: Iterable[str], message: str, log: ProblemLog, file: str | None) -> None:
    """Warn of names that differ, but only in what people do not see as a difference.

    Parameters
    ----------
    names : iterable of str
        In a fixed order.
    message : str
        With the fields ``names`` and ``count``.
    log : ProblemLog
        Takes a warning for each group of names.
    file : str or None
        Where they stand.
    """
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(bare_name(name), []).append(name)
    _report_groups([group for group in alike.values() if len(group) > 1], "near-twins", message, log, file)


def _report_groups(groups: list[list[str]], code: str, message: str, log: ProblemLog, file: str | None) -> None:
    for group in groups[:LISTED_PER_RULE]:
        more = f" (+{len(group) - _SHOWN})" if len(group) > _SHOWN else ""
        log.add(
            "warning",
            code,
            message,
            N_("If they are one, write it the same way everywhere."),
            file=file,
            names=", ".join(map(repr, group[:_SHOWN])) + more,
            count=len(group),
        )
    if len(groups) > LISTED_PER_RULE:
        log.add(
            "warning",
            code,
            N_(
                "{count} more {count:group|groups} of names {count:differs|differ} in case, accents, "
                "blanks or hyphens only."
            ),
            N_("If they are one, write it the same way everywhere."),
            file=file,
            count=len(groups) - LISTED_PER_RULE,
        )


def report_service_twins(services: TypedTable, rows: npt.NDArray[np.intp], log: ProblemLog) -> None:
    """Warn of services of one supplier whose names look alike: they are read as different ones."""
    if "service" not in services.frame.columns:
        return
    names = services.frame["service"].cat.categories.tolist()
    alike: dict[str, int] = {}
    look = np.array([alike.setdefault(bare_name(str(name)), number) for number, name in enumerate(names)] + [-1])
    if len(alike) == len(names):
        return
    service, supplier = (services.frame[column].cat.codes.to_numpy()[rows] for column in ("service", "supplier"))
    written = np.unique(np.stack([supplier, look[service], service])[:, service >= 0], axis=1)
    groups: dict[tuple[int, int], list[str]] = {}
    for giver, group, name in written.T.tolist():
        groups.setdefault((giver, group), []).append(str(names[name]))
    distinct = dict.fromkeys(tuple(sorted(group)) for group in groups.values() if len(group) > 1)
    message = N_("{names} are read as {count} services of one supplier.")
    _report_groups(sorted(map(list, distinct)), "service-twins", message, log, services.file)


@dataclass(frozen=True, eq=False)
class Directory:
    """The ids that may be written, and what people write in their place.

    Parameters
    ----------
    ids : tuple of str
        In the order of their table.
    names : mapping of str to str
        The id of each name, by what people see of the name; names of several departments left out.
    table : str
        Where they stand, for messages.
    """

    ids: tuple[str, ...]
    names: Mapping[str, str]
    table: str

    @classmethod
    def from_table(cls, departments: TypedTable) -> Directory:
        """Take ids and names of a table of departments."""
        frame = departments.frame
        ids = frame["id"].astype(object)
        stated = frame["name"].astype(object) if "name" in frame.columns else ids
        found: dict[str, set[str]] = {}
        for key, name in zip(ids, stated, strict=True):
            if isinstance(key, str) and isinstance(name, str):
                found.setdefault(bare_name(name), set()).add(key)
        names = {look: next(iter(keys)) for look, keys in found.items() if len(keys) == 1}
        return cls(tuple(dict.fromkeys(str(key) for key in ids.dropna())), names, departments.file or "departments")

    def fault(self, name: str, looks: Mapping[str, str]) -> tuple[str, str, dict[str, Any]]:
        """Return what is wrong with a name that is no id: message, hint and their fields."""
        parts = several_names(name, looks)
        if parts:
            return (*SEVERAL, {"names": ", ".join(parts)})
        message = N_("{value!r} is not in {table}.")
        fields: dict[str, Any] = {"table": self.table}
        meant = self.names.get(bare_name(name))
        if meant is not None and meant != name:
            if bare_name(meant) == bare_name(name):
                return message, N_("Did you mean {guess!r}?"), {**fields, "guess": meant}
            return (
                N_("{value!r} is the name of the department {guess!r}, not its id."),
                N_("Write the id."),
                {**fields, "guess": meant},
            )
        guess = closest_name(name, list(self.ids))
        if guess is not None:
            return message, N_("Did you mean {guess!r}?"), {**fields, "guess": guess}
        return message, N_("Add it to {table}, or write the id of one that is there."), fields


SEVERAL = (
    N_("{value!r} holds several departments in one cell: {names}."),
    N_("Write one row for each. If it is the name of one, list it in the table of departments."),
)
"""What is said of a cell that holds several departments."""


def several_names(name: str, looks: Mapping[str, str]) -> tuple[str, ...]:
    """Return the departments that one cell holds, as it writes them; nothing where it holds one.

    Parameters
    ----------
    name : str
        The cell.
    looks : mapping of str to str
        Every other name there is, by its `bare_name`.

    Returns
    -------
    tuple of str
        At least two. Commas, strokes, lone dashes and the word "and" divide where two of the parts are there; bars
        and semicolons also where one of them is; hyphens, arrows, brackets and the word "or" where all of them are.

    Examples
    --------
    >>> known = {"sales": "Sales", "it": "IT"}
    >>> several_names("Sales, IT", known), several_names("R&D", known), several_names("IT|Legal", known)
    (('Sales', 'IT'), (), ('IT', 'Legal'))
    """
    for pattern, enough in ((_SURE_LISTS, 1), (_LISTS, 2), (_LINKS, len(name))):
        parts = tuple(dict.fromkeys(part for part in pattern.split(name.strip()) if part))
        if len(parts) > 1 and sum(bare_name(part) in looks for part in parts) >= min(enough, len(parts)):
            return parts
    return ()


def looks_of(*groups: Iterable[str]) -> dict[str, str]:
    """Return names by what people see of them."""
    return {bare_name(name): name for group in groups for name in group}


def report_several(services: TypedTable, rows: npt.NDArray[np.intp], log: ProblemLog) -> None:
    """Refuse cells that hold several departments, where no table of departments says which there are."""
    names = {end: [str(name) for name in services.frame[end].cat.categories] for end in ENDS}
    suspects = {name for group in names.values() for name in group if _LINKS.search(name)}
    if not suspects:
        return
    looks = looks_of(*names.values())
    held = {name: several_names(name, looks) for name in suspects}
    for end in ENDS:
        codes = services.frame[end].cat.codes.to_numpy()
        wrong = np.array([bool(held.get(name)) for name in names[end]] + [False])
        log.add_rows(
            "error",
            "several-departments",
            *SEVERAL,
            services,
            rows[wrong[codes[rows]]],
            column=end,
            cell=_several_cell(names[end], codes, held),
        )


def report_placeholders(services: TypedTable, rows: npt.NDArray[np.intp], log: ProblemLog) -> None:
    """Warn of names that seldom are a department's, where no table of departments says that they are."""
    found: dict[str, None] = {}
    for end in ENDS:
        column = services.frame[end].cat
        used = np.unique(column.codes.to_numpy()[rows])
        names = (str(column.categories[code]) for code in used.tolist() if code >= 0)
        found |= dict.fromkeys(name for name in names if name.strip().casefold() in _PLACEHOLDERS)
    if found:
        log.add(
            "warning",
            "placeholder-names",
            N_("{names}: read as departments, although such words mostly stand for all of them or for none."),
            N_("Write a row for each department that is meant, or list the word in the table of departments."),
            file=services.file,
            names=", ".join(map(repr, list(found)[:_SHOWN])) + (f" (+{len(found) - _SHOWN})" * (len(found) > _SHOWN)),
        )


def _several_cell(
    names: Sequence[str], codes: npt.NDArray[np.integer[Any]], held: Mapping[str, tuple[str, ...]]
) -> Callable[[int], dict[str, object]]:
    def cell(row: int) -> dict[str, object]:
        name = names[codes[row]]
        return {"value": name, "names": ", ".join(held[name])}

    return cell


def check_known(services: TypedTable, rows: npt.NDArray[np.intp], departments: TypedTable, log: ProblemLog) -> None:
    """Report every supplier and client of some rows that is not in the table of departments."""
    directory = Directory.from_table(departments)
    known, looks = set(directory.ids), looks_of(directory.ids)
    for column in ENDS:
        names = [str(name) for name in services.frame[column].cat.categories]
        codes = services.frame[column].cat.codes.to_numpy()
        strange = np.array([name not in known for name in names] + [False])  # the last one answers for code -1
        bad = rows[strange[codes[rows]]]
        # Comparing names is slow: only those that will be listed one by one are compared.
        listed = bad[:LISTED_PER_RULE]
        faults = {names[code]: directory.fault(names[code], looks) for code in dict.fromkeys(codes[listed].tolist())}
        sentences = dict.fromkeys(fault[:2] for fault in faults.values())
        for message, hint in sentences or {(N_("{value!r} is not in {table}."), ""): None}:
            told = [row for row in listed.tolist() if faults[names[codes[row]]][:2] == (message, hint)]
            log.add_rows(
                "error",
                "unknown-department",
                message,
                hint,
                services,
                told,
                column=column,
                cell=lambda row, names=names, codes=codes, faults=faults: {  # type: ignore[misc]
                    **faults[names[codes[row]]][2],
                    "value": names[codes[row]],
                },
            )
        if len(bad) > len(listed):
            log.add(
                "error",
                "unknown-department",
                N_("{count} more {count:row has|rows have} the same problem."),
                file=services.file,
                column=services.headers.get(column, column),
                count=len(bad) - len(listed),
            )


def check_answer_ends(responses: TypedTable, departments: TypedTable | None, log: ProblemLog) -> None:
    """Every answer names two departments that exist; each unknown name is told once, with where it stands first."""
    directory = None
    if departments is not None and "id" in departments.frame.columns:
        directory = Directory.from_table(departments)
    known = set(directory.ids) if directory else set()
    looks = looks_of(known)
    for column in ENDS:
        values = responses.frame[column].cat
        codes = values.codes.to_numpy()
        log.add_rows(
            "error",
            "no-" + column,
            N_("the cell is empty; every answer is about a service that has a supplier and a client."),
            N_("Write the department's id."),
            responses,
            np.flatnonzero(codes < 0),
            column=column,
        )
        if directory is None or not known:
            continue
        first, count = np.unique(codes[codes >= 0], return_counts=True)
        strange = [(code, n) for code, n in zip(first, count, strict=True) if str(values.categories[code]) not in known]
        for code, number in strange[:LISTED_PER_RULE]:
            name = str(values.categories[code])
            message, hint, fields = directory.fault(name, looks)
            log.add_rows(
                "error",
                "unknown-department",
                N_("{value!r} is not in {table} ({count} {count:answer names|answers name} it).")
                if message == N_("{value!r} is not in {table}.")
                else message,
                hint,
                responses,
                np.flatnonzero(codes == code)[:1],
                column=column,
                cell=lambda _row, name=name, fields=fields, number=number: {  # type: ignore[misc]
                    **fields,
                    "value": name,
                    "count": int(number),
                },
            )
        if len(strange) > LISTED_PER_RULE:
            log.add(
                "error",
                "unknown-department",
                N_("{count} more {count:name is|names are} not in {table}."),
                file=responses.file,
                column=responses.headers.get(column, column),
                count=len(strange) - LISTED_PER_RULE,
                table=directory.table,
            )
