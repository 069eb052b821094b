"""Who serves whom, as both ends tell it: services, and where the two ends disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cxgraph.intake.forms.returned import Answer, Returned
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

_LISTED = 200
Pair = tuple[str, str]


class _Said:
    """What one side says of its pairs: yes or no, and what is exchanged, by kind."""

    def __init__(self) -> None:
        self.yes: dict[Pair, dict[str, list[str]]] = {}
        self.no: set[Pair] = set()


def services_of_relations(forms: Sequence[Returned], folder: str, log: ProblemLog) -> list[dict[str, Any]]:
    """Return the services that returned questionnaires name, and report where two ends disagree.

    Parameters
    ----------
    forms : sequence of Returned
        Of the kind relations; several of one department are joined, and one yes counts as yes.
    folder : str
        Shown in messages.
    log : ProblemLog
        Takes a warning for every service that one end affirms and the other, who was asked and answered, does not.

    Returns
    -------
    list of dict
        supplier, client, service and kind, sorted. A service that either end affirms is in it; where both name what is
        exchanged, the client's words stand.
    """
    answered = {form.answered_by for form in forms}
    clients, suppliers = _Said(), _Said()
    for form in forms:
        for answer in form.answers:
            own = clients if answer.client == form.answered_by else suppliers
            pair = (answer.supplier, answer.client)
            names = {kind: _names(answer.given.get(kind, "")) for kind in ("formal", "relational")}
            _check_said(answer, form, log)
            if answer.given.get("serves") == "no":
                own.no.add(pair)
            elif answer.given.get("serves") == "yes" or any(names.values()):
                known = own.yes.setdefault(pair, {"formal": [], "relational": []})
                for kind, found in names.items():
                    known[kind] += [name for name in found if fold(name) not in map(fold, known[kind])]
    labels = {place.id: place.name or place.id for form in forms for place in form.places}
    disagreements = _disagreements(clients, suppliers, answered)
    for supplier, client, who in disagreements[:_LISTED]:
        _report(supplier, client, who, labels, (clients, suppliers), folder, log)
    if len(disagreements) > _LISTED:
        log.add(
            "warning",
            "relation-disagreement",
            N_("{count} more {count:service is|services are} reported by one end only."),
            file=folder,
            count=len(disagreements) - _LISTED,
        )
    agreed = sum(pair in suppliers.yes for pair in clients.yes)
    log.add(
        "note",
        "relations-read",
        N_(
            "{departments} departments reported who serves whom: {agreed} relations are reported by both ends, "
            "{disputed} are denied or not reported by one end that answered, {open} wait for the other end."
        ),
        N_("Next: ask for the scores with cxgraph ask ORG --what scores -o FOLDER."),
        file=folder,
        departments=len(answered),
        agreed=agreed,
        disputed=len(disagreements),
        open=len(clients.yes.keys() | suppliers.yes.keys()) - agreed - len(disagreements),
    )
    return _rows(clients, suppliers, labels, folder, log)


def _check_said(answer: Answer, form: Returned, log: ProblemLog) -> None:
    """Report an answer that is neither yes nor no; what is exchanged, where it is named, still counts as a yes."""
    said = answer.given.get("serves", "")
    if said not in ("", "yes", "no"):
        log.add(
            "warning",
            "form-answer",
            N_("'{value}' is neither yes nor no ({supplier} → {client}) and is not read."),
            N_("Correct it in the file."),
            file=f"{form.file}!{answer.cell}" if answer.cell else form.file,
            value=said[:60],
            supplier=answer.supplier,
            client=answer.client,
        )


def _names(text: str) -> list[str]:
    """Return what is exchanged: several things are separated by semicolons or lines."""
    names = [" ".join(part.split()) for part in re.split(r"[;\n]", text)]
    return list(dict.fromkeys(name for name in names if name))


def _disagreements(clients: _Said, suppliers: _Said, answered: set[str]) -> list[tuple[str, str, str]]:
    """Return the pairs that one end affirms and the other, who answered, does not, with who affirms: sorted."""
    found = [(s, c, "supplier") for s, c in suppliers.yes if (s, c) not in clients.yes and c in answered]
    found += [(s, c, "client") for s, c in clients.yes if (s, c) not in suppliers.yes and s in answered]
    return sorted(found)


def _report(
    supplier: str,
    client: str,
    who: str,
    labels: dict[str, str],
    said: tuple[_Said, _Said],
    folder: str,
    log: ProblemLog,
) -> None:
    clients, suppliers = said
    one, other = (supplier, client) if who == "supplier" else (client, supplier)
    denied = (supplier, client) in (clients.no if who == "supplier" else suppliers.no)
    names = labels.get(one, one), labels.get(other, other)
    hint = N_("Talk it over with both. The service is kept until they agree; delete it where it does not exist.")
    if who == "supplier":
        log.add(
            "warning",
            "relation-disagreement",
            N_("{one} says that it serves {other}; {other} says that it does not.")
            if denied
            else N_("{one} says that it serves {other}; {other} does not name it among its suppliers."),
            hint,
            file=folder,
            one=names[0],
            other=names[1],
        )
    else:
        log.add(
            "warning",
            "relation-disagreement",
            N_("{one} says that {other} serves it; {other} says that it does not.")
            if denied
            else N_("{one} says that {other} serves it; {other} does not name it among its clients."),
            hint,
            file=folder,
            one=names[0],
            other=names[1],
        )


def _rows(
    clients: _Said, suppliers: _Said, labels: dict[str, str], folder: str, log: ProblemLog
) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    differing: list[str] = []
    for supplier, client in sorted(clients.yes.keys() | suppliers.yes.keys()):
        pair = (supplier, client)
        own, others = clients.yes.get(pair), suppliers.yes.get(pair)
        words = own if own and any(own.values()) else others or own or {}
        if own and others and any(own.values()) and any(others.values()) and _folded(own) != _folded(others):
            differing.append(f"{labels.get(supplier, supplier)} → {labels.get(client, client)}")
        named = [(kind, name) for kind in ("formal", "relational") for name in words.get(kind, ())]
        for kind, name in named or [("formal", "service")]:
            rows.setdefault(
                (supplier, client, name), {"supplier": supplier, "client": client, "service": name, "kind": kind}
            )
    if differing:
        log.add(
            "note",
            "relation-names-differ",
            N_("The two ends name differently what is exchanged; the client's words are kept: {pairs}."),
            file=folder,
            pairs=", ".join(differing[:10]) + (f" (+{len(differing) - 10})" if len(differing) > 10 else ""),
        )
    return [rows[key] for key in sorted(rows)]


def _folded(words: dict[str, list[str]]) -> set[tuple[str, str]]:
    return {(kind, fold(name)) for kind, names in words.items() for name in names}
