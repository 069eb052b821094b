"""Departments that have another name, or have become one, in the other wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring

_KEYS = ["supplier", "client", "service"]


def rename_departments(
    organization: Organization, renamed: Mapping[str, str], scoring: Scoring, stringency: float
) -> Organization:
    """Return an organisation with other ids; departments that get the same one are merged.

    Parameters
    ----------
    organization : Organization
        As it was measured.
    renamed : mapping of str to str
        New ids by old ones; the others keep theirs.
    scoring, stringency
        Of the analysis, by which services that fall together are averaged.

    Returns
    -------
    Organization
        With the same J. Services between departments that are now one are gone. Services that now have the same
        supplier, client and name are one: importances, answers and weights are summed, and the score is the one at
        which the client lacks what the two lacked together, (sum of w d^rho / sum of w)^(1/rho).

    Raises
    ------
    ParameterError
        An id that does not exist.
    """
    if not renamed:
        return organization
    departments = organization.departments
    known = [str(one) for one in departments["id"]]
    for name in renamed:
        if name not in known:
            guess = closest_name(str(name), known)
            raise ParameterError(
                "{missing} is not the id of a department."
                if guess is None
                else "{missing} is not the id of a department; did you mean {guess!r}?",
                missing=repr(name),
                guess=guess or "",
            )
    new = {one: str(renamed.get(one, one)) for one in known}
    merged = len(set(new.values())) < len(known)
    tables: dict[str, Any] = dict(organization._tables)
    tables["departments"] = _departments(departments, new)
    ids = pd.Index(tables["departments"]["id"])
    tables["services"] = _services(organization.services, new, ids)
    if merged:
        tables["services"] = _collapsed(tables["services"], organization, scoring, stringency)
    tables.pop("history", None)
    if organization.responses is not None:
        tables["responses"] = _mapped(organization.responses, new)
    return replace(organization, _tables=tables, suppressed=None)


def _departments(departments: pd.DataFrame, new: Mapping[str, str]) -> pd.DataFrame:
    table = departments.astype({"id": object}).assign(id=departments["id"].astype(str).map(new))
    if "parent" in table:
        table["parent"] = table["parent"].astype(object).map(lambda one: new.get(one, one))
        table.loc[table["parent"] == table["id"], "parent"] = None
    weight = table.groupby("id", sort=False)["weight"].sum()
    first = table.drop_duplicates("id").sort_values("id", kind="stable").reset_index(drop=True)
    return first.assign(weight=first["id"].map(weight).to_numpy())


def _mapped(table: pd.DataFrame, new: Mapping[str, str]) -> pd.DataFrame:
    """Return answers with the new ids; those about what is now inside one department are left out."""
    ends = {end: table[end].astype(object).map(lambda one: new.get(one, one)) for end in ("supplier", "client")}
    apart = (ends["supplier"] != ends["client"]).to_numpy()
    return table.assign(**{end: values.astype("category") for end, values in ends.items()})[apart].reset_index(
        drop=True
    )


def _services(table: pd.DataFrame, new: Mapping[str, str], ids: pd.Index) -> pd.DataFrame:
    ends = {end: table[end].astype(str).map(new) for end in ("supplier", "client")}
    changed = table.assign(**{end: pd.Categorical(values, categories=ids) for end, values in ends.items()})
    changed = changed[(ends["supplier"] != ends["client"]).to_numpy()]
    return _sorted(changed)


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    keys = [table[end].cat.codes.to_numpy() for end in ("supplier", "client")]
    order = np.lexsort((table["service"].cat.codes.to_numpy(), keys[1], keys[0]))
    return table.iloc[order].reset_index(drop=True)


def _collapsed(table: pd.DataFrame, organization: Organization, scoring: Scoring, rho: float) -> pd.DataFrame:
    """Make one of services with the same ends and name."""
    again = table.duplicated(_KEYS, keep=False)
    if not again.any():
        return table
    bottom, top = organization.settings.scale
    rows = []
    for _, group in table[again].groupby(_KEYS, observed=True, sort=False):
        scored = group[group["fulfilment"].notna() & (group["expectation"].notna() | (scoring == "perception"))]
        rows.append(group.iloc[0] if not len(scored) else _one(scored, bottom, top, scoring, rho))
    joined = pd.DataFrame(rows).astype(table.dtypes.to_dict())
    return _sorted(pd.concat([table[~again], joined], ignore_index=True).astype(table.dtypes.to_dict()))


def _one(group: pd.DataFrame, bottom: float, top: float, scoring: Scoring, rho: float) -> pd.Series:
    """Return the service that stands for several."""
    importance = group["importance"].to_numpy(float)
    weight = importance / importance.sum() if importance.sum() > 0 else np.full(len(group), 1.0 / len(group))
    expectation, fulfilment = (group[name].to_numpy(float) for name in ("expectation", "fulfilment"))
    reach = {"ratio": expectation - bottom, "gap": np.full(len(group), top - bottom)}
    unit = reach.get(scoring, np.full(len(group), top - bottom))
    reference = np.full(len(group), top) if scoring == "perception" else expectation
    lacks = np.clip(np.divide(reference - fulfilment, unit, out=np.zeros(len(group)), where=unit > 0), 0.0, 1.0)
    worst = lacks[weight > 0].max(initial=0.0)
    if worst > 0 and not np.isinf(rho):
        together = worst * float(weight @ (lacks / worst) ** rho) ** (1.0 / rho)
    else:
        together = float(worst)
    expected = float(weight @ expectation)
    level = {"ratio": bottom + (1.0 - together) * (expected - bottom), "gap": expected - together * (top - bottom)}
    row = group.iloc[0].copy()
    row["importance"], row["expectation"] = float(importance.sum()), expected
    row["fulfilment"] = level.get(scoring, top - together * (top - bottom))
    if together == 0:
        row["fulfilment"] = max(float(weight @ fulfilment), row["fulfilment"])
    count = group["responses"].to_numpy(float)
    spread = group["fulfilment_sd"].to_numpy(float)
    row["responses"] = float(count.sum())
    row["fulfilment_sd"] = float(np.sqrt(count @ spread**2 / count.sum())) if count.sum() > 0 else np.nan
    return row
