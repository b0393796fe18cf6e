"""Times, durations and numbers read as people of each language write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from alerts.time_words import moment, number, short_moment, span, zone_name

AT = datetime(2026, 11, 4, 2, 45, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "indonesian", "english"),
    [
        (
            "Asia/Jakarta",
            "Rabu, 4 November 2026 09.45 WIB",
            "Wednesday, 4 November 2026, 09:45 WIB",
        ),
        (
            "Asia/Makassar",
            "Rabu, 4 November 2026 10.45 WITA",
            "Wednesday, 4 November 2026, 10:45 WITA",
        ),
        (
            "Asia/Jayapura",
            "Rabu, 4 November 2026 11.45 WIT",
            "Wednesday, 4 November 2026, 11:45 WIT",
        ),
        (
            "America/Sao_Paulo",
            "Selasa, 3 November 2026 23.45 UTC-03",
            "Tuesday, 3 November 2026, 23:45 UTC-03",
        ),
    ],
)
def test_a_time_names_weekday_date_clock_and_zone(zone, indonesian, english):
    told = [moment(AT, ZoneInfo(zone), language) for language in ("id", "en")]
    assert told == [indonesian, english]


def test_a_day_of_one_digit_has_no_zero_in_front_and_an_hour_has():
    early = datetime(2026, 8, 1, 17, 5, tzinfo=UTC)
    assert moment(early, ZoneInfo("Asia/Makassar"), "id") == "Minggu, 2 Agustus 2026 01.05 WITA"


def test_a_short_time_leaves_weekday_and_zone_out():
    zone = ZoneInfo("Asia/Makassar")
    assert short_moment(AT, zone, "id") == "4 Nov 2026 10.45"
    assert short_moment(AT, zone, "en") == "4 Nov 2026, 10:45"


@pytest.mark.parametrize(
    ("zone", "name"),
    [(UTC, "UTC"), (timezone(timedelta(hours=8)), "UTC+08:00"), (ZoneInfo("Asia/Kathmandu"), "UTC+0545")],
)
def test_a_zone_without_a_name_is_told_by_its_offset(zone, name):
    assert zone_name(AT, zone) == name


@pytest.mark.parametrize(
    ("duration", "indonesian", "english"),
    [
        (timedelta(0), "0 detik", "0 seconds"),
        (timedelta(seconds=-5), "0 detik", "0 seconds"),
        (timedelta(seconds=1), "1 detik", "1 second"),
        (timedelta(seconds=59.9), "59 detik", "59 seconds"),
        (timedelta(seconds=61), "1 menit 1 detik", "1 minute 1 second"),
        (timedelta(hours=3, minutes=21, seconds=7), "3 jam 21 menit", "3 hours 21 minutes"),
        (timedelta(days=3, minutes=59), "3 hari", "3 days"),
        (timedelta(days=1400, hours=23), "1.400 hari 23 jam", "1,400 days 23 hours"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(duration, indonesian, english):
    assert [span(duration, language) for language in ("id", "en")] == [indonesian, english]


def test_thousands_are_set_apart_as_each_language_does():
    assert (number(1234, "id"), number(1234, "en")) == ("1.234", "1,234")
