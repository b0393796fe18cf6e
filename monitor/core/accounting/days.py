"""Which day a moment belongs to, also where the register's clock was changed to another zone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from monitor.core.accounting.spans import Span
from monitor.core.period import midnight

HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def hour_of(at: datetime) -> Span:
    """Return the hour of UTC that a moment belongs to."""
    starts_at = at.replace(minute=0, second=0, microsecond=0)
    return Span(starts_at, starts_at + HOUR)


@dataclass(frozen=True, slots=True)
class Days:
    """Time cut into days, each moment in exactly one, by the zone that was in force then."""

    zones: Sequence[tuple[datetime, tzinfo]]
    """From when on each zone is in force, in that order; the first one before that, too. Aware UTC."""

    def of(self, at: datetime) -> Span:
        """Return the day of a moment; where the zone changes, a day is what is left of it."""
        place = max((n for n, (since, _) in enumerate(self.zones) if since <= at), default=0)
        zone = self.zones[place][1]
        local = at.astimezone(zone).date()
        if at >= midnight(local + _DAY, zone):
            local += _DAY  # the clock was set back over midnight, and shows the day before once more
        starts_at, ends_at = midnight(local, zone), midnight(local + _DAY, zone)
        if place > 0:
            starts_at = max(starts_at, self.zones[place][0])
        if place + 1 < len(self.zones):
            ends_at = min(ends_at, self.zones[place + 1][0])
        return Span(starts_at, ends_at)
