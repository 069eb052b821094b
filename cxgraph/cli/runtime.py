"""How every command runs: read, analyse, tell problems, turn errors into exit codes, write without half-done files."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ParamSpec, TextIO

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.cli.options import named_columns
from cxgraph.errors import CxgraphError, InputError, OutputError, Problem
from cxgraph.reporting.staging import DRAFTS, STOPPING
from cxgraph.tables.addresses import address_name, is_warehouse
from cxgraph.tables.characters import printable
from cxgraph.wording import Translator, system_reason

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.model.organization import Organization

P = ParamSpec("P")
_SIGNALLED = 128  # what shells add to the number of the signal that ended a program
_READING = ("scale", "customers", "period", "encoding", "decimal", "scoring", "halo")
_LANGUAGE = "cxgraph.language"
_SOON, _TELLING = 2.0, 0.05  # seconds, and part of the whole, from which an estimate is worth anything
_COUNTER = 12  # characters that are kept for the seconds
_COUNTING = threading.Event()
"""Whether a line of the terminal is being written over, so that what comes next begins a line of its own."""
LISTED = 20
"""Problems of one rule that are printed one by one; the rest are counted, and `cxgraph check --all` prints them."""


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn cxgraph's errors into a message on stderr and their exit code; nothing else is caught."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        lang = kwargs.get("lang")
        with sound_streams():
            try:
                command(*args, **kwargs)
            except CxgraphError as error:
                translate = error_translator(error, str(lang) if lang else None)
                if isinstance(error, InputError):
                    print_problems(error.problems, translate, severities=("error", "warning", "note"))
                print_error(error, translate)
                sys.exit(error.exit_code)

    return run


@contextmanager
def sound_streams() -> Iterator[None]:
    """End with a message where stdout or stderr cannot be written, and where the user stops the work.

    Files are read and written by functions that turn a refusal of the system into an error of their own, so that
    what arrives here is a stream.
    """
    try:
        yield
    except BrokenPipeError:
        # The reader of our output has had enough (as `head` does): end quietly, as other tools do.
        _abandon_streams()
        sys.exit(0)
    except OSError as error:
        # What Python still holds back would fail once more when it ends, with a traceback.
        _abandon_streams(sys.stdout)
        failed = OutputError("The output cannot be written: {reason}.", reason=system_reason(error))
        try:
            print_error(failed, Translator(own_language()))
        except OSError:
            _abandon_streams(sys.stderr)  # nobody can be told but the caller, by the exit code
        sys.exit(failed.exit_code)
    except (Stopped, KeyboardInterrupt) as stop:
        with suppress(OSError):  # the terminal may be what has gone
            click.echo(tr("Stopped."), err=True)
        sys.exit(_SIGNALLED + getattr(stop, "number", signal.SIGINT))


class Stopped(BaseException):
    """A signal asked the program to end; not Python's own exception for it, from which click makes exit code 1."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def answer_signals() -> None:
    """End as on Ctrl-C where the system or a terminal that closes asks to end: with nothing or everything written.

    What the caller ignores stays ignored, as ``nohup`` asks for. Only where files are being written is the work
    unwound: an exception that comes between any two steps may come where Python cannot pass it on (while a module is
    loaded, while an object is thrown away), is printed there and forgotten.
    """

    def stop(number: int, _: FrameType | None) -> None:
        if DRAFTS:
            raise Stopped(number)
        with suppress(OSError):  # the terminal may be what has gone; sys.stderr may be busy at this very moment
            begun = "\n" if _COUNTING.is_set() else ""
            os.write(2, (begun + tr("Stopped.") + "\n").encode(sys.stderr.encoding or "utf-8", "replace"))
        os._exit(_SIGNALLED + number)

    for number in STOPPING:
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            signal.signal(number, stop)


