"""Which columns of a log mean what, and how its words are read: what the options of ``import-tickets`` say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cxgraph.intake.exports.sheet import comparable

UNKNOWN = frozenset(
    [
        "",
        "?",
        "-",
        "n/a",
        "null",
        "none",
        "nan",
        "empty",
        "(empty)",
        "(blank)",
        "unassigned",
        "(unassigned)",
        "not assigned",
        "unknown",
        "(unknown)",
        "vacío",
        "(vacío)",
        "(en blanco)",
        "sin asignar",
        "no asignado",
        "sin grupo",
        "desconocido",
        "(desconocido)",
    ]
)
"""What exports write where nothing is known, in lower case. ``NA`` is not among them: departments are called so."""

_TRUE = frozenset(("true", "yes", "y", "1", "kept", "met", "achieved", "ok", "sí", "si", "s", "verdadero", "cumplido"))
_FALSE = frozenset(("false", "no", "n", "0", "missed", "breached", "failed", "late", "falso", "incumplido", "vencido"))


@dataclass(frozen=True, slots=True)
class TicketMapping:
    """What the columns of a log mean; every column by its header or its number, as text.

    Attributes
    ----------
    case, time : str
        The ticket or case of each row, and when.
    group : str
        The column of the group that holds the case; with `changes` the name of the field that does.
    state : tuple of str
        Column, or columns that together tell the state; with `changes` names of fields. May be empty.
    resolved : tuple of str
        States that resolve a case. Of two columns, their values joined by ``+``, or a value of one alone.
    changes : (str, str, str) or None
        Columns of the field's name, its old and its new value, where each row is one changed field.
    cases_key : str or None
        Column of the second file that names the case.
    kept, breached : str or None
        Column that says whether the promise was kept, or whether it was breached.
    due, done : str or None
        Columns of when the case was promised and when it was done; without `done`, its first event that resolves.
    customer, service : str or None
        Columns of who the case was for, and of the service that it was about.
    outcome_of : {"first", "last"} or None
        Which holder supplies the customer; by default the first with `supplier` ``receiver``, else the last.
    supplier : {"receiver", "sender"}
        Whether who gets a case by hand-over supplies who hands it on, or the other way round.
    missing : tuple of str
        Further words for an unknown group, customer or outcome.
    date_formats : tuple of str
        How times are written, where it cannot be told.
    timezone : str or None
        IANA name of the clock of times without a zone.
    """

    case: str
    group: str
    time: str
    state: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    changes: tuple[str, str, str] | None = None
    cases_key: str | None = None
    kept: str | None = None
    breached: str | None = None
    due: str | None = None
    done: str | None = None
    customer: str | None = None
    service: str | None = None
    outcome_of: Literal["first", "last"] | None = None
    supplier: Literal["receiver", "sender"] = "receiver"
    missing: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    timezone: str | None = None

    @property
    def unknown(self) -> frozenset[str]:
        """Every word for what is not known, as `comparable` writes it."""
        return UNKNOWN | {comparable(word) for word in self.missing}

    @property
    def holder(self) -> Literal["first", "last"]:
        """The holder that supplies the customer."""
        return self.outcome_of or ("first" if self.supplier == "receiver" else "last")


def is_kept(text: str) -> bool | None:
    """Return whether a word, or the time that was left, says that a promise was kept.

    Parameters
    ----------
    text : str
        ``true``, ``no``, ``sí``, ``7h 20m``, ``-1h 0m`` ...

    Returns
    -------
    bool or None
        A negative duration is late. None where it says neither.

    Examples
    --------
    >>> is_kept("Sí"), is_kept("breached"), is_kept("7h 20m"), is_kept("-0:10"), is_kept("perhaps")
    (True, False, True, False, None)
    """
    word = comparable(text)
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    late = word.startswith(("-", "\N{MINUS SIGN}"))
    time = word.lstrip("-+\N{MINUS SIGN} ")
    parts = time.replace(":", " ").split()
    units = ("w", "d", "h", "m", "s", "min")
    amounts = [part.rstrip("wdhmins") for part in parts]
    sound = all(amount.isdecimal() for amount in amounts) and all(
        part[len(amount) :] in (*units, "") for part, amount in zip(parts, amounts, strict=True)
    )
    told = ":" in time or any(part[-1:].isalpha() for part in parts)
    return not late if parts and sound and told else None


def resolves(parts: tuple[str, ...], wanted: str) -> bool:
    """Return whether a state is one that the user says resolves a case.

    Parameters
    ----------
    parts : tuple of str
        The state's value in each of its columns.
    wanted : str
        What the user wrote.

    Returns
    -------
    bool
        Without regard to case and blanks; of several columns either all values joined by ``+``, ``/`` or a blank, or
        one of them.

    Examples
    --------
    >>> resolves(("Completed", "Closed"), "completed+closed"), resolves(("Completed", "In Call"), "Completed")
    (True, True)
    >>> resolves(("Resolved",), "Closed")
    False
    """
    text = comparable(wanted)
    own = [comparable(part) for part in parts]
    return text in own or any(text == joint.join(own) for joint in ("+", "/", " ", " + ", " / "))
