"""The table of rules: a check is one function under a decorator that states its principle."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cxgraph.audits.context import Context, Listed
from cxgraph.audits.finding import Finding, Status, Weight
from cxgraph.errors import ParameterError
from cxgraph.model.names import closest_name
from cxgraph.model.settings import SWEEP

Check: TypeAlias = "Callable[..., Outcome]"
NOTHING = Listed((), 0, 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check returns: the verdict, the sentence and the evidence."""

    status: Status
    message: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    listed: Listed = NOTHING


@dataclass(frozen=True, slots=True)
class Rule:
    """One principle and the function that checks it.

    The function takes a `Context` and, as keyword arguments with defaults, its thresholds.
    """

    code: str
    principle: str
    advice: str
    severity: Weight
    clauses: tuple[str, ...]
    ideas: tuple[int, ...]
    tables: tuple[str, ...]
    hangs_on_transmission: bool
    check: Check

    @property
    def thresholds(self) -> dict[str, float]:
        """The rule's options and their defaults."""
        return {
            name: float(given.default)
            for name, given in inspect.signature(self.check).parameters.items()
            if given.kind is given.KEYWORD_ONLY
        }

    def apply(self, context: Context, thresholds: Mapping[str, float]) -> Finding:
        """Check an organisation, with the thresholds that were given for this rule."""
        chosen = {name: thresholds.get(name, default) for name, default in self.thresholds.items()}
        outcome = self.check(context, **chosen)
        sweep: dict[str, Status] = {}
        if self.hangs_on_transmission and outcome.status != "SKIPPED":
            sweep = {f"{at:g}": self.check(context.at(at), **chosen).status for at in SWEEP if at > 0}
        return Finding(
            code=self.code,
            status=outcome.status,
            severity=self.severity,
            principle=self.principle,
            message=outcome.message,
            advice=self.advice,
            fields=outcome.fields,
            numbers={name: _plain(value) for name, value in outcome.numbers.items()},
            rows=outcome.listed.rows,
            hidden=outcome.listed.hidden,
            unlisted=outcome.listed.unlisted,
            thresholds=chosen,
            sweep=sweep,
            clauses=self.clauses,
            ideas=self.ideas,
            tables=self.tables,
        )


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


_RULES: dict[str, Rule] = {}


def rule(
    code: str,
    principle: str,
    advice: str,
    *,
    severity: Weight,
    clauses: tuple[str, ...] = (),
    ideas: tuple[int, ...] = (),
    tables: tuple[str, ...] = ("services",),
    hangs_on_transmission: bool = False,
) -> Callable[[Check], Check]:
    """Put a check into the table of rules.

    Parameters
    ----------
    code : str
        Stable and unique.
    principle, advice : str
        English templates without fields, marked for the catalogues.
    severity : {"high", "medium", "low"}
        How much the principle matters.
    clauses : tuple of str
        Clauses of ISO 9001:2015.
    ideas : tuple of int
        Ideas of the catalogue of practices.
    tables : tuple of str
        Tables that it reads.
    hangs_on_transmission : bool
        Whether the verdict is to be given for other transmissions too.

    Returns
    -------
    callable
        Decorator that leaves the function as it is.
    """

    def enter(check: Check) -> Check:
        _RULES[code] = Rule(code, principle, advice, severity, clauses, ideas, tables, hangs_on_transmission, check)
        return check

    return enter


def registered() -> dict[str, Rule]:
    """Return the rules entered so far, by code; `cxgraph.audits.run.rules` makes sure that all are."""
    return dict(_RULES)


def check_thresholds(given: Mapping[str, float], rules: Mapping[str, Rule]) -> dict[str, float]:
    """Return thresholds as floats, or say which does not exist or cannot be.

    Raises
    ------
    ParameterError
        An unknown name, a number below 0, or a share above 1.
    """
    known = sorted({name for entry in rules.values() for name in entry.thresholds})
    checked = {}
    for name, value in given.items():
        if name not in known:
            guess = closest_name(name, known)
            if guess:
                raise ParameterError(
                    "{value} is no threshold of the audit; did you mean {guess!r}?", value=repr(name), guess=guess
                )
            raise ParameterError(
                "{value} is no threshold of the audit; they are {choices}.", value=repr(name), choices=", ".join(known)
            )
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not number or value < 0 or (name.endswith("_share") and value > 1):
            raise ParameterError(
                "The threshold {name} is {value}; it takes a number of 0 or more, a share at most 1.",
                name=name,
                value=repr(value),
            )
        checked[name] = float(value)
    return checked
