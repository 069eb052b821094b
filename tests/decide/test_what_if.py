"""What if, from the tables' side: addressing, refusals, and the analysis that comes back."""

import numpy as np
import pandas as pd
import pytest

from cxgraph import InputError, Organization, ParameterError, analyze
from cxgraph.decide.what_if import ServiceChange

SERVICES = pd.DataFrame(
    [
        ("IT", "Sales", "service", 10, 5),
        ("IT", "Support", "service", 8, 6),
        ("HR", "Support", "service", 8, 8),
        ("Sales", "Customers", "service", 10, 6),
        ("Support", "Customers", "service", 10, 7),
    ],
    columns=["supplier", "client", "service", "expectation", "fulfilment"],
)


@pytest.fixture(scope="module")
def today():
    return analyze(Organization.from_frames(SERVICES), transmission=0.6)


def _tables(analysis):
    return analysis.services(), analysis.departments(), analysis.customers()


def test_changing_nothing_gives_the_same_tables(today):
    assert all(len(table) > 1 for table in _tables(today)[:2])
    for before, after in zip(_tables(today), _tables(today.what_if()), strict=True):
        pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_the_worked_example_with_it_repaired(today):
    """By hand: IT -> Sales at 10 leaves Sales with its own .10 and Support as it was: J = .05 + .15."""
    after = today.what_if([ServiceChange("IT", "Sales", fulfilment=10)])
    assert after.customer_shortfall == pytest.approx(0.20, abs=1e-15)
    services = after.services().set_index(["supplier", "client"])
    assert services.loc[("Sales", "Customers"), "fulfilment"] == pytest.approx(9.0)
    assert services.loc[("Support", "Customers"), "fulfilment"] == 7
    assert today.customer_shortfall == pytest.approx(0.35)  # nothing of today has moved


def test_half_a_repair_lowers_what_it_should(today):
    """By hand: IT -> Sales at 8 gives Sales D = .2, so Sales -> Customers lacks .10 + .6 * .2 = .22."""
    after = today.what_if(pd.DataFrame({"supplier": ["IT"], "client": ["Sales"], "fulfilment": [8.0]}))
    assert after.customer_shortfall == pytest.approx(0.5 * 0.22 + 0.5 * 0.30)


def test_expectation_importance_transmission_and_stringency(today):
    expects_less = today.what_if([ServiceChange("IT", "Sales", "service", expectation=5)])
    assert expects_less.customer_shortfall == pytest.approx(0.20)
    only_sales = today.what_if([ServiceChange("Support", "Customers", importance=0)])
    assert only_sales.customer_shortfall == pytest.approx(0.40)
    shielded = today.what_if(transmission={"Sales": 0.2})
    assert shielded.customer_shortfall == pytest.approx(0.5 * (0.10 + 0.2 * 0.5) + 0.5 * 0.30)
    leaking = today.what_if(transmission={"Sales": 0.8})
    assert leaking.customer_shortfall == pytest.approx(0.5 * (0.10 + 0.8 * 0.5) + 0.5 * 0.30)
    weakest = today.what_if(stringency=np.inf)
    # Support now feels IT's .25 whole: .225 + .6 * .25; Sales still lacks .5: .10 + .3.
    assert weakest.customer_shortfall == pytest.approx(max(0.40, 0.225 + 0.6 * 0.25))
    assert weakest.organization.settings.stringency == np.inf


def test_the_organisation_that_comes_back_says_the_same_when_analysed_anew(today):
    after = today.what_if(
        [ServiceChange("IT", "Sales", fulfilment=8), ServiceChange("HR", "Support", fulfilment=3)],
        transmission={"Support": 0.3},
    )
    again = analyze(after.organization)
    assert again.customer_shortfall == pytest.approx(after.customer_shortfall, abs=1e-12)
    assert after.what_if().customer_shortfall == after.customer_shortfall
    back = after.what_if([ServiceChange("IT", "Sales", fulfilment=5), ServiceChange("HR", "Support", fulfilment=8)])
    assert back.customer_shortfall < today.customer_shortfall  # Support still passes less on


def test_surplus_keeps_its_scores():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [5, 10], "fulfilment": [8, 6]}
    )
    after = analyze(Organization.from_frames(services)).what_if([ServiceChange("IT", "Sales", fulfilment=9)])
    row = after.services().set_index("supplier").loc["IT"]
    assert row["fulfilment"] == 9
    assert row["surplus"] == pytest.approx(0.8)


