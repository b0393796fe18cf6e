"""The days on which people are reminded of what runs out, on the register's calendar. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.core.finding import Finding
from monitor.core.rulebook import FindingRule

OPENING = time(8)
"""A step is reached when offices open, not at midnight: at night nobody could act on it."""
_DAY = timedelta(days=1)
_ENDLESS = 9000
"""From that year on nothing runs out: RFC 5280 writes the year 9999 for “no expiry”."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a finding ends in an outage, and on how many days before that people are told again."""

    day: date
    """Of the register's calendar."""
    steps: tuple[int, ...]
    zone: tzinfo

    def step(self, now: datetime) -> int | None:
        """Return the least step that has come by the calendar; below zero the days since. None: none yet."""
        return self._step_on(now.astimezone(self.zone).date())

    def opened_step(self, now: datetime) -> int | None:
        """Return the least step of which offices can know: a new day begins when they open."""
        local = now.astimezone(self.zone)
        return self._step_on(local.date() if local.time() >= OPENING else local.date() - _DAY)

    def next_step_at(self, now: datetime) -> datetime:
        """Return when offices open on the day of the next step; aware UTC, after now."""
        today = now.astimezone(self.zone).date()
        days = [self.day - step * _DAY for step in self.steps]
        days += [max(today, self.day + _DAY), max(today, self.day) + _DAY]
        openings = [datetime.combine(one, OPENING, self.zone).astimezone(UTC) for one in days]
        return min(one for one in openings if one > now)

    def _step_on(self, today: date) -> int | None:
        left = (self.day - today).days
        if left < 0:
            return left
        return min((one for one in self.steps if one >= left), default=None)


def deadline(finding: Finding, rule: FindingRule | None, zone: tzinfo) -> Deadline | None:
    """Return the deadline of a finding; None: it has none, or its rule does not remind of it."""
    at = expiry(finding)
    if at is None or rule is None or not rule.steps:
        return None
    return Deadline(at.astimezone(zone).date(), rule.steps, zone)


def expiry(finding: Finding) -> datetime | None:
    """Return the time in the evidence's `expires_at`, aware; None: it says none that can come."""
    text = finding.evidence.get("expires_at")
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None and 1 < at.year < _ENDLESS else None
