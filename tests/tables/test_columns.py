"""Cells become values, or faults with their place."""

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.errors import ParameterError
from cxgraph.tables.columns import LONGEST_TEXT, type_table
from cxgraph.tables.raw import LISTED_PER_RULE, ProblemLog, RawTable, TypedTable
from cxgraph.tables.schema import TABLES


def typed(table: str, column: str, cells: Any, decimal: str | None = None) -> tuple[pd.Series, ProblemLog]:
    array = np.asarray(cells, dtype=object) if isinstance(cells, list) else cells
    lines = np.arange(2, len(array) + 2)
    findings = ProblemLog()
    raw = RawTable(table, {column: array}, {column: column.title()}, "file.csv", lines)
    result = type_table(raw, findings, decimal)
    assert isinstance(result, TypedTable)
    assert len(result) == len(array)
    return result.frame[column], findings


def numbers(cells: Any, decimal: str | None = None) -> tuple[list[float], ProblemLog]:
    series, findings = typed("services", "fulfilment", cells, decimal)
    return series.tolist(), findings


def codes(findings: ProblemLog) -> list[str]:
    return [problem.code for problem in findings.problems]


def test_a_fault_has_file_line_header_and_value() -> None:
    _, findings = typed("services", "fulfilment", ["7", "eight"])
    (problem,) = findings.problems
    assert (problem.file, problem.line, problem.column, problem.value) == ("file.csv", 3, "Fulfilment", "eight")
    assert str(problem) == ("file.csv:3, Fulfilment: 'eight' is not a number. Write it in digits, such as 7.5.")


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["7", "7.5", " 8 ", "-1", "+2", ".5", "5.", "1e-3", "1.5E2"], [7, 7.5, 8, -1, 2, 0.5, 5, 0.001, 150]),
        (["7,5", "8,25", "9"], [7.5, 8.25, 9]),
        (["1.234,5", "1.234", "12"], [1234.5, 1234, 12]),
        (["1,234.5", "1,234", "12"], [1234.5, 1234, 12]),
        (["1 234,5", "1\u00a0234\u00a0567,5", "2\u202f500"], [1234.5, 1234567.5, 2500]),
        (["1'234.5", "1\u2019234\u2019567"], [1234.5, 1234567]),
        (["1.234.567"], [1234567]),
        (["1,234,567"], [1234567]),
        (["0.123"], [0.123]),
        (["1234.567"], [1234.567]),
        (["007"], [7]),
        (["1 234"], [1234]),
    ],
)
def test_numbers_as_people_write_them(cells: list[str], values: list[float]) -> None:
    found, findings = numbers(cells)
    assert found == values
    assert findings.problems == []


def test_missing_cells_stay_missing() -> None:
    found, findings = numbers(["", " ", "\u00a0", "7", "\ufeff"])
    assert found[3] == 7
    assert np.isnan(found[:3]).all()
    assert np.isnan(found[4])
    assert findings.problems == []


@pytest.mark.parametrize("cells", [["1,234"], ["1.234", "2.500"], ["7", "1,234", ""]])
def test_a_column_that_does_not_tell_its_decimal_mark_is_refused(cells: list[str]) -> None:
    found, findings = numbers(cells)
    assert codes(findings) == ["ambiguous-decimal"]
    assert "--decimal" in str(findings.problems[0])
    assert np.isnan(found[-1]) or found[-1] == 7
    for mark in ".,":
        assert numbers(cells, mark)[1].problems == []


def read_on(
    scale: tuple[float, float] | None, table: str, column: str, cells: list[str]
) -> tuple[list[float], ProblemLog]:
    findings = ProblemLog()
    raw = RawTable(table, {column: np.asarray(cells, dtype=object)}, {}, "file.csv")
    return type_table(raw, findings, scale=scale).frame[column].tolist(), findings


