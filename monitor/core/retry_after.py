"""How long the other side asks to be left alone. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)
"""What a reply may ask for; a mistake there must not silence a channel or a registry for years."""
_DIGITS = 9
"""Read of a number of seconds; any longer one is too long a wait anyway."""


def waiting_time(value: str | None, now: datetime) -> timedelta | None:
    """Read `Retry-After`, seconds or a date (RFC 9110, 10.2.3); None where it says nothing one can read."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]+", value):
        return bounded_wait(int(value[:_DIGITS]))
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return bounded_wait((until - now).total_seconds())


def bounded_wait(seconds: float) -> timedelta:
    """Return a wait that was asked for, from none to a day."""
    return timedelta(seconds=min(max(seconds, 0), LONGEST_WAIT.total_seconds()))
