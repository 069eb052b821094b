"""Data frames on their way in: the same headers, types and checks as files, without the files."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxgraph.model.columns import type_table
from cxgraph.model.headers import match_headers
from cxgraph.model.schema import TABLES
from cxgraph.model.tables import Findings, RawTable, TypedTable


def typed_frame(frame: pd.DataFrame, table: str, findings: Findings) -> TypedTable:
    """Match a frame's columns to a table of the schema and type them.

    Parameters
    ----------
    frame : DataFrame
        Named columns; the index is ignored.
    table : str
        Name of the schema's table.
    findings : Findings
        Collects problems.

    Returns
    -------
    TypedTable
        Only the columns that were recognised.
    """
    headers = [str(header) for header in frame.columns]
    places = match_headers(headers, TABLES[table], findings=findings, file=table)
    columns = {}
    for name, place in places.items():
        values = frame.iloc[:, place]
        numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
        columns[name] = (values.to_numpy(dtype=float, na_value=np.nan) if numeric
                         else values.astype(object).where(values.notna(), "").to_numpy())
    return type_table(RawTable(table, columns, {name: headers[place] for name, place in places.items()}, table),
                      findings)
