"""What stands in for suppressed scores: averages of recoded answers, and nothing else that anybody answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxgraph.cascade.shortfall import divide_where
from cxgraph.model.arrays import Bools, Floats, Integers
from cxgraph.model.organization import Organization
from cxgraph.privacy.recoding import shortfall_classes
from cxgraph.privacy.respondents import Respondents

NO_POOL = -1


@dataclass(frozen=True, eq=False)
class Replaced:
    """Scores of the services without what small groups answered; arrays of shape (rows,).

    Attributes
    ----------
    expectation, fulfilment, importance : float array
        NaN where nothing stands in.
    pool : int array
        Number of each service's group, `NO_POOL` where it has none; a group without a usable answer is none.
    """

    expectation: Floats
    fulfilment: Floats
    importance: Floats
    pool: Integers

    def table(self, services: pd.DataFrame, hidden: Bools) -> pd.DataFrame:
        """Return the services with these scores, without the spread of the hidden ones."""
        return services.assign(
            expectation=self.expectation,
            fulfilment=self.fulfilment,
            importance=self.importance,
            fulfilment_sd=services["fulfilment_sd"].mask(hidden),
        )


def public_importance(organization: Organization, respondents: Respondents, small: Bools) -> Floats:
    """Return each service's importance, the client's average where fewer people than it takes stated it; shape (rows,).

    The average is that of the client's other services, 1 where it has none.
    """
    services = organization.services
    client = services["client"].cat.codes.to_numpy().astype(np.int64)
    importance = services["importance"].to_numpy(float)
    few = small | respondents.few_importance
    size = len(organization.departments)
    count = sums(client[~few], np.ones(int((~few).sum())), size)
    largest = max(importance[~few].max(initial=0.0), 1.0)  # so that sums of huge importances stay numbers
    mean = divide_where(sums(client[~few], importance[~few] / largest, size), count / largest, count > 0, 1.0)
    return np.where(few, mean[client], importance)


def replaced_scores(
    organization: Organization, respondents: Respondents, small: Bools, pool: Integers, importance: Floats
) -> Replaced:
    """Return the scores with averages in place of what small groups answered.

    Parameters
    ----------
    organization : Organization
        As it was measured.
    respondents : Respondents
        Its respondents.
    small : bool array, shape (rows,)
        Services that too few people answered for.
    pool : int array, shape (rows,)
        Groups of services; `NO_POOL` for those of none.
    importance : float array, shape (rows,)
        From `public_importance`.

    Returns
    -------
    Replaced
        A group's services get its average shortfall of recoded answers: each client's services as the
        client feels them, its clients as they count for the business. A small service without a group gets the average
        of its client's other services, and no score where there is none.
    """
    services, settings = organization.services, organization.settings
    scored = organization.scored()
    client = services["client"].cat.codes.to_numpy().astype(np.int64)
    importance = _equal_within_groups(importance, pool, client)
    lacking = _lacking(organization, respondents, pool, importance)
    pool = np.where((pool != NO_POOL) & np.isnan(np.append(lacking, np.nan)[pool]), NO_POOL, pool)
    grouped, alone = pool != NO_POOL, small & scored & (pool == NO_POOL)
    expectation, fulfilment = (services[name].to_numpy(float).copy() for name in ("expectation", "fulfilment"))
    told = scored & ~small & ~grouped
    bottom, top = settings.scale
    stated = ~np.isnan(expectation[grouped])
    customer = organization.departments["customer"].to_numpy(bool)[client]
    asked = np.where(stated, _expected(expectation, told, customer, top)[grouped], top)
    fulfilment[grouped] = bottom + (1.0 - lacking[pool[grouped]]) * (asked - bottom)
    expectation[grouped] = np.where(stated, asked, np.nan)
    weight = np.where(told, importance, 0.0)
    got = fulfilment if settings.scoring == "perception" else np.fmin(fulfilment, expectation)
    size, unstated = len(organization.departments), np.isnan(expectation[alone])
    means = [_client_means(values, weight, client, size)[client[alone]] for values in (expectation, got)]
    expectation[alone], fulfilment[alone] = np.where(unstated, np.nan, means[0]), means[1]
    gone = small & ~scored
    expectation[gone] = fulfilment[gone] = np.nan
    return Replaced(expectation, fulfilment, importance, pool)


def _equal_within_groups(importance: Floats, pool: Integers, client: Integers) -> Floats:
    """Return the importances with those of one client in one group equal; what matters to nobody still does not."""
    rows = np.flatnonzero((pool != NO_POOL) & (importance > 0))
    equal = importance.copy()
    if len(rows):
        cell = np.unique(pool[rows] * (client.max() + 1) + client[rows], return_inverse=True)[1]
        equal[rows] = (sorted_sums(cell, importance[rows]) / np.bincount(cell))[cell]
    return equal


def _lacking(organization: Organization, respondents: Respondents, pool: Integers, importance: Floats) -> Floats:
    """Return each group's average shortfall, shape (groups,); NaN where no answer of it can be used."""
    rows = np.flatnonzero(pool != NO_POOL)
    if not len(rows):
        return np.zeros(0)
    size, stringency = len(organization.departments), organization.settings.stringency
    client = organization.services["client"].cat.codes.to_numpy().astype(np.int64)
    scored = organization.scored()
    share = importance_share(importance, client, scored)[rows]
    key, cell = np.unique(pool[rows] * size + client[rows], return_inverse=True)
    group = key // size
    business = client_weight(organization, importance)[key % size]
    order = 1.0 if np.isinf(stringency) else stringency
    of_clients = group_means(cell, _recoded(organization, respondents, rows), share, order)
    return group_means(group, of_clients, business * sorted_sums(cell, share), 1.0)


