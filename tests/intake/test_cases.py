"""Habits of people that used to be read as something else: each case with the right result (cases/*/WANT.txt)."""

from pathlib import Path

import pytest

from cxgraph.analysis import analyze
from cxgraph.errors import InputError
from cxgraph.intake import read
from cxgraph.model.organization import Organization
from cxgraph.reporting.files import report
from cxgraph.wording import Translator

CASES = Path(__file__).parent / "cases"
REFUSED = {
    # case, options: code, and words that its message holds
    ("01_parallel_edges/unnamed", ()): ("duplicate-service", "two names", "responses.csv"),
    ("02_matrix/folder_es", ()): ("matrix", "suppliers down, clients across", "One row for each pair"),
    ("02_matrix/from_to_header.csv", ()): ("matrix", "matrix"),
    ("02_matrix/matrix.csv", ()): ("matrix", "matrix"),
    ("02_matrix/matrix_ids.csv", ()): ("matrix", "matrix"),
    ("02_matrix/matriz.xlsx", ()): ("matrix", "matriz.xlsx!Matriz", "suppliers down, clients across"),
    ("02_matrix/supplier_matrix.csv", ()): ("matrix", "matrix"),
    ("02_matrix/supplier_matrix_followed_hint.csv", ()): ("matrix", "matrix"),
    ("04_qualtrics_3rows/folder", ()): ("more-header-rows", "Lines 2, 3", "import-survey"),
    ("07_na_codes/c99", (1, 5)): ("no-answer-code", "99", "no answer", "Leave the cell empty"),
    ("07_na_codes/m1", (1, 5)): ("no-answer-code", "-1", "Leave the cell empty"),
    ("07_na_codes/m1", ()): ("no-answer-code", "-1", "Leave the cell empty"),
    ("07_na_codes/zero15", (1, 5)): ("no-answer-code", "0 is off", "Leave the cell empty"),
    ("07_na_codes/words", ()): ("no-score", "Don't know", "Leave the cell empty"),
    ("07_na_codes/ns_es", ()): ("no-score", "No aplica", "Leave the cell empty"),
    ("10_names/withdep", ()): ("unknown-department", "is the name of the department 'IT'", "Write the id"),
    ("12_depends_on/dependsOn", ()): ("missing-column", "'dependsOn=supplier'"),
    ("12_depends_on/depends_header", ()): ("missing-column", "'Depends on=supplier'"),
    ("16_decimals/mixed", ()): ("other-decimal-mark", "servicios.csv:2", "6.25"),
    ("16_decimals/one_dot_first", ()): ("other-decimal-mark", "servicios.csv:2"),
    ("16_decimals/thousands", ()): ("ambiguous-decimal", "--decimal"),
    ("17_title_rows/merged", ()): ("no-supplier", "merged cells leave blanks"),
    ("17_title_rows/total/servicios.csv", ()): ("row-of-totals", "totals", "Media", "Total"),
    ("17_title_rows/total/servicios2.csv", ()): ("row-of-totals", "totals"),
    ("20_nps/gapcol", ()): ("no-scores", "'gap' is not read", "lacks the level expected"),
    ("22_weights/both.csv", ()): ("repeated-column", "'importance', 'weight'"),
    ("24_workbook/only", ()): ("no-services-file", "encuesta.xlsx is a workbook that is not read"),
    ("24_workbook/only_csv", ()): ("no-services-file", "Files that are not read: encuesta.csv"),
}
SHARES = {
    # case: options; the customers' gap and what each department causes of it, in percent, at transmission 0.6
    "01_parallel_edges/named": ({}, 40.0, {"Shop": 55.0, "Depot": 45.0}),
    "01_parallel_edges/as_responses": ({}, 40.0, {"Shop": 55.0, "Depot": 45.0}),
    "01_parallel_edges/unnamed_diff": ({}, 40.0, {"Depot": 45.0, "Shop": 40.0, "Office": 15.0}),
    "03_self_loops/responses": ({}, 40.0, {"IT": 60.0, "Sales": 40.0}),
    "12_depends_on/src_tgt": ({}, 30.0, {"web": 56.7, "orders": 43.3}),
    "04_qualtrics_3rows/q_only": ({}, None, {"IT": 70.0, "Sales": 30.0}),
    "24_workbook/one": ({}, None, {"Sistemas": 100.0}),
    "20_nps/score": ({"scale": (-100, 100), "scoring": "perception"}, 45.0, {"Sales": 41.7, "IT": 40.0, "HR": 18.3}),
    "22_weights/services.csv": ({}, 40.0, {"IT": 67.5}),
    "22_weights/equal.csv": ({}, 40.0, {"IT": 37.5, "HR": 37.5}),
    "10_names/same": ({}, None, {"Sales": 40.0, "HR": 30.0, "IT": 30.0}),
}


