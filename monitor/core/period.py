"""Spans of the calendar that reports are about: days, weeks, months, quarters, years, or from day to day.

A period is named as people write it (`2026-10`) and begins and ends at midnight of the register's zone. Pure.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from monitor.core.reason import Sentence

_DAY = timedelta(days=1)
_YEARS = range(2000, 2200)
"""Before, there was nothing to measure; a year beyond is a slip of the finger."""
_EXAMPLES = "2026, 2026-Q3, 2026-10, 2026-W41, 2026-10-05"


class PeriodError(ValueError):
    """A text that names no period; the sentence says how to write one."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(english)
        self.sentence = Sentence(indonesian, english)


class PeriodKind(StrEnum):
    """What part of the calendar a period is."""

    DAY = "day"
    WEEK = "week"
    """Monday to Sunday, numbered as ISO 8601 does."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    SPAN = "span"
    """From one day to another, both included."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole days of a zone."""

    kind: PeriodKind
    first: date
    last: date
    """Included."""
    zone: tzinfo

    @property
    def name(self) -> str:
        """As written: `2026-10-05`, `2026-W41`, `2026-10`, `2026-Q4`, `2026`, `2026-10-05..2026-10-09`."""
        match self.kind:
            case PeriodKind.DAY:
                return self.first.isoformat()
            case PeriodKind.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year:04}-W{week:02}"
            case PeriodKind.MONTH:
                return f"{self.first:%Y-%m}"
            case PeriodKind.QUARTER:
                return f"{self.first.year:04}-Q{(self.first.month + 2) // 3}"
            case PeriodKind.YEAR:
                return f"{self.first.year:04}"
            case PeriodKind.SPAN:
                return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @property
    def starts_at(self) -> datetime:
        """The first moment of its first day; aware UTC."""
        return midnight(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first moment after its last day; aware UTC."""
        return midnight(self.last + _DAY, self.zone)

    @property
    def length(self) -> timedelta:
        """How long it is, exactly: a day on which the clock is changed has not 24 hours."""
        return self.ends_at - self.starts_at

    @property
    def before(self) -> Period:
        """The period of the same kind just before; of a span, as many days just before it."""
        last = self.first - _DAY
        match self.kind:
            case PeriodKind.MONTH | PeriodKind.QUARTER | PeriodKind.YEAR:
                return period_of(self.kind, last, self.zone)
        days = self.last - self.first
        return Period(self.kind, last - days, last, self.zone)

    def running(self, now: datetime) -> bool:
        """Whether it has begun and is not over."""
        return self.starts_at <= now < self.ends_at


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a day on a zone's clock; aware UTC.

    Where the clock is set forward over midnight, that is the first moment that it shows of the day.
    """
    # In a gap PEP 495 reads it by the offset before.
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period_of(kind: PeriodKind, day: date, zone: tzinfo) -> Period:
    """Return the period of a kind in which a day lies; of a span, the day alone."""
    match kind:
        case PeriodKind.WEEK:
            first = day - day.weekday() * _DAY
            return Period(kind, first, first + 6 * _DAY, zone)
        case PeriodKind.MONTH:
            return _months(kind, day.year, day.month, 1, zone)
        case PeriodKind.QUARTER:
            return _months(kind, day.year, (day.month - 1) // 3 * 3 + 1, 3, zone)
        case PeriodKind.YEAR:
            return _months(kind, day.year, 1, 12, zone)
        case PeriodKind.DAY | PeriodKind.SPAN:
            return Period(kind, day, day, zone)


def parse_period(text: str, zone: tzinfo) -> Period:
    """Read a period as people write it.

    Args:
        text: `2026`, `2026-Q3`, `2026-10`, `2026-W41`, `2026-10-05`, or `2026-10-05..2026-10-09`.
        zone: the register's.
    Raises:
        PeriodError: it is none; the sentence says how to write one.
    """
    wanted = text.strip().upper()
    if ".." in wanted:
        first, _, last = wanted.partition("..")
        days = _day(first), _day(last)
        if days[0] > days[1]:
            raise PeriodError(
                "Hari pertama rentang tidak boleh setelah hari terakhirnya.",
                "The first day of a span should not be later than the last.",
            )
        return Period(PeriodKind.SPAN, *days, zone)
    if found := re.fullmatch(
        r"(\d{4})(?:-(?:Q(?P<quarter>[1-4])|W(?P<week>\d\d)|(?P<month>\d\d)))?", wanted, re.ASCII
    ):
        return _named(int(found[1]), found.groupdict(), zone)
    return period_of(PeriodKind.DAY, _day(wanted), zone)


def _named(year: int, parts: dict[str, str | None], zone: tzinfo) -> Period:
    if year not in _YEARS:
        first, last = _YEARS.start, _YEARS.stop - 1
        raise PeriodError(f"Tulis tahun dari {first} sampai {last}.", f"Write a year from {first} to {last}.")
    if parts["quarter"]:
        return period_of(PeriodKind.QUARTER, date(year, 3 * int(parts["quarter"]), 1), zone)
    if parts["month"]:
        if not 1 <= int(parts["month"]) <= 12:  # noqa: PLR2004 - of a year
            raise PeriodError("Tulis bulan dari 01 sampai 12.", "Write a month from 01 to 12.")
        return period_of(PeriodKind.MONTH, date(year, int(parts["month"]), 1), zone)
    if parts["week"]:
        try:
            monday = date.fromisocalendar(year, int(parts["week"]), 1)
        except ValueError:
            week = parts["week"]
            raise PeriodError(
                f"Tahun {year} tidak punya minggu {week}.", f"The year {year} has no week {week}."
            ) from None
        return period_of(PeriodKind.WEEK, monday, zone)
    return period_of(PeriodKind.YEAR, date(year, 1, 1), zone)


def _day(text: str) -> date:
    try:
        day = (
            date.fromisoformat(text.strip())
            if re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", text, re.ASCII)
            else None
        )
    except ValueError:
        found = text.strip()
        raise PeriodError(f"Tidak ada tanggal {found}.", f"There is no day {found}.") from None
    if day is None or day.year not in _YEARS:
        raise PeriodError(
            f"Tulis periode seperti {_EXAMPLES} atau 2026-10-05..2026-10-09.",
            f"Write a period such as {_EXAMPLES} or 2026-10-05..2026-10-09.",
        )
    return day


def _months(kind: PeriodKind, year: int, month: int, count: int, zone: tzinfo) -> Period:
    final = month + count - 1
    return Period(kind, date(year, month, 1), date(year, final, calendar.monthrange(year, final)[1]), zone)
