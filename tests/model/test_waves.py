"""Answers of several waves are never mixed: which one is read, which others can be, and what is said of the rest."""

import pandas as pd
import pytest

from cxgraph.errors import InputError, ParameterError
from cxgraph.model.organization import Organization
from cxgraph.model.periods import find_waves, lies_within

ANSWERS = pd.DataFrame(
    [
        ("2024-05-06", "a", "IT", "Sales", 10, 2),
        ("2024-05-07", "b", "Sales", "Buyers", 10, 9),
        ("2025-05-06", "a", "IT", "Sales", 10, 6),
        ("2025-05-07", "b", "Sales", "Buyers", 10, 5),
        ("2025-05-09", "c", "Sales", "Buyers", 10, 7),
    ],
    columns=["date", "respondent", "supplier", "client", "expectation", "fulfilment"],
)


def built(services=None, answers=ANSWERS, **options):
    return Organization.from_frames(services, responses=answers, **options)


def scores(organization):
    return dict(zip(organization.services["supplier"], organization.services["fulfilment"], strict=True))


def told(organization, code):
    return [str(problem) for problem in organization.problems if problem.code == code]


def test_the_latest_wave_is_read_and_said():
    found = built()
    assert scores(found) == {"IT": 6.0, "Sales": 6.0}
    assert found.settings.period == "2025"
    assert found.rows.set_aside["reason"].tolist() == ["another period"] * 2
    (sentence,) = told(found, "period-chosen")
    assert "2024, 2025" in sentence
    assert "2025 is read" in sentence
    assert len(found.responses) == 3


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024", {"IT": 2.0, "Sales": 9.0}),
        ("2025", {"IT": 6.0, "Sales": 6.0}),
        ("2025-Q2", {"IT": 6.0, "Sales": 6.0}),
        ("2025-05", {"IT": 6.0, "Sales": 6.0}),
        ("2024/2025", {"IT": 4.0, "Sales": 7.0}),
        (2024, {"IT": 2.0, "Sales": 9.0}),
    ],
)
def test_another_period_is_read_where_it_is_asked_for(period, expected):
    assert scores(built(period=period)) == expected


def test_a_period_without_answers_is_refused_with_those_that_have_some():
    with pytest.raises(InputError, match=r"no answer|No answer is of the period 2023; there are answers of 2024, 2025"):
        built(period="2023")
    with pytest.raises(ParameterError):
        built(period="last year")


def test_a_column_period_tells_waves_where_dates_do_not():
    labelled = ANSWERS.drop(columns="date").assign(period=["2024", "2024", "2025-Q1", "2025-Q1", "2025-Q2"])
    found = built(answers=labelled)
    assert found.settings.period == "2025-Q2"
    assert scores(found) == {"Sales": 7.0}
    assert scores(built(answers=labelled, period="2025")) == {"IT": 6.0, "Sales": 6.0}


def test_services_of_one_period_are_never_filled_from_answers_of_another():
    ends = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"]})
    table = pd.concat([ends.assign(period="2023"), ends.assign(period="2024")])
    assert scores(built(table)) == {"IT": 2.0, "Sales": 9.0}
    with pytest.raises(InputError):  # no answer is of 2023, and nothing else is taken for one
        built(table, period="2023")
    part = pd.concat([ends.assign(period="2024"), ends.assign(period="2025")])
    without = ANSWERS[~((ANSWERS["supplier"] == "IT") & (ANSWERS["date"] > "2025"))]
    found = built(part, without)
    assert found.services["fulfilment"].isna().tolist() == [True, False]
    (sentence,) = told(found, "service-without-answers")
    assert "has no answer of 2025" in sentence
    assert "IT → Sales" in sentence


def test_a_bare_list_of_services_takes_the_period_of_its_answers():
    ends = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"]})
    assert scores(built(ends)) == {"IT": 6.0, "Sales": 6.0}
    assert scores(built(ends, period="2024")) == {"IT": 2.0, "Sales": 9.0}


def test_a_table_that_states_the_means_of_all_answers_says_that_they_are_one_wave():
    table = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": 10, "fulfilment": [4, 7]}
    )
    found = built(table)
    assert told(found, "periods-pooled")
    assert len(found.responses) == 5
    assert found.settings.period is None


def test_answers_without_a_date_are_set_aside_where_others_tell_theirs():
    blank = ANSWERS.assign(date=[None, *ANSWERS["date"][1:]])
    found = built(answers=blank)
    assert sorted(found.rows.set_aside["reason"]) == ["another period", "no date"]
    assert told(found, "no-date")


def test_earlier_waves_are_the_history_unless_small_groups_are_protected():
    assert sorted(set(built().history["period"])) == ["2024", "2025"]
    assert built(min_respondents=2).history is None


def test_a_survey_over_the_turn_of_a_year_is_one_wave():
    days = pd.to_datetime(["2024-12-20", "2024-12-30", "2025-01-08"])
    assert len(find_waves(pd.DataFrame({"date": days})).periods) == 1


def test_answers_that_never_pause_are_cut_into_years():
    days = pd.date_range("2023-01-01", "2025-06-30", freq="W")
    assert find_waves(pd.DataFrame({"date": days})).periods[-1].endswith("/2025-06-29")
    assert len(find_waves(pd.DataFrame({"date": days})).periods) == 3


@pytest.mark.parametrize("order", [1, -1])
def test_waves_do_not_depend_on_the_order_of_rows(order):
    assert scores(built(answers=ANSWERS.iloc[::order])) == {"IT": 6.0, "Sales": 6.0}


def test_one_period_within_another():
    assert lies_within("2025-03-31", "2025-Q1")
    assert not lies_within("2025-Q1", "2025-03")


def test_a_quiet_month_in_a_log_of_tickets_starts_no_wave():
    days = pd.to_datetime(["2025-01-10", "2025-01-12", "2025-03-20", "2025-03-21"])
    log = pd.DataFrame({"date": days, "source": "ticket"})
    assert find_waves(log).periods == ("2025",)
    assert len(find_waves(log.assign(source="client_survey")).periods) == 2


def test_tickets_between_two_surveys_do_not_join_them_and_belong_to_the_next_one_asked():
    asked = pd.DataFrame({"date": pd.to_datetime(["2025-02-03", "2025-07-01"]), "source": "client_survey"})
    days = pd.to_datetime(["2025-01-02", "2025-02-15", "2025-03-03", "2025-03-20", "2025-06-28", "2025-07-09"])
    tickets = pd.DataFrame({"date": days, "source": "ticket"})
    waves = find_waves(pd.concat([asked, tickets], ignore_index=True))
    assert len(waves.periods) == 2
    assert waves.code.tolist() == [0, 1, 0, 1, 1, 1, 1, 1]
