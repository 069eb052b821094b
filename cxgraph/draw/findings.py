"""The sentence that a picture shows: its title."""

from __future__ import annotations

from cxgraph.analysis import Analysis, Discretion
from cxgraph.wording import N_, Speaker


def speaker(analysis: Analysis, language: str | None = None) -> Speaker:
    """Return the speaker of a language, the organisation's own where none is asked for."""
    return Speaker(analysis.organization.settings.language if language is None else language)


def headline(discretion: Discretion, say: Speaker) -> str:
    """Return where most of the customers' disappointment starts, as a sentence.

    Parameters
    ----------
    discretion : Discretion
        What was found, and what of it must not be shown.
    say : Speaker
        Language.

    Returns
    -------
    str
        Names the first department that may be shown, its share, and whether it ever meets a customer.
    """
    analysis = discretion.analysis
    if analysis.customer_shortfall <= 0:
        return say(N_("Customers get all that they expect"))
    shown = discretion.shown(analysis.departments())
    if shown.empty or not shown["contribution"].iloc[0] > 0:
        return say(N_("Where it starts is withheld: too few people answered"))
    first = shown.iloc[0]
    network, table = analysis.cascade.network, analysis.organization.departments
    number = int((table["id"] == first.name).to_numpy().argmax())
    clients = network.client[network.start[number] : network.start[number + 1]]
    fields = {"name": first["name"], "share": say.percent(float(first["share"]), 0)}
    if network.customer_weight[clients].any():
        return say(N_("{name} causes {share} of what customers miss"), **fields)
    return say(N_("{name} causes {share} of what customers miss, and never meets one"), **fields)


def summary(analysis: Analysis, say: Speaker) -> str:
    """Return how much customers lack of what they expect, as a sentence."""
    return say(
        N_("{organization}: customers lack {shortfall} of what they expect."),
        organization=analysis.organization.name,
        shortfall=say.percent(analysis.customer_shortfall, 1),
    )
