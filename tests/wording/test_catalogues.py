"""Every sentence of the package exists in every language, with the same fields, and is compiled as it is written."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import cxgraph.wording
from cxgraph.errors import InputError, Problem
from cxgraph.intake import check
from cxgraph.tables.schema import TABLES
from cxgraph.wording import LANGUAGES, Translator

WORDING = Path(cxgraph.wording.__file__).parent
PACKAGE = WORDING.parent
TRAPS = Path(__file__).parents[1] / "intake" / "traps"
CATALOGUES = sorted(WORDING.glob("*/*.po"))
OF_CLICK = sorted(WORDING.glob("*/LC_MESSAGES/*.po"))
FOREIGN = [language for language in LANGUAGES if language != "en"]

MARKERS = {"N_", "tr", "translate", "plain"}
"""What is called with a template as its first argument."""
ERRORS = {"CxgraphError", "ParameterError", "NumericalError", "OutputError"}
"""What is raised with a template as its first argument."""
FINDINGS = {"Problem", "add", "add_rows", "report"}
"""What takes severity, code, message and hint; a set's `add` takes fewer arguments."""


def called(call: ast.Call) -> str:
    """Return the last word of what is called: `translate` of `self.translate(...)`."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def spoken(call: ast.Call, file: str) -> list[ast.expr]:
    """Return those arguments of a call that are said to people."""
    name = called(call)
    if name in MARKERS | ERRORS:
        return call.args[:1]
    if name in FINDINGS:
        return [*call.args[2:4], *(word.value for word in call.keywords if word.arg in {"message", "hint"})]
    if name == "__init__" and file == "errors.py" and ast.unparse(call.func) == "super().__init__":
        # The floor below the wording cannot mark its templates; this is where they stand.
        return call.args[:1]
    return []


def literals(expression: ast.expr) -> Iterator[ast.expr]:
    """Yield the texts that an argument can be: the text itself, both branches of a choice, what is marked in it."""
    if isinstance(expression, ast.IfExp):
        yield from literals(expression.body)
        yield from literals(expression.orelse)
    elif isinstance(expression, ast.JoinedStr) or (isinstance(expression, ast.Constant) and expression.value):
        yield expression


def said_in(source: str, file: str = "") -> dict[str, int]:
    """Return the templates of one file and their lines; refuse those that no catalogue could hold."""
    found: dict[str, int] = {}
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        for argument in spoken(call, file):
            marked = called(call) == "N_" and not isinstance(argument, ast.IfExp)
            for text in [argument] if marked else literals(argument):
                assert isinstance(text, ast.Constant), f"{file}:{call.lineno}: {ast.unparse(text)} is no literal"
                if isinstance(text.value, str):
                    found[text.value] = text.lineno
    return found


def schema_words() -> set[str]:
    """Return what the tables of columns say through the schema: defaults in words, not numbers, ids or choices."""
    columns = [column for table in TABLES.values() for column in table]
    names = {column.name for column in columns}
    return {
        column.default
        for column in columns
        if column.default
        and not column.default.isdecimal()
        and column.default not in names | {name for name, _ in column.choices}
    }


def templates() -> dict[str, str]:
    """Return every template of the package and the place where it stands."""
    found = dict.fromkeys(schema_words(), "tables/schema.py")
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        found |= {text: f"{name}:{line}" for text, line in said_in(file.read_text(encoding="utf-8"), name).items()}
    return found


def entries(catalogue: Path) -> dict[str, str]:
    return entries_of(catalogue.read_text(encoding="utf-8"))


def entries_of(text: str) -> dict[str, str]:
    return texts(read_po(io.BytesIO(text.encode())))


def texts(catalogue: Catalog) -> dict[str, str]:
    """Return the translations of a catalogue; singular and plural, where there are both, one below the other."""
    joined = [
        ["\n".join([part] if isinstance(part, str) else part) for part in (message.id, message.string)]
        for message in catalogue
        if message.id
    ]
    return dict(joined)


def translations(language: str) -> dict[str, dict[str, str]]:
    """Return each template's translations in a language, by catalogue."""
    found: dict[str, dict[str, str]] = {}
    for file in CATALOGUES:
        if file.parent.name == language:
            for text, translation in entries(file).items():
                found.setdefault(text, {})[file.stem] = translation
    return found


