"""The finding in sentences: what customers lack, where it starts, along which way, and what that hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.analysis import PublishableAnalysis
from cxgraph.model.settings import DEFAULT_TRANSMISSION
from cxgraph.privacy.gate import shown_bottlenecks
from cxgraph.transmission.resolve import SOURCES
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.uncertainty.intervals import Intervals
    from cxgraph.uncertainty.sensitivity import Sensitivity

VERDICT_WORDS = {
    "under-delivering": N_("under-delivering"),
    "starved": N_("starved"),
    "expectation out of line": N_("expectation out of line"),
    "over-served": N_("over-served"),
    "met": N_("met"),
    "undecided": N_("undecided between under-delivering and starved"),
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
    "combined": N_("one wave, periods or cases"),
    "assumed": N_("assumed"),
}
METHOD_WORDS = {"wave": N_("one wave"), "periods": N_("periods"), "cases": N_("cases"), "prior": N_("assumed")}
"""What the ways of estimating a transmission are called."""
BY_WORDS = {
    "gain": N_("Ranked by what customers gain where all that starts in a department is repaired."),
    "gain_per_point": N_("Ranked by what customers gain for each point of the scale that is repaired."),
}
DIFFUSE = 0.05
"""Share of the first department below which none stands out, and nothing is advised."""
_ALIKE = 1e-9
_NAMED = 3


def first_places(published: PublishableAnalysis) -> list[str]:
    """Return the ids of the departments that share the first place; of those that may be shown."""
    shares = published.analysis.departments()["share"]
    shares = shares[~shares.index.isin(list(published.hidden_departments))]
    first = shares.max()
    return sorted(shares.index[shares >= first * (1 - _ALIKE)]) if len(shares) and first > 0 else []


def no_first(translate: Translator, published: PublishableAnalysis) -> str:
    """Return why nobody comes first, in a sentence: a tie, or a shortfall spread over many; else nothing."""
    tied = first_places(published)
    if not tied:
        return ""
    table = published.analysis.departments()
    share = float(table["share"][tied[0]])
    names = [str(table["name"][one]) for one in tied]
    if share < DIFFUSE:
        count = int((table["share"] > 0).sum())
        return translate(
            "No department stands out: it is spread over {count}, and the largest share is {share} ({department}).",
            count=translate.number(count),
            share=translate.percent(share),
            department=names[0],
        )
    if len(tied) == 1:
        return ""
    more = f" (+{len(names) - _NAMED})" if len(names) > _NAMED else ""
    return translate(
        "{count} departments share the first place with {share} each: {departments}. The scores do not tell which of "
        "them comes first.",
        count=translate.number(len(tied)),
        share=translate.percent(share),
        departments=", ".join(names[:_NAMED]) + more,
    )


def likeliest_first(published: PublishableAnalysis, intervals: Intervals, count: int) -> list[tuple[str, float]]:
    """Return the departments likeliest to come first, with their probabilities; of those that may be shown.

    Parameters
    ----------
    published : PublishableAnalysis
        The analysis, and what must not be shown of it.
    intervals : Intervals
        Of the analysis.
    count : int
        How many at the most.

    Returns
    -------
    list of (str, float)
        Names and probabilities, the likeliest first; none where no interval can be given.
    """
    if not intervals.available:
        return []
    table = published.shown(intervals.table)
    table = table[table["p_top1"] > 0].sort_values("p_top1", ascending=False, kind="stable").head(count)
    return [(str(name), float(chance)) for name, chance in zip(table["name"], table["p_top1"], strict=True)]


def short_name(name: str, words: int, letters: int = 34) -> str:
    """Return a name cut to so many words and letters, with an ellipsis where something is cut.

    Examples
    --------
    >>> short_name("Human resources and training of the house", 4)
    'Human resources and training…'
    """
    parts = name.split()
    cut = " ".join(parts[:words])
    if len(cut) > letters:
        cut = cut[: letters - 1].rstrip()
        return f"{cut}…"
    return f"{cut}…" if len(parts) > words else cut


def headline(translate: Translator, published: PublishableAnalysis) -> str:
    """Return the finding in one sentence.

    Parameters
    ----------
    translate : Translator
        Language.
    published : PublishableAnalysis
        The analysis, and what must not be shown of it.

    Returns
    -------
    str
        What customers lack, and the department that causes most of it.
    """
    analysis = published.analysis
    name, lacking = analysis.organization.name, translate.percent(analysis.customer_shortfall)
    if analysis.bottlenecks(1).empty:
        return translate("{name}: nothing that its customers expect falls short.", name=name)
    first = shown_bottlenecks(published, 1)
    if first.empty:
        return translate(
            "{name}: the customers' gap is {lacking} of what they expect; where it originates is suppressed, "
            "because too few people answered.",
            name=name,
            lacking=lacking,
        )
    fields = {
        "name": name,
        "lacking": lacking,
        "share": translate.percent(float(first["share"].iloc[0])),
        "department": first["name"].iloc[0],
    }
    undecided = no_first(translate, published)
    if undecided:
        return translate("{name}: the customers' gap is {lacking} of what they expect. {why}", why=undecided, **fields)
    if first.index[0] != analysis.bottlenecks(1).index[0]:
        return translate(
            "{name}: the customers' gap is {lacking} of what they expect. Of the departments that may be shown, "
            "{department} causes most: {share}.",
            **fields,
        )
    return translate(
        "{name}: the customers' gap is {lacking} of what they expect, and {share} of that originates in {department}.",
        **fields,
    )


def bottleneck_sentence(row: pd.Series, translate: Translator, fewest: int = 0) -> str:
    """Return one bottleneck in a sentence: its share, its costliest service and the way to the customers.

    Parameters
    ----------
    row : Series
        Of `shown_bottlenecks`.
    translate : Translator
        Language.
    fewest : int
        People that a group needs to be shown.

    Returns
    -------
    str
        Without the service where that is withheld.
    """
    if row["withheld"]:
        return translate(
            "{share} of it originates in {name}; fewer than {count} people answered for its costliest service, "
            "which is suppressed.",
            name=row["name"],
            share=translate.percent(row["share"]),
            count=fewest,
        )
    fields = {
        "name": row["name"],
        "share": translate.percent(row["share"]),
        "service": row["service"],
        "client": row["client"],
        "service_share": translate.percent(row["service_share"]),
        "way": row["way"],
    }
    if row["faulty"] == 1:
        return translate(
            "{share} of it originates in {name}, all of it through “{service}” for {client}: {way}.", **fields
        )
    return translate(
        "{share} of it originates in {name}, through {count} of its services; the costliest is “{service}” for "
        "{client} ({service_share}): {way}.",
        **fields,
        count=translate.number(row["faulty"]),
    )


FIRM, LIKELY = 0.9, 0.7
"""Probabilities of the first place from which a finding is firm, or likely; below the second it is open."""
IMPLAUSIBLE = 0.1
"""Transmissions that together are less probable than this by the data are called implausible."""


def certainty_sentence(translate: Translator, published: PublishableAnalysis, intervals: Intervals) -> str:
    """Return the interval of the first cause's share and how probable it is that it comes first.

    Parameters
    ----------
    translate : Translator
        Language.
    published : PublishableAnalysis
        The analysis, and what must not be shown of it.
    intervals : Intervals
        Of the analysis.

    Returns
    -------
    str
        Empty where nothing can be drawn or shown.
    """
    first = shown_bottlenecks(published, 1)
    if first.empty or not intervals.available or first.index[0] not in intervals.table.index:
        return ""
    row = intervals.table.loc[first.index[0]]
    return translate(
        "Its share lies between {low} and {high} ({level} interval); it comes first with a probability of {chance}.",
        low=translate.percent(float(row["low"])),
        high=translate.percent(float(row["high"])),
        level=translate.percent(intervals.level, 0),
        chance=chance_words(translate, float(row["p_top1"])),
    )


def chance_words(translate: Translator, chance: float) -> str:
    """Return a fraction of draws in percent; what never or always came out is neither impossible nor certain."""
    if chance > 0.99:
        return translate("over 99 %")
    return translate("under 1 %") if chance < 0.01 else translate.percent(chance, 0)


def first_place_sentence(
    translate: Translator, published: PublishableAnalysis, intervals: Intervals, sensitivity: Sensitivity
) -> str:
    """Return whether the data leave the first place open, or only parameters that they make implausible change it.

    Parameters
    ----------
    translate : Translator
        Language.
    published : PublishableAnalysis
        The analysis, and what must not be shown of it.
    intervals : Intervals
        Of the analysis.
    sensitivity : Sensitivity
        Of the analysis.

    Returns
    -------
    str
        One to three sentences.
    """
    found, table = sensitivity, published.shown(intervals.table)
    if found.leader in published.hidden_departments:
        return translate(
            "Whether the first place depends on a parameter is suppressed: too few people answered for it."
        )
    tied = first_places(published)
    if len(tied) > 1 and (found.table["first"].reindex(tied) == 1).all():
        names = ", ".join(map(str, found.table["name"].reindex(tied[:_NAMED])))
        return translate(
            "{names} share the first place whatever the parameters ({count} combinations).",
            names=names + (f" (+{len(tied) - _NAMED})" if len(tied) > _NAMED else ""),
            count=len(found.grid),
        )
    if not intervals.available or not published.analysis.transmission.estimated.any() or table.empty:
        return found.headline(translate)
    likely = table.sort_values("p_top1", ascending=False, kind="stable")
    fields = {
        "name": likely["name"].iloc[0],
        "chance": chance_words(translate, float(likely["p_top1"].iloc[0])),
        "count": len(found.grid),
    }
    if float(likely["p_top1"].iloc[0]) < FIRM:
        others = "; ".join(
            translate("{name} {chance}", name=name, chance=chance_words(translate, float(chance)))
            for name, chance in zip(likely["name"].iloc[1:3], likely["p_top1"].iloc[1:3], strict=True)
            if chance >= 0.05
        )
        return translate(
            N_("The data leave the first place open: {name} comes first with a probability of {chance}; {others}.")
            if float(likely["p_top1"].iloc[0]) < LIKELY
            else N_("{name} is likely to come first, with a probability of {chance}; {others}."),
            others=others or translate("the others share the rest"),
            **fields,
        )
    if float(found.table["first"][likely.index[0]]) == 1.0:
        return translate(
            "{name} comes first with a probability of {chance}, and whatever the parameters ({count} combinations).",
            **fields,
        )
    said = translate(_firm(found), **fields)
    return f"{said} {found.decisive_sentence(translate)}".strip()


def _firm(found: Sensitivity) -> str:
    """Return the sentence on a first place that is hardly open, by what else could change it and how probable that is.

    Stringency and scoring are assumptions; resamples leave them as they are.
    """
    if "transmission" not in found.sensitive_to:
        return (
            N_("{name} comes first with a probability of {chance}, as long as stringency and scoring stay as they are.")
            if found.sensitive_to
            else N_("{name} comes first with a probability of {chance}; no parameter alone would change that.")
        )
    if found.overturned < IMPLAUSIBLE:
        return N_(
            "{name} comes first with a probability of {chance}. Another department would only at transmissions that "
            "the data make implausible."
        )
    return N_("{name} comes first with a probability of {chance}, at each department's own transmission.")


def transmission_sentence(analysis: Analysis, translate: Translator) -> str:
    """Return a sentence on the transmission that was used."""
    used = analysis.cascade.transmission
    low, high = float(used.min()), float(used.max())
    if low == high:
        return translate("Transmission {value} for all departments.", value=translate.number(low, 2))
    return translate(
        "Transmission from {low} to {high}, department by department.",
        low=translate.number(low, 2),
        high=translate.number(high, 2),
    )


def transmission_source(analysis: Analysis, translate: Translator) -> str:
    """Return a sentence on where the transmission that was used comes from.

    Parameters
    ----------
    analysis : Analysis
        Any.
    translate : Translator
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
        return translate(
            "It is assumed ({default}), because no scores bear on it.",
            default=translate.number(DEFAULT_TRANSMISSION, 1),
        )
    if len(named) > 1:
        told = "; ".join(
            f"{translate(SOURCE_WORDS[source])} {translate.number(count)}" for source, count in counts.items() if count
        )
        return translate(
            "Where it comes from, by number of departments, customers and suppliers: {counts}.", counts=told
        )
    return translate(
        {
            "chosen": N_("It was chosen for this analysis."),
            "stated": N_("It is what the organisation states; no data stand behind it here."),
            "one wave": N_(
                "It is estimated from one wave of scores: from what the clients of one department share, against "
                "the gap that it receives."
            ),
            "combined": N_("It is estimated from one wave of scores together with periods or cases."),
        }[named[0]]
    )
