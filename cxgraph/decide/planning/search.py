"""The best set of actions where gains do not add up: every set that is compared is followed to the customers.

Two searches. *Branch and bound* takes or leaves one action at a time and stops where the promises of the rest cannot
beat the best set found (`Movable.promise` proves that they bound the gain at every stringency); it is exact once it
has nothing left to try. *Ascent* starts from the best linear choice, takes the slopes along the way into account,
spends what is left, and exchanges actions one by one; what it finds comes with the bound of the linear programme.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxgraph.decide.planning.linear import Programme
from cxgraph.decide.planning.movable import EXACT, Outcome
from cxgraph.decide.planning.rules import Basket
from cxgraph.model.arrays import Bools, Floats

EXACT_UP_TO = 20
"""Actions up to which the best set is searched for until it is proved to be the best."""
SAME = 1e-13
"""Gains that differ by less are the same."""
_MOST_TRIED = 50_000
_LARGE = 20_000
_ROUGH = 1e-10
"""Accuracy in networks of more services than `_LARGE` while sets are compared; the set that is chosen is exact."""


@dataclass(frozen=True, eq=False)
class Best:
    """What a search found.

    Attributes
    ----------
    chosen : bool array, shape (k,)
        The actions.
    outcome : Outcome
        Where they lead.
    bound : float
        Proved: no permitted set gains more.
    exact : bool
        Proved to be the best.
    """

    chosen: Bools
    outcome: Outcome
    bound: float
    exact: bool


class _Trials:
    """Follows sets of actions and counts them."""

    def __init__(self, programme: Programme, most: int) -> None:
        self.movable, self.left = programme.movable, most
        self._accuracy = EXACT if self.movable.network.services <= _LARGE else _ROUGH

    def follow(self, chosen: Bools, start: Outcome) -> Outcome:
        self.left -= 1
        return self.movable.follow(chosen, start.received, self._accuracy)


def best_set(programme: Programme, nothing: Outcome, budget: float, effort: int | None = None) -> Best:
    """Return the best set of actions for a budget.

    Parameters
    ----------
    programme : Programme
        Of k actions.
    nothing : Outcome
        Of no action.
    budget : float
        At least 0.
    effort : int, optional
        How many sets may be followed beyond 20 actions; by default as many as a large network can afford.

    Returns
    -------
    Best
        Exact with up to 20 actions, and wherever the bound is reached.

    Raises
    ------
    NumericalError
        A set does not settle.
    """
    services = max(programme.movable.network.services, 1)
    affordable = int(np.clip(600_000 // services, 6, 200)) if effort is None else effort
    if int(programme.rules.possible.sum()) <= EXACT_UP_TO:
        found = _searched(programme, nothing, budget, min(_MOST_TRIED, 50_000_000 // services))
    else:
        found = _ascend(programme, nothing, budget, _Trials(programme, affordable))
        if not found.exact and 2 * affordable >= len(programme.rules.cost):
            found = _branch(programme, nothing, budget, found, _Trials(programme, 2 * affordable))
    if found.chosen.sum() <= affordable:
        found = _tidied(programme, found, _Trials(programme, affordable))
    outcome = programme.movable.follow(found.chosen, found.outcome.received)
    gain = max(outcome.gain, 0.0)
    return Best(found.chosen, replace(outcome, gain=gain), max(found.bound, gain), found.exact)


def _searched(programme: Programme, nothing: Outcome, budget: float, most: int) -> Best:
    """Return the best of few actions: searched through, from what is densest in promises."""
    trials = _Trials(programme, most)
    none = np.zeros(len(programme.rules.cost), bool)
    chosen = programme.fill(none, programme.values(nothing), budget)
    outcome = trials.follow(chosen, nothing)
    found = _branch(programme, nothing, budget, Best(chosen, outcome, np.inf, False), trials)
    if found.exact:
        return found
    bound = programme.bound((nothing, found.outcome), budget)
    return replace(found, bound=max(min(found.bound, bound), found.outcome.gain))


def _branch(programme: Programme, nothing: Outcome, budget: float, found: Best, trials: _Trials) -> Best:
    """Take or leave one action after the other until nothing can beat the best set, or the trials are used up."""
    rules, movable = programme.rules, programme.movable
    best, outcome = found.chosen, found.outcome
    none = np.zeros(len(rules.cost), bool)
    waiting: list[tuple[Bools, Bools, Outcome, float]] = [(none, ~rules.possible, nothing, np.inf)]
    while waiting and trials.left > 0:
        chosen, barred, state, _ = waiting.pop()
        basket = Basket(rules, budget, np.flatnonzero(chosen).tolist())
        barred = _out_of_reach(basket, barred)
        worth = np.bincount(movable.action, sum(movable.promise(state)), len(rules.cost)).astype(float)
        worth[chosen | barred] = 0.0
        left = basket.budget - basket.spent
        bound = state.gain + _fractional(worth, rules.cost, left)
        if bound <= outcome.gain + SAME:
            continue
        action = int(np.argmax(worth))
        without = barred.copy()
        without[list(rules.dependents[action])] = True
        bound_without = state.gain + _fractional(np.where(without, 0.0, worth), rules.cost, left)
        if bound_without > outcome.gain + SAME:
            waiting.append((chosen, without, state, bound_without))
        basket.take(action)
        within = basket.chosen()
        following = trials.follow(within, state)
        if following.gain > outcome.gain + SAME:
            best, outcome = within, following
        waiting.append((within, barred, following, bound))
    open_bound = max((node[3] for node in waiting), default=outcome.gain)
    bound = max(outcome.gain, min(found.bound, open_bound))
    return Best(best, outcome, bound, not waiting or bound <= outcome.gain + SAME)


def _out_of_reach(basket: Basket, barred: Bools) -> Bools:
    """Return the actions that cannot be added to a basket, those barred before included."""
    rules, taken = basket.rules, basket.chosen()
    more = rules.needs & ~taken
    dear = basket.spent + np.where(more, rules.cost, 0.0).sum(axis=1) > basket.budget
    excluded = barred | rules.excludes[taken].any(axis=0) if basket.groups else barred
    return np.asarray(barred | (~taken & (dear | (more & excluded).any(axis=1) | ~rules.possible)))


def _fractional(worth: Floats, cost: Floats, budget: float) -> float:
    """Return the most that actions can promise for a budget if they could be taken in part (Dantzig's bound)."""
    total, spent = float(worth[(worth > 0) & (cost <= 0)].sum()), 0.0
    pairs: list[tuple[float, float]] = list(zip(worth.tolist(), cost.tolist(), strict=True))
    paid = [(gain / price, gain, price) for gain, price in pairs if gain > 0 and price > 0]
    for _, gain, price in sorted(paid, reverse=True):
        if spent + price > budget:
            return total + gain * max(budget - spent, 0.0) / price
        total, spent = total + gain, spent + price
    return total


def _ascend(programme: Programme, nothing: Outcome, budget: float, trials: _Trials) -> Best:
    choice = programme.choose(programme.values(nothing), budget)
    chosen, state = choice.chosen, trials.follow(choice.chosen, nothing)
    if state.gain >= choice.bound - SAME:
        return Best(chosen, state, max(choice.bound, state.gain), True)
    seen = [nothing, state]
    best, outcome = chosen, state
    for _ in range(4 if trials.left > 10 else 2):
        chosen, state = _filled(programme, budget, chosen, state, seen, trials)
        if state.gain > outcome.gain + SAME:
            best, outcome = chosen, state
        if trials.left <= 0:
            break
        # What the actions are worth on the way from none to these, not at either end.
        values = np.mean([programme.values(one, nothing) for one in [nothing, *seen[-6:]]], axis=0)
        following = programme.choose(values, budget).chosen
        if (following == chosen).all():
            break
        chosen, state = following, trials.follow(following, state)
        seen.append(state)
    if state.gain > outcome.gain + SAME:
        best, outcome = chosen, state
    best, outcome = _exchanged(programme, nothing, budget, best, outcome, trials)
    bound = min(choice.bound, programme.bound((nothing, outcome), budget))
    return Best(best, outcome, max(bound, outcome.gain), bound <= outcome.gain + SAME)


def _filled(
    programme: Programme, budget: float, chosen: Bools, state: Outcome, seen: list[Outcome], trials: _Trials
) -> tuple[Bools, Outcome]:
    """Spend what is left on what then promises most, again and again: a repair can make another one felt."""
    while trials.left > 0:
        more = programme.fill(chosen, programme.values(state), budget)
        if (more == chosen).all():
            break
        chosen, state = more, trials.follow(more, state)
        seen.append(state)
    return chosen, state


def _exchanged(
    programme: Programme, nothing: Outcome, budget: float, best: Bools, outcome: Outcome, trials: _Trials
) -> tuple[Bools, Outcome]:
    """Take one action in and out what must go for it, as long as that gains and trials are left."""
    improved = True
    while improved and trials.left > 0:
        improved = False
        values = programme.values(outcome)
        worth = programme.alone(values)
        kept_worth = programme.alone(programme.values(outcome, nothing))
        least = max(float(programme.rules.cost.max(initial=0.0)) * 1e-12, 1e-300)
        cost = np.maximum(programme.rules.cost, least)
        for action in np.argsort(-worth / cost, kind="stable").tolist():
            if worth[action] <= 0 or trials.left <= 0:
                break
            other = _with(programme, budget, best, action, kept_worth / cost)
            if other is None:
                continue
            other = programme.fill(other, values, budget)
            following = trials.follow(other, outcome)
            if following.gain > outcome.gain + SAME:
                best, outcome, improved = other, following, True
                break
    return best, outcome


def _with(programme: Programme, budget: float, chosen: Bools, action: int, density: Floats) -> Bools | None:
    """Return a set with an action in it, and the least dense of the others out as far as they must; None if none."""
    rules = programme.rules
    wanted = list(rules.closure[action])
    if not rules.possible[action] or chosen[wanted].all():
        return None
    other = chosen.copy()
    groups = set(rules.group[wanted].tolist()) - {-1}
    for one in np.flatnonzero(other).tolist():
        if int(rules.group[one]) in groups and one not in wanted:
            other[list(rules.dependents[one])] = False
    for out in [-1, *np.argsort(density, kind="stable").tolist()]:
        if out >= 0:
            if not other[out] or out in wanted:
                continue
            other[list(rules.dependents[out])] = False
        basket = Basket(rules, budget, np.flatnonzero(other).tolist())
        if basket.take(action):
            return basket.chosen()
    return None


def _tidied(programme: Programme, found: Best, trials: _Trials) -> Best:
    """Leave out what costs money and adds nothing, the dearest first."""
    rules, chosen, outcome = programme.rules, found.chosen, found.outcome
    if not found.chosen.any():
        return found
    order = np.lexsort((np.arange(len(chosen)), -rules.cost))
    for action in order.tolist():
        if not chosen[action] or trials.left <= 0:
            continue
        without = chosen.copy()
        without[list(rules.dependents[action])] = False
        after = trials.follow(without, outcome)
        if after.gain >= outcome.gain - SAME:
            chosen, outcome = without, after
    return Best(chosen, outcome, found.bound, found.exact)
