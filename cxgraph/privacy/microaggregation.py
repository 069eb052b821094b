"""Small groups keep their scores to themselves: an organisation that everybody may see.

What a cascade computes hangs together: totals, reaches, ways and what-ifs are equations in the same scores, at several
transmissions. Blanking cells of single tables, and others beside them, therefore hides nothing for long: with enough
equations the blanks can be solved for. So the scores themselves are replaced, once, before anything is computed
(microaggregation), and every figure that leaves is a figure of the replaced scores: whoever combines them gets back the
groups' averages, and nothing beyond.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from cxgraph.cascade.shortfall import importance_shares, shortfall
from cxgraph.model.answers import KEYS, counted_answers, service_names
from cxgraph.model.arrays import Bools, Floats, Integers
from cxgraph.model.network import Network
from cxgraph.model.organization import Organization
from cxgraph.model.suppressed import Suppressed
from cxgraph.privacy.respondents import Respondents, count_respondents, service_rows
from cxgraph.wording import N_, Translator

SCORES = ("expectation", "fulfilment", "importance")
REVEALING = ("answers-differ", "off-scale", "narrow-scale")
"""Remarks on the tables that quote what somebody answered."""
DOMINANT = 0.8
"""Part of a group's average above which one service would be as good as told by it."""
_NO_POOL = -1


def suppress_small_groups(organization: Organization) -> Organization:
    """Return an organisation without what fewer than ``min_respondents`` people answered for.

    Services for which too few people answered are joined, client by client, with each other and with the client's
    least answered other services until enough people are together and no service makes up most of the group. All of a
    group's services get its average expectation, shortfall and importance. A client whose services do not suffice is
    joined with other clients: customers with customers, the others among themselves. Where even that is not enough the
    services lose their scores.

    Parameters
    ----------
    organization : Organization
        As it was measured, or suppressed already.

    Returns
    -------
    Organization
        The same one where ``min_respondents`` is 1 or less, or nobody has anything to hide; else one whose `suppressed`
        says what was taken out. It has no answer, no spread and no earlier score of a withheld service, and no remark
        that quotes one.

    Notes
    -----
    An unknown number of people counts as none. What a client lacks that has a group of its own, and what the customers
    lack together, stays as it was, at the organisation's own scoring and stringency, to rounding; at an infinite
    stringency the average stands in for the worst. What is not protected: that all services of a group were fully met,
    or not at all, where its average is; what somebody works out who knows the answers of others in the group; what
    several results tell that were made with other options of reading (scoring, scale, customers, period,
    min_respondents) or from other answers and are held side by side; a guess at the whole of a table, which its SHA-256
    confirms. Linear in services and answers but for sorting.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapters 3 (microaggregation) and 4 (the
    dominance rule; secondary suppression, which linked tables undo).
    """
    min_respondents = organization.settings.min_respondents
    if min_respondents <= 1 or organization.suppressed is not None:
        return organization
    respondents, services = count_respondents(organization), organization.services
    told = services["fulfilment"].notna().to_numpy() | services["expectation"].notna().to_numpy()
    small = told & ~respondents.enough_for_service
    scored = organization.scored()
    pool = _pools(organization, small & scored, _Crowd.of(organization, respondents), min_respondents)
    pooled = pool != _NO_POOL
    left_out = small & ~pooled
    problems = tuple(problem for problem in organization.problems if problem.code not in REVEALING)
    if not small.any():
        problems = organization.problems
    departments = _departments(organization, respondents, pool, pooled | left_out)
    found = Suppressed(
        min_respondents, pooled | left_out, left_out, departments, len(organization.problems) - len(problems)
    )
    if not found.any:
        return organization
    tables = {**organization._tables, "services": _averaged(organization, pool, left_out)}
    if organization.responses is not None:
        tables["responses"] = _without_answers(organization.responses, services, found.services)
    if organization.history is not None:
        tables["history"] = _without_scores(organization.history, services[found.services], min_respondents)
    return replace(organization, _tables=tables, problems=problems, suppressed=found)


