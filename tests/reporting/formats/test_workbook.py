"""The workbook: a sheet for each table, real numbers equal to result.json, and never a formula."""

import io
import json
import re
import zipfile

import numpy as np
import openpyxl
import pytest

from cxgraph.reporting.blocks import Document, Grid, Paragraph, Section, Suppressed, TableColumn
from cxgraph.reporting.formats.workbook import MOST_ROWS, render_workbook
from cxgraph.wording import Translator


def book_of(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def document(*grids):
    return Document("en", "Firm", "s", (Section("finding", "The finding", (Paragraph("=1+1", "key"), *grids)),))


@pytest.fixture(params=["en", "es"])
def locale(request):
    return request.param


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "=cmd|' /C calc'!A0", "http://x.y", "{=1}", "\t=1"])
def test_texts_are_never_formulas_or_links(text):
    content = render_workbook(
        document(Grid("t", "c", (TableColumn("=h", "text", (text,)), TableColumn("n", "count", (1,))))),
        Translator("en"),
    )
    book = book_of(content)
    cells = [cell for row in book["t"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells] == ["s", "s", "s", "n"]
    assert book["t"]["A2"].value == text
    assert book["t"]["A2"].hyperlink is None
    assert "<f>" not in "".join(
        zipfile.ZipFile(io.BytesIO(content)).read(name).decode()
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
        if "sheet" in name
    )


def test_no_sheet_of_a_sample_holds_a_formula(make_files, locale):
    with zipfile.ZipFile(io.BytesIO(make_files("hotel", locale)["report.xlsx"])) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) > 5
        for name in sheets:
            assert b"<v>" in parts.read(name) or b"<is>" in parts.read(name)
            assert b"<f>" not in parts.read(name)
            assert b"<f " not in parts.read(name)


def test_numbers_are_those_of_the_result(make_files):
    files = make_files("hotel")
    result, book = json.loads(files["result.json"]), book_of(files["report.xlsx"])
    rows = list(book["Services"].iter_rows(min_row=2, values_only=True))
    names = {row["id"]: row["name"] for row in result["departments"]}
    assert len(rows) == len(result["services"])
    for row, told in zip(rows, result["services"], strict=True):
        assert row[:3] == (names[told["supplier"]], names[told["client"]], told["service"])
        # Excel keeps 16 or 17 digits; openpyxl reads what is written.
        assert row[3:12] == pytest.approx(
            [
                told[name]
                for name in (
                    "expectation",
                    "fulfilment",
                    "answers",
                    "shortfall",
                    "inherited",
                    "own",
                    "absorbed",
                    "reach",
                    "share",
                )
            ],
            rel=1e-14,
        )


def numbers_of(value):
    """Yield the numbers of every object of a result, each object's together."""
    if isinstance(value, dict):
        yield [float(number) for number in value.values() if type(number) in (int, float)]
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from numbers_of(part)


# Rows put together from several objects of the result: a department's dimensions, its methods, a way and its place.
WIDE = ("Practices", "Transmission", "Paths")


