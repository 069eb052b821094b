import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization, ParameterError, analyze
from cxgraph.drawing.tower.layout import lay_out


def names(analysis, layout):
    ids = analysis.organization.departments["id"].to_numpy()
    return {ids[member]: glass for glass, members in enumerate(layout.members) for member in members}


def test_the_worked_example_stands_in_three_tiers(sample):
    analysis = sample("worked_example")
    layout = lay_out(analysis)
    glass = names(analysis, layout)
    assert [int(layout.tier[glass[name]]) for name in ("IT", "HR", "Sales", "Support", "Customers")] == [0, 0, 1, 1, 2]
    assert (layout.share, layout.hidden, layout.crossings) == (1.0, 0, 0)


@pytest.mark.parametrize("name", ["hotel", "clinica", "it_service_desk"])
def test_every_department_and_service_is_somewhere_or_counted(sample, name):
    analysis = sample(name)
    layout = lay_out(analysis)
    departments = len(analysis.organization.departments)
    alone = sum(kind == "department" for kind in layout.kind)
    assert alone + layout.hidden == departments
    drawn = (layout.pair_of_service >= 0).sum()
    assert drawn + layout.inner_services == analysis.cascade.network.services
    assert sorted(np.concatenate(layout.members)) == list(range(departments))


@pytest.mark.parametrize(
    "options", [{}, {"most_per_tier": 5}, {"most_per_tier": None, "most_per_row": 40}, {"most_streams": 20}]
)
def test_routes_lead_row_by_row_from_glass_to_glass(sample, options):
    layout = lay_out(sample("it_service_desk"), **options)
    for pair, route in enumerate(layout.routes):
        source, target = layout.pair_source[pair], layout.pair_target[pair]
        assert route[0].tolist() == [layout.x[source], layout.y[source]]
        assert route[-1].tolist() == [layout.x[target], layout.y[target]]
        assert len(route) == 2 or (np.diff(route[:, 1]) == 1).all()
    assert set(layout.pair_kind) == {"down", "level", "up"}


def test_no_two_glasses_of_a_row_touch(sample):
    layout = lay_out(sample("it_service_desk"), most_per_row=6)
    rows = np.unique(layout.row)
    assert len(rows) < len(layout.row), "some row has several glasses"
    for row in rows:
        x = np.sort(layout.x[layout.row == row])
        assert len(x) <= 6
        assert (np.diff(x) >= 1 - 1e-9).all()


def test_the_order_of_rows_changes_nothing(sample):
    analysis = sample("hotel")
    tables = analysis.organization
    known = dict(zip(tables.departments["id"], analysis.cascade.transmission, strict=True))
    reversed_rows = Organization.from_frames(tables.services.iloc[::-1], tables.departments.iloc[::-1], scale=(0, 10))
    turned = analyze(reversed_rows, transmission=known)  # the answers' cases, which tell of it too, are left out
    one, other = lay_out(analysis), lay_out(turned)
    assert one.x.tobytes() == other.x.tobytes()
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one.routes, other.routes, strict=True))


def test_a_focus_shows_its_surroundings_only(sample):
    analysis = sample("hotel")
    layout = lay_out(analysis, focus="maintenance")
    glass = names(analysis, layout)
    assert {"maintenance", "purchasing", "front_desk", "leisure_guests"} <= set(glass)
    assert "linen_contractor" not in glass
    assert layout.hidden == len(analysis.organization.departments) - layout.glasses
    assert 0 < layout.share < 1


def test_divisions_share_a_glass_unless_opened(sample):
    analysis = sample("hotel")
    closed, opened = (lay_out(analysis, group_by="division", opened=heads) for heads in ((), ("rooms_division",)))
    glass = names(analysis, closed)
    assert glass["housekeeping"] == glass["front_desk"] == glass["rooms_division"]
    assert closed.kind[glass["front_desk"]] == "division"
    assert closed.inner_services > 0
    assert closed.share == 1.0
    apart = names(analysis, opened)
    assert len({apart["housekeeping"], apart["front_desk"], apart["rooms_division"]}) == 3


def test_a_reduced_picture_says_its_share(sample):
    analysis = sample("it_service_desk")
    shares = [lay_out(analysis, most_per_tier=most).share for most in (3, 6, 12, None)]
    assert shares == sorted(shares)
    assert shares[0] < 0.5 < shares[2] < shares[3] == 1.0


def test_customers_inside_the_house_are_called_customers():
    services = pd.DataFrame({"supplier": ["IT", "HR"], "client": "Sales", "expectation": 10, "fulfilment": 5})
    departments = pd.DataFrame({"id": ["IT", "HR", "Sales"], "kind": "internal"})
    analysis = analyze(Organization.from_frames(services, departments, customers=["Sales"]))
    assert lay_out(analysis).tier_names == ("", "Customers")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"focus": "maintenence"}, "did you mean 'maintenance'"),
        ({"most_per_tier": 1}, "2 or more"),
        ({"most_per_row": 0}, "1 or more"),
    ],
)
def test_wrong_options_are_refused_with_advice(sample, options, words):
    with pytest.raises(ParameterError, match=words):
        lay_out(sample("hotel"), **options)
