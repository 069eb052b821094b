"""Inputs of the kinds that were once read as something else, in other words, numbers and shapes than before."""

import io

import networkx as nx
import openpyxl
import pytest

from cxgraph import Organization, read
from cxgraph.errors import InputError, ParameterError
from cxgraph.intake import check

SERVICES = "supplier,client,expectation,fulfilment\n"
ROWS = "IT,Sales,8,6\nLegal,Sales,8,7\nSales,Shop,9,7\n"
ANSWERS = "respondent,supplier,client,expectation,fulfilment\n"


def found_in(tmp_path, text, name="services.csv", **options):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return check(tmp_path, **options)


def sentences(problems, code):
    return [str(problem) for problem in problems if problem.code == code]


@pytest.mark.parametrize(
    "cell",
    [
        "IT o Legal",
        "IT or Legal",
        "IT Y LEGAL",
        "IT > Legal",
        "IT→Legal",
        "IT–Legal",
        "IT-Legal",
        "IT (Legal)",
        "IT con Legal",
    ],
)
def test_two_known_departments_in_one_cell_are_no_third_one(tmp_path, cell):
    (told,) = sentences(found_in(tmp_path, SERVICES + ROWS + f"{cell},Shop,8,5\n"), "several-departments")
    assert "services.csv:5" in told


@pytest.mark.parametrize("cell", ["Front-Office", "R&D", "IT-HR", "Care (north)", "Orden y limpieza"])
def test_joints_within_the_name_of_one_department_say_nothing(tmp_path, cell):
    assert not sentences(found_in(tmp_path, SERVICES + ROWS + f"{cell},Shop,8,5\n"), "several-departments")


@pytest.mark.parametrize(
    "cell",
    ["Total IT", "IT Total", "Subtotal IT", "Suma de IT", "Gesamtergebnis", "Durchschnitt", "Somme", "Promedio total"],
)
@pytest.mark.parametrize("row", ["{},,8,6", "{0},{0},8,6", "IT,{},8,6"])
def test_totals_of_groups_and_in_other_languages_are_totals(tmp_path, cell, row):
    problems = found_in(tmp_path, SERVICES + ROWS + row.format(cell) + "\n")
    assert [problem.code for problem in problems if problem.severity == "error"] == ["row-of-totals"]


@pytest.mark.parametrize("cell", ["Total Quality", "Count", "Min", "Media"])
def test_such_words_are_names_where_nothing_else_speaks_for_a_total(tmp_path, cell):
    assert not sentences(found_in(tmp_path, SERVICES + ROWS + f"IT,{cell},8,6\n"), "row-of-totals")


@pytest.mark.parametrize(
    "word",
    [
        *("Não sei", "Sem resposta", "Ne sait pas", "Sans réponse", "Weiß nicht", "k. A.", "Non so", "Non applicabile"),
        *("No ho sé", "Sense resposta", "Weet niet", "NS/NR", "No lo sé / No aplica", "(vacío)"),
    ],
)
def test_no_answer_in_other_words_gets_the_advice_to_leave_the_cell_empty(tmp_path, word):
    (told,) = sentences(found_in(tmp_path, SERVICES + ROWS + f"IT,Shop,8,{word}\n"), "no-score")
    assert "Leave the cell empty" in told


@pytest.mark.parametrize(
    "word", ["4 - Muy de acuerdo", "Good (4)", "Sehr gut", "Très satisfait", "Muito bom", "Molto soddisfatto"]
)
def test_degrees_with_their_number_and_in_other_languages_are_words(tmp_path, word):
    assert sentences(found_in(tmp_path, SERVICES + f"IT,Sales,8,{word}\nSales,Shop,8,{word}\n"), "words")


@pytest.mark.parametrize(("scale", "code"), [((1, 5), 8), ((1, 5), 9), ((1, 7), 9), ((6, 1), 9)])
def test_a_digit_beyond_the_scale_is_a_code_and_not_advised_away(tmp_path, scale, code):
    text = ANSWERS + f"a,IT,Sales,5,3\nb,IT,Sales,4,{code}\nc,IT,Sales,5,4\nd,Sales,Shop,5,4\n"
    (told,) = sentences(found_in(tmp_path, text, "responses.csv", scale=scale), "no-answer-code")
    assert "responses.csv:3" in told
    assert "--scale" not in told


@pytest.mark.parametrize("code", [0, 9])
def test_a_digit_apart_from_all_others_on_no_stated_scale_is_named(tmp_path, code):
    text = ANSWERS + f"a,IT,Sales,5,3\nb,IT,Sales,4,{code}\nc,IT,Sales,5,1\nd,Sales,Shop,5,4\n"
    (told,) = sentences(found_in(tmp_path, text, "responses.csv"), "no-answer-code")
    assert f"{code} stands in 1 cell," in told
    assert "--scale 1 5" in told


