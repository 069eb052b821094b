"""The tables of an organisation, as data: columns, other names, types, ranges, defaults and meaning.

Readers match headers against it, checks take their ranges from it, templates and the README are printed from it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cxgraph.errors import ParameterError

LARGEST_NUMBER, SMALLEST_NUMBER = 1e100, 1e-100
"""What a number may be at the most, and at the least where it is not 0: squares and ratios of such stay numbers."""
SCORINGS: tuple[Literal["ratio", "gap", "perception"], ...] = ("ratio", "gap", "perception")
"""How expectation and fulfilment become a shortfall; here, because the command line's help loads nothing heavy."""
FINEST_STEP = 1e-9
"""Part of a scale below which two scores on it are not told apart."""
ColumnType = Literal["text", "number", "integer", "choice", "period", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        The name in code and in English files.
    type : {"text", "number", "integer", "choice", "period", "date"}
        What its cells hold.
    meaning, meaning_es : str
        What it says, for people.
    aliases : tuple of str
        Other header names that are read as this column, English and Spanish.
    spanish : str
        The header of the Spanish template; one of `aliases`.
    required : bool
        Whether a table without it is refused.
    default : str
        What an empty cell stands for, in words; empty where it stands for nothing.
    minimum, maximum : float, optional
        Inclusive range of a number.
    below : float, optional
        Exclusive upper bound of a number.
    choices : tuple of (str, tuple of str)
        Allowed values of a choice, each with its other spellings.
    scaled : {"", "level", "spread"}
        Whether a number is a score on the organisation's scale, or how far such scores spread.
    private : bool
        Whether its cells name people, whom no message may quote.
    """

    name: str
    type: ColumnType
    meaning: str
    meaning_es: str
    aliases: tuple[str, ...] = ()
    spanish: str = ""
    required: bool = False
    default: str = ""
    minimum: float | None = None
    maximum: float | None = None
    below: float | None = None
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scaled: Literal["", "level", "spread"] = ""
    private: bool = False

    def range_on(self, scale: tuple[float, float] | None) -> tuple[float, float]:
        """Return the smallest and the largest number that the column can hold on a scale, or on any where it is None.

        Parameters
        ----------
        scale : (float, float), optional
            Bottom and top of the scores.

        Returns
        -------
        (float, float)
            Infinite where nothing bounds the column.
        """
        low = -math.inf if self.minimum is None else self.minimum
        high = min(math.inf if bound is None else bound for bound in (self.maximum, self.below))
        if scale is None or not self.scaled:
            return low, high
        bottom, top = scale if self.scaled == "level" else (0.0, scale[1] - scale[0])
        return max(low, bottom), min(high, top)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, file stems and columns in order."""

    name: str
    stems: tuple[str, ...]
    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name; ParameterError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ParameterError(
            "Table {table} has no column {column}; its columns are {columns}.",
            table=self.name,
            column=repr(name),
            columns=", ".join(c.name for c in self.columns),
        )


class _Folded(dict[int, str]):
    """What each character is compared as; every character is folded once, since columns of text are long."""

    def __missing__(self, code: int) -> str:
        bare = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        self[code] = "".join(c if c.isalnum() else " " for c in bare.casefold())
        return self[code]


_FOLDED = _Folded()


@lru_cache(4096)  # every table's headers are compared with the same few hundred names
def fold(header: str) -> str:
    """Reduce a header to what is compared: no case, accents, surrounding blanks; runs of other signs are one ``_``.

    Parameters
    ----------
    header : str
        A header as the file writes it.

    Returns
    -------
    str
        Letters and digits in lower case, joined by ``_``.

    Examples
    --------
    >>> fold("  Desviación típica ")
    'desviacion_tipica'
    """
    return "_".join(header.translate(_FOLDED).split())


def accepted_headers(column: Column) -> tuple[str, ...]:
    """Return every header that is read as a column, the schema's own name first.

    Parameters
    ----------
    column : Column
        A column of the schema.

    Returns
    -------
    tuple of str
        Name and aliases.
    """
    return (column.name, *column.aliases)


_SUPPLIER = ("proveedor", "provider", "feeder", "source", "from", "origen")
_CLIENT = ("cliente", "customer", "receiver", "target", "to", "destino")
_SERVICE_KINDS = (("formal", ()), ("relational", ("relacional", "emotional", "emocional")))

_TABLES = (
    Table(
        "departments",
        ("departments", "departamentos"),
        (
            Column(
                "id",
                "text",
                "unique code",
                "código único",
                ("codigo", "departamento", "department"),
                "codigo",
                required=True,
            ),
            Column("name", "text", "shown to people", "lo que se muestra", ("nombre",), "nombre", default="id"),
            Column(
                "kind",
                "choice",
                "internal department, external customer or external supplier",
                "departamento interno, cliente externo o proveedor externo",
                ("tipo",),
                "tipo",
                default="internal",
                choices=(
                    ("internal", ("interno",)),
                    ("external_customer", ("cliente_externo", "customer")),
                    ("external_supplier", ("proveedor_externo", "vendor")),
                ),
            ),
            Column(
                "parent",
                "text",
                "the department it reports to",
                "el departamento del que depende",
                ("depende_de", "jefatura"),
                "depende_de",
            ),
            Column(
                "weight",
                "number",
                "an external customer's share of the business",
                "parte del negocio que supone un cliente externo",
                ("peso",),
                "peso",
                default="1",
                minimum=0,
            ),
            Column(
                "transmission",
                "number",
                "how much of what it lacks can show up in what it delivers",
                "cuánto de lo que le falta puede notarse en lo que entrega",
                ("transmision",),
                "transmision",
                default="the organisation's",
                minimum=0,
                below=1,
            ),
            Column(
                "lag",
                "number",
                "days of one service round",
                "días de una ronda de servicio",
                ("demora",),
                "demora",
                default="1",
                minimum=0,
            ),
            Column(
                "headcount", "integer", "people in it", "personas que lo forman", ("plantilla",), "plantilla", minimum=0
            ),
            Column(
                "level",
                "text",
                "the level it belongs to, which names its row in pictures",
                "el nivel al que pertenece, que da nombre a su fila en las imágenes",
                ("nivel",),
                "nivel",
            ),
        ),
    ),
    Table(
        "services",
        ("services", "servicios"),
        (
            Column(
                "supplier",
                "text",
                "who gives the service",
                "quién presta el servicio",
                _SUPPLIER,
                "proveedor",
                required=True,
            ),
            Column("client", "text", "who receives it", "quién lo recibe", _CLIENT, "cliente", required=True),
            Column(
                "service",
                "text",
                "what is exchanged",
                "qué se intercambia",
                ("servicio",),
                "servicio",
                default="service",
            ),
            Column(
                "expectation",
                "number",
                "the level the client expects, on the organisation's scale",
                "el nivel que el cliente espera, en la escala de la organización",
                ("expectativa", "expected"),
                "expectativa",
                scaled="level",
            ),
            Column(
                "fulfilment",
                "number",
                "the level the client says it gets, on the same scale",
                "el nivel que el cliente dice recibir, en la misma escala",
                ("cumplimiento", "fulfillment", "perception", "percepcion", "delivered", "performance"),
                "cumplimiento",
                scaled="level",
            ),
            Column(
                "commitment",
                "number",
                "the level that supplier and client have agreed, on the same scale",
                "el nivel que han acordado proveedor y cliente, en la misma escala",
                ("compromiso", "agreed", "acordado", "agreed_level", "nivel_acordado"),
                "compromiso",
                scaled="level",
            ),
            Column(
                "importance",
                "number",
                "how much it matters to this client, among what it receives",
                "cuánto le importa a este cliente, entre lo que recibe",
                ("importancia", "weight", "peso"),
                "importancia",
                default="1",
                minimum=0,
            ),
            Column(
                "kind",
                "choice",
                "formal (a transaction) or relational (care, attention, information)",
                "formal (una transacción) o relacional (trato, atención, información)",
                ("clase",),
                "clase",
                default="formal",
                choices=_SERVICE_KINDS,
            ),
            Column(
                "responses",
                "integer",
                "how many answers stand behind the scores",
                "cuántas respuestas sustentan las puntuaciones",
                ("respuestas", "n"),
                "respuestas",
                minimum=0,
            ),
            Column(
                "fulfilment_sd",
                "number",
                "standard deviation of those answers",
                "desviación típica de esas respuestas",
                ("desviacion", "desviacion_tipica"),
                "desviacion",
                minimum=0,
                scaled="spread",
            ),
            Column(
                "period",
                "period",
                "2025, 2025-Q1, 2025-03 or 2025-03-31",
                "2025, 2025-Q1, 2025-03 o 2025-03-31",
                ("periodo",),
                "periodo",
            ),
        ),
    ),
    Table(
        "responses",
        ("responses", "respuestas"),
        (
            Column("date", "date", "day of the answer", "día de la respuesta", ("fecha",), "fecha"),
            Column(
                "respondent",
                "text",
                "who answered, as a code",
                "quién respondió, como código",
                ("encuestado", "respondiente"),
                "encuestado",
                private=True,
            ),
            Column(
                "supplier",
                "text",
                "who gives the service",
                "quién presta el servicio",
                tuple(a for a in _SUPPLIER if a != "source"),
                "proveedor",
                required=True,
            ),
            Column("client", "text", "who receives it", "quién lo recibe", _CLIENT, "cliente", required=True),
            Column(
                "service",
                "text",
                "what is exchanged",
                "qué se intercambia",
                ("servicio",),
                "servicio",
                default="service",
            ),
            Column(
                "expectation",
                "number",
                "the level expected",
                "el nivel esperado",
                ("expectativa", "expected"),
                "expectativa",
                scaled="level",
            ),
            Column(
                "fulfilment",
                "number",
                "the level received",
                "el nivel recibido",
                ("cumplimiento", "fulfillment", "perception", "percepcion", "delivered", "performance"),
                "cumplimiento",
                scaled="level",
            ),
            Column(
                "importance",
                "number",
                "how much it matters",
                "cuánto importa",
                ("importancia", "weight", "peso"),
                "importancia",
                minimum=0,
            ),
            Column(
                "kind",
                "choice",
                "formal or relational",
                "formal o relacional",
                ("clase",),
                "clase",
                default="formal",
                choices=_SERVICE_KINDS,
            ),
            Column(
                "source",
                "choice",
                "where the answer comes from",
                "de dónde viene la respuesta",
                ("fuente",),
                "fuente",
                default="client_survey",
                choices=(
                    ("client_survey", ("encuesta", "encuesta_cliente", "survey")),
                    ("self_assessment", ("autoevaluacion",)),
                    ("mystery_shopper", ("cliente_misterioso", "cliente_incognito")),
                    ("ticket", ("incidencia", "tique")),
                    ("complaint", ("queja", "reclamacion")),
                ),
            ),
            Column(
                "period",
                "period",
                "the wave of the survey, where dates do not tell it: 2025, 2025-Q1, 2025-03 or 2025-03-31",
                "la medición de la encuesta, si no la indican las fechas: 2025, 2025-Q1, 2025-03 o 2025-03-31",
                ("periodo", "oleada", "wave"),
                "periodo",
            ),
            Column(
                "case",
                "text",
                "the ticket or order that several answers are about",
                "la incidencia o el pedido del que tratan varias respuestas",
                ("caso",),
                "caso",
            ),
            Column(
                "comment",
                "text",
                "what the person wrote; no message quotes it",
                "lo que escribió la persona; ningún mensaje lo cita",
                ("comentario", "verbatim"),
                "comentario",
                private=True,
            ),
        ),
    ),
    Table(
        "practices",
        ("practices", "practicas"),
        (
            Column(
                "department",
                "text",
                "the department assessed",
                "el departamento evaluado",
                ("departamento",),
                "departamento",
                required=True,
            ),
            Column(
                "practice",
                "text",
                "the practice's id in the catalogue",
                "código de la práctica en el catálogo",
                ("practica",),
                "practica",
                required=True,
            ),
            Column(
                "score",
                "number",
                "how far it is lived, on the organisation's scale",
                "hasta dónde se vive, en la escala de la organización",
                ("puntuacion", "nota"),
                "puntuacion",
                scaled="level",
            ),
            Column("date", "date", "day of the assessment", "día de la evaluación", ("fecha",), "fecha"),
            Column("source", "text", "who assessed", "quién evaluó", ("fuente",), "fuente"),
            Column(
                "evidence",
                "text",
                "what the score rests on",
                "en qué se apoya la puntuación",
                ("evidencia",),
                "evidencia",
            ),
        ),
    ),
    Table(
        "actions",
        ("actions", "acciones"),
        (
            Column("id", "text", "unique code", "código único", ("codigo",), "codigo", required=True),
            Column("title", "text", "what is to be done", "qué se va a hacer", ("titulo",), "titulo"),
            Column(
                "supplier",
                "text",
                "supplier of the service it lifts",
                "proveedor del servicio que mejora",
                tuple(a for a in _SUPPLIER if a != "source"),
                "proveedor",
            ),
            Column("client", "text", "client of that service", "cliente de ese servicio", _CLIENT, "cliente"),
            Column("service", "text", "that service", "ese servicio", ("servicio",), "servicio"),
            Column(
                "department",
                "text",
                "the department it is for, where it is for no single service",
                "el departamento al que se dirige, si no es un solo servicio",
                ("departamento",),
                "departamento",
            ),
            Column(
                "cost",
                "number",
                "cost, in the organisation's currency",
                "coste, en la moneda de la organización",
                ("coste", "costo"),
                "coste",
                minimum=0,
            ),
            Column(
                "expected_fulfilment",
                "number",
                "fulfilment expected afterwards",
                "cumplimiento esperado después",
                ("cumplimiento_esperado",),
                "cumplimiento_esperado",
                scaled="level",
            ),
            Column("opened", "date", "day it was opened", "día en que se abrió", ("abierta", "apertura"), "abierta"),
            Column(
                "closed",
                "date",
                "day it was done; empty while open",
                "día en que se cerró; vacío si sigue abierta",
                ("cerrada", "cierre"),
                "cerrada",
            ),
            Column("owner", "text", "who answers for it", "quién responde de ella", ("responsable",), "responsable"),
            Column(
                "finding",
                "text",
                "code of the audit's finding that it answers",
                "código del hallazgo de la auditoría al que responde",
                ("hallazgo",),
                "hallazgo",
            ),
            Column(
                "told",
                "date",
                "day on which the client was told what came of it",
                "día en que se informó al cliente del resultado",
                ("informado", "comunicada"),
                "informado",
            ),
            Column(
                "transmission",
                "number",
                "transmission that its department (else the supplier) has afterwards",
                "transmisión que tiene después su departamento (si no, el proveedor)",
                ("transmision",),
                "transmision",
                minimum=0,
                below=1,
            ),
            Column(
                "needs",
                "text",
                "actions that must be done first: ids, with blanks or semicolons between them",
                "acciones que han de hacerse antes: códigos separados por espacios o punto y coma",
                ("necesita", "requiere"),
                "necesita",
            ),
            Column(
                "alternative",
                "text",
                "name of a group of which at most one action is chosen",
                "nombre de un grupo del que se elige como mucho una acción",
                ("alternativa",),
                "alternativa",
            ),
            Column(
                "earliest",
                "date",
                "day before which it cannot begin",
                "día antes del cual no puede empezar",
                ("desde",),
                "desde",
            ),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""Every table by name, in the order in which an organisation is explained."""
