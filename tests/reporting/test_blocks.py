"""Cells: plain values, how they are tinted, and when a cell is long."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from cxgraph.reporting.blocks import Grid, Suppressed, TableColumn, plain_cell
from cxgraph.reporting.columns import _type
from cxgraph.reporting.formats.html import _cell_class, _row_class
from cxgraph.reporting.sections.audit import evidence_text
from cxgraph.tables.schema import TABLES
from cxgraph.wording import Translator

TRANSLATE = Translator("en")


@pytest.mark.parametrize("value", [None, True, False, "x", "", 3, -0.5])
def test_what_is_plain_stays_as_it_is(value):
    assert plain_cell(value) is value


def test_what_is_missing_or_not_finite_is_no_cell():
    hidden = Suppressed(5) if Suppressed.__init__ is not object.__init__ else Suppressed()
    assert plain_cell(hidden) is hidden
    for value in (math.nan, math.inf, -math.inf, np.float32("nan"), pd.NaT, pd.NA, np.datetime64("NaT")):
        assert plain_cell(value) is None
    assert plain_cell(np.bool_(True)) is True
    assert plain_cell(pd.Period("2025-03")) == "2025-03"


@pytest.mark.parametrize(
    ("cell", "kind", "heat", "expected"),
    [
        ("2025-03-31", "text", False, "day"),
        ("Sales", "text", False, ""),
        ("Sales", "number", False, "number"),
        (0.71, "percent", True, "number"),
        (0.7, "percent", True, "number"),
        (0.69, "percent", True, "number shade1"),
        (0.5, "percent", True, "number shade1"),
        (0.49, "percent", True, "number shade2"),
        (0.29, "percent", True, "number shade3"),
        (0.29, "percent", False, "number"),
        (None, "percent", True, "number"),
    ],
)
def test_classes_of_cells(cell, kind, heat, expected):
    assert _cell_class(cell, TableColumn("c", kind, (cell,), heat=heat)) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, ""), (0.019, ""), (0.02, "shade1"), (0.05, "shade2"), (0.149, "shade2"), (0.15, "shade3")],
)
def test_rows_are_tinted_by_their_share(share, expected):
    assert _row_class(Grid("g", "g", (TableColumn("c", "percent", (share,)),), (share,)), 0) == expected
    assert _row_class(Grid("g", "g", (TableColumn("c", "percent", (share,)),)), 0) == ""


def test_columns_say_what_they_take():
    told = {column.name: _type(column, TRANSLATE) for column in TABLES["departments"]}
    assert told["transmission"] == "number, [0, 1)"
    assert told["weight"] == "number ≥ 0"
    assert told["name"] == "text"


def test_evidence_names_both_ends_once_and_leaves_out_what_is_missing():
    few = {("it", "sales", "help")}
    context = SimpleNamespace(
        translate=TRANSLATE,
        name={"it": "IT", "sales": "Sales"}.get,
        marked=lambda *service: f"{service[2]} (few)" if service in few else service[2],
    )
    row = {"supplier": "it", "client": "sales", "service": "help", "share": 0.5, "title": None}
    text = evidence_text(row, context)
    assert text.startswith("IT → Sales: help (few); ")
    assert text.count("IT") == text.count("help") == 1
    assert text.endswith("50.0\xa0%")
    assert "title" not in text
    alone = evidence_text({"supplier": "it", "share": 0.5}, context)
    assert alone.startswith("supplier: IT; ")
