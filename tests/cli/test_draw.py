from pathlib import Path

import pytest
from click.testing import CliRunner

from cxgraph.cli.commands.draw import FIGURES, command

SAMPLES = Path(__file__).parents[2] / "sample_orgs"
START = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_written(figure, tmp_path):
    target = tmp_path / "a.svg"
    organization = "worked_example"
    if figure in ("change", "difference", "trend"):
        organization = "clinica"  # these take several periods
    result = run(SAMPLES / organization, "--figure", figure, "-o", target)
    assert result.exit_code == 0, result.output
    assert target.read_bytes().startswith(START["svg"])
    assert str(target) in result.output


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_the_format_follows_the_name_of_the_file_unless_it_is_given(form, tmp_path):
    run(SAMPLES / "worked_example", "--figure", "causes", "-o", tmp_path / f"a.{form}")
    assert (tmp_path / f"a.{form}").read_bytes().startswith(START[form])
    run(SAMPLES / "worked_example", "--figure", "causes", "-o", tmp_path / "b", "--format", form)
    assert (tmp_path / "b").read_bytes().startswith(START[form])


def test_the_language_of_a_picture_can_be_chosen(tmp_path):
    results = [
        run(SAMPLES / "worked_example", "--figure", "causes", "--lang", lang, "-o", tmp_path / f"{lang}.svg")
        for lang in ("en", "es")
    ]
    assert [result.exit_code for result in results] == [0, 0]
    assert (tmp_path / "en.svg").read_bytes() != (tmp_path / "es.svg").read_bytes()


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--focus", "frontdesk"], 2), (["--figure", "causes", "--focus", "IT"], 2), (["--figure", "pie"], 2)],
)
def test_wrong_options_end_with_two_and_write_nothing(words, code, tmp_path):
    target = tmp_path / "a.svg"
    assert run(SAMPLES / "worked_example", *words, "-o", target).exit_code == code
    assert not target.exists()


def test_a_file_is_not_replaced_unless_told(tmp_path):
    target = tmp_path / "a.svg"
    target.write_text("mine")
    assert run(SAMPLES / "worked_example", "--figure", "causes", "-o", target).exit_code == 5
    assert target.read_text() == "mine"
    assert run(SAMPLES / "worked_example", "--figure", "causes", "-o", target, "--force").exit_code == 0
