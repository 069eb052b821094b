"""Rows of the services in their fixed order, with all columns of the schema."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.arrays import Indices
from cxgraph.tables.raw import TypedTable


def services_frame(services: TypedTable, rows: Indices, ids: pd.Series) -> pd.DataFrame:
    """Return some rows with all columns of the schema: department numbers as codes, defaults filled in."""
    frame, size = services.frame, len(rows)
    index = pd.Index(ids)
    whole = len(rows) == len(services)

    def column(name: str) -> Any:
        values = frame[name]
        return values.array if whole else values.array.take(rows)

    def departments(name: str) -> pd.Categorical:
        given = column(name)
        position = index.get_indexer(given.categories)
        codes = np.where(given.codes >= 0, position[given.codes], -1) if len(position) else given.codes
        return pd.Categorical.from_codes(codes, categories=index, validate=False)

    def labels(name: str, default: str, categories: list[str] | None = None) -> pd.Categorical[str]:
        if name not in frame.columns:
            return pd.Categorical.from_codes(np.zeros(size, np.int8), categories=pd.Index(categories or [default]))
        given = column(name)
        names = list(given.categories)
        wanted = categories or sorted({*names, *([default] if (given.codes < 0).any() else [])})
        position = pd.Index(wanted).get_indexer(pd.Index(names)) if names else np.zeros(0, np.intp)
        blank = wanted.index(default) if default in wanted else -1
        codes = np.where(given.codes >= 0, position[given.codes] if names else 0, blank)
        return pd.Categorical.from_codes(codes, categories=pd.Index(wanted), validate=False)

    def numbers(name: str, default: float = np.nan) -> npt.NDArray[np.float64]:
        if name not in frame.columns:
            return np.full(size, default)
        values = np.asarray(column(name), float)
        return values if np.isnan(default) else np.where(np.isnan(values), default, values)

    lines = services.lines
    return pd.DataFrame(
        {
            "supplier": departments("supplier"),
            "client": departments("client"),
            "service": labels("service", "service"),
            "kind": labels("kind", "formal", ["formal", "relational"]),
            "expectation": numbers("expectation"),
            "fulfilment": numbers("fulfilment"),
            "importance": numbers("importance", 1.0),
            "responses": numbers("responses"),
            "fulfilment_sd": numbers("fulfilment_sd"),
            # A level that was agreed is no score: the column is there where somebody states it.
            **({"commitment": numbers("commitment")} if "commitment" in frame.columns else {}),
            "line": rows + 1 if lines is None else lines[rows],
        }
    )


def sort_order(table: pd.DataFrame) -> Indices:
    """Return the order by supplier, client and service; rows that tie keep theirs."""
    keys = [table[name].cat.codes.to_numpy().astype(np.int64) for name in ("supplier", "client", "service")]
    sizes = [max(len(table[name].cat.categories), 1) for name in ("supplier", "client", "service")]
    if np.prod([float(size) for size in sizes]) < 2**62:
        return np.argsort((keys[0] * sizes[1] + keys[1]) * sizes[2] + keys[2], kind="stable")
    return np.lexsort(keys[::-1])