@pytest.mark.parametrize(
    ("table", "column", "cells", "scale", "values"),
    [
        ("services", "fulfilment", ["7.125", "6.250", "8"], (0, 10), [7.125, 6.25, 8]),
        ("services", "fulfilment", ["7,125", "6,250", ""], (0, 10), [7.125, 6.25, np.nan]),
        ("responses", "expectation", ["4,500"], (1, 5), [4.5]),
        ("practices", "score", ["4.500"], (1, 5), [4.5]),
        ("actions", "expected_fulfilment", ["9.125"], (0, 10), [9.125]),
        ("services", "fulfilment_sd", ["1.234", "2.105"], (0, 10), [1.234, 2.105]),
        ("services", "fulfilment", ["7.125", "850"], (0, 10_000), None),  # 7125 of 10000 is as good a score as 7.125
        ("services", "fulfilment", ["1.000"], (0, 1_000), None),
        ("services", "fulfilment", ["7.125"], None, None),
        ("services", "fulfilment", ["7.125", "7,125"], (0, 10), None),  # one of them is off the scale either way
        ("services", "importance", ["1.234"], (0, 10), None),
        ("actions", "cost", ["1.500"], (0, 10), None),
        ("services", "responses", ["1.200", "1.000"], None, [1200, 1000]),
        ("services", "responses", ["1,000"], None, None),
    ],
)
def test_where_only_one_reading_can_stand_it_is_taken_and_told(
    table: str, column: str, cells: list[str], scale: tuple[float, float] | None, values: list[float] | None
) -> None:
    found, findings = read_on(scale, table, column, cells)
    if values is None:
        assert codes(findings) == ["ambiguous-decimal"]
    else:
        np.testing.assert_array_equal(found, values)
        assert [(problem.severity, problem.code) for problem in findings.problems] == [("note", "decimal-settled")]


def test_one_clear_number_settles_the_column() -> None:
    assert numbers(["1,234", "7,5"])[0] == [1.234, 7.5]
    assert numbers(["1,234", "7.5"])[0] == [1234, 7.5]


def test_the_minority_is_at_fault_where_marks_are_mixed() -> None:
    found, findings = numbers(["7,5", "7,5", "8.25", "7.75", "9,1"])
    assert [(problem.code, problem.line) for problem in findings.problems] == [
        ("other-decimal-mark", 4),
        ("other-decimal-mark", 5),
    ]
    assert [found[0], found[4]] == [7.5, 9.1]


def test_a_given_mark_makes_the_other_a_fault() -> None:
    assert codes(numbers(["7,5"], ".")[1]) == ["other-decimal-mark"]
    with pytest.raises(ParameterError, match="neither"):
        numbers(["7,5"], ";")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("#N/A", "excel-error"),
        ("#¡REF!", "excel-error"),
        ("#REF!", "excel-error"),
        ("#¡DIV/0!", "excel-error"),
        ("#DIV/0!", "excel-error"),
        ("#VALUE!", "excel-error"),
        ("#¡VALOR!", "excel-error"),
        ("#NAME?", "excel-error"),
        ("#¿NOMBRE?", "excel-error"),
        ("#NULL!", "excel-error"),
        ("#¡NULO!", "excel-error"),
        ("#NUM!", "excel-error"),
        ("#¡NUM!", "excel-error"),
        ("=A1+2", "formula"),
        ("nan", "not-finite"),
        ("NaN", "not-finite"),
        ("inf", "not-finite"),
        ("-Infinity", "not-finite"),
        ("∞", "not-finite"),
        ("1e400", "not-finite"),
        ("9" * 400, "not-finite"),
        ("-", "no-score"),
        ("n/a", "no-score"),
        ("NA", "no-score"),
        ("N/A", "no-score"),
        ("–", "no-score"),
        ("None", "no-score"),
        ("85 %", "percent"),
        ("85%", "percent"),
        ("1_000", "not-a-number"),
        ("0x10", "not-a-number"),
        ("７", "not-a-number"),
        ("٧", "not-a-number"),
        ("7 5", "not-a-number"),
        ("1.2.3", "not-a-number"),
        ("1,23,456", "not-a-number"),
        ("1,234.567.890", "not-a-number"),
        ("e5", "not-a-number"),
        ("+", "not-a-number"),
        ("7€", "not-a-number"),
        ("05-jul", "excel-date"),
        ("(5)", "not-a-number"),
        ("1e99999", "not-a-number"),
    ],
)
def test_what_is_no_number_is_named_for_what_it_is(cell: str, code: str) -> None:
    found, findings = numbers([cell, "7.5"])
    assert codes(findings) == [code]
    assert np.isnan(found[0])
    assert found[1] == 7.5


