"""Every sentence of the package exists in every language, with the same fields, and is compiled as it is written."""

import ast
import io
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import cxgraph.wording
from cxgraph.wording import LANGUAGES

WORDING = Path(cxgraph.wording.__file__).parent
PACKAGE = WORDING.parent
CATALOGUES = sorted(WORDING.glob("*/*.po"))


def marked_templates(source: str) -> list[ast.expr]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [argument for call in calls if isinstance(call.func, ast.Name) and call.func.id == "N_"
            for argument in call.args]


def templates() -> dict[str, str]:
    """Return every marked template of the package and the file it stands in."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for argument in marked_templates(file.read_text(encoding="utf-8")):
            assert isinstance(argument, ast.Constant), f"{file.name}:{argument.lineno}: N_ takes a literal"
            found[argument.value] = file.relative_to(PACKAGE).as_posix()
    return found


def entries(catalogue: Path) -> dict[str, str]:
    with catalogue.open("rb") as stream:
        return {message.id: message.string for message in read_po(stream) if message.id}


def fields(template: str) -> set[str]:
    return {name.partition("!")[0] for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_template_is_translated(language: str) -> None:
    known = {text for file in CATALOGUES if file.parent.name == language for text in entries(file)}
    missing = {template: file for template, file in templates().items() if template not in known}
    assert not missing, missing


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_translations_have_the_fields_of_the_original(file: Path) -> None:
    found = entries(file)
    assert found
    wrong = {text: translation for text, translation in found.items()
             if not translation or fields(text) != fields(translation)}
    assert not wrong, wrong


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_compiled_catalogues_are_fresh(file: Path) -> None:
    compiled = file.with_suffix(".mo")
    assert compiled.exists(), f"pybabel compile -i {file.name} -o {compiled.name} -l {file.parent.name}"
    with compiled.open("rb") as stream:
        found = {message.id: message.string for message in read_mo(stream) if message.id}
    assert found == entries(file)


def test_no_catalogue_stands_without_its_source() -> None:
    assert {file.with_suffix(".po") for file in WORDING.glob("*/*.mo")} == set(CATALOGUES)


def test_the_search_for_templates_sees_what_it_should() -> None:
    (argument,) = marked_templates('say(N_("one {field}"), other("two"))')
    assert isinstance(argument, ast.Constant)
    assert argument.value == "one {field}"
    assert fields("{one!r} and {two:.1f}") == {"one", "two"}
    assert entries_of("msgid \"a\"\nmsgstr \"b\"\n") == {"a": "b"}


def entries_of(text: str) -> dict[str, str]:
    return {message.id: message.string for message in read_po(io.BytesIO(text.encode())) if message.id}
