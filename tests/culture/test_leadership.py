"""The leadership pour against the recursion by hand; the shares of the levels; what is not known stays so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph.culture.leadership import front_line_departments, pour_commitment, pour_down
from cxgraph.culture.reporting_lines import trace_lines
from cxgraph.errors import ParameterError


@st.composite
def trees(draw, unknown=False):
    size = draw(st.integers(1, 25))
    parent = np.array([draw(st.integers(-1, at - 1)) for at in range(size)])
    order = np.array(draw(st.permutations(range(size))))
    moved = np.full(size, -1)
    moved[order] = np.where(parent >= 0, order[parent], -1)
    level = st.floats(0, 1) | st.just(float("nan")) if unknown else st.floats(0, 1)
    commitment = np.array(draw(st.lists(level, min_size=size, max_size=size)))
    front_line = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    return moved, commitment, front_line, draw(st.floats(0, 0.99))


def by_hand(parent, commitment, front_line, tau):
    """Where the gap of every department comes from, one department after the other from the top."""
    size = len(parent)
    gap = 1 - commitment
    origin = {}

    def origins(at):
        if at not in origin:
            found = np.zeros(size)
            if parent[at] < 0:
                found[at] = gap[at]
            else:
                above = origins(parent[at])
                inherited = min(gap[at], tau * gap[parent[at]])
                found[at] = gap[at] - inherited
                if gap[parent[at]] > 0:
                    found += above * inherited / gap[parent[at]]
            origin[at] = found
        return origin[at]

    known = [at for at in range(size) if front_line[at] and not np.isnan(origins(at)).any()]
    return np.mean([origins(at) for at in known], axis=0) if known else None


@settings(max_examples=150, deadline=None)
@given(trees())
def test_equal_to_the_recursion_by_hand_and_adds_up(tree):
    parent, commitment, front_line, tau = tree
    pour = pour_down(trace_lines(parent), commitment, front_line, tau)
    expected = by_hand(*tree)
    if expected is None:
        assert np.isnan(pour.front_line_gap)
        return
    np.testing.assert_allclose(pour.contribution, expected, atol=1e-12)
    assert pour.contribution.sum() == pytest.approx(pour.front_line_gap, abs=1e-12)
    assert pour.front_line_gap == pytest.approx((1 - commitment)[front_line].mean(), abs=1e-12)
    np.testing.assert_allclose(pour.own + pour.inherited, pour.gap, atol=1e-12)
    np.testing.assert_allclose(pour.inherited + pour.absorbed, pour.potential, atol=1e-12)
    top = parent < 0
    np.testing.assert_allclose(pour.own[top], pour.gap[top])


@settings(max_examples=150, deadline=None)
@given(trees(unknown=True))
def test_unknown_commitment_takes_its_branch_with_it(tree):
    parent, commitment, front_line, tau = tree
    pour = pour_down(trace_lines(parent), commitment, front_line, tau)
    for at in range(len(parent)):
        line = [at]
        while parent[line[-1]] >= 0:
            line.append(parent[line[-1]])
        whole = not np.isnan(commitment[line]).any()
        assert np.isnan(pour.contribution[at]) == (not whole)
        assert pour.counted[at] == (front_line[at] and whole)
        pair = not np.isnan(commitment[line[:2]]).any()
        assert np.isnan(pour.own[at]) == (not pair)
        if pair:
            potential = 0 if len(line) == 1 else tau * (1 - commitment[line[1]])
            assert pour.inherited[at] == pytest.approx(min(1 - commitment[at], potential), abs=1e-12)
    if pour.counted.any():
        assert np.nansum(pour.contribution) == pytest.approx((1 - commitment)[pour.counted].mean(), abs=1e-12)
    else:
        assert np.isnan(pour.front_line_gap)


def test_a_line_by_hand():
    # top lacks .5; middle .4, of which .3 came down; front .6, of which .24 came down, three quarters of it the top's.
    pour = pour_down(trace_lines(np.array([-1, 0, 1])), np.array([0.5, 0.6, 0.4]), np.array([False, False, True]), 0.6)
    assert pour.inherited.tolist() == pytest.approx([0, 0.3, 0.24])
    assert pour.contribution.tolist() == pytest.approx([0.18, 0.06, 0.36])
    assert pour.share_of_levels().tolist() == pytest.approx([0.3, 0.1, 0.6])


@given(trees())
def test_levels_and_numbers_below_by_walking(tree):
    parent = tree[0]
    lines = trace_lines(parent)
    counted = tree[2]
    for at in range(len(parent)):
        above, up = 0, at
        while parent[up] >= 0:
            above, up = above + 1, parent[up]
        assert (lines.level[at], lines.top[at]) == (above, up)
    below = np.zeros(len(parent), int)
    for at in np.flatnonzero(counted):
        up = parent[at]
        while up >= 0:
            below[up] += 1
            up = parent[up]
    assert lines.below(counted).tolist() == below.tolist()


def test_a_deep_line_is_no_recursion():
    size = 20_000
    lines = trace_lines(np.arange(size) - 1)
    assert lines.level[-1] == size - 1
    assert lines.below(np.ones(size, bool))[0] == size - 1
    assert pour_down(lines, np.full(size, 0.5), np.arange(size) == size - 1, 0.6).front_line_gap == 0.5


def organization(commitments, parents, front=("Desk",)):
    services = pd.DataFrame({"supplier": list(front), "client": "Guests", "expectation": 10, "fulfilment": 6})
    departments = pd.DataFrame(
        {
            "id": [*parents, "Guests"],
            "parent": [*parents.values(), None],
            "kind": ["internal"] * len(parents) + ["external_customer"],
        }
    )
    practices = pd.DataFrame(
        [
            (name, practice, 10 * level)
            for name, level in commitments.items()
            for practice in ("leadership-push", "leadership-tone")
        ],
        columns=["department", "practice", "score"],
    )
    return cxgraph.Organization.from_frames(services, departments, practices=practices)


PARENTS = {"Top": None, "Rooms": "Top", "Desk": "Rooms"}


def test_the_pour_of_an_organisation_stops_where_it_should():
    found = pour_commitment(organization({"Top": 0.9, "Rooms": 0.3, "Desk": 0.3}, PARENTS))
    assert found.stops.index.tolist() == ["Rooms", "Desk"]
    assert found.stops.loc["Rooms", ["level", "below", "front_line_below"]].tolist() == [1, 1, 1]
    assert found.stops.loc["Rooms", "own"] == pytest.approx(0.64)
    assert found.levels["share"].sum() == pytest.approx(1)
    assert found.levels["share_at_0"].tolist() == pytest.approx([0, 0, 1])
    assert found.departments.index.tolist() == ["Top", "Rooms", "Desk"]
    assert found.front_line_gap == pytest.approx(0.7)
    assert pour_commitment(organization({"Top": 0.9, "Rooms": 0.3, "Desk": 0.3}, PARENTS), stop=0.65).stops.empty


def test_nothing_is_imputed_and_it_is_said():
    found = pour_commitment(organization({"Top": 0.9, "Desk": 0.3}, PARENTS))
    assert np.isnan(found.front_line_gap)
    assert np.isnan(found.departments.loc["Desk", "own"])
    assert found.levels["share"].isna().all()
    assert found.levels["assessed"].tolist() == [1, 0, 1]
    assert [note.code for note in found.notes] == ["commitment-unknown", "front-line-left-out"]
    assert "(1), and their branches are unknown: Rooms." in found.notes[0].render()


def test_without_lines_or_practices_it_says_so():
    alone = organization({"Desk": 0.4}, {"Desk": None})
    assert [note.code for note in pour_commitment(alone).notes] == ["no-reporting-lines"]
    bare = cxgraph.Organization.from_frames(
        pd.DataFrame({"supplier": ["Desk"], "client": ["Guests"], "expectation": [8], "fulfilment": [5]})
    )
    found = pour_commitment(bare)
    assert [note.code for note in found.notes] == ["no-reporting-lines", "no-leadership-practices"]
    assert found.departments["gap"].isna().all()


def test_commitment_may_count_people_too():
    base = organization({"Top": 0.9, "Rooms": 0.3, "Desk": 0.5}, PARENTS)
    practices = pd.concat(
        [base.practices, pd.DataFrame({"department": ["Desk"], "practice": ["people-training"], "score": [8.0]})]
    )
    other = cxgraph.Organization.from_frames(
        base.services, base.departments.drop(columns="customer"), practices=practices
    )
    assert pour_commitment(other).departments.loc["Desk", "commitment"] == pytest.approx(0.5)
    both = pour_commitment(other, groups=("leadership", "people"))
    assert both.departments.loc["Desk", "commitment"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"groups": ("leaders",)}, "'leaders' is no group"),
        ({"groups": ()}, "is no group"),
        ({"stop": 0}, "stop is 0"),
        ({"stop": 1.1}, "stop is 1.1"),
        ({"stop": True}, "stop is True"),
        ({"transmission": 1.0}, "transmission is 1.0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ParameterError, match=message):
        pour_commitment(organization({"Top": 0.9}, PARENTS), **options)


def test_the_hotels_commitment_stops_at_maintenance(samples):
    found = pour_commitment(cxgraph.read(samples / "hotel"))
    assert found.stops.index[0] == "maintenance"
    assert found.departments.loc["general_management", "commitment"] == pytest.approx(0.775)
    assert found.departments.loc["maintenance", "commitment"] == pytest.approx(0.3375)
    assert found.departments.loc["maintenance", "own"] == pytest.approx(0.6625 - 0.6 * 0.225)
    assert not found.notes


def test_the_clinics_first_glass_is_not_filled(samples):
    found = pour_commitment(cxgraph.read(samples / "clinica"))
    assert found.stops.index[0] == "Dirección médica"
    assert found.levels.loc[0, "share"] > 0.8
    assert found.departments.loc["Farmacia", "absorbed"] > 0.25
    assert found.levels.loc[0, "share_at_0.3"] < 0.5 < found.levels.loc[0, "share_at_0.6"]


def test_the_front_line_serves_customers_itself(samples):
    hotel = cxgraph.read(samples / "hotel")
    front = set(hotel.departments["id"][front_line_departments(hotel)])
    assert {"front_desk", "housekeeping", "restaurant_and_bar"} <= front
    assert not front & {"maintenance", "it_systems", "leisure_guests", "linen_contractor"}
