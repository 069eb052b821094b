"""Sheets become tables: the same as the same table in a text file, and every doubtful cell is told by its name."""

import csv
import datetime
import io
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from made_workbooks import ROWS, book, ods, ods_table, saved, sheet_xml, with_parts, with_sheet
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

import cxgraph
from cxgraph.errors import InputError
from cxgraph.intake.workbooks.tables import read_sheets, read_workbook
from cxgraph.tables.columns import type_table
from cxgraph.tables.raw import ProblemLog

CASES = Path(__file__).parents[1] / "cases" / "24_workbook"
CODES = st.text("abcdefgñ ÁNA/", min_size=1, max_size=8).filter(lambda text: text.strip() == text)


def read(data, log=None):
    log = ProblemLog() if log is None else log
    return read_workbook(data, "book.xlsx", {}, log), log


def errors(log):
    return [
        (problem.code, problem.file, problem.line, problem.column)
        for problem in log.problems
        if problem.severity == "error"
    ]


def written(path, data):
    path.write_bytes(data)
    return path


def test_a_lone_sheet_is_the_services_whatever_it_is_called(tmp_path):
    data = book({"Hoja1": ROWS, "Hoja2": [], "Hoja3": []})
    found = cxgraph.read(written(tmp_path / "anything.xlsx", data))
    assert found.services[["expectation", "fulfilment"]].to_numpy().tolist() == [[9, 5.5], [9, 7]]


def test_a_lone_sheet_with_columns_of_answers_holds_answers():
    rows = (("date", "respondent", "supplier", "client", "fulfilment"), ("2026-03-05", "R1", "IT", "Sales", 7))
    assert list(read(book({"x": rows}))[0]) == ["responses"]
    assert list(read(book({"x": [("source", "target", "fulfilment"), ("IT", "Sales", 7)]}))[0]) == ["services"]


def test_sheets_are_found_by_name_in_either_language():
    tables, log = read(book({"Notas": [("a",)], "SERVICIOS": ROWS, "Departments": [("id",), ("IT",)]}))
    assert list(tables) == ["departments", "services"]
    assert [problem.fields["sheets"] for problem in log.problems if problem.code == "sheets-not-read"] == ["“Notas”"]


def test_several_sheets_without_a_known_name_are_refused_by_name():
    _, log = read(book({"one": ROWS, "two": ROWS}))
    assert errors(log)[0][0] == "no-services-sheet"
    assert "“one”, “two”" in str(log.problems[0])


def test_two_sheets_of_one_table_are_refused():
    _, log = read(book({"services": ROWS, "Servicios": ROWS}))
    assert [code for code, *_ in errors(log)] == ["two-sheets"]


def test_a_title_is_skipped_when_one_row_alone_reads_as_a_header():
    tables, log = read(book({"services": (("Survey 2026",), (), *ROWS)}))
    assert tables["services"].lines.tolist() == [4, 5]
    told = next(problem for problem in log.problems if problem.code == "title-skipped")
    assert told.fields["title"] == "Survey 2026"
    _, log = read(book({"services": (("Survey 2026",), ROWS[0], ROWS[0], *ROWS[1:])}))
    assert [code for code, *_ in errors(log)] == ["several-headers"]


def test_hidden_sheets_and_rows_are_read_and_told():
    made = openpyxl.load_workbook(io.BytesIO(book({"services": ROWS}, hidden=())))
    made.create_sheet("other")
    made["services"].row_dimensions[2].hidden = True
    made["services"].sheet_state = "hidden"
    tables, log = read(saved(made))
    assert len(tables["services"]) == 2
    assert {"hidden-sheets", "hidden-rows"} <= {problem.code for problem in log.problems}


