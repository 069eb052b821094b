"""Who serves whom, told by both ends: services and disagreements against a table by hand."""

import pytest

from cxgraph.intake.forms.relations import services_of_relations
from cxgraph.intake.forms.returned import Answer, Returned
from cxgraph.model.outline import Place
from cxgraph.tables.raw import ProblemLog

PLACES = (Place("IT", "Computers"), Place("Sales", "Sales"), Place("HR", "HR"))


def told(who, *answers):
    return Returned("f", f"x-{who}", 1, "", "relations", "x", "en", (0, 10), who, PLACES, tuple(answers))


def serves(supplier, client, formal="", relational="", said="yes"):
    given = {"serves": said, "formal": formal, "relational": relational}
    return Answer(supplier, client, given={key: value for key, value in given.items() if value})


def read(*forms):
    log = ProblemLog()
    rows = [tuple(row.values()) for row in services_of_relations(forms, "folder", log)]
    return rows, [str(problem) for problem in log.problems if problem.severity == "warning"], log


def test_both_ends_agree():
    rows, warnings, _ = read(
        told("IT", serves("IT", "Sales", "Help desk; Laptops", "Patience")),
        told("Sales", serves("IT", "Sales", "laptops\nhelp  desk", "patience")),
    )
    assert rows == [
        ("IT", "Sales", "help desk", "formal"),
        ("IT", "Sales", "laptops", "formal"),
        ("IT", "Sales", "patience", "relational"),
    ]
    assert warnings == []


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        (
            [told("IT", serves("IT", "Sales")), told("Sales")],
            "Computers says that it serves Sales; Sales does not name it among its suppliers.",
        ),
        (
            [told("IT", serves("IT", "Sales")), told("Sales", serves("IT", "Sales", said="no"))],
            "Computers says that it serves Sales; Sales says that it does not.",
        ),
        (
            [told("IT"), told("Sales", serves("IT", "Sales"))],
            "Sales says that Computers serves it; Computers does not name it among its clients.",
        ),
        (
            [told("IT", serves("IT", "Sales", said="no")), told("Sales", serves("IT", "Sales"))],
            "Sales says that Computers serves it; Computers says that it does not.",
        ),
    ],
)
def test_disagreement_is_a_finding_and_the_service_stays(forms, words):
    rows, warnings, _ = read(*forms)
    assert rows == [("IT", "Sales", "service", "formal")]
    assert len(warnings) == 1
    assert words in warnings[0]


def test_who_was_not_heard_cannot_disagree():
    rows, warnings, log = read(told("IT", serves("IT", "Sales", "Help desk")))
    assert rows == [("IT", "Sales", "Help desk", "formal")]
    assert warnings == []
    count = next(problem for problem in log.problems if problem.code == "relations-read").fields
    assert (count["departments"], count["agreed"], count["disputed"], count["open"]) == (1, 0, 0, 1)


def test_the_clients_words_stand_and_the_difference_is_told():
    rows, _, log = read(
        told("IT", serves("IT", "Sales", "Help desk")), told("Sales", serves("IT", "Sales", "PC support"))
    )
    assert rows == [("IT", "Sales", "PC support", "formal")]
    assert "relation-names-differ" in [problem.code for problem in log.problems]


def test_naming_what_is_exchanged_is_a_yes():
    rows, _, _ = read(told("Sales", Answer("IT", "Sales", given={"formal": "Help desk"})))
    assert rows == [("IT", "Sales", "Help desk", "formal")]


def test_what_is_neither_yes_nor_no_is_told():
    rows, warnings, _ = read(told("Sales", serves("IT", "Sales", said="perhaps")))
    assert rows == []
    assert "'perhaps' is neither yes nor no" in warnings[0]


def test_denied_by_both_is_no_service():
    rows, warnings, _ = read(
        told("IT", serves("IT", "Sales", said="no")), told("Sales", serves("IT", "Sales", said="no"))
    )
    assert (rows, warnings) == ([], [])
