"""org.toml."""

from typing import Any

import pytest

from cxgraph.errors import ParameterError
from cxgraph.intake.settings import OrganizationFile, parse_settings, sound_option
from cxgraph.model.settings import Settings
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import Translator


def parsed(text: str) -> tuple[OrganizationFile, list[tuple[str, int | None]]]:
    findings = ProblemLog()
    requested = parse_settings(text, log=findings)
    return requested, [(problem.code, problem.line) for problem in findings.problems]


def test_every_option_of_the_settings_is_read() -> None:
    requested, said = parsed(
        'name = "Hotel"\nlanguage = "es_MX"\nscale = [1, 5]\nscoring = "gap"\ntransmission = 0.5\nstringency = inf\n'
        'halo = 0.1\nmin_responses = 3\nmin_respondents = 2\ncurrency = "MXN"\nperiod = 2025-03-31\n'
        'customers = ["A", "B"]\n'
    )
    assert said == []
    assert set(requested.settings) == set(Settings.keys()) - {"reversed"}  # which a scale of [5, 1] says
    settings = Settings().updated(requested.settings)
    assert (settings.scale, settings.period, settings.customers) == ((1.0, 5.0), "2025-03-31", ("A", "B"))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a = [1", "no-toml", 1),
        ("a = 1\nb = = 2\n", "no-toml", 2),
        ("a = 1\na = 2\n", "no-toml", 2),
        ("scle = [1, 5]", "unknown-option", 1),
        ("\n\nzzz = 1", "unknown-option", 3),
        ("scale = 5", "no-option-value", 1),
        ("scale = [5, 5]", "no-option-value", 1),
        ('transmission = "high"', "no-option-value", 1),
        ("transmission = true", "no-option-value", 1),
        ("name = 7", "no-option-value", 1),
        ("customers = 7", "no-option-value", 1),
        ('period = "2025-13"', "no-option-value", 1),
        ("min_responses = 2.5", "no-option-value", 1),
        ('language = "fr"', "no-option-value", 1),
        ("stringency = nan", "no-option-value", 1),
        ("scoring = []", "no-option-value", 1),
        ("columns = 7", "no-option-value", 1),
        ("[columns]\nservices = 7\n", "no-option-value", None),
        ("name = 'x'\n[columns.services]\na = 7\n", "no-option-value", 2),
        ("[columns.servces]\n", "unknown-option", 1),
        ("[columns.zzz]\n", "unknown-option", 1),
        ("[scale]\n", "no-option-value", None),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, code: str, line: int | None) -> None:
    requested, said = parsed(text)
    assert said == [(code, line)]
    assert not set(requested.settings) - {"name"}
    assert requested.columns == {}


def test_all_faults_are_reported_at_once_and_the_rest_is_kept() -> None:
    requested, said = parsed('scale = 5\nname = "Hotel"\nscorng = "gap"\n[columns.services]\n"Área" = "supplier"\n')
    assert said == [("no-option-value", 1), ("unknown-option", 3)]
    assert requested == OrganizationFile({"name": "Hotel"}, {"services": {"Área": "supplier"}})


def test_deep_nesting_is_no_crash() -> None:
    assert parsed("a = " + "[" * 100_000)[1] == [("no-toml", None)]


def test_a_number_of_five_thousand_digits_is_no_crash() -> None:
    assert parsed('name = "x"\nscale = [0, ' + "9" * 5_000 + "]")[1] == [("no-toml", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "scale = [0, 1" + "0" * 400 + "]",
        "stringency = 1" + "0" * 400,
        "transmission = 1" + "0" * 400,
        "min_responses = 1" + "0" * 400,
        "min_respondents = 1" + "0" * 4_000,
    ],
)
def test_whole_numbers_that_no_float_holds_are_refused(line: str) -> None:
    assert parsed(line)[1] == [("no-option-value", 1)]


@pytest.mark.parametrize("text", ["x" * 256, "a\\u001b[31mb", "a\\u202eb", "a\\nb", "a\\u0085b", "a\\u2066b"])
@pytest.mark.parametrize("key", ["name", "currency"])
def test_a_label_is_one_short_line_that_rewrites_nothing(key: str, text: str) -> None:
    assert parsed(f'{key} = "{text}"')[1] == [("no-option-value", 1)]


@pytest.mark.parametrize("text", ["x" * 255, "Café «Ñandú» & Söhne", "مستشفى", "שלום\u200f", "👩\u200d🔧"])
def test_names_of_all_scripts_are_kept(text: str) -> None:
    requested, codes = parsed(f'name = "{text}"')
    assert (requested.settings["name"], codes) == (text, [])


@pytest.mark.parametrize(
    ("text", "spanish"),
    [
        ("x", "una clave no"),
        ("x = ", "el valor no es"),
        ('x = "a', "no está cerrado con su comilla"),
        ("x = [1", "no está cerrada con ]"),
        ("x = 1\nx = 2", "la misma clave"),
        ("x = 2025-02-30", "fecha"),
        ('x = "\\d"', "barra invertida"),
        ("x = 1 2", "detrás del valor"),
        ("[x", "corchetes"),
    ],
)
def test_what_is_no_toml_is_said_in_the_reader_s_language(text: str, spanish: str) -> None:
    findings = ProblemLog()
    parse_settings(text, log=findings)
    assert spanish in findings.problems[0].render(Translator("es"))


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("scale", [1, 5], (1, 5)),
        ("period", "2025t1", "2025-Q1"),
        ("period", 2025, "2025"),
        ("period", None, None),
        ("customers", "A", "A"),
        ("name", "x", "x"),
    ],
)
def test_options_are_brought_to_one_form(key: str, given: Any, kept: Any) -> None:
    assert sound_option(key, given) == kept


@pytest.mark.parametrize(("key", "given"), [("scale", 5), ("customers", 5), ("period", "soon"), ("scale", "ab")])
def test_options_without_sense_are_refused(key: str, given: Any) -> None:
    with pytest.raises(ParameterError):
        sound_option(key, given)