def codes(organization: Organization) -> list[str]:
    return [problem.code for problem in organization.problems]


def sentences(organization: Organization, code: str) -> list[str]:
    return [str(problem) for problem in organization.problems if problem.code == code]


@pytest.mark.parametrize(("case", "scale"), REFUSED)
def test_what_is_no_list_of_services_is_refused_in_words_that_help(case: str, scale: tuple[float, ...]) -> None:
    code, *words = REFUSED[case, scale]
    with pytest.raises(InputError) as caught:
        read(CASES / case, **({"scale": scale} if scale else {}))
    errors = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert {problem.code for problem in errors} & {code}, [str(problem) for problem in errors]
    said = " ".join(map(str, caught.value.problems))
    assert all(word in said for word in words), said
    spanish = Translator("es")
    assert all(problem.render(spanish) != str(problem) for problem in errors)


def test_refusals_bring_no_errors_that_follow_from_the_first() -> None:
    alone = [case for case, _ in REFUSED if case.startswith(("02", "04"))]
    for case in alone:
        with pytest.raises(InputError) as caught:
            read(CASES / case)
        assert sum(problem.severity == "error" for problem in caught.value.problems) == 1


def test_a_wider_scale_is_never_the_answer_to_a_code_for_no_answer() -> None:
    for options in ({}, {"scale": (1, 5)}):
        with pytest.raises(InputError) as caught:
            read(CASES / "07_na_codes/c99", **options)
        assert "--scale 0 100" not in str(caught.value)


@pytest.mark.parametrize("case", SHARES)
def test_the_shares_are_those_of_the_case(case: str) -> None:
    options, gap, shares = SHARES[case]
    analysis = analyze(read(CASES / case, **options), transmission=0.6)
    if gap is not None:
        assert 100 * analysis.customer_shortfall == pytest.approx(gap, abs=0.05)
    found = 100 * analysis.departments()["share"]
    assert {name: found[name] for name in shares} == pytest.approx(shares, abs=0.05)


def test_answers_of_a_survey_without_question_texts_are_read() -> None:
    found = read(CASES / "04_qualtrics_3rows/q_only")
    assert len(found.services) == 2
    assert found.rows.used == found.rows.read == 3


def test_both_sheets_of_a_workbook_are_read() -> None:
    found = read(CASES / "24_workbook/one")
    assert len(found.services) == 2
    assert "departments-inferred" not in codes(found)


def test_merged_rows_say_that_their_importances_are_not_added_up() -> None:
    found = read(CASES / "01_parallel_edges/unnamed_diff")
    assert len(sentences(found, "repeated-row")) == 2
    assert all("importances are not added up" in text for text in sentences(found, "repeated-row"))


def test_identical_answers_are_all_kept() -> None:
    services = read(CASES / "01_parallel_edges/identical_answers").services.set_index("supplier")
    assert services.loc["Depot", ["fulfilment", "responses"]].tolist() == [6.0, 3.0]


def test_answers_that_supply_themselves_are_counted_as_answers_with_their_lines() -> None:
    found = read(CASES / "03_self_loops/responses")
    assert found.rows.table == "responses"
    assert (found.rows.read, found.rows.used, found.rows.merged) == (5, 3, 0)
    assert found.rows.set_aside.to_dict("records") == [{"line": line, "reason": "supplies itself"} for line in (2, 6)]
    assert codes(found).count("self-supply") == 2
    assert len(found.responses) == 3
    beside = read(CASES / "03_self_loops/with_services")
    assert (beside.rows.table, beside.answers.read, beside.answers.used) == ("services", 5, 3)


def test_self_assessments_are_kept_apart_and_counted_so() -> None:
    found = read(CASES / "03_self_loops/minresp")
    assert found.rows.set_aside["reason"].tolist() == ["self-assessment, kept apart"] * 3
    assert found.rows.set_aside["line"].tolist() == [4, 5, 6]
    assert len(found.responses) == 10