def test_a_department_called_na_survives():
    tables, log = read(book({"services": (ROWS[0], ("NA", "N/A", 8, 6), ("None", "null", 8, 6))}))
    frame = type_table(tables["services"], log).frame
    assert frame[["supplier", "client"]].astype(str).to_numpy().tolist() == [["NA", "N/A"], ["None", "null"]]
    assert not errors(log)


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#¡VALOR!"])
def test_error_cells_are_told_with_sheet_and_cell(error):
    _, log = read(with_sheet(header_and(f'<c r="D2" t="e"><f>X</f><v>{error}</v></c>')))
    assert errors(log) == [("error-cell", "book.xlsx!services", 2, "Fulfilment")]
    found = next(problem for problem in log.problems if problem.severity == "error")
    assert "D2" in str(found) and error in str(found) and found.hint


def text_cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


FORMULAS = {
    "no value at all": '<c r="D2"><f>3+4</f></c>',
    "an empty value": '<c r="D2"><f>3+4</f><v></v></c>',
    "an empty element": '<c r="D2"><f>3+4</f><v/></c>',
    "a text without value": '<c r="D2" t="str"><f>3+4</f><v></v></c>',
    "a shared formula": '<c r="D2"><f t="shared" si="0"/></c>',
    "a prefix": '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="D2"><x:f>3+4</x:f></x:c>',
}


def header_and(cell):
    head = "".join(text_cell(f"{letter}1", text) for letter, text in zip("ABCD", ROWS[0], strict=True))
    row = f'{text_cell("A2", "IT")}{text_cell("B2", "HR")}<c r="C2"><v>8</v></c>{cell}'
    return f'<row r="1">{head}</row><row r="2">{row}</row>'


@pytest.mark.parametrize("kind", FORMULAS)
def test_formulas_without_a_value_are_told(kind):
    _, log = read(with_sheet(header_and(FORMULAS[kind])))
    assert errors(log) == [("formula-without-value", "book.xlsx!services", 2, "Fulfilment")]
    assert "Cell D2" in str(next(problem for problem in log.problems if problem.severity == "error"))


def test_an_empty_text_that_a_program_computed_is_an_empty_cell():
    cell = FORMULAS["a text without value"]
    data = with_parts(with_sheet(header_and(cell)), {"xl/calcChain.xml": b"<calcChain/>"})
    tables, log = read(data)
    assert not errors(log)
    assert tables["services"].columns["fulfilment"].tolist() == [None]


def test_formulas_with_their_value_are_read():
    tables, log = read(with_sheet(header_and('<c r="D2"><f>3+4</f><v>7</v></c>')))
    assert tables["services"].columns["fulfilment"].tolist() == [7]
    assert not errors(log)


def test_merged_cells_are_errors_in_the_data_and_none_above_it():
    rows = (("Survey", None, None, None), *ROWS)
    _, log = read(book({"services": rows}, merged={"services": ["A1:D1"]}))
    assert not errors(log)
    _, log = read(book({"services": rows}, merged={"services": ["A1:D1", "A3:A4"]}))
    assert errors(log) == [("merged-cells", "book.xlsx!services", 3, "Supplier")]
    assert "A3:A4" in str(next(problem for problem in log.problems if problem.code == "merged-cells"))
    _, log = read(book({"services": (*ROWS, ())}, merged={"services": ["F2:G3"]}))
    assert not errors(log), "cells beside the table are nobody's business"


def test_two_rows_of_headers_are_refused_with_their_merged_cells():
    rows = (("Survey",), (), ("Area", "Expectation", None, "Fulfilment"), (None, "IT", "HR", "IT"), ("Sales", 8, 7, 5))
    _, log = read(book({"survey": rows}, merged={"survey": ["B3:C3"]}))
    assert "merged-cells" in {code for code, *_ in errors(log)}
    assert "import-survey" in " ".join(map(str, log.problems))


def test_an_empty_chart_sheet_is_survived():
    made = openpyxl.load_workbook(io.BytesIO(book({"services": ROWS})))
    made.create_chartsheet("chart")
    data = saved(made)
    with pytest.raises(AttributeError):
        openpyxl.load_workbook(io.BytesIO(data), read_only=True)  # what makes the care necessary
    tables, log = read(data)
    assert len(tables["services"]) == 2
    assert not errors(log)


