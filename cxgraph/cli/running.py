"""How every command runs: read, analyse, tell problems, turn errors into exit codes, write without half-done files."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TextIO

import click

from cxgraph.cli.language import own_language, tr
from cxgraph.errors import CxgraphError, InputError, OutputError, Problem
from cxgraph.model.signs import SIGN_THAT_REWRITES
from cxgraph.wording import Speaker, system_reason

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.model.organization import Organization

P = ParamSpec("P")
_STOPPED = 130  # what shells report of a program that Ctrl-C ended
_READING = ("scale", "customers", "period", "encoding", "decimal", "scoring")
_TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".toml")
_SHOWN_OF_PATH = 200
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
                say = error_speaker(error, str(lang) if lang else None)
                if isinstance(error, InputError):
                    print_problems(error.problems, say)
                tell_error(error, say)
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
            tell_error(failed, Speaker(own_language()))
        except OSError:
            _abandon_streams(sys.stderr)  # nobody can be told but the caller, by the exit code
        sys.exit(failed.exit_code)
    except KeyboardInterrupt:
        click.echo(tr("Stopped."), err=True)
        sys.exit(_STOPPED)


def _abandon_streams(*streams: TextIO) -> None:
    """Send what is still to be written on some streams, by default on both, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams or (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def tell_error(error: CxgraphError, say: Speaker) -> None:
    """Print an error on stderr."""
    click.echo(_styled(say("Error: "), "red") + printable(error_sentence(error, say)), err=True)


def tell(text: str) -> None:
    """Print lines on stdout that hold names or paths; signs that steer a terminal become visible."""
    click.echo("\n".join(printable(line, longest=None) for line in text.split("\n")))


def error_sentence(error: CxgraphError, say: Speaker) -> str:
    """Return the error without the problems, which are printed before it."""
    return say(error.message, **error.fields)


def error_speaker(error: CxgraphError, lang: str | None) -> Speaker:
    """Return the speaker for an error: --lang, else the organisation's language, else the environment's."""
    wanted = lang or getattr(error, "language", None) or own_language()
    try:
        return Speaker(wanted)
    except CxgraphError:
        return Speaker(own_language())


def read_organization(org: Path, options: Mapping[str, Any]) -> Organization:
    """Read an organisation with the options of the command line, which win over its own settings.

    What fewer than ``min_respondents`` people answered for is taken out here, once for all commands.
    """
    from cxgraph.evidence.discretion import discreet
    from cxgraph.intake.read import read

    with stage(tr("Reading {name} ...", name=org)):
        return discreet(read(org, **given_options(options)))


def given_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reading options that were given on the command line."""
    given = {key: options[key] for key in _READING if options.get(key) not in (None, ())}
    if options.get("lang"):
        given["language"] = options["lang"]
    return given


def analyze_organization(organization: Organization, options: Mapping[str, Any]) -> Analysis:
    """Analyse with the method options of the command line."""
    from cxgraph.analysis import analyze

    with stage(tr("Following the shortfalls ...")):
        return analyze(
            organization,
            transmission=options.get("transmission"),
            stringency=options.get("stringency"),
            scoring=options.get("scoring"),
        )


def tell_withheld(organization: Organization, say: Speaker) -> None:
    """Say on stderr how much is withheld and why; nothing where nothing is."""
    from cxgraph.evidence.discretion import withheld_sentence

    sentence = withheld_sentence(organization, say)
    if sentence:
        click.echo(sentence, err=True)


def withheld_record(organization: Organization, say: Speaker) -> dict[str, Any]:
    """Return how much is withheld and why as an entry for JSON; empty where nothing is."""
    from cxgraph.evidence.discretion import withheld_sentence

    found = organization.withheld
    if found is None:
        return {}
    return {
        "withheld": {
            "fewest": found.fewest,
            "services": int(found.services.sum()),
            "departments": int(found.departments.sum()),
            "text": withheld_sentence(organization, say),
        }
    }


def print_problems(
    problems: tuple[Problem, ...],
    say: Speaker,
    *,
    every: bool = False,
    severities: tuple[str, ...] = ("error", "warning"),
) -> None:
    """Print problems on stderr, errors first, each rule at most `LISTED` times unless all are asked for."""
    colours = {"error": "red", "warning": "yellow", "note": "blue"}
    labels = {"error": say("error"), "warning": say("warning"), "note": say("note")}
    for severity in severities:
        counts: dict[str, int] = {}
        for problem in problems:
            if problem.severity != severity:
                continue
            counts[problem.code] = counts.get(problem.code, 0) + 1
            if every or counts[problem.code] <= LISTED:
                label = _styled(labels[severity], colours[severity])
                click.echo(f"{label}: {printable(problem.render(say))}", err=True)
        for count in counts.values():
            if not every and count > LISTED:
                click.echo(
                    say(
                        "  ... and {count} more of the same kind (cxgraph check --all lists them).",
                        count=count - LISTED,
                    ),
                    err=True,
                )


def printable(text: str, longest: int | None = 600) -> str:
    """Keep signs that steer a terminal out of it, line ends included, and lines within reason."""
    clean = SIGN_THAT_REWRITES.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.splitlines()))
    return clean if longest is None or len(clean) <= longest else clean[: longest - 1] + "…"


def _styled(text: str, colour: str) -> str:
    return text if os.environ.get("NO_COLOR") else click.style(text, fg=colour, bold=True)


@contextmanager
def stage(text: str) -> Iterator[None]:
    """Show what takes long, on a terminal only and only once it has taken a second."""
    if not sys.stderr.isatty():
        yield
        return
    timer = threading.Timer(1.0, lambda: click.echo(text, err=True))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def write_folder(folder: Path, files: Mapping[str, bytes], *, force: bool = False, org: Path | None = None) -> None:
    """Write files into a folder, all or none.

    Parameters
    ----------
    folder : Path
        Created where it does not exist.
    files : mapping of str to bytes
        Contents by relative name; names are ours, never taken from data.
    force : bool
        Replace files that exist with other contents.
    org : Path, optional
        The organisation that was read: its own tables are never written over, told or not.

    Raises
    ------
    OutputError
        A file exists with other contents or is an input, or the disk refuses.
    """
    try:
        for name in files:
            if org is not None:
                _spare_inputs(folder / name, org)
        standing = [name for name, content in files.items() if _differs(folder / name, content)]
        if standing and not force:
            raise OutputError(
                "{folder} already holds other results ({names}). Add --force to replace them, or choose "
                "another folder with -o.",
                folder=str(folder),
                names=", ".join(standing[:4]),
            )
        waiting: list[tuple[Path, Path]] = []
        try:
            for name, content in files.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                beside = target.with_name(f".{target.name}.{os.getpid()}.part")
                waiting.append((beside, target))
                beside.write_bytes(content)
            for beside, target in waiting:
                beside.replace(target)
        finally:
            for beside, _ in waiting:
                beside.unlink(missing_ok=True)
    except OSError as error:
        place = folder if len(files) > 1 else folder / next(iter(files), "")
        raise OutputError(
            "{folder} cannot be written: {reason}.",
            folder=printable(str(place), _SHOWN_OF_PATH),
            reason=system_reason(error),
        ) from error


def write_file(target: Path, content: bytes, *, force: bool = False, org: Path | None = None) -> None:
    """Write one file beside its place and rename it; never over another one unless told."""
    write_folder(target.parent, {target.name: content}, force=force, org=org)


def _spare_inputs(target: Path, org: Path) -> None:
    """Refuse to write over a table of the organisation, or what would be read as one of its tables next time."""
    from cxgraph.intake.folder import is_table_name

    # Unlike Path.resolve this does not fail where links lead round in a circle, which is told when writing.
    place, read = (Path(os.path.realpath(path)) for path in (target, org))
    if place == read or (place.parent == read and place.exists() and place.suffix.lower() in _TABLE_ENDINGS):
        raise OutputError(
            "{path} is one of the organisation's own tables; results are never written over them. "
            "Choose another place with -o.",
            path=str(target),
        )
    if place.parent == read and is_table_name(place.name):
        raise OutputError(
            "{path} would be read as one of the organisation's own tables. Choose another place with -o.",
            path=str(target),
        )


def _differs(path: Path, content: bytes) -> bool:
    """Return whether something else stands there; refuse devices and pipes, which are nothing to be replaced."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        return True
    if not stat.S_ISREG(mode):
        raise OutputError("{path} is a device or pipe, not a file. Choose another place with -o.", path=str(path))
    return path.read_bytes() != content


def output_name(org: Path) -> str:
    """Return the name under which an organisation's results are kept: of its folder, or of its file without ending."""
    place = Path(os.path.realpath(org))
    name = place.name if os.path.isdir(place) else place.stem  # noqa: PTH112 - Path.is_dir fails where a name is long
    safe = "".join(c if c.isalnum() or c in "-_. " else "_" for c in name).strip(". ")
    return safe or "organisation"
