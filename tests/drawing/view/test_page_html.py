"""The page as text: what it may hold, what it may not, and that it is the same every time. Needs no browser."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files

import html5lib
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.drawing import style
from cxgraph.drawing.view.data import view_data
from cxgraph.drawing.view.page import SCRIPTS, render_view, to_json
from cxgraph.drawing.view.pictures import MOST_STREAMS
from cxgraph.errors import ParameterError
from cxgraph.wording import Translator

WORST = "</script><!--<script>\u2028&\u2029>"


class Outline(HTMLParser):
    """Elements with their attributes, and the text of scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.texts, self._inside = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._inside = (tag, dict(attributes)) if tag in ("script", "style") else None
        if self._inside:
            self.texts.append([*self._inside, ""])

    def handle_data(self, data):
        if self._inside:
            self.texts[-1][2] += data

    def handle_endtag(self, tag):  # noqa: ARG002 - the name of the base class
        self._inside = None


@pytest.fixture(scope="module")
def hotel(samples):
    return cxgraph.analyze(cxgraph.read(samples / "hotel"))


@pytest.fixture(scope="module")
def page(hotel):
    return render_view(hotel)


def test_the_policy_names_every_script_and_style_and_allows_nothing_else(page):
    outline = Outline(page)
    policy = next(found["content"] for tag, found in outline.elements if found.get("http-equiv"))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data: blob:"

    def hashes(tag):
        return {
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
            for name, found, text in outline.texts
            if name == tag and found.get("type") != "application/json"
        }

    assert set(rules["script-src"].split()) == hashes("script")
    assert set(rules["style-src"].split()) == hashes("style")
    assert len(hashes("script")) == 1 + len(SCRIPTS)


def test_it_is_html_without_a_fault(page):
    html5lib.HTMLParser(strict=True).parse(page)
    sections = re.findall(r"<section[^>]*>", page)
    assert sections
    assert [section for section in sections if "aria-label" not in section] == []
    assert [text for tag, _, text in Outline(page).texts if tag == "script" and text != text.strip()] == []


def test_nothing_points_outside_and_nothing_is_inline(page):
    for tag, found in Outline(page).elements:
        assert not {"src", "style", "srcset", "action"} & set(found), (tag, found)
        assert not [name for name in found if name.startswith("on")], (tag, found)
        assert found.get("href", "#").startswith(("#", "data:,"))
    assert "sourceMappingURL" not in page
    assert "@license" in page  # vis-network's own notice stays with it


def test_json_in_the_page_cannot_end_its_element():
    assert not set(to_json({"name": WORST})) & set("<>&\u2028\u2029")
    assert json.loads(to_json({"name": WORST})) == {"name": WORST}


def test_hostile_names_come_back_as_they_went_in():
    services = pd.DataFrame(
        {
            "supplier": [WORST, "b"],
            "client": ["b", "c"],
            "service": [WORST, "x"],
            "expectation": [9, 9],
            "fulfilment": [3, 4],
        }
    )
    html = render_view(cxgraph.analyze(cxgraph.Organization.from_frames(services, name="</script><!--<script>")))
    outline = Outline(html)
    data = json.loads(next(text for _, found, text in outline.texts if found.get("id") == "data"))
    assert WORST in data["departments"]["names"]
    assert WORST in data["services"]["names"]
    assert len(outline.texts) == len(SCRIPTS) + 4  # vis-network, data, saved state, style: no name has become another
    assert html == html.encode("utf-8").decode("utf-8")


