"""What several rooms' tests need: sample organisations, the large real ones where they are at hand, a browser."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_orgs"
INSTALL = "no Chromium: `apt install chromium` (or set CXGRAPH_CHROMIUM) and `pip install 'cxgraph[test]'`"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def shared_orgs() -> Path:
    """The large real organisations that do not belong to this repository."""
    shared = Path(os.environ.get("CXGRAPH_SHARED", ROOT.parent / "shared")) / "orgs"
    if not shared.is_dir():
        pytest.skip("the large real organisations are not beside this repository")
    return shared


def missing():
    """Skip with one line on a desk; fail where the tests are meant to be complete."""
    if os.environ.get("CI") == "true":
        pytest.fail(INSTALL)
    pytest.skip(INSTALL)


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing()
    program = os.environ.get("CXGRAPH_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        missing()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()
