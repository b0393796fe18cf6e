"""When a service promises to be open: hours of weekdays on the clock of a zone, but for holidays. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.core.accounting.spans import Span, Spans, both, spans
from monitor.core.period import midnight

DAYS_A_WEEK = 7
WHOLE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """Time of a day on the wall clock, as spans from its midnight."""

    opens: timedelta
    closes: timedelta
    """24 hours: the end of the day. Over midnight are two, the second of the next day."""

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.opens < self.closes <= WHOLE_DAY:
            raise ValueError("an opening lies within one day and ends after it begins")


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """A day on which services are closed."""

    day: date
    name: str
    """As the calendar of its country has it, in that country's language."""
    estimated: bool = False
    """Whether the calendar only expects it then: the moon, or a decree, is still awaited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRule:
    """Which days are holidays; `monitor.reports.holidays` says which those are in a year."""

    calendar: str | None = None
    """The country of a calendar (ISO 3166); None: only `further`."""
    joint_leave: bool = False
    """Whether days of joint leave (*cuti bersama*) are holidays too."""
    further: tuple[Holiday, ...] = ()
    working: tuple[date, ...] = ()
    """Sorted: days that are no holidays, whatever the calendar says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHours:
    """Opening hours by weekday."""

    week: tuple[tuple[Opening, ...], ...]
    """Monday first; of a day that is closed, none."""
    holidays: HolidayRule | None = None
    """None: a holiday is open as its weekday is."""

    def __post_init__(self) -> None:
        if len(self.week) != DAYS_A_WEEK:
            raise ValueError("a week has seven days")


def open_spans(hours: ServiceHours, holidays: Iterable[Holiday], within: Span, zone: tzinfo) -> Spans:
    """Return when a service promises to be open; aware UTC.

    The clock of the zone counts: an hour that it passes over is not open, one that it shows twice is open
    the first time, and all along where it lies between opening and closing. A single time that it passes over
    is read by the offset before (PEP 495), as midnights are.

    Args:
        hours: by weekday.
        holidays: days that are closed.
        within: what is returned is cut to it.
        zone: whose clock the hours are on.
    """
    closed = {one.day for one in holidays}
    found: list[Span] = []
    for day in _days(within, zone):
        openings = hours.week[day.weekday()]
        if openings and day not in closed:
            # Some zones have left out a day: what was to be open then is not open on the next.
            whole = [Span(midnight(day, zone), midnight(day + WHOLE_DAY, zone))]
            found += both(spans(_spans(openings, day, zone)), whole)
    return both(spans(found), [within])


def closed_by(
    hours: ServiceHours, holidays: Iterable[Holiday], first: date, last: date
) -> tuple[Holiday, ...]:
    """Return the holidays, from the first to the last day, that close a day which would be open; in order."""
    return tuple(
        sorted(one for one in holidays if first <= one.day <= last and hours.week[one.day.weekday()])
    )


def _spans(openings: Iterable[Opening], day: date, zone: tzinfo) -> Iterator[Span]:
    for opens, closes in _joined(openings):
        start = datetime.combine(day, time(), zone)  # adding to it moves the hands of the clock, not time
        yield Span((start + opens).astimezone(UTC), (start + closes).astimezone(UTC))


def _joined(openings: Iterable[Opening]) -> list[tuple[timedelta, timedelta]]:
    """Join what touches, so that a change of the clock at the seam is of one opening."""
    found: list[tuple[timedelta, timedelta]] = []
    for one in sorted(openings):
        if found and one.opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.closes))
        else:
            found.append((one.opens, one.closes))
    return found


def _days(within: Span, zone: tzinfo) -> Iterator[date]:
    """Return the days of a span and one at each end: a clock set back over midnight shows a day again."""
    day = within.starts_at.astimezone(zone).date() - WHOLE_DAY
    last = within.ends_at.astimezone(zone).date() + WHOLE_DAY
    while day <= last:
        yield day
        day += WHOLE_DAY
