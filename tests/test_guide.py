"""The guide says what the program does: its commands and its code run, and both languages say the same."""

import importlib.machinery
import importlib.util
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxgraph.cli import command_lines, group
from cxgraph.reporting.guide import guide_page

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "cxgraph" / "guide"
CHAPTERS = sorted(path.name for path in (GUIDE / "en").glob("*.md"))
PLACEHOLDERS = {"FILE", "LOG", "BEFORE", "AFTER", "ARCHIVO", "REGISTRO", "ANTES", "DESPUES"}


def chapter(language, name):
    return (GUIDE / language / name).read_text("utf-8")


def blocks(text, kind):
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def maker():
    loader = importlib.machinery.SourceFileLoader("guide_maker", str(ROOT / ".ci" / "guide"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("guide_maker", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def beside_the_samples(tmp_path, monkeypatch):
    (tmp_path / "sample_orgs").symlink_to(ROOT / "sample_orgs")
    monkeypatch.chdir(tmp_path)


def test_both_languages_have_the_same_chapters_and_the_same_parts():
    assert len(CHAPTERS) == 10
    assert sorted(path.name for path in (GUIDE / "es").glob("*.md")) == CHAPTERS
    for name in CHAPTERS:
        english, spanish = chapter("en", name), chapter("es", name)
        for part in ("## ", "```", "| ", "- "):
            count = [sum(line.startswith(part) for line in text.splitlines()) for text in (english, spanish)]
            assert count[0] == count[1], (name, part)


@pytest.mark.parametrize("language", ["en", "es"])
def test_generated_parts_are_fresh(language):
    pytest.importorskip("markdown_it")
    made = maker()
    assert chapter(language, "04-tables.md") == made.columns_chapter(language), "run .ci/guide"
    assert (GUIDE / f"guide.{language}.html").read_text("utf-8") == made.page(language), "run .ci/guide"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_loads_nothing_and_every_link_leads_somewhere(language):
    page = guide_page(language)
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert set(re.findall(r'src="([a-z]*):', page)) == {"data"}
    targets = re.findall(r'href="([^"]*)"', page)
    assert len(targets) > 15
    known = {f"#{anchor}" for anchor in re.findall(r' id="([^"]*)"', page)}
    assert set(targets) <= known


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_command_is_in_the_guide(language):
    text = " ".join(chapter(language, name) for name in CHAPTERS)
    missing = [name for name in command_lines(language) if f"cxgraph {name}" not in text and f"`{name}`" not in text]
    assert missing == []


@pytest.mark.usefixtures("beside_the_samples")
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", CHAPTERS)
def test_the_commands_of_a_chapter_run(name, language):
    lines = [line[2:] for block in blocks(chapter(language, name), "console") for line in block.splitlines()]
    for line in lines:
        words = shlex.split(line)[1:]
        if PLACEHOLDERS & set(words):
            assert words[0] in command_lines(language)
            continue
        found = CliRunner().invoke(group, words, env={"LANG": "C", "LC_ALL": ""})
        assert found.exit_code == 0, (line, found.output)


@pytest.mark.usefixtures("beside_the_samples")
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_code_of_the_library_chapter_runs(language):
    code = blocks(chapter(language, "09-library.md"), "python")
    assert len(code) == 4
    for block in code:
        exec(compile(block, "guide", "exec"), {})  # the guide's own code


def test_the_command_writes_the_page_once(tmp_path):
    target = tmp_path / "guide.html"
    words = ["guide", "-o", str(target), "--lang", "es"]
    assert CliRunner().invoke(group, words).exit_code == 0
    assert target.read_text("utf-8") == guide_page("es")
    target.write_text("something of mine", "utf-8")
    assert CliRunner().invoke(group, words).exit_code == 5
    assert target.read_text("utf-8") == "something of mine"
    assert CliRunner().invoke(group, [*words, "--force"]).exit_code == 0