def test_many_eights_and_nines_say_that_another_scale_was_asked_on(tmp_path):
    text = SERVICES + "IT,Sales,9,8\nLegal,Sales,8,7\nSales,Shop,9,7\n"
    problems = found_in(tmp_path, text, scale=(1, 7))
    assert not sentences(problems, "no-answer-code")
    assert "--scale 0 10" in sentences(problems, "off-scale")[0]


@pytest.mark.parametrize(
    "header",
    ["Completion time", "Fecha de envío", "survey_wave", "curso", "Curso académico", "Start time", "StartDate"],
)
def test_a_column_that_tells_waves_apart_is_never_passed_over_in_silence(tmp_path, header):
    text = f"{header},{ANSWERS}2024-05-01,a,IT,Sales,8,3\n2025-05-01,a,IT,Sales,8,6\n"
    assert sentences(found_in(tmp_path, text, "responses.csv"), "time-not-read")


def test_nor_in_services(tmp_path):
    told = sentences(
        found_in(tmp_path, "fecha," + SERVICES + "2024-05-01,IT,Sales,8,3\n2025-05-01,HR,Sales,8,6\n"), "time-not-read"
    )
    assert "services.fecha=period" in told[0]


def test_a_date_of_birth_tells_no_wave(tmp_path):
    text = f"fecha de nacimiento,{ANSWERS}1990-05-01,a,IT,Sales,8,3\n"
    assert not sentences(found_in(tmp_path, text, "responses.csv"), "time-not-read")


@pytest.mark.parametrize(
    ("periods", "latest"),
    [
        (("Q1 2025", "Q2 2025"), "2025-Q2"),
        (("1T 2024", "T1-2025"), "2025-Q1"),
        (("Marzo 2025", "abr-25"), "2025-04"),
        (("H1 2025", "2º semestre 2025"), "2025-07/2025-12"),
        (("03/2025", "2025-4"), "2025-04"),
    ],
)
def test_periods_in_other_notations_are_told_apart(tmp_path, periods, latest):
    rows = [f"{period},a,IT,Sales,8,{3 + at}\n{period},b,Sales,Shop,9,5\n" for at, period in enumerate(periods)]
    (tmp_path / "responses.csv").write_text("period," + ANSWERS + "".join(rows), encoding="utf-8")
    organization = read(tmp_path)
    assert organization.settings.period == latest
    assert organization.services["fulfilment"].tolist() == [4, 5]


def test_a_title_above_two_rows_of_headers_is_one_error_that_names_both(tmp_path):
    problems = found_in(tmp_path, "Survey\n" + SERVICES + "IT,Sales,8,6\n" + SERVICES + "HR,Sales,8,6\n")
    (told,) = [str(problem) for problem in problems if problem.severity == "error"]
    assert "Lines 2, 4" in told


def test_a_matrix_with_clients_down_is_one(tmp_path):
    (told,) = sentences(found_in(tmp_path, "client,IT,Sales,HR\nShop,7,8,\nSales,6,,5\n"), "matrix")
    assert "clients down" in told


WAVE = (("supplier", "client", "expectation", "fulfilment"), ("IT", "Sales", 8, 6), ("Sales", "Shop", 9, 7))


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())


def test_sheets_of_several_waves_are_refused_with_what_to_do(tmp_path):
    workbook(tmp_path / "services.xlsx", **{"2024": WAVE, "2025": WAVE})
    (told,) = sentences(check(tmp_path), "no-services-sheet")
    assert "“2024”, “2025”" in told
    assert "column period" in told


def test_a_sheet_of_another_wave_is_not_dropped_in_silence(tmp_path):
    workbook(tmp_path / "services.xlsx", **{"services": WAVE, "services 2024": WAVE, "notes": (("read me",),)})
    problems = check(tmp_path)
    assert "“services 2024”" in sentences(problems, "sheets-like-services")[0]
    assert "“notes”" in sentences(problems, "sheets-not-read")[0]


def graph():
    made = nx.DiGraph()
    made.add_edge("IT", "Sales", expectation=8, fulfilment=6)
    made.add_edge("Sales", "Shop", expectation=9, fulfilment=7)
    made.add_edge("Sales", "Web", expectation=9, fulfilment=7)
    return made


def test_what_nodes_say_is_read_also_where_none_says_its_kind():
    made = graph()
    made.nodes["Shop"]["peso"] = 3
    made.nodes["IT"]["name"] = "Information technology"
    found = Organization.from_networkx(made).departments.set_index("id")
    assert found["weight"].to_dict() == {"IT": 1, "Sales": 1, "Shop": 3, "Web": 1}
    assert found["name"]["IT"] == "Information technology"
    assert found["customer"].to_dict() == {"IT": False, "Sales": False, "Shop": True, "Web": True}
    made.nodes["IT"]["transmission"] = 1.5
    with pytest.raises(InputError, match="transmission"):
        Organization.from_networkx(made)


def test_two_nodes_that_are_written_alike_are_not_made_one():
    made = graph()
    made.add_edge(1, "IT", expectation=8, fulfilment=6)
    made.add_edge("1", "IT", expectation=8, fulfilment=2)
    with pytest.raises(ParameterError, match="both written '1'"):
        Organization.from_networkx(made)
