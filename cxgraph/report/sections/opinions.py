"""Second opinions: what rival published models say of the same departments."""

from __future__ import annotations

import math

from cxgraph.cascade.second_opinions import MODELS
from cxgraph.report.blocks import Paragraph, Section
from cxgraph.report.sections.teller import Field, Teller
from cxgraph.wording import N_

MODEL_WORDS = {
    "fdna": N_("FDNA (Garvey and Pinto 2009)"),
    "soda": N_("SODA (Guariniello and DeLaurentis 2017)"),
    "inoperability": N_("inoperability (Haimes and Jiang 2001)"),
    "debtrank": N_("DebtRank, differential (Bardoscia et al. 2015)"),
    "debtrank_single": N_("DebtRank, single hit (Battiston et al. 2012)"),
    "extraction": N_("hypothetical extraction (Miller and Blair 2009)"),
    "overflow": N_("champagne overflow"),
}


def tell_opinions(teller: Teller) -> Section:
    """Return each rival model's ranking beside ours, and how far they agree."""
    say, found = teller.say, teller.study.opinions
    title = say("Second opinions")
    if not found.compared:
        return Section(
            "opinions", title, (Paragraph(say("No department fails by itself, so there is nothing to compare.")),)
        )
    ranks = found.ranks.assign(name=found.scores["name"])
    shown = teller.study.discretion.shown(ranks)
    fields = (
        Field("name", say("department")),
        Field("ours", say("here"), "count"),
        *(Field(model, say(MODEL_WORDS[model]), "count") for model in MODELS if model not in found.unsettled),
    )
    agreement = found.kendall.rename_axis("model").reset_index()
    rows = (
        Field("model", say("model"), words=teller.words(MODEL_WORDS)),
        Field("kendall", say("rank correlation with ours (Kendall)"), "number"),
    )
    kept = [teller.name(name) for name in found.kept if name not in teller.study.discretion.hidden_departments]
    top = min(found.top, found.compared)
    known = [value for value in found.kendall if not math.isnan(value)]
    summary = _correlation(known, teller) if known else ""
    among = (
        say(
            "Every model keeps these of our first {top} among its own first {top}: {names}.",
            top=top,
            names=", ".join(kept),
        )
        if kept
        else say("No department of our first {top} is among the first {top} of every model.", top=top)
    )
    return Section(
        "opinions",
        title,
        (
            Paragraph(
                say(
                    "Published models of how faults travel were given the same organisation. They share our split "
                    "into own and inherited; how faults add up is theirs. Compared are the {compared} departments "
                    "that cause most, of {faulty} that fail by themselves.",
                    compared=say.number(found.compared),
                    faulty=say.number(found.faulty),
                )
            ),
            *_silent(teller, found.unsettled),
            *((Paragraph(summary),) if summary else ()),
            Paragraph(among),
            teller.grid(say("Opinions"), say("Place of each department under each model"), shown, fields),
            teller.grid(say("Agreement"), say("How far each model agrees with this one"), agreement, rows),
        ),
    )


def _correlation(known: list[float], teller: Teller) -> str:
    say, low, high = teller.say, teller.say.number(min(known), 2), teller.say.number(max(known), 2)
    if low == high:
        return say(
            "Rank correlation runs from -1 (reversed) over 0 (unrelated) to 1 (the same). Here it is {low} with "
            "every model.",
            low=low,
        )
    return say(
        "Rank correlation runs from -1 (reversed) over 0 (unrelated) to 1 (the same). Here it goes from {low} "
        "to {high}: the lower, the more the ranking hangs on how faults are taken to travel.",
        low=low,
        high=high,
    )


def _silent(teller: Teller, unsettled: tuple[str, ...]) -> tuple[Paragraph, ...]:
    """Say which models have no answer, and why that is a finding of its own."""
    say = teller.say
    if not unsettled:
        return ()
    return (
        Paragraph(
            say(
                "No answer comes from: {models}. On these data a circle of departments passes on nearly all "
                "that it receives, so that what goes round in these models adds up to no finite loss, or "
                "not to one that can be computed reliably. They are left out of what follows.",
                models=", ".join(say(MODEL_WORDS[model]) for model in unsettled),
            )
        ),
    )
