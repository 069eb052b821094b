"""One quantity, one value: brief, report, audit, workbook, result.json, view and figures read side by side."""

import base64
import io
import json
import math
import re
from html import unescape

import numpy as np
import openpyxl
import pytest
from matplotlib.text import Text

import cxgraph
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.drawing.charts.causes import draw_causes
from cxgraph.drawing.charts.story import draw_story
from cxgraph.drawing.tower.figure import draw_tower
from cxgraph.drawing.view.data import view_data
from cxgraph.model.network import Network
from cxgraph.reporting.advice import SHORT_ADVICE
from cxgraph.wording import Translator

SAMPLES = ("hotel", "clinica", "it_service_desk", "worked_example")
T = Translator("en")


class Outputs:
    """Everything that a sample's report wrote, as text and as values."""

    def __init__(self, files, analysis):
        self.result = json.loads(files["result.json"])
        self.analysis = analysis
        self.brief, self.report = (
            unescape(re.sub(r"<[^>]+>", "\n", files[name].decode())) for name in ("brief.html", "report.html")
        )
        self.markdown = files["report.md"].decode()
        self.book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))

    def sheet(self, name):
        rows = list(self.book[name].iter_rows(values_only=True))
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.fixture(scope="module", params=SAMPLES)
def outputs(request, make_files, samples):
    # The samples speak their own languages; for this the words must be known.
    return Outputs(make_files(request.param, "en"), cxgraph.analyze(cxgraph.read(samples / request.param)))


def texts_of(figure):
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


def test_the_customers_gap(outputs):
    gap = outputs.result["customer_shortfall"]
    told = T.percent(gap)
    met = T.percent(1 - gap)
    assert outputs.result["brief"]["figures"][0]["text"] == told
    assert outputs.result["brief"]["finding"].startswith(f"Customers receive {met} of what they expect")
    for text in (outputs.brief, outputs.report, outputs.markdown):
        assert f"{met} of what they expect" in text
        assert told in text
    assert f"The customers' gap is {told}" in outputs.report
    assert outputs.analysis.customer_shortfall == gap
    assert sum(row["contribution"] for row in outputs.result["departments"]) == pytest.approx(gap, abs=1e-12)
    points = sum(row["originates here (points)"] for row in outputs.sheet("Departments"))
    assert points == pytest.approx(100 * gap, abs=1e-9)
    by_customer = sum(row["share of the business"] * row["gap"] for row in outputs.sheet("Customers") if row["gap"])
    assert by_customer == pytest.approx(gap, abs=1e-9)
    assert told in view_data(outputs.analysis, T)["finding"]
    for figure in (draw_tower(outputs.analysis, language="en"), draw_causes(outputs.analysis, language="en")):
        assert told in texts_of(figure)


def test_the_first_root_cause_and_the_first_three(outputs):
    first = outputs.result["bottlenecks"][0]
    told = T.percent(first["share"])
    brief = outputs.result["brief"]
    assert brief["figures"][1]["text"] == told
    assert brief["causes"][0]["share"] == first["share"] == outputs.result["departments"][0]["share"]
    assert outputs.sheet("Departments")[0]["share of the gap"] == pytest.approx(first["share"], abs=1e-12)
    assert outputs.sheet("Root causes")[0]["share of the customers' gap"] == pytest.approx(first["share"], abs=1e-12)
    assert f"{told} of the gap originates in {first['name']}" in outputs.report
    three = outputs.result["bottlenecks"][min(2, len(outputs.result["bottlenecks"]) - 1)]["cumulative"]
    assert brief["figures"][2]["text"] == T.percent(three)
    assert f"together: {T.percent(three)}" in outputs.report
    causes = texts_of(draw_causes(outputs.analysis, language="en"))
    assert told in causes
    assert f"{T.percent(three if len(outputs.result['bottlenecks']) > 3 else first['share'], 0)} of the" in causes
    whole = T.percent(first["share"], 0)
    assert f"{whole} of the customers' gap" in texts_of(draw_tower(outputs.analysis, language="en"))
    story = texts_of(draw_story(outputs.analysis, language="en"))
    if first["name"] in story:
        assert f"origin of {whole} of the" in story
    assert brief["figures"][3]["text"] == f"{T.number(100 * first['gain'], 1)} points"
    assert (
        f"with all its services put right, the gap falls by {T.number(100 * first['gain'], 2)} points" in outputs.brief
    )


def test_intervals_and_the_probability_of_the_first_place(outputs):
    found = outputs.result["intervals"]
    if not found["available"]:
        assert outputs.result["brief"]["confidence"] == "open"
        assert "no interval can be given" in outputs.brief
        return
    low, high = T.percent(found["low"]), T.percent(found["high"])
    assert f"{low} to {high}" in outputs.result["brief"]["figures"][0]["note"]
    assert f"lies between {low} and {high}" in outputs.report
    by_id = {row["id"]: row for row in found["departments"]}
    first = outputs.result["bottlenecks"][0]
    row = by_id[first["id"]]
    assert f"{T.percent(row['low'])} to {T.percent(row['high'])}" in outputs.result["brief"]["figures"][1]["note"]
    sheet = {one["department"]: one for one in outputs.sheet("Intervals")}[first["name"]]
    assert (sheet["lower end"], sheet["upper end"]) == pytest.approx((row["low"], row["high"]), abs=1e-12)
    chance = row["p_top1"]
    expected = "firm" if chance >= 0.9 else "likely" if chance >= 0.7 else "open"
    assert outputs.result["brief"]["confidence"] == expected
    assert sheet["ranked first in resamples"] == pytest.approx(chance, abs=1e-12)
    words = "over 99\xa0%" if chance > 0.99 else T.percent(chance, 0)
    for text in (outputs.brief, outputs.report):
        assert f"{first['name']} {words}" in text
    # No place is counted among departments that no table lists.
    for name in ("Intervals", "Band"):
        assert max(one["worst place"] for one in outputs.sheet(name)) <= len(outputs.sheet(name))


