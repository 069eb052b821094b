"""The examples in the docstrings are run, all of them: a reader copies them first."""

import doctest
import importlib
import importlib.resources
import pkgutil

import pytest

import cxgraph
from cxgraph.alternatives import models

OLD_NAMES = {"cxgraph.opinions"}
"""Deprecated: importing one warns, and its examples are those of the module that it stands for."""
PROGRAM = "cxgraph.__main__"
"""Runs the command line when imported."""
MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(cxgraph.__path__, "cxgraph.")
    if found.name not in {*OLD_NAMES, PROGRAM}
)
SHARED_BY_MODELS = {"checks", "dependency", "linear"}
"""What the published models have in common; no reader calls it."""


def attempted(name):
    """Run the examples of a module; return how many there are."""
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.failed == 0, f"{outcome.failed} of {outcome.attempted} examples in {name} are false"
    return outcome.attempted


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    examples = attempted(name)
    room, _, module = name.rpartition(".")
    if room == models.__name__:
        assert (examples == 0) == (module in SHARED_BY_MODELS)


def test_no_module_is_left_out():
    files = {
        ".".join((cxgraph.__name__, *path.relative_to(cxgraph.__path__[0]).with_suffix("").parts))
        for path in importlib.resources.files(cxgraph).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert len(files) > 100
    assert files - set(MODULES) == {*OLD_NAMES, PROGRAM}


@pytest.mark.parametrize("name", sorted(OLD_NAMES))
def test_what_is_left_out_is_left_out_for_its_reason(name):
    with pytest.warns(DeprecationWarning, match=r"is called cxgraph\."):
        importlib.reload(importlib.import_module(name))


def test_a_false_example_would_be_found(tmp_path, monkeypatch):
    (tmp_path / "wrong_example.py").write_text('"""Wrong.\n\n>>> 1 + 1\n3\n"""\n')
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AssertionError, match="1 of 1 examples"):
        attempted("wrong_example")


def test_every_public_name_is_documented():
    assert models.__all__ == sorted(models.__all__)
    for name in models.__all__:
        assert getattr(models, name).__doc__
    for name in cxgraph.__all__:
        assert getattr(cxgraph, name).__doc__
