"""Service hours and holidays as people read them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.core.accounting.hours import Holiday, HolidayRule, Opening, ServiceHours
from monitor.reports.hours import clock, holiday_words, hours_words, unsure_words

NIGHT = (Opening(timedelta(0), timedelta(hours=6)), Opening(timedelta(hours=22), timedelta(hours=24)))
SHORT = (Opening(timedelta(hours=7.5), timedelta(hours=13)),)


def told(*week, holidays=None):
    return hours_words(ServiceHours(week=week, holidays=holidays))


def plain(text):
    return text.replace("\N{EN DASH}", "-")


def test_days_with_the_same_hours_in_a_row_are_told_together():
    found = told(SHORT, SHORT, (), SHORT, NIGHT, (), ())
    assert plain(found.en) == (
        "Monday-Tuesday 07:30-13:00; Thursday 07:30-13:00; Friday 00:00-06:00 and 22:00-24:00; "
        "holidays like other days"
    )
    assert plain(found.id) == (
        "Senin-Selasa 07.30-13.00; Kamis 07.30-13.00; Jumat 00.00-06.00 dan 22.00-24.00; "
        "hari libur seperti hari lain"
    )


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        (HolidayRule(calendar="ID", joint_leave=True), "; holidays and joint leave left out"),
        (HolidayRule(calendar="ID"), "; holidays left out"),
        (HolidayRule(joint_leave=True), "; holidays left out"),
    ],
)
def test_it_is_told_which_holidays_are_closed(rule, end):
    assert plain(told(*[SHORT] * 7, holidays=rule).en) == "Monday-Sunday 07:30-13:00" + end


def test_a_policy_without_hours_counts_all_time():
    assert hours_words(None).en == "all time counts"


def test_a_holiday_is_told_by_day_and_name_and_as_expected_where_it_is():
    one = Holiday(date(2028, 2, 27), "Hari Raya Idul Fitri", estimated=True)
    assert holiday_words(one).id == "27 Februari 2028: Hari Raya Idul Fitri (perkiraan)"
    assert holiday_words(one).en == "27 February 2028: Hari Raya Idul Fitri (estimated)"
    assert holiday_words(Holiday(date(2026, 3, 19), "Hari Suci Nyepi")).id == "19 Maret 2026: Hari Suci Nyepi"


def test_a_year_that_the_calendar_does_not_have_is_named():
    assert "2031" in unsure_words(2031).id
    assert "2031" in unsure_words(2031).en


def test_the_end_of_a_day_is_24_on_the_clock():
    assert (clock(timedelta(hours=24)), clock(timedelta(minutes=65), ".")) == ("24:00", "01.05")
