"""An attacker who knows everything but what one person in each group answered, the program included.

Hundreds of groups live in one organisation. For each possible answer of the single person (whole numbers on a known
scale) the organisation is made again with it and put through the disclosure control, and what results is compared, to
the last digit, with what resulted from the true answer. All that is ever published is computed from it, so that the
attacker sees at least as much as in all files together. The answers that fit are what the attacker is left with;
somebody who knows less is left with more.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization
from cxgraph.privacy.microaggregation import suppress_small_groups
from cxgraph.privacy.recoding import Classes

GROUPS = 300
COLUMNS = ("supplier", "client", "respondent", "expectation", "fulfilment", "importance")
SCORES = ["expectation", "fulfilment", "importance"]
KINDS = {
    "two services": lambda random: {"a": [1, random.integers(5, 10)]},
    "more services": lambda random: {"a": [1, random.integers(1, 4), random.integers(1, 5), random.integers(5, 9)]},
    "several clients": lambda _: {"a": [1, 1], "b": [1, 4]},
}
"""How many people answered for each service of each client of a group; the first is the single person."""


def draw_answers(kind, scale, *, weighted, seed=5):
    """Return whole-number answers, a row each, and the row of each group's single person."""
    random = np.random.default_rng(seed)
    bottom, top = scale
    rows, single = [], []
    for group in range(GROUPS):
        single.append(len(rows))
        for client, counts in KINDS[kind](random).items():
            name = f"g{group:03d}{client}"
            for service, people in enumerate(counts):
                for person in range(people):
                    asked = random.integers(bottom + (top - bottom) // 2, top + 1)
                    got, weight = random.integers(bottom, top + 1), random.integers(1, 4) if weighted else 1
                    rows.append((f"s{service}", name, f"{name}{person}", asked, got, weight))
    for client in sorted({row[1] for row in rows}):
        rows += [(client, "Buyers", f"{client}b{person}", top, bottom + 1 + person % 3, 1) for person in range(6)]
    return pd.DataFrame(rows, columns=COLUMNS), np.array(single)


def organization_of(answers, form, **options):
    """Return the organisation of single answers, or of a table of their means and numbers."""
    if form == "answers":
        return Organization.from_frames(None, responses=answers, min_respondents=5, **options)
    scores = {name: (name, "mean") for name in SCORES}
    means = answers.groupby(["supplier", "client"], as_index=False).agg(**scores, responses=("fulfilment", "size"))
    return Organization.from_frames(means, min_respondents=5, **options)


def guessed(organization, rows, single, answer):
    """Return the organisation as it would be had every single person given one answer (or one each)."""
    tables = {name: frame.copy() for name, frame in organization._tables.items()}
    for name, at in (("services", rows), ("responses", single)):
        if name in tables:
            for column, score in zip(SCORES, answer, strict=True):
                tables[name].loc[at, column] = np.asarray(score, float)
    return replace(organization, _tables=tables)


def fitting(answers, single, form, *, weights=(1,), **options):
    """Return for each single person the (expectation, fulfilment) and the importances that fit what is published.

    The attacker knows the importance while guessing the scores, and the scores while guessing the importance.
    """
    organization = organization_of(answers, form, **options)
    client = organization.services["client"].astype(str).to_numpy()
    supplier = organization.services["supplier"].astype(str).to_numpy()
    place = {pair: row for row, pair in enumerate(zip(supplier, client, strict=True))}
    rows = [place[tuple(pair)] for pair in answers.loc[single, ["supplier", "client"]].to_numpy()]
    number = np.unique([name[:4] for name in client], return_inverse=True)[1]

    def published(answer):
        shown = suppress_small_groups(guessed(organization, rows, single, answer))
        return shown.services[SCORES].fillna(-1.0).to_numpy(), shown.suppressed

    def fits(answer):
        scores, suppressed = published(answer)
        assert (suppressed.departments == kept.departments).all(), "what is suppressed tells of the answers"
        assert (suppressed.services == kept.services).all()
        return np.bincount(number, (scores != true).any(axis=1))[number[rows]] == 0

    truth = [answers.loc[single, name].to_numpy(float) for name in SCORES]
    true, kept = published(truth)
    assert kept.services[rows].all()
    steps = np.arange(options["scale"][0], options["scale"][1] + 1)
    pairs = {(asked, got): fits((asked, got, truth[2])) for asked in steps for got in steps}
    heavy = {weight: fits((truth[0], truth[1], weight)) for weight in weights}
    return [
        ([pair for pair, fit in pairs.items() if fit[at]], [weight for weight, fit in heavy.items() if fit[at]])
        for at in range(len(single))
    ]


def shortfalls(pairs, scale, scoring):
    """Return the shortfalls that some pairs of scores mean, worked out anew."""
    bottom, top = scale
    found = set()
    for asked, got in pairs:
        if scoring == "ratio":
            lacks = 1 - (got - bottom) / (asked - bottom) if asked > bottom else 0
        else:
            lacks = (asked - got if scoring == "gap" else top - got) / (top - bottom)
        found.add(round(min(max(lacks, 0), 1), 9))
    return found


def attack(kind, form, scale, scoring, *, weighted):
    """Count the persons whose scores or importance were recovered, and whose shortfall is one of fewer than three."""
    answers, single = draw_answers(kind, scale, weighted=weighted)
    weights = (1, 2, 3) if weighted else (1,)
    found = fitting(answers, single, form, weights=weights, scale=scale, scoring=scoring)
    seen = Counter(recovered=0, narrowed=0, weighed=0)
    for person, (pairs, fit) in zip(single.tolist(), found, strict=True):
        truth = answers.loc[person, SCORES].tolist()
        assert tuple(truth[:2]) in pairs, "the attacker misses what was really answered"
        seen["recovered"] += len(pairs) == 1
        seen["narrowed"] += len(shortfalls(pairs, scale, scoring)) < 3
        seen["weighed"] += weighted and len(fit) == 1
    return dict(seen)


NOBODY = {"recovered": 0, "narrowed": 0, "weighed": 0}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("form", ["answers", "means"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nobodys_answer_is_recovered_nor_narrowed_to_fewer_than_three_shortfalls(kind, form, weighted):
    assert attack(kind, form, (0, 10), "ratio", weighted=weighted) == NOBODY


@pytest.mark.parametrize(
    ("scale", "scoring"),
    [((1, 5), "ratio"), ((1, 5), "gap"), ((1, 7), "ratio"), ((1, 7), "gap"), ((0, 10), "gap"), ((0, 10), "perception")],
)
@pytest.mark.parametrize("form", ["answers", "means"])
def test_nor_on_other_scales_and_scorings(scale, scoring, form):
    assert attack("two services", form, scale, scoring, weighted=True) == NOBODY


def test_averages_of_exact_answers_would_tell(monkeypatch):
    """The attacker is able: without classes it recovers many answers and narrows nearly all."""
    monkeypatch.setattr(Classes, "recode", lambda _, lacks: lacks)
    seen = attack("two services", "means", (0, 10), "ratio", weighted=False)
    assert seen["recovered"] > GROUPS / 4
    assert seen["narrowed"] > 0.9 * GROUPS
