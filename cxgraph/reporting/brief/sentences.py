"""The five sentences of the brief: do, do not, who shields, what is not known, what would change the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.audits.context import Context
from cxgraph.cascade.attribution import blamed_for_inherited
from cxgraph.privacy.gate import shown_bottlenecks
from cxgraph.reporting.advice import advice_sentence, blamed_departments, bottleneck_advice
from cxgraph.reporting.comparing import forecast_sentence
from cxgraph.reporting.deciding import spent_on_open, start_days
from cxgraph.reporting.summary import chance_words, likeliest_first, no_first, short_name
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.reporting.brief.actions import OpenActions
    from cxgraph.reporting.decisions import Planned
from cxgraph.reporting.context import ReportContext

_NAMED = 3
_STATED = 2
_FIRST = 3
_WITHOUT = {
    "dearer": N_("The plan has nothing for {names}: for this money other actions bring more."),
    "unscored": N_(
        "No action on record improves what {names} {count:provides|provide}: score what {count:it receives|they "
        "receive}, and have one proposed."
    ),
    "none": N_("No action on record improves what {names} {count:provides|provide}: have one proposed."),
}
"""What is said of causes that the plan does nothing for, by why."""
LABELS = (
    N_("What to do first"),
    N_("What not to do"),
    N_("Who shields customers"),
    N_("What is not known"),
    N_("What would change the answer"),
)


def five_sentences(context: ReportContext, log: OpenActions | None) -> tuple[tuple[str, str], ...]:
    """Return the five sentences with their labels."""
    said = (_do(context, log), _do_not(context), _shields(context), not_known(context), would_change(context))
    return tuple((context.translate(label), text) for label, text in zip(LABELS, said, strict=True))


def _names(translate: Translator, names: list[str]) -> str:
    return _first_ones(translate, [short_name(name, 6, 44) for name in names])


def _first_ones(translate: Translator, texts: list[str]) -> str:
    """List the first few of some texts, and say how many more there are."""
    more = len(texts) - _NAMED
    return f"{', '.join(texts[:_NAMED])} (+{more})" if more > 0 else translate.listed(texts)


def _do(context: ReportContext, log: OpenActions | None) -> str:
    translate, results = context.translate, context.results
    undecided = no_first(translate, results.published)
    if undecided:
        return f"{undecided} " + translate(
            "Work on services, not on departments: see the costliest ones in “Services”."
        )
    table = shown_bottlenecks(results.published, 1)
    if table.empty:
        return translate("Nothing: no root cause can be shown.")
    row = table.iloc[0]
    if row["withheld"]:
        return translate(
            "Begin with {name}; its costliest service is suppressed, because too few people answered.",
            name=short_name(str(row["name"]), 5),
        )
    advice = bottleneck_advice(row, blamed_departments(results.analysis))
    parts = [
        translate(
            "Check on the ground, then begin with “{service}”, from the supplier {supplier} to {client} ({share} of "
            "the gap).",
            service=short_name(str(row["service"]), 6),
            supplier=short_name(str(row["name"]), 5),
            client=short_name(str(row["client"]), 5),
            share=translate.percent(float(row["service_share"])),
        ),
        advice_sentence(advice, float(row["own_part"]), translate),
    ]
    named = (row.name, row["service"], row["client"])
    if any((one, service, context.name(client)) == named for one, client, service in context.few):
        parts.insert(
            1,
            translate(
                "It rests on fewer than {least} answers.",
                least=context.analysis.organization.settings.min_responses,
            ),
        )
    plan = _plan(context, log)
    if plan:
        parts.append(plan)
    elif log is not None and log.aimed < log.top:
        parts.append(
            translate(
                "{without} of the {top} costliest services have no open action.",
                without=log.top - log.aimed,
                top=log.top,
            )
        )
    return " ".join(parts)


def _plan(context: ReportContext, log: OpenActions | None) -> str:
    """Return what the plan of the section on decisions buys, and whom it leaves out; empty where there is none."""
    planned, translate = context.results.decisions.planned, context.translate
    if planned is None or not planned.plan.chosen:
        return ""
    plan, currency = planned.plan, context.analysis.organization.settings.currency
    parts = [
        translate(
            "The plan costs {cost} {currency} and lowers the gap from {before} to {after}.",
            cost=translate.number(plan.cost),
            currency=currency,
            before=translate.percent(plan.customer_shortfall),
            after=translate.percent(plan.customer_shortfall - plan.gain),
        ),
        spent_on_open(
            planned.actions[planned.actions["chosen"]],
            start_days(context.analysis, planned.actions),
            currency,
            translate,
        ),
        *_added(translate, log),
        forecast_sentence(context.results.decisions.comparison, plan.gain, translate),
    ]
    if not planned.stated:
        parts.append(translate("Nobody stated a budget; beyond this sum money buys clearly less."))
    return " ".join([*parts, *_left_out(context, planned)])


def _added(translate: Translator, log: OpenActions | None) -> list[str]:
    """Say what the plan's new actions bring beside the open ones: both are told, and nobody may add them up."""
    if log is None or not log.proposed or not log.count:
        return []
    return [
        translate(
            "If all that is open goes on, the new actions add {gain} points.",
            gain=translate.number(100 * max(log.gain_with_plan - log.gain, 0.0), 1),
        )
    ]


