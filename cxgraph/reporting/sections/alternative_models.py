"""Second opinions: what rival published models say of the same departments."""

from __future__ import annotations

import math

from cxgraph.alternatives.compare import MODELS
from cxgraph.reporting.blocks import Paragraph, Section
from cxgraph.reporting.brief.sentences import model_sentence
from cxgraph.reporting.context import Field, ReportContext
from cxgraph.wording import N_

MODEL_WORDS = {
    "fdna": N_("FDNA (Garvey and Pinto 2009)"),
    "soda": N_("SODA (Guariniello and DeLaurentis 2017)"),
    "inoperability": N_("inoperability (Haimes and Jiang 2001)"),
    "debtrank": N_("DebtRank, differential (Bardoscia et al. 2015)"),
    "debtrank_single": N_("DebtRank, single hit (Battiston et al. 2012)"),
    "extraction": N_("hypothetical extraction (Miller and Blair 2009)"),
    "overflow": N_("champagne overflow (ours)"),
}


def alternative_models_section(context: ReportContext) -> Section:
    """Return each rival model's ranking beside ours, and how far they agree."""
    translate, found = context.translate, context.results.opinions
    title = translate("Alternative models")
    if not found.compared:
        return Section(
            "opinions", title, (Paragraph(translate("No department fails by itself, so there is nothing to compare.")),)
        )
    ranks = found.ranks.assign(name=found.scores["name"])
    shown = context.results.published.shown(ranks)
    fields = (
        Field("name", translate("department")),
        Field("ours", translate("here"), "count"),
        *(Field(model, translate(MODEL_WORDS[model]), "count") for model in MODELS if model not in found.unsettled),
    )
    agreement = found.kendall.rename_axis("model").reset_index()
    rows = (
        Field("model", translate("model"), words=context.words(MODEL_WORDS)),
        Field("kendall", translate("rank correlation with this report (Kendall)"), "number"),
    )
    kept = [context.name(name) for name in found.kept if name not in context.results.published.hidden_departments]
    top = min(found.top, found.compared)
    known = [value for value in found.kendall if not math.isnan(value)]
    summary = _correlation(known, context) if known else ""
    among = (
        translate(
            "Every model keeps these of our first {top} among its own first {top}: {names}.",
            top=top,
            names=", ".join(kept),
        )
        if kept
        else translate("No department of our first {top} is among the first {top} of every model.", top=top)
    )
    return Section(
        "opinions",
        title,
        (
            Paragraph(
                translate(
                    "Six published models of how faults travel were given the same organisation, and beside them "
                    "our own champagne overflow. They share our split into own and inherited, but each adds faults "
                    "up in its own way. Of the {faulty} departments that fail by themselves, the {compared} that "
                    "cause most are compared.",
                    compared=translate.number(found.compared),
                    faulty=translate.number(found.faulty),
                )
            ),
            *_silent(context, found.unsettled),
            *((Paragraph(summary),) if summary else ()),
            Paragraph(among),
            context.grid(translate("Opinions"), translate("Place of each department under each model"), shown, fields),
            context.grid(translate("Agreement"), translate("How far each model agrees with this one"), agreement, rows),
        ),
        answer=" ".join(model_sentence(context)),
    )


def _correlation(known: list[float], context: ReportContext) -> str:
    translate, low, high = (
        context.translate,
        context.translate.number(min(known), 2),
        context.translate.number(max(known), 2),
    )
    if low == high:
        return translate(
            "Rank correlation runs from -1 (reversed) over 0 (unrelated) to 1 (the same). Here it is {low} with "
            "every model.",
            low=low,
        )
    return translate(
        "Rank correlation runs from -1 (reversed) over 0 (unrelated) to 1 (the same). Here it goes from {low} to "
        "{high}: the lower, the more the ranking depends on how faults are taken to travel.",
        low=low,
        high=high,
    )


def _silent(context: ReportContext, unsettled: tuple[str, ...]) -> tuple[Paragraph, ...]:
    """Say which models have no answer, and why that is a finding of its own."""
    translate = context.translate
    if not unsettled:
        return ()
    return (
        Paragraph(
            translate(
                "No answer comes from: {models}. On these data a loop of departments passes on nearly all that "
                "it receives. What goes round in these models then adds up to no finite loss, or to none that "
                "can be computed reliably. They are left out of what follows.",
                models=", ".join(translate(MODEL_WORDS[model]) for model in unsettled),
            )
        ),
    )