def suppression_sentence(organization: Organization, translate: Translator) -> str:
    """Return how much is withheld and why, and what stands in for it; empty where nothing is."""
    found = organization.suppressed
    if found is None:
        return ""
    away = int(found.left_out.sum())
    parts = [
        translate(
            N_(
                "Withheld: {services} services and {departments} departments, because fewer than {least} people "
                "answered for "
                "them (min_respondents), or because they could be worked out from those of others. In all totals the "
                "average "
                "of a group of enough people stands in for them."
            ),
            services=translate.number(int(found.services.sum())),
            departments=translate.number(int(found.departments.sum())),
            least=found.min_respondents,
        )
    ]
    if away:
        parts.append(
            translate(
                N_("{count} of the services are left out altogether: no group of enough people takes them in."),
                count=translate.number(away),
            )
        )
    if found.problems:
        parts.append(
            translate(
                N_("{count} remarks on the tables are withheld, because they quote what single people answered."),
                count=translate.number(found.problems),
            )
        )
    return " ".join(parts)


@dataclass(frozen=True, eq=False)
class _Crowd:
    """Counts the people behind several services together; arrays of shape (rows,) follow the services.

    Where answers name their respondents these are counted once each. Where only numbers are known, those of one client
    may all come from the same people, so that the largest counts; those of different clients add up.

    Attributes
    ----------
    people : float array
        Behind each service.
    client : int array
        Department number.
    weighs : float array
        How much the service counts for its client, and a customer's for the business: what counts little hides nobody.
    start : int array, shape (rows + 1,)
        Where the named respondents of each service begin in `person`.
    person : int array
        Numbers of respondents.
    """

    people: Floats
    client: Integers
    weighs: Floats
    start: Integers
    person: Integers

    @classmethod
    def of(cls, organization: Organization, respondents: Respondents) -> _Crowd:
        """Count the people of an organisation."""
        frame, services = organization.responses, organization.services
        client = services["client"].cat.codes.to_numpy().astype(np.int64)
        person, place = np.zeros(0, np.int64), np.zeros(0, np.int64)
        if frame is not None and "respondent" in frame.columns and len(respondents.service):
            code = frame["respondent"].cat.codes.to_numpy().astype(np.int64)
            used = np.flatnonzero(respondents.counted & (respondents.service >= 0) & (code >= 0))
            order = used[np.argsort(respondents.service[used], kind="stable")]
            person, place = code[order], respondents.service[order]
        start = np.searchsorted(place, np.arange(len(services) + 1)).astype(np.int64)
        network = organization.network()
        business = np.where(organization.departments["customer"].to_numpy(bool), network.customer_weight, 1.0)
        weighs = np.zeros(len(services))
        weighs[organization.scored()] = importance_shares(network) * business[network.client]
        return cls(np.nan_to_num(respondents.people), client, weighs, start, person)

    def enough(self, rows: Integers, min_respondents: int) -> bool:
        """Return whether several services hide each other, and at least so many people stand behind them."""
        rows = rows[self.weighs[rows] > 0]
        if not len(rows) or self.weighs[rows].max() > DOMINANT * self.weighs[rows].sum():
            return False
        named = self.start[rows + 1] > self.start[rows]
        known = [self.person[self.start[row] : self.start[row + 1]] for row in rows[named]]
        seen = len(np.unique(np.concatenate(known))) if known else 0
        rest = rows[~named]
        clients, number = np.unique(self.client[rest], return_inverse=True)
        most = np.zeros(len(clients))
        np.maximum.at(most, number, self.people[rest])
        return bool(min(seen + most.sum(), self.people[rows].sum()) >= min_respondents)


def _pools(organization: Organization, small: Bools, crowd: _Crowd, min_respondents: int) -> Integers:
    """Return the number of each service's group; `_NO_POOL` for those that stand alone."""
    scored = np.flatnonzero(organization.scored())
    order = scored[np.lexsort((crowd.people[scored], ~small[scored], crowd.client[scored]))]
    ends = np.searchsorted(crowd.client[order], np.arange(len(organization.departments) + 1))
    rows_of = [order[begin:end] for begin, end in pairwise(ends.tolist())]
    pool = np.full(len(organization.services), _NO_POOL)
    customer = organization.departments["customer"].to_numpy(bool)
    groups = 0
    for group in (customer, ~customer):
        clients = [client for client in np.flatnonzero(group).tolist() if len(rows_of[client])]
        alone: list[int] = []
        for client in clients:
            rows = rows_of[client]
            count = _around(rows, int(small[rows].sum()), crowd, min_respondents)
            if count is None:
                alone.append(client)
            elif count:
                pool[rows[:count]] = groups
                groups += 1
        for together in _joined(alone, clients, rows_of, crowd, min_respondents):
            pool[together] = groups
            groups += 1
    return pool


