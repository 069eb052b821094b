"""The examples in the docstrings are run: a reader copies them first."""

import doctest
import importlib
import pkgutil

import pytest

from cxgraph import opinions

MODULES = [module.name for module in pkgutil.iter_modules(opinions.__path__, f"{opinions.__name__}.")]
WITHOUT_EXAMPLES = {"checks", "dependency", "linear"}  # what the models share; no reader calls it


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.failed == 0
    assert (outcome.attempted == 0) == (name.rpartition(".")[2] in WITHOUT_EXAMPLES)


def test_every_public_name_is_documented():
    assert opinions.__all__ == sorted(opinions.__all__)
    for name in opinions.__all__:
        assert getattr(opinions, name).__doc__
