"""What several rooms' tests need: the sample organisations and, where they are at hand, the large real ones."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_orgs"


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
