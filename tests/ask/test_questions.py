"""Who is asked what: checked against the list of services by hand."""

import pytest

from cxgraph.ask.questions import file_part, make_forms
from cxgraph.errors import ParameterError
from cxgraph.model.outline import Outline, Place, Service
from cxgraph.model.settings import Settings

WEAR = 'Men\'s ${x} "wear"'


def test_relations_ask_both_ends(outline):
    forms = {form.department.id: form for form in make_forms(outline, "relations")}
    assert sorted(forms) == ["HR", "IT", WEAR], "neither customers nor outside suppliers know who serves whom inside"
    asked = {(item.supplier, item.client) for item in forms["HR"].items}
    others = ("IT", WEAR)
    assert asked == {(one, "HR") for one in (*others, "Paper")} | {("HR", one) for one in (*others, "Buyers")}
    for one, form in forms.items():
        for other in forms.keys() - {one}:
            assert any((item.supplier, item.client) == (one, other) for item in form.items)
            assert any((item.supplier, item.client) == (one, other) for item in forms[other].items)


def test_scores_ask_each_client_for_what_it_receives_and_nothing_else(outline):
    forms = make_forms(outline, "scores")
    asked = sorted((item.supplier, item.client, item.service) for form in forms for item in form.items)
    assert asked == sorted((one.supplier, one.client, one.service) for one in outline.services)
    assert all(item.client == form.department.id for form in forms for item in form.items)


def test_self_assessments_are_forms_of_their_own(outline):
    forms = make_forms(outline, "self_assessment")
    assert sorted(form.department.id for form in forms) == ["HR", "IT", WEAR]
    assert all(item.supplier == form.department.id for form in forms for item in form.items)
    assert not {form.id for form in forms} & {form.id for form in make_forms(outline, "scores")}


def test_the_seed_alone_decides_the_order():
    places = tuple(Place(name, name) for name in "ABCDEFGH")
    services = tuple(Service(name, "A") for name in "BCDEFGH")
    asked = Outline(Settings(name="x"), places, services)
    order = {seed: [item.supplier for item in make_forms(asked, "scores", seed=seed)[0].items] for seed in range(8)}
    assert order[0] == [item.supplier for item in make_forms(asked, "scores", seed=0)[0].items]
    assert len({tuple(names) for names in order.values()}) > 4
    assert all(sorted(names) == list("BCDEFGH") for names in order.values())


def test_the_digest_changes_with_the_questions_and_not_with_the_version(outline):
    form = make_forms(outline, "scores")[0]
    assert form.in_version(7).digest() == form.digest()
    changed = Outline(Settings(name="Shop", scale=(1, 5)), outline.places, outline.services)
    assert make_forms(changed, "scores")[0].digest() != form.digest()


def test_names_of_files_are_plain_and_different():
    names = ["IT", "it.", "I T", "Größe", "部門", "../../etc", "CON" * 40, "a/b", "a\\b", ""]
    parts = [file_part(name) for name in names]
    assert len(set(parts)) == len(parts)
    assert all(part.isascii() and len(part) < 60 and not set(part) & set("/\\. ") for part in parts)


def test_what_cannot_be_asked_is_said():
    alone = Outline(Settings(name="x"), (Place("A", "A"),))
    with pytest.raises(ParameterError, match="needs two ends"):
        make_forms(alone, "relations")
    with pytest.raises(ParameterError, match="--what relations"):
        make_forms(alone, "scores")
    with pytest.raises(ParameterError, match="choose one of"):
        make_forms(alone, "opinions")
