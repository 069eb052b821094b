"""``[survey]`` in org.toml: the options of ``import-survey``, so that the export itself is read each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxgraph.errors import ParameterError
from cxgraph.intake.surveys.mapping import SurveyMapping
from cxgraph.tables.dates import parse_period
from cxgraph.tables.headers import closest_word
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_TEXTS = ("client", "expectation", "fulfilment", "importance", "service", "respondent", "date", "period", "by")
_KEYS = ("file", *_TEXTS, "names", "labels", "date_format")
SPANS = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class SurveySettings:
    """What ``[survey]`` asks for: a file of the organisation's folder, and what its columns mean."""

    file: str
    mapping: SurveyMapping


def parse_survey(content: Any, *, log: ProblemLog, file: str, line: int | None = None) -> SurveySettings | None:
    """Read the table ``[survey]`` of org.toml.

    Parameters
    ----------
    content : object
        What stands under ``survey``.
    log : ProblemLog
        Takes everything that is wrong.
    file : str
        Name shown in messages.
    line : int, optional
        Line of the table.

    Returns
    -------
    SurveySettings or None
        None where anything is wrong.

    Examples
    --------
    >>> content = {"file": "answers.csv", "client": "Area", "expectation": "e/*", "fulfilment": "f/*"}
    >>> parse_survey(content, log=ProblemLog(), file="org.toml").mapping.client
    'Area'
    """
    told = len(log.problems)

    def wrong(message: str, hint: str = "", **fields: Any) -> None:
        log.add("error", "no-option-value", message, hint, file=file, line=line, **fields)

    if not isinstance(content, dict):
        wrong(N_('survey takes a table: [survey] and below it lines such as client = "Department".'))
        return None
    for key in content:
        if key not in _KEYS:
            near = closest_word(key, _KEYS)
            wrong(
                N_("[survey] has no key '{key}'."),
                N_("Did you mean '{nearest}'?") if near else N_("There are: {choices}."),
                key=key,
                nearest=near or "",
                choices=", ".join(_KEYS),
            )
    for key in ("file", "client"):
        if not isinstance(content.get(key), str) or not content[key].strip():
            wrong(N_('[survey] needs {key} = "...".'), key=key)
    texts = {key: content[key] for key in _TEXTS if key in content}
    for key, value in texts.items():
        if not isinstance(value, str):
            wrong(N_("[survey]: {key} takes a text in quotation marks."), key=key)
    formats = content.get("date_format", [])
    formats = [formats] if isinstance(formats, str) else formats
    if not isinstance(formats, list) or not all(isinstance(one, str) for one in formats):
        wrong(N_("[survey]: {key} takes a text in quotation marks."), key="date_format")
    names, labels = content.get("names", {}), content.get("labels", {})
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        wrong(N_('[survey.names] takes lines such as SQ001 = "Maintenance".'))
    if not isinstance(labels, dict) or not all(_is_number(score) for score in labels.values()):
        wrong(N_('[survey.labels] takes lines such as "Very high" = 5.'))
    if len(log.problems) > told:
        return None
    try:
        mapping = survey_mapping(texts, names=names, labels=labels, date_formats=tuple(formats))
    except ParameterError as fault:
        wrong(fault.message, **fault.fields)
        return None
    return SurveySettings(content["file"], mapping)


def survey_mapping(
    texts: Mapping[str, str],
    *,
    names: Mapping[str, str],
    labels: Mapping[str, float],
    date_formats: tuple[str, ...],
) -> SurveyMapping:
    """Return a mapping, its period in the form that is compared.

    Parameters
    ----------
    texts : mapping of str to str
        The fields of `SurveyMapping` that are text.
    names, labels, date_formats
        As there.

    Returns
    -------
    SurveyMapping

    Raises
    ------
    ParameterError
        A period or span that does not exist, or both.

    Examples
    --------
    >>> survey_mapping({"client": "Area", "period": "2026T1"}, names={}, labels={}, date_formats=()).period
    '2026-Q1'
    """
    given: dict[str, Any] = dict(texts)
    if given.get("period") is not None:
        period = parse_period(given["period"])
        if period is None:
            raise ParameterError(
                N_("period is {value}; it takes 2025, 2025-Q1, 2025-03 or 2025-03-31."), value=repr(given["period"])
            )
        given["period"] = period
        if given.get("by") is not None:
            raise ParameterError(N_("--period and --by mean the same; choose one."))
    if given.get("by") not in (None, *SPANS):
        raise ParameterError(
            N_("by is {value}; it takes one of {choices}."), value=repr(given["by"]), choices=", ".join(SPANS)
        )
    return SurveyMapping(**given, names=dict(names), labels=dict(labels), date_formats=date_formats)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
