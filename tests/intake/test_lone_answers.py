"""One table that holds single answers, under a name that does not tell: read as answers, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

import cxgraph

HEADERS = {
    "en": "supplier,client,service,{who},expectation,fulfilment",
    "es": "proveedor;cliente;servicio;{who};expectativa;cumplimiento",
}
ROWS = (("IT", "Sales", "desk", "p1", "9", "6"), ("IT", "Sales", "desk", "p2", "8", "7"), ("Sales", "Shop", "b", "p1"))
WHO = (
    ("en", "respondent"),
    ("en", "Respondent ID"),
    ("en", "Employee"),
    ("en", "Timestamp"),
    ("en", "date"),
    ("en", "Participant"),
    ("es", "Encuestado"),
    ("es", "ID encuestado"),
    ("es", "Marca temporal"),
    ("es", "Empleado"),
    ("es", "fecha"),
)


def written(path: Path, language: str, who: str) -> Path:
    """Write three answers about two services."""
    mark = "," if language == "en" else ";"
    dated = who in ("date", "fecha")
    rows = [[*row, *("9", "7")][:6] for row in ROWS]
    for row in rows:
        row[3] = "2025-03-01" if dated else row[3]
    path.write_text("\n".join([HEADERS[language].format(who=who), *map(mark.join, rows), ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(("language", "who"), WHO)
def test_answers_under_any_name_are_read_as_answers(tmp_path: Path, language: str, who: str) -> None:
    found = cxgraph.read(written(tmp_path / "export.csv", language, who))
    assert found.services["responses"].tolist() == [2, 1]
    assert found.services["expectation"].tolist() == [8.5, 9]
    assert found.services["fulfilment"].tolist() == [6.5, 7]
    assert "lone-answers" in {problem.code for problem in found.problems}


@pytest.mark.parametrize("name", ["services.csv", "servicios.csv"])
@pytest.mark.parametrize("alone", [True, False])
def test_answers_called_services_are_refused(tmp_path: Path, name: str, alone: bool) -> None:
    path = written(tmp_path / name, "es", "Encuestado")
    codes = [problem.code for problem in cxgraph.check(path if alone else tmp_path) if problem.severity == "error"]
    assert codes[0] == "answers-as-services"


def test_a_list_of_services_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("supplier,client,service,expectation,fulfilment,n\nIT,Sales,a,9,6,4\nSales,Shop,b,9,7,5\n")
    assert cxgraph.read(path).services["responses"].tolist() == [4, 5]


@pytest.mark.parametrize("header", ["score", "Rating", "Puntuación", "Valoración"])
@pytest.mark.parametrize("who", ["", ",respondent"])
def test_one_score_that_says_not_which_is_asked_back(tmp_path: Path, header: str, who: str) -> None:
    path = tmp_path / "export.csv"
    cell = ",p1" if who else ""
    path.write_text(
        f"supplier,client{who},{header}\nIT,Sales{cell},6\nSales,Shop{cell},7\n",
        encoding="utf-8",
    )
    errors = [problem for problem in cxgraph.check(path) if problem.severity == "error"]
    assert [problem.code for problem in errors] == ["one-score"]
    assert f"{header}=fulfilment" in str(errors[0])


@pytest.mark.parametrize("table", ["services", "responses"])
def test_the_command_line_that_it_names_works(tmp_path: Path, table: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text("supplier,client,respondent,score\nIT,Sales,p1,6\nIT,Sales,p2,8\nSales,Shop,p1,7\n")
    found = cxgraph.read(path, columns={table: {"score": "fulfilment"}}, scoring="perception")
    assert found.services["fulfilment"].tolist() == [7, 7]
    assert not [problem for problem in found.problems if problem.code == "unknown-column"]
