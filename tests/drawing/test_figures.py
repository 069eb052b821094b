import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from cxgraph import ParameterError
from cxgraph.drawing.charts import draw_causes
from cxgraph.drawing.figures import FORMATS, figure_bytes
from cxgraph.drawing.style import BIN_COLOURS, bins
from cxgraph.drawing.tower.figure import draw_tower

ROOT = Path(__file__).parents[2]
HASHES = """
import hashlib, sys
from cxgraph import analyze, read
from cxgraph.drawing import charts
from cxgraph.drawing.figures import figure_bytes
from cxgraph.drawing.tower.figure import draw_tower
analysis = analyze(read("sample_orgs/hotel"))
drawn = [(draw_tower, "svg"), (draw_tower, "png"), (charts.draw_causes, "pdf"), (charts.draw_quadrant, "svg"),
         (charts.draw_matrix, "svg")]
for draw, form in drawn:
    print(draw.__name__, form, hashlib.sha256(figure_bytes(draw(analysis), form)).hexdigest())
print(hashlib.sha256(figure_bytes(draw_tower(analyze(read("sample_orgs/it_service_desk"))), "svg")).hexdigest())
assert "matplotlib.pyplot" not in sys.modules, "pyplot keeps figures alive and wants a display"
"""


def test_two_processes_with_two_hash_seeds_write_the_same_bytes():
    runs = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", HASHES],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        for seed in ("1", "4242")
    ]
    outputs = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 6


@pytest.mark.parametrize("form", FORMATS)
def test_a_second_drawing_in_one_process_has_the_same_bytes(sample, form):
    assert len({figure_bytes(draw_tower(sample("worked_example")), form) for _ in range(2)}) == 1


def test_the_users_settings_neither_change_the_picture_nor_are_changed(sample):
    plain = figure_bytes(draw_causes(sample("worked_example")), "svg")
    with matplotlib.rc_context(
        {
            "text.parse_math": True,
            "lines.linewidth": 9,
            "svg.fonttype": "none",
            "font.family": "serif",
            "axes.facecolor": "red",
        }
    ):
        before = dict(matplotlib.rcParams)
        assert figure_bytes(draw_causes(sample("worked_example")), "svg") == plain
        assert dict(matplotlib.rcParams) == before


def test_hostile_names_are_only_letters_in_a_file(hostile):
    svg = figure_bytes(draw_tower(hostile), "svg")
    tree = ElementTree.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert not tags & {"script", "img", "a", "foreignObject", "image"}
    assert not [key for element in tree.iter() for key in element.attrib if key.lower().startswith("on")]
    assert b"<script" not in svg
    assert not [element for element in tree.iter() if element.tag.endswith("text")]


def test_ids_are_unique_within_a_file(hostile):
    tree = ElementTree.fromstring(figure_bytes(draw_tower(hostile), "svg"))
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))


def test_an_unknown_format_is_refused(sample):
    with pytest.raises(ParameterError, match="svg, png, pdf"):
        figure_bytes(draw_causes(sample("worked_example")), "gif")


def test_bins_begin_at_their_edges():
    assert bins(np.array([0, 0.5499, 0.55, 0.7, 1 - 0.15, 0.999, 1.0])).tolist() == [0, 0, 1, 2, 3, 3, 4]


def luminance(colour):
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_every_colour_stands_out_from_the_ground():
    # WCAG 2.2, success criterion 1.4.11: graphical objects need a contrast of 3 to 1.
    assert min(1.05 / (luminance(colour) + 0.05) for colour in BIN_COLOURS) >= 3.0
