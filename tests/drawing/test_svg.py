"""Our SVG shows what matplotlib's does, with letters and texts written once."""

import io
import re
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

from cxgraph.drawing.figures import blank_figure, draw_line, figure_bytes, steady
from cxgraph.drawing.lettering import font_file, legible, measured, pieces, write
from cxgraph.drawing.style import GROUND, INK
from cxgraph.drawing.svg import _places

ROUNDS = tuple(map(int, matplotlib.__version__.split(".")[:2])) < (3, 11)
LETTER, LINE = (0.02, 2.0) if ROUNDS else (0.0, 2e-3)
"""How far letters, each from the one before, and lines may stand from matplotlib's; before 3.11 it rounds to pixels."""
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs",))
LATIN = st.characters(codec="utf-8", max_codepoint=0x24F)
TEXTS = (st.text(LETTERS) | st.lists(st.text(LATIN, max_size=8)).map(" ".join)).map(legible)


SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
MOVE = re.compile(r"(\w+)\(([^)]*)\)")
NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")
USUAL = {
    "fill": "#000000",
    "fill-opacity": "1",
    "stroke": "none",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "stroke-dashoffset": "0",
    "stroke-linecap": "butt",
    "stroke-linejoin": "round",
}
"""How an area or a line looks where it does not say so."""


@steady
def as_matplotlib_writes(figure):
    stream = io.BytesIO()
    FigureCanvasSVG(figure).print_figure(stream, format="svg", metadata={"Date": None, "Creator": "cxgraph"})
    return stream.getvalue()


