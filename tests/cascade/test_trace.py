"""The trace by name: the worked example by hand, and that nothing is left uncounted."""

import pandas as pd
import pytest

from cxgraph import Organization, ParameterError, analyze, read


@pytest.fixture(scope="module")
def worked(samples):
    return analyze(read(samples / "worked_example"))


def test_the_worked_example_by_hand(worked):
    trace = worked.trace()
    frame = trace.to_frame()
    assert frame["weight"].tolist() == pytest.approx([0.15, 0.1125, 0.05, 0.0375])
    assert frame["share"].iat[0] == pytest.approx(0.15 / 0.35)
    assert frame["cumulative"].iat[-1] == pytest.approx(1.0)
    assert frame["steps"].tolist() == [2, 1, 1, 2]
    assert trace.paths[0].names == ("Information technology", "Sales", "Customers")
    assert trace.paths[0].departments == ("IT", "Sales", "Customers")
    assert trace.total == pytest.approx(0.35)
    assert trace.remaining == pytest.approx(0.0, abs=1e-15)
    assert trace.explained == pytest.approx(1.0)


def test_what_is_not_shown_is_counted(worked):
    trace = worked.trace(top=1)
    assert trace.explained == pytest.approx(0.15 / 0.35)
    assert trace.remaining == pytest.approx(0.20)


def test_one_cause_and_one_customer(worked):
    of_it = worked.trace(source="IT")
    assert of_it.caused == pytest.approx(0.1875)
    assert of_it.total == pytest.approx(0.35)
    assert [path.weight for path in of_it.paths] == pytest.approx([0.15, 0.0375])
    to_sales = worked.trace(customer="Sales")
    assert to_sales.total == pytest.approx(0.5)
    assert to_sales.paths[0].share == pytest.approx(1.0)
    both = worked.trace(customer="Sales", source="IT")
    assert both.caused == pytest.approx(0.5)
    assert both.explained == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["hotel", "clinica", "it_service_desk"])
def test_in_real_loops_shown_and_remaining_are_the_whole(samples, name):
    analysis = analyze(read(samples / name))
    customer = analysis.customers().index[0]
    for options in (
        {},
        {"customer": customer},
        {"source": analysis.departments().index[0]},
        {"customer": customer, "source": analysis.departments().index[0]},
    ):
        few, many = analysis.trace(top=5, **options), analysis.trace(top=300, **options)
        assert [path.weight for path in many.paths[:5]] == pytest.approx([path.weight for path in few.paths])
        assert many.explained >= few.explained
        assert few.shown + few.remaining == pytest.approx(few.caused)
        assert many.shown <= many.caused * (1 + 1e-9)
        assert all(path.departments[-1] == customer for path in few.paths if "customer" in options)


def test_services_without_scores_do_not_shift_the_names():
    services = pd.DataFrame(
        {
            "supplier": ["A", "B", "B"],
            "client": ["B", "C", "C"],
            "service": ["x", "p", "q"],
            "expectation": [10, 10, 10],
            "fulfilment": [5, None, 6],
        }
    )
    trace = analyze(Organization.from_frames(services)).trace()
    assert trace.paths[0].services == ("x", "q")


def test_nothing_lacking_nothing_traced():
    services = pd.DataFrame({"supplier": ["A"], "client": ["B"], "expectation": [5], "fulfilment": [6]})
    trace = analyze(Organization.from_frames(services)).trace()
    assert (trace.paths, trace.explained, trace.remaining, len(trace.to_frame())) == ((), 0.0, 0.0, 0)


def test_who_is_not_there_is_named(worked):
    with pytest.raises(ParameterError, match="did you mean"):
        worked.trace(customer="Customer")
    with pytest.raises(ParameterError, match="'#' is not the id of a department\\."):
        worked.trace(source="#")
