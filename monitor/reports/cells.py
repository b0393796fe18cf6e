"""The parts of a period that pictures show one beside the other: at most some thirty; pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from monitor.core.accounting.spans import Span
from monitor.core.accounting.timeline import Stretch
from monitor.core.period import Period, PeriodKind, midnight, period_of
from monitor.core.status import Status

MOST = 31
"""Cells that a picture still shows apart: as many as a month has days. Only of decades there are more."""
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_SETTLED = (Status.UP, Status.DEGRADED)
"""By which an outage ends under every policy."""


class CellKind(StrEnum):
    """What part of the calendar a cell is."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PeriodCell:
    """One part of a period."""

    kind: CellKind
    starts: datetime
    """On the clock of the register's zone."""
    span: Span
    """The same time, and its end; aware UTC."""


def cells(period: Period) -> tuple[PeriodCell, ...]:
    """Cut a period into parts of the calendar, without gaps; the first and the last may be shorter.

    A day has hours; a week, a month and up to 31 days have days; a quarter and up to 31 weeks have weeks
    (Monday to Sunday); a year and up to 31 months have months; what is longer has years.
    """
    kind = _kind(period)
    starts = [period.starts_at, *_edges(period, kind)]
    ends = [*starts[1:], period.ends_at]
    return tuple(
        PeriodCell(kind, starts_at.astimezone(period.zone), Span(starts_at, ends_at))
        for starts_at, ends_at in zip(starts, ends, strict=True)
    )


def nearby(timeline: Sequence[Stretch], span: Span) -> Sequence[Stretch]:
    """Return of a timeline what the figures of a part of its time follow from.

    That is what lies in the span, and the whole of the outages that reach into it: of one that is cut, its
    length and whether it goes on could not be told.
    """
    first = bisect_right(timeline, span.starts_at, key=attrgetter("span.ends_at"))
    last = bisect_left(timeline, span.ends_at, key=attrgetter("span.starts_at"))
    if first >= last:
        return ()
    while first > 0 and timeline[first].status not in _SETTLED:
        first -= 1
    while last < len(timeline) and timeline[last - 1].status not in _SETTLED:
        last += 1
    return timeline[first:last]


def _kind(period: Period) -> CellKind:
    days = (period.last - period.first) // _DAY + 1
    if days == 1:
        return CellKind.HOUR
    if days <= MOST:
        return CellKind.DAY
    # Days beyond whole weeks or months touch one more of them.
    if period.kind is not PeriodKind.YEAR and days <= 7 * (MOST - 1):
        return CellKind.WEEK
    return CellKind.MONTH if days <= 28 * (MOST - 1) else CellKind.YEAR


def _edges(period: Period, kind: CellKind) -> Iterator[datetime]:
    """Yield where one cell ends and the next begins; aware UTC."""
    if kind is CellKind.HOUR:
        at = period.starts_at + _HOUR
        while at < period.ends_at:
            yield at
            at += _HOUR
        return
    day = _next(period.first, kind, period)
    while day <= period.last:
        yield midnight(day, period.zone)
        day = _next(day, kind, period)


def _next(day: date, kind: CellKind, period: Period) -> date:
    """Return the first day of the cell after the one in which a day lies."""
    return period_of(PeriodKind(kind.value), day, period.zone).last + _DAY
