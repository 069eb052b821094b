"""Workbooks that tools export: the first sheet that holds a table, each cell as text."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from openpyxl import load_workbook

from cxgraph.intake.exports.sheet import SAMPLE_ROWS, Columns, Sheet, as_categories
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_


def open_spreadsheet(data: bytes, source: Source, log: ProblemLog, encoding: str | None = None) -> Sheet | None:
    """Open the first sheet of a workbook that holds anything."""
    del encoding
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    rows, lines = [], []
    for sheet in book.worksheets:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = tuple(map(_text, row))
            if any(cells):
                rows.append(cells)
                lines.append(number)
        if rows:
            break
    if not rows:
        log.add(
            "error", "no-table", N_("The workbook holds no table."), N_("Export the answers again."), file=source.name
        )
        return None
    width = len(rows[0])
    while width and not rows[0][width - 1]:
        width -= 1
    rows = [row[:width] + ("",) * (width - len(row)) for row in rows]

    def read(wanted: Sequence[int]) -> Columns | None:
        places = sorted(set(wanted))
        return Columns(
            {place: as_categories([row[place] for row in rows[1:]]) for place in places},
            np.asarray(lines[1:], np.int64),
        )

    return Sheet(source.name, source, rows[0], tuple(rows[1 : SAMPLE_ROWS + 1]), lines[0], read, "xlsx")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value).strip()
