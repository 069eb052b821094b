"""How large the interactive view is and how soon it is there, against the page that pyvis writes by default.

Run it from the top of the repository: ``python tests/benchmarks/view.py [--without-pyvis]``. It needs Chromium (set
CXGRAPH_CHROMIUM where it is not on the path) and takes about two minutes, nearly all of it for pyvis' own page.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

import cxgraph
from cxgraph.drawing.view.page import render_view

SIZES = {50: 150, 500: 1_500, 2_000: 6_000}
"""Departments, and services between them."""
BYTES = {50: 1_000_000, 2_000: 3_000_000}
READY = {500: 1_000.0, 2_000: 3_000.0}
REDRAW = {500: 50.0}
"""What may be used at the most; times in milliseconds."""
FASTER = 20.0
PATIENCE = 600_000.0
REDRAWS = """() => {
  const { picture } = window.cxgraphView;
  const context = picture.holder.querySelector("canvas").getContext("2d");
  const { x, y } = picture.network.getViewPosition();
  const scale = picture.network.getScale();
  return Array.from({ length: 15 }, (_, round) => {
    const before = performance.now();
    picture.network.moveTo({ position: { x: x + 3 * round, y }, scale });
    picture.network.redraw();
    context.getImageData(0, 0, 1, 1);  // makes the browser draw now what it would put off
    return performance.now() - before;
  });
}"""
EVERYBODY = """() => {
  const before = performance.now();
  const choice = document.getElementById("extent");
  choice.value = "1";
  choice.dispatchEvent(new Event("change"));
  const { picture } = window.cxgraphView;
  picture.network.redraw();
  picture.holder.querySelector("canvas").getContext("2d").getImageData(0, 0, 1, 1);
  return performance.now() - before;
}"""
FIRST_PICTURE = """<script>window.addEventListener("DOMContentLoaded", () => {
  network.once("afterDrawing", () => { window.first = performance.now(); }); });</script></body>"""


def synthetic(departments: int, services: int) -> cxgraph.Analysis:
    """Return an organisation in six tiers with a few services against the flow, the same at every run."""
    random = np.random.default_rng(departments)
    tier = np.sort(np.concatenate((np.arange(6), random.integers(0, 6, departments - 6))))
    ids = np.array([f"Department {number}" for number in range(departments)], object)
    supplier, client = random.integers(0, departments, (2, 6 * services))
    falls = (tier[client] - tier[supplier] == 1) | (tier[client] - tier[supplier] == 2)
    falls |= (tier[client] - tier[supplier] == -1) & (tier[supplier] < 5) & (random.random(6 * services) < 0.05)
    pairs = np.unique(np.column_stack((supplier, client))[falls & (supplier != client)], axis=0)
    pairs = pairs[random.permutation(len(pairs))[:services]]
    frame = pd.DataFrame(
        {
            "supplier": ids[pairs[:, 0]],
            "client": ids[pairs[:, 1]],
            "service": [f"Service {number % 40}" for number in range(len(pairs))],
            "expectation": random.integers(6, 11, len(pairs)),
            "fulfilment": random.uniform(2, 10, len(pairs)).round(2),
        }
    )
    kinds = np.where(tier == 5, "external_customer", "internal")
    table = pd.DataFrame({"id": ids, "kind": kinds})
    return cxgraph.analyze(cxgraph.Organization.from_frames(frame, table, name="Benchmark"))


def pyvis_page(analysis: cxgraph.Analysis) -> str:
    """Return the page that pyvis writes by default, its scripts in it; it tells when its first picture is there."""
    from pyvis.network import Network

    graph = Network(directed=True, cdn_resources="in_line")
    for row in analysis.organization.departments.itertuples():
        graph.add_node(row.id, label=row.name)
    for row in analysis.organization.services.itertuples():
        graph.add_edge(row.supplier, row.client, title=row.service)
    return graph.generate_html().replace("</body>", FIRST_PICTURE, 1)


def opened(browser: Browser, html: str, folder: Path) -> Page:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="commit")
    return page


def measure(browser: Browser, departments: int, services: int, folder: Path) -> dict[str, Any]:
    analysis = synthetic(departments, services)
    before = time.perf_counter()
    html = render_view(analysis)
    found: dict[str, Any] = {"render": 1_000 * (time.perf_counter() - before), "bytes": len(html.encode("utf-8"))}
    ready = []
    for _ in range(3):
        page = opened(browser, html, folder)
        page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
        ready.append(float(page.evaluate("document.documentElement.dataset.ready")))
        page.context.close()
    page = opened(browser, html, folder)
    page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    found["ready"] = statistics.median(ready)
    found["redraw"] = statistics.median(page.evaluate(REDRAWS))
    if page.locator("#extent").count():
        found["everybody"] = page.evaluate(EVERYBODY)
        found["redraw everybody"] = statistics.median(page.evaluate(REDRAWS))
    found["what-if"] = page.evaluate("""() => { const { page } = window.cxgraphView; const before = performance.now();
      page.lift(page.network.supplier[0], 0.5); page.recompute(); return performance.now() - before; }""")
    page.context.close()
    return found


def main() -> int:
    program = os.environ.get("CXGRAPH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    failed = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser, folder = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]), Path(name)
        opened(browser, "<p>warm</p>", folder).context.close()
        for departments, services in SIZES.items():
            found = measure(browser, departments, services, folder)
            print(
                f"{departments:>5} departments, {services:>5} services:",
                ", ".join(f"{key} {value:,.0f}" + ("" if key == "bytes" else " ms") for key, value in found.items()),
            )
            worst = {"bytes": BYTES, "ready": READY, "redraw": REDRAW, "redraw everybody": REDRAW}
            failed += [
                f"{key} at {departments}"
                for key, limits in worst.items()
                if key in found and departments in limits and found[key] > limits[departments]
            ]
            if departments == 500 and "--without-pyvis" not in sys.argv:
                page = opened(browser, pyvis_page(synthetic(departments, services)), folder)
                handle = page.wait_for_function("window.first", timeout=PATIENCE, polling=200)
                theirs, ours = float(handle.json_value()), found["ready"]
                print(f"      pyvis by default: first picture {theirs:,.0f} ms, {theirs / ours:.0f} times ours")
                if theirs < FASTER * ours:
                    failed.append("against pyvis")
                page.context.close()
        browser.close()
    print("failed: " + ", ".join(failed) if failed else "all within their limits")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
