"""Which column of a file is which column of the schema."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from cxgraph.tables.direction import DOUBTFUL, is_depending, report_tickets, ticket_headers
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import TABLES, Table, accepted_headers, fold
from cxgraph.wording import N_

_MOST_COMPARED, _MOST_LISTED = 100, 50
_GAPS = frozenset(("gap", "gaps", "brecha", "brechas", "gap_score", "difference", "diferencia", "servqual_gap"))
_SCORES = frozenset(
    (
        *("score", "scores", "rating", "ratings", "satisfaction", "grade", "csat", "nps"),
        *("puntuacion", "puntuaciones", "valoracion", "satisfaccion", "calificacion"),
    )
)
_CLOSE = 0.7
"""Similarity from which a name is worth suggesting: one or two letters off in a word of five."""
_WAVES = frozenset(
    (
        *("year", "ano", "anio", "ejercicio", "semester", "semestre", "quarter", "trimestre", "cuatrimestre", "month"),
        *("mes", "week", "semana", "ola", "oleada", "wave", "round", "ronda", "edition", "edicion", "campaign"),
        *("campana", "cycle", "ciclo", "curso", "temporada", "season", "medicion", "period", "periodo"),
    )
)
_DAY_WORDS = frozenset(("date", "fecha", "timestamp", "datetime", "submitdate", "startdate", "enddate"))
_MOST_WORDS = 3
_DAYS = frozenset(
    (
        *("timestamp", "marca_temporal", "datetime", "fecha_y_hora", "day", "dia", "response_date", "answer_date"),
        *("date_of_answer", "fecha_de_respuesta", "fecha_respuesta", "survey_date", "fecha_de_encuesta", "end_date"),
        *("submitted", "submitted_at", "submitdate", "submission_time", "completed_at", "hora_de_finalizacion"),
        *("completion_time", "start_time", "end_time", "hora_de_inicio", "finished_at", "started_at", "enviado"),
    )
)
"""Headers that tell when scores were given, in words that need not mean a period or a day as we read them."""
_OTHER_DATES = frozenset(("birth", "nacimiento", "hire", "hiring", "alta", "baja", "ingreso", "contratacion"))
"""Words beside which a date is one of somebody's life."""


