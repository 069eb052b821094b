"""From returned questionnaires to the tables of an organisation; copies, old versions and faulty answers are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxgraph.intake.forms.relations import services_of_relations
from cxgraph.intake.forms.returned import STEPS, Answer, Returned
from cxgraph.model.outline import Place
from cxgraph.tables.numbers import parse_number
from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog, RawTable
from cxgraph.wording import N_

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COLUMNS = ("supplier", "client", "service", "kind", *STEPS)


@dataclass(frozen=True, slots=True)
class Collected:
    """What the returned questionnaires of an organisation say together.

    Parameters
    ----------
    tables : mapping of str to RawTable
        responses where scores were asked, services where relations were, departments of everybody named.
    settings : mapping of str to object
        Name, language and scale as the forms state them.
    """

    tables: Mapping[str, RawTable]
    settings: Mapping[str, Any]


def collect_forms(found: Sequence[Returned], folder: str, log: ProblemLog) -> Collected | None:
    """Join returned questionnaires.

    Parameters
    ----------
    found : sequence of Returned
        Of any files of a folder, in the order of their names.
    folder : str
        Shown in messages and as the file of the tables.
    log : ProblemLog
        Takes what is wrong, doubled, old, or said by one side only.

    Returns
    -------
    Collected or None
        None where nothing was answered. Respondents are R1, R2 and so on: no code that anybody chose is kept.
    """
    answered = [form for form in found if form.answers or form.comment]
    empty = sorted({form.file for form in found} - {form.file for form in answered})
    if empty:
        log.add(
            "note",
            "form-empty",
            N_("Questionnaires in which nothing is filled in: {files}."),
            file=folder,
            files=_listed(empty),
        )
    if not answered:
        log.add(
            "error",
            "no-answers",
            N_("None of the {count} questionnaires in the folder is filled in."),
            N_("Put the files that came back here."),
            file=folder,
            count=len(found),
        )
        return None
    kept = _without_copies(answered, folder, log)
    _tell_versions(kept, folder, log)
    _tell_comments(kept, folder, log)
    scale = _common_scale(kept, folder, log)
    tables: dict[str, RawTable] = {}
    relations = [form for form in kept if form.what == "relations"]
    scores = [form for form in kept if form.what != "relations"]
    if scores:
        rows = _response_rows(scores, scale, log)
        tables["responses"] = _raw("responses", rows, folder)
        log.add(
            "note",
            "forms-read",
            N_("Read {answers} answers of {people} respondents from {files} files."),
            file=folder,
            answers=len(rows),
            people=len(scores),
            files=len({form.file for form in scores}),
        )
    if relations:
        tables["services"] = _raw("services", services_of_relations(relations, folder, log), folder)
    tables["departments"] = _raw("departments", _department_rows(kept), folder)
    first = kept[0]
    settings: dict[str, Any] = {"scale": scale}
    settings |= {"name": first.organization} if first.organization else {}
    settings |= {"language": first.language} if first.language in ("en", "es") else {}
    return Collected(tables, settings)


def _without_copies(forms: Sequence[Returned], folder: str, log: ProblemLog) -> list[Returned]:
    """Leave out copies: of one respondent, the answers that were saved last stand."""
    kept: list[Returned] = []
    place: dict[tuple[str, str], int] = {}
    contents: dict[str, str] = {}
    for form in forms:
        key = (form.form, form.respondent)
        if form.respondent and key in place:
            other = kept[place[key]]
            if form.content == other.content:
                _tell_copy(form, other, folder, log)
                continue
            later, earlier = (
                (form, other) if (form.version, form.saved) > (other.version, other.saved) else (other, form)
            )
            if (form.version, form.saved) == (other.version, other.saved):
                log.add(
                    "error",
                    "form-conflict",
                    N_(
                        "{one} and {other} hold different answers under the same code, and nothing tells which is "
                        "later."
                    ),
                    N_("Keep the one that counts in the folder."),
                    file=folder,
                    one=form.file,
                    other=other.file,
                )
                continue
            log.add(
                "warning",
                "form-replaced",
                N_("{earlier} is left out: {later} holds later answers of the same respondent."),
                file=folder,
                earlier=earlier.file,
                later=later.file,
            )
            kept[place[key]] = later
            continue
        if not form.respondent and form.content in contents:
            # Two people may answer alike; a file that was copied always does.
            log.add(
                "warning",
                "form-copied",
                N_("{one} holds the very answers of {other} and is left out as a copy."),
                N_("If two people answered alike, write a code of their own into one of the two."),
                file=folder,
                one=form.file,
                other=contents[form.content],
            )
            continue
        contents.setdefault(form.content, form.file)
        place[key] = len(kept)
        kept.append(form)
    return kept


def _tell_copy(form: Returned, other: Returned, folder: str, log: ProblemLog) -> None:
    log.add(
        "warning",
        "form-copied",
        N_("{one} is a copy of {other} and is left out."),
        file=folder,
        one=form.file,
        other=other.file,
    )


def _tell_versions(forms: Sequence[Returned], folder: str, log: ProblemLog) -> None:
    """Say which answers are to an older version of their form, and which forms share a version and differ."""
    newest: dict[str, int] = {}
    for form in forms:
        newest[form.form] = max(newest.get(form.form, 1), form.version)
    for form in forms:
        if form.version < newest[form.form]:
            log.add(
                "warning",
                "form-old-version",
                N_("{name} answers version {version} of its form; the newest that came back is {newest}."),
                N_("Its answers are read: each says what it is about. Ask again where the question changed."),
                file=folder,
                version=form.version,
                newest=newest[form.form],
                name=form.file,
            )
    digests: dict[tuple[str, int], dict[str, str]] = {}
    for form in forms:
        if form.digest:
            digests.setdefault((form.form, form.version), {}).setdefault(form.digest, form.file)
    for (name, version), differing in digests.items():
        if len(differing) > 1:
            log.add(
                "warning",
                "form-versions-differ",
                N_("Version {version} of form {form} asks different questions in {files}."),
                N_("They were made in two folders; each answer says what it is about, and all are read."),
                file=folder,
                version=version,
                form=name,
                files=_listed(sorted(differing.values())),
            )


def _tell_comments(forms: Sequence[Returned], folder: str, log: ProblemLog) -> None:
    """Say where comments stand that no answer can carry: the table of answers has a row for each score."""
    alone = sorted({form.file for form in forms if form.comment and (form.what == "relations" or not form.answers)})
    if alone:
        log.add(
            "note",
            "form-comments",
            N_("Comments that go with no score; read them in the files themselves: {files}."),
            file=folder,
            files=_listed(alone),
        )


def _common_scale(forms: Sequence[Returned], folder: str, log: ProblemLog) -> tuple[float, float]:
    """Return the scale of the forms; refuse where they have several."""
    scales = {form.scale: form.file for form in reversed(forms) if form.what != "relations"}
    if len(scales) > 1:
        log.add(
            "error",
            "form-scales",
            N_("The questionnaires have different scales ({files}): their answers cannot be averaged."),
            N_("Keep those of one scale in the folder."),
            file=folder,
            files=", ".join(f"{file} {low:g}-{high:g}" for (low, high), file in sorted(scales.items())),
        )
    return next(iter(sorted(scales)), forms[0].scale)


def _response_rows(forms: Sequence[Returned], scale: tuple[float, float], log: ProblemLog) -> list[dict[str, Any]]:
    """Return a row for each item that a respondent scored."""
    rows: list[dict[str, Any]] = []
    faults = 0
    codes = {key: f"R{number}" for number, key in enumerate(sorted({_who(form) for form in forms}), 1)}
    for form in forms:
        day = form.saved[:10] if _DAY.match(form.saved) else None
        source = "self_assessment" if form.what == "self_assessment" else "client_survey"
        for at, answer in enumerate(form.answers):
            row: dict[str, Any] = {"date": day, "respondent": codes[_who(form)], "source": source}
            row |= {"supplier": answer.supplier, "client": answer.client, "service": answer.service or None}
            row["kind"] = answer.kind if answer.kind in ("formal", "relational") else None
            row["comment"] = form.comment if at == 0 and form.comment else None
            for step in STEPS:
                text = answer.given.get(step)
                row[step] = None if text is None else _number(text)
                faults += _report_score(form, answer, step, row, scale, log, faults)
            rows.append(row)
    if faults > LISTED_PER_RULE:
        log.add(
            "error",
            "form-score",
            N_("{count} more {count:answer has|answers have} the same problem."),
            count=faults - LISTED_PER_RULE,
        )
    order = ("date", "respondent", *_COLUMNS)
    return sorted(rows, key=lambda row: tuple(str(row[key]) for key in order))


def _who(form: Returned) -> tuple[str, str, str]:
    """Return what tells respondents apart: their code, else the file that their answers came in."""
    return (form.answered_by, form.respondent, "" if form.respondent else f"{form.file} {form.content}")


def _number(text: str) -> float | None:
    return parse_number(text.strip(), "," if "," in text else ".")


def _report_score(
    form: Returned,
    answer: Answer,
    step: str,
    row: dict[str, Any],
    scale: tuple[float, float],
    log: ProblemLog,
    faults: int,
) -> int:
    """Report an answer that is no number of its scale, and empty it; return how many were reported."""
    text, value = answer.given.get(step), row[step]
    low, high = (0.0, float("inf")) if step == "importance" else scale
    if text is None or (value is not None and low <= value <= high):
        return 0
    row[step] = None
    if faults < LISTED_PER_RULE:
        log.add(
            "error",
            "form-score",
            N_("'{value}' is no level of the scale from {low:g} to {high:g} ({supplier} → {client}, {service}).")
            if step != "importance"
            else N_("'{value}' is no importance ({supplier} → {client}, {service}); it takes 0 or more."),
            N_("Correct it in the file, or empty the cell."),
            file=f"{form.file}!{answer.cell}" if answer.cell else form.file,
            column=step,
            value=text[:60],
            low=low,
            high=high,
            supplier=answer.supplier,
            client=answer.client,
            service=answer.service,
        )
    return 1


def _department_rows(forms: Iterable[Returned]) -> list[dict[str, Any]]:
    """Return everybody whom the forms name; who is only named by id is a department."""
    places: dict[str, Place] = {}
    for form in forms:
        for place in form.places:
            known = places.get(place.id)
            if place.id and (known is None or (known.name == known.id and place.name != place.id)):
                places[place.id] = place
        for answer in form.answers:
            for end in (answer.supplier, answer.client):
                places.setdefault(end, Place(end, end))
    rows = []
    for key in sorted(places):
        place = places[key]
        parent = place.parent if place.parent in places else None
        rows.append({"id": key, "name": place.name or key, "kind": place.kind or "internal", "parent": parent})
    return rows


def _raw(table: str, rows: Sequence[Mapping[str, Any]], file: str) -> RawTable:
    columns: dict[str, Any] = {}
    for name in rows[0] if rows else ("supplier", "client"):
        cells = np.empty(len(rows), dtype=object)
        cells[:] = [row[name] for row in rows]
        columns[name] = cells
    return RawTable(table, columns, {name: name for name in columns}, file)


def _listed(files: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(files[:most])
    return f"{shown} (+{len(files) - most})" if len(files) > most else shown
