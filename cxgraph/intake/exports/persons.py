"""Personal data of exports: which columns hold it, and texts from which it is taken out before anybody sees them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from cxgraph.tables.schema import fold

_EMAIL = re.compile(r"[^\s@<>()\[\],;:|\"']+@[^\s@<>()\[\],;:|\"']+\.[^\s@<>()\[\],;:|\"']+")
_ADDRESS = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w.:])", re.I)
_PERSON_HEADERS = (
    "assigned_to assignee asignado asignado_a persona_asignada caller caller_id opened_by resolved_by closed_by "
    "updated_by created_by sys_created_by sys_updated_by submitted_by _submitted_by reporter informador author "
    "autor creator creador solicitante requester requested_by requested_for usuario user user_name username "
    "agente agent owner propietario responsable watchers observadores encuestado_por interviewer entrevistador "
    "email e_mail email_address mail correo correo_electronico direccion_de_correo_electronico recipient_email "
    "recipientemail ip ip_address ipaddress direccion_ip name nombre nombre_completo full_name first_name "
    "last_name apellido apellidos surname recipient_first_name recipient_last_name recipientfirstname "
    "recipientlastname phone telefono movil mobile password contrasena clave pin token secret dni nif "
    "org_resource resource recurso owner_first_name location_latitude location_longitude"
)
_PERSON_WORDS = frozenset(map(fold, _PERSON_HEADERS.split()))


def is_personal_header(header: str) -> bool:
    """Return whether a column of that name usually holds people, or what reaches or identifies them.

    Parameters
    ----------
    header : str
        A header as the file writes it.

    Returns
    -------
    bool
        By a list of names in English and Spanish; ``case:`` and custom-field wrappings are looked through.

    Examples
    --------
    >>> is_personal_header("Correo electrónico"), is_personal_header("assignment_group")
    (True, False)
    """
    inner = re.sub(r"^(?:custom field|campo personalizado)\s*\((.*)\)$", r"\1", header.strip(), flags=re.I)
    return fold(inner.removeprefix("case:")) in _PERSON_WORDS


def masked(text: str) -> str:
    """Return a text with every e-mail and network address in it replaced by an ellipsis.

    Parameters
    ----------
    text : str
        Any text of an input.

    Returns
    -------
    str
        The same where there is none.

    Examples
    --------
    >>> masked("written by ana@example.org from 198.51.100.7 at 10:20:30")
    'written by … from … at 10:20:30'
    """
    return _ADDRESS.sub(lambda found: "…" if _is_address(found[0]) else found[0], _EMAIL.sub("…", text))


def pseudonyms(names: Sequence[str], header: str, word: str) -> tuple[tuple[str, ...], int]:
    """Return names that may be shown, and how many of them had to be replaced.

    A column that usually holds people keeps its contents only where they are codes already (each has a digit);
    in every other column only contents with an e-mail or network address are replaced.

    Parameters
    ----------
    names : sequence of str
        Distinct contents of a column.
    header : str
        Its header.
    word : str
        What replaces a name, with a number after it: ``Person`` becomes ``Person 1``.

    Returns
    -------
    (tuple of str, int)
        In the order of `names`. Numbers follow the alphabet, so that the order of rows changes nothing.

    Examples
    --------
    >>> pseudonyms(("Luis", "Ana"), "Assignee", "Person")
    (('Person 2', 'Person 1'), 2)
    >>> pseudonyms(("Redes", "ana@example.org"), "Team", "Person")
    (('Redes', 'Person 1'), 1)
    """
    people = is_personal_header(header) and not all(any(c.isdigit() for c in name) for name in names if name)
    hidden = sorted(name for name in names if name and (people or masked(name) != name))
    taken = set(names) - set(hidden)
    numbers: dict[str, str] = {}
    number = 0
    for name in hidden:
        number += 1
        while f"{word} {number}" in taken:
            number += 1
        numbers[name] = f"{word} {number}"
    return tuple(numbers.get(name, name) for name in names), len(hidden)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