def test_formal_and_relational_means(outputs):
    kinds = {row["kind"]: row["shortfall"] for row in outputs.result["kinds"]}
    finding = next(one for one in outputs.result["audit"] if one["code"] == "formal-and-relational")
    if finding["status"] == "SKIPPED":
        return
    for kind, mean in kinds.items():
        assert finding["numbers"][f"{kind}_shortfall"] == pytest.approx(mean, abs=1e-12)
    # By hand: each service counts by its importance among all that its client receives.
    table = outputs.analysis.services()
    weight = table["importance"] / table.groupby(table["client"].astype(object))["importance"].transform("sum")
    for kind, mean in kinds.items():
        rows = (table["kind"] == kind).to_numpy()
        assert np.average(table["shortfall"][rows], weights=weight[rows]) == pytest.approx(mean, abs=1e-12)
    if len(kinds) > 1:
        for row in outputs.sheet("Kinds"):
            assert row["mean gap (weighted by importance)"] == pytest.approx(kinds[row["kind"]], abs=1e-12)
            assert T.percent(kinds[row["kind"]]) in finding["message"]


def test_actions_gain_what_the_plan_says(outputs):
    told = outputs.result["brief"]["actions"]
    if told is None:
        assert "no improvement log is kept" in outputs.brief
        return
    # Proposals, which nobody has opened, are for the plan to choose from; what is under way gains this.
    given = outputs.analysis.organization.actions
    plan = outputs.analysis.plan(math.inf, given[given["opened"].notna() | given["closed"].notna()])
    assert told["gain"] == pytest.approx(plan.gain, abs=1e-12)
    assert outputs.result["brief"]["figures"][4]["text"] == f"{T.number(100 * plan.gain, 1)} points"
    assert f"actions already open: gap falls by: {T.number(100 * plan.gain, 1)} points" in outputs.markdown
    alone = plan.table()["alone"]
    for row in told["open"]:
        if row["id"] in alone.index:
            assert row["alone"] == pytest.approx(alone[row["id"]], abs=1e-12)


def test_one_sign_of_advice_for_each_service(outputs):
    names = {row["id"]: row["name"] for row in outputs.result["departments"]}
    advised = {}
    for row in outputs.sheet("Services"):
        advised[row["supplier"], row["client"], row["service"]] = row["advice"]
        few = row["answers"] is not None and row["answers"] < 5 and row["advice"] not in (None, "keep it up")
        assert str(row["advice"]).endswith(" (fewer than 5 answers)") == few
    checked = 0
    for row in outputs.result["bottlenecks"]:
        # Names of services repeat between pairs, never within one.
        told = advised[names[row["id"]], row["client"], row["service"]]
        assert told.removesuffix(" (fewer than 5 answers)") == SHORT_ADVICE[row["advice"]]
        checked += 1
    assert checked > 0
    for cause, row in zip(outputs.result["brief"]["causes"], outputs.result["bottlenecks"], strict=False):
        assert cause["fix"].startswith(SHORT_ADVICE[row["advice"]])
    blamed = next(one for one in outputs.result["audit"] if one["code"] == "starved-judged")
    accused = {row["department"] for row in blamed["rows"]}
    for row in outputs.result["bottlenecks"]:
        if row["id"] in accused:
            assert row["advice"] != "supplier"


def unpacked(column):
    """Read a column of the page's data as the page does."""
    if not isinstance(column, dict):
        return [float("nan") if one is None else one for one in column]
    if "counts" in column:
        counts = unpacked(column["counts"])
        return np.repeat(np.arange(len(counts)), counts).tolist()
    if "values" in column:
        values = unpacked(column["values"])
        return [values[place] for place in unpacked(column["index"])]
    kind = {"u1": "<u1", "u2": "<u2", "i4": "<i4", "f4": "<f4", "f8": "<f8"}[column["kind"]]
    return np.frombuffer(base64.b64decode(column["base64"]), kind).tolist()


def test_the_view_computes_from_the_same_numbers(outputs):
    """What the page is given leads to the same gap and the same contributions."""
    data = view_data(outputs.analysis, T)["network"]
    network = Network.from_arrays(
        *(unpacked(data[name]) for name in ("supplier", "client", "expectation", "fulfilment")),
        importance=unpacked(data["importance"]),
        customer_weight=unpacked(data["customerWeight"]),
        scale=tuple(data["scale"]),
    )
    stringency = math.inf if data["stringency"] is None else data["stringency"]
    cascade = solve_cascade(network, np.array(unpacked(data["transmission"]), float), stringency, data["scoring"])
    assert cascade.customer_shortfall == pytest.approx(outputs.result["customer_shortfall"], abs=1e-12)
    departments = view_data(outputs.analysis, T)["departments"]
    ids = departments["ids"] or departments["names"]  # left out where they are the names
    mine = dict(zip(ids, network.by_supplier(cascade.contribution).tolist(), strict=True))
    for row in outputs.result["departments"]:
        assert mine[row["id"]] == pytest.approx(row["contribution"], abs=1e-12)