def replace_closed_streams() -> None:
    """Put something in the place of streams that the caller closed, lest the next file opened take their number.

    Results that nobody can receive are an error, as on a full disk; what is told on a closed stderr goes nowhere.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _abandon_streams(*streams: TextIO) -> None:
    """Send what is still to be written on some streams, by default on both, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams or (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def print_error(error: CxgraphError, translate: Translator) -> None:
    """Print an error on stderr."""
    click.echo(_styled(translate("Error: "), "red") + printable(error_sentence(error, translate)), err=True)


def print_text(text: str) -> None:
    """Print lines on stdout that hold names or paths; signs that steer a terminal become visible."""
    click.echo("\n".join(printable(line, longest=None) for line in text.split("\n")))


def error_sentence(error: CxgraphError, translate: Translator) -> str:
    """Return the error without the problems, which are printed before it."""
    return translate(error.message, **error.fields)


def error_translator(error: CxgraphError, lang: str | None) -> Translator:
    """Return the speaker for an error: --lang, else the organisation's language, else the environment's."""
    context = click.get_current_context(silent=True)
    of_organization = context.meta.get(_LANGUAGE) if context is not None else None
    wanted = lang or getattr(error, "language", None) or of_organization or own_language()
    try:
        return Translator(wanted)
    except CxgraphError:
        return Translator(own_language())


def read_organization(org: Path, options: Mapping[str, Any]) -> Organization:
    """Read an organisation with the options of the command line, which win over its own settings.

    What fewer than ``min_respondents`` people answered for is taken out here, once for all commands.
    """
    from cxgraph.intake.read import read
    from cxgraph.privacy.microaggregation import suppress_small_groups

    name = address_name(str(org)) if is_warehouse(str(org)) else org
    with stage(tr("Reading {name} ...", name=name)):
        organization = read(org, **given_options(options))
        context = click.get_current_context(silent=True)
        if context is not None:  # what fails from here on is said in the organisation's language
            context.meta[_LANGUAGE] = organization.settings.language
        return suppress_small_groups(organization)


def given_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reading options that were given on the command line."""
    given = {key: options[key] for key in _READING if options.get(key) not in (None, ())}
    if options.get("column"):
        given["columns"] = named_columns(options["column"])
    if options.get("lang"):
        given["language"] = options["lang"]
    return given


def analyze_organization(organization: Organization, options: Mapping[str, Any]) -> Analysis:
    """Analyse with the method options of the command line."""
    from cxgraph.analysis import analyze

    with stage(tr("Following the gaps ...")):
        return analyze(
            organization,
            transmission=options.get("transmission"),
            stringency=options.get("stringency"),
            scoring=options.get("scoring"),
        )


def print_suppressed(organization: Organization, translate: Translator) -> None:
    """Say on stderr how much is withheld and why; nothing where nothing is."""
    from cxgraph.privacy.microaggregation import suppression_sentence

    sentence = suppression_sentence(organization, translate)
    if sentence:
        click.echo(sentence, err=True)


def suppressed_record(organization: Organization, translate: Translator) -> dict[str, Any]:
    """Return how much is withheld and why as an entry for JSON; empty where nothing is."""
    from cxgraph.privacy.microaggregation import suppression_sentence

    found = organization.suppressed
    if found is None:
        return {}
    return {
        "withheld": {
            "fewest": found.min_respondents,
            "services": int(found.services.sum()),
            "departments": int(found.departments.sum()),
            "text": suppression_sentence(organization, translate),
        }
    }


def print_problems(
    problems: tuple[Problem, ...],
    translate: Translator,
    *,
    every: bool = False,
    severities: tuple[str, ...] = ("error", "warning"),
) -> None:
    """Print problems on stderr, errors first, each rule at most `LISTED` times unless all are asked for."""
    colours = {"error": "red", "warning": "yellow", "note": "blue"}
    labels = {"error": translate("error"), "warning": translate("warning"), "note": translate("note")}
    for severity in severities:
        counts: dict[str, int] = {}
        for problem in problems:
            if problem.severity != severity:
                continue
            counts[problem.code] = counts.get(problem.code, 0) + 1
            if every or counts[problem.code] <= LISTED:
                label = _styled(labels[severity], colours[severity])
                click.echo(f"{label}: {printable(problem.render(translate))}", err=True)
        for count in counts.values():
            if not every and count > LISTED:
                click.echo(
                    translate(
                        "  ... and {count} more of the same kind (cxgraph check --all lists them).",
                        count=count - LISTED,
                    ),
                    err=True,
                )


def _styled(text: str, colour: str) -> str:
    return text if os.environ.get("NO_COLOR") else click.style(text, fg=colour, bold=True)


@contextmanager
def stage(text: str) -> Iterator[None]:
    """Show what takes long, on a terminal only and only once it has taken a second; then count the seconds.

    One statement of an engine, or one file, tells nothing of how far it has come: seconds that go on show that the
    work does. A thread counts them, because the work itself is in somebody else's code.
    """
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    teller = threading.Thread(target=_count_seconds, args=(printable(text, longest=None), done), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _count_seconds(text: str, done: threading.Event) -> None:
    """Write a line after a second, and the seconds behind it where the terminal can write over a line that fits."""
    if done.wait(1.0):
        return
    begun = time.monotonic() - 1.0
    fits = len(text) + _COUNTER < shutil.get_terminal_size().columns and os.environ.get("TERM") != "dumb"
    with suppress(OSError):  # the terminal may go away; the work goes on
        if not fits:
            click.echo(text, err=True)
            return
        _COUNTING.set()
        try:
            while True:
                click.echo(f"\r{text} {time.monotonic() - begun:.0f} s", err=True, nl=False)
                if done.wait(1.0):
                    click.echo(err=True)
                    return
        finally:
            _COUNTING.clear()


class EstimatedStages:
    """Announce the stages of something long, with an estimate of the time that is left.

    Parameters
    ----------
    shares : mapping of str to float
        Part of the whole that each stage takes where the whole takes long, by its English text.
    clock : callable
        Returns seconds.
    """

    def __init__(self, shares: Mapping[str, float], clock: Callable[[], float] = time.monotonic) -> None:
        self._shares, self._clock = shares, clock
        self._begun, self._done = clock(), 0.0

    @contextmanager
    def __call__(self, text: str) -> Iterator[None]:
        """Announce one stage, in the command line's own language."""
        left = self.left
        shown = tr(text) if left is None else tr("{stage} (about {seconds} s left)", stage=tr(text), seconds=left)
        with stage(shown):
            yield
        self._done += self._shares.get(text, 0.0)

    @property
    def left(self) -> int | None:
        """Seconds left, to two digits; None where too little has passed to tell."""
        passed = self._clock() - self._begun
        if passed < _SOON or self._done < _TELLING:
            return None
        return max(round(float(f"{passed * (1.0 - self._done) / self._done:.2g}")), 1)


def output_name(org: Path) -> str:
    """Return the name under which an organisation's results are kept: of its folder, or of its file without ending."""
    place = Path(address_name(str(org))) if is_warehouse(str(org)) else Path(os.path.realpath(org))
    name = place.name if os.path.isdir(place) else place.stem  # noqa: PTH112 - Path.is_dir fails where a name is long
    safe = "".join(c if c.isalnum() or c in "-_. " else "_" for c in name).strip(". ")
    return safe or "organisation"
