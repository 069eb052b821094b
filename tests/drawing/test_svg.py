"""Our SVG is matplotlib's to the byte; only how often letters are laid out differs."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.textpath import TextToPath

from cxgraph.drawing.figures import blank_figure, draw_line, figure_bytes, steady
from cxgraph.drawing.lettering import font_file, legible, measured, pieces, write
from cxgraph.drawing.svg import _LETTERS

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs",))
LATIN = st.characters(codec="utf-8", max_codepoint=0x24F)
TEXTS = (st.text(LETTERS) | st.lists(st.text(LATIN, max_size=8)).map(" ".join)).map(legible)


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
    font = TextToPath()._get_font(FontProperties(fname=str(font_file(bold))))
    places, outlines, boxes = _LETTERS.get_glyphs_with_font(font, text)
    expected, shapes, none = TextToPath().get_glyphs_with_font(font, text)
    assert (places, list(outlines), boxes) == (expected, list(shapes), none)


def test_scripts_that_run_the_other_way_are_one_piece():
    assert pieces("front desk") == ["front", " ", "desk"]
    assert pieces("אב גד") == ["אב גד"]
    assert pieces("a \N{COMBINING ACUTE ACCENT}b") == ["a \N{COMBINING ACUTE ACCENT}b"]


@pytest.mark.parametrize("text", ["Front desk", "Größe → 3 – 5 …", "אב גד", "a $b$ <c> & d"])
def test_a_figure_is_matplotlibs_to_the_byte(text):
    figure, axes = steady(blank_figure)(3, 2)
    draw_line(axes, (0.1, 2.0), (0.1, 1.5))
    for number, options in enumerate([{}, {"bold": True}, {"halo": 2.0}, {"anchor": "center center", "rotation": 30}]):
        write(axes, (0.5, 0.4 * number + 0.2), text, 8 + number, **options)
    resolution = figure.get_dpi()
    ours = figure_bytes(figure, "svg")
    assert figure.get_dpi() == resolution
    assert ours == as_matplotlib_writes(figure)
    assert figure_bytes(figure, "svg") == ours
