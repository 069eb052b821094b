"""Which columns of a survey mean what: what the options of ``import-survey`` and ``[survey]`` in org.toml say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cxgraph.intake.exports.persons import is_personal_header, masked
from cxgraph.intake.exports.sheet import comparable, find_column
from cxgraph.tables.headers import closest_word
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

Places = dict[str, int]
"""Position of each supplier's column."""
_COUNTER = re.compile(r"[ ._]?\(?\d+\)?")


@dataclass(frozen=True, slots=True)
class SurveyMapping:
    """What the columns of a survey mean.

    Attributes
    ----------
    client : str
        Header or number of the column that names the client; ``=NAME`` where every answer is of one client.
    expectation, fulfilment, importance : str or None
        Pattern with one ``*`` that stands for the supplier, or a run of columns ``FIRST:LAST``.
    service : str or None
        Header of the column that names the service, or a pattern like those above.
    respondent, date : str or None
        Header or number.
    names : mapping of str to str
        What codes of suppliers, clients and services stand for.
    labels : mapping of str to float
        Scores of the words that were ticked.
    period : str or None
        The period that all answers are of.
    by : {"month", "quarter", "year"} or None
        Take the period from the date of each answer.
    date_formats : tuple of str
        How dates are written, where it cannot be told.
    """

    client: str
    expectation: str | None = None
    fulfilment: str | None = None
    importance: str | None = None
    service: str | None = None
    respondent: str | None = None
    date: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, float] = field(default_factory=dict)
    period: str | None = None
    by: Literal["month", "quarter", "year"] | None = None
    date_formats: tuple[str, ...] = ()


def match_pattern(pattern: str, names: Sequence[Sequence[str]], log: ProblemLog, *, file: str, option: str) -> Places:
    r"""Return the column of each supplier.

    Parameters
    ----------
    pattern : str
        ``What do you expect? [*]``, or a run of columns by header or number, ``IT:Sales`` or ``7:12``. A star that
        belongs to the header is written ``\*``.
    names : sequence of sequence of str
        Every column's names, the usual one first.
    log : ProblemLog
        Takes what is wrong.
    file, option : str
        For messages.

    Returns
    -------
    dict of str to int
        Empty where nothing fits, which has then been said.

    Examples
    --------
    >>> match_pattern("get/*", [("id",), ("get/it",), ("get/hr",)], ProblemLog(), file="", option="")
    {'it': 1, 'hr': 2}
    >>> match_pattern("2:3", [("id",), ("it",), ("hr",)], ProblemLog(), file="", option="")
    {'it': 1, 'hr': 2}
    """
    stars = re.findall(r"(?<!\\)\*", pattern)
    if len(stars) == 1:
        return _starred(pattern, names, log, file, option)
    if stars:
        log.add(
            "error",
            "several-stars",
            N_("{option} has {count} stars; one stands for the supplier."),
            N_("Write a star that belongs to the header as \\*."),
            file=file,
            option=option,
            count=len(stars),
        )
        return {}
    return _run(pattern, names, log, file, option)


def _starred(pattern: str, names: Sequence[Sequence[str]], log: ProblemLog, file: str, option: str) -> Places:
    before, after = (
        re.escape(comparable(part.replace("\\*", "*"))) for part in re.split(r"(?<!\\)\*", " ".join(pattern.split()))
    )
    shape = re.compile(rf"{before}\s*(\S|\S.*\S)\s*{after}")
    for rank in range(max(map(len, names), default=0)):
        found: Places = {}
        twice: list[str] = []
        for place, own in enumerate(names):
            text = " ".join(own[rank].split()) if rank < len(own) else ""
            match = _match_folded(shape, text)
            if match:
                if match in found:
                    twice.append(match)
                found.setdefault(match, place)
        if twice:
            log.add(
                "error",
                "several-columns",
                N_("{option} finds several columns for '{value}'."),
                N_("Make the pattern longer, or name a run of columns by numbers, such as 7:12."),
                file=file,
                option=option,
                value=masked(twice[0]),
            )
            return {}
        if found:
            return found
    log.add(
        "error",
        "no-such-column",
        N_("{option} '{value}' fits no column of the file."),
        N_("Its columns are: {choices}."),
        file=file,
        option=option,
        value=masked(pattern),
        choices="; ".join(masked(own[0]) for own in names if own and own[0]),
    )
    return {}


def _match_folded(shape: re.Pattern[str], text: str) -> str | None:
    """Match without regard to case and return the supplier as it is written."""
    folded = text.casefold()
    match = shape.fullmatch(folded)
    if match is None:
        return None
    if len(folded) == len(text):
        return text[match.start(1) : match.end(1)]
    return match[1]  # a letter whose lower case is longer (ẞ): the places do not agree


