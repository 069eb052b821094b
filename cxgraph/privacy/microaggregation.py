"""Small groups keep their scores to themselves: an organisation that everybody may see.

What a cascade computes hangs together: totals, reaches, paths and what-ifs are equations in the same scores, at several
transmissions. Blanking cells of single tables, and others beside them, therefore hides nothing for long: with enough
equations the blanks can be solved for, and answers are whole numbers, which a few exact averages determine. So the
scores themselves are replaced, once, before anything is computed: answers are recoded into wide classes
(`cxgraph.privacy.recoding`), the classes averaged over groups of enough people (microaggregation). Every figure that
leaves is a figure of these averages: whoever combines them gets back classes, and nothing beyond.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from cxgraph.model.answers import KEYS, counted_answers, service_names
from cxgraph.model.arrays import Bools, Floats, Integers
from cxgraph.model.halo import without_halo
from cxgraph.model.organization import Organization
from cxgraph.model.suppressed import Suppressed
from cxgraph.privacy.averages import NO_POOL, client_weight, importance_share, public_importance, replaced_scores
from cxgraph.privacy.respondents import SCORES, Respondents, count_respondents, service_rows
from cxgraph.wording import N_, Translator

DOMINANT = 0.8
"""Part of a group's average above which one service would be as good as told by it."""


def suppress_small_groups(organization: Organization) -> Organization:
    """Return an organisation without what fewer than ``min_respondents`` people answered for.

    Services for which too few people answered are joined, client by client, with each other and with the client's
    least answered other services until enough people are together and no service makes up most of the group. All of a
    group's services get the average shortfall of its recoded answers, an expectation that others stated, and one
    importance. A client whose services do not suffice is joined with other clients: customers with customers, the
    others among themselves. Where no group is large enough, or the scale too coarse for classes, a service gets the
    average of its client's other services, and loses its scores where there is none.

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
    An unknown number of people counts as none. *Protected*: every answer behind a suppressed service, expectation and
    fulfilment, enters as its class alone, and each class holds three or more shortfalls of whole-number answers
    (`shortfall_classes`); stated expectations and importances do not enter. So even somebody who knows all other
    answers, and holds results with other options side by side, is left with three possible shortfalls. Where a table
    gives only means, the mean is recoded: that of one person is protected in the same way, those of several people
    against all who do not know the others' answers. *Cost*: what a client of such services lacks moves, by less than
    the width of the classes; the README says by how much. *Not protected*: in which class an answer is, from somebody
    who knows the others'; a guess at the whole of a table, which its SHA-256 confirms. Linear in services and answers
    but for sorting.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapters 3 (global recoding, microaggregation)
    and 4 (the dominance rule; secondary suppression, which linked tables undo).
    """
    min_respondents = organization.settings.min_respondents
    if min_respondents <= 1 or organization.suppressed is not None:
        return organization
    if organization.measured is not None:  # classes are those of answers as people gave them
        shown = suppress_small_groups(organization.measured)
        return organization if shown is organization.measured else without_halo(shown)
    respondents, services = count_respondents(organization), organization.services
    told = services["fulfilment"].notna().to_numpy() | services["expectation"].notna().to_numpy()
    small = told & ~respondents.enough_for_service
    scored = organization.scored()
    importance = public_importance(organization, respondents, small)
    pool = _pools(organization, small & scored, _Crowd.of(organization, respondents, importance), min_respondents)
    replaced = replaced_scores(organization, respondents, small, pool, importance)
    hidden = small | (replaced.pool != NO_POOL)
    protects = bool(hidden.any() or respondents.few_importance.any())
    problems = tuple(problem for problem in organization.problems if not (problem.scores and protects))
    found = Suppressed(
        min_respondents,
        hidden,
        small & np.isnan(replaced.fulfilment),
        _departments(organization, respondents, replaced.pool, hidden),
        protects,
        int((respondents.few_importance & ~hidden & scored).sum()),
    )
    if not found.any:
        return organization
    tables = {**organization._tables, "services": replaced.table(services, hidden)}
    if organization.responses is not None:
        tables["responses"] = _without_answers(
            organization.responses, services, found.services, respondents.few_importance
        )
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
                "Suppressed: {services} services and {departments} departments, because fewer than {least} people "
                "answered for them (min_respondents), or because they could be worked out from those of others. In "
                "all totals a coarse average of a group of enough people stands in for them, so that totals are "
                "approximate."
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
    if found.importances:
        parts.append(
            translate(
                N_(
                    "{count} services are shown with their client's average importance in place of their own, which "
                    "fewer than {least} people stated."
                ),
                count=translate.number(found.importances),
                least=found.min_respondents,
            )
        )
    parts.append(translate(N_("Remarks on the tables that mention scores are suppressed too.")))
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
    def of(cls, organization: Organization, respondents: Respondents, importance: Floats) -> _Crowd:
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
        weight = client_weight(organization, importance)
        weighs = importance_share(importance, client, organization.scored()) * weight[client]
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
    """Return the number of each service's group; `NO_POOL` for those that stand alone."""
    scored = np.flatnonzero(organization.scored())
    order = scored[np.lexsort((crowd.people[scored], ~small[scored], crowd.client[scored]))]
    ends = np.searchsorted(crowd.client[order], np.arange(len(organization.departments) + 1))
    rows_of = [order[begin:end] for begin, end in pairwise(ends.tolist())]
    pool = np.full(len(organization.services), NO_POOL)
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
            client, number = code[pool != NO_POOL], pool[pool != NO_POOL]
            pairs = np.unique(np.column_stack((number, client)), axis=0) if len(client) else np.zeros((0, 2), np.int64)
            several = np.bincount(pairs[:, 0], minlength=1)[pairs[:, 0]] > 1
            suppressed[pairs[several, 1]] = True
            suppressed |= (every > 0) & (
                np.bincount(code[scored & hidden & (pool == NO_POOL)], minlength=size) == every
            )
    return suppressed


def _without_answers(answers: pd.DataFrame, services: pd.DataFrame, hidden: Bools, few: Bools) -> pd.DataFrame:
    """Return the answers, without scores and comments where their service is withheld, or unknown with that client.

    Importances that too few people stated go too.
    """
    if not {"supplier", "client"} <= set(answers.columns):
        return answers
    place = service_rows(services, answers)
    known = place >= 0
    away = np.where(known, hidden[np.maximum(place, 0)], counted_answers(answers))
    which = dict.fromkeys(SCORES, away) | {
        "importance": away | (known & few[np.maximum(place, 0)]),
        "comment": away,
    }
    return answers.assign(**{name: answers[name].mask(gone) for name, gone in which.items() if name in answers})


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
    return history.assign(**emptied, importance=history["importance"].mask(away, 1.0))