def closest_word(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that a misspelt word most resembles.

    Parameters
    ----------
    word : str
        What was written.
    choices : iterable of str
        What could have been meant.

    Returns
    -------
    str or None
        None where nothing is close.

    Notes
    -----
    Words are compared without case and accents.

    Examples
    --------
    >>> closest_word("suplier", ["supplier", "client"])
    'supplier'
    """
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(fold(choice), choice)
    found = difflib.get_close_matches(fold(word), folded, n=1, cutoff=_CLOSE)
    return folded[found[0]] if found else None


_ANSWERS_ONLY = frozenset(("respondent", "date", "source", "case"))
_PEOPLE = frozenset(
    (
        *("respondent_id", "id_respondent", "respondent_code", "participant", "participant_id", "person", "person_id"),
        *("employee", "employee_id", "rater", "answered_by", "response_id", "submission_id", "timestamp"),
        *("id_encuestado", "id_respondiente", "codigo_encuestado", "participante", "id_participante", "persona"),
        *("id_persona", "empleado", "id_empleado", "evaluador", "respondido_por", "id_respuesta", "marca_temporal"),
    )
)
"""Headers of people and submissions: not read as such, but no table of services has one."""


def answer_headers(headers: Iterable[str]) -> list[str]:
    """Return the columns that only single answers have, of a table that may hold services or answers.

    Parameters
    ----------
    headers : iterable of str
        Its first row.

    Returns
    -------
    list of str
        Empty for a table of services, and for a list of tickets that names no respondent.

    Examples
    --------
    >>> answer_headers(["Proveedor", "Cliente", "Encuestado", "Nota"])
    ['Encuestado']
    >>> answer_headers(["supplier", "client", "expectation"])
    []
    """
    titles = [header.strip() for header in headers]
    answers = {fold(name): column.name for column in TABLES["responses"] for name in accepted_headers(column)}
    services = {fold(name) for column in TABLES["services"] for name in accepted_headers(column)}
    own = [title for title in titles if fold(title) not in services and answers.get(fold(title)) in _ANSWERS_ONLY]
    people = [title for title in titles if _names_people(title, answers)]
    if not people and ticket_headers(titles, TABLES["services"]):
        return []
    return [*people, *(title for title in own if title not in people)]


def _names_people(title: str, answers: Mapping[str, str]) -> bool:
    return fold(title) in _PEOPLE or answers.get(fold(title)) == "respondent"


def match_headers(
    headers: Sequence[object],
    table: Table,
    renames: Mapping[str, str] | None = None,
    *,
    log: ProblemLog,
    file: str | None = None,
    line: int | None = None,
) -> dict[str, int]:
    """Find the columns of a table among the headers of a file or data frame.

    A header matches a column when it equals the column's name or one of its aliases without case, accents and
    surrounding blanks. The user's own names come first.

    Parameters
    ----------
    headers : sequence of str
        Headers from left to right; blank ones are passed over.
    table : Table
        What the table may hold.
    renames : mapping of str to str, optional
        The user's own headers and the column that each one is.
    log : ProblemLog
        Takes the problems: missing, repeated, unknown and doubtful headers.
    file, line : optional
        Where the headers are, for messages.

    Returns
    -------
    dict of str to int
        Position of every column that was found, by the schema's name, in the schema's order.

    Examples
    --------
    >>> from cxgraph.tables.schema import TABLES
    >>> match_headers(["Cliente", "Proveedor"], TABLES["services"], log=ProblemLog())
    {'supplier': 1, 'client': 0}
    """
    titles = ["" if header is None else str(header).strip() for header in headers]
    renamed = _renamed(titles, table, renames or {}, log, file, line)
    meant = {fold(name): column.name for column in table for name in accepted_headers(column)}
    tickets = ticket_headers(titles, table)
    if tickets:
        meant = {name: column for name, column in meant.items() if name not in DOUBTFUL}
    positions: dict[str, list[int]] = {}
    unknown: list[str] = []
    for position, title in enumerate(titles):
        column = renamed.get(title) or meant.get(fold(title))
        if title not in renamed and column in renamed.values():
            column = None  # the user said which header holds it, and it is not this one
        if column is not None:
            positions.setdefault(column, []).append(position)
        elif title:
            unknown.append(title)
    _report_repeated(positions, titles, log, file, line)
    doubtful = [title for title in titles if title not in renamed and fold(title) in DOUBTFUL]
    if tickets and doubtful and not {"supplier", "client"} <= positions.keys():
        report_tickets(tickets, doubtful, log, file, line)
    elif not _reports_one_score(unknown, positions, table, log, file, line):
        slips = misspelt_headers([title for title in titles if title not in renamed], positions, table)
        _report_missing(positions, titles, table, slips, log, file, line)
        _report_unknown(unknown, positions, table, slips, log, file, line)
        _report_lone_score(positions, titles, table, log, file)
        if table.name in ("services", "responses"):
            _report_gap(unknown, positions, log, file)
            _report_times(unknown, positions, table, log, file, line)
        if table.name == "services":
            _report_people(unknown, log, file, line)
    else:
        return {}
    return {column.name: positions[column.name][0] for column in table if column.name in positions}


def _renamed(
    titles: Sequence[str],
    table: Table,
    renames: Mapping[str, str],
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> dict[str, str]:
    """Return the renames that hold: their header is there and their column exists."""
    names = [column.name for column in table]
    holding = {}
    for header, column in renames.items():
        if column not in names:
            log.add(
                "error",
                "unknown-column",
                N_("'{header}' is to be read as '{wanted}', which is no column of {table}."),
                N_("Its columns are {choices}."),
                file=file,
                header=header,
                wanted=column,
                table=table.name,
                choices=", ".join(names),
            )
        elif header.strip() not in titles:
            log.add(
                "error",
                "missing-column",
                N_("There is no header '{header}', which is to be read as '{wanted}'."),
                N_("The file has {found}."),
                file=file,
                line=line,
                header=header,
                wanted=column,
                found=_listed(titles),
            )
        else:
            holding[header.strip()] = column
    return holding


def _report_repeated(
    positions: Mapping[str, Sequence[int]],
    titles: Sequence[str],
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> None:
    for column, found in positions.items():
        if len(found) > 1:
            log.add(
                "error",
                "repeated-column",
                N_("{headers} are all read as '{meaning}'."),
                N_("Keep one of them, or rename the others."),
                file=file,
                line=line,
                headers=_listed([titles[position] for position in found]),
                meaning=column,
            )


def misspelt_headers(titles: Sequence[str], found: Iterable[str], table: Table) -> dict[str, str]:
    """Return the columns that a table lacks, each with a header that is read as nothing and looks like a slip of it.

    Parameters
    ----------
    titles : sequence of str
        All headers; of a wide table only the first `_MOST_COMPARED` that are unknown are looked at.
    found : iterable of str
        Columns that were found.
    table : Table
        What the table may hold.

    Returns
    -------
    dict of str to str
        Header by column.
    """
    present = set(found)
    of_name = {name: column.name for column in table if column.name not in present for name in accepted_headers(column)}
    meant = {fold(name) for column in table for name in accepted_headers(column)}
    # What another table calls so is no slip of a like word here: comments are no commitment.
    elsewhere = {
        fold(name) for other in TABLES.values() for column in other for name in accepted_headers(column)
    } - meant
    unknown = [
        title
        for title in titles
        if title and fold(title) not in meant and not {fold(title), fold(title).removesuffix("s")} & elsewhere
    ]
    slips: dict[str, str] = {}
    for title in unknown[:_MOST_COMPARED]:
        near = closest_word(title, of_name)
        if near is not None:
            slips.setdefault(of_name[near], title)
    return slips


def _report_missing(
    positions: Mapping[str, Sequence[int]],
    titles: Sequence[str],
    table: Table,
    slips: Mapping[str, str],
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> None:
    depended = next((title for title in titles if title and is_depending(title)), None)
    for column in table:
        if column.required and column.name not in positions and column.name not in slips:
            log.add(
                "error",
                "missing-column",
                N_("No column '{wanted}': none of the headers is one of {accepted}."),
                N_(
                    "The file has {found}. What is depended on supplies what depends on it: --column "
                    "'{depended}=supplier'."
                )
                if depended and column.name == "supplier"
                else N_("The file has {found}."),
                file=file,
                line=line,
                wanted=column.name,
                accepted=", ".join(accepted_headers(column)),
                found=_listed(titles),
                depended=depended,
            )


def _report_unknown(
    unknown: Sequence[str],
    positions: Mapping[str, Sequence[int]],
    table: Table,
    slips: Mapping[str, str],
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> None:
    """Say which headers are not read: as the error where a required column is missing for a slip of the pen."""
    required = {column.name for column in table if column.required}
    of_title = {title: column for column, title in slips.items()}
    free = {name: column.name for column in table if column.name not in positions for name in accepted_headers(column)}
    for title, column in of_title.items():
        log.add(
            "error" if column in required else "warning",
            "unknown-column",
            N_("Column '{header}' is not read."),
            N_("Did you mean '{nearest}'?"),
            file=file,
            line=line,
            header=title,
            nearest=closest_word(title, [name for name, meant in free.items() if meant == column]),
        )
    far = [title for title in unknown if title not in of_title]
    if far:
        log.add(
            "note",
            "unknown-column",
            N_("Columns that are not read: {headers}."),
            file=file,
            line=line,
            headers=_listed(far),
        )


def _report_gap(unknown: Sequence[str], found: Iterable[str], log: ProblemLog, file: str | None) -> None:
    """Say that a gap alone does not tell what was expected."""
    gaps = [title for title in unknown if fold(title) in _GAPS]
    if gaps and not {"expectation", "fulfilment"} <= set(found):
        log.add(
            "warning",
            "gap-alone",
            N_("'{header}' is not read: a gap alone lacks the level expected, which it is a part of."),
            N_("Give the two levels that the gap is between, in the columns expectation and fulfilment."),
            file=file,
            header=gaps[0],
        )


def _reports_one_score(
    unknown: Sequence[str], found: Iterable[str], table: Table, log: ProblemLog, file: str | None, line: int | None
) -> bool:
    """Refuse one score that does not say whether it is what was expected or received; return whether there is one."""
    scores = [title for title in unknown if fold(title) in _SCORES]
    if table.name not in ("services", "responses") or not scores or {"expectation", "fulfilment"} & set(found):
        return False
    if not {"supplier", "client"} <= set(found):
        return False  # who serves whom is said first
    log.add(
        "error",
        "one-score",
        N_("'{header}' does not say whether it is the level expected or the level received, and there is no other."),
        N_("If it is the level received: --column '{table}.{header}=fulfilment' --scoring perception."),
        file=file,
        line=line,
        header=scores[0],
        table=table.name,
    )
    return True


def _report_times(
    unknown: Sequence[str],
    positions: Mapping[str, Sequence[int]],
    table: Table,
    log: ProblemLog,
    file: str | None,
    line: int | None,
) -> None:
    """Warn where waves of a survey may be mixed, because the column that tells them apart is not read."""
    if {"date", "period"} & positions.keys() or not {"date", "period"} & {column.name for column in table}:
        return
    told = [title for title in unknown if _tells_wave(title) or _tells_day(title)]
    if told:
        dated = _tells_day(told[0]) and any(column.name == "date" for column in table)
        log.add(
            "warning",
            "time-not-read",
            N_("'{header}' may tell when the scores were given, and is not read: all rows are read as one wave."),
            N_("If it does, say so: --column '{pair}'."),
            file=file,
            line=line,
            header=told[0],
            pair=f"{table.name}.{told[0]}={'date' if dated else 'period'}",
        )


def _tells_wave(title: str) -> bool:
    words = fold(title).split("_")
    return len(words) <= _MOST_WORDS and bool({words[0], words[-1]} & _WAVES)


def _tells_day(title: str) -> bool:
    words = fold(title).split("_")
    dated = fold(title) in _DAYS or bool({words[0], words[-1]} & _DAY_WORDS)
    return dated and not set(words) & _OTHER_DATES


def _report_people(unknown: Sequence[str], log: ProblemLog, file: str | None, line: int | None) -> None:
    """Refuse single answers that stand where services should: several of one service would seem to be doubled rows."""
    answers = {fold(name): column.name for column in TABLES["responses"] for name in accepted_headers(column)}
    people = [title for title in unknown if _names_people(title, answers)]
    if people:
        log.add(
            "error",
            "answers-as-services",
            N_("'{header}' says who answered: the rows are single answers, not services."),
            N_("Name the file or sheet responses (respuestas), or hand it over as responses; or leave it out."),
            file=file,
            line=line,
            header=people[0],
        )


def _report_lone_score(
    positions: Mapping[str, Sequence[int]], titles: Sequence[str], table: Table, log: ProblemLog, file: str | None
) -> None:
    """Say that importance and expectation are two things, where a table has only one of them."""
    names = {column.name for column in table}
    if not {"importance", "expectation"} <= names:
        return
    importance, expectation = positions.get("importance"), positions.get("expectation")
    if importance and not expectation:
        log.add(
            "note",
            "importance-only",
            N_("'{header}' says how much a service matters; it is not read as the level expected."),
            N_("A column 'expectation' would hold that level; without it use scoring 'perception'."),
            file=file,
            header=titles[importance[0]],
        )
    if expectation and not importance:
        log.add(
            "note",
            "expectation-only",
            N_("'{header}' is the level expected; it is not read as how much a service matters."),
            N_("A column 'importance' would hold that; without it all services weigh the same."),
            file=file,
            header=titles[expectation[0]],
        )


def _listed(titles: Sequence[str]) -> str:
    named = [title for title in titles if title]
    more = f" (+{len(named) - _MOST_LISTED})" if len(named) > _MOST_LISTED else ""
    return (", ".join(f"'{title}'" for title in named[:_MOST_LISTED]) or "-") + more