def _around(rows: Integers, small: int, crowd: _Crowd, min_respondents: int) -> int | None:
    """Return how many of a client's services its small ones need to be hidden among, None where all do not suffice."""
    if not small:
        return 0
    return next((count for count in range(small, len(rows) + 1) if crowd.enough(rows[:count], min_respondents)), None)


def _joined(
    alone: list[int], clients: list[int], rows_of: list[Integers], crowd: _Crowd, min_respondents: int
) -> list[Integers]:
    """Return the groups of all services of several clients that small ones make up, with as many others as it takes.

    None where all clients together do not suffice.
    """
    groups: list[list[int]] = []
    waiting: list[int] = []
    at_most = 0.0
    for client in alone:
        waiting.append(client)
        at_most += float(crowd.people[rows_of[client]].sum())
        if at_most >= min_respondents and crowd.enough(
            np.concatenate([rows_of[one] for one in waiting]), min_respondents
        ):
            groups.append(waiting)
            waiting, at_most = [], 0.0
    if waiting and groups:
        groups[-1] += waiting
        waiting = []
    if waiting:
        others = sorted(set(clients) - set(alone), key=lambda client: (crowd.people[rows_of[client]].max(), client))
        for count in range(1, len(others) + 1):
            chosen = [*waiting, *others[:count]]
            if crowd.enough(np.concatenate([rows_of[one] for one in chosen]), min_respondents):
                groups = [chosen]
                break
    return [np.concatenate([rows_of[client] for client in group]) for group in groups]


def _departments(organization: Organization, respondents: Respondents, pool: Integers, hidden: Bools) -> Bools:
    """Return which departments too few people speak for, or have no figure of their own left."""
    services = organization.services
    size = len(organization.departments)
    suppressed = np.zeros(size, bool)
    scored = organization.scored()
    for end, people in (("client", respondents.of_client), ("supplier", respondents.of_supplier)):
        code = services[end].cat.codes.to_numpy().astype(np.int64)
        every = np.bincount(code[scored], minlength=size)
        suppressed |= (every > 0) & ~respondents.enough(people)
        if end == "supplier":
            suppressed |= (every > 0) & (np.bincount(code[scored & hidden], minlength=size) == every)
        else:
            # A group of several clients tells what they lack on average, none of which is their own.
            client, number = code[pool != _NO_POOL], pool[pool != _NO_POOL]
            pairs = np.unique(np.column_stack((number, client)), axis=0) if len(client) else np.zeros((0, 2), np.int64)
            several = np.bincount(pairs[:, 0], minlength=1)[pairs[:, 0]] > 1
            suppressed[pairs[several, 1]] = True
            suppressed |= (every > 0) & (
                np.bincount(code[scored & hidden & (pool == _NO_POOL)], minlength=size) == every
            )
    return suppressed


def _averaged(organization: Organization, pool: Integers, left_out: Bools) -> pd.DataFrame:
    """Return the services with their group's average in place of each withheld score."""
    table = organization.services
    scores = {name: table[name].to_numpy(float).copy() for name in SCORES}
    for name in ("expectation", "fulfilment"):
        scores[name][left_out] = np.nan
    scored = np.flatnonzero(organization.scored())
    network = organization.network()
    inside = pool[scored] != _NO_POOL
    number, rows = pool[scored][inside], scored[inside]
    if len(rows):
        expectation, fulfilment = _averages(organization, network, inside, number)
        unstated = np.isnan(scores["expectation"][rows])
        scores["expectation"][rows] = np.where(unstated, np.nan, expectation[number])
        scores["fulfilment"][rows] = fulfilment[number]
        # What matters more within a group is an answer too; what the group matters to each client stays.
        client = network.client[inside].astype(np.int64)
        cell = np.unique(number * (client.max() + 1) + client, return_inverse=True)[1]
        scores["importance"][rows] = (_sums(cell, scores["importance"][rows]) / np.bincount(cell))[cell]
    hidden = left_out.copy()
    hidden[rows] = True
    return table.assign(**scores, fulfilment_sd=table["fulfilment_sd"].mask(hidden))


