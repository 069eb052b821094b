"""What to do about a service: one rule, for every page, table and file that gives advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from cxgraph.cascade.attribution import LEAST_INHERITED, LEAST_SEEN, blamed_for_inherited
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

MOSTLY = 2 / 3
"""Part of a gap from which it may be said to originate mostly in one place."""
Advice = Literal["supplier", "both", "received", "client", "less", "keep", "find_out"]
ADVICE: Mapping[str, str] = {
    "supplier": N_("Fix it at the supplier: {own} of this service's gap originates there."),
    "both": N_("Fix both: {own} of this service's gap originates at the supplier, the rest in what it receives."),
    "received": N_("Fix first what the supplier receives: {inherited} of this service's gap came down to it."),
    "client": N_("Talk to this client first: it expects far more than the others do of the same service."),
    "less": N_("It exceeds what is expected while little of it reaches the customers."),
    "keep": N_("Keep it up."),
    "find_out": N_(
        "Find out first where it starts: the data leave open whether this service or what its supplier receives is "
        "at fault."
    ),
}
SHORT_ADVICE: Mapping[str, str] = {
    "supplier": N_("fix it where it is provided"),
    "both": N_("fix it and its inputs"),
    "received": N_("fix its inputs first"),
    "client": N_("talk to the client"),
    "less": N_("less would do"),
    "keep": N_("keep it up"),
    "find_out": N_("find out where it starts"),
}


def blamed_departments(analysis: Analysis) -> frozenset[str]:
    """Return the ids of the departments that customers blame for what came down to them, as the audit finds them."""
    seen, inherited = blamed_for_inherited(analysis.cascade)
    found = np.flatnonzero((seen >= LEAST_SEEN) & (inherited >= LEAST_INHERITED))
    return frozenset(analysis.organization.departments["id"].to_numpy()[found])


def choose_advice(verdict: str, own: float, *, blamed: bool) -> Advice:
    """Return what to do about a service.

    Parameters
    ----------
    verdict : str
        Of the service.
    own : float
        Fraction of its shortfall that originates at its supplier.
    blamed : bool
        Whether the audit finds its supplier blamed for what came down to it: then the supplier is never told to mend
        alone.

    Returns
    -------
    str
        Key of `ADVICE`.

    Examples
    --------
    >>> choose_advice("under-delivering", 0.7, blamed=False), choose_advice("under-delivering", 0.7, blamed=True)
    ('supplier', 'both')
    >>> choose_advice("under-delivering", 0.5, blamed=False), choose_advice("starved", 0.2, blamed=False)
    ('both', 'received')
    """
    other: dict[str, Advice] = {
        "expectation out of line": "client",
        "over-served": "less",
        "met": "keep",
        "undecided": "find_out",
    }
    if verdict in other:
        return other[verdict]
    if own >= MOSTLY and not blamed:
        return "supplier"
    return "received" if own <= 1 - MOSTLY else "both"


def service_advice(services: pd.DataFrame, blamed: frozenset[str]) -> list[Advice | None]:
    """Return the advice for each row of a table of services; None where its figures are withheld.

    Parameters
    ----------
    services : DataFrame
        With ``supplier``, ``verdict``, ``shortfall`` and ``own``.
    blamed : frozenset of str
        From `blamed_departments`.

    Returns
    -------
    list
        Keys of `ADVICE`.
    """
    own = (services["own"] / services["shortfall"].where(services["shortfall"] > 0)).fillna(0.0)
    return [
        None if pd.isna(verdict) else choose_advice(str(verdict), float(part), blamed=supplier in blamed)
        for verdict, part, supplier in zip(
            services["verdict"].astype(object), own, services["supplier"].astype(object), strict=True
        )
    ]


def with_few_answers(advice: Advice, answers: float, least: int, translate: Translator) -> str:
    """Return a short advice, and that it rests on few answers where it does.

    Parameters
    ----------
    advice : str
        Key of `ADVICE`.
    answers : float
        Of the service; NaN where nobody counted.
    least : int
        Fewer are few.
    translate : Translator
        Language.

    Returns
    -------
    str
        A few words.
    """
    text = translate(SHORT_ADVICE[advice])
    if advice == "keep" or not answers < least:
        return text
    return translate("{advice} (fewer than {least} answers)", advice=text, least=least)


def bottleneck_advice(row: pd.Series, blamed: frozenset[str]) -> Advice | None:
    """Return the advice for the costliest service of a bottleneck; None where that is withheld."""
    if row["withheld"]:
        return None
    return choose_advice(row["verdict"], float(row["own_part"]), blamed=row.name in blamed)


def advice_sentence(advice: Advice | None, own: float, translate: Translator) -> str:
    """Return the advice in a sentence; empty where none may be given."""
    if advice is None:
        return ""
    fields: dict[str, Any] = {"own": translate.percent(own, 0), "inherited": translate.percent(1.0 - own, 0)}
    return translate(ADVICE[advice], **fields)