def _run(pattern: str, names: Sequence[Sequence[str]], log: ProblemLog, file: str, option: str) -> Places:
    ends = _ends(pattern, names)
    if ends is None:
        log.add(
            "error",
            "no-pattern",
            N_("{option} is '{value}'; it takes a pattern with a star for the supplier, or a run FIRST:LAST."),
            N_("For example 'What do you expect? [*]', or the numbers of columns 7:12."),
            file=file,
            option=option,
            value=masked(pattern),
        )
        return {}
    first, last = (find_column(end, names, log, file=file, option=option) for end in ends)
    if first is None or last is None:
        return {}
    if last < first:
        log.add(
            "error",
            "run-backwards",
            N_("{option}: column {last} stands before column {first}."),
            N_("Write the left one first."),
            file=file,
            option=option,
            first=first + 1,
            last=last + 1,
        )
        return {}
    return {" ".join(names[place][0].split()) or str(place + 1): place for place in range(first, last + 1)}


def _ends(pattern: str, names: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """Split a run at the colon that leaves a column on both sides; headers may hold colons themselves."""
    parts = pattern.split(":")
    splits = [(":".join(parts[:cut]).strip(), ":".join(parts[cut:]).strip()) for cut in range(1, len(parts))]
    for left, right in splits:
        quiet = ProblemLog()
        if all(find_column(end, names, quiet, file="", option="") is not None for end in (left, right)):
            return left, right
    return splits[0] if splits and all(splits[0]) else None


def pair_runs(first: Places, other: Places, log: ProblemLog, *, file: str, option: str) -> Places:
    """Give the columns of a second question the suppliers of the first.

    Tools that lose the question's text number equal headers: ``Kitchen`` and ``Kitchen2`` are the same supplier
    where they stand at the same place of their runs.

    Parameters
    ----------
    first, other : dict of str to int
        From `match_pattern`.
    log : ProblemLog
        Takes suppliers of `other` that are not in `first`.
    file, option : str
        For messages.

    Returns
    -------
    dict of str to int
        `other`, under the names of `first` where they are the same.

    Examples
    --------
    >>> pair_runs({"IT": 1, "HR": 2}, {"IT2": 3, "HR2": 4}, ProblemLog(), file="", option="")
    {'IT': 3, 'HR': 4}
    """
    known = {comparable(name): name for name in first}
    if all(comparable(name) in known for name in other):
        return {known[comparable(name)]: place for name, place in other.items()}
    if len(first) == len(other):
        pairs = list(zip(first, other, strict=True))
        if all(is_same_supplier(one, two) for one, two in pairs):
            return {one: other[two] for one, two in pairs}
    strange = [name for name in other if comparable(name) not in known]
    near = closest_word(strange[0], first)
    if near:
        log.add(
            "warning",
            "supplier-of-one-question",
            N_("{option} finds the suppliers {names}, which the other question does not have."),
            N_("If '{one}' is '{nearest}', write --names '{one}={nearest}'."),
            file=file,
            option=option,
            names=", ".join(f"'{masked(name)}'" for name in strange),
            one=masked(strange[0]),
            nearest=masked(near),
        )
    else:
        log.add(
            "warning",
            "supplier-of-one-question",
            N_("{option} finds the suppliers {names}, which the other question does not have."),
            N_("They get answers to one question only."),
            file=file,
            option=option,
            names=", ".join(f"'{masked(name)}'" for name in strange),
        )
    return dict(other)


def is_same_supplier(one: str, two: str) -> bool:
    """Return whether the second header is the first one, as it is or numbered by the tool: Kitchen, Kitchen2."""
    first, second = comparable(one), comparable(two)
    return second == first or (second.startswith(first) and _COUNTER.fullmatch(second[len(first) :]) is not None)


def refuse_personal(
    places: Sequence[tuple[str, int]], names: Sequence[Sequence[str]], log: ProblemLog, file: str
) -> None:
    """Refuse a column that holds personal data where it would reach the answers.

    Parameters
    ----------
    places : sequence of (str, int)
        Options and their columns.
    names : sequence of sequence of str
        Every column's names.
    log : ProblemLog
        Takes an error for each.
    file : str
        For messages.
    """
    for option, place in places:
        if any(is_personal_header(name) for name in names[place] if name):
            log.add(
                "error",
                "personal-column",
                N_("{option} names column {number}, which holds personal data; it may only be the respondent's."),
                N_("Choose the column of the department. Respondents are written as R1, R2 ..."),
                file=file,
                option=option,
                number=place + 1,
            )
