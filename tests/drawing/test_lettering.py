import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.drawing.figures import blank_figure, steady
from cxgraph.drawing.lettering import ELLIPSIS, font_file, legible, shorten, text_width, wrap, write

NAMES = ["Human resources and training", "Atención al paciente", r"Caf$\bad$", "iiiiiiiii", "WWWWWWW", "a → b"]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", NAMES)
def test_widths_are_those_that_are_drawn(text, bold):
    @steady
    def drawn():
        figure, axes = blank_figure(8, 1)
        artist = write(axes, (0.1, 0.1), text, 12, bold=bold)
        return artist.get_window_extent(figure.canvas.get_renderer()).width / 100

    assert text_width(text, 12, bold) == pytest.approx(drawn(), abs=0.025)


@given(st.text(max_size=60), st.floats(0.3, 3), st.integers(1, 4))
def test_lines_fit_and_lose_nothing_without_an_ellipsis(text, width, lines):
    found = wrap(text, width, 9, lines)
    assert len(found) <= lines
    assert all(text_width(line, 9) <= width for line in found)
    if not any(ELLIPSIS in line for line in found):
        letters = "".join(found).replace("-", "").replace(" ", "")
        assert letters == legible(text).replace("-", "").replace(" ", "")


@given(st.text(max_size=40))
def test_legible_text_is_one_line_of_letters_that_the_font_has(text):
    clean = legible(text)
    assert legible(clean) == clean
    assert not any(ord(letter) < 32 or 0x202A <= ord(letter) <= 0x202E for letter in clean)


def test_two_hundred_letters_end_in_an_ellipsis():
    assert shorten("x" * 200, 1.0, 9).endswith(ELLIPSIS)
    assert wrap("x" * 200, 1.0, 9, 3)[-1].endswith(ELLIPSIS)
    assert text_width(shorten("x" * 200, 1.0, 9), 9) <= 1.0


def test_the_font_comes_with_matplotlib():
    assert "mpl-data" in str(font_file())
    assert font_file(True).exists()
    assert np.isfinite(text_width("", 9))
