"""Which services are under announced maintenance now: the store's announcements, kept ready in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.service import Registry
from monitor.core.window import Announcement, Occurrence, Window
from monitor.recorder.recorder import utc_now
from monitor.registry.recurrence import occurrences
from monitor.store import Store
from monitor.store.instants import EPOCH
from monitor.store.windows import announced, edition, reconcile

BEHIND = timedelta(days=1)
"""What is asked about may have been measured a while ago, and waited to be stored."""
AHEAD = timedelta(days=2)
RENEW = timedelta(days=1)
"""With less than this left the plan is made anew; a store that cannot be read for a day does no harm."""
FILE = "windows.yml"

_NOBODY = Registry(governments={}, agencies={}, services={}, version="")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What takes place within a span, planned occurrences first; with the services that each is for."""

    since: datetime
    until: datetime
    entries: tuple[tuple[Occurrence, frozenset[str]], ...] = ()

    def holds(self, now: datetime) -> bool:
        """Whether a moment lies in the span."""
        return self.since <= now < self.until


class Maintenance:
    """Answers from memory; `refresh` and `take` keep that current.

    Args:
        store: where announcements of this and other processes stand.
        now: tells the time, aware UTC.
    """

    def __init__(self, store: Store, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._now = now
        self._turn = asyncio.Lock()
        self._registry = _NOBODY
        self._announcements: Sequence[Announcement] = ()
        self._edition: tuple[int, int] | None = None
        self._plan = _Plan(EPOCH, EPOCH)

    async def take(self, registry: Registry, windows: Sequence[Window]) -> None:
        """Follow a register and the windows of its file, which are announced from now on.

        Raises:
            StoreError: they could not be written, and all is as before; or not read again, and the next
                `refresh` will.
        """
        async with self._turn:
            await reconcile(self._store, windows, self._now(), FILE)
            self._registry = registry
            self._edition = None
        await self.refresh()

    async def refresh(self) -> None:
        """Look for windows that were announced or withdrawn since; called every few seconds.

        Raises:
            StoreError: the store cannot be read; what was known stays in force.
        """
        async with self._turn:
            now = self._now()
            current = await edition(self._store)
            if current != self._edition:
                self._announcements = await announced(self._store)
            elif self._plan.holds(now) and self._plan.holds(now + RENEW):
                return
            self._plan = await asyncio.to_thread(_plan, self._announcements, self._registry, now)
            self._edition = current

    def under(self, service_id: str, now: datetime) -> Occurrence | None:
        """Return the maintenance that a service is under; of several, one that was announced in time."""
        for occurrence, service_ids in self._at(now).entries:
            if service_id in service_ids and occurrence.starts_at <= now < occurrence.ends_at:
                return occurrence
        return None

    def covered(self, now: datetime) -> frozenset[str]:
        """Return the ids of all services that are under maintenance."""
        return frozenset[str]().union(
            *(
                service_ids
                for occurrence, service_ids in self._at(now).entries
                if occurrence.starts_at <= now < occurrence.ends_at
            )
        )

    def _at(self, now: datetime) -> _Plan:
        if not self._plan.holds(now):
            self._plan = _plan(self._announcements, self._registry, now)
        return self._plan


def _plan(announcements: Sequence[Announcement], registry: Registry, now: datetime) -> _Plan:
    since, until = now - BEHIND, now + AHEAD
    entries: list[tuple[Occurrence, frozenset[str]]] = []
    for announcement in announcements:
        found = occurrences(announcement, since, until)
        if found:
            scope = announcement.window.scope
            service_ids = frozenset(
                service.id for service in registry.services.values() if scope.covers(service, registry)
            )
            entries.extend((occurrence, service_ids) for occurrence in found)
    entries.sort(key=lambda entry: (not entry[0].planned, entry[0].starts_at))
    return _Plan(since, until, tuple(entries))
