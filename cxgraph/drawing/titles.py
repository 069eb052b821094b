"""The sentence that a picture shows: its title."""

from __future__ import annotations

from cxgraph.analysis import Analysis, PublishableAnalysis
from cxgraph.cascade.trace import TracedPath
from cxgraph.privacy.gate import shown_trace
from cxgraph.wording import N_, Translator

PATHS = 3
TRACED = 30
"""Paths of the first cause that tell through whom it reaches the customers."""


def translator(analysis: Analysis, language: str | None = None) -> Translator:
    """Return the speaker of a language, the organisation's own where none is asked for."""
    return Translator(analysis.organization.settings.language if language is None else language)


def headline(published: PublishableAnalysis, translate: Translator) -> str:
    """Return where most of the customers' disappointment starts, as a sentence.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.
    translate : Translator
        Language.

    Returns
    -------
    str
        Names the first department that may be shown, its share, and whether it ever meets a customer.
    """
    analysis = published.analysis
    if analysis.customer_shortfall <= 0:
        return translate(N_("Customers get all that they expect"))
    shown = published.shown(analysis.departments())
    if shown.empty or not shown["contribution"].iloc[0] > 0:
        return translate(N_("Where it originates is suppressed: too few people answered"))
    first = shown.iloc[0]
    network, table = analysis.cascade.network, analysis.organization.departments
    number = int((table["id"] == first.name).to_numpy().argmax())
    clients = network.client[network.start[number] : network.start[number + 1]]
    fields = {"name": first["name"], "share": translate.percent(float(first["share"]), 0)}
    if network.customer_weight[clients].any():
        return translate(N_("{share} of the customers' gap originates in {name}"), **fields)
    return translate(N_("{share} of the customers' gap originates in {name}, which never meets a customer"), **fields)


def spread_headline(published: PublishableAnalysis, translate: Translator) -> str:
    """Return `headline`, and which department hands most of it on to customers, where one hands on half or more.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.
    translate : Translator
        Language.

    Returns
    -------
    str
        The title of a tower.
    """
    shown = published.shown(published.analysis.departments())
    if shown.empty or not shown["contribution"].iloc[0] > 0:
        return headline(published, translate)
    first = shown.iloc[0]
    handed: dict[str, float] = {}  # by id: departments may share a name
    names: dict[str, str] = {}
    for path in shown_trace(published, published.analysis.trace(source=str(first.name), top=TRACED)).paths:
        handed[path.departments[-2]] = handed.get(path.departments[-2], 0.0) + path.weight
        names[path.departments[-2]] = path.names[-2]
    last = max(handed, key=handed.__getitem__, default="")
    if not last or last == str(first.name) or handed[last] < first["contribution"] / 2:
        return headline(published, translate)
    return translate(
        N_("{share} of the customers' gap originates in {name} and reaches them mostly through {last}"),
        share=translate.percent(float(first["share"]), 0),
        name=first["name"],
        last=names[last],
    )


def summary(analysis: Analysis, translate: Translator) -> str:
    """Return how much customers lack of what they expect, as a sentence."""
    return translate(
        N_("{organization}: the customers' gap is {shortfall} of what they expect."),
        organization=analysis.organization.name,
        shortfall=translate.percent(analysis.customer_shortfall, 1),
    )


def story_paths(published: PublishableAnalysis) -> tuple[TracedPath, ...]:
    """Return the paths of the story: the heaviest that may be shown, three at the most."""
    return shown_trace(published, published.analysis.trace(top=15)).paths[:PATHS]
