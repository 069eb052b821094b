"""One returned questionnaire, the same whether it was filled in as a workbook, a page or in a survey tool."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cxgraph.model.outline import Place

STEPS = ("expectation", "fulfilment", "importance")
RELATIONS = ("serves", "formal", "relational")
LONGEST_COMMENT = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What one questionnaire says of one item.

    Parameters
    ----------
    supplier, client, service, kind : str
        What the item is about; the last two are empty where the form asks who serves whom.
    given : mapping of str to str
        The answers as they were typed, by `STEPS` or `RELATIONS`; only those that were given.
    cell : str
        Where they stand in the file, for messages.
    """

    supplier: str
    client: str
    service: str = ""
    kind: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """One questionnaire of one respondent.

    Parameters
    ----------
    file : str
        Name of the file that it came in.
    form, digest, what, organization, language, answered_by : str
        As the form states them.
    version : int
        Of the form.
    scale : (float, float)
        Bottom and top of its scores.
    places : tuple of Place
        Departments and customers that the form names.
    answers : tuple of Answer
        Empty where nothing was filled in.
    respondent : str
        A code that the page made or the respondent chose; empty where there is none. No output shows it.
    saved : str
        Moment at which it was saved, as ISO text; empty where unknown.
    comment : str
        The open comment.
    """

    file: str
    form: str
    version: int
    digest: str
    what: str
    organization: str
    language: str
    scale: tuple[float, float]
    answered_by: str
    places: tuple[Place, ...]
    answers: tuple[Answer, ...]
    respondent: str = ""
    saved: str = ""
    comment: str = ""

    @property
    def content(self) -> str:
        """What was answered, as one text: equal for equal answers to the same form."""
        said: list[Any] = [self.form, self.comment]
        said += sorted([a.supplier, a.client, a.service, sorted(a.given.items())] for a in self.answers)
        return json.dumps(said)


def parse_scale(low: object, high: object) -> tuple[float, float]:
    """Return the scale that a form states; 0 to 10 where it states none that can be one."""
    try:
        bottom, top = float(str(low).replace(",", ".")), float(str(high).replace(",", "."))
    except ValueError:
        return 0.0, 10.0
    return (bottom, top) if bottom < top else (0.0, 10.0)


def parse_version(text: object) -> int:
    """Return a form's version; 1 where it states none."""
    try:
        return max(1, int(float(str(text))))
    except (ValueError, OverflowError):
        return 1