def test_zeros_that_may_be_no_answers_bring_one_advice_and_the_right_result_when_it_is_followed(tmp_path: Path) -> None:
    found = read(CASES / "07_na_codes/zero15")
    (advice,) = sentences(found, "no-answer-code")
    assert "--scale 1 5" in advice
    assert "narrow-scale" not in codes(found)
    text = (CASES / "07_na_codes/zero15/responses.csv").read_text().replace(",0", ",")
    (tmp_path / "responses.csv").write_text(text)
    analysis = analyze(read(tmp_path, scale=(1, 5)), transmission=0.6)
    assert analysis.customer_shortfall == pytest.approx(0.25)
    assert analysis.departments()["share"][["IT", "Sales"]].tolist() == pytest.approx([0.6, 0.4])


def test_the_scale_is_judged_by_answers_not_by_their_means() -> None:
    assert "narrow-scale" not in codes(read(CASES / "07_na_codes/means_narrow"))


def test_emptied_codes_give_the_result_of_the_case(tmp_path: Path) -> None:
    text = (CASES / "07_na_codes/c99/responses.csv").read_text().replace("99", "")
    (tmp_path / "responses.csv").write_text(text)
    analysis = analyze(read(tmp_path, scale=(1, 5)), transmission=0.6)
    assert analysis.customer_shortfall == pytest.approx(0.5)
    assert analysis.departments()["share"][["IT", "Sales"]].tolist() == pytest.approx([6 / 7, 1 / 7])


def test_names_that_look_alike_are_told() -> None:
    assert any("'IT', 'it'" in text for text in sentences(read(CASES / "10_names/nodep"), "near-twins"))
    assert any("'Sales', 'sales'" in text for text in sentences(read(CASES / "10_names/nodep"), "near-twins"))
    for case in ("resp", "svcnames", "split"):
        (told,) = sentences(read(CASES / "10_names" / case), "service-twins")
        assert "'Fault reports'" in told
        assert "'fault reports'" in told
    assert "service-twins" not in codes(read(CASES / "10_names/same"))


def test_dependencies_are_asked_back_with_the_two_command_lines() -> None:
    (told,) = sentences(read(CASES / "12_depends_on/src_tgt"), "dependencies")
    assert "--column 'source=supplier' --column 'target=client'" in told
    assert "--column 'target=supplier' --column 'source=client'" in told
    turned = read(CASES / "12_depends_on/src_tgt", columns={"services": {"target": "supplier", "source": "client"}})
    assert "dependencies" not in codes(turned)
    analysis = analyze(turned, transmission=0.6)
    assert analysis.customer_shortfall == pytest.approx(0.4)
    shares = 100 * analysis.departments()["share"]
    assert shares[["orders", "db", "queue"]].tolist() == pytest.approx([55.0, 37.5, 7.5])


def test_decimals_encodings_and_titles_are_read() -> None:
    west = read(CASES / "16_decimals/cp1252").services.set_index("service").loc["Nómina"]
    assert west[["expectation", "fulfilment", "importance"]].tolist() == [8.5, 6.25, 2.5]
    thousands = read(CASES / "16_decimals/thousands", decimal=",").services
    assert thousands["importance"].max() == 1500
    assert read(CASES / "16_decimals/utf16/servicios.txt").services["expectation"].tolist() == [8.5, 9.0]
    for case in ("blank", "sep", "title"):
        assert len(read(CASES / "17_title_rows" / case).services) == 2
    (told,) = sentences(read(CASES / "17_title_rows/title"), "title-rows")
    assert "line 3" in told


def test_a_gap_beside_its_levels_is_passed_over_and_said() -> None:
    found = read(CASES / "20_nps/brecha.csv")
    assert "gap-alone" not in codes(found)
    assert any("'brecha'" in text for text in sentences(found, "unknown-column"))


def test_a_client_of_whom_nothing_counts_is_named() -> None:
    (told,) = sentences(read(CASES / "22_weights/allzero.csv"), "nothing-counts")
    assert told.split("importance 0")[1].count("Sales") == 1


@pytest.mark.parametrize("case", ["three", "five"])
def test_an_expectation_out_of_line_is_the_clients(case: str) -> None:
    table = analyze(read(CASES / "11_weak_link_or_target" / case), transmission=0.6).services()
    row = table[(table["supplier"] == "Platform") & (table["client"] == "Payments")]
    assert row["verdict"].tolist() == ["expectation out of line"]


def test_with_two_other_clients_it_is_said_that_nothing_was_compared(tmp_path: Path) -> None:
    analysis = analyze(read(CASES / "11_weak_link_or_target"), transmission=0.6)
    assert "expectation out of line" not in set(analysis.services()["verdict"])
    assert analysis.expectations.uncompared == 3
    report(analysis, tmp_path / "out")
    assert "Expectations that were not compared: 3." in (tmp_path / "out" / "report.md").read_text("utf-8")
