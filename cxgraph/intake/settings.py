"""``org.toml``: how an organisation's scores are to be read, and its own names for columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cxgraph.errors import ParameterError, Problem
from cxgraph.intake.guards import refuse_settings
from cxgraph.intake.toml_errors import syntax_fault
from cxgraph.model.settings import Settings
from cxgraph.tables.headers import closest_word
from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog
from cxgraph.tables.schema import TABLES
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.intake.surveys.settings import SurveySettings

SETTINGS_FILE = "org.toml"
_LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class OrganizationFile:
    """What ``org.toml`` asks for: settings, the user's headers of each table, and the survey export to read."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    survey: SurveySettings | None = None


def parse_settings(text: str, *, log: ProblemLog, file: str = SETTINGS_FILE) -> OrganizationFile:
    """Read the text of ``org.toml``.

    Parameters
    ----------
    text : str
        TOML.
    log : ProblemLog
        Takes what is wrong: syntax, keys that do not exist, values of the wrong kind.
    file : str
        Name shown in messages.

    Returns
    -------
    OrganizationFile
        What is sound in it.

    Examples
    --------
    >>> parse_settings('scale = [1, 5]', log=ProblemLog()).settings
    {'scale': (1, 5)}
    """
    if refuse_settings(text, log, file):
        return OrganizationFile()
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # not only TOMLDecodeError: 5,000 digits are a ValueError of int
        line, reason = syntax_fault(fault, text)
        log.add(
            "error",
            "no-toml",
            N_("This is not TOML: {reason}."),
            N_('Text stands in quotation marks, lists in brackets: name = "Hotel", scale = [1, 5].'),
            file=file,
            line=line,
            reason=reason,
        )
        return OrganizationFile()
    known = (*Settings.keys(), "columns", "survey")
    settings = {}
    strange = 0
    for key, value in content.items():
        if key in ("columns", "survey"):
            continue
        if key not in known:
            strange += 1
            if strange <= LISTED_PER_RULE:
                near = closest_word(key[:_LONGEST_KEY], known)
                _report_unknown(key[:_LONGEST_KEY], near, known, log, file, _line_of(text, key))
            continue
        line = _line_of(text, key)
        try:
            settings[key] = sound_option(key, value)
        except ParameterError as fault:
            # Of numbers, but of settings: nobody's score, so that it is quoted where scores are not.
            log.problems.append(Problem("error", "no-option-value", fault.message, "", fault.fields, file, line))
    if strange > LISTED_PER_RULE:
        log.add(
            "error",
            "unknown-option",
            N_("{count} more {count:key is no option|keys are no options}."),
            file=file,
            count=strange - LISTED_PER_RULE,
        )
    survey = None
    if "survey" in content:
        from cxgraph.intake.surveys.settings import parse_survey

        survey = parse_survey(content["survey"], log=log, file=file, line=_line_of(text, "[survey]"))
    return OrganizationFile(settings, _columns(content.get("columns", {}), text, log, file), survey)


def sound_option(key: str, value: Any) -> Any:
    """Return the value of an option in the form that `Settings` keeps, or raise ParameterError.

    Parameters
    ----------
    key : str
        One of `Settings.keys`.
    value : object
        As a user gave it.

    Returns
    -------
    object
        Lists as tuples, periods in their normal form.

    Raises
    ------
    ParameterError
        The option takes no such value.
    """
    if isinstance(value, list):
        value = tuple(value)
    if key == "customers" and not isinstance(value, tuple | str):
        raise ParameterError(N_("customers is {value}; it takes a list of ids."), value=repr(value))
    if key == "period" and value is not None:
        value = str(value)
    sound = Settings(**{key: value})
    return sound.period if key == "period" else value


def is_sound(key: str, value: Any) -> bool:
    """Return whether an option can have a value; what a file of another program states need not be taken over."""
    try:
        sound_option(key, value)
    except ParameterError:
        return False
    return True


def _columns(content: Any, text: str, log: ProblemLog, file: str) -> dict[str, dict[str, str]]:
    """Return the renames of every table, checked for their form; `match_headers` checks what they say."""
    if not isinstance(content, dict):
        log.add(
            "error",
            "no-option-value",
            N_("columns takes a table for each file, such as [columns.services]."),
            file=file,
            line=_line_of(text, "columns"),
        )
        return {}
    renames = {}
    for name, pairs in content.items():
        line = _line_of(text, f"[columns.{name}]")
        if name not in TABLES:
            near = closest_word(name, TABLES)
            _report_unknown(
                f"columns.{name}",
                near and f"columns.{near}",
                tuple(f"columns.{table}" for table in TABLES),
                log,
                file,
                line,
            )
        elif not isinstance(pairs, dict) or not all(isinstance(column, str) for column in pairs.values()):
            log.add(
                "error",
                "no-option-value",
                N_('[columns.{table}] takes lines such as "Área que atiende" = "supplier".'),
                file=file,
                line=line,
                table=name,
            )
        else:
            renames[name] = dict(pairs)
    return renames


def _report_unknown(
    key: str, near: str | None, choices: tuple[str, ...], log: ProblemLog, file: str, line: int | None
) -> None:
    message = N_("'{key}' is no option.")
    if near:
        log.add(
            "error",
            "unknown-option",
            message,
            N_("Did you mean '{nearest}'?"),
            file=file,
            line=line,
            key=key,
            nearest=near,
        )
    else:
        log.add(
            "error",
            "unknown-option",
            message,
            N_("There are: {choices}."),
            file=file,
            line=line,
            key=key,
            choices=", ".join(choices),
        )


def _line_of(text: str, key: str) -> int | None:
    """Return the first line that begins with a key or table header, which tomllib does not tell."""
    begins = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*(=|\.|$|#)""")
    for number, line in enumerate(text.splitlines(), 1):
        if begins.match(line):
            return number
    return None
