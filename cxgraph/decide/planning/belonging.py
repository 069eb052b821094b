"""How sure a plan is: in how many draws of the answers and transmissions each action belongs to the best plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cxgraph.cascade.cascade import divide_shortfall
from cxgraph.decide.planning.candidates import Candidates
from cxgraph.decide.planning.lifts import lift_services
from cxgraph.decide.planning.linear import Programme
from cxgraph.decide.planning.movable import Movable
from cxgraph.decide.planning.search import best_set
from cxgraph.model.arrays import Floats
from cxgraph.model.settings import Scoring
from cxgraph.uncertainty.resampling import Sampling

_EFFORT = 12
"""Sets that are followed in one draw: the bounds of a draw are nobody's concern."""


def count_belonging(
    sampling: Sampling,
    candidates: Candidates,
    budget: float,
    transmission: Floats,
    *,
    stringency: float = 1.0,
    scoring: Scoring = "ratio",
    seed: int = 0,
) -> Floats:
    """Return in what part of the draws each action belongs to the best plan.

    Parameters
    ----------
    sampling : Sampling
        Of the network that the candidates aim at; m services.
    candidates : Candidates
        k actions.
    budget : float
        At least 0.
    transmission : float array, shape (draws, n)
        tau of every draw.
    stringency, scoring
        Of the analysis.
    seed : int
        Of the answers.

    Returns
    -------
    float array, shape (k,)
        In [0, 1].

    Notes
    -----
    In every draw the scores are drawn and split again, and the best plan is searched for with a few
    re-solves. The fulfilments that actions lead to stay as they are stated.
    """
    network = sampling.network
    bottom, top = network.scale
    generator = np.random.default_rng(seed)
    count = np.zeros(len(candidates.ids))
    spent = min(budget, float(candidates.rules.cost.sum()))
    for tau in transmission:
        moved, expectation = sampling.draw(generator, 1)
        drawn = replace(
            network,
            fulfilment=np.clip(network.fulfilment + moved[0], bottom, top),
            expectation=np.clip(np.broadcast_to(expectation, (1, network.services))[0], bottom, top),
        )
        today = divide_shortfall(drawn, tau, stringency, scoring)
        programme = Programme(candidates.rules, Movable.of(lift_services(today, candidates.aims)))
        nothing = programme.movable.follow(np.zeros(len(count), bool))
        count += best_set(programme, nothing, spent, _EFFORT).chosen
    return np.asarray(count / max(len(transmission), 1))