def test_the_same_bytes_in_every_process(page, samples):
    script = (
        "import sys, cxgraph; from cxgraph.drawing.view.page import render_view; "
        "sys.stdout.buffer.write(render_view(cxgraph.analyze(cxgraph.read(sys.argv[1]))).encode())"
    )
    for seed in ("0", "4242"):
        found = subprocess.run(
            [sys.executable, "-c", script, str(samples / "hotel")],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert hashlib.sha256(found.stdout).hexdigest() == hashlib.sha256(page.encode()).hexdigest()


def test_a_small_organisation_stays_under_a_megabyte(page):
    assert len(page.encode("utf-8")) < 1_000_000


def test_streams_have_numbers_of_their_own_and_parallel_ones_lanes():
    rows = [("a", "c", f"s{at}", 9, at) for at in range(5)] + [("a", "b", "x", 9, 3), ("b", "c", "y", 9, 3)]
    services = pd.DataFrame(rows, columns=["supplier", "client", "service", "expectation", "fulfilment"])
    data = view_data(cxgraph.analyze(cxgraph.Organization.from_frames(services)), Translator("en"))
    edges = data["pictures"][0]["edges"]
    assert len({edge["id"] for edge in edges}) == 7
    assert sorted(edge.get("lane", 0) for edge in edges if edge["from"] == 0 and edge["to"] == 2) == [0, 1, 2, 3, 4]
    assert {edge["from"] for edge in edges} == {0, 1}


def test_a_crowded_organisation_has_a_picture_of_the_main_departments_and_one_of_all(samples):
    data = view_data(cxgraph.analyze(cxgraph.read(samples / "it_service_desk")), Translator("en"))
    main, everybody = data["pictures"]
    assert len(main["nodes"]) < 60
    assert len(main["edges"]) <= MOST_STREAMS
    alone = {node["id"] for node in main["nodes"] if "members" not in node}
    shared = [member for node in main["nodes"] for member in node.get("members", [])]
    everyone = {node["id"] for node in everybody["nodes"]}
    assert alone < everyone
    assert len(shared) == len(set(shared))
    assert not alone & set(shared)
    shown = {node["id"] for node in main["nodes"]}
    assert all(edge["from"] in shown and edge["to"] in shown for edge in main["edges"])
    places = [(node["x"], node["y"]) for node in main["nodes"]]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("picture", [0, 1])
def test_glasses_of_a_row_keep_their_distance(samples, picture):
    data = view_data(cxgraph.analyze(cxgraph.read(samples / "it_service_desk")), Translator("en"))["pictures"][picture]
    frame = pd.DataFrame(data["nodes"])
    assert frame["y"].duplicated().any(), "some row has several glasses"
    for _, row in frame.groupby("y"):
        assert (np.diff(np.sort(row["x"])) >= 123).all()


def test_data_are_plain_json_in_both_languages(hotel):
    for language, decimal in (("en", "."), ("es", ",")):
        data = view_data(hotel, Translator(language))
        assert json.loads(json.dumps(data, allow_nan=False)) == data
        assert (data["language"], data["decimal"]) == (language, decimal)
    english, spanish = (view_data(hotel, Translator(language))["texts"] for language in ("en", "es"))
    same = [key for key in english if english[key] == spanish[key]]
    assert same == ["change_service", "lever_service", "service_name"]  # arrows and fields only


def test_an_infinite_stringency_and_a_missing_expectation_are_null():
    services = pd.DataFrame(
        {"supplier": ["a", "b"], "client": ["b", "c"], "expectation": [np.nan, 8], "fulfilment": [3, 4]}
    )
    organization = cxgraph.Organization.from_frames(services)
    data = view_data(cxgraph.analyze(organization, scoring="perception", stringency=float("inf")), Translator("en"))
    assert data["network"]["stringency"] is None
    assert data["network"]["expectation"] == [None, 8]


def test_nothing_lacking_is_said():
    services = pd.DataFrame({"supplier": ["a"], "client": ["b"], "expectation": [8], "fulfilment": [9]})
    html = render_view(cxgraph.analyze(cxgraph.Organization.from_frames(services, name="Ours")))
    assert '<h1 id="title">Ours: nothing that its customers expect falls short.</h1>' in html


def test_both_palettes_have_the_same_colours_of_five_bins():
    light, dark = style.PALETTES["light"], style.PALETTES["dark"]
    assert light.keys() == dark.keys()
    for colors in (light, dark):
        assert len(colors["bins"]) == 5
        assert all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in colors["bins"])


def test_an_unknown_language_is_refused(hotel):
    with pytest.raises(ParameterError, match="is not spoken here"):
        render_view(hotel, "fr")


def test_too_many_services_are_refused_with_advice(hotel, monkeypatch):
    monkeypatch.setattr("cxgraph.drawing.view.page.MOST_SERVICES", 10)
    with pytest.raises(ParameterError, match="Draw the tower instead"):
        render_view(hotel)


def test_a_notebook_shows_it_in_a_frame_of_its_own(hotel, page):
    view = cxgraph.view(hotel)
    assert view.html == page
    frame = Outline(view._repr_html_()).elements
    assert [tag for tag, _ in frame] == ["iframe"]
    assert frame[0][1]["srcdoc"] == page
    assert frame[0][1]["sandbox"] == "allow-scripts allow-downloads"
    assert repr(view) == f"<View, {len(page.encode()):,} bytes of HTML>"


def test_the_command_writes_one_file_and_never_over_another(samples, tmp_path):
    from cxgraph.cli.commands.view import command

    target = tmp_path / "hotel.html"
    arguments = [str(samples / "hotel"), "-o", str(target), "--lang", "es"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    assert '<html lang="es">' in target.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["hotel.html"]
    target.write_text("mine", encoding="utf-8")
    assert CliRunner().invoke(command, arguments).exit_code == 5
    assert target.read_text("utf-8") == "mine"
    assert CliRunner().invoke(command, [*arguments, "--force"]).exit_code == 0


def test_the_colours_and_edges_of_the_figures_are_those_of_the_page(hotel):
    data = view_data(hotel, Translator("en"))
    assert data["binEdges"] == list(style.BIN_EDGES)
    assert data["palettes"]["light"]["bins"] == list(style.BIN_COLOURS)
    assert data["palettes"]["dark"]["bins"] == list(style.BIN_COLOURS_DARK)
    scripts = files("cxgraph.drawing.view") / "templates"
    for script in SCRIPTS:
        assert not re.search(r"#[0-9a-f]{6}\b", (scripts / script).read_text("utf-8")), script
