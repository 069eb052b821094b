"""The periods of an organisation, each as an organisation of its own."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import pandas as pd

from cxgraph.errors import ParameterError, Problem
from cxgraph.model.answers import services_of
from cxgraph.model.organization import Organization
from cxgraph.model.periods import period_end
from cxgraph.wording import N_

EVERY = {"month": "M", "quarter": "Q", "year": "Y"}
_OPTIONS = ("language", "scale", "scoring", "stringency", "min_responses", "min_respondents", "currency")

Waves = tuple[dict[str, Organization], tuple[Problem, ...]]
_ASKED: WeakKeyDictionary[Organization, dict[str | None, Waves]] = WeakKeyDictionary()
"""What was found before: a report asks several times, and every period is assembled anew."""


def asked_periods(organization: Organization, every: str | None = None) -> Waves:
    """Return every period of an organisation in which customers were asked, as an organisation of its own.

    Parameters
    ----------
    organization : Organization
        With a history, or with dated answers.
    every : {"month", "quarter", "year"}, optional
        As in `trend`.

    Returns
    -------
    (dict of str to Organization, tuple of Problem)
        By period in the order of time, and which periods were left out.

    Raises
    ------
    ParameterError
        Another `every`.
    """
    if every is not None and every not in EVERY:
        raise ParameterError("every is {value}; choose one of {choices}.", value=repr(every), choices=", ".join(EVERY))
    known = _ASKED.setdefault(organization, {})
    if every not in known:
        known[every] = _asked(organization, every)
    waves, notes = known[every]
    return dict(waves), notes


def _asked(organization: Organization, every: str | None) -> Waves:
    tables = _tables(organization, every)
    waves: dict[str, Organization] = {}
    left_out = []
    for period, table in tables.items():
        wave = _wave(organization, table)
        if wave is None:
            left_out.append(period)
        else:
            waves[period] = wave
    if not left_out:
        return waves, ()
    note = Problem(
        "warning",
        "period-left-out",
        N_("The period {names}, in which no customer was asked, is left out.")
        if len(left_out) == 1
        else N_("{count} periods in which no customer was asked are left out: {names}."),
        "",
        {"count": len(left_out), "names": ", ".join(left_out[:5])},
    )
    return waves, (note,)


def _tables(organization: Organization, every: str | None) -> dict[str, pd.DataFrame]:
    history, answers = organization.history, organization.responses
    if every is None and history is not None:
        periods = history["period"].astype(str)
        return {name: history[(periods == name).to_numpy()] for name in sorted(periods.unique(), key=period_end)}
    if answers is None or "date" not in answers.columns:
        return {}
    dated = answers[answers["date"].notna().to_numpy()]
    names = dated["date"].dt.to_period(EVERY[every or "month"]).astype(str).str.replace("Q", "-Q")
    return {str(name): services_of(dated[(names == name).to_numpy()]) for name in sorted(names.unique())}


def _wave(organization: Organization, table: pd.DataFrame) -> Organization | None:
    """Return one period as an organisation; None where no customer was asked."""
    settings = organization.settings
    known = set(organization.departments["id"].astype(str))
    texts = table.astype({name: object for name in ("supplier", "client", "service", "kind") if name in table.columns})
    texts = texts[texts["supplier"].isin(known) & texts["client"].isin(known)].drop(columns="period", errors="ignore")
    if not texts["fulfilment"].notna().any():
        return None
    departments = organization.departments
    customers = [str(one) for one in departments.loc[departments["customer"].astype(bool), "id"]]
    kept = departments[["id", "name", "kind", "parent", "weight"]]
    options = {name: getattr(settings, name) for name in _OPTIONS}
    wave = Organization.from_frames(texts, kept, name=settings.name, customers=customers, **options)
    return None if wave.check_customers(settings.scoring) else wave
