"""Moments and durations as the integers that the database keeps: microseconds, exact both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_us(at: datetime) -> int:
    """Return microseconds since 1970 UTC. Raises TypeError for a time without a zone."""
    return (at - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    """Return the aware UTC time."""
    return EPOCH + timedelta(microseconds=us)


def optional_to_us(at: datetime | None) -> int | None:
    """Return microseconds since 1970 UTC, or None."""
    return None if at is None else to_us(at)


def optional_from_us(us: int | None) -> datetime | None:
    """Return the aware UTC time, or None."""
    return None if us is None else from_us(us)


def span_us(span: timedelta | None) -> int | None:
    """Return a duration in microseconds, or None."""
    return None if span is None else span // MICROSECOND


def span(us: int | None) -> timedelta | None:
    """Return the duration, or None."""
    return None if us is None else timedelta(microseconds=us)
