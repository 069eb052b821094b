"""``cxgraph import-tickets``: a log of tickets or of a process becomes answers, case by case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.importing import tell_proposal, write_import
from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import Place, language_option
from cxgraph.cli.runtime import guarded, print_problems, print_text, stage
from cxgraph.errors import InputError, Problem
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.intake.exports.sheet import Sheet
    from cxgraph.intake.tickets.importing import TicketImport
    from cxgraph.intake.tickets.mapping import TicketMapping
    from cxgraph.intake.tickets.propose import TicketProposal

_LIKE = ("servicenow", "jira", "znuny", "xes")
_SINGLE = ("case", "group", "time", "changes", "cases_key", "kept", "breached", "due", "done", "customer", "service")
_CHOICES = ("outcome_of", "supplier", "timezone")
_SEVERAL = ("resolved", "missing", "date_formats")


@click.command(
    "import-tickets",
    help=tr(
        "Turn LOG, the history of tickets or of any process (CSV, XES or .xlsx, also as .zip or .gz), into an "
        "organisation: who handed work to whom, what became of it, and whether customers got what was promised. "
        "Without options the command says which tool the log is from, numbers its columns, proposes the options and "
        "writes nothing."
    ),
)
@click.argument("log", type=Place())
@click.option("-o", "--output", metavar="ORG", type=Place(), help=tr("Folder of the organisation that is written."))
@click.option("--case", metavar=tr("COLUMN"), help=tr("Column that names the ticket or case."))
@click.option(
    "--group", metavar=tr("COLUMN"), help=tr("Column of the group that holds it (with --changes: the field).")
)
@click.option("--time", metavar=tr("COLUMN"), help=tr("Column of when the event happened."))
@click.option(
    "--state",
    metavar=tr("COLUMN[+COLUMN]"),
    help=tr("Column of the state, or two that tell it together (with --changes: the fields)."),
)
@click.option(
    "--resolved",
    multiple=True,
    metavar=tr("VALUE"),
    help=tr("A state that resolves a case; of two columns both values joined by +. May be repeated."),
)
@click.option(
    "--changes",
    nargs=3,
    metavar=tr("FIELD OLD NEW"),
    help=tr("Each row is one changed field: columns of its name, its old and its new value."),
)
@click.option("--cases", type=Place(), metavar=tr("FILE"), help=tr("A second file with a row for each case."))
@click.option("--cases-key", metavar=tr("COLUMN"), help=tr("Its column that names the case as the log does."))
@click.option(
    "--kept", metavar=tr("COLUMN"), help=tr("Column that says whether the promise was kept, or the time left.")
)
@click.option("--breached", metavar=tr("COLUMN"), help=tr("Column that says whether the promise was broken."))
@click.option("--due", metavar=tr("COLUMN"), help=tr("Column of the time that was promised."))
@click.option(
    "--done", metavar=tr("COLUMN"), help=tr("Column of when it was done; the first event that resolves by default.")
)
@click.option("--customer", metavar=tr("COLUMN"), help=tr("Column of the customer whom the case was for."))
@click.option("--service", metavar=tr("COLUMN"), help=tr("Column of the service that the case was about."))
@click.option(
    "--outcome-of",
    type=click.Choice(["first", "last"]),
    help=tr("Which holder of a case supplies the customer; the first by default, the last with --supplier sender."),
)
@click.option(
    "--supplier",
    type=click.Choice(["receiver", "sender"]),
    help=tr(
        "Of a hand-over: the receiver supplies who asked it for help (help desks, by default), or the sender supplies "
        "who works on it next (processes)."
    ),
)
@click.option(
    "--missing", multiple=True, metavar=tr("VALUE"), help=tr("A word for an unknown group or value; may be repeated.")
)
@click.option(
    "--date-format",
    "date_formats",
    multiple=True,
    metavar=tr("FORMAT"),
    help=tr(
        "How times are written, where the data leave it open: DMY, MDY or a format such as {example}.",
        example="%d/%m/%Y %H:%M",
    ),
)
@click.option("--timezone", metavar=tr("NAME"), help=tr("Zone of times that name none, such as Europe/Madrid."))
@click.option("--like", type=click.Choice(_LIKE), help=tr("Take the usual columns of a tool for those not named."))
@click.option("--encoding", metavar=tr("NAME"), help=tr("Encoding of the files, where it is guessed wrong."))
@click.option("--force", is_flag=True, help=tr("Replace tables that are already there."))
@language_option
@guarded
def command(log: Path, output: Path | None, force: bool, lang: str | None, **options: Any) -> None:
    """Propose, or import and account for every event."""
    from cxgraph.intake.exports.open import open_sheet
    from cxgraph.intake.tickets.importing import import_tickets
    from cxgraph.intake.tickets.propose import propose_tickets
    from cxgraph.tables.raw import ProblemLog

    translate = Translator(lang or own_language())
    problems = ProblemLog()
    with stage(tr("Reading {name} ...", name=log)):
        sheet = open_sheet(log, problems, options["encoding"])
        second = None if options["cases"] is None else open_sheet(options["cases"], problems, options["encoding"])
    if sheet is None or (options["cases"] is not None and second is None):
        raise InputError(problems.problems)
    given = _given(sheet, options)
    mapping = _mapping(given, sheet, second, options["like"])
    if mapping is None or output is None:
        with stage(tr("Recognising {name} ...", name=log)):
            proposal = propose_tickets(sheet, second, options["like"])
        print_problems(tuple(problems.problems), translate)
        _propose(sheet, proposal, log, options["cases"], translate)
        if output is not None or given:
            raise click.UsageError(tr("-o ORG, --case, --group and --time are needed to import; nothing was written."))
        return
    with stage(tr("Following the cases of {name} ...", name=log)):
        found = import_tickets(sheet, mapping, translate, problems, second)
    print_problems(tuple(problems.problems), translate, severities=("warning", "note"))
    _account(sheet.file, found, mapping, translate)
    with stage(tr("Writing {name} ...", name=output)):
        write_import(
            output,
            {"responses": found.responses, "departments": found.departments},
            found.counts,
            translate,
            source=log,
            scale=(0, 1),
            force=force,
        )


def _given(sheet: Sheet, options: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the mapping that were given."""
    given = {key: options[key] for key in (*_SINGLE, *_CHOICES) if options[key] is not None and options[key] != ()}
    given |= {key: tuple(options[key]) for key in _SEVERAL if options[key]}
    if options["state"] is not None:
        given["state"] = _states(options["state"], sheet)
    return given