def fields(template: str) -> set[tuple[str, str]]:
    """Return the fields of a template, each with its conversion."""
    return {(name, conversion or "") for _, name, _, conversion in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", FOREIGN)
def test_every_template_is_translated(language: str) -> None:
    known = translations(language)
    missing = {place: text for text, place in templates().items() if text not in known}
    assert not missing, "\n".join(f"{place} {text!r}" for place, text in missing.items())


@pytest.mark.parametrize("language", FOREIGN)
def test_no_template_is_translated_in_two_ways(language: str) -> None:
    differing = {text: found for text, found in translations(language).items() if len(set(found.values())) > 1}
    assert not differing, differing


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_catalogue_holds_what_is_no_longer_said(file: Path) -> None:
    said = templates()
    stale = [text for text in entries(file) if text not in said]
    assert not stale, stale


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_translations_have_the_fields_of_the_original(file: Path) -> None:
    found = entries(file)
    assert found
    wrong = {
        text: translation
        for text, translation in found.items()
        if not translation or fields(text) != fields(translation)
    }
    assert not wrong, wrong


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_sentence_is_taken_for_a_format_of_c(file: Path) -> None:
    # "90 % interval" holds "% i", which whoever compiles catalogues takes for a number to be filled in.
    with file.open("rb") as stream:
        catalogue = read_po(stream)
    taken = [message.id for message in catalogue if "python-format" in message.flags]
    assert taken == []
    assert [errors for _, errors in catalogue.check()] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_translations_keep_the_blanks_at_their_ends(file: Path) -> None:
    # Sentences are put together from some of them: "Error: " and what is wrong.
    wrong = {
        text: translation
        for text, translation in entries(file).items()
        if text[-1:].isspace() != translation[-1:].isspace()
    }
    assert not wrong, wrong


@pytest.mark.parametrize("file", [*CATALOGUES, *OF_CLICK], ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_compiled_catalogues_are_fresh(file: Path) -> None:
    compiled = file.with_suffix(".mo")
    assert compiled.exists(), f"pybabel compile -i {file.name} -o {compiled.name} -l {file.parent.name}"
    with compiled.open("rb") as stream:
        assert texts(read_mo(stream)) == entries(file)


def test_no_catalogue_stands_without_its_source() -> None:
    assert {file.with_suffix(".po") for file in WORDING.glob("*/*.mo")} == set(CATALOGUES)


@pytest.mark.parametrize("trap", sorted(TRAPS.iterdir()), ids=lambda trap: trap.name)
def test_what_is_said_of_faulty_tables_is_known(trap: Path) -> None:
    # The search reads literals; messages that reach a problem through a variable are caught here.
    known = templates()
    unknown = [
        part for problem in problems_of(trap) for part in (problem.message, problem.hint) if part and part not in known
    ]
    assert not unknown, unknown


def problems_of(place: Path) -> tuple[Problem, ...]:
    try:
        return tuple(check(place))
    except InputError as error:
        return error.problems


def test_the_search_for_templates_sees_what_it_should() -> None:
    source = """
translate(N_("one {field}"), other("two"))
self.translate("three " "and three", count=3)
tr("four" if some else "five")
raise ParameterError("six {value!r}", value=7)
Problem("error", "code", "eight", hint="nine")
findings.add_rows("note", "code", "ten" if some else N_("eleven"), "", table, rows)
seen.add("twelve")
super().__init__("thirteen")
"""
    assert set(said_in(source)) == {
        "one {field}",
        "three and three",
        "four",
        "five",
        "six {value!r}",
        "eight",
        "nine",
        "ten",
        "eleven",
    }
    assert set(said_in('super().__init__("fourteen")', "errors.py")) == {"fourteen"}
    assert fields("{one!r} and {two:.1f}") == {("one", "r"), ("two", "")}
    assert entries_of('msgid "a"\nmsgstr "b"\n') == {"a": "b"}
    assert schema_words() == {"the organisation's"}


@pytest.mark.parametrize("source", ['translate(f"so many: {count}")', "N_(template)", 'N_("a" + name)'])
def test_templates_that_no_catalogue_can_hold_are_refused(source: str) -> None:
    with pytest.raises(AssertionError, match="is no literal"):
        said_in(source)


def test_rounded_numbers_in_a_sentence_get_the_decimal_mark_of_the_language() -> None:
    template, fields = (
        "{a:.2f} {b:,.1f} {c:.0%} {d:g} {e} {f:d} {g:>3}",
        {"a": -0.5, "b": 12345.6, "c": 0.25, "d": 0.3, "e": 0.6, "f": 1, "g": "x.y"},
    )
    assert Translator("en")(template, **fields) == "-0.50 12,345.6 25% 0.3 0.6 1 x.y"
    assert Translator("es_MX")(template, **fields) == "-0.50 12,345.6 25% 0.3 0.6 1 x.y"
    assert Translator("es")(template, **fields) == "-0,50 12.345,6 25% 0,3 0.6 1 x.y"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_is_singular_for_one(language: str) -> None:
    """Every choice between singular and plural is taken by its own count, and by nothing else in the template."""
    translate = Translator(language)
    chosen = {text: place for text, place in templates().items() if re.search(r"\{\w+:[^{}]*\|", text)}
    assert len(chosen) > 30
    for text in chosen:
        names = {name for name, _ in fields(text)}
        one, two = (translate(text, **dict.fromkeys(names, count)) for count in (1, 2))
        assert not re.search(r"\w\|\w", one + two), text
        if language == "en":
            assert one.replace("1", "2") != two, text


def test_no_line_breaks_between_a_number_and_its_unit() -> None:
    spanish = Translator("es")
    assert spanish("{gain} points", gain="1,4") == "1,4\xa0p.\xa0p."
    assert spanish("over 99 %") == "más del 99\xa0%"
    assert Translator("en")("{a} {b} {currency}; {c} %", a=1, b=2, c=3, currency="EUR") == "1 2\xa0EUR; 3\xa0%"


def test_one_customer_is_one_customer() -> None:
    text = "{name}: {departments} {departments:department|departments}, {services} {services:service|services}, "
    text += "{customers} {customers:customer|customers}."
    counts = {"name": "X", "departments": "1", "services": "2", "customers": 1}
    assert Translator("en")(text, **counts) == "X: 1 department, 2 services, 1 customer."
    assert str(InputError([Problem("error", "x", "{rows} {rows:row|rows}", "", {"rows": 1})])).endswith("\n1 row")
