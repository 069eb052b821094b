"""What several rooms' tests need: samples, random networks, the large real organisations where they are, a browser."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.model.network import Network

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_orgs"
INSTALL = "no Chromium: `apt install chromium` (or set CXGRAPH_CHROMIUM) and `pip install 'cxgraph[test]'`"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# How long an example takes says more about the machine than about the code.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


def _network(seed: int, most: int = 8, acyclic: bool = False, services: int = 24) -> Network:
    """Loops, parallel services, services of no importance, bad ones."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, most + 1))
    count = int(rng.integers(0, services + 1))
    supplier, client = rng.integers(0, size, count), rng.integers(0, size, count)
    if acyclic:
        supplier, client = np.minimum(supplier, client), np.maximum(supplier, client)
    keep = supplier != client
    supplier, client = supplier[keep], client[keep]
    count = len(supplier)
    weight = rng.random(size) * (rng.random(size) < 0.5)
    if acyclic:
        weight[-1] = 1.0
    return Network.from_arrays(
        supplier,
        client,
        rng.integers(1, 11, count),
        rng.integers(0, 11, count),
        customer_weight=weight,
        importance=rng.integers(0, 4, count),
    )


@pytest.fixture(scope="session")
def random_network() -> Callable[..., Network]:
    """Network from a seed; `acyclic` sorts every service from a lower to a higher number."""
    return _network


@pytest.fixture(scope="session")
def random_cascade() -> Callable[..., Cascade]:
    """Solved cascade from a seed, each department with a transmission of its own."""

    def build(seed: int, stringency: float = 1.0, **options) -> Cascade:
        network = _network(seed, **options)
        transmission = np.random.default_rng(seed + 1).random(network.departments) * 0.99
        return solve_cascade(network, transmission, stringency)

    return build


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
