"""From a survey export to a table of answers: the door."""

from __future__ import annotations

from cxgraph.errors import InputError, ParameterError
from cxgraph.intake.exports.sheet import Sheet
from cxgraph.intake.surveys.answers import Answers, SurveyImport
from cxgraph.intake.surveys.columns import Finder
from cxgraph.intake.surveys.layout import find_layout
from cxgraph.intake.surveys.mapping import SurveyMapping
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_


def import_survey(sheet: Sheet, mapping: SurveyMapping, log: ProblemLog) -> SurveyImport:
    """Read the answers of a survey export.

    Parameters
    ----------
    sheet : Sheet
        The export.
    mapping : SurveyMapping
        What its columns mean.
    log : ProblemLog
        Takes warnings and notes.

    Returns
    -------
    SurveyImport
        No respondent is named: they are R1, R2 ...

    Raises
    ------
    InputError
        With everything that is wrong.
    ParameterError
        Options that exclude each other.
    """
    if mapping.period is not None and mapping.by is not None:
        raise ParameterError(N_("--period and --by mean the same; choose one."))
    if mapping.expectation is None and mapping.fulfilment is None:
        raise ParameterError(N_("--expectation PATTERN or --fulfilment PATTERN is needed, better both."))
    layout = find_layout(sheet)
    found = Finder(sheet.file, layout, mapping, log).find()
    if found is None:
        raise InputError(log.problems)
    columns = sheet.read(sorted({*found.single.values(), *layout.roles.values(), *found.question_places()}))
    if columns is None:
        raise InputError(log.problems)
    result = Answers(sheet, layout, mapping, found, columns.after(layout.skip), log).result()
    if not len(result.responses):
        log.add(
            "error",
            "no-answers",
            N_("No row holds an answer."),
            N_("Check --client and the patterns; without options the command numbers the columns."),
            file=sheet.file,
        )
    if log.failed:
        raise InputError(log.problems)
    return result