@given(
    st.lists(st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2)), min_size=1, max_size=30),
    st.sampled_from(".,"),
    st.sampled_from(["", "other", " ", "'", "\u202f"]),
)
def test_every_notation_gives_the_same_numbers(values: list[float], mark: str, group: str) -> None:
    other = "," if mark == "." else "."
    sign = other if group == "other" else group
    cells = [
        f"{value:{',' if sign else ''}.2f}".replace(",", "G").replace(".", mark).replace("G", sign) for value in values
    ]
    found, findings = numbers(cells)
    assert findings.problems == []
    assert found == values


@given(st.text(max_size=12), st.sampled_from([None, ".", ","]))
def test_any_text_is_a_number_missing_or_a_fault(cell: str, decimal: str | None) -> None:
    (value,), findings = numbers([cell], decimal)
    assert np.isnan(value) or np.isfinite(value)
    if not np.isnan(value):
        assert findings.problems == []
    elif cell.isprintable() and cell.strip():
        assert findings.failed


@pytest.mark.parametrize(
    ("table", "column", "cells", "code"),
    [
        ("services", "importance", ["-0.5"], "below-minimum"),
        ("departments", "transmission", ["1"], "above-maximum"),
        ("departments", "transmission", ["-0.1"], "below-minimum"),
        ("services", "responses", ["2.5"], "not-whole"),
        ("departments", "headcount", ["-3"], "below-minimum"),
    ],
)
def test_ranges_of_the_schema(table: str, column: str, cells: list[str], code: str) -> None:
    series, findings = typed(table, column, cells)
    assert codes(findings) == [code]
    assert series.isna().all()


def test_whole_numbers_may_be_written_with_a_point() -> None:
    series, findings = typed("services", "responses", ["12.0", "3", ""])
    assert series[:2].tolist() == [12, 3]
    assert findings.problems == []


def test_arrays_of_numbers_pass_with_the_same_checks() -> None:
    found, findings = numbers(np.array([7.5, np.nan, np.inf]))
    assert found[0] == 7.5
    assert np.isnan(found[1:]).all()
    assert [(problem.code, problem.line) for problem in findings.problems] == [("not-finite", 4)]
    assert codes(typed("services", "importance", np.array([-1, 2]))[1]) == ["below-minimum"]


@pytest.mark.parametrize(
    "cells",
    [
        pd.array([7, None], dtype="Int64"),
        pd.array([7.0, None], dtype="Float64"),
        [7, None],
        [np.float64(7), pd.NA],
        pd.Categorical([7.0, np.nan]),
        pd.Categorical(["7", None]),
        pd.array(["7", None], dtype="string"),
        ["7", np.nan],
    ],
)
def test_columns_of_data_frames_of_every_kind(cells: Any) -> None:
    series, findings = typed("services", "fulfilment", cells)
    assert series[0] == 7
    assert np.isnan(series[1])
    assert findings.problems == []


@pytest.mark.parametrize("cells", [np.array([True, False]), [1.0, True], pd.array([True, None], dtype="boolean")])
@pytest.mark.parametrize("column", ["fulfilment", "responses", "period"])
def test_truth_values_are_no_scores(cells: Any, column: str) -> None:
    assert codes(typed("services", column, cells)[1]) == ["true-or-false"]


def test_unused_categories_are_no_faults() -> None:
    cells = pd.Categorical.from_codes([1, 1], categories=["never", "7"])
    assert numbers(cells)[0] == [7, 7]
    assert numbers(cells)[1].problems == []


