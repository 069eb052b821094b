"""Who is the cause and who the victim: the words that stand under a few glasses of a tower."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxgraph.analysis import Analysis, PublishableAnalysis
from cxgraph.drawing.tower.layout import Layout
from cxgraph.model.arrays import Floats

MOST_TOLD = 3
"""Causes, and victims, that are told at the most."""
LEAST_CAUSE = 0.05
"""Share of the customers' shortfall from which a glass is told as a cause."""
HIGHEST_LAYER = 0.6
"""Height of the largest cause's dark layer in its glass; the others' are in proportion."""
LEAST_INHERITED = 0.5
"""Inherited part of what comes through a department from which it is told as a victim."""


@dataclass(frozen=True, eq=False)
class Story:
    """Causes and victims among the glasses of a tower.

    Attributes
    ----------
    cause : float array, shape (g,)
        Share of the customers' shortfall that starts in each glass; what is withheld does not count.
    causes : tuple of int
        Glasses that are told as causes, the largest share first.
    inherited : mapping of int to float
        Glasses that are told as victims, the emptiest first, and how much of what customers miss through them started
        further up.
    borne : mapping of int to float
        Glasses of customers that miss most, and their parts of what all customers miss.
    """

    cause: Floats
    causes: tuple[int, ...]
    inherited: dict[int, float]
    borne: dict[int, float]

    @property
    def layer(self) -> Floats:
        """Height of each glass's dark layer, shape (g,), in proportion to what starts there."""
        return HIGHEST_LAYER * self.cause / max(float(self.cause.max(initial=0.0)), 1e-300)


def inherited_part(analysis: Analysis) -> Floats:
    """Return how much of what customers miss through each department originates in others, in [0, 1].

    Parameters
    ----------
    analysis : Analysis
        n departments.

    Returns
    -------
    float array, shape (n,)
        0 where nothing comes through, and in loops that nobody can take apart.
    """
    flows = analysis.flows
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num(np.where(flows.through_flow > 0, flows.passed_on / flows.through_flow, 0.0))


def delivered(analysis: Analysis) -> Floats:
    """Return what each department delivers of what its clients expect, inherited faults included, in [0, 1].

    Parameters
    ----------
    analysis : Analysis
        n departments.

    Returns
    -------
    float array, shape (n,)
        Mean over its services by what customers lose through each; NaN where none of them reaches a customer.
    """
    cascade, network = analysis.cascade, analysis.cascade.network
    importance = network.by_supplier(cascade.service_reach)
    lost = network.by_supplier(cascade.service_reach * cascade.shortfall)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(importance > 0, 1.0 - lost / importance, np.nan)


def tell(published: PublishableAnalysis, layout: Layout) -> Story:
    """Find the causes and the victims that a tower tells of.

    A victim is a glass of one department of which at least half of what customers miss through it (what it causes and
    what it passes on) started further up; the emptiest are told, because they draw the eye.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.
    layout : Layout
        g glasses.

    Returns
    -------
    Story
        Empty where nothing is lacking.
    """
    analysis = published.analysis
    flows, cascade, total = analysis.flows, analysis.cascade, analysis.customer_shortfall
    cause, none = np.zeros(layout.glasses), Story(np.zeros(layout.glasses), (), {}, {})
    if total <= 0:
        return none
    seen = (layout.glass_of >= 0) & ~published.departments
    np.add.at(cause, layout.glass_of[seen], flows.contribution[seen] / total)
    single = np.array([kind == "department" for kind in layout.kind], bool)
    ranked = np.argsort(-cause, kind="stable")
    causes = tuple(int(glass) for glass in ranked[:MOST_TOLD] if cause[glass] >= LEAST_CAUSE and single[glass])
    part = inherited_part(analysis)
    lacking = [
        (float(cascade.received[members[0]]), glass, float(part[members[0]]))
        for glass, members in enumerate(layout.members)
        if single[glass] and seen[members[0]] and part[members[0]] >= LEAST_INHERITED
    ]
    lacking.sort(key=lambda entry: (-entry[0], entry[1]))
    missed = cascade.network.customer_weight * cascade.received / total
    bearing = [
        (float(missed[members[0]]), glass)
        for glass, members in enumerate(layout.members)
        if single[glass] and not published.departments[members[0]] and missed[members[0]] > 0
    ]
    bearing.sort(key=lambda entry: (-entry[0], entry[1]))
    return Story(
        cause,
        causes,
        {glass: share for _, glass, share in lacking[:MOST_TOLD]},
        {glass: share for share, glass in bearing[:MOST_TOLD]},
    )
