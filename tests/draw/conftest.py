"""A browser without a network, and a page that fails the test on any request, error or policy violation."""

import os
import shutil

import pytest

INSTALL = "no Chromium: `apt install chromium` (or set CXGRAPH_CHROMIUM) and `pip install 'cxgraph[test]'`"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                      offline=True, accept_downloads=True)
        context.add_init_script("window.violations = []; document.addEventListener('securitypolicyviolation', "
                                "(event) => window.violations.push(event.violatedDirective + event.blockedURI))")
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
