"""Planted gaming is found, honest data are left alone, nobody is named and small groups stay hidden."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from cxgraph.errors import ParameterError
from cxgraph.model.organization import Organization
from cxgraph.survey_quality.run import TEXTS, check_survey_quality, findings_frame
from cxgraph.wording import Translator

NAMES = [f"D{number}" for number in range(8)]


def world(seed=0, tamper=None, people=12, **options):
    """Eight departments that serve four others each and the customers; honest unless `tamper` changes the answers."""
    rng = np.random.default_rng(seed)
    rows = []
    level = {}
    for number, supplier in enumerate(NAMES):
        for client in [NAMES[(number + step) % 8] for step in (1, 3, 5, 7)] + ["Buyers"]:
            level[supplier, client] = rng.normal(7, 0.8)
    for client in [*NAMES, "Buyers"]:
        received = [pair for pair in level if pair[1] == client]
        for person in range(people if client != "Buyers" else 4 * people):
            day = pd.Timestamp("2026-01-01") + pd.Timedelta(days=int(rng.integers(0, 200)))
            for supplier, _ in received:
                rows.append(
                    (
                        day,
                        f"{client}-{person}",
                        supplier,
                        client,
                        rng.normal(level[supplier, client], 1.3),
                        "client_survey",
                    )
                )
    for (supplier, client), mean in level.items():
        for person in range(3):
            rows.append(
                (
                    pd.Timestamp("2026-03-01"),
                    f"{supplier}-{person}",
                    supplier,
                    client,
                    rng.normal(mean + 1, 1.3),
                    "self_assessment",
                )
            )
        if client == "Buyers":
            rows += [
                (pd.Timestamp("2026-03-01"), None, supplier, client, rng.normal(mean, 1.3), source)
                for source in ("mystery_shopper", "ticket")
                for _ in range(15)
            ]
    frame = pd.DataFrame(rows, columns=["date", "respondent", "supplier", "client", "fulfilment", "source"])
    frame["fulfilment"] = frame["fulfilment"].round().clip(0, 10)
    if tamper is not None:
        tamper(frame)
    services = frame.groupby(["supplier", "client"], as_index=False)["fulfilment"].mean().assign(expectation=9.0)
    departments = pd.DataFrame(
        {
            "id": [*NAMES, "Buyers"],
            "kind": ["internal"] * 8 + ["external_customer"],
            "headcount": options.pop("headcount", [np.nan] * 9),
        }
    )
    return Organization.from_frames(services, departments, responses=frame, **options)


def by_test(organization, **options):
    return [found for found in check_survey_quality(organization, **options) if not np.isnan(found.q)]


def kinds(found):
    return {(one.kind, one.department) for one in found}


def test_honest_data_are_left_alone():
    assert sum(bool(by_test(world(seed))) for seed in range(12)) <= 2


def test_a_team_that_rates_itself_far_above_its_clients_is_found():
    def tamper(frame):
        own = (frame["source"] == "self_assessment") & (frame["supplier"] == "D3")
        frame.loc[own, "fulfilment"] = 10.0

    assert ("self-assessment", "D3") in kinds(by_test(world(1, tamper)))


def test_coached_customers_are_found_against_other_sources():
    def tamper(frame):
        coached = (frame["source"] == "client_survey") & (frame["supplier"] == "D2") & (frame["client"] == "Buyers")
        frame.loc[coached, "fulfilment"] = 9.0 + (np.arange(coached.sum()) % 3 > 0)

    found = kinds(by_test(world(2, tamper)))
    assert ("survey-against-mystery-shopper", "D2") in found
    assert ("survey-against-ticket", "D2") in found
    assert {department for _, department in found} == {"D2"}


def test_a_source_that_is_harsher_everywhere_is_no_finding():
    def tamper(frame):
        tickets = frame["source"] == "ticket"
        frame.loc[tickets, "fulfilment"] = (frame.loc[tickets, "fulfilment"] - 3).clip(lower=0)

    assert not [one for one in by_test(world(3, tamper)) if one.kind == "survey-against-ticket"]


def test_top_marks_everywhere_are_a_ceiling():
    def tamper(frame):
        frame.loc[frame["supplier"] == "D5", "fulfilment"] = 10.0

    found = {one.kind: one for one in by_test(world(4, tamper)) if one.department == "D5"}
    assert found["ceiling"].severity == "note"
    assert "100" in found["ceiling"].render()


def test_marks_that_agree_too_well_are_found():
    def tamper(frame):
        same = (frame["supplier"] == "D6") & (frame["source"] == "client_survey")
        frame.loc[same, "fulfilment"] = 7.0

    assert ("small-spread", "D6") in kinds(by_test(world(5, tamper)))


def test_straight_liners_are_counted_and_never_named():
    def tamper(frame):
        rng = np.random.default_rng(0)
        surveyed = frame["source"] == "client_survey"
        for person in frame.loc[surveyed & (frame["client"] == "Buyers"), "respondent"].unique()[:12]:
            frame.loc[surveyed & (frame["respondent"] == person), "fulfilment"] = float(rng.integers(5, 10))

    organization = world(6, tamper)
    found = [one for one in by_test(organization) if one.kind == "straight-lining"]
    assert found[0].fields["count"] == 12
    assert found[0].department is None
    everything = findings_frame(check_survey_quality(organization)).to_string() + repr(found)
    assert not re.search(r"(D\d|Buyers)-\d+", everything)


def test_two_that_praise_each_other_are_found_together():
    def tamper(frame):
        pair = frame[["supplier", "client"]].isin(["D1", "D4"]).all(axis=1) & (frame["source"] == "client_survey")
        frame.loc[pair, "fulfilment"] = 10.0

    found = [one for one in by_test(world(7, tamper)) if one.kind == "reciprocal-marks"]
    assert [(one.department, one.other) for one in found] == [("D1", "D4")]


def test_equal_marks_on_one_day_are_found():
    days = []

    def tamper(frame):
        days.append(frame["date"].max())  # within the wave: weeks later they would be a wave of their own
        surveyed = (frame["source"] == "client_survey") & (frame["supplier"] == "D0") & (frame["client"] == "Buyers")
        rows = frame.index[surveyed][:14]
        frame.loc[rows, "date"] = days[0]
        frame.loc[rows, "fulfilment"] = 9.0

    found = [one for one in by_test(world(8, tamper)) if one.kind == "burst"]
    assert [(one.department, one.fields["day"]) for one in found] == [("D0", f"{days[0]:%Y-%m-%d}")]


def test_response_rates_are_graded():
    organization = world(9, headcount=[12, 16, 30, 10, np.nan, 12, 12, 12, np.nan])
    found = {one.department: one for one in check_survey_quality(organization) if one.department and np.isnan(one.q)}
    assert "D0" not in found
    assert (found["D1"].kind, found["D1"].severity) == ("response-rate-moderate", "note")
    assert (found["D2"].kind, found["D2"].severity) == ("response-rate-low", "warning")
    assert found["D3"].kind == "more-than-people"
    assert "D4" not in found


def test_stale_scores_are_told_by_the_day_that_is_asked_for():
    organization = world(10)
    assert not [one for one in check_survey_quality(organization) if one.kind == "stale"]
    found = [one for one in check_survey_quality(organization, today=date(2028, 1, 1)) if one.kind == "stale"]
    assert {one.department for one in found} == set(NAMES)


def test_small_groups_are_counted_and_not_shown():
    def tamper(frame):
        own = (frame["source"] == "self_assessment") & (frame["supplier"] == "D3")
        frame.loc[own, "fulfilment"] = 10.0

    found = check_survey_quality(world(1, tamper, min_respondents=4))
    assert not [one for one in found if one.kind == "self-assessment"]
    assert next(one for one in found if one.kind == "suppressed").fields["least"] == 4
    assert all(one.respondents >= 4 for one in found if one.kind != "suppressed")


def test_without_answers_there_is_nothing_to_look_at():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [10, 10], "fulfilment": [5, 6]}
    )
    assert check_survey_quality(Organization.from_frames(services)) == ()


def test_answers_without_respondents_dates_or_sources_are_enough():
    frame = pd.DataFrame({"supplier": "IT", "client": "Buyers", "fulfilment": [10.0] * 30})
    services = pd.DataFrame({"supplier": ["IT"], "client": ["Buyers"], "expectation": [10], "fulfilment": [10]})
    found = check_survey_quality(Organization.from_frames(services, responses=frame))
    assert [one.kind for one in found] == ["ceiling"]


def test_the_help_desks_log_holds_no_survey_to_doubt(samples):
    folder = samples / "it_service_desk"
    frames = {name: pd.read_csv(folder / f"{name}.csv") for name in ("services", "departments", "responses")}
    found = check_survey_quality(Organization.from_frames(**frames, scale=(0, 1)))
    assert {one.kind for one in found} <= {"stale"}


@pytest.mark.parametrize("rate", [0, 1, 2])
def test_rates_out_of_range_are_refused(rate):
    with pytest.raises(ParameterError):
        check_survey_quality(world(), false_discoveries=rate)


def test_every_text_has_its_spanish_with_the_same_fields():
    spanish = Translator("es")
    templates = [template for texts in TEXTS.values() for template in texts if template]
    assert len(templates) > len(TEXTS) > 3
    for template in templates:
        spoken = spanish(template)
        assert spoken != template
        assert set(re.findall(r"{\w+}", spoken)) == set(re.findall(r"{\w+}", template))


def test_findings_render_in_both_languages():
    def tamper(frame):
        frame.loc[frame["supplier"] == "D5", "fulfilment"] = 10.0

    found = check_survey_quality(world(4, tamper))
    table = findings_frame(found, Translator("es"))
    assert len(table) == len(found)
    assert table["finding"].str.contains("{", regex=False).sum() == 0
    assert (table["innocent_explanation"] != "").all()