def test_truth_values_and_dates_keep_their_kind():
    rows = (("date", "respondent", "supplier", "client", "fulfilment"), (datetime.date(2026, 3, 5), 7, "IT", 101, True))
    tables, log = read(book({"responses": rows}))
    frame = type_table(tables["responses"], log).frame
    assert str(frame["date"].iloc[0])[:10] == "2026-03-05"
    assert frame["client"].astype(str).tolist() == ["101"]
    assert [code for code, *_ in errors(log)] == ["true-or-false"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            CODES,
            CODES,
            st.integers(0, 100_000).map(lambda level: level / 10_000),
            st.one_of(st.none(), st.integers(0, 10)),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_xlsx_ods_and_csv_hold_the_same_table(rows):
    table = (ROWS[0], *rows)
    stream = io.StringIO()
    csv.writer(stream).writerows(
        ["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row] for row in table
    )
    from cxgraph.intake.formats import Reading, read_text_table
    from cxgraph.tables.schema import TABLES

    log = ProblemLog()
    plain = type_table(
        read_text_table(stream.getvalue().encode(), TABLES["services"], "a.csv", {}, Reading(log)), log, "."
    ).frame
    for data in (book({"services": table}), ods(ods_table("services", table))):
        own = ProblemLog()
        found = type_table(read(data, own)[0]["services"], own).frame
        assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == (
            plain.astype(object).where(plain.notna(), None).to_numpy().tolist()
        )


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text('abñ 日_x005F&<>\n"', max_size=8).filter(lambda text: not text.startswith("=")),
    st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2100, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 1, 1)),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.timedeltas(datetime.timedelta(0), datetime.timedelta(99)).map(lambda for_: datetime.timedelta(for_.days, 60)),
    st.sampled_from(["#N/A", "#DIV/0!", "#REF!"]),
    st.just(CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))),
)


def own_values(data):
    """Return the values of openpyxl's own pass, each row up to the last cell that holds anything."""
    made = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    rows = []
    for row in made.active.iter_rows(values_only=True):
        last = max((at for at, value in enumerate(row, 1) if value is not None), default=0)
        rows.append(tuple(row[:last]))
    return rows


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VALUES, max_size=5), min_size=1, max_size=6))
def test_every_kind_of_cell_is_read_as_openpyxl_reads_it(rows):
    data = book({"services": rows})
    (sheet,) = read_sheets(data, ProblemLog(), "book.xlsx")
    expected = own_values(data)
    while expected and not expected[-1]:
        expected.pop()
    found = list(sheet.rows)
    while found and not found[-1]:
        found.pop()
    assert list(map(repr, found)) == list(map(repr, expected))


def test_texts_that_cells_share_and_cells_without_a_place_are_read_as_openpyxl_reads_them():
    texts = "<si><t>IT</t></si><si><t/></si><si><r><t>Sa</t></r><r><rPr><b/></rPr><t>les</t></r></si>"
    texts += '<si><t xml:space="preserve"> a_x005F_b </t><rPh sb="0" eb="1"><t>phonetic</t></rPh></si>'
    cells = "".join(f'<c t="s"><v>{at}</v></c>' for at in range(4))
    cells += '<c t="b"><v>1</v></c><c t="d"><v>2026-03-05T10:00:00</v></c><c t="str"><v>x</v></c><c><v>1E3</v></c>'
    cells += '<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c><c t="inlineStr"/><c t="e"><v>#N/A</v></c>'
    rows = f'<row>{cells}</row><row r="4.0"><c r="C4"><v>3</v></c><c r="A4"><v>1</v></c></row>'
    sst = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
    shared = io.BytesIO()
    with xlsxwriter.Workbook(shared, {"in_memory": True}) as made:
        made.add_worksheet("services").write_string(0, 0, "text that cells share")
    parts = {"xl/worksheets/sheet1.xml": sheet_xml(rows), "xl/sharedStrings.xml": sst.encode()}
    data = with_parts(shared.getvalue(), parts)
    (sheet,) = read_sheets(data, ProblemLog(), "book.xlsx")
    first = own_values(data)[0]
    assert sheet.rows == (first, (), (), (1, None, 3))
    assert first[:4] == ("IT", "", "Sales", " a_b ")


