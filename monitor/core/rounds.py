"""When the slow looks come round: each target at its own moment of the interval. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

SLACK = 24
"""A look may be late by this part of the interval (an hour of a day) and still come at its moment the next
time; otherwise each delay would cost a whole round."""


def phase_seconds(name: str, interval: timedelta) -> float:
    """Return the fixed moment of each interval at which a name's turn is: even over names and restarts."""
    digest = hashlib.blake2b(name.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 * interval.total_seconds()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something is looked at."""

    every: timedelta
    again: timedelta
    """How soon what could not be looked at is tried again; longer than `every` means no sooner."""


def due_at(name: str, tried_at: datetime | None, rhythm: Rhythm, *, failed: bool) -> datetime | None:
    """Return when a target is to be looked at next.

    The second look may come up to two intervals after the first, and brings the target to its own moment;
    from then on the interval is kept. Two looks are never nearer than the interval less its slack, but for
    what failed.

    Args:
        name: tells targets apart.
        tried_at: the latest look, aware UTC; None: there was none.
        rhythm: as set.
        failed: whether the latest look failed.
    Returns: aware UTC; None: at once.
    """
    if tried_at is None:
        return None
    seconds = rhythm.every.total_seconds()
    earliest = tried_at + rhythm.every - rhythm.every / SLACK
    missing = (phase_seconds(name, rhythm.every) - earliest.timestamp()) % seconds
    due = earliest + timedelta(seconds=missing)
    return min(due, tried_at + rhythm.again) if failed else due
