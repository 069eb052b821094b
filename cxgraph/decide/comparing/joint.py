"""One organisation out of several waves, so that their transmissions are estimated together."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cxgraph.model.organization import Organization

_KEYS = ["supplier", "client", "service"]
_SCORES = ["expectation", "fulfilment", "importance"]
_OPTIONS = ("language", "scale", "scoring", "stringency", "min_responses", "min_respondents", "currency")


def pool_waves(waves: Sequence[Organization]) -> Organization:
    """Return the waves' average: every service that any of them scored, with its mean scores.

    Parameters
    ----------
    waves : sequence of Organization
        With the same ids and scale.

    Returns
    -------
    Organization
        Answers are counted together; transmissions that the tables state are left out. A department passes on alike
        in all waves, and means over waves are less noisy than any of them: what is estimated here holds for each.

    Examples
    --------
    >>> services = pd.DataFrame({"supplier": ["IT"], "client": ["Buyers"], "expectation": [10], "fulfilment": [5]})
    >>> one = Organization.from_frames(services)
    >>> two = Organization.from_frames(services.assign(fulfilment=7))
    >>> pool_waves([one, two]).services["fulfilment"].item()
    6.0
    """
    tables = []
    for wave in waves:
        table = wave.services
        tables.append(table[wave.scored()].astype(dict.fromkeys((*_KEYS, "kind"), str)))
    every = pd.concat(tables, ignore_index=True)
    groups = every.groupby(_KEYS, sort=True)
    services = groups[_SCORES].mean()
    services["kind"] = groups["kind"].first()
    services["responses"] = groups["responses"].sum(min_count=1)
    services["fulfilment_sd"] = groups["fulfilment_sd"].mean()
    last = waves[-1].settings
    departments = pd.concat([wave.departments for wave in reversed(waves)], ignore_index=True)
    departments = departments.drop_duplicates("id").sort_values("id")
    customers = [str(one) for one in departments.loc[departments["customer"].astype(bool), "id"]]
    known = set(departments["id"].astype(str))
    parent = departments["parent"].where(departments["parent"].isin(known), None)
    kept = departments.assign(parent=parent)[["id", "name", "kind", "parent", "weight"]]
    options = {name: getattr(last, name) for name in _OPTIONS}
    return Organization.from_frames(services.reset_index(), kept, name=last.name, customers=customers, **options)
