"""Cells that are no numbers, small groups, tables that are none of answers: what is said about sums."""

import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph.errors import InputError
from cxgraph.intake.warehouse import recognise
from cxgraph.privacy.respondents import count_respondents

duckdb = pytest.importorskip("duckdb")


def relation(connection, **columns):
    """A relation with the answers of IT to HR, and of HR to Buyers, and some columns of its own."""
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame({"supplier": ["IT", "HR"] * (size // 2), "client": ["HR", "Buyers"] * (size // 2), **columns})
    connection.register("frame", frame)
    connection.execute("create or replace table answers as select * from frame")
    return connection.table("answers")


@pytest.fixture
def connection():
    with duckdb.connect() as found:
        yield found


def errors(table, **options):
    with pytest.raises(InputError) as caught:
        cxgraph.read(table, **options)
    return {problem.code: problem for problem in caught.value.problems if problem.severity == "error"}


def test_words_and_commas_are_counted_and_refused(connection):
    table = relation(connection, expectation=["9", "9", "9", "9"], fulfilment=["7,5", "8", "seven", "7,25"])
    found = [problem for problem in cxgraph.check(table) if problem.code == "not-a-number"]
    assert [problem.fields["count"] for problem in found] == [2, 1]
    assert "--decimal ," in found[0].hint
    assert found[0].fields["where"] == "HR → Buyers (service)"
    table = relation(connection, expectation=["9", "9"], fulfilment=["7,5", "8"])
    assert cxgraph.read(table, decimal=",").services["fulfilment"].tolist() == [8.0, 7.5]
    table = relation(connection, expectation=["9", "9"], fulfilment=["7.5", "8"])
    assert errors(table, decimal=",")["not-a-number"].fields["count"] == 1


@pytest.mark.parametrize("value", [1e7, -2e6, float("inf")])
def test_numbers_too_large(connection, value):
    found = errors(relation(connection, expectation=[9.0, 9.0], fulfilment=[value, 7.0]))
    assert found["not-a-number"].fields["count"] == 1


def test_an_importance_of_nothing_is_one_and_less_is_none(connection):
    columns = {"expectation": [9.0] * 4, "fulfilment": [7.0] * 4}
    table = relation(connection, **columns, importance=[0.0, 1.0, 0.0, 1.0])
    assert cxgraph.read(table).services["importance"].tolist() == [1.0, 0.0]
    found = errors(relation(connection, **columns, importance=[1.0, 1.0, -0.5, 1.0]))
    assert found["below-minimum"].value == "-0.5"


def test_off_the_scale(connection):
    found = errors(relation(connection, expectation=[9, 9, 9, 9], fulfilment=[7, 8, 99, 4]))
    assert found["no-answer-code"].value == "99"


def test_missing_numbers_are_missing(connection):
    table = relation(connection, expectation=[9.0, 9.0, 9.0, 9.0], fulfilment=[7.0, 8.0, np.nan, 6.0])
    found = cxgraph.read(table)
    assert found.services["responses"].tolist() == [2.0, 1.0]
    assert found.rows.incomplete == {"fulfilment": 1}


def test_a_table_of_services_is_refused(connection):
    assert "table-of-services" in errors(relation(connection, fulfilment=[7, 8], responses=[12, 30]))


def test_a_column_of_another_type(connection):
    table = relation(connection, fulfilment=[True, False])
    assert "column-type" in errors(table)
    table = relation(connection, fulfilment=[7, 8], service=[1.5, 2.5])
    assert "column-type" in errors(table)


def test_too_many_groups(connection, monkeypatch):
    for home in ("statement", "reading"):
        monkeypatch.setattr(f"cxgraph.intake.warehouse.{home}.MOST_GROUPS", 3)
    table = relation(connection, fulfilment=[7, 8, 9, 6], service=["1", "2", "3", "4"])
    assert "too-many-groups" in errors(table)


def test_people_are_counted_not_answers(connection):
    table = relation(connection, expectation=[9] * 12, fulfilment=[7] * 12, respondent=list("abababcbcbcb"))
    found = cxgraph.read(table, min_respondents=3)
    # IT -> HR was answered by a and c, HR -> Buyers by b alone, six times each.
    assert count_respondents(found).people.tolist() == [1.0, 2.0]
    assert found.services["responses"].tolist() == [6.0, 6.0]
    with pytest.raises(InputError) as caught:
        cxgraph.analyze(found).suppressed()
    assert [problem.code for problem in caught.value.problems] == ["too-few-people"]


def test_as_many_people_as_it_takes_state_an_importance_and_one_less_do_not(connection):
    columns = {"expectation": [9.0] * 6, "fulfilment": [7.0] * 6, "respondent": list("abcdef")}
    table = relation(connection, **columns, importance=[1.0, 2.0, 1.0, 2.0, 1.0, np.nan])
    found = count_respondents(cxgraph.read(table, min_respondents=3))
    assert found.few_importance.tolist() == [True, False]  # HR to Buyers by two people, IT to HR by three


def test_the_same_people_as_row_by_row(tmp_path, monkeypatch):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "supplier": rng.choice(["IT", "Ops"], 400),
            "client": rng.choice(["HR", "Buyers"], 400),
            "expectation": rng.choice([8, 9, np.nan], 400),
            "fulfilment": rng.choice([5, 7, np.nan], 400),
            "importance": rng.choice([1, 2, np.nan], 400),
            "respondent": [f"p{number}" for number in rng.integers(0, 50, 400)],
            "source": rng.choice(["survey", "ticket"], 400),
        }
    )
    frame.to_csv(tmp_path / "responses.csv", index=False)
    found = []
    for limit in (1, 2**40):
        monkeypatch.setattr(recognise, "LARGE_BYTES", limit)
        found.append(count_respondents(cxgraph.read(tmp_path / "responses.csv", min_respondents=5, customers=["HR"])))
    # A source divides a group here, so that people who answered by both are counted once, in the larger part.
    assert (found[0].people <= found[1].people).all()
    assert (found[0].people >= found[1].people / 2).all()
    assert found[0].sources.tolist() == found[1].sources.tolist() == [2, 2, 2, 2]


def test_what_sums_cannot_tell_is_said(connection):
    table = relation(connection, expectation=[9, 9], fulfilment=[7, 8])
    assert {"read-as-sums", "services-from-answers"} <= {problem.code for problem in cxgraph.read(table).problems}
    assert cxgraph.read(table).responses is None


def test_scores_of_different_people(connection):
    table = relation(connection, expectation=[9, 9, None, 9], fulfilment=[None, 8, 7, 8])
    assert "scores-of-different-people" in {problem.code for problem in cxgraph.read(table).problems}


def test_a_faulty_row_is_placed_by_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(recognise, "LARGE_BYTES", 1)
    (tmp_path / "responses.csv").write_text("supplier,client,expectation,fulfilment\nIT,HR,9,7\nIT,HR,9,7,5\n")
    problems = [problem for problem in cxgraph.check(tmp_path / "responses.csv") if problem.severity == "error"]
    assert [(problem.code, problem.line) for problem in problems] == [("too-many-cells", 3)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_encodings_and_titles_of_large_text(tmp_path, monkeypatch, encoding):
    monkeypatch.setattr(recognise, "LARGE_BYTES", 1)
    text = 'Encuesta 2025;;;\nProveedor;Cliente;Expectativa;Cumplimiento\nInformática;"Dirección\nNorte";9;7\n'
    (tmp_path / "respuestas.csv").write_bytes(text.encode(encoding))
    found = cxgraph.read(tmp_path / "respuestas.csv")
    assert found.services["supplier"].tolist() == ["Informática"]
    assert found.services["fulfilment"].tolist() == [7.0]


def test_totals_in_millionths_are_exact(connection):
    values = [0.1, 8.0, 0.2, 8.0, 0.3, 8.0]
    found = cxgraph.read(relation(connection, expectation=[9.0] * 6, fulfilment=values))
    assert found.services["fulfilment"].tolist() == [8.0, 0.2]  # binary sums give 0.20000000000000004