def _recoded(organization: Organization, respondents: Respondents, rows: Integers) -> Floats:
    """Return some services' recoded shortfalls: averaged over their answers, or of their means without answers."""
    services = organization.services
    found = _classified(
        services["expectation"].to_numpy(float)[rows], services["fulfilment"].to_numpy(float)[rows], organization
    )
    answers = organization.responses
    if answers is None or not len(respondents.service) or "fulfilment" not in answers.columns:
        return found
    position = np.full(len(services) + 1, -1)
    position[rows] = np.arange(len(rows))
    got = answers["fulfilment"].to_numpy(float)
    used = np.flatnonzero(respondents.counted & (position[respondents.service] >= 0) & ~np.isnan(got))
    if not len(used):
        return found
    asked = (
        answers["expectation"].to_numpy(float)[used] if "expectation" in answers.columns else np.full(len(used), np.nan)
    )
    service = position[respondents.service[used]]
    answered = np.isin(np.arange(len(rows)), service)
    means = np.full(len(rows) + 1, np.nan)
    shortfalls = _classified(asked, got[used], organization)
    means[: int(service.max()) + 1] = group_means(service, shortfalls, np.ones(len(used)), 1.0)
    return np.where(answered, means[:-1], found)


def _classified(asked: Floats, got: Floats, organization: Organization) -> Floats:
    """Return what stands in for the shortfall of each pair of scores; NaN where it tells nothing."""
    (bottom, top), scoring = organization.settings.scale, organization.settings.scoring
    stated = ~np.isnan(asked)
    whole = np.where(stated, asked, top) - bottom
    shortfalls = np.clip(1.0 - divide_where(got - bottom, whole, whole > 0, 1.0), 0.0, 1.0)
    classes = (shortfall_classes((bottom, top), scoring, stated=kind) for kind in (True, False))
    with_expectation, without = (found.recode(shortfalls) for found in classes)
    return np.where(stated, with_expectation, without)


def _expected(expectation: Floats, told: Bools, customer: Bools, top: float) -> Floats:
    """Return what clients of each kind expect on average of the services that are not suppressed, shape (rows,)."""
    known = told & ~np.isnan(expectation)
    overall = _plain_mean(expectation[known], top)
    of_kind = [_plain_mean(expectation[known & (customer == kind)], overall) for kind in (False, True)]
    return np.where(customer, of_kind[1], of_kind[0])


def _plain_mean(values: Floats, otherwise: float) -> float:
    return float(np.sort(values).mean()) if len(values) else otherwise


def _client_means(values: Floats, weight: Floats, client: Integers, size: int) -> Floats:
    """Return each client's weighted mean of the known values, shape (n,); NaN where nothing known weighs."""
    known = ~np.isnan(values) & (weight > 0)
    weight = weight[known] / max(weight[known].max(initial=0.0), 1.0)
    total = sums(client[known], weight, size)
    return divide_where(sums(client[known], weight * values[known], size), total, total > 0, np.nan)


def group_means(group: Integers, values: Floats, weight: Floats, order: float) -> Floats:
    """Return the weighted mean of an order of each group's values; plain where all weigh 0, NaN without a value."""
    size = int(group.max()) + 1
    known = ~np.isnan(values)
    empty = sorted_sums(group, np.where(known, weight, 0.0)) <= 0
    weight = np.where(known, np.where(empty[group], 1.0, weight), 0.0)
    values = np.where(known, values, 0.0)
    highest = np.zeros(size)
    np.maximum.at(highest, group, values)
    part = np.divide(values, highest[group], out=np.zeros_like(values), where=highest[group] > 0)
    total = sorted_sums(group, weight)
    mean = np.divide(sorted_sums(group, weight * part**order), total, out=np.full(size, np.nan), where=total > 0)
    return np.asarray(highest * mean ** (1.0 / order))


def client_weight(organization: Organization, importance: Floats) -> Floats:
    """Return how much each department counts: a customer by its share of the business, all others alike; shape (n,).

    Customers to whom nothing matters do not count. Taken from public importances, unlike the network's.
    """
    departments, scored = organization.departments, organization.scored()
    client = organization.services["client"].cat.codes.to_numpy().astype(np.int64)
    matters = np.bincount(client[scored & (importance > 0)], minlength=len(departments)) > 0
    customer = departments["customer"].to_numpy(bool)
    weight = np.where(customer & matters, departments["weight"].to_numpy(float), 0.0)
    share = weight / max(weight.max(initial=0.0), np.finfo(float).tiny)
    return np.where(customer, share / max(share.sum(), 1.0), 1.0)


def importance_share(importance: Floats, client: Integers, scored: Bools) -> Floats:
    """Return each service's part of the importance of all scored services of its client, shape (rows,)."""
    weight = np.where(scored, importance, 0.0) / max(importance.max(initial=0.0), 1.0)
    total = sums(client, weight, int(client.max(initial=0)) + 1)[client]
    return divide_where(weight, total, total > 0)


def sums(group: Integers, values: Floats, size: int) -> Floats:
    """Add up the values of each of so many groups."""
    return np.asarray(np.bincount(group, values, size), np.float64)


def sorted_sums(group: Integers, values: Floats) -> Floats:
    """Add up each group's values from the smallest on, so that not even the last bit tells which was whose."""
    order = np.lexsort((values, group))
    return np.asarray(np.bincount(group[order], values[order]), np.float64)
