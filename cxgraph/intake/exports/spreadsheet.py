"""Workbooks that tools export: the first sheet that holds anything, each cell as text."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from cxgraph.intake.exports.sheet import SAMPLE_ROWS, Columns, Sheet, as_categories
from cxgraph.intake.workbooks.sheets import Sheet as Tab
from cxgraph.intake.workbooks.sheets import Value, cell_name
from cxgraph.intake.workbooks.tables import read_sheets
from cxgraph.model.organization import Source
from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog
from cxgraph.wording import N_

_HEADER_ROWS = 3


def open_spreadsheet(data: bytes, source: Source, log: ProblemLog, encoding: str | None = None) -> Sheet | None:
    """Open the first sheet of a workbook that holds anything.

    Parameters
    ----------
    data : bytes
        The whole file.
    source : Source
        What it is.
    log : ProblemLog
        Takes what is wrong with it.
    encoding : str, optional
        Not used: workbooks say their own.

    Returns
    -------
    Sheet or None
        None where there is no table, which has then been said. Dates are written as ISO days and times.
    """
    del encoding
    tabs = read_sheets(data, log, source.name)
    if tabs is None:
        return None
    filled = [tab for tab in tabs if not tab.empty]
    if not filled:
        log.add(
            "error",
            "no-table",
            N_("The workbook holds no table."),
            N_("Export the answers again."),
            file=source.name,
        )
        return None
    tab = filled[0]
    if len(filled) > 1:
        log.add(
            "note",
            "one-sheet",
            N_("Sheet '{sheet}' is read; the workbook has {count} more."),
            file=source.name,
            sheet=tab.name,
            count=len(filled) - 1,
        )
    if _holes(tab, log, source.name):
        return None
    return _as_table(tab, source)


def _as_table(tab: Tab, source: Source) -> Sheet:
    lines = [number for number, row in enumerate(tab.rows, 1) if any(map(_text, row))]
    rows = [tuple(map(_text, tab.rows[number - 1])) for number in lines]
    width = max(map(len, rows[:_HEADER_ROWS]))
    rows = [row[:width] + ("",) * (width - len(row)) for row in rows]

    def read(wanted: Sequence[int]) -> Columns:
        cells = {place: as_categories([row[place] for row in rows[1:]]) for place in sorted(set(wanted))}
        return Columns(cells, np.asarray(lines[1:], np.int64))

    return Sheet(source.name, source, rows[0], tuple(rows[1 : SAMPLE_ROWS + 1]), lines[0], read, "xlsx")


def _holes(tab: Tab, log: ProblemLog, file: str) -> bool:
    """Report formulas without a value and merged cells below the header; return whether there are any."""
    lone = sorted(tab.uncomputed)
    for row, column in lone[:LISTED_PER_RULE]:
        log.add(
            "error",
            "formula-without-value",
            N_("Cell {cell} holds a formula without its value."),
            N_("Open the workbook in a spreadsheet program and save it there, or replace formulas by their values."),
            file=f"{file} [{tab.name}]",
            line=row,
            cell=cell_name(row, column),
        )
    merged = [area for area in tab.merged if area.bottom > _HEADER_ROWS]
    for area in merged[:LISTED_PER_RULE]:
        log.add(
            "error",
            "merged-cells",
            N_("Cells {area} are merged: only the first of them holds a value."),
            N_("Unmerge them and write the value into each cell."),
            file=f"{file} [{tab.name}]",
            line=area.top,
            area=str(area),
        )
    return bool(lone or merged)


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value).strip()
