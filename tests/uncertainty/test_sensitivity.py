"""The band over the parameters: ranges, leaders and the sentence that a report begins with."""

import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph.analysis import analyze
from cxgraph.errors import ParameterError
from cxgraph.model.organization import Organization
from cxgraph.tables.schema import SCORINGS
from cxgraph.uncertainty.sensitivity import STRINGENCIES, TRANSMISSIONS, explore_band
from cxgraph.wording import Translator


def worked_example(**columns):
    services = pd.DataFrame(
        {
            "supplier": ["IT", "IT", "HR", "Sales", "Support"],
            "client": ["Sales", "Support", "Support", "Buyers", "Buyers"],
            "expectation": [10.0, 8, 8, 10, 10],
            "fulfilment": [5.0, 6, 8, 6, 7],
            **columns,
        }
    )
    return Organization.from_frames(services)


def test_the_grid_holds_every_combination_and_what_an_analysis_of_it_says():
    organization = worked_example()
    found = analyze(organization, transmission=0.6).sensitivity()
    assert len(found.grid) == len(TRANSMISSIONS) * len(STRINGENCIES) * len(SCORINGS)
    for row in found.grid.iloc[::7].itertuples():
        alone = analyze(organization, transmission=row.transmission, stringency=row.stringency, scoring=row.scoring)
        first = alone.departments()["share"]
        assert row.customer_shortfall == pytest.approx(alone.customer_shortfall)
        assert row.share == pytest.approx(first.max())
        assert row.first in first.index[np.isclose(first, first.max())]


def test_a_stringency_beside_the_grid_is_varied_in_transmission_as_any_other():
    organization = worked_example()
    found = analyze(organization, transmission=0.6, stringency=2.5).sensitivity()
    assert 2.5 not in STRINGENCIES
    for tau, leader in found.alone["transmission"]:
        shares = analyze(organization, transmission=tau, stringency=2.5).departments()["share"]
        assert leader in shares.index[np.isclose(shares, shares.max())]
    assert len(found.alone["transmission"]) == len(TRANSMISSIONS)


def test_ranges_are_those_of_the_grid():
    organization = worked_example()
    table = analyze(organization, transmission=0.6).sensitivity().table
    shares = pd.DataFrame(
        {
            (tau, rho, scoring): analyze(organization, transmission=tau, stringency=rho, scoring=scoring).departments()[
                "share"
            ]
            for tau in TRANSMISSIONS
            for rho in STRINGENCIES
            for scoring in SCORINGS
        }
    )
    assert sorted(table.index) == sorted(shares.index)
    assert len(table) == 5
    for name in table.index:
        assert table.at[name, "share_low"] == pytest.approx(shares.loc[name].min(), abs=1e-8)
        assert table.at[name, "share_high"] == pytest.approx(shares.loc[name].max(), abs=1e-8)


def test_the_headline_names_the_parameter_that_the_ranking_hangs_on():
    found = analyze(worked_example(), transmission=0.6).sensitivity()
    assert found.leader == "IT"
    assert found.sensitive_to[0] == "transmission"
    assert (
        "With the same transmission in all departments the first would be: Sales from 0 to 0.2; Support at 0.3; "
        "IT from 0.4 to 0.9." in found.headline()
    )


def test_a_lone_culprit_leads_whatever_the_parameters():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [10, 10], "fulfilment": [10, 2]}
    )
    found = analyze(Organization.from_frames(services)).sensitivity(top=1)
    assert found.sensitive_to == ()
    assert found.headline().startswith("Sales comes first whatever the parameters (120 combinations).")
    assert found.table.loc["Sales", "throughout"]
    assert found.table.loc["Sales", ["rank_best", "rank_worst", "first"]].tolist() == [1, 1, 1.0]


def test_services_without_expectations_leave_one_scoring():
    services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "fulfilment": [5, 2]})
    found = analyze(Organization.from_frames(services, scoring="perception")).sensitivity()
    assert set(found.grid["scoring"]) == {"perception"}


