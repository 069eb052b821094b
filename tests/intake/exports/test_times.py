"""Moments of exports: forms, zones, and what only the whole column can tell."""

import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph.intake.exports.times import read_moments

NOVEMBER = "2026-11-02T09:05:00"
FORMS = [
    "2026-11-02 09:05", "2026-11-02T09:05:00.000", "2026/11/02 9:05:00 a. m.", "2026/11/02 9:05:00\N{NO-BREAK SPACE}AM",
    "2/Nov/26 09:05 AM", "02-nov-2026 9:05", "2 de noviembre de 2026 a las 9:05", "lunes, 2 de noviembre de 2026 9:05",
    "Nov 2, 2026 9:05 AM", "Monday, Nov 2, 2026 9:05 AM", "2 nov. 2026 09:05", "lun., 2 nov 2026 09:05",
]  # fmt: skip
ZONED = [
    "2026-11-02T09:05:00Z", "2026-11-02 10:05:00+01:00", "2026-11-02T10:05:00.000+0100", "2026/11/02 10:05 a. m. CET",
    "2026/11/02 6:05:00 a. m. GMT-3", "2026-11-02 06:05 -03", "1793610300", "1793610300000",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_forms_of_tools_in_both_languages(text):
    found = read_moments([text])
    assert found.instant.astype("datetime64[s]").astype(str).tolist() == [NOVEMBER]
    assert not found.zoned[0]


@pytest.mark.parametrize("text", ZONED)
def test_zones_lead_to_one_instant(text):
    found = read_moments([text])
    assert found.instant.astype("datetime64[s]").astype(str).tolist() == [NOVEMBER]
    assert found.zoned[0]


def test_the_column_tells_which_comes_first():
    day = read_moments(["2/11/2026 9:05", "13/11/2026 9:05"])
    month = read_moments(["11/2/2026 9:05", "11/13/2026 9:05"])
    assert day.instant[0] == month.instant[0] == np.datetime64(NOVEMBER)
    assert (day.order, month.order) == ("day", "month")


def test_what_no_text_tells_is_doubtful_until_it_is_said():
    assert read_moments(["2/11/2026", "3/11/2026"]).doubtful == (0, 1)
    assert read_moments(["11/11/2026"]).doubtful == ()
    for order in (["%m/%d/%Y"], ["MDY"]):
        assert str(read_moments(["11/2/2026"], formats=order).day[0]) == "2026-11-02"
    assert str(read_moments(["11/2/2026"], usual="month").day[0]) == "2026-11-02"
    assert str(read_moments(["11/2/2026", "13/2/2026"], usual="month").day[0]) == "2026-02-11"


def test_a_text_against_the_others_is_contrary():
    found = read_moments(["13/11/2026", "14/11/2026", "11/15/2026"])
    assert (found.contrary, found.unread) == ((2,), ())


def test_a_zone_moves_the_day_but_not_the_instant():
    found = read_moments(["2026-11-02T23:30:00Z", "2026-11-03 00:30"], timezone="Europe/Madrid")
    assert found.day.astype(str).tolist() == ["2026-11-03", "2026-11-03"]
    assert found.instant[0] == found.instant[1]


def test_a_zone_with_a_name_nobody_knows_is_told():
    assert read_moments(["2026/11/02 9:05 a.m. AST"]).zones == (0,)
    assert read_moments(["2026/11/02 9:05 a.m. AST"], timezone="America/Caracas").zones == ()


@pytest.mark.parametrize("text", ["x", "13/13/2026", "1.2.3.4", "2026-02-30", "25:00 2026-01-01", "2026-01-01 25:00"])
def test_what_is_no_time_is_not_read(text):
    assert read_moments([text]).unread == (0,)


@given(
    st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2199, 12, 31)),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d %b %Y %H:%M:%S", "%Y/%m/%d %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.%f"]),
)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back(moment, form):
    kept = moment if "%f" in form else moment.replace(microsecond=0)
    assert read_moments([moment.strftime(form)]).instant[0] == np.datetime64(kept)


@given(
    st.datetimes(
        datetime.datetime(1990, 1, 1), datetime.datetime(2037, 1, 1),
        timezones=st.sampled_from([ZoneInfo("Europe/Madrid"), ZoneInfo("America/Bogota"), datetime.UTC]),
    )
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_instants_are_those_of_the_standard_library(moment):
    found = read_moments([moment.isoformat()])
    assert found.instant[0] == np.datetime64(moment.astimezone(datetime.UTC).replace(tzinfo=None))
    assert str(found.day[0]) == str(moment.date())