def _left_out(context: ReportContext, planned: Planned) -> list[str]:
    """Say which of the first causes the plan does nothing for, and what follows for them."""
    translate, results, candidates = context.translate, context.results, planned.plan.candidates
    lifting: dict[str, set[str]] = {}
    for action, service in candidates.lifted():
        lifting.setdefault(candidates.services[service][0], set()).add(candidates.ids[action])
    found: dict[str, list[str]] = {}
    for name, row in shown_bottlenecks(results.published, _FIRST).iterrows():
        actions = lifting.get(str(name), set())
        if actions.isdisjoint(planned.plan.chosen):
            why = "dearer" if actions else "unscored" if str(name) in context.unmeasured else "none"
            share = translate.percent(float(row["share"]))
            found.setdefault(why, []).append(f"{short_name(str(row['name']), 4)} ({share})")
    return [translate(_WITHOUT[why], names=translate.listed(names), count=len(names)) for why, names in found.items()]


def _do_not(context: ReportContext) -> str:
    """Say where effort would be spent in vain: at those whom customers blame for what came down to them."""
    translate, results = context.translate, context.results
    first = set(shown_bottlenecks(results.published, 1).index)
    blamed = sorted(blamed_departments(results.analysis) - results.published.hidden_departments - first)
    if blamed:
        told = translate("Do not fix {names} alone.", names=_first_ones(translate, _blame(context, blamed)))
        return " ".join([told, *_not_alone(context, blamed)])
    services = results.analysis.services()
    over = services[services["verdict"].astype(object) == "over-served"]
    away = results.published.hidden_services
    over = over[
        [
            key not in away
            for key in over[["supplier", "client", "service"]].astype(object).itertuples(index=False, name=None)
        ]
    ]
    if len(over):
        return translate(
            "Do not add to services that exceed what is expected and hardly reach customers: {names}.",
            names=_names(translate, [str(name) for name in over["service"]]),
        )
    return translate("Do not judge a department by its score alone: part of it may have come down to it.")


def _blame(context: ReportContext, departments: list[str]) -> list[str]:
    """Return departments with what customers meet there, and how much of that came from elsewhere."""
    translate, analysis = context.translate, context.analysis
    ids = pd.Index(analysis.organization.departments["id"])
    seen, inherited = blamed_for_inherited(analysis.cascade)
    return [
        translate(
            "{name} (customers meet {seen} of the gap there; {inherited} of that comes from its suppliers)",
            name=short_name(context.name(one), 4),
            seen=translate.percent(float(seen[place])),
            inherited=translate.percent(float(inherited[place])),
        )
        for one, place in zip(departments, ids.get_indexer(pd.Index(departments)).tolist(), strict=True)
    ]