def _averages(organization: Organization, network: Network, inside: Bools, number: Integers) -> tuple[Floats, Floats]:
    """Return each group's average expectation and the fulfilment that falls short of it by the average shortfall.

    Each client's services are averaged as the client feels them, then its clients as they count for the business: so
    what the clients lack, together, stays as it was.
    """
    settings = organization.settings
    (bottom, top), scoring = settings.scale, settings.scoring
    lacks = shortfall(network, scoring)[0][inside]
    asked = network.expectation[inside] - bottom
    rho = 1.0 if np.isinf(settings.stringency) else settings.stringency
    client = network.client[inside].astype(np.int64)
    key, cell = np.unique(number * network.departments + client, return_inverse=True)
    group, share = key // network.departments, importance_shares(network)[inside]
    business = np.where(network.customer_weight > 0, network.customer_weight, 0.0)[key % network.departments]
    heavy = business * _sums(cell, share)
    # The same means for both: no group then lacks more than it expects.
    lacking, expected = (_means(group, _means(cell, values, share, rho), heavy, 1.0) for values in (lacks, asked))
    if scoring == "perception":
        return expected + bottom, bottom + (1.0 - lacking) * (top - bottom)
    if scoring == "gap":
        return expected + bottom, bottom + np.maximum(expected - lacking * (top - bottom), 0.0)
    return expected + bottom, bottom + (1.0 - lacking) * expected


def _means(group: Integers, values: Floats, weight: Floats, order: float) -> Floats:
    """Return the weighted mean of an order of each group's values; plain where all weigh 0, NaN without a value."""
    size = int(group.max()) + 1
    known = ~np.isnan(values)
    empty = _sums(group, np.where(known, weight, 0.0)) <= 0
    weight = np.where(known, np.where(empty[group], 1.0, weight), 0.0)
    values = np.where(known, values, 0.0)
    highest = np.zeros(size)
    np.maximum.at(highest, group, values)
    part = np.divide(values, highest[group], out=np.zeros_like(values), where=highest[group] > 0)
    total = _sums(group, weight)
    mean = np.divide(_sums(group, weight * part**order), total, out=np.full(size, np.nan), where=total > 0)
    return np.asarray(highest * mean ** (1.0 / order))


def _sums(group: Integers, values: Floats) -> Floats:
    """Add up each group's values from the smallest on, so that not even the last bit tells which was whose."""
    order = np.lexsort((values, group))
    return np.asarray(np.bincount(group[order], values[order]), np.float64)


def _without_answers(answers: pd.DataFrame, services: pd.DataFrame, hidden: Bools) -> pd.DataFrame:
    """Return the answers, with no score where their service is withheld, or speaks for a client of no known service."""
    if not {"supplier", "client"} <= set(answers.columns):
        return answers
    place = service_rows(services, answers)
    away = np.where(place >= 0, hidden[np.maximum(place, 0)], counted_answers(answers))
    return answers.assign(**{name: answers[name].mask(away) for name in SCORES if name in answers.columns})


def _without_scores(history: pd.DataFrame, suppressed: pd.DataFrame, min_respondents: int) -> pd.DataFrame:
    """Return the services of all periods, with no score where they are withheld or too few answered then."""

    def keys(frame: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_arrays(
            [frame[KEYS[0]].astype(object), frame[KEYS[1]].astype(object), service_names(frame)]
        )

    few = ~(history["responses"].fillna(0.0).to_numpy(float) >= min_respondents)
    away = few | keys(history).isin(keys(suppressed))
    emptied: dict[str, Any] = {
        name: history[name].mask(away) for name in ("expectation", "fulfilment", "fulfilment_sd")
    }
    return history.assign(**emptied)
