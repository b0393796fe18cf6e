"""When a service promises to be open: hours by weekday on the clock of a zone, but for holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.accounting.hours import Holiday, Opening, ServiceHours, closed_by, open_spans
from monitor.core.accounting.spans import Span, length, spans
from monitor.core.period import midnight, parse_period

HOUR = timedelta(hours=1)
WITA = ZoneInfo("Asia/Makassar")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
BEIRUT = ZoneInfo("Asia/Beirut")


def opening(opens, closes):
    return Opening(opens * HOUR, closes * HOUR)


def week(**days):
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return ServiceHours(week=tuple(tuple(opening(*one) for one in days.get(name, ())) for name in names))


def daily(*openings):
    return ServiceHours(week=(tuple(opening(*one) for one in openings),) * 7)


OFFICE = week(**{day: [(7.5, 15.5)] for day in ("mon", "tue", "wed", "thu")}, fri=[(7.5, 13)])
ALWAYS = daily((0, 24))


def of(period, hours, zone=WITA, holidays=()):
    found = parse_period(period, zone)
    return open_spans(hours, holidays, Span(found.starts_at, found.ends_at), zone)


def on_the_clock(found, zone=WITA):
    return [
        (f"{one.starts_at.astimezone(zone):%a %H:%M}", f"{one.ends_at.astimezone(zone):%a %H:%M}")
        for one in found
    ]


class TestAWeek:
    def test_each_weekday_has_its_own_hours_on_the_local_clock(self):
        found = of("2026-W41", OFFICE)
        assert on_the_clock(found) == [
            ("Mon 07:30", "Mon 15:30"),
            ("Tue 07:30", "Tue 15:30"),
            ("Wed 07:30", "Wed 15:30"),
            ("Thu 07:30", "Thu 15:30"),
            ("Fri 07:30", "Fri 13:00"),
        ]
        assert found[0].starts_at == datetime(2026, 10, 4, 23, 30, tzinfo=UTC)

    def test_a_day_may_have_several_spans_and_those_that_touch_are_one(self):
        found = of("2026-10-05", week(mon=[(13, 15.5), (8, 12), (15.5, 16)]))
        assert on_the_clock(found) == [("Mon 08:00", "Mon 12:00"), ("Mon 13:00", "Mon 16:00")]

    def test_24_00_is_the_end_of_the_day_and_joins_what_the_next_begins_with(self):
        found = of("2026-W41", week(mon=[(22, 24)], tue=[(0, 6)], sun=[(23, 24)]))
        assert on_the_clock(found) == [("Mon 22:00", "Tue 06:00"), ("Sun 23:00", "Mon 00:00")]

    def test_a_holiday_is_closed(self):
        found = of("2026-W41", OFFICE, holidays=[Holiday(date(2026, 10, 7), "Galungan")])
        assert [one for one, _ in on_the_clock(found)] == ["Mon 07:30", "Tue 07:30", "Thu 07:30", "Fri 07:30"]

    def test_what_is_asked_for_cuts_them(self):
        within = Span(datetime(2026, 10, 5, 1, tzinfo=UTC), datetime(2026, 10, 5, 2, tzinfo=UTC))
        assert open_spans(OFFICE, [], within, WITA) == (within,)
        assert open_spans(OFFICE, [], Span(within.ends_at, within.starts_at), WITA) == ()

    def test_a_leap_day_is_a_day_like_any_other(self):
        assert length(of("2028-02-29", OFFICE)) == 8 * HOUR
        assert length(of("2028-02", ALWAYS)) == 29 * 24 * HOUR


class TestChangesOfTheClock:
    def test_hours_stay_where_they_are_on_the_clock_on_either_side_of_a_change(self):
        found = of("2026-03-06..2026-03-09", daily((9, 17)), NEW_YORK)
        assert [(one.starts_at.hour, one.length) for one in found] == [
            (14, 8 * HOUR),
            (14, 8 * HOUR),
            (13, 8 * HOUR),
            (13, 8 * HOUR),
        ]

    @pytest.mark.parametrize(
        ("day", "zone", "hours", "long"),
        [
            ("2026-03-08", NEW_YORK, (0, 24), 23),
            ("2026-03-08", NEW_YORK, (1, 4), 2),
            ("2026-03-08", NEW_YORK, (2, 3), 0),  # there is no such hour
            ("2026-11-01", NEW_YORK, (0, 24), 25),
            ("2026-11-01", NEW_YORK, (1, 4), 4),
            ("2026-11-01", NEW_YORK, (1, 1.5), 0.5),  # the first time only
            ("2026-10-04", LORD_HOWE, (0, 24), 23.5),
            ("2026-10-04", LORD_HOWE, (1.5, 3), 1),
            ("2026-04-05", LORD_HOWE, (0, 24), 24.5),
            ("2026-04-05", LORD_HOWE, (1, 3), 2.5),
            ("2026-10-04", WITA, (0, 24), 24),
        ],
    )
    def test_a_day_on_which_the_clock_is_changed_is_open_as_long_as_it_is(self, day, zone, hours, long):
        assert length(of(day, daily(hours), zone)) == long * HOUR

    def test_one_in_a_gap_is_read_by_the_offset_before(self):
        (found,) = of("2026-03-08", daily((2.5, 5)), NEW_YORK)
        assert found.starts_at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 03:30 by the new clock

    def test_one_that_ends_in_the_gap_before_it_would_begin_is_none(self):
        half_an_hour = daily((2 + 1 / 6, 2 + 1 / 3), (2 + 1 / 3, 2.5))
        assert length(of("2026-10-04", half_an_hour, LORD_HOWE)) == timedelta(0)

    def test_a_change_at_the_seam_of_two_spans_is_of_one_opening(self):
        parts, whole = daily((1, 2 + 1 / 6), (2 + 1 / 6, 2 + 7 / 12)), daily((1, 2 + 7 / 12))
        assert of("2026-10-04", parts, LORD_HOWE) == of("2026-10-04", whole, LORD_HOWE)

    def test_a_midnight_that_the_clock_passes_over_is_the_first_moment_of_its_day(self):
        day = parse_period("2026-03-29", BEIRUT)
        (found,) = of(day.name, daily((0, 8)), BEIRUT)
        assert (found.starts_at, found.length) == (day.starts_at, 7 * HOUR)

    @pytest.mark.parametrize(
        ("zone", "day", "minute"),
        [
            (
                "America/Goose_Bay",
                date(2010, 11, 7),
                20,
            ),  # set back over midnight: it shows the day before again
            ("America/Toronto", date(1919, 3, 31), -20),  # set forward over it, so the day before ends late
        ],
    )
    def test_a_change_over_midnight_loses_nothing(self, zone, day, minute):
        zone = ZoneInfo(zone)
        starts_at = midnight(day, zone) + timedelta(minutes=minute)
        within = Span(starts_at, starts_at + timedelta(minutes=10))
        assert open_spans(ALWAYS, [], within, zone) == (within,)

    def test_a_day_that_a_zone_left_out_opens_nothing_on_the_next(self):
        friday_only = week(fri=[(7.5, 15.5)])
        assert on_the_clock(of("2011-12-30..2012-01-07", friday_only, APIA), APIA) == [
            ("Fri 07:30", "Fri 15:30")
        ]


class TestHolidaysThatClose:
    def test_only_those_of_days_that_would_be_open_are_told(self):
        days = [date(2026, 10, 5), date(2026, 10, 4), date(2026, 10, 6), date(2026, 11, 2)]
        found = closed_by(
            week(mon=[(8, 12)]), [Holiday(one, "x") for one in days], date(2026, 10, 1), date(2026, 10, 31)
        )
        assert [one.day for one in found] == [date(2026, 10, 5)]


@pytest.mark.parametrize(("opens", "closes"), [(8, 8), (9, 8), (-1, 8), (8, 25)])
def test_hours_that_no_day_has_are_no_value(opens, closes):
    with pytest.raises(ValueError, match="within one day"):
        opening(opens, closes)


def test_a_week_has_seven_days():
    with pytest.raises(ValueError, match="seven"):
        ServiceHours(week=((),) * 6)


ZONES = st.sampled_from((WITA, NEW_YORK, LORD_HOWE, APIA, BEIRUT, ZoneInfo("Africa/Casablanca")))
MINUTE = timedelta(minutes=1)
OPENINGS = st.lists(
    st.builds(
        lambda opens, long: Opening(opens * MINUTE, min(opens + long, 24 * 60) * MINUTE),
        st.integers(0, 24 * 60 - 1),
        st.integers(1, 24 * 60),
    ),
    max_size=3,
).map(tuple)
WEEKS = st.lists(OPENINGS, min_size=7, max_size=7).map(lambda days: ServiceHours(week=tuple(days)))
DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 1))
HOLIDAYS = st.frozensets(st.integers(0, 12), max_size=3)


@given(WEEKS, ZONES, DAYS, HOLIDAYS, st.integers(1, 12 * 24 * 60))
def test_the_open_time_of_spans_that_adjoin_is_that_of_both(hours, zone, first, closed, minutes):
    holidays = [Holiday(first + timedelta(days=one), "x") for one in closed]
    whole = Span(midnight(first, zone), midnight(first + timedelta(days=12), zone))
    cut = min(whole.starts_at + timedelta(minutes=minutes), whole.ends_at)
    parts = [
        *open_spans(hours, holidays, Span(whole.starts_at, cut), zone),
        *open_spans(hours, holidays, Span(cut, whole.ends_at), zone),
    ]
    found = open_spans(hours, holidays, whole, zone)
    assert spans(parts) == found
    assert spans(found) == found
    assert length(parts) == length(found)


@given(ZONES, DAYS, st.integers(1, 40))
def test_what_is_always_open_is_all_time(zone, first, days):
    whole = Span(midnight(first, zone), midnight(first + timedelta(days=days), zone))
    assert open_spans(ALWAYS, [], whole, zone) == spans([whole])


@given(WEEKS, ZONES, DAYS, st.integers(0, 23))
def test_off_the_days_of_a_change_a_moment_is_open_if_its_clock_says_so(hours, zone, day, hour):
    begins, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    assume(ends - begins == 24 * HOUR)
    at = begins + hour * HOUR
    shown = timedelta(hours=at.astimezone(zone).hour)
    found = open_spans(hours, [], Span(begins, ends), zone)
    assert any(one.starts_at <= at < one.ends_at for one in found) == any(
        one.opens <= shown < one.closes for one in hours.week[day.weekday()]
    )
