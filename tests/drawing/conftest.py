"""Organisations to draw; a browser without a network, and a page that fails the test on any request or error."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization, analyze, read


class Watched:
    """A page and everything that it should not have done."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.requests, self.errors = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: message.type in ("error", "warning") and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.errors.append(f"dialog {dialog.message}"), dialog.dismiss()))

    def faults(self):
        """Requests but for the file itself and what it made itself, errors and policy violations."""
        strange = [url for url in self.requests if url != self.url and not url.startswith(("data:", "blob:"))]
        return strange, self.errors, self.page.evaluate("window.violations")


@pytest.fixture
def open_view(browser, tmp_path):
    """Write a page, open it in a browser that is offline, and hold it to silence when the test is over."""
    opened = []

    def open_page(html, *, scheme="light", width=1440, height=900, ready=True):
        path = tmp_path / f"view{len(opened)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True, accept_downloads=True
        )
        context.add_init_script(
            "window.violations = []; document.addEventListener('securitypolicyviolation', "
            "(event) => window.violations.push(event.violatedDirective + event.blockedURI))"
        )
        watched = Watched(context.new_page(), path.as_uri())
        opened.append((context, watched))
        watched.page.goto(path.as_uri())
        if ready:
            watched.page.wait_for_selector("html[data-ready]", state="attached")
        return watched.page

    yield open_page
    for context, watched in opened:
        found = watched.faults()
        context.close()
        assert found == ([], [], [])


SAMPLES = Path(__file__).parents[2] / "sample_orgs"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "href",
    "</script>",
    "😀 emoji 中文",
    "שירות لقاء",
    "x" * 200,
    r"Caf$\bad$",
    "word " * 40,
    "tab\tand\x00null\u202e",
    "$x^2$ & co",
    "{name}",
)


@cache
def read_sample(name):
    return analyze(read(SAMPLES / name))


@cache
def hostile_analysis():
    """Every hostile name in one organisation of four tiers, with a loop."""
    count = len(HOSTILE)
    names = [*HOSTILE, *(f"{name} client" for name in HOSTILE[:4])]
    departments = pd.DataFrame(
        {
            "id": [f"d{number}" for number in range(len(names))],
            "name": [name.replace("\x00", "") for name in names],
            "kind": ["internal"] * count + ["external_customer"] * 4,
        }
    )
    gives = [*range(4), *range(4), *range(4, 8), *range(8, 12), 9]
    gets = [*range(4, 8), *range(8, 12), *range(8, 12), *range(count, count + 4), 4]
    services = pd.DataFrame(
        {
            "supplier": [f"d{number}" for number in gives],
            "client": [f"d{number}" for number in gets],
            "service": [HOSTILE[number % 9].replace("\x00", "") for number in range(len(gives))],
            "expectation": 8.0,
            "fulfilment": [2 + number % 7 for number in range(len(gives))],
        }
    )
    return analyze(Organization.from_frames(services, departments, name=HOSTILE[0]))


def draw_analysis(seed, departments, services):
    """A random organisation with loops; the last tenth are customers."""
    draw = np.random.default_rng(seed)
    customers = max(departments // 10, 1)
    inner = departments - customers
    gives = draw.integers(0, inner, services)
    step = draw.integers(-1, 4, services)
    gets = np.clip(gives + np.where(step == 0, 1, step) * max(inner // 8, 1), 0, departments - 1)
    gets = np.where(gets == gives, departments - 1, gets)
    table = pd.DataFrame({"supplier": gives, "client": gets}).drop_duplicates()
    table = table.assign(
        supplier=[f"d{number:04}" for number in table["supplier"]],
        client=[f"d{number:04}" for number in table["client"]],
        expectation=8.0,
        fulfilment=draw.uniform(1, 9, len(table)).round(1),
    )
    ids = [f"d{number:04}" for number in range(departments)]
    kinds = ["internal"] * inner + ["external_customer"] * customers
    return analyze(Organization.from_frames(table, pd.DataFrame({"id": ids, "kind": kinds})))


@pytest.fixture(scope="session")
def sample():
    """Analyse a sample organisation by name, once."""
    return read_sample


@pytest.fixture(scope="session")
def hostile():
    """The analysis of an organisation with hostile names."""
    return hostile_analysis()


@pytest.fixture(scope="session")
def random_analysis():
    """Analyse a random organisation: (seed, departments, services)."""
    return draw_analysis
