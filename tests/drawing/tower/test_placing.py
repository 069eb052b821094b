import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.drawing.tower.placing import BEND_GAP, GLASS_GAP, MIXED_GAP, Rows, crossings, order_rows, place_rows


@st.composite
def rows(draw):
    """Nodes in two to five rows and pieces between neighbouring rows."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    row = np.repeat(np.arange(len(sizes)), sizes)
    bend = np.array(draw(st.lists(st.booleans(), min_size=len(row), max_size=len(row))))
    first = np.concatenate(([0], np.cumsum(sizes)))
    pieces = [
        (a, b)
        for at in range(len(sizes) - 1)
        for a in range(first[at], first[at + 1])
        for b in range(first[at + 1], first[at + 2])
    ]
    chosen = draw(st.lists(st.sampled_from(pieces), max_size=20, unique=True))
    ends = np.array(chosen, np.int64).reshape(-1, 2)
    return Rows(row.astype(np.int64), bend, ends[:, 0], ends[:, 1])


def count_by_hand(drawn, place):
    found = 0
    for first in range(len(drawn.upper)):
        for second in range(first):
            if drawn.row[drawn.upper[first]] == drawn.row[drawn.upper[second]]:
                above = place[drawn.upper[first]] - place[drawn.upper[second]]
                below = place[drawn.lower[first]] - place[drawn.lower[second]]
                found += above * below < 0
    return found


@given(rows())
def test_crossings_are_those_that_one_counts(drawn):
    place, found = order_rows(drawn, np.ones(len(drawn.row)))
    assert found == crossings(drawn, place) == count_by_hand(drawn, place)


@given(rows())
def test_places_are_a_permutation_of_each_row(drawn):
    place, _ = order_rows(drawn, np.ones(len(drawn.row)))
    assert len(drawn.row)
    for row in np.unique(drawn.row):
        inside = place[drawn.row == row]
        assert sorted(inside) == list(range(len(inside)))


@given(rows())
def test_nothing_stands_closer_than_the_least_distance_or_out_of_order(drawn):
    place, _ = order_rows(drawn, np.ones(len(drawn.row)))
    x = place_rows(drawn, place)
    least = np.array([GLASS_GAP, MIXED_GAP, BEND_GAP])
    assert len(x) == len(drawn.row) > 0
    for row in np.unique(drawn.row):
        inside = np.flatnonzero(drawn.row == row)
        inside = inside[np.argsort(place[inside])]
        gaps = least[drawn.bend[inside][1:].astype(int) + drawn.bend[inside][:-1]]
        assert (np.diff(x[inside]) >= gaps - 1e-9).all()


def test_a_crossing_that_can_be_undone_is_undone():
    drawn = Rows(np.array([0, 0, 1, 1]), np.zeros(4, bool), np.array([0, 1]), np.array([3, 2]))
    assert order_rows(drawn, np.ones(4))[1] == 0


def test_a_long_stream_runs_straight():
    # One stream past two rows, beside a column of three glasses that serve each other.
    drawn = Rows(
        np.array([0, 1, 2, 3, 1, 2]),
        np.array([False] * 4 + [True] * 2),
        np.array([0, 0, 4, 5, 1, 2]),
        np.array([1, 4, 5, 3, 2, 3]),
    )
    place, _ = order_rows(drawn, np.ones(6))
    x = place_rows(drawn, place)
    assert abs(x[4] - x[5]) < 0.05


def test_the_picture_is_centred():
    drawn = Rows(np.array([0, 1, 1, 1]), np.zeros(4, bool), np.array([0, 0, 0]), np.array([1, 2, 3]))
    x = place_rows(drawn, order_rows(drawn, np.ones(4))[0])
    assert abs(x.min() + x.max()) < 1e-12
