"""The README says what the program does: its generated parts are the program's own words."""

import importlib.machinery
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def filler():
    loader = importlib.machinery.SourceFileLoader("readme_filler", str(ROOT / ".ci" / "readme"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("readme_filler", loader))
    loader.exec_module(module)
    return module


def test_generated_parts_are_fresh():
    page = (ROOT / "README.md").read_text("utf-8")
    assert filler().filled(page) == page, "run .ci/readme"


@pytest.mark.parametrize("name", ["hotel", "clinica"])
def test_decisions_of_the_samples_are_fresh(name):
    made = filler()
    page = made.sample_page(name).read_text("utf-8")
    assert made.filled(page, {"decision": made.printed(*made.SAMPLES[name])}) == page, "run .ci/readme"


def test_four_commands():
    page = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"<!-- commands -->\n```bash\n(.*?)```\n<!-- end -->", page, re.S)[1]
    assert len(block.strip().splitlines()) == 4


def test_pictures_and_links_exist():
    page = (ROOT / "README.md").read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", page) if not target.startswith("http")]
    assert len(targets) > 2
    for target in targets:
        assert (ROOT / target).exists(), target
