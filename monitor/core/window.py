"""Announced maintenance: which services it is for, and whether it was announced in time. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.service import Registry, Service


class WindowSource(StrEnum):
    """Where a window was announced."""

    FILE = "file"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which services a window is for: all that any of these names."""

    services: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    governments: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def covers(self, service: Service, registry: Registry) -> bool:
        """Whether the window is for this service."""
        return (
            service.id in self.services
            or service.agency_id in self.agencies
            or registry.agencies[service.agency_id].government_id in self.governments
            or not self.tags.isdisjoint(service.tags)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Maintenance as announced: once, or again and again."""

    id: str
    title: str
    """What is done; for people."""
    scope: Scope
    starts_at: datetime
    """Aware, in the zone in which it was written: a rule that recurs follows that zone's clock."""
    duration: timedelta
    recurrence: str | None = None
    """An RFC 5545 recurrence rule such as `FREQ=WEEKLY;BYDAY=SU`; None: once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A window, and what is recorded about its announcing. Times are aware UTC."""

    window: Window
    source: WindowSource
    announced_at: datetime
    announced_by: str
    withdrawn_at: datetime | None = None
    """From then on it has no more effect; an occurrence under way ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that a window takes place. Times are aware UTC."""

    window_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime

    @property
    def planned(self) -> bool:
        """Whether it was announced before it began: only then do reports leave it out of the outages."""
        return self.announced_at <= self.starts_at
