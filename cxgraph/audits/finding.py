"""What a check found, as data: its verdict, the sentence, and the numbers and rows behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cxgraph.wording import N_, Translator

Status = Literal["PASS", "WARNING", "FAIL", "SKIPPED"]
Weight = Literal["high", "medium", "low"]
STATUSES: tuple[Status, ...] = ("FAIL", "WARNING", "PASS", "SKIPPED")
"""All verdicts, the gravest first."""
STATUS_WORDS = (N_("PASS"), N_("WARNING"), N_("FAIL"), N_("SKIPPED"))
"""The verdicts as the catalogues know them."""
_NAMED = 5
_ENGLISH = Translator("en")


class Share(float):
    """A fraction that is shown to people as a percentage."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of one rule on one organisation.

    Attributes
    ----------
    code : str
        Stable name of the rule.
    status : {"PASS", "WARNING", "FAIL", "SKIPPED"}
        SKIPPED where the data cannot tell; `message` then says why.
    severity : {"high", "medium", "low"}
        How much the principle matters.
    principle, message, advice : str
        English templates: what ought to be so, what was found, what to do about it.
    fields : mapping
        Values of the message's fields.
    numbers : mapping of str to number, text or None
        The evidence in figures; fractions are in [0, 1].
    rows : tuple of mapping
        The evidence one by one, the gravest first; departments by their ids.
    hidden : int
        Rows that are kept back because fewer than `min_respondents` people stand behind them.
    unlisted : int
        Rows beyond those that are listed.
    thresholds : mapping of str to float
        The options that the verdict hangs on.
    sweep : mapping of str to status
        The verdict if every department had a transmission of 0.3, 0.6 or 0.9, for rules that rest on it.
    clauses : tuple of str
        Clauses of ISO 9001:2015 that it bears on.
    ideas : tuple of int
        Numbers of the ideas behind the principle, as in the catalogue of practices.
    tables : tuple of str
        Tables of the organisation that it was read from.
    """

    code: str
    status: Status
    severity: Weight
    principle: str
    message: str
    advice: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()
    hidden: int = 0
    unlisted: int = 0
    thresholds: Mapping[str, float] = field(default_factory=dict)
    sweep: Mapping[str, Status] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    ideas: tuple[int, ...] = ()
    tables: tuple[str, ...] = ()

    def render(self, translate: Translator = _ENGLISH) -> str:
        """Return what was found as a sentence.

        Parameters
        ----------
        translate : Translator
            English by default.

        Returns
        -------
        str
            Fractions as percentages, numbers and lists as the language writes them.
        """
        return translate(self.message, **{name: _shown(value, translate) for name, value in self.fields.items()})

    def caveat(self, translate: Translator = _ENGLISH) -> str:
        """Return what else the verdict hangs on: transmissions at which it would be another one; may be empty."""
        others = [
            translate(
                N_("{status} at {transmission}"),
                status=translate(status),
                transmission=translate.number(float(transmission), 1),
            )
            for transmission, status in self.sweep.items()
            if status != self.status
        ]
        if not others:
            return ""
        return translate(
            N_("The diagnosis depends on the transmission; with one for all departments it would be: {others}."),
            others=", ".join(others),
        )

    def to_dict(self, translate: Translator = _ENGLISH) -> dict[str, Any]:
        """Return everything as plain data that JSON can hold, the sentences in the speaker's language."""
        return {
            "code": self.code,
            "status": self.status,
            "severity": self.severity,
            "principle": translate(self.principle),
            "message": self.render(translate),
            "caveat": self.caveat(translate),
            "advice": translate(self.advice),
            "numbers": dict(self.numbers),
            "rows": [dict(row) for row in self.rows],
            "hidden": self.hidden,
            "unlisted": self.unlisted,
            "thresholds": dict(self.thresholds),
            "sweep": dict(self.sweep),
            "iso_9001_2015": list(self.clauses),
            "ideas": list(self.ideas),
            "tables": list(self.tables),
        }

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.render()}"


def _shown(value: Any, translate: Translator) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            return "-"
        return (
            translate.percent(value)
            if isinstance(value, Share)
            else translate.number(value, 0 if value == int(value) else 2)
        )
    if isinstance(value, int):
        return translate.number(value)
    if isinstance(value, (tuple, list)):
        names = ", ".join(str(name) for name in value[:_NAMED])
        return f"{names} (+{translate.number(len(value) - _NAMED)})" if len(value) > _NAMED else names or "-"
    return str(value)
