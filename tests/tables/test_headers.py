"""Which header is read as which column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.tables.headers import closest_word, match_headers
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import TABLES, accepted_headers

SERVICES = TABLES["services"]


def codes(findings: ProblemLog) -> list[tuple[str, str]]:
    return [(problem.severity, problem.code) for problem in findings.problems]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_accepted_header_is_read_as_its_column_in_any_case(table) -> None:  # type: ignore[no-untyped-def]
    assert len([column for column in table if accepted_headers(column)]) > 3
    for column in table:
        for header in accepted_headers(column):
            for written in (header, header.upper(), f" {header.replace('_', ' ').title()} "):
                assert match_headers([written], table, log=ProblemLog()) == {column.name: 0}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_header_of_a_table_means_two_columns(table) -> None:  # type: ignore[no-untyped-def]
    headers = [header for column in table for header in accepted_headers(column)]
    assert len(headers) == len(set(headers))
    assert all(column.spanish in accepted_headers(column) for column in table)


@given(st.permutations(["supplier", "client", "service", "fulfilment", "expectation", "importance", "notes"]))
def test_order_decides_positions_only(headers: list[str]) -> None:
    found = match_headers(headers, SERVICES, log=ProblemLog())
    assert {name: headers[position] for name, position in found.items()} == {
        name: name for name in headers if name != "notes"
    }
    assert list(found) == [column.name for column in SERVICES if column.name in found]


def test_accents_and_signs_do_not_matter() -> None:
    findings = ProblemLog()
    found = match_headers(["PROVEEDOR", "Cliente", "Desviación típica"], SERVICES, log=findings)
    assert found == {"supplier": 0, "client": 1, "fulfilment_sd": 2}
    assert codes(findings) == []


def test_own_names_win_over_the_schema() -> None:
    findings = ProblemLog()
    found = match_headers(["Área", "supplier", "client"], SERVICES, {"Área": "supplier"}, log=findings)
    assert found == {"supplier": 0, "client": 2}
    assert codes(findings) == [("note", "unknown-column")]


def test_own_names_that_do_not_hold_are_errors() -> None:
    findings = ProblemLog()
    match_headers(["supplier", "client"], SERVICES, {"Nota": "fulfilment", "client": "klient"}, log=findings)
    assert codes(findings) == [("error", "missing-column"), ("error", "unknown-column")]
    assert "'Nota'" in str(findings.problems[0])
    assert "fulfilment" in str(findings.problems[1])


def test_two_headers_of_one_column_are_both_named() -> None:
    findings = ProblemLog()
    match_headers(["supplier", "client", "perception", "Cumplimiento"], SERVICES, log=findings, file="s.csv", line=1)
    (problem,) = findings.problems
    assert (problem.severity, problem.code, problem.place) == ("error", "repeated-column", "s.csv:1")
    assert "'perception', 'Cumplimiento'" in str(problem)


def test_a_missing_column_lists_what_is_accepted_and_what_is_there() -> None:
    findings = ProblemLog()
    match_headers(["proveedor", "zzz"], SERVICES, log=findings)
    missing, unread = findings.problems
    assert (missing.code, unread.code, unread.severity) == ("missing-column", "unknown-column", "note")
    assert "client, cliente, customer" in str(missing)
    assert "'proveedor', 'zzz'" in str(missing)


def test_a_misspelt_header_is_the_error_not_the_column_that_it_leaves_empty() -> None:
    findings = ProblemLog()
    match_headers(["proveedor", "kliente"], SERVICES, log=findings)
    (near,) = findings.problems
    assert (near.code, near.severity) == ("unknown-column", "error")
    assert "Did you mean 'cliente'?" in str(near)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (["supplier", "client", "fulfilment", "weight"], "importance-only"),
        (["supplier", "client", "fulfilment", "expected"], "expectation-only"),
    ],
)
def test_importance_is_not_expectation(headers: list[str], code: str) -> None:
    findings = ProblemLog()
    found = match_headers(headers, SERVICES, log=findings)
    assert codes(findings) == [("note", code)]
    assert ("importance" in found) != ("expectation" in found)


def test_blank_headers_and_numbers_as_headers_do_no_harm() -> None:
    findings = ProblemLog()
    found = match_headers(["", None, 2025, "supplier", "client"], SERVICES, log=findings)
    assert found == {"supplier": 3, "client": 4}
    assert "'2025'" in str(findings.problems[0])


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("suplier", "supplier"),
        ("CLIENTE ", "Cliente"),
        ("zebra", None),
        ("", None),
        ("fulfillmnt", "fulfilment"),
    ],
)
def test_the_closest_word(word: str, near: str | None) -> None:
    assert closest_word(word, ["supplier", "Cliente", "fulfilment"]) == near


TIMES = [("year", "period"), ("Trimestre", "period"), ("ola", "period"), ("mes", "period"), ("Marca temporal", "date")]


@pytest.mark.parametrize(("header", "wanted"), TIMES)
def test_a_column_of_times_that_is_not_read_is_told_with_the_option_that_reads_it(header, wanted):
    log = ProblemLog()
    match_headers(["supplier", "client", "fulfilment", "respondent", header], TABLES["responses"], log=log)
    (told,) = [problem for problem in log.problems if problem.code == "time-not-read"]
    assert told.severity == "warning"
    assert f"--column 'responses.{header}={wanted}'" in str(told)


@pytest.mark.parametrize("known", ["date", "period", "oleada", "fecha"])
def test_nothing_is_said_of_times_where_days_or_waves_are_read(known):
    log = ProblemLog()
    match_headers(["supplier", "client", "fulfilment", "respondent", "year", known], TABLES["responses"], log=log)
    assert "time-not-read" not in {problem.code for problem in log.problems}
