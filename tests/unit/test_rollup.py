"""Hours and days: which results they count, how time is cut, and what a span is put together from."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.accounting.availability import measure
from monitor.core.accounting.cover import cover
from monitor.core.accounting.days import HOUR, Days, hour_of
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.rollup import Measured, roll_up, status_times, together
from monitor.core.accounting.sketch import Sketch
from monitor.core.accounting.spans import Span, length
from monitor.core.accounting.timeline import Stretch
from monitor.core.period import midnight, parse_period
from monitor.core.reason import Outcome
from monitor.core.status import Status

T0 = datetime(2026, 10, 1, tzinfo=UTC)
US = timedelta(microseconds=1)
DAY = timedelta(days=1)
WITA, WIB, MUMBAI = ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Kolkata")
ZONES = [
    WITA,
    WIB,
    MUMBAI,
    ZoneInfo("Europe/Amsterdam"),
    ZoneInfo("America/Havana"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Australia/Lord_Howe"),
]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - see map
results = st.lists(
    st.builds(
        Measured,
        st.sampled_from(["lapor", "jdih"]),
        st.integers(0, 3 * 86_400_000_000).map(lambda us: T0 + us * US),
        st.integers(0, 30_000_000).map(lambda us: us * US),
        st.sampled_from(Outcome),
    ),
    max_size=40,
)


class TestRollUp:
    @given(results, st.randoms(use_true_random=False), st.integers(0, 40))
    def test_order_and_parts_change_nothing(self, every, chance, cut):
        whole = roll_up(every, hour_of)
        shuffled = every.copy()
        chance.shuffle(shuffled)
        parts = [roll_up(shuffled[:cut], hour_of), roll_up(shuffled[cut:], hour_of)]
        keys = parts[0].keys() | parts[1].keys()
        assert whole == {key: together([one[key] for one in parts if key in one]) for key in keys}

    @given(results)
    def test_every_result_counts_once_and_only_good_ones_have_a_duration(self, every):
        for span_of in (hour_of, Days([(T0, WITA)]).of):
            found = roll_up(every, span_of)
            for (check, span), one in found.items():
                own = [each for each in every if each.check == check and span == span_of(each.started_at)]
                assert one.outcomes == Counter(each.outcome for each in own)
                assert one.responses == Sketch.of(each.duration for each in own if each.outcome is Outcome.OK)
            assert sum(sum(one.outcomes.values()) for one in found.values()) == len(every)


class TestDays:
    @given(st.sampled_from(ZONES), moments)
    def test_each_moment_is_in_exactly_one_day_and_days_are_those_of_the_calendar(self, zone, at):
        days = Days([(T0, zone)])
        day = days.of(at)
        assert day.starts_at <= at < day.ends_at
        assert days.of(day.starts_at) == days.of(day.ends_at - US) == day
        assert days.of(day.ends_at).starts_at == day.ends_at
        assert parse_period(f"{day.starts_at.astimezone(zone):%Y-%m-%d}", zone).starts_at == day.starts_at

    @given(st.sampled_from(ZONES), st.sampled_from(ZONES), moments)
    def test_where_the_zone_changes_no_moment_is_lost_or_doubled(self, before, after, at):
        since = Days([(T0, before)]).of(datetime(2026, 6, 15, 3, tzinfo=UTC)).ends_at
        days = Days([(T0 - 400 * DAY, before), (since, after)])
        day = days.of(at)
        assert day.starts_at <= at < day.ends_at
        assert days.of(day.ends_at).starts_at == day.ends_at
        assert not day.starts_at < since < day.ends_at

    def test_a_day_in_wita_begins_at_sixteen_utc(self):
        assert Days([(T0, WITA)]).of(T0) == Span(T0 - 8 * HOUR, T0 + 16 * HOUR)

    def test_the_day_between_two_zones_is_what_is_left(self):
        since = T0 + 16 * HOUR
        days = Days([(T0 - DAY, WITA), (since, WIB)])
        assert days.of(since) == Span(since, since + HOUR)


class TestTimes:
    def test_what_was_not_known_is_not_named(self):
        hours = [Span(T0 + n * HOUR, T0 + (n + 1) * HOUR) for n in range(3)]
        timeline = [
            Stretch(Span(T0, T0 + 30 * US), Status.UNKNOWN),
            Stretch(Span(T0 + 30 * US, T0 + 90 * timedelta(minutes=1)), Status.UP),
            Stretch(Span(T0 + 90 * timedelta(minutes=1), T0 + 2 * HOUR), Status.DOWN),
        ]
        half = timedelta(minutes=30)
        assert status_times(timeline, hours) == [
            {Status.UP: HOUR - 30 * US},
            {Status.UP: half, Status.DOWN: half},
            {},
        ]

    @given(
        st.lists(st.tuples(st.integers(1, 400), st.sampled_from(Status)), min_size=1, max_size=30),
        st.integers(-300, 300),
    )
    def test_the_hours_of_a_day_add_up_to_what_is_measured_of_it(self, lengths, offset):
        at, timeline = T0 + offset * timedelta(minutes=1), []
        for minutes, status in lengths:
            timeline.append(Stretch(Span(at, at + minutes * timedelta(minutes=1)), status))
            at = timeline[-1].span.ends_at
        hours = [Span(T0 + n * HOUR, T0 + (n + 1) * HOUR) for n in range(24)]
        found = status_times(timeline, hours)
        day = measure(timeline, Span(T0, T0 + DAY), AccountingPolicy())
        for status in (Status.UP, Status.DEGRADED, Status.BLOCKED, Status.DOWN):
            total = sum((one.get(status, timedelta(0)) for one in found), timedelta(0))
            assert total == getattr(day, status.value.lower())


class TestCover:
    LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

    @given(st.sampled_from(ZONES), moments, st.integers(1, 5 * 86_400_000_000))
    def test_while_hours_are_kept_a_span_is_covered_exactly_and_once(self, zone, starts_at, us):
        within = Span(starts_at, starts_at + us * US)
        found = cover(within, Days([(T0, zone)]), self.LONG_AGO)
        parts = sorted([*found.days, *found.hours, *found.rest])
        assert length(parts) == within.length
        assert (parts[0].starts_at, parts[-1].ends_at) == (within.starts_at, within.ends_at)
        assert all(one.ends_at == other.starts_at for one, other in pairwise(parts))
        assert all(one.length < 2 * HOUR for one in found.rest)
        assert not any(hour_of(one.starts_at + HOUR - US).ends_at <= one.ends_at for one in found.rest)
        assert all(hour_of(one.starts_at).starts_at == one.starts_at for one in found.hours)
        days = Days([(T0, zone)])
        assert all(days.of(one.starts_at).starts_at == one.starts_at for one in found.days)
        assert all(days.of(one.ends_at).starts_at == one.ends_at for one in found.days)

    @pytest.mark.parametrize("zone", [WITA, MUMBAI])
    def test_a_month_of_the_register_is_its_days_alone(self, zone):
        month = parse_period("2026-10", zone)
        within = Span(month.starts_at, month.ends_at)
        for hours_since in (self.LONG_AGO, T0 + 800 * DAY):
            found = cover(within, Days([(T0, zone)]), hours_since)
            assert (found.days, found.hours, found.rest) == ((within,), (), ())

    def test_where_hours_are_gone_a_day_counts_to_where_it_begins(self):
        days = Days([(T0, WITA)])
        october = parse_period("2026-10", WIB)
        found = cover(Span(october.starts_at, october.ends_at), days, T0 + 800 * DAY)
        first = midnight(parse_period("2026-10-02", WITA).first, WITA)
        last = midnight(parse_period("2026-11-02", WITA).first, WITA)
        assert (found.days, found.hours, found.rest) == ((Span(first, last),), (), ())

    @given(st.sampled_from(ZONES), st.lists(moments, min_size=3, max_size=3, unique=True))
    def test_where_hours_are_gone_a_day_is_in_one_of_two_neighbouring_spans(self, zone, at):
        first, between, last = sorted(at)
        days, never = Days([(T0, zone)]), T0 + 9999 * DAY
        parts = [cover(Span(*pair), days, never).days for pair in ((first, between), (between, last))]
        whole = cover(Span(first, last), days, never).days
        assert length(parts[0]) + length(parts[1]) == length(whole)