@pytest.mark.parametrize("name", ["hotel", "clinica", "worked_example"])
def test_every_number_of_every_sheet_is_one_of_the_result(make_files, name):
    files = make_files(name)
    objects = [np.array(numbers) for numbers in numbers_of(json.loads(files["result.json"])) if numbers]
    objects += [100 * numbers for numbers in objects]  # points are written as points, in the result they are fractions
    objects = [np.concatenate(pair) for pair in zip(objects, objects[len(objects) // 2 :], strict=False)]
    everything, checked = np.concatenate(objects), 0
    for sheet in book_of(files["report.xlsx"]).worksheets[1:]:
        if sheet.title == "Actions":  # the organisation's own table, which the result does not repeat
            continue
        for row in sheet.iter_rows(min_row=2, values_only=True):
            told = np.array([cell for cell in row if type(cell) in (int, float)], float)
            found = any(
                np.isclose(told[:, None], numbers, rtol=1e-13, atol=0).any(axis=1).all()
                for numbers in ([everything] if sheet.title in WIDE else objects)
            )
            assert found or not len(told), (sheet.title, row)
            checked += len(told)
    assert checked > 100


def test_heads_are_frozen_and_filtered_and_colours_conditional(make_files, locale):
    book = book_of(make_files("hotel", locale)["report.xlsx"])
    tables = book.worksheets[1:]
    assert len(tables) > 15
    for sheet in tables:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
    coloured = book["Services" if locale == "en" else "Servicios"]
    assert len(coloured.conditional_formatting) > 3
    assert coloured["L2"].number_format == "0.0%"
    with zipfile.ZipFile(io.BytesIO(make_files("hotel", locale)["report.xlsx"])) as parts:
        assert len([name for name in parts.namelist() if name.startswith("xl/charts/chart")]) == 2


@pytest.mark.parametrize(("name", "customers"), [("hotel", 3), ("worked_example", 1)])
def test_charts_show_the_shares_of_customers_and_departments(make_files, name, customers):
    book = book_of(make_files(name)["report.xlsx"])
    charts = [chart.series[0] for chart in book.worksheets[0]._charts]
    found = {series.val.numRef.f.split("!")[0]: (series.cat.strRef.f, series.val.numRef.f) for series in charts}
    rows = min(book["Departments"].max_row, 13)
    assert found == {
        "Customers": (
            f"Customers!$A$2:$A${customers + 1}".replace("$A$2:$A$2", "$A$2"),
            f"Customers!$D$2:$D${customers + 1}".replace("$D$2:$D$2", "$D$2"),
        ),
        "Departments": (f"Departments!$A$2:$A${rows}", f"Departments!$E$2:$E${rows}"),
    }
    assert book["Customers"]["D1"].value == book["Departments"]["E1"].value == "share of the gap"


def test_sheets_are_named_once_and_as_excel_allows():
    grids = [
        Grid(name, "c", (TableColumn("h", "text", ("x",)),))
        for name in ("a/b[c]*?:\\'", "Same", "same", "n" * 60, "", "Summary")
    ]
    names = book_of(render_workbook(document(*grids), Translator("en"))).sheetnames
    assert len({name.casefold() for name in names}) == 7
    assert not [name for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\]", name)]


def test_equal_documents_give_equal_bytes_with_a_fixed_date(make_files, make_teller):
    from cxgraph.reporting.document import build_document

    context = make_teller("worked_example")
    first, second = (render_workbook(build_document(context), context.translate) for _ in range(2))
    assert first == second
    assert book_of(first).properties.created.year == 2000


def test_what_does_not_fit_is_said_and_what_is_withheld_is_words():
    grid = Grid("Long", "caption", (TableColumn("n", "count", (*range(MOST_ROWS + 1),)),))
    held = Grid("Held", "c", (TableColumn("n", "percent", (Suppressed(5), None, 0.5)),))
    book = book_of(render_workbook(document(grid, held), Translator("en")))
    assert book["Long"].max_row == MOST_ROWS + 1
    assert any("The first 20,000 rows of 20,001." in str(row) for row in book["Summary"].values)
    assert [row[0] for row in book["Held"].iter_rows(min_row=2, values_only=True)] == [
        "fewer than 5 answers",
        None,
        0.5,
    ]


def test_each_column_has_the_format_of_its_kind():
    grid = Grid(
        "t",
        "c",
        (
            TableColumn("who", "text", ("IT",)),
            TableColumn("n", "count", (1234,)),
            TableColumn("share", "percent", (0.5,)),
            TableColumn("reach", "percent", (0.02636,), 2),
            TableColumn("score", "number", (7.25,)),
            TableColumn("cost", "number", (1800.0,), 0),
            TableColumn("p", "number", (0.0004,), 3),
        ),
    )
    formats = [cell.number_format for cell in book_of(render_workbook(document(grid), Translator("en")))["t"][2]]
    assert formats == ["@", "#,##0", "0.0%", "0.00%", "0.00", "#,##0", "0.000"]


def test_rows_that_wrap_have_their_height():
    long = "one word after another " * 20
    texts = ("short", long, "倉庫" * 50, "CAPITALS " * 12, "two\nlines", "x" * 900)
    columns = (TableColumn("a", "text", texts), TableColumn("b", "count", tuple(range(len(texts)))))
    caption = "what is in it, " * 12
    book = book_of(render_workbook(document(Grid("t", caption, columns)), Translator("en")))
    page, front = book["t"], book.worksheets[0]
    width = page.column_dimensions["A"].width
    heights = [page.row_dimensions[row].height for row in range(2, len(texts) + 2)]
    assert heights[0] in (None, 15)
    assert heights[1] >= 15 * len(long) / width
    assert heights[2] >= 15 * 2 * 100 / width
    assert heights[3] > 15
    assert heights[4] == 30
    assert heights[5] >= 15 * 900 / width
    row = next(cell.row for cell in front["B"] if cell.value and cell.value.startswith("what is in it"))
    assert front.row_dimensions[row].height >= 15 * len(caption) / 90


def test_no_text_of_the_hotel_is_taller_than_its_row(make_files, locale):
    book = book_of(make_files("hotel", locale)["report.xlsx"])
    wrapped = 0
    for page in book.worksheets[1:]:
        for row in page.iter_rows(min_row=2):
            for cell in row:
                lines = len(str(cell.value or "")) / page.column_dimensions[cell.column_letter].width
                if cell.data_type == "s" and lines > 1:
                    wrapped += 1
                    assert page.row_dimensions[cell.row].height >= 15 * lines
    assert wrapped > 20


def test_every_sheet_is_as_wide_as_the_paper_and_as_long_as_it_needs():
    book = book_of(render_workbook(document(Grid("t", "c", (TableColumn("n", "count", (1,)),))), Translator("en")))
    for sheet in book:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((None, 0), (1, 0)), sheet.title
