"""Which end of a row serves which: headers that mean other things in tickets, dependencies and undirected graphs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import Table, fold
from cxgraph.wording import N_

DOUBTFUL = frozenset(("source", "from", "origen", "target", "to", "destino", "n"))
"""Headers that say who serves whom only where nothing in the table says otherwise."""
_ENDS = {"source": "supplier", "from": "supplier", "origen": "supplier"}
_ENDS |= {"target": "client", "to": "client", "destino": "client"}
_TICKET = frozenset(
    (
        *("ticket", "ticket_id", "ticket_no", "ticket_number", "id_ticket", "numero_de_ticket", "no_ticket"),
        *("incident",),
        *("incident_id", "incident_number", "incidencia", "id_incidencia", "numero_de_incidencia", "issue_key"),
        *("issue_id", "issue", "case_id", "case_number", "id_caso", "numero_de_caso", "request_id", "id_solicitud"),
        *("work_order", "orden_de_trabajo", "sys_id", "tique"),
    )
)
_OF_TICKETS = frozenset(
    (
        *("status", "estado", "state", "priority", "prioridad", "urgency", "urgencia", "impact", "impacto", "severity"),
        *("assignee", "assigned_to", "asignado_a", "asignado", "assignment_group", "grupo_asignado", "opened"),
        *("closed",),
        *("created", "created_at", "resolved", "resolved_at", "resuelto", "opened_at", "closed_at", "reporter", "sla"),
        *("reopened", "resolution", "resolucion", "cerrado", "abierto", "fecha_de_apertura", "fecha_de_cierre"),
    )
)
_DEPENDENCY = (
    *("depend", "depende", "require", "requiere", "uses", "usa", "used", "call", "llama", "consume", "import"),
    *("need", "necesita", "is_served_by", "served_by", "es_atendid", "receives", "recibe", "is_supplied_by"),
    *("supplied_by", "reports_to", "reporta_a", "client_of", "customer_of", "cliente_de"),
)
TELLING = frozenset(
    (
        *("type", "tipo", "relation", "relationship", "relacion", "edge_type", "relation_type", "relationship_type"),
        *("link_type", "tipo_de_relacion", "dependency_type", "directed", "dirigido", "kind", "clase", "label", "edge"),
    )
)
"""Headers below which tables of links say what kind of link a row is."""


def ticket_headers(titles: Iterable[str], table: Table) -> list[str]:
    """Return the headers that show a table of services to be a list of tickets; nothing where it is none.

    Examples
    --------
    >>> from cxgraph.tables.schema import TABLES
    >>> ticket_headers(["Ticket ID", "Status", "From", "To"], TABLES["services"])
    ['Ticket ID', 'Status']
    """
    if table.name != "services":
        return []
    sure = [title for title in titles if fold(title) in _TICKET]
    hints = [title for title in titles if fold(title) in _OF_TICKETS]
    return [*sure, *hints] if sure or len(hints) > 1 else []


def report_tickets(
    tickets: Sequence[str], doubtful: Sequence[str], log: ProblemLog, file: str | None, line: int | None
) -> None:
    """Ask back what the ends of a list of tickets are."""
    pairs = " ".join(f"--column '{title}={_ENDS[fold(title)]}'" for title in doubtful if fold(title) in _ENDS)
    log.add(
        "error",
        "ticket-list",
        N_("{tickets} speak of tickets: {doubtful} need not say who serves whom, and are not read."),
        N_(
            "A log of tickets is read by cxgraph import-tickets {name} -o ORG --case … --group … --time …; if each row "
            "is a service, say so: cxgraph check {name} {pairs}."
        ),
        file=file,
        line=line,
        tickets=", ".join(f"'{title}'" for title in tickets[:5]),
        doubtful=", ".join(f"'{title}'" for title in doubtful),
        name=file or "FILE",
        pairs=pairs or "--column 'HEADER=supplier' --column 'HEADER=client'",
    )


def is_depending(text: str) -> bool:
    """Return whether a text says that one end depends on the other: depends on, dependsOn, usa.

    Examples
    --------
    >>> is_depending("dependsOn"), is_depending("Depends on"), is_depending("supplies")
    (True, True, False)
    """
    return fold(text).startswith(_DEPENDENCY)


def is_undirected(text: str) -> bool:
    """Return whether a text says that a link has no direction."""
    return fold(text) in ("undirected", "no_dirigido", "no_dirigida", "unordered", "bidirectional", "mutual")


def _denied(telling: Mapping[str, Iterable[str]]) -> list[str]:
    """Return how a column that asks whether links have a direction says that they have none."""
    return [
        f"{header}: {word}"
        for header, cells in telling.items()
        if fold(header) in ("directed", "dirigido")
        for word in sorted({str(cell).strip() for cell in cells})
        if fold(word) in ("no", "false", "falso", "f", "n", "0")
    ]


def check_direction(
    headers: Mapping[str, str],
    telling: Mapping[str, Iterable[str]],
    log: ProblemLog,
    file: str | None,
    line: int | None = None,
) -> None:
    """Warn where supplier and client were taken from headers whose direction the table itself puts in doubt.

    Parameters
    ----------
    headers : mapping of str to str
        The header that each column was read from.
    telling : mapping of str to iterable of str
        Distinct cells of every column that may say what kind of link a row is.
    log : ProblemLog
        Takes the warnings.
    file, line : optional
        Where the headers are.
    """
    ends = {end: headers[end] for end in ("supplier", "client") if end in headers}
    if len(ends) < 2:
        return
    words = {str(cell).strip() for cells in telling.values() for cell in cells}
    undirected = sorted(word for word in words if is_undirected(word)) or _denied(telling)
    if undirected:
        log.add(
            "warning",
            "undirected",
            N_(
                "The table calls its rows {word}: each is read as a service that {supplier} gives to {client}, and "
                "none the other way."
            ),
            N_("Write a row for each direction in which one serves the other."),
            file=file,
            line=line,
            word=repr(undirected[0]),
            **{end: f"'{header}'" for end, header in ends.items()},
        )
    depending = sorted(word for word in words if is_depending(word))
    if depending and all(fold(header) in DOUBTFUL for header in ends.values()):
        name = file or "FILE"
        log.add(
            "warning",
            "dependencies",
            N_(
                "The table speaks of dependencies ({word}): {supplier} is read as who serves, {client} as who is "
                "served."
            ),
            N_(
                "If that is right, say so: cxgraph check {name} --column '{first}=supplier' --column "
                "'{second}=client'. If {client} serves {supplier}: cxgraph check {name} --column '{second}=supplier' "
                "--column '{first}=client'."
            ),
            file=file,
            line=line,
            word=repr(depending[0]),
            name=name,
            first=ends["supplier"],
            second=ends["client"],
            **{end: f"'{header}'" for end, header in ends.items()},
        )