def test_customers_who_lack_nothing_need_no_band():
    found = analyze(worked_example(fulfilment=10.0)).sensitivity()
    assert found.leader is None
    assert "gap is zero" in found.headline()
    assert found.grid["first"].isna().all()


def test_second_opinions_have_their_say():
    opinion = {"rival": np.array([0.0, 0.1, 0.9, 0.5, 0.4]), "other": np.array([0.0, 0.1, 0.3, 0.5, 0.4])}
    found = analyze(worked_example(), transmission=0.6).sensitivity(opinions=opinion)
    assert found.table.loc["IT", ["opinion_best", "opinion_worst"]].tolist() == [1, 3]
    assert "Alternative models (rival, other) rank it from 1 to 3." in found.headline()


def test_every_headline_is_spoken_in_spanish():
    spanish = Translator("es")
    cases = [
        analyze(worked_example(), transmission=0.6).sensitivity(opinions={"rival": np.arange(5.0)}),
        analyze(worked_example(fulfilment=10.0)).sensitivity(),
    ]
    for found in cases:
        assert found.headline(spanish) != found.headline()
    assert "0,4" in cases[0].headline(spanish)
    assert "transmisión" in cases[0].headline(spanish)


def test_a_large_network_is_solved_in_parts(monkeypatch):
    from cxgraph.uncertainty import batch as solving

    whole = analyze(worked_example(), transmission=0.6).sensitivity()
    monkeypatch.setattr(solving, "BLOCK", 15)
    parts = analyze(worked_example(), transmission=0.6).sensitivity()
    pd.testing.assert_frame_equal(whole.table, parts.table)


@pytest.mark.parametrize("top", [0, 1.5, True])
def test_top_out_of_range_is_refused(top):
    with pytest.raises(ParameterError):
        analyze(worked_example()).sensitivity(top)


def test_the_hotels_ranking_hangs_on_the_transmission(samples):
    frames = {name: pd.read_csv(samples / "hotel" / f"{name}.csv") for name in ("services", "departments")}
    found = analyze(Organization.from_frames(**frames), transmission=0.6).sensitivity()
    assert found.sensitive_to[0] == "transmission"
    assert found.leader == "maintenance"


def test_transmissions_of_the_band_count_as_much_as_the_data_leave_open(samples):
    organization = cxgraph.read(samples / "it_service_desk")
    found = analyze(organization).sensitivity()
    weights = found.plausible
    assert len(weights) == len(TRANSMISSIONS)
    assert sum(weights) == pytest.approx(1)
    used = analyze(organization).transmission
    rows = np.flatnonzero(used.estimated)
    edges = np.linspace(0, 1, used.posterior.combined.weight.shape[1] + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    mean = float((used.posterior.combined.weight[rows] @ middle).mean())
    assert np.dot(weights, TRANSMISSIONS) == pytest.approx(mean, abs=0.02)
    other = [
        weight for weight, (_, first) in zip(weights, found.alone["transmission"], strict=True) if first != found.leader
    ]
    assert 0 < found.overturned == pytest.approx(sum(other))
    assert found.overturned < len(other) / len(weights) / 5  # most of the band is implausible


def test_without_estimates_no_transmission_of_the_band_is_more_plausible_than_another():
    found = analyze(worked_example(), transmission=0.6).sensitivity()
    assert found.plausible == ()
    assert np.isnan(found.overturned)


def test_the_parameter_that_only_implausible_values_change_is_not_the_most_decisive():
    organization = worked_example()
    networks = {name: organization.network(name) for name in SCORINGS}
    given = np.full(len(organization.departments), 0.6)
    even, sure = (
        explore_band(networks, organization.departments, given, plausible=weights)
        for weights in ((0.1,) * 10, (0.0,) * 6 + (1.0,) + (0.0,) * 3)
    )
    assert even.overturned == pytest.approx(0.4)
    assert sure.overturned == 0
    assert even.sensitive_to[0] == "transmission"
    assert sure.sensitive_to[-1] == "transmission"
