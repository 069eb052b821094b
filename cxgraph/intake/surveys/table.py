"""The export that ``[survey]`` in org.toml names, read as the table of answers."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np

from cxgraph.errors import InputError, ParameterError
from cxgraph.intake.exports.open import open_sheet
from cxgraph.intake.surveys.importing import import_survey
from cxgraph.intake.surveys.settings import SurveySettings
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog, RawTable
from cxgraph.tables.schema import TABLES
from cxgraph.wording import N_, Phrase

_LINES = 10


def survey_table(folder: Path, wanted: SurveySettings, log: ProblemLog, sources: list[Source]) -> RawTable | None:
    """Read the export of a survey as the table of answers of an organisation.

    Parameters
    ----------
    folder : Path
        Of the organisation; the export lies in it.
    wanted : SurveySettings
        What ``[survey]`` says.
    log : ProblemLog
        Takes everything that is wrong, and what became of the rows that are no answers.
    sources : list of Source
        Takes the export.

    Returns
    -------
    RawTable or None
        None where anything is wrong.
    """
    place = PurePosixPath(wanted.file)
    if place.is_absolute() or ".." in place.parts or "\\" in wanted.file or ":" in wanted.file:
        log.add(
            "error",
            "survey-elsewhere",
            N_("[survey] names the file '{value}', which is not in the organisation's folder."),
            N_("Copy it there and write its name alone."),
            file="org.toml",
            value=wanted.file,
        )
        return None
    sheet = open_sheet(folder / wanted.file, log)
    if sheet is None:
        return None
    sources.append(sheet.source)
    try:
        found = import_survey(sheet, wanted.mapping, log)
    except InputError:
        return None  # the log has everything that is wrong
    except ParameterError as fault:
        log.add("error", "no-option-value", fault.message, file="org.toml", **fault.fields)
        return None
    for reason, lines in found.aside.items():
        log.add(
            "note",
            "survey-rows-aside",
            N_("Rows set aside, {reason}: {count} (lines {lines})."),
            file=sheet.file,
            reason=Phrase(reason),
            count=len(lines),
            lines=", ".join(map(str, lines[:_LINES])) + (f" (+{len(lines) - _LINES})" if len(lines) > _LINES else ""),
        )
    known = [column.name for column in TABLES["responses"] if column.name in found.responses.columns]
    columns = {name: found.responses[name].to_numpy(object) for name in known}
    return RawTable("responses", columns, {name: name for name in columns}, sheet.file, found.lines.astype(np.int64))
