"""``cxgraph import-survey``: the export of a survey tool becomes a table of answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.importing import lines_of, pairs, tell_proposal, write_import
from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import NUMBER, Place, language_option
from cxgraph.cli.runtime import guarded, print_problems, print_text, stage
from cxgraph.errors import InputError
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.intake.exports.sheet import Sheet
    from cxgraph.intake.surveys.answers import SurveyImport

_MAPPING = ("client", "expectation", "fulfilment", "importance", "service", "respondent", "date", "period", "by")


@click.command(
    "import-survey",
    help=tr(
        "Turn FILE, the export of a survey tool (CSV or .xlsx), into an organisation: a table of answers. Without "
        "options the command says which tool the file is from, numbers its columns, proposes the options and writes "
        "nothing."
    ),
)
@click.argument("file", type=Place())
@click.option("-o", "--output", metavar="ORG", type=Place(), help=tr("Folder of the organisation that is written."))
@click.option(
    "--client", metavar=tr("HEADER"), help=tr("Column that names the client; =NAME where all are one client.")
)
@click.option(
    "--expectation",
    metavar=tr("PATTERN"),
    help=tr("Columns of what is expected: a header with * for the supplier, or a run FIRST:LAST."),
)
@click.option("--fulfilment", metavar=tr("PATTERN"), help=tr("Columns of what is received, written likewise."))
@click.option("--importance", metavar=tr("PATTERN"), help=tr("Columns of how much it matters, written likewise."))
@click.option(
    "--service", metavar=tr("HEADER|PATTERN"), help=tr("Column of the service's name, or one for each supplier.")
)
@click.option("--respondent", metavar=tr("HEADER"), help=tr("Column of who answered; written as R1, R2 ..."))
@click.option("--date", metavar=tr("HEADER"), help=tr("Column of the day of the answer; the tool's own by default."))
@click.option(
    "--names",
    multiple=True,
    metavar=tr("CODE=NAME"),
    help=tr("What a code of a department stands for; may be repeated."),
)
@click.option(
    "--labels",
    multiple=True,
    metavar=tr("WORD=SCORE"),
    help=tr("The score of a word that was ticked; may be repeated."),
)
@click.option("--period", metavar=tr("PERIOD"), help=tr("The period that all answers are of: 2026, 2026-Q4, 2026-11."))
@click.option(
    "--by", type=click.Choice(["month", "quarter", "year"]), help=tr("Take the period of each answer from its date.")
)
@click.option(
    "--scale", type=NUMBER, nargs=2, metavar=tr("BOTTOM TOP"), help=tr("Bottom and top of the scores; 0 10 by default.")
)
@click.option(
    "--date-format",
    "date_formats",
    multiple=True,
    metavar=tr("FORMAT"),
    help=tr(
        "How dates are written, where the data leave it open: DMY, MDY or a format such as {example}.",
        example="%d/%m/%Y",
    ),
)
@click.option("--encoding", metavar=tr("NAME"), help=tr("Encoding of the file, where it is guessed wrong."))
@click.option("--force", is_flag=True, help=tr("Replace tables that are already there."))
@language_option
@guarded
def command(file: Path, output: Path | None, force: bool, lang: str | None, **options: Any) -> None:
    """Propose, or import and account for every row."""
    from cxgraph.intake.exports.open import open_sheet
    from cxgraph.intake.surveys.importing import import_survey
    from cxgraph.intake.surveys.settings import survey_mapping
    from cxgraph.tables.raw import ProblemLog

    translate = Translator(lang or own_language())
    problems = ProblemLog()
    names = pairs(options["names"], "--names", "SQ001=Maintenance")
    labels = {
        word: NUMBER.convert(score, None, click.get_current_context())
        for word, score in pairs(options["labels"], "--labels", '"Very high=5"').items()
    }
    with stage(tr("Reading {name} ...", name=file)):
        sheet = open_sheet(file, problems, options["encoding"])
    if sheet is None:
        raise InputError(problems.problems)
    texts = {key: options[key] for key in _MAPPING if options[key] is not None}
    if "client" not in texts or not {"expectation", "fulfilment"} & texts.keys() or output is None:
        print_problems(tuple(problems.problems), translate)
        _propose(sheet, file, translate)
        if output is not None or texts:
            raise click.UsageError(
                tr("-o ORG, --client and --expectation or --fulfilment are needed to import; nothing was written.")
            )
        return
    mapping = survey_mapping(texts, names=names, labels=labels, date_formats=options["date_formats"])
    with stage(tr("Importing {name} ...", name=file)):
        found = import_survey(sheet, mapping, problems)
    print_problems(tuple(problems.problems), translate, severities=("warning", "note"))
    _account(sheet, found, translate)
    write_import(
        output,
        {"responses": found.responses},
        _record(sheet, found, translate),
        translate,
        source=file,
        scale=options["scale"] or None,
        force=force,
    )


def _propose(sheet: Sheet, file: Path, translate: Translator) -> None:
    from cxgraph.intake.exports.command import command_line
    from cxgraph.intake.surveys.layout import find_layout
    from cxgraph.intake.surveys.propose import propose_survey
    from cxgraph.intake.surveys.recognise import folder_for
    from cxgraph.intake.tickets.recognise import recognise_tickets

    layout = find_layout(sheet)
    proposal = propose_survey(layout, sheet.sample)
    notes = []
    lacking = [(option, option.lstrip("-").upper()) for option in proposal.lacking]
    line = command_line("import-survey", [str(file), "-o", folder_for(file.name)], [*lacking, *proposal.options])
    if {"--expectation", "--fulfilment"} & set(proposal.lacking):
        ticket = recognise_tickets(str(file), sheet.headers, sheet.sample)
        if ticket:
            notes.append(translate("This looks like a log of tickets."))
            line = ticket
        else:
            notes.append(
                translate("No two questions about the same suppliers were found: write the patterns yourself.")
            )
    elif not proposal.by_words:
        notes.append(
            translate(
                "No word tells the expectation from the fulfilment; the first question was taken for the expectation."
            )
        )
    if proposal.doubtful_dates:
        notes.append(
            translate("No date tells whether the day or the month comes first: write MDY where the month does.")
        )
    if proposal.codes:
        codes = ", ".join(proposal.codes[:4])
        notes.append(
            translate(
                "The suppliers are codes ({codes} ...): add --names {first}=NAME for each of them.",
                codes=codes,
                first=proposal.codes[0],
            )
        )
    title = (
        translate("{file} is an export of {tool}.", file=sheet.file, tool=layout.tool.title)
        if layout.tool.name
        else translate("{file} is of no survey tool that is known here.", file=sheet.file)
    )
    tell_proposal(sheet, [own[0] for own in layout.names], title, line, notes, translate)


def _account(sheet: Sheet, found: SurveyImport, translate: Translator) -> None:
    """Say what became of every row."""
    aside = sum(map(len, found.aside.values()))
    print_text(
        translate(
            "{file}: rows {rows} = answered {answered} + set aside {aside}.",
            file=sheet.file,
            rows=translate.number(found.rows),
            answered=translate.number(found.rows - aside),
            aside=translate.number(aside),
        )
    )
    for reason, lines in found.aside.items():
        print_text(
            "  "
            + translate(
                "set aside, {reason}: {count} (lines {lines})",
                reason=translate(reason),
                count=translate.number(len(lines)),
                lines=lines_of(lines),
            )
        )
    own = int((found.responses["source"] == "self_assessment").sum())
    print_text(
        translate(
            "{answers} {answers:answer|answers} by {respondents} {respondents:respondent|respondents}; "
            "{own} of them {own:is a self-assessment|are self-assessments}.",
            answers=translate.number(len(found.responses)),
            respondents=translate.number(found.respondents),
            own=translate.number(own),
        )
    )


def _record(sheet: Sheet, found: SurveyImport, translate: Translator) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "source": asdict(sheet.source),
        "tool": found.tool,
        "rows": found.rows,
        "answers": len(found.responses),
        "respondents": found.respondents,
        "set_aside": {translate(reason): lines for reason, lines in found.aside.items()},
    }