def _states(text: str, sheet: Sheet) -> tuple[str, ...]:
    """Split the names of two columns, unless one column is called so."""
    from cxgraph.intake.exports.sheet import comparable

    if comparable(text) in {comparable(header) for header in sheet.headers}:
        return (text,)
    return tuple(part.strip() for part in text.split("+"))


def _mapping(given: dict[str, Any], sheet: Sheet, second: Sheet | None, like: str | None) -> TicketMapping | None:
    """Return what the columns mean; None where the user has to say more."""
    from cxgraph.intake.tickets.mapping import TicketMapping
    from cxgraph.intake.tickets.propose import completed, propose_tickets

    if like is not None:
        return completed(given, propose_tickets(sheet, second, like))
    return TicketMapping(**given) if {"case", "group", "time"} <= given.keys() else None


def _propose(sheet: Sheet, proposal: TicketProposal, log: Path, cases: Path | None, translate: Translator) -> None:
    from cxgraph.intake.exports.command import command_line
    from cxgraph.intake.surveys.recognise import folder_for, recognise_survey
    from cxgraph.intake.tickets.log import LIST_HINT, LIST_MESSAGE
    from cxgraph.intake.tickets.recognise import every_option

    if proposal.kind == "list":
        raise InputError([Problem("error", "ticket-list", LIST_MESSAGE, LIST_HINT, file=sheet.file)])
    notes = []
    words = [str(log), "-o", folder_for(log.name), *(["--cases", str(cases)] if cases else [])]
    line = command_line("import-tickets", words, list(every_option(proposal)))
    if proposal.kind == "other":
        survey = recognise_survey(str(log), sheet.headers, sheet.sample)
        if survey:
            notes.append(translate("This looks like the answers to a survey."))
            line = survey
        else:
            notes.append(translate("No columns of cases, times and groups were recognised: name them yourself."))
    if proposal.doubtful_dates:
        notes.append(
            translate("No time tells whether the day or the month comes first: write MDY where the month does.")
        )
    if proposal.kind == "events" and "--state" not in {option for option, *_ in proposal.options}:
        notes.append(translate("No state that resolves a case was found: every case would end with its last event."))
    title = (
        translate("{file} is a log of {tool}.", file=sheet.file, tool=proposal.tool.title)
        if proposal.tool.name
        else translate("{file} is a log of no tool that is known here.", file=sheet.file)
    )
    tell_proposal(sheet, sheet.headers, title, line, notes, translate)


def _account(file: str, found: TicketImport, mapping: TicketMapping, translate: Translator) -> None:
    """Say what became of every event and every case, with the counts of import.json."""
    print_text(
        translate(
            "{file}: rows {rows} = events {events} + set aside {aside}.",
            file=file,
            rows=translate.number(found.rows),
            events=translate.number(found.counts["events"]),
            aside=translate.number(found.rows - found.counts["events"]),
        )
    )
    count = {key: translate.number(value) for key, value in found.counts.items() if key != "departments"}
    print_text(
        translate(
            "{events} {events:event|events} of {cases} {cases:case|cases}. Without a known group: "
            "{events_without_group} {events_without_group:event|events}, {cases_without_group} "
            "{cases_without_group:case|cases}. Without a known customer: {cases_without_customer} "
            "{cases_without_customer:case|cases}.",
            **count,
        )
    )
    print_text(
        translate(
            "{hand_overs} {hand_overs:hand-over|hand-overs} in {pairs} {pairs:pair|pairs} of groups until "
            "the cases were resolved; of {open} of them it is not known what became of the work, because "
            "the case is open. {after_resolution} more came after the resolution and "
            "{after_resolution:makes|make} no service.",
            open=translate.number(found.open_hand_overs),
            **count,
        )
    )
    print_text(
        translate(
            "Promise to the customer: kept in {kept} {kept:case|cases}, missed in {missed}, unknown in {unknown}.",
            **count,
        )
    )
    if mapping.supplier == "receiver":
        print_text(
            translate(
                "A hand-over makes the receiver the supplier: 1 where it finished the work, 0 where it passed it on."
            )
        )
    else:
        print_text(
            translate("A hand-over makes the sender the supplier: 1 where the work did not come straight back, else 0.")
        )
    if found.ended:
        print_text(translate("No state is given (--state): every case is taken to have ended with its last event."))
    if not found.promised:
        print_text(
            translate(
                "No column tells what was promised (--kept, --breached or --due): customers get no score. Name the "
                "departments whose gap is to be explained with --customer when you analyse."
            )
        )
    if found.pooled:
        print_text(translate("No column of customers is named (--customer): all cases are of one customer."))
    if found.own_outcomes:
        print_text(
            translate(
                "Left out, because customer and supplier are the same: {count}.",
                count=translate.number(found.own_outcomes),
            )
        )
    if found.hidden:
        print_text(
            translate(
                "Names of people or addresses replaced by numbers: {count}.", count=translate.number(found.hidden)
            )
        )