@pytest.mark.parametrize("second", ['r="1"', 'r="2.5"', 'r="x"', 'r="nan"'])
def test_rows_out_of_their_order_are_refused(second):
    # openpyxl drops such a row in silence.
    log = ProblemLog()
    rows = f'<row r="1"><c><v>1</v></c></row><row {second}><c><v>2</v></c></row>'
    assert read_sheets(with_sheet(rows), log, "book.xlsx") is None
    assert [problem.code for problem in log.problems] == ["broken-workbook"]


def test_ods_texts_comments_and_blanks():
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a remark</text:p></office:annotation>'
        '<text:p>Help<text:s text:c="2"/>desk</text:p><text:p>two <text:span>lines</text:span></text:p>'
        "</table:table-cell>"
    )
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>' for name in ROWS[0]
    )
    rows = f"<table:table-row>{head}</table:table-row><table:table-row>{cell}{cell}"
    rows += '<table:table-cell table:formula="of:=1+1"/><table:covered-table-cell/></table:table-row>'
    tables, log = read(ods(f'<table:table table:name="services">{rows}</table:table>'))
    assert tables["services"].columns["supplier"].tolist() == ["Help  desk\ntwo lines"]
    assert errors(log) == [("formula-without-value", "book.xlsx!services", 2, "Expectation")]


def test_the_case_of_a_workbook_among_tables():
    found = cxgraph.read(CASES / "one")
    assert sorted(found.departments["id"]) == ["Compradores", "Sistemas", "Ventas"]
    assert found.departments.set_index("id").loc["Compradores", "kind"] == "external_customer"
    with pytest.raises(InputError) as refused:
        cxgraph.read(CASES / "only")
    assert "encuesta.xlsx" in str(refused.value)
    mixed = cxgraph.read(CASES / "mixed")
    assert [source.name for source in mixed.sources] == ["servicios.csv"]
    (warning,) = [problem for problem in mixed.problems if problem.code == "workbook-beside"]
    assert "servicios.xlsx" in str(warning)
    assert "servicios.csv" in str(warning)
    assert len(cxgraph.read(CASES / "only" / "encuesta.xlsx").services) == 2


def test_a_workbook_called_csv_is_told_what_it_is():
    with pytest.raises(InputError) as refused:
        cxgraph.read(CASES / "fake.csv")
    assert [problem.code for problem in refused.value.problems] == ["disguised-file"]


def test_a_workbook_in_a_folder_is_the_same_as_its_text_tables(tmp_path, samples):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name in ("services", "departments"):
        sheet = made.create_sheet(name)
        for row in csv.reader((samples / "hotel" / f"{name}.csv").read_text("utf-8").splitlines()):
            sheet.append([float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in row])
    book_ = tmp_path / "book"
    book_.mkdir()
    (book_ / "services.xlsx").write_bytes(saved(made))
    shutil.copy(samples / "hotel" / "org.toml", book_)
    plain = tmp_path / "plain"
    plain.mkdir()
    for name in ("services.csv", "departments.csv", "org.toml"):
        shutil.copy(samples / "hotel" / name, plain)
    one, two = cxgraph.read(book_), cxgraph.read(plain)
    assert one.services.drop(columns="line").equals(two.services.drop(columns="line"))
    assert one.departments.equals(two.departments)
    assert [source.name for source in one.sources] == ["org.toml", "services.xlsx"]


def test_a_damaged_zip_is_no_traceback(tmp_path):
    data = bytearray(book({"services": ROWS}))
    for at in range(0, len(data), max(1, len(data) // 60)):
        broken = data.copy()
        broken[at] ^= 0xFF
        log = ProblemLog()
        try:
            read_workbook(bytes(broken), "a.xlsx", {}, log)
        except zipfile.BadZipFile as fault:
            pytest.fail(f"byte {at}: {fault!r}")
