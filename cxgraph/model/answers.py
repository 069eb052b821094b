"""Single answers become scores of services: their means, how many there are and how far they spread."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.arrays import Floats
from cxgraph.model.tallies import UNSCORED, group_scores, is_grouped, weights

KEYS = ("supplier", "client", "service")
_MOST_DECIMALS = 8


def services_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the services that answers speak of, scored by their means.

    Parameters
    ----------
    frame : DataFrame
        Typed answers: ``supplier``, ``client`` and what else there is of the table of responses; or groups of them
        (see `cxgraph.model.tallies`).

    Returns
    -------
    DataFrame
        One row for each (supplier, client, service) that anybody but its own supplier assessed, sorted, with the
        columns of the services: ``expectation``, ``fulfilment`` and ``importance`` are means over the answers that
        state them, ``responses`` counts the answers with a fulfilment, ``fulfilment_sd`` is their sample standard
        deviation (missing below two), ``kind`` the one most answers give.

    Notes
    -----
    Self-assessments never enter. Linear in the answers but for one sort of the services.

    Examples
    --------
    >>> answers = pd.DataFrame({"supplier": pd.Categorical(["IT", "IT"]), "client": pd.Categorical(["HR", "HR"]),
    ...                         "fulfilment": [6.0, 8.0]})
    >>> services_of(answers)[["fulfilment", "responses"]].values.tolist()
    [[7.0, 2.0]]
    """
    used = counted_answers(frame)
    rows = frame[used]
    keys = pd.DataFrame(
        {
            "supplier": rows["supplier"].cat.remove_unused_categories(),
            "client": rows["client"].cat.remove_unused_categories(),
            "service": service_names(rows),
        }
    )
    groups = keys.groupby(list(KEYS), observed=True, sort=True)
    number, count = groups.ngroup().to_numpy(), groups.ngroups
    table = groups.size().index.to_frame(index=False)
    for name in ("supplier", "client"):
        table[name] = pd.Categorical(table[name].astype(str))
    table["service"] = pd.Categorical(table["service"].astype(str))
    if is_grouped(rows):
        for name, scores in group_scores(rows, number, count).items():
            table[name] = scores
    for name in () if is_grouped(rows) else ("expectation", "fulfilment", "importance"):
        if name in rows.columns:
            table[name], stated, spread = grouped_moments(rows[name].to_numpy(float), number, count)
            if name == "fulfilment":
                table["responses"], table["fulfilment_sd"] = stated, spread
    if "kind" in rows.columns:
        answers = weights(rows) - (rows[UNSCORED].to_numpy() if is_grouped(rows) else 0)
        relational = np.bincount(number, answers * rows["kind"].astype(object).eq("relational").to_numpy(), count)
        said = np.bincount(number, answers * rows["kind"].notna().to_numpy(), count)
        table["kind"] = pd.Categorical(
            np.where(2 * relational > said, "relational", "formal"), categories=["formal", "relational"]
        )
    return table


def counted_answers(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which answers speak for a client: both ends are named and it is no self-assessment; shape (rows,)."""
    named = frame["supplier"].notna().to_numpy() & frame["client"].notna().to_numpy()
    apart = frame["supplier"].astype(object).to_numpy() != frame["client"].astype(object).to_numpy()
    if "source" not in frame.columns:
        return np.asarray(named & apart)
    return np.asarray(named & apart & frame["source"].astype(object).ne("self_assessment").to_numpy())


def service_names(frame: pd.DataFrame) -> pd.Series:
    """Return the service of each answer as text; one that names none is about the ``service`` as such."""
    if "service" not in frame.columns:
        return pd.Series("service", index=frame.index, dtype=object)
    return frame["service"].astype(object).where(frame["service"].notna(), "service")


def service_places(table: pd.DataFrame, services: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return where each row of a table stands among services, by supplier, client and name; -1 where it does not."""

    def key(frame: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_arrays(
            [frame["supplier"].astype(object), frame["client"].astype(object), service_names(frame)]
        )

    return np.asarray(key(services).get_indexer(key(table)), np.intp)


def grouped_moments(values: Floats, group: npt.NDArray[np.integer], count: int) -> tuple[Floats, Floats, Floats]:
    """Return mean, number and sample standard deviation of the stated values of each group.

    Parameters
    ----------
    values : float array, shape (a,)
        NaN where nothing was stated.
    group : int array, shape (a,)
        Group of each, 0 to count - 1.
    count : int
        Groups.

    Returns
    -------
    mean, number, spread : float arrays, shape (count,)
        The mean is NaN without a value, the spread below two.
    """
    stated = np.argsort(values)[: np.count_nonzero(~np.isnan(values))]  # sums then repeat exactly in any row order
    group, values = group[stated], values[stated]
    number = np.bincount(group, minlength=count).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(group, values, count) / number
        centred = values - mean[group]  # sums of squares of centred values keep their digits
        mean = mean + np.bincount(group, centred, count) / number
        spread = np.sqrt(np.bincount(group, centred**2, count) / (number - 1.0))
    return mean, number, np.where(number >= 2, spread, np.nan)


def rounding_step(values: Floats) -> float:
    """Return the step that numbers were rounded to: 0.01 where all of them have at most two decimals.

    Parameters
    ----------
    values : float array
        NaN is skipped.

    Returns
    -------
    float
        A power of ten, 1 at the most; 1e-8 where they were hardly rounded at all.

    Examples
    --------
    >>> rounding_step(np.array([7.25, 8.5, np.nan]))
    0.01
    """
    stated = values[~np.isnan(values)]
    for decimals in range(_MOST_DECIMALS):
        if np.allclose(stated, np.round(stated, decimals), rtol=0, atol=1e-9):
            return float(10.0**-decimals)
    return float(10.0**-_MOST_DECIMALS)
