"""The audit: every rule applied to one organisation."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from importlib import import_module

from cxgraph.audits.context import Context
from cxgraph.audits.finding import STATUSES, Finding
from cxgraph.audits.registry import Rule, check_thresholds, registered
from cxgraph.cascade.cascade import Cascade
from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization
from cxgraph.wording import N_

_KINDS = ("expectations", "agreements", "measurement", "network", "improving", "culture")
"""Files of rules, in the order of the report."""


def rules() -> tuple[Rule, ...]:
    """Return every rule, in the order in which findings are given.

    Returns
    -------
    tuple of Rule
        With code, principle, severity, thresholds and clauses.

    Examples
    --------
    >>> [rule.code for rule in rules()][:2]
    ['customers-stated', 'expectations-stated']
    """
    for kind in _KINDS:
        import_module(f"cxgraph.audits.rules.{kind}")
    order = [f"cxgraph.audits.rules.{kind}" for kind in _KINDS]
    return tuple(sorted(registered().values(), key=lambda rule: order.index(rule.check.__module__)))


def audit(
    organization: Organization,
    *,
    cascade: Cascade | None = None,
    usual: Floats | None = None,
    today: datetime.date | str | None = None,
    office: str | None = None,
    thresholds: Mapping[str, float] | None = None,
    only: Iterable[str] | None = None,
) -> tuple[Finding, ...]:
    """Check an organisation against the principles of customer orientation.

    Parameters
    ----------
    organization : Organization
        From `cxgraph.read` or `Organization.from_frames`.
    cascade : Cascade, optional
        Its solved cascade, where there is one with other options than the organisation's own.
    usual : float array, shape (n,), optional
        With `cascade`: what shielding is measured against, where that is not the cascade's own transmission; see
        `cxgraph.cascade.attribution.shielded_from`.
    today : date or str, optional
        The day that ages are counted from (``2026-11-22``). By default the latest day in the data, and the
        findings say so: no clock is read, so that the same tables always give the same findings.
    office : str, optional
        Id of the customer-experience office, where it cannot be told by its name.
    thresholds : mapping of str to float, optional
        Options of the rules by name; `rules` lists them with their defaults. Shares are in [0, 1].
    only : iterable of str, optional
        Codes of the rules to apply; all by default.

    Returns
    -------
    tuple of Finding
        One for each rule, in the order of `rules`. A rule that the data cannot answer is SKIPPED and says
        why.

    Raises
    ------
    ParameterError
        An unknown rule, threshold or department, or a value outside its range.
    NumericalError
        The cascade could not be certified.

    Notes
    -----
    Rows of evidence that tell what fewer than `min_respondents` people answered are kept back and counted.
    Linear in services, answers and departments.

    Examples
    --------
    >>> import pandas as pd
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, None], "fulfilment": [5, 6]})
    >>> organization = Organization.from_frames(services, customers=["Buyers"], scoring="perception")
    >>> print(audit(organization, only=["expectations-stated"])[0].status)
    FAIL
    """
    known = {rule.code: rule for rule in rules()}
    chosen = list(known) if only is None else [only] if isinstance(only, str) else list(only)
    for code in chosen:
        _check_known(
            code,
            list(known),
            N_("{value} is no rule of the audit."),
            N_("{value} is no rule of the audit; did you mean {guess!r}?"),
        )
    if office is not None:
        _check_known(
            office,
            list(organization.departments["id"]),
            N_("{value} is not the id of a department."),
            N_("{value} is not the id of a department; did you mean {guess!r}?"),
        )
    limits = check_thresholds(thresholds or {}, known)
    measured = organization if organization.measured is None else organization.measured
    context = Context(measured, cascade, usual, _day(today), office)
    wanted = set(chosen)
    return tuple(rule.apply(context, limits) for code, rule in known.items() if code in wanted)


def _day(today: datetime.date | str | None) -> datetime.date | None:
    if today is None:
        return None
    if isinstance(today, datetime.datetime):
        return today.date()
    if isinstance(today, datetime.date):
        return today
    try:
        return datetime.date.fromisoformat(today)
    except (TypeError, ValueError):
        raise ParameterError("today is {value}; it takes a day such as 2026-11-22.", value=repr(today)) from None


def _check_known(name: str, known: list[str], message: str, guessed: str) -> None:
    if name in known:
        return
    guess = closest_name(str(name), known)
    if guess is None:
        raise ParameterError(message, value=repr(name))
    raise ParameterError(guessed, value=repr(name), guess=guess)


def worst(findings: Iterable[Finding]) -> str:
    """Return the gravest verdict among findings, SKIPPED where there are none."""
    found = {finding.status for finding in findings}
    return next((status for status in STATUSES if status in found), "SKIPPED")
