"""The catalogue names every practice that was asked for, in both languages, with where it is from."""

import re

import pytest

from cxgraph.culture import catalogue as room
from cxgraph.culture.catalogue import CONTRASTS, catalogue, read_catalogue
from cxgraph.errors import InputError
from cxgraph.wording import Translator

ASKED = {
    "leadership": ("leadership-push", "leadership-example", "leadership-critical-points", "leadership-tone"),
    "structure": ("structure-office", "structure-contact", "structure-teamwork"),
    "listening": (
        "listening-constant",
        "listening-expectations",
        "listening-mystery-shopper",
        "listening-employee-voice",
    ),
    "acting": (
        "acting-speed",
        "acting-projects",
        "acting-processes",
        "acting-value-proposition",
        "acting-know-customers",
    ),
    "people": ("people-empowerment", "people-hiring", "people-training", "people-vocation"),
}
# Words without which a practice would not be the one that was asked for.
WORDS = {
    "leadership-push": ("everywhere", "all the time", "follow"),
    "leadership-example": ("every day",),
    "leadership-critical-points": ("suffer",),
    "leadership-tone": ("expected",),
    "structure-office": ("chart",),
    "structure-contact": ("directly", "often"),
    "structure-teamwork": ("team", "not of one person"),
    "listening-constant": ("all the time", "tell them"),
    "listening-expectations": ("expect and need", "not only"),
    "listening-mystery-shopper": ("mystery", "surveys"),
    "listening-employee-voice": ("recognised", "rewarded"),
    "acting-speed": ("fast",),
    "acting-projects": ("projects",),
    "acting-processes": ("rules", "way"),
    "acting-value-proposition": ("promises",),
    "acting-know-customers": ("never meet a customer", "expect"),
    "people-empowerment": ("guidelines", "approval"),
    "people-hiring": ("fit", "technical"),
    "people-training": ("continuous", "personal"),
    "people-vocation": ("closed",),
}
ORIGINS = {
    "leadership-push": 12,
    "leadership-example": 8,
    "leadership-critical-points": 8,
    "leadership-tone": 13,
    "structure-office": 12,
    "structure-contact": 12,
    "structure-teamwork": 12,
    "listening-constant": 9,
    "listening-expectations": 11,
    "listening-mystery-shopper": 14,
    "listening-employee-voice": 9,
    "acting-speed": 12,
    "acting-projects": 9,
    "acting-processes": 14,
    "acting-value-proposition": 14,
    "acting-know-customers": 1,
    "people-empowerment": 15,
    "people-hiring": 15,
    "people-training": 15,
    "people-vocation": 7,
}


def test_every_practice_is_there_in_its_group():
    found = {group: tuple(p.id for p in catalogue().practices if p.group == group) for group in catalogue().groups}
    assert found == ASKED


@pytest.mark.parametrize("name", [name for group in ASKED.values() for name in group])
def test_each_practice_asks_what_was_asked_for(name):
    practice = catalogue()[name]
    assert all(word in practice.question.text("en") for word in WORDS[name])
    assert practice.question.text("en").endswith("?")
    assert practice.question.text("es").startswith("¿")
    assert practice.question.text("es_MX") == practice.question.es != practice.question.en
    assert practice.evidence.text("es") != practice.evidence.text("en")
    assert practice.origin[0].number == ORIGINS[name]
    assert {letter for idea in practice.origin for letter in idea.texts} <= set(catalogue().texts) == set("ABCDE")


def test_the_ideas_are_numbered_without_a_gap():
    assert sorted(catalogue().ideas) == list(range(1, 16))


def test_the_three_contrasts_say_what_both_ends_look_like():
    assert len(CONTRASTS) == 3
    for name in CONTRASTS:
        dimension = catalogue().dimensions[name]
        assert dimension.customer_centred.text("es") != dimension.operations_centred.text("es")
        assert len(catalogue().of_dimension(name)) == 1


def test_an_unknown_practice_is_a_key_error():
    with pytest.raises(KeyError):
        catalogue()["no-such"]


def source():
    return room.files("cxgraph.culture").joinpath("catalogue.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "people-hiring"', 'id = "people-training"', "is the id of two practices"),
        ('id = "people-hiring"', 'id = ""', "A practice has no id"),
        ('group = "acting"', 'group = "actng"', "refers to 'actng'"),
        ('dimension = "vocation"', 'dimension = "calling"', "refers to 'calling'"),
        ("ideas = [7]", "ideas = [77]", "refers to 77"),
        ("ideas = [7]", "ideas = []", "refers to nothing"),
        ('texts = ["E"]', 'texts = ["Z"]', "refers to 'Z'"),
        ('es = "Vocación de servicio"', 'es = " "', "no text in the language es"),
        ("customer_centred = {", "customer_centered = {", "must say what both of its ends look like"),
        ("[groups]", "[groups", "is no TOML"),
    ],
)
def test_a_fault_in_the_data_is_named(old, new, message):
    text = source()
    assert old in text
    with pytest.raises(InputError) as caught:
        read_catalogue(text.replace(old, new, 1))
    assert re.search(re.escape(message), str(caught.value))


def test_why_it_is_no_toml_is_said_in_the_readers_language():
    with pytest.raises(InputError) as caught:
        read_catalogue("a = 1\n[groups\n")
    (problem,) = caught.value.problems
    assert str(problem) == "catalogue.toml:2: The catalogue is no TOML: the brackets of a heading are not closed."
    assert problem.render(Translator("es")) == (
        "catalogue.toml:2: El catálogo no es TOML: los corchetes de un encabezado no están cerrados."
    )
    with pytest.raises(InputError, match="nested too deep"):
        read_catalogue("a = " + "[" * 5000)


def test_a_catalogue_without_practices_is_refused():
    with pytest.raises(InputError, match="has no practices"):
        read_catalogue(source().split("[[practices]]")[0])
