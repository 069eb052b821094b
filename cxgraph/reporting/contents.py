"""What a report contains beside what every report does: one table, by which its sections decide and ``check`` tells.

Each part is known by what the tables hold, not by what comes out of the analysis, so that it can be told beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cxgraph.tables.schema import TABLES
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.model.organization import Organization
    from cxgraph.model.settings import Scoring

ALWAYS = {
    "finding": N_("Brief"),
    "customers": N_("Customers"),
    "departments": N_("Root causes and paths"),
    "services": N_("Services"),
    "loops": N_("Feedback loops"),
    "sureness": N_("Confidence and sensitivity"),
    "opinions": N_("Alternative models"),
    "audit": N_("Audit"),
    "data": N_("Data and reconciliation"),
    "method": N_("Method"),
    "provenance": N_("Provenance and reproduction"),
}
"""Sections that every report has, by their anchors. Culture and the quality of the answers have theirs too; without
the parts below they only say that nothing is known."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report that not every organisation gives cause for.

    Attributes
    ----------
    title : str
        Its heading, in English.
    adds : str
        What would add it, in English: a template whose fields are names of tables, and of tables with a column.
    holds : callable
        Whether an organisation gives cause for it under a scoring, once small groups are suppressed.
    """

    title: str
    adds: str
    holds: Callable[[Organization, Scoring], bool]


def earlier_periods(organization: Organization) -> tuple[str, ...]:
    """Return the periods that a report may compare: those in which customers were asked, where nothing is suppressed.

    Parameters
    ----------
    organization : Organization
        Suppressed already.

    Returns
    -------
    tuple of str
        In the order of time, with the period that was read among them; empty where there is nothing to compare.
    """
    if organization.history is None or organization.suppressed is not None or organization.settings.period is None:
        return ()
    from cxgraph.model.history import asked_periods  # noqa: PLC0415 - only what is asked
    from cxgraph.privacy.microaggregation import suppress_small_groups  # noqa: PLC0415 - only what is asked

    waves, _ = asked_periods(organization)
    if len(waves) < 2 or any(suppress_small_groups(wave).suppressed is not None for wave in waves.values()):
        return ()
    return tuple(waves)


def _has_change(organization: Organization, _: Scoring) -> bool:
    periods, read = earlier_periods(organization), organization.settings.period
    return read in periods and periods.index(read) > 0


def _has_trend(organization: Organization, scoring: Scoring) -> bool:
    return _has_change(organization, scoring) and len(earlier_periods(organization)) > 2


def _has_plan(organization: Organization, _: Scoring) -> bool:
    actions = organization.actions
    if actions is None or "cost" not in actions:
        return False
    is_open = actions["closed"].isna() if "closed" in actions else np.ones(len(actions), bool)
    return bool((is_open & actions["cost"].notna()).any())


def _has_log(organization: Organization, _: Scoring) -> bool:
    actions = organization.actions
    return actions is not None and len(actions) > 0


def _has_agreements(organization: Organization, scoring: Scoring) -> bool:
    services, suppressed = organization.services, organization.suppressed
    if "commitment" not in services:
        return False
    shown = organization.scored(scoring) & services["commitment"].notna().to_numpy()
    return bool((shown if suppressed is None else shown & ~suppressed.services).any())


def _has_comments(organization: Organization, scoring: Scoring) -> bool:
    from cxgraph.reporting.comments import comments_on  # noqa: PLC0415 - only what is asked

    rows, suppressed = organization.services, organization.suppressed
    withheld = np.zeros(len(rows), bool) if suppressed is None else suppressed.services
    table = rows.assign(answers=rows["responses"], withheld=withheld)[organization.scored(scoring)]
    return bool(comments_on(organization, table))


def _has_kinds(organization: Organization, scoring: Scoring) -> bool:
    return organization.services["kind"][organization.scored(scoring)].astype(object).nunique() > 1


def _has_intervals(organization: Organization, scoring: Scoring) -> bool:
    from cxgraph.uncertainty.resampling import prepare_sampling  # noqa: PLC0415 - only what is asked

    return bool(prepare_sampling(organization, scoring).sampled.any())


def _has_practices(organization: Organization, _: Scoring) -> bool:
    from cxgraph.culture.assessment import assess_practices  # noqa: PLC0415 - only what is asked

    return organization.practices is not None and bool(assess_practices(organization).assessed.any())


def _has_leadership(organization: Organization, scoring: Scoring) -> bool:
    from cxgraph.culture.leadership import pour_commitment  # noqa: PLC0415 - only what is asked

    return _has_practices(organization, scoring) and not np.isnan(pour_commitment(organization).front_line_gap)


def _has_answers(organization: Organization, _: Scoring) -> bool:
    return organization.responses is not None


PARTS: dict[str, Part] = {
    "kinds": Part(
        N_("Formal and relational services"),
        N_("formal and relational services in column {services_kind} of {services}"),
        _has_kinds,
    ),
    "comments": Part(
        N_("What clients say, the costliest services first"),
        N_("column {responses_comment} of {responses}"),
        _has_comments,
    ),
    "agreements": Part(
        N_("Expected, agreed, delivered"),
        N_("column {services_commitment} of {services}"),
        _has_agreements,
    ),
    "plan": Part(
        N_("What to do with the money"),
        N_(
            "actions in {actions}: columns {actions_cost} and {actions_expected_fulfilment} filled in, "
            "{actions_closed} empty"
        ),
        _has_plan,
    ),
    "change": Part(
        N_("What changed since the period before"),
        N_("the same services in an earlier period: more rows of {services}, told by column {services_period}"),
        _has_change,
    ),
    "periods": Part(
        N_("All periods"),
        N_("three periods or more: more rows of {services}, told by column {services_period}"),
        _has_trend,
    ),
    "intervals": Part(
        N_("Sampling uncertainty (bootstrap)"),
        N_(
            "columns {services_responses} and {services_fulfilment_sd} of {services}, or two single "
            "answers or more of a service in {responses}"
        ),
        _has_intervals,
    ),
    "practices": Part(
        N_("Practices by department"),
        N_("the table {practices}"),
        _has_practices,
    ),
    "leadership": Part(
        N_("The cascade of leadership commitment"),
        N_(
            "column {departments_parent} of {departments}, up to the top, and the practices of leadership "
            "(leadership-...) of everybody on that line in {practices}"
        ),
        _has_leadership,
    ),
    "log": Part(N_("Improvement log"), N_("the table {actions}"), _has_log),
    "answers": Part(N_("Checks of the single answers"), N_("the table {responses}"), _has_answers),
}
"""Parts by their keys, in the order of the report."""


def contained_parts(organization: Organization, scoring: Scoring | None = None) -> frozenset[str]:
    """Return the keys of the parts that the report of an organisation contains.

    Parameters
    ----------
    organization : Organization
        As it may be shown: small groups are suppressed already.
    scoring : str, optional
        The organisation's own by default.

    Returns
    -------
    frozenset of str
        Keys of `PARTS`.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxgraph import Organization
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6], "kind": ["formal", "relational"]})
    >>> sorted(contained_parts(Organization.from_frames(services)))
    ['kinds']
    """
    chosen = scoring or organization.settings.scoring
    return frozenset(key for key, part in PARTS.items() if part.holds(organization, chosen))


def contents_lines(
    organization: Organization, translate: Translator, scoring: Scoring | None = None, *, sheets: bool = False
) -> list[str]:
    """Return what the report will contain, and what would add the rest, a line each.

    Parameters
    ----------
    organization : Organization
        As it may be shown.
    translate : Translator
        Language of the lines, and of the names of tables and columns in them.
    scoring : str, optional
        The organisation's own by default.
    sheets : bool
        Whether the tables are sheets of a workbook, not files.

    Returns
    -------
    list of str
        Headings, and lines that begin with ``+`` for what it will contain and with ``-`` for what not.
    """
    found = contained_parts(organization, scoring)
    names = _names(translate, sheets)
    lines = [translate("The report will contain:"), "  + " + ", ".join(map(translate, ALWAYS.values()))]
    lines += [f"  + {translate(part.title)}" for key, part in PARTS.items() if key in found]
    missing = [
        f"{translate(part.title)}: {translate(part.adds, **names)}" for key, part in PARTS.items() if key not in found
    ]
    if missing:
        lines += [translate("It will not contain, and what would add it:"), *(f"  - {line}" for line in missing)]
    return lines


def _names(translate: Translator, sheets: bool) -> dict[str, str]:
    """Return what tables and their columns are called in a language, by the fields of the templates."""
    spanish = translate.language == "es"
    names = {}
    for name, table in TABLES.items():
        stem = table.stems[1 if spanish else 0]
        names[name] = translate("“{name}” (sheet)", name=stem) if sheets else f"{stem}.csv"
        names |= {f"{name}_{column.name}": column.spanish if spanish else column.name for column in table}
    return names