def _not_alone(context: ReportContext, blamed: list[str]) -> list[str]:
    """Say why the plan works at a department all the same that is not to be fixed alone."""
    planned, translate = context.results.decisions.planned, context.translate
    if planned is None:
        return []
    candidates, chosen = planned.plan.candidates, set(planned.plan.chosen)
    given: dict[str, set[str]] = {}
    received: dict[str, set[str]] = {}
    for action, service in candidates.lifted():
        supplier, client, _ = candidates.services[service]
        if candidates.ids[action] in chosen:
            given.setdefault(supplier, set()).add(candidates.ids[action])
            received.setdefault(client, set()).add(candidates.ids[action])
    said = []
    for name in blamed:
        own = sorted(given.get(name, set()))
        others = sorted(received.get(name, set()) - set(own))
        if not own:
            continue
        fields = {
            "name": short_name(context.name(name), 4),
            "own": translate.listed(own[:_NAMED]),
            "others": translate.listed(others[:_NAMED]),
            "count": len(own),
        }
        said.append(
            translate(
                N_("For {name} the plan has both: {own} there, {others} in what it receives."),
                **fields,
            )
            if others
            else translate(
                N_("{own} in the plan {count:mends|mend} only what starts in {name}."),
                **fields,
            )
        )
    return said


def _shields(context: ReportContext) -> str:
    translate, results = context.translate, context.results
    table = results.published.shown(results.analysis.departments())
    shields = table[table["role"] == "shield"].sort_values("received", ascending=False, kind="stable")
    if shields.empty:
        return translate("No department keeps from its clients most of what it could pass on.")
    return translate(
        (
            "{names} {count:passes|pass} on less than half of that. In time this wears {count:it|them} out: improve "
            "what {count:it receives|they receive} too, after the root causes."
        ),
        count=len(shields),
        names=_first_ones(
            translate,
            [
                translate("{name} (receives a gap of {gap})", name=short_name(str(name), 4), gap=translate.percent(gap))
                for name, gap in zip(shields["name"], shields["received"], strict=True)
            ],
        ),
    )


def not_known(context: ReportContext) -> str:
    """Return what the finding leaves out: services without a score, blind spots, few answers, a model without skill."""
    translate, results = context.translate, context.results
    organization, cascade = context.analysis.organization, context.analysis.cascade
    audited = Context(organization, cascade)
    scored = organization.scored(cascade.scoring)
    parts = []
    left_out = np.flatnonzero(~scored & ~audited.averaged)
    if len(left_out):
        services = organization.services["service"].astype(object).iloc[left_out]
        parts.append(
            translate(
                "{count} of {total} {total:service|services} {count:has no score and is|have no score and "
                "are} left out ({names}).",
                count=translate.number(len(left_out)),
                total=translate.number(len(scored)),
                names=_names(translate, [str(name) for name in services]),
            )
        )
    blind = [context.name(name) for name in context.unmeasured]
    if blind:
        parts.append(
            translate(
                "Nothing that {names} receive was scored, so all their gaps count as their own.",
                names=_names(translate, blind),
            )
        )
    parts += _stated(context)
    answers = organization.services["responses"][scored]
    if answers.isna().all():
        parts.append(translate("How many people answered is not recorded."))
    else:
        few = int((answers < organization.settings.min_responses).sum())
        if few:
            parts.append(
                translate(
                    "{few} {few:service rests|services rest} on fewer than {least} answers.",
                    few=translate.number(few),
                    least=organization.settings.min_responses,
                )
            )
    parts.append(_backtest(context))
    parts += (
        [problem.render(translate) for problem in results.intervals.notes] if not results.intervals.available else []
    )
    return " ".join(part for part in parts if part)


def _stated(context: ReportContext) -> list[str]:
    """Return who stated a transmission that the data contradict, and who would come first with what they say."""
    translate, results = context.translate, context.results
    contradicted = results.contradicted
    first = None if results.by_data is None else shown_bottlenecks(results.published, 1, results.by_data)
    if not len(contradicted) or first is None or first.empty:
        return []
    told = contradicted.head(_STATED)
    names = [
        translate(
            "{name} ({stated}; by the data {estimate})",
            name=short_name(context.name(key), 4),
            stated=translate.number(row["stated"], 2),
            estimate=translate.number(row["estimate"], 2),
        )
        for key, row in told.iterrows()
    ]
    more = len(contradicted) - len(told)
    return [
        translate(
            "How much of a gap received {names} {count:passes|pass} on is the organisation's own statement.",
            names=translate.listed(names) + (f" (+{more})" if more else ""),
            count=len(contradicted),
        ),
        translate(
            N_("With the data's values {first} would still come first, with {share}.")
            if first.index[0] == results.sensitivity.leader
            else N_("With the data's values {first} would come first, with {share}."),
            first=short_name(str(first["name"].iloc[0]), 4),
            share=translate.percent(float(first["share"].iloc[0])),
        ),
    ]


