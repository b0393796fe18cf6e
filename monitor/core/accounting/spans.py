"""Sets of time: sorted spans that neither touch nor overlap, exact to the microsecond. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Time from a moment on and before another; aware UTC."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """How long it is; never negative."""
        return max(self.ends_at - self.starts_at, ZERO)


Spans = tuple[Span, ...]
"""Sorted, each longer than nothing, with time between any two."""


def spans(given: Iterable[Span]) -> Spans:
    """Return the time that any of some spans covers."""
    found: list[Span] = []
    for one in sorted(one for one in given if one.starts_at < one.ends_at):
        if found and one.starts_at <= found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, one.ends_at))
        else:
            found.append(one)
    return tuple(found)


def both(one: Sequence[Span], other: Sequence[Span]) -> Spans:
    """Return the time that two sets have in common."""
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        starts_at = max(one[i].starts_at, other[j].starts_at)
        ends_at = min(one[i].ends_at, other[j].ends_at)
        if starts_at < ends_at:
            found.append(Span(starts_at, ends_at))
        if one[i].ends_at <= other[j].ends_at:
            i += 1
        else:
            j += 1
    return tuple(found)


def without(one: Sequence[Span], other: Sequence[Span]) -> Spans:
    """Return the time of a set that another does not have."""
    if not one or not other:
        return tuple(one)
    edges = [span.starts_at for span in one] + [span.ends_at for span in one]
    first, last = min(edges), max(edges)
    gaps: list[Span] = []
    at = first
    for taken in other:
        gaps.append(Span(at, min(taken.starts_at, last)))
        at = max(at, taken.ends_at)
    gaps.append(Span(at, last))
    return both(one, spans(gaps))


def length(given: Iterable[Span]) -> timedelta:
    """Return how long a set is."""
    return sum((one.length for one in given), ZERO)
