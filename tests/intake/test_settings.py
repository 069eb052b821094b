"""org.toml."""

from typing import Any

import pytest

from cxgraph.errors import ParameterError
from cxgraph.intake.settings import Wishes, parse_settings, sound_option
from cxgraph.model.settings import Settings
from cxgraph.model.tables import Findings


def parsed(text: str) -> tuple[Wishes, list[tuple[str, int | None]]]:
    findings = Findings()
    wishes = parse_settings(text, findings=findings)
    return wishes, [(problem.code, problem.line) for problem in findings.problems]


def test_every_option_of_the_settings_is_read() -> None:
    wishes, said = parsed(
        'name = "Hotel"\nlanguage = "es_MX"\nscale = [1, 5]\nscoring = "gap"\ntransmission = 0.5\nstringency = inf\n'
        'min_responses = 3\nmin_respondents = 2\ncurrency = "MXN"\nperiod = 2025-03-31\ncustomers = ["A", "B"]\n')
    assert said == []
    assert set(wishes.settings) == set(Settings.keys())
    settings = Settings().updated(wishes.settings)
    assert (settings.scale, settings.period, settings.customers) == ((1.0, 5.0), "2025-03-31", ("A", "B"))


@pytest.mark.parametrize(("text", "code", "line"), [
    ("a = [1", "no-toml", 1), ("a = 1\nb = = 2\n", "no-toml", 2), ("a = 1\na = 2\n", "no-toml", 2),
    ("scle = [1, 5]", "unknown-option", 1), ("\n\nzzz = 1", "unknown-option", 3),
                                                    ("scale = 5", "no-option-value", 1),
    ("scale = [5, 1]", "no-option-value", 1), ('transmission = "high"', "no-option-value", 1),
    ("transmission = true", "no-option-value", 1), ("name = 7", "no-option-value", 1),
    ("customers = 7", "no-option-value", 1), ('period = "2025-13"', "no-option-value", 1),
    ("min_responses = 2.5", "no-option-value", 1), ('language = "fr"', "no-option-value", 1),
    ("stringency = nan", "no-option-value", 1), ("scoring = []", "no-option-value", 1),
    ("columns = 7", "no-option-value", 1), ("[columns]\nservices = 7\n", "no-option-value", None),
    ("name = 'x'\n[columns.services]\na = 7\n", "no-option-value", 2),
                                                    ("[columns.servces]\n", "unknown-option", 1),
    ("[columns.zzz]\n", "unknown-option", 1), ("[scale]\n", "no-option-value", None),
])
def test_what_is_wrong_is_said_with_its_line(text: str, code: str, line: int | None) -> None:
    wishes, said = parsed(text)
    assert said == [(code, line)]
    assert not set(wishes.settings) - {"name"}
    assert wishes.columns == {}


def test_all_faults_are_reported_at_once_and_the_rest_is_kept() -> None:
    wishes, said = parsed('scale = 5\nname = "Hotel"\nscorng = "gap"\n[columns.services]\n"Área" = "supplier"\n')
    assert said == [("no-option-value", 1), ("unknown-option", 3)]
    assert wishes == Wishes({"name": "Hotel"}, {"services": {"Área": "supplier"}})


def test_deep_nesting_is_no_crash() -> None:
    assert parsed("a = " + "[" * 100_000)[1] == [("no-toml", 1)]


@pytest.mark.parametrize(("key", "given", "kept"), [
    ("scale", [1, 5], (1, 5)), ("period", "2025t1", "2025-Q1"), ("period", 2025, "2025"),
                                                    ("period", None, None),
    ("customers", "A", "A"), ("name", "x", "x"),
])
def test_options_are_brought_to_one_form(key: str, given: Any, kept: Any) -> None:
    assert sound_option(key, given) == kept


@pytest.mark.parametrize(("key", "given"),
                         [("scale", 5), ("customers", 5), ("period", "soon"), ("scale", "ab")])
def test_options_without_sense_are_refused(key: str, given: Any) -> None:
    with pytest.raises(ParameterError):
        sound_option(key, given)