@given(TEXTS, st.booleans())
@example("AV AT To VA fi ffl", True)
@example("Größe → 3 – 5 …", False)
@example("אב גד", False)
def test_a_text_measured_by_words_is_as_wide_as_when_measured_whole(text, bold):
    font = FT2Font(str(font_file(bold)))
    font.set_size(100, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    assert measured(text, bold) == tuple(part / 64 for part in (*font.get_width_height(), font.get_descent()))
    assert "".join(pieces(text)) == text


@given(TEXTS, st.booleans())
@example("AV AT To VA fi ffl", True)
@example("אב גד", True)
def test_letters_stand_where_matplotlib_puts_them(text, bold):
    face = TextToPath()._get_font(FontProperties(fname=str(font_file(bold))))
    expected, _, _ = TextToPath().get_glyphs_with_font(face, text)
    found = _places(text, bold)
    assert [name for name, *_ in found] == [name for name, *_ in expected]
    at = [(64 * x, 64 * y) for _, x, y, _ in expected]
    assert [tuple(place) for _, *place in found] == [pytest.approx(place, abs=64 * LETTER * len(found)) for place in at]
    assert {size for *_, size in expected} <= {1}


def test_scripts_that_run_the_other_way_are_one_piece():
    assert pieces("front desk") == ["front", " ", "desk"]
    assert pieces("אב גד") == ["אב גד"]
    assert pieces("a \N{COMBINING ACUTE ACCENT}b") == ["a \N{COMBINING ACUTE ACCENT}b"]


def drawn(svg):
    """Return where the texts of an SVG begin, how they turn and their colour; and its lines and areas."""
    texts, shapes = [], []
    for element in ElementTree.fromstring(svg).iter():
        look = {**dict(re.findall(r"([\w-]+): ([^;]+)", element.get("style", ""))), **element.attrib}
        moves = {name: [float(x) for x in numbers.split()] for name, numbers in MOVE.findall(look.get("transform", ""))}
        if element.tag == f"{SVG}g" and "translate" in moves and "stroke" not in look:
            texts.append((*moves["translate"], *moves.get("rotate", [0.0]), look["fill"]))
        elif element.tag == f"{SVG}path" and "id" not in look and "scale" not in moves and "clip" not in look:
            shown = {name: re.sub(r"url.*|\.0$", "", look.get(name, usual)) for name, usual in USUAL.items()}
            steps = "".join(re.findall(r"[MLQCz]", look["d"]))
            shapes.append((steps, *shown.values(), *(float(x) for x in NUMBER.findall(look["d"]))))
    return texts, shapes


def nearly(found, expected):
    """Whether two lists of tuples are the same but for the seventh digit of numbers."""
    return found == [tuple(pytest.approx(x, abs=LINE) if isinstance(x, float) else x for x in one) for one in expected]


@pytest.mark.parametrize("text", ["Front desk", "Ñuño → 3 – 5 …", "אב גד", "a $b$ <c> & d"])
@pytest.mark.parametrize("anchor", ["left top", "center center", "right bottom", "left baseline"])
def test_texts_stand_where_matplotlib_places_them(text, anchor):
    figure, axes = steady(blank_figure)(3, 2)
    for number, options in enumerate([{}, {"bold": True}, {"colour": "#123456"}, {"rotation": 90}, {"rotation": 30}]):
        write(axes, (0.5, 0.4 * number + 0.2), text, 8 + number, anchor=anchor, **options)
    resolution = figure.get_dpi()
    ours = figure_bytes(figure, "svg")
    assert figure.get_dpi() == resolution
    assert figure_bytes(figure, "svg") == ours
    assert len(drawn(ours)[0]) == 5
    assert nearly(drawn(ours)[0], drawn(as_matplotlib_writes(figure))[0])
    labels = [element.get("aria-label") for element in ElementTree.fromstring(ours).iter(f"{SVG}g")]
    assert [label for label in labels if label] == [text] * 5


def test_lines_and_areas_are_matplotlibs():
    figure, axes = steady(blank_figure)(3, 2)
    draw_line(axes, (0.1, 2.0, float("nan"), 1.0, 1.5), (0.1, 1.5, 1.0, 1.0, 1.2), color="#123456", alpha=0.5)
    draw_line(axes, (0.1, 2.0), (0.3, 1.7), color="red", linestyle=(1, (4, 2.4)), linewidth=0.8)
    axes.add_artist(Circle((1, 1), 0.2, facecolor=(1, 0, 0, 0.25), edgecolor="none"))
    axes.add_artist(PathPatch(Path([(0, 0), (1, 0), (1, 1), (0, 1)], [1, 4, 4, 4]), facecolor="none", capstyle="round"))
    axes.add_artist(Rectangle((1, 1), 0.4, 0.5, facecolor="#fefefe", edgecolor="#010101", hatch="/////", linewidth=0.4))
    ours, theirs = (sorted(drawn(svg)[1], key=len) for svg in (figure_bytes(figure), as_matplotlib_writes(figure)))
    assert len(ours) == 7  # the ground and the lines of the hatch too
    assert nearly(ours, theirs)


def test_markers_stand_on_their_points():
    figure, axes = steady(blank_figure)(3, 2)
    draw_line(axes, (0.5, 2.0), (0.3, 1.7), color="red", linestyle="none", marker="s", markersize=3, markeredgewidth=0)
    _, *markers = drawn(figure_bytes(figure))[1]
    middles = [np.reshape(marker[-8:], (4, 2)).mean(axis=0) for marker in markers]
    assert np.allclose(middles, 72 * np.array([(0.5, 0.3), (2.0, 1.7)]), atol=1e-3)


def test_a_halo_lies_behind_its_text():
    figure, axes = steady(blank_figure)(3, 2)
    write(axes, (0.5, 0.5), "Front desk", 10, halo=2.0)
    halo, letters = (
        element for element in ElementTree.fromstring(figure_bytes(figure)).iter(f"{SVG}g") if element.get("transform")
    )
    assert halo.get("transform") == letters.get("transform")
    assert float(halo.get("stroke-width")) * float(
        MOVE.findall(halo.get("transform"))[1][1].split()[0]
    ) == pytest.approx(4.0)
    assert (halo.get("stroke"), letters.get("stroke"), letters.get("fill")) == (GROUND, None, INK)
    (defined,), (used,) = halo, letters
    assert used.get(f"{XLINK}href") == f"#{defined.get('id')}"


def test_what_is_not_visible_is_not_written():
    figure, axes = steady(blank_figure)(3, 2)
    empty = figure_bytes(figure)
    write(axes, (0.5, 0.5), "Front desk", 10).set_visible(False)
    write(axes, (0.5, 0.5), "", 10)
    assert figure_bytes(figure) == empty
