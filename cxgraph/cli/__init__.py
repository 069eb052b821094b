"""The command line: parse, call, write. The only place that prints, writes files and sets exit codes."""

from __future__ import annotations

import copy
import gettext
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

import cxgraph
from cxgraph import wording
from cxgraph.cli.language import own_language, tr
from cxgraph.cli.runtime import answer_signals, replace_closed_streams, sound_streams
from cxgraph.tables.characters import without_passwords
from cxgraph.wording import N_, Translator

_COMMANDS = {
    "init": N_("Start an organisation: tables to fill in, with examples and explanations."),
    "import-survey": N_("Turn the export of a survey tool into an organisation."),
    "import-tickets": N_("Turn a log of tickets or of a process into an organisation."),
    "columns": N_("Print the columns of every table, as Markdown."),
    "ask": N_("Write questionnaires: who serves whom, what is expected and received, what to ask next."),
    "check": N_("Say what is wrong or doubtful in the tables, and how each column was read."),
    "bottlenecks": N_("Rank the departments where the customers' disappointment starts."),
    "report": N_("Write the whole report: HTML, Markdown, Excel workbook, tables, figures and result.json."),
    "verify": N_("Compute a report again from its inputs, and say PASS or what differs."),
    "view": N_("Write the interactive view: one HTML file to explore and to try repairs in, offline."),
    "draw": N_("Draw one figure: tower, causes, quadrant, matrix, waterfall, pour, frontier, change or trend."),
    "trace": N_("Follow the heaviest paths from a root cause to a customer, by name."),
    "loops": N_("Show the feedback loops: how much each amplifies a fault, and where to cut it."),
    "export": N_("Write the organisation as a graph: GraphML, GEXF or node-link JSON."),
    "calibrate": N_("Estimate how much each department passes on, from one wave, periods or cases."),
    "whatif": N_("Try out on paper what a change or a redesign would do to the customers."),
    "plan": N_("Choose the actions that spare the customers most for a budget, and compare rules of thumb."),
    "compare": N_("Tell what changed between two waves, through what, and what of it is noise."),
    "trend": N_("Show the customers' gap and where it originates, period by period."),
    "audit": N_("Check the principles of customer orientation, each with its evidence."),
    "guide": N_("Write the guide as one HTML file: data, method, deciding, privacy, audit, library."),
}
"""Every command with its line in the help, so that ``cxgraph --help`` imports none of them."""


def command_lines(language: str) -> dict[str, str]:
    """Return every command and what it does, in a language."""
    translate = Translator(language)
    return {name: translate(line) for name, line in _COMMANDS.items()}


def _in_own_words(command: click.Command) -> click.Command:
    """Replace the words that click has no translation for: ``[OPTIONS]``, ``INTEGER RANGE``."""
    command.options_metavar = tr("[OPTIONS]")
    for parameter in command.params:
        if parameter.type.name in ("integer", "integer range"):
            parameter.type = copy.copy(parameter.type)  # click shares one object for all whole numbers
            parameter.type.name = tr("whole number")
            parameter.metavar = tr("NUMBER")
    return command


@contextmanager
def _without_passwords() -> Iterator[None]:
    """Take passwords of addresses out of what click says of words that it does not understand: it quotes them."""
    try:
        yield
    except click.UsageError as error:
        said = error.format_message()
        clean = without_passwords(said)
        if clean == said:
            raise
        raise click.UsageError(clean, error.ctx) from None


class _LazyGroup(click.Group):
    def main(self, *args: Any, **extra: Any) -> Any:
        """Run; help and versions, which no command prints, meet the same broken streams as results."""
        with sound_streams():
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click itself would end with 1, our code for findings, where it is stopped."""
        with sound_streams(), _without_passwords():
            return super().invoke(ctx)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the first words; errors about them quote no password either."""
        with _without_passwords():
            return super().make_context(*args, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"cxgraph.cli.commands.{cmd_name.replace('-', '_')}").command
        return _in_own_words(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _COMMANDS:
            from difflib import get_close_matches

            guess = get_close_matches(name, _COMMANDS, n=1)
            hint = tr(" Did you mean {guess!r}?", guess=guess[0]) if guess else ""
            raise click.UsageError(
                tr("There is no command {name!r}.{hint} See cxgraph --help.", name=name, hint=hint), ctx
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section(tr("Commands")):
            formatter.write_dl(list(command_lines(own_language()).items()))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=tr(
        "Find where poor internal service reaches the external customer.\n\nORG is a folder of tables "
        "(services.csv, departments.csv, org.toml) or one table of services."
    ),
    epilog=tr("Try: cxgraph report sample_orgs/hotel"),
    options_metavar=tr("[OPTIONS]"),
    subcommand_metavar=tr("COMMAND [ARGS]..."),
)
@click.version_option(
    cxgraph.__version__, "--version", message="cxgraph %(version)s", help=tr("Show the version and exit.")
)
def group() -> None:
    """Parse the first word; the commands live in modules of their own."""


def main() -> None:
    """Run the command line: the entry point of ``cxgraph`` and ``python -m cxgraph``."""
    replace_closed_streams()
    # click asks gettext for its own words ("Usage", "Missing argument"): this is where ours are.
    os.environ["LANGUAGE"] = own_language()
    gettext.bindtextdomain("messages", Path(wording.__file__).parent)
    for stream in (sys.stdout, sys.stderr):
        # A pipe or an old console may not know every letter of a department's name: replace, never crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    answer_signals()
    group(prog_name="cxgraph")
