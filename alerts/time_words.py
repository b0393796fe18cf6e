"""Times, durations and numbers as people of each language write them (CLDR, by Babel); pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta, tzinfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

_LONG = {"id": "EEEE, d MMMM y HH.mm", "en": "EEEE, d MMMM y, HH:mm"}
"""Of our own: CLDR writes `04 November` and seconds, and in English the American order."""
_DAY = "d MMM y"
_LONG_DAY = "d MMMM y"
_SHORT = {"id": "d MMM y HH.mm", "en": "d MMM y, HH:mm"}


def moment(at: datetime, zone: tzinfo, language: str) -> str:
    """Return a time such as `Rabu, 4 November 2026 10.45 WITA`; `at` is aware."""
    return f"{_written(at, zone, _LONG[language], language)} {zone_name(at, zone)}"


def short_moment(at: datetime, zone: tzinfo, language: str) -> str:
    """Return a time for lists such as `4 Nov 2026 10.45`, whose zone is told elsewhere."""
    return _written(at, zone, _SHORT[language], language)


def short_day(at: datetime, zone: tzinfo, language: str) -> str:
    """Return a day such as `4 Nov 2026`."""
    return _written(at, zone, _DAY, language)


def days(first: date, last: date, language: str) -> str:
    """Return a span of days, of which both ends are included, such as `1-31 Oktober 2026` with an en dash."""
    start, end = (format_date(day, _LONG_DAY, locale=language) for day in (first, last))
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\N{EN DASH}{end}"
    return f"{start} \N{EN DASH} {end}"


def month(first: date, last: date, language: str) -> str:
    """Return `Oktober 2026` where these are the days of a month; else nothing."""
    whole = first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1])
    return format_date(first, "MMMM y", locale=language) if whole else ""


def percent(share: str, language: str) -> str:
    """Return `99,941%` or `99.941%` from `99.941`, digit by digit: it was rounded before, and down."""
    return f"{share.replace('.', ',') if language == 'id' else share}%"


def span(duration: timedelta, language: str) -> str:
    """Return a duration in its two largest units: `3 jam 21 menit`, `3 hours 21 minutes`."""
    minutes, seconds = divmod(max(int(duration.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [("day", days), ("hour", hours), ("minute", minutes), ("second", seconds)]
    while len(parts) > 1 and not parts[0][1]:
        del parts[0]
    told = [part for part in parts[:2] if part[1]] or parts
    return " ".join(format_unit(count, f"duration-{unit}", "long", locale=language) for unit, count in told)


def number(value: int, language: str) -> str:
    """Return a whole number such as `1.234` or `1,234`."""
    return format_decimal(value, locale=language)


def zone_name(at: datetime, zone: tzinfo) -> str:
    """Return what people call the zone, for example `WITA`; `UTC+08` where it has no name.

    Not CLDR's: of Asia/Makassar its English knows the offset only.
    """
    name = at.astimezone(zone).tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def _written(at: datetime, zone: tzinfo, pattern: str, language: str) -> str:
    # Moved to the zone by us: Babel would take a time without a zone for UTC.
    return format_datetime(at.astimezone(zone).replace(tzinfo=None), pattern, locale=language)