def text(cells: Any, column: str = "supplier", table: str = "services") -> tuple[list[Any], ProblemLog]:
    series, findings = typed(table, column, cells)
    return series.astype(object).where(series.notna(), None).tolist(), findings


def test_codes_stay_as_they_are_written() -> None:
    cells = ["NA", "None", "null", "007", "nan", "true", "1e3", "7.0", "-", "n/a"]
    assert text(cells) == (cells, ProblemLog())


def test_numbers_of_data_frames_become_codes() -> None:
    assert text(np.array([7, 8]))[0] == ["7", "8"]
    assert text(np.array([7.0, np.nan]))[0] == ["7", None]
    assert text([7, 7.5, "x"])[0] == ["7", "7.5", "x"]
    assert text([datetime.date(2025, 3, 31)])[0] == ["2025-03-31"]


def test_blanks_around_text_are_stripped_and_blanks_inside_are_not() -> None:
    found, findings = text([" HR", "HR\u00a0", "HR", "Human  Resources", "", "\u200b"])
    assert found == ["HR", "HR", "HR", "Human  Resources", None, None]
    assert codes(findings) == ["spellings-merged"]
    assert "'HR'" in str(findings.problems[0])


def test_composed_and_decomposed_accents_are_one() -> None:
    found, findings = text(["José", "Jose\u0301"])
    assert found == ["José", "José"]
    assert codes(findings) == ["spellings-merged"]


@pytest.mark.parametrize(
    ("cell", "severity", "code"),
    [
        ("=1+1", "warning", "formula-text"),
        ("+1", "warning", "formula-text"),
        ("@me", "warning", "formula-text"),
        ("#REF!", "error", "excel-error"),
        ("a\0b", "error", "unreadable-sign"),
        ("a\ud800", "error", "unreadable-sign"),
        ("a\x07b", "error", "unreadable-sign"),
        ("a\x1b[2Jb", "error", "unreadable-sign"),
        ("a\x9bb", "error", "unreadable-sign"),
        ("a\u202eb", "warning", "invisible-sign"),
        ("a\u2067b", "warning", "invisible-sign"),
        ("a\u2028b", "warning", "invisible-sign"),
        ("a\u200eb", "warning", "invisible-sign"),
        ("a\u200bb", "warning", "invisible-sign"),
        ("x" * (LONGEST_TEXT + 1), "error", "long-text"),
    ],
)
def test_odd_text_is_said(cell: str, severity: str, code: str) -> None:
    _, findings = text([cell])
    assert [(problem.severity, problem.code) for problem in findings.problems] == [(severity, code)]
    assert str(findings.problems[0]).isprintable()


@pytest.mark.parametrize("cell", ["a\nb", "a\tb", "-dash", "x" * LONGEST_TEXT, "#1", "क्\u200dष"])
def test_unusual_text_that_is_sound_is_kept(cell: str) -> None:
    assert text([cell]) == ([cell], ProblemLog())


def test_a_long_name_is_only_warned_about() -> None:
    found, findings = text(["x" * 2000], "name", "departments")
    assert found == ["x" * 2000]
    assert [problem.severity for problem in findings.problems] == ["warning"]


def test_choices_through_all_their_spellings() -> None:
    found, findings = text(["Formal", "RELACIONAL", "emotional", "", "emoción"], "kind")
    assert found == ["formal", "relational", "relational", None, None]
    (problem,) = findings.problems
    assert problem.code == "not-a-choice"
    assert "Did you mean 'relational'? It takes formal, relational." in str(problem)


def test_a_choice_that_resembles_nothing() -> None:
    _, findings = text(["zzz"], "kind")
    assert str(findings.problems[0]).endswith("It takes formal, relational.")


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("2025", "2025"),
        ("2025-Q1", "2025-Q1"),
        ("2025Q4", "2025-Q4"),
        ("2025-t2", "2025-Q2"),
        ("2025 T3", "2025-Q3"),
        ("2025-03", "2025-03"),
        ("2025-03-31", "2025-03-31"),
        ("2024-02-29", "2024-02-29"),
        (" 2025 ", "2025"),
    ],
)
def test_periods(cell: str, period: str) -> None:
    assert text([cell], "period") == ([period], ProblemLog())


