"""The pictures in outputs/gallery/ are what the program draws today."""

import importlib.machinery
import importlib.util
import json
from pathlib import Path

import matplotlib
import pytest

ROOT = Path(__file__).parents[1]


def test_pictures_are_fresh():
    noted = json.loads((ROOT / "outputs" / "gallery" / "manifest.json").read_text("utf-8"))
    if noted["matplotlib"] != matplotlib.__version__:
        pytest.skip(f"drawn with matplotlib {noted['matplotlib']}, whose letters may differ from this one's")
    loader = importlib.machinery.SourceFileLoader("gallery", str(ROOT / ".ci" / "gallery"))
    gallery = importlib.util.module_from_spec(importlib.util.spec_from_loader("gallery", loader))
    loader.exec_module(gallery)
    drawn = gallery.pictures()
    stale = [name for name, content in drawn.items() if (gallery.GALLERY / name).read_bytes() != content]
    assert not stale, "run .ci/gallery"
    assert json.loads(gallery.manifest(drawn)) == noted
