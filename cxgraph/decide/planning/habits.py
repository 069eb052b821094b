"""What organisations do without a network: the worst rated first, the cheapest first, what customers see first."""

from __future__ import annotations

import numpy as np

from cxgraph.decide.planning.candidates import Candidates
from cxgraph.decide.planning.rules import Basket
from cxgraph.model.arrays import Bools

HABITS = ("worst_rated", "cheapest", "customer_facing")
"""Rules of thumb that a plan is compared with."""


def follow_habit(habit: str, candidates: Candidates, budget: float) -> Bools:
    """Return the actions that a rule of thumb takes for a budget, one after the other, as long as it lasts.

    Parameters
    ----------
    habit : {"worst_rated", "cheapest", "customer_facing"}
        Lowest fulfilment first; lowest cost first; what external customers receive first, and of it the lowest
        fulfilment.
    candidates : Candidates
        Of k actions. Those that aim at nothing scored are taken only where another one needs them.
    budget : float
        What does not fit is passed over. An action brings what it needs with it.

    Returns
    -------
    bool array, shape (k,)
        Which it takes. Equal ones in the order of their ids.
    """
    rules, count = candidates.rules, len(candidates.ids)
    lowest = np.where(np.isnan(candidates.lowest), np.inf, candidates.lowest)
    keys = {
        "worst_rated": (lowest,),
        "cheapest": (rules.cost,),
        "customer_facing": (lowest, ~candidates.facing),
    }
    order = np.lexsort((np.arange(count), *keys[habit]))
    useful = np.zeros(count, bool)
    useful[candidates.aims.lifting] = useful[candidates.aims.closing] = True
    basket = Basket(rules, budget)
    for action in order.tolist():
        if useful[action] and action not in basket.taken:
            basket.take(action)
    return basket.chosen()