@pytest.mark.parametrize(
    "cell",
    [
        "2025-13",
        "2025-Q5",
        "2025-02-30",
        "25",
        "0000",
        "9999",
        "March",
        "2025-0",
        "2025.0",
        "2025/26",
        "FY25",
        "S1",
        "25-mar",
        "Brumaire 2025",
    ],
)
def test_what_is_no_period(cell: str) -> None:
    found, findings = text([cell], "period")
    assert found == [None]
    assert codes(findings) == ["not-a-period"]


def test_years_of_data_frames_are_periods() -> None:
    assert text(np.array([2024, 2025]), "period") == (["2024", "2025"], ProblemLog())
    assert text(np.array(["2025-03-31"], dtype="datetime64[ns]"), "period") == (["2025-03-31"], ProblemLog())


def days(cells: Any) -> tuple[list[str], ProblemLog]:
    series, findings = typed("responses", "date", cells)
    assert series.dtype == "datetime64[s]"
    return ["" if pd.isna(day) else day.isoformat()[:10] for day in series], findings


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2025-03-31", "2025-03-31T23:59:59Z", "2025-03-31 10:00", ""], ["2025-03-31"] * 3 + [""]),
        (["31/03/2025", "01/02/2025", "1.2.2025"], ["2025-03-31", "2025-02-01", "2025-02-01"]),
        (["03/31/2025", "01/02/2025"], ["2025-03-31", "2025-01-02"]),
        (["05/05/2025", "2025-01-02"], ["2025-05-05", "2025-01-02"]),
        (["31-03-2025 14:05"], ["2025-03-31"]),
        (np.array(["2025-03-31T10:00", "NaT"], dtype="datetime64[ns]"), ["2025-03-31", ""]),
        ([pd.Timestamp("2025-03-31 10:00", tz="UTC"), pd.NaT], ["2025-03-31", ""]),
        ([datetime.date(2025, 3, 31)], ["2025-03-31"]),
    ],
)
def test_days(cells: Any, expected: list[str]) -> None:
    found, findings = days(cells)
    assert found == expected
    assert findings.problems == []


def test_days_that_do_not_tell_their_order_are_refused_once() -> None:
    _, findings = days(["03/04/2025", "05/06/2025"])
    assert codes(findings) == ["ambiguous-date"]
    assert "2025-04-03 or 2025-03-04" in str(findings.problems[0])


def test_days_in_two_orders_are_at_fault() -> None:
    _, findings = days(["31/03/2025", "30/03/2025", "03/31/2025"])
    assert [(problem.code, problem.line) for problem in findings.problems] == [("mixed-dates", 4)]


@pytest.mark.parametrize("cell", ["2025-02-30", "31/04/2025", "31/03/25", "45747", "9999-12-31", "soon", "#N/A"])
def test_what_is_no_day(cell: str) -> None:
    found, findings = days([cell])
    assert found == [""]
    assert codes(findings) == ["not-a-date"]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)))
def test_every_day_of_the_calendar_is_read(day: datetime.date) -> None:
    assert days([day.isoformat(), f"{day:%d/%m/%Y} 08:00", "31/12/2000"])[0][:2] == [day.isoformat()] * 2


def test_faults_past_a_hundred_are_counted() -> None:
    _, findings = numbers(["x"] * 500)
    assert len(findings.problems) == LISTED_PER_RULE + 1
    assert "400 more rows" in str(findings.problems[-1])


@pytest.mark.parametrize("table", TABLES)
def test_tables_without_rows(table: str) -> None:
    columns = {column.name: np.array([], dtype=object) for column in TABLES[table]}
    findings = ProblemLog()
    assert len(type_table(RawTable(table, columns, {}), findings)) == 0
    assert findings.problems == []


def test_the_raw_table_is_left_as_it_was() -> None:
    cells = np.array([" a ", "b"], dtype=object)
    typed("services", "supplier", cells)
    assert cells.tolist() == [" a ", "b"]
