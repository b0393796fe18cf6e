"""Which rollups tell of a span of time: whole days, the hours at its ends, and single results. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.core.accounting.days import HOUR, Days, hour_of
from monitor.core.accounting.spans import Span, Spans, spans, without


@dataclass(frozen=True, slots=True)
class Cover:
    """What a span is put together from; nothing of it is in two of them."""

    days: Spans
    """Rows of days that begin in it."""
    hours: Spans
    """Rows of hours that begin in it."""
    rest: Spans
    """Without a whole hour in it: only single results tell of it."""


def cover(within: Span, days: Days, hours_since: datetime) -> Cover:
    """Cut a span.

    Args:
        within: longer than nothing.
        days: how days are cut.
        hours_since: before this no hours are kept. A day before it that lies only partly in the span counts
            whole where it begins in the span, and not at all where it does not.
    """
    first, last = days.of(within.starts_at), days.of(within.ends_at)
    starts_at, ends_at = first.ends_at, last.starts_at
    if first.starts_at == within.starts_at:
        starts_at = first.starts_at
    whole = Span(starts_at, ends_at)
    edges = list(without([within], [whole] if whole.length else []))
    if first.starts_at < hours_since:
        edges = [one for one in edges if one.starts_at >= starts_at]
    if last.starts_at < hours_since and last.starts_at >= starts_at and last.starts_at < within.ends_at:
        whole = Span(starts_at, last.ends_at)
        edges = [one for one in edges if one.ends_at <= last.starts_at]
    full = [Span(_next_hour(one.starts_at), hour_of(one.ends_at).starts_at) for one in edges]
    hours = spans(full)
    return Cover(days=spans([whole]), hours=hours, rest=without(edges, hours))


def _next_hour(at: datetime) -> datetime:
    hour = hour_of(at)
    return at if hour.starts_at == at else hour.starts_at + HOUR
