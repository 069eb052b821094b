"""The finding in sentences: what customers lack, where it starts, along which way, and what that hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.analysis import Discretion, practise_discretion, shown_bottlenecks
from cxgraph.analysis.transmission import SOURCES
from cxgraph.evidence.discretion import withheld_sentence
from cxgraph.model.settings import DEFAULT_TRANSMISSION
from cxgraph.wording import N_, Speaker

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

VERDICT_WORDS = {
    "under-delivering": N_("under-delivering"),
    "starved": N_("starved"),
    "expectation out of line": N_("expectation out of line"),
    "over-served": N_("over-served"),
    "met": N_("met"),
}
ROLE_WORDS = {
    "customer": N_("customer"),
    "source": N_("source"),
    "conduit": N_("conduit"),
    "shield": N_("shield"),
    "receiver": N_("receiver"),
    "sound": N_("sound"),
}
SOURCE_WORDS = {
    "chosen": N_("chosen"),
    "stated": N_("stated"),
    "one wave": N_("one wave"),
    "assumed": N_("assumed"),
}
ADVICE = {
    "under-delivering": N_("Mend this service where it is given: most of what it lacks starts there."),
    "starved": N_("Mend its suppliers first: most of what this service lacks came down to it."),
    "expectation out of line": N_(
        "Talk to this client first: it expects far more than the others do of the same service."
    ),
    "over-served": N_("It exceeds what is expected while little of it reaches the customers."),
    "met": N_("Keep it up."),
}


def headline(say: Speaker, discretion: Discretion) -> str:
    """Return the finding in one sentence.

    Parameters
    ----------
    say : Speaker
        Language.
    discretion : Discretion
        The analysis, and what must not be shown of it.

    Returns
    -------
    str
        What customers lack, and the department that causes most of it.
    """
    analysis = discretion.analysis
    name, lacking = analysis.organization.name, say.percent(analysis.customer_shortfall)
    if analysis.bottlenecks(1).empty:
        return say("{name}: nothing that its customers expect falls short.", name=name)
    first = shown_bottlenecks(discretion, 1)
    if first.empty:
        return say(
            "{name}: customers lack {lacking} of what they expect; where it starts is withheld, because too few "
            "people answered.",
            name=name,
            lacking=lacking,
        )
    fields = {
        "name": name,
        "lacking": lacking,
        "share": say.percent(float(first["share"].iloc[0])),
        "department": first["name"].iloc[0],
    }
    if first.index[0] != analysis.bottlenecks(1).index[0]:
        return say(
            "{name}: customers lack {lacking} of what they expect. Of the departments that may be shown, "
            "{department} causes most: {share}.",
            **fields,
        )
    return say(
        "{name}: customers lack {lacking} of what they expect, and {share} of that starts in {department}.", **fields
    )


def bottleneck_sentence(row: pd.Series, say: Speaker, fewest: int = 0) -> str:
    """Return one bottleneck in a sentence: its share, its costliest service and the way to the customers.

    Parameters
    ----------
    row : Series
        Of `shown_bottlenecks`.
    say : Speaker
        Language.
    fewest : int
        People that a group needs to be shown.

    Returns
    -------
    str
        Without the service where that is withheld.
    """
    if row["withheld"]:
        return say(
            "{name} causes {share} of it; fewer than {count} people answered for its costliest service, which "
            "is withheld.",
            name=row["name"],
            share=say.percent(row["share"]),
            count=fewest,
        )
    fields = {
        "name": row["name"],
        "share": say.percent(row["share"]),
        "service": row["service"],
        "client": row["client"],
        "service_share": say.percent(row["service_share"]),
        "way": row["way"],
    }
    if row["faulty"] == 1:
        return say("{name} causes {share} of it, all of it through “{service}” for {client}: {way}.", **fields)
    return say(
        "{name} causes {share} of it, through {count} of its services; the costliest is “{service}” for "
        "{client} ({service_share}): {way}.",
        **fields,
        count=say.number(row["faulty"]),
    )


def dependence_sentence(say: Speaker, discretion: Discretion) -> str:
    """Return a sentence on whether the first place hangs on the transmission."""
    firsts = discretion.analysis.leaders(1)
    firsts = firsts[~firsts["id"].isin(discretion.hidden_departments)]
    if firsts.empty:
        return say("There is nothing to rank.")
    names = list(dict.fromkeys(firsts["name"]))
    if len(names) == 1:
        return say("{name} comes first at every transmission shown (0, 0.3, 0.6 and 0.9).", name=names[0])
    # Semicolons, since in Spanish a comma between decimal commas cannot be told from them.
    parts = [
        f"{name} ({'; '.join(say.number(tau, 1) for tau in firsts['transmission'][firsts['name'] == name])})"
        for name in names
    ]
    return say(
        "The ranking moves with the transmission. First, with one for all departments: {firsts}.",
        firsts="; ".join(parts),
    )


def transmission_sentence(analysis: Analysis, say: Speaker) -> str:
    """Return a sentence on the transmission that was used."""
    used = analysis.cascade.transmission
    low, high = float(used.min()), float(used.max())
    if low == high:
        return say("Transmission {value} for all departments.", value=say.number(low, 2))
    return say(
        "Transmission from {low} to {high}, department by department.", low=say.number(low, 2), high=say.number(high, 2)
    )


def transmission_source(analysis: Analysis, say: Speaker) -> str:
    """Return a sentence on where the transmission that was used comes from.

    Parameters
    ----------
    analysis : Analysis
        Any.
    say : Speaker
        Language.

    Returns
    -------
    str
        Chosen for this analysis, stated in the organisation's tables or settings, estimated from its scores, or
        assumed.
    """
    sources = analysis.transmission.source
    counts = {source: int((sources == source).sum()) for source in SOURCES}
    named = [source for source in SOURCES[:-1] if counts[source]]
    if not named:
        return say(
            "It is assumed ({default}), because no scores bear on it.", default=say.number(DEFAULT_TRANSMISSION, 1)
        )
    if len(named) > 1:
        told = "; ".join(
            f"{say(SOURCE_WORDS[source])} {say.number(count)}" for source, count in counts.items() if count
        )
        return say("Where it comes from, by number of departments, customers and suppliers: {counts}.", counts=told)
    return say(
        {
            "chosen": N_("It was chosen for this analysis."),
            "stated": N_("It is what the organisation states; no data stand behind it here."),
            "one wave": N_(
                "It is estimated from one wave of scores: from what the clients of one department share, "
                "against what it lacks itself."
            ),
        }[named[0]]
    )


def sweep_lines(say: Speaker, discretion: Discretion) -> list[str]:
    """Return the first three at each transmission of the sweep, a line each."""
    leaders = discretion.analysis.leaders(3)
    leaders = leaders[~leaders["id"].isin(discretion.hidden_departments)]
    return [
        say(
            "transmission {value}: {ranking}",
            value=say.number(float(str(tau)), 1),
            ranking=", ".join(
                f"{name} {say.percent(share)}" for name, share in zip(group["name"], group["share"], strict=True)
            ),
        )
        for tau, group in leaders.groupby("transmission")
    ]


def ranking_text(analysis: Analysis, top: int, say: Speaker) -> str:
    """Return the ranking as text for a terminal.

    Parameters
    ----------
    analysis : Analysis
        Any.
    top : int
        How many bottlenecks, at least 1.
    say : Speaker
        Language.

    Returns
    -------
    str
        Lines without control characters: headline, bottlenecks, what the ranking hangs on.
    """
    discretion = practise_discretion(analysis)
    analysis, table = discretion.analysis, shown_bottlenecks(discretion, top)
    lines = [headline(say, discretion), ""]
    for place, (_, row) in enumerate(table.iterrows(), 1):
        lines.append(f"{place}. {bottleneck_sentence(row, say, discretion.fewest)}")
        if not row["withheld"]:
            lines.append(
                "   "
                + say(
                    "Role: {role}; verdict on this service: {verdict}. {advice}",
                    role=say(ROLE_WORDS[row["role"]]),
                    verdict=say(VERDICT_WORDS[row["verdict"]]),
                    advice=say(ADVICE[row["verdict"]]),
                )
            )
    if len(table) > 1:
        lines.append(
            say("Together: {share} of what the customers lack.", share=say.percent(float(table["cumulative"].iloc[-1])))
        )
    lines += [
        "",
        f"{transmission_sentence(analysis, say)} {transmission_source(analysis, say)}",
        dependence_sentence(say, discretion),
        *("  " + line for line in sweep_lines(say, discretion)),
    ]
    note = withheld_sentence(analysis.organization, say)
    lines += ["", note] if note else []
    return "\n".join(
        "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else " " for c in line) for line in lines
    )
