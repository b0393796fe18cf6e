"""When a window takes place: by examples, and by laws over any rule that dateutil understands."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.window import Announcement, Scope, Window, WindowSource
from monitor.registry.recurrence import (
    check_recurrence,
    first_start,
    last_occurrence,
    next_occurrence,
    occurrences,
)

WITA = ZoneInfo("Asia/Makassar")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = datetime(2026, 11, 29, 22, tzinfo=WITA)  # a Sunday; 14:00 UTC
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


def announcement(starts_at=FIRST, rule=None, *, duration=2 * HOUR, announced_at=EARLIEST, withdrawn_at=None):
    return Announcement(
        window=Window(
            id="jendela",
            title="Pindah server",
            scope=Scope(services=frozenset({"satu"})),
            starts_at=starts_at,
            duration=duration,
            recurrence=rule,
        ),
        source=WindowSource.FILE,
        announced_at=announced_at,
        announced_by="windows.yml",
        withdrawn_at=withdrawn_at,
    )


def starts(starts_at, rule, *, days=30, since=None):
    """Return day and time, in UTC, of the occurrences of so many days."""
    since = since or starts_at.astimezone(UTC)
    found = occurrences(announcement(starts_at, rule), since, since + days * DAY)
    return [f"{one.starts_at:%m-%d %H:%M}" for one in found]


def spans(found):
    return [(one.starts_at, one.ends_at) for one in found]


def test_a_window_without_a_rule_takes_place_once():
    [found] = occurrences(announcement(), FIRST - 9 * DAY, FIRST + 900 * DAY)
    assert (found.starts_at, found.ends_at) == (FIRST, FIRST + 2 * HOUR)
    assert found.starts_at.tzinfo is UTC
    assert (found.window_id, found.title, found.announced_at) == ("jendela", "Pindah server", EARLIEST)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=WEEKLY;BYDAY=SU", ["11-29 14:00", "12-06 14:00", "12-13 14:00", "12-20 14:00", "12-27 14:00"]),
        ("FREQ=WEEKLY;INTERVAL=2", ["11-29 14:00", "12-13 14:00", "12-27 14:00"]),
        ("FREQ=MONTHLY;BYDAY=-1SU", ["11-29 14:00", "12-27 14:00"]),
        ("FREQ=DAILY;BYHOUR=10,22;COUNT=3", ["11-29 14:00", "11-30 02:00", "11-30 14:00"]),
        ("FREQ=DAILY;COUNT=2", ["11-29 14:00", "11-30 14:00"]),
        ("FREQ=DAILY;UNTIL=20261201", ["11-29 14:00", "11-30 14:00", "12-01 14:00"]),
        ("FREQ=DAILY;UNTIL=20261130T220000", ["11-29 14:00", "11-30 14:00"]),
        ("FREQ=DAILY;UNTIL=20261130T215959", ["11-29 14:00"]),
        ("FREQ=DAILY;UNTIL=20261130T140000Z", ["11-29 14:00", "11-30 14:00"]),
        ("UNTIL=20261130T135959Z;FREQ=DAILY", ["11-29 14:00"]),
    ],
)
def test_a_rule_is_read_on_the_clock_of_the_windows_zone(rule, found):
    assert starts(FIRST, check_recurrence(rule)) == found


def test_a_window_keeps_its_hour_when_the_clock_changes():
    evening = datetime(2027, 3, 27, 22, tzinfo=BERLIN)
    assert starts(evening, "FREQ=DAILY;COUNT=3") == ["03-27 21:00", "03-28 20:00", "03-29 20:00"]


def test_an_hour_that_the_clock_passes_over_is_taken_by_the_offset_before():
    night = datetime(2027, 3, 27, 2, 30, tzinfo=BERLIN)
    assert starts(night, "FREQ=DAILY;COUNT=3") == ["03-27 01:30", "03-28 01:30", "03-29 00:30"]


def test_an_hour_that_comes_twice_is_the_first_of_them():
    night = datetime(2026, 10, 24, 2, 30, tzinfo=BERLIN)
    assert starts(night, "FREQ=DAILY;COUNT=3") == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]


def test_hours_over_a_change_of_the_clock_come_in_order_and_once_each():
    night = datetime(2027, 3, 28, 0, tzinfo=BERLIN)
    assert starts(night, "FREQ=HOURLY;COUNT=5") == [
        "03-27 23:00",
        "03-28 00:00",
        "03-28 01:00",
        "03-28 02:00",
    ]


def test_every_occurrence_lasts_equally_long_also_over_a_change_of_the_clock():
    saturday = datetime(2027, 3, 20, 22, tzinfo=BERLIN)
    weekly = announcement(saturday, "FREQ=WEEKLY", duration=8 * HOUR)
    found = occurrences(weekly, saturday, saturday + 15 * DAY)
    assert [one.ends_at - one.starts_at for one in found] == [8 * HOUR] * 3


def test_an_occurrence_that_began_before_the_span_and_reaches_into_it_is_found():
    daily = announcement(rule="FREQ=DAILY")
    since = FIRST + 5 * DAY + HOUR
    assert spans(occurrences(daily, since, since + HOUR)) == [(FIRST + 5 * DAY, FIRST + 5 * DAY + 2 * HOUR)]
    assert occurrences(daily, since + HOUR, since + 2 * HOUR) == []


def test_what_begins_at_the_end_of_the_span_is_not_of_it():
    assert occurrences(announcement(), FIRST - DAY, FIRST) == []


def test_withdrawing_ends_what_is_under_way_and_prevents_the_rest():
    ended = announcement(rule="FREQ=DAILY", withdrawn_at=(FIRST + DAY + HOUR).astimezone(UTC))
    assert spans(occurrences(ended, FIRST, FIRST + 9 * DAY)) == [
        (FIRST, FIRST + 2 * HOUR),
        (FIRST + DAY, FIRST + DAY + HOUR),
    ]


def test_a_window_withdrawn_as_it_begins_does_not_take_place():
    assert occurrences(announcement(withdrawn_at=FIRST.astimezone(UTC)), FIRST - DAY, FIRST + DAY) == []


def test_only_what_was_announced_before_it_began_is_planned():
    late = announcement(rule="FREQ=DAILY", announced_at=(FIRST + HOUR).astimezone(UTC))
    assert [one.planned for one in occurrences(late, FIRST, FIRST + 3 * DAY)] == [False, True, True]
    just = announcement(announced_at=FIRST.astimezone(UTC))
    assert [one.planned for one in occurrences(just, FIRST, FIRST + DAY)] == [True]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
        "FREQ=WEEKLY;UNTIL=20261128",
    ],
)
def test_a_rule_that_never_comes_to_pass_is_found_out_in_reasonable_time(rule):
    began = time.perf_counter()
    assert first_start(FIRST, check_recurrence(rule)) is None
    assert occurrences(announcement(rule=rule), FIRST, FIRST + 400 * DAY) == []
    assert time.perf_counter() - began < 20  # dateutil alone looks through eight thousand years, hour by hour


def test_the_first_time_of_a_rule_tells_whether_the_start_is_one():
    assert first_start(FIRST, "FREQ=WEEKLY;BYDAY=SU") == datetime(2026, 11, 29, 22, tzinfo=WITA)
    assert first_start(FIRST, "FREQ=WEEKLY;BYDAY=MO") == datetime(2026, 11, 30, 22, tzinfo=WITA)


def test_the_next_occurrence_is_the_one_under_way_or_else_the_soonest():
    weekly = announcement(rule="FREQ=WEEKLY")
    assert next_occurrence(weekly, FIRST + HOUR).starts_at == FIRST
    assert next_occurrence(weekly, FIRST + 2 * HOUR).starts_at == FIRST + 7 * DAY
    assert next_occurrence(announcement(), FIRST + 2 * HOUR) is None
    assert next_occurrence(weekly, FIRST - 36500 * DAY).starts_at == FIRST


def test_the_next_leap_day_is_found_years_ahead():
    leap_day = datetime(2028, 2, 29, 8, tzinfo=WITA)
    yearly = announcement(leap_day, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert next_occurrence(yearly, leap_day + DAY).starts_at == datetime(2032, 2, 29, 8, tzinfo=WITA)


def test_the_last_occurrence_is_the_latest_that_began():
    weekly = announcement(rule="FREQ=WEEKLY;COUNT=2")
    assert last_occurrence(weekly, FIRST) is None
    assert last_occurrence(weekly, FIRST + HOUR).starts_at == FIRST
    assert last_occurrence(weekly, FIRST + 300 * DAY).starts_at == FIRST + 7 * DAY


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("freq=weekly;byday=su", "FREQ=WEEKLY;BYDAY=SU"),
        (" RRULE:FREQ=MONTHLY;BYDAY=+1SA; ", "FREQ=MONTHLY;BYDAY=+1SA"),
        ("FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=17,-1", "FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=17,-1"),
    ],
)
def test_a_rule_is_brought_into_its_usual_form(written, rule):
    assert check_recurrence(written) == rule


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "not a recurrence rule"),
        ("setiap minggu", "not a recurrence rule"),
        ("BYDAY=SU", "the rule needs FREQ"),
        ("FREQ=SECONDLY", "too often for a window"),
        ("FREQ=MINUTELY", "too often for a window"),
        ("FREQ=FORTNIGHTLY", "FREQ should be one of HOURLY"),
        ("FREQ=DAILY;FREQ=WEEKLY", "has FREQ twice"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL should be a number from 1"),
        ("FREQ=DAILY;COUNT=0", "COUNT should be a number from 1"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231", "COUNT and UNTIL"),
        ("FREQ=DAILY;UNTIL=20261331", "does not exist"),
        ("FREQ=DAILY;UNTIL=20261231T250000", "does not exist"),
        ("FREQ=DAILY;UNTIL=besok", "UNTIL should be a day"),
        ("FREQ=WEEKLY;BYDAY=MIN", "BYDAY should be weekdays"),
        ("FREQ=MONTHLY;BYDAY=9SU", "BYDAY should be weekdays"),
        ("FREQ=WEEKLY;BYDAY=1SU", "needs FREQ=MONTHLY or YEARLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY should be days"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH should be months"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR should be hours"),
        ("FREQ=DAILY;BYMINUTE=0,30", "leave BYMINUTE out"),
        ("FREQ=DAILY;BYSECOND=0", "leave BYSECOND out"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs"),
        ("FREQ=DAILY;BYEASTER=0", "not a recurrence rule"),
        ("DTSTART=20261129T220000;FREQ=DAILY", "leave DTSTART out"),
        ("DTSTART:20261129T220000\nRRULE:FREQ=DAILY", "not a recurrence rule"),
        ("FREQ=DAILY\nEXDATE:20261130T220000", "FREQ should be one of"),
    ],
)
def test_what_is_no_rule_for_windows_is_refused_with_the_mend(written, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        check_recurrence(written)


ZONES = st.sampled_from([WITA, BERLIN, ZoneInfo("America/St_Johns"), UTC])
RULES = st.one_of(
    st.none(),
    st.builds(
        "FREQ={};INTERVAL={}{}".format,
        st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY"]),
        st.integers(1, 5),
        st.sampled_from(["", ";COUNT=7", ";UNTIL=20270401", ";UNTIL=20270328T010000Z", ";BYDAY=SU,WE"]),
    ),
)
HOURS = st.integers(0, 60 * 24).map(lambda hours: hours * HOUR)
START = datetime(2027, 2, 20, tzinfo=UTC)


@st.composite
def announcements(draw):
    starts_at = (START + draw(HOURS)).replace(tzinfo=draw(ZONES))
    withdrawn = draw(st.none() | HOURS)
    return announcement(
        starts_at,
        draw(RULES),
        duration=draw(st.integers(1, 80)) * HOUR / 2,
        withdrawn_at=None if withdrawn is None else START + withdrawn,
    )


@given(announcements(), HOURS, HOURS, HOURS)
def test_a_span_cut_in_two_holds_what_its_parts_hold(one, first, second, third):
    since, middle, until = (START + hours for hours in sorted((first, second, third)))
    parts = {*spans(occurrences(one, since, middle)), *spans(occurrences(one, middle, until))}
    assert sorted(parts) == spans(occurrences(one, since, until))


@given(announcements(), HOURS, HOURS)
def test_occurrences_are_in_order_within_the_span_and_never_after_the_withdrawal(one, since, length):
    since = START + since
    until = since + length
    found = spans(occurrences(one, since, until))
    assert found == sorted(set(found))
    for starts_at, ends_at in found:
        assert starts_at < until
        assert since < ends_at <= starts_at + one.window.duration
        assert starts_at < ends_at
        if one.withdrawn_at is not None:
            assert ends_at <= one.withdrawn_at
        else:
            assert ends_at == starts_at + one.window.duration


@given(announcements(), HOURS)
def test_withdrawing_changes_nothing_of_what_lies_before_it(one, length):
    since, until = START, START + length
    never = spans(occurrences(replace(one, withdrawn_at=None), since, until))
    cut = until if one.withdrawn_at is None else one.withdrawn_at
    expected = [
        (starts_at, min(ends_at, cut) if one.withdrawn_at is not None else ends_at)
        for starts_at, ends_at in never
        if starts_at < cut and (one.withdrawn_at is None or min(ends_at, cut) > since)
    ]
    assert spans(occurrences(one, since, until)) == expected


@given(ZONES, st.integers(0, 400), st.integers(1, 3), st.integers(0, 23))
def test_a_daily_rule_agrees_with_counting_the_days(zone, day, interval, hour):
    first = datetime(2026, 11, 1, hour, 15, tzinfo=zone)
    daily = announcement(first, f"FREQ=DAILY;INTERVAL={interval}", duration=HOUR)
    since = first.astimezone(UTC) + day * DAY
    counted = {(first + number * DAY).astimezone(UTC) for number in range(0, 480, interval)}
    expected = sorted(at for at in counted if at + HOUR > since and at < since + 9 * DAY)
    assert [one.starts_at for one in occurrences(daily, since, since + 9 * DAY)] == expected


@given(ZONES, st.integers(0, 1200))
def test_a_year_far_ahead_and_a_start_far_back_are_exact(zone, years):
    first = datetime(2000, 1, 1, 12, tzinfo=zone)
    yearly = announcement(first, "FREQ=YEARLY", duration=HOUR)
    expected = datetime(2000 + years, 1, 1, 12, tzinfo=zone).astimezone(UTC)
    assert [one.starts_at for one in occurrences(yearly, expected - DAY, expected + DAY)] == [expected]
