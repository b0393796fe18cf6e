"""Periods as people write them, and when exactly they begin and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.period import Period, PeriodKind, midnight, parse_period, period_of

WITA = ZoneInfo("Asia/Makassar")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2026", PeriodKind.YEAR, "2026-01-01", "2026-12-31"),
        ("2026-Q3", PeriodKind.QUARTER, "2026-07-01", "2026-09-30"),
        ("2026-q4", PeriodKind.QUARTER, "2026-10-01", "2026-12-31"),
        ("2026-10", PeriodKind.MONTH, "2026-10-01", "2026-10-31"),
        ("2028-02", PeriodKind.MONTH, "2028-02-01", "2028-02-29"),
        ("2026-W41", PeriodKind.WEEK, "2026-10-05", "2026-10-11"),
        ("2026-W53", PeriodKind.WEEK, "2026-12-28", "2027-01-03"),
        ("2027-W01", PeriodKind.WEEK, "2027-01-04", "2027-01-10"),
        ("2026-10-05", PeriodKind.DAY, "2026-10-05", "2026-10-05"),
        (" 2026-10-05 .. 2026-10-09 ", PeriodKind.SPAN, "2026-10-05", "2026-10-09"),
    ],
)
def test_a_period_is_read_as_it_is_written(text, kind, first, last):
    found = parse_period(text, WITA)
    assert (found.kind, found.first.isoformat(), found.last.isoformat()) == (kind, first, last)
    assert parse_period(found.name, WITA) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Write a period such as 2026"),
        ("Oktober", "Write a period such as 2026"),
        ("2026-1", "Write a period such as 2026"),
        ("2026-10-5", "Write a period such as 2026"),
        ("20\uff126", "Write a period such as 2026"),
        ("2026-00", "a month from 01 to 12"),
        ("2026-13", "a month from 01 to 12"),
        ("2026-W54", "has no week 54"),
        ("2027-W53", "has no week 53"),
        ("2026-02-30", "There is no day 2026-02-30"),
        ("1999", "a year from 2000"),
        ("1999-01-01", "Write a period such as 2026"),
        ("2026-10-09..2026-10-05", "should not be later"),
        ("2026-10-05..", "Write a period such as 2026"),
        ("2026-10..2026-11", "Write a period such as 2026"),
    ],
)
def test_what_is_no_period_is_told(text, told):
    with pytest.raises(ValueError, match=told):
        parse_period(text, WITA)


def test_days_are_those_of_the_register():
    october = parse_period("2026-10", WITA)
    assert october.starts_at == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert october.ends_at == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert october.length == 31 * DAY


@pytest.mark.parametrize(
    ("zone", "text", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Asia/Beirut", "2026-03-29", 23),  # set forward over midnight
        ("America/Sao_Paulo", "2018-11-04", 23),  # likewise
        ("Asia/Makassar", "2026-03-29", 24),
    ],
)
def test_a_day_on_which_the_clock_is_changed_is_as_long_as_it_is(zone, text, hours):
    assert parse_period(text, ZoneInfo(zone)).length == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-01", "2025-12"),
        ("2026-03", "2026-02"),
        ("2026-Q1", "2025-Q4"),
        ("2026", "2025"),
        ("2026-W01", "2025-W52"),
        ("2027-W01", "2026-W53"),
        ("2026-03-01", "2026-02-28"),
        ("2026-10-05..2026-10-09", "2026-09-30..2026-10-04"),
    ],
)
def test_the_period_before_is_of_the_same_kind(text, before):
    assert parse_period(text, WITA).before.name == before


def test_a_period_runs_from_its_first_moment_to_its_last():
    day = parse_period("2026-10-05", WITA)
    assert [day.running(at) for at in (day.starts_at, day.ends_at - timedelta.resolution, day.ends_at)] == [
        True,
        True,
        False,
    ]
    assert not day.running(day.starts_at - timedelta.resolution)


ZONES = st.sampled_from(
    ["Asia/Makassar", "Asia/Beirut", "America/Sao_Paulo", "Europe/Berlin", "Pacific/Apia"]
)
DAYS = st.dates(date(2005, 1, 1), date(2050, 12, 31))
KINDS = st.sampled_from(PeriodKind)


@given(ZONES, DAYS, KINDS)
def test_periods_of_a_kind_follow_each_other_without_gap_and_without_overlap(zone, day, kind):
    period = period_of(kind, day, ZoneInfo(zone))
    assert period.first <= day <= period.last
    assert period.before.ends_at == period.starts_at <= period.ends_at  # a zone may have left a day out
    following = period_of(kind, period.last + DAY, ZoneInfo(zone))
    assert following.before == period


@given(ZONES, DAYS)
def test_the_days_of_a_month_add_up_to_it(zone, day):
    month = period_of(PeriodKind.MONTH, day, ZoneInfo(zone))
    count = (month.last - month.first).days + 1
    days = [
        Period(PeriodKind.DAY, one, one, month.zone) for one in (month.first + n * DAY for n in range(count))
    ]
    assert sum((one.length for one in days), timedelta(0)) == month.length


@given(ZONES, DAYS)
def test_a_day_begins_with_the_first_moment_that_shows_it(zone, day):
    place = ZoneInfo(zone)
    first = midnight(day, place)
    shown = first.astimezone(place)
    if (zone, day) != ("Pacific/Apia", date(2011, 12, 30)):  # a day that was left out
        assert shown.date() == day
    assert (first - timedelta.resolution).astimezone(place).date() < day


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_is_told(text):
    try:
        found = parse_period(text, WITA)
    except ValueError:
        return
    assert parse_period(found.name, WITA) == found