def test_an_unimportant_customer_leaves_the_others_their_business():
    services = pd.DataFrame(
        {"supplier": ["Sales", "Sales"], "client": ["One", "Two"], "expectation": [10, 10], "fulfilment": [4, 8]}
    )
    after = analyze(Organization.from_frames(services)).what_if([ServiceChange("Sales", "One", importance=0)])
    assert after.customer_shortfall == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("changes", "options", "says"),
    [
        ([ServiceChange("Itt", "Sales", fulfilment=6)], {}, "'Itt' is not the id of a department"),
        ([ServiceChange("IT", "Sale", fulfilment=6)], {}, "did you mean 'Sales'"),
        ([ServiceChange("IT", "HR", fulfilment=6)], {}, "gives HR no service"),
        ([ServiceChange("IT", "Sales", "servce", fulfilment=6)], {}, "did you mean 'service'"),
        ([ServiceChange("IT", "Sales", fulfilment=11)], {}, "from 0 to 10"),
        ([ServiceChange("IT", "Sales", fulfilment=float("nan"))], {}, "from 0 to 10"),
        ([ServiceChange("IT", "Sales", importance=-1)], {}, "importance of IT -> Sales is -1"),
        ([ServiceChange("IT", "Sales")], {}, "changes nothing"),
        ([ServiceChange("IT", "Sales", fulfilment=6), ServiceChange("IT", "Sales", fulfilment=7)], {}, "two values"),
        (["IT"], {}, "takes a ServiceChange"),
        (pd.DataFrame({"supplier": ["IT"], "fulfilment": [5]}), {}, "they take supplier, client"),
        (pd.DataFrame({"supplier": ["IT"], "client": ["Sales"], "score": [5]}), {}, "they take supplier, client"),
        (None, {"transmission": {"Salse": 0.3}}, "did you mean 'Sales'"),
        (None, {"transmission": {"Sales": 1.0}}, "transmission is 1.0"),
        (None, {"stringency": 0.3}, "stringency is 0.3"),
    ],
)
def test_refusals_say_what_and_where(today, changes, options, says):
    with pytest.raises(ParameterError, match=says):
        today.what_if(changes, **options)


def test_one_of_several_services_must_be_named():
    services = pd.DataFrame(
        {
            "supplier": ["IT", "IT"],
            "client": ["Buyers", "Buyers"],
            "service": ["web", "mail"],
            "expectation": [10, 10],
            "fulfilment": [5, None],
        }
    )
    analysis = analyze(Organization.from_frames(services))
    with pytest.raises(ParameterError, match="2 services"):
        analysis.what_if([ServiceChange("IT", "Buyers", fulfilment=6)])
    with pytest.raises(ParameterError, match="was not scored"):
        analysis.what_if([ServiceChange("IT", "Buyers", "mail", fulfilment=6)])
    assert analysis.what_if([ServiceChange("IT", "Buyers", "web", fulfilment=6)]).customer_shortfall == 0.4


def test_the_hotel_with_every_expectation_met(samples):
    from cxgraph import read

    today = analyze(read(samples / "hotel"))
    met = today.organization.services[["supplier", "client", "service", "expectation"]].dropna()
    met = met.rename(columns={"expectation": "fulfilment"})
    assert today.what_if(met).customer_shortfall == 0


def analysed(rows, **options):
    table = pd.DataFrame(rows, columns=["supplier", "client", "expectation", "fulfilment"])
    return analyze(Organization.from_frames(table), **options)


def test_no_service_falls_shorter_than_its_lowest_score():
    today = analysed([("A", "B", 10, 8), ("B", "K", 3, 1)], scoring="gap", transmission=0.9)
    worse = today.what_if([ServiceChange("A", "B", fulfilment=0)])
    assert worse.customer_shortfall == pytest.approx(0.3)
    assert analyze(worse.organization).customer_shortfall == pytest.approx(0.3)


def test_where_nothing_is_expected_nothing_can_fall_short():
    today = analysed([("A", "B", 10, 5), ("B", "K", 0, 0), ("B", "L", 10, 10)], transmission=0.0)
    more = today.what_if(transmission={"B": 0.5})
    assert more.services().set_index("client")["shortfall"]["K"] == 0
    assert more.customer_shortfall == pytest.approx(0.125)


def test_changing_nothing_keeps_surplus_under_perception():
    today = analysed([("A", "B", 10, 5), ("B", "K", 5, 7)], scoring="perception")
    pd.testing.assert_frame_equal(today.what_if().services(), today.services(), check_exact=True)


def test_taking_the_last_importance_away_is_refused_in_the_words_of_an_analysis(today):
    gone = [ServiceChange(supplier, "Customers", importance=0) for supplier in ("Sales", "Support")]
    with pytest.raises(InputError) as refused:
        today.what_if(gone)
    with pytest.raises(InputError) as refused_pour:
        today.pour(gone)
    with pytest.raises(InputError) as anew:
        analyze(Organization.from_frames(SERVICES.assign(importance=[1, 1, 1, 0, 0])))
    assert str(refused.value) == str(refused_pour.value) == str(anew.value)
    assert today.what_if(gone[:1]).customer_shortfall == pytest.approx(0.3)  # Support's service is left