def _backtest(context: ReportContext) -> str:
    translate, found = context.translate, context.results.backtest
    if len(found.periods) == 0:
        return translate("No back-test is possible.")
    if len(found.periods) > 1 and found.low > 0:
        return ""
    return translate(
        N_("Only one period could test the model, which proves little.")
        if len(found.periods) == 1
        else N_("Tested on earlier periods, the model predicts worse than “same as last period”.")
        if found.high < 0
        else N_("Tested on earlier periods, the model is not proved to predict better than “same as last period”.")
    )


def would_change(context: ReportContext) -> str:
    """Return what speaks against the first place: other departments, other parameters, other models."""
    translate, results = context.translate, context.results
    first = shown_bottlenecks(results.published, 1)
    if first.empty:
        return translate("Scores below what customers expect.")
    parts = []
    likely = likeliest_first(results.published, results.intervals, 3)
    rivals = [(name, p) for name, p in likely if name != first["name"].iloc[0] and p > 0]
    if rivals:
        parts.append(
            translate(
                "Another department could come first (probability): {chances}.",
                chances="; ".join(f"{short_name(name, 4)} {chance_words(translate, p)}" for name, p in rivals),
            )
        )
    parts += [_parameter(context), *model_sentence(context)]
    return " ".join(part for part in parts if part)


def _parameter(context: ReportContext) -> str:
    """Return which parameter decides the first place, and whom each side of it speaks for."""
    translate, found = context.translate, context.results.sensitivity
    hidden = context.results.published.hidden_departments
    if found.leader is None or found.leader in hidden:
        return ""
    if not found.sensitive_to:
        return translate("No parameter changed alone changes the first place.")
    leaders = [leader for _, leader in found.alone[found.sensitive_to[0]]]
    if hidden.intersection(leaders):
        return ""
    short = found.table.assign(name=[short_name(str(name), 4) for name in found.table["name"]])
    below, above = leaders[0], leaders[-1]
    if found.sensitive_to[0] != "transmission" or below is None or above is None or below == above:
        return replace(found, table=short).decisive_sentence(translate)
    names = short["name"]
    sides = translate(
        N_("The lower it is, the more speaks for {below}; the higher, the more for {above}.")
        if found.leader in (below, above)
        else N_(
            "The lower it is, the more speaks for {below}; the higher, the more for {above}; in between, for {leader}."
        ),
        below=names[below],
        above=names[above],
        leader=names[found.leader],
    )
    return f"{_transmission(context)} {sides}"


def _transmission(context: ReportContext) -> str:
    """Return what transmission is, and which one the figures rest on, over all departments that receive a gap."""
    translate, table = context.translate, context.results.published.shown(context.results.analysis.departments())
    used = table.loc[table["received"] > 0, "transmission"].to_numpy(float)
    if not len(used) or used.min() == used.max():
        return translate("What decides is transmission: how much of a gap received is passed on.")
    return translate(
        "What decides is transmission: how much of a gap received is passed on ({low} to {high} here, by department).",
        low=translate.number(used.min(), 2),
        high=translate.number(used.max(), 2),
    )


def model_sentence(context: ReportContext) -> list[str]:
    """Return how many of the published models put the same department first; ours is none of them."""
    results, translate = context.results, context.translate
    first = shown_bottlenecks(results.published, 1)
    own = {"ours", "overflow", *results.opinions.unsettled}
    ranks = results.opinions.ranks
    ranks = ranks[[name for name in ranks.columns if name not in own]]
    if first.empty or first.index[0] not in ranks.index or not len(ranks.columns):
        return []
    places = ranks.loc[first.index[0]].astype(int)
    count = int((places == 1).sum())
    if count == len(places):
        return [
            translate(
                "All {models} published models of how faults spread rank {name} first too; they use the split "
                "of own and inherited found here, so they are no independent proof.",
                models=len(places),
                name=short_name(str(first["name"].iloc[0]), 4),
            )
        ]
    return [
        translate(
            "Of {models} published models of how faults spread, {count} {count:ranks|rank} {name} first; its "
            "lowest place is {worst}.",
            models=len(places),
            count=count,
            name=short_name(str(first["name"].iloc[0]), 4),
            worst=int(places.max()),
        )
    ]
